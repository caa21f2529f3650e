"""Classes and what survives D1 at many points, against the exact set of each point."""

from __future__ import annotations

import numpy as np
import pytest
from acceptance import beer_quiche, escalation_2
from test_batch import drawn, open_signaling

from crisisgames import Channel, Incident, Ladder, NotApplicable, UnknownName, solve_many
from crisisgames.equilibria import EquilibriumBatch

TOGETHER = 1e-9


def left(batch: EquilibriumBatch, k: int) -> dict[object, tuple[float, float]]:
    """Return the bounds of each outcome over what survives D1, of a game in one part."""
    (part,) = batch._parts
    own = slice(part.starts[k], part.starts[k + 1])
    survives = part.survives[own]
    found = {}
    for q, o in enumerate(batch._labels):
        values = part.results[own, q][survives] + batch._fixed[k, q]
        found[o] = (values.min(), values.max()) if len(values) else None
    return found


def survivors_agree(batch: EquilibriumBatch, points) -> int:
    """Check what survives D1; return at how many points something went."""
    fewer = 0
    for k in points:
        if not batch._certain[k]:
            continue
        exact = batch[k]
        passing = exact.d1()
        assert passing.complete
        for o, bounds in left(batch, k).items():
            if not len(passing):
                assert bounds is None
                continue
            assert bounds == pytest.approx(passing.bounds([o]), abs=TOGETHER), (k, o)
        fewer += passing is not exact and len(passing) < len(exact)
    return fewer


def classes_agree(batch: EquilibriumBatch, points) -> None:
    labels = batch._labels
    found = batch.class_ranges([[o] for o in labels])
    for k in points:
        exact = batch[k].classes
        own = slice(found.starts[k], found.starts[k + 1])
        assert found.count[k] == len(exact)
        got = sorted(
            map(tuple, np.stack([found.low[own], found.high[own]], 2).reshape(len(exact), -1))
        )
        want = sorted(tuple(float(x) for b in c.outcomes.values() for x in b) for c in exact)
        assert np.allclose(got, want, atol=TOGETHER, rtol=0)


@pytest.mark.parametrize("ties", [False, True])
def test_random_signaling_games(ties):
    game = open_signaling()
    batch = solve_many(game, drawn(game, 300, 11, ties=ties), refinement="d1")
    classes_agree(batch, range(0, 300, 6))
    assert batch._certain.mean() > (0.4 if ties else 0.95)
    assert survivors_agree(batch, range(0, 300, 3)) >= 10


def test_three_types():
    game = open_signaling(3, 2, 2)
    batch = solve_many(game, drawn(game, 60, 3, ties=False), refinement="d1")
    classes_agree(batch, range(0, 60, 10))
    survivors_agree(batch, range(0, 60, 6))
    assert batch._certain.mean() > 0.9


def test_games_with_known_answers():
    batch = solve_many(beer_quiche(), {}, refinement="d1")
    assert batch.class_ranges([("beer", "not")]).high.ravel().tolist() == pytest.approx([0, 1])
    assert survivors_agree(batch, [0]) == 1
    game = escalation_2()
    costs = [0.25, 0.3, 0.35]
    batch = solve_many(game, {"audience_cost": costs}, refinement="d1")
    assert batch.class_ranges(["war"]).count.tolist() == [2, 2, 2]
    values, final = batch.selected("most war", ["war"])
    for k in np.flatnonzero(final):
        assert values[k, 0] == pytest.approx(batch[int(k)].d1().bounds("war")[1], abs=TOGETHER)


@pytest.mark.slow
def test_an_incident_with_a_channel():
    game = Incident(channels=(Channel(),)).game()
    rng = np.random.default_rng(2)
    values = {n: rng.uniform(0.05, 0.95, 60) for n in ("suspicion", "clarity", "channel.answered")}
    batch = solve_many(game, values, refinement="d1")
    assert batch.compiled.mean() > 0.95
    assert batch._certain.mean() > 0.95
    classes_agree(batch, range(0, 60, 10))
    assert survivors_agree(batch, range(0, 60, 6)) > 2


def test_independent_parts_multiply():
    game = Incident(reciprocity=True, channels=(Channel(in_force=0.5),)).game()
    batch = solve_many(game, {"suspicion": [0.21, 0.43, 0.62]}, refinement="d1")
    assert len(batch._parts) == 2
    classes_agree(batch, range(3))
    for rule in ("least war", "most war", "welfare"):
        values, final = batch.selected(rule, ["war"])
        for k in np.flatnonzero(final).tolist():
            best = batch[k].d1().select(rule).probability("war")
            assert values[k, 0] == pytest.approx(best, abs=TOGETHER)


def test_what_is_not_simple_is_left_open():
    # On a ladder who climbs may have to move again.
    batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": [0.2, 0.4]}, refinement="d1")
    _, final = batch.selected("least war", ["war"])
    assert not final.any()
    classes_agree(batch, range(2))


def test_rules_without_a_refinement():
    batch = solve_many(Ladder(rungs=2).game(), {"audience_cost": [0.21, 0.43, 0.8]})
    low, high = batch.bounds("war")
    assert batch.selected("least war", ["war"])[0][:, 0] == pytest.approx(low)
    assert (
        pytest.approx(np.array([high, 0 * high]))
        == batch.selected("most war", ["war", "peace"])[0].T
    )
    for k in range(3):
        best = batch[k].select("welfare").probability("war")
        assert batch.selected("welfare", ["war"])[0][k] == pytest.approx(best)


def test_errors():
    game = Ladder(rungs=2).game()
    with pytest.raises(UnknownName, match="refinement of solve_many"):
        solve_many(game, {}, refinement="divine")
    with pytest.raises(NotApplicable, match="D1 is for sequential equilibria"):
        solve_many(game, {}, "nash", refinement="d1")
    with pytest.raises(UnknownName, match="rule for many points"):
        solve_many(game, {}).selected("qre", ["war"])
