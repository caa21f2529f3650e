"""Cutoff equilibria from expressions: each case of the conditions solved with proofs.

See `crisisgames.equilibria.cutoffs` for the conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Literal

import numpy as np
import sympy as sp

from crisisgames.equilibria.cutoff_set import (
    CutoffEquilibrium,
    CutoffRule,
    CutoffSet,
    Place,
    contracts,
    is_stable,
    notes_for,
)
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.intervals import LARGEST, Interval, compiled, enclose
from crisisgames.equilibria.roots import Box, System, isolate
from crisisgames.errors import GameError
from crisisgames.games.expressions import ExactEvaluator, as_expression
from crisisgames.games.parameter import collect, find_parameter

__all__ = ["Problem"]

Array = np.ndarray

FEW, PIECES = 10, 400
"""Pieces into which the types are cut to check that a cutoff is a best reply: at first, and where
that leaves it open."""

BATCH = 250
"""Equilibria checked at once: bounds memory."""


@dataclass(frozen=True, eq=False)
class _Points:
    """Parameter values at many points: exact, and as intervals."""

    exact: tuple[Mapping[sp.Symbol, Fraction], ...]
    intervals: Mapping[sp.Symbol, Interval]
    low: Interval  # lowest types, shape (rules, points)
    high: Interval


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A solution of the conditions, before other types are asked."""

    point: int
    box: Box
    places: tuple[Place, ...]
    idle: tuple[int, ...] | None  # ends where the gain is exactly 0; None if that is not known


@dataclass(frozen=True, eq=False)
class _Answer:
    """What is known so far."""

    found: list[_Candidate]
    undecided: list[list[Box]]  # at each point
    late: set[int]  # points at which the time limit left something undecided


class Problem:
    """Rules whose gains are expressions, with what can be prepared before values are known."""

    def __init__(self, rules: Sequence[CutoffRule]) -> None:
        self.names = tuple(r.cutoff.name for r in rules)
        # Real dummies: derivatives of absolute values need to know.
        cutoffs = {r.cutoff: sp.Dummy(r.cutoff.name, real=True) for r in rules}
        types = {r.type: sp.Dummy(r.type.name, real=True) for r in rules if r.type is not None}
        if both := set(cutoffs) & set(types):
            raise GameError(f"{both.pop().name!r} is a cutoff and a type; use two symbols")
        self.cutoffs = tuple(cutoffs[r.cutoff] for r in rules)
        self.types = tuple(types[r.type] if r.type is not None else None for r in rules)
        own = [as_expression(r.gain).xreplace({**cutoffs, **types}) for r in rules]
        self.ends = tuple(r.types for r in rules)
        known = {*self.cutoffs, *types.values()}
        for rule, gain, kind in zip(rules, own, self.types, strict=True):
            if strange := (gain.free_symbols & set(types.values())) - {kind}:
                raise GameError(
                    f"the gain at cutoff {rule.cutoff.name!r} contains the type "
                    f"{strange.pop().name!r} of another rule; average over it"
                )
        free = [s for g in own for s in g.free_symbols if s not in known]
        self.parameters = collect([*free, *(e for pair in self.ends for e in pair)])
        self.gains = tuple(own)
        at = [{} if t is None else {t: c} for t, c in zip(self.types, self.cutoffs, strict=True)]
        self.marginal = tuple(g.xreplace(a) for g, a in zip(own, at, strict=True))

    @cached_property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The parameters as symbols."""
        return tuple(self.parameters.values())

    def points(self, values: Mapping[str, Array], count: int) -> _Points:
        """Return the points, from arrays of parameter values of shape (count,)."""
        for name in values:
            find_parameter(self.parameters, name)
        columns: dict[sp.Symbol, list[Fraction]] = {}
        for name, parameter in self.parameters.items():
            given = values.get(name, np.full(count, parameter.default, dtype=object))
            columns[parameter] = [parameter.check(v) for v in given]
        intervals = {}
        for p, column in columns.items():
            ends = np.array([enclose(v) for v in column])
            intervals[p] = Interval(ends[:, 0], ends[:, 1])
        exact = tuple({p: c[k] for p, c in columns.items()} for k in range(count))
        low, high = (self._end_values(k, intervals, count) for k in (0, 1))
        empty = ~(low.lo <= high.hi)
        if empty.any():
            i, k = np.argwhere(empty)[0]
            raise GameError(
                f"the types of cutoff {self.names[i]!r} go from {low.lo[i, k]:g} to "
                f"{high.hi[i, k]:g}; the first must be smaller"
            )
        return _Points(exact, intervals, low, high)

    def _end_values(self, k: int, known: Mapping[sp.Symbol, Interval], count: int) -> Interval:
        rows = []
        for pair in self.ends:
            if pair[k].is_infinite:
                # Beyond all floats: signs there are signs in the limit.
                far = (-np.inf, -LARGEST) if pair[k] == -sp.oo else (LARGEST, np.inf)
                rows.append(Interval.of(*far))
            else:
                rows += compiled([pair[k]], tuple(known))(*known.values())
        return Interval(
            np.stack([np.broadcast_to(r.lo, count) for r in rows]),
            np.stack([np.broadcast_to(r.hi, count) for r in rows]),
        )

    def solve(self, points: _Points, deadline: Deadline = NEVER) -> list[CutoffSet]:
        """Return the equilibria at each point, and what is left undecided when the time is up."""
        answer = _Answer([], [[] for _ in points.exact], set())
        kinds: tuple[Place, ...] = ("inside", "lowest", "highest")
        for places in product(kinds, repeat=len(self.names)):
            self._solve_case(places, points, answer, deadline)
        return self._assembled(points, answer)

    def _solve_case(
        self,
        places: tuple[Place, ...],
        points: _Points,
        answer: _Answer,
        deadline: Deadline,
    ) -> None:
        """Add what solves the conditions with the cutoffs at these places."""
        count = len(points.exact)
        inside = [i for i, p in enumerate(places) if p == "inside"]
        fixed = {
            self.cutoffs[i]: (points.low if p == "lowest" else points.high)[i]
            for i, p in enumerate(places)
            if p != "inside"
        }
        results: list[tuple[int, Box, bool]] = []
        if inside:
            system = System(
                tuple(self.marginal[i] for i in inside),
                tuple(self.cutoffs[i] for i in inside),
                {**points.intervals, **fixed},
            )
            box = Interval(points.low.lo[inside], points.high.hi[inside])
            for k, roots in enumerate(isolate(system, box, deadline)):
                if roots.time_up:
                    answer.late.add(k)
                results += [(k, b, True) for b in roots.enclosures]
                results += [(k, b, False) for b in roots.undecided]
        else:
            results = [(k, (), True) for k in range(count)]
        if not results:
            return
        boxes = [self._whole_box(places, points, k, part) for k, part, _ in results]
        where = np.array([k for k, _, _ in results])
        signs = self._marginal_gains(points, boxes, where)
        for j, (k, _, proved) in enumerate(results):
            if proved and self._is_end_case(places, points, k, boxes[j]):
                continue
            verdict, idle = self._verdict(places, points, k, boxes[j], signs[:, j])
            if verdict == "no":
                continue
            if verdict == "open" or not proved:
                answer.undecided[k].append(boxes[j])
                continue
            known = idle if verdict == "yes" else None
            answer.found.append(_Candidate(k, boxes[j], places, known))

    def _whole_box(self, places: tuple[Place, ...], points: _Points, k: int, part: Box) -> Box:
        rest = iter(part)
        ends = {"lowest": points.low, "highest": points.high}
        return tuple(
            next(rest) if p == "inside" else (float(ends[p].lo[i, k]), float(ends[p].hi[i, k]))
            for i, p in enumerate(places)
        )

    def _marginal_gains(self, points: _Points, boxes: Sequence[Box], where: Array) -> Interval:
        """Return the gains of the types at the cutoffs, shape (rules, boxes)."""
        return self._enclosed(self._functions[0], points, boxes, where)

    @cached_property
    def _functions(self) -> tuple[Callable[..., list[Interval]], ...]:
        """The gains at the cutoffs, and their derivatives by cutoffs and by own types."""
        symbols = (*self.cutoffs, *self.symbols)
        at = {t: c for t, c in zip(self.types, self.cutoffs, strict=True) if t is not None}
        own = [
            sp.Integer(0) if t is None else sp.diff(g, t).xreplace(at)
            for g, t in zip(self.gains, self.types, strict=True)
        ]
        others = [sp.diff(g, c).xreplace(at) for g in self.gains for c in self.cutoffs]
        return (
            compiled(self.marginal, symbols),
            compiled([*own, *others], symbols, slopes=True),
        )

    def _enclosed(
        self,
        function: Callable[..., list[Interval]],
        points: _Points,
        boxes: Sequence[Box],
        where: Array,
    ) -> Interval:
        ends = np.array(boxes).reshape(len(boxes), len(self.names), 2)
        own = [Interval(ends[:, i, 0], ends[:, i, 1]) for i in range(len(self.names))]
        rows = function(*own, *(points.intervals[p][where] for p in self.symbols))
        return Interval(
            np.stack([np.broadcast_to(r.lo, len(boxes)) for r in rows]),
            np.stack([np.broadcast_to(r.hi, len(boxes)) for r in rows]),
        )

    def _verdict(
        self, places: tuple[Place, ...], points: _Points, k: int, box: Box, gains: Interval
    ) -> tuple[Literal["yes", "open", "no"], tuple[int, ...] | None]:
        """Return whether cutoffs satisfy their conditions, and at which ends the gain is 0."""
        verdict: Literal["yes", "open", "no"] = "yes"
        idle: tuple[int, ...] | None = ()
        for i, place in enumerate(places):
            if place == "inside":
                beyond = box[i][0] < points.low.hi[i, k] or box[i][1] > points.high.lo[i, k]
                if beyond:
                    return "open", None
                continue
            sign = 1 if place == "lowest" else -1
            low, high = float(gains.lo[i]), float(gains.hi[i])
            if low < 0 < high and "inside" not in places:
                exact = self._exact_gains(places, points, k)
                if exact is not None:
                    low = high = float((exact[i] > 0) - (exact[i] < 0))
            if sign < 0:
                low, high = -high, -low
            if high < 0:
                return "no", None
            if low < 0:
                verdict = "open"
            elif not low > 0:
                idle = None if idle is None or high > 0 else (*idle, i)
        return verdict, idle

    def _exact_gains(
        self, places: tuple[Place, ...], points: _Points, k: int
    ) -> list[Fraction] | None:
        """Return the gains with all cutoffs at ends, in exact arithmetic where that is possible."""
        chosen = [
            pair[0 if p == "lowest" else 1] for pair, p in zip(self.ends, places, strict=True)
        ]
        if any(e.is_infinite for e in chosen):
            return None
        evaluate = ExactEvaluator(points.exact[k])
        at = dict(zip(self.cutoffs, map(evaluate, chosen), strict=True))
        there = ExactEvaluator({**points.exact[k], **at})
        return [there(g) for g in self.marginal]

    def _is_end_case(self, places: tuple[Place, ...], points: _Points, k: int, box: Box) -> bool:
        """Return whether a proved root has all its inside cutoffs at ends: a case of its own.

        The box holds exactly one root, so the ends are that root if they lie in the box and solve
        the equations exactly.
        """
        inside = [i for i, p in enumerate(places) if p == "inside"]
        corner = list(places)
        for i in inside:
            if box[i][0] <= points.low.hi[i, k]:
                corner[i] = "lowest"
            elif box[i][1] >= points.high.lo[i, k]:
                corner[i] = "highest"
        if not inside or "inside" in corner:
            return False
        ends = [pair[corner[i] == "highest"] for i, pair in enumerate(self.ends)]
        if any(e.is_infinite for e in ends):
            return False
        try:
            exact = [ExactEvaluator(points.exact[k])(e) for e in ends]
            gains = self._exact_gains(tuple(corner), points, k)
        except GameError:  # undefined there, or a function without an exact value
            return False
        return gains is not None and all(
            box[i][0] <= exact[i] <= box[i][1] and gains[i] == 0 for i in inside
        )

    def _assembled(self, points: _Points, answer: _Answer) -> list[CutoffSet]:
        """Return the sets, after a look at stability and at all other types."""
        own: list[list[CutoffEquilibrium]] = [[] for _ in points.exact]
        refuted = [0] * len(own)
        found = _distinct(answer.found)
        for start in range(0, len(found), BATCH):
            part = found[start : start + BATCH]
            agreed = self._best_replies(points, part)
            stable = self._stability(points, part)
            gains = self._residuals(points, part)
            for j, c in enumerate(part):
                if agreed[j] is False:
                    refuted[c.point] += 1
                else:
                    own[c.point].append(
                        self._equilibrium(points, c, stable[j], agreed[j], float(gains[j]))
                    )
        sets = []
        for k, rows in enumerate(own):
            rows.sort(key=lambda e: tuple(e.cutoffs.values()))
            left = tuple(dict(zip(self.names, b, strict=True)) for b in answer.undecided[k])
            values = {p.name: float(v) for p, v in points.exact[k].items()}
            notes = notes_for(rows, refuted[k], left, time_up=k in answer.late)
            sets.append(CutoffSet(tuple(rows), not left, left, notes, values))
        return sets

    def _equilibrium(
        self,
        points: _Points,
        c: _Candidate,
        stable: bool | None,
        best_reply: bool | None,
        gain: float,
    ) -> CutoffEquilibrium:
        far = [_shown(side) for side in c.box]
        return CutoffEquilibrium(
            self._cutoffs(points, c),
            dict(zip(self.names, far, strict=True)),
            dict(zip(self.names, c.places, strict=True)),
            stable,
            best_reply,
            gain,
        )

    def _cutoffs(self, points: _Points, c: _Candidate) -> dict[str, float]:
        """Return the cutoffs as floats: ends as they are, roots by the middle of the enclosure."""
        found = {}
        for name, side, place, ends in zip(self.names, c.box, c.places, self.ends, strict=True):
            end = ends[0 if place == "lowest" else 1]
            if place == "inside":
                found[name] = _middle(side)
            elif end.is_infinite:
                found[name] = float(end)
            else:
                found[name] = float(ExactEvaluator(points.exact[c.point])(end))
        return found

    def _residuals(self, points: _Points, part: Sequence[_Candidate]) -> Array:
        """Return how far the types at inside cutoffs are from indifference, at most."""
        middles = [
            tuple(
                (s[0], s[1]) if s[1] >= LARGEST or s[0] <= -LARGEST else (_middle(s),) * 2
                for s in c.box
            )
            for c in part
        ]
        where = np.array([c.point for c in part])
        signs = self._marginal_gains(points, middles, where)
        inside = np.array([[p == "inside" for p in c.places] for c in part]).T
        worst = np.maximum(np.abs(signs.lo), np.abs(signs.hi))
        return np.asarray(np.where(inside, worst, 0.0).max(axis=0))

    def _stability(self, points: _Points, part: Sequence[_Candidate]) -> list[bool | None]:
        """Return what the derivatives say about the way back; see `CutoffEquilibrium`."""
        n = len(self.names)
        where = np.array([c.point for c in part])
        rows = self._enclosed(self._functions[1], points, [c.box for c in part], where)
        own, others = rows[:n], rows[n:]
        replies = all(t is not None for t in self.types)
        found: list[bool | None] = [None] * len(part)
        alone: dict[bool, list[tuple[int, int]]] = {False: [], True: []}
        for j, c in enumerate(part):
            if c.idle is None:
                continue
            free = [i for i, p in enumerate(c.places) if p == "inside" or i in c.idle]
            jacobian = others.middle[:, j].reshape(n, n)[np.ix_(free, free)]
            if not free:
                found[j] = True
            elif len(free) == 1:
                alone[bool(c.idle)].append((j, free[0]))
            elif c.idle:
                found[j] = contracts(own.middle[free, j], jacobian) if replies else None
            else:
                found[j] = is_stable(own.middle[free, j], jacobian, replies)
        for at_end, several in alone.items():
            if several:
                j, i = np.array(several).T
                verdict = _stable_at_end if at_end else _stable_alone
                yes, no = verdict(own[i, j], others[i * n + i, j], replies)
                for k, sure, unstable in zip(j.tolist(), yes.tolist(), no.tolist(), strict=True):
                    found[k] = True if sure else False if unstable else None
        return found

    def _best_replies(self, points: _Points, part: Sequence[_Candidate]) -> list[bool | None]:
        """Return whether all types agree with the one at their cutoff: yes, no, or not known."""
        verdicts: list[bool | None] = [True] * len(part)
        for i, t in enumerate(self.types):
            if t is None:
                return [None] * len(part)
            sure, wrong = self._agreement(points, part, i, t, FEW)
            left = np.flatnonzero(~sure & ~wrong)
            if left.size:
                rest = [part[j] for j in left.tolist()]
                sure[left], wrong[left] = self._agreement(points, rest, i, t, PIECES)
            for j in range(len(part)):
                if wrong[j]:
                    verdicts[j] = False
                elif not sure[j] and verdicts[j]:
                    verdicts[j] = None
        return verdicts

    def _agreement(
        self, points: _Points, part: Sequence[_Candidate], i: int, kind: sp.Symbol, pieces: int
    ) -> tuple[Array, Array]:
        """Return for which candidates rule ``i`` is best for all types, and for which it is not.

        Going away from the cutoff, types agree as long as the gain does not fall with the type, and
        wherever it has the right sign.
        """
        symbols = (kind, *self.cutoffs, *self.symbols)
        gain = self.gains[i]
        function = compiled([gain], symbols)
        slope = compiled([sp.diff(gain, kind)], symbols, slopes=True)
        where = np.array([c.point for c in part])
        ends = np.array([c.box for c in part])
        cutoffs = [Interval(ends[:, m, 0], ends[:, m, 1]) for m in range(len(self.names))]
        rest = [*cutoffs, *(points.intervals[p][where] for p in self.symbols)]
        low, high = points.low.lo[i, where], points.high.hi[i, where]
        start, stop = np.clip(ends[:, i, 0], low, high), np.clip(ends[:, i, 1], low, high)
        at = slope(Interval(start, stop), *rest)[0]
        places = [c.places[i] for c in part]
        sure = (at.lo >= 0) | np.array([p != "inside" for p in places])
        wrong = np.zeros(len(part), dtype=bool)
        for sign, near, far in ((1.0, stop, high), (-1.0, start, low)):
            here = np.array([p == "inside" or (p == "lowest") == (sign > 0) for p in places])
            edges = _pieces(near, far, pieces)
            types = Interval(np.minimum(edges[:-1], edges[1:]), np.maximum(edges[:-1], edges[1:]))
            shape = types.lo.shape
            value, rise = (
                (np.broadcast_to(r, shape) for r in _signed(function(types, *rest)[0], sign)),
                slope(types, *rest)[0],
            )
            least, most = value
            rising = np.logical_and.accumulate(np.broadcast_to(rise.lo, shape) >= 0, axis=0)
            sure = sure & (~here | (rising | (least >= 0)).all(axis=0))
            wrong = wrong | (here & (most < 0).any(axis=0))
        return np.asarray(sure), wrong


def _signed(gain: Interval, sign: float) -> tuple[Array, Array]:
    return (gain.lo, gain.hi) if sign > 0 else (-gain.hi, -gain.lo)


def _pieces(near: Array, far: Array, pieces: int) -> Array:
    """Return the edges of pieces from ``near`` to ``far``, either of which may be infinite."""
    share = np.linspace(0, 1, pieces + 1)[:, None]
    size = np.maximum(1.0, np.abs(np.where(np.isfinite(near), near, 0.0)))
    with np.errstate(all="ignore"):
        line = near + share * (far - near)
        ray = near + np.sign(far) * size * share / (1 - share)
        back = far - np.sign(far) * (1 - share) / share
        whole = np.sign(far) * np.tan(np.pi * (share - 0.5))
    edges = np.where(
        np.isinf(far), np.where(np.isinf(near), whole, ray), np.where(np.isinf(near), back, line)
    )
    edges[0], edges[-1] = near, far
    return np.asarray(edges)


def _middle(side: tuple[float, float]) -> float:
    return side[0] / 2 + side[1] / 2


def _shown(side: tuple[float, float]) -> tuple[float, float]:
    """Return an enclosure as it is reported: what lies beyond all floats is infinite."""
    if side[0] <= -LARGEST:
        return -np.inf, -np.inf
    return (np.inf, np.inf) if side[1] >= LARGEST else side


def _distinct(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Return the candidates without those that are proved to be the same point as another."""
    by_point: dict[int, list[_Candidate]] = {}
    for c in found:
        by_point.setdefault(c.point, []).append(c)
    return [c for c in found if not any(_is_also(c, other) for other in by_point[c.point])]


def _is_also(inner: _Candidate, other: _Candidate) -> bool:
    """Return whether a root with a cutoff exactly at an end is a root that is listed there.

    It solves the equations of the other case, and that one's box holds only one solution of them.
    """
    moved = False
    for side, place, there, at in zip(
        inner.box, inner.places, other.box, other.places, strict=True
    ):
        if place == at:
            same = at != "inside" or there[0] <= side[0] <= side[1] <= there[1]
        else:
            ends = ("inside", "highest", "lowest")  # in an interval of one type all are the same
            same = ends.index(place) < ends.index(at)
            same = same and side[0] == side[1] == there[0] == there[1]
            moved = True
        if not same:
            return False
    return moved


def _stable_at_end(own: Interval, other: Interval, replies: bool) -> tuple[Array, Array]:
    """Return which cutoffs at ends are stable, and which not, where types are exactly indifferent.

    Cutoffs nearby lie on one side, and replies beyond the end are cut off at it, so only replies
    that lead away on that side matter.
    """
    known = (own.lo > 0) | (not replies)
    yes, no = _stable_alone(own, other, replies=False)
    return known & yes, known & no


def _stable_alone(own: Interval, other: Interval, replies: bool) -> tuple[Array, Array]:
    """Return which single cutoffs are stable, and which not, from the derivatives of their gains.

    Neither is known where the intervals for the derivatives do not tell.
    """
    if not replies:
        total = own + other
        return total.lo > 0, total.hi < 0
    rises = own.lo > 0
    with np.errstate(all="ignore"):
        size = other * own.reciprocal()
    most = np.maximum(abs(size.lo), abs(size.hi))
    least = np.where(size.contains_zero(), 0, np.minimum(abs(size.lo), abs(size.hi)))
    return rises & (most < 1), rises & (least > 1)
