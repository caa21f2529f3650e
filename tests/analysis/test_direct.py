"""Strategies held as they were, and the direct and strategic parts that follow from them."""

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from crisisgames import Channel, ExtensiveFormGame, Incident, chance, end, move, solve, tell
from crisisgames.analysis.direct import direct_effect, hold, outcome_probabilities
from crisisgames.mechanisms import ClearBottomLines, Envoys, Hotline, Notification

INFORMING = [
    Hotline("theatre"),
    Hotline(in_force=0.5),
    Hotline(verification=1.0),
    Envoys() & Hotline(),
    Notification(strength=0.5, cover=0.0),
    ClearBottomLines(strength=0.5, audience_cost=0.0),
    ClearBottomLines(strength=1.0, audience_cost=0.0),
    Hotline() & Notification(cover=0.0) & ClearBottomLines(audience_cost=0.0),
]


def played(crisis, rule="least war"):
    return solve(crisis.game()).select(rule)


def effect(before, after, rule="least war"):
    return direct_effect(before, played(before, rule), after, after.game())[0]


def behaviour(before, after, player, record, rule="least war"):
    """Return what is held at one record of the game of ``after``."""
    game = after.game()
    rows = hold(before, played(before, rule), after, game).rows
    for info, row in zip(game.information_sets, rows, strict=True):
        if (info.player, info.record) == (player, record):
            return dict(zip(info.actions, map(float, row), strict=True))
    raise AssertionError(f"no such record: {record}")


@pytest.mark.parametrize("mechanism", INFORMING, ids=lambda m: m.label)
def test_what_only_informs_has_a_direct_effect_of_exactly_zero(mechanism):
    before = Incident()
    direct = effect(before, mechanism(before))
    assert set(direct.values()) == {0}


def test_a_line_added_to_notices_and_disclosure_has_a_direct_effect_of_exactly_zero():
    before = Incident(notified=0.4, cover=0.1, disclosure=0.2)
    after = before.replace(channels=(Channel(),))
    assert set(effect(before, after).values()) == {0}


@pytest.mark.parametrize(
    "crisis",
    [
        Incident(),
        Incident(channels=(Channel(in_force=0.5),)),
        Incident(notified=0.5, disclosure=0.3, channels=(Channel(),)),
        Incident(reciprocity=True),
    ],
)
def test_a_crisis_held_in_itself_gives_its_own_outcomes(crisis):
    equilibrium = played(crisis)
    held = hold(crisis, equilibrium, crisis)
    outcomes = outcome_probabilities(equilibrium.game, held.rows)
    assert sum(outcomes.values()) == 1
    assert {o: float(p) for o, p in outcomes.items()} == pytest.approx(equilibrium.outcomes)
    assert set(effect(crisis, crisis).values()) == {0}
    assert not held.strange


def test_lower_hazards_lower_war_by_arithmetic():
    before = Incident()
    after = before.replace(hazard_response=0.025, hazard_escalation=0.05)
    war = played(before).outcomes
    direct = effect(before, after)
    # War is linear in the hazards as long as nobody behaves differently.
    for cause in ("war:deliberate", "war:misperception"):
        assert float(direct[cause]) == pytest.approx(-war[cause] / 2)
    # A probe that does not lead to war is undone by escalation, which stops all of them.
    assert float(direct["undone"]) == pytest.approx(war["war:deliberate"] / 2)
    assert float(direct["settled"]) == pytest.approx(war["war:misperception"] / 2)
    assert direct["stands"] == direct["calm"] == 0
    assert sum(direct.values()) == 0


def test_fewer_accidents_are_fewer_misperceptions_by_arithmetic():
    before = Incident()
    outcomes = played(before).outcomes
    direct = effect(before, before.replace(accident_rate=0.15))
    assert float(direct["war:misperception"]) == pytest.approx(-outcomes["war:misperception"] / 4)
    assert float(direct["calm"]) == pytest.approx(outcomes["calm"] / 0.8 * 0.05)
    assert direct["war:deliberate"] == 0


def test_clearer_evidence_counts_by_the_replies_of_the_baseline():
    before, after = Incident(), Incident(clarity=0.5)
    equilibrium = played(before)
    escalates = [
        float(equilibrium.strategy["B"][record]["escalate"])
        for record in (("benign",), ("hostile",))
    ]
    probes = 0.4 * float(equilibrium.strategy["A"]["revisionist",]["probe"])
    change = 0.1  # (1 + clarity) / 2 rises from .65 to .75
    expected = 0.1 * probes * change * (escalates[1] - escalates[0])
    assert float(effect(before, after)["war:deliberate"]) == pytest.approx(expected)


def test_notices_that_cover_probes_have_a_direct_effect():
    before = Incident()
    direct = effect(before, before.replace(notified=0.5, cover=0.2))
    assert direct["war:misperception"] == 0
    assert direct["war:deliberate"] < 0


def test_a_reply_no_longer_allowed_is_a_reply_in_kind():
    before = Incident()
    for record in (("benign",), ("hostile",)):
        old = played(before).strategy["B"][record]
        new = behaviour(before, before.replace(reciprocity=True), "B", record)
        assert new["respond"] == pytest.approx(old["respond"] + old["escalate"])
        assert "escalate" not in new


def test_an_action_newly_offered_is_not_taken():
    before = Incident(reciprocity=True)
    held = behaviour(before, Incident(), "B", ("hostile",))
    assert held["escalate"] == 0


def test_a_line_newly_offered_is_not_used():
    after = Incident(channels=(Channel(),))
    held = behaviour(Incident(), after, "A", ("status quo", "accident"))
    assert held == {"silent": 1, "explain": 0}


def test_without_the_line_people_act_as_in_silence():
    before = Incident(channels=(Channel(),))
    old = played(before).strategy["B"]["hostile", "silence"]
    assert behaviour(before, Incident(), "B", ("hostile",)) == pytest.approx(dict(old))


def test_without_a_line_that_was_not_always_there_people_act_as_where_it_was_not():
    line = Channel(in_force=0.5)
    before = Incident(channels=(line,))
    strategy = played(before).strategy
    there = next(r for r in strategy["A"] if r[0].startswith("in force") and len(r) == 2)
    absent = next(r for r in strategy["A"] if r[0].startswith("not in force") and len(r) == 2)
    assert strategy["A"][there] != strategy["A"][absent]
    old = pytest.approx(dict(strategy["A"][absent]))
    assert behaviour(before, Incident(), "A", ("revisionist",)) == old
    certain = Incident(channels=(replace(line, in_force=1.0),))
    old = pytest.approx(dict(strategy["A"][there]))
    assert behaviour(before, certain, "A", ("revisionist",)) == old


def test_a_line_that_is_there_half_of_the_time_lies_half_way():
    line = Channel(in_force=0.5)
    before = Incident(channels=(line,))
    gained = effect(before, Incident(channels=(replace(line, in_force=1.0),)))
    lost = effect(before, Incident())
    assert any(gained.values())
    assert {o: -p for o, p in lost.items()} == gained


def test_who_explained_through_one_line_is_heard_through_two():
    before = Incident(channels=(Channel(name="phone"),))
    after = Incident(channels=(Channel(name="phone"), Channel(name="envoys")))
    old = played(before).strategy["B"]["benign", "explained"]
    record = ("benign", "explained through phone, envoys")
    assert behaviour(before, after, "B", record) == pytest.approx(dict(old))


@dataclass(frozen=True)
class Standoff:
    """B may yield or stand; an institution may let it ask a third player, M, for help."""

    helper: bool = False
    sees: bool = False
    kind: str = "standoff"

    def game(self):
        pay = {"A": 1, "B": 0, **({"M": 0} if self.helper else {})}
        war = dict.fromkeys(pay, -1)
        stand = end("war:deliberate", war)
        if self.helper:
            stand = move("M", {"calm down": end("peace", pay), "watch": stand})
        reply = move("B", {"yield": end("peace", pay), "stand": stand})
        if self.sees:
            return ExtensiveFormGame(
                chance(
                    {
                        "weak": (0.25, tell({"B": "A is weak"}, reply)),
                        "strong": (0.75, tell({"B": "A is strong"}, reply)),
                    }
                )
            )
        return ExtensiveFormGame(reply)

    def familiar(self, player, record):
        return ((1.0, tuple(e for e in record if not e.startswith("A is"))),)

    def instead(self, action):
        return action

    passive = ()

    def parameters(self):
        return {"helper": self.helper, "sees": self.sees}


def test_a_decision_on_which_the_baseline_is_silent_is_uniform_and_noted():
    before, after = Standoff(), Standoff(helper=True)
    equilibrium = solve(before.game())[0]
    game = after.game()
    held = hold(before, equilibrium, after, game)
    strange = [game.information_sets[h].player for h in held.strange]
    assert strange == ["M"]
    assert held.rows[next(iter(held.strange))] == (Fraction(1, 2), Fraction(1, 2))
    # B yields, so that nobody comes to M's decision and there is nothing to note.
    assert direct_effect(before, equilibrium, after, game)[1] == ()


def test_a_note_says_where_held_strategies_had_to_guess():
    before, after = Standoff(), Standoff(helper=True)
    equilibrium = solve(before.game())[0]
    bold = replace(equilibrium, strategy={"B": {(): {"yield": 0, "stand": 1}}})
    direct, notes = direct_effect(before, bold, after, after.game())
    assert direct == {"peace": Fraction(1, 2), "war:deliberate": Fraction(-1, 2)}
    assert notes == (
        "The direct part takes M to choose with equal probabilities at 'start', on which the "
        "baseline says nothing.",
    )


def test_what_any_reply_may_be_is_taken_as_uniform():
    before = Standoff()
    equilibrium = solve(before.game())[0]
    idle = replace(equilibrium, strategy={"B": {(): "any"}})
    assert (
        hold(before, idle, Standoff(sees=True), Standoff(sees=True).game()).rows
        == ((Fraction(1, 2), Fraction(1, 2)),) * 2
    )
