"""Many points at once: the compiled patterns against the exact search, point by point."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from acceptance import beer_quiche, escalation_1
from generators import random_tree

from crisisgames import (
    EquilibriumBatch,
    GameError,
    Incident,
    Ladder,
    NotApplicable,
    Parameter,
    SignalingGame,
    UnknownName,
    chance,
    end,
    move,
    solve,
    solve_many,
    tell,
)
from crisisgames.equilibria import deadline, sweep
from crisisgames.games import ExtensiveFormGame


def open_signaling(types: int = 2, messages: int = 2, actions: int = 2) -> SignalingGame:
    """A signaling game in which every payoff and the prior are parameters."""
    named = [
        f"{kind}{k}"
        for kind, n in (("t", types), ("m", messages), ("a", actions))
        for k in range(n)
    ]
    t, m, a = named[:types], named[types : types + messages], named[types + messages :]

    def payoffs(side: str) -> list[list[list[Parameter]]]:
        return [[[Parameter(f"{side}_{i}_{j}_{k}", (-9, 9)) for k in a] for j in m] for i in t]

    prior = [Parameter(f"prior_{i}", (0, 1), default=1 / types) for i in t[:-1]]
    return SignalingGame(t, m, a, [*prior, 1 - sum(prior)], payoffs("s"), payoffs("r"))


def drawn(game: SignalingGame, points: int, seed: int, *, ties: bool) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    values = {}
    for name in game.to_extensive().parameters:
        if name.startswith("prior"):
            values[name] = rng.choice([0.2, 0.25, 0.4], points)
        elif ties:
            values[name] = rng.integers(-2, 3, points).astype(float)
        else:
            values[name] = rng.normal(size=points)
    return values


def agrees(batch: EquilibriumBatch, points: range) -> None:
    """Check every outcome, every payoff and the number of extreme equilibria against `solve`."""
    bounds = {o: batch.bounds(o) for o in batch._labels}
    pays = {p: batch.payoff_bounds(p) for p in batch.game.players}
    for k in points:
        exact = solve(batch.at(k), batch.concept)
        assert batch.complete.flat[k] == exact.complete
        assert batch.extremes.flat[k] == len(exact)
        for o, (low, high) in bounds.items():
            assert (low.flat[k], high.flat[k]) == pytest.approx(exact.bounds(o), abs=1e-9)
        for p, (low, high) in pays.items():
            assert (low.flat[k], high.flat[k]) == pytest.approx(exact.payoff_bounds(p), abs=1e-9)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("concept", ["sequential", "nash"])
def test_random_signaling_games(concept, ties):
    game = open_signaling()
    batch = solve_many(game, drawn(game, 400, 7, ties=ties), concept)
    assert batch.compiled.all()
    assert batch.gain.max() < 1e-12
    agrees(batch, range(0, 400, 10))


def test_three_types():
    game = open_signaling(3, 2, 2)
    batch = solve_many(game, drawn(game, 40, 3, ties=True))
    assert batch.compiled.all()
    agrees(batch, range(0, 40, 4))


@pytest.mark.parametrize("concept", ["sequential", "nash"])
def test_random_trees(concept):
    compiled = 0
    for seed in range(50):
        game = random_tree(Random(seed), depth=2)
        batch = solve_many(game, {}, concept)
        compiled += batch.compiled.all()
        agrees(batch, range(1))
    assert compiled > 20


def test_knife_edges_of_escalation_1_are_found():
    costs = np.linspace(0, 1, 101)
    batch = solve_many(escalation_1(), {"audience_cost": costs})
    assert batch.compiled.all()
    low, high = batch.bounds("war")
    continuum = [k for k in range(101) if high[k] - low[k] > 1e-6 or batch.extremes[k] > 1]
    assert continuum == [0, 40]
    agrees(batch, range(0, 101, 8))


def test_beer_quiche_has_two_outcomes():
    batch = solve_many(beer_quiche(), {})
    low, high = batch.bounds([("beer", "duel"), ("quiche", "duel")])
    assert (low, high) == (0, 0)
    low, high = batch.bounds([("beer", "not")])
    assert (low, high) == (pytest.approx(0), pytest.approx(1))


def test_crises():
    ladder = solve_many(Ladder(rungs=2).game(), {"audience_cost": np.linspace(0.05, 0.6, 12)})
    agrees(ladder, range(0, 12, 3))
    # At the ends of the range nature never does something: limits from inside, taken exactly.
    clarity = np.linspace(0, 1, 9)
    incident = solve_many(Incident().game(), {"clarity": clarity})
    assert incident.compiled.tolist() == [True] * 8 + [False]
    agrees(incident, range(9))


def test_too_many_patterns_are_solved_exactly(monkeypatch):
    monkeypatch.setattr(sweep, "MOST_NODES", 0)
    sweep._compiled.cache_clear()  # what was grown for games of the same shape
    sweep._works.cache_clear()
    costs = [0.41, 0.52]
    batch = solve_many(Ladder(rungs=2, risk=0.31).game(), {"audience_cost": costs})
    assert not batch.compiled.any()
    assert batch.complete.all()
    agrees(batch, range(2))


def test_independent_parts_multiply():
    def pennies(name: str, stake: Parameter) -> ExtensiveFormGame | object:
        def leaf(win: bool) -> object:
            return end(f"{name} {win}", {"A": stake if win else 0, "B": 0 if win else stake})

        return tell(
            {"A": name, "B": name},
            move("A", {a: move("B", {b: leaf(a == b) for b in "ht"}) for a in "ht"}),
        )

    stake = Parameter("stake", (0, 5), default=1)
    root = chance({"one": (0.25, pennies("one", stake)), "two": (0.75, pennies("two", 2 * stake))})
    batch = solve_many(ExtensiveFormGame(root), {"stake": [1, 2, 3]})
    assert batch.compiled.all()
    assert batch.payoff_bounds("A")[0] == pytest.approx([0.875, 1.75, 2.625])
    agrees(batch, range(3))


def test_neither_threads_nor_chunks_change_a_number(monkeypatch):
    game = open_signaling()
    values = drawn(game, 90, 5, ties=False)
    one = solve_many(game, values, workers=1)
    monkeypatch.setattr(sweep, "CHUNK", 7)
    monkeypatch.setattr(sweep, "ROOM", 64)
    two = solve_many(game, values, workers=2)
    assert (one.extremes == two.extremes).all()
    for o in one._labels:
        np.testing.assert_array_equal(one.bounds(o), two.bounds(o))


def test_short_memory_is_made_up_for_exactly(monkeypatch):
    game = open_signaling()
    values = drawn(game, 6, 5, ties=True)
    monkeypatch.setattr(sweep, "RAYS", 1)
    batch = solve_many(game, values)
    assert not batch.compiled.all()
    agrees(batch, range(6))


def test_a_sign_that_rounding_hides_is_decided_exactly():
    # The exact search sees a difference of 1e-13; the kernel must neither guess nor call it a tie.
    tilt = Parameter("tilt", (-1, 1))
    game = ExtensiveFormGame(
        move("A", {"up": end("up", (1 + tilt, 0)), "down": end("down", (1, 0))}), ("A", "B")
    )
    batch = solve_many(game, {"tilt": [-1e-13, 0, 1e-13, 0.1]})
    assert batch.compiled.tolist() == [False, True, False, True]
    low, high = batch.bounds("up")
    assert low.tolist() == [0, 0, 1, 1]
    assert high.tolist() == [0, 1, 1, 1]


def test_shapes_and_tables():
    batch = solve_many(
        Incident().game(), {"clarity": np.array([[0.1], [0.5]]), "loss": [0.9, 1.0, 1.1]}
    )
    assert batch.shape == batch.complete.shape == (2, 3)
    assert len(batch) == 6
    assert batch.bounds("war")[0].shape == (2, 3)
    table = batch.to_dataframe()
    assert len(table) == 6
    assert table["loss"].tolist() == [0.9, 1.0, 1.1] * 2
    assert batch[-1].bounds("war") == batch[5].bounds("war")
    assert len(batch[:2]) == 2
    with pytest.raises(IndexError, match="6 points"):
        batch[6]


def test_bad_requests():
    game = Incident().game()
    with pytest.raises(UnknownName, match="clarity"):
        solve_many(game, {"clarty": [0.1]})
    with pytest.raises(GameError, match=r"0\.0 to 1\.0"):
        solve_many(game, {"clarity": [0.1, 1.2]})
    with pytest.raises(GameError, match=r"0\.0 to 1\.0"):
        solve_many(game, {"clarity": [0.1, np.nan]})
    with pytest.raises(GameError, match="broadcast"):
        solve_many(game, {"clarity": [0.1, 0.2], "loss": [1, 2, 3]})
    with pytest.raises(GameError, match="no point"):
        solve_many(game, {"clarity": []})
    with pytest.raises(GameError, match="give numbers"):
        solve_many(game, {"clarity": ["much"]})
    with pytest.raises(UnknownName, match="sequential"):
        solve_many(game, {}, "sequental")
    with pytest.raises(UnknownName, match="A"):
        solve_many(game, {}).payoff_bounds("C")
    three = ExtensiveFormGame(
        move(
            "A",
            {
                x: move(
                    "B", {y: move("C", {z: end(x + y + z, (0, 0, 0)) for z in "ef"}) for y in "cd"}
                )
                for x in "ab"
            },
        ),
        ("A", "B", "C"),
    )
    with pytest.raises(NotApplicable, match="two players"):
        solve_many(three, {})


def test_a_time_limit_leaves_points_out_and_says_so():
    batch = solve_many(Ladder(rungs=4).game(), {"ideology": [0.1, 0.2, 0.3]}, time_limit=1e-9)
    assert not batch.complete.any()
    assert np.isnan(batch.bounds("war")[0]).all()


WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
from crisisgames import Ladder, solve_many
from crisisgames.kernels import COMPILED
assert not COMPILED
import numpy as np
costs = np.linspace(0.2, 0.4, 40)
batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": costs})
assert batch.compiled.all()
print(batch.bounds("war")[1].tolist())
"""


def test_everything_runs_where_numba_is_absent():
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NUMBA], capture_output=True, text=True, check=True
    )
    costs = np.linspace(0.2, 0.4, 40)
    compiled = solve_many(Ladder(rungs=2).game(), {"audience_cost": costs}).bounds("war")[1]
    assert [float(x) for x in done.stdout.strip().strip("[]").split(",")] == pytest.approx(
        compiled.tolist(), abs=1e-12
    )


def test_a_point_that_is_begun_again_starts_afresh(monkeypatch):
    game = open_signaling(3, 2, 2)
    values = drawn(game, 100, 5, ties=True)
    plenty = solve_many(game, values)
    monkeypatch.setattr(sweep, "ROOM", 64)
    scarce = solve_many(game, values)
    assert (plenty.extremes == scarce.extremes).all()


def rare_path(p: Parameter) -> ExtensiveFormGame:
    leaf = end("safe", (0, 0))
    choice = move("A", {"risk": end("risk", (1, 0)), "safe": leaf})
    again = chance({"on": (p, choice), "off": (1 - p, leaf)})
    return ExtensiveFormGame(chance({"on": (p, again), "off": (1 - p, leaf)}), ("A", "B"))


def beside_a_large_payoff(x: Parameter) -> ExtensiveFormGame:
    talk = move("A", {"a": end("a", (1, 0)), "b": end("b", (1 + 1e-6, 0))})
    return ExtensiveFormGame(move("B", {"war": end("war", (x, -1)), "talk": talk}), ("A", "B"))


def under_a_large_payoff(x: Parameter) -> ExtensiveFormGame:
    def choice(kind: str) -> object:
        small = {"a": 1, "b": 1 + 1e-6}
        return {k: end(f"{k}", (x if kind == "same" else v, 0)) for k, v in small.items()}

    branches = {k: (0.5, move("A", choice(k))) for k in ("same", "apart")}
    return ExtensiveFormGame(chance(branches), ("A", "B"))


def difference_of_large_ones(x: Parameter) -> ExtensiveFormGame:
    return ExtensiveFormGame(
        move("A", {"a": end("a", (x + 0.1 - 1000000, 0)), "b": end("b", (0.1, 0))}), ("A", "B")
    )


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (rare_path, [0.5, 1e-3, 1e-5, 5e-8, 2e-9]),
        (beside_a_large_payoff, [1, -1e3, -1e9]),
        (under_a_large_payoff, [0, 1e3, 1e6, 1e8, 1e9]),
        (difference_of_large_ones, [1e6, 1e6 + 1e-6, 1e6 + 1, 5.0]),
    ],
)
def test_numbers_of_very_different_scales_are_never_called_ties(make, values):
    top = max(map(abs, values))
    batch = solve_many(make(Parameter("x", (-top, top), default=values[0])), {"x": values})
    agrees(batch, range(len(values)))


@pytest.mark.parametrize("bad", [None, "game", Ladder()])
def test_what_is_not_a_game_is_refused(bad):
    with pytest.raises(GameError, match="takes a game"):
        solve_many(bad, {})


@pytest.mark.parametrize(
    "options", [{"workers": 0}, {"workers": 1.5}, {"time_limit": -1}, {"time_limit": "1"}]
)
def test_bad_options_are_refused(options):
    with pytest.raises(GameError, match="give a"):
        solve_many(Ladder(rungs=2).game(), {}, **options)


@pytest.mark.parametrize("values", [None, [("ideology", 1)], {"ideology": [[0.1], [0.2, 0.3]]}])
def test_values_that_are_no_mapping_of_arrays_are_refused(values):
    with pytest.raises(GameError, match="give"):
        solve_many(Ladder(rungs=2).game(), values)


def test_a_batch_keeps_the_values_that_it_was_solved_at():
    costs = np.array([0.2, 0.4])
    batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": costs})
    costs[:] = 0.5
    assert batch[1].bounds("war")[1] == pytest.approx(batch.bounds("war")[1][1])


def test_a_time_limit_keeps_the_points_that_were_finished(monkeypatch):
    # Two parts: those points are complete of which both were solved.
    game = Ladder(rungs=2, disclosure_a=0.3).game()
    costs = np.linspace(0.05, 0.6, 3000)
    whole = solve_many(game, {"audience_cost": costs})
    assert whole.compiled.all()
    assert whole.notes == ()
    monkeypatch.setattr(sweep, "CHUNK", 100)
    clock = iter(np.arange(0, 1e4, 1.0))
    monkeypatch.setattr(deadline, "monotonic", lambda: next(clock))
    part = solve_many(game, {"audience_cost": costs}, time_limit=30, workers=1)
    assert 0 < part.complete.sum() < 3000
    assert f"{part.complete.sum()} of 3000" in part.notes[0]
    finished = part.complete
    assert (part.bounds("war")[1][finished] == whole.bounds("war")[1][finished]).all()


def test_values_mean_the_decimals_that_they_look_like():
    share = Parameter("share", (0, 1), default=0.3)
    game = ExtensiveFormGame(
        move("A", {"l": end("l", (share, 0)), "r": end("r", (0.3, 0))}), ("A", "B")
    )
    batch = solve_many(game, {"share": [0.1 + 0.2, 0.2, 0.4]})
    assert batch.values["share"].tolist() == [0.3, 0.2, 0.4]
    agrees(batch, range(3))
    assert batch.bounds("l")[1].tolist() == [1, 0, 1]
    assert solve_many(game, {"share": [Fraction(3, 10)]}).bounds("l")[0] == 0


def test_points_have_places_along_each_axis():
    grid = np.linspace(0.1, 0.4, 3)
    batch = solve_many(Incident().game(), {"clarity": grid[:, None], "suspicion": grid})
    assert batch.at((1, 2)).values["suspicion"] == pytest.approx(0.4)
    assert batch[1, 2].bounds("war") == batch[5].bounds("war")
    with pytest.raises(IndexError, match="shape"):
        batch[1, 2, 0]
