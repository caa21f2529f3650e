"""Branislav Slantchev (2005): to mobilize sinks costs and ties hands at once.

A mobilization is paid for whatever comes, as a signal is; but it also makes war more attractive to
who has mobilized, as a commitment does. In the *contest* both sides know everything about each
other: a defender arms, then the challenger leaves the stake, takes it by such arms that the
defender yields, or fights. Peace can take more arms than war would. In *mobilize* the defender
alone knows what the stake is worth to it: some mobilize only to bluff, and are sometimes found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import best_choice, only_cutoffs, uniform_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Payoffs closer than this, relative to the stake, count as equal."""


# Closed forms. Arguments of the contest: v_1, v_2, c_1, c_2 and lambda.


def contest(
    value_defender: Any,
    value_challenger: Any,
    war_cost_defender: Any,
    war_cost_challenger: Any,
    arms_efficiency_challenger: Any,
) -> Results:
    """Compare what yielding, deterrence and war are worth to the defender, who moves first."""
    v1, v2, c1, c2 = value_defender, value_challenger, war_cost_defender, war_cost_challenger
    lam = arms_efficiency_challenger
    resolved = v1 > c1  # else it never fights, and yields to the smallest force
    spare = np.where(resolved, v1 - c1, 1.0)
    # From here on the challenger gains nothing by a war.
    reach = lam * np.maximum(0, np.sqrt(v2) - np.sqrt(c2)) ** 2
    deterring = np.maximum(lam * c1 * v2 / spare, reach)
    peace = np.where(resolved, v1 - deterring, -np.inf)
    # From here on it would rather fight than compel the defender to yield.
    fighting = lam * (c1 / v1) ** 2 * (np.sqrt(v2) + np.sqrt(v2 + c2 * v1 / c1)) ** 2
    arms = np.minimum(np.maximum(v1**2 / (4 * lam * v2), fighting), reach)
    possible = resolved & (v2 > c2) & (fighting <= reach)
    war = np.where(possible, v1 * np.sqrt(arms / (lam * v2)) - c1 - arms, -np.inf)
    yields = np.maximum(peace, war) <= TIE * v1
    fights = ~yields & (war > peace + TIE * v1)
    m1 = np.where(yields, 0.0, np.where(fights, arms, deterring))
    m2 = np.where(fights, (np.sqrt(lam * arms * v2) - arms) / lam, 0.0)
    at_war = (np.sqrt(v2) - np.sqrt(arms / lam)) ** 2 - c2
    return {
        "outcome": np.where(yields, "yield", np.where(fights, "war", "deter")).astype(object),
        "mobilization_defender": m1,
        "mobilization_challenger": m2,
        "mobilization_total": m1 + m2,
        "payoff_defender": np.where(yields, 0.0, np.where(fights, war, peace)),
        "payoff_challenger": np.where(yields, v2, np.where(fights, at_war, 0.0)),
    }


def mobilize(
    win_prob_unmobilized: Any,
    win_prob_mobilized: Any,
    war_cost_defender: Any,
    war_cost_challenger: Any,
    mobilization_cost: Any,
) -> Results:
    """Bluff so often that the challenger is deterred, or is indifferent and sometimes calls."""
    p1, c, k, m = win_prob_mobilized, war_cost_defender, war_cost_challenger, mobilization_cost
    fight = c / p1
    # With this cutoff the challenger is indifferent: Pr(fight | mobilized) = 1 / (p1 + k).
    even = 1 - (1 - fight) * (p1 + k)
    deterred = m >= even - TIE
    cutoff = np.where(deterred, m, even)
    called = np.where(deterred, 0.0, 1 - m / np.where(deterred, 1.0, even))
    at_war = p1 * (1 - fight**2) / 2 - c * (1 - fight)
    kept = (1 - called) * (1 - cutoff**2) / 2 - m * (1 - cutoff)
    return {
        "regime": np.where(deterred, "deterred", "contested").astype(object),
        "cutoff_mobilize": cutoff,
        "cutoff_fight": fight,
        "prob_bluff": fight - cutoff,
        "prob_challenge_mobilized": called,
        "belief_fight": (1 - fight) / (1 - cutoff),
        "prob_war": called * (1 - fight),
        "prob_bluff_called": called * (fight - cutoff),
        "payoff_defender": kept + called * at_war,
        "payoff_challenger": cutoff + called * ((fight - cutoff) + (1 - fight) * (1 - p1 - k)),
    }


# The second route, contest: by the defender's probability of winning, q, instead of by arms.

Q, ARMS = sp.symbols("q arms", positive=True)
V1, V2, C1, C2, P = (Parameter(name, (0, float("inf"))) for name in ("v1", "v2", "c1", "c2", "p"))

# The defender has `ARMS` (in the challenger's units); q takes arms of the challenger in proportion.
NEEDED = ARMS * (1 - Q) / Q
FIGHT = (1 - Q) * V2 - C2 - NEEDED
# Whatever q is, there are arms of the defender to which the challenger's best reply leads to it.
MARGIN = sp.diff(FIGHT, Q)  # linear in them; SymPy's `solve` would take long to import
REPLY = sp.cancel(-MARGIN.subs(ARMS, 0) / sp.diff(MARGIN, ARMS))
AT_BEST = sp.cancel(FIGHT.subs(ARMS, REPLY))
COMPEL = sp.cancel((V2 - NEEDED.subs(Q, P)).subs(ARMS, REPLY))

STANDS = CutoffRule(Q, (0, 1), Q * V1 - C1)  # from here on the defender fights
FORGOES_WAR = CutoffRule(Q, (0, 1), -AT_BEST)  # ... the challenger would rather leave than fight
PREFERS_WAR = CutoffRule(Q, (0, 1), AT_BEST - COMPEL)  # ... rather fight than compel
FORGOES_THREAT = CutoffRule(ARMS, (0, V2 / (1 - P)), NEEDED.subs(Q, P) - V2)  # ... leave


def contest_solved(
    value_defender: float,
    value_challenger: float,
    war_cost_defender: float,
    war_cost_challenger: float,
    arms_efficiency_challenger: float,
) -> Results:
    """Find the ends of each kind of reply as proved cutoffs, and the best arms between them."""
    v1, v2, c1, c2 = value_defender, value_challenger, war_cost_defender, war_cost_challenger
    lam = arms_efficiency_challenger
    stands = _only(STANDS, v1=v1, c1=c1)
    if stands == 1:
        return _outcome("yield", 0, 0, 0, v2)
    values = {V1: v1, V2: v2, C1: c1, C2: c2, P: stands}

    def arms(q: float) -> float:
        return float(REPLY.subs({Q: q, **values}))

    forgoes = _only(FORGOES_WAR, v2=v2, c2=c2)
    prefers = _only(PREFERS_WAR, v2=v2, c2=c2, p=stands)
    threat = _only(FORGOES_THREAT, v2=v2, p=stands)
    deterring = lam * max(threat, arms(forgoes))
    best = max((0.0, _outcome("yield", 0, 0, 0, v2)),
               (v1 - deterring, _outcome("deter", deterring, 0, v1 - deterring, 0)),
               key=lambda option: option[0])  # fmt: skip
    if prefers < forgoes:
        war = (Q * V1 - C1 - sp.Rational(str(lam)) * REPLY).subs(
            {V1: sp.Rational(str(v1)), V2: sp.Rational(str(v2)), C1: sp.Rational(str(c1))}
        )
        q, payoff = best_choice(war, Q, (prefers, forgoes))
        if q <= stands:
            raise GameError("the defender would not fight where the challenger attacks")
        if payoff > best[0] + TIE * v1:
            own = arms(q)
            other = float(NEEDED.subs({Q: q, ARMS: own}))
            takes = float(FIGHT.subs({Q: q, ARMS: own, **values}))
            return _outcome("war", lam * own, other, payoff, takes)
    return best[1]


def _only(rule: CutoffRule, **values: float) -> float:
    return float(only_cutoffs(rule, **values)[0])


def _outcome(name: str, own: float, other: float, u1: float, u2: float) -> Results:
    return {
        "outcome": name,
        "mobilization_defender": own,
        "mobilization_challenger": other,
        "mobilization_total": own + other,
        "payoff_defender": u1,
        "payoff_challenger": u2,
    }


# The second route, mobilize: who fights, who is called, who mobilizes, each a proved cutoff.

V, HOLD = sp.symbols("v hold")
WIN, COST, MOBILIZED, K, F1, M, LEAST, LEFT = (
    Parameter(name, (0, float("inf")))
    for name in ("win", "cost", "mobilized", "k", "fight", "mobilization", "least", "left")
)
FIGHTS = CutoffRule(V, (0, 1), WIN * V - COST)  # a challenged type would rather fight than yield
# Payoff of the challenger from calling all types above v, times how many there are.
CALLS = CutoffRule(V, (0, F1), -((F1 - V) + (1 - F1) * (1 - MOBILIZED - K)))
# A bluffer gains by mobilizing: from which type on, and with which chance to be left alone.
BLUFFS = CutoffRule(V, (0, F1), LEFT * V - M)
LEFT_ALONE = CutoffRule(HOLD, (0, 1), HOLD * LEAST - M)


def mobilize_solved(
    win_prob_unmobilized: float,
    win_prob_mobilized: float,
    war_cost_defender: float,
    war_cost_challenger: float,
    mobilization_cost: float,
) -> Results:
    """Find the cutoffs, and see that no type, and not the challenger, would do otherwise."""
    p0, p1, c = win_prob_unmobilized, win_prob_mobilized, war_cost_defender
    k, m = war_cost_challenger, mobilization_cost
    fight = _only(FIGHTS, win=p1, cost=c)
    without = _only(FIGHTS, win=p0, cost=c)
    # Left alone for sure, types mobilize from `free` on; the challenger holds back from those
    # above `even`, or is indifferent there.
    free = _only(BLUFFS, left=1, fight=fight, mobilization=m)
    even = _only(CALLS, fight=fight, mobilized=p1, k=k)
    deterred = free >= even - TIE
    cutoff = free if deterred else even
    hold = 1.0 if deterred else _only(LEFT_ALONE, least=even, mobilization=m)
    called = 1 - hold

    def mobilized(v: Any) -> Any:
        return hold * v + called * np.maximum(0, p1 * v - c) - m

    def unmobilized(v: Any) -> Any:
        return np.maximum(0, p0 * v - c)

    # Linear between these types: what holds there holds of all.
    types = np.array([0, cutoff, fight, without, 1])
    gain = mobilized(types) - unmobilized(types)
    if np.any(gain[types >= cutoff] < -TIE) or np.any(gain[types <= cutoff] > TIE):
        raise GameError("some type would rather do otherwise")
    if not cutoff <= without:
        raise GameError("some unmobilized type would fight")

    def challenged(v: Any) -> Any:  # what the challenger gets from each type
        war = np.where(v >= fight, 1 - p1 - k, 1)
        return np.where(v >= cutoff, called * war, 1)

    def defends(v: Any) -> Any:
        return np.where(v >= cutoff, mobilized(v), unmobilized(v))

    return {
        "regime": "deterred" if deterred else "contested",
        "cutoff_mobilize": cutoff,
        "cutoff_fight": fight,
        "prob_bluff": uniform_mean(lambda v: (v >= cutoff) & (v < fight), (0, 1), cutoff, fight),
        "prob_challenge_mobilized": called,
        "belief_fight": (1 - fight) / (1 - cutoff),
        "prob_war": uniform_mean(lambda v: called * (v >= fight), (0, 1), fight),
        "prob_bluff_called": uniform_mean(
            lambda v: called * ((v >= cutoff) & (v < fight)), (0, 1), cutoff, fight
        ),
        "payoff_defender": uniform_mean(defends, (0, 1), cutoff, fight, without),
        "payoff_challenger": uniform_mean(challenged, (0, 1), cutoff, fight),
    }


# Figures.


def draw_regions(ax: Axes) -> None:
    """Draw what comes of the contest."""
    c2, v1 = np.meshgrid(np.linspace(0.002, 0.16, 317), np.linspace(0.01, 2.5, 499))
    found = MODEL.results("contest", value_defender=v1, war_cost_challenger=c2)["outcome"]
    region = np.where(found == "yield", 0, np.where(found == "deter", 1, 2))
    ax.contourf(c2, v1, region, levels=[-0.5, 0.5, 1.5, 2.5],
                colors=["#FFFFFF", "#BFD8EA", "#E09A3E"])  # fmt: skip
    ax.text(0.11, 1.8, "the challenger is deterred", ha="center")
    ax.text(0.012, 1.55, "war", ha="center")
    ax.text(0.08, 0.35, "the defender yields", ha="center")
    ax.axhline(1.5, color="0.3", linestyle=":", linewidth=1)
    ax.set(xlabel="The challenger's cost of war c₂", ylabel="What the stake is worth to the "
           "defender, v₁")  # fmt: skip
    caption(ax, "v₂ = 1.6, c₁ = 0.05, λ = 1. Dotted: v₁ = 1.5.")


def draw_arms(ax: Axes) -> None:
    """Draw how many arms war takes, and how many peace."""
    c2 = np.linspace(0.001, 0.16, 1600)
    found = MODEL.results("contest", war_cost_challenger=c2)
    war = found["outcome"] == "war"
    one, two = strokes(2)
    total = found["mobilization_total"]
    ax.plot(c2, np.where(war, total, np.nan), label="war", **two)
    ax.plot(c2, np.where(war, np.nan, total), label="peace by deterrence", **one)
    ax.set(xlabel="The challenger's cost of war c₂", ylabel="Arms of both sides, m₁ + m₂, utils",
           xlim=(0, 0.16), ylim=(0, 1.5))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    text = "Where peace takes the place of war, it is dearer in arms."
    caption(ax, f"{text} v₁ = 1.5, v₂ = 1.6, c₁ = 0.05, λ = 1.")


def draw_signal(ax: Axes) -> None:
    """Draw what a dearer mobilization does."""
    m = np.linspace(0.002, 0.498, 249)
    found = MODEL.results("mobilize", mobilization_cost=m)
    shown = {
        "prob_war": "probability of war",
        "prob_bluff_called": "probability that a bluff is called",
        "payoff_defender": "the defender's payoff, utils",
    }
    for (key, name), line in zip(shown.items(), strokes(3), strict=True):
        ax.plot(m, found[key], label=name, **line)
    even = MODEL.results("mobilize")["cutoff_mobilize"]
    ax.axvline(even, color="0.4", linestyle=":", linewidth=1)
    ax.text(even + 0.005, 0.47, "from here on none are challenged", va="center")
    ax.set(xlabel="Cost of mobilization m", ylabel="Probability, utils", xlim=(0, 0.5),
           ylim=(0, 0.6))  # fmt: skip
    ax.legend(frameon=False, loc="upper right")
    caption(ax, "p₀ = 0.4, p₁ = 0.7, c = 0.35, k = 0.8.")


PAYOFFS = {
    "payoff_defender": "the defender's expected payoff, utils",
    "payoff_challenger": "the challenger's expected payoff, utils",
}

MODEL = Model(
    slug="slantchev-2005-military-coercion",
    title="Mobilization, which sinks costs and ties hands",
    citation="""@article{slantchev2005military,
  author  = {Branislav L. Slantchev},
  title   = {Military Coercion in Interstate Crises},
  journal = {American Political Science Review},
  volume  = {99},
  number  = {4},
  pages   = {533--547},
  year    = {2005},
  doi     = {10.1017/S0003055405051865}
}""",
    provenance=(
        "After Slantchev (2005), by its abstract; the article itself was not at hand. The paper's: "
        "mobilization is paid for whatever happens and raises the chance of victory; bluffs occur "
        "in equilibrium; peace may take more arms than war; what holds for fixed war payoffs may "
        "fail. Ours: both games as stated here, the form of the contest, all formulas, the "
        "figures. In mobilize, where it would not pay even the strongest to mobilize and then have "
        "to fight, there are also equilibria in which nobody mobilizes, for that would be read as "
        "weakness; they are left out."
    ),
    cases={
        "contest": Case(
            (
                Quantity("value_defender", "v₁", "what the stake is worth to the defender, utils",
                         1.5, 0, closed="neither", box=(0.5, 4)),
                Quantity("value_challenger", "v₂", "what it is worth to the challenger, utils",
                         1.6, 0, closed="neither", box=(0.5, 3)),
                Quantity("war_cost_defender", "c₁", "the defender's cost of war, utils", 0.05, 0,
                         closed="neither", box=(0.01, 0.6)),
                Quantity("war_cost_challenger", "c₂", "the challenger's cost of war, utils", 0.02,
                         0, closed="neither", box=(0.005, 0.4)),
                Quantity("arms_efficiency_challenger", "λ", "how much a unit of the challenger's "
                         "arms counts against one of the defender's", 1, 0, closed="neither",
                         box=(0.5, 3)),
            ),
            contest,
            {
                "outcome": "'yield': the defender does; 'deter': the challenger leaves the stake; "
                "'war'",
                "mobilization_defender": "the defender's arms, utils",
                "mobilization_challenger": "the challenger's arms, utils; 0, the limit, where the "
                "defender yields",
                "mobilization_total": "arms of both, utils",
                **PAYOFFS,
            },
            solved=contest_solved,
        ),
        "mobilize": Case(
            (
                Quantity("win_prob_unmobilized", "p₀", "probability that the defender wins if it "
                         "has not mobilized", 0.4, 0, 1, closed="neither", box=(0.2, 0.5)),
                Quantity("win_prob_mobilized", "p₁", "the same if it has", 0.7, 0, 1,
                         closed="neither", box=(0.5, 0.9)),
                Quantity("war_cost_defender", "c", "the defender's cost of war, utils", 0.35, 0, 1,
                         closed="neither", box=(0.15, 0.45)),
                Quantity("war_cost_challenger", "k", "the challenger's cost of war, utils", 0.8, 0,
                         closed="neither", box=(0.4, 1.2)),
                Quantity("mobilization_cost", "m", "the defender's cost of mobilization, utils",
                         0.1, 0, closed="neither", box=(0.01, 0.4)),
            ),
            mobilize,
            {
                "regime": "'deterred': who has mobilized is left alone; 'contested': it is "
                "challenged now and then",
                "cutoff_mobilize": "least value of the stake with which the defender mobilizes",
                "cutoff_fight": "least value with which it fights, once mobilized",
                "prob_bluff": "probability of a defender that mobilizes and would yield",
                "prob_challenge_mobilized": "probability that a mobilized defender is challenged",
                "belief_fight": "probability that it fights, given that it has mobilized",
                "prob_war": "probability of war, before the type is drawn",
                "prob_bluff_called": "probability that a mobilized defender yields, likewise",
                **PAYOFFS,
            },
            conditions=(
                Condition(("win_prob_unmobilized", "win_prob_mobilized"),
                          "win_prob_unmobilized <= win_prob_mobilized",
                          lambda win_prob_unmobilized, win_prob_mobilized:
                          win_prob_unmobilized <= win_prob_mobilized),
                Condition(("war_cost_defender", "win_prob_mobilized"),
                          "war_cost_defender < win_prob_mobilized, so that somebody fights",
                          lambda war_cost_defender, win_prob_mobilized:
                          war_cost_defender < win_prob_mobilized),
                Condition(("win_prob_mobilized", "war_cost_challenger"),
                          "win_prob_mobilized + war_cost_challenger > 1, so that the challenger "
                          "would rather hold back than fight",
                          lambda win_prob_mobilized, war_cost_challenger:
                          win_prob_mobilized + war_cost_challenger > 1),
                Condition(("mobilization_cost", "war_cost_defender", "win_prob_mobilized"),
                          "mobilization_cost < war_cost_defender / win_prob_mobilized, so that "
                          "some may bluff",
                          lambda mobilization_cost, war_cost_defender, win_prob_mobilized:
                          mobilization_cost < war_cost_defender / win_prob_mobilized),
                Condition(("win_prob_unmobilized", "war_cost_defender", "war_cost_challenger"),
                          "1 - war_cost_defender / win_prob_unmobilized < 1 / "
                          "(win_prob_unmobilized + war_cost_challenger), so that without a signal "
                          "the defender is challenged",
                          lambda win_prob_unmobilized, war_cost_defender, war_cost_challenger:
                          1 - war_cost_defender / win_prob_unmobilized
                          < 1 / (win_prob_unmobilized + war_cost_challenger)),
            ),
            solved=mobilize_solved,
        ),
    },
    levers=(
        Lever("clear signals", "mobilize", "mobilization_cost", True,
              "the dearer a signal is, the more it tells, or the less often it has to be tested"),
        Lever("slow escalation", "mobilize", "win_prob_mobilized", False,
              "caps and times of notice keep a mobilization from deciding a war beforehand; the "
              "probability of war first rises and then falls in this"),
        Lever("restraint", "mobilize", "win_prob_mobilized", False,
              "the less mobilization changes, the fewer fight only because they have mobilized"),
    ),
    badness="prob_war",
    figures={"regions": draw_regions, "arms": draw_arms, "signal": draw_signal},
)  # fmt: skip
