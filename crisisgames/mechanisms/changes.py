"""Changes to the fields of a crisis, and the one function that applies them.

Mechanisms say what they change; they change nothing themselves. All changes are collected first and
applied once, in the order additions, notices, raises, lowers, switches. Within each of these steps
the order cannot matter: additions are sorted, the next are sums and products, taken exactly, and
switches of one field must agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    ``lines.in_force`` that of every `Line`. `needed` says what to tell the user where there is
    nothing to raise; without it, that is no error.
    """

    field: str
    by: Number
    needed: str = ""


@dataclass(frozen=True)
class Lower:
    """Lower a field by s in [0, 1], to f(1 - s); ``channels.in_force`` as in `Raise`."""

    field: str
    by: Number


@dataclass(frozen=True)
class Switch:
    """Set a field that is a yes or no, or a whole number."""

    field: str
    to: bool | int


@dataclass(frozen=True)
class Notice:
    """Notices that cover an innocent incident with probability n, and a probe with n times cover.

    Several kinds of notice are independent: an incident is covered if any of them covers it.
    """

    notified: float
    cover: float


@dataclass(frozen=True)
class Line:
    """A line in a crisis without channels: it carries word in time, and so raises clarity.

    It raises clarity by the probability ``in_force * carried``: the line exists, and word gets
    through it in time. ``in_force`` is first raised and lowered like that of a channel. Several
    lines are independent.
    """

    carried: Number
    in_force: Number


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
    clearer = _clearer([c for c in changes if isinstance(c, Line)], about_lines)
    moved = _moved(crisis, [*clearer, *(c for c in moves if c.field != LINES)])
    return crisis.replace(**moved, **_switched([c for c in changes if isinstance(c, Switch)]))


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


def _clearer(lines: Sequence[Line], moves: Sequence[Raise | Lower]) -> list[Raise]:
    """Return by how much each line raises clarity, after everything that moves its `in_force`."""
    _require(lines, moves)
    return [
        Raise("clarity", _value(as_fraction(n.in_force), (0, 1), moves) * as_fraction(n.carried))
        for n in lines
    ]


def _moved(item: Any, changes: Sequence[Raise | Lower]) -> dict[str, Any]:
    """Return the new values of the fields of ``item`` that are raised or lowered."""
    domains = {f.name: f.metadata.get("domain") for f in fields(item)}
    by_field: dict[str, list[Raise | Lower]] = {}
    for c in changes:
        field, _, inner = c.field.partition(".")
        by_field.setdefault(field, []).append(replace(c, field=inner))
    new = {}
    for field, moves in by_field.items():
        now = getattr(item, field)
        if isinstance(now, tuple):
            _require(now, moves)
            new[field] = tuple(replace(each, **_moved(each, moves)) for each in now)
        else:
            new[field] = _value(now, domains[field], moves)
    return new


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


def _switched(switches: Sequence[Switch]) -> Mapping[str, bool | int]:
    settings: dict[str, bool | int] = {}
    for s in switches:
        if settings.setdefault(s.field, s.to) != s.to:
            both = sorted((settings[s.field], s.to))
            raise GameError(
                f"{s.field} is set to {both[0]} by one mechanism and to {both[1]} by another; "
                "drop one"
            )
    return settings
