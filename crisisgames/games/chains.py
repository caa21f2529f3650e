"""Finite Markov chains: where they end up, how long they take, where they spend their time.

States are removed one after the other, each replaced by what leads through it [1]_. That takes no
subtraction, so floats keep their relative accuracy however rare a transition is, and the same lines
work for any field: floats, rationals, quotients of polynomials.

References
----------
.. [1] Winfried K. Grassmann, Michael I. Taksar and Daniel P. Heyman, "Regenerative Analysis and
   Steady State Distributions for Markov Chains", Operations Research 33(5), 1985.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

__all__ = [
    "communicating_classes",
    "discounted_shares",
    "ends_in",
    "expected_cost",
    "long_run_shares",
    "recurrent_classes",
    "solve_linear",
    "stationary",
]


def communicating_classes(matrix: np.ndarray) -> list[list[int]]:
    """Return the sets of states that lead to each other, each after all that it leads to.

    Examples
    --------
    >>> communicating_classes(np.array([[0.5, 0.5], [0.0, 1.0]]))
    [[1], [0]]
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    links = np.asarray(matrix != 0, dtype=bool)
    count, label = connected_components(csr_array(links.astype(int)), connection="strong")
    members: list[list[int]] = [[] for _ in range(count)]
    for state, c in enumerate(label.tolist()):
        members[c].append(state)
    ahead = [
        set(label[links[states].any(axis=0)].tolist()) - {c} for c, states in enumerate(members)
    ]
    done: list[int] = []
    while len(done) < count:
        done += [c for c in range(count) if c not in done and ahead[c] <= set(done)]
    return [members[c] for c in done]


def recurrent_classes(matrix: np.ndarray) -> list[list[int]]:
    """Return the sets of states that the chain never leaves, in the order of their first states."""
    closed = []
    for states in communicating_classes(matrix):
        outside = np.setdiff1d(np.arange(len(matrix)), states)
        if not np.any(matrix[states][:, outside] != 0):
            closed.append(states)
    return sorted(closed)


def stationary(matrix: np.ndarray) -> np.ndarray:
    """Return the stationary distribution of a chain whose states all lead to each other.

    Examples
    --------
    >>> stationary(np.array([[0.9, 0.1], [0.3, 0.7]])).round(12).tolist()
    [0.75, 0.25]
    """
    p = matrix.copy()
    for k in range(len(p) - 1, 0, -1):
        p[:k, k] = p[:k, k] / p[k, :k].sum()
        p[:k, :k] = p[:k, :k] + np.outer(p[:k, k], p[k, :k])
    shares = p[:, 0].copy()
    shares[0] = p[0, 0] * 0 + 1
    for k in range(1, len(p)):
        shares[k] = shares[:k] @ p[:k, k]
    return np.asarray(shares / shares.sum())


def ends_in(matrix: np.ndarray, start: np.ndarray, classes: list[list[int]]) -> list[Any]:
    """Return the probability that the chain ends in each of its recurrent classes."""
    p, mass = matrix.copy(), start.copy()
    passing = [k for k in range(len(p)) if not any(k in c for c in classes)]
    for i, k in enumerate(passing):
        rest = [j for j in range(len(p)) if j not in passing[: i + 1]]
        onward = p[k, rest] / p[k, rest].sum()
        p[:, rest] = p[:, rest] + np.outer(p[:, k], onward)
        mass[rest] = mass[rest] + onward * mass[k]
    return [mass[c].sum() for c in classes]


def long_run_shares(matrix: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return the share of time that the chain spends in each state in the long run.

    Where there are several recurrent classes the shares depend on ``start``; where the chain is
    periodic they are averages over time (Cesàro limits).

    Examples
    --------
    >>> chain = np.array([[0, 0.25, 0.75], [0, 1, 0], [0, 0, 1.0]])
    >>> long_run_shares(chain, np.array([1.0, 0, 0])).tolist()
    [0.0, 0.25, 0.75]
    """
    classes = recurrent_classes(matrix)
    shares = start * 0
    for states, mass in zip(classes, ends_in(matrix, start, classes), strict=True):
        shares[states] = stationary(matrix[states][:, states]) * mass
    return np.asarray(shares)


def discounted_shares(matrix: np.ndarray, start: np.ndarray, discount: Any) -> np.ndarray:
    """Return the discounted share of time in each state: weights sum to one, later ones shrink."""
    one = np.eye(len(matrix), dtype=int).astype(matrix.dtype)
    occupation = solve_linear((one - matrix * discount).T, start[:, None])[:, 0]
    return np.asarray(occupation * (1 - discount))


def expected_cost(matrix: np.ndarray, start: np.ndarray, costs: np.ndarray, goal: list[int]) -> Any:
    """Return the expected sum of the costs of the states visited before the first in ``goal``.

    Returns ``inf`` where states with costs may be visited for ever.
    """
    n = len(matrix)
    # Costs that are integers become numbers of the matrix's kind, and are not cut off below.
    p, cost, mass = matrix.copy(), costs + 0 * matrix[0], start + 0 * matrix[0]
    p[goal] = p[goal] * 0
    total = mass[0] * 0
    reach = _reachable(p, np.flatnonzero(mass != 0))
    traps = [c for c in recurrent_classes(p) if set(c) <= reach and not set(c) & set(goal)]
    if any(np.any(cost[c] != 0) for c in traps):
        return inf
    p[[k for c in traps for k in c]] *= 0
    passing = [k for k in sorted(reach) if np.any(p[k] != 0)]
    for i, k in enumerate(passing):
        rest = [j for j in range(n) if j not in passing[: i + 1]]
        left = p[k, rest].sum()
        cost[rest] = cost[rest] + p[rest, k] * cost[k] / left
        total = total + mass[k] * cost[k] / left
        later = p[k, rest] / left
        p[np.ix_(rest, rest)] = p[np.ix_(rest, rest)] + np.outer(p[rest, k], later)
        mass[rest] = mass[rest] + later * mass[k]
    return total


def _reachable(matrix: np.ndarray, states: np.ndarray) -> set[int]:
    found: set[int] = set()
    ahead = [int(k) for k in states]
    while ahead:
        k = ahead.pop()
        if k not in found:
            found.add(k)
            ahead += [int(j) for j in np.flatnonzero(matrix[k] != 0)]
    return found


def solve_linear(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the solution of linear equations, exact where the entries are objects.

    Examples
    --------
    >>> from fractions import Fraction
    >>> a = np.array([[Fraction(2), Fraction(1)], [Fraction(0), Fraction(3)]])
    >>> solve_linear(a, np.array([[Fraction(1)], [Fraction(1)]]))[:, 0].tolist()
    [Fraction(1, 3), Fraction(1, 3)]
    """
    if matrix.dtype != object:
        return np.asarray(np.linalg.solve(matrix, right))
    n = len(matrix)
    work = np.concatenate([matrix, right], axis=1)
    for k in range(n):
        pivot = next(i for i in range(k, n) if work[i, k] != 0)
        work[[k, pivot]] = work[[pivot, k]]
        work[k, k:] = work[k, k:] / work[k, k]
        for i in range(n):
            if i != k and work[i, k] != 0:
                work[i, k:] = work[i, k:] - work[k, k:] * work[i, k]
    return work[:, n:]
