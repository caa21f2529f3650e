"""The end of a brief: what it assumes, how far it was checked, and how to do it again."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from math import isnan

from crisisgames.analysis import Comparison
from crisisgames.analysis.wording import shared_notes
from crisisgames.crises import Crisis
from crisisgames.equilibria.explain import at_most
from crisisgames.mechanisms import Mechanism
from crisisgames.pages.markup import Html, element, items, joined, paragraph, table
from crisisgames.pages.parameters import own_changes
from crisisgames.pages.recipe import Recipe
from crisisgames.pages.words import Words

__all__ = ["checks", "institutions", "reproduction"]

PACKAGES = ("crisisgames", "numpy", "scipy", "sympy", "xarray", "pandas", "matplotlib")
"""What the results and the figure rest on."""

LISTED = 8
"""So many changes of an institution are told in the table of assumptions."""

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
    "markov-perfect": "Markov perfect equilibrium (Maskin and Tirole 2001): what a side does "
    "depends on the state alone, and in every state it does what is best for it, given what all "
    "do from then on.",
    "communication": "Communication equilibrium (Myerson 1986; Forges 1986): a mediator hears each "
    "side in confidence and proposes; nobody gains by telling it something else, or by not doing "
    "what it proposes.",
    "correlated": "Correlated equilibrium (Aumann 1974): a mediator tells each side once, before "
    "play, what to do, and nobody gains by doing otherwise.",
}
"""What each concept asks for."""


def institutions(found: Comparison, words: Words) -> Html:
    """Return each single mechanism in force anywhere: what it assumes, what it changes here."""
    where: dict[Mechanism, Mechanism] = {}
    for whole in found.mechanisms.values():
        for part in whole.parts:
            where.setdefault(part, whole)
    if not where:
        return paragraph("The mechanisms compared state neither source nor assumption.")
    rows = [
        [part.label, part.assumes, _changed(found.crisis, whole, part, words), part.source]
        for part, whole in where.items()
    ]
    caption = "What each institution assumes, what it changes here, and where it comes from"
    head = ["Institution", "It assumes", "What it changes in this crisis", "Source"]
    return table(caption, head, rows)


def _changed(crisis: Crisis, whole: Mechanism, part: Mechanism, words: Words) -> str:
    own = own_changes(crisis, whole, part, words)
    if not own:
        return "Nothing by itself: it acts on or through the others."
    told = []
    for c in own[:LISTED]:
        what = f"{c.name} ({c.meaning})" if c.meaning else c.name
        told.append(f"{what}: {c.before} → {c.after}" if c.before != "–" else f"{what}: {c.after}")
    more = len(own) - LISTED
    return f"{'; '.join(told)}{f'; and {more} more' if more > 0 else ''}."


def checks(found: Comparison) -> Html:
    """Return concept, selection rule, completeness, and the size of certificates."""
    data = found.dataset
    concepts = str(data.attrs["concept"]).split(", ")
    rows = []
    for name in found.sets:
        row = data.sel(mechanism=name)
        certificate = float(row.certificate)
        rows.append(
            [
                name,
                "all" if bool(row.complete) else "those found",
                str(int(row.classes)),
                "–" if isnan(float(row.equilibria)) else str(int(row.equilibria)),
                "–" if isnan(certificate) else at_most(certificate),
            ]
        )
    head = ["Institutions", "Equilibria", "Classes", "Extreme ones", "Certificate at most"]
    own, shared = shared_notes(found.notes)
    notes = [f"{name}: {note}" for name, told in own.items() for note in told]
    return joined(
        *(paragraph(CONCEPTS.get(c, f"Equilibrium concept: {c}.")) for c in concepts),
        paragraph(f"One equilibrium of each set was selected: {data.attrs['selection']}."),
        table("How far this was checked", head, rows, numeric=[2, 3, 4]),
        paragraph(
            "Certificate: the largest gain, in utils, that any side could get by deviating, or "
            "error of a belief, in any equilibrium of the set, recomputed from the game alone. "
            "“All” is claimed only where the search is known to miss none.",
            class_="aside",
        ),
        items([*shared, *notes]),
    )


def reproduction(command: Iterable[str], recipe: Recipe) -> Html:
    """Return the command and the Python program that make the brief anew, and the versions."""
    line = shlex.join(command)
    typed = (paragraph("On the command line:"), element("pre", element("code", line)))
    told = typed if line else ()
    versions = [f"{name} {_version(name)}" for name in PACKAGES]
    return joined(
        *told,
        paragraph(f"In Python{f', {recipe.needs}' if recipe.needs else ''}:"),
        element("pre", element("code", recipe.code)),
        paragraph(
            f"Made with {', '.join(versions)}, Python {platform.python_version()}. The same "
            "versions give the same file, byte for byte; with --deep as much is drawn and solved "
            "as time allows, so that two machines may tell more and less of the same.",
            class_="aside",
        ),
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(version unknown)"
