"""Numbers as a brief writes them."""

from __future__ import annotations

from math import isnan

__all__ = ["MINUS", "SAME", "number", "percent", "points", "probability", "span", "utils"]

SAME = 1e-9
"""Probabilities no further apart are one value: results are exact up to rounding."""

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
UNIT = "\N{NO-BREAK SPACE}%"


def percent(value: float) -> str:
    r"""Return a probability in percent, to three significant digits.

    Examples
    --------
    >>> percent(0.0119686), percent(1), percent(0.0), percent(0.999999)
    ('1.20\xa0%', '100\xa0%', '0\xa0%', '>99.9\xa0%')
    """
    value = float(value)
    if isnan(value):
        return NONE
    if abs(value) <= SAME:
        return f"0{UNIT}"
    if 0.9995 <= value < 1 - SAME:
        return f">99.9{UNIT}"
    return f"{_digits(100 * value)}{UNIT}"


def span(low: float, high: float, *, between: str = "\N{EN DASH}") -> str:
    r"""Return an interval of probabilities in percent, one number where it is a point.

    Examples
    --------
    >>> span(0.1, 0.1), span(0.00127, 0.012)
    ('10.0\xa0%', '0.127–1.20\xa0%')
    """
    low, high = float(low), float(high)
    if isnan(low) or isnan(high):
        return "none found"
    if high - low <= SAME:
        return percent(low)
    return f"{percent(low).removesuffix(UNIT)}{between}{percent(high)}"


def probability(low: float, high: float) -> str:
    """Return an interval of probabilities in words.

    Examples
    --------
    >>> told = (probability(0.2, 1), probability(0, 1), probability(0.1, 0.2))
    >>> print("; ".join(told).replace(UNIT, " %"))
    at least 20.0 %; anything from 0 to 100 %; between 10.0 % and 20.0 %
    """
    low, high = float(low), float(high)
    if high - low <= SAME:
        return percent(low)
    if low <= SAME and high >= 1 - SAME:
        return f"anything from 0 to 100{UNIT}"
    if high >= 1 - SAME:
        return f"at least {percent(low)}"
    if low <= SAME:
        return f"at most {percent(high)}"
    return f"between {percent(low)} and {percent(high)}"


def points(value: float) -> str:
    """Return a change of a probability in percentage points.

    Examples
    --------
    >>> points(-0.0107), points(0.0), points(0.5)
    ('−1.07', '0', '+50.0')
    """
    value = float(value)
    if isnan(value):
        return NONE
    if abs(value) <= SAME:
        return "0"
    return f"{MINUS if value < 0 else '+'}{_digits(100 * abs(value))}"


def number(value: float) -> str:
    """Return a number in four significant digits at most.

    Examples
    --------
    >>> number(-0.25), number(6.0), number(1 / 3)
    ('−0.25', '6', '0.3333')
    """
    value = float(value)
    if isnan(value):
        return NONE
    return f"{0.0 if value == 0 else value:.4g}".replace("-", MINUS)


def utils(value: float, *, signed: bool = False) -> str:
    """Return a payoff, or a difference of payoffs, in three significant digits at most.

    Examples
    --------
    >>> utils(-0.07759), utils(0.25, signed=True), utils(1e-12)
    ('−0.0776', '+0.25', '0')
    """
    value = float(value)
    if isnan(value):
        return NONE
    if abs(value) <= SAME:
        return "0"
    return f"{value:{'+' if signed else ''}.3g}".replace("-", MINUS)


def _digits(value: float) -> str:
    """Return a number in three significant digits, zeros at the end included."""
    text = f"{value:#.3g}".rstrip(".")
    if "e" in text:
        digits, exponent = text.split("e")
        return f"{digits}e{int(exponent)}".replace("-", MINUS)
    return text.replace("-", MINUS)
