"""Random and degenerate signaling games: one by one and in a batch, against the oracle.

Degenerate ones, with payoffs from a few integers, are compared in tests/equilibria in hundreds;
here are mostly generic ones, and the compiled patterns of `solve_many`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from oracles import Signaling, build, signaling_bounds

from crisisgames import Parameter, SignalingGame, solve, solve_many

RANGES = {"random": (-500, 500), "degenerate": (-2, 2)}
"""Payoffs: ties are rare, or everywhere."""

CHUNKS = [
    *(((2, 2, 2), "random", k) for k in range(8)),
    *(((2, 2, 2), "degenerate", k) for k in range(2)),
    ((3, 2, 2), "random", 0),
    ((3, 2, 2), "degenerate", 0),
]
GAMES = {(2, 2, 2): 100, (3, 2, 2): 40}
"""Games in each chunk: enough points for the patterns to be compiled."""

ROUNDING = 1e-9
PRIORS = ["1/4", "3/8", "1/2", "7/8"]
"""Numbers that floats hold exactly, so that both routes solve the same game."""


def drawn(kind: str, chunk: int, shape: tuple[int, int, int]) -> list[Signaling]:
    rng = Random(f"{kind} {chunk} {shape}")
    types, messages, actions = shape

    def table() -> list[list[list[int]]]:
        return [
            [[rng.randint(*RANGES[kind]) for _ in range(actions)] for _ in range(messages)]
            for _ in range(types)
        ]

    def prior() -> list[Fraction]:
        share = Fraction(rng.choice(PRIORS))
        return [share, 1 - share] if types == 2 else [share / 2, share / 2, 1 - share]

    return [build(prior(), table(), table()) for _ in range(GAMES[shape])]


def pattern(shape: tuple[int, int, int]) -> SignalingGame:
    """A signaling game in which every payoff, and the prior, is a parameter."""
    types, messages, actions = (
        [f"{kind}{k}" for k in range(n)] for kind, n in zip("tma", shape, strict=True)
    )

    def payoffs(side: str) -> list[list[list[Parameter]]]:
        return [
            [[Parameter(f"{side}_{t}_{m}_{a}", (-999, 999)) for a in actions] for m in messages]
            for t in types
        ]

    shares = [Parameter(f"prior_{t}", (0, 1), default=1 / len(types)) for t in types[:-1]]
    prior = [*shares, 1 - sum(shares)]
    return SignalingGame(types, messages, actions, prior, payoffs("s"), payoffs("r"))


def values(games: list[Signaling]) -> dict[str, np.ndarray]:
    types, messages, actions = map(range, games[0].shape)
    columns = {
        f"{side}_t{t}_m{m}_a{a}": [float(getattr(g, name)[t][m][a]) for g in games]
        for side, name in (("s", "sender"), ("r", "receiver"))
        for t, m, a in product(types, messages, actions)
    }
    columns |= {f"prior_t{t}": [float(g.prior[t]) for g in games] for t in types[:-1]}
    return {name: np.array(column) for name, column in columns.items()}


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "kind", "chunk"), CHUNKS)
def test_one_by_one_and_in_a_batch(shape: tuple[int, int, int], kind: str, chunk: int) -> None:
    games = drawn(kind, chunk, shape)
    batch = solve_many(pattern(shape), values(games))
    assert batch.compiled.all()
    assert batch.complete.all()
    bounds = {outcome: batch.bounds(outcome) for outcome in batch.game.outcomes}
    for k, g in enumerate(games):
        name = f"{kind} {chunk} {shape} {k}"
        found = solve(g.game(), exact=True)
        assert found.complete, name
        assert batch.extremes[k] == len(found), name
        for outcome, (low, high) in signaling_bounds(g).items():
            assert found.bounds(outcome) == (low, high), name
            both = [float(ends[k]) for ends in bounds[outcome]]
            assert both == pytest.approx([float(low), float(high)], abs=ROUNDING), name
