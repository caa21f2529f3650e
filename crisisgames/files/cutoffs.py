"""Cutoff equilibria as JSON documents.

A document has the cutoffs with the intervals in which they are proved to lie. The proof itself is
in no text: to check it, solve the game anew.
"""

from __future__ import annotations

from typing import Any, cast, get_args

from crisisgames.equilibria.cutoff_set import CutoffEquilibrium, CutoffSet, Place
from crisisgames.files.documents import Item, Kind, number_json, register, table

__all__: list[str] = []

PLACES = get_args(Place)

Box = dict[str, tuple[float, float]]


def _write_equilibrium(e: CutoffEquilibrium) -> dict[str, Any]:
    return {
        "cutoffs": table(e.cutoffs),
        "enclosures": _box_json(e.enclosures),
        "places": dict(e.places),
        "stable": e.stable,
        "best_reply": e.best_reply,
        "gain": number_json(e.gain),
    }


def _read_equilibrium(item: Item) -> CutoffEquilibrium:
    cutoffs = {name: _end(entry) for name, entry in item["cutoffs"].items()}
    enclosures = _box(item["enclosures"])
    places = {name: _place(entry) for name, entry in item["places"].items()}
    for part, own in (("enclosures", enclosures), ("places", places)):
        if set(own) != set(cutoffs):
            raise item[part].wrong(f"an object with {', '.join(map(repr, cutoffs))}")
    for name, (low, high) in enclosures.items():
        if not low <= cutoffs[name] <= high:
            raise item["enclosures"][name].error(f"the cutoff {cutoffs[name]} lies outside")
    gain = _end(item["gain"])
    if gain < 0:
        raise item["gain"].wrong("a number that is 0 or more")
    stable, best_reply = _answer(item["stable"]), _answer(item["best_reply"])
    return CutoffEquilibrium(cutoffs, enclosures, places, stable, best_reply, gain)


def _write_set(s: CutoffSet) -> dict[str, Any]:
    return {
        "equilibria": [_write_equilibrium(e) for e in s.equilibria],
        "complete": s.complete,
        "undecided": [_box_json(box) for box in s.undecided],
        "notes": list(s.notes),
        "values": table(s.values),
    }


def _read_set(item: Item) -> CutoffSet:
    found = tuple(map(_read_equilibrium, item["equilibria"]))
    names = [set(e.cutoffs) for e in found]
    if any(own != names[0] for own in names):
        raise item["equilibria"].error("these must all have the same cutoffs")
    return CutoffSet(
        found,
        item["complete"].flag(),
        tuple(map(_box, item["undecided"])),
        item["notes"].texts(),
        {name: _end(entry) for name, entry in item["values"].items()},
    )


def _box_json(box: Any) -> dict[str, list[Any]]:
    return {name: [number_json(end) for end in ends] for name, ends in box.items()}


def _box(item: Item) -> Box:
    found: Box = {}
    for name, entry in item.items():
        low, high = (_end(end) for end in entry.pair())
        if low > high:
            raise entry.wrong("the lower end first")
        found[name] = (low, high)
    return found


def _end(item: Item) -> float:
    """Return a float, which may be infinite."""
    return float(item.end())


def _place(item: Item) -> Place:
    if item.text() not in PLACES:
        raise item.wrong(" or ".join(map(repr, PLACES)))
    return cast(Place, item.value)


def _answer(item: Item) -> bool | None:
    return None if item.value is None else item.flag()


register(Kind("cutoff equilibrium", CutoffEquilibrium, _write_equilibrium, _read_equilibrium))
register(Kind("cutoff equilibrium set", CutoffSet, _write_set, _read_set))
