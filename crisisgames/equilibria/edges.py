"""Parameters on the edge of their domain, taken as limits from inside."""

from __future__ import annotations

from fractions import Fraction

from crisisgames.games import ExtensiveFormGame
from crisisgames.games.extensive import replace_values

__all__ = ["inside", "limit"]

INSIDE = Fraction(1, 10**30)
"""How far inside its domain a parameter is taken where its edge would make nature never do
something: far below the rounding of floats, and no burden in rational arithmetic."""

CLOSE = Fraction(1, 10**26)
LARGEST_DENOMINATOR = 10**12
"""A rational this close to one with a denominator up to here is taken for it, as its limit. Two
such rationals are at least 1e-24 apart, well above `CLOSE`, and results at `INSIDE` are well below
it from their limits."""


def limit(value: Fraction) -> Fraction:
    """Return what a result at ``INSIDE`` tends to, if that is a rational of modest size.

    Examples
    --------
    >>> limit(Fraction(47, 1000) + Fraction(1, 10**30))
    Fraction(47, 1000)
    """
    near = value.limit_denominator(LARGEST_DENOMINATOR)
    return near if abs(near - value) < CLOSE else value


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
