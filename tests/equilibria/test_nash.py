"""Nash equilibria: against nashpy on generic games, against a lattice on degenerate ones."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from generators import random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import NormalFormGame, NotApplicable, UnknownName, solve

EXACT = 1e-12
seeds = st.integers(0, 10**6)


def bimatrix(rng: Random, rows: int, columns: int, size: int) -> NormalFormGame:
    tables = [
        [[rng.randint(-size, size) for _ in range(columns)] for _ in range(rows)] for _ in range(2)
    ]
    return NormalFormGame.from_arrays(*tables)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, rows=st.integers(2, 4), columns=st.integers(2, 4))
def test_generic_games_agree_with_nashpy(seed: int, rows: int, columns: int) -> None:
    game = bimatrix(Random(seed), rows, columns, 10**6)
    ours = {profile(e) for e in solve(game, "nash")}
    # nashpy's tolerances do not scale: with payoffs in millions it may let through a profile that
    # is none, which the certificate finds out.
    found = solve(game, "nash", method="nashpy")
    assert ours == {profile(e) for e in found if e.certificate.gain < 1}


def profile(equilibrium) -> tuple[float, ...]:  # type: ignore[no-untyped-def]
    rows = (row for own in equilibrium.strategy.values() for row in own.values())
    return tuple(round(p, 6) + 0.0 for row in rows for p in row.values())


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_no_equilibrium_on_a_lattice_is_missing(seed: int) -> None:
    game = bimatrix(Random(seed), 3, 3, 1)
    found = solve(game, "nash", exact=True)
    assert found.complete
    table = game.exact()
    lattice = [
        np.array([Fraction(k, 4) for k in cell])
        for cell in product(range(5), repeat=3)
        if sum(cell) == 4
    ]
    cells = list(product(range(3), repeat=2))
    bounds = {(i, j): found.bounds((str(i + 1), str(j + 1))) for i, j in cells}
    for x, y in product(lattice, lattice):
        first, second = table[..., 0] @ y, x @ table[..., 1]
        if max(first) == x @ first and max(second) == y @ second:
            for (i, j), (low, high) in bounds.items():
                assert low <= x[i] * y[j] <= high


@pytest.mark.parametrize("scale", [1, 10**6, 10**18, Fraction(1, 10**18)])
def test_the_unit_of_payoffs_changes_nothing(scale: int | Fraction) -> None:
    # Integers of fixed width would overflow here, in a game without any move of nature.
    table = [
        [[u * scale for u in row] for row in rows] for rows in ([[3, 0], [5, 1]], [[2, 5], [1, 0]])
    ]
    (equilibrium,) = solve(NormalFormGame.from_arrays(*table), "nash", exact=True)
    assert equilibrium.strategy["1"][()] == {"1": Fraction(0), "2": Fraction(1)}
    assert equilibrium.payoffs == {"1": 5 * scale, "2": scale}


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_every_extreme_nash_equilibrium_is_certified(seed: int) -> None:
    found = solve(bimatrix(Random(seed), 3, 3, 2), "nash")
    assert len(found) > 0
    assert found.certificate < EXACT


def test_a_segment_of_equilibria_is_one_class_with_an_interval() -> None:
    # The column player's reply does not matter to it where the row player plays the second row.
    game = NormalFormGame.from_arrays([[1, 0], [1, 1]], [[1, 0], [1, 1]])
    found = solve(game, "nash")
    assert found.complete
    assert found.bounds(("2", "1")) == (0, 1)
    assert len(found.classes) == 1


def test_all_profiles_are_equilibria_where_nobody_cares() -> None:
    game = NormalFormGame.from_arrays([[0, 0], [0, 0]], [[0, 0], [0, 0]])
    found = solve(game, "nash")
    assert len(found) == 4
    assert len(found.classes) == 1
    assert all(found.bounds(p) == (0, 1) for p in game.profiles)


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_pure_nash_equilibria_of_trees_are_those_without_regret(seed: int) -> None:
    game = random_tree(Random(seed), depth=2, players=("A", "B", "C"))
    if len(game.information_sets) <= 10:  # beyond that there are too many plans
        for equilibrium in solve(game, "pure-nash"):
            assert equilibrium.certificate.gain < EXACT


def test_pure_nash_of_three_players() -> None:
    # Each of three wants to be in the minority.
    def pay(profile: tuple[str, ...]) -> tuple[int, ...]:
        return tuple(int(profile.count(own) == 1) for own in profile)

    cells = product(("left", "right"), repeat=3)
    game = NormalFormGame(("A", "B", "C"), (("left", "right"),) * 3, {c: pay(c) for c in cells})
    found = solve(game, "pure-nash")
    assert found.complete
    assert len(found) == 6
    assert found.bounds(("left", "left", "left")) == (0, 0)


def test_pure_nash_may_be_empty_and_says_so() -> None:
    pennies = NormalFormGame.from_arrays([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    found = solve(pennies, "pure-nash")
    assert len(found) == 0
    assert found.complete
    assert found.classes == ()
    with pytest.raises(NotApplicable, match="no equilibrium"):
        found.bounds(("1", "1"))
    (mixed,) = solve(pennies, "nash", exact=True)
    assert mixed.strategy["1"][()] == {"1": Fraction(1, 2), "2": Fraction(1, 2)}


def test_nashpy_is_for_normal_forms() -> None:
    with pytest.raises(NotApplicable, match="NormalFormGame"):
        solve(random_tree(Random(0), depth=2), "nash", method="nashpy")
    with pytest.raises(UnknownName, match="did you mean 'nashpy'"):
        solve(NormalFormGame.from_arrays([[1]], [[1]]), "nash", method="nashpi")
