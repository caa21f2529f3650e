"""Ahmer Tarar and Bahar Leventoglu (2009): what public demands do to bargaining, and to war.

Two states are to share a pie of size 1; a war gives them w_1 and w_2, less than the pie in all.
Before they bargain, each may announce in public the share that it demands. To settle for less costs
it a_i for each unit that it falls short. So a demand is leverage for whoever alone can make one. If
both make demands that cannot be met together, each pays for its retreat; and where retreat is too
costly for both, there is war although both know everything about each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, Equilibrium, solve
from crisisgames.errors import GameError
from crisisgames.games import NormalFormGame, Parameter
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Shares closer than this count as equal: with nothing to gain by a settlement, there is war."""


# Closed forms. The arguments are w_i, a_i and t_i; S = 1 - w_1 - w_2 is what a war destroys.


def settlement(
    war_value_1: Any,
    war_value_2: Any,
    audience_cost_1: Any,
    audience_cost_2: Any,
    demand_1: Any,
    demand_2: Any,
) -> Results:
    """Nash's bargaining solution, with war as breakdown, after given demands."""
    w1, w2 = war_value_1, war_value_2
    r1 = _reservation(w1, audience_cost_1, demand_1)
    r2 = _reservation(w2, audience_cost_2, demand_2)
    war = r1 + r2 >= 1 - TIE
    # State 1 is short of its demand below b1, state 2 of its own above b2. In each of the three
    # parts of the pie, the Nash product is largest in the middle of reservation shares.
    b1, b2 = demand_1, 1 - demand_2
    first, second = np.minimum(b1, b2), np.maximum(b1, b2)
    low = (r1 + 1 - w2) / 2
    middle = np.where(b1 <= b2, (w1 + 1 - w2) / 2, (r1 + 1 - r2) / 2)
    high = (w1 + 1 - r2) / 2
    # The product rises up to its largest value and falls from there, also across the kinks.
    upper = np.where(middle < second, middle, np.where(high <= second, second, high))
    x = np.where(low < first, low, np.where(middle <= first, first, upper))
    u1 = x - audience_cost_1 * np.maximum(0, b1 - x)
    u2 = 1 - x - audience_cost_2 * np.maximum(0, x - b2)
    return {
        "war": war,
        "share_1": np.where(war, np.nan, x),
        "reservation_1": r1,
        "reservation_2": r2,
        "payoff_1": np.where(war, w1, u1),
        "payoff_2": np.where(war, w2, u2),
    }


def _reservation(w: Any, a: Any, t: Any) -> Any:
    """Return the least share that a state prefers to war."""
    return np.where(t > w, (w + a * t) / (1 + a), w)


def one_sided(war_value_1: Any, war_value_2: Any, audience_cost_1: Any) -> Results:
    """State 1 alone may demand: the most that is met in full."""
    surplus = 1 - war_value_1 - war_value_2
    demand = war_value_1 + surplus * (1 + audience_cost_1) / (2 + audience_cost_1)
    return {
        "demand": demand,
        "payoff_1": demand,
        "payoff_2": 1 - demand,
        "gain": surplus * audience_cost_1 / (2 * (2 + audience_cost_1)),
    }


def two_sided(
    war_value_1: Any, war_value_2: Any, audience_cost_1: Any, audience_cost_2: Any
) -> Results:
    """Both may demand: the demands that add up to the pie and give neither more leverage."""
    surplus = 1 - war_value_1 - war_value_2
    share = (1 + audience_cost_1) / (2 + audience_cost_1 + audience_cost_2)
    x = war_value_1 + surplus * share
    return {"demand_1": x, "demand_2": 1 - x, "payoff_1": x, "payoff_2": 1 - x}


def binary(war_value: Any, audience_cost: Any, demand: Any) -> Results:
    """Each of two alike states makes a given demand or none: a dilemma, or chicken."""
    w, a, t = war_value, audience_cost, demand
    fights = t >= 0.5 + (1 - 2 * w) / (2 * a) - TIE
    both = np.where(fights, w, 0.5 - a * (t - 0.5))
    dilemma = a < 1
    mixed = np.where(fights, (2 * t - 1) / (1 - 2 * w), 1 / np.maximum(a, 1))
    sigma = np.where(dilemma, 1.0, mixed)
    payoff = np.where(dilemma, both, (1 - sigma) * 0.5 + sigma * (1 - t))
    return {
        "payoff_both_silent": np.full(np.shape(t), 0.5),
        "payoff_announce_alone": t,
        "payoff_silent_alone": 1 - t,
        "payoff_both_announce": both,
        "kind": np.where(dilemma, "dilemma", "chicken").astype(object),
        "prob_announce": sigma,
        "prob_war": np.where(fights, sigma**2, 0.0),
        "payoff": payoff,
        "value_of_secrecy": 0.5 - payoff,
    }


def total_claims(
    war_value_1: Any, war_value_2: Any, audience_cost_1: Any, audience_cost_2: Any
) -> Results:
    """Both demand all: war, if even a state that is silent could not meet the other."""
    surplus = 1 - war_value_1 - war_value_2
    least_1, least_2 = surplus / war_value_2, surplus / war_value_1
    enough = (audience_cost_1 >= least_1 - TIE) & (audience_cost_2 >= least_2 - TIE)
    return {
        "audience_cost_1_min": least_1,
        "audience_cost_2_min": least_2,
        "war_equilibrium": enough,
    }


def _fits(war_value: Any, audience_cost: Any, demand: Any) -> Any:
    highest = war_value + (1 - 2 * war_value) * (1 + audience_cost) / (2 + audience_cost)
    return demand <= highest + TIE


# The second route: Nash products in exact numbers, games of demands, proved cutoffs.

State = tuple[Fraction, Fraction]
"""What war is worth to a state, and what a unit of retreat costs it."""


def _payoff(state: State, share: Fraction, demand: Fraction) -> Fraction:
    return share - state[1] * max(Fraction(0), demand - share)


def _bargain(
    one: State, two: State, t1: Fraction, t2: Fraction
) -> tuple[Fraction | None, Fraction, Fraction]:
    """Return 1's share, None if there is war, and the payoffs, by the largest Nash product.

    Payoffs are linear between the shares at which a demand is just met. There the product is a
    quadratic: three of its values give its peak, exactly.
    """

    def gains(x: Fraction) -> tuple[Fraction, Fraction]:
        return _payoff(one, x, t1) - one[0], _payoff(two, 1 - x, t2) - two[0]

    knots = sorted({Fraction(0), Fraction(1), t1, 1 - t2})
    found: dict[Fraction, Fraction] = {}
    for left, right in zip(knots, knots[1:], strict=False):
        half = (left + right) / 2
        f = [g * h for g, h in map(gains, (left, half, right))]
        bend = f[0] - 2 * f[1] + f[2]  # negative: one payoff rises in x, the other falls
        peak = half + (right - left) / 4 * (f[0] - f[2]) / bend
        for x in (left, min(right, max(left, peak)), right):
            if min(gains(x)) > 0:
                found[x] = gains(x)[0] * gains(x)[1]
    if not found:
        return None, one[0], two[0]
    share = max(found, key=found.__getitem__)
    return share, _payoff(one, share, t1), _payoff(two, 1 - share, t2)


def _exact(*values: float) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(v)) for v in values)


X, Y, A = sp.symbols("x y a")
WAR, COST, DEMAND, OTHER_WAR, OTHER_COST = (
    Parameter(name, (0, float("inf")))
    for name in ("war_value", "cost", "demand", "other_war", "other_cost")
)
# A state settles for a share from the cutoff on: what it pays for retreat included.
SETTLES = CutoffRule(X, (0, 1), X - COST * sp.Max(0, DEMAND - X) - WAR)


def _retreat(share: Any, demand: Any, cost: Any) -> Any:
    """Payoff of a state that is short of its demand."""
    return share - cost * (demand - share)


def _pull(share: Any, gain: Any) -> Any:
    """How fast the logarithm of a gain rises in the share of the pie."""
    return sp.diff(gain, share) / gain


def _met(x: Any, own: Any, other: Any) -> Any:
    """Gain from demanding no more than is met in full: less of it would lower the product."""
    return (_pull(X, other) + _pull(X, own)).subs(X, x)


# The largest demand that is met in full: with any less for the state that makes it, the Nash
# product would be smaller. Negative: a lower share would be agreed on.
ALONE = CutoffRule(
    Y, (WAR, 1 - OTHER_WAR), -_pull(X, _retreat(X, Y, COST) - WAR).subs(X, Y)
    - _pull(X, 1 - X - OTHER_WAR).subs(X, Y),
)  # fmt: skip
