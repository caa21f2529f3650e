"""The errors of the library: what was given, what is allowed, and the remedy, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "CrisisGamesError",
    "GameError",
    "NotApplicable",
    "SelectionWarning",
    "UnknownName",
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
