"""Dividing a dispute: what secures each step, how many are needed, and a path without an end."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw
from scipy.optimize import linprog

from crisisgames import solve
from crisisgames.literature import get

MODEL = get("schelling-1960-issue-division")
RNG = Random(1960)
AGENDAS = [draw(MODEL, "agenda", RNG) for _ in range(25)]
DISPUTES = [draw(MODEL, "steps-needed", RNG) for _ in range(40)]
PATHS = [draw(MODEL, "gradual-path", RNG) for _ in range(25)]


def agenda(**given: Any) -> dict[str, Any]:
    return MODEL.results("agenda", **given)


def needed(**given: Any) -> dict[str, Any]:
    return MODEL.results("steps-needed", **given)


def path(**given: Any) -> dict[str, Any]:
    return MODEL.results("gradual-path", **given)


def letters(row: dict[str, Any]) -> tuple[float, float, float]:
    return row["concession_cost"], row["concession_value"], row["discount"]


def gains(row: dict[str, Any], sizes: np.ndarray) -> tuple[np.ndarray, float]:
    """Return what each side gains by keeping to each step, and the value at the start."""
    a, b, d = letters(row)
    value, kept = row["settlement_bonus"], []
    for size in sizes[::-1]:
        kept.append(d * value - a * size)
        value = (b - a) * size + d * value
    return np.array(kept[::-1]), float(value)


@pytest.mark.parametrize("row", AGENDAS)
def test_every_step_is_just_secured_by_the_rest(row: dict[str, Any]) -> None:
    found, r = agenda(**row), agenda(**row)["growth"]
    sizes = found["step_last"] * r ** np.arange(row["steps"] - 1, -1.0, -1)
    kept, value = gains(row, sizes)
    assert kept == pytest.approx(np.zeros(row["steps"]), abs=1e-9 * sizes.max())
    assert sizes.sum() == pytest.approx(found["dispute_max"], rel=1e-12)
    assert value == pytest.approx(found["value_start"], rel=1e-9)
    # Hardest first if the rest is a security, smallest first if not.
    if row["steps"] > 1:
        assert (np.diff(sizes) < 0).all() == (r > 1)


@pytest.mark.parametrize("row", AGENDAS)
def test_equal_steps_by_bisection(row: dict[str, Any]) -> None:
    low, high = 0.0, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        kept = gains(row, np.full(row["steps"], middle))[0].min()
        low, high = (middle, high) if kept >= 0 else (low, middle)
    found = agenda(**row)
    assert found["dispute_max_equal"] == pytest.approx(row["steps"] * low, rel=1e-9)
    assert found["dispute_max_equal"] <= found["dispute_max"] * (1 + 1e-12)


@pytest.mark.parametrize("row", [{"steps": n} for n in (1, 2, 3)] + [AGENDAS[0]])
def test_the_whole_agenda_as_a_game(row: dict[str, Any]) -> None:
    row = {**row, "steps": min(row["steps"], 3)}
    found = solve(MODEL.game("agenda", **row), "subgame-perfect", exact=True)
    assert found.complete
    assert found.bounds("settled") == (0, 1)  # breaking off at once is an equilibrium as well
    worth = found.payoff_bounds("A")[1]
    assert float(worth) == pytest.approx(agenda(**row)["value_start"], rel=1e-9)
    r, last = agenda(**row)["growth"], agenda(**row)["step_last"]
    sizes = [last * r ** (row["steps"] - 1 - k) for k in range(row["steps"])]
    sizes[0] *= 1.001
    larger = solve(MODEL.game("agenda", **row, sizes=sizes), "subgame-perfect", exact=True)
    assert larger.complete
    assert larger.bounds("settled") == (0, 0)


def test_sizes_of_a_game_are_counted() -> None:
    with pytest.raises(ValueError, match="one for each of 3 steps"):
        MODEL.game("agenda", steps=3, sizes=[1, 2])


def test_division_pays_well_chosen_and_may_fail_in_equal_slices() -> None:
    n = np.arange(1, 60)
    for value in (1.05, 1.2, 2):
        found = agenda(steps=n, concession_value=value)
        assert (np.diff(found["dispute_max"]) > 0).all()
        assert (np.diff(found["bonus_needed"]) < 0).all()
    equal = agenda(steps=n, concession_value=1.05)["dispute_max_equal"]
    best = int(equal.argmax())
    assert 0 < best < 58
    assert equal[-1] < equal[0]  # so many slices fail where one big step would work
    assert (np.diff(equal[best:]) < 0).all()


def test_near_one_nothing_cancels() -> None:
    for shift in (0, 1e-15, 1e-12, 1e-9, -1e-9):
        found = agenda(steps=7, concession_cost=1, concession_value=1.25 * (1 + shift),
                       discount=0.8)  # fmt: skip
        assert found["dispute_max"] == pytest.approx(7 * 0.8, rel=1e-7)
    assert agenda(steps=10**6)["dispute_max"] == np.inf
    assert agenda(steps=10**6, concession_value=1.05)["dispute_max"] == pytest.approx(0.9 / 0.055)


@pytest.mark.parametrize("row", DISPUTES)
def test_the_least_number_of_steps(row: dict[str, Any]) -> None:
    found = needed(**row)
    rest = {k: v for k, v in row.items() if k != "dispute"}
    if not found["feasible"]:
        assert agenda(**rest, steps=10**5)["dispute_max"] < row["dispute"]
        assert np.isnan([found["steps_min"], found["value_best"], found["value_one_more"]]).all()
        return
    n = found["steps_min"]
    assert isinstance(n, int)
    assert agenda(**rest, steps=n)["dispute_max"] * (1 + 1e-9) >= row["dispute"]
    assert n == 1 or agenda(**rest, steps=n - 1)["dispute_max"] < row["dispute"]
    # Divide no more than needed.
    assert found["value_best"] >= found["value_one_more"] - 1e-9


@pytest.mark.parametrize("row", [r for r in DISPUTES if needed(**r)["feasible"]][:15])
@pytest.mark.parametrize("more", [0, 1])
def test_the_best_agenda_is_that_of_a_program(row: dict[str, Any], more: int) -> None:
    a, b, d = letters(row)
    n = needed(**row)["steps_min"] + more
    if n > 25:
        return
    rows = np.zeros((n, n))
    for k in range(n):
        rows[k, k] = a
        rows[k, k + 1 :] = -(b - a) * d ** np.arange(1, n - k)
    bonus = row["settlement_bonus"] * d ** np.arange(n, 0.0, -1)
    goal = -(b - a) * d ** np.arange(n)
    best = linprog(goal, rows, bonus, np.ones((1, n)), [row["dispute"]])
    value = -best.fun + d**n * row["settlement_bonus"]
    key = "value_one_more" if more else "value_best"
    assert needed(**row)[key] == pytest.approx(value, rel=1e-7)


def test_exactly_as_much_as_some_steps_settle() -> None:
    for n in (1, 2, 5, 12):
        for value in (1.05, 1.25, 2):
            most = agenda(steps=n, concession_value=value)
            found = needed(dispute=most["dispute_max"], concession_value=value)
            assert found["steps_min"] == n
            assert found["value_best"] == pytest.approx(most["value_start"], rel=1e-6)
            above = needed(dispute=most["dispute_max"] * (1 + 1e-6), concession_value=value)
            assert above["steps_min"] == n + 1
    limit = 0.9 / (1 - 0.9 * 1.05)
    assert not needed(dispute=limit, concession_value=1.05)["feasible"]
    assert needed(dispute=limit * (1 - 1e-9), concession_value=1.05)["feasible"]


def bound(row: dict[str, Any], periods: int) -> float:
    """Return the most that any path is worth if all is conceded after so many periods.

    Nobody may gain by withholding before; what follows is better than any path: an upper bound.
    """
    a, b, d = letters(row)
    flow = (1 - d) * (b - a)
    rows, right = [], []
    for t in range(periods):
        worth = np.zeros(periods)
        worth[t:] = flow * d ** np.arange(periods - t)
        worth[t] -= b
        if t:
            worth[t - 1] += a
        rows.append(-worth)
        right.append(d ** (periods - t) * (b - a))
        if t:
            rise = np.zeros(periods)
            rise[t - 1], rise[t] = 1, -1
            rows.append(rise)
            right.append(0)
    fine = dict.fromkeys(("primal_feasibility_tolerance", "dual_feasibility_tolerance"), 1e-10)
    found = linprog(-flow * d ** np.arange(periods), rows, right, bounds=(0, 1), options=fine)
    return float((-found.fun + d**periods * (b - a)) * row["dispute"])


@pytest.mark.parametrize("row", PATHS[:8])
def test_no_path_does_better(row: dict[str, Any]) -> None:
    a, _, d = letters(row)
    found, periods = path(**row), 40
    most = bound(row, periods)
    assert found["value_start"] <= most + 1e-9
    if found["sustainable"]:
        slack = row["dispute"] * a * (1 - d) / d * found["step_ratio"] ** periods
        assert most <= found["value_start"] + slack + 1e-7
    else:
        assert most < bound(row, 20)


@pytest.mark.parametrize("row", [r for r in PATHS if path(**r)["sustainable"]])
def test_withholding_gains_nothing_along_the_path(row: dict[str, Any]) -> None:
    a, b, d = letters(row)
    t = np.arange(3000)
    conceded = path(**{**row, "period": t})["conceded"]
    assert (np.diff(conceded) >= 0).all()
    assert (np.diff(conceded, 2) <= 1e-12).all()  # ever smaller steps
    assert conceded[50] < row["dispute"] or path(**row)["step_ratio"] < 0.6
    # Summed from the end: 3000 periods stand for all.
    value, before = (b - a) * row["dispute"], np.append(0, conceded[:-1])
    for k in range(2999, -1, -1):
        value = (1 - d) * (b - a) * conceded[k] + d * value
        if k < 60:
            held = b * conceded[k] - a * before[k]
            assert value == pytest.approx(held, abs=1e-9 * row["dispute"])
    assert value == pytest.approx(path(**row)["value_start"], rel=1e-9)


def test_patience_and_what_is_lost() -> None:
    d = np.linspace(0.3, 0.9999, 200)
    found = path(discount=d)
    assert (found["sustainable"] == (2 * d > 1)).all()
    assert (found["value_start"][~found["sustainable"]] == 0).all()
    assert (np.diff(found["share_lost"]) <= 0).all()
    assert found["share_lost"][-1] == pytest.approx(0, abs=1e-3)
    assert not path(discount=0.5)["sustainable"]
    # Without a bonus no finite agenda settles anything.
    assert agenda(steps=30, settlement_bonus=1e-12)["dispute_max"] < 1e-3


def test_bad_arguments_together() -> None:
    with pytest.raises(ValueError, match="concession_cost < concession_value"):
        agenda(concession_cost=2, concession_value=2)
