"""A search for sequential equilibria of games with any number of players; it may miss some.

A guess says which actions are played at each information set, and of what order of magnitude, as
powers of the same small number, the trembles to the others are. How likely actions are, and
trembles of the same order relative to each other, is then solved for: every action played is to be
worth as much as any other there, given the beliefs that are the limits of Bayes' rule [1]_.
Guesses are all supports where there are few, else those on which smoothed best replies settle, and
the end of the logit branch. What is found is kept only if its certificate confirms it, with
consistency.

References
----------
.. [1] David M. Kreps and Robert Wilson, "Sequential Equilibria", Econometrica 50(4), 1982.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import log, prod
from typing import Any

import numpy as np

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.equilibrium import Trembles
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.profiles import profile_set
from crisisgames.equilibria.qre import logit_branch
from crisisgames.equilibria.search import (
    DISTINCT,
    PRECISIONS,
    USED,
    as_part,
    check_search,
    confirmed,
    late,
    subsets,
)
from crisisgames.games import Compiled, ExtensiveFormGame, Numbers

__all__ = ["search_sequential"]

Array = np.ndarray

ORDERS = 3
"""Largest order of a tremble that is guessed."""

FEW_SUPPORTS = 1_000
"""Profiles of supports up to which all are tried."""

DRAWS = 3
"""Least number of random trembles tried with each profile of supports."""

SOLVED = 1e-12
"""Largest gain, relative to the range of payoffs, at which the equations count as solved."""

NOISE = (0.0, 0.1, 0.3, 1.0)
"""Sizes of perturbations of payoffs, relative to their range."""

RARE = 1e-5
"""Probability below which an action of the support is not really in it."""

STEPS, PATIENCE, DIFFERENCE = 40, 6, 1e-5
"""Most steps of the solver, steps in which the error must halve, and the step of its central
differences, in logarithms."""

FARTHEST = 6.0
"""Largest logarithm of the weight of a tremble. Weights that are farther apart would imitate
another order: beliefs could then miss certainty by less than `SOLVED` shows."""

ALIKE = 5
"""Equilibria kept of those in which the same actions are played: mostly points of a continuum."""


def search_sequential(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    *,
    starts: int = 600,
    seed: int = 0,
    time_limit: float | None = None,
    notes: tuple[str, ...] = (),
    at_edge: bool = False,
) -> EquilibriumSet:
    """Return sequential equilibria of a game with any number of players, perhaps not all.

    Parameters
    ----------
    game : ExtensiveFormGame
    labels : tuple
        The outcome labels to report, in the order of the game's outcomes.
    starts : int
        Guesses to try; at least `DRAWS` for each profile of supports where all are tried.
    seed : int
        Of the starting points.
    time_limit : float, optional
        Seconds after which no further guess is tried; None and 0 mean none.
    notes : tuple of str
        Put first among those of the set.
    at_edge : bool
        As in `EquilibriumSet`.

    Returns
    -------
    EquilibriumSet
        Its `complete` is False. Each equilibrium states its trembles: level k of a player holds
        the weights of its sequences that have probabilities of order k, in powers of a number that
        is the same for all players. Of equilibria with the same strategies and other beliefs one
        is kept, and of those in which the same actions are played, at most `ALIKE`.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> game = Incident().game()
    >>> found = solve(game, method="search", starts=30)
    >>> [round(p, 7) for p in found.bounds("calm")]
    [0.7222222, 0.7222222]
    """
    check_search(starts, seed)
    rng = np.random.default_rng(seed)
    system = _Agents(game.compiled, game.exact())
    found: list[_Assessment] = []
    guesses, stopped = 0, False
    deadline = Deadline.within(time_limit)
    for guess in _guesses(game, system, starts, rng):
        if stopped := deadline.passed:
            break
        guesses += 1
        solved = _solved(system, guess)
        if solved is None or any(_same(solved, old) for old in found):
            continue
        if sum(bool(((solved.orders == 0) == (a.orders == 0)).all()) for a in found) < ALIKE:
            found.append(solved)
    sets = [_as_set(game, labels, system, a, at_edge) for a in found]
    stated = [(s, a.trembles(game.compiled)) for s, a in zip(sets, found, strict=True)]
    kept = [
        (s, t) for s, t in stated if confirmed(replace(s[0], trembles=t).certificate, system.size)
    ]
    kept.sort(key=lambda pair: [float(p) for row in _rows(pair[0]) for p in row])
    extremes = tuple(s.parts[0].extremes[0] for s, _ in kept)
    note = (
        f"Searched from {guesses} guesses of supports and trembles{late(stopped)} (seed {seed}): "
        f"{len(kept)} "
        "sequential equilibria, of which there may be more."
    )
    empty = profile_set(
        game, labels, "sequential", [], complete=False, notes=(*notes, note), at_edge=at_edge
    )
    return replace(empty, parts=(as_part(extremes),), stated=tuple(t for _, t in kept))


def _rows(found: EquilibriumSet) -> list[Sequence[Any]]:
    return [row or () for row in found.parts[0].extremes[0].strategy.values()]


class _Agents:
    """The game as arrays: cells are pairs of information set and action.

    Ends have their decisions in a table with one row each, filled up with the cell number
    ``cells``, which stands for certainty.
    """

    def __init__(self, game: Compiled, numbers: Numbers) -> None:
        self.game = game
        sizes = [len(info.actions) for info in game.information_sets]
        self.first = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self.cells = int(self.first[-1])
        self.set_of = np.repeat(np.arange(len(sizes)), sizes)
        self.sizes = sizes
        chance = numbers.chance(game.ends).astype(float)
        ends = [z for z in range(len(game.ends)) if chance[z] > 0 and game.ends[z].decisions]
        self.depth = max((len(game.ends[z].decisions) for z in ends), default=0)
        self.taken = np.full((len(ends), self.depth), self.cells)
        places = {(v.history): x for x, v in enumerate(game.nodes)}
        self.node = np.full((len(ends), self.depth), -1)
        for row, z in enumerate(ends):
            visit = game.ends[z]
            for k, (h, a) in enumerate(visit.decisions):
                self.taken[row, k] = self.first[h] + a
            on_way = [places[p] for p in _prefixes(visit.history) if p in places]
            self.node[row, : len(on_way)] = on_way
        players = {p: i for i, p in enumerate(game.players)}
        owner = np.array([players[info.player] for info in game.information_sets], dtype=int)
        payoffs = numbers.payoffs.astype(float)[ends]
        ranges = np.ptp(payoffs, axis=0) if len(ends) else np.ones(len(players))
        self.size = float(ranges.max(initial=0.0)) or 1.0
        scaled = payoffs / np.where(ranges > 0, ranges, 1.0)
        self.row, self.col = np.nonzero(self.taken < self.cells)
        self.pair_cell = self.taken[self.row, self.col]
        self.pair_node = self.node[self.row, self.col]
        node_chance = numbers.chance(game.nodes).astype(float)
        self.live = node_chance > 0
        share = chance[ends][self.row] / node_chance[self.pair_node]
        self.pair_pay = share * scaled[self.row, owner[self.set_of[self.pair_cell]]]
        self.node_chance = node_chance
        self.node_set = np.array(game.node_sets, dtype=int)
        longest = max((len(v.decisions) for v in game.nodes), default=0)
        self.past = np.full((len(game.nodes), longest), self.cells)
        for x, visit in enumerate(game.nodes):
            for k, (h, a) in enumerate(visit.decisions):
                self.past[x, k] = self.first[h] + a

        self.of_set = np.equal.outer(self.node_set, np.arange(len(sizes))).astype(float)
        self.of_cell = np.equal.outer(self.pair_cell, np.arange(self.cells)).astype(float)

    def likely(self, orders: Array) -> Array:
        """Return which nodes have the lowest order of magnitude at their set."""
        order = np.append(orders, 0)[self.past].sum(axis=1)
        least = np.full(len(self.sizes), np.iinfo(int).max)
        np.minimum.at(least, self.node_set[self.live], order[self.live])
        return np.asarray(self.live & (order == least[self.node_set]))

    def beliefs(self, weights: Array, likely: Array) -> Array:
        """Return the limit of Bayes' rule: the probability of each node at its set.

        `weights` are those of cells, shape (..., cells); a probability is its weight times a power
        of a small number, and `likely` are the nodes where that power is the lowest.
        """
        weight = likely * self.node_chance * _certain(weights)[..., self.past].prod(axis=-1)
        total = weight @ self.of_set
        return np.asarray(weight / np.where(total > 0, total, 1.0)[..., self.node_set])

    def values(self, strategy: Array, beliefs: Array) -> Array:
        """Return the payoff of each cell, in shares of its player's range, shape (..., cells)."""
        x = _certain(strategy)[..., self.taken]
        after = np.ones_like(x)
        after[..., :-1] = np.cumprod(x[..., :0:-1], axis=-1)[..., ::-1]
        terms = beliefs[..., self.pair_node] * self.pair_pay * after[..., self.row, self.col]
        return np.asarray(terms @ self.of_cell)

    def by_set(self, values: Array) -> list[Array]:
        """Return values of cells by information set."""
        return np.split(values, self.first[1:-1])


def _certain(values: Array) -> Array:
    """Return values of cells with a last one for certainty."""
    return np.concatenate([values, np.ones((*values.shape[:-1], 1))], axis=-1)


def _prefixes(history: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (history[:k] for k in range(len(history)))


@dataclass(frozen=True, eq=False)
class _Guess:
    """Orders of magnitude of all cells (0 where played) and logarithms of their weights."""

    orders: Array
    logs: Array


@dataclass(frozen=True, eq=False)
class _Assessment:
    """Weights and orders of all cells, what is played, and the beliefs that they imply."""

    orders: Array
    weights: Array
    strategy: Array
    beliefs: Array

    def trembles(self, game: Compiled) -> Trembles:
        """Return the levels of each player's sequences."""
        levels: dict[str, list[dict[Any, float]]] = {p: [] for p in game.players}
        known: dict[tuple[int, int], tuple[int, float]] = {}
        first = np.cumsum([0, *(len(info.actions) for info in game.information_sets)])
        for visit, h in zip(game.nodes, game.node_sets, strict=True):
            info = game.information_sets[h]
            own = [d for d in visit.decisions if game.information_sets[d[0]].player == info.player]
            order, weight = known[own[-1]] if own else (0, 1.0)
            for a, action in enumerate(info.actions):
                if (h, a) in known:
                    continue
                cell = int(first[h]) + a
                here = order + int(self.orders[cell]), weight * float(self.weights[cell])
                known[h, a] = here
                rows = levels[info.player]
                rows += [{} for _ in range(here[0] + 1 - len(rows))]
                rows[here[0]][info.record, action] = here[1]
        return {p: tuple(rows) for p, rows in levels.items() if rows}


def _guesses(
    game: ExtensiveFormGame, system: _Agents, starts: int, rng: np.random.Generator
) -> Iterator[_Guess]:
    """Yield guesses of supports and trembles."""
    yield _from_logs(system, np.concatenate(logit_branch(game).points[-1].log_strategy))
    count = prod(2**n - 1 for n in system.sizes)
    if count <= FEW_SUPPORTS:
        supports = list(product(*map(subsets, system.sizes)))
        for _ in range(max(DRAWS, starts // count)):
            for support in supports:
                orders = np.ones(system.cells)
                for h, own in enumerate(support):
                    orders[system.first[h] + np.array(own)] = 0
                yield _with_trembles(orders > 0, rng)
        return
    for strategy in _settled(system, -(-starts // 3), rng):
        yield _from_logs(system, np.log(np.maximum(strategy, 1e-300)))
        yield _with_trembles(strategy < USED, rng)
        yield _with_trembles(~_random_support(system, rng), rng)


def _random_support(system: _Agents, rng: np.random.Generator) -> Array:
    """Return the cells of a random support; most sets play one action."""
    played = rng.random(system.cells) < 0.2
    played[
        [first + rng.integers(n) for first, n in zip(system.first, system.sizes, strict=False)]
    ] = True
    return np.asarray(played)


def _with_trembles(rare: Array, rng: np.random.Generator) -> _Guess:
    """Return a guess with random orders and weights of trembles."""
    orders = np.where(rare, rng.integers(1, ORDERS + 1, size=rare.shape), 0)
    return _Guess(orders, rng.normal(size=rare.shape))


def _from_logs(system: _Agents, logs: Array) -> _Guess:
    """Return the guess that log probabilities suggest; the likeliest tremble is of order 1."""
    top = np.maximum.reduceat(logs, system.first[:-1])[system.set_of] if logs.size else logs
    rates = top - logs
    rare = rates > -log(USED)
    unit = rates[rare].min(initial=np.inf)
    orders = np.where(rare, np.clip(np.round(rates / unit), 1, 2 * ORDERS), 0).astype(int)
    return _Guess(orders, np.where(rare, 0.0, logs))


def _settled(system: _Agents, starts: int, rng: np.random.Generator) -> Array:
    """Return where smoothed best replies settle from random starting points, shape (starts, cells).

    Until the last precision, payoffs are perturbed: what is to be played for its own sake stays.
    """
    strategy = _shares(system, rng.exponential(size=(starts, system.cells)))
    noise = rng.choice(NOISE, size=(starts, 1)) * rng.normal(size=strategy.shape)
    for precision in PRECISIONS:
        extra = noise if precision < PRECISIONS[-1] else 0.0
        for _ in range(20):
            beliefs = system.beliefs(np.maximum(strategy, 1e-200), system.live)
            values = precision * (system.values(strategy, beliefs) + extra)
            top = np.maximum.reduceat(values, system.first[:-1], axis=-1)[:, system.set_of]
            strategy = (strategy + _shares(system, np.exp(values - top))) / 2
    return strategy


def _shares(system: _Agents, weights: Array) -> Array:
    """Return weights divided by their sum at each set."""
    total = np.add.reduceat(weights, system.first[:-1], axis=-1)
    return np.asarray(weights / total[:, system.set_of])


def _solved(system: _Agents, guess: _Guess) -> _Assessment | None:
    """Return the sequential equilibrium near a guess, if there is one."""
    played = guess.orders == 0
    likely = system.likely(guess.orders)
    member = np.equal.outer(system.set_of, np.arange(len(system.sizes))).astype(float)

    def weights(logs: Array) -> Array:
        w = np.exp(np.clip(logs, -2 * FARTHEST, 2 * FARTHEST))
        total = (w * played) @ member
        return np.asarray(np.where(played, w / total[..., system.set_of], w))

    def residuals(logs: Array) -> Array:
        w = weights(logs)
        strategy = np.where(played, w, 0.0)
        values = system.values(strategy, system.beliefs(w, likely))
        mean = (strategy * values) @ member
        gain = values - mean[..., system.set_of]
        return np.asarray(np.where(played, gain, np.maximum(gain, 0.0)))

    logs = _levenberg(residuals, guess.logs)
    if logs is None:
        return None
    w = weights(logs)
    far = np.abs(np.log(w[~played])).max(initial=0.0) > FARTHEST
    if far or (w[played] < RARE).any():
        return None
    strategy = np.where(played, w, 0.0)
    return _Assessment(guess.orders, w, strategy, system.beliefs(w, likely))


def _levenberg(residuals: Callable[[Array], Array], start: Array) -> Array | None:
    """Return a zero of `residuals` near a point, by damped Gauss-Newton steps, or None.

    Steps of least norm, as there may be more unknowns than matter.
    """
    here, errors, damping = start, residuals(start), 1e-3
    path: list[float] = []
    for step in range(STEPS):
        worst = float(np.abs(errors).max(initial=0.0))
        if worst <= SOLVED:
            return here
        path.append(worst)
        if step >= PATIENCE and worst > path[step - PATIENCE] / 2:
            return None
        shifts = DIFFERENCE * np.eye(len(here))
        slopes = (residuals(here + shifts) - residuals(here - shifts)).T / (2 * DIFFERENCE)
        if np.abs(slopes).max() < SOLVED:
            return None
        damped = np.concatenate([slopes, np.sqrt(damping * worst) * np.eye(len(here))])
        right = np.concatenate([-errors, np.zeros(len(here))])
        there = here + np.linalg.lstsq(damped, right, rcond=None)[0]
        closer = residuals(there)
        if np.abs(closer).max() < worst:
            here, errors, damping = there, closer, damping / 10
        else:
            damping *= 10
            if damping > 1e6:
                return None
    return None


def _same(a: _Assessment, b: _Assessment) -> bool:
    return bool((np.abs(a.strategy - b.strategy) < DISTINCT).all())


def _as_set(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    system: _Agents,
    found: _Assessment,
    at_edge: bool,
) -> EquilibriumSet:
    """Return the set with one equilibrium."""
    profile = tuple(tuple(map(float, row)) for row in system.by_set(found.strategy))
    limits: dict[int, Mapping[int, Any]] = {}
    for h in range(len(system.sizes)):
        nodes = np.flatnonzero((system.node_set == h) & system.live)
        limits[h] = {int(x): Fraction(found.beliefs[x]) for x in nodes}
    return profile_set(
        game, labels, "sequential", [profile], complete=False, limits=limits, at_edge=at_edge
    )
