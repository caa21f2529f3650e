"""Curtis Signorino (1999): why risks of war do not rise or fall in a straight line with a cause.

A challenger keeps the status quo or attacks; a defender who is attacked capitulates or resists,
which is war. In a longer game the challenger, resisted, can still back down. Whoever watches, and
each side when it foresees the other, knows what the sides will do only up to chance. Three sources
of chance are told apart:

- slips with logistic odds: at each move every action gets a shock of scale 1/λ, λ the precision;
- slips with normal odds: at each move every action gets a shock of standard deviation σ;
- private information: every outcome gets a normal shock that its owner alone knows all along.

A cause that favours one side in a war moves both: the challenger attacks more and the defender
resists less. The probability of war, their product, first rises and then falls. A regression in
which the risk only rises or only falls cannot represent that.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import erf, sqrt
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.games import ExtensiveFormGame, Parameter, end, move, tell
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed forms, by backward recursion. `pr` is the probability of resistance, `pa` of an attack.


def agent_logit(
    u1_status_quo: Any,
    u1_capitulation: Any,
    u1_war: Any,
    u2_capitulation: Any,
    u2_war: Any,
    precision: Any,
) -> Results:
    """Let sides slip at their moves with logistic shocks."""
    pr, yields = _logistic(precision * (u2_war - u2_capitulation))
    attack = pr * u1_war + yields * u1_capitulation
    return _three(_logistic(precision * (attack - u1_status_quo)), (pr, yields))


def agent_probit(
    u1_status_quo: Any,
    u1_capitulation: Any,
    u1_war: Any,
    u2_capitulation: Any,
    u2_war: Any,
    noise_sd: Any,
) -> Results:
    """Let sides slip at their moves with normal shocks, one for each of the two actions."""
    spread = noise_sd * np.sqrt(2)
    pr, yields = _normal((u2_war - u2_capitulation) / spread)
    attack = pr * u1_war + yields * u1_capitulation
    return _three(_normal((attack - u1_status_quo) / spread), (pr, yields))


def private_information(
    u1_status_quo: Any,
    u1_capitulation: Any,
    u1_war: Any,
    u2_capitulation: Any,
    u2_war: Any,
    noise_sd: Any,
) -> Results:
    """Let each side alone know its shock to each outcome, before play."""
    pr, yields = _normal((u2_war - u2_capitulation) / (noise_sd * np.sqrt(2)))
    attack = pr * u1_war + yields * u1_capitulation
    # What the challenger knows of an attack is a mean of two shocks, weighted by the rival's odds.
    spread = noise_sd * np.sqrt(1 + pr**2 + yields**2)
    return _three(_normal((attack - u1_status_quo) / spread), (pr, yields))


def four_outcomes(
    u1_status_quo: Any,
    u1_concession: Any,
    u1_back_down: Any,
    u1_war: Any,
    u2_concession: Any,
    u2_back_down: Any,
    u2_war: Any,
    precision: Any,
) -> Results:
    """Let the challenger, if resisted, fight or back down."""
    pf, backs = _logistic(precision * (u1_war - u1_back_down))
    resist = pf * u2_war + backs * u2_back_down
    pr, yields = _logistic(precision * (resist - u2_concession))
    challenge = pr * (pf * u1_war + backs * u1_back_down) + yields * u1_concession
    pc, keeps = _logistic(precision * (challenge - u1_status_quo))
    return {
        "prob_challenge": pc,
        "prob_resist": pr,
        "prob_fight": pf,
        "prob_status_quo": keeps,
        "prob_concession": pc * yields,
        "prob_back_down": pc * pr * backs,
        "prob_war": pc * pr * pf,
    }


def capability(balance: Any, war_cost: Any, precision: Any) -> Results:
    """Let capabilities decide what a war is worth to either side."""
    return agent_logit(**_worth(balance, war_cost), precision=precision)


def capability_peak(war_cost: Any, precision: Any) -> Results:
    """Find the balance at which war is likeliest.

    The slope of log P(WAR) has the sign of h(x) = log(1 - pa) + λ(2 - 2x - c) + log(1 + λ(1 - pr)
    (2 + c - 2x)). As EU rises in x, h falls throughout, so that there is one peak, for every λ and
    c; as h(1) < 0, the peak lies below 1.
    """
    c, lam = war_cost, precision

    def slope(x: Any) -> Any:
        pr, yields = _logistic(lam * (2 - 2 * x - c))
        attack = pr * (2 * x - 1 - c) + yields
        keeps = -np.logaddexp(0, lam * attack)  # log(1 - pa)
        return keeps + lam * (2 - 2 * x - c) + np.log1p(lam * yields * (2 + c - 2 * x))

    low, high = np.zeros(np.broadcast(c, lam).shape), np.ones(np.broadcast(c, lam).shape)
    for _ in range(60):
        middle = (low + high) / 2
        rises = slope(middle) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    interior = slope(0.0) > 0
    peak = np.where(interior, (low + high) / 2, 0.0)
    return {
        "peak_balance": peak,
        "peak_prob_war": capability(peak, war_cost, precision)["prob_war"],
        "interior": interior,
    }


def _logistic(z: Any) -> tuple[Any, Any]:
    """Return L(z) = 1/(1 + exp(-z)) and 1 - L(z), each to full precision."""
    return np.exp(-np.logaddexp(0, -z)), np.exp(-np.logaddexp(0, z))


def _normal(z: Any) -> tuple[Any, Any]:
    """Return Φ(z) and 1 - Φ(z), each to full precision."""
    from scipy.special import ndtr  # slow to import

    return ndtr(z), ndtr(-z)


def _three(first: tuple[Any, Any], second: tuple[Any, Any]) -> Results:
    (pa, keeps), (pr, yields) = first, second
    return {
        "prob_attack": pa,
        "prob_resist": pr,
        "prob_status_quo": keeps,
        "prob_capitulation": pa * yields,
        "prob_war": pa * pr,
    }


def _worth(balance: Any, war_cost: Any) -> dict[str, Any]:
    return {
        "u1_status_quo": 0,
        "u1_capitulation": 1,
        "u1_war": 2 * balance - 1 - war_cost,
        "u2_capitulation": -1,
        "u2_war": 1 - 2 * balance - war_cost,
    }


# The second route. Logistic slips: the games as trees, their logit quantal response equilibria.


def three_outcome_game(
    u1_status_quo: float,
    u1_capitulation: float,
    u1_war: float,
    u2_capitulation: float,
    u2_war: float,
    precision: float | None = None,
    noise_sd: float | None = None,
) -> ExtensiveFormGame:
    """Return the crisis as a tree, without the shocks: these belong to the concept of solution."""
    resist = end("war", (u1_war, u2_war))
    capitulate = end("capitulation", (u1_capitulation, u2_capitulation))
    reply = move("defender", {"capitulate": capitulate, "resist": resist})
    # The defender's utility of the status quo does not matter.
    keep = end("status quo", (u1_status_quo, 0))
    attack = tell({"defender": "attacked"}, reply)
    return ExtensiveFormGame(
        move("challenger", {"keep": keep, "attack": attack}), ("challenger", "defender")
    )


def four_outcome_game(
    u1_status_quo: float,
    u1_concession: float,
    u1_back_down: float,
    u1_war: float,
    u2_concession: float,
    u2_back_down: float,
    u2_war: float,
    precision: float | None = None,
) -> ExtensiveFormGame:
    """Return the longer crisis as a tree."""
    back_down = end("back down", (u1_back_down, u2_back_down))
    fight = end("war", (u1_war, u2_war))
    last = move("challenger", {"back down": back_down, "fight": fight})
    concede = end("concession", (u1_concession, u2_concession))
    resist = tell({"challenger": "resisted"}, last)
    reply = move("defender", {"concede": concede, "resist": resist})
    keep = end("status quo", (u1_status_quo, 0))
    challenge = tell({"defender": "challenged"}, reply)
    return ExtensiveFormGame(
        move("challenger", {"keep": keep, "challenge": challenge}), ("challenger", "defender")
    )


def capability_game(
    balance: float, war_cost: float, precision: float | None = None
) -> ExtensiveFormGame:
    """Return the crisis as a tree, with utilities from capabilities."""
    x, c = Fraction(str(balance)), Fraction(str(war_cost))
    return three_outcome_game(**_worth(x, c))


def agent_logit_solved(precision: float, **utilities: float) -> Results:
    """Read off the logit equilibrium of the tree."""
    return _three_from(three_outcome_game(**utilities), precision)


def capability_solved(balance: float, war_cost: float, precision: float) -> Results:
    """Read off the logit equilibrium of the tree."""
    return _three_from(capability_game(balance, war_cost), precision)


def four_outcomes_solved(precision: float, **utilities: float) -> Results:
    """Read off the logit equilibrium of the longer tree."""
    found = solve(four_outcome_game(**utilities), "qre", precision=precision)[0]
    plans = cast("Mapping[str, Mapping[Any, Mapping[str, float]]]", found.strategy)
    challenger, defender = plans["challenger"], plans["defender"]
    return {
        "prob_challenge": challenger[()]["challenge"],
        "prob_resist": defender["challenged",]["resist"],
        "prob_fight": challenger["challenge", "resisted"]["fight"],
        "prob_status_quo": found.probability("status quo"),
        "prob_concession": found.probability("concession"),
        "prob_back_down": found.probability("back down"),
        "prob_war": found.probability("war"),
    }


def _three_from(game: ExtensiveFormGame, precision: float) -> Results:
    found = solve(game, "qre", precision=precision)[0]
    plans = cast("Mapping[str, Mapping[Any, Mapping[str, float]]]", found.strategy)
    return {
        "prob_attack": plans["challenger"][()]["attack"],
        "prob_resist": plans["defender"]["attacked",]["resist"],
        "prob_status_quo": found.probability("status quo"),
        "prob_capitulation": found.probability("capitulation"),
        "prob_war": found.probability("war"),
    }


X, COST = sp.Symbol("x"), Parameter("cost", (0, float("inf")))
PRECISION = Parameter("precision", (0, float("inf")))
RESISTS = 1 / (1 + sp.exp(-PRECISION * (2 - 2 * X - COST)))
ATTACKS = 1 / (
    1 + sp.exp(-PRECISION * (RESISTS * (2 * X - 1 - COST) + 1 - RESISTS))
)  # fmt: skip
# Where the probability of war stops rising, and it is proved that there is one such place.
PEAK = CutoffRule(X, (0, 1), -sp.diff(ATTACKS * RESISTS, X))


def capability_peak_solved(war_cost: float, precision: float) -> Results:
    """Isolate the peak by interval arithmetic; read off the logit equilibrium there."""
    peak = float(only_cutoffs(PEAK, cost=war_cost, precision=precision)[0])
    found = solve(capability_game(peak, war_cost), "qre", precision=precision)[0]
    return {
        "peak_balance": peak,
        "peak_prob_war": found.probability("war"),
        "interior": 0 < peak < 1,
    }


# Normal shocks: a side that knows all its shocks does what is best for it; Gauss-Hermite nodes
# stand for those shocks, except the last, of which it is asked below what value it is outweighed.
# With 64 nodes the error is below 1e-12: the integrands are entire functions of the shocks.

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(64)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def _below(values: np.ndarray) -> np.ndarray:
    """Return how often a standard normal shock is below each value."""
    return np.array([(1 + erf(v / sqrt(2))) / 2 for v in values.ravel()]).reshape(values.shape)


def agent_probit_solved(noise_sd: float, **utilities: float) -> Results:
    """Integrate over the shock to one action of each side."""
    worth = {name: u / noise_sd for name, u in utilities.items()}
    pr = float(WEIGHTS @ _below(worth["u2_war"] + NODES - worth["u2_capitulation"]))
    attack = pr * worth["u1_war"] + (1 - pr) * worth["u1_capitulation"]
    pa = float(WEIGHTS @ _below(attack + NODES - worth["u1_status_quo"]))
    return _three((pa, 1 - pa), (pr, 1 - pr))


def private_information_solved(noise_sd: float, **utilities: float) -> Results:
    """Integrate over the shocks to war, and of the challenger also to the rival's capitulation."""
    worth = {name: u / noise_sd for name, u in utilities.items()}
    pr = float(WEIGHTS @ _below(worth["u2_war"] + NODES - worth["u2_capitulation"]))
    war = worth["u1_war"] + NODES[:, None]
    capitulation = worth["u1_capitulation"] + NODES[None, :]
    attack = pr * war + (1 - pr) * capitulation
    pa = float(WEIGHTS @ _below(attack - worth["u1_status_quo"]) @ WEIGHTS)
    return _three((pa, 1 - pa), (pr, 1 - pr))


# Figures.


def draw_capability(ax: Axes) -> None:
    """Draw who attacks, who resists, and war, against the balance of capabilities."""
    x = np.linspace(0, 1, 300)
    found = MODEL.results("capability", balance=x)
    names = {"prob_war": "war", "prob_attack": "attack", "prob_resist": "resistance if attacked"}
    for (key, name), line in zip(names.items(), strokes(3), strict=True):
        ax.plot(x, found[key], label=name, **line)
    peak = MODEL.results("capability-peak")
    ax.plot(peak["peak_balance"], peak["peak_prob_war"], "o", color="black", markersize=5)
    ax.annotate(f"peak at x = {peak['peak_balance']:.3f}",
                (peak["peak_balance"], peak["peak_prob_war"]), xytext=(0, -14),
                textcoords="offset points", ha="center", va="top")  # fmt: skip
    ax.set(xlabel="Capability share of the challenger, x", ylabel="Probability", xlim=(0, 1),
           ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(0, 0.62))
    caption(ax, "Logistic slips. c = 0.5, λ = 2.")


def draw_regression(ax: Axes) -> None:
    """Draw an ordinary logit of war on the balance, fitted to crises simulated from the game."""
    x = np.linspace(0, 1, 4000)
    truth = MODEL.results("capability", balance=x)["prob_war"]
    war = np.random.default_rng(1999).random(x.size) < truth
    fitted, _ = _logistic(np.stack([np.ones_like(x), x], axis=1) @ fit_logit(x, war))
    shares = war.reshape(20, -1).mean(axis=1)
    real, logit = strokes(2)
    ax.plot(x, truth, label="the game", **real)
    ax.plot(x, fitted, label="logit of war on x", **logit)
    ax.plot(x.reshape(20, -1).mean(axis=1), shares, "x", color="0.4",
            label="simulated, 200 crises each")  # fmt: skip
    ax.set(xlabel="Capability share of the challenger, x", ylabel="Probability of war",
           xlim=(0, 1), ylim=(0, 0.6))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "4000 simulated crises, c = 0.5, λ = 2. The fitted curve can only rise or fall.")


def draw_precision(ax: Axes) -> None:
    """Draw the risk of war against precision."""
    lam = np.geomspace(0.01, 100, 400)
    shares = (0.5, 0.7, 0.8, 0.9)
    for x, line in zip(shares, strokes(4), strict=True):
        war = MODEL.results("capability", balance=x, precision=lam)["prob_war"]
        ax.plot(lam, war, label=f"{x}", **line)
    ax.set(xlabel="Precision, λ, in 1/utils (log scale)", ylabel="Probability of war",
           xscale="log", xlim=(0.01, 100), ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, title="Capability share x", loc="upper left")
    caption(ax, "Logistic slips. c = 0.5. On the left blind chance, with 1/4; on the right no "
                "slips.")  # fmt: skip


def fit_logit(x: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Return constant and slope of the logit of an event on x, of maximum likelihood.

    Examples
    --------
    >>> x = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    >>> fit_logit(x, np.array([0, 0, 1, 0, 1, 1])).round(6).tolist()
    [-0.693147, 1.386294]
    """
    rows, beta = np.stack([np.ones_like(x), x], axis=1), np.zeros(2)
    for _ in range(25):  # Newton's method; the likelihood is concave
        p, rest = _logistic(rows @ beta)
        beta = beta + np.linalg.solve(
            (rows * (p * rest)[:, None]).T @ rows, rows.T @ (happened - p)
        )
    return beta


def _utility(name: str, letter: str, meaning: str, default: float) -> Quantity:
    return Quantity(name, letter, f"{meaning}, utils", default, box=(default - 1, default + 1))


def _precision(default: float) -> Quantity:
    return Quantity("precision", "λ", "precision: 1 over the scale of the shocks, in 1/utils",
                    default, 0, closed="neither", box=(0.2, 5))  # fmt: skip


THREE = (
    _utility("u1_status_quo", "u1(SQ)", "the status quo, to the challenger", 0),
    _utility("u1_capitulation", "u1(CAP)", "the defender's capitulation, to the challenger", 1),
    _utility("u1_war", "u1(WAR)", "war, to the challenger", -1),
    _utility("u2_capitulation", "u2(CAP)", "its capitulation, to the defender", -1),
    _utility("u2_war", "u2(WAR)", "war, to the defender", -1.5),
)
NOISE = Quantity("noise_sd", "σ", "standard deviation of the shocks, utils", 1, 0,
                 closed="neither", box=(0.3, 3))  # fmt: skip
BALANCE = Quantity("balance", "x", "the challenger's share of capabilities", 0.5, 0, 1,
                   box=(0, 1))  # fmt: skip
WAR_COST = Quantity("war_cost", "c", "what a war costs either side, utils", 0.5, 0,
                    closed="left", box=(0, 1.5))  # fmt: skip
OUTCOMES = {
    "prob_attack": "probability of an attack",
    "prob_resist": "probability that an attack is resisted",
    "prob_status_quo": "probability of the status quo",
    "prob_capitulation": "probability that the defender capitulates",
    "prob_war": "probability of war",
}

MODEL = Model(
    slug="signorino-1999-strategic-misspecification",
    title="Chance in the eyes of players, and risks of war that rise and fall",
    citation="""@article{signorino1999strategic,
  author  = {Curtis S. Signorino},
  title   = {Strategic Interaction and the Statistical Analysis of International Conflict},
  journal = {American Political Science Review},
  volume  = {93},
  number  = {2},
  pages   = {279--297},
  year    = {1999},
  doi     = {10.2307/2585396}
}""",
    provenance=(
        "After Signorino (1999): only the abstract was at hand. The paper's: that statistics which "
        "leave out strategic interaction mislead, shown by Monte Carlo in a simple crisis. The "
        "tree of three outcomes, the three sources of chance and the formulas with normal shocks "
        "are those of the R package games (Kenkel and Signorino 2014), whose unit logit has λ = "
        "1/sqrt(2) here; whether the article has the same tree is not known. The logit equilibrium "
        "is McKelvey and Palfrey's (1998). Ours: the utilities from capabilities, the proof that "
        "war then has one peak, all parameters and figures."
    ),
    cases={
        "agent-logit": Case(
            (*THREE, _precision(1)), agent_logit, OUTCOMES,
            game=three_outcome_game, solved=agent_logit_solved,
        ),
        "agent-probit": Case(
            (*THREE, NOISE), agent_probit, OUTCOMES,
            game=three_outcome_game, solved=agent_probit_solved,
        ),
        "private-information": Case(
            (*THREE, NOISE), private_information, OUTCOMES,
            game=three_outcome_game, solved=private_information_solved,
        ),
        "four-outcome": Case(
            (
                _utility("u1_status_quo", "u1(SQ)", "the status quo, to the challenger", 0),
                _utility("u1_concession", "u1(CAP2)", "a concession, to the challenger", 1),
                _utility("u1_back_down", "u1(BACK1)", "backing down, to the challenger", -0.5),
                _utility("u1_war", "u1(WAR)", "war, to the challenger", -1),
                _utility("u2_concession", "u2(CAP2)", "a concession, to the defender", -1),
                _utility("u2_back_down", "u2(BACK1)", "that the challenger backs down, to the "
                         "defender", 0.5),
                _utility("u2_war", "u2(WAR)", "war, to the defender", -1.5),
                _precision(1),
            ),
            four_outcomes,
            {
                "prob_challenge": "probability of a challenge",
                "prob_resist": "probability that a challenge is resisted",
                "prob_fight": "probability that a challenger who is resisted fights",
                "prob_status_quo": "probability of the status quo",
                "prob_concession": "probability of a concession",
                "prob_back_down": "probability that the challenger backs down",
                "prob_war": "probability of war",
            },
            game=four_outcome_game, solved=four_outcomes_solved,
        ),
        "capability": Case(
            (BALANCE, WAR_COST, _precision(2)), capability, OUTCOMES,
            game=capability_game, solved=capability_solved,
        ),
        "capability-peak": Case(
            (WAR_COST, _precision(2)), capability_peak,
            {
                "peak_balance": "the challenger's share of capabilities at which war is likeliest",
                "peak_prob_war": "probability of war there",
                "interior": "whether that share is neither 0 nor 1",
            },
            solved=capability_peak_solved,
        ),
    },
    levers=(
        Lever("clear signals", "agent-logit", "precision", True,
              "direct channels and control over forces make slips rarer; where war suits both "
              "sides, that makes it likelier"),
        Lever("clear signals", "private-information", "noise_sd", False,
              "the more each side knows of what the other wants, the less it gambles on it"),
        Lever("interests", "capability", "war_cost", True,
              "interests count what a war costs, which an ideology belittles"),
        Lever("restraint", "four-outcome", "u1_back_down", True,
              "a challenger that can back down at little cost is not trapped into war; but it "
              "challenges more, and is resisted more"),
    ),
    badness="prob_war",
    figures={
        "capability": draw_capability, "regression": draw_regression, "precision": draw_precision,
    },
)  # fmt: skip
