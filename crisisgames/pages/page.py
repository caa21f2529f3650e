"""A brief for a policy analyst: one HTML file about a case, from its facts to its assumptions."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crisisgames.analysis import Comparison, compare
from crisisgames.errors import GameError
from crisisgames.pages.case import cited, the_facts, the_game, the_model
from crisisgames.pages.conduct import Conduct
from crisisgames.pages.deep import deepened
from crisisgames.pages.document import document
from crisisgames.pages.files import check_writable, write_whole
from crisisgames.pages.findings import Findings
from crisisgames.pages.markup import Html, element, items, joined, paragraph
from crisisgames.pages.method import checks, institutions, reproduction
from crisisgames.pages.parameters import meaning, named
from crisisgames.pages.recipe import Recipe, recipe_of
from crisisgames.pages.words import Words, words_of
from crisisgames.scenarios import SCENARIOS, Order, Scenario, get_scenario

__all__ = ["brief", "report"]

KIND = "A crisis as a game: what institutions change"
"""What stands above the title."""


def report(
    what: Scenario | Comparison | str,
    path: str | os.PathLike[str],
    *,
    scenario: Scenario | str | None = None,
    date: str = "",
    command: Sequence[str] = (),
    deep: bool = False,
    **options: Any,
) -> Path:
    """Write a brief: one HTML file that needs nothing else, to read on screen or on paper.

    A file that is there already is replaced, all at once or, if anything fails, not at all.

    Parameters
    ----------
    what : Scenario, str or Comparison
        A scenario or its name, all of whose designs are compared; or a comparison made before.
    path : str or path
        A file name that ends in ``.html`` or ``.htm``.
    scenario : Scenario or str, optional
        The case that a comparison is about; its facts and sources are told then.
    date : str
        What stands below the title, such as a date. Without it the same input gives the same bytes.
    command : sequence of str
        For a comparison: the command that made it, word by word, for readers who want to repeat it.
    deep : bool
        Whether to compute, and tell, how good any institution could be, why war happens, which
        parameters matter most, and on what share of the scenario's box claims hold: from half a
        minute to many minutes.
    **options
        For a scenario, passed to `compare`: ``concept=`` and ``rule=``, by default those of the
        scenario or of its crisis, ``progress=``, ``time_limit=``.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    GameError
        If nothing can be written there; nothing is computed then. Also for options that a finished
        comparison cannot take.
    UnknownName
        If there is no scenario of that name.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = report("taiwan-1995", f"{folder}/out.html", rule="least war")
    ...     "bottom lines" in page.read_text(encoding="utf-8")
    True
    """
    target = check_writable(path)
    text = brief(what, scenario=scenario, date=date, command=command, deep=deep, **options)
    write_whole(target, text)
    return target


def brief(
    what: Scenario | Comparison | str,
    *,
    scenario: Scenario | str | None = None,
    date: str = "",
    command: Sequence[str] = (),
    deep: bool = False,
    **options: Any,
) -> str:
    """Return the page that `report` writes."""
    case = get_scenario(scenario) if isinstance(scenario, str) else scenario
    if isinstance(what, Comparison):
        if options:
            raise GameError(
                f"report: a comparison is finished, so {', '.join(options)} cannot change it; give "
                "a scenario, or compare anew"
            )
        recipe = recipe_of(what, case, _file(case, command), {}, deep)
        return _page(what, case, recipe, command, date, deep)
    if not isinstance(what, (Scenario, str)):
        raise GameError(
            f"report takes a scenario, its name or a comparison, such as 'south-china-sea', not "
            f"{what!r}"
        )
    if case is not None:
        raise GameError("report: scenario= goes with a comparison; the first argument is one here")
    case = get_scenario(what) if isinstance(what, str) else what
    own: dict[str, Any] = {"concept": case.concept, "rule": case.rule}
    found = compare(case.crisis, case.designs(), **{**own, **options})
    asked = {n: v for n, v in options.items() if n != "progress" and v != own.get(n)}
    more = {n: v for n, v in asked.items() if n not in own}
    recipe = recipe_of(found, case, _file(case, ()), more, deep)
    command = _command(case, asked, deep) if SCENARIOS.get(case.slug) == case else ()
    return _page(found, case, recipe, command, date, deep)


def _file(case: Scenario | None, command: Sequence[str]) -> str:
    """Return the file that a scenario of one's own is in."""
    named_here = (word for word in command if word.endswith(".toml"))
    return next(named_here, f"{case.slug}.toml" if case is not None else "")


def _command(case: Scenario, asked: Mapping[str, Any], deep: bool) -> Sequence[str]:
    told = [f"--{name.replace('_', '-')}={value}" for name, value in asked.items()]
    told += ["--deep"] if deep else []
    return ("crisisgames", "report", case.slug, "--out", "out.html", *told)


def _page(
    found: Comparison,
    case: Scenario | None,
    recipe: Recipe,
    command: Sequence[str],
    date: str,
    deep: bool,
) -> str:
    words = words_of(found.crisis.kind)
    roles = case.cast if case is not None else {}
    title = case.title if case is not None else f"A comparison of institutions: {found.crisis.kind}"
    more = deepened(found, case, words) if deep else None
    boxed = more is not None and bool(more.claims)
    findings = Findings(found, words, roles, boxed)
    sections: list[tuple[str, str, Html]] = [
        ("short", "In short", findings.in_short()),
        ("institutions", "What the institutions change", _institutions(findings, title, case)),
    ]
    if more is not None:
        sections += more.sections()
    if case is not None:
        sections.append(("facts", "What happened", the_facts(case)))
    sections += [
        ("model", "What is modelled, and what is not", the_model(found, case, words, boxed)),
        ("game", "The game", the_game(found, words)),
        ("conduct", "Who does what", _conduct(findings)),
        ("assumptions", "What this assumes", _assumptions(found, case, words)),
        ("again", "How to do it again", reproduction(command, recipe)),
    ]
    if case is not None:
        sources = [f.source for f in (*case.facts, *case.told, *case.left_out)]
        sources += [m.source for m in found.mechanisms.values()]
        sections.append(("sources", "Sources", cited(sources)))
    sections.append(("annex", "Annex: for those who check", _annex(findings)))
    return document(
        _dated(title, case.period if case is not None else ""),
        sections,
        kind=KIND,
        below=(paragraph(date, class_="kind"),) if date else (),
        new_pages=PAGES,
    )


PAGES = ("annex",)
"""Sections that begin on a new page of paper."""


def _dated(title: str, period: str) -> str:
    return f"{title} ({period})" if period else title


def _institutions(findings: Findings, title: str, case: Scenario | None) -> Html:
    told: list[object] = [
        findings.overview(),
        findings.picture(_dated(title, case.period) if case else title),
        findings.payoffs(),
    ]
    proposals = {p.name: p.source for p in case.proposed} if case is not None else {}
    for name in findings.names[1:]:
        short = name.removeprefix(f"{findings.names[0]} + ")
        told += [element("h3", f"{short[:1].upper()}{short[1:]}"), "\n"]
        if short in proposals:
            told.append(paragraph(f"Source of the proposal: {proposals[short]}.", class_="aside"))
        told.append(findings.effect(name))
        told.append(findings.changes(name))
    return joined(*told)


def _conduct(findings: Findings) -> Html:
    """Return what the sides do where play comes, selected and at worst, with each institution."""
    told: list[object] = [
        paragraph(
            "What the sides do in the selected class of equilibria, and in the one with the "
            f"highest probability of {findings.about}, as far as play comes to it. Equilibria of "
            "one class lead to the same or belong together; all classes, and what would be done "
            "elsewhere, are told in the ",
            element("a", "annex", href="#annex"),
            ".",
        )
    ]
    known: set[Conduct] = set()
    for name in findings.names:
        told += [element("h3", f"{name[:1].upper()}{name[1:]}"), "\n"]
        told.append(findings.main_conduct(name, known))
    return joined(*told)


def _annex(findings: Findings) -> Html:
    """Return every class with every conduct, and how far the solution was checked."""
    told: list[object] = [
        element("h3", "The solution"),
        checks(findings.found),
        element("h3", "All classes of equilibria"),
        paragraph(
            "For each institution the classes of equilibria, and the conducts that are new with "
            "it, also where play does not come."
        ),
    ]
    for name in findings.names:
        told += [element("h3", f"All classes, {name}"), "\n"]
        if name == findings.names[0]:
            told.append(findings.changes(name))
        told.append(findings.conduct(name))
    return joined(*told)


def _assumptions(found: Comparison, case: Scenario | None, words: Words) -> Html:
    told: list[object] = [element("h3", "The institutions"), institutions(found, words)]
    if case is not None and case.orders:
        orders = [
            joined(_order(o, case, words), " ", element("span", f"[{o.source}]", class_="source"))
            for o in case.orders
        ]
        told += [
            element("h3", "What the values obey"),
            paragraph("The sources hold few numbers; the values respect what they say of order."),
            items(orders),
        ]
    return joined(*told)


def _order(order: Order, case: Scenario, words: Words) -> str:
    """Return an order relation, the cases by their titles."""
    lower, higher = (
        f"“{get_scenario(slug).title}”{f' ({dyad})' if dyad else ''}"
        for slug, dyad in zip(order.slugs, order.dyads, strict=True)
    )
    about = meaning(case.crisis, order.quantity, words) or COUNTED.get(order.quantity, "")
    what = f"{named(order.quantity)} ({about})" if about else named(order.quantity)
    return f"{what[:1].upper()}{what[1:]}: lower in {lower} than in {higher}"


COUNTED = {
    "mechanisms": "how many institutions are in force",
    "awareness": "chance that what exists is used",
}
"""What order relations speak of beside the numbers of a crisis."""
