"""Pure Markov perfect equilibria at many points: the exact search, ties, limits."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import Parameter
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.markov_batch import PureBatch, largest_gains, pure_markov_many
from crisisgames.equilibria.markov_pure import pure_markov
from crisisgames.games.stochastic import StageNumbers, StochasticGame


def drawn(rng: Random, sizes: list[list[int]], ties: bool) -> StochasticGame:
    """Return a game with so many actions by state and player; with ties, of small integers."""
    states = [f"s{k}" for k in range(len(sizes))]
    profiles = {s: list(product(*map(range, own))) for s, own in zip(states, sizes, strict=True)}

    def pay() -> Fraction:
        if ties:
            return Fraction(rng.randint(-2, 2))
        return Fraction(rng.randint(-(10**7), 10**7), 10**6)

    def row() -> dict[str, Fraction]:
        weights = [rng.choice([0, 0, 1, 2]) for _ in states]
        weights[rng.randrange(len(states))] += 1
        return {s: Fraction(w, sum(weights)) for s, w in zip(states, weights, strict=True) if w}

    def named(profile: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(f"a{a}" for a in profile)

    discounts = [Fraction(1, 2), Fraction(9, 10)] + ([Fraction(0)] if ties else [Fraction(2, 3)])
    return StochasticGame(
        tuple("ABC"[: len(sizes[0])]),
        tuple(states),
        {
            s: [[f"a{m}" for m in range(n)] for n in own]
            for s, own in zip(states, sizes, strict=True)
        },
        {s: {named(p): [pay() for _ in p] for p in profiles[s]} for s in states},
        {s: {named(p): row() for p in profiles[s]} for s in states},
        [rng.choice(discounts) for _ in sizes[0]],
    )


def together(games: list[StochasticGame]) -> StageNumbers:
    several = [game.floats() for game in games]
    return StageNumbers(
        np.array([n.payoffs for n in several]),
        np.array([n.transitions for n in several]),
        np.array([n.discounts for n in several]),
        np.array([n.start for n in several]),
    )


def agreed(games: list[StochasticGame], found: PureBatch) -> int:
    """Compare what is known with the exact search; return at how many points it is known."""
    for k, game in enumerate(games):
        own = found.points == k
        if not found.known[k]:
            assert not own.any()
            continue
        exact = pure_markov(game)
        assert exact.complete
        assert found.policies[own].tolist() == [
            [list(row) for row in e.policy] for e in exact.found
        ]
        values = np.array([e.values for e in exact.found], dtype=float)
        assert found.values[own] == pytest.approx(values.reshape(found.values[own].shape), abs=1e-9)
    return int(found.known.sum())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(1, 3), (2, 2), (2, 3), (3, 2)]), st.booleans())
def test_what_is_known_is_what_the_exact_search_finds(
    seed: int, shape: tuple[int, int], ties: bool
) -> None:
    rng = Random(seed)
    sizes = [[rng.choice([1, 2, 3 if shape != (2, 3) else 2]) for _ in range(shape[0])]
             for _ in range(shape[1])]  # fmt: skip
    games = [drawn(rng, sizes, ties) for _ in range(5)]
    numbers = together(games)
    found = pure_markov_many(games[0], numbers)
    known = agreed(games, found)
    assert ties or known == len(games)
    assert largest_gains(games[0], numbers, found).tolist() == [0.0] * len(found.points)


def test_ties_are_left_to_the_exact_search() -> None:
    rng = Random(3)
    games = [drawn(rng, [[2, 2], [2, 2]], ties=True) for _ in range(60)]
    found = pure_markov_many(games[0], together(games))
    assert 5 < agreed(games, found) < 55


WAGE = Parameter("wage", (-100, 100))


def worker(discount: Any = Fraction(1, 2)) -> StochasticGame:
    """One player, who may work for a wage or rest."""
    return StochasticGame(
        ("A",), ("s",), [("rest", "work")], lambda s, p: [WAGE * p.count("work")],
        lambda s, p: "s", discount,
    )  # fmt: skip


def test_near_a_tie_nothing_is_known() -> None:
    game = worker()
    wages = np.array([-1.0, -1e-12, 0.0, 1e-12, 1.0, 1e-12])
    numbers = game.floats({"wage": wages})
    # Near is relative to the largest payoff: here, to 1 from the fifth point on.
    numbers.payoffs[5] += 1.0
    found = pure_markov_many(game, numbers)
    assert found.known.tolist() == [True, True, False, True, True, False]
    assert found.points.tolist() == [0, 1, 3, 4]
    assert found.policies.ravel().tolist() == [0, 0, 1, 1]


def test_patience_beyond_the_reach_of_floats_is_left_to_the_exact_search() -> None:
    near = Parameter("near", (0, 1), default=1)
    game = worker(1 - near)
    found = pure_markov_many(
        game, game.floats({"wage": np.full(3, 1.0), "near": np.array([0.5, 1e-3, 1e-8])})
    )
    assert found.known.tolist() == [True, True, False]
    assert found.values.ravel() == pytest.approx([2, 1000])


def meetings(count: int, kind: str) -> StochasticGame:
    """Two players meet in one state after the other, once each; then it is over."""
    pays = {
        "coordination": lambda a, b: [int(a == b) * (2 - int(a))] * 2,
        "pennies": lambda a, b: [1 - 2 * int(a == b), 2 * int(a == b) - 1],
    }[kind]
    states = [f"s{k}" for k in range(count)]
    return StochasticGame(
        ("A", "B"), (*states, "end"),
        {s: [("0", "1"), ("0", "1")] for s in states},
        {**dict.fromkeys(states, pays), "end": (0, 0)},
        dict(zip(states, [*states[1:], "end"], strict=True)) | {"end": "end"},
        Fraction(1, 2),
    )  # fmt: skip


def test_states_that_come_one_after_the_other_multiply() -> None:
    games = [meetings(4, "coordination")] * 3
    found = pure_markov_many(games[0], together(games))
    assert agreed(games, found) == 3
    assert np.bincount(found.points).tolist() == [16, 16, 16]


def test_too_many_are_not_known() -> None:
    game = meetings(11, "coordination")  # 2048 of them
    found = pure_markov_many(game, together([game] * 2))
    assert not found.known.any()
    assert not len(found.points)


def test_none_may_be_all_there_are() -> None:
    games = [meetings(1, "pennies")] * 2
    found = pure_markov_many(games[0], together(games))
    assert agreed(games, found) == 2
    assert found.policies.shape == (0, 2, 2)
    assert largest_gains(games[0], together(games), found).shape == (0,)


def test_links_may_be_there_at_some_points_only() -> None:
    back = Parameter("back", (0, 1))
    game = StochasticGame(
        ("A", "B"), ("s", "t"), [("0", "1"), ("0", "1")],
        lambda s, p: [1 + 2 * (p[0] == p[1]) + (s == "t")] * 2,
        lambda s, p: "t" if s == "s" else {"s": back, "t": 1 - back},
        Fraction(1, 2),
    )  # fmt: skip
    values = np.array([0.0, 0.5, 1.0])
    found = pure_markov_many(game, game.floats({"back": values}))
    assert agreed([game.at(back=v) for v in values], found) == 3


def test_limits() -> None:
    games = [drawn(Random(1), [[2, 2], [2, 2]], ties=False)] * 2
    numbers = together(games)
    assert pure_markov_many(games[0], numbers, max_policies=4).known.all()
    for limited in (
        pure_markov_many(games[0], numbers, max_policies=3),
        pure_markov_many(games[0], numbers, deadline=Deadline(0.0)),
    ):
        assert limited.known.tolist() == [False, False]
        assert not len(limited.points)
