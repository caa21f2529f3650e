"""A search for mixed Nash equilibria of games with any number of players; it may miss some.

Guesses of who plays what (supports: all of them where there are few; else those on which smoothed
best replies settle from random starting points, in the game and in games with perturbed payoffs,
and the end of the logit branch) turn equilibrium into equations, which Newton's method solves
[1]_. What is found is polished until no deviation gains more than `POLISHED`, and is kept only if
the certificate, which is computed from the game alone, shows no gain above `TOLERANCE`. Results are
the same for the same seed.

References
----------
.. [1] Ryan Porter, Eugene Nudelman and Yoav Shoham, "Simple Search Methods for Finding a Nash
   Equilibrium", Games and Economic Behavior 63(2), 2008.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, product
from math import prod
from typing import Any

import numpy as np

from crisisgames.equilibria.assemble import Extreme, Part, Sheaf
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.equilibrium import Certificate
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.nash import pure_nash
from crisisgames.equilibria.profiles import BehaviourProfile, profile_set
from crisisgames.equilibria.qre import logit_branch
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame
from crisisgames.games.strategic import reduced_strategies, strategic_form

__all__ = [
    "DISTINCT",
    "PRECISIONS",
    "TOLERANCE",
    "USED",
    "as_part",
    "check_search",
    "confirmed",
    "search_nash",
    "subsets",
]

Array = np.ndarray
Mixes = tuple[Array, ...]
Support = tuple[tuple[int, ...], ...]

TOLERANCE = 1e-9
"""Largest gain from a deviation that the certificate may show, relative to the range of payoffs:
room for the rounding of probabilities."""

POLISHED = 1e-12
"""Gain, relative to the range of payoffs, to which Newton's method works."""

DISTINCT = 1e-7
"""Probabilities that differ by less belong to the same equilibrium."""

MAX_SUPPORTS = 2_000
"""Profiles of supports up to which all are tried."""

USED = 1e-3
"""Probability from which smoothed play counts an action into the support."""

PRECISIONS = (1.0, 3.0, 10.0, 30.0, 100.0)
"""Precisions of smoothed best replies, relative to the range of payoffs, each kept for a while."""

PERTURBED = 0.1
"""Size of perturbations of payoffs, relative to their range."""

ALIKE = 5
"""Equilibria kept of a continuum with the same supports."""

NEWTON_STEPS = 40
"""Most steps of Newton's method; it takes a handful where it gets anywhere."""


def search_nash(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    *,
    starts: int = 200,
    seed: int = 0,
    time_limit: float | None = None,
    notes: tuple[str, ...] = (),
) -> EquilibriumSet:
    """Return Nash equilibria of a game with any number of players, perhaps not all.

    Parameters
    ----------
    game : ExtensiveFormGame
        Its reduced normal form must be a table of moderate size.
    labels : tuple
        The outcome labels to report, in the order of the game's outcomes.
    starts : int
        Starting points of Newton's method; at least one for each guess of supports. All pure
        equilibria are found besides.
    seed : int
        Of the starting points.
    time_limit : float, optional
        Seconds after which no further start is tried; None and 0 mean none.
    notes : tuple of str
        Put first among those of the set.

    Returns
    -------
    EquilibriumSet
        Its `complete` is False.

    Raises
    ------
    NotApplicable
        If the normal form is too large.

    Examples
    --------
    >>> from crisisgames import NormalFormGame, solve
    >>> pennies = NormalFormGame.from_arrays([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    >>> found = solve(pennies, "nash", method="search")
    >>> found.complete, [round(p, 12) for p in found[0].strategy["1"][()].values()]
    (False, [0.5, 0.5])
    """
    check_search(starts, seed)
    rng = np.random.default_rng(seed)
    plans = [reduced_strategies(game.compiled, p) for p in game.players]
    table = _Table.of(strategic_form(game).payoffs)
    mixes: list[Mixes] = []
    guesses, stopped, loose = 0, False, Counter[Support]()
    deadline = Deadline.within(time_limit)
    for support, start in _nash_guesses(game, table, plans, starts, rng):
        if stopped := deadline.passed:
            break
        guesses += 1
        if loose[support] >= ALIKE:
            continue
        solved = _newton(table, support, start)
        if solved is not None and not any(_same(solved[0], m) for m in mixes):
            mixes.append(solved[0])
            loose[support] += solved[1]
    pure = pure_nash(game)
    mixed = [_behaviour(game, plans, m) for m in mixes if any(x.max() < 1 for x in m)]
    mixed.sort(key=lambda p: [float(x) for row in p if row is not None for x in row])
    note = (
        f"Searched from {guesses} starting points{late(stopped)} (seed {seed}): {len(pure)} pure "
        f"equilibria, which are all pure ones, and {len(mixed)} mixed ones, of which there may be "
        "more."
    )
    found_set = profile_set(
        game, labels, "nash", [*pure, *mixed], complete=False, notes=(*notes, note)
    )
    return _certified(found_set, table.size)


def late(stopped: bool) -> str:
    """Return what a note says of a search that the time limit ended."""
    return ", until the time limit" if stopped else ""


def check_search(starts: Any, seed: Any) -> None:
    """Raise unless both are integers that a search can use."""
    for name, value, least in (("starts", starts, 1), ("seed", seed, 0)):
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
            raise GameError(f"{name} is {value!r}; give an integer that is {least} or more")


@dataclass(frozen=True, eq=False)
class _Table:
    """A normal form in floats, each player's payoffs divided by their range."""

    payoffs: tuple[Array, ...]
    size: float  # largest range of payoffs

    @classmethod
    def of(cls, payoffs: Array) -> _Table:
        tables = [payoffs[..., i].astype(float) for i in range(payoffs.shape[-1])]
        ranges = [float(np.ptp(t)) or 1.0 for t in tables]
        scaled = tuple((t - t.min()) / r for t, r in zip(tables, ranges, strict=True))
        return cls(scaled, max(ranges))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.payoffs[0].shape

    def values(self, mixes: Sequence[Array], i: int) -> Array:
        """Return the payoff of each strategy of player ``i``."""
        return self._contracted(mixes, i, (i,))

    def slopes(self, mixes: Sequence[Array], i: int, j: int) -> Array:
        """Return its derivatives by the probabilities of player ``j``, shape (of i, of j)."""
        found = self._contracted(mixes, i, (i, j))
        return found if i < j else found.T

    def _contracted(self, mixes: Sequence[Array], i: int, kept: tuple[int, ...]) -> Array:
        value = self.payoffs[i]
        for k in reversed(range(len(mixes))):
            if k not in kept:
                value = np.tensordot(value, mixes[k], axes=([k], [0]))
        return np.asarray(value)

    def regret(self, mixes: Sequence[Array]) -> float:
        """Return the largest gain of a deviation, relative to the range of payoffs."""
        gains = []
        for i, x in enumerate(mixes):
            u = self.values(mixes, i)
            gains.append(float(u.max() - u @ x))
        return max(gains)

    def perturbed(self, rng: np.random.Generator) -> _Table:
        noise = [PERTURBED * rng.standard_normal(t.shape) for t in self.payoffs]
        return _Table(tuple(t + e for t, e in zip(self.payoffs, noise, strict=True)), self.size)


def _nash_guesses(
    game: ExtensiveFormGame,
    table: _Table,
    plans: Sequence[Sequence[Mapping[int, int]]],
    starts: int,
    rng: np.random.Generator,
) -> Iterator[tuple[Support, Mixes]]:
    """Yield guesses of supports with a starting point in each."""
    if prod(2**n - 1 for n in table.shape) <= MAX_SUPPORTS:
        supports = [s for s in product(*map(subsets, table.shape)) if _reasonable(table, s)]
        supports = [s for s in supports if any(len(own) > 1 for own in s)]
        for _ in range(max(1, starts // max(1, len(supports)))):
            for support in supports:
                yield support, _random_point(support, table.shape, rng)
        return
    end = logit_branch(game).points[-1].strategy
    for mixes in (_plan_mix(end, plans), *_smoothed_ends(table, starts, rng)):
        for least in (USED, 30 * USED):
            support = tuple(tuple(map(int, np.flatnonzero(x > least))) for x in mixes)
            if all(support) and _reasonable(table, support):
                yield support, mixes


def subsets(n: int) -> list[tuple[int, ...]]:
    """Return the non-empty sets of the first ``n`` integers."""
    return list(chain.from_iterable(combinations(range(n), k) for k in range(1, n + 1)))


def _reasonable(table: _Table, support: Support) -> bool:
    """Return whether nothing in the supports is strictly dominated against the others'."""
    for i, own in enumerate(support):
        grid = [range(n) if k == i else support[k] for k, n in enumerate(table.shape)]
        rows = np.moveaxis(table.payoffs[i][np.ix_(*grid)], i, 0).reshape(table.shape[i], -1)
        if any((rows > rows[a] + POLISHED).all(axis=1).any() for a in own):
            return False
    return True


def _random_point(support: Support, shape: tuple[int, ...], rng: np.random.Generator) -> Mixes:
    mixes = tuple(np.zeros(n) for n in shape)
    for x, own in zip(mixes, support, strict=True):
        x[list(own)] = rng.dirichlet(np.ones(len(own)))
    return mixes


def _smoothed_ends(table: _Table, starts: int, rng: np.random.Generator) -> Iterator[Mixes]:
    """Yield where smoothed best replies settle, in the game and in perturbed ones by turns."""
    for k in range(starts):
        near = table if k % 2 == 0 else table.perturbed(rng)
        mixes = [rng.dirichlet(np.ones(n)) for n in table.shape]
        for precision in PRECISIONS:
            for _ in range(20):
                for i in range(len(mixes)):
                    mixes[i] = (mixes[i] + _logit(precision * near.values(mixes, i))) / 2
        yield tuple(mixes)


def _logit(values: Array) -> Array:
    weights = np.exp(values - values.max())
    return np.asarray(weights / weights.sum())


def _plan_mix(strategy: Sequence[Array], plans: Sequence[Sequence[Mapping[int, int]]]) -> Mixes:
    """Return the probabilities of reduced strategies that behaviour amounts to."""
    return tuple(
        np.array([prod(float(strategy[h][a]) for h, a in plan.items()) for plan in own])
        for own in plans
    )


def _newton(table: _Table, support: Support, start: Mixes) -> tuple[Mixes, bool] | None:
    """Return the equilibrium with these supports to which Newton's method leads, if it does.

    With it comes whether the equations leave it free to move, as in a continuum.
    """
    places = [(i, a) for i, own in enumerate(support) for a in own]
    index = {place: k for k, place in enumerate(places)}
    pairs = zip(start, support, strict=True)
    mixes = [np.where(np.isin(np.arange(len(x)), own), x, 0.0) for x, own in pairs]
    mixes = [x / x.sum() for x in mixes]
    size, rank = len(places), 0
    for _ in range(NEWTON_STEPS):
        errors, matrix = np.zeros(size), np.zeros((size, size))
        row = 0
        for i, own in enumerate(support):
            u = table.values(mixes, i)
            first = own[0]
            for j, others in enumerate(support):
                if j != i and len(own) > 1:
                    slopes = table.slopes(mixes, i, j)[:, list(others)]
                    columns = [index[j, b] for b in others]
                    for k, a in enumerate(own[1:]):
                        matrix[row + k, columns] = slopes[a] - slopes[first]
            for k, a in enumerate(own[1:]):
                errors[row + k] = u[a] - u[first]
            row += len(own) - 1
            matrix[row, [index[i, a] for a in own]] = 1.0
            errors[row] = mixes[i].sum() - 1
            row += 1
        # Least squares: in degenerate games the equations do not determine a point.
        change, _, full, _ = np.linalg.lstsq(matrix, -errors, rcond=1e-9)
        rank = int(full)
        for (i, a), step in zip(places, change, strict=True):
            mixes[i][a] += step
        if not np.isfinite(change).all() or max(np.abs(x).max() for x in mixes) > 10:
            return None
        if np.abs(change).max() < 1e-15 or np.abs(errors).max() == 0:
            break
    if min(x.min() for x in mixes) < -POLISHED:
        return None
    mixes = [np.where(x > POLISHED, x, 0.0) for x in mixes]
    mixes = [x / x.sum() for x in mixes]
    return (tuple(mixes), bool(rank < size)) if table.regret(mixes) <= POLISHED else None


def _same(a: Sequence[Array], b: Sequence[Array]) -> bool:
    return all(bool((np.abs(x - y) < DISTINCT).all()) for x, y in zip(a, b, strict=True))


def _behaviour(
    game: ExtensiveFormGame, plans: Sequence[Sequence[Mapping[int, int]]], mixes: Mixes
) -> BehaviourProfile:
    """Return the behaviour that mixed reduced strategies amount to (Kuhn)."""
    rows: list[tuple[float, ...] | None] = []
    own = {p: i for i, p in enumerate(game.players)}
    for h, info in enumerate(game.compiled.information_sets):
        i = own[info.player]
        weights = np.zeros(len(info.actions))
        for plan, p in zip(plans[i], mixes[i], strict=True):
            if h in plan:
                weights[plan[h]] += p
        total = weights.sum()
        rows.append(tuple(map(float, weights / total)) if total > 0 else None)
    return tuple(rows)


def confirmed(certificate: Certificate, size: float) -> bool:
    """Return whether a certificate confirms an equilibrium; ``size`` is the range of payoffs."""
    if certificate.gain > TOLERANCE * size:
        return False
    rest = replace(certificate, gain=0.0, outcome_error=certificate.outcome_error / max(1.0, size))
    return rest.worst <= TOLERANCE


def _certified(found: EquilibriumSet, size: float) -> EquilibriumSet:
    """Return the set without what the certificate does not confirm."""
    part = found.parts[0]
    kept = [e for k, e in enumerate(part.extremes) if confirmed(found[k].certificate, size)]
    return replace(found, parts=(as_part(kept),))


def as_part(extremes: Sequence[Extreme]) -> Part:
    """Return single equilibria as the part of a set."""
    return Part(tuple(extremes), tuple(Sheaf((k,), ((), ())) for k in range(len(extremes))))
