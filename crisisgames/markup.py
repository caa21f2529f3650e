"""HTML for notebooks: tables and paragraphs in which all texts are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["paragraph", "span", "table"]

MOST_ROWS = 60
"""Rows of a table that are shown; the rest is counted."""

SAME = 1e-9
"""Difference below which the ends of an interval are one number: rounding."""


def paragraph(*texts: str) -> str:
    """Return sentences as a paragraph, empty where there are none.

    Examples
    --------
    >>> paragraph("a < b", "")
    '<p>a &lt; b</p>'
    """
    told = " ".join(text for text in texts if text)
    return f"<p>{escape(told)}</p>" if told else ""


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table; what is not a text is written by ``str``.

    Examples
    --------
    >>> table(["x"], [["<b>"]])
    '<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    body = [_row("td", row) for row in rows]
    more = len(body) - MOST_ROWS
    rest = paragraph(f"{more} more rows are not shown.") if more > 0 else ""
    shown = "".join(body[:MOST_ROWS])
    return f"<table><thead>{_row('th', head)}</thead><tbody>{shown}</tbody></table>{rest}"


def span(low: object, high: object) -> str:
    """Return an interval in four digits, or one number where its ends are the same.

    Examples
    --------
    >>> span(0, 0.25), span(0.5, 0.5 + 1e-12)
    ('0–0.25', '0.5')
    """
    a, b = float(low), float(high)  # type: ignore[arg-type]
    return f"{a:.4g}" if abs(b - a) <= SAME * (1 + abs(a)) else f"{a:.4g}–{b:.4g}"


def _row(tag: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(str(c))}</{tag}>' for c in cells)}</tr>"
