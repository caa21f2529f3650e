"""Notice of activities before they happen."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.mechanisms.changes import Change, Line, Notice
from crisisgames.mechanisms.mechanism import Single, share

__all__ = ["Notification"]


@dataclass(frozen=True)
class Notification(Single):
    """Notice of major military activities. Default settings are illustrations.

    Parameters
    ----------
    strength : float
        Probability that a notice covers an innocent incident: raises `notified` by it. Between
        dyads it lowers the probability that tension rises while nobody pushes.
    cover : float
        Probability that a notice covers a probe, as a share of `strength`: who means harm can hide
        behind a notice. Notices already in force are independent of these.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = Notification(strength=0.4, cover=0.2)(Incident(notified=0.5))
    >>> changed.notified
    0.7

    >>> from crisisgames.crises import Dyads
    >>> Notification(strength=0.5)(Dyads()).rise_none
    0.01
    """

    name = "notification"
    source = (
        "Z, China-US 2 (in force, with two annexes) and China-Japan 2 (to be borrowed); that a "
        "notice may cover a probe is ours"
    )
    assumes = "A notice tells the other side of an activity, not of the intention behind it."
    acts_on = "routine activities that may look hostile"

    strength: float = share(0.5, "probability that a notice covers an innocent incident")
    cover: float = share(0.1, "share of notices that cover a probe as well")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the notices."""
        return (Notice(self.strength, self.cover),)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return fewer rises of tension that nobody wanted, as far as notices are used."""
        return (Line(self.strength, 1, "pairs.rise_none", lowers=True),)
