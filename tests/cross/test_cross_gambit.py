"""Gambit's equilibria of the same trees, read from their files: recorded, and asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from compare import distance, found_portrait, pieces, plans
from gambit_games import RECORD, digest, games, recorded
from oracle_strategic import Portrait, Vector, components, portrait
from oracle_trees import Flat, end_probabilities, realized, walked

from crisisgames import ExtensiveFormGame, solve

ROUNDING = 1e-6
"""Gambit's equilibria in floating point have a regret of up to 1e-11 of the payoffs' range."""

CHUNKS = 8
ASKED_AGAIN = 40
"""Trees that Gambit is asked about in the test itself, where it is installed."""


@cache
def every_game() -> dict[str, ExtensiveFormGame]:
    return dict(games())


@cache
def record() -> Mapping[str, Any]:
    return recorded()["games"]  # type: ignore[no-any-return]


def chunk_of(k: int) -> list[str]:
    return list(every_game())[k::CHUNKS]


def told(flat: Flat, answer: Sequence[Sequence[Any]]) -> tuple[Vector, Vector]:
    """Return what a recorded profile makes of each end, (by player 0, by player 1)."""
    strategies: dict[str, dict[tuple[str, ...], dict[str, Fraction]]] = {}
    for i, row in enumerate(answer):
        numbers = iter(row)
        strategies[flat.players[i]] = {
            h: {a: Fraction(next(numbers)) for a in offered}
            for h, offered in flat.actions[i].items()
        }
        assert next(numbers, None) is None
    return realized(flat, strategies, 0), realized(flat, strategies, 1)


def answered_portrait(flat: Flat, extreme: Sequence[Sequence[Sequence[str]]]) -> Portrait:
    pairs = [told(flat, answer) for answer in extreme]
    vectors = [end_probabilities(flat, *pair) for pair in pairs]
    return portrait([vectors[k] for k in part] for part in components(pairs))


@pytest.mark.slow
def test_the_record_is_of_these_games() -> None:
    assert len(record()) >= 200
    for name, game in every_game().items():
        assert record()[name]["digest"] == digest(game), (
            f"{RECORD.name} has another game as {name!r}; run tests/cross/record_gambit.py"
        )


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nash_equilibria_are_those_that_gambit_lists(chunk: int) -> None:
    for name in chunk_of(chunk):
        game = every_game()[name]
        flat = walked(game)
        found = solve(game, "nash", exact=True)
        assert found.complete, name
        answer = answered_portrait(flat, record()[name]["extreme"])
        assert found_portrait(found, flat) == answer, name


@pytest.mark.slow
def test_equilibria_by_polynomials_and_limits_of_quantal_response_are_in_the_set() -> None:
    compared = 0
    for name, game in every_game().items():
        answer = record()[name]
        if "polynomial" not in answer:
            continue
        flat = walked(game)
        parts = pieces(solve(game, "nash"), flat)
        for profile in [*answer["polynomial"], *answer["logit"]]:
            assert distance(parts, told(flat, profile)) < ROUNDING, name
        compared += 1
    assert compared >= 50


@pytest.mark.slow
def test_quantal_response_ends_where_gambit_says() -> None:
    compared = 0
    for name, game in every_game().items():
        answer = record()[name].get("logit")
        if not answer:
            continue
        flat = walked(game)
        theirs = np.array(end_probabilities(flat, *told(flat, answer[0])), dtype=float)
        (ours,) = solve(game, "qre")
        mine = end_probabilities(flat, *plans(flat, ours))
        assert np.array(mine, dtype=float) == pytest.approx(theirs, abs=ROUNDING), name
        compared += 1
    assert compared >= 50


@pytest.mark.slow
def test_gambit_still_says_so() -> None:
    pytest.importorskip("pygambit")
    from record_gambit import answers

    chosen = [name for name in every_game() if not name.startswith("ladder")][-ASKED_AGAIN:]
    for name in chosen:
        game = every_game()[name]
        flat = walked(game)
        now = answers(game, floats=False)["extreme"]
        assert answered_portrait(flat, now) == answered_portrait(flat, record()[name]["extreme"])
