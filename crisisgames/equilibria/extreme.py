"""All extreme Nash equilibria of games with two movers, by matching labelled vertices.

Take the plans of one mover, each with a number that is at least what any plan of the opponent earns
against it. These pairs are a polyhedron; its vertices are the plans at which nothing can be varied
without losing a zero or a best reply. *The extreme equilibria are the pairs of vertices, one for
each mover, in which each plan uses only what belongs to best replies to the other* [1]_. Vertices
come from the double description method in exact integers (`polytope`), and pairs are matched by
bits, one for each sequence.

The set of all equilibria is a finite union of products of polytopes, the *maximal Nash subsets*
[2]_. Both factors of one are faces, so it is spanned by extreme equilibria: by all pairs of some
vertices of the one mover with some of the other. So the maximal Nash subsets are the maximal
bicliques of the graph of matched pairs [3]_. Where two of them meet, their factors meet in faces,
and they share an extreme equilibrium.

Plans are realization plans, so trees go the same way as normal forms [4]_. The best replies of a
tree are not listed: the polyhedron is cut by a best reply to one of its vertices until none is
undervalued. But the cuts begin from the mover's pure plans; where these are too many, or the
vertices are, the search over supports takes over (`sequential`).

References
----------
.. [1] O. L. Mangasarian, "Equilibrium Points of Bimatrix Games", Journal of the Society for
   Industrial and Applied Mathematics 12(4), 1964.
.. [2] M. J. M. Jansen, "Maximal Nash Subsets for Bimatrix Games", Naval Research Logistics
   Quarterly 28(1), 1981.
.. [3] David Avis, Gabriel D. Rosenberg, Rahul Savani and Bernhard von Stengel, "Enumeration of Nash
   Equilibria for Two-Player Games", Economic Theory 42(1), 2010.
.. [4] Charles Audet, Slim Belhaiza and Pierre Hansen, "A New Sequence Form Approach for the
   Enumeration and Refinement of All Extreme Nash Equilibria for Extensive Form Games",
   International Game Theory Review 11(4), 2009.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import mul, or_, sub

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import (
    Block,
    SearchResult,
    independent_parts,
    search_equilibria,
)

__all__ = ["extreme_equilibria"]

MAX_PLANS = 5_000
"""Pure plans of one mover from which its polyhedron is still cut: seconds, not minutes."""

MAX_VERTICES = 50_000
"""Vertices of one polyhedron, on the way too, beyond which it is given up: minutes, and memory."""


def extreme_equilibria(form: SequenceForm, *, deadline: Deadline = NEVER) -> SearchResult:
    """Return all Nash equilibria of a game in sequence form, a block for each maximal Nash subset.

    Parameters
    ----------
    form : SequenceForm
    deadline : Deadline
        When what is known is returned: the vertices known by then are matched, so what comes back
        is some of the equilibria.

    Returns
    -------
    SearchResult
        Where there are more than `MAX_PLANS` pure plans or `MAX_VERTICES` vertices, that of
        `search_equilibria`; where that gives up as well, the sequential equilibria, not complete.
    """
    parts: list[tuple[Block, ...]] = []
    stops: list[str] = []
    for sets in independent_parts(form):
        try:
            # What the one mover leaves of its half of the time is the other's.
            first = _vertices(_Part(form, 0, sets), deadline.half)
            second = _vertices(_Part(form, 1, sets), deadline)
        except _TooLarge:
            found = search_equilibria(form, mode="nash", deadline=deadline.half)
            return found if all(found.parts) else _sequential_ones(form, found, deadline)
        both = (first, second)
        pairs = _bicliques(_matches(first, second))
        parts.append(tuple(_block(form, sets, both, pair) for pair in pairs))
        if not (first.complete and second.complete):
            known = " and ".join(f"{len(v.used)}" for v in both)
            stops.append(
                f"time limit reached, with {known} vertices known of the two movers' plans in a "
                f"part with {len(sets)} information sets"
            )
    return SearchResult(tuple(parts), not stops, "; ".join(stops) or "all vertices")


def _sequential_ones(form: SequenceForm, tried: SearchResult, deadline: Deadline) -> SearchResult:
    """Return the sequential equilibria: some Nash equilibria, where all are too many."""
    found = search_equilibria(form, deadline=deadline)
    parts = tuple(
        tuple(Block((b.levels[0][:1], b.levels[1][:1]), b.supports) for b in blocks)
        for blocks in found.parts
    )
    why = f"{tried.progress}; instead, the sequential equilibria are given, {found.progress}"
    return SearchResult(parts, False, why)


class _TooLarge(Exception):
    """Raised where there are more plans or vertices than are listed."""


@dataclass(frozen=True)
class _Vertices:
    """The vertices of one mover's plans, with what is best against each.

    Attributes
    ----------
    cone : Cone
        The plans, one ray for each.
    used : tuple of int
        For each plan the sequences that have weight, as bits.
    best : tuple of int
        For each plan the opponent's sequences that belong to best replies, as bits.
    complete : bool
        Whether these are all vertices.
    """

    cone: Cone
    used: tuple[int, ...]
    best: tuple[int, ...]
    complete: bool


def _vertices(part: _Part, deadline: Deadline) -> _Vertices:
    """Return the vertices of a mover's plans, cut up by what the opponent's best replies are."""
    replies = _Part(part.form, 1 - part.mover, part.sets)
    width = len(part.form.sequences[part.mover])
    # The last coordinate is the value of the best reply, less that of the reply ``standard``: so
    # it is never negative, and without weight on any plan it is a ray of its own.
    standard = replies.payoffs(replies.pure_plan())
    rays = [(*(int(s in plan) for s in range(width)), 0) for plan in part.pure_plans()]
    cone = Cone.spanned([*rays, (0,) * width + (1,)])
    best: dict[Ray, int] = {}
    unsure = True
    while unsure and not deadline.passed:
        unsure = False
        for ray in cone.rays:
            if ray not in best:
                value, plan, sequences = replies.best(ray)
                if value - sum(map(mul, standard, ray)) > ray[width]:
                    gains = map(sub, replies.payoffs(plan), standard)
                    cone = cone.cut({width: 1, **{t: -gain for t, gain in enumerate(gains)}})
                    unsure = True
                    break
                best[ray] = sequences
        if len(cone.rays) > MAX_VERTICES:
            raise _TooLarge
    proper = [k for k, ray in enumerate(cone.rays) if ray in best and any(ray[:width])]
    plans = tuple(cone.rays[k][:width] for k in proper)
    return _Vertices(
        Cone(plans, tuple(cone.tight[k] for k in proper), cone.constraints),
        tuple(sum(1 << s for s, x in enumerate(plan) if x) for plan in plans),
        tuple(best[cone.rays[k]] for k in proper),
        not unsure,
    )


class _Part:
    """One mover's choices in an independent part of a game."""

    def __init__(self, form: SequenceForm, mover: int, sets: Sequence[int]) -> None:
        self.form, self.mover, self.sets = form, mover, sets
        self.own = [h for h in sets if form.owner[h] == mover]  # in tree order
        self.options = [[form.number[h, a] for a in range(form.size(h))] for h in self.own]
        self.before = [form.parent[h] for h in self.own]
        width = len(form.sequences[1 - mover])
        tables = ((s, form.payoffs[mover].get(s, {})) for row in self.options for s in row)
        self.rows = [(s, tuple(row.get(t, 0) for t in range(width))) for s, row in tables]

    def pure_plans(self) -> list[frozenset[int]]:
        """Return the pure plans, each as the sequences that it uses."""
        ways = [1] * len(self.form.sequences[self.mover])
        for s, options in zip(reversed(self.before), reversed(self.options), strict=True):
            ways[s] *= sum(ways[o] for o in options)
        if ways[0] > MAX_PLANS:
            raise _TooLarge
        plans = [frozenset([0])]
        for s, options in zip(self.before, self.options, strict=True):
            grown = [plan | {o} for plan in plans if s in plan for o in options]
            plans = [plan for plan in plans if s not in plan] + grown
        return plans

    def pure_plan(self) -> set[int]:
        """Return the plan of first actions."""
        plan = {0}
        for s, options in zip(self.before, self.options, strict=True):
            if s in plan:
                plan.add(options[0])
        return plan

    def payoffs(self, plan: set[int]) -> tuple[int, ...]:
        """Return what a pure plan earns against each sequence of the opponent."""
        columns = zip(*(row for s, row in self.rows if s in plan), strict=True)
        return tuple(map(sum, columns)) or (0,) * len(self.form.sequences[1 - self.mover])

    def best(self, opponent: Ray) -> tuple[int, set[int], int]:
        """Return the best value, a reply that earns it, and all sequences of such, as bits."""
        values = [0] * len(self.form.sequences[self.mover])
        for s, row in self.rows:
            values[s] = sum(map(mul, row, opponent))
        for s, options in zip(reversed(self.before), reversed(self.options), strict=True):
            values[s] += max(values[o] for o in options)
        plan, best = {0}, {0}
        for s, options in zip(self.before, self.options, strict=True):
            if s in best:
                top = max(values[o] for o in options)
                ties = [o for o in options if values[o] == top]
                best.update(ties)
                if s in plan:
                    plan.add(ties[0])
        return values[0], plan, sum(1 << s for s in best)


def _matches(first: _Vertices, second: _Vertices) -> list[int]:
    """Return for each vertex of the first mover the vertices of the second that fit, as bits."""
    wanted, users = _holders(second.best), _holders(second.used)
    ever_used = reduce(or_, second.used, 0)
    found = []
    for used, best in zip(first.used, first.best, strict=True):
        fit = (1 << len(second.used)) - 1
        for s in _bits(used):
            fit &= wanted.get(s, 0)
        for t in _bits(ever_used & ~best):
            fit &= ~users[t]
        found.append(fit)
    return found


def _bicliques(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Return the maximal bicliques of a bipartite graph, as bits on the left and on the right.

    ``rows`` holds for each vertex on the left its neighbours on the right, as bits. The right sides
    are the non-empty intersections of neighbourhoods.
    """
    found = []
    for group in _components(rows):
        sides: dict[int, None] = {}
        for k in _bits(group):
            row = rows[k]
            sides |= {side & row: None for side in (*sides, row) if side & row}
        for side in sides:
            left = sum(1 << k for k in _bits(group) if rows[k] & side == side)
            found.append((left, side))
    return found


def _components(rows: Sequence[int]) -> Iterator[int]:
    """Yield the vertices on the left that are connected with each other, as bits."""
    columns = _holders(rows)
    left = sum(1 << k for k, row in enumerate(rows) if row)
    while left:
        group, fresh = 0, left & -left
        while fresh:
            group |= fresh
            reached = reduce(or_, (rows[k] for k in _bits(fresh)))
            fresh = reduce(or_, (columns[t] for t in _bits(reached))) & ~group
        yield group
        left &= ~group


def _block(
    form: SequenceForm,
    sets: Sequence[int],
    both: tuple[_Vertices, _Vertices],
    pair: tuple[int, int],
) -> Block:
    """Return the product of the polytopes that two sets of vertices span."""
    cones, supports = [], {}
    for i, (vertices, chosen) in enumerate(zip(both, pair, strict=True)):
        members = list(_bits(chosen))
        whole = vertices.cone
        rays = tuple(whole.rays[k] for k in members)
        cones.append(Cone(rays, tuple(whole.tight[k] for k in members), whole.constraints))
        used = reduce(or_, (vertices.used[k] for k in members))
        for h in sets:
            taken = (a for a in range(form.size(h)) if used >> form.number[h, a] & 1)
            if form.owner[h] == i and (actions := tuple(taken)):
                supports[h] = actions
    return Block(((cones[0],), (cones[1],)), supports)


def _holders(rows: Sequence[int]) -> dict[int, int]:
    """Return for each bit that occurs the rows that have it, as bits."""
    found: dict[int, int] = {}
    for k, row in enumerate(rows):
        for s in _bits(row):
            found[s] = found.get(s, 0) | 1 << k
    return found


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
