"""Audience costs: what the model claims, and that nobody gains by another time of backing down."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames.literature import get

MODEL = get("fearon-1994-audience-costs")
RNG = Random(1994)
ROWS = [{}] + [draw(MODEL, "crisis", RNG) for _ in range(12)]


def crisis(**given: Any) -> dict[str, Any]:
    return MODEL.results("crisis", **given)


@pytest.mark.parametrize("row", ROWS)
def test_no_type_gains_by_another_time(row: dict[str, float]) -> None:
    # Brute force: a type may back down or attack at any time, against the other's random time.
    found = crisis(**row)
    values = {q.name: row.get(q.name, q.default) for q in MODEL.cases["crisis"].quantities}
    v, horizon = values["prize"], found["horizon"]
    elapsed = np.linspace(0, 1, 401)
    path = MODEL.results("path", elapsed=elapsed, **row)
    for own, other in ((1, 2), (2, 1)):
        cost, reach = values[f"audience_cost_{own}"], values[f"war_cost_max_{own}"]
        quit_by = path[f"prob_quit_by_{other}"]
        back_down = quit_by * v - (1 - quit_by) * cost * path["time"]
        assert back_down == pytest.approx(np.full(401, found[f"payoff_quitter_{own}"]), abs=1e-12)
        for w in np.linspace(-reach, 0, 41):
            attack = quit_by * v + (1 - quit_by) * w
            best = max(back_down.max(), attack.max())
            does = attack[-1] if w >= -cost * horizon else back_down[0]
            assert does == pytest.approx(best, abs=1e-12)
        # Who never backs down is who fights at the horizon.
        fights = min(1, cost * horizon / reach)
        assert 1 - found[f"prob_quitter_{own}"] == pytest.approx(fights, rel=1e-9)


@pytest.mark.parametrize("row", ROWS)
def test_every_path_ends_once(row: dict[str, float]) -> None:
    found = crisis(**row)
    ends = ("prob_concede_at_once", "prob_stops_first_1", "prob_stops_first_2", "prob_war")
    assert sum(found[key] for key in ends) == pytest.approx(1, abs=1e-13)
    path = MODEL.results("path", elapsed=np.linspace(0, 1, 4001), **row)
    q1, q2, t = path["prob_quit_by_1"], path["prob_quit_by_2"], path["time"]
    first = np.trapezoid(1 - q2, q1)  # jumps at 0 are no part of it
    assert found["prob_stops_first_1"] == pytest.approx(first, abs=1e-6)
    assert found["expected_duration"] == pytest.approx(np.trapezoid((1 - q1) * (1 - q2), t), 1e-6)


@pytest.mark.parametrize("row", ROWS)
def test_only_relative_slopes_matter(row: dict[str, float]) -> None:
    a1, a2 = row.get("audience_cost_1", 2), row.get("audience_cost_2", 1)
    one = crisis(**row)
    both = crisis(**{**row, "audience_cost_1": 3 * a1, "audience_cost_2": 3 * a2})
    for key, value in one.items():
        shrinks = key in ("horizon", "expected_duration")
        assert both[key] == pytest.approx(value / 3 if shrinks else value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("row", ROWS)
def test_the_smaller_slope_is_likelier_to_back_down_in_a_crisis(row: dict[str, float]) -> None:
    a1, a2 = row.get("audience_cost_1", 2), row.get("audience_cost_2", 1)
    found = crisis(**row)
    assert (found["odds_back_down"] > 1) == (a1 < a2)
    odds = found["prob_back_down_1"] / found["prob_back_down_2"]
    assert found["odds_back_down"] == pytest.approx(odds, rel=1e-12)


@pytest.mark.parametrize("row", ROWS)
def test_the_labels_of_states_do_not_matter(row: dict[str, float]) -> None:
    swapped = {k[:-1] + "21"[int(k[-1]) - 1] if k[-1] in "12" else k: v for k, v in row.items()}
    if not row:
        swapped = {"audience_cost_1": 1, "audience_cost_2": 2}
    one, other = crisis(**row), crisis(**swapped)
    for key in ("horizon", "prob_concede_at_once", "prob_war", "expected_duration"):
        assert one[key] == pytest.approx(other[key], rel=1e-12, abs=1e-15)
    for stem in ("payoff_quitter", "prob_quitter", "prob_back_down", "prob_stops_first"):
        assert one[f"{stem}_1"] == pytest.approx(other[f"{stem}_2"], rel=1e-12, abs=1e-15)


def test_in_the_symmetric_case_audience_costs_do_not_matter_to_war() -> None:
    slopes = np.geomspace(0.01, 100, 9)
    found = crisis(audience_cost_1=slopes, audience_cost_2=slopes)
    y = (np.sqrt(1 + 4 * 2) - 1) / 2  # root of y^2 + v y = v W
    assert found["prob_war"] == pytest.approx(np.full(9, 1 / (1 + y) ** 2), rel=1e-12)
    assert (found["early_conceder"] == 2).all()
    assert (found["prob_concede_at_once"] == 0).all()


def test_without_audience_costs_a_side_concedes_at_once() -> None:
    # With equal distributions it is the smaller slope that may concede at once.
    found = crisis(audience_cost_1=[1e-6, 1e-2, 0.5, 0.99], audience_cost_2=1)
    assert (found["early_conceder"] == 1).all()
    assert found["prob_concede_at_once"][0] > 0.999
    assert (np.diff(found["prob_concede_at_once"]) < 0).all()


@pytest.mark.parametrize("gap", [1e-14, 1e-10, 1e-7, 1e-5, 1e-3, 9.9e-3, 1.01e-2, 0.1])
def test_nearly_equal_slopes_lose_no_digits(gap: float) -> None:
    found = crisis(audience_cost_1=1, audience_cost_2=1 + gap, war_cost_max_1=2, war_cost_max_2=3)
    ends = ("prob_concede_at_once", "prob_stops_first_1", "prob_stops_first_2", "prob_war")
    assert sum(found[key] for key in ends) == pytest.approx(1, abs=2e-15)
    even = crisis(audience_cost_1=1, audience_cost_2=1, war_cost_max_1=2, war_cost_max_2=3)
    assert found["prob_war"] == pytest.approx(even["prob_war"], rel=2 * gap + 1e-14)


@pytest.mark.parametrize("row", ROWS)
def test_going_on_shows_resolve(row: dict[str, float]) -> None:
    path = MODEL.results("path", elapsed=np.linspace(0, 1, 51), **row)
    for i in (1, 2):
        assert (np.diff(path[f"posterior_fighter_{i}"]) > 0).all()
        assert path[f"posterior_fighter_{i}"][-1] == 1
        assert (np.diff(path[f"hazard_{i}"]) < 0).all()
        assert (np.diff(path[f"prob_quit_by_{i}"]) > 0).all()
    assert min(path["prob_quit_by_1"][0], path["prob_quit_by_2"][0]) == 0


def test_extreme_slopes_stay_in_bounds() -> None:
    found = crisis(audience_cost_1=[1e-9, 1e9, 1e-9], audience_cost_2=[1e9, 1e-9, 1e-9],
                   war_cost_max_1=[1e-6, 1e6, 1], war_cost_max_2=[1e6, 1e-6, 1])  # fmt: skip
    for key, value in found.items():
        assert np.isfinite(value).all()
        if key.startswith("prob"):
            assert ((value >= 0) & (value <= 1)).all()
