"""After Chassang and Padró i Miquel (2010): fear of surprise, and what weapons do to it.

In each period two states keep the peace or attack, at once. While both keep it each gets π of the
period, and the game goes on, with discount factor δ. Who attacks alone gets F, its victim S, and
both get W if both attack: F >= W > S. There are two reasons to attack: what is to be gained from
one who is peaceful (F - π, *predation*), and what is lost by waiting for one who attacks (W - S,
*preemption*).

If all see π, only predation matters: peace holds from π = F on. Under *strategic risk* each sees π
through some noise and cannot be sure of what the other sees; then peace is kept from F + W - S on,
however little noise there is, and what a surprise does to its victim matters as much as what it
brings. So small arsenals can be dangerous: they make surprise worse before they make war too dear.
Peace that lasts feeds on itself, and so there may be several equilibria of the repeated game.

As W > S, an attack is always best against an attack. As usual with such games, peace is assumed to
be dominant far to the right, which rules out that all always attack.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import erfc, exp, inf, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.equilibria.intervals import NormalCdf
from crisisgames.errors import GameError
from crisisgames.games import NormalFormGame, Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.roots import falling_root, listed
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

SLACK = 1e-12
"""Differences below this, in utils, count as none where thresholds are compared."""


# Closed forms.


def one_shot(attack_payoff: Any, victim_payoff: Any, war_payoff: Any, noise_width: Any) -> Results:
    """Return the thresholds of one period."""
    preemption = war_payoff - victim_payoff
    return {
        "cutoff_complete": attack_payoff,
        "cutoff_risk_dominance": attack_payoff + preemption,
        "cutoff_noisy": attack_payoff + preemption - noise_width / 6,
        "preemptive_incentive": preemption,
    }


def continuation(
    cutoff: Any, war_payoff: Any, peace_mean: Any, peace_sd: Any, discount: Any
) -> Any:
    """Return V: what the game is worth if peace is kept from the cutoff on."""
    from scipy.special import ndtr  # slow to import

    z = (cutoff - peace_mean) / peace_sd
    calm = ndtr(-z)
    density = np.exp(-(z**2) / 2) / sqrt(2 * pi)
    flow = peace_mean * calm + peace_sd * density + ndtr(z) * war_payoff
    return flow / (1 - discount * calm)


def thresholds(needed: Any, **given: Any) -> tuple[Any, Any, Any]:
    """Return the roots of r(x) = x + δ V(x) - K, at most three; nan for one that is not there.

    At a root r' = 1 - δ (K - W)/s h, with h = φ(z)/(1 - δ (1 - Φ(z))). As h' = -h (z + δ h), and
    z + δ h rises wherever it is 0, h has a single peak. So r falls at roots within an interval
    about the peak, if anywhere, and rises at all others: at most one root to the left of it, one
    within, one to the right.
    """
    from scipy.special import ndtr

    war, mean, sd, discount = (
        np.asarray(given[n], dtype=float)
        for n in ("war_payoff", "peace_mean", "peace_sd", "discount")
    )
    with np.errstate(divide="ignore"):
        log_weight = np.log(discount * (needed - war) / sd)

    def log_h(z: Any) -> Any:
        return -(z**2) / 2 - np.log(2 * pi) / 2 - np.log(1 - discount * ndtr(-z))

    def steep(z: Any) -> Any:
        """Return what is above 0 where r falls at a root."""
        return log_weight + log_h(z)

    def lack(x: Any) -> Any:
        return needed - x - discount * continuation(x, **given)

    peak = falling_root(
        lambda z: -z - discount * np.exp(log_h(z)), -discount / (1 - discount), 0 * log_h(0 * sd)
    )
    bent = steep(peak) > 0
    # Beyond it h is below φ/(1 - δ), and that too small.
    far = 1 + np.sqrt(2 * np.maximum(log_weight - np.log(1 - discount), 0))
    first = mean + sd * falling_root(lambda z: -steep(z), np.minimum(-far, peak), peak)
    second = mean + sd * falling_root(steep, peak, np.maximum(far, peak))
    span = 1 + discount * (abs(mean) + sd + abs(war)) / (1 - discount)  # V is no larger
    left, right = needed - span, needed + span
    at_first = np.where(bent, -lack(first), np.inf)
    at_second = np.where(bent, -lack(second), -np.inf)
    low_exists = at_first >= -SLACK
    high_exists = bent & (at_second <= SLACK)
    middle_exists = bent & (at_first > SLACK) & (at_second < -SLACK)
    low = falling_root(lack, left, np.where(bent, first, right))
    middle = falling_root(lambda x: -lack(x), first, second)
    high = falling_root(lack, second, right)
    pairs = ((low_exists, low), (middle_exists, middle), (high_exists, high))
    one, two, three = (np.where(there, x, np.nan) for there, x in pairs)
    return one, two, three


def exit_game(attack_payoff: Any, victim_payoff: Any, **given: Any) -> Results:
    """Return the most peaceful equilibrium if all see π, and all of them under strategic risk."""
    from scipy.special import ndtr

    def hazard(x: Any) -> Any:
        return ndtr((x - given["peace_mean"]) / given["peace_sd"])

    low, _, high = thresholds(attack_payoff + 0.0, **given)
    complete = np.where(np.isnan(low), high, low)
    found = thresholds(attack_payoff + given["war_payoff"] - victim_payoff, **given)
    return {
        "cutoff_complete": complete,
        "hazard_complete": hazard(complete),
        "value_complete": continuation(complete, **given),
        "cutoffs_strategic": listed(*found),
        "hazards_strategic": listed(*(hazard(x) for x in found)),
        "values_strategic": listed(*(continuation(x, **given) for x in found)),
    }


def arms(
    stock: Any,
    attack_payoff_base: Any,
    attack_payoff_slope: Any,
    war_payoff_base: Any,
    war_payoff_slope: Any,
    victim_payoff_base: Any,
    victim_payoff_drop: Any,
    drop_rate: Any,
) -> tuple[Any, Any, Any]:
    """Return F, W and S at a stock of weapons that both hold."""
    return (
        attack_payoff_base - attack_payoff_slope * stock,
        war_payoff_base - war_payoff_slope * stock,
        victim_payoff_base + victim_payoff_drop * np.expm1(-drop_rate * stock),
    )


def weapons(**given: Any) -> Results:
    """Return the thresholds of one period at this stock, and where F + W - S is highest."""
    attack, war, victim = arms(**given)
    slope = given["attack_payoff_slope"] + given["war_payoff_slope"]
    steep = given["victim_payoff_drop"] * given["drop_rate"]
    return {
        "cutoff_complete": attack,
        "cutoff_strategic": attack + war - victim,
        "stock_peak": np.log(np.maximum(steep / slope, 1)) / given["drop_rate"],
    }


# The second route: games of complete information, and cutoffs of signals or states.

X, PEACE = sp.symbols("x peace")
LONE, VICTIM, WAR, MEAN, LEFT, RIGHT = (
    Parameter(n, (-inf, inf)) for n in ("lone", "victim", "war", "mean", "left", "right")
)
SD, DISCOUNT, WIDTH = (Parameter(n, (0, inf)) for n in ("sd", "discount", "width"))
HALF = sp.Rational(1, 2)

# All see the state, and the other keeps the peace.
SEEN = CutoffRule(X, (-sp.oo, sp.oo), PEACE - LONE, type=PEACE)
# With hardly any noise a state at the cutoff takes any share of attacks to be as likely as another.
BLIND = CutoffRule(X, (-sp.oo, sp.oo), HALF * (X - LONE) + HALF * (VICTIM - WAR))

Z = (X - MEAN) / SD
CALM = NormalCdf(-Z)
DENSITY = sp.exp(-(Z**2) / 2) / sp.sqrt(2 * sp.pi)
WORTH = (MEAN * CALM + SD * DENSITY + NormalCdf(Z) * WAR) / (1 - DISCOUNT * CALM)
# What peace is worth more than an attack on one who keeps it; and under strategic risk.
TRUSTS = CutoffRule(X, (LEFT, RIGHT), PEACE + DISCOUNT * WORTH - LONE, type=PEACE)
RISKS = CutoffRule(X, (LEFT, RIGHT), PEACE + DISCOUNT * WORTH - LONE - (WAR - VICTIM), type=PEACE)

STOCK = sp.Symbol("stock")
SLOPE, DROP, RATE = (Parameter(n, (0, inf)) for n in ("slope", "drop", "rate"))
# From this stock on, more weapons lower the threshold.
SAFER = CutoffRule(STOCK, (0, sp.oo), SLOPE - DROP * RATE * sp.exp(-RATE * STOCK))


@cache
def _noisy() -> CutoffRule:
    """Return the rule of peace by a signal that misses the state by half a width at most.

    If one's signal is B widths above the cutoff, and the state V widths above the signal, the other
    attacks with probability 1/2 - B - V, or 0 or 1 beyond these. Who expects less than F attacks;
    above the highest type peace is assumed to be dominant.
    """
    b, v = sp.symbols("b v")
    parts = sp.Matrix([1, v])  # the means of the probability, and of it times V
    above = sp.integrate((HALF - b - v) * parts, (v, -HALF, HALF - b))
    below = sp.integrate(parts, (v, -HALF, b - HALF)) + sp.integrate(
        (HALF + b - v) * parts, (v, b - HALF, HALF)
    )
    ahead = (PEACE - X) / WIDTH
    up, down = (sp.Max(0, sp.Min(1, side)) for side in (ahead, -ahead))
    attacked, with_state = sp.expand(above.subs(b, up) + below.subs(b, down) - above.subs(b, 0))
    gain = (1 - attacked) * (PEACE - LONE) - WIDTH * with_state + attacked * (VICTIM - WAR)
    ends = LONE - WIDTH, LONE + WAR - VICTIM + WIDTH
    return CutoffRule(X, ends, gain, type=PEACE)


def one_shot_game(
    attack_payoff: float,
    victim_payoff: float,
    war_payoff: float,
    noise_width: float = 0,
    peace_payoff: float = 2,
) -> NormalFormGame:
    """Return the game of one period in which all know what peace is worth, `peace_payoff`."""
    lone, victim, war, peace = (
        Fraction(str(v)) for v in (attack_payoff, victim_payoff, war_payoff, peace_payoff)
    )
    return NormalFormGame(
        ("A", "B"),
        (("peace", "attack"), ("peace", "attack")),
        {
            ("peace", "peace"): (peace, peace),
            ("peace", "attack"): (victim, lone),
            ("attack", "peace"): (lone, victim),
            ("attack", "attack"): (war, war),
        },
    )


def _single(rule: CutoffRule, **given: Any) -> float:
    return float(only_cutoffs(rule, **given)[0])


def _blind(attack: float, war: float, victim: float) -> dict[str, float]:
    return {
        "complete": _single(SEEN, lone=attack),
        "strategic": _single(BLIND, lone=attack, war=war, victim=victim),
    }


def one_shot_solved(
    attack_payoff: float, victim_payoff: float, war_payoff: float, noise_width: float
) -> Results:
    """Take the cutoff of signals between the regions of dominance; without noise its limit."""
    payoffs = {"lone": attack_payoff, "war": war_payoff, "victim": victim_payoff}
    found = _blind(attack_payoff, war_payoff, victim_payoff)
    noisy = found["strategic"]
    if noise_width:
        cutoffs = cutoff_equilibria(_noisy(), width=noise_width, **payoffs)
        inside = [e.cutoffs["x"] for e in cutoffs if e.places["x"] == "inside"]
        if not (cutoffs.complete and len(inside) == 1):
            raise GameError(f"found {len(inside)} cutoffs, or perhaps not all")
        (noisy,) = inside
    return {
        "cutoff_complete": found["complete"],
        "cutoff_risk_dominance": found["strategic"],
        "cutoff_noisy": noisy,
    }


def exit_game_solved(
    attack_payoff: float,
    victim_payoff: float,
    war_payoff: float,
    peace_mean: float,
    peace_sd: float,
    discount: float,
) -> Results:
    """Find all cutoffs of states; what the game is worth is read off the indifference there."""
    values = {"mean": peace_mean, "sd": peace_sd, "war": war_payoff, "discount": discount}
    # The game is worth no more than this either way.
    most = (abs(peace_mean) + peace_sd + abs(war_payoff)) / (1 - discount)
    preemption = war_payoff - victim_payoff

    def every(rule: CutoffRule, needed: float, **more: float) -> list[float]:
        ends = {"left": needed - most - 1, "right": needed + most + 1}
        found = cutoff_equilibria(rule, lone=attack_payoff, **ends, **values, **more)
        if not (found.complete and all(e.best_reply for e in found)):
            raise GameError("not all cutoffs could be found, or proved to be best for all types")
        return [e.cutoffs["x"] for e in found]

    complete = every(TRUSTS, attack_payoff)[0]
    strategic = every(RISKS, attack_payoff + preemption, victim=victim_payoff)

    def hazard(x: float) -> float:
        return erfc((peace_mean - x) / peace_sd / sqrt(2)) / 2

    def worth(x: float) -> float:
        """Return the discounted sum over the periods until war, from the mean of one period."""
        z, strike = (x - peace_mean) / peace_sd, hazard(x)
        flow = peace_mean * (1 - strike) + peace_sd * exp(-z * z / 2) / sqrt(2 * pi)
        return (flow + strike * war_payoff) / (1 - discount + discount * strike)

    return {
        "cutoff_complete": complete,
        "hazard_complete": hazard(complete),
        "value_complete": worth(complete),
        "cutoffs_strategic": strategic,
        "hazards_strategic": [hazard(x) for x in strategic],
        "values_strategic": [worth(x) for x in strategic],
    }


def weapons_game(stock: float, peace_payoff: float = 2, **given: float) -> NormalFormGame:
    """Return the game of one period in which all know what peace is worth, `peace_payoff`."""
    attack, war, victim = (float(v) for v in arms(stock, **given))
    return one_shot_game(attack, victim, war, peace_payoff=peace_payoff)


def weapons_solved(stock: float, **given: float) -> Results:
    """Take the thresholds at this stock, and where one more weapon starts to lower the second."""
    attack, war, victim = (float(v) for v in arms(stock, **given))
    found = _blind(attack, war, victim)
    slope = given["attack_payoff_slope"] + given["war_payoff_slope"]
    rate, drop = given["drop_rate"], given["victim_payoff_drop"]
    return {
        "cutoff_complete": found["complete"],
        "cutoff_strategic": found["strategic"],
        "stock_peak": _single(SAFER, slope=slope, drop=drop, rate=rate),
    }


# Figures.


def draw_weapons(ax: Axes) -> None:
    """Draw from which value on peace is kept, against the stock of weapons."""
    stock = np.linspace(0, 8, 400)
    found = MODEL.results("weapons", stock=stock)
    rows = (("cutoff_strategic", "strategic risk, F + W − S"), ("cutoff_complete", "all see π, F"))
    for (key, name), line in zip(rows, strokes(2), strict=True):
        ax.plot(stock, found[key], label=name, **line)
    peak = MODEL.results("weapons")["stock_peak"]
    top = MODEL.results("weapons", stock=peak)["cutoff_strategic"]
    ax.plot(peak, top, "o", color="black", markersize=5)
    ax.annotate(f"k* = {peak:.3f}", (peak, top), xytext=(0, 6), textcoords="offset points",
                ha="center")  # fmt: skip
    ax.set(xlabel="Weapons that each holds, k", ylabel="Peace is kept from this value on, utils",
           xlim=(0, 8), ylim=(0, 1.75))  # fmt: skip
    ax.legend(frameon=False, loc="lower left")
    caption(ax, "F = 1 − 0.1 k, W = −0.1 k, S = −0.1 − (1 − exp(−k)).")


def draw_hazard(ax: Axes) -> None:
    """Draw the hazard of war against what a surprise does to its victim."""
    victim = np.linspace(-0.6, -0.001, 600)
    found = MODEL.results("exit-game", victim_payoff=victim)
    hazards = found["hazards_strategic"]
    real, other, complete = strokes(3)
    lowest = np.array([h[0] for h in hazards])
    jump = np.flatnonzero(np.diff(lowest) < -0.2)[0] + 1
    ax.plot(victim[:jump], lowest[:jump], label="most peaceful equilibrium", **real)
    ax.plot(victim[jump:], lowest[jump:], **real)
    ax.axvline(victim[jump], color="0.6", linestyle=":", linewidth=0.8)
    three = np.array([h if len(h) == 3 else (np.nan,) * 3 for h in hazards])
    ax.plot(victim, three[:, 2], label="the other equilibria", **other)
    ax.plot(victim, three[:, 1], **other)
    ax.plot(victim, found["hazard_complete"], label="all see π", **complete)
    ax.set(xlabel="Payoff of the victim of a surprise, S, utils",
           ylabel="Probability of conflict per period", xlim=(-0.6, 0), ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, loc="center left")
    caption(ax, f"The fear of surprise grows to the left; at S = −{-victim[jump]:.3f} peace breaks "
            "down. F = 2.5, W = 0, π normal with mean 1 and standard deviation 1, "
            "δ = 0.8.")  # fmt: skip


def _payoffs(attack: float, victim: float, war: float) -> tuple[Quantity, ...]:
    return (
        Quantity("attack_payoff", "F", "payoff of one who attacks alone, utils", attack,
                 box=(1, 3)),
        Quantity("victim_payoff", "S", "payoff of its victim, utils", victim, box=(-2, -0.1)),
        Quantity("war_payoff", "W", "payoff of each if both attack, utils", war, box=(-0.5, 0.5)),
    )  # fmt: skip


ORDERED = (
    Condition(
        ("attack_payoff", "victim_payoff", "war_payoff"), "victim_payoff < war_payoff "
        "<= attack_payoff",
        lambda attack_payoff, victim_payoff, war_payoff:
        (victim_payoff < war_payoff) & (war_payoff <= attack_payoff + SLACK),
    ),
)  # fmt: skip


def _arms_ordered(**given: Any) -> Any:
    attack, war, victim = arms(**given)
    return (victim < war) & (war <= attack + SLACK)


ARMS = (
    Quantity("stock", "k", "weapons that each holds, units", 1, 0, box=(0, 8)),
    Quantity("attack_payoff_base", "f0", "F without weapons, utils", 1, box=(0.8, 2)),
    Quantity("attack_payoff_slope", "f1", "how much F falls per weapon, utils", 0.1, 0,
             box=(0, 0.2)),
    Quantity("war_payoff_base", "w0", "W without weapons, utils", 0, box=(-0.1, 0.2)),
    Quantity("war_payoff_slope", "w1", "how much W falls per weapon, utils", 0.1, 0,
             box=(0.02, 0.2)),
    Quantity("victim_payoff_base", "s0", "S without weapons, utils", -0.1, box=(-1, -0.2)),
    Quantity("victim_payoff_drop", "s1", "how much S falls in all, utils", 1, 0, box=(0.5, 2)),
    Quantity("drop_rate", "η", "how fast it falls, per weapon", 1, 0, closed="neither",
             box=(0.3, 2)),
)  # fmt: skip
SLOPES = ("attack_payoff_slope", "war_payoff_slope")

MODEL = Model(
    slug="chassang-padro-i-miquel-2010-strategic-risk",
    title="Conflict and deterrence under strategic risk",
    citation="""@article{chassang2010conflict,
  author  = {Sylvain Chassang and Gerard {Padr{\\'o} i Miquel}},
  title   = {Conflict and Deterrence under Strategic Risk},
  journal = {Quarterly Journal of Economics},
  volume  = {125},
  number  = {4},
  pages   = {1821--1858},
  year    = {2010}
}""",
    provenance=(
        "After Chassang and Padró i Miquel (2010): the abstracts of article and working paper were "
        "at hand. The paper's: predatory and preemptive incentives; exit games with strategic "
        "risk; that weapons favour peace if all see the same, and need not under strategic risk. "
        "Recalled: how thresholds are selected in exit games. Ours: this exact variant, the "
        "dependence of payoffs on weapons, all formulas, parameters and figures."
    ),
    cases={
        "one-shot": Case(
            (
                *_payoffs(1, -1, 0),
                Quantity("noise_width", "σ", "width of the noise of signals, utils", 0.1, 0,
                         box=(0.05, 1)),
            ),
            one_shot,
            {
                "cutoff_complete": "value of peace from which on it can be kept if all see it, "
                                   "utils",
                "cutoff_risk_dominance": "value from which on it is kept with hardly any noise, "
                                         "utils",
                "cutoff_noisy": "signal from which on it is kept with this noise, utils",
                "preemptive_incentive": "W - S, utils",
            },
            conditions=ORDERED, game=one_shot_game, solved=one_shot_solved,
        ),
        "exit-game": Case(
            (
                *_payoffs(2.5, -0.2, 0),
                Quantity("peace_mean", "m", "mean of the value of peace, utils per period", 1,
                         box=(0.5, 1.5)),
                Quantity("peace_sd", "s", "its standard deviation, utils per period", 1, 0,
                         closed="neither", box=(0.5, 2)),
                Quantity("discount", "δ", "discount factor per period", 0.8, 0, 1, closed="left",
                         box=(0, 0.9)),
            ),
            exit_game,
            {
                "cutoff_complete": "value of peace from which on it is kept in the most peaceful "
                                   "equilibrium if all see it, utils",
                "hazard_complete": "probability of conflict per period there",
                "value_complete": "what the game is worth there, utils, discounted sum",
                "cutoffs_strategic": "the same values in each equilibrium under strategic risk, "
                                     "the most peaceful first, utils",
                "hazards_strategic": "probability of conflict per period in each",
                "values_strategic": "what the game is worth in each, utils, discounted sum",
            },
            conditions=ORDERED, solved=exit_game_solved,
        ),
        "weapons": Case(
            ARMS, weapons,
            {
                "cutoff_complete": "value of peace from which on it can be kept if all see it, "
                                   "utils",
                "cutoff_strategic": "value from which on it is kept with hardly any noise, utils",
                "stock_peak": "stock at which the latter is highest, units",
            },
            conditions=(
                Condition(SLOPES, "attack_payoff_slope + war_payoff_slope > 0",
                          lambda attack_payoff_slope, war_payoff_slope:
                          attack_payoff_slope + war_payoff_slope > 0),
                Condition(tuple(q.name for q in ARMS), "S(k) < W(k) <= F(k)", _arms_ordered),
            ),
            game=weapons_game, solved=weapons_solved,
        ),
    },
    levers=(
        Lever("clear signals", "exit-game", "victim_payoff", True,
              "notices of exercises and a direct line make surprise harder, so that its victim "
              "loses less"),
        Lever("interests", "exit-game", "peace_mean", True,
              "who acts on interests counts what peace brings"),
        Lever("restraint", "exit-game", "attack_payoff", False,
              "a state that does not press its advantage gains less from an attack on one who is "
              "peaceful"),
    ),
    badness="hazards_strategic",
    figures={"weapons": draw_weapons, "hazard": draw_hazard},
)  # fmt: skip
