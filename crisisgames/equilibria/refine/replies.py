"""The replies to a message that are sequentially rational for some belief.

After a message the game goes on as a game of its own, in which nobody chose who sent it: the
weights of its ways are free, and everything after them is sequentially rational. Its equilibria are
found by the same search as those of a whole game, with a first move at which nothing is asked. In a
signaling game they are the mixed best replies MBR(T, m) of Cho and Kreps, for all beliefs at once.

What a reply means for a refinement is what each way is worth against it. So replies are kept as
polytopes of such values, one coordinate per way, cut where the best way to go on changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.polytope import Cone, Functional, Ray
from crisisgames.equilibria.refine.messages import Beliefs, Message, believed, below, trail
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Search, SearchStopped, action_values
from crisisgames.games import InformationSet

__all__ = [
    "Continuation",
    "Point",
    "Reply",
    "Undecided",
    "after_message",
    "circumstances",
    "continuation",
    "integral",
    "mean",
    "replies",
    "split",
    "units",
]

Point = tuple[Fraction, ...]
Supports = Mapping[int, tuple[int, ...]]
Whole = tuple[Fraction, ...]
"""A realization plan."""


class Undecided(Exception):
    """Raised where a refinement cannot be decided exactly; the message says why."""


@dataclass(frozen=True)
class Reply:
    """Replies that are rational for the beliefs of one pattern.

    Attributes
    ----------
    beliefs : mapping
        For each information set that the message opens, what is believed there.
    cells : tuple of tuple of Point
        Polytopes, by corners, of what each way is worth: one coordinate per way of the message.
    """

    beliefs: Beliefs
    cells: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Continuation:
    """What follows a message.

    Attributes
    ----------
    message : Message
    inside : tuple of (sequence, sequence)
        The opponent's sequences after the message, each with the one that its owner played before.
    later : tuple of int
        The mover's own later information sets.
    values : tuple of tuple of Functional
        For each way, what it is worth as functions of the opponent's whole plan: one for each way
        to go on, of which the largest counts.
    relevant : tuple of int
        The opponent's sequences elsewhere on which it depends what is rational.
    """

    message: Message
    inside: tuple[tuple[int, int], ...]
    later: tuple[int, ...]
    values: tuple[tuple[Functional, ...], ...]
    relevant: tuple[int, ...]

    @cached_property
    def answered(self) -> frozenset[int]:
        """The opponent's sequences after the message."""
        return frozenset(q for q, _ in self.inside)

    def outside(self, functional: Functional, plan: Whole) -> Fraction:
        """Return the part of a value that does not depend on the replies."""
        return sum(
            (c * plan[q] for q, c in functional.items() if q not in self.answered), Fraction(0)
        )


def continuation(form: SequenceForm, message: Message, undominated: Supports) -> Continuation:
    """Return what follows a message."""
    i = message.mover
    j = 1 - i
    inside = []
    for k in message.opens:
        start = form.parent[k]
        sets = [k]
        for a in range(form.size(k)):
            sets += below(form, j, [form.number[k, a]])
        inside += [(form.number[h, a], start) for h in sets for a in range(form.size(h))]
    answered = {q for q, _ in inside}
    later = below(form, i, message.ways)
    values = []
    for way, departure in zip(message.ways, message.departures, strict=True):
        on_the_way = (form.sequences[i][t] for t in trail(form, i, way))
        h, a = form.sequences[i][departure]
        supports = {g: (b,) for g, b in on_the_way}
        values.append(tuple(action_values(form, h, a, supports, undominated)))
    relevant = {start for _, start in inside}
    for g in later:
        relevant |= {q for _, q, _ in form.places[g]} - answered
        for a in range(form.size(g)):
            relevant |= form.payoffs[i].get(form.number[g, a], {}).keys() - answered
    return Continuation(
        message, tuple(sorted(inside)), tuple(later), tuple(values), tuple(sorted(relevant))
    )


def circumstances(form: SequenceForm, follow: Continuation, plans: Sequence[Whole]) -> Point:
    """Return what replies depend on of the opponent's plan elsewhere, the same for all ``plans``.

    The plan's weight before the first information set that the message opens is taken as 1.

    Raises
    ------
    Undecided
        If it differs.
    """
    start = form.parent[follow.message.opens[0]]
    several = [(v, vs[0]) for vs in follow.values if len(vs) > 1 for v in vs]
    answers = set()
    for plan in plans:
        held = [plan[q] for q in follow.relevant]
        held += [follow.outside(v, plan) - follow.outside(first, plan) for v, first in several]
        if plan[start]:
            answers.add(tuple(x / plan[start] for x in held))
        elif any(held):
            answers.add(())
    if len(answers) > 1:
        raise Undecided("what is rational after it differs along a continuum of earlier play")
    return answers.pop()


def replies(
    form: SequenceForm, follow: Continuation, plan: Whole, undominated: Supports, deadline: Deadline
) -> tuple[Reply, ...]:
    """Return all replies to a message that are sequentially rational for some belief.

    `plan` is what the opponent does elsewhere, scaled as in `circumstances`.

    Raises
    ------
    Undecided
        If the search for them does not come to its end.
    """
    derived, first, part = after_message(form, follow, plan)
    derived = replace(derived, payoffs=tuple(_whole(table) for table in derived.payoffs))
    allowed = {h: undominated[h] for h in part if h != first}
    allowed[first] = tuple(range(len(follow.message.ways)))
    search = _Free(derived, "sequential", allowed, deadline)
    search.free = first
    try:
        blocks = search.blocks(part)
    except (SearchStopped, RecursionError) as stop:
        raise Undecided(f"the replies to it were not all found ({stop})") from stop
    i, j = follow.message.mover, 1 - follow.message.mover
    known: dict[frozenset[Ray], tuple[tuple[Point, ...], ...]] = {}
    local = replace(
        follow.message,
        ways=tuple(range(1, len(follow.message.ways) + 1)),
        departures=tuple(range(1, len(follow.message.ways) + 1)),
    )
    found: dict[object, Reply] = {}
    for block in blocks:
        rays = frozenset(block.levels[j][0].rays)
        if rays not in known:
            known[rays] = tuple(_cells(follow, plan, sorted(rays)))
        beliefs = believed(derived, local, block.levels[i])
        found[rays, tuple(beliefs.items())] = Reply(beliefs, known[rays])
    return tuple(found.values())


class _Free(Search):
    """The search for equilibria, with an information set at which nothing is asked."""

    free: int

    def _constraints(self, h: int, supports: Supports) -> list[tuple[Functional, bool]]:
        return [] if h == self.free else super()._constraints(h, supports)


def after_message(
    form: SequenceForm, follow: Continuation, plan: Whole
) -> tuple[SequenceForm, int, list[int]]:
    """Return the game after a message in sequence form, its free first set, and all its sets.

    Payoffs are those of the whole game times weights of the plan, not scaled to integers.
    """
    message = follow.message
    i, j = message.mover, 1 - message.mover
    first = len(form.game.information_sets)
    share = {q: plan[start] for q, start in follow.inside}
    weight = {q: share.get(q, plan[q]) for q in range(len(plan))}
    answering = list(dict.fromkeys(form.sequences[j][q][0] for q, _ in follow.inside))
    later = [g for g in follow.later if any(weight[q] for _, q, _ in form.places[g])]

    rows: list[list[tuple[int, int]]] = [[(-1, 0)], [(-1, 0)]]
    rows[i] += [(first, n) for n in range(len(message.ways))]
    rows[i] += [(g, a) for g in later for a in range(form.size(g))]
    rows[j] += [form.sequences[j][q] for q, _ in follow.inside]
    old = [[0, *message.ways], [0]]  # the sequences of the whole game, the mover's own ones first
    old[0] += [form.number[s] for s in rows[i][len(old[0]) :]]
    old[1] += [q for q, _ in follow.inside]
    mine, theirs = ({s: n for n, s in enumerate(own)} for own in old)

    parent = {first: 0} | {g: mine[form.parent[g]] for g in later}
    parent |= {h: 0 if h in message.opens else theirs[form.parent[h]] for h in answering}
    children: list[list[list[int]]] = [[[] for _ in row] for row in rows]
    for h, s in parent.items():
        children[i if h == first or form.owner[h] == i else j][s].append(h)
    places: dict[int, tuple[tuple[int, int, Fraction], ...]] = {first: ((-1, 0, Fraction(1)),)}
    for g in later:
        seen = ((x, theirs.get(q, 0), c * weight[q]) for x, q, c in form.places[g])
        places[g] = tuple(p for p in seen if p[2])
    for h in answering:
        places[h] = tuple((x, mine[s], c) for x, s, c in form.places[h])

    tables: list[dict[int, dict[int, Any]]] = [{}, {}]
    for s, n in mine.items():
        row = tables[i].setdefault(n, {})
        for q, v in form.payoffs[i].get(s, {}).items() if n else ():
            row[theirs.get(q, 0)] = row.get(theirs.get(q, 0), 0) + v * weight[q]
    for q, n in theirs.items():
        if n:
            paid = form.payoffs[j].get(q, {}).items()
            tables[j][n] = {mine[s]: v for s, v in paid}
    label = InformationSet(_name(form, i), ("message",), tuple(map(str, message.ways)), (False,))
    derived = SequenceForm(
        replace(form.game, information_sets=(*form.game.information_sets, label)),
        form.movers,
        (tuple(rows[0]), tuple(rows[1])),
        parent,
        tuple(tuple(tuple(c) for c in row) for row in children),
        places,
        tuple(tables),
        (),
    )
    return derived, first, [first, *sorted([*later, *answering])]


def _name(form: SequenceForm, i: int) -> str:
    return form.game.players[form.movers[i]]


def _whole(table: Mapping[int, Mapping[int, Any]]) -> dict[int, dict[int, int]]:
    """Return a table of payoffs without denominators, on one scale."""
    scale = lcm(*(v.denominator for row in table.values() for v in row.values()))
    return {s: {q: int(v * scale) for q, v in row.items() if v} for s, row in table.items()}


def _cells(follow: Continuation, plan: Whole, rays: Sequence[Ray]) -> Iterator[tuple[Point, ...]]:
    """Yield polytopes that together hold what each way is worth against a polytope of replies."""

    def worth(value: Functional, ray: Ray) -> Fraction:
        share = (
            (value.get(q, 0) * plan[start], n) for n, (q, start) in enumerate(follow.inside, 1)
        )
        replied = sum((c * ray[n] for c, n in share if c), Fraction(0))
        return follow.outside(value, plan) + replied / ray[0]

    pieces: list[tuple[Cone, list[list[Fraction]]]] = [(units(len(rays)), [])]
    for values in follow.values:
        start = follow.outside(values[0], plan)
        rows = [[worth(v, ray) - start for ray in rays] for v in values]
        pieces = [
            (part, [*chosen, row])
            for cone, chosen in pieces
            for row in rows
            if (part := _where_best(cone, row, rows)).rays
        ]
    for cone, chosen in pieces:
        yield tuple(dict.fromkeys(tuple(mean(w, row) for row in chosen) for w in cone.rays))


def _where_best(cone: Cone, row: Sequence[Fraction], rows: Sequence[Sequence[Fraction]]) -> Cone:
    for other in rows:
        if other is not row and cone.rays:
            cone = cone.cut(integral([a - b for a, b in zip(row, other, strict=True)]))
    return cone


def mean(weights: Ray, row: Sequence[Fraction]) -> Fraction:
    """Return the weighted mean of a row."""
    total = sum((w * v for w, v in zip(weights, row, strict=True) if w), Fraction(0))
    return total / sum(weights)


def integral(row: Sequence[Fraction]) -> Functional:
    """Return a row as a linear function with whole coefficients."""
    scale = lcm(*(v.denominator for v in row))
    return {k: int(v * scale) for k, v in enumerate(row)}


def units(n: int) -> Cone:
    """Return the orthant with ``n`` coordinates, which stand for weights on ``n`` points."""
    return Cone.spanned(tuple(int(k == m) for k in range(n)) for m in range(n))


def split(cell: Cone, row: Functional) -> Iterator[Cone]:
    """Yield the parts of a cell where a function is positive, negative and zero."""
    values = [sum(row.get(k, 0) * w for k, w in enumerate(ray) if w) for ray in cell.rays]
    up, down = any(v > 0 for v in values), any(v < 0 for v in values)
    if up:
        yield cell.cut(row) if down else cell
    if down:
        yield cell.cut({k: -c for k, c in row.items()}) if up else cell
    if not (up or down):
        yield cell
    elif (up and down) or 0 in values:
        yield cell.cut(row, equal=True)
