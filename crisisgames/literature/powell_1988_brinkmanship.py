"""After Robert Powell (1988): brinkmanship when neither side knows the other's resolve.

Each step up a ladder makes a disaster possible that nobody would choose; the side that will not run
the next risk submits. A state's *resolve* is the largest risk that it would run once to prevail:
to prevail is worth 1, to submit 0, and a disaster costs it d = (1 - resolve) / resolve.

In the first game the ladder has two rungs. A challenger accepts the status quo or challenges, the
defender submits or escalates, and then the challenger does. Each is resolute or irresolute, as it
alone knows; only a resolute challenger would take the second step, but an irresolute one may bluff.

In the second the ladder has no end. The sides move in turns, each step with the same risk; some
states never submit, the flexible ones gradually do, so that each step proves a little more resolve.
As the steps become small this is a war of attrition in risk.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, NormalFormGame, Parameter, chance, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.games import Node

__all__ = ["MODEL"]

Results = Mapping[str, Any]

REGIONS = ("no-resistance", "pooling", "bluff-low-mixes", "bluff-high-mixes")

WHOLE = 1e-12
"""Staminas this near to a whole number, relative to themselves, count as whole."""


# Two rungs, in closed form.


def two_rungs(
    risk_first: Any,
    risk_second: Any,
    resolve_c_high: Any,
    resolve_c_low: Any,
    resolve_d_high: Any,
    resolve_d_low: Any,
    prob_resolute_c: Any,
    prob_resolute_d: Any,
    status_quo_value: Any,
) -> Results:
    """Read the equilibrium off the table of regions, in order, each with its boundary."""
    r1, r2, h_c, h_d = risk_first, risk_second, prob_resolute_c, prob_resolute_d
    mu_high, mu_low = (
        ((1 - r1) - d * r1) / ((1 - r1) * (1 + d * r2))
        for d in (_disaster_cost(resolve_d_high), _disaster_cost(resolve_d_low))
    )
    y_low = (1 - status_quo_value) / (1 + r1 * _disaster_cost(resolve_c_low))
    few = h_d <= y_low  # resolute defenders alone do not deter a bluff
    where = [h_c >= mu_high, (h_c >= mu_low) & few, few & (h_c < mu_low)]
    cutoff = np.where(where[2], mu_low, mu_high)  # of the type that mixes
    cutoff = np.where(cutoff > 0, cutoff, 1.0)  # not used where the sign is wrong
    bluff = np.select(where[:2], [1.0, 1.0], h_c * (1 - cutoff) / (cutoff * (1 - h_c)))
    high = np.select(where, [0.0, 1.0, 1.0], y_low / h_d)
    low = np.select(where, [0.0, 0.0, (y_low - h_d) / (1 - h_d)], 0.0)
    return {
        "region": np.select(where, REGIONS[:3], REGIONS[3]),
        "cutoff_belief_high": mu_high,
        "cutoff_belief_low": mu_low,
        "cutoff_resistance": y_low,
        "prob_bluff": bluff,
        "prob_escalate_high": high,
        "prob_escalate_low": low,
        **_two_rung_outcomes(r1, r2, h_c, h_d, bluff, high, low),
    }


def _two_rung_outcomes(
    r1: Any, r2: Any, h_c: Any, h_d: Any, bluff: Any, high: Any, low: Any
) -> Results:
    challenge = h_c + (1 - h_c) * bluff
    resolute = h_c / challenge  # the defender's belief
    resist = h_d * high + (1 - h_d) * low
    fought, on = challenge * resist, 1 - r1
    return {
        "prob_challenge": challenge,
        "prob_disaster": fought * (r1 + on * resolute * r2),
        "prob_c_wins": challenge * (1 - resist) + fought * on * resolute * (1 - r2),
        "prob_d_wins": fought * on * (1 - resolute),
    }


def _disaster_cost(resolve: Any) -> Any:
    return (1 - resolve) / resolve


# The endless ladder, in closed form. A side's *stamina* is the number of times that it can still
# submit with the chance that keeps the other indifferent before it is known to be unyielding.


def ladder(
    risk_per_step: Any,
    disaster_cost_c: Any,
    disaster_cost_d: Any,
    prob_unyielding_c: Any,
    prob_unyielding_d: Any,
) -> Results:
    """Sum over the schedule of submissions.

    One side, the *leader*, first submits with the chance that makes its stamina the whole part of
    the other's. Then they take turns, each submitting with its constant chance, until the leader
    is known to be unyielding; what is left of the other's flexible types then submits.
    """
    f = risk_per_step
    steady_c, steady_d = _steady(f, disaster_cost_d), _steady(f, disaster_cost_c)
    stamina_c, log_c = _stamina(prob_unyielding_c, steady_c)
    stamina_d, log_d = _stamina(prob_unyielding_d, steady_d)
    whole_c, whole_d = _whole(stamina_c), _whole(stamina_d)
    d_leads = stamina_d >= whole_c * (1 - WHOLE)

    def pick(by_d: Any, by_c: Any) -> Any:
        return np.where(d_leads, by_d, by_c)

    turns = pick(whole_c, whole_d)
    log_leader, log_other = pick(log_d, log_c), pick(log_c, log_d)
    steady_leader, steady_other = pick(steady_d, steady_c), pick(steady_c, steady_d)
    rest = pick(stamina_c - whole_c, stamina_d - whole_d)
    exhausted = (turns > 0) & (rest <= WHOLE * turns)  # whole from the start
    first = pick(
        -np.expm1(np.minimum(0, np.log(prob_unyielding_d) - turns * log_d)),
        -np.expm1(np.minimum(0, np.log(prob_unyielding_c) - turns * log_c)),
    )
    last = np.where(exhausted, 0.0, -np.expm1(rest * log_other))

    on = 1 - f
    opened = pick(1.0, on)  # where C leads, D's first step is free
    begun = opened * (1 - first) * on
    log_round = log_leader + log_other + 2 * np.log1p(-f)
    left = np.exp(turns * log_round)
    rounds = begun * np.expm1(turns * log_round) / np.expm1(log_round)
    leader_wins = rounds * steady_other + begun * left * last
    other_wins = opened * first + rounds * (1 - steady_other) * on * steady_leader
    risks = (1 - steady_other) * (1 + on * (1 - steady_leader)) * f
    disaster = pick(0.0, f) + opened * (1 - first) * f + rounds * risks
    rungs = 2 * turns + pick(2, 3) - exhausted
    return {
        "prob_first_submission": pick(first, 0.0),
        # Whole numbers, but as floats where they are too many to be exact.
        "rungs_until_revealed": rungs.astype(int) if np.all(rungs < 2**53) else rungs,
        "prob_disaster": disaster + begun * left * (1 - last),
        "prob_c_wins": pick(other_wins, leader_wins),
        "prob_d_wins": pick(leader_wins, other_wins),
    }


def _steady(f: Any, rival_cost: Any) -> Any:
    """Return the chance of submitting that makes up for the rival's last risk and the next."""
    return np.minimum(1.0, f * rival_cost * (2 - f) / ((1 - f) * (1 + f * rival_cost)))


def _stamina(unyielding: Any, steady: Any) -> tuple[Any, Any]:
    """Return the stamina, and the logarithm of what one turn leaves of a side.

    Where flexible types never escalate, one turn reveals all: any stamina below 1 says so.
    """
    at_once = np.asarray(steady) >= 1
    log_left = np.log1p(-np.where(at_once, 0.5, steady))
    log_left = np.where(at_once, 2 * np.log(unyielding), log_left)
    return np.log(unyielding) / log_left, log_left


def _whole(stamina: Any) -> Any:
    nearest = np.rint(stamina)
    near = (nearest > 0) & (np.abs(stamina - nearest) <= WHOLE * nearest)
    return np.where(near, nearest, np.floor(stamina))


def ladder_limit(
    disaster_cost_c: Any, disaster_cost_d: Any, prob_unyielding_c: Any, prob_unyielding_d: Any
) -> Results:
    """As steps become small: the weaker side may submit at once, then both do at constant rates."""
    d_c, d_d = disaster_cost_c, disaster_cost_d
    log_c, log_d = np.log(prob_unyielding_c), np.log(prob_unyielding_d)
    d_weaker = -d_d * log_d >= -d_c * log_c
    horizon = np.where(d_weaker, -log_c / d_d, -log_d / d_c)
    own = np.where(d_weaker, log_d + d_c * horizon, log_c + d_d * horizon)
    first = -np.expm1(np.minimum(0, own))
    rates = 1 + d_c + d_d
    by_then, end_ = -np.expm1(-rates * horizon) / rates, np.exp(-rates * horizon)
    at_once_d, at_once_c = np.where(d_weaker, first, 0.0), np.where(d_weaker, 0.0, first)
    return {
        "weaker_side": np.where(d_weaker, "d", "c"),
        "prob_first_submission": first,
        "risk_horizon": horizon,
        "prob_disaster": (1 - first) * (by_then + end_),
        "prob_c_wins": at_once_d + (1 - first) * d_c * by_then,
        "prob_d_wins": at_once_c + (1 - first) * d_d * by_then,
    }


# The second route: the games themselves.

BELIEF, RESIST, SHARE = sp.symbols("belief resist share")
FIRST, SECOND, COST, VALUE = (
    Parameter(name, (0, float("inf"))) for name in ("first", "second", "cost", "value")
)
# Rather than resist, the defender submits: resisting prevails over a bluff, not over resolve.
WITHSTANDS = CutoffRule(
    BELIEF, (0, 1), FIRST * COST - (1 - FIRST) * (1 - BELIEF * (1 + SECOND * COST))
)
# An irresolute challenger keeps the status quo: a bluff prevails unless it is resisted.
BLUFFS = CutoffRule(RESIST, (0, 1), VALUE - (1 - RESIST) + RESIST * FIRST * COST)
# Waiting a little: either the rival submits or disaster strikes, the former with this chance.
WAITS = CutoffRule(SHARE, (0, 1), SHARE - (1 - SHARE) * COST)

MOVES = (4, 7, 10)
"""Moves of each side at which ladders are cut, until nobody uses the last."""


def two_rung_game(
    risk_first: float,
    risk_second: float,
    resolve_c_high: float,
    resolve_c_low: float,
    resolve_d_high: float,
    resolve_d_low: float,
    prob_resolute_c: float,
    prob_resolute_d: float,
    status_quo_value: float,
) -> ExtensiveFormGame:
    """Return the ladder of two rungs as a tree; C and D are told their own types only."""
    r1, r2, h_c, h_d, q = (
        Fraction(str(x))
        for x in (risk_first, risk_second, prob_resolute_c, prob_resolute_d, status_quo_value)
    )
    costs_c, costs_d = (
        {t: _disaster_cost(Fraction(str(r))) for t, r in zip(("high", "low"), both, strict=True)}
        for both in ((resolve_c_high, resolve_c_low), (resolve_d_high, resolve_d_low))
    )

    def crisis(c: str, d: str) -> Node:
        disaster = end("disaster", (-costs_c[c], -costs_d[d]))
        c_wins, d_wins = end("C wins", (1, 0)), end("D wins", (0, 1))
        second = chance({"disaster": (r2, disaster), "none": (1 - r2, c_wins)})
        reply = tell({"C": "resisted"}, move("C", {"submit": d_wins, "escalate": second}))
        first = chance({"disaster": (r1, disaster), "none": (1 - r1, reply)})
        challenged = tell({"D": "challenged"}, move("D", {"submit": c_wins, "escalate": first}))
        accept = end("status quo", (q, 1 - q))
        return tell({"C": c, "D": d}, move("C", {"accept": accept, "challenge": challenged}))

    chances_c, chances_d = {"high": h_c, "low": 1 - h_c}, {"high": h_d, "low": 1 - h_d}
    types = {
        f"{c}, {d}": (chances_c[c] * chances_d[d], crisis(c, d))
        for c in chances_c for d in chances_d
    }  # fmt: skip
    return ExtensiveFormGame(chance(types), ("C", "D"))


def two_rungs_solved(**given: float) -> Results:
    """Find all sequential equilibria; those that survive D1 have one outcome, which is read off."""
    found = solve(two_rung_game(**given), exact=True).d1()
    if not (found.complete and len(found.classes) == 1):
        raise GameError(f"{len(found.classes)} kinds of equilibria survive D1; one was expected")
    ends = {}
    for name in ("disaster", "C wins", "D wins", "status quo"):
        low, high = found.bounds(name)
        if low != high:
            raise GameError(f"a continuum of equilibria: {name} has probability {low} to {high}")
        ends[name] = float(low)
    plans = cast("Mapping[str, Mapping[Any, Mapping[str, Any]]]", found[0].strategy)
    bluff = float(plans["C"]["low",]["challenge"])
    high, low = (float(plans["D"][t, "challenged"]["escalate"]) for t in ("high", "low"))
    region = 0 if high == 0 else 1 if bluff == 1 else 2 if low > 0 else 3
    cutoffs = {}
    for name in ("high", "low"):
        values = {"first": given["risk_first"], "second": given["risk_second"],
                  "cost": _disaster_cost(given[f"resolve_d_{name}"])}  # fmt: skip
        # Where even a sure bluff is not resisted, there is no cutoff among beliefs.
        if values["first"] * (1 + values["cost"]) < 1:
            cutoffs[f"cutoff_belief_{name}"] = float(only_cutoffs(WITHSTANDS, **values)[0])
    cost = _disaster_cost(given["resolve_c_low"])
    values = {"first": given["risk_first"], "cost": cost, "value": given["status_quo_value"]}
    return {
        "region": REGIONS[region],
        **cutoffs,
        "cutoff_resistance": float(only_cutoffs(BLUFFS, **values)[0]),
        "prob_bluff": bluff,
        "prob_escalate_high": high,
        "prob_escalate_low": low,
        "prob_challenge": 1 - ends["status quo"],
        "prob_disaster": ends["disaster"],
        "prob_c_wins": ends["C wins"],
        "prob_d_wins": ends["D wins"],
    }


def stopping_game(
    risk_per_step: float,
    disaster_cost_c: float,
    disaster_cost_d: float,
    prob_unyielding_c: float,
    prob_unyielding_d: float,
    moves: int = 8,
) -> NormalFormGame:
    """Return the game in which flexible states choose the move at which they submit.

    It is the reduced form of the ladder cut after so many moves of each side. All positions are
    reached by unyielding states, so that its Nash equilibria are those of the ladder if nobody
    goes on to the last move.
    """
    f = risk_per_step
    k, j = np.meshgrid(np.arange(moves), np.arange(moves), indexing="ij")  # D's and C's choice
    d_first = k <= j
    safe = (1 - f) ** np.where(d_first, 2 * k, 2 * j + 1)
    alone_d, alone_c = (1 - f) ** (2 * k), (1 - f) ** (2 * j + 1)  # against the unyielding

    def payoff(wins: Any, alone: Any, cost: float, unyielding: float) -> Any:
        flexible = np.where(wins, safe, 0.0) - cost * (1 - safe)
        return (1 - unyielding) * flexible - unyielding * cost * (1 - alone)

    names = [str(m + 1) for m in range(moves)]
    return NormalFormGame.from_arrays(
        payoff(~d_first, alone_d, disaster_cost_d, prob_unyielding_c),
        payoff(d_first, alone_c, disaster_cost_c, prob_unyielding_d),
        players=("D", "C"),
        actions=[names, names],
    )


def ladder_solved(**given: float) -> Results:
    """Find all equilibria of the stopping game, cut so late that nobody goes on to the last move.

    Of ladders of more than 18 rungs, which take too long, nothing is returned.
    """
    for moves in MOVES:
        found = solve(stopping_game(**given, moves=moves), "nash")
        if not (found.complete and len(found) == 1):
            raise GameError(f"the ladder has {len(found)} equilibria; one was expected")
        plans = cast("Mapping[str, Mapping[Any, Mapping[str, float]]]", found[0].strategy)
        stop_d, stop_c = (np.array(list(plans[side][()].values())) for side in ("D", "C"))
        if max(stop_d[-1], stop_c[-1]) <= 0:
            return _ladder_outcomes(stop_d, stop_c, **given)
    return {}


def _ladder_outcomes(
    stop_d: np.ndarray,
    stop_c: np.ndarray,
    risk_per_step: float,
    disaster_cost_c: float,
    disaster_cost_d: float,
    prob_unyielding_c: float,
    prob_unyielding_d: float,
) -> Results:
    quits_d, quits_c = (1 - prob_unyielding_d) * stop_d, (1 - prob_unyielding_c) * stop_c
    there_d, there_c = 1 - np.cumsum(quits_d), 1 - np.cumsum(quits_c)  # after each move
    safe = (1 - risk_per_step) ** np.arange(2 * len(stop_d))
    c_wins = float(quits_d @ (safe[0::2] * np.append(1, there_c[:-1])))
    d_wins = float(quits_c @ (safe[1::2] * there_d))
    last_d, last_c = (int(np.flatnonzero(stop)[-1]) for stop in (stop_d, stop_c))
    return {
        "prob_first_submission": quits_d[0],
        "rungs_until_revealed": max(2 * last_d + 1, 2 * last_c + 2),
        "prob_disaster": 1 - c_wins - d_wins,
        "prob_c_wins": c_wins,
        "prob_d_wins": d_wins,
    }


def ladder_limit_solved(
    disaster_cost_c: float,
    disaster_cost_d: float,
    prob_unyielding_c: float,
    prob_unyielding_d: float,
) -> Results:
    """Solve for rates of submission by indifference; add up what comes first by Gauss-Legendre.

    With 24 nodes on each of 8 equal parts of the horizon, errors are far below 1e-9.
    """
    share = only_cutoffs(WAITS, cost=[disaster_cost_d, disaster_cost_c])[..., 0]
    rates = share / (1 - share)  # of C, which keeps D waiting, and of D
    unyielding = np.array([prob_unyielding_c, prob_unyielding_d])
    horizons = -np.log(unyielding) / rates
    horizon = horizons.min()
    # Nobody may be left to submit at the horizon: the other side makes up for it at the start.
    first = np.maximum(0, 1 - unyielding * np.exp(rates * horizon))
    weaker = 0 if horizons[0] > horizons[1] * (1 + WHOLE) else 1
    nodes, weights = np.polynomial.legendre.leggauss(24)
    ends = np.linspace(0, horizon, 9)
    middles, halves = (ends[1:] + ends[:-1]) / 2, np.diff(ends) / 2
    risk = (middles[:, None] + halves[:, None] * nodes).ravel()
    weight = (halves[:, None] * weights).ravel()
    there = np.prod(1 - first) * np.exp(-rates[:, None] * risk) * np.exp(-risk / 2)
    going_on = there[0] * there[1] / np.prod(1 - first)
    submits = rates * (weight @ going_on)
    return {
        "weaker_side": "cd"[weaker],
        "prob_first_submission": first[weaker],
        "risk_horizon": horizon,
        "prob_disaster": 1 - submits.sum() - first.sum(),
        "prob_c_wins": submits[1] + first[1],
        "prob_d_wins": submits[0] + first[0],
    }


# Figures.

TYPES = "R_C = 0.6 or 0.2, R_D = 0.5 or 0.25, r₁ = 0.1, r₂ = 0.3"


def draw_regions(ax: Axes) -> None:
    """Draw which equilibrium there is, over how likely each side is to be resolute."""
    h_c, h_d = np.meshgrid(np.linspace(0.005, 0.995, 397), np.linspace(0.005, 0.995, 397))
    region = MODEL.results("two-rungs", prob_resolute_c=h_c, prob_resolute_d=h_d)["region"]
    code = np.array([REGIONS.index(r) for r in region.ravel()]).reshape(region.shape)
    colours = ["#FFFFFF", "#DCE9F2", "#A9C9DE", "#F3CF85"]
    ax.contourf(h_c, h_d, code, levels=[-0.5, 0.5, 1.5, 2.5, 3.5], colors=colours)
    ax.contour(h_c, h_d, code, levels=[0.5, 1.5, 2.5], colors="black", linewidths=0.8)
    for x, y, text in (
        (0.84, 0.5, "nobody\nresists"),
        (0.515, 0.28, "all challenge,\nresolute D\nresists"),
        (0.175, 0.28, "bluff;\nirresolute D\nsometimes\nresists"),
        (0.34, 0.79, "bluff; resolute D\nsometimes resists"),
    ):
        ax.text(x, y, text, ha="center", va="center")
    ax.set(xlabel="Probability that the challenger is resolute, h_C", xlim=(0, 1), ylim=(0, 1),
           ylabel="Probability that the defender is, h_D")  # fmt: skip
    caption(ax, f"Two rungs. {TYPES}, q = 0.2.")


def draw_status_quo(ax: Axes) -> None:
    """Draw what a better status quo does."""
    q = np.linspace(0, 0.99, 397)
    found = MODEL.results("two-rungs", status_quo_value=q)
    shown = {
        "prob_challenge": "a challenge",
        "prob_c_wins": "the challenger prevails",
        "prob_d_wins": "the defender prevails after a challenge",
        "prob_disaster": "disaster",
    }
    for (key, name), line in zip(shown.items(), strokes(4), strict=True):
        values = found[key].copy()
        values[1:][np.diff(found["region"] == REGIONS[3]) != 0] = np.nan  # a jump is no slope
        ax.plot(q, values, label=name, **line)
    ax.set(xlabel="Value of the status quo to the challenger, q", ylabel="Probability",
           ylim=(0, 1), xlim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="center right", bbox_to_anchor=(1.0, 0.72))
    caption(ax, "Two rungs: in each region a better status quo leaves the chance of a challenge as "
            f"it is; the defender resists less. {TYPES}, h_C = 0.3, h_D = 0.4.")  # fmt: skip


def draw_steps(ax: Axes) -> None:
    """Draw what the size of the steps does."""
    f = np.linspace(0.002, 0.998, 2989)
    found, limit = MODEL.results("ladder", risk_per_step=f), MODEL.results("ladder-limit")
    shown = {"prob_disaster": "disaster", "prob_d_wins": "the defender prevails"}
    for (key, name), line in zip(shown.items(), strokes(2), strict=True):
        ax.plot(f, found[key], label=name, linewidth=1.1, **line)
    for key, marker, colour in zip(shown, "os", COLOURS, strict=False):
        ax.plot([0], [limit[key]], marker, color=colour, clip_on=False)
    ax.set(xlabel="Risk per step, f", ylabel="Probability", xlim=(0, 1), ylim=(0, 0.5))
    ax.legend(frameon=False)
    caption(ax, "Endless ladder; at f = 0 (marks) the limit of small steps. The jumps are where "
            "one turn more or less uses up a side. d = 1 and h = 0.2 for both.")  # fmt: skip


def _chance(
    name: str, letter: str, what: str, default: float, box: tuple[float, float]
) -> Quantity:
    return Quantity(name, letter, what, default, 0, 1, closed="neither", box=box)


LADDER = tuple(
    Quantity(f"disaster_cost_{side}", f"d_{side.upper()}",
             f"cost of a disaster to a flexible {who}, prizes", 1, 0, closed="neither",
             box=(0.6, 2))
    for side, who in (("c", "challenger"), ("d", "defender"))
) + tuple(
    _chance(f"prob_unyielding_{side}", f"h_{side.upper()}",
            f"probability that the {who} never submits", 0.2, (0.15, 0.6))
    for side, who in (("c", "challenger"), ("d", "defender"))
)  # fmt: skip

OUTCOMES = {
    "prob_disaster": "probability of disaster",
    "prob_c_wins": "probability that the challenger prevails",
    "prob_d_wins": "probability that the defender prevails",
}


def _one_regime(risk_per_step: Any, disaster_cost_c: Any, disaster_cost_d: Any) -> Any:
    resolve_c, resolve_d = (1 / (1 + np.asarray(d)) for d in (disaster_cost_c, disaster_cost_d))
    below = (risk_per_step < resolve_c) & (risk_per_step < resolve_d)
    return below | ((risk_per_step >= resolve_c) & (risk_per_step >= resolve_d))


def _only_resolute_go_on(resolve_c_low: Any, risk_second: Any, resolve_c_high: Any) -> Any:
    return (np.asarray(resolve_c_low) < risk_second) & (np.asarray(risk_second) < resolve_c_high)


def _d_ordered(resolve_d_low: Any, resolve_d_high: Any) -> Any:
    return np.asarray(resolve_d_low) < resolve_d_high


MODEL = Model(
    slug="powell-1988-brinkmanship",
    title="Brinkmanship ladders with two-sided incomplete information",
    citation="""@article{powell1988nuclear,
  author  = {Robert Powell},
  title   = {Nuclear Brinkmanship with Two-Sided Incomplete Information},
  journal = {American Political Science Review},
  volume  = {82},
  number  = {1},
  pages   = {155--178},
  year    = {1988}
}""",
    provenance=(
        "After Powell (1988), of which only the abstract was at hand: his are the setting, risks "
        "that add up as both sides escalate, resolve that each side knows of itself only, and the "
        "paradoxes. Both games here, their formulas, the limit of small steps and all numbers are "
        "our own variants, not his model."
    ),
    cases={
        "two-rungs": Case(
            (
                _chance("risk_first", "r₁", "risk of disaster when D escalates", 0.1, (0.02, 0.4)),
                _chance("risk_second", "r₂", "risk of disaster when C escalates", 0.3, (0.2, 0.6)),
                _chance("resolve_c_high", "R_C^H", "resolve of a resolute C", 0.6, (0.5, 0.9)),
                _chance("resolve_c_low", "R_C^L", "resolve of an irresolute C", 0.2, (0.05, 0.3)),
                _chance("resolve_d_high", "R_D^H", "resolve of a resolute D", 0.5, (0.4, 0.9)),
                _chance("resolve_d_low", "R_D^L", "resolve of an irresolute D", 0.25, (0.1, 0.5)),
                _chance("prob_resolute_c", "h_C", "probability that C is resolute", 0.3,
                        (0.05, 0.9)),
                _chance("prob_resolute_d", "h_D", "probability that D is resolute", 0.4,
                        (0.05, 0.9)),
                Quantity("status_quo_value", "q", "C's payoff from the status quo", 0.2, 0, 1,
                         closed="left", box=(0, 0.9)),
            ),
            two_rungs,
            {
                "region": "which equilibrium: " + ", ".join(REGIONS),
                "cutoff_belief_high": "belief that C is resolute up to which a resolute D resists",
                "cutoff_belief_low": "the same of an irresolute D; below 0 it never does",
                "cutoff_resistance": "chance of resistance up to which an irresolute C challenges",
                "prob_bluff": "probability that an irresolute C challenges",
                "prob_escalate_high": "probability that a resolute D resists a challenge",
                "prob_escalate_low": "probability that an irresolute D does",
                "prob_challenge": "probability of a challenge",
                "prob_disaster": OUTCOMES["prob_disaster"],
                "prob_c_wins": "probability that C challenges and prevails",
                "prob_d_wins": "probability that D prevails after a challenge",
            },
            conditions=(
                Condition(("resolve_c_low", "risk_second", "resolve_c_high"),
                          "resolve_c_low < risk_second < resolve_c_high", _only_resolute_go_on),
                Condition(("resolve_d_low", "resolve_d_high"), "resolve_d_low < resolve_d_high",
                          _d_ordered),
            ),
            game=two_rung_game,
            solved=two_rungs_solved,
        ),
        "ladder": Case(
            (
                _chance("risk_per_step", "f", "risk of disaster of each step", 0.1, (0.2, 0.6)),
                *LADDER,
            ),
            ladder,
            {
                "prob_first_submission": "probability that D submits on the first rung",
                "rungs_until_revealed": "rungs until both are known to be unyielding",
                **OUTCOMES,
            },
            conditions=(
                Condition(
                    ("risk_per_step", "disaster_cost_c", "disaster_cost_d"),
                    "risk_per_step < 1 / (1 + disaster_cost) of both, or >= of both",
                    _one_regime,
                ),
            ),
            game=stopping_game,
            solved=ladder_solved,
        ),
        "ladder-limit": Case(
            LADDER,
            ladder_limit,
            {
                "weaker_side": "who may submit at once, c or d; d in a tie",
                "prob_first_submission": "probability that it does",
                "risk_horizon": "cumulative risk by which all flexible states have submitted",
                **OUTCOMES,
            },
            solved=ladder_limit_solved,
        ),
    },
    levers=(
        Lever("clear signals", "two-rungs", "prob_resolute_c", True,
              "a challenger that can show its resolve is not resisted; one that cannot is "
              "tempted to bluff"),
        Lever("slow escalation", "ladder", "risk_per_step", False,
              "smaller steps run less risk each, but leave more room for bluffs; over whole "
              "ladders disaster goes up and down with their size"),
        Lever("interests", "two-rungs", "resolve_d_high", False,
              "an ideology makes a state run risks that its interests are not worth"),
        Lever("restraint", "ladder", "prob_unyielding_c", False,
              "a state bound never to submit is in a trap; two of them make disaster certain"),
    ),
    badness="prob_disaster",
    figures={"regions": draw_regions, "status-quo": draw_status_quo, "steps": draw_steps},
)  # fmt: skip
