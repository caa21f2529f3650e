"""The games that are measured, and the forms in which peers read them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from benchmarks.peers import Problem
from crisisgames import ExtensiveFormGame, Parameter, SignalingGame, chance, end, move, tell
from crisisgames.files import to_efg
from crisisgames.games import Node

__all__ = ["drawn", "escalation", "open_signaling", "pennies", "problem"]

WAR_COST = {"irresolute": Fraction(9, 10), "resolute": Fraction(1, 10)}
AUDIENCE_COST = Parameter("audience_cost", (0, 1), Fraction(1, 4), "cost of backing down, utils")
HALF = Fraction(1, 2)


def escalation(challenges: Mapping[str, int | Fraction]) -> ExtensiveFormGame:
    """Return the game in which A challenges, B resists, and A attacks or backs down.

    Each side alone knows whether it is resolute. With more than one way to challenge, each at its
    own cost to A in utils, B sees which one was taken.
    """

    def challenged(a: str, b: str, way: str, cost: int | Fraction) -> Node:
        attack = end("war", {"A": HALF - WAR_COST[a] - cost, "B": HALF - WAR_COST[b]})
        back_down = end("back-down", {"A": -AUDIENCE_COST - cost, "B": 1})
        concede = end("concession", {"A": 1 - cost, "B": 0})
        resist = move("A", {"attack": attack, "back down": back_down})
        seen = {"B": way} if len(challenges) > 1 else {}
        return tell(seen, move("B", {"concede": concede, "resist": resist}))

    def play(a: str, b: str) -> Node:
        ways = {way: challenged(a, b, way, cost) for way, cost in challenges.items()}
        refrain = end("status quo", {"A": 0, "B": 1})
        return tell({"A": a, "B": b}, move("A", {"refrain": refrain, **ways}))

    draws = {a: chance({b: (HALF, play(a, b)) for b in WAR_COST}) for a in WAR_COST}
    return ExtensiveFormGame(chance({a: (HALF, draws[a]) for a in WAR_COST}), ("A", "B"))


def open_signaling(types: int, messages: int, actions: int) -> SignalingGame:
    """Return a signaling game in which every payoff and the prior are parameters."""
    t, m, a = (
        tuple(f"{kind}{k}" for k in range(n))
        for kind, n in (("t", types), ("m", messages), ("a", actions))
    )

    def payoffs(side: str) -> Any:
        return [[[Parameter(f"{side}_{i}_{j}_{k}", (-9, 9)) for k in a] for j in m] for i in t]

    prior = [Parameter(f"prior_{i}", (0, 1), default=1 / types) for i in t[:-1]]
    return SignalingGame(t, m, a, (*prior, 1 - sum(prior)), payoffs("s"), payoffs("r"))


def drawn(game: SignalingGame, points: int, seed: int) -> dict[str, np.ndarray]:
    """Return random values of all parameters.

    Payoffs are normal, priors have at least 1/20 for each type. Both are rounded, to hundredths
    and to twentieths, so that exact arithmetic is not slowed down by long numerators.
    """
    rng = np.random.default_rng(seed)
    names = list(game.parameters)
    values = {n: rng.normal(size=points).round(2) for n in names if not n.startswith("prior")}
    types = len(game.types)
    parts = np.array([p for p in product(range(1, 20), repeat=types) if sum(p) == 20]) / 20
    priors = parts[rng.integers(len(parts), size=points)]
    return values | {f"prior_{t}": priors[:, i] for i, t in enumerate(game.types[:-1])}


def pennies() -> ExtensiveFormGame:
    """Return matching pennies: the smallest game on which solvers can be warmed up."""
    win = {"A": 1, "B": -1}, {"A": -1, "B": 1}
    replies = {a: {b: end(f"{a} {b}", win[a != b]) for b in "ht"} for a in "ht"}
    return ExtensiveFormGame(
        move("A", {a: tell({"B": "round 2"}, move("B", replies[a])) for a in "ht"}), ("A", "B")
    )


def problem(game: ExtensiveFormGame, *, normal: bool) -> Problem:
    """Return a game at its values as peers read it; the normal form only if it is needed."""
    tree = to_efg(game)
    if not normal:
        return Problem(tree, game.players)
    # One end for each profile, row by row.
    table = game.to_normal()
    flat = table.to_extensive()
    numbers, shape = flat.floats(), tuple(map(len, table.actions))
    return Problem(
        tree,
        game.players,
        tuple(numbers.payoffs[:, i].reshape(shape) for i in range(len(shape))),
        {o: numbers.shares[:, k].reshape(shape) for k, o in enumerate(flat.outcomes)},
    )
