"""The first half of a brief: what happened, what is modelled and what is not, and the game."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from crisisgames.analysis import Comparison
from crisisgames.crises import Crisis
from crisisgames.errors import CrisisGamesError
from crisisgames.games import ExtensiveFormGame, StochasticGame
from crisisgames.mechanisms.sources import texts_cited
from crisisgames.pages.figures import inline_svg
from crisisgames.pages.markup import Html, element, items, joined, paragraph, plain, table
from crisisgames.pages.numbers import number
from crisisgames.pages.parameters import meaning, named, numbers_of, shown
from crisisgames.pages.words import Words

if TYPE_CHECKING:
    from crisisgames.scenarios import Dyad, Fact, Scenario

__all__ = ["cited", "sourced", "the_facts", "the_game", "the_model"]

LEGIBLE = 40
"""Ends up to which a tree is drawn: more do not fit on a page."""

DOI = re.compile(r"doi:(10\.[^\s,;]+)")


def sourced(facts: Iterable[Fact]) -> Html:
    """Return facts as a list, each with its source."""
    return items(
        joined(f.text, " ", element("span", f"[{f.source}]", class_="source")) for f in facts
    )


def the_facts(scenario: Scenario) -> Html:
    """Return what the sources say of a case, in the scenario's own words."""
    which = "two" if len(scenario.dyads) > 1 else "the two"
    relations = [
        part
        for dyad in scenario.dyads
        for part in (
            element("h3", f"The relation between {which} sides: {dyad.name}, {dyad.period}"),
            sourced(dyad.facts),
        )
    ]
    return joined(
        paragraph("What the sources say, in our words, each with its place."),
        sourced(scenario.facts),
        *relations,
    )


def cited(sources: Iterable[str]) -> Html:
    """Return the texts behind the letters that sources use."""
    entries = [
        joined(element("dt", letter), element("dd", _linked(text)), "\n")
        for letter, text in texts_cited(sources).items()
    ]
    nobody = "The author of the scenario; no text says it."
    ours = joined(element("dt", "ours"), element("dd", nobody), "\n")
    return joined(element("dl", "\n", *entries, ours), "\n")


def _linked(text: str) -> Html:
    """Return a citation with its DOI as a link, which nothing loads unless it is followed."""
    parts = DOI.split(text)
    told = [plain(part) if k % 2 == 0 else _doi(part) for k, part in enumerate(parts)]
    return joined(*told)


def _doi(identifier: str) -> Html:
    return element("a", f"doi:{identifier}", href=f"https://doi.org/{identifier}")


def the_model(
    found: Comparison, scenario: Scenario | None, words: Words, boxed: bool = False
) -> Html:
    """Return the crisis in words, its parameters, and what is left out.

    Parameters
    ----------
    found : Comparison
    scenario : Scenario, optional
    words : Words
    boxed : bool
        Whether the page tells what holds at other values in the boxes.
    """
    told = [text for part, text in words.parts.items() if getattr(found.crisis, part, None)]
    said = [paragraph(text) for text in (*words.story, *told)]
    if scenario is not None:
        others = [f"{p} is {role}" for p, role in scenario.cast.items() if p != role]
        who = f"In this case {'; '.join(others)}: our assignment." if others else ""
        use = " ".join(_use(dyad, scenario) for dyad in scenario.dyads)
        said += [paragraph(who), paragraph(use)]
    said.append(_parameters(found.crisis, scenario, words))
    if scenario is not None and scenario.left_out:
        said += [element("h3", "Proposed as well, but not compared"), sourced(scenario.left_out)]
    said.append(_unmodelled(scenario is not None and not boxed))
    return joined(*said)


def _use(dyad: Dyad, scenario: Scenario) -> str:
    """Return how far a relation uses what it has."""
    where = f"{dyad.name}: what" if scenario.other_dyads else "What"
    whose = "" if scenario.other_dyads else " between the two sides"
    return (
        f"{where} exists is used with a chance of {number(dyad.awareness)} (an illustration). "
        f"Dialogues{whose}: {dyad.dialogues}."
    )


def _unmodelled(single: bool) -> Html:
    """Return what is left out; ``single`` if there are boxes, and no other values were computed."""
    held = (
        "Each side is taken as a single actor that knows the game, its numbers and its rules, "
        "and chooses what is best for it given what it believes.",
        "Domestic politics, other states, and what comes before and after enter only through the "
        "parameters above, if at all.",
        "The numbers are no estimates: the brief shows how the argument works at these values, "
        "and does not forecast.",
    )
    boxed = ("No other values in the boxes were computed for this brief.",) if single else ()
    return joined(element("h3", "What the model leaves out"), items([*held, *boxed]))


def _parameters(crisis: Crisis, scenario: Scenario | None, words: Words) -> Html:
    """Return the parameters of the crisis: meaning, value, where it is from, and its box."""
    rows = [
        [named(name), meaning(crisis, name, words), shown(value), *_standing(name, value, scenario)]
        for name, value in numbers_of(crisis).items()
    ]
    head = ["Parameter", "Meaning", "Value"]
    head += ["Where the value is from", "Box"] if scenario is not None else []
    caption = "The crisis with no institution in force" if scenario else "The crisis"
    note = (
        paragraph(
            "Box: the range within which the value is uncertain. Utils: units of payoff, which "
            "only compare outcomes with each other.",
            class_="aside",
        )
        if scenario is not None
        else paragraph("Values are illustrations unless you know better.", class_="aside")
    )
    return joined(element("h3", "Parameters"), table(caption, head, rows, numeric=[2, 4]), note)


def _standing(name: str, value: object, scenario: Scenario | None) -> list[object]:
    """Return where a value is from, and its box."""
    if scenario is None:
        return []
    changed = numbers_of(scenario.crisis).get(name) != value
    # What parts share is one number of the scenario, under its own name.
    common: Mapping[str, Sequence[str]] = getattr(scenario.crisis, "shared", {})
    name = next((own for own, names in common.items() if name in names), name)
    if changed:
        low, high = scenario.span(name)
        return ["changed for this brief", _range(low, high)]
    if name in scenario.fixed:
        fact = scenario.fixed[name]
        return [joined(fact.text, " ", element("span", f"[{fact.source}]", class_="source")), "–"]
    if name in scenario.box:
        low, high = scenario.box[name]
        return ["illustration", _range(low, high)]
    return ["set in the scenario, without a box", "–"]


def _range(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}".replace(" ", "\N{NO-BREAK SPACE}")


def the_game(found: Comparison, words: Words) -> Html:
    """Return how large the game is, and a drawing of the largest one that can be read."""
    every = {name: crisis.game() for name, crisis in found.crises.items()}
    games = {name: game for name, game in every.items() if isinstance(game, ExtensiveFormGame)}
    if not games:
        return _played_on(next(iter(every.values())), words)
    small = {n: g for n, g in games.items() if len(g.compiled.ends) <= LEGIBLE}
    # Of several that are as large the first; the smallest where none can be drawn.
    name = (
        max(small, key=lambda n: len(small[n].compiled.ends))
        if small
        else min(games, key=lambda n: len(games[n].compiled.ends))
    )
    game = games[name]
    sets = game.information_sets
    moving = {p: sum(i.player == p for i in sets) for p in game.players}
    asked = ", ".join(f"{p} in {n}" for p, n in moving.items() if n)
    labels = sorted(map(str, game.compiled.outcomes))
    outcomes = list(dict.fromkeys(words.outcome(o) for o in labels))
    size = paragraph(
        f"The game told here is the one “{name}”. Play can run along {len(game.compiled.ends)} "
        f"paths, at the end of which chance may still decide. It comes to one of {len(outcomes)} "
        f"outcomes. The sides may have to choose in {len(sets)} situations that they can tell "
        f"apart: {asked}."
    )
    largest = max(games, key=lambda n: len(games[n].compiled.ends))
    more = (
        paragraph(
            f"With more institutions the game grows: “{largest}” has "
            f"{len(games[largest].compiled.ends)} paths, too many to draw.",
            class_="aside",
        )
        if len(games[largest].compiled.ends) > LEGIBLE
        else Html()
    )
    told = paragraph(f"The {len(outcomes)} outcomes: {'; '.join(outcomes)}.")
    return joined(size, _drawing(game, name), more, told)


def _played_on(game: object, words: Words) -> Html:
    """Return how a game is played that is no tree: its states, where it has any."""
    told = [paragraph(text) for text in words.play]
    if isinstance(game, StochasticGame):
        free = sum(any(len(own) > 1 for own in row) for row in game.actions)
        told.append(
            paragraph(
                f"The game has {len(game.states)} states, which all sides see. In {free} of them "
                "they choose, all at once, and what they choose moves the state. It is not drawn: "
                "what the sides do is told state by state below."
            )
        )
    else:
        told.append(
            paragraph("This game is no tree and is not drawn; what the sides do is told below.")
        )
    return joined(*told)


def _drawing(game: ExtensiveFormGame, name: str) -> Html:
    """Return the tree as a figure; nothing if it is too large or cannot be drawn."""
    if len(game.compiled.ends) > LEGIBLE:
        return Html()
    from crisisgames.plots.drawings import scene_of
    from crisisgames.plots.svg import to_svg

    try:
        drawing = to_svg(scene_of(game))
    except CrisisGamesError:
        return Html()  # a game that has no drawing is told in words
    ends = len(game.compiled.ends)
    svg = inline_svg(
        drawing,
        "tree",
        "The tree of the game",
        f"A tree that begins with chance or a choice and ends in {ends} ways; the text around it "
        "says who chooses when, and what each side knows.",
    )
    caption = f"The game “{name}”, in the labels of the program."
    return joined(element("figure", svg, element("figcaption", caption), id="tree"), "\n")
