"""One game at many points: trees of patterns as flat arrays, and the kernel on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from os import cpu_count
from threading import Lock, local
from typing import Any, Literal

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.patterns import PatternTree, symbolic
from crisisgames.equilibria.programs import Flat, width_of
from crisisgames.equilibria.refine.many_d1 import Cells, ManyD1, Solver
from crisisgames.equilibria.sequence_form import SequenceForm, sequence_form
from crisisgames.equilibria.sequential import TooLarge, independent_parts
from crisisgames.equilibria.sweep_kernels import (
    BITS,
    DONE,
    UNCERTAIN,
    UNKNOWN,
    Memory,
    Program,
    Room,
    solve_points,
)
from crisisgames.equilibria.sweep_numbers import entries_of, tables_of, totals_of
from crisisgames.games import Compiled, ExtensiveFormGame, Numbers

__all__ = ["CHUNK", "Extremes", "Found", "Plan", "compile_sweep", "sweep"]

CHUNK = 1_250
"""Points that one thread takes at a time: bounds memory, and most of what they need stays in the
caches of a core."""

MOST_NODES = 400_000
"""Nodes that a tree of patterns may grow to; points that need more are solved exactly."""

RAYS_IN_ALL = 8_192
"""Rays of the cones on one way through the tree; a point that needs more is solved exactly."""

RAYS = 256
"""Rays of one cone; a point that needs more is solved exactly."""

DEEPEST, WIDEST = 512, 32_768
"""Nodes on one way through the tree, and those that may wait to be entered."""

MISSING = 4_096
"""Nodes that are given children at a time."""

FASTER = 8
"""By how much more points are taken each time that no node was missing."""

KEPT = 64
"""Games whose patterns are kept for the next batch."""

ROOM = 10_000
"""Room for extreme equilibria, for pieces of the set, and for an eighth of what they hold; one
point that needs more is solved exactly."""


@dataclass(frozen=True, eq=False)
class Extremes:
    """The extreme equilibria of one part of the game at all points, in the order of points.

    Attributes
    ----------
    starts : ndarray
        Those of point k are at ``starts[k]`` to ``starts[k + 1]``.
    results : ndarray
        What each adds to the probability of outcomes and to payoffs.
    gains : ndarray
        What a player gains at most by a best reply, utils.
    groups : ndarray
        The first extreme equilibrium of the point that connected pieces of the set join it with.
    survives : ndarray of bool
        Whether it survives D1, where that was asked for.
    """

    starts: np.ndarray
    results: np.ndarray
    gains: np.ndarray
    groups: np.ndarray
    survives: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """The number of extreme equilibria of each point."""
        return np.asarray(np.diff(self.starts))

    def reduced(self, how: np.ufunc, values: np.ndarray) -> np.ndarray:
        """Return the smallest or largest values of each point; nan where there is none."""
        found = np.full((len(self.starts) - 1, *values.shape[1:]), np.nan)
        some = self.count > 0
        if some.any():
            found[some] = how.reduceat(values, self.starts[:-1][some])
        return found


@dataclass(frozen=True, eq=False)
class Found:
    """What the kernel found at some points.

    Attributes
    ----------
    done : ndarray of bool
        At which points it was certain of all signs.
    certain : ndarray of bool
        At which of them it is certain as well which equilibria survive D1.
    fixed : ndarray
        What ends without any decision add to outcomes and payoffs there.
    parts : tuple of Extremes
        One for each independent part of the game.
    """

    done: np.ndarray
    certain: np.ndarray
    fixed: np.ndarray
    parts: tuple[Extremes, ...]


Evaluate = Callable[[int, int], tuple[Numbers, tuple[np.ndarray, np.ndarray]]]
"""From the first point and the one after the last to the numbers there, and their magnitudes."""


class Plan:
    """What is known of a game once for all points; it grows while points are solved."""

    def __init__(self, form: SequenceForm, concept: Literal["sequential", "nash"]) -> None:
        self.form = form
        self.works = _works(_Shape.of(form), concept)
        inside = {h for work in self.works for h in work.tree.part}
        whole = enumerate(form.game.ends)
        self.outside = [z for z, v in whole if not any(h in inside for h, _ in v.decisions)]
        self.tables = tables_of(form)

    @property
    def patterns(self) -> int:
        """How many whole patterns are known."""
        return sum(n.block is not None for w in self.works for n in w.tree.nodes)

    def __call__(
        self,
        numbers: Numbers,
        magnitudes: tuple[np.ndarray, np.ndarray],
        deadline: Deadline,
        refine: bool,
    ) -> Found:
        """Return what there is at some points, those left out at which something is not certain."""
        made = entries_of(self.tables, numbers, magnitudes)
        wanted, pieces = made.fine, []
        for work in self.works:
            totals = totals_of(made.chance, numbers, work.ends)
            pieces.append(work(wanted, totals, made.payoffs, made.sizes, deadline, refine))
            wanted = wanted & pieces[-1].done
        fixed = np.asarray(totals_of(made.chance, numbers, self.outside).sum(axis=1))
        certain = np.logical_and.reduce([wanted, *(p.certain for p in pieces)])
        return Found(wanted, certain, fixed, tuple(p.extremes(wanted) for p in pieces))


def compile_sweep(game: ExtensiveFormGame, concept: Literal["sequential", "nash"]) -> Plan | None:
    """Return what is known of a game for all points; None if it is too large to be compiled."""
    try:
        return _compiled(_Structure(game.compiled, game), concept)
    except TooLarge:
        return None


@dataclass(frozen=True)
class _Structure:
    """A game of which only the structure counts."""

    compiled: Compiled
    game: ExtensiveFormGame = field(compare=False)


@lru_cache(maxsize=KEPT)
def _compiled(structure: _Structure, concept: Literal["sequential", "nash"]) -> Plan | None:
    form = sequence_form(structure.compiled, structure.game.exact())
    return Plan(form, concept) if width_of(form) <= BITS else None


@dataclass(frozen=True)
class _Shape:
    """What the search depends on: who chooses where, after what. No names, and no numbers."""

    key: tuple[Any, ...]
    form: SequenceForm = field(compare=False)

    @classmethod
    def of(cls, form: SequenceForm) -> _Shape:
        """Return the shape of a form."""
        key = (
            form.movers,
            len(form.game.players),
            form.sequences,
            tuple((h, s, form.size(h)) for h, s in form.parent.items()),
            tuple((h, tuple((x, s) for x, s, _ in own)) for h, own in form.places.items()),
            tuple((z, s, t, form.game.ends[z].decisions) for z, s, t, _ in form.ends),
        )
        return cls(key, form)


@lru_cache(maxsize=KEPT)
def _works(shape: _Shape, concept: Literal["sequential", "nash"]) -> tuple[_Work, ...]:
    """Return the independent parts of all games of a shape, ready for the kernel."""
    form = shape.form
    symbols = symbolic(form)
    found = []
    for part in independent_parts(form):
        reached = [any(h in part for h, _ in form.game.ends[z].decisions) for z, *_ in form.ends]
        ends = [z for (z, *_), own in zip(form.ends, reached, strict=True) if own]
        found.append(_Work(form, PatternTree(symbols, part, concept), ends))
    return tuple(found)


def sweep(
    plan: Plan,
    evaluate: Evaluate,
    points: int,
    deadline: Deadline = NEVER,
    workers: int | None = None,
    *,
    refine: bool = False,
) -> Found:
    """Return what the kernel finds at all points; they are evaluated chunk by chunk.

    `refine` asks which equilibria survive D1.
    """

    def solve_chunk(start: int) -> Found:
        return plan(*evaluate(start, min(start + CHUNK, points)), deadline, refine)

    starts = range(0, points, CHUNK)
    if len(starts) == 1 or workers == 1:
        chunks = list(map(solve_chunk, starts))
    else:
        with ThreadPoolExecutor(workers or cpu_count()) as pool:
            chunks = list(pool.map(solve_chunk, starts))
    if len(chunks) == 1:
        return chunks[0]
    return Found(
        np.concatenate([c.done for c in chunks]),
        np.concatenate([c.certain for c in chunks]),
        np.concatenate([c.fixed for c in chunks]),
        tuple(map(_joined, zip(*(c.parts for c in chunks), strict=True))),
    )


def _joined(pieces: Sequence[Extremes]) -> Extremes:
    """Return the extreme equilibria of all chunks together."""
    counts = np.concatenate([p.count for p in pieces])
    return Extremes(
        np.concatenate([[0], np.cumsum(counts)]),
        np.concatenate([p.results for p in pieces]),
        np.concatenate([p.gains for p in pieces]),
        np.concatenate([p.groups for p in pieces]),
        np.concatenate([p.survives for p in pieces]),
    )


@dataclass(eq=False)
class _Pieces:
    """What one part of the game has at the points of a chunk, in the order of solution."""

    done: np.ndarray
    certain: np.ndarray  # whether it is certain at a point which of them survive
    first: np.ndarray  # of each point, its first extreme equilibrium ...
    count: np.ndarray  # ... and how many
    results: list[np.ndarray]
    gains: list[np.ndarray]
    groups: list[np.ndarray]
    survives: list[np.ndarray]

    @classmethod
    def empty(cls, points: int, quantities: int) -> _Pieces:
        """Return room for some points."""
        done, certain = np.zeros(points, dtype=bool), np.zeros(points, dtype=bool)
        first, count = np.zeros(points, dtype=int), np.zeros(points, dtype=int)
        nothing = np.empty((0, quantities))
        whole, flags = np.empty(0, dtype=int), np.empty(0, dtype=bool)
        return cls(done, certain, first, count, [nothing], [np.empty(0)], [whole], [flags])

    def extremes(self, wanted: np.ndarray) -> Extremes:
        """Return the extreme equilibria of the points that are wanted, in the order of points."""
        count = np.where(wanted, self.count, 0)
        starts = np.concatenate([[0], np.cumsum(count)])
        places = np.repeat(self.first - starts[:-1], count) + np.arange(starts[-1])
        return Extremes(
            starts,
            np.concatenate(self.results)[places],
            np.concatenate(self.gains)[places],
            np.concatenate(self.groups)[places],
            np.concatenate(self.survives)[places],
        )


@dataclass(eq=False)
class _Run:
    """One call of the kernel: points, what became of them, and where what was found ends."""

    points: np.ndarray
    done: np.ndarray
    stops: np.ndarray
    piece_stops: np.ndarray
    used: int
    room: Room


class _Work:
    """One part of a game, ready for the kernel; its tree grows while points are solved."""

    def __init__(self, form: SequenceForm, tree: PatternTree, ends: Sequence[int] = ()) -> None:
        self.tree, self.ends = tree, ends
        self.lock = Lock()
        self.flat = Flat(form, tree, ends)
        self.program = self.flat.program()
        self.settled = False
        self.d1 = ManyD1(tree, _replies)
        self.own = local()

    def __call__(
        self,
        wanted: np.ndarray,
        totals: np.ndarray,
        payoffs: np.ndarray,
        sizes: np.ndarray,
        deadline: Deadline,
        refine: bool,
    ) -> _Pieces:
        """Solve those points of a chunk that are wanted."""
        found = _Pieces.empty(len(wanted), totals.shape[2])
        total = 0
        for run in self.runs(np.flatnonzero(wanted), payoffs, sizes, totals, deadline):
            own, stops, room = run.points, run.stops, run.room
            counts = np.diff(stops, prepend=0)
            found.first[own], found.count[own] = total + stops - counts, counts
            found.done[own], found.certain[own] = run.done, True
            survives = np.ones(run.used, dtype=bool)
            if refine and (several := run.done & (counts > 1)).any():
                with self.lock:
                    survives, sure = self.d1(
                        payoffs[own], sizes[own], stops, run.piece_stops, room, several, deadline
                    )
                found.certain[own] = sure
            for kept, new in (
                (found.results, room.results),
                (found.gains, room.gains),
                (found.groups, room.groups),
                (found.survives, survives),
            ):
                kept.append(new[: run.used].copy())
            total += run.used
        return found

    def runs(
        self,
        todo: np.ndarray,
        payoffs: np.ndarray,
        sizes: np.ndarray,
        totals: np.ndarray,
        deadline: Deadline,
    ) -> Iterator[_Run]:
        """Go through points until each is done or given up; yield what is done."""
        size = len(todo) if self.settled else 1
        room = self._room(totals.shape[2])
        while len(todo) and not deadline.passed:
            program = self.program
            memory = self._memory(program)
            own = todo[:size]
            stops, pieces = np.zeros(len(own), dtype=int), np.zeros(len(own), dtype=int)
            became = np.full(len(own), UNKNOWN)  # where there was no room this time
            # Neighbours need not be copied.
            here = slice(own[0], own[-1] + 1) if own[-1] - own[0] < len(own) else own
            last, used, _, missed = solve_points(
                program,
                memory,
                payoffs[here],
                sizes[here],
                totals[here],
                0,
                room,
                stops,
                pieces,
                became,
            )
            became[last:] = UNKNOWN
            if missed and not self._grow(memory.missing[:missed].tolist(), program):
                became = np.where(became == UNKNOWN, UNCERTAIN, became)
            done = became[:last] == DONE
            yield _Run(own[:last], done, stops[:last], pieces[:last], used, room)
            todo = np.concatenate([own[became == UNKNOWN], todo[size:]])
            size = max(size // 2, 1) if missed else size * FASTER
            self.settled = not missed

    def _room(self, quantities: int) -> Room:
        """Return this thread's room for what is found: fresh memory for each chunk costs time."""
        room: Room | None = getattr(self.own, "room", None)
        if room is None or len(room.gains) != ROOM or room.results.shape[1] != quantities:
            room = self.own.room = new_room(ROOM, self.program.rays.shape[1], quantities)
        return room

    def _memory(self, program: Program) -> Memory:
        """Return this thread's memory of one point."""
        memory: Memory | None = getattr(self.own, "memory", None)
        if memory is None or not fits(memory, program):
            memory = self.own.memory = new_memory(program)
        return memory

    def _grow(self, numbers: Sequence[int], program: Program) -> bool:
        """Give nodes their children; return whether there is room for more nodes."""
        with self.lock:
            if len(self.tree.nodes) > MOST_NODES:
                return False
            self.tree.grow(numbers)
            if self.program is program or len(self.program.used) < len(self.tree.nodes):
                self.program = self.flat.program()
        return True


def _replies(form: SequenceForm, tree: PatternTree, replier: int) -> Solver:
    """Return what finds the replies to a message, in the game after it, for arrays of points."""
    work = _Work(form, tree)

    def solve(payoffs: np.ndarray, sizes: np.ndarray, deadline: Deadline) -> Cells:
        points = np.arange(len(payoffs))
        done = np.zeros(len(points), dtype=bool)
        owners, lengths, corners = [], [], [np.empty((0, work.program.rays.shape[1]))]
        for run in work.runs(points, payoffs, sizes, np.empty((len(points), 0, 0)), deadline):
            done[run.points] = run.done
            pieces = int(run.piece_stops[-1]) if len(run.points) else 0
            point = np.repeat(np.arange(len(run.points)), np.diff(run.piece_stops, prepend=0))
            ends = run.room.piece_end[:pieces]
            length = np.diff(ends, prepend=0)
            base = np.repeat((run.stops - np.diff(run.stops, prepend=0))[point], length)
            members = base + run.room.members[: len(base)]
            owners.append(run.points[point])
            lengths.append(length.copy())
            corners.append(run.room.plans[members, replier])
        owner = np.concatenate([np.empty(0, dtype=int), *owners])
        length = np.concatenate([np.empty(0, dtype=int), *lengths])
        whole = np.concatenate(corners)
        # In the order of points, whatever the order in which they were solved.
        order = np.argsort(owner, kind="stable")
        first = np.cumsum(length) - length
        starts = np.concatenate([[0], np.cumsum(length[order])])
        places = np.repeat(first[order] - starts[:-1], length[order]) + np.arange(starts[-1])
        cells = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(points)))])
        return Cells(cells, starts, whole[places], done)

    return solve


def new_memory(p: Program) -> Memory:
    """Return room for what is known of one point."""
    cones, width = len(p.before), p.rays.shape[1]
    return Memory(
        rays=np.zeros((RAYS_IN_ALL, width)),
        masks=np.zeros((RAYS_IN_ALL, 2), dtype=np.int64),
        errors=np.zeros((RAYS_IN_ALL, width)),
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
        todo=np.zeros(WIDEST, dtype=np.int64),
        made=np.zeros(max(RAYS_IN_ALL, cones), dtype=np.int64),
        frames=np.zeros((DEEPEST, 2), dtype=np.int64),
        live=np.zeros(len(p.sets), dtype=np.int64),
        missing=np.zeros(MISSING, dtype=np.int64),
        seen=np.zeros(len(p.used), dtype=np.int64),
    )


def fits(m: Memory, p: Program) -> bool:
    """Tell whether there is room for a program that may have grown."""
    grown = (
        (m.seen, p.used),
        (m.first, p.before),
        (m.coefficients, p.entry_coordinate),
        (m.function_stamp, p.entry_start[1:]),
        (m.live, p.sets),
    )
    return len(m.values) == RAYS and all(len(there) >= len(asked) for there, asked in grown)


def new_room(extremes: int, width: int, quantities: int) -> Room:
    """Return room for what is found."""
    return Room(
        plans=np.empty((extremes, 2, width)),
        results=np.empty((extremes, quantities)),
        gains=np.empty(extremes),
        groups=np.zeros(extremes, dtype=np.int64),
        piece_node=np.zeros(extremes, dtype=np.int64),
        piece_end=np.zeros(extremes, dtype=np.int64),
        members=np.zeros(8 * extremes, dtype=np.int64),
    )
