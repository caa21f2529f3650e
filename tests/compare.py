"""What the library finds, in the form in which the oracles of trees find it.

A pair of plans says for each end of a tree with which probability each player allows it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from oracle_strategic import Portrait, Vector, portrait
from oracle_trees import Flat, end_probabilities, realized
from scipy.optimize import linprog

from crisisgames import Equilibrium, EquilibriumSet

NEAR = 1e-4
"""Far above mistakes of 1e-12 and shifts of payoffs of 1e-7, far below other equilibria."""

Piece = tuple[np.ndarray, np.ndarray]
"""The corners of each player's plans, as probabilities of allowing each end."""


def plans(flat: Flat, equilibrium: Equilibrium) -> tuple[Vector, Vector]:
    return realized(flat, equilibrium.strategy, 0), realized(flat, equilibrium.strategy, 1)


def found_portrait(found: EquilibriumSet, flat: Flat) -> Portrait:
    """Return what the classes of a set lead to, in probabilities of ends."""
    rows = [end_probabilities(flat, *plans(flat, e)) for e in found]
    return portrait([rows[k] for k in c.equilibria] for c in found.classes)


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
            np.array([[float(realized(flat, e.strategy, i)[k]) for k in ends] for e in whole])
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
    if not nearest or len(corners) == 1:
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
