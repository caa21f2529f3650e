"""After Thomas Schelling (1960): the reciprocal fear of surprise attack, with warning that errs.

Each of two states may be aggressive, with probability α, and then attacks unprovoked. A normal
state wants peace; it gets a warning, or none, and launches or holds before it knows more. Warning
misses an attack with probability m, and cries wolf with probability φ. Alone in striking a state
loses a, struck while it holds b, and if both launch c, a < c < b: so it launches if it believes,
with more than κ = a/(a + b - c), that a strike is coming.

An alarm may be true. It may be false; but then the other may have had a false alarm too, and launch
for that, or fear that this side had one. Launches are strategic complements: restraint, launch on
alarm and panic can all be equilibria at once. Better sensors make alarms more credible, and may so
turn restraint into launch on alarm. In the *gaussian* version the warning is a continuous signal,
and calm can vanish in a fold: war then becomes certain from one moment to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import erfc, inf, isfinite, nan, sqrt
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria, solve
from crisisgames.equilibria.intervals import NormalCdf
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, Parameter, chance, end, move, tell
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.roots import falling_root
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium
    from crisisgames.games.tree import Node

__all__ = ["MODEL"]

Results = Mapping[str, Any]

KINDS = ("restraint", "mixed-on-alarm", "hair-trigger", "mixed-on-quiet", "panic")
"""The equilibria, by how often they launch."""
LOWEST = "lowest-stable"
STABLE = ("restraint", "hair-trigger", "panic")


# Closed forms.


def beliefs(
    prob_aggressive: Any,
    prob_false_alarm: Any,
    prob_missed: Any,
    cost_first: Any,
    cost_struck: Any,
    cost_both: Any,
) -> tuple[Any, Any, Any]:
    """Return κ, and by Bayes' rule A1 and A0: that the other attacked, after an alarm or none."""
    alpha, phi, m = prob_aggressive, prob_false_alarm, prob_missed
    kappa = cost_first / (cost_first + cost_struck - cost_both)
    after_alarm = alpha * (1 - m) / (alpha * (1 - m) + (1 - alpha) * phi)
    after_quiet = alpha * m / (alpha * m + (1 - alpha) * (1 - phi))
    return kappa, after_alarm, after_quiet


def existing(prob_false_alarm: Any, **given: Any) -> dict[str, Any]:
    """Say which equilibria there are; after signal j a strike has probability A_j + (1 - A_j) λ.

    At a bound itself a state is indifferent, and the pure equilibrium is still one.
    """
    phi = prob_false_alarm
    kappa, alarm, quiet = beliefs(prob_false_alarm=phi, **given)
    alarm_hair, quiet_hair = alarm + (1 - alarm) * phi, quiet + (1 - quiet) * phi
    return {
        "restraint": alarm <= kappa,
        "mixed-on-alarm": (alarm < kappa) & (kappa < alarm_hair),
        "hair-trigger": (quiet_hair <= kappa) & (kappa <= alarm_hair),
        "mixed-on-quiet": quiet_hair < kappa,
        "panic": np.ones(np.shape(kappa), dtype=bool),
    }


def launches(prob_false_alarm: Any, **given: Any) -> dict[str, Any]:
    """Return λ of each equilibrium: how likely a normal state launches on a quiet, normal one."""
    kappa, alarm, quiet = beliefs(prob_false_alarm=prob_false_alarm, **given)
    rates = (
        0.0, (kappa - alarm) / (1 - alarm), prob_false_alarm, (kappa - quiet) / (1 - quiet), 1.0
    )  # fmt: skip
    return dict(zip(KINDS, rates, strict=True))


def binary(equilibrium: str, **given: Any) -> Results:
    """Take one equilibrium: who launches, and how likely war is."""
    alpha, phi, m = (given[f"prob_{n}"] for n in ("aggressive", "false_alarm", "missed"))
    kappa, alarm, quiet = beliefs(**given)
    there, rates = existing(**given), launches(**given)
    if equilibrium == LOWEST:
        kind = np.select([there[k] for k in STABLE], STABLE, "panic")
    else:
        kind = np.broadcast_to(np.array(equilibrium), np.shape(there["panic"]))
    here = [kind == k for k in KINDS]
    rate = np.select(here, [rates[k] for k in KINDS])
    on_alarm = np.select(here, [0, rate / phi, 1, 1, 1])
    on_quiet = np.select(here, [0, 0, 0, (rate - phi) / (1 - phi), 1])
    return {
        "equilibrium": kind,
        "cutoff_belief": kappa,
        "belief_after_alarm": alarm,
        "belief_after_quiet": quiet,
        "cutoff_false_alarm": alpha * (1 - m) * (1 - kappa) / ((1 - alpha) * kappa),
        "launch_prob": rate,
        "launch_prob_alarm": on_alarm,
        "launch_prob_quiet": on_quiet,
        **_war(alpha, rate),
    }


def binary_set(**given: Any) -> Results:
    """List all equilibria."""
    there, rates = existing(**given), launches(**given)
    rows = [rates[k] for k in KINDS if there[k]]
    wars = [_war(given["prob_aggressive"], rate)["prob_war"] for rate in rows]
    return {
        "number_of_equilibria": len(rows),
        **{_exists(k): there[k] for k in KINDS},
        "launch_probs": tuple(rows),
        "min_prob_war": min(wars),
        "max_prob_war": max(wars),
    }


def gaussian(
    prob_aggressive: Any, detectability: Any, cost_first: Any, cost_struck: Any, cost_both: Any
) -> Results:
    """Take the calm equilibrium: launch if the signal is above the higher root of S = 1 - κ.

    log S is concave: log Φ is, and so is -log(1 + exp) of a line. Hence a single peak.
    """
    from scipy.special import log_ndtr, ndtr, ndtri  # slow to import

    alpha, d = prob_aggressive, detectability
    first, saved = cost_first, cost_struck - cost_both
    level = saved / (first + saved)  # 1 - kappa
    odds = np.log(alpha) - np.log1p(-alpha) - d**2 / 2

    def slope(theta: Any) -> Any:
        mills = np.exp(-(theta**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(theta))
        return mills - d * np.exp(-np.logaddexp(0, -(odds + d * theta)))

    # Below -d log Φ rises faster than d. On the right the line counts for half and more, and the
    # slope of log Φ, below 0.8 exp(-θ²/2), for less than d/2.
    right = np.maximum(-odds / d, np.sqrt(2 * np.maximum(np.log(1.6 / d), 0))) + 1
    peak = falling_root(slope, -d - 1 + 0 * right, right)
    height = np.exp(_log_hold(peak, alpha, d))
    calm = level < height
    safe = np.where(calm, level, height / 2)

    def rise(theta: Any) -> Any:
        return np.log(safe) - _log_hold(theta, alpha, d)

    # S is below Φ, and below exp of the line.
    low = falling_root(rise, ndtri(safe), peak)
    high = falling_root(
        lambda theta: -rise(theta), peak, np.maximum(peak, -(np.log(safe) + odds) / d)
    )
    rate = np.where(calm, ndtr(-high), 1.0)
    return {
        "cutoff_belief": first / (first + saved),
        "fold_height": height,
        "calm_exists": calm,
        "threshold_unstable": np.where(calm, low, np.nan),
        "threshold_stable": np.where(calm, high, np.nan),
        "launch_prob": rate,
        **_war(alpha, rate),
    }


def _log_hold(theta: Any, alpha: Any, d: Any) -> Any:
    """Return log S: S is the probability of no strike, given a signal at the threshold."""
    from scipy.special import log_ndtr

    odds = np.log(alpha) - np.log1p(-alpha) + d * theta - d**2 / 2
    return log_ndtr(theta) - np.logaddexp(0, odds)


def _war(alpha: Any, rate: Any) -> dict[str, Any]:
    return {
        "prob_war_normal": rate * (2 - rate),
        "prob_war": 1 - (1 - alpha) ** 2 * (1 - rate) ** 2,
    }


def _exists(kind: str) -> str:
    return "exists_" + kind.replace("-", "_")


@dataclass(frozen=True)
class Exists(Condition):
    """That the equilibrium asked for exists; the error names those that do."""

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise `GameError` where it does not."""
        given = dict(values)
        kind = given.pop("equilibrium")
        if kind == LOWEST:
            return
        there = {k: np.asarray(v) for k, v in existing(**given).items()}
        if there[kind].all():
            return
        first = tuple(np.argwhere(~there[kind])[0])
        shape = there[kind].shape
        names = [k for k in KINDS if np.broadcast_to(there[k], shape)[first]]
        shown = ", ".join(
            f"{n} = {np.broadcast_to(v, shape)[first]:.12g}" for n, v in given.items()
        )
        raise GameError(
            f"equilibrium = {kind!r} does not exist at {shown}; {self.text}: {', '.join(names)}"
        )


# The second route: the game in rationals, and all its equilibria.


def warning_game(
    prob_aggressive: float,
    prob_false_alarm: float,
    prob_missed: float,
    cost_first: float,
    cost_struck: float,
    cost_both: float,
    equilibrium: str = LOWEST,
) -> ExtensiveFormGame:
    """Return the game as a tree; each normal state is told its own warning only.

    War without an attack unprovoked has an outcome of its own. Payoffs of aggressive states are 0:
    they do not choose.
    """
    alpha, phi, m, first, struck, both = (
        Fraction(str(v))
        for v in (
            prob_aggressive, prob_false_alarm, prob_missed, cost_first, cost_struck, cost_both
        )
    )  # fmt: skip
    losses = {"hold, hold": (0, 0), "hold, launch": (-struck, -first),
              "launch, hold": (-first, -struck), "launch, launch": (-both, -both)}  # fmt: skip

    def choices(player: str, ends: Mapping[str, Node]) -> Node:
        return move(player, {action: ends[action] for action in ("hold", "launch")})

    def outcome(one: str, other: str) -> Node:
        pair = f"{one}, {other}"
        return end("peace" if pair == "hold, hold" else "war by accident", losses[pair])

    def of_b(signal: str, one: str) -> Node:
        ends = {other: outcome(one, other) for other in ("hold", "launch")}
        return tell({"B": signal}, choices("B", ends))

    def both_normal(a: str, b: str) -> Node:
        return tell({"A": a}, choices("A", {one: of_b(b, one) for one in ("hold", "launch")}))

    def attacked(player: str, signal: str) -> Node:
        def loses(cost: Fraction) -> Node:
            return end("war by aggression", (-cost, 0) if player == "A" else (0, -cost))

        ends = {"hold": loses(struck), "launch": loses(both)}
        return tell({player: signal}, choices(player, ends))

    quiet = {"alarm": phi, "quiet": 1 - phi}
    warned = {signal: p for signal, p in (("alarm", 1 - m), ("quiet", m)) if p}
    accident = {f"{a}, {b}": (quiet[a] * quiet[b], both_normal(a, b)) for a in quiet for b in quiet}
    nobody = end("war by aggression", (0, 0))
    alone = alpha * (1 - alpha)
    return ExtensiveFormGame(
        chance({
            "both normal": ((1 - alpha) ** 2, chance(accident)),
            "A attacked": (alone, chance({s: (p, attacked("A", s)) for s, p in warned.items()})),
            "B attacked": (alone, chance({s: (p, attacked("B", s)) for s, p in warned.items()})),
            "both aggressive": (alpha**2, nobody),
        }),
        ("A", "B"),
    )  # fmt: skip


def _sorted(**given: Any) -> dict[str, Equilibrium]:
    """Return all equilibria by their kind."""
    found = solve(warning_game(**given), exact=True)
    kinds = {_kind(e): e for e in found}
    if not (found.complete and len(kinds) == len(found.classes) == len(found)):
        raise GameError("not all equilibria, one of each kind, could be found")
    return {k: kinds[k] for k in KINDS if k in kinds}


def _plays(equilibrium: Equilibrium, player: str) -> tuple[float, float]:
    plans = cast("Mapping[str, Mapping[Any, Mapping[str, Any]]]", equilibrium.strategy)
    return float(plans[player]["alarm",]["launch"]), float(plans[player]["quiet",]["launch"])


def _kind(equilibrium: Equilibrium) -> str:
    (alarm, quiet), other = _plays(equilibrium, "A"), _plays(equilibrium, "B")
    if (alarm, quiet) != other or (quiet > 0 and alarm < 1):
        raise GameError(f"an equilibrium of no known kind: {(alarm, quiet)} against {other}")
    if alarm < 1:
        return "mixed-on-alarm" if alarm else "restraint"
    return "panic" if quiet == 1 else "mixed-on-quiet" if quiet else "hair-trigger"


def _rate(equilibrium: Equilibrium, phi: float) -> float:
    alarm, quiet = _plays(equilibrium, "A")
    return phi * alarm + (1 - phi) * quiet


def _wars(equilibrium: Equilibrium) -> tuple[float, float]:
    names = ("war by accident", "war by aggression")
    accident, aggression = (float(cast(Any, equilibrium.probability(n))) for n in names)
    return accident, aggression


BELIEF, NOISE, THETA, SIGNAL = sp.symbols("belief noise theta signal")
ALPHA, MISSED = Parameter("alpha", (0, 1)), Parameter("missed", (0, 1))
ALONE, SAVED, SHARP = (Parameter(n, (0, inf)) for n in ("alone", "saved", "sharp"))
# From this belief in a strike on, a state launches.
TRUSTS = CutoffRule(BELIEF, (0, 1), BELIEF * SAVED - (1 - BELIEF) * ALONE)
# From this rate of false alarms on, an alarm is not launched on, if nobody else would.
DOUBTS = CutoffRule(NOISE, (0, sp.oo), (1 - ALPHA) * NOISE * ALONE - ALPHA * (1 - MISSED) * SAVED)


def binary_solved(equilibrium: str, **given: Any) -> Results:
    """Take one of all equilibria of the tree; beliefs are those it comes with."""
    found = _sorted(**given)
    kind = next(k for k in STABLE if k in found) if equilibrium == LOWEST else equilibrium
    one = found[kind]
    alpha, missed = given["prob_aggressive"], given["prob_missed"]
    costs = _costs(**given)
    trust = cast("Mapping[str, Mapping[Any, Mapping[str, Any]]]", one.beliefs)["A"]
    after = {
        told: float(sum(p for node, p in trust[told,].items() if node.startswith("A attacked")))
        for told in ("alarm", "quiet")
    }
    accident, aggression = _wars(one)
    alarm, quiet = _plays(one, "A")
    return {
        "equilibrium": kind,
        "cutoff_belief": only_cutoffs(TRUSTS, **costs)[0],
        "belief_after_alarm": after["alarm"],
        "belief_after_quiet": after["quiet"],
        "cutoff_false_alarm": only_cutoffs(DOUBTS, alpha=alpha, missed=missed, **costs)[0],
        "launch_prob": _rate(one, given["prob_false_alarm"]),
        "launch_prob_alarm": alarm,
        "launch_prob_quiet": quiet,
        "prob_war_normal": accident / (1 - alpha) ** 2,
        "prob_war": accident + aggression,
    }


def binary_set_solved(**given: Any) -> Results:
    """List all equilibria of the tree."""
    found = _sorted(**given)
    wars = [sum(_wars(e)) for e in found.values()]
    return {
        "number_of_equilibria": len(found),
        **{_exists(k): k in found for k in KINDS},
        "launch_probs": tuple(_rate(e, given["prob_false_alarm"]) for e in found.values()),
        "min_prob_war": min(wars),
        "max_prob_war": max(wars),
    }


TRUE = ALPHA / (1 - ALPHA) * sp.exp(SHARP * SIGNAL - SHARP**2 / 2)
# What a state with this signal gains by a launch, if the other launches above the threshold.
LAUNCH = CutoffRule(
    THETA, (-sp.oo, sp.oo), SAVED - (ALONE + SAVED) * NormalCdf(THETA) / (1 + TRUE), type=SIGNAL
)
WIDE = 60
HOLD = NormalCdf(SIGNAL) / (1 + TRUE)
# Where the probability of no strike stops rising in the threshold; times positive factors.
PEAK = CutoffRule(
    THETA, (-SHARP - 1, WIDE),
    (SHARP * TRUE / (1 + TRUE) * NormalCdf(SIGNAL) - sp.diff(NormalCdf(SIGNAL), SIGNAL)).subs(
        SIGNAL, THETA
    ),
)  # fmt: skip


def gaussian_solved(prob_aggressive: float, detectability: float, **given: float) -> Results:
    """Find all thresholds, with a proof that no other type deviates and that there are no more.

    The highest is calm; panic is the threshold of minus infinity.
    """
    costs = _costs(**given)
    values = {"alpha": prob_aggressive, "sharp": detectability}
    found = cutoff_equilibria(LAUNCH, **values, **costs)
    if not (found.complete and all(e.best_reply for e in found)):
        raise GameError("not all thresholds could be found")
    calm = [e.cutoffs["theta"] for e in found if e.stable and isfinite(e.cutoffs["theta"])]
    edge = [e.cutoffs["theta"] for e in found if not e.stable]
    peak = float(only_cutoffs(PEAK, **values)[0])
    if peak == WIDE or len(calm) != len(edge) or len(calm) > 1 or len(found) != 1 + 2 * len(calm):
        raise GameError("the thresholds are not of a known pattern")
    rate = erfc(calm[0] / sqrt(2)) / 2 if calm else 1.0
    held = [HOLD.subs({SIGNAL: peak, ALPHA: prob_aggressive, SHARP: detectability})]
    peace = (1 - rate) ** 2
    return {
        "cutoff_belief": only_cutoffs(TRUSTS, **costs)[0],
        "fold_height": float(held[0].evalf()),
        "calm_exists": bool(calm),
        "threshold_unstable": edge[0] if calm else nan,
        "threshold_stable": calm[0] if calm else nan,
        "launch_prob": rate,
        "prob_war_normal": 1 - peace,
        "prob_war": 1 - (1 - prob_aggressive) ** 2 * peace,
    }


def _costs(cost_first: float, cost_struck: float, cost_both: float, **_: Any) -> dict[str, Any]:
    saved = Fraction(str(cost_struck)) - Fraction(str(cost_both))
    return {"alone": cost_first, "saved": float(saved)}


# Figures.


def draw_paradox(ax: Axes) -> None:
    """Draw the risk of war by accident against the rate of false alarms."""
    given = {"prob_aggressive": 0.02, "prob_missed": 0.05, "cost_first": 4, "cost_struck": 10,
             "cost_both": 5}  # fmt: skip
    edge = MODEL.results("binary", **given)["cutoff_false_alarm"]
    alarmed, calm = strokes(2)
    for start, stop, name, line in (
        (1e-4, edge - 1e-6, "launch on alarm", alarmed), (edge + 1e-6, 0.2, "restraint", calm)
    ):  # fmt: skip
        phi = np.linspace(start, stop, 200)
        war = MODEL.results("binary", prob_false_alarm=phi, **given)["prob_war_normal"]
        ax.plot(phi, war, label=name, **line, clip_on=False, zorder=3)
    ax.axvline(edge, color="0.5", linestyle=":", linewidth=1)
    ax.annotate(f"φ* = {edge:.4f}: above, alarms are not believed", (edge, 0.055), xytext=(6, 0),
                textcoords="offset points")  # fmt: skip
    ax.set(xlabel="Probability of a false alarm, φ",
           ylabel="Probability of war between normal states", xlim=(0, 0.2),
           ylim=(0, 0.06))  # fmt: skip
    ax.legend(frameon=False, title="Lowest stable equilibrium", loc="center right")
    caption(ax, "α = 0.02, m = 0.05, a = 4, b = 10, c = 5.")


def draw_map(ax: Axes) -> None:
    """Draw which pure equilibria there are."""
    phi, top = np.linspace(1e-4, 0.3, 400), 0.7
    found = MODEL.results("binary", prob_false_alarm=phi, prob_missed=0.05, prob_aggressive=0.02)
    # Restraint from A1 on; launch on alarm between these two.
    calm = found["belief_after_alarm"]
    low, high = (a + (1 - a) * phi for a in (found["belief_after_quiet"], calm))
    ax.fill_between(phi, low, calm, where=low < calm, color="#F3CF85", linewidth=0)
    ax.fill_between(phi, np.maximum(calm, low), high, color="#D6E6F2", linewidth=0)
    ax.fill_between(phi, 0, np.minimum(calm, low), color="#B0603A", linewidth=0)
    for border in (calm, low, high):
        ax.plot(phi, border, color="black", linewidth=0.6)
    for x, y, name in ((0.17, 0.5, "restraint, panic"), (0.006, 0.2, "launch on alarm,\npanic"),
                       (0.245, 0.1, "restraint, panic")):  # fmt: skip
        ax.text(x, y, name, ha="left" if x < 0.1 else "center", va="center")
    ax.annotate("restraint, launch on alarm, panic", (0.1, 0.21), xytext=(0.13, 0.36),
                arrowprops={"arrowstyle": "-", "linewidth": 0.8})  # fmt: skip
    ax.text(0.09, 0.035, "panic only", ha="center", va="center", color="white")
    ax.set(xlabel="Probability of a false alarm, φ",
           ylabel="Belief from which on to launch, κ", xlim=(0, 0.3),
           ylim=(0, top))  # fmt: skip
    caption(
        ax,
        "Pure equilibria. Borders: restraint from A₁ = α(1 − m)/(α(1 − m) + (1 − α)φ) on; launch "
        "on alarm from A₀ + (1 − A₀)φ to A₁ + (1 − A₁)φ, with A₀ = αm/(αm + (1 − α)(1 − φ)). "
        "κ = a/(a + b − c), α = 0.02, m = 0.05.",
    )


def draw_thresholds(ax: Axes) -> None:
    """Draw the probability of no strike, given a signal at the threshold."""
    theta = np.linspace(-3, 6, 400)
    for alpha, line in zip((0.01, 0.05, 0.2), strokes(3), strict=True):
        ax.plot(theta, np.exp(_log_hold(theta, alpha, 2.0)), label=f"α = {alpha}", **line)
    for struck, both in ((10, 6), (12, 3), (42, 5)):
        found = MODEL.results("gaussian", cost_struck=struck, cost_both=both, cost_first=2)
        level = 1 - found["cutoff_belief"]
        ax.axhline(level, color="0.6", linewidth=0.8)
        ax.text(-2.95, level + 0.01, f"b - c = {struck - both}", va="bottom", color="0.3")
        places = [found["threshold_unstable"], found["threshold_stable"]]
        ax.plot(places[:1], [level], "o", color="black", fillstyle="none", markersize=6)
        ax.plot(places[1:], [level], "o", color="black", markersize=6)
    ax.set(xlabel="Signal above which a state launches, θ",
           ylabel="Probability of no strike at that signal, S", xlim=(-3, 6),
           ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.45))
    caption(ax, "D = 2, a = 2. Where a curve meets the line 1 - κ there is an equilibrium: at "
                "α = 0.01 marked, filled if it is stable.")  # fmt: skip


def draw_fold(ax: Axes) -> None:
    """Draw both thresholds against what a launch saves."""
    saved = 10 ** np.linspace(-1, 2, 1500)
    for alpha, line in zip((0.01, 0.05, 0.2), strokes(3), strict=True):
        found = MODEL.results("gaussian", prob_aggressive=alpha, cost_both=6,
                              cost_struck=6 + saved)  # fmt: skip
        shown = {**line, "label": f"α = {alpha}"}
        ax.plot(saved, found["threshold_stable"], linewidth=2, **shown)
        ax.plot(saved, found["threshold_unstable"], linewidth=0.8, **line)
        height = found["fold_height"][0]
        edge = 4 * height / (1 - height)
        ax.axvline(edge, color=line["color"], linestyle=":", linewidth=0.8)
    ax.set(xlabel="What a launch saves if a strike is coming, b - c, utils (log scale)",
           ylabel="Signal above which a state launches, θ", xscale="log", xlim=(0.1, 100),
           ylim=(-2.5, 5.5))  # fmt: skip
    ax.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 0.4))
    caption(ax, "Thick: calm, stable. Thin: unstable. Where they meet (dotted) calm ends, and only "
                "panic is left. D = 2, a = 4, c = 6.")  # fmt: skip


def _aggressive(default: float) -> Quantity:
    return Quantity("prob_aggressive", "α", "probability that a state attacks unprovoked", default,
                    0, 1, closed="neither", box=(0.005, 0.3))  # fmt: skip


def _losses(first: float, struck: float, both: float) -> tuple[Quantity, ...]:
    return (
        Quantity("cost_first", "a", "loss of a state that alone strikes, utils", first, 0,
                 closed="neither", box=(1, 4)),
        Quantity("cost_struck", "b", "loss of one struck while it holds, utils", struck, 0,
                 closed="neither", box=(8, 15)),
        Quantity("cost_both", "c", "loss of each if both launch, utils", both, 0,
                 closed="neither", box=(4.5, 7.5)),
    )  # fmt: skip


WARNING = (
    _aggressive(0.02),
    Quantity("prob_false_alarm", "φ", "probability of an alarm without an attack", 0.05, 0, 1,
             closed="neither", box=(0.005, 0.4)),
    Quantity("prob_missed", "m", "probability of no alarm at an attack", 0.05, 0, 1,
             closed="left", box=(0, 0.4)),
    *_losses(3, 12, 5),
)  # fmt: skip
ORDERED = Condition(
    ("cost_first", "cost_both", "cost_struck"), "cost_first < cost_both < cost_struck",
    lambda cost_first, cost_both, cost_struck: (cost_first < cost_both) & (cost_both < cost_struck),
)  # fmt: skip
TELLING = Condition(
    ("prob_false_alarm", "prob_missed"), "prob_false_alarm < 1 - prob_missed",
    lambda prob_false_alarm, prob_missed: prob_false_alarm < 1 - prob_missed,
)  # fmt: skip
COMMON = {
    "cutoff_belief": "belief in a strike from which on a state launches",
    "launch_prob": "probability that a normal state launches on a normal, quiet one",
    "prob_war_normal": "probability of war between normal states",
    "prob_war": "probability of war",
}

MODEL = Model(
    slug="schelling-1960-reciprocal-fear",
    title="Reciprocal fear of surprise attack, with warning that errs",
    citation="""@book{schelling1960strategy,
  author    = {Thomas C. Schelling},
  title     = {The Strategy of Conflict},
  publisher = {Harvard University Press},
  address   = {Cambridge, MA},
  year      = {1960},
  note      = {Chapter 9, The Reciprocal Fear of Surprise Attack}
}""",
    provenance=(
        "After Schelling (1960, chapter 9; RAND P-1342 of 1958). The book's: the question whether "
        "small chances of attack can multiply through each side's fear of the other's fear, among "
        "rational players, and that warning errs. Ours: the game, its equilibria and all formulas, "
        "parameters and figures; the book was not at hand."
    ),
    cases={
        "binary": Case(
            (
                *WARNING,
                Quantity("equilibrium", "-", "which equilibrium; lowest-stable: restraint, else "
                         "hair-trigger, else panic", LOWEST, choices=(LOWEST, *KINDS)),
            ),
            binary,
            {
                **COMMON,
                "equilibrium": "which equilibrium it is",
                "belief_after_alarm": "belief, after an alarm, that the other attacked unprovoked",
                "belief_after_quiet": "the same after no alarm",
                "cutoff_false_alarm": "rate of false alarms from which on there is restraint; may "
                                      "exceed 1",
                "launch_prob_alarm": "probability of a launch after an alarm",
                "launch_prob_quiet": "probability of a launch after no alarm",
            },
            conditions=(
                ORDERED, TELLING,
                Exists((*(q.name for q in WARNING), "equilibrium"), "there are", None),
            ),
            game=warning_game, solved=binary_solved,
        ),
        "binary-set": Case(
            WARNING, binary_set,
            {
                "number_of_equilibria": "number of equilibria",
                "exists_restraint": "whether it is an equilibrium never to launch",
                "exists_mixed_on_alarm": "whether it is one to launch on some alarms",
                "exists_hair_trigger": "whether it is one to launch on all alarms, and else not",
                "exists_mixed_on_quiet": "whether it is one to launch now and then without alarm",
                "exists_panic": "whether it is one always to launch",
                "launch_probs": "of each, the probability that a normal state launches on a "
                                "normal, quiet one",
                "min_prob_war": "least probability of war",
                "max_prob_war": "largest probability of war",
            },
            conditions=(ORDERED, TELLING), vectorized=False,
            game=warning_game, solved=binary_set_solved,
        ),
        "gaussian": Case(
            (
                _aggressive(0.01),
                Quantity("detectability", "D", "by how many standard deviations an attack raises "
                         "the signal", 2, 0, closed="neither", box=(0.5, 4)),
                *_losses(4, 10, 6),
            ),
            gaussian,
            {
                **COMMON,
                "fold_height": "largest probability of no strike at a threshold, S",
                "calm_exists": "whether there is a calm equilibrium; else only panic is left",
                "threshold_unstable": "lower, unstable threshold of the signal; nan without calm",
                "threshold_stable": "threshold of the calm equilibrium; nan without it",
            },
            conditions=(ORDERED,), solved=gaussian_solved,
        ),
    },
    levers=(
        Lever("clear signals", "binary", "prob_false_alarm", False,
              "a direct channel that clears up false alarms; but alarms that are believed more are "
              "launched on, so that it needs restraint besides, or to clear up all of them"),
        Lever("slow escalation", "gaussian", "cost_both", True,
              "forces that survive a strike need not be launched on warning"),
        Lever("interests", "binary", "prob_aggressive", False,
              "the fewer would attack whatever it costs them, the less an alarm has to be feared"),
    ),
    badness="prob_war",
    figures={
        "paradox": draw_paradox, "map": draw_map, "thresholds": draw_thresholds, "fold": draw_fold,
    },
)  # fmt: skip
