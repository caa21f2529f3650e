"""The comparisons of the benchmarks, without the peers: they must be able to fail."""

from __future__ import annotations

import sys
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from acceptance import escalation_1, escalation_2

from crisisgames import EquilibriumSet, Ladder, solve

sys.path.append(str(Path(__file__).parents[1]))  # the checkout, where benchmarks lie

from benchmarks.engine import compared_with, differences, label, one
from benchmarks.games import drawn, escalation, open_signaling, pennies, problem
from benchmarks.peers import PEERS, Found, ask, payoff

NASHPY = PEERS["support_enumeration"]


def as_found(equilibria: EquilibriumSet) -> list[Found]:
    """Return equilibria as a peer would report them."""
    return [
        Found(
            {label(o): float(q) for o, q in e.outcomes.items()}
            | {payoff(p): float(u) for p, u in e.payoffs.items()},
            False,
        )
        for e in equilibria
    ]


def test_the_games_are_those_of_the_acceptance_tests() -> None:
    assert escalation({"challenge": 0}) == escalation_1()
    assert escalation({"threat": 0, "mobilize": Fraction(1, 5)}) == escalation_2()


def test_our_own_equilibria_agree_and_others_do_not() -> None:
    game = Ladder(rungs=2).game()
    sequential, nash = solve(game), solve(game, "nash")
    found = as_found(nash)
    assert differences(sequential, nash, found, True) == ([], False)

    moved = {**found[0].values, "war:deliberate": found[0].values["war:deliberate"] + 1e-4}
    wrong, _ = differences(sequential, nash, [*found, Found(moved, True)], False)
    assert wrong == [
        "a Nash equilibrium of the peer is not ours",
        "a sequential equilibrium of the peer is not ours",
    ]


def test_what_a_peer_misses_counts_against_it_only_if_it_is_meant_to_be_complete() -> None:
    game = Ladder(rungs=2).game()
    sequential, nash = solve(game), solve(game, "nash")
    few = as_found(nash)[:1]
    assert differences(sequential, nash, few, False) == ([], True)
    wrong, missed = differences(sequential, nash, few, True)
    assert wrong == ["an outcome of ours is not the peer's", "bounds differ"]
    assert missed


def test_a_missing_equilibrium_of_ours_is_seen() -> None:
    game = Ladder(rungs=2).game()
    sequential, nash = solve(game), solve(game, "nash")
    wrong, _ = differences(sequential, sequential, as_found(nash), False)
    assert wrong == ["a Nash equilibrium of the peer is not ours"]


def test_nothing_found_is_nothing_compared() -> None:
    case = one(escalation_1(), "Escalation-1")
    assert compared_with(case, case.solve(), [], complete=True)[0] is None


def test_nashpy_on_a_signaling_game() -> None:
    game = open_signaling(2, 2, 2)
    values = {n: v[0].item() for n, v in drawn(game, 1, 1).items()}
    case = one(game.at(**values).to_extensive(), "small")
    warm_up = problem(pennies(), normal=True)
    answers, finished = ask(NASHPY, warm_up, [problem(case.game(0), normal=True)], 60, 60)
    assert finished
    assert answers[0].seconds > 0
    equal, text = compared_with(case, case.solve(), answers, complete=False)
    assert equal, text
    assert text.startswith("1 game:")


def test_a_peer_that_takes_too_long_is_stopped_and_keeps_what_it_found() -> None:
    quick = problem(pennies(), normal=True)
    endless = problem(escalation_2(), normal=True)  # 2^25 supports of one player alone
    answers, finished = ask(NASHPY, quick, [quick, endless, quick], 1, 60)
    assert not finished
    assert len(answers) == 1
    assert answers[0].found[0].values[payoff("A")] == pytest.approx(0)


def test_drawn_values_are_short_decimals_inside_their_domains() -> None:
    values = drawn(open_signaling(3, 2, 2), 50, 3)
    assert {len(v) for v in values.values()} == {50}
    priors = [v for n, v in values.items() if n.startswith("prior")]
    assert len(priors) == 2
    assert min(p.min() for p in priors) >= 0.05
    assert sum(priors).max() <= 0.95 + 1e-12
    payoffs = np.array([v for n, v in values.items() if not n.startswith("prior")])
    assert np.array_equal(payoffs, payoffs.round(2))


def test_titles_name_the_version() -> None:
    assert NASHPY.title == f"nashpy {version('nashpy')} support_enumeration"
