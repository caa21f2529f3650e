"""Parameters on the edge of their domain, taken as limits from inside."""

from __future__ import annotations

from fractions import Fraction

from crisisgames.games import ExtensiveFormGame
from crisisgames.games.extensive import replace_values

__all__ = ["inside"]

INSIDE = Fraction(1, 10**12)
"""How far inside its domain a parameter is taken where its edge would make nature never do
something: small against every digit that is reported, and exact in rational arithmetic."""


def inside(game: ExtensiveFormGame) -> tuple[ExtensiveFormGame, tuple[str, ...]]:
    """Return the game with parameters moved inside where their edge cuts off a branch of nature.

    Beliefs are not defined where nature never goes, so such a point is taken as a limit from
    inside the domain; the notes say so.
    """
    compiled = game.compiled
    branches = game.exact().branches
    cut = [e for e, p in zip(compiled.branch_expressions, branches, strict=True) if p == 0]
    names = sorted({s.name for e in cut for s in e.free_symbols})
    values = compiled.complete_values(game.values)
    moved, notes = dict(game.values), []
    for name in names:
        p = compiled.parameters[name]
        value = p.check(values[name])
        low, high = p.domain
        if value in (low, high):
            moved[name] = value + (INSIDE if value == low else -INSIDE)
            notes.append(f"{name} = {values[name]} is taken as a limit from inside its domain.")
    return (replace_values(game, moved), tuple(notes)) if notes else (game, ())
