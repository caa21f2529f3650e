"""A mechanism that serves in one part only of a crisis that is made of several."""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.crises import Crisis
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.mechanisms.mechanism import Mechanism, Single, none

__all__ = ["Within"]


@dataclass(frozen=True)
class Within(Single):
    """A mechanism that serves in one part of the whole crisis and not in the others.

    A line between capitals, for example, may serve where leaders decide, on the ladder, and come
    too late for an incident.

    Parameters
    ----------
    part : str
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

    part: str
    mechanism: Mechanism

    name = "within"
    acts_on = "a part of the whole crisis"

    def __post_init__(self) -> None:
        if not isinstance(self.mechanism, Mechanism):
            raise GameError(f"within: mechanism is {self.mechanism!r}; give one such as Hotline()")
        if any(isinstance(p, Within) for p in self.mechanism.parts):
            raise GameError(f"within: {self.mechanism.label} already names a part; name one only")

    @property
    def source(self) -> str:
        """The source of the mechanism."""
        return self.mechanism.source

    @property
    def assumes(self) -> str:
        """What the mechanism assumes."""
        return self.mechanism.assumes

    @property
    def label(self) -> str:
        """The label of the mechanism, with the part."""
        return f"{self.mechanism.label} ({self.part})"

    @property
    def parts(self) -> tuple[Single, ...]:
        """Each part of the mechanism, in that part of the crisis."""
        if isinstance(self.mechanism, Single):
            return (self,)
        return tuple(Within(self.part, own) for own in self.mechanism.parts)

    @property
    def replaces(self) -> tuple[Single, ...]:
        """What the mechanism stands in for, in that part."""
        if not isinstance(self.mechanism, Single):
            return ()
        return tuple(Within(self.part, old) for old in self.mechanism.replaces)

    def serving(self, stage: str) -> Mechanism:
        """Return the mechanism in its own part; it is none elsewhere."""
        return self.mechanism if stage == self.part else none

    def takes(self, crisis: Crisis) -> bool:
        """Tell whether the crisis has that part, and the mechanism an effect on it."""
        stage = crisis.stages.get(self.part)
        return stage is not None and all(own.takes(stage) for own in self.mechanism.parts)

    def need_some_stage(self, crisis: Crisis) -> None:
        """Raise unless the crisis has that part and the mechanism an effect on it."""
        if self.part not in crisis.stages:
            raise suggest(f"part of the crisis {crisis.kind!r}", self.part, crisis.stages)
        if not self.takes(crisis):
            raise NotApplicable(f"{self.mechanism.label} means nothing on the {self.part}")
