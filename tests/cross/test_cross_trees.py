"""Random trees with two players: all Nash and sequential equilibria, by other routes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from random import Random

import pytest
from compare import NEAR, distance, found_portrait, pieces, plans
from generators import random_tree
from oracle_strategic import Vector, nash_portrait
from oracle_trees import (
    Flat,
    end_probabilities,
    is_sequential,
    mixes,
    near_sequential,
    pure_sequential,
    reaches,
    reduced_plans,
    strategic_form,
    walked,
)

from crisisgames import ExtensiveFormGame, chance, end, move, solve, tell
from crisisgames.games import Node

CHUNKS = 10
TREES = 22
"""Trees in each chunk."""

RANGES = {"random": (-500, 500), "degenerate": (-1, 1)}
"""Payoffs: ties are rare, or everywhere."""

MOST_PLANS = 6
"""Plans of a player for which the oracle lists all equilibria in a few milliseconds."""

MOST_STRATEGIES = 16
"""Pure strategies of a player, with choices everywhere, up to which small mistakes are tried."""


def trees(kind: str, chunk: int) -> Iterator[tuple[str, ExtensiveFormGame, Flat]]:
    """Yield trees that are small enough for the oracles, each with its name."""
    found = 0
    for k in range(10_000):
        seed = 10_000 * chunk + k
        rng = Random(f"{kind} {seed}")
        game = random_tree(rng, depth=rng.choice([2, 2, 3]), payoffs=RANGES[kind])
        flat = walked(game)
        if mixes(flat, MOST_PLANS):
            yield f"{kind} {seed}", game, flat
            found += 1
        if found == TREES:
            return


EVIDENCE = 6
"""Trees of `evidence_tree` in each of its chunks."""


def evidence_tree(rng: Random) -> ExtensiveFormGame:
    """Three types stay in or go out; of who goes out, a private signal then rules one out.

    Here orders of rarity matter: at three places the other side compares two mistakes each.
    """
    types, label = "123", count()
    weights = [rng.randint(1, 3) for _ in types]

    def leaf(payoffs: tuple[int, int]) -> Node:
        return end(f"z{next(label)}", dict(zip("AB", payoffs, strict=True)))

    def out(kind: str) -> Node:
        def reply(other: str) -> Node:
            punished = leaf((rng.choice([-1, -1, 0]), rng.randint(-3, 3)))
            return move("B", {"punish": punished, "pass": leaf((rng.choice([1, 2]), 0))})

        half = Fraction(1, 2)
        others = [t for t in types if t != kind]
        return chance({f"not {t}": (half, tell({"B": f"not {t}"}, reply(t))) for t in others})

    draws = {
        t: (
            Fraction(w, sum(weights)),
            tell({"A": t}, move("A", {"in": leaf((0, 0)), "out": out(t)})),
        )
        for t, w in zip(types, weights, strict=True)
    }
    return ExtensiveFormGame(chance(draws), ("A", "B"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "chunk"), [(kind, chunk) for kind in RANGES for chunk in range(CHUNKS)]
)
def test_all_equilibria_of_random_trees(kind: str, chunk: int) -> None:
    for name, game, flat in trees(kind, chunk):
        compare_nash(name, game, flat)
        compare_sequential(name, game, flat)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_orders_of_rarity(chunk: int) -> None:
    for k in range(EVIDENCE):
        name = f"evidence {chunk} {k}"
        game = evidence_tree(Random(name))
        compare_sequential(name, game, walked(game))


def compare_nash(name: str, game: ExtensiveFormGame, flat: Flat) -> None:
    """Check that the Nash equilibria are those of the reduced strategic form."""
    found = solve(game, "nash", exact=True)
    rows, columns = (reaches(flat, i, reduced_plans(flat, i)) for i in (0, 1))
    first, second = strategic_form(flat, rows, columns)
    leads_to = {
        (i, j): end_probabilities(flat, row, column)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    }
    assert found.complete, name
    assert found_portrait(found, flat) == nash_portrait(first, second, leads_to), name
    assert all(is_nash(flat, rows, columns, plans(flat, e)) for e in found), name


def is_nash(
    flat: Flat, rows: list[Vector], columns: list[Vector], pair: tuple[Vector, Vector]
) -> bool:
    first, second = strategic_form(flat, [pair[0], *rows], [pair[1], *columns])
    return first[0][0] == max(row[0] for row in first) and second[0][0] == max(second[0])


def compare_sequential(name: str, game: ExtensiveFormGame, flat: Flat) -> None:
    """Check that all sequential equilibria are, and that none of other routes is missing."""
    found = solve(game, exact=True)
    assert found.complete, name
    assert all(is_sequential(flat, e) for e in found), name
    # A pure plan is a corner of all plans, so it is in the set only as an extreme equilibrium.
    assert pure_sequential(flat) <= {plans(flat, e) for e in found}, name
    if max(flat.size) <= MOST_STRATEGIES:
        parts = pieces(found, flat)
        for pair in near_sequential(flat, Random(name)):
            assert distance(parts, pair) < NEAR, name
