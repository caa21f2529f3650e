"""Chance in crises: the shocks played out one by one, limits, and the single peak of war."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.literature import signorino_1999_strategic_misspecification as module

MODEL = module.MODEL
RNG = Random(1999)
THREE = ("agent-logit", "agent-probit", "private-information")
LONG = [draw(MODEL, "four-outcome", RNG) for _ in range(10)]


def wide(count: int = 2000) -> dict[str, np.ndarray]:
    # Far beyond the box: precision from 0.001 to 1000.
    rng = np.random.default_rng(1999)
    return {
        "precision": 10 ** rng.uniform(-3, 3, count),
        "war_cost": np.where(rng.random(count) < 0.1, 0, rng.uniform(0, 4, count)),
    }


def played(case: str, u: dict[str, float], draws: int = 200_000) -> tuple[float, float]:
    """Play many crises with every shock drawn: rates of attack, and of resistance."""
    rng = np.random.default_rng(7)
    if case == "agent-logit":
        shocks = rng.gumbel(0, 1 / u["precision"], (5, draws))
    else:
        shocks = rng.normal(0, u["noise_sd"], (5, draws))
    resists = float(np.mean(u["u2_war"] + shocks[0] > u["u2_capitulation"] + shocks[1]))
    keep, yields, war = u["u1_status_quo"], u["u1_capitulation"], u["u1_war"]
    if case == "private-information":
        attack = resists * (war + shocks[3]) + (1 - resists) * (yields + shocks[4])
    else:
        attack = resists * war + (1 - resists) * yields + shocks[3]
    return float(np.mean(attack > keep + shocks[2])), resists


@pytest.mark.parametrize("case", THREE)
@pytest.mark.parametrize("seed", range(3))
def test_crises_played_with_every_shock_end_as_the_formulas_say(case: str, seed: int) -> None:
    given = draw(MODEL, case, Random(seed))
    found, (attacks, resists) = MODEL.results(case, **given), played(case, given)
    # Five standard deviations of each rate; that of resistance moves the challenger's odds too.
    assert attacks == pytest.approx(found["prob_attack"], abs=0.012)
    assert resists == pytest.approx(found["prob_resist"], abs=0.006)


@pytest.mark.parametrize("case", [c for c in MODEL.cases if c != "capability-peak"])
def test_outcomes_exhaust_what_can_happen(case: str) -> None:
    rng = Random(case)
    for _ in range(20):
        found = MODEL.results(case, **draw(MODEL, case, rng))
        ends = [found[k] for k in ("prob_status_quo", "prob_war", "prob_capitulation",
                                   "prob_concession", "prob_back_down") if k in found]  # fmt: skip
        assert len(ends) == (4 if case == "four-outcome" else 3)
        assert sum(ends) == pytest.approx(1, abs=1e-14)
        assert all(0 <= p <= 1 for p in ends)


def test_without_precision_all_is_chance() -> None:
    assert MODEL.results("agent-logit", precision=1e-9)["prob_war"] == pytest.approx(1 / 4)
    assert MODEL.results("agent-probit", noise_sd=1e9)["prob_war"] == pytest.approx(1 / 4)
    assert MODEL.results("four-outcome", precision=1e-9)["prob_war"] == pytest.approx(1 / 8)


@pytest.mark.parametrize("given", LONG)
def test_with_much_precision_nobody_slips(given: dict[str, float]) -> None:
    # 1e6 times a difference in utils of 0.0001 or more: nothing near a tie is drawn.
    found = MODEL.results("four-outcome", **{**given, "precision": 1e6})
    perfect = solve(MODEL.game("four-outcome", **given), "subgame-perfect")
    assert len(perfect) == 1
    ends = {"status quo": "status_quo", "concession": "concession", "back down": "back_down",
            "war": "war"}  # fmt: skip
    for name, key in ends.items():
        expected = float(perfect[0].probability(name))
        assert found[f"prob_{key}"] == pytest.approx(expected, abs=1e-9)


def test_nothing_overflows() -> None:
    # Warnings are errors.
    for precision in (300.0, 5000.0):
        for case in ("agent-logit", "four-outcome", "capability", "capability-peak"):
            assert all(np.isfinite(list(MODEL.results(case, precision=precision).values())))
    for case in THREE[1:]:
        assert all(np.isfinite(list(MODEL.results(case, noise_sd=0.001).values())))


def test_at_a_tie_the_odds_are_even_whatever_the_noise() -> None:
    tie = {"u1_status_quo": 0, "u1_capitulation": 1, "u1_war": -1, "u2_capitulation": -1,
           "u2_war": -1}  # fmt: skip
    for case, noise in zip(THREE, ("precision", "noise_sd", "noise_sd"), strict=True):
        found = MODEL.results(case, **tie, **{noise: np.array([0.01, 1, 100])})
        assert found["prob_attack"] == pytest.approx(0.5)
        assert found["prob_resist"] == pytest.approx(0.5)


def test_who_knows_its_own_utilities_slips_less() -> None:
    # The mean of two shocks varies less than one: the challenger is further from even odds.
    rng = Random(2)
    for _ in range(50):
        given = draw(MODEL, "agent-probit", rng)
        slips, knows = (
            MODEL.results("agent-probit", **given),
            MODEL.results("private-information", **given),
        )
        assert slips["prob_resist"] == knows["prob_resist"]
        assert abs(knows["prob_attack"] - 0.5) >= abs(slips["prob_attack"] - 0.5)
        assert (knows["prob_attack"] - 0.5) * (slips["prob_attack"] - 0.5) >= 0


@pytest.mark.parametrize("given", LONG)
def test_who_can_back_down_cheaply_fights_less_and_is_resisted_more(given: dict[str, Any]) -> None:
    least = given["u1_back_down"]
    found = MODEL.results("four-outcome", **{**given, "u1_back_down": least + np.linspace(0, 2, 9)})
    assert (np.diff(found["prob_fight"]) < 0).all()
    prefers_back_down = given["u2_back_down"] > given["u2_war"]
    assert (np.diff(found["prob_resist"]) * (1 if prefers_back_down else -1) >= 0).all()


def test_attacks_rise_resistance_falls_and_war_has_one_peak() -> None:
    given = wide()
    peak = MODEL.results("capability-peak", **given)
    top = peak["peak_balance"]
    assert (peak["interior"] == (top > 0)).all()
    assert (top < 1).all()
    assert 100 < peak["interior"].sum() < len(top)
    x = np.linspace(0, 1, 201)
    columns = {name: values[:, None] for name, values in given.items()}
    found = MODEL.results("capability", balance=x[None, :], **columns)
    assert (np.diff(found["prob_attack"]) >= -1e-15).all()
    assert (np.diff(found["prob_resist"]) <= 1e-15).all()
    war, change = found["prob_war"], np.diff(found["prob_war"])
    assert (war <= peak["peak_prob_war"][:, None] + 1e-14).all()
    assert (change[x[None, 1:] <= top[:, None]] >= -1e-15).all()
    assert (change[x[None, :-1] >= top[:, None]] <= 1e-15).all()


def test_the_condition_of_the_first_order_holds_at_the_peak() -> None:
    given = wide()
    near = given["precision"] < 20  # farther up both sides of the condition are next to zero
    given = {name: values[near] for name, values in given.items()}
    peak = MODEL.results("capability-peak", **given)
    x, lam, c = peak["peak_balance"], given["precision"], given["war_cost"]
    found = MODEL.results("capability", balance=x, **given)
    pr, pa = found["prob_resist"], found["prob_attack"]
    rise = 2 * pr - 2 * lam * pr * (1 - pr) * (2 * x - 2 - c)
    gap = (1 - pa) * lam * rise - 2 * lam * (1 - pr)
    assert gap[peak["interior"]] == pytest.approx(0, abs=1e-9)
    assert (gap[~peak["interior"]] <= 1e-12).all()


def test_the_peak_leaves_the_corner_as_precision_grows() -> None:
    found = MODEL.results("capability-peak", precision=np.linspace(0.05, 1, 96))
    interior = found["interior"]
    assert not interior[0]
    assert interior[-1]
    assert np.count_nonzero(np.diff(interior.astype(int))) == 1
    assert found["peak_balance"][interior].min() < 0.06  # without a jump


@pytest.mark.parametrize("precision", [0.05, 0.1])
def test_a_peak_at_the_corner_by_both_routes(precision: float) -> None:
    closed = MODEL.results("capability-peak", precision=precision)
    solved = MODEL.solved("capability-peak", precision=precision)
    assert closed["peak_balance"] == solved["peak_balance"] == 0
    assert closed["interior"] is solved["interior"] is False
    assert closed["peak_prob_war"] == pytest.approx(solved["peak_prob_war"], abs=1e-12)


def test_an_ordinary_logit_misses_both_tails() -> None:
    # Fitted to the probabilities themselves: what it tends to, however many crises it is shown.
    x = np.linspace(0, 1, 1001)
    war = MODEL.results("capability", balance=x)["prob_war"]
    constant, slope = module.fit_logit(x, war)
    fitted = 1 / (1 + np.exp(-constant - slope * x))
    assert slope > 0
    assert fitted.mean() == pytest.approx(war.mean(), rel=1e-9)
    assert fitted[0] - war[0] > 0.05
    assert fitted[-1] - war[-1] > 0.15
    assert war[500:700].min() > fitted[500:700].max()


def test_without_a_move_of_the_rival_an_ordinary_logit_is_right() -> None:
    # Where the defender's odds do not depend on x, the game itself is a logit.
    x = np.linspace(-2, 2, 401)
    attacks = MODEL.results("agent-logit", u1_war=x, u1_capitulation=x, precision=1.5)
    assert module.fit_logit(x, attacks["prob_attack"]) == pytest.approx([0, 1.5], abs=1e-9)
