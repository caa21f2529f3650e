"""A page: its head, what stands above, the contents, and sections that can be linked to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crisisgames.pages.markup import Html, element, items, joined, paragraph
from crisisgames.pages.style import STYLE

__all__ = ["document"]


def document(
    title: str,
    sections: Sequence[tuple[str, str, Html]],
    *,
    kind: str,
    below: Sequence[Html] = (),
    new_pages: Collection[str] = (),
    style: str = "",
) -> str:
    """Return a page that needs nothing else.

    Parameters
    ----------
    title : str
    sections : sequence of tuples
        Identifier, heading and content of each.
    kind : str
        What kind of page it is; stands above the title.
    below : sequence of Html
        What stands below the title, before the contents.
    new_pages : collection of str
        Sections that begin on a new page of paper.
    style : str
        Rules besides those of all pages.
    """
    links = [element("a", name, href=f"#{label}") for label, name, _ in sections]
    body: list[object] = [
        element("header", paragraph(kind, class_="kind"), element("h1", title)),
        *below,
        element("nav", items(links, "ol"), id="contents", aria_label="Contents"),
        "\n",
    ]
    for label, name, content in sections:
        body.append(
            element(
                "section",
                element("h2", name, id=f"{label}-heading"),
                "\n",
                content,
                id=label,
                class_="new-page" if label in new_pages else None,
                aria_labelledby=f"{label}-heading",
            )
        )
        body.append("\n")
    head = joined(
        Html('<meta charset="utf-8">\n'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">\n'),
        element("title", title),
        "\n",
        element("style", Html(STYLE + style)),
        "\n",
    )
    content = element("body", "\n", element("main", *body), "\n")
    page = element("html", element("head", "\n", head), "\n", content, lang="en")
    return f"<!DOCTYPE html>\n{page}\n"
