"""TOML files that people write: read within limits, each value with its line and place.

A file says what it holds by its ``kind``; how to read that, its kind says. Kinds register
themselves in `KINDS`, beside what they describe.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from difflib import get_close_matches
from fractions import Fraction
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Self

from crisisgames.errors import CrisisGamesError, GameError
from crisisgames.files import toml_lines
from crisisgames.files.documents import Item
from crisisgames.files.reading import MAX_BYTES, read_text, too_large

__all__ = ["KINDS", "TomlItem", "from_toml", "read_toml"]

MAX_KEY = 10
"""Parts of a dotted key: for each key `tomllib` takes the square of their number."""

MAX_NESTING = 12
"""Tables and lists within each other: no format here needs more than six."""

LARGEST = 1e300
"""Largest number: beyond it no float is left for what is computed from it."""

LONGEST = 500
"""Characters of an error, after its place."""

BARE = re.compile(r"[A-Za-z0-9_-]+")
DOTTED = re.compile(rf"(?<![A-Za-z0-9_-])(?:[A-Za-z0-9_-]+[ \t]*\.[ \t]*){{{MAX_KEY}}}")
QUOTED = re.compile(r"""["'][ \t]*\.[ \t]*["'A-Za-z0-9_-]""")
"""A quoted part of a key and the next one."""

LONG = re.compile(r"[0-9][0-9_]{4000,}")
PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True)
class TomlItem(Item):
    """A value in a TOML file, with its place and line; what it must be is checked when asked for.

    Attributes
    ----------
    source : str
        What errors call the file.
    path : tuple
        Where the value stands: names, and numbers of entries from 1.
    lines : callable
        Returns the line of each path, as far as it is known; only errors ask for it.
    """

    OBJECT: ClassVar[str] = "a table"

    source: str = "the text"
    path: toml_lines.Path = ()
    lines: Callable[[], Mapping[toml_lines.Path, int]] = field(default=dict, repr=False)

    @property
    def line(self) -> int | None:
        """The line on which the value stands, or what it is in; None if that is not known."""
        lines = self.lines()
        above = (self.path[:k] for k in range(len(self.path), 0, -1))
        return next((lines[path] for path in above if path in lines), None)

    def error(self, what: str) -> GameError:
        """Return the error about this value: file, line, place."""
        parts = (self.source, f"line {self.line}" if self.line else "", self.place)
        what = " ".join(what.split())  # names in files may have line breaks, and any length
        what = what if len(what) <= LONGEST else f"{what[: LONGEST - 3]}..."
        return GameError(f"{', '.join(p for p in parts if p)}: {what}")

    def inside(self, step: str | int, value: Any) -> Self:
        """Return a value in this one: a member by its name, an entry by its number from 1."""
        if isinstance(step, int):
            place = f"{self.place}, entry {step}"
        else:
            name = step[:40] if BARE.fullmatch(step) else json.dumps(step[:40], ensure_ascii=False)
            after_entry = bool(self.path) and isinstance(self.path[-1], int)
            joint = ", " if after_entry else "." if self.path else ""
            place = f"{self.place}{joint}{name}"
        return replace(self, value=value, place=place, path=(*self.path, step))

    def named(self, error: CrisisGamesError) -> bool:
        """Tell whether an error names its place already."""
        return str(error).startswith((f"{self.source}, ", f"{self.source}: "))

    def shown(self) -> str:
        """Return the value as errors show it."""
        if isinstance(self.value, (date, time)):
            return f"the {'time' if isinstance(self.value, (datetime, time)) else 'date'} " + str(
                self.value
            )
        if isinstance(self.value, float) and not math.isfinite(self.value):
            return str(self.value)
        return super().shown()

    def number(self) -> int | float | Fraction:
        """Return a finite number: one of TOML, or a text such as ``"1/3"`` as a rational."""
        number = super().number()
        if not -LARGEST <= number <= LARGEST:
            raise self.error(f"found {self._cut()}; numbers are finite, up to {LARGEST:g}")
        return number

    def end(self) -> int | float | Fraction:
        """Return an end of a range: a number, or infinity."""
        if isinstance(self.value, float) and math.isinf(self.value):
            return self.value
        return super().end()

    def _cut(self) -> str:
        shown = self.shown()
        return shown if len(shown) <= 40 else f"{shown[:37]}..."

    def only(self, names: Iterable[str]) -> None:
        """Raise unless all members of a table have one of these names."""
        known = list(names)
        for name, entry in self.items():
            if name not in known:
                near = get_close_matches(name, known, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
                raise entry.error(f"no field named {name[:40]!r} here; {hint}")


KINDS: dict[str, Callable[[TomlItem], Any]] = {}
"""How each kind of file is read."""

LATE = ("crisisgames.scenarios.from_file",)
"""Modules of kinds that belong to higher layers: loaded when no other kind fits."""


def from_toml(text: str, source: str = "the text") -> Any:
    """Return the game or scenario that a TOML text describes.

    Parameters
    ----------
    text : str
    source : str
        What errors call the text, such as the name of its file.

    Returns
    -------
    ExtensiveFormGame, SignalingGame, NormalFormGame or Scenario
        As ``kind`` says: ``"extensive-form game"``, ``"signaling game"``, ``"normal-form game"`` or
        ``"scenario"``.

    Raises
    ------
    GameError
        If the text is not TOML, or does not describe what it says; the message names the line, the
        field, what was found and what is allowed.

    Examples
    --------
    >>> game = from_toml('''
    ... kind = "normal-form game"
    ... [actions]
    ... A = ["yield", "dare"]
    ... B = ["yield", "dare"]
    ... [payoffs]
    ... yield = { yield = [6, 6], dare = [2, 7] }
    ... dare = { yield = [7, 2], dare = [0, 0] }
    ... ''')
    >>> game.players
    ('A', 'B')
    """
    if not isinstance(text, str):
        raise GameError(f"from_toml takes a text, not {type(text).__name__}")
    if len(text) > MAX_BYTES:
        raise too_large(source, f"{len(text)} characters")
    item = _parsed(text.removeprefix("\ufeff"), source)
    kind = item["kind"].text() if "kind" in item else None
    if kind not in KINDS:
        for module in LATE:
            import_module(module)
    allowed = ", ".join(map(repr, KINDS))
    if kind is None:
        raise item.error(f"'kind' is missing; write kind = ... with one of {allowed}")
    if kind not in KINDS:
        raise item["kind"].error(f"found {kind[:40]!r}; allowed are {allowed}")
    return item.made(KINDS[kind], item)


def read_toml(path: str | Path) -> Any:
    """Return the game or scenario in a TOML file; see `from_toml`.

    Raises
    ------
    GameError
        If there is no such file, or it cannot be read, or is wrong.

    Examples
    --------
    >>> read_toml("no-such-file.toml")
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: no-such-file.toml: there is no such file
    """
    return from_toml(read_text(path), str(path))


def _parsed(text: str, source: str) -> TomlItem:
    """Return the content of a TOML text; raise for what is not TOML or beyond all measure."""
    # Before parsing, and in linear time. What looks like such a key in a text is refused as well.
    for number, words in enumerate(text.split("\n"), 1):
        if DOTTED.search(words) or len(QUOTED.findall(words)) > MAX_KEY:
            raise GameError(
                f"{source}, line {number}: a key has more than {MAX_KEY} parts joined by dots"
            )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, at = str(error), PLACE.search(str(error))
        last = text.rstrip("\n").count("\n") + 1
        line = int(at[1]) if at and at[1] else last
        what = " ".join((message[: at.start()] if at else message).split())[:LONGEST]
        raise GameError(f"{source}, line {line}: this is not TOML ({what})") from None
    except RecursionError:
        raise GameError(f"{source}: lists and tables are nested too deep") from None
    except ValueError:  # an integer beyond what Python reads
        long = LONG.search(text)
        line = text.count("\n", 0, long.start()) + 1 if long else 1
        raise GameError(f"{source}, line {line}: an integer has too many digits") from None
    # Depth first: what follows may then recurse.
    level: list[Any] = [data]
    for _ in range(MAX_NESTING):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
    if level:
        raise GameError(
            f"{source}: tables and lists are nested more than {MAX_NESTING} deep; no file of this "
            "library needs that"
        )
    return TomlItem(data, "", source, (), cache(partial(toml_lines.lines_of, text)))
