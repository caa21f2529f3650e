"""A mechanism that is in force in one of two dyads only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crisisgames.crises import Dyads
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.mechanisms.changes import Add, Change, Line, Notice
from crisisgames.mechanisms.mechanism import Mechanism, Single

__all__ = ["Between"]

WITHIN = ("pairs.", "lines.")
"""How fields begin that each dyad has."""


@dataclass(frozen=True)
class Between(Single):
    """A mechanism in force between two sides, in a crisis in which there are other sides too.

    Parameters
    ----------
    pair : str
        The name of the dyad.
    mechanism : Mechanism
        What is in force there.

    Examples
    --------
    >>> from crisisgames.crises import Dyads, Pair
    >>> from crisisgames.mechanisms import Track2
    >>> triangle = Dyads(pairs=(Pair(("A", "B")), Pair(("B", "C"))), resumption=0.5)
    >>> changed = Between("B-C", Track2(strength=0.2))(triangle)
    >>> changed.resumption, [pair.resumption for pair in changed.pairs]
    (0.5, [None, 0.6])
    """

    pair: str
    mechanism: Mechanism

    name = "between"
    acts_on = "one of two dyads"

    def __post_init__(self) -> None:
        if not isinstance(self.mechanism, Mechanism):
            raise GameError(f"between: mechanism is {self.mechanism!r}; give one such as Hotline()")

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
        """The label of the mechanism, with the dyad."""
        return f"{self.mechanism.label} ({self.pair})"

    @property
    def parts(self) -> tuple[Single, ...]:
        """Each part of the mechanism, in that dyad."""
        if isinstance(self.mechanism, Single) and not isinstance(self.mechanism, Between):
            return (self,)
        return tuple(Between(self.pair, part) for part in self.mechanism.parts)

    @property
    def replaces(self) -> tuple[Single, ...]:
        """What the mechanism stands in for, in that dyad."""
        if not isinstance(self.mechanism, Single):
            return ()
        return tuple(Between(self.pair, old) for old in self.mechanism.replaces)

    def on_dyads(self, crisis: Dyads) -> tuple[Change, ...]:
        """Return what the mechanism changes, in that dyad."""
        names = [pair.name for pair in crisis.pairs]
        if self.pair not in names:
            raise suggest("dyad", self.pair, names)
        return tuple(map(self._here, self.mechanism.changes(crisis)))

    def _here(self, change: Change) -> Change:
        if isinstance(change, (Add, Notice)):
            raise NotApplicable(f"{self.mechanism.name} means nothing in one dyad only")
        if not isinstance(change, Line) and not change.field.startswith(WITHIN):
            raise NotApplicable(
                f"{self.mechanism.name} acts on what lies between dyads; put it in force without "
                "naming one"
            )
        if change.only not in ("", self.pair):
            raise NotApplicable(f"{self.label}: it is in force in two different dyads at once")
        return replace(change, only=self.pair)
