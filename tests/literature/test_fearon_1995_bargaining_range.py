"""Fearon (1995): what raises the risk of war and what lowers it, over the domain."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest

from crisisgames import solve
from crisisgames.literature.fearon_1995_bargaining_range import MODEL
from crisisgames.literature.reproduce import alike

RNG = np.random.default_rng(1995)
MANY = 3000


def uniform(low: float, high: float) -> np.ndarray:
    return RNG.uniform(low, high, MANY)


def results(case: str, **given: Any) -> dict[str, Any]:
    return MODEL.results(case, **given)


def test_there_is_always_a_range_unless_sides_disagree_or_love_risk() -> None:
    p, cost_a, cost_b = uniform(0.01, 0.99), uniform(1e-3, 1), uniform(1e-3, 1)
    averse = results(
        "range", win_prob_a=p, war_cost_a=cost_a, war_cost_b=cost_b,
        risk_exponent_a=uniform(0.1, 1), risk_exponent_b=uniform(0.1, 1),
    )  # fmt: skip
    neutral = results("range", win_prob_a=p, war_cost_a=cost_a, war_cost_b=cost_b)
    assert averse["peace_possible"].all()
    assert (averse["range_low"] <= neutral["range_low"] + 1e-12).all()
    assert (averse["range_high"] >= neutral["range_high"] - 1e-12).all()
    own = uniform(0.01, 0.99)
    given = {"win_prob_a": p, "win_prob_b": own, "war_cost_a": cost_a, "war_cost_b": cost_b}
    apart = p + own - 1 - cost_a - cost_b
    clear = abs(apart) > 1e-9
    assert (results("range", **given)["peace_possible"] == (apart < 0))[clear].all()
    love = results("range", risk_exponent_a=3.0, risk_exponent_b=3.0)
    assert not love["peace_possible"]


def test_war_by_ultimatum_falls_in_costs_and_rises_in_doubt() -> None:
    p, cost = uniform(0.05, 0.95), uniform(1e-3, 0.5)
    low = uniform(0, 0.3)
    high = low + uniform(0.01, 0.7)
    base = results("ultimatum-uniform", win_prob_a=p, war_cost_a=cost, war_cost_b_min=low,
                   war_cost_b_max=high)["prob_war"]  # fmt: skip
    dearer = results("ultimatum-uniform", win_prob_a=p, war_cost_a=cost + 0.05,
                     war_cost_b_min=low, war_cost_b_max=high)["prob_war"]  # fmt: skip
    risen = low + 0.4 * (high - low)
    surer = results("ultimatum-uniform", win_prob_a=p, war_cost_a=cost, war_cost_b_min=risen,
                    war_cost_b_max=high)["prob_war"]  # fmt: skip
    assert (dearer <= base + 1e-12).all()
    assert (surer <= base + 1e-12).all()
    assert (base[low >= (high - cost) / 2] == 0).all()
    uncut = p + high < 0.95
    vaguer = results("ultimatum-uniform", win_prob_a=p, war_cost_a=cost, war_cost_b_min=low,
                     war_cost_b_max=high + 0.05)["prob_war"]  # fmt: skip
    assert (vaguer >= base - 1e-12)[uncut].all()


def test_no_demand_earns_more() -> None:
    rng = Random(1995)
    for _ in range(40):
        p, cost, low = rng.uniform(0.1, 0.9), rng.uniform(0.01, 0.5), rng.uniform(0, 0.2)
        high = low + rng.uniform(0.05, 0.6)
        best = results("ultimatum-uniform", win_prob_a=p, war_cost_a=cost, war_cost_b_min=low,
                       war_cost_b_max=high)["payoff_a"]  # fmt: skip
        x = np.linspace(0, 1, 4001)
        war = np.clip((x - p - low) / (high - low), 0, 1)
        assert (war * (p - cost) + (1 - war) * x).max() <= best + 1e-12
        rate = rng.uniform(0.5, 12)
        best = results("ultimatum-exponential", win_prob_a=p, war_cost_a=cost,
                       war_cost_b_rate=rate)["payoff_a"]  # fmt: skip
        war = -np.expm1(-rate * np.maximum(0, x - p))
        assert (war * (p - cost) + (1 - war) * x).max() <= best + 1e-12


def test_finer_information_never_raises_the_risk_where_no_demand_is_cut() -> None:
    cost, top = uniform(1e-3, 0.3), uniform(0.05, 0.6)
    before = np.ones(MANY)
    for n in range(1, 9):
        war = results("cells", win_prob_a=0.3, war_cost_a=cost, war_cost_b_max=top, cells=n)
        assert (war["prob_war"] <= before + 1e-12).all()
        assert war["prob_war"] == pytest.approx(np.maximum(0, 1 - n * cost / top) / (2 * n))
        before = war["prob_war"]


def test_preventive_war_is_likelier_the_faster_the_shift_and_the_cheaper_the_war() -> None:
    now, cost, patience = uniform(0.05, 0.6), uniform(0.01, 0.8), uniform(0.05, 0.98)
    later = now + uniform(0.01, 0.3)
    given = {"win_prob_now": now, "war_cost_b": cost, "discount": patience}
    base = results("preventive-war", win_prob_later=later, **given)
    more = results("preventive-war", win_prob_later=np.minimum(0.999, later + 0.05), **given)
    assert (more["war"] >= base["war"]).all()
    assert (more["margin"] >= base["margin"] - 1e-12).all()
    dearer = results("preventive-war", win_prob_later=later, **{**given, "war_cost_b": cost * 1.2})
    assert (dearer["margin"] <= base["margin"] + 1e-12).all()
    patient = {**given, "discount": patience + 0.3 * (1 - patience)}
    assert (results("preventive-war", win_prob_later=later, **patient)["war"] >= base["war"]).all()


def test_so_many_steps_are_enough_and_one_fewer_is_not() -> None:
    for _ in range(300):
        now, shift, cost, patience = RNG.uniform((0.05, 0.05, 0.01, 0.3), (0.4, 0.4, 0.5, 0.95))
        if now + shift + cost * (1 - patience) > 1:
            continue
        given = {"war_cost_b": cost, "discount": patience}
        n = results("gradual-shift", win_prob_now=now, shift=shift, **given)["steps_needed"]

        def peaceful(
            steps: int, now: float = now, shift: float = shift, given: Any = given
        ) -> bool:
            p = now + shift * np.arange(steps + 1) / steps
            return not results("preventive-war", win_prob_now=p[:-1], win_prob_later=p[1:],
                               **given)["war"].any()  # fmt: skip

        assert peaceful(n)
        assert n == 1 or not peaceful(n - 1)


def test_first_strikes_and_pieces() -> None:
    strike, cost_a, cost_b = uniform(0.3, 0.95), uniform(0.01, 0.4), uniform(0.01, 0.4)
    struck = strike - uniform(0, 0.29)
    given = {"war_cost_a": cost_a, "war_cost_b": cost_b}
    found = results("first-strike", win_prob_strike=strike, win_prob_struck=struck, **given)
    gap = strike - struck - cost_a - cost_b
    inside = (abs(gap) > 1e-9) & (strike - cost_a > 0) & (struck + cost_b < 1)
    assert (found["peace_possible"] == (gap < 0))[inside].all()
    enough = np.ceil(1 / (cost_a + cost_b)).astype(int)
    split = results("indivisible", win_prob_a=uniform(0.01, 0.99), pieces=enough, **given)
    assert split["peace_possible"].all()


def test_attacking_at_once_is_always_an_equilibrium_too() -> None:
    for share in (0.3, 0.52, 0.9):
        found = solve(MODEL.game("first-strike", share=share), "pure-nash")
        assert found.bounds(("attack", "attack"))[1] == 1
        low, high = (results("first-strike")[f"range_{end}"] for end in ("low", "high"))
        assert (found.bounds(("hold", "hold"))[1] == 1) == (low <= share <= high)


BORDERS = [
    ("range", {"win_prob_a": 0.1, "war_cost_a": 0.1}),  # A would settle for nothing
    ("range", {"win_prob_a": 0.8, "win_prob_b": 0.5}),  # the range is one point
    ("ultimatum-uniform", {"war_cost_b_min": 0.15}),  # the safe demand is just the best one
    ("ultimatum-uniform", {"win_prob_a": 0.85}),  # the best demand is just the whole stake
    ("ultimatum-uniform", {"win_prob_a": 0.9, "war_cost_b_min": 0.1}),  # all of it, and safe
    ("ultimatum-exponential", {"war_cost_a": 0.25}),  # A's cost is the mean of B's
    ("ultimatum-exponential", {"win_prob_a": 0.85}),
    ("cells", {"cells": 4}),  # h = n c_A: just no war
    ("preventive-war", {"win_prob_later": 0.391111111111, "discount": 0.9}),
    ("preventive-war", {"win_prob_now": 0.51, "win_prob_later": 0.6, "war_cost_b": 0.3,
                        "discount": 0.9}),
    ("first-strike", {"win_prob_strike": 0.6, "win_prob_struck": 0.3}),  # one point
    ("first-strike", {"win_prob_strike": 0.6, "win_prob_struck": 0.6}),
    ("indivisible", {"win_prob_a": 0.4, "war_cost_a": 0.15, "war_cost_b": 0.1, "pieces": 4}),
    ("indivisible", {"win_prob_a": 0.4, "war_cost_b": 0.1, "pieces": 10}),  # both ends count
]  # fmt: skip


@pytest.mark.parametrize(("case", "given"), BORDERS)
def test_both_routes_agree_on_the_borders_of_regimes(case: str, given: dict[str, float]) -> None:
    closed, solved = MODEL.results(case, **given), MODEL.solved(case, **given)
    for key, value in solved.items():
        assert alike(closed[key], value, 1e-9, 1e-9), key
