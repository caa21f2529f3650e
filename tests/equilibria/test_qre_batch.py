"""Batches of logit branches: against single solves, against the tree, and in parts."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import numpy as np
import pytest
from acceptance import escalation_1
from generators import random_signaling, random_tree
from test_qre import DRIFTING, TURNING, check_point, normal, payoff_ranges, two_states

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    Incident,
    Ladder,
    Parameter,
    UnknownName,
    end,
    move,
)
from crisisgames.equilibria import qre_batch
from crisisgames.equilibria.qre import LogitPoint, logit_branch
from crisisgames.equilibria.qre_batch import LogitBranches, logit_branches
from crisisgames.equilibria.qre_system import REGRET, Status
from crisisgames.games.expressions import as_expression
from crisisgames.games.tree import Chance, Move, Node, Tell

RNG = np.random.default_rng(11)


def tilted(game: ExtensiveFormGame, rng: Random) -> ExtensiveFormGame:
    """The same game with payoffs that a parameter tilts, each in its own way."""
    tilt = Parameter("tilt", (-1, 1), default=0)

    def walk(node: Node) -> Node:
        if isinstance(node, Chance):
            return Chance(tuple((label, p, walk(t)) for label, p, t in node.branches))
        if isinstance(node, Tell):
            return Tell(node.signals, walk(node.subtree))
        if isinstance(node, Move):
            return Move(node.player, tuple((a, walk(t)) for a, t in node.branches))
        payoffs = {str(p): u + rng.randint(-2, 2) * as_expression(tilt) for p, u in node.payoffs}
        return end(dict(node.shares), payoffs)

    return ExtensiveFormGame(walk(game.root), game.players)


def point_of(found: LogitBranches, i: int) -> LogitPoint:
    return LogitPoint(
        precision=float(found.precision[i]),
        strategy=tuple(found.strategy[i, c] for c in found.columns),
        log_strategy=tuple(found.log_strategy[i, c] for c in found.columns),
        regret=float(found.regret[i]),
        residual=float(found.residual[i]),
    )


def check_against_single(
    found: LogitBranches, i: int, game: ExtensiveFormGame, precision: float | None = None
) -> None:
    branch, other = logit_branch(game, precision=precision), point_of(found, i)
    assert branch.status.endswith(found.reasons[int(found.status[i])])
    assert found.steps[i] == len(branch.points)
    one = branch.points[-1]
    if precision is None:
        # Rounding in the length of steps moves the last point along the branch.
        assert other.precision == pytest.approx(one.precision, rel=0.1)
        assert other.regret <= REGRET * max(payoff_ranges(game).values()) * (1 + 1e-9)
        if one.precision > 0:
            one = logit_branch(game, precision=other.precision).points[-1]
    assert other.precision == pytest.approx(one.precision, rel=1e-14)
    for a, b in zip(one.strategy, other.strategy, strict=True):
        assert a == pytest.approx(b, abs=1e-9)


# --- against single solves, and against the tree alone ---


@pytest.mark.parametrize("seed", range(12))
def test_ends_are_those_of_single_solves(seed: int) -> None:
    rng = Random(seed)
    players = ("A", "B", "C")[: 2 + seed % 2]
    game = tilted(random_tree(rng, depth=3, width=3, players=players), rng)
    tilts = RNG.uniform(-1, 1, 4)
    found = logit_branches(game, {"tilt": tilts})
    for i, tilt in enumerate(tilts):
        there = game.at(tilt=float(tilt))
        check_against_single(found, i, there)
        check_point(there, point_of(found, i))


@pytest.mark.parametrize("seed", range(6))
def test_points_at_stated_precisions_solve_the_logit_conditions(seed: int) -> None:
    game = random_signaling(Random(seed), 2, 2, 3).to_extensive()
    precisions = [0.0, 0.01, 0.7, 5.0, 90.0, 3000.0]
    found = logit_branches(game, {}, precision=precisions)
    assert (found.status == Status.PRECISION_REACHED).all()
    assert found.precision == pytest.approx(precisions, rel=1e-14)
    assert found.residual.max() <= 1e-10
    for i, precision in enumerate(precisions):
        check_against_single(found, i, game, precision=precision)
        check_point(game, point_of(found, i))


def test_incidents_end_where_single_solves_do() -> None:
    game = Incident().game()
    clarity = np.array([0, 0.2, 0.5, 0.8])
    found = logit_branches(game, {"clarity": clarity})
    # The definition of the crisis: the equilibrium is unique.
    war = [0.0291375, 0.0288000, 0.0075605, 0.0025812]
    assert found.outcome("war") == pytest.approx(war, abs=1e-6)
    for i, c in enumerate(clarity):
        check_against_single(found, i, game.at(clarity=float(c)))


def test_ladders_end_at_the_values_of_their_definition() -> None:
    war = []
    for rungs in (2, 3, 4):
        game = Ladder(rungs=rungs).game()
        found = logit_branches(game, {"ideology": [0, 0.5]})
        war.append(found.outcome("war").tolist())
        for i, ideology in enumerate((0, 0.5)):
            there = game.at(ideology=ideology)
            check_against_single(found, i, there)
            check_point(there, point_of(found, i))
    assert [w[0] for w in war] == pytest.approx([0.28368, 0.36327, 0.31876], abs=5e-6)
    assert war[1][1] == pytest.approx(0.45482, abs=5e-6)


def test_turning_points_are_followed() -> None:
    game = normal(*TURNING)
    precisions = np.array([2.5, 3.0, 3.36, 3.37, 4.0])
    found = logit_branches(game, {}, precision=precisions)
    for i, precision in enumerate(precisions):
        check_against_single(found, i, game, precision=precision)
        check_point(game, point_of(found, i))
    # Between 3.36 and 3.37 the branch turns back to 2.23 and rises elsewhere.
    assert abs(found.strategy[3] - found.strategy[2]).max() > 0.3


def test_symmetric_crossings_are_passed_straight_and_near_ones_are_not() -> None:
    less = Parameter("less", (0, 1), default=0)
    crash = {"A": less - 5, "B": -5}
    rows = {
        "swerve": {"swerve": {"A": 0, "B": 0}, "straight": {"A": -1, "B": 1}},
        "straight": {"swerve": {"A": 1, "B": -1}, "straight": crash},
    }
    game = ExtensiveFormGame(
        move("A", {a: move("B", {b: end(f"{a} {b}", u) for b, u in row.items()})
                   for a, row in rows.items()}),
        ("A", "B"),
    )  # fmt: skip
    found = logit_branches(game, {"less": [0, 1e-9, 1e-3]})
    assert found.strategy[0] == pytest.approx([0.8, 0.2, 0.8, 0.2], abs=1e-8)
    assert found.strategy[1:, 1] == pytest.approx([1, 1], abs=1e-7)
    assert found.reached.all()


def test_outcomes_payoffs_and_beliefs_follow_from_the_strategies() -> None:
    game = escalation_1()
    found = logit_branches(game, {}, precision=[0.5, 2])
    compiled, numbers = game.compiled, game.floats()
    for i in range(2):
        rows = [found.strategy[i, c] for c in found.columns]
        reach = numbers.chance(compiled.ends) * [
            np.prod([rows[h][a] for h, a in z.decisions]) for z in compiled.ends
        ]
        assert found.outcome_probabilities[i] == pytest.approx(reach @ numbers.shares)
        assert found.payoffs[i] == pytest.approx(reach @ numbers.payoffs)
        nodes = numbers.chance(compiled.nodes) * [
            np.prod([rows[h][a] for h, a in v.decisions]) for v in compiled.nodes
        ]
        total = np.bincount(compiled.node_sets, nodes)[list(compiled.node_sets)]
        assert found.beliefs[i] == pytest.approx(nodes / total)
    assert found.outcome_probabilities.sum(axis=-1) == pytest.approx([1, 1])


# --- in parts ---


def same(one: LogitBranches, other: LogitBranches, rows: slice = slice(None)) -> bool:
    names = ("log_strategy", "beliefs", "precision", "regret", "residual", "steps", "payoffs")
    pairs = [(getattr(one, n)[rows], getattr(other, n)) for n in names]
    return all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def test_results_depend_neither_on_the_number_of_workers_nor_on_the_other_points() -> None:
    game = escalation_1()
    name, parameter = next(iter(game.parameters.items()))
    low, high = (float(b) for b in parameter.bounds)
    values = RNG.uniform(max(low, 0), min(high, 1), 70)
    whole = logit_branches(game, {name: values}, workers=2)
    assert same(whole, logit_branches(game, {name: values}, workers=1))
    for rows in (slice(0, 1), slice(1, 40), slice(40, 70)):
        assert same(whole, logit_branches(game, {name: values[rows]}), rows)


def test_results_do_not_depend_on_how_points_are_taken_in_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    game, values = two_states(), {"share": np.linspace(0, 1, 40)}
    whole = logit_branches(game, values, precision=3)
    monkeypatch.setattr(qre_batch, "CHUNK", 17)
    monkeypatch.setattr(qre_batch, "PIECE", 5)
    assert same(whole, logit_branches(game, values, precision=3))


def test_values_and_precisions_are_broadcast() -> None:
    game = two_states()
    shares = np.array([[0.2], [0.6]])
    found = logit_branches(game, {"share": shares}, precision=[1, 2, 3])
    assert found.strategy.shape == (2, 3, 8)
    assert found.outcome("war").shape == found.steps.shape == (2, 3)
    one = logit_branches(game.at(share=0.6), {}, precision=2)
    assert one.precision.shape == ()
    assert np.array_equal(one.log_strategy, found.log_strategy[1, 1])


def test_points_where_nature_cuts_off_branches_stand_among_others() -> None:
    game = two_states()
    shares = [0, 0.5, 1e-16, 1]
    found = logit_branches(game, {"share": shares}, precision=3)
    for i, share in enumerate(shares):
        check_against_single(found, i, game.at(share=share), precision=3)
    high = [i for i, s in enumerate(game.information_sets) if s.record[0] == "high"]
    assert found.strategy[0, found.columns[high[0]]] == pytest.approx([0.5, 0.5])
    assert np.isnan(found.beliefs[0]).sum() == 2
    assert not np.isnan(found.outcome_probabilities).any()


# --- what may go wrong ---


def test_branches_cut_short_have_a_status() -> None:
    game = escalation_1()
    short = logit_branches(game, {}, max_steps=5)
    assert short.reasons[int(short.status)] == "max_steps=5 used; raise it"
    assert short.steps == 5
    assert not short.reached
    far = logit_branches(game, {}, precision=[1.0, 1e18])
    assert far.reached.tolist() == [True, False]
    assert far.reasons[int(far.status[1])] == "beyond which rounding hides the branch; ask for less"


def test_limits_that_are_not_reached_are_not_claimed() -> None:
    found = logit_branches(DRIFTING.to_extensive(), {})
    assert found.reasons[int(found.status)].startswith("within the tolerance, but")
    assert not found.reached


def test_without_choices_or_points_there_is_nothing_to_follow() -> None:
    game = ExtensiveFormGame(move("A", {"only": end("x", {"A": 2})}))
    found = logit_branches(game, {}, precision=[0, 5])
    assert found.precision.tolist() == [0, 5]
    assert found.payoffs.tolist() == [[2], [2]]
    assert found.reached.all()
    none = logit_branches(two_states(), {"share": []})
    assert none.strategy.shape == (0, 8)


def test_results_cannot_be_changed() -> None:
    found = logit_branches(two_states(), {}, precision=1)
    with pytest.raises(ValueError, match="read-only"):
        found.payoffs[0] = 1


def test_arguments_are_checked() -> None:
    game = two_states()
    with pytest.raises(GameError, match=r"precision is -1.0; give a finite number of at least 0"):
        logit_branches(game, {}, precision=[1, -1])
    with pytest.raises(GameError, match="workers is 0; give at least 1"):
        logit_branches(game, {}, workers=0)
    with pytest.raises(GameError, match=r"do not broadcast: share \(2,\), precision \(3,\)"):
        logit_branches(game, {"share": [0, 1]}, precision=[1, 2, 3])
    with pytest.raises(UnknownName, match="shar"):
        logit_branches(game, {"shar": [0, 1]})
    with pytest.raises(GameError, match="parameter 'share' is 2"):
        logit_branches(game, {"share": [0, 2]})


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
import numpy as np
from acceptance import escalation_1
from crisisgames.equilibria.qre import logit_branch
from crisisgames.equilibria.qre_batch import logit_branches
game = escalation_1()
one = logit_branch(game, precision=2).points[-1]
assert "crisisgames.kernels" not in sys.modules
found = logit_branches(game, {}, precision=[2])
assert abs(found.strategy[0] - np.concatenate(one.strategy)).max() < 1e-9
"""


def test_it_runs_without_numba_and_a_single_solve_never_asks_for_it() -> None:
    path = [p for p in sys.path if p]
    code = f"import sys; sys.path[:0] = {path!r}{WITHOUT_NUMBA}"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
