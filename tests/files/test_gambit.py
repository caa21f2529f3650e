"""Gambit's files: all of both formats, errors with their place, and nothing lost on the way."""

from __future__ import annotations

import re
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
    Channel,
    ExtensiveFormGame,
    Incident,
    NormalFormGame,
    Parameter,
    chance,
    end,
    move,
    solve,
    tell,
)
from crisisgames.errors import GameError
from crisisgames.files import from_efg, from_nfg, read_gambit, to_efg, to_nfg

# Two stages with payoffs on the way, an outcome and two sets referred to by number, numbers of all
# kinds, missing commas, an escaped quote, a comment, a repeated and an empty action.
FULL = r"""
EFG 2 R "A \"two-stage\" crisis"
{ "North" "South" "Bystander" }
"The comment says \"hello\""
c "root" 7 "weather" { "fog" 1/4 "clear" .75 } 0
p "first" 1 5 "bridge" { "wait" "wait" "" } 9 "tension" { -1, 5e-1, 0 }
  t "" 1 "calm" { 0 0 0 }
  t "" 2 "" { 1, 2.5 -3 }
  p "" 2 1 "" { "yield" "stand" } 0
    t "" 1
    t "" 3 "war" { -1e1 -10. +2 }
p "" 1 5 9
  t "" 0
  t "" 2 "" { 1 2.5, -3 }
  p "" 2 1 0
    t "" 3
    t "" 1 "calm" { 0, 0.0, 0 }
"""


def test_all_of_the_format_is_read() -> None:
    game = from_efg(FULL)
    assert game.title == 'A "two-stage" crisis'
    assert game.players == ("North", "South", "Bystander")
    bridge, reply = game.information_sets
    assert (bridge.record, bridge.actions) == (("bridge",), ("wait", "wait (2)", "action 3"))
    assert (reply.record, reply.actions) == (("information set 1",), ("yield", "stand"))
    assert game.compiled.node_sets == (0, 1, 0, 1)
    half, two, ten = Fraction(1, 2), Fraction(2), Fraction(10)
    calm, three, war = (-1, half, 0), (0, 3, -3), (-11, half - ten, two)
    numbers = game.exact()
    assert numbers.branches.tolist() == [Fraction(1, 4), Fraction(3, 4)]
    assert [tuple(row) for row in numbers.payoffs] == [
        *(calm, three, calm, war),
        *(calm, three, war, calm),
    ]
    assert game.outcomes == (
        *("tension, calm", "tension, outcome 2", "tension, war"),
        "tension",
    )


def test_a_branch_of_probability_zero_is_left_out_with_all_below_it() -> None:
    game = from_efg(
        'EFG 2 R "" { "A" } c "" 1 "" { "never" 0 "always" 1 } 0\n'
        'p "" 1 1 "dark" { "x" } 0 t "" 1 "o" { 1 } p "" 1 2 "light" { "y" } 0 t "" 0'
    )
    assert [h.record for h in game.information_sets] == [("light",)]
    assert game.outcomes == ("no outcome",)


def test_players_who_never_move_and_players_without_names() -> None:
    game = from_efg('EFG 2 D "" { "A" "" "A" } t "" 1 "o" { 1 2 3 }')
    assert game.players == ("A", "player 2", "A (2)")
    assert game.exact().payoffs.tolist() == [[1, 2, 3]]


def test_outcomes_on_different_ways_never_read_alike() -> None:
    game = from_efg(
        'EFG 2 R "" { "A" } p "" 1 1 "" { "x" "y" } 1 "a" { 1 }\n'
        't "" 2 "b, c" { 1 } p "" 1 2 "" { "z" } 3 "b" { 0 } t "" 4 "c" { 0 }'
    )
    assert game.outcomes == ("a, b, c", "a, b, c (2)")


def test_labels_that_stand_between_steps_are_changed() -> None:
    game = from_efg('EFG 2 R "" { "A" } p "" 1 1 "" { "a > b" "a / b" } 0 t "" 0 t "" 0')
    assert game.information_sets[0].actions == ("a / b", "a / b (2)")


def numbered(text: str) -> str:
    """The same file with information sets, events and outcomes under other numbers."""
    lines = [line.split(" ") for line in text.splitlines()]
    for words in lines:
        place = {"c": 2, "p": 3, "t": 2}.get(words[0])
        if place:
            words[place] = str(1000 - int(words[place]))
    return "\n".join(map(" ".join, lines))


def games() -> list[Any]:
    known = [escalation_1(), escalation_2(), beer_quiche().to_extensive(), Incident().game()]
    known += [Incident(channels=(Channel(),)).game()]
    known += [g for s in SCENARIOS.values() if isinstance(g := s.crisis.game(), ExtensiveFormGame)]
    rng = Random(8)
    known += [random_tree(rng, depth=4, players=("A", "B", "C")[: 2 + k % 2]) for k in range(30)]
    return known + [random_signaling(rng, 2, 3, 2).to_extensive() for _ in range(5)]


@pytest.mark.parametrize("game", games())
def test_a_game_comes_back_with_the_same_information_sets_and_numbers(
    game: ExtensiveFormGame,
) -> None:
    text = to_efg(game)
    twin = from_efg(text)
    assert twin.players == game.players
    assert twin.title == game.title
    mine, theirs = game.compiled, twin.compiled
    assert theirs.node_sets == mine.node_sets
    sets = zip(theirs.information_sets, mine.information_sets, strict=True)
    assert all((t.player, t.actions) == (m.player, m.actions) for t, m in sets)
    assert [v.history for v in theirs.nodes] == [v.history for v in mine.nodes]
    assert set(theirs.outcomes) == set(mine.outcomes)
    assert outcome_table(twin) == outcome_table(game)
    assert to_efg(twin) == text
    assert from_efg(to_efg(twin)) == twin
    assert from_efg(numbered(text)).exact().payoffs.tolist() == twin.exact().payoffs.tolist()


def outcome_table(game: ExtensiveFormGame) -> dict[Any, Any]:
    """Chance-weighted payoffs and shares by decisions on the way: what play comes to."""
    numbers, compiled = game.exact(), game.compiled
    weights = numbers.chance(compiled.ends)
    table: dict[Any, Any] = {}
    places = [sorted(compiled.outcomes).index(o) for o in compiled.outcomes]
    for z, visit in enumerate(compiled.ends):
        shares = [0] * len(places)
        for k, share in zip(places, numbers.shares[z], strict=True):
            shares[k] = share
        row = [weights[z] * v for v in (*numbers.payoffs[z], *shares)]
        old = table.get(visit.decisions, [0] * len(row))
        table[visit.decisions] = [a + b for a, b in zip(old, row, strict=True)]
    return table


@pytest.mark.parametrize("game", [escalation_1(), beer_quiche(), Incident().game()])
def test_equilibria_survive_the_way_through_a_file(game: Any) -> None:
    twin = from_efg(to_efg(game))
    mine, theirs = (solve(g, exact=True) for g in (game, twin))
    assert len(mine) == len(theirs) > 0
    assert [list(e.payoffs.values()) for e in mine] == [list(e.payoffs.values()) for e in theirs]


def test_shares_of_outcomes_become_a_last_move_of_nature() -> None:
    p = Parameter("p", (0, 1), 0.25)
    game = ExtensiveFormGame(end({"war:inadvertent": p, "calm": 1 - p}, {"A": 2 * p}))
    lines = to_efg(game.at(p=Fraction(1, 3)), title="Toy").splitlines()
    assert lines == [
        'EFG 2 R "Toy" { "A" }',
        '""',
        "",
        'c "" 1 "" { "war:inadvertent" 1/3 "calm" 2/3 } 0',
        't "" 1 "war:inadvertent" { 2/3 }',
        't "" 2 "calm" { 2/3 }',
    ]
    assert to_efg(game.at(p=0)).splitlines()[3:] == ['t "" 1 "calm" { 0 }']


def test_quotes_and_backslashes_survive_as_far_as_gambit_can_write_them() -> None:
    label = 'a "b" c\\d'
    game = ExtensiveFormGame(move("A", {label: end("o\\", {"A": 1})}), title=label)
    twin = from_efg(to_efg(game))
    assert (twin.title, twin.information_sets[0].actions) == (label, (label,))
    assert twin.outcomes == ("o/",)


def test_information_sets_are_named_by_the_last_signal_where_that_is_enough() -> None:
    after = tell({"A": "seen"}, move("A", {"x": end("o", (0,)), "y": end("p", (1,))}))
    tree = tell({"A": "dawn"}, move("A", {"go": after, "stay": end("o", (0,))}))
    assert re.findall(r'p "" 1 \d "([^"]*)"', to_efg(ExtensiveFormGame(tree, ("A",)))) == [
        "dawn",
        "seen",
    ]


HEAD = 'EFG 2 R "" { "A" "B" }\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1: found the end of the file, where EFG is expected"),
        ("NFG 1 R", "found 'NFG', where EFG"),
        ('EFG 3 R ""', "column 5: found '3', where the version 2"),
        ('EFG 2 X ""', "found 'X', where R"),
        ("EFG 2 R { }", "found '{', where the title in quotes"),
        ('EFG 2 R "" { }', "found an empty list, where names of players"),
        ('EFG 2 R "open', "column 9: this quoted text does not end; close it with"),
        (HEAD, "line 2, column 1: found the end of the file, where a node"),
        (HEAD + 'x "" 1', "found 'x', where a node"),
        (HEAD + 't "" 1 "o" { 1 }', "column 16: found '}', where the payoff of 'B'"),
        (HEAD + 't "" 1 "o" { 1, 2, 3 }', r"found '3', where '}' after 2 payoffs"),
        (HEAD + 't "" 1 "o" { 1-2 3 }', "'1-2' is not a number"),
        (HEAD + 't "" 1 "o" { 1/0 3 }', "'1/0' divides by zero"),
        (HEAD + 't "" 1 "o" { 1e999999999 3 }', "power of ten 999999999"),
        (HEAD + f't "" 1 "o" {{ {"9" * 301} 3 }}', "numbers go up to 1e300"),
        (HEAD + f't "" 1 "o" {{ {"9" * 9999} 3 }}', "9999 characters; allowed are 4000"),
        (HEAD + 't "" 1 "o" { nan 3 }', "found 'nan', where the payoff of 'A'"),
        (HEAD + 't "" -1', "found '-1', where the number of an outcome"),
        (HEAD + 't "" 0 "o" { 1 2 }', "outcome 0 is none at all"),
        (HEAD + 't "" 1', "outcome 1 is new here"),
        (HEAD + 't "" 1 "o" { 1 2 } t "" 0', "the tree is complete, but 't' follows"),
        (HEAD + 'p "" 3 1 "" { "a" } 0', "found '3', where the number of a player"),
        (HEAD + 'p "" 1 0 "" { "a" } 0', "found '0', where the number of an information set"),
        (HEAD + 'p "" 1 1 0', "information set 1 of 'A' is new here"),
        (HEAD + 'p "" 1 1 "" { } 0', "found '}', where an action in quotes"),
        (HEAD + 'p "" 1 1 "" { "a" } 0', "found the end of the file, where a node"),
        (HEAD + 'c "" 1 "" { "a" 1/2 "b" 1/3 } 0', "the probabilities sum to 5/6"),
        (HEAD + 'c "" 1 "" { "a" 3/2 "b" -1/2 } 0', "probability of 'a' is 1.5; allowed is 0 to 1"),
        (HEAD + 'c "" 1 "" { "a" "b" } 0', 'found the text "b", where the probability of'),
        (
            HEAD + 'p "" 1 1 "" { "a" "b" } 0 t "" 1 "o" { 1 2 } t "" 1 "o" { 1 3 }',
            "outcome 1 was described otherwise before",
        ),
        (
            HEAD + 'p "" 1 1 "" { "a" "b" } 0 t "" 0 p "" 1 1 "" { "a" "c" } 0',
            "information set 1 of 'A' was described otherwise before",
        ),
        (
            HEAD + 'p "" 1 1 "post" { "a" "b" } 0\nt "" 0\np "" 1 1 0 t "" 0 t "" 0',
            r"line 4, column 1: play comes to information set 'post' \(number 1\) of 'A' at "
            "'the start' and again at 'b': the player forgets",
        ),
        (
            HEAD + 'p "" 1 1 "" { "a" "b" } 0\np "" 1 2 "late" { "x" } 0 t "" 0\np "" 1 2 0 t "" 0',
            r"information set 'late' \(number 2\) of 'A' joins 'a' and 'b', which the player could",
        ),
        (HEAD + 'p "" 1 1 "" { "a" } 0\n' * 300 + 't "" 0', "line 202.* 200 levels deep"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(GameError, match=words):
        from_efg(text)


def test_only_texts_are_read() -> None:
    for read in (from_efg, from_nfg):
        with pytest.raises(GameError, match="from its text, not from PosixPath"):
            read(Path("game.efg"))  # type: ignore[operator]
    with pytest.raises(GameError, match="to_efg takes a game, not Incident"):
        to_efg(Incident())  # type: ignore[arg-type]
    with pytest.raises(GameError, match="to_nfg takes a NormalFormGame, not Extensive"):
        to_nfg(escalation_1())  # type: ignore[arg-type]


BY_PAYOFFS = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }

1 1 0 2 0 2 1 1 0 3 2 0
"""

BY_OUTCOMES = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form" { "Player 1" "Player 2" }
{
{ "1" "2" "3" }
{ "1" "2" }
}
"a comment"
{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0 2 }
{ "" 1, 1 }
{ "" 0, 3 }
{ "" 2, 0 }
}
1 2 3 4 5 6
"""


def test_both_versions_of_a_table_are_the_same_game() -> None:
    """The example of Gambit's manual, sections "payoff version" and "outcome version"."""
    game = from_nfg(BY_PAYOFFS)
    assert game == from_nfg(BY_OUTCOMES)
    first = [[1, 1], [0, 0], [0, 2]]
    second = [[1, 1], [2, 3], [2, 0]]
    tables = {"players": ("Player 1", "Player 2"), "actions": (("1", "2", "3"), ("1", "2"))}
    assert game == NormalFormGame.from_arrays(first, second, **tables)


def test_outcomes_with_names_are_the_outcomes_of_the_game() -> None:
    text = BY_OUTCOMES.replace('{ "" 0, 3', '{ "war" 0, 3').replace('{ "" ', '{ "calm" ')
    game = from_nfg(text.replace("5 6", "5 0"))
    assert game.outcomes == ("calm", "war", "no outcome")
    assert game.payoffs["3", "2"] == (0, 0)
    assert from_nfg(to_nfg(game)) == game


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_tables_come_back_the_same(seed: int) -> None:
    rng = Random(seed)
    sizes = [rng.randint(1, 3) for _ in range(rng.randint(1, 3))]
    actions = [[f"a{i} {k}" for k in range(n)] for i, n in enumerate(sizes)]

    def table(level: int = 0) -> Any:
        if level == len(sizes):
            return Fraction(rng.randint(-9, 9), rng.randint(1, 5))
        return [table(level + 1) for _ in range(sizes[level])]

    game = NormalFormGame.from_arrays(*(table() for _ in sizes), actions=actions)
    assert from_nfg(to_nfg(game)) == game
    assert outcome_table(from_efg(to_efg(game))) == outcome_table(game.to_extensive())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EFG 2 R", "found 'EFG', where NFG"),
        ('NFG 1 R "" { "A" } { 2 }\n1', "line 2, column 1: found 1 more words, where 2 payoffs"),
        ('NFG 1 R "" { "A" } { 2 }\n1 2 3', "the table is complete, but '3' follows"),
        ('NFG 1 R "" { "A" } { 999999999 }\n1', "999999999', where the number of strategies"),
        ('NFG 1 R "" { "A" } { 0 }', "found '0', where the number of strategies of 'A'"),
        ('NFG 1 R "" { "A" "B" } { { "x" } }', "found '}', where '{' and strategies of 'B'"),
        ('NFG 1 R "" { "A" } { { "x" } } { { "o" 1 } } 2', "found '2', .* 1 at most"),
        ('NFG 1 R "" { "A" } { { "x" } } { { 1 } } 2', "found '1', where the name of an outcome"),
    ],
)
def test_what_is_wrong_in_a_table_is_named(text: str, words: str) -> None:
    with pytest.raises(GameError, match=words):
        from_nfg(text)


def test_files_are_read_by_their_first_word(tmp_path: Path) -> None:
    path = tmp_path / "game.txt"
    path.write_bytes(b"\xef\xbb\xbf" + BY_PAYOFFS.encode())
    assert read_gambit(path) == from_nfg(BY_PAYOFFS)
    path.write_bytes(FULL.replace("North", "Süd").encode("latin-1"))
    assert read_gambit(str(path)).players[0] == "Süd"
    path.write_text("#AGG")
    with pytest.raises(GameError, match=r"game.txt starts with '#AGG'; a Gambit file starts with"):
        read_gambit(path)
    path.write_text(BY_PAYOFFS.replace("{ 3 2 }", "{ 3 x }"))
    with pytest.raises(GameError, match=r"game.txt, line 2, column 31: found 'x'"):
        read_gambit(path)


WORDS = ["{", "}", ",", '"', "\\", "0", "1", "-1", "1/2", "p", "t", "c", "\n", '""', "1e400", "é"]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid file with bytes changed, pieces cut out, repeated or put in."""
    text = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(1, 4))):
        a = draw(st.integers(0, len(text)))
        b = draw(st.integers(a, min(len(text), a + 30)))
        piece = draw(st.sampled_from(["", text[a:b] * 2, text[b:a:-1], *WORDS]) | st.text())
        text = text[:a] + piece + text[b:]
    return text


VALID = [FULL, BY_PAYOFFS, BY_OUTCOMES, to_efg(escalation_1()), to_efg(beer_quiche())]


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_any_file_is_a_game_or_a_game_error(text: str) -> None:
    for read, write in ((from_efg, to_efg), (from_nfg, to_nfg)):
        try:
            game = read(text)
        except GameError:
            continue
        assert write(game)  # type: ignore[operator]


def test_a_wide_file_is_read_quickly() -> None:
    actions = " ".join(f'"a{k}"' for k in range(2000))
    ends = "\n".join(f't "" {k + 1} "o" {{ {k} 0 }}' for k in range(2000))
    assert len(from_efg(f'{HEAD}p "" 1 1 "" {{ {actions} }} 0\n{ends}').compiled.ends) == 2000


def test_chance_that_misses_one_by_the_rounding_of_roots_is_written_exactly() -> None:
    r = Parameter("r", (0, 1), 0.5) ** Fraction(1, 2)
    tree = chance({"a": (r, end("o", {"A": 1})), "b": (1 - r, end("p", {"A": 0}))})
    assert from_efg(to_efg(ExtensiveFormGame(tree))).outcomes == ("o", "p")
