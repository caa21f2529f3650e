"""Two-player trees by other routes than the library's, in rationals, for small games.

Nothing is used but the nodes of the tree, walked here once more (`walked`).

**Nash equilibria**: those of the reduced strategic form, which `oracle_strategic` lists.

**Sequential equilibria** (Kreps and Wilson, 1982), from three sides:

* `is_sequential` checks one assessment with its trembles, which decide everything by their leading
  terms: no small number is ever put in.
* `pure_sequential` lists all in pure strategies. A player's trembles matter for beliefs by the
  order of their sizes and by ratios within one size; so it goes through all weak orders of one
  player's mistakes and asks, for each, whether some ratios make the other's choices best. The two
  players' mistakes are separate questions, since perfect recall makes one's beliefs independent of
  one's own.
* `near_sequential` finds some in mixed strategies: equilibria of the strategic form in which
  mistakes have random small probabilities of random orders and payoffs are off by a little. With
  smaller and smaller numbers these tend to sequential equilibria, and every one is such a limit
  (Proposition 6 there; Blume and Zame, 1994).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from random import Random
from typing import Any

import sympy as sp
from oracle_strategic import Vector, lemke_howson

from crisisgames import Equilibrium, ExtensiveFormGame
from crisisgames.games.tree import Chance, Move, Node, Tell

Record = tuple[str, ...]
Choice = tuple[Record, str]
Plan = Mapping[Record, str]
Way = tuple[Choice, ...]
"""A player's own choices on the way to a place."""
Weights = Mapping[Way, Fraction]

NATURE = -1


@dataclass(frozen=True)
class Place:
    """An end, or a decision node."""

    chance: Fraction
    ways: tuple[Way, Way]
    payoffs: Vector = ()
    outcome: tuple[tuple[str, Fraction], ...] = ()
    path: tuple[tuple[int, Choice], ...] = ()
    """All steps on the way, in order, with who made them: nature is -1, and has no record."""

    @property
    def history(self) -> str:
        return " > ".join(label for _, (_, label) in self.path) or "the start"


@dataclass(frozen=True, eq=False)
class Flat:
    """A tree as lists: its ends, and for each player its records with their actions and nodes."""

    players: tuple[str, str]
    ends: tuple[Place, ...]
    actions: tuple[dict[Record, tuple[str, ...]], dict[Record, tuple[str, ...]]]
    nodes: tuple[dict[Record, list[Place]], dict[Record, list[Place]]]

    @cached_property
    def before(self) -> tuple[dict[Record, Way], dict[Record, Way]]:
        """A player's own choices on the way to each record: perfect recall makes them one."""
        own = []
        for i in (0, 1):
            ways = {h: {n.ways[i] for n in nodes} for h, nodes in self.nodes[i].items()}
            assert all(len(w) == 1 for w in ways.values())
            own.append({h: w.pop() for h, w in ways.items()})
        return own[0], own[1]

    @property
    def size(self) -> tuple[int, int]:
        """The number of pure strategies of each player, with choices at every record."""
        one, other = (prod(len(a) for a in self.actions[i].values()) for i in (0, 1))
        return one, other


def walked(game: ExtensiveFormGame) -> Flat:
    """Return a game with two players as lists."""
    values = {
        p: sp.Rational(str(game.values.get(n, p.default))) for n, p in game.parameters.items()
    }
    order = {p: i for i, p in enumerate(game.players)}
    ends: list[Place] = []
    actions: tuple[dict[Record, tuple[str, ...]], ...] = ({}, {})
    nodes: tuple[dict[Record, list[Place]], ...] = ({}, {})

    def number(expression: Any) -> Fraction:
        value = sp.Rational(expression.subs(values))
        return Fraction(int(value.p), int(value.q))

    def walk(node: Node, told: tuple[Record, Record], place: Place) -> None:
        if isinstance(node, Chance):
            for label, p, below in node.branches:
                path = (*place.path, (NATURE, ((), label)))
                walk(below, told, Place(place.chance * number(p), place.ways, path=path))
        elif isinstance(node, Tell):
            signals = {order[p]: s for p, s in node.signals}
            heard = [(*told[i], signals[i]) if i in signals else told[i] for i in (0, 1)]
            walk(node.subtree, (heard[0], heard[1]), place)
        elif isinstance(node, Move):
            i = order[node.player]
            record = told[i]
            names = tuple(a for a, _ in node.branches)
            assert actions[i].setdefault(record, names) == names
            nodes[i].setdefault(record, []).append(place)
            for a, below in node.branches:
                new, ways = list(told), list(place.ways)
                new[i], ways[i] = (*record, a), (*ways[i], (record, a))
                path = (*place.path, (i, (record, a)))
                walk(below, (new[0], new[1]), Place(place.chance, (ways[0], ways[1]), path=path))
        else:
            pays = {p if isinstance(p, int) else order[p]: number(u) for p, u in node.payoffs}
            shares = tuple((o, number(s)) for o, s in node.shares)
            payoffs = (pays[0], pays[1])
            ends.append(Place(place.chance, place.ways, payoffs, shares, place.path))

    assert len(game.players) == 2
    walk(game.root, ((), ()), Place(Fraction(1), ((), ())))
    return Flat(
        (game.players[0], game.players[1]),
        tuple(ends),
        (actions[0], actions[1]),
        (nodes[0], nodes[1]),
    )


# Nash equilibria: the reduced strategic form.


def mixes(flat: Flat, most: int) -> bool:
    """Tell whether both players have a choice, and at most so many reduced pure strategies."""
    if not all(0 < len(flat.actions[i]) < most for i in (0, 1)):
        return False  # n records are at least n + 1 strategies: not worth listing
    return all(2 <= len(reduced_plans(flat, i)) <= most for i in (0, 1))


def reduced_plans(flat: Flat, i: int) -> list[Plan]:
    """Return a player's pure strategies, without choices that its own earlier ones exclude."""
    plans: list[dict[Record, str]] = [{}]
    for h in sorted(flat.actions[i], key=lambda h: len(flat.before[i][h])):
        grown = []
        for plan in plans:
            reached = all(plan.get(g) == a for g, a in flat.before[i][h])
            grown += [{**plan, h: a} for a in flat.actions[i][h]] if reached else [plan]
        plans = grown
    return plans


def follows(plan: Plan, way: Way) -> bool:
    return all(plan.get(h) == a for h, a in way)


def reaches(flat: Flat, i: int, plans: Sequence[Plan]) -> list[Vector]:
    """Return for each plan of a player to which ends it allows play to come: 1, else 0."""
    return [tuple(Fraction(int(follows(p, z.ways[i]))) for z in flat.ends) for p in plans]


def strategic_form(
    flat: Flat, rows: Sequence[Vector], columns: Sequence[Vector]
) -> tuple[list[Vector], list[Vector]]:
    """Return the payoffs of both, where strategies are the probabilities of allowing each end."""
    tables = []
    for i in (0, 1):
        worth = [z.chance * z.payoffs[i] for z in flat.ends]
        weighted = [[w * r for w, r in zip(worth, row, strict=True)] for row in rows]
        tables.append(
            [
                tuple(
                    sum((w * c for w, c in zip(row, column, strict=True) if w and c), Fraction(0))
                    for column in columns
                )
                for row in weighted
            ]
        )
    return tables[0], tables[1]


def end_probabilities(flat: Flat, row: Vector, column: Vector) -> Vector:
    """Return the probability of each end."""
    return tuple(z.chance * r * c for z, r, c in zip(flat.ends, row, column, strict=True))


def realized(flat: Flat, strategy: Mapping[str, Mapping[Record, Any]], i: int) -> Vector:
    """Return the probability with which a strategy has a player allow each end."""
    own = strategy[flat.players[i]]

    def taken(way: Way) -> Fraction:
        total = Fraction(1)
        for h, a in way:
            if total:  # beyond a choice that is not made, "any" may stand
                total *= Fraction(own[h][a])
        return total

    return tuple(taken(z.ways[i]) for z in flat.ends)


# One sequential equilibrium, by the leading terms of its trembles.


def is_sequential(flat: Flat, equilibrium: Equilibrium) -> bool:
    """Tell whether the stated trembles, strategies and beliefs make a sequential equilibrium.

    Each player's weight on a way is led by its weight on the likeliest level where it has any.
    Where the other's weights lead, beliefs follow, and what is done must be best against them,
    together with the best that can be done later. Records to which neither the other's weights nor
    the owner's own lead may be left open: nothing that is done there changes what anyone compares.
    """
    levels = [equilibrium.trembles.get(p, ({},)) or ({},) for p in flat.players]
    weights: list[list[Weights]] = [[], []]
    for i in (0, 1):
        for k, level in enumerate(levels[i]):
            every = {way for h, way in flat.before[i].items()}
            every |= {
                (*way, (h, a)) for h, way in flat.before[i].items() for a in flat.actions[i][h]
            }
            weights[i].append(
                {w: Fraction(level.get(w[-1], 0)) if w else Fraction(int(k == 0)) for w in every}
            )
    return all(
        _conserved(flat, i, weights[i], equilibrium) and _rational(flat, i, weights, equilibrium)
        for i in (0, 1)
    )


def _first(weights: Sequence[Weights], way: Way) -> int | None:
    """Return the likeliest level on which a way has weight."""
    return next((k for k, w in enumerate(weights) if w.get(way, int(not way and k == 0))), None)


def _conserved(flat: Flat, i: int, weights: Sequence[Weights], equilibrium: Equilibrium) -> bool:
    """Tell whether trembles split up as probabilities do, and the strategy is their limit."""
    for h, way in flat.before[i].items():
        level = _first(weights, way)
        after = {a: (*way, (h, a)) for a in flat.actions[i][h]}
        row = equilibrium.strategy[flat.players[i]][h]
        if level is None:
            if any(_first(weights, w) is not None for w in after.values()):
                return False
            continue
        if row == "any" or any(weights[k][w] for k in range(level) for w in after.values()):
            return False
        whole = weights[level][way] if way else Fraction(1)
        if any(weights[level][w] != whole * Fraction(row[a]) for a, w in after.items()):
            return False
    return True


def _rational(
    flat: Flat, i: int, weights: Sequence[Sequence[Weights]], equilibrium: Equilibrium
) -> bool:
    """Tell whether a player does what is best at every record, given the other's trembles."""
    player, other = flat.players[i], weights[1 - i]
    for h, nodes in flat.nodes[i].items():
        row = equilibrium.strategy[player][h]
        led = [(n, k) for n in nodes if (k := _first(other, n.ways[1 - i])) is not None]
        if not led:
            if row != "any" or _first(weights[i], flat.before[i][h]) is not None:
                return False
            continue
        level = min(k for _, k in led)
        measure = other[level]
        mass = {
            n.path: n.chance * measure.get(n.ways[1 - i], Fraction(1)) for n, k in led if k == level
        }
        whole = sum(mass.values())
        belief = {n.history: mass.get(n.path, Fraction(0)) / whole for n in nodes}
        if row == "any" or equilibrium.beliefs[player][h] != belief:
            return False
        ends = [
            (z, z.chance * measure.get(z.ways[1 - i], Fraction(1)))
            for z in flat.ends
            if any(z.path[: len(path)] == path for path in mass)
        ]
        values = {a: _best(flat, i, (*flat.before[i][h], (h, a)), ends) for a in flat.actions[i][h]}
        if any(row[a] and values[a] < max(values.values()) for a in values):
            return False
    return True


def _best(flat: Flat, i: int, way: Way, ends: Sequence[tuple[Place, Fraction]]) -> Fraction:
    """Return the most that a player can expect after some own choices, by best choices later."""
    below = [(z, w) for z, w in ends if z.ways[i][: len(way)] == way]
    now = sum((w * z.payoffs[i] for z, w in below if z.ways[i] == way), Fraction(0))
    later = {z.ways[i][len(way)][0] for z, _ in below if len(z.ways[i]) > len(way)}
    return now + sum(
        (max(_best(flat, i, (*way, (h, a)), below) for a in flat.actions[i][h]) for h in later),
        Fraction(0),
    )


# All sequential equilibria in pure strategies.


def pure_sequential(flat: Flat) -> set[tuple[Vector, Vector]]:
    """Return what the pure sequential equilibria make of each end, (by player 0, by player 1)."""
    found = set()
    full = [full_plans(flat, i) for i in (0, 1)]
    for pair in product(*full):
        if all(_nash(flat, i, pair) and _believable(flat, 1 - i, pair) for i in (0, 1)):
            row, column = (reaches(flat, i, [pair[i]])[0] for i in (0, 1))
            found.add((row, column))
    return found


def full_plans(flat: Flat, i: int) -> list[Plan]:
    """Return all pure strategies of a player, with a choice at every record."""
    records = flat.actions[i]
    return [dict(zip(records, cell, strict=True)) for cell in product(*records.values())]


def _nash(flat: Flat, i: int, pair: tuple[Plan, ...]) -> bool:
    ends = [(z, z.chance) for z in flat.ends if follows(pair[1 - i], z.ways[1 - i])]
    value = sum((w * z.payoffs[i] for z, w in ends if follows(pair[i], z.ways[i])), Fraction(0))
    return value == _best(flat, i, (), ends)


def _believable(flat: Flat, i: int, pair: tuple[Plan, ...]) -> bool:
    """Tell whether some mistakes of player ``i`` make all choices of the other best."""
    plan, j = pair[i], 1 - i

    def slip(way: Way) -> Way:
        """The way up to and with its last mistake."""
        wrong = [k for k, (h, a) in enumerate(way) if plan[h] != a]
        return way[: wrong[-1] + 1] if wrong else ()

    # What one choice more than another brings at a record, by the mistake that led to it.
    gains: list[list[dict[Way, Fraction]]] = []
    for h, nodes in flat.nodes[j].items():
        worth: dict[str, dict[Way, Fraction]] = {a: {} for a in flat.actions[j][h]}
        for n in nodes:
            cause = slip(n.ways[i])
            for a, row in worth.items():
                row[cause] = row.get(cause, Fraction(0)) + _worth(flat, j, n, (h, a), pair)
        kept = worth[pair[j][h]]
        gains.append(
            [{c: kept[c] - row[c] for c in kept} for a, row in worth.items() if row is not kept]
        )
    mistakes = [
        (*way, (h, a))
        for h, way in flat.before[i].items()
        for a in flat.actions[i][h]
        if a != plan[h]
    ]
    return any(_possible(gains, order) for order in _orders(mistakes, slip))


def _worth(flat: Flat, j: int, node: Place, choice: Choice, pair: tuple[Plan, ...]) -> Fraction:
    path = (*node.path, (j, choice))
    return sum(
        (
            z.chance * z.payoffs[j]
            for z in flat.ends
            if z.path[: len(path)] == path
            and all(k == NATURE or pair[k][h] == a for k, (h, a) in z.path[len(path) :])
        ),
        Fraction(0),
    )


def _orders(mistakes: Sequence[Way], slip: Any) -> Iterator[dict[Way, int]]:
    """Yield every weak order of mistakes in which one that follows another is rarer."""

    def grow(order: dict[Way, int], left: tuple[Way, ...], level: int) -> Iterator[dict[Way, int]]:
        if not left:
            yield order
            return
        ready = [s for s in left if order.get(slip(s[:-1]), level) < level]
        for chosen in product((False, True), repeat=len(ready)):
            if any(chosen):
                now = {s: level for s, c in zip(ready, chosen, strict=True) if c}
                yield from grow({**order, **now}, tuple(s for s in left if s not in now), level + 1)

    return grow({(): 0}, tuple(mistakes), 1)


def _possible(gains: Sequence[Sequence[Mapping[Way, Fraction]]], order: Mapping[Way, int]) -> bool:
    """Tell whether positive weights within each level make every gain at least 0."""
    systems: dict[int, list[list[Fraction]]] = {}
    levels = {k: [s for s, level in order.items() if level == k] for k in set(order.values())}
    for rows in gains:
        for row in rows:
            level = min(order[s] for s in row)
            weights = [row.get(s, Fraction(0)) for s in levels[level]]
            systems.setdefault(level, []).append(weights)
    return all(_positive_solution(rows) for rows in systems.values())


def _positive_solution(rows: list[list[Fraction]]) -> bool:
    """Tell whether some w > 0 makes ``row @ w`` at least 0 for every row: Fourier and Motzkin."""
    # With w = 1 + v, which scaling allows, v is at least 0; the last entry is the constant.
    width = len(rows[0])
    table = [[*row, sum(row)] for row in rows]
    table += [[Fraction(int(i == k)) for i in range(width)] + [Fraction(0)] for k in range(width)]
    for _ in range(width):
        up, down = ([r for r in table if s * r[0] > 0] for s in (1, -1))
        table = [r[1:] for r in table if not r[0]] + [
            [p[0] * y - q[0] * x for x, y in zip(p[1:], q[1:], strict=True)]
            for p, q in product(up, down)
        ]
    return all(row[0] >= 0 for row in table)


# Some sequential equilibria in mixed strategies.


PATHS = 6
"""Paths of Lemke and Howson that are followed in one game: many end in the same place."""


@dataclass(frozen=True)
class Sizes:
    """How small mistakes and payoff shifts are: far below what a comparison can see."""

    shift: Fraction = Fraction(1, 10**7)
    mistake: Fraction = Fraction(1, 10**12)
    orders: int = 3


def near_sequential(
    flat: Flat, rng: Random, sizes: Sizes = Sizes()
) -> Iterator[tuple[Vector, Vector]]:
    """Yield what equilibria with small mistakes make of each end, close to sequential ones."""
    reach = []
    for i in (0, 1):
        slips = {
            (h, a): rng.randint(1, 9) * sizes.mistake ** rng.randint(1, sizes.orders)
            for h, offered in flat.actions[i].items()
            for a in offered
        }
        reach.append([_shaky(flat, i, plan, slips) for plan in full_plans(flat, i)])
    ends = tuple(
        Place(
            z.chance,
            z.ways,
            tuple(u + sizes.shift * Fraction(rng.randint(-1000, 1000), 1000) for u in z.payoffs),
        )
        for z in flat.ends
    )
    shifted = Flat(flat.players, ends, flat.actions, flat.nodes)
    first, second = strategic_form(shifted, reach[0], reach[1])
    labels = len(first) + len(second[0])
    for label in rng.sample(range(labels), min(labels, PATHS)):
        found = lemke_howson(first, second, label)
        if found is not None:
            row, column = (
                tuple(
                    sum((p * r[z] for p, r in zip(mix, rows, strict=True)), Fraction(0))
                    for z in range(len(ends))
                )
                for mix, rows in zip(found, reach, strict=True)
            )
            yield row, column


def _shaky(flat: Flat, i: int, plan: Plan, slips: Mapping[Choice, Fraction]) -> Vector:
    """Return with which probability a plan with mistakes allows each end."""
    chances = {
        (h, a): (slips[h, a] if plan[h] != a else 1 - sum(slips[h, b] for b in offered if b != a))
        for h, offered in flat.actions[i].items()
        for a in offered
    }
    return tuple(prod((chances[c] for c in z.ways[i]), start=Fraction(1)) for z in flat.ends)
