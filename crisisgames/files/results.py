"""Equilibria and sets of equilibria as JSON documents.

A set is written twice: for people and other programs as classes and equilibria, and, under
``"parts"``, as what this library needs to bound, to select and to verify after reading. The parts
count; where the equilibria listed beside them are others, the document is refused.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from crisisgames.equilibria import ANY, Equilibrium, EquilibriumClass, EquilibriumSet
from crisisgames.equilibria.assemble import Extreme, Part
from crisisgames.equilibria.equilibrium import Trembles
from crisisgames.equilibria.sequence_form import SequenceForm, sequence_form
from crisisgames.files.documents import (
    Item,
    Kind,
    certificate_json,
    document,
    label_json,
    number_json,
    read_document,
    register,
    table,
)
from crisisgames.games import ExtensiveFormGame, Record

__all__: list[str] = []

MAX_LISTED = 1000
"""Equilibria that a document lists: a product of parts may have very many."""

CHECKED = ("strategy", "beliefs", "payoffs", "outcomes", "trembles")
"""What of a listed equilibrium must be what the parts say: all that is not computed from it."""


# ------------------------------------------------------------------------------ one equilibrium


def _write_equilibrium(e: Equilibrium) -> dict[str, Any]:
    return {"game": document(e.game), "concept": e.concept, **_listed(e)}


def _listed(e: Equilibrium) -> dict[str, Any]:
    return {**_assessment(e), "certificate": certificate_json(e.certificate)}


def _assessment(e: Equilibrium) -> dict[str, Any]:
    """Return what an equilibrium states."""
    return {
        "strategy": [
            {"player": player, "record": list(record), "actions": _behaviour(actions)}
            for player, own in e.strategy.items()
            for record, actions in own.items()
        ],
        "beliefs": [
            {"player": player, "record": list(record), "histories": table(belief)}
            for player, own in e.beliefs.items()
            for record, belief in own.items()
        ],
        "payoffs": table(e.payoffs),
        "outcomes": [
            {"outcome": label_json(o), "probability": number_json(p)} for o, p in e.outcomes.items()
        ],
        "trembles": _trembles(e.trembles),
    }


def _trembles(trembles: Trembles) -> list[dict[str, Any]]:
    return [
        {"player": player, "levels": [[_weight(*w) for w in level.items()] for level in levels]}
        for player, levels in trembles.items()
    ]


def _behaviour(behaviour: Any) -> Any:
    return ANY if behaviour == ANY else table(behaviour)


def _weight(key: tuple[Record, str], weight: Any) -> dict[str, Any]:
    return {"record": list(key[0]), "action": key[1], "weight": number_json(weight)}


def _read_equilibrium(item: Item) -> Equilibrium:
    game = _game(item)
    strategy: dict[str, dict[Record, Any]] = {p: {} for p in game.players}
    beliefs: dict[str, dict[Record, Any]] = {p: {} for p in game.players}
    for entry in item["strategy"]:
        own, record = _own(entry, strategy), entry["record"].texts()
        own[record] = ANY if entry["actions"].value == ANY else entry["actions"].numbers()
    for entry in item["beliefs"]:
        own, record = _own(entry, beliefs), entry["record"].texts()
        own[record] = entry["histories"].numbers()
    trembles = _read_trembles(item.get("trembles", []), game.players)
    payoffs = item["payoffs"].numbers()
    if list(payoffs) != list(game.players):
        raise item["payoffs"].wrong(f"a payoff for each of {list(game.players)}, in their order,")
    outcomes = {o["outcome"].label(): o["probability"].number() for o in item["outcomes"]}
    concept = item["concept"].text()
    # The certificate is not read: whoever wants one computes it.
    return Equilibrium(game, strategy, beliefs, payoffs, outcomes, trembles, concept)


def _read_trembles(item: Item, players: Sequence[str]) -> Trembles:
    return {
        _player(entry, players): tuple(
            {(w["record"].texts(), w["action"].text()): w["weight"].number() for w in level}
            for level in entry["levels"]
        )
        for entry in item
    }


def _game(item: Item) -> ExtensiveFormGame:
    game = read_document(item["game"])
    if not isinstance(game, ExtensiveFormGame):
        raise item["game"].error("this must be an extensive-form game")
    return game


def _player(entry: Item, players: Any) -> str:
    name = entry["player"].text()
    if name not in players:
        raise entry["player"].wrong(f"one of the players {list(players)}")
    return name


def _own(entry: Item, table: dict[str, dict[Record, Any]]) -> dict[Record, Any]:
    return table[_player(entry, table)]


# ---------------------------------------------------------------------------- sets of equilibria


def _write_set(s: EquilibriumSet) -> dict[str, Any]:
    listed = range(min(len(s), MAX_LISTED))
    return {
        "concept": s.concept,
        "complete": s.complete,
        "notes": list(s.notes),
        "exact": s.exact,
        "at_edge": s.at_edge,
        "game": document(s.game),
        "labels": [label_json(o) for o in s.labels],
        "size": len(s),
        "classes": [_class(c) for c in s.classes],
        "equilibria": [_listed(s[i]) for i in listed],
        "sequence_form": s.form is not None,
        "fixed": pack(s.fixed),
        "parts": pack(s.parts),
        "stated": [_trembles(t) for t in s.stated],
    }


def _class(c: EquilibriumClass) -> dict[str, Any]:
    def span(bounds: Any) -> list[Any]:
        return [number_json(b) for b in bounds]

    return {
        "name": c.name,
        "outcomes": [
            {"outcome": label_json(o), "probability": span(b)} for o, b in c.outcomes.items()
        ],
        "payoffs": {player: span(b) for player, b in c.payoffs.items()},
        "beliefs": [
            {
                "player": player,
                "record": list(record),
                "histories": {history: span(b) for history, b in held.items()},
            }
            for player, own in c.beliefs.items()
            for record, held in own.items()
        ],
        "equilibria": list(c.equilibria),
    }


def _read_set(item: Item) -> EquilibriumSet:
    game = _game(item)
    form = sequence_form(game.compiled, game.exact()) if item["sequence_form"].flag() else None
    labels = tuple(entry.label() for entry in item["labels"])
    if len(labels) != len(game.outcomes) or len(set(labels)) < len(labels):
        raise item["labels"].error(
            f"there are {len(labels)} labels; the game has the outcomes {list(game.outcomes)}"
        )
    found = EquilibriumSet(
        game,
        item["concept"].text(),
        item["complete"].flag(),
        unpack(item["parts"], tuple[Part, ...]),
        unpack(item["fixed"], tuple[tuple[Fraction, ...], tuple[Fraction, ...]]),
        labels,
        form,
        item["notes"].texts(),
        item["exact"].flag(),
        item["at_edge"].flag(),
        tuple(_read_trembles(entry, game.players) for entry in item.get("stated", [])),
    )
    _check_parts(item["parts"], found)
    if found.stated and [len(part.extremes) for part in found.parts] != [len(found.stated)]:
        raise item["stated"].error("there must be one part, with trembles for each equilibrium")
    if "equilibria" in item:
        for k, entry in enumerate(item["equilibria"]):
            if k >= len(found) or any(
                entry[name].value != value for name, value in _assessment(found[k]).items()
            ):
                raise entry.error("this is not the equilibrium that the parts describe")
    return found


def _check_parts(item: Item, found: EquilibriumSet) -> None:
    """Raise unless all indices and lengths fit the game."""
    taken: set[int] = set()
    widths = (len(found.labels), len(found.game.players))
    if tuple(map(len, found.fixed)) != widths:
        raise item.error(f"'fixed' must have {widths[0]} outcomes and {widths[1]} payoffs")
    for part, place in zip(found.parts, item, strict=True):
        for extreme, entry in zip(part.extremes, place["extremes"], strict=True):
            _check_extreme(entry, found, extreme)
        sets = {frozenset(e.strategy) for e in part.extremes}
        if len(sets) > 1 or any(taken & own for own in sets):
            raise place.error("its information sets are those of another part as well")
        taken = taken.union(*sets)
        for sheaf, entry in zip(part.sheaves, place["sheaves"], strict=True):
            if not sheaf.extremes or not set(sheaf.extremes) <= set(range(len(part.extremes))):
                raise entry["extremes"].wrong("a list of places of extreme equilibria")
            rays = [[*plans, *inner] for plans, inner in zip(sheaf.plans, sheaf.inner, strict=True)]
            for block in sheaf.blocks:
                for own, levels in zip(rays, block.levels, strict=True):
                    own += [ray for cone in levels for ray in cone.rays]
            _check_rays(entry, found.form, rays)
            if any(ray[0] <= 0 for plans in sheaf.plans for ray in plans):
                raise entry["plans"].error("a plan must give the empty sequence a positive weight")


def _check_extreme(item: Item, found: EquilibriumSet, extreme: Extreme) -> None:
    compiled = found.game.compiled
    if (len(extreme.outcomes), len(extreme.payoffs)) != (len(found.labels), len(compiled.players)):
        raise item.error("it must have a number for each outcome and a payoff for each player")
    sizes = [len(h.actions) for h in compiled.information_sets]
    for h, row in extreme.strategy.items():
        if not 0 <= h < len(sizes) or (row is not None and len(row) != sizes[h]):
            raise item["strategy"].error(f"information set {h} and its actions are not the game's")
    for h, belief in extreme.beliefs.items():
        if h not in extreme.strategy or any(
            not 0 <= x < len(compiled.nodes) or compiled.node_sets[x] != h for x in belief
        ):
            raise item["beliefs"].error(f"information set {h} and its nodes are not the game's")
    _check_rays(item, found.form, extreme.measures)


def _check_rays(item: Item, form: SequenceForm | None, rays: Any) -> None:
    for i, own in enumerate(rays):
        size = len(form.sequences[i]) if form else 0
        if any(len(ray) != size or min(ray) < 0 for ray in own):
            raise item.error(f"weights of mover {i + 1} must be {size} integers that are 0 or more")


# ------------------------------------------- what sets are made of, by the types of their fields


def pack(value: Any) -> Any:
    """Return tuples, mappings, rationals and dataclasses as JSON can hold them."""
    if isinstance(value, tuple):
        # Most of a large set is rays, so their integers are taken at once.
        return list(value) if _integers(value) else [pack(v) for v in value]
    if isinstance(value, Fraction):
        return number_json(value)
    if is_dataclass(value):
        return {f.name: pack(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return [[pack(k), pack(v)] for k, v in value.items()]
    return value


def unpack(item: Item, kind: Any) -> Any:
    """Return what `pack` was given, of the type ``kind``."""
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        optional = next(a for a in args if a is not type(None))
        return None if item.value is None else unpack(item, optional)
    if kind == tuple[int, ...] and isinstance(item.value, list) and _integers(item.value):
        return tuple(item.value)
    if origin is tuple and args[-1] is Ellipsis:
        return tuple(unpack(entry, args[0]) for entry in item)
    if origin is tuple:
        entries = list(item)
        if len(entries) != len(args):
            raise item.wrong(f"a list of {len(args)}")
        return tuple(unpack(entry, arg) for entry, arg in zip(entries, args, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        pairs = [entry.pair() for entry in item]
        return {unpack(k, args[0]): unpack(v, args[1]) for k, v in pairs}
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: unpack(item[name], hint) for name, hint in _hints(kind).items()})
    if kind is bool:
        return item.flag()
    return item.whole() if kind is int else Fraction(item.number())


def _integers(values: Any) -> bool:
    return all(type(v) is int for v in values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {f.name: hints[f.name] for f in fields(kind)}


register(Kind("equilibrium", Equilibrium, _write_equilibrium, _read_equilibrium))
register(Kind("equilibrium set", EquilibriumSet, _write_set, _read_set))
