"""Robert Powell (1996, 1999): war is likeliest where the status quo least reflects power.

State D holds the share q of the benefits and S the rest; in a war D would win everything with
probability p. Where p exceeds q, D may be dissatisfied, and S offers it more. S does not know D's
cost of war, so it weighs what it concedes against the risk that D fights all the same. Near p = q
nobody fights; from there on the risk grows with the gap until S begins to appease, and then no
more. Only the gap matters, neither parity of power nor preponderance.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import best_choice, only_cutoff, only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# (a) D's cost is private, S's is known; S makes the offer.


def one_sided(
    win_prob: Any, status_quo_share: Any, proposer_cost: Any, cost_low: Any, cost_high: Any
) -> Results:
    """S leaves a shortfall z between D's power and its share; D fights if its cost is below z."""
    gap = win_prob - status_quo_share
    z = np.maximum(cost_low, (cost_high - proposer_cost) / 2)
    left = np.minimum(gap, z)
    war = np.maximum(0, left - cost_low) / (cost_high - cost_low)
    return {
        "power_gap": gap,
        "shortfall": z,
        "offer": np.maximum(status_quo_share, win_prob - z),
        "prob_war": war,
        "payoff_proposer": 1 - win_prob + left - war * (left + proposer_cost),
    }


Z, COST = sp.symbols("z cost")


def _worth(p: Any, s: Any, low: Any, high: Any) -> sp.Expr:
    """S's payoff by the shortfall z that it leaves, for z between D's costs `low` and `high`."""
    war = (Z - low) / (high - low)
    return (1 - war) * (1 - p + Z) + war * (1 - p - s)


def one_sided_solved(
    win_prob: float,
    status_quo_share: float,
    proposer_cost: float,
    cost_low: float,
    cost_high: float,
) -> Results:
    """S's best shortfall, isolated with a proof; then D's least cost at which it does not fight.

    S leaves at least the lowest cost, which nobody fights over, and at most the gap.
    """
    p, q, s, low, high = map(
        _exact, (win_prob, status_quo_share, proposer_cost, cost_low, cost_high)
    )
    worth = _worth(p, s, low, high)
    free, _ = best_choice(worth, Z, (Fraction(low), Fraction(high)))
    if p - q <= low:
        left, value = p - q, float(1 - q)
    else:
        found, value = best_choice(worth, Z, (Fraction(low), Fraction(min(p - q, high))))
        left = _exact(found)
    rule = CutoffRule(Z, (low, high), COST - left, type=COST)
    fights = only_cutoff(rule)
    return {
        "shortfall": free,
        "offer": float(p - left),
        "prob_war": (fights - float(low)) / float(high - low),
        "payoff_proposer": value,
    }


def _exact(number: float) -> sp.Rational:
    return sp.Rational(Fraction(str(number)))


# (b) Both costs are private; who is favoured by power is made the offer.


def two_sided(
    win_prob: Any,
    status_quo_share: Any,
    cost_d_low: Any,
    cost_d_high: Any,
    cost_s_low: Any,
    cost_s_high: Any,
) -> Results:
    """Average the risk that S runs over S's costs; for p < q the states change places."""
    gap = win_prob - status_quo_share
    d_offers = gap < 0
    low = np.where(d_offers, cost_s_low, cost_d_low)  # of the side that is made an offer
    high = np.where(d_offers, cost_s_high, cost_d_high)
    own_low = np.where(d_offers, cost_d_low, cost_s_low)  # of the side that makes it
    own_high = np.where(d_offers, cost_d_high, cost_s_high)
    t = np.abs(gap)
    # Below `begins` the proposer concedes nothing; from `ends` on it appeases fully.
    begins, ends = high - 2 * t, high - 2 * low
    nothing = (t - low) * np.maximum(0, np.minimum(own_high, begins) - own_low)
    left, right = np.maximum(own_low, begins), np.minimum(own_high, ends)
    some = (high / 2 - low) * (right - left) - (right**2 - left**2) / 4
    war = (nothing + np.where(right > left, some, 0)) / ((own_high - own_low) * (high - low))
    return {
        "prob_war": np.where(t > low, war, 0.0),
        "peace_band_low": status_quo_share - cost_s_low,
        "peace_band_high": status_quo_share + cost_d_low,
    }


def two_sided_solved(
    win_prob: float,
    status_quo_share: float,
    cost_d_low: float,
    cost_d_high: float,
    cost_s_low: float,
    cost_s_high: float,
) -> Results:
    """Solve for several of the proposer's costs between the places where what it does changes.

    Between them the risk is linear in that cost, so that two points of Gauss's rule are exact.
    """
    q = _exact(status_quo_share)
    band = {
        "peace_band_low": float(q) - _least_power_to_fight(1 - q, cost_s_low),
        "peace_band_high": float(q) + _least_power_to_fight(q, cost_d_low),
    }
    p, d, s = _exact(win_prob), (cost_d_low, cost_d_high), (cost_s_low, cost_s_high)
    if p < q:
        p, q, d, s = 1 - p, 1 - q, s, d
    low, high = map(_exact, d)
    own_low, own_high = map(_exact, s)
    if p - q <= low:
        return {"prob_war": 0.0, **band}
    keener = -sp.diff(_worth(p, COST, low, high), Z)  # to concede more, by the own cost
    changes = [
        only_cutoffs(CutoffRule(COST, (own_low, own_high), keener.subs(Z, z)))[0]
        for z in (min(p - q, high), low)
    ]
    ends = [float(own_low), *changes, float(own_high)]
    war = 0.0
    for one, two in pairwise(ends):
        if two > one:
            for node in (-(3**-0.5), 3**-0.5):
                cost = (one + two) / 2 + node * (two - one) / 2
                found = one_sided_solved(float(p), float(q), cost, *d)
                war += found["prob_war"] * (two - one) / 2
    return {"prob_war": war / float(own_high - own_low), **band}


def _least_power_to_fight(share: sp.Rational, cost: float) -> float:
    """Return the gap in power from which on the least patient type would rather fight."""
    gap = sp.Symbol("gap")
    gain = share + gap - _exact(cost) - share
    return float(only_cutoffs(CutoffRule(gap, (0, 1 + _exact(cost)), gain))[0])


# Figures.

FIGURE = {"cost_d_low": 0.05, "cost_d_high": 0.4, "cost_s_low": 0.05, "cost_s_high": 0.3}
COSTS = "d uniform on [0.05, 0.4], s on [0.05, 0.3]."


def draw_risk(ax: Axes) -> None:
    """Draw the probability of war by power, for two distributions of benefits."""
    p = np.linspace(0, 1, 1001)
    for style, q in zip(strokes(2), (0.4, 0.5), strict=True):
        found = MODEL.results("two-sided", win_prob=p, status_quo_share=q, **FIGURE)
        ax.plot(p, found["prob_war"], label=f"D's share q = {q}", **style)
        band = found["peace_band_low"][0], found["peace_band_high"][0]
        y = -0.006 if q == 0.4 else -0.012
        ax.plot(band, (y, y), linewidth=4, color=style["color"], solid_capstyle="butt")
    ax.set(xlabel="Probability that D wins, p", ylabel="Probability of war", xlim=(0, 1),
           ylim=(-0.02, 0.22))  # fmt: skip
    ax.legend(frameon=False, loc="upper center")
    caption(ax, f"Bars below zero: no war, from q - s₀ to q + d₀. Both costs are private: {COSTS}")


def draw_map(ax: Axes) -> None:
    """Draw the probability of war by power and by the distribution of benefits."""
    p, q = np.meshgrid(np.linspace(0, 1, 301), np.linspace(0, 1, 301))
    war = MODEL.results("two-sided", win_prob=p, status_quo_share=q, **FIGURE)["prob_war"]
    filled = ax.contourf(p, q, war, levels=np.linspace(0, 0.2, 11), cmap="cividis")
    ax.figure.colorbar(filled, ax=ax, label="Probability of war")
    edge = np.array([0, 1])
    for shift in (-0.05, 0.05):
        ax.plot(edge, edge - shift, color="white", linewidth=1, linestyle="--")
    ax.text(0.5, 0.5, "no war", rotation=40, ha="center", va="center", color="white")
    ax.set(xlabel="Probability that D wins, p", ylabel="D's share of the benefits, q",
           xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    caption(ax, f"Between the dashed lines nobody fights. Both costs are private: {COSTS}")


def draw_offer(ax: Axes) -> None:
    """Draw what S offers."""
    p = np.linspace(0.3, 1, 701)
    for style, s in zip(strokes(3), (0, 0.1, 0.25), strict=True):
        found = MODEL.results("one-sided", win_prob=p, status_quo_share=0.3, proposer_cost=s,
                              cost_low=0.05, cost_high=0.45)  # fmt: skip
        ax.plot(p, found["offer"], label=f"S's cost of war s = {s}", **style)
    ax.plot(p, p, color="0.5", linewidth=0.8, linestyle=":")
    ax.text(0.9, 0.92, "x = p", ha="right", va="bottom", color="0.3")
    ax.set(xlabel="Probability that D wins, p", ylabel="Share that S offers to D, x",
           xlim=(0.3, 1), ylim=(0.25, 1))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "S keeps to the status quo, q = 0.3, then appeases. D's cost is private and "
            "uniform on [0.05, 0.45].")  # fmt: skip


def _below(low: str, high: str) -> Condition:
    return Condition((low, high), f"{low} < {high}", lambda **ends: ends[low] < ends[high])


def _costs(stem: str, letter: str, whose: str, low: float, high: float) -> tuple[Quantity, ...]:
    return (
        Quantity(f"{stem}_low", f"{letter}₀", f"{whose} lowest cost of war, shares", low, 0,
                 closed="left", box=(0, 0.15)),
        Quantity(f"{stem}_high", f"{letter}₁", f"{whose} highest cost of war, shares", high, 0,
                 closed="neither", box=(0.2, 0.6)),
    )  # fmt: skip


POWER = "probability that D wins a war"
SHARE = "D's share of the benefits in the status quo"

MODEL = Model(
    slug="powell-1999-shadow-of-power",
    title="Bargaining in the shadow of power: the status quo and the distribution of power",
    citation="""@book{powell1999shadow,
  author    = {Robert Powell},
  title     = {In the Shadow of Power: States and Strategies in International Politics},
  publisher = {Princeton University Press},
  year      = {1999}
}
@article{powell1996stability,
  author  = {Robert Powell},
  title   = {Stability and the Distribution of Power},
  journal = {World Politics},
  volume  = {48},
  number  = {2},
  pages   = {239--267},
  year    = {1996}
}""",
    provenance=(
        "After Powell (1996, 1999), by an abstract and from memory. The paper's: the status quo "
        "beside the expected outcome of force, and that stability is greatest where they agree; "
        "there, offers alternate without end. Ours: one offer that is taken or left, uniform "
        "costs, all formulas, the figures."
    ),
    cases={
        "one-sided": Case(
            (
                Quantity("win_prob", "p", POWER, 0.6, 0, 1, box=(0.4, 0.95)),
                Quantity("status_quo_share", "q", SHARE, 0.5, 0, 1, box=(0.1, 0.6)),
                Quantity("proposer_cost", "s", "S's cost of war, shares", 0.1, 0, closed="left",
                         box=(0, 0.5)),
                *_costs("cost", "d", "D's", 0, 0.4),
            ),
            one_sided,
            {
                "power_gap": "p - q",
                "shortfall": "what S would leave between p and D's share if q did not bind",
                "offer": "share that S offers to D; q if it concedes nothing",
                "prob_war": "probability of war",
                "payoff_proposer": "S's expected payoff, shares",
            },
            conditions=(
                Condition(
                    ("win_prob", "status_quo_share"),
                    "win_prob >= status_quo_share; else give the mirror image: 1 - win_prob and "
                    "1 - status_quo_share, with the roles of the states exchanged",
                    lambda win_prob, status_quo_share: win_prob >= status_quo_share,
                ),
                _below("cost_low", "cost_high"),
            ),
            solved=one_sided_solved,
        ),
        "two-sided": Case(
            (
                Quantity("win_prob", "p", POWER, 0.5, 0, 1, box=(0.05, 0.95)),
                Quantity("status_quo_share", "q", SHARE, 0.4, 0, 1, box=(0.1, 0.9)),
                *_costs("cost_d", "d", "D's", 0.05, 0.4),
                *_costs("cost_s", "s", "S's", 0.05, 0.3),
            ),
            two_sided,
            {
                "prob_war": "probability of war, before costs are drawn",
                "peace_band_low": "q - s₀: from here on no war, not cut to [0, 1]",
                "peace_band_high": "q + d₀: up to here no war, not cut to [0, 1]",
            },
            conditions=(_below("cost_d_low", "cost_d_high"), _below("cost_s_low", "cost_s_high")),
            solved=two_sided_solved,
        ),
    },
    levers=(
        Lever("clear signals", "one-sided", "cost_low", True,
              "who can rule out that the other would hardly suffer knows what it takes"),
        Lever("interests", "one-sided", "status_quo_share", True,
              "a status quo that serves those whom power favours leaves them less to fight for"),
        Lever("division", "two-sided", "cost_d_low", True,
              "beside a smaller issue the same war costs more"),
    ),
    badness="prob_war",
    figures={"risk": draw_risk, "map": draw_map, "offer": draw_offer},
)  # fmt: skip
