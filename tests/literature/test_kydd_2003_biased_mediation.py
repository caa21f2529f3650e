"""Biased mediators: who is believed, by brute force; what moves the bounds; ties."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve, verify
from crisisgames.literature import get
from crisisgames.literature.reproduce import alike

MODEL = get("kydd-2003-biased-mediation")
RNG = Random(2003)
ROWS = [draw(MODEL, "mediation", RNG) for _ in range(15)]


def wide(count: int = 20_000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2003)
    win = rng.uniform(0, 0.99, count)
    weak = (1 - win) * rng.uniform(0.01, 1, count)
    return {
        "win_prob_a": win,
        "war_cost_a": np.exp(rng.uniform(-5, 1, count)),
        "war_cost_resolute": weak * rng.uniform(0, 0.99, count),
        "war_cost_weak": weak,
        "prob_resolute": rng.uniform(0.001, 0.999, count),
        "error_rate": rng.uniform(0, 0.499, count),
        "war_aversion": np.exp(rng.uniform(-2, 2, count)),
    }


def informant(at: dict[str, Any]) -> dict[str, Any]:
    return MODEL.results("informant", **{k: v for k, v in at.items() if k != "bias"})


@pytest.mark.parametrize("row", ROWS)
def test_belief_and_demands_by_brute_force(row: dict[str, float]) -> None:
    # A's best demand over a fine grid; the mediator's gain from the other word.
    p, c1, k, b = (row[n] for n in ("win_prob_a", "war_cost_a", "war_aversion", "bias"))
    costs = np.array([row["war_cost_resolute"], row["war_cost_weak"]])
    demands = np.append(np.linspace(0, 1, 2001), p + costs)
    accepts = demands[:, None] <= p + costs + 1e-12

    def a_gets(belief: float) -> np.ndarray:
        each = np.where(accepts, demands[:, None], p - c1)
        return each @ np.array([belief, 1 - belief])

    def mediator_gets(belief: float) -> np.ndarray:
        each = np.where(accepts, b * demands[:, None], b * p - k)
        return each @ np.array([belief, 1 - belief])

    phi, eps = row["prob_resolute"], row["error_rate"]
    after = [phi * (1 - eps) / (phi * (1 - eps) + (1 - phi) * eps),
             phi * eps / (phi * eps + (1 - phi) * (1 - eps))]  # fmt: skip
    safe, bold = len(demands) - 2, len(demands) - 1
    obeys = [
        a_gets(belief)[act] >= a_gets(belief).max() - 1e-12
        for belief, act in zip(after, (safe, bold), strict=True)
    ]
    told = [mediator_gets(belief) for belief in after]
    honest = [told[0][safe] >= told[0][bold] - 1e-12, told[1][bold] >= told[1][safe] - 1e-12]
    found = MODEL.results("mediation", **row)
    assert found["credible"] == (all(obeys) and all(honest))
    assert informant(row)["persuasive"] == all(obeys)
    # Else the best demand without any news.
    if not found["credible"]:
        best = a_gets(phi)
        place = np.argmin(np.abs(demands - found["demand_after_weak"]))
        assert best[place] == pytest.approx(best.max(), abs=1e-12)
        assert found["demand_after_resolute"] == found["demand_after_weak"]


def test_a_neutral_mediator_is_not_believed_unless_it_never_errs() -> None:
    at = wide()
    found = informant(at)
    likely = found["persuasive"]
    assert likely.any()
    assert (found["bias_low"][likely & (at["error_rate"] > 0)] > 0).all()
    at = {**at, "error_rate": 0.0}
    sure = informant(at)
    assert sure["persuasive"].all()
    assert (sure["bias_low"] == 0).all()
    assert np.isinf(sure["bias_high"]).all()
    assert not sure["bias_bounded"].any()
    assert (sure["prob_war_mediated"] == 0).all()
    for bias, believed in ((0.0, True), (-1e-6, False), (5.0, True)):
        assert (MODEL.results("mediation", bias=bias, **at)["credible"] == believed).all()


def test_a_mediator_with_the_demanders_own_aims_is_believed_exactly_if_news_matters() -> None:
    at = wide()
    own = {**at, "bias": 1.0, "war_aversion": at["war_cost_a"]}
    found = MODEL.results("mediation", **own)
    assert (found["credible"] == informant(at)["persuasive"]).all()


def test_what_moves_the_least_bias() -> None:
    at = wide()
    base = informant(at)
    twice = informant({**at, "war_aversion": 2 * at["war_aversion"]})
    there = base["persuasive"]
    assert twice["bias_low"][there] == pytest.approx(2 * base["bias_low"][there])
    for more in (
        {"error_rate": at["error_rate"] * 0.95 + 0.5 * 0.05},
        {"prob_resolute": at["prob_resolute"] * 0.95 + 0.05},
    ):
        other = informant({**at, **more})
        both = there & other["persuasive"] & (base["bias_low"] > 0)
        assert both.any()
        assert (other["bias_low"] > base["bias_low"])[both].all()
    low, high = base["bias_low"][there], base["bias_high"][there]
    assert (low <= high * (1 + 1e-12)).all()
    assert np.isnan(base["bias_low"][~there]).all()
    assert (base["bias_bounded"] == (there & np.isfinite(base["bias_high"]))).all()


def test_a_mediator_prevents_war_or_brings_it() -> None:
    at = wide()
    found = informant(at)
    told = found["persuasive"]
    careful = at["prob_resolute"] > found["cutoff_belief"]
    saved = found["prob_war_mediated"] < found["prob_war_unmediated"]
    brought = found["prob_war_mediated"] > found["prob_war_unmediated"]
    errs = at["error_rate"] > 0
    assert (saved == (told & ~careful)).all()
    assert (brought == (told & careful & errs)).all()
    assert found["prob_war_mediated"][told] == pytest.approx(
        (at["prob_resolute"] * at["error_rate"])[told]
    )


@pytest.mark.parametrize("row", ROWS[:8])
def test_babbling_is_always_there_and_nothing_else_beside_belief(row: dict[str, float]) -> None:
    game = MODEL.game("mediation", **row)
    found = solve(game, exact=True)
    assert found.complete
    assert all(verify(game, e).gain <= 0 for e in found)
    alone = MODEL.results("mediation", **{**row, "bias": -1.0})
    wars = {round(float(e.probability("war")), 12) for e in found}
    quiet = round(alone["prob_war"], 12)
    assert quiet in wars
    here = MODEL.results("mediation", **row)
    believed = {round(here["prob_war"], 12)} if here["credible"] else set()
    assert wars == {quiet} | believed


TIES = [
    # φ* = 1/2 exactly; after "weak" A is just indifferent, with ε = 1/4 and φ = 3/4.
    {"war_cost_a": 0.1, "war_cost_resolute": 0.1, "war_cost_weak": 0.3, "prob_resolute": 0.75,
     "error_rate": 0.25},
    # After "resolute": φ = 1/4.
    {"war_cost_a": 0.1, "war_cost_resolute": 0.1, "war_cost_weak": 0.3, "prob_resolute": 0.25,
     "error_rate": 0.25},
    # Before any word: φ = φ*.
    {"war_cost_a": 0.1, "war_cost_resolute": 0.1, "war_cost_weak": 0.3, "prob_resolute": 0.5,
     "error_rate": 0.25},
    {"error_rate": 0.0},
    {"war_cost_resolute": 0.0, "error_rate": 0.0},
]  # fmt: skip


@pytest.mark.parametrize("row", TIES)
def test_both_routes_where_somebody_is_indifferent(row: dict[str, float]) -> None:
    closed, solved = informant(row), MODEL.solved("informant", **row)
    assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items())
    for bias in (0.0, closed["bias_low"], 0.01, 3.0):
        if np.isfinite(bias):
            at = {**row, "bias": round(bias, 12)}
            one, two = MODEL.results("mediation", **at), MODEL.solved("mediation", **at)
            assert all(alike(one[k], v, 1e-9, 1e-9) for k, v in two.items()), at


def test_joint_conditions_name_all_that_they_join() -> None:
    with pytest.raises(ValueError, match=r"win_prob_a = 0\.8, war_cost_weak = 0\.3.*<= 1"):
        MODEL.results("informant", win_prob_a=0.8)
    with pytest.raises(ValueError, match="war_cost_resolute < war_cost_weak"):
        MODEL.results("mediation", war_cost_resolute=0.3)
    with pytest.raises(ValueError, match="bias is inf; allowed is any finite number"):
        MODEL.results("mediation", bias=np.inf)
