"""Public demands: what the model claims, and bargaining by offers instead of by an axiom."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.literature import get

MODEL = get("tarar-leventoglu-2009-public-commitment")
RNG = Random(2009)
SETTLEMENTS = [draw(MODEL, "settlement", RNG) for _ in range(150)]
TWO_SIDED = [draw(MODEL, "two-sided", RNG) for _ in range(40)]
BINARY = [draw(MODEL, "binary", RNG) for _ in range(150)]
GRID = np.linspace(0, 1, 2001)


def gains(row: dict[str, Any], x: Any) -> tuple[Any, Any]:
    u1 = x - row["audience_cost_1"] * np.maximum(0, row["demand_1"] - x)
    u2 = 1 - x - row["audience_cost_2"] * np.maximum(0, row["demand_2"] - (1 - x))
    return u1 - row["war_value_1"], u2 - row["war_value_2"]


def test_settlements_are_the_limit_of_alternating_offers() -> None:
    # A rejection ends in war with a small probability. Each offer leaves the other what it would
    # get by rejecting and making its own offer: one equation, which changes sign once.
    ending, settled = 1e-7, 0
    for row in SETTLEMENTS:
        found = MODEL.results("settlement", **row)
        if found["war"]:
            continue
        settled += 1
        low, high = found["reservation_1"], 1 - found["reservation_2"]
        knots = np.unique(np.clip([low, row["demand_1"], high], low, high))
        values = gains(row, knots)[0]
        bottom, top = low, high
        for _ in range(60):
            ask = (bottom + top) / 2
            offer = np.interp((1 - ending) * gains(row, ask)[0], values, knots)
            if gains(row, ask)[1] > (1 - ending) * gains(row, offer)[1]:
                bottom = ask
            else:
                top = ask
        assert found["share_1"] == pytest.approx(bottom, abs=1e-6)
    assert settled > 60


def test_war_exactly_where_no_share_suits_both() -> None:
    wars = 0
    for row in SETTLEMENTS:
        found = MODEL.results("settlement", **row)
        suits = (np.minimum(*gains(row, GRID)) > 0).any()
        wars += found["war"]
        assert not (found["war"] and suits)
        if not found["war"]:
            assert min(gains(row, found["share_1"])) > -1e-12
            assert found["payoff_1"] >= row["war_value_1"] - 1e-12
            assert found["payoff_2"] >= row["war_value_2"] - 1e-12
    assert wars > 20


def test_the_names_of_the_states_do_not_matter() -> None:
    for row in SETTLEMENTS:
        swapped = {key[:-1] + "21"[int(key[-1]) - 1]: value for key, value in row.items()}
        one, other = (MODEL.results("settlement", **r) for r in (row, swapped))
        assert one["war"] == other["war"]
        for own, its in (("payoff_1", "payoff_2"), ("reservation_1", "reservation_2")):
            assert one[own] == pytest.approx(other[its], abs=1e-12)
        if not one["war"]:
            assert one["share_1"] == pytest.approx(1 - other["share_1"], abs=1e-12)


def test_words_that_cost_nothing_change_nothing() -> None:
    for row in SETTLEMENTS:
        free = {**row, "audience_cost_1": 0, "audience_cost_2": 0}
        found = MODEL.results("settlement", **free)
        half = (1 + row["war_value_1"] - row["war_value_2"]) / 2
        assert not found["war"]
        assert found["share_1"] == pytest.approx(half, abs=1e-12)


def test_a_lone_demand_gains_up_to_what_is_met_and_loses_beyond() -> None:
    for row in TWO_SIDED:
        lone = {key: row[key] for key in ("war_value_1", "war_value_2", "audience_cost_1")}
        best = MODEL.results("one-sided", **lone)
        found = MODEL.results("settlement", **row, demand_1=GRID)
        tried = found["payoff_1"]
        assert tried.max() <= best["payoff_1"] + 1e-12
        met = MODEL.results("settlement", **row, demand_1=best["demand"])
        assert met["share_1"] == pytest.approx(best["demand"], abs=1e-12)
        assert tried[0] + best["gain"] == pytest.approx(best["payoff_1"], abs=1e-12)
        beyond = (best["demand"] < GRID) & ~found["war"]  # in war a demand costs no more
        assert (np.diff(tried[beyond]) < 0).all()


def test_the_share_of_the_surplus_goes_from_a_half_to_all() -> None:
    cost = np.geomspace(1e-6, 1e6, 201)
    share = (MODEL.results("one-sided", audience_cost_1=cost)["payoff_1"] - 0.3) / 0.5
    assert (np.diff(share) > 0).all()
    assert share[[0, -1]] == pytest.approx([0.5, 1], abs=1e-5)


def test_nobody_gains_by_another_demand() -> None:
    for row in TWO_SIDED:
        found = MODEL.results("two-sided", **row)
        demands = {key: found[key] for key in ("demand_1", "demand_2")}
        assert sum(demands.values()) == pytest.approx(1, abs=1e-12)
        for i in (1, 2):
            tried = MODEL.results("settlement", **row, **{**demands, f"demand_{i}": GRID})
            assert tried[f"payoff_{i}"].max() <= found[f"payoff_{i}"] + 1e-9


def test_no_other_demands_that_add_up_to_the_pie_are_an_equilibrium() -> None:
    for row in TWO_SIDED:
        x = MODEL.results("two-sided", **row)["demand_1"]
        for other in (x - 0.02, x + 0.02):
            if not row["war_value_1"] < other < 1 - row["war_value_2"]:
                continue
            at = {"demand_1": other, "demand_2": 1 - other}
            best = [
                MODEL.results("settlement", **row, **{**at, f"demand_{i}": GRID})[f"payoff_{i}"]
                for i in (1, 2)
            ]
            assert best[0].max() > other + 1e-4 or best[1].max() > 1 - other + 1e-4


def test_leverage_is_relative() -> None:
    for row in TWO_SIDED:
        even = {**row, "audience_cost_2": row["audience_cost_1"]}
        half = (1 + row["war_value_1"] - row["war_value_2"]) / 2
        found = MODEL.results("two-sided", **even)["payoff_1"]
        assert found == pytest.approx(half, abs=1e-12)
        mine, others = row["audience_cost_1"], row["audience_cost_2"]
        against = MODEL.results("two-sided", **row)["payoff_1"]
        assert (against < half - 1e-12) == (mine < others)


def test_dilemma_and_chicken() -> None:
    kinds = set()
    for row in BINARY:
        found = MODEL.results("binary", **row)
        silent, alone, faced, both = (
            found[f"payoff_{key}"]
            for key in ("both_silent", "announce_alone", "silent_alone", "both_announce")
        )
        assert alone > silent > max(faced, both)
        kinds.add((found["kind"], found["prob_war"] > 0))
        if row["audience_cost"] < 1:
            assert found["kind"] == "dilemma"
            assert both > faced
            loss = row["audience_cost"] * (row["demand"] - 0.5)
            assert found["value_of_secrecy"] == pytest.approx(loss, abs=1e-12)
        else:
            assert found["kind"] == "chicken"
            assert faced >= both
            s = found["prob_announce"]
            indifferent = (1 - s) * alone + s * both
            assert found["payoff"] == pytest.approx(indifferent, abs=1e-12)
        assert found["value_of_secrecy"] > 0
        if found["prob_war"] > 0:
            assert row["audience_cost"] >= 2
    assert kinds == {("dilemma", False), ("chicken", False), ("chicken", True)}


@pytest.mark.parametrize(("cost", "count"), [(0.6, 1), (1, 3), (1.3, 3)])
def test_the_binary_game_has_these_equilibria(cost: float, count: int) -> None:
    row = {"war_value": 0.2, "audience_cost": cost, "demand": 0.55}
    found = solve(MODEL.game("binary", **row), exact=True)
    assert found.complete
    assert len(found) == count
    assert MODEL.results("binary", **row) == pytest.approx(MODEL.solved("binary", **row))


def test_at_a_cost_of_one_all_announce() -> None:
    found = MODEL.results("binary", war_value=0.2, audience_cost=1, demand=0.55)
    assert (found["kind"], found["prob_announce"]) == ("chicken", 1)


@pytest.mark.parametrize("cost", [2, 2.5, 4])
def test_war_begins_where_retreat_is_worth_no_more(cost: float) -> None:
    # At the edge to settle is worth as much as war, and that counts as war.
    edge = 0.5 + 0.4 / (2 * cost)
    at, below = (MODEL.results("binary", audience_cost=cost, demand=t) for t in (edge, edge - 1e-6))
    assert at["prob_war"] == pytest.approx(1 / cost**2, rel=1e-12)
    assert below["prob_war"] == 0
    assert below["payoff"] == pytest.approx(at["payoff"], abs=1e-5)
    assert MODEL.solved("binary", audience_cost=cost, demand=edge)["prob_war"] > 0


def test_total_claims_mean_war_only_if_silence_does_too() -> None:
    wars = 0
    for row in TWO_SIDED:
        found = MODEL.results("total-claims", **row)
        alone = [
            MODEL.results("settlement", **row, demand_1=1 - i, demand_2=i)["war"] for i in (0, 1)
        ]
        wars += found["war_equilibrium"]
        assert found["war_equilibrium"] == all(alone)
        # It is never better than the best lone demand, whatever the other does.
        best = MODEL.results("one-sided", **{k: row[k] for k in row if k != "audience_cost_2"})
        for other in np.linspace(0, 1, 21):
            total, less = (
                MODEL.results("settlement", **row, demand_1=t, demand_2=other)["payoff_1"]
                for t in (1, best["demand"])
            )
            assert total <= less + 1e-12
    assert 0 < wars < len(TWO_SIDED)


def test_a_demand_at_the_value_of_war_is_silence() -> None:
    quiet = MODEL.results("settlement")
    for demands in ({"demand_1": 0.3}, {"demand_1": 0.3, "demand_2": 0.2}, {"demand_1": 0.1}):
        assert MODEL.results("settlement", **demands) == quiet
        assert MODEL.solved("settlement", **demands) == pytest.approx(quiet, abs=1e-12)


def test_an_exact_tie_with_war_is_war() -> None:
    tie = {"demand_1": 1, "demand_2": 1, "audience_cost_1": 2.5, "audience_cost_2": 0}
    assert MODEL.results("settlement", **tie)["war"]
    assert MODEL.solved("settlement", **tie)["war"]


def test_too_much_of_a_demand_is_refused() -> None:
    with pytest.raises(ValueError, match=r"war_value = 0\.3, audience_cost = 2\.5, demand"):
        MODEL.results("binary", demand=0.62)
    with pytest.raises(ValueError, match="war_value_1"):
        MODEL.results("one-sided", war_value_1=0.8, war_value_2=0.2)
