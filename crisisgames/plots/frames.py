"""What pictures over parameters share: figures of a given width, axes in words, captions."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from crisisgames.plots.rows import DARK, LINE, PAD, SMALL, WIDTH, told
from crisisgames.plots.scale import Scale

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = ["axis_label", "caption_below", "new_figure", "probability_axis", "title"]

LEGEND = 0.7
"""Height in inches for the legend and the label of the horizontal axis."""

CAPTION = 132
"""Characters in a line of the caption."""

LONGEST = 40
"""Characters after which the name of a mechanism is cut in a title."""


def new_figure(
    count: int, columns: int, height: float, dataset: xr.Dataset
) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes of one scale, row by row, and room for legend and caption."""
    import matplotlib.pyplot as plt

    caption = LINE * (len(told(dataset)) / CAPTION + 3)
    figure, axes = plt.subplots(
        -(-count // columns),
        columns,
        figsize=(WIDTH, height + LEGEND + caption),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    figure.set_layout_engine("constrained", w_pad=PAD, h_pad=PAD)
    found = list(axes.ravel())
    for ax in found[count:]:
        ax.set_visible(False)
    return figure, found[:count]


def axis_label(parameter: xr.DataArray) -> str:
    """Return what a parameter measures, and its name."""
    name = str(parameter.name)
    meaning = str(parameter.attrs.get("long_name", name))
    plain = name.rpartition(".")[2].replace("_", " ") if meaning == name else meaning
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


def title(name: str) -> str:
    """Return the name of a mechanism, cut if it is too long for a title."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
