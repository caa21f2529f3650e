"""Agent quantal response equilibrium: the branch that starts at uniform play.

In a logit equilibrium the log odds of any two actions at an information set are ``precision``
times the difference of their expected payoffs, which are conditional on reaching the set, with
beliefs from Bayes' rule [1]_. The solutions connected with uniform play at precision 0 form the
principal branch; where it ends, it selects a sequential equilibrium [1]_. The branch may turn, so
that precision falls for a while. It is therefore followed by arc length [2]_, with a tangent
predictor and Newton's corrector [3]_.

The unknowns are the log probabilities of all actions, and the precision. In logs, rare actions
keep their relative accuracy, and with them the beliefs where play hardly ever goes.

This module follows one game at a time; `qre_batch` follows one game at many parameter values.

References
----------
.. [1] Richard D. McKelvey and Thomas R. Palfrey, "Quantal Response Equilibria for Extensive Form
   Games", Experimental Economics 1(1), 1998.
.. [2] Theodore L. Turocy, "A Dynamic Homotopy Interpretation of the Logistic Quantal Response
   Equilibrium Correspondence", Games and Economic Behavior 51(2), 2005.
.. [3] Eugene L. Allgower and Kurt Georg, "Numerical Continuation Methods", Springer, 1990,
   chapters 6 (step length) and 8 (bifurcations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite, log
from typing import Any

import numpy as np

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.path import (
    CORRECTIONS,
    CROSSING,
    FINE,
    FIRST_STEP,
    LARGEST_STEP,
    LOST,
    MISS,
    NEAR,
    RESIDUAL,
    ROUGH,
    SMALLEST_STEP,
    STEADY,
    TURN,
    newton,
    step_factor,
)
from crisisgames.equilibria.qre_system import (
    DRIFT,
    HIGHEST,
    LATE,
    MAX_STEPS,
    POSSIBLE,
    REGRET,
    SETTLED,
    Status,
    check_arguments,
    one_thread,
    reasons,
    scaled,
    structure_of,
    tree_of,
)
from crisisgames.games.compiled import Compiled
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.markup import paragraph, table

__all__ = ["LogitBranch", "LogitPoint", "logit_branch"]


SHOWN = 8
"""Points of a branch in a notebook's table, about."""


@dataclass(frozen=True)
class LogitPoint:
    """A logit equilibrium.

    Attributes
    ----------
    precision : float
        In 1/utils, at least 0.
    strategy : tuple of ndarray
        For each information set, in the order of the game's, a probability for each action.
        Information sets that nature's zeros cut off are uniform.
    log_strategy : tuple of ndarray
        The logarithms, accurate also where a probability is too small for a float.
    regret : float
        Largest gain of any action over the strategy at any information set, conditional on
        reaching it, in utils.
    residual : float
        Largest violation of the logit conditions in log odds; where precision times the mover's
        payoff range exceeds 1, divided by it.
    """

    precision: float
    strategy: tuple[np.ndarray, ...]
    log_strategy: tuple[np.ndarray, ...]
    regret: float
    residual: float


@dataclass(frozen=True)
class LogitBranch:
    """The principal branch.

    Attributes
    ----------
    points : tuple of LogitPoint
        From precision 0 on, in the order of the branch; precision may fall in between.
    status : str
        ``converged``: the last point meets the regret tolerance, and strategies and beliefs have
        settled as far as floats allow. ``precision reached``: the last point has the
        precision asked for. Otherwise ``stopped: ...`` with the reason and what to change.
    """

    points: tuple[LogitPoint, ...]
    status: str

    def _repr_html_(self) -> str:
        step = max(1, (len(self.points) - 1) // SHOWN)
        shown = [*self.points[:-1:step], self.points[-1]]
        rows = (
            (
                f"{point.precision:.4g}",
                f"{point.regret:.2g}",
                "; ".join(" ".join(f"{p:.3g}" for p in row) for row in point.strategy),
            )
            for point in shown
        )
        head = ("precision, 1/utils", "regret, utils", "probabilities by information set")
        told = f"Logit branch ({self.status}), {len(shown)} of {len(self.points)} points."
        return paragraph(told) + table(head, rows)


def logit_branch(
    game: Any,
    *,
    precision: float | None = None,
    regret: float = REGRET,
    max_steps: int = MAX_STEPS,
    time_limit: float | None = None,
) -> LogitBranch:
    """Return the principal branch of the agent logit equilibria of ``game``, any number of players.

    Parameters
    ----------
    game : game
        In any form but stochastic and repeated; strategies are those of its tree. Parameters
        without a value take their defaults.
    precision : float, optional
        In 1/utils: end where the branch first reaches it. Without it, follow the branch to its
        limit.
    regret : float
        The limit counts as reached when no mover can gain more than this share of the range of
        its payoffs, positive.
    max_steps : int
        Largest number of points, at least 1.
    time_limit : float, optional
        Seconds after which to stop with the branch so far; None and 0 mean none. Making the tree
        and its arrays is added.

    Returns
    -------
    LogitBranch
        See its `status`; a branch that was not followed to the end is no error.

    Raises
    ------
    GameError
        If an argument is out of range.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> ends = {"stay": end("calm", {"A": 0}), "go": end("gain", {"A": 1})}
    >>> game = ExtensiveFormGame(move("A", ends))
    >>> point = logit_branch(game, precision=2).points[-1]
    >>> bool(abs(point.log_strategy[0][1] - point.log_strategy[0][0] - 2) < 1e-9)
    True
    >>> logit_branch(game).status
    'converged'
    """
    deadline = Deadline.within(time_limit)
    given = None if precision is None else np.asarray(precision, dtype=float)
    check_arguments(given, regret, max_steps)
    system = _system(tree_of(game))
    if not system.first.size:
        status = "converged" if precision is None else "precision reached"
        return LogitBranch((_uniform(system, precision or 0.0),), status)
    target = None if precision is None else precision * system.unit
    with one_thread():
        points, status = _follow(system, target, regret, max_steps, deadline)
    return LogitBranch(tuple(points), status)


@dataclass(frozen=True, eq=False)
class _System:
    """The structure and the numbers of one game, with what NumPy needs besides.

    `steps` are pairs (end, action on the way), `past` pairs (node, action on the way).
    """

    compiled: Compiled
    live: dict[int, int]  # information set of the game -> its number here
    first: np.ndarray  # of each set, its first action
    set_of: np.ndarray  # of each action, its set
    unit: float  # utils per unit of payoff here
    ranges: np.ndarray  # of each set, the payoff range of its mover
    end_chance: np.ndarray  # of each end, log probability of nature's part
    step_ends: np.ndarray
    step_actions: np.ndarray
    step_payoffs: np.ndarray  # of each step, the payoff of its mover at its end
    pairs: np.ndarray  # of steps to one end, two at a time: the first ...
    pair_cells: np.ndarray  # ... and the cell (first action, second action) of a matrix
    node_chance: np.ndarray
    node_sets: np.ndarray
    first_nodes: np.ndarray  # of each set, its first node
    past_nodes: np.ndarray
    past_actions: np.ndarray
    past_cells: np.ndarray  # the cell (set of the node, action) of a matrix


def _system(game: ExtensiveFormGame) -> _System:
    compiled, numbers = game.compiled, game.floats()
    s = structure_of(compiled, numbers.branches > POSSIBLE)
    n = len(s.set_of)
    values = scaled(compiled, s, numbers.branches[None], numbers.payoffs[None])
    step_ends = _owners(s.first_steps)
    pairs, others = _pairs(step_ends)
    node_sets, past_nodes = _owners(s.first_nodes), _owners(s.first_past)
    return _System(
        compiled=compiled,
        live={int(h): i for i, h in enumerate(s.sets)},
        first=s.first_actions[:-1],
        set_of=s.set_of,
        unit=float(values.unit[0]),
        ranges=values.ranges[0],
        end_chance=values.end_chance[0],
        step_ends=step_ends,
        step_actions=s.step_actions,
        step_payoffs=values.step_payoffs[0],
        pairs=pairs,
        pair_cells=s.step_actions[pairs] * n + s.step_actions[others],
        node_chance=values.node_chance[0],
        node_sets=node_sets,
        first_nodes=s.first_nodes[:-1],
        past_nodes=past_nodes,
        past_actions=s.past_actions,
        past_cells=node_sets[past_nodes] * n + s.past_actions,
    )


def _owners(first: np.ndarray) -> np.ndarray:
    """Return the owner of each entry, where the entries of owner ``i`` begin at ``first[i]``."""
    return np.repeat(np.arange(len(first) - 1), np.diff(first))


def _pairs(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return all ordered pairs of different steps to the same end; ``ends`` is sorted."""
    count = np.bincount(ends)[ends] if ends.size else ends
    one = np.repeat(np.arange(len(ends)), count)
    rank = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    other = np.searchsorted(ends, ends)[one] + rank
    different = one != other
    return one[different], other[different]


@dataclass(frozen=True, eq=False)
class _State:
    """A strategy and a precision, with everything that follows from them.

    `logs` has two rows, whole numbers and remainders, whose sum is the log probability of each
    action. Beliefs rest on differences of such logs; where these are in the millions, one float
    would leave beliefs with 9 digits, and the regret with a floor above the tolerance.
    """

    logs: np.ndarray
    precision: float  # times the payoff range
    strategy: np.ndarray
    payoffs: np.ndarray  # of each action, conditional on reaching its set
    flows: np.ndarray  # of each step, what its end contributes to the payoff of its action
    beliefs: np.ndarray  # of each node
    likeliest: np.ndarray  # of each action, the likeliest one of its set
    gaps: np.ndarray  # violations of the logit conditions, against the likeliest action
    residual: float


def _state(system: _System, logs: np.ndarray, precision: float) -> _State:
    """Return the state at ``logs``, after normalization."""
    logs = _normalized(system, logs)
    steps, past = system.step_actions, system.past_actions
    own = system.set_of[steps]
    to_end = _sums(system.step_ends, logs[:, steps], system.end_chance)
    to_node = _sums(system.past_nodes, logs[:, past], system.node_chance)
    peak = np.maximum.reduceat(to_node[0], system.first_nodes)
    weights = np.exp(to_node[0] - peak[system.node_sets] + to_node[1])
    total = np.add.reduceat(weights, system.first_nodes)
    # Probability of the end given the information set and the action: whole numbers first, which
    # is exact, so that only small numbers are left to round.
    whole = to_end[0, system.step_ends] - logs[0, steps] - peak[own]
    rest = to_end[1, system.step_ends] - logs[1, steps] - np.log(total)[own]
    flows = np.exp(whole + rest) * system.step_payoffs
    payoffs = np.bincount(steps, flows, len(system.set_of))
    likeliest = _likeliest(system, logs.sum(axis=0))
    odds = (logs - logs[:, likeliest]).sum(axis=0)
    gaps = odds - precision * (payoffs - payoffs[likeliest])
    scale = np.maximum(1.0, precision * system.ranges)[system.set_of]
    return _State(
        logs=logs,
        precision=precision,
        strategy=np.exp(logs.sum(axis=0)),
        payoffs=payoffs,
        flows=flows,
        beliefs=weights / total[system.node_sets],
        likeliest=likeliest,
        gaps=gaps,
        residual=float((np.abs(gaps) / scale).max()),
    )


def _normalized(system: _System, logs: np.ndarray) -> np.ndarray:
    """Return log probabilities that sum to one at each set, split into whole and rest."""
    logs = _split(logs)
    plain = logs.sum(axis=0)
    peak = np.maximum.reduceat(plain, system.first)
    excess = np.exp(plain - peak[system.set_of])
    logs[1] -= (peak + np.log(np.add.reduceat(excess, system.first)))[system.set_of]
    return _split(logs)


def _split(logs: np.ndarray) -> np.ndarray:
    carry = np.rint(logs[1])
    return np.stack([logs[0] + carry, logs[1] - carry])


def _sums(visits: np.ndarray, logs: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return the log probability of each visit, whole and rest."""
    whole, rest = (np.bincount(visits, row, len(chance)) for row in logs)
    return np.stack([whole, rest + chance])


def _likeliest(system: _System, plain: np.ndarray) -> np.ndarray:
    top = np.maximum.reduceat(plain, system.first)[system.set_of]
    n = len(plain)
    places = np.where(plain >= top, np.arange(n), n)
    return np.asarray(np.minimum.reduceat(places, system.first)[system.set_of])


def _derivatives(system: _System, state: _State) -> np.ndarray:
    """Return the derivative of each action's payoff with respect to each log probability.

    The payoff is N/D: N sums, over the ends below the action, the probability of all else on the
    way times the payoff there; D is the probability of reaching the set. A log probability scales
    the terms that it is part of: in N those of ends behind both actions, in D those of nodes
    behind the action, which are its share of the belief.
    """
    n = len(system.set_of)
    numerator = np.bincount(system.pair_cells, state.flows[system.pairs], n * n).reshape(n, n)
    weights = state.beliefs[system.past_nodes]
    share = np.bincount(system.past_cells, weights, len(system.first) * n).reshape(-1, n)
    return np.asarray(numerator - state.payoffs[:, None] * share[system.set_of])


def _linearized(system: _System, state: _State) -> np.ndarray:
    """Return the derivatives of the equations, with respect to log probabilities and precision.

    Equations are the gaps against the likeliest action of each set, in whose place stands the sum
    of probabilities.
    """
    n = len(system.set_of)
    top = state.likeliest
    slopes = -state.precision * _derivatives(system, state)
    slopes.flat[:: n + 1] += 1.0
    found = np.empty((n, n + 1))
    found[:, :n] = slopes - slopes[top]
    found[:, n] = state.payoffs[top] - state.payoffs
    found[top] = 0.0
    found[top, np.arange(n)] = state.strategy
    return found


@dataclass(frozen=True, eq=False)
class _Knot:
    """A point of the branch with the direction in which the branch leaves it.

    The tangent is for log probabilities and precision; along it, over an arc of one, the largest
    change of an unknown relative to its size plus one is one.
    """

    state: _State
    tangent: np.ndarray
    orientation: float
    miss: float  # how far the predictor was off
    turn: float  # how much the tangent has changed


def _size(state: _State) -> np.ndarray:
    return 1.0 + np.append(np.abs(state.logs.sum(axis=0)), state.precision)


def _moved(system: _System, state: _State, change: np.ndarray) -> _State | None:
    """Return the state moved by ``change``, or None if it leaves the domain."""
    precision = state.precision + float(change[-1])
    if not (np.isfinite(change).all() and precision >= 0):
        return None
    return _state(system, state.logs + np.stack([0 * change[:-1], change[:-1]]), precision)


def _corrected(
    system: _System, guess: _State | None, plane: np.ndarray, size: np.ndarray, step: float
) -> _Knot | None:
    """Return the point of the branch that Newton finds in a plane, or None if it does not settle.

    The tangent returned is still divided by ``size``.
    """
    found, sure = _iterated(system, guess, plane, size, step, LOST)
    if found is None and not sure:
        found, _ = _iterated(system, guess, plane, size, step, ROUGH)
    return found


def _iterated(
    system: _System,
    state: _State | None,
    plane: np.ndarray,
    size: np.ndarray,
    step: float,
    lost: float,
) -> tuple[_Knot | None, bool]:
    """Return what `_corrected` does, and whether no directions were lost."""
    best, sure, moved = None, True, 0.0
    # What is right within tolerance is no other branch: corrections of it are no miss.
    near = state is not None and state.residual <= RESIDUAL
    last = (inf, inf)
    for _ in range(CORRECTIONS):
        if state is None or not isfinite(state.residual):
            break
        linear = state.gaps, _linearized(system, state)
        change, tangent, orientation = newton(linear, plane, size, lost)
        sure = sure and orientation != 0
        far = float(np.abs(change).max())
        right = state.residual <= RESIDUAL
        if right and (best is None or state.residual < best.state.residual):
            miss = 0.0 if near else moved
            best = _Knot(state, tangent / np.abs(tangent).max(), orientation, miss, inf)
        # Precision magnifies errors of a mixture into the log odds of those who face it.
        fine = far <= min(FINE, STEADY * step, 0.1 / max(1.0, state.precision))
        slow = far > last[0] / 2 and state.residual > last[1] / 2
        if (right and fine) or slow or not far <= 1.0:
            break
        moved += far
        if moved > MISS and not near and best is None:  # nobody would take what comes
            return None, True
        last = (far, state.residual)
        state = _moved(system, state, change * size)
    return best, sure


def _start(system: _System) -> _Knot:
    """Return uniform play at precision 0, and the direction of higher precision."""
    n = len(system.set_of)
    state = _state(system, np.zeros((2, n)), 0.0)
    knot = _corrected(system, state, np.eye(n + 1)[n], np.ones(n + 1), 1.0)
    assert knot is not None  # at precision 0 the equations are x = constant
    return knot


def _advanced(system: _System, knot: _Knot, step: float) -> _Knot | None:
    """Return the next point of the branch at arc length ``step``, or None if it is not found."""
    size = _size(knot.state)
    along = knot.tangent / size
    guess = _moved(system, knot.state, step * knot.tangent)
    found = _corrected(system, guess, along / (along @ along), size, step)
    if found is None:
        return None
    turn = float(np.abs(found.tangent - along).max())
    if turn > TURN or found.miss > MISS:
        return None
    orientation = found.orientation or knot.orientation
    return replace(found, tangent=found.tangent * size, turn=turn, orientation=orientation)


def _paced(knot: _Knot) -> _Knot:
    """Return the knot with a tangent of length one by its own sizes."""
    return replace(knot, tangent=knot.tangent / np.abs(knot.tangent / _size(knot.state)).max())


def _limited(knot: _Knot, step: float) -> float:
    """Return the step, shortened where it would more than halve precision."""
    fall = -float(knot.tangent[-1])
    return min(step, knot.state.precision / (2 * fall)) if fall > 0 else step


@dataclass(frozen=True, eq=False)
class _Crossing:
    """A step after which the orientation was reversed: a crossing of branches, or a wrong branch.

    Shorter steps tell: they find a sharp turn, or close in on the crossing without end [3]_,
    chapter 8. In the second case the step is taken after all, straight on.
    """

    origin: _Knot
    knot: _Knot
    points: int  # on the branch before the step
    step: float
    arc: float = 0.0  # followed from the origin since


def _follow(
    system: _System, target: float | None, regret: float, max_steps: int, deadline: Deadline
) -> tuple[list[LogitPoint], str]:
    """Return the points of the branch, and the status."""
    here = _start(system)
    points = [_point(system, here.state)]
    if target == 0 or (target is None and _meets(system, here.state, regret)):
        return points, "converged" if target is None else "precision reached"
    step, crossing = FIRST_STEP, None
    late = LATE / system.ranges[system.ranges > 0].min(initial=1.0)
    texts = reasons(limit=target is None, max_steps=max_steps)
    why = Status.MAX_STEPS
    while len(points) < max_steps:
        if deadline.passed:
            why = Status.TIME_LIMIT
            break
        step = _limited(here, step)
        if step < SMALLEST_STEP:
            why = Status.LOST
            break
        origin, there = here, _advanced(system, here, step)
        if there is not None and there.orientation * here.orientation < 0:
            if crossing is None or step > NEAR:
                crossing = _Crossing(here, there, len(points), step)
            there = None
        if there is None:
            step /= 2
            if crossing is None or step >= CROSSING:
                continue
            origin, there, step = crossing.origin, crossing.knot, crossing.step
            del points[crossing.points :]
            crossing = None
        elif crossing is not None:
            arc = crossing.arc + step
            crossing = replace(crossing, arc=arc) if arc < crossing.step else None
        if target is not None and (place := _reach(origin, there, step, target)) is not None:
            landed = _landed(system, origin, there, step, place, target)
            if landed is not None:
                return [*points, _point(system, landed)], "precision reached"
            if origin is here and step > CROSSING:
                step /= 2
                continue
        points.append(_point(system, there.state))
        if target is None and _meets(system, there.state, regret):
            drift, is_late = _drift(here.state, there.state), there.state.precision > late
            if drift <= (max(DRIFT, SETTLED * regret) if is_late else SETTLED * regret):
                return points, texts[Status.CONVERGED]
            if is_late and drift < inf:
                why = Status.DRIFTING
                break
        step = min(LARGEST_STEP, step * step_factor(there.turn, there.miss))
        here = _paced(there)
        if here.state.precision > HIGHEST:
            why = Status.ROUNDING
            break
    # Where the branch cannot be followed further, the certificate decides.
    further = why in (Status.DRIFTING, Status.TIME_LIMIT)
    if target is None and not further and _meets(system, here.state, regret):
        return points, texts[Status.CONVERGED]
    return points, _stopped(system, points[-1], texts[why])


def _stopped(system: _System, point: LogitPoint, why: str) -> str:
    share = point.regret / system.unit
    return (
        f"stopped: at precision {point.precision:.6g} with regret {share:.2g} of the payoff range, "
        f"{why}"
    )


def _gains(system: _System, state: _State) -> np.ndarray:
    """Return, for each set, the gain of the best action over the strategy."""
    best = np.maximum.reduceat(state.payoffs, system.first)
    return np.asarray(best - np.add.reduceat(state.strategy * state.payoffs, system.first))


def _meets(system: _System, state: _State, regret: float) -> bool:
    return bool(np.all(_gains(system, state) <= regret * system.ranges))


def _drift(before: _State, after: _State) -> float:
    """Return how much strategies and beliefs move while precision grows e-fold."""
    if after.precision <= before.precision:
        return inf
    moved = max(
        float(np.abs(after.strategy - before.strategy).max()),
        float(np.abs(after.beliefs - before.beliefs).max()),
    )
    growth = log(after.precision / before.precision) if before.precision > 0 else 1.0
    return moved / min(1.0, growth)


def _hermite(place: float) -> tuple[float, float, float]:
    """Return the cubic weights of the difference of two ends and of the tangents at them."""
    t = place
    return t * t * (3 - 2 * t), t * (1 - t) ** 2, t * t * (t - 1)


def _reach(here: _Knot, there: _Knot, step: float, target: float) -> float | None:
    """Return where between two points precision first reaches the target: 0 to 1, or None."""
    low, high = here.state.precision, there.state.precision
    out, back = step * here.tangent[-1], step * there.tangent[-1]
    cubic = [out + back - 2 * (high - low), 3 * (high - low) - 2 * out - back, out, low - target]
    roots = [float(r.real) for r in np.roots(cubic) if abs(r.imag) < 1e-9 and 0 <= r.real <= 1]
    if low < target <= high:
        roots.append(1.0)
    return min(roots, default=None)


def _landed(
    system: _System, here: _Knot, there: _Knot, step: float, place: float, target: float
) -> _State | None:
    """Return the point of the branch with the target precision, or None if it is not found."""
    across, out, back = _hermite(place)
    logs = (there.state.logs - here.state.logs).sum(axis=0)
    change = step * (out * here.tangent + back * there.tangent)
    change[:-1] += across * logs
    change[-1] = target - here.state.precision
    fixed = np.eye(len(change))[-1]
    guess = _moved(system, here.state, change)
    found = _corrected(system, guess, fixed, _size(here.state), CROSSING)
    if found is None or found.miss > MISS:
        return None
    return _state(system, found.state.logs, target)


def _point(system: _System, state: _State) -> LogitPoint:
    strategy, logs = state.strategy, state.logs.sum(axis=0)
    return LogitPoint(
        precision=state.precision / system.unit,
        strategy=_by_set(system, strategy, logs=False),
        log_strategy=_by_set(system, logs, logs=True),
        regret=max(0.0, float(_gains(system, state).max())) * system.unit,
        residual=state.residual,
    )


def _uniform(system: _System, precision: float) -> LogitPoint:
    """Return the only strategy of a game in which nobody has a choice."""
    none = np.zeros(0)
    strategy, logs = (_by_set(system, none, logs=which) for which in (False, True))
    return LogitPoint(precision, strategy, logs, regret=0.0, residual=0.0)


def _by_set(system: _System, values: np.ndarray, *, logs: bool) -> tuple[np.ndarray, ...]:
    """Return values of actions by information set; uniform play where the system ends."""
    rows = []
    for h, info in enumerate(system.compiled.information_sets):
        size = len(info.actions)
        if h in system.live:
            start = system.first[system.live[h]]
            rows.append(values[start : start + size])
        else:
            rows.append(np.full(size, -log(size) if logs else 1 / size))
        rows[-1].setflags(write=False)
    return tuple(rows)
