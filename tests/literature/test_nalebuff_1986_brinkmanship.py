"""Brinkmanship as attrition in risk: best replies, neutrality and where it fails, play by play."""

from __future__ import annotations

from math import e
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames.literature import get

MODEL = get("nalebuff-1986-brinkmanship")
RNG = Random(1986)
ROWS = [draw(MODEL, "attrition", RNG) for _ in range(12)]


def attrition(**given: Any) -> dict[str, Any]:
    return MODEL.results("attrition", **given)


@pytest.mark.parametrize("row", ROWS)
def test_no_type_gains_by_the_level_of_another(row: dict[str, Any]) -> None:
    # Brute force: the payoff of conceding where another type does, by the trapezium rule.
    given = {**row}
    n, drain = given["shape"], given["disaster_cost"] + given["delay_cost"] / given["speed"]
    arrives = 1 + given["mediation_rate"] / given["speed"]
    x = 1 - (1 - np.linspace(0, 1 - 1e-4, 2001)) ** (1 / n)  # even in the share of types
    share = 1 - (1 - x) ** n
    risk = attrition(**{**given, "value": x})["concession_risk"]
    lasts = np.exp(-arrives * risk)
    for v in (0.1, 0.5, 0.9):
        gains = v * np.diff(share) * (lasts[1:] + lasts[:-1]) / 2
        holds = lasts * (1 - share)
        costs = drain * np.diff(risk) * (holds[1:] + holds[:-1]) / 2
        payoff = np.append(0, np.cumsum(gains - costs))
        own = attrition(**{**given, "value": v})
        assert payoff.max() <= own["payoff"] + 1e-6
        assert payoff[np.searchsorted(x, v)] == pytest.approx(own["payoff"], abs=1e-4)


@pytest.mark.parametrize("row", ROWS)
def test_speed_alone_changes_only_the_time(row: dict[str, Any]) -> None:
    given = {k: v for k, v in row.items() if k in ("disaster_cost", "value", "shape")}
    found = attrition(**given, speed=np.array([1e-3, 1, 1e3]))
    for key, values in found.items():
        if key == "mean_duration":
            assert values * [1e-3, 1, 1e3] == pytest.approx(np.full(3, values[1]), rel=1e-12)
        else:
            assert values == pytest.approx(np.full(3, values[1]), rel=1e-12)


@pytest.mark.parametrize("given", [{"delay_cost": 0.5}, {"mediation_rate": 1}])
def test_with_delay_costs_or_a_mediator_speed_means_war(given: dict[str, float]) -> None:
    war = attrition(speed=np.geomspace(1e-6, 1e6, 40), **given)["prob_war"]
    assert (np.diff(war) > 0).all()
    assert war[0] < 1e-5
    assert war[-1] == pytest.approx(11 - 4 * e, abs=1e-6)


def test_the_uniform_case_in_elementary_functions() -> None:
    found = attrition(value=[0, 0.25, 0.5, 0.99])
    v = np.array([0, 0.25, 0.5, 0.99])
    assert found["prob_war"] == pytest.approx(np.full(4, 11 - 4 * e), rel=1e-12)
    assert found["prob_prevail"] == pytest.approx((2 - v) * np.exp(v) - 2, abs=1e-12)
    assert found["accepted_risk"] == pytest.approx(1 - (1 - v) * np.exp(v), abs=1e-14)


def test_war_for_cheap_and_for_dear_disasters() -> None:
    cost = np.geomspace(1e-9, 1e9, 60)
    war = attrition(disaster_cost=cost)["prob_war"]
    assert (np.diff(war) < 0).all()
    assert war[0] > 0.9999
    assert war[-1] * 6 * cost[-1] == pytest.approx(1, rel=1e-8)


def test_the_incomplete_gamma_function() -> None:
    from scipy.special import gammainc, gammaln

    for cost in (0.05, 0.3, 1, 4):
        k = 1 / cost
        log = k - (2 + k) * np.log(k) + gammaln(2 + k)
        expected = 1 - 2 * np.exp(log) * gammainc(2 + k, k)
        assert attrition(disaster_cost=cost)["prob_war"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("row", ROWS)
def test_higher_types_hold_out_longer_and_do_better(row: dict[str, Any]) -> None:
    found = attrition(**{**row, "value": np.linspace(0, 0.8, 300)})
    for key in ("concession_risk", "prob_prevail", "payoff"):
        assert found[key][0] == 0
        assert (np.diff(found[key]) > 0).all()
    assert (np.diff(found["payoff"], 2) > -1e-14).all()  # convex, its slope being W
    assert (found["prob_prevail"] + found["prob_war"] < 2).all()


@pytest.mark.parametrize("row", ROWS[:4])
def test_play_by_play(row: dict[str, Any]) -> None:
    # Monte Carlo in time: 2e5 crises, four standard errors.
    rng, size = np.random.default_rng(7), 200_000
    types = 1 - rng.random((2, size)) ** (1 / row["shape"])
    cost = row["disaster_cost"] + row["delay_cost"] / row["speed"]
    lower = types.min(axis=0)
    dates = row["shape"] * (-lower - np.log1p(-lower)) / cost / row["speed"]
    disaster = rng.exponential(1 / row["speed"], size)
    rate = row["mediation_rate"]
    mediator = rng.exponential(1 / rate, size) if rate else np.full(size, np.inf)
    found = attrition(**row)
    for key, happened in (
        ("prob_war", (disaster < dates) & (disaster < mediator)),
        ("prob_mediated", (mediator < dates) & (mediator < disaster)),
    ):
        p = found[key]
        assert happened.mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / size) + 1e-12)


def test_extreme_arguments_stay_in_bounds() -> None:
    extremes = np.array([1e-12, 1e-3, 1e3, 1e12])
    for name in ("disaster_cost", "shape", "speed", "delay_cost", "mediation_rate"):
        found = attrition(**{name: extremes})
        for key, values in found.items():
            assert np.isfinite(values).all(), (name, key)
            if key.startswith("prob"):
                assert ((values >= 0) & (values <= 1 + 1e-12)).all(), (name, key)
