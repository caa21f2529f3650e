"""Refinements as filters: from a set of sequential equilibria to those that pass.

Each piece of the set is judged pattern by pattern. In a pattern the support of play is fixed, and
so are the messages that nobody sends and the ways that beliefs weigh; what the ways give up may
vary with the opponent's plan on the path. There the plans are cut where a ruling may change, and
each cell is judged at a point inside it, so continua are filtered exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import gcd, lcm
from typing import TYPE_CHECKING

from crisisgames.equilibria.assemble import Part, assemble_part
from crisisgames.equilibria.classes import class_name, connected_sheaves
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.polytope import Cone, Functional, Ray
from crisisgames.equilibria.refine.criteria import Breakpoint, Criterion, Ruling, mixtures, together
from crisisgames.equilibria.refine.messages import (
    Beliefs,
    Message,
    believed,
    messages,
    used,
    weights_of,
)
from crisisgames.equilibria.refine.replies import (
    Continuation,
    Point,
    Reply,
    Undecided,
    Whole,
    circumstances,
    continuation,
    integral,
    mean,
    replies,
    split,
    units,
)
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import (
    Block,
    SearchStopped,
    action_values,
    conditionally_undominated,
)
from crisisgames.errors import NotApplicable

if TYPE_CHECKING:
    from crisisgames.equilibria.equilibrium_set import EquilibriumSet

__all__ = ["Judged", "narrowed", "need_polyhedra", "passing", "restricted"]

MAX_CELLS = 1_000
"""Cells of one polytope of plans beyond which a continuum is not cut up further."""

Judged = tuple[list[Block], list[str], list[str]]
"""Of one block: what stays, why something went, and what could not be decided."""


def passing(
    found: EquilibriumSet, criterion: Criterion, time_limit: float | None = None
) -> EquilibriumSet:
    """Return the equilibria of a set that pass a criterion, with notes on what went and why."""
    deadline = Deadline.within(time_limit)
    form = need_polyhedra(found, criterion.name)
    if found.concept != "sequential":
        raise NotApplicable(
            f"{criterion.name} compares replies that are rational off the path; solve the game "
            f"with concept='sequential', not {found.concept!r}, and filter that"
        )
    filter_ = _Filter(form, criterion, deadline)
    return restricted(found, criterion.name, filter_.judged)


def need_polyhedra(found: EquilibriumSet, name: str) -> SequenceForm:
    """Return the sequence form behind a set, or raise if it has none."""
    whole = all(s.blocks for part in found.parts for s in part.sheaves)
    if found.form is None or not whole:
        raise NotApplicable(
            f"{name} needs all equilibria of a game with two movers, as solve(game, 'sequential') "
            f"gives them; this set, of concept {found.concept!r}, has single profiles only"
        )
    return found.form


def restricted(
    found: EquilibriumSet,
    name: str,
    judge: Callable[[Block, frozenset[int]], Judged],
) -> EquilibriumSet:
    """Return a set with its blocks replaced by what ``judge`` leaves of them."""
    form = found.form
    assert form is not None
    numbers = found.game.exact()
    parts, notes, complete = [], list(found.notes), found.complete
    for k, part in enumerate(found.parts):
        if not part.extremes:
            parts.append(part)
            continue
        sets = tuple(part.extremes[0].strategy)
        blocks = {id(b): b for s in part.sheaves for b in s.blocks}
        verdicts = {key: judge(b, frozenset(sets)) for key, b in blocks.items()}
        stay = [b for kept, _, _ in verdicts.values() for b in kept]
        if all(not why and not open_ for _, why, open_ in verdicts.values()):
            parts.append(part)
            continue
        sequential = found.concept == "sequential"
        parts.append(assemble_part(form, numbers, sets, stay, sequential=sequential))
        notes += _account(found, k, parts[-1], name, verdicts)
        open_ = list(dict.fromkeys(o for _, _, os in verdicts.values() for o in os))
        notes += [f"{_capital(name)} is not decided {o}; what it concerns is kept." for o in open_]
        complete = complete and not open_
    if len(notes) == len(found.notes):
        notes.append(f"{_capital(name)} removes nothing.")
    return replace(found, parts=tuple(parts), notes=tuple(notes), complete=complete)


def _account(
    found: EquilibriumSet, k: int, left: Part, name: str, verdicts: Mapping[int, Judged]
) -> Iterator[str]:
    """Yield a sentence on each class of a part of which something went."""
    part = found.parts[k]
    removed, groups = 0, connected_sheaves(part)
    lines = []
    for group, title in zip(groups, _titles(found, k, groups), strict=True):
        keys = dict.fromkeys(id(b) for s in group for b in part.sheaves[s].blocks)
        why = list(dict.fromkeys(w for key in keys for w in verdicts[key][1]))
        if not why:
            continue
        if any(verdicts[key][0] for key in keys):
            before = {part.extremes[e].outcomes for g in group for e in part.sheaves[g].extremes}
            same = len(before) == 1 and before <= {e.outcomes for e in left.extremes}
            what = "keeps the outcome of, but not all that supports," if same else "takes part of"
        else:
            what, removed = "removes", removed + 1
        lines.append(f"{_capital(name)} {what} {title!r}: {why[0]}.")
    yield f"{_capital(name)} removes {removed} of {len(groups)} classes."
    yield from lines


def _titles(found: EquilibriumSet, k: int, groups: Sequence[Sequence[int]]) -> Iterator[str]:
    """Yield names of the classes of a part: those of the whole set, if only this part has several.

    Otherwise they are told by an example, with the first equilibrium of each other part.
    """
    if len(found.classes) == len(groups):
        yield from (c.name for c in found.classes)
        return
    for group in groups:
        chosen = [p.extremes[0] for p in found.parts if p.extremes]
        if len(chosen) == len(found.parts):
            chosen[k] = found.parts[k].extremes[found.parts[k].sheaves[group[0]].extremes[0]]
            yield class_name(found.combine(chosen))
        else:
            yield "a class"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass
class _Filter:
    """One criterion applied to the blocks of one game; replies are computed once per message."""

    form: SequenceForm
    criterion: Criterion
    deadline: Deadline

    def __post_init__(self) -> None:
        self.undominated = conditionally_undominated(self.form, self.deadline)
        self.follows: dict[Message, Continuation] = {}
        self.known: dict[object, tuple[Reply, ...] | Undecided] = {}
        self.rulings: dict[object, Ruling] = {}
        self.breaks: dict[object, tuple[Breakpoint, ...]] = {}

    def judged(self, block: Block, part: frozenset[int]) -> Judged:
        """Return what passes of a block."""
        found = messages(self.form, block, part)
        pieces: list[list[_Piece]] = []
        reasons: list[str] = []
        undecided: list[str] = []
        for i in (0, 1):
            own = [m for m in found if m.mover == i and self._can_be_doubted(m)]
            kept, why, open_ = self._of_mover(block, i, own)
            pieces.append(kept)
            reasons += why
            undecided += open_
        stay = [
            narrowed(Block((a.levels, b.levels), block.supports), (b.plans, a.plans))
            for a, b in product(*pieces)
        ]
        return stay, reasons, undecided

    def _of_mover(
        self, block: Block, i: int, own: Sequence[Message]
    ) -> tuple[list[_Piece], list[str], list[str]]:
        whole, levels = block.levels[1 - i][0], block.levels[i]
        everything = [_Piece(whole, levels)]
        plans = [tuple(Fraction(w, ray[0]) for w in ray) for ray in whole.rays]
        cases: list[_Case] = []
        undecided = []
        for message in own:
            try:
                cases.append(self._case(block, message, plans))
            except (Undecided, SearchStopped, RecursionError) as stop:
                undecided.append(f"after {self._said(message)}: {stop}")
        try:
            cells = list(self._cells(cases, len(plans)))
        except Undecided as stop:
            return everything, [], [*undecided, f"after {self._said(own[0])}: {stop}"]
        kept, why = [], []
        for cell in cells:
            rulings = [(case, self._ruling(case, cell.interior())) for case in cases]
            failed = [(case, r) for case, r in rulings if not r.allows(case.beliefs)]
            if failed:
                why.append(self._reason(*failed[0]))
                continue
            left = _restricted(levels, rulings)
            if left != levels:
                why += [self._reason(case, r) for case, r in rulings if r.weights]
            if left:
                kept.append((cell, left))
        if not why:
            return everything, [], undecided
        largest = _largest([cell for cell, _ in kept])
        stay = [_Piece(_image(c, whole.rays), left) for c, left in kept if c in largest]
        return stay, why[:1], undecided

    def _can_be_doubted(self, message: Message) -> bool:
        """Tell whether some set that a message opens leaves open who came.

        If none does, beliefs are forced, and the reply of the equilibrium, which tempts nobody, is
        rational for them: no criterion rules it out.
        """
        return any(len(b.ways) > 1 for b in believed(self.form, message, ()).values())

    def _case(self, block: Block, message: Message, plans: Sequence[Whole]) -> _Case:
        form, i = self.form, message.mover
        prior = self._prior(block, message) if self.criterion.by_prior else ()
        if message not in self.follows:
            self.follows[message] = continuation(form, message, self.undominated)
        follow = self.follows[message]
        start = form.parent[message.opens[0]]
        scale = tuple(plan[start] for plan in plans)
        scaled = next(tuple(x / plan[start] for x in plan) for plan in plans if plan[start])
        key = (message, circumstances(form, follow, plans))
        if key not in self.known:
            try:
                self.known[key] = replies(form, follow, scaled, self.undominated, self.deadline)
            except Undecided as stop:
                self.known[key] = stop
        answer = self.known[key]
        if isinstance(answer, Undecided):
            raise answer
        stakes = [self._stake(block, i, s) for s in message.departures]
        given_up = tuple(
            tuple(
                _at(stake, plan) - follow.outside(values[0], plan)
                for stake, values in zip(stakes, follow.values, strict=True)
            )
            for plan in plans
        )
        beliefs = believed(form, message, block.levels[i])
        return _Case(message, key, answer, beliefs, given_up, scale, prior)

    def _prior(self, block: Block, message: Message) -> tuple[int, ...]:
        """Return how often the mover comes to where each way departs, up to a common factor."""
        i = message.mover
        before = [self.form.last[i][s] for s in message.departures]
        rays = block.levels[i][0].rays
        shares = {tuple(Fraction(ray[s], ray[0]) for s in before) for ray in rays}
        if len(shares) > 1:
            raise Undecided("how often each way departs differs along a continuum of earlier play")
        scale = lcm(*(x.denominator for x in min(shares)))
        return tuple(int(x * scale) for x in min(shares))

    def _ruling(self, case: _Case, weights: Ray) -> Ruling:
        c = case.given_up_at(weights)
        if c is None:
            return Ruling({})
        key = (case.key, c, case.prior)
        if key not in self.rulings:
            self.rulings[key] = self.criterion.rule(case.replies, c, case.prior)
        return self.rulings[key]

    def _stake(self, block: Block, i: int, departure: int) -> Functional:
        """Return the equilibrium payoff where a way departs, linear in the opponent's plan."""
        h, _ = self.form.sequences[i][departure]
        action = block.supports[h][0]
        return action_values(self.form, h, action, block.supports, self.undominated)[0]

    def _cells(self, cases: Sequence[_Case], n: int) -> Iterator[Cone]:
        """Yield cells of weights on ``n`` plans on which all rulings are constant."""
        if all(case.constant for case in cases):
            yield units(n)
            return
        cells = [units(n)]
        varying = [case for case in cases if not case.constant]
        for row in dict.fromkeys(c.along(b) for c in varying for b in self._breakpoints(c)):
            cells = [part for cell in cells for part in split(cell, integral(row))]
            if len(cells) > MAX_CELLS:
                raise Undecided(f"a continuum falls into more than {MAX_CELLS} cells")
            if self.deadline.passed:
                raise Undecided("the time limit was reached")
        yield from cells

    def _breakpoints(self, case: _Case) -> tuple[Breakpoint, ...]:
        if case.key not in self.breaks:
            self.breaks[case.key] = tuple(dict.fromkeys(self.criterion.breakpoints(case.replies)))
        return self.breaks[case.key]

    def _said(self, message: Message) -> str:
        sets, form = self.form.game.information_sets, self.form
        said = [form.sequences[message.mover][s] for s in message.ways]
        names = list(dict.fromkeys(sets[h].actions[a] for h, a in said))
        return " or ".join(map(repr, names))

    def _way(self, message: Message, n: int) -> str:
        sets = self.form.game.information_sets
        h = self.form.sequences[message.mover][message.departures[n]][0]
        g, b = self.form.sequences[message.mover][message.ways[n]]
        same = [
            m
            for m, d in enumerate(message.departures)
            if m != n and self.form.sequences[message.mover][d][0] == h
        ]
        action = f" with {sets[g].actions[b]!r}" if same else ""
        return f"{sets[h].player} at {sets[h].label!r}{action}"

    def _reason(self, case: _Case, ruling: Ruling) -> str:
        message = case.message
        said = f"after {self._said(message)}"
        ruled = [t for t in ruling.out if any(t in b.held for b in case.beliefs.values())]
        if ruling.tempted is not None:
            who = self._way(message, ruling.tempted)
            if not ruling.out:
                return f"{said}, {who} gains from every rational reply"
            out = ", ".join(self._way(message, t) for t in ruling.out)
            return (
                f"{said}, no rational reply is worth the deviation to {out}, and once that is "
                f"understood {who} gains from every reply"
            )
        if not ruled:
            return (
                f"{said}, the beliefs that hold it up make the deviation likelier from a way that "
                "is less ready to deviate"
            )
        t = ruled[0]
        out, by = self._way(message, t), ruling.out[t]
        if not by:
            return (
                f"{said}, it is believed that the deviation may come from {out}, to whom no "
                "rational reply is worth it"
            )
        rivals = " or ".join(self._way(message, s) for s in by)
        return (
            f"{said}, it is believed that the deviation may come from {out}, but whatever reply "
            f"makes up for it there is a gain to {rivals}"
        )


@dataclass(frozen=True)
class _Piece:
    """What passes of one mover's messages: plans of the opponent, and the mover's own levels."""

    plans: Cone
    levels: tuple[Cone, ...]


@dataclass(frozen=True)
class _Case:
    """A message in a block: the replies to it, the beliefs after it, and what its ways give up.

    `given_up` has one row for each extreme plan of the opponent, and `scale` the weight of the plan
    on what leads to the message: what a way gives up is the one divided by the other.
    """

    message: Message
    key: object
    replies: tuple[Reply, ...]
    beliefs: Beliefs
    given_up: tuple[Point, ...]
    scale: Point
    prior: tuple[int, ...]

    @property
    def constant(self) -> bool:
        """Whether what the ways give up is the same for all plans."""
        return len(set(zip(self.given_up, self.scale, strict=True))) == 1

    def given_up_at(self, weights: Ray) -> Point | None:
        """Return what the ways give up at a mixture of the opponent's extreme plans.

        Nothing comes back where the mixture does not lead to the message.
        """
        leads = mean(weights, self.scale)
        if not leads:
            return None
        return tuple(mean(weights, column) / leads for column in zip(*self.given_up, strict=True))

    def along(self, breakpoint: Breakpoint) -> Point:
        """Return the function whose sign matters at a breakpoint, by its value at each plan."""
        row, constant = breakpoint
        return tuple(
            sum((a * x for a, x in zip(row, c, strict=True)), constant * leads)
            for c, leads in zip(self.given_up, self.scale, strict=True)
        )


def _at(functional: Functional, plan: Whole) -> Fraction:
    return sum((c * plan[q] for q, c in functional.items() if plan[q]), Fraction(0))


def _restricted(
    levels: tuple[Cone, ...], rulings: Sequence[tuple[_Case, Ruling]]
) -> tuple[Cone, ...]:
    """Return a mover's levels with the beliefs that rulings allow.

    Nothing comes back where these lie on the boundary of a level: another pattern has them.
    """
    new = list(levels)
    for case, ruling in rulings:
        for level in {b.level for b in case.beliefs.values()} if ruling.weights else ():
            rays = new[level].rays
            extremes = [weights_of(case.message, ray) for ray in rays]
            ways = together(case.beliefs, level)
            shares = mixtures(extremes, ways, ruling.weights).rays
            mixed = [_mixed(share[: len(rays)], rays) for share in shares]
            cone = Cone.spanned(corners([ray for ray in mixed if any(ray)]))
            if used(cone) != used(levels[level]):
                return ()
            new[level] = levels[level] if set(cone.rays) == set(rays) else cone
    return tuple(new)


def _mixed(weights: Sequence[int], rays: Sequence[Ray]) -> Ray:
    """Return a mixture of rays, without common divisor."""
    row = [sum(w * r[k] for w, r in zip(weights, rays, strict=True)) for k in range(len(rays[0]))]
    divisor = gcd(*row) or 1
    return tuple(x // divisor for x in row)


def _largest(cells: Sequence[Cone]) -> list[Cone]:
    """Return the cells that lie in no other."""
    corners = [frozenset(cell.rays) for cell in cells]
    return [c for c, own in zip(cells, corners, strict=True) if not any(own < o for o in corners)]


def _image(cell: Cone, rays: Sequence[Ray]) -> Cone:
    """Return the cone of plans that a cell of weights on extreme plans stands for."""
    scale = lcm(*(ray[0] for ray in rays))
    points = [tuple(x * (scale // ray[0]) for x in ray) for ray in rays]
    return Cone.spanned(corners([_mixed(weights, points) for weights in cell.rays]))


def corners(rays: Sequence[Ray]) -> list[Ray]:
    """Return those of some rays that are no sums of multiples of the others."""
    kept = list(dict.fromkeys(rays))
    for ray in list(kept):
        others = [r for r in kept if r != ray]
        cone = units(len(others) + 1)
        for k, x in enumerate(ray):
            cone = cone.cut(
                {**{n: r[k] for n, r in enumerate(others)}, len(others): -x}, equal=True
            )
        if cone.positive([len(others)]):
            kept = others
    return kept


def narrowed(block: Block, plans: tuple[Cone, Cone]) -> Block:
    """Return a block with fewer plans.

    Where a smaller set of plans leaves sequences unused that the block uses, the block's own plans
    become a rarer level: that is where beliefs about those sequences come from.
    """
    levels = []
    for old, new in zip(block.levels, plans, strict=True):
        if used(new) == used(old[0]):
            levels.append((new, *old[1:]))
        else:
            levels.append((new, *old))
    return Block((levels[0], levels[1]), block.supports)
