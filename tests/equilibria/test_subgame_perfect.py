"""Subgame-perfect equilibria: backward induction with ties kept, and Nash in every subgame."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from acceptance import escalation_1
from generators import random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    Equilibrium,
    ExtensiveFormGame,
    Parameter,
    chance,
    end,
    move,
    solve,
    tell,
    verify,
)
from crisisgames.equilibria.profiles import profile_set
from crisisgames.equilibria.subgames import subgame_equilibria
from crisisgames.games import Node
from crisisgames.games.tree import Chance, Move, Tell


def deterrence(war_b: int) -> ExtensiveFormGame:
    resisted = move("A", {"attack": end("war", (-1, war_b)), "stop": end("back-down", (-2, 1))})
    after = tell({"B": "challenge"}, move("B", {"yield": end("won", (2, 0)), "resist": resisted}))
    return ExtensiveFormGame(
        move("A", {"wait": end("calm", (0, 1)), "challenge": after}), ("A", "B")
    )


def test_a_credible_threat_is_carried_out() -> None:
    found = solve(deterrence(-1), "subgame-perfect")
    assert found.complete
    (equilibrium,) = found
    assert equilibrium.outcomes["won"] == 1
    assert equilibrium.strategy["A"]["challenge",] == {"attack": 1, "stop": 0}


def test_ties_are_kept() -> None:
    found = solve(deterrence(0), "subgame-perfect")
    assert [e.outcomes["won"] for e in found] == [1, 0]
    assert len(found.classes) == 2
    assert found.bounds("calm") == (0, 1)
    # B may also mix at its tie, and then A's challenge may end in war: so the list is not all.
    assert not found.complete
    assert "may also mix" in found.notes[-1]
    assert found.bounds("war")[1] == 0 < solve(deterrence(0)).bounds("war")[1]


def random_perfect(rng: Random, depth: int, count: list[int]) -> Node:
    if depth == 0 or rng.random() < 0.2:
        count[0] += 1
        return end(f"z{count[0]}", (rng.randint(-2, 2), rng.randint(-2, 2)))
    if rng.random() < 0.2:
        p = Fraction(rng.randint(1, 3), 4)
        ways = {"up": p, "down": 1 - p}
        return chance(
            {
                w: (
                    q,
                    tell(dict.fromkeys("AB", f"{w}{depth}"), random_perfect(rng, depth - 1, count)),
                )
                for w, q in ways.items()
            }
        )
    mover = rng.choice("AB")
    other = {"A": "B", "B": "A"}[mover]
    return move(
        mover,
        {a: tell({other: f"saw {a}"}, random_perfect(rng, depth - 1, count)) for a in ("x", "y")},
    )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_pure_subgame_perfect_equilibria_lie_in_the_sequential_set(seed: int) -> None:
    game = ExtensiveFormGame(random_perfect(Random(seed), 3, [0]), ("A", "B"))
    pure, sequential = solve(game, "subgame-perfect"), solve(game, time_limit=5)
    assert len(pure) > 0
    for equilibrium in pure:
        assert equilibrium.certificate.gain < 1e-12
    if sequential.complete and sequential.form is not None and len(sequential):
        for outcome in game.outcomes:
            low, high = sequential.bounds(outcome)
            least, most = pure.bounds(outcome)
            assert low - 1e-12 <= least <= most <= high + 1e-12


def test_a_coordination_game_below_is_solved_for_all_its_equilibria() -> None:
    # A stays out for 3/2, or both meet: (3, 1) if both go left, (1, 3) if both go right, else 0.
    # Below: left, right, or A left with 3/4 and B left with 1/4, worth 3/4 to each.
    def meet(a: str) -> Node:
        ends = {
            "left": {"left": (3, 1), "right": (0, 0)},
            "right": {"left": (0, 0), "right": (1, 3)},
        }
        return move("B", {b: end(f"{a} {b}", ends[a][b]) for b in ("left", "right")})

    below = tell({"B": "in"}, move("A", {a: meet(a) for a in ("left", "right")}))
    out = end("out", (Fraction(3, 2), 0))
    game = ExtensiveFormGame(move("A", {"out": out, "in": below}), ("A", "B"))
    found = solve(game, "subgame-perfect", exact=True)
    assert found.complete
    assert {(e.outcomes["out"], e.strategy["A"]["in",]["left"]) for e in found} == {
        (0, 1),
        (1, 0),
        (1, Fraction(3, 4)),
    }
    assert {e.strategy["B"]["in",]["left"] for e in found} == {1, 0, Fraction(1, 4)}
    assert found.certificate == 0
    # A Nash equilibrium may threaten with any play below; backward induction refuses that.
    assert len(solve(game, "nash").classes) >= 2


def test_who_moves_before_a_continuum_makes_it_incomplete_and_the_note_says_so() -> None:
    # B and C move at once below; C does not care, and A does.
    def pair(b: str) -> Node:
        return move("C", {c: end(f"{b}{c}", (int(c == "y"), int(b == "y"), 0)) for c in "xy"})

    inner = tell({"B": "in", "C": "in"}, move("B", {b: pair(b) for b in "xy"}))
    after = {"out": end("out", (Fraction(1, 2), 0, 0)), "in": inner}
    asked = ExtensiveFormGame(move("A", after), ("A", "B", "C"))
    found = solve(asked, "subgame-perfect", exact=True)
    assert not found.complete
    assert "may also mix" in found.notes[-1]
    assert found.bounds("out") == (0, 1)
    assert found.certificate == 0
    # Nobody above: the same continuum is complete, and its interval is that of all mixtures.
    alone = solve(ExtensiveFormGame(inner, ("A", "B", "C")), "subgame-perfect", exact=True)
    assert alone.complete
    assert len(alone.classes) == 1
    assert alone.bounds("yx") == alone.bounds("yy") == (0, 1)


def test_more_than_two_who_move_at_once_have_pure_equilibria_only_and_the_note_says_so() -> None:
    def level(chosen: tuple[str, ...]) -> Node:
        if len(chosen) == 3:
            return end(" ".join(chosen), tuple(int(chosen.count(c) == 1) for c in chosen))
        return move("ABC"[len(chosen)], {c: level((*chosen, c)) for c in ("l", "r")})

    game = ExtensiveFormGame(level(()), ("A", "B", "C"))
    found = solve(game, "subgame-perfect")
    assert not found.complete
    assert len(found) == 6  # each wants to be alone: all but "all alike"
    assert "more than two players move" in found.notes[-1]


def in_stages(rng: Random, stages: int, count: list[int]) -> Node:
    """Simultaneous moves, stage after stage; what was done is told to both, now and then."""

    def leaf() -> Node:
        count[0] += 1
        return end(f"z{count[0]}", (rng.randint(-1, 2), rng.randint(-1, 2)))

    open_ = rng.random() < 0.7
    first, second = rng.choice([("A", "B"), ("B", "A")])

    def after(a: str, b: str) -> Node:
        if stages == 1 or rng.random() < 0.3:
            return leaf()
        told = f"{a}{b}" if open_ else f"stage {stages}"
        return tell({"A": told, "B": told}, in_stages(Random(0) if not open_ else rng, 1, count))

    return move(
        first,
        {a: move(second, {b: after(a, b) for b in "lr"}) for a in "lr"},
    )


def cells(node: Node, known: dict[str, tuple[str, ...]]) -> list[tuple[Node, dict]]:
    """Return every node of a tree with everybody's record."""
    found = [(node, known)]
    if isinstance(node, Tell):
        told = {**known, **{p: (*known[p], s) for p, s in node.signals}}
        return found + cells(node.subtree, told)
    if isinstance(node, Move):
        for action, below in node.branches:
            found += cells(below, {**known, node.player: (*known[node.player], action)})
    if isinstance(node, Chance):
        for _, _, below in node.branches:
            found += cells(below, known)
    return found


def brute_force(game: ExtensiveFormGame) -> set[tuple[tuple[str, ...], ...]]:
    """Return the pure strategies that are Nash in every subgame, by the definition itself."""
    nothing = dict.fromkeys(game.players, ())
    places = cells(game.root, nothing)
    keys = [(n.player, r[n.player]) for n, r in places if isinstance(n, Move)]
    roots = []
    for node, records in places:
        own = [(n.player, r[n.player]) for n, r in cells(node, records) if isinstance(n, Move)]
        if own and all(own.count(k) == keys.count(k) for k in own):
            roots.append((node, records))
    sets = list(dict.fromkeys(keys))
    actions = {
        (n.player, r[n.player]): [a for a, _ in n.branches]
        for n, r in places
        if isinstance(n, Move)
    }

    def value(node: Node, known: dict, plan: dict) -> list[Fraction]:
        if isinstance(node, Tell):
            told = {**known, **{p: (*known[p], s) for p, s in node.signals}}
            return value(node.subtree, told, plan)
        if isinstance(node, Move):
            a = plan[node.player, known[node.player]]
            after = {**known, node.player: (*known[node.player], a)}
            return value(dict(node.branches)[a], after, plan)
        if isinstance(node, Chance):
            rows = [(Fraction(str(p)), value(t, known, plan)) for _, p, t in node.branches]
            return [sum(p * row[i] for p, row in rows) for i in range(len(game.players))]
        return [Fraction(str(u)) for _, u in node.payoffs]

    found = set()
    for choice in product(*(actions[k] for k in sets)):
        plan = dict(zip(sets, choice, strict=True))
        if all(
            value(node, known, plan)[i]
            >= value(node, known, {**plan, **dict(zip(own, other, strict=True))})[i]
            for node, known in roots
            for i, p in enumerate(game.players)
            for own in [[k for k in sets if k[0] == p]]
            for other in product(*(actions[k] for k in own))
        ):
            found.add(tuple(ends_of(game.root, nothing, plan)))
    return found


def ends_of(node: Node, known: dict, plan: dict) -> list[str]:
    """Return the outcomes that play by a plan leads to."""
    if isinstance(node, Tell):
        return ends_of(
            node.subtree, {**known, **{p: (*known[p], s) for p, s in node.signals}}, plan
        )
    if isinstance(node, Move):
        a = plan[node.player, known[node.player]]
        after = {**known, node.player: (*known[node.player], a)}
        return ends_of(dict(node.branches)[a], after, plan)
    if isinstance(node, Chance):
        return [o for _, _, t in node.branches for o in ends_of(t, known, plan)]
    return [node.shares[0][0]]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_no_pure_equilibrium_of_every_subgame_is_missing(seed: int) -> None:
    game = ExtensiveFormGame(in_stages(Random(seed), 2, [0]), ("A", "B"))
    if len(game.information_sets) > 8:
        return
    found = solve(game, "subgame-perfect", exact=True)
    assert found.certificate == 0
    pure = {
        tuple(o for o, p in e.outcomes.items() if p)
        for e in found
        if all(p in (0, 1) for p in e.outcomes.values())
    }
    for outcomes in brute_force(game):
        assert outcomes in pure or not found.complete
        for outcome in outcomes:
            assert found.bounds(outcome)[1] == 1


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_sequential_is_subgame_perfect_is_nash(seed: int) -> None:
    game = random_tree(Random(seed), depth=3)
    if len(game.information_sets) > 9:
        return
    found, sequential, nash = (
        solve(game, c, exact=True, time_limit=5) for c in ("subgame-perfect", "sequential", "nash")
    )
    assert found.certificate == 0
    if not (sequential.complete and nash.complete and len(sequential)):
        return
    for outcome in game.outcomes:
        low, high = found.bounds(outcome)
        assert nash.bounds(outcome)[0] <= low <= high <= nash.bounds(outcome)[1]
        if found.complete:
            assert low <= sequential.bounds(outcome)[0]
            assert sequential.bounds(outcome)[1] <= high


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_subgames_give_what_backward_induction_gives(seed: int) -> None:
    game = ExtensiveFormGame(random_perfect(Random(seed), 3, [0]), ("A", "B"))
    if not game.information_sets:
        return
    pure = solve(game, "subgame-perfect", exact=True)
    solved = subgame_equilibria(game)
    profiles = profile_set(
        game, game.outcomes, "subgame-perfect", solved.profiles, complete=False, exact=True
    )
    assert len(profiles) == len(pure)
    for outcome in game.outcomes:
        assert profiles.bounds(outcome) == pure.bounds(outcome)


def test_the_certificate_finds_an_empty_threat_in_a_subgame() -> None:
    def meet(a: str) -> Node:
        return move("B", {b: end(f"{a}{b}", (int(a == b), int(a == b))) for b in "lr"})

    below = tell({"B": "in"}, move("A", {a: meet(a) for a in "lr"}))
    game = ExtensiveFormGame(move("A", {"out": end("out", (0, 2)), "in": below}), ("A", "B"))
    threat = {
        "A": {(): {"out": 1, "in": 0}, ("in",): {"l": 1, "r": 0}},
        "B": {("in",): {"l": 0, "r": 1}},
    }
    outcomes = {o: int(o == "out") for o in game.outcomes}
    for concept, gain in (("nash", 1), ("subgame-perfect", 1)):
        stated = Equilibrium(game, threat, {}, {"A": 0, "B": 2}, outcomes, concept=concept)
        # A itself would do better to go in and do as B does.
        assert verify(game, stated).gain == gain
    harmless = {**threat, "A": {(): {"out": 1, "in": 0}, ("in",): {"l": 0, "r": 1}}}
    high = ExtensiveFormGame(move("A", {"out": end("out", (3, 2)), "in": below}), ("A", "B"))
    for concept, strategy, gain in (
        ("nash", threat, 0),
        ("subgame-perfect", threat, 1),
        ("subgame-perfect", harmless, 0),
    ):
        stated = Equilibrium(high, strategy, {}, {"A": 3, "B": 2}, outcomes, concept=concept)
        assert verify(high, stated).gain == gain


@pytest.mark.parametrize("concept", ["subgame-perfect", "pure-nash"])
def test_a_time_limit_ends_the_search_and_the_note_says_so(concept: str) -> None:
    for game in (deterrence(0), escalation_1()):
        found = solve(game, concept, time_limit=1e-9)
        assert not found.complete
        assert "time limit reached" in " ".join(found.notes)
        assert len(found) == 0
        assert "time limit" not in " ".join(solve(game, concept, time_limit=60).notes)


def test_ends_cut_off_by_nature_do_not_matter() -> None:
    p = Parameter("p", (0, 1), default=0.5)
    odd = move("A", {"x": end("x", (0,)), "y": end("y", (1,))})
    game = ExtensiveFormGame(chance({"odd": (p, odd), "even": (1 - p, end("calm", (0,)))}), ("A",))
    found = solve(game.at(p=0), "subgame-perfect")
    assert found.bounds("calm") == (1, 1)
