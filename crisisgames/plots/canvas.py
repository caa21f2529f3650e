"""Scenes on a Matplotlib canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisisgames.plots.given import check_axes
from crisisgames.plots.scene import FONT, Scene, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["show"]

MARGIN = 0.08
"""Inches around a scene in a figure of its own."""

DASHES = (0, (3.5, 2.5))


def show(scene: Scene, ax: Axes | None = None) -> Axes:
    """Draw a scene; return the axes.

    Without axes a new figure has the size of the scene; in axes of your own it is scaled to fit,
    letters included.
    """
    check_axes(ax)
    if ax is None:
        import matplotlib.pyplot as plt

        size = (scene.width + 2 * MARGIN, scene.height + 2 * MARGIN)
        figure = plt.figure(figsize=size, facecolor="white")
        ax = figure.add_axes((0, 0, 1, 1))
    _draw(scene, ax)
    return ax


def _draw(scene: Scene, ax: Axes) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Circle, Patch, Polygon

    wide, high = scene.width + 2 * MARGIN, scene.height + 2 * MARGIN
    ax.set_xlim(-MARGIN, scene.width + MARGIN)
    ax.set_ylim(-MARGIN, scene.height + MARGIN)
    ax.set_aspect("equal")
    ax.set_axis_off()
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position(original=True)
    room = figure.get_size_inches()
    fit = min(place.width * room[0] / wide, place.height * room[1] / high)
    for line in scene.lines:
        xs, ys = zip(*line.points, strict=True)
        ax.add_line(
            Line2D(
                xs,
                ys,
                color=line.colour,
                linewidth=line.width * fit,
                linestyle=DASHES if line.dashed else "-",
                solid_capstyle="round",
                solid_joinstyle="round",
                zorder=2 if line.dashed else 3,
            )
        )
    for shape in scene.shapes:
        style = {
            "facecolor": shape.fill,
            "edgecolor": shape.edge,
            "linewidth": 0.9 * fit,
            "zorder": 1 if shape.ground else 5,
        }
        patch: Patch
        if len(shape.points) == 1:
            patch = Circle(shape.points[0], shape.radius, **style)
        else:
            patch = Polygon(shape.points, closed=True, **style)
        ax.add_patch(patch)
    for label in scene.labels:
        x = label.left
        # Lines of information sets run behind labels of two rows, and not between the rows.
        around = 1.4 if label.kind == "set" else 0.4
        for text, colour in label.runs:
            if text:
                ax.text(
                    x,
                    label.y,
                    text,
                    color=colour,
                    fontsize=label.size * fit,
                    fontfamily=FONT,
                    fontweight="bold" if label.bold else "normal",
                    va="center",
                    ha="left",
                    parse_math=False,  # a dollar is a dollar
                    zorder=6,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": around * fit}
                    if label.halo
                    else None,
                )
            x += text_width(text, label.size, label.bold)
