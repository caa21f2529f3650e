"""After Steven Brams and Marc Kilgour (1987): how much retaliation deters preemption in Chicken.

Two players may each cooperate (C) or not (D). Compromise (C,C) is worth r3 to Row and c3 to Column.
Whoever preempts, by D against C, gets 1 and the other, who capitulates, r2 or c2. (D,D) is worth 0
to both, where 0 < r2 < r3 < 1. Who was preempted may retaliate, which leads to (D,D).

*Deterrence game.* Acts and threats are probabilities: Row takes D with probability s and retaliates
with p, Column with t and q. A threat deters if it is binding and large enough. To carry it out is
never worth it, so that without commitment one preempts, or both do now and then (*naive* play).

*Threat game.* Acts and threats are levels. Whoever cooperates by X = 1 - x, against Y of the other,
gets XY r3 + (1 - X) Y + X (1 - Y) r2. How far must the retaliator lower Y to deter x?
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, Node, Parameter, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import indifference, only_cutoffs, plays

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed forms.


def deterrence(compromise_row: Any, compromise_column: Any, winding_down: Any) -> Results:
    """Return the least threats with which nobody preempts; a threat binds whoever makes it."""
    r3, c3, w = compromise_row, compromise_column, winding_down
    return {
        # Row stays if r3 >= (1 - q) 1 + q w r3: retaliation leads back to compromise with w.
        "retaliation_column": (1 - r3) / (1 - w * r3),
        "retaliation_row": (1 - c3) / (1 - w * c3),
        "payoff_row": r3,
        "payoff_column": c3,
    }


def naive(
    capitulation_row: Any, compromise_row: Any, capitulation_column: Any, compromise_column: Any
) -> Results:
    """Return the mixed equilibrium in which nobody retaliates."""
    r2, r3, c2, c3 = capitulation_row, compromise_row, capitulation_column, compromise_column
    s = (1 - c3) / (1 - c3 + c2)  # Row's, which keeps Column indifferent
    t = (1 - r3) / (1 - r3 + r2)
    return {
        "prob_defect_row": s,
        "prob_defect_column": t,
        "prob_both_defect": s * t,
        "payoff_row": r2 / (1 - r3 + r2),
        "payoff_column": c2 / (1 - c3 + c2),
    }


def threat_level(
    capitulation: Any,
    compromise: Any,
    capitulation_retaliator: Any,
    compromise_retaliator: Any,
    preemption: Any,
) -> Results:
    """Return the retaliation that makes a preemptor as well off as compromise does."""
    r2, r3, c2, c3 = capitulation, compromise, capitulation_retaliator, compromise_retaliator
    x = preemption
    needed = x * (1 - r3) / ((r3 - r2) + x * (1 - r3 + r2))  # rho(x)
    proportional = np.maximum(0, (1 - 2 * r3 + r2) / (1 - r3 + r2))
    credible = (1 - c3) / (1 - c3 + c2)
    return {
        "retaliation_needed": needed,
        "final_level": 1 - needed,
        "more_than_proportionate": (x > 0) & (x < proportional),
        "cutoff_proportional": proportional,
        "cutoff_credible": credible,
        "retaliation_credible": x < credible,
    }


# The second route: the games as trees, in rationals, and cutoffs of who preempts and retaliates.


def deterrence_game(
    compromise_row: float,
    compromise_column: float,
    winding_down: float,
    capitulation_row: float | None = None,
    capitulation_column: float | None = None,
) -> ExtensiveFormGame:
    """Return the deterrence game, in which p and q are what a player does if it is preempted.

    What capitulation is worth does not matter for deterrence; it is half of compromise if left out.
    """
    r3, c3, w = (Fraction(str(v)) for v in (compromise_row, compromise_column, winding_down))
    r2 = r3 / 2 if capitulation_row is None else Fraction(str(capitulation_row))
    c2 = c3 / 2 if capitulation_column is None else Fraction(str(capitulation_column))
    conflict = end("conflict", (w * r3, w * c3))
    row_replies = move("Row", {"retaliate": conflict, "yield": end("Column prevails", (r2, 1))})
    column_replies = move("Column", {"retaliate": conflict, "yield": end("Row prevails", (1, c2))})
    meets_c: dict[str, Node] = {
        "C": end("compromise", (r3, c3)),
        "D": tell({"Row": "preempted"}, row_replies),
    }
    meets_d: dict[str, Node] = {"C": tell({"Column": "preempted"}, column_replies), "D": conflict}
    # Column chooses without being told what Row chose.
    first = move("Row", {"C": move("Column", meets_c), "D": move("Column", meets_d)})
    return ExtensiveFormGame(first, ("Row", "Column"))


PREEMPTED = ("C", "preempted")


def deterrence_solved(
    compromise_row: float, compromise_column: float, winding_down: float
) -> Results:
    """Read the least threats off all extreme Nash equilibria in which both cooperate for sure."""
    found = solve(
        deterrence_game(compromise_row, compromise_column, winding_down), "nash", exact=True
    )
    deterred = [e for e in found if e.probability("compromise") == 1]
    if not (found.complete and deterred):
        raise GameError("not all Nash equilibria of this deterrence game could be found")
    least = {
        player: min(plays(e, player, PREEMPTED, "retaliate") for e in deterred)
        for player in ("Row", "Column")
    }
    return {
        "retaliation_column": least["Column"],
        "retaliation_row": least["Row"],
        "payoff_row": float(deterred[0].payoffs["Row"]),
        "payoff_column": float(deterred[0].payoffs["Column"]),
    }


def naive_game(
    capitulation_row: float,
    compromise_row: float,
    capitulation_column: float,
    compromise_column: float,
) -> ExtensiveFormGame:
    """Return the deterrence game without winding down."""
    return deterrence_game(
        compromise_row, compromise_column, 0, capitulation_row, capitulation_column
    )


def naive_solved(**arguments: float) -> Results:
    """Find the subgame-perfect equilibrium in which both mix."""
    found = solve(naive_game(**arguments), "subgame-perfect", exact=True)
    mixed = [e for e in found if 0 < e.probability("conflict") < 1]
    if not (found.complete and len(mixed) == 1):
        raise GameError(f"this game has {len(mixed)} mixed subgame-perfect equilibria, not one")
    one = mixed[0]
    return {
        "prob_defect_row": plays(one, "Row", (), "D"),
        "prob_defect_column": plays(one, "Column", (), "D"),
        "prob_both_defect": float(one.probability("conflict")),
        "payoff_row": float(one.payoffs["Row"]),
        "payoff_column": float(one.payoffs["Column"]),
    }


def level_payoff(own: Any, other: Any, capitulation: Any, compromise: Any) -> Any:
    """Return what a player gets at two levels of cooperation."""
    both, preempts, gives_way = own * other, (1 - own) * other, own * (1 - other)
    return both * compromise + preempts + gives_way * capitulation


def threat_game(
    capitulation: float,
    compromise: float,
    capitulation_retaliator: float,
    compromise_retaliator: float,
    preemption: float,
) -> ExtensiveFormGame:
    """Preempt by x or not; the other holds its level, matches the preemptor's, or goes to zero.

    The retaliator's payoff is linear in its level, so that of all levels an end is best.
    """
    r2, r3, c2, c3, x = (
        Fraction(str(v))
        for v in (
            capitulation, compromise, capitulation_retaliator, compromise_retaliator, preemption
        )
    )  # fmt: skip
    own = 1 - x

    def after(level: Fraction | int, name: str) -> Any:
        payoffs = (level_payoff(own, level, r2, r3), level_payoff(level, own, c2, c3))
        return end(name, payoffs)

    replies = {
        "hold": after(1, "preempted"),
        "match": after(own, "matched"),
        "retaliate": after(0, "full retaliation"),
    }
    stay = end("full cooperation", (r3, c3))
    reply = tell({"retaliator": "preempted"}, move("retaliator", replies))
    first = move("preemptor", {"cooperate": stay, "preempt": reply})
    return ExtensiveFormGame(first, ("preemptor", "retaliator"))


R2, R3, C2, C3 = (Parameter(name, (0, 1)) for name in ("r2", "r3", "c2", "c3"))
X = sp.Symbol("x")
# Against an answer in kind: what a preemptor loses, per unit of preemption. The cutoff may be zero;
# to isolate it, negative levels are looked at as well.
KIND = CutoffRule(X, (-1, 1), sp.cancel((R3 - level_payoff(1 - X, 1 - X, R2, R3)) / X))
# What the retaliator gains by holding its level rather than going to zero.
HOLD = CutoffRule(X, (0, 1), level_payoff(1, 1 - X, C2, C3) - level_payoff(0, 1 - X, C2, C3))


def threat_level_solved(
    capitulation: float,
    compromise: float,
    capitulation_retaliator: float,
    compromise_retaliator: float,
    preemption: float,
) -> Results:
    """Find the level that makes the preemptor indifferent, who answers in kind, and who answers."""
    own, r2, r3 = (sp.Rational(str(v)) for v in (1 - preemption, capitulation, compromise))
    final = indifference(lambda y: level_payoff(own, y, r2, r3), compromise)
    proportional = only_cutoffs(KIND, r2=capitulation, r3=compromise)[0]
    credible = only_cutoffs(HOLD, c2=capitulation_retaliator, c3=compromise_retaliator)[0]
    game = threat_game(
        capitulation, compromise, capitulation_retaliator, compromise_retaliator, preemption
    )
    found = solve(game, "subgame-perfect", exact=True)
    answers = [plays(e, "retaliator", ("preempted",), "retaliate") for e in found]
    return {
        "retaliation_needed": 1 - final,
        "final_level": final,
        "more_than_proportionate": bool(level_payoff(own, own, r2, r3) > r3),
        "cutoff_proportional": max(0.0, float(proportional)),
        "cutoff_credible": float(credible),
        "retaliation_credible": all(answer == 1 for answer in answers),
    }


# Figures.


def draw_levels(ax: Axes) -> None:
    """Draw the retaliation needed against each level of preemption."""
    x = np.linspace(0, 1, 301)
    rows = ((0.2, 0.5, "r₂ = 0.2, r₃ = 0.5"), (1 / 3, 2 / 3, "r₂ = 1/3, r₃ = 2/3"),
            (0.1, 0.9, "r₂ = 0.1, r₃ = 0.9"))  # fmt: skip
    for (r2, r3, name), line in zip(rows, strokes(3), strict=True):
        found = MODEL.results("threat-level", capitulation=r2, compromise=r3, preemption=x)
        ax.plot(x, found["retaliation_needed"], label=name, **line)
    crosses = MODEL.results("threat-level")["cutoff_proportional"]
    ax.plot(x, x, color="0.5", linewidth=1)
    ax.text(0.84, 0.87, "in kind", rotation=35, ha="center", color="0.3")
    ax.plot([crosses], [crosses], "o", color=COLOURS[0])
    ax.annotate(f"x = {crosses:.4f}", (crosses, crosses), (0.1, 0.44),
                arrowprops={"arrowstyle": "-"})  # fmt: skip
    ax.set(xlabel="Level of preemption, x", ylabel="Retaliation needed, ρ(x)", xlim=(0, 1),
           ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(
        ax,
        "Above the thin line to answer in kind is too little; only where r₃ < (1 + r₂)/2 does "
        "that happen, and then for small steps.",
    )


def draw_winding_down(ax: Axes) -> None:
    """Draw the threat needed where conflict may be wound down."""
    w = np.linspace(0, 0.999, 400)
    for r3, line in zip((0.6, 0.75), strokes(2), strict=True):
        found = MODEL.results("deterrence", compromise_row=r3, winding_down=w)
        ax.plot(w, found["retaliation_column"], label=f"r₃ = {r3:g}", **line)
    ax.set(xlabel="Probability that conflict is wound down, w",
           ylabel="Least probability of retaliation, q", xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="upper left", title="Value of compromise")
    caption(ax, "The easier the way out of conflict (to compromise), the stiffer the threat; "
                "both lines rise to q = 1.")  # fmt: skip


def draw_square(ax: Axes) -> None:
    """Draw which equilibria the threats allow in which nobody mixes."""
    r3, c3 = 0.6, 0.75
    found = MODEL.results("deterrence", compromise_row=r3, compromise_column=c3)
    q, p = found["retaliation_column"], found["retaliation_row"]
    ax.fill_between([q, 1], p, 1, color=COLOURS[5], alpha=0.6, linewidth=0)
    ax.text((1 + q) / 2, (1 + p) / 2, "deterrence", ha="center", va="center")
    ax.text(q / 2, (1 + p) / 2, "Row would preempt", ha="center", va="center")
    ax.text((1 + q) / 2, p / 2, "Column would preempt", ha="center", va="center")
    ax.text(q / 2, p / 2, "both would", ha="center", va="center")
    for line, name in ((ax.axvline, q), (ax.axhline, p)):
        line(name, color="0.3", linestyle="--", linewidth=1)
    # One is preempted at its own threat of zero, whatever the other's.
    ax.plot([0, 0], [0, 1], color=COLOURS[2], linewidth=5, solid_capstyle="butt", clip_on=False,
            label="Row preempts: an equilibrium (q = 0)")  # fmt: skip
    ax.plot([0, 1], [0, 0], color=COLOURS[1], linewidth=5, linestyle=":", clip_on=False,
            label="Column preempts: an equilibrium (p = 0)")  # fmt: skip
    ax.plot([0], [0], "D", color="black", markersize=9, clip_on=False, linestyle="none",
            label="naive play (both zero)")  # fmt: skip
    ax.set(xlabel="Column's probability of retaliation, q",
           ylabel="Row's probability of retaliation, p", xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    caption(ax, f"r₃ = {r3:g}, c₃ = {c3:g}, w = 0: deterrence takes q ≥ {q:g} and p ≥ {p:g}.")


def _chicken(capitulation: str, compromise: str) -> Condition:
    return Condition(
        (capitulation, compromise),
        f"{capitulation} < {compromise}",
        lambda **given: given[capitulation] < given[compromise],
    )


def _value(name: str, letter: str, meaning: str, default: float, box: tuple[float, float]) -> Any:
    return Quantity(name, letter, f"{meaning}, utils", default, 0, 1, closed="neither", box=box)


ROW = _value("compromise_row", "r₃", "Row's value of compromise", 2 / 3, (0.3, 0.95))
COLUMN = _value("compromise_column", "c₃", "Column's value of compromise", 2 / 3, (0.3, 0.95))

MODEL = Model(
    slug="brams-kilgour-1987-threat-escalation",
    title="How much retaliation deters preemption",
    citation="""@article{brams1987threat,
  author  = {Steven J. Brams and D. Marc Kilgour},
  title   = {Threat Escalation and Crisis Stability: A Game-Theoretic Analysis},
  journal = {American Political Science Review},
  volume  = {81},
  number  = {3},
  pages   = {833--850},
  year    = {1987}
}""",
    provenance=(
        "After Brams and Kilgour (1987), with 'Optimal Threats' (Operations Research 35(4), "
        "524-536) and 'Winding Down if Preemption or Escalation Occurs' (Journal of Conflict "
        "Resolution 31(4), 547-572), of which the abstracts were at hand. Theirs: preemption and "
        "retaliation by degrees on Chicken; threats that must be more than proportionate against "
        "small steps and may be less against large ones; that winding down calls for stiffer "
        "threats, at an increasing rate. The payoffs and the four kinds of equilibria of the "
        "deterrence game are recalled. Ours: that payoffs are bilinear in levels, that winding "
        "down leads from conflict back to compromise, the formulas and the figures."
    ),
    cases={
        "deterrence": Case(
            (
                ROW,
                COLUMN,
                Quantity("winding_down", "w", "probability that conflict is wound down", 0, 0, 1,
                         closed="left", box=(0, 0.9)),
            ),
            deterrence,
            {
                "retaliation_column": "least probability of retaliation that deters Row",
                "retaliation_row": "least probability of retaliation that deters Column",
                "payoff_row": "Row's payoff, utils",
                "payoff_column": "Column's payoff, utils",
            },
            game=deterrence_game,
            solved=deterrence_solved,
        ),
        "naive": Case(
            (
                _value("capitulation_row", "r₂", "Row's value of capitulation", 1 / 3, (0.05, 0.6)),
                ROW,
                _value("capitulation_column", "c₂", "Column's value of it", 1 / 3, (0.05, 0.6)),
                COLUMN,
            ),
            naive,
            {
                "prob_defect_row": "probability that Row takes D",
                "prob_defect_column": "probability that Column takes D",
                "prob_both_defect": "probability of conflict",
                "payoff_row": "Row's payoff, utils",
                "payoff_column": "Column's payoff, utils",
            },
            conditions=(
                _chicken("capitulation_row", "compromise_row"),
                _chicken("capitulation_column", "compromise_column"),
            ),
            game=naive_game,
            solved=naive_solved,
        ),
        "threat-level": Case(
            (
                _value("capitulation", "r₂", "the preemptor's value of capitulation", 0.2,
                       (0.05, 0.5)),
                _value("compromise", "r₃", "the preemptor's value of compromise", 0.5, (0.3, 0.95)),
                _value("capitulation_retaliator", "c₂", "the retaliator's value of capitulation",
                       0.2, (0.05, 0.5)),
                _value("compromise_retaliator", "c₃", "the retaliator's value of compromise", 0.5,
                       (0.3, 0.95)),
                Quantity("preemption", "x", "level of preemption", 0.25, 0, 1, box=(0.02, 0.98)),
            ),
            threat_level,
            {
                "retaliation_needed": "least retaliation that deters, a level",
                "final_level": "cooperation left after it, a level",
                "more_than_proportionate": "whether it exceeds the preemption",
                "cutoff_proportional": "preemption below which to answer in kind is too little",
                "cutoff_credible": "preemption below which full retaliation is a best reply",
                "retaliation_credible": "whether it is",
            },
            conditions=(
                _chicken("capitulation", "compromise"),
                _chicken("capitulation_retaliator", "compromise_retaliator"),
            ),
            game=threat_game,
            solved=threat_level_solved,
        ),
    },
    levers=(
        Lever("slow escalation", "threat-level", "preemption", False,
              "the smaller the step, the less retaliation deters it, and that is credible",
              measure="retaliation_credible", more_is_worse=False),
        Lever("interests", "naive", "compromise_row", True,
              "who values compromise by what it brings has less to gain by preemption"),
        Lever("restraint", "deterrence", "winding_down", True,
              "a way out of conflict, which spares both but calls for stiffer threats",
              measure="retaliation_row"),
    ),
    badness="prob_both_defect",
    figures={
        "levels": draw_levels,
        "winding-down": draw_winding_down,
        "threats": draw_square,
    },
)  # fmt: skip
