"""Changes to the fields of a crisis, and the one function that applies them.

Mechanisms say what they change; they change nothing themselves. All changes are collected first and
applied once, in the order additions, notices, raises, lowers, switches. Within each of these steps
the order cannot matter: additions are sorted, the next are sums and products, taken exactly, and
switches of one field must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import prod
from typing import Any, TypeVar

from crisisgames.crises import Crisis
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.expressions import Number, as_fraction

__all__ = ["Add", "Change", "Line", "Lower", "Notice", "Raise", "Switch", "apply_changes"]

C = TypeVar("C", bound=Crisis)

ONE = Fraction(1)
LINES = "lines.in_force"


@dataclass(frozen=True)
class Add:
    """Append ``item`` to a field that is a tuple."""

    field: str
    item: Any


@dataclass(frozen=True)
class Raise:
    """Raise a field by s: f + (1 - f)s where it lies in [0, 1], f + s where it is a cost.

    ``channels.in_force`` means that field of every channel, added ones included, and
    ``lines.in_force`` that of every `Line`. ``pairs.fall`` means that number of every dyad, or with
    `only` of the one of that name. `needed` says what to tell the user where there is nothing to
    raise; without it, that is no error.
    """

    field: str
    by: Number
    needed: str = ""
    only: str = ""


@dataclass(frozen=True)
class Lower:
    """Lower a field by s in [0, 1], to f(1 - s); `field` and `only` as in `Raise`."""

    field: str
    by: Number
    only: str = ""


@dataclass(frozen=True)
class Switch:
    """Set a field that is a yes or no, or a whole number; `field` and `only` as in `Raise`."""

    field: str
    to: bool | int
    only: str = ""


@dataclass(frozen=True)
class Notice:
    """Notices that cover an innocent incident with probability n, and a probe with n times cover.

    Several kinds of notice are independent: an incident is covered if any of them covers it.
    """

    notified: float
    cover: float


@dataclass(frozen=True)
class Line:
    """A line in a crisis without channels: it carries word in time, and so moves a field.

    It raises the field, or lowers it, by the probability ``in_force * carried``: the line exists,
    and word gets through it in time. ``in_force`` is first raised and lowered like that of a
    channel. Several lines are independent. `only` as in `Raise`.
    """

    carried: Number
    in_force: Number
    field: str = "clarity"
    lowers: bool = False
    only: str = ""


Change = Add | Raise | Lower | Switch | Notice | Line


def apply_changes(crisis: C, changes: Sequence[Change]) -> C:
    """Return ``crisis`` with ``changes`` applied, whatever their order.

    Raises
    ------
    NotApplicable
        If a change that needs something to act on finds nothing.
    GameError
        If two switches set one field to different values.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = apply_changes(Incident(), [Lower("clarity", 0.5), Raise("clarity", 0.5)])
    >>> changed.clarity
    0.325
    """
    # An addition lengthens a tuple by one item, so that sorting them all is enough.
    additions = [c for c in changes if isinstance(c, Add)]
    for add in sorted(additions, key=lambda c: (str(getattr(c.item, "name", "")), repr(c))):
        crisis = crisis.replace(**{add.field: (*getattr(crisis, add.field), add.item)})
    crisis = crisis.replace(**_noticed(crisis, [c for c in changes if isinstance(c, Notice)]))
    moves = [c for c in changes if isinstance(c, (Raise, Lower))]
    about_lines = [c for c in moves if c.field == LINES]
    carried = _carried(crisis, [c for c in changes if isinstance(c, Line)], about_lines)
    moved = _moved(crisis, [*carried, *(c for c in moves if c.field != LINES)])
    return _switched(crisis.replace(**moved), [c for c in changes if isinstance(c, Switch)])


def _noticed(crisis: Any, notices: Sequence[Notice]) -> dict[str, Any]:
    """Return the chances that an innocent incident is covered, and a probe as a share of it."""
    if not notices:
        return {}
    now = Notice(crisis.notified, crisis.cover)
    pairs = [(as_fraction(n.notified), as_fraction(n.cover)) for n in (now, *notices)]
    notified = 1 - prod((1 - n for n, _ in pairs), start=ONE)
    probes = 1 - prod((1 - n * c for n, c in pairs), start=ONE)
    cover = probes / notified if notified else pairs[0][1]
    return {
        "notified": _like(crisis.notified, notified),
        "cover": _like(crisis.cover, cover),
    }


def _carried(
    crisis: Any, lines: Sequence[Line], moves: Sequence[Raise | Lower]
) -> list[Raise | Lower]:
    """Return by how much each line moves its field, after everything that moves its `in_force`."""
    _require(lines, moves)
    if any(m.only for m in moves):  # then a line of all dyads is not the same in each
        names = [pair.name for pair in crisis.pairs]
        lines = [replace(n, only=o) for n in lines for o in ([n.only] if n.only else names)]
    found: list[Raise | Lower] = []
    for n in lines:
        own = [m for m in moves if m.only in ("", n.only)]
        by = _value(as_fraction(n.in_force), (0, 1), own) * as_fraction(n.carried)
        move = Lower(n.field, by, only=n.only) if n.lowers else Raise(n.field, by, only=n.only)
        found.append(move)
    return found


def _moved(item: Any, changes: Sequence[Raise | Lower]) -> dict[str, Any]:
    """Return the new values of the fields of ``item`` that are raised or lowered."""
    by_field: dict[str, list[Raise | Lower]] = {}
    for c in changes:
        field, _, inner = c.field.partition(".")
        by_field.setdefault(field, []).append(replace(c, field=inner))
    new = {}
    for field, moves in by_field.items():
        now = getattr(item, field)
        if isinstance(now, tuple):
            _require(now, moves)
            new[field] = tuple(replace(each, **_own(item, each, moves)) for each in now)
            new |= _moved(item, [m for m in moves if _shared(item, m.field) and not m.only])
        else:
            new[field] = _value(now, _domain(item, field), moves)
    return new


def _own(item: Any, each: Any, moves: Sequence[Raise | Lower]) -> dict[str, Any]:
    """Return the new values of a part of ``item``, such as a channel or a dyad.

    A dyad without a number of its own has that of the crisis, and gets its own where something
    changes it there only.
    """
    here = [m for m in moves if m.only in ("", each.name)]
    names = dict.fromkeys(m.field for m in here)
    new = {}
    for name in names:
        own, now = [m for m in here if m.field == name], getattr(each, name)
        if now is None and any(m.only for m in own):
            now = getattr(item, name)
        if now is not None:
            new[name] = _value(now, _domain(each, name), own)
    return new


def _shared(item: Any, name: str) -> bool:
    """Return whether parts of ``item`` that lack a number have that of ``item``."""
    return hasattr(item, "pairs") and hasattr(item, name)


def _domain(item: Any, name: str) -> tuple[float, float] | None:
    found: tuple[float, float] | None = next(
        f.metadata.get("domain") for f in fields(item) if f.name == name
    )
    return found


def _require(items: Sequence[Any], moves: Sequence[Raise | Lower]) -> None:
    for c in moves:
        if isinstance(c, Raise) and c.needed and not items:
            raise NotApplicable(c.needed)


def _value(now: Any, domain: tuple[float, float] | None, moves: Sequence[Raise | Lower]) -> Any:
    """Return ``now`` raised, then lowered."""
    value = as_fraction(now)
    up = [as_fraction(c.by) for c in moves if isinstance(c, Raise)]
    down = [as_fraction(c.by) for c in moves if isinstance(c, Lower)]
    if domain == (0, 1):
        value = 1 - (1 - value) * prod((1 - s for s in up), start=ONE)
    else:
        value += sum(up)
    return _like(now, value * prod((1 - s for s in down), start=ONE))


def _like(old: Any, value: Fraction) -> Any:
    """Return ``value`` as a float, or as it was if it is the same, or exact if it was exact."""
    if value == as_fraction(old):
        return old
    return value if isinstance(old, Fraction) else float(value)


def _switched(crisis: C, switches: Sequence[Switch]) -> C:
    """Return a crisis with switches set; those of one field must agree."""
    settings: dict[tuple[str, str], bool | int] = {}
    for s in switches:
        for name in _named(crisis, s):
            if settings.setdefault((s.field, name), s.to) != s.to:
                both = sorted((settings[s.field, name], s.to))
                raise GameError(
                    f"{s.field} is set to {both[0]} by one mechanism and to {both[1]} by another; "
                    "drop one"
                )
    for (field, name), value in settings.items():
        outer, _, inner = field.partition(".")
        new: Any = value
        if inner:
            parts = getattr(crisis, outer)
            new = tuple(replace(p, **{inner: value}) if p.name == name else p for p in parts)
        crisis = crisis.replace(**{outer: new})
    return crisis


def _named(crisis: Any, switch: Switch) -> list[str]:
    """Return the names of the parts of a crisis that a switch is for; no name for the crisis."""
    outer, _, inner = switch.field.partition(".")
    if not inner:
        return [""]
    return [p.name for p in getattr(crisis, outer) if switch.only in ("", p.name)]
