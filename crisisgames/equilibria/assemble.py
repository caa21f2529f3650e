"""From polyhedra of plans to assessments: strategies, beliefs, trembles and what comes of them."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.polytope import Ray
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Block
from crisisgames.games import Numbers

__all__ = [
    "Extreme",
    "Interval",
    "Part",
    "Sheaf",
    "above",
    "assemble_part",
    "assess",
    "belief_intervals",
    "fixed_part",
]

Interval = tuple[Fraction, Fraction]
Plans = tuple[tuple[Ray, ...], tuple[Ray, ...]]
"""For each mover the extreme points of a polytope of its plans."""

Measures = tuple[tuple[Ray, ...], tuple[Ray, ...]]
"""For each mover its measures over sequences, from the likeliest to the rarest."""


@dataclass(frozen=True)
class Extreme:
    """An extreme equilibrium of one independent part of a game.

    Attributes
    ----------
    outcomes, payoffs : tuple of Fraction
        What the part adds to the probability of each outcome and to each player's payoff.
    strategy : dict
        For each information set of the part the probability of each action; None: any.
    beliefs : dict
        For each information set with a belief, the probability of each of its nodes.
    measures : Measures
    """

    outcomes: tuple[Fraction, ...]
    payoffs: tuple[Fraction, ...]
    strategy: Mapping[int, tuple[Fraction, ...] | None]
    beliefs: Mapping[int, Mapping[int, Fraction]]
    measures: Measures


@dataclass(frozen=True)
class Sheaf:
    """A connected piece of the set: a product of two polytopes, by its extreme equilibria.

    Attributes
    ----------
    extremes : tuple of int
        Its extreme equilibria, as indices into the part's.
    plans : per mover, tuple of Ray
        The extreme points of each mover's plans.
    blocks : tuple of Block
        The patterns whose plans these are: they differ in the beliefs off the path.
    inner : Measures
        For each mover a point inside each of its levels, which decides where a plan of the piece
        has weight 0.
    """

    extremes: tuple[int, ...]
    plans: Plans
    blocks: tuple[Block, ...] = ()
    inner: Measures = ((), ())


@dataclass(frozen=True)
class Part:
    """The equilibria of one independent part of a game.

    Attributes
    ----------
    extremes : tuple of Extreme
    sheaves : tuple of Sheaf
    complete : bool
        Whether these are all that were found; False if the time was up before all were assembled.
    """

    extremes: tuple[Extreme, ...]
    sheaves: tuple[Sheaf, ...]
    complete: bool = True


def assemble_part(
    form: SequenceForm,
    numbers: Numbers,
    part: Sequence[int],
    blocks: Sequence[Block],
    *,
    sequential: bool,
    deadline: Deadline = NEVER,
) -> Part:
    """Return the extreme equilibria of the blocks, and the maximal pieces that they form.

    Past the deadline pieces are left out, and of the piece at hand some extreme plans of the first
    mover: what the others span is part of the piece. At least one plan is kept, if there is one.
    """
    groups = _maximal(blocks)
    complete = True
    extremes: dict[tuple[Ray, Ray], Extreme] = {}
    place: dict[tuple[Ray, Ray], int] = {}
    sheaves: list[Sheaf] = []
    for (plans0, plans1), members in groups:
        if sheaves and deadline.passed:
            complete = False
            break
        own, kept = [], list[Ray]()
        inner = _inner(members[0])
        for plan0 in plans0:
            if kept and deadline.passed:
                complete = False
                break
            kept.append(plan0)
            for plan1 in plans1:
                pair = plan0, plan1
                if pair not in extremes:
                    measures = above(pair, inner)
                    extremes[pair] = assess(form, numbers, part, measures, sequential=sequential)
                    place[pair] = len(place)
                own.append(place[pair])
        sheaves.append(Sheaf(tuple(own), (tuple(kept), plans1), tuple(members), inner))
    return Part(tuple(extremes.values()), tuple(sheaves), complete)


def fixed_part(
    form: SequenceForm, numbers: Numbers, parts: Sequence[Sequence[int]]
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    """Return outcomes and payoffs from ends that no decision leads to."""
    inside = {h for part in parts for h in part}
    ends = [
        (z, chance)
        for z, _, _, chance in form.ends
        if not any(h in inside for h, _ in form.game.ends[z].decisions)
    ]
    return _totals(ends, numbers)


def assess(
    form: SequenceForm,
    numbers: Numbers,
    part: Sequence[int],
    measures: Measures,
    *,
    sequential: bool,
) -> Extreme:
    """Return the assessment that the measures of the two movers stand for."""
    beliefs: dict[int, dict[int, Fraction]] = {}
    for h in part:
        opponent = measures[1 - form.owner[h]]
        for level in opponent if sequential else opponent[:1]:
            weights = {x: chance * level[s] for x, s, chance in form.places[h]}
            total = sum(weights.values())
            if total:
                beliefs[h] = {x: w / total for x, w in weights.items()}
                break
    strategy: dict[int, tuple[Fraction, ...] | None] = {}
    for h in part:
        strategy[h] = _behaviour(form, h, measures[form.owner[h]])
        if strategy[h] is None and h in beliefs:
            best = _best_reply(form, h, measures[1 - form.owner[h]])
            strategy[h] = tuple(Fraction(int(a == best)) for a in range(form.size(h)))
    inside = set(part)
    plan0, plan1 = measures[0][0], measures[1][0]
    scale = Fraction(1, plan0[0] * plan1[0])
    ends = [
        (z, chance * plan0[s0] * plan1[s1] * scale)
        for z, s0, s1, chance in form.ends
        if plan0[s0] and plan1[s1] and any(h in inside for h, _ in form.game.ends[z].decisions)
    ]
    outcomes, payoffs = _totals(ends, numbers)
    return Extreme(outcomes, payoffs, strategy, beliefs, measures)


def _totals(
    ends: Sequence[tuple[int, Fraction]], numbers: Numbers
) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    shares, payoffs = numbers.shares, numbers.payoffs
    zero = Fraction(0)
    outcomes = [zero] * shares.shape[1]  # most ends lead to one outcome
    for z, q in ends:
        for o in shares[z].nonzero()[0]:
            outcomes[o] += q * shares[z, o]
    return (
        tuple(outcomes),
        tuple(sum((q * payoffs[z, i] for z, q in ends), zero) for i in range(payoffs.shape[1])),
    )


def _maximal(blocks: Sequence[Block]) -> list[tuple[Plans, list[Block]]]:
    """Return each maximal pair of polytopes of plans, in canonical order, with its blocks.

    A block whose plans are all among another's belongs to it: it adds beliefs, not plans.
    """
    keyed: dict[Plans, list[Block]] = {}
    for b in blocks:
        first, second = (tuple(sorted(own[0].rays, reverse=True)) for own in b.levels)
        keyed.setdefault((first, second), []).append(b)
    keys = list(keyed)
    holders: dict[tuple[int, Ray], set[int]] = {}
    for k, key in enumerate(keys):
        for i, ray in _corners(key):
            holders.setdefault((i, ray), set()).add(k)
    above = [set.intersection(*(holders[corner] for corner in _corners(key))) for key in keys]
    groups = {k: list(keyed[keys[k]]) for k, tops in enumerate(above) if tops == {k}}
    for k, tops in enumerate(above):
        for top in tops - {k}:
            if top in groups:
                groups[top] += keyed[keys[k]]
    return sorted(((keys[k], own) for k, own in groups.items()), key=lambda g: g[0], reverse=True)


def _corners(plans: Plans) -> list[tuple[int, Ray]]:
    return [(i, ray) for i in (0, 1) for ray in plans[i]]


def _inner(block: Block) -> Measures:
    first, second = (tuple(_reduced(c.interior()) for c in levels) for levels in block.levels)
    return first, second


def above(plans: tuple[Ray, Ray], inner: Measures) -> Measures:
    """Return the measures behind two plans of a piece.

    Where a plan itself has weight 0, the inside of its level decides: the plan is the limit of
    points from there.
    """
    first, second = (
        (plan, *(m for m in rest if m != plan)) for plan, rest in zip(plans, inner, strict=True)
    )
    return first, second


def _reduced(ray: Ray) -> Ray:
    divisor = gcd(*ray) or 1
    return tuple(x // divisor for x in ray)


def _behaviour(form: SequenceForm, h: int, levels: Sequence[Ray]) -> tuple[Fraction, ...] | None:
    for level in levels:
        weights = [level[form.number[h, a]] for a in range(form.size(h))]
        if total := sum(weights):
            return tuple(Fraction(w, total) for w in weights)
    return None


def _best_reply(form: SequenceForm, h: int, opponent: Sequence[Ray]) -> int:
    """Return the first best action at an information set that its owner's plan excludes."""
    reached = (m for m in opponent if any(m[s] for _, s, _ in form.places[h]))
    measure = next(reached)
    i = form.owner[h]

    def value(g: int, a: int) -> int:
        s = form.number[g, a]
        now = sum(c * measure[t] for t, c in form.payoffs[i].get(s, {}).items())
        later = (max(value(f, b) for b in range(form.size(f))) for f in form.children[i][s])
        return now + sum(later)

    return max(range(form.size(h)), key=lambda a: value(h, a))


def belief_intervals(
    form: SequenceForm, blocks: Sequence[Block], among: Container[int], *, sequential: bool
) -> dict[int, dict[int, Interval]]:
    """Return for each information set and node the smallest and largest belief in the blocks.

    Asked are the information sets ``among``: blocks know nothing of those of other parts.

    A belief is a ratio of linear functions of the weights of one level, so it is largest and
    smallest on extreme rays.
    """
    intervals: dict[int, dict[int, Interval]] = {}
    for block in blocks:
        for h, places in form.places.items():
            if h not in among:
                continue
            cones = block.levels[1 - form.owner[h]]
            for cone in cones if sequential else cones[:1]:
                weights = [{x: chance * ray[s] for x, s, chance in places} for ray in cone.rays]
                reached = [w for w in weights if any(w.values())]
                for w in reached:
                    _widen(intervals.setdefault(h, {}), w)
                if reached:
                    break
    return intervals


def _widen(known: dict[int, Interval], weights: Mapping[int, Fraction]) -> None:
    total = sum(weights.values())
    for x, w in weights.items():
        b = w / total
        low, high = known.get(x, (b, b))
        known[x] = (min(low, b), max(high, b))
