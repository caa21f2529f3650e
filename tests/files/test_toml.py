"""TOML files: games come back equal, errors have their line, scenarios are what they say."""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    SCENARIOS,
    BayesianGame,
    Channel,
    ExtensiveFormGame,
    GameError,
    Incident,
    Ladder,
    NormalFormGame,
    Parameter,
    Scenario,
    chance,
    end,
    from_toml,
    move,
    read_game,
    read_toml,
    solve,
    tell,
    to_efg,
    to_json,
    to_toml,
)
from crisisgames.files.toml_lines import lines_of

EXAMPLES = Path(__file__).parents[2] / "examples"
X = Parameter("x", (0, 1), 0.3, 'a "probability"', "Doe (1999)\n", shared=True)
COST = Parameter("ladder.cost", (0, float("inf")), Fraction(1, 3))
LEAF = end({"war:deliberate": X, "calm": 1 - X}, {"A": -COST, "B": Fraction(1, 7)})
ODD = tell({}, tell({"A": "b\\c"}, tell({"A": 'say "hi"'}, LEAF)))
GAMES: list[Any] = [
    ExtensiveFormGame(move("A", {"go": LEAF, "stay.put": ODD, "é €": LEAF}), title="Toy “game”"),
    ExtensiveFormGame(
        chance({"a": (X, end("war", (0, 1))), "b": (1 - X, end("calm", (0, 0)))}),
        ("A", "B"),
        values={"x": Fraction(2, 3)},
    ),
    ExtensiveFormGame(end("start", {"A": 0.1})),
    escalation_1(),
    escalation_2().at(audience_cost=0.3),
    beer_quiche(),
    NormalFormGame.from_arrays([[0, -1], [X, -5]], [[0, Fraction(1, 7)], [-1, -COST]]).at(x=0.7),
    NormalFormGame(
        ("A",),
        (("go", "stay"),),
        {"go": (1,), "stay": (0,)},
        {},
        {"go": {"war": 1}, "stay": "calm"},
    ),
    NormalFormGame.from_arrays(*[[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]] * 3),
    Incident(channels=(Channel(),)).game(),
    Ladder(rungs=3, ultimatum=True, clarity=0.5, disclosure_a=0.2).game(),
    SCENARIOS["taiwan-1995"].crisis.game(),
]


@pytest.mark.parametrize("game", GAMES, ids=range(len(GAMES)))
def test_games_come_back_equal(game: Any) -> None:
    text = to_toml(game)
    again = from_toml(text)
    assert type(again) is type(game)
    assert again == game
    assert hash(again) == hash(game)
    assert dict(again.values) == dict(game.values)
    assert again.parameters == game.parameters
    # Not the text: SymPy may hand out a parameter that is equal and says 1/2 where this says 0.5.
    assert from_toml(to_toml(again)) == game


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10**6))
def test_random_games_come_back_equal(seed: int) -> None:
    rng = Random(seed)
    for game in (random_tree(rng), random_signaling(rng, 2, 3, 2)):
        assert from_toml(to_toml(game)) == game


def test_what_is_no_such_game_is_not_written() -> None:
    game = BayesianGame(("A",), [("a",)], [("x",)], [(1,)], lambda s, a: (0,))
    with pytest.raises(GameError, match=r"to_toml takes a tree, .*, not BayesianGame; to_json"):
        to_toml(game)  # type: ignore[arg-type]


# --- the lines of values ---

LINES = '''# a comment = [1]
title = "a"   # x = [y]
a.b."c d" = 1
a.b.e = """
x = 3
""""" # quoted
lit = \'\'\'it's
[no]\'\'\'
list = [ 1, # one
  [2, 3],
  {x = 1, y.z = "}"} ]
d = 1979-05-27T07:32:00Z
[nodes."start here"]
p = 1.5
[[facts]]
text = "1"
[facts.sub]
k=1
[[facts]]
text = "2"
  [[facts.deep]]
  z = 1
  [[facts.deep]]
  z = [[],
   []]
["a\\\\"b".c]
q = { }
'''.replace("\\\\", "\\")


def test_each_value_has_its_line() -> None:
    found = lines_of(LINES)
    assert found["a", "b", "c d"] == 3
    assert found["a", "b", "e"] == 4
    assert found["lit",] == 7
    assert [found["list", k] for k in (1, 2, 3)] == [9, 10, 11]
    assert found["list", 3, "y", "z"] == 11
    assert found["nodes", "start here", "p"] == 14
    assert [found["facts", k, "text"] for k in (1, 2)] == [16, 20]
    assert found["facts", 1, "sub", "k"] == 18
    assert [found["facts", 2, "deep", k, "z"] for k in (1, 2)] == [22, 24]
    assert found["facts", 2, "deep", 2, "z", 2] == 25
    assert found['a"b', "c", "q"] == 27


def paths(value: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """Every place in a document, entries counted from 1."""
    steps = value.items() if isinstance(value, dict) else enumerate(value, 1)
    found = set()
    for step, inner in steps:
        found.add((*path, step))
        if isinstance(inner, (dict, list)):
            found |= paths(inner, (*path, step))
    return found


KEYS = st.sampled_from(["a", "b-1", '"c d"', "'e.f'", '"g\\"h"', "1", '"é"'])
PLAIN = st.sampled_from(
    [
        '"x = [1] # {"',
        "'it\"s'",
        "1.5",
        "-3",
        "true",
        "1979-05-27 07:32:00",
        '"""\na\n\\""""',
        "'''\nb = 1'''",
        '""',
        "inf",
    ]
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda v: "[ # c ]\n" + ",\n".join(v) + "\n]"),
        st.lists(inner.filter(lambda v: "\n" not in v), max_size=3).map(
            lambda v: "{ " + ", ".join(f"k{i}.m = {x}" for i, x in enumerate(v)) + " }"
        ),
    ),
    max_leaves=6,
)
ROWS = st.one_of(
    st.tuples(st.lists(KEYS, min_size=1, max_size=3), VALUES).map(
        lambda kv: f"{'.'.join(kv[0])} = {kv[1]} # end"
    ),
    st.lists(KEYS, min_size=1, max_size=3).map(lambda k: f"[{' . '.join(k)}] # ["),
    st.lists(KEYS, min_size=1, max_size=2).map(lambda k: f"  [[{'.'.join(k)}]]"),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(ROWS, max_size=8))
def test_every_place_of_any_file_has_a_line_that_names_it(rows: list[str]) -> None:
    text = ""
    for row in rows:  # keep the rows that fit those before
        try:
            tomllib.loads(text + row + "\n")
        except tomllib.TOMLDecodeError:
            continue
        text += row + "\n"
    found = lines_of(text)
    assert set(found) == paths(tomllib.loads(text))
    lines = text.split("\n")
    for path, line in found.items():
        if isinstance(path[-1], str):
            names = (path[-1], json.dumps(path[-1], ensure_ascii=False), f"'{path[-1]}'")
            assert any(n in lines[line - 1] for n in names)


# --- examples and errors ---


def test_the_examples_are_what_they_say() -> None:
    game = read_game(EXAMPLES / "challenge.toml")
    found = solve(game)  # type: ignore[call-overload]
    assert found.complete
    assert found.bounds("war") == (0.7, 0.7)
    case = read_toml(EXAMPLES / "reef.toml")
    assert isinstance(case, Scenario)
    assert case.slug == "reef"
    assert case.box["clarity"] == (0.1, 0.4)
    assert set(case.fixed) == {"preemption", "assault"}
    changed = case.designs()[2](case.crisis)
    assert [c.name for c in changed.channels] == ["envoys", "theatre hotline"]
    assert changed.notified == pytest.approx(0.24)
    with pytest.raises(GameError, match=r"reef.toml: it holds a Scenario, where a game is"):
        read_game(EXAMPLES / "reef.toml")


def test_games_in_other_files_are_read(tmp_path: Path) -> None:
    game = escalation_1()
    for name, text in {"g.json": to_json(game), "g.toml": to_toml(game)}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert read_game(tmp_path / name) == game
    (tmp_path / "g.efg").write_text(to_efg(game), encoding="utf-8")
    assert isinstance(read_game(tmp_path / "g.efg"), ExtensiveFormGame)
    (tmp_path / "g.json").write_text("[", encoding="utf-8")
    with pytest.raises(GameError, match=r"g\.json: line 1, column 2: this is not JSON"):
        read_game(tmp_path / "g.json")


def test_errors_name_the_whole_path_and_an_empty_file_the_kinds(tmp_path: Path) -> None:
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    for read in (read_toml, read_game):
        with pytest.raises(GameError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: 'kind' is missing; write kind")
        assert "'signaling game', 'normal-form game', 'scenario'" in str(caught.value)


TREE = (EXAMPLES / "challenge.toml").read_text(encoding="utf-8")
CASE = (EXAMPLES / "reef.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "old", "new", "field", "words"),
    [
        (TREE, '"1/2 - war_cost"', "\"__import__('os')\"", "payoffs.B", "no function '__import__'"),
        (TREE, '"1/2 - war_cost"', '"war_cost.__class__"', "payoffs.B", "no parameter"),
        (TREE, '"1/2 - war_cost"', '"9**9**9**9"', "payoffs.B", "exponent must be a constant"),
        (
            TREE,
            '"1/2 - war_cost"',
            '"1 - wr_cost"',
            "payoffs.B",
            "did you mean 'war_cost'?",
        ),
        (TREE, "B = 0.4", "B = nan", "payoffs.B", "found nan; numbers are finite"),
        (TREE, "B = 0.4", "B = 1979-05-27", "payoffs.B", "found the date 1979-05-27, where"),
        (TREE, "B = 0.4", "B = true", "payoffs.B", "found true, where a number"),
        (TREE, "B = 0.4", "C = 0.4", "payoffs.C", "no player named 'C'; the players are 'A', 'B'"),
        (TREE, ", B = 0.4", "", "payoffs", "the payoff of 'B' is missing"),
        (TREE, "strong = [0.7", "strong = [0.6", "nodes.start.chance", "sum to 9/10"),
        (TREE, 'resist = "war with the weak"', 'resist = "weak"', "actions.resist", "in a circle:"),
        (TREE, 'resist = "war with the weak"', 'resist = "war"', "resist", "no node or end named"),
        (
            TREE,
            "[ends.concession]",
            "[ends.x]\npayoffs = [0, 0]\n[ends.concession]",
            "ends.x",
            "nothing leads here",
        ),
        (TREE, 'told = { B = "weak" }', 'then = "weak"', "nodes.weak", "has player and then"),
        (TREE, "default = 0.6", "default = 6", "war_cost", "'war_cost' is 6; allowed is 0 to 1"),
        (TREE, "default = 0.6", "defalt = 6", "war_cost.defalt", "did you mean 'default'?"),
        (TREE, 'title = "A', 'players = ["A"]\ntitle = "A', "", "this is not TOML"),
        (CASE, "clarity = 0.2", "clarity = 2", "crisis.clarity", "allowed is 0.0 to 1.0"),
        (CASE, "clarity = 0.2", "clrity = 0.2", "crisis.clrity", "did you mean 'clarity'?"),
        (CASE, '"incident"', '"incidnt"', "crisis.kind", "did you mean 'incident'?"),
        (CASE, '"theatre"', '"theater"', "level", "allowed are 'head of state'"),
        (CASE, '"envoys"', '"mediator"', "proposed, entry 1", "means nothing for the crisis"),
        (CASE, "[0.1, 0.4]", "[0.3, 0.4]", "box.clarity", "outside of its box"),
        (
            CASE,
            '"assault"',
            '"assalt"',
            "facts, entry 2, fixes, entry 2",
            "did you mean 'assault'?",
        ),
        (CASE, '"suspended"', '"frozen"', "relation.dialogues", 'found "frozen"; allowed are'),
        (TREE, "strong = [0.7", "strong = [1.2", "strong, entry 1", "of 'strong' is 1.2; allowed"),
        (
            TREE,
            '"weak" }\nplayer = "A"\nactions = { refrain = "status quo", ',
            '"weak" }\nplayer = "A"\nactions = { ',
            "nodes.weak.actions",
            "node 'weak' from node 'strong' (line 22), but may choose challenge here",
        ),
        (CASE, "awareness = 0.8", "awareness = 8", "relation.awareness", "allowed is 0 to 1"),
        (CASE, '"least war"', '"lest war"', "solve.rule", "did you mean 'least war'?"),
        (CASE, 'name = "clear bottom lines"', 'name = "two lines"', "entry 2", "is there twice"),
    ],
    ids=range(30),
)
def test_an_error_names_file_line_and_field(
    text: str, old: str, new: str, field: str, words: str
) -> None:
    assert text.count(old) == 1
    changed = text.replace(old, new)
    with pytest.raises(GameError) as caught:
        from_toml(changed, "f.toml")
    said = str(caught.value)
    assert words in said
    assert "\n" not in said
    start, line, rest = (
        said.split(", ", 1)[0],
        said.split("line ", 1)[1].split(",")[0].split(":")[0],
        said,
    )
    assert start == "f.toml"
    assert field in rest
    last = field.split(".")[-1].split(",")[0].split()[0] if field else ""
    around = changed.split("\n")[int(line) - 1 : int(line) + 1]
    assert last in " ".join(around) or last in ("facts", "proposed", "entry")


def test_tables_must_be_whole() -> None:
    text = to_toml(beer_quiche())
    with pytest.raises(GameError, match=r"line \d+, payoffs.surly.beer: 'duel' is missing"):
        from_toml(text.replace("{ duel = [1, 0], ", "{ ", 1))
    with pytest.raises(GameError, match=r"beer.duel: found \[1\], where a list of two"):
        from_toml(text.replace("{ duel = [1, 0], ", "{ duel = [1], ", 1))
