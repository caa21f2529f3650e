"""All pure Markov perfect equilibria, by state recursion and best replies.

States fall into components that lead to each other; what comes later is solved first [1]_. Given
the values of later states, the policies within a component are enumerated for all players but the
one with the most. That one faces a decision problem, whose best policies are those that choose a
best action in every state, so none of its policies needs to be tried [2]_. All of this happens in
floats with a wide margin; what is left is solved and compared in rational arithmetic, so ties are
ties and nothing that fails by however little is returned.

References
----------
.. [1] Fedor Iskhakov, John Rust and Bertel Schjerning, "Recursive Lexicographical Search: Finding
   All Markov Perfect Equilibria of Finite State Directional Dynamic Games", Review of Economic
   Studies 83(2), 2016.
.. [2] Martin L. Puterman, "Markov Decision Processes", Wiley, 1994, section 6.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, product
from math import prod

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.games.chains import communicating_classes, solve_linear
from crisisgames.games.expressions import ROUNDING
from crisisgames.games.stochastic import StageNumbers, StochasticGame

__all__ = ["MAX_POLICIES", "Policy", "PureSearch", "Solved", "layout", "pure_markov"]

MAX_POLICIES = 200_000
"""Policies within one component, of all players but one, that are enumerated unless asked."""

MAX_FOUND = 2_000
"""Equilibria kept: where players are indifferent in many states there may be very many."""

MARGIN, ROUNDINGS = 1e-9, 1e-13
"""Gains up to this share of the range of values go to the exact comparison: the first, or, where
the discount is so near 1 that rounding shows, the second divided by one minus the discount."""

MAX_REPLIES = 2_000_000
"""Profiles compared within one component: an indifferent player has very many best replies."""

CHUNK = 200_000
"""Numbers handled at once: bounds the memory, and the time between looks at the clock."""

Policy = tuple[tuple[int, ...], ...]
"""For each state, the number of each player's action."""


@dataclass(frozen=True)
class Solved:
    """A pure equilibrium: actions by state and player, values by state and player."""

    policy: Policy
    values: tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class PureSearch:
    """What was found, whether it is all, and if not how far the search came."""

    found: tuple[Solved, ...]
    complete: bool
    progress: str = ""


class _Stopped(Exception):
    """The search met a limit; the message says which."""


@dataclass(frozen=True, eq=False)
class _Table:
    """The game as arrays; see `layout`."""

    exact: StageNumbers
    floats: StageNumbers
    sizes: np.ndarray
    base: np.ndarray
    stride: np.ndarray


@dataclass(frozen=True, eq=False)
class _Component:
    """The decisions in some states, when the values of all later ones are known."""

    states: list[int]
    sizes: np.ndarray
    base: np.ndarray
    stride: np.ndarray
    rewards: np.ndarray  # (cells, players): utils now, and the discounted value of leaving
    stay: np.ndarray  # (cells, states of the component)
    discounts: np.ndarray
    margins: np.ndarray


Known = dict[int, tuple[tuple[int, ...], tuple[Fraction, ...]]]
"""For each state that is solved, the actions and the values of all players."""


def pure_markov(
    game: StochasticGame,
    *,
    max_policies: int = MAX_POLICIES,
    deadline: Deadline = NEVER,
) -> PureSearch:
    """Return all pure Markov perfect equilibria, in lexicographic order.

    Parameters
    ----------
    game : StochasticGame
        Parameters without a value take their defaults.
    max_policies : int
        Largest number of policies within a component, of all players but one, to enumerate.
    deadline : Deadline
        When the search stops with what it has.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> once = StochasticGame(("A",), ("s",), [("rest", "work")],
    ...     lambda s, p: [int(p == ("work",))], lambda s, p: "s", 0.5)
    >>> pure_markov(once).found
    (Solved(policy=((1,),), values=((Fraction(2, 1),),)),)
    """
    table = _table(game)
    links = np.zeros((len(game.states),) * 2)
    for (s, _), row in zip(game.cells, table.exact.transitions, strict=True):
        links[s] += np.asarray(row != 0, dtype=float)
    found: list[Known] = []
    progress = ""
    try:
        for known in _solutions(table, links, max_policies, deadline):
            found.append(known)
            if len(found) == MAX_FOUND:
                raise _Stopped(f"there are {MAX_FOUND} pure equilibria or more")
    except _Stopped as stop:
        progress = str(stop)
    states = range(len(game.states))
    solved = [
        Solved(tuple(known[s][0] for s in states), tuple(known[s][1] for s in states))
        for known in found
    ]
    return PureSearch(tuple(sorted(solved, key=lambda e: e.policy)), not progress, progress)


def _solutions(
    table: _Table, links: np.ndarray, max_policies: int, deadline: Deadline
) -> Iterator[Known]:
    """Yield the equilibria, component after component, one branch of the recursion at a time."""
    components = communicating_classes(links)
    solved: dict[tuple[object, ...], list[Known]] = {}

    def within(known: Known, depth: int) -> Iterator[Known]:
        states = components[depth]
        key = (states[0], *(known[s][1] for s in _later(links, states)))
        if key not in solved:
            part = _component(table, states, known)
            fresh = []
            for more in _within(table, part, known, max_policies, deadline):
                fresh.append(more)
                yield {**known, **more}
            solved[key] = fresh
            return
        yield from ({**known, **more} for more in solved[key])

    stack = [within({}, 0)]
    while stack:
        known = next(stack[-1], None)
        if known is None:
            stack.pop()
        elif len(stack) == len(components):
            yield known
        else:
            stack.append(within(known, len(stack)))


def _later(links: np.ndarray, states: list[int]) -> list[int]:
    """Return the states outside a component that it leads to in one step."""
    return [int(s) for s in np.flatnonzero(links[states].sum(axis=0)) if s not in states]


def _table(game: StochasticGame) -> _Table:
    exact = game.exact()
    floats = StageNumbers(
        exact.payoffs.astype(float),
        exact.transitions.astype(float),
        exact.discounts.astype(float),
        exact.start.astype(float),
    )
    return _Table(exact, floats, *layout(game))


def layout(game: StochasticGame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return where the cells of a game are.

    Returns
    -------
    sizes : ndarray
        How many actions each player has, shape (states, players).
    base, stride : ndarray
        The cell of a profile in state ``s`` is ``base[s]`` plus the numbers of the actions times
        ``stride[s]``; shapes (states,) and (states, players).
    """
    sizes = np.array([[len(own) for own in row] for row in game.actions], dtype=int)
    rows = sizes.prod(axis=1)
    stride = np.array([[prod(row[i + 1 :]) for i in range(len(row))] for row in sizes.tolist()])
    return sizes, np.cumsum(rows) - rows, stride


def _component(table: _Table, states: list[int], known: Known) -> _Component:
    numbers = table.floats
    values = np.zeros((len(table.base), len(numbers.discounts)))
    for s, (_, row) in known.items():
        values[s] = [float(v) for v in row]
    rewards = numbers.payoffs + numbers.discounts * (numbers.transitions @ values)
    cells = [c for s in states for c in range(table.base[s], table.base[s] + table.sizes[s].prod())]
    patience = 1 - numbers.discounts
    spread = (np.ptp(rewards[cells], axis=0) + np.abs(rewards[cells]).max(axis=0)) / patience
    return _Component(
        states,
        table.sizes[states],
        table.base[states],
        table.stride[states],
        rewards,
        numbers.transitions[:, states],
        numbers.discounts,
        spread * np.maximum(MARGIN, ROUNDINGS * len(states) / patience),
    )


def _within(
    table: _Table, part: _Component, known: Known, max_policies: int, deadline: Deadline
) -> Iterator[Known]:
    """Yield the equilibria within a component, given the values of later states."""
    counts = [prod(own) for own in part.sizes.T.tolist()]
    last = int(np.argmax(counts))
    total = prod(counts) // counts[last]
    if total > max_policies:
        raise _Stopped(
            f"the states that lead to each other, {len(part.states)} of them, have {total:.4g} "
            f"policies of all players but one, more than max_policies={max_policies}"
        )
    free = [part.sizes[k, i] if i != last else 1 for k, i in np.ndindex(*part.sizes.shape)]
    ahead = product(*(range(size) for size in free))
    shape = part.sizes.shape
    size = max(1, CHUNK // (len(part.states) ** 2 * int(part.sizes[:, last].max())))
    compared = 0
    while chunk := list(islice(ahead, size)):
        for policies in _candidates(part, np.array(chunk, dtype=int).reshape(-1, *shape), last):
            compared += len(policies)
            if deadline.passed:
                raise _Stopped("time_limit reached")
            if compared > MAX_REPLIES:
                raise _Stopped(f"more than {MAX_REPLIES} profiles of best replies to compare")
            for policy in policies[_gains_within(part, policies)]:
                if deadline.passed:
                    raise _Stopped("time_limit reached")
                solved = _certified(table, part, known, policy)
                if solved is not None:
                    yield solved


def _candidates(part: _Component, others: np.ndarray, last: int) -> Iterator[np.ndarray]:
    """Yield profiles in which the last player replies best, up to the margin, to each of many."""
    cells = part.base + (others * part.stride).sum(axis=-1)
    widest = int(part.sizes[:, last].max())
    own = np.arange(widest)
    allowed = own < part.sizes[:, last, None]
    choice = np.where(allowed, own * part.stride[:, last, None], 0)
    rows = cells[..., None] + choice
    rewards, stay = part.rewards[rows, last], part.stay[rows]
    worth = _best_worth(rewards, stay, allowed, part, last)
    top = worth.max(axis=-1, keepdims=True)
    good = worth >= top - part.margins[last]
    held = []
    for k, mask in enumerate(good):
        for reply in product(*(np.flatnonzero(row) for row in mask)):
            policy = others[k].copy()
            policy[:, last] = reply
            held.append(policy)
            if len(held) >= max(1, CHUNK // len(part.states) ** 2):
                yield np.array(held)
                held = []
    if held:
        yield np.array(held)


def _best_worth(
    rewards: np.ndarray, stay: np.ndarray, allowed: np.ndarray, part: _Component, player: int
) -> np.ndarray:
    """Return what each action is worth in many decision problems, by policy iteration."""
    discount, slack = part.discounts[player], part.margins[player]
    slack *= (1 - discount) / 10
    problems, states, _ = rewards.shape
    at, here = np.arange(problems)[:, None], np.arange(states)
    policy = np.zeros((problems, states), dtype=int)
    one = np.eye(states)
    # Each round improves some policy, and there are finitely many; a few rounds are enough.
    while True:
        now, onward = rewards[at, here, policy], stay[at, here, policy]
        values = np.linalg.solve(one - discount * onward, now[..., None])
        worth = rewards + discount * (stay @ values[:, None])[..., 0]
        worth = np.where(allowed, worth, -np.inf)
        better = worth.max(axis=-1) > worth[at, here, policy] + slack
        if not better.any():
            return worth
        policy = np.where(better, worth.argmax(axis=-1), policy)


def _gains_within(part: _Component, policies: np.ndarray) -> np.ndarray:
    """Return which policies leave nobody a gain from one deviation beyond the margin."""
    cells = part.base + (policies * part.stride).sum(axis=-1)
    fine = np.ones(len(policies), dtype=bool)
    one = np.eye(len(part.states))
    for i, discount in enumerate(part.discounts):
        now = part.rewards[cells, i]
        values = np.linalg.solve(one - discount * part.stay[cells], now[..., None])[..., 0]
        for a in range(int(part.sizes[:, i].max())):
            allowed = a < part.sizes[:, i]
            move = np.where(allowed, (a - policies[..., i]) * part.stride[:, i], 0)
            onward = np.einsum("kst,kt->ks", part.stay[cells + move], values)
            worth = part.rewards[cells + move, i] + discount * onward
            fine &= (worth <= values + part.margins[i]).all(axis=-1)
    return fine


def _certified(table: _Table, part: _Component, known: Known, policy: np.ndarray) -> Known | None:
    """Return the policy with its values if it is an equilibrium in exact arithmetic."""
    numbers, states = table.exact, part.states
    cells = part.base + (policy * part.stride).sum(axis=-1)
    outside = list(known)
    columns = []
    for i, discount in enumerate(numbers.discounts):
        later = np.array([known[s][1][i] for s in outside], dtype=object)

        def rewards(c: int, i: int = i, d: Fraction = discount, v: np.ndarray = later) -> Fraction:
            left = sum(numbers.transitions[c, outside] * v) if outside else Fraction(0)
            return Fraction(numbers.payoffs[c, i] + d * left)

        one = np.eye(len(states), dtype=int).astype(object) * Fraction(1)
        matrix = one - discount * numbers.transitions[cells][:, states]
        right = np.array([[rewards(c)] for c in cells], dtype=object)
        values = solve_linear(matrix, right)[:, 0]
        slack = ROUNDING * (1 + max(abs(v) for v in values))
        for k in range(len(states)):
            for a in range(part.sizes[k, i]):
                c = cells[k] + (a - policy[k, i]) * part.stride[k, i]
                worth = rewards(c) + discount * sum(numbers.transitions[c, states] * values)
                if worth > values[k] + slack:
                    return None
        columns.append(values)
    return {
        s: (tuple(int(a) for a in policy[k]), tuple(column[k] for column in columns))
        for k, s in enumerate(states)
    }
