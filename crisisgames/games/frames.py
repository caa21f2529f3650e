"""Games as data frames in long form: one row for each profile, payoffs in columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PAYOFF", "labels", "number", "rows_of"]

PAYOFF = "payoff "
"""What stands before the player in the name of a column of payoffs."""


def labels(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the different labels of each column, in the order of their first row.

    Raises
    ------
    GameError
        If this is no data frame, or lacks a column, or has no rows.
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise GameError(f"from_dataframe takes a data frame, not {type(frame).__name__}")
    for column in columns:
        if list(frame.columns).count(column) != 1:
            raise GameError(
                f"the data frame must have one column {column!r}; it has {list(frame.columns)}"
            )
    if not len(frame):
        raise GameError("the data frame has no rows; give one for each profile")
    return [tuple(dict.fromkeys(map(str, frame[c]))) for c in columns]


def rows_of(frame: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[str, ...], Any]:
    """Return the rows by their labels in these columns; every combination must be there once."""
    own = labels(frame, columns)
    found: dict[tuple[str, ...], Any] = {}
    for k, record in enumerate(frame.to_dict("records")):
        key = tuple(str(record[c]) for c in columns)
        if key in found:
            raise GameError(f"row {k} of the data frame: {_told(columns, key)} is there twice")
        found[key] = record
    for key in product(*own):
        if key not in found:
            raise GameError(f"the data frame has no row with {_told(columns, key)}")
    return {key: found[key] for key in product(*own)}


def number(record: Any, column: str, key: Sequence[str]) -> Any:
    """Return a number of a row; raise if it is none."""
    value = record[column]
    plain = isinstance(value, (Real, sp.Expr)) and not isinstance(value, (bool, np.bool_))
    if not plain or (isinstance(value, Real) and not np.isfinite(float(value))):
        raise GameError(
            f"{column!r} of {tuple(key)} is {value!r}; give a finite number: games with parameters "
            "go to a data frame at their values"
        )
    return value


def _told(columns: Sequence[str], key: Sequence[str]) -> str:
    return ", ".join(f"{c} = {label!r}" for c, label in zip(columns, key, strict=True))
