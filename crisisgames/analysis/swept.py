"""The result of a sweep: labelled arrays, a table, a picture, and plain sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.wording import VERDICTS, direction_of, verdict
from crisisgames.errors import suggest

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["Sweep"]

SAME = 1e-9
"""Probabilities no further apart are called the same."""

MOST_ROWS = 40
"""Rows of the table that a notebook shows."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """All equilibria of a crisis under each mechanism at every point of a grid or a sample.

    Attributes
    ----------
    dataset : xarray.Dataset
        Over ``mechanism``, one dimension for each parameter of a grid, or ``draw`` for a sample,
        and ``outcome``: `low`, `high` and `selected`, probabilities; `complete`, `classes` (how
        many; nan where they were not told apart) and `certificate` (utils) without the last;
        `class_low` and `class_high` with a dimension ``class`` more, nan where a point has fewer.
    """

    dataset: xr.Dataset = field(repr=False)

    def __repr__(self) -> str:
        about, sizes = self.dataset.attrs, self.dataset.sizes
        grid = ", ".join(f"{name}: {sizes[name]}" for name in self.dims)
        names = [str(n) for n in self.dataset.mechanism.values]
        return f"Sweep({about['crisis']!r}, {about['concept']!r}, {{{grid}}}, {names})"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the parameters swept, in order."""
        dims = self.dims
        if dims != ("draw",):
            return dims
        return tuple(
            str(n) for n, c in self.dataset.coords.items() if c.dims == dims and n != dims[0]
        )

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions of the points: the parameters of a grid, or ``draw``."""
        return tuple(str(d) for d in self.dataset.complete.dims[1:])

    @property
    def headline(self) -> str:
        """The outcome that the sweep is about: war, or else the first there is."""
        outcomes = [str(o) for o in self.dataset.outcome.values]
        return "war" if "war" in outcomes else outcomes[0]

    def table(self, outcome: str | None = None) -> pd.DataFrame:
        """Return one row for each mechanism and point.

        Examples
        --------
        >>> from crisisgames import Ladder, sweep
        >>> found = sweep(Ladder(rungs=2), over={"audience_cost": [0.2, 0.4]})
        >>> print(found.table().round(3).to_string(index=False))
        mechanism  audience_cost  war low  war high  war selected  classes  complete
             none            0.2      0.0     0.407         0.407        2      True
             none            0.4      0.0     0.284         0.284        2      True
        """
        about = self._outcome(outcome)
        part = self.dataset.sel(outcome=about)
        names = ["low", "high", "selected"]
        frame = part[[*names, "classes", "complete"]].to_dataframe().reset_index()
        frame = frame.rename(columns={n: f"{about} {n}" for n in names})
        if frame["classes"].notna().all():
            frame["classes"] = frame["classes"].astype(int)
        columns = [*(f"{about} {n}" for n in names), "classes", "complete"]
        own = dict.fromkeys((*self.dims, *self.parameters))
        return frame[["mechanism", *own, *columns]]

    def _repr_html_(self) -> str:
        about = self.dataset.attrs
        caption = (
            f"{about['crisis']}, {about['concept']} equilibria over {about['over']}; "
            f"selected: {about['selection']}. {about['remark']}"
        )
        frame = self.table()
        table: str = frame.to_html(
            index=False, float_format="{:.4g}".format, max_rows=MOST_ROWS, show_dimensions=False
        )
        if len(frame) > MOST_ROWS:
            table += f"<p>{MOST_ROWS} of {len(frame)} rows; all of them: table()</p>"
        return f"<p>{escape(caption.strip())}</p>{table}"

    def plot(
        self,
        outcome: str | None = None,
        *,
        over: str | Sequence[str] | None = None,
        kind: str | None = None,
        show: str | Sequence[str] | None = None,
        apart: bool | None = None,
    ) -> Figure:
        """Draw bands over one parameter, a map over two, or single points; return the figure.

        Bands and maps of a grid show each class of equilibria. A sample, and a grid over more
        parameters than are looked at, is drawn point by point with means and extremes, or as a map
        of means.

        Parameters
        ----------
        outcome : str, optional
            By default `headline`.
        over : str or sequence of str, optional
            The parameters to look at, the horizontal one first; by default all, or the four over
            which a sample varies most.
        kind : str, optional
            ``bands`` (a grid over one parameter), ``map`` (two parameters), or ``points`` (each
            point against up to four parameters); by default what shows most.
        show : str or sequence of str, optional
            Of a map which panels, from left to right: ``classes``, ``count``, ``low``, ``high``,
            ``selected``, as in `plot_map`. With one, mechanisms stand side by side. Of points which
            of ``low``, ``high`` and ``selected``.
        apart : bool, optional
            Whether bands of each mechanism have axes of their own; by default, if there are more
            than three.

        Raises
        ------
        NotApplicable
            For a kind that does not fit, or more than there is room for.
        UnknownName
            For an outcome or a parameter that the sweep lacks, and an unknown kind or panel.
        """
        from crisisgames.plots import plot_sweep

        options: dict[str, Any] = {"over": over, "kind": kind, "show": show, "apart": apart}
        about = self.headline if outcome is None else outcome
        figure: Figure = plot_sweep(self.dataset, about, self.parameters, **options)
        return figure

    def explore(
        self, path: str | PathLike[str], outcomes: str | Iterable[str] | None = None
    ) -> Path:
        """Write a grid as a page to play with, one HTML file with sliders; see `pages.explore`."""
        from crisisgames.pages import explore

        return explore(self, path, outcomes)

    def explain(self, outcome: str | None = None) -> str:
        """Return the sweep in plain sentences, which speak of the points of the grid only.

        Examples
        --------
        >>> from crisisgames import Ladder, sweep
        >>> print(sweep(Ladder(rungs=2), over={"audience_cost": [0.2, 0.4]}).explain())
        2 points: audience_cost from 0.2 to 0.4.
        none (baseline): P(war) is from 0 to 0.4067 over all equilibria of all points. At 2 of 2
        points equilibria differ in P(war); there they have up to 2 classes.
        Selected: the lowest probability of war among the equilibria that survive D1. Between the
        points nothing was computed. Default values are illustrations, not estimates.
        """
        about = self._outcome(outcome)
        part, attrs = self.dataset.sel(outcome=about), self.dataset.attrs
        names = [str(n) for n in part.mechanism.values]
        base = part.sel(mechanism=names[0])
        lines = [_grid(part, self.parameters)]
        for name in names:
            row = part.sel(mechanism=name)
            against = "" if name == names[0] else _against(row, base, names[0], about)
            what = f"{name} (baseline)" if name == names[0] else name
            lines.append(" ".join(s for s in (f"{what}: {_level(row, about)}", against) if s))
        lines += attrs["notes"].splitlines()
        remark = f" {attrs['remark']}" if attrs["remark"] else ""
        lines.append(
            f"Selected: {attrs['selection']}. Between the points nothing was computed.{remark}"
        )
        return "\n".join(lines)

    def _outcome(self, outcome: str | None) -> str:
        outcomes = [str(o) for o in self.dataset.outcome.values]
        if outcome is None:
            return self.headline
        if outcome not in outcomes:
            raise suggest("outcome", outcome, outcomes)
        return outcome


def _grid(part: xr.Dataset, parameters: tuple[str, ...]) -> str:
    said = []
    for name in parameters:
        values = part[name].values
        low, high = f"{values.min():g}", f"{values.max():g}"
        said.append(f"{name} {low}" if low == high else f"{name} from {low} to {high}")
    count = part.complete[0].size
    what = "draw" if "draw" in part.sizes else "point"
    return f"{count} {what}{'s' * (count != 1)}: {', '.join(said)}."


def _level(row: Any, about: str) -> str:
    """Say between what the probability lies, and where equilibria differ."""
    low, high, classes = (row[n].values.ravel() for n in ("low", "high", "classes"))
    found, complete = ~np.isnan(low), bool(row.complete.all())
    if not found.any():
        return "no equilibrium was found."
    least, most = low[found].min(), high[found].max()
    which = "all equilibria" if complete else "the equilibria found"
    span = (
        f"{least:.4g} in {which} of all points"
        if most - least <= SAME
        else f"from {least:.4g} to {most:.4g} over {which} of all points"
    )
    said = [f"P({about}) is {span}."]
    wide = int((high - low > SAME).sum())
    if wide:
        counted = classes[(high - low > SAME) & ~np.isnan(classes)]
        said.append(f"At {wide} of {len(low)} points equilibria differ in P({about})")
        said[-1] += f"; there they have up to {int(counted.max())} class" if len(counted) else ""
        said[-1] += "es." if len(counted) and counted.max() > 1 else "."
    if not complete:
        missing = int((~row.complete.values).sum())
        said.append(f"At {missing} of {len(low)} points there may be other equilibria.")
    if not found.all():
        said.append(f"At {int((~found).sum())} of {len(low)} points none was found.")
    return " ".join(said)


def _against(row: Any, base: Any, baseline: str, about: str) -> str:
    """Say at how many points there is which verdict on the mechanism, as in a comparison."""
    spans = [np.stack([r.low.values.ravel(), r.high.values.ravel()], axis=1) for r in (row, base)]
    kinds = Counter(direction_of(tuple(a), tuple(b)) for a, b in zip(*spans, strict=True))
    kinds.pop("", None)  # no equilibrium to speak of
    complete = bool(row.complete.all()) and bool(base.complete.all())
    said = [
        f"at {kinds[kind]} {_clause(verdict(kind, about, complete=complete))}"
        for kind in VERDICTS
        if kinds[kind]
    ]
    of = kinds.total()
    points = f"{of} point{'s' * (of != 1)}"
    return f"Against {baseline}, of {points}: {'; '.join(said)}." if said else ""


def _clause(sentence: str) -> str:
    """Return a sentence as a part of another."""
    return f"{sentence[0].lower()}{sentence[1:].rstrip('.')}"
