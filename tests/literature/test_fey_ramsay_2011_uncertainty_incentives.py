"""Uncertainty and incentives: who can be sure of peace, rankings, the mediator's rule by hand."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve, verify
from crisisgames.literature import get
from crisisgames.literature.reproduce import alike

MODEL = get("fey-ramsay-2011-uncertainty-incentives")
RNG = Random(2011)
ROWS = [draw(MODEL, "one-sided-strength", RNG) for _ in range(12)]


def environment(rng: Random, *, costs_only: bool = False) -> dict[str, Any]:
    n, m = rng.randint(1, 3), rng.randint(1, 3)

    def probs(size: int) -> list[float]:
        own = [rng.randint(1, 6) for _ in range(size)]
        return [w / sum(own) for w in own]

    win = [[rng.randint(0, 10) / 10 for _ in range(m)] for _ in range(n)]
    if costs_only:
        win = [[win[0][0]] * m] * n
    return {
        "type_probs_a": probs(n),
        "type_probs_b": probs(m),
        "win_probs_a": win,
        "war_costs_a": [rng.randint(0, 6) / 20 for _ in range(n)],
        "war_costs_b": [rng.randint(0, 6) / 20 for _ in range(m)],
    }


@pytest.mark.parametrize("seed", range(12))
def test_peace_for_certain_exactly_where_the_keenest_ask_for_no_more_than_the_pie(
    seed: int,
) -> None:
    row = environment(Random(seed))
    closed, solved = MODEL.results("general", **row), MODEL.solved("general", **row)
    assert all(alike(closed[k], v, 1e-8, 1e-8) for k, v in solved.items()), row
    assert closed["peace_feasible"] == (closed["margin"] >= -1e-12)
    assert (closed["prob_war_min"] < 1e-9) == closed["peace_feasible"]
    assert 0 <= closed["prob_war_min"] <= 1


@pytest.mark.parametrize("seed", range(20))
def test_doubts_about_costs_alone_are_benign(seed: int) -> None:
    row = environment(Random(seed), costs_only=True)
    found = MODEL.results("general", **row)
    least = min(row["war_costs_a"]) + min(row["war_costs_b"])
    assert found["margin"] == pytest.approx(least)
    assert found["peace_feasible"]
    assert found["prob_war_min"] == 0


def test_two_sides_that_are_alike_are_a_case_of_the_general_one() -> None:
    rng = Random(7)
    for _ in range(8):
        row = draw(MODEL, "two-sided-strength", rng)
        q, p, c = (row[k] for k in ("prob_strong", "win_prob_strong", "war_cost"))
        found = MODEL.results(
            "general", type_probs_a=[q, 1 - q], type_probs_b=[q, 1 - q],
            win_probs_a=[[0.5, p], [1 - p, 0.5]], war_costs_a=[c, c], war_costs_b=[c, c],
        )  # fmt: skip
        closed = MODEL.results("two-sided-strength", **row)
        assert all(alike(found[k], v, 1e-8, 1e-8) for k, v in closed.items()), row


def test_the_edge_of_peace_and_dear_wars() -> None:
    # c = (1 - q)(p - 1/2) exactly, and a hair to both sides.
    cost = 0.7 * 0.3
    found = MODEL.results("two-sided-strength", war_cost=np.array([cost - 1e-6, cost, cost + 1e-6]))
    assert found["peace_feasible"].tolist() == [False, True, True]
    assert found["prob_war_min"][0] == pytest.approx(0, abs=1e-5)
    assert found["prob_war_min"][0] > 0
    assert (found["prob_war_min"][1:] == 0).all()
    # A war that costs more than the weak can win has a negative value to them.
    for cost in (0.24, 0.4, 0.5):
        row = {"prob_strong": 0.05, "win_prob_strong": 0.97, "war_cost": cost}
        closed, solved = (f("two-sided-strength", **row) for f in (MODEL.results, MODEL.solved))
        assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items()), row


def wide(count: int = 20_000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2011)
    strong, weak = np.sort(rng.uniform(0, 1, (2, count)), axis=0)
    return {
        "prob_strong": rng.uniform(0.001, 0.999, count),
        "win_prob_vs_strong": strong,
        "win_prob_vs_weak": weak,
        "war_cost_a": strong * rng.uniform(0.001, 1, count),
        "war_cost_b": (1 - weak) * rng.uniform(0.001, 1, count),
    }


def test_the_order_of_institutions() -> None:
    at = wide()
    found = MODEL.results("one-sided-strength", **at)
    mediated, told, final = (
        found[f"prob_war_{name}"] for name in ("mediation", "disclosure", "ultimatum")
    )
    peace = found["peace_feasible"]
    assert peace.any()
    assert not peace.all()
    assert (mediated[peace] == 0).all()
    assert (told[peace] == 0).all()
    assert (mediated[~peace] > 0).all()
    assert (mediated[~peace] < told[~peace]).all()
    assert (told[~peace] < final[~peace]).all()
    # The ultimatum has war where there need be none: exactly if φC < (1 - φ)Δ <= C.
    phi = at["prob_strong"]
    stake = (1 - phi) * (at["win_prob_vs_weak"] - at["win_prob_vs_strong"])
    burnt = at["war_cost_a"] + at["war_cost_b"]
    assert (((final > 0) & peace) == ((phi * burnt < stake) & (stake <= burnt))).all()


def test_least_war_falls_in_costs_and_rises_in_what_strength_decides() -> None:
    at = wide(4000)
    base = MODEL.results("one-sided-strength", **at)["prob_war_mediation"]
    dearer = {
        **at,
        "war_cost_a": at["war_cost_a"] + (at["win_prob_vs_strong"] - at["war_cost_a"]) / 3,
    }
    assert (MODEL.results("one-sided-strength", **dearer)["prob_war_mediation"] <= base).all()
    nearer = {
        **at,
        "win_prob_vs_weak": 0.9 * at["win_prob_vs_weak"] + 0.1 * at["win_prob_vs_strong"],
    }
    assert (MODEL.results("one-sided-strength", **nearer)["prob_war_mediation"] <= base).all()
    cost = np.linspace(0.001, 0.5, 500)
    for q, p in ((0.3, 0.8), (0.6, 0.95), (0.05, 0.6)):
        war = MODEL.results("two-sided-strength", prob_strong=q, win_prob_strong=p, war_cost=cost)
        assert (np.diff(war["prob_war_min"]) <= 1e-15).all()


@pytest.mark.parametrize("row", ROWS)
def test_the_mediators_rule_constraint_by_constraint(row: dict[str, float]) -> None:
    rule = MODEL.results("one-sided-mediator", **row)
    found = MODEL.results("one-sided-strength", **row)
    phi, strong, weak, cost_a, cost_b = (
        row[q.name] for q in MODEL.cases["one-sided-mediator"].quantities
    )
    settle, pooled = rule["prob_settle_strong"], rule["prob_pooled_weak"]
    little, much = rule["share_pooled"], rule["share_weak"]
    assert 0 <= settle <= 1
    assert 0 <= pooled <= 1
    assert phi * (1 - settle) == pytest.approx(found["prob_war_mediation"], abs=1e-12)
    # a, told the one share or the other, accepts by what it then believes.
    told_little = phi * settle * (little - strong + cost_a)
    told_little += (1 - phi) * pooled * (little - weak + cost_a)
    assert told_little >= -1e-12
    # The strong gain nothing by posing as weak, nor the weak by posing as strong.
    honest_strong, honest_weak = 0.0, pooled * (weak - strong)
    assert 1 - little == pytest.approx(1 - strong - cost_b)
    if pooled < 1:
        assert much - weak + cost_a >= -1e-12
        honest_weak += (1 - pooled) * (1 - much - (1 - weak - cost_b))
        fights = max(0, 1 - much - (1 - strong - cost_b))
        assert honest_strong >= (1 - pooled) * fights - 1e-12
    assert honest_weak >= settle * (weak - strong) - 1e-12


@pytest.mark.parametrize("row", ROWS[:6])
def test_no_demand_is_better_than_the_ultimatum(row: dict[str, float]) -> None:
    phi, strong, weak, cost_a, cost_b = (
        row[q.name] for q in MODEL.cases["one-sided-mediator"].quantities
    )
    demands = np.append(np.linspace(0, 1, 4001), [strong + cost_b, weak + cost_b])
    accepts = [demands <= p + cost_b + 1e-12 for p in (strong, weak)]
    payoff = sum(
        f * np.where(a, demands, p - cost_a)
        for f, a, p in zip((phi, 1 - phi), accepts, (strong, weak), strict=True)
    )
    found = MODEL.results("one-sided-strength", **row)
    place = np.argmin(np.abs(demands - found["demand_ultimatum"]))
    assert payoff[place] == pytest.approx(payoff.max(), abs=1e-12)
    assert found["prob_war_ultimatum"] == pytest.approx(phi * (not accepts[0][place]))


def test_ties_go_to_peace() -> None:
    # (1 - φ)Δ = φC: a is indifferent between the demands; (1 - φ)Δ = C: just peace for certain.
    tie = {"prob_strong": 0.5, "win_prob_vs_strong": 0.375, "win_prob_vs_weak": 0.625,
           "war_cost_a": 0.125, "war_cost_b": 0.125}  # fmt: skip
    found = MODEL.results("one-sided-strength", **tie)
    assert found["prob_war_ultimatum"] == 0
    assert found["demand_ultimatum"] == 0.5
    edge = {**tie, "war_cost_a": 0.0625, "war_cost_b": 0.0625}
    assert MODEL.results("one-sided-strength", **edge)["peace_feasible"]
    for row in (tie, edge, {**edge, "war_cost_a": 0.0625 - 1e-7}):
        for case in ("one-sided-strength", "one-sided-mediator"):
            closed, solved = MODEL.results(case, **row), MODEL.solved(case, **row)
            assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items()), (case, row)


def test_equilibria_of_the_ultimatum_are_verified() -> None:
    game = MODEL.game("one-sided-strength")
    found = solve(game, exact=True)
    assert found.complete
    assert all(verify(game, e).gain <= 0 for e in found)


def test_tables_that_do_not_fit_are_told() -> None:
    with pytest.raises(ValueError, match=r"type_probs_a = .*sum of type_probs_a = 1"):
        MODEL.results("general", type_probs_a=[0.3, 0.6])
    with pytest.raises(
        ValueError, match="one number in war_costs_b for each column of win_probs_a"
    ):
        MODEL.results("general", war_costs_b=[0.1])
    with pytest.raises(ValueError, match="one number in type_probs_a for each row of win_probs_a"):
        MODEL.results("general", type_probs_a=[0.3, 0.3, 0.4])
    for bad in ([[0.5, 0.8], [0.2]], [0.5, 0.8], [[]], [[0.5, 1.8], [0.2, 0.5]]):
        with pytest.raises(ValueError, match=r"win_probs_a.*each of rows of numbers"):
            MODEL.results("general", win_probs_a=bad)
    with pytest.raises(ValueError, match="win_prob_vs_strong < win_prob_vs_weak"):
        MODEL.results("one-sided-strength", win_prob_vs_strong=0.7)
    with pytest.raises(ValueError, match=r"war_cost_a \+ war_cost_b > 0"):
        MODEL.results("one-sided-mediator", war_cost_a=0, war_cost_b=0)
