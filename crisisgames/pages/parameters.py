"""The numbers of a crisis, each with what it means, and what an institution changes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import reduce
from operator import and_
from typing import Any

from crisisgames.crises import Crisis
from crisisgames.errors import CrisisGamesError
from crisisgames.mechanisms import Mechanism, none
from crisisgames.pages.numbers import number
from crisisgames.pages.words import Words, words_of

__all__ = ["Changed", "changes", "meaning", "named", "numbers_of", "own_changes", "shown"]


@dataclass(frozen=True)
class Changed:
    """A number that differs between two crises.

    Attributes
    ----------
    name, meaning : str
        Its name in words, with the line that it belongs to, if any; and what it is.
    before, after : str
        Its values; a dash where there is no such number.
    """

    name: str
    meaning: str
    before: str
    after: str


def named(field: str) -> str:
    """Return the name of a field as a reader writes it."""
    return field.replace("_", " ").replace(".", ": ")


def shown(value: object) -> str:
    """Return a value as a table shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, (int, float)) else str(value)


def meaning(owner: Any, field: str, words: Words) -> str:
    """Return what a field of a crisis, or of one of its parts, means; empty where nobody says."""
    part, _, inner = field.partition(".")
    if field in words.meanings:
        return words.meanings[field]
    if field in (common := getattr(owner, "shared", {})):
        return meaning(owner, common[field][0], words)
    if inner:
        owner = getattr(owner, part, None)
        return meaning(owner, inner, words_of(getattr(owner, "kind", "")))
    if not is_dataclass(owner):
        return ""
    return next((str(f.metadata.get("meaning", "")) for f in fields(owner) if f.name == field), "")


def numbers_of(crisis: Crisis) -> dict[str, object]:
    """Return the values of a crisis by name but for its lines; those of its parts, dotted."""
    return dict(_numbers(crisis.parameters()))


def _numbers(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name}.")
        elif not isinstance(value, (list, tuple)) and value is not None:
            yield prefix + name, value


def changes(old: Crisis, new: Crisis, words: Words) -> tuple[Changed, ...]:
    """Return each number that differs; those of lines are told one by one."""
    return tuple(_differing(_flat(old, words), _flat(new, words)))


def own_changes(
    crisis: Crisis, whole: Mechanism, part: Mechanism, words: Words
) -> tuple[Changed, ...]:
    """Return what one part of a composition changes: with all the others in force, and with it too.

    Where the others need the part, what it does alone; nothing where neither can be told.
    """
    rest = reduce(and_, (p for p in whole.parts if p != part), none)
    for before, after in ((rest, rest & part), (none, part)):
        try:
            return changes(before(crisis), after(crisis), words)
        except CrisisGamesError:
            continue  # others need what is taken away here, or the part needs them
    return ()


def _differing(
    before: Mapping[str, tuple[str, object]], after: Mapping[str, tuple[str, object]]
) -> Iterator[Changed]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old != new:
            about = (old or new or ("", ""))[0]
            values = ("–" if own is None else shown(own[1]) for own in (old, new))
            yield Changed(name, about, *values)


def _flat(crisis: Crisis, words: Words) -> dict[str, tuple[str, object]]:
    """Return meaning and value by name, the numbers of each line under the name of the line."""
    told = {named(n): (meaning(crisis, n, words), v) for n, v in numbers_of(crisis).items()}
    for name, value, owners in _lines(crisis):
        for k, (line, owner) in enumerate(zip(value, owners, strict=True), 1):
            own = dict(line) if isinstance(line, Mapping) else {"": line}
            title = str(own.pop("name", f"{name} {k}"))
            taken = any(n.startswith(f"{title}: ") for n in told)
            title = f"{title} {k}" if taken else title
            told |= {f"{title}: {named(n)}": (meaning(owner, n, words), v) for n, v in own.items()}
    return told


def _lines(crisis: Crisis) -> Iterator[tuple[str, Sequence[Any], Sequence[Any]]]:
    """Yield the fields with several parts: name, the values of the parts, and the parts."""
    for stage in (crisis, *crisis.stages.values()):
        for name, value in stage.parameters().items():
            if isinstance(value, (list, tuple)):
                yield name, value, getattr(stage, name, value)
