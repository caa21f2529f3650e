"""A mechanism that serves in one part only of a crisis that is made of several."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.errors import NotApplicable, suggest
from crisisgames.mechanisms.mechanism import Mechanism, none
from crisisgames.mechanisms.placed import Placed

__all__ = ["Within"]


@dataclass(frozen=True)
class Within(Placed):
    """A mechanism that serves in one part of the whole crisis and not in the others.

    A line between capitals, for example, may serve where leaders decide, on the ladder, and come
    too late for an incident.

    Parameters
    ----------
    place : str
        The field that holds the part, such as ``"ladder"``.
    mechanism : Mechanism
        What serves there.

    Examples
    --------
    >>> from crisisgames import Hotline, WholeCrisis
    >>> crisis = WholeCrisis().replace(bargaining=None)
    >>> blurred = crisis.replace(ladder=crisis.ladder.replace(clarity=0.5))
    >>> changed = Within("ladder", Hotline("theatre"))(blurred)
    >>> changed.incident.channels, changed.ladder.clarity
    ((), 0.95)
    """

    name = "within"
    acts_on = "a part of the whole crisis"

    def serving(self, stage: str) -> Mechanism:
        """Return the mechanism in its own part; it is none elsewhere."""
        return self.mechanism if stage == self.place else none

    def takes(self, crisis: Crisis) -> bool:
        """Tell whether the crisis has that part, and the mechanism an effect on it."""
        stage = crisis.stages.get(self.place)
        return stage is not None and all(own.takes(stage) for own in self.mechanism.parts)

    def need_some_stage(self, crisis: Crisis) -> None:
        """Raise unless the crisis has that part and the mechanism an effect on it."""
        if self.place not in crisis.stages:
            raise suggest(f"part of the crisis {crisis.kind!r}", self.place, crisis.stages)
        if not self.takes(crisis):
            raise NotApplicable(f"{self.mechanism.label} means nothing on the {self.place}")
