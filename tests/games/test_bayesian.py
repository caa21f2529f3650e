"""Bayesian games: situations, tables, and other forms of the same game."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from crisisgames import GameError, Parameter, UnknownName, solve
from crisisgames.games import BayesianGame

TYPES = (("weak", "strong"), ("weak", "strong"))
ACTIONS = (("yield", "stand"), ("yield", "stand"))
COST = Parameter("cost", (0, 9), 5)
STRONG = Parameter("strong", (0, 1), 0.25)
WAR = ("stand", "stand")


def pay(types: tuple[str, ...], profile: tuple[str, ...], cost: Any = 5) -> tuple[Any, ...]:
    if profile == WAR:
        return tuple(1 if t == "strong" else -cost for t in types)
    own = [(a == "stand") - (b == "stand") for a, b in (profile, profile[::-1])]
    return tuple(own)


def standoff(prior: Any = ((0.75, 0.25), (0.75, 0.25)), **options: Any) -> BayesianGame:
    options = {"payoffs": pay, **options}
    return BayesianGame(("A", "B"), TYPES, ACTIONS, prior, **options)


def test_independent_priors_multiply() -> None:
    game = standoff()
    assert game.situations == tuple(product(*TYPES))
    assert [Fraction(str(p)) for p in game.prior.values()] == [
        Fraction(9, 16),
        Fraction(3, 16),
        Fraction(3, 16),
        Fraction(1, 16),
    ]
    assert game == standoff([{"weak": 0.75, "strong": 0.25}, (0.75, 0.25)])
    assert game.profiles == game.outcomes == tuple(product(*ACTIONS))


def test_a_joint_prior_may_leave_situations_out() -> None:
    game = standoff({("weak", "weak"): 0.5, ("strong", "strong"): 0.5, ("weak", "strong"): 0})
    assert game.situations == (("weak", "weak"), ("strong", "strong"))
    (equilibrium,) = [
        e
        for e in solve(game, "nash", exact=True)
        if e.strategy["A"]["weak",] == {"yield": 0, "stand": 1}
    ]
    # Types are known to both: the strong fight, and of the weak one yields.
    assert equilibrium.outcomes[WAR] == Fraction(1, 2)


def test_a_table_and_a_function_are_the_same_game() -> None:
    table = {s: {k: pay(s, k) for k in product(*ACTIONS)} for s in product(*TYPES)}
    arrays = [
        np.array([[[[pay(s, (a, b))[i] for b in ACTIONS[1]] for a in ACTIONS[0]]
                   for s in [(x, y) for y in TYPES[1]]] for x in TYPES[0]])
        for i in range(2)
    ]  # fmt: skip
    made = BayesianGame.from_arrays(
        *arrays,
        prior=np.outer([0.75, 0.25], [0.75, 0.25]),
        players=("A", "B"),
        types=TYPES,
        actions=ACTIONS,
    )
    assert standoff() == standoff(payoffs=table) == made
    assert hash(standoff()) == hash(made)


def test_copies_are_equal() -> None:
    game = standoff(shares=lambda s, k: "war" if k == WAR else "peace")
    for other in (pickle.loads(pickle.dumps(game)), copy.deepcopy(game)):
        assert other == game
        assert other.to_extensive() == game.to_extensive()
    assert repr(game).startswith("BayesianGame(")


def test_parameters_stay_parameters() -> None:
    prior = [(1 - STRONG, STRONG)] * 2
    game = standoff(prior, payoffs=lambda s, k: pay(s, k, COST))
    assert set(game.parameters) == {"cost", "strong"}
    assert game.exact().branches[-1] == Fraction(1, 16)
    fixed = game.at(strong=0.5).at(cost=2)
    assert dict(fixed.values) == {"strong": 0.5, "cost": 2}
    assert fixed.exact().branches[-1] == Fraction(1, 4)
    assert fixed.exact().payoffs[0, -1].tolist() == [-2, -2]
    assert fixed.to_normal().exact().shape == (4, 4, 2)
    with pytest.raises(UnknownName, match="did you mean 'cost'"):
        game.at(costs=1)
    with pytest.raises(GameError, match="allowed is 0 to 1"):
        game.at(strong=2)
    # At the edge of its domain a type never occurs: it asks for nothing.
    edge = game.at(strong=0)
    for concept in ("correlated", "communication", "bayes-correlated"):
        assert solve(edge, concept, exact=True).bounds(WAR)[0] == 0
    assert solve(edge, "communication", exact=True).optimum("welfare").certificate.worst == 0


def test_outcomes_have_names_where_they_are_given() -> None:
    def result(situation: tuple[str, ...], profile: tuple[str, ...]) -> Any:
        if profile != WAR:
            return "peace"
        return {"war:inadvertent": 0.25, "war:deliberate": 0.75} if "weak" in situation else "war"

    game = standoff(shares=result)
    assert set(game.outcomes) == {"peace", "war", "war:inadvertent", "war:deliberate"}
    assert game.exact().shares.sum(axis=2).tolist() == [[1] * 4] * 4
    for concept in ("nash", "communication", "bayes-correlated", "correlated"):
        found = solve(game, concept, exact=True)
        low, high = found.bounds("war")
        assert low <= Fraction(1, 16) <= high  # two strong ones always stand
        parts = [found.bounds(cause)[1] for cause in ("war:inadvertent", "war:deliberate")]
        assert max(parts) <= high <= sum(parts) + Fraction(1, 16)


def test_a_state_is_seen_by_nobody() -> None:
    game = BayesianGame(
        ("A",),
        [("none",)],
        [("left", "right")],
        {("up", "none"): 0.5, ("down", "none"): 0.5},
        lambda s, k: [int((s[0] == "up") == (k[0] == "left"))],
        states=("up", "down"),
    )
    assert len(game.to_extensive().information_sets) == 1
    assert solve(game, "nash", exact=True).payoff_bounds("A") == (Fraction(1, 2), Fraction(1, 2))
    # Whoever tells the player what the state is makes it right always.
    found = solve(game, "bayes-correlated", exact=True)
    assert found.payoff_bounds("A") == (Fraction(1, 2), 1)
    assert solve(game, "communication", exact=True).payoff_bounds("A")[1] == Fraction(1, 2)


@pytest.mark.parametrize("concept", ["sequential", "nash", "pure-nash", "qre"])
def test_other_concepts_go_through_the_tree(concept: str) -> None:
    found = solve(standoff(), concept)
    assert all(e.certificate.worst < 1e-5 for e in found)
    low, high = found.bounds(WAR)
    assert 0 <= low <= high <= 1
    assert found[0].outcomes.keys() == set(standoff().outcomes)


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        ({("weak",): 1}, "names the situation"),
        ({("weak", "tough"): 1}, r"names the situation \('weak', 'tough'\)"),
        ({("weak", "weak"): 1}, "'strong' never occurs"),
        ([(0.5, 0.5)], "one distribution for each of"),
        ([(0.5, 0.5), (1,)], "one distribution for each of"),
        ([(0.5, 0.6), (0.5, 0.5)], "must sum to 1"),
        ([(1.5, -0.5), (0.5, 0.5)], "allowed is 0 to 1"),
        ([(float("nan"), 0.5), (0.5, 0.5)], "finite real number"),
        ("prior", "give {situation: probability}"),
        (None, "give {situation: probability}"),
    ],
)
def test_a_bad_prior_is_told(prior: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        standoff(prior)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"payoffs": {}}, "payoffs must map the situation"),
        ({"payoffs": 5}, "or a function of situation and profile"),
        ({"payoffs": lambda s, k: (1,)}, "needs 2 payoffs"),
        ({"payoffs": lambda s, k: (1, float("inf"))}, "finite real number"),
        ({"payoffs": {s: {} for s in product(*TYPES)}}, "needs 2 payoffs"),
        ({"payoffs": {("weak", "big"): {}}}, "which is not in the game"),
        ({"payoffs": {s: {("go", "stand"): (0, 0)} for s in product(*TYPES)}}, "which is not in"),
        ({"shares": lambda s, k: ""}, "non-empty text"),
        ({"shares": lambda s, k: {"war": 0.5}}, "must sum to 1"),
        ({"shares": {s: {WAR: "war"} for s in product(*TYPES)}}, "must name every profile"),
        ({"states": "up"}, "give a sequence"),
        ({"states": ("up", "down")}, "one distribution for each of"),
    ],
)
def test_bad_tables_are_told(options: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError, match=message):
        standoff(**options)


@pytest.mark.parametrize(
    ("types", "message"),
    [
        ([("weak", "strong")], "there are 2 players and 1 lists of types"),
        ([("weak", "strong"), ()], "one non-empty list"),
        ([("weak", "weak"), ("weak", "strong")], "each needs its own name"),
        ([("weak", 3), ("weak", "strong")], "is 3; give a non-empty text"),
    ],
)
def test_bad_types_are_told(types: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        BayesianGame(("A", "B"), types, ACTIONS, [(0.5, 0.5)] * 2, pay)


def test_arrays_of_another_shape_are_told() -> None:
    with pytest.raises(GameError, match="2 arrays of one shape with 4 axes"):
        BayesianGame.from_arrays(np.eye(2), np.eye(2), prior=np.eye(2) / 2)
    with pytest.raises(GameError, match="the prior has shape"):
        BayesianGame.from_arrays(np.ones((1, 2)), prior=[0.5, 0.5])
    with pytest.raises(GameError, match="the names are"):
        BayesianGame.from_arrays(np.ones((1, 2)), prior=[1], actions=[("only",)])


def test_functions_of_a_wrong_signature() -> None:
    told = r"payoffs\(situation, profile\) raised TypeError: .* at situation \('weak', 'weak'\)"
    with pytest.raises(GameError, match=told):
        standoff(payoffs=lambda s: [1])
    with pytest.raises(GameError, match=r"shares\(situation, profile\) raised TypeError"):
        standoff(shares=lambda s: "war")
    with pytest.raises(GameError, match=r"raised KeyError: \('weak', 'weak'\) at"):
        standoff(payoffs=lambda s, p: {}[s])


def test_one_number_is_not_a_sequence_of_payoffs() -> None:
    told = r"has the payoff 1; give a sequence of payoffs, .* \('A',\), such as \[1\]"
    with pytest.raises(GameError, match=told):
        BayesianGame(("A",), [("t",)], [("x", "y")], [(1,)], lambda s, p: 1)


def test_the_repr_is_short_and_survives_copies() -> None:
    game = standoff()
    assert repr(game) == "BayesianGame(players=('A', 'B'), 4 situations, 4 profiles)"
    for other in (copy.deepcopy(game), pickle.loads(pickle.dumps(game))):
        assert other == game
        assert repr(other) == repr(game)
