"""Restraint under imperfect verification: what false alarms cost, and how long to punish."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw
from scipy.optimize import linprog

from crisisgames.literature import get

MODEL = get("green-porter-1984-imperfect-monitoring")
RNG = Random(1984)
ROWS = [draw(MODEL, "restraint", RNG) for _ in range(40)]
LASTING = [row for row in ROWS if MODEL.results("restraint", **row)["cooperation"]]


def restraint(**given: Any) -> dict[str, Any]:
    return MODEL.results("restraint", **given)


def verification(**given: Any) -> dict[str, Any]:
    return MODEL.results("verification", **given)


def phases(
    row: dict[str, Any], periods: int, lottery: float = 1, ends: bool = True
) -> tuple[float, bool]:
    """Return what phases are worth, and whether nobody gains by cheating once: from the chain."""
    p, q, d = row["false_alarm"], row["detection"], row["discount"]
    chain = np.zeros((periods + 1, periods + 1))
    chain[0, :2] = 1 - p * lottery, p * lottery
    for k in range(1, periods + 1):
        chain[k, (k + 1) % (periods + 1) if ends else k] = 1
    pays = np.zeros(periods + 1)
    pays[0] = row["reward"]
    values = np.linalg.solve(np.eye(periods + 1) - d * chain, (1 - d) * pays)
    gain = (1 - d) * (row["temptation"] - row["reward"])
    loss = d * (q - p) * lottery * (values[0] - values[1])
    return float(values[0]), bool(gain <= loss + 1e-12)


def test_there_is_something_to_test() -> None:
    assert 10 < len(LASTING) < len(ROWS)


@pytest.mark.parametrize("row", LASTING)
def test_the_shortest_phase_that_keeps_both_honest(row: dict[str, Any]) -> None:
    found = restraint(**row)
    length = found["punishment_length"]
    value, honest = phases(row, length)
    assert honest
    assert found["value_fixed_length"] == pytest.approx(value, rel=1e-9)
    if length > 1:
        assert not phases(row, length - 1)[1]
    # Harsher rules, the harshest among them, only waste peace.
    longer = [phases(row, length + k)[0] for k in (0, 1, 5, 40)]
    assert (np.diff(longer) <= 1e-12).all()
    assert value <= found["value_max"] + 1e-12


@pytest.mark.parametrize("row", LASTING)
def test_the_lottery_leaves_a_cheat_indifferent(row: dict[str, Any]) -> None:
    found = restraint(**row)
    value, _ = phases(row, 1, found["prob_punish"], ends=False)
    assert value == pytest.approx(found["value_max"], rel=1e-9)
    assert not phases(row, 1, 0.999 * found["prob_punish"], ends=False)[1]


@pytest.mark.parametrize("row", [r for r in ROWS if r["discount"] < 0.8][:4])
def test_sets_of_values_shrink_to_the_best_one(row: dict[str, Any]) -> None:
    # From all feasible values down: what can be promised if what follows lies in the last set.
    p, q, d = row["false_alarm"], row["detection"], row["discount"]
    r, gain = row["reward"], row["temptation"] - row["reward"]
    top = r
    for _ in range(200):
        best = linprog([-(1 - p) * d, -p * d], [[-(q - p) * d, (q - p) * d]], [-(1 - d) * gain],
                       bounds=[(0, top)] * 2)  # fmt: skip
        last, top = top, max(0.0, (1 - d) * r - best.fun) if best.status == 0 else 0.0
        if abs(last - top) < 1e-13:
            break
    assert restraint(**row)["value_max"] == pytest.approx(top, abs=1e-9)


@pytest.mark.parametrize("row", LASTING)
def test_false_alarms_cost_peace_and_detection_helps(row: dict[str, Any]) -> None:
    p = np.linspace(0, row["detection"] - 1e-3, 60)
    found = restraint(**{**row, "false_alarm": p})
    assert (np.diff(found["value_max"]) <= 0).all()
    reachable = np.isfinite(found["discount_min"])
    assert (np.diff(found["discount_min"][reachable]) > 0).all()
    q = np.linspace(row["false_alarm"] + 1e-3, 1, 60)
    found = restraint(**{**row, "detection": q})
    assert (np.diff(found["value_max"]) >= 0).all()
    reachable = np.isfinite(found["discount_min"])
    assert (np.diff(found["discount_min"][reachable]) < 0).all()


@pytest.mark.parametrize("row", LASTING)
def test_slopes_are_derivatives(row: dict[str, Any]) -> None:
    found, h = restraint(**row), 1e-6
    patient = {**row, "discount": 1 - 1e-9}  # so that the value does not jump to 0

    def change(name: str, sign: int) -> float:
        step = restraint(**{**patient, name: row[name] + sign * h})["value_max"]
        return float((step - restraint(**patient)["value_max"]) / (sign * h))

    up = 1 if row["false_alarm"] < h else -1
    assert change("false_alarm", up) == pytest.approx(found["slope_false_alarm"], rel=1e-3)
    assert change("detection", -1) == pytest.approx(found["slope_detection"], rel=1e-3, abs=1e-9)
    assert restraint(**{**row, "false_alarm": 0})["slope_detection"] == 0


@pytest.mark.parametrize("row", LASTING)
def test_patience_does_not_make_up_for_false_alarms(row: dict[str, Any]) -> None:
    least = restraint(**row)["discount_min"]
    found = restraint(**{**row, "discount": np.linspace(least, 0.9999, 50)})
    assert found["cooperation"].all()
    assert found["value_max"] == pytest.approx(np.full(50, found["value_max"][0]), rel=1e-12)
    assert not restraint(**{**row, "discount": least - 1e-9})["cooperation"]
    edge = restraint(**{**row, "discount": least})
    assert edge["prob_punish"] == pytest.approx(1, abs=1e-9)
    assert edge["punishment_length"] == np.inf
    assert edge["value_fixed_length"] == pytest.approx(edge["value_max"], rel=1e-9)


def test_no_patience_suffices_where_false_alarms_eat_up_the_reward() -> None:
    # R = p g / (q - p) exactly, and beyond.
    for reward in (0.5, 0.4):
        found = restraint(reward=reward, temptation=reward + 0.5, false_alarm=0.25, detection=0.5,
                          discount=1 - 1e-9)  # fmt: skip
        assert not found["cooperation"]
        assert found["discount_min"] == np.inf
        assert found["share_lost"] == 1


@pytest.mark.parametrize("reward", [0.3, 1, 4])
@pytest.mark.parametrize("discount", [0.2, 0.55, 0.9, 0.999])
def test_the_largest_noise(reward: float, discount: float) -> None:
    given = {"reward": reward, "temptation": 1.5 * reward, "discount": discount}
    edge = verification(**given)["noise_max"]
    if np.isnan(edge):
        assert not verification(**given, noise=0)["cooperation"]
        return
    assert verification(**given, noise=edge)["cooperation"]
    assert not verification(**given, noise=edge + 1e-9)["cooperation"]
    assert edge < verification(**given)["noise_max_patient"]
    patient = verification(**{**given, "discount": 1 - 1e-12})
    assert patient["noise_max"] == pytest.approx(patient["noise_max_patient"], abs=1e-9)


def test_games_of_both_sides_of_the_edge() -> None:
    # One period of punishment: with the discount at which it just suffices both choices are best.
    from crisisgames import solve

    def paths(discount: Any) -> set[str]:
        game = MODEL.game("restraint", false_alarm=0, detection=1, discount=discount)
        found = solve(game, "markov-perfect", method="pure", exact=True)
        return {next(a for a, p in e.strategy["A"]["peace"].items() if p == 1) for e in found}

    assert paths(0.51) == {"restrain", "cheat"}
    assert paths(0.49) == {"cheat"}


def test_bad_arguments_together() -> None:
    with pytest.raises(ValueError, match="reward < temptation"):
        restraint(reward=2, temptation=1.5)
    with pytest.raises(ValueError, match=r"false_alarm = 0.9, detection = 0.9"):
        restraint(false_alarm=0.9)
