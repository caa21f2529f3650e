"""Sequential equilibria of games in which more than two players move."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from generators import random_tree
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_trees import pure_sequential as pure_by_orders
from oracle_trees import reaches, walked

from crisisgames import ExtensiveFormGame, NormalFormGame, chance, end, move, solve, tell, verify
from crisisgames.crises.talks import Talks
from crisisgames.equilibria.cases import _Case
from crisisgames.equilibria.deadline import NEVER
from crisisgames.equilibria.dominance import Agents, undominated_actions
from crisisgames.equilibria.profiles import profile_set
from crisisgames.equilibria.pure_sequential import pure_sequential
from crisisgames.equilibria.supports import more_than_two_may_mix
from crisisgames.equilibria.trembles import beliefs_in_the_limit, by_level
from crisisgames.games import Node
from crisisgames.games.tree import Chance, Move, Tell

seeds = st.integers(0, 10**6)
THREE = ("A", "B", "C")


def plans(game: ExtensiveFormGame, plan) -> list[dict[tuple[str, ...], str]]:
    """Return a pure strategy of each player, by record."""
    sets = game.information_sets
    return [
        {sets[h].record: sets[h].actions[a] for h, a in plan.items() if sets[h].player == p}
        for p in game.players
    ]


# Pure equilibria, with two movers, where other routes decide.


@settings(max_examples=40, deadline=None)
@given(seed=seeds, spread=st.integers(1, 2))
def test_pure_equilibria_of_two_movers_are_those_of_all_orders_of_mistakes(
    seed: int, spread: int
) -> None:
    game = random_tree(Random(seed), depth=3, payoffs=(-spread, spread))
    flat = walked(game)
    if flat.size[0] * flat.size[1] > 64:
        return
    search = pure_sequential(game)
    found = {
        tuple(reaches(flat, i, [plans(game, e.plan)[i]])[0] for i in (0, 1)) for e in search.found
    }
    assert not search.stopped
    assert not search.undecided
    assert found == pure_by_orders(flat)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_pure_equilibria_of_two_movers_are_the_pure_ones_of_the_complete_set(seed: int) -> None:
    game = random_tree(Random(seed), depth=3)
    whole = solve(game, exact=True, time_limit=5)
    if not whole.complete or len(whole) > 500 or len({h.player for h in game.information_sets}) < 2:
        return
    flat = walked(game)
    found = set()
    for e in whole:
        rows = [row for own in e.strategy.values() for row in own.values() if row != "any"]
        if all(set(row.values()) <= {0, 1} for row in rows):
            chosen = [
                {h: next(a for a in row if row[a]) for h, row in own.items() if row != "any"}
                for own in e.strategy.values()
            ]
            found.add(tuple(reaches(flat, i, [chosen[i]])[0] for i in (0, 1)))
    search = pure_sequential(game)
    pure = {
        tuple(reaches(flat, i, [plans(game, e.plan)[i]])[0] for i in (0, 1)) for e in search.found
    }
    assert not search.undecided
    assert found <= pure
    # Those that are mixtures in choices off the path are pure in what they make of the ends.
    ends = {
        tuple(
            tuple(
                Fraction(int(all(own.get(h, "any") != "any" and own[h][a] == 1 for h, a in way)))
                for way in (z.ways[i] for z in flat.ends)
            )
            for i, own in enumerate(e.strategy.values())
        )
        for e in whole
    }
    assert pure <= ends


# Pure equilibria with three movers.


def certified(game: ExtensiveFormGame, search) -> float:
    """Return the worst certificate of what was found, computed from the game alone."""
    agents, worst = Agents(game.compiled, game.exact()), 0.0
    for e in search.found:
        rows = tuple(
            tuple(Fraction(int(a == e.plan[h])) for a in range(len(info.actions)))
            for h, info in enumerate(game.information_sets)
        )
        single = profile_set(
            game,
            game.outcomes,
            "sequential",
            [rows],
            complete=False,
            exact=True,
            limits=beliefs_in_the_limit(agents, e.cells),
        )
        object.__setattr__(single, "stated", (by_level(game.compiled, e.cells),))
        worst = max(worst, verify(game, single[0]).worst)
    return worst


def supported_by_chance(game: ExtensiveFormGame, rng: Random, draws: int) -> set[tuple[int, ...]]:
    """Return pure strategies that random trembles support, by the definition itself."""
    agents = Agents(game.compiled, game.exact())
    compiled, numbers = game.compiled, game.exact()
    chances, ends = numbers.chance(compiled.nodes), numbers.chance(compiled.ends)
    sizes = [len(info.actions) for info in game.information_sets]
    found = set()
    for plan in product(*map(range, sizes)):
        for _ in range(draws):
            cells = {
                (h, a): (0, Fraction(1))
                if a == plan[h]
                else (rng.randint(1, 3), Fraction(rng.randint(1, 9), rng.randint(1, 9)))
                for h, n in enumerate(sizes)
                for a in range(n)
            }
            beliefs = beliefs_in_the_limit(agents, cells)
            rational = True
            for h, belief in beliefs.items():
                i = game.players.index(game.information_sets[h].player)
                worth = [Fraction(0)] * sizes[h]
                for z, visit in enumerate(compiled.ends):
                    steps = [k for k, d in enumerate(visit.decisions) if d[0] == h]
                    if steps and ends[z]:
                        k, rest = steps[0], visit.decisions[steps[0] + 1 :]
                        x = next(
                            x
                            for x in belief
                            if compiled.nodes[x].decisions == visit.decisions[:k]
                            and visit.history[: len(compiled.nodes[x].history)]
                            == compiled.nodes[x].history
                        )
                        if all(plan[g] == b for g, b in rest):
                            share = belief[x] * ends[z] / chances[x]
                            worth[visit.decisions[k][1]] += share * numbers.payoffs[z, i]
                rational = rational and worth[plan[h]] == max(worth)
            if rational:
                found.add(plan)
                break
    return found


def small_tree(seed: int) -> ExtensiveFormGame | None:
    """Return a random tree in which three players move, or None if it is large."""
    game = random_tree(Random(seed), depth=3, payoffs=(-2, 2), players=THREE)
    movers = {info.player for info in game.information_sets}
    return game if len(movers) == 3 and len(game.information_sets) <= 6 else None


SMALL = [seed for seed in range(160) if small_tree(seed) is not None][:8]


@pytest.mark.parametrize("seed", SMALL)
def test_what_random_trembles_support_is_found(seed: int) -> None:
    game = small_tree(seed)
    assert game is not None
    search = pure_sequential(game)
    assert not search.stopped
    assert certified(game, search) == 0
    known = {_reduced(game, e.plan) for e in search.found}
    known |= {_reduced(game, plan) for plan in search.undecided}
    sampled = supported_by_chance(game, Random(seed), 6)
    assert {_reduced(game, dict(enumerate(plan))) for plan in sampled} <= known


def _reduced(game: ExtensiveFormGame, plan) -> tuple[tuple[int, int], ...]:
    own = Agents(game.compiled, game.exact())
    return tuple(
        (h, a)
        for h, a in sorted(plan.items())
        if all(
            plan[g] == b
            for g, b in game.compiled.nodes[own.nodes[h][0]].decisions
            if own.owner[g] == own.owner[h]
        )
    )


def unseen(low_pays: int, high_pays: int) -> ExtensiveFormGame:
    """A and B may each strike or feint, unseen; C moves after both did something.

    "low" pays C where they did the same, "high" where they did not.
    """

    def reply(a: str, b: str) -> Node:
        both = (a == b == "strike") or (a == b == "feint")
        pays = {"A": -1, "B": -1}
        low = end(f"{a} {b} low", {**pays, "C": low_pays if both else 0})
        high = end(f"{a} {b} high", {**pays, "C": 0 if both else high_pays})
        return tell({"C": "something"}, move("C", {"low": low, "high": high}))

    def second(a: str) -> Node:
        calm = end(f"{a} calm", {"A": 0, "B": 0, "C": 0})
        return move(
            "B",
            {
                "wait": calm,
                **{b: reply(a, b) if a != "wait" else calm for b in ("strike", "feint")},
            },
        )

    return ExtensiveFormGame(move("A", {a: second(a) for a in ("wait", "strike", "feint")}), THREE)


def test_beliefs_after_two_deviations_at_once_are_products() -> None:
    # With p and q the chances that A and B strike rather than feint, "low" is worth
    # 2 (pq + (1 - p)(1 - q)) and "high" 1 - pq - (1 - p)(1 - q): both can be best.
    search = pure_sequential(unseen(2, 1))
    assert not search.undecided
    replies = {e.plan[max(e.plan)] for e in search.found}
    assert replies == {0, 1}
    assert certified(unseen(2, 1), search) == 0


# Complete sets.


def with_a_third(game: ExtensiveFormGame, rng: Random) -> ExtensiveFormGame:
    """Return the game with a third player who may ruin some ends, at a cost to itself."""

    def walk(node: Node) -> Node:
        if isinstance(node, Chance):
            return Chance(tuple((label, p, walk(t)) for label, p, t in node.branches))
        if isinstance(node, Tell):
            return Tell(node.signals, walk(node.subtree))
        if isinstance(node, Move):
            return Move(node.player, tuple((a, walk(t)) for a, t in node.branches))
        pays = dict(node.payoffs)
        good = end(node.shares[0][0], {**pays, "C": 1})
        if rng.random() < 0.4:
            return good
        return move(
            "C", {"leave": good, "ruin": end("ruin", {"A": rng.randint(-3, 3), "B": 0, "C": 0})}
        )

    return ExtensiveFormGame(walk(game.root), THREE)


@settings(max_examples=12, deadline=None)
@given(seed=seeds)
def test_a_third_player_without_a_reason_to_move_changes_nothing(seed: int) -> None:
    rng = Random(seed)
    game = random_tree(rng, depth=3)
    larger = with_a_third(game, rng)
    if len({h.player for h in larger.information_sets}) < 3 or len(larger.information_sets) > 12:
        return
    two = solve(game, exact=True, time_limit=5)
    if not two.complete or len(two) > 300:
        return
    three = solve(larger, exact=True)
    assert three.complete
    assert three.certificate == 0
    assert len(three.classes) == len(two.classes)
    for outcome in game.outcomes:
        assert three.bounds(outcome) == two.bounds(outcome)
    assert "ruin" not in larger.outcomes or three.bounds("ruin") == (0, 0)


@settings(max_examples=5, deadline=None)
@given(numbers=st.lists(st.integers(-2, 2), min_size=24, max_size=24))
def test_mixed_equilibria_found_otherwise_lie_in_the_set(numbers: list[int]) -> None:
    # All moves are simultaneous, so that sequential equilibria are Nash equilibria.
    game = NormalFormGame.from_arrays(*np.array(numbers).reshape(3, 2, 2, 2))
    whole = solve(game, time_limit=20)
    assert whole.certificate < 1e-9
    for e in solve(game, "nash", method="search", starts=60):
        mixing = sum(1e-9 < p < 1 - 1e-9 for own in e.strategy.values() for p in own[()].values())
        if whole.complete or (mixing <= 4 and "at most two players mix" in " ".join(whole.notes)):
            assert any(
                all(lo - 1e-7 <= e.outcomes[o] <= hi + 1e-7 for o, (lo, hi) in c.outcomes.items())
                for c in whole.classes
            )


def test_three_who_all_mix_are_not_excluded() -> None:
    # Jordan (1993): 1 wants to match 2, 2 to match 3, 3 to differ from 1; all must mix.
    tables = np.zeros((3, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        tables[:, a, b, c] = a == b, b == c, c != a
    game = NormalFormGame.from_arrays(*tables)
    tree = game.to_extensive()
    agents = Agents(tree.compiled, tree.exact())
    assert more_than_two_may_mix(agents, undominated_actions(agents))
    found = solve(game)
    assert not found.complete
    assert "0 pure equilibria" in found.notes[0]
    assert "all equilibria in which at most two players mix" in found.notes[1]
    assert len(found) == 1
    (mixed,) = found
    assert all(p == pytest.approx(0.5) for own in mixed.strategy.values() for p in own[()].values())
    assert len(solve(game, exact=True)) == 0  # mixed ones are in floating point


def test_seltens_horse_has_all_pure_equilibria_and_some_mixed() -> None:
    def third(left: tuple[int, ...], right: tuple[int, ...]) -> Node:
        return move("3", {"L": end(f"L{left}", left), "R": end(f"R{right}", right)})

    second = move("2", {"d": third((4, 4, 0), (0, 0, 1)), "c": end("all cross", (1, 1, 1))})
    game = ExtensiveFormGame(
        move("1", {"D": third((3, 3, 2), (0, 0, 0)), "C": second}), ("1", "2", "3")
    )
    found = solve(game, exact=True)
    (pure,) = found
    assert not found.complete  # 3 may also mix: what it believes depends on who trembles how
    assert [pure.strategy[p][()] for p in "123"] == [
        {"D": 0, "C": 1},
        {"d": 0, "c": 1},
        {"L": 0, "R": 1},
    ]
    assert pure.beliefs["3"][()]["D"] <= Fraction(1, 3)
    assert pure.certificate.worst == 0
    assert "1 pure equilibria in reduced strategies, which are all pure ones" in found.notes[0]


# The crisis with three players.


def test_talks_are_solved_completely() -> None:
    found = solve(Talks().game(), exact=True)
    assert found.complete
    assert found.certificate == 0
    assert found.bounds("war") == (Fraction(1, 20), Fraction(3, 40))
    refused = found.classes[0]  # U may offer or not: C refuses
    assert refused.payoffs["C"][0] == refused.payoffs["C"][1] == Fraction(-3, 4)
    assert refused.outcomes[next(o for o in refused.outcomes if "war" in str(o))] == (
        Fraction(3, 40),
        Fraction(3, 40),
    )
    # In another one K and the conservative C mix, each to keep the other indifferent.
    rows = [e.strategy["K"]["nothing leaked",]["keep"] for e in found]
    assert Fraction(5, 26) in rows


def test_a_host_may_make_silence_suspicious() -> None:
    found = solve(Talks(host=0.5, discretion=0.8).game(), exact=True)
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 20), Fraction(1, 20))
    assert all(e.strategy["K"]["nothing leaked",]["break"] == 1 for e in found)


def test_a_time_limit_is_kept_and_said() -> None:
    found = solve(Talks(host=0.5, discretion=0.8, coordination=1).game(), time_limit=1e-6)
    assert not found.complete
    assert "time limit reached" in " ".join(found.notes)


def test_dominance_uses_what_others_are_known_not_to_do() -> None:
    # B cannot see what A does. Left beats right against what A would ever do, not against all.
    def answer(a: int, b: int, c: int, d: int) -> Node:
        tail = move("C", {"ok": end("done", (0, 0, 1)), "no": end("undone", (0, 0, 0))})
        return chance(
            {
                "go on": (Fraction(1, 2), tail),
                "stop": (
                    Fraction(1, 2),
                    move("B", {"left": end("l", (a, b, 0)), "right": end("r", (c, d, 0))}),
                ),
            }
        )

    game = ExtensiveFormGame(
        move("A", {"good": answer(3, 2, 3, 0), "bad": answer(0, 0, 0, 5)}), THREE
    )
    agents = Agents(game.compiled, game.exact())
    left = undominated_actions(agents)
    assert all(len(own) == 1 for own in left.values())
    found = solve(game)
    assert found.complete
    assert found.bounds("l") == (0.5, 0.5)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_case_is_refuted_for_all_behaviour_that_own_plans_exclude(sign: int) -> None:
    """A and B match pennies, or B asks C, whose reply rests on what B, indifferent, does then."""

    def asked(a: str) -> Node:
        after = {
            c: {w: end(f"{a}{c}{w}", {"A": 0, "B": u, "C": v}) for w, v in own.items()}
            for c, u, own in (
                ("refuse", -5, {"x": sign, "y": -sign}),
                ("grant", 3, {"x": 0, "y": 0}),
            )
        }
        ends = {c: tell({"B": "later"}, move("B", own)) for c, own in after.items()}
        return tell({"C": "asked"}, move("C", ends))

    def pennies(a: str) -> Node:
        won = {b: 1 if a == b else -1 for b in "ht"}
        plain = {b: end(f"{a}{b}", {"A": u, "B": -u, "C": 0}) for b, u in won.items()}
        return move("B", {**plain, "ask": asked(a)})

    game = ExtensiveFormGame(move("A", {a: pennies(a) for a in "ht"}), THREE)
    agents = Agents(game.compiled, game.exact())
    left = undominated_actions(agents)
    (c,) = (h for h, i in enumerate(game.information_sets) if i.player == "C")
    refuse = game.information_sets[c].actions.index("refuse")
    case = _Case(game, agents, left, {c: refuse}, NEVER)
    pieces, resolved = case.solved()
    # The equilibrium in which C refuses exists for both signs: B then plays x, or y.
    assert pieces or not resolved
