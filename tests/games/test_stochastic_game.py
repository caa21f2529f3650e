"""Stochastic games: how they are written, what they refuse, what their numbers are."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from crisisgames import GameError, Parameter, solve
from crisisgames.games.stochastic import StochasticGame

PUSH = Parameter("risk", (0, 1), Fraction(1, 10), "probability of war for each side that pushes")
HURT = Parameter("damage", (0, 100), 5)
PATIENCE = Parameter("patience", (0, 1), Fraction(9, 10))


def brink(**changes: Any) -> StochasticGame:
    """Two sides restrain or push; each push risks war, which is for ever."""
    given: dict[str, Any] = {
        "players": ("A", "B"),
        "states": ("calm", "war"),
        "actions": {"calm": (("restrain", "push"),) * 2},
        "payoffs": {
            "calm": {
                ("restrain", "restrain"): (0, 0),
                ("restrain", "push"): (-1, 1),
                ("push", "restrain"): (1, -1),
                ("push", "push"): (0, 0),
            },
            "war": (-HURT, -HURT),
        },
        "transitions": {
            "calm": lambda *profile: {
                "war": PUSH * profile.count("push") / 2,
                "calm": 1 - PUSH * profile.count("push") / 2,
            },
            "war": "war",
        },
        "discount": PATIENCE,
    }
    return StochasticGame(**{**given, **changes})


def test_all_ways_of_writing_a_game_mean_the_same() -> None:
    table = brink()
    shares = {"restrain": 0, "push": 1}

    def payoffs(state: str, profile: tuple[str, ...]) -> Any:
        if state == "war":
            return {"A": -HURT, "B": -HURT}
        a, b = (shares[p] for p in profile)
        return np.array([a - b, b - a])

    def transitions(state: str, profile: tuple[str, ...]) -> Any:
        war = PUSH * profile.count("push") / 2
        return {"calm": 1 - war, "war": war} if state == "calm" else {"war": 1}

    written = brink(
        actions=lambda s: (
            {"A": ["restrain", "push"], "B": ["restrain", "push"]} if s == "calm" else None
        ),
        payoffs=payoffs,
        transitions=transitions,
        discount={"A": PATIENCE, "B": PATIENCE},
        start={"calm": 1},
    )
    assert written == table
    assert hash(written) == hash(table)


def test_the_numbers_are_exact_or_floats_at_one_point_or_many() -> None:
    game = brink().at(damage=7)
    exact = game.exact()
    assert exact.payoffs[-1].tolist() == [Fraction(-7), Fraction(-7)]
    assert exact.transitions[1].tolist() == [Fraction(19, 20), Fraction(1, 20)]
    many = game.floats({"risk": [[0.0, 0.5, 1.0]], "patience": [[0.1], [0.9]]})
    assert many.payoffs.shape == (2, 3, 5, 2)
    assert many.transitions[1, 2, 1].tolist() == [0.5, 0.5]
    assert many.discounts[:, 0, 0].tolist() == [0.1, 0.9]
    one = game.floats()
    np.testing.assert_allclose(one.transitions, exact.transitions.astype(float), atol=1e-15)


def test_a_game_knows_its_absorbing_states_and_parameters() -> None:
    assert brink().absorbing == ("war",)
    assert tuple(brink().parameters) == ("damage", "patience", "risk")


def test_copies_are_equal() -> None:
    game = brink().at(risk=0.2)
    game.floats()
    for other in (copy.deepcopy(game), pickle.loads(pickle.dumps(game))):
        assert other == game
        assert hash(other) == hash(game)
        assert other.floats().transitions.tolist() == game.floats().transitions.tolist()
    assert game != brink()


def calm(**row: Any) -> dict[str, Any]:
    return {"calm": row, "war": "war"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"discount": 1}, "discount of 'A' is 1; allowed is 0 to below 1"),
        ({"discount": -0.1}, "allowed is 0 to below 1"),
        ({"discount": float("nan")}, "finite real number"),
        ({"discount": (0.9,)}, "one for each of"),
        ({"transitions": calm(war=0.4, calm=0.5)}, "sum to another number than 1"),
        ({"transitions": calm(war=PUSH, calm=PUSH)}, "sum to another number than 1"),
        ({"transitions": calm(war=-0.5, calm=1.5)}, "leave the range from 0 to 1"),
        ({"transitions": calm(peace=1)}, "no state named 'peace'"),
        ({"transitions": {"calm": "calm"}}, "transitions leave out the state 'war'"),
        ({"transitions": {"calm": "calm", "war": "war", "peace": "war"}}, "the state 'peace'"),
        ({"transitions": 3}, "a mapping by state, or a function"),
        ({"payoffs": {"calm": (0, 0)}}, "payoffs leave out the state 'war'"),
        ({"payoffs": {"calm": (0, 0, 0), "war": (0, 0)}}, "one for each of"),
        ({"payoffs": {"calm": {"A": 0, "C": 0}, "war": (0, 0)}}, "the players are"),
        ({"payoffs": {"calm": (0, float("inf")), "war": (0, 0)}}, "finite real number"),
        ({"payoffs": {"calm": {("push", "rest"): (0, 0)}, "war": (0, 0)}}, "('push', 'rest')"),
        (
            {"payoffs": {"calm": {("push", "push"): (0, 0)}, "war": (0, 0)}},
            "leave out the profile ('restrain', 'restrain')",
        ),
        ({"actions": {"calm": (("restrain",), ())}}, "give at least one"),
        ({"actions": {"calm": (("push", "push"), ("push",))}}, "each with its own name"),
        ({"actions": {"peace": (("push",),) * 2}}, "name the state 'peace'"),
        ({"actions": {"calm": ("push", "restrain")}}, "give a sequence of names"),
        ({"states": ("calm", "calm")}, "each with its own name"),
        ({"states": ()}, "give at least one"),
        ({"players": "AB"}, "give a sequence of names"),
        ({"start": "peace"}, "no state named 'peace'"),
        ({"start": {"calm": 0.5}}, "the start sum to another number"),
        ({"values": {"risk": 2}}, "parameter 'risk' is 2"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(GameError) as error:
        brink(**changes)
    assert words in str(error.value)


def test_values_are_checked_where_the_game_is_evaluated() -> None:
    with pytest.raises(GameError, match="below 1"):
        brink().at(patience=1).exact()
    wide = Parameter("odds", (0, 5), 0.5)
    game = brink(transitions=calm(war=wide, calm=1 - wide))
    with pytest.raises(GameError, match=r"leave the range from 0 to 1 at .*odds=2"):
        game.floats({"odds": [0.5, 2.0]})
    with pytest.raises(GameError, match="do not broadcast"):
        brink().floats({"risk": [0.1, 0.2], "damage": [1, 2, 3]})


def test_floats_that_miss_one_by_rounding_mean_it() -> None:
    game = brink(transitions=calm(war=0.1 + 0.2, calm=0.7))
    assert game.exact().transitions[0].sum() == 1


def test_one_period_is_the_stage_game() -> None:
    tree = brink().truncate(1)
    assert len(tree.information_sets) == 2
    [found] = solve(tree, "pure-nash")
    assert found.payoffs == {"A": 0, "B": 0}
    assert found.probability("war") == pytest.approx(0.1)


def test_truncated_payoffs_and_states_are_those_of_the_chain() -> None:
    game = brink(start={"calm": Fraction(3, 4), "war": Fraction(1, 4)})
    tree = game.truncate(3)
    numbers = tree.exact()
    pushes = {"push": 1}
    # All push in every period: 3/4 * (0, then war with 1/10 each time), 1/4 in war from the start.
    total, war = Fraction(0), Fraction(0)
    for visit, payoff, share in zip(
        tree.compiled.ends, numbers.payoffs, numbers.shares, strict=True
    ):
        taken = [tree.information_sets[h].actions[a] for h, a in visit.decisions]
        if all(a in pushes for a in taken):
            p = numbers.branches[list(visit.chance)].prod() if visit.chance else Fraction(1)
            total += p * payoff[0]
            war += p * share[tree.outcomes.index("war")]
    d, q = Fraction(9, 10), Fraction(1, 10)
    inside = Fraction(1, 4), Fraction(1, 4) + Fraction(3, 4) * q
    third = inside[1] + (1 - inside[1]) * q
    assert total == -5 * (inside[0] + d * inside[1] + d**2 * third)
    assert war == third + (1 - third) * q


def test_moves_in_a_period_are_not_told_and_the_past_is() -> None:
    tree = brink().truncate(2)
    second = [i for i in tree.information_sets if len(i.record) > 2]
    assert {i.record[-1] for i in second} == {
        f"{a}, {b}; calm" for a in ("restrain", "push") for b in ("restrain", "push")
    }


def test_trees_keep_parameters_and_refuse_silly_lengths() -> None:
    game = brink().at(damage=2)
    assert game.truncate(2).values == {"damage": 2}
    assert set(game.truncate(2).parameters) == {"damage", "patience", "risk"}
    for periods in (0, -1, 1.5, True, "2"):
        with pytest.raises(GameError, match="at least 1"):
            game.truncate(periods)  # type: ignore[arg-type]
    with pytest.raises(GameError, match="ends, more than"):
        game.truncate(60)


def test_a_forced_game_is_a_chain() -> None:
    drift = StochasticGame(
        ("A",),
        ("up", "down"),
        {},
        {"up": [1], "down": [0]},
        {"up": {"up": 0.5, "down": 0.5}, "down": "up"},
        0.5,
    )
    tree = drift.truncate(2)
    assert not tree.information_sets
    assert tree.outcomes == ("up", "down")


@pytest.mark.parametrize("name", ["payoffs", "transitions"])
def test_functions_of_a_wrong_signature(name: str) -> None:
    told = rf"{name}\(state, profile\) raised TypeError: .* 2 were given at state 'calm', profile"
    with pytest.raises(GameError, match=told) as caught:
        brink(**{name: lambda state: (0, 0)})
    assert isinstance(caught.value.__cause__, TypeError)
    with pytest.raises(GameError, match=rf"{name}\(state, profile\) raised KeyError: 'calm' at"):
        brink(**{name: lambda state, profile: {"war": 1}[state]})
    with pytest.raises(GameError, match=rf"{name}\['calm'\]\(A, B\) raised TypeError: .* A 'res"):
        brink(**{name: {"calm": lambda a: (0, 0), "war": "war"}})
    with pytest.raises(GameError, match="actions\\(state\\) raised TypeError"):
        brink(actions=lambda: ())


def test_errors_of_the_function_itself_are_left_alone() -> None:
    def payoffs(state: str, profile: tuple[str, ...]) -> Any:
        raise GameError("no such place")

    with pytest.raises(GameError, match=r"^no such place$"):
        brink(payoffs=payoffs)
    with pytest.raises(ZeroDivisionError):
        brink(payoffs=lambda state, profile: 1 / 0)
