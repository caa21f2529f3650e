"""Parameters on the edge of their domain, taken as limits from inside."""

from __future__ import annotations

from fractions import Fraction

from crisisgames.games import ExtensiveFormGame
from crisisgames.games.extensive import replace_values

__all__ = ["inside", "limit"]

INSIDE = Fraction(1, 10**30)
"""How far inside its domain a parameter is taken where its edge would make nature never do
something: far below the rounding of floats, and no burden in rational arithmetic."""

FAINT = Fraction(1, 10**28)
"""What nature never does at the edge is to be less likely than this inside."""

STEPS = 5
"""How often the step inside is squared where that asks for it: enough for the sixteenth root."""

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
    edges = {}
    for name in names:
        p = compiled.parameters[name]
        value, (low, high) = p.check(values[name]), p.domain
        if value in (low, high):
            edges[name] = (value, 1 if value == low else -1)
    if not edges:
        return game, ()
    step, moved = INSIDE, game
    for _ in range(STEPS):
        near = {name: value + inward * step for name, (value, inward) in edges.items()}
        moved = replace_values(game, {**game.values, **near})
        after = moved.exact().branches
        if all(q <= FAINT for q, p in zip(after, branches, strict=True) if p == 0):
            break
        step *= step  # a root of the parameter, say: go closer
    notes = (f"{n} = {values[n]} is taken as a limit from inside its domain." for n in edges)
    return moved, tuple(notes)
