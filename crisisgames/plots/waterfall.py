"""What the probability of war is due to, as steps from nothing to the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, WIDTH, add_caption, scale_axis, set_rows
from crisisgames.plots.scale import ZERO, Scale, scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["plot_waterfall"]

UP, DOWN, WHOLE = "#D55E00", "#0072B2", "#444444"
"""Okabe and Ito's vermilion and blue; falls are hatched, to tell them in grey."""

MOST_TOLD = 3
"""Steps that are told of equilibria that are not drawn."""

VALUES = {
    "low": "in the equilibrium with the least of it",
    "high": "in the equilibrium with the most of it",
    "selected": "in the selected equilibrium",
}


def plot_waterfall(dataset: xr.Dataset, value: str = "selected", ax: Axes | None = None) -> Axes:
    """Draw the share of each source as a step; return the axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of `Causes`: ``share`` over sources and values, ``rest`` and ``total`` over values.
    value : str
        Which of the values.
    ax : matplotlib.axes.Axes, optional
    """
    share = dataset["share"].sel(value=value).to_series()
    share = share.reindex(share.abs().sort_values(ascending=False).index)
    rest, total = (float(dataset[v].sel(value=value)) for v in ("rest", "total"))
    steps = [(str(n), float(s)) for n, s in share.items()]
    if abs(rest) > ZERO:
        steps.insert(0, ("everything else", rest))
    outcome = str(dataset.attrs.get("outcome", "war"))
    ax = axes_of(ax, WIDTH, 1.5 + 0.36 * (len(steps) + 1))
    ends = np.cumsum([0.0, *(s for _, s in steps)])
    scale = scale_for(float(np.abs([*ends, total]).max()))
    set_rows(ax, [*(n for n, _ in steps), f"P({outcome})"])
    reach = max(float(np.ptp([*ends, total])), ZERO)
    for row, ((_, size), start) in enumerate(zip(steps, ends[:-1], strict=True)):
        ax.barh(
            row,
            size,
            left=start,
            height=0.6,
            color=UP if size >= 0 else DOWN,
            edgecolor=DARK,
            hatch="" if size >= 0 else "////",
            linewidth=0.5,
        )
        ax.plot([start + size] * 2, [row, row + 1], color=DARK, linewidth=0.8, linestyle=":")
        text = scale.text(size, signed=True) if abs(size) > ZERO else "0"
        ax.text(max(start, start + size) + 0.01 * reach, row, text, va="center", fontsize=8)
    ax.barh(len(steps), total, height=0.6, color=WHOLE, edgecolor=DARK, linewidth=0.5)
    ax.text(total + 0.01 * reach, len(steps), scale.text(total), va="center", fontsize=8)
    ax.axvline(0, color=DARK, linewidth=0.8)
    low, high = min(0.0, ends.min()), max(0.0, ends.max(), total)
    ax.set_xlim(low - 0.02 * reach, high + 0.12 * reach)
    scale_axis(ax, scale, f"Probability of {outcome} ({scale.unit})")
    others = [_elsewhere(dataset, v, scale) for v in VALUES if not _alike(dataset, v, value)]
    add_caption(
        ax,
        f"{VALUES[value][0].upper()}{VALUES[value][1:]}. Each step is a Shapley value: the mean of "
        "what a source adds, over all orders in which sources may come. Hatched: it lowers the "
        f"probability. {' '.join(others)}".rstrip(),
    )
    return ax


def _alike(dataset: xr.Dataset, one: str, other: str) -> bool:
    """Tell whether the steps are the same in two equilibria."""
    apart = dataset["share"].sel(value=one) - dataset["share"].sel(value=other)
    return bool((abs(apart) <= ZERO).all())


def _elsewhere(dataset: xr.Dataset, value: str, scale: Scale) -> str:
    """Say what the largest steps are in another equilibrium, which one picture does not show."""
    share = dataset["share"].sel(value=value).to_series()
    largest = share.reindex(share.abs().sort_values(ascending=False).index)[:MOST_TOLD]
    told = ", ".join(f"{n} {scale.text(float(s), signed=True)}" for n, s in largest.items())
    total = scale.text(float(dataset["total"].sel(value=value)))
    return f"{VALUES[value][0].upper()}{VALUES[value][1:]}: {told}; in all {total}."
