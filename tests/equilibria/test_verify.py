"""The certificate notices what is wrong, and only that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acceptance import beer_quiche, escalation_1, escalation_2

from crisisgames import Equilibrium, GameError, Incident, solve, verify
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
