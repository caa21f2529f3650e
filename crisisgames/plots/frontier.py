"""The least war that kinds of institutions can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, WIDTH, add_caption, scale_axis, set_rows
from crisisgames.plots.scale import scale_for

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_frontier"]

COLOURS = ("#56B4E9", "#0072B2", "#0a4a86")


def plot_frontier(found: Any, ax: Axes | None = None) -> Axes:
    """Draw a bar for the least war under each kind of institution; return the axes.

    Parameters
    ----------
    found : Frontier
    ax : matplotlib.axes.Axes, optional
    """
    levels = list(found.levels.values())
    ax = axes_of(ax, WIDTH, 1.4 + 0.5 * len(levels))
    largest = max(level.war for level in levels)
    scale = scale_for(largest)
    set_rows(ax, [level.words for level in levels])
    for row, level in enumerate(levels):
        ax.barh(row, level.war, height=0.5, color=COLOURS[row], edgecolor=DARK, linewidth=0.5)
        ax.text(
            level.war + 0.01 * (largest or 1),
            row,
            scale.text(level.war),
            va="center",
            fontsize=8,
        )
    ax.set_xlim(0, 1.12 * largest or 0.01)
    scale_axis(ax, scale, f"Least probability of war ({scale.unit})")
    add_caption(
        ax,
        "The least that any institution of the kind can reach at these primitives: hazards, costs, "
        "rates and stakes as they are. No institution of a kind gets below the end of its bar.",
    )
    return ax
