"""Baliga and Sjöström (2004): arms races that nobody wants, and talk that can end them.

Two states build weapons or not, at once. Each alone knows its cost c of building, drawn from F on
[0, c̄]. Who builds alone gains μ, who alone does not loses d > μ. A state of cost below μ builds
whatever the other does. There may be few of them; but a state that costs a little more builds for
fear of them, one that costs more still for fear of those, and so on: a *multiplier*. States build
up to a cutoff x. If the other does so a state is indifferent at Γ(x) = μ (1 - F(x)) + d F(x), so
x = Γ(x), or all build. If d F(c) >= c for all c, all build, however small μ.

In the case *talk* each first says "dove" or "hawk", at no cost. Very tough states (costs below c_L)
say dove, and build against a dove. Soft ones (above c_H) say dove, and build against a hawk only.
The others say hawk: two hawks keep the peace, a dove and a hawk both build. So moderately tough
states give themselves away in order not to be caught unarmed, and that takes them off the doves'
minds. Where without talk all would build, peace is then nearly sure if μ is small.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.literature.drawing import COLOURS, caption, strokes
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


def reply(cutoff: Any, cost_shape: Any, cost_max: Any, loss_unarmed: Any, gain_armed: Any) -> Any:
    """Return Γ: the cost at which a state is indifferent if the other builds up to the cutoff."""
    builds = (cutoff / cost_max) ** cost_shape
    return gain_armed * (1 - builds) + loss_unarmed * builds


def no_talk(cost_shape: Any, cost_max: Any, loss_unarmed: Any, gain_armed: Any) -> Results:
    """List the roots of x = Γ(x), as shares t = x/c̄.

    The excess h(t) = (Γ - x)/c̄ is above 0 at 0. If a <= 1 it is concave and passes 0 once, before 1
    if h(1) < 0. If a > 1 it is convex: it falls up to a turn, then rises.
    """
    a, top = cost_shape, np.asarray(cost_max, dtype=float)
    least, rise, last = gain_armed / top, (loss_unarmed - gain_armed) / top, loss_unarmed / top - 1
    slack = SLACK / top
    with np.errstate(divide="ignore", over="ignore"):
        # The log of the turn, a rise t^(a - 1) = 1.
        turn = np.where(a > 1, -np.log(a * rise) / np.where(a > 1, a - 1, 1), np.inf)
    turn = np.minimum(turn, 0)
    turns = turn < 0

    def excess(log: Any) -> Any:
        return least + rise * np.exp(a * log) - np.exp(log)

    depth = excess(turn)
    low_exists = np.where(turns, depth <= slack, last < -slack)
    middle_exists = turns & (depth < -slack) & (last > slack)
    low = falling_root(excess, np.minimum(np.log(least), turn), turn)
    middle = falling_root(lambda log: -excess(log), turn, np.zeros_like(turn))
    logs = (
        np.where(low_exists, low, np.nan),
        np.where(middle_exists, middle, np.nan),
        np.where(last >= -slack, 0.0, np.nan),
    )
    return {
        "multiplier_condition": (a <= 1) & (last >= -slack),
        "equilibria": sum(~np.isnan(log) for log in logs),
        "cutoffs": listed(*(top * np.exp(log) for log in logs)),
        "build_probs": listed(*(np.exp(a * log) for log in logs)),
    }


def curve(cutoff_high: Any, loss_unarmed: Any) -> Any:
    """Return the gain μ at which c_H is a cutoff, by c_L P_M = μ P_H, c_H (1 - 2 P_M) = d P_L."""
    c, d = cutoff_high, loss_unarmed
    return c**2 * (1 - 2 * c) * (d - 1) / ((1 - c) * (d - 2 * c) ** 2)


def talk(loss_unarmed: Any, gain_armed: Any) -> Results:
    """Take the smaller c_H on the curve, which rises to a peak and then falls.

    The derivative of its logarithm vanishes where (4 d + 2) c² - 7 d c + 2 d = 0; the other root is
    above 1/2. Of two such equilibria that of the smaller c_H has the lower risk of an arms race;
    peace, too, is likelier there if μ is small, but not always near the peak.
    """
    d, gain = np.asarray(loss_unarmed, dtype=float), np.asarray(gain_armed, dtype=float)
    peak = (7 * d - np.sqrt(17 * d**2 - 16 * d)) / (8 * d + 4)
    most = curve(peak, d)
    exists = gain <= most + SLACK
    safe = np.where(exists, np.minimum(gain, most), most)

    def short(log: Any) -> Any:
        return safe - curve(np.exp(log), d)

    # With e = d - 1, f = 1 - 2 c the curve is c² e f/((1 - c) (e + f)²), and so at most c²/2.
    least = np.log(np.minimum(np.sqrt(2 * safe), peak))
    high = np.where(exists, np.exp(falling_root(short, least, np.log(peak))), np.nan)
    low = high * (1 - 2 * high) / (d - 2 * high)
    tough, middle, soft = low, high - low, 1 - high
    return {
        "exists": exists,
        "gain_max": most,
        "cutoff_low": low,
        "cutoff_high": high,
        "prob_peace": soft**2 + middle**2,
        "prob_arms_race": tough**2 + 2 * middle * (tough + soft),
        "prob_one_builds": 2 * tough * soft,
    }


# The second route: what types gain, given the shares of the others; each cutoff proved to be best.

CUTOFF, COST = sp.symbols("cutoff cost")
SHAPE, TOP, LOSS, GAIN = (Parameter(n, (0, inf)) for n in ("shape", "top", "loss", "gain"))
BUILDS = (CUTOFF / TOP) ** SHAPE
# Who has a cost above the cutoff does not build, and so saves it.
DISARMED = CutoffRule(CUTOFF, (0, TOP), COST - GAIN * (1 - BUILDS) - LOSS * BUILDS, type=COST)

LOW, HIGH = sp.symbols("low high")
TOUGH, MIDDLE, SOFT = LOW, HIGH - LOW, 1 - HIGH
# What the three ways to play are worth, meeting the tough, the middle and the soft in turn.
AS_TOUGH = TOUGH * -COST + MIDDLE * -COST + SOFT * (GAIN - COST)
AS_MIDDLE = TOUGH * -COST + MIDDLE * 0 + SOFT * -COST
AS_SOFT = TOUGH * -LOSS + MIDDLE * -COST + SOFT * 0
MILDER, SOFTER = AS_MIDDLE - AS_TOUGH, AS_SOFT - AS_MIDDLE
# With d > 1 a cutoff c_H above 1/2 would lie below c_L.
HALF = sp.Rational(1, 2)


@cache
def _in_high() -> tuple[sp.Expr, sp.Expr, CutoffRule, CutoffRule]:
    """Return c_L and the gain as functions of c_H, and the rules of c_H and of the largest gain."""
    (low,) = sp.solve(SOFTER.subs(COST, HIGH), LOW)  # the type at c_H is indifferent
    excess = sp.cancel(MILDER.subs(COST, LOW).subs(LOW, low))  # what the type at c_L gains
    (gain,) = sp.solve(excess, GAIN)
    rise, over = sp.fraction(sp.cancel(sp.diff(gain, HIGH) / gain))
    sign = sp.sign(over.subs({HIGH: HALF / 2, LOSS: 2}))
    return (
        low,
        gain,
        CutoffRule(HIGH, (0, HALF), sp.fraction(excess)[0]),
        CutoffRule(HIGH, (0, HALF), sp.expand(-sign * rise)),
    )


def no_talk_solved(
    cost_shape: float, cost_max: float, loss_unarmed: float, gain_armed: float
) -> Results:
    """Find all cutoffs; shares of builders are those of the distribution."""
    given = {"shape": cost_shape, "top": cost_max, "loss": loss_unarmed, "gain": gain_armed}
    found = cutoff_equilibria(DISARMED, **given)
    if not (found.complete and all(e.best_reply for e in found)):
        raise GameError("not all cutoffs could be found, or proved to be best for all types")
    places = [e.cutoffs["cutoff"] for e in found]
    return {
        "equilibria": len(found),
        "cutoffs": places,
        "build_probs": [(x / cost_max) ** cost_shape for x in places],
    }


def talk_solved(loss_unarmed: float, gain_armed: float) -> Results:
    """Find all pairs of cutoffs; of two the one with the smaller c_H.

    What types gain is linear in their cost, so that those on either side of a cutoff agree with it
    if the slope there is above 0.
    """
    low_of, gain_of, rule, peak_rule = _in_high()
    found = cutoff_equilibria(rule, loss=loss_unarmed, gain=gain_armed)
    if not found.complete:
        raise GameError("not all cutoffs could be found")
    pairs = []
    for e in found:
        high = e.cutoffs["high"]
        low = float(low_of.subs({HIGH: high, LOSS: loss_unarmed}))
        at = {LOW: low, HIGH: high, LOSS: loss_unarmed, GAIN: gain_armed}
        slopes = [gain.diff(COST).subs(at) for gain in (MILDER, SOFTER)]
        if e.places["high"] == "inside" and 0 < low < high and min(slopes) > 0:
            pairs.append((low, high))
    peak = float(only_cutoffs(peak_rule, loss=loss_unarmed)[0])
    low, high = min(pairs, key=lambda pair: pair[1], default=(nan, nan))
    # Who meets whom: the tough, the middle and the soft, and which of the two build.
    shares = {"tough": low, "middle": high - low, "soft": 1 - high}
    both, neither = 0.0, 0.0
    for own, p in shares.items():
        for other, q in shares.items():
            builds = _builds(own, other), _builds(other, own)
            both += p * q * all(builds)
            neither += p * q * (not any(builds))
    return {
        "exists": bool(pairs),
        "gain_max": float(gain_of.subs({HIGH: peak, LOSS: loss_unarmed})),
        "cutoff_low": low,
        "cutoff_high": high,
        "prob_peace": neither,
        "prob_arms_race": both,
        "prob_one_builds": 1 - both - neither,
    }


def _builds(own: str, other: str) -> bool:
    """Return whether one kind of state builds when it has met the words of another."""
    if "middle" in (own, other):
        return own != other  # a hawk and a dove; two hawks do not
    return own == "tough"


# Figures.


def draw_replies(ax: Axes) -> None:
    """Draw best replies for three distributions and losses."""
    rows = ((1.0, 1.2, "costs uniform"), (1.0, 0.8, "costs uniform"), (2.0, 1.2, "F = c²"))
    x = np.linspace(0, 1, 300)
    for (shape, loss, name), line in zip(rows, strokes(3), strict=True):
        given = {"cost_shape": shape, "cost_max": 1, "loss_unarmed": loss, "gain_armed": 0.05}
        ax.plot(x, reply(x, **given), label=f"{name}, d = {loss}", **line)
        places = MODEL.results("no-talk", **given)["cutoffs"]
        ax.plot(places, places, "o", color=line["color"], markersize=6, clip_on=False, zorder=3)
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=0.8)
    ax.set(xlabel="Cost below which the other builds, x",
           ylabel="Cost below which it is best to build, Γ(x)", xlim=(0, 1),
           ylim=(0, 1.25))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "Equilibria are marked: where a line meets the diagonal, and at x = 1 where it "
            "ends above it (all build). μ = 0.05, c̄ = 1.")  # fmt: skip


def draw_talk(ax: Axes) -> None:
    """Draw how likely peace is after talk."""
    for loss, line in zip((1.1, 1.2, 1.5, 2), strokes(4), strict=True):
        most = MODEL.results("talk", loss_unarmed=loss)["gain_max"]
        gain = most * np.linspace(1e-4, 1, 400) ** 2
        peace = MODEL.results("talk", loss_unarmed=loss, gain_armed=gain)["prob_peace"]
        ax.plot(gain, peace, label=f"d = {loss}", **line)
        ax.plot(gain[-1], peace[-1], "o", color=line["color"], markersize=5)
    ax.axhline(0, color=COLOURS[0], linewidth=2)
    ax.text(0.098, 0.02, "without talk all build", ha="right")
    ax.set(xlabel="Gain of a state that alone builds, μ", ylabel="Probability that nobody builds",
           xlim=(0, 0.1), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="upper right")
    caption(ax, "Costs uniform on [0, 1]. Circles: largest gain at which the doves and hawks are "
            "an equilibrium.")  # fmt: skip


BELOW = Condition(
    ("gain_armed", "loss_unarmed"), "gain_armed < loss_unarmed",
    lambda gain_armed, loss_unarmed: gain_armed < loss_unarmed,
)  # fmt: skip


def _gains(default: float, box: tuple[float, float]) -> Quantity:
    return Quantity("gain_armed", "μ", "what a state gains that alone builds, utils", default, 0,
                    closed="neither", box=box)  # fmt: skip


MODEL = Model(
    slug="baliga-sjostrom-2004-arms-races",
    title="Arms races out of fear, and cheap talk that ends them",
    citation="""@article{baliga2004arms,
  author  = {Sandeep Baliga and Tomas Sj{\\\"o}str{\\\"o}m},
  title   = {Arms Races and Negotiations},
  journal = {Review of Economic Studies},
  volume  = {71},
  year    = {2004}
}""",
    provenance=(
        "After Baliga and Sjöström (2004): the abstract was at hand. The paper's: private types; "
        "that under some conditions all build; that talk brings the probability of an arms race "
        "near zero where few states build come what may; the multiplier. Payoffs and the "
        "multiplier condition are recalled as the article has them. The equilibrium with talk is "
        "recalled in its structure (tough and soft say the same, the middle the other thing) and "
        "derived anew; which messages lead to which acts could not be compared. Ours: the power "
        "distribution, all formulas for uniform costs, parameters and figures."
    ),
    cases={
        "no-talk": Case(
            (
                Quantity("cost_shape", "a", "shape of F = (c/c̄)^a; 1 is uniform", 2, 0,
                         closed="neither", box=(0.5, 4)),
                Quantity("cost_max", "c̄", "largest cost of building, utils", 1, 0,
                         closed="neither", box=(0.8, 1.5)),
                Quantity("loss_unarmed", "d", "what a state loses that alone does not, utils", 1.2,
                         0, closed="neither", box=(0.5, 2)),
                _gains(0.05, (0.001, 0.3)),
            ),
            no_talk,
            {
                "multiplier_condition": "whether d F(c) >= c for all c, so that all build at "
                                        "every gain",
                "equilibria": "number of equilibria",
                "cutoffs": "cost below which states build, in each, utils",
                "build_probs": "probability that a state builds, in each",
            },
            conditions=(BELOW,), solved=no_talk_solved,
        ),
        "talk": Case(
            (
                Quantity("loss_unarmed", "d", "what a state loses that alone does not build, as a "
                         "multiple of the largest cost", 1.2, 1, closed="neither",
                         box=(1.01, 1.6)),
                _gains(0.005, (0.0005, 0.06)),
            ),
            talk,
            {
                "exists": "whether there is an equilibrium of doves and hawks",
                "gain_max": "largest gain at which there is one, utils",
                "cutoff_low": "cost up to which a state says dove and builds, c_L",
                "cutoff_high": "cost from which on it says dove and is one, c_H",
                "prob_peace": "probability that nobody builds",
                "prob_arms_race": "probability that both build",
                "prob_one_builds": "probability that exactly one builds",
            },
            conditions=(BELOW,), solved=talk_solved,
        ),
    },
    levers=(
        Lever("interests", "talk", "gain_armed", False,
              "fewer states would arm come what may if they look to their interest in a peace "
              "that both keep"),
        Lever("restraint", "talk", "loss_unarmed", False,
              "pressed less, a state caught unarmed loses less; but it is also fear that makes "
              "moderately tough states give themselves away"),
    ),
    badness="prob_arms_race",
    figures={"replies": draw_replies, "talk": draw_talk},
)  # fmt: skip
