"""Compiled games: arrays in the order of the tree, and many points at once."""

from __future__ import annotations

import pickle
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
import sympy as sp
from generators import random_tree

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    Parameter,
    UnknownName,
    chance,
    end,
    move,
    tell,
)
from crisisgames.games import InformationSet, Node, Numbers, Visit
from crisisgames.games.tree import Chance, End, Move, Tell

X, Y = (Parameter(n, (0, 1), d) for n, d in (("x", 0.3), ("y", 0.6)))
COST = Parameter("cost", (0, 9), 2)


def tree(p: Any = X, cost: Any = COST, share: Any = Y) -> Node:
    fight = end({"war:deliberate": share, "standoff": 1 - share}, (1 - cost, -cost))
    reply = move("B", {"yield": end("concession", (1, 0)), "resist": fight})
    return move(
        "A",
        {
            "refrain": end("calm", (0, 0)),
            "probe": chance({"seen": (p, tell({"B": "seen"}, reply)), "hid": (1 - p, reply)}),
        },
    )


GAME = ExtensiveFormGame(tree(), ("A", "B"))
COMPILED = GAME.compiled


# Structure.


def test_the_tree_is_listed_in_the_order_of_a_walk() -> None:
    c = COMPILED
    assert c.players == ("A", "B")
    assert c.information_sets == (
        InformationSet("A", (), ("refrain", "probe"), ()),
        InformationSet("B", ("seen",), ("yield", "resist"), (False,)),
        InformationSet("B", (), ("yield", "resist"), ()),
    )
    assert c.nodes == (
        Visit((), (), ()),
        Visit(("probe", "seen"), (0,), ((0, 1),)),
        Visit(("probe", "hid"), (1,), ((0, 1),)),
    )
    assert c.node_sets == (0, 1, 2)
    assert [v.history for v in c.ends] == [
        ("refrain",),
        ("probe", "seen", "yield"),
        ("probe", "seen", "resist"),
        ("probe", "hid", "yield"),
        ("probe", "hid", "resist"),
    ]
    assert c.ends[4].decisions == ((0, 1), (2, 1))
    assert c.outcomes == ("calm", "concession", "war:deliberate", "standoff")
    assert c.branch_places == (("chance(seen, hid)", "seen"), ("chance(seen, hid)", "hid"))
    assert c.branch_groups == (0, 0)


def test_places_have_names() -> None:
    assert [v.label for v in COMPILED.nodes] == ["the start", "probe > seen", "probe > hid"]
    assert [h.label for h in COMPILED.information_sets] == ["start", "seen", "start"]


def test_numbers_follow_that_order() -> None:
    numbers = GAME.exact()
    assert numbers.branches.tolist() == [Fraction(3, 10), Fraction(7, 10)]
    assert numbers.payoffs.tolist() == [[0, 0], [1, 0], [-1, -2], [1, 0], [-1, -2]]
    war = [0, 0, Fraction(6, 10), Fraction(4, 10)]
    assert numbers.shares.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0], war, [0, 1, 0, 0], war]
    assert numbers.chance(COMPILED.nodes).tolist() == [1, Fraction(3, 10), Fraction(7, 10)]
    assert numbers.chance(()).shape == (0,)


def test_roles_say_what_a_parameter_changes() -> None:
    assert COMPILED.roles == {"cost": ("payoffs",), "x": ("probabilities",), "y": ("shares",)}
    every = ExtensiveFormGame(tree(X, X, X), ("A", "B")).compiled
    assert every.roles == {"x": ("probabilities", "payoffs", "shares")}


def test_a_game_without_parameters_has_no_roles() -> None:
    half = Fraction(1, 2)
    assert ExtensiveFormGame(tree(half, 0, half), ("A", "B")).compiled.roles == {}


def test_arrays_of_random_trees_are_those_of_an_independent_walk() -> None:
    rng = Random(5)
    for _ in range(40):
        game = random_tree(rng, depth=4)
        numbers = game.exact()
        rows = list(ends(game.root, Fraction(1), ()))
        assert [v.history for v in game.compiled.ends] == [h for h, _, _ in rows]
        assert numbers.chance(game.compiled.ends).tolist() == [p for _, p, _ in rows]
        assert numbers.payoffs.tolist() == [u for _, _, u in rows]
        assert game.floats().payoffs.tolist() == [[float(v) for v in u] for _, _, u in rows]


def ends(node: Node, p: Fraction, history: tuple[str, ...]) -> Any:
    if isinstance(node, Chance):
        for label, q, subtree in node.branches:
            yield from ends(subtree, p * Fraction(int(q.p), int(q.q)), (*history, label))
    elif isinstance(node, Tell):
        yield from ends(node.subtree, p, history)
    elif isinstance(node, Move):
        for action, subtree in node.branches:
            yield from ends(subtree, p, (*history, action))
    else:
        assert isinstance(node, End)
        yield history, p, [u for _, u in node.payoffs]


# Many points.


def test_arrays_of_values_give_arrays_of_numbers_point_by_point() -> None:
    rng = np.random.default_rng(7)
    values = {"x": rng.random(25), "y": rng.random(25), "cost": 9 * rng.random(25)}
    many = COMPILED.floats(values)
    assert many.branches.shape == (25, 2)
    assert many.payoffs.shape == (25, 5, 2)
    assert many.shares.shape == (25, 5, 4)
    for k in range(25):
        point = {n: float(v[k]) for n, v in values.items()}
        one, right = COMPILED.floats(point), COMPILED.exact(point)
        for part in ("branches", "payoffs", "shares"):
            column = getattr(many, part)[k]
            assert np.array_equal(column, getattr(one, part))
            assert column == pytest.approx(getattr(right, part).astype(float), abs=1e-15)


def test_values_are_broadcast() -> None:
    x, y = np.linspace(0, 1, 4)[:, None], np.linspace(0, 1, 3)
    grid = COMPILED.floats({"x": x, "y": y, "cost": 5})
    assert grid.branches.shape == (4, 3, 2)
    assert grid.payoffs.shape == (4, 3, 5, 2)
    assert np.array_equal(grid.branches[:, 0, 0], x[:, 0])
    assert np.array_equal(grid.shares[2, :, 2, 2], y)
    assert (grid.payoffs[..., 2, 1] == -5).all()


def test_chance_of_reaching_a_place_over_many_points() -> None:
    x = np.linspace(0, 1, 5)
    reached = COMPILED.floats({"x": x}).chance(COMPILED.nodes)
    assert reached == pytest.approx(np.stack([np.ones(5), x, 1 - x], axis=-1))


def test_products_without_moves_of_nature_are_exact_and_have_a_value_for_every_point() -> None:
    game = ExtensiveFormGame(end("o", (X,)), ("A",))
    certain = game.exact().chance(game.compiled.ends)
    assert [type(p) for p in certain] == [Fraction]
    assert certain.tolist() == [1]
    many = game.compiled.floats({"x": np.linspace(0, 1, 4)})
    assert many.chance(game.compiled.ends).tolist() == [[1.0]] * 4


@pytest.mark.parametrize("value", [[0.2, 0.4], (0.2, 0.4), np.array([0.2, 0.4], dtype=np.float32)])
def test_lists_and_single_precision_count_as_arrays(value: Any) -> None:
    assert COMPILED.floats({"x": value}).branches[:, 0] == pytest.approx([0.2, 0.4], abs=1e-7)


@pytest.mark.parametrize(
    "value", [0.5, Fraction(1, 2), np.float64(0.5), np.array(0.5), sp.Rational(1, 2)]
)
def test_one_value_gives_one_point(value: Any) -> None:
    numbers = COMPILED.floats({"x": value})
    assert numbers.branches.tolist() == [0.5, 0.5]
    assert numbers.payoffs.shape == (5, 2)


def test_no_points_at_all_give_empty_arrays() -> None:
    numbers = COMPILED.floats({"x": np.array([])})
    assert numbers.payoffs.shape == (0, 5, 2)


def test_a_game_without_parameters_has_one_point() -> None:
    one = ExtensiveFormGame(tree(Fraction(1, 2), 1, Fraction(1, 3)), ("A", "B"))
    numbers = one.compiled.floats({})
    assert numbers.payoffs.shape == (5, 2)
    assert numbers.shares[2].tolist() == pytest.approx([0, 0, 1 / 3, 2 / 3])


def test_the_default_is_read_as_the_decimal_on_both_routes() -> None:
    assert GAME.floats().branches[0] == 0.3
    assert GAME.exact().branches[0] == Fraction(3, 10)


# Errors over many points.


def test_unknown_parameters_are_found_whatever_their_value() -> None:
    for value in (0.5, np.array([0.5, 0.6])):
        with pytest.raises(UnknownName, match="no parameter named 'costs'; did you mean 'cost'"):
            COMPILED.floats({"costs": value})
        with pytest.raises(UnknownName):
            COMPILED.exact({"costs": value})


@pytest.mark.parametrize("bad", [1.5, -0.1, np.nan, np.inf])
def test_one_value_outside_the_domain_is_found_among_many(bad: float) -> None:
    with pytest.raises(GameError, match=rf"parameter 'x' is {bad}; allowed is 0 to 1"):
        COMPILED.floats({"x": np.array([[0.1, 0.2], [bad, 0.3]])})


def test_infinity_is_no_value_of_an_unbounded_parameter() -> None:
    wide = Parameter("w", (0, float("inf")), 1)
    one = ExtensiveFormGame(end("o", (wide,)), ("A",)).compiled
    with pytest.raises(GameError, match="parameter 'w' is inf"):
        one.floats({"w": np.array([1.0, np.inf])})


@pytest.mark.parametrize("value", ["0.5", None, True, 1j])
def test_what_is_no_number_is_no_value(value: Any) -> None:
    with pytest.raises(GameError, match="give a finite real number"):
        COMPILED.floats({"x": value})


def test_shapes_that_do_not_broadcast_are_named() -> None:
    with pytest.raises(GameError, match=r"do not broadcast: x \(2,\), y \(3,\)"):
        COMPILED.floats({"x": np.zeros(2), "y": np.zeros(3)})


def test_the_first_point_with_a_wrong_probability_is_named() -> None:
    one = ExtensiveFormGame(tree(X + Y), ("A", "B")).compiled
    grid = {"x": np.array([[0.1], [0.8]]), "y": np.array([0.1, 0.7])}
    with pytest.raises(GameError, match=r"'seen' in chance\(seen, hid\) is 1.5 at x=0.8, y=0.7"):
        one.floats(grid)


def test_the_first_point_with_a_wrong_share_is_named() -> None:
    one = ExtensiveFormGame(tree(share=2 * X), ("A", "B")).compiled
    with pytest.raises(GameError, match=r"'war:deliberate' at the end of 'probe > seen > resist'"):
        one.floats({"x": np.array([0.1, 0.5, 0.75])})
    assert one.floats({"x": np.array([0.1, 0.5])}).shares.shape == (2, 5, 4)


def test_the_first_point_with_a_wrong_sum_is_named() -> None:
    p = sp.Piecewise((X, 1 - sp.Rational(1, 200) >= X), (0, True))
    one = ExtensiveFormGame(
        chance({"a": (p, end("o", (0,))), "b": (1 - X, end("o", (0,)))}), ("A",)
    ).compiled
    with pytest.raises(GameError, match=r"chance\(a, b\) sum to 0 at x=1.0; they must sum to 1"):
        one.floats({"x": np.array([0.2, 1.0])})


def test_a_probability_that_is_no_number_is_found() -> None:
    p = X / (X + Y)
    one = ExtensiveFormGame(tree(p), ("A", "B")).compiled
    assert one.floats({"x": [0, 1], "y": [1, 0]}).branches[:, 0].tolist() == [0, 1]
    for values in ({"x": 0.0, "y": 0.0}, {"x": np.zeros(2), "y": np.array([1.0, 0.0])}):
        with pytest.raises(
            GameError, match=r"'seen' in chance\(seen, hid\) is nan at x=0.0, y=0.0"
        ):
            one.floats(values)


def test_rounding_in_floating_point_is_forgiven() -> None:
    tenth = sp.Rational(1, 10)
    parts = {f"b{k}": (X * tenth, end("o", (0,))) for k in range(10)}
    one = ExtensiveFormGame(chance({**parts, "rest": (1 - X, end("o", (0,)))}), ("A",)).compiled
    assert one.floats({"x": np.linspace(0, 1, 101)}).branches.shape == (101, 11)


# Copies.


def test_compiled_games_and_numbers_come_back_whole() -> None:
    numbers = GAME.floats()
    again = pickle.loads(pickle.dumps(COMPILED))
    assert again.information_sets == COMPILED.information_sets
    assert again.ends == COMPILED.ends
    assert np.array_equal(again.floats({}).payoffs, numbers.payoffs)
    twin: Numbers = pickle.loads(pickle.dumps(GAME.exact()))
    assert np.array_equal(twin.payoffs, GAME.exact().payoffs)


def test_comparing_numbers_raises_no_error() -> None:
    assert GAME.exact() != COMPILED.exact(GAME.values)


def test_exact_numbers_are_computed_once_and_never_for_other_values() -> None:
    stake = Parameter("stake", (0, 5), default=1)
    ends = {"go": end("go", {"A": stake}), "stay": end("stay", {"A": 0})}
    game = ExtensiveFormGame(move("A", ends))
    numbers = game.exact()
    assert game.exact() is numbers
    other = game.at(stake=2)
    assert other.exact().payoffs[0, 0] == 2
    assert game.exact().payoffs[0, 0] == numbers.payoffs[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        numbers.payoffs[0, 0] = Fraction(9)
