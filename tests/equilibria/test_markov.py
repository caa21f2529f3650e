"""Markov perfect equilibria: known games, brute force, other routes, and what is told."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import inf, log
from random import Random
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crisisgames import GameError, NormalFormGame, NotApplicable, Parameter, UnknownName, solve
from crisisgames.crises import Dyads, Pair
from crisisgames.equilibria.markov import (
    MarkovEquilibrium,
    MarkovSet,
    markov_perfect,
    markov_play,
)
from crisisgames.equilibria.markov_logit import logit_markov
from crisisgames.equilibria.markov_plays import MarkovPlays
from crisisgames.equilibria.markov_pure import pure_markov
from crisisgames.games.repeated import RepeatedGame
from crisisgames.games.stochastic import StochasticGame

LEVELS = ("calm", "friction", "crisis")
PUSH = ("restrain", "push")
DAMAGE = Parameter("damage", (0, 100), 5)


def dyad() -> StochasticGame:
    """Two sides whose pushing may raise tension; dialogue dampens it; beyond crisis is conflict.

    Tension moves first; then, at the new tension, dialogue ends or resumes.
    """
    half, rise = Fraction(1, 2), (Fraction(1, 50), Fraction(1, 5), Fraction(1, 2))
    fall, suspension, resumption = Fraction(2, 5), half, Fraction(3, 10)
    states = [(t, talk) for t in range(3) for talk in (True, False)]
    name = {s: f"{LEVELS[s[0]]}, {'dialogue' if s[1] else 'silence'}" for s in states}

    def payoffs(state: str, profile: tuple[str, ...]) -> Any:
        if state == "conflict":
            return (-DAMAGE, -DAMAGE)
        return {("push", "restrain"): (1, -1), ("restrain", "push"): (-1, 1)}.get(profile, (0, 0))

    def transitions(state: str, profile: tuple[str, ...]) -> Any:
        if state == "conflict":
            return "conflict"
        tension, talk = next(s for s in states if name[s] == state)
        k = profile.count("push")
        up = rise[k] * (half if talk else 1)
        down = (1 - up) * fall if k == 0 and tension > 0 else Fraction(0)
        row: dict[str, Fraction] = {}
        for level, p in ((tension + 1, up), (tension - 1, down), (tension, 1 - up - down)):
            if level == 3:
                row["conflict"] = row.get("conflict", Fraction(0)) + p
            elif level >= 0:
                if level == 2:
                    on = 1 - suspension if talk else Fraction(0)
                else:
                    on = Fraction(1) if talk else resumption
                for after, q in ((True, on), (False, 1 - on)):
                    row[name[level, after]] = row.get(name[level, after], Fraction(0)) + p * q
        return row

    return StochasticGame(
        ("A", "B"),
        (*name.values(), "conflict"),
        lambda s: None if s == "conflict" else (PUSH, PUSH),
        payoffs,
        transitions,
        Fraction(9, 10),
    )


def test_a_dyad_at_the_defaults_has_one_pure_equilibrium() -> None:
    found = solve_markov(dyad())
    assert found.all_pure
    assert not found.complete
    [only] = found
    for player in ("A", "B"):
        for state, behaviour in only.strategy[player].items():
            if state != "conflict":
                assert behaviour["push"] == (0 if state.startswith("crisis") else 1)
    assert only.probability_within("conflict", 50) == pytest.approx(0.298933, abs=5e-7)
    assert only.certificate.worst < 1e-12
    assert found.select("qre") is only


def test_a_dyad_at_small_damage_has_four() -> None:
    found = solve_markov(dyad().at(damage=2))
    assert found.all_pure
    assert len(found) == 4
    low, high = found.bounds("conflict", 50)
    assert low == pytest.approx(0.16214, abs=5e-6)
    assert high == pytest.approx(0.99998, abs=5e-6)
    assert all(e.certificate.worst < 1e-12 for e in found)


def solve_markov(game: StochasticGame, **options: Any) -> MarkovSet:
    return solve(game, "markov-perfect", **options)


def random_game(
    rng: Random, *, players: int = 2, states: int = 2, actions: int = 2, ties: bool = True
) -> StochasticGame:
    """Small integer payoffs and coarse transitions, so that ties and unreached states happen."""
    names = tuple("ABC"[:players])
    places = tuple(f"s{k}" for k in range(states))
    sizes = [[rng.choice([1, actions, actions]) for _ in names] for _ in places]

    def row() -> dict[str, Fraction]:
        weights = [rng.choice([0, 0, 1, 2]) for _ in places]
        if not any(weights):
            weights[rng.randrange(states)] = 1
        total = sum(weights)
        return {s: Fraction(w, total) for s, w in zip(places, weights, strict=True) if w}

    def pay() -> Fraction:
        return Fraction(rng.randint(-2, 2)) if ties else Fraction(rng.randint(-999, 999), 100)

    profiles = {
        s: list(product(*([f"a{m}" for m in range(n)] for n in sizes[k])))
        for k, s in enumerate(places)
    }
    return StochasticGame(
        names,
        places,
        {s: [[f"a{m}" for m in range(n)] for n in sizes[k]] for k, s in enumerate(places)},
        {s: {p: tuple(pay() for _ in names) for p in profiles[s]} for s in places},
        {s: {p: row() for p in profiles[s]} for s in places},
        [rng.choice([Fraction(0), Fraction(1, 2), Fraction(9, 10)]) for _ in names],
        places[-1],
    )


def brute_force(game: StochasticGame) -> set[tuple[tuple[int, ...], ...]]:
    """Every pure profile from which nobody gains, values by SymPy's exact linear algebra."""
    numbers = game.exact()
    place = {cell: c for c, cell in enumerate(game.cells)}
    states = range(len(game.states))
    found = set()
    choices = [list(product(*(range(len(own)) for own in row))) for row in game.actions]
    for policy in product(*choices):

        def cell(k: int, taken: tuple[int, ...]) -> int:
            own = game.actions[k]
            return place[k, tuple(own[i][a] for i, a in enumerate(taken))]

        cells = [cell(k, policy[k]) for k in states]
        stable = True
        for i, d in enumerate(numbers.discounts):
            chain = sp.Matrix(
                [[sp.Rational(str(p)) for p in numbers.transitions[c]] for c in cells]
            )
            now = sp.Matrix([sp.Rational(str(numbers.payoffs[c, i])) for c in cells])
            values = (sp.eye(len(cells)) - sp.Rational(str(d)) * chain).LUsolve(now)
            for k in states:
                for a in range(len(game.actions[k][i])):
                    c = cell(k, (*policy[k][:i], a, *policy[k][i + 1 :]))
                    onward = sum(
                        sp.Rational(str(p)) * v
                        for p, v in zip(numbers.transitions[c], values, strict=True)
                    )
                    worth = sp.Rational(str(numbers.payoffs[c, i])) + sp.Rational(str(d)) * onward
                    stable = stable and worth <= values[k]
        if stable:
            found.add(policy)
    return found


@settings(max_examples=16, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(1, 3), (2, 2), (2, 3), (3, 2)]))
def test_the_pure_ones_are_those_of_brute_force(seed: int, size: tuple[int, int]) -> None:
    players, states = size
    actions = 2 if players * states > 4 else 3
    game = random_game(Random(seed), players=players, states=states, actions=actions)
    found = pure_markov(game)
    assert found.complete
    policies = [e.policy for e in found.found]
    assert policies == sorted(policies)
    assert len(set(policies)) == len(policies)
    assert set(policies) == brute_force(game)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3))
def test_with_one_state_they_are_the_equilibria_of_the_stage(seed: int, players: int) -> None:
    rng = Random(seed)
    names = tuple("ABC"[:players])
    actions = tuple(("x", "y", "z")[: rng.randint(2, 3)] for _ in names)
    table = {p: tuple(rng.randint(0, 2) for _ in names) for p in product(*actions)}
    stage = NormalFormGame(names, actions, table)
    game = StochasticGame(
        names, ("s",), actions, {"s": table}, {"s": "s"}, Fraction(rng.randint(0, 9), 10)
    )
    found = markov_perfect(game, "pure")
    played = {
        tuple(next(a for a, p in e.strategy[i]["s"].items() if p == 1) for i in names)
        for e in found
    }
    pure = {
        tuple(next(a for a, p in e.strategy[i][()].items() if p == 1) for i in names)
        for e in solve(stage, "pure-nash")
    }
    assert played == pure


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_one_player_solves_its_decision_problem(seed: int) -> None:
    game = random_game(Random(seed), players=1, states=4, actions=3, ties=False)
    found = solve_markov(game)
    numbers = game.floats()
    values = np.zeros(4)
    for _ in range(400):
        worth = numbers.payoffs[:, 0] + numbers.discounts[0] * (numbers.transitions @ values)
        values = np.array(
            [
                max(w for w, (s, _) in zip(worth, game.cells, strict=True) if s == k)
                for k in range(4)
            ]
        )
    assert found.status == "converged"
    for e in found:
        assert list(map(float, e.values["A"].values())) == pytest.approx(values.tolist(), abs=1e-6)
    if len(found) == 1:
        assert found.complete


def test_one_player_with_ties_may_also_mix() -> None:
    game = StochasticGame(("A",), ("s",), [("x", "y")], {"s": [1]}, {"s": "s"}, 0.5)
    found = solve_markov(game)
    assert [e.kind for e in found] == ["pure", "pure", "logit"]
    assert found.all_pure
    assert not found.complete


def matrix_value(table: np.ndarray) -> float:
    """The value of a zero-sum matrix game, by linear programming."""
    rows, columns = table.shape
    found = linprog(
        [0.0] * rows + [-1.0],
        A_ub=np.hstack([-table.T, np.ones((columns, 1))]),
        b_ub=np.zeros(columns),
        A_eq=[[1.0] * rows + [0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return float(-found.fun)


@pytest.mark.parametrize("seed", range(4))
def test_the_limit_has_the_value_of_a_zero_sum_game(seed: int) -> None:
    """Shapley (1953): the value is the fixed point of the values of the matrix games."""
    rng = np.random.default_rng(seed)
    pays = rng.integers(-3, 4, size=(3, 2, 2)).astype(float)
    moves = rng.dirichlet([1, 1, 1], size=(3, 2, 2)).round(2)
    moves[..., 2] = 1 - moves[..., 0] - moves[..., 1]
    names = ("s0", "s1", "s2")
    index = {"x": 0, "y": 1}

    def at(state: str, profile: tuple[str, ...]) -> tuple[int, ...]:
        return (names.index(state), index[profile[0]], index[profile[1]])

    game = StochasticGame(
        ("A", "B"),
        names,
        (("x", "y"),) * 2,
        lambda s, p: (pays[at(s, p)], -pays[at(s, p)]),
        lambda s, p: dict(zip(names, moves[at(s, p)].tolist(), strict=True)),
        0.8,
    )
    values = np.zeros(3)
    for _ in range(80):
        values = np.array([matrix_value(pays[k] + 0.8 * moves[k] @ values) for k in range(3)])
    found = solve_markov(game)
    limit = found.select("qre")
    assert found.status == "converged"
    assert list(limit.values["A"].values()) == pytest.approx(values.tolist(), abs=1e-6)
    assert limit.certificate.worst < 1e-6


def test_the_big_match() -> None:
    """Gillette (1957): at discount 1 − λ the value is 1/2 per period; A stops with λ/(1 + λ)."""
    lam = Fraction(1, 5)
    game = StochasticGame(
        ("A", "B"),
        ("open", "won", "lost"),
        {"open": {"A": ("stop", "go"), "B": ("left", "right")}},
        {
            "open": {
                ("stop", "left"): (1, -1),
                ("stop", "right"): (0, 0),
                ("go", "left"): (0, 0),
                ("go", "right"): (1, -1),
            },
            "won": (1, -1),
            "lost": (0, 0),
        },
        {
            "open": {
                ("stop", "left"): "won",
                ("stop", "right"): "lost",
                ("go", "left"): "open",
                ("go", "right"): "open",
            },
            "won": "won",
            "lost": "lost",
        },
        1 - lam,
    )
    found = solve_markov(game)
    assert found.all_pure
    [limit] = found
    assert limit.kind == "logit"
    assert limit.strategy["A"]["open"]["stop"] == pytest.approx(float(lam / (1 + lam)), abs=1e-7)
    assert limit.strategy["B"]["open"]["left"] == pytest.approx(0.5, abs=1e-7)
    assert limit.payoffs["A"] == pytest.approx(0.5 / float(lam), abs=1e-7)
    assert limit.mean_time_to(["won", "lost"]) == pytest.approx(6, abs=1e-6)
    assert limit.long_run()["won"] == pytest.approx(0.5, abs=1e-7)


def worth(e: MarkovEquilibrium, player: str, state: str, action: str) -> float:
    """What an action is worth when all play the strategies, computed from its definition."""
    game = e.game
    numbers, i = game.floats(), game.players.index(player)
    total = 0.0
    for (k, profile), pays, row in zip(
        game.cells, numbers.payoffs, numbers.transitions, strict=True
    ):
        if game.states[k] == state and profile[i] == action:
            p = 1.0
            for j, a in zip(game.players, profile, strict=True):
                p *= 1.0 if j == player else float(e.strategy[j][state][a])
            later = sum(
                q * float(e.values[player][s]) for q, s in zip(row, game.states, strict=True)
            )
            total += p * (pays[i] + numbers.discounts[i] * later)
    return total


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(1, 3), (2, 3), (3, 2)]), st.floats(0.1, 3))
def test_points_of_the_branch_meet_the_logit_conditions(
    seed: int, size: tuple[int, int], precision: float
) -> None:
    players, states = size
    game = random_game(Random(seed), players=players, states=states, ties=False)
    found = solve_markov(game, precision=precision)
    assert found.status == "precision reached"
    [e] = found
    assert e.precision == precision
    assert e.certificate.value_error < 1e-9
    for i in game.players:
        for k, s in enumerate(game.states):
            behaviour = e.strategy[i][s]
            own = game.actions[k][game.players.index(i)]
            for a, b in product(own, own):
                if min(behaviour[a], behaviour[b]) > 1e-200:
                    odds = log(behaviour[a]) - log(behaviour[b])
                    gap = worth(e, i, s, a) - worth(e, i, s, b)
                    assert odds == pytest.approx(precision * gap, abs=1e-7)


@pytest.mark.parametrize("seed", range(8))
def test_with_one_state_the_branch_is_that_of_the_stage(seed: int) -> None:
    rng = Random(seed)
    names = ("A", "B", "C")[: 2 + seed % 2]
    actions = tuple(("x", "y", "z")[: 3 - seed % 2] for _ in names)
    table = {p: tuple(rng.randint(-9, 9) for _ in names) for p in product(*actions)}
    game = StochasticGame(names, ("s",), actions, {"s": table}, {"s": "s"}, 0.3)
    stage = NormalFormGame(names, actions, table)
    for options in ({"precision": 0.7}, {}):
        [limit] = markov_perfect(game, "logit", **options)
        [known] = solve(stage, "qre", **options)
        for i in names:
            got = [limit.strategy[i]["s"][a] for a in actions[names.index(i)]]
            want = [known.strategy[i][()][a] for a in actions[names.index(i)]]
            assert got == pytest.approx(want, abs=1e-6)


def test_a_branch_passes_where_others_cross_it() -> None:
    """Both want to do the same: uniform play at every precision, with a pitchfork on the way."""
    same = {p: (int(p[0] == p[1]),) * 2 for p in product("xy", repeat=2)}
    game = StochasticGame(("A", "B"), ("s",), (("x", "y"),) * 2, {"s": same}, {"s": "s"}, 0.5)
    found = solve_markov(game)
    assert found.status == "converged"
    assert [e.kind for e in found] == ["pure", "pure", "logit"]
    limit = found.select()
    assert limit.strategy["A"]["s"]["x"] == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_limits_of_random_games_are_equilibria(seed: int) -> None:
    rng = Random(1000 + seed)
    game = random_game(rng, players=2 + seed % 2, states=3, actions=2, ties=seed % 3 == 0)
    found = solve_markov(game)
    assert found.status == "converged"
    scale = float(np.abs(game.floats().payoffs).max()) * 10 + 1
    for e in found:
        assert e.certificate.gain <= 1e-7 * scale
        assert e.certificate.value_error <= 1e-9 * scale


def test_results_are_the_same_on_every_run() -> None:
    game = random_game(Random(5), players=3, states=3, ties=False)
    one, two = solve_markov(game), solve_markov(game)
    assert [e.strategy for e in one] == [e.strategy for e in two]
    assert [e.values for e in one] == [e.values for e in two]
    assert one.notes == two.notes


def test_states_that_cannot_return_are_solved_one_after_another() -> None:
    """Ten periods of a stage with two equilibria: two to the ten pure ones."""
    same = {p: (int(p[0] == p[1]),) * 2 for p in product("xy", repeat=2)}
    clock = [f"t{k}" for k in range(10)]
    game = StochasticGame(
        ("A", "B"),
        (*clock, "end"),
        dict.fromkeys(clock, (("x", "y"),) * 2),
        {**dict.fromkeys(clock, same), "end": (0, 0)},
        dict(zip((*clock, "end"), (*clock[1:], "end", "end"), strict=True)),
        0.5,
    )
    found = pure_markov(game)
    assert found.complete
    assert len(found.found) == 1024


def test_limits_are_told_and_not_raised() -> None:
    game = dyad().at(damage=2)
    small = solve_markov(game, max_policies=10)
    assert not small.all_pure
    assert not small.complete
    assert "max_policies=10" in small.notes[0]
    assert [e.kind for e in small] == ["logit"]
    none = markov_perfect(game, "pure", time_limit=1e-9)
    assert (len(none), none.all_pure) == (0, False)
    assert "time_limit" in none.notes[0]
    with pytest.raises(GameError, match="no equilibrium was found"):
        none.bounds("conflict", 50)
    branch = logit_markov(game, max_steps=4)
    assert branch.status.startswith("stopped: at precision")
    assert "raise it" in branch.status
    late = markov_perfect(game, "logit", time_limit=1e-9)
    assert late.status.startswith("stopped")
    assert late.selected is None
    with pytest.raises(GameError, match="the logit branch was stopped"):
        replace(small, status=late.status, selected=None).select("qre")


def test_exact_values_are_rationals() -> None:
    [e] = markov_perfect(dyad(), "pure", exact=True)
    assert e.values["A"]["conflict"] == Fraction(-50)
    assert isinstance(e.payoffs["A"], Fraction)
    assert e.certificate.worst == 0


def test_a_certificate_finds_out_what_is_wrong() -> None:
    [e] = markov_perfect(dyad(), "pure")
    strategy: dict[str, Mapping[str, Any]] = {
        **e.strategy,
        "A": {**e.strategy["A"], "calm, dialogue": {"restrain": 1.0, "push": 0.0}},
    }
    off = replace(e, strategy=strategy)
    assert off.certificate.value_error > 0.1
    wrong = {**e.values, "B": {**e.values["B"], "crisis, silence": 0.0}}
    assert replace(e, values=wrong).certificate.value_error > 0.1


def test_times_and_shares_on_a_chain_known_by_hand() -> None:
    """From up to down with 1/4, back with 1/2, and from down to out with 1/4."""
    quarter = Fraction(1, 4)
    chain = StochasticGame(
        ("A",),
        ("up", "down", "out"),
        {},
        {"up": [1], "down": [0], "out": [-1]},
        {
            "up": {"up": 1 - quarter, "down": quarter},
            "down": {"up": 2 * quarter, "down": quarter, "out": quarter},
            "out": "out",
        },
        0.5,
    )
    [e] = solve_markov(chain)
    assert e.probability_within("out", 1) == 0
    assert e.probability_within("out", 2) == pytest.approx(1 / 16)
    assert e.probability_within(["down", "out"], 1) == pytest.approx(1 / 4)
    assert e.probability_within("up", 0) == 1
    # m_up = 4 + m_down, 3/4 m_down = 1 + m_up/2.
    assert e.mean_time_to("out") == pytest.approx(16)
    assert e.mean_time_to("up") == 0
    assert e.long_run() == {"up": 0.0, "down": 0.0, "out": 1.0}
    assert e.occupation(2) == pytest.approx({"up": 7 / 8, "down": 1 / 8, "out": 0})
    stuck = StochasticGame(
        ("A",),
        ("here", "there"),
        {},
        {"here": [0], "there": [0]},
        {"here": "here", "there": "there"},
        0,
    )
    assert solve_markov(stuck)[0].mean_time_to("there") == inf


def test_a_set_is_a_sequence_that_selects_and_shows() -> None:
    found = solve_markov(dyad().at(damage=2))
    table = found.to_dataframe()
    assert list(table["selected"]) == [False, False, False, True]
    assert table["crisis, silence"][3] == "restrain, restrain"
    assert found.select("welfare") is found[0]
    assert found.select(lambda e: -e.probability_within("conflict", 50)) is found[2]
    assert list(found[1:3]) == [found[1], found[2]]
    text = found.explain()
    assert "4 Markov perfect equilibria found (all pure ones)" in text
    assert "In 'crisis, silence': A chooses 'restrain'; B chooses 'restrain'." in text
    assert "<table" in found._repr_html_()
    again = pickle.loads(pickle.dumps(found))
    assert again.bounds("conflict", 50) == found.bounds("conflict", 50)
    with pytest.raises(UnknownName, match="did you mean 'welfare'"):
        found.select("welfar")
    with pytest.raises(UnknownName, match="did you mean 'conflict'"):
        found.bounds("conflct", 50)
    with pytest.raises(GameError, match="periods is -1"):
        found.bounds("conflict", -1)
    with pytest.raises(GameError, match="periods is 0"):
        found[0].occupation(0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "mixed"}, "no method of concept 'markov-perfect' named 'mixed'"),
        ({"precision": -1}, "precision is -1"),
        ({"precision": float("nan")}, "precision is nan"),
        ({"precision": 1, "method": "pure"}, "leave method='pure' out"),
        ({"time_limit": "1"}, "time_limit is '1'"),
        ({"max_policies": 0}, "max_policies is 0"),
    ],
)
def test_options_that_make_no_sense_are_told(options: dict[str, Any], words: str) -> None:
    with pytest.raises((GameError, UnknownName)) as error:
        solve_markov(dyad(), **options)
    assert words in str(error.value)


def test_precision_zero_is_uniform_play() -> None:
    [e] = solve_markov(dyad(), precision=0)
    assert e.strategy["A"]["calm, dialogue"] == pytest.approx({"restrain": 0.5, "push": 0.5})
    assert e.certificate.value_error < 1e-12


def test_the_concept_and_the_game_must_fit() -> None:
    game = dyad()
    for concept in ("sequential", "nash", "qre"):
        with pytest.raises(NotApplicable, match="'markov-perfect' is for stochastic games"):
            solve(game, concept)  # type: ignore[call-overload]
    with pytest.raises(NotApplicable, match="does not fit a NormalFormGame"):
        solve(NormalFormGame.from_arrays([[1]], [[1]]), "markov-perfect")
    with pytest.raises(NotApplicable, match="best_reply"):
        solve(RepeatedGame.dilemma(), "nash")  # type: ignore[call-overload]
    with pytest.raises(UnknownName, match="did you mean 'method'"):
        solve(game, "markov-perfect", methd="pure")


@pytest.mark.parametrize("patience", ["99/100", "9999/10000", "999999/1000000"])
def test_patient_players_are_compared_exactly(patience: str) -> None:
    for seed in range(4):
        game = random_game(Random(seed), states=2)
        game = replace_discount(game, Fraction(patience))
        assert {e.policy for e in pure_markov(game).found} == brute_force(game)


def replace_discount(game: StochasticGame, discount: Fraction) -> StochasticGame:
    rows = dict(zip(game.cells, zip(game.payoffs, game.transitions, strict=True), strict=True))

    def row(state: str, profile: tuple[str, ...], which: int) -> Any:
        return rows[game.states.index(state), profile][which]

    return StochasticGame(
        game.players,
        game.states,
        lambda s: game.actions[game.states.index(s)],
        lambda s, p: row(s, p, 0),
        lambda s, p: dict(zip(game.states, row(s, p, 1), strict=True)),
        discount,
    )


def test_where_everything_ties_the_search_stops_in_time_with_what_it_has() -> None:
    places = tuple(f"s{k}" for k in range(8))
    anywhere = {s: Fraction(1, 8) for s in places}
    game = StochasticGame(
        ("A", "B"), places, (("x", "y"),) * 2, lambda s, p: (0, 0), lambda s, p: anywhere, 0.9
    )
    found = solve_markov(game, method="pure", time_limit=0.5)
    assert len(found) < 2**16
    assert not found.all_pure
    assert "Not all pure equilibria were searched" in found.notes[0]
    assert all(e.certificate.worst == 0 for e in found[:3])


def test_a_point_of_the_branch_is_not_called_an_equilibrium() -> None:
    found = solve_markov(dyad(), precision=2)
    text = found.explain()
    assert text.startswith(
        "A point of the logit branch at precision 2 (a quantal response, not a Markov perfect "
        "equilibrium).\n"
    )
    assert "equilibria found" not in text
    assert "not a Markov perfect equilibrium" in found._repr_html_()
    bound = float(text.split("nobody gains more than ")[1].split(" utils")[0])
    gain = found[0].certificate.gain
    assert gain <= bound <= 1.1 * gain
    assert gain > 0


# --- many profiles at once, and limits that rounding hides


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_many_profiles_at_once_are_as_each_alone(seed: int) -> None:
    rng = Random(seed)
    game = random_game(rng, players=rng.choice([1, 2, 3]), states=3)
    draw = np.random.default_rng(seed)
    behaviour = []
    for i in range(len(game.players)):
        rows = [draw.dirichlet(np.ones(len(own[i])), size=4) for own in game.actions]
        behaviour.append(np.concatenate(rows, axis=1))
    plays = MarkovPlays(game, tuple(behaviour))
    hit = plays.probabilities_within([game.states[0]], 7)
    for n in range(4):
        one = markov_play(game, plays.strategy(n))
        # The certificate is computed in rationals, from the tree of the game and not from arrays.
        assert plays.gains[n] == pytest.approx(one.certificate.gain, abs=1e-9)
        assert one.certificate.value_error < 1e-9
        for s, state in enumerate(game.states):
            alone = one.probability_within(game.states[0], 7, state)
            assert hit[n, s] == pytest.approx(alone, abs=1e-12)


def test_a_mixed_limit_that_rounding_hides_is_found_from_near_it() -> None:
    """Two dyads at a point where the branch cannot be followed beyond a regret of some 1e-8."""
    numbers = {
        "gain": 1.4836,
        "loss": 0.63,
        "rise_none": 0.0294,
        "rise_one": 0.166,
        "rise_both": 0.3819,
        "fall": 0.4755,
        "damage": 7.1577,
        "spillover": 0.1483,
        "alliance": 0.5734,
        "discount": 0.9015,
    }
    pairs = (
        Pair(("China", "US"), allies=("Japan",), dialogue=False),
        Pair(("China", "Japan"), allies=("US",), dialogue=False),
    )
    game = Dyads(pairs=pairs, **numbers).game()
    branch = logit_markov(game)
    assert branch.status == "converged"
    assert branch.points[-1].precision == inf
    assert np.isfinite(branch.points[-2].precision)
    [limit] = markov_perfect(game, "logit")
    assert limit.certificate.worst < 1e-7
