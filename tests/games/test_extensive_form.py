"""Extensive-form games: what is checked when, values of parameters, depth and width."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    Parameter,
    UnknownName,
    chance,
    end,
    graft,
    move,
    solve,
    tell,
    verify,
)
from crisisgames.games import Node
from crisisgames.games.compile import MAX_DEPTH

X, Y = (Parameter(n, (0, 1), d) for n, d in (("x", 0.3), ("y", 0.6)))
CALM = end("calm", (0, 0))
WAR = end("war", (-1, -2))


def game(root: Node, players: tuple[str, ...] = ("A", "B"), **values: Any) -> ExtensiveFormGame:
    return ExtensiveFormGame(root, players, values=values)


def lottery(*probabilities: Any) -> Node:
    return chance({f"b{k}": (p, CALM) for k, p in enumerate(probabilities)})


# Players and their payoffs.


def test_without_a_list_the_players_are_those_whom_the_payoffs_name() -> None:
    tree = move("B", {"l": end("o", {"A": 1, "B": 2}), "r": end("o", {"B": 3, "A": 4})})
    found = ExtensiveFormGame(tree)
    assert found.players == ("A", "B")
    assert found.exact().payoffs.tolist() == [[1, 2], [4, 3]]


def test_a_player_that_never_moves_has_payoffs_all_the_same() -> None:
    assert game(move("A", {"l": CALM, "r": WAR})).exact().payoffs.tolist() == [[0, 0], [-1, -2]]


def test_payoffs_in_order_need_the_list_of_players() -> None:
    with pytest.raises(GameError, match=r"do not name the players; give players=\('A', 'B'\)"):
        ExtensiveFormGame(CALM)


def test_some_ends_may_name_the_players_and_others_not() -> None:
    tree = move("A", {"l": end("o", (1, 2)), "r": end("o", {"B": 3, "A": 4})})
    assert game(tree).exact().payoffs.tolist() == [[1, 2], [4, 3]]


@pytest.mark.parametrize("payoffs", [(1,), (1, 2, 3), [0.5]])
def test_as_many_payoffs_as_players(payoffs: Any) -> None:
    with pytest.raises(GameError) as error:
        game(move("A", {"stay": CALM, "go": end("war", payoffs)}))
    assert f"the end of 'go' has {len(payoffs)} payoffs" in str(error.value)
    assert "('A', 'B'), so give 2" in str(error.value)


@pytest.mark.parametrize("payoffs", [{"A": 1}, {"A": 1, "C": 2}, {"A": 1, "B": 2, "C": 3}, {}, ()])
def test_payoffs_go_to_the_players_and_to_nobody_else(payoffs: Any) -> None:
    with pytest.raises(GameError, match=r"the end of 'go' gives payoffs to .*; this game has"):
        game(move("A", {"stay": CALM, "go": end("war", payoffs)}))


@pytest.mark.parametrize("players", [("A", "A"), ("A", "B", "A")])
def test_two_players_of_one_name_are_an_error(players: tuple[str, ...]) -> None:
    with pytest.raises(GameError, match="two players have one name"):
        game(CALM, players)


def test_a_text_is_no_list_of_players() -> None:
    with pytest.raises(GameError, match="players is 'AB'; give a tuple of names"):
        game(CALM, "AB")  # type: ignore[arg-type]


def test_a_game_may_have_one_player_or_no_moves_at_all() -> None:
    assert game(end("calm", (7,)), ("A",)).exact().payoffs.tolist() == [[7]]
    assert game(CALM).information_sets == ()
    many = tuple("ABCDEFG")
    assert game(end("calm", range(7)), many).exact().payoffs.tolist() == [list(range(7))]


# Probabilities and shares with parameters.


def test_probabilities_that_never_sum_to_one_are_found_when_the_game_is_made() -> None:
    with pytest.raises(
        GameError, match=r"probabilities of chance\(b0, b1\) sum to .* at x=.*; they"
    ):
        game(lottery(X, 1 - X / 2))


def test_shares_that_never_sum_to_one_are_found_when_the_game_is_made() -> None:
    tree = move("A", {"go": end({"war": X, "calm": Y}, (0, 0))})
    with pytest.raises(GameError, match=r"outcome shares at the end of 'go' sum to .* at x=.*, y="):
        game(tree)


def test_only_the_parameters_at_fault_are_named() -> None:
    tree = move("A", {"l": lottery(X, X), "r": end("o", (Y, 0))})
    with pytest.raises(GameError) as error:
        game(tree)
    assert "x=" in str(error.value)
    assert "y=" not in str(error.value)


@pytest.mark.parametrize(
    "probabilities",
    [
        (X, 1 - X),
        (X * Y, X * (1 - Y), 1 - X),
        (X / (X + Y), Y / (X + Y)),
        (sp.Min(X, Y), 1 - sp.Min(X, Y)),
        (sp.Piecewise((X, X > Y), (Y, True)), 1 - sp.Max(X, Y)),
        (sp.sqrt(X), 1 - sp.sqrt(X)),
        (X**Y, 1 - X**Y),
        (1 / (1 + sp.exp(X - Y)), 1 / (1 + sp.exp(Y - X))),
        (sp.cos(X) ** 2, sp.sin(X) ** 2),
    ],
)
def test_probabilities_that_always_sum_to_one_pass(probabilities: tuple[Any, ...]) -> None:
    one = game(lottery(*probabilities))
    assert float(abs(sum(one.exact().branches) - 1)) < 1e-30
    assert sum(one.floats().branches) == pytest.approx(1)
    assert one.at(x=0.9).exact().branches.min() >= 0


def test_probabilities_may_be_right_on_part_of_the_domains_only() -> None:
    """Three branches from two parameters: they sum to one everywhere, and fit where x + y <= 1."""
    one = game(lottery(X, Y, 1 - X - Y))
    assert list(one.exact().branches) == [Fraction(3, 10), Fraction(6, 10), Fraction(1, 10)]
    message = (
        r"probability of 'b2' in chance\(b0, b1, b2\) is -0.3 at x=.*, y=.*; allowed is 0 to 1"
    )
    with pytest.raises(GameError, match=message):
        one.at(x=0.7).exact()
    with pytest.raises(GameError, match=message):
        one.at(x=0.7).floats()


def test_a_probability_above_one_is_found_where_it_is_evaluated() -> None:
    one = game(lottery(2 * X, 1 - 2 * X))
    assert list(one.exact().branches) == [Fraction(6, 10), Fraction(4, 10)]
    with pytest.raises(GameError, match=r"'b0' in chance\(b0, b1\) is 1.6 at x=0.8; allowed"):
        one.at(x=0.8).exact()


def test_a_share_outside_its_range_is_found_where_it_is_evaluated() -> None:
    one = game(move("A", {"go": end({"war": 2 * X, "calm": 1 - 2 * X}, (0, 0))}))
    assert one.exact().shares.tolist() == [[Fraction(6, 10), Fraction(4, 10)]]
    for evaluate in (ExtensiveFormGame.exact, ExtensiveFormGame.floats):
        with pytest.raises(GameError, match=r"share of 'war' at the end of 'go' is 1.6 at x=0.8"):
            evaluate(one.at(x=0.8))


def test_a_sum_that_is_wrong_on_part_of_the_domain_is_found_there() -> None:
    p = sp.Piecewise((X, sp.Rational(995, 1000) > X), (sp.Rational(1, 2), True))
    one = game(lottery(p, 1 - X))
    with pytest.raises(GameError, match=r"chance\(b0, b1\) sum to 0.5 at x=1; they must sum to 1"):
        one.at(x=1).exact()


def test_a_payoff_without_a_value_somewhere_is_no_error_elsewhere() -> None:
    one = game(end("o", (sp.sqrt(X - Y), 1 / X)), x=0.7, y=0.6)
    assert one.exact().payoffs[0, 1] == Fraction(10, 7)
    with pytest.raises(GameError, match="not a real number at x=3/10, y=3/5"):
        one.at(x=0.3).exact()


@pytest.mark.parametrize("edge", [0, 1, 0.0, 1.0])
def test_a_probability_of_zero_at_some_values_is_an_ordinary_case(edge: float) -> None:
    one = game(chance({"war": (X, WAR), "calm": (1 - X, CALM)})).at(x=edge)
    assert sorted(one.exact().branches) == [0, 1]
    assert sorted(one.floats().branches) == [0, 1]
    assert len(one.compiled.ends) == 2


def test_a_domain_that_is_the_point_zero_leaves_the_branch_there() -> None:
    never = Parameter("never", (0, 0), 0)
    assert list(game(lottery(never, 1 - never)).exact().branches) == [0, 1]


# Values.


def test_at_fixes_values_and_leaves_the_rest_at_their_defaults() -> None:
    one = game(end("o", (X, Y)))
    assert one.exact().payoffs.tolist() == [[Fraction(3, 10), Fraction(6, 10)]]
    two = one.at(x=1)
    assert two.exact().payoffs.tolist() == [[1, Fraction(6, 10)]]
    assert two.at(y=0).exact().payoffs.tolist() == [[1, 0]]
    assert two.at(x=0).exact().payoffs.tolist() == [[0, Fraction(6, 10)]]
    assert one.exact().payoffs[0, 0] == Fraction(3, 10)


def test_at_does_not_compile_again() -> None:
    one = game(end("o", (X, Y)))
    assert one.at(x=1).compiled is one.compiled


def test_a_dotted_name_is_given_in_a_mapping() -> None:
    one = game(graft(end("o", (X, 0)), "ladder"))
    assert one.at(**{"ladder.x": 0.5}).exact().payoffs[0, 0] == Fraction(1, 2)


def test_values_on_construction_are_checked_like_those_of_at() -> None:
    assert game(end("o", (X, 0)), x=0.5).exact().payoffs[0, 0] == Fraction(1, 2)
    with pytest.raises(GameError, match="parameter 'x' is 2; allowed is 0 to 1"):
        game(end("o", (X, 0)), x=2)
    with pytest.raises(UnknownName, match="did you mean 'x'"):
        game(end("o", (X, 0)), xx=1)


def test_a_game_cannot_be_changed() -> None:
    one = game(end("o", (X, 0)), x=0.5)
    given = {"x": 0.5}
    other = ExtensiveFormGame(end("o", (X, 0)), ("A", "B"), values=given)
    given["x"] = 0.9
    assert other.values["x"] == 0.5
    with pytest.raises(AttributeError):
        one.title = "new"  # type: ignore[misc]
    with pytest.raises(TypeError):
        one.values["x"] = 1  # type: ignore[index]
    one.parameters.clear()
    assert list(one.parameters) == ["x"]


def test_a_game_says_what_it_is() -> None:
    one = ExtensiveFormGame(move("A", {"l": CALM, "r": WAR}), ("A", "B"), "Toy")
    assert repr(one) == ("ExtensiveFormGame('Toy', players=('A', 'B'), 1 information sets, 2 ends)")
    assert one.outcomes == ("calm", "war")


# Equality.


def tree(cost: Any = X) -> Node:
    return move("A", {"go": chance({"war": (X, end("war", (-cost, 0))), "calm": (1 - X, CALM)})})


def test_games_are_equal_when_their_trees_players_titles_and_values_are() -> None:
    assert game(tree()) == game(tree())
    assert hash(game(tree())) == hash(game(tree()))
    assert game(tree()).at(x=0.5) == game(tree(), x=0.5)
    assert game(tree()).at(x=0.5).at(x=0.3) == game(tree()).at(x=0.3)


@pytest.mark.parametrize(
    "other",
    [
        game(tree(Y)),
        game(tree(), ("B", "A")),
        game(tree(), x=0.5),
        ExtensiveFormGame(tree(), ("A", "B"), "title"),
        game(tell({"A": "go on"}, tree())),
        game(tree(Parameter("x", (0, 1), 0.3)), ("A", "C")),
        "a game",
        None,
    ],
)
def test_games_differ_when_anything_does(other: Any) -> None:
    assert game(tree()) != other


def test_replace_makes_a_checked_game() -> None:
    one = replace(game(tree()), title="new", values={"x": 0.5})
    assert (one.title, one.exact().branches[0]) == ("new", Fraction(1, 2))
    with pytest.raises(GameError):
        replace(one, values={"x": 3})


# Deep and wide.


def centipede(n: int) -> Node:
    node: Node = end("end", {"A": 0, "B": 1})
    for k in range(n):
        stop = end("stop", {"A": k, "B": -k})
        node = move("AB"[k % 2], {"go": node, "stop": stop})
    return node


def test_the_deepest_tree_can_be_solved_verified_compared_and_copied() -> None:
    one = ExtensiveFormGame(centipede(MAX_DEPTH))
    assert len(one.information_sets) == MAX_DEPTH
    found = solve(one, "subgame-perfect")[0]
    assert verify(one, found).gain == 0
    assert one.floats().payoffs.shape == (MAX_DEPTH + 1, 2)
    makers: list[Callable[[ExtensiveFormGame], ExtensiveFormGame]] = [
        copy.copy,
        copy.deepcopy,
        lambda g: pickle.loads(pickle.dumps(g)),
        lambda g: ExtensiveFormGame(graft(centipede(MAX_DEPTH), "p")),
    ]
    for make in makers:
        twin = make(one)
        assert twin == one
        assert hash(twin) == hash(one)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 3 * MAX_DEPTH, 5000])
def test_a_deeper_tree_is_an_error_of_the_library(depth: int) -> None:
    with pytest.raises(GameError, match=f"the tree is more than {MAX_DEPTH} levels deep"):
        ExtensiveFormGame(centipede(depth))


def test_signals_and_nature_count_as_levels() -> None:
    node: Node = CALM
    for _ in range(MAX_DEPTH):
        node = tell({"A": "tick"}, node)
    assert len(game(node).compiled.ends) == 1
    with pytest.raises(GameError, match="levels deep"):
        game(chance({"only": (1, node)}))


def test_a_large_draw_of_nature() -> None:
    n = 3000
    draw = chance({f"b{k}": (Fraction(1, n), end(f"o{k % 7}", (k, -k))) for k in range(n)})
    one = game(draw)
    numbers = one.exact()
    assert numbers.branches.sum() == 1
    assert numbers.chance(one.compiled.ends) @ numbers.payoffs[:, 0] == Fraction(n - 1, 2)
    assert one.floats().branches.sum() == pytest.approx(1)
    assert len(one.outcomes) == 7


def test_a_large_draw_with_a_parameter_names_the_branch_at_fault() -> None:
    n = 400
    rest = {f"b{k}": ((1 - 2 * X) / n, CALM) for k in range(n)}
    one = game(chance({"war": (2 * X, WAR), **rest}))
    with pytest.raises(GameError) as error:
        one.at(x=0.75).exact()
    assert "'war' in chance(war, b0, b1, b2, b3, 396 more) is 1.5 at x=0.75" in str(error.value)


def test_many_draws_one_after_the_other() -> None:
    node: Node = move("A", {"l": CALM, "r": WAR})
    for k in range(120):
        node = chance({f"stop{k}": (X, CALM), f"on{k}": (1 - X, node)})
    one = game(node).at(x=0.01)
    reached = one.exact().chance(one.compiled.nodes)
    assert reached[0] == Fraction(99, 100) ** 120
    assert one.floats().chance(one.compiled.nodes)[0] == pytest.approx(0.99**120)
    assert np.isclose(float(one.floats().chance(one.compiled.ends[:2])[0]), 0.01)
