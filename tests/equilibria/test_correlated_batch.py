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
    GameError,
    Incident,
    NormalFormGame,
    NotApplicable,
    Parameter,
    SignalingGame,
    UnknownName,
    solve,
    solve_many,
)
from crisisgames.equilibria.linear import batch as batch_module
from crisisgames.equilibria.linear import stack
from crisisgames.equilibria.linear.batch import CorrelatedBatch

CRASH = Parameter("crash", (1, 100), default=5)
CHICKEN = NormalFormGame.from_arrays(
    [[0, -1], [1, -CRASH]], [[0, 1], [-1, -CRASH]], actions=[("yield", "dare")] * 2
)
DARES = ("dare", "dare")

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
    return BayesianGame(("A", "B"), types, actions, prior, lambda types, profile: [one(), one()])


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
        agree(solve_many(game, points(rng, game, 3), concept), most=3)


@given(seeds)
@settings(max_examples=6, deadline=None)
def test_random_games_with_types_as_their_exact_sets(seed: int) -> None:
    rng = Random(seed)
    game = random_bayesian(rng)
    for concept in ("communication", "bayes-correlated", "correlated"):
        agree(solve_many(game, points(rng, game, 3), concept), most=2)


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_random_signaling_games_as_their_exact_sets(seed: int) -> None:
    rng = Random(seed)
    game = random_signaling(rng)
    agree(solve_many(game, points(rng, game, 3), "communication"), most=2)


def test_the_crash_of_chicken_by_its_closed_form() -> None:
    # With g = 1 for daring against one who yields and h = crash - 1 for yielding against one who
    # dares, it is likeliest at the vertex (0, h, h, g) / (g + 2 h).
    crash = np.array([[1.5, 2.0, 5.0], [10.0, 50.0, 100.0]])
    batch = solve_many(CHICKEN, {"crash": crash}, "correlated")
    low, high = batch.bounds(DARES)
    assert low.shape == (2, 3)
    assert np.abs(high - 1 / (2 * crash - 1)).max() < 1e-12
    assert not low.any()
    assert not batch.exact.any()


def test_points_that_arrays_do_not_prove_are_solved_exactly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crash = {"crash": [1.0, 2.0, 5.0]}
    before = solve_many(CHICKEN, crash, "correlated")
    bounds = before.bounds(DARES)
    monkeypatch.setattr(stack, "_basis_of", lambda *given: None)
    batch = solve_many(CHICKEN, crash, "correlated")
    assert np.allclose(batch.bounds(DARES), bounds, 0, 1e-12)
    assert batch.exact.all()
    assert batch.complete.all()


def test_a_vertex_just_outside_is_not_taken() -> None:
    # At a crash of 1 a dare costs nothing more than yielding, so that everything changes there.
    near = 1 + 1e-7
    batch = solve_many(CHICKEN, {"crash": [1.0, near, 1.0 + 1e-12]}, "correlated")
    agree(batch)


def test_a_type_that_never_occurs_asks_for_nothing() -> None:
    rng = Random(5)
    for game in (random_bayesian(rng), random_signaling(rng)):
        values = {n: [0.5] * 4 for n in game.parameters} | {"p": [0.0, 0.3, 1.0, 0.7]}
        batch = solve_many(game, values, "communication")
        agree(batch, most=2)


def test_results_depend_neither_on_workers_nor_on_what_else_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch_module, "CHUNK", 8)
    game = Incident().game()
    values = {"clarity": np.linspace(0.1, 0.9, 5)[:, None], "suspicion": np.linspace(0.2, 0.8, 6)}
    one, two = (solve_many(game, values, "correlated", workers=n) for n in (1, 2))
    found = one.bounds("war")
    assert np.array_equal(found, two.bounds("war"))
    labels = [*one.outcomes, "war", "nothing", ("calm", "war")]
    low, high = one.ranges(labels)
    assert np.abs(low[:, -3] - found[0].ravel()).max() < 1e-12
    assert np.abs(high[:, -3] - found[1].ravel()).max() < 1e-12
    assert not low[:, -2].any()
    assert not high[:, -2].any()
    frame = one.to_dataframe()
    assert len(frame) == 30
    assert np.allclose(frame["calm high"], high[:, labels.index("calm")], 0, 1e-12)
    assert [k.concept for k in one[:2]] == ["correlated"] * 2
    assert np.allclose(np.array(one[2, 3].bounds("war"), float), [b[2, 3] for b in found], 0, 1e-9)


def test_an_outcome_and_its_opposite_are_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    before = stack.extremes

    def counted(program: Any, goals: np.ndarray, *rest: Any) -> Any:
        asked.append(len(goals))
        return before(program, goals, *rest)

    monkeypatch.setattr(batch_module, "extremes", counted)
    batch = solve_many(CHICKEN, {"crash": [3.0]}, "correlated")
    others = tuple(o for o in batch.outcomes if o != DARES)
    low, high = batch.ranges(
        [DARES, frozenset(others), DARES, "nothing", frozenset(batch.outcomes)]
    )
    assert asked == [2]
    assert np.allclose(low[0], [0, 1 - 1 / 5, 0, 0, 1])
    assert np.allclose(high[0], [1 / 5, 1, 1 / 5, 0, 1])


def test_time_limits_leave_points_out() -> None:
    batch = solve_many(CHICKEN, {"crash": np.linspace(1, 9, 50)}, "correlated", time_limit=1e-9)
    low, high = batch.bounds(DARES)
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert not batch.complete.any()
    assert batch.notes == ("0 of 50 points are complete.",)


def test_what_is_wrong_is_said_at_once() -> None:
    with pytest.raises(NotApplicable, match="'communication' is for a BayesianGame"):
        solve_many(CHICKEN, {"crash": [2, 3]}, "communication")
    with pytest.raises(GameError, match="allowed is"):
        solve_many(CHICKEN, {"crash": [2, 300]}, "correlated")
    with pytest.raises(UnknownName, match="peace"):
        solve_many(CHICKEN, {"crash": [2, 3]}, "correlated").bounds("peace")
    with pytest.raises(UnknownName, match="C"):
        solve_many(CHICKEN, {"crash": [2, 3]}, "correlated").payoff_bounds("C")
