"""Rules that pick one equilibrium out of a set."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import lcm, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria.assemble import Extreme, Part, Sheaf, above, assess
from crisisgames.equilibria.equilibrium import ANY
from crisisgames.equilibria.outcomes import matching
from crisisgames.equilibria.polytope import Ray
from crisisgames.errors import NotApplicable, SelectionWarning, suggest

if TYPE_CHECKING:
    from crisisgames.equilibria.equilibrium import Behaviour, Equilibrium
    from crisisgames.equilibria.equilibrium_set import EquilibriumSet
    from crisisgames.games import ExtensiveFormGame

__all__ = ["RULES", "select"]

RULES = {
    "qre": "nearest to the limit of the agent quantal response branch",
    "least war": "the lowest probability of war",
    "most war": "the highest probability of war",
    "welfare": "the largest sum of payoffs",
}

LISTED = 1e-4
"""Squared distance from the end of the branch above which a listed equilibrium is another one."""

ALIKE = 1e-4
"""Difference of a probability from an interval within which the end of the branch is inside."""

WEIGHT_ONE = 1e3
"""Weight of the condition that convex weights sum to one in the projection onto a polytope."""


def select(found: EquilibriumSet, rule: str | Callable[[Equilibrium], Any]) -> Equilibrium:
    """Return one equilibrium of a set; see `EquilibriumSet.select`."""
    if not len(found):
        raise NotApplicable("the set is empty, so there is nothing to select from")
    if callable(rule):
        return min(found, key=rule)
    if rule not in RULES:
        raise suggest("selection rule", rule, RULES)
    if rule == "qre":
        return _nearest_to_qre(found)
    key = _welfare if rule == "welfare" else _war(found, 1 if rule == "least war" else -1)
    return found.combine([min(part.extremes, key=key) for part in found.parts])


def _welfare(extreme: Extreme) -> Fraction:
    return -sum(extreme.payoffs, Fraction(0))


def _war(found: EquilibriumSet, sign: int) -> Callable[[Extreme], Fraction]:
    wanted = matching("war", found.labels)
    places = [k for k, o in enumerate(found.labels) if o in wanted]
    return lambda extreme: sign * sum((extreme.outcomes[k] for k in places), Fraction(0))


def _nearest_to_qre(found: EquilibriumSet) -> Equilibrium:
    """Project the end of the quantal response branch onto the set.

    The end has a small regret but is no exact equilibrium; the member of the set nearest to it, in
    realization plans, is.
    """
    from crisisgames.equilibria.qre import logit_branch

    if len(found) == 1:
        return found[0]
    branch = logit_branch(found.game)
    if branch.status != "converged":
        warnings.warn(
            f"the quantal response branch has not come to its limit ({branch.status}); the "
            "equilibrium nearest to its last point is selected",
            SelectionWarning,
            stacklevel=4,
        )
    end = branch.points[-1]
    if found.form is None:
        return _nearest_listed(found, end.strategy)
    form = found.form
    target = [np.zeros(len(row)) for row in form.sequences]
    for i in (0, 1):
        target[i][0] = 1.0
        for s, (h, a) in enumerate(form.sequences[i]):
            if s:
                # Sequences are numbered in tree order: the one before is already there.
                target[i][s] = target[i][form.last[i][s]] * end.strategy[h][a]
    return found.combine([_nearest(found, part, target) for part in found.parts])


def _nearest_listed(found: EquilibriumSet, target: Sequence[Any]) -> Equilibrium:
    """Return the listed equilibrium that is nearest to a strategy, in realization plans.

    Without the sequence form, which is one of two movers, there is nothing to project on: what lies
    between two that are listed is left to its class.
    """
    sets = found.game.information_sets
    rows = [
        [[_played(e.strategy[i.player][i.record], a) for a in i.actions] for i in sets]
        for e in found
    ]
    wanted = _realized(found.game, target)
    distance = [float(np.sum((_realized(found.game, own) - wanted) ** 2)) for own in rows]
    k = int(np.argmin(np.round(distance, 9)))
    if distance[k] > LISTED and not _in_class(found, k, target):
        warnings.warn(
            "the limit of the quantal response branch leads elsewhere than all equilibria listed; "
            "the nearest of them is selected",
            SelectionWarning,
            stacklevel=5,
        )
    return found[k]


def _in_class(found: EquilibriumSet, k: int, target: Sequence[Any]) -> bool:
    """Tell whether a strategy leads to outcomes as the class of a listed equilibrium does."""
    own = next(c for c in found.classes if k in c.equilibria)
    compiled, numbers = found.game.compiled, found.game.exact()
    luck = numbers.chance(compiled.ends).astype(float)
    reach = [
        p * prod(target[h][a] for h, a in end.decisions)
        for p, end in zip(luck, compiled.ends, strict=True)
    ]
    outcomes = reach @ numbers.shares.astype(float)
    return all(
        low - ALIKE <= p <= high + ALIKE
        for p, (low, high) in zip(outcomes, own.outcomes.values(), strict=True)
    )


def _played(behaviour: Behaviour, action: str) -> float:
    """Return a probability; where anything will do, own play does not come there."""
    return 0.0 if behaviour == ANY else float(behaviour[action])


def _realized(game: ExtensiveFormGame, rows: Sequence[Any]) -> np.ndarray:
    """Return for each action at each information set the probability of all own choices to it."""
    compiled, sets = game.compiled, game.information_sets
    first = {h: x for x, h in reversed(list(enumerate(compiled.node_sets)))}
    found: list[float] = []
    for h, info in enumerate(sets):
        if h not in first:
            continue
        before = compiled.nodes[first[h]].decisions
        own = prod(rows[g][a] for g, a in before if sets[g].player == info.player)
        found.extend(own * p for p in rows[h])
    return np.array(found)


def _nearest(found: EquilibriumSet, part: Part, target: Sequence[np.ndarray]) -> Extreme:
    assert found.form is not None
    own = set(part.extremes[0].strategy)
    masks = [np.array([h in own for h, _ in row]) for row in found.form.sequences]
    fits = [[_project(s.plans[i], target[i], masks[i]) for i in (0, 1)] for s in part.sheaves]
    distance = [fit[0][1] + fit[1][1] for fit in fits]
    k = int(np.argmin(np.round(distance, 9)))
    return _mixture(found, part, part.sheaves[k], [fit[0] for fit in fits[k]])


def _project(
    plans: Sequence[Ray], target: np.ndarray, mask: np.ndarray
) -> tuple[np.ndarray, float]:
    """Return convex weights on ``plans`` whose mixture is nearest to ``target``, and how far."""
    points = np.array([[x / ray[0] for x in ray] for ray in plans])[:, mask]
    if len(plans) == 1:
        return np.ones(1), float(np.sum((points[0] - target[mask]) ** 2))
    from scipy.optimize import nnls

    rows = np.vstack([points.T, np.full(len(plans), WEIGHT_ONE)])
    weights, _ = nnls(rows, np.append(target[mask], WEIGHT_ONE))
    weights = weights / weights.sum()
    return weights, float(np.sum((weights @ points - target[mask]) ** 2))


def _mixture(
    found: EquilibriumSet, part: Part, sheaf: Sheaf, weights: Sequence[np.ndarray]
) -> Extreme:
    assert found.form is not None
    first = part.extremes[sheaf.extremes[0]]
    plans = (_mix(sheaf.plans[0], weights[0]), _mix(sheaf.plans[1], weights[1]))
    return assess(
        found.form,
        found.game.exact(),
        tuple(first.strategy),
        above(plans, sheaf.inner),
        sequential=found.concept == "sequential",
    )


def _mix(plans: Sequence[Ray], weights: np.ndarray) -> Ray:
    shares = [Fraction(float(w)).limit_denominator(10**12) for w in weights]
    total = sum(shares)
    point = [
        sum((s / total * Fraction(ray[k], ray[0]) for s, ray in zip(shares, plans, strict=True)))
        for k in range(len(plans[0]))
    ]
    scale = lcm(*(Fraction(x).denominator for x in point))
    return tuple(int(x * scale) for x in point)
