"""The normal form of a tree: the same payoffs and outcomes, strategy by strategy."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

import numpy as np
import pytest
from generators import random_signaling, random_tree
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    NormalFormGame,
    NotApplicable,
    Parameter,
    chance,
    end,
    move,
    solve,
    tell,
)
from crisisgames.games.strategic import (
    MAX_PROFILES,
    count_strategies,
    reduced_strategies,
    strategic_form,
)
from crisisgames.games.tree import Chance, End, Move, Node, Tell

seeds = st.integers(0, 10**6)


def played(game: ExtensiveFormGame, plans: dict[str, dict[Any, str]]) -> tuple[Any, Any]:
    """Expected payoffs and outcome probabilities of pure play, by walking the tree."""
    pays = dict.fromkeys(game.players, Fraction(0))
    outcomes = dict.fromkeys(game.outcomes, Fraction(0))

    def walk(node: Node, weight: Fraction, records: dict[str, tuple[str, ...]]) -> None:
        if isinstance(node, Chance):
            for _, p, subtree in node.branches:
                walk(subtree, weight * Fraction(int(p.p), int(p.q)), records)
        elif isinstance(node, Tell):
            told = {p: (*records[p], s) for p, s in node.signals}
            walk(node.subtree, weight, {**records, **told})
        elif isinstance(node, Move):
            action = plans[node.player][records[node.player]]
            after = (*records[node.player], action)
            walk(dict(node.branches)[action], weight, {**records, node.player: after})
        else:
            assert isinstance(node, End)
            for player, u in node.payoffs:
                pays[str(player)] += weight * Fraction(int(u.p), int(u.q))
            for label, share in node.shares:
                outcomes[label] += weight * Fraction(int(share.p), int(share.q))

    walk(game.root, Fraction(1), dict.fromkeys(game.players, ()))
    return pays, outcomes


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_every_profile_pays_what_a_walk_of_the_tree_does(seed: int) -> None:
    rng = Random(seed)
    game = random_tree(rng, depth=2, width=3, players=rng.choice([("A", "B"), ("A", "B", "C")]))
    assume(prod(count_strategies(game.compiled, p) for p in game.players) <= 2_000)
    form = strategic_form(game)
    plans = [reduced_strategies(game.compiled, p) for p in game.players]
    sets = game.information_sets
    cells = list(np.ndindex(*form.shape))
    for cell in rng.sample(cells, min(len(cells), 20)):
        chosen: dict[str, dict[Any, str]] = {p: {} for p in game.players}
        for player, own, k in zip(game.players, plans, cell, strict=True):
            for h, a in own[k].items():
                chosen[player][sets[h].record] = sets[h].actions[a]
        pays, outcomes = played(game, chosen)
        assert form.payoffs[cell].tolist() == list(pays.values())
        shares = {form.outcomes[o]: w for o, w in form.shares[cells.index(cell)]}
        assert shares == {o: w for o, w in outcomes.items() if w}


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_reduced_strategies_are_all_that_differ_in_play(seed: int) -> None:
    game = random_tree(Random(seed), depth=2)
    compiled = game.compiled
    for player in game.players:
        sets = [h for h, info in enumerate(compiled.information_sets) if info.player == player]
        full = product(*(range(len(compiled.information_sets[h].actions)) for h in sets))
        if np.prod([len(compiled.information_sets[h].actions) for h in sets]) > 3000:
            continue
        leads = set()
        for choice in full:
            plan = dict(zip(sets, choice, strict=True))
            ends = frozenset(
                z
                for z, visit in enumerate(compiled.ends)
                if all(plan[h] == a for h, a in visit.decisions if h in plan)
            )
            leads.add(ends)
        plans = reduced_strategies(compiled, player)
        assert len({tuple(sorted(p.items())) for p in plans}) == len(plans) == len(leads)


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_both_forms_have_the_same_nash_outcomes(seed: int) -> None:
    tree = random_signaling(Random(seed), 2, 2, 2)
    game = tree.to_normal()
    assert set(game.outcomes) <= {", ".join(o) for o in tree.outcomes}
    one, other = (solve(g, "nash", exact=True) for g in (tree, game))
    for message, action in tree.outcomes:
        assert one.bounds((message, action)) == other.bounds(f"{message}, {action}")


def test_strategies_read_as_what_they_do() -> None:
    later = tell(
        {"A": "no"}, move("A", {"press": end("war", (-1, -1)), "stop": end("calm", (0, 0))})
    )
    asks = move("B", {"give": end("deal", (1, -1)), "refuse": later})
    tree = ExtensiveFormGame(
        move("A", {"ask": tell({"B": "asked"}, asks), "wait": end("calm", (0, 0))}), ("A", "B")
    )
    game = tree.to_normal()
    assert game.actions == (
        ("start: ask; ask, no: press", "start: ask; ask, no: stop", "start: wait"),
        ("give", "refuse"),
    )
    assert game.outcomes == ("deal", "war", "calm")
    assert dict(game.shares["start: ask; ask, no: press", "refuse"]) == {"war": 1}
    assert solve(game, "nash").bounds("deal")[1] == pytest.approx(1)


def test_labels_that_read_alike_still_name_different_strategies() -> None:
    def after(signal: str) -> Node:
        return tell({"A": signal}, move("A", {"x": end("o", (0,)), "y": end("p", (1,))}))

    tree = chance(
        {"1": (0.5, tell({"A": "r"}, after("s"))), "2": (0.5, after("r, s"))}
    )  # the records ("r", "s") and ("r, s")
    own = ExtensiveFormGame(tree, ("A",)).to_normal().actions[0]
    assert len(set(own)) == 4


def test_a_player_without_a_move_has_one_strategy() -> None:
    tree = ExtensiveFormGame(move("A", {"go": end("o", (1, 2))}), ("A", "B"))
    game = tree.to_normal()
    assert game.actions == (("go",), ("no move",))
    assert game.exact().tolist() == [[[1, 2]]]


def test_parameters_and_values_come_along() -> None:
    p = Parameter("luck", (0, 1), 0.25)
    cost = Parameter("cost", (0, 9), 2)
    fight = chance(
        {"win": (p, end("war:won", (1, -cost))), "lose": (1 - p, end("war:lost", (-cost, 1)))}
    )
    tree = ExtensiveFormGame(
        move("A", {"go": fight, "stay": end({"calm": 1 - p, "scare": p}, (0, 0))}), ("A", "B")
    )
    game = tree.at(cost=4).to_normal()
    assert set(game.parameters) == {"luck", "cost"}
    assert game.exact()[0, 0].tolist() == [Fraction(1, 4) - 3, Fraction(3, 4) - 1]
    assert game.at(luck=1).exact()[0, 0].tolist() == [1, -4]
    rows = [strategic_form(g).shares[0] for g in (game, tree.at(cost=4))]
    assert [w for _, w in rows[0]] == [w for _, w in rows[1]] == [Fraction(1, 4), Fraction(3, 4)]
    back = game.to_extensive()
    assert solve(back, "nash", exact=True).bounds("scare") == (Fraction(1, 4), Fraction(1, 4))
    assert pickle.loads(pickle.dumps(game)) == game
    assert hash(pickle.loads(pickle.dumps(game))) == hash(game)


def test_a_branch_that_nature_never_takes_has_no_share() -> None:
    p = Parameter("luck", (0, 1), 0)
    tree = ExtensiveFormGame(
        chance({"a": (p, end("war", (1,))), "b": (1 - p, end("calm", (0,)))}), ("A",)
    )
    form = strategic_form(tree)
    assert form.shares == (((1, Fraction(1)),),)
    assert solve(tree, "correlated", exact=True).bounds("war") == (0, 0)


def test_a_form_that_is_too_large_says_how_large() -> None:
    def after(k: int) -> Node:
        return tell({"A": f"signal {k}"}, move("A", {"x": end("o", (0,)), "y": end("p", (1,))}))

    draw = {str(k): (Fraction(1, 40), after(k)) for k in range(40)}
    tree = ExtensiveFormGame(chance(draw), ("A",))
    with pytest.raises(NotApplicable, match=str(2**40)):
        reduced_strategies(tree.compiled, "A")  # says so before it fills the memory
    for refused in (tree.to_normal, lambda: solve(tree, "correlated")):
        with pytest.raises(NotApplicable) as error:
            refused()
        assert str(2**40) in str(error.value)
        assert str(MAX_PROFILES) in str(error.value)


# Outcomes of a normal form.

PAYOFFS = {(a, b): (0, 0) for a in "xy" for b in "xy"}
NAMED = {("x", "x"): "war:a", ("x", "y"): {"war:b": 0.5, "calm": 0.5}, **dict.fromkeys(
    [("y", "x"), ("y", "y")], "calm")}  # fmt: skip


def test_a_normal_form_may_name_its_outcomes() -> None:
    game = NormalFormGame(("A", "B"), (("x", "y"),) * 2, PAYOFFS, shares=NAMED)
    assert game.outcomes == ("war:a", "war:b", "calm")
    for concept in ("nash", "correlated"):
        assert solve(game, concept, exact=True).bounds("war") == (0, 1)
        assert solve(game, concept, exact=True).bounds("war:b") == (0, Fraction(1, 2))
    assert game != NormalFormGame(("A", "B"), (("x", "y"),) * 2, PAYOFFS)
    assert game.at() == game


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({("x", "x"): "war"}, "has no outcome; shares must name every profile"),
        ({**NAMED, ("x", "z"): "war"}, "which is not in the game"),
        ({**NAMED, ("x", "x"): {"war": 0.4}}, "must sum to 1"),
        ({**NAMED, ("x", "x"): 3}, r"end was given a int; give an outcome"),
        ("war", "must map each profile"),
    ],
)
def test_bad_outcomes_are_told(shares: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        NormalFormGame(("A", "B"), (("x", "y"),) * 2, PAYOFFS, shares=shares)


def test_shares_that_do_not_sum_to_one_somewhere_are_told() -> None:
    p = Parameter("p", (0, 1), 0.5)
    shares = {("go",): {"war": p, "calm": p}}
    game = NormalFormGame(("A",), (("go",),), {("go",): (0,)}, shares=shares)
    assert strategic_form(game).shares == (((0, Fraction(1, 2)), (1, Fraction(1, 2))),)
    with pytest.raises(GameError, match="they must sum to 1"):
        strategic_form(game.at(p=0.25))
