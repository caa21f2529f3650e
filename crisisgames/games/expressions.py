"""Numbers and expressions: read exactly, evaluated exactly or as vectorized floating point.

A number that a user writes is taken as the decimal it looks like: ``0.9`` is nine tenths, so ties
that hold on paper hold in the computer. Expressions are SymPy's; two routes evaluate them, exact
rationals for one point (`ExactEvaluator`) and a compiled NumPy function for many
(`vectorize`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from numbers import Rational, Real
from operator import mul
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError

__all__ = ["ExactEvaluator", "Number", "as_expression", "as_fraction", "vectorize"]

type_error = "{what} is {value!r}; allowed are numbers and SymPy expressions in Parameters"

Number = int | float | Fraction
IRRATIONAL_DIGITS = 40
"""Digits kept of an irrational number: far below any payoff difference, exact ever after."""


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
    if isinstance(value, sp.Expr):
        if value.free_symbols or value.is_real is False or not value.is_finite:
            raise GameError(f"{what} is {value}; give a finite real number")
        if isinstance(value, sp.Rational):
            return Fraction(int(value.p), int(value.q))
        return Fraction(str(sp.N(value, IRRATIONAL_DIGITS)))
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise GameError(f"{what} is {value!r}; give a finite real number")
    if isinstance(value, Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if not np.isfinite(float(value)):
        raise GameError(f"{what} is {value!r}; give a finite real number")
    return Fraction(repr(float(value)))


def as_expression(value: Any, what: str = "the value") -> sp.Expr:
    """Return ``value`` as an exact SymPy expression.

    Raises
    ------
    GameError
        If it is neither a finite real number nor a SymPy expression.
    """
    if isinstance(value, sp.Expr) and not value.is_number:
        if value.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
            raise GameError(f"{what} is {value}, which is not finite")
        return value
    if isinstance(value, sp.Expr) and value.is_real and value.is_finite:
        return sp.nsimplify(value, rational=True) if value.has(sp.Float) else value
    if isinstance(value, (sp.Expr, bool, np.bool_)) or not isinstance(value, Real):
        raise GameError(type_error.format(what=what, value=value))
    fraction = as_fraction(value, what)
    return sp.Rational(fraction.numerator, fraction.denominator)


RELATIONS: dict[type, Callable[[Fraction, Fraction], bool]] = {
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
            return Fraction(repr(float(e)))
        if isinstance(e, sp.Add):
            return sum((self(a) for a in e.args), Fraction(0))
        if isinstance(e, sp.Mul):
            return reduce(mul, (self(a) for a in e.args))
        if isinstance(e, sp.Pow) and isinstance(e.exp, sp.Integer):
            base, power = self(e.base), int(e.exp)
            if base == 0 and power < 0:
                raise GameError(f"{e} divides by zero at these parameter values")
            return base**power
        if isinstance(e, sp.Piecewise):
            return next(self(value) for value, condition in e.args if self._holds(condition))
        if isinstance(e, sp.Min):
            return min(self(a) for a in e.args)
        if isinstance(e, sp.Max):
            return max(self(a) for a in e.args)
        numbers = [self(a) for a in e.args]
        value = e.func(*(sp.Rational(n.numerator, n.denominator) for n in numbers))
        return as_fraction(value, f"the expression {e}")

    def _holds(self, condition: Any) -> bool:
        if condition in (sp.true, sp.false):
            return bool(condition)
        if isinstance(condition, sp.And):
            return all(self._holds(c) for c in condition.args)
        if isinstance(condition, sp.Or):
            return any(self._holds(c) for c in condition.args)
        if isinstance(condition, sp.Not):
            return not self._holds(condition.args[0])
        return RELATIONS[type(condition)](self(condition.lhs), self(condition.rhs))


def vectorize(
    symbols: Sequence[sp.Symbol], expressions: Sequence[sp.Expr]
) -> Callable[..., np.ndarray]:
    """Return one function of arrays that computes all ``expressions`` at once.

    The function takes one array for each symbol, in their order and of a common shape, and returns
    an array of that shape with one more, last, axis for the expressions.
    """
    function = sp.lambdify(list(symbols), list(expressions), modules="numpy", cse=True)

    def evaluate(*values: np.ndarray) -> np.ndarray:
        shape = np.broadcast_shapes(*(np.shape(v) for v in values))
        result = np.empty((*shape, len(expressions)))
        for i, column in enumerate(function(*values)):
            result[..., i] = column
        return result

    return evaluate
