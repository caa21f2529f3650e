"""Comparisons as JSON documents.

What a comparison says is computed from its equilibria, so that a document is refused where its
numbers are others; only the direct effects are taken as they are written.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from math import isfinite, nan
from typing import Any

import numpy as np

from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.dataset import Result, label_results
from crisisgames.analysis.solutions import solution_of
from crisisgames.files.documents import Item, Kind, document, number_json, read_document, register
from crisisgames.scenarios.from_file import read_crisis

__all__: list[str] = []

TAKEN = ("direct", "strategic")
"""Variables that need more than the equilibria to compute."""

OWN = "certificate"
"""A variable whose last digits may differ between machines; it is computed anew."""


def _write(comparison: Comparison) -> dict[str, Any]:
    data = comparison.dataset
    return {
        "crisis": _crisis(comparison.crisis),
        "about": {k: str(v) for k, v in data.attrs.items()},
        "mechanisms": [
            {
                "name": name,
                "crisis": _crisis(comparison.crises[name]),
                "set": document(found),
                "selected": (
                    document(comparison.selected[name]) if name in comparison.selected else None
                ),
                "notes": list(comparison.notes.get(name, ())),
            }
            for name, found in comparison.sets.items()
        ],
        "coordinates": {str(k): [str(v) for v in c.values] for k, c in data.coords.items()},
        "variables": {str(k): _numbers(v.values.tolist()) for k, v in data.data_vars.items()},
    }


def _crisis(crisis: Any) -> dict[str, Any]:
    return {"kind": crisis.kind, **_fields(crisis)}


def _fields(item: Any) -> dict[str, Any]:
    """Return the fields of a crisis or of one of its parts."""
    return {f.name: _value(getattr(item, f.name)) for f in fields(item)}


def _value(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_value(v) for v in value]
    if is_dataclass(value):
        return _fields(value)
    return value if value is None or isinstance(value, (bool, str)) else number_json(value)


def _numbers(value: Any) -> Any:
    """Return numbers as JSON has them; what does not exist is null."""
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return value if isinstance(value, (bool, int)) or isfinite(value) else None


def _read(item: Item) -> Comparison:
    crisis = read_crisis(item["crisis"])
    results: dict[str, Result] = {}
    crises: dict[str, Any] = {}
    for entry in item["mechanisms"]:
        name = entry["name"].text()
        crises[name] = read_crisis(entry["crisis"])
        found = read_document(entry["set"])
        solution = entry["set"].made(solution_of, crises[name], found)
        entry["set"].made(lambda own: own.labels, solution)  # where a list is read
        selected = None
        if entry["selected"].value is not None:
            selected = entry["selected"].made(solution.member, read_document(entry["selected"]))
        results[name] = Result(solution, selected, None, entry["notes"].texts())
    if not results:
        raise item["mechanisms"].error("there are none")
    about = {key: text.text() for key, text in item["about"].items()}
    computed = label_results(results, crisis)
    computed.attrs.update(about)
    for key, variable in computed.data_vars.items():
        entry = item["variables"][str(key)]
        stored = _array(entry, variable.shape)
        if key in TAKEN:
            variable.values[...] = stored
        elif key != OWN and not np.array_equal(
            np.asarray(stored, float), np.asarray(variable.values, float), equal_nan=True
        ):
            raise entry.error("these are not the numbers that the equilibria give")
    return Comparison(
        computed,
        crisis,
        {name: r.solution.found for name, r in results.items()},
        {name: r.selected.play for name, r in results.items() if r.selected is not None},
        {name: r.notes for name, r in results.items()},
        crises,
    )


def _array(item: Item, shape: tuple[int, ...]) -> np.ndarray:
    """Return numbers of this shape; null is nan."""
    if not shape:
        return np.asarray(nan if item.value is None else float(item.number()))
    entries = list(item)
    if len(entries) != shape[0]:
        raise item.error(f"there are {len(entries)} entries; there must be {shape[0]}")
    if len(shape) == 1:
        return np.array(list(map(_number, entries)))
    return np.array([_array(entry, shape[1:]) for entry in entries])


def _number(item: Item) -> float:
    if isinstance(item.value, bool):
        return float(item.value)
    return nan if item.value is None else float(item.number())


register(Kind("comparison", Comparison, _write, _read))
