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
from math import inf
from os import cpu_count
from time import time
from typing import Any

from crisisgames.analysis.comparing import Change, naming
from crisisgames.analysis.points import Family, Place, Points
from crisisgames.analysis.solved import Choice, Solved, solve_family
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.errors import NotApplicable

__all__ = ["Block", "Task", "current_client", "need", "on_cluster", "on_threads", "solve_block"]

LARGEST, SMALLEST, FEWEST = 10_000, 250, 16
"""Points of a block at most and at least; and how many blocks there are at least between them."""

LEAST = 1e-9
"""Seconds that are as good as none."""

KEPT = 4
"""Tasks of which a worker keeps the trees."""


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
    concept : str
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
    concept: str
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

    @property
    def most(self) -> int:
        """The points of a block; not a matter of cores, so that the same blocks come anywhere."""
        return min(max(self.points.count // FEWEST, SMALLEST), LARGEST)

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
    result = Solved.empty(block.size, len(task.outcomes))
    if deadline.passed:
        result.late = True
        return result
    for family in task.families(block):
        with naming(block.mechanism):
            part = solve_family(
                family, task.concept, task.outcomes, task.choice, deadline, task.options
            )
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
