"""Shifts of power: fast ones bring war, slow ones pass, whoever makes the offers."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.literature import get

MODEL = get("powell-2006-war-commitment-problem")
RNG = Random(2006)
SHIFTS = [draw(MODEL, "one-shift", RNG) for _ in range(40)]
STEPS = [draw(MODEL, "steps", RNG) for _ in range(15)]


def some_path(rng: Random) -> dict[str, Any]:
    length = rng.randint(1, 6)
    powers = sorted(round(rng.uniform(0.2, 0.8), 3) for _ in range(length))
    discount = round(rng.uniform(0.5, 0.9), 3)
    return {
        "discount": discount,
        "cost_a": round(rng.uniform(0.05, powers[0] / (1 - discount)), 3) - 0.001,
        "cost_b": round(rng.uniform(0.05, (1 - powers[-1]) / (1 - discount)), 3) - 0.001,
        "power_path": powers,
        "proposer": rng.choice(("rising", "declining")),
    }


PATHS = [some_path(RNG) for _ in range(60)]


def on_a_grid(
    discount: float, cost_a: float, cost_b: float, power_path: list[float], proposer: str
) -> dict[str, Any]:
    """Backward induction with a fine grid of offers, written down once more."""
    whole, offers = 1 / (1 - discount), np.linspace(0, 1, 20001)
    wars = [(p * whole - cost_a, (1 - p) * whole - cost_b) for p in power_path]
    if proposer == "declining":
        wars = [(b, a) for a, b in wars]
    second = wars[-1][1]
    first, date = whole - second, -1
    for t in reversed(range(len(wars) - 1)):
        accepted = offers + discount * second >= wars[t][1] - 1e-12
        gains = np.where(accepted, 1 - offers + discount * first, -np.inf)
        best = int(np.argmax(gains))
        if gains[best] >= wars[t][0]:
            first, second = gains[best], offers[best] + discount * second
        else:
            (first, second), date = wars[t], t
    a, b = (first, second) if proposer == "rising" else (second, first)
    return {"war_date": date, "payoff_a": a, "payoff_b": b}


@pytest.mark.parametrize("row", PATHS)
def test_against_backward_induction_on_a_grid(row: dict[str, Any]) -> None:
    found, brute = MODEL.results("path", **row), on_a_grid(**row)
    assert found["war_date"] == brute["war_date"]
    # An offer is rounded up by at most 1 / 20000 in every period.
    for key in ("payoff_a", "payoff_b"):
        assert found[key] == pytest.approx(brute[key], abs=6 / 20000)


@pytest.mark.parametrize("row", PATHS[:15])
def test_both_routes_agree_on_paths(row: dict[str, Any]) -> None:
    assert MODEL.solved("path", **row) == pytest.approx(MODEL.results("path", **row), rel=1e-10)


@pytest.mark.parametrize("row", PATHS)
def test_war_wastes_its_costs_and_nothing_else_is_lost(row: dict[str, Any]) -> None:
    found, d = MODEL.results("path", **row), row["discount"]
    lost = d ** found["war_date"] * (row["cost_a"] + row["cost_b"]) if found["war"] else 0
    total = found["payoff_a"] + found["payoff_b"]
    assert total == pytest.approx(1 / (1 - d) - lost, rel=1e-10)
    # Nobody does worse than by fighting at once.
    p = row["power_path"][0]
    assert found["payoff_a"] >= p / (1 - d) - row["cost_a"] - 1e-9
    assert found["payoff_b"] >= (1 - p) / (1 - d) - row["cost_b"] - 1e-9


@pytest.mark.parametrize("row", SHIFTS)
def test_war_in_any_protocol_is_war_in_each(row: dict[str, float]) -> None:
    found = MODEL.results("one-shift", **row)
    for proposer in ("rising", "declining"):
        powers = [row["power_before"], row["power_after"]]
        rest = {k: v for k, v in row.items() if not k.startswith("power")}
        path = MODEL.results("path", power_path=powers, proposer=proposer, **rest)
        assert path["war"] == found[f"war_{proposer}_proposes"]
        if found["war_any_protocol"]:
            assert path["war_date"] == 0
    # For the rising state to make the offers is the more dangerous.
    assert found["war_rising_proposes"] >= found["war_declining_proposes"]
    assert found["cutoff_rising_proposes"] < found["cutoff_any_protocol"]


@pytest.mark.parametrize("row", STEPS)
def test_the_numbers_of_steps_are_the_least(row: dict[str, float]) -> None:
    found = MODEL.results("steps", **row)
    rest = {k: row[k] for k in ("discount", "cost_a", "cost_b")}
    for proposer in ("rising", "declining"):
        least = found[f"min_steps_{proposer}"]
        for count in (*range(1, least + 3), 3 * least):
            powers = [row["power_before"] + row["rise"] * k / count for k in range(count + 1)]
            powers[-1] = row["power_before"] + row["rise"]
            war = MODEL.results("path", power_path=powers, proposer=proposer, **rest)["war"]
            assert war == (count < least), (proposer, count)
    assert found["min_steps_declining"] <= found["min_steps_rising"]
    safe = found["safe_rise_rising"]
    assert row["rise"] / found["min_steps_rising"] <= safe + 1e-9


@pytest.mark.parametrize("row", STEPS)
@pytest.mark.parametrize(("name", "sign"), [("rise", 1), ("cost_b", -1), ("power_before", -1)])
def test_what_moves_the_number_of_steps(row: dict[str, float], name: str, sign: int) -> None:
    values = row[name] * np.linspace(0.7, 1, 31)
    found = MODEL.results("steps", **{**row, name: values, "cost_a": 0.1})
    for key in ("min_steps_rising", "min_steps_declining"):
        assert (sign * np.diff(found[key]) >= 0).all(), key


@pytest.mark.parametrize("row", STEPS)
def test_patience_makes_a_given_speed_more_dangerous(row: dict[str, float]) -> None:
    discount = np.linspace(row["discount"], 0.995, 50)
    found = MODEL.results("steps", **{**row, "discount": discount})
    assert (np.diff(found["safe_rise_rising"]) < 0).all()
    assert (np.diff(found["min_steps_rising"]) >= 0).all()


@pytest.mark.parametrize(
    ("key", "cost_b", "edge"),
    # Where delta p1 - p0 is (1 - delta)^2 c_B, and where it is (1 - delta)(c_B + delta c_A).
    [("war_rising_proposes", 0.4, 0.6), ("war_any_protocol", 0.2, 0.8)],
)
def test_ties_go_to_peace(key: str, cost_b: float, edge: float) -> None:
    row = {"discount": 0.5, "cost_a": 0.4, "cost_b": cost_b, "power_before": 0.2}
    for after, war in ((edge, False), (edge + 1e-6, True)):
        assert MODEL.results("one-shift", power_after=after, **row)[key] is war
        assert MODEL.solved("one-shift", power_after=after, **row)[key] is war


def test_a_safe_step_is_as_large_as_it_can_be() -> None:
    safe = MODEL.results("steps", discount=0.5, cost_b=0.4, power_before=0.2, cost_a=0.1,
                         rise=0.1)["safe_rise_rising"]  # fmt: skip
    assert safe == pytest.approx(0.4)
    for rise, count in ((0.4, 1), (0.401, 2)):
        found = MODEL.results("steps", discount=0.5, cost_b=0.4, power_before=0.2, cost_a=0.1,
                              rise=rise)  # fmt: skip
        assert found["min_steps_rising"] == count


def test_extreme_patience_needs_very_many_steps() -> None:
    found = MODEL.results("steps", discount=0.99999, power_before=[0, 0.3], cost_a=1e-9, rise=0.5)
    assert found["min_steps_rising"][0] > 1e8 > found["min_steps_rising"][1] > 1e5
    assert (found["min_steps_declining"] <= found["min_steps_rising"]).all()


def test_the_game_of_the_first_period() -> None:
    game = MODEL.game("path", power_path=[0.3, 0.33, 0.36])
    found = solve(game, "subgame-perfect", exact=True)
    assert found.bounds("war") == (0, 0)
    best = max(float(e.payoffs["A"]) for e in found)
    assert best == pytest.approx(MODEL.results("path", power_path=[0.3, 0.33, 0.36])["payoff_a"])
    assert solve(MODEL.game("path", power_path=[0.3, 0.6]), "subgame-perfect").bounds("war")[0] == 1


def test_joint_conditions_name_their_arguments() -> None:
    with pytest.raises(ValueError, match=r"power_path = \(0.4, 0.3\).*does not fall"):
        MODEL.results("path", power_path=[0.4, 0.3])
    with pytest.raises(ValueError, match=r"cost_a = 4, power_before = 0.3"):
        MODEL.results("one-shift", cost_a=4)
    with pytest.raises(ValueError, match=r"power_before = 0.8, rise = 0.4"):
        MODEL.results("steps", power_before=0.8)
