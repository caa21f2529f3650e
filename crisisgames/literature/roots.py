"""Roots in closed forms, elementwise on arrays: found by bisection, and listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["falling_root", "listed"]


def falling_root(falling: Callable[[Any], Any], low: Any, high: Any) -> Any:
    """Return where a function falls through 0, to the last bit or two.

    Parameters
    ----------
    falling : callable
        Of an array; it changes its sign once between the ends.
    low, high : float or ndarray
        It is above 0 from the first to the root, and below 0 from there to the second. Where it
        has one sign throughout, the end that is nearest to a root comes back.

    Examples
    --------
    >>> round(float(falling_root(lambda x: 2 - x**2, 0, 2)) ** 2, 12)
    2.0
    """
    for _ in range(80):
        middle = (low + high) / 2
        before = falling(middle) > 0
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    return (low + high) / 2


def listed(*candidates: Any) -> Any:
    """Return the candidates that are there, in their order; an array of such lists for arrays.

    Parameters
    ----------
    *candidates : float or ndarray
        Of one shape; nan where one is not there.

    Examples
    --------
    >>> nan = float("nan")
    >>> listed(0.25, nan, 1.0)
    (0.25, 1.0)
    >>> listed(np.array([0.25, nan]), np.array([0.5, 2.0])).tolist()
    [(0.25, 0.5), (2.0,)]
    """
    rows = np.stack(np.broadcast_arrays(*candidates), axis=-1)
    if rows.ndim == 1:
        return tuple(rows[~np.isnan(rows)].tolist())
    lists = np.empty(rows.shape[:-1], dtype=object)
    for place in np.ndindex(lists.shape):
        row = rows[place]
        lists[place] = tuple(row[~np.isnan(row)].tolist())
    return lists
