"""The two texts behind the mechanisms and the scenarios, cited as Z and E."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["SOURCES", "texts_cited"]

LETTER = re.compile(r"\b([A-Z])(?=[,;]|$| \()")

SOURCES: dict[str, str] = {
    "Z": (
        "Zhang Tuosheng, 'Strengthening crisis management, the most urgent task in current "
        "China-US and China-Japan security relations', China International Strategy Review "
        "(2021), doi:10.1007/s42533-021-00067-x"
    ),
    "E": (
        "'EU should host US-China contingency talks on North Korean nuclear crisis', European "
        "Council on Foreign Relations, commentary (2017), first in the South China Morning Post"
    ),
}
"""The texts by the letter under which sources cite them; "ours" marks what neither says.

Z ends with six numbered recommendations for China and Japan and seven for China and the United
States; ``Z, China-US 4`` is the fourth of the latter, ``Z, note 5`` a footnote.
"""


def texts_cited(sources: Iterable[str]) -> dict[str, str]:
    """Return the texts of `SOURCES` that some sources cite, by letter.

    Examples
    --------
    >>> list(texts_cited(["Z, note 5", "ours"]))
    ['Z']
    """
    used = {letter for source in sources for letter in LETTER.findall(source)}
    return {letter: text for letter, text in SOURCES.items() if letter in used}
