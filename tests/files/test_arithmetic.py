"""Arithmetic as text: exact both ways, and nothing but arithmetic."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp
from acceptance import escalation_2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crisisgames import SCENARIOS, Channel, ExtensiveFormGame, Incident, Parameter
from crisisgames.errors import GameError
from crisisgames.files import parse_expression, write_expression
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import expressions_of

NAMES = ("x", "y", "ladder.cost")
PARAMETERS = {name: Parameter(name, (0, 5), 1) for name in NAMES}
X, Y, COST = PARAMETERS.values()
POINT = ExactEvaluator({X: Fraction(1, 3), Y: Fraction(2), COST: Fraction(3, 7)})

numbers = st.fractions(min_value=-5, max_value=5, max_denominator=12).map(
    lambda f: sp.Rational(f.numerator, f.denominator)
)


def grown(inner: st.SearchStrategy[sp.Expr]) -> st.SearchStrategy[sp.Expr]:
    def conditional(a: sp.Expr, b: sp.Expr, c: sp.Expr, d: sp.Expr) -> sp.Expr:
        return sp.Piecewise((a, sp.And(b > c, c <= d)), (b, sp.Or(sp.Ne(c, d), a < b)), (d, True))

    return st.one_of(
        st.tuples(inner, inner).map(lambda t: t[0] + t[1]),
        st.tuples(inner, inner).map(lambda t: t[0] - t[1]),
        st.tuples(inner, inner).map(lambda t: t[0] * t[1]),
        st.tuples(inner, inner).map(lambda t: t[0] / (1 + t[1] ** 2)),
        st.tuples(inner, st.integers(0, 3)).map(lambda t: t[0] ** t[1]),
        st.tuples(inner, inner).map(lambda t: sp.Max(*t)),
        st.tuples(inner, inner).map(lambda t: sp.Min(*t)),
        inner.map(lambda e: sp.sqrt(e**2 + 1)),
        inner.map(sp.Abs),
        st.builds(conditional, inner, inner, inner, inner),
    )


expressions = st.recursive(numbers | st.sampled_from([X, Y, COST]), grown, max_leaves=6)


def rebuilt(e: sp.Basic) -> sp.Basic:
    return e.func(*map(rebuilt, e.args)) if e.args else e


@settings(deadline=None)  # SymPy fills its caches on the way
@given(expressions)
@example(-X * (1 - Y))
@example(2 * X * (1 + Y))
@example(-(X - 1) / (Y * COST) ** 2)
@example((X + Y) ** sp.Rational(-3, 2))
@example(sp.Rational(-2, 3) * X / Y)
@example(sp.sqrt(2) / 3 + 1 / X)
@example(sp.Heaviside(X - Y) + sp.sign(X - 1) + sp.floor(Y / 2) + sp.ceiling(COST))
@example(sp.Piecewise((X, X < 1)))
@example(sp.Abs(sp.Abs(2 * X)))
def test_what_is_written_reads_the_same(expression: sp.Expr) -> None:
    text = write_expression(expression)
    twin = parse_expression(text, PARAMETERS)
    assert POINT(twin) == POINT(expression), text
    # Abs(2*Abs(x)) is no way SymPy writes it when it has Abs(x): from its parts it is 2*Abs(x).
    assert twin == rebuilt(expression), text


def test_expressions_of_all_crises_come_back_the_same() -> None:
    games = [escalation_2(), Incident(channels=(Channel(), Channel())).game()]
    games += [g for s in SCENARIOS.values() if isinstance(g := s.crisis.game(), ExtensiveFormGame)]
    seen = 0
    for game in games:
        for e in set(expressions_of(game.root)):
            assert parse_expression(write_expression(e), game.parameters) == e
            seen += 1
    assert seen > 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 2e-1", Fraction(3, 10)),
        ("-x**2", Fraction(-1, 9)),
        ("2**3**2 / 2**3", Fraction(64)),
        ("1 - 2 - 3", Fraction(-4)),
        ("12 / 3 / 2", Fraction(2)),
        ("--x", Fraction(1, 3)),
        ("2 * -x", Fraction(-2, 3)),
        ("y**-2", Fraction(1, 4)),
        ("sqrt(y + 2)", Fraction(2)),
        ("max(x, y, 1) - min(x, y)", Fraction(5, 3)),
        ("abs(x - y)", Fraction(5, 3)),
        ("piecewise(x > y, 1, x < y and not x == 1, 2, 3)", Fraction(2)),
        ("piecewise((x > y or y >= 2) and ((x)) < 1, (x + 1) * 3, 0)", Fraction(4)),
        (" ladder.cost\n* 7 ", Fraction(3)),
    ],
)
def test_values_by_hand(text: str, value: Fraction) -> None:
    assert POINT(parse_expression(text, PARAMETERS)) == value


def test_floats_are_written_as_the_decimals_that_they_look_like() -> None:
    assert write_expression(0.1 * X) == "1/10*x"


def test_names_may_be_words_of_the_grammar() -> None:
    words = {n: Parameter(n) for n in ("min", "and", "or", "not", "piecewise")}
    e = sp.Piecewise((words["and"], (words["min"] > words["or"]) & (words["not"] < 1)), (0, True))
    assert parse_expression(write_expression(e), words) == e


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('__import__("os").system("echo x")', "no function '__import__'"),
        ("x.__class__", "no parameter 'x.__class__'; declared are: x, y, ladder.cost"),
        ("().__class__", r"character 2 .* found '\)'"),
        ("x[0]", r"character 2 .* '\['"),
        ("lambda: 1", "':' means nothing"),
        ("x if y else 1", "found 'if', where an operator"),
        ("f(x)", "no function 'f'; there are: abs"),
        ("w", "no parameter 'w'"),
        ("pi", "no parameter 'pi'"),
        ("9**9**9**9", "an exponent must be a constant"),
        ("x**y", "an exponent must be a constant"),
        ("x**101", "up to 100"),
        ("((((x + 1)**99)**99)**99)", "multiplies out to more than"),
        ("((99**99)**99)", "more than 400 digits"),
        ("9" * 500, "more than 400 digits"),
        ("1e999999999", "power of ten 999999999"),
        ("x/0", "divides by zero"),
        ("x/(y - y)", "divides by zero"),
        ("0**-1", "divides by zero"),
        ("sqrt(-1)", "not a real number"),
        ("(" * 60 + "x" + ")" * 60, "more than 40 parentheses"),
        ("x+" * 10_001 + "x", "20003 characters; allowed are 20000"),
        ("max(" + "x," * 50 + "x)", "at most 12 argument"),
        ("", "found the end, where a number"),
        ("1 +", "character 4 .* found the end"),
        ("(1", r"where '\)' is expected"),
        ("x y", "found 'y', where an operator"),
        ("x > y", "a comparison, where a number is expected"),
        ("1 + (x > y)", "a comparison, where a number is expected"),
        ("max(x > 1, 2)", "a comparison, where a number is expected"),
        ("piecewise(x > 1 > y, 2)", "found '>', where ','"),
        ("piecewise(x and y, 1, 2)", "'and' joins comparisons"),
        ("piecewise(not x, 1, 2)", "'not' takes a comparison"),
        ("abs(1, 2)", "at most 1 argument"),
        ("max()", "found '\\)'"),
        ("1_000", "found '_000'"),
        ("\N{ARABIC-INDIC DIGIT THREE}", "means nothing here"),
    ],
)
def test_all_else_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(GameError, match=words) as caught:
        parse_expression(text, PARAMETERS)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("wrong", [None, 1, b"x"])
def test_only_texts_are_parsed(wrong: object) -> None:
    with pytest.raises(GameError, match="give a text"):
        parse_expression(wrong, PARAMETERS)  # type: ignore[arg-type]


def test_what_the_grammar_does_not_have_is_not_written() -> None:
    with pytest.raises(GameError, match=r"has exp\(x\), which files cannot hold"):
        write_expression(1 + sp.exp(X))
    with pytest.raises(GameError, match="has pi"):
        write_expression(sp.pi * X)


SIGNS = [*"+-*/(),<>=!. 0123456789e", "**", "<=", "==", "__", "\n", "é", "\x00", '"']
CALLS = ["max(", "min(", "sqrt(", "piecewise(", "abs(", "heaviside(", "and", "or", "not"]
PIECES = st.sampled_from([*NAMES, *SIGNS, *CALLS, "1/3", "99"])


@settings(deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_an_expression_or_a_game_error(text: str) -> None:
    try:
        found = parse_expression(text, PARAMETERS)
    except GameError:
        return
    assert parse_expression(write_expression(found), PARAMETERS) == found
