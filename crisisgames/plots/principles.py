"""How likely war is as one principle is followed more and more."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.plots.frames import caption_below, probability_axis
from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, NAME_SIZE, NUMBER_SIZE, WIDTH
from crisisgames.plots.scale import scale_for

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["plot_study"]

BAND, CHOSEN, CUTOFF = "#0072B2", DARK, "#D55E00"
"""Okabe and Ito's blue and vermilion, and dark grey; a line, a disc and dashes tell them apart."""

HEIGHT = 4.6
TITLE = 62
"""Characters in a line of the title."""


def plot_study(
    table: pd.DataFrame,
    *,
    lever: str,
    outcome: str,
    title: str,
    cutoffs: Sequence[tuple[float, str]] = (),
    about: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the bounds and the selected value of an outcome over the values of a field.

    The principle is followed more to the right. Upright bars reach from the lowest to the highest
    probability over all equilibria, hollow where perhaps not all were found; discs are the selected
    one. Dashed lines are closed forms.

    Parameters
    ----------
    table : DataFrame
        Columns low, high, selected, complete; the index has the values of the field.
    lever : str
        What the field is called.
    outcome, title, about : str
        What is drawn, the heading, and the values of the other parameters.
    cutoffs : sequence of pairs
        Value of the field, and what changes there.
    ax : Axes, optional
        Without it a figure of its own is made, with a caption.
    """
    own = ax is None
    ax = axes_of(ax, WIDTH, HEIGHT)
    values = list(table.index)
    flags = all(isinstance(v, (bool, np.bool_)) for v in values)
    places = np.arange(len(values)) if flags else np.array(values, dtype=float)
    low, high, chosen = (table[c].to_numpy(float) for c in ("low", "high", "selected"))
    largest = float(np.nanmax([*high, 0.0])) if np.isfinite(high).any() else 1.0
    scale = scale_for(largest)
    least = 0.006 * (largest or 1.0)  # so that a single value is seen
    for x, a, b, whole in zip(places, low, high, table["complete"], strict=True):
        middle, half = (a + b) / 2, max((b - a) / 2, least)
        style: dict[str, Any] = {"linewidth": 7, "solid_capstyle": "butt"}
        ax.plot([x, x], [middle - half, middle + half], color=BAND, zorder=2, **style)
        if not whole:
            inner = {**style, "linewidth": 4}
            ax.plot([x, x], [middle - half, middle + half], color="white", zorder=3, **inner)
    ax.plot(places, chosen, "o-", color=CHOSEN, markersize=4.5, linewidth=1.2, zorder=4)
    _axis(ax, places, values, flags, lever)
    shown = [(v, m) for v, m in cutoffs if places.min() <= v <= places.max()]
    for k, (value, _) in enumerate(shown, 1):
        ax.axvline(value, color=CUTOFF, linestyle=(0, (4, 3)), linewidth=1.3, zorder=1)
        ax.text(
            value,
            1.0,
            f" {k}",
            color=CUTOFF,
            fontsize=NUMBER_SIZE,
            va="top",
            transform=ax.get_xaxis_transform(),
        )
    ax.set_ylim(-0.04 * (largest or 1.0), 1.1 * (largest or 1.0))
    probability_axis(ax.yaxis, scale)
    ax.set_ylabel(f"Probability of {outcome} ({scale.unit})", fontsize=NAME_SIZE)
    ax.tick_params(labelsize=NUMBER_SIZE)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_title(fill(title[:1].upper() + title[1:], TITLE), loc="left", fontsize=NAME_SIZE)
    figure = ax.get_figure(root=True)
    if own and figure:
        told = [f"{k}: {meaning} ({value:.3g})." for k, (value, meaning) in enumerate(shown, 1)]
        words = "Bars: lowest to highest over all equilibria, hollow where there may be others. "
        words += "Discs: the selected one. The principle is followed more to the right."
        caption_below(figure, " ".join([words, *told, about]))
    return ax


def _axis(ax: Axes, places: np.ndarray, values: Sequence[Any], flags: bool, lever: str) -> None:
    """Write the values of the field, the one at which the principle is followed most at right."""
    if flags:
        ax.set_xticks(places, ["yes" if v else "no" for v in values])
        ax.set_xlim(-0.6, len(values) - 0.4)
    else:
        if all(float(v).is_integer() for v in values):
            ax.set_xticks(sorted(places))
        if places[0] > places[-1]:
            ax.invert_xaxis()
    ax.set_xlabel(lever.replace("_", " "), fontsize=NAME_SIZE)
