"""James Fearon (1995): why states that would both rather settle still fight.

A stake of size 1 can be split; a war gives it to A with probability p and costs both. Both would
rather settle somewhere in the *bargaining range*, so war needs a reason: private costs and an
incentive to hide them, a shift of power that no promise can undo, the advantage of striking first,
or an issue that cannot be divided.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import solve
from crisisgames.games import ExtensiveFormGame, NormalFormGame, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import best_choice, indifference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-9
"""Shares closer than this count as equal: B, and both at an indivisible split, accept a tie."""

# Arguments that several cases share.
BALANCE = Quantity(
    "win_prob_a", "p", "probability that A wins", 0.5, 0, 1, closed="neither", box=(0.2, 0.8)
)
COST_A = Quantity(
    "war_cost_a", "c_A", "A's cost of war, shares", 0.1, 0, closed="neither", box=(0.02, 0.3)
)
COST_B = Quantity(
    "war_cost_b", "c_B", "B's cost of war, shares", 0.2, 0, closed="neither", box=(0.02, 0.3)
)
DISCOUNT = Quantity(
    "discount", "δ", "discount factor", 0.9, 0, 1, closed="neither", box=(0.5, 0.98)
)
NOW = Quantity(
    "win_prob_now",
    "p₁",
    "probability that A wins now",
    0.35,
    0,
    1,
    closed="neither",
    box=(0.2, 0.5),
)


# (a) The bargaining range.


def bargaining_range(
    win_prob_a: Any,
    win_prob_b: Any,
    war_cost_a: Any,
    war_cost_b: Any,
    risk_exponent_a: Any,
    risk_exponent_b: Any,
) -> Results:
    """Shares of A that both prefer to war."""
    win_prob_b = 1 - win_prob_a if win_prob_b is None else win_prob_b
    low = np.maximum(0, win_prob_a - war_cost_a) ** (1 / risk_exponent_a)
    high = 1 - np.maximum(0, win_prob_b - war_cost_b) ** (1 / risk_exponent_b)
    return _as_range(low, high)


def _as_range(low: Any, high: Any) -> Results:
    return {
        "range_low": low,
        "range_high": high,
        "range_width": np.maximum(0, high - low),
        "peace_possible": high - low >= -1e-12,
    }


def bargaining_range_solved(
    win_prob_a: float,
    win_prob_b: float | None,
    war_cost_a: float,
    war_cost_b: float,
    risk_exponent_a: float,
    risk_exponent_b: float,
) -> Results:
    """Each side's least acceptable share, as the cutoff of its decision to settle."""
    win_prob_b = 1 - win_prob_a if win_prob_b is None else win_prob_b
    low = indifference(lambda x: x ** sp.Rational(str(risk_exponent_a)), win_prob_a - war_cost_a)
    least = indifference(lambda y: y ** sp.Rational(str(risk_exponent_b)), win_prob_b - war_cost_b)
    return _as_range(low, 1 - least)


# (b) An ultimatum when B's cost is private, and (c) what A learns of it before.


def ultimatum_uniform(
    win_prob_a: Any, war_cost_a: Any, war_cost_b_min: Any, war_cost_b_max: Any
) -> Results:
    """A's best demand when B's cost is uniform; B fights if its cost is below demand minus p."""
    most = 1 - win_prob_a
    z = np.minimum(np.maximum(war_cost_b_min, (war_cost_b_max - war_cost_a) / 2), most)
    war = np.clip((z - war_cost_b_min) / (war_cost_b_max - war_cost_b_min), 0, 1)
    return _ultimatum(win_prob_a, war_cost_a, z, war)


def ultimatum_exponential(win_prob_a: Any, war_cost_a: Any, war_cost_b_rate: Any) -> Results:
    """A's best demand when B's cost is exponential."""
    z = np.minimum(np.maximum(0, 1 / war_cost_b_rate - war_cost_a), 1 - win_prob_a)
    return _ultimatum(win_prob_a, war_cost_a, z, -np.expm1(-war_cost_b_rate * z))


def _ultimatum(p: Any, cost_a: Any, z: Any, war: Any) -> Results:
    payoff = war * (p - cost_a) + (1 - war) * (p + z)
    return {"demand": p + z, "prob_war": war, "payoff_a": payoff}


def ultimatum_uniform_solved(
    win_prob_a: float, war_cost_a: float, war_cost_b_min: float, war_cost_b_max: float
) -> Results:
    """All local optima of A's expected payoff, isolated with a proof; the best of them."""
    low, high = Fraction(str(war_cost_b_min)), Fraction(str(war_cost_b_max))
    most = 1 - Fraction(str(win_prob_a))
    if most <= low:  # even demanding everything, nobody fights
        return _ultimatum(win_prob_a, war_cost_a, float(most), 0.0)
    z = sp.Symbol("z")
    war = (z - sp.Rational(low)) / sp.Rational(high - low)
    return _ultimatum_solved(z, war, win_prob_a, war_cost_a, low, min(high, most))


def ultimatum_exponential_solved(
    win_prob_a: float, war_cost_a: float, war_cost_b_rate: float
) -> Results:
    """As `ultimatum_uniform_solved`."""
    z = sp.Symbol("z")
    war = 1 - sp.exp(-sp.Rational(str(war_cost_b_rate)) * z)
    most = 1 - Fraction(str(win_prob_a))
    return _ultimatum_solved(z, war, win_prob_a, war_cost_a, Fraction(0), most)


def _ultimatum_solved(
    z: sp.Symbol, war: sp.Expr, p: float, cost_a: float, low: Fraction, high: Fraction
) -> Results:
    balance, cost = sp.Rational(str(p)), sp.Rational(str(cost_a))
    payoff = war * (balance - cost) + (1 - war) * (balance + z)
    best, value = best_choice(payoff, z, (low, high))
    return {"demand": p + best, "prob_war": float(war.subs(z, best)), "payoff_a": value}


def in_cells(win_prob_a: Any, war_cost_a: Any, war_cost_b_max: Any, cells: Any) -> Results:
    """Average over the cells that A can tell apart."""
    shape = np.broadcast_shapes(*map(np.shape, (win_prob_a, war_cost_a, war_cost_b_max, cells)))
    war, payoff = np.zeros(shape), np.zeros(shape)
    for j in range(int(np.max(cells))):
        used = j < np.asarray(cells)
        width = war_cost_b_max / cells
        found = ultimatum_uniform(win_prob_a, war_cost_a, j * width, (j + 1) * width)
        war += np.where(used, found["prob_war"], 0)
        payoff += np.where(used, found["payoff_a"], 0)
    return {"prob_war": war / cells, "payoff_a": payoff / cells}


def in_cells_solved(
    win_prob_a: float, war_cost_a: float, war_cost_b_max: float, cells: int
) -> Results:
    """Average the solved ultimatum over the cells."""
    found = [
        ultimatum_uniform_solved(
            win_prob_a, war_cost_a, j * war_cost_b_max / cells, (j + 1) * war_cost_b_max / cells
        )
        for j in range(cells)
    ]
    return {key: sum(f[key] for f in found) / cells for key in ("prob_war", "payoff_a")}


# (d) A shift of power, (e) in steps.


def preventive_war(
    win_prob_now: Any, win_prob_later: Any, war_cost_b: Any, discount: Any
) -> Results:
    """B attacks now if even the whole stake now does not outweigh the weakness to come."""
    patience = 1 - discount
    later = win_prob_later + war_cost_b * patience  # what A will demand
    interior = discount * win_prob_later - win_prob_now - war_cost_b * patience**2
    cut = discount - win_prob_now - war_cost_b * patience
    margin = np.where(later <= 1, interior, cut)
    return {"war": margin > 0, "margin": margin}


def preventive_game(
    win_prob_now: float, win_prob_later: float, war_cost_b: float, discount: float
) -> ExtensiveFormGame:
    """Return the first period: A demands, B accepts or attacks; what follows enters by its value.

    From the second period on A demands all that B will bear. Whether war comes does not depend on
    A's own cost; it is set so high that A prefers any peace, and five demands are enough.
    """
    p, q, cost, d = (Fraction(str(x)) for x in (win_prob_now, win_prob_later, war_cost_b, discount))
    later = min(Fraction(1), q + cost * (1 - d))
    periods, rest = 1 / (1 - d), d / (1 - d)
    war = end("war", ((p - 1) * periods, (1 - p) * periods - cost))
    branches = {}
    for x in (Fraction(j, 4) for j in range(5)):
        deal = end("peace", (x + rest * later, 1 - x + rest * (1 - later)))
        reply = move("B", {"accept": deal, "attack": war})
        branches[f"demand {x}"] = tell({"B": f"demand {x}"}, reply)
    return ExtensiveFormGame(move("A", branches), ("A", "B"))


def preventive_war_solved(
    win_prob_now: float, win_prob_later: float, war_cost_b: float, discount: float
) -> Results:
    """Whether war comes in every subgame-perfect equilibrium of the first period."""
    game = preventive_game(win_prob_now, win_prob_later, war_cost_b, discount)
    return {"war": solve(game, "subgame-perfect", exact=True).bounds("war")[0] == 1}


def gradual_shift(win_prob_now: Any, shift: Any, war_cost_b: Any, discount: Any) -> Results:
    """Return the least number of equal steps in which power can shift without war."""
    patience = 1 - discount
    borne = war_cost_b * patience**2 + patience * win_prob_now
    return {"steps_needed": np.maximum(1, np.ceil(discount * shift / borne - 1e-12)).astype(int)}


def gradual_shift_solved(
    win_prob_now: float, shift: float, war_cost_b: float, discount: float
) -> Results:
    """Find the least number of steps none of which is a reason for war, each solved as a game."""

    def peaceful(steps: int) -> bool:
        p = [win_prob_now + shift * t / steps for t in range(steps + 1)]
        return not any(
            preventive_war_solved(p[t], p[t + 1], war_cost_b, discount)["war"] for t in range(steps)
        )

    steps = 1
    while not peaceful(steps):
        steps += 1
    return {"steps_needed": steps}


# (f) Striking first.


def first_strike(
    win_prob_strike: Any, win_prob_struck: Any, war_cost_a: Any, war_cost_b: Any
) -> Results:
    """Shares at which neither side would rather strike first."""
    low = np.clip(win_prob_strike - war_cost_a, 0, 1)
    high = np.clip(win_prob_struck + war_cost_b, 0, 1)
    found = _as_range(low, high)
    return {key: found[key] for key in ("range_low", "range_high", "peace_possible")}


def first_strike_game(
    win_prob_strike: float,
    win_prob_struck: float,
    war_cost_a: float,
    war_cost_b: float,
    share: float = 0.5,
) -> NormalFormGame:
    """Hold or attack, at once, where A has `share`; a mutual attack is as good as a mean."""
    first, second, cost_a, cost_b, x = (
        Fraction(str(v)) for v in (win_prob_strike, win_prob_struck, war_cost_a, war_cost_b, share)
    )
    both = (first + second) / 2
    wins: dict[tuple[str, ...], Fraction] = {
        ("attack", "hold"): first,
        ("hold", "attack"): second,
        ("attack", "attack"): both,
    }
    payoffs: dict[tuple[str, ...], tuple[Any, ...]] = {
        cell: (p - cost_a, 1 - p - cost_b) for cell, p in wins.items()
    }
    payoffs["hold", "hold"] = (x, 1 - x)
    return NormalFormGame(("A", "B"), (("hold", "attack"),) * 2, payoffs)


def first_strike_solved(
    win_prob_strike: float, win_prob_struck: float, war_cost_a: float, war_cost_b: float
) -> Results:
    """Find the ends as cutoffs of each side's decision to hold, peace as an equilibrium."""
    low = indifference(lambda x: x, win_prob_strike - war_cost_a)
    high = 1 - indifference(lambda y: y, 1 - win_prob_struck - war_cost_b)
    game = first_strike_game(
        win_prob_strike, win_prob_struck, war_cost_a, war_cost_b, share=float((low + high) / 2)
    )
    held = solve(game, "pure-nash").bounds(("hold", "hold"))[1] == 1
    return {"range_low": low, "range_high": high, "peace_possible": held}


# (g) An issue that comes in pieces.


def indivisible(win_prob_a: Any, war_cost_a: Any, war_cost_b: Any, pieces: Any) -> Results:
    """How many splits into whole pieces both prefer to war."""
    low = np.ceil(pieces * (win_prob_a - war_cost_a) - TIE)
    high = np.floor(pieces * (win_prob_a + war_cost_b) + TIE)
    count = np.maximum(0, np.minimum(high, pieces) - np.maximum(low, 0) + 1).astype(int)
    return {"peaceful_divisions": count, "peace_possible": count > 0}


def indivisible_game(
    win_prob_a: float, war_cost_a: float, war_cost_b: float, pieces: int, to_a: int = 0
) -> ExtensiveFormGame:
    """One split on the table, `to_a` of the pieces for A: each side settles or fights."""
    p, cost_a, cost_b = (Fraction(str(x)) for x in (win_prob_a, war_cost_a, war_cost_b))
    war = end("war", (p - cost_a, 1 - p - cost_b))
    x = Fraction(to_a, pieces)
    reply = tell({"B": "settles"}, move("B", {"settle": end("split", (x, 1 - x)), "fight": war}))
    return ExtensiveFormGame(move("A", {"settle": reply, "fight": war}), ("A", "B"))


def indivisible_solved(
    win_prob_a: float, war_cost_a: float, war_cost_b: float, pieces: int
) -> Results:
    """Count the splits that some equilibrium settles on."""
    count = 0
    for j in range(pieces + 1):
        game = indivisible_game(win_prob_a, war_cost_a, war_cost_b, pieces, j)
        count += solve(game, "sequential", exact=True).bounds("split")[1] == 1
    return {"peaceful_divisions": count, "peace_possible": count > 0}


# Figures.


def draw_range(ax: Axes) -> None:
    """Draw the range on the line of shares, risk neutral and risk averse."""
    rows = [
        ("risk neutral (α = β = 1)", {}),
        ("risk averse (α = β = 0.6)", {"risk_exponent_a": 0.6, "risk_exponent_b": 0.6}),
    ]
    for y, (name, more) in enumerate(rows):
        found = MODEL.results("range", **more)
        ends = found["range_low"], found["range_high"]
        ax.plot([0, 1], [y, y], color="0.6", linewidth=1)
        ax.plot(ends, [y, y], color=COLOURS[1], linewidth=7, solid_capstyle="butt")
        for x, side in zip(ends, ("right", "left"), strict=True):
            shift = -0.015 if side == "right" else 0.015
            ax.text(x + shift, y - 0.14, f"{x:.2f}", ha=side, va="center")
        ax.text(0, y + 0.16, name, va="center")
    ax.axvline(0.5, color="0.3", linestyle=":", linewidth=1)
    ax.text(0.5, 1.45, "balance p", ha="center", va="bottom")
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.5, 1.6), yticks=[], xlabel="A's share x")
    caption(ax, "Shares that both prefer to war (thick). p = 0.5, c_A = 0.1, c_B = 0.2.")


def draw_ultimatum(ax: Axes) -> None:
    """War and demand against how uncertain A is of B's cost."""
    h = np.linspace(0.05, 0.9, 171)
    found = MODEL.results("ultimatum-uniform", win_prob_a=0.3, war_cost_b_max=h)
    lines = strokes(2)
    ax.plot(h, found["prob_war"], label="probability of war", **lines[0])
    ax.plot(h, found["demand"], label="A's demand x*", **lines[1])
    ax.set(xlabel="Highest cost of war of B, h", ylabel="Probability, share", ylim=(0, 1))
    ax.legend(frameon=False)
    caption(ax, "B's cost is uniform on [0, h] and private. p = 0.3, c_A = 0.1.")


def draw_preventive(ax: Axes) -> None:
    """Where a coming shift of power means war, and in how many steps it would not."""
    later, patience = np.meshgrid(np.linspace(0.36, 0.99, 631), np.linspace(0.05, 0.99, 471))
    found = MODEL.results("preventive-war", win_prob_later=later, discount=patience)
    ax.contourf(later, patience, found["war"].astype(float), levels=[0.5, 1.5], colors=["#F3CF85"])
    inside = later + 0.2 * (1 - patience) <= 1
    steps = np.full(later.shape, np.nan)
    steps[inside] = MODEL.results(
        "gradual-shift",
        win_prob_now=0.35,
        shift=later[inside] - 0.35,
        war_cost_b=0.2,
        discount=patience[inside],
    )["steps_needed"]
    lines = ax.contour(
        later, patience, steps, levels=[1.5, 3.5, 7.5, 15.5], colors="black", linewidths=0.9
    )
    ax.clabel(lines, fmt={1.5: "2 steps", 3.5: "4", 7.5: "8", 15.5: "16"}, fontsize=8)
    ax.set(xlabel="Probability that A wins later, p₂", ylabel="Discount factor δ")
    caption(
        ax,
        "Shaded: B attacks now. Lines: from there on the shift must be spread over at "
        "least so many equal steps to pass without war. p₁ = 0.35, c_B = 0.2.",
    )


def draw_pieces(ax: Axes) -> None:
    """How often whole pieces allow peace."""
    balance = np.linspace(0.0005, 0.9995, 2000)
    k = np.arange(1, 13)
    found = MODEL.results(
        "indivisible",
        win_prob_a=balance[:, None],
        pieces=k[None, :],
        war_cost_a=0.08,
        war_cost_b=0.08,
    )
    ax.plot(k, found["peace_possible"].mean(axis=0), "o-", color=COLOURS[1])
    ax.set(
        xlabel="Number of pieces k",
        ylabel="Share of balances p with a peaceful split",
        ylim=(0, 1.05),
        xticks=k,
    )
    caption(ax, "c_A = c_B = 0.08; p even on (0, 1).")


def _peaceful_later(win_prob_now: Any, shift: Any, war_cost_b: Any, discount: Any) -> Any:
    return win_prob_now + shift + war_cost_b * (1 - discount) <= 1 + 1e-12


RANGE_MEANINGS = {
    "range_low": "least share that A accepts, cut to [0, 1]",
    "range_high": "largest share that B leaves to A, cut to [0, 1]",
    "peace_possible": "whether some share suits both",
}
ULTIMATUM_MEANINGS = {
    "demand": "A's demand, share",
    "prob_war": "probability of war",
    "payoff_a": "A's expected payoff, shares",
}

MODEL = Model(
    slug="fearon-1995-bargaining-range",
    title="The bargaining range, and four reasons why war comes in spite of it",
    citation="""@article{fearon1995rationalist,
  author  = {James D. Fearon},
  title   = {Rationalist Explanations for War},
  journal = {International Organization},
  volume  = {49},
  number  = {3},
  pages   = {379--414},
  year    = {1995},
  doi     = {10.1017/S0020818300033324}
}""",
    provenance=(
        "The paper's: the range, disagreement about the odds, the ultimatum under private costs, "
        "preventive war, first strikes, indivisibility. Ours: power utilities in the range, the "
        "uniform and the exponential distribution of costs, demands cut at the whole stake, cells "
        "of information (cells), a shift in steps (gradual-shift), counting pieces (indivisible)."
    ),
    cases={
        "range": Case(
            (
                BALANCE,
                Quantity(
                    "win_prob_b",
                    "r",
                    "B's own estimate that B wins; 1 - p if left out",
                    None,
                    0,
                    1,
                    closed="neither",
                ),
                COST_A,
                COST_B,
                Quantity(
                    "risk_exponent_a",
                    "α",
                    "exponent of A's utility",
                    1,
                    0,
                    closed="neither",
                    box=(0.3, 1),
                ),
                Quantity(
                    "risk_exponent_b",
                    "β",
                    "exponent of B's utility",
                    1,
                    0,
                    closed="neither",
                    box=(0.3, 1),
                ),
            ),
            bargaining_range,
            {**RANGE_MEANINGS, "range_width": "width of the range, shares"},
            solved=bargaining_range_solved,
        ),
        "ultimatum-uniform": Case(
            (
                BALANCE,
                COST_A,
                Quantity(
                    "war_cost_b_min",
                    "l",
                    "B's lowest cost of war, shares",
                    0,
                    0,
                    closed="left",
                    box=(0, 0.1),
                ),
                Quantity(
                    "war_cost_b_max",
                    "h",
                    "B's highest cost of war, shares",
                    0.4,
                    0,
                    closed="neither",
                    box=(0.15, 0.9),
                ),
            ),
            ultimatum_uniform,
            ULTIMATUM_MEANINGS,
            conditions=(
                Condition(
                    ("war_cost_b_min", "war_cost_b_max"),
                    "war_cost_b_min < war_cost_b_max",
                    lambda war_cost_b_min, war_cost_b_max: war_cost_b_min < war_cost_b_max,
                ),
            ),
            solved=ultimatum_uniform_solved,
        ),
        "ultimatum-exponential": Case(
            (
                BALANCE,
                COST_A,
                Quantity(
                    "war_cost_b_rate",
                    "λ",
                    "rate of B's cost of war, per share",
                    4,
                    0,
                    closed="neither",
                    box=(1, 10),
                ),
            ),
            ultimatum_exponential,
            ULTIMATUM_MEANINGS,
            solved=ultimatum_exponential_solved,
        ),
        "cells": Case(
            (
                BALANCE,
                COST_A,
                Quantity(
                    "war_cost_b_max",
                    "h",
                    "B's highest cost of war, shares",
                    0.4,
                    0,
                    closed="neither",
                    box=(0.15, 0.9),
                ),
                Quantity(
                    "cells",
                    "n",
                    "cells of B's cost that A can tell apart",
                    1,
                    1,
                    whole=True,
                    closed="left",
                    box=(1, 6),
                ),
            ),
            in_cells,
            {key: ULTIMATUM_MEANINGS[key] for key in ("prob_war", "payoff_a")},
            solved=in_cells_solved,
        ),
        "preventive-war": Case(
            (
                NOW,
                Quantity(
                    "win_prob_later",
                    "p₂",
                    "probability that A wins later",
                    0.65,
                    0,
                    1,
                    closed="neither",
                    box=(0.5, 0.95),
                ),
                COST_B,
                DISCOUNT,
            ),
            preventive_war,
            {"war": "whether B attacks now", "margin": "(1 - δ) times B's gain from attacking"},
            conditions=(
                Condition(
                    ("win_prob_now", "win_prob_later"),
                    "win_prob_now < win_prob_later",
                    lambda win_prob_now, win_prob_later: win_prob_now < win_prob_later,
                ),
            ),
            game=preventive_game,
            solved=preventive_war_solved,
        ),
        "gradual-shift": Case(
            (
                NOW,
                Quantity(
                    "shift",
                    "Δ",
                    "total shift of the probability that A wins",
                    0.3,
                    0,
                    closed="neither",
                    box=(0.05, 0.4),
                ),
                COST_B,
                DISCOUNT,
            ),
            gradual_shift,
            {"steps_needed": "least number of equal steps that pass without war"},
            conditions=(
                Condition(
                    ("win_prob_now", "shift", "war_cost_b", "discount"),
                    "win_prob_now + shift + war_cost_b (1 - discount) <= 1",
                    _peaceful_later,
                ),
            ),
            solved=gradual_shift_solved,
        ),
        "first-strike": Case(
            (
                Quantity(
                    "win_prob_strike",
                    "p_f",
                    "probability that A wins if it strikes first",
                    0.6,
                    0,
                    1,
                    closed="neither",
                    box=(0.5, 0.9),
                ),
                Quantity(
                    "win_prob_struck",
                    "p_s",
                    "the same if B strikes first",
                    0.45,
                    0,
                    1,
                    closed="neither",
                    box=(0.1, 0.5),
                ),
                COST_A,
                COST_B,
            ),
            first_strike,
            RANGE_MEANINGS,
            conditions=(
                Condition(
                    ("win_prob_struck", "win_prob_strike"),
                    "win_prob_struck <= win_prob_strike",
                    lambda win_prob_struck, win_prob_strike: win_prob_struck <= win_prob_strike,
                ),
            ),
            game=first_strike_game,
            solved=first_strike_solved,
        ),
        "indivisible": Case(
            (
                BALANCE,
                COST_A,
                COST_B,
                Quantity(
                    "pieces",
                    "k",
                    "equal pieces the issue can be cut into",
                    1,
                    1,
                    whole=True,
                    closed="left",
                    box=(1, 8),
                ),
            ),
            indivisible,
            {
                "peaceful_divisions": "splits that both prefer to war",
                "peace_possible": "whether there is one",
            },
            game=indivisible_game,
            solved=indivisible_solved,
        ),
    },
    levers=(
        Lever(
            "clear signals",
            "cells",
            "cells",
            True,
            "the finer A can tell B's costs, the less it has to guess",
        ),
        Lever(
            "slow escalation",
            "preventive-war",
            "win_prob_later",
            False,
            "the less power shifts at a time, the less B has to fear",
            measure="war",
        ),
        Lever(
            "interests",
            "range",
            "risk_exponent_a",
            False,
            "an ideological claim values all over half: a larger exponent",
            measure="range_width",
            more_is_worse=False,
        ),
        Lever(
            "division",
            "indivisible",
            "pieces",
            True,
            "pieces make splits possible that both prefer to war",
            measure="peace_possible",
            more_is_worse=False,
        ),
    ),
    badness="prob_war",
    figures={
        "range": draw_range,
        "uncertainty": draw_ultimatum,
        "preventive-war": draw_preventive,
        "pieces": draw_pieces,
    },
)
