"""JSON: games come back equal, results come back whole and can be verified, all else is refused."""

from __future__ import annotations

import json
from fractions import Fraction
from math import isnan
from random import Random
from typing import Any

import pytest
import sympy as sp
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    SCENARIOS,
    Channel,
    Equilibrium,
    EquilibriumSet,
    ExtensiveFormGame,
    Incident,
    NormalFormGame,
    Parameter,
    SignalingGame,
    chance,
    end,
    move,
    solve,
    verify,
)
from crisisgames.errors import GameError
from crisisgames.files import from_json, to_json
from crisisgames.games import BayesianGame

X = Parameter("x", (0, 1), 0.3, "a probability", "Doe (1999)", shared=True)
COST = Parameter("ladder.cost", (0, float("inf")), Fraction(1, 3))
HARD = sp.Piecewise((sp.sqrt(X), X > COST), (sp.Max(X, COST) / 7, True))
SHARED = end({"war:deliberate": X, "calm": 1 - X}, {"A": -COST, "B": HARD})
TABLE = NormalFormGame.from_arrays([[0, -1], [X, -5]], [[0, Fraction(1, 7)], [-1, -COST]])
NAMED = NormalFormGame(
    ("A",), (("go", "stay"),), {"go": (1,), "stay": (0,)}, {}, {"go": {"war": 1}, "stay": "calm"}
)
BAYESIAN = BayesianGame(
    ("A", "B"),
    [("weak", "strong"), ("B",)],
    [("go", "stay"), ("reply",)],
    prior=[(0.25, 0.75), (1,)],
    payoffs=lambda s, a: (X if s[0] == "weak" else 1, len(a[0])),
    states=(),
    values={"x": 0.5},
)
GAMES: list[Any] = [
    ExtensiveFormGame(move("A", {"go": SHARED}), title="Toy “game”"),
    ExtensiveFormGame(
        chance({"a": (X, end("war", (0, 1))), "b": (1 - X, end("calm", (0, 0)))}),
        ("A", "B"),
        values={"x": Fraction(2, 3)},
    ),
    escalation_1(),
    escalation_2().at(audience_cost=0.3),
    beer_quiche(),
    TABLE,
    TABLE.at(x=0.7),
    NAMED,
    BAYESIAN,
    Incident(channels=(Channel(),)).game(),
    *(g for s in SCENARIOS.values() if isinstance(g := s.crisis.game(), ExtensiveFormGame)),
]


@pytest.mark.parametrize("game", GAMES)
def test_games_come_back_equal(game: Any) -> None:
    text = to_json(game, indent=1)
    twin = from_json(text)
    assert type(twin) is type(game)
    assert twin == game
    assert hash(twin) == hash(game)
    assert twin.parameters == game.parameters
    assert dict(twin.values) == dict(game.values)
    # Not the text: SymPy may hand out a parameter that is equal and says 1/2 where this says 0.5.
    assert from_json(to_json(twin, indent=1)) == game


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6))
def test_random_games_come_back_equal(seed: int) -> None:
    rng = Random(seed)
    tree, signaling = random_tree(rng), random_signaling(rng, 2, 2, 3)
    for game in (tree, signaling):
        assert from_json(to_json(game)) == game


def test_the_deepest_tree_comes_back() -> None:
    tree = end("o", {"A": 0})
    for k in range(400):
        tree = move("A", {f"on {k}": tree})
    game = ExtensiveFormGame(tree)
    assert from_json(to_json(game)).compiled.ends == game.compiled.ends


def test_a_document_reads_as_people_write_it() -> None:
    game = from_json(
        """{"format": "crisisgames/1", "kind": "extensive-form game", "players": ["A"],
        "parameters": [{"name": "cost", "domain": [0, "inf"], "default": 0.5}],
        "tree": [{"move": "A", "actions": ["wait", "go"]},
                 {"end": {"calm": 1}, "payoffs": {"A": 0}},
                 {"end": {"war": 1}, "payoffs": ["1/2 - cost"]}]}"""
    )
    cost = Parameter("cost", (0, float("inf")), 0.5)
    calm, war = end("calm", {"A": 0}), end("war", [sp.Rational(1, 2) - cost])
    assert game == ExtensiveFormGame(move("A", {"wait": calm, "go": war}), ("A",))


def solved() -> list[EquilibriumSet]:
    rng = Random(5)
    games = [escalation_1(), escalation_2(), beer_quiche(), Incident().game()]
    games += [Incident(channels=(Channel(),)).game(), TABLE.at(**{"ladder.cost": 2})]
    games += [random_signaling(rng, 2, 2, 2) for _ in range(3)]
    found = [solve(g) for g in games]
    found += [solve(g, "nash", exact=True) for g in games[:4]]
    found += [solve(g, "pure-nash") for g in games[2:6]]
    found += [solve(random_tree(rng, depth=3), exact=True) for _ in range(6)]
    found += [solve(escalation_1(), "qre"), solve(SCENARIOS["ep3-2001"].crisis.game())]
    found += [solve(escalation_1().at(audience_cost=0)), solve(escalation_2(), time_limit=1e-9)]
    found += [
        solve(
            NormalFormGame.from_arrays([[0, -1], [1, -5]], [[0, 1], [-1, -5]]),
            "nash",
            method="nashpy",
        )
    ]
    return found


SETS = solved()


@pytest.mark.parametrize("found", SETS, ids=lambda s: s.concept)
def test_sets_come_back_whole(found: EquilibriumSet) -> None:
    text = to_json(found)
    twin = from_json(text)
    assert (twin.game, twin.concept, twin.complete) == (found.game, found.concept, found.complete)
    assert (twin.notes, twin.labels, twin.parts) == (found.notes, found.labels, found.parts)
    assert list(twin) == list(found)
    assert to_json(twin) == text
    assert twin.explain() == found.explain()
    assert [c.beliefs for c in twin.classes] == [c.beliefs for c in found.classes]
    for label in found.labels if len(found) else ():
        assert twin.bounds(label) == found.bounds(label)
    for player in found.game.players if len(found) else ():
        assert twin.payoff_bounds(player) == found.payoff_bounds(player)


def test_selections_are_the_same_after_reading() -> None:
    found = SETS[1]
    twin = from_json(to_json(found))
    for rule in ("qre", "least war", "welfare"):
        assert twin.select(rule) == found.select(rule)


@pytest.mark.parametrize("found", [s for s in SETS if len(s)], ids=lambda s: s.concept)
def test_anyone_can_verify_an_equilibrium_from_a_file(found: EquilibriumSet) -> None:
    equilibrium = found[0]
    twin = from_json(to_json(equilibrium))
    assert type(twin) is Equilibrium
    assert twin == equilibrium
    mine, theirs = equilibrium.certificate, verify(twin.game, twin)
    assert theirs.worst == mine.worst
    assert isnan(theirs.consistency_error) == isnan(mine.consistency_error)


def test_a_lie_in_a_file_is_found_by_the_certificate() -> None:
    data = json.loads(to_json(SETS[0][0]))
    actions = data["strategy"][0]["actions"]
    first, second = list(actions)[:2]
    actions[first], actions[second] = actions[second], actions[first]
    lie = from_json(json.dumps(data))
    assert verify(lie.game, lie).worst > 0.01


def test_results_are_readable_without_the_library() -> None:
    data = json.loads(to_json(solve(beer_quiche(), exact=True)))
    assert data["complete"] is True
    assert [c["name"] for c in data["classes"]] == ["pooling on beer", "pooling on quiche"]
    first = data["equilibria"][data["classes"][0]["equilibria"][0]]
    assert first["payoffs"] == {"sender": "29/10", "receiver": "9/10"}
    assert {"player": "sender", "record": ["wimp"], "actions": {"beer": "1", "quiche": "0"}} in (
        first["strategy"]
    )
    assert first["certificate"]["gain"] == 0
    assert data["classes"][0]["outcomes"][1]["probability"] == ["1", "1"]


def changed(item: Any, *path: Any, to: Any) -> str:
    data = json.loads(to_json(item))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(data)


TOY, FOUND = GAMES[0], SETS[0]
PART = ("parts", 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1: this is not JSON"),
        ("[" * 100_000, "nested too deep"),
        ("[]", "the document: found \\[\\], where an object is expected"),
        ("{}", "the document: 'format' is missing"),
        ('{"format": 1}', "the document, format: found 1, where a text"),
        ('{"format": "crisisgames/2"}', "the format is 'crisisgames/2'; this version .* reads"),
        ('{"format": "crisisgames/1", "kind": "x"}', "the kind is 'x'; known are .*'signaling"),
        ('{"a": 1, "a": 2}', "'a' twice"),
        ('{"a": NaN}', "the JSON has NaN; write finite numbers"),
        ('{"a": 1e999}', "power of ten 999"),
        ('{"a": ' + "9" * 5000 + "}", "5000 characters"),
        (changed(TOY, "players", to="A"), 'players: found "A", where a list'),
        (changed(TOY, "players", to=["A"]), "gives payoffs to"),
        (changed(TOY, "tree", to=[]), "the rows make 0 trees"),
        (changed(TOY, "tree", 0, "actions", to=["go", "stay"]), "2 nodes must follow; there are 1"),
        (changed(TOY, "tree", 0, "actions", to=["go", "go"]), "repeat; rename one"),
        (changed(TOY, "tree", 0, to={"jump": 1}), "tree, entry 1: 'end' is missing"),
        (changed(TOY, "tree", 1, "payoffs", "A", to="y"), "payoffs, A: at character 1 of 'y'"),
        (changed(TOY, "tree", 1, "payoffs", "A", to="9**9**9"), "exponent must be a constant"),
        (changed(TOY, "tree", 1, "payoffs", "A", to=None), "found null, where a number"),
        (changed(TOY, "parameters", 0, "default", to=-1), "parameter 'ladder.cost' is -1; allowed"),
        (changed(TOY, "parameters", 0, "domain", to=[1]), "found \\[1\\], where a list of two"),
        (changed(TOY, "parameters", 0, "name", to="x"), "two parameters are named 'x'"),
        (changed(TOY, "values", to={"y": 1}), "no parameter named 'y'; there are: ladder.cost, x"),
        (changed(TABLE, "payoffs", to=[[1, 2]]), "there are 1 rows; the actions make 4 profiles"),
        (changed(beer_quiche(), "prior", to=["1", "1"]), "sum to 2"),
        (changed(FOUND, "complete", to="yes"), 'complete: found "yes", where true or false'),
        (changed(FOUND, "labels", to=["a"]), "there are 1 labels"),
        (changed(FOUND, *PART, "extremes", 0, "outcomes", to=[]), "a number for each outcome"),
        (changed(FOUND, *PART, "extremes", 0, "strategy", 0, 0, to=99), "information set 99"),
        (changed(FOUND, *PART, "extremes", 0, "strategy", 0, 1, to=["1"]), "are not the game's"),
        (changed(FOUND, *PART, "extremes", 0, "measures", to=[[[1]], []]), "weights of mover 1"),
        (changed(FOUND, *PART, "sheaves", 0, "extremes", to=[7]), "places of extreme equilibria"),
        (changed(FOUND, *PART, "sheaves", to=[{}]), "sheaves, entry 1: 'extremes' is missing"),
        (changed(FOUND, "fixed", to=[[], []]), "'fixed' must have"),
        (changed(FOUND, "equilibria", 0, "payoffs", to={}), "not the equilibrium that the parts"),
        (changed(FOUND, "game", "kind", to="signaling game"), "game: 'types' is missing"),
        (changed(FOUND[0], "strategy", 0, "player", to="Z"), "one of the players \\['A', 'B'\\]"),
        (changed(FOUND[0], "payoffs", to={"A": 1}), "a payoff for each of"),
        (changed(FOUND[0], "outcomes", 0, "probability", to="1/0"), "divides by zero"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        from_json(text)
    assert type(caught.value).__module__ == "crisisgames.errors"


def test_what_is_no_game_or_result_is_not_written() -> None:
    with pytest.raises(GameError, match=r"to_json takes .*EquilibriumSet.*, not Incident"):
        to_json(Incident())
    with pytest.raises(GameError, match="from_json takes a text, not bytes"):
        from_json(b"{}")  # type: ignore[arg-type]


DOCUMENTS = [json.loads(to_json(item)) for item in (TOY, BAYESIAN, beer_quiche(), FOUND, FOUND[0])]
JUNK = st.sampled_from([None, True, -1, 10**20, 0.5, "", "1/3", "any", [], {}, [1], [[1, 2]]])


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for step, inner in steps:
        found.append((*path, step))
        if isinstance(inner, (dict, list)):
            found += places(inner, (*path, step))
    return found


PLACES = [places(d) for d in DOCUMENTS]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_document_is_read_or_refused(data: st.DataObject) -> None:
    k = data.draw(st.integers(0, len(DOCUMENTS) - 1))
    document = json.loads(json.dumps(DOCUMENTS[k]))
    path = data.draw(st.sampled_from(PLACES[k]))
    place = document
    for step in path[:-1]:
        place = place[step]
    if data.draw(st.booleans()):
        place[path[-1]] = data.draw(JUNK)
    else:
        del place[path[-1]]
    try:
        item = from_json(json.dumps(document))
    except ValueError as error:
        if type(error).__module__ != "crisisgames.errors":
            raise
        return
    if isinstance(item, EquilibriumSet):
        assert len(item.classes) <= len(item)
        assert item.certificate >= 0
    elif not isinstance(item, Equilibrium):
        assert from_json(to_json(item)) == item


def test_kinds_are_told_apart() -> None:
    assert isinstance(from_json(to_json(beer_quiche())), SignalingGame)
    assert isinstance(from_json(to_json(TABLE)), NormalFormGame)
