"""Dialogues, talks and third parties."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.errors import NotApplicable
from crisisgames.mechanisms.changes import Change, Lower, Raise, Switch
from crisisgames.mechanisms.mechanism import Single, share

__all__ = [
    "ContingencyTalks",
    "Dialogues",
    "Mediator",
    "ThirdPartyHost",
    "Track2",
    "TrilateralDialogue",
]


TYPES = ("pragmatic", "conservative")
"""Types of who may be offered talks, each with its price."""


@dataclass(frozen=True)
class Track2(Single):
    """Track 2 and Track 1.5 dialogues between experts. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Raises, by little, the probability that the other side learns what kind of actor it faces;
        on a ladder and in bargaining, the probability for each side. It lowers the price of talks
        for every type. Between dyads it raises the probability that dialogue resumes.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> Track2(strength=0.1)(Incident()).disclosure
    0.1

    >>> from crisisgames.crises import Ladder
    >>> changed = Track2(strength=0.1)(Ladder())
    >>> changed.disclosure_a, changed.disclosure_b
    (0.1, 0.1)

    >>> from crisisgames.crises import Talks
    >>> Track2(strength=0.5)(Talks()).price_conservative
    0.3
    """

    name = "track-2"
    source = "Z, China-US 7 and China-Japan 6 (less misunderstanding, more trust; a supplement)"
    assumes = "Experts learn a little of what the other side wants, and are believed at home."
    acts_on = "aims that may be hidden, a price of talks, or dialogue that may resume"

    strength: float = share(0.1, "how much aims become known, or the price of talks falls")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a little disclosure."""
        return (Raise("disclosure", self.strength),)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a little disclosure of both sides."""
        return (Raise("disclosure_a", self.strength), Raise("disclosure_b", self.strength))

    def on_bargaining(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return a little disclosure of both sides."""
        return self.on_ladder(crisis)

    def on_talks(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower prices."""
        return tuple(Lower(f"price_{kind}", self.strength) for kind in TYPES)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return dialogue that resumes more often."""
        return (Raise("pairs.resumption", self.strength),)


@dataclass(frozen=True)
class Dialogues(Single):
    """Defence and security dialogues between governments. Default settings are illustrations.

    Where a dyad has no dialogue, there is one at any strength above 0.

    Parameters
    ----------
    strength : float
        How much less often a crisis suspends dialogue: lowers `suspension`.

    Examples
    --------
    >>> from crisisgames.crises import Dyads
    >>> Dialogues()(Dyads()).suspension
    0.25
    """

    name = "dialogues"
    source = "Z, China-US 3 and China-Japan 3 (suspended just when relations worsen)"
    assumes = "Dialogue that both value is broken off less readily."
    acts_on = "dialogue that can be suspended and resumed"

    strength: float = share(0.5, "how much less often dialogue is suspended")

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the dialogue, suspended less often."""
        lower = (Lower("pairs.suspension", self.strength),)
        return (*lower, Switch("pairs.dialogue", True)) if self.strength else lower


@dataclass(frozen=True)
class TrilateralDialogue(Single):
    """A security dialogue of all three sides of a triangle. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        How much less a crisis in one pair spills over into the other: lowers `spillover`.

    Examples
    --------
    >>> from crisisgames.crises import Dyads, Pair
    >>> triangle = Dyads(pairs=(Pair(("A", "B")), Pair(("B", "C"))))
    >>> TrilateralDialogue(strength=0.5)(triangle).spillover
    0.05
    """

    name = "trilateral-dialogue"
    source = "Z, China-Japan 5 with note 55 (China, the United States and Japan)"
    assumes = "Three that talk together are less easily drawn into a quarrel of two."
    acts_on = "a crisis that spills over between pairs of states"

    strength: float = share(0.3, "how much smaller the spillover is")

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the smaller spillover."""
        if len(crisis.players) < 3:
            raise NotApplicable(
                f"{self.name} means nothing for a single dyad: it acts on {self.acts_on}; give "
                "Dyads two pairs that share a player"
            )
        return (Lower("spillover", self.strength),)


@dataclass(frozen=True)
class ContingencyTalks(Single):
    """Talks on what each side would do after an accident, on offer at their stated price.

    Whether they are held is up to who is offered them. A crisis in which they are on offer already
    stays as it is.

    Examples
    --------
    >>> from crisisgames.crises import Talks
    >>> ContingencyTalks()(Talks(offer=False)).offer
    True
    """

    name = "contingency-talks"
    source = "E (on Korea; offered by the United States, refused by China)"
    assumes = "Sides that know each other's plans are surprised less by what the other does."
    acts_on = "the choice whether to sit down to talks"

    def on_talks(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the talks, on offer."""
        return (Switch("offer", True),)


@dataclass(frozen=True)
class ThirdPartyHost(Single):
    """A discreet third party that hosts talks. Default settings are illustrations.

    It takes no part in whether talks can be offered at all: see `ContingencyTalks`.

    Parameters
    ----------
    host : float
        How much of the price of talking the host takes away: raises `host`; between dyads, the
        probability that dialogue resumes.
    discretion : float
        How much less often hosted talks leak: raises `discretion`.

    Examples
    --------
    >>> from crisisgames.crises import Talks
    >>> changed = ThirdPartyHost(host=0.4)(Talks())
    >>> changed.host, changed.discretion, changed.hosted
    (0.4, 0.8, True)
    """

    name = "third-party-host"
    source = "E (the European Union or a European state, to lessen China's concerns)"
    assumes = "Talks in a third place look less like taking sides, and fewer people hear of them."
    acts_on = "the choice whether to sit down to talks, or dialogue that may resume"

    host: float = share(0.5, "share of the price of talking that the host takes away")
    discretion: float = share(0.8, "share of leaks that the host prevents")

    def on_talks(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the host."""
        return (Raise("host", self.host), Raise("discretion", self.discretion))

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return dialogue that resumes more often."""
        return (Raise("pairs.resumption", self.host),)


@dataclass(frozen=True)
class Mediator(Single):
    """A mediator, to whom both sides speak in confidence and who makes proposals.

    The proposals are those of `Bargaining` with `mediated`: communication equilibria, over all
    rules that nobody gains by lying to or by fighting when told to settle.

    Examples
    --------
    >>> from crisisgames.crises import Bargaining
    >>> Mediator()(Bargaining()).mediated
    True
    """

    name = "mediator"
    source = "ours, a step beyond the host of E"
    assumes = "The mediator proposes by a rule that both sides know, and keeps what it is told."
    acts_on = "a bargain that could be settled by proposal"

    def on_bargaining(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the mediator."""
        return (Switch("mediated", True),)
