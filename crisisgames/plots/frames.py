"""What pictures over parameters share: figures of a given width, axes in words, captions."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, Literal

from crisisgames.plots.given import PAD
from crisisgames.plots.rows import DARK, LINE, NAME_SIZE, NUMBER_SIZE, SMALL, WIDTH, told
from crisisgames.plots.scale import Scale

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = [
    "axis_label",
    "caption_below",
    "columns_of",
    "legend_above",
    "new_figure",
    "plain_name",
    "probability_axis",
    "row_title",
    "title",
]

LEGEND = 0.7
"""Height in inches for the legend and the label of the horizontal axis."""

CAPTION = 120
"""Characters in a line of the caption."""

LONGEST = 40
"""Characters after which the name of a mechanism is cut in a title."""


def new_figure(
    count: int,
    columns: int,
    height: float,
    dataset: xr.Dataset,
    *,
    sharex: bool | Literal["col"] = True,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes of one scale, row by row, and room for legend and caption."""
    import matplotlib.pyplot as plt

    caption = LINE * (len(told(dataset)) / CAPTION + 3)
    figure, axes = plt.subplots(
        -(-count // columns),
        columns,
        figsize=(WIDTH, height + LEGEND + caption),
        sharex=sharex,
        sharey=True,
        squeeze=False,
    )
    figure.set_layout_engine("constrained", w_pad=PAD, h_pad=PAD)
    found = list(axes.ravel())
    for ax in found[count:]:
        ax.set_visible(False)
    return figure, found[:count]


def columns_of(count: int, most: int) -> int:
    """Return how many axes stand next to each other, four of them in a square.

    Examples
    --------
    >>> [columns_of(n, 3) for n in (1, 3, 4, 7)]
    [1, 3, 2, 3]
    """
    return 2 if count == 4 and most == 3 else min(count, most)


def axis_label(parameter: xr.DataArray) -> str:
    """Return what a parameter measures, and its name."""
    name = str(parameter.name)
    meaning = str(parameter.attrs.get("long_name", name))
    plain = plain_name(name) if meaning == name else meaning
    label = plain[:1].upper() + plain[1:]
    return label if label == name else f"{label} ({name})"


def probability_axis(axis: Axis, scale: Scale) -> None:
    """Write ticks in the unit of a scale."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def label_of_tick(value: float, _: int | None) -> str:
        ticks = axis.get_majorticklocs()
        return scale.tick(value, ticks[1] - ticks[0] if len(ticks) > 1 else scale.factor)

    axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(label_of_tick))


def caption_below(figure: Figure, text: str) -> None:
    """Write a caption at the foot of a figure; the layout makes room for it."""
    lines = "\n".join(fill(line, CAPTION) for line in text.splitlines())
    figure.supxlabel(lines, x=0.01, ha="left", fontsize=SMALL, color=DARK, linespacing=1.3)


def legend_above(figure: Figure, entries: Sequence[tuple[Any, str]], heading: str) -> None:
    """Explain marks above all axes; the layout makes room for it."""
    legend = figure.legend(
        [handle for handle, _ in entries],
        [label for _, label in entries],
        loc="outside upper left",
        ncols=3 if sum(len(label) for _, label in entries) < 90 else 2,
        handlelength=2.6,
        frameon=False,
        fontsize=NUMBER_SIZE,
        title=heading[:1].upper() + heading[1:],
        title_fontsize=NAME_SIZE + 1,
        alignment="left",
    )
    legend.set_in_layout(True)


def title(name: str) -> str:
    """Return the name of a mechanism, cut if it is too long for a title."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def plain_name(parameter: str) -> str:
    """Return the name of a parameter as one reads it, without the part that it belongs to.

    Examples
    --------
    >>> plain_name("theatre_hotline.in_force")
    'in force'
    """
    return parameter.rpartition(".")[2].replace("_", " ")


def row_title(ax: Axes, name: str, space: float = 16) -> None:
    """Write the name of a mechanism above the first axes of its row, some points above."""
    ax.annotate(
        fill(title(name), 22),
        xy=(0, 1),
        xytext=(0, space),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=NUMBER_SIZE,
        fontweight="bold",
    )
