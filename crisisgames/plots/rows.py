"""What the figures share: a row per mechanism, numbers beside it, legend above, caption below."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from textwrap import fill, wrap
from typing import TYPE_CHECKING

from crisisgames.plots.scale import Scale

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    Entry = tuple[Artist, str]

__all__ = [
    "DARK",
    "add_caption",
    "add_legend",
    "add_numbers",
    "figure_size",
    "scale_axis",
    "set_rows",
    "told",
]

WIDTH = 7.2
"""Width of a figure of our own in inches: two columns of a journal."""

AROUND = 1.85
"""Height in inches for title, legend, axis and the part of the caption that explains the bars."""

LINE, LEAST_ROW = 0.15, 0.52
"""Height in inches of a line of a name, and of a row at least."""

CAPTION_WIDTH = 90
"""Characters in a line of the caption, about."""

NAME_WIDTH = 24
"""Characters after which the name of a mechanism is wrapped."""

NAME_SIZE, NUMBER_SIZE, SMALL = 9.0, 8.0, 7.5
"""Font sizes in points."""

EM = 0.54
"""Average width of a character as a share of the font size."""

FILLED = 0.95
"""Share of the width of the axes that the legend may fill: beyond it stand the numbers."""

MOST_NOTES = 2
"""More notes than this are counted in the caption, not written out."""

RAISED = 14.0
"""How far the legend stands above the axes, in points."""

DARK, PALE = "#222222", "#dddddd"


def figure_size(dataset: xr.Dataset) -> tuple[float, float]:
    """Return width and height in inches of a figure with room for each mechanism.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset of a comparison.
    """
    names = _wrapped(dataset["mechanism"].values)
    lines = max((name.count("\n") + 1 for name in names), default=1)
    rows = len(names) * max(LEAST_ROW, LINE * lines + 0.1)
    return WIDTH, AROUND + rows + LINE * len(told(dataset)) / CAPTION_WIDTH


def set_rows(ax: Axes, names: Iterable[str]) -> None:
    """Give each mechanism a row, the first on top, and a rule between rows."""
    labels = _wrapped(names)
    rows = range(len(labels))
    ax.set_yticks(rows, labels, fontsize=NAME_SIZE)
    ax.set_ylim(rows[-1] + 0.5, rows[0] - 0.5)
    ax.tick_params(axis="y", length=0)
    for row in rows[1:]:
        ax.axhline(row - 0.5, color=PALE, linewidth=0.6, zorder=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)


def scale_axis(ax: Axes, scale: Scale, label: str) -> None:
    """Write ticks in the unit of ``scale``, and the axis in words."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def label_of_tick(value: float, _: int | None) -> str:
        ticks = ax.xaxis.get_majorticklocs()
        return scale.tick(value, ticks[1] - ticks[0] if len(ticks) > 1 else scale.factor)

    # Round numbers in the unit of the figure, at most seven of them.
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(label_of_tick))
    ax.tick_params(axis="x", labelsize=NUMBER_SIZE)
    ax.set_xlabel(label, fontsize=NAME_SIZE)


def add_numbers(ax: Axes, heading: str, texts: Sequence[str]) -> None:
    """Write the numbers of each row to the right of the axes."""
    across = ax.get_yaxis_transform()
    for row, text in enumerate(texts):
        ax.text(1.02, row, text, transform=across, va="center", fontsize=NUMBER_SIZE)
    ax.annotate(
        heading,
        xy=(1.02, 1),
        xycoords="axes fraction",
        xytext=(0, 3),
        textcoords="offset points",
        va="bottom",
        fontsize=SMALL,
        color=DARK,
    )


def add_legend(ax: Axes, groups: Sequence[Sequence[Entry]], title: str) -> None:
    """Put the legend above the axes, a row or a column per group, and the title above it."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.figure
    raised = ax.transAxes + ScaledTranslation(0, RAISED / 72, figure.dpi_scale_trans)
    room = FILLED * _width(ax)
    longest = max(map(len, groups))
    for count in sorted({longest, len(groups), 1}, reverse=True):
        # Matplotlib fills column by column.
        by_row = count == longest and len(groups) > 1
        order = zip_longest(*groups) if by_row else groups
        entries = [entry for part in order for entry in part if entry]
        legend = ax.legend(
            [handle for handle, _ in entries],
            [label for _, label in entries],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            bbox_transform=raised,
            borderaxespad=0,
            borderpad=0,
            ncols=count,
            frameon=False,
            fontsize=NUMBER_SIZE,
            handlelength=2.2,
            columnspacing=1.6,
        )
        if legend.get_window_extent().width <= room:
            break
    height = legend.get_window_extent().height / figure.dpi * 72
    ax.set_title(
        title[:1].upper() + title[1:], loc="left", pad=RAISED + height + 8, fontsize=NAME_SIZE + 1
    )


def add_caption(ax: Axes, text: str) -> None:
    """Write a caption below the label of the horizontal axis."""
    points = _width(ax, numbers=True) / ax.figure.dpi * 72
    width = max(30, int(points / (EM * SMALL)))
    ax.annotate(
        "\n".join(fill(line, width) for line in text.splitlines()),
        xy=(0, 0),
        xycoords=(ax.transAxes, ax.xaxis.label),
        xytext=(0, -8),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=DARK,
        linespacing=1.3,
        annotation_clip=False,
    )


def told(dataset: xr.Dataset) -> str:
    """Return in words what was solved and how one equilibrium was selected, from the attributes."""
    attrs = dataset.attrs
    said = []
    if "concept" in attrs:
        said.append(f"Equilibrium concept: {attrs['concept']}.")
    if "rule" in attrs:
        said.append(f"Selected: {attrs.get('selection', attrs['rule'])}.")
    if attrs.get("parameters"):
        said.append(f"Parameters: {attrs['parameters']}.")
    notes = attrs.get("notes") or ()
    notes = notes.splitlines() if isinstance(notes, str) else list(map(str, notes))
    said += notes if len(notes) <= MOST_NOTES else [f"{len(notes)} notes are in the dataset."]
    said.append(str(attrs.get("remark", "")))
    return " ".join(s for s in said if s)


def _wrapped(names: Iterable[object]) -> list[str]:
    return ["\n".join(wrap(str(name), NAME_WIDTH)) or " " for name in names]


def _width(ax: Axes, *, numbers: bool = False) -> float:
    """Return the width of the axes in pixels, that of the numbers beside it added on request."""
    figure = ax.get_figure(root=True)
    engine = figure.get_layout_engine() if figure else None
    if figure and engine:
        engine.execute(figure)
    beside = [t.get_window_extent().x1 for t in ax.texts] if numbers else []
    return float(max([ax.bbox.x1, *beside]) - ax.bbox.x0)
