"""Numbers of a game at many points, so that what writes a program for one point writes it for many.

A `Column` stands where a rational stands for one point. It carries the size of what was added up,
which its rounding is relative to: where terms cancel, what is left may be rounding alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from crisisgames.games import Numbers

__all__ = ["Column", "as_column", "columns", "largest", "smallest"]


class Column:
    """One number at many points, in floating point.

    Attributes
    ----------
    values, sizes : ndarray
        The number at each point, and the sum of the sizes of its terms.

    Examples
    --------
    >>> one, other = (Column(np.array(v), np.array(v)) for v in ([0.3, 1.0], [0.1, 1.0]))
    >>> gain = one - other
    >>> gain.values.round(3).tolist(), gain.sizes.tolist(), bool(gain), bool(gain - gain)
    ([0.2, 0.0], [0.4, 2.0], True, False)
    """

    __slots__ = ("sizes", "values")

    def __init__(self, values: np.ndarray, sizes: np.ndarray) -> None:
        self.values, self.sizes = values, sizes

    def __bool__(self) -> bool:
        """Tell whether it is something other than 0 anywhere."""
        return bool(self.values.any())

    def __add__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):  # of columns: NumPy adds one by one
            return NotImplemented
        o = as_column(other)
        return Column(self.values + o.values, self.sizes + o.sizes)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        o = as_column(other)
        return Column(self.values - o.values, self.sizes + o.sizes)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            return NotImplemented
        o = as_column(other)
        return Column(self.values * o.values, self.sizes * o.sizes)

    __rmul__ = __mul__

    def __neg__(self) -> Column:
        return Column(-self.values, self.sizes)


def as_column(value: Any) -> Column:
    """Return a column as it is, and a number as one that is the same at all points."""
    if isinstance(value, Column):
        return value
    number = np.float64(value)
    return Column(np.asarray(number), np.asarray(abs(number)))


def columns(numbers: Numbers, sizes: tuple[np.ndarray, np.ndarray]) -> Numbers:
    """Return a game's numbers at many points as objects, one `Column` for each number.

    Parameters
    ----------
    numbers : Numbers
        With one leading axis, for the points.
    sizes : tuple of ndarray
        Of branches and payoffs, as `Compiled.magnitudes` gives them, with the same axis.
    """
    branches, payoffs = sizes
    return Numbers(
        _objects(numbers.branches, branches),
        _objects(numbers.payoffs, payoffs),
        _objects(numbers.shares, numbers.shares),
    )


def _objects(values: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    shape = values.shape[1:]
    rows = (np.ascontiguousarray(a.reshape(len(a), -1).T) for a in (values, sizes))
    found = np.empty(len(values[0].reshape(-1)), dtype=object)
    found[:] = [Column(v, s) for v, s in zip(*rows, strict=True)]
    return found.reshape(shape)


def smallest(numbers: np.ndarray) -> Any:
    """Return the smallest of rationals, or of columns at each point."""
    return _most(numbers, min, np.minimum)


def largest(numbers: np.ndarray) -> Any:
    """Return the largest of rationals, or of columns at each point."""
    return _most(numbers, max, np.maximum)


def _most(numbers: np.ndarray, of: Callable[..., Any], at_each: Any) -> Any:
    flat = numbers.ravel().tolist()
    if not isinstance(flat[0], Column):
        return of(flat)
    values = reduce(at_each, (c.values for c in flat))
    return Column(values, reduce(np.maximum, (c.sizes for c in flat)))
