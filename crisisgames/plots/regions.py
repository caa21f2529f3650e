"""Maps over two parameters: which equilibria there are, and how likely an outcome is in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, cast

import numpy as np

from crisisgames.errors import NotApplicable
from crisisgames.plots.frames import caption_below, new_figure, probability_axis, title
from crisisgames.plots.kinds import Kind, in_words, kinds
from crisisgames.plots.rows import DARK, NAME_SIZE, NUMBER_SIZE, told
from crisisgames.plots.scale import Scale, scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_map"]

PALETTE = ("#F0E442", "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#0072B2")
"""Okabe and Ito's colours, from light to dark (to read in grey)."""

OTHER = "#888888"
LETTERS = "ABCDEFGHIJ"

PANELS = {"low": "lowest", "high": "highest", "selected": "selected"}

UNIQUE = 1e-9
"""Intervals narrower than this are one value."""

MOST = 4
"""Mechanisms that one figure has room for."""

HEIGHT = 2.3
"""Height in inches of a row of panels."""

Category = tuple[Kind, ...]
"""The kinds of the classes at a point, sorted."""

Spans = dict[Category, list[tuple[float, float]]]
"""For each class of a category, between what the probability of the outcome lies in it."""

UNTOLD = "several outcomes, whose classes were not told apart"

UNKNOWN: Category = (frozenset({UNTOLD}),)
"""What stands for points whose classes were not told apart."""


def plot_map(dataset: xr.Dataset, outcome: str = "war") -> Figure:
    """Draw maps over two parameters, a row for each mechanism; return the figure.

    The first panel shows which classes of equilibria there are, told apart by the outcomes that
    they may lead to; the caption gives for each the range of the probability where it is one of
    those. The others show the lowest, the highest and the selected probability of an
    outcome over all equilibria, with one scale of colours; white lines part points at which
    equilibria differ in it from the others. Points at which perhaps not all equilibria were found
    are hatched.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a sweep over two parameters.
    outcome : str

    Raises
    ------
    NotApplicable
        For more than four mechanisms.
    """
    first, second = (str(d) for d in dataset.complete.dims[1:])
    dataset = dataset.sortby([first, second])
    names = [str(n) for n in dataset.mechanism.values]
    if len(names) > MOST:
        raise NotApplicable(
            f"a map has room for {MOST} mechanisms, and there are {len(names)}; choose some, as in "
            f"Sweep(found.dataset.sel(mechanism={names[:MOST]!r}))"
        )
    part = dataset.sel(outcome=outcome)
    known = (~np.isnan(part.selected) | np.isnan(part.low)).values.all()
    panels = list(PANELS) if known else ["low", "high"]
    rows = [dataset.sel(mechanism=n) for n in names]
    found = [_categories(row) for row in rows]
    legend = _letters(found)
    height = HEIGHT * len(names) + 0.17 * len(legend)
    columns = 1 + len(panels)
    figure, axes = new_figure(len(names) * columns, columns, height, dataset)
    largest = float(np.nanmax([*part.high.values.ravel(), 0.0]))
    edges = (_edges(dataset[first].values), _edges(dataset[second].values))
    for k, (name, row) in enumerate(zip(names, rows, strict=True)):
        own = axes[k * columns : (k + 1) * columns]
        _draw_categories(own[0], found[k], legend, edges)
        if len(names) > 1:
            own[0].annotate(
                fill(title(name), 22),
                xy=(0, 1),
                xytext=(0, 16),
                xycoords="axes fraction",
                textcoords="offset points",
                fontsize=NUMBER_SIZE,
                fontweight="bold",
            )
        own[0].set_ylabel(_short(second), fontsize=NUMBER_SIZE)
        for ax, variable in zip(own[1:], panels, strict=True):
            values = row.sel(outcome=outcome)
            _draw_values(ax, values, variable, edges, largest)
        for ax in own:
            _hatch(ax, row.complete.values, edges)
            ax.tick_params(labelsize=NUMBER_SIZE)
        for ax, heading in zip(own, ["classes", *(PANELS[p] for p in panels)], strict=True):
            ax.set_title(heading, fontsize=NUMBER_SIZE, loc="center", pad=4)
    _finish(figure, axes, outcome, scale_for(largest), dataset, first)
    scale = scale_for(largest)
    _explain_letters(figure, legend, _spans(rows, found, outcome), scale, outcome, dataset)
    return figure


def _categories(row: xr.Dataset) -> np.ndarray:
    """Return the category of each point, None where there is no equilibrium."""
    own = kinds(row)
    low = row.low.isel(outcome=0).values
    found = np.empty(own.shape, dtype=object)
    for place in np.ndindex(own.shape):
        if own[place]:
            found[place] = tuple(sorted(own[place], key=sorted))
        elif not np.isnan(low[place]):
            found[place] = UNKNOWN
    return found


def _spans(rows: Sequence[xr.Dataset], found: Sequence[np.ndarray], outcome: str) -> Spans:
    """Return the range of the probability in each class of each category, over all its points."""
    spans: Spans = {}
    for row, grid in zip(rows, found, strict=True):
        part, own = row.sel(outcome=outcome), kinds(row)
        low, high = part.class_low.values, part.class_high.values
        for place in np.ndindex(grid.shape):
            if not own[place]:
                continue
            # Classes of one kind from the lowest on, so that they are told apart by their range.
            here = sorted(
                (sorted(kind), a, b)
                for kind, a, b in zip(own[place], low[place], high[place], strict=False)
            )
            category = cast(Category, grid[place])
            before = spans.setdefault(category, [(a, b) for _, a, b in here])
            spans[category] = [
                (min(a, c), max(b, d)) for (a, b), (_, c, d) in zip(before, here, strict=True)
            ]
    return spans


def _letters(found: Sequence[np.ndarray]) -> dict[Category, str]:
    """Return a letter for each category, the most frequent first; those without share the last."""
    counts = Counter(c for grid in found for c in grid.ravel() if c is not None)
    ordered = [c for c, _ in counts.most_common()]
    room = len(PALETTE)
    return {c: LETTERS[min(k, room)] for k, c in enumerate(ordered)}


def _draw_categories(
    ax: Axes,
    found: np.ndarray,
    legend: Mapping[Category, str],
    edges: tuple[np.ndarray, np.ndarray],
) -> None:
    from matplotlib.colors import BoundaryNorm, ListedColormap

    numbers = np.full(found.shape, np.nan)
    for place in np.ndindex(found.shape):
        category = cast(Category | None, found[place])
        if category is not None:
            numbers[place] = LETTERS.index(legend[category])
    colours = ListedColormap([*PALETTE, OTHER])
    norm = BoundaryNorm(np.arange(len(PALETTE) + 2) - 0.5, len(PALETTE) + 1)
    ax.pcolormesh(*edges, numbers.T, cmap=colours, norm=norm, rasterized=True)
    _outline(ax, np.nan_to_num(numbers, nan=-1), edges, ((DARK, 0.6),))
    centres = tuple((e[1:] + e[:-1]) / 2 for e in edges)
    for number in np.unique(numbers[~np.isnan(numbers)]):
        x, y = _middle(numbers == number)
        ax.text(
            centres[0][x],
            centres[1][y],
            LETTERS[int(number)],
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
    deepest = np.flatnonzero(depth > depth.max() - 1e-9)
    x, y = np.unravel_index(deepest[len(deepest) // 2], mask.shape)
    return int(x), int(y)


def _draw_values(
    ax: Axes,
    values: xr.Dataset,
    variable: str,
    edges: tuple[np.ndarray, np.ndarray],
    largest: float,
) -> None:
    ax.pcolormesh(
        *edges,
        values[variable].values.T,
        cmap="cividis",
        vmin=0,
        vmax=largest or 1.0,
        rasterized=True,
    )
    wide = np.nan_to_num(values.high.values - values.low.values) > UNIQUE
    # To be seen on light and on dark.
    _outline(ax, wide, edges, ((DARK, 1.8), ("white", 0.9)))


def _outline(
    ax: Axes,
    mask: np.ndarray,
    edges: tuple[np.ndarray, np.ndarray],
    styles: Sequence[tuple[str, float]],
) -> None:
    """Draw the borders between points of different values, one line of each style."""
    from matplotlib.collections import LineCollection

    x, y = edges
    lines = []
    for i, j in zip(*np.nonzero(mask[1:] != mask[:-1]), strict=True):
        lines.append([(x[i + 1], y[j]), (x[i + 1], y[j + 1])])
    for i, j in zip(*np.nonzero(mask[:, 1:] != mask[:, :-1]), strict=True):
        lines.append([(x[i], y[j + 1]), (x[i + 1], y[j + 1])])
    for colour, width in styles:
        ax.add_collection(LineCollection(lines, colors=colour, linewidths=width))


def _hatch(ax: Axes, complete: np.ndarray, edges: tuple[np.ndarray, np.ndarray]) -> None:
    """Hatch the points at which perhaps not all equilibria were found."""
    from matplotlib.patches import Rectangle

    x, y = edges
    for i, j in zip(*np.nonzero(~complete), strict=True):
        ax.add_patch(
            Rectangle(
                (x[i], y[j]),
                x[i + 1] - x[i],
                y[j + 1] - y[j],
                facecolor="none",
                edgecolor=DARK,
                hatch="xxx",
                linewidth=0,
            )
        )


def _edges(values: np.ndarray) -> np.ndarray:
    """Return the edges of cells around the values."""
    values = values.astype(float)
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def _finish(
    figure: Figure,
    axes: Sequence[Axes],
    outcome: str,
    scale: Scale,
    dataset: xr.Dataset,
    first: str,
) -> None:
    """Add title, the label of the horizontal axis, and the bar of colours."""
    crisis = str(dataset.attrs.get("crisis", ""))
    columns = len(axes) // dataset.sizes["mechanism"]
    for ax in axes[-columns:]:
        ax.set_xlabel(_short(first), fontsize=NUMBER_SIZE)
    bar = figure.colorbar(axes[-1].collections[0], ax=list(axes), fraction=0.03, pad=0.01)
    bar.set_label(f"Probability of {outcome} ({scale.unit})", fontsize=NUMBER_SIZE)
    bar.ax.tick_params(labelsize=NUMBER_SIZE)
    probability_axis(bar.ax.yaxis, scale)
    figure.suptitle(crisis[:1].upper() + crisis[1:], x=0.01, ha="left", fontsize=NAME_SIZE + 1)


def _short(parameter: str) -> str:
    return parameter.rpartition(".")[2].replace("_", " ")


def _explain_letters(
    figure: Figure,
    legend: Mapping[Category, str],
    spans: Spans,
    scale: Scale,
    outcome: str,
    dataset: xr.Dataset,
) -> None:
    """Say below what the letters mean, and how to read the panels."""
    every = [kind for category in legend if category != UNKNOWN for kind in category]
    texts: dict[str, str] = {}
    for category, letter in legend.items():
        if category == UNKNOWN:
            texts[letter] = UNTOLD
            continue
        words = " | ".join(
            f"{in_words(kind, every)} ({_range(span, scale)})"
            for kind, span in zip(category, spans[category], strict=True)
        )
        texts[letter] = f"{len(category)} class{'es' * (len(category) > 1)}: {words}"
    others = len(legend) - len(PALETTE)
    if others > 1:
        texts[LETTERS[len(PALETTE)]] = f"{others} other combinations"
    lines = [f"{letter}  {text}" for letter, text in texts.items()]
    axes = (dataset[str(d)] for d in dataset.complete.dims[1:])
    lines.append("; ".join(f"{a.name}: {a.attrs.get('long_name', a.name)}" for a in axes) + ".")
    said = [f"In brackets: probability of {outcome}, over all points of the letter."]
    if len(set(every)) > 1:
        said.insert(
            0, "A class is told by the outcomes that it may lead to and not all classes do."
        )
    part = dataset.sel(outcome=outcome)
    wide = [(part.high - part.low).sel(mechanism=m).values > UNIQUE for m in part.mechanism]
    if any(own.any() and not own.all() for own in wide):
        said.append(
            "White lines part points at which equilibria differ in the probability from the others."
        )
    elif any(own.all() for own in wide):
        said.append("Where lowest and highest differ, they do so at every point.")
    lines.append(" ".join((*said, told(dataset))))
    caption_below(figure, "\n".join(lines))


def _range(span: tuple[float, float], scale: Scale) -> str:
    """Return a range of probabilities in the unit of the scale."""
    low, high = (scale.text(p) for p in span)
    return f"{low} {scale.unit}" if low == high else f"{low}–{high} {scale.unit}"
