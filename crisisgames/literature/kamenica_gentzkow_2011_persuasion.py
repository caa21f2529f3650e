"""After Emir Kamenica and Matthew Gentzkow (2011): how much a monitor should reveal.

A state sees forces move. It may be an attack or an exercise. A *monitor* has a sensor that is wrong
with probability ε, and says something in public; the state then holds or preempts, and preempts if
an attack is likelier than its threshold t. The monitor has likings of its own: it would preempt
only above a threshold t_M. How much should it say, if it can bind itself to a procedure?

If t_M lies between the beliefs that the sensor's two readings leave, all that the sensor says. A
monitor that wants restraint whatever the sensor says does better by an *all-clear* that also covers
some alarms: as many as leave the state just willing to hold. But only if it is bound: without a
commitment it would say all-clear always, and would not be heard. With too poor a sensor no
reassurance is possible at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import persuade, solve
from crisisgames.games import SignalingGame
from crisisgames.games.expressions import as_fraction
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Beliefs as near as this to a threshold are at it."""

REGIMES = (
    "always-preempt",
    "never-preempt",
    "silence-hold",
    "pooled-all-clear",
    "silence-preempt",
    "pooled-alarm",
    "full-disclosure",
)


# Closed forms: the first of the cases that applies.


def monitor(
    prior_attack: Any,
    threshold: Any,
    loss_attack: Any,
    cost_preempt_attack: Any,
    cost_preempt_exercise: Any,
    sensor_error: Any,
) -> Results:
    """Return what the monitor reveals, and what comes of it, with and without a commitment."""
    mu, t, eps = prior_attack, threshold, sensor_error
    share = mu * (1 - eps) + (1 - mu) * eps  # of alarms
    alarm, clear = mu * (1 - eps) / share, mu * eps / (1 - share)
    own = np.asarray(loss_attack - cost_preempt_attack, dtype=float)
    wants = np.where(
        own > 0, cost_preempt_exercise / (cost_preempt_exercise + np.maximum(own, 0)), np.inf
    )
    kinds = [
        clear > t + TIE,
        alarm < t - TIE,
        (alarm <= wants + TIE) & (mu <= t + TIE),
        alarm <= wants + TIE,
        (clear >= wants - TIE) & (mu >= t - TIE),
        clear >= wants - TIE,
    ]
    # Where it preempts, where it holds, and how often it preempts.
    pooled_clear = (mu - t) / np.where(alarm > t, alarm - t, 1)
    pooled_alarm = (mu - clear) / np.where(t > clear, t - clear, 1)
    preempts = np.select(kinds, [1.0, 0.0, 0.0, pooled_clear, 1.0, pooled_alarm], share)
    feared = np.select(kinds, [mu, mu, mu, alarm, mu, t], alarm)
    borne = np.select(kinds, [mu, mu, mu, t, mu, clear], clear)
    babble = np.select(kinds, [1.0, 0.0, 0.0, 1.0, 1.0, 0.0], share)
    false_alarms, missed = preempts * (1 - feared), (1 - preempts) * borne
    return {
        "regime": np.select(kinds, REGIMES[:-1], REGIMES[-1]),
        "belief_alarm": alarm,
        "belief_clear": clear,
        "threshold_monitor": wants,
        "payoff_monitor": -false_alarms * cost_preempt_exercise
        - preempts * feared * cost_preempt_attack
        - missed * loss_attack,
        "prob_preempt": preempts,
        "prob_preempt_exercise": false_alarms,
        "prob_hold_attack": missed,
        "prob_preempt_no_commitment": babble,
    }


def binary_persuasion(prior: Any, threshold: Any) -> Results:
    """Return the same for a sender who always wants the action."""
    return {
        "prob_action": np.minimum(1, prior / threshold),
        "prob_action_full_disclosure": prior,
        "prob_action_no_information": np.where(prior >= threshold - TIE, 1.0, 0.0),
        "belief_after_action": np.maximum(prior, threshold),
    }


# The second route: concavification over all beliefs, and all equilibria of talk that binds nobody.
# What is known is the sensor's reading, so readings are the states; payoffs are expected ones.

READINGS, MESSAGES = ("alarm", "clear"), ("say alarm", "say all-clear")
HOLD, PREEMPT = 0, 1


def _readings(
    prior_attack: float,
    threshold: float,
    loss_attack: float,
    cost_preempt_attack: float,
    cost_preempt_exercise: float,
    sensor_error: float,
) -> tuple[list[Fraction], list[Fraction], list[list[Fraction]], list[list[Fraction]]]:
    """Return how likely each reading is, the belief it leaves, and payoffs by reading and act."""
    mu, t, loss, attack, exercise, eps = map(
        as_fraction,
        (prior_attack, threshold, loss_attack, cost_preempt_attack, cost_preempt_exercise,
         sensor_error),
    )  # fmt: skip
    chances, beliefs = [], []
    for right in (1 - eps, eps):
        chance = mu * right + (1 - mu) * (1 - right)
        chances.append(chance)
        beliefs.append(mu * right / chance)
    sender = [[-b * loss, -b * attack - (1 - b) * exercise] for b in beliefs]
    receiver = [[Fraction(0), b - t] for b in beliefs]
    return chances, beliefs, sender, receiver


def talk(**arguments: float) -> SignalingGame:
    """Return the game without a commitment: the monitor knows the reading and says anything."""
    chances, _, sender, receiver = _readings(**arguments)
    return SignalingGame(
        READINGS,
        MESSAGES,
        ("hold", "preempt"),
        tuple(chances),
        tuple((tuple(row),) * 2 for row in sender),
        tuple((tuple(row),) * 2 for row in receiver),
        players=("monitor", "state"),
    )


def monitor_solved(**arguments: float) -> Results:
    """Find the best procedure over all lotteries of beliefs, and the monitor's best babble.

    Where the monitor is indifferent between procedures it may name another than the closed form.
    """
    chances, beliefs, sender, receiver = _readings(**arguments)
    found = persuade(chances, sender, receiver, exact=True)
    means = {
        report.action: (report.probability, sum(map(_times, report.belief, beliefs)))
        for report in found.reports
    }
    preempts, feared = means.get(PREEMPT, (0, 0))
    holds, borne = means.get(HOLD, (0, 0))
    equilibria = solve(talk(**arguments), exact=True)
    best = max(equilibria, key=lambda e: e.payoffs["monitor"])
    return {
        "regime": _named(set(means), sender, receiver),
        "belief_alarm": float(beliefs[0]),
        "belief_clear": float(beliefs[1]),
        "payoff_monitor": float(found.value),
        "prob_preempt": float(preempts),
        "prob_preempt_exercise": float(preempts * (1 - feared)),
        "prob_hold_attack": float(holds * borne),
        "prob_preempt_no_commitment": float(
            best.probability([(message, "preempt") for message in MESSAGES])
        ),
    }


def _times(x: Any, y: Any) -> Any:
    return x * y


def _named(actions: set[int], sender: list[list[Fraction]], receiver: list[list[Fraction]]) -> str:
    """Name a procedure by what it brings about and what its author wants at each reading."""
    if len(actions) == 2:
        wants = [row[PREEMPT] > row[HOLD] for row in sender]
        by_wants = {(False, False): "pooled-all-clear", (True, True): "pooled-alarm"}
        return by_wants.get((wants[0], wants[1]), "full-disclosure")
    act = actions.pop()
    firm = all(row[act] > row[1 - act] for row in receiver)
    if act == PREEMPT:
        return "always-preempt" if firm else "silence-preempt"
    return "never-preempt" if firm else "silence-hold"


def binary_persuasion_solved(prior: float, threshold: float) -> Results:
    """Find the best procedure of a sender who always wants the action."""
    p, t = as_fraction(prior), as_fraction(threshold)
    found = persuade([p, 1 - p], [[0, 1], [0, 1]], [[0, 1 - t], [0, -t]], exact=True)
    acted = next(report for report in found.reports if report.action == 1)
    return {
        "prob_action": float(found.value),
        "prob_action_full_disclosure": float(found.disclosure),
        "prob_action_no_information": float(found.silence),
        "belief_after_action": float(acted.belief[0]),
    }


# Figures.

MUTE = 0.5 - 1e-9
"""A sensor that tells nothing: with it the monitor might as well be silent."""


def draw_closure(ax: Axes) -> None:
    """Draw the monitor's value without information, and with the best procedure."""
    given = {"threshold": 0.5, "loss_attack": 1, "cost_preempt_attack": 2,
             "cost_preempt_exercise": 2}  # fmt: skip
    one, two = strokes(2)
    for low, high in ((1e-6, 0.5), (0.5 + 1e-6, 1 - 1e-6)):
        mu = np.linspace(low, high, 101)
        mute = MODEL.results("monitor", prior_attack=mu, sensor_error=MUTE, **given)
        label = "nothing is said" if low < 0.1 else None
        ax.plot(mu, mute["payoff_monitor"], label=label, linewidth=4, color="0.65")
    mu = np.linspace(1e-6, 1 - 1e-6, 401)
    told = MODEL.results("monitor", prior_attack=mu, sensor_error=0, **given)
    ax.plot(mu, told["payoff_monitor"], label="best procedure: the concave closure", **one)
    at = MODEL.results("monitor", prior_attack=0.7, sensor_error=0, **given)
    ax.plot(0.7, at["payoff_monitor"], "o", color=two["color"])
    text = (
        f"at 0.7: all-clear (belief 0.5)\nwith probability {1 - at['prob_preempt']:.2g}, else alarm"
    )
    ax.annotate(text, (0.7, at["payoff_monitor"]), (-18, -16), textcoords="offset points",
                ha="right", color=two["color"])  # fmt: skip
    ax.set(xlabel="Belief that an attack is coming, μ", ylabel="Monitor's payoff, utils",
           xlim=(0, 1), ylim=(-2.2, 0.1))  # fmt: skip
    ax.legend(frameon=False, loc="lower left")
    caption(ax, "t = 0.5, L = 1, K_a = K_e = 2, a perfect sensor (ε = 0). Beyond t the state "
            "preempts unless it is reassured.")  # fmt: skip


def draw_preempt(ax: Axes) -> None:
    """Draw how often the state preempts, by what it is told."""
    mu = np.linspace(1e-6, 1 - 1e-6, 2001)
    rows: list[tuple[str, dict[str, float], str]] = [
        ("no information, or a monitor that is not bound", {}, "prob_preempt_no_commitment"),
        ("full disclosure (L = 6)", {"loss_attack": 6}, "prob_preempt"),
        ("pooled all-clear (L = 1)", {}, "prob_preempt"),
    ]
    for (label, given, key), style in zip(rows, strokes(3), strict=True):
        found = MODEL.results("monitor", prior_attack=mu, sensor_error=0, **given)[key]
        shown = np.where(np.append(0, np.abs(np.diff(found))) > 0.5, np.nan, found)
        ax.plot(mu, shown, label=label, **style)
    ax.plot([0.2, 0.2], [0, 1], color="0.6", linestyle=":", linewidth=1)
    ax.text(0.21, 0.5, "threshold t", color="0.3")
    ax.set(xlabel="Prior probability of an attack, μ₀", ylabel="Probability of preemption",
           xlim=(0, 1), ylim=(-0.02, 1.04))  # fmt: skip
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.02))
    caption(ax, "t = 0.2, K_a = K_e = 3, a perfect sensor (ε = 0).")


def draw_regimes(ax: Axes) -> None:
    """Draw what a monitor that wants restraint does, by prior and sensor."""
    from matplotlib.colors import ListedColormap

    mu, eps = np.meshgrid(np.linspace(0.0005, 0.9995, 1000), np.linspace(0, 0.4995, 500))
    regime = MODEL.results("monitor", prior_attack=mu, sensor_error=eps)["regime"]
    shown = ("never-preempt", "silence-hold", "pooled-all-clear", "always-preempt")
    colours = ("#F0F0F0", "#C6DBEF", "#56B4E9", "#F3B27A")
    number = np.select([regime == name for name in shown], range(4), -1)
    assert (number >= 0).all()
    ax.pcolormesh(mu, eps, number, cmap=ListedColormap(colours), vmin=-0.5, vmax=3.5,
                  rasterized=True)  # fmt: skip
    for x, y, text in (
        (0.075, 0.43, "never\npreempts"),
        (0.085, 0.15, "silence:\nholds"),
        (0.45, 0.09, "pooled all-clear"),
        (0.65, 0.36, "always preempts:\nthe sensor is too poor to reassure"),
    ):
        ax.text(x, y, text, ha="center", va="center", fontsize=9)
    ax.set(xlabel="Prior probability of an attack, μ₀", ylabel="Error of the sensor, ε",
           xlim=(0, 1), ylim=(0, 0.5))  # fmt: skip
    caption(ax, "t = 0.2, L = 1, K_a = K_e = 3: a monitor that wants restraint whatever the sensor "
            "says.")  # fmt: skip


MODEL = Model(
    slug="kamenica-gentzkow-2011-persuasion",
    title="What a monitor or a hotline should reveal",
    citation="""@article{kamenicagentzkow2011bayesian,
  author  = {Emir Kamenica and Matthew Gentzkow},
  title   = {Bayesian Persuasion},
  journal = {American Economic Review},
  volume  = {101},
  number  = {6},
  pages   = {2590--2615},
  year    = {2011},
  doi     = {10.1257/aer.101.6.2590}
}""",
    provenance=(
        "Kamenica and Gentzkow (2011): a sender who is bound to a procedure, the concave closure "
        "(recalled), and the prosecutor, whose 60 percent `binary-persuasion` reproduces. Ours: "
        "the crisis version `monitor`, after the article, with its sensor, the monitor's own "
        "threshold, the cases, the comparison with talk that binds nobody, and all its numbers."
    ),
    cases={
        "monitor": Case(
            (
                Quantity("prior_attack", "μ₀", "prior probability of an attack", 0.6, 0, 1,
                         closed="neither", box=(0.05, 0.95)),
                Quantity("threshold", "t", "belief in an attack above which the state preempts",
                         0.2, 0, 1, closed="neither", box=(0.1, 0.7)),
                Quantity("loss_attack", "L", "loss of the monitor if an attack is not preempted, "
                         "utils", 1, 0, closed="neither", box=(0.5, 7)),
                Quantity("cost_preempt_attack", "K_a", "its loss if an attack is preempted, utils",
                         3, 0, closed="neither", box=(0.4, 4)),
                Quantity("cost_preempt_exercise", "K_e", "its loss if an exercise is preempted, "
                         "utils", 3, 0, closed="neither", box=(0.3, 4.5)),
                Quantity("sensor_error", "ε", "probability that the sensor is wrong", 0.1, 0, 0.5,
                         closed="left", box=(0, 0.4)),
            ),
            monitor,
            {
                "regime": "what the monitor does: " + ", ".join(REGIMES),
                "belief_alarm": "probability of an attack if the sensor says alarm",
                "belief_clear": "the same if it says clear",
                "threshold_monitor": "belief above which the monitor wants preemption; infinite "
                "if it never does",
                "payoff_monitor": "expected payoff of the monitor, utils",
                "prob_preempt": "probability of preemption",
                "prob_preempt_exercise": "probability of an exercise that is preempted",
                "prob_hold_attack": "probability of an attack that is not preempted",
                "prob_preempt_no_commitment": "probability of preemption if the monitor is not "
                "bound to its procedure",
            },
            game=talk,
            solved=monitor_solved,
        ),
        "binary-persuasion": Case(
            (
                Quantity("prior", "μ₀", "prior probability of the state in which the receiver "
                         "wants to act", 0.3, 0, 1, closed="neither", box=(0.02, 0.98)),
                Quantity("threshold", "t", "belief from which on the receiver acts", 0.5, 0, 1,
                         closed="neither", box=(0.05, 0.95)),
            ),
            binary_persuasion,
            {
                "prob_action": "probability of the action under the best procedure",
                "prob_action_full_disclosure": "the same if all is revealed",
                "prob_action_no_information": "the same if nothing is",
                "belief_after_action": "the receiver's belief when it acts",
            },
            solved=binary_persuasion_solved,
        ),
    },
    levers=(
        Lever("clear signals", "monitor", "sensor_error", False,
              "a better sensor is wrong less often, and makes reassurance possible"),
        Lever("interests", "monitor", "threshold", True,
              "a state that would lose more by preempting an exercise than by waiting, and sees "
              "that, needs a stronger suspicion"),
    ),
    badness="prob_preempt_exercise",
    figures={"closure": draw_closure, "preempt": draw_preempt, "regimes": draw_regimes},
)  # fmt: skip
