"""Random trees with two players: all Nash and sequential equilibria, by other routes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from generators import random_tree
from oracle_strategic import Portrait, Vector, nash_portrait, portrait
from oracle_trees import (
    Flat,
    end_probabilities,
    is_sequential,
    near_sequential,
    pure_sequential,
    reaches,
    realized,
    reduced_plans,
    strategic_form,
    walked,
)
from scipy.optimize import linprog

from crisisgames import Equilibrium, EquilibriumSet, ExtensiveFormGame, solve

CHUNKS = 12
TREES = {"random": 30, "degenerate": 30}
"""Trees in each chunk."""

RANGES = {"random": (-500, 500), "degenerate": (-1, 1)}
"""Payoffs: ties are rare, or everywhere."""

MOST_PLANS = 6
"""Plans of a player for which the oracle lists all equilibria in a few milliseconds."""

MOST_STRATEGIES = 16
"""Pure strategies of a player, with choices everywhere, up to which small mistakes are tried."""

NEAR = 1e-4
"""Far above mistakes of 1e-12 and shifts of payoffs of 1e-7, far below other equilibria."""


def trees(kind: str, chunk: int) -> Iterator[tuple[str, ExtensiveFormGame, Flat]]:
    """Yield trees that are small enough for the oracles, each with its name."""
    found = 0
    for k in range(10_000):
        seed = 10_000 * chunk + k
        rng = Random(f"{kind} {seed}")
        game = random_tree(rng, depth=rng.choice([2, 2, 3]), payoffs=RANGES[kind])
        flat = walked(game)
        if max(len(reduced_plans(flat, i)) for i in (0, 1)) <= MOST_PLANS:
            yield f"{kind} {seed}", game, flat
            found += 1
        if found == TREES[kind]:
            return


each_chunk = pytest.mark.parametrize(
    ("kind", "chunk"), [(kind, chunk) for kind in TREES for chunk in range(CHUNKS)]
)


def found_portrait(found: EquilibriumSet) -> Portrait:
    """What the classes lead to; every end of these trees is an outcome of its own."""
    rows = [tuple(map(Fraction, e.outcomes.values())) for e in found]
    return portrait([rows[k] for k in c.equilibria] for c in found.classes)


@pytest.mark.slow
@each_chunk
def test_nash_equilibria_are_those_of_the_strategic_form(kind: str, chunk: int) -> None:
    for name, game, flat in trees(kind, chunk):
        found = solve(game, "nash", exact=True)
        rows, columns = (reaches(flat, i, reduced_plans(flat, i)) for i in (0, 1))
        first, second = strategic_form(flat, rows, columns)
        leads_to = {
            (i, j): end_probabilities(flat, row, column)
            for i, row in enumerate(rows)
            for j, column in enumerate(columns)
        }
        assert found.complete, name
        assert found_portrait(found) == nash_portrait(first, second, leads_to), name
        assert all(is_nash(flat, rows, columns, plans(flat, e)) for e in found), name


def plans(flat: Flat, equilibrium: Equilibrium) -> tuple[Vector, Vector]:
    return realized(flat, equilibrium, 0), realized(flat, equilibrium, 1)


def is_nash(
    flat: Flat, rows: list[Vector], columns: list[Vector], pair: tuple[Vector, Vector]
) -> bool:
    first, second = strategic_form(flat, [pair[0], *rows], [pair[1], *columns])
    return first[0][0] == max(row[0] for row in first) and second[0][0] == max(second[0])


@pytest.mark.slow
@each_chunk
def test_sequential_equilibria_are_sound_and_none_is_missing(kind: str, chunk: int) -> None:
    for name, game, flat in trees(kind, chunk):
        found = solve(game, exact=True)
        assert found.complete, name
        assert all(is_sequential(flat, e) for e in found), name
        # A pure plan is a corner of all plans, so it is in the set only as an extreme equilibrium.
        assert pure_sequential(flat) <= {plans(flat, e) for e in found}, name
        if max(flat.size) <= MOST_STRATEGIES:
            parts = pieces(found, flat)
            for pair in near_sequential(flat, Random(name)):
                assert distance(parts, pair) < NEAR, name


Piece = tuple[np.ndarray, np.ndarray]
"""The corners of each player's plans, as probabilities of allowing each end."""


def pieces(found: EquilibriumSet, flat: Flat) -> list[tuple[list[int], list[Piece]]]:
    """Return for each independent part of a set its ends, and its products of polytopes."""
    sets = found.game.information_sets
    result = []
    for part in found.parts:
        own = {(sets[h].player, sets[h].record) for h in part.extremes[0].strategy}
        ends = [
            k
            for k, z in enumerate(flat.ends)
            if any(i >= 0 and (flat.players[i], h) in own for i, (h, _) in z.path)
        ]
        whole = [
            found.combine([e if q is part else q.extremes[0] for q in found.parts])
            for e in part.extremes
        ]
        corners = [
            np.array([[float(realized(flat, e, i)[k]) for k in ends] for e in whole])
            for i in (0, 1)
        ]
        result.append(
            (
                ends,
                [
                    (corners[0][list(s.extremes)], corners[1][list(s.extremes)])
                    for s in part.sheaves
                ],
            )
        )
    return result


def distance(parts: Sequence[tuple[list[int], list[Piece]]], pair: tuple[Vector, Vector]) -> float:
    """Return how far a pair of plans is from the nearest pieces of a set."""
    plans = [np.array([float(p) for p in own]) for own in pair]
    return max(
        (
            min(
                max(hull_distance(c, p[ends]) for c, p in zip(piece, plans, strict=True))
                for piece in products
            )
            for ends, products in parts
        ),
        default=0.0,
    )


def hull_distance(corners: np.ndarray, point: np.ndarray) -> float:
    """Return how far the nearest mixture of corners is from a point, in the largest coordinate."""
    corners = np.unique(corners, axis=0)
    nearest = float(abs(corners - point).max(axis=1).min())
    if nearest < NEAR or len(corners) == 1:
        return nearest
    # Weights of the corners and the distance, which is to be as small as possible.
    count, width = corners.shape
    slack = np.full((width, 1), -1.0)
    above, below = np.hstack([corners.T, slack]), np.hstack([-corners.T, slack])
    answer = linprog(
        [*[0.0] * count, 1.0],
        A_ub=np.vstack([above, below]),
        b_ub=np.concatenate([point, -point]),
        A_eq=[[1.0] * count + [0.0]],
        b_eq=[1.0],
    )
    assert answer.status == 0
    return float(answer.fun)
