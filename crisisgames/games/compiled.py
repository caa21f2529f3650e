"""A game tree as arrays: compiled once, evaluated for many parameter values.

The static part (`Compiled`) lists nature's branches, decision nodes, information sets and ends.
The numbers (`Numbers`) are one probability per branch, and payoffs and outcome shares per end; they
are computed exactly for one point, or in floating point for arrays of points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.expressions import ROUNDING, ExactEvaluator, Number, magnitude, vectorize
from crisisgames.games.parameter import Parameter, check_values, collect, find_parameter
from crisisgames.games.tree import STEP

__all__ = ["Compiled", "Decision", "InformationSet", "Numbers", "Record", "Visit"]

Record = tuple[str, ...]
"""What a player was told and what it did, in order."""

Decision = tuple[int, int]
"""An action taken: index of the information set, index of the action in it."""

LARGEST = Fraction(10) ** 300
"""Payoffs beyond this would leave the range of floats, in which results are reported."""

SHOWN = 80
"""Characters of an expression in an error."""

SUM_TOLERANCE = 1e-9
"""How far floating-point probabilities may be from summing to one: rounding, many times over."""


@dataclass(frozen=True)
class InformationSet:
    """All decisions of one player that have the same record.

    Attributes
    ----------
    player : str
    record : tuple of str
        What the player was told and did, in order.
    actions : tuple of str
    own : tuple of bool
        For each entry of the record, whether it is an own action (else a signal).
    """

    player: str
    record: Record
    actions: tuple[str, ...]
    own: tuple[bool, ...] = field(repr=False)

    @property
    def label(self) -> str:
        """The record as one text."""
        return ", ".join(self.record) if self.record else "start"


@dataclass(frozen=True)
class Visit:
    """A place that play can reach: a decision node, or an end.

    Attributes
    ----------
    history : tuple of str
        Labels of nature's branches and actions on the way.
    chance : tuple of int
        Indices of nature's branches on the way.
    decisions : tuple of Decision
        Actions on the way, of all players.
    """

    history: Record
    chance: tuple[int, ...]
    decisions: tuple[Decision, ...]

    @property
    def label(self) -> str:
        """The history as one text."""
        return STEP.join(self.history) or "the start"


@dataclass(frozen=True, eq=False)
class Numbers:
    """A compiled game's numbers at some parameter values.

    Attributes
    ----------
    branches : ndarray
        Probability of each branch of nature, shape (..., branches).
    payoffs : ndarray
        Utils, shape (..., ends, players).
    shares : ndarray
        Share of each outcome at each end, shape (..., ends, outcomes).

    Arrays are floats, or objects (`fractions.Fraction`) where the evaluation was exact.
    """

    branches: np.ndarray
    payoffs: np.ndarray
    shares: np.ndarray

    def chance(self, visits: tuple[Visit, ...]) -> np.ndarray:
        """Return the product of nature's probabilities on the way to each visit."""
        exact = self.branches.dtype == object
        # Rationals stay rationals: an integer of NumPy would overflow where they do not.
        one = np.full(self.branches.shape[:-1], Fraction(1) if exact else 1.0)
        product = np.empty((*one.shape, len(visits)), dtype=self.branches.dtype)
        for k, visit in enumerate(visits):
            product[..., k] = one * self.branches[..., list(visit.chance)].prod(axis=-1)
        return product


@dataclass(frozen=True, eq=False)
class Compiled:
    """The static part of a game: see the module's text.

    Attributes
    ----------
    players, outcomes : tuple of str
    information_sets : tuple of InformationSet
        In the order in which a walk of the tree meets them.
    nodes : tuple of Visit
        Decision nodes; `node_sets` gives the information set of each.
    ends : tuple of Visit
    branch_places : tuple of (str, str)
        For each branch of nature: the place (its siblings) and its label.
    branch_groups : tuple of int
        For each branch of nature, the chance node that it belongs to.
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[Visit, ...]
    node_sets: tuple[int, ...]
    ends: tuple[Visit, ...]
    outcomes: tuple[str, ...]
    branch_places: tuple[tuple[str, str], ...]
    branch_groups: tuple[int, ...]
    branch_expressions: tuple[sp.Expr, ...]
    payoff_expressions: tuple[tuple[sp.Expr, ...], ...]
    share_expressions: tuple[tuple[sp.Expr, ...], ...]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return collect([e for group in self._groups for e in group])

    @cached_property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """What each parameter invalidates: ``probabilities``, ``payoffs``, ``shares``."""
        roles = ("probabilities", "payoffs", "shares")
        names = {r: _symbols(es) for r, es in zip(roles, self._groups, strict=True)}
        return {p: tuple(r for r, has in names.items() if p in has) for p in self.parameters}

    @property
    def _groups(self) -> tuple[list[sp.Expr], list[sp.Expr], list[sp.Expr]]:
        """The expressions of branches, of payoffs and of shares."""
        payoffs = [u for row in self.payoff_expressions for u in row]
        shares = [s for row in self.share_expressions for s in row]
        return list(self.branch_expressions), payoffs, shares

    def complete_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for every parameter: the one given, else its default."""
        check_values(self.parameters, values)
        return {n: values.get(n, p.default) for n, p in self.parameters.items()}

    def exact(self, values: Mapping[str, Number]) -> Numbers:
        """Return the numbers at one point as rationals.

        Raises
        ------
        GameError
            If a probability or share lies outside [0, 1] or they do not sum to one there, or an
            expression has no finite real value.
        """
        full = self.complete_values(values)
        evaluate = self._evaluator(full)
        numbers = Numbers(
            _table(evaluate, [self.branch_expressions])[0],
            _table(evaluate, self.payoff_expressions),
            _table(evaluate, self.share_expressions),
        )
        self._check(numbers, full, ROUNDING)
        small = np.frompyfunc(lambda u: abs(u) <= LARGEST, 1, 1)
        self._check_finite(small(numbers.payoffs), full)
        return numbers

    def check_sums(self, values: Mapping[str, Number]) -> None:
        """Raise if probabilities or outcome shares do not sum to one at a point."""
        full = self.complete_values(values)
        evaluate = self._evaluator(full)
        branches = _table(evaluate, [self.branch_expressions])[0]
        self._check_sums(branches, _table(evaluate, self.share_expressions), full, ROUNDING)

    def _evaluator(self, full: Mapping[str, Any]) -> ExactEvaluator:
        return ExactEvaluator({p: p.check(full[n]) for n, p in self.parameters.items()})

    def floats(self, values: Mapping[str, Any]) -> Numbers:
        """Return the numbers at one point or at many, in floating point.

        Parameters
        ----------
        values : mapping
            For each parameter a number or an array; the arrays are broadcast, and their common
            shape becomes the leading axes of the results. Parameters left out take their defaults.

        Raises
        ------
        GameError
            For a value outside its domain, and where a probability, a share or a payoff is not what
            it must be at some point.
        """
        for name in values:
            find_parameter(self.parameters, name)
        full = {n: _floats(p, values.get(n, p.default)) for n, p in self.parameters.items()}
        try:
            np.broadcast_shapes(*(v.shape for v in full.values()))
        except ValueError:
            shapes = ", ".join(f"{n} {v.shape}" for n, v in full.items() if v.shape)
            raise GameError(f"the values have shapes that do not broadcast: {shapes}") from None
        branches, payoffs, shares = self._compiled(*full.values())
        ends = (*branches.shape[:-1], len(self.ends))
        numbers = Numbers(
            branches,
            payoffs.reshape(*ends, len(self.players)),
            shares.reshape(*ends, len(self.outcomes)),
        )
        self._check(numbers, full, SUM_TOLERANCE)
        self._check_finite(np.isfinite(numbers.payoffs), full)
        return numbers

    def magnitudes(self, values: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
        """Return the sizes of the numbers added up in branches and payoffs; values as in `floats`.

        The rounding of a number is relative to that, where terms cancel.

        Returns
        -------
        tuple of ndarray
            Shapes (..., branches) and (..., ends, players).
        """
        full = {n: _floats(p, values.get(n, p.default)) for n, p in self.parameters.items()}
        branches, payoffs = self._compiled_sizes(*full.values())
        return branches, payoffs.reshape(*branches.shape[:-1], len(self.ends), len(self.players))

    def __getstate__(self) -> dict[str, Any]:
        # A compiled function cannot be pickled, and is quickly made again.
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_compiled")}

    @cached_property
    def _compiled(self) -> Callable[..., list[np.ndarray]]:
        return self._vectorized(self._groups)

    @cached_property
    def _compiled_sizes(self) -> Callable[..., list[np.ndarray]]:
        branches, payoffs, _ = self._groups
        sizes = {e: magnitude(e) for e in dict.fromkeys([*branches, *payoffs])}
        return self._vectorized([[sizes[e] for e in group] for group in (branches, payoffs)])

    def _vectorized(self, groups: Sequence[Sequence[sp.Expr]]) -> Callable[..., list[np.ndarray]]:
        # Many ends repeat the same expression: compute each distinct one once.
        distinct = list(dict.fromkeys(e for group in groups for e in group))
        place = {e: i for i, e in enumerate(distinct)}
        indices = [np.array([place[e] for e in group], dtype=int) for group in groups]
        function = vectorize(list(self.parameters.values()), distinct)

        def evaluate(*values: np.ndarray) -> list[np.ndarray]:
            found = function(*values)
            return [found.take(index, axis=-1) for index in indices]

        return evaluate

    @cached_property
    def _siblings(self) -> tuple[tuple[int, ...], ...]:
        """The branches of each chance node."""
        found: dict[int, list[int]] = {}
        for i, group in enumerate(self.branch_groups):
            found.setdefault(group, []).append(i)
        return tuple(map(tuple, found.values()))

    def _check(self, numbers: Numbers, values: Mapping[str, Any], slack: float | Fraction) -> None:
        """Raise if a probability or share leaves [0, 1], or if they do not sum to one."""
        bad = _outside(numbers.branches, slack)
        if bad.any():
            *point, i = first = np.argwhere(bad)[0]
            place, label = self.branch_places[i]
            at = _at(values, bad.shape[:-1], point, [self.branch_expressions[i]])
            raise GameError(
                f"the probability of {label!r} in {place} is "
                f"{_shown(numbers.branches[tuple(first)])}{at}; allowed is 0 to 1: change its "
                "expression or a parameter's domain"
            )
        bad = _outside(numbers.shares, slack)
        if bad.any():
            *point, z, k = first = np.argwhere(bad)[0]
            at = _at(values, bad.shape[:-2], point, [self.share_expressions[z][k]])
            raise GameError(
                f"the share of {self.outcomes[k]!r} at the end of {self.ends[z].label!r} is "
                f"{_shown(numbers.shares[tuple(first)])}{at}; allowed is 0 to 1: change its "
                "expression or a parameter's domain"
            )
        self._check_sums(numbers.branches, numbers.shares, values, slack)

    def _check_sums(
        self,
        branches: np.ndarray,
        shares: np.ndarray,
        values: Mapping[str, Any],
        slack: float | Fraction,
    ) -> None:
        for members in self._siblings:
            total = branches[..., list(members)].sum(axis=-1)
            wrong = _first_wrong(total, slack)
            if wrong is not None:
                terms = [self.branch_expressions[i] for i in members]
                raise GameError(
                    f"the probabilities of {self.branch_places[members[0]][0]} sum to "
                    f"{_shown(np.asarray(total)[wrong])}"
                    f"{_at(values, np.shape(total), wrong, terms)}; they must sum to 1"
                )
        total = shares.sum(axis=-1)
        wrong = _first_wrong(total, slack)
        if wrong is not None:
            *point, z = wrong
            raise GameError(
                f"the outcome shares at the end of {self.ends[z].label!r} sum to "
                f"{_shown(total[wrong])}"
                f"{_at(values, total.shape[:-1], point, self.share_expressions[z])}; "
                "they must sum to 1"
            )

    def _check_finite(self, finite: np.ndarray, values: Mapping[str, Any]) -> None:
        bad = ~finite.astype(bool)
        if bad.any():
            *point, z, i = np.argwhere(bad)[0]
            expression = self.payoff_expressions[z][i]
            shown = str(expression)
            shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
            raise GameError(
                f"the payoff of {self.players[i]!r} at the end of {self.ends[z].label!r} is not a "
                f"finite real number up to 1e300{_at(values, bad.shape[:-2], point, [expression])};"
                f" change {shown} or a parameter's domain"
            )


def _table(evaluate: ExactEvaluator, rows: Sequence[Sequence[sp.Expr]]) -> np.ndarray:
    """Return the values of rows of expressions of one length."""
    table = np.empty((len(rows), len(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        table[i] = [evaluate(e) for e in row]
    return table


def _floats(parameter: Parameter, value: Any) -> np.ndarray:
    """Return one value or many as floats, checked against the parameter's domain."""
    low, high = map(float, parameter.bounds)
    if type(value) is float and low < value < high:
        return np.array(value)  # the usual case, without rationals
    if np.ndim(value) == 0:
        single = value.item() if isinstance(value, np.ndarray) else value
        return np.asarray(float(parameter.check(single)))
    array = np.asarray(value, dtype=float)
    bad = ~(np.isfinite(array) & (array >= low) & (array <= high))
    if bad.any():
        raise GameError(
            f"parameter {parameter.name!r} is {array[bad][0]}; allowed is {parameter.allowed}"
        )
    return array


def _symbols(expressions: Iterable[sp.Expr]) -> set[str]:
    return {s.name for e in set(expressions) for s in e.free_symbols}


def _outside(values: np.ndarray, slack: float | Fraction) -> np.ndarray:
    """Return where values are outside [0, 1], or are not numbers."""
    inside: np.ndarray = (values >= -slack) & (values <= 1 + slack)
    return ~inside


def _first_wrong(total: Any, slack: float | Fraction) -> tuple[int, ...] | None:
    """Return the first place where a sum is not one, or is not a number."""
    wrong = np.logical_not(abs(total - 1) <= slack)
    return tuple(np.argwhere(wrong)[0]) if wrong.any() else None


def _at(
    values: Mapping[str, Any],
    shape: tuple[int, ...],
    point: Sequence[int],
    expressions: Iterable[sp.Expr],
) -> str:
    """Return the values, at one point, of the parameters that matter: `` at x=0.3``."""
    shown = {
        name: np.broadcast_to(np.asarray(values[name], dtype=object), shape)[tuple(point)]
        for name in sorted(_symbols(expressions))
    }
    return " at " + ", ".join(f"{n}={v}" for n, v in shown.items()) if shown else ""


def _shown(value: Any) -> str:
    return f"{float(value):.12g}"
