"""The certificate notices what is wrong, and only that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acceptance import beer_quiche, escalation_1, escalation_2

from crisisgames import (
    Equilibrium,
    ExtensiveFormGame,
    GameError,
    Incident,
    end,
    move,
    solve,
    verify,
)
from crisisgames.crises import Channel


def changed(
    equilibrium: Equilibrium, player: str, record: tuple[str, ...], row: object
) -> Equilibrium:
    own = {**equilibrium.strategy[player], record: row}
    return replace(equilibrium, strategy={**equilibrium.strategy, player: own})  # type: ignore[arg-type]


@pytest.mark.parametrize("game", [escalation_1(), escalation_2(), beer_quiche()])
def test_what_the_solver_finds_is_certified(game) -> None:  # type: ignore[no-untyped-def]
    for equilibrium in solve(game):
        certificate = verify(game, equilibrium)
        assert certificate.worst < 1e-12


def test_a_wrong_action_shows_as_a_gain() -> None:
    (equilibrium,) = solve(escalation_1())
    wrong = changed(equilibrium, "A", ("irresolute", "challenge"), {"attack": 1, "back down": 0})
    # Attacking costs the irresolute A 0.15 more than backing down. B is worse off still: resisting,
    # worth 0 to the irresolute one before, now costs it 0.4, which it does with probability 3/5.
    assert verify(escalation_1(), wrong).gain == pytest.approx(0.6 * 0.4)


def test_a_wrong_mixture_shows_in_the_other_players_gain_and_in_bayes() -> None:
    (equilibrium,) = solve(escalation_1())
    wrong = changed(equilibrium, "A", ("irresolute",), {"refrain": 0.5, "challenge": 0.5})
    certificate = verify(escalation_1(), wrong)
    assert certificate.bayes_error > 0.01
    assert certificate.consistency_error > 0.01


def test_a_wrong_belief_off_the_path_shows_in_consistency() -> None:
    mobilization = solve(escalation_2()).classes[1].example
    record = ("irresolute", "threat")
    turned = dict.fromkeys(mobilization.beliefs["B"][record], 0.5)
    beliefs = {**mobilization.beliefs, "B": {**mobilization.beliefs["B"], record: turned}}
    certificate = verify(escalation_2(), replace(mobilization, beliefs=beliefs))
    assert certificate.bayes_error < 1e-12
    assert certificate.consistency_error > 0.01


def test_probabilities_must_sum_to_one() -> None:
    (equilibrium,) = solve(escalation_1())
    wrong = changed(equilibrium, "B", ("resolute",), {"concede": 0.0, "resist": 0.9})
    assert verify(escalation_1(), wrong).gain >= 0.1


def test_an_open_prescription_on_the_path_is_no_equilibrium() -> None:
    (equilibrium,) = solve(escalation_1())
    assert verify(escalation_1(), changed(equilibrium, "B", ("resolute",), "any")).gain == float(
        "inf"
    )


def test_a_missing_information_set_is_an_error_that_names_it() -> None:
    (equilibrium,) = solve(escalation_1())
    with pytest.raises(GameError, match="says nothing about 'B'"):
        verify(escalation_1(), replace(equilibrium, strategy={**equilibrium.strategy, "B": {}}))


def test_an_equilibrium_of_one_game_need_not_be_one_of_another() -> None:
    (equilibrium,) = solve(Incident().game())
    assert verify(Incident(clarity=0.9).game(), equilibrium).worst > 1e-3


def test_quantal_response_states_its_regret() -> None:
    (near,) = solve(Incident(channels=(Channel(),)).game(), "qre")
    (far,) = solve(Incident(channels=(Channel(),)).game(), "qre", precision=5.0)
    assert near.certificate.gain < 1e-6 < far.certificate.gain


def deterrence() -> ExtensiveFormGame:
    """A waits or enters; B yields, or resists at a cost that makes it an empty threat."""
    resist = end("fight", {"A": -1, "B": -1})
    reply = move("B", {"yield": end("entry", {"A": 1, "B": 0}), "resist": resist})
    return ExtensiveFormGame(move("A", {"wait": end("calm", {"A": 0, "B": 2}), "enter": reply}))


def empty_threat(concept: str, **changes: object) -> Equilibrium:
    """A waits because B would resist: a Nash equilibrium, but no sequential one."""
    game = deterrence()
    strategy = {"A": {(): {"wait": 1, "enter": 0}}, "B": {(): {"yield": 0, "resist": 1}}}
    outcomes = {"calm": 1, "entry": 0, "fight": 0}
    stated = Equilibrium(game, strategy, {}, {"A": 0, "B": 2}, outcomes, concept=concept)
    return replace(stated, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("concept", ["sequential", "subgame-perfect", "qre"])
def test_an_empty_threat_is_found_out_without_any_stated_belief(concept: str) -> None:
    assert verify(deterrence(), empty_threat(concept)).gain == 1


def test_an_empty_threat_is_good_enough_for_nash() -> None:
    assert verify(deterrence(), empty_threat("nash")).worst == 0


@pytest.mark.parametrize("belief", [{}, {"enter": 0.5}, {"enter": -1, "wait": 2}, {"else": 1}])
def test_what_is_no_belief_does_not_count_as_one(belief: dict[str, float]) -> None:
    stated = empty_threat("sequential", beliefs={"B": {(): belief}})
    assert verify(deterrence(), stated).bayes_error == float("inf")


def test_stated_outcomes_and_payoffs_are_checked() -> None:
    (right,) = solve(escalation_1())
    wrong = replace(right, outcomes=dict.fromkeys(right.outcomes, 0.0))
    assert verify(escalation_1(), wrong).outcome_error == pytest.approx(0.4)
    richer = replace(right, payoffs={**right.payoffs, "A": right.payoffs["A"] + 1})
    assert verify(escalation_1(), richer).outcome_error == pytest.approx(1)


def test_a_sequential_equilibrium_states_its_trembles() -> None:
    mobilization = solve(escalation_2()).classes[1].example
    assert verify(escalation_2(), replace(mobilization, trembles={})).worst == float("inf")


def test_forged_trembles_are_found_out() -> None:
    mobilization = solve(escalation_2()).classes[1].example
    honest = mobilization.trembles["A"]
    # Swapping levels claims that what follows a deviation is likelier than the deviation.
    turned = {**mobilization.trembles, "A": honest[::-1]}
    assert verify(escalation_2(), replace(mobilization, trembles=turned)).worst > 0.01
    negative = tuple({k: -w for k, w in level.items()} for level in honest)
    forged = {**mobilization.trembles, "A": negative}
    assert verify(escalation_2(), replace(mobilization, trembles=forged)).worst == float("inf")
    # More weight after a choice than on it.
    key = next(k for k in honest[0] if len(k[0]) > 1)
    heavier = ({**honest[0], key: honest[0][key] * 2}, *honest[1:])
    forged = {**mobilization.trembles, "A": heavier}
    assert verify(escalation_2(), replace(mobilization, trembles=forged)).worst > 0.1


@pytest.mark.parametrize("edge", [{"clarity": 1}, {"suspicion": 0}, {"accident_rate": 0}])
def test_the_users_own_game_is_verified_at_the_same_limit(edge: dict[str, float]) -> None:
    game = Incident(**edge).game()  # type: ignore[arg-type]
    assert verify(game, solve(game)[0]).worst < 1e-11


def test_what_is_no_game_or_no_equilibrium_is_refused() -> None:
    (equilibrium,) = solve(escalation_1())
    with pytest.raises(GameError, match=r"a crisis has \.game\(\)"):
        verify(Incident(), equilibrium)  # type: ignore[arg-type]
    with pytest.raises(GameError, match="takes an Equilibrium"):
        verify(escalation_1(), 5)  # type: ignore[arg-type]


def test_an_equilibrium_is_shown_in_a_few_words_and_printed_in_sentences() -> None:
    (equilibrium,) = solve(escalation_1())
    shown = repr(equilibrium)
    assert shown.startswith("<Equilibrium (sequential): payoffs A 0.26, B 0.5; outcomes")
    assert str(equilibrium) == equilibrium.explain()
