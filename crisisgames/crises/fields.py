"""What crises share: fields with a domain and a meaning, which become parameters of the game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, fields
from functools import cache
from typing import Any, Self

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.games import Parameter

__all__ = [
    "PROBABILITY",
    "UTILS",
    "KnownFields",
    "as_choice",
    "as_count",
    "as_flag",
    "check_fields",
    "parameters",
    "positive_shares",
    "quantity",
]

ILLUSTRATION = "illustration"
PROBABILITY = (0.0, 1.0)
UTILS = (0.0, float("inf"))


class KnownFields:
    """A dataclass that answers a misspelt field with the nearest one, also in `replace`.

    Raises
    ------
    UnknownName
        For a field that it does not have.
    GameError
        If a field is given twice, or there are more values than fields.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> Incident(clarty=0.5)
    Traceback (most recent call last):
    ...
    crisisgames.errors.UnknownName: no field of Incident named 'clarty'; did you mean 'clarity'?
    """

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Check the names of the fields that are given; their values are checked later."""
        known = [f.name for f in fields(cls)]  # type: ignore[arg-type]
        if len(given) > len(known):
            raise GameError(
                f"{cls.__name__} has {len(known)} fields, and {len(given)} values are given; drop "
                "what is too much"
            )
        for name in named:
            if name not in known:
                raise suggest(f"field of {cls.__name__}", name, known)
            if name in known[: len(given)]:
                raise GameError(f"{cls.__name__}: {name} is given twice; drop one of the two")
        return super().__new__(cls)


def quantity(default: float, domain: tuple[float, float], meaning: str) -> Any:
    """Return a field of a crisis that is a number; its default is an illustration."""
    return field(default=default, metadata={"domain": domain, "meaning": meaning})


def check_fields(owner: str, item: Any) -> None:
    """Raise if a number of a crisis or of one of its parts is outside its domain."""
    for f in fields(item):
        value = getattr(item, f.name)
        if f.metadata and not (value is None and f.metadata.get("optional")):
            try:
                _bare(f.name, f.metadata["domain"]).check(value)
            except GameError as error:
                raise GameError(f"{owner}: {error} ({f.metadata['meaning']})") from None


@cache
def _bare(name: str, domain: tuple[float, float]) -> Parameter:
    """Return what checks a number: made once, since crises are made by the thousand."""
    return Parameter(name, domain)


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


def as_choice(owner: str, name: str, value: Any, allowed: Sequence[str]) -> str:
    """Return a field that is one of several words; raise if it is none of them."""
    if isinstance(value, str) and value in allowed:
        return value
    words = ", ".join(map(repr, allowed))
    raise GameError(f"{owner}: {name} is {value!r}; allowed are {words}")


def parameters(
    owner: Any, prefix: str = "", shared: Mapping[str, Parameter] | None = None
) -> dict[str, Parameter]:
    """Return the numbers of a crisis or of one of its parts as parameters of the game, by field.

    Their defaults are the values that the crisis has; the prefix enters their names only. Where a
    field is the same quantity as one of another part, `shared` has the parameter that both are.
    """
    own = {
        f.name: Parameter(
            prefix + f.name,
            f.metadata["domain"],
            getattr(owner, f.name),
            f.metadata["meaning"],
            ILLUSTRATION,
        )
        for f in fields(owner)
        if f.metadata
    }
    return own | dict(shared or {})


def positive_shares(shares: Mapping[str, sp.Expr]) -> dict[str, sp.Expr]:
    """Return the outcome shares that are not the constant 0."""
    return {label: share for label, share in shares.items() if share != 0}
