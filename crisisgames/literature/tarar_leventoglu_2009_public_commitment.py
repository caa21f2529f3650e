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
from itertools import pairwise
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
    for left, right in pairwise(knots):
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


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _state(war_value: float, audience_cost: float) -> State:
    return _exact(war_value), _exact(audience_cost)


X, Y, Z, A = sp.symbols("x y z a")
WAR_1, WAR_2, COST_1, COST_2, DEMAND_1 = (
    Parameter(name, (0, float("inf")))
    for name in ("war_1", "war_2", "cost_1", "cost_2", "demand_1")
)


def _short(share: Any, demand: Any, cost: Any) -> Any:
    """Payoff of a state that is short of its demand."""
    return share - cost * (demand - share)


# A state settles for any share from both cutoffs on: its payoff is the smaller of the two.
SETTLES = (
    CutoffRule(X, (0, 1), X - WAR_1),
    CutoffRule(X, (0, 1), _short(X, DEMAND_1, COST_1) - WAR_1),
)
# Up to the cutoff a demand is met in full: for any less than it the Nash product is smaller.
LONE = (_short(X, Y, COST_1) - WAR_1) * (1 - X - WAR_2)
MET_ALONE = CutoffRule(Y, (WAR_1, 1 - WAR_2), -sp.diff(LONE, X).subs(X, Y))
# The same for each of two demands, where the other side too pays for meeting them.
BOTH = (_short(X, Y, COST_1) - WAR_1) * (_short(1 - X, Z, COST_2) - WAR_2)
MET_BOTH = (
    CutoffRule(Y, (WAR_1, 1 - WAR_2), -sp.diff(BOTH, X).subs(X, Y)),
    CutoffRule(Z, (WAR_2, 1 - WAR_1), sp.diff(BOTH, X).subs(X, 1 - Z)),
)
# From the cutoff on, who claims all would rather fight than take what war leaves the other.
REFUSES = CutoffRule(A, (0, 1 / WAR_2), WAR_1 - _short(1 - WAR_2, 1, A))


def settlement_solved(
    war_value_1: float,
    war_value_2: float,
    audience_cost_1: float,
    audience_cost_2: float,
    demand_1: float,
    demand_2: float,
) -> Results:
    """Find the largest Nash product exactly, and who would settle for what by proved cutoffs."""
    one, two = _state(war_value_1, audience_cost_1), _state(war_value_2, audience_cost_2)
    t1, t2 = _exact(demand_1), _exact(demand_2)
    share, u1, u2 = _bargain(one, two, t1, t2)
    least = [
        max(
            only_cutoffs(SETTLES[0], war_1=w)[0],
            only_cutoffs(SETTLES[1], war_1=w, cost_1=a, demand_1=t)[0],
        )
        for (w, a), t in ((one, t1), (two, t2))
    ]
    return {
        "war": share is None,
        "share_1": np.nan if share is None else float(share),
        "reservation_1": least[0],
        "reservation_2": least[1],
        "payoff_1": float(u1),
        "payoff_2": float(u2),
    }


def one_sided_solved(war_value_1: float, war_value_2: float, audience_cost_1: float) -> Results:
    """Find the largest demand that is met; see that none on a grid is better."""
    one, two = _state(war_value_1, audience_cost_1), _state(war_value_2, 0)
    cutoff = only_cutoffs(MET_ALONE, war_1=one[0], war_2=two[0], cost_1=one[1])[0]
    u1, u2 = _announced(one, two, Fraction(float(cutoff)), Fraction(0), (True, False))
    silent = _bargain(one, two, Fraction(0), Fraction(0))[1]
    return {
        "demand": cutoff,
        "payoff_1": float(u1),
        "payoff_2": float(u2),
        "gain": float(u1 - silent),
    }


def two_sided_solved(
    war_value_1: float, war_value_2: float, audience_cost_1: float, audience_cost_2: float
) -> Results:
    """Find the demands that are just met, each given the other; see that none is better."""
    one, two = _state(war_value_1, audience_cost_1), _state(war_value_2, audience_cost_2)
    t1, t2 = only_cutoffs(
        MET_BOTH, war_1=one[0], war_2=two[0], cost_1=one[1], cost_2=two[1]
    ).tolist()
    u1, u2 = _announced(one, two, Fraction(t1), Fraction(t2), (True, True))
    return {"demand_1": t1, "demand_2": t2, "payoff_1": float(u1), "payoff_2": float(u2)}


GRID = tuple(Fraction(k, 24) for k in range(25))
"""Other demands that are tried."""


def _announced(
    one: State, two: State, t1: Fraction, t2: Fraction, free: tuple[bool, bool]
) -> tuple[Fraction, Fraction]:
    """Return payoffs after these demands; raise if another of a state free to choose is better."""
    _, u1, u2 = _bargain(one, two, t1, t2)
    others = [_bargain(one, two, t, t2)[1] - u1 for t in GRID if free[0]]
    others += [_bargain(one, two, t1, t)[2] - u2 for t in GRID if free[1]]
    if max(others) > TIE:
        raise GameError(f"with demands {float(t1):g} and {float(t2):g} another demand is better")
    return u1, u2


def demands_game(one: State, two: State, demands: tuple[Fraction, ...]) -> NormalFormGame:
    """Both announce at once; cells are worth what bargaining after them is."""
    names = tuple("silent" if t == 0 else f"demand {t}" for t in demands)
    payoffs: dict[tuple[str, ...], tuple[Any, ...]] = {
        (names[i], names[j]): _bargain(one, two, demands[i], demands[j])[1:]
        for i in range(len(demands))
        for j in range(len(demands))
    }
    return NormalFormGame(("1", "2"), (names, names), payoffs)


def binary_game(war_value: float, audience_cost: float, demand: float) -> NormalFormGame:
    """Each of two alike states makes the given demand or is silent."""
    state = _state(war_value, audience_cost)
    return demands_game(state, state, (Fraction(0), _exact(demand)))


def binary_solved(war_value: float, audience_cost: float, demand: float) -> Results:
    """Find all equilibria, exactly: a dilemma has one; chicken's symmetric one counts."""
    state, t = _state(war_value, audience_cost), _exact(demand)
    game = binary_game(war_value, audience_cost, demand)
    silent, loud = game.actions[0]
    found = solve(game, exact=True)
    alike = [e for e in found if e.strategy["1"][()] == e.strategy["2"][()]]
    if not found.complete or len(alike) != 1:
        raise GameError(f"found {len(alike)} symmetric equilibria; there must be one")
    chosen: Equilibrium = alike[0]
    behaviour = chosen.strategy["1"][()]
    if behaviour == "any":
        raise GameError("a strategy is left open")
    cells = {
        key: game.payoffs[key][0]
        for key in ((silent, silent), (loud, silent), (silent, loud), (loud, loud))
    }
    fights = _bargain(state, state, t, t)[0] is None
    payoff = chosen.payoffs["1"]
    return {
        "payoff_both_silent": float(cells[silent, silent]),
        "payoff_announce_alone": float(cells[loud, silent]),
        "payoff_silent_alone": float(cells[silent, loud]),
        "payoff_both_announce": float(cells[loud, loud]),
        "kind": "dilemma" if len(found) == 1 else "chicken",
        "prob_announce": float(behaviour[loud]),
        "prob_war": float(chosen.probability((loud, loud))) if fights else 0.0,
        "payoff": float(payoff),
        "value_of_secrecy": float(cells[silent, silent] - payoff),
    }


def total_claims_game(
    war_value_1: float, war_value_2: float, audience_cost_1: float, audience_cost_2: float
) -> NormalFormGame:
    """Each demands nothing, half or all of the pie."""
    one, two = _state(war_value_1, audience_cost_1), _state(war_value_2, audience_cost_2)
    return demands_game(one, two, (Fraction(0), Fraction(1, 2), Fraction(1)))


def total_claims_solved(
    war_value_1: float, war_value_2: float, audience_cost_1: float, audience_cost_2: float
) -> Results:
    """See whether total claims lead to war and are an equilibrium."""
    one, two = _state(war_value_1, audience_cost_1), _state(war_value_2, audience_cost_2)
    game = total_claims_game(war_value_1, war_value_2, audience_cost_1, audience_cost_2)
    found = solve(game, "pure-nash")
    held = found.bounds(("demand 1", "demand 1"))[1] == 1
    fights = _bargain(one, two, Fraction(1), Fraction(1))[0] is None
    return {
        "audience_cost_1_min": only_cutoffs(REFUSES, war_1=one[0], war_2=two[0])[0],
        "audience_cost_2_min": only_cutoffs(REFUSES, war_1=two[0], war_2=one[0])[0],
        "war_equilibrium": held and fights,
    }


# Figures.


def draw_demand(ax: Axes) -> None:
    """Draw what a lone demand does to the share and to the payoff."""
    t = np.linspace(0, 1, 1001)
    found = MODEL.results("settlement", demand_1=t)
    best = MODEL.results("one-sided")["demand"]
    one, two = strokes(2)
    ax.plot(t, found["share_1"], label="share of state 1, x", **one)
    ax.plot(t, found["payoff_1"], label="its payoff, U₁", **two)
    ax.plot([best], [best], "o", color=COLOURS[0])
    ax.annotate(f"best demand {best:.4f}", (best, best), (0.3, 0.66),
                arrowprops={"arrowstyle": "-"})  # fmt: skip
    ax.set(xlabel="State 1's demand t₁", ylabel="Share, utils", xlim=(0, 1), ylim=(0.4, 0.8))
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "State 2 is silent. w₁ = 0.3, w₂ = 0.2, a₁ = 1.")


def draw_costs(ax: Axes) -> None:
    """Draw what audience costs gain, alone and against another's."""
    a = np.geomspace(0.05, 50, 301)
    one, two, three = strokes(3)
    ax.plot(a, MODEL.results("one-sided", audience_cost_1=a)["payoff_1"],
            label="state 1 alone makes a demand", **one)  # fmt: skip
    ax.plot(a, MODEL.results("two-sided", audience_cost_1=a)["payoff_1"],
            label="both do, a₂ = 1", **two)  # fmt: skip
    silent = MODEL.results("settlement")["payoff_1"]
    ax.axhline(silent, label="both are silent", **{**three, "color": "0.4"})
    ax.set(xscale="log", xlabel="State 1's cost of retreat a₁", ylabel="State 1's payoff U₁, utils",
           xlim=(0.05, 50), ylim=(0.4, 0.85), xticks=[0.1, 1, 10],
           xticklabels=["0.1", "1", "10"])  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "w₁ = 0.3, w₂ = 0.2, so that war would destroy S = 0.5.")


def draw_binary(ax: Axes) -> None:
    """Draw where two alike states are in a dilemma, in chicken, and in danger."""
    w = 0.3
    a = np.linspace(0.02, 8, 400)
    top = (
        1 - MODEL.results("one-sided", war_value_1=w, war_value_2=w, audience_cost_1=a)["payoff_2"]
    )
    costs, height = np.meshgrid(a, np.linspace(0.001, 0.999, 150))
    demand = 0.5 + height * (top - 0.5)
    found = MODEL.results("binary", war_value=w, audience_cost=costs, demand=demand)
    region = np.where(found["kind"] == "dilemma", 0, np.where(found["prob_war"] > 0, 2, 1))
    ax.contourf(costs, demand, region, levels=[-0.5, 0.5, 1.5, 2.5],
                colors=["#FFFFFF", "#BFD8EA", "#F3CF85"])  # fmt: skip
    one, two = strokes(2)
    ax.plot(a, top, label="highest demand that is met, t̂", **one)
    inside = 0.5 + (1 - 2 * w) / (2 * a) <= top
    ax.plot(a[inside], 0.5 + (1 - 2 * w) / (2 * a[inside]),
            label="from here on war\nif both announce", **two)  # fmt: skip
    ax.annotate("dilemma", (0.8, 0.515), (0.15, 0.6), arrowprops={"arrowstyle": "->"})
    ax.text(1.9, 0.525, "chicken,\nno war", ha="center", va="center")
    ax.text(5.7, 0.59, "chicken, and war\nif both announce", ha="center", va="center")
    ax.set(xlabel="Cost of retreat a, of both", ylabel="Demand t", xlim=(0, 8), ylim=(0.5, 0.72))
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "w = 0.3 for both.")


WAR_VALUES = (
    Quantity("war_value_1", "w₁", "what war is worth to state 1, shares of the pie", 0.3, 0, 1,
             closed="neither", box=(0.05, 0.5)),
    Quantity("war_value_2", "w₂", "what war is worth to state 2, shares of the pie", 0.2, 0, 1,
             closed="neither", box=(0.05, 0.45)),
)  # fmt: skip
COST_OF_1 = Quantity(
    "audience_cost_1", "a₁", "what it costs state 1 to fall short of its demand, per unit", 1, 0,
    closed="neither", box=(0.1, 5),
)  # fmt: skip
COST_OF_2 = Quantity(
    "audience_cost_2", "a₂", "what it costs state 2 to fall short of its demand, per unit", 1, 0,
    closed="neither", box=(0.1, 5),
)  # fmt: skip
DESTROYS = Condition(
    ("war_value_1", "war_value_2"), "war_value_1 + war_value_2 < 1, for war is costly",
    lambda war_value_1, war_value_2: war_value_1 + war_value_2 < 1,
)  # fmt: skip
PAYOFFS = {
    "payoff_1": "state 1's payoff, what retreat costs included, shares",
    "payoff_2": "state 2's payoff, what retreat costs included, shares",
}

MODEL = Model(
    slug="tarar-leventoglu-2009-public-commitment",
    title="Public demands as leverage, and as a way into war",
    citation="""@article{tarar2009public,
  author  = {Ahmer Tarar and Bahar Leventoglu},
  title   = {Public Commitment in Crisis Bargaining},
  journal = {International Studies Quarterly},
  volume  = {53},
  number  = {3},
  pages   = {817--839},
  year    = {2009},
  doi     = {10.1111/j.1468-2478.2009.00557.x}
}

@article{leventoglu2005prenegotiation,
  author  = {Bahar Leventoglu and Ahmer Tarar},
  title   = {Prenegotiation Public Commitment in Domestic and International Bargaining},
  journal = {American Political Science Review},
  volume  = {99},
  number  = {3},
  pages   = {419--433},
  year    = {2005},
  doi     = {10.1017/S0003055405051750}
}""",
    provenance=(
        "After Tarar and Leventoglu (2009) and Leventoglu and Tarar (2005), by their abstracts; "
        "the articles themselves were not at hand. The papers': under complete information public "
        "demands are leverage because retreat costs; with similar costs both announce, to the "
        "loss of both; both announcing can mean war, which speaks for secret talks. Ours: the "
        "game as stated here, with costs in proportion and Nash's bargaining solution, all "
        "formulas, the figures. With a free choice of demands (two-sided) the loss does not "
        "appear; it does with one given demand (binary). War after total claims is an "
        "equilibrium in weakly dominated strategies: the worst case."
    ),
    cases={
        "settlement": Case(
            (
                *WAR_VALUES,
                *(Quantity(q.name, q.letter, q.meaning, 1, 0, closed="left", box=(0, 5))
                  for q in (COST_OF_1, COST_OF_2)),
                Quantity("demand_1", "t₁", "state 1's demand, 0 if it is silent", 0, 0, 1,
                         box=(0, 1)),
                Quantity("demand_2", "t₂", "state 2's demand, 0 if it is silent", 0, 0, 1,
                         box=(0, 1)),
            ),
            settlement,
            {
                "war": "whether no settlement is worth more than war to both",
                "share_1": "state 1's share; nan if there is war",
                "reservation_1": "least share that state 1 prefers to war",
                "reservation_2": "least share that state 2 prefers to war",
                **PAYOFFS,
            },
            conditions=(DESTROYS,),
            solved=settlement_solved,
        ),
        "one-sided": Case(
            (*WAR_VALUES, COST_OF_1),
            one_sided,
            {
                "demand": "state 1's best demand, which is met in full",
                **PAYOFFS,
                "gain": "what state 1 gains over silence",
            },
            conditions=(DESTROYS,),
            solved=one_sided_solved,
        ),
        "two-sided": Case(
            (*WAR_VALUES, COST_OF_1, COST_OF_2),
            two_sided,
            {
                "demand_1": "state 1's demand in equilibrium",
                "demand_2": "state 2's demand in equilibrium",
                **PAYOFFS,
            },
            conditions=(DESTROYS,),
            solved=two_sided_solved,
        ),
        "binary": Case(
            (
                Quantity("war_value", "w", "what war is worth to either, shares", 0.3, 0, 0.5,
                         closed="neither", box=(0.05, 0.4)),
                Quantity("audience_cost", "a", "what it costs either to fall short, per unit",
                         2.5, 0, closed="neither", box=(0.3, 6)),
                Quantity("demand", "t", "the demand that either can announce", 0.6, 0.5, 1,
                         closed="right", box=(0.51, 0.7)),
            ),
            binary,
            {
                "payoff_both_silent": "payoff of both if neither announces",
                "payoff_announce_alone": "payoff of who announces alone",
                "payoff_silent_alone": "payoff of who faces that",
                "payoff_both_announce": "payoff of both if both announce",
                "kind": "'dilemma': to announce is dominant; 'chicken': not against an "
                "announcement",
                "prob_announce": "probability that either announces, in the symmetric equilibrium",
                "prob_war": "probability of war in it",
                "payoff": "payoff of either in it",
                "value_of_secrecy": "what either would gain if nobody could announce",
            },
            conditions=(
                Condition(
                    ("war_value", "audience_cost", "demand"),
                    "demand <= war_value + (1 - 2 war_value) (1 + audience_cost) / "
                    "(2 + audience_cost), so that a lone demand is met",
                    _fits,
                ),
            ),
            game=binary_game,
            solved=binary_solved,
        ),
        "total-claims": Case(
            (*WAR_VALUES, COST_OF_1, COST_OF_2),
            total_claims,
            {
                "audience_cost_1_min": "least cost of retreat of state 1 with which its total "
                "claim means war whatever the other demands",
                "audience_cost_2_min": "the same of state 2",
                "war_equilibrium": "whether war after two total claims is an equilibrium",
            },
            conditions=(DESTROYS,),
            game=total_claims_game,
            solved=total_claims_solved,
        ),
    },
    levers=(
        Lever("interests", "binary", "demand", False,
              "an ideology demands more than the interests at stake"),
        Lever("restraint", "binary", "audience_cost", False,
              "who can retreat without much cost is in no trap"),
        Lever("division", "binary", "war_value", False,
              "more issues to trade make the pie larger, and war worth less of it"),
    ),
    badness="prob_war",
    figures={"demand": draw_demand, "costs": draw_costs, "binary": draw_binary},
)  # fmt: skip
