"""Games as data frames and back."""

from __future__ import annotations

from random import Random

import pandas as pd
import pytest
from generators import random_signaling
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import GameError, NormalFormGame, Parameter, SignalingGame

COST = Parameter("cost", (0, 10), 5)
CHICKEN = NormalFormGame.from_arrays(
    [[0, -1], [1, -COST]],
    [[0, 1], [-1, -COST]],
    players=("A", "B"),
    actions=[("yield", "dare")] * 2,
)
SHARED = NormalFormGame(
    ("A",),
    (("go", "stay"),),
    {"go": (1,), "stay": (0,)},
    {},
    {"go": {"war": COST / 10, "calm": 1 - COST / 10}, "stay": "calm"},
)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6))
def test_games_of_numbers_come_back_equal(seed: int) -> None:
    rng = Random(seed)
    game = random_signaling(rng, 2, 3, 2)
    assert SignalingGame.from_dataframe(game.to_dataframe()) == game
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
    players = [f"p{i}" for i in range(len(sizes))]
    actions = [tuple(f"a{k}" for k in range(n)) for n in sizes]
    index = pd.MultiIndex.from_product(actions)
    payoffs = {
        profile if len(sizes) > 1 else profile[0]: [rng.randint(-3, 3) / 4 for _ in sizes]
        for profile in (index if len(sizes) > 1 else [(a,) for a in actions[0]])
    }
    table = NormalFormGame(tuple(players), tuple(actions), payoffs)
    frame = table.to_dataframe()
    assert len(frame) == len(table.profiles)
    assert NormalFormGame.from_dataframe(frame, players) == table
    shuffled = frame.iloc[::-1]
    again = NormalFormGame.from_dataframe(shuffled, players)
    assert dict(again.payoffs) == dict(table.payoffs)


def test_parameters_go_in_at_their_values() -> None:
    frame = CHICKEN.at(cost=4).to_dataframe()
    assert list(frame["payoff A"]) == [0, -1, 1, -4]
    assert list(CHICKEN.to_dataframe()["payoff B"]) == [0, 1, -1, -5]


def test_shares_of_outcomes_are_columns() -> None:
    frame = SHARED.to_dataframe()
    assert frame.to_dict("list") == {
        "A": ["go", "stay"],
        "payoff A": [1.0, 0.0],
        "share war": [0.5, 0.0],
        "share calm": [0.5, 1.0],
    }
    again = NormalFormGame.from_dataframe(frame, ["A"])
    assert again.to_dataframe().equals(frame)
    assert dict(again.shares[("stay",)]) == {"calm": 1}


FRAME = CHICKEN.to_dataframe()


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (FRAME.drop(columns="payoff B"), "must have one column 'payoff B'; it has"),
        (FRAME.drop(index=1), "no row with A = 'yield', B = 'dare'"),
        (pd.concat([FRAME, FRAME.iloc[:1]]), "row 4 .* A = 'yield', B = 'yield' is there twice"),
        (FRAME.assign(**{"payoff A": "high"}), "'payoff A' of .* is 'high'; give a finite number"),
        (FRAME.assign(**{"payoff A": float("nan")}), "is nan; give a finite number"),
        (FRAME.assign(**{"payoff A": True}), "is True; give a finite number"),
        (FRAME.iloc[:0], "has no rows"),
        ([1, 2], "takes a data frame, not list"),
    ],
    ids=range(8),
)
def test_what_is_wrong_with_a_table_is_named(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(GameError, match=words):
        NormalFormGame.from_dataframe(frame, ("A", "B"))


def test_what_is_wrong_with_a_signaling_table_is_named() -> None:
    frame = random_signaling(Random(1), 2, 2, 2).to_dataframe()
    two_priors = frame.copy()
    two_priors.loc[0, "prior"] = 0.123
    for bad, words in {
        "has the priors": two_priors,
        "no row with type = 't1', message = 'm1', action = 'a1'": frame.iloc[:-1],
        "must have one column 'prior'": frame.drop(columns="prior"),
    }.items():
        with pytest.raises(GameError, match=bad):
            SignalingGame.from_dataframe(words)
