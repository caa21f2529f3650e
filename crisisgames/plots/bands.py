"""How likely an outcome is over a parameter: bands, one for each class of equilibria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.errors import NotApplicable
from crisisgames.plots.cells import UNIQUE
from crisisgames.plots.frames import (
    axis_label,
    caption_below,
    columns_of,
    legend_above,
    new_figure,
    probability_axis,
    title,
)
from crisisgames.plots.kinds import Kind, kinds
from crisisgames.plots.rows import DARK, NAME_SIZE, NUMBER_SIZE, told
from crisisgames.plots.scale import scale_for

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_bands"]

TOGETHER = 3
"""Mechanisms that are drawn over each other; more get axes of their own."""

STYLES: tuple[tuple[str, Any, str], ...] = (
    (DARK, "-", ""),
    ("#0072B2", (0, (4, 2.5)), "////"),
    ("#D55E00", (0, (1, 1.2)), "\\\\\\\\"),
)
"""Colour (Okabe and Ito's), line and hatch (to read in grey) of mechanisms drawn together."""

OF_ALL = "#8c8c8c"
"""Colour in the legend of what may be of any mechanism."""

FILL = 0.28
"""Opacity of a band."""

THIN, THICK = 1.3, 2.4
"""Widths in points of the lines of classes and of the selected equilibrium."""

BROADER = 2.0
"""By how much the line of a mechanism is broader than that of the next, which may lie on it."""

HALO = 0.35
"""White in points on both sides of a line that may lie on that of another mechanism."""

DIAMOND, DOT, LARGER = 4.5, 4.0, 3.0
"""Sizes in points of the marks of single points, and what those below others have more."""

NEAR = 0.01
"""Share of the height of the axes within which lines are one to the eye: about their width."""

MARKED = 12
"""Points up to which each is marked on its line: of few points a line alone says little."""

HEIGHT, ROW = 3.4, 2.1
"""Height in inches of one axes, and of each row of several."""

COLUMNS = 3

Span = tuple["Kind | None", float, float]
"""A class of equilibria at one point: its kind, its lowest and its highest value."""


@dataclass(eq=False)
class Run:
    """A class of equilibria at points next to each other."""

    kind: Kind | None
    places: list[int] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, place: int, low: float, high: float) -> None:
        """Go on to the next point."""
        self.places.append(place)
        self.low.append(low)
        self.high.append(high)

    @property
    def wide(self) -> bool:
        """Whether it is a band: one that opens at a single point is a knife-edge, and no wedge."""
        return self.high[-1] - self.low[-1] > UNIQUE

    @property
    def wide_somewhere(self) -> bool:
        """Whether it is a band at any of its points."""
        return bool(np.ptp([self.low, self.high], axis=0).max() > UNIQUE)

    def distance(self, low: float, high: float) -> float:
        """Return how far an interval is from the last one."""
        return max(abs(self.low[-1] - low), abs(self.high[-1] - high))


def plot_bands(dataset: xr.Dataset, outcome: str = "war", *, apart: bool | None = None) -> Figure:
    """Draw the probability of an outcome over one parameter; return the figure.

    A band is a class of equilibria, from its lowest to its highest probability; where that is one
    value it is a line. A class that exists at a single point of the grid, a knife-edge, is a dot or
    an upright bar. The thick line, or a diamond at a single point, marks the selected equilibrium.
    Where perhaps not all equilibria were found the background is hatched. Lines join points of the
    grid, which are marked where they are few; between them nothing was computed. Of mechanisms that
    have one value each shows around and through the gaps of the next, whichever of them is
    selected, and the caption says at how many points. More than three mechanisms get axes of their
    own.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a sweep over one parameter.
    outcome : str
    apart : bool, optional
        Whether each mechanism has axes of its own; by default, if there are more than three.

    Raises
    ------
    NotApplicable
        For more than three mechanisms together.
    """
    (name,) = (str(d) for d in dataset.complete.dims[1:])
    dataset = dataset.sortby(name)
    names = [str(n) for n in dataset.mechanism.values]
    if apart is None:
        apart = len(names) > TOGETHER
    if not apart and len(names) > TOGETHER:
        raise NotApplicable(
            f"axes have room for {TOGETHER} mechanisms, and there are {len(names)}; leave out "
            "apart, or choose some, as in "
            f"Sweep(found.dataset.sel(mechanism={names[:TOGETHER]!r}))"
        )
    apart = apart and len(names) > 1
    groups = [[n] for n in names] if apart else [names]
    columns = columns_of(len(groups), COLUMNS)
    rows = -(-len(groups) // columns)
    height = HEIGHT if rows == 1 else ROW * rows
    figure, axes = new_figure(len(groups), columns, height, dataset)
    part = dataset.sel(outcome=outcome)
    largest = float(np.nanmax([*part.high.values.ravel(), 0.0]))
    scale = scale_for(largest)
    classes = {n: _classes(dataset.sel(mechanism=n), outcome) for n in names}
    drawn: dict[str, set[str]] = {}
    for ax, group in zip(axes, groups, strict=True):
        for k, mechanism in enumerate(group):
            row = dataset.sel(mechanism=mechanism)
            look = Look(k, len(group) - 1 - k, len(row[name]) <= MARKED)
            drawn[mechanism] = _draw(ax, row, outcome, classes[mechanism], look)
        if apart:
            ax.set_title(title(group[0]), loc="left", fontsize=NUMBER_SIZE + 0.5)
            if group[0] != names[0]:
                _draw_reference(ax, part.sel(mechanism=names[0]))
        ax.margins(x=0.02)
        ax.set_ylim(-0.03 * (largest or 1.0), 1.06 * (largest or 1.0))
        probability_axis(ax.yaxis, scale)
        ax.tick_params(labelsize=NUMBER_SIZE)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
    for k, ax in enumerate(axes):
        if k % columns == 0:
            ax.set_ylabel(f"Probability of {outcome} ({scale.unit})", fontsize=NAME_SIZE)
        ax.tick_params(labelleft=k % columns == 0, labelbottom=k + columns >= len(axes))
    _label_below(axes, columns, axis_label(dataset[name]))
    seen = set().union(*drawn.values())
    _legend(figure, drawn, str(dataset.attrs.get("crisis", "")), apart)
    meaning = f"{name}: {dataset[name].attrs.get('long_name', name)}. " if columns > 1 else ""
    said = [HOW[s] for s in HOW if s in seen]
    if not apart:
        said += _coinciding(classes, NEAR * (largest or 1.0))
    caption_below(figure, " ".join([f"{meaning}{said[0]}", *said[1:], told(dataset)]))
    return figure


HOW = {
    "band": "Bands: a class of equilibria, from its lowest to its highest value.",
    "any": "Lines join the points of the grid; between them nothing was computed.",
    "ends": "A line ends where its class does, or where what the class may lead to changes.",
    "switch": "A thick line ends also where another class is selected.",
}
"""What the caption says, and where."""


@dataclass(frozen=True)
class Look:
    """How a mechanism is drawn: the ``k``-th, over which ``above`` others will lie."""

    k: int
    above: int
    marked: bool

    def line(self, width: float, size: float) -> dict[str, Any]:
        """Return the style of a line, with marks of some size at points that are few."""
        from matplotlib import patheffects

        colour, dashes, _ = STYLES[self.k]
        width += BROADER * self.above
        style: dict[str, Any] = {"color": colour, "linestyle": dashes, "linewidth": width}
        if self.marked:
            style |= {"marker": ".", "markersize": size}
        if self.k:
            stroke = patheffects.withStroke(linewidth=width + 2 * HALO, foreground="white")
            style["path_effects"] = [stroke]
        return style

    def mark(self, marker: str, size: float) -> dict[str, Any]:
        """Return the style of the mark of a single point."""
        return {
            "color": STYLES[self.k][0],
            "marker": marker,
            "linestyle": "",
            "markersize": size + LARGER * self.above,
            "zorder": self.order(2),
        }

    def order(self, layer: int) -> float:
        """Return the order of drawing: all of a mechanism lies on all of those before."""
        return 3 + self.k / 3 + layer / 10


def _draw(
    ax: Axes, row: xr.Dataset, outcome: str, classes: Sequence[Sequence[Span]], look: Look
) -> set[str]:
    """Draw one mechanism; return for legend and caption what there is."""
    colour, _, hatch = STYLES[look.k]
    (name,) = row.complete.dims
    x = row[name].values.astype(float)
    selected = row.sel(outcome=outcome).selected.values
    runs = _runs(classes)
    owners = _owners(selected, runs)
    seen = {"any"} | _draw_selected(ax, x, selected, owners, look)
    if any(1 < len(run.places) < len(x) for run in runs):
        seen.add("ends")
    for place, (before, after) in enumerate(pairwise(owners)):
        if before != after and before >= 0 and place + 1 in runs[before].places:
            seen.add("switch")
    for r, run in enumerate(runs):
        at = x[run.places]
        if len(at) == 1:
            if not run.wide and owners[run.places[0]] == r:
                continue  # the diamond says it all
            seen.add("knife-edge")
            width = 2.2 + BROADER * look.above
            ax.vlines(at, run.low, run.high, color=colour, linewidth=width, zorder=look.order(0))
            ax.plot([*at, *at], [*run.low, *run.high], **look.mark("o", DOT))
            continue
        if run.wide_somewhere:
            seen.add("band")
            fill = ax.fill_between(
                at, run.low, run.high, facecolor=colour, alpha=FILL, linewidth=0, zorder=2
            )
            fill.set_hatch(hatch)
        chosen = np.array([owners[place] == r for place in run.places])
        edges = [np.array(run.low), np.array(run.high)][: 1 + run.wide_somewhere]
        for edge in edges:
            thick = chosen & (np.abs(selected[run.places] - edge) <= UNIQUE)
            for piece in _beside(thick):
                if len(edges) == 1:
                    seen.add("line")
                ax.plot(at[piece], edge[piece], zorder=look.order(0), **look.line(THIN, 6))
    if not row.complete.values.all():
        seen.add("incomplete")
        _hatch(ax, x, ~row.complete.values)
    return seen


def _beside(thick: np.ndarray) -> list[slice]:
    """Return the pieces of a line that are not below a thick one, whose gaps they would fill.

    Examples
    --------
    >>> _beside(np.array([False, False, True, True, True, False]))
    [slice(0, 3, None), slice(4, 6, None)]
    """
    joins = np.flatnonzero(~(thick[1:] & thick[:-1]))
    groups = np.split(joins, np.flatnonzero(np.diff(joins) > 1) + 1) if len(joins) else []
    return [slice(int(g[0]), int(g[-1]) + 2) for g in groups]


def _classes(row: xr.Dataset, outcome: str) -> list[list[Span]]:
    """Return the classes of one mechanism at each point.

    Where they were not told apart, the interval over all equilibria stands for one.
    """
    own = row.sel(outcome=outcome)
    found: list[list[Span]] = []
    for place, kind in enumerate(kinds(row)):
        if kind:
            spans = zip(own.class_low.values[place], own.class_high.values[place], strict=True)
            found.append([(c, a, b) for c, (a, b) in zip(kind, spans, strict=False)])
        else:
            low, high = own.low.values[place], own.high.values[place]
            found.append([] if np.isnan(low) else [(None, low, high)])
    return found


def _coinciding(classes: Mapping[str, Sequence[Sequence[Span]]], near: float) -> list[str]:
    """Say for each two mechanisms where their classes have the same values, and what more."""
    said = []
    for two in combinations(classes, 2):
        count, exact = 0, True
        others = dict.fromkeys(two, 0)
        points = list(zip(*(classes[n] for n in two), strict=True))
        for here in points:
            apart = np.array(
                [[max(abs(a - c), abs(b - d)) for _, c, d in here[1]] for _, a, b in here[0]]
            )
            if apart.size and apart.min() <= near:
                count += 1
                exact = exact and bool((apart[apart <= near] <= UNIQUE).all())
                for axis, name in enumerate(two):
                    others[name] += bool((apart.min(axis=1 - axis) > near).any())
        if count < 2:
            continue  # no line lies on another
        how = "coincide" if exact else "lie within a line's width of each other"
        where = f"all {count}" if count == len(points) else f"{count} of {len(points)}"
        (first, many), *rest = [
            (title(n), "all" if m == count else m) for n, m in others.items() if m
        ] or [("", 0)]
        more = f"; at {many} of them {first} has another class too" if first else ""
        more += "".join(f", {name} at {also}" for name, also in rest)
        said.append(f"Classes of {' and '.join(map(title, two))} {how} at {where} points{more}.")
    return said


def _runs(classes: Sequence[Sequence[Span]]) -> list[Run]:
    """Return the classes as runs: those of neighbouring points that are of one kind and nearest.

    A band and a single value are not joined.
    """
    found: list[Run] = []
    open_runs: list[Run] = []
    for place, here in enumerate(classes):
        pairs = sorted(
            (run.distance(a, b), r, c)
            for r, run in enumerate(open_runs)
            for c, (own, a, b) in enumerate(here)
            if run.kind == own and run.wide == (b - a > UNIQUE)
        )
        joined: dict[int, Run] = {}
        taken: set[int] = set()
        for _, r, c in pairs:
            if r not in taken and c not in joined:
                taken.add(r)
                joined[c] = open_runs[r]
        open_runs = [joined.get(c) or Run(own) for c, (own, _, _) in enumerate(here)]
        found += [run for run in open_runs if not run.places]
        for run, (_, a, b) in zip(open_runs, here, strict=True):
            run.add(place, a, b)
    return found


def _owners(selected: np.ndarray, runs: Sequence[Run]) -> list[int]:
    """Return for each point the run that the selected value is in; -1 where there is none."""
    owners: list[int] = []
    for place, value in enumerate(selected):
        inside = [
            r
            for r, run in enumerate(runs)
            for at, a, b in zip(run.places, run.low, run.high, strict=True)
            if at == place and a - UNIQUE <= value <= b + UNIQUE
        ]
        # Where classes overlap, the one that goes on.
        goes_on = bool(owners) and owners[-1] in inside
        owners.append(owners[-1] if goes_on else inside[0] if inside else -1)
    return owners


def _draw_selected(
    ax: Axes,
    x: np.ndarray,
    selected: np.ndarray,
    owners: Sequence[int],
    look: Look,
) -> set[str]:
    """Draw the selected values, joined where they are of one class; return what there is."""
    seen = set()
    start = 0
    for stop in range(1, len(x) + 1):
        if stop < len(x) and owners[stop] == owners[start]:
            continue
        piece = slice(start, stop)
        if owners[start] >= 0 and stop - start > 1:
            seen.add("selected")
            ax.plot(x[piece], selected[piece], zorder=look.order(1), **look.line(THICK, 8))
        elif not np.isnan(selected[piece]).all():
            seen.add("diamond")
            ax.plot(x[piece], selected[piece], **look.mark("D", DIAMOND))
        start = stop
    return seen


def _draw_reference(ax: Axes, base: xr.Dataset) -> None:
    """Draw the selected values of the baseline behind those of another mechanism."""
    (name,) = base.complete.dims
    ax.plot(base[name], base.selected, color=DARK, linestyle=":", linewidth=1, zorder=1.5)


def _hatch(ax: Axes, x: np.ndarray, where: np.ndarray) -> None:
    """Hatch the background around points."""
    middle = (x[1:] + x[:-1]) / 2
    left, right = np.array([x[0], *middle]), np.array([*middle, x[-1]])
    for a, b in zip(left[where], right[where], strict=True):
        ax.axvspan(a, b, facecolor="none", edgecolor="#999999", hatch="xx", linewidth=0, zorder=0)


def _label_below(axes: Sequence[Axes], columns: int, label: str) -> None:
    """Label the parameter once for each column of axes, or once in all."""
    if len(axes) == 1:
        axes[0].set_xlabel(label, fontsize=NAME_SIZE)
        return
    for ax in axes[-columns:]:
        ax.set_xlabel(label.rpartition("(")[2].rstrip(")"), fontsize=NAME_SIZE)


def _legend(figure: Figure, drawn: Mapping[str, set[str]], crisis: str, apart: bool) -> None:
    """Explain what appears, and nothing else."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    names, seen = list(drawn), set().union(*drawn.values())
    entries: list[tuple[Any, str]] = []
    alone = len(names) == 1
    common = DARK if apart or alone else OF_ALL
    if not apart and not alone:
        for (colour, line, hatch), (name, own) in zip(STYLES, drawn.items(), strict=False):
            stroke = Line2D([], [], color=colour, linestyle=line, linewidth=THICK)
            band = Patch(facecolor=(colour, FILL), hatch=hatch, edgecolor=colour, linewidth=0)
            entries.append(((band, stroke) if "band" in own else stroke, title(name)))
    elif "band" in seen:
        band = Patch(facecolor=(DARK, FILL), edgecolor=DARK, linewidth=THIN)
        entries.append((band, "class of equilibria"))
    if {"selected", "diamond"} & seen:
        mark = "D" if "diamond" in seen else ""
        width = THICK if "selected" in seen else 0
        stroke = Line2D([], [], color=common, linewidth=width, marker=mark, markersize=4.5)
        label = "selected (diamond: at one point)" if width and mark else "selected"
        entries.append((stroke, label))
    if "line" in seen:
        thin = Line2D([], [], color=common, linewidth=THIN)
        which = "another class" if {"selected", "diamond"} & seen else "class"
        entries.append((thin, f"{which}, of one value"))
    if apart:
        dotted = Line2D([], [], color=DARK, linestyle=":", linewidth=1)
        entries.append((dotted, f"selected, {title(names[0])}"))
    if "knife-edge" in seen:
        dot = Line2D([], [], color=common, marker="o", markersize=4, linewidth=2.2)
        entries.append((dot, "class at one point only"))
    if "incomplete" in seen:
        box = Patch(facecolor="none", edgecolor="#999999", hatch="xx", linewidth=0)
        entries.append((box, "perhaps not all found"))
    legend_above(figure, entries, crisis)
