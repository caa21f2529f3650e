"""Maps over two parameters: which equilibria there are, and how likely an outcome is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.plots.categories import (
    OTHER,
    PALETTE,
    by_count,
    by_letter,
    categories,
    count_colours,
    explained,
    letters,
    spans,
)
from crisisgames.plots.cells import (
    BOUNDS,
    Cells,
    as_points,
    binned_cells,
    grid_cells,
    is_grid,
    shown_first,
)
from crisisgames.plots.frames import (
    caption_below,
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

__all__ = ["PANELS", "plot_map"]

PANELS = {"classes": "classes", "count": "number of classes", **BOUNDS}
"""What a map can show, and what stands above it."""

MOST, MOST_ALONE = 4, 12
"""Mechanisms that one figure has room for: with several panels each, with one."""

ACROSS = 4
"""Panels next to each other where each mechanism has one."""

HEIGHT = 2.3
"""Height in inches of a row of panels."""

LEGEND_LINE = 0.17
"""Height in inches of a line that explains a letter."""

EMPTY = "#ececec"
"""Where there is nothing to show."""

DOTS = 1500
"""Points of which the classes are drawn one by one."""

MARKERS = "osD^vP<>"
"""For points with different classes, to tell them in grey."""


def plot_map(
    dataset: xr.Dataset,
    outcome: str = "war",
    *,
    over: Sequence[str] | None = None,
    show: str | Sequence[str] | None = None,
) -> Figure:
    """Draw maps over two parameters, a row for each mechanism; return the figure.

    On a grid over these two each point is a cell. Of a sample, or a grid over more, cells are bins,
    and show the mean over their points: the other parameters vary in them.

    The lowest, the highest and the selected probability over all equilibria have one scale of
    colours; white lines part cells in which equilibria differ in it from the others. Cells in which
    perhaps not all equilibria were found are hatched, those without any are grey.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a sweep.
    outcome : str
    over : pair of str, optional
        The parameters, the horizontal one first; by default those of the grid.
    show : str or sequence of str, optional
        Panels, from left to right: ``classes``, the equilibria there are, told apart by the
        outcomes that they may lead to, with the range of the probability in each below; ``count``,
        how many classes there are, with a star where one of them excludes the outcome and another
        never does (of the first twelve); ``low``, ``high`` and ``selected``, the probability. In a
        sample the classes are those of single points. By default all but ``count``; without
        ``classes`` where cells are bins, without ``selected`` where nothing was selected.

    Raises
    ------
    NotApplicable
        For more mechanisms than a figure has room for: four, or twelve with one panel each.
    UnknownName
        For an unknown panel.
    """
    over = _pair(dataset, over)
    grid = is_grid(dataset, over)
    dataset = _in_order(dataset, over) if grid else as_points(dataset)
    names = [str(n) for n in dataset.mechanism.values]
    panels = _panels(dataset, outcome, show, grid)
    alone = len(panels) == 1
    _check_room(names, alone)
    rows = [dataset.sel(mechanism=n) for n in names]
    cells = [(grid_cells if grid else binned_cells)(row, over, outcome) for row in rows]
    lettered = _Letters(rows, outcome) if "classes" in panels else None
    counted = [by_count(row, outcome) for row in rows] if "count" in panels else []
    shades = count_colours(counted)
    columns = min(ACROSS, len(names)) if alone else len(panels)
    height = HEIGHT * -(-len(names) * len(panels) // columns)
    height += LEGEND_LINE * (len(lettered.legend) + 2) if lettered else 0
    figure, axes = new_figure(len(names) * len(panels), columns, height, dataset)
    largest = float(np.nanmax([*dataset.sel(outcome=outcome).high.values.ravel(), 0.0])) or 1.0
    places: Iterator[Axes] = iter(axes)
    for k, row in enumerate(rows):
        for panel in panels:
            ax = next(places)
            ax.set_facecolor(EMPTY)
            if panel in BOUNDS:
                _draw_values(ax, cells[k], panel, largest)
            elif panel == "count":
                _draw_labels(ax, counted[k], shades, cells[k], None if grid else row, over)
            elif lettered:
                own = by_letter(lettered.found[k], lettered.legend)
                _draw_labels(ax, own, lettered.colours, cells[k], None if grid else row, over)
            if grid or panel in BOUNDS:
                _hatch(ax, cells[k], cells[k].values[panel] / largest if panel in BOUNDS else None)
            ax.set_xlim(*cells[k].edges[0][[0, -1]])
            ax.set_ylim(*cells[k].edges[1][[0, -1]])
            ax.tick_params(labelsize=NUMBER_SIZE)
            mean = "" if grid or panel not in BOUNDS else " (mean)"
            ax.set_title(
                fill(title(names[k]), 22) if alone else f"{PANELS[panel]}{mean}",
                fontsize=NUMBER_SIZE,
                loc="left" if alone else "center",
                pad=4,
            )
        if not alone and len(names) > 1:
            row_title(axes[k * columns], names[k])
    for k, ax in enumerate(axes):
        below = k + columns >= len(axes)
        ax.tick_params(labelbottom=below, labelleft=k % columns == 0)
        if below:
            ax.set_xlabel(plain_name(over[0]), fontsize=NUMBER_SIZE)
        if k % columns == 0:
            ax.set_ylabel(plain_name(over[1]), fontsize=NUMBER_SIZE)
    if set(panels) & set(BOUNDS):
        _bar(figure, axes, panels, outcome, largest)
    head = _head(dataset, panels, outcome)
    if grid or set(panels) <= set(BOUNDS):
        figure.suptitle(head, x=0.01, ha="left", fontsize=NAME_SIZE + 1)
    else:
        legend_above(figure, _marks(lettered.colours if lettered else {}, shades, dataset), head)
    lines = lettered.explained(largest, str(dataset.attrs.get("crisis", ""))) if lettered else []
    lines.append("; ".join(_meaning(dataset[name]) for name in over) + ".")
    how = _how(dataset, cells, panels, grid, counted, outcome)
    lines.append(" ".join([*how, told(dataset)]))
    caption_below(figure, "\n".join(lines))
    return figure


class _Letters:
    """The categories of all mechanisms, with the letter and the colour of each."""

    def __init__(self, rows: Sequence[xr.Dataset], outcome: str) -> None:
        self.outcome = outcome
        self.found = [categories(row) for row in rows]
        self.legend = letters(self.found)
        self.widest = spans(rows, self.found, outcome)
        shades = [*PALETTE, OTHER]
        self.colours = {
            letter: shades[min(k, len(PALETTE))] for k, letter in enumerate(self.legend.values())
        }

    def explained(self, largest: float, crisis: str) -> list[str]:
        """Return what the letters mean."""
        return explained(self.legend, self.widest, scale_for(largest), self.outcome, crisis)


def _pair(dataset: xr.Dataset, over: Sequence[str] | None) -> tuple[str, str]:
    found = tuple(map(str, dataset.complete.dims[1:] if over is None else over))
    if len(found) != 2 or found[0] == found[1]:
        raise GameError(f"a map is over two parameters, and over is {found}; name two")
    return found


def _in_order(dataset: xr.Dataset, over: Sequence[str]) -> xr.Dataset:
    return dataset.sortby(list(over)).transpose("mechanism", *over, ...)


def _panels(
    dataset: xr.Dataset, outcome: str, show: str | Sequence[str] | None, grid: bool
) -> list[str]:
    """Return the panels asked for, or those that are shown by default."""
    part = dataset.sel(outcome=outcome)
    selected = bool((~np.isnan(part.selected) | np.isnan(part.low)).values.all())
    if show is None:
        kept = {"classes": grid, "count": False, "selected": selected}
        return [p for p in PANELS if kept.get(p, True)]
    wanted = [show] if isinstance(show, str) else list(show)
    for panel in wanted:
        if panel not in PANELS:
            raise suggest("panel of a map", panel, PANELS)
    if not wanted:
        raise GameError("show is empty; name at least one panel, or leave it out")
    return list(dict.fromkeys(wanted))


def _check_room(names: Sequence[str], alone: bool) -> None:
    most = MOST_ALONE if alone else MOST
    if len(names) > most:
        few = (
            "" if alone else f", or show one panel only, as in show='high', for up to {MOST_ALONE}"
        )
        raise NotApplicable(
            f"a map has room for {most} mechanisms, and there are {len(names)}; choose some, as in "
            f"Sweep(found.dataset.sel(mechanism={list(names[:most])!r})){few}"
        )


def _draw_labels(
    ax: Axes,
    labels: np.ndarray,
    colours: Mapping[str, str],
    cells: Cells,
    points: xr.Dataset | None,
    over: Sequence[str],
) -> None:
    """Draw what each point is called: as regions of a grid, or point by point."""
    if points is None:
        _draw_regions(ax, labels, colours, cells)
        return
    ax.set_facecolor("white")
    x, y = (points[name].values.astype(float) for name in over)
    complete = points.complete.values
    shown = shown_first(complete, DOTS)
    for k, (label, colour) in enumerate(colours.items()):
        own = shown[labels[shown] == label]
        marker: Any = MARKERS[k % len(MARKERS)]
        ax.scatter(
            x[own], y[own], s=14, c=colour, marker=marker, linewidths=0.3, edgecolors=DARK,
            label=label, rasterized=True,
        )  # fmt: skip
    doubtful = shown[~complete[shown]]
    if len(doubtful):
        ax.scatter(
            x[doubtful], y[doubtful], s=22, c=DARK, marker="x", linewidths=0.8, rasterized=True
        )


def _draw_regions(ax: Axes, labels: np.ndarray, colours: Mapping[str, str], cells: Cells) -> None:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    order = list(colours)
    numbers = np.full(labels.shape, np.nan)
    for place in np.ndindex(labels.shape):
        if labels[place] is not None:
            numbers[place] = order.index(str(labels[place]))
    shades = ListedColormap(list(colours.values()))
    norm = BoundaryNorm(np.arange(len(order) + 1) - 0.5, len(order))
    ax.pcolormesh(*cells.edges, numbers.T, cmap=shades, norm=norm, rasterized=True)
    _outline(ax, np.nan_to_num(numbers, nan=-1), cells, ((DARK, 0.6),))
    centres = tuple((e[1:] + e[:-1]) / 2 for e in cells.edges)
    for number in np.unique(numbers[~np.isnan(numbers)]):
        x, y = _middle(numbers == number)
        ax.text(
            centres[0][x],
            centres[1][y],
            order[int(number)],
            ha="center",
            va="center",
            fontsize=NUMBER_SIZE + 1,
            color=DARK,
            bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "linewidth": 0.4},
        )


def _middle(mask: np.ndarray) -> tuple[int, int]:
    """Return the place deepest inside a region."""
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    deepest = np.argwhere(depth > depth.max() - 1e-9)
    x, y = deepest[((deepest - deepest.mean(axis=0)) ** 2).sum(axis=1).argmin()]
    return int(x), int(y)


def _draw_values(ax: Axes, cells: Cells, panel: str, largest: float) -> None:
    ax.pcolormesh(
        *cells.edges,
        cells.values[panel].T,
        cmap="cividis",
        vmin=0,
        vmax=largest,
        rasterized=True,
    )
    # To be seen on light and on dark.
    _outline(ax, cells.differ, cells, ((DARK, 1.8), ("white", 0.9)))


def _outline(ax: Axes, mask: np.ndarray, cells: Cells, styles: Sequence[tuple[str, float]]) -> None:
    """Draw the borders between cells of different values, one line of each style."""
    from matplotlib.collections import LineCollection

    x, y = cells.edges
    lines = []
    for i, j in zip(*np.nonzero(mask[1:] != mask[:-1]), strict=True):
        lines.append([(x[i + 1], y[j]), (x[i + 1], y[j + 1])])
    for i, j in zip(*np.nonzero(mask[:, 1:] != mask[:, :-1]), strict=True):
        lines.append([(x[i], y[j + 1]), (x[i + 1], y[j + 1])])
    for colour, width in styles:
        ax.add_collection(LineCollection(lines, colors=colour, linewidths=width))


def _hatch(ax: Axes, cells: Cells, shade: np.ndarray | None) -> None:
    """Hatch the cells in which perhaps not all equilibria were found, in white where it is dark."""
    from matplotlib.patches import Rectangle

    x, y = cells.edges
    for i, j in zip(*np.nonzero(~cells.complete), strict=True):
        dark = shade is not None and shade[i, j] < 0.5
        ax.add_patch(
            Rectangle(
                (x[i], y[j]),
                x[i + 1] - x[i],
                y[j + 1] - y[j],
                facecolor="none",
                edgecolor="white" if dark else DARK,
                hatch="xxx",
                linewidth=0,
            )
        )


def _bar(
    figure: Figure, axes: Sequence[Axes], panels: Sequence[str], outcome: str, largest: float
) -> None:
    """Add the bar of colours."""
    k = next(k for k, panel in enumerate(panels) if panel in BOUNDS)
    bar = figure.colorbar(axes[k].collections[0], ax=list(axes), fraction=0.03, pad=0.01)
    scale = scale_for(largest)
    bar.set_label(f"Probability of {outcome} ({scale.unit})", fontsize=NUMBER_SIZE)
    bar.ax.tick_params(labelsize=NUMBER_SIZE)
    probability_axis(bar.ax.yaxis, scale)


def _head(dataset: xr.Dataset, panels: Sequence[str], outcome: str) -> str:
    """Return what all panels are about."""
    crisis = str(dataset.attrs.get("crisis", ""))
    head = crisis[:1].upper() + crisis[1:]
    if len(panels) > 1:
        return head
    what = PANELS[panels[0]]
    return f"{head}: {what}{f' probability of {outcome}' if panels[0] in BOUNDS else ''}"


def _marks(
    lettered: Mapping[str, str], counted: Mapping[str, str], dataset: xr.Dataset
) -> list[tuple[Any, str]]:
    """Return the marks of single points, for the legend."""
    from matplotlib.lines import Line2D

    def mark(k: int, colour: str) -> Line2D:
        look: Any = {"markersize": 5, "markeredgecolor": DARK, "markeredgewidth": 0.3}
        return Line2D([], [], color=colour, marker=MARKERS[k % len(MARKERS)], linewidth=0, **look)

    entries: list[tuple[Any, str]] = [
        (mark(k, colour), letter) for k, (letter, colour) in enumerate(lettered.items())
    ]
    for k, (label, colour) in enumerate(counted.items()):
        many = "" if label == "1" else "es"
        entries.append((mark(k, colour), f"{label} class{many}"))
    if not dataset.complete.values.all():
        cross = Line2D([], [], color=DARK, marker="x", markersize=5, linewidth=0)
        entries.append((cross, "perhaps not all found"))
    return entries


def _meaning(parameter: xr.DataArray) -> str:
    return f"{parameter.name}: {parameter.attrs.get('long_name', parameter.name)}"


def _how(
    dataset: xr.Dataset,
    cells: Sequence[Cells],
    panels: Sequence[str],
    grid: bool,
    counted: Sequence[np.ndarray],
    outcome: str,
) -> list[str]:
    """Say how to read the panels."""
    said = []
    if any(str(t).endswith("*") for own in counted for t in own.ravel()):
        said.append(
            f"A star: {outcome} is impossible in one of the classes, and possible in all "
            "equilibria of another."
        )
    values = bool(set(panels) & set(BOUNDS))
    if not grid and values:
        others = [n for n, c in dataset.coords.items() if c.dims == ("draw",) and n != "draw"]
        vary = "; other parameters vary" if len(others) > 2 else ""
        count = dataset.sizes["draw"]
        said.append(f"Each cell: the mean over those of the {count} points that lie in it{vary}.")
    if values and any(c.differ.any() and not c.differ.all() for c in cells):
        said.append(
            f"White lines: on one side P({outcome}) is the same in all equilibria, on the other "
            "it is not."
        )
    elif values and any(c.differ.all() for c in cells):
        said.append(
            f"Where the lowest and the highest P({outcome}) of a mechanism differ, they do so "
            f"{'at every point' if grid else 'in every cell'}."
        )
    shown = [c.values[panel] for c in cells for panel in panels if panel in BOUNDS]
    if any(np.isnan(values).any() for values in shown):
        unselected = any(np.isnan(c.values["selected"] - c.values["low"]).any() for c in cells)
        said.append(
            f"Grey: {'' if grid else 'no points, or '}no equilibrium found"
            f"{', or none selected' if 'selected' in panels and unselected else ''}."
        )
    if (grid or values) and not all(c.complete.all() for c in cells):
        said.append("Hatched: perhaps not all equilibria were found.")
    return said
