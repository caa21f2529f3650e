"""A mechanism that is in force in one of two dyads only."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crisisgames.crises import Dyads
from crisisgames.errors import NotApplicable, suggest
from crisisgames.mechanisms.changes import Add, Change, Line, Notice
from crisisgames.mechanisms.placed import Placed

__all__ = ["Between"]

WITHIN = ("pairs.", "lines.")
"""How fields begin that each dyad has."""


@dataclass(frozen=True)
class Between(Placed):
    """A mechanism in force between two sides, in a crisis in which there are other sides too.

    Parameters
    ----------
    place : str
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

    name = "between"
    acts_on = "one of two dyads"

    def on_dyads(self, crisis: Dyads) -> tuple[Change, ...]:
        """Return what the mechanism changes, in that dyad."""
        names = [pair.name for pair in crisis.pairs]
        if self.place not in names:
            raise suggest("dyad", self.place, names)
        return tuple(map(self._here, self.mechanism.changes(crisis)))

    def _here(self, change: Change) -> Change:
        if isinstance(change, (Add, Notice)):
            raise NotApplicable(f"{self.mechanism.name} means nothing in one dyad only")
        if not isinstance(change, Line) and not change.field.startswith(WITHIN):
            raise NotApplicable(
                f"{self.mechanism.name} acts on what lies between dyads; put it in force without "
                "naming one"
            )
        return replace(change, only=self.place)
