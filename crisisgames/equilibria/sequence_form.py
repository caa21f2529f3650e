"""The sequence form of a game with two movers, in exact integers [1]_.

A sequence is a player's last action on the way to a place (with perfect recall it determines all
earlier ones); a realization plan gives each sequence the probability with which the player's own
choices allow it. Payoffs are bilinear in the plans of the two movers.

References
----------
.. [1] Bernhard von Stengel, "Efficient Computation of Behavior Strategies", Games and Economic
   Behavior 14(2), 1996.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from crisisgames.errors import NotApplicable
from crisisgames.games import Compiled, Numbers, Visit

__all__ = ["SequenceForm", "sequence_form"]


@dataclass(frozen=True, eq=False)
class SequenceForm:
    """The sequence form; movers are 0 and 1, information sets have the game's indices.

    Attributes
    ----------
    game : Compiled
    movers : tuple of int
        The players who move, as indices into the game's players.
    sequences : per mover, tuple of (information set, action)
        Number 0 is the empty sequence, written (-1, 0).
    parent : dict
        For each information set that nature's zeros do not cut off, its mover's sequence there.
    children : per mover, per sequence: the information sets that come next.
    places : dict
        For each information set, its nodes as (node, the opponent's sequence, chance).
    payoffs : per mover: {own sequence: {opponent's sequence: payoff}}
        Chance-weighted payoffs summed over ends, scaled to integers.
    ends : tuple of (end, sequence of mover 0, sequence of mover 1, chance)
    """

    game: Compiled
    movers: tuple[int, int]
    sequences: tuple[tuple[tuple[int, int], ...], ...]
    parent: Mapping[int, int]
    children: tuple[tuple[tuple[int, ...], ...], ...]
    places: Mapping[int, tuple[tuple[int, int, Fraction], ...]]
    payoffs: tuple[Mapping[int, Mapping[int, int]], ...]
    ends: tuple[tuple[int, int, int, Fraction], ...]

    @cached_property
    def owner(self) -> Mapping[int, int]:
        """The mover at each information set."""
        own = {p: i for i, p in enumerate(self.movers)}
        order = {name: k for k, name in enumerate(self.game.players)}
        return {h: own[order[self.game.information_sets[h].player]] for h in self.parent}

    @cached_property
    def number(self) -> Mapping[tuple[int, int], int]:
        """The number of the sequence that ends with an action, by (information set, action)."""
        return {s: k for row in self.sequences for k, s in enumerate(row) if k}

    @cached_property
    def last(self) -> tuple[tuple[int, ...], ...]:
        """For each mover and sequence, the sequence before it (0 for the empty one)."""
        return tuple(
            tuple(0 if k == 0 else self.parent[h] for k, (h, _) in enumerate(row))
            for row in self.sequences
        )

    def size(self, h: int) -> int:
        """Return the number of actions at an information set."""
        return len(self.game.information_sets[h].actions)


def sequence_form(game: Compiled, numbers: Numbers) -> SequenceForm:
    """Return the sequence form of a compiled game at exact numbers.

    What nature never does (probability exactly 0) is left out.

    Raises
    ------
    NotApplicable
        If more than two players have choices to make.
    """
    names = dict.fromkeys(h.player for h in game.information_sets)
    if len(names) > 2:
        raise NotApplicable(
            f"this method takes games in which two players move; here {tuple(names)} do; for any "
            "number of players method='search' finds some equilibria, concept='pure-nash' all pure "
            "ones, concept='qre' one"
        )
    movers = [game.players.index(p) for p in names]
    spare = (i for i in range(len(game.players) + 2) if i not in movers)
    while len(movers) < 2:
        movers.append(next(spare))
    owner = [movers.index(game.players.index(h.player)) for h in game.information_sets]
    node_chance = numbers.chance(game.nodes)
    end_chance = numbers.chance(game.ends)
    alive = {h for x, h in enumerate(game.node_sets) if node_chance[x]}

    sequences: list[list[tuple[int, int]]] = [[(-1, 0)], [(-1, 0)]]
    for h, info in enumerate(game.information_sets):
        if h in alive:
            sequences[owner[h]] += [(h, a) for a in range(len(info.actions))]
    number = [{s: k for k, s in enumerate(row)} for row in sequences]

    def own(i: int, visit: Visit) -> int:
        return next((number[i][d] for d in reversed(visit.decisions) if owner[d[0]] == i), 0)

    parent: dict[int, int] = {}
    places: dict[int, list[tuple[int, int, Fraction]]] = {}
    for x, h in enumerate(game.node_sets):
        if node_chance[x]:
            i = owner[h]
            parent[h] = own(i, game.nodes[x])
            places.setdefault(h, []).append((x, own(1 - i, game.nodes[x]), node_chance[x]))
    children: list[list[list[int]]] = [[[] for _ in row] for row in sequences]
    for h, s in parent.items():
        children[owner[h]][s].append(h)

    ends = tuple(
        (z, own(0, visit), own(1, visit), end_chance[z])
        for z, visit in enumerate(game.ends)
        if end_chance[z]
    )
    payoffs: list[Mapping[int, Mapping[int, int]]] = []
    for i in (0, 1):
        table: dict[int, dict[int, Fraction]] = {}
        if movers[i] < len(game.players):
            for z, s0, s1, chance in ends:
                mine, theirs = (s0, s1) if i == 0 else (s1, s0)
                row = table.setdefault(mine, {})
                row[theirs] = row.get(theirs, Fraction(0)) + chance * numbers.payoffs[z, movers[i]]
        scale = lcm(*(u.denominator for row in table.values() for u in row.values()))
        payoffs.append(
            {s: {t: int(u * scale) for t, u in row.items() if u} for s, row in table.items()}
        )
    return SequenceForm(
        game,
        (movers[0], movers[1]),
        tuple(tuple(row) for row in sequences),
        parent,
        tuple(tuple(tuple(c) for c in row) for row in children),
        {h: tuple(p) for h, p in places.items()},
        tuple(payoffs),
        ends,
    )
