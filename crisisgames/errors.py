"""The errors of the library: what was given, what is allowed, and the remedy, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from math import isfinite
from numbers import Real

__all__ = [
    "CrisisGamesError",
    "GameError",
    "NotApplicable",
    "SelectionWarning",
    "UnknownName",
    "need_number",
    "suggest",
]


class CrisisGamesError(ValueError):
    """Base of every error that the library raises about its input."""


class GameError(CrisisGamesError):
    """A game, crisis or parameter value that makes no sense; the message names the place."""


class NotApplicable(CrisisGamesError):
    """A mechanism or a method that means nothing for what it was applied to."""


class UnknownName(CrisisGamesError):
    """A name that the library does not have; the message offers the nearest one."""


class SelectionWarning(UserWarning):
    """A selection that rests on a computation that did not come to its end."""


def suggest(kind: str, given: object, known: Iterable[str]) -> UnknownName:
    """Return the error for an unknown name, with the nearest known ones.

    Examples
    --------
    >>> suggest("scenario", "south-china-see", ["south-china-sea", "taiwan-1995"])
    UnknownName("no scenario named 'south-china-see'; did you mean 'south-china-sea'?")
    """
    names = sorted(known)
    near = get_close_matches(str(given), names, n=1, cutoff=0.5)
    near = near or [n for n in names if str(given) and n.startswith(str(given))][:1]
    between = "; " if any("," in n for n in names) else ", "
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {between.join(names)}"
    return UnknownName(f"no {kind} named {given!r}; {hint}")


def need_number(name: str, value: object) -> None:
    """Raise if an option is not a finite number of at least 0.

    Examples
    --------
    >>> need_number("time_limit", -1)
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: time_limit is -1; give a number that is 0 or more
    """
    number = isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
    if not number or value < 0:  # type: ignore[operator]
        raise GameError(f"{name} is {value!r}; give a number that is 0 or more")
