"""On which line each value of a TOML text stands, which `tomllib` does not tell.

The text is known to be TOML, so it is enough to know its words: texts, names, brackets and signs.
Where the scanner loses its way all the same, it stops, and the places after that have no line.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress

__all__ = ["Path", "lines_of"]

Path = tuple[str | int, ...]
"""Names of tables and keys, and numbers of entries from 1, from the top down."""

WORD = re.compile(
    r'''(?P<text>"""(?:[^\\]|\\.)*?"""(?:"{1,2}(?!"))?
      | \'\'\'.*?\'\'\'(?:'{1,2}(?!'))?
      | "(?:[^"\\\n]|\\.)*"
      | '[^'\n]*')
      | (?P<name>[A-Za-z0-9_-]+)
      | (?P<line>\n)
      | (?P<space>[ \t\r]+|\#[^\n]*)
      | (?P<sign>.)''',
    re.VERBOSE | re.DOTALL,
)


def lines_of(text: str) -> Mapping[Path, int]:
    r"""Return the line of each key, table and entry of a list, counted from 1.

    Examples
    --------
    >>> lines_of('title = "a game"\n[nodes.start]\nplayer = "A"')[("nodes", "start", "player")]
    3
    """
    scanner = _Scanner(text)
    with suppress(IndexError, tomllib.TOMLDecodeError):  # what was found before stands
        scanner.document()
    return scanner.found


class _Scanner:
    """The words of a text one after another, and the lines of the places met so far."""

    def __init__(self, text: str) -> None:
        self.words = [
            (str(m.lastgroup), m.group(), m.start())
            for m in WORD.finditer(text)
            if m.lastgroup != "space"
        ]
        self.starts = [0, *(k + 1 for k, c in enumerate(text) if c == "\n")]
        self.next = 0
        self.found: dict[Path, int] = {}
        self.entries: dict[Path, int] = {}

    @property
    def word(self) -> tuple[str, str]:
        """The kind of the next word, and the word."""
        kind, word, _ = self.words[self.next]
        return kind, word

    def accept(self, sign: str) -> bool:
        if self.next < len(self.words) and self.word == ("sign", sign):
            self.next += 1
            return True
        return False

    def skip_lines(self) -> None:
        while self.next < len(self.words) and self.word[0] == "line":
            self.next += 1

    @property
    def line(self) -> int:
        """The line of the next word."""
        return bisect_right(self.starts, self.words[self.next][2])

    def document(self) -> None:
        table: Path = ()
        self.skip_lines()
        while self.next < len(self.words):
            if self.accept("["):
                table = self.header()
            else:
                self.pair(table)
            self.skip_lines()

    def header(self) -> Path:
        """Step over a header; return the path of its table."""
        several = self.accept("[")
        line = self.line
        *above, last = self.key()
        self.next += 2 if several else 1
        path: Path = ()
        for name in above:
            path = self.latest((*path, name))
            self.found.setdefault(path, line)
        path = (*path, last)
        self.found.setdefault(path, line)
        if several:
            self.entries[path] = self.entries.get(path, 0) + 1
            path = self.latest(path)
            self.found[path] = line
        return path

    def latest(self, path: Path) -> Path:
        """Return the path of the latest entry, where there is a list of tables at ``path``."""
        return (*path, self.entries[path]) if path in self.entries else path

    def key(self) -> list[str]:
        """Step over a key, dotted or not; return its names."""
        names = [self.name()]
        while self.accept("."):
            names.append(self.name())
        return names

    def name(self) -> str:
        kind, word = self.word
        self.next += 1
        if kind == "text":
            return str(tomllib.loads(f"name = {word}")["name"])
        return word

    def pair(self, table: Path) -> None:
        """Step over a key and its value."""
        line, path = self.line, table
        for name in self.key():
            path = (*path, name)
            self.found.setdefault(path, line)
        self.next += 1  # the sign of equality
        self.value(path)

    def value(self, path: Path) -> None:
        if self.accept("{"):
            while not self.accept("}"):
                self.pair(path)
                self.accept(",")
        elif self.accept("["):
            self.entry_list(path)
        else:
            self.plain()

    def entry_list(self, path: Path) -> None:
        count = 0
        self.skip_lines()
        while not self.accept("]"):
            count += 1
            self.found[*path, count] = self.line
            self.value((*path, count))
            self.skip_lines()
            self.accept(",")
            self.skip_lines()

    def plain(self) -> None:
        """Step over a number, a date, a text, true or false."""
        while self.next < len(self.words) and self.word[0] != "line":
            if self.word[0] == "sign" and self.word[1] in ",]}":
                return
            self.next += 1
