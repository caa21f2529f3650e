"""Records as information sets: perfect recall, and what a player cannot tell apart."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import pytest
from generators import random_tree

from crisisgames import ExtensiveFormGame, GameError, chance, end, move, tell
from crisisgames.games.tree import Chance, Move, Node, Tell

PLAYERS = ("A", "B")


def game(root: Node) -> ExtensiveFormGame:
    return ExtensiveFormGame(root, PLAYERS)


def leaf(label: str = "o") -> Any:
    return end(label, (0, 0))


def choose(player: str, *actions: str, below: Any = None) -> Any:
    return move(player, dict.fromkeys(actions, below or leaf()))


def records(g: ExtensiveFormGame) -> list[tuple[str, tuple[str, ...]]]:
    return [(h.player, h.record) for h in g.information_sets]


def test_what_a_player_is_not_told_it_does_not_know() -> None:
    g = game(choose("A", "l", "r", below=choose("B", "u", "d")))
    assert records(g) == [("A", ()), ("B", ())]
    assert g.compiled.node_sets == (0, 1, 1)


def test_what_a_player_is_told_splits_its_information_set() -> None:
    branches = {a: tell({"B": f"saw {a}"}, choose("B", "u", "d")) for a in "lr"}
    assert records(game(move("A", branches))) == [("A", ()), ("B", ("saw l",)), ("B", ("saw r",))]


def test_the_same_signal_after_different_moves_is_one_information_set() -> None:
    branches = {a: tell({"B": "noise"}, choose("B", "u", "d")) for a in "lr"}
    assert records(game(move("A", branches))) == [("A", ()), ("B", ("noise",))]


def test_a_record_is_in_the_order_of_time() -> None:
    g = game(tell({"A": "first"}, tell({"A": "second"}, choose("A", "l", "r"))))
    h = g.information_sets[0]
    assert (h.record, h.own, h.label) == (("first", "second"), (False, False), "first, second")


def test_the_order_of_signals_is_part_of_what_is_known() -> None:
    one = tell({"B": "x"}, tell({"B": "y"}, choose("B", "u", "d")))
    two = tell({"B": "y"}, tell({"B": "x"}, choose("B", "u", "d")))
    assert len(game(move("A", {"l": one, "r": two})).information_sets) == 3


def test_a_player_remembers_its_own_moves_and_forgets_nothing() -> None:
    again = choose("A", "l", "r")
    g = game(move("A", {"l": again, "r": again}))
    assert records(g) == [("A", ()), ("A", ("l",)), ("A", ("r",))]
    assert g.information_sets[1].own == (True,)


def test_a_repeated_move_is_a_new_information_set_each_time() -> None:
    """No absent-mindedness: a play never meets an information set twice."""
    g = game(move("A", {"on": move("A", {"on": choose("A", "on", "off"), "off": leaf()})}))
    assert records(g) == [("A", ()), ("A", ("on",)), ("A", ("on", "on"))]


def test_one_tell_informs_several_players_of_different_things() -> None:
    tree = tell({"A": "weak", "B": "strong"}, choose("A", "l", "r", below=choose("B", "u", "d")))
    assert records(game(tree)) == [("A", ("weak",)), ("B", ("strong",))]


def test_signals_to_others_and_to_nobody_tell_a_player_nothing() -> None:
    branches = {
        "l": tell({"A": "you know"}, choose("B", "u", "d")),
        "r": tell({}, choose("B", "u", "d")),
    }
    assert records(game(move("A", branches))) == [("A", ()), ("B", ())]


def test_a_record_belongs_to_its_player() -> None:
    tree = tell({"A": "s", "B": "s"}, choose("A", "l", "r", below=choose("B", "l", "r")))
    assert records(game(tree)) == [("A", ("s",)), ("B", ("s",))]


def test_perfect_recall_on_random_trees() -> None:
    """At all nodes of a set its player has seen and done the same; no play meets a set twice."""
    rng = Random(11)
    for _ in range(60):
        c = random_tree(rng, depth=5, players=("A", "B", "C")).compiled
        own: dict[int, set[tuple[tuple[int, int], ...]]] = {}
        for h, visit in zip(c.node_sets, c.nodes, strict=True):
            player = c.information_sets[h].player
            path = [d for d in visit.decisions if c.information_sets[d[0]].player == player]
            own.setdefault(h, set()).add(tuple(path))
            assert h not in {k for k, _ in visit.decisions}
        assert all(len(paths) == 1 for paths in own.values())


def test_information_sets_are_the_records_of_an_independent_walk() -> None:
    rng = Random(12)
    for _ in range(60):
        g = random_tree(rng, depth=4)
        seen = walk(g.root, dict.fromkeys(PLAYERS, ()), ())
        found = [
            (h.player, h.record, visit.history)
            for visit, k in zip(g.compiled.nodes, g.compiled.node_sets, strict=True)
            for h in [g.information_sets[k]]
        ]
        assert found == seen
        for (i, one), (j, other) in combinations(enumerate(seen), 2):
            same = g.compiled.node_sets[i] == g.compiled.node_sets[j]
            assert same == (one[:2] == other[:2])


def walk(node: Node, known: dict[str, tuple[str, ...]], history: tuple[str, ...]) -> list[Any]:
    if isinstance(node, Chance):
        return [x for label, _, t in node.branches for x in walk(t, known, (*history, label))]
    if isinstance(node, Tell):
        return walk(node.subtree, {p: k + texts(node, p) for p, k in known.items()}, history)
    if isinstance(node, Move):
        found = [(node.player, known[node.player], history)]
        for action, subtree in node.branches:
            after = {**known, node.player: (*known[node.player], action)}
            found += walk(subtree, after, (*history, action))
        return found
    return []


def texts(node: Tell, player: str) -> tuple[str, ...]:
    return tuple(signal for p, signal in node.signals if p == player)


# What cannot be.


def test_one_information_set_offers_one_set_of_actions() -> None:
    tree = move("A", {"l": choose("B", "u", "d"), "r": choose("B", "u", "d", "x")})
    with pytest.raises(GameError) as error:
        game(tree)
    message = str(error.value)
    assert "'B' cannot tell 'r' from 'l'" in message
    assert "('u', 'd', 'x') here and ('u', 'd') there" in message
    assert "offer the same actions in the same order" in message


def test_actions_come_in_one_order_within_an_information_set() -> None:
    with pytest.raises(GameError, match="in the same order, or tell the player which place it is"):
        game(move("A", {"l": choose("B", "u", "d"), "r": choose("B", "d", "u")}))


def test_telling_the_places_apart_is_the_remedy() -> None:
    branches = {
        "l": tell({"B": "left"}, choose("B", "u", "d")),
        "r": tell({"B": "right"}, choose("B", "u", "d", "x")),
    }
    assert [h.actions for h in game(move("A", branches)).information_sets[1:]] == [
        ("u", "d"),
        ("u", "d", "x"),
    ]


def test_a_signal_with_the_name_of_an_own_action_is_ambiguous() -> None:
    tree = chance(
        {
            "did it": (0.5, move("A", {"probe": choose("A", "l", "r")})),
            "was told": (0.5, tell({"A": "new"}, leaf())),
        }
    )
    assert len(game(tree).information_sets) == 2  # no conflict yet
    told = tell({"A": "probe"}, choose("A", "l", "r"))
    clash = chance({"did": (0.5, move("A", {"probe": choose("A", "l", "r")})), "t": (0.5, told)})
    with pytest.raises(GameError, match=r"'A' has the record \('probe',\) in two ways"):
        game(clash)


def test_a_signal_may_have_the_name_of_another_players_action() -> None:
    branches = {a: tell({"B": a}, choose("B", "l", "r")) for a in ("l", "r")}
    assert records(game(move("A", branches))) == [("A", ()), ("B", ("l",)), ("B", ("r",))]


@pytest.mark.parametrize(
    "tree",
    [
        move("A", {"go": choose("C", "l", "r")}),
        move("A", {"go": tell({"C": "psst"}, leaf())}),
    ],
)
def test_a_player_without_payoffs_is_unknown_and_the_place_is_named(tree: Any) -> None:
    with pytest.raises(GameError, match=r"no player 'C' \(at 'go'\); this game has \('A', 'B'\)"):
        game(tree)


def test_a_player_unknown_at_the_start_is_placed_there() -> None:
    with pytest.raises(GameError, match=r"no player 'C' \(at 'the start'\)"):
        game(choose("C", "l", "r"))
