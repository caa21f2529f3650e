"""All extreme Nash equilibria of games with two movers, by matching labelled vertices.

Take one mover's plans x together with a number v that is at least what any plan of the opponent
earns against x. These pairs are a polyhedron, and its vertices are the plans at which nothing can
be varied without a zero or a best reply changing. *Every extreme equilibrium is a pair of
such vertices, one for each mover, in which each plan uses only what is in some best reply to the
other* [1]_. Vertices come from the double description method in exact integers (`polytope`); a
pair is matched by bits, one for each sequence.

The set of all equilibria is a finite union of products of polytopes, the *maximal Nash subsets*.
Each is spanned by its extreme equilibria, and these are all pairs of a set of vertices of the one
mover with a set of vertices of the other: the maximal bicliques of the graph of matched pairs
[2]_ [3]_. Two maximal Nash subsets that meet share a face, hence an extreme equilibrium.

Plans are realization plans, so a normal form and a tree go the same way [4]_. Best replies of a
tree are not listed: a polyhedron is cut by the best reply to one of its vertices until no vertex
is undervalued. The vertices begin with the mover's own pure plans, which is why trees with many of
them are left to the search over supports (`sequential`).

References
----------
.. [1] O. L. Mangasarian, "Equilibrium Points of Bimatrix Games", Journal of the Society for
   Industrial and Applied Mathematics 12(4), 1964.
.. [2] David Avis, Gabriel D. Rosenberg, Rahul Savani and Bernhard von Stengel, "Enumeration of Nash
   Equilibria for Two-Player Games", Economic Theory 42(1), 2010, Sections 2 to 4.
.. [3] M. J. M. Jansen, "Maximal Nash Subsets for Bimatrix Games", Naval Research Logistics
   Quarterly 28(1), 1981.
.. [4] Charles Audet, Slim Belhaiza and Pierre Hansen, "A New Sequence Form Approach for the
   Enumeration and Refinement of All Extreme Nash Equilibria for Extensive Form Games",
   International Game Theory Review 11(4), 2009.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import and_, or_
from time import monotonic

from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Block

@dataclass(frozen=True)
class Vertices:
    """The vertices of one mover's plans, divided by what the opponent's best replies are.

    Attributes
    ----------
    cone : Cone
        Plans and the value of a best reply, in the last coordinate, less that of a fixed one.
    used : tuple of int
        For each ray the sequences that have weight, as bits.
    best : tuple of int
        For each ray the opponent's sequences that are part of some best reply, as bits.
    """

    cone: Cone
    used: tuple[int, ...]
    best: tuple[int, ...]


def nash_blocks(form, part, deadline):
    a, b = (vertices(form, i, part, deadline) for i in (0, 1))
    return [_block(form, part, (a, b), pair) for pair in bicliques(matches(a, b))]


def vertices(form, i, part, deadline):
    replies = _Replies(form, 1 - i, part)
    width = len(form.sequences[i])
    rays = [tuple(int(k in plan) for k in range(width)) + (0,) for plan in map(set, pure_plans(form, i, part))]
    cone = Cone.spanned([*rays, (0,) * width + (1,)])
    best: dict[Ray, int] = {}
    while True:
        for ray in cone.rays:
            if ray in best:
                continue
            value, plan, mask = replies.to(ray)
            if value > ray[-1]:
                cone = cone.cut({width: 1, **{t: -c for t, c in plan.items()}})
                break
            best[ray] = mask
        else:
            break
    real = [k for k, ray in enumerate(cone.rays) if any(ray[:-1])]
    rays = tuple(cone.rays[k] for k in real)
    cone = Cone(rays, tuple(cone.tight[k] for k in real), cone.constraints)
    return Vertices(cone, tuple(sum(1 << s for s, x in enumerate(r[:-1]) if x) for r in rays), tuple(best[r] for r in rays))


class _Replies:
    """Best replies of mover ``i`` to plans of the opponent, by backward induction."""

    def __init__(self, form, i, part):
        self.form, self.i, self.part = form, i, set(part)
        self.base: dict[int, int] = {}
        self.rows = [form.payoffs[i].get(s, {}) for s in range(len(form.sequences[i]))]
        stack = [0]
        while stack:
            s = stack.pop()
            if s:
                for t, c in self.rows[s].items():
                    self.base[t] = self.base.get(t, 0) + c
            stack += [form.number[h, 0] for h in form.children[i][s] if h in self.part]

    def to(self, ray):
        """value over base, functional over base, bits."""
        form, i, part = self.form, self.i, self.part
        values = {}
        def total(s):
            if s not in values:
                now = sum(c * ray[t] for t, c in self.rows[s].items()) if s else 0
                for h in form.children[i][s]:
                    if h in part:
                        now += max(total(form.number[h, a]) for a in range(form.size(h)))
                values[s] = now
            return values[s]
        value = total(0) - sum(c * ray[t] for t, c in self.base.items())
        mask, plan = 0, {t: -c for t, c in self.base.items()}
        stack = [(0, True)]
        while stack:
            s, chosen = stack.pop()
            mask |= 1 << s
            if chosen and s:
                for t, c in self.rows[s].items():
                    plan[t] = plan.get(t, 0) + c
            for h in form.children[i][s]:
                if h in part:
                    options = [form.number[h, a] for a in range(form.size(h))]
                    top = max(values[o] for o in options)
                    first = True
                    for o in options:
                        if values[o] == top:
                            stack.append((o, chosen and first))
                            first = False
        return value, plan, mask


def pure_plans(form, i, part):
    def below(s):
        plans = [(s,)]
        for h in form.children[i][s]:
            if h in part:
                ways = [p for a in range(form.size(h)) for p in below(form.number[h, a])]
                plans = [u + p for u in plans for p in ways]
        return plans
    return below(0)


def matches(a: Vertices, b: Vertices) -> list[int]:
    """for each vertex of a the vertices of b matched, as bits"""
    everything = (1 << len(b.used)) - 1
    can = _columns(b.best)   # by sequence of a: those b's to which it is part of a best reply
    uses = _columns(b.used)  # by sequence of b
    found = []
    for used, best in zip(a.used, a.best, strict=True):
        fit = everything
        for s in _bits(used):
            fit &= can.get(s, 0)
        for t, with_t in uses.items():
            if not best >> t & 1:
                fit &= ~with_t
        found.append(fit)
    return found


def _columns(rows):
    columns = {}
    for k, row in enumerate(rows):
        for s in _bits(row):
            columns[s] = columns.get(s, 0) | 1 << k
    return columns


def _bits(mask):
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def bicliques(rows):
    """maximal bicliques as (bits of left, bits of right)"""
    groups = []  # components: [lefts, union]
    for k, row in enumerate(rows):
        if not row: continue
        lefts = [k]; union = row
        rest = []
        for l, u in groups:
            if u & union:
                lefts = l + lefts; union |= u
            else: rest.append((l,u))
        groups = rest + [(lefts, union)]
    found = []
    for lefts, _ in groups:
        closed = {}
        for k in lefts:
            row = rows[k]
            closed |= {c & row: None for c in (*closed, row) if c & row}
        for c in closed:
            found.append((sum(1 << k for k in lefts if rows[k] & c == c), c))
    return found


def _block(form, part, both, pair):
    cones = []
    supports = {}
    for i, (v, chosen) in enumerate(zip(both, pair, strict=True)):
        ks = list(_bits(chosen))
        cones.append(Cone(tuple(v.cone.rays[k][:-1] for k in ks), tuple(v.cone.tight[k] for k in ks), v.cone.constraints))
        used = reduce(or_, (v.used[k] for k in ks))
        for h in part:
            if form.owner[h] == i:
                acts = tuple(a for a in range(form.size(h)) if used >> form.number[h, a] & 1)
                if acts: supports[h] = acts
    return Block(((cones[0],), (cones[1],)), supports)
