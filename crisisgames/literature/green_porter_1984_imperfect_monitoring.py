"""After Edward Green and Robert Porter (1984): restraint that can be verified only badly.

Two sides restrain themselves or cheat, in every period anew. Neither sees what the other did. Both
see whether there was a suspicious incident: rarely when both restrain themselves (a *false alarm*,
probability p), more often when one cheats (*detection*, probability q). Restraint lasts only if
incidents are followed by a phase without it, although nobody has cheated. So false alarms cost
peace, however patient the sides are: of the reward R they are left with R - p g / (q - p), where
g = T - R is what cheating brings. Punishing for longer than needed only wastes more.

What is sought is the best strongly symmetric public equilibrium in pure actions: after every public
history both do the same. A lottery that all can see is available.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.games import Parameter, StochasticGame
from crisisgames.games.expressions import as_fraction
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model, whole
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import CONSTANT, most, only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Thresholds are met if they are missed by no more than this."""


# Closed forms; g is what cheating brings, `spread` is q - p.


def restraint(
    reward: Any, temptation: Any, false_alarm: Any, detection: Any, discount: Any
) -> Results:
    """Return the best value, the chance of punishment, and the shortest phase that suffices."""
    p, q, g = false_alarm, detection, temptation - reward
    spread = q - p
    best = reward - p * g / spread
    worth = best > TIE
    least = np.where(worth, g / np.where(worth, g * (1 - p) + spread * reward, 1), np.inf)
    works = worth & (discount >= least - TIE)
    punish = (1 - discount) * g / (discount * spread * np.where(works, best, 1))
    # A phase of n periods suffices if discount^(n + 1) <= room.
    gap = discount * spread * reward - g * (1 - discount + discount * p)
    long = works & (discount > least + TIE) & (gap > 0)
    room = np.where(long, gap, 1) / np.where(long, spread * best, 1)
    periods = np.maximum(1, np.ceil(np.log(room) / np.log(discount) - 1 - TIE))
    length = np.where(long, periods, np.where(works, np.inf, np.nan))
    left = np.where(long, discount ** (periods + 1), 0)
    fixed = (1 - discount) * reward / (1 - discount * (1 - p) - p * left)
    return {
        "cooperation": works,
        "value_max": np.where(works, best, 0),
        "share_lost": 1 - np.where(works, best, 0) / reward,
        "discount_min": least,
        "prob_punish": np.where(works, np.minimum(1, punish), np.nan),
        "punishment_length": whole(length),
        "value_fixed_length": np.where(works, fixed, 0),
        "slope_false_alarm": np.where(works, -g * q / spread**2, np.nan),
        "slope_detection": np.where(works, p * g / spread**2, np.nan),
    }


def verification(reward: Any, temptation: Any, noise: Any, discount: Any) -> Results:
    """Return the same where both errors are equally likely, and how likely they may be."""
    g = temptation - reward
    found = restraint(reward, temptation, noise, 1 - noise, discount)
    largest = (reward + g - g / discount) / (2 * reward + g)
    return {
        "cooperation": found["cooperation"],
        "value_max": found["value_max"],
        "share_lost": found["share_lost"],
        "noise_max": np.where(largest >= -TIE, np.maximum(0, largest), np.nan),
        "noise_max_patient": reward / (2 * reward + g),
    }


# The second route. The set of values of strongly symmetric equilibria is an interval from 0, and
# the largest that generates itself [1]_: a value v is made of today's payoffs and of what follows
# each signal, x after a good one and y after a bad one, both between 0 and v. So v is the optimum
# of a linear program. Phases of fixed length are Markov perfect play of a stochastic game.
#
# .. [1] Dilip Abreu, David Pearce and Ennio Stacchetti, "Toward a Theory of Discounted Repeated
#    Games with Imperfect Monitoring", Econometrica 58(5), 1990.

FALSE, DETECTED, PATIENCE, REWARD, GAIN = (
    Parameter(name, (0, float("inf"))) for name in ("false", "detected", "patience", "reward", "g")
)
D, E = sp.symbols("discount noise")


def _lasting(patience: Any, false: Any, detected: Any) -> Any:
    """Return what cheating loses by punishment without end, less what it brings, times 1 - d p."""
    return patience * (detected - false) * REWARD - GAIN * (1 - patience + patience * false)


LEAST_PATIENCE = CutoffRule(D, (0, 1), _lasting(D, FALSE, DETECTED))
MOST_NOISE = CutoffRule(E, (0, sp.Rational(1, 2)), -_lasting(PATIENCE, E, 1 - E))


def _best(
    reward: float, temptation: float, false: Fraction, detected: Fraction, discount: float
) -> dict[str, Fraction] | None:
    """Return the largest value v, what follows a good signal, x, and a bad one, y."""
    r, t, d = map(as_fraction, (reward, temptation, discount))
    keeps = {"v": 1, "x": -d * (1 - false), "y": -d * false, CONSTANT: -(1 - d) * r}
    honest = {"x": -d * (detected - false), "y": d * (detected - false),
              CONSTANT: (1 - d) * (t - r)}  # fmt: skip
    rows: list[dict[str, Any]] = [{"x": 1, "v": -1}, {"y": 1, "v": -1}, honest]
    best = most({"v": 1}, rows, [keeps])
    if best is None:
        return None
    # Of the ways to reach it, the mildest: without false alarms the harshness does not matter.
    return most({"y": 1}, rows, [keeps, {"v": 1, CONSTANT: -best["v"]}])


def restraint_solved(
    reward: float, temptation: float, false_alarm: float, detection: float, discount: float
) -> Results:
    """Solve the program, and try phases of more and more periods."""
    p, q = as_fraction(false_alarm), as_fraction(detection)
    given = reward, temptation, false_alarm, detection, discount
    g = as_fraction(temptation) - as_fraction(reward)
    least = float(only_cutoffs(LEAST_PATIENCE, false=p, detected=q, reward=reward, g=g)[0])
    found = _best(reward, temptation, p, q, discount)
    if found is None:
        return {
            "cooperation": False,
            "value_max": 0,
            "share_lost": 1,
            "discount_min": least if least < 1 else np.inf,
            "prob_punish": np.nan,
            "punishment_length": np.nan,
            "value_fixed_length": 0,
        }
    value = found["v"]
    low, high = 0, 1
    while (worth := _restrained(game(*given, high))) is None and high < MOST_PERIODS:
        low, high = high, 2 * high
    while worth is not None and high - low > 1:
        middle = (low + high) // 2
        tried = _restrained(game(*given, middle))
        low, high, worth = (middle, high, worth) if tried is None else (low, middle, tried)
    shown = {"punishment_length": high, "value_fixed_length": worth} if worth is not None else {}
    return {
        "cooperation": value > 0,
        "value_max": float(value),
        "share_lost": float(1 - value / as_fraction(reward)),
        "discount_min": least,
        "prob_punish": float(1 - found["y"] / value),
        **shown,
    }


MOST_PERIODS = 64
"""Longest phase that is tried."""


def game(
    reward: float,
    temptation: float,
    false_alarm: float,
    detection: float,
    discount: float,
    punishment_length: int = 1,
) -> StochasticGame:
    """Return play that follows phases of fixed length, as a stochastic game.

    In the state ``peace`` both choose; a bad signal leads to so many periods in which both cheat,
    which is the best reply to itself there, since nothing that is done in them is answered.
    """
    r, t, p, q, d = map(as_fraction, (reward, temptation, false_alarm, detection, discount))
    phase = [f"punishment {k}" for k in range(punishment_length, 0, -1)]
    nxt = dict(zip(phase, [*phase[1:], "peace"], strict=True))
    incident = {0: p, 1: q, 2: q}  # by how many cheat

    def pays(one: str, two: str) -> tuple[Fraction, Fraction]:
        table = {("restrain", "restrain"): (r, r), ("restrain", "cheat"): (r - t, t),
                 ("cheat", "restrain"): (t, r - t)}  # fmt: skip
        return table.get((one, two), (Fraction(0), Fraction(0)))

    def leads(*profile: str) -> dict[str, Fraction]:
        bad = incident[profile.count("cheat")]
        return {phase[0]: bad, "peace": 1 - bad}

    ways = ("restrain", "cheat")
    return StochasticGame(
        ("A", "B"),
        ("peace", *phase),
        {"peace": {"A": ways, "B": ways}},
        {"peace": pays, **dict.fromkeys(phase, (0, 0))},
        {"peace": leads, **nxt},
        d,
    )


def _restrained(played: StochasticGame) -> float | None:
    """Return the value per period of restraint in peace, or None if it is no equilibrium."""
    for found in solve(played, "markov-perfect", method="pure", exact=True):
        if all(found.strategy[i]["peace"]["restrain"] == 1 for i in played.players):
            return float(found.payoffs["A"] * (1 - as_fraction(played.discount[0])))
    return None


def verification_solved(reward: float, temptation: float, noise: float, discount: float) -> Results:
    """Solve the program, and find how much noise punishment without end can bear."""
    e = as_fraction(noise)
    g = as_fraction(temptation) - as_fraction(reward)
    found = _best(reward, temptation, e, 1 - e, discount)
    given = {"reward": reward, "g": g}
    return {
        "cooperation": found is not None,
        "value_max": 0 if found is None else float(found["v"]),
        "noise_max": _largest_noise(patience=discount, **given),
        "noise_max_patient": _largest_noise(patience=1, **given),
    }


def _largest_noise(**given: Any) -> float:
    # Without noise, cheating must not pay already.
    edge = float(only_cutoffs(MOST_NOISE, **given)[0])
    never = _lasting(PATIENCE, 0, 1).subs({PATIENCE: given["patience"], REWARD: given["reward"],
                                           GAIN: given["g"]}) < 0  # fmt: skip
    return np.nan if never else edge


# Figures.


def draw_value(ax: Axes) -> None:
    """Draw the best value against the noise, for three discount factors."""
    noise = np.linspace(0, 0.4999, 2001)
    for style, (discount, width) in zip(
        strokes(3), ((0.9, 5.5), (0.6, 3.5), (0.4, 1.6)), strict=True
    ):
        found = MODEL.results("verification", noise=noise, discount=discount)
        shown = np.where(found["cooperation"], found["value_max"], np.nan)
        ax.plot(noise, shown, label=f"δ = {discount:g}", linewidth=width, color=style["color"])
        edge = found["noise_max"][0]
        least = MODEL.results("verification", noise=edge, discount=discount)["value_max"]
        ax.plot([edge, edge], [0, least], color=style["color"], linestyle=":", linewidth=1.4)
    ax.set(xlabel="Noise e: probability of a false alarm, and of a cheat overlooked",
           ylabel="Best value v*, utils per period", xlim=(0, 0.5), ylim=(0, 1.03))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "R = 1, T = 1.5. The curve is the same for all discount factors; it ends where "
            "restraint cannot last (dotted), and the value is 0 beyond.")  # fmt: skip


def draw_region(ax: Axes) -> None:
    """Draw where restraint can last."""
    discount = np.linspace(0.005, 0.9999, 800)
    for style, temptation in zip(strokes(2), (1.5, 2), strict=True):
        edge = MODEL.results("verification", discount=discount, temptation=temptation)
        shown = edge["noise_max"]
        ax.plot(discount, shown, label=f"T = {temptation:g}", **style)
        if temptation == 1.5:
            ax.fill_between(discount, 0, np.nan_to_num(shown), color="0.88", linewidth=0)
        limit = edge["noise_max_patient"][0]
        ax.plot([1], [limit], "o", color=style["color"], clip_on=False)
    ax.text(0.78, 0.1, "restraint can last\n(T = 1.5)", ha="center")
    ax.text(0.25, 0.25, "it cannot", ha="center")
    ax.set(xlabel="Discount factor δ", ylabel="Noise e", xlim=(0, 1), ylim=(0, 0.5))
    ax.legend(frameon=False, loc="upper left", title="Largest noise e*(δ)")
    caption(ax, "R = 1. Dots: the limit as δ goes to 1.")


def draw_phases(ax: Axes) -> None:
    """Draw what phases of fixed length lose against the lottery."""
    noise = np.linspace(0, 0.3777, 4001)
    found = MODEL.results("restraint", false_alarm=noise, detection=1 - noise)
    one, two = strokes(2)
    ax.plot(noise, found["value_max"], label="best value v* (a lottery)", **one)
    length = found["punishment_length"]
    jumps = np.flatnonzero(np.diff(length)) + 1
    for k, part in enumerate(np.split(np.arange(len(noise)), jumps)):
        label = "best phase of fixed length, v_N*" if k == 0 else None
        ax.plot(noise[part], found["value_fixed_length"][part], label=label, **{**two,
                "linestyle": "-"})  # fmt: skip
        middle = part[len(part) // 2]
        if len(part) > 100:
            ax.annotate(f"{length[middle]:.0f}", (noise[middle],
                        found["value_fixed_length"][middle]), (-4, -14),
                        textcoords="offset points", color=two["color"])  # fmt: skip
    ax.set(xlabel="Noise e: probability of a false alarm, and of a cheat overlooked",
           ylabel="Value, utils per period", xlim=(0, 0.4), ylim=(0, 1.03))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "R = 1, T = 1.5, δ = 0.9. Numbers: the shortest phase N* that keeps both honest, "
            "in periods.")  # fmt: skip


STAGE = (
    Quantity("reward", "R", "payoff of restraint on both sides, utils per period; cheating on "
             "both sides pays 0", 1, 0, closed="neither", box=(0.5, 2)),
    Quantity("temptation", "T", "payoff of cheating on one who restrains itself, utils per period",
             1.5, 0, closed="neither", box=(0.8, 3)),
)  # fmt: skip
DISCOUNT = Quantity("discount", "δ", "discount factor", 0.9, 0, 1, closed="neither",
                    box=(0.4, 0.95))  # fmt: skip
TEMPTED = Condition(
    ("reward", "temptation"), "reward < temptation", lambda reward, temptation: reward < temptation
)
DETECTS = Condition(
    ("false_alarm", "detection"),
    "false_alarm < detection",
    lambda false_alarm, detection: false_alarm < detection,
)
SHARED = {
    "cooperation": "whether restraint can last",
    "value_max": "best value, utils per period; 0 if restraint cannot last",
    "share_lost": "share of the reward that is lost by it",
}

MODEL = Model(
    slug="green-porter-1984-imperfect-monitoring",
    title="Restraint under imperfect verification",
    citation="""@article{greenporter1984noncooperative,
  author  = {Edward J. Green and Robert H. Porter},
  title   = {Noncooperative Collusion under Imperfect Price Information},
  journal = {Econometrica},
  volume  = {52},
  year    = {1984}
}
@article{abreupearcestacchetti1990toward,
  author  = {Dilip Abreu and David Pearce and Ennio Stacchetti},
  title   = {Toward a Theory of Discounted Repeated Games with Imperfect Monitoring},
  journal = {Econometrica},
  volume  = {58},
  year    = {1990}
}""",
    provenance=(
        "After Green and Porter (1984), whose subject is a cartel that sees only a noisy price and "
        "fights price wars, and the method of Abreu, Pearce and Stacchetti (1990), both in our "
        "recollection. Ours: the game with two actions, its reading as verification, all formulas "
        "(the standard argument, derived again) and all numbers. Asymmetric or mixed equilibria "
        "may do better or worse; nothing is said of them."
    ),
    cases={
        "restraint": Case(
            (
                *STAGE,
                Quantity("false_alarm", "p", "probability of an incident if both restrain "
                         "themselves", 0.1, 0, 1, box=(0, 0.35)),
                Quantity("detection", "q", "probability of an incident if one cheats", 0.9, 0, 1,
                         box=(0.4, 1)),
                DISCOUNT,
            ),
            restraint,
            {
                **SHARED,
                "discount_min": "least discount factor at which restraint can last; infinite if "
                "there is none",
                "prob_punish": "least probability with which an incident must end restraint "
                "for good",
                "punishment_length": "shortest phase of punishment that suffices, periods; "
                "infinite where only one without end does",
                "value_fixed_length": "value with phases of that length, utils per period",
                "slope_false_alarm": "change of the best value per unit of false alarms",
                "slope_detection": "change of the best value per unit of detection",
            },
            conditions=(TEMPTED, DETECTS),
            game=game,
            solved=restraint_solved,
        ),
        "verification": Case(
            (
                *STAGE,
                Quantity("noise", "e", "probability of a false alarm, and of a cheat overlooked",
                         0.1, 0, 0.5, closed="left", box=(0, 0.45)),
                DISCOUNT,
            ),
            verification,
            {
                **SHARED,
                "noise_max": "largest noise at which restraint can last, a probability; nan if it "
                "never can",
                "noise_max_patient": "its limit as the discount factor goes to 1",
            },
            conditions=(TEMPTED,),
            solved=verification_solved,
        ),
    },
    levers=(
        Lever("clear signals", "restraint", "false_alarm", False,
              "exercises that are notified are not taken for a breach"),
        Lever("slow escalation", "restraint", "discount", True,
              "who looks further ahead is kept honest by milder answers to an incident"),
    ),
    badness="share_lost",
    figures={"value": draw_value, "region": draw_region, "phases": draw_phases},
)  # fmt: skip
