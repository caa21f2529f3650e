"""What logit equilibria are computed from: the game as flat arrays, for one point or for many.

The equations of agent quantal response involve only what fully mixed play reaches and where
somebody chooses. `Structure` says which that is and which actions lie on the way to it; it depends
on the tree, and on which of nature's branches are possible. `Scaled` has the numbers.

Tolerances that define the end of the branch are here, those of following a curve in `path`. There
are two solvers: `qre` for one game, in NumPy, at once; `qre_batch` for many parameter values,
compiled.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from crisisgames.errors import GameError
from crisisgames.games import BayesianGame, ExtensiveFormGame, NormalFormGame, SignalingGame
from crisisgames.games.compiled import Compiled, Visit

__all__ = [
    "Scaled",
    "Status",
    "Structure",
    "check_arguments",
    "one_thread",
    "reasons",
    "scaled",
    "structure_of",
]

REGRET = 3e-9
"""Regret at which the limit counts as reached, relative to the mover's payoff range: where actions
are mixed, probabilities are then a few times this far from their limits. Much less would ask for
precisions at which rounding of payoffs, 1e-16, moves the equilibria of degenerate games."""

SETTLED = 300.0
"""Times the regret tolerance: how much strategies and beliefs may still move while precision grows
e-fold. Without it, a slow drift of beliefs off the path could be cut short."""

LATE = 1e9
"""Precision times payoff range (of the mover with the smallest) up to which this is waited for."""

DRIFT = 1e-5
"""Above this, what still moves then is not moved by rounding: the limit is approached as slowly as
1 over the logarithm of precision, and is not reached."""

MAX_STEPS = 5000
"""Points on the branch. Games of a hundred actions take about a hundred."""

HIGHEST = 1e13
"""Precision times payoff range above which rounding of payoffs, 1e-16, shows in the log odds."""

POSSIBLE = 1e-15
"""Chance probabilities up to this are rounding errors of 0. They must go: with high precision an
unlikely deviation is rarer still, and beliefs after it would rest on them."""

EQUAL = 1e-14
"""A player whose payoffs range over less, relative to all players' range, is indifferent."""


NEVER = -80.0
"""Log probability from which an end adds nothing to a payoff that a float could hold."""


class Structure(NamedTuple):
    """What fully mixed play reaches, as index arrays.

    Actions at information sets that are reached and offer a choice are numbered through, set
    after set; so are nodes. *Steps* are pairs (end, action on the way), *past* are pairs (node,
    action on the way). The entries of item ``i`` are those from ``first[i]`` to ``first[i + 1]``.
    """

    sets: np.ndarray  # the game's number of each information set
    movers: np.ndarray  # of each set
    first_actions: np.ndarray  # of each set
    set_of: np.ndarray  # of each action
    ends: np.ndarray  # the game's number of each end
    first_steps: np.ndarray  # of each end
    step_actions: np.ndarray
    nodes: np.ndarray  # the game's number of each node
    first_nodes: np.ndarray  # of each set
    first_past: np.ndarray  # of each node
    past_actions: np.ndarray


class Scaled(NamedTuple):
    """Numbers at many points, one row each, with the largest range of payoffs as unit."""

    unit: np.ndarray  # utils, shape (points,)
    ranges: np.ndarray  # of the payoffs of each set's mover, shape (points, sets)
    end_chance: np.ndarray  # log probability of nature's part, shape (points, ends)
    node_chance: np.ndarray  # the same, shape (points, nodes)
    step_payoffs: np.ndarray  # of the mover of each step at its end, shape (points, steps)


class Status(IntEnum):
    """How following a branch ended."""

    CONVERGED = 0
    PRECISION_REACHED = 1
    MAX_STEPS = 2
    LOST = 3
    ROUNDING = 4
    DRIFTING = 5
    TIME_LIMIT = 6


def reasons(*, limit: bool, max_steps: int) -> dict[Status, str]:
    """Return, for each status, what happened and what to change."""
    what = "allow a larger regret" if limit else "ask for less"
    return {
        Status.CONVERGED: "converged",
        Status.PRECISION_REACHED: "precision reached",
        Status.MAX_STEPS: f"max_steps={max_steps} used; raise it",
        Status.LOST: "the branch could not be followed there; change payoffs or chances a little",
        Status.DRIFTING: "within the tolerance, but probabilities or beliefs still move, ever more "
        "slowly; their limit is farther than floats reach: ask for a precision",
        Status.ROUNDING: f"beyond which rounding hides the branch; {what}",
        Status.TIME_LIMIT: "time_limit reached; raise it",
    }


def tree_of(game: Any) -> ExtensiveFormGame:
    """Return a game in any form as a tree."""
    if isinstance(game, ExtensiveFormGame):
        return game
    if not isinstance(game, SignalingGame | NormalFormGame | BayesianGame):
        raise GameError(
            f"a logit branch is of a game, not of {type(game).__name__}; a crisis has .game(), and "
            "stochastic games have solve(game, 'markov-perfect')"
        )
    return game.to_extensive()


def check_arguments(precision: np.ndarray | None, regret: float, max_steps: int) -> None:
    """Raise if an argument of the solvers is out of range."""
    if precision is not None:
        bad = ~(np.isfinite(precision) & (precision >= 0))
        if bad.any():
            raise GameError(
                f"precision is {precision[bad][0]}; give a finite number of at least 0, or leave "
                "it out for the limit"
            )
    if not regret > 0:
        raise GameError(f"regret is {regret}; give a positive share of the payoff range")
    if max_steps < 1:
        raise GameError(f"max_steps is {max_steps}; give at least 1")


def one_thread() -> AbstractContextManager[object]:
    """Keep linear algebra to one thread.

    The matrices are small: threads would spend more time on each other than on them.
    """
    limited: AbstractContextManager[object] = _threads().limit(limits=1, user_api="blas")
    return limited


@cache
def _threads() -> ThreadpoolController:
    import scipy.linalg.lapack  # noqa: F401, its library must be there when libraries are listed

    return ThreadpoolController()


def structure_of(compiled: Compiled, possible: np.ndarray) -> Structure:
    """Return the structure where ``possible`` says which of nature's branches are."""
    ends = [z for z, v in enumerate(compiled.ends) if possible[list(v.chance)].all()]
    reached = [v for v, visit in enumerate(compiled.nodes) if possible[list(visit.chance)].all()]
    sets = compiled.information_sets
    choices = sorted({compiled.node_sets[v] for v in reached})
    choices = [h for h in choices if len(sets[h].actions) > 1]
    live = {h: i for i, h in enumerate(choices)}
    nodes = [v for v in reached if compiled.node_sets[v] in live]
    nodes.sort(key=lambda v: compiled.node_sets[v])
    node_sets = [live[compiled.node_sets[v]] for v in nodes]
    sizes = [len(sets[h].actions) for h in choices]
    first_actions = _offsets(sizes)
    start = {h: int(first_actions[i]) for h, i in live.items()}
    first_steps, step_actions = _on_the_way([compiled.ends[z] for z in ends], start)
    first_past, past_actions = _on_the_way([compiled.nodes[v] for v in nodes], start)
    return Structure(
        sets=_integers(choices),
        movers=_integers([compiled.players.index(sets[h].player) for h in choices]),
        first_actions=first_actions,
        set_of=np.repeat(np.arange(len(choices)), _integers(sizes)),
        ends=_integers(ends),
        first_steps=first_steps,
        step_actions=step_actions,
        nodes=_integers(nodes),
        first_nodes=np.searchsorted(node_sets, np.arange(len(choices) + 1)),
        first_past=first_past,
        past_actions=past_actions,
    )


def _on_the_way(visits: list[Visit], start: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the actions on the way to each visit, one after the other, and where each begins."""
    actions = [[start[h] + a for h, a in v.decisions if h in start] for v in visits]
    return _offsets([len(row) for row in actions]), _integers([a for row in actions for a in row])


def _offsets(counts: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(_integers(counts))])


def _integers(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def scaled(
    compiled: Compiled, structure: Structure, branches: np.ndarray, payoffs: np.ndarray
) -> Scaled:
    """Return the scaled numbers at points where ``structure`` holds.

    ``branches`` has shape (points, branches), ``payoffs`` shape (points, ends, players).
    """
    # Branches that are impossible are on the way to nothing in the structure.
    logs = np.log(np.maximum(branches, POSSIBLE))
    payoffs = payoffs[:, structure.ends]
    low, ranges = payoffs.min(axis=1), np.ptp(payoffs, axis=1)
    unit = ranges.max(axis=1)
    unit = np.where(unit > 0, unit, 1.0)
    ranges = np.where(ranges > EQUAL * unit[:, None], ranges / unit[:, None], 0.0)
    shares = (payoffs - low[:, None]) / unit[:, None, None]
    shares = np.where(ranges[:, None] > 0, shares, 0.0)
    step_ends = np.repeat(np.arange(len(structure.ends)), np.diff(structure.first_steps))
    movers = structure.movers[structure.set_of[structure.step_actions]]
    return Scaled(
        unit=unit,
        ranges=np.ascontiguousarray(ranges[:, structure.movers]),
        end_chance=_chance(logs, [compiled.ends[z] for z in structure.ends]),
        node_chance=_chance(logs, [compiled.nodes[v] for v in structure.nodes]),
        step_payoffs=np.ascontiguousarray(shares[:, step_ends, movers]),
    )


def _chance(logs: np.ndarray, visits: list[Visit]) -> np.ndarray:
    total = np.zeros((len(logs), len(visits)))
    for k, visit in enumerate(visits):
        for branch in visit.chance:  # one by one: sums do not depend on the number of points
            total[:, k] += logs[:, branch]
    return total
