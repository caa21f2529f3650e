"""Rules for encounters, and the meetings that watch over them."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.mechanisms.changes import Change, Lower, Raise, Switch
from crisisgames.mechanisms.mechanism import Single, flag, share

__all__ = ["LiaisonMechanism", "MaritimeConsultation", "RulesOfBehaviour"]


@dataclass(frozen=True)
class RulesOfBehaviour(Single):
    """Rules of behaviour for encounters at sea and in the air. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Lowers the hazard of a reply in kind and that of escalation; on a ladder, lowers the risk
        and at any strength above 0 rules out the ultimatum; between dyads, lowers the probability
        that tension rises while one side pushes; in encounters, raises the control of each side
        over its own forces.
    reciprocity : bool
        Whether the rules also bind the other side to reply at most in kind. A ladder without
        ultimatums has no other replies, and neither have dyads;
        in encounters strategies are what they are.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = RulesOfBehaviour(strength=0.5)(Incident())
    >>> changed.hazard_response, changed.hazard_escalation
    (0.025, 0.05)

    >>> from crisisgames.crises import Ladder
    >>> changed = RulesOfBehaviour(strength=0.5)(Ladder(risk=0.3, ultimatum=True))
    >>> changed.risk, changed.ultimatum
    (0.15, False)
    """

    name = "rules-of-behaviour"
    source = (
        "Z, China-US 2 (in force, to be observed and improved), China-US 3 (codes for space and "
        "cyberspace) and China-Japan 2 (still to make); that rules may bind replies is ours"
    )
    assumes = "Forces that follow common rules slip into shooting less often, whatever they intend."
    acts_on = "conduct that may slip into war"

    strength: float = share(0.3, "how much the hazards of a reply fall")
    reciprocity: bool = flag(False, "whether replies are at most in kind")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower hazards, and the bound on replies."""
        lower = (Lower("hazard_response", self.strength), Lower("hazard_escalation", self.strength))
        binds = self.reciprocity and self.strength > 0
        return (*lower, Switch("reciprocity", True)) if binds else lower

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower risk, and no ultimatum."""
        lower = (Lower("risk", self.strength),)
        return (*lower, Switch("ultimatum", False)) if self.strength else lower

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return better control of one's own forces."""
        return (Raise("control", self.strength),)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return fewer rises of tension where one side pushes."""
        return (Lower("pairs.rise_one", self.strength),)


@dataclass(frozen=True)
class MaritimeConsultation(Single):
    """Yearly and ad hoc consultations on maritime risks. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Lowers the rate of accidental incidents; between dyads, raises the probability that tension
        falls.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> MaritimeConsultation(strength=0.25)(Incident()).accident_rate
    0.15
    """

    name = "maritime-consultation"
    source = "Z, China-US 2 (yearly meetings assess risks, ad hoc ones remove hidden dangers)"
    assumes = "Dangers that are found and removed in time cause no accidents."
    acts_on = "accidents, or tension that may fall"

    strength: float = share(0.2, "how much the rate of accidents falls")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower accident rate."""
        return (Lower("accident_rate", self.strength),)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return tension that falls more often."""
        return (Raise("pairs.fall", self.strength),)


@dataclass(frozen=True)
class LiaisonMechanism(Single):
    """A maritime and aerial liaison mechanism. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Lowers the rate of accidental incidents; between dyads, raises the probability that tension
        falls. A hotline under it is a `Hotline` of its own.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> LiaisonMechanism(strength=0.5)(Incident()).accident_rate
    0.1
    """

    name = "liaison-mechanism"
    source = "Z, section on China-Japan mechanisms (signed and begun in 2018) and China-Japan 1"
    assumes = "Units that tell each other where they are run into each other less often."
    acts_on = "accidents, or tension that may fall"

    strength: float = share(0.1, "how much the rate of accidents falls")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lower accident rate."""
        return (Lower("accident_rate", self.strength),)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return tension that falls more often."""
        return (Raise("pairs.fall", self.strength),)
