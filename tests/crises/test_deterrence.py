"""Closed forms of the plain incident against all equilibria that the solver finds."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from random import Random

import pytest

from crisisgames import Ally, Channel, GameError, Incident, NotApplicable, solve
from crisisgames.crises.deterrence import (
    belief_of_indifference,
    deterred,
    first_reply,
    largest_gain,
    least_clarity,
    trapping_audience_cost,
)


def drawn(seed: int) -> Incident:
    r = Random(seed)
    return Incident(
        suspicion=r.choice((0.3, 0.6, 0.9)),
        accident_rate=r.choice((0.1, 0.3, 0.5)),
        clarity=round(r.random(), 2),
        gain=round(r.uniform(0.2, 1.5), 1),
        loss=round(r.uniform(0.5, 2), 1),
        audience_cost=round(r.uniform(0, 0.5), 2),
        privacy=r.choice((0, 0.5)),
        hazard_response=r.choice((0.02, 0.05, 0.1)),
        hazard_escalation=r.choice((0.05, 0.1, 0.2)),
        stops_response=r.choice((0.2, 0.4, 0.8)),
        stops_escalation=r.choice((0.8, 1)),
        disaster=r.choice((3, 5, 8)),
        preemption=r.choice((0, 1)),
        reciprocity=r.random() < 0.3,
    )


def test_the_equilibrium_that_deters_is_among_those_found() -> None:
    there = 0
    for seed in range(60):
        crisis = drawn(seed)
        try:
            expected = deterred(crisis)
        except NotApplicable:
            continue
        there += 1
        found = solve(crisis.game(), exact=True)
        assert found.complete
        assert any(e.probability("war") == expected.war for e in found), crisis
    assert there >= 10


@pytest.mark.parametrize("reciprocity", [False, True])
def test_deterrence_sets_in_at_the_least_clarity(reciprocity: bool) -> None:
    crisis = Incident(reciprocity=reciprocity, stops_response=0.9)
    least = least_clarity(crisis)
    assert 0 < least < 1
    at = crisis.replace(clarity=Fraction(least))
    assert deterred(at).reply_rate == 1
    step = Fraction(1, 1000)
    below = solve(crisis.replace(clarity=least - step).game(), exact=True)
    above = solve(crisis.replace(clarity=least + step).game(), exact=True)
    with pytest.raises(NotApplicable, match="does not hold A back"):
        deterred(crisis.replace(clarity=least - step))
    probes = [e.strategy["A"]["revisionist",]["probe"] for found in (below, above) for e in found]
    assert probes[-1] < probes[0]
    assert above.bounds("war")[1] < below.bounds("war")[0]


def test_at_the_defaults() -> None:
    crisis = Incident()
    assert first_reply(crisis) == "escalate"
    assert belief_of_indifference(crisis, "escalate") == Fraction(1, 2)
    assert least_clarity(crisis) == Fraction(11, 46)
    assert float(deterred(crisis).war) == pytest.approx(0.0119686, abs=1e-7)


def test_replies_in_kind_deter_at_some_clarity_up_to_the_largest_gain() -> None:
    crisis = Incident(reciprocity=True)
    limit = largest_gain(crisis)
    assert limit == Fraction(15, 19)  # 0.45 / 0.57
    assert least_clarity(crisis.replace(gain=limit)) <= 1
    assert least_clarity(crisis.replace(gain=limit + Fraction(1, 100))) == inf
    for gain, deters in ((limit - Fraction(1, 10), True), (limit + Fraction(1, 10), False)):
        found = solve(crisis.replace(gain=gain, clarity=1).game(), exact=True)
        sure = [e.strategy["A"]["revisionist",]["probe"] == 1 for e in found]
        assert all(sure) != deters


def test_from_the_trapping_audience_cost_on_known_accidents_are_answered() -> None:
    # Nobody is revisionist, so that every incident is known to be an accident.
    crisis = Incident(suspicion=0, clarity=0.5)
    trap = trapping_audience_cost(crisis)
    assert trap == Fraction(9, 20)
    for cost, answered in ((trap - Fraction(1, 100), 0), (trap + Fraction(1, 100), 1)):
        found = solve(crisis.replace(audience_cost=cost).game())
        for equilibrium in found:
            row = equilibrium.strategy["B"]["hostile",]
            assert 1 - float(row["restrain"]) == pytest.approx(answered, abs=1e-9)
    assert trapping_audience_cost(crisis.replace(privacy=1)) == inf
    assert trapping_audience_cost(crisis.replace(privacy=0.5)) == 2 * trap


def test_no_deterrence_without_revisionists_enough_or_a_belief_that_can_be() -> None:
    with pytest.raises(NotApplicable, match=r"suspicion is 0\.01; below .* too few revisionists"):
        deterred(Incident(suspicion=0.01))
    with pytest.raises(NotApplicable, match="which is no probability between 0 and 1"):
        deterred(Incident(audience_cost=0.5))
    with pytest.raises(NotApplicable, match="saves B nothing"):
        deterred(Incident(loss=0))


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": (Channel(),)},
        {"notified": 0.1},
        {"disclosure": 0.1},
        {"assault": 0.1},
        {"ally": Ally()},
    ],
)
def test_closed_forms_are_for_plain_incidents(changes: dict) -> None:
    (name,) = changes
    for form in (deterred, least_clarity, largest_gain, trapping_audience_cost):
        with pytest.raises(NotApplicable, match=f"without {name}; solve the game"):
            form(Incident(**changes))


def test_a_reply_must_be_one_that_b_has() -> None:
    with pytest.raises(GameError, match="reply is 'escalate'; allowed are respond"):
        least_clarity(Incident(reciprocity=True), "escalate")


def test_a_reply_that_surely_leaves_no_probe_deters_any_gain() -> None:
    assert largest_gain(Incident(), "escalate") == inf
