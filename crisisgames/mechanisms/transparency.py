"""Who knows what about whom, and before which audience."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.games.expressions import as_fraction
from crisisgames.mechanisms.changes import Change, Lower, Raise, Switch
from crisisgames.mechanisms.mechanism import Single, share, utils

__all__ = ["ClearBottomLines", "JointWorkingGroup", "PrivateDiplomacy", "StabilityDialogue"]


@dataclass(frozen=True)
class JointWorkingGroup(Single):
    """A joint emergency working group. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Raises the clarity of evidence, and the verification of the channels in force: those of the
        crisis and those put in force together with the group. On a ladder it raises the clarity
        with which concessions are understood; before an interception, that of the signal of the
        patrons' backing; in encounters, that of what each sees of the other; in a security dilemma,
        that of what is public. Where talks may be held it raises the share of its gain from a
        provocation that they take from the third state.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> from crisisgames.mechanisms import Hotline
    >>> changed = (JointWorkingGroup(strength=0.5) & Hotline())(Incident())
    >>> changed.clarity, changed.channels[0].verification
    (0.65, 0.8)

    >>> from crisisgames.crises import Ladder
    >>> JointWorkingGroup(strength=0.5)(Ladder(clarity=0.6)).clarity
    0.8

    >>> from crisisgames.crises import Talks
    >>> JointWorkingGroup(strength=0.5)(Talks(coordination=0.5)).coordination
    0.75
    """

    name = "joint-working-group"
    source = "Z, China-US 5 (gathers risk information, plans, makes contact, reviews afterwards)"
    assumes = "What the group gathers lets both sides tell better what happened and who lies."
    acts_on = "evidence that may be unclear, or common plans"

    strength: float = share(0.25, "how much clarity, verification and coordination rise")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return clearer evidence and better verified explanations."""
        return (Raise("clarity", self.strength), Raise("channels.verification", self.strength))

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return better understood concessions."""
        return (Raise("clarity", self.strength),)

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a clearer signal."""
        return (Raise("clarity", self.strength),)

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return clearer perceptions."""
        return (Raise("clarity", self.strength),)

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a clearer public signal."""
        return (Raise("clarity", self.strength),)

    def on_talks(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return better coordination after talks."""
        return (Raise("coordination", self.strength),)


@dataclass(frozen=True)
class ClearBottomLines(Single):
    """Bottom lines made clear in advance. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Raises the probability that the other side learns what kind of actor it faces; on a ladder
        and in bargaining, where both sides draw lines, the probability for each side. In bargaining
        A announces its floor at any strength above 0. Before an interception the lines are those of
        the patrons, who play no part themselves: it raises the clarity of the signal.
    audience_cost : float
        What lines as clear as can be (strength 1) add to the cost of restraint, on a ladder to that
        of conceding, in bargaining to that of settling below the floor, utils: a line drawn in
        public binds who drew it. Raises the audience cost by strength times this.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = ClearBottomLines(strength=0.5, audience_cost=0.2)(Incident())
    >>> changed.disclosure, changed.audience_cost
    (0.5, 0.3)

    >>> from crisisgames.crises import Ladder
    >>> changed = ClearBottomLines(strength=0.5, audience_cost=0.2)(Ladder(audience_cost=0.4))
    >>> changed.disclosure_a, changed.disclosure_b, changed.audience_cost
    (0.5, 0.5, 0.5)

    >>> from crisisgames.crises import Bargaining
    >>> quiet = Bargaining(proposer="B", announce=False)
    >>> changed = ClearBottomLines(strength=0.5, audience_cost=0.2)(quiet)
    >>> changed.disclosure_a, changed.audience_cost, changed.announce
    (0.5, 0.1, True)
    """

    name = "clear-bottom-lines"
    source = "Z, China-US 1 (clear over Taiwan and Korea, not elsewhere); the commitment is ours"
    assumes = "Who makes its bottom line clear shows what it wants, and pays more for giving way."
    acts_on = "aims that may be hidden"

    strength: float = share(0.3, "how much the probability that aims are known rises")
    audience_cost: float = utils(0.2, "what full clarity adds to the cost of giving way, utils")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return disclosure, and its price."""
        return (Raise("disclosure", self.strength), self._bound)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return disclosure of both sides, and its price."""
        both = (Raise("disclosure_a", self.strength), Raise("disclosure_b", self.strength))
        return (*both, self._bound)

    def on_bargaining(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return disclosure of both sides, its price, and the floor."""
        floor = (Switch("announce", True),) if self.strength else ()
        return (*self.on_ladder(crisis), *floor)

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a clearer signal of the patrons' backing."""
        return (Raise("clarity", self.strength),)

    @property
    def _bound(self) -> Raise:
        price = as_fraction(self.strength) * as_fraction(self.audience_cost)
        return Raise("audience_cost", price)


@dataclass(frozen=True)
class StabilityDialogue(Single):
    """A strategic stability dialogue. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Lowers what striking first saves. It does nothing where that is 0. On a ladder it lowers the
        risk of disaster; in a security dilemma, the fear of being second.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> StabilityDialogue(strength=0.5)(Incident(preemption=2.0)).preemption
    1.0

    >>> from crisisgames.crises import Ladder
    >>> StabilityDialogue(strength=0.5)(Ladder(risk=0.3)).risk
    0.15
    """

    name = "stability-dialogue"
    source = "Z, China-US 3 with note 53 (crisis stability, missile defence, outer space)"
    assumes = "Forces that stay vulnerable to each other gain less by striking first."
    acts_on = "an advantage of striking first, or a risk that grows with every step"

    strength: float = share(0.3, "how much the advantage of striking first, or the risk, falls")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the smaller advantage of striking first."""
        return (Lower("preemption", self.strength),)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower risk."""
        return (Lower("risk", self.strength),)

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower fear."""
        return (Lower("fear", self.strength),)


@dataclass(frozen=True)
class PrivateDiplomacy(Single):
    """Quiet dealings, out of sight of the public. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Raises the share of the audience cost that falls away. In bargaining at any strength above
        0 A announces no floor, so that it may settle for any share.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> PrivateDiplomacy(strength=0.5)(Incident(privacy=0.2)).privacy
    0.6

    >>> from crisisgames.crises import Ladder
    >>> PrivateDiplomacy(strength=0.5)(Ladder()).privacy
    0.5

    >>> from crisisgames.crises import Bargaining
    >>> PrivateDiplomacy()(Bargaining(proposer="B")).announce
    False
    """

    name = "private-diplomacy"
    source = "ours, after E (discreet diplomacy) and Z (incidents magnified by the media)"
    assumes = "What the public does not see costs a government nothing at home."
    acts_on = "an audience that watches"

    strength: float = share(0.5, "how much of the audience cost falls away")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the privacy."""
        return (Raise("privacy", self.strength),)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the privacy."""
        return (Raise("privacy", self.strength),)

    def on_bargaining(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return that no floor is announced."""
        return (Switch("announce", False),) if self.strength else ()
