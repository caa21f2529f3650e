"""What crises share: fields with a domain and a meaning, which become parameters of the game."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, replace
from typing import Any, TypeVar

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.games import Parameter

__all__ = [
    "PROBABILITY",
    "UTILS",
    "as_count",
    "as_flag",
    "check_fields",
    "parameter",
    "positive_shares",
    "quantity",
    "replaced",
]

T = TypeVar("T")

ILLUSTRATION = "illustration"
PROBABILITY = (0.0, 1.0)
UTILS = (0.0, float("inf"))


def quantity(default: float, domain: tuple[float, float], meaning: str) -> Any:
    """Return a field of a crisis that is a number; its default is an illustration."""
    return field(default=default, metadata={"domain": domain, "meaning": meaning})


def check_fields(owner: str, item: Any) -> None:
    """Raise if a number of a crisis or of one of its parts is outside its domain."""
    for f in fields(item):
        if f.metadata:
            value = getattr(item, f.name)
            try:
                Parameter(f.name, f.metadata["domain"]).check(value)
            except GameError as error:
                raise GameError(f"{owner}: {error} ({f.metadata['meaning']})") from None


def as_flag(owner: str, name: str, value: Any) -> bool:
    """Return a field that is a yes or no; raise if it is neither."""
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, int) and value in (0, 1)):
        return bool(value)
    raise GameError(f"{owner}: {name} is {value!r}; give True or False")


def as_count(owner: str, name: str, value: Any) -> int:
    """Return a field that counts something; raise if it is no whole number from 1."""
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool) and value >= 1:
        return int(value)
    raise GameError(f"{owner}: {name} is {value!r}; give a whole number from 1")


def replaced(crisis: T, changes: Mapping[str, Any]) -> T:
    """Return a crisis with some fields changed, or raise the error that offers the nearest one."""
    known = [f.name for f in fields(crisis)]  # type: ignore[arg-type]
    for name in changes:
        if name not in known:
            raise suggest(f"field of {type(crisis).__name__}", name, known)
    return replace(crisis, **changes)  # type: ignore[type-var]


def parameter(owner: Any, f: Any, prefix: str = "") -> Parameter:
    """Return a field as a parameter of the game, its default the value that the crisis has."""
    value, about = getattr(owner, f.name), f.metadata
    return Parameter(prefix + f.name, about["domain"], value, about["meaning"], ILLUSTRATION)


def positive_shares(shares: Mapping[str, sp.Expr]) -> dict[str, sp.Expr]:
    """Return the outcome shares that are not the constant 0."""
    return {label: share for label, share in shares.items() if share != 0}
