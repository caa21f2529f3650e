"""Scenes as TikZ, for papers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crisisgames.plots.drawings import scene_of
from crisisgames.plots.scene import Label, Line, Point, Scene, Shape

if TYPE_CHECKING:
    from crisisgames.equilibria import Equilibrium

__all__ = ["scene_to_tikz", "to_tikz"]

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "\N{MINUS SIGN}": "$-$",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots{}",
    "\N{MIDDLE DOT}": r"$\cdot$",
    "[": "{[}",
    "]": "{]}",
}
"""Characters that mean something to LaTeX, or that its older fonts lack."""


def to_tikz(game: Any, equilibrium: Equilibrium | None = None, **options: Any) -> str:
    r"""Return a game as a picture in TikZ.

    It needs the packages tikz and, for quotation marks in labels, fontenc with T1; no library of
    TikZ. Lengths are in inches, and `scale` and fonts can be set from outside as for any picture.

    Parameters
    ----------
    game : ExtensiveFormGame, SignalingGame, NormalFormGame or BayesianGame
    equilibrium : Equilibrium, optional
        To lay over the game.
    **options
        As for the game's ``plot``, such as ``symbols``, ``direction`` and ``depth`` of trees.

    Returns
    -------
    str
        From ``\begin{tikzpicture}`` to ``\end{tikzpicture}``.

    Raises
    ------
    GameError
        If the equilibrium is of another game.
    NotApplicable
        For a game that has no drawing, and one too large for a table.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move, to_tikz
    >>> ends = {"stay": end("calm", {"A": 0}), "go": end("gain", {"A": 1})}
    >>> picture = to_tikz(ExtensiveFormGame(move("A", ends)))
    >>> picture.splitlines()[0][:19], picture.splitlines()[-1]
    ('\\begin{tikzpicture}', '\\end{tikzpicture}')
    """
    return scene_to_tikz(scene_of(game, equilibrium, **options))


def scene_to_tikz(scene: Scene) -> str:
    """Return a scene as a TikZ picture."""
    used = [c for line in scene.lines for c in (line.colour,)]
    used += [c for shape in scene.shapes for c in (shape.fill, shape.edge)]
    used += [c for label in scene.labels for _, c in label.runs]
    names = {c: f"cg{_letters(k)}" for k, c in enumerate(dict.fromkeys(used))}
    ground = [s for s in scene.shapes if s.ground]
    nodes = [s for s in scene.shapes if not s.ground]
    lines = sorted(scene.lines, key=lambda line: not line.dashed)
    return "\n".join(
        [
            r"\begin{tikzpicture}[x=1in, y=1in, line join=round,",
            r"  every node/.style={inner sep=0.5pt, text height=1.5ex, text depth=0.4ex}]",
            *(rf"  \definecolor{{{n}}}{{HTML}}{{{c[1:].upper()}}}" for c, n in names.items()),
            *(_shape(s, names) for s in ground),
            *(_line(line, names) for line in lines),
            *(_shape(s, names) for s in nodes),
            *(_label(label, names) for label in scene.labels if label.text.strip()),
            r"\end{tikzpicture}",
        ]
    )


def escaped(text: str) -> str:
    r"""Return a text as LaTeX prints it.

    Examples
    --------
    >>> print(escaped("50 % of $a_1"))
    50 \% of \$a\_1
    """
    printable = (c if c.isprintable() else " " for c in text)
    return "".join(SPECIAL.get(c, c) for c in printable)


def _letters(k: int) -> str:
    """Return a name of letters for a number: LaTeX allows no digits in some names."""
    return chr(ord("a") + k) if k < 26 else _letters(k // 26 - 1) + _letters(k % 26)


def _way(points: Iterable[Point]) -> str:
    return " -- ".join(f"({x:.3f}, {y:.3f})" for x, y in points)


def _line(line: Line, names: dict[str, str]) -> str:
    dashed = ", dashed" if line.dashed else ""
    style = f"{names[line.colour]}, line width={line.width:.2f}pt{dashed}"
    return rf"  \draw[{style}] {_way(line.points)};"


def _shape(shape: Shape, names: dict[str, str]) -> str:
    style = f"fill={names[shape.fill]}, draw={names[shape.edge]}, line width=0.7pt"
    if len(shape.points) == 1:
        x, y = shape.points[0]
        return rf"  \filldraw[{style}] ({x:.3f}, {y:.3f}) circle [radius={shape.radius:.3f}];"
    return rf"  \filldraw[{style}] {_way(shape.points)} -- cycle;"


def _label(label: Label, names: dict[str, str]) -> str:
    # TeX drops blanks at the ends of groups, so they stand between the groups.
    runs = "".join(
        f"{' ' if text.startswith(' ') else ''}"
        rf"\textcolor{{{names[colour]}}}{{{escaped(text.strip())}}}"
        f"{' ' if text.endswith(' ') else ''}"
        for text, colour in label.runs
    )
    anchor = {"left": "west", "center": "center", "right": "east"}[label.align]
    font = rf"\fontsize{{{label.size:g}}}{{{1.2 * label.size:.1f}}}\selectfont\sffamily"
    font += r"\bfseries" if label.bold else ""
    back = ", fill=white" if label.halo else ""
    style = f"anchor={anchor}{back}, font={{{font}}}"
    return rf"  \node[{style}] at ({label.x:.3f}, {label.y:.3f}) {{{runs}}};"
