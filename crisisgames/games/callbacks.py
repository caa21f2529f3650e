"""Calls of functions that a user gave, with errors that say where they failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crisisgames.errors import GameError

__all__ = ["called"]


def called(what: str, function: Callable[..., Any], /, **places: Any) -> Any:
    """Return what a user's function gives for these arguments, passed in order.

    Raises
    ------
    GameError
        If the call raises a TypeError, as with a wrong number of arguments, or a lookup fails.

    Examples
    --------
    >>> called("payoffs", lambda state: 1, state="calm", profile=("r", "r"))
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: payoffs(state, profile) raised TypeError: <lambda>() takes 1 \
positional argument but 2 were given at state 'calm', profile ('r', 'r')
    """
    try:
        return function(*places.values())
    except (TypeError, LookupError) as error:
        if isinstance(error, GameError):  # A GameError of the function speaks for itself.
            raise
        at = ", ".join(f"{name} {value!r}" for name, value in places.items())
        raise GameError(
            f"{what}({', '.join(places)}) raised {type(error).__name__}: {error} at {at}"
        ) from error
