"""Agent quantal response equilibria of a game at many parameter values at once.

Each point's principal branch is followed from uniform play, by the algorithm that `qre` explains.
No point uses a neighbour's branch: between two points the branch may turn back or meet another, and
what continues it smoothly is then no longer the principal one. So results do not depend on the
other points, nor on the number of workers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from threading import TIMEOUT_MAX, Timer
from types import MappingProxyType
from typing import Any

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.outcomes import Question, matching
from crisisgames.equilibria.qre_system import (
    MAX_STEPS,
    POSSIBLE,
    REGRET,
    Scaled,
    Status,
    Structure,
    check_arguments,
    one_thread,
    reasons,
    scaled,
    structure_of,
    tree_of,
)
from crisisgames.errors import GameError
from crisisgames.games.compiled import Numbers
from crisisgames.games.extensive import ExtensiveFormGame

__all__ = ["LogitBranches", "logit_branches"]

CHUNK = 4096
"""Points whose numbers are in memory at a time."""

PIECE = 32
"""Points that a worker takes at a time."""


@dataclass(frozen=True, eq=False)
class LogitBranches:
    """The ends of the principal branches at many points.

    Arrays begin with the common shape of the values, written (...) below, and are read-only. Where
    a branch was not followed as far as asked, they describe its last point.

    Attributes
    ----------
    game : game
        In any form but stochastic and repeated; strategies are those of its tree.
    precision : ndarray
        In 1/utils, shape (...).
    strategy, log_strategy : ndarray
        Probability of each action, and its logarithm, which is accurate also where a probability is
        too small for a float; shape (..., actions). Actions are those of all information sets, one
        set after the other; `columns` has the slice of each. Information sets that nature's zeros
        cut off are uniform.
    beliefs : ndarray
        Probability of each decision node given its information set, shape (..., nodes). Not a
        number at sets that offer no choice or that nature's zeros cut off.
    outcome_probabilities : ndarray
        Shape (..., outcomes), in the order of ``game.outcomes``.
    payoffs : ndarray
        Expected, in utils, shape (..., players).
    regret : ndarray
        Largest gain of any action over the strategy at any information set, conditional on reaching
        it, in utils, shape (...).
    residual : ndarray
        Largest violation of the logit conditions at any point of the branch, as in `LogitPoint`,
        shape (...).
    steps : ndarray of int
        Points on the branch, shape (...).
    status : ndarray of int
        Keys of `reasons`, shape (...).
    reasons : mapping
        What each status means.
    """

    game: ExtensiveFormGame
    precision: np.ndarray
    strategy: np.ndarray
    log_strategy: np.ndarray
    beliefs: np.ndarray
    outcome_probabilities: np.ndarray
    payoffs: np.ndarray
    regret: np.ndarray
    residual: np.ndarray
    steps: np.ndarray
    status: np.ndarray
    reasons: Mapping[int, str]

    def __repr__(self) -> str:
        reached = int(self.reached.sum())
        return f"LogitBranches({self.game!r}, shape={self.status.shape}, {reached} reached)"

    @property
    def reached(self) -> np.ndarray:
        """Where the branch was followed as far as asked: to its limit, or to the precision."""
        return np.asarray(self.status <= Status.PRECISION_REACHED)

    @property
    def columns(self) -> tuple[slice, ...]:
        """Of each information set, the place of its actions on the last axis of `strategy`."""
        return _columns(self.game)

    def outcome(self, question: Question) -> np.ndarray:
        """Return the probability of an outcome, all causes of one, or a collection; shape (...).

        Raises
        ------
        UnknownName
            If a label covers nothing.
        """
        wanted = matching(question, self.game.outcomes)
        columns = [k for k, o in enumerate(self.game.outcomes) if o in wanted]
        return _total(self.outcome_probabilities[..., columns])


def logit_branches(
    game: Any,
    values: Mapping[str, Any],
    *,
    precision: Any = None,
    regret: float = REGRET,
    max_steps: int = MAX_STEPS,
    workers: int | None = None,
    progress: bool = False,
    time_limit: float | None = None,
) -> LogitBranches:
    """Return the ends of the principal branches of the agent logit equilibria at many points.

    The first call in a process waits for the compiled code: about a second, or half a minute where
    it has not been compiled yet.

    Parameters
    ----------
    game : ExtensiveFormGame
        Any number of players.
    values : mapping
        For each parameter a number or an array; the arrays are broadcast. Parameters left out have
        the game's values, else their defaults.
    precision : float or array, optional
        In 1/utils, broadcast with the values: end where the branch first reaches it. Without it,
        follow the branches to their limits.
    regret, max_steps
        As in `logit_branch`.
    workers : int, optional
        Threads, at least 1; without it, as many as there are cores. Results do not depend on it.
    progress : bool
        Whether to show a progress bar.
    time_limit : float, optional
        Seconds after which all branches end where they are, those not begun at uniform play;
        `status` tells which. None and 0 mean none. Compiling and what is computed of the ends are
        added.

    Returns
    -------
    LogitBranches
        See its `status`; a branch that was not followed to the end is no error.

    Raises
    ------
    GameError
        If an argument is out of range, or the values are not allowed.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, Parameter, end, move
    >>> gain = Parameter("gain", (-1, 1), default=1)
    >>> ends = {"stay": end("calm", {"A": 0}), "go": end("gain", {"A": gain})}
    >>> game = ExtensiveFormGame(move("A", ends))
    >>> found = logit_branches(game, {"gain": [-1, 0.5, 1]}, precision=2)
    >>> found.outcome("gain").round(4).tolist()
    [0.1192, 0.7311, 0.8808]
    >>> [found.reasons[int(s)] for s in found.status]
    ['precision reached', 'precision reached', 'precision reached']
    """
    deadline = Deadline.within(time_limit)
    targets = None if precision is None else np.asarray(precision, dtype=float)
    check_arguments(targets, regret, max_steps)
    if workers is not None and workers < 1:
        raise GameError(f"workers is {workers}; give at least 1, or leave it out")
    game = tree_of(game)
    points = _Points(game, values, targets)
    batch = _empty(game, points.count)
    with (
        one_thread(),
        _raised(deadline) as time_up,
        ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool,
        _bar(points.count, progress) as bar,
    ):
        for begin in range(0, points.count, CHUNK):
            rows = slice(begin, min(begin + CHUNK, points.count))
            _fill(batch, rows, points, _Run(regret, max_steps, time_up, pool, bar))
    shaped = {k: a.reshape((*points.shape, *a.shape[1:])) for k, a in batch.items()}
    for array in shaped.values():
        array.setflags(write=False)
    texts = reasons(limit=targets is None, max_steps=max_steps)
    known = MappingProxyType({int(k): text for k, text in texts.items()})
    return LogitBranches(game=game, reasons=known, **shaped)


@contextmanager
def _raised(deadline: Deadline) -> Iterator[np.ndarray]:
    """Yield a flag, an array of one truth value, that is raised when the time is up."""
    flag = np.array([deadline.passed])
    if deadline == NEVER:
        yield flag
        return
    timer = Timer(min(deadline.left, TIMEOUT_MAX), flag.fill, (True,))
    timer.daemon = True
    timer.start()
    try:
        yield flag
    finally:
        timer.cancel()


@dataclass(frozen=True, eq=False)
class _Run:
    """How branches are followed: what was asked, the flag of `_raised`, who works, what is told."""

    regret: float
    max_steps: int
    time_up: np.ndarray
    pool: ThreadPoolExecutor
    bar: Any


class _Points:
    """The points of a batch, in a row."""

    def __init__(
        self, game: ExtensiveFormGame, values: Mapping[str, Any], targets: np.ndarray | None
    ) -> None:
        self.game = game
        shapes = {n: np.shape(v) for n, v in values.items()}
        shapes |= {} if targets is None else {"precision": targets.shape}
        try:
            self.shape = np.broadcast_shapes(*shapes.values())
        except ValueError:
            shown = ", ".join(f"{n} {shape}" for n, shape in shapes.items() if shape)
            raise GameError(f"the values have shapes that do not broadcast: {shown}") from None
        self.count = int(np.prod(self.shape))
        self.values = {n: self._row(v) if np.ndim(v) else v for n, v in values.items()}
        self.targets = self._row(np.nan if targets is None else targets)

    def _row(self, values: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(values), self.shape).reshape(-1)

    def numbers(self, rows: slice) -> Numbers:
        """Return the game's numbers at some of the points."""
        part = {n: v[rows] if np.ndim(v) else v for n, v in self.values.items()}
        found = self.game.compiled.floats({**self.game.values, **part})
        count = rows.stop - rows.start
        # Without an array among the values, all points have the same numbers.
        arrays = ((found.branches, 1), (found.payoffs, 2), (found.shares, 2))
        return Numbers(*(np.broadcast_to(a, (count, *a.shape[-k:])) for a, k in arrays))


def _columns(game: ExtensiveFormGame) -> tuple[slice, ...]:
    stops = np.cumsum([len(s.actions) for s in game.information_sets])
    return tuple(
        slice(int(stop) - len(s.actions), int(stop))
        for s, stop in zip(game.information_sets, stops, strict=True)
    )


def _empty(game: ExtensiveFormGame, count: int) -> dict[str, np.ndarray]:
    """Return the arrays to fill, with uniform play where nothing will be."""
    sizes = [len(s.actions) for s in game.information_sets]
    uniform = np.repeat([1 / k for k in sizes], sizes)
    return {
        "precision": np.zeros(count),
        "strategy": np.tile(uniform, (count, 1)),
        "log_strategy": np.tile(np.log(uniform), (count, 1)),
        "beliefs": np.full((count, len(game.compiled.nodes)), np.nan),
        "outcome_probabilities": np.zeros((count, len(game.outcomes))),
        "payoffs": np.zeros((count, len(game.players))),
        "regret": np.zeros(count),
        "residual": np.zeros(count),
        "steps": np.ones(count, dtype=np.int64),
        "status": np.zeros(count, dtype=np.int64),
    }


def _bar(total: int, shown: bool) -> Any:
    from tqdm import tqdm

    return tqdm(total=total, disable=not shown, unit="point", desc="quantal response")


def _fill(batch: dict[str, np.ndarray], rows: slice, points: _Points, run: _Run) -> None:
    """Fill some rows of the batch."""
    compiled, numbers = points.game.compiled, points.numbers(rows)
    possible = numbers.branches > POSSIBLE
    groups: dict[bytes, list[int]] = {}
    for i, pattern in enumerate(possible):
        groups.setdefault(pattern.tobytes(), []).append(i)
    for members in groups.values():
        here = np.array(members)
        structure = structure_of(compiled, possible[here[0]])
        values = scaled(compiled, structure, numbers.branches[here], numbers.payoffs[here])
        targets = points.targets[rows][here]
        if len(structure.sets):
            ends = _ends(structure, values, targets, run)
            _write(batch, rows.start + here, points.game, structure, values, ends)
        else:
            _write_uniform(batch, rows.start + here, targets)
            run.bar.update(len(here))
    strategy = batch["strategy"][rows]
    chances = np.where(possible, numbers.branches, 0.0)
    starts = [c.start for c in _columns(points.game)]
    for z, visit in enumerate(compiled.ends):
        # One after the other: the sums do not depend on the number of points.
        reach = np.ones(len(strategy))
        for branch in visit.chance:
            reach *= chances[:, branch]
        for h, a in visit.decisions:
            reach *= strategy[:, starts[h] + a]
        batch["outcome_probabilities"][rows] += reach[:, None] * numbers.shares[:, z]
        batch["payoffs"][rows] += reach[:, None] * numbers.payoffs[:, z]


@dataclass(frozen=True, eq=False)
class _Ends:
    """Ends of the branches of points with one structure, in its numbering; see `follow_all`."""

    logs: np.ndarray
    beliefs: np.ndarray
    scalars: np.ndarray
    counts: np.ndarray


def _ends(structure: Structure, values: Scaled, targets: np.ndarray, run: _Run) -> _Ends:
    # Here and not above, so that nobody waits for a compiler who does not need one.
    from crisisgames.equilibria.qre_kernels import follow_all, number_tables, structure_table

    count = len(targets)
    ends = _Ends(
        logs=np.zeros((count, len(structure.set_of))),
        beliefs=np.zeros((count, len(structure.nodes))),
        scalars=np.zeros((count, 3)),
        counts=np.zeros((count, 2), dtype=np.int64),
    )
    table, tables = structure_table(structure), number_tables(values)
    scaled_targets = targets * values.unit

    def follow(begin: int) -> int:
        piece = slice(begin, min(begin + PIECE, count))
        rows = (ends.logs[piece], ends.beliefs[piece], ends.scalars[piece], ends.counts[piece])
        asked = (scaled_targets[piece], run.regret, run.max_steps, run.time_up)
        follow_all(table, tables[piece], *asked, *rows)
        return piece.stop - piece.start

    todo = [run.pool.submit(follow, begin) for begin in range(0, count, PIECE)]
    for done in as_completed(todo):
        run.bar.update(done.result())
    return ends


def _write(
    batch: dict[str, np.ndarray],
    rows: np.ndarray,
    game: ExtensiveFormGame,
    structure: Structure,
    values: Scaled,
    ends: _Ends,
) -> None:
    columns = _columns(game)
    places = np.concatenate([np.arange(columns[h].start, columns[h].stop) for h in structure.sets])
    batch["log_strategy"][np.ix_(rows, places)] = ends.logs
    batch["strategy"][np.ix_(rows, places)] = np.exp(ends.logs)
    batch["beliefs"][np.ix_(rows, structure.nodes)] = ends.beliefs
    batch["precision"][rows] = ends.scalars[:, 0] / values.unit
    batch["regret"][rows] = ends.scalars[:, 1] * values.unit
    batch["residual"][rows] = ends.scalars[:, 2]
    batch["status"][rows], batch["steps"][rows] = ends.counts.T


def _write_uniform(batch: dict[str, np.ndarray], rows: np.ndarray, targets: np.ndarray) -> None:
    """Write the ends where nobody has a choice: precision changes nothing."""
    limit = np.isnan(targets)
    batch["precision"][rows] = np.where(limit, 0.0, targets)
    batch["status"][rows] = np.where(limit, Status.CONVERGED, Status.PRECISION_REACHED)


def _total(columns: np.ndarray) -> np.ndarray:
    total = np.zeros(columns.shape[:-1])
    for k in range(columns.shape[-1]):
        total += columns[..., k]
    return total
