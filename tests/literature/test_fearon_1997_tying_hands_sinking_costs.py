"""Tying hands and sinking costs: rankings, deviations by brute force, finite versions."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.literature import get

MODEL = get("fearon-1997-tying-hands-sinking-costs")
RNG = Random(1997)
ROWS = [{}] + [draw(MODEL, "tying-hands", RNG) for _ in range(15)]
DEFAULTS = {q.name: q.default for q in MODEL.cases["no-signal"].quantities}


def wide(count: int = 4000) -> dict[str, np.ndarray]:
    # Far beyond the box, up to the edges of the domain.
    rng = np.random.default_rng(1997)
    p = rng.uniform(0.001, 0.999, count)
    low, high = np.exp(rng.uniform(-7, 5, (2, count)))
    return {
        "win_prob_defender": p,
        "war_cost_defender": p * rng.uniform(0.001, 0.999, count),
        "war_gain_max_challenger": low,
        "war_cost_max_challenger": high,
    }


def three(given: dict[str, Any]) -> list[dict[str, Any]]:
    return [MODEL.results(case, **given) for case in ("tying-hands", "sinking-costs", "no-signal")]


def test_tied_hands_are_better_for_the_defender_and_come_with_more_war() -> None:
    tied, sunk, _ = three(wide())
    assert (tied["payoff_defender"] > sunk["payoff_defender"]).all()
    assert (tied["prob_war"] > sunk["prob_war"]).all()
    assert (tied["cutoff"] < sunk["cutoff"]).all()
    assert (tied["signal"] < sunk["signal"]).all()
    trap = tied["share_war_seekers"] * (sunk["cutoff"] - tied["cutoff"])
    assert tied["prob_war"] - sunk["prob_war"] == pytest.approx(trap, abs=1e-14)


def test_what_no_signal_is_worth_depends() -> None:
    given = wide()
    tied, _, none = three(given)
    least = np.minimum(given["war_gain_max_challenger"], given["war_cost_max_challenger"])
    better = tied["payoff_defender"] >= none["payoff_defender"] - 1e-15
    assert better[least <= 2].all()
    tied, _, none = three(
        {"win_prob_defender": 0.9, "war_cost_defender": 0.7, "war_gain_max_challenger": 40,
         "war_cost_max_challenger": 40}
    )  # fmt: skip
    assert tied["payoff_defender"] < none["payoff_defender"]
    _, sunk, none = three(
        {"win_prob_defender": 0.8, "war_cost_defender": 0.2, "war_gain_max_challenger": 0.5,
         "war_cost_max_challenger": 1.5}
    )  # fmt: skip
    assert sunk["payoff_defender"] < none["payoff_defender"]
    tied, _, none = three(
        {"win_prob_defender": 0.7, "war_cost_defender": 0.6, "war_gain_max_challenger": 1}
    )
    assert tied["prob_war"] > none["prob_war"]


@pytest.mark.parametrize("row", ROWS)
def test_more_war_seekers_and_a_higher_cost(row: dict[str, float]) -> None:
    base = {**DEFAULTS, **row}
    more = base["war_gain_max_challenger"] * np.array([1, 1.5, 2, 4])
    tied, sunk, _ = three({**base, "war_gain_max_challenger": more})
    assert (np.diff(tied["cutoff"]) > 0).all()
    assert (np.diff(tied["signal"]) < 0).all()
    assert (np.diff(sunk["signal"]) < 0).all()
    costs = base["win_prob_defender"] * np.linspace(0.05, 0.95, 7)
    for found in three({**base, "war_cost_defender": costs})[:2]:
        assert (np.diff(found["cutoff"]) > 0).all()
        assert (np.diff(found["signal"]) > 0).all()
        assert (np.diff(found["prob_war"]) < 0).all()


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("case", ["sinking-costs", "tying-hands"])
def test_no_value_gains_by_another_signal(case: str, row: dict[str, float]) -> None:
    values = {**DEFAULTS, **row}
    p, c = values["win_prob_defender"], values["war_cost_defender"]
    found = MODEL.results(case, **row)
    q, least = found["share_war_seekers"], found["signal"]
    v = np.linspace(0, 1, 2001)[:, None]
    m = np.append(np.linspace(0, 1.2, 241), least)[None, :]
    sunk = case == "sinking-costs"
    challenged = np.where(m >= least, q, 1.0)
    # Of the last move only the better is counted.
    last = np.maximum(p * v - c, 0 if sunk else -m)
    payoff = (1 - challenged) * v + challenged * last - (m if sunk else 0)
    best = payoff.max(axis=1)
    a = 1 - q + q * p
    should = np.where(v[:, 0] >= found["cutoff"], a * (v[:, 0] - found["cutoff"]), 0)
    assert best == pytest.approx(should, abs=1e-12)
    assert found["payoff_defender"] == pytest.approx(np.trapezoid(should, v[:, 0]), abs=1e-6)
    # All who signal fight, so that only those who want war challenge them.
    speaks = v[:, 0] > found["cutoff"] + 1e-9
    fights = p * v[:, 0] - c >= (0 if sunk else -least) - 1e-12
    assert (fights == speaks)[np.abs(v[:, 0] - found["cutoff"]) > 1e-9].all()


@pytest.mark.parametrize("row", ROWS)
def test_without_signals_the_challenger_is_at_its_best(row: dict[str, float]) -> None:
    values, found = {**DEFAULTS, **row}, MODEL.results("no-signal", **row)
    low, high = values["war_gain_max_challenger"], values["war_cost_max_challenger"]
    k = np.linspace(-low, high, 20001)
    fights = 1 - values["war_cost_defender"] / values["win_prob_defender"]
    gain = np.maximum(1 - fights - fights * k, 0)
    assert found["payoff_challenger"] == pytest.approx(np.trapezoid(gain, k) / (low + high), 1e-6)
    assert found["prob_challenge"] == pytest.approx((gain > 0).mean(), abs=2e-4)
    assert found["prob_war"] == pytest.approx(found["prob_challenge"] * fights, rel=1e-12)


def game(case: str, **more: Any) -> Any:
    # The ordinary challenger's cost is 0.3: only near certainty of a fight keeps it away.
    chosen = MODEL.cases[case]
    assert chosen.game is not None
    given = {"war_gain_max_challenger": 0.12, "war_cost_max_challenger": 0.6}
    return chosen.game(**chosen.arguments(given), **more)


def test_the_intuitive_criterion_leaves_the_cheapest_separation() -> None:
    # Of the values that concede the largest is 0.4: 0.34 is just more than (1 - q) 0.4.
    found = solve(game("sinking-costs", signals=(0, 0.2, 0.34)), exact=True)
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 12), Fraction(1, 2))
    left = found.intuitive()
    assert left.complete
    assert [c.name for c in left.classes] == ["separating on 0, 0.34"]
    assert left.bounds("war") == (Fraction(1, 12), Fraction(1, 12))  # q times half the values
    assert left.bounds("concession") == (Fraction(1, 2), Fraction(1, 2))


def test_tied_hands_need_no_refinement_where_a_bond_of_c_can_be_had() -> None:
    # The least value that stakes a bond is 0.0536. Whoever stakes c = 0.3 fights.
    values = (0.02, 0.06, 0.4, 0.8)
    found = solve(game("tying-hands", values=values, signals=(0, 0.1, 0.3)), exact=True)
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 8), Fraction(1, 8))  # q times three values of four
    assert found.bounds("concession") == (Fraction(1, 4), Fraction(1, 4))
    # A bond of 0.27 makes 0.06 fight, but not 0.02, which might be taken to have staked it: then
    # all may be silent and be challenged, and 0.8 alone fights, whoever the challenger is.
    found = solve(game("tying-hands", values=values, signals=(0, 0.1, 0.27)), exact=True)
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 8), Fraction(1, 4))


def test_without_signals_the_finite_game_has_one_outcome() -> None:
    found = solve(MODEL.game("no-signal"), exact=True)
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 2), Fraction(1, 2))
