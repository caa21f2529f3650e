"""Every figure of the published models on one page: drawn anew, with its source and its call."""

from __future__ import annotations

import inspect
import os
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crisisgames.errors import GameError
from crisisgames.literature import SLUGS, Model, get
from crisisgames.literature.citation import entries, label, reference
from crisisgames.pages.document import document
from crisisgames.pages.files import check_writable, write_whole
from crisisgames.pages.markup import Html, element, joined, paragraph

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["gallery"]

DPI = 110
"""Pixels for each inch: sharp on most screens, and all pictures together a few megabytes."""

NO_METADATA = {"Software": None}
"""No version, so that the same input gives the same bytes."""

GALLERY_STYLE = """
figure img { display: block; width: 100%; max-width: 46rem; height: auto; }
figure pre { margin: 0.4rem 0 0; max-width: 46rem; padding: 0.4rem 0.6rem; }
details { font-size: 0.88rem; margin: 0.6rem 0; }
summary { cursor: pointer; color: #003e7e; }
.up { font-size: 0.85rem; }
"""

INTRODUCTION = (
    "Each figure is drawn from the results of a model in closed form, which are checked against "
    "what the solvers of the library find. Below it stands the call that draws it; the result can "
    "be shown in a notebook, changed, or saved. A model says of itself what in it is the paper's "
    "and what is not."
)

SETUP = "from crisisgames.literature import get"


def gallery(
    path: str | os.PathLike[str],
    slugs: Iterable[str] | None = None,
    *,
    progress: Callable[[Any], Any] = iter,
) -> Path:
    """Write a page with every figure of the published models: one HTML file, pictures included.

    A file that is there already is replaced, all at once or, if anything fails, not at all.

    Parameters
    ----------
    path : str or path
        A file name that ends in ``.html`` or ``.htm``.
    slugs : iterable of str, optional
        The models, in this order; all of them if left out.
    progress : callable
        Wraps the pairs of a model and the name of a figure as they are drawn, such as
        ``tqdm.tqdm``.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    GameError
        If nothing can be written there; nothing is drawn then. Also for no or the same models.
    UnknownName
        If there is no model of that name.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = gallery(f"{folder}/out.html", ["nalebuff-1986-brinkmanship"])
    ...     "Barry Nalebuff (1986)" in page.read_text(encoding="utf-8")
    True
    """
    target = check_writable(path, "gallery")
    names = SLUGS if slugs is None else tuple(slugs)
    if not names or len(set(names)) < len(names):
        raise GameError(f"gallery: the models are {names}; give at least one, each once")
    models = [get(name) for name in names]
    pairs = [(model, name) for model in models for name in model.figures]
    shown: dict[str, list[Html]] = {model.slug: [] for model in models}
    for model, name in progress(pairs):
        shown[model.slug].append(_figure(model, name))
    sections = [
        (model.slug, _heading(model), _section(model, shown[model.slug])) for model in models
    ]
    below = [paragraph(INTRODUCTION), element("pre", element("code", SETUP)), Html("\n")]
    text = document(
        f"Figures of {len(models)} published models" if len(models) > 1 else models[0].title,
        sections,
        kind="Gallery",
        below=below,
        style=GALLERY_STYLE,
    )
    write_whole(target, text, "gallery")
    return target


def _heading(model: Model) -> str:
    """Return the title, and the source of the year that the model is named by."""
    sources = entries(model.citation)
    named = (entry for entry in sources if entry.get("year", "") in model.slug.split("-"))
    return f"{model.title} ({label(next(named, sources[0]))})"


def _section(model: Model, figures: Sequence[Html]) -> Html:
    told: list[object] = [
        paragraph(reference(entry), ".", class_="source") for entry in entries(model.citation)
    ]
    bibtex = element("pre", element("code", model.citation))
    told.append(element("details", element("summary", "BibTeX"), bibtex))
    told.append(paragraph(model.provenance))
    if model.principles:
        told.append(paragraph(f"Speaks to: {', '.join(model.principles)}.", class_="aside"))
    told += figures
    return joined(*told, paragraph(element("a", "Contents", href="#contents"), class_="up"))


def _figure(model: Model, name: str) -> Html:
    figure = model.draw(name)
    written = BytesIO()
    figure.savefig(written, format="png", dpi=DPI, facecolor="white", metadata=NO_METADATA)
    wide, high = (round(DPI * inches) for inches in figure.get_size_inches())
    picture = element(
        "img",
        src=f"data:image/png;base64,{b64encode(written.getvalue()).decode()}",
        alt=_described(model, name, figure),
        width=wide,
        height=high,
    )
    call = element("pre", element("code", f'get("{model.slug}").draw("{name}")'))
    about = element("figcaption", f"{_subject(model, name)}.", call)
    return joined(element("figure", picture, about, id=f"{model.slug}-{name}"), "\n")


def _subject(model: Model, name: str) -> str:
    """Return what a figure shows, from the first line of the function that draws it."""
    first = (inspect.getdoc(model.figures[name]) or "").partition("\n")[0]
    told = first.removeprefix("Draw ").removesuffix(".") if first.startswith("Draw ") else name
    return f"{told[:1].upper()}{told[1:]}"


def _described(model: Model, name: str, figure: Figure) -> str:
    """Return a figure in words: its subject, axes and lines, and what stands below it."""
    ax = figure.axes[0]
    horizontal, _, below = ax.get_xlabel().partition("\n\n")
    told = [_subject(model, name)]
    told += [f"Horizontal: {horizontal}"] if horizontal else []
    told += [f"Vertical: {ax.get_ylabel()}"] if ax.get_ylabel() else []
    legend = ax.get_legend()
    if legend is not None:
        told.append("Shown: " + "; ".join(text.get_text() for text in legend.get_texts()))
    told.append(below)
    return ". ".join(" ".join(part.split()).rstrip(".") for part in told if part) + "."
