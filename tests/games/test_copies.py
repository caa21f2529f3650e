"""Trees and games pickle and copy, and are the same afterwards; numbers survive as text."""

from __future__ import annotations

import copy
import json
import pickle
from fractions import Fraction
from random import Random
from typing import Any

import pytest
import sympy as sp
from acceptance import escalation_1, escalation_2
from generators import random_tree

from crisisgames import ExtensiveFormGame, Incident, Parameter, chance, end, move, solve, tell
from crisisgames.errors import CrisisGamesError, GameError, NotApplicable, UnknownName, suggest
from crisisgames.games import InformationSet, Visit

X = Parameter("x", (0, 1), 0.3, "a probability", "Doe (1999)", shared=True)
COST = Parameter("ladder.cost", (0, float("inf")), Fraction(1, 3))
HARD = sp.Piecewise((sp.sqrt(X), X > COST), (sp.Max(X, COST) / 7, True))
NODES = (
    end({"war:deliberate": X, "calm": 1 - X}, {"A": -COST, "B": HARD}),
    tell({"A": "resolute"}, move("A", {"go": end("war", (0, 1))})),
    chance({"a": (X, end("war", (0, 1))), "b": (1 - X, end("calm", (0, 0)))}),
)
GAMES = (
    ExtensiveFormGame(move("A", {"go": NODES[0]}), title="Toy"),
    ExtensiveFormGame(NODES[2], ("A", "B"), values={"x": 0.7}),
    escalation_1(),
    escalation_2().at(audience_cost=0.3),
    Incident().game(),
    random_tree(Random(3)),
)


def twins(item: Any) -> list[Any]:
    protocols = range(2, pickle.HIGHEST_PROTOCOL + 1)
    pickled = [pickle.loads(pickle.dumps(item, protocol)) for protocol in protocols]
    return [*pickled, copy.copy(item), copy.deepcopy(item)]


@pytest.mark.parametrize("node", NODES)
def test_nodes_come_back_whole(node: Any) -> None:
    for twin in twins(node):
        assert twin == node
        assert hash(twin) == hash(node)


@pytest.mark.parametrize("game", GAMES)
def test_games_come_back_whole(game: ExtensiveFormGame) -> None:
    for twin in twins(game):
        assert twin == game
        assert hash(twin) == hash(game)
        assert (twin.root, twin.players, twin.title) == (game.root, game.players, game.title)
        assert dict(twin.values) == dict(game.values)
        assert twin.information_sets == game.information_sets
        assert twin.parameters == game.parameters
        assert twin.exact().payoffs.tolist() == game.exact().payoffs.tolist()


def test_a_game_that_was_evaluated_pickles_as_well() -> None:
    game = GAMES[1]
    game.floats()
    twin = pickle.loads(pickle.dumps(game))
    assert twin.floats().branches.tolist() == game.floats().branches.tolist()


def test_a_copy_goes_its_own_way() -> None:
    twin = copy.deepcopy(GAMES[1])
    assert twin.at(x=0.2) == GAMES[1].at(x=0.2)
    assert twin.at(x=0.2) != GAMES[1]


def test_values_of_a_copy_cannot_be_changed_either() -> None:
    twin = pickle.loads(pickle.dumps(GAMES[1]))
    with pytest.raises(TypeError):
        twin.values["x"] = 0.1


def test_a_copy_has_the_same_equilibria() -> None:
    game = escalation_1()
    twin = pickle.loads(pickle.dumps(game))
    assert solve(twin, exact=True).bounds("war") == solve(game, exact=True).bounds("war")


def test_parameters_of_a_copied_game_are_those_of_the_original() -> None:
    """So that trees from a copy can be put together with trees from the original."""
    twin = pickle.loads(pickle.dumps(GAMES[0]))
    both = ExtensiveFormGame(move("A", {"one": twin.root, "two": GAMES[0].root}), ("A", "B"))
    assert list(both.parameters) == ["ladder.cost", "x"]
    assert both.parameters["x"].meaning == "a probability"


@pytest.mark.parametrize(
    "item",
    [
        InformationSet("B", ("seen", "stay"), ("l", "r"), (False, True)),
        Visit(("a", "go"), (0,), ((0, 1),)),
        Incident(clarity=Fraction(1, 3)),
    ],
)
def test_parts_of_games_come_back_whole(item: Any) -> None:
    assert all(twin == item and hash(twin) == hash(item) for twin in twins(item))


def test_games_can_be_keys() -> None:
    cache = {game: k for k, game in enumerate(GAMES)}
    assert [cache[copy.deepcopy(game)] for game in GAMES] == list(range(len(GAMES)))


def test_exact_numbers_survive_as_text() -> None:
    numbers = GAMES[0].exact()
    rows = [[str(u) for u in row] for row in numbers.payoffs]
    again = [[Fraction(u) for u in row] for row in json.loads(json.dumps(rows))]
    assert again == numbers.payoffs.tolist()
    floats = GAMES[0].floats().payoffs
    assert json.loads(json.dumps(floats.tolist())) == floats.tolist()


# Errors.


@pytest.mark.parametrize("kind", [GameError, NotApplicable, UnknownName])
def test_errors_are_value_errors_of_the_library_and_pickle(kind: type[CrisisGamesError]) -> None:
    error = kind("no such thing")
    assert isinstance(error, CrisisGamesError)
    assert isinstance(error, ValueError)
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is kind
    assert str(twin) == "no such thing"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("clarty", "no field named 'clarty'; did you mean 'clarity'?"),
        ("audiencecost", "no field named 'audiencecost'; did you mean 'audience_cost'?"),
        ("zzz", "no field named 'zzz'; there are: audience_cost, clarity"),
        ("", "no field named ''; there are: audience_cost, clarity"),
    ],
)
def test_a_suggestion_is_the_nearest_name_or_all_of_them(given: str, message: str) -> None:
    assert str(suggest("field", given, ["clarity", "audience_cost"])) == message
