"""Markov chains: the same facts by linear algebra, in rationals and in floats."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from random import Random

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames.games.chains import (
    communicating_classes,
    discounted_shares,
    ends_in,
    expected_cost,
    long_run_shares,
    recurrent_classes,
    solve_linear,
    stationary,
)


def chain(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    """A random chain with many zeros, and a start."""
    rng = Random(seed)
    matrix = np.empty((size, size), dtype=object)
    for i in range(size):
        weights = [rng.choice([0, 0, 0, 1, 2]) for _ in range(size)]
        weights[rng.randrange(size)] += 1
        matrix[i] = [Fraction(w, sum(weights)) for w in weights]
    weights = [rng.randint(0, 2) for _ in range(size)]
    weights[rng.randrange(size)] += 1
    start = np.array([Fraction(w, sum(weights)) for w in weights], dtype=object)
    return matrix, start


chains = st.builds(chain, st.integers(0, 10**6), st.integers(1, 7))


@settings(max_examples=60, deadline=None)
@given(chains)
def test_long_run_shares_are_the_limit_of_averages(case: tuple[np.ndarray, np.ndarray]) -> None:
    matrix, start = case
    shares = long_run_shares(matrix, start)
    assert shares.sum() == 1
    assert (shares @ matrix == shares).all()
    # The average over time of powers: P, squared again and again, averaged with its shift.
    power = (matrix.astype(float) + np.eye(len(matrix))) / 2  # the same classes, no period
    for _ in range(60):
        power = power @ power
        power /= power.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(start.astype(float) @ power, shares.astype(float), atol=1e-9)
    rough = long_run_shares(matrix.astype(float), start.astype(float))
    np.testing.assert_allclose(rough, shares.astype(float), atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(chains)
def test_classes_are_those_that_powers_show(case: tuple[np.ndarray, np.ndarray]) -> None:
    matrix, _ = case
    n = len(matrix)
    reach = np.linalg.matrix_power((matrix != 0).astype(int) + np.eye(n, dtype=int), n) > 0
    found = communicating_classes(matrix)
    assert sorted(k for c in found for k in c) == list(range(n))
    for c in found:
        for i in c:
            assert [j for j in range(n) if reach[i, j] and reach[j, i]] == c
    place = {k: m for m, c in enumerate(found) for k in c}
    assert all(place[j] <= place[i] for i in range(n) for j in range(n) if reach[i, j])
    closed = recurrent_classes(matrix)
    assert closed == sorted(c for c in found if set(np.flatnonzero(reach[c[0]])) == set(c))


@settings(max_examples=60, deadline=None)
@given(chains)
def test_costs_until_a_goal_solve_their_equations(case: tuple[np.ndarray, np.ndarray]) -> None:
    matrix, start = case
    n = len(matrix)
    goal = [n - 1]
    costs = np.array([Fraction(k % 3) for k in range(n)], dtype=object)
    found = expected_cost(matrix, start, costs, goal)
    # Sum over many steps of the walk that stops in the goal.
    stopped = matrix.astype(float)
    stopped[goal] = 0
    now, total = start.astype(float), 0.0
    pays = costs.astype(float)
    pays[goal] = 0
    for _ in range(3000):
        total += now @ pays
        now = now @ stopped
    if found == inf:
        assert now @ pays > 1e-12 or total > 500
    else:
        assert float(found) == pytest.approx(total, abs=1e-6, rel=1e-6)
        rough = expected_cost(matrix.astype(float), start.astype(float), costs.astype(float), goal)
        assert rough == pytest.approx(float(found), rel=1e-10, abs=1e-12)


def test_where_a_chain_ends() -> None:
    half, third = Fraction(1, 2), Fraction(1, 3)
    zero, one = Fraction(0), Fraction(1)
    matrix = np.array(
        [
            [zero, third, third, third],
            [half, zero, half, zero],
            [zero, zero, one, zero],
            [zero, zero, zero, one],
        ]
    )
    start = np.array([one, zero, zero, zero])
    assert ends_in(matrix, start, [[2], [3]]) == [Fraction(3, 5), Fraction(2, 5)]


def test_discounted_shares_are_a_geometric_sum() -> None:
    matrix, start = chain(3, 4)
    d = Fraction(1, 2)
    found = discounted_shares(matrix, start, d)
    now, total = start.astype(float), np.zeros(4)
    for t in range(60):
        total += 0.5 * 0.5**t * now
        now = now @ matrix.astype(float)
    np.testing.assert_allclose(found.astype(float), total, atol=1e-15)
    assert found.sum() == 1


def test_rare_transitions_keep_their_relative_accuracy() -> None:
    tiny = 1e-18
    matrix = np.array([[1 - tiny, tiny], [3 * tiny, 1 - 3 * tiny]])
    np.testing.assert_allclose(stationary(matrix), [0.75, 0.25], rtol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5))
def test_linear_equations_are_solved_exactly(seed: int, size: int) -> None:
    rng = Random(seed)
    rows = [[Fraction(rng.randint(-3, 3)) for _ in range(size)] for _ in range(size)]
    if sp.Matrix(size, size, [sp.Rational(str(v)) for row in rows for v in row]).det() == 0:
        return
    matrix = np.array(rows, dtype=object)
    right = np.array([[Fraction(k)] for k in range(size)], dtype=object)
    assert (matrix @ solve_linear(matrix, right) == right).all()


def test_whole_costs_are_not_cut_off() -> None:
    matrix = np.array([[0.5, 0.25, 0.25], [0.3, 0.4, 0.3], [0.0, 0.0, 1.0]])
    start = np.array([1, 0, 0])
    whole = expected_cost(matrix, start, np.array([1, 2, 0]), [2])
    assert whole == pytest.approx(expected_cost(matrix, start, np.array([1.0, 2.0, 0.0]), [2]))
    # By hand: x = 1 + x/2 + y/4 and y = 2 + .3 x + .4 y.
    assert whole == pytest.approx((1 + 2 / 4 / 0.6) / (0.5 - 0.3 / 4 / 0.6))
