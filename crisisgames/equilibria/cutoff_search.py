"""Cutoff equilibria of plain functions: a search in floats, which may miss some.

See `crisisgames.equilibria.cutoffs` for the conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.equilibria.cutoff_set import (
    LATE,
    CutoffEquilibrium,
    CutoffRule,
    CutoffSet,
    Place,
    is_stable,
    notes_for,
)
from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.errors import GameError
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.parameter import collect, find_parameter

__all__ = ["search_cutoffs"]

GRID = 2_000
"""Points at which the gains of a plain function are computed to find changes of sign."""

STARTS = 200
"""Starting points of the search with several plain functions."""

STEP = 1e-6
"""Step of numerical derivatives, relative to the length of the interval of types."""

INDIFFERENT = 1e-9
"""Gain that counts as none with plain functions, relative to the largest gain met on the grid."""

SOLVED = 1e-6
"""Gain of a type at an inside cutoff that is a jump of the function and no root, on that scale."""

TYPES = 400
"""Types asked whether they agree with the one at the cutoff."""


def search_cutoffs(
    rules: Sequence[CutoffRule], values: Mapping[str, Any], deadline: Deadline = NEVER
) -> CutoffSet:
    """Return what a search in floats finds, in time, where a gain is a plain function."""
    names = [r.cutoff.name for r in rules]
    ends, gains, numbers = _plain(rules, values, deadline)
    found: list[CutoffEquilibrium] = []
    refuted, time_up = 0, False
    kinds: tuple[Place, ...] = ("inside", "lowest", "highest")
    try:
        size = _largest_gain(gains, ends)
        for places in product(kinds, repeat=len(rules)):
            for point in _solutions(places, gains, ends):
                if not _holds(places, point, gains, size):
                    continue
                if not _all_agree(gains, ends, point, size):
                    refuted += 1
                elif not any(_same(e, point) for e in found):
                    found.append(_equilibrium(names, places, point, gains, ends, size))
    except TimeUp:
        time_up = True
    how = (
        f"changes of sign between {GRID + 1} points of the interval of types"
        if len(rules) == 1
        else f"Newton's method from {STARTS} starting points for each case"
    )
    notes = [f"A gain is a plain function: {how}; solutions may be missing."]
    if time_up:
        notes.append(f"{LATE}, with {len(found)} found by then.")
    ordered = tuple(sorted(found, key=lambda e: tuple(e.cutoffs.values())))
    return CutoffSet(ordered, False, (), (*notes, *notes_for((), refuted, ())), numbers)


def _holds(
    places: tuple[Place, ...], point: tuple[float, ...], gains: Sequence[Gain], size: float
) -> bool:
    """Return whether the types at the cutoffs gain what they must."""
    signs = {"lowest": 1.0, "highest": -1.0}
    at = [g(x, *point) for g, x in zip(gains, point, strict=True)]
    return all(
        abs(u) <= SOLVED * size if p == "inside" else signs[p] * u >= 0
        for p, u in zip(places, at, strict=True)
    )


def _same(e: CutoffEquilibrium, point: tuple[float, ...]) -> bool:
    return bool(np.allclose(list(e.cutoffs.values()), point, rtol=1e-9, atol=1e-12))


def _equilibrium(
    names: Sequence[str],
    places: tuple[Place, ...],
    point: tuple[float, ...],
    gains: Sequence[Gain],
    ends: Ends,
    size: float,
) -> CutoffEquilibrium:
    at = [abs(g(x, *point)) for g, x in zip(gains, point, strict=True)]
    inside = [u for p, u in zip(places, at, strict=True) if p == "inside"]
    beyond = [u for p, u in zip(places, at, strict=True) if p != "inside"]
    strict = all(u > INDIFFERENT * size for u in beyond)
    return CutoffEquilibrium(
        dict(zip(names, point, strict=True)),
        {n: (x, x) for n, x in zip(names, point, strict=True)},
        dict(zip(names, places, strict=True)),
        _numerically_stable(gains, ends, places, point) if strict else None,
        None,
        max(inside, default=0.0),
    )


Gain = Callable[..., float]
Ends = Sequence[tuple[float, float]]


def _plain(
    rules: Sequence[CutoffRule], values: Mapping[str, Any], deadline: Deadline
) -> tuple[Ends, list[Gain], dict[str, float]]:
    """Return the intervals of types, all gains as functions of (type, *cutoffs), and parameters."""
    cutoffs = [r.cutoff for r in rules]
    known = {*cutoffs, *(r.type for r in rules)}
    exprs = [r.gain for r in rules if isinstance(r.gain, sp.Expr)]
    free = [s for e in exprs for s in e.free_symbols if s not in known]
    parameters = collect([*free, *(e for r in rules for e in r.types)])
    for name in values:
        find_parameter(parameters, name)
    exact = {p: p.check(values.get(n, p.default)) for n, p in parameters.items()}
    evaluate = ExactEvaluator(exact)
    ends = []
    for r in rules:
        if any(e.is_infinite for e in r.types):
            raise GameError(
                f"the types of cutoff {r.cutoff.name!r} are unbounded; a plain function is "
                "searched on a bounded interval, so give its ends"
            )
        low, high = (float(evaluate(e)) for e in r.types)
        if not low <= high:
            raise GameError(
                f"the types of cutoff {r.cutoff.name!r} go from {low:g} to {high:g}; the first "
                "must be smaller"
            )
        ends.append((low, high))
    floats = {p: sp.Float(float(v)) for p, v in exact.items()}

    def function(rule: CutoffRule, i: int) -> Gain:
        if not isinstance(rule.gain, sp.Expr):
            return rule.gain
        kind = rule.type or sp.Dummy("type")
        found: Gain = sp.lambdify(
            [kind, *cutoffs], rule.gain.xreplace(floats), modules=["scipy", "numpy"], dummify=True
        )
        return found

    gains = [_finite(function(r, i), r.cutoff.name, deadline) for i, r in enumerate(rules)]
    return ends, gains, {p.name: float(v) for p, v in exact.items()}


def _finite(function: Gain, name: str, deadline: Deadline) -> Gain:
    """Return the function, with an error where it gives no number, and after the deadline."""

    def checked(*at: float) -> float:
        deadline.check()
        value = function(*at)
        if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
            raise GameError(
                f"the gain at cutoff {name!r} is {value!r} at type {at[0]:g} and cutoffs "
                f"{at[1:]}; it must be a finite number"
            )
        return float(value)

    return checked


def _largest_gain(gains: Sequence[Gain], ends: Ends) -> float:
    corners = product(*ends)
    return max(abs(g(x, *c)) for c in corners for g, x in zip(gains, c, strict=True)) or 1.0


def _solutions(
    places: tuple[Place, ...], gains: Sequence[Gain], ends: Ends
) -> Iterator[tuple[float, ...]]:
    """Yield points at which the types at inside cutoffs are indifferent."""
    from scipy import optimize  # slow to import

    inside = [i for i, p in enumerate(places) if p == "inside"]
    fixed = [e[0] if p == "lowest" else e[1] for p, e in zip(places, ends, strict=True)]

    def whole(part: Iterable[float]) -> tuple[float, ...]:
        rest = iter(part)
        return tuple(float(next(rest)) if i in inside else fixed[i] for i in range(len(ends)))

    def equations(part: Sequence[float]) -> list[float]:
        point = whole(np.clip(part, low, high))
        return [gains[i](point[i], *point) for i in inside]

    low, high = (np.array([ends[i][k] for i in inside]) for k in (0, 1))
    if not inside:
        yield whole(())
    elif len(inside) == 1:
        grid = np.linspace(low[0], high[0], GRID + 1)
        values = np.array([equations([x])[0] for x in grid])
        for k in np.flatnonzero(values == 0):
            if low[0] < grid[k] < high[0]:
                yield whole([grid[k]])
        for k in np.flatnonzero(values[:-1] * values[1:] < 0):
            root = optimize.brentq(lambda x: equations([x])[0], grid[k], grid[k + 1], xtol=1e-15)
            yield whole([root])
    else:
        rng = np.random.default_rng(0)
        for start in low + (high - low) * rng.random((STARTS, len(inside))):
            answer = optimize.root(equations, start, tol=1e-13)
            if np.isfinite(answer.x).all() and ((low < answer.x) & (answer.x < high)).all():
                yield whole(answer.x)


def _all_agree(gains: Sequence[Gain], ends: Ends, point: tuple[float, ...], size: float) -> bool:
    """Return whether the gain has the right sign for all types on a grid."""
    for gain, (low, high), cutoff in zip(gains, ends, point, strict=True):
        for t in np.linspace(low, high, TYPES + 1):
            side = np.sign(t - cutoff) if abs(t - cutoff) > STEP * (high - low) else 0
            if side * gain(float(t), *point) < -SOLVED * size:
                return False
    return True


def _numerically_stable(
    gains: Sequence[Gain], ends: Ends, places: tuple[Place, ...], point: tuple[float, ...]
) -> bool | None:
    inside = [i for i, p in enumerate(places) if p == "inside"]
    if not inside:
        return True

    def slope(i: int, move: int) -> float:
        """Return the derivative of a gain by the own type (-1) or by a cutoff."""
        low, high = ends[i if move < 0 else move]
        step = STEP * (high - low)
        at = [np.array([point[i], *point]) for _ in range(2)]
        for sign, x in zip((1, -1), at, strict=True):
            x[move + 1] += sign * step
        return (gains[i](*at[0]) - gains[i](*at[1])) / (2 * step)

    own = np.array([slope(i, -1) for i in inside])
    others = np.array([[slope(i, j) for j in inside] for i in inside])
    return is_stable(own, others, replies=True)
