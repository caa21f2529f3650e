"""A sweep as a task that falls into blocks, and who works on them: threads, or a cluster.

A block is a piece of the points under one mechanism. What comes of a point does not depend on the
block that it is in, nor on who solves it or when.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, inf
from os import cpu_count
from time import time
from typing import Any

import numpy as np

from crisisgames.analysis.comparing import Change, naming
from crisisgames.analysis.points import Drawn, Family, Place, Points, game_of
from crisisgames.analysis.solution import Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.solved import (
    LEAST,
    Choice,
    Solved,
    labels_of,
    solve_crises,
    solve_family,
)
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.solve import Game
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame

__all__ = [
    "Block", "Task", "concept_of", "current_client", "need", "on_cluster", "on_threads",
    "solve_block",
]  # fmt: skip

LARGEST, SMALLEST, FEWEST = 10_000, 250, 4
"""Points of a block at most and at least. Between them there are so many blocks or a multiple, so
that cores have the same to do."""

AT_ONCE = 100_000
"""Points that are looked at together to see which outcomes there are."""

KEPT = 4
"""Tasks of which a worker keeps the trees."""


def concept_of(subject: Any) -> str:
    """Return what a crisis, or a game, is solved for unless something else is asked for."""
    return str(getattr(subject, "concept", "sequential"))


@dataclass(frozen=True)
class Block:
    """Some points under one mechanism."""

    mechanism: str
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many points it has."""
        return self.stop - self.start


@dataclass(eq=False)
class Task:
    """What a sweep computes.

    Attributes
    ----------
    key : str
        What tells it from other tasks.
    subject : crisis or game
    mechanisms : mapping
        By name.
    points : Points
    concept : str or None
        None: what each crisis is usually solved for.
    outcomes : tuple of str
        Those that are kept.
    choice : Choice or None
    options : mapping
        Passed to the solver.
    """

    key: str
    subject: Any
    mechanisms: Mapping[str, Change]
    points: Points
    concept: str | None
    choice: Choice | None
    options: Mapping[str, Any]
    outcomes: tuple[str, ...] = ()
    places: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places = {n: Place(self.subject, m) for n, m in self.mechanisms.items()}

    def families(self, block: Block) -> list[Family]:
        """Return the games of a block."""
        with naming(block.mechanism):
            columns = self.points.columns(block.start, block.stop)
            return self.places[block.mechanism].families(columns)

    @cached_property
    def concepts(self) -> dict[str, str]:
        """What is solved for under each mechanism."""
        return {n: self.concept or concept_of(c) for n, c in self._first.items()}

    @cached_property
    def trees(self) -> dict[str, bool]:
        """Whether the games under each mechanism are trees, which have numbers as parameters."""
        return {
            n: isinstance(c, Game) or isinstance(game_of(c), ExtensiveFormGame)
            for n, c in self._first.items()
        }

    @cached_property
    def _first(self) -> dict[str, Any]:
        """The crisis at the first point under each mechanism."""
        if isinstance(self.subject, Game):
            return dict.fromkeys(self.mechanisms, self.subject)
        found = {}
        for name in self.mechanisms:
            with naming(name):
                found[name] = self.crises(Block(name, 0, 1))[0]
        return found

    def crises(self, block: Block) -> Sequence[Any]:
        """Return the crises of a block, each made when it is asked for."""
        return Drawn(self.places[block.mechanism], self.points.columns(block.start, block.stop))

    def labels(self) -> list[str]:
        """Return the labels of the outcomes that the games have."""
        found: dict[str, None] = {}
        count = self.points.count
        for start in range(0, count, AT_ONCE):
            for name in self.mechanisms:
                if self.trees[name]:
                    for family in self.families(Block(name, start, min(start + AT_ONCE, count))):
                        found |= dict.fromkeys(labels_of(family))
        for solution in self.listed.values():
            found |= dict.fromkeys(map(str, solution.labels))
        return list(found)

    @cached_property
    def listed(self) -> dict[str, Solution]:
        """What tells outcomes and rules, under each mechanism under which games are no trees.

        It is a solution at the first point that is given no time, so that nothing is in it.
        """
        found = {}
        for name, crisis in self._first.items():
            if not self.trees[name]:
                with naming(name):
                    asked = {"time_limit": LEAST, **self.asked}
                    found[name] = solution_of(crisis, crisis.solve(**asked))
        return found

    @property
    def asked(self) -> dict[str, Any]:
        """What crises that are no trees are asked to solve for."""
        return {**({} if self.concept is None else {"concept": self.concept}), **self.options}

    def __getstate__(self) -> dict[str, Any]:
        return {n: v for n, v in self.__dict__.items() if n not in ("listed", "_first")}

    @property
    def most(self) -> int:
        """The points of a block; not a matter of cores, so that the same blocks come anywhere."""
        rounds = ceil(self.points.count / (FEWEST * LARGEST))
        return max(ceil(self.points.count / (FEWEST * rounds)), SMALLEST)

    @cached_property
    def pieces(self) -> list[tuple[int, int]]:
        """The blocks' first points, and those after their last, in order."""
        return self.points.blocks(self.most)

    @property
    def blocks(self) -> list[Block]:
        """All blocks; mechanisms take turns, so that a time limit meets them alike."""
        return [Block(n, a, b) for a, b in self.pieces for n in self.mechanisms]


def solve_block(task: Task, block: Block, until: float = inf) -> Solved:
    """Return what comes of a block.

    Parameters
    ----------
    until : float
        On the clock of `time.time`: when no further point is begun.
    """
    deadline = NEVER if until == inf else Deadline.within(max(until - time(), LEAST))
    if deadline.passed:
        return Solved.empty(block.size, len(task.outcomes), late=True)
    concept, about = task.concepts[block.mechanism], (task.outcomes, task.choice, deadline)
    with naming(block.mechanism):
        if not task.trees[block.mechanism]:
            return solve_crises(task.crises(block), *about, task.asked)
        families = task.families(block)
        parts = [solve_family(family, concept, *about, task.options) for family in families]
    whole = len(parts) == 1 and len(parts[0].low) == block.size
    if whole and np.array_equal(families[0].places, np.arange(block.size)):
        return parts[0]
    result = Solved.empty(block.size, len(task.outcomes))
    for family, part in zip(families, parts, strict=True):
        result.put(family.places, part)
    return result


Result = tuple[Block, Solved]


def on_threads(
    task: Task, blocks: Sequence[Block], until: float, workers: int | None
) -> Iterator[Result]:
    """Yield what comes of blocks, as they are done, solved by threads of this process."""
    from crisisgames.kernels import COMPILED  # Numba is imported by the first sweep

    # Without compiled code threads would only take turns.
    count = (workers or cpu_count() or 1) if COMPILED else 1
    with ThreadPoolExecutor(count) as pool, _cancelled(pool):
        waiting = iter(blocks)
        running: dict[Future[Solved], Block] = {}
        for block in waiting:
            running[pool.submit(solve_block, task, block, until)] = block
            if len(running) > 2 * count:
                yield from _finished(running)
        while running:
            yield from _finished(running)


def _finished(running: dict[Future[Solved], Block]) -> Iterator[Result]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        yield running.pop(future), future.result()


@contextmanager
def _cancelled(pool: ThreadPoolExecutor) -> Iterator[None]:
    """Begin nothing more where something went wrong, or the user has had enough."""
    try:
        yield
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def current_client() -> Any:
    """Return the Dask client of this process, if there is one; without importing Dask."""
    if "distributed" not in sys.modules:
        return None
    from distributed import get_client

    try:
        return get_client()
    except ValueError:
        return None


def on_cluster(task: Task, blocks: Sequence[Block], until: float, client: Any) -> Iterator[Result]:
    """Yield what comes of blocks, as they are done, solved by the workers of a Dask cluster.

    A block whose worker dies is solved again by another one.
    """
    import distributed

    as_completed: Any = distributed.as_completed

    whole = client.scatter(task, broadcast=True, hash=False)
    futures = {
        client.submit(_solve_there, whole, block, until, pure=False, retries=RETRIES): block
        for block in blocks
    }
    try:
        for future in as_completed(list(futures)):
            result = future.result()
            yield futures.pop(future), result
            future.release()
    finally:
        client.cancel(list(futures))


RETRIES = 3
"""How often a block is tried again that failed on a worker."""

_TASKS: dict[str, Task] = {}


def _solve_there(task: Task, block: Block, until: float) -> Solved:
    """Solve a block in another process, with the trees that are there of earlier ones."""
    if task.key not in _TASKS and len(_TASKS) >= KEPT:
        _TASKS.pop(next(iter(_TASKS)))
    return solve_block(_TASKS.setdefault(task.key, task), block, until)


def need(package: str, extra: str, what: str) -> Any:
    """Import a package that comes with an extra, or say how to get it."""
    from importlib import import_module

    try:
        return import_module(package)
    except ImportError:
        raise NotApplicable(
            f"{what} needs {package!r}, which is not installed; install it with: "
            f"pip install 'crisisgames[{extra}]'"
        ) from None
