"""Numbers and expressions as they are written in drawings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crisisgames.plots.scale import MINUS

__all__ = ["expression", "formula", "number", "probability", "shortened", "values_text"]

LONGEST = 40
"""Characters of an expression or an outcome after which its middle is left out."""

TINY = 5e-4
"""Probabilities nearer to 0 or 1 than this would be rounded to it."""


def number(value: Any) -> str:
    """Return a number in three significant digits.

    Examples
    --------
    >>> number(-0.25), number(1 / 3), number(0), number(12345)
    ('−0.25', '0.333', '0', '12300')
    """
    x = float(value)
    if abs(x) >= 1e6 or 0 < abs(x) < 1e-4:
        text = f"{x:.2e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e")
    else:
        text = f"{float(f'{x:.3g}'):.10f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS) if float(text) else "0"


def probability(value: Any) -> str:
    """Return a probability in three digits that never say 0 or 1 where it is neither.

    Examples
    --------
    >>> probability(1), probability(0.25), probability(1e-7), probability(1 - 1e-7)
    ('1', '0.25', '<0.001', '>0.999')
    """
    p = float(value)
    if 0 < p < TINY:
        return "<0.001"
    if 1 - TINY < p < 1:
        return ">0.999"
    return f"{p:.3f}".rstrip("0").rstrip(".")


def formula(value: Any) -> str:
    """Return an expression as one reads it.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> formula(-2 * x**2), formula(sp.Rational(1, 4))
    ('−2·x^2', '1/4')
    """
    return str(value).replace("**", "^").replace("*", "·").replace("-", MINUS)


def expression(value: Any) -> str:
    """Return an expression as one reads it, shortened where there is no room for all of it."""
    return shortened(formula(value))


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text without its middle where it is long: labels differ at their end.

    Examples
    --------
    >>> shortened("a long way to go", 10)
    'a l…to go'
    """
    if len(text) <= longest:
        return text
    first = (longest - 1) // 3
    return f"{text[:first].rstrip()}…{text[first + 1 - longest :].lstrip()}"


def values_text(parameters: Mapping[str, Any], values: Mapping[str, Any]) -> str:
    """Return the values of all parameters in words; empty where there are none."""
    told = ", ".join(
        f"{name} {number(values.get(name, p.default))}" for name, p in parameters.items()
    )
    return f"At {told}." if told else ""
