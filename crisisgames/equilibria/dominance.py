"""Actions that no belief makes optimal, in trees with any number of movers, round by round [1]_.

An action at an information set goes if some other action, with some way to go on after it, beats it
however its owner would go on: strictly, and whatever the others do with the actions that are left
to them. Where the others may fail to lead play to the information set, this is asked at each of its
nodes, since any belief may be held there. Where they lead there whatever they do with what is left
to them, the belief follows from their play, and the nodes are taken together, each with the
probability that this play gives it. Either way no sequential equilibrium plays the action, and by
induction none plays what goes in later rounds.

References
----------
.. [1] Makoto Shimoji and Joel Watson, "Conditional Dominance, Rationalizability, and Game Forms",
   Journal of Economic Theory 83(2), 1998.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import lcm, prod

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.games import Compiled, Numbers
from crisisgames.games.compiled import Decision

__all__ = [
    "MAX_CELLS",
    "Actions",
    "Agents",
    "always_led_to",
    "choices_on",
    "payoff_table",
    "undominated_actions",
    "way_and_worth",
    "ways_to_play",
]

MAX_CELLS = 200_000
"""Ways to play below an information set beyond which nothing is compared there: memory, time."""

SAFE = 2**62
"""Sums up to here are exact in 64 bits; beyond, Python's integers are used."""

Actions = Mapping[int, tuple[int, ...]]
"""For each information set, the actions that are left."""

Table = np.ndarray


@dataclass(frozen=True)
class Term:
    """An end below a node: what leads from the one to the other, and what it is worth there."""

    end: int
    before: tuple[Decision, ...]
    """Choices of others on the way to the node."""
    after: tuple[Decision, ...]
    """Choices of all on the way from the action to the end."""


class Agents:
    """A game as its information sets see it: exact integers, nature's zeros left out.

    Attributes
    ----------
    sets : tuple of int
        The information sets that nature can reach.
    owner : dict
        The player at each, as an index.
    nodes : dict
        The nodes of each that nature can reach.
    others : dict
        For each such node the choices of others on the way there.
    terms : dict
        For each node and action the ends below.
    chance, payoffs :
        For each node, nature's probability as an integer; for each end and player nature's
        probability times the payoff, as an integer; each in a unit of its own.
    """

    def __init__(self, game: Compiled, numbers: Numbers) -> None:
        self.game = game
        order = {p: i for i, p in enumerate(game.players)}
        node_chance = numbers.chance(game.nodes)
        end_chance = numbers.chance(game.ends)
        unit = lcm(*(c.denominator for c in node_chance))
        self.chance = {x: int(c * unit) for x, c in enumerate(node_chance) if c}
        self.nodes: dict[int, tuple[int, ...]] = {}
        for x in self.chance:
            self.nodes[game.node_sets[x]] = (*self.nodes.get(game.node_sets[x], ()), x)
        self.sets = tuple(sorted(self.nodes))
        self.owner = {h: order[game.information_sets[h].player] for h in self.sets}
        self.size = {h: len(game.information_sets[h].actions) for h in self.sets}
        self.others = {
            x: tuple(d for d in game.nodes[x].decisions if self.owner[d[0]] != self.owner[h])
            for h in self.sets
            for x in self.nodes[h]
        }
        ends = [z for z in range(len(game.ends)) if end_chance[z]]
        worth = [[end_chance[z] * u for u in numbers.payoffs[z]] for z in ends]
        units = [lcm(*(row[i].denominator for row in worth)) for i in range(len(game.players))]
        self.payoffs = {
            z: tuple(int(u * s) for u, s in zip(row, units, strict=True))
            for z, row in zip(ends, worth, strict=True)
        }
        places = {game.nodes[x].history: x for x in self.chance}
        self.terms: dict[tuple[int, int], list[Term]] = {
            (x, a): [] for h in self.sets for x in self.nodes[h] for a in range(self.size[h])
        }
        for z in ends:
            visit = game.ends[z]
            on_way = (visit.history[:k] for k in range(len(visit.history)))
            passed = [places[p] for p in on_way if p in places]
            for k, (x, (_, a)) in enumerate(zip(passed, visit.decisions, strict=True)):
                self.terms[x, a].append(Term(z, self.others[x], visit.decisions[k + 1 :]))

    def all_actions(self) -> dict[int, tuple[int, ...]]:
        """Return every action of every information set."""
        return {h: tuple(range(self.size[h])) for h in self.sets}


def undominated_actions(agents: Agents, deadline: Deadline = NEVER) -> dict[int, tuple[int, ...]]:
    """Return the actions that are left when nothing more goes.

    Fewer rounds are as right, only less helpful: past the deadline, and where there are more than
    `MAX_CELLS` ways to play, everything is kept.
    """
    left = agents.all_actions()
    changed = True
    while changed:
        changed = False
        for h in reversed(agents.sets):
            for a in left[h]:
                if deadline.passed:
                    return left
                if len(left[h]) > 1 and _dominated(agents, h, a, left):
                    left[h] = tuple(b for b in left[h] if b != a)
                    changed = True
    return left


def always_led_to(agents: Agents, h: int, left: Actions) -> bool:
    """Tell whether the others lead to an information set whatever they do with what is left."""
    pairs = [(agents.others[x], agents.chance[x]) for x in agents.nodes[h]]
    axes = choices_on((way for way, _ in pairs), left)
    if ways_to_play(axes, left) > MAX_CELLS:
        return False
    return bool((payoff_table(pairs, axes, left) > 0).all())


def _dominated(agents: Agents, h: int, a: int, left: Actions) -> bool:
    """Tell whether another action beats one at every belief that may be held."""
    if always_led_to(agents, h, left):
        scopes: list[tuple[int, ...]] = [agents.nodes[h]]
    else:
        scopes = [(x,) for x in agents.nodes[h]]
    whole = len(scopes) == 1
    return any(
        _beats(agents, h, b, a, scopes, left, upstream=whole and len(scopes[0]) > 1)
        for b in left[h]
        if b != a
    )


def _beats(
    agents: Agents,
    h: int,
    b: int,
    a: int,
    scopes: Sequence[tuple[int, ...]],
    left: Actions,
    *,
    upstream: bool,
) -> bool:
    """Tell whether some way to go on after ``b`` is better than every way to go on after ``a``.

    It must be the same way in all scopes, which its owner cannot tell apart.
    """
    i = agents.owner[h]
    own = choices_on((t.after for x in agents.nodes[h] for t in agents.terms[x, b]), left)
    own = tuple(g for g in own if agents.owner[g] == i)
    good: Table | bool = True
    for nodes in scopes:
        tables = []
        rows = [
            [way_and_worth(t, i, agents, upstream) for x in nodes for t in agents.terms[x, c]]
            for c in (b, a)
        ]
        shared = choices_on((way for row in rows for way, _ in row), left)
        shared = tuple(g for g in shared if agents.owner[g] != i)
        later = choices_on((way for way, _ in rows[1]), left)
        for mine, row in zip((own, [g for g in later if agents.owner[g] == i]), rows, strict=True):
            axes = (*mine, *shared)
            if ways_to_play(axes, left) > MAX_CELLS:
                return False
            shape = (prod(len(left[g]) for g in mine), prod(len(left[g]) for g in shared))
            tables.append(payoff_table(row, axes, left).reshape(shape))
        better, worse = tables
        good = good & (better > worse.max(axis=0)).all(axis=1)
    return bool(np.any(good))


def way_and_worth(
    term: Term, i: int, agents: Agents, upstream: bool
) -> tuple[tuple[Decision, ...], int]:
    """Return what leads to an end, from the start or from a node on, and what it is worth."""
    way = (*term.before, *term.after) if upstream else term.after
    return way, agents.payoffs[term.end][i]


def choices_on(ways: Iterable[tuple[Decision, ...]], left: Actions) -> tuple[int, ...]:
    """Return the information sets on the ways where there is something left to choose."""
    return tuple(sorted({g for way in ways for g, _ in way if len(left[g]) > 1}))


def ways_to_play(axes: Iterable[int], left: Actions) -> int:
    """Return how many ways there are to choose at some information sets."""
    return prod(len(left[g]) for g in axes)


def payoff_table(
    pairs: Sequence[tuple[tuple[Decision, ...], int]], axes: Sequence[int], left: Actions
) -> Table:
    """Return for each choice at the axes the sum of the values whose ways agree with it."""
    exact = object if sum(abs(v) for _, v in pairs) > SAFE else np.int64
    table = np.zeros(tuple(len(left[g]) for g in axes), dtype=exact)
    place = {g: k for k, g in enumerate(axes)}
    for way, value in pairs:
        if all(c in left[g] for g, c in way):
            index: list[slice | int] = [slice(None)] * len(axes)
            for g, c in way:
                if g in place:
                    index[place[g]] = left[g].index(c)
            table[tuple(index)] += value
    return table
