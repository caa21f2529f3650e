"""Signaling games: tables in all the forms in which people write them."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from acceptance import beer_quiche

from crisisgames import GameError, Parameter, SignalingGame, UnknownName, solve

TYPES, MESSAGES, ACTIONS = ("weak", "strong"), ("silent", "threat"), ("yield", "stand", "attack")
SENDER = [[[1, 0, -3], [2, 0, -4]], [[1, 0, -1], [2, 1, 0.5]]]
RECEIVER = [[[0, 1, 2], [-1, 0, 1]], [[0, 1, -2], [-1, -2, -3]]]
P = Parameter("p", (0, 1), 0.4, "probability that the sender is weak")
COST = Parameter("cost", (0, 5), 1)


def game(prior: Any = (0.4, 0.6), sender: Any = SENDER, receiver: Any = RECEIVER) -> SignalingGame:
    return SignalingGame(TYPES, MESSAGES, ACTIONS, prior, sender, receiver)


def by_name(table: Any) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        t: {m: {a: table[i][j][k] for k, a in enumerate(ACTIONS)} for j, m in enumerate(MESSAGES)}
        for i, t in enumerate(TYPES)
    }


@pytest.mark.parametrize(
    "write",
    [
        lambda table: table,
        lambda table: tuple(tuple(tuple(row) for row in rows) for rows in table),
        np.array,
        lambda table: np.array(table, dtype=object),
        lambda table: [np.array(rows) for rows in table],
        by_name,
        lambda table: dict(reversed(by_name(table).items())),
        lambda table: dict(zip(TYPES, table, strict=True)),
        lambda table: [dict(zip(MESSAGES, rows, strict=True)) for rows in table],
    ],
)
def test_lists_arrays_and_mappings_describe_one_game(write: Any) -> None:
    other = game(sender=write(SENDER), receiver=write(RECEIVER))
    assert other == game()
    assert hash(other) == hash(game())
    assert other.sender_payoffs[1][1][2] == sp.Rational(1, 2)


@pytest.mark.parametrize(
    "prior",
    [
        [0.4, 0.6],
        np.array([0.4, 0.6]),
        {"strong": 0.6, "weak": 0.4},
        (Fraction(2, 5), Fraction(3, 5)),
    ],
)
def test_the_prior_comes_in_order_or_by_type(prior: Any) -> None:
    assert game(prior) == game()
    assert game(prior).prior == (sp.Rational(2, 5), sp.Rational(3, 5))


@pytest.mark.parametrize(
    "wrong",
    [
        SENDER[:1],
        [SENDER[0], SENDER[1], SENDER[1]],
        [rows[:1] for rows in SENDER],
        [[row[:2] for row in rows] for rows in SENDER],
        [[[*row, 0] for row in rows] for rows in SENDER],
        [[sum(row) for row in rows] for rows in SENDER],
        [[[[u] for u in row] for row in rows] for rows in SENDER],
        np.zeros((2, 3, 2)),
        np.zeros(12),
        {"weak": SENDER[0]},
        {**by_name(SENDER), "odd": SENDER[0]},
        {"weak": SENDER[0], "resolute": SENDER[1]},
        "payoffs",
        None,
        7,
        P,
    ],
)
def test_tables_of_another_shape_are_refused_with_the_shape_expected(wrong: Any) -> None:
    for name in ("sender", "receiver"):
        with pytest.raises(GameError, match=rf"{name}_payoffs") as error:
            game(**{name: wrong})
        if np.ndim(wrong) != 4:
            assert "[type][message][action] with shape (2, 2, 3)" in str(error.value)


@pytest.mark.parametrize("entry", [None, "1", True, float("nan"), float("inf"), sp.oo])
def test_entries_are_finite_numbers_or_expressions(entry: Any) -> None:
    wrong = [[[entry, 0, 0], [0, 0, 0]], SENDER[1]]
    with pytest.raises(GameError, match="an entry of receiver_payoffs is"):
        game(receiver=wrong)


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ((0.4, 0.5), "sum to 9/10"),
        ((0.4,), "give one probability for each of"),
        ((0.4, 0.3, 0.3), "give one probability for each of"),
        ({"weak": 1}, r"prior names \('weak',\); the types are \('weak', 'strong'\)"),
        ({"weak": 0.4, "strong": 0.6, "mad": 0}, "the types are"),
        ((-0.2, 1.2), "allowed is 0 to 1"),
        ((0, 1), "constant probability 0"),
        ((None, 1), "the prior of 'weak' is None"),
        (None, "give one probability for each of"),
        (0.4, "give one probability for each of"),
        ((P, P), "sum to"),
    ],
)
def test_the_prior_is_a_probability_of_each_type(prior: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        game(prior)


@pytest.mark.parametrize("field", ["types", "messages", "actions"])
@pytest.mark.parametrize("labels", [(), ("a", "a")])
def test_labels_are_there_and_differ(field: str, labels: tuple[str, ...]) -> None:
    with pytest.raises(GameError, match=f"{field} are .*each with its own name"):
        replace(game(), **{field: labels})


def test_labels_are_texts() -> None:
    with pytest.raises(GameError, match="give a non-empty text"):
        replace(game(), messages=(1, 2))


@pytest.mark.parametrize("field", ["types", "messages", "actions"])
@pytest.mark.parametrize("wrong", [("a", ""), ("a", None), ("a > b", "c"), "ab"])
def test_labels_are_a_sequence_of_names_that_can_be_steps_of_a_history(
    field: str, wrong: Any
) -> None:
    with pytest.raises(GameError, match=r"give a non-empty text|leave out ' > '|sequence of names"):
        replace(game(), **{field: wrong})


def test_outcomes_that_read_alike_are_refused() -> None:
    """As text both are "a, b, c", so their probabilities would be added up."""
    table = [[[0, 0], [0, 0]]]
    with pytest.raises(GameError, match=r"outcomes .* and .* read alike; rename an action"):
        SignalingGame(("t",), ("a", "a, b"), ("b, c", "c"), (1,), table, table)
    one = SignalingGame(("t",), ("a", "b, c"), ("d", "e, f"), (1,), table, table)
    assert len(solve(one)[0].outcomes) == 4


@pytest.mark.parametrize("players", [("S",), ("S", "R", "U")])
def test_there_are_two_players(players: Any) -> None:
    with pytest.raises(GameError, match="give the sender and the receiver"):
        replace(game(), players=players)


def test_the_two_players_have_two_names() -> None:
    with pytest.raises(GameError, match="two players have one name"):
        replace(game(), players=("S", "S"))
    assert replace(game(), players=["S", "R"]).players == ("S", "R")


# As a tree.


def test_the_tree_has_the_sender_know_its_type_and_the_receiver_the_message() -> None:
    tree = game().to_extensive()
    assert tree.players == ("sender", "receiver")
    assert [(h.player, h.record, h.actions) for h in tree.information_sets] == [
        ("sender", ("weak",), MESSAGES),
        ("receiver", ("silent",), ACTIONS),
        ("receiver", ("threat",), ACTIONS),
        ("sender", ("strong",), MESSAGES),
    ]


def test_the_tree_has_the_payoffs_of_the_tables() -> None:
    tree = game().to_extensive()
    numbers = tree.exact()
    chance = numbers.chance(tree.compiled.ends)
    for visit, p, u in zip(tree.compiled.ends, chance, numbers.payoffs, strict=True):
        t, m, a = visit.history
        i, j, k = TYPES.index(t), MESSAGES.index(m), ACTIONS.index(a)
        assert p == (Fraction(2, 5), Fraction(3, 5))[i]
        assert list(u) == [Fraction(str(table[i][j][k])) for table in (SENDER, RECEIVER)]


def test_outcomes_are_the_pairs_of_message_and_action() -> None:
    assert game().outcomes == tuple((m, a) for m in MESSAGES for a in ACTIONS)
    assert game().to_extensive().outcomes == tuple(f"{m}, {a}" for m, a in game().outcomes)


# Parameters.


def with_parameters() -> SignalingGame:
    sender = [[[1, 0, -3 * COST], [2, 0, -4]], SENDER[1]]
    return game((P, 1 - P), sender=sender)


def test_prior_and_payoffs_may_have_parameters() -> None:
    one = with_parameters()
    assert list(one.parameters) == ["cost", "p"]
    numbers = one.at(p=0.25).at(cost=2).to_extensive().exact()
    assert numbers.branches.tolist() == [Fraction(1, 4), Fraction(3, 4)]
    assert numbers.payoffs[2].tolist() == [-6, 2]
    assert one.at(p=0.25).values == {"p": 0.25}


def test_values_are_checked_when_the_game_is_made_and_when_they_are_set() -> None:
    one = with_parameters()
    assert replace(one, values={"p": 0.25}) == one.at(p=0.25)
    for wrong, error in (({"q": 1}, UnknownName), ({"p": 2}, GameError)):
        with pytest.raises(error):
            replace(one, values=wrong)
        with pytest.raises(error):
            one.at(**wrong)


def test_a_type_may_have_the_probability_zero_at_some_values() -> None:
    assert with_parameters().at(p=0).to_extensive().exact().branches.tolist() == [0, 1]


def test_a_game_at_other_values_is_another_game() -> None:
    one = with_parameters()
    assert one.at(p=0.25) == one.at(p=0.25)
    assert hash(one.at(p=0.25)) == hash(one.at(p=0.25))
    assert one.at(p=0.25) != one
    assert one != game()
    assert one != "game"


# Copies.


@pytest.mark.parametrize("one", [game(), with_parameters().at(p=0.3), beer_quiche()])
def test_signaling_games_come_back_whole(one: SignalingGame) -> None:
    for twin in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert twin == one
        assert hash(twin) == hash(one)
        assert twin.to_extensive() == one.to_extensive()
        assert twin.parameters == one.parameters


def test_a_copy_can_be_solved_and_set_to_other_values() -> None:
    twin = pickle.loads(pickle.dumps(with_parameters()))
    assert twin.at(p=0.1) == with_parameters().at(p=0.1)
    again = pickle.loads(pickle.dumps(beer_quiche()))
    assert solve(again).bounds(("beer", "not")) == solve(beer_quiche()).bounds(("beer", "not"))


def test_a_signaling_game_cannot_be_changed() -> None:
    one = with_parameters().at(p=0.3)
    with pytest.raises(AttributeError):
        one.prior = (1, 0)  # type: ignore[assignment, misc]
    with pytest.raises(TypeError):
        one.values["p"] = 1  # type: ignore[index]
