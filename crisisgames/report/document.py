"""The frame of a page: head, title, contents, sections."""

from __future__ import annotations

from collections.abc import Sequence

from crisisgames.report.markup import Html, element, items, joined, paragraph
from crisisgames.report.style import STYLE

__all__ = ["dated", "document"]

PAGES = ("annex",)
"""Sections that begin on a new page of paper."""


def document(title: str, kind: str, date: str, sections: Sequence[tuple[str, str, Html]]) -> str:
    """Return a page.

    Parameters
    ----------
    title, kind : str
        The title, and what stands above it.
    date : str
        What stands below it, if anything.
    sections : sequence of tuples
        Identifier, heading and content of each.
    """
    links = [element("a", name, href=f"#{label}") for label, name, _ in sections]
    body: list[object] = [
        element("header", paragraph(kind, class_="kind"), element("h1", title)),
        paragraph(date, class_="kind") if date else Html(),
        element("nav", items(links, "ol"), aria_label="Contents"),
        "\n",
    ]
    for label, name, content in sections:
        new_page = "new-page" if label in PAGES else None
        heading = element("h2", name, id=f"{label}-heading")
        body.append(
            element(
                "section",
                heading,
                "\n",
                content,
                id=label,
                class_=new_page,
                aria_labelledby=f"{label}-heading",
            )
        )
        body.append("\n")
    head = joined(
        Html('<meta charset="utf-8">\n'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
        element("title", title),
        "\n",
        element("style", Html(STYLE)),
        "\n",
    )
    content = element("body", "\n", element("main", *body), "\n")
    page = element("html", element("head", "\n", head), "\n", content, lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def dated(title: str, period: str) -> str:
    """Return a title with the time it is about."""
    return f"{title} ({period})" if period else title
