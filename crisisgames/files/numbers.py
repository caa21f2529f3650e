"""Numbers in files: read exactly from their text, within limits, and written exactly."""

from __future__ import annotations

import re
from fractions import Fraction

from crisisgames.errors import GameError

__all__ = ["NUMBER", "exact_number", "number_text"]

NUMBER = re.compile(r"[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)")
"""An integer, a decimal, with a power of ten or without, or a fraction."""

MAX_DIGITS = 4000
"""Longest text of a number, and of each half of a fraction: Python reads integers up to 4300 digits
without a special permission, and no game needs more."""

TOO_LONG = 10**MAX_DIGITS
"""The smallest number with more digits."""

MAX_EXPONENT = 300
"""Largest power of ten: what is larger, or smaller, is no ordinary float."""


def exact_number(text: str) -> Fraction:
    """Return the rational that a text stands for: ``3``, ``-0.25``, ``1e-3``, ``2/7``.

    Raises
    ------
    GameError
        If the text is not a number, divides by zero, or is beyond all measure.

    Examples
    --------
    >>> exact_number("2.5e-1")
    Fraction(1, 4)
    """
    if not NUMBER.fullmatch(text):
        raise GameError(f"{_cut(text)!r} is not a number; write 3, -0.25, 1e-3 or 2/7")
    if max(map(len, text.split("/"))) > MAX_DIGITS:
        raise GameError(f"{_cut(text)!r} has {len(text)} characters; allowed are {MAX_DIGITS}")
    if "/" in text:
        top, bottom = text.split("/")
        if not int(bottom):
            raise GameError(f"{_cut(text)!r} divides by zero")
        return Fraction(int(top), int(bottom))
    _, _, exponent = text.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise GameError(
            f"{_cut(text)!r} has the power of ten {_cut(exponent)}; allowed is "
            f"-{MAX_EXPONENT} to {MAX_EXPONENT}"
        )
    return Fraction(text)


def number_text(value: Fraction) -> str:
    """Return the text of a rational: an integer, or a fraction.

    Examples
    --------
    >>> number_text(Fraction(1, 4))
    '1/4'
    """
    if abs(value.numerator) >= TOO_LONG or value.denominator >= TOO_LONG:
        raise GameError(f"a number has more than {MAX_DIGITS} digits, too many for a file")
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
