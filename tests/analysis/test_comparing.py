"""Comparisons: reference values of the incident, bookkeeping, and the words of errors."""

import json
import pickle
from dataclasses import dataclass

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    Channel,
    ExtensiveFormGame,
    GameError,
    Incident,
    NotApplicable,
    UnknownName,
    end,
    move,
    solve,
)
from crisisgames.analysis import Comparison, compare
from crisisgames.mechanisms import (
    ClearBottomLines,
    Hotline,
    Mediator,
    Notification,
    RulesOfBehaviour,
    none,
)

CAUSES = ("war:deliberate", "war:inadvertent", "war:misperception")


@dataclass(frozen=True)
class Change:
    """A mechanism of its own: fields of the incident set to new values."""

    label: str
    values: tuple = ()

    def __call__(self, crisis):
        return crisis.replace(**dict(self.values))


def setting(label, **values):
    return Change(label, tuple(values.items()))


LINE = setting("line", channels=(Channel(),))
TALK = setting("cheap talk", channels=(Channel(verification=0),))
IN_KIND = setting("in kind", reciprocity=True)
SAFER = setting("safer", hazard_response=0.025, hazard_escalation=0.05)


@pytest.fixture(scope="module")
def compared():
    return compare(Incident(), [none, LINE, TALK, IN_KIND, SAFER])


@pytest.fixture(scope="module")
def cheap():
    return compare(Incident(), [none, LINE, SAFER], rule="least war")


def value(comparison, variable, mechanism, outcome="war"):
    return float(comparison.dataset[variable].sel(mechanism=mechanism, outcome=outcome))


def test_the_incident_leads_to_war_as_stated_and_from_the_causes_stated(compared):
    assert value(compared, "selected", "none") == pytest.approx(0.0119686, abs=1e-7)
    assert value(compared, "low", "none") == value(compared, "high", "none")
    for outcome, p in zip(CAUSES, (0.0059843, 0, 0.0059843), strict=True):
        assert value(compared, "selected", "none", outcome) == pytest.approx(p, abs=1e-7)
    assert value(compared, "selected", "none", "calm") == pytest.approx(0.7222222, abs=1e-7)


def test_a_line_helps_in_some_equilibria_only(compared):
    assert value(compared, "low", "line") == pytest.approx(0.00127, abs=1e-5)
    assert value(compared, "high", "line") == pytest.approx(0.0119686, abs=1e-7)
    assert value(compared, "selected", "line") == pytest.approx(0.00127, abs=1e-5)
    assert value(compared, "direct", "line") == 0
    assert "It lowers P(war) in some equilibria, not in others." in compared.explain()


def test_talk_that_nobody_checks_changes_nothing(compared):
    for outcome in compared.dataset.outcome.values:
        change = value(compared, "selected", "cheap talk", outcome)
        assert change == pytest.approx(value(compared, "selected", "none", outcome), abs=1e-9)


def test_replies_in_kind_only_raise_the_probability_of_war(compared):
    assert value(compared, "selected", "in kind") == pytest.approx(0.0151, abs=1e-7)
    assert "in kind: P(war) is 0.0151 in every equilibrium." in compared.explain()
    assert "It raises P(war) in every equilibrium." in compared.explain()


def test_lower_hazards_have_a_direct_part(compared):
    half = value(compared, "selected", "none") / 2
    assert value(compared, "direct", "safer") == pytest.approx(-half)


def test_the_first_mechanism_is_held_against_itself(compared):
    base = compared.dataset.sel(mechanism="none")
    assert not base.direct.any()
    assert not base.strategic.any()
    assert compared.dataset.attrs["baseline"] == "none"
    turned = compare(Incident(), [LINE, none], rule="least war")
    assert turned.dataset.attrs["baseline"] == "line"
    assert value(turned, "strategic", "none") + value(turned, "direct", "none") > 0


@pytest.mark.parametrize(
    "mechanisms",
    [
        [none, Hotline(in_force=0.5)],
        [Hotline(in_force=0.5), none],
        [Hotline(in_force=0.5), Hotline()],
        [Hotline(), none, RulesOfBehaviour(reciprocity=True)],
        [Notification(), Hotline() & Notification(), none],
    ],
    ids=lambda ms: " / ".join(m.label for m in ms),
)
def test_parts_add_up_and_probabilities_sum_to_one(mechanisms):
    data = compare(Incident(), mechanisms, rule="least war").dataset
    change = data.selected - data.selected.isel(mechanism=0)
    np.testing.assert_allclose(data.direct + data.strategic, change, atol=1e-15)
    for variable, total in (("selected", 1), ("direct", 0), ("strategic", 0)):
        single = data[variable].drop_sel(outcome="war").sum("outcome")
        np.testing.assert_allclose(single, total, atol=1e-12)
        causes = data[variable].sel(outcome=list(CAUSES)).sum("outcome")
        np.testing.assert_allclose(data[variable].sel(outcome="war"), causes, atol=1e-15)
    assert (data.low <= data.selected + 1e-12).all()
    assert (data.selected <= data.high + 1e-12).all()
    assert (data.payoff_low <= data.payoff_selected + 1e-12).all()
    assert (data.payoff_selected <= data.payoff_high + 1e-12).all()
    assert (data.welfare_low >= data.payoff_low.sum("player") - 1e-12).all()
    assert (data.welfare_selected == pytest.approx(data.payoff_selected.sum("player").values)).all()


shares = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.8, 1.0])


@settings(max_examples=15, deadline=None)
@given(shares, shares, shares, shares, shares)
def test_disclosure_works_through_strategies_alone(suspicion, rate, clarity, audience, strength):
    crisis = Incident(
        suspicion=suspicion, accident_rate=rate, clarity=clarity, audience_cost=audience
    )
    told = ClearBottomLines(strength=strength, audience_cost=0)
    data = compare(crisis, [none, told], rule="least war").dataset
    assert not data.direct.any()
    assert (data.certificate < 1e-9).all()


def test_intervals_are_those_of_the_set_and_not_sums_of_intervals(cheap):
    found = solve(Incident(channels=(Channel(),)).game())
    for outcome in cheap.dataset.outcome.values:
        if outcome != "war:inadvertent":  # nobody replies in kind, but the label is there
            low, high = found.bounds(str(outcome))
            assert value(cheap, "low", "line", outcome) == pytest.approx(float(low))
            assert value(cheap, "high", "line", outcome) == pytest.approx(float(high))
    row = cheap.dataset.sel(mechanism="line")
    low, high = found.payoff_bounds("B")
    assert float(row.payoff_low.sel(player="B")) == pytest.approx(float(low))
    assert float(row.payoff_high.sel(player="B")) == pytest.approx(float(high))
    assert bool(row.complete)
    assert int(row.equilibria) == len(found)
    assert int(row.classes) == len(found.classes)


def test_outcomes_come_in_one_order_war_and_its_causes_first(compared):
    assert list(compared.dataset.outcome.values[:4]) == ["war", *CAUSES]
    assert "calm" in compared.dataset.outcome


class Picnic(Incident):
    """An incident that turned out to be a picnic."""

    def game(self):
        pays = {"A": 1, "B": 1, "guest": 1}
        choice = {"swim": end("wet", pays), "eat": end("calm", dict.fromkeys(pays, 0))}
        return ExtensiveFormGame(move("guest", choice))


def test_labels_and_players_that_a_game_lacks():
    def picnic(crisis):
        return Picnic()

    found = compare(Incident(), [none, picnic], rule="welfare")
    assert value(found, "high", "picnic") == value(found, "high", "none", "wet") == 0
    assert value(found, "selected", "picnic", "wet") == 1
    # Nothing in the incident says what the guest would do.
    assert value(found, "direct", "picnic", "wet") == value(found, "strategic", "picnic", "wet")
    assert "guest" in found.dataset.attrs["notes"]
    assert np.isnan(found.dataset.payoff_high.sel(mechanism="none", player="guest"))
    assert found.to_dict()["mechanisms"][0]["payoffs"]["guest"]["high"] is None
    assert "It lowers P(war) in every equilibrium." in found.explain()


def _first(equilibrium):
    return 0


def test_every_variable_says_what_it_is_and_in_which_unit(compared):
    data = compared.dataset
    assert set(data.dims) == {"mechanism", "outcome", "player"}
    for name, variable in data.data_vars.items():
        assert variable.attrs["long_name"], name
        assert variable.attrs["units"] in {"probability", "utils", "count", "yes or no"}, name
        assert variable.dtype.kind in "fib", name
    about = data.attrs
    assert about["crisis"] == "incident"
    assert about["concept"] == "sequential"
    assert about["rule"] == "qre"
    assert "quantal response" in about["selection"]
    assert "illustrations" in about["remark"]
    assert all(isinstance(text, str) for text in about.values())


def test_the_dataset_survives_a_netcdf_file(compared, tmp_path):
    path = tmp_path / "comparison.nc"
    compared.dataset.to_netcdf(path, engine="scipy")
    with xr.open_dataset(path, engine="scipy") as again:
        xr.testing.assert_identical(again.load(), compared.dataset)


def test_a_comparison_is_json_with_everything_that_was_computed(compared):
    again = json.loads(json.dumps(compared.to_dict(), allow_nan=False))
    assert again == compared.to_dict()
    assert set(again) == {
        "crisis", "concept", "rule", "parameters", "baseline", "mechanisms",
    }  # fmt: skip
    assert again["parameters"]["suspicion"] == 0.4
    line = again["mechanisms"][1]
    assert line["name"] == "line"
    assert line["complete"] is True
    assert line["outcomes"]["war"]["direct"] == 0
    assert set(line["outcomes"]["war"]) == {"low", "high", "selected", "direct", "strategic"}
    assert set(line["payoffs"]["A"]) == {"low", "high", "selected"}
    assert set(line["welfare"]) == {"low", "high", "selected"}


def test_comparisons_pickle(cheap):
    again = pickle.loads(pickle.dumps(cheap))
    xr.testing.assert_identical(again.dataset, cheap.dataset)
    assert again.selected["line"].outcomes == cheap.selected["line"].outcomes


def test_the_table_is_for_people(compared):
    table = compared.table()
    assert list(table.index) == ["none", "line", "cheap talk", "in kind", "safer"]
    assert table.loc["line", "P(war)"] == "0.001272–0.01197"
    assert table.loc["none", "P(war)"] == "0.01197"
    assert table.loc["none", "misperception"] == pytest.approx(0.0059843, abs=1e-7)
    assert table.loc["none", "equilibria"] == "all"
    assert {"selected", "direct", "strategic", "payoff A", "payoff B"} <= set(table.columns)


def test_a_notebook_shows_the_table_and_what_was_selected(compared):
    html = compared._repr_html_()
    assert "<table" in html
    assert "quantal response" in html
    assert "illustrations" in html
    assert repr(compared) == (
        "Comparison('incident', 'sequential', ['none', 'line', 'cheap talk', 'in kind', 'safer'])"
    )


def test_equal_crises_are_solved_once(monkeypatch):
    solved = []

    def counting(crisis, concept, **options):
        solved.append(crisis)
        return solve(crisis.game(), **options)

    monkeypatch.setattr(Incident, "solve", counting)
    found = compare(
        Incident(), [none, SAFER, setting("idle"), setting("also safer", **dict(SAFER.values))]
    )
    assert len(solved) == 2
    assert found.sets["none"] is found.sets["idle"]
    assert value(found, "selected", "idle") == value(found, "selected", "none")
    assert "The selected value is that of none. It leaves P(war) as it was" in found.explain()


@pytest.mark.parametrize("concept", ["nash", "qre"])
def test_other_concepts_compare_as_well(concept):
    found = compare(Incident(), [none, SAFER], concept)
    assert found.dataset.attrs["concept"] == concept
    assert value(found, "direct", "safer") < 0
    table = found.table()
    assert list(table["equilibria"]) == ["found" if concept == "qre" else "all"] * 2


def test_a_concept_without_equilibria_gives_nothing_and_says_so():
    found = compare(Incident(), [none], "pure-nash", rule=_first)
    assert found.selected == {}
    assert np.isnan(value(found, "low", "none"))
    assert np.isnan(value(found, "direct", "none"))
    assert found.table().loc["none", "P(war)"] == "none found"
    assert "none (baseline): no equilibrium was found." in found.explain()
    row = json.loads(json.dumps(found.to_dict(), allow_nan=False))["mechanisms"][0]
    assert row["outcomes"]["war"]["selected"] is None
    assert row["notes"]


def test_a_rule_of_ones_own_is_named():
    found = compare(Incident(), [none], rule=_first)
    assert found.dataset.attrs["rule"] == "_first"
    assert found.dataset.attrs["selection"] == "the smallest value of _first"


def test_stopping_early_says_that_there_may_be_more():
    many = ClearBottomLines() & Hotline() & Notification()
    found = compare(Incident(), [none, many], rule=_first, time_limit=1e-3)
    row = found.dataset.sel(mechanism=many.label)
    assert not bool(row.complete)
    assert found.table().loc[many.label, "equilibria"] == "found"
    assert "in every equilibrium." not in found.explain().splitlines()[1]
    assert found.notes[many.label]


def test_a_bar_is_shown_on_request(capsys):
    compare(Incident(), [none], progress=True, rule="least war")
    assert "comparing" in capsys.readouterr().err
    compare(Incident(), [none], rule="least war")
    assert capsys.readouterr().err == ""


def test_functions_and_names_will_do_as_labels():
    def calmer(crisis):
        return crisis.replace(accident_rate=0.1)

    assert list(compare(Incident(), [none, calmer], rule="least war").sets) == ["none", "calmer"]


@pytest.mark.parametrize(
    ("mechanisms", "message"),
    [
        ([], "no mechanisms to compare; give at least the baseline"),
        ([none, 3], "3 is not a mechanism"),
        ([none, none], "two mechanisms are named 'none'"),
        (none, "give a list of them, baseline first"),
        (7, "mechanisms is 7; give a list"),
        ([Hotline], r"Hotline is a class of mechanisms; give one, such as Hotline\(\)"),
        ([lambda crisis: None], "made None of the crisis"),
        ([setting("  ")], "has no label"),
    ],
)
def test_what_is_no_list_of_mechanisms_is_refused(mechanisms, message):
    with pytest.raises(GameError, match=message):
        compare(Incident(), mechanisms)


def test_a_mechanism_that_means_nothing_for_the_crisis_is_named():
    with pytest.raises(NotApplicable, match="mediator"):
        compare(Incident(), [none, Mediator()])

    def misfit(crisis):
        raise NotApplicable("there is nobody to talk to")

    with pytest.raises(NotApplicable, match="misfit: there is nobody to talk to"):
        compare(Incident(), [none, misfit])


def test_unknown_concepts_rules_and_options_get_the_nearest():
    with pytest.raises(UnknownName, match="sequential"):
        compare(Incident(), [none], "sequentail")
    with pytest.raises(UnknownName, match="least war"):
        compare(Incident(), [none], rule="least wars")
    with pytest.raises(UnknownName, match="time_limit"):
        compare(Incident(), [none], time_limits=3)


def test_comparisons_are_immutable(cheap):
    assert isinstance(cheap, Comparison)
    with pytest.raises(AttributeError):
        cheap.crisis = Incident()
