"""Pictures of play that goes on: conflict in time, the vicious circle, and contagion."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from crisisgames.errors import suggest
from crisisgames.plots.effects import PARTS
from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import (
    DARK,
    NAME_SIZE,
    NUMBER_SIZE,
    WIDTH,
    add_caption,
    add_legend,
    add_numbers,
    scale_axis,
    set_rows,
)
from crisisgames.plots.scale import ZERO, scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["plot_conflict_over_time", "plot_contagion", "plot_vicious_circle"]

LINES = (
    ("#222222", "-"),
    ("#0072B2", "--"),
    ("#D55E00", "-."),
    ("#009E73", ":"),
    ("#CC79A7", (0, (6, 2))),
    ("#E69F00", (0, (3, 1, 1, 1, 1, 1))),
    ("#56B4E9", (0, (1, 1))),
)
"""Colours (Okabe and Ito's, safe for the colour-blind) and dashes (to read in grey) of lines."""

ROW, AROUND = 0.46, 1.7
"""Height in inches of a row, and of what stands around the rows."""

WIDE = 1e-6
"""Intervals narrower than this are drawn as a line only."""


def plot_conflict_over_time(
    dataset: xr.Dataset, dyad: str = "any", *, ax: Axes | None = None
) -> Axes:
    """Draw how likely conflict has become after each number of periods; return the axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of `conflict_over_time`. Lines are the selected equilibria; a shade runs from the lowest to
        the highest value over all equilibria found.
    dyad : str
        Conflict in which dyad.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Raises
    ------
    UnknownName
        For another dyad.
    """
    dyads = [str(d) for d in dataset["dyad"].values]
    if dyad not in dyads:
        raise suggest("dyad", dyad, dyads)
    ax = axes_of(ax, WIDTH, 3.6)
    data = dataset.sel(dyad=dyad)
    periods = data["period"].values
    names = map(str, data["mechanism"].values)
    for name, (colour, dashes) in zip(names, cycle(LINES), strict=False):
        row = data.sel(mechanism=name)
        low, high = row["low"].values, row["high"].values
        if np.nanmax(high - low) > WIDE:
            ax.fill_between(periods, low, high, color=colour, alpha=0.12, linewidth=0)
        ax.plot(periods, row["selected"].values, color=colour, linestyle=dashes, label=name)
    ax.set_xlim(periods[0], periods[-1])
    ax.set_ylim(0, min(1.0, 1.05 * max(float(np.nanmax(data["high"].values)), 0.01)))
    ax.set_xlabel(str(dataset["period"].attrs["long_name"]).capitalize(), fontsize=NAME_SIZE)
    where = "" if dyad == "any" else f" between {dyad.replace('-', ' and ')}"
    ax.set_ylabel(f"Probability of conflict{where} so far", fontsize=NAME_SIZE)
    ax.tick_params(labelsize=NUMBER_SIZE)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.legend(frameon=False, fontsize=NUMBER_SIZE, loc="upper left", handlelength=3.2)
    return ax


def plot_vicious_circle(dataset: xr.Dataset, *, ax: Axes | None = None) -> Axes:
    """Draw what silence adds to the probability of conflict, in two parts; return the axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of `vicious_circle`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    """
    names = [f"{t} at the start" for t in dataset["tension"].values]
    values = [dataset[v].values for v in ("talking", "direct", "strategic", "silent")]
    ax = axes_of(ax, WIDTH, AROUND + ROW * len(names))
    _draw_parts(ax, names, *values)
    wait = dataset["silence"].values
    add_numbers(ax, "wait for dialogue,\nperiods", [f"{w:.1f}" for w in wait])
    _finish(
        ax,
        ("dialogue on", "dialogue off"),
        f"The vicious circle between {str(dataset.attrs['dyad']).replace('-', ' and ')}",
        "What silence adds to conflict. Direct: the sides behave in silence as they do at the same "
        "tension while they talk. Strategic: the rest. The wait is at most the "
        f"{dataset.attrs['periods']} periods, and to their end where there is conflict.",
        int(dataset.attrs["periods"]),
    )
    return ax


def plot_contagion(dataset: xr.Dataset, *, ax: Axes | None = None) -> Axes:
    """Draw what trouble in one dyad adds to conflict in the other; return the axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        Of `contagion`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    """
    dyads = [str(d) for d in dataset["dyad"].values]
    troubles = [str(t) for t in dataset["other"].values if str(t) != "calm"]
    names, columns = [], []
    for dyad in dyads:
        own = dataset.sel(dyad=dyad)
        calm = float(own["conflict"].sel(other="calm"))
        for trouble in troubles:
            row = own.sel(other=trouble)
            names.append(f"{dyad}, the other in {trouble}")
            parts = (float(row[v]) for v in ("direct", "strategic", "conflict"))
            columns.append((calm, *parts, float(own["alone"])))
    ax = axes_of(ax, WIDTH, AROUND + ROW * len(names))
    base, direct, strategic, total, alone = (np.array(c) for c in zip(*columns, strict=True))
    _draw_parts(ax, names, base, direct, strategic, total)
    ax.plot(alone, np.arange(len(names)), "x", color=DARK, markersize=6, linestyle="", zorder=5)
    _finish(
        ax,
        ("the other calm", "the other in trouble"),
        "Contagion between dyads",
        "What trouble in the other dyad adds to conflict in this one, which starts calm. Direct: "
        "its sides behave as if the other were calm. Strategic: the rest. Alone: there is no other "
        "dyad.",
        int(dataset.attrs["periods"]),
        alone=True,
    )
    return ax


def _draw_parts(
    ax: Axes,
    names: Sequence[str],
    base: np.ndarray,
    direct: np.ndarray,
    strategic: np.ndarray,
    total: np.ndarray,
) -> None:
    """Draw for each row the way from one value to another, in two steps one below the other."""
    set_rows(ax, names)
    rows = np.arange(len(names))
    starts = (base, base + direct)
    for k, ((_, _, colour, hatch), start, part) in enumerate(
        zip(PARTS, starts, (direct, strategic), strict=True)
    ):
        drawn = np.abs(part) > ZERO
        ax.barh(
            rows[drawn] + (k - 0.5) * 0.22,
            part[drawn],
            left=start[drawn],
            height=0.2,
            facecolor=colour,
            edgecolor=DARK,
            hatch=hatch,
            linewidth=0.5,
            zorder=2,
        )
    ax.plot(base, rows, "o", color=DARK, markersize=5, linestyle="", zorder=4, clip_on=False)
    ax.plot(total, rows, "D", color=DARK, markersize=5, linestyle="", zorder=4, clip_on=False)
    largest = float(np.nanmax([*base, *total, *(base + direct)]))
    ax.set_xlim(0, 1.0 if largest > 0.9 else 1.08 * largest)


def _finish(
    ax: Axes,
    ends: tuple[str, str],
    title: str,
    caption: str,
    periods: int,
    *,
    alone: bool = False,
) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    scale = scale_for(ax.get_xlim()[1])
    scale_axis(ax, scale, f"Probability of conflict within {periods} periods ({scale.unit})")
    marks = [("o", ends[0]), ("D", ends[1]), *([("x", "alone")] if alone else [])]
    points: list[tuple[Artist, str]] = [
        (Line2D([], [], color=DARK, marker=m, markersize=5, linestyle=""), text)
        for m, text in marks
    ]
    parts: list[tuple[Artist, str]] = [
        (Patch(facecolor=colour, edgecolor=DARK, hatch=hatch, linewidth=0.5), label)
        for _, label, colour, hatch in PARTS
    ]
    add_legend(ax, [points, parts], title)
    add_caption(ax, caption)
