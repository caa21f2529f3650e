"""What the figures of the models share: colours and strokes that survive grey, and a caption."""

from __future__ import annotations

from itertools import cycle, islice
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "caption", "strokes"]

COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe and Ito's colours, told apart by the colour-blind, the darker ones first."""

DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2)))


def strokes(count: int) -> list[dict[str, Any]]:
    """Return colour and dashes for so many lines: either alone tells them apart.

    Examples
    --------
    >>> [s["color"] for s in strokes(2)]
    ['#000000', '#0072B2']
    """
    pairs = zip(cycle(COLOURS), cycle(DASHES), strict=False)
    return [{"color": c, "linestyle": d} for c, d in islice(pairs, count)]


def caption(ax: Axes, text: str) -> None:
    """Write what the figure shows and at which values below the axes.

    A subplot of a figure with a constrained layout makes room for it. Lines are not broken beside
    an equals sign.
    """
    bound = text.replace(" = ", "\u00a0=\u00a0")
    ax.set_xlabel(f"{ax.get_xlabel()}\n\n{fill(bound, 78)}", linespacing=1.2)
