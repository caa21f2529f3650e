"""Where in a box of parameters a claim holds: a point for each draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crisisgames.plots.rows import DARK, add_caption

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["plot_verdicts"]

STYLES = {
    "all": ("holds in all equilibria", "#0072B2", "o"),
    "some": ("in some", "#E69F00", "^"),
    "none": ("in none", "#D55E00", "x"),
}
"""Words, colour (Okabe and Ito's) and marker, to tell them in grey."""


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
    if ax is None:
        import matplotlib.pyplot as plt

        figure, ax = plt.subplots(figsize=(7.2, 4.6))
        figure.set_layout_engine("constrained")
    x = over[0]
    y = over[1] if len(over) > 1 else "low"
    verdict = dataset["verdict"].values
    for kind, (words, colour, marker) in STYLES.items():
        own = verdict == kind
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
        axis.set_label_text(f"{words[0].upper()}{words[1:]} ({name})")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
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
