"""Extreme Nash equilibria and maximal Nash subsets, against brute force and known answers."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from itertools import combinations
from random import Random

import numpy as np
import pytest
from generators import random_tree
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import solve_square

from crisisgames import Channel, Incident, Ladder, NormalFormGame, NotApplicable, solve
from crisisgames.equilibria import deadline, extreme, polytope
from crisisgames.equilibria.assemble import Extreme, Part, Sheaf
from crisisgames.equilibria.classes import connected_sheaves
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.extreme import extreme_equilibria
from crisisgames.equilibria.polytope import Cone
from crisisgames.equilibria.sequence_form import SequenceForm, sequence_form
from crisisgames.equilibria.sequential import SearchResult, search_equilibria

Mixture = tuple[Fraction, ...]
Table = list[list[int]]

seeds = st.integers(0, 10**6)
quick = settings(max_examples=60, deadline=None, derandomize=True)


def tables(rng: Random, rows: int, columns: int, size: int) -> tuple[Table, Table]:
    first, second = (
        [[rng.randint(-size, size) for _ in range(columns)] for _ in range(rows)] for _ in range(2)
    )
    return first, second


def mixtures(game: NormalFormGame, **options: float) -> set[tuple[Mixture, Mixture]]:
    """Return the extreme equilibria as pairs of mixed strategies."""
    found = solve(game, "nash", exact=True, **options)
    assert found.complete
    return {
        tuple(tuple(e.strategy[p][()].values()) for p in game.players)  # type: ignore[misc]
        for e in found
    }


def brute_force(first: Table, second: Table) -> set[tuple[Mixture, Mixture]]:
    """All pairs of vertices, from every square system of zeros and ties, that are equilibria."""
    a, b = np.array(first, dtype=object), np.array(second, dtype=object)
    return {
        (x, y)
        for x in vertices(b)
        for y in vertices(a.T)
        if np.dot(x, a @ y) == max(a @ y) and np.dot(x, b @ y) == max(np.dot(x, b))
    }


def vertices(payoffs: np.ndarray) -> set[Mixture]:
    """Return the mixed strategies over rows that zeros and ties between best columns determine."""
    rows, columns = payoffs.shape
    found = set()
    for size in range(1, min(rows, columns) + 1):
        for used in combinations(range(rows), size):
            for tied in combinations(range(columns), size):
                keys = [*((i, 0) for i in used), (-1, 0)]
                value = {(-1, 0): Fraction(-1)}
                system = [
                    ({**{(i, 0): Fraction(payoffs[i, j]) for i in used}, **value}, Fraction(0))
                    for j in tied
                ]
                system.append(({key: Fraction(1) for key in keys[:-1]}, Fraction(1)))
                solution = solve_square(system, keys)
                if solution is None or min(solution[:-1]) < 0:
                    continue
                weights = dict(zip(used, solution, strict=False))
                x = tuple(weights.get(i, Fraction(0)) for i in range(rows))
                if max(np.dot(x, payoffs)) == solution[-1]:
                    found.add(x)
    return found


@quick
@given(
    seed=seeds, rows=st.integers(1, 4), columns=st.integers(1, 4), size=st.sampled_from([0, 1, 2])
)
def test_games_with_ties_agree_with_brute_force(
    seed: int, rows: int, columns: int, size: int
) -> None:
    pays = tables(Random(seed), rows, columns, size)
    assert mixtures(NormalFormGame.from_arrays(*pays)) == brute_force(*pays)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(seed=seeds, rows=st.integers(2, 4), columns=st.integers(2, 4))
def test_generic_games_agree_with_brute_force(seed: int, rows: int, columns: int) -> None:
    pays = tables(Random(seed), rows, columns, 10**9)
    found = mixtures(NormalFormGame.from_arrays(*pays))
    assert found == brute_force(*pays)
    assert len(found) % 2 == 1  # the number of equilibria is odd (Wilson 1971)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=seeds)
def test_repeated_rows_and_columns_agree_with_brute_force(seed: int) -> None:
    rng = Random(seed)
    pays = tables(rng, 3, 2, 1)
    rows, columns = (0, 1, 2, rng.randrange(3)), (0, 1, rng.randrange(2))
    wide = tuple([[t[i][j] for j in columns] for i in rows] for t in pays)
    assert mixtures(NormalFormGame.from_arrays(*wide)) == brute_force(*wide)


def subsets(result: SearchResult) -> list[set[tuple[frozenset[tuple[int, ...]], ...]]]:
    """Return for each part the products of polytopes that lie in no other."""
    parts = []
    for blocks in result.parts:
        pairs = {tuple(frozenset(own[0].rays) for own in b.levels) for b in blocks}
        largest = {
            p for p in pairs if not any(p != q and p[0] <= q[0] and p[1] <= q[1] for q in pairs)
        }
        parts.append(largest)
    return parts


def same_as_search(form: SequenceForm) -> None:
    ours, searched = extreme_equilibria(form), search_equilibria(form, mode="nash")
    assert ours.complete
    assert searched.complete
    assert subsets(ours) == subsets(searched)
    assert [len(blocks) for blocks in ours.parts] == [len(part) for part in subsets(ours)]


def form_of(game: NormalFormGame) -> SequenceForm:
    tree = game.to_extensive()
    return sequence_form(tree.compiled, tree.exact())


@quick
@given(seed=seeds, rows=st.integers(1, 4), columns=st.integers(1, 3), size=st.sampled_from([1, 9]))
def test_maximal_nash_subsets_are_those_of_the_search(
    seed: int, rows: int, columns: int, size: int
) -> None:
    same_as_search(form_of(NormalFormGame.from_arrays(*tables(Random(seed), rows, columns, size))))


@quick
@given(seed=seeds)
def test_maximal_nash_subsets_of_trees_are_those_of_the_search(seed: int) -> None:
    tree = random_tree(Random(seed), depth=3)
    if len(tree.information_sets) <= 7:
        same_as_search(sequence_form(tree.compiled, tree.exact()))


@quick
@given(seed=seeds)
def test_supports_are_the_actions_that_some_extreme_uses(seed: int) -> None:
    tree = random_tree(Random(seed), depth=3)
    form = sequence_form(tree.compiled, tree.exact())
    for blocks in extreme_equilibria(form).parts:
        for block in blocks:
            used = {
                form.sequences[i][s]
                for i in (0, 1)
                for ray in block.levels[i][0].rays
                for s, weight in enumerate(ray)
                if s and weight
            }
            assert used == {(h, a) for h, own in block.supports.items() for a in own}


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_a_coordination_game_has_an_equilibrium_for_each_set_of_actions(size: int) -> None:
    same = np.eye(size, dtype=int).tolist()
    found = solve(NormalFormGame.from_arrays(same, same), "nash", exact=True)
    assert found.complete
    supports = {frozenset(a for a, p in e.strategy["1"][()].items() if p) for e in found}
    assert len(found) == len(supports) == len(found.classes) == 2**size - 1
    assert all(set(e.strategy["1"][()].values()) <= {0, max(e.payoffs.values())} for e in found)


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 4), (3, 4), (6, 6)])
def test_where_nobody_cares_all_profiles_are_one_subset(rows: int, columns: int) -> None:
    zeros = np.zeros((rows, columns), dtype=int).tolist()
    game = NormalFormGame.from_arrays(zeros, zeros)
    assert [len(b) for b in extreme_equilibria(form_of(game)).parts] == [1] * (1 if rows else 0)
    found = solve(game, "nash")
    assert (len(found), len(found.classes)) == (rows * columns, 1)


def test_a_segment_and_a_point() -> None:
    # Von Stengel in Nisan et al., Algorithmic Game Theory (2007), Section 3.6: in (3.7) the first
    # row meets a tie, and the columns may be mixed as long as it stays a best reply.
    game = NormalFormGame.from_arrays([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    third = Fraction(1, 3)
    assert mixtures(game) == {
        ((1, 0, 0), (1, 0)),
        ((1, 0, 0), (2 * third, third)),
        ((0, third, 2 * third), (third, 2 * third)),
    }
    assert [len(c.equilibria) for c in solve(game, "nash").classes] == [1, 2]


def test_two_segments_that_share_a_corner_are_one_class() -> None:
    # The row player is indifferent against the first column, the column player at the first row.
    game = NormalFormGame.from_arrays([[1, 1], [1, 0]], [[1, 1], [1, 0]])
    (blocks,) = extreme_equilibria(form_of(game)).parts
    assert len(blocks) == 2
    found = solve(game, "nash", exact=True)
    assert (len(found), len(found.classes)) == (3, 1)
    assert found.bounds(("2", "1")) == (0, 1)
    assert found.bounds(("2", "2")) == (0, 0)


def test_ten_actions_each() -> None:
    rng = Random(3)
    found = solve(NormalFormGame.from_arrays(*tables(rng, 10, 10, 100)), "nash", exact=True)
    assert found.complete
    assert len(found) % 2 == 1
    assert found.certificate == 0


def test_nash_outcomes_of_ladders() -> None:
    assert len(solve(Ladder(rungs=2).game(), "nash").classes) == 3
    game = Ladder(rungs=4).game()
    found = solve(game, "nash", exact=True)
    assert found.complete
    assert found.certificate == 0
    # Every sequential equilibrium is a Nash equilibrium.
    outcomes = [c.outcomes for c in found.classes]
    assert all(c.outcomes in outcomes for c in solve(game, exact=True).classes)


def test_a_time_limit_returns_what_was_found_and_how_far_it_came() -> None:
    game = NormalFormGame.from_arrays(*tables(Random(1), 16, 16, 100))
    found = solve(game, "nash", time_limit=0.3, exact=True)
    assert not found.complete
    assert found.certificate == 0
    assert any("time limit reached, with" in note for note in found.notes)


def test_vertices_known_before_the_time_limit_are_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    pays = tables(Random(7), 6, 6, 100)
    whole = extreme_equilibria(form_of(NormalFormGame.from_arrays(*pays)))
    counts = set()
    for ticks in range(2, 20):
        clock = iter([*[0.0] * ticks, *[10.0] * 100])
        monkeypatch.setattr(deadline, "monotonic", lambda clock=clock: next(clock))
        form = form_of(NormalFormGame.from_arrays(*pays))
        some = extreme_equilibria(form, deadline=Deadline.within(5))
        assert subsets(some)[0] <= subsets(whole)[0]
        assert some.complete == (some.progress == "all vertices")
        counts.add(len(some.parts[0]))
    assert len(counts) > 1


@pytest.mark.parametrize("limit", ["MAX_PLANS", "MAX_VERTICES"])
def test_where_there_is_too_much_to_list_the_search_takes_over(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(NormalFormGame.from_arrays(*tables(Random(2), 3, 4, 2)))
    expected = subsets(extreme_equilibria(form))
    monkeypatch.setattr(extreme, limit, 2)
    found = extreme_equilibria(form)
    assert found.progress == "all patterns"
    assert subsets(found) == expected
    assert not extreme_equilibria(form, deadline=Deadline.within(1e-9)).complete


@quick
@given(rows=st.lists(st.integers(0, 31), max_size=6))
def test_bicliques_are_maximal_and_all_there(rows: list[int]) -> None:
    found = extreme._bicliques(rows)
    assert len(found) == len(set(found))
    complete = set()
    for left in range(1, 1 << len(rows)):
        right = 31
        for k, row in enumerate(rows):
            right &= row if left >> k & 1 else 31
        closed = sum(1 << k for k, row in enumerate(rows) if row & right == right)
        if right and closed == left:
            complete.add((left, right))
    assert set(found) == complete


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=seeds)
def test_many_edges_are_found_as_few_are(seed: int) -> None:
    rng = Random(seed)
    width = rng.randint(1, 6)
    cuts = [({k: rng.randint(-2, 2) for k in range(width)}, rng.random() < 0.2) for _ in range(6)]
    cones = []
    for many in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(polytope, "MANY_PAIRS", many)
            cone = Cone.spanned(tuple(int(i == k) for i in range(width)) for k in range(width))
            for functional, equal in cuts:
                cone = cone.cut(functional, equal=equal)
            cones.append(cone)
    assert cones[0] == cones[1]


def piece(rays: list[tuple[int, ...]], number: int) -> Sheaf:
    return Sheaf((2 * number, 2 * number + 1), (tuple(rays), ((1,),)))


@pytest.mark.parametrize(
    ("other", "groups"),
    [
        ([(1, 0, 1, 1, 0), (1, 1, 0, 0, 1)], 1),  # the other diagonal of a square
        ([(3, 0, 3, 1, 2), (3, 2, 1, 3, 0)], 2),  # a segment beside it
        ([(2, 1, 1, 1, 1), (1, 1, 0, 0, 1)], 1),  # half of the other diagonal
        ([(5, 2, 3, 3, 2), (1, 0, 1, 1, 0)], 2),  # less than half of it
        ([(1, 0, 1, 1, 0)], 2),  # one of its ends
    ],
)
def test_polytopes_that_cross_without_a_common_corner_belong_together(
    other: list[tuple[int, ...]], groups: int
) -> None:
    # Weights: the empty sequence, then two information sets of two actions.
    diagonal = [(1, 1, 0, 1, 0), (1, 0, 1, 0, 1)]
    extremes = tuple(Extreme((Fraction(k),), (), {}, {}, ((), ())) for k in range(4))
    part = Part(extremes, (piece(diagonal, 0), piece(other, 1)))
    assert len(connected_sheaves(part)) == groups


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 1)])
def test_nashpy_is_not_asked_about_a_single_action(shape: tuple[int, int]) -> None:
    ones = np.ones(shape, dtype=int).tolist()
    game = NormalFormGame.from_arrays(ones, ones)
    with pytest.raises(NotApplicable, match=r"has a single action.*leave method='nashpy' out"):
        solve(game, "nash", method="nashpy")
    assert len(solve(game, "nash")) == max(shape)


@pytest.mark.parametrize("level", [-3, 0, 10**6])
def test_nashpy_takes_payoffs_of_any_level(level: int) -> None:
    pennies = [[level + 1, level], [level, level + 1]], [[level, level + 1], [level + 1, level]]
    (found,) = solve(NormalFormGame.from_arrays(*pennies), "nash", method="nashpy")
    assert found.strategy["1"][()] == pytest.approx({"1": 0.5, "2": 0.5})
    flat = [[level] * 2] * 2
    assert len(solve(NormalFormGame.from_arrays(flat, flat), "nash", method="nashpy")) == 4


@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=seeds, size=st.sampled_from([1, 5]))
def test_gambit_finds_the_same_extreme_equilibria(seed: int, size: int) -> None:
    gambit = pytest.importorskip("pygambit")
    pays = tables(Random(seed), 3, 3, size)
    cells = " ".join(f"{pays[0][i][j]} {pays[1][i][j]}" for j in range(3) for i in range(3))
    peer = gambit.read_nfg(BytesIO(f'NFG 1 R "" {{ "1" "2" }} {{ 3 3 }}\n\n{cells}\n'.encode()))
    theirs = gambit.nash.enummixed_solve(peer, rational=True).equilibria
    assert mixtures(NormalFormGame.from_arrays(*pays)) == {
        tuple(tuple(Fraction(str(p)) for _, p in e[name]) for name in ("1", "2")) for e in theirs
    }


def test_where_there_are_too_many_plans_the_sequential_ones_are_given_and_not_called_complete():
    game = Incident(channels=(Channel(), Channel(name="second"))).game()
    found = solve(game, "nash")
    sequential = solve(game)
    assert not found.complete
    assert "sequential" in found.notes[-1]
    assert found.bounds("war") == sequential.bounds("war")
    assert all(e.certificate.worst < 1e-12 for e in found)
