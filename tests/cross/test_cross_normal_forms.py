"""Random and degenerate two-player normal forms: all Nash equilibria, by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from oracle_strategic import Mixed, extreme_nash, nash_portrait, portrait

from crisisgames import Equilibrium, NormalFormGame, solve

RANGES = {"random": (-500, 500), "degenerate": (-1, 1)}
"""Payoffs: ties are rare, or everywhere."""

SHAPES = {(2, 2): 40, (2, 3): 25, (3, 2): 15, (3, 3): 15, (2, 4): 3, (3, 4): 2}
"""How many games of each shape a chunk has: 100 together."""

CHUNKS = [("random", k) for k in range(10)] + [("degenerate", k) for k in range(3)]


def mixed(game: NormalFormGame, equilibrium: Equilibrium) -> tuple[Mixed, Mixed]:
    x, y = (
        tuple(Fraction(equilibrium.strategy[player][()][a]) for a in actions)  # type: ignore[index]
        for player, actions in zip(game.players, game.actions, strict=True)
    )
    return x, y


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "chunk"), CHUNKS)
def test_exactly_the_extreme_equilibria_are_found(kind: str, chunk: int) -> None:
    for shape, count in SHAPES.items():
        for k in range(count):
            name = f"{kind} {chunk} {shape} {k}"
            rng = Random(name)
            first, second = (
                [
                    tuple(Fraction(rng.randint(*RANGES[kind])) for _ in range(shape[1]))
                    for _ in range(shape[0])
                ]
                for _ in range(2)
            )
            game = NormalFormGame.from_arrays(first, second)
            found = solve(game, "nash", exact=True)
            assert found.complete, name
            ours = [mixed(game, e) for e in found]
            assert sorted(ours) == sorted(extreme_nash(first, second)), name
            assert classes(game, ours, found.classes) == nash_portrait(
                first, second, cells(shape)
            ), name


def cells(shape: tuple[int, int]) -> dict[tuple[int, int], tuple[Fraction, ...]]:
    """Each cell leads to itself."""
    every = list(product(*map(range, shape)))
    return {cell: tuple(Fraction(int(cell == other)) for other in every) for cell in every}


def classes(game, ours, found):  # type: ignore[no-untyped-def]
    """What each class leads to, from the strategies, not from the outcomes that it states."""
    return portrait([[p * q for p, q in product(*ours[k])] for k in c.equilibria] for c in found)
