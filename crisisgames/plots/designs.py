"""Designs of an institution: the probability of war against what the settings cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, WIDTH, add_caption
from crisisgames.plots.scale import scale_for

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["plot_designs"]

STYLES = {
    "worst": ("in the worst equilibrium", "#D55E00", "^", "--"),
    "selected": ("in the selected equilibrium", "#0072B2", "o", "-"),
}
"""Words, colour (Okabe and Ito's), marker and line, to tell them in grey."""


def plot_designs(
    dataset: xr.Dataset, pareto: Mapping[str, pd.DataFrame], ax: Axes | None = None
) -> Axes:
    """Draw each design, and for each value a line through those that no other beats.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of an `OptimalDesign`.
    pareto : mapping
        By value, the designs that are not beaten, the cheapest first.
    ax : matplotlib.axes.Axes, optional
    """
    ax = axes_of(ax, WIDTH, 4.6)
    cost = dataset["cost"].values
    drawn = dataset["war"].sel(value=list(pareto)).values
    scale = scale_for(float(np.nanmax(drawn)))
    right = float(cost.max() + 0.04 * (np.ptp(cost) or 1))
    for value, best in pareto.items():
        words, colour, marker, line = STYLES[value]
        war = dataset["war"].sel(value=value).values / scale.factor
        ax.scatter(cost, war, s=16, facecolors="none", edgecolors=colour, marker=marker, alpha=0.6)
        height = best[f"P(war), {value}"].to_numpy() / scale.factor
        ax.step(
            [*best["cost"], right],
            [*height, *height[-1:]],
            where="post",
            color=colour,
            linestyle=line,
            linewidth=1.4,
        )
        ax.plot(best["cost"], height, marker, color=colour, markersize=6, linestyle="", label=words)
    ax.set_xlabel("Cost of the settings")
    ax.set_ylabel(f"Probability of war ({scale.unit})")
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, fontsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.spines["left"].set_color(DARK)
    add_caption(
        ax,
        f"{dataset.sizes['design']} designs of {dataset.attrs['mechanism']} over "
        f"{dataset.attrs['settings'].replace('_', ' ')}. Filled: no other design of these has "
        "both less war and a lower cost; the line is the least war that a budget buys.",
    )
    return ax
