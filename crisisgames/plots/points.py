"""How likely an outcome is at each of many points, against one parameter after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.plots.cells import BOUNDS, UNIQUE, Bins, as_points, bins_of, shown_first
from crisisgames.plots.frames import (
    axis_label,
    caption_below,
    columns_of,
    legend_above,
    new_figure,
    plain_name,
    probability_axis,
    row_title,
    title,
)
from crisisgames.plots.rows import DARK, NAME_SIZE, NUMBER_SIZE, told
from crisisgames.plots.scale import scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_points"]

MOST = 4
"""Parameters, and mechanisms, that one figure has room for."""

MOST_ALONE = 12
"""Mechanisms that one figure has room for where there is one parameter."""

ACROSS = 3
"""Panels next to each other where there is one parameter."""

DOTS = 1500
"""Points that are drawn one by one."""

STYLES: dict[str, tuple[str, str]] = {
    "low": ("v", "#0072B2"),
    "high": ("^", "#D55E00"),
    "selected": (".", DARK),
}
"""Marker (to tell them in grey) and colour (Okabe and Ito's) of each probability."""

DOUBTFUL = "#CC79A7"
"""Colour of points at which perhaps not all equilibria were found."""

BAND = "#b9c4cd"
"""Between the means of the lowest and of the highest probability."""

HEIGHT, ROW = 3.4, 2.1
"""Height in inches of one row of axes, and of each of several."""


def plot_points(
    dataset: xr.Dataset,
    outcome: str = "war",
    *,
    over: Sequence[str] | None = None,
    show: str | Sequence[str] | None = None,
) -> Figure:
    """Draw the points of a sample, or of any grid, against parameters; return the figure.

    A column for each parameter and a row for each mechanism; with one parameter, axes for each
    mechanism. Every point is drawn, or some at random where they are many: its lowest and its
    highest probability over all equilibria where they differ, and the selected one. The parameter
    is cut into bins, or its values are the bins where they are few. The band runs from the mean of
    the lowest to the mean of the highest probability in each, the line is the mean of the selected
    one, and dashed lines are the extremes. These sum up points at which the other parameters vary:
    a slope is no effect of this one alone.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a sweep.
    outcome : str
    over : sequence of str, optional
        Parameters; by default all, or the four over which the mean probability varies most.
    show : str or sequence of str, optional
        Which of ``low``, ``high`` and ``selected`` are drawn one by one; by default all.

    Raises
    ------
    NotApplicable
        For more parameters or mechanisms than a figure has room for.
    UnknownName
        For an unknown probability.
    """
    points = as_points(dataset)
    part = points.sel(outcome=outcome)
    names = [str(n) for n in part.mechanism.values]
    known = [str(n) for n, c in part.coords.items() if c.dims == ("draw",) and n != "draw"]
    shown = _shown(show)
    bins = {n: bins_of(part[n].values) for n in (known if over is None else over)}
    over = _most_telling(part, bins) if over is None else tuple(over)
    _check_room(over, names)
    columns = len(over) if len(over) > 1 else columns_of(len(names), ACROSS)
    count = len(over) * len(names)
    rows = -(-count // columns)
    figure, axes = new_figure(
        count, columns, HEIGHT if rows == 1 else ROW * rows, dataset, sharex="col"
    )
    largest = float(np.nanmax([*part.high.values.ravel(), 0.0]))
    scale = scale_for(largest)
    seen: set[str] = set()
    for k, ax in enumerate(axes):
        mechanism, name = names[k // len(over)], over[k % len(over)]
        seen |= _draw(ax, part.sel(mechanism=mechanism), name, bins[name], shown)
        if len(names) > 1 and len(over) == 1:
            ax.set_title(title(mechanism), loc="left", fontsize=NUMBER_SIZE + 0.5)
        elif len(names) > 1 and name == over[0]:
            row_title(ax, mechanism, space=4)
        ax.set_ylim(-0.03 * (largest or 1.0), 1.06 * (largest or 1.0))
        probability_axis(ax.yaxis, scale)
        ax.tick_params(labelsize=NUMBER_SIZE)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        ax.tick_params(labelleft=k % columns == 0, labelbottom=k + columns >= len(axes))
        if k % columns == 0:
            ax.set_ylabel(f"P({outcome}) ({scale.unit})", fontsize=NUMBER_SIZE)
        if k + columns >= len(axes):
            label = axis_label(part[name]) if columns == 1 else plain_name(name)
            ax.set_xlabel(label, fontsize=NAME_SIZE if columns == 1 else NUMBER_SIZE)
    _legend(figure, seen, str(dataset.attrs.get("crisis", "")))
    caption_below(figure, _caption(points, outcome, over, known, bins, seen, columns))
    return figure


def _shown(show: str | Sequence[str] | None) -> list[str]:
    wanted = list(BOUNDS) if show is None else [show] if isinstance(show, str) else list(show)
    for name in wanted:
        if name not in BOUNDS:
            raise suggest("probability to draw", name, BOUNDS)
    if not wanted:
        raise GameError("show is empty; name at least one of low, high, selected, or leave it out")
    return list(dict.fromkeys(wanted))


def _most_telling(part: xr.Dataset, bins: dict[str, Bins]) -> tuple[str, ...]:
    """Return all parameters, or those over which the mean probability varies most."""
    if len(bins) <= MOST:
        return tuple(bins)

    def spread(name: str) -> float:
        means = [bins[name].of(v, "mean") for b in ("low", "high") for v in part[b].values]
        return float(max(np.nan_to_num(np.nanmax(m) - np.nanmin(m)) for m in means))

    chosen = sorted(bins, key=lambda n: -spread(n))[:MOST]
    return tuple(n for n in bins if n in chosen)


def _check_room(over: Sequence[str], names: Sequence[str]) -> None:
    if not over:
        raise GameError("over is empty; name at least one parameter, or leave it out")
    if len(over) > MOST:
        raise NotApplicable(
            f"a picture of points has room for {MOST} parameters, and there are {len(over)}; "
            f"choose some, as in over={list(over[:MOST])!r}"
        )
    most = MOST_ALONE if len(over) == 1 else MOST
    if len(names) > most:
        raise NotApplicable(
            f"a picture of points has room for {most} mechanisms, and there are {len(names)}; "
            f"choose some, as in Sweep(found.dataset.sel(mechanism={list(names[:most])!r}))"
        )


def _draw(ax: Axes, row: xr.Dataset, name: str, bins: Bins, shown: Sequence[str]) -> set[str]:
    """Draw one mechanism against one parameter; return for the legend what there is."""
    x = row[name].values.astype(float)
    values = {b: row[b].values for b in BOUNDS}
    seen = _draw_points(ax, x, values, row.complete.values.astype(bool), shown)
    mean = bins.means(values)
    if bins.count > 1 or len(np.unique(x)) == 1:
        steps: Any = {"step": "post", "linewidth": 0}
        low, high = (np.append(mean[b], mean[b][-1]) for b in ("low", "high"))
        if np.nanmax(high - low, initial=0.0) > UNIQUE:
            seen.add("band")
            ax.fill_between(bins.edges, low, high, facecolor=BAND, alpha=0.75, zorder=1, **steps)
        for extreme, summary in (("low", "min"), ("high", "max")):
            ax.stairs(
                bins.of(values[extreme], summary),
                bins.edges,
                baseline=None,
                color="#666666",
                linewidth=0.8,
                linestyle=(0, (3, 2)),
                zorder=3,
            )
        seen.add("extremes")
        if not np.isnan(mean["selected"]).all():
            seen.add("mean")
            ax.stairs(
                mean["selected"], bins.edges, baseline=None, color=DARK, linewidth=2, zorder=4
            )
    ax.set_xlim(bins.edges[0], bins.edges[-1])
    return seen


def _draw_points(
    ax: Axes,
    x: np.ndarray,
    values: dict[str, np.ndarray],
    complete: np.ndarray,
    shown: Sequence[str],
) -> set[str]:
    """Draw points one by one; return what there is."""
    seen = set()
    chosen = shown_first(complete, DOTS)
    differ = np.nan_to_num(values["high"] - values["low"]) > UNIQUE
    opacity = float(np.clip(120 / max(len(chosen), 1), 0.3, 0.8))
    size = float(np.clip(3000 / max(len(chosen), 1), 8, 20))
    for name in shown:
        y, (marker, colour) = values[name], STYLES[name]
        # Where the two ends are one, the dot of the selected value says it all.
        own = chosen[~np.isnan(y[chosen]) & (differ[chosen] | (name == "selected"))]
        if name != "selected" and "selected" not in shown:
            own = chosen[~np.isnan(y[chosen])]
        if len(own):
            seen.add(name)
            ax.scatter(
                x[own], y[own], s=size, c=colour, marker=marker, alpha=opacity, linewidths=0,
                zorder=2, label=name, rasterized=True,
            )  # fmt: skip
    doubtful = chosen[~complete[chosen]]
    for name in ("low", "high"):
        own = doubtful[~np.isnan(values[name][doubtful])]
        if len(own):
            seen.add("incomplete")
            ax.scatter(
                x[own], values[name][own], s=18, c=DOUBTFUL, marker="x", linewidths=1.1,
                zorder=5, label="incomplete", rasterized=True,
            )  # fmt: skip
    empty = chosen[np.isnan(values["low"][chosen])]
    if len(empty):
        seen.add("none")
        ax.scatter(
            x[empty], np.zeros(len(empty)), s=36, c=DOUBTFUL, marker="|", linewidths=1,
            zorder=5, label="none", rasterized=True,
        )  # fmt: skip
    return seen


def _legend(figure: Figure, seen: set[str], crisis: str) -> None:
    """Explain what appears, and nothing else."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    entries: list[tuple[Any, str]] = []
    words = {
        "low": "lowest",
        "high": "highest",
        "selected": "selected" if seen & {"low", "high"} else "selected, or the only value",
    }
    for name, (marker, colour) in STYLES.items():
        if name in seen:
            size = 7 if marker == "." else 4.5
            dot = Line2D([], [], color=colour, marker=marker, markersize=size, linewidth=0)
            entries.append((dot, words[name]))
    if "mean" in seen:
        entries.append((Line2D([], [], color=DARK, linewidth=2), "mean of the selected"))
    if "band" in seen:
        band = Patch(facecolor=BAND, alpha=0.75)
        entries.append((band, "mean of the lowest to mean of the highest"))
    if "extremes" in seen:
        dashes = Line2D([], [], color="#666666", linewidth=0.8, linestyle=(0, (3, 2)))
        entries.append((dashes, "least and most in a bin"))
    for name, marker, text in (
        ("incomplete", "x", "perhaps not all found"),
        ("none", "|", "no equilibrium found"),
    ):
        if name in seen:
            mark = Line2D([], [], color=DOUBTFUL, marker=marker, markersize=6, linewidth=0)
            entries.append((mark, text))
    legend_above(figure, entries, crisis)


def _caption(
    points: xr.Dataset,
    outcome: str,
    over: Sequence[str],
    known: Sequence[str],
    bins: dict[str, Bins],
    seen: set[str],
    columns: int,
) -> str:
    count = points.sizes["draw"]
    said = []
    if columns > 1:
        said.append("; ".join(f"{n}: {points[n].attrs.get('long_name', n)}" for n in over) + ".\n")
    dots = f"{DOTS} of {count} points, drawn at random" if count > DOTS else f"All {count} points"
    if points.attrs.get("sample", "none") != "none":
        said.append(f"Sample: {points.attrs['sample']}.")
    first = ", those with a doubt first" if count > DOTS and "incomplete" in seen else ""
    said.append(f"Dots: {dots}{first}.")
    if "extremes" in seen:
        number = sorted({bins[n].count for n in over})
        text = f"{number[0]}" if len(number) == 1 else f"{number[0]} to {number[-1]}"
        said.append(f"Lines and bands: all points, in {text} bin{'s' * (number[-1] > 1)}.")
    if "incomplete" in seen:
        said.append("Where perhaps not all equilibria were found, the range may be wider.")
    if len(known) > 1:
        vary = [n for n in known if n not in over] if len(over) == 1 else ["the others"]
        said.append(
            f"At the points of a bin {', '.join(vary)} var{'y' * (len(vary) > 1 or len(over) > 1)}"
            f"{'ies' * (len(vary) == 1 and len(over) == 1)} too: a slope is no effect of one "
            "parameter alone."
        )
    left = [n for n in known if n not in over]
    if len(over) == MOST and left:
        said.append(f"Not shown: {', '.join(left)}.")
    return f"{' '.join(said)} {told(points)}".replace("\n ", "\n").strip()
