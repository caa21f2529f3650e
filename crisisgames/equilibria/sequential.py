"""All sequential equilibria of games with two movers, by supports and levels.

With perfect recall a player's belief depends on the opponent's plan and on nature only, never on
its own plan. So fix which actions each player uses (supports) and, off the path, how rare its
deviations are (levels: a deviation of level 2 is infinitely rarer than one of level 1) [1]_. Then

* conservation of probability is linear in a player's weights within each level,
* the belief at an information set comes from the opponent's lowest level that leads there,
* that a supported action is best there is linear in those weights,

so the equilibria of one pattern are a product of two polyhedra, one per player, and all sequential
equilibria are a finite union of such products. The union is closed, so a pattern is kept where some
point has all its weights positive, and then taken with its boundary.

Completeness. The search goes through all patterns that can matter: every support of every
information set that its owner's plan (or a rarer deviation of its owner) reaches, and every weak
order of those deviations that lead somewhere not reached by a less rare one. Information sets that
their owner's measure excludes need only that a best reply exists; there the upper envelope over the
owner's continuations stands in the inequalities, and no support is enumerated. Prior chance
probabilities must be positive: what nature never does is left out before.

What can end the search before that: the time limit; a pattern with more than `MAX_PLANS` pure plans
of one mover; an information set, not reached, with more than `MAX_CONTINUATIONS` ways to go on; and
a pattern with more information sets than Python's stack holds. Then what was found by then is
returned, the result is not called complete, and `progress` says which it was.

In ``nash`` mode nothing is asked at information sets that play does not reach; the same search then
gives all Nash equilibria.

References
----------
.. [1] David M. Kreps and Robert Wilson, "Sequential Equilibria", Econometrica 50(4), 1982,
   Section 6 and Appendix: consistent assessments as lexicographic, labelled ones.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Literal

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.polytope import Cone, Functional, Ray
from crisisgames.equilibria.sequence_form import SequenceForm

__all__ = [
    "Block",
    "Demand",
    "Search",
    "SearchResult",
    "SearchStopped",
    "State",
    "TooLarge",
    "action_values",
    "alike_actions",
    "best_plan",
    "conditionally_undominated",
    "follow_each_other",
    "independent_parts",
    "minus",
    "search_equilibria",
]

MAX_PLANS = 200_000
"""Pure plans of one player under one pattern beyond which a cone is not built (memory)."""

MAX_CONTINUATIONS = 5_000
"""Continuations of one information set beyond which the upper envelope is not listed."""


@dataclass(frozen=True)
class Block:
    """The equilibria of one pattern in one independent part of the game.

    Attributes
    ----------
    levels : per mover, tuple of Cone
        For each level, from the least rare, the cone of the mover's weights on its sequences.
        Level 0 is the realization plan itself, up to the scale that gives the empty sequence 1.
    supports : dict
        For each information set that its owner's measure reaches, the actions allowed there.
    """

    levels: tuple[tuple[Cone, ...], tuple[Cone, ...]]
    supports: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    parts : tuple of tuple of Block
        For each independent part of the game the equilibria found there; an equilibrium of the
        game is one of each.
    complete : bool
        Whether the search went through all patterns.
    progress : str
        How far it came.
    """

    parts: tuple[tuple[Block, ...], ...]
    complete: bool
    progress: str


class SearchStopped(Exception):
    """Raised inside the search to end it early; the message says why."""


class TooLarge(SearchStopped):
    """Raised where the number of pure plans goes beyond what is listed."""


def search_equilibria(
    form: SequenceForm,
    *,
    mode: Literal["sequential", "nash"] = "sequential",
    deadline: Deadline = NEVER,
) -> SearchResult:
    """Return all sequential (or Nash) equilibria of a game in sequence form.

    Parameters
    ----------
    form : SequenceForm
    mode : str
        Whether optimality is asked everywhere, or only where play can come.
    deadline : Deadline
        When the search stops with what it has found.
    """
    parts: list[tuple[Block, ...]] = []
    complete, stops = True, []
    undominated = conditionally_undominated(form, deadline)
    if mode == "nash":  # dominated actions may be played where play does not come
        undominated = {h: tuple(range(form.size(h))) for h in form.parent}
    groups = alike_actions(form, undominated) if mode == "sequential" else None
    for part in independent_parts(form):
        search = Search(form, mode, undominated, deadline, groups)
        found: list[Block] = []
        try:
            found.extend(search.blocks(part))
        except (SearchStopped, RecursionError) as stop:
            if isinstance(stop, RecursionError):
                stop = SearchStopped("more information sets than the search can hold at once")
            complete = False
            found = search.found
            place = f"a part with {len(part)} information sets"
            stops.append(f"{stop}, after {search.patterns} patterns of {place}")
        parts.append(tuple(found))
    progress = "all patterns" if complete else "; ".join(stops)
    return SearchResult(tuple(parts), complete, progress)


def independent_parts(form: SequenceForm) -> tuple[tuple[int, ...], ...]:
    """Return the information sets in groups that no play of the game connects."""
    leader = {h: h for h in form.parent}

    def find(h: int) -> int:
        while leader[h] != h:
            h = leader[h]
        return h

    for z, _, _, _ in form.ends:
        on_path = [h for h, _ in form.game.ends[z].decisions]
        for h in on_path[1:]:
            leader[find(h)] = find(on_path[0])
    groups: dict[int, list[int]] = {}
    for h in form.parent:
        groups.setdefault(find(h), []).append(h)
    return tuple(tuple(g) for g in groups.values())


Constraint = tuple[Functional, bool]
"""A linear function of the opponent's weights, and whether it must be 0 (else at least 0)."""


@dataclass(frozen=True)
class Demand:
    """What a leader's support asks of the follower's plan."""

    functional: Functional
    equal: bool
    sets: frozenset[int]
    """The follower's information sets on which the function depends."""


@dataclass(frozen=True)
class State:
    """A partial pattern: nothing in it is ever changed in place."""

    supports: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    included: tuple[Mapping[int, int], Mapping[int, int]] = ({0: 0}, {0: 0})
    roots: tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, ...], ...]] = (((0,),), ((0,),))
    cones: tuple[Cone, ...] = ()
    demands: tuple[Demand, ...] = ()
    tasks: tuple[tuple[str, int], ...] = ()
    deferred: tuple[int, ...] = ()


class Search:
    """Depth-first search over patterns of one independent part of a game.

    The *leader*'s supports are chosen first and its weights kept as cones; each choice of the
    *follower* cuts a cone. At the end the follower's cones are built and cut by what the leader
    demands. `demands` prune earlier: a demand that no plan of the follower meets ends a branch.
    """

    def __init__(
        self,
        form: SequenceForm,
        mode: Literal["sequential", "nash"],
        undominated: Mapping[int, tuple[int, ...]],
        deadline: Deadline,
        groups: Mapping[int, tuple[tuple[int, ...], ...]] | None = None,
    ) -> None:
        self.form, self.mode, self.undominated, self.deadline = form, mode, undominated, deadline
        self.groups = groups or {h: tuple((a,) for a in own) for h, own in undominated.items()}
        self.patterns = 0
        self.found: list[Block] = []
        self._later: dict[tuple[int, int], tuple[int, ...]] = {}
        self._values: dict[tuple[int | None, ...], list[Functional]] = {}

    def leading_mover(self, part: Sequence[int]) -> int:
        """Return the mover with fewer supports: who leads changes the time, not the result."""
        choices = [1, 1]
        for h in part:
            choices[self.form.owner[h]] *= 2 ** len(self.groups[h]) - 1
        return 0 if choices[0] <= choices[1] else 1

    def blocks(self, part: Sequence[int]) -> list[Block]:
        """Return the equilibria of one part, block by block."""
        for block in self.explore(self.start(part)):
            self.found.append(block)
        return self.found

    def start(self, part: Sequence[int]) -> State:
        """Return the pattern of which nothing is chosen yet."""
        form = self.form
        self.part = set(part)
        self.leader = self.leading_mover(part)
        self.follower = 1 - self.leader
        tasks = (
            *(("choose", h) for h in part if form.parent[h] == 0 and form.owner[h] == self.leader),
            ("build", 0),
            *(("choose", h) for h in part if form.parent[h] == 0 and form.owner[h] != self.leader),
        )
        return State(tasks=tasks)

    def explore(self, state: State) -> Iterator[Block]:
        """Return the equilibria of all patterns that continue a partial one.

        This and `step` hand on the iterator of the step that they choose, so that one frame of
        Python's stack is held for each choice, and not three.
        """
        if self.deadline.passed:
            raise SearchStopped("time limit reached")
        return self.step(state)

    def step(self, state: State) -> Iterator[Block]:
        """Take the next step from a partial pattern, and explore what it leads to."""
        if state.tasks:
            (kind, number), rest = state.tasks[0], state.tasks[1:]
            chosen: Iterator[Block] = getattr(self, f"_{kind}")(number, replace(state, tasks=rest))
            return chosen
        if self.whole(state):
            return self._leaf(state)
        return self._extend(self.leader if state.deferred else self.follower, state)

    def whole(self, state: State) -> bool:
        """Tell whether nothing is left to choose."""
        if state.tasks or state.deferred:
            return False
        return self.mode == "nash" or not self._unreached(self.leader, state)

    def _choose(self, h: int, state: State) -> Iterator[Block]:
        """Branch over the supports at ``h``, whose owner's measure reaches it."""
        i = self.form.owner[h]
        level = state.included[i][self.form.parent[h]]
        options: Iterator[tuple[int, ...]] = (
            tuple(sorted(a for k in some for a in self.groups[h][k]))
            for some in _subsets(tuple(range(len(self.groups[h]))))
        )
        reached = i == self.leader or self._level(h, state) is not None
        if not reached and self.mode == "sequential":
            yield from self.explore(replace(state, deferred=(*state.deferred, h)))
            return
        if not reached:  # Nash: free where play does not come, so all actions at once
            options = iter([tuple(range(self.form.size(h)))])
        for support in options:
            taken = [self.form.number[h, a] for a in support]
            included = list(state.included)
            included[i] = {**included[i], **dict.fromkeys(taken, level)}
            after = [("choose", g) for s in taken for g in self.form.children[i][s]]
            if i == self.follower and reached:
                after.append(("cut", h))
            new = replace(
                state,
                supports={**state.supports, h: support},
                included=(included[0], included[1]),
                tasks=(*after, *state.tasks),
            )
            # Only demands on what is done at ``h`` can fail now that did not fail before.
            concerned = [d for d in state.demands if h in d.sets]
            if i == self.leader or self._can_meet(concerned, new):
                yield from self.explore(new)

    def _build(self, level: int, state: State) -> Iterator[Block]:
        """Make the cone of the leader's weights at a level whose supports are all chosen."""
        cone = self._cone(self.leader, state.roots[self.leader][level], state.supports)
        demands = [
            Demand(functional, equal, self._sets_in(functional))
            for h in state.supports
            if self.form.owner[h] == self.leader
            for functional, equal in self._constraints(h, state.supports)
        ]
        new = replace(state, cones=(*state.cones, cone), demands=tuple(demands))
        if self._can_meet(new.demands, new):
            yield from self.explore(new)

    def _cut(self, h: int, state: State) -> Iterator[Block]:
        """Ask of the leader's weights that the follower's support at ``h`` is optimal."""
        level = self._level(h, state)
        assert level is not None
        cone = state.cones[level]
        for functional, equal in self._constraints(h, state.supports):
            cone = cone.cut(functional, equal=equal)
            if not cone.rays:
                return
        if self._is_open(self.leader, level, cone, state):
            cones = (*state.cones[:level], cone, *state.cones[level + 1 :])
            yield from self.explore(replace(state, cones=cones))

    def _extend(self, i: int, state: State) -> Iterator[Block]:
        """Branch over the deviations of mover ``i`` that are the next less rare."""
        form = self.form
        if not self._plausible(state):
            return
        candidates, matters = self._compared(i, state)
        level = len(state.roots[i])
        for deviations in _subsets(candidates) if matters else (candidates,):
            included = list(state.included)
            included[i] = {**included[i], **dict.fromkeys(deviations, level)}
            roots = list(state.roots)
            roots[i] = (*roots[i], deviations)
            tasks = [("choose", g) for s in deviations for g in form.children[i][s]]
            if i == self.leader:
                tasks.append(("build", level))
                tasks += [("choose", h) for h in state.deferred]
            yield from self.explore(
                replace(
                    state,
                    included=(included[0], included[1]),
                    roots=(roots[0], roots[1]),
                    tasks=tuple(tasks),
                    deferred=() if i == self.leader else state.deferred,
                )
            )

    def _compared(self, i: int, state: State) -> tuple[tuple[int, ...], bool]:
        """Return deviations of mover ``i`` whose rarity is compared somewhere, and must be next.

        Two deviations are compared where an information set of the opponent that is not reached yet
        follows both. Groups that no such set connects have orders of their own: one at a time. With
        them comes whether their order matters: not where each such set has only one action that is
        undominated, which is best whatever is believed there.
        """
        form = self.form
        taken = {
            form.number[h, a]
            for h, support in state.supports.items()
            if form.owner[h] == i
            for a in range(form.size(h))
            if a not in support and form.number[h, a] not in state.included[i]
        }
        dark = [h for h in self.part if form.owner[h] != i and self._level(h, state) is None]
        behind = {
            h: {t for _, s, _ in form.places[h] for t in _trail(form, i, s)} & taken for h in dark
        }
        asking = next(h for h in dark if h in (state.deferred or state.supports))
        group, todo = set(behind[asking]), [h for h in dark if h != asking]
        while near := [h for h in todo if behind[h] & group]:
            group = group.union(*(behind[h] for h in near))
            todo = [h for h in todo if h not in near]
        matters = any(len(self.undominated[h]) > 1 for h in dark if behind[h] & group)
        return tuple(sorted(group)), matters

    def _leaf(self, state: State) -> Iterator[Block]:
        """Build the follower's cones and cut them by what the leader's supports ask."""
        self.patterns += 1
        i = self.follower
        cones = self._answers(state, state.supports)
        if cones is None or not all(
            self._is_open(i, level, cone, state) for level, cone in enumerate(cones)
        ):
            return
        mine, theirs = state.cones, tuple(cones)
        levels = (mine, theirs) if self.leader == 0 else (theirs, mine)
        yield Block(levels, dict(state.supports))

    def _plausible(self, state: State) -> bool:
        """Tell whether the follower can meet all demands, whatever it does where it waits.

        Necessary only: it ends branches before the rarer levels are gone through.
        """
        own = {h: self.undominated[h] for h in self.part if self.form.owner[h] == self.follower}
        try:
            return self._answers(state, {**own, **state.supports}) is not None
        except TooLarge:
            return True

    def _answers(self, state: State, allowed: Mapping[int, tuple[int, ...]]) -> list[Cone] | None:
        """Return the follower's cones, cut by what the leader's supports ask; None if one is empty.

        The follower may use the actions ``allowed`` at its information sets.
        """
        cones = [self._cone(self.follower, r, allowed) for r in state.roots[self.follower]]
        for h in state.supports:
            level = self._level(h, state)
            if self.form.owner[h] == self.follower or level is None:
                continue
            for functional, equal in self._constraints(h, state.supports):
                cones[level] = cones[level].cut(functional, equal=equal)
                if not cones[level].rays:
                    return None
        return cones

    def _is_open(self, i: int, level: int, cone: Cone, state: State) -> bool:
        """Tell whether all weights of a level can be positive at once, so that its beliefs hold.

        For Nash equilibria the conditions are closed: where a weight is 0 they ask for nothing.
        """
        if self.mode == "nash":
            return bool(cone.rays)
        return cone.positive(s for s, k in state.included[i].items() if k == level)

    def _level(self, h: int, state: State) -> int | None:
        """Return the opponent's least rare level that leads to ``h``; None if none does yet."""
        theirs = state.included[1 - self.form.owner[h]]
        return min((theirs[s] for _, s, _ in self.form.places[h] if s in theirs), default=None)

    def _unreached(self, i: int, state: State) -> bool:
        """Tell whether some information set in ``i``'s measure is not reached by the opponent."""
        return any(
            self.form.owner[h] == i and self._level(h, state) is None for h in state.supports
        )

    def _constraints(self, h: int, supports: Mapping[int, tuple[int, ...]]) -> list[Constraint]:
        """Return what makes the support at ``h`` optimal, linear in the opponent's weights."""
        if len(self.undominated[h]) == 1:
            return []
        first = supports[h][0]
        # Where a later set waits for a rarer level there are several ways to go on, but at the
        # level of ``h`` none of them has weight: they are the same function there.
        best = self._action_values(h, first, supports)[0]
        found: list[Constraint] = []
        for a in self.undominated[h]:
            if a != first:
                inside = a in supports[h]
                for value in self._action_values(h, a, supports):
                    found.append((minus(best, value), inside))
        return found

    def _action_values(
        self, h: int, a: int, supports: Mapping[int, tuple[int, ...]]
    ) -> list[Functional]:
        # What matters of the supports is what is done at the own sets that follow.
        own = self._after(h, a)
        key = (h, a, *(supports[g][0] if g in supports else None for g in own))
        if key not in self._values:
            self._values[key] = action_values(self.form, h, a, supports, self.undominated)
        return self._values[key]

    def _after(self, h: int, a: int) -> tuple[int, ...]:
        """Return the owner's later information sets at which it has a choice."""
        if (h, a) not in self._later:
            form, i = self.form, self.form.owner[h]
            below = list(form.children[i][form.number[h, a]])
            for g in below:
                for b in self.undominated[g]:
                    below += form.children[i][form.number[g, b]]
            self._later[h, a] = tuple(g for g in below if len(self.undominated[g]) > 1)
        return self._later[h, a]

    def _sets_in(self, functional: Functional) -> frozenset[int]:
        """Return the follower's information sets whose choices a linear function depends on."""
        form, i = self.form, self.follower
        used = {t for s, c in functional.items() if c for t in _trail(form, i, s) if t}
        return frozenset(form.sequences[i][t][0] for t in used)

    def _can_meet(self, demands: Sequence[Demand], state: State) -> bool:
        """Tell whether each single demand is met by some plan of the follower (necessary only)."""
        allowed = {**self.undominated, **state.supports}
        for demand in demands:
            functional, sets = demand.functional, demand.sets
            if best_plan(self.form, self.follower, functional, allowed, sets) < 0:
                return False
            negative = {s: -c for s, c in functional.items()}
            if demand.equal and best_plan(self.form, self.follower, negative, allowed, sets) < 0:
                return False
        return True

    def _cone(self, i: int, roots: Sequence[int], supports: Mapping[int, tuple[int, ...]]) -> Cone:
        """Return the cone of weights that start at ``roots`` and keep to the supports."""
        form, part = self.form, self.part
        width = len(form.sequences[i])

        def plans(s: int) -> list[tuple[int, ...]]:
            """All pure plans below a sequence, each as the sequences that it uses."""
            used: list[tuple[int, ...]] = [(s,)]
            for h in form.children[i][s]:
                if h in supports and h in part:
                    below = [p for a in supports[h] for p in plans(form.number[h, a])]
                    used = [u + p for u in used for p in below]
                    if len(used) > MAX_PLANS:
                        raise TooLarge(f"a pattern has more than {MAX_PLANS} pure plans")
            return used

        rays: list[Ray] = []
        for root in roots:
            for used in plans(root):
                ray = [0] * width
                for s in used:
                    ray[s] = 1
                rays.append(tuple(ray))
        return Cone.spanned(rays)


def action_values(
    form: SequenceForm,
    h: int,
    a: int,
    supports: Mapping[int, tuple[int, ...]],
    undominated: Mapping[int, tuple[int, ...]],
) -> list[Functional]:
    """Return the value of an action as linear functions of the opponent's weights.

    Where the owner's later supports are fixed there is one function; elsewhere one for each way to
    go on, of which the largest counts.
    """
    i = form.owner[h]
    s = form.number[h, a]
    values: list[Functional] = [form.payoffs[i].get(s, {})]
    for g in form.children[i][s]:
        actions = supports[g][:1] if g in supports else undominated[g]
        below = [v for b in actions for v in action_values(form, g, b, supports, undominated)]
        if len(values) * len(below) > MAX_CONTINUATIONS:
            raise TooLarge(f"an information set has more than {MAX_CONTINUATIONS} ways to go on")
        values = [_plus(v, w) for v in values for w in below]
    return list({tuple(sorted(v.items())): v for v in values}.values())


def best_plan(
    form: SequenceForm,
    i: int,
    functional: Functional,
    allowed: Mapping[int, tuple[int, ...]],
    within: Set[int] | None = None,
    start: int = 0,
) -> int:
    """Return the largest value of a linear function over plans of ``i`` from ``start`` on.

    The function may depend on the information sets ``within`` only; None means all.
    """

    def best(s: int) -> int:
        total = functional.get(s, 0)
        for h in form.children[i][s]:
            if within is None or h in within:
                total += max(best(form.number[h, a]) for a in allowed[h])
        return total

    return best(start)


def conditionally_undominated(
    form: SequenceForm, deadline: Deadline = NEVER
) -> dict[int, tuple[int, ...]]:
    """Return the actions that are not conditionally dominated, round by round.

    An action goes if some continuation after another one beats all of its own, strictly, from every
    node of the information set and whatever the opponent does from there: then no belief and no
    plan of the opponent makes it optimal. Fewer rounds are as right, only less helpful: past the
    deadline, and at information sets with very many ways to go on, everything is kept.
    """
    allowed = {h: tuple(range(form.size(h))) for h in form.parent}
    changed = True
    while changed:
        changed = False
        for h in form.parent:
            if deadline.passed:
                return allowed
            try:
                values = {a: action_values(form, h, a, {}, allowed) for a in allowed[h]}
            except TooLarge:
                continue
            kept = tuple(
                a
                for a in allowed[h]
                if not any(_beats(form, h, values[b], values[a], allowed) for b in values if b != a)
            )
            if kept != allowed[h]:
                allowed[h], changed = kept, True
    return allowed


def alike_actions(
    form: SequenceForm, undominated: Mapping[int, tuple[int, ...]]
) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Return the undominated actions of each information set, those together that are alike.

    Actions are alike where nobody has a choice left after any of them, only one action being
    undominated at all that follows, and where both movers get the same from all of them, whatever
    led there. Weight that goes from one to another leaves all other conditions as they are, so a
    pattern that uses one of them is part of the closure of the pattern that uses them all.
    """
    pairs = _settled_pairs(form, undominated)
    result = {}
    for h, own in undominated.items():
        i, together = form.owner[h], dict[Hashable, list[int]]()
        for a in own:
            key: Hashable = a  # unlike all others
            if (h, a) in pairs:
                key = frozenset(
                    (
                        before,
                        sum(form.payoffs[i].get(s, {}).get(t, 0) for s, t in found),
                        sum(form.payoffs[1 - i].get(t, {}).get(s, 0) for s, t in found),
                    )
                    for before, found in pairs[h, a].items()
                )
            together.setdefault(key, []).append(a)
        result[h] = tuple(map(tuple, together.values()))
    return result


def _settled_pairs(
    form: SequenceForm, undominated: Mapping[int, tuple[int, ...]]
) -> dict[tuple[int, int], dict[int, set[tuple[int, int]]]]:
    """Return for each action after which nobody has a choice left where it leads.

    For each sequence of the opponent before the action these are the pairs of sequences, the
    owner's and the opponent's, at which play then ends.
    """
    found: dict[tuple[int, int], dict[int, set[tuple[int, int]]]] = {}
    unsettled: set[tuple[int, int]] = set()
    for z, *last, _ in form.ends:
        decisions = form.game.ends[z].decisions
        choice_left, played = False, True
        for k, (h, a) in reversed(list(enumerate(decisions))):
            i = form.owner[h]
            if choice_left:
                unsettled.add((h, a))
            elif played:
                theirs = (form.number[d] for d in decisions[:k][::-1] if form.owner[d[0]] != i)
                own = found.setdefault((h, a), {}).setdefault(next(theirs, 0), set())
                own.add((last[i], last[1 - i]))
            choice_left |= len(undominated[h]) > 1
            played &= a in undominated[h]
    return {
        action: own
        for action, own in found.items()
        # Where one pair ends play after several sequences, its payoffs cannot be told apart.
        if action not in unsettled
        and sum(map(len, own.values())) == len(set().union(*own.values()))
    }


def _beats(
    form: SequenceForm,
    h: int,
    better: Sequence[Functional],
    worse: Sequence[Functional],
    allowed: Mapping[int, tuple[int, ...]],
) -> bool:
    j = 1 - form.owner[h]
    starts = {s for _, s, _ in form.places[h]}
    if follow_each_other(form, j, starts):
        # The opponent's later plan is shared, and the node-by-node test would count it twice.
        return False
    return any(
        all(best_plan(form, j, minus(w, b), allowed, None, s) < 0 for w in worse for s in starts)
        for b in better
    )


def follow_each_other(form: SequenceForm, i: int, sequences: Collection[int]) -> bool:
    """Tell whether one of the sequences of mover ``i`` continues another."""
    return any(t in sequences for s in sequences if s for t in _trail(form, i, form.last[i][s]))


def _trail(form: SequenceForm, i: int, s: int) -> Iterator[int]:
    """Yield a sequence and all sequences before it, the empty one last."""
    while s:
        yield s
        s = form.last[i][s]
    yield 0


def _subsets(items: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the non-empty subsets, smaller ones first."""
    for size in range(1, len(items) + 1):
        yield from combinations(items, size)


def _plus(a: Functional, b: Functional) -> Functional:
    return {k: a.get(k, 0) + b.get(k, 0) for k in a.keys() | b.keys()}


def minus(a: Functional, b: Functional) -> Functional:
    """Return the difference of two linear functions."""
    return {k: a.get(k, 0) - b.get(k, 0) for k in a.keys() | b.keys()}
