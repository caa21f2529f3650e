"""After Anne Sartori (2002): words that cost nothing are believed for the sake of a reputation.

A defender meets a new challenger in each period. Its value v of the stake is drawn afresh, uniform
on [0, 1], and private. It says "threat" or nothing, at no cost. The challenger, whose private cost
of war k is uniform on [-L, H], challenges or not. If challenged the defender yields, or fights for
p v - c.

The defender is in good or bad standing, and all see it. Who threatens, is challenged and yields,
falls into bad standing. There words are ignored; at the end of each such period it is forgiven with
probability γ. To lose one's standing costs B = δ(V_G - V_B), the difference of what the two are
worth: it works as a bond that the defender loses if it breaks its word. If the bond is large enough
the defender threatens only where it will fight (and then fights even if it would rather yield, as
long as its word is at stake), and threats are believed. That everybody ignores words for ever is
always an equilibrium beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.games import Parameter
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.fearon_1997_tying_hands_sinking_costs import CONDITIONS as STAGE_RULES
from crisisgames.literature.fearon_1997_tying_hands_sinking_costs import QUANTITIES as STAGE
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity
from crisisgames.literature.routes import only_cutoff

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed form.


def reputation(
    win_prob_defender: Any,
    war_cost_defender: Any,
    war_gain_max_challenger: Any,
    war_cost_max_challenger: Any,
    discount: Any,
    forgiveness: Any,
) -> Results:
    """Return honest play, what it is worth, and whether it is an equilibrium."""
    p, c, low, high = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    q = low / (low + high)  # the share of challengers that want war anyway
    a = 1 - q + q * p
    # Good standing: a threat is challenged with probability q and silence surely.
    cutoff = q * c / a
    good = a / 2 * (1 - cutoff) ** 2
    # Bad standing: those with v >= c/p fight, and challengers go by their share.
    fights = 1 - c / p
    challenged = np.minimum(1, (low + (1 - fights) / fights) / (low + high))
    bad = (1 - challenged) / 2 + challenged * p * fights**2 / 2
    value_good = good / (1 - discount)
    kept = 1 - discount * (1 - forgiveness)
    bond = discount * (good - bad) / kept
    needed = c * (1 - q) / a  # c - p v*: the type at the cutoff must not threaten and then yield
    gain = np.where(good > bad, good - bad, np.nan)
    least = needed / (gain + needed * (1 - forgiveness))
    return {
        "honest": bond >= needed - TIE,
        "critical_discount": np.where(good > bad, least, inf),
        "cutoff_threat": cutoff,
        "prob_challenge_bad": challenged,
        "bond": bond,
        "bond_needed": needed,
        "stage_payoff_good": good,
        "stage_payoff_bad": bad,
        "value_good": value_good,
        "value_bad": (bad + discount * forgiveness * value_good) / kept,
        "prob_war_good": q * (1 - cutoff),
        "prob_war_bad": challenged * fights,
    }


TIE = 1e-12
"""A bond smaller than needed by less than this, in utils, counts as enough."""


# The second route: cutoffs of each decision, each proved to be best for all types; values from the
# Bellman equations; and, for honesty, whether there are types that threaten and then yield.

P, C, LOW, HIGH, SEEKERS, YIELDS, LOST = (
    Parameter(name, (-inf, inf))
    for name in ("win_prob", "cost", "gain_max", "cost_max", "seekers", "yields", "lost")
)
V, X, K = sp.symbols("v x k")
FIGHT = P * V - C

# D fights from X on, if to yield costs it LOST.
FIGHTS = CutoffRule(X, (0, 1), FIGHT + LOST, type=V)
# C stays out from X on, if D yields with this probability.
DETERRED = CutoffRule(X, (-LOW, HIGH), (1 - YIELDS) * K - YIELDS, type=K)
# D threatens from X on, if then it fights; silence is met by all challengers.
KEEPS_WORD = CutoffRule(X, (0, 1), (1 - SEEKERS) * V + SEEKERS * FIGHT - sp.Max(FIGHT, 0), type=V)
# The same if it then does what is best, when to yield costs it LOST.
THREATENS = CutoffRule(
    X, (0, 1), (1 - SEEKERS) * V + SEEKERS * sp.Max(FIGHT, -LOST) - sp.Max(FIGHT, 0), type=V
)


def reputation_solved(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
    discount: float,
    forgiveness: float,
) -> Results:
    """Solve each period from its last decision back, then the values of the two standings."""
    p, c, low, high = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip

    def challenge(yields: float) -> float:
        at = only_cutoff(DETERRED, gain_max=low, cost_max=high, yields=yields)
        return (at + low) / (low + high)

    q = challenge(0)
    word = only_cutoff(KEEPS_WORD, win_prob=p, cost=c, seekers=q)
    unprompted = only_cutoff(FIGHTS, win_prob=p, cost=c, lost=0)
    bad_challenge = challenge(unprompted)
    good = _mean(lambda v: np.where(v < word, 0, (1 - q) * v + q * (p * v - c)), word)
    bad = _mean(
        lambda v: (1 - bad_challenge) * v + bad_challenge * np.maximum(p * v - c, 0), unprompted
    )
    # V_G = u_G + d V_G and V_B = u_B + d (g V_G + (1 - g) V_B).
    stays = np.array([[1, 0], [forgiveness, 1 - forgiveness]])
    value_good, value_bad = np.linalg.solve(np.eye(2) - discount * stays, [good, bad])
    bond = discount * (value_good - value_bad)
    fights = only_cutoff(FIGHTS, win_prob=p, cost=c, lost=bond)
    threatens = only_cutoff(THREATENS, win_prob=p, cost=c, seekers=q, lost=bond)
    needed = c - p * word
    return {
        "honest": threatens >= fights - TIE,
        "critical_discount": _critical(good, bad, forgiveness, needed),
        "cutoff_threat": word,
        "prob_challenge_bad": bad_challenge,
        "bond": bond,
        "bond_needed": needed,
        "stage_payoff_good": good,
        "stage_payoff_bad": bad,
        "value_good": value_good,
        "value_bad": value_bad,
        "prob_war_good": q * (1 - word),
        "prob_war_bad": bad_challenge * (1 - unprompted),
    }


def _mean(payoff: Any, kink: float) -> float:
    """Return the mean over v of a payoff that is linear on either side of its kink."""
    places = np.array([0, kink, 1])
    return float(np.trapezoid(payoff(places), places))


def _critical(good: float, bad: float, forgiveness: float, needed: float) -> float:
    """Return the discount factor at which the bond just suffices, as a root of what it lacks."""
    # The bond is finite up to a discount factor of 1/(1 - forgiveness), beyond which it is none.
    most = 1 / (1 - sp.Rational(str(forgiveness)))
    numbers = {"u_good": good, "u_bad": bad, "forgiveness": forgiveness, "needed": needed}
    lack = _lack().subs({name: sp.Rational(str(value)) for name, value in numbers.items()})
    found = cutoff_equilibria(CutoffRule(X, (0, most), lack))
    inside = [e.cutoffs["x"] for e in found if e.places["x"] == "inside"]
    return min(inside, default=inf)


@cache
def _lack() -> sp.Expr:
    """Return by how much the bond exceeds what is needed at discount factor X, times a positive."""
    u_good, u_bad, forgiveness, needed = sp.symbols("u_good u_bad forgiveness needed")
    stays = sp.Matrix([[1, 0], [forgiveness, 1 - forgiveness]])
    values = (sp.eye(2) - X * stays).LUsolve(sp.Matrix([u_good, u_bad]))
    number, over = sp.fraction(sp.cancel(X * (values[0] - values[1]) - needed))
    sign = over.subs(X, 0)
    return sp.expand(sign * number)


# Figures.

VALUES = "p = 0.6, c = 0.3, L = 0.2, H = 1"


def draw_forgiveness(ax: Axes) -> None:
    """Draw the patience that honest talk needs against how fast a breach is forgiven."""
    forgiven = np.linspace(0, 0.999, 400)
    found = MODEL.results("reputation", forgiveness=forgiven)
    line, dotted = strokes(2)
    ax.plot(forgiven, found["critical_discount"], label="δ*", **line)
    one = MODEL.results("reputation")
    limit = one["bond_needed"] / (one["stage_payoff_good"] - one["stage_payoff_bad"])
    ax.axhline(limit, label=f"limit as γ tends to 1: {limit:.3f}", linewidth=1, **dotted)
    ax.text(0.5, 0.85, "honest talk is an equilibrium", ha="center")
    ax.text(0.28, 0.38, "honest talk is no equilibrium", ha="center")
    ax.set(xlabel="Probability γ that a breach is forgiven, per period",
           ylabel="Least discount factor δ*", xlim=(0, 1), ylim=(0.3, 1))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, f"{VALUES}.")


def draw_bond(ax: Axes) -> None:
    """Draw what standing is worth against patience, and what it must be worth."""
    patience = np.linspace(0.001, 0.98, 400)
    rows = (0, 0.2, 0.5)
    *lines, level = strokes(len(rows) + 1)
    for forgiven, line in zip(rows, lines, strict=True):
        found = MODEL.results("reputation", discount=patience, forgiveness=forgiven)
        ax.plot(patience, found["bond"], label=f"bond B, γ = {forgiven:g}", **line)
    needed = MODEL.results("reputation")["bond_needed"]
    ax.axhline(needed, label="needed", **level)
    for forgiven, line in zip(rows, lines, strict=True):
        at = MODEL.results("reputation", forgiveness=forgiven)["critical_discount"]
        ax.plot(at, needed, "o", color=line["color"], markersize=6)
    ax.set(xlabel="Discount factor δ", ylabel="What good standing is worth, utils", xlim=(0, 1),
           ylim=(0, 1.5))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, f"Circles: least discount factor δ* for honest talk. {VALUES}.")


def draw_region(ax: Axes) -> None:
    """Draw where honest talk is an equilibrium."""
    cost, patience = np.meshgrid(np.linspace(0.001, 0.599, 400), np.linspace(0.0005, 0.9995, 400))
    given = {"war_cost_defender": cost, "discount": patience, "forgiveness": 0.1}
    found = MODEL.results("reputation", **given)
    ax.contourf(cost, patience, found["honest"].astype(float), levels=[0.5, 1.5],
                colors=["#D6E6F2"])  # fmt: skip
    ax.plot(cost[0], found["critical_discount"][0], color=COLOURS[0], label="δ*")
    ax.set(xlabel="Defender's cost of war, c", ylabel="Discount factor δ", xlim=(0, 0.6),
           ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, "Shaded: honest talk is an equilibrium. p = 0.6, L = 0.2, H = 1, γ = 0.1.")


MODEL = Model(
    slug="sartori-2002-reputational-diplomacy",
    title="Cheap talk made credible by a reputation for honesty",
    citation="""@article{sartori2002might,
  author  = {Anne E. Sartori},
  title   = {The Might of the Pen: A Reputational Theory of Communication in
             International Disputes},
  journal = {International Organization},
  volume  = {56},
  number  = {1},
  pages   = {121--149},
  year    = {2002}
}""",
    provenance=(
        "After Sartori (2002): only the abstract was at hand. It says that diplomacy is cheap talk "
        "in a repeated game, that reputations for honesty make honest talk possible, that a state "
        "caught bluffing communicates less well in the near future, and that no audience costs are "
        "needed. Ours: the stage game (that of the model after Fearon 1997, with free words), the "
        "two standings and forgiveness, all formulas and figures."
    ),
    cases={
        "reputation": Case(
            (
                *STAGE,
                Quantity(
                    "discount", "δ", "the defender's discount factor per period", 0.9, 0, 1,
                    closed="neither", box=(0.3, 0.95),
                ),
                Quantity(
                    "forgiveness", "γ", "probability that a breach is forgiven, per period", 0, 0,
                    1, closed="left", box=(0, 0.8),
                ),
            ),
            reputation,
            {
                "honest": "whether honest talk is an equilibrium",
                "critical_discount": "least discount factor for it; above 1 if there is none, "
                                     "infinite if good standing is worth no more than bad",
                "cutoff_threat": "least value that threatens in good standing",
                "prob_challenge_bad": "probability of a challenge in bad standing",
                "bond": "what the defender loses with its standing, utils",
                "bond_needed": "what it must lose for honest talk, utils",
                "stage_payoff_good": "expected payoff of a period in good standing, utils",
                "stage_payoff_bad": "the same in bad standing, utils",
                "value_good": "value of good standing under honest play, utils, discounted sum",
                "value_bad": "the same of bad standing",
                "prob_war_good": "probability of war in a period in good standing",
                "prob_war_bad": "the same in bad standing",
            },
            conditions=STAGE_RULES,
            solved=reputation_solved,
        ),
    },
    levers=(
        Lever("clear signals", "reputation", "discount", True,
              "a standing channel brings the next exchange sooner, so that a broken word costs "
              "more and words can be believed"),
        Lever("slow escalation", "reputation", "forgiveness", True,
              "to answer a breach in kind is to punish it for a while, not for ever; here that "
              "makes words weaker"),
    ),
    badness="prob_war_good",
    figures={"forgiveness": draw_forgiveness, "bond": draw_bond, "region": draw_region},
)  # fmt: skip
