"""The five principles one by one: what is varied, closed forms, and that harm is found."""

from __future__ import annotations

from math import nan
from typing import Any

import matplotlib.pyplot as plt
import pytest

from crisisgames import (
    PRINCIPLES,
    STUDIES,
    Bargaining,
    GameError,
    Incident,
    Ladder,
    NotApplicable,
    Talks,
    UnknownName,
    WholeCrisis,
    least_issues,
    peace_at_every_balance,
    study_clear_signals,
    study_division,
    study_interests,
    study_principle,
    study_restraint,
    study_slow_escalation,
)
from crisisgames.analysis.principle_studies import _verdict
from crisisgames.crises.deterrence import least_clarity
from crisisgames.mechanisms import Principles


def test_there_is_a_study_of_every_principle() -> None:
    assert set(STUDIES) == set(PRINCIPLES)
    ends = {"interests": (1.0, 0.0), "division": (1, 2)}
    for name, study in STUDIES.items():
        found = study(values=ends.get(name), rule="least war")
        assert found.principle.name == name
        assert len(found.table()) == len(found.values)


# Each principle in its smallest game: helps, or harms, and where that turns.


def test_clarity_helps_from_the_closed_form_on_and_not_always_before() -> None:
    least = float(least_clarity(Incident()))
    below, above = (0.0, 0.1, 0.2), (0.25, 0.4, 0.7, 1.0)
    found = study_clear_signals(values=(*below, *above), rule="least war")
    assert [c.value for c in found.cutoffs] == [least]
    assert below[-1] < least < above[0]
    table = found.table()
    assert table.selected_step.tolist()[1:] == ["harms", *["helps"] * 5]
    assert found.verdicts()["high"] == "both"
    assert table.high[above[-1]] == 0


def test_replies_in_kind_invite_probes_where_a_probe_that_meets_one_pays() -> None:
    found = study_slow_escalation(rule="least war")
    table, (cutoff,) = found.table(), found.cutoffs
    assert found.lever == "reciprocity"
    assert (cutoff.field, round(cutoff.value, 4)) == ("gain", 0.7895)
    assert set(found.verdicts().values()) == {"harms"}
    assert table.low[True] == pytest.approx(0.0151)
    # With strategies held fewer escalations mean less war: the harm is all strategic.
    assert table.direct[True] < 0 < table.strategic[True]
    crisis = Incident(gain=0.7, stops_response=0.8)
    deterring = study_slow_escalation(crisis, rule="least war")
    assert "harms" not in deterring.verdicts().values()


@pytest.mark.parametrize(("rungs", "verdict"), [(2, "harms"), (3, "helps")])
def test_a_slower_ladder_harms_or_helps_by_who_has_the_last_word(rungs: int, verdict: str) -> None:
    found = study_slow_escalation(Ladder(rungs=rungs), values=(rungs, rungs + 2))
    assert found.lever == "rungs"
    assert found.verdicts()["selected"] == verdict
    # With strategies held a slower ladder has less war, the same risk being spread over it.
    assert found.table().direct.iloc[-1] < 0


def test_ideology_may_deter_in_bargaining_and_never_makes_room_for_splits() -> None:
    found = study_interests(values=(1.0, 0.4, 0.0), rule="least war")
    assert found.verdicts()["high"] == "harms"
    known = Bargaining(prob_low_a=0, prob_low_b=0)
    (cutoff,) = study_interests(known, values=(1.0, 0.0), rule="least war").cutoffs
    assert cutoff.value == pytest.approx(4 * 0.6 - 1)
    assert peace_at_every_balance(4, 0.3, 0.3, ideology=1.4)
    assert not peace_at_every_balance(4, 0.3, 0.3, ideology=1.4001)


def test_low_audience_costs_take_away_deterrence_and_high_ones_are_a_trap() -> None:
    found = study_restraint(values=(0.6, 0.45, 0.2, 0.0), rule="least war")
    (cutoff,) = found.cutoffs
    assert cutoff.value == pytest.approx(0.45)
    assert found.verdicts()["low"] == "harms"
    trapped = found.comparison.sets["audience cost 0.6"]
    assert trapped.bounds("war:inadvertent")[1] > 0
    ladder = study_restraint(Ladder(), values=(0.4, 0.0))
    assert (ladder.lever, ladder.verdicts()["selected"]) == ("audience_cost", "helps")


def test_clear_bottom_lines_that_raise_the_audience_cost_lock_in_on_a_ladder() -> None:
    """The way back from restraint: the same study read from right to left."""
    found = study_restraint(Ladder(), values=(0.5, 0.4, 0.2, 0.0))
    selected = found.table().selected
    assert selected[0.5] > selected[0.4] > selected[0.2] > selected[0.0]


def test_division_makes_peace_feasible_from_the_closed_form_on() -> None:
    """Known costs: what the solver finds is what the formula says, at each number of issues."""
    for cost, balance in ((0.1, 0.35), (0.05, 0.42)):
        crisis = Bargaining(cost_low=cost, prob_low_a=1, prob_low_b=1, balance=balance)
        found = study_division(crisis, values=range(1, 6), rule="least war")
        peace = [n for n, low in found.table().low.items() if low < 1e-12]
        assert peace[0] == least_issues(cost, cost, balance=balance)
    cutoffs = study_division(values=(1, 2), rule="least war").cutoffs
    assert [c.value for c in cutoffs] == [5, 2]


def test_finer_issues_may_harm() -> None:
    """A half is on the grid of two issues, and not on that of three."""
    found = study_division(values=(1, 2, 3, 4), rule="least war")
    assert found.table().high.tolist() == [1, 0, 0.5, 0.25]
    assert found.table().low.tolist() == [1, 0, 0.5, 0.25]
    assert found.table().high_step.tolist() == ["", "helps", "harms", "helps"]


# In the whole crisis.


def test_in_the_whole_crisis_clear_signals_move_evidence_and_concessions() -> None:
    crisis = WholeCrisis(bargaining=None).replace(
        ladder=Ladder(rungs=1, prob_resolute_a=0.2, risk=0.1, ideology=0.3, clarity=0.8)
    )
    found = study_clear_signals(crisis, values=(0.0, 0.5, 1.0), rule="least war")
    assert found.lever == "strength"
    half = found.comparison.crises["strength 0.5"]
    assert (half.incident.clarity, half.ladder.clarity) == (0.65, 0.9)
    assert found.comparison.crises["strength 0"] == crisis
    assert bool(found.table().complete.all())


def test_replies_in_kind_harm_alone_and_help_in_the_whole_crisis() -> None:
    whole = WholeCrisis()
    found = study_slow_escalation(whole, rule="most war")
    assert found.lever == "reciprocity"
    assert found.table().high.tolist() == pytest.approx([0.0805106, 0.026], abs=1e-6)
    assert found.verdicts() == {"low": "same", "high": "helps", "selected": "helps"}
    alone = study_slow_escalation(Incident(), rule="least war")
    assert alone.verdicts()["high"] == "harms"


def test_division_may_harm_in_the_whole_crisis() -> None:
    """With a stake that can be halved escalation is worth more to B, who uses it."""
    found = study_division(WholeCrisis(), values=(1, 2), rule="least war")
    assert found.verdicts()["high"] == "harms"
    assert found.table().high.tolist() == pytest.approx([0.026, 0.0805106], abs=1e-6)


@pytest.mark.parametrize("name", ["interests", "restraint"])
def test_the_rest_can_be_varied_in_the_whole_crisis(name: str) -> None:
    whole = WholeCrisis(bargaining=None)
    values = (1.0, 0.0) if name == "interests" else (0.0, 1.0)
    found = study_principle(name, whole, values=values, rule="least war")
    assert not found.table().low.isna().any()
    varied = {f for f, _ in found.settings[0].fields}
    expected = (
        {"ideology"} if name == "interests" else {"incident.audience_cost", "ladder.audience_cost"}
    )
    assert varied == expected


def test_a_strength_is_what_the_mechanism_means() -> None:
    whole = WholeCrisis(bargaining=None)
    found = study_restraint(whole, values=(0.0, 0.25), rule="least war")
    quarter = found.comparison.crises["strength 0.25"]
    mechanism = Principles(0.25)(whole)
    for stage in ("incident", "ladder"):
        own, other = getattr(quarter, stage), getattr(mechanism, stage)
        assert own.audience_cost == pytest.approx(other.audience_cost)


# Boxes, pictures, errors.


def test_shares_of_a_box_add_up_and_find_harm_and_help() -> None:
    found = study_slow_escalation(rule="least war")
    box = {"gain": (0.3, 1.2), "stops_response": (0.2, 0.9), "clarity": (0.2, 0.8)}
    shares = found.over_box(box, points=30)
    assert list(shares.index) == ["low", "high", "selected"]
    verdicts = shares[["helps", "harms", "same", "unknown"]]
    assert verdicts.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    assert shares.harms["low"] > 0.1
    assert shares.helps["low"] > 0
    assert shares.incomplete.max() == 0
    assert found.over_box(box, points=5, seed=3).equals(found.over_box(box, points=5, seed=3))
    default = found.over_box(points=3)
    assert default[["helps", "harms", "same"]].sum(axis=1).tolist() == pytest.approx([1, 1, 1])


@pytest.mark.parametrize(
    ("study", "label"),
    [
        (lambda: study_clear_signals(values=(0, 0.5, 1), rule="least war"), "clarity"),
        (lambda: study_slow_escalation(rule="least war"), "reciprocity"),
        (lambda: study_interests(values=(1.0, 0.2, 0.0), rule="least war"), "ideology"),
        (lambda: study_division(values=(1, 2, 5), rule="least war"), "issues"),
    ],
)
def test_pictures_show_what_is_varied(study: Any, label: str) -> None:
    found = study()
    ax = found.plot()
    assert ax.get_xlabel() == label
    assert "war" in ax.get_ylabel()
    left, right = ax.get_xlim()
    assert (left > right) == (label == "ideology")  # the principle is followed more to the right
    within = [c for c in found.cutoffs if c.field == label]
    within = [c for c in within if min(found.values) <= c.value <= max(found.values)]
    dashed = [line for line in ax.get_lines() if line.get_linestyle() == "--"]
    assert len(dashed) == len(within)
    plt.close(ax.figure)
    _, own = plt.subplots()
    assert found.plot(own) is own
    plt.close(own.figure)


def test_a_missing_value_is_unknown() -> None:
    assert _verdict(nan) == "unknown"
    assert [_verdict(d) for d in (-0.1, 0.1, 0.0, 1e-9)] == ["helps", "harms", "same", "same"]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: study_principle("clear signal"), UnknownName, "did you mean 'clear signals'"),
        (lambda: study_principle("restraint", lever="ultimatm"), UnknownName, "lever of 'restrai"),
        (lambda: study_division(Incident()), NotApplicable, "acts through issues, and the crisis"),
        (lambda: study_interests(Talks()), NotApplicable, "'talks' has none of them"),
        (lambda: study_clear_signals(values=(0.3,)), GameError, "give at least two"),
        (lambda: study_clear_signals(values=(0.3, 1.3)), GameError, "clarity.* is 1.3; allowed"),
        (lambda: study_clear_signals(WholeCrisis(), values=(0, 2)), GameError, "strength is 2"),
    ],
)
def test_errors_say_what_is_allowed(make: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        make()
