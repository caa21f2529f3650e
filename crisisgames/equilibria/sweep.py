"""One game at many points: patterns as flat arrays, and the kernel at work on all cores."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from os import cpu_count
from typing import Literal

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.patterns import Patterns, compile_patterns, payoff_entries
from crisisgames.equilibria.sequence_form import SequenceForm, sequence_form
from crisisgames.equilibria.sequential import SearchStopped, independent_parts
from crisisgames.equilibria.sweep_kernels import (
    BITS,
    DONE,
    ROUNDING,
    UNCERTAIN,
    Memory,
    Program,
    solve_points,
)
from crisisgames.games import Compiled, ExtensiveFormGame, Numbers, Visit

__all__ = ["Extremes", "Plan", "compile_sweep", "sweep"]

CHUNK = 2_500
"""Points that one thread takes at a time: bounds memory, and keeps all cores busy."""

PATTERNS_PER_POINT = 20
"""Patterns worth compiling for each point: more take longer than solving the points exactly."""

FEW, MOST = 200, 60_000
"""Patterns that are compiled for any number of points, and for none exceeded."""

RAYS_PER_CONE = 8
"""Room for extreme rays, times the number of cones; a point that needs more is solved exactly."""

RAYS = 256
"""Rays of one cone; a point that needs more is solved exactly."""

TERMS = 8
"""Numbers added up in a payoff entry without a further allowance for their rounding."""

RAREST = 1e-9
"""Probability of an end below which a point is solved exactly: what nature never does, or hardly
ever, is taken as a limit there."""

SCALES = 1e3
"""How far the smallest difference in a game must be above rounding for ties to be told."""

KEPT = 16
"""Games whose patterns are kept for the next batch."""

ROOM = 32
"""Room for extreme equilibria, times the number of points of a chunk."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """The extreme equilibria of one part of the game at all points, in the order of points.

    Those of point k are at ``starts[k]`` to ``starts[k + 1]``; ``results`` has what each adds to
    the probability of outcomes and to payoffs.
    """

    starts: np.ndarray
    results: np.ndarray
    gains: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """The number of extreme equilibria of each point."""
        return np.asarray(np.diff(self.starts))

    def reduced(self, how: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Return the smallest or largest value of each point; nan where there is none."""
        found = np.full(len(self.starts) - 1, np.nan)
        some = self.count > 0
        if some.any():
            found[some] = how.reduceat(values, self.starts[:-1][some])
        return found


@dataclass(frozen=True, eq=False)
class Plan:
    """What is compiled once for all points."""

    form: SequenceForm
    patterns: tuple[Patterns, ...]

    def fixed(self, numbers: Numbers) -> np.ndarray:
        """Return what ends without any decision add to outcomes and payoffs."""
        inside = {h for p in self.patterns for h in p.part}
        ends = self.form.game.ends
        outside = [z for z, v in enumerate(ends) if not any(h in inside for h, _ in v.decisions)]
        return np.asarray(_totals(self.form, numbers, outside).sum(axis=1))


def compile_sweep(
    game: ExtensiveFormGame,
    concept: Literal["sequential", "nash"],
    points: int,
    deadline: Deadline = NEVER,
) -> Plan | None:
    """Return the patterns of a game; None if solving so many points exactly takes less time."""
    most = min(max(FEW, PATTERNS_PER_POINT * points), MOST)
    try:
        return _compiled(_Structure(game.compiled, game, deadline), concept, most)
    except SearchStopped:
        return None


@dataclass(frozen=True)
class _Structure:
    """A game of which only the structure counts."""

    compiled: Compiled
    game: ExtensiveFormGame = field(compare=False)
    deadline: Deadline = field(compare=False)


@lru_cache(maxsize=KEPT)
def _compiled(
    structure: _Structure, concept: Literal["sequential", "nash"], most: int
) -> Plan | None:
    form = sequence_form(structure.compiled, structure.game.exact())
    found = []
    for part in independent_parts(form):
        patterns = compile_patterns(form, part, concept, most, structure.deadline)
        if patterns is None or not _fits(form, patterns):
            return None
        found.append(patterns)
    return Plan(form, tuple(found))


def _totals(form: SequenceForm, numbers: Numbers, ends: Sequence[int]) -> np.ndarray:
    """Return what each end adds to outcomes and payoffs, shape (points, ends, quantities)."""
    visits = tuple(form.game.ends[z] for z in ends)
    chance = numbers.chance(visits)[..., None]
    each = np.concatenate([numbers.shares[:, ends], numbers.payoffs[:, ends]], axis=2)
    return np.asarray(each * chance)


def sweep(
    plan: Plan,
    numbers: Numbers,
    magnitudes: tuple[np.ndarray, np.ndarray],
    regular: np.ndarray,
    deadline: Deadline,
    workers: int | None,
) -> tuple[np.ndarray, tuple[Extremes, ...]]:
    """Return which points the kernel solved, and the extreme equilibria of each part there."""
    done = regular & of_one_scale(plan.form, numbers, magnitudes)
    works = [_Work(plan.form, p, numbers, magnitudes, deadline) for p in plan.patterns]

    def solve_chunk(start: int) -> tuple[np.ndarray, list[_Piece]]:
        wanted = done[start : start + CHUNK].copy()
        pieces = []
        for work in works:
            pieces.append(work.chunk(wanted, start))
            wanted &= pieces[-1][0] == DONE
        return wanted, pieces

    with ThreadPoolExecutor(workers or cpu_count()) as pool:
        chunks = list(pool.map(solve_chunk, range(0, len(done), CHUNK)))
    solved = np.concatenate([wanted for wanted, _ in chunks])
    by_part = zip(*(pieces for _, pieces in chunks), strict=True)
    return solved, tuple(_joined(pieces, solved) for pieces in by_part)


def _joined(pieces: Sequence[_Piece], done: np.ndarray) -> Extremes:
    """Return the extreme equilibria of all chunks together, without those of points not done."""
    count = np.concatenate([p[1] for p in pieces])
    results = np.concatenate([p[2] for p in pieces])
    gains = np.concatenate([p[3] for p in pieces])
    keep = np.repeat(done, count)
    starts = np.concatenate([[0], np.cumsum(np.where(done, count, 0))])
    return Extremes(starts, results[keep], gains[keep])


_Piece = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Of a chunk: status and number of extreme equilibria of each point, their results and gains."""


class _Work:
    """One part of a game, ready for the kernel."""

    def __init__(
        self,
        form: SequenceForm,
        patterns: Patterns,
        numbers: Numbers,
        magnitudes: tuple[np.ndarray, np.ndarray],
        deadline: Deadline,
    ) -> None:
        inside = set(patterns.part)
        all_ends = form.game.ends
        self.ends = [z for z, *_ in form.ends if any(h in inside for h, _ in all_ends[z].decisions)]
        self.form, self.numbers, self.deadline = form, numbers, deadline
        self.program = _program(form, patterns, self.ends)
        self.rows = _rows(form)
        self.magnitudes = magnitudes

    def chunk(self, wanted: np.ndarray, start: int) -> _Piece:
        """Solve those points of one chunk that are wanted."""
        points = start + np.flatnonzero(wanted)
        status = np.full(len(wanted), UNCERTAIN)
        count = np.zeros(len(wanted), dtype=int)
        numbers = Numbers(
            self.numbers.branches[points], self.numbers.payoffs[points], self.numbers.shares[points]
        )
        totals = _totals(self.form, numbers, self.ends)
        magnitudes = (self.magnitudes[0][points], self.magnitudes[1][points])
        payoffs, sizes = _entries(self.form, numbers, magnitudes, self.rows)
        memory = _memory(self.program)
        room, width = ROOM * max(len(points), 1), self.program.rays.shape[1]
        plans = np.empty((room, 2, width))
        results, gains = np.empty((room, totals.shape[2])), np.empty(room)
        stops, became = np.zeros(len(points), dtype=int), np.full(len(points), UNCERTAIN)
        kept_results, kept_gains, at = [], [], 0
        while at < len(points) and not self.deadline.passed:
            first = at
            at, used = solve_points(
                self.program,
                memory,
                payoffs,
                sizes,
                totals,
                at,
                plans,
                results,
                gains,
                stops,
                became,
            )
            kept_results.append(results[:used].copy())
            kept_gains.append(gains[:used].copy())
            count[points[first:at] - start] = np.diff(stops[first:at], prepend=0)
        status[points - start] = became
        empty = np.empty((0, totals.shape[2]))
        return (
            status,
            count,
            np.concatenate([empty, *kept_results]),
            np.concatenate([np.empty(0), *kept_gains]),
        )


def _rows(form: SequenceForm) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each mover and end, the entry of the payoff tables; shape (2, ends)."""
    entry = {key: k for k, key in enumerate(payoff_entries(form))}
    ends = np.array([z for z, *_ in form.ends])
    rows = np.array([[entry[i, s[i], s[1 - i]] for _, *s, _ in form.ends] for i in (0, 1)])
    return ends, rows


def _entries(
    form: SequenceForm,
    numbers: Numbers,
    magnitudes: tuple[np.ndarray, np.ndarray],
    rows: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the payoff tables' entries and the sizes that their rounding is relative to.

    Both have shape (points, entries).
    """
    ends, place = rows
    visits = tuple(form.game.ends[z] for z in ends)
    chance, doubt = numbers.chance(visits), _doubt(numbers.branches, magnitudes[0], visits)
    n = place.max() + 1
    payoffs, sizes = np.zeros((len(chance), n)), np.zeros((len(chance), n))
    for i, player in enumerate(form.movers):
        if player < numbers.payoffs.shape[2]:
            own = numbers.payoffs[:, ends, player]
            centred = _centred(own)
            weighted = chance * centred
            size = chance * (
                magnitudes[1][:, ends, player] + np.abs(own) + np.abs(centred) * (1 + doubt)
            )
            terms = np.bincount(place[i], minlength=n)
            for column, k in enumerate(place[i]):
                payoffs[:, k] += weighted[:, column]
                sizes[:, k] += size[:, column] * (1 + terms[k] / TERMS)
    return payoffs, sizes


def _centred(own: np.ndarray) -> np.ndarray:
    """Return payoffs less a constant where that makes them smaller: it changes no comparison."""
    middle = (own.max(axis=1, keepdims=True) + own.min(axis=1, keepdims=True)) / 2
    smaller = np.abs(own - middle).sum(axis=1) < np.abs(own).sum(axis=1) / 2
    return np.where(smaller[:, None], own - middle, own)


def _doubt(branches: np.ndarray, magnitudes: np.ndarray, visits: Sequence[Visit]) -> np.ndarray:
    """Return how many roundings the probability of each visit carries, shape (points, visits)."""
    each = magnitudes / branches
    columns = [each[:, list(v.chance)].sum(axis=1) for v in visits]
    return np.stack(columns, axis=1)


def of_one_scale(
    form: SequenceForm, numbers: Numbers, magnitudes: tuple[np.ndarray, np.ndarray]
) -> np.ndarray:
    """Tell for each point whether its numbers are of one scale.

    They are where the smallest difference between two payoffs of a mover, at the least likely end,
    is far above the rounding of the largest; then what looks like a tie is one.
    """
    chance = numbers.chance(tuple(form.game.ends[z] for z, *_ in form.ends))
    rarest = chance.min(axis=1)
    fine: np.ndarray = rarest > RAREST
    for player in form.movers:
        if player < numbers.payoffs.shape[2]:
            own = np.sort(numbers.payoffs[:, :, player], axis=1)
            size = np.abs(own).max(axis=1) + magnitudes[1][:, :, player].max(axis=1)
            gaps = np.diff(own, axis=1)
            apart = gaps > ROUNDING * (np.abs(own[:, 1:]) + np.abs(own[:, :-1]))
            least = np.where(apart, gaps, np.inf).min(axis=1, initial=np.inf)
            fine &= least * rarest > SCALES * ROUNDING * size
    return fine


def _fits(form: SequenceForm, patterns: Patterns) -> bool:
    """Tell whether the masks have room for all constraints."""
    deepest = max((c.depth for c in patterns.cuts), default=0)
    return _width(form) <= BITS and _width(form) + deepest < 2 * BITS


def _width(form: SequenceForm) -> int:
    return max(map(len, form.sequences))


def _program(form: SequenceForm, patterns: Patterns, ends: Sequence[int]) -> Program:
    """Return the patterns as flat arrays."""
    width, cuts = _width(form), patterns.cuts
    rays: list[list[int]] = []
    first, count, masks, zeros = [], [], [], np.zeros((len(cuts), 2), dtype=np.int64)
    functions = {f: k for k, f in enumerate(dict.fromkeys(c.function for c in cuts))}
    for k, c in enumerate(cuts):
        first.append(len(rays))
        count.append(len(c.rays))
        rays += [[*ray, *[0] * (width - len(ray))] for ray in c.rays]
        own = [sum(1 << t for t, x in enumerate(ray) if x == 0) for ray in rays[first[-1] :]]
        masks += [(mask, 0) for mask in own]
        if c.before < 0:
            zeros[k] = np.bitwise_and.reduce(own), ((1 << width) - 1) * c.open
        else:
            zeros[k] = zeros[c.before]
    entries = [entry for f in functions for entry in f]
    terms = [term for _, own in entries for term in own]
    bits = np.array([max(width + c.depth - 1, 0) for c in cuts], dtype=np.int64)
    rules = [cones for _, cones in patterns.dominated]
    keys = payoff_entries(form)
    inside = set(patterns.part)
    sets = [[h for h in form.parent if h in inside and form.owner[h] == i] for i in (0, 1)]
    sequences = {z: s for z, *s, _ in form.ends}
    return Program(
        before=np.array([c.before for c in cuts]),
        first=np.array(first),
        rays_at_start=np.array(count),
        function=np.array([functions[c.function] for c in cuts]),
        equal=np.array([c.equal for c in cuts]),
        word=bits // BITS,
        bit=1 << bits % BITS,
        zeros=zeros,
        rays=np.array(rays, dtype=float),
        masks=np.array(masks, dtype=np.int64).reshape(-1, 2),
        entry_start=np.cumsum([0, *map(len, functions)]),
        entry_coordinate=np.array([t for t, _ in entries], dtype=np.int64),
        term_start=np.cumsum([0, *(len(own) for _, own in entries)]),
        term_payoff=np.array([v for v, _ in terms], dtype=np.int64),
        term_factor=np.array([c for _, c in terms], dtype=float),
        plans=np.array(patterns.plans, dtype=np.int64),
        ends=np.array([sequences[z] for z in ends], dtype=np.int64).reshape(-1, 2),
        table_start=np.searchsorted([i for i, *_ in keys], [0, 1, 2]),
        table=np.array([key[1:] for key in keys], dtype=np.int64),
        set_start=np.cumsum([0, *map(len, sets)]),
        sets=np.array(
            [(form.parent[h], form.number[h, 0], form.size(h)) for own in sets for h in own],
            dtype=np.int64,
        ).reshape(-1, 3),
        needed_start=np.cumsum([0, *map(len, [*rules, *patterns.needed])]),
        needed=np.array([k for row in [*rules, *patterns.needed] for k in row], dtype=np.int64),
        rule_bit=np.array([b for b, _ in patterns.dominated], dtype=np.int64),
        used=np.array(patterns.used, dtype=np.int64),
    )


def _memory(p: Program) -> Memory:
    """Return room for the cones of one point."""
    cones, width = len(p.before), p.rays.shape[1]
    room = len(p.rays) + RAYS_PER_CONE * cones + RAYS
    return Memory(
        rays=np.zeros((room, width)),
        masks=np.zeros((room, 2), dtype=np.int64),
        errors=np.zeros(room),
        first=np.zeros(cones, dtype=np.int64),
        found=np.zeros(cones, dtype=np.int64),
        stamp=np.zeros(cones, dtype=np.int64),
        coefficients=np.zeros(len(p.entry_coordinate)),
        magnitudes=np.zeros(len(p.entry_coordinate)),
        function_stamp=np.zeros(len(p.entry_start) - 1, dtype=np.int64),
        values=np.zeros(RAYS),
        signs=np.zeros(RAYS, dtype=np.int64),
        misses=np.zeros(RAYS),
        chain=np.zeros(2 * BITS, dtype=np.int64),
        replies=np.zeros(width),
    )
