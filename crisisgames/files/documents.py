"""JSON documents: one form for everything, and checked access to what a stranger wrote.

A document is an object with ``"format": "crisisgames/1"`` and ``"kind"``; what else it holds, its
kind says. Kinds register themselves with `register`, so that further ones can be added beside what
they describe.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from importlib import import_module
from typing import Any, ClassVar, NoReturn, Self

import numpy as np
import sympy as sp

from crisisgames.errors import CrisisGamesError, GameError
from crisisgames.files.numbers import MAX_DIGITS, exact_number, number_text
from crisisgames.games.expressions import as_fraction

__all__ = ["FORMAT", "Item", "Kind", "from_json", "number_json", "register", "to_json"]

FORMAT = "crisisgames/1"
"""The version of the format: a reader refuses another."""

INFINITIES = {"inf": math.inf, "-inf": -math.inf}


@dataclass(frozen=True)
class Kind:
    """How the objects of one type are written and read.

    Attributes
    ----------
    name : str
        What ``"kind"`` says.
    type : type
    write : callable
        Returns the object's content as what JSON can hold.
    read : callable
        Returns the object, from the content as an `Item`.
    """

    name: str
    type: type
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[Item], Any]


KINDS: dict[str, Kind] = {}


LATE = (
    *("crisisgames.files.markov", "crisisgames.files.cutoffs"),
    *("crisisgames.crises.documents", "crisisgames.analysis.documents"),
)
"""Modules of kinds of which nobody may have heard yet, because their types take long to import or
belong to higher layers: loaded when no other kind fits."""


def _kind(fits: Callable[[Kind], bool]) -> Kind | None:
    found = next(filter(fits, KINDS.values()), None)
    if found is None:
        for module in LATE:
            import_module(module)
        found = next(filter(fits, KINDS.values()), None)
    return found


def register(kind: Kind) -> None:
    """Make a kind of document known to `to_json` and `from_json`."""
    KINDS[kind.name] = kind


def to_json(item: Any, *, indent: int | None = None) -> str:
    """Return a game, a strategy, an equilibrium, a set of equilibria or a comparison as JSON.

    Numbers that are exact are texts such as ``"1/3"``, floats are numbers, and expressions are
    texts in the grammar of `parse_expression`. `from_json` is the inverse.

    Parameters
    ----------
    item : game, strategy of a repeated game, equilibrium, set of equilibria or comparison
        Of any kind but batches, which do not hold their games.
    indent : int, optional
        Spaces by which lines are indented; left out, all is one line.

    Raises
    ------
    GameError
        For anything else, and for expressions that the grammar does not have.

    Examples
    --------
    >>> from crisisgames import NormalFormGame
    >>> game = NormalFormGame.from_arrays([[1]], [[0.5]])
    >>> from_json(to_json(game)) == game
    True
    """
    return json.dumps(document(item), indent=indent, ensure_ascii=False, allow_nan=False)


def document(item: Any) -> dict[str, Any]:
    """Return the content of an object's document, with its format and kind."""
    kind = _kind(lambda k: type(item) is k.type)
    if kind is None:
        raise GameError(
            f"to_json takes {_listed(k.type.__name__ for k in KINDS.values())}, not "
            f"{type(item).__name__}"
        )
    return {"format": FORMAT, "kind": kind.name, **kind.write(item)}


def from_json(text: str) -> Any:
    """Return the game, strategy, equilibrium, set or comparison that a JSON text describes.

    What can be computed is: certificates are never read.

    Raises
    ------
    GameError
        If the text is not JSON, is of an unknown format or kind, or is wrong, with the place in it,
        what was found and what is expected.

    Examples
    --------
    >>> from_json('{"format": "crisisgames/2"}')
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: the document: the format is 'crisisgames/2'; this version of the
    library reads 'crisisgames/1'
    """
    if not isinstance(text, str):
        raise GameError(f"from_json takes a text, not {type(text).__name__}")
    try:
        data = json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_int=_int,
            parse_float=_float,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise GameError(
            f"line {error.lineno}, column {error.colno}: this is not JSON ({error.msg})"
        ) from None
    except RecursionError:
        raise GameError("the JSON is nested too deep for a document of this library") from None
    return read_document(Item(data, "the document"))


def read_document(item: Item) -> Any:
    """Return the object that a document describes."""
    given = item["format"].text()
    if given != FORMAT:
        raise item.error(f"the format is {given!r}; this version of the library reads {FORMAT!r}")
    name = item["kind"].text()
    kind = _kind(lambda k: k.name == name)
    if kind is None:
        raise item.error(f"the kind is {name!r}; known are {_listed(map(repr, KINDS))}")
    return item.made(kind.read, item)


def _listed(names: Any) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(n for n in found if names.count(n) > 1)
        raise GameError(f"an object in the JSON has {twice!r} twice; rename one")
    return found


def _int(text: str) -> int:
    return int(text) if len(text) <= MAX_DIGITS else int(exact_number(text))


def _float(text: str) -> float:
    exact_number(text)
    return _finite(float(text), text)


def _finite(number: float, text: str) -> float:
    if not math.isfinite(number):
        raise GameError(f"the JSON has the number {text[:40]}, which is too large")
    return number


def _constant(text: str) -> NoReturn:
    raise GameError(f"the JSON has {text}; write finite numbers, and 'inf' in quotes in a domain")


def number_json(value: Any) -> int | float | str:
    """Return a number as JSON: integers and floats as they are, rationals as text.

    Examples
    --------
    >>> number_json(0.1), number_json(Fraction(1, 10)), number_json(float("inf"))
    (0.1, '1/10', 'inf')
    """
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else str(float(value))
    if value in (sp.oo, -sp.oo):
        return "inf" if value == sp.oo else "-inf"
    return number_text(as_fraction(value))


@dataclass(frozen=True)
class Item:
    """A value in a document, with its place; what it must be is checked when it is asked for."""

    OBJECT: ClassVar[str] = "an object"
    """What the format calls a mapping."""

    value: Any
    place: str

    def error(self, what: str) -> GameError:
        """Return the error about this value."""
        return GameError(f"{self.place}: {what}")

    def wrong(self, expected: str) -> GameError:
        """Return the error that this value is not what is expected."""
        return self.error(f"found {self.shown()}, where {expected} is expected")

    def shown(self) -> str:
        """Return the value as errors show it."""
        shown = json.dumps(self.value, ensure_ascii=False, default=str)
        return shown if len(shown) <= 60 else f"{shown[:57]}..."

    def inside(self, step: str | int, value: Any) -> Self:
        """Return a value in this one: a member by its name, an entry by its number from 1."""
        where = f"entry {step}" if isinstance(step, int) else step
        return replace(self, value=value, place=f"{self.place}, {where}")

    def named(self, error: CrisisGamesError) -> bool:
        """Tell whether an error names this place already, or one in it."""
        return str(error).startswith(self.place)

    def made(self, make: Callable[..., Any], *args: Any) -> Any:
        """Return what ``make`` gives; its errors name this place, unless they name one in it."""
        try:
            return make(*args)
        except CrisisGamesError as error:
            if self.named(error):
                raise
            raise self.error(str(error)) from None
        except OverflowError:
            raise self.error("it has a number that is too large") from None

    def __getitem__(self, name: str) -> Self:
        if not isinstance(self.value, dict):
            raise self.wrong(self.OBJECT)
        if name not in self.value:
            raise self.error(f"{name!r} is missing")
        return self.inside(name, self.value[name])

    def get(self, name: str, default: Any) -> Self:
        """Return a member of an object, or the default where it is left out."""
        if isinstance(self.value, dict) and name not in self.value:
            return self.inside(name, default)
        return self[name]

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def __iter__(self) -> Iterator[Self]:
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return (self.inside(k, v) for k, v in enumerate(self.value, 1))

    def items(self) -> list[tuple[str, Self]]:
        """Return the members of an object."""
        if not isinstance(self.value, dict):
            raise self.wrong(self.OBJECT)
        return [(k, self.inside(k, v)) for k, v in self.value.items()]

    def pair(self) -> tuple[Self, Self]:
        """Return the two entries of a list."""
        entries: list[Self] = [*self.__iter__()]
        if len(entries) != 2:
            raise self.wrong("a list of two entries")
        return entries[0], entries[1]

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(entry.text() for entry in self)

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def whole(self) -> int:
        """Return an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong("an integer")
        return self.value

    def number(self) -> int | float | Fraction:
        """Return a number: an integer or float as it is, a text such as ``"1/3"`` as a rational."""
        if isinstance(self.value, str):
            return Fraction(self.made(exact_number, self.value))
        if isinstance(self.value, bool) or not isinstance(self.value, (int, float)):
            raise self.wrong('a number, or a text such as "1/3",')
        return self.value

    def numbers(self) -> dict[str, int | float | Fraction]:
        """Return the members of an object, all of them numbers."""
        return {name: value.number() for name, value in self.items()}

    def label(self) -> Hashable:
        """Return the label of an outcome: a text, or a list of texts as a tuple."""
        return self.texts() if isinstance(self.value, list) else self.text()

    def end(self) -> int | float | Fraction:
        """Return an end of a range: a number, or ``"inf"`` or ``"-inf"``."""
        if isinstance(self.value, str) and self.value in INFINITIES:
            return INFINITIES[self.value]
        return self.number()


def label_json(outcome: Hashable) -> Any:
    """Return the label of an outcome as JSON."""
    return list(outcome) if isinstance(outcome, tuple) else outcome


def certificate_json(certificate: Any) -> dict[str, float | str | None]:
    """Return the numbers of a certificate as JSON: for who reads the text, never read back."""
    numbers = {f.name: float(getattr(certificate, f.name)) for f in fields(certificate)}
    return {k: v if math.isfinite(v) else None if v != v else str(v) for k, v in numbers.items()}


def table(mapping: Mapping[str, Any]) -> dict[str, int | float | str]:
    """Return the numbers of a mapping as JSON."""
    return {name: number_json(value) for name, value in mapping.items()}
