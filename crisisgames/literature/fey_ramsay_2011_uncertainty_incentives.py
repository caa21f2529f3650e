"""Mark Fey and Kristopher Ramsay (2011): which doubts no institution can settle in peace.

Two states divide a pie of size 1 or fight over it. Each has a private type: what war would cost it,
or how strong it is. Whatever they do before, by talks, offers or mediators, it comes to this: for
each pair of types there is a chance of war and a share. No state may gain by acting like another
type of itself, nor by fighting instead.

There is peace for certain only if what the keenest type of each expects of war adds up to no more
than the pie. Doubts about *costs* pass that test always: war burns something whoever fights. Doubts
about *strength* fail it where both sides may be strong and war is cheap, since then both expect to
win. No way of talking helps.

How much war is left at least? In general that is a linear program. If one side alone is in doubt,
about whether the other is strong, there are formulas, for four institutions. A mediator who now and
then gives a weak side what the strong get keeps the doubting side content with little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from crisisgames.equilibria import Dispute, least_war, solve
from crisisgames.games import ExtensiveFormGame, chance, end, move, tell
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.horner_morelli_squintani_2015_mediation import mediated_peace
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]
Row = Sequence[Any]

TIE = 1e-12
"""Shares of the pie closer than this are equal."""


# Closed forms, and a linear program in chances of war and shares where there is none.


def general(
    type_probs_a: Row,
    type_probs_b: Row,
    win_probs_a: Sequence[Row],
    war_costs_a: Row,
    war_costs_b: Row,
) -> Results:
    """Return what the keenest types expect of war, and the least war."""
    f, g = (np.array(p) / np.sum(p) for p in (type_probs_a, type_probs_b))
    win: np.ndarray = np.array(win_probs_a)
    war_a = win - np.array(war_costs_a)[:, None]
    war_b = 1 - win - np.array(war_costs_b)
    most_a, most_b = (war_a @ g).max(), (f @ war_b).max()
    margin = 1 - most_a - most_b
    feasible = bool(margin >= -TIE)
    return {
        "war_value_max_a": most_a,
        "war_value_max_b": most_b,
        "margin": margin,
        "peace_feasible": feasible,
        "prob_war_min": 0.0 if feasible else _least_war(f, g, war_a, war_b),
    }


def _least_war(f: np.ndarray, g: np.ndarray, war_a: np.ndarray, war_b: np.ndarray) -> float:
    """Return the optimum over w, the chance of war, and y = (1 - w) x, a's share in peace."""
    from scipy.optimize import linprog  # slow to import

    n, m = war_a.shape
    size = n * m
    rows, bounds = [], []

    def expects(side: int, own: int, report: int) -> tuple[np.ndarray, float]:
        """Return coefficients of (w, y), and a constant: what a type expects after a report."""
        w, y = np.zeros((n, m)), np.zeros((n, m))
        if side == 0:
            w[report], y[report] = g * war_a[own], g
            return np.concatenate([w, y], axis=None), 0.0
        w[:, report], y[:, report] = f * (war_b[:, own] - 1), -f
        return np.concatenate([w, y], axis=None), 1.0

    for side, count, war in ((0, n, war_a @ g), (1, m, f @ war_b)):
        for own in range(count):
            honest, constant = expects(side, own, own)
            rows.append(-honest)
            bounds.append(constant - war[own])
            for report in set(range(count)) - {own}:
                rows.append(expects(side, own, report)[0] - honest)
                bounds.append(0.0)
    for k in range(size):  # y <= 1 - w
        row = np.zeros(2 * size)
        row[[k, size + k]] = 1
        rows.append(row)
        bounds.append(1.0)
    goal = np.concatenate([np.outer(f, g), np.zeros((n, m))], axis=None)
    found = linprog(goal, np.array(rows), bounds, bounds=(0, 1), method="highs-ds",
                    options={"primal_feasibility_tolerance": 1e-10,
                             "dual_feasibility_tolerance": 1e-10})  # fmt: skip
    return float(max(found.fun, 0.0))


def two_sided(prob_strong: Any, win_prob_strong: Any, war_cost: Any) -> Results:
    """Return the least war between sides that are alike: Hörner, Morelli and Squintani's."""
    margin = 2 * war_cost - (1 - prob_strong) * (2 * win_prob_strong - 1)
    odds = prob_strong / (1 - prob_strong)
    gain = np.maximum((win_prob_strong - war_cost - 0.5) / war_cost, TIE)
    feasible = margin >= -TIE
    return {
        "margin": margin,
        "peace_feasible": feasible,
        "prob_war_min": np.where(feasible, 0.0, 1 - mediated_peace(odds, gain)),
    }


def one_sided(
    prob_strong: Any,
    win_prob_vs_strong: Any,
    win_prob_vs_weak: Any,
    war_cost_a: Any,
    war_cost_b: Any,
) -> Results:
    """Return the least war in each institution if a doubts how strong b is."""
    phi, spread = prob_strong, win_prob_vs_weak - win_prob_vs_strong  # Δ
    burnt = war_cost_a + war_cost_b  # C
    stake = (1 - phi) * spread
    feasible = stake <= burnt + TIE
    rest = np.where(feasible, 1.0, stake - phi * burnt)
    bold = stake - phi * burnt > TIE
    return {
        "margin": burnt - stake,
        "peace_feasible": feasible,
        "prob_war_mediation": np.where(feasible, 0.0, phi * (1 - (1 - phi) * burnt / rest)),
        "prob_war_disclosure": np.where(feasible, 0.0, phi * (1 - burnt / spread)),
        "prob_war_ultimatum": np.where(bold, phi, 0.0),
        "demand_ultimatum": war_cost_b + np.where(bold, win_prob_vs_weak, win_prob_vs_strong),
    }


def one_sided_mediator(
    prob_strong: Any,
    win_prob_vs_strong: Any,
    win_prob_vs_weak: Any,
    war_cost_a: Any,
    war_cost_b: Any,
) -> Results:
    """Return the mediator's rule: b's report decides between war and two shares of a."""
    phi, spread = prob_strong, win_prob_vs_weak - win_prob_vs_strong
    burnt = war_cost_a + war_cost_b
    stake = (1 - phi) * spread
    feasible = stake <= burnt + TIE
    rest = np.where(feasible, 1.0, stake - phi * burnt)
    apart = np.where(feasible, 1.0, spread - burnt)
    return {
        "share_pooled": win_prob_vs_strong + war_cost_b,
        "share_weak": np.where(feasible, np.nan, win_prob_vs_weak - war_cost_a),
        "prob_settle_strong": np.where(feasible, 1.0, (1 - phi) * burnt / rest),
        "prob_pooled_weak": np.where(feasible, 1.0, phi * burnt**2 / (apart * rest)),
    }


# The second route: programs over lotteries of splits and war, in rationals; the ultimatum, a tree.


def _exact(numbers: Row) -> list[Fraction]:
    return [Fraction(str(x)) for x in numbers]


def general_solved(
    type_probs_a: Row,
    type_probs_b: Row,
    win_probs_a: Sequence[Row],
    war_costs_a: Row,
    war_costs_b: Row,
) -> Results:
    """Solve the program of an arbitrator."""
    f, g = ([p / sum(ps) for p in ps] for ps in (_exact(type_probs_a), _exact(type_probs_b)))
    win = [_exact(row) for row in win_probs_a]
    costs_a, costs_b = _exact(war_costs_a), _exact(war_costs_b)
    war_a = [[p - c for p in row] for row, c in zip(win, costs_a, strict=True)]
    war_b = [[1 - p - c for p, c in zip(row, costs_b, strict=True)] for row in win]
    least = least_war(Dispute.independent(f, g, (war_a, war_b)), "arbitration", exact=True).prob_war
    return {"peace_feasible": least == 0, "prob_war_min": float(least)}


def two_sided_solved(prob_strong: float, win_prob_strong: float, war_cost: float) -> Results:
    """Solve the same with two types a side."""
    q, p, half = prob_strong, Fraction(str(win_prob_strong)), Fraction(1, 2)
    own = [Fraction(str(q)), 1 - Fraction(str(q))]
    win: Any = [[half, p], [1 - p, half]]
    return general_solved(own, own, win, [war_cost] * 2, [war_cost] * 2)


def doubt(
    prob_strong: float,
    win_prob_vs_strong: float,
    win_prob_vs_weak: float,
    war_cost_a: float,
    war_cost_b: float,
) -> Dispute:
    """Return what war is worth to each side if b alone knows its strength."""
    phi, strong, weak, cost_a, cost_b = _exact(
        (prob_strong, win_prob_vs_strong, win_prob_vs_weak, war_cost_a, war_cost_b)
    )
    war = ([[p - cost_a for p in (strong, weak)]], [[1 - p - cost_b for p in (strong, weak)]])
    return Dispute.independent([1], [phi, 1 - phi], war, types=((), ("strong", "weak")))


def ultimatum(
    prob_strong: float,
    win_prob_vs_strong: float,
    win_prob_vs_weak: float,
    war_cost_a: float,
    war_cost_b: float,
) -> ExtensiveFormGame:
    """Return the game in which a demands as much as the strong, the weak, or neither would give."""
    phi, strong, weak, cost_a, cost_b = _exact(
        (prob_strong, win_prob_vs_strong, win_prob_vs_weak, war_cost_a, war_cost_b)
    )
    demands = {"modest": strong + cost_b, "bold": weak + cost_b}
    if weak + cost_b < 1:
        demands["all"] = Fraction(1)

    def play(win: Fraction, kind: str) -> Any:
        war = end("war", (win - cost_a, 1 - win - cost_b))
        ways = {}
        for name, x in demands.items():
            answer = move("B", {"accept": end("peace", (x, 1 - x)), "fight": war})
            ways[name] = tell({"B": name}, answer)
        return tell({"B": kind}, move("A", ways))

    kinds = {"strong": (phi, play(strong, "strong")), "weak": (1 - phi, play(weak, "weak"))}
    return ExtensiveFormGame(chance(kinds), ("A", "B"))


def one_sided_solved(**arguments: float) -> Results:
    """Solve a program for each institution, and the ultimatum.

    b accepts what makes it indifferent: else a would do better by demanding a little less. Where
    all agree to a share without being told anything, nobody needs to disclose anything.
    """
    env = doubt(**arguments)
    mediated = least_war(env, "mediation", exact=True).prob_war
    disclosed = 0 if _pools(env) else least_war(env, "talk", exact=True).prob_war
    best = max(
        solve(ultimatum(**arguments), exact=True),
        key=lambda e: (e.payoffs["A"], -e.probability("war")),
    )
    plans = cast("Mapping[str, Mapping[Any, Mapping[str, Any]]]", best.strategy)
    (demand,) = (name for name, p in plans["A"][()].items() if p == 1)
    facing = {"bold": "win_prob_vs_weak", "modest": "win_prob_vs_strong"}[demand]
    return {
        "peace_feasible": mediated == 0,
        "prob_war_mediation": float(mediated),
        "prob_war_disclosure": float(disclosed),
        "prob_war_ultimatum": float(best.probability("war")),
        "demand_ultimatum": float(sum(_exact((arguments[facing], arguments["war_cost_b"])))),
    }


def _pools(env: Dispute) -> bool:
    """Tell whether the share that the strong accept is enough for a, who is told nothing."""
    share = 1 - env.war[1][0][0]
    return least_war(env, "mediation", splits=[share], exact=True).prob_war == 0


def one_sided_mediator_solved(**arguments: float) -> Results:
    """Read off the program's optimum with the two shares of the rule."""
    env = doubt(**arguments)
    pooled, weak = 1 - env.war[1][0][0], env.war[0][0][1]
    if _pools(env):
        return {"prob_settle_strong": 1.0, "prob_pooled_weak": 1.0}
    rule = least_war(env, "mediation", splits=[pooled, weak], exact=True).rule
    return {
        "share_pooled": float(pooled),
        "share_weak": float(weak),
        "prob_settle_strong": float(rule["1", "strong"].get(pooled, 0)),
        "prob_pooled_weak": float(rule["1", "weak"].get(pooled, 0)),
    }


# Figures.


def draw_cost(ax: Axes) -> None:
    """Draw the least war against its cost, if both may be strong."""
    cost = np.linspace(0.01, 0.3, 400)
    found = MODEL.results("two-sided-strength", war_cost=cost)
    (line,) = strokes(1)
    ax.plot(cost, found["prob_war_min"], **line)
    edge = 0.7 * 0.3
    ax.axvline(edge, color="0.5", linestyle=":", linewidth=1)
    ax.annotate("(1 - q)(p - 1/2)", (edge, 0.4), xytext=(5, 0), textcoords="offset points",
                color="0.3")  # fmt: skip
    ax.set(xlabel="Cost of war to each side, c (share of the pie)",
           ylabel="Least probability of war", xlim=(0.01, 0.3), ylim=(-0.01, None))  # fmt: skip
    caption(ax, "Private strength on both sides, q = 0.3, p = 0.8. No institution does better.")


def draw_institutions(ax: Axes) -> None:
    """Draw war in three institutions against what war burns, if one side may be strong."""
    burnt = np.linspace(0.001, 0.6, 1199)
    found = MODEL.results("one-sided-strength", war_cost_a=burnt / 2, war_cost_b=burnt / 2)
    names = {
        "prob_war_ultimatum": "ultimatum",
        "prob_war_disclosure": "report made public",
        "prob_war_mediation": "mediation",
    }
    for (key, name), line in zip(names.items(), strokes(3), strict=True):
        ax.plot(burnt, found[key], label=name, **line)
    ax.set(xlabel="What war costs both together, C (share of the pie)",
           ylabel="Probability of war", xlim=(0, 0.62), ylim=(-0.01, 0.46))  # fmt: skip
    ax.legend(frameon=False, loc="center right", bbox_to_anchor=(0.97, 0.55))
    caption(ax, "One side may be strong: φ = 0.4, p_s = 0.3, p_w = 0.7, hence Δ = 0.4. C cannot "
                "exceed 1 - Δ.")  # fmt: skip


STRONG = Quantity(
    "prob_strong", "q", "probability that a side is strong", 0.3, 0, 1, closed="neither",
    box=(0.05, 0.9),
)  # fmt: skip
DOUBT = (
    Quantity(
        "prob_strong", "φ", "probability that b is strong", 0.4, 0, 1, closed="neither",
        box=(0.05, 0.95),
    ),
    Quantity(
        "win_prob_vs_strong", "p_s", "probability that a defeats a strong b", 0.3, 0, 1,
        box=(0.2, 0.5),
    ),
    Quantity(
        "win_prob_vs_weak", "p_w", "probability that a defeats a weak b", 0.7, 0, 1,
        box=(0.5, 0.8),
    ),
    Quantity("war_cost_a", "c1", "what war costs a, shares of the pie", 0.05, 0,
             closed="left", box=(0, 0.2)),
    Quantity("war_cost_b", "c2", "what war costs b, shares of the pie", 0.05, 0,
             closed="left", box=(0, 0.2)),
)  # fmt: skip
DOUBTS = (
    Condition(
        ("win_prob_vs_strong", "win_prob_vs_weak"),
        "win_prob_vs_strong < win_prob_vs_weak",
        lambda win_prob_vs_strong, win_prob_vs_weak: win_prob_vs_weak - win_prob_vs_strong > TIE,
    ),
    Condition(
        ("war_cost_a", "win_prob_vs_strong"),
        "war_cost_a <= win_prob_vs_strong",
        lambda war_cost_a, win_prob_vs_strong: war_cost_a <= win_prob_vs_strong + TIE,
    ),
    Condition(
        ("war_cost_b", "win_prob_vs_weak"),
        "war_cost_b <= 1 - win_prob_vs_weak",
        lambda war_cost_b, win_prob_vs_weak: war_cost_b <= 1 - win_prob_vs_weak + TIE,
    ),
    Condition(
        ("war_cost_a", "war_cost_b"),
        "war_cost_a + war_cost_b > 0",
        lambda war_cost_a, war_cost_b: war_cost_a + war_cost_b > TIE,
    ),
)


def _sums_to_one(name: str) -> Condition:
    return Condition((name,), f"sum of {name} = 1",
                     lambda **given: abs(sum(given[name]) - 1) <= 1e-9)  # fmt: skip


def _has_types(name: str) -> Condition:
    of_a = name.endswith("a")

    def holds(win_probs_a: Sequence[Row], **own: Row) -> bool:
        return len(own[name]) == len(win_probs_a if of_a else win_probs_a[0])

    text = f"one number in {name} for each {'row' if of_a else 'column'} of win_probs_a"
    return Condition((name, "win_probs_a"), text, holds)


ROWS = ("type_probs_a", "type_probs_b", "war_costs_a", "war_costs_b")
MARGIN = {
    "margin": "pie less what the keenest types expect of war, shares",
    "peace_feasible": "whether there can be peace for certain",
}
LEAST = {"prob_war_min": "least probability of war"}

MODEL = Model(
    slug="fey-ramsay-2011-uncertainty-incentives",
    title="Doubts about costs can be settled in peace, doubts about strength cannot",
    citation="""@article{feyramsay2011uncertainty,
  author  = {Mark Fey and Kristopher W. Ramsay},
  title   = {Uncertainty and Incentives in Crisis Bargaining: Game-Free Analysis of International
             Conflict},
  journal = {American Journal of Political Science},
  volume  = {55},
  number  = {1},
  pages   = {149--169},
  year    = {2011}
}""",
    provenance=(
        "The paper's, by its abstract: that bounds hold for every game of bargaining, that doubts "
        "about costs are benign and doubts about strength are not (its pages are recalled). With "
        "its companion, 'Mechanism design goes to war', Review of Economic Design 13 (2009), "
        "233-250. The condition for peace is recalled and proved again. Ours: all formulas for the "
        "least war, the case of one side in doubt with its four institutions, and the figures. "
        "Types are independent."
    ),
    cases={
        "general": Case(
            (
                Quantity("type_probs_a", "f1", "probability of each type of a", (0.3, 0.7), 0, 1,
                         closed="right", several=True),
                Quantity("type_probs_b", "f2", "probability of each type of b", (0.3, 0.7), 0, 1,
                         closed="right", several=True),
                Quantity("win_probs_a", "P", "probability that a wins, by pair of types",
                         ((0.5, 0.8), (0.2, 0.5)), 0, 1, table=True),
                Quantity("war_costs_a", "c1", "what war costs each type of a, shares", (0.1, 0.1),
                         0, closed="left", several=True),
                Quantity("war_costs_b", "c2", "what war costs each type of b, shares", (0.1, 0.1),
                         0, closed="left", several=True),
            ),
            general,
            {
                "war_value_max_a": "what the keenest type of a expects of war, shares",
                "war_value_max_b": "the same for b",
                **MARGIN,
                **LEAST,
            },
            conditions=(
                *map(_sums_to_one, ROWS[:2]),
                *map(_has_types, ROWS),
            ),
            vectorized=False,
            solved=general_solved,
        ),
        "two-sided-strength": Case(
            (
                STRONG,
                Quantity("win_prob_strong", "p", "probability that the strong defeat the weak",
                         0.8, 0.5, 1, closed="neither", box=(0.55, 0.95)),
                Quantity("war_cost", "c", "what war costs each side, shares", 0.1, 0, 0.5,
                         closed="right", box=(0.02, 0.4)),
            ),
            two_sided, {**MARGIN, **LEAST}, solved=two_sided_solved,
        ),
        "one-sided-strength": Case(
            DOUBT, one_sided,
            {
                **MARGIN,
                "prob_war_mediation": "least probability of war with a mediator, or an arbitrator",
                "prob_war_disclosure": "the same where what b says of itself is made public",
                "prob_war_ultimatum": "probability of war where a makes a demand that is final",
                "demand_ultimatum": "that demand: a's share",
            },
            conditions=DOUBTS, game=ultimatum, solved=one_sided_solved,
        ),
        "one-sided-mediator": Case(
            DOUBT, one_sided_mediator,
            {
                "share_pooled": "a's share that both types of b accept",
                "share_weak": "a's share that only a weak b accepts; nan where there is peace "
                              "without it",
                "prob_settle_strong": "probability that a strong b gets the former, else war",
                "prob_pooled_weak": "probability that a weak b gets the former, else the latter",
            },
            conditions=DOUBTS, solved=one_sided_mediator_solved,
        ),
    },
    levers=(
        Lever("clear signals", "two-sided-strength", "win_prob_strong", False,
              "verified capabilities leave less that strength, kept private, could decide"),
        Lever("interests", "two-sided-strength", "war_cost", True,
              "interests count what a war costs, which an ideology belittles"),
    ),
    badness="prob_war_min",
    figures={"cost": draw_cost, "institutions": draw_institutions},
)  # fmt: skip
