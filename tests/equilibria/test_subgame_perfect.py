"""Backward induction with ties kept."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from acceptance import escalation_1
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import ExtensiveFormGame, NotApplicable, chance, end, move, solve, tell
from crisisgames.games import Node


def deterrence(war_b: int) -> ExtensiveFormGame:
    resisted = move("A", {"attack": end("war", (-1, war_b)), "stop": end("back-down", (-2, 1))})
    after = tell({"B": "challenge"}, move("B", {"yield": end("won", (2, 0)), "resist": resisted}))
    return ExtensiveFormGame(
        move("A", {"wait": end("calm", (0, 1)), "challenge": after}), ("A", "B")
    )


def test_a_credible_threat_is_carried_out() -> None:
    found = solve(deterrence(-1), "subgame-perfect")
    assert found.complete
    (equilibrium,) = found
    assert equilibrium.outcomes["won"] == 1
    assert equilibrium.strategy["A"]["challenge",] == {"attack": 1, "stop": 0}


def test_ties_are_kept() -> None:
    found = solve(deterrence(0), "subgame-perfect")
    assert [e.outcomes["won"] for e in found] == [1, 0]
    assert len(found.classes) == 2
    assert found.bounds("calm") == (0, 1)
    # B may also mix at its tie, and then A's challenge may end in war: so the list is not all.
    assert not found.complete
    assert "may also mix" in found.notes[-1]
    assert found.bounds("war")[1] == 0 < solve(deterrence(0)).bounds("war")[1]


def random_perfect(rng: Random, depth: int, count: list[int]) -> Node:
    if depth == 0 or rng.random() < 0.2:
        count[0] += 1
        return end(f"z{count[0]}", (rng.randint(-2, 2), rng.randint(-2, 2)))
    if rng.random() < 0.2:
        p = Fraction(rng.randint(1, 3), 4)
        ways = {"up": p, "down": 1 - p}
        return chance(
            {
                w: (
                    q,
                    tell(dict.fromkeys("AB", f"{w}{depth}"), random_perfect(rng, depth - 1, count)),
                )
                for w, q in ways.items()
            }
        )
    mover = rng.choice("AB")
    other = {"A": "B", "B": "A"}[mover]
    return move(
        mover,
        {a: tell({other: f"saw {a}"}, random_perfect(rng, depth - 1, count)) for a in ("x", "y")},
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_pure_subgame_perfect_equilibria_lie_in_the_sequential_set(seed: int) -> None:
    game = ExtensiveFormGame(random_perfect(Random(seed), 3, [0]), ("A", "B"))
    pure, sequential = solve(game, "subgame-perfect"), solve(game, time_limit=5)
    assert len(pure) > 0
    for equilibrium in pure:
        assert equilibrium.certificate.gain < 1e-12
    if sequential.complete and sequential.form is not None and len(sequential):
        for outcome in game.outcomes:
            low, high = sequential.bounds(outcome)
            least, most = pure.bounds(outcome)
            assert low - 1e-12 <= least <= most <= high + 1e-12


def test_imperfect_information_is_refused_with_the_remedy() -> None:
    with pytest.raises(NotApplicable, match="concept='sequential'"):
        solve(escalation_1(), "subgame-perfect")
