"""Numbers and expressions: read exactly, evaluated exactly or as vectorized floating point.

A number that a user writes is taken as the decimal it looks like: ``0.9`` is nine tenths, so ties
that hold on paper hold in the computer. Expressions are SymPy's; two routes evaluate them, exact
rationals for one point (`ExactEvaluator`) and a compiled NumPy function for many
(`vectorize`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, reduce
from math import isfinite
from numbers import Rational, Real
from operator import mul
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from crisisgames.errors import GameError

__all__ = [
    "ROUNDING",
    "ExactEvaluator",
    "Number",
    "as_expression",
    "as_fraction",
    "completed",
    "magnitude",
    "vectorize",
]

Number = int | float | Fraction

DOUBLE = 53
"""Bits of an ordinary float."""

FLOAT_SUM = 1e-12
"""How far floats that are meant to sum to one may miss it: a few thousand roundings."""

SIMPLE = 1_000
"""Largest denominator of a fraction that a float is taken for where it is the nearest float."""

IRRATIONAL_DIGITS = 40
"""Digits kept of an irrational number: far below any payoff difference, exact ever after."""

ROUNDING = Fraction(1, 10**30)
"""How far a sum of irrational numbers may be from what it is on paper; see `IRRATIONAL_DIGITS`."""


def completed(probabilities: Sequence[sp.Expr], given: Sequence[Any]) -> list[sp.Expr]:
    """Return probabilities that sum to one exactly where only the rounding of floats is between.

    Simple fractions are taken if these do (``1 / 3`` and ``2 / 3``), or decimals of fifteen digits
    (0.7 and ``1 - 0.7``); else all are divided by their sum. Anything else is returned as it is.

    Examples
    --------
    >>> completed([sp.Rational("0.7"), sp.Rational(repr(1 - 0.7))], [0.7, 1 - 0.7])
    [7/10, 3/10]
    >>> completed([sp.Rational(repr(1 / 3)), sp.Rational(repr(2 / 3))], [1 / 3, 2 / 3])
    [1/3, 2/3]
    """
    total = sp.Add(*probabilities)
    rounded = any(isinstance(g, (float, np.floating)) for g in given)
    if not rounded or not total.is_Rational or total == 1 or abs(total - 1) > FLOAT_SUM:
        return list(probabilities)
    simple = [sp.Rational(float(p)).limit_denominator(SIMPLE) for p in probabilities]
    if sum(simple) == 1 and all(map(_reads_as, simple, probabilities)):
        return simple
    short = [sp.Rational(f"{float(p):.15g}") for p in probabilities]
    return short if sum(short) == 1 else [p / total for p in probabilities]


def _reads_as(fraction: sp.Rational, value: sp.Rational) -> bool:
    return bool(float(fraction) == float(value))


def as_fraction(value: Any, what: str = "the number") -> Fraction:
    """Return ``value`` as the rational that it reads as; a float is its shortest decimal.

    Raises
    ------
    GameError
        If it is not a finite real number.

    Examples
    --------
    >>> as_fraction(0.9)
    Fraction(9, 10)
    """
    if type(value) is float and isfinite(value):
        return _shortest(value)
    if isinstance(value, sp.Float):
        return _decimal(value)
    if isinstance(value, sp.Expr):
        exact = _without_floats(value)
        if isinstance(exact, sp.Rational):
            return Fraction(int(exact.p), int(exact.q))
        number = sp.N(exact, IRRATIONAL_DIGITS)
        if not isinstance(number, sp.Float):
            raise GameError(f"{what} is {value}; give a finite real number")
        return Fraction(str(number))
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, Decimal)):
        raise GameError(f"{what} is {value!r}; give a finite real number")
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if not np.isfinite(float(value)):
        raise GameError(f"{what} is {value!r}; give a finite real number")
    return Fraction(str(value))


@lru_cache(maxsize=4_096)
def _shortest(value: float) -> Fraction:
    return Fraction(str(value))


def as_expression(value: Any, what: str = "the value") -> sp.Expr:
    """Return ``value`` as an exact SymPy expression.

    Raises
    ------
    GameError
        If it is neither a finite real number nor a SymPy expression.
    """
    if isinstance(value, sp.Expr) and not value.is_number:
        if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I):
            raise GameError(f"{what} is {value}, which is not a finite real number")
        if unknown := value.atoms(AppliedUndef):
            raise GameError(f"{what} has {unknown.pop()}, a function without a definition")
        return _without_floats(value)
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (sp.Expr, Real, Decimal)):
        raise GameError(
            f"{what} is {value!r}; allowed are numbers and SymPy expressions in Parameters"
        )
    fraction = as_fraction(value, what)
    return _without_floats(value) if isinstance(value, sp.Expr) else _rational(fraction)


def _without_floats(e: sp.Expr) -> sp.Expr:
    """Return ``e`` with each float replaced by the decimal that it reads as."""
    return e.xreplace({f: _rational(_decimal(f)) for f in e.atoms(sp.Float)})


def _decimal(number: sp.Float) -> Fraction:
    """Return a float as the decimal that it reads as: of those that round to it, the shortest."""
    return Fraction(repr(float(number)) if number._prec <= DOUBLE else str(number))


def _rational(number: Fraction) -> sp.Rational:
    return sp.Rational(number.numerator, number.denominator)


def _power(base: Fraction, power: Fraction) -> Fraction:
    """Return a number of at least 0 to a power: exact if that is rational, else rounded."""
    top, bottom = (sp.integer_nthroot(n, power.denominator) for n in base.as_integer_ratio())
    if top[1] and bottom[1]:
        return Fraction(int(top[0]), int(bottom[0])) ** power.numerator
    # Not sp.Rational(base) ** power: SymPy would factor numbers of any length.
    digits = IRRATIONAL_DIGITS + 20
    return Fraction(
        str(sp.N(sp.Float(_rational(base), digits) ** _rational(power), IRRATIONAL_DIGITS))
    )


RELATIONS: dict[Any, Callable[[Fraction, Fraction], bool]] = {
    sp.Ge: lambda a, b: a >= b,
    sp.Gt: lambda a, b: a > b,
    sp.Le: lambda a, b: a <= b,
    sp.Lt: lambda a, b: a < b,
    sp.Eq: lambda a, b: a == b,
    sp.Ne: lambda a, b: a != b,
}


class ExactEvaluator:
    """Evaluates expressions at one point in exact rational arithmetic.

    An irrational subexpression, such as a root, is rounded once to a rational of forty digits and
    is the same rational wherever it occurs, so identities that hold for every value of it survive.

    Parameters
    ----------
    values : mapping
        Value of every free symbol, by symbol.
    """

    def __init__(self, values: Mapping[sp.Symbol, Fraction]) -> None:
        self._known: dict[Any, Fraction] = dict(values)

    def __call__(self, expression: sp.Expr) -> Fraction:
        """Return the value of ``expression``."""
        known = self._known.get(expression)
        if known is None:
            known = self._known[expression] = self._compute(expression)
        return known

    def _compute(self, e: Any) -> Fraction:
        if isinstance(e, sp.Rational):
            return Fraction(int(e.p), int(e.q))
        if isinstance(e, sp.Float):
            return _decimal(e)
        if isinstance(e, sp.Add):
            return sum((self(a) for a in e.args), Fraction(0))
        if isinstance(e, sp.Mul):
            return reduce(mul, (self(a) for a in e.args))
        if isinstance(e, sp.Pow):
            base, power = self(e.base), self(e.exp)
            if base == 0 and power < 0:
                raise self._undefined(e, "divides by zero")
            if power.denominator == 1:
                return base**power.numerator
            if base < 0:
                raise self._undefined(e, "is not a real number")
            return _power(base, power)
        if isinstance(e, sp.Piecewise):
            for value, condition in e.args:
                if self._holds(condition):
                    return self(value)
            raise self._undefined(e, "has no case that holds")
        if isinstance(e, sp.Min):
            return min(self(a) for a in e.args)
        if isinstance(e, sp.Max):
            return max(self(a) for a in e.args)
        numbers = [self(a) for a in e.args]
        value = e.func(*map(_rational, numbers))
        try:
            return as_fraction(value)
        except GameError:
            raise self._undefined(e, f"is {value}, not a finite real number,") from None

    def _undefined(self, e: Any, what: str) -> GameError:
        symbols = sorted(e.free_symbols, key=str)
        at = ", ".join(f"{s}={self._known[s]}" for s in symbols) or "any parameter values"
        return GameError(f"{e} {what} at {at}")

    def _holds(self, condition: Any) -> bool:
        if condition in (sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And):
            return all(self._holds(c) for c in condition.args)
        if isinstance(condition, sp.Or):
            return any(self._holds(c) for c in condition.args)
        if isinstance(condition, sp.Not):
            return not self._holds(condition.args[0])
        relation = RELATIONS.get(type(condition))
        if relation is None:
            raise GameError(
                f"the condition {condition} cannot be decided; use comparisons, And, Or and Not"
            )
        return relation(self(condition.lhs), self(condition.rhs))


def magnitude(e: sp.Expr) -> sp.Expr:
    """Return an expression for the size of the numbers that are added up in ``e``.

    The rounding of a value is relative to that, and not to the value, where terms cancel.

    Examples
    --------
    >>> x = sp.Symbol("x", positive=True)
    >>> magnitude(1 - x)
    x + 1
    """
    if isinstance(e, sp.Add):
        return sp.Add(*map(magnitude, e.args))
    if isinstance(e, sp.Mul):
        return sp.Mul(*map(magnitude, e.args))
    if isinstance(e, sp.Pow) and e.exp.is_Integer and e.exp > 0:
        return magnitude(e.base) ** e.exp
    if isinstance(e, (sp.Max, sp.Min)):
        return sp.Max(*map(magnitude, e.args))
    if isinstance(e, sp.Piecewise):
        return sp.Max(*(magnitude(value) for value, _ in e.args))
    return sp.Abs(e)


def vectorize(
    symbols: Sequence[sp.Symbol], expressions: Sequence[sp.Expr]
) -> Callable[..., np.ndarray]:
    """Return one function of arrays that computes all ``expressions`` at once.

    The function takes one array for each symbol, in their order, and returns an array of the shape
    to which they broadcast, with one more, last, axis for the expressions. Where an expression has
    no finite real value, the array has inf or nan.
    """
    # Dummies: a parameter may have the name of a function that the code calls.
    modules = ["scipy", "numpy"]
    function = sp.lambdify(
        list(symbols), list(expressions), modules=modules, cse=True, dummify=True
    )

    # These take arrays of one shape only; elsewhere a number that stands for all stays one number.
    alike = any(e.has(sp.And, sp.Or, sp.Min, sp.Max) for e in expressions)

    def evaluate(*values: np.ndarray) -> np.ndarray:
        given = [np.asarray(v) for v in values]
        result = np.empty((*np.broadcast_shapes(*(v.shape for v in given)), len(expressions)))
        if alike:
            given = list(np.broadcast_arrays(*given))
        with np.errstate(all="ignore"):
            for i, column in enumerate(function(*given)):
                result[..., i] = column
        return result

    return evaluate
