"""The two texts behind the mechanisms and the scenarios, cited as Z and E."""

from __future__ import annotations

__all__ = ["SOURCES"]

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
