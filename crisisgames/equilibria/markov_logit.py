"""The logit Markov perfect equilibrium on the branch that starts at uniform play [1]_.

In every state the log odds of two actions of a player are ``precision`` times the difference of
what they are worth: the payoff now and the discounted value of the state to come, with all playing
their strategies later. The solutions connected with uniform play at precision 0 form the principal
branch; its limit is a Markov perfect equilibrium [2]_. Values follow from the strategy by one
linear system per player, so the unknowns are the log probabilities and the precision.

References
----------
.. [1] Yves Breitmoser, Jonathan H. W. Tan and Daniel John Zizzo, "Understanding Perpetual R&D
   Races", Economic Theory 44(3), 2010.
.. [2] Steffen Eibelshäuser and David Poensgen, "Markov Quantal Response Equilibrium and a Homotopy
   Method for Computing and Selecting Markov Perfect Equilibria of Dynamic Stochastic Games", 2019,
   SSRN 3314404.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from math import log

import numpy as np
from threadpoolctl import threadpool_limits

from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.path import Knot, Lost, follow, landed
from crisisgames.equilibria.qre_system import EQUAL, HIGHEST, LATE, MAX_STEPS, REGRET, SETTLED
from crisisgames.games.stochastic import StochasticGame

__all__ = ["MarkovBranch", "MarkovPoint", "logit_markov"]

NEARLY = 1e-6
"""Regret, relative to the range of values, from which the end of a branch is near its limit."""

PLAYED, UNPLAYED = 1e-3, -800.0
"""Probability from which an action counts as played there, and the logarithm of none."""

NEWTON, SHIFT = 8, 1e-2
"""Steps of Newton's method from there, and how far they may move a probability."""


@dataclass(frozen=True)
class MarkovPoint:
    """A logit Markov perfect equilibrium.

    Attributes
    ----------
    precision : float
        In 1/utils; infinite for a limit that was found from near it.
    strategy, log_strategy : tuple of tuple of ndarray
        By state and player, a probability for each action; the logarithms are accurate also where
        a probability is too small for a float.
    values : ndarray
        Discounted utils, shape (states, players).
    regret : float
        Largest gain from one deviation in one period, in any state, in utils.
    residual : float
        Largest violation of the logit conditions in log odds; where precision times the player's
        range of values exceeds 1, divided by it.
    """

    precision: float
    strategy: tuple[tuple[np.ndarray, ...], ...]
    log_strategy: tuple[tuple[np.ndarray, ...], ...]
    values: np.ndarray
    regret: float
    residual: float


@dataclass(frozen=True)
class MarkovBranch:
    """The principal branch.

    Attributes
    ----------
    points : tuple of MarkovPoint
        From precision 0 on, in the order of the branch; precision may fall in between.
    status : str
        ``converged``: the last point meets the regret tolerance and strategies have settled.
        ``precision reached``: the last point has the precision asked for. Otherwise
        ``stopped: ...`` with the reason and what to change.
    """

    points: tuple[MarkovPoint, ...]
    status: str


def logit_markov(
    game: StochasticGame,
    *,
    precision: float | None = None,
    max_steps: int = MAX_STEPS,
    deadline: Deadline = NEVER,
) -> MarkovBranch:
    """Return the principal branch of logit Markov perfect equilibria, any number of players.

    Parameters
    ----------
    game : StochasticGame
        Parameters without a value take their defaults.
    precision : float, optional
        In 1/utils: end where the branch first reaches it. Without it, follow the branch to its
        limit.
    max_steps : int
        Largest number of points, at least 1.
    deadline : Deadline
        When to stop with the branch so far.

    Returns
    -------
    MarkovBranch
        See its `status`; a branch that was not followed to the end is no error.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> once = StochasticGame(("A",), ("s",), [("rest", "work")],
    ...     lambda s, p: [int(p == ("work",))], lambda s, p: "s", 0.5)
    >>> point = logit_markov(once, precision=2).points[-1]
    >>> odds = point.log_strategy[0][0]
    >>> bool(abs(odds[1] - odds[0] - 2) < 1e-9)
    True
    """
    system = _system(game)
    if not system.choice.size:
        status = "converged" if precision is None else "precision reached"
        only = _point(system, np.array([precision or 0.0]), 0.0)
        return MarkovBranch((only,), status)
    target = None if precision is None else precision * system.unit
    # The matrices are small: threads would spend more time on each other than on them.
    with threadpool_limits(limits=1, user_api="blas"):
        points, status = _branch(system, target, max_steps, deadline)
    return MarkovBranch(tuple(points), status)


@dataclass(frozen=True, eq=False)
class _System:
    """The logit conditions as arrays; actions of players with a choice are numbered through.

    An action stands for a player in a state. `steps` are pairs (cell, action taken in it). Values
    are scaled: the widest player's range over one.
    """

    shape: tuple[tuple[int, ...], ...]  # number of actions by state and player
    place: np.ndarray  # of each pair (state, player) with a choice: the place of its first action
    choice: np.ndarray  # ... the state and the player
    pair_of: np.ndarray  # of each action, its pair
    states: np.ndarray  # of each action, its state
    movers: np.ndarray  # of each action, its player
    unit: float  # utils per unit of payoff here
    ranges: np.ndarray  # of each player, the range of its values
    base: np.ndarray  # of each player, the lowest payoff, in utils
    payoffs: np.ndarray
    transitions: np.ndarray
    discounts: np.ndarray
    cell_states: np.ndarray
    step_cells: np.ndarray
    step_actions: np.ndarray
    pairs: np.ndarray  # of steps in one cell, two at a time: the first ...
    pair_cells: np.ndarray  # ... and the cell (first action, second action) of a matrix
    by_action: np.ndarray  # the steps, action after action ...
    first_steps: np.ndarray  # ... and of each action the place of its first

    def tidied(self, point: np.ndarray) -> np.ndarray:
        """Return the point with probabilities that sum to one in each state."""
        logs = point[:-1]
        peak = np.maximum.reduceat(logs, self.place)
        excess = np.add.reduceat(np.exp(logs - peak[self.pair_of]), self.place)
        return np.append(logs - (peak + np.log(excess))[self.pair_of], point[-1])

    def linearized(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the logit conditions and their derivatives; see `Equations`.

        Odds are against the likeliest action, in whose place stands the sum of probabilities.
        """
        state = _state(self, point)
        n = len(self.pair_of)
        logs, precision = point[:-1], point[-1]
        top = _likeliest(self, logs)
        gaps = logs - logs[top] - precision * (state.worth - state.worth[top])
        scale = np.maximum(1.0, precision * self.ranges[self.movers])
        residual = float((np.abs(gaps) / scale).max())
        slopes = -precision * _derivatives(self, state)
        slopes.flat[:: n + 1] += 1.0
        derivatives = np.empty((n, n + 1))
        derivatives[:, :n] = slopes - slopes[top]
        derivatives[:, n] = state.worth[top] - state.worth
        derivatives[top] = 0.0
        derivatives[top, np.arange(n)] = state.strategy
        return gaps, derivatives, residual


@dataclass(frozen=True, eq=False)
class _State:
    """What follows from a strategy."""

    strategy: np.ndarray
    weights: np.ndarray  # of each cell, its probability given its state
    flows: np.ndarray  # of each step, what its cell contributes to the worth of its action
    onward: np.ndarray  # of each step, the probability of its cell given its state and action
    ahead: np.ndarray  # of each cell and player: payoff, and discounted value of what follows
    worth: np.ndarray  # of each action
    values: np.ndarray  # (states, players)
    inverses: np.ndarray  # (players, states, states): discounted visits from state to state


def _system(game: StochasticGame) -> _System:
    numbers = game.floats()
    payoffs, discounts = numbers.payoffs, numbers.discounts
    spread = np.ptp(payoffs, axis=0) / (1 - discounts)
    unit = float(spread.max()) or 1.0
    ranges = np.where(spread > EQUAL * unit, spread / unit, 0.0)
    base = payoffs.min(axis=0)
    scaled = np.where(ranges > 0, (payoffs - base) / unit, 0.0)
    shape = tuple(tuple(len(own) for own in row) for row in game.actions)
    choice = [(s, i) for s, row in enumerate(shape) for i, size in enumerate(row) if size > 1]
    sizes = np.array([shape[s][i] for s, i in choice], dtype=int)
    place = np.cumsum(sizes) - sizes
    first = {pair: int(p) for pair, p in zip(choice, place, strict=True)}
    pair_of = np.repeat(np.arange(len(choice)), sizes)
    both = np.array(choice, dtype=int).reshape(-1, 2)
    steps = [
        (c, first[s, i] + game.actions[s][i].index(a))
        for c, (s, profile) in enumerate(game.cells)
        for i, a in enumerate(profile)
        if (s, i) in first
    ]
    cells, actions = np.array(steps, dtype=int).reshape(-1, 2).T
    same = [
        (k, m)
        for k, c in enumerate(cells)
        for m in range(max(0, k - len(game.players)), min(len(cells), k + len(game.players)))
        if m != k and cells[m] == c
    ]
    one, other = np.array(same, dtype=int).reshape(-1, 2).T
    n = len(pair_of)
    return _System(
        shape=shape,
        place=place,
        choice=both,
        pair_of=pair_of,
        states=both[pair_of, 0],
        movers=both[pair_of, 1],
        unit=unit,
        ranges=ranges,
        base=base,
        payoffs=scaled,
        transitions=numbers.transitions,
        discounts=discounts,
        cell_states=np.array([s for s, _ in game.cells], dtype=int),
        step_cells=cells,
        step_actions=actions,
        pairs=one,
        pair_cells=actions[one] * n + actions[other],
        by_action=np.argsort(actions, kind="stable"),
        first_steps=np.searchsorted(np.sort(actions), range(n)),
    )


def _state(system: _System, point: np.ndarray) -> _State:
    """Return what follows from the log probabilities of a point."""
    logs = point[:-1]
    cells, steps = system.step_cells, system.step_actions
    to_cell = np.bincount(cells, logs[steps], len(system.payoffs))
    weights = np.exp(to_cell)
    mixed = np.zeros((len(system.shape), len(weights)))
    mixed[system.cell_states, np.arange(len(weights))] = weights
    rewards, moves = mixed @ system.payoffs, mixed @ system.transitions
    matrices = np.eye(len(moves)) - system.discounts[:, None, None] * moves
    inverses = np.linalg.inv(matrices)
    values = np.einsum("ist,ti->si", inverses, rewards)
    ahead = system.payoffs + system.discounts * (system.transitions @ values)
    onward = np.exp(to_cell[cells] - logs[steps])
    flows = onward * ahead[cells, system.movers[steps]]
    worth = np.bincount(steps, flows, len(logs))
    return _State(np.exp(logs), weights, flows, onward, ahead, worth, values, inverses)


def _derivatives(system: _System, state: _State) -> np.ndarray:
    """Return the derivative of each action's worth with respect to each log probability.

    A log probability scales the cells in which its action is taken. It changes what another's
    action in the same state is worth at once, and what every action is worth by what the own
    player's values change in the states to come.
    """
    n = len(system.pair_of)
    steps, cells = system.step_actions, system.step_cells
    total = np.zeros((n, n))
    if system.pairs.size:
        total += np.bincount(system.pair_cells, state.flows[system.pairs], n * n).reshape(n, n)
    order = system.by_action
    moved = state.onward[order, None] * system.transitions[cells[order]]
    reach = np.add.reduceat(moved, system.first_steps)  # from each action to the states to come
    for i, discount in enumerate(system.discounts):
        own = system.movers == i
        if not own.any() or discount == 0 or system.ranges[i] == 0:
            continue
        # What a change in each action's log probability adds, at once, to the value of its state.
        gain = np.bincount(steps, (state.weights * state.ahead[:, i])[cells], n)
        changed = state.inverses[i][:, system.states] * gain
        total[own] += discount * (reach[own] @ changed)
    return np.asarray(total)


def _likeliest(system: _System, logs: np.ndarray) -> np.ndarray:
    top = np.maximum.reduceat(logs, system.place)[system.pair_of]
    n = len(logs)
    places = np.where(logs >= top, np.arange(n), n)
    return np.asarray(np.minimum.reduceat(places, system.place)[system.pair_of])


def _gains(system: _System, state: _State) -> np.ndarray:
    """Return, for each pair (state, player), the gain of the best action over the strategy."""
    best = np.maximum.reduceat(state.worth, system.place)
    return np.asarray(best - np.add.reduceat(state.strategy * state.worth, system.place))


def _meets(system: _System, point: np.ndarray) -> bool:
    ranges = system.ranges[system.choice[:, 1]]
    return bool(np.all(_gains(system, _state(system, point)) <= REGRET * ranges))


def _settled(before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether strategies hardly moved while precision grew."""
    if after[-1] <= before[-1]:
        return False
    growth = log(after[-1] / before[-1]) if before[-1] > 0 else 1.0
    moved = float(np.abs(np.exp(after[:-1]) - np.exp(before[:-1])).max())
    return moved <= SETTLED * REGRET * min(1.0, growth)


def _branch(
    system: _System, target: float | None, max_steps: int, deadline: Deadline
) -> tuple[list[MarkovPoint], str]:
    """Return the points of the branch, and the status."""
    start = system.tidied(np.zeros(len(system.pair_of) + 1))
    if target == 0 or (target is None and _meets(system, start)):
        done = "converged" if target is None else "precision reached"
        return [_point(system, start, 0.0)], done
    late = LATE / system.ranges[system.ranges > 0].min(initial=1.0)
    trail, residuals = [start], [0.0]

    def points() -> list[MarkovPoint]:
        return [_point(system, x, r) for x, r in zip(trail, residuals, strict=True)]

    why = f"max_steps={max_steps} used; raise it"
    time_up = False
    try:
        for here, there in islice(follow(system, start, deadline), max_steps - 1):
            while (
                len(trail) > 1 and trail[-1] is not here.point
            ):  # a crossing turned out to lie behind
                del trail[-1], residuals[-1]
            if target is not None and here.point[-1] < target <= there.point[-1]:
                found = _landed(system, here, there, target)
                if found is None:
                    why = "the point of that precision could not be found; ask for another one"
                    break
                trail.append(found.point)
                residuals.append(found.residual)
                return points(), "precision reached"
            trail.append(there.point)
            residuals.append(there.residual)
            precision = there.point[-1]
            settled = precision > late or _settled(here.point, there.point)
            if target is None and settled and _meets(system, there.point):
                return points(), "converged"
            if precision > HIGHEST:
                why = "beyond which rounding hides the branch"
                break
    except TimeUp:
        why, time_up = "time_limit reached; raise it", True
    except Lost as lost:
        why = f"{lost}; change payoffs or probabilities a little"
    # Where the branch cannot be followed further, the certificate decides.
    if target is None and not time_up:
        if _meets(system, trail[-1]):
            return points(), "converged"
        limit = _polished(system, trail[-1])
        if limit is not None:
            return [*points(), _point(system, limit, 0.0)], "converged"
    end = _point(system, trail[-1], residuals[-1])
    return points(), (
        f"stopped: at precision {end.precision:.6g} with regret {end.regret / system.unit:.2g} of "
        f"the range of values, {why}"
    )


def _polished(system: _System, end: np.ndarray) -> np.ndarray | None:
    """Return the equilibrium next to the end of a branch, with precision infinite, or None.

    Where a limit is mixed, rounding hides the branch before regret is small enough. What is played
    there with more than `PLAYED` is then played with the probabilities that make all of it worth
    the same, found by Newton's method. Whatever is not near the end, or no equilibrium, is none.
    """
    ranges = system.ranges[system.choice[:, 1]]
    if not np.all(_gains(system, _state(system, end)) <= NEARLY * ranges):
        return None
    used = np.exp(end[:-1]) > PLAYED
    logs = np.where(used, end[:-1], UNPLAYED)
    top = _likeliest(system, logs)
    first = top == np.arange(len(logs))
    for _ in range(NEWTON):
        state = _state(system, np.append(logs, 0.0))
        derivatives = _derivatives(system, state)
        gaps = np.where(first, 0.0, state.worth - state.worth[top])
        slopes = derivatives - derivatives[top]
        # In the place of the likeliest action stands that probabilities sum to one.
        slopes[first] = (system.pair_of == system.pair_of[first][:, None]) * state.strategy
        gaps[first] = np.add.reduceat(state.strategy, system.place) - 1
        step = np.linalg.lstsq(slopes[np.ix_(used, used)], -gaps[used], rcond=None)[0]
        logs[used] += step
        if not np.abs(step).max() <= 1.0:
            return None
    found = np.append(logs, np.inf)
    moved = np.abs(np.exp(logs) - np.exp(end[:-1])).max()
    return found if moved <= SHIFT and _meets(system, found) else None


def _landed(system: _System, here: Knot, there: Knot, target: float) -> Knot | None:
    """Return the point between two at which precision is the target, or None."""
    low, high = here.point, there.point
    share = (target - low[-1]) / (high[-1] - low[-1])
    for guess in (low + share * (high - low), high, low):
        found = landed(system, guess, target)
        if found is not None:
            return found
    return None


def _point(system: _System, point: np.ndarray, residual: float) -> MarkovPoint:
    state = _state(system, point)
    gain = float(_gains(system, state).max(initial=0.0)) if system.choice.size else 0.0
    values = state.values * system.unit + system.base / (1 - system.discounts)
    values.setflags(write=False)
    return MarkovPoint(
        precision=float(point[-1]) / system.unit,
        strategy=_by_state(system, state.strategy, logs=False),
        log_strategy=_by_state(system, point[:-1], logs=True),
        values=values,
        regret=max(0.0, gain) * system.unit,
        residual=residual,
    )


def _by_state(
    system: _System, values: np.ndarray, *, logs: bool
) -> tuple[tuple[np.ndarray, ...], ...]:
    """Return values of actions by state and player."""
    ahead = iter(np.split(values, system.place[1:]) if system.place.size else [])
    only = 0.0 if logs else 1.0
    rows = []
    for sizes in system.shape:
        row = [next(ahead) if size > 1 else np.array([only]) for size in sizes]
        for entry in row:
            entry.setflags(write=False)
        rows.append(tuple(row))
    return tuple(rows)
