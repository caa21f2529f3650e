"""The end of a brief: what it assumes, how far it was checked, and how to do it again."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from math import isnan

from crisisgames.analysis import Comparison
from crisisgames.equilibria.explain import at_most
from crisisgames.mechanisms import Mechanism
from crisisgames.report.markup import Html, element, items, joined, paragraph, table

__all__ = ["Recipe", "checks", "institutions", "reproduction"]

PACKAGES = ("crisisgames", "numpy", "scipy", "sympy", "xarray", "pandas", "matplotlib")
"""What the results and the figure rest on."""

CONCEPTS = {
    "sequential": "Sequential equilibrium (Kreps and Wilson 1982): each side does what is best for "
    "it at every point, given beliefs that follow from the strategies by Bayes' rule, and, where "
    "play does not come, from mistakes that are ever rarer.",
    "nash": "Nash equilibrium: nobody gains by another strategy. Threats that would not be carried "
    "out are allowed.",
    "subgame-perfect": "Subgame-perfect equilibrium: a Nash equilibrium in every subgame.",
    "pure-nash": "Nash equilibrium without mixing: nobody gains by another strategy.",
    "qre": "The limit of the quantal response equilibria on the principal branch (McKelvey and "
    "Palfrey 1998): players who err ever less. It is one equilibrium, not all of them.",
}
"""What each concept asks for."""


class Recipe(str):
    """A Python program that makes the brief anew."""

    __slots__ = ()


def institutions(found: Comparison) -> Html:
    """Return each single mechanism that is in force anywhere, with its source and assumption."""
    where: dict[Mechanism, list[str]] = {}
    for name, mechanism in found.mechanisms.items():
        for part in mechanism.parts:
            where.setdefault(part, []).append(name)
    if not where:
        return paragraph("The mechanisms compared state neither source nor assumption.")
    rows = [[part.label, part.assumes, part.source] for part in where]
    caption = "What each institution assumes, and where it comes from"
    return table(caption, ["Institution", "It assumes", "Source"], rows)


def checks(found: Comparison) -> Html:
    """Return concept, selection rule, completeness, and the size of certificates."""
    data = found.dataset
    concept = str(data.attrs["concept"])
    rows = []
    for name in found.sets:
        row = data.sel(mechanism=name)
        certificate = float(row.certificate)
        rows.append(
            [
                name,
                "all" if bool(row.complete) else "those found",
                str(int(row.classes)),
                str(int(row.equilibria)),
                "–" if isnan(certificate) else at_most(certificate),
            ]
        )
    head = ["Institutions", "Equilibria", "Classes", "Extreme ones", "Certificate at most"]
    notes = [f"{name}: {note}" for name, own in found.notes.items() for note in own]
    return joined(
        paragraph(CONCEPTS.get(concept, f"Equilibrium concept: {concept}.")),
        paragraph(f"One equilibrium of each set was selected: {data.attrs['selection']}."),
        table("How far this was checked", head, rows, numeric=[2, 3, 4]),
        paragraph(
            "Certificate: the largest gain, in utils, that any side could get by deviating, or "
            "error of a belief, in any equilibrium of the set, recomputed from the game alone. "
            "“All” is claimed only where the search is known to miss none.",
            class_="aside",
        ),
        items(notes),
    )


def reproduction(command: Iterable[str], recipe: Recipe) -> Html:
    """Return the command and the Python program that make the brief anew, and the versions."""
    line = shlex.join(command)
    typed = (paragraph("On the command line:"), element("pre", element("code", line)))
    told = typed if line else ()
    versions = [f"{name} {_version(name)}" for name in PACKAGES]
    return joined(
        *told,
        paragraph("In Python:" if line else "In Python, with your own mechanisms for the names:"),
        element("pre", element("code", recipe)),
        paragraph(
            f"Made with {', '.join(versions)}, Python {platform.python_version()}. The same "
            "versions give the same file, byte for byte.",
            class_="aside",
        ),
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(version unknown)"
