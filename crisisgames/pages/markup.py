"""HTML from plain functions: whatever is not HTML already is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

__all__ = ["Html", "element", "items", "joined", "paragraph", "plain", "printable", "table"]

VOID = frozenset({"br", "hr", "img", "input", "meta"})
"""Elements without content, as far as pages use them."""

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that a page may not hold, not even escaped."""


class Html(str):
    """Text that is HTML already, and is not escaped again."""

    __slots__ = ()


def printable(text: object) -> str:
    """Return text with a mark in place of what no page may hold."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(text))


def plain(content: object) -> Html:
    """Return text as HTML.

    Examples
    --------
    >>> plain("A & B")
    'A &amp; B'
    """
    if isinstance(content, Html):
        return content
    return Html(escape(printable(content)))


def joined(*content: object) -> Html:
    """Return pieces one after the other."""
    return Html("".join(map(plain, content)))


def element(tag: str, *content: object, **attributes: object) -> Html:
    """Return an element.

    Parameters
    ----------
    tag : str
    *content
        Text, which is escaped, and HTML.
    **attributes
        A name may end in an underscore (``class_``) and has hyphens for other ones; an attribute
        that is None is left out.

    Examples
    --------
    >>> element("p", "a < b", element("b", "c"), class_="note")
    '<p class="note">a &lt; b<b>c</b></p>'
    """
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{plain(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Html(f"<{tag}{told}>" if tag in VOID else f"<{tag}{told}>{joined(*content)}</{tag}>")


def paragraph(*content: object, **attributes: object) -> Html:
    """Return a paragraph on a line of its own."""
    return joined(element("p", *content, **attributes), "\n")


def items(content: Iterable[object], tag: str = "ul", **attributes: object) -> Html:
    """Return a list; nothing for no entries."""
    entries = [joined(element("li", entry), "\n") for entry in content]
    return joined(element(tag, "\n", *entries, **attributes), "\n") if entries else Html()


def table(
    caption: object,
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    numeric: Iterable[int] = (),
    label: str | None = None,
) -> Html:
    """Return a table whose first column names its rows.

    Parameters
    ----------
    caption : text or HTML
    head : sequence
        The headings of the columns.
    rows : iterable of sequences
        The cells, as many in each row as there are headings.
    numeric : iterable of int
        Columns of numbers, which are set flush right.
    label : str, optional
        The identifier of the table, for links to it.
    """
    right = set(numeric)

    def kind(column: int) -> str | None:
        return "number" if column in right else None

    headings = [
        element("th", text, scope="col", class_=kind(column)) for column, text in enumerate(head)
    ]
    body: list[Html] = []
    for row in rows:
        first, *rest = row
        cells = [element("th", first, scope="row")]
        cells += [
            element("td", cell, class_=kind(column)) for column, cell in enumerate(rest, start=1)
        ]
        body.append(joined(element("tr", *cells), "\n"))
    content = (
        element("caption", caption),
        "\n",
        element("thead", element("tr", *headings)),
        "\n",
        element("tbody", "\n", *body),
    )
    # Wider than the window, a table scrolls by itself, by keyboard too.
    scroller = {"class_": "scroll", "tabindex": "0", "role": "region"}
    named: Any = {**scroller, "aria_label": caption if not isinstance(caption, Html) else None}
    return joined(element("div", element("table", *content, id=label), **named), "\n")
