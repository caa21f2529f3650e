"""Scenes as SVG: for notebooks, where a drawing must be small, quick and the same each time."""

from __future__ import annotations

from html import escape

from crisisgames.plots.scene import Label, Line, Scene, Shape, text_width

__all__ = ["to_svg"]

MARGIN = 0.08
"""Inches around the scene."""

FAMILY = "DejaVu Sans, Verdana, sans-serif"


def to_svg(scene: Scene) -> str:
    """Return a scene as an SVG element, with no identifiers that could meet others on a page.

    Texts are given the width that they were laid out with, whatever font the reader has.
    """
    wide, high = 72 * (scene.width + 2 * MARGIN), 72 * (scene.height + 2 * MARGIN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}pt" height="{high:.0f}pt" '
        f'viewBox="0 0 {wide:.1f} {high:.1f}" font-family="{FAMILY}" role="img">',
        f"<title>{_text(scene.summary or 'a game')}</title>",
        f'<rect width="{wide:.1f}" height="{high:.1f}" fill="white"/>',
        *(_shape(s, scene) for s in scene.shapes if s.ground),
        *(_line(line, scene) for line in sorted(scene.lines, key=lambda line: not line.dashed)),
        *(_shape(s, scene) for s in scene.shapes if not s.ground),
        *(part for label in scene.labels for part in _label(label, scene)),
        "</svg>",
    ]
    return "\n".join(parts)


def _at(point: tuple[float, float], scene: Scene) -> tuple[str, str]:
    x, y = point
    return f"{72 * (x + MARGIN):.1f}", f"{72 * (scene.height - y + MARGIN):.1f}"


def _line(line: Line, scene: Scene) -> str:
    way = " ".join(",".join(_at(p, scene)) for p in line.points)
    dashes = ' stroke-dasharray="5 3.5"' if line.dashed else ' stroke-linejoin="round"'
    return (
        f'<polyline points="{way}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{line.width:.2f}"{dashes}/>'
    )


def _shape(shape: Shape, scene: Scene) -> str:
    style = f'fill="{shape.fill}" stroke="{shape.edge}" stroke-width="0.9"'
    if len(shape.points) == 1:
        x, y = _at(shape.points[0], scene)
        return f'<circle cx="{x}" cy="{y}" r="{72 * shape.radius:.1f}" {style}/>'
    corners = " ".join(",".join(_at(p, scene)) for p in shape.points)
    return f'<polygon points="{corners}" {style}/>'


def _label(label: Label, scene: Scene) -> list[str]:
    found, left = [], label.left
    style = f'font-size="{label.size:g}"'
    style += ' font-weight="bold"' if label.bold else ""
    if label.halo:
        around = 3.6 if label.kind == "set" else 2.4
        style += (
            f' stroke="white" stroke-width="{around}" paint-order="stroke" stroke-linejoin="round"'
        )
    for text, colour in label.runs:
        wide = text_width(text, label.size, label.bold)
        bare = text.strip(" ")
        x = left + wide - text_width(text.lstrip(" "), label.size, label.bold)
        left += wide
        if bare:
            # The middle of a line of text lies about a third of its size above its foot.
            px, py = _at((x, label.y - 0.36 * label.size / 72), scene)
            length = 72 * text_width(bare, label.size, label.bold)
            found.append(
                f'<text x="{px}" y="{py}" fill="{colour}" {style} textLength="{length:.1f}" '
                f'lengthAdjust="spacingAndGlyphs">{_text(bare)}</text>'
            )
    return found


def _text(text: str) -> str:
    """Return a text with markup escaped, and without what XML does not allow."""
    return escape("".join(c if c.isprintable() else " " for c in text))
