"""Scenarios from files: a crisis, its box, its facts and mechanisms, written by hand.

A file has the fields of a `Scenario`. Crises and mechanisms are tables with the name of the kind
and the fields to set; what is left out has its default. The guide to files shows one.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import reduce
from operator import and_
from pathlib import PurePath
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from crisisgames.crises import CRISES, Crisis
from crisisgames.crises.documents import read_strategy
from crisisgames.crises.parts import quantities_of, value_of, with_fields
from crisisgames.errors import CrisisGamesError, suggest
from crisisgames.files.documents import Item
from crisisgames.files.toml import KINDS, TomlItem
from crisisgames.games import Automaton
from crisisgames.mechanisms import MECHANISMS, Between, Design, Mechanism, Within, none
from crisisgames.scenarios.dyads import DIALOGUES, Dyad
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["read_crisis", "read_mechanism"]

MAX_COUNT = 30
"""Largest whole number in a crisis, such as the rungs of a ladder: trees grow with it."""

MAX_LINES = 5
"""Entries of a list in a crisis, such as channels: trees double with each."""

MAX_DESIGNS = 30
"""Mechanisms in force, proposals, and parts of a proposal."""

ONLY = {"between": Between, "within": Within}
"""What says that a mechanism is in force in one dyad only, or in one part of a crisis."""

FIELDS = (
    *("kind", "title", "period", "roles", "relation", "relations", "crisis", "box", "facts"),
    *("in_force", "proposed", "left_out", "solve"),
)


def _read_scenario(item: TomlItem) -> Scenario:
    item.only(FIELDS)
    crisis = item["crisis"].made(read_crisis, item["crisis"])
    numbers = list(quantities_of(crisis))
    found = [(entry, _read_fact(entry, ("fixes",))) for entry in item.get("facts", [])]
    fixed = {
        _one_of("number of the crisis", name, numbers): fact
        for entry, fact in found
        for name in entry.get("fixes", [])
    }
    relation, period = item.get("relation", {}), item.get("period", "").text()
    others = item.get("relations", [])
    how = item.get("solve", {})
    how.only(("concept", "rule"))
    scenario = Scenario(
        slug=PurePath(item.source).stem,
        title=item["title"].text(),
        period=period,
        dyad=relation.made(_read_relation, relation, period),
        roles=_read_roles(item.get("roles", {}), item["crisis"].made(lambda: crisis.players)),
        facts=tuple(fact for _, fact in found),
        crisis=crisis,
        fixed=fixed,
        box=_read_box(item.get("box", {}), crisis),
        in_force=tuple(read_mechanism(m) for m in _few(item.get("in_force", []))),
        proposed=tuple(_read_proposal(p) for p in _few(item.get("proposed", []))),
        left_out=tuple(_read_fact(f) for f in item.get("left_out", [])),
        concept=_one_of("concept", how["concept"], _concepts()) if "concept" in how else None,
        rule=_one_of("selection rule", how["rule"], _rules()) if "rule" in how else None,
        other_dyads=tuple(entry.made(_read_relation, entry, period) for entry in others),
    )
    _check_designs(item, scenario)
    return scenario


def _read_roles(item: TomlItem, players: tuple[str, ...]) -> tuple[str, ...]:
    """Return who each player is; who is left out is called as in the game."""
    item.only(players)
    return tuple(item.get(player, player).text() for player in players)


def _read_relation(item: TomlItem, period: str) -> Dyad:
    item.only(("name", "awareness", "dialogues", "facts"))
    awareness = item.get("awareness", 1.0)
    if not 0 <= awareness.number() <= 1:
        raise awareness.error(f"found {awareness.shown()}; allowed is 0 to 1")
    dialogues = item.get("dialogues", "none")
    if dialogues.text() not in DIALOGUES:
        allowed = ", ".join(map(repr, DIALOGUES))
        raise dialogues.error(f"found {dialogues.shown()}; allowed are {allowed}")
    return Dyad(
        item.get("name", "A and B").text(),
        period,
        awareness.number(),  # type: ignore[arg-type]  # rationals are fine
        dialogues.text(),
        tuple(_read_fact(f) for f in item.get("facts", [])),
    )


def _concepts() -> Iterable[str]:
    from crisisgames.equilibria import CONCEPTS

    return CONCEPTS


def _rules() -> Iterable[str]:
    from crisisgames.equilibria.selection import RULES

    return RULES


def _one_of(what: str, item: TomlItem, known: Iterable[str]) -> str:
    if item.text() not in known:
        raise item.error(str(suggest(what, item.text(), known)))
    return item.text()


def _read_fact(item: TomlItem, more: tuple[str, ...] = ()) -> Fact:
    item.only(("text", "source", *more))
    return Fact(item["text"].text(), item["source"].text())


def _read_box(item: TomlItem, crisis: Crisis, prefix: str = "") -> dict[str, tuple[float, float]]:
    """Return the range of each number, each end of which the crisis must be able to take."""
    box: dict[str, tuple[float, float]] = {}
    known = quantities_of(crisis)
    for field, entry in item.items():
        name = prefix + field
        if isinstance(entry.value, Mapping):  # the numbers of a part
            box |= _read_box(entry, crisis, f"{name}.")
            continue
        if name not in known:
            raise entry.error(str(suggest("number of the crisis", name, known)))
        low, high = (end.number() for end in entry.pair())
        for value in (low, high):
            entry.made(with_fields, crisis, {name: value})
        now = value_of(crisis, name)
        if not low <= now <= high:
            raise entry.error(f"the crisis has {name} = {now}, outside of its box {entry.shown()}")
        box[name] = (float(low), float(high))
    return box


def _few(item: TomlItem) -> TomlItem:
    if len(list(item)) > MAX_DESIGNS:
        raise item.error(f"there are {len(list(item))} entries; allowed are {MAX_DESIGNS}")
    return item


def _read_proposal(item: TomlItem) -> Design:
    item.only(("name", "source", "mechanisms"))
    name = item["name"].text()
    if not name.strip():
        raise item["name"].error("the name is empty; give the proposal a name")
    parts = [read_mechanism(m) for m in _few(item["mechanisms"])]
    return Design(name, reduce(and_, parts, none), item.get("source", "ours").text())


def _check_designs(item: TomlItem, scenario: Scenario) -> None:
    """Raise if a mechanism means nothing here, two have one name, or a game would be too large."""
    for place, mechanisms in (("in_force", scenario.in_force), ("proposed", scenario.proposed)):
        names: set[str] = set()
        for entry, mechanism in zip(item.get(place, []), mechanisms, strict=True):
            entry.made(mechanism, scenario.crisis)
            if mechanism.label in names:
                raise entry.error(f"{mechanism.label!r} is there twice; drop or rename one")
            names.add(mechanism.label)
    for design in scenario.designs():
        changed = item.made(design, scenario.crisis)
        for f in fields(cast(Any, changed)):
            value = getattr(changed, f.name)
            if isinstance(value, tuple) and len(value) > MAX_LINES:
                raise item.error(
                    f"{design.name!r} has {len(value)} {f.name}; allowed are {MAX_LINES}"
                )


# --- crises, mechanisms and their parts ---


def read_crisis(item: Item) -> Any:
    """Return the crisis that a table describes: its ``kind``, and the fields to set."""
    kind = item["kind"].text()
    if kind not in CRISES:
        raise item["kind"].error(str(suggest("crisis", kind, CRISES)))
    return _with_fields(CRISES[kind], item, "kind")


def read_mechanism(item: Item) -> Mechanism:
    """Return the mechanism that a name, a table with settings, or a list of them describes.

    A table may say ``between`` which sides it is in force, the name of a dyad, or ``within`` which
    part of the whole crisis.
    """
    if isinstance(item.value, list):
        return reduce(and_, map(read_mechanism, item), none)
    for where, kind in ONLY.items():
        if isinstance(item.value, dict) and where in item:
            rest = {name: value for name, value in item.value.items() if name != where}
            inner = read_mechanism(replace(item, value=rest))
            placed: Mechanism = item.made(kind, item[where].text(), inner)
            return placed
    place = item if isinstance(item.value, str) else item["name"]
    name = place.text()
    if name not in MECHANISMS:
        raise place.error(str(suggest("mechanism", name, MECHANISMS)))
    if place is item:
        made: Mechanism = item.made(MECHANISMS[name])
        return made
    found: Mechanism = _with_fields(MECHANISMS[name], item, "name")
    return found


def _with_fields(kind: Any, item: Item, name: str = "") -> Any:
    """Return a dataclass whose fields have the values of a table, but for ``name``."""
    hints, known = get_type_hints(kind), [f.name for f in fields(kind)]
    values, entries = {}, {f: entry for f, entry in item.items() if f != name}
    for field, entry in entries.items():
        if field not in known:
            raise entry.error(str(suggest(f"field of {kind.__name__}", field, known)))
        values[field] = _value(entry, hints[field])
    wrong = _error(kind, values)
    for field, entry in entries.items():
        # An error that one field alone makes has its place; others are about several fields.
        if wrong and _error(kind, {field: values[field]}) == wrong:
            raise entry.error(wrong)
    return item.made(lambda: kind(**values))


def _error(kind: Any, values: Mapping[str, Any]) -> str:
    """Return what is wrong with the values of fields; empty if nothing is."""
    try:
        kind(**values)
    except CrisisGamesError as error:
        return str(error)
    except OverflowError:
        return "it has a number that is too large"
    return ""


def _value(item: Item, hint: Any) -> Any:
    """Return a value of the type of a field."""
    if Automaton in get_args(hint):
        return read_strategy(item)
    if get_origin(hint) in (Union, types.UnionType):
        inner = [a for a in get_args(hint) if a is not type(None)]
        return None if item.value is None else _value(item, inner[0])
    if get_origin(hint) is tuple:
        if len(list(item)) > MAX_LINES:
            raise item.error(f"there are {len(list(item))} entries; allowed are {MAX_LINES}")
        return tuple(_value(entry, get_args(hint)[0]) for entry in item)
    if isinstance(hint, type) and issubclass(hint, Mechanism):
        return read_mechanism(item)
    if is_dataclass(hint):
        return _with_fields(hint, item)
    if hint is bool:
        return item.flag()
    if hint is str or get_origin(hint) is Literal:
        return item.text()
    if hint is not int:
        return item.number()
    if item.whole() > MAX_COUNT:
        raise item.error(f"found {item.shown()}; allowed are whole numbers up to {MAX_COUNT}")
    return item.whole()


KINDS["scenario"] = _read_scenario
