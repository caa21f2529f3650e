"""Frank Zagare and Marc Kilgour (2000): deterrence between players of uncertain credibility.

Each player is *hard* (prefers conflict to giving way) with a probability that all know, its
*credibility*, or else *soft*; only it knows which. Payoffs are those of the outcomes: the status
quo, one side wins and the other loses, or conflict.

*Unilateral*: a challenger C waits or challenges; a defender D concedes or resists; the challenger
then fights or backs down. *Generalized mutual*: A and B attack or wait at once; who alone was
attacked concedes or fights. *One-sided*: A attacks or waits; B resists if it is hard.

Where it comes to that, the hard fight and the soft give way. So all turns on who moves first, and
on whether a soft defender resists to be taken for a hard one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, Node, Parameter, chance, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs, plays

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium, EquilibriumSet

__all__ = ["MODEL"]

Results = Mapping[str, Any]

UNILATERAL = ("certain-deterrence", "separating", "attack", "bluff", "steadfast-deterrence")
GENERALIZED = (
    "deterrence", "mixed-deterrence", "separating", "a-attacks", "b-attacks", "mutual-bluff",
)  # fmt: skip
TYPES = ("hard", "soft")


# (a) Unilateral deterrence, in closed form.


def thresholds(**given: Any) -> tuple[Any, Any, Any]:
    """Return c_t, c_s and d_t: what makes hard, then soft C indifferent, and soft D."""
    gain = given["c_win"] - given["c_status_quo"]
    deters_hard = gain / (given["c_win"] - given["c_conflict_hard"])
    deters_soft = gain / (given["c_win"] - given["c_lose"])
    gain_d = given["d_win"] - given["d_lose"]
    return deters_hard, deters_soft, gain_d / (given["d_win"] - given["d_conflict_soft"])


def existing_unilateral(**given: Any) -> dict[str, Any]:
    """Say which equilibria exist; a boundary counts for the upper row of the paper's table."""
    c_t, c_s, d_t = thresholds(**given)
    p_c, p_d = np.asarray(given["credibility_c"]), np.asarray(given["credibility_d"])
    low = p_d < c_s
    holds = [p_d >= c_t, (p_d >= c_s) & (p_d < c_t), low & (p_c >= d_t), low & (p_c < d_t)]
    return dict(zip(UNILATERAL, np.broadcast_arrays(*holds, p_d < c_t), strict=True))


def unilateral(equilibrium: str, **given: Any) -> Results:
    """Return one equilibrium; unless a word says which, the one that is not steadfast."""
    c_t, c_s, d_t = thresholds(**given)
    p_c, p_d = given["credibility_c"], given["credibility_d"]
    there = existing_unilateral(**given)
    if equilibrium == "selected":
        kind = np.select([there[name] for name in UNILATERAL[:4]], UNILATERAL[:4], "")
    else:
        kind = np.broadcast_to(equilibrium, there["attack"].shape)
    deterred = (kind == "certain-deterrence") | (kind == "steadfast-deterrence")
    bluff = kind == "bluff"
    x_h = np.where(deterred, 0.0, 1.0)
    # A soft C bluffs so often that a soft D is indifferent, who resists so often that C is.
    odds = p_c / (1 - p_c) * (1 - d_t) / d_t
    x_s = np.select([bluff, kind == "attack"], [odds, 1.0], 0.0)
    y_s = np.select([bluff, kind == "steadfast-deterrence"], [(c_s - p_d) / (1 - p_d), 1.0], 0.0)
    challenged = p_c * x_h + (1 - p_c) * x_s
    resisted = p_d + (1 - p_d) * y_s
    return {
        "equilibrium": kind,
        "cutoff_deterrence": c_t,
        "cutoff_separation": c_s,
        "cutoff_resistance": d_t,
        "prob_attack_hard": x_h,
        "prob_attack_soft": x_s,
        "prob_resist_soft": y_s,
        "prob_status_quo": 1 - challenged,
        "prob_d_concedes": challenged * (1 - resisted),
        "prob_c_backs_down": (1 - p_c) * x_s * resisted,
        "prob_conflict": p_c * x_h * resisted,
        "steadfast_exists": there["steadfast-deterrence"],
        "steadfast_monotone": there["steadfast-deterrence"] & (p_c < d_t),
    }


# (b) Generalized mutual deterrence, in closed form.


def ratios(side: str, **given: Any) -> tuple[Any, Any]:
    """Return k and t of a side: the credibility of the other that deters a hard, a soft type."""
    soft, lose, hard, quo, win = (given[f"{side}_{name}"] for name in VALUES)
    return (win - quo) / (win - hard), (win - quo) / ((win - quo) + (lose - soft))


VALUES = ("conflict_soft", "lose", "conflict_hard", "status_quo", "win")


def existing_generalized(**given: Any) -> dict[str, Any]:
    """Say which equilibria exist; none counts on its boundary."""
    (k_a, t_a), (k_b, t_b) = ratios("a", **given), ratios("b", **given)
    p_a, p_b = np.asarray(given["credibility_a"]), np.asarray(given["credibility_b"])
    deterred = (p_b > k_a) & (p_a > k_b)
    apart = (p_b > t_a) & (p_a > t_b)
    holds = [deterred, deterred, apart, p_b < t_a, p_a < t_b, (p_b < t_a) & (p_a < t_b)]
    return dict(zip(GENERALIZED, np.broadcast_arrays(*holds), strict=True))


def generalized(equilibrium: str, **given: Any) -> Results:
    """Return one equilibrium."""
    (k_a, t_a), (k_b, t_b) = ratios("a", **given), ratios("b", **given)
    p_a, p_b = given["credibility_a"], given["credibility_b"]
    # Hard types keep each other indifferent; soft types bluff so often that the other's are.
    x_mixed = 1 - (1 - p_a) / p_a * k_b / (1 - k_b)
    y_mixed = 1 - (1 - p_b) / p_b * k_a / (1 - k_a)
    x_bluff, y_bluff = 1 - (1 - t_b) / (1 - p_a), 1 - (1 - t_a) / (1 - p_b)
    x_h, x_s, y_h, y_s = {
        "deterrence": (0.0, 0.0, 0.0, 0.0),
        "mixed-deterrence": (x_mixed, 0.0, y_mixed, 0.0),
        "separating": (1.0, 0.0, 1.0, 0.0),
        "a-attacks": (1.0, 1.0, 1.0, 0.0),
        "b-attacks": (1.0, 0.0, 1.0, 1.0),
        "mutual-bluff": (1.0, x_bluff, 1.0, y_bluff),
    }[equilibrium]
    a, b = p_a * x_h + (1 - p_a) * x_s, p_b * y_h + (1 - p_b) * y_s
    # Who waits and is attacked fights if hard.
    hard_a, hard_b = p_a * (1 - x_h), p_b * (1 - y_h)
    return {
        "equilibrium": equilibrium,
        "cutoff_deterrence_a": k_a,
        "cutoff_attack_a": t_a,
        "cutoff_deterrence_b": k_b,
        "cutoff_attack_b": t_b,
        "prob_attack_hard_a": x_h,
        "prob_attack_soft_a": x_s,
        "prob_attack_hard_b": y_h,
        "prob_attack_soft_b": y_s,
        "prob_status_quo": (1 - a) * (1 - b),
        "prob_a_wins": a * (1 - b - hard_b),
        "prob_b_wins": b * (1 - a - hard_a),
        "prob_conflict": a * b + a * hard_b + b * hard_a,
    }


def generalized_set(**given: Any) -> Results:
    """Count the equilibria, and find the bounds of conflict over them."""
    there = existing_generalized(**given)
    exists = np.array([there[name] for name in GENERALIZED])
    shape = exists.shape[1:]
    conflict = np.array([
        np.broadcast_to(generalized(name, **given)["prob_conflict"], shape) for name in GENERALIZED
    ])  # fmt: skip
    some = exists.any(axis=0)  # none is counted on some boundaries
    low = np.where(exists, conflict, np.inf).min(axis=0)
    high = np.where(exists, conflict, -np.inf).max(axis=0)
    return {
        "number_of_equilibria": exists.sum(axis=0),
        **{"exists_" + name.replace("-", "_"): there[name] for name in GENERALIZED},
        "min_prob_conflict": np.where(some, low, np.nan),
        "max_prob_conflict": np.where(some, high, np.nan),
    }


# (c) One-sided deterrence, in closed form.


def one_sided(a_conflict: Any, a_status_quo: Any, a_win: Any, credibility_b: Any) -> Results:
    """Let A attack unless B is too likely hard; it attacks if indifferent."""
    cutoff = (a_win - a_status_quo) / (a_win - a_conflict)
    attacks = np.asarray(credibility_b <= cutoff)
    return {
        "cutoff_credibility": cutoff,
        "attacks": attacks,
        "prob_status_quo": np.where(attacks, 0.0, 1.0),
        "prob_b_concedes": np.where(attacks, 1 - credibility_b, 0.0),
        "prob_conflict": np.where(attacks, credibility_b, 0.0),
    }


# The second route: the trees in rationals, all their sequential equilibria, sorted by their play.


def _dealt(
    one: str, p: Fraction, other: str, q: Fraction, tree: Callable[[str, str], Node]
) -> ExtensiveFormGame:
    """Draw both types; each player is told its own."""
    first, second = {"hard": p, "soft": 1 - p}, {"hard": q, "soft": 1 - q}
    deals = {
        f"{a} {one}, {b} {other}": (first[a] * second[b], tell({one: a, other: b}, tree(a, b)))
        for a in TYPES
        for b in TYPES
    }
    return ExtensiveFormGame(chance(deals), (one, other))


def _rational(given: Mapping[str, Any]) -> dict[str, Fraction]:
    return {name: Fraction(str(value)) for name, value in given.items() if name != "equilibrium"}


def unilateral_game(**given: Any) -> ExtensiveFormGame:
    """Return the game; the status quo is worth 0 to the defender, which does not matter."""
    v = _rational(given)

    def tree(c: str, d: str) -> Node:
        war = end("conflict", (v[f"c_conflict_{c}"], v[f"d_conflict_{d}"]))
        retreat = end("C backs down", (v["c_lose"], v["d_win"]))
        last = tell({"C": "resisted"}, move("C", {"fight": war, "back down": retreat}))
        concession = end("D concedes", (v["c_win"], v["d_lose"]))
        reply = tell({"D": "challenged"}, move("D", {"concede": concession, "resist": last}))
        calm = end("status quo", (v["c_status_quo"], 0))
        return move("C", {"wait": calm, "challenge": reply})

    return _dealt("C", v["credibility_c"], "D", v["credibility_d"], tree)


def _complete(game: ExtensiveFormGame) -> EquilibriumSet:
    found = solve(game, exact=True)
    if not found.complete:
        raise GameError("not all sequential equilibria of this game could be found")
    return found


def _asked_for(equilibrium: str, kinds: Mapping[str, Equilibrium]) -> Equilibrium:
    if equilibrium not in kinds:  # rationals and floats may differ about a boundary
        raise GameError(
            f"equilibrium {equilibrium!r} was not found in rationals, only: {', '.join(kinds)}; "
            "the parameters lie on a boundary"
        )
    return kinds[equilibrium]


def _play_unilateral(e: Equilibrium) -> tuple[float, float, float]:
    return (
        plays(e, "C", ("hard",), "challenge"),
        plays(e, "C", ("soft",), "challenge"),
        plays(e, "D", ("soft", "challenged"), "resist"),
    )


def _kind_unilateral(play: tuple[float, float, float]) -> str:
    """Name play; where C waits, a soft D that concedes, or resists, is named, not one between."""
    x_h, x_s, y_s = play
    if x_h == x_s == 0:
        names = {0.0: "certain-deterrence", 1.0: "steadfast-deterrence"}
        return names.get(y_s, "between")
    if x_h == 1 and y_s == 0:
        return {0.0: "separating", 1.0: "attack"}.get(x_s, "between")
    return "bluff" if x_h == 1 and 0 < x_s < 1 and 0 < y_s < 1 else "between"


WIN, QUO, RISK, LOSE, D_WIN, D_LOSE, D_CONFLICT = (
    Parameter(name, (-float("inf"), float("inf")))
    for name in ("win", "quo", "risk", "lose", "d_win", "d_lose", "d_conflict")
)
P = sp.Symbol("p")
# How likely the other must be to resist for waiting to be better than challenging.
WAITS = CutoffRule(P, (0, 1), QUO - P * RISK - (1 - P) * WIN)
# The same for a soft type, whom the other attacks instead if it does not wait.
WAITS_SOFT = CutoffRule(P, (0, 1), P * (LOSE - RISK) + (1 - P) * (QUO - WIN))
# How likely a challenge must be meant for conceding to be better than resisting.
CONCEDES = CutoffRule(P, (0, 1), D_LOSE - P * D_CONFLICT - (1 - P) * D_WIN)


def _cutoff(rule: CutoffRule, **values: Any) -> float:
    return float(only_cutoffs(rule, **values)[0])


def unilateral_solved(equilibrium: str, **given: Any) -> Results:
    """Sort all sequential equilibria by their play, and read off the one asked for.

    Where one exists in which C waits though a soft D concedes, deterrence is certain; that a soft
    D might as well resist is then no equilibrium of its own.
    """
    found = _complete(unilateral_game(**given))
    kinds = {_kind_unilateral(_play_unilateral(e)): e for e in found}
    if "certain-deterrence" in kinds:
        kinds.pop("steadfast-deterrence", None)
    steadfast = "steadfast-deterrence" in kinds
    if equilibrium == "selected":
        equilibrium = next(name for name in UNILATERAL if name in kinds)
    one = _asked_for(equilibrium, kinds)
    x_h, x_s, y_s = _play_unilateral(one)
    quo, win = given["c_status_quo"], given["c_win"]
    stakes = {"quo": quo, "win": win}
    d_t = _cutoff(
        CONCEDES,
        d_win=given["d_win"],
        d_lose=given["d_lose"],
        d_conflict=given["d_conflict_soft"],
    )
    return {
        "equilibrium": equilibrium,
        "cutoff_deterrence": _cutoff(WAITS, risk=given["c_conflict_hard"], **stakes),
        "cutoff_separation": _cutoff(WAITS, risk=given["c_lose"], **stakes),
        "cutoff_resistance": d_t,
        "prob_attack_hard": x_h,
        "prob_attack_soft": x_s,
        "prob_resist_soft": y_s,
        "prob_status_quo": float(one.probability("status quo")),
        "prob_d_concedes": float(one.probability("D concedes")),
        "prob_c_backs_down": float(one.probability("C backs down")),
        "prob_conflict": float(one.probability("conflict")),
        "steadfast_exists": steadfast,
        "steadfast_monotone": steadfast and given["credibility_c"] < d_t,
    }


def generalized_game(**given: Any) -> ExtensiveFormGame:
    """Return the game, in which B moves without being told whether A attacked."""
    v = _rational(given)

    def tree(a: str, b: str) -> Node:
        war = end("conflict", (v[f"a_conflict_{a}"], v[f"b_conflict_{b}"]))
        calm = end("status quo", (v["a_status_quo"], v["b_status_quo"]))
        a_wins = end("A wins", (v["a_win"], v["b_lose"]))
        b_wins = end("B wins", (v["a_lose"], v["b_win"]))
        hit_a = tell({"A": "attacked"}, move("A", {"concede": b_wins, "fight": war}))
        hit_b = tell({"B": "attacked"}, move("B", {"concede": a_wins, "fight": war}))
        if_waits: dict[str, Node] = {"wait": calm, "attack": hit_a}
        if_attacks: dict[str, Node] = {"wait": hit_b, "attack": war}
        return move("A", {"wait": move("B", if_waits), "attack": move("B", if_attacks)})

    return _dealt("A", v["credibility_a"], "B", v["credibility_b"], tree)


def _play_generalized(e: Equilibrium) -> tuple[float, float, float, float]:
    x_h, x_s, y_h, y_s = (plays(e, side, (kind,), "attack") for side in "AB" for kind in TYPES)
    return x_h, x_s, y_h, y_s


def _kind_generalized(play: tuple[float, float, float, float]) -> str:
    x_h, x_s, y_h, y_s = play
    if play == (0, 0, 0, 0):
        return "deterrence"
    if x_s == y_s == 0 and 0 < x_h < 1 and 0 < y_h < 1:
        return "mixed-deterrence"
    if x_h == x_s == 1 and y_s == 0:
        return "a-attacks"  # a hard B may wait or attack: it comes to conflict either way
    if y_h == y_s == 1 and x_s == 0:
        return "b-attacks"
    if x_h == y_h == 1 and x_s == y_s == 0:
        return "separating"
    if x_h == y_h == 1 and 0 < x_s < 1 and 0 < y_s < 1:
        return "mutual-bluff"
    return "other"


def _sorted_generalized(**given: Any) -> dict[str, Equilibrium]:
    """Return one equilibrium of each kind; of a continuum the one in which hard types attack."""
    found = sorted(_complete(generalized_game(**given)), key=_play_generalized)
    kinds = {_kind_generalized(_play_generalized(e)): e for e in found}
    if "other" in kinds:
        raise GameError("this game has equilibria between the six kinds: it lies on a boundary")
    return kinds


def generalized_solved(equilibrium: str, **given: Any) -> Results:
    """Read the equilibrium asked for off all sequential equilibria."""
    one = _asked_for(equilibrium, _sorted_generalized(**given))
    x_h, x_s, y_h, y_s = _play_generalized(one)
    cutoffs = {}
    for side in ("a", "b"):
        soft, lose, hard, quo, win = (given[f"{side}_{name}"] for name in VALUES)
        cutoffs[f"cutoff_deterrence_{side}"] = _cutoff(WAITS, win=win, quo=quo, risk=hard)
        cutoffs[f"cutoff_attack_{side}"] = _cutoff(
            WAITS_SOFT, win=win, quo=quo, risk=soft, lose=lose
        )
    return {
        "equilibrium": equilibrium,
        **cutoffs,
        "prob_attack_hard_a": x_h,
        "prob_attack_soft_a": x_s,
        "prob_attack_hard_b": y_h,
        "prob_attack_soft_b": y_s,
        "prob_status_quo": float(one.probability("status quo")),
        "prob_a_wins": float(one.probability("A wins")),
        "prob_b_wins": float(one.probability("B wins")),
        "prob_conflict": float(one.probability("conflict")),
    }


def generalized_set_solved(**given: Any) -> Results:
    """Count the kinds of sequential equilibria."""
    kinds = _sorted_generalized(**given)
    conflict = [float(e.probability("conflict")) for e in kinds.values()]
    return {
        "number_of_equilibria": len(kinds),
        **{"exists_" + name.replace("-", "_"): name in kinds for name in GENERALIZED},
        "min_prob_conflict": min(conflict),
        "max_prob_conflict": max(conflict),
    }


def one_sided_game(**given: Any) -> ExtensiveFormGame:
    """Return the game; B's payoffs are those of its order of outcomes."""
    v = _rational(given)

    def against(worth: int) -> Node:
        war = end("conflict", (v["a_conflict"], worth))
        concession = end("B concedes", (v["a_win"], 0))
        reply = tell({"B": "attacked"}, move("B", {"concede": concession, "resist": war}))
        return move("A", {"wait": end("status quo", (v["a_status_quo"], 2)), "attack": reply})

    hard = v["credibility_b"]
    deals = {
        "hard": (hard, tell({"B": "hard"}, against(1))),
        "soft": (1 - hard, tell({"B": "soft"}, against(-1))),
    }
    return ExtensiveFormGame(chance(deals), ("A", "B"))


def one_sided_solved(**given: Any) -> Results:
    """Read off the sequential equilibrium in which A attacks most."""
    found = _complete(one_sided_game(**given))
    one = max(found, key=lambda e: plays(e, "A", (), "attack"))
    cutoff = _cutoff(WAITS, win=given["a_win"], quo=given["a_status_quo"], risk=given["a_conflict"])
    return {
        "cutoff_credibility": cutoff,
        "attacks": plays(one, "A", (), "attack") == 1,
        "prob_status_quo": float(one.probability("status quo")),
        "prob_b_concedes": float(one.probability("B concedes")),
        "prob_conflict": float(one.probability("conflict")),
    }


# Figures.


def draw_unilateral(ax: Axes) -> None:
    """Draw which equilibrium there is, at each pair of credibilities."""
    found = MODEL.results("unilateral")
    c_t, c_s, d_t = (found[f"cutoff_{n}"] for n in ("deterrence", "separation", "resistance"))
    for low, high, shade in ((0, c_s, "0.8"), (c_s, c_t, "0.9"), (c_t, 1, "1")):
        ax.fill_between([0, 1], low, high, color=shade, linewidth=0)
    ax.fill_between([0, d_t], 0, c_t, facecolor="none", edgecolor=COLOURS[1], hatch="//",
                    linewidth=0,
                    label="steadfast deterrence as well (belief r ≥ p_C)")  # fmt: skip
    _regions(ax, "black", c_t, c_s, d_t)
    ax.set(xlabel="Credibility of the challenger, p_C", ylabel="Credibility of the defender, p_D",
           xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1))
    caption(
        ax,
        f"Borders: c_t = (win − status quo)/(win − conflict if hard) = {c_t:.3f} and "
        f"c_s = (win − status quo)/(win − lose) = {c_s:.3f} by C's values, "
        f"d_t = (win − lose)/(win − conflict if soft) = {d_t:.3f} by D's. Values in the order "
        "conflict if soft, lose, conflict if hard, status quo (C only), win: "
        "c = (−1, 0, 0.5, 1, 2), d = (−1, 0, 0.5, 1).",
    )


def _regions(ax: Axes, colour: str, c_t: float, c_s: float, d_t: float) -> None:
    """Draw the borders between the four classes of the unilateral game, and name the classes."""
    for ends in (([0, 1], [c_t, c_t]), ([0, 1], [c_s, c_s]), ([d_t, d_t], [0, c_s])):
        ax.plot(*ends, color=colour, linewidth=1)
    places = {
        "certain deterrence": (0.5, (1 + c_t) / 2),
        "separating": (0.75, (c_s + c_t) / 2),
        "attack": ((1 + d_t) / 2, c_s / 2),
        "bluff": (d_t / 2, c_s / 2),
    }
    _name(ax, places)


def _name(ax: Axes, places: Mapping[str, tuple[float, float]]) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    for text, (x, y) in places.items():
        ax.text(x, y, text, ha="center", va="center", bbox=box)


def draw_generalized(ax: Axes) -> None:
    """Draw where deterrence, separation and attacks are equilibria."""
    values = dict(zip(VALUES, (-2, 0, 0.6, 1, 2), strict=True))
    given = {f"{side}_{name}": value for side in "ab" for name, value in values.items()}
    found = MODEL.results("generalized", **given)
    k, t = found["cutoff_deterrence_a"], found["cutoff_attack_a"]
    ax.fill_between([t, 1], t, 1, color="0.85", linewidth=0)
    ax.fill_between([k, 1], k, 1, facecolor="white", edgecolor="black")
    ax.fill_between([0, 1], 0, t, facecolor="none", edgecolor=COLOURS[2], hatch="\\\\",
                    linewidth=0, label="A attacks (p_B < t_A)")  # fmt: skip
    ax.fill_between([0, t], 0, 1, facecolor="none", edgecolor=COLOURS[1], hatch="//",
                    linewidth=0, label="B attacks (p_A < t_B)")  # fmt: skip
    ax.plot([t, t], [0, 1], color="black", linewidth=1)
    ax.plot([0, 1], [t, t], color="black", linewidth=1)
    middle = (1 + k) / 2
    _name(ax, {"mutual bluff\nas well": (t / 2, t / 2)})
    ax.text(middle, middle, "deterrence\n(also mixed)\nand separating", ha="center", va="center")
    ax.text((t + k) / 2, (t + k) / 2, "separating", ha="center", va="center")
    ax.set(xlabel="Credibility of A, p_A", ylabel="Credibility of B, p_B", xlim=(0, 1), ylim=(0, 1))
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    caption(
        ax,
        f"Borders: k = (win − status quo)/(win − conflict if hard) = {k:.3f}, "
        f"t = (win − status quo)/(win − status quo + lose − conflict if soft) = {t:.3f}. "
        "a = b = (−2, 0, 0.6, 1, 2), in the order conflict if soft, lose, conflict if hard, "
        "status quo, win. Separation is an equilibrium wherever deterrence is.",
    )


def draw_conflict(ax: Axes) -> None:
    """Draw the risk of conflict, and where it jumps."""
    p = np.linspace(0.0025, 0.9975, 200)
    p_c, p_d = np.meshgrid(p, p)
    found = MODEL.results("unilateral", credibility_c=p_c, credibility_d=p_d)
    mesh = ax.pcolormesh(p, p, found["prob_conflict"], cmap="cividis", shading="nearest", vmin=0,
                         rasterized=True)  # fmt: skip
    ax.figure.colorbar(mesh, ax=ax, label="Probability of conflict")
    border = MODEL.results("unilateral")
    c_t, c_s, d_t = (border[f"cutoff_{n}"] for n in ("deterrence", "separation", "resistance"))
    _regions(ax, "white", c_t, c_s, d_t)
    ax.set(xlabel="Credibility of the challenger, p_C", ylabel="Credibility of the defender, p_D",
           xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    caption(ax, "Without steadfast deterrence. c = (−1, 0, 0.5, 1, 2), "
                "d = (−1, 0, 0.5, 1).")  # fmt: skip


def _rising(*names: str) -> Condition:
    def holds(**given: Any) -> Any:
        pairs = pairwise(names)
        return np.all(np.broadcast_arrays(*(given[a] < given[b] for a, b in pairs)), axis=0)

    return Condition(names, " < ".join(names), holds)


def _exists(names: tuple[str, ...], existing: Callable[..., dict[str, Any]]) -> Condition:
    """Refuse an equilibrium that does not exist, and name those that do."""

    def holds(equilibrium: str, **given: Any) -> Any:
        there = existing(**given)
        if equilibrium == "selected":
            return True
        good = there[equilibrium]
        if not np.all(good):
            first = tuple(np.argwhere(~good)[0])
            others = [repr(name) for name, is_there in there.items() if is_there[first]]
            raise GameError(
                f"equilibrium {equilibrium!r} does not exist at these parameters; "
                f"there are: {', '.join(others) or 'none of those listed, on this boundary'}"
            )
        return good

    return Condition((*names, "equilibrium"), "that the equilibrium exists", holds)


def _payoff(name: str, letter: str, meaning: str, default: float, low: float, high: float) -> Any:
    return Quantity(name, letter, f"{meaning}, utils", default, box=(low, high))


def _credibility(side: str, default: float) -> Quantity:
    return Quantity(
        f"credibility_{side}", f"p_{side.upper()}", f"probability that {side.upper()} is hard",
        default, 0, 1, closed="neither", box=(0.03, 0.97),
    )  # fmt: skip


def _side(side: str, defaults: tuple[float, ...]) -> tuple[Quantity, ...]:
    """Return the payoffs of a player from its worst outcome to its best, if it is hard or soft."""
    letters = ("DD-", "CD", "DD+", "SQ", "DC") if side != "b" else ("DD-", "DC", "DD+", "SQ", "CD")
    meanings = ("conflict to a soft type", "losing", "conflict to a hard type", "the status quo",
                "winning")  # fmt: skip
    boxes = ((-2, -0.3), (-0.2, 0.2), (0.3, 0.7), (0.8, 1.2), (1.3, 2.5))
    return tuple(
        _payoff(f"{side}_{name}", f"{side}_{letter}", f"{side.upper()}'s value of {meaning}",
                default, *box)
        for name, letter, meaning, default, box in zip(
            VALUES, letters, meanings, defaults, boxes, strict=True
        )
    )  # fmt: skip


def _names(quantities: tuple[Quantity, ...]) -> tuple[str, ...]:
    return tuple(q.name for q in quantities)


def _word(default: str, choices: tuple[str, ...]) -> Quantity:
    return Quantity("equilibrium", "-", "which equilibrium", default, choices=choices)


C_SIDE = _side("c", (-1, 0, 0.5, 1, 2))
D_SIDE = (
    _payoff("d_conflict_soft", "d_DD-", "D's value of conflict to a soft type", -1, -2, -0.3),
    _payoff("d_lose", "d_DC", "D's value of losing", 0, -0.2, 0.2),
    _payoff("d_conflict_hard", "d_DD+", "D's value of conflict to a hard type", 0.5, 0.3, 1.5),
    _payoff("d_win", "d_CD", "D's value of winning", 1, 0.3, 2),
)
TWO = (*C_SIDE, *D_SIDE, _credibility("c", 0.3), _credibility("d", 0.3))
A_SIDE, B_SIDE = (_side(side, (-0.5, 0, 0.5, 1, 1.5)) for side in "ab")
MUTUAL = (*A_SIDE, *B_SIDE, _credibility("a", 0.8), _credibility("b", 0.8))
MUTUAL_RISING = (_rising(*_names(A_SIDE)), _rising(*_names(B_SIDE)))
ONE_SIDED = (
    _payoff("a_conflict", "a_DD", "A's value of conflict", 0.5, -1, 0.7),
    _payoff("a_status_quo", "a_SQ", "A's value of the status quo", 1, 0.8, 1.2),
    _payoff("a_win", "a_DC", "A's value of winning", 1.5, 1.3, 2.5),
)
ENDS = {"prob_status_quo": "probability of the status quo"}
CONFLICT = {"prob_conflict": "probability of conflict"}

MODEL = Model(
    slug="zagare-kilgour-2000-perfect-deterrence",
    title="Deterrence between players of uncertain credibility",
    citation="""@book{zagare2000perfect,
  author    = {Frank C. Zagare and D. Marc Kilgour},
  title     = {Perfect Deterrence},
  publisher = {Cambridge University Press},
  series    = {Cambridge Studies in International Relations},
  year      = {2000}
}""",
    provenance=(
        "After Zagare and Kilgour (2000), with 'Credibility, Uncertainty, and Deterrence' (1991) "
        "and 'Asymmetric Deterrence' (1993); summaries and abstracts were at hand. Theirs: the "
        "games, the orders of payoffs, hard and soft types, and the names of the equilibria of "
        "unilateral deterrence. The tree of generalized mutual deterrence is recalled. Ours: all "
        "thresholds and regions, the names of its equilibria, its mixed ones, the numbers, and "
        "the figures."
    ),
    cases={
        "unilateral": Case(
            (*TWO, _word("selected", ("selected", *UNILATERAL))),
            unilateral,
            {
                "equilibrium": "which equilibrium",
                "cutoff_deterrence": "c_t: least credibility of D that deters a hard C",
                "cutoff_separation": "c_s: least one that deters a soft C",
                "cutoff_resistance": "d_t: least credibility of a challenge that stops a soft D",
                "prob_attack_hard": "x_H: probability that a hard C challenges",
                "prob_attack_soft": "x_S: the same of a soft C",
                "prob_resist_soft": "y_S: probability that a soft D resists",
                **ENDS,
                "prob_d_concedes": "probability that D concedes",
                "prob_c_backs_down": "probability that C challenges and backs down",
                **CONFLICT,
                "steadfast_exists": "whether steadfast deterrence is an equilibrium",
                "steadfast_monotone": "whether it is if hard types are no less likely to deviate",
            },
            conditions=(
                _rising(*_names(C_SIDE)),
                _rising(*_names(D_SIDE[:3])),
                _rising("d_lose", "d_win"),
                _exists(_names(TWO), existing_unilateral),
            ),
            game=unilateral_game,
            solved=unilateral_solved,
        ),
        "generalized": Case(
            (*MUTUAL, _word("separating", GENERALIZED)),
            generalized,
            {
                "equilibrium": "which equilibrium",
                "cutoff_deterrence_a": "k_A: least credibility of B that deters a hard A",
                "cutoff_attack_a": "t_A: least one at which a soft A waits if a hard B attacks",
                "cutoff_deterrence_b": "k_B: least credibility of A that deters a hard B",
                "cutoff_attack_b": "t_B: least one at which a soft B waits if a hard A attacks",
                "prob_attack_hard_a": "x_H: probability that a hard A attacks",
                "prob_attack_soft_a": "x_S: the same of a soft A",
                "prob_attack_hard_b": "y_H: the same of a hard B",
                "prob_attack_soft_b": "y_S: the same of a soft B",
                **ENDS,
                "prob_a_wins": "probability that B concedes",
                "prob_b_wins": "probability that A concedes",
                **CONFLICT,
            },
            conditions=(*MUTUAL_RISING, _exists(_names(MUTUAL), existing_generalized)),
            game=generalized_game,
            solved=generalized_solved,
        ),
        "generalized-set": Case(
            MUTUAL,
            generalized_set,
            {
                "number_of_equilibria": "how many of the six exist",
                **{
                    "exists_" + name.replace("-", "_"): f"whether {name} is an equilibrium"
                    for name in GENERALIZED
                },
                "min_prob_conflict": "least probability of conflict over those that exist",
                "max_prob_conflict": "largest one",
            },
            conditions=MUTUAL_RISING,
            game=generalized_game,
            solved=generalized_set_solved,
        ),
        "one-sided": Case(
            (*ONE_SIDED, _credibility("b", 0.3)),
            one_sided,
            {
                "cutoff_credibility": "largest credibility of B at which A attacks",
                "attacks": "whether A attacks",
                **ENDS,
                "prob_b_concedes": "probability that B concedes",
                **CONFLICT,
            },
            conditions=(_rising(*_names(ONE_SIDED)),),
            game=one_sided_game,
            solved=one_sided_solved,
        ),
    },
    levers=(
        Lever("clear signals", "unilateral", "credibility_d", True,
              "a hard defender that is known to be hard is not tried"),
        Lever("interests", "unilateral", "c_status_quo", True,
              "who counts what it has is easier to deter: both thresholds fall"),
        Lever("restraint", "unilateral", "c_lose", True,
              "an easier retreat after a challenge, which also makes bluffs cheaper"),
    ),
    badness="prob_conflict",
    figures={
        "unilateral": draw_unilateral,
        "generalized": draw_generalized,
        "conflict": draw_conflict,
    },
)  # fmt: skip
