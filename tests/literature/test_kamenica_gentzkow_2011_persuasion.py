"""What a monitor should reveal: the best of all procedures, and what binding itself is worth."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw
from scipy.optimize import linprog

from crisisgames.literature import get
from crisisgames.literature.reproduce import alike

MODEL = get("kamenica-gentzkow-2011-persuasion")
RNG = Random(2011)
ROWS = [draw(MODEL, "monitor", RNG) for _ in range(60)]
PAYOFFS = ("loss_attack", "cost_preempt_attack", "cost_preempt_exercise")


def monitor(**given: Any) -> dict[str, Any]:
    return MODEL.results("monitor", **given)


def joint(row: dict[str, Any]) -> np.ndarray:
    """Return the probability of each state (attack, exercise) and reading (alarm, clear)."""
    mu, eps = row["prior_attack"], row["sensor_error"]
    return np.array([[mu * (1 - eps), mu * eps], [(1 - mu) * eps, (1 - mu) * (1 - eps)]])


def pays(row: dict[str, Any]) -> np.ndarray:
    """Return the monitor's payoff by state and action (hold, preempt)."""
    return -np.array(
        [[row["loss_attack"], row["cost_preempt_attack"]], [0, row["cost_preempt_exercise"]]]
    )


@pytest.mark.parametrize("row", ROWS)
def test_no_garbling_of_the_sensor_does_better(row: dict[str, Any]) -> None:
    # Over the chance of each recommendation at each reading, if recommendations are to be followed.
    reads, t = joint(row), row["threshold"]
    goal = reads.T @ pays(row)  # by reading and action
    suspicion = reads[0] * (1 - t) - reads[1] * t  # positive where the state wants to preempt
    follow = np.array([[suspicion[0], 0, suspicion[1], 0], [0, -suspicion[0], 0, -suspicion[1]]])
    best = linprog(-goal.ravel(), follow, [0, 0], [[1, 1, 0, 0], [0, 0, 1, 1]], [1, 1])
    found = monitor(**row)
    assert found["payoff_monitor"] == pytest.approx(-best.fun, abs=1e-9)
    # By its own account as well.
    missed, false = found["prob_hold_attack"], found["prob_preempt_exercise"]
    caught = row["prior_attack"] - missed
    assert found["prob_preempt"] == pytest.approx(caught + false, abs=1e-12)
    assert found["payoff_monitor"] == pytest.approx(
        pays(row)[0] @ [missed, caught] + pays(row)[1, 1] * false, abs=1e-12
    )


def test_all_regimes_occur() -> None:
    seen = {monitor(**draw(MODEL, "monitor", RNG))["regime"] for _ in range(300)}
    assert seen == {
        "always-preempt", "never-preempt", "silence-hold", "pooled-all-clear", "silence-preempt",
        "pooled-alarm", "full-disclosure",
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"loss_attack": 1.5, "cost_preempt_attack": 1, "cost_preempt_exercise": 6},
        {"threshold": 0.5, "loss_attack": 6, "cost_preempt_attack": 0.5,
         "cost_preempt_exercise": 0.5},
    ],
)  # fmt: skip
def test_the_solver_finds_the_map_of_regimes(given: dict[str, float]) -> None:
    for mu in (0.03, 0.17, 0.31, 0.52, 0.77, 0.97):
        for eps in (0.0, 0.04, 0.15, 0.29, 0.48):
            point = {**given, "prior_attack": mu, "sensor_error": eps}
            closed, solved = monitor(**point), MODEL.solved("monitor", **point)
            for key, value in solved.items():
                assert alike(closed[key], value, 1e-9, 1e-9), (point, key)


@pytest.mark.parametrize("row", ROWS)
def test_a_worse_sensor_never_helps_the_monitor(row: dict[str, Any]) -> None:
    found = monitor(**{**row, "sensor_error": np.linspace(0, 0.499, 80)})
    assert (np.diff(found["payoff_monitor"]) <= 1e-12).all()


@pytest.mark.parametrize("row", ROWS)
def test_what_binding_itself_is_worth(row: dict[str, Any]) -> None:
    found = monitor(**row)
    free, bound = found["prob_preempt_no_commitment"], found["prob_preempt"]
    if found["regime"] == "pooled-all-clear":
        assert free == 1 > bound
        # The state itself gains nothing by the reports: preempting is a best reply to both.
        t, mu = row["threshold"], row["prior_attack"]
        reads = joint(row)
        calm = (1 - t) * found["prob_hold_attack"] - t * (1 - mu - found["prob_preempt_exercise"])
        assert calm == pytest.approx(0, abs=1e-12)
        assert reads[0, 0] / reads[:, 0].sum() >= t
    elif found["regime"] == "pooled-alarm":
        assert free == 0 < bound
    else:
        assert free == bound


@pytest.mark.parametrize("mu", [0.3, 0.6, 0.9])
def test_a_perfect_sensor(mu: float) -> None:
    found = monitor(prior_attack=mu, sensor_error=0)
    assert found["regime"] == "pooled-all-clear"
    assert found["prob_preempt"] == pytest.approx((mu - 0.2) / 0.8, rel=1e-12)
    assert found["prob_preempt_exercise"] == 0
    # All-clear always in an exercise, and sometimes under attack.
    assert found["prob_hold_attack"] / mu == pytest.approx(0.2 * (1 - mu) / (0.8 * mu), rel=1e-12)
    told = monitor(prior_attack=mu, sensor_error=0, loss_attack=3 + 1e-6)
    assert told["regime"] == "full-disclosure"
    assert told["prob_preempt"] == mu
    assert told["prob_hold_attack"] == 0


def test_too_poor_a_sensor_cannot_reassure() -> None:
    # Just where the belief after a clear reading passes the threshold.
    mu, t = 0.6, 0.2
    edge = t * (1 - mu) / (t * (1 - mu) + mu * (1 - t))
    below, above = (monitor(sensor_error=edge + step) for step in (-1e-6, 1e-6))
    assert below["regime"] == "pooled-all-clear"
    assert above["regime"] == "always-preempt"
    at = monitor(sensor_error=edge)
    assert at["regime"] == "pooled-all-clear"
    assert at["prob_preempt"] == pytest.approx(below["prob_preempt"], abs=1e-5)


@pytest.mark.parametrize("row", ROWS[:20])
def test_values_agree_where_likings_are_on_the_edge(row: dict[str, Any]) -> None:
    # The monitor's threshold at a belief, and the prior at the state's: several best procedures.
    alarm = monitor(**row)["belief_alarm"]
    edge = row["cost_preempt_attack"] + row["cost_preempt_exercise"] * (1 - alarm) / alarm
    for given in ({**row, "loss_attack": edge}, {**row, "threshold": row["prior_attack"]},
                  {**row, "loss_attack": row["cost_preempt_attack"]}):  # fmt: skip
        closed, solved = monitor(**given), MODEL.solved("monitor", **given)
        assert closed["payoff_monitor"] == pytest.approx(solved["payoff_monitor"], abs=1e-9)


def test_the_prosecutor() -> None:
    prior, threshold = np.meshgrid(np.linspace(0.01, 0.99, 25), np.linspace(0.01, 0.99, 25))
    found = MODEL.results("binary-persuasion", prior=prior, threshold=threshold)
    assert (found["prob_action"] >= found["prob_action_full_disclosure"]).all()
    assert (found["prob_action"] >= found["prob_action_no_information"]).all()
    # The receiver believes it exactly as far as is needed.
    short = prior < threshold
    assert found["belief_after_action"][short] == pytest.approx(threshold[short])
    chance = found["prob_action"] * found["belief_after_action"]
    assert chance[short] == pytest.approx(prior[short])
