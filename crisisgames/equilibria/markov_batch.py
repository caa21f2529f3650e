"""All pure Markov perfect equilibria of a stochastic game at many parameter values at once.

The search is that of `crisisgames.equilibria.markov_pure`: states that lead to each other are
solved after those that they lead to; there, policies of all players but the one with the most are
enumerated, and that one's decision problem is solved by policy iteration. Here a compiled loop does
it in floats. A point is known where every comparison is clear, far beyond rounding; any other,
where ties or near-ties decide, is left to the exact search. So what is returned is strict: whoever
deviates loses.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.markov_pure import MARGIN, MAX_FOUND, ROUNDINGS, layout
from crisisgames.games.chains import communicating_classes
from crisisgames.games.stochastic import StageNumbers, StochasticGame
from crisisgames.kernels import kernel

__all__ = ["MAX_POLICIES", "PureBatch", "largest_gains", "pure_markov_many"]

MAX_POLICIES = 4_096
"""Policies within one component, of all players but one, that are enumerated at every point."""

WORK = 200_000_000
"""Multiplications between looks at the clock, about."""

MEMORY = 20_000_000
"""Numbers in one array, at most, unless a single point has more."""


@dataclass(frozen=True, eq=False)
class PureBatch:
    """All pure equilibria at the points where they are known.

    Attributes
    ----------
    points : ndarray
        The point of each equilibrium, ascending; those of one point in lexicographic order.
    policies : ndarray
        Number of each player's action in each state, shape (equilibria, states, players).
    values : ndarray
        Discounted utils from each state on, of the same shape.
    known : ndarray
        Of each point, whether these are all its pure equilibria (there may be none). If not, none
        of its equilibria are here.
    """

    points: np.ndarray
    policies: np.ndarray
    values: np.ndarray
    known: np.ndarray


def pure_markov_many(
    game: StochasticGame,
    numbers: StageNumbers,
    *,
    max_policies: int = MAX_POLICIES,
    deadline: Deadline = NEVER,
) -> PureBatch:
    """Return all pure Markov perfect equilibria of a game at many parameter values.

    Parameters
    ----------
    game : StochasticGame
    numbers : StageNumbers
        What ``game.floats`` returns for one-dimensional arrays of parameter values, exact up to
        rounding relative to the largest payoff.
    max_policies : int
        Largest number of policies within a component, of all players but one, to enumerate; with
        more, no point is known.
    deadline : Deadline
        When the search stops; the points that it has not come to are not known.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> wage = Parameter("wage", (-1, 1))
    >>> once = StochasticGame(("A",), ("s",), [("rest", "work")],
    ...     lambda s, p: [wage * p.count("work")], lambda s, p: "s", 0.5)
    >>> found = pure_markov_many(once, once.floats({"wage": np.array([-0.5, 0.0, 0.5])}))
    >>> found.known.tolist(), found.policies.ravel().tolist(), found.values.ravel().tolist()
    ([True, False, True], [0, 1], [0.0, 1.0])
    """
    sizes, base, stride = layout(game)
    owners = np.repeat(np.arange(len(sizes)), sizes.prod(axis=1))
    # Linked if linked at any point: at some points parts of a component might come one by one,
    # which only is faster.
    possible = (numbers.transitions != 0).any(axis=0)
    links = np.array([possible[owners == s].any(axis=0) for s in range(len(sizes))])
    parts = [
        _part(states, sizes, base, stride) for states in communicating_classes(links.astype(float))
    ]
    points, shape = len(numbers.payoffs), sizes.shape
    known = np.zeros(points, dtype=bool)
    found = [_Rows.empty(0, shape)]
    if all(part.policies <= max_policies for part in parts):
        work = max(part.policies * len(part.states) ** 3 for part in parts)
        size = max(1, min(WORK // work, MEMORY // numbers.transitions[0].size))
        for start in range(0, points, size):
            if deadline.passed:
                break
            own = np.arange(start, min(start + size, points))
            rows, clear = _solved(parts, numbers, own, shape)
            known[own] = clear
            found.append(rows)
    rows = _Rows.joined(found)
    choices = rows.policies.reshape(len(rows.points), prod(shape))
    order = np.lexsort((*choices.T[::-1], rows.points))
    return PureBatch(rows.points[order], rows.policies[order], rows.values[order], known)


def largest_gains(game: StochasticGame, numbers: StageNumbers, found: PureBatch) -> np.ndarray:
    """Return the largest gain of any player from another action in one period, in utils.

    It is computed for each equilibrium from its values alone, for all states, and at least 0.
    """
    sizes, base, stride = layout(game)
    gains = np.zeros(len(found.points))
    size = max(1, MEMORY // numbers.transitions[0].size)
    for start in range(0, len(gains), size):
        own = slice(start, start + size)
        at, policies, values = found.points[own], found.policies[own], found.values[own]
        worth = numbers.discounts[at, None] * (numbers.transitions[at] @ values)
        worth += numbers.payoffs[at]
        cells = base + (policies * stride).sum(axis=-1)
        for i in range(sizes.shape[1]):
            now = np.take_along_axis(worth[..., i], cells, axis=1)
            for a in range(int(sizes[:, i].max())):
                move = np.where(a < sizes[:, i], (a - policies[..., i]) * stride[:, i], 0)
                other = np.take_along_axis(worth[..., i], cells + move, axis=1)
                gains[own] = np.maximum(gains[own], (other - now).max(axis=1))
    return gains


# --------------------------------------------------------------------------- components and rows


@dataclass(frozen=True, eq=False)
class _Part:
    """The decisions in some states that lead to each other; `base` counts within `cells`."""

    states: np.ndarray
    cells: np.ndarray
    sizes: np.ndarray
    base: np.ndarray
    stride: np.ndarray
    last: int
    policies: int  # of all players but the last


def _part(states: list[int], sizes: np.ndarray, base: np.ndarray, stride: np.ndarray) -> _Part:
    own = sizes[states]
    rows = own.prod(axis=1)
    cells = [np.arange(base[s], base[s] + n) for s, n in zip(states, rows, strict=True)]
    counts = [prod(column) for column in own.T.tolist()]
    last = int(np.argmax(counts))
    return _Part(
        np.array(states),
        np.concatenate(cells),
        own,
        np.cumsum(rows) - rows,
        stride[states],
        last,
        prod(counts) // counts[last],
    )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Equilibria of what is solved so far: the point of each, and actions and values by state."""

    points: np.ndarray
    policies: np.ndarray
    values: np.ndarray

    @classmethod
    def empty(cls, count: int, shape: tuple[int, ...]) -> _Rows:
        policies = np.zeros((count, *shape), dtype=np.int64)
        return cls(np.arange(count), policies, np.zeros((count, *shape)))

    @classmethod
    def joined(cls, several: list[_Rows]) -> _Rows:
        return cls(
            np.concatenate([rows.points for rows in several]),
            np.concatenate([rows.policies for rows in several]),
            np.concatenate([rows.values for rows in several]),
        )

    def of(self, places: np.ndarray) -> _Rows:
        """Return some of them, or some several times."""
        return _Rows(self.points[places], self.policies[places], self.values[places])


def _solved(
    parts: list[_Part], numbers: StageNumbers, points: np.ndarray, shape: tuple[int, ...]
) -> tuple[_Rows, np.ndarray]:
    """Return the equilibria of some points, and which of the points are known."""
    payoffs, moves = numbers.payoffs[points], numbers.transitions[points]
    discounts = numbers.discounts[points]
    patience = 1 - discounts
    # Values, and rounding in them, are bounded by the largest payoff anywhere, for ever.
    spread = 2 * np.abs(payoffs).max(axis=1) / patience
    margins = spread * np.maximum(MARGIN, ROUNDINGS * shape[0] / patience)
    rows, known = _Rows.empty(len(points), shape), np.ones(len(points), dtype=bool)
    for part in parts:
        at = rows.points
        here, later = moves[at[:, None], part.cells], discounts[at, None]
        rewards = payoffs[at[:, None], part.cells] + later * (here @ rows.values)
        origin, policies, values, clear = _search(
            rewards,
            np.ascontiguousarray(here[..., part.states]),
            discounts[at],
            margins[at],
            part.sizes,
            part.base,
            part.stride,
            part.last,
        )
        known[at[~clear]] = False
        grown = rows.of(origin)
        grown.policies[:, part.states], grown.values[:, part.states] = policies, values
        known &= np.bincount(grown.points, minlength=len(known)) <= MAX_FOUND
        rows = grown.of(np.flatnonzero(known[grown.points]))
    return _Rows(points[rows.points], rows.policies, rows.values), known


# ---------------------------------------------------------------------------------------- kernels


@kernel()
def _values(
    rewards: np.ndarray,
    stay: np.ndarray,
    discount: float,
    i: int,
    cells: np.ndarray,
    matrix: np.ndarray,
    values: np.ndarray,
) -> None:
    """Write what a player has from each state on. No pivots: what stays is less than one."""
    n = len(cells)
    for s in range(n):
        values[s] = rewards[cells[s], i]
        for t in range(n):
            matrix[s, t] = -discount * stay[cells[s], t]
        matrix[s, s] += 1.0
    for k in range(n):
        for s in range(k + 1, n):
            factor = matrix[s, k] / matrix[k, k]
            if factor != 0.0:
                for t in range(k + 1, n):
                    matrix[s, t] -= factor * matrix[k, t]
                values[s] -= factor * values[k]
    for s in range(n - 1, -1, -1):
        for t in range(s + 1, n):
            values[s] -= matrix[s, t] * values[t]
        values[s] /= matrix[s, s]


@kernel()
def _worth(
    rewards: np.ndarray, stay: np.ndarray, discount: float, i: int, cell: int, values: np.ndarray
) -> float:
    """Return what a cell is worth to a player: utils now, and what comes of where it leads."""
    ahead = 0.0
    for t in range(len(values)):
        ahead += stay[cell, t] * values[t]
    return float(rewards[cell, i] + discount * ahead)


@kernel()
def _best_reply(
    rewards: np.ndarray,
    stay: np.ndarray,
    discount: float,
    margin: float,
    sizes: np.ndarray,
    stride: np.ndarray,
    last: int,
    policy: np.ndarray,
    cells: np.ndarray,
    matrix: np.ndarray,
    values: np.ndarray,
) -> bool:
    """Improve the policy of one player until it is best; return whether it is the only best one."""
    # Differences from the best values are then a tenth of the margin, at most.
    slack = margin * (1.0 - discount) / 10.0
    improved = True
    while improved:
        improved = False
        _values(rewards, stay, discount, last, cells, matrix, values)
        for s in range(len(cells)):
            base = cells[s] - policy[s, last] * stride[s, last]
            top = _worth(rewards, stay, discount, last, cells[s], values) + slack
            for a in range(sizes[s, last]):
                worth = _worth(rewards, stay, discount, last, base + a * stride[s, last], values)
                if worth > top:
                    top, policy[s, last], improved = worth, a, True
            cells[s] = base + policy[s, last] * stride[s, last]
    for s in range(len(cells)):
        top = _worth(rewards, stay, discount, last, cells[s], values)
        for a in range(sizes[s, last]):
            if a != policy[s, last]:
                other = cells[s] + (a - policy[s, last]) * stride[s, last]
                if _worth(rewards, stay, discount, last, other, values) >= top - margin:
                    return False
    return True


@kernel()
def _verdict(
    rewards: np.ndarray,
    stay: np.ndarray,
    discount: float,
    margin: float,
    sizes: np.ndarray,
    stride: np.ndarray,
    i: int,
    policy: np.ndarray,
    cells: np.ndarray,
    values: np.ndarray,
) -> int:
    """Return 1 if a player loses by every deviation, -1 if it gains by one, 0 if it is unclear."""
    verdict = 1
    for s in range(len(cells)):
        now = _worth(rewards, stay, discount, i, cells[s], values)
        for a in range(sizes[s, i]):
            if a != policy[s, i]:
                other = cells[s] + (a - policy[s, i]) * stride[s, i]
                gain = _worth(rewards, stay, discount, i, other, values) - now
                if gain > margin:
                    return -1
                if gain >= -margin:
                    verdict = 0
    return verdict


@kernel()
def _doubled(
    origin: np.ndarray, policies: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what was found with twice the room.

    Copied number by number, here and below: Numba compiles an assignment between arrays for
    seconds, for the sake of its error message.
    """
    room, n, players = policies.shape
    more = np.empty(2 * room, np.int64)
    more_policies = np.empty((2 * room, n, players), np.int64)
    more_values = np.empty((2 * room, n, players))
    for k in range(room):
        more[k] = origin[k]
        for s in range(n):
            for i in range(players):
                more_policies[k, s, i] = policies[k, s, i]
                more_values[k, s, i] = values[k, s, i]
    return more, more_policies, more_values


@kernel()
def _search(
    rewards: np.ndarray,
    stay: np.ndarray,
    discounts: np.ndarray,
    margins: np.ndarray,
    sizes: np.ndarray,
    base: np.ndarray,
    stride: np.ndarray,
    last: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the strict equilibria within a component, and where all comparisons were clear.

    Rows are the points, or branches of them: of each equilibrium its row, actions and values.
    """
    n, players = sizes.shape
    room, count = len(rewards) + 1, 0
    origin = np.empty(room, np.int64)
    policies = np.empty((room, n, players), np.int64)
    values = np.empty((room, n, players))
    clear = np.ones(len(rewards), np.bool_)
    policy, cells = np.empty((n, players), np.int64), np.empty(n, np.int64)
    matrix, own, all_own = np.empty((n, n)), np.empty(n), np.empty((n, players))
    for r in range(len(rewards)):
        policy[:] = 0
        more = True
        while more:
            for s in range(n):
                cells[s] = base[s]
                for i in range(players):
                    cells[s] += policy[s, i] * stride[s, i]
            if not _best_reply(
                rewards[r], stay[r], discounts[r, last], margins[r, last], sizes, stride, last,
                policy, cells, matrix, own,
            ):  # fmt: skip
                clear[r] = False
                break
            for s in range(n):
                all_own[s, last] = own[s]
            verdict = 1
            for i in range(players):
                if i != last and verdict >= 0:
                    _values(rewards[r], stay[r], discounts[r, i], i, cells, matrix, own)
                    one = _verdict(
                        rewards[r], stay[r], discounts[r, i], margins[r, i], sizes, stride, i,
                        policy, cells, own,
                    )  # fmt: skip
                    verdict = min(verdict, one)
                    for s in range(n):
                        all_own[s, i] = own[s]
            if verdict == 0:
                clear[r] = False
                break
            if verdict > 0:
                if count == room:
                    room *= 2
                    origin, policies, values = _doubled(origin, policies, values)
                origin[count] = r
                for s in range(n):
                    for i in range(players):
                        policies[count, s, i] = policy[s, i]
                        values[count, s, i] = all_own[s, i]
                count += 1
            # The next policy of the others; the reply so far is a good first guess of the next.
            more = False
            for place in range(n * players):
                s, i = place // players, place % players
                if i != last:
                    policy[s, i] += 1
                    if policy[s, i] < sizes[s, i]:
                        more = True
                        break
                    policy[s, i] = 0
    return origin[:count], policies[:count], values[:count], clear
