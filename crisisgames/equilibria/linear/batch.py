"""Equilibria with a mediator at many parameter values at once.

What is asked of a game, and how each coefficient comes from its numbers, is the same at all points.
The numbers are evaluated for arrays of points, and a few bases of the program serve most of them;
see `stack`. Points at which that proves nothing are solved one by one, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from crisisgames.equilibria.batch import OverPoints, broadcast, flattened, one_axis, point_at
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.linear.columns import Column, columns
from crisisgames.equilibria.linear.concepts import correlated_set, outcomes_of, rows_at, tree_of
from crisisgames.equilibria.linear.correlated_set import CorrelatedSet, Game
from crisisgames.equilibria.linear.model import Cell, Rows
from crisisgames.equilibria.linear.stack import Bases, extremes, written
from crisisgames.equilibria.outcomes import Question, as_text, matching
from crisisgames.equilibria.qre_system import one_thread
from crisisgames.errors import NotApplicable, UnknownName, suggest
from crisisgames.games import Numbers

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CorrelatedBatch", "correlated_batch"]

ROOM = 4_000_000
"""Coefficients of a program, over points, that are in memory at a time in each thread."""

CHUNK = 1024
"""Most points that are solved together."""

Bounds = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class _Goal:
    """What is bounded: the probability of some outcomes, or a sum of payoffs.

    Attributes
    ----------
    of_set : function
        The bounds of one point, from its set.
    weights : tuple
        For each outcome, or each player, its weight.
    is_payoff : bool
    """

    of_set: Callable[[CorrelatedSet], tuple[Any, Any]]
    weights: tuple[Any, ...]
    is_payoff: bool

    def coefficients(self, rows: Rows, points: int) -> np.ndarray:
        """Return the objective at each point, shape (points, variables)."""
        found = np.zeros((points, rows.size))
        for j, cell in enumerate(rows.cells):
            for weight, number in self._terms(cell):
                own = number.values if isinstance(number, Column) else float(number)
                found[:, j] += float(weight) * own
        return found

    def _terms(self, cell: Cell) -> list[tuple[Any, Any]]:
        if self.is_payoff:
            return [(w, u) for w, u in zip(self.weights, cell.payoffs, strict=True) if w]
        return [(self.weights[o], share) for o, share in cell.shares if self.weights[o]]


@dataclass(frozen=True, eq=False)
class CorrelatedBatch(OverPoints[CorrelatedSet]):
    """All equilibria of a game with a mediator at many points. Made by `solve_many`.

    Every question is a linear program for each point, as in `CorrelatedSet`. Bounds are floats that
    are proved as there, up to rounding.

    Attributes
    ----------
    game : game
        In the form in which it was given.
    concept : str
    values : mapping
        Of each parameter given, its values, broadcast to `shape`.
    shape : tuple of int
        That of the values; arrays over points have it.
    time_limit : float or None
        Seconds for each question; bounds that are not found by then are not a number, and the
        points not `complete`.
    exact : ndarray of bool
        Where some bound that was asked for came from the exact set of the point.

    Examples
    --------
    Chicken in which the crash costs more and more: a mediator can no longer make it likely.

    >>> from crisisgames import NormalFormGame, Parameter, solve_many
    >>> crash = Parameter("crash", (1, 100), default=5)
    >>> chicken = NormalFormGame.from_arrays([[0, -1], [1, -crash]], [[0, 1], [-1, -crash]],
    ...     actions=[("yield", "dare")] * 2)
    >>> batch = solve_many(chicken, {"crash": [2, 5, 10]}, "correlated")
    >>> low, high = batch.bounds(("dare", "dare"))
    >>> high.round(4).tolist()
    [0.3333, 0.1111, 0.0526]
    """

    game: Game
    concept: str
    values: Mapping[str, np.ndarray] = field(repr=False)
    shape: tuple[int, ...]
    time_limit: float | None = field(repr=False, default=None)
    progress: bool = field(repr=False, default=False)
    workers: int = field(repr=False, default=1)
    exact: np.ndarray = field(repr=False, init=False)
    _late: np.ndarray = field(repr=False, init=False)

    def __post_init__(self) -> None:
        for name in ("exact", "_late"):
            object.__setattr__(self, name, np.zeros(self.shape, dtype=bool))

    def _set(self, k: int) -> CorrelatedSet:
        return correlated_set(self.at(k), self.concept, time_limit=self.time_limit)

    @property
    def complete(self) -> np.ndarray:
        """Whether all bounds of a point that were asked for so far were found."""
        return ~self._late

    @property
    def notes(self) -> tuple[str, ...]:
        """What the time limit stopped."""
        done = int(self.complete.sum())
        return () if done == len(self) else (f"{done} of {len(self)} points are complete.",)

    @property
    def outcomes(self) -> tuple[Hashable, ...]:
        """The labels of outcomes."""
        return outcomes_of(self.game, self.concept)

    def bounds(self, outcome: Question) -> Bounds:
        """Return the smallest and largest probability over all equilibria of each point.

        Parameters
        ----------
        outcome : outcome, or collection of outcomes
            ``war`` means all its causes.

        Returns
        -------
        tuple of ndarray
            Of the batch's shape; nan where the time limit left a point out.

        Raises
        ------
        UnknownName
            If the game has no such outcome.
        """
        matching(outcome, self.outcomes)
        low, high = self.ranges([outcome])
        return low.reshape(self.shape), high.reshape(self.shape)

    def ranges(self, outcomes: Sequence[Question]) -> Bounds:
        """Return the smallest and largest probabilities of several outcomes, points in flat order.

        It takes less time than to ask for one after the other.

        Parameters
        ----------
        outcomes : sequence of outcomes, or of collections of outcomes
            One that the game does not have has probability 0.

        Returns
        -------
        tuple of ndarray
            Of shape (points, outcomes); nan where the time limit left a point out.
        """
        low, high = self._found([self._probability(o) for o in outcomes])
        return low.T, high.T

    def payoff_bounds(self, players: str | Collection[str]) -> Bounds:
        """Return the smallest and largest payoff over all equilibria of each point, utils.

        Parameters
        ----------
        players : str or collection of str
            A player, or several, whose payoffs are added: all of them for welfare.
        """
        low, high = self._found([self._payoff(players)])
        return low.reshape(self.shape), high.reshape(self.shape)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each point: values, bounds of outcomes and payoffs."""
        import pandas as pd

        goals = {str(as_text(o)): self._probability((o,)) for o in self.outcomes}
        goals |= {f"payoff {p}": self._payoff(p) for p in self.game.players}
        low, high = self._found(list(goals.values()))
        columns = {n: np.ravel(v) for n, v in self.values.items()}
        for k, name in enumerate(goals):
            columns |= {f"{name} low": low[k], f"{name} high": high[k]}
        return pd.DataFrame({**columns, "complete": self.complete.ravel()})

    def _probability(self, outcome: Question) -> _Goal:
        try:
            wanted = matching(outcome, self.outcomes)
        except UnknownName:
            wanted = ()
        weights = tuple(int(o in wanted) for o in self.outcomes)
        return _Goal(lambda found: found.bounds(outcome), weights, is_payoff=False)

    def _payoff(self, players: str | Collection[str]) -> _Goal:
        names = (players,) if isinstance(players, str) else tuple(players)
        for name in names:
            if name not in self.game.players:
                raise suggest("player", name, self.game.players)
        weights = tuple(int(p in names) for p in self.game.players)
        return _Goal(lambda found: found.payoff_bounds(names), weights, is_payoff=True)

    def _found(self, goals: Sequence[_Goal]) -> Bounds:
        """Return the bounds of goals at all points, shape (goals, points); no program twice."""
        asked: dict[tuple[bool, tuple[Any, ...]], int] = {}
        for goal in goals:
            key = (goal.is_payoff, goal.weights)
            if key not in asked and self._known(goal) is None and self._other(key) not in asked:
                asked[key] = len(asked)
        first = {(g.is_payoff, g.weights): g for g in reversed(goals)}
        low, high = self._programs([first[key] for key in asked])
        found = []
        for goal in goals:
            key, fixed = (goal.is_payoff, goal.weights), self._known(goal)
            if fixed is not None:
                found.append((np.full(len(self), fixed),) * 2)
            elif key in asked:
                found.append((low[asked[key]], high[asked[key]]))
            else:
                k = asked[self._other(key)]
                found.append((1.0 - high[k], 1.0 - low[k]))
        both = np.array(found).reshape(len(goals), 2, len(self))
        return both[:, 0], both[:, 1]

    @staticmethod
    def _known(goal: _Goal) -> float | None:
        """Return the probability of nothing or everything."""
        some = set(goal.weights)
        return float(*some) if not goal.is_payoff and len(some) == 1 else None

    @staticmethod
    def _other(key: tuple[bool, tuple[Any, ...]]) -> tuple[bool, tuple[Any, ...]]:
        """Return what is left of the outcomes; a payoff has no such thing."""
        is_payoff, weights = key
        return key if is_payoff else (False, tuple(1 - w for w in weights))

    def _programs(self, goals: Sequence[_Goal]) -> Bounds:
        """Return the bounds of goals at all points, shape (goals, points)."""
        deadline = Deadline.within(self.time_limit)
        found = np.full((2, len(goals), len(self)), np.nan)
        if not goals:
            return found[0], found[1]
        count = self.coefficients
        step = min(max(ROOM // count, 1), CHUNK) if count else 0
        learnt, size = Bases(), 1

        def solve(start: int, stop: int) -> Bases:
            bases = learnt.copy()
            best, proved = self._chunk(goals, start, stop, bases, deadline)
            found[:, :, start:stop] = np.where(proved, best, np.nan)
            bar.update(int(proved.all(axis=(0, 1)).sum()))
            return bases

        with one_thread(), tqdm(total=len(self), disable=not self.progress, unit="game") as bar:
            cuts = [*range(0, len(self), step), len(self)] if step else []
            chunks = list(pairwise(cuts))
            with ThreadPoolExecutor(self.workers) as pool:
                # One chunk, then two, then four: each begins with the bases of those before its
                # round, so that what is found does not depend on which of them is done first.
                while chunks:
                    work = [pool.submit(solve, *chunk) for chunk in chunks[:size]]
                    chunks, size = chunks[size:], 2 * size
                    for bases in [done.result() for done in work]:
                        learnt.join(bases)
            left = np.isnan(found).any(axis=(0, 1))
            for k in np.flatnonzero(left).tolist():
                if deadline.passed:
                    break
                found[:, :, k] = self._one(k, goals, found[:, :, k], deadline)
                self.exact.reshape(-1)[k] = True
                bar.update()
            self._late.reshape(-1)[np.isnan(found).any(axis=(0, 1))] = True
        payoff = np.array([g.is_payoff for g in goals])[None, :, None]
        found = np.where(payoff, found, np.clip(found, 0.0, 1.0)) + 0.0  # no -0.0
        return np.minimum(found[0], found[1]), found[1]

    @cached_property
    def coefficients(self) -> int:
        """How many coefficients the program has at a point; 0 if it is not written down."""
        rows = self.rows(0, 1)
        return (len(rows.equal) + len(rows.gains)) * rows.size if rows.gains else 0

    def numbers(self, start: int, stop: int) -> Numbers:
        """Return the numbers of the game's tree at some points, given by places in flat order."""
        lead = (stop - start,)
        return flattened(tree_of(self.game).compiled.floats(self._own(start, stop)), lead)

    def _own(self, start: int, stop: int) -> dict[str, Any]:
        flat = {n: v.reshape(-1)[start:stop] for n, v in self.values.items()}
        return {**tree_of(self.game).values, **flat}

    def rows(self, start: int, stop: int) -> Rows:
        """Return the rows of the program at some points, given by places in flat order."""
        branches, payoffs = tree_of(self.game).compiled.magnitudes(self._own(start, stop))
        lead = (stop - start,)
        sizes = one_axis(branches, lead, 1), one_axis(payoffs, lead, 2)
        numbers = columns(self.numbers(start, stop), sizes)
        return rows_at(self.game, self.concept, numbers)

    def _chunk(
        self, goals: Sequence[_Goal], start: int, stop: int, bases: Bases, deadline: Deadline
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the lowest and highest values, and where they are proved; (2, goals, points)."""
        shape = (2, len(goals), stop - start)
        if deadline.passed:
            return np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        rows = self.rows(start, stop)
        highest = np.array([g.coefficients(rows, stop - start) for g in goals])
        # Upper ends first: a vertex of one is often the lower end of another.
        both = np.concatenate([highest, -highest])
        best, proved = extremes(
            written(rows, stop - start),
            both,
            bases.of(rows, len(both)),
            lambda: not deadline.passed,
        )
        up, down = best.reshape(shape)
        ends, sure = np.stack([-down, up]), proved.reshape(shape)[::-1]
        return ends, sure

    def _one(
        self, k: int, goals: Sequence[_Goal], known: np.ndarray, deadline: Deadline
    ) -> np.ndarray:
        """Return the bounds of one point, those that are not known from its exact set."""
        limit = None if self.time_limit is None or not self.time_limit else deadline.left
        game, found = self.game.at(**point_at(self.values, k)), known.copy()
        sets = [correlated_set(game, self.concept, exact=True, time_limit=limit)]
        for j, goal in enumerate(goals):
            if not np.isnan(known[:, j]).any():
                continue
            try:
                ends = goal.of_set(sets[0])
            except NotApplicable:  # too large for rationals
                sets = [correlated_set(game, self.concept, time_limit=limit)]
                ends = goal.of_set(sets[0])
            if sets[0].complete:
                found[:, j] = [float(end) for end in ends]
        return found


def correlated_batch(
    game: Game,
    values: Mapping[str, Any],
    concept: str,
    *,
    time_limit: float | None = None,
    progress: bool = False,
    workers: int = 1,
) -> CorrelatedBatch:
    """Return all equilibria of a game with a mediator at many parameter values.

    See `solve_many`.
    """
    tree = tree_of(game)
    full, shape = broadcast(tree, values)
    batch = CorrelatedBatch(game, concept, full, shape, time_limit, progress, workers)
    for start in range(0, len(batch), CHUNK):  # what is wrong with values is said at once
        batch.numbers(start, min(start + CHUNK, len(batch)))
    batch.rows(0, 1)  # and so is what is wrong with the game
    return batch
