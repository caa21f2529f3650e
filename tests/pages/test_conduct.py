"""Who does what: words for every label, settings that add up, beliefs that Bayes' rule gives."""

import pytest

from crisisgames import Bargaining, Channel, Hotline, Incident, Ladder, get_scenario, solve
from crisisgames.crises import CRISES
from crisisgames.equilibria.explain import action_values, reached
from crisisgames.pages.conduct import _Case, _merged, conducts, settings
from crisisgames.pages.numbers import percent, points, probability, span
from crisisgames.pages.words import Words, words_of
from crisisgames.scenarios import SCENARIOS


@pytest.fixture(scope="module")
def talk():
    return solve(Incident(channels=(Channel(in_force=0.4, name="theatre hotline"),)).game())


@pytest.mark.slow
@pytest.mark.parametrize("slug", SCENARIOS)
def test_there_are_words_for_every_label_of_a_scenario(slug):
    case = get_scenario(slug)
    words = words_of(case.crisis.kind)
    assert words.story
    for design in case.designs():
        game = design(case.crisis).game()
        # Other games have no records to be told.
        for info in getattr(game, "information_sets", ()):
            skip = 1 if info.record and words.setting(info.record[0]) else 0
            for own, entry in list(zip(info.own, info.record, strict=True))[skip:]:
                told = words.own(entry) if own else words.signal(entry)
                assert "“" not in told, entry
                assert "_" not in told, entry
            for action in info.actions:
                assert "“" not in words.act(action) + words.acting(action), action


def test_every_crisis_of_two_sides_has_words():
    for kind in ("incident", "ladder"):
        assert kind in CRISES
        assert words_of(kind).story
    game = Ladder(ultimatum=True, disclosure_a=0.2, disclosure_b=0.3).game()
    words = words_of("ladder")
    for info in game.information_sets:
        for own, entry in zip(info.own, info.record, strict=True):
            assert "“" not in (words.own(entry) if own else words.signal(entry)), entry


def test_settings_add_up_to_the_whole(talk):
    words = words_of("incident")
    for c in talk.classes:
        parts = settings(c.example, words).values()
        assert sum(s.probability for s in parts) == pytest.approx(1)
        whole = sum(s.probability * s.war for s in parts)
        assert whole == pytest.approx(float(c.example.probability("war")), abs=1e-12)
        assert sorted(s.probability for s in parts) == pytest.approx([0.4, 0.6])


def test_classes_share_the_conduct_of_settings_in_which_they_do_not_differ(talk):
    told = [conducts(c, words_of("incident")) for c in talk.classes]
    assert len(told) == 2
    by_setting = [{c.setting: c for c in own} for own in told]
    assert by_setting[0].keys() == by_setting[1].keys()
    without = "no theatre hotline in place"
    assert by_setting[0][without] == by_setting[1][without]
    assert by_setting[0]["theatre hotline in place"] != by_setting[1]["theatre hotline in place"]


def test_beliefs_on_the_path_are_those_of_bayes_in_every_part(talk):
    for c in talk.classes:
        on_path = reached(c.example)
        for player, records in c.beliefs.items():
            for record, spans in records.items():
                if (player, record) in on_path:
                    held = c.example.beliefs[player][record]
                    for history, (low, high) in spans.items():
                        assert low <= float(held.get(history, 0)) + 1e-12, (record, history)
                        assert high >= float(held.get(history, 0)) - 1e-12
                        if record[0].startswith("not in force"):
                            assert high - low < 1e-12, (record, history)


def test_sentences_say_who_does_what_and_why(talk):
    told = conducts(talk.classes[0], words_of("incident"))
    text = " ".join(s for c in told for _, sentences in c.sides for s in sentences)
    assert "If revisionist, it probes (" in text
    assert "it calls it an accident" in text
    assert "It takes the incident for a probe with a probability of" in text
    assert "Both are worth the same to it." in text
    assert "would escalate" in text
    assert "'" not in text.replace("A's", "")


def test_the_cost_told_is_the_least_that_a_deviation_costs():
    found = solve(Incident().game())
    (conduct,) = conducts(found.classes[0], words_of("incident"))
    example = found.classes[0].example
    info = next(i for i in example.game.information_sets if i.record == ("benign",))
    values = action_values(example, info)
    gap = values["restrain"] - max(v for a, v in values.items() if a != "restrain")
    sentence = next(s for p, own in conduct.sides if p == "B" for s in own if "benign" in s)
    assert f"cost it {gap:.3g} utils" in sentence


def test_labels_without_words_are_quoted():
    words = Words()
    assert words.act("stand_firm") == "chooses “stand firm”"
    assert words.signal("loud noise") == "told “loud noise”"
    assert words.outcome("war:deliberate") == "war (deliberate)"
    found = solve(Hotline("theatre")(Incident()).game())
    told = conducts(found.classes[0], words)
    text = " ".join(s for c in told for _, sentences in c.sides for s in sentences)
    assert "told “hostile”" in text
    assert "takes what happened for" in text


def test_numbers_never_claim_certainty_or_nothing_by_rounding():
    assert percent(0.99999) == ">99.9\N{NO-BREAK SPACE}%"
    assert percent(1e-6).startswith("0.0001")
    assert points(-1e-12) == "0"
    assert span(0.1, 0.1 + 1e-12) == span(0.1, 0.1)
    assert probability(0, 1).startswith("anything")
    assert span(float("nan"), float("nan")) == "none found"


def test_bargaining_reads_in_words() -> None:
    words = words_of("bargaining")
    assert words.act("offer 1/4") == "offers the other side a share of 1/4"
    assert words.acting("floor 1/2") == "announce a floor of 1/2"
    assert words.own("floor 1") == "having announced a floor of 1"
    assert words.signal("B: offer 3/4") == "offered a share of 3/4 by B"
    assert words.outcome("settled:A gets 1/2") == "a split that gives A 1/2"
    for crisis in (Bargaining(issues=2), Bargaining(issues=2, proposer="B", disclosure_a=0.2)):
        for place in crisis.game().information_sets:
            assert not any("“" in words.acting(a) + words.act(a) for a in place.actions)
            assert not any("“" in words.own(r) for r in place.record if r in ("floor 1",))
            said = [words.signal(r) for r in place.record if not r.startswith(("floor", "offer"))]
            assert not any("“" in text for text in said)


def test_a_star_stands_for_what_follows() -> None:
    told = words_of("incident").signal("explained through theatre_hotline, envoys")
    assert told == "hearing A call it an accident through the theatre hotline and envoys"
    assert words_of("incident").signal("explained") == "hearing A call it an accident"


def test_cases_that_differ_in_one_thing_are_told_as_one():
    """Every case is in what is told, no other is, and beliefs are not mixed up."""

    def told(*known: tuple[str, ...], beliefs: dict = {}):  # noqa: B006
        return _merged([_Case(None, k, (), True, beliefs.get(k, "")) for k in known])

    pairs = [("R", "up"), ("I", "up")]
    assert told(*pairs) == [("R or I, up", "")]
    assert told(*pairs, beliefs={("I", "up"): "a probe"}) == [("R, up", ""), ("I, up", "a probe")]
    assert told(("R", "up"), ("I", "down")) == [("R, up", ""), ("I, down", "")]
    assert told(("R",), ("R", "up")) == [("R", ""), ("R, up", "")]
    square = [(a, b) for a in "RI" for b in ("up", "down")]
    assert told(*square) == [("R or I, up or down", "")]
    # Three of four: two together, and never the fourth.
    assert told(*square[:3]) == [("R, up or down", ""), ("I, up", "")]
