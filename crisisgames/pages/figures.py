"""Figures as inline SVG: drawn by `crisisgames.plots`, named for readers who cannot see them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

from crisisgames.pages.markup import Html, element, joined, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["drawn", "inline_svg"]

SETTINGS: Any = {
    "svg.fonttype": "path",  # letters as outlines: no font of the reader's can cut them off
    "svg.hashsalt": "crisisgames",  # the same figure has the same identifiers every time
    "text.parse_math": False,  # a name with two dollar signs is no formula
}

ENLARGED = 1.5
"""Pixels for each point of a drawing."""

NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
"""No date, so that the same input gives the same bytes."""

IDENTIFIER = re.compile(r'\bid="([^"]+)"')
REFERENCE = re.compile(r'(?:xlink:)?href="#([^"]+)"')
PAINT = re.compile(r"url\(#([^)]+)\)")
ROOT = re.compile(r"<svg\b[^>]*\bviewBox=\"([^\"]+)\"[^>]*>", re.DOTALL)


def drawn(
    name: str,
    draw: Callable[[Axes], object],
    size: tuple[float, float],
    title: str,
    description: str,
    caption: object,
) -> Html:
    """Return a figure with its caption.

    Parameters
    ----------
    name : str
        What its identifiers begin with; different for each figure of a page.
    draw : callable
        Draws on the axes that it is handed.
    size : tuple of float
        Width and height in inches.
    title, description : str
        What it shows, and what can be seen there, for those who hear it.
    caption : text or HTML
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS), warnings.catch_warnings():
        # A name in letters that the font lacks is told in the table and in the description.
        warnings.filterwarnings("ignore", r"Glyph .* missing", UserWarning)
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        written = StringIO()
        figure.savefig(written, format="svg", metadata=NO_METADATA, facecolor="white")
    svg = inline_svg(written.getvalue(), name, title, description)
    return joined(element("figure", svg, element("figcaption", caption), id=name), "\n")


def inline_svg(document: str, name: str, title: str, description: str) -> Html:
    """Return an SVG document as an element of a page, its identifiers its own.

    Examples
    --------
    >>> document = '<svg viewBox="0 0 100 80"><g id="a"/><use xlink:href="#a"/></svg>'
    >>> print(inline_svg(document, "f", "A dot", "One dot."))
    <svg viewBox="0 0 100 80" role="img" aria-labelledby="f-title f-description" style="...">
    <title id="f-title">A dot</title><desc id="f-description">One dot.</desc>
    <g id="f-a"/><use href="#f-a"/></svg>
    """
    root = ROOT.search(document)
    if root is None:
        raise ValueError("the drawing is no SVG document with a viewBox")
    body = document[root.end() : document.rindex("</svg>")]
    body = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"^\s*<title>.*?</title>", "", body, flags=re.DOTALL)
    body = IDENTIFIER.sub(rf'id="{name}-\1"', body)
    body = REFERENCE.sub(rf'href="#{name}-\1"', body)
    body = PAINT.sub(rf"url(#{name}-\1)", body)
    # A style sheet inside the drawing would hold for the whole page.
    sheets = "".join(re.findall(r"<style[^>]*>(.*?)</style>", body, re.DOTALL))
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", "", body, flags=re.DOTALL)
    family = re.search(r'font-family="[^"]+"', root.group())
    # Points of the drawing, a little enlarged: a small drawing is not blown up to the full width.
    wide = f"{ENLARGED * float(root.group(1).split()[2]):.0f}px"
    style = f"max-width: {wide}; min-width: min(34rem, {wide})"
    if "stroke-linejoin" in sheets:
        style += "; stroke-linejoin: round; stroke-linecap: butt"
    attributes = f'viewBox="{plain(root.group(1))}" role="img" '
    attributes += f'aria-labelledby="{name}-title {name}-description" style="{style}"'
    attributes += f" {family.group()}" if family else ""
    return Html(
        f'<svg {attributes}>\n<title id="{name}-title">{plain(title)}</title>'
        f'<desc id="{name}-description">{plain(description)}</desc>\n{body.strip()}</svg>'
    )
