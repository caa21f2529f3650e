"""Scenarios: values inside boxes, facts with sources, and the order relations of the texts."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace

import pytest

from crisisgames.crises import Incident
from crisisgames.errors import GameError, UnknownName
from crisisgames.mechanisms import Mechanism
from crisisgames.scenarios import ORDERS, SCENARIOS, Dyad, Fact, get_scenario

SLUGS = {
    "south-china-sea",
    "east-china-sea",
    "korea-decapitation",
    "ep3-2001",
    "embassy-1999",
    "taiwan-1995",
    "cyber-and-space",
}

scenarios = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))


def sourced(source: str) -> bool:
    return source.startswith(("Z, ", "E, ", "ours"))


def test_the_registry():
    assert set(SCENARIOS) == SLUGS
    assert all(get_scenario(slug).slug == slug for slug in SLUGS)
    with pytest.raises(
        UnknownName, match="no scenario named 'south-china-see'; did you mean 'south"
    ):
        get_scenario("south-china-see")


@scenarios
def test_every_number_is_fixed_by_a_fact_or_an_illustration_with_a_box(scenario):
    numbers = {f.name for f in fields(Incident) if f.metadata}
    assert set(scenario.fixed) | set(scenario.illustration) == numbers
    assert not set(scenario.fixed) & set(scenario.illustration)
    assert set(scenario.box) == set(scenario.illustration)


@scenarios
def test_values_lie_in_their_boxes(scenario):
    for name, (low, high) in scenario.box.items():
        assert low < high
        assert low <= getattr(scenario.crisis, name) <= high


@scenarios
def test_the_box_holds_parameters_of_the_game_and_its_corners_are_crises(scenario):
    assert set(scenario.box) <= set(scenario.crisis.game().parameters)
    for corner in (0, 1):
        scenario.crisis.replace(**{name: ends[corner] for name, ends in scenario.box.items()})


@scenarios
def test_the_crisis_itself_has_nothing_in_force(scenario):
    c = scenario.crisis
    assert (c.notified, c.cover, c.disclosure, c.privacy) == (0, 0, 0, 0)
    assert not c.reciprocity
    assert not c.channels


@scenarios
def test_everything_has_a_source(scenario):
    facts = (*scenario.facts, *scenario.fixed.values(), *scenario.left_out, *scenario.dyad.facts)
    assert all(sourced(f.source) and f.text.endswith(".") for f in facts)
    assert all(sourced(p.source) for p in scenario.proposed)
    assert scenario.facts


@pytest.mark.parametrize("order", ORDERS, ids=lambda o: f"{o.quantity}: {o.lower} < {o.higher}")
def test_order_relations_hold_for_values_and_boxes(order):
    low, high = get_scenario(order.lower), get_scenario(order.higher)
    if hasattr(low.crisis, order.quantity):
        assert getattr(low.crisis, order.quantity) < getattr(high.crisis, order.quantity)
        assert low.span(order.quantity)[1] <= high.span(order.quantity)[0]
    else:
        assert low.span(order.quantity)[1] < high.span(order.quantity)[0]
    assert sourced(order.source)
    assert order in low.orders
    assert order in high.orders


@scenarios
def test_designs_come_in_order_with_names_of_their_own(scenario):
    designs = scenario.designs()
    names = [d.name for d in designs]
    proposed = [f"as it is + {p.name}" for p in scenario.proposed]
    assert names == ["as it is", "nothing in force", *proposed, "everything proposed"]
    assert len(set(names)) == len(names)
    assert all(isinstance(d, Mechanism) and d.label == d.name for d in designs)
    assert designs[1](scenario.crisis) == scenario.crisis


@scenarios
def test_every_proposal_changes_the_game_and_is_not_in_force_already(scenario):
    now, _, *others = (d(scenario.crisis) for d in scenario.designs())
    assert now not in others
    assert len(set(others)) == len(others)


@scenarios
def test_games_stay_small_and_build(scenario):
    designs = scenario.designs()
    assert all(len(d(scenario.crisis).channels) <= 2 for d in designs)
    assert len(designs[-1](scenario.crisis).game().information_sets) <= 130


@scenarios
def test_awareness_scales_what_is_used(scenario):
    everything = scenario.designs()[-1](scenario.crisis)
    assert all(c.in_force <= scenario.awareness for c in everything.channels)
    assert scenario.awareness == scenario.dyad.awareness
    assert scenario.dialogues == scenario.dyad.dialogues


@pytest.mark.parametrize("slug", ["ep3-2001", "embassy-1999", "taiwan-1995"])
def test_where_the_hotline_has_no_function_the_game_is_the_one_without_it(slug):
    scenario = get_scenario(slug)
    as_it_is, nothing, *_ = (d(scenario.crisis).game() for d in scenario.designs()[:2])
    assert as_it_is.root == nothing.root


def test_scenarios_pickle_and_hash():
    for scenario in SCENARIOS.values():
        assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert len(set(SCENARIOS.values())) == len(SLUGS)


def test_a_value_outside_its_box_is_an_error():
    scenario = get_scenario("south-china-sea")
    with pytest.raises(GameError, match=r"clarity is 0\.9; its box is 0\.1 to 0\.35"):
        replace(scenario, crisis=scenario.crisis.replace(clarity=0.9))
    with pytest.raises(UnknownName, match="no number of south-china-sea named 'clarty'; did you"):
        replace(scenario, box={"clarty": (0, 1)})
    with pytest.raises(GameError, match="clarity is fixed and has a box"):
        replace(scenario, fixed={**scenario.fixed, "clarity": Fact("None.", "ours")})


def test_a_dyad_is_checked():
    with pytest.raises(GameError, match="awareness is 2; allowed is 0 to 1"):
        Dyad("A-B", "now", 2, "held", ())
    with pytest.raises(GameError, match="dialogues is 'warm'; allowed are 'held', 'intermittent'"):
        Dyad("A-B", "now", 0.5, "warm", ())
