"""The logit branch: closed forms, an oracle written apart from the solver, and hard cases."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import product
from math import exp, inf, log
from random import Random

import numpy as np
import pytest
from acceptance import beer_quiche, escalation_1
from generators import random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, fsolve

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    NormalFormGame,
    Parameter,
    SignalingGame,
    chance,
    end,
    move,
    tell,
)
from crisisgames.equilibria.qre import REGRET, LogitPoint, logit_branch
from crisisgames.games.tree import Chance, End, Move, Node, Tell

Records = dict[str, tuple[tuple[bool, str], ...]]


def normal(*tables: object) -> ExtensiveFormGame:
    return NormalFormGame.from_arrays(*tables).to_extensive()


def signaling(game: SignalingGame) -> ExtensiveFormGame:
    return game.to_extensive()


# --- the oracle: a recursion over the tree, which shares nothing with the compiled arrays ---


def conditional_payoffs(
    game: ExtensiveFormGame, log_strategy: tuple[np.ndarray, ...]
) -> dict[int, np.ndarray]:
    """Return the payoff of each action, for each information set that play reaches."""
    places = {
        (s.player, tuple(zip(s.own, s.record, strict=True))): h
        for h, s in enumerate(game.information_sets)
    }
    values = {p: p.default for p in game.parameters.values()}
    values |= {game.parameters[n]: v for n, v in game.values.items()}
    visits: dict[int, list[tuple[float, list[float]]]] = defaultdict(list)

    def walk(node: Node, records: Records, reach: float) -> np.ndarray:
        if isinstance(node, End):
            given = dict(node.payoffs)
            return np.array(
                [
                    float(given[p if p in given else i].subs(values))
                    for i, p in enumerate(game.players)
                ]
            )
        if isinstance(node, Tell):
            told = {p: (*records[p], (False, s)) for p, s in node.signals}
            return walk(node.subtree, {**records, **told}, reach)
        total = np.zeros(len(game.players))
        if isinstance(node, Chance):
            for _, weight, subtree in node.branches:
                p = float(weight.subs(values))
                if p > 0:
                    total += p * walk(subtree, records, reach + log(p))
            return total
        assert isinstance(node, Move)
        h = places[node.player, records[node.player]]
        mine = game.players.index(node.player)
        row = []
        for (action, subtree), x in zip(node.branches, log_strategy[h], strict=True):
            after = {**records, node.player: (*records[node.player], (True, action))}
            worth = walk(subtree, after, reach + x)
            row.append(worth[mine])
            total += exp(x) * worth
        visits[h].append((reach, row))
        return total

    walk(game.root, dict.fromkeys(game.players, ()), 0.0)
    found = {}
    for h, seen in visits.items():
        reaches = np.array([r for r, _ in seen])
        weights = np.exp(reaches - reaches.max())
        found[h] = weights @ np.array([row for _, row in seen]) / weights.sum()
    return found


def payoff_ranges(game: ExtensiveFormGame) -> dict[str, float]:
    return dict(zip(game.players, np.ptp(game.floats().payoffs, axis=0), strict=True))


def check_point(game: ExtensiveFormGame, point: LogitPoint) -> None:
    """Recompute residual and regret, allowing for the rounding of the logs themselves."""
    ranges = payoff_ranges(game)
    largest = max(float(-row.min()) for row in point.log_strategy)
    rounding = 1e-15 * max(1.0, largest) * len(game.information_sets)
    regret = 0.0
    for h, worth in conditional_payoffs(game, point.log_strategy).items():
        x, s = point.log_strategy[h], point.strategy[h]
        assert s.sum() == pytest.approx(1, abs=1e-12)
        assert s == pytest.approx(np.exp(x), rel=1e-12)
        gaps = (x - x[0]) - point.precision * (worth - worth[0])
        scale = max(1.0, point.precision * ranges[game.information_sets[h].player])
        assert abs(gaps).max() / scale <= 1e-10 + rounding
        regret = max(regret, float(worth.max() - s @ worth))
    assert regret == pytest.approx(point.regret, abs=(1e-12 + rounding) * max(ranges.values()))
    assert point.residual <= 1e-10


# --- closed forms ---


@given(st.integers(-5, 5), st.integers(-5, 5), st.floats(0, 20))
def test_one_decision_has_log_odds_equal_to_precision_times_the_difference(
    first: int, second: int, precision: float
) -> None:
    ends = {"one": end("x", {"A": first}), "two": end("y", {"A": second})}
    game = ExtensiveFormGame(move("A", ends))
    point = logit_branch(game, precision=precision).points[-1]
    odds = point.log_strategy[0][1] - point.log_strategy[0][0]
    assert odds == pytest.approx(precision * (second - first), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("precision", [0.1, 1.0, 5.0, 40.0])
def test_asymmetric_matching_pennies_solves_the_fixed_point(precision: float) -> None:
    def gaps(odds: np.ndarray, k: float) -> np.ndarray:
        up, left = 1 / (1 + np.exp(-odds))
        return odds - k * np.array([9 * left - (1 - left), (1 - up) - up])

    odds = np.zeros(2)
    for k in np.linspace(0, precision, 41):  # in small steps, so that fsolve stays on the branch
        odds = fsolve(gaps, odds, args=(k,), xtol=1e-13)
    branch = logit_branch(normal([[9, 0], [0, 1]], [[0, 1], [1, 0]]), precision=precision)
    found = [row[0] for row in branch.points[-1].strategy]
    assert branch.status == "precision reached"
    assert abs(gaps(odds, precision)).max() < 1e-9
    assert found == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-9)


def test_three_symmetric_volunteers_solve_one_equation() -> None:
    # Each can volunteer at cost 1; without any volunteer all lose 3.
    tables = np.zeros((3, 2, 2, 2))
    for profile in product((0, 1), repeat=3):
        tables[(slice(None), *profile)] = [-v if any(profile) else -3 for v in profile]
    game = normal(*tables)
    for precision in (0.5, 3.0, 30.0):

        def gap(v: float, k: float = precision) -> float:
            return log(v / (1 - v)) - k * (3 * (1 - v) ** 2 - 1)

        volunteer = brentq(gap, 1e-12, 1 - 1e-12, xtol=1e-14)
        point = logit_branch(game, precision=precision).points[-1]
        assert [row[1] for row in point.strategy] == pytest.approx([volunteer] * 3, abs=1e-10)
    limit = logit_branch(game).points[-1]
    assert [row[1] for row in limit.strategy] == pytest.approx([1 - 3**-0.5] * 3, abs=1e-8)


def test_escalation_1_bluffs_as_in_its_sequential_equilibrium() -> None:
    game = escalation_1()
    branch = logit_branch(game)
    assert branch.status == "converged"
    strategy = dict(
        zip(
            ((s.player, s.record) for s in game.information_sets),
            branch.points[-1].strategy,
            strict=True,
        )
    )
    assert strategy["A", ("irresolute",)] == pytest.approx([3 / 5, 2 / 5], abs=1e-7)
    assert strategy["B", ("irresolute",)] == pytest.approx([2 / 5, 3 / 5], abs=1e-7)
    assert strategy["B", ("resolute",)] == pytest.approx([0, 1], abs=1e-12)
    assert strategy["A", ("irresolute", "challenge")] == pytest.approx([0, 1], abs=1e-12)
    assert branch.points[-1].regret <= REGRET * 1.4


def test_escalation_1_agrees_with_gambit() -> None:
    # pygambit 17.0.0b2, logit_solve_lambda at 1: its first action at each information set.
    gambit = {
        ("A", ("irresolute",)): 0.4499153547618234,
        ("A", ("irresolute", "challenge")): 0.4625701546187143,
        ("A", ("resolute",)): 0.3771539501996315,
        ("A", ("resolute", "challenge")): 0.6570104628209424,
        ("B", ("irresolute",)): 0.4482237051310354,
        ("B", ("resolute",)): 0.34062567379392344,
    }
    game = escalation_1()
    point = logit_branch(game, precision=1).points[-1]
    for info, row in zip(game.information_sets, point.strategy, strict=True):
        assert row[0] == pytest.approx(gambit[info.player, info.record], abs=1e-8)


# --- certificates on random games ---


@settings(deadline=None, max_examples=12)
@given(st.randoms(use_true_random=False), st.integers(2, 4), st.sampled_from(["AB", "ABC"]))
def test_points_of_random_trees_are_logit_equilibria(rng: Random, depth: int, players: str) -> None:
    game = random_tree(rng, depth=depth, width=3, players=tuple(players))
    branch = logit_branch(game)
    end_point = branch.points[-1]
    for point in (*branch.points[:-1:10], end_point):
        check_point(game, point)
    assert all(point.residual <= 1e-10 for point in branch.points)
    if branch.status == "converged":
        assert end_point.regret <= REGRET * max(payoff_ranges(game).values())
    else:
        assert branch.status.startswith("stopped: ")


@pytest.mark.parametrize("seed", range(25))
def test_limits_of_random_signaling_games_are_found(seed: int) -> None:
    game = signaling(random_signaling(Random(seed), 2, 2, 2))
    branch = logit_branch(game)
    assert branch.status == "converged"
    check_point(game, branch.points[-1])


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False), st.sampled_from([0.01, 3.0, 1000.0]))
def test_other_units_of_payoff_change_precision_alone(rng: Random, factor: float) -> None:
    tables = [[[rng.randint(-3, 3) for _ in range(3)] for _ in range(2)] for _ in range(2)]
    one = logit_branch(normal(*tables), precision=2).points[-1]
    scaled = [(np.array(t) * factor).tolist() for t in tables]
    other = logit_branch(normal(*scaled), precision=2 / factor).points[-1]
    for a, b in zip(one.log_strategy, other.log_strategy, strict=True):
        assert a == pytest.approx(b, abs=1e-8)
    assert other.regret == pytest.approx(one.regret * factor, rel=1e-6, abs=1e-9 * factor)


@settings(deadline=None, max_examples=20)
@given(st.randoms(use_true_random=False), st.floats(0.01, 200))
def test_the_branch_ends_exactly_at_the_precision_asked_for(rng: Random, precision: float) -> None:
    game = random_tree(rng, depth=3)
    branch = logit_branch(game, precision=precision)
    assert branch.status == "precision reached"
    assert branch.points[-1].precision == pytest.approx(precision, rel=1e-14)
    assert all(p.precision < precision for p in branch.points[:-1])
    check_point(game, branch.points[-1])


# --- branches that turn, and branches that cross ---

TURNING = (
    # Ours, found among random games: precision rises to 3.364, falls to 2.234, rises again.
    [[-2, -1, 3], [2, -3, 0], [-1, 3, 0]],
    [[3, 0, 1], [1, 0, 0], [-3, 2, 3]],
)


def test_the_branch_is_followed_around_turning_points() -> None:
    game = normal(*TURNING)
    branch = logit_branch(game)
    precisions = np.array([p.precision for p in branch.points])
    changes = np.diff(precisions)
    turns = np.flatnonzero(changes[1:] * changes[:-1] < 0) + 1
    assert len(turns) == 2
    assert precisions[turns] == pytest.approx([3.364, 2.234], abs=2e-3)
    assert branch.status == "converged"
    for point in branch.points:
        check_point(game, point)


def test_precisions_are_taken_where_the_branch_first_reaches_them() -> None:
    game = normal(*TURNING)
    points = logit_branch(game).points
    peak = next(i for i in range(len(points)) if points[i + 1].precision < points[i].precision)
    before, after = points[peak - 3], points[-4]
    three = logit_branch(game, precision=3).points[-1]
    assert three.strategy[0][1] < before.strategy[0][1] + 0.1
    beyond = logit_branch(game, precision=3.5).points[-1]
    assert abs(beyond.strategy[0] - after.strategy[0]).max() < 0.05
    # Precisions between the last point before the turn and the turn itself exist on the branch.
    for excess in (1e-7, 1e-6, 1e-5):
        near = logit_branch(game, precision=points[peak].precision * (1 + excess))
        assert near.status == "precision reached"


def test_the_symmetric_branch_goes_straight_through_the_crossing_with_asymmetric_ones() -> None:
    # Chicken: below precision 0.886 there is one logit equilibrium, above it there are three.
    branch = logit_branch(normal([[0, -1], [1, -5]], [[0, 1], [-1, -5]]))
    assert branch.status == "converged"
    for point in branch.points:
        assert point.strategy[0] == pytest.approx(point.strategy[1], abs=1e-7)
    assert branch.points[-1].strategy[0] == pytest.approx([4 / 5, 1 / 5], abs=1e-8)


def test_the_stag_hunt_goes_to_the_risk_dominant_equilibrium() -> None:
    # Hare risk-dominates where the product of deviation losses is larger: 2 * 3 against 1 * 2.
    hare = logit_branch(normal([[5, 0], [4, 2]], [[5, 3], [0, 3]])).points[-1]
    assert [row[1] for row in hare.strategy] == pytest.approx([1, 1], abs=1e-7)
    stag = logit_branch(normal([[9, 0], [4, 2]], [[9, 3], [0, 3]])).points[-1]
    assert [row[0] for row in stag.strategy] == pytest.approx([1, 1], abs=1e-7)


@pytest.mark.parametrize("less", [1e-3, 1e-6, 1e-9])
def test_a_nearly_symmetric_branch_turns_where_the_symmetric_one_would_cross(less: float) -> None:
    # The same chicken, A's loss from a crash a little smaller: A goes straight.
    branch = logit_branch(normal([[0, -1], [1, less - 5]], [[0, 1], [-1, -5]]))
    assert branch.status == "converged"
    assert [row[1] for row in branch.points[-1].strategy] == pytest.approx([1, 0], abs=1e-7)


# --- rare play ---


def test_rare_actions_keep_their_relative_accuracy() -> None:
    def stage(k: int) -> Node:
        if k == 6:
            return end("end", (6, 6))
        stop = end(f"stop {k}", (k + 2 * (k % 2 == 0), k + 2 * (k % 2 == 1)))
        return move("AB"[k % 2], {"stop": stop, "go": stage(k + 1)})

    game = ExtensiveFormGame(stage(0), ("A", "B"))
    point = logit_branch(game, precision=1000).points[-1]
    # The last mover gains 1 by stopping; before it, each expects the other to stop, and gains 1.
    odds = [row[1] - row[0] for row in point.log_strategy]
    assert odds == pytest.approx([-1000] * 6, rel=1e-12)
    assert all(row[1] == 0.0 for row in point.strategy)
    check_point(game, point)


def test_beliefs_off_the_path_are_pinned_down_however_rare() -> None:
    # Nobody sends m1, but t0 would rather than t1 if a0 were likelier than 1/3, and R then prefers
    # a1. So both become unlikely at one rate, exp(-5/3 precision), with belief 1/2.
    game = signaling(
        SignalingGame(
            ("t0", "t1"),
            ("m0", "m1"),
            ("a0", "a1"),
            (0.5, 0.5),
            [[[3, 3], [4, 0]], [[3, 3], [2, 1]]],
            [[[0, 0], [0, 1]], [[0, 0], [1, 0]]],
        )
    )
    branch = logit_branch(game)
    end_point = branch.points[-1]
    rows = {s.record: h for h, s in enumerate(game.information_sets)}
    deviations = [end_point.log_strategy[rows[kind,]][1] for kind in ("t0", "t1")]
    assert branch.status == "converged"
    assert end_point.strategy[rows["m1",]] == pytest.approx([1 / 3, 2 / 3], abs=1e-7)
    assert deviations == pytest.approx([-5 / 3 * end_point.precision] * 2, rel=1e-7)
    assert deviations[0] - deviations[1] == pytest.approx(0, abs=1e-6)
    assert end_point.regret <= REGRET * max(payoff_ranges(game).values())
    check_point(game, end_point)


# Ours, found among random games: the third type shifts from m1 to m2 forever slower.
DRIFTING = SignalingGame(
    ("t0", "t1", "t2"),
    ("m0", "m1", "m2"),
    ("a0", "a1", "a2"),
    (Fraction(1, 5), Fraction(1, 5), Fraction(3, 5)),
    [
        [[-1, 2, 0], [-2, -1, 1], [2, -2, 0]],
        [[1, 2, 2], [0, 0, -2], [-1, -1, 2]],
        [[0, -2, 1], [1, 0, 2], [2, 2, -1]],
    ],
    [
        [[1, 0, -2], [-2, 1, 2], [1, 2, -2]],
        [[1, 2, 2], [0, -2, 1], [-1, 1, -1]],
        [[0, 0, 0], [1, -2, 1], [-1, 0, -1]],
    ],
)


def test_a_limit_that_is_approached_as_one_over_a_logarithm_is_not_claimed() -> None:
    game = signaling(DRIFTING)
    branch = logit_branch(game)
    assert branch.status.startswith("stopped: at precision ")
    assert "within the tolerance, but probabilities or beliefs still move" in branch.status
    end_point = branch.points[-1]
    rows = {s.record: h for h, s in enumerate(game.information_sets)}
    assert 0.05 < end_point.strategy[rows["t2",]][1] < 0.11
    assert end_point.regret <= REGRET * max(payoff_ranges(game).values())


def test_beer_quiche_pools_on_beer() -> None:
    game = signaling(beer_quiche())
    branch = logit_branch(game)
    assert branch.status == "converged"
    for info, row in zip(game.information_sets, branch.points[-1].strategy, strict=True):
        if info.player == "sender":
            assert row == pytest.approx([1, 0], abs=1e-9)


# --- edges ---

SHARE = Parameter("share", (0, 1), default=0.5)


def two_states() -> ExtensiveFormGame:
    def state(stake: int) -> Node:
        answer = {"yield": end("peace", (1, 0)), "stand": end("war", (-stake, -stake))}
        return move("A", {"stay": end("calm", (0, 1)), "go": move("B", answer)})

    return ExtensiveFormGame(
        chance(
            {
                "low": (1 - SHARE, tell({"A": "low", "B": "low"}, state(1))),
                "high": (SHARE, tell({"A": "high", "B": "high"}, state(2))),
            }
        ),
        ("A", "B"),
    )


def test_what_nature_cuts_off_is_uniform_and_changes_nothing_else() -> None:
    whole, cut = two_states(), two_states().at(share=0)
    one = logit_branch(whole, precision=3).points[-1]
    other = logit_branch(cut, precision=3).points[-1]
    for info, a, b in zip(whole.information_sets, one.strategy, other.strategy, strict=True):
        assert b == pytest.approx([0.5, 0.5] if info.record[0] == "high" else a, abs=1e-9)
    assert logit_branch(cut).status == "converged"
    check_point(cut, other)


def test_chance_probabilities_that_are_rounding_errors_count_as_zero() -> None:
    tiny, zero = (logit_branch(two_states().at(share=p), precision=3) for p in (1e-16, 0))
    for a, b in zip(tiny.points[-1].strategy, zero.points[-1].strategy, strict=True):
        assert a == pytest.approx(b, abs=1e-14)


def test_sets_with_one_action_are_left_out() -> None:
    after = {"only": move("A", {"x": end("x", (1, 0)), "y": end("y", (0, 0))})}
    root = move("A", {"in": move("B", after), "out": end("o", (2, 0))})
    game = ExtensiveFormGame(root, ("A", "B"))
    point = logit_branch(game, precision=1).points[-1]
    assert [len(row) for row in point.strategy] == [2, 1, 2]
    assert point.strategy[1] == pytest.approx([1])
    check_point(game, point)


def test_without_any_choice_the_branch_is_one_point() -> None:
    game = ExtensiveFormGame(move("A", {"only": end("x", {"A": 1})}))
    assert logit_branch(game).status == "converged"
    (point,) = logit_branch(game, precision=5).points
    assert (point.precision, point.regret) == (5, 0)
    assert point.strategy[0] == pytest.approx([1])


def test_indifferent_players_stay_uniform() -> None:
    game = normal([[2, 2], [2, 2]], [[0.1 + 0.2, 0.3], [0.3, 0.3]])
    branch = logit_branch(game)
    assert branch.status == "converged"
    assert branch.points[-1].strategy[0] == pytest.approx([0.5, 0.5])
    point = logit_branch(game, precision=100).points[-1]
    assert point.strategy[1] == pytest.approx([0.5, 0.5], abs=1e-12)


def test_a_small_player_is_held_to_its_own_range() -> None:
    game = normal([[1, 0], [0, 1]], [[0, 1e-4], [1e-4, 0]])
    skewed = normal([[1, 0], [0, 3]], [[0, 1e-4], [2e-4, 0]])
    assert logit_branch(game).points[-1].strategy[1] == pytest.approx([0.5, 0.5])
    branch = logit_branch(skewed)
    assert branch.status == "converged"
    assert branch.points[-1].strategy[0] == pytest.approx([2 / 3, 1 / 3], abs=1e-7)
    assert branch.points[-1].strategy[1] == pytest.approx([3 / 4, 1 / 4], abs=1e-7)


def test_precision_zero_is_uniform_play() -> None:
    (point,) = logit_branch(escalation_1(), precision=0).points
    assert point.precision == 0
    assert all(row == pytest.approx(1 / len(row)) for row in point.strategy)


def test_a_looser_regret_stops_earlier() -> None:
    loose, tight = (logit_branch(escalation_1(), regret=r).points[-1] for r in (1e-3, 1e-6))
    assert loose.precision < tight.precision
    assert loose.regret <= 1e-3 * 1.4


def test_a_branch_cut_short_says_so() -> None:
    branch = logit_branch(escalation_1(), max_steps=5)
    assert len(branch.points) == 5
    assert branch.status.startswith("stopped: at precision ")
    assert branch.status.endswith("max_steps=5 used; raise it")


def test_a_precision_beyond_floats_is_not_claimed() -> None:
    branch = logit_branch(escalation_1(), precision=1e18)
    assert branch.status.startswith("stopped: at precision ")
    assert branch.status.endswith("rounding hides the branch; ask for less")


def test_results_cannot_be_changed() -> None:
    point = logit_branch(escalation_1(), precision=1).points[-1]
    with pytest.raises(ValueError, match="read-only"):
        point.strategy[0][0] = 0.5


@pytest.mark.parametrize("precision", [-1.0, inf, float("nan")])
def test_precision_must_be_finite_and_not_negative(precision: float) -> None:
    with pytest.raises(GameError, match=r"precision is .*; give a finite number of at least 0"):
        logit_branch(escalation_1(), precision=precision)


def test_tolerances_must_be_positive() -> None:
    with pytest.raises(GameError, match="regret is 0; give a positive share"):
        logit_branch(escalation_1(), regret=0)
    with pytest.raises(GameError, match="max_steps is 0; give at least 1"):
        logit_branch(escalation_1(), max_steps=0)
