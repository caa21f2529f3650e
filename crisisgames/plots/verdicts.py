"""Where in a box of parameters claims hold: a point for each draw, or a bar for each claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, WIDTH, add_caption

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["plot_shares", "plot_verdicts"]

UNKNOWN = "unknown"
STYLES = {
    "all": ("holds in all equilibria", "#0072B2", "o"),
    "some": ("in some", "#E69F00", "^"),
    "none": ("in none", "#D55E00", "x"),
    UNKNOWN: ("not known", "#999999", "."),
}
"""Words, colour (Okabe and Ito's) and marker, to tell them in grey."""


LABEL = 46
"""Characters in a line of the label of an axis."""


def plot_verdicts(dataset: xr.Dataset, over: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw the verdict at each draw over one or two parameters; return the axes.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a `Robustness`.
    over : sequence of str
        One or two parameters. With one, the other axis is the margin.
    ax : matplotlib.axes.Axes, optional
    """
    ax = axes_of(ax, WIDTH, 4.6)
    x = over[0]
    y = over[1] if len(over) > 1 else "low"
    verdict = dataset["verdict"].values
    for kind, (words, colour, marker) in STYLES.items():
        own = verdict == kind
        if kind == UNKNOWN and not own.any():
            continue
        share = f"{100 * own.mean():.3g} %"
        ax.scatter(
            dataset[x].values[own],
            dataset[y].values[own],
            s=16,
            c=colour,
            marker=marker,
            linewidths=0.9,
            alpha=0.75,
            label=f"{words} ({share})",
        )
    for axis, name in ((ax.xaxis, x), (ax.yaxis, y)):
        words = str(dataset[name].attrs.get("long_name", name))
        axis.set_label_text(fill(f"{words[0].upper()}{words[1:]} ({name})", LABEL))
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8)
    for side in ("top", "right"):
        ax.spines[side].set_color(DARK)
        ax.spines[side].set_visible(False)
    more = [n for n in dataset.attrs["parameters"].split(", ") if n not in over]
    others = f" Other parameters vary too: {', '.join(more)}." if more else ""
    add_caption(
        ax,
        f"{dataset.attrs['claim']}. {dataset.sizes['draw']} draws, seed {dataset.attrs['seed']}."
        f"{others}",
    )
    return ax


HATCHES = {"all": "", "some": "////", "none": "...."}
"""To tell the parts of a bar in grey."""

NAME = 62
"""Characters in a line of a name."""


def plot_shares(rows: Mapping[str, Sequence[float]], points: int, ax: Axes | None = None) -> Axes:
    """Draw for each question on what share of the box it holds in all, some, no equilibria.

    Parameters
    ----------
    rows : mapping
        For each question the three shares, which sum to one.
    points : int
        How many points were drawn.
    ax : matplotlib.axes.Axes, optional
    """
    names = [fill(name, NAME) for name in rows]
    height = sum(0.2 + 0.15 * (name.count("\n") + 1) for name in names)
    ax = axes_of(ax, 9.0, 1.2 + height)
    places = range(len(names))
    left = [0.0] * len(names)
    for k, (verdict, hatch) in enumerate(HATCHES.items()):
        words, colour, _ = STYLES[verdict]
        widths = [100 * shares[k] for shares in rows.values()]
        ax.barh(
            places,
            widths,
            left=left,
            height=0.62,
            color=colour,
            edgecolor="white",
            hatch=hatch,
            linewidth=0.4,
            label=words,
        )
        left = [a + b for a, b in zip(left, widths, strict=True)]
    ax.set_yticks(places, names, fontsize=7.5)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(0, 100)
    ax.set_xlabel("Share of the points of the box (%)", fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=8)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    add_caption(
        ax, f"{points} points drawn from each box: shares of plausible values, not of real crises."
    )
    return ax
