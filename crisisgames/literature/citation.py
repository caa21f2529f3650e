"""References to read, from the BibTeX that models carry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

__all__ = ["entries", "label", "reference"]

HEAD = re.compile(r"@(\w+)\s*\{\s*[^,\s]+\s*,")
FIELD = re.compile(r"(\w+)\s*=\s*\{")
ACCENT = re.compile(r"\{?\\([`'^\"~c])\s*\{?(\w)\}?\}?")
GROUP = re.compile(r"\{([^{}]*)\}")
ACCENTS = {"`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303",
           "c": "\u0327"}  # fmt: skip


def entries(bibtex: str) -> list[dict[str, str]]:
    """Return the entries of a text in BibTeX, their fields as plain text.

    Fields stand in braces, as they do in this library. The field ``type`` is the kind of entry.

    Examples
    --------
    >>> [entry] = entries("@book{a, author = {Ann {de} B}, title = {C}, year = {1990}}")
    >>> entry
    {'type': 'book', 'author': 'Ann de B', 'title': 'C', 'year': '1990'}
    """
    found = []
    heads = list(HEAD.finditer(bibtex))
    for head, ahead in zip(heads, [*heads[1:], None], strict=True):
        end = ahead.start() if ahead else len(bibtex)
        entry = {"type": head.group(1).lower()}
        place = head.end()
        while field := FIELD.search(bibtex, place, end):
            place = _closing(bibtex, field.end())
            entry[field.group(1).lower()] = _plain(bibtex[field.end() : place])
        found.append(entry)
    return found


def _closing(text: str, start: int) -> int:
    """Return the place of the brace that closes what begins before the start."""
    depth = 1
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place
    return len(text)


def _plain(field: str) -> str:
    """Return a field as text; what stands in braces of its own is kept together."""
    text = ACCENT.sub(lambda m: normalize("NFC", m.group(2) + ACCENTS[m.group(1)]), field)
    text = re.sub(r"\s+", " ", text).strip().replace("--", "–").replace("\\&", "&")
    while GROUP.search(text):
        text = GROUP.sub(lambda m: m.group(1).replace(" ", "\N{NO-BREAK SPACE}"), text)
    return text


def label(entry: Mapping[str, str]) -> str:
    """Return the last names of the authors, and the year.

    Examples
    --------
    >>> label({"author": "Ann B and Cem D and Eve F", "year": "1990"})
    'B, D and F 1990'
    """
    names = (entry.get("author") or entry.get("editor", "")).split(" and ")
    return f"{_listed([name.split(' ')[-1] for name in names])} {entry.get('year', '')}".strip()


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def reference(entry: Mapping[str, str]) -> str:
    """Return one reference in words.

    Examples
    --------
    >>> reference({"type": "article", "author": "Ann B and Cem D", "title": "On War",
    ...            "journal": "Peace", "volume": "3", "number": "1", "pages": "5–9",
    ...            "year": "1990"})
    'Ann B and Cem D (1990), “On War”, Peace 3(1), 5–9'
    """
    who = _listed((entry.get("author") or entry.get("editor", "")).split(" and "))
    title = entry.get("title", "")
    year = entry.get("year", "no year")
    told = [f"{who} ({year})", title if entry["type"] == "book" else f"“{title}”"]
    if "booktitle" in entry:
        editor = f"{_listed(entry['editor'].split(' and '))} (ed.), " if "editor" in entry else ""
        told.append(f"in {editor}{entry['booktitle']}")
    if "journal" in entry:
        number = f"({entry['number']})" if "number" in entry else ""
        told.append(f"{entry['journal']} {entry.get('volume', '')}{number}".strip())
    told += [entry[key] for key in ("publisher", "pages", "note") if key in entry]
    if "doi" in entry:
        told.append(f"doi:{entry['doi']}")
    return ", ".join(told)
