"""What a set of equilibria offers to its reader: classes, bounds, selection, tables, sentences."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction

import pytest
from acceptance import beer_quiche, escalation_1, escalation_2

from crisisgames import Channel, Incident, NormalFormGame, NotApplicable, UnknownName, solve


def test_selection_takes_the_limit_of_the_quantal_response_branch() -> None:
    found = solve(Incident(channels=(Channel(),)).game())
    chosen = found.select("qre")
    assert chosen.probability("war") == pytest.approx(0.00127164308, abs=1e-11)
    assert chosen.certificate.worst < 1e-12
    (limit,) = solve(Incident(channels=(Channel(),)).game(), "qre")
    assert chosen.probability("war") == pytest.approx(limit.probability("war"), rel=1e-6)


def test_a_channel_that_cannot_verify_changes_nothing_in_the_limit() -> None:
    bare = solve(Incident().game()).select("qre")
    cheap = solve(Incident(channels=(Channel(verification=0),)).game()).select("qre")
    for outcome, p in bare.outcomes.items():
        assert cheap.outcomes[outcome] == pytest.approx(p, abs=1e-12)


def test_the_limit_picks_the_risk_dominant_side_of_a_stag_hunt() -> None:
    hunt = NormalFormGame.from_arrays([[4, 0], [3, 3]], [[4, 3], [0, 3]])
    assert solve(hunt, "nash").select("qre").probability(("2", "2")) == 1


@pytest.mark.parametrize(
    ("rule", "war"), [("least war", 0.0012716), ("most war", 0.0119686), ("welfare", 0.0012716)]
)
def test_named_rules_pick_what_they_say(rule: str, war: float) -> None:
    found = solve(Incident(channels=(Channel(),)).game())
    assert found.select(rule).probability("war") == pytest.approx(war, abs=1e-7)


def test_a_rule_may_be_a_function() -> None:
    found = solve(escalation_2())
    best_for_b = found.select(lambda e: -e.payoffs["B"])
    assert best_for_b.payoffs["B"] == found.payoff_bounds("B")[1]


def test_unknown_rules_and_outcomes_name_what_there_is() -> None:
    found = solve(escalation_1())
    with pytest.raises(UnknownName, match="did you mean 'welfare'"):
        found.select("wellfare")
    with pytest.raises(UnknownName, match="did you mean 'war'"):
        found.bounds("wars")
    with pytest.raises(UnknownName, match="no player named 'C'"):
        found.payoff_bounds("C")


def test_nothing_can_be_selected_from_an_empty_set() -> None:
    pennies = NormalFormGame.from_arrays([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    with pytest.raises(NotApplicable, match="empty"):
        solve(pennies, "pure-nash").select("welfare")


def test_bounds_cover_all_causes_and_collections() -> None:
    found = solve(Incident().game(), exact=True)
    causes = [o for o in found.labels if str(o).startswith("war:")]
    assert found.bounds("war") == found.bounds(causes)
    assert found.bounds(found.labels) == (1, 1)
    assert isinstance(found.bounds("war")[0], Fraction)


def test_parts_that_nothing_connects_multiply() -> None:
    found = solve(Incident(channels=(Channel(in_force=0.5),)).game())
    alone = solve(Incident(channels=(Channel(),)).game())
    none = solve(Incident().game())
    assert len(found.parts) == 2
    assert len(found) == len(alone) * len(none)
    low, high = found.bounds("war")
    assert low == pytest.approx((alone.bounds("war")[0] + none.bounds("war")[0]) / 2)
    assert high == pytest.approx((alone.bounds("war")[1] + none.bounds("war")[1]) / 2)


def test_a_set_is_a_sequence_in_a_fixed_order() -> None:
    first, second = solve(escalation_2()), solve(escalation_2())
    assert [e.outcomes for e in first] == [e.outcomes for e in second]
    assert first[-1].outcomes == first[len(first) - 1].outcomes
    assert len(first[:2]) == 2
    with pytest.raises(IndexError, match="the set has 4 equilibria"):
        first[4]


def test_classes_are_named_in_the_words_of_the_field() -> None:
    assert {c.name for c in solve(beer_quiche()).classes} == {
        "pooling on beer",
        "pooling on quiche",
    }
    assert [c.name for c in solve(escalation_1()).classes] == [
        "semi-separating on refrain, challenge"
    ]
    talk = [c.name for c in solve(Incident(channels=(Channel(),)).game()).classes]
    assert talk == [
        "mixes probe and refrain; separating on silent, explain",
        "mixes probe and refrain; pooling on silent",
    ]


def test_the_table_has_a_row_for_each_class() -> None:
    found = solve(escalation_2())
    table = found.to_dataframe()
    assert list(table["class"]) == [c.name for c in found.classes]
    assert list(table["war low"]) == pytest.approx([0.4, 0.32])
    assert "semi-separating" in found._repr_html_()


def test_explanations_say_who_does_what_and_why() -> None:
    text = solve(escalation_2()).classes[1].example.explain()
    assert "A, told 'irresolute', mixes 'refrain' with probability 60 %" in text
    assert "worth the same to it (0 utils)" in text
    assert "'threat' would cost it" in text
    assert "Off the path of play:" in text
    assert "If it came to it, B, told 'irresolute' and 'threat', would" in text
    assert "Checked: no deviation gains more than" in text


@pytest.mark.parametrize("concept", ["sequential", "nash", "qre"])
def test_sets_and_equilibria_pickle_and_copy(concept: str) -> None:
    found = solve(escalation_1(), concept)
    for twin in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        assert [e.outcomes for e in twin] == [e.outcomes for e in found]
        assert twin.classes[0].beliefs == found.classes[0].beliefs
    again = pickle.loads(pickle.dumps(found[0]))
    assert again.strategy == found[0].strategy
