"""Arithmetic over declared parameters as text: an own parser and its inverse.

A file from a stranger must not run code, so nothing here evaluates Python. The grammar is all there
is::

    expression = product { ("+" | "-") product }
    product    = signed { ("*" | "/") signed }
    signed     = { "+" | "-" } power
    power      = atom [ "**" signed ]         the exponent a small constant
    atom       = number | parameter | function "(" arguments ")" | "(" expression ")"
    function   = abs | ceiling | floor | heaviside | max | min | piecewise | sign | sqrt
    condition  = both { "or" both }
    both       = claim { "and" claim }
    claim      = "not" claim | "(" condition ")" | expression comparison expression
    comparison = "<" | "<=" | ">" | ">=" | "==" | "!="

``piecewise(c1, v1, c2, v2, ..., v)`` is ``v1`` where ``c1`` holds, else ``v2`` where ``c2`` holds,
and ``v`` otherwise; without the last value it is undefined there. Numbers are exact: ``0.1`` is one
tenth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom, BooleanFunction

from crisisgames.errors import GameError
from crisisgames.files.numbers import exact_number, number_text
from crisisgames.games import Parameter
from crisisgames.games.expressions import as_expression, as_fraction

__all__ = ["parse_expression", "write_expression"]

MAX_LENGTH = 20_000
"""Characters of an expression: far beyond what a person writes or a crisis produces."""

MAX_NESTING = 40
"""Parentheses within each other: the parser recurses, and Python's stack is finite."""

MAX_POWER = 100
"""Largest exponent, and largest root."""

MAX_WEIGHT = 20_000
"""How many numbers and names an expression may multiply out to. Exact values have about as many
digits, so this bounds the work of evaluation, whatever the nesting of powers."""

MAX_DIGITS = 400
"""Digits of a constant: roots look for small factors, which takes long for long numbers."""

MAX_ARGUMENTS = 12
"""Arguments of one function: those of ``max`` and ``min`` are compared in pairs."""

MAX_COMPARED = 100
"""Arguments of all functions of an expression together."""

TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/(),<>])"
    r"|(?P<end>\Z))"
)

COMPARISONS: dict[str, Any] = {
    "<": sp.Lt,
    "<=": sp.Le,
    ">": sp.Gt,
    ">=": sp.Ge,
    "==": sp.Eq,
    "!=": sp.Ne,
}

FUNCTIONS: dict[str, tuple[Any, int, int]] = {
    "abs": (sp.Abs, 1, 1),
    "ceiling": (sp.ceiling, 1, 1),
    "floor": (sp.floor, 1, 1),
    "heaviside": (sp.Heaviside, 1, 2),
    "max": (sp.Max, 1, MAX_ARGUMENTS),
    "min": (sp.Min, 1, MAX_ARGUMENTS),
    "sign": (sp.sign, 1, 1),
    "sqrt": (sp.sqrt, 1, 1),
}
"""For each function what it means, and how many arguments it takes at least and at most."""


def parse_expression(text: str, parameters: Mapping[str, Parameter]) -> sp.Expr:
    """Return the expression that a text stands for.

    Parameters
    ----------
    text : str
        Arithmetic in the grammar of this module.
    parameters : mapping
        The declared parameters by name; no other name is known.

    Raises
    ------
    GameError
        For anything else than such arithmetic, with the place, what was found and what is allowed;
        for a division by zero, a result that is not a real number, and an expression that is too
        long, too deep, or multiplies out too far.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> cost = Parameter("war_cost", (0, 1), 0.3)
    >>> parse_expression("1/2 - max(war_cost, 0.1)", {"war_cost": cost})
    1/2 - Max(1/10, war_cost)
    >>> parse_expression("war_cost.__class__", {"war_cost": cost})
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: at character 1 of 'war_cost.__class__': no parameter
    'war_cost.__class__'; declared are: war_cost
    """
    if not isinstance(text, str):
        raise GameError(f"an expression is {text!r}; give a text such as '1/2 - cost'")
    if len(text) > MAX_LENGTH:
        raise GameError(
            f"an expression has {len(text)} characters; allowed are {MAX_LENGTH}: split it up"
        )
    return _Parser(text, parameters).whole()


@dataclass(frozen=True)
class _Value:
    """A part of an expression, and how many numbers and names it multiplies out to."""

    expression: Any
    weight: int


Parsed = TypeVar("Parsed")


class _Parser:
    """Recursive descent: one method for each line of the grammar."""

    def __init__(self, text: str, parameters: Mapping[str, Parameter]) -> None:
        self.text, self.parameters = text, parameters
        self.depth = self.arguments = self.end = 0
        self.advance()

    def advance(self) -> None:
        """Step to the next token."""
        found = TOKEN.match(self.text, self.end)
        if found is None:
            gap = re.compile(r"\s*").match(self.text, self.end)
            self.place = gap.end() if gap else self.end
            raise self.wrong(f"the character {self.text[self.place]!r} means nothing here")
        self.kind = str(found.lastgroup)
        self.token = found.group(self.kind)
        self.place, self.end = found.span(self.kind)

    def accept(self, *signs: str) -> str | None:
        """Step over the token, and return it, if it is one of these."""
        if self.kind in ("sign", "name") and self.token in signs:
            sign = self.token
            self.advance()
            return sign
        return None

    def expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise self.wrong(f"found {self.found}, where {sign!r} is expected")

    @property
    def found(self) -> str:
        return "the end" if self.kind == "end" else repr(self.token)

    def wrong(self, what: str, place: int | None = None) -> GameError:
        at = self.place if place is None else place
        around = (
            self.text if len(self.text) <= 60 else f"...{self.text[max(0, at - 25) : at + 25]}..."
        )
        return GameError(f"at character {at + 1} of {around!r}: {what}")

    def whole(self) -> sp.Expr:
        value = self.number()
        if self.kind != "end":
            raise self.wrong(
                f"found {self.found}, where an operator (+ - * / **) or the end is expected"
            )
        return as_expression(value.expression, f"the expression {self.text!r}")

    def argument(self) -> _Value:
        self.arguments += 1
        if self.arguments > MAX_COMPARED:
            raise self.wrong(f"the functions have more than {MAX_COMPARED} arguments in all")
        return self.nested(self.number)

    def number(self) -> _Value:
        """Parse what must be a number, not a condition."""
        place = self.place
        return self.numeric(self.either(), place)

    def numeric(self, value: _Value, place: int) -> _Value:
        if _is_condition(value):
            raise self.wrong("this is a comparison, where a number is expected", place)
        return value

    def made(self, make: Callable[[], Any], weight: int, place: int) -> _Value:
        """Return what ``make`` gives, if it is not too heavy and is a number that exists."""
        if weight > MAX_WEIGHT:
            raise self.wrong(
                f"this multiplies out to more than {MAX_WEIGHT} terms; use smaller powers", place
            )
        try:
            expression = make()
        except (TypeError, ValueError) as error:
            raise self.wrong(f"this has no real value ({error})", place) from None
        self.short(expression, place)
        if expression.has(sp.nan, sp.zoo, sp.oo, -sp.oo, sp.I):
            raise self.wrong("this divides by zero, or is not a real number", place)
        return _Value(expression, weight)

    def short(self, expression: Any, place: int) -> None:
        if expression.is_Rational and max(abs(expression.p), expression.q) >= 10**MAX_DIGITS:
            raise self.wrong(f"a number here has more than {MAX_DIGITS} digits", place)

    def nested(self, parse: Callable[[], Parsed]) -> Parsed:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.wrong(f"more than {MAX_NESTING} parentheses within each other")
        value = parse()
        self.depth -= 1
        return value

    def either(self) -> _Value:
        return self.claims("or", sp.Or, self.both)

    def both(self) -> _Value:
        return self.claims("and", sp.And, self.claim)

    def claims(self, word: str, join: Any, parse: Callable[[], _Value]) -> _Value:
        place = self.place
        parts = [parse()]
        while self.accept(word):
            parts.append(parse())
        if len(parts) == 1:
            return parts[0]
        if not all(map(_is_condition, parts)) or len(parts) > MAX_ARGUMENTS:
            raise self.wrong(
                f"{word!r} joins comparisons such as x > 0, at most {MAX_ARGUMENTS}", place
            )
        return _Value(join(*(p.expression for p in parts)), 1)

    def claim(self) -> _Value:
        place = self.place
        if "not" not in self.parameters and self.accept("not"):
            inner = self.nested(self.claim)
            if not _is_condition(inner):
                raise self.wrong("'not' takes a comparison such as x > 0", place)
            return _Value(sp.Not(inner.expression), 1)
        left = self.sum()
        sign = self.accept(*COMPARISONS)
        if sign is None:
            return left
        at = self.place
        a, b = self.numeric(left, place), self.numeric(self.sum(), at)
        relation = COMPARISONS[sign]
        return self.made(lambda: relation(a.expression, b.expression), a.weight + b.weight, place)

    def sum(self) -> _Value:
        place = self.place
        terms = [self.product()]
        while sign := self.accept("+", "-"):
            at = self.place
            term = self.numeric(self.product(), at)
            terms.append(_Value(-term.expression, term.weight) if sign == "-" else term)
        if len(terms) == 1:
            return terms[0]
        self.numeric(terms[0], place)
        return self.made(
            lambda: sp.Add(*(t.expression for t in terms)), sum(t.weight for t in terms), place
        )

    def product(self) -> _Value:
        place = self.place
        negative, first = self.signed()
        factors = [first]
        while sign := self.accept("*", "/"):
            at = self.place
            flipped, factor = self.signed()
            negative ^= flipped
            self.numeric(factor, at)
            factors.append(self.inverse(factor, at) if sign == "/" else factor)
        if negative:
            factors.insert(0, _Value(sp.S.NegativeOne, 0))
        if len(factors) == 1:
            return first
        self.numeric(first, place)
        # All at once, the sign too: SymPy would multiply out 2*(x + 1) on the way to 2*(x + 1)*y.
        return self.made(
            lambda: sp.Mul(*(f.expression for f in factors)), sum(f.weight for f in factors), place
        )

    def inverse(self, value: _Value, place: int) -> _Value:
        if value.expression.is_zero:
            raise self.wrong("this divides by zero", place)
        return self.made(lambda: sp.Pow(value.expression, -1), value.weight, place)

    def signed(self) -> tuple[bool, _Value]:
        """Return whether what follows is negative, and what it is without its signs."""
        place, signs = self.place, ""
        while sign := self.accept("+", "-"):
            signs += sign
        value = self.power()
        return signs.count("-") % 2 == 1, self.numeric(value, place) if signs else value

    def power(self) -> _Value:
        place = self.place
        base = self.atom()
        if not self.accept("**"):
            return base
        self.numeric(base, place)
        at = self.place
        negative, value = self.nested(self.signed)
        exponent = self.numeric(value, at).expression * (-1 if negative else 1)
        if not exponent.is_Rational or max(abs(exponent.p), exponent.q) > MAX_POWER:
            raise self.wrong(
                f"an exponent must be a constant with numerator and denominator up to {MAX_POWER}",
                at,
            )
        if base.expression.is_zero and exponent < 0:
            raise self.wrong("this divides by zero", place)
        weight = base.weight * max(abs(int(exponent.p)), 1)
        return self.made(lambda: sp.Pow(base.expression, exponent), weight, place)

    def atom(self) -> _Value:
        place, token = self.place, self.token
        if self.kind == "number":
            try:
                number = exact_number(token)
            except GameError as error:
                raise self.wrong(str(error)) from None
            self.advance()
            rational = sp.Rational(number.numerator, number.denominator)
            self.short(rational, place)
            # A parameter's value has some twenty digits.
            return _Value(rational, 1 + len(token) // 20)
        if self.kind == "name":
            self.advance()
            if self.token == "(" and self.kind == "sign":
                return self.call(token, place)
            if token not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                near = get_close_matches(token, self.parameters, n=1, cutoff=0.7)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise self.wrong(f"no parameter {token!r}; {hint}declared are: {known}", place)
            return _Value(self.parameters[token], 1)
        if self.accept("("):
            value = self.nested(self.either)
            self.expect(")")
            return value
        raise self.wrong(
            f"found {self.found}, where a number, a parameter, a function or '(' is expected"
        )

    def call(self, name: str, place: int) -> _Value:
        if name != "piecewise" and name not in FUNCTIONS:
            known = ", ".join(sorted([*FUNCTIONS, "piecewise"]))
            raise self.wrong(f"no function {name!r}; there are: {known}", place)
        self.expect("(")
        if name == "piecewise":
            return self.piecewise(place)
        function, least, most = FUNCTIONS[name]
        arguments = [self.argument()]
        while self.accept(","):
            arguments.append(self.argument())
            if len(arguments) > most:
                raise self.wrong(f"{name} takes at most {most} argument(s)", place)
        self.expect(")")
        if len(arguments) < least:
            raise self.wrong(f"{name} takes at least {least} argument(s)", place)
        return self.made(
            lambda: function(*(a.expression for a in arguments)),
            sum(a.weight for a in arguments),
            place,
        )

    def piecewise(self, place: int) -> _Value:
        cases: list[tuple[_Value, Any]] = []
        more = True
        while more:
            first = self.nested(self.either)
            if not _is_condition(first):
                cases.append((first, sp.true))
                break
            self.expect(",")
            cases.append((self.argument(), first.expression))
            more = self.accept(",") is not None
            if len(cases) > MAX_ARGUMENTS:
                raise self.wrong(f"piecewise takes at most {MAX_ARGUMENTS} cases", place)
        self.expect(")")
        return self.made(
            lambda: sp.Piecewise(*((v.expression, c) for v, c in cases)),
            sum(v.weight for v, _ in cases),
            place,
        )


def _is_condition(value: _Value) -> bool:
    return isinstance(value.expression, (Relational, BooleanAtom, BooleanFunction))


SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly a text holds together."""

NAMES = {f: name for name, (f, _, _) in FUNCTIONS.items() if name != "sqrt"}
SIGNS = {relation: sign for sign, relation in COMPARISONS.items()}


def write_expression(expression: Any) -> str:
    """Return the text of an expression; `parse_expression` is the inverse.

    Numbers are written as integers and fractions, floats as the decimals that they look like. What
    SymPy would build in a simpler form comes back in that form, equal in value.

    Raises
    ------
    GameError
        If the expression has a function or a constant that the grammar does not have.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> cost = Parameter("war_cost", (0, 1), 0.3)
    >>> write_expression(0.5 - cost**2)
    '1/2 - war_cost**2'
    """
    return _written(as_expression(expression), expression)[0]


def _written(e: Any, whole: Any) -> tuple[str, int]:
    """Return the text of ``e`` and how tightly it holds together."""

    def text(part: Any, least: int = SUM) -> str:
        found, binding = _written(part, whole)
        return found if binding >= least else f"({found})"

    if isinstance(e, (sp.Rational, sp.Float)):
        number = as_fraction(e)
        tight = ATOM if number.denominator == 1 else PRODUCT
        return number_text(number), tight if number >= 0 else SUM
    if isinstance(e, sp.Symbol):
        return e.name, ATOM
    if isinstance(e, sp.Add):
        terms = [text(a) for a in sp.Add.make_args(e)]
        first, *rest = sorted(terms, key=lambda t: t.startswith("-"))
        return first + "".join(f" - {t[1:]}" if t[0] == "-" else f" + {t}" for t in rest), SUM
    if isinstance(e, sp.Mul):
        return _product(e, text)
    if isinstance(e, sp.Pow) and e.exp == -1:
        return f"1/{text(e.base, POWER)}", PRODUCT
    if isinstance(e, sp.Pow):
        return f"{text(e.base, ATOM)}**{text(e.exp, ATOM)}", POWER
    if isinstance(e, sp.Piecewise):
        cases = [
            text(v) if c == sp.true else f"{_condition(c, text)}, {text(v)}" for v, c in e.args
        ]
        return f"piecewise({', '.join(cases)})", ATOM
    if e.func in NAMES:
        return f"{NAMES[e.func]}({', '.join(text(a) for a in e.args)})", ATOM
    raise GameError(
        f"the expression {whole} has {e}, which files cannot hold; allowed are numbers, "
        f"parameters, + - * / **, and {', '.join(sorted([*FUNCTIONS, 'piecewise']))}"
    )


def _product(e: Any, text: Callable[..., str]) -> tuple[str, int]:
    """Return the text of a product, its sign in front and its divisors behind."""
    coefficient, rest = e.as_coeff_Mul()
    factors = sp.Mul.make_args(rest)
    above = [text(f, POWER) for f in factors if not _is_divisor(f)]
    below = [text(f.base, POWER) for f in factors if _is_divisor(f)]
    size = abs(coefficient)
    if size != 1 or not above:
        above.insert(0, text(size, PRODUCT))
    product = "*".join(above) + "".join(f"/{b}" for b in below)
    return (f"-{product}", SUM) if coefficient < 0 else (product, PRODUCT)


def _is_divisor(factor: Any) -> bool:
    return isinstance(factor, sp.Pow) and factor.exp == -1


def _condition(c: Any, text: Callable[..., str]) -> str:
    if isinstance(c, (sp.And, sp.Or)):
        word = " and " if isinstance(c, sp.And) else " or "
        return word.join(sorted(f"({_condition(a, text)})" for a in c.args))
    if isinstance(c, sp.Not):
        return f"not ({_condition(c.args[0], text)})"
    if c.func in SIGNS:
        return f"{text(c.lhs)} {SIGNS[c.func]} {text(c.rhs)}"
    raise GameError(f"the condition {c} cannot be written to a file; use comparisons, and, or, not")
