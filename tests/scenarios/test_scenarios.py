"""Scenarios: values inside boxes, facts with sources, and the order relations of the texts."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from crisisgames import solve
from crisisgames.cli import app
from crisisgames.crises import Ally, Incident, Talks, WholeCrisis
from crisisgames.crises.parts import quantities_of, value_of, with_fields
from crisisgames.errors import GameError, UnknownName
from crisisgames.mechanisms import Mechanism
from crisisgames.scenarios import ORDERS, SCENARIOS, Dyad, Fact, get_scenario

SLUGS = {
    "taiwan-strait",
    "korea-missile-test",
    "south-china-sea",
    "east-china-sea",
    "korea-decapitation",
    "korea-interception",
    "missile-deployment",
    "ep3-2001",
    "embassy-1999",
    "taiwan-1995",
    "cyber-and-space",
    "contingency-talks",
    "dialogue-spiral",
    "diaoyu-2010-2012",
    "triangle",
}

incidents = pytest.mark.parametrize(
    "scenario",
    [s for s in SCENARIOS.values() if isinstance(s.crisis, Incident)],
    ids=lambda s: s.slug,
)
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
    numbers = set(quantities_of(scenario.crisis))
    assert set(scenario.fixed) | set(scenario.illustration) == numbers
    assert not set(scenario.fixed) & set(scenario.illustration)
    assert set(scenario.box) == set(scenario.illustration)


@scenarios
def test_values_lie_in_their_boxes(scenario):
    for name, (low, high) in scenario.box.items():
        assert low < high
        assert low <= value_of(scenario.crisis, name) <= high


@scenarios
def test_the_box_holds_parameters_of_the_game_and_its_corners_are_crises(scenario):
    as_it_is = scenario.designs()[0](scenario.crisis)
    # Where dyads have a number of their own, the one that they shared is not in the game.
    games = (as_it_is.game(), scenario.crisis.game())
    names = {name for game in games for name in game.parameters}
    # The game of two dyads is made of numbers.
    assert set(scenario.box) <= (names or set(quantities_of(scenario.crisis)))
    for corner in (0, 1):
        with_fields(scenario.crisis, {n: ends[corner] for n, ends in scenario.box.items()})


@scenarios
def test_each_player_of_the_game_is_somebody(scenario):
    assert tuple(scenario.cast) == scenario.crisis.players
    assert tuple(scenario.cast.values()) == scenario.roles


@incidents
def test_the_crisis_itself_has_nothing_in_force(scenario):
    c = scenario.crisis
    assert (c.notified, c.cover, c.disclosure, c.privacy) == (0, 0, 0, 0)
    assert not c.channels
    # Japan has no weapons to escalate with, which is a fact and no institution.
    assert c.reciprocity == (scenario.slug == "korea-missile-test")


@scenarios
def test_everything_has_a_source(scenario):
    facts = (*scenario.facts, *scenario.fixed.values(), *scenario.left_out, *scenario.told)
    assert all(sourced(f.source) and f.text.endswith(".") for f in facts)
    assert all(sourced(p.source) for p in scenario.proposed)
    assert scenario.facts


@pytest.mark.parametrize("order", ORDERS, ids=lambda o: f"{o.quantity}: {o.lower} < {o.higher}")
def test_order_relations_hold_for_values_and_boxes(order):
    low, high = map(get_scenario, order.slugs)
    below, above = order.dyads
    if low.named(order.quantity):
        lower, higher = (
            [value_of(s.crisis, name) for name in s.named(order.quantity)] for s in (low, high)
        )
        assert max(lower) < min(higher)
        assert low.span(order.quantity)[1] <= high.span(order.quantity)[0]
    else:
        assert low.span(order.quantity, below)[1] < high.span(order.quantity, above)[0]
    assert {d.name for d in low.dyads} >= {below} - {""}
    assert {d.name for d in high.dyads} >= {above} - {""}
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
    assert all(len(getattr(d(scenario.crisis), "channels", ())) <= 2 for d in designs)
    game = designs[-1](scenario.crisis).game()
    assert len(getattr(game, "information_sets", ())) <= 130
    assert len(getattr(game, "states", ())) <= 49


@incidents
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


# Contingency talks.

TALKS = get_scenario("contingency-talks")


def test_what_is_in_force_of_the_talks_is_the_offer():
    as_it_is, nothing, hosted, *_ = (d(TALKS.crisis) for d in TALKS.designs())
    assert as_it_is == TALKS.crisis.replace(offer=True)
    assert not nothing.offer
    assert (hosted.host, hosted.discretion) == (0.5, 0.8)
    assert TALKS.awareness == TALKS.dyad.awareness  # stated, though talks have no use for it


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("price_pragmatic", "price_conservative"),  # China is divided
        ("escalation_coordinated", "escalation_uncoordinated"),  # what the talks are for
        ("channel_value", "endorsement_fear"),  # a leak ends the channel
    ],
)
def test_the_box_of_the_talks_obeys_the_orders_of_the_text(lower, higher):
    assert TALKS.box[lower][1] <= TALKS.box[higher][0]
    assert getattr(TALKS.crisis, lower) < getattr(TALKS.crisis, higher)


def test_the_conservative_approach_has_prevailed():
    assert TALKS.crisis.prob_pragmatic < 0.5
    assert TALKS.box["prob_pragmatic"][1] <= 0.5


def test_hosts_belong_to_mechanisms_and_not_to_the_crisis():
    assert isinstance(TALKS.crisis, Talks)
    assert not TALKS.crisis.hosted
    assert set(TALKS.fixed) == {"host", "discretion"}


@pytest.mark.parametrize("corner", [0, 1])
def test_the_corners_of_the_box_of_the_talks_solve(corner):
    crisis = TALKS.crisis.replace(**{name: ends[corner] for name, ends in TALKS.box.items()})
    for design in TALKS.designs():
        (found,) = solve(design(crisis).game(), "qre")
        assert found.certificate.gain < 1e-6
        assert 0 < found.probability("war") < 1


def test_the_talks_are_compared_on_the_command_line():
    result = CliRunner().invoke(app, ["compare", "contingency-talks", "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["scenario"] == "contingency-talks"
    assert [m["name"] for m in found["mechanisms"]] == [d.name for d in TALKS.designs()]
    assert all(m["complete"] for m in found["mechanisms"])


# A missile test of the DPRK, and the Taiwan Strait.

MISSILE_TEST, TAIWAN = get_scenario("korea-missile-test"), get_scenario("taiwan-strait")


def test_an_ally_joins_in_the_missile_test_and_its_numbers_are_boxed():
    assert isinstance(MISSILE_TEST.crisis.ally, Ally)
    assert list(MISSILE_TEST.cast) == ["A", "B", "U"]
    assert {n for n in MISSILE_TEST.box if n.startswith("ally.")} == {
        f"ally.{n}" for n in ("hazard", "stops", "cost", "stake")
    }
    found = solve(MISSILE_TEST.crisis.game(), time_limit=2)
    assert all(e.certificate.worst < 1e-8 for e in found)
    assert all(e.strategy["U"]["hostile", "B: respond"]["join"] == 1 for e in found)
    alone = solve(MISSILE_TEST.crisis.replace(ally=None).game())
    assert found.bounds("war")[0] > alone.bounds("war")[1]  # the ally has its price


def test_over_taiwan_an_incident_sets_off_a_ladder():
    assert isinstance(TAIWAN.crisis, WholeCrisis)
    assert TAIWAN.crisis.bargaining is None
    for design in TAIWAN.designs():
        crisis = design(TAIWAN.crisis)
        assert not crisis.incident.channels  # the line serves on the ladder
        found = solve(crisis.game())
        assert found.complete
        assert all(e.certificate.worst < 1e-8 for e in found)
    as_it_is, nothing, deadline, *_ = (d(TAIWAN.crisis) for d in TAIWAN.designs())
    assert not as_it_is.ladder.ultimatum  # by the rules of behaviour
    assert nothing.ladder.ultimatum
    assert deadline.ladder.clarity > as_it_is.ladder.clarity > nothing.ladder.clarity
    assert as_it_is.incident.notified > 0 == nothing.incident.notified


def test_over_taiwan_war_needs_an_incident_and_without_one_nobody_climbs():
    """With no accident and an A that is content with the status quo there is peace for sure."""
    fields = {"incident.accident_rate": 0.0, "incident.suspicion": 0.0}
    calm = solve(with_fields(TAIWAN.crisis, fields).game())
    assert calm.bounds("war") == (0, 0)
    # All deliberate war is fought after climbing, which only an escalation leads to.
    (play,) = solve(TAIWAN.crisis.game())
    escalated = max(row["escalate"] for row in play.strategy["B"].values() if "escalate" in row)
    assert play.probability("war:deliberate") > 0
    assert escalated > 0


@pytest.mark.parametrize("corner", [0, 1])
def test_the_corners_of_the_box_over_taiwan_solve_completely(corner):
    crisis = with_fields(TAIWAN.crisis, {n: ends[corner] for n, ends in TAIWAN.box.items()})
    for design in TAIWAN.designs():
        assert solve(design(crisis).game(), time_limit=60).complete


def test_both_are_compared_on_the_command_line():
    for scenario in (MISSILE_TEST, TAIWAN):
        asked = ["compare", scenario.slug, "--json", "--time-limit", "3"]
        result = CliRunner().invoke(app, [*asked, "--mechanism", "principles"])
        assert result.exit_code == 0
        found = json.loads(result.stdout)
        assert found["scenario"] == scenario.slug
        for m in found["mechanisms"]:
            assert m["complete"] or m["notes"]


def test_a_scenario_is_shown_in_a_few_words():
    shown = repr(get_scenario("taiwan-1995"))
    assert shown.startswith("<Scenario taiwan-1995: ")
    assert shown.endswith(" (incident)>")
    assert len(shown) < 100
