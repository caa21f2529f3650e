"""Normal-form games: profiles, arrays, and other forms of the same game."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from crisisgames import GameError, NormalFormGame, NotApplicable, Parameter, UnknownName, solve

STAND = ("yield", "stand")
PAYOFFS = {
    ("yield", "yield"): (0, 0),
    ("yield", "stand"): (-1, 1),
    ("stand", "yield"): (1, -1),
    ("stand", "stand"): (-5, -5),
}
COST = Parameter("cost", (0, 9), 5)


def chicken(payoffs: Any = PAYOFFS, **values: Any) -> NormalFormGame:
    return NormalFormGame(("A", "B"), (STAND, STAND), payoffs, values)


def with_cost() -> NormalFormGame:
    return chicken({**PAYOFFS, ("stand", "stand"): (-COST, -COST)})


def test_a_game_lists_its_profiles_with_the_last_player_fastest() -> None:
    one = chicken(dict(reversed(PAYOFFS.items())))
    assert one == chicken()
    assert hash(one) == hash(chicken())
    assert one.profiles == one.outcomes == tuple(PAYOFFS)
    assert one.exact().tolist() == [[[0, 0], [-1, 1]], [[1, -1], [-5, -5]]]


@pytest.mark.parametrize("profile", list(PAYOFFS))
def test_a_missing_profile_is_named(profile: tuple[str, str]) -> None:
    rest = {k: v for k, v in PAYOFFS.items() if k != profile}
    with pytest.raises(GameError) as error:
        chicken(rest)
    assert f"profile {profile} needs 2 payoffs" in str(error.value)


@pytest.mark.parametrize(
    "profile", [("stand", "duck"), ("stand",), ("A", "B", "C"), "stand", (1, 2)]
)
def test_an_unknown_profile_is_named(profile: Any) -> None:
    with pytest.raises(GameError, match=r"payoffs name the profile .*not in the game"):
        chicken({**PAYOFFS, profile: (0, 0)})


@pytest.mark.parametrize("row", [(1,), (1, 2, 3), 5, None, "x"])
def test_a_profile_has_a_payoff_for_each_player(row: Any) -> None:
    with pytest.raises(GameError, match=r"\('stand', 'stand'\) needs 2 payoffs, one for each of"):
        chicken({**PAYOFFS, ("stand", "stand"): row})


@pytest.mark.parametrize("payoff", ["1", None, True, float("nan"), float("inf")])
def test_payoffs_are_finite_numbers(payoff: Any) -> None:
    with pytest.raises(GameError, match=r"a payoff of \('stand', 'stand'\) is"):
        chicken({**PAYOFFS, ("stand", "stand"): (0, payoff)})


@pytest.mark.parametrize(
    ("players", "actions", "message"),
    [
        (("A",), (STAND, STAND), "1 players and 2 lists of actions"),
        (("A", "B"), (STAND, ()), "one non-empty list for each player"),
        ((), (), "one non-empty list for each player"),
        (("A", "A"), (STAND, STAND), "two players have one name"),
        (("A", "B"), (STAND, ("go", "go")), "actions of 'B' are .*each needs its own name"),
        (("A", "B"), (STAND, (0, 1)), "an action of 'B' is 0; give a non-empty text"),
    ],
)
def test_players_and_actions_are_checked(players: Any, actions: Any, message: str) -> None:
    payoffs = dict.fromkeys(product(*actions), (0,) * len(players))
    with pytest.raises(GameError, match=message):
        NormalFormGame(players, actions, payoffs)


@pytest.mark.parametrize("payoffs", [[[0, 1], [2, 3]], None, np.eye(2), [("yield", "yield")]])
def test_payoffs_are_by_profile_and_arrays_have_their_own_door(payoffs: Any) -> None:
    with pytest.raises(
        GameError, match=r"for one array per player use NormalFormGame\.from_arrays"
    ):
        chicken(payoffs)


def test_profiles_that_read_alike_are_refused() -> None:
    actions = (("a", "a, b"), ("b, c", "c"))
    payoffs = dict.fromkeys(product(*actions), (0, 0))
    with pytest.raises(GameError, match="read alike; rename an action"):
        NormalFormGame(("A", "B"), actions, payoffs)


# From arrays.


def test_arrays_are_indexed_by_the_players_in_order() -> None:
    rows, columns = [[0, -1], [1, -5]], [[0, 1], [-1, -5]]
    one = NormalFormGame.from_arrays(rows, columns, players=("A", "B"), actions=(STAND, STAND))
    assert one == chicken()
    assert NormalFormGame.from_arrays(np.array(rows), np.array(columns)).players == ("1", "2")
    assert NormalFormGame.from_arrays(rows, columns).actions == (("1", "2"), ("1", "2"))


def test_arrays_need_not_be_square_and_hold_exact_numbers_and_expressions() -> None:
    one = NormalFormGame.from_arrays([[0.1, COST, 0]], [[Fraction(1, 3), 2, -COST]])
    assert one.actions == (("1",), ("1", "2", "3"))
    assert one.exact()[0].tolist() == [[Fraction(1, 10), Fraction(1, 3)], [5, 2], [0, -5]]
    assert list(one.parameters) == ["cost"]


@pytest.mark.parametrize("n", [1, 3, 4])
def test_any_number_of_players(n: int) -> None:
    shape = (2, 3, 2, 2)[:n]
    tables = [np.arange(np.prod(shape)).reshape(shape) * 10 + i for i in range(n)]
    one = NormalFormGame.from_arrays(*tables)
    assert np.array_equal(one.exact().astype(int), np.stack(tables, axis=-1))
    assert len(one.profiles) == np.prod(shape)
    tree = one.to_extensive()
    assert len(tree.compiled.ends) == np.prod(shape)
    assert len(tree.information_sets) == n


@pytest.mark.parametrize(
    "tables",
    [
        (),
        ([[1, 2], [3, 4]],),
        ([1, 2], [3, 4]),
        ([[1, 2]], [[1], [2]]),
        ([[1, 2], [3]], [[1, 2], [3, 4]]),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 2))),
    ],
)
def test_arrays_of_other_shapes_are_refused_with_the_shape_expected(tables: Any) -> None:
    n = len(tables)
    with pytest.raises(GameError, match=f"{n} players need {n} arrays of one shape with {n} axes"):
        NormalFormGame.from_arrays(*tables)


def test_names_of_actions_fit_the_arrays() -> None:
    with pytest.raises(GameError, match=r"the arrays have shape \(2, 2\); actions are"):
        NormalFormGame.from_arrays(np.eye(2), np.eye(2), actions=(STAND, ("go",)))
    with pytest.raises(GameError, match="1 players and 2 lists"):
        NormalFormGame.from_arrays(np.eye(2), np.eye(2), players=("A",))


# Parameters.


def test_values_replace_defaults() -> None:
    one = with_cost()
    assert one.exact()[1, 1].tolist() == [-5, -5]
    assert one.at(cost=0.1).exact()[1, 1].tolist() == [Fraction(-1, 10)] * 2
    assert one.at(cost=0.1).at(cost=2) == one.at(cost=2)
    assert one.at(cost=2) != one
    assert chicken({**one.payoffs}, cost=2) == one.at(cost=2)


def test_values_are_checked() -> None:
    for wrong, error in (({"costs": 1}, UnknownName), ({"cost": -1}, GameError)):
        with pytest.raises(error):
            with_cost().at(**wrong)
        with pytest.raises(error):
            chicken({**with_cost().payoffs}, **wrong)
    with pytest.raises(GameError, match="the game has no parameters"):
        chicken().at(cost=1)


def test_a_normal_form_cannot_be_changed() -> None:
    one = with_cost()
    with pytest.raises(TypeError):
        one.payoffs["stand", "stand"] = (0, 0)  # type: ignore[index]
    with pytest.raises(AttributeError):
        one.players = ("C", "D")  # type: ignore[misc]


# Other forms.


def test_nashpy_gets_floats_and_finds_the_three_equilibria() -> None:
    game = with_cost().at(cost=3).to_nashpy()
    assert game.payoff_matrices[0].tolist() == [[0, -1], [1, -3]]
    assert game.payoff_matrices[1].tolist() == [[0, 1], [-1, -3]]
    assert len(list(game.support_enumeration())) == 3


def test_nashpy_takes_two_players() -> None:
    three = NormalFormGame.from_arrays(*[np.zeros((2, 2, 2))] * 3)
    with pytest.raises(NotApplicable, match=r"nashpy takes two players; .*\('1', '2', '3'\)"):
        three.to_nashpy()


def test_in_the_tree_nobody_sees_what_the_others_chose() -> None:
    tree = with_cost().at(cost=2).to_extensive()
    assert [(h.player, h.record) for h in tree.information_sets] == [("A", ()), ("B", ())]
    assert tree.compiled.node_sets == (0, 1, 1)
    assert tree.values == {"cost": 2}


def test_the_ends_of_the_tree_are_the_profiles() -> None:
    one = with_cost()
    tree = one.to_extensive()
    assert tree.outcomes == tuple(", ".join(p) for p in one.profiles)
    numbers = tree.exact()
    assert numbers.payoffs.tolist() == one.exact().reshape(4, 2).tolist()
    assert numbers.shares.tolist() == np.eye(4, dtype=int).tolist()


def test_outcomes_of_equilibria_are_profiles() -> None:
    found = solve(chicken(), "pure-nash")
    assert {max(e.outcomes, key=lambda o: e.outcomes[o]) for e in found} == {
        ("yield", "stand"),
        ("stand", "yield"),
    }


# Copies.


@pytest.mark.parametrize("one", [chicken(), with_cost(), with_cost().at(cost=2)])
def test_normal_forms_come_back_whole(one: NormalFormGame) -> None:
    for twin in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one), replace(one)):
        assert twin == one
        assert hash(twin) == hash(one)
        assert twin.exact().tolist() == one.exact().tolist()
        assert twin.parameters == one.parameters


def test_normal_forms_differ_when_anything_does() -> None:
    assert chicken() != with_cost()
    assert chicken() != replace(chicken(), players=("A", "C"))
    assert chicken() != chicken({**PAYOFFS, ("stand", "stand"): (-5, -4)})
    assert chicken() != "chicken"
