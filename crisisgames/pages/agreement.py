"""A page on what the published models say of the principles: pictures, shares, who is silent."""

from __future__ import annotations

import os
from pathlib import Path

from crisisgames import literature
from crisisgames.analysis import Agreement, Effect, Effects
from crisisgames.pages.document import document
from crisisgames.pages.figures import drawn
from crisisgames.pages.files import check_writable, write_whole
from crisisgames.pages.markup import Html, element, items, joined, paragraph, table
from crisisgames.plots.agreement import (
    agreement_size,
    plot_agreement,
    plot_principle,
    principle_size,
)
from crisisgames.principles import PRINCIPLES

__all__ = ["agreement_page", "report_agreement"]


def report_agreement(found: Agreement, path: str | os.PathLike[str], *, date: str = "") -> Path:
    """Write what the models say as one HTML file that needs nothing else; return its path.

    Parameters
    ----------
    found : Agreement
    path : str or path
        A file name that ends in ``.html`` or ``.htm``.
    date : str
        What stands below the title, such as a date. Without it the same input gives the same bytes.
    """
    target = check_writable(path)
    write_whole(target, agreement_page(found, date=date))
    return target


def agreement_page(found: Agreement, *, date: str = "") -> str:
    """Return the page that `report_agreement` writes."""
    sections = [("whole", "Models by principles", _whole(found))]
    sections += [
        (name.replace(" ", "-"), f"{name[:1].upper()}{name[1:]}", _principle(own))
        for name, own in found.items()
    ]
    sections += [
        ("method", "How this was computed", _method(found)),
        ("models", "The models", _models(found)),
    ]
    return document(
        "What do the models agree on?",
        sections,
        kind="Published models of crises, and five principles of crisis management",
        below=(paragraph(date, class_="kind"),) if date else (),
    )


def _whole(found: Agreement) -> Html:
    counts = found.counts()
    rows = [[name, *(str(int(v)) for v in row)] for name, row in counts.iterrows()]
    return joined(
        paragraph(
            f"{len(found.models)} models are asked the same question: if a principle is followed "
            "more, and all else stays as it is, does the risk of war in this model fall? Each bar "
            "is one answer; a dash means that nothing in the model stands for the principle."
        ),
        drawn(
            "models-by-principles",
            lambda ax: plot_agreement(found, ax=ax),
            agreement_size(found),
            "Models by principles",
            " ".join(f"{name}: {_counted(own)}" for name, own in found.items()),
            "Shares of points at which war falls, stays and rises; the numbers are in the tables "
            "below.",
        ),
        table(
            "Arguments of models by what happens to the measure of war",
            ["principle", *counts.columns],
            rows,
            numeric=range(1, len(counts.columns) + 1),
        ),
    )


def _principle(found: Effects) -> Html:
    about = PRINCIPLES[found.principle]
    told: list[object] = [
        paragraph(
            f"The principle: {about.meaning}. ",
            element("span", f"[{about.source}]", class_="source"),
        ),
        paragraph(_counted(found)),
    ]
    if found.rows:
        told += [
            drawn(
                f"{found.principle.replace(' ', '-')}-effects",
                lambda ax: plot_principle(found, ax=ax),
                principle_size(found),
                f"What models say of: {found.principle}",
                _counted(found),
                "Changes of the measure of war; its units differ between models.",
            ),
            table(
                "Each argument, moved in the direction of the principle",
                [
                    "model and argument",
                    "reading",
                    "measure of war",
                    "falls",
                    "same",
                    "rises",
                    "mean change",
                    "middle 80 %",
                ],
                [_row(e) for e in found],
                numeric=(3, 4, 5, 6, 7),
            ),
        ]
    for said, models in (("Silent", found.silent), ("Not measured", found.unmeasured)):
        if models:
            told.append(paragraph(f"{said}: {', '.join(models)}.", class_="aside"))
    return joined(*told)


def _counted(found: Effects) -> str:
    """Return in a sentence or two how many arguments do what."""
    count = len(found)
    if not count:
        return "All models are silent."
    kinds = {
        "never rises": "war falls or stays at all points",
        "both": "it falls at some and rises at others",
        "never falls": "it rises or stays at all points",
        "nothing": "it stays at all points",
    }
    parts = [
        f"in {those} {words}"
        for verdict, words in kinds.items()
        if (those := sum(e.verdict == verdict for e in found))
    ]
    return f"Of {count} arguments of {len(found.models)} models, {'; '.join(parts)}."


def _row(e: Effect) -> list[object]:
    share = "{:.0%}".format
    return [
        e.name, e.lever.reading, e.measure, share(e.falls), share(e.nothing), share(e.rises),
        f"{e.mean:+.3g}", f"{e.low:+.3g} to {e.high:+.3g}",
    ]  # fmt: skip


def _method(found: Agreement) -> Html:
    points = max((len(e.changes) for own in found.values() for e in own), default=0)
    return joined(
        paragraph(
            f"For each argument {points} points are drawn evenly from the box of the model, a "
            "range for each of its arguments, and at each two values of the argument itself. The "
            "change is that of the model's measure of war from the value that follows the "
            "principle less to the one that follows it more. Of several equilibria the one with "
            "the least war counts. Points are drawn by the names of model and argument, and so "
            "are the same on every machine."
        ),
        items((
            "The boxes are illustrations; shares of points are not probabilities of anything.",
            "Which argument stands for a principle is a reading, stated in the tables.",
            "Models are no independent witnesses, and this is no vote.",
        )),
        element("pre", AGAIN),
    )  # fmt: skip


AGAIN = """from crisisgames import analysis

analysis.agreement().report("out.html")"""
"""How to make the page again."""


def _models(found: Agreement) -> Html:
    models = [literature.get(slug) for slug in found.models if slug in literature.SLUGS]
    return items(joined(element("b", m.slug), f": {m.title}. {m.provenance}") for m in models)
