"""A mechanism that is in force at one place of a crisis only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crisisgames.errors import GameError
from crisisgames.mechanisms.mechanism import Mechanism, Single

__all__ = ["Placed"]


@dataclass(frozen=True)
class Placed(Single):
    """A mechanism with the place at which it is in force; kinds say what a place is.

    Parameters
    ----------
    place : str
    mechanism : Mechanism
        What is in force there.

    Raises
    ------
    GameError
        If the mechanism is none, or has such a place already.
    """

    place: str
    mechanism: Mechanism

    def __post_init__(self) -> None:
        inner = self.mechanism
        if not isinstance(inner, Mechanism):
            raise GameError(f"{self.name}: mechanism is {inner!r}; give one such as Hotline()")
        if any(isinstance(p, type(self)) for p in inner.parts):
            raise GameError(f"{self.name}: {inner.label} already has its place; name one only")

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
        """The label of the mechanism, with the place."""
        return f"{self.mechanism.label} ({self.place})"

    @property
    def parts(self) -> tuple[Single, ...]:
        """Each part of the mechanism, at that place."""
        if isinstance(self.mechanism, Single):
            return (self,)
        return tuple(replace(self, mechanism=part) for part in self.mechanism.parts)

    @property
    def replaces(self) -> tuple[Single, ...]:
        """What the mechanism stands in for, at that place."""
        if not isinstance(self.mechanism, Single):
            return ()
        return tuple(replace(self, mechanism=old) for old in self.mechanism.replaces)
