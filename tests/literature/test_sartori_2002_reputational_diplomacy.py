"""A reputation for honesty: nobody gains by another word or deed, and what makes words credible."""

from __future__ import annotations

from math import inf
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames.literature import get

MODEL = get("sartori-2002-reputational-diplomacy")
RNG = Random(2002)
DEFAULTS = {q.name: q.default for q in MODEL.cases["reputation"].quantities}
ROWS = [DEFAULTS, *({**DEFAULTS, **draw(MODEL, "reputation", RNG)} for _ in range(25))]
STAGE = ("win_prob_defender", "war_cost_defender", "war_gain_max_challenger",
         "war_cost_max_challenger")  # fmt: skip
NEVER = {"win_prob_defender": 0.9, "war_cost_defender": 0.7, "war_gain_max_challenger": 40.0,
         "war_cost_max_challenger": 40.0}  # fmt: skip
TYPES = np.linspace(0, 1, 2001)


def reputation(**given: Any) -> dict[str, Any]:
    return MODEL.results("reputation", **given)


def stage(row: dict[str, float]) -> tuple[float, float, float, float]:
    p, c, low, high = (row[name] for name in STAGE)
    return p, c, low / (low + high), low + high


@pytest.mark.parametrize("row", [*ROWS, {**DEFAULTS, **NEVER}])
def test_honest_play_is_an_equilibrium_exactly_where_it_says(row: dict[str, float]) -> None:
    # Brute force over words and deeds in good standing, one deviation at a time.
    p, c, q, _ = stage(row)
    found = reputation(**row)
    cutoff, keeps = found["cutoff_threat"], row["discount"] * found["value_good"]
    loses = row["discount"] * found["value_bad"]
    fight, bow = p * TYPES - c + keeps, loses + np.zeros_like(TYPES)
    threat = (1 - q) * (TYPES + keeps) + q * np.maximum(fight, bow)
    silent = np.maximum(fight, keeps)
    honest = np.where(cutoff <= TYPES, (1 - q) * (TYPES + keeps) + q * fight, keeps)
    gains = np.maximum(threat, silent) - honest
    slack = found["bond"] - found["bond_needed"]
    assert abs(slack) > 1e-5, "too near the edge for a lattice of types"
    assert found["honest"] == (gains.max() < 1e-9) == (slack > 0)


@pytest.mark.parametrize("row", ROWS)
def test_challengers_and_values_by_brute_force(row: dict[str, float]) -> None:
    p, c, _, spread = stage(row)
    found = reputation(**row)
    costs = np.linspace(-row["war_gain_max_challenger"], row["war_cost_max_challenger"], 200_001)
    would = np.mean(p * TYPES >= c)  # share of defenders that fight unprompted
    challenge = np.mean((1 - would) - would * costs > 0)
    assert found["prob_challenge_bad"] == pytest.approx(challenge, abs=5e-3 * (1 + 1 / spread))
    known = found["prob_challenge_bad"]
    unprompted = np.maximum(p * TYPES - c, 0)
    bad = np.trapezoid((1 - known) * TYPES + known * unprompted, TYPES)
    assert found["stage_payoff_bad"] == pytest.approx(bad, abs=1e-6)
    # Values by iteration.
    good, values = found["stage_payoff_good"], np.zeros(2)
    d, g = row["discount"], row["forgiveness"]
    for _ in range(1500):
        values = np.array([good + d * values[0], found["stage_payoff_bad"]
                           + d * (g * values[0] + (1 - g) * values[1])])  # fmt: skip
    assert values == pytest.approx([found["value_good"], found["value_bad"]], rel=1e-9)
    assert found["bond"] == pytest.approx(d * (values[0] - values[1]), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("row", ROWS)
def test_standing_works_like_a_bond_staked_in_public(row: dict[str, float]) -> None:
    found, fearon = reputation(**row), get("fearon-1997-tying-hands-sinking-costs")
    given = {name: row[name] for name in STAGE}
    tied, silent = fearon.results("tying-hands", **given), fearon.results("no-signal", **given)
    same = {
        "cutoff_threat": tied["cutoff"],
        "bond_needed": tied["signal"],
        "stage_payoff_good": tied["payoff_defender"],
        "prob_war_good": tied["prob_war"],
        "prob_challenge_bad": silent["prob_challenge"],
        "stage_payoff_bad": silent["payoff_defender"],
        "prob_war_bad": silent["prob_war"],
    }
    for key, value in same.items():
        assert found[key] == pytest.approx(value, rel=1e-12, abs=1e-15)
    # Some fight only for the sake of their word.
    assert found["cutoff_threat"] < row["war_cost_defender"] / row["win_prob_defender"]


@pytest.mark.parametrize("row", ROWS)
def test_the_critical_discount_factor_is_where_the_bond_suffices(row: dict[str, float]) -> None:
    least = reputation(**row)["critical_discount"]
    if least == inf:
        assert reputation(**row)["stage_payoff_good"] <= reputation(**row)["stage_payoff_bad"]
        return
    if least >= 1:
        assert not reputation(**{**row, "discount": 1 - 1e-9})["honest"]
        return
    at = reputation(**{**row, "discount": least})
    assert at["bond"] == pytest.approx(at["bond_needed"], rel=1e-9)
    near = reputation(**{**row, "discount": [least - 1e-7, least + 1e-7]})
    assert near["honest"].tolist() == [False, True]


@pytest.mark.parametrize("row", ROWS)
def test_patience_makes_words_stronger_and_forgiveness_weaker(row: dict[str, float]) -> None:
    sign = np.sign(reputation(**row)["stage_payoff_good"] - reputation(**row)["stage_payoff_bad"])
    patient = reputation(**{**row, "discount": np.linspace(0.05, 0.95, 10)})
    assert (np.diff(patient["bond"]) * sign > 0).all()
    assert (np.diff(patient["honest"].astype(int)) >= 0).all()
    forgiving = reputation(**{**row, "forgiveness": np.linspace(0, 0.95, 10)})
    assert (np.diff(forgiving["bond"]) * sign < 0).all()
    assert (np.diff(forgiving["honest"].astype(int)) <= 0).all()
    if sign > 0:
        assert (np.diff(forgiving["critical_discount"]) > 0).all()
    # Neither changes what is said and done while words are believed.
    for key in ("prob_war_good", "prob_war_bad", "cutoff_threat"):
        assert np.ptp(patient[key]) == np.ptp(forgiving[key]) == 0


def test_good_standing_may_mean_more_war_because_promises_are_kept() -> None:
    found = reputation(win_prob_defender=0.7, war_cost_defender=0.6, war_gain_max_challenger=1)
    assert found["prob_war_good"] > found["prob_war_bad"]
    assert reputation()["prob_war_good"] < reputation()["prob_war_bad"]


def test_reputation_may_be_worth_nothing() -> None:
    # Challengers hardly react to what the defender will do.
    found, solved = reputation(**NEVER), MODEL.solved("reputation", **NEVER)
    assert found["critical_discount"] == solved["critical_discount"] == inf
    assert found["bond"] < 0
    assert not found["honest"]
    # And it may be worth too little, however patient the defender.
    rare = reputation(win_prob_defender=0.8, war_cost_defender=0.05, war_gain_max_challenger=0.05,
                      war_cost_max_challenger=3, forgiveness=0.99)  # fmt: skip
    assert 1 < rare["critical_discount"] < inf
    assert not rare["honest"]
