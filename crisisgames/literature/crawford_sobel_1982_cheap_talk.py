"""Vincent Crawford and Joel Sobel (1982): how much can be said where words cost nothing.

A sender knows θ, uniform on [0, 1]: how strong a response a situation calls for. It says something,
and a receiver does y. The receiver loses (y - θ)², the sender (y - θ - b)²: it always wants more,
by the bias b > 0. All that can be said in equilibrium is in which of N cells θ lies. The cells grow
with θ, and the larger the bias the fewer there can be.

What else could carry the news? *Babbling* tells nothing. A *mediator* hears the sender and makes a
recommendation that binds nobody, and may do better by being noisy. In *delegation* the receiver
lets the sender choose, up to a cap, and is bound by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.errors import GameError
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import best_choice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

MANY = 100_000
"""More cells than this are not listed."""

EMPTY = 1e-9
"""Cells shorter than this are none."""

TIE = 1e-13
"""Losses closer than this are equal: of equally good mediators the one with fewer cells counts."""


# Closed forms.


def cells_max(bias: Any) -> Any:
    """Return the largest N with 2 b N (N - 1) < 1."""
    most = np.ceil(np.sqrt(1 + 2 / bias) / 2 - 0.5 - 1e-12)
    return np.maximum(1, most).astype(int)


def cheap_talk(bias: float, cells: int | None) -> Results:
    """Return the equilibrium with N cells, a_i = i/N + 2 b i (i - N); by default the largest N."""
    most = int(cells_max(bias))
    n = most if cells is None else cells
    if n > MANY:
        raise GameError(f"bias is {bias:g}: {n} cells are too many to list; give cells <= {MANY}")
    i = np.arange(n + 1)
    ends = i / n + 2 * bias * i * (i - n)
    return {
        "cells_max": most,
        "cells": n,
        "boundaries": ends[1:-1],
        "actions": (ends[:-1] + ends[1:]) / 2,
        "loss_receiver": _talk_loss(bias, n),
        "loss_sender": _talk_loss(bias, n) + bias**2,
    }


def _talk_loss(b: Any, n: Any) -> Any:
    return 1 / (12 * n**2) + b**2 * (n**2 - 1) / 3


def institutions(bias: Any) -> Results:
    """Return the receiver's loss in each institution, and the best mediator's rule.

    Where the receiver follows advice only if it likes it, three times its loss is b (1 - b) plus
    the loss of the sender at θ = 0. The best mediator makes the latter 0: with n cells it reports
    the lowest faithfully, and turns each other into the lowest with probability ε.
    """
    bias = np.asarray(bias, dtype=float)
    most = np.minimum(bias, 0.5)  # from there on a mediator is of no use, and a cap always binds
    n = np.where(bias < 0.5, np.ceil(np.sqrt(1 / (2 * most)) - 1e-12), 1)
    first = (1 - 2 * most * (n - 1) ** 2) / (2 * n - 1)
    apart = np.where(bias < 0.5, (1 - first) * (1 + first - 2 * most), 1)
    return {
        "loss_babbling": np.full(np.shape(bias), 1 / 12),
        "loss_cheap_talk": _talk_loss(bias, cells_max(bias)),
        "loss_mediation": most * (1 - most) / 3,
        "loss_delegation": most**2 - 4 * most**3 / 3,  # the cap is 1 - b
        "loss_full_delegation": bias**2,
        "mediator_cells": n.astype(int),
        "mediator_cutoff": first,
        "mediator_noise": np.maximum(0, first * (2 * most - first) / apart),
    }


# The second route. For cheap talk: given the first cell, indifference at each boundary fixes the
# next cell, and the last must end at 1. For the institutions: the best rule of each family.

X, B = sp.symbols("x b")


def cheap_talk_solved(bias: float, cells: int | None) -> Results:
    """Shoot for the first boundary; more and more cells until there is no room for them."""
    b = sp.Rational(str(bias))
    found: dict[int, tuple[float, ...]] = {1: (0.0, 1.0)}
    for n in count(2):
        ends = _partition(b, n)
        if ends is None:
            break
        found[n] = ends
    used = max(found) if cells is None else cells
    ends = found[used]
    actions = [_reply(low, high) for low, high in pairwise(ends)]
    losses = [
        float(sum(_loss(y - s, low, high) for y, (low, high) in zip(actions, pairwise(ends),
                                                                    strict=True)))
        for s in (0.0, bias)
    ]  # fmt: skip
    return {
        "cells_max": max(found),
        "cells": used,
        "boundaries": ends[1:-1],
        "actions": actions,
        "loss_receiver": losses[0],
        "loss_sender": losses[1],
    }


def _partition(b: sp.Rational, n: int) -> tuple[float, ...] | None:
    """Return the ends of n cells, or None where there are not so many."""
    ends: list[Any] = [sp.Integer(0), X]
    while len(ends) < n:
        y = _reply(ends[-2], ends[-1])
        # The type at the boundary is as far below the next reply as it is above this one.
        above = 2 * (ends[-1] + b) - y
        ends.append(sp.expand(2 * above - ends[-1]))
    last = ends[-1]
    # What the type at the last boundary gains by the upper message, per unit between the replies.
    gain = 2 * (last + b) - _reply(ends[-2], last) - _reply(last, sp.Integer(1))
    roots = cutoff_equilibria(CutoffRule(X, (0, 1), sp.expand(gain)))
    inside = [e.cutoffs["x"] for e in roots if e.cutoffs["x"] > EMPTY]
    if not inside:
        return None
    if len(inside) > 1 or not roots.complete:
        raise GameError(f"no single equilibrium with {n} cells could be isolated at bias {b}")
    return (*(float(end.subs(X, inside[0])) for end in ends), 1.0)


def _reply(low: Any, high: Any) -> Any:
    """Return what the receiver does if θ lies between these."""
    return (low + high) / 2


def _loss(y: Any, low: Any, high: Any) -> Any:
    """Return the integral of (y - θ)² over a cell."""
    return ((high - y) ** 3 - (low - y) ** 3) / 3


def institutions_solved(bias: float) -> Results:
    """Return the best of each family, its optimum isolated with a proof.

    For the mediator, the family is that of `institutions`, for each number of cells and every
    first cell; that no other rule does better is the identity there, and is not recomputed.
    """
    b = Fraction(str(bias))
    _, babbling = best_choice(-_loss(X, 0, 1), X, (0, 1))
    # A cap below b always binds; with a higher one the sender takes θ + b until it binds.
    _, always = best_choice(-_loss(X, 0, 1), X, (0, min(b, Fraction(1))))
    shifted = sp.Rational(b)
    partly = shifted**2 * (X - shifted) + _loss(X, X - shifted, 1)
    _, sometimes = best_choice(-partly, X, (b, 1 + b))
    cells, cutoff, noise, mediated = 1, 1.0, 0.0, -babbling
    for n in count(2):
        rule = _mediator(b, n)
        if rule is None:
            break
        low, high, loss, garbled = rule
        first, value = best_choice(-loss, X, (low, high))
        if first > EMPTY and -value < mediated - TIE:
            cells, cutoff, mediated = n, first, -value
            noise = float(garbled.subs(X, first))
    return {
        "loss_babbling": -babbling,
        "loss_cheap_talk": cheap_talk_solved(bias, None)["loss_receiver"],
        "loss_mediation": mediated,
        "loss_delegation": -max(always, sometimes),
        "loss_full_delegation": float(partly.subs(X, 1 + shifted)),
        "mediator_cells": cells,
        "mediator_cutoff": cutoff,
        "mediator_noise": noise,
    }


def _mediator(b: Fraction, n: int) -> tuple[Fraction, Fraction, sp.Expr, sp.Expr] | None:
    """Return, for a first cell of x: the range of x, the receiver's loss and the noise."""
    lowest, width, noise, loss = (e.subs(B, sp.Rational(b)) for e in _family(n))
    # Between no noise and all noise: what is recommended lies between x/2 and 1/2.
    low, high = Fraction(0), Fraction(1)
    for nonnegative in (lowest - X / 2, sp.Rational(1, 2) - lowest, width):
        slope, level = sp.Poly(nonnegative, X).all_coeffs()
        root = Fraction(*map(int, (-level / slope).as_numer_denom()))
        low, high = (max(low, root), high) if slope > 0 else (low, min(high, root))
    return (low, high, loss, noise) if low < high else None


@cache
def _family(n: int) -> tuple[sp.Expr, ...]:
    """Return what the lowest message recommends, the second cell's width, the noise and the loss.

    Indifference between the cells above x fixes their widths. Indifference at x then fixes what
    must be recommended after the lowest message, and that this is believed fixes the noise.
    """
    width = (1 - X) / (n - 1) - 2 * B * (n - 2)  # then 4 b more for each
    second = X + width / 2
    lowest = sp.expand(2 * (X + B) - second)
    noise = sp.cancel(X * (2 * lowest - X) / ((1 - X) * (1 + X - 2 * lowest)))
    ends = [X]
    for i in range(n - 1):
        ends.append(ends[-1] + width + 4 * B * i)
    as_told = sp.expand(sum(_loss(_reply(a, z), a, z) for a, z in pairwise(ends)))
    turned = sp.expand(_loss(lowest, X, 1))
    loss = sp.cancel(sp.expand(_loss(lowest, 0, X)) + noise * turned + (1 - noise) * as_told)
    return lowest, width, noise, loss


# Figures.


def draw_cells(ax: Axes) -> None:
    """Draw how many cells there can be."""
    jumps = [1 / (2 * n * (n - 1)) for n in range(6, 1, -1)]
    edges = [0.012, *jumps, 0.35]
    for low, high in pairwise(edges):
        n = MODEL.results("cheap-talk", bias=(low + high) / 2)["cells_max"]
        ax.plot([low, high], [n, n], color=COLOURS[1], linewidth=2.5, solid_capstyle="butt")
        if low > edges[0]:
            fewer = MODEL.results("cheap-talk", bias=low)["cells_max"]  # at the jump itself
            ax.plot(low, fewer, "o", color=COLOURS[1], markersize=5)
    ax.set_xscale("log")
    ax.set_xticks(jumps, [f"1/{round(1 / x)}" for x in jumps])
    ax.minorticks_off()
    ax.set(xlabel="Bias of the sender, b (logarithmic)", ylabel="Most cells N that can be told",
           ylim=(0.5, 6.5), xlim=(edges[0], edges[-1]))  # fmt: skip
    ax.grid(axis="x", color="0.85", linewidth=0.8)
    caption(ax, "At a jump itself, such as b = 1/4, the lower number holds (dots).")


def draw_partitions(ax: Axes) -> None:
    """Draw the cells of the most informative equilibrium at five biases."""
    biases = (0.01, 0.02, 0.05, 0.125, 0.3)
    shades = ("#56B4E9", "#D6E6F2")
    for row, bias in enumerate(reversed(biases)):
        found = MODEL.results("cheap-talk", bias=bias)
        ends = (0, *found["boundaries"], 1)
        for i, (low, high) in enumerate(pairwise(ends)):
            ax.barh(row, high - low, left=low, height=0.6, color=shades[i % 2],
                    edgecolor="black", linewidth=0.8)  # fmt: skip
        ax.plot(found["actions"], [row] * len(found["actions"]), "k|", markersize=9)
    labels = [f"b = {b:g}" for b in reversed(biases)]
    ax.set_yticks(range(len(biases)), labels)
    ax.set(xlabel="Response called for, θ", xlim=(0, 1), ylabel="Bias of the sender, b")
    caption(ax, "Cells that can be told apart in the most informative equilibrium, for b from "
                "0.01 to 0.3. Strokes: what the receiver does.")  # fmt: skip


def draw_losses(ax: Axes) -> None:
    """Draw the receiver's loss against the bias in five institutions."""
    bias = np.linspace(0.002, 0.5, 997)
    found = MODEL.results("institutions", bias=bias)
    names = {
        "loss_babbling": "babbling",
        "loss_full_delegation": "full delegation",
        "loss_cheap_talk": "cheap talk",
        "loss_mediation": "mediation",
        "loss_delegation": "delegation with a cap",
    }
    for (key, name), line in zip(names.items(), strokes(len(names)), strict=True):
        ax.plot(bias, found[key], label=name, **line)
    touch = np.array([1 / (2 * n**2) for n in range(1, 5)])
    at = MODEL.results("institutions", bias=touch)["loss_mediation"]
    ax.plot(touch, at, "o", color="black", markersize=5, markerfacecolor="white", zorder=5,
            clip_on=False)  # fmt: skip
    ax.set(xlabel="Bias of the sender, b", ylabel="Receiver's expected loss", xlim=(0, 0.5),
           ylim=(0, 0.125))  # fmt: skip
    ax.legend(frameon=False, ncols=2, loc="upper left")
    caption(ax, "Circles: b = 1/2, 1/8, 1/18, 1/32, where a mediator is no better than cheap talk.")


def _allowed(bias: Any, cells: Any) -> Any:
    return np.asarray(cells) <= cells_max(bias)


COUNTABLE = Condition(
    ("bias",), "bias >= 1e-12, so that cells can be counted", lambda bias: np.asarray(bias) >= 1e-12
)
BIAS = Quantity(
    "bias", "b", "how much more the sender wants than the receiver", 0.05, 0, closed="neither",
    box=(0.06, 0.7),
)  # fmt: skip

MODEL = Model(
    slug="crawford-sobel-1982-cheap-talk",
    title="How specific a signal can be that costs nothing",
    citation="""@article{crawfordsobel1982strategic,
  author  = {Vincent P. Crawford and Joel Sobel},
  title   = {Strategic Information Transmission},
  journal = {Econometrica},
  volume  = {50},
  number  = {6},
  pages   = {1431--1451},
  year    = {1982},
  doi     = {10.2307/1913390}
}""",
    provenance=(
        "The paper's: the game, equilibria as partitions, and the case of uniform types and "
        "quadratic losses. From Goltsman, Hörner, Pavlov and Squintani, 'Mediation, arbitration "
        "and negotiation', Journal of Economic Theory 144 (2009), 1397-1420: the loss b(1 - b)/3 "
        "of the best mediator, in our recollection. Ours: the mediator's rule with this noise (in "
        "the spirit of Blume, Board and Kawamura 2007), that a mediator is of no use from b = 1/2 "
        "on, and the losses under delegation; that no rule of delegation beats a cap is recalled "
        "from the literature on delegation, not proved here."
    ),
    cases={
        "cheap-talk": Case(
            (
                BIAS,
                Quantity(
                    "cells", "N", "cells told apart; the most there can be if left out", None, 1,
                    closed="left", whole=True, box=(1, 3),
                ),
            ),
            cheap_talk,
            {
                "cells_max": "the most cells that can be told apart",
                "cells": "cells told apart",
                "boundaries": "what separates the cells, rising",
                "actions": "what the receiver does after each message",
                "loss_receiver": "receiver's expected loss",
                "loss_sender": "sender's expected loss",
            },
            conditions=(
                COUNTABLE,
                Condition(("bias", "cells"), "2 bias cells (cells - 1) < 1", _allowed),
            ),
            vectorized=False,
            solved=cheap_talk_solved,
        ),
        "institutions": Case(
            (BIAS,),
            institutions,
            {
                "loss_babbling": "receiver's expected loss if nothing can be said",
                "loss_cheap_talk": "the same with cheap talk, with as many cells as possible",
                "loss_mediation": "the same with the best mediator",
                "loss_delegation": "the same if the sender decides, up to the best cap",
                "loss_full_delegation": "the same if the sender decides",
                "mediator_cells": "cells that the best mediator asks for; 1 if it is of no use",
                "mediator_cutoff": "end of the lowest of these",
                "mediator_noise": "probability that it turns another message into the lowest",
            },
            conditions=(COUNTABLE,),
            solved=institutions_solved,
        ),
    },
    levers=(
        Lever("clear signals", "cheap-talk", "cells", True,
              "more messages that differ say more exactly what is called for"),
        Lever("interests", "cheap-talk", "bias", False,
              "the closer interests lie, with ideology left aside, the more can be believed"),
    ),
    badness="loss_receiver",
    figures={"cells": draw_cells, "partitions": draw_partitions, "losses": draw_losses},
)  # fmt: skip
