"""Mobilization: what the model claims, a nested search, and a small game with its refinement."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import SignalingGame, solve
from crisisgames.literature import get

MODEL = get("slantchev-2005-military-coercion")
RNG = Random(2005)
CONTESTS = [draw(MODEL, "contest", RNG) for _ in range(60)]
SIGNALS = [draw(MODEL, "mobilize", RNG) for _ in range(300)]


def defender_gets(row: dict[str, float], m1: Any) -> Any:
    """What arms are worth to the defender, if the challenger tries 1500 amounts in reply."""
    v1, v2, c1, c2, lam = (
        row["value_defender"], row["value_challenger"], row["war_cost_defender"],
        row["war_cost_challenger"], row["arms_efficiency_challenger"],
    )  # fmt: skip
    own = np.atleast_1d(m1)[:, None]
    m2 = np.linspace(0, 1, 1501)[None, 1:] * v2  # more than the stake is worth is never spent
    win = own / (own + lam * m2)
    stands = win * v1 - c1 > 0
    takes = np.where(stands, (1 - win) * v2 - c2, v2) - m2
    best = takes.argmax(axis=1)
    rows = np.arange(len(own))
    worth = np.where(stands, win * v1 - c1, 0)[rows, best]
    return np.where(takes[rows, best] > 0, worth, v1) - own[:, 0]


@pytest.mark.parametrize("row", CONTESTS[:25])
def test_a_nested_search_finds_no_better_arms(row: dict[str, float]) -> None:
    found = MODEL.results("contest", **row)
    own, payoff = found["mobilization_defender"], found["payoff_defender"]
    # The grid misses some of the challenger's best replies, so it deters a little too early.
    scale = 0.01 * max(row["value_defender"], row["value_challenger"])
    tried = defender_gets(row, np.linspace(1e-9, row["value_defender"], 600))
    assert max(0, tried.max()) == pytest.approx(payoff, abs=scale)
    if found["outcome"] != "yield":
        assert defender_gets(row, own * (1 + 1e-9))[0] == pytest.approx(payoff, abs=scale)


def test_all_three_outcomes_occur() -> None:
    assert {MODEL.results("contest", **row)["outcome"] for row in CONTESTS} >= {"deter", "war"}
    assert MODEL.results("contest", value_defender=0.05)["outcome"] == "yield"
    assert MODEL.results("contest", value_defender=0.04)["outcome"] == "yield"
    assert MODEL.solved("contest", value_defender=0.05)["outcome"] == "yield"


def test_the_challenger_replies_at_its_best_in_war() -> None:
    wars = 0
    for row in CONTESTS:
        found = MODEL.results("contest", **row)
        if found["outcome"] != "war":
            continue
        wars += 1
        v2, lam = row["value_challenger"], row["arms_efficiency_challenger"]
        own = found["mobilization_defender"]
        m2 = np.linspace(1e-6, v2, 4001)
        lose = lam * m2 / (own + lam * m2)
        fights = lose * v2 - row["war_cost_challenger"] - m2
        assert fights.max() <= found["payoff_challenger"] + 1e-9
        # At the cutoff it may be indifferent between fighting and making the defender yield.
        spare = row["value_defender"] - row["war_cost_defender"]
        enough = own * spare / (lam * row["war_cost_defender"])
        assert found["payoff_challenger"] >= max(0, v2 - enough) - 1e-9
    assert wars > 5


def test_peace_can_be_dearer_in_arms_than_war() -> None:
    war, peace = (MODEL.results("contest", war_cost_challenger=c) for c in (0.02, 0.05))
    assert (war["outcome"], peace["outcome"]) == ("war", "deter")
    assert peace["mobilization_total"] > war["mobilization_total"]


def test_only_ratios_of_utils_matter() -> None:
    for row in CONTESTS:
        scaled = {key: v if "efficiency" in key else 7 * v for key, v in row.items()}
        one, other = MODEL.results("contest", **row), MODEL.results("contest", **scaled)
        assert one["outcome"] == other["outcome"]
        for key in ("mobilization_total", "payoff_defender", "payoff_challenger"):
            assert other[key] == pytest.approx(7 * one[key], rel=1e-9, abs=1e-12)


def test_a_cap_on_arms_below_the_deterring_ones_ends_deterrence() -> None:
    for row in CONTESTS:
        found = MODEL.results("contest", **row)
        if found["outcome"] == "deter":
            capped = 0.97 * found["mobilization_defender"]
            assert defender_gets(row, capped)[0] < row["value_defender"] - capped


def test_mobilize_is_an_equilibrium_by_brute_force() -> None:
    regimes = set()
    v = (np.arange(4000) + 0.5) / 4000
    for row in SIGNALS:
        found = MODEL.results("mobilize", **row)
        regimes.add(found["regime"])
        p0, p1, c, k, m = row.values()
        pi, cutoff = found["prob_challenge_mobilized"], found["cutoff_mobilize"]
        mobilized = (1 - pi) * v + pi * np.maximum(0, p1 * v - c) - m
        without = np.maximum(0, p0 * v - c)
        assert (np.sign((mobilized - without).round(12)) * np.sign(v - cutoff) >= 0).all()
        belief = found["belief_fight"]
        call = belief * (1 - p1 - k) + (1 - belief)
        assert call == pytest.approx(0, abs=1e-9) if pi > 0 else call <= 1e-12
        assert cutoff < found["cutoff_fight"]
        assert found["prob_bluff"] > 0
    assert regimes == {"deterred", "contested"}


def test_a_dearer_signal_makes_war_rarer_and_leaves_who_mobilizes() -> None:
    m = np.linspace(0.001, 0.499, 499)
    found = MODEL.results("mobilize", mobilization_cost=m)
    contested = found["regime"] == "contested"
    assert (np.diff(found["prob_war"])[contested[:-1]] < 0).all()
    assert len(set(found["cutoff_mobilize"][contested].round(12))) == 1
    assert (found["prob_war"][~contested] == 0).all()
    assert (np.diff(found["belief_fight"][~contested]) > 0).all()
    assert (np.diff(found["payoff_defender"])[contested[:-1]] > 0).all()
    assert (np.diff(found["payoff_defender"])[~contested[:-1]] < 0).all()


def test_war_is_hump_shaped_in_the_strength_that_mobilization_gives() -> None:
    p1 = np.linspace(0.41, 0.95, 109)
    found = MODEL.results("mobilize", win_prob_mobilized=p1)
    war = found["prob_war"]
    top = int(war.argmax())
    assert 0 < top < len(war) - 1
    assert (np.diff(war[: top + 1]) > 0).all()
    assert (np.diff(war[top:]) <= 1e-15).all()
    assert (np.diff(found["cutoff_fight"]) < 0).all()
    assert (np.diff(found["prob_challenge_mobilized"]) <= 0).all()
    shown = MODEL.results("mobilize", win_prob_mobilized=[0.5, 0.65, 0.75, 0.8])["prob_war"]
    assert shown == pytest.approx([0.2508, 0.3220, 0.2256, 0], abs=5e-5)


def test_bluffs_survive_where_mobilization_does_not_change_the_odds() -> None:
    for row in SIGNALS[:60]:
        same = {**row, "win_prob_mobilized": row["win_prob_unmobilized"]}
        try:
            found = MODEL.results("mobilize", **same)
        except ValueError:
            continue
        assert found["prob_bluff"] > 0


def test_the_edge_between_the_regimes() -> None:
    edge = MODEL.results("mobilize")["cutoff_mobilize"]
    for step, regime in ((0, "deterred"), (1e-9, "deterred"), (-1e-9, "contested")):
        at = {"mobilization_cost": edge + step}
        found, solved = MODEL.results("mobilize", **at), MODEL.solved("mobilize", **at)
        assert found["regime"] == solved["regime"] == regime
        assert found["prob_war"] == pytest.approx(0, abs=1e-8)


def small_game(types: list[Fraction], m: Fraction) -> SignalingGame:
    """Return the game with these types, all as likely, otherwise at the default arguments."""
    p, c, k = (Fraction(2, 5), Fraction(7, 10)), Fraction(7, 20), Fraction(4, 5)
    sender: list[Any] = []
    receiver: list[Any] = []
    for v in types:
        war = [win * v - c for win in p]
        sender.append([[max(Fraction(0), war[s]) - s * m, v - s * m] for s in (0, 1)])
        receiver.append([[1 - p[s] - k if war[s] > 0 else 1, 0] for s in (0, 1)])
    return SignalingGame(
        types=[str(v) for v in types],
        messages=("quiet", "mobilize"),
        actions=("challenge", "hold"),
        prior=[Fraction(1, len(types))] * len(types),
        sender_payoffs=sender,
        receiver_payoffs=receiver,
    )


def test_a_game_of_few_types_bluffs_likewise() -> None:
    # Three types of a fifth each would fight; so the bluffers must be 0.3: the type 2/5, and half
    # of the type 1/5, which gains 1/10 by mobilizing if it is left alone half of the time.
    types = [Fraction(k, 10) for k in (2, 4, 6, 7, 8)]
    found = solve(small_game(types, Fraction(1, 10)), exact=True)
    assert found.complete
    (only,) = found  # to mobilize is worth it to the strongest even if they have to fight
    assert only.strategy["sender"]["1/5",]["mobilize"] == Fraction(1, 2)
    assert only.strategy["sender"]["2/5",]["mobilize"] == 1
    assert only.strategy["receiver"]["mobilize",]["challenge"] == Fraction(1, 2)


def test_that_nobody_mobilizes_rests_on_odd_beliefs() -> None:
    # At a cost of 0.4 nobody would mobilize only to fight. If to mobilize is read as weakness,
    # nobody does; but it is the strongest who have the most to gain by it.
    types = [Fraction(k, 20) for k in (4, 9, 12, 14, 16)]
    found = solve(small_game(types, Fraction(2, 5)), exact=True)
    assert found.complete
    assert {e.probability(("mobilize", "hold")) for e in found} == {0, Fraction(4, 5)}
    assert {e.probability(("mobilize", "hold")) for e in found.d1()} == {Fraction(4, 5)}
