"""All roots of equations in a box, each with a proof, by interval Newton and bisection [1]_.

Boxes are halved until each either holds no root (the equations, or their expansion around the
middle, stay away from 0) or exactly one. For the latter, Krawczyk's operator ``K`` of a box ``X``
holds every root in ``X``, and if ``K`` lies in the interior of ``X``, there is exactly one [1]_,
sections 8.2 and 8.3. What stays open (double roots, continua, what rounding hides) is returned as
such, never dropped. Many points, each with its own parameters and box, are worked on at once.

References
----------
.. [1] Ramon E. Moore, R. Baker Kearfott and Michael J. Cloud, "Introduction to Interval Analysis",
   SIAM, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.intervals import Interval, compiled, enclose
from crisisgames.errors import GameError
from crisisgames.games.expressions import as_expression

__all__ = ["Box", "Roots", "System", "isolate", "isolate_roots"]

Array = np.ndarray
Box = tuple[tuple[float, float], ...]
"""Lower and upper end for each unknown."""

RESOLUTION = 1e-10
"""Length, relative to that of the interval searched, of boxes that are not halved any more. Two
roots of a smooth function that are 1e-8 apart cannot be told from a double one in floats."""

MAX_OPEN = {1: 2_000, 2: 4_000}
"""Boxes that may be open at once, at each point, by the number of unknowns."""
MAX_OPEN_MANY = 8_000
"""The same for three unknowns and more."""

MAX_LEVELS = 400
"""Rounds of halving."""

INFLATION = 0.1
"""How much a box is widened before its proof, relative to its length, so that a root on the border
of two boxes lies inside one."""

OFF_CENTRE = 0.4871
"""Where boxes are cut: a round fraction would often be a root itself."""

SHRUNK = 0.6
"""A box that Krawczyk's operator cuts to less than this share is not halved as well."""

POLISH = 30
"""Rounds of narrowing an enclosure; each squares its length until rounding stops it."""


@dataclass(frozen=True)
class Roots:
    """The roots in a box.

    Attributes
    ----------
    enclosures : tuple of boxes
        Each holds exactly one root; no root is in two of them. In increasing order.
    undecided : tuple of boxes
        All other roots, if there are any, lie in these.
    time_up : bool
        Whether some are undecided because the time was up.
    """

    enclosures: tuple[Box, ...]
    undecided: tuple[Box, ...]
    time_up: bool = False

    @property
    def complete(self) -> bool:
        """Whether the enclosures are known to hold all roots."""
        return not self.undecided

    @property
    def middles(self) -> tuple[tuple[float, ...], ...]:
        """The middles of the enclosures."""
        return tuple(tuple(lo / 2 + hi / 2 for lo, hi in box) for box in self.enclosures)


@dataclass(frozen=True, eq=False)
class System:
    """As many equations (expressions that are to be 0) as unknowns, at many points.

    Attributes
    ----------
    equations : tuple of SymPy expressions
    unknowns : tuple of symbols
    parameters : mapping
        For each other symbol its intervals, shape (points,).
    """

    equations: tuple[sp.Expr, ...]
    unknowns: tuple[sp.Symbol, ...]
    parameters: Mapping[sp.Symbol, Interval]

    @cached_property
    def _functions(self) -> tuple[Callable[..., list[Interval]], Callable[..., list[Interval]]]:
        symbols = (*self.unknowns, *self.parameters)
        rows = [sp.diff(e, u) for e in self.equations for u in self.unknowns]
        return compiled(self.equations, symbols), compiled(rows, symbols, slopes=True)

    def values(self, box: Interval, points: Array) -> Interval:
        """Return the equations over boxes of shape (unknowns, boxes)."""
        return _stacked(self._functions[0](*self._arguments(box, points)), points.shape)

    def slopes(self, box: Interval, points: Array) -> Interval:
        """Return the derivatives over boxes, shape (equations, unknowns, boxes)."""
        n = len(self.unknowns)
        flat = _stacked(self._functions[1](*self._arguments(box, points)), points.shape)
        return Interval(flat.lo.reshape(n, n, -1), flat.hi.reshape(n, n, -1))

    def _arguments(self, box: Interval, points: Array) -> list[Interval]:
        own = [box[i] for i in range(len(self.unknowns))]
        return own + [v[points] for v in self.parameters.values()]


def _stacked(rows: Sequence[Interval], shape: tuple[int, ...]) -> Interval:
    return Interval(
        np.stack([np.broadcast_to(r.lo, shape) for r in rows]),
        np.stack([np.broadcast_to(r.hi, shape) for r in rows]),
    )


def isolate_roots(
    equations: sp.Expr | Sequence[sp.Expr],
    box: Mapping[sp.Symbol, tuple[Any, Any]],
    *,
    time_limit: float | None = None,
) -> Roots:
    """Return all roots of equations in a box, with a proof for each.

    Parameters
    ----------
    equations : SymPy expression or sequence of them
        As many as unknowns; each is to be 0. Functions without a finite derivative at a root leave
        it undecided.
    box : mapping
        For each unknown its lowest and highest value; ``-oo`` and ``oo`` are allowed. Roots at the
        ends count; where rounding hides on which side of an end a root lies, it is given.
    time_limit : float, optional
        Seconds after which boxes that may hold roots are left undecided; None and 0 mean none.

    Returns
    -------
    Roots

    Raises
    ------
    GameError
        If there are not as many equations as unknowns, another symbol occurs, or an interval is
        empty.
    NotApplicable
        If an expression has a function without an interval extension.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> found = isolate_roots(x**3 - 2 * x, {x: (-10, 10)})
    >>> found.complete, [round(r, 12) for (r,) in found.middles]
    (True, [-1.414213562373, 0.0, 1.414213562373])
    >>> isolate_roots((x - 1) ** 2, {x: (0, 3)}).complete
    False
    """
    deadline = Deadline.within(time_limit)
    rows = [equations] if isinstance(equations, sp.Expr) else list(equations)
    if not box or len(rows) != len(box):
        raise GameError(f"there are {len(rows)} equations for {len(box)} unknowns; give as many")
    real = {u: sp.Dummy(str(u), real=True) for u in box}
    exprs = tuple(as_expression(e, "an equation").xreplace(real) for e in rows)
    if other := sorted(
        str(s) for s in set().union(*(e.free_symbols for e in exprs)) - {*real.values()}
    ):
        raise GameError(f"the equations contain {other[0]!r}; its interval is not given")
    ends = []
    for u, (low, high) in box.items():
        lo, hi = enclose(low)[0], enclose(high)[1]
        if not lo <= hi:
            raise GameError(f"{u} is searched from {low} to {high}; the first must be smaller")
        ends.append((lo, hi))
    columns = Interval(*(np.array([[e[k]] for e in ends]) for k in (0, 1)))
    return isolate(System(exprs, tuple(real.values()), {}), columns, deadline)[0]


def isolate(system: System, box: Interval, deadline: Deadline = NEVER) -> list[Roots]:
    """Return the roots of a system at each point, in a box of shape (unknowns, points).

    All boxes are looked at once, however little time there is.
    """
    n, count = box.lo.shape
    scale = np.where(np.isfinite(box.width), box.width, 1.0)
    found: list[list[_Proved]] = [[] for _ in range(count)]
    left: list[list[Box]] = [[] for _ in range(count)]
    open_boxes, points = box, np.arange(count)
    limit = MAX_OPEN.get(n, MAX_OPEN_MANY)
    cut_short = np.zeros(count, dtype=bool)
    with np.errstate(all="ignore"):
        for level in range(MAX_LEVELS + 1):
            # A box inside a proof holds no root but the one that is known.
            keep = ~_covered(open_boxes, points, found)
            open_boxes, points = open_boxes[:, keep], points[keep]
            if not points.size:
                break
            narrow = _narrowed(system, open_boxes, points)
            for k in np.flatnonzero(narrow.proved):
                _add(found[points[k]], _box(narrow.krawczyk, int(k)), _box(narrow.wide, int(k)))
            keep = narrow.possible & ~narrow.proved
            open_boxes, points = narrow.rest[:, keep], points[keep]
            size = np.maximum(scale[:, points], np.abs(open_boxes.middle))
            small = (np.isfinite(size) & (open_boxes.width <= RESOLUTION * size)).all(axis=0)
            crowded = np.bincount(points, minlength=count)[points] > limit
            stop = small | crowded | (level == MAX_LEVELS)
            if deadline.passed:
                cut_short[points[~stop]] = True
                stop[:] = True
            for k in np.flatnonzero(stop):
                left[points[k]].append(_box(open_boxes, int(k)))
            halves = ~narrow.shrunk[keep][~stop]
            open_boxes, points = open_boxes[:, ~stop], points[~stop]
            open_boxes, points = _halved(open_boxes, points, halves)
        found = _polished(system, found)
    return [
        replace(_result(f, u, _box(box, k)), time_up=bool(cut_short[k]))
        for k, (f, u) in enumerate(zip(found, left, strict=True))
    ]


@dataclass(frozen=True)
class _Proved:
    """A root: where it is, and a larger box in which it is the only one."""

    enclosure: Box
    alone_in: Box


@dataclass(frozen=True, eq=False)
class _Narrowed:
    """What one round says about boxes."""

    rest: Interval  # where roots of the box must lie
    wide: Interval  # the box in which a proved root is the only one
    krawczyk: Interval
    possible: Array
    proved: Array
    shrunk: Array


def _narrowed(system: System, box: Interval, points: Array) -> _Narrowed:
    """Return what the equations and Krawczyk's operator say about boxes."""
    possible = system.values(box, points).contains_zero().all(axis=0)
    wide = _inflated(box)
    slopes = system.slopes(wide, points)
    # Beyond the ends an expression may have no finite slope.
    bad = ~(np.isfinite(slopes.lo) & np.isfinite(slopes.hi)).all(axis=(0, 1))
    if bad.any():
        wide = Interval(np.where(bad, box.lo, wide.lo), np.where(bad, box.hi, wide.hi))
        inner = system.slopes(box, points)
        slopes = Interval(np.where(bad, inner.lo, slopes.lo), np.where(bad, inner.hi, slopes.hi))
    operator, expansion = _krawczyk(system, wide, slopes, points)
    possible = possible & expansion.contains_zero().all(axis=0)
    rest = box.meet(operator)
    possible = np.asarray(possible & (rest.lo <= rest.hi).all(axis=0))
    # An operator that hardly shrinks the box proves a root too, but gives no narrow enclosure.
    narrower = operator.width <= SHRUNK * wide.width
    proved = np.asarray((operator.inside(wide) & narrower).all(axis=0))
    ratio = np.where(box.width > 0, rest.width / box.width, 1.0)
    shrunk = np.isfinite(box.width).all(axis=0) & (np.min(ratio, axis=0) < SHRUNK)
    return _Narrowed(rest, wide, operator, possible, proved, shrunk)


def _krawczyk(
    system: System, box: Interval, slopes: Interval, points: Array
) -> tuple[Interval, Interval]:
    """Return Krawczyk's operator of boxes, and the expansion of the equations around the middle.

    With ``m`` the middle, ``J`` the slopes and ``Y`` an approximate inverse of their middle, they
    are ``m - Y f(m) + (1 - Y J)(X - m)`` and ``f(m) + J (X - m)``.
    """
    n = len(box.lo)
    middle = Interval.of(box.middle)
    there = system.values(middle, points)
    away = box - middle
    inverse = _inverses(slopes.middle)
    point = [[Interval.of(inverse[i, j]) for j in range(n)] for i in range(n)]
    operator, expansion = [], []
    for i in range(n):
        shift = middle[i]
        spread = there[i]
        for j in range(n):
            shift = shift - point[i][j] * there[j]
            spread = spread + slopes[i, j] * away[j]
        for k in range(n):
            rest = Interval.of(float(i == k))
            for j in range(n):
                rest = rest - point[i][j] * slopes[j, k]
            shift = shift + rest * away[k]
        operator.append(shift)
        expansion.append(spread)
    return _stacked(operator, points.shape), _stacked(expansion, points.shape)


def _inverses(matrices: Array) -> Array:
    """Return approximate inverses of matrices in the first two axes; zeros where there are none."""
    stack = np.moveaxis(matrices, -1, 0)
    good = np.isfinite(stack).all(axis=(1, 2))
    good[good] = np.abs(np.linalg.det(stack[good])) > 0
    inverse = np.zeros_like(stack)
    inverse[good] = np.linalg.inv(stack[good])
    inverse[~np.isfinite(inverse)] = 0.0
    return np.moveaxis(inverse, 0, -1)


def _inflated(box: Interval) -> Interval:
    more = INFLATION * box.width + 4 * np.spacing(np.maximum(np.abs(box.lo), np.abs(box.hi)))
    more = np.where(np.isfinite(more), more, 0.0)
    return Interval(box.lo - more, box.hi + more)


def _halved(box: Interval, points: Array, halves: Array) -> tuple[Interval, Array]:
    """Return boxes cut in two along their longest side where ``halves`` holds."""
    axis = np.argmax(np.where(np.isfinite(box.width), box.width, np.inf), axis=0)
    row = np.arange(points.size)
    lo, hi = box.lo[axis, row], box.hi[axis, row]
    cut = lo + OFF_CENTRE * (hi - lo)
    cut = np.where(np.isinf(hi), np.maximum(1.0, 4 * lo), cut)
    cut = np.where(np.isinf(lo), np.minimum(-1.0, 4 * hi), cut)
    cut = np.where(np.isinf(lo) & np.isinf(hi), OFF_CENTRE, cut)
    cut = np.clip(cut, lo, hi)
    first = Interval(box.lo.copy(), box.hi.copy())
    first.hi[axis, row] = np.where(halves, cut, hi)
    second = Interval(box.lo.copy(), box.hi.copy())
    second.lo[axis, row] = cut
    return (
        Interval(
            np.concatenate([first.lo, second.lo[:, halves]], axis=1),
            np.concatenate([first.hi, second.hi[:, halves]], axis=1),
        ),
        np.concatenate([points, points[halves]]),
    )


def _covered(box: Interval, points: Array, found: Sequence[Sequence[_Proved]]) -> Array:
    """Return which boxes lie where a root is known to be the only one."""
    covered = np.zeros(points.size, dtype=bool)
    some = np.array([bool(own) for own in found])
    for k in np.flatnonzero(some[points]):
        covered[k] = any(_within(_box(box, int(k)), root.alone_in) for root in found[points[k]])
    return covered


def _box(box: Interval, k: int) -> Box:
    return tuple(zip(box.lo[:, k].tolist(), box.hi[:, k].tolist(), strict=True))


def _within(inner: Box, outer: Box) -> bool:
    return all(o[0] <= i[0] and i[1] <= o[1] for i, o in zip(inner, outer, strict=True))


def _add(own: list[_Proved], enclosure: Box, alone_in: Box) -> None:
    """Add a proved root, unless it is one that was found before."""
    if not any(_within(enclosure, root.alone_in) for root in own):
        own.append(_Proved(enclosure, alone_in))


def _polished(system: System, found: Sequence[Sequence[_Proved]]) -> list[list[_Proved]]:
    """Return the roots with enclosures as narrow as Krawczyk's operator makes them."""
    sizes = [len(own) for own in found]
    points = np.repeat(np.arange(len(found)), sizes)
    if not points.size:
        return [list(own) for own in found]
    ends = np.array([root.enclosure for own in found for root in own])
    best = Interval(ends[:, :, 0].T, ends[:, :, 1].T)
    for _ in range(POLISH):
        operator, _ = _krawczyk(system, best, system.slopes(best, points), points)
        closer = best.meet(operator)
        better = (closer.lo <= closer.hi).all(axis=0) & (closer.width < best.width).any(axis=0)
        if not better.any():
            break
        best = Interval(np.where(better, closer.lo, best.lo), np.where(better, closer.hi, best.hi))
    boxes = iter([_box(best, k) for k in range(points.size)])
    return [[_Proved(next(boxes), root.alone_in) for root in own] for own in found]


def _result(found: Sequence[_Proved], left: Sequence[Box], box: Box) -> Roots:
    """Return the roots in the box, and what is undecided, in order."""
    distinct: list[_Proved] = []
    doubtful: list[Box] = []
    for root in found:
        if any(_within(other.enclosure, root.alone_in) for other in distinct):
            continue
        near = [o for o in distinct if _touch(o.enclosure, root.enclosure)]
        if near:  # not known to be the same, nor to be two
            doubtful.append(root.enclosure)
        elif _touch(root.enclosure, box):
            distinct.append(root)
    open_boxes = [
        b for b in [*left, *doubtful] if not any(_within(b, r.alone_in) for r in distinct)
    ]
    return Roots(tuple(sorted(r.enclosure for r in distinct)), tuple(sorted(_merged(open_boxes))))


def _touch(a: Box, b: Box) -> bool:
    return all(x[0] <= y[1] and y[0] <= x[1] for x, y in zip(a, b, strict=True))


def _merged(boxes: Sequence[Box]) -> list[Box]:
    """Return the smallest boxes around those that touch."""
    merged: list[Box] = []
    for box in sorted(boxes):
        near = [b for b in merged if _touch(b, box)]
        while near:
            merged = [b for b in merged if b not in near]
            box = _hull([box, *near])
            near = [b for b in merged if _touch(b, box)]
        merged.append(box)
    return merged


def _hull(boxes: Sequence[Box]) -> Box:
    return tuple(
        (min(e[0] for e in side), max(e[1] for e in side)) for side in zip(*boxes, strict=True)
    )
