"""The check table of a published model: its check points, the closed form, the solvers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isclose, isnan
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crisisgames.literature.model import Model

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Check", "Reproduction", "difference", "reproduce"]

ATOL = 1e-9
"""Absolute tolerance beside a check point's relative one: for results that are zero."""


@dataclass(frozen=True)
class Check:
    """One number, three ways.

    Attributes
    ----------
    case : str
    parameters : str
        The arguments that differ from their defaults.
    result : str
    stated : object
        The value of the check point.
    closed : object
        From `Model.results`.
    solved : object
        From `Model.solved`; None where that route does not give it.
    agrees : bool
        Whether all that are there agree, to the tolerances stated.
    """

    case: str
    parameters: str
    result: str
    stated: Any
    closed: Any
    solved: Any
    agrees: bool

    @property
    def difference(self) -> float:
        """The largest difference from the check point; nan between things that are no numbers."""
        others = [self.closed] + ([] if self.solved is None else [self.solved])
        return max(difference(self.stated, other) for other in others)


@dataclass(frozen=True)
class Reproduction:
    """All checks of a model, and its figures.

    Attributes
    ----------
    model : Model
    checks : tuple of Check
    """

    model: Model
    checks: tuple[Check, ...]

    @property
    def agrees(self) -> bool:
        """Whether every check agrees."""
        return all(c.agrees for c in self.checks)

    def table(self) -> pd.DataFrame:
        """Return the check table, one row for each number."""
        import pandas as pd

        names = ["case", "parameters", "result", "stated", "closed form", "solved"]
        rows = [
            (c.case, c.parameters, c.result, c.stated, c.closed, c.solved, c.difference, c.agrees)
            for c in self.checks
        ]
        return pd.DataFrame(rows, columns=[*names, "difference", "agrees"])

    def draw(self, folder: str | Path, *, suffix: str = "png") -> list[Path]:
        """Draw every figure into a folder, which is made where it is missing; return the files."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        written = []
        for name in self.model.figures:
            path = target / f"{self.model.slug}-{name}.{suffix}"
            self.model.draw(name).savefig(path, dpi=150)
            written.append(path)
        return written


def reproduce(slug: str, *, progress: Callable[[Any], Any] = iter) -> Reproduction:
    """Check a model: its check points against both routes.

    Parameters
    ----------
    slug : str
        As `get` takes it.
    progress : callable
        Wraps the check points as they are gone through, such as ``tqdm.tqdm``.

    Examples
    --------
    >>> found = reproduce("fearon-1995-bargaining-range")
    >>> found.agrees, len(found.checks) > 40
    (True, True)
    """
    from crisisgames.literature import get

    model = get(slug)
    checks = []
    for point in progress(model.points):
        case = model.case(point.case)
        closed = model.results(point.case, **point.parameters)
        solved = {} if case.solved is None else model.solved(point.case, **point.parameters)
        given = ", ".join(f"{n}={_short(v)}" for n, v in point.parameters.items()) or "defaults"
        for key, stated in point.results.items():
            good = alike(stated, closed[key], point.rtol, ATOL)
            if key in solved:
                good &= alike(closed[key], solved[key], case.rtol, case.atol)
            checks.append(Check(point.case, given, key, stated, closed[key], solved.get(key), good))
    return Reproduction(model, tuple(checks))


def alike(one: Any, other: Any, rtol: float, atol: float) -> bool:
    """Say whether two results agree: numbers to tolerances, all else exactly."""
    if isinstance(one, tuple) or isinstance(other, tuple):
        both = isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other)
        return both and all(alike(a, b, rtol, atol) for a, b in zip(one, other, strict=True))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if not (isinstance(one, Real) and isinstance(other, Real)):
        return bool(one == other)
    return isclose(one, other, rel_tol=rtol, abs_tol=atol) or (isnan(one) and isnan(other))


def difference(one: Any, other: Any) -> float:
    """Return the largest difference between two results; nan where they are not numbers."""
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return max((difference(a, b) for a, b in zip(one, other, strict=True)), default=0.0)
    if isinstance(one, Real) and isinstance(other, Real):
        return abs(float(one) - float(other))
    return 0.0 if one == other else float("nan")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return (
        str(tuple(map(_short, value))).replace("'", "") if isinstance(value, tuple) else str(value)
    )
