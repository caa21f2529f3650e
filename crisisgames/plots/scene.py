"""A drawing before it is drawn: lines, shapes and labels at places in inches.

Matplotlib and TikZ render the same scene, so that a layout is made once. The vertical axis points
upwards; texts are measured in a font that Matplotlib brings along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal

from crisisgames.plots.colours import DARK

__all__ = [
    "FONT",
    "HEADING",
    "SMALL",
    "TEXT",
    "Align",
    "Label",
    "Line",
    "Point",
    "Run",
    "Scene",
    "Shape",
    "line_height",
    "moved",
    "text_width",
    "wrapped",
]

FONT = "DejaVu Sans"
HEADING, TEXT, SMALL = 10.0, 8.0, 7.5
"""Font sizes in points."""

PIXELS = 100
"""Pixels of an inch of a picture on a screen."""

AFTER_COLON, AFTER_SPACE = re.compile(r"(?<=:)(?=\S)"), re.compile(r"(?<= )(?! )|\n")
"""Where a text may go on in the next line."""

EM = 0.88
"""Average width of a letter, as a share of that of an n."""

Point = tuple[float, float]
Run = tuple[str, str]
"""A text and its colour."""


Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Label:
    """One line of text, vertically centred at `y`.

    `kind` says what it is about: ``action``, ``payoff``, ``belief``, ``set`` ... With a `halo` it
    hides the lines behind it.
    """

    x: float
    y: float
    runs: tuple[Run, ...]
    size: float = TEXT
    align: Align = "left"
    bold: bool = False
    halo: bool = False
    kind: str = ""

    @property
    def text(self) -> str:
        """All of it, colours left out."""
        return "".join(text for text, _ in self.runs)

    @property
    def width(self) -> float:
        """Width in inches."""
        return sum(text_width(text, self.size, self.bold) for text, _ in self.runs)

    @property
    def left(self) -> float:
        """Where the text begins."""
        return self.x - {"left": 0.0, "center": 0.5, "right": 1.0}[self.align] * self.width


@dataclass(frozen=True)
class Line:
    """A line through points; `width` in points of type."""

    points: tuple[Point, ...]
    colour: str = DARK
    width: float = 1.0
    dashed: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Shape:
    """A polygon, or a disc where `radius` is given and there is one point; drawn over lines.

    A `ground` is drawn below everything else.
    """

    points: tuple[Point, ...]
    fill: str
    edge: str = DARK
    radius: float = 0.0
    ground: bool = False
    kind: str = ""


@dataclass(frozen=True)
class Scene:
    """What is to be drawn, within 0 to `width` and 0 to `height`, in inches."""

    width: float
    height: float
    lines: tuple[Line, ...] = ()
    shapes: tuple[Shape, ...] = ()
    labels: tuple[Label, ...] = ()
    summary: str = field(default="", compare=False)

    def beside(self, others: Iterable[Scene], gap: float) -> Scene:
        """Return this scene with others to its right, their upper edges aligned."""
        scenes = [self, *others]
        height = max(s.height for s in scenes)
        x, placed = 0.0, []
        for s in scenes:
            placed.append(moved(s, x, height - s.height))
            x += s.width + gap
        return _joined(placed, x - gap, height, self.summary)

    def above(self, other: Scene, gap: float) -> Scene:
        """Return this scene with another below it, their left edges aligned."""
        up = other.height + gap
        width = max(self.width, other.width)
        return _joined([moved(self, 0, up), other], width, self.height + up, self.summary)


def _joined(scenes: Iterable[Scene], width: float, height: float, summary: str) -> Scene:
    parts = list(scenes)
    return Scene(
        width,
        height,
        tuple(line for s in parts for line in s.lines),
        tuple(shape for s in parts for shape in s.shapes),
        tuple(label for s in parts for label in s.labels),
        summary,
    )


def moved(scene: Scene, dx: float, dy: float) -> Scene:
    """Return a scene elsewhere on the page."""

    def shifted(points: tuple[Point, ...]) -> tuple[Point, ...]:
        return tuple((x + dx, y + dy) for x, y in points)

    return replace(
        scene,
        lines=tuple(replace(line, points=shifted(line.points)) for line in scene.lines),
        shapes=tuple(replace(shape, points=shifted(shape.points)) for shape in scene.shapes),
        labels=tuple(replace(t, x=t.x + dx, y=t.y + dy) for t in scene.labels),
    )


def line_height(size: float = TEXT) -> float:
    """Return the height of a line of text in inches."""
    return 1.25 * size / 72


@lru_cache(maxsize=16384)
def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """Return the width of a text in inches, as outlines or in pixels, whichever is wider."""
    if not text:
        return 0.0
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(family=FONT, weight="bold" if bold else "normal", size=size)
    outlines: float = text_to_path.get_text_width_height_descent(text, font, False)[0]
    # On a screen of ordinary resolution letters are placed on whole pixels.
    renderer: Any = RendererAgg  # which has no types
    pixels: float = renderer(1, 1, PIXELS).get_text_width_height_descent(text, font, False)[0]
    return max(outlines / 72, pixels / PIXELS)


def wrapped(text: str, width: float, size: float = SMALL, most: int | None = None) -> list[str]:
    """Return a text in lines of at most about ``width`` inches, at most ``most`` of them.

    Lines break at spaces, in words that are wider than a line also after colons, else anywhere. Of
    too many lines those in the middle are left out: labels differ at their end.
    """
    count = max(8, int(width / (EM * text_width("n", size))))
    lines = [""]
    words = (w if len(w) <= count else AFTER_COLON.sub("\n", w) for w in text.split(" "))
    for word in AFTER_SPACE.split(" ".join(words)):
        if len(lines[-1]) + len(word.rstrip(" ")) > count and lines[-1].strip():
            lines.append("")
        lines[-1] += word.lstrip(" ") if not lines[-1] else word
        while len(lines[-1].rstrip(" ")) > count:
            lines[-1:] = [lines[-1][:count], lines[-1][count:]]
    lines = [line.strip(" ") for line in lines if line.strip(" ")] or [""]
    if most is not None and len(lines) > most:
        first = lines[0] if most > 1 else ""
        lines = [*([f"{first} …"] if first else []), *lines[len(lines) - max(most - 1, 1) :]]
    return lines
