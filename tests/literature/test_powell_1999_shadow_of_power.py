"""The shadow of power: no war near the status quo, then more with the gap, then no more."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames.literature import get

MODEL = get("powell-1999-shadow-of-power")
RNG = Random(1999)
ONE = [draw(MODEL, "one-sided", RNG) for _ in range(30)]
TWO = [draw(MODEL, "two-sided", RNG) for _ in range(30)]


def one_sided(**given: Any) -> dict[str, Any]:
    return MODEL.results("one-sided", **given)


def two_sided(**given: Any) -> dict[str, Any]:
    return MODEL.results("two-sided", **given)


@pytest.mark.parametrize("row", ONE)
def test_no_other_offer_is_better(row: dict[str, float]) -> None:
    p, q, s = row["win_prob"], row["status_quo_share"], row["proposer_cost"]
    low, high = row["cost_low"], row["cost_high"]
    found = one_sided(**row)

    def worth(x: Any) -> Any:
        war = np.clip((p - x - low) / (high - low), 0, 1)
        return (1 - war) * (1 - x) + war * (1 - p - s)

    offers = np.linspace(q, 1, 2001)
    assert worth(found["offer"]) == pytest.approx(found["payoff_proposer"], abs=1e-12)
    assert worth(offers).max() <= found["payoff_proposer"] + 1e-12
    fights = np.clip((p - found["offer"] - low) / (high - low), 0, 1)
    assert found["prob_war"] == pytest.approx(fights, abs=1e-12)
    assert found["offer"] >= q


@pytest.mark.parametrize("row", ONE)
def test_the_risk_grows_with_the_gap_and_then_no_more(row: dict[str, float]) -> None:
    q, low, high = row["status_quo_share"], row["cost_low"], row["cost_high"]
    p = np.linspace(q, 1, 401)
    found = one_sided(**{**row, "win_prob": p})
    war, gap, z = found["prob_war"], found["power_gap"], found["shortfall"][0]
    assert (war[gap <= low] <= 1e-12).all()
    middle = (gap > low) & (gap < z)
    assert war[middle] == pytest.approx((gap[middle] - low) / (high - low), abs=1e-12)
    assert found["offer"][gap < z] == pytest.approx(q, abs=1e-12)
    beyond = gap >= z
    assert war[beyond] == pytest.approx((z - low) / (high - low), abs=1e-12)
    assert np.diff(found["offer"][beyond]) == pytest.approx(np.diff(p[beyond]), abs=1e-12)


@pytest.mark.parametrize("row", ONE)
def test_a_costly_war_is_bought_off(row: dict[str, float]) -> None:
    low, high = row["cost_low"], row["cost_high"]
    s = np.linspace(0, 1, 101)
    found = one_sided(**{**row, "proposer_cost": s})
    assert (np.diff(found["prob_war"]) <= 1e-12).all()
    assert (found["prob_war"][s >= high - 2 * low] <= 1e-12).all()


@pytest.mark.parametrize("row", TWO)
def test_the_average_over_the_proposers_costs(row: dict[str, float]) -> None:
    p, q = row["win_prob"], row["status_quo_share"]
    d, s = (row["cost_d_low"], row["cost_d_high"]), (row["cost_s_low"], row["cost_s_high"])
    if p < q:
        p, q, d, s = 1 - p, 1 - q, s, d
    nodes = s[0] + (np.arange(20000) + 0.5) / 20000 * (s[1] - s[0])
    single = one_sided(win_prob=p, status_quo_share=q, proposer_cost=nodes, cost_low=d[0],
                       cost_high=d[1])  # fmt: skip
    assert two_sided(**row)["prob_war"] == pytest.approx(single["prob_war"].mean(), abs=1e-7)


@pytest.mark.parametrize("row", TWO)
def test_exchanging_the_states_changes_nothing(row: dict[str, float]) -> None:
    mirror = {
        "win_prob": 1 - row["win_prob"],
        "status_quo_share": 1 - row["status_quo_share"],
        **{f"cost_{a}_{end}": row[f"cost_{b}_{end}"] for a, b in ("ds", "sd")
           for end in ("low", "high")},
    }  # fmt: skip
    one, two = two_sided(**row), two_sided(**mirror)
    assert one["prob_war"] == pytest.approx(two["prob_war"], abs=1e-12)
    assert one["peace_band_low"] == pytest.approx(1 - two["peace_band_high"], abs=1e-12)


@pytest.mark.parametrize("row", TWO)
def test_no_war_in_the_band_and_more_the_further_from_it(row: dict[str, float]) -> None:
    p = np.linspace(0, 1, 401)
    found = two_sided(**{**row, "win_prob": p})
    low, high = found["peace_band_low"][0], found["peace_band_high"][0]
    war, inside = found["prob_war"], (p >= low) & (p <= high)
    assert (war[inside] <= 1e-12).all()
    assert (np.diff(war[p >= high]) >= -1e-12).all()
    assert (np.diff(war[p <= low]) <= 1e-12).all()
    # Just outside the band someone fights, unless all proposers would buy off anybody.
    for favoured, buyer, edge in (("d", "s", high + 0.01), ("s", "d", low - 0.01)):
        if 0 <= edge <= 1:
            keen = row[f"cost_{favoured}_high"] - 2 * row[f"cost_{favoured}_low"]
            risk = two_sided(**{**row, "win_prob": edge})["prob_war"]
            assert (risk > 0) == (row[f"cost_{buyer}_low"] < keen)


@pytest.mark.parametrize("row", TWO)
def test_only_the_gap_matters_not_parity(row: dict[str, float]) -> None:
    gap = row["win_prob"] - row["status_quo_share"]
    q = np.linspace(max(0, -gap), min(1, 1 - gap), 21)
    p = np.clip(q + gap, 0, 1)
    found = two_sided(**{**row, "win_prob": p, "status_quo_share": q})
    assert found["prob_war"] == pytest.approx(np.full(21, found["prob_war"][0]), abs=1e-12)


@pytest.mark.parametrize("row", ONE)
def test_knowing_that_the_other_would_suffer_makes_peace_likelier(row: dict[str, float]) -> None:
    low = np.linspace(0, row["cost_high"] * 0.99, 60)
    found = one_sided(**{**row, "cost_low": low})
    assert (np.diff(found["prob_war"]) <= 1e-12).all()


def test_a_narrower_doubt_can_also_be_more_dangerous() -> None:
    # Where S concedes nothing anyway, to learn that D is not so soft only makes it less peaceful.
    near = one_sided(win_prob=0.55, cost_high=[0.3, 0.4, 0.5])["prob_war"]
    assert (np.diff(near) < 0).all()
    far = one_sided(win_prob=0.9, cost_low=0.05, cost_high=[0.3, 0.4, 0.5])["prob_war"]
    assert (np.diff(far) > 0).all()


@pytest.mark.parametrize(
    "row",
    [
        {"win_prob": 0.5},  # no gap
        {"win_prob": 0.55, "cost_low": 0.05},  # the gap is the lowest cost
        {"win_prob": 0.65},  # the gap is the shortfall
        {"win_prob": 1, "status_quo_share": 0},
        {"proposer_cost": 0.4},  # full appeasement, just so
        {"proposer_cost": 3},
    ],
)
def test_both_routes_agree_at_the_edges(row: dict[str, float]) -> None:
    closed, solved = one_sided(**row), MODEL.solved("one-sided", **row)
    for key, value in solved.items():
        assert closed[key] == pytest.approx(value, abs=1e-12), key


def test_the_mirror_image_is_named() -> None:
    with pytest.raises(ValueError, match=r"win_prob = 0.4, status_quo_share = 0.5.*mirror image"):
        one_sided(win_prob=0.4)
    with pytest.raises(ValueError, match=r"cost_s_low = 0.3, cost_s_high = 0.3"):
        two_sided(cost_s_low=0.3)
