"""Parameters: SymPy symbols with a domain, a default and an identity of their own."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
import sympy as sp

from crisisgames import ExtensiveFormGame, GameError, Parameter, UnknownName, end
from crisisgames.games.parameter import check_values, collect, prefixed

INF = float("inf")
X = Parameter("x", (0, 1), 0.3, "a probability", "Doe (1999)")


def game(*payoffs: Any) -> ExtensiveFormGame:
    return ExtensiveFormGame(end("o", payoffs), tuple("ABCD"[: len(payoffs)]))


def test_a_parameter_is_a_real_symbol_with_a_domain_and_a_default() -> None:
    assert isinstance(X, sp.Symbol)
    assert X.is_real
    assert (X.name, X.domain, X.default) == ("x", (0, 1), 0.3)
    assert (X.meaning, X.source, X.shared) == ("a probability", "Doe (1999)", False)


def test_without_more_a_parameter_is_a_probability_of_zero() -> None:
    assert (Parameter("p").domain, Parameter("p").default) == ((0, 1), 0)


@pytest.mark.parametrize("name", ["x", "war_cost", "ladder.clarity", "a.b.c", "_x1", "λ", "清晰"])
def test_names_are_identifiers_with_dots(name: str) -> None:
    assert Parameter(name).name == name


@pytest.mark.parametrize("name", ["", "1x", "a b", "a-b", ".x", "x.", "a..b", "a.1", None, 3])
def test_other_names_are_refused(name: Any) -> None:
    with pytest.raises(GameError, match="a parameter is named"):
        Parameter(name)


# Domain and default.


@pytest.mark.parametrize(
    "domain", [(1, 0), (0,), (0, 1, 2), None, ("a", "b"), (0, float("nan")), 1]
)
def test_a_domain_is_a_range_of_numbers(domain: Any) -> None:
    with pytest.raises(GameError, match=r"the domain of 'x' is .*; give \(lowest, highest\)"):
        Parameter("x", domain, 0)


@pytest.mark.parametrize("default", [-0.1, 1.1, "0.5", True, float("nan"), INF])
def test_a_default_lies_in_the_domain(default: Any) -> None:
    with pytest.raises(GameError, match="parameter 'x' is "):
        Parameter("x", (0, 1), default)


def test_a_default_may_be_left_out_where_zero_is_in_the_domain() -> None:
    assert Parameter("x", (-1, 1)) == Parameter("x", (-1, 1), 0)
    for domain in ((1, 2), (-2, -1), (0.5, INF)):
        with pytest.raises(GameError, match="parameter 'x' needs a default from"):
            Parameter("x", domain)


@pytest.mark.parametrize("bound", [0.1, 0.3, 0.7, 1.1, 2.3])
def test_the_ends_of_a_domain_are_allowed_as_the_decimals_they_look_like(bound: float) -> None:
    """As binary floats some of these ends are below the decimal and some above it."""
    assert Parameter("x", (0, bound), bound).check(bound) == Fraction(str(bound))
    assert Parameter("x", (bound, 5), bound).check(Fraction(str(bound))) == Fraction(str(bound))
    assert Parameter("x", (0, Fraction(str(bound))), bound).check(bound)


def test_a_domain_may_be_one_point_or_unbounded() -> None:
    assert Parameter("x", (2, 2), 2).check(2) == 2
    everything = Parameter("x", (-INF, INF), -1e300)
    assert everything.check(10**400) == 10**400
    with pytest.raises(GameError, match="finite"):
        everything.check(INF)


@pytest.mark.parametrize(
    ("domain", "default"), [((-INF, -500), -600), ((500, INF), 600), ((-INF, INF), 0), ((7, 7), 7)]
)
def test_a_game_can_be_made_with_any_domain(domain: Any, default: float) -> None:
    """Sums are checked at points of every parameter's domain, wherever that lies."""
    assert game(Parameter("x", domain, default)).exact().payoffs[0, 0] == default


@pytest.mark.parametrize(
    "value",
    [0.25, Fraction(1, 4), Decimal("0.25"), np.float64(0.25), np.float32(0.25), sp.Rational(1, 4)],
)
def test_values_of_all_kinds_of_numbers_are_read_exactly(value: Any) -> None:
    assert X.check(value) == Fraction(1, 4)
    assert game(X).at(x=value).exact().payoffs[0, 0] == Fraction(1, 4)


@pytest.mark.parametrize("value", [-0.01, 1.01, 2, -1])
def test_a_value_outside_the_domain_is_an_error_that_states_the_domain(value: float) -> None:
    with pytest.raises(GameError, match=rf"parameter 'x' is {value}; allowed is 0 to 1"):
        game(X).at(x=value)


@pytest.mark.parametrize("value", [float("nan"), INF, "0.3", None, True, 1j, [0.3], sp.oo, X])
def test_a_value_is_a_finite_real_number(value: Any) -> None:
    with pytest.raises(GameError, match="give a finite real number"):
        game(X).at(x=value)


def test_an_unknown_parameter_gets_the_nearest_name() -> None:
    one = game(Parameter("clarity"), Parameter("audience_cost"))
    with pytest.raises(UnknownName, match="no parameter named 'clarty'; did you mean 'clarity'"):
        one.at(clarty=0.5)
    with pytest.raises(UnknownName, match="there are: audience_cost, clarity"):
        one.at(qqqq=0.5)
    with pytest.raises(GameError, match="the game has no parameters, so 'clarity' cannot"):
        game(0).at(clarity=0.5)


# Identity.


def test_parameters_are_equal_when_everything_about_them_is() -> None:
    same = Parameter("x", (0, 1), 0.3, "a probability", "Doe (1999)")
    assert same == X
    assert hash(X) == hash(same)
    assert X - same == 0


@pytest.mark.parametrize(
    ("one", "other"), [(0.5, Fraction(1, 2)), (1, 1.0), (0.1, Decimal("0.1")), (0, 0.0)]
)
def test_a_number_is_the_same_however_it_is_written(one: Any, other: Any) -> None:
    a, b = Parameter("x", (0, 1), one), Parameter("x", (0.0, 1.0), other)
    assert a == b
    assert hash(a) == hash(b)
    assert list(game(a, b).parameters) == ["x"]


DIFFERENT = (
    Parameter("x", (0, 1), 0.3),
    Parameter("x", (0, 1), 0.4),
    Parameter("x", (0, 2), 0.3),
    Parameter("x", (0, 1), 0.3, "a meaning"),
    Parameter("x", (0, 1), 0.3, "", "a source"),
    Parameter("x", (0, 1), 0.3, shared=True),
    Parameter("x", (0, INF), 0.3),
    sp.Symbol("x", real=True),
    sp.Symbol("x"),
)


@pytest.mark.parametrize(("one", "other"), list(permutations(DIFFERENT, 2)))
def test_sympy_never_merges_symbols_of_one_name_that_differ(one: Any, other: Any) -> None:
    """Sums and products go through caches, which must not confuse the two."""
    assert one != other
    assert one - other != 0
    first, second = one * 2 + 1, other * 2 + 1
    assert first.free_symbols == {one}
    assert second.free_symbols == {other}
    assert first.subs(one, 1) == 3
    assert second.subs(one, 1) == second


def test_each_keeps_its_own_default_in_what_is_built_on_it() -> None:
    low, high = Parameter("x", (0, 1), 0.3), Parameter("x", (0, 1), 0.4)
    values = [game(sp.sqrt(p) ** 2 + p * 2).exact().payoffs[0, 0] for p in (low, high, low)]
    assert values == [Fraction(9, 10), Fraction(12, 10), Fraction(9, 10)]


@pytest.mark.parametrize("other", DIFFERENT[1:7])
def test_two_different_parameters_of_one_name_are_an_error(other: Parameter) -> None:
    with pytest.raises(GameError, match=r"two different parameters are named 'x'.*rename one"):
        game(DIFFERENT[0], other)


@pytest.mark.parametrize("plain", [sp.Symbol("cost"), sp.Symbol("cost", real=True)])
def test_a_plain_symbol_is_an_error_with_the_remedy(plain: sp.Symbol) -> None:
    with pytest.raises(GameError, match=r"'cost' is a plain symbol.*write Parameter\('cost', dom"):
        game(X, 2 * plain)


def test_collect_is_in_the_order_of_names() -> None:
    names = ["b", "a.c", "a", "Z"]
    assert list(collect([sum(map(Parameter, names))])) == sorted(names)


def test_prefixed_leaves_shared_parameters_alone() -> None:
    shared = Parameter("y", shared=True)
    renamed = prefixed([X, shared], "ladder")
    assert list(renamed) == [X]
    new = renamed[X]
    assert new.name == "ladder.x"
    assert (new.domain, new.default, new.meaning, new.source) == ((0, 1), 0.3, X.meaning, X.source)


def test_values_are_checked_by_name_and_domain() -> None:
    check_values({"x": X}, {"x": 1})
    with pytest.raises(GameError):
        check_values({"x": X}, {"x": 2})
    with pytest.raises(UnknownName):
        check_values({"x": X}, {"y": 0})


# Copies.


@pytest.mark.parametrize("parameter", [p for p in DIFFERENT if isinstance(p, Parameter)])
def test_parameters_come_back_whole(parameter: Parameter) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(parameter, protocol))
        assert again == parameter
        assert (again.domain, again.default, again.shared) == (
            parameter.domain,
            parameter.default,
            parameter.shared,
        )
    for twin in (copy.copy(parameter), copy.deepcopy(parameter)):
        assert twin == parameter
        assert hash(twin) == hash(parameter)


def test_expressions_come_back_whole_and_still_evaluate() -> None:
    y = Parameter("y", (0, 1), 0.6)
    e = sp.Piecewise((sp.sqrt(X) + sp.Min(X, y), y < X), (X**2 / 3, True))
    again = pickle.loads(pickle.dumps(e))
    assert again == e
    assert again.free_symbols == {X, y}
    assert game(again).exact().payoffs[0, 0] == Fraction(3, 100)
    assert game(again, e - 1).at(x=0.25, y=0.16).exact().payoffs[0, 0] == Fraction(66, 100)
    assert game(again).floats().payoffs[0, 0] == pytest.approx(0.03)


# In expressions.


def test_parameters_survive_replacement_in_expressions() -> None:
    y, z = Parameter("y", (0, 1), 0.6), Parameter("z", (0, 9), 2)
    e = (X + y) ** 2
    assert game(e.xreplace({y: z})).exact().payoffs[0, 0] == Fraction(23, 10) ** 2
    assert game(e.xreplace({X: y, y: X})).parameters == {"x": X, "y": y}
    assert game(e.subs(y, sp.Rational(7, 10))).exact().payoffs[0, 0] == 1
    assert game(sp.expand(e)).exact().payoffs[0, 0] == Fraction(81, 100)
    assert game(sp.diff(e, X)).exact().payoffs[0, 0] == Fraction(9, 5)
    assert game(sp.simplify(e - X**2)).parameters.keys() == {"x", "y"}


def test_a_parameter_that_cancels_is_none_of_the_game() -> None:
    assert game(X - X + 1).parameters == {}
