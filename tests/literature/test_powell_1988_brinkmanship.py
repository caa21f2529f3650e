"""Brinkmanship: the paradoxes, the ladder as a tree, and small steps against their limit."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import ExtensiveFormGame, chance, end, move, solve, tell
from crisisgames.literature import get

MODEL = get("powell-1988-brinkmanship")
RNG = Random(1988)
RUNGS = [draw(MODEL, "two-rungs", RNG) for _ in range(12)]
LADDERS = [draw(MODEL, "ladder", RNG) for _ in range(12)]


def two(**given: Any) -> dict[str, Any]:
    return MODEL.results("two-rungs", **given)


@pytest.mark.parametrize("row", RUNGS)
def test_challenges_end_in_one_of_three_ways(row: dict[str, Any]) -> None:
    found = two(**row)
    ends = found["prob_disaster"] + found["prob_c_wins"] + found["prob_d_wins"]
    assert ends == pytest.approx(found["prob_challenge"], abs=1e-14)
    for key in ("prob_bluff", "prob_escalate_high", "prob_escalate_low"):
        assert 0 <= found[key] <= 1
    assert found["prob_escalate_low"] <= found["prob_escalate_high"]


def test_a_better_status_quo_makes_no_challenge_less_likely_within_a_region() -> None:
    found = two(status_quo_value=np.linspace(0, 0.99, 100))
    for region in ("bluff-low-mixes", "bluff-high-mixes"):
        here = found["region"] == region
        assert here.sum() > 10
        assert np.ptp(found["prob_challenge"][here]) < 1e-14
        assert (np.diff(found["prob_c_wins"][here]) > 0).all()


def test_more_resolve_of_the_defender_can_make_it_prevail_less() -> None:
    given = {"prob_resolute_d": 0.8, "status_quo_value": 0.5}
    assert two(**given, resolve_d_high=0.7)["prob_d_wins"] < two(**given)["prob_d_wins"]


def test_a_resolute_defender_may_submit_to_a_bluff() -> None:
    found = two(prob_resolute_d=0.8, status_quo_value=0.5)
    assert 0 < found["prob_escalate_high"] < 1
    assert found["prob_bluff"] > 0


def test_on_boundaries_the_first_region_is_reported_and_nothing_breaks() -> None:
    # Powers of two: the cutoffs are exact floats.
    given = {"risk_first": 0.25, "risk_second": 0.5, "resolve_c_low": 0.25, "resolve_c_high": 0.75,
             "resolve_d_high": 0.5, "resolve_d_low": 0.25}  # fmt: skip
    mu = two(**given)["cutoff_belief_high"]
    assert two(**given, prob_resolute_c=mu)["region"] == "no-resistance"
    assert two(**given)["cutoff_belief_low"] == 0  # r1 is the irresolute defender's resolve
    assert two(**given)["region"] == "pooling"
    never = two(**{**given, "risk_first": 0.6})
    assert never["cutoff_belief_high"] < 0
    assert never["region"] == "no-resistance"


def test_d1_is_needed_where_the_status_quo_is_good() -> None:
    given = {"status_quo_value": 0.9}
    found = solve(MODEL.game("two-rungs", **given), exact=True)
    assert found.bounds("status quo")[1] == 1
    assert len(found.classes) == 2
    assert found.d1().bounds("status quo")[1] < 1


def ladder_tree(values: dict[str, Any], rungs: int) -> ExtensiveFormGame:
    """Return the ladder as a tree, cut after so many rungs; then flexible states submit."""
    f = values["risk_per_step"]
    cost = {s: values[f"disaster_cost_{s.lower()}"] for s in "CD"}

    def climb(rung: int, flexible: dict[str, bool]) -> Any:
        disaster = end("disaster", {s: -cost[s] for s in "CD"})
        who, rival = ("D", "C") if rung % 2 else ("C", "D")
        submit = end(f"{rival} wins", {rival: 1, who: 0})
        if rung > rungs:
            return submit if flexible[who] else disaster
        go_on = tell({"C": f"rung {rung}", "D": f"rung {rung}"}, climb(rung + 1, flexible))
        step = chance({"disaster": (f, disaster), "none": (1 - f, go_on)})
        return move(who, {"submit": submit, "escalate": step}) if flexible[who] else step

    types = {}
    for c in (True, False):
        for d in (True, False):
            odds = [values[f"prob_unyielding_{s}"] for s in "cd"]
            weight = (1 - odds[0] if c else odds[0]) * (1 - odds[1] if d else odds[1])
            told = {"C": f"{c}", "D": f"{d}"}
            types[f"{c} {d}"] = (weight, tell(told, climb(1, {"C": c, "D": d})))
    return ExtensiveFormGame(chance(types), ("C", "D"))


@pytest.mark.parametrize("given", [{"risk_per_step": 0.3}, {"risk_per_step": 0.6},
                                   {"risk_per_step": 0.4, "prob_unyielding_c": 0.3}])  # fmt: skip
def test_the_tree_has_this_equilibrium_only(given: dict[str, float]) -> None:
    values = {q.name: given.get(q.name, q.default) for q in MODEL.cases["ladder"].quantities}
    closed = MODEL.results("ladder", **given)
    found = solve(ladder_tree(values, closed["rungs_until_revealed"] + 1))
    assert found.complete
    for name, key in (("disaster", "disaster"), ("C wins", "c_wins"), ("D wins", "d_wins")):
        assert found.bounds(name) == pytest.approx((closed[f"prob_{key}"],) * 2, abs=1e-9)


@pytest.mark.parametrize("row", LADDERS)
def test_every_ladder_ends(row: dict[str, Any]) -> None:
    for case in ("ladder", "ladder-limit"):
        given = {k: v for k, v in row.items() if case == "ladder" or k != "risk_per_step"}
        found = MODEL.results(case, **given)
        ends = [found[f"prob_{key}"] for key in ("disaster", "c_wins", "d_wins")]
        assert sum(ends) == pytest.approx(1, abs=1e-13)
        both = row["prob_unyielding_c"] * row["prob_unyielding_d"]
        assert both <= ends[0] + 1e-12  # two that never submit are lost


@pytest.mark.parametrize("row", LADDERS)
def test_small_steps_approach_the_limit(row: dict[str, Any]) -> None:
    rest = {k: v for k, v in row.items() if k != "risk_per_step"}
    limit = MODEL.results("ladder-limit", **rest)
    for f in (1e-2, 1e-4, 1e-6):
        found = MODEL.results("ladder", risk_per_step=f, **rest)
        for key in ("prob_disaster", "prob_c_wins", "prob_d_wins"):
            assert abs(found[key] - limit[key]) < 6 * f


def test_big_steps_call_bluffs_at_once() -> None:
    found = MODEL.results("ladder", risk_per_step=[0.3, 0.6])["prob_disaster"]
    assert found[1] < found[0] < MODEL.results("ladder-limit")["prob_disaster"]
    above = MODEL.results("ladder", risk_per_step=0.6)
    assert above["prob_c_wins"] == pytest.approx(0.8)
    assert above["prob_disaster"] == pytest.approx(0.2 * (0.6 + 0.4 * 0.2))


def test_in_the_limit_sides_can_be_exchanged() -> None:
    one = MODEL.results("ladder-limit", disaster_cost_d=2, prob_unyielding_c=0.3)
    other = MODEL.results("ladder-limit", disaster_cost_c=2, prob_unyielding_d=0.3)
    assert (one["weaker_side"], other["weaker_side"]) == ("d", "c")
    assert one["prob_c_wins"] == pytest.approx(other["prob_d_wins"], rel=1e-14)
    assert one["prob_disaster"] == pytest.approx(other["prob_disaster"], rel=1e-14)


def test_a_whole_stamina_is_one_end_of_a_continuum() -> None:
    # Flexible states submit with chance 7/15; two turns of that leave exactly this many unyielding.
    f, whole = Fraction(1, 4), Fraction(8, 15) ** 2
    values = {"risk_per_step": f, "disaster_cost_c": 1, "disaster_cost_d": 1,
              "prob_unyielding_c": whole, "prob_unyielding_d": whole}  # fmt: skip
    closed = MODEL.results("ladder", **{key: float(x) for key, x in values.items()})
    assert closed["prob_first_submission"] == pytest.approx(0, abs=1e-12)
    assert closed["rungs_until_revealed"] == 5
    found = solve(ladder_tree(values, 6), exact=True)
    assert found.complete
    low, high = map(float, found.bounds("D wins"))
    assert low < high
    assert closed["prob_d_wins"] == pytest.approx(high, rel=1e-12)
    assert closed["prob_c_wins"] == pytest.approx(float(found.bounds("C wins")[0]), rel=1e-12)
    assert closed["prob_disaster"] == pytest.approx(float(found.bounds("disaster")[1]), rel=1e-12)


def test_a_step_between_both_resolves_is_refused() -> None:
    with pytest.raises(ValueError, match=r"risk_per_step = 0\.4, .*disaster_cost_d = 2"):
        MODEL.results("ladder", risk_per_step=0.4, disaster_cost_d=2)
