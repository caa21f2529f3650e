"""JSON of stochastic and repeated games, Markov perfect and mediated equilibria, and of filters."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import pytest
from acceptance import beer_quiche, escalation_2
from generators import random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    EquilibriumSet,
    NormalFormGame,
    NotApplicable,
    Parameter,
    SignalingGame,
    end,
    move,
    solve,
)
from crisisgames.equilibria.linear import CorrelatedEquilibrium, CorrelatedSet
from crisisgames.equilibria.markov import MarkovEquilibrium, MarkovSet
from crisisgames.files import dynamic, from_json, to_json
from crisisgames.games import (
    Automaton,
    BayesianGame,
    ExtensiveFormGame,
    MemoryOne,
    RepeatedGame,
    StochasticGame,
    strategy,
)
from crisisgames.games.automata import STRATEGIES

RISK = Parameter("risk", (0, 1), Fraction(1, 10), "of war for each side that pushes")
GAIN = Parameter("gain", (0, 10), 1)
NOISE = Parameter("noise", (0, Fraction(1, 2)), 0.01)
PUSH = ("restrain", "push")


def brink(*, damage: Any = 5) -> StochasticGame:
    def pushing(*profile: str) -> Any:
        war = RISK * profile.count("push") / 2
        return {"calm": 1 - war, "war": war}

    return StochasticGame(
        ("A", "B"),
        ("calm", "war"),
        {"calm": (PUSH, PUSH)},
        {
            "calm": lambda a, b: (GAIN * int(a == "push"), GAIN * int(b == "push")),
            "war": (-damage, -damage),
        },
        {"calm": pushing, "war": "war"},
        {"A": Fraction(9, 10), "B": 0.8},
        {"calm": 0.7, "war": 1 - 0.7},
        "brink",
        {"risk": 0.3},
    )


def random_stochastic(rng: Random) -> StochasticGame:
    """States, players and actions with the same names, to confuse a reader; some without choice."""
    names = ("A", "B", "C")[: rng.randint(1, 3)]
    states = ("A", "s", "B")[: rng.randint(1, 3)]
    sizes = {s: [rng.choice((1, 2)) for _ in names] for s in states}
    actions = {s: [["A", "B"][:n] for n in sizes[s]] for s in states}

    def row() -> dict[str, Fraction]:
        weights = [rng.choice((0, 1, 2)) for _ in states]
        weights[rng.randrange(len(states))] += 1
        return {s: Fraction(w, sum(weights)) for s, w in zip(states, weights, strict=True)}

    profiles = {s: list(product(*actions[s])) for s in states}
    return StochasticGame(
        names,
        states,
        lambda s: actions[s],
        {s: {p: [rng.randint(-2, 2) for _ in names] for p in profiles[s]} for s in states},
        {s: {p: row() for p in profiles[s]} for s in states},
        [rng.choice((0, Fraction(1, 2), 0.9)) for _ in names],
        row(),
    )


TABLE = NormalFormGame.from_arrays([[3, 0], [5, GAIN]], [[3, 5], [0, 1]]).at(gain=2)
REPEATED = RepeatedGame.dilemma(
    perception_noise=(NOISE, 0), implementation_noise=NOISE / 2, discount=1 - 2 * NOISE
)
GAMES: list[Any] = [
    brink(),
    brink().at(gain=Fraction(1, 3)),
    REPEATED,
    REPEATED.at(noise=0.02),
    RepeatedGame(TABLE, values={"gain": 1.5}),
    RepeatedGame.dilemma(players=("A", "B"), actions=PUSH),
]
STRATEGY: list[Any] = [
    *(strategy(name, PUSH, ("a", "b")) for name in STRATEGIES),
    strategy("generous", generosity=NOISE),
    MemoryOne(1, NOISE, 0.5, Fraction(1, 3), name="mine"),
    Automaton(
        {"on": {"go": 1 - NOISE, "stop": NOISE}, "off": "stop"},
        lambda state, did, seen: {"on": NOISE, "off": 1 - NOISE} if seen == "z" else "on",
        {"on": 0.25, "off": 0.75},
        ("go", "stop"),
        ("x", "y", "z"),
    ),
]


@pytest.mark.parametrize("item", [*GAMES, *STRATEGY], ids=lambda item: type(item).__name__)
def test_games_and_strategies_come_back_equal(item: Any) -> None:
    text = to_json(item)
    twin = from_json(text)
    assert type(twin) is type(item)
    assert twin == item
    assert hash(twin) == hash(item)
    assert to_json(twin) == text
    if not isinstance(item, (Automaton, MemoryOne)):
        assert twin.parameters == item.parameters
        assert dict(twin.values) == dict(item.values)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_random_stochastic_games_come_back_equal(seed: int) -> None:
    game = random_stochastic(Random(seed))
    twin = from_json(to_json(game))
    assert twin == game
    assert twin.cells == game.cells
    assert (twin.exact().transitions == game.exact().transitions).all()


def test_a_match_is_the_same_after_reading() -> None:
    game, tit, own = (from_json(to_json(x)) for x in (REPEATED, STRATEGY[2], STRATEGY[-2]))
    twin = game.match(MemoryOne(1, 0, 1, 0), own, exact=True)
    assert twin == REPEATED.match(MemoryOne(1, 0, 1, 0), STRATEGY[-2], exact=True)
    assert tit.states == strategy("tit-for-tat").states


def test_a_stochastic_game_reads_as_people_write_it() -> None:
    game = from_json(
        """{"format": "crisisgames/1", "kind": "stochastic game", "players": ["A"],
        "parameters": [{"name": "risk", "domain": [0, 1], "default": 0.1}],
        "discount": [0.9], "start": {"calm": 1},
        "stages": [
            {"state": "calm", "actions": [["restrain", "push"]], "payoffs": [[0], [1]],
             "next": [{"calm": 1}, {"calm": "1 - risk", "war": "risk"}]},
            {"state": "war", "actions": [["wait"]], "payoffs": [[-5]], "next": [{"war": 1}]}]}"""
    )
    risk = Parameter("risk", (0, 1), 0.1)
    assert game == StochasticGame(
        ("A",),
        ("calm", "war"),
        {"calm": [PUSH]},
        {"calm": lambda a: [int(a == "push")], "war": [-5]},
        {
            "calm": lambda a: {"calm": 1 - risk, "war": risk} if a == "push" else "calm",
            "war": "war",
        },
        0.9,
    )


# ------------------------------------------------------------------------------ Markov perfection

BRINKS: list[MarkovSet] = [
    solve(brink(), "markov-perfect"),
    solve(brink(damage=Fraction(1, 2)), "markov-perfect", exact=True, method="pure"),
    solve(brink(), "markov-perfect", precision=2.5),
    solve(random_stochastic(Random(3)), "markov-perfect"),
    MarkovSet(brink(), (), complete=False, all_pure=False, status="time limit"),
]


@pytest.mark.parametrize("found", BRINKS)
def test_markov_sets_come_back_whole(found: MarkovSet) -> None:
    text = to_json(found)
    twin = from_json(text)
    assert (twin.game, twin.equilibria) == (found.game, found.equilibria)
    for name in ("complete", "all_pure", "status", "notes", "selected", "concept"):
        assert getattr(twin, name) == getattr(found, name)
    assert to_json(twin) == text
    assert twin.explain() == found.explain()
    for mine, theirs in zip(found, twin, strict=True):
        assert theirs.certificate == mine.certificate
        assert theirs.payoffs == mine.payoffs
        assert from_json(to_json(mine)) == mine


def test_a_lie_about_markov_play_is_found_by_the_certificate() -> None:
    data = json.loads(to_json(BRINKS[0][0]))
    data["strategy"]["A"]["calm"] = {"restrain": 0.5, "push": 0.5}
    data["certificate"] = {"gain": 0, "value_error": 0}
    data["payoffs"] = {"A": 99, "B": 99}
    lie = from_json(json.dumps(data))
    assert lie.certificate.worst > 0.01
    assert lie.payoffs["A"] < 99


# ------------------------------------------------------------------------------------- a mediator

CHICKEN = NormalFormGame.from_arrays(
    [[6, 2], [7, 0]], [[6, 7], [2, 0]], players=("A", "B"), actions=[("yield", "dare")] * 2
)
BAYESIAN = BayesianGame(
    ("A", "B"),
    [("weak", "strong"), ("B",)],
    [("go", "stay"), ("reply", "yield")],
    prior=[(0.25, 0.75), (1,)],
    payoffs=lambda s, a: (
        (2 if a[1] == "yield" else -1 if s[0] == "weak" else 1) * (a[0] == "go"),
        (a[0] == "go") * (-1 if a[1] == "yield" else (1 if s[0] == "weak" else -2)),
    ),
)
TALK = SignalingGame(
    types=("low", "high"),
    messages=("l", "h"),
    actions=("a", "b", "c"),
    prior=(0.5, 0.5),
    sender_payoffs=[[[1, 2, 0]] * 2, [[0, 3, 1]] * 2],
    receiver_payoffs=[[[3, 2, 0]] * 2, [[0, 2, 3]] * 2],
)
RULES: list[tuple[Any, str, bool, Any, Any]] = [
    (CHICKEN, "correlated", True, "welfare", "max"),
    (CHICKEN, "correlated", False, ("dare", "dare"), "max"),
    (CHICKEN, "coarse-correlated", True, {"A": 1, ("yield", "yield"): Fraction(1, 3)}, "min"),
    (CHICKEN, "correlated", False, (("dare", "yield"), ("yield", "dare")), "min"),
    (random_tree(Random(4), depth=3), "correlated", False, "A", "max"),
    (BAYESIAN, "communication", True, "welfare", "max"),
    (BAYESIAN, "bayes-correlated", False, "B", "max"),
    (TALK, "communication", False, "receiver", "max"),
    (TALK, "communication", True, "sender", "max"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda r: f"{type(r[0]).__name__}-{r[1]}")
def test_mediated_equilibria_come_back_whole(rule: tuple[Any, str, bool, Any, Any]) -> None:
    game, concept, exact, objective, sense = rule
    found = solve(game, concept, exact=exact)
    text = to_json(found)
    twin = from_json(text)
    assert type(twin) is CorrelatedSet
    assert (twin.game, twin.concept, twin.exact) == (game, concept, exact)
    assert to_json(twin) == text
    best = found.optimum(objective, sense)
    again = from_json(to_json(best))
    assert type(again) is CorrelatedEquilibrium
    for name in vars(best).keys() - {"certificate"}:
        assert getattr(again, name) == getattr(best, name), name
    assert again.certificate == best.certificate
    assert again.explain() == best.explain()
    assert to_json(again) == to_json(best)


def test_bounds_are_for_readers_of_the_text_and_few_outcomes() -> None:
    found = solve(CHICKEN, "correlated", exact=True)
    bounds = json.loads(to_json(found))["bounds"]
    assert bounds["payoffs"] == {"A": ["2", "7"], "B": ["2", "7"]}
    assert bounds["outcomes"][3] == {"outcome": ["dare", "dare"], "probability": ["0", "1/5"]}
    large = solve(NormalFormGame.from_arrays([[0] * 13], [[0] * 13]), "correlated")
    text = to_json(large)
    assert json.loads(text)["bounds"] is None
    assert from_json(text).game == large.game


def test_a_collection_of_outcomes_is_an_objective() -> None:
    both = frozenset({("dare", "yield"), ("yield", "dare")})
    best = solve(CHICKEN, "correlated", exact=True).optimum(both)
    again = from_json(to_json(best))
    assert again.objective == (("dare", "yield"), ("yield", "dare"))
    assert (again.value, again.distribution) == (best.value, best.distribution)


def stated(e: CorrelatedEquilibrium, cells: dict[tuple[str, str], Any]) -> CorrelatedEquilibrium:
    """Return what a document says that has another rule, and nothing that follows from it."""
    data = json.loads(to_json(e))
    for name in ("value", "payoffs", "outcomes"):
        del data[name]
    data["certificate"] = dict.fromkeys(data["certificate"], 0)
    data["rule"] = [
        {"situation": [], "profile": list(k), "probability": p} for k, p in cells.items()
    ]
    found: CorrelatedEquilibrium = from_json(json.dumps(data))
    return found


def test_a_lie_about_a_rule_is_found_by_the_certificate() -> None:
    best = solve(CHICKEN, "correlated", exact=True).optimum("welfare")
    # Both yield: worth more than any equilibrium, but each gains 1 by daring.
    tempting = stated(best, {("yield", "yield"): 1})
    assert (tempting.value, tempting.certificate.gain) == (12, 1)
    # A pure equilibrium: nobody gains, but welfare is 9 where 21/2 can be had.
    poor = stated(best, {("dare", "yield"): "1"})
    assert (poor.certificate.gain, poor.certificate.gap) == (0, Fraction(3, 2))
    assert stated(best, {("dare", "yield"): "1/2"}).certificate.probability_error == Fraction(1, 2)


# ------------------------------------------------------------------- sets that a filter left


def made() -> list[EquilibriumSet]:
    shares = {("go",): {"war:inadvertent": RISK, "calm": 1 - RISK}, ("stay",): {"calm": 1}}
    hazard = NormalFormGame(("A",), (("go", "stay"),), {("go",): (1,), ("stay",): (1,)}, {}, shares)
    three = ExtensiveFormGame(
        move(
            "A",
            {
                "out": end("o", {"A": 1, "B": 0, "C": 0}),
                "in": move(
                    "B",
                    {
                        "l": end({"war": RISK, "o": 1 - RISK}, {"A": 0, "B": 1, "C": 1}),
                        "r": move("C", {a: end(a, {"A": 2, "B": 1, "C": 0}) for a in "xy"}),
                    },
                ),
            },
        )
    )
    found = [solve(beer_quiche()).d1(), solve(escalation_2()).d1(), solve(escalation_2())]
    found += [found[-1].intuitive(), solve(beer_quiche(), exact=True).divine()]
    found += [solve(CHICKEN, "nash").undominated()]
    found += [solve(hazard, "nash", exact=True), solve(hazard.at(risk=0), "sequential")]
    found += [solve(three, c) for c in ("pure-nash", "subgame-perfect", "qre")]
    found += [solve(three, c, method="search", starts=10) for c in ("nash", "sequential")]
    return found


MADE = made()


@pytest.mark.parametrize("found", MADE, ids=lambda s: s.concept)
def test_filtered_sets_and_sets_with_shares_come_back_whole(found: EquilibriumSet) -> None:
    text = to_json(found)
    twin = from_json(text)
    assert (twin.notes, twin.parts, twin.complete) == (found.notes, found.parts, found.complete)
    assert list(twin) == list(found)
    assert [e.certificate.worst for e in twin] == [e.certificate.worst for e in found]
    assert to_json(twin) == text
    for label in found.labels if len(found) else ():
        assert twin.bounds(label) == found.bounds(label)


def test_what_was_read_can_be_refined() -> None:
    found = solve(escalation_2())
    twin = from_json(to_json(found))
    assert list(twin.d1()) == list(found.d1())
    assert len(twin.d1().classes) < len(twin.classes)


# ------------------------------------------------------------------------------------ what is wrong


def changed(item: Any, *path: Any, to: Any) -> str:
    data = json.loads(to_json(item))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(data)


BRINK, TIT, MEMORY, PLAY = GAMES[0], STRATEGY[2], STRATEGY[-2], BRINKS[0][0]
BEST = solve(CHICKEN, "correlated", exact=True).optimum("welfare")
TWICE = [{"state": "trusting", "did": "push", "saw": "a", "next": {"trusting": 1}}] * 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (changed(BRINK, "stages", to=[]), "states are \\(\\); give at least one"),
        (changed(BRINK, "stages", 1, "state", to="calm"), "two stages for the state 'calm'"),
        (changed(BRINK, "stages", 0, "payoffs", to=[]), "there are 0 rows; the actions make 4"),
        (changed(BRINK, "stages", 0, "payoffs", 0, to=["1"]), "give one for each of"),
        (changed(BRINK, "stages", 0, "next", 0, to={"peace": 1}), "no state named 'peace'"),
        (changed(BRINK, "stages", 0, "next", 0, to={"calm": 0.5}), "must sum to 1"),
        (changed(BRINK, "stages", 0, "actions", to=["go"]), 'entry 1: found "go", where a list'),
        (changed(BRINK, "discount", to=[1, 0]), "the discount of 'A' is 1; allowed is 0 to below"),
        (changed(BRINK, "discount", to=[0.5]), "the discounts are \\[1/2\\]; give one for each"),
        (changed(BRINK, "start", to={"calm": "2"}), "the probabilities of the start sum to"),
        (changed(BRINK, "values", to={"x": 1}), "no parameter named 'x'"),
        (changed(BRINK, "discount", to=[10**400, 0]), "it has a number that is too large"),
        (changed(REPEATED, "stage", to=json.loads(to_json(BRINK))), "stage: this must be a normal"),
        (changed(REPEATED, "perception_noise", to=["2", "0"]), "perception_noise"),
        (changed(REPEATED, "discount", to="noise / 0"), "discount: at character .* divides by"),
        (changed(TIT, "moves", to=[]), "moves: there are 0; states, own actions and those seen"),
        (changed(TIT, "moves", to=TWICE), "entry 2: the move after .* is there twice"),
        (changed(TIT, "moves", 0, "did", to="x"), "is missing; give moves"),
        (changed(TIT, "moves", 0, "next", to={"lost": 1}), "is 'lost'; allowed are"),
        (changed(TIT, "intends", "trusting", to={}), "probabilities that sum to 0"),
        (changed(TIT, "actions", to=["push", "push"]), "at least one name, all different"),
        (changed(MEMORY, "cc", to=2), "cc of a memory-one strategy is 2; allowed is 0 to 1"),
        (changed(PLAY, "type", to="mixed"), "found \"mixed\", where 'pure' or"),
        (changed(PLAY, "precision", to=-1), "found -1, where a number that is 0 or more"),
        (
            changed(PLAY, "strategy", to={"A": {}}),
            "strategy: found .*, where an object with 'A', 'B'",
        ),
        (
            changed(PLAY, "strategy", "A", "calm", to={"push": 1}),
            "an object with 'restrain', 'push' is",
        ),
        (
            changed(PLAY, "strategy", "A", "calm", to={"push": 0, "restrain": 0}),
            "where probabilities that sum to 1",
        ),
        (
            changed(PLAY, "strategy", "A", "calm", to={"push": 10**400, "restrain": 0.5}),
            "where probabilities that sum to 1",
        ),
        (changed(PLAY, "values", "A", "war", to="1" + "0" * 400), "within the range of floats"),
        (
            changed(PLAY, "game", "stages", 0, "payoffs", 0, to=[10**400, 0]),
            "it has a number that is too large",
        ),
        (changed(PLAY, "game", to=json.loads(to_json(CHICKEN))), "this must be a stochastic game"),
        (changed(BRINKS[0], "selected", to=7), "found 7, where null or the place of one of"),
        (changed(BRINKS[0], "complete", to=1), "complete: found 1, where true or false"),
        (changed(BEST, "concept", to="corelated"), "did you mean 'correlated'"),
        (changed(BEST, "concept", to="communication"), "for a BayesianGame or a SignalingGame"),
        (changed(BEST, "game", to=json.loads(to_json(BRINK))), "this must be a tree, a normal"),
        (changed(BEST, "objective", to="peace"), "no player, outcome or profile named 'peace'"),
        (changed(BEST, "objective", to=[]), "no player, outcome or profile named ''"),
        (changed(BEST, "objective", to=[[[[["A"]]]]]), "where a name is expected"),
        (
            changed(BEST, "objective", to=[{"of": "A", "weight": 1}] * 2),
            "entry 2: this name has a weight already",
        ),
        (
            changed(BEST, "objective", to=[{"of": "A", "weight": "9" * 4000}]),
            "this is not what the rule leads to|a number that is too large",
        ),
        (changed(BEST, "sense", to="most"), "no sense named 'most'"),
        (changed(BEST, "value", to="11"), "value: this is not what the rule leads to"),
        (changed(BEST, "payoffs", "A", to="6"), "payoffs: this is not what the rule leads to"),
        (changed(BEST, "rule", 0, "profile", to=["a"]), "has no such profile, or it is listed"),
        (changed(BEST, "rule", 1, "profile", to=["yield", "yield"]), "or it is listed twice"),
        (changed(BEST, "rule", 0, "probability", to=-1), "found -1, where a probability"),
        (changed(MADE[-1], "stated", to=[[]]), "one part, with trembles for each equilibrium"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        from_json(text)
    assert type(caught.value).__module__ == "crisisgames.errors"
    assert str(caught.value).startswith("the document")


def test_a_document_that_stands_for_too_many_numbers_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = to_json(BRINK), to_json(TIT)
    monkeypatch.setattr(dynamic, "MAX_TRANSITIONS", 9)
    for text in texts:
        with pytest.raises(ValueError, match=r"they have 1[06] probabilities .*; allowed are 9"):
            from_json(text)


def test_a_concept_without_a_set_is_still_not_written() -> None:
    with pytest.raises(NotApplicable):
        solve(REPEATED)
    with pytest.raises(ValueError, match=r"to_json takes .*StochasticGame.*, not Match"):
        to_json(REPEATED.match("grim", "grim"))


DOCUMENTS = [
    json.loads(to_json(x)) for x in (BRINK, REPEATED, TIT, MEMORY, BRINKS[0], BEST, MADE[-1])
]
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


@settings(max_examples=80, deadline=None)
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
    if isinstance(item, MarkovSet):
        assert all(e.certificate.worst >= 0 for e in item)
    elif isinstance(item, CorrelatedEquilibrium):
        assert item.certificate.worst >= 0
    elif isinstance(item, EquilibriumSet):
        assert item.certificate >= 0
    elif not isinstance(item, (CorrelatedSet, MarkovEquilibrium)):
        assert from_json(to_json(item)) == item
