"""Mechanisms between dyads: what each changes, in both dyads or in one, in any order."""

from __future__ import annotations

from functools import reduce
from itertools import combinations
from operator import and_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import Dyads, Incident, Pair
from crisisgames.errors import GameError, NotApplicable, UnknownName
from crisisgames.mechanisms import (
    MECHANISMS,
    Awareness,
    Between,
    Deadline,
    Design,
    Dialogues,
    Hotline,
    LiaisonMechanism,
    MaritimeConsultation,
    Notification,
    RulesOfBehaviour,
    ThirdPartyHost,
    Track2,
    TrilateralDialogue,
    none,
)

TRIANGLE = Dyads(
    pairs=(
        Pair(("China", "US"), "China-US", dampening=0.3),
        Pair(("China", "Japan"), "China-Japan", ("US",), dialogue=False, fall=0.2),
    ),
    interruption=0.1,
)

WITHIN = (
    Hotline(),
    Hotline("defence", in_force=0.3),
    Deadline(Hotline("defence", in_force=0.3)),
    Notification(),
    RulesOfBehaviour(),
    MaritimeConsultation(),
    LiaisonMechanism(),
    Track2(),
    ThirdPartyHost(),
    Dialogues(),
    Awareness(0.6),
)

APPLICABLE = (
    *WITHIN,
    TrilateralDialogue(),
    Between("China-US", Hotline("theatre")),
    Between("China-Japan", Hotline("defence", in_force=0.3)),
    Between("China-Japan", Deadline(Hotline("defence", in_force=0.3))),
    Between("China-US", Awareness(0.8)),
    Between("China-Japan", Awareness(0.5)),
    Between("China-Japan", RulesOfBehaviour() & Notification()),
    Between("China-Japan", Dialogues(strength=0.2)),
)


def value(crisis: Dyads, name: str, pair: int = 0) -> float:
    own = getattr(crisis.pairs[pair], name)
    return getattr(crisis, name) if own is None else own


@pytest.mark.parametrize(
    ("mechanism", "field", "after"),
    [
        (Hotline("theatre", answered=0.8, in_force=0.5), "dampening", 0.5 + 0.5 * 0.4),
        (Hotline(delay=1.0), "dampening", 0.5),
        (Notification(strength=0.25), "rise_none", 0.02 * 0.75),
        (RulesOfBehaviour(strength=0.3), "rise_one", 0.2 * 0.7),
        (MaritimeConsultation(strength=0.2), "fall", 0.4 + 0.6 * 0.2),
        (LiaisonMechanism(strength=1.0), "fall", 1.0),
        (Track2(strength=0.1), "resumption", 0.3 + 0.7 * 0.1),
        (ThirdPartyHost(host=0.5), "resumption", 0.65),
        (Dialogues(strength=0.5), "suspension", 0.25),
    ],
    ids=lambda x: getattr(x, "label", x),
)
def test_each_field_ends_where_the_formula_says(mechanism, field, after):
    changed = mechanism(Dyads())
    assert getattr(changed, field) == pytest.approx(after)
    assert changed.replace(**{field: getattr(Dyads(), field)}) == Dyads()


def test_trilateral_dialogue_lowers_spillover_and_needs_three():
    assert TrilateralDialogue(strength=0.3)(TRIANGLE).spillover == pytest.approx(0.07)
    with pytest.raises(NotApplicable, match="means nothing for a single dyad"):
        TrilateralDialogue()(Dyads())


def test_own_numbers_of_a_dyad_are_moved_as_those_of_the_crisis_are():
    changed = MaritimeConsultation(strength=0.5)(TRIANGLE)
    assert changed.fall == pytest.approx(0.7)
    assert changed.pairs[1].fall == pytest.approx(0.6)
    assert changed.pairs[0].fall is None


def test_in_one_dyad_only_that_one_changes():
    changed = Between("China-US", RulesOfBehaviour(strength=0.5))(TRIANGLE)
    assert value(changed, "rise_one", 0) == pytest.approx(0.1)
    assert changed.pairs[1] == TRIANGLE.pairs[1]
    assert changed.rise_one == TRIANGLE.rise_one
    both = (
        RulesOfBehaviour(strength=0.5)
        & Between("China-US", RulesOfBehaviour(strength=0.2))
        & Between("China-Japan", MaritimeConsultation(strength=0.5))
        & LiaisonMechanism(strength=0.1)
    )(TRIANGLE)
    assert value(both, "rise_one", 0) == pytest.approx(0.2 * 0.5 * 0.8)
    assert value(both, "rise_one", 1) == pytest.approx(0.2 * 0.5)
    assert value(both, "fall", 1) == pytest.approx(1 - 0.8 * 0.5 * 0.9)
    assert value(both, "fall", 0) == pytest.approx(1 - 0.6 * 0.9)


def test_awareness_of_a_dyad_scales_what_is_used_in_it():
    line = Hotline("theatre", answered=1.0)
    aware = line & Between("China-US", Awareness(0.8)) & Between("China-Japan", Awareness(0.5))
    changed = aware(TRIANGLE)
    assert value(changed, "dampening", 0) == pytest.approx(0.3 + 0.7 * 0.8)
    assert value(changed, "dampening", 1) == pytest.approx(0.5 + 0.5 * 0.5)
    noticed = (Notification(strength=0.5) & Awareness(0.4))(Dyads())
    assert noticed.rise_none == pytest.approx(0.02 * (1 - 0.2))
    assert Awareness(0.4)(Dyads()) == Dyads()


def test_a_deadline_puts_a_line_in_force():
    idle = Hotline("defence", in_force=0.1)
    assert (idle & Deadline(idle))(Dyads()) == Hotline("defence")(Dyads())
    assert (idle & Deadline())(Dyads()) == Hotline("defence")(Dyads())
    here = Between("China-Japan", idle) & Between("China-Japan", Deadline(idle))
    assert here(TRIANGLE) == Between("China-Japan", Hotline("defence"))(TRIANGLE)
    with pytest.raises(NotApplicable, match="deadline means nothing for these dyads"):
        Deadline()(Dyads())


def test_dialogues_make_a_dialogue_where_there_is_none():
    silent = Dyads(pairs=(Pair(dialogue=False),))
    assert Dialogues()(silent).pairs[0].dialogue
    assert Dialogues(strength=0)(silent) == silent
    changed = Between("China-US", Dialogues())(TRIANGLE)
    assert [pair.dialogue for pair in changed.pairs] == [True, False]
    assert Dialogues()(TRIANGLE).pairs[1].dialogue


NEUTRAL = (
    Hotline(in_force=0),
    Hotline(answered=0),
    Notification(strength=0),
    RulesOfBehaviour(strength=0, reciprocity=True),
    MaritimeConsultation(strength=0),
    LiaisonMechanism(strength=0),
    Track2(strength=0),
    ThirdPartyHost(host=0),
    Dialogues(strength=0),
    TrilateralDialogue(strength=0),
    Awareness(1.0),
    Between("China-Japan", Track2(strength=0)),
    none,
)


@pytest.mark.parametrize("mechanism", NEUTRAL, ids=lambda m: m.label)
def test_neutral_settings_change_nothing(mechanism):
    changed = mechanism(TRIANGLE)
    for pair in (0, 1):
        for name in ("dampening", "rise_none", "rise_one", "fall", "resumption", "suspension"):
            assert value(changed, name, pair) == value(TRIANGLE, name, pair)
    assert changed.spillover == TRIANGLE.spillover
    assert [p.dialogue for p in changed.pairs] == [True, False]
    if not isinstance(mechanism, Between):
        assert changed == TRIANGLE


@pytest.mark.parametrize(("a", "b"), list(combinations(APPLICABLE, 2)))
def test_order_does_not_matter(a, b):
    assert a & b == b & a
    assert (a & b)(TRIANGLE) == (b & a)(TRIANGLE)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(APPLICABLE), max_size=6), st.randoms())
def test_any_order_and_grouping_give_the_same_dyads(mechanisms, random):
    shuffled = random.sample(mechanisms, len(mechanisms))
    cut = random.randint(0, len(shuffled))
    halves = reduce(and_, shuffled[:cut], none) & reduce(and_, shuffled[cut:], none)
    assert halves(TRIANGLE) == reduce(and_, mechanisms, none)(TRIANGLE)


@pytest.mark.parametrize("mechanism", WITHIN, ids=lambda m: m.label)
def test_in_both_dyads_is_in_each(mechanism):
    each = Between("China-US", mechanism) & Between("China-Japan", mechanism)
    both, apart = mechanism(TRIANGLE), each(TRIANGLE)
    for pair in (0, 1):
        for name in ("dampening", "rise_none", "rise_one", "fall", "resumption", "suspension"):
            assert value(both, name, pair) == pytest.approx(value(apart, name, pair), abs=1e-15)
        assert both.pairs[pair].dialogue == apart.pairs[pair].dialogue


def test_the_rest_means_nothing_here():
    known = {type(m) for m in WITHIN} | {TrilateralDialogue, type(none)}
    for kind in set(MECHANISMS.values()) - known:
        with pytest.raises(NotApplicable, match="means nothing for the crisis 'dyads'"):
            kind()(Dyads())


def test_errors_of_between():
    with pytest.raises(UnknownName, match="no dyad named 'China-Jpan'; did you mean 'China-Japan'"):
        Between("China-Jpan", Track2())(TRIANGLE)
    with pytest.raises(NotApplicable, match="acts on what lies between dyads"):
        Between("China-US", TrilateralDialogue())(TRIANGLE)
    with pytest.raises(GameError, match=r"track 2 \(China-Japan\) already has its place"):
        Between("China-US", Between("China-Japan", Track2()))
    with pytest.raises(GameError, match=r"mechanism is 3; give one such as Hotline\(\)"):
        Between("China-US", 3)
    with pytest.raises(NotApplicable, match="'incident'"):
        Between("China-US", Track2())(Incident())


def test_labels_tell_where():
    assert Between("China-US", Track2(strength=0.2)).label == "track 2 (strength 0.2) (China-US)"
    two = Between("China-US", Design("ours", Track2() & Dialogues()))
    assert len(two.parts) == 2
    assert two(TRIANGLE) == (Between("China-US", Track2()) & Between("China-US", Dialogues()))(
        TRIANGLE
    )
