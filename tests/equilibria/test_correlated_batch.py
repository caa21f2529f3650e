"""Equilibria with a mediator at many points: the exact set of every point says the same."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    BayesianGame,
    ExtensiveFormGame,
    GameError,
    Incident,
    NormalFormGame,
    NotApplicable,
    Parameter,
    SignalingGame,
    UnknownName,
    chance,
    end,
    move,
    solve,
    solve_many,
    tell,
)
from crisisgames.equilibria.linear import batch as batch_module
from crisisgames.equilibria.linear import stack
from crisisgames.equilibria.linear.batch import CorrelatedBatch

seeds = st.integers(0, 10**6)
SAME = 1e-9


def numbers(rng: Random, names: tuple[str, ...]) -> Any:
    """Payoffs that are whole numbers, parameters, or sums of both: ties happen all the time."""
    parameters = [Parameter(n, (-3, 3), default=1) for n in names]

    def one() -> Any:
        kind = rng.random()
        if kind < 0.5:
            return rng.randint(-2, 2)
        return rng.choice(parameters) + (rng.randint(-1, 1) if kind < 0.75 else 0)

    return one


def table(rng: Random, shape: tuple[int, ...], one: Any) -> Any:
    if not shape:
        return one()
    return [table(rng, shape[1:], one) for _ in range(shape[0])]


def random_normal(rng: Random) -> NormalFormGame:
    shape = rng.choice([(2, 2), (2, 3), (3, 3), (2, 2, 2)])
    one = numbers(rng, ("u", "v"))
    return NormalFormGame.from_arrays(*(table(rng, shape, one) for _ in shape))


def random_bayesian(rng: Random) -> BayesianGame:
    one = numbers(rng, ("u", "v"))
    p = Parameter("p", (0, 1), default=0.5)
    types, actions = [("t", "s"), ("w",)], [("a", "b"), ("c", "d")]
    if rng.random() < 0.5:
        types[1] = ("w", "x")
    prior: list[Any] = [(p, 1 - p), (0.25, 0.75)[: len(types[1])]]
    prior[1] = (1,) if len(types[1]) == 1 else prior[1]
    return BayesianGame(
        ("A", "B"), types, actions, prior, lambda types, profile: [one(), one()]
    )  # fmt: skip


def random_signaling(rng: Random) -> SignalingGame:
    one = numbers(rng, ("u", "v"))
    p = Parameter("p", (0, 1), default=0.5)
    shape = (2, 2, rng.choice([2, 3]))
    return SignalingGame(
        ("t", "s"),
        ("m", "n"),
        ("x", "y", "z")[: shape[2]],
        (p, 1 - p),
        table(rng, shape, one),
        table(rng, shape, one),
    )


def points(rng: Random, game: Any, count: int) -> dict[str, list[float]]:
    """Values of the game's parameters: small fractions, so that ties happen, and ends."""
    found = {}
    for name in game.parameters:
        ends = (0, 1) if name == "p" else (-2, 2)
        found[name] = [rng.choice([*ends, rng.randint(-8, 8) / 4]) for _ in range(count)]
        if name == "p":
            found[name] = [abs(v) / 2 for v in found[name]]
    return found


def agree(batch: CorrelatedBatch, most: int | None = None) -> None:
    """Compare all bounds with those of the exact sets."""
    outcomes = batch.outcomes[:most]
    low, high = batch.ranges([(o,) for o in outcomes])
    pays = [batch.payoff_bounds(p) for p in batch.game.players]
    assert batch.complete.all()
    for k in range(len(batch)):
        one = solve(batch.at(k), batch.concept, exact=True)
        for j, o in enumerate(outcomes):
            assert np.allclose([low[k, j], high[k, j]], np.array(one.bounds((o,)), float), 0, SAME)
        for player, bounds in zip(batch.game.players, pays, strict=True):
            found = [b.ravel()[k] for b in bounds]
            assert np.allclose(found, np.array(one.payoff_bounds(player), float), 0, SAME)


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_random_normal_forms_as_their_exact_sets(seed: int) -> None:
    rng = Random(seed)
    game = random_normal(rng)
    for concept in ("correlated", "coarse-correlated"):
        agree(solve_many(game, points(rng, game, 3), concept), most=3)  # type: ignore[call-overload]


@given(seeds)
@settings(max_examples=6, deadline=None)
def test_random_games_with_types_as_their_exact_sets(seed: int) -> None:
    rng = Random(seed)
    game = random_bayesian(rng)
    for concept in ("communication", "bayes-correlated", "correlated"):
        agree(solve_many(game, points(rng, game, 3), concept), most=2)  # type: ignore[call-overload]


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_random_signaling_games_as_their_exact_sets(seed: int) -> None:
    rng = Random(seed)
    game = random_signaling(rng)
    agree(solve_many(game, points(rng, game, 3), "communication"), most=2)
