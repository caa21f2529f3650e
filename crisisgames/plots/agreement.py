"""What the published models say of the principles: a row per lever, and models by principles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisisgames.errors import NotApplicable
from crisisgames.plots.given import axes_of
from crisisgames.plots.rows import DARK, PALE, add_caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer

    from crisisgames.analysis import Agreement, Effect, Effects

__all__ = ["agreement_size", "plot_agreement", "plot_principle", "principle_size"]

PARTS = (
    ("falls", "war falls", "#0072B2", ""),
    ("nothing", "nothing changes", "#D9D9D9", ""),
    ("rises", "war rises", "#E69F00", "////"),
    ("undefined", "does not apply", "white", "...."),
)
"""Attribute, label, colour (Okabe and Ito's) and hatch of each share of the points."""

COLUMNS = {"falls": 1.09, "nothing": 1.19, "rises": 1.29}
"""Where the shares stand beside the axes, as shares of their width."""

HEADINGS = {"falls": "falls\n(%)", "nothing": "same\n(%)", "rises": "rises\n(%)"}

SMALL = 8.0
"""Font size in points."""

ROW = 0.3
"""Height of a row in inches."""


def principle_size(found: Effects) -> tuple[float, float]:
    """Return width and height in inches of a figure with room for each lever."""
    return 8.6, 1.9 + ROW * len(found)


def agreement_size(found: Agreement) -> tuple[float, float]:
    """Return width and height in inches of a figure with room for each model."""
    return 9.6, 1.7 + 0.9 * ROW * len(found.models)


def plot_principle(found: Effects, *, ax: Axes | None = None) -> Axes:
    """Draw by how much each lever changes its measure of war, one below the other.

    Parameters
    ----------
    found : Effects
        Of `crisisgames.analysis.effects`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of suitable size if left out.

    Raises
    ------
    NotApplicable
        If no model speaks to the principle.
    """
    if not found.rows:
        raise NotApplicable(f"no model speaks to {found.principle!r}, so there is nothing to draw")
    ax = axes_of(ax, *principle_size(found))
    rows = range(len(found))
    _set_rows(ax, [e.name for e in found])
    for row, e in zip(rows, found, strict=True):
        span = e.span or 1.0
        _, _, colour, _ = PARTS[0 if e.mean < 0 else 2 if e.mean > 0 else 1]
        colour = DARK if colour == PARTS[1][2] else colour
        ax.plot([e.low / span, e.high / span], [row, row], color=colour, linewidth=2)
        ax.plot(e.mean / span, row, "o" if e.mean <= 0 else "D", color=colour, markersize=5)
        for part, place in COLUMNS.items():
            share = f"{100 * getattr(e, part):.0f}"
            ax.text(place, row, share, transform=ax.get_yaxis_transform(), ha="right",
                    va="center", fontsize=SMALL)  # fmt: skip
    for part, place in COLUMNS.items():
        ax.text(place, 1.005, HEADINGS[part], transform=ax.transAxes, ha="right", va="bottom",
                fontsize=SMALL)  # fmt: skip
    ax.axvline(0, color=DARK, linewidth=0.8, zorder=0)
    most = max(abs(v) / (e.span or 1.0) for e in found for v in (e.low, e.high, e.mean))
    ax.set_xlim(-1.08 * most or -1, 1.08 * most or 1)
    ax.tick_params(axis="x", labelsize=SMALL)
    ax.set_xlabel("Change of the measure of war, as a share of its range", fontsize=SMALL + 1)
    ax.set_title(f"To follow the principle: {found.principle}", loc="left", fontsize=SMALL + 2)
    points = len(found[0].changes)
    silent = f" Silent: {len(found.silent)} models." if found.silent else ""
    add_caption(
        ax,
        f"Mean change (circles: war falls; diamonds: it rises) and the middle 80 % of {points} "
        "pairs of points in the box of each model, where the argument is moved in the direction of "
        f"the arrow and all else stays.{silent}",
    )
    return ax


def plot_agreement(found: Agreement, *, ax: Axes | None = None) -> Axes:
    """Draw for each model and each principle at which share of points war falls and rises.

    Parameters
    ----------
    found : Agreement
        Of `crisisgames.analysis.agreement`.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of suitable size if left out.
    """
    ax = axes_of(ax, *agreement_size(found))
    _set_rows(ax, found.models)
    bars: dict[str, BarContainer] = {}
    for column, principle in enumerate(found):
        for row, model in enumerate(found.models):
            own = found.of(model, principle)
            if not own:
                said = "not measured" if model in found[principle].unmeasured else "–"
                ax.text(column + 0.5, row, said, ha="center", va="center", fontsize=SMALL,
                        color="0.6")  # fmt: skip
            for k, e in enumerate(own):
                height = 0.7 / len(own)
                _draw_shares(ax, e, column + 0.06, row - 0.35 + (k + 0.5) * height, height, bars)
    for column in range(1, len(found)):
        ax.axvline(column, color=PALE, linewidth=0.8, zorder=0)
    ax.set_xlim(0, len(found))
    ax.set_xticks([c + 0.5 for c in range(len(found))], list(found), fontsize=SMALL + 1)
    ax.tick_params(axis="x", length=0, labeltop=True, labelbottom=False)
    ax.legend(
        [bars[part] for part, *_ in PARTS if part in bars],
        [label for part, label, *_ in PARTS if part in bars],
        loc="lower center", bbox_to_anchor=(0.5, 1.04), ncols=4, frameon=False, fontsize=SMALL,
    )  # fmt: skip
    spoken = [e for own in found.values() for e in own]
    points = len(spoken[0].changes) if spoken else 0
    add_caption(
        ax,
        f"Shares of {points} pairs of points in the box of each model, at which its measure of war "
        "falls, stays or rises if the principle is followed more. Several bars: several arguments. "
        "–: the model has no argument that stands for the principle.",
    )
    return ax


def _draw_shares(
    ax: Axes, e: Effect, left: float, middle: float, height: float, bars: dict[str, BarContainer]
) -> None:
    """Draw one bar, parted by what happens."""
    for part, _, colour, hatch in PARTS:
        share = getattr(e, part)
        if share:
            bar = ax.barh(
                middle, 0.88 * share, height=0.88 * height, left=left, color=colour, hatch=hatch,
                edgecolor=DARK, linewidth=0.4,
            )  # fmt: skip
            bars.setdefault(part, bar)
            left += 0.88 * share


def _set_rows(ax: Axes, names: object) -> None:
    labels = list(names)  # type: ignore[call-overload]
    ax.set_yticks(range(len(labels)), labels, fontsize=SMALL)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    for row in range(1, len(labels)):
        ax.axhline(row - 0.5, color=PALE, linewidth=0.5, zorder=0)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
