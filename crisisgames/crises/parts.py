"""The parts of a crisis, such as channels and allies: found, read and changed by dotted names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, fields, is_dataclass, replace
from typing import Any, TypeVar

__all__ = ["named_once", "parts_of", "quantities_of", "value_of", "with_fields"]

V = TypeVar("V")

Place = tuple[tuple[str, int | None], ...]
"""The way to a part: at each step a field, and the place in it where the field is a tuple."""


def parts_of(crisis: Any) -> dict[str, tuple[Place, Any]]:
    """Return the parts of a crisis by name, each with its place.

    They go by the names that their parameters have in the game: channels by their own names, others
    by that of the field; where two would have one name, neither is there.

    Examples
    --------
    >>> from crisisgames import Ally, Channel, Incident
    >>> list(parts_of(Incident(channels=(Channel(name="hot line"),), ally=Ally())))
    ['hot_line', 'ally']
    """
    found: dict[str, list[tuple[Place, Any]]] = {}
    for name, step, part in _own_parts(crisis):
        found.setdefault(name, []).append(((step,), part))
        for inner, (place, deep) in parts_of(part).items():
            found.setdefault(f"{name}.{inner}", []).append(((step, *place), deep))
    return {name: own[0] for name, own in found.items() if len(own) == 1}


def quantities_of(crisis: Any) -> dict[str, Field[Any]]:
    """Return the fields that are numbers, those of parts in a field of their own as ``part.field``.

    Lines and other parts that a crisis has several of are left out: they come and go. What several
    parts share is there once, under its own name.

    Examples
    --------
    >>> from crisisgames import Ally, Incident
    >>> quantities_of(Incident(ally=Ally()))["ally.cost"].metadata["meaning"]
    'price of joining, utils'
    """
    parts = parts_of(crisis).items()
    single = {n: part for n, (place, part) in parts if all(k is None for _, k in place)}
    own = [("", crisis), *((f"{n}.", part) for n, part in single.items())]
    found = {prefix + f.name: f for prefix, item in own for f in fields(item) if f.metadata}
    return named_once(crisis, found)


def named_once(crisis: Any, found: Mapping[str, V]) -> dict[str, V]:
    """Return what is told of fields, with each quantity that parts share under its own name."""
    common: Mapping[str, tuple[str, ...]] = getattr(crisis, "shared", {})
    own = {name: found[names[0]] for name, names in common.items() if names[0] in found}
    inner = {name for names in common.values() for name in names}
    return {**own, **{name: about for name, about in found.items() if name not in inner}}


def value_of(crisis: Any, name: str) -> Any:
    """Return a field of a crisis, or of one of its parts named ``part.field``."""
    owner, _, field = name.rpartition(".")
    return getattr(parts_of(crisis)[owner][1] if owner else crisis, field)


def with_fields(crisis: Any, point: Mapping[str, Any]) -> Any:
    """Return a crisis with fields set, those of its parts named ``part.field``.

    Examples
    --------
    >>> from crisisgames import Ally, Incident
    >>> with_fields(Incident(ally=Ally()), {"clarity": 0.5, "ally.cost": 0.3}).ally.cost
    0.3
    """
    crisis = crisis.replace(**{n: v for n, v in point.items() if "." not in n})
    inner = [(*n.rpartition("."), v) for n, v in point.items() if "." in n]
    places = {name: place for name, (place, _) in parts_of(crisis).items()} if inner else {}
    for owner, _, field, value in inner:
        crisis = _changed(crisis, places[owner], {field: value})
    return crisis


def _changed(item: Any, place: Place, changes: Mapping[str, Any]) -> Any:
    """Return a crisis or a part of one with fields of a part of it changed."""
    if not place:
        return replace(item, **changes)
    (field, k), *rest = place
    now, deeper = getattr(item, field), tuple(rest)
    if k is None:
        return replace(item, **{field: _changed(now, deeper, changes)})
    return replace(
        item,
        **{field: (*now[:k], _changed(now[k], deeper, changes), *now[k + 1 :])},
    )


def _own_parts(item: Any) -> Iterator[tuple[str, tuple[str, int | None], Any]]:
    """Yield the parts in the fields of a crisis or of a part: name, step to it, and itself."""
    for f in fields(item):
        value = getattr(item, f.name)
        if is_dataclass(value):
            yield f.name, (f.name, None), value
        for k, part in enumerate(value if isinstance(value, tuple) else ()):
            if is_dataclass(part) and hasattr(part, "name"):
                yield _identifier(str(part.name)), (f.name, k), part


def _identifier(name: str) -> str:
    plain = "".join(c if c.isalnum() else "_" for c in name)
    return f"_{plain}" if plain[:1].isdecimal() else plain
