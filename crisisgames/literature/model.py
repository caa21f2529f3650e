"""A published model: its cases, its results in closed form, and the games that solve to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.principles import PRINCIPLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Case", "Lever", "Model", "Point", "whole"]

Results = Mapping[str, Any]


@dataclass(frozen=True)
class Lever:
    """How a model speaks to one of the five principles.

    Attributes
    ----------
    principle : str
        A key of `PRINCIPLES`.
    case, parameter : str
        The argument through which the principle acts.
    raises : bool
        Whether to follow the principle is to raise the argument; else it lowers it.
    reading : str
        One sentence: why this argument stands for the principle.
    measure : str, optional
        The result of the case that measures war or failure, where the case does not have the
        model's `badness`.
    more_is_worse : bool
        Whether war or failure grows with the measure; false for one of peace.
    """

    principle: str
    case: str
    parameter: str
    raises: bool
    reading: str
    measure: str | None = None
    more_is_worse: bool = True

    def __post_init__(self) -> None:
        if self.principle not in PRINCIPLES:
            raise suggest("principle", self.principle, PRINCIPLES)


@dataclass(frozen=True)
class Case:
    """One variant of a model.

    Attributes
    ----------
    quantities : tuple of Quantity
        The arguments.
    compute : callable
        The results in closed form, or by the paper's own construction: takes the arguments by
        name, returns a mapping from the names of results. Where `vectorized`, arguments are floats
        or arrays of one shape, and so are the results.
    meanings : mapping
        What each result is, with its unit.
    conditions : tuple of Condition
    vectorized : bool
        Whether `compute` takes arrays; if not, it is called point by point.
    game : callable, optional
        Takes the arguments, returns the game of this case, where it is finite.
    solved : callable, optional
        Takes the arguments of one point, returns results found by the library's solvers: a second
        route, which shares nothing with `compute` but the arguments. It may leave results out.
    rtol, atol : float
        Largest difference between the two routes: 1e-9 relative by default; larger only where the
        solved route discretizes, with the bound on its error in the docstring of `solved`.
    """

    quantities: tuple[Quantity, ...]
    compute: Callable[..., Results]
    meanings: Mapping[str, str]
    conditions: tuple[Condition, ...] = ()
    vectorized: bool = True
    game: Callable[..., Any] | None = None
    solved: Callable[..., Results] | None = None
    rtol: float = 1e-9
    atol: float = 1e-9

    def arguments(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return all arguments, checked, with defaults where none is given."""
        names = [q.name for q in self.quantities]
        for name in given:
            if name not in names:
                raise suggest("parameter", name, names)
        values = {q.name: q.check(given.get(q.name, q.default)) for q in self.quantities}
        shapes = [np.shape(v) for v in values.values() if isinstance(v, np.ndarray)]
        try:
            np.broadcast_shapes(*shapes)
        except ValueError:
            shown = ", ".join(f"{n} {v.shape}" for n, v in values.items() if np.ndim(v))
            raise GameError(
                f"the arrays given do not fit together: {shown}; give shapes that broadcast"
            ) from None
        for condition in self.conditions:
            condition.check(values)
        return values

    @property
    def box(self) -> dict[str, tuple[float, float]]:
        """A default range of each argument that has one."""
        return {q.name: q.box for q in self.quantities if q.box is not None}


@dataclass(frozen=True)
class Point:
    """A check point: what the paper, or an independent calculation, says at given arguments."""

    case: str
    parameters: Mapping[str, Any]
    results: Mapping[str, Any]
    rtol: float


@dataclass(frozen=True)
class Model:
    """A model from the literature.

    Attributes
    ----------
    slug : str
        Author, year and subject.
    title : str
        One line.
    citation : str
        BibTeX.
    provenance : str
        What is the paper's and what is ours.
    cases : mapping from str to Case
    levers : tuple of Lever
        The principles it speaks to.
    badness : str, optional
        The result that measures war or failure.
    figures : mapping
        Names to functions that draw on a Matplotlib Axes.

    Examples
    --------
    >>> from crisisgames import literature
    >>> model = literature.get("fearon-1995-bargaining-range")
    >>> model.results("range", win_prob_a=0.6)["range_low"]
    0.5
    """

    slug: str
    title: str
    citation: str
    provenance: str
    cases: Mapping[str, Case]
    levers: tuple[Lever, ...] = ()
    badness: str | None = None
    figures: Mapping[str, Callable[[Axes], None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for lever in self.levers:
            names = [q.name for q in self.case(lever.case).quantities]
            if lever.parameter not in names:
                raise suggest(f"parameter of case {lever.case!r}", lever.parameter, names)
            meanings = self.case(lever.case).meanings
            if lever.measure is not None and lever.measure not in meanings:
                raise suggest(f"result of case {lever.case!r}", lever.measure, meanings)
        keys = {key for case in self.cases.values() for key in case.meanings}
        if self.badness is not None and self.badness not in keys:
            raise suggest("result", self.badness, keys)

    def __repr__(self) -> str:
        return f"<Model {self.slug}: {', '.join(self.cases)}>"

    def case(self, name: str) -> Case:
        """Return one case, or raise the error that lists them."""
        if name not in self.cases:
            shown = ", ".join(map(repr, self.cases))
            raise GameError(f"{self.slug} has no case {name!r}; there are: {shown}")
        return self.cases[name]

    def results(self, case: str, **parameters: Any) -> dict[str, Any]:
        """Return the results of a case in closed form.

        Parameters
        ----------
        case : str
            A key of `cases`.
        **parameters
            Its arguments; one left out takes its default. Arrays (NumPy arrays or lists) give
            arrays of the broadcast shape.

        Returns
        -------
        dict
            Numbers, booleans, words, tuples of numbers; nan where a result does not apply.

        Raises
        ------
        GameError
            A `ValueError`, with the name of the argument, its value and what is allowed.
        """
        chosen = self.case(case)
        values = chosen.arguments(parameters)
        arrays = [n for n, v in values.items() if isinstance(v, np.ndarray)]
        if not arrays:
            return {key: _plain(v) for key, v in chosen.compute(**values).items()}
        shape = np.broadcast_shapes(*(values[n].shape for n in arrays))
        if chosen.vectorized:
            spread = {n: np.broadcast_to(values[n], shape) if n in arrays else values[n]
                      for n in values}  # fmt: skip
            found = chosen.compute(**spread)
            return {key: np.array(np.broadcast_to(v, shape)) for key, v in found.items()}
        rows = []
        for place in np.ndindex(*shape):
            here = {n: np.broadcast_to(values[n], shape)[place].item() for n in arrays}
            rows.append(chosen.compute(**{**values, **here}))
        keys = rows[0] if rows else chosen.meanings
        return {key: _stacked([_plain(row[key]) for row in rows], shape) for key in keys}

    def game(self, case: str, **parameters: Any) -> Any:
        """Return the game of a case, to be solved, drawn or changed.

        Parameters
        ----------
        case : str
        **parameters
            As in `results`; and what the game alone has, such as how fine a grid is: see the
            docstring of ``cases[case].game``.

        Raises
        ------
        NotApplicable
            If the case is not a finite game.
        """
        chosen = self.case(case)
        if chosen.game is None:
            finite = [name for name, c in self.cases.items() if c.game is not None]
            raise NotApplicable(
                f"case {case!r} of {self.slug} is not a finite game"
                + (f"; these are: {', '.join(finite)}" if finite else "")
            )
        names = {q.name for q in chosen.quantities}
        own = set(signature(chosen.game).parameters) - names
        extra = {name: value for name, value in parameters.items() if name in own}
        rest = {name: value for name, value in parameters.items() if name not in own}
        return chosen.game(**chosen.arguments(rest), **extra)

    def solved(self, case: str, **parameters: Any) -> dict[str, Any]:
        """Return the results of a case as the library's solvers find them.

        Raises
        ------
        NotApplicable
            If the case has no such route.
        """
        chosen = self.case(case)
        if chosen.solved is None:
            raise NotApplicable(f"case {case!r} of {self.slug} has no solver route")
        values = chosen.arguments(parameters)
        if any(isinstance(v, np.ndarray) for v in values.values()):
            raise GameError("the solver route takes one point at a time; give numbers")
        return {key: _plain(v) for key, v in chosen.solved(**values).items()}

    def measure(self, lever: Lever) -> str | None:
        """Return the result by which a lever's effect on war is measured; None if there is none."""
        own = self.badness if self.badness in self.case(lever.case).meanings else None
        return lever.measure or own

    def draw(self, name: str) -> Figure:
        """Return one of the figures, drawn.

        Parameters
        ----------
        name : str
            A key of `figures`.

        Examples
        --------
        >>> from crisisgames import literature
        >>> figure = literature.get("fearon-1995-bargaining-range").draw("range")
        >>> figure.savefig("range.png")  # doctest: +SKIP
        """
        from matplotlib.figure import Figure

        if name not in self.figures:
            raise suggest(f"figure of {self.slug}", name, self.figures)
        figure = Figure(figsize=(7, 5), layout="constrained")
        self.figures[name](figure.subplots())
        return figure

    @property
    def box(self) -> dict[str, tuple[float, float]]:
        """A default range of every argument; where cases differ, of the first that has it."""
        found: dict[str, tuple[float, float]] = {}
        for case in self.cases.values():
            found = {**case.box, **found}
        return found

    @property
    def principles(self) -> tuple[str, ...]:
        """The principles it speaks to, in the order of `PRINCIPLES`."""
        return tuple(p for p in PRINCIPLES if any(lever.principle == p for lever in self.levers))

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """The check points: values of the paper, or of an independent calculation."""
        text = files(__package__).joinpath("points", f"{self.slug}.json").read_text("utf-8")
        rows = json.loads(text)["points"]
        return tuple(
            Point(r["case"], _tuples(r["parameters"]), _tuples(r["results"]), r["rtol"])
            for r in rows
        )


def whole(values: Any) -> Any:
    """Return a count that may be nan or infinite as an int where it is a single finite number.

    Examples
    --------
    >>> whole(np.float64(3)), whole(np.inf)
    (3, inf)
    """
    return int(values) if np.ndim(values) == 0 and np.isfinite(values) else values


def _plain(value: Any) -> Any:
    """Return a NumPy scalar as Python's own, a sequence as a tuple."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.item() if value.ndim == 0 else tuple(value.tolist())
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _stacked(values: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    if any(isinstance(v, tuple | str) for v in values):
        array = np.empty(len(values), dtype=object)
        array[:] = values
    else:
        array = np.array(values)
    return array.reshape(shape)


def _tuples(value: Any) -> Any:
    """Return what JSON holds with its lists as tuples."""
    if isinstance(value, Mapping):
        return {key: _tuples(v) for key, v in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
