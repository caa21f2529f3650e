"""The search for mixed equilibria of games with any number of players."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    ExtensiveFormGame,
    NormalFormGame,
    SignalingGame,
    end,
    move,
    solve,
    tell,
    verify,
)
from crisisgames.errors import GameError, NotApplicable, UnknownName


def mixes(equilibrium):
    """Return the probabilities of each player's first action in a normal form."""
    return tuple(next(iter(rows[()].values())) for rows in equilibrium.strategy.values())


def volunteers(players: int, cost: float) -> NormalFormGame:
    """All gain 1 if anybody volunteers, at a cost; action 1 is to volunteer."""
    tables = [np.zeros((2,) * players) for _ in range(players)]
    for cell in np.ndindex(*(2,) * players):
        for i in range(players):
            tables[i][cell] = (0 in cell) - cost * (cell[i] == 0)
    return NormalFormGame.from_arrays(*tables)


def horse() -> ExtensiveFormGame:
    """Selten's horse (1975)."""

    def third(left, right):
        ends = {"L": end(f"L{left}", left), "R": end(f"R{right}", right)}
        return tell({"3": "asked"}, move("3", ends))

    second = move("2", {"d": third((4, 4, 0), (0, 0, 1)), "c": end("all cross", (1, 1, 1))})
    return ExtensiveFormGame(
        move("1", {"D": third((3, 3, 2), (0, 0, 0)), "C": second}), ("1", "2", "3")
    )


def interior(tables: np.ndarray) -> list[tuple[float, float, float]]:
    """Return the completely mixed equilibria of a 2x2x2 game, by elimination to a quadratic.

    With p, q, r the probabilities of the first actions, each player's indifference is bilinear in
    the others' two.
    """

    def bilinear(gap):  # gap[j, k]: gain of the first action, others at j, k
        constant = gap[1, 1]
        return (
            constant,
            gap[0, 1] - constant,
            gap[1, 0] - constant,
            gap[0, 0] - gap[0, 1] - gap[1, 0] + constant,
        )

    a1, b1, c1, d1 = bilinear(tables[0][0] - tables[0][1])  # in q, r
    a2, b2, c2, d2 = bilinear(tables[1][:, 0] - tables[1][:, 1])  # in p, r
    a3, b3, c3, d3 = bilinear(tables[2][:, :, 0] - tables[2][:, :, 1])  # in p, q
    P = np.polynomial.Polynomial
    r_top, r_low = -P([a1, b1]), P([c1, d1])
    p_top, p_low = -P([a3, c3]), P([b3, d3])
    quadratic = a2 * r_low * p_low + b2 * p_top * r_low + c2 * r_top * p_low + d2 * p_top * r_top
    found = []
    for q in quadratic.trim(1e-12).roots():
        if abs(q.imag) > 1e-12 or r_low(q.real) == 0 or p_low(q.real) == 0:
            continue
        q = q.real
        point = p_top(q) / p_low(q), q, r_top(q) / r_low(q)
        if all(1e-6 < x < 1 - 1e-6 for x in point):
            found.append(point)
    return found


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=24, max_size=24))
def test_interior_equilibria_of_three_players_are_those_of_elimination(numbers):
    tables = np.array(numbers, dtype=float).reshape(3, 2, 2, 2)
    found = solve(NormalFormGame.from_arrays(*tables), "nash", method="search", starts=60)
    assert not found.complete
    assert found.certificate < 1e-9
    own = [mixes(e) for e in found]
    for point in interior(tables):
        assert any(np.allclose(point, x, atol=1e-6) for x in own)


def test_unique_irrational_equilibrium_of_three_players():
    # Such games exist although all payoffs are integers (Nash 1951 has one, a poker game).
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(400):
        tables = rng.integers(-9, 10, size=(3, 2, 2, 2)).astype(float)
        inner = interior(tables)
        if len(inner) != 1:
            continue
        game = NormalFormGame.from_arrays(*tables)
        if len(solve(game, "pure-nash")):
            continue
        found = solve(game, "nash", method="search", starts=60)
        if len(found) == 1:
            assert mixes(found[0]) == pytest.approx(inner[0], abs=1e-12)
            seen += 1
        assert len(found) % 2 == 1  # generic games have an odd number (Wilson 1971)
        if seen == 2:
            return
    pytest.fail("no such game was drawn")


def test_matching_pennies_of_three_players():
    # Jordan (1993): 1 wants to match 2, 2 to match 3, 3 to differ from 1.
    tables = np.zeros((3, 2, 2, 2))
    for a, b, c in np.ndindex(2, 2, 2):
        tables[:, a, b, c] = a == b, b == c, c != a
    (found,) = solve(NormalFormGame.from_arrays(*tables), "nash", method="search")
    assert mixes(found) == pytest.approx((0.5, 0.5, 0.5), abs=1e-12)


@pytest.mark.parametrize(("players", "cost"), [(3, 0.36), (4, 0.125)])
def test_volunteers_dilemma_has_its_closed_form(players, cost):
    found = solve(volunteers(players, cost), "nash", method="search")
    own = [mixes(e) for e in found]
    share = 1 - cost ** (1 / (players - 1))  # Diekmann (1985)
    assert any(np.allclose(x, share, atol=1e-10) for x in own)
    assert sum(all(v in (0, 1) for v in x) for x in own) == players
    if players == 3:  # one stays out, the two others mix as a pair
        pair = sorted(x for x in own if x.count(0) == 1 and max(x) < 1)
        assert len(pair) == 3
        assert all(np.allclose(sorted(x), [0, 1 - cost, 1 - cost], atol=1e-10) for x in pair)


@settings(max_examples=8, deadline=None)
@given(
    st.integers(2, 3),
    st.integers(2, 3),
    st.integers(1, 6),
    st.integers(0, 2**31),
)
def test_what_is_found_lies_in_the_complete_set(rows, columns, spread, seed):
    rng = np.random.default_rng(seed)  # a small spread makes ties
    game = NormalFormGame.from_arrays(*rng.integers(-spread, spread + 1, size=(2, rows, columns)))
    whole = solve(game, "nash")
    found = solve(game, "nash", method="search", starts=40)
    assert whole.complete
    assert len(found)
    corners = [[float(v) for v in e.payoffs.values()] for e in whole]
    generic = len(whole.classes) == len(whole)
    for e in found:
        assert verify(game, e).worst < 1e-9
        for outcome in game.outcomes:
            low, high = whole.bounds(outcome)
            assert low - 1e-9 <= e.probability(outcome) <= high + 1e-9
        if generic:
            own = list(e.payoffs.values())
            assert any(np.allclose(own, c, atol=1e-9) for c in corners)
    if len(whole) == 1:
        assert len(found) == 1


def test_larger_tables_are_searched_from_smoothed_replies():
    rng = np.random.default_rng(4)
    game = NormalFormGame.from_arrays(*rng.integers(-9, 10, size=(3, 4, 4, 4)))
    found = solve(game, "nash", method="search", starts=20)
    assert len(found) > 0
    assert found.certificate < 1e-8
    again = solve(game, "nash", method="search", starts=20)
    assert [e.strategy for e in again] == [e.strategy for e in found]


def test_nash_equilibria_of_seltens_horse():
    found = solve(horse(), "nash", method="search")
    assert len(found) > 2
    for e in found:
        first, second = e.strategy["1"][()]["D"], e.strategy["2"][()]
        third = e.strategy["3"][("asked",)]
        assert first in (0, 1)
        if first == 1:  # 3 plays L, and 2 crosses often enough
            assert third["L"] == 1
            assert second["c"] >= 1 / 3 - 1e-9
        else:
            assert second["c"] == 1
            assert third["R"] >= 3 / 4 - 1e-9
    assert {e.strategy["1"][()]["D"] for e in found} == {0, 1}


def test_sequential_equilibria_of_seltens_horse():
    # Kreps and Wilson (1982): only those in which 1 and 2 cross are sequential.
    found = solve(horse(), "sequential", method="search", starts=60)
    assert not found.complete
    assert "may be more" in found.notes[-1]
    assert len(found) > 1
    for e in found:
        assert e.strategy["1"][()]["C"] == 1
        assert e.strategy["2"][()]["c"] == 1
        right = e.strategy["3"][("asked",)]["R"]
        assert right >= 3 / 4 - 1e-9
        belief = e.beliefs["3"][("asked",)]["D"]
        assert belief <= 1 / 3 + 1e-9 if right == 1 else belief == pytest.approx(1 / 3)
        assert e.certificate.worst < 1e-9
        assert set(e.trembles) == {"1", "2", "3"}


def test_both_outcomes_of_beer_quiche():
    # Cho and Kreps (1987): surly with probability .9.
    game = SignalingGame(
        ("surly", "weak"),
        ("beer", "quiche"),
        ("duel", "retreat"),
        (0.9, 0.1),
        [[[1, 3], [0, 2]], [[0, 2], [1, 3]]],
        [[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    )
    found = solve(game, method="search")
    whole = solve(game)
    assert {round(e.probability([("beer", "retreat")]), 9) for e in found} == {0, 1}
    for e in found:
        for outcome in game.outcomes:
            low, high = whole.bounds(outcome)
            assert low - 1e-9 <= e.probability(outcome) <= high + 1e-9
        assert verify(game, e).worst < 1e-9


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**31))
def test_sequential_equilibria_found_lie_in_the_complete_set(seed):
    rng = np.random.default_rng(seed)
    sender, receiver = rng.integers(-2, 3, size=(2, 2, 2, 2)).tolist()
    game = SignalingGame(
        ("s", "t"), ("m", "n"), ("a", "b"), (Fraction(1, 3), Fraction(2, 3)), sender, receiver
    )
    whole = solve(game)
    found = solve(game, method="search", starts=81)
    for e in found:
        assert verify(game, e).worst < 1e-9
        assert any(
            all(low - 1e-9 <= e.outcomes[o] <= high + 1e-9 for o, (low, high) in c.outcomes.items())
            for c in whole.classes
        )


def test_errors_name_the_option_and_the_way_out():
    game = horse()
    with pytest.raises(NotApplicable, match=r"method='search'.*'pure-nash'"):
        solve(game, "nash")
    with pytest.raises(UnknownName, match="method of concept 'nash' named 'serach'"):
        solve(game, "nash", method="serach")
    with pytest.raises(NotApplicable, match="method='exact' does not take 'starts'"):
        solve(game, "nash", starts=3)
    with pytest.raises(NotApplicable, match="method='search' does not take 'exact'"):
        solve(game, "sequential", method="search", exact=True)
    for name, value in (("starts", 0), ("starts", 2.5), ("seed", -1), ("seed", True)):
        with pytest.raises(GameError, match=f"{name} is {value}"):
            solve(game, "nash", method="search", **{name: value})


@pytest.mark.parametrize("concept", ["nash", "sequential"])
def test_a_time_limit_ends_the_search_and_the_note_says_so(concept):
    found = solve(horse(), concept, method="search", time_limit=1e-9)
    assert not found.complete
    assert "from 0 " in found.notes[-1]
    assert "until the time limit" in found.notes[-1]
    assert "time limit" not in solve(horse(), concept, method="search", time_limit=60).notes[-1]


def test_the_same_seed_gives_the_same_equilibria():
    first, again, other = (
        solve(horse(), "sequential", method="search", starts=30, seed=s) for s in (1, 1, 2)
    )
    assert [e.strategy for e in first] == [e.strategy for e in again]
    assert first.notes == again.notes != other.notes


def test_a_game_in_which_nobody_has_a_choice():
    game = NormalFormGame.from_arrays([[[1]]], [[[2]]], [[[3]]])
    (found,) = solve(game, "nash", method="search")
    assert list(found.payoffs.values()) == [1, 2, 3]
    (found,) = solve(game, "sequential", method="search")
    assert list(found.payoffs.values()) == [1, 2, 3]
