"""What a mechanism does to the risk of war: by arithmetic, and because strategies change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crisisgames.analysis.wording import headline
from crisisgames.errors import NotApplicable
from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import (
    DARK,
    add_caption,
    add_legend,
    add_numbers,
    figure_size,
    scale_axis,
    set_rows,
    told,
)
from crisisgames.plots.scale import ZERO, Scale, scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["plot_effects"]

PARTS = (
    ("direct", "direct", "#56B4E9", ""),
    ("strategic", "strategic", "#E69F00", "////"),
)
"""Variable, label, colour (Okabe and Ito's) and hatch of each part of the effect."""

HEIGHT = 0.26
"""Height of a bar, in rows."""


def plot_effects(dataset: xr.Dataset, *, ax: Axes | None = None) -> Axes:
    """Draw by how much each mechanism changes the probability of war, in two parts.

    The direct part is what changes while all strategies stay as they were; the strategic part is
    the rest. The diamond is their sum, the change in the selected equilibrium.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset of a comparison: ``direct`` and ``strategic`` over ``mechanism`` and
        ``outcome``. The first mechanism, the baseline, is left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; as for `plot_comparison`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    NotApplicable
        If there is only the baseline.
    """
    changed = dataset.isel(mechanism=slice(1, None))
    if not changed.sizes["mechanism"]:
        raise NotApplicable(
            "the comparison has its baseline only, so there is no effect to draw; compare with at "
            "least one mechanism"
        )
    about = headline(changed)
    war = changed.sel(outcome=about)
    ax = axes_of(ax, *figure_size(changed))
    parts = {name: war[name].values.astype(float) for name, *_ in PARTS}
    total = war["selected"].values - float(dataset["selected"].sel(outcome=about)[0])
    values = np.concatenate([*parts.values(), total])
    largest = float(np.nanmax(np.abs([*values, 0.0])))
    scale = scale_for(largest)

    set_rows(ax, changed["mechanism"].values)
    _draw_parts(ax, parts)
    rows = np.arange(len(total))
    ax.plot(total, rows, "D", color=DARK, markersize=5, zorder=4, clip_on=False)
    ax.axvline(0, color=DARK, linewidth=0.8, zorder=3)

    ax.set_xlim(*_ends(values))
    percent = scale.unit == "%"
    unit, short = ("percentage points", "points") if percent else (scale.unit, scale.unit)
    scale_axis(ax, scale, f"Change in the probability of {about} ({unit})")
    texts = [_numbers(scale, *row) for row in zip(total, *parts.values(), strict=True)]
    add_numbers(ax, f"sum, {short}\n(direct, strategic)", texts)
    _add_legend(ax, str(dataset.attrs.get("crisis", "")))
    baseline = dataset.attrs.get("baseline", dataset["mechanism"].values[0])
    meaning = (
        f"Change from “{baseline}” in the selected equilibrium. Direct: what changes while all "
        "strategies stay as they were. Strategic: the rest."
    )
    add_caption(ax, f"{meaning} {told(dataset)}")
    return ax


def _draw_parts(ax: Axes, parts: dict[str, np.ndarray]) -> None:
    for k, (name, _, colour, hatch) in enumerate(PARTS):
        values = parts[name]
        rows = np.arange(len(values)) + (k - 0.5) * HEIGHT
        drawn = np.abs(np.nan_to_num(values)) > ZERO
        ax.barh(
            rows[drawn],
            values[drawn],
            height=HEIGHT,
            facecolor=colour,
            edgecolor=DARK,
            hatch=hatch,
            linewidth=0.5,
            zorder=2,
        )


def _add_legend(ax: Axes, title: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    bars: list[Artist] = [
        Patch(facecolor=colour, edgecolor=DARK, hatch=hatch, linewidth=0.5)
        for _, _, colour, hatch in PARTS
    ]
    diamond = Line2D([], [], color=DARK, marker="D", markersize=5, linestyle="")
    entries = [(bar, label) for bar, (_, label, *_) in zip(bars, PARTS, strict=True)]
    add_legend(ax, [[*entries, (diamond, "sum")]], title)


def _numbers(scale: Scale, total: float, direct: float, strategic: float) -> str:
    if np.isnan(total):
        return "not defined"
    parts = f"{scale.text(direct, signed=True)}, {scale.text(strategic, signed=True)}"
    return f"{scale.text(total, signed=True)}\n({parts})"


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Return where the axis begins and ends: room on both sides of zero."""
    low, high = min(np.nanmin([*values, 0.0]), 0.0), max(np.nanmax([*values, 0.0]), 0.0)
    if high - low < ZERO:
        return -0.01, 0.01
    margin = 0.05 * (high - low)
    return float(low - margin), float(high + margin)
