"""On what the published models agree: what each says of a principle of crisis management.

A model speaks to a principle through an argument, its *lever*, which to follow the principle is to
raise, or to lower. What it says is computed, never typed in: points are drawn evenly from the box
of the model's case, and at each two values of the lever, all else equal. The *change* is that of
the model's measure of war (`Model.badness`, or the lever's own) from the value that follows the
principle less to the one that follows it more. So a change below 0 is what the principle promises.

Points are drawn by the names of model and argument, so that they are the same on every machine. The
boxes are illustrations; shares of points are not probabilities of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, floor
from numbers import Integral
from os import PathLike
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from crisisgames import literature
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.literature import Case, Lever, Model, Quantity
from crisisgames.markup import paragraph
from crisisgames.principles import PRINCIPLES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Agreement", "Effect", "Effects", "agreement", "effect", "effects"]

POINTS = 400
"""Points at which the effect of a lever is computed: shares are then known to a percent or two."""

TRIES = 2_000
"""Draws after which a point that meets the conditions of the case is given up."""

TIE = 1e-9
"""A change below this, relative to the measure where that is above 1, is none."""

TAIL = 0.1
"""Share of the changes beyond either end of the range that is reported."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What one argument of one model does to its measure of war, if it follows a principle more.

    Attributes
    ----------
    model : str
        The slug.
    lever : Lever
        Case, argument and direction.
    measure : str
        The result that measures war or failure; "not ..." where that falls as the result rises.
    changes : ndarray
        At each point, how much the measure rises; nan where it is not defined on both sides.
    span : float
        Between the least and the largest value of the measure at these points.
    """

    model: str
    lever: Lever
    measure: str
    changes: np.ndarray = field(repr=False)
    span: float

    @property
    def name(self) -> str:
        """Model, argument and direction."""
        arrow = "↑" if self.lever.raises else "↓"
        return f"{self.model}: {self.lever.parameter} {arrow}"

    @property
    def falls(self) -> float:
        """Share of points at which the measure falls."""
        return float((self.changes < 0).mean())

    @property
    def rises(self) -> float:
        """Share of points at which it rises."""
        return float((self.changes > 0).mean())

    @property
    def nothing(self) -> float:
        """Share of points at which it stays as it is."""
        return float((self.changes == 0).mean())

    @property
    def undefined(self) -> float:
        """Share of points at which the result does not apply, before or after."""
        return float(np.isnan(self.changes).mean())

    @property
    def mean(self) -> float:
        """Mean change, in the units of the measure."""
        return self._typical(np.mean)

    @property
    def low(self) -> float:
        """Change that a tenth of the points lie below."""
        return self._typical(lambda x: np.quantile(x, TAIL))

    @property
    def high(self) -> float:
        """Change that a tenth of the points lie above."""
        return self._typical(lambda x: np.quantile(x, 1 - TAIL))

    def _typical(self, of: Any) -> float:
        finite = self.changes[np.isfinite(self.changes)]
        return float(of(finite)) if len(finite) else float("nan")

    @property
    def verdict(self) -> str:
        """What happened at all points: "never rises", "never falls", "both" or "nothing"."""
        if self.falls and self.rises:
            return "both"
        return "never rises" if self.falls else "never falls" if self.rises else "nothing"


@dataclass(frozen=True, eq=False)
class Effects(Sequence[Effect]):
    """What the published models say of one principle.

    Attributes
    ----------
    principle : str
    rows : tuple of Effect
        One for each lever, in the order of the models.
    silent : tuple of str
        Models without an argument that stands for the principle.
    unmeasured : tuple of str
        Those that have one, but no measure of war beside it, or no range from which to draw it.
    """

    principle: str
    rows: tuple[Effect, ...]
    silent: tuple[str, ...]
    unmeasured: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Effects of {self.principle}: {len(self)} levers in {len(self.models)} models>"

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> Effect: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Effect]: ...
    def __getitem__(self, index: int | slice) -> Effect | Sequence[Effect]:
        return self.rows[index]

    def __iter__(self) -> Iterator[Effect]:
        return iter(self.rows)

    @property
    def models(self) -> tuple[str, ...]:
        """The models that speak to the principle, each once."""
        return tuple(dict.fromkeys(e.model for e in self.rows))

    def table(self) -> pd.DataFrame:
        """Return one row per lever: shares of points, and the change in units of the measure."""
        import pandas as pd

        names = (
            "model", "case", "argument", "measure", "falls", "rises", "nothing", "undefined",
            "mean", "low", "high", "verdict",
        )  # fmt: skip
        rows = [
            (
                e.model, e.lever.case, f"{e.lever.parameter} {'↑' if e.lever.raises else '↓'}",
                e.measure, e.falls, e.rises, e.nothing, e.undefined, e.mean, e.low, e.high,
                e.verdict,
            )
            for e in self.rows
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=list(names))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the changes of all levers below each other; return the axes."""
        from crisisgames.plots import plot_principle

        axes: Axes = plot_principle(self, ax=ax)
        return axes

    def explain(self) -> str:
        """Return in sentences how often the measure falls and rises, and who is silent."""
        count = len(self.rows)
        lines = [
            f"{self.principle}: {_many(count, 'lever')} in {_many(len(self.models), 'model')}."
        ]
        kinds = {
            "never rises": "it falls or stays at all points",
            "never falls": "it rises or stays at all points",
            "both": "it falls at some points and rises at others",
            "nothing": "it stays as it is",
        }
        for verdict, words in kinds.items():
            those = [e for e in self.rows if e.verdict == verdict]
            if those:
                lines.append(f"In {len(those)} of {count} {words}:")
                lines += [f"  {e.name} ({_shares(e)})" for e in those]
        if self.unmeasured:
            lines.append("Not measured: " + ", ".join(self.unmeasured) + ".")
        if self.silent:
            lines.append("Silent: " + ", ".join(self.silent) + ".")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        table: str = self.table().to_html(index=False, float_format="{:.3g}".format)
        silent = f"Silent: {', '.join(self.silent) or 'none'}."
        return paragraph(self.principle) + table + paragraph(silent)


@dataclass(frozen=True, eq=False)
class Agreement(Mapping[str, Effects]):
    """What the published models say of all principles.

    Attributes
    ----------
    principles : mapping from str to Effects
    models : tuple of str
        All that were asked, whether they speak or not.
    """

    principles: Mapping[str, Effects]
    models: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Agreement of {len(self.models)} models on {', '.join(self.principles)}>"

    def __getitem__(self, principle: str) -> Effects:
        if principle not in self.principles:
            raise suggest("principle", principle, self.principles)
        return self.principles[principle]

    def __iter__(self) -> Iterator[str]:
        return iter(self.principles)

    def __len__(self) -> int:
        return len(self.principles)

    @cached_property
    def silent(self) -> tuple[str, ...]:
        """Models that speak to no principle."""
        every = self.principles.values()
        return tuple(m for m in self.models if all(m in found.silent for found in every))

    def of(self, model: str, principle: str) -> tuple[Effect, ...]:
        """Return what one model says of one principle; nothing where it is silent."""
        return tuple(e for e in self[principle] if e.model == model)

    def table(self) -> pd.DataFrame:
        """Return models by principles: shares of points at which the measure falls and rises.

        A cell reads "falls / rises" in percent; several levers are parted by a comma, and a cell is
        empty where the model is silent.
        """
        import pandas as pd

        rows = {
            model: {
                p: ", ".join(
                    f"{100 * e.falls:.0f} / {100 * e.rises:.0f}" for e in self.of(model, p)
                )
                for p in self.principles
            }
            for model in self.models
        }
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(self.principles))
        return table.rename_axis("model")

    def counts(self) -> pd.DataFrame:
        """Return for each principle the number of levers of each verdict, and of silent models."""
        import pandas as pd

        kinds = ("never rises", "both", "never falls", "nothing")
        rows = {
            p: {
                "models": len(found.models),
                "levers": len(found),
                **{kind: sum(e.verdict == kind for e in found) for kind in kinds},
                "silent": len(found.silent),
            }
            for p, found in self.principles.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("principle")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw models by principles; return the axes."""
        from crisisgames.plots import plot_agreement

        axes: Axes = plot_agreement(self, ax=ax)
        return axes

    def report(self, path: str | PathLike[str], *, date: str = "") -> Path:
        """Write all as one HTML file that needs nothing else; return its path."""
        from crisisgames.pages import report_agreement

        written: Path = report_agreement(self, path, date=date)
        return written

    def _repr_html_(self) -> str:
        table: str = self.table().to_html()
        return paragraph("falls / rises, percent of points") + table


def effects(
    principle: str, *, models: Iterable[str | Model] | None = None, points: int = POINTS
) -> Effects:
    """Return what the published models say of a principle.

    Parameters
    ----------
    principle : str
        A key of `PRINCIPLES`.
    models : iterable of str or Model, optional
        Slugs or models; all that are registered if left out.
    points : int
        Points at which the effect of each lever is computed.

    Raises
    ------
    UnknownName
        For another principle, or another slug.

    Examples
    --------
    >>> from crisisgames import analysis
    >>> found = analysis.effects("division", models=["kydd-2005-trust-reassurance"], points=50)
    >>> [(e.name, e.verdict) for e in found]
    [('kydd-2005-trust-reassurance: step ↓', 'both')]
    """
    if principle not in PRINCIPLES:
        raise suggest("principle", principle, PRINCIPLES)
    rows, silent, unmeasured = [], [], []
    for model in _models(models):
        levers = [lever for lever in model.levers if lever.principle == principle]
        found = [effect(model, lever, points=points) for lever in levers if _measured(model, lever)]
        rows += found
        if not levers:
            silent.append(model.slug)
        elif len(found) < len(levers):
            unmeasured.append(model.slug)
    return Effects(principle, tuple(rows), tuple(silent), tuple(unmeasured))


def agreement(*, models: Iterable[str | Model] | None = None, points: int = POINTS) -> Agreement:
    """Return what the published models say of all principles; arguments as for `effects`.

    Examples
    --------
    >>> from crisisgames import analysis
    >>> found = analysis.agreement(models=["powell-2006-war-commitment-problem"], points=20)
    >>> found.counts()["silent"].to_list()
    [1, 0, 1, 1, 0]
    """
    asked = _models(models)
    found = {p: effects(p, models=asked, points=points) for p in PRINCIPLES}
    return Agreement(found, tuple(model.slug for model in asked))


def effect(model: Model, lever: Lever, *, points: int = POINTS) -> Effect:
    """Return what one lever of one model does to its measure of war.

    Raises
    ------
    NotApplicable
        If the case has no measure of war, or the argument no range to draw from.
    """
    if not isinstance(points, Integral) or isinstance(points, bool) or points < 1:
        raise GameError(f"points is {points!r}; give a whole number that is 1 or more")
    if not _measured(model, lever):
        raise NotApplicable(
            f"{model.slug}: the case {lever.case!r} has no measure of war, or "
            f"{lever.parameter!r} no range from which to draw it"
        )
    measure = model.measure(lever)
    assert measure is not None
    case = model.case(lever.case)
    rng = Random(f"{model.slug} {lever.case} {lever.parameter}")
    pairs = list(_pairs(case, lever, int(points), rng))
    if not pairs:
        raise GameError(f"the box of {model.slug}, {lever.case}, seldom meets its conditions")
    sign = 1 if lever.more_is_worse else -1
    before, after = (
        sign * _values(model, lever.case, measure, [pair[k] for pair in pairs]) for k in (0, 1)
    )
    with np.errstate(invalid="ignore"):  # the difference of two infinities
        changes = after - before
    scale = np.maximum(1, np.minimum(abs(before), abs(after)))
    changes = np.where((before == after) | (abs(changes) <= TIE * scale), 0.0, changes)
    both = np.concatenate([before, after])
    both = both[np.isfinite(both)]
    span = float(np.ptp(both)) if len(both) else 0.0
    return Effect(model.slug, lever, measure if sign > 0 else f"not {measure}", changes, span)


def _models(models: Iterable[str | Model] | None) -> tuple[Model, ...]:
    asked = literature.SLUGS if models is None else models
    return tuple(m if isinstance(m, Model) else literature.get(m) for m in asked)


def _measured(model: Model, lever: Lever) -> bool:
    return (
        model.measure(lever) is not None
        and _quantity(model.case(lever.case), lever).box is not None
    )


def _quantity(case: Case, lever: Lever) -> Quantity:
    return next(q for q in case.quantities if q.name == lever.parameter)


Arguments = dict[str, Any]


def _pairs(
    case: Case, lever: Lever, points: int, rng: Random
) -> Iterator[tuple[Arguments, Arguments]]:
    """Yield arguments that follow the principle less, and more.

    Words keep their defaults, and what the model works out by itself is left to it.
    """
    own = _quantity(case, lever)
    drawn = [q for q in case.quantities if q.box is not None and q.default is not None]
    for _ in range(points):
        for _ in range(TRIES):
            rest = {q.name: _draw(q, rng) for q in drawn}
            values = sorted((_draw(own, rng), _draw(own, rng)), reverse=not lever.raises)
            less, more = ({**rest, own.name: value} for value in values)
            if values[0] != values[1] and _allowed(case, less) and _allowed(case, more):
                yield less, more
                break
        else:
            return


def _draw(quantity: Quantity, rng: Random) -> float:
    assert quantity.box is not None
    low, high = quantity.box
    return rng.randint(ceil(low), floor(high)) if quantity.whole else rng.uniform(low, high)


def _allowed(case: Case, given: Arguments) -> bool:
    try:
        case.arguments(given)
    except GameError:
        return False
    return True


def _values(model: Model, case: str, measure: str, rows: Sequence[Arguments]) -> np.ndarray:
    """Return the measure at each point; of several equilibria the least."""
    arrays = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found = model.results(case, **arrays)[measure]
    if found.dtype == object:
        return np.array(
            [min(v, default=np.nan) if isinstance(v, tuple) else v for v in found], float
        )
    return np.asarray(found, dtype=float)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _shares(e: Effect) -> str:
    said = f"falls {100 * e.falls:.0f} %, rises {100 * e.rises:.0f} %, same {100 * e.nothing:.0f} %"
    return said + (f", undefined {100 * e.undefined:.0f} %" if e.undefined else "")
