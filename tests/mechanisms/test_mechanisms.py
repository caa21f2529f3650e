"""Mechanisms: what each does to an incident, their algebra, and their errors."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace
from fractions import Fraction
from functools import reduce
from itertools import combinations
from operator import and_

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames.crises import CRISES, Bargaining, Channel, Incident, Ladder, Talks
from crisisgames.errors import GameError, NotApplicable, UnknownName
from crisisgames.mechanisms import (
    MECHANISMS,
    SOURCES,
    Awareness,
    Both,
    ClearBottomLines,
    ContingencyTalks,
    Deadline,
    Design,
    Dialogues,
    Envoys,
    Hotline,
    JointWorkingGroup,
    LiaisonMechanism,
    MaritimeConsultation,
    Mediator,
    Notification,
    Principles,
    PrivateDiplomacy,
    RulesOfBehaviour,
    Single,
    StabilityDialogue,
    ThirdPartyHost,
    Track2,
    TrilateralDialogue,
    get_mechanism,
    none,
    with_awareness,
)
from crisisgames.mechanisms.changes import Add, Lower, Notice, Raise, Switch, apply_changes

BUSY = Incident(
    clarity=0.3,
    notified=0.2,
    cover=0.1,
    disclosure=0.1,
    privacy=0.2,
    preemption=1.0,
    channels=(Channel(in_force=0.5, name="old line"),),
)
"""An incident on which every field that a mechanism moves is inside its domain."""

APPLICABLE = (
    Hotline(),
    Hotline("defence", in_force=0.3),
    Hotline("theatre"),
    Envoys(),
    Notification(),
    Notification(strength=0.3, cover=0.7),
    RulesOfBehaviour(),
    RulesOfBehaviour(strength=0.1, reciprocity=True),
    MaritimeConsultation(),
    LiaisonMechanism(),
    JointWorkingGroup(),
    ClearBottomLines(),
    StabilityDialogue(),
    PrivateDiplomacy(),
    Track2(),
    Principles(),
    Deadline(),
    Deadline(Hotline("defence", in_force=0.3)),
    Awareness(0.7),
)

STEEP = Ladder(
    rungs=2,
    clarity=0.3,
    ideology=0.5,
    ultimatum=True,
    disclosure_a=0.1,
    disclosure_b=0.2,
    privacy=0.2,
)
"""A ladder on which every field that a mechanism moves is inside its domain."""

ON_A_LADDER = tuple(
    m
    for m in APPLICABLE
    if not isinstance(m, (Notification, MaritimeConsultation, LiaisonMechanism))
)

SECRET = Talks(offer=False, host=0.2, discretion=0.1, coordination=0.4)
"""Talks on which every field that a mechanism moves is inside its domain."""

ON_TALKS = (
    Track2(),
    Track2(strength=0.6),
    JointWorkingGroup(),
    ContingencyTalks(),
    ThirdPartyHost(),
    ThirdPartyHost(host=0.9, discretion=0.3),
)

ELSEWHERE = (ContingencyTalks, ThirdPartyHost, Mediator, Dialogues, TrilateralDialogue)

NOT_ON_TALKS = tuple(
    m for m in MECHANISMS.values() if m is not type(none) and m not in set(map(type, ON_TALKS))
)

NOT_ON_A_LADDER = (Notification, MaritimeConsultation, LiaisonMechanism, *ELSEWHERE)

STRENGTH = [m for m in APPLICABLE if "strength" in {f.name for f in fields(m)}]

LINES = (Hotline(), Hotline("defence", in_force=0.3), Hotline("theatre"), Envoys())


def designs(mechanisms: tuple[Single, ...] = APPLICABLE) -> st.SearchStrategy[list[Single]]:
    return st.lists(st.sampled_from(mechanisms), max_size=6)


# --- the algebra


@pytest.mark.parametrize(("a", "b"), list(combinations(APPLICABLE, 2)))
def test_order_does_not_matter(a, b):
    assert a & b == b & a
    assert (a & b).label == (b & a).label
    assert (a & b)(BUSY) == (b & a)(BUSY)


@settings(max_examples=40)
@given(designs(), st.randoms())
def test_any_order_and_grouping_give_the_same_crisis(mechanisms, random):
    shuffled = random.sample(mechanisms, len(mechanisms))
    cut = random.randint(0, len(shuffled))
    left = reduce(and_, shuffled[:cut], none)
    right = reduce(and_, shuffled[cut:], none)
    together = reduce(and_, mechanisms, none)
    assert left & right == together
    assert (left & right)(BUSY) == together(BUSY)


@pytest.mark.parametrize(("a", "b"), list(combinations(ON_A_LADDER, 2)))
def test_order_does_not_matter_on_a_ladder(a, b):
    line = Hotline("theatre", in_force=0.6)  # a deadline needs a line to be for
    assert (a & b & line)(STEEP) == (line & b & a)(STEEP)


@settings(max_examples=40)
@given(designs(ON_A_LADDER), st.randoms())
def test_any_order_and_grouping_give_the_same_ladder(mechanisms, random):
    mechanisms = [*mechanisms, Envoys(in_force=0.4)]
    shuffled = random.sample(mechanisms, len(mechanisms))
    cut = random.randint(0, len(shuffled))
    halves = reduce(and_, shuffled[:cut], none) & reduce(and_, shuffled[cut:], none)
    assert halves(STEEP) == reduce(and_, mechanisms, none)(STEEP)


@pytest.mark.parametrize(("a", "b"), list(combinations(ON_TALKS, 2)))
def test_order_does_not_matter_on_talks(a, b):
    assert a & b == b & a
    assert (a & b)(SECRET) == (b & a)(SECRET)


@settings(max_examples=40)
@given(designs(ON_TALKS), st.randoms())
def test_any_order_and_grouping_give_the_same_talks(mechanisms, random):
    shuffled = random.sample(mechanisms, len(mechanisms))
    cut = random.randint(0, len(shuffled))
    halves = reduce(and_, shuffled[:cut], none) & reduce(and_, shuffled[cut:], none)
    assert halves(SECRET) == reduce(and_, mechanisms, none)(SECRET)


@given(st.permutations([Raise("clarity", s / 10) for s in (1, 3, 7)] + [Lower("clarity", 0.3)]))
def test_changes_give_the_same_number_to_the_last_digit_in_any_order(changes):
    assert apply_changes(Incident(clarity=0.1), changes).clarity == 0.58093  # .7 (1 - .9² .7 .3)


@pytest.mark.parametrize("m", APPLICABLE, ids=lambda m: m.label)
def test_none_is_the_identity(m):
    assert none(BUSY) is not None
    assert none(BUSY) == BUSY
    assert m & none == none & m == m
    assert none & none == none


@pytest.mark.parametrize("m", APPLICABLE, ids=lambda m: m.label)
def test_in_force_twice_is_in_force(m):
    assert m & m == m
    design = Design("now", m)
    assert (design & m)(BUSY) == m(BUSY)
    assert (design & with_awareness(m, 0.5) & Awareness(0.5))(BUSY) == with_awareness(m, 0.5)(BUSY)


def test_a_design_has_the_effect_of_its_mechanism_under_its_own_name():
    design = Design("as it is", Hotline() & Notification(), "Z, China-US 4")
    assert design(BUSY) == (Hotline() & Notification())(BUSY)
    assert (design.name, design.label, design.source) == ("as it is", "as it is", "Z, China-US 4")
    assert (design & Track2())(BUSY) == (Hotline() & Notification() & Track2())(BUSY)


def test_what_cannot_be_combined_is_an_error():
    with pytest.raises(TypeError):
        Hotline() & 3


# --- neutral settings


@pytest.mark.parametrize("m", STRENGTH, ids=lambda m: m.label)
def test_strength_zero_changes_nothing(m):
    assert replace(m, strength=0)(BUSY) == BUSY


@pytest.mark.parametrize("m", [m for m in ON_A_LADDER if m in STRENGTH], ids=lambda m: m.label)
def test_strength_zero_changes_nothing_on_a_ladder(m):
    assert replace(m, strength=0)(STEEP) == STEEP
    assert replace(m, strength=0)(Ladder()) == Ladder()


@pytest.mark.parametrize(
    "m",
    [
        none,
        Track2(0),
        JointWorkingGroup(0),
        ThirdPartyHost(host=0, discretion=0),
    ],
    ids=lambda m: m.label,
)
@pytest.mark.parametrize("crisis", [Talks(), SECRET, Talks(host=0.5, discretion=0.8)])
def test_neutral_settings_leave_talks_as_they_were(m, crisis):
    assert m(crisis) == crisis
    assert m(crisis).game() == crisis.game()


def test_talks_that_are_on_offer_stay_on_offer():
    assert ContingencyTalks()(Talks()) == Talks()
    assert ContingencyTalks()(Talks(offer=False)) == Talks()


@pytest.mark.parametrize(
    "m",
    [
        none,
        Hotline(in_force=0),
        Hotline(answered=0),
        Hotline(delay=1),
        Envoys(in_force=0),
        Awareness(0.3),
        Awareness(0) & Hotline(),
        Deadline(Hotline(answered=0)),
    ],
    ids=lambda m: m.label,
)
def test_what_carries_no_word_leaves_the_ladder_as_it_was(m):
    assert m(STEEP) == STEEP
    assert m(STEEP).game() == STEEP.game()


@pytest.mark.parametrize("line", [Hotline(in_force=0), Envoys(in_force=0), Awareness(1)])
@pytest.mark.parametrize("crisis", [Incident(), Incident(channels=(Channel(in_force=0.5),))])
def test_a_line_that_is_not_in_force_leaves_the_game_as_it_was(line, crisis):
    assert line(crisis).game().root == crisis.game().root


# --- what each does


@pytest.mark.parametrize("s", [0, 0.25, 1])
@pytest.mark.parametrize(
    ("mechanism", "field"),
    [
        (MaritimeConsultation, "accident_rate"),
        (LiaisonMechanism, "accident_rate"),
        (StabilityDialogue, "preemption"),
        (RulesOfBehaviour, "hazard_response"),
        (RulesOfBehaviour, "hazard_escalation"),
        (Principles, "audience_cost"),
    ],
)
def test_lowers(mechanism, field, s):
    expected = getattr(BUSY, field) * (1 - s)
    assert getattr(mechanism(strength=s)(BUSY), field) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("s", [0, 0.25, 1])
@pytest.mark.parametrize(
    ("mechanism", "field"),
    [
        (Notification, "notified"),
        (JointWorkingGroup, "clarity"),
        (ClearBottomLines, "disclosure"),
        (PrivateDiplomacy, "privacy"),
        (Track2, "disclosure"),
        (Principles, "clarity"),
    ],
)
def test_raises_what_lies_between_0_and_1(mechanism, field, s):
    f = getattr(BUSY, field)
    assert getattr(mechanism(strength=s)(BUSY), field) == pytest.approx(f + (1 - f) * s, rel=1e-15)


@pytest.mark.parametrize("s", [0, 0.25, 1])
@pytest.mark.parametrize(
    ("mechanism", "field"),
    [
        (RulesOfBehaviour, "risk"),
        (StabilityDialogue, "risk"),
        (Principles, "ideology"),
        (Principles, "audience_cost"),
    ],
)
def test_lowers_on_a_ladder(mechanism, field, s):
    expected = getattr(STEEP, field) * (1 - s)
    assert getattr(mechanism(strength=s)(STEEP), field) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("s", [0, 0.25, 1])
@pytest.mark.parametrize(
    ("mechanism", "field"),
    [
        (JointWorkingGroup, "clarity"),
        (Principles, "clarity"),
        (ClearBottomLines, "disclosure_a"),
        (ClearBottomLines, "disclosure_b"),
        (Track2, "disclosure_a"),
        (Track2, "disclosure_b"),
        (PrivateDiplomacy, "privacy"),
    ],
)
def test_raises_on_a_ladder_what_lies_between_0_and_1(mechanism, field, s):
    f = getattr(STEEP, field)
    assert getattr(mechanism(strength=s)(STEEP), field) == pytest.approx(f + (1 - f) * s, rel=1e-15)


@pytest.mark.parametrize("s", [0, 0.25, 1])
def test_what_each_does_to_talks(s):
    def fields_of(m):
        return m(SECRET).parameters()

    quiet = fields_of(Track2(strength=s))
    for name in ("price_pragmatic", "price_conservative"):
        assert quiet[name] == pytest.approx(getattr(SECRET, name) * (1 - s), rel=1e-15)
    group = fields_of(JointWorkingGroup(strength=s))
    assert group["coordination"] == pytest.approx(0.4 + 0.6 * s, rel=1e-15)
    hosted = fields_of(ThirdPartyHost(host=s, discretion=s / 2))
    assert hosted["host"] == pytest.approx(0.2 + 0.8 * s, rel=1e-15)
    assert hosted["discretion"] == pytest.approx(0.1 + 0.9 * s / 2, rel=1e-15)


@pytest.mark.parametrize(
    ("m", "moved"),
    [
        (Track2(), {"price_pragmatic", "price_conservative"}),
        (JointWorkingGroup(), {"coordination"}),
        (ContingencyTalks(), {"offer"}),
        (ThirdPartyHost(), {"host", "discretion"}),
        (ThirdPartyHost(host=0), {"discretion"}),
        (none, set()),
    ],
    ids=lambda m: getattr(m, "label", ""),
)
def test_what_moves_on_talks_and_what_does_not(m, moved):
    before, after = SECRET.parameters(), m(SECRET).parameters()
    assert {name for name in before if before[name] != after[name]} == moved


def test_hosts_are_pooled_and_prices_fall_by_each():
    crisis = (ThirdPartyHost(0.5, 0.8) & ThirdPartyHost(0.4, 0))(Talks())
    assert (crisis.host, crisis.discretion) == (0.7, 0.8)
    assert (Track2(0.5) & Track2(0.2))(Talks()).price_conservative == 0.24


@pytest.mark.parametrize(
    ("m", "moved"),
    [
        (Hotline(), {"clarity"}),
        (Envoys(), {"clarity"}),
        (JointWorkingGroup(), {"clarity"}),
        (RulesOfBehaviour(reciprocity=True), {"risk", "ultimatum"}),
        (StabilityDialogue(), {"risk"}),
        (ClearBottomLines(), {"disclosure_a", "disclosure_b", "audience_cost"}),
        (Track2(), {"disclosure_a", "disclosure_b"}),
        (PrivateDiplomacy(), {"privacy"}),
        (Principles(), {"clarity", "rungs", "ideology", "ultimatum", "audience_cost"}),
        (Deadline(Hotline()), {"clarity"}),
        (Awareness(0.5), set()),
        (none, set()),
    ],
    ids=lambda m: getattr(m, "label", ""),
)
def test_what_moves_on_a_ladder_and_what_does_not(m, moved):
    before, after = STEEP.parameters(), m(STEEP).parameters()
    assert {name for name in before if before[name] != after[name]} == moved


@pytest.mark.parametrize("s", [0, 0.5, 1])
def test_clear_bottom_lines_raise_the_audience_cost_of_a_ladder_by_an_amount(s):
    changed = ClearBottomLines(strength=s, audience_cost=0.3)(Ladder(audience_cost=1.5))
    assert changed.audience_cost == 1.5 + 0.3 * s


@pytest.mark.parametrize("rungs", [1, 2, 5])
def test_principles_put_in_two_rungs_so_that_the_last_word_stays_where_it_was(rungs):
    for s in (0.01, 1):
        changed = Principles(strength=s)(Ladder(rungs=rungs, ultimatum=True))
        assert changed.rungs == rungs + 2
        assert type(changed.rungs) is int
        assert changed.ultimatum is False
    assert Principles(strength=0)(Ladder(rungs=rungs)).rungs == rungs
    # Whatever their number, principles are adopted once.
    assert (Principles(0.2) & Principles(0.3))(Ladder(rungs=rungs)).rungs == rungs + 2


def test_rules_rule_out_the_ultimatum_at_any_strength_above_zero():
    assert RulesOfBehaviour(strength=0)(STEEP).ultimatum
    assert not RulesOfBehaviour(strength=0.01)(STEEP).ultimatum
    assert not (RulesOfBehaviour() & Principles())(STEEP).ultimatum


def test_a_line_is_worth_what_gets_through_it_in_time():
    """Of the concessions that were not understood, the line makes in force x in time understood."""
    line = Hotline("theatre", answered=0.8, delay=0.25, in_force=0.5)
    assert line(Ladder(clarity=0.5)).clarity == 0.65  # .5 + .5 (.5 x .8 x .75)
    assert line(Ladder()) == Ladder()  # nothing to be made clearer
    settings = {"verification": 0.0, "exposure": 3.0, "explain_cost": 2.0}
    assert replace(line, **settings)(STEEP) == line(STEEP)


def test_the_higher_the_level_the_less_a_line_carries():
    head, defence, theatre = (
        Hotline(level)(Ladder(clarity=0)).clarity
        for level in ("head of state", "defence", "theatre")
    )
    assert (head, defence, theatre) == (0.63, 0.765, 0.9)


def test_lines_are_independent_on_a_ladder():
    crisis = (Hotline("theatre", answered=0.5) & Envoys(answered=1, delay=0.6))(Ladder(clarity=0.2))
    assert crisis.clarity == pytest.approx(1 - 0.8 * 0.5 * 0.6)


@pytest.mark.parametrize("line", LINES, ids=lambda m: m.label)
def test_a_deadline_puts_the_lines_of_a_ladder_in_force(line):
    idle = replace(line, in_force=0.2)
    sure = replace(line, in_force=1)(STEEP)
    assert (Deadline() & idle)(STEEP) == sure
    assert Deadline(idle)(STEEP) == sure
    assert (idle & Deadline(idle))(STEEP) == sure


@pytest.mark.parametrize("line", LINES, ids=lambda m: m.label)
def test_awareness_scales_the_lines_of_a_ladder_after_everything_else(line):
    half = replace(line, in_force=0.5)(STEEP)
    assert with_awareness(replace(line, in_force=1), 0.5)(STEEP) == half
    assert with_awareness(Deadline(line), 0.5)(STEEP) == half
    assert with_awareness(Deadline() & line, 0.5)(STEEP) == half
    assert with_awareness(line, 1)(STEEP) == line(STEEP)
    assert with_awareness(line & Track2(), 0)(STEEP) == Track2()(STEEP)


@pytest.mark.parametrize("s", [0, 0.5, 1])
def test_clear_bottom_lines_raise_the_audience_cost_by_an_amount(s):
    changed = ClearBottomLines(strength=s, audience_cost=0.3)(Incident(audience_cost=1.5))
    assert changed.audience_cost == 1.5 + 0.3 * s


def test_raises_come_before_lowers():
    crisis = (ClearBottomLines(1, audience_cost=0.6) & Principles(0.5))(Incident(audience_cost=0.2))
    assert crisis.audience_cost == 0.4


def test_a_float_stays_the_decimal_it_looks_like_and_a_fraction_stays_exact():
    assert RulesOfBehaviour(0.3)(Incident(hazard_response=0.1)).hazard_response == 0.07
    exact = RulesOfBehaviour(0.3)(Incident(hazard_response=Fraction(1, 3)))
    assert exact.hazard_response == Fraction(7, 30)


def test_reciprocity_switches_at_any_strength_above_zero():
    assert not RulesOfBehaviour()(Incident()).reciprocity
    assert not RulesOfBehaviour(strength=0, reciprocity=True)(Incident()).reciprocity
    assert RulesOfBehaviour(strength=0.01, reciprocity=True)(Incident()).reciprocity
    assert Principles(strength=0.01)(Incident()).reciprocity


def test_a_hotline_adds_a_channel_with_its_settings():
    line = Hotline("theatre", answered=0.8, verification=0.1, exposure=2, explain_cost=0, delay=0.4)
    (channel,) = line(Incident()).channels
    assert channel == Channel(0.8, 0.1, 2, 0, 0.4, 1.0, "theatre hotline")


def test_the_higher_the_level_the_later_the_answer():
    delays = [Hotline(level)(Incident()).channels[0].delay for level in ("theatre", "defence")]
    assert 0 == delays[0] < delays[1] < Hotline("head of state")(Incident()).channels[0].delay


def test_channels_come_after_those_of_the_crisis_in_one_order():
    names = [c.name for c in (Hotline("theatre") & Envoys() & Hotline("defence"))(BUSY).channels]
    assert names == ["old line", "defence hotline", "envoys", "theatre hotline"]


def test_a_working_group_verifies_the_channels_of_the_crisis_and_of_the_composition():
    crisis = (JointWorkingGroup(strength=0.5) & Hotline(verification=0))(BUSY)
    assert [c.verification for c in crisis.channels] == [0.8, 0.5]


def test_notices_are_pooled():
    crisis = Notification(strength=0.5, cover=0.4)(Incident(notified=0.2, cover=0.1))
    assert crisis.notified == 0.6
    # A probe is missed by the old notices with .98 and by the new ones with .8.
    assert crisis.notified * crisis.cover == pytest.approx(1 - 0.98 * 0.8)
    assert Notification(strength=0.5, cover=0.4)(Incident()).cover == 0.4


def test_a_deadline_puts_every_channel_in_force():
    crisis = (Deadline() & Hotline(in_force=0))(BUSY)
    assert [c.in_force for c in crisis.channels] == [1, 1]


def test_a_deadline_for_a_mechanism_stands_in_for_it():
    idle = Hotline(in_force=0.1)
    assert Deadline(idle)(Incident()) == Hotline()(Incident())
    assert (idle & Deadline(idle))(Incident()) == Hotline()(Incident())
    assert (Design("now", idle) & Deadline(idle))(Incident()) == Hotline()(Incident())
    both = Deadline(idle & Envoys(in_force=0))
    assert both(Incident()) == (Hotline() & Envoys())(Incident())
    assert both.label == "deadline for envoys + hotline (head of state)"


def test_awareness_scales_channels_and_notices_after_everything_else():
    design = Hotline(in_force=0.4) & Notification(strength=0.5) & Deadline(Envoys(in_force=0.1))
    crisis = with_awareness(design, 0.5)(BUSY)
    in_force = {c.name: c.in_force for c in crisis.channels}
    assert in_force == {"old line": 0.25, "envoys": 0.5, "head of state hotline": 0.2}
    assert crisis.notified == 0.3
    assert with_awareness(design, 1)(BUSY) == design(BUSY)


def test_a_switch_set_both_ways_is_an_error():
    words = "reciprocity is set to False by one mechanism and to True by another; drop one"
    with pytest.raises(GameError, match=words):
        apply_changes(Incident(), [Switch("reciprocity", True), Switch("reciprocity", False)])


def test_additions_are_sorted():
    lines = [Add("channels", Channel(name=n)) for n in "cab"]
    crisis = apply_changes(Incident(), [*lines, Notice(0.5, 0)])
    assert [c.name for c in crisis.channels] == ["a", "b", "c"]


# --- errors


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Notification(strength=1.5), "notification: strength is 1.5; allowed is 0 to 1"),
        (lambda: Track2(strength=-0.1), "track-2: strength is -0.1; allowed is 0 to 1"),
        (lambda: Hotline(exposure=-1), "hotline: exposure is -1; allowed is 0 or more"),
        (lambda: Hotline(delay=2), "hotline: delay is 2; allowed is 0 to 1"),
        (
            lambda: Hotline("desk"),
            "hotline: level is 'desk'; allowed are 'head of state', 'defence'",
        ),
        (lambda: Envoys(answered="often"), "envoys: answered is 'often'; allowed is 0 to 1"),
        (lambda: Principles(strength=True), "principles: strength is True; allowed is 0 to 1"),
        (
            lambda: RulesOfBehaviour(reciprocity=1),
            "rules-of-behaviour: reciprocity is 1; allowed are True, False",
        ),
        (lambda: Awareness(float("nan")), "awareness: awareness is nan; allowed is 0 to 1"),
        (
            lambda: Deadline(Notification()),
            "deadline: mechanism is 'notification', which has no in_force to set; allowed are",
        ),
        (lambda: Deadline(none), "deadline: mechanism is 'none', which has no in_force"),
        (lambda: Deadline("hotline"), "deadline: mechanism is 'hotline'; give one such as Hotline"),
    ],
)
def test_a_bad_setting_says_which_and_what_is_allowed(make, words):
    with pytest.raises(GameError) as caught:
        make()
    assert words in str(caught.value)


@pytest.mark.parametrize("mechanism", ELSEWHERE)
def test_what_means_nothing_for_an_incident_says_why(mechanism):
    m = mechanism()
    with pytest.raises(NotApplicable) as caught:
        m(Incident())
    expected = f"{m.name} means nothing for the crisis 'incident': it acts on {m.acts_on}, "
    assert str(caught.value).startswith(expected)
    with pytest.raises(NotApplicable, match=m.name):
        (m & Hotline())(Incident())


def test_a_mechanism_on_another_crisis_says_where_it_applies():
    class Chess(Incident):
        @property
        def kind(self):
            return "chess"

    with pytest.raises(NotApplicable, match=r"'chess'.*; it applies to: bargaining, .*talks$"):
        Track2()(Chess())


@pytest.mark.parametrize("mechanism", NOT_ON_TALKS)
def test_what_means_nothing_for_talks_says_why(mechanism):
    m = mechanism()
    expected = f"{m.name} means nothing for the crisis 'talks': it acts on {m.acts_on}, "
    with pytest.raises(NotApplicable) as caught:
        m(Talks())
    assert str(caught.value).startswith(expected)
    with pytest.raises(NotApplicable, match=m.name):
        (m & Track2())(Talks())


def test_awareness_and_a_deadline_find_nothing_in_talks():
    with pytest.raises(NotApplicable, match="channels and notices"):
        Awareness(0.5)(Talks())
    with pytest.raises(NotApplicable, match="a channel that may not be in force"):
        Deadline(Hotline())(Talks())


@pytest.mark.parametrize(
    ("kind", "setting", "near"),
    [(Track2, "strenght", "strength"), (Hotline, "levels", "level"), (Design, "nam", "name")],
)
def test_a_misspelt_setting_gets_the_nearest(kind, setting, near):
    words = f"no field of {kind.__name__} named '{setting}'; did you mean '{near}'"
    with pytest.raises(UnknownName, match=words):
        kind(**{setting: 0.5})


@pytest.mark.parametrize("mechanism", NOT_ON_A_LADDER)
def test_what_means_nothing_for_a_ladder_says_why(mechanism):
    m = mechanism()
    expected = f"{m.name} means nothing for the crisis 'ladder': it acts on {m.acts_on}, "
    with pytest.raises(NotApplicable) as caught:
        m(Ladder())
    assert str(caught.value).startswith(expected)
    with pytest.raises(NotApplicable, match=m.name):
        (m & Hotline())(Ladder())


def test_a_deadline_on_a_ladder_without_lines_says_what_to_do():
    with pytest.raises(NotApplicable, match=r"for this ladder: .* Deadline\(Hotline\(\)\)"):
        Deadline()(Ladder())
    with pytest.raises(NotApplicable, match="there is none"):
        (Deadline() & Track2())(Ladder())


def test_a_deadline_without_channels_says_what_to_do():
    with pytest.raises(NotApplicable, match=r"there is none; .* Deadline\(Hotline\(\)\)"):
        Deadline()(Incident())


# --- names


def test_every_mechanism_is_in_the_registry_under_its_name():
    assert {name: m.name for name, m in MECHANISMS.items()} == {name: name for name in MECHANISMS}
    in_registry = set(MECHANISMS.values())
    assert {type(m) for m in (*APPLICABLE, *ON_TALKS)} - {Awareness} <= in_registry
    assert set(ELSEWHERE) <= in_registry


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_has_a_source_and_an_assumption_and_works_by_default(name):
    m = get_mechanism(name)()
    assert m.source.startswith(("Z, ", "E (", "ours"))
    assert m.assumes.endswith(".")
    assert (m.__doc__ or "").strip()
    assert pickle.loads(pickle.dumps(m)) == m
    assert set(SOURCES) == {"Z", "E"}


def test_an_unknown_mechanism_offers_the_nearest():
    with pytest.raises(UnknownName, match=r"no mechanism named 'hotlin'; did you mean 'hotline'\?"):
        get_mechanism("hotlin")


@pytest.mark.parametrize(
    ("mechanism", "label"),
    [
        (none, "none"),
        (Hotline("theatre"), "hotline (theatre)"),
        (Hotline(in_force=0.2), "hotline (head of state, in force 0.2)"),
        (Notification() & Hotline(), "hotline (head of state) + notification"),
        (RulesOfBehaviour(reciprocity=True), "rules of behaviour (reciprocity)"),
        (Deadline(Hotline("defence", in_force=0)), "deadline for hotline (defence)"),
        (Awareness(0.5), "awareness 0.5"),
    ],
)
def test_labels(mechanism, label):
    assert mechanism.label == label


def test_a_composition_names_its_sources_and_assumptions():
    both = MaritimeConsultation() & Track2()
    assert isinstance(both, Both)
    assert both.name == "maritime-consultation + track-2"
    assert both.source == f"{MaritimeConsultation().source}; {Track2().source}"
    assert both.assumes == f"{MaritimeConsultation().assumes} {Track2().assumes}"


# --- bargaining

TOUGH = Bargaining(
    issues=3,
    ideology=0.5,
    proposer="B",
    audience_cost=0.4,
    disclosure_a=0.1,
    disclosure_b=0.2,
)
"""Bargaining in which every field that a mechanism moves is inside its domain."""

ON_BARGAINING = (
    Track2(),
    ClearBottomLines(),
    ClearBottomLines(0.7, audience_cost=0.1),
    Principles(),
    Mediator(),
)
"""Private diplomacy is apart: a floor cannot be announced and kept to oneself."""


@pytest.mark.parametrize(("a", "b"), list(combinations((*ON_BARGAINING, none), 2)))
def test_order_does_not_matter_in_bargaining(a, b):
    assert (a & b)(TOUGH) == (b & a)(TOUGH)


@pytest.mark.parametrize("s", [0, 0.25, 1])
def test_what_each_does_in_bargaining(s):
    clear = ClearBottomLines(s, audience_cost=0.2)(TOUGH.replace(announce=False))
    assert clear.disclosure_a == pytest.approx(1 - 0.9 * (1 - s))
    assert clear.disclosure_b == pytest.approx(1 - 0.8 * (1 - s))
    assert clear.audience_cost == pytest.approx(0.4 + 0.2 * s)
    assert clear.announce is (s > 0)
    assert Track2(s)(TOUGH).disclosure_b == pytest.approx(1 - 0.8 * (1 - s))
    assert PrivateDiplomacy(s)(TOUGH).announce is (s == 0)
    principled = Principles(s)(TOUGH)
    assert principled.issues == (6 if s else 3)
    assert principled.ideology == pytest.approx(0.5 * (1 - s))
    assert principled.audience_cost == pytest.approx(0.4 * (1 - s))
    assert Mediator()(TOUGH) == TOUGH.replace(mediated=True)


@pytest.mark.parametrize("kind", [Track2, ClearBottomLines, Principles, PrivateDiplomacy])
def test_strength_zero_changes_nothing_in_bargaining(kind):
    assert kind(strength=0)(TOUGH) == TOUGH
    assert kind(strength=0)(Bargaining()).game() == Bargaining().game()


def test_a_floor_cannot_be_announced_and_kept_to_oneself():
    for both in (
        ClearBottomLines() & PrivateDiplomacy(),
        PrivateDiplomacy() & ClearBottomLines(),
    ):
        with pytest.raises(GameError, match="announce is set to False by one mechanism"):
            both(TOUGH)


@pytest.mark.parametrize(
    "kind",
    [m for m in MECHANISMS.values() if m is not type(none) and not hasattr(m, "on_bargaining")],
)
def test_what_means_nothing_in_bargaining_says_so(kind):
    with pytest.raises(NotApplicable, match="means nothing for the crisis 'bargaining'"):
        kind()(TOUGH)


# --- every mechanism on every crisis


@pytest.mark.parametrize("kind", CRISES)
@pytest.mark.parametrize("name", [n for n, m in MECHANISMS.items() if m is not type(none)])
def test_each_has_an_effect_on_a_crisis_or_says_why_not_and_is_neutral_at_zero(name, kind):
    """At strength 0, or not in force, the crisis is as it was, its idle channels aside."""
    crisis, mechanism = CRISES[kind](), MECHANISMS[name]
    own = {f.name for f in fields(mechanism)} & {"strength", "in_force", "host", "discretion"}
    neutral = mechanism(**dict.fromkeys(own, 0))
    if not neutral.takes(crisis):
        with pytest.raises(NotApplicable, match=f"{name} means nothing for"):
            neutral(crisis)
    elif own and not (name == "trilateral-dialogue" and len(crisis.players) < 3):
        changed = neutral(crisis)
        if hasattr(changed, "channels"):
            changed = changed.replace(channels=crisis.channels)
        if kind == "whole crisis":
            incident = changed.incident.replace(channels=crisis.incident.channels)
            changed = changed.replace(incident=incident)
        assert changed == crisis
