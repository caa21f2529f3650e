"""The four functions that make trees, and grafting."""

from __future__ import annotations

from collections.abc import Callable
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
    chance,
    end,
    graft,
    move,
    tell,
)
from crisisgames.games.tree import flatten, nodes_of, unflatten

X = Parameter("x", (0, 1), 0.3)
Y = Parameter("y", (0, 1), 0.6)
END = end("calm", (0, 0))

BUILDERS: list[Callable[[], Any]] = [
    lambda: chance({"only": (1, None)}),  # type: ignore[dict-item]
    lambda: move("A", {"go": "peace"}),  # type: ignore[dict-item]
    lambda: tell({"A": "resolute"}, (END, END)),  # type: ignore[arg-type]
    lambda: ExtensiveFormGame(None),  # type: ignore[arg-type]
    lambda: graft(0, "ladder"),  # type: ignore[arg-type]
]


# Probabilities and shares.


def test_numbers_are_read_as_the_decimals_they_look_like() -> None:
    node = chance({"a": (0.1, END), "b": (0.2, END), "c": (0.7, END)})
    assert [p for _, p, _ in node.branches] == [
        sp.Rational(1, 10),
        sp.Rational(1, 5),
        sp.Rational(7, 10),
    ]


@pytest.mark.parametrize("numbers", [(0.1,) * 10, (Fraction(1, 3),) * 3, (0.7, 0.2, 0.1)])
def test_decimals_that_sum_to_one_on_paper_sum_to_one(numbers: tuple[float, ...]) -> None:
    node = chance({f"b{k}": (p, END) for k, p in enumerate(numbers)})
    assert sum(p for _, p, _ in node.branches) == 1


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ((0.7, 1 - 0.7), ("7/10", "3/10")),
        ((1 / 3,) * 3, ("1/3",) * 3),
        ((0.1, 0.2, 1 - 0.1 - 0.2), ("1/10", "1/5", "7/10")),
        (np.full(7, 1 / 7), ("1/7",) * 7),
    ],
)
def test_floats_that_miss_one_by_rounding_are_completed(given: Any, read: Any) -> None:
    shares = end({f"o{k}": p for k, p in enumerate(given)}, (0, 0)).shares
    branches = chance({f"b{k}": (p, END) for k, p in enumerate(given)}).branches
    assert [p for _, p, _ in branches] == [s for _, s in shares] == list(map(sp.Rational, read))


def test_what_misses_one_by_more_than_rounding_is_an_error() -> None:
    for wrong in ((0.7, 0.3 + 1e-9), (Fraction(1, 3), Fraction(1, 3), Fraction(33, 100))):
        with pytest.raises(GameError, match="must sum to 1"):
            chance({f"b{k}": (p, END) for k, p in enumerate(wrong)})


def test_irrational_constants_may_sum_to_one_without_looking_like_it() -> None:
    node = chance({"a": (1 / (1 + sp.sqrt(2)), END), "b": (2 - sp.sqrt(2), END)})
    assert len(node.branches) == 2


@pytest.mark.parametrize("wrong", [1.2, -0.2, sp.sqrt(2)])
def test_a_constant_probability_outside_its_range_names_the_branch(wrong: Any) -> None:
    message = r"probability of 'war' in chance\(war, peace\) is .*; allowed is 0 to 1"
    with pytest.raises(GameError, match=message):
        chance({"war": (wrong, END), "peace": (1 - wrong, END)})


def test_constant_probabilities_that_do_not_sum_to_one_name_the_place_and_the_sum() -> None:
    with pytest.raises(GameError, match=r"chance\(a, b\) sum to 9/10; they must sum to 1"):
        chance({"a": (0.5, END), "b": (0.4, END)})


@pytest.mark.parametrize("zero", [0, 0.0, Fraction(0), sp.Integer(0), 0 * X, X - X])
def test_a_branch_under_a_constant_zero_can_never_be_reached(zero: Any) -> None:
    with pytest.raises(GameError, match=r"'never' .* constant probability 0.*leave the branch out"):
        chance({"never": (zero, END), "always": (1, END)})


def test_a_place_with_many_branches_is_named_shortly() -> None:
    with pytest.raises(GameError, match=r"chance\(b0, b1, b2, b3, b4, 95 more\) sum to 1/2"):
        chance({f"b{k}": (Fraction(1, 200), END) for k in range(100)})


@pytest.mark.parametrize(
    "wrong", [float("nan"), float("inf"), "0.5", True, None, 1j, sp.oo, sp.nan, sp.I, X > 0, [1]]
)
def test_what_is_no_number_is_no_probability(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"probability of 'a' in chance\(a\)"):
        chance({"a": (wrong, END)})


def test_a_branch_needs_a_probability_and_a_subtree() -> None:
    with pytest.raises(GameError, match=r"'a' of chance\(a\) must be a pair"):
        chance({"a": END})  # type: ignore[dict-item]
    with pytest.raises(GameError, match="has no branches"):
        chance({})


def test_shares_of_outcomes_follow_the_rules_of_probabilities() -> None:
    with pytest.raises(GameError, match=r"share of 'war' in end\(war, calm\) is 1.5"):
        end({"war": 1.5, "calm": -0.5}, (0, 0))
    with pytest.raises(GameError, match=r"end\(war, calm\) sum to 3/4"):
        end({"war": 0.5, "calm": 0.25}, (0, 0))
    with pytest.raises(GameError, match=r"end\(\) sum to 0"):
        end({}, (0, 0))
    assert dict(end({"war": X, "calm": 1 - X}, (0, 0)).shares) == {"war": X, "calm": 1 - X}


def test_a_share_of_zero_is_an_ordinary_case() -> None:
    assert dict(end({"war": 0, "calm": 1}, (0, 0)).shares) == {"war": 0, "calm": 1}


# Payoffs.


@pytest.mark.parametrize(
    "wrong",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        np.nan,
        np.float64("inf"),
        "1",
        True,
        False,
        np.True_,
        None,
        1j,
        [1],
        sp.nan,
        sp.oo,
        sp.zoo,
        sp.I,
        X * sp.oo,
        X * sp.I,
        X > 0.5,
        sp.true,
        sp.Function("f")(X),
    ],
)
def test_what_is_no_finite_real_number_is_no_payoff(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"payoff of 'B' in end\(war\)"):
        end("war", {"A": 0, "B": wrong})
    with pytest.raises(GameError, match=r"payoff of player number 2 in end\(war\)"):
        end("war", (0, wrong))


@pytest.mark.parametrize("given", [None, 3, "01", np.array([0, 1])])
def test_payoffs_come_by_player_or_in_order(given: Any) -> None:
    with pytest.raises(GameError, match="give a mapping by player, or a list in the order"):
        end("war", given)


def test_a_mapping_of_payoffs_is_by_name_and_never_by_place() -> None:
    with pytest.raises(GameError, match="a player in the payoffs"):
        end("war", {1: 5, 0: 3})


@pytest.mark.parametrize("given", [None, 5, ["war"]])
def test_an_outcome_is_a_label_or_a_mapping_of_shares(given: Any) -> None:
    with pytest.raises(GameError, match=r"give an outcome, or {outcome: share}"):
        end(given, (0, 0))


# Labels, players and subtrees.


@pytest.mark.parametrize("label", ["", "  ", 1, None, ("a", "b")])
def test_every_label_is_a_text(label: Any) -> None:
    makers: list[Callable[[], Any]] = [
        lambda: chance({label: (1, END)}),
        lambda: tell({"A": label}, END),
        lambda: tell({label: "hello"}, END),
        lambda: move(label, {"go": END}),
        lambda: move("A", {label: END}),
        lambda: end({label: 1}, (0, 0)),
    ]
    for make in makers:
        with pytest.raises(GameError, match="give a non-empty text"):
            make()


def test_a_step_of_a_history_does_not_look_like_two() -> None:
    for make in (lambda: chance({"a > b": (1, END)}), lambda: move("A", {"a > b": END})):
        with pytest.raises(GameError, match="leave out ' > '"):
            make()
    tell({"A": "a > b"}, END)  # a signal is no step
    end("a > b", (0, 0))


@pytest.mark.parametrize("build", BUILDERS)
def test_a_subtree_is_made_with_the_four_functions(build: Callable[[], Any]) -> None:
    with pytest.raises(GameError, match="build it with chance, tell, move or end"):
        build()


def test_branches_signals_and_actions_come_as_mappings() -> None:
    with pytest.raises(GameError, match="chance was given a list"):
        chance([("a", 1, END)])  # type: ignore[arg-type]
    with pytest.raises(GameError, match="tell was given a str"):
        tell("A", END)  # type: ignore[arg-type]
    with pytest.raises(GameError, match=r"move\('A'\) was given a tuple"):
        move("A", ("go", "stay"))  # type: ignore[arg-type]
    with pytest.raises(GameError, match=r"move\('A'\) has no actions"):
        move("A", {})


# Grafting.


def hazard(p: Any, cost: Any) -> Any:
    return chance({"slip": (p, end("war", (-cost, -cost))), "hold": (1 - p, END)})


def test_grafting_prefixes_the_parameters_of_the_subtree_only() -> None:
    ladder = graft(hazard(X, 5 * Y), "ladder")
    game = ExtensiveFormGame(move("A", {"climb": ladder, "stop": hazard(X, 1)}), ("A", "B"))
    assert list(game.parameters) == ["ladder.x", "ladder.y", "x"]
    assert game.parameters["ladder.x"] == X.renamed("ladder.x")
    numbers = game.at(x=0.5, **{"ladder.x": 0.25, "ladder.y": 0.2}).exact()
    assert list(numbers.branches) == [
        Fraction(1, 4),
        Fraction(3, 4),
        Fraction(1, 2),
        Fraction(1, 2),
    ]
    assert numbers.payoffs[0, 0] == -1


def test_a_shared_parameter_keeps_its_name_and_means_one_quantity() -> None:
    common = Parameter("clarity", (0, 1), 0.3, shared=True)
    tree = move("A", {"one": graft(hazard(common, X), "l"), "two": graft(hazard(common, X), "r")})
    game = ExtensiveFormGame(tree, ("A", "B"))
    assert list(game.parameters) == ["clarity", "l.x", "r.x"]
    assert list(game.at(clarity=0.5).exact().branches) == [Fraction(1, 2)] * 4


def test_grafts_can_be_grafted_again() -> None:
    twice = graft(graft(hazard(X, 1), "rung"), "ladder")
    assert list(ExtensiveFormGame(twice, ("A", "B")).parameters) == ["ladder.rung.x"]


def test_grafting_renames_in_shares_and_inside_conditions() -> None:
    share = sp.Piecewise((X, Y > 0.5), (0, True))
    tree = graft(end({"war": share, "calm": 1 - share}, (sp.Max(X, Y), 0)), "p")
    game = ExtensiveFormGame(tree, ("A", "B"))
    assert list(game.parameters) == ["p.x", "p.y"]
    numbers = game.at(**{"p.x": 0.2, "p.y": 0.9}).exact()
    assert list(numbers.shares[0]) == [Fraction(1, 5), Fraction(4, 5)]
    assert numbers.payoffs[0, 0] == Fraction(9, 10)


def test_grafting_does_not_swap_names_in_a_chain() -> None:
    """A parameter that already has the prefixed name of another is prefixed itself."""
    a, pa = Parameter("a", (0, 9), 1), Parameter("p.a", (0, 9), 2)
    game = ExtensiveFormGame(graft(end("o", (a - 3 * pa,)), "p"), ("A",))
    assert list(game.parameters) == ["p.a", "p.p.a"]
    assert game.exact().payoffs[0, 0] == -5


def test_a_graft_leaves_labels_and_records_as_they_were() -> None:
    tree = tell({"A": "hostile"}, move("A", {"go": hazard(X, 1), "stay": END}))
    plain, grafted = (ExtensiveFormGame(t, ("A", "B")) for t in (tree, graft(tree, "p")))
    assert plain.information_sets == grafted.information_sets
    assert plain.compiled.ends == grafted.compiled.ends


def test_a_subtree_can_be_used_in_many_places() -> None:
    """Trees are immutable, so the same object may stand under several branches."""
    part = tell({"B": "seen"}, move("B", {"yield": END, "stand": end("war", (-1, -1))}))
    game = ExtensiveFormGame(move("A", {"go": part, "stay": part}), ("A", "B"))
    assert [h.label for h in game.information_sets] == ["start", "seen"]
    assert len(game.compiled.ends) == 4


@pytest.mark.parametrize("prefix", ["", "1st", "two words", "a-b"])
def test_a_prefix_is_an_identifier(prefix: str) -> None:
    with pytest.raises(GameError, match="a parameter is named"):
        graft(hazard(X, 1), prefix)


# Walking without recursion.


def test_rows_and_back_are_the_same_tree() -> None:
    rng = Random(4)
    for _ in range(30):
        root = random_tree(rng, depth=3).root
        assert unflatten(flatten(root)) == root


def test_a_walk_meets_a_node_before_what_is_below_it_and_branches_in_their_order() -> None:
    first, second, third = (end(name, (0,)) for name in "abc")
    left = tell({"A": "left"}, move("A", {"a": first, "b": second}))
    root = chance({"l": (0.5, left), "r": (0.5, third)})
    assert list(nodes_of(root)) == [root, left, left.subtree, first, second, third]
