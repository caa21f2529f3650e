"""Gambit itself reads what is written, as the same game with the same equilibria."""

from __future__ import annotations

import io
import re
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import perturbed, random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import SCENARIOS, Channel, ExtensiveFormGame, Incident, NormalFormGame, solve
from crisisgames.files import from_efg, from_nfg, to_efg, to_nfg

gambit = pytest.importorskip("pygambit")


def through_gambit(game: Any) -> str:
    return str(gambit.read_efg(io.StringIO(to_efg(game))).to_efg())


def shape(text: str) -> tuple[int, int, int, int]:
    """How many nodes of nature, decision nodes, ends and information sets a file has."""
    counts = [len(re.findall(rf"^{kind} ", text, re.MULTILINE)) for kind in "cpt"]
    sets = set(re.findall(r'^p "[^"]*" (\d+ \d+) ', text, re.MULTILINE))
    return (*counts, len(sets))  # type: ignore[return-value]


def trees() -> list[ExtensiveFormGame]:
    rng = Random(17)
    known = [escalation_1(), escalation_2(), beer_quiche().to_extensive(), Incident().game()]
    known += [Incident(channels=(Channel(),)).game(), escalation_1().at(audience_cost=0)]
    known += [g for s in SCENARIOS.values() if isinstance(g := s.crisis.game(), ExtensiveFormGame)]
    return known + [random_tree(rng, players=("A", "B", "C")[: 2 + k % 2]) for k in range(20)]


@pytest.mark.parametrize("game", trees())
def test_gambit_reads_the_same_tree(game: ExtensiveFormGame) -> None:
    text = through_gambit(game)
    compiled = game.compiled
    assert shape(text) == shape(to_efg(game))
    assert shape(text)[1] == len(compiled.nodes)
    assert shape(text)[3] == len(compiled.information_sets)
    ours, theirs = from_efg(to_efg(game)), from_efg(text)
    assert theirs.title == game.title
    assert theirs.information_sets == ours.information_sets
    assert theirs.compiled.node_sets == compiled.node_sets
    assert theirs.exact().payoffs.tolist() == ours.exact().payoffs.tolist()
    assert theirs.exact().branches.tolist() == ours.exact().branches.tolist()
    # Gambit numbers outcomes that share a name: war_1, war_2.
    assert {re.sub(r"_\d+$", "", o) for o in theirs.outcomes} == set(game.outcomes)


def payoffs(profile: Any, players: tuple[str, ...]) -> tuple[Fraction, ...]:
    if hasattr(profile, "payoffs"):
        return tuple(Fraction(str(profile.payoffs[p])) for p in players)
    return tuple(Fraction(str(profile.payoff(p))) for p in players)


def games() -> list[Any]:
    """Small ones without ties, where the equilibria are finitely many."""
    rng = Random(4)
    found: list[Any] = [escalation_1()]
    while len(found) < 20:
        tree = random_tree(rng, depth=2)
        if len(found) % 2:
            tree = random_signaling(rng, 2, 2, 2).to_extensive()
        if len(tree.information_sets) <= 4:
            found.append(perturbed(tree, rng, Fraction(1, 7)))
    return found


@pytest.mark.parametrize("game", games())
def test_gambit_finds_the_same_equilibrium_payoffs(game: Any) -> None:
    mine = {tuple(e.payoffs.values()) for e in solve(game, "nash", exact=True)}
    theirs = gambit.nash.enummixed_solve(gambit.read_efg(io.StringIO(to_efg(game)))).equilibria
    assert {payoffs(e, game.players) for e in theirs} == mine


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10**6))
def test_gambit_reads_the_same_table(seed: int) -> None:
    rng = Random(seed)
    rows, columns = rng.randint(1, 3), rng.randint(1, 3)
    tables = [
        [[Fraction(rng.randint(-5, 5), rng.randint(1, 3)) for _ in range(columns)] for _ in rows_]
        for rows_ in [range(rows)] * 2
    ]
    game = NormalFormGame.from_arrays(*tables, players=("A", "B"))
    assert from_nfg(gambit.read_nfg(io.StringIO(to_nfg(game))).to_nfg()) == game


def test_names_of_outcomes_survive_gambit() -> None:
    actions = (("go", "stay"),)
    game = NormalFormGame(
        ("A",), actions, {"go": (1,), "stay": (0,)}, {}, {"go": "war", "stay": "calm"}
    )
    assert from_nfg(gambit.read_nfg(io.StringIO(to_nfg(game))).to_nfg()) == game


def test_quotes_and_letters_survive_gambit() -> None:
    text = 'EFG 2 R "a \\"b\\" c\\d" { "Å" } p "" 1 1 "i" { "α \\"β\\"" } 0 t "" 1 "o" { 1/3 }'
    game = from_efg(text)
    assert from_efg(through_gambit(game)) == game
    assert game.title == 'a "b" c\\d'
