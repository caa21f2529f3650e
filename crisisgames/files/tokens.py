"""The words of a Gambit file: numbers, quoted texts, symbols, braces and commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from crisisgames.errors import GameError
from crisisgames.files.numbers import exact_number

__all__ = ["Reader", "quoted", "unique"]

MAX_SIZE = 20_000_000
"""Characters of a file; a larger one is no game that a solver could take."""

LARGEST = Fraction(10) ** 300
"""Largest payoff: beyond it no float is left for what is computed from it."""

TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<brace>[{},])
      | (?P<number>[-+]?[0-9.][^\s{},"]*)
      | (?P<symbol>[^\s{},"]+)""",
    re.VERBOSE | re.DOTALL,
)

ORDINAL = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Token:
    """A word of a file: its kind (text, number, symbol, end, or the sign itself) and its place."""

    kind: str
    value: str
    place: int


class Reader:
    """The words of a file one after another; errors name line and column.

    Raises
    ------
    GameError
        If a quoted text does not end, or the file is too large.
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise GameError(f"a game file is read from its text, not from {type(text).__name__}")
        if len(text) > MAX_SIZE:
            raise GameError(f"the file has {len(text)} characters; allowed are {MAX_SIZE}")
        self.text = text.removeprefix("\ufeff")
        self.tokens = self._tokens()
        self.next = 0

    def _tokens(self) -> list[Token]:
        found, end = [], 0
        while end < len(self.text):
            match = TOKEN.match(self.text, end)
            if match is None:
                raise self.wrong("this quoted text does not end; close it with '\"'", end)
            kind, value = str(match.lastgroup), match.group()
            if kind == "text":
                # Gambit escapes quotes, and since version 17 backslashes.
                value = re.sub(r'\\([\\"])', r"\1", value[1:-1])
            if kind != "space":
                found.append(Token(value if kind == "brace" else kind, value, end))
            end = match.end()
        found.append(Token("end", "", end))
        return found

    @property
    def token(self) -> Token:
        """The word that comes next."""
        return self.tokens[self.next]

    @property
    def left(self) -> int:
        """How many words are left."""
        return len(self.tokens) - self.next - 1

    def wrong(self, what: str, place: int | None = None) -> GameError:
        """Return the error about what is at ``place``, or about the word that comes next."""
        at = self.token.place if place is None else place
        line = self.text.count("\n", 0, at) + 1
        column = at - (self.text.rfind("\n", 0, at) + 1) + 1
        return GameError(f"line {line}, column {column}: {what}")

    def found(self) -> str:
        """Return the word that comes next, as errors name it."""
        if self.token.kind == "end":
            return "the end of the file"
        value = self.token.value
        value = value if len(value) <= 40 else f"{value[:37]}..."
        return f'the text "{value}"' if self.token.kind == "text" else repr(value)

    def take(self, kind: str, what: str) -> str:
        """Step over a word of a kind and return it; else say what was expected."""
        if self.token.kind != kind:
            raise self.wrong(f"found {self.found()}, where {what} is expected")
        value = self.token.value
        self.next += 1
        return value

    def accept(self, kind: str) -> bool:
        """Step over the next word if it is of a kind, and tell whether it was."""
        if self.token.kind != kind:
            return False
        self.next += 1
        return True

    def ordinal(self, what: str, least: int = 0, most: int | None = None) -> int:
        """Step over a whole number and return it."""
        value, place = self.token.value, self.token.place
        self.take("number", what)
        if not ORDINAL.fullmatch(value) or int(value) < least:
            raise self.wrong(f"found {value[:40]!r}, where {what} is expected", place)
        if most is not None and int(value) > most:
            raise self.wrong(f"found {value!r}, where {what} is expected, {most} at most", place)
        return int(value)

    def number(self, what: str) -> Fraction:
        """Step over a number and return it exactly."""
        value, place = self.token.value, self.token.place
        self.take("number", what)
        try:
            number = exact_number(value)
        except GameError as error:
            raise self.wrong(str(error), place) from None
        if abs(number) > LARGEST:
            raise self.wrong(f"found {value[:40]!r}; numbers go up to 1e300", place)
        return number

    def payoffs(self, players: Sequence[str]) -> tuple[Fraction, ...]:
        """Step over payoffs, with commas or without, up to the closing brace."""
        found = []
        for player in players:
            found.append(self.number(f"the payoff of {player!r}"))
            self.accept(",")
        self.take("}", f"'}}' after {len(players)} payoffs")
        return tuple(found)

    def header(self, kind: str, version: str) -> str:
        """Step over the first words of a file and return its title."""
        if self.token.value != kind:
            raise self.wrong(f"found {self.found()}, where {kind} is expected")
        self.next += 1
        if self.token.value != version:
            raise self.wrong(f"found {self.found()}, where the version {version} is expected")
        self.next += 1
        if self.token.value not in ("R", "D"):
            raise self.wrong(f"found {self.found()}, where R (or, in old files, D) is expected")
        self.next += 1
        return self.take("text", "the title in quotes")

    def texts(self, what: str) -> list[str]:
        """Step over a list of texts in braces and return it."""
        self.take("{", f"'{{' and {what}")
        found = []
        while self.token.kind == "text":
            found.append(self.take("text", what))
        place = self.token.place
        self.take("}", f"{what} in quotes, or '}}'")
        if not found:
            raise self.wrong(f"found an empty list, where {what} are expected", place)
        return found


def quoted(label: str) -> str:
    r"""Return a label as a text of a Gambit file.

    Gambit can write a quote, but not a backslash before a quote, before another backslash, or at
    the end: there a slash stands for it.

    Examples
    --------
    >>> print(quoted('a "show" of force'))
    "a \"show\" of force"
    """
    plain = re.sub(r'\\(?=[\\"]|\Z)', "/", label)
    return '"' + plain.replace('"', '\\"') + '"'


def unique(labels: Sequence[str], empty: str) -> list[str]:
    """Return labels that differ: an empty one is named by its place, a repeated one numbered.

    Examples
    --------
    >>> unique(["yield", "", "yield"], "action")
    ['yield', 'action 2', 'yield (2)']
    """
    taken = set(labels)
    found: list[str] = []
    seen: set[str] = set()
    for k, label in enumerate(labels, 1):
        name = label
        if not label.strip() or label in seen:
            stem, n = (label, 2) if label.strip() else (empty, k)
            while (name := f"{stem} ({n})" if label.strip() else f"{stem} {n}") in taken:
                n += 1
        taken.add(name)
        seen.add(label)
        found.append(name)
    return found
