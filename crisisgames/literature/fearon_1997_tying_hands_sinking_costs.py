"""After James Fearon (1997): signals that tie hands against signals that sink costs.

A defender's value v of the stake is private and uniform on [0, 1]. It signals before a challenger
decides. Its signal m either is paid at once (*sinking costs*, such as troops sent) or only if the
defender is challenged and gives in (*tying hands*, such as a public promise). If challenged it
concedes, or fights for p v - c. The challenger's cost of war k is private and uniform on [-L, H]:
those with k < 0 want war anyway.

With sinking costs, those who would fight unprompted pay just enough to set themselves apart. With
tied hands, others join them and must then fight as well. Tying hands is better for the defender and
comes with more war. Without a usable signal (*no-signal*) the challenger goes by its prior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.games import ExtensiveFormGame, Parameter, chance, end, move, tell
from crisisgames.games.tree import Node
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoff

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed forms. With q the share of challengers that want war anyway and A = 1 - q + q p, a defender
# who is known to fight gets A v - q c before what its signal costs.


def sinking_costs(
    win_prob_defender: Any,
    war_cost_defender: Any,
    war_gain_max_challenger: Any,
    war_cost_max_challenger: Any,
) -> Results:
    """Exactly those who would fight unprompted, v >= c/p, pay (1 - q) c/p."""
    p, c = win_prob_defender, war_cost_defender
    q, a, gain = _challengers(p, war_gain_max_challenger, war_cost_max_challenger)
    return _separated(q, a, gain, c / p, (1 - q) * c / p)


def tying_hands(
    win_prob_defender: Any,
    war_cost_defender: Any,
    war_gain_max_challenger: Any,
    war_cost_max_challenger: Any,
) -> Results:
    """All with v >= q c/A stake a bond of c (1 - q)/A or more, and are bound to fight."""
    p, c = win_prob_defender, war_cost_defender
    q, a, gain = _challengers(p, war_gain_max_challenger, war_cost_max_challenger)
    return _separated(q, a, gain, q * c / a, (1 - q) * c / a)


def no_signal(
    win_prob_defender: Any,
    war_cost_defender: Any,
    war_gain_max_challenger: Any,
    war_cost_max_challenger: Any,
) -> Results:
    """Let a challenger expect a fight with probability phi = 1 - c/p."""
    p, c, low, high = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    q, _, _ = _challengers(p, low, high)
    phi = 1 - c / p
    most = np.minimum(high, (1 - phi) / phi)  # the costliest war for which C still challenges
    challenge = (low + most) / (low + high)
    gain = (1 - phi) * (most + low) - phi * (most**2 - low**2) / 2
    return {
        "share_war_seekers": q,
        "cutoff": c / p,
        "prob_challenge": challenge,
        "prob_war": challenge * phi,
        "payoff_defender": (1 - challenge) / 2 + challenge * p * phi**2 / 2,
        "payoff_challenger": gain / (low + high),
    }


def _challengers(p: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    """Return q, A, and what a challenger gains on average from facing one that will fight."""
    q = low / (low + high)
    return q, 1 - q * (1 - p), q * low / 2


def _separated(q: Any, a: Any, gain: Any, cutoff: Any, signal: Any) -> Results:
    fights = 1 - cutoff
    return {
        "share_war_seekers": q,
        "cutoff": cutoff,
        "signal": signal,
        "prob_challenge": cutoff + fights * q,
        "prob_war": q * fights,
        "payoff_defender": a * fights**2 / 2,
        "payoff_challenger": cutoff + fights * gain,
    }


# The second route, from the last move back: cutoffs of both players, each proved to be best for all
# types; then what follows is added up over types.

P, C, LOW, HIGH, SEEKERS, YIELDS, M = (
    Parameter(name, (0, float("inf")))
    for name in ("win_prob", "cost", "gain_max", "cost_max", "seekers", "yields", "signal")
)
V, X, K = sp.symbols("v x k")
FIGHT = P * V - C
REST = sp.Max(FIGHT, 0)  # what silence gets: all challenge

# D fights unprompted from X on.
UNPROMPTED = CutoffRule(X, (0, 1), FIGHT, type=V)
# C stays out from X on, if D yields with this probability.
DETERRED = CutoffRule(X, (-LOW, HIGH), (1 - YIELDS) * K - YIELDS, type=K)
# Of those who fight, D sinks M from X on, to keep away all but those who want war anyway.
SINKS = CutoffRule(X, (0, 1), (1 - SEEKERS) * (V - FIGHT) - M, type=V)
# From X on a signal is too dear for one of value YIELDS who would concede, even if it deterred.
TOO_DEAR = CutoffRule(X, (0, 1), V - (1 - SEEKERS) * YIELDS, type=V)
# D stakes from X on the bond that makes X fight.
BOND = C - P * X
STAKES = CutoffRule(X, (0, 1), (1 - SEEKERS) * V + SEEKERS * sp.Max(FIGHT, -BOND) - REST, type=V)

NODES, WEIGHTS = np.polynomial.legendre.leggauss(2)  # all that is summed is at most a square


def _mean(function: Any, low: float, high: float, ends: Sequence[float]) -> float:
    """Mean, over types uniform between `ends`, of a polynomial from `low` to `high`, else of 0."""
    x = (low + high) / 2 + (high - low) / 2 * NODES
    return float(WEIGHTS @ function(x)) * (high - low) / 2 / (ends[1] - ends[0])


def _signalled(values: Sequence[float], *, sunk: bool) -> Results:
    """Add up: all challenge the silent, who give in; who wants war challenges all."""
    p, c, low, high = values
    kappa = only_cutoff(DETERRED, gain_max=low, cost_max=high, yields=0)
    q = _mean(np.ones_like, -low, kappa, (-low, high))
    if sunk:
        fights = only_cutoff(UNPROMPTED, win_prob=p, cost=c)
        m = only_cutoff(TOO_DEAR, seekers=q, yields=fights)
        x = max(fights, only_cutoff(SINKS, win_prob=p, cost=c, seekers=q, signal=m))
    else:
        x = only_cutoff(STAKES, win_prob=p, cost=c, seekers=q)
        m = c - p * x

    def speaks(v: np.ndarray) -> np.ndarray:
        return (1 - q) * v + q * (p * v - c) - (m if sunk else 0)

    return {
        "share_war_seekers": q,
        "cutoff": x,
        "signal": m,
        "prob_challenge": x + (1 - x) * q,
        "prob_war": (1 - x) * q,
        "payoff_defender": _mean(speaks, x, 1.0, (0.0, 1.0)),
        "payoff_challenger": x + (1 - x) * _mean(lambda k: -k, -low, kappa, (-low, high)),
    }


def sinking_costs_solved(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
) -> Results:
    """Cutoffs and the least signal by which the intuitive criterion sets fighters apart."""
    values = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    return _signalled(values, sunk=True)


def tying_hands_solved(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
) -> Results:
    """Cutoffs and the least bond that makes all who stake it fight."""
    values = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    return _signalled(values, sunk=False)


def no_signal_solved(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
) -> Results:
    """Cutoffs of both; nothing is said."""
    p, c, low, high = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    y = only_cutoff(UNPROMPTED, win_prob=p, cost=c)
    kappa = only_cutoff(DETERRED, gain_max=low, cost_max=high, yields=y)
    ends = (-low, high)
    challenge = _mean(np.ones_like, -low, kappa, ends)
    kept = _mean(lambda v: v, 0.0, 1.0, (0.0, 1.0))
    fought = _mean(lambda v: p * v - c, y, 1.0, (0.0, 1.0))
    return {
        "share_war_seekers": _mean(np.ones_like, -low, 0.0, ends),
        "cutoff": y,
        "prob_challenge": challenge,
        "prob_war": challenge * (1 - y),
        "payoff_defender": (1 - challenge) * kept + challenge * fought,
        "payoff_challenger": _mean(lambda k: y - (1 - y) * k, -low, kappa, ends),
    }


# The same crisis with a few values and signals, of which all equilibria can be found.


def sinking_costs_game(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
    values: Sequence[float] = (0.2, 0.4, 0.6, 0.8),
    signals: Sequence[float] = (0, 0.2, 0.4),
) -> ExtensiveFormGame:
    """Return the game with equally likely values, and two challengers.

    One wants war, with probability L/(L + H), and gains L/2 by it; the other loses H/2. Unlike a
    continuum of them, the latter may be kept away by less than the certainty of a fight.
    """
    numbers = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    return _game(numbers, values, signals, sunk=True)


def tying_hands_game(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
    values: Sequence[float] = (0.2, 0.4, 0.6, 0.8),
    signals: Sequence[float] = (0, 0.2, 0.4),
) -> ExtensiveFormGame:
    """As `sinking_costs_game`."""
    numbers = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    return _game(numbers, values, signals, sunk=False)


def no_signal_game(
    win_prob_defender: float,
    war_cost_defender: float,
    war_gain_max_challenger: float,
    war_cost_max_challenger: float,
    values: Sequence[float] = (0.2, 0.4, 0.6, 0.8),
) -> ExtensiveFormGame:
    """As `sinking_costs_game`, without signals."""
    numbers = (
        win_prob_defender, war_cost_defender, war_gain_max_challenger, war_cost_max_challenger,
    )  # fmt: skip
    return _game(numbers, values, (0,), sunk=True)


def _game(
    numbers: Sequence[float], values: Sequence[float], signals: Sequence[float], *, sunk: bool
) -> ExtensiveFormGame:
    p, c, low, high = (Fraction(str(x)) for x in numbers)
    seekers = low / (low + high)
    kinds = {"wants war": (seekers, -low / 2), "ordinary": (1 - seekers, high / 2)}

    def heard(v: Fraction, m: Fraction, k: Fraction) -> Node:
        always, conceding = (m, 0) if sunk else (0, m)
        gives_in = end("concession", (-always - conceding, 1))
        fight = {"concede": gives_in, "fight": end("war", (p * v - c - always, -k))}
        reply = tell({"D": "challenged"}, move("D", fight))
        stays = end("status quo", (v - always, 0))
        return move("C", {"challenge": reply, "stay out": stays})

    branches = {}
    for v in (Fraction(str(x)) for x in values):
        for kind, (share, k) in kinds.items():
            if len(signals) == 1:
                start = heard(v, Fraction(0), k)
            else:
                said = {str(m): heard(v, Fraction(str(m)), k) for m in signals}
                start = move("D", {s: tell({"C": s}, node) for s, node in said.items()})
            known = tell({"D": f"value {v}", "C": kind}, start)
            branches[f"{v}, {kind}"] = (share / len(values), known)
    return ExtensiveFormGame(chance(branches), ("D", "C"))


# Figures.

VALUES = "p = 0.6, c = 0.3, L = 0.2, H = 1."
NAMES = {
    "tying-hands": "tying hands",
    "sinking-costs": "sinking costs",
    "no-signal": "no signal",
}


def draw_signals(ax: Axes) -> None:
    """Draw what each value signals."""
    for (case, name), line in zip(list(NAMES.items())[:2], strokes(2), strict=True):
        found = MODEL.results(case)
        ax.plot([0, found["cutoff"], found["cutoff"], 1], [0, 0, found["signal"], found["signal"]],
                label=f"{name}, from v = {found['cutoff']:.3g}", **line)  # fmt: skip
    ax.set(xlabel="Defender's value of the stake, v", ylabel="Signal m, utils", ylim=(-0.01, 0.5),
           xlim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="lower right", bbox_to_anchor=(1, 0.08))
    caption(ax, f"The least bond; any larger one does as well. {VALUES}")


def draw_war(ax: Axes) -> None:
    """Draw the risk of war against the defender's cost of war."""
    cost = np.linspace(0.001, 0.599, 300)
    for (case, name), line in zip(NAMES.items(), strokes(3), strict=True):
        found = MODEL.results(case, war_cost_defender=cost)
        ax.plot(cost, found["prob_war"], label=name, **line)
    ax.set(xlabel="Defender's cost of war, c", ylabel="Probability of war", xlim=(0, 0.6),
           ylim=(0, None))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "p = 0.6, L = 0.2, H = 1.")


def draw_payoffs(ax: Axes) -> None:
    """Draw what each value expects, from what is known of signals and challenges."""
    v = np.linspace(0, 1, 401)
    p, c = (quantity.default for quantity in QUANTITIES[:2])
    for (case, name), line in zip(list(NAMES.items())[:2], strokes(2), strict=True):
        found = MODEL.results(case)
        q = found["share_war_seekers"]
        paid = found["signal"] if case == "sinking-costs" else 0
        speaks = (1 - q) * v + q * (p * v - c) - paid
        ax.plot(v, np.where(v >= found["cutoff"], speaks, 0), label=name, **line)
    ax.set(xlabel="Defender's value of the stake, v", ylabel="Defender's expected payoff, utils",
           xlim=(0, 1), ylim=(0, None))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, VALUES)


def draw_regions(ax: Axes) -> None:
    """Draw where tied hands mean more war than no signal at all."""
    q, c = np.meshgrid(np.linspace(0.005, 0.9, 400), np.linspace(0.002, 0.598, 400))
    given = {"war_cost_defender": c, "war_gain_max_challenger": q / (1 - q)}
    tied, none = (MODEL.results(case, **given)["prob_war"] for case in ("tying-hands", "no-signal"))
    ax.contourf(q, c, tied - none, levels=[0, 2], colors=["#F3CF85"])
    ax.contour(q, c, tied - none, levels=[0], colors=["black"], linewidths=0.9)
    ax.set(xlabel="Share of challengers that want war anyway, q",
           ylabel="Defender's cost of war, c")  # fmt: skip
    caption(ax, "Shaded: war is likelier with tied hands than without any signal. p = 0.6, H = 1.")


QUANTITIES = (
    Quantity(
        "win_prob_defender", "p", "probability that the defender wins a war", 0.6, 0, 1,
        closed="neither", box=(0.3, 0.95),
    ),
    Quantity(
        "war_cost_defender", "c", "its cost of war, utils (the stake is worth at most 1)", 0.3, 0,
        closed="neither", box=(0.05, 0.6),
    ),
    Quantity(
        "war_gain_max_challenger", "L", "the challenger's largest gain from war itself, utils", 0.2,
        0, closed="neither", box=(0.05, 1),
    ),
    Quantity(
        "war_cost_max_challenger", "H", "its largest cost of war, utils", 1, 0, closed="neither",
        box=(0.3, 2),
    ),
)  # fmt: skip
CONDITIONS = (
    Condition(("win_prob_defender", "war_cost_defender"), "war_cost_defender < win_prob_defender",
              lambda win_prob_defender, war_cost_defender: war_cost_defender < win_prob_defender),
)  # fmt: skip
MEANINGS = {
    "share_war_seekers": "probability that the challenger wants war anyway",
    "cutoff": "least value at which the defender fights if challenged",
    "prob_challenge": "probability of a challenge",
    "prob_war": "probability of war",
    "payoff_defender": "defender's expected payoff, utils",
    "payoff_challenger": "challenger's expected payoff, utils",
}

MODEL = Model(
    slug="fearon-1997-tying-hands-sinking-costs",
    title="Signals that tie hands, and signals that sink costs",
    citation="""@article{fearon1997signaling,
  author  = {James D. Fearon},
  title   = {Signaling Foreign Policy Interests: Tying Hands versus Sinking Costs},
  journal = {Journal of Conflict Resolution},
  volume  = {41},
  number  = {1},
  pages   = {68--90},
  year    = {1997},
  doi     = {10.1177/0022002797041001004}
}""",
    provenance=(
        "After Fearon (1997): only the abstract was at hand. It reports that nobody bluffs with "
        "either signal, that leaders do better on average by tying hands, and that this carries "
        "the greater risk of war. Ours: the specification, with both private types uniform, which "
        "yields all three; all formulas, rankings and figures."
    ),
    cases={
        "sinking-costs": Case(
            QUANTITIES, sinking_costs,
            {**MEANINGS, "signal": "what those who fight pay, utils"},
            conditions=CONDITIONS, game=sinking_costs_game, solved=sinking_costs_solved,
        ),
        "tying-hands": Case(
            QUANTITIES, tying_hands,
            {**MEANINGS, "signal": "the least bond that works, utils; larger ones do as well"},
            conditions=CONDITIONS, game=tying_hands_game, solved=tying_hands_solved,
        ),
        "no-signal": Case(
            QUANTITIES, no_signal, MEANINGS, conditions=CONDITIONS, game=no_signal_game,
            solved=no_signal_solved,
        ),
    },
    levers=(
        Lever("interests", "tying-hands", "war_gain_max_challenger", False,
              "who acts on interests gains little from war itself, so that fewer want it anyway"),
    ),
    badness="prob_war",
    figures={
        "signals": draw_signals,
        "war": draw_war,
        "payoffs": draw_payoffs,
        "regions": draw_regions,
    },
)  # fmt: skip
