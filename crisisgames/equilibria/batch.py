"""All equilibria of one game at many parameter values at once.

The patterns of supports and levels do not depend on numbers: they are compiled once, and a kernel
goes through them for every point, in floating point with certain signs. Points at which a sign is
too close to call, or nature never does something, are solved exactly, one by one, as `solve` does;
so are all points of games with too many patterns. Either way a point gets all its equilibria.
"""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import prod
from os import cpu_count
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, overload

import numpy as np
from tqdm import tqdm

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.linear import LINEAR_CONCEPTS
from crisisgames.equilibria.outcomes import Question, as_text, matching
from crisisgames.equilibria.solve import Game, as_tree, check_game, solve
from crisisgames.errors import GameError, NotApplicable, UnknownName, suggest
from crisisgames.games import ExtensiveFormGame, Numbers
from crisisgames.games.parameter import find_parameter

if TYPE_CHECKING:
    import pandas as pd

    from crisisgames.equilibria.batch_classes import ClassRanges
    from crisisgames.equilibria.linear.batch import CorrelatedBatch
    from crisisgames.equilibria.sweep import Extremes

__all__ = [
    "BATCH_RULES",
    "EquilibriumBatch",
    "OverPoints",
    "broadcast",
    "flattened",
    "one_axis",
    "point_at",
    "short",
    "solve_many",
]

S = TypeVar("S")

TENS = np.array([float(10**k) for k in range(23)])
"""Powers of ten that floats hold exactly."""

FEW = 64
"""Points looked at together for one that shows the structure of the game."""


class OverPoints(Sequence[S]):
    """The sets of a game at many points: what batches share. Kinds say how a set is found."""

    game: Game
    values: Mapping[str, np.ndarray]
    shape: tuple[int, ...]

    @abstractmethod
    def _set(self, k: int) -> S:
        """Return the set of a point, by its place in flat order."""

    def __len__(self) -> int:
        return prod(self.shape)

    @overload
    def __getitem__(self, index: int | tuple[int, ...]) -> S: ...
    @overload
    def __getitem__(self, index: slice) -> list[S]: ...
    def __getitem__(self, index: int | tuple[int, ...] | slice) -> S | list[S]:
        """Return the set of a point, solved by itself; places as in `at`."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self._set(_place_of(index, self.shape))

    def at(self, index: int | tuple[int, ...]) -> Game:
        """Return the game of a point, by its place in flat order or along each axis."""
        return self.game.at(**point_at(self.values, _place_of(index, self.shape)))


@dataclass(frozen=True, eq=False)
class EquilibriumBatch(OverPoints[EquilibriumSet]):
    """The equilibria of a game at many points. Made by `solve_many`.

    Attributes
    ----------
    game : game
        In the form in which it was given.
    concept : str
    values : mapping
        Of each parameter given, its values, broadcast to `shape`.
    shape : tuple of int
        That of the values; arrays over points have it.
    notes : tuple of str
        How far the batch came, if the time limit was reached.
    complete : ndarray of bool
        Whether all equilibria of a point were found.
    extremes : ndarray of int
        Number of extreme equilibria.
    compiled : ndarray of bool
        Whether a point was solved by the compiled patterns, every sign being certain in floating
        point; the others were solved exactly.
    patterns : int
        How many patterns were compiled.

    Examples
    --------
    >>> from crisisgames import Ladder, solve_many
    >>> batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": [0.2, 0.4]})
    >>> low, high = batch.bounds("war")
    >>> high.round(5).tolist()
    [0.40667, 0.28368]
    >>> len(batch[1].classes)
    2
    """

    game: Game
    concept: str
    values: Mapping[str, np.ndarray] = field(repr=False)
    shape: tuple[int, ...]
    notes: tuple[str, ...]
    complete: np.ndarray = field(repr=False)
    extremes: np.ndarray = field(repr=False)
    compiled: np.ndarray = field(repr=False)
    patterns: int
    _labels: tuple[Hashable, ...] = field(repr=False)
    _fixed: np.ndarray = field(repr=False)
    _parts: tuple[Extremes, ...] = field(repr=False)
    _sets: Mapping[int, EquilibriumSet] = field(repr=False)
    _certain: np.ndarray | None = field(repr=False)

    def _set(self, k: int) -> EquilibriumSet:
        return self._sets[k] if k in self._sets else solve(self.at(k), self.concept)

    @cached_property
    def gain(self) -> np.ndarray:
        """The certificate: the most that a player gains by a best reply in any equilibrium, utils.

        Of the extreme equilibria of each point; nan where none was found. Beliefs off the path are
        certified by the exact set of a point.
        """
        # What a player gains in independent parts adds up.
        gain = np.zeros(len(self))
        for part in self._parts:
            gain += part.reduced(np.maximum, part.gains)
        gain = np.where(self.compiled.reshape(-1), gain, np.nan)
        for k, found in self._sets.items():
            if len(found):
                gain[k] = max(e.certificate.gain for e in found)
        return gain.reshape(self.shape)

    def bounds(self, outcome: Question) -> tuple[np.ndarray, np.ndarray]:
        """Return the smallest and largest probability over all equilibria of each point.

        Parameters
        ----------
        outcome : outcome, or collection of outcomes
            ``war`` means all its causes.

        Returns
        -------
        tuple of ndarray
            Of the batch's shape; nan where nothing was found.
        """
        places = [self._labels.index(o) for o in matching(outcome, self._labels)]
        low, high = self._extent([places], lambda found: [found.bounds(outcome)])
        return low.reshape(self.shape), high.reshape(self.shape)

    def ranges(self, outcomes: Sequence[Question]) -> tuple[np.ndarray, np.ndarray]:
        """Return the smallest and largest probabilities of several outcomes, points in flat order.

        Parameters
        ----------
        outcomes : sequence of outcomes, or of collections of outcomes
            One that the game does not have has probability 0.

        Returns
        -------
        tuple of ndarray
            Of shape (points, outcomes); nan where nothing was found.
        """
        places = [self._places(o) for o in outcomes]

        def exact(found: EquilibriumSet) -> list[tuple[Any, Any]]:
            asked = zip(outcomes, places, strict=True)
            return [found.bounds(o) if there else (0, 0) for o, there in asked]

        return self._extent(places, exact)

    def payoff_bounds(self, players: str | Collection[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the smallest and largest payoff over all equilibria of each point, utils.

        Parameters
        ----------
        players : str or collection of str
            A player, or several, whose payoffs are added: all of them for welfare.
        """
        names = (players,) if isinstance(players, str) else tuple(players)
        for name in names:
            if name not in self.game.players:
                raise suggest("player", name, self.game.players)
        places = [len(self._labels) + self.game.players.index(name) for name in names]
        low, high = self._extent([places], lambda found: [found.payoff_bounds(names)])
        return low.reshape(self.shape), high.reshape(self.shape)

    def _extent(
        self, questions: Sequence[Sequence[int]], of: Callable[[EquilibriumSet], Any]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return between what sums of quantities lie, shape (points, questions)."""
        from crisisgames.equilibria.batch_classes import added

        low = added(self._fixed, questions)
        low[self.extremes.reshape(-1) == 0] = np.nan
        high = low.copy()
        for part in self._parts:
            values = added(part.results, questions)
            low += part.reduced(np.minimum, values)
            high += part.reduced(np.maximum, values)
        for k, found in self._sets.items():
            if len(found):
                low[k], high[k] = np.array(of(found), dtype=float).T
        return low, high

    def class_ranges(self, outcomes: Sequence[Question]) -> ClassRanges:
        """Return the classes of equilibria at each point, in flat order.

        Parameters
        ----------
        outcomes : sequence of outcomes, or of collections of outcomes
            What to return the range of in each class; one that the game does not have has
            probability 0.

        Examples
        --------
        >>> from crisisgames import Ladder, solve_many
        >>> batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": [0.2, 0.8]})
        >>> found = batch.class_ranges(["war"])
        >>> found.count.tolist(), found.high.round(4).T.tolist()
        ([2, 1], [[0.0, 0.4067, 0.1633]])
        """
        from crisisgames.equilibria.batch_classes import ClassRanges, class_ranges

        places = [self._places(o) for o in outcomes]
        found = class_ranges(self._fixed, self._parts, len(self._labels), places)
        if not self._sets and self.compiled.all():
            return found
        rows = {k: _exact_ranges(own, outcomes) for k, own in self._sets.items()}
        nothing = np.empty((0, len(outcomes), 2))
        spans = [
            np.stack([found.low[a:b], found.high[a:b]], axis=2) if done else rows.get(k, nothing)
            for k, (a, b, done) in enumerate(
                zip(found.starts[:-1], found.starts[1:], self.compiled.reshape(-1), strict=True)
            )
        ]
        starts = np.concatenate([[0], np.cumsum([len(s) for s in spans])])
        joined = np.concatenate(spans)
        return ClassRanges(starts, joined[..., 0], joined[..., 1]).ordered()

    def selected(self, rule: str, outcomes: Sequence[Question]) -> tuple[np.ndarray, np.ndarray]:
        """Return the probability of outcomes in the equilibrium that a rule selects at each point.

        With a refinement, among the equilibria that survive it.

        Parameters
        ----------
        rule : str
            ``least war``, ``most war`` or ``welfare``; of a tie the first equilibrium counts.
        outcomes : sequence of outcomes, or of collections of outcomes
            As in `class_ranges`.

        Returns
        -------
        tuple of ndarray
            Probabilities, shape (points, outcomes), points in flat order, nan where nothing was
            found; and where that is final. Elsewhere the refinement is not decided on arrays, or
            leaves nothing: ask the set of the point.
        """
        from crisisgames.equilibria.batch_classes import added, first_smallest

        if rule not in BATCH_RULES:
            raise suggest("rule for many points", rule, BATCH_RULES)
        places = [self._places(o) for o in outcomes]
        players = range(len(self._labels), self._fixed.shape[1])
        about, sign = (players, -1.0) if rule == "welfare" else (self._places("war"), 1.0)
        sign = -1.0 if rule == "most war" else sign
        values = added(self._fixed, places)
        final = self.compiled.reshape(-1) if self._certain is None else self._certain.copy()
        for part in self._parts:
            among = None if self._certain is None else part.survives
            keys = sign * added(part.results, [list(about)])[:, 0]
            chosen = first_smallest(part, keys, among)
            some = chosen >= 0
            values[some] += added(part.results[chosen[some]], places)
            values[~some] = np.nan
            final = final & (some | (part.count == 0))
        for k, found in self._sets.items():
            if self._certain is None and len(found):
                own = found.select(rule)
                values[k] = [_probability(own.outcomes, o) for o in outcomes]
                final[k] = True
        return values, final

    def _places(self, outcome: Question) -> list[int]:
        try:
            return [self._labels.index(o) for o in matching(outcome, self._labels)]
        except UnknownName:
            return []

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each point: values, bounds of outcomes and payoffs, certificate."""
        import pandas as pd

        pairs = {str(as_text(o)): self.bounds(o) for o in self._labels}
        pairs |= {f"payoff {p}": self.payoff_bounds(p) for p in self.game.players}
        columns = dict(self.values)
        for name, (low, high) in pairs.items():
            columns |= {f"{name} low": low, f"{name} high": high}
        columns |= {"equilibria": self.extremes, "complete": self.complete, "gain": self.gain}
        return pd.DataFrame({n: np.ravel(v) for n, v in columns.items()})


POLYHEDRAL = ("sequential", "nash")
"""Concepts that are solved by patterns."""

BATCH_RULES = ("least war", "most war", "welfare")
"""Rules that select on arrays."""


def _exact_ranges(found: EquilibriumSet, outcomes: Sequence[Question]) -> np.ndarray:
    """Return the range of each outcome in each class, shape (classes, outcomes, 2)."""
    rows = [
        [
            [f(_probability(found[i].outcomes, o) for i in c.equilibria) for f in (min, max)]
            for o in outcomes
        ]
        for c in found.classes
    ]
    return np.array(rows, dtype=float).reshape(-1, len(outcomes), 2)


def _probability(distribution: Mapping[Hashable, Any], outcome: Question) -> float:
    try:
        wanted = matching(outcome, tuple(distribution))
    except UnknownName:
        return 0.0
    return float(sum(distribution[o] for o in wanted))


@overload
def solve_many(
    game: Game,
    values: Mapping[str, Any],
    concept: Literal["sequential", "nash"] = "sequential",
    *,
    refinement: Literal["d1"] | None = None,
    time_limit: float | None = None,
    progress: bool = False,
    workers: int | None = None,
) -> EquilibriumBatch: ...
@overload
def solve_many(
    game: Game,
    values: Mapping[str, Any],
    concept: Literal["correlated", "coarse-correlated", "communication", "bayes-correlated"],
    *,
    time_limit: float | None = None,
    progress: bool = False,
    workers: int | None = None,
) -> CorrelatedBatch: ...
def solve_many(
    game: Game,
    values: Mapping[str, Any],
    concept: str = "sequential",
    *,
    refinement: Literal["d1"] | None = None,
    time_limit: float | None = None,
    progress: bool = False,
    workers: int | None = None,
) -> EquilibriumBatch | CorrelatedBatch:
    """Return all equilibria of a game at many parameter values.

    Parameters
    ----------
    game : game
        In any form; with at most two movers for ``sequential`` and ``nash``, and of the kind that
        `solve` asks for with a mediator.
    values : mapping
        For each parameter a number or an array; arrays are broadcast together, as in NumPy. The
        other parameters keep the values that the game has.
    concept : str
        ``sequential`` or ``nash``; with a mediator ``correlated``, ``coarse-correlated``,
        ``communication`` or ``bayes-correlated``.
    refinement : str, optional
        ``d1``: find out which sequential equilibria survive it, for `EquilibriumBatch.selected`.
    time_limit : float, optional
        Seconds after which no further point is begun; those left are not complete. None and 0 mean
        none. With a mediator it is for each question that the batch is asked.
    progress : bool
        Whether to show a progress bar.
    workers : int, optional
        Threads; by default one for each core. Results do not depend on it.

    Returns
    -------
    EquilibriumBatch, or CorrelatedBatch with a mediator
        Its `notes` say how far it came where the time limit was reached.

    Raises
    ------
    GameError
        For values outside a domain, or of shapes that do not broadcast.
    UnknownName
        For another parameter or concept.
    NotApplicable
        For a game with more than two movers, or that the concept does not fit.

    Notes
    -----
    The first large batch after installation compiles its kernels, which takes up to a minute;
    later ones, in other processes too, find them compiled.

    Values of parameters are taken to fifteen digits, so that ``0.1 + 0.2`` is 0.3. Numbers are
    floats: sums of payoffs that differ by no more than rounding are equal.
    Points at which that could hide a difference, because numbers of very different scales come
    together, are solved exactly, as `solve` does; so are points at which an end is reached with a
    probability below 1e-9.
    """
    if concept not in (*POLYHEDRAL, *LINEAR_CONCEPTS):
        raise suggest("concept of solve_many", concept, (*POLYHEDRAL, *LINEAR_CONCEPTS))
    if refinement not in (None, "d1"):
        raise suggest("refinement of solve_many", str(refinement), ("d1",))
    if refinement and concept != "sequential":
        raise NotApplicable(
            f"D1 is for sequential equilibria; give concept='sequential', not {concept!r}, or "
            "leave refinement out"
        )
    check_game("solve_many", game, concept)
    deadline = Deadline.within(time_limit)
    if workers is not None and not (isinstance(workers, int) and workers > 0):
        raise GameError(f"workers is {workers!r}; give a whole number from 1, or None")
    if concept in LINEAR_CONCEPTS:
        from crisisgames.equilibria.linear.batch import correlated_batch

        options: dict[str, Any] = {"time_limit": time_limit, "progress": progress}
        return correlated_batch(
            game, values, concept, workers=workers or cpu_count() or 1, **options
        )
    tree, labels = as_tree(game)
    full, shape = broadcast(tree, values)
    size = prod(shape)
    flat = {n: v.reshape(-1) for n, v in full.items()}
    from crisisgames.equilibria.sweep import compile_sweep, sweep

    def evaluate(start: int, stop: int) -> tuple[Numbers, tuple[np.ndarray, np.ndarray]]:
        own = {**tree.values, **{n: v[start:stop] for n, v in flat.items()}}
        branches, payoffs = tree.compiled.magnitudes(own)
        lead = (stop - start,)
        sizes = (one_axis(branches, lead, 1), one_axis(payoffs, lead, 2))
        return flattened(tree.compiled.floats(own), lead), sizes

    plan, found = None, None
    for start in range(0, size, FEW):
        few = {**tree.values, **{n: v[start : start + FEW] for n, v in flat.items()}}
        branches = tree.compiled.floats(few).branches
        regular = np.atleast_2d(branches > 0).all(axis=1)
        if regular.any():
            # Any point at which nature does all that it may do shows the structure.
            typical = tree.at(**point_at(full, start + int(np.argmax(regular))))
            plan = compile_sweep(typical, cast(Any, concept))
            break
    done, certain = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    parts: tuple[Extremes, ...] = ()
    fixed = np.full((size, len(tree.compiled.outcomes) + len(tree.players)), np.nan)
    sets: dict[int, EquilibriumSet] = {}
    with tqdm(total=size, disable=not progress, unit="game") as bar:
        if plan is not None:
            # What is left to the exact search needs time as well.
            found = sweep(
                plan, evaluate, size, deadline.half, workers, refine=refinement is not None
            )
            done, parts = found.done, found.parts
            fixed[done], certain = found.fixed[done], found.certain
            bar.update(int(done.sum()))
        for k in np.flatnonzero(~done).tolist():
            left = deadline.left
            if not left:
                break
            limit = None if deadline == NEVER else left
            sets[k] = solve(game.at(**point_at(full, k)), concept, time_limit=limit)
            bar.update()
    count = np.prod([p.count for p in parts], axis=0) if parts else done.astype(int)
    complete = done.copy()
    for k, own in sets.items():
        complete[k], count[k] = own.complete, len(own)
    late = "" if complete.all() else f"{complete.sum()} of {len(complete)} points are complete."
    return EquilibriumBatch(
        game,
        concept,
        full,
        shape,
        (late,) if late else (),
        complete.reshape(shape),
        count.reshape(shape),
        done.reshape(shape),
        0 if plan is None else plan.patterns,
        labels,
        fixed,
        parts,
        sets,
        certain if refinement else None,
    )


def _place_of(index: int | tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Return a place in flat order, given so or along each axis."""
    count = prod(shape)
    if isinstance(index, tuple):
        if len(index) != len(shape):
            raise IndexError(f"the batch has shape {shape}; {index} is no place in it")
        return int(np.arange(count).reshape(shape)[index])
    k = operator.index(index)
    if not -count <= k < count:
        raise IndexError(f"the batch has {count} points; {index} is not one of them")
    return k % count


def broadcast(
    tree: ExtensiveFormGame, values: Mapping[str, Any]
) -> tuple[dict[str, np.ndarray], tuple[int, ...]]:
    """Return the values, each of the common shape, and that shape."""
    if not isinstance(values, Mapping):
        raise GameError(f"values is {values!r}; give {{name of a parameter: its values}}")
    given = {}
    for name, value in values.items():
        find_parameter(tree.compiled.parameters, name)
        try:
            array = np.array(value)  # a copy: what was solved stays what it was
        except ValueError:
            array = np.array(None)
        if array.dtype == object and all(isinstance(v, Fraction | Decimal) for v in array.flat):
            array = array.astype(float)
        if array.dtype.kind not in "iuf":
            raise GameError(f"the values of {name!r} are {value!r}; give numbers, in an array")
        given[name] = short(array)
    try:
        shape = np.broadcast_shapes(*(v.shape for v in given.values()))
    except ValueError:
        shapes = ", ".join(f"{n} {v.shape}" for n, v in given.items())
        raise GameError(f"the values have shapes that do not broadcast: {shapes}") from None
    if not prod(shape):
        raise GameError(f"the values have shape {shape}, which holds no point; give at least one")
    return {n: np.broadcast_to(v, shape) for n, v in given.items()}, shape


def short(values: np.ndarray) -> np.ndarray:
    """Return values of fifteen digits: what ``np.arange`` makes of 0.3 is the 0.3 that is meant."""
    if values.dtype.kind != "f":
        return values
    size = np.abs(values.astype(float))
    plain = (size >= 1e-7) & (size < 1e15)  # where the power of ten below is exact
    scale = TENS[14 - np.floor(np.log10(np.where(plain, size, 1.0))).astype(int)]
    return np.where(plain, np.rint(values * scale) / scale, values)


def flattened(numbers: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Return the numbers with one leading axis, for the points."""
    each = ((numbers.branches, 1), (numbers.payoffs, 2), (numbers.shares, 2))
    return Numbers(*(one_axis(a, shape, own) for a, own in each))


def one_axis(a: np.ndarray, shape: tuple[int, ...], own: int) -> np.ndarray:
    """Return an array whose last ``own`` axes are its own with one leading axis, for the points."""
    inner = a.shape[a.ndim - own :]
    if a.shape == (prod(shape), *inner):
        return a
    return np.broadcast_to(a, (*shape, *inner)).reshape(prod(shape), *inner)


def point_at(values: Mapping[str, np.ndarray], index: int) -> dict[str, Any]:
    """Return the values of one point, by its place in flat order."""
    return {n: v.reshape(-1)[index].item() for n, v in values.items()}
