"""What every solver returns when its time is up: what it has, that it is not all, how far it came.

Time is counted by how often the clock is looked at, so nothing depends on the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from random import Random
from time import sleep
from typing import Any

import numpy as np
import pytest
import sympy as sp
from acceptance import beer_quiche
from generators import random_tree

from crisisgames import (
    BestReply,
    GameError,
    NormalFormGame,
    Parameter,
    RepeatedGame,
    best_reply,
    logit_branch,
    logit_branches,
    solve,
)
from crisisgames.equilibria import deadline
from crisisgames.equilibria.cutoffs import CutoffRule, cutoff_equilibria, cutoff_sweep
from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.intervals import NormalCdf
from crisisgames.equilibria.linear.simplex import simplex
from crisisgames.equilibria.markov import markov_perfect
from crisisgames.equilibria.qre_batch import _raised
from crisisgames.equilibria.qre_system import Status
from crisisgames.equilibria.roots import isolate_roots
from crisisgames.games.stochastic import StochasticGame

Ticking = Callable[[], Any]
NOW = 1e-9
"""A limit that is over at the first look at the clock."""


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """Return a function that starts a clock which moves on by one at each look."""

    def start() -> Any:
        clock = count()
        monkeypatch.setattr(deadline, "monotonic", lambda: float(next(clock)))
        return clock

    return start


# --- the deadline itself ---


def test_none_and_zero_set_no_limit() -> None:
    assert Deadline.within(None) == Deadline.within(0) == NEVER
    assert not NEVER.passed
    assert NEVER.left == float("inf")
    assert NEVER.half == NEVER
    NEVER.check()


def test_a_deadline_passes_and_stays_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(deadline, "monotonic", lambda: now[0])
    limit = Deadline.within(8)
    assert (limit.at, limit.left, limit.half.at, limit.passed) == (108, 8, 104, False)
    now[0] = 108.0
    assert (limit.left, limit.passed) == (0, True)
    now[0] = 200.0
    assert (limit.left, limit.half.passed) == (0, True)
    with pytest.raises(TimeUp, match="time limit reached"):
        limit.check()


@pytest.mark.parametrize("bad", [-1, "1", True, float("nan"), float("inf"), 1j])
def test_what_is_no_time_is_refused_everywhere(bad: Any) -> None:
    x = sp.Symbol("x")
    rule = CutoffRule(x, (0, 1), x - sp.Rational(1, 2))
    for ask in (
        lambda: Deadline.within(bad),
        lambda: logit_branch(chicken(), time_limit=bad),
        lambda: logit_branches(chicken(), {}, time_limit=bad),
        lambda: solve(chicken(), "qre", time_limit=bad),
        lambda: markov_perfect(patrol(), time_limit=bad),
        lambda: solve(chicken(), "nash").undominated(time_limit=bad),
        lambda: cutoff_equilibria(rule, time_limit=bad),
        lambda: cutoff_sweep(rule, time_limit=bad),
        lambda: isolate_roots(x, {x: (-1, 1)}, time_limit=bad),
        lambda: best_reply(RepeatedGame.dilemma(), "tit-for-tat", time_limit=bad),
    ):
        with pytest.raises(GameError, match=r"time_limit is .*; give a number that is 0 or more"):
            ask()


def chicken() -> NormalFormGame:
    return NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]])


# --- quantal responses ---


def test_the_branch_so_far_comes_back_with_how_far_it_came(ticking: Ticking) -> None:
    game = random_tree(Random(3), depth=3)
    whole = logit_branch(game)
    assert whole.status == "converged"
    lengths = []
    for looks in (0, 3, 10):
        ticking()
        branch = logit_branch(game, time_limit=looks + 0.5)
        lengths.append(len(branch.points))
        assert [p.precision for p in branch.points] == [
            p.precision for p in whole.points[: len(branch.points)]
        ]
        end = branch.points[-1]
        assert branch.status.startswith(f"stopped: at precision {end.precision:.6g} with regret")
        assert branch.status.endswith("time_limit reached; raise it")
        assert end.residual <= 1e-10
    assert lengths[0] == 1 < lengths[1] < lengths[2] < len(whole.points)


def test_a_stopped_branch_is_a_note_and_no_error() -> None:
    for options in ({}, {"precision": 5}):
        found = solve(chicken(), "qre", time_limit=NOW, **options)
        assert not found.complete
        assert "time_limit reached; raise it, precision 0 per util" in found.notes[-1]
        assert found[0].strategy["1"][()] == {"1": 0.5, "2": 0.5}
    for limit in (None, 0, 60):
        assert "converged" in solve(chicken(), "qre", time_limit=limit).notes[-1]


def test_branches_that_were_not_followed_are_at_uniform_play() -> None:
    gain = Parameter("gain", (1, 9), default=7)
    game = NormalFormGame(
        ("A", "B"),
        (("yield", "dare"),) * 2,
        {
            ("yield", "yield"): (6, 6),
            ("yield", "dare"): (2, gain),
            ("dare", "yield"): (gain, 2),
            ("dare", "dare"): (0, 0),
        },
    )
    gains = np.linspace(2, 9, 40)
    late = logit_branches(game, {"gain": gains}, time_limit=NOW)
    assert not late.reached.any()
    assert set(late.status.tolist()) == {Status.TIME_LIMIT}
    assert late.reasons[Status.TIME_LIMIT] == "time_limit reached; raise it"
    assert (late.precision == 0).all()
    assert (late.strategy == 0.5).all()
    assert (late.payoffs[:, 0] == (6 + 2 + gains) / 4).all()
    assert (late.steps == 1).all()
    for limit in (None, 0, 600):
        assert logit_branches(game, {"gain": gains}, time_limit=limit).reached.all()


def test_a_flag_is_raised_when_the_time_is_up() -> None:
    with _raised(NEVER) as flag:
        assert not flag[0]
    with _raised(Deadline.within(600)) as flag:
        assert not flag[0]
    with _raised(Deadline.within(0.01)) as flag:
        while not flag[0]:
            sleep(0.001)
    with _raised(Deadline.within(NOW)) as flag:
        assert flag[0]


# --- stochastic games ---


def patrol() -> StochasticGame:
    """Return a game of two states in which both may push."""
    acts = ("hold", "push")
    return StochasticGame(
        ("A", "B"),
        ("calm", "tense"),
        [acts, acts],
        lambda s, p: [
            (a == "push") * (2 if b == "hold" else -3) - (s == "tense") for a, b in (p, p[::-1])
        ],
        lambda s, p: {"tense": 0.8, "calm": 0.2} if "push" in p else {"calm": 0.9, "tense": 0.1},
        0.9,
    )


def test_both_searches_of_markov_perfect_equilibria_share_one_limit(ticking: Ticking) -> None:
    ends = set()
    for looks in (0, 4, 20, 60, 200, 5000):
        clock = ticking()
        found = markov_perfect(patrol(), time_limit=looks + 0.5)
        assert next(clock) <= looks + 6
        ends.add((found.all_pure, found.status == "converged"))
        stopped = [n for n in found.notes if "time_limit reached" in n]
        assert len(stopped) == (not found.all_pure) + (found.status != "converged")
        assert not found.complete
    assert {(False, False), (True, True)} <= ends


def test_markov_perfect_without_time_says_so() -> None:
    found = markov_perfect(patrol(), time_limit=NOW)
    assert (len(found), found.complete, found.all_pure) == (0, False, False)
    assert found.status.startswith("stopped: at precision 0 with regret")
    late = markov_perfect(patrol(), precision=3, time_limit=NOW)
    assert "was not reached" in late.notes[-1]
    for limit in (None, 0):
        assert markov_perfect(patrol(), time_limit=limit).status == "converged"


# --- sets of equilibria ---


def test_what_was_found_is_put_together_as_far_as_there_is_time(ticking: Ticking) -> None:
    # Nobody's payoff depends on anything: one piece with two dozen extreme equilibria.
    game = NormalFormGame.from_arrays(np.zeros((12, 2)), np.zeros((12, 2)))
    whole = {str(e.strategy) for e in solve(game, "nash")}
    assert len(whole) == 24
    sizes = set()
    for looks in range(1, 30):
        ticking()
        found = solve(game, "nash", time_limit=looks + 0.5)
        own = {str(e.strategy) for e in found}
        assert own <= whole
        assert len(own) == len(found)
        assert found.complete == (own == whole) or "search is not complete" in str(found.notes)
        assert found.complete == (not found.notes)
        if "put together" in str(found.notes):
            sizes.add(len(found))
            assert f"with {len(found)} extreme equilibria put together" in found.notes[-1]
            assert found.certificate == 0
            assert len(found.classes) == 1
    assert len(sizes) > 1
    assert found.complete


def test_dominance_that_was_not_judged_leaves_everything(ticking: Ticking) -> None:
    game = NormalFormGame.from_arrays([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    found = solve(game, "nash")
    late = found.undominated(time_limit=NOW)
    assert not late.complete
    assert len(late) == len(found) == 2
    assert late.notes[-2:] == (
        "Weak dominance is not decided for all plans of 1 (time limit reached); what it concerns "
        "is kept.",
        "Weak dominance is not decided for all plans of 2 (time limit reached); what it concerns "
        "is kept.",
    )
    kept = set()
    for looks in range(60):
        ticking()
        some = found.undominated(time_limit=looks + 0.5)
        assert some.complete == ("not decided" not in str(some.notes))
        kept.add((len(some), some.complete))
    assert kept >= {(2, False), (1, True)}
    for limit in (None, 0):
        assert len(found.undominated(time_limit=limit)) == 1


def test_filters_take_no_limit_for_none() -> None:
    found = solve(beer_quiche())
    for limit in (None, 0):
        assert len(found.d1(time_limit=limit).classes) == len(found.d1().classes)


def test_the_simplex_method_stops(ticking: Ticking) -> None:
    ticking()
    with pytest.raises(TimeUp):
        simplex([1, 2], [{0: 1, 1: 1}], [1], [{0: -1, 1: 2}], Deadline(0.5))


# --- cutoffs ---


def hunts() -> tuple[CutoffRule, sp.Symbol]:
    x, public = sp.Symbol("x"), Parameter("public", (0, 100), default=20)
    gain = x - NormalCdf(sp.sqrt(public) * (x - sp.Rational(1, 2)))
    return CutoffRule(x, (0, 1), gain), x


def test_cutoffs_that_are_not_proved_lie_in_what_is_undecided(ticking: Ticking) -> None:
    rule, _ = hunts()
    whole = cutoff_equilibria(rule)
    assert whole.complete
    counts = set()
    for looks in range(25):
        ticking()
        found = cutoff_equilibria(rule, time_limit=looks + 0.5)
        counts.add(len(found))
        boxes = [box["x"] for box in found.undecided]
        proved = [e.cutoffs["x"] for e in found]
        for e in whole:
            at = e.cutoffs["x"]
            known = any(abs(at - p) < 1e-12 for p in proved)
            assert known or any(low <= at <= high for low, high in boxes)
        assert all(any(abs(p - e.cutoffs["x"]) < 1e-12 for e in whole) for p in proved)
        assert found.complete == (not found.undecided) == (len(found) == 3)
        assert found.complete != found.notes[0].startswith("Time limit reached, with ")
    assert {0, 3} <= counts


def test_a_sweep_says_how_many_points_are_complete() -> None:
    rule, _ = hunts()
    late = cutoff_sweep(rule, time_limit=NOW, public=[5, 20, 50])
    assert late.complete.tolist() == [False, False, False]
    assert late.notes == ("Time limit reached, with 0 of 3 points complete.",)
    for limit in (None, 0, 600):
        full = cutoff_sweep(rule, time_limit=limit, public=[5, 20, 50])
        assert full.counts.tolist() == [1, 3, 3]
        assert full.notes == ()


def test_roots_that_are_not_isolated_are_undecided() -> None:
    x = sp.Symbol("x")
    late = isolate_roots(x**3 - 2 * x, {x: (-10, 10)}, time_limit=NOW)
    assert (late.enclosures, late.complete, late.time_up) == ((), False, True)
    [[(low, high)]] = late.undecided
    assert low < -(2**0.5) < 2**0.5 < high
    assert not isolate_roots(x**2 - 2, {x: (-10, 10)}, time_limit=600).time_up


@pytest.mark.parametrize("several", [False, True])
def test_a_search_with_plain_functions_returns_what_it_found(
    several: bool, ticking: Ticking
) -> None:
    x, y = sp.symbols("x y")
    if several:
        rules = [
            CutoffRule(x, (0, 1), lambda t, a, b: t + 1 - 2.5 * b),
            CutoffRule(y, (0, 1), lambda t, a, b: t + 1 - 2.5 * a),
        ]
    else:
        rules = [CutoffRule(x, (0, 1), lambda t, a: t - 3 * a**2 + 2 * a**3)]
    whole = [tuple(e.cutoffs.values()) for e in cutoff_equilibria(rules)]
    counts = set()
    for looks in (0, 1_000, 3_000, 4_000, 20_000, 10**7):
        ticking()
        found = cutoff_equilibria(rules, time_limit=looks + 0.5)
        counts.add(len(found))
        assert not found.complete
        own = [tuple(e.cutoffs.values()) for e in found]
        assert all(any(np.allclose(p, q) for q in whole) for p in own)
        late = f"Time limit reached, with {len(found)} found by then."
        assert late in found.notes or len(found) == len(whole)
    assert counts >= {0, len(whole)}
    assert "Time limit" not in str(found.notes)


# --- repeated games ---


@pytest.mark.parametrize("among", ["any", "memory-one", pytest.param(2, marks=pytest.mark.slow)])
def test_the_best_reply_of_those_tried_is_no_bound(among: Any, ticking: Ticking) -> None:
    game = RepeatedGame.dilemma(perception_noise=0.02)
    exact = among != 2  # exact payoffs of so many automata would take a minute
    whole = best_reply(game, "win-stay-lose-shift", among=among, exact=exact)
    assert whole.complete
    assert whole.notes == ()
    done = []
    for looks in (0, 3, 3000):
        ticking()
        found = best_reply(
            game, "win-stay-lose-shift", among=among, exact=exact, time_limit=looks + 0.5
        )
        assert isinstance(found, BestReply)
        assert found.payoff <= whole.payoff
        assert found.complete == (not found.notes)
        done.append(found.complete)
    assert done[0] is False
    assert done[-1] is True
    assert found == whole
    first = best_reply(game, "win-stay-lose-shift", among=among, time_limit=NOW)
    assert first.notes == ("Time limit reached, with 1 tried; others may earn more.",)
    for limit in (None, 0):
        assert best_reply(game, "win-stay-lose-shift", among="any", time_limit=limit).complete
