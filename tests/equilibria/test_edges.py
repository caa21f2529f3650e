"""Parameters on the edge of their domain: limits from inside, reported as limits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from crisisgames import (
    Channel,
    ExtensiveFormGame,
    Incident,
    Ladder,
    NormalFormGame,
    Parameter,
    chance,
    end,
    move,
    solve,
    verify,
)


def risky_act() -> ExtensiveFormGame:
    p = Parameter("p", (0, 1), default=0.3)
    loss = Parameter("loss", (0, float("inf")), default=1)
    luck = chance({"war": (p, end("war", {"A": -loss})), "peace": (1 - p, end("peace", {"A": 1}))})
    return ExtensiveFormGame(move("A", {"act": luck, "wait": end("wait", {"A": 0})}))


@pytest.mark.parametrize("loss", [1, 10**12])
def test_a_risk_of_zero_is_no_risk_however_large_the_loss(loss: int) -> None:
    found = solve(risky_act().at(p=0, loss=loss), exact=True)
    assert found.bounds("war") == (0, 0)
    assert found.bounds("peace") == (1, 1)
    assert found.notes[0].startswith("p = 0 is taken as a limit")


def test_limits_of_rationals_come_out_as_the_rationals_they_are() -> None:
    found = solve(Incident(accident_rate=1).game(), exact=True)
    low, high = found.bounds("war")
    assert low == high
    assert low.denominator <= 10**6
    assert sum(found[0].outcomes.values()) == 1


@pytest.mark.parametrize(
    "crisis",
    [
        Incident(clarity=1),
        Incident(suspicion=1),
        Incident(channels=(Channel(answered=1),)),
        Incident(channels=(Channel(verification=1),)),
        Incident(notified=1, cover=0.5),
        Incident(disclosure=1),
        Incident(notified=1, cover=1, disclosure=1),
    ],
)
def test_every_edge_of_the_incident_is_solved_completely(crisis: Incident) -> None:
    game = crisis.game()
    found = solve(game)
    assert found.complete
    assert found.certificate < 1e-12
    assert verify(game, found[0]).worst < 1e-12
    assert sum(found[0].outcomes.values()) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("crisis", [Incident(clarity=1), Incident(accident_rate=0)])
def test_the_edge_is_where_the_inside_tends_to(crisis: Incident) -> None:
    at_edge = solve(crisis.game())
    field = "clarity" if crisis.clarity == 1 else "accident_rate"
    near = 1 - 1e-7 if field == "clarity" else 1e-7
    inside = solve(crisis.replace(**{field: near}).game())
    for outcome in at_edge.labels:
        assert at_edge.bounds(outcome) == pytest.approx(inside.bounds(outcome), abs=1e-5)


def test_full_precision_payoffs_are_solved_exactly() -> None:
    rng = np.random.default_rng(4)
    game = NormalFormGame.from_arrays(rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))
    found = solve(game, "nash")
    assert found.complete
    assert found.certificate < 1e-14


@pytest.mark.parametrize("v", [k / 1000 for k in range(1, 1000, 37)] + [0.7, 0.9, 1 / 3, 0.95])
def test_floats_that_mean_to_sum_to_one_do(v: float) -> None:
    tree = chance({"a": (v, end("x", {"A": 0})), "b": (1 - v, end("y", {"A": 0}))})
    assert sum(p for _, p, _ in tree.branches) == 1


def test_a_third_three_times_is_the_whole() -> None:
    tree = chance({k: (1 / 3, end(k, {"A": 0})) for k in "abc"})
    assert [p for _, p, _ in tree.branches] == [Fraction(1, 3)] * 3
    shares = end({"war:deliberate": 1 / 3, "peace": 2 / 3}, {"A": 0}).shares
    assert sum(s for _, s in shares) == 1


def test_a_root_of_a_parameter_is_followed_closer_to_the_edge():
    # At risk 1 each climb of the ladder slips; just inside, it holds with the root of very little.
    game = Ladder(rungs=6, risk=1, ideology=3).game()
    assert solve(game).bounds("war") == (1, 1)
    assert solve(game, "qre").bounds("war") == pytest.approx((1, 1), abs=1e-9)
