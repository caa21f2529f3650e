"""Expressions: exact where the numbers are, and alike on both routes of evaluation."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import ExtensiveFormGame, GameError, Parameter, end
from crisisgames.games.expressions import (
    IRRATIONAL_DIGITS,
    ExactEvaluator,
    as_expression,
    as_fraction,
    vectorize,
)

X, Y = (Parameter(n, (0, 1), d) for n, d in (("x", 0.3), ("y", 0.6)))
Z = Parameter("z", (0, 10), 2)


def game(*payoffs: Any) -> ExtensiveFormGame:
    return ExtensiveFormGame(end("o", payoffs), tuple(f"P{k}" for k in range(len(payoffs))))


def exact(e: Any, **values: Any) -> Fraction:
    value: Fraction = game(e).compiled.exact(values).payoffs[0, 0]
    return value


def floats(e: Any, **values: Any) -> Any:
    return game(e).compiled.floats(values).payoffs[..., 0, 0]


# Reading numbers.


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0.9, Fraction(9, 10)),
        (0.1 + 0.2, Fraction(30000000000000004, 10**17)),
        (1e-30, Fraction(1, 10**30)),
        (1 / 3, Fraction(3333333333333333, 10**16)),
        (3, Fraction(3)),
        (np.int64(3), Fraction(3)),
        (np.uint8(3), Fraction(3)),
        (np.float64(0.9), Fraction(9, 10)),
        (np.float32(0.9), Fraction(9, 10)),
        (Decimal("0.90"), Fraction(9, 10)),
        (Fraction(9, 10), Fraction(9, 10)),
        (sp.Rational(9, 10), Fraction(9, 10)),
        (sp.Float(0.9), Fraction(9, 10)),
        (sp.Float(0.333333333333), Fraction(333333333333, 10**12)),
        (-0.0, Fraction(0)),
    ],
)
def test_a_number_is_the_decimal_it_looks_like(value: Any, read: Fraction) -> None:
    assert as_fraction(value) == read
    assert as_expression(value) == sp.Rational(read.numerator, read.denominator)


def test_a_decimal_inside_an_expression_is_that_decimal_on_the_exact_route() -> None:
    assert exact(0.1 * X + 0.2, x=1) == Fraction(3, 10)
    assert exact(sp.Max(X, 0.3)) == Fraction(3, 10)
    assert exact(sp.Piecewise((1, X >= 0.3), (0, True))) == 1
    assert exact(0.1 * sp.sqrt(X), x=0.01) == Fraction(1, 100)


@pytest.mark.parametrize("irrational", [sp.sqrt(2), sp.pi, sp.E, sp.log(3) / 7, sp.cos(1)])
def test_an_irrational_constant_keeps_forty_digits(irrational: sp.Expr) -> None:
    read = as_fraction(irrational)
    digits = abs(sp.Rational(read.numerator, read.denominator) - irrational)
    assert sp.N(digits, 10) < sp.Float(10) ** (1 - IRRATIONAL_DIGITS)
    assert as_expression(irrational) == irrational


@pytest.mark.parametrize(
    "wrong",
    [float("nan"), float("inf"), "0.5", None, True, np.False_, 2j, sp.nan, sp.zoo, sp.I, X, [1]],
)
def test_what_is_no_number_is_no_fraction(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"the stake is .*; give a finite real number"):
        as_fraction(wrong, "the stake")


# Exact evaluation.


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (X + Y, Fraction(9, 10)),
        (X * Y - Z / 7, Fraction(18, 100) - Fraction(2, 7)),
        (1 / (X + Y), Fraction(10, 9)),
        ((X + 1) ** 3, Fraction(13, 10) ** 3),
        (Y**-2, Fraction(25, 9)),
        (Z**2.0, Fraction(4)),
        (sp.Min(X, Y, Z), Fraction(3, 10)),
        (sp.Max(X, Y) - sp.Max(-X, -Y), Fraction(9, 10)),
        (sp.Abs(X - Y), Fraction(3, 10)),
        (sp.sign(X - Y), Fraction(-1)),
        (sp.floor(3 * Y), Fraction(1)),
        (sp.sqrt(X * X * 4), Fraction(6, 10)),
        (Z ** sp.Symbol("n").subs(sp.Symbol("n"), 5), Fraction(32)),
    ],
)
def test_rational_arithmetic_is_exact(expression: sp.Expr, value: Fraction) -> None:
    assert exact(expression) == value
    assert floats(expression) == pytest.approx(float(value), rel=1e-15)


def test_a_root_that_is_rational_at_the_point_is_exact_there() -> None:
    assert exact(sp.sqrt(X), x=0.25) == Fraction(1, 2)
    assert exact(X**Y, x=0, y=0) == 1
    assert exact(2 ** (10 * X)) == 8


@pytest.mark.parametrize("e", [X**Y, sp.sqrt(1 + sp.sqrt(X)), (1 + sp.exp(X)) ** (1 / sp.sqrt(Z))])
def test_powers_of_long_numbers_take_no_time(e: sp.Expr) -> None:
    """Factoring them, as SymPy would, takes longer than anyone waits."""
    values = {"x": 0.1234567890123456, "y": 0.7345678901234567, "z": 1.9876543210987654}
    values = {k: v for k, v in values.items() if k in {s.name for s in e.free_symbols}}
    assert float(exact(e, **values)) == pytest.approx(float(floats(e, **values)), rel=1e-14)


def test_a_power_that_is_rational_is_exact_however_it_is_made() -> None:
    assert exact(X ** (Y / Z), x=0.008, y=0.5, z=1.5) == Fraction(2, 10)
    assert exact(X**-Y, x=0.25, y=0.5) == 2
    assert exact(X**Y, x=0, y=0.3) == 0
    assert exact(X**Y, x=1, y=1 / 3) == 1


def test_an_irrational_number_is_the_same_wherever_it_occurs() -> None:
    """So identities that hold for every value of it survive exactly."""
    root = sp.sqrt(X)
    assert exact((root + 1) * Y - root * Y) == Fraction(6, 10)
    assert exact(sp.exp(X) / (1 + sp.exp(X)) + 1 / (1 + sp.exp(X))) == 1


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (X >= 0.3, True),
        (X > 0.3, False),
        (X <= 0.3, True),
        (X < 0.3, False),
        (sp.Eq(X, sp.Rational(3, 10)), True),
        (sp.Ne(2 * X, Y), False),
        (sp.And(X < Y, Y < Z), True),
        (sp.And(X < Y, Y > Z), False),
        (sp.Or(X > Y, Y < Z), True),
        (sp.Or(X > Y, Y > Z, Z > 3), False),
        (sp.Not(sp.Or(X > Y, sp.Eq(Y, Z))), True),
    ],
)
def test_conditions_are_decided_exactly_and_ties_as_on_paper(condition: Any, holds: bool) -> None:
    e = sp.Piecewise((X, condition), (-X, True))
    assert exact(e) == (Fraction(3, 10) if holds else Fraction(-3, 10))


def test_the_first_case_that_holds_counts_and_the_rest_is_not_evaluated() -> None:
    e = sp.Piecewise((1 / X, X > 0), (Y, True))
    assert exact(e, x=0) == Fraction(6, 10)
    assert floats(e, x=0) == 0.6
    assert floats(e, x=np.array([0, 0.5])).tolist() == [0.6, 2]


UNDEFINED: list[tuple[sp.Expr, dict[str, float]]] = [
    (1 / X, {"x": 0}),
    (Y / (X - Z), {"x": 1, "z": 1}),
    (sp.log(X), {"x": 0}),
    (sp.sqrt(X - Y), {"x": 0.1, "y": 0.2}),
    (X**-Y, {"x": 0, "y": 0.5}),
    (sp.Piecewise((X, X > 0.5)), {"x": 0.2}),
    ((X - Y) ** X, {"x": 0.3, "y": 0.6}),
]


@pytest.mark.parametrize(("expression", "values"), UNDEFINED)
def test_where_an_expression_has_no_real_value_both_routes_name_the_point(
    expression: sp.Expr, values: dict[str, float]
) -> None:
    for evaluate in (exact, floats):
        with pytest.raises(GameError) as error:
            evaluate(expression, **values)
        for name, value in values.items():
            shown = (f"{name}={value}", f"{name}={Fraction(str(value))}", f"{name}={float(value)}")
            assert any(text in str(error.value) for text in shown)


def test_among_many_points_the_first_without_a_value_is_named() -> None:
    with pytest.raises(GameError, match=r"payoff of 'P0' at the end of 'the start' .* at x=0.0,"):
        floats(Y / X, x=np.array([0.5, 0.0, 0.25]), y=np.array([0.1, 0.2, 0.3]))


def test_an_expression_that_is_wrong_somewhere_is_right_elsewhere() -> None:
    one = game(1 / (X - sp.Rational(1, 2)))
    assert one.at(x=1).exact().payoffs[0, 0] == 2
    with pytest.raises(GameError, match=r"divides by zero at x=1/2"):
        one.at(x=0.5).exact()


def test_a_condition_that_is_no_comparison_is_refused() -> None:
    evaluate = ExactEvaluator({X: Fraction(1, 2)})
    with pytest.raises(GameError, match="cannot be decided; use comparisons, And, Or and Not"):
        evaluate(sp.Piecewise((1, sp.Contains(X, sp.Interval(0, 1))), (0, True)))


# Both routes, one value.

POINTS = st.integers(1, 16).map(lambda k: Fraction(k, 16))
CONSTANTS = st.sampled_from([sp.Integer(2), sp.Rational(1, 3), sp.Float(0.7), sp.sqrt(2), sp.pi])


def conditions(symbol: sp.Symbol, seventh: int, kind: int) -> Any:
    """Comparisons of sixteenths with sevenths: never a tie, which floats could decide otherwise."""
    bound = sp.Rational(seventh, 7)
    other = sp.Rational(8 - seventh, 7)
    return (
        symbol > bound,
        bound >= symbol,
        sp.And(symbol > bound, other >= Y),
        sp.Or(symbol < bound, other < Y, other > X),
        sp.Not(sp.And(symbol < bound, other < X)),
    )[kind]


def combine(parts: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    """Expressions of values that are at least 0, so that all of them are defined."""
    cases = st.builds(conditions, st.sampled_from([X, Y]), st.integers(1, 6), st.integers(0, 4))
    return st.one_of(
        st.builds(lambda a, b: a + b, parts, parts),
        st.builds(lambda a, b: a * b, parts, parts),
        st.builds(lambda a, b: a / (1 + b), parts, parts),
        st.builds(lambda a, b: sp.Abs(a - b), parts, parts),
        st.builds(sp.Min, parts, parts),
        st.builds(sp.Max, parts, parts, parts),
        st.builds(lambda a: sp.sqrt(a + 1), parts),
        st.builds(lambda a, b: (a + 1) ** (b / (b + 1)), parts, parts),
        st.builds(lambda a: sp.exp(-a), parts),
        st.builds(lambda a: sp.log(1 + a), parts),
        st.builds(lambda a, b, c: sp.Piecewise((a, c), (b, True)), parts, parts, cases),
    )


EXPRESSIONS = st.recursive(st.one_of(st.sampled_from([X, Y]), CONSTANTS), combine, max_leaves=8)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(EXPRESSIONS, st.lists(st.tuples(POINTS, POINTS), min_size=1, max_size=4))
def test_floats_and_exact_agree_on_one_point_and_on_many(
    e: sp.Expr, points: list[tuple[Fraction, Fraction]]
) -> None:
    at = {s: [p[i] for p in points] for i, s in enumerate((X, Y))}
    route = vectorize([X, Y], [e, sp.Integer(1), e + X])
    many = route(*(np.array(column, dtype=float) for column in at.values()))
    assert many.shape == (len(points), 3)
    for k, (x, y) in enumerate(points):
        evaluate = ExactEvaluator({X: x, Y: y})
        right = [float(evaluate(f)) for f in (e, sp.Integer(1), e + X)]
        assert many[k] == pytest.approx(right, rel=1e-11, abs=1e-12)
        assert route(float(x), float(y)) == pytest.approx(right, rel=1e-11, abs=1e-12)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(EXPRESSIONS)
def test_expressions_broadcast_like_arrays(e: sp.Expr) -> None:
    x, y = np.array([1, 4, 9])[:, None] / 16, np.array([2, 16]) / 16
    route = vectorize([X, Y], [e])
    whole = route(x, y)
    assert whole.shape == (3, 2, 1)
    for i, j in np.ndindex(3, 2):
        assert whole[i, j] == pytest.approx(route(x[i, 0], y[j]), rel=1e-13)


@pytest.mark.parametrize("function", [sp.erf, sp.gamma, sp.Heaviside, sp.tanh, sp.atan])
def test_functions_beyond_arithmetic_agree_as_well(function: Any) -> None:
    e = function(X + sp.Rational(1, 2))
    assert floats(e, x=np.array([0.25, 0.75]))[1] == pytest.approx(float(exact(e, x=0.75)))


@pytest.mark.parametrize(
    "name", ["exp", "select", "sqrt", "lambda", "array", "x0", "l.clarity", "e"]
)
def test_a_parameter_may_have_the_name_of_a_function_or_a_keyword(name: str) -> None:
    p = Parameter(name, (0, 1), 0.25)
    e = sp.sqrt(X + Y) * p + sp.exp(sp.sqrt(X + Y)) + sp.Piecewise((p, X > 0.5), (Y, True))
    assert float(floats(e)) == pytest.approx(float(exact(e)), rel=1e-14)


def test_without_symbols_there_is_one_point() -> None:
    assert vectorize([], [sp.Integer(2), sp.pi])().tolist() == [2, np.pi]


def test_large_and_small_numbers_stay_exact() -> None:
    big = Parameter("big", (0, float("inf")), 10**30)
    assert exact(big + Fraction(1, 10**30)) == 10**30 + Fraction(1, 10**30)
