"""After Thomas Schelling (1960): a dispute that nobody dares settle at once, divided into issues.

Two states owe each other concessions. One unit conceded costs the giver a, is worth b > a to the
receiver, and cannot be taken back. Whoever gives first may get nothing in return. There are two
ways out, by steps of which each is taken only if both took all before it:

*An agenda* (A). The dispute is cut into N issues; once all are settled, the relationship is worth G
to each. What keeps a side honest at each step is all that is still to come. If r = δ b / a > 1, the
rest of the agenda is itself a security, and every dispute can be settled in enough steps, the
largest first. Steps that are too many or too small only delay the bonus.

*A gradual path* (B). Without any bonus no finite number of steps will do: nobody would take the
last one. But if δ b > a, both can concede ever smaller steps without end, and nearly all in the
limit (in the spirit of Lockwood and Thomas 2002).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, Node, NormalFormGame, Parameter, end, move, tell
from crisisgames.games.expressions import as_fraction
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model, whole
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import CONSTANT, most, only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Thresholds are met if they are missed by no more than this."""

FITS = 1 + 1e-9
"""A dispute fits into a number of steps that settle it but for this share."""


# Closed forms; r = δ b / a.


def agenda(
    steps: Any,
    concession_cost: Any,
    concession_value: Any,
    settlement_bonus: Any,
    discount: Any,
) -> Results:
    """Return the largest disputes that so many steps settle, well chosen and equal."""
    a, b, g, d, n = concession_cost, concession_value, settlement_bonus, discount, steps
    r, unit = d * b / a, d * g / a
    with np.errstate(over="ignore", divide="ignore"):  # so many steps settle all, or nothing
        largest, first = unit * _powers(r, n), unit * np.exp((n - 1) * np.log(r))
        # The first of equal steps, too, must be worth it: what comes last is far away.
        left = a - d * (b - a) * (1 - d ** (n - 1.0)) / (1 - d)
        soon = np.where(left > 0, d**n * g / np.where(left > 0, left, 1), np.inf)
        equal = n * np.minimum(unit, soon)
        bonuses = np.divide(g, largest), np.divide(g, equal)
    return {
        "growth": r,
        "dispute_max": largest,
        "step_first": first,
        "step_last": unit,
        "value_start": b * first,
        "dispute_max_equal": equal,
        "bonus_needed": bonuses[0],
        "bonus_needed_equal": bonuses[1],
    }


def _powers(r: Any, n: Any) -> Any:
    """Return 1 + r + ... + r^(n - 1), without cancellation near r = 1."""
    rate = np.log(r)
    flat = np.abs(rate) < 1e-300
    return np.where(flat, n, np.expm1(n * rate) / np.expm1(np.where(flat, 1, rate)))


def steps_needed(
    dispute: Any,
    concession_cost: Any,
    concession_value: Any,
    settlement_bonus: Any,
    discount: Any,
) -> Results:
    """Return the least number of steps, and the best values with that and with one more.

    The sooner the better: so the first step is as large as the rest of the agenda secures, and so
    on, until what is left is secured by the bonus alone.
    """
    a, b, g, d = concession_cost, concession_value, settlement_bonus, discount
    r, unit = d * b / a, d * g / a
    asked = dispute / unit
    # For r < 1 there is a largest dispute, which is never quite reached.
    able = (r >= 1) | (asked * (1 - r) < 1 - TIE)
    rate = np.where(r == 1, 1, np.log(r))
    n = np.where(r == 1, asked, np.log1p(np.where(able, asked, 0) * (r - 1)) / rate)
    n = np.maximum(1, np.ceil(n - 1e-6))
    for _ in range(2):  # the logarithm may be one off
        n = np.where(_powers(r, n) * FITS < asked, n + 1, n)
        n = np.where((n > 1) & (_powers(r, n - 1) * FITS >= asked), n - 1, n)
    given = dispute, a, b, g, d
    return {
        "feasible": able,
        "steps_min": whole(np.where(able, n, np.nan)),
        "value_best": np.where(able, _best_value(*given, n), np.nan),
        "value_one_more": np.where(able, _best_value(*given, n + 1), np.nan),
    }


def _best_value(dispute: Any, a: Any, b: Any, g: Any, d: Any, n: Any) -> Any:
    """Return the best value of n steps at least as many as are needed.

    Of these, k are real, and the others, the last, are empty: k is n, or n - 1 if these suffice
    although the bonus then comes one period after the last real step.
    """
    r = d * b / a
    empty = (n > 1) & (_powers(r, n - 1) * d * d * g / a * FITS >= dispute)
    real, bonus = np.where(empty, n - 1, n), np.where(empty, d * d * g, d * g)
    # All steps but the last are as large as the rest secures: s_j = r s_(j+1), and before the last
    # real one, of size s, d / a times what it starts, (b - a) s + bonus.
    before = np.where(real > 1, _powers(r, np.maximum(real - 1, 1)), 0)
    last = (dispute - d / a * bonus * before) / (1 + d / a * (b - a) * before)
    start = (b - a) * last + bonus
    return np.where(real > 1, start * b * d / a * r ** np.maximum(real - 2, 0), start)


def gradual_path(
    dispute: Any, concession_cost: Any, concession_value: Any, discount: Any, period: Any
) -> Results:
    """Return the best path of concessions without end."""
    a, b, d = concession_cost, concession_value, discount
    ratio = a / (d * b)
    lasts = d * b - a > TIE
    paced = np.where(lasts, ratio, 1)
    value = np.where(lasts, dispute * (b - a / d), 0)
    efficient = dispute * (b - a)
    return {
        "sustainable": lasts,
        "step_ratio": np.where(lasts, ratio, np.nan),
        "step_first": dispute * (1 - paced),
        "conceded": dispute * (1 - paced ** (period + 1.0)),
        "value_start": value,
        "value_efficient": efficient,
        "share_lost": 1 - value / efficient,
    }


# The second route. (A) What must hold at every step is linear in the sizes of the steps: programs
# in rationals. Then each step, as a game with what follows it, is solved. (B) The pace of a path.


def _program(
    n: int, a: Fraction, b: Fraction, g: Fraction, d: Fraction, *, equal: bool = False
) -> tuple[list[dict[str, Fraction]], list[dict[str, Fraction]]]:
    """Return what must hold of steps s1, s2, ...: no side gains by withholding; all alike."""
    names = _names(n)
    rows = []
    for k, name in enumerate(names):
        later = {s: -(d ** (j + 1)) * (b - a) for j, s in enumerate(names[k + 1 :])}
        rows.append({name: a, **later, CONSTANT: -(d ** (n - k)) * g})
    same = [{names[0]: Fraction(1), s: Fraction(-1)} for s in names[1:]] if equal else []
    return rows, same


def _names(n: int) -> list[str]:
    return [f"s{k}" for k in range(1, n + 1)]


def _sizes(n: int, *given: Fraction, equal: bool = False) -> list[Fraction]:
    """Return the steps that settle the largest dispute."""
    rows, same = _program(n, *given, equal=equal)
    found = most(dict.fromkeys(_names(n), 1), rows, same)
    assert found is not None  # no concession at all always is an equilibrium
    return [found[name] for name in _names(n)]


def agenda_solved(
    steps: int,
    concession_cost: float,
    concession_value: float,
    settlement_bonus: float,
    discount: float,
) -> Results:
    """Solve the programs, and then every step as a game; a larger step is not taken."""
    given = a, b, g, d = _exact(concession_cost, concession_value, settlement_bonus, discount)
    sizes = _sizes(steps, *given)
    value = g
    for size in reversed(sizes):
        if not _conceded(a, b, size, d * value) or _conceded(a, b, size * 2, d * value):
            raise GameError(f"a step of {float(size)} is not the largest that is taken")
        value = (b - a) * size + d * value
    largest, equal = sum(sizes), sum(_sizes(steps, *given, equal=True))
    return {
        "dispute_max": float(largest),
        "step_first": float(sizes[0]),
        "step_last": float(sizes[-1]),
        "value_start": float(value),
        "dispute_max_equal": float(equal),
        "bonus_needed": float(g / largest),
        "bonus_needed_equal": float(g / equal),
    }


def _conceded(a: Fraction, b: Fraction, size: Fraction, later: Fraction) -> bool:
    """Return whether to concede on both sides is an equilibrium of a step, given what follows."""
    ways = ("concede", "withhold")
    game = NormalFormGame(
        ("A", "B"),
        (ways, ways),
        {
            ("concede", "concede"): ((b - a) * size + later,) * 2,
            ("concede", "withhold"): (-a * size, b * size),
            ("withhold", "concede"): (b * size, -a * size),
            ("withhold", "withhold"): (0, 0),
        },
    )
    return any(
        e.probability([("concede", "concede")]) == 1 for e in solve(game, "pure-nash", exact=True)
    )


def agenda_game(
    steps: int,
    concession_cost: float,
    concession_value: float,
    settlement_bonus: float,
    discount: float,
    sizes: Sequence[float] | None = None,
) -> ExtensiveFormGame:
    """Return the whole agenda as a game; by default for the largest dispute that it settles.

    Its outcomes are ``settled`` and ``broken:step 1``, ``broken:step 2``, ..., by the step at which
    somebody withheld.
    """
    a, b, g, d = _exact(concession_cost, concession_value, settlement_bonus, discount)
    own = _sizes(steps, a, b, g, d) if sizes is None else [as_fraction(s) for s in sizes]
    if len(own) != steps:
        raise GameError(f"sizes are {sizes}; give one for each of {steps} steps")
    gained = sum((d**k * (b - a) * s for k, s in enumerate(own)), Fraction(0))
    tree: Node = end("settled", dict.fromkeys("AB", gained + d**steps * g))
    for k in range(steps - 1, -1, -1):
        before = sum((d**j * (b - a) * s for j, s in enumerate(own[:k])), Fraction(0))
        size = d**k * own[k]

        def off(one: Fraction, two: Fraction, k: int = k, before: Fraction = before) -> Any:
            return end(f"broken:step {k + 1}", {"A": before + one, "B": before + two})

        step = {
            "concede": {"concede": tree, "withhold": off(-a * size, b * size)},
            "withhold": {"concede": off(b * size, -a * size), "withhold": off(size * 0, size * 0)},
        }
        tree = move("A", {way: move("B", replies) for way, replies in step.items()})
        tree = tell({"A": f"step {k + 1}", "B": f"step {k + 1}"}, tree)
    return ExtensiveFormGame(tree, ("A", "B"))


def _exact(*numbers: float) -> tuple[Fraction, ...]:
    return tuple(map(as_fraction, numbers))


MANY = 32
"""Most steps that the second route tries."""


def steps_needed_solved(
    dispute: float,
    concession_cost: float,
    concession_value: float,
    settlement_bonus: float,
    discount: float,
) -> Results:
    """Solve programs for more and more steps, and for the best value with them.

    Where `MANY` steps are too few, the last of them shrink, if at all, by the ratio of the first
    two; what all further ones could add tells whether any number would do.
    """
    given = _exact(concession_cost, concession_value, settlement_bonus, discount)
    asked = as_fraction(dispute)
    low, high = 0, 1
    while sum(_sizes(high, *given)) * as_fraction(FITS) < asked and high < MANY:
        low, high = high, 2 * high
    if high == MANY:
        sizes = _sizes(high, *given)
        if (left := asked - sum(sizes)) > 0:
            ratio = sizes[0] / sizes[1]
            return {"feasible": ratio >= 1 or left < sizes[0] * ratio / (1 - ratio)}
    while high - low > 1:
        middle = (low + high) // 2
        fits = sum(_sizes(middle, *given)) * as_fraction(FITS) >= asked
        low, high = (low, middle) if fits else (middle, high)
    return {
        "feasible": True,
        "steps_min": high,
        "value_best": _best(asked, high, *given),
        "value_one_more": _best(asked, high + 1, *given),
    }


def _best(dispute: Fraction, n: int, a: Fraction, b: Fraction, g: Fraction, d: Fraction) -> float:
    """Return the best value at the start of an agenda that settles the dispute in n steps."""
    rows, _ = _program(n, a, b, g, d)
    total = min(dispute, sum(_sizes(n, a, b, g, d)))
    worth = {name: d**k * (b - a) for k, name in enumerate(_names(n))}
    found = most(worth, rows, [{**dict.fromkeys(worth, 1), CONSTANT: -total}])
    assert found is not None  # fewer steps, and empty ones, would do
    return float(sum(worth[name] * s for name, s in found.items()) + d**n * g)


PACE = sp.Symbol("pace")
COST, VALUE, PATIENCE = (Parameter(n, (0, float("inf"))) for n in ("cost", "value", "patience"))
# A path whose steps shrink by the same factor. Who withholds a step has the other's for ever, and
# nothing more; who takes it has what both gain by this step and, later, by all that follow.
KEEPS_ON = CutoffRule(PACE, (0, 1), VALUE - COST - VALUE * (1 - PATIENCE * PACE))


def gradual_path_solved(
    dispute: float, concession_cost: float, concession_value: float, discount: float, period: int
) -> Results:
    """Find the fastest pace at which nobody withholds, and add up the steps.

    That no other path does better is tested by linear programs, not shown here.
    """
    found = only_cutoffs(KEEPS_ON, cost=concession_cost, value=concession_value, patience=discount)
    pace = float(found[0])
    first = dispute * (1 - pace)
    gained = concession_value - concession_cost
    value = sum_of_steps(first * gained, discount * pace, None)
    return {
        "sustainable": pace < 1,
        "step_ratio": pace if pace < 1 else np.nan,
        "step_first": first,
        "conceded": sum_of_steps(first, pace, period),
        "value_start": value,
        "value_efficient": dispute * gained,
        "share_lost": 1 - value / (dispute * gained),
    }


def sum_of_steps(first: float, ratio: float, last: int | None) -> float:
    """Return the sum of steps that shrink by a ratio, up to the last, or of all of them."""
    total, step, k = 0.0, first, 0
    while (last is None and step > TIE**2 * first) or (last is not None and k <= last):
        total, step, k = total + step, step * ratio, k + 1
    return total


# Figures.


def draw_largest(ax: Axes) -> None:
    """Draw the largest disputes that so many steps settle."""
    n = np.arange(1, 21)
    for k, value in enumerate((2, 1.05)):
        found = MODEL.results("agenda", steps=n, concession_value=value)
        for style, (key, name) in zip(
            strokes(2),
            (("dispute_max", "steps well chosen"), ("dispute_max_equal", "equal steps")),
            strict=True,
        ):
            ax.plot(n, found[key], label=f"b = {value:g}, {name}", marker="os"[k], markersize=4,
                    color=COLOURS[1 + k], linestyle=style["linestyle"])  # fmt: skip
    ax.set(yscale="log", xlabel="Number of steps, N", ylabel="Largest dispute that they settle",
           xticks=range(2, 21, 2))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "a = 1, G = 1, δ = 0.9. If the receiver values a concession much more than it "
            "costs, each step secures a larger one before it.")  # fmt: skip


def draw_needed(ax: Axes) -> None:
    """Draw how many steps a dispute needs."""
    dispute = np.geomspace(0.1, 1000, 2001)
    for style, discount in zip(strokes(3), (0.7, 0.8, 0.9), strict=True):
        found = MODEL.results("steps-needed", dispute=dispute, discount=discount)
        ax.plot(dispute, found["steps_min"], label=f"δ = {discount:g}", drawstyle="steps-post",
                **style)  # fmt: skip
    ax.set(xscale="log", xlabel="Size of the dispute, D (units conceded by each side)",
           ylabel="Least number of steps, N*", xlim=(0.1, 1000), ylim=(0, 21),
           yticks=range(0, 21, 4))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "a = 1, b = 2, G = 1.")


def draw_path(ax: Axes) -> None:
    """Draw the best path without a bonus."""
    t = np.arange(0, 21)
    for style, (discount, marker) in zip(
        strokes(3), ((0.9, "o"), (0.75, "s"), (0.6, "^")), strict=True
    ):
        found = MODEL.results("gradual-path", period=t, discount=discount)
        ax.plot(t, found["conceded"], marker=marker, markersize=4, label=f"δ = {discount:g}",
                **style)  # fmt: skip
    ax.axhline(1, color="0.6", linewidth=1)
    ax.set(xlabel="Period t", ylabel="Conceded by each side so far", xlim=(-0.3, 20.3),
           ylim=(0, 1.05), xticks=range(0, 21, 4))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, "D = 1, a = 1, b = 2. No path settles the dispute in a finite time.")


CONCESSIONS = (
    Quantity("concession_cost", "a", "cost of a unit conceded to the giver, utils", 1, 0,
             closed="neither", box=(0.5, 1.5)),
    Quantity("concession_value", "b", "value of a unit conceded to the receiver, utils", 2, 0,
             closed="neither", box=(0.6, 4)),
)  # fmt: skip
BONUS = Quantity("settlement_bonus", "G", "value to each of the settled relationship, utils", 1, 0,
                 closed="neither", box=(0.3, 3))  # fmt: skip
DISCOUNT = Quantity("discount", "δ", "discount factor", 0.9, 0, 1, closed="neither",
                    box=(0.5, 0.95))  # fmt: skip
WORTH = Condition(
    ("concession_cost", "concession_value"),
    "concession_cost < concession_value",
    lambda concession_cost, concession_value: concession_cost < concession_value,
)


def _dispute(default: float) -> Quantity:
    return Quantity("dispute", "D", "units that each side owes", default, 0, closed="neither",
                    box=(0.3, 8))  # fmt: skip


MODEL = Model(
    slug="schelling-1960-issue-division",
    title="Dividing a dispute into small issues",
    citation="""@book{schelling1960strategy,
  author    = {Thomas C. Schelling},
  title     = {The Strategy of Conflict},
  publisher = {Harvard University Press},
  address   = {Cambridge, Mass.},
  year      = {1960}
}
@article{lockwoodthomas2002gradualism,
  author  = {Ben Lockwood and Jonathan P. Thomas},
  title   = {Gradualism and Irreversibility},
  journal = {Review of Economic Studies},
  volume  = {69},
  number  = {2},
  pages   = {339--356},
  year    = {2002}
}""",
    provenance=(
        "After Schelling (1960), to whom we owe the idea, recalled: to decompose an exchange that "
        "nobody dares make at once. After Lockwood and Thomas (2002), in words: concessions that "
        "cannot be taken back rise gradually, and patience brings them near to efficiency. Both "
        "models are ours, the gradual path being a linear special case in their spirit, in which "
        "concessions tend to the whole dispute; so are all formulas and numbers."
    ),
    cases={
        "agenda": Case(
            (
                Quantity("steps", "N", "number of issues, one after the other", 5, 1, whole=True,
                         box=(1, 10)),
                *CONCESSIONS,
                BONUS,
                DISCOUNT,
            ),
            agenda,
            {
                "growth": "r, how much larger a step may be than the next",
                "dispute_max": "largest dispute that N steps settle, units conceded",
                "step_first": "first step that settles it, units conceded",
                "step_last": "last step that settles it, units conceded",
                "value_start": "value of that agenda at its start, utils",
                "dispute_max_equal": "largest dispute that N equal steps settle",
                "bonus_needed": "value of the settled relationship that N steps need for each "
                "unit of the dispute, utils",
                "bonus_needed_equal": "the same for N equal steps",
            },
            conditions=(WORTH,),
            game=agenda_game,
            solved=agenda_solved,
        ),
        "steps-needed": Case(
            (_dispute(5), *CONCESSIONS, BONUS, DISCOUNT),
            steps_needed,
            {
                "feasible": "whether any number of steps settles the dispute",
                "steps_min": "the least number of steps; nan if there is none",
                "value_best": "best value at the start with so many steps, utils",
                "value_one_more": "the same with one step more, utils",
            },
            conditions=(WORTH,),
            solved=steps_needed_solved,
        ),
        "gradual-path": Case(
            (
                _dispute(1),
                *CONCESSIONS,
                DISCOUNT,
                Quantity("period", "t", "periods since the start", 0, 0, whole=True, box=(0, 20)),
            ),
            gradual_path,
            {
                "sustainable": "whether anything is conceded without a bonus",
                "step_ratio": "each step divided by the one before; nan if nothing is conceded",
                "step_first": "first step, units conceded",
                "conceded": "units conceded by each side up to the period",
                "value_start": "value at the start, utils per period",
                "value_efficient": "the same if all were conceded at once, utils per period",
                "share_lost": "share of the latter that is lost",
            },
            conditions=(WORTH,),
            solved=gradual_path_solved,
        ),
    },
    levers=(
        Lever("slow escalation", "gradual-path", "discount", True,
              "small steps, each answered in kind, lead far if the sides look far ahead"),
        Lever("interests", "agenda", "concession_value", True,
              "sides that look at what a concession is worth to the other find more to exchange"),
        Lever("division", "agenda", "steps", True,
              "the dispute is cut into more issues, settled one after the other"),
    ),
    badness="bonus_needed",
    figures={"largest": draw_largest, "needed": draw_needed, "path": draw_path},
)  # fmt: skip
