"""A sweep against the same points compared and solved one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
from acceptance import escalation_1

from crisisgames import (
    CRISES,
    Channel,
    Dyads,
    ExtensiveFormGame,
    GameError,
    Hotline,
    Incident,
    JointWorkingGroup,
    Ladder,
    Mediator,
    NotApplicable,
    Notification,
    Parameter,
    Principles,
    PrivateDiplomacy,
    RulesOfBehaviour,
    Sample,
    SecurityDilemma,
    StabilityDialogue,
    Sweep,
    Talks,
    UnknownName,
    compare,
    end,
    get_scenario,
    move,
    none,
    solve,
    sweep,
)
from crisisgames.analysis.points import Place, families, points_of
from crisisgames.analysis.wording import VERDICTS, direction_of, verdict
from crisisgames.crises.crisis import Given
from crisisgames.crises.parts import with_fields

WAR = {"outcome": "war"}


def agrees(found: Sweep, crisis, mechanisms, points) -> None:
    """Check bounds, classes and completeness of points against `compare`."""
    for point in points:
        own = compare(with_fields(crisis, point), mechanisms, rule="least war").dataset
        here = found.dataset.sel(point)
        for name in own.mechanism.values:
            for outcome in own.outcome.values:
                place = {"mechanism": name, "outcome": outcome}
                for variable in ("low", "high"):
                    want = float(own[variable].sel(place))
                    # What no game of the sweep can lead to is not in its dataset.
                    got = (
                        float(here[variable].sel(place)) if outcome in here.outcome.values else 0.0
                    )
                    assert got == pytest.approx(want, abs=1e-9), (point, place, variable)
            for variable in ("classes", "complete"):
                want = own[variable].sel(mechanism=name)
                assert here[variable].sel(mechanism=name) == want, (point, name, variable)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        pytest.param("clarity", [0.0, 0.13, 1.0], marks=pytest.mark.slow),
        ("hazard_response", [0.0, 0.4]),
    ],
)
def test_a_mechanism_acts_on_the_values_swept(field, values):
    crisis, mechanisms = Incident(reciprocity=True), [none, Principles() & RulesOfBehaviour()]
    found = sweep(crisis, mechanisms, over={field: values}, refinement=None)
    agrees(found, crisis, mechanisms, [{field: v} for v in values])


def test_what_is_switched_off_at_the_ends():
    # At 0 there is no notice, and at 1 no chance that one is missing.
    crisis = Incident(cover=0.3, reciprocity=True)
    mechanisms = [none, Notification(strength=0.4, cover=0.2)]
    values = [0.0, 0.25, 1.0]
    found = sweep(crisis, mechanisms, over={"notified": values}, refinement=None)
    agrees(found, crisis, mechanisms, [{"notified": v} for v in values])


@pytest.mark.slow
def test_two_parameters_in_their_order():
    crisis, mechanisms = Ladder(rungs=2), [none, PrivateDiplomacy(), StabilityDialogue()]
    over = {"audience_cost": [0.0, 0.3, 0.75], "risk": [0.0, 0.35, 0.7, 1.0]}
    found = sweep(crisis, mechanisms, over=over, refinement=None)
    assert found.dataset.low.dims == ("mechanism", "audience_cost", "risk", "outcome")
    assert found.dataset.complete.shape == (3, 3, 4)
    assert found.parameters == ("audience_cost", "risk")
    rng = np.random.default_rng(5)
    corners = [(0, 3), (2, 0)]
    places = [*corners, *zip(rng.integers(0, 3, 2), rng.integers(0, 4, 2), strict=True)]
    points = [
        {"audience_cost": over["audience_cost"][i], "risk": over["risk"][j]} for i, j in places
    ]
    agrees(found, crisis, mechanisms, points)


@pytest.mark.slow
def test_flags_counts_and_parts_are_swept_too():
    crisis = Ladder(rungs=2)
    found = sweep(crisis, [none, Principles()], over={"rungs": [1, 2]}, refinement=None)
    agrees(found, crisis, [none, Principles()], [{"rungs": 1}, {"rungs": 2}])
    jumps = sweep(crisis, over={"ultimatum": [False, True]}, bounds_only=True)
    for flag in (False, True):
        low, high = solve(Ladder(rungs=2, ultimatum=flag).game()).bounds("war")
        war = jumps.dataset.sel(ultimatum=flag, mechanism="none", **WAR)
        assert (float(war.low), float(war.high)) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.slow
def test_the_numbers_of_a_channel():
    crisis = Incident(reciprocity=True, channels=(Channel(name="theatre hotline"),))
    group = JointWorkingGroup(strength=0.5)  # raises the verification that is swept
    for name, checked in (("theatre_hotline.verification", 0.5), ("theatre_hotline.in_force", 0.0)):
        found = sweep(crisis, [none, group], over={name: [checked, 1.0]}, refinement=None)
        agrees(found, crisis, [none, group], [{name: checked}])
    assert found.dataset["theatre_hotline.in_force"].attrs == {
        "long_name": "probability that the channel exists",
        "units": "1",
    }


def test_points_that_differ_in_numbers_are_one_game():
    trees = [kind() for kind in CRISES.values()]
    for crisis in (c for c in trees if isinstance(c.game(), ExtensiveFormGame)):
        numbers = [n for n, v in crisis.parameters().items() if isinstance(v, float)]
        if not numbers:  # the whole crisis has them in its parts
            continue
        points = [crisis.replace(**{numbers[0]: v}) for v in (0.2, 0.5, 0.8)]
        (one,) = families(points)
        assert list(one.places) == [0, 1, 2]
        for k, point in ((0, points[0]), (1, points[1])):
            at = one.game.at(**{n: v[k] for n, v in one.values.items()})
            assert (at.exact().payoffs == point.game().exact().payoffs).all()
            assert (at.exact().branches == point.game().exact().branches).all()


def test_a_parameter_on_which_nothing_depends():
    # Without an audience cost there is nothing for privacy to take away.
    crisis = Ladder(rungs=2, audience_cost=0.0)
    for found in (
        sweep(crisis, over={"privacy": [0.2, 0.5, 0.7]}, refinement=None),
        sweep(Odd(), over={"idle": [1.0, 2.0, 3.0]}, concept="pure-nash", refinement=None),
        sweep(Odd(), over={"idle": [1.0, 2.0, 3.0]}, concept="qre"),
        sweep(Odd(), over={"idle": [1.0, 2.0, 3.0]}),
    ):
        high = found.dataset.high.sel(mechanism="none", **WAR).values
        assert np.ptp(high) == 0
        assert not np.isnan(high).any()
        assert (found.dataset.class_high.sel(mechanism="none", **WAR).max("class") == high).all()


@dataclass(frozen=True)
class Odd:
    """A crisis whose tree depends on a number in the middle of its domain."""

    worth: float = 0.5
    idle: float = 1.0
    kind = "odd"

    def replace(self, **changes):
        return replace(self, **changes)

    def parameters(self):
        return {"worth": self.worth, "idle": self.idle}

    def game(self):
        gain = Parameter("gain", (-1, 1), self.worth - 0.5)
        moves = {"go": end("war", {"A": gain}), "stay": end("calm", {"A": 0})}
        if self.worth > 0.7:
            moves["flee"] = end("flight", {"A": 1})
        return ExtensiveFormGame(move("A", moves))


def test_a_crisis_that_keeps_no_rule_is_built_point_by_point():
    found = sweep(Odd(), over={"worth": [0.1, 0.6, 0.9]})
    assert found.dataset.low.sel(mechanism="none", outcome="war").values.tolist() == [0, 1, 0]
    assert found.dataset.low.sel(mechanism="none", outcome="flight").values.tolist() == [0, 0, 1]


def test_knife_edges_of_escalation_1():
    costs = np.linspace(0, 1, 21)
    game = escalation_1()
    found = sweep(game, over={"audience_cost": costs}, refinement=None)
    war = found.dataset.sel(mechanism="none", **WAR)
    for k, cost in enumerate(war.audience_cost.values):
        exact = solve(game.at(audience_cost=float(cost)))
        assert (war.low[k], war.high[k]) == pytest.approx(exact.bounds("war"), abs=1e-9)
        assert war.classes[k] == len(exact.classes)
    wide = np.flatnonzero(war.high.values - war.low.values > 1e-9)
    assert war.audience_cost.values[wide].tolist() == [0.4]
    assert float(war.class_high[8, 0]) == pytest.approx(float(war.high[8]))


def test_classes_are_told_apart_and_the_selection_lies_in_one():
    found = sweep(Ladder(rungs=2), over={"audience_cost": [0.1, 0.4, 0.9]})
    war = found.dataset.sel(mechanism="none", **WAR)
    assert war.classes.values.tolist() == [2, 2, 1]
    for k in range(3):
        exact = solve(Ladder(rungs=2, audience_cost=float(war.audience_cost[k])).game())
        spans = [
            tuple(f(exact[i].probability("war") for i in c.equilibria) for f in (min, max))
            for c in exact.classes
        ]
        got = [
            (float(a), float(b)) for a, b in zip(war.class_low[k], war.class_high[k], strict=True)
        ]
        assert got[: len(spans)] == [pytest.approx(s, abs=1e-9) for s in sorted(spans)]
        assert np.isnan(got[len(spans) :]).all()
        left = exact.d1()
        assert float(war.selected[k]) == pytest.approx(left.select("least war").probability("war"))


def test_rules_of_selection():
    over = {"audience_cost": [0.4]}
    low, high = solve(Ladder(rungs=2).game()).bounds("war")
    chosen = {}
    for rule in ("least war", "most war", "qre"):
        data = sweep(Ladder(rungs=2), over=over, rule=rule, refinement=None).dataset
        chosen[rule] = data.selected.sel(WAR).item()
    assert chosen["least war"] == pytest.approx(low, abs=1e-12)
    assert chosen["most war"] == pytest.approx(high)
    assert chosen["qre"] == pytest.approx(
        solve(Ladder(rungs=2).game()).select("qre").probability("war")
    )
    about = sweep(Ladder(rungs=2), over=over).dataset.attrs
    assert (
        about["selection"] == "the lowest probability of war among the equilibria that survive D1"
    )


def test_bounds_only_leaves_open_what_it_did_not_compute():
    found = sweep(Ladder(rungs=2), over={"audience_cost": [0.4, 0.9]}, bounds_only=True)
    war = found.dataset.sel(mechanism="none", **WAR)
    assert np.isnan(war.classes.values).tolist() == [True, False]
    assert np.isnan(war.selected.values).tolist() == [True, False]
    assert war.complete.all()


def test_other_concepts():
    over = {"audience_cost": [0.2, 0.5]}
    nash = sweep(Ladder(rungs=2), over=over, concept="nash").dataset
    for cost in over["audience_cost"]:
        bounds = solve(Ladder(rungs=2, audience_cost=cost).game(), "nash").bounds("war")
        war = nash.sel(mechanism="none", audience_cost=cost, **WAR)
        assert (float(war.low), float(war.high)) == pytest.approx(bounds, abs=1e-9)
    assert nash.attrs["refinement"] == "none"
    qre = sweep(Ladder(rungs=2), over=over, concept="qre", precision=5).dataset
    at = solve(Ladder(rungs=2, audience_cost=0.5).game(), "qre", precision=5)[0]
    war = qre.sel(mechanism="none", audience_cost=0.5, **WAR)
    assert float(war.selected) == pytest.approx(at.probability("war"), abs=1e-6)
    assert not qre.complete.any()


def test_three_movers_are_searched_point_by_point():
    stake = Parameter("stake", (0, 2), 1)
    stay = dict.fromkeys("ABC", 0)

    def go(player, after):
        return move(player, {"stop": end("calm", stay), "go": after})

    war = end("war", {"A": stake - 1, "B": stake - 1, "C": stake - 1})
    game = ExtensiveFormGame(go("A", go("B", go("C", war))))
    whole = sweep(game, over={"stake": [0.5, 1.5]}).dataset
    assert whole.high.sel(mechanism="none", **WAR).values.tolist() == [0, 1]
    assert whole.complete.all()
    with pytest.raises(NotApplicable, match="method='search'"):
        sweep(game, over={"stake": [0.5]}, concept="nash")
    found = sweep(
        game, over={"stake": [0.5, 1.5]}, method="search", starts=20, seed=1, refinement=None
    )
    war_at = found.dataset.high.sel(mechanism="none", **WAR)
    assert war_at.values.tolist() == pytest.approx([0, 1], abs=1e-6)
    assert not found.dataset.complete.any()


def test_games_of_three_movers_are_selected_from_by_the_rule_alone():
    found = sweep(Talks(), over={"leak": [0.3, 0.4]})
    war = found.dataset.sel(mechanism="none", **WAR)
    for k, leak in enumerate((0.3, 0.4)):
        exact = solve(Talks(leak=leak).game())
        assert (war.low[k], war.high[k]) == pytest.approx(exact.bounds("war"), abs=1e-9)
        assert war.classes[k] == len(exact.classes) > 1
        assert war.complete[k] == exact.complete
        assert war.selected[k] == pytest.approx(exact.select("least war").probability("war"))
    attrs = found.dataset.attrs
    assert attrs["refinement"] == "none"
    assert attrs["selection"] == "the lowest probability of war"
    assert "none: At 2 points the refinement 'd1' does not apply" in attrs["notes"]
    assert attrs["notes"] in found.explain()


def test_where_a_refinement_applies_to_some_games_only():
    def talks(_):  # of three movers, where the ladder has two
        return Talks()

    found = sweep(Ladder(rungs=2), [none, talks], over={"audience_cost": [0.4]})
    attrs = found.dataset.attrs
    assert attrs["refinement"] == "d1"
    assert attrs["selection"].endswith("among the equilibria that survive D1, where it applies")
    assert attrs["notes"].startswith("talks: At 1 point the refinement")


def test_a_scenario_of_three_movers_and_its_designs():
    case = get_scenario("contingency-talks")
    found = sweep(case.crisis, case.designs()[:2], over={"leak": [0.3]})
    agrees(found, case.crisis, case.designs()[:2], [{"leak": 0.3}])


def test_verdicts_are_those_of_a_comparison():
    crisis, mechanisms = Ladder(rungs=2, audience_cost=0.4), [none, PrivateDiplomacy()]
    compared = compare(crisis, mechanisms, rule="least war").explain()
    swept = sweep(crisis, mechanisms, over={"audience_cost": [0.4, 0.6]}).explain()
    assert "Whether it lowers or raises P(war) depends on which of the equilibria hold" in compared
    assert "Against none, of 2 points: at 2 whether it lowers or raises P(war) depends" in swept


def test_each_verdict_is_counted():
    spans = {
        "lowers": ((0.1, 0.2), (0.4, 0.4)),
        "raises": ((0.5, 0.6), (0.4, 0.4)),
        "same interval": ((0.3, 0.4), (0.3, 0.4)),
        "same": ((0.4, 0.4), (0.4, 0.4)),
        "may lower": ((0.1, 0.4), (0.4, 0.4)),
        "may raise": ((0.4, 0.6), (0.4, 0.4)),
        "either": ((0.1, 0.6), (0.4, 0.4)),
        "open": ((0.1, 0.6), (0.3, 0.4)),
    }
    assert list(spans) == list(VERDICTS)
    crisis, over = Ladder(rungs=1), {"audience_cost": [0.5]}
    data = sweep(crisis, [none, PrivateDiplomacy()], over=over, bounds_only=True).dataset
    for kind, (own, before) in spans.items():
        for place, (low, high) in enumerate((before, own)):
            data["low"][place], data["high"][place] = low, high
        assert direction_of(own, before) == kind
        words = verdict(kind, "war")
        assert f"of 1 point: at 1 {words[0].lower()}{words[1:]}" in Sweep(data).explain()


def test_a_sweep_shows_itself_as_a_table():
    found = sweep(Incident(), over={"clarity": np.linspace(0.1, 0.9, 50)}, bounds_only=True)
    html = found._repr_html_()
    assert html.count("<tr>") < 50
    assert "40 of 50 rows" in html
    assert "<th>war low</th>" in html
    assert "sequential equilibria over clarity" in html


def test_a_time_limit_leaves_points_that_are_not_complete():
    found = sweep(Ladder(rungs=3), over={"audience_cost": np.linspace(0, 1, 40)}, time_limit=1e-6)
    assert not found.dataset.complete.all()
    assert "may be other equilibria" in found.explain() or "no equilibrium" in found.explain()


def test_units_names_and_attributes():
    found = sweep(Incident(), over={"clarity": [0.3], "audience_cost": [0.2]}, outcomes=["war"])
    data = found.dataset
    assert data.clarity.attrs["units"] == "1"
    assert data.audience_cost.attrs["units"] == "utils"
    assert "tells a probe" in data.clarity.attrs["long_name"]
    assert all({"units", "long_name"} <= set(v.attrs) for v in data.data_vars.values())
    assert data.outcome.values.tolist() == ["war"]
    assert "clarity" not in data.attrs["parameters"]
    assert list(found.table().columns) == [
        "mechanism", "clarity", "audience_cost",
        "war low", "war high", "war selected", "classes", "complete",
    ]  # fmt: skip
    assert (
        repr(found) == "Sweep('incident', 'sequential', {clarity: 1, audience_cost: 1}, ['none'])"
    )


def test_numbers_are_taken_to_fifteen_digits():
    found = sweep(Incident(), over={"clarity": [0.1 + 0.2, Fraction(1, 2)]}, bounds_only=True)
    assert found.dataset.clarity.values.tolist() == [0.3, 0.5]


def test_explain_claims_no_more_than_was_computed():
    over = {"hazard_response": [0.02, 0.05]}
    text = sweep(Incident(), [none, RulesOfBehaviour(strength=0.5)], over=over).explain()
    assert "2 points: hazard_response from 0.02 to 0.05." in text
    assert "Against none, of 2 points: at " in text
    assert "Between the points nothing was computed." in text


@pytest.mark.parametrize(
    ("over", "error", "words"),
    [
        ({"clarty": [0.1]}, UnknownName, "did you mean 'clarity'"),
        ({"clarity": [0.5, 1.2]}, GameError, "'clarity' is 1.2; allowed is 0.0 to 1.0"),
        ({"clarity": [0.5, np.nan]}, GameError, "clarity"),
        ({"clarity": [0.5, np.inf]}, GameError, "clarity"),
        ({"clarity": []}, GameError, "'clarity' are empty"),
        ({"clarity": 0.5}, GameError, "give a list of numbers"),
        ({"clarity": ["a"]}, GameError, "give a list of numbers"),
        ({"clarity": [[0.5]]}, GameError, "give a list of numbers"),
        ({"clarity": [0.5, 0.2, 0.5]}, GameError, "0.5 more than once"),
        ({"channels": [1, 2]}, UnknownName, "no parameter to sweep over named 'channels'"),
        ({}, GameError, "over is {}"),
        (None, GameError, "over is None"),
    ],
)
def test_bad_grids(over, error, words):
    with pytest.raises(error, match=words):
        sweep(Incident(), over=over)


def test_other_errors():
    over = {"clarity": [0.5]}
    with pytest.raises(UnknownName, match="no outcome named 'peace'"):
        sweep(Incident(), over=over, outcomes=["peace"])
    with pytest.raises(UnknownName, match="refinement"):
        sweep(Incident(), over=over, refinement="d2")
    with pytest.raises(UnknownName, match="concept"):
        sweep(Incident(), over=over, concept="seqential")
    with pytest.raises(UnknownName, match="rule"):
        sweep(Ladder(rungs=2), over={"audience_cost": [0.4]}, rule="least wars")
    with pytest.raises(GameError, match="takes a crisis such as"):
        sweep(Incident, over=over)
    with pytest.raises(NotApplicable, match="changes crises"):
        sweep(escalation_1(), [Hotline()], over={"audience_cost": [0.5]})
    with pytest.raises(GameError, match=r"'audience_cost' is 1\.5"):
        sweep(escalation_1(), over={"audience_cost": [1.5]})
    with pytest.raises(UnknownName, match="did you mean 'audience_cost'"):
        sweep(escalation_1(), over={"audience_costs": [0.5]})
    with pytest.raises(GameError, match="time_limit is -1"):
        sweep(Incident(), over=over, time_limit=-1)


@pytest.mark.parametrize(
    ("crisis", "mechanism", "over"),
    [
        (Incident(), Principles(), {"clarity": [0.1, 0.4, 0.9], "audience_cost": [0.3, 2.0]}),
        (Incident(), Notification(strength=0.3), {"notified": [0.2, 0.5], "clarity": [0.2, 0.7]}),
        (Ladder(rungs=2), Hotline("theatre"), {"clarity": [0.2, 0.5], "rungs": [2, 3]}),
        (Incident(), lambda c: c.replace(loss=c.gain), {"gain": [0.5, 1.5], "loss": [1.0, 2.0]}),
        (
            Incident(channels=(Channel(name="line"),)),
            JointWorkingGroup(),
            {"line.verification": [0.2, 0.5], "suspicion": [0.3, 0.6]},
        ),
    ],
)
def test_what_a_mechanism_makes_of_numbers_is_what_it_makes_of_each(crisis, mechanism, over):
    points = points_of(crisis, over)
    columns = points.columns(0, points.count)
    place, seen = Place(crisis, mechanism), []
    for family in place.families(columns):
        for row, k in enumerate(family.places.tolist()):
            want = place.crisis({n: v[k].item() for n, v in columns.items()}).game()
            got = family.game.at(**{n: v[row].item() for n, v in family.values.items()})
            for name in ("payoffs", "branches", "shares"):
                a, b = (getattr(g.exact(), name).astype(float) for g in (want, got))
                assert a == pytest.approx(b, abs=1e-13)
            seen.append(k)
    assert sorted(seen) == list(range(points.count))


def test_samples_are_the_same_every_time_and_on_any_number_of_cores():
    box = {"audience_cost": (0.1, 0.9), "risk": (0.1, 0.9)}
    sample = Sample(box, n=300, seed=7)
    one = sweep(Ladder(rungs=2), over=sample, workers=1, refinement=None).dataset
    two = sweep(Ladder(rungs=2), over=sample, workers=2, refinement=None).dataset
    assert one.identical(two)
    assert one.low.dims == ("mechanism", "draw", "outcome")
    with pytest.raises(NotApplicable, match="these points are a sample"):
        Sweep(one).explore("out.html")
    assert Sweep(one).explain().startswith("300 draws: audience_cost from 0.1")
    assert list(Sweep(one).table().columns[:4]) == ["mechanism", "draw", "audience_cost", "risk"]
    other = Sample(box, n=300, seed=8).draw()
    assert not np.allclose(other["risk"], one.risk)
    for k in (0, 99, 299):
        values = {n: float(one[n][k]) for n in box}
        low, high = solve(Ladder(rungs=2, **values).game()).bounds("war")
        war = one.isel(draw=k).sel(mechanism="none", **WAR)
        assert (float(war.low), float(war.high)) == pytest.approx((low, high), abs=1e-9)
    for design in ("latin hypercube", "sobol", "uniform"):
        drawn = Sample({"risk": (0.25, 0.75)}, n=64, seed=1, design=design).draw()["risk"]
        assert len(drawn) == 64
        assert drawn.min() >= 0.25
        assert drawn.max() <= 0.75
        assert drawn.mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"box": {}, "n": 3}, "box is {}"),
        ({"box": {"risk": 0.5}, "n": 3}, "range of 'risk' is 0.5"),
        ({"box": {"risk": (0.5, 0.2)}, "n": 3}, "the smaller one first"),
        ({"box": {"risk": (0.2, 0.5)}, "n": 0}, "n is 0; give a whole number from 1"),
        ({"box": {"risk": (0.2, 0.5)}, "n": 3, "seed": -1}, "seed is -1"),
        ({"box": {"risk": (0.2, 0.5)}, "n": 3, "design": "halton"}, "design of a sample"),
    ],
)
def test_bad_samples(given, words):
    with pytest.raises((GameError, UnknownName), match=words):
        Sample(**given)


def test_mediated_play_gives_bounds_only():
    found = sweep(Ladder(rungs=1), over={"audience_cost": [0.3]}, concept="correlated").dataset
    low, high = solve(Ladder(rungs=1, audience_cost=0.3).game(), "correlated").bounds("war")
    war = found.sel(mechanism="none", **WAR)
    assert (float(war.low[0]), float(war.high[0])) == pytest.approx((float(low), float(high)))
    assert np.isnan(war.selected).all()


def test_mediated_play_at_many_points_as_one_by_one():
    over = {"audience_cost": [0.0, 0.3, 0.6], "risk": [0.2, 0.5]}
    found = sweep(Ladder(rungs=1), over=over, concept="coarse-correlated").dataset
    assert found.complete.all()
    for k, m in np.ndindex(3, 2):
        crisis = Ladder(rungs=1, audience_cost=over["audience_cost"][k], risk=over["risk"][m])
        one = solve(crisis.game(), "coarse-correlated", exact=True)
        here = found.isel(mechanism=0, audience_cost=k, risk=m)
        for outcome in one.outcomes:
            bounds = [float(b) for b in one.bounds((outcome,))]
            at = here.sel(outcome=outcome)
            assert [float(at.low), float(at.high)] == pytest.approx(bounds, abs=1e-9)


# --- crises that are no trees -----------------------------------------------------------------


LISTED = {
    "security dilemma": (CRISES["security dilemma"](), [none], {"fear": [0.5, 1.5]}),
    "dyads": (CRISES["dyads"](damage=2), [none], {"gain": [0.2, 1.0]}),
    "encounters": (CRISES["encounters"](), [none], {"punishment": [1, 2.5]}),
    "bargaining": (CRISES["bargaining"](issues=2), [none, Mediator()], {"ideology": [0, 0.4]}),
}


@pytest.mark.parametrize("kind", LISTED)
def test_crises_that_are_no_trees_are_solved_as_they_say(kind) -> None:
    crisis, mechanisms, over = LISTED[kind]
    found = sweep(crisis, mechanisms, over=over, workers=2)
    name = next(iter(over))
    agrees(found, crisis, mechanisms, [{name: v} for v in over[name]])
    own = [compare(crisis.replace(**{name: v}), mechanisms, rule="least war") for v in over[name]]
    for outcome in set(found.dataset.outcome.values) & set(own[0].dataset.outcome.values):
        for k, there in enumerate(own):
            got = found.dataset.selected.sel(outcome=outcome).isel({name: k}).values.reshape(-1)
            want = there.dataset.selected.sel(outcome=outcome).values
            assert got == pytest.approx(want, abs=1e-9), (outcome, k)


def test_their_outcomes_are_kept_and_can_be_chosen() -> None:
    crisis = CRISES["security dilemma"]()
    found = sweep(crisis, over={"fear": [0.5, 1.5]}, outcomes=["restraint"])
    assert found.dataset.outcome.values.tolist() == ["restraint"]
    assert found.dataset.concept == "cutoffs"
    assert "arms race" in found.dataset.selection


def test_they_are_not_asked_for_what_means_nothing_to_them() -> None:
    crisis, over = CRISES["security dilemma"](), {"fear": [0.5, 1.5]}
    with pytest.raises(NotApplicable, match="cutoffs, not for 'sequential'"):
        sweep(crisis, over=over, concept="sequential")
    with pytest.raises(NotApplicable, match="'qre' means nothing here"):
        sweep(crisis, over=over, rule="qre")
    assert sweep(crisis, over=over, concept="cutoffs").dataset.complete.all()


def test_they_are_kept_in_stores(tmp_path) -> None:
    crisis, over = CRISES["encounters"](), {"punishment": [1, 1.5, 2]}
    plain = sweep(crisis, over=over)
    for _ in range(2):
        kept = sweep(crisis, over=over, store=tmp_path / "encounters.zarr")
        assert kept.dataset.load().identical(plain.dataset)


MANY = {
    "dyads": (CRISES["dyads"](), {"damage": (1.0, 8.0), "gain": (0.2, 1.5)}, {"method": "pure"}),
    "security dilemma": (
        CRISES["security dilemma"](),
        {"fear": (0.5, 3.0), "clarity": (0.3, 0.95), "prior_mean": (0.2, 1.5)},
        {},
    ),
}


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("dyads", "least war"),
        ("dyads", "most war"),
        ("dyads", "welfare"),
        ("security dilemma", "least war"),
    ],
)
def test_many_at_once_are_what_each_is_by_itself(kind, rule) -> None:
    crisis, box, options = MANY[kind]
    n = 12 if kind == "dyads" else 6
    sample = Sample(box, n, seed=5)
    many = sweep(crisis, over=sample, rule=rule, **options).dataset

    def ruled(entry):  # a rule that is no rule for many: each by itself
        at = {n: float(v) for n, v in drawn.items()}
        here = with_fields(crisis, at)
        outcomes, payoffs = here.outcomes(entry), here.payoffs(entry)
        war = sum(p for o, p in outcomes.items() if o.partition(":")[0] in ("war", "arms race"))
        return {"least war": war, "most war": -war, "welfare": -sum(payoffs.values())}[rule]

    for k in range(n):
        drawn = {n: v[k] for n, v in sample.draw().items()}
        point = {n: [float(v)] for n, v in drawn.items()}
        alone = sweep(crisis, over=point, rule=ruled, **options).dataset.squeeze()
        here = many.isel(draw=k).squeeze("mechanism")
        for name in ("low", "high", "selected"):
            assert here[name].values == pytest.approx(alone[name].values, abs=1e-9), (k, name)
        assert int(here.classes) == int(alone.classes)
        assert bool(here.complete) == bool(alone.complete)
        assert float(here.certificate) == pytest.approx(float(alone.certificate), abs=1e-7)


def test_the_first_point_need_not_have_an_equilibrium():
    """Outcomes are those of the game; at damage 27.47 there is no pure equilibrium."""
    crisis, least, most = Dyads(gain=2.97, loss=0.32), 5.0, 27.47
    ends = [
        sweep(crisis, over={"damage": v}, method="pure") for v in ([most, least], [least, most])
    ]
    there, back = (found.dataset.sortby("damage") for found in ends)
    assert there.outcome.values.tolist()[0] == "war"
    assert set(map(str, there.outcome.values)) >= set(crisis.labels)
    assert there.drop_attrs().identical(back.drop_attrs())
    assert not np.isnan(there.low.sel(damage=least)).any()
    assert "none: At 1 point no equilibrium was found." in ends[0].explain()


def test_a_time_limit_holds_for_the_first_point_as_well(monkeypatch):
    limits = []

    def solve(self, concept=None, *, time_limit=None, **options):
        limits.append(time_limit)
        return Given(())

    monkeypatch.setattr(Dyads, "solve", solve)
    found = sweep(Dyads(), over={"damage": [2.0, 5.0]}, time_limit=30)
    assert len(limits) >= 2
    assert all(limit is not None and limit <= 30 for limit in limits)
    assert np.isnan(found.dataset.low).all()


@dataclass(frozen=True)
class Threshold(CRISES["ladder"]):
    """A crisis of somebody else's, whose tree depends on a number inside its domain."""

    def game(self) -> ExtensiveFormGame:
        rungs = 2 if self.audience_cost < 0.5 else 1
        return Ladder(rungs=rungs, audience_cost=self.audience_cost).game()


def test_a_tree_that_depends_on_a_number_inside_its_domain_is_built_anew() -> None:
    for values in ([0.2, 0.3], [0.7, 0.8]):
        found = sweep(Threshold(), over={"audience_cost": values}, refinement=None)
        agrees(found, Threshold(), [none], [{"audience_cost": v} for v in values])


def test_a_point_without_an_answer_does_not_lose_the_others():
    over = {"clarity": [0.3, 0, 0.6]}
    data = sweep(SecurityDilemma(), over=over).dataset
    race = data.low.sel(mechanism="none", outcome="arms race").values
    assert np.isfinite(race).tolist() == [True, False, True]
    assert data.complete.values.tolist() == [[True, False, True]]
    assert "At 1 point there is no answer: at clarity 0" in data.attrs["notes"]
    with pytest.raises(NotApplicable, match="at no point is there an answer: at clarity 0"):
        sweep(SecurityDilemma(), over={"clarity": [0]})


def test_an_error_at_a_point_says_where():
    def hasty(crisis):
        if crisis.clarity > 0.5:
            raise NotApplicable("hasty takes no clear sign")
        return crisis

    with pytest.raises(NotApplicable, match=r"hasty takes no clear sign \(at clarity=0.7\)"):
        sweep(Incident(), [none, hasty], over={"clarity": [0.2, 0.7]})


def test_what_is_taken_for_something_else_is_told_apart():
    with pytest.raises(GameError, match=r"write a list, \[0.1, 0.6\]; for points between them"):
        sweep(Incident(), over={"clarity": (0.1, 0.6)})
    with pytest.raises(UnknownName, match="for perfect Bayesian equilibria use 'sequential'"):
        sweep(Incident(), over={"clarity": [0.1]}, concept="PBE")
    with pytest.raises(GameError, match=r"not the scenario 'ep3-2001'; give its \.crisis"):
        compare(get_scenario("ep3-2001"), [none])
    with pytest.raises(GameError, match="a scenario's crisis is get_scenario"):
        sweep("ep3-2001", over={"clarity": [0.1]})
