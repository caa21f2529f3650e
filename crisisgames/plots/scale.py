"""The unit of a figure: percent, or a power of ten where probabilities are tiny."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isnan, log10

__all__ = ["Scale", "scale_for"]

PERCENT_FROM = 5e-5
"""Largest value of a figure from which percent read well: 0.005 %."""

ZERO = 1e-12
"""Probabilities below this are rounding errors of the solution, and drawn as 0."""

PLAIN_FROM = 1e-3
"""Smallest number, in the figure's unit, that is written without a power of ten."""

ROUNDING = 1e-6
"""How far a tick may be from a round number, as a share of the distance between ticks."""

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EN DASH}"
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Scale:
    """What one unit on the axis is worth as a probability, and what the unit is called.

    `decimals` are those with which the largest probability has three significant digits.

    Examples
    --------
    >>> percent = scale_for(0.25)
    >>> percent.unit, percent.text(0.0119686), percent.text(-0.0119686, signed=True)
    ('%', '1.20', '−1.20')
    >>> scale_for(0.000003).unit
    '×10⁻⁶'
    """

    factor: float
    unit: str
    decimals: int = 2

    def text(self, value: float, *, signed: bool = False) -> str:
        """Return a probability in this unit, to three significant digits."""
        if isnan(value):
            return NO_VALUE
        if abs(value) < ZERO:
            return "0"
        size = abs(value) / self.factor
        number = f"{size:#.3g}".rstrip(".") if size >= PLAIN_FROM else _scientific(size)
        sign = MINUS if value < 0 else "+" if signed else ""
        return f"{sign}{number}"

    def in_column(self, value: float, *, signed: bool = False) -> str:
        """Return a probability in this unit, with the decimals that the largest one needs.

        Examples
        --------
        >>> percent = scale_for(0.25)
        >>> percent.in_column(0.0119686), percent.in_column(0.0000119), percent.in_column(0)
        ('1.2', '<0.1', '0')
        """
        if isnan(value) or abs(value) < ZERO:
            return self.text(value)
        number = f"{abs(value) / self.factor:.{self.decimals}f}"
        if signed or value < 0:
            return f"{MINUS if value < 0 else '+'}{number}"
        return number if float(number) else f"<{10.0**-self.decimals:.{self.decimals}f}"

    def tick(self, value: float, step: float) -> str:
        """Return the label of a tick, with the decimals that ticks of this distance need."""
        decimals = max(0, -floor(log10(step / self.factor) + ROUNDING))
        plain = f"{step / self.factor:.{decimals}f}"
        if abs(float(plain) * self.factor / step - 1) > ROUNDING:
            decimals += 1  # steps of 2.5
        number = f"{abs(value) / self.factor:.{decimals}f}"
        return f"{MINUS if value < -ROUNDING * step else ''}{number}" if float(number) else "0"


def scale_for(largest: float) -> Scale:
    """Return the scale for probabilities, or changes of them, up to ``largest`` in size."""
    if largest < ZERO:
        return Scale(0.01, "%")
    if largest >= PERCENT_FROM:
        return Scale(0.01, "%", max(1, -floor(log10(largest))))
    exponent = floor(log10(largest))
    return Scale(10.0**exponent, f"×10{str(exponent).translate(RAISED)}")


def _scientific(size: float) -> str:
    digits, exponent = f"{size:.1e}".split("e")
    return f"{digits}×10{str(int(exponent)).translate(RAISED)}"
