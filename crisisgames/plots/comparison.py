"""How likely war is under each mechanism: over all equilibria, in the selected one, and why.

A crisis that cannot end in war is drawn for the first of its outcomes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crisisgames.analysis.wording import causes_of, headline
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
    import pandas as pd
    import xarray as xr
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["plot_comparison"]

Style = tuple[str, str, str]

CAUSES: dict[str, Style] = {
    "deliberate": ("deliberate", "#D55E00", ""),
    "inadvertent": ("inadvertent", "#E69F00", "////"),
    "misperception": ("misperception", "#56B4E9", "...."),
}
"""Name, colour (Okabe and Ito's, safe for the colour-blind) and hatch (to read in grey)."""

OTHER: Style = ("other cause", "#BBBBBB", "")
INTERVAL, FRONTIER = "#d4d4d4", "#009E73"

WAY = (
    " Frontier: the least that any institution could reach at the primitives of the row. In "
    "brackets: how much of the way from no information to the frontier the selected one goes."
)

UNIQUE = 1e-9
"""Intervals narrower than this are one value."""

ABOVE, BELOW = 0.16, 0.17
"""How far the interval lies above the middle of a row, and the causes below it."""


def plot_comparison(
    dataset: xr.Dataset, *, ax: Axes | None = None, efficiency: pd.DataFrame | None = None
) -> Axes:
    """Draw the probability of war under each mechanism; return the axes.

    Each row is a mechanism, the first the baseline. The bar runs from the lowest to the highest
    probability of war over all equilibria, the diamond marks the selected equilibrium, and the
    coloured bar below splits the latter by the cause of war.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset of a comparison: ``low``, ``high`` and ``selected`` over ``mechanism`` and
        ``outcome``, probabilities in [0, 1], and ``complete`` over ``mechanism``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure of the size `figure_size` gives. In a figure of your
        own, ``layout="constrained"`` makes room for names, legend and caption.
    efficiency : pandas.DataFrame, optional
        As `crisisgames.efficiency` returns it: the frontier is marked in each row, and how much of
        the way to it the selected equilibrium goes stands beside.

    Returns
    -------
    matplotlib.axes.Axes
    """
    about = headline(dataset)
    war = dataset.sel(outcome=about)
    ax = axes_of(ax, *figure_size(dataset))
    low, high, selected = (war[v].values.astype(float) for v in ("low", "high", "selected"))
    complete = dataset["complete"].values.astype(bool)
    largest = float(np.nanmax([*high, *selected, 0.0]))
    scale = scale_for(largest)

    set_rows(ax, dataset["mechanism"].values)
    for row in range(len(low)):
        _draw_interval(ax, row, low[row], high[row], complete[row])
    rows = np.arange(len(low)) - ABOVE
    ax.plot(selected, rows, "D", color=DARK, markersize=5, zorder=4, clip_on=False)
    causes = _draw_causes(ax, dataset)
    if efficiency is not None:
        least = efficiency["frontier", "selected"].reindex(dataset["mechanism"].values)
        ax.plot(least, rows, ">", color=FRONTIER, markersize=6, zorder=5, clip_on=False)
    ax.axvline(selected[0], color=DARK, linestyle=":", linewidth=1, zorder=1)
    ax.set_xlim(0, _end(largest))
    scale_axis(ax, scale, f"Probability of {about} ({scale.unit})")
    texts = [_numbers(scale, *values) for values in zip(selected, low, high, complete, strict=True)]
    heading = f"selected, {scale.unit}\n(lowest–highest)"
    if efficiency is not None:
        heading += "\n[of the way]"
        shares = efficiency["efficiency", "selected"].reindex(dataset["mechanism"].values)
        texts = [f"{t}\n[{_way(s)}]" for t, s in zip(texts, shares, strict=True)]
    add_numbers(ax, heading, texts)
    baseline = str(dataset.attrs.get("baseline", dataset["mechanism"].values[0]))
    add_legend(
        ax, _legend(causes, baseline, efficiency is not None), str(dataset.attrs.get("crisis", ""))
    )
    way = "" if efficiency is None else WAY
    add_caption(ax, _caption(dataset, complete, about) + way)
    return ax


def _draw_interval(ax: Axes, row: int, low: float, high: float, complete: bool) -> None:
    """Draw the interval, hollow and dashed where the set of equilibria may lack some."""
    y = row - ABOVE
    if high - low > UNIQUE:
        ax.barh(
            y,
            high - low,
            left=low,
            height=0.2,
            facecolor=INTERVAL if complete else "white",
            edgecolor=DARK,
            linestyle="-" if complete else "--",
            linewidth=0.7,
            zorder=2,
        )
    ends = (y - 0.15, y + 0.15)
    ax.vlines([low, high], *ends, color=DARK, linewidth=1.2, zorder=3, clip_on=False)


def _draw_causes(ax: Axes, dataset: xr.Dataset) -> list[Style]:
    """Stack the causes in the selected equilibrium; return those in the legend."""
    selected, about = dataset["selected"], headline(dataset)
    known = causes_of(dataset, about)
    if not known and about != "war":
        return []
    whole = np.nan_to_num(selected.sel(outcome=about).values.astype(float))
    rows = np.arange(len(whole)) + BELOW
    start, styles = np.zeros(len(whole)), []
    for cause, style in CAUSES.items():
        if f"{about}:{cause}" in known:
            part = selected.sel(outcome=f"{about}:{cause}").values.astype(float)
            part = np.nan_to_num(part)
            _stack(ax, rows, part, start, *style[1:])
            start = start + part
            styles.append(style)
    if (whole - start > UNIQUE).any():
        _stack(ax, rows, whole - start, start, *OTHER[1:])
        styles.append(OTHER)
    return styles


def _stack(
    ax: Axes, rows: np.ndarray, part: np.ndarray, start: np.ndarray, colour: str, hatch: str
) -> None:
    drawn = part > ZERO
    ax.barh(
        rows[drawn],
        part[drawn],
        left=start[drawn],
        height=0.26,
        facecolor=colour,
        edgecolor=DARK,
        hatch=hatch,
        linewidth=0.5,
        zorder=2,
    )


def _way(share: float) -> str:
    """Return a share of the way to the frontier; a dash where there is none to go."""
    return "–" if np.isnan(share) else f"{100 * share:.0f} %".replace("-", "\N{MINUS SIGN}")


def _legend(causes: list[Style], baseline: str, frontier: bool) -> list[list[tuple[Artist, str]]]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    how_to_read: list[tuple[Artist, str]] = [
        (Patch(facecolor=INTERVAL, edgecolor=DARK, linewidth=0.7), "all equilibria"),
        (Line2D([], [], color=DARK, marker="D", markersize=5, linestyle=""), "selected"),
        (Line2D([], [], color=DARK, linestyle=":", linewidth=1), f"selected, {baseline}"),
    ]
    if frontier:
        mark = Line2D([], [], color=FRONTIER, marker=">", markersize=6, linestyle="")
        how_to_read.append((mark, "frontier"))
    why: list[tuple[Artist, str]] = [
        (Patch(facecolor=colour, edgecolor=DARK, hatch=hatch, linewidth=0.5), name)
        for name, colour, hatch in causes
    ]
    return [how_to_read, why] if why else [how_to_read]


def _numbers(scale: Scale, selected: float, low: float, high: float, complete: bool) -> str:
    numbers = scale.text(selected)
    if high - low > UNIQUE:
        numbers += f"\n({scale.text(low)}–{scale.text(high)})"
    return numbers if complete else f"{numbers}\nfound"


def _caption(dataset: xr.Dataset, complete: np.ndarray, about: str) -> str:
    causes = (
        f" Coloured bar: the selected value by cause of {about}."
        if causes_of(dataset, about)
        else ""
    )
    said = [
        f"Grey bar: from the lowest to the highest value over all equilibria.{causes}",
        told(dataset),
    ]
    if not complete.all():
        said.append(
            "Found: the equilibria found, perhaps not all, so that the interval may be wider."
        )
    return " ".join(s for s in said if s)


def _end(largest: float) -> float:
    """Return where the axis ends: a little beyond the largest value, at 1 if that is near."""
    if largest < ZERO:
        return 0.01
    return 1.0 if 0.96 < largest <= 1 else 1.04 * largest
