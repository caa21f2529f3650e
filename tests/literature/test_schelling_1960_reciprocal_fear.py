"""Reciprocal fear: which equilibria there are, the paradox of better warning, and the fold."""

from __future__ import annotations

from math import erfc, exp, sqrt
from random import Random

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError
from crisisgames.literature import schelling_1960_reciprocal_fear as module

MODEL = module.MODEL
RNG = Random(1960)
ROWS = [draw(MODEL, "binary-set", RNG) for _ in range(20)]
CALM = {"prob_aggressive": 0.02, "prob_missed": 0.05, "cost_first": 4, "cost_struck": 10,
        "cost_both": 5}  # fmt: skip


def wide(count: int = 3000) -> dict[str, np.ndarray]:
    # Far beyond the box.
    rng = np.random.default_rng(1960)
    alpha, missed = rng.uniform(0.001, 0.9, count), rng.uniform(0, 0.95, count)
    both = np.exp(rng.uniform(-2, 4, count))
    return {
        "prob_aggressive": alpha,
        "prob_missed": missed,
        "prob_false_alarm": (1 - missed) * rng.uniform(0.001, 0.999, count),
        "cost_first": both * rng.uniform(0.01, 0.99, count),
        "cost_both": both,
        "cost_struck": both + np.exp(rng.uniform(-3, 4, count)),
    }


def test_every_equilibrium_is_a_best_reply_to_itself_and_nothing_else_is() -> None:
    # From payoffs, for a state with each warning: what it loses by a launch and by holding.
    given = wide()
    alpha, m, phi = (given[f"prob_{n}"] for n in ("aggressive", "missed", "false_alarm"))
    a, b, c = (given[f"cost_{n}"] for n in ("first", "struck", "both"))
    found = MODEL.results("binary-set", **given)
    rates = module.launches(**given)

    def gain(likely: np.ndarray, false: np.ndarray, rate: np.ndarray) -> np.ndarray:
        strike = alpha * likely + (1 - alpha) * false * rate
        return strike * (b - c) - (1 - alpha) * false * (1 - rate) * a

    none, all_ = np.zeros_like(phi), np.ones_like(phi)
    for kind, rate, alarm, quiet in (
        ("restraint", none, -1, -1), ("hair-trigger", phi, 1, -1), ("panic", all_, 1, 1),
        ("mixed-on-alarm", rates["mixed-on-alarm"], 0, -1),
        ("mixed-on-quiet", rates["mixed-on-quiet"], 1, 0),
    ):  # fmt: skip
        pays = gain(1 - m, phi, rate), gain(m, 1 - phi, rate)
        scale = 1e-12 * (a + b + c)
        signs = [np.where(np.abs(g) < scale, 0, np.sign(g)) for g in pays]
        inside = (rate >= 0) & (rate <= 1)
        if kind == "mixed-on-alarm":
            inside = (rate > 0) & (rate < phi)
        elif kind == "mixed-on-quiet":
            inside = (rate > phi) & (rate < 1)
        best = inside & (signs[0] == alarm) & (signs[1] == quiet)
        assert (found[module._exists(kind)] == best).all(), kind
    assert (found["number_of_equilibria"] % 2 == 1).all()
    assert set(found["number_of_equilibria"]) == {1, 3, 5}


def test_unstable_equilibria_lie_between_stable_ones() -> None:
    given = wide(500)
    found = MODEL.results("binary-set", **given)
    for row, rates in enumerate(found["launch_probs"]):
        assert list(rates) == sorted(rates)
        assert rates[-1] == 1
        kinds = [k for k in module.KINDS if found[module._exists(k)][row]]
        assert len(kinds) == len(rates)
        assert all(k in module.STABLE for k in kinds[::2])
        assert not any(k in module.STABLE for k in kinds[1::2])


def test_restraint_holds_from_the_cutoff_of_false_alarms_on() -> None:
    given = wide()
    found = MODEL.results("binary", **given)
    above = given["prob_false_alarm"] > found["cutoff_false_alarm"]
    assert 100 < above.sum() < 2900
    assert ((found["equilibrium"] == "restraint") == above).all()


def test_better_warning_can_cause_war_and_only_perfect_warning_removes_it() -> None:
    edge = MODEL.results("binary", **CALM)["cutoff_false_alarm"]
    assert edge == pytest.approx(0.0242346938, abs=1e-9)
    below, above = (
        MODEL.results("binary", prob_false_alarm=edge + off, **CALM) for off in (-1e-9, 1e-9)
    )
    assert (below["equilibrium"], above["equilibrium"]) == ("hair-trigger", "restraint")
    assert above["prob_war_normal"] == 0
    assert below["prob_war_normal"] == pytest.approx(1 - (1 - edge) ** 2, abs=1e-8)
    phi = np.linspace(1e-6, edge - 1e-9, 50)
    war = MODEL.results("binary", prob_false_alarm=phi, **CALM)["prob_war_normal"]
    assert (np.diff(war) > 0).all()
    assert war[0] < 1e-5
    # A check that clears up a third of the false alarms leads from restraint to launch on alarm.
    before, after = (
        MODEL.results("binary", prob_false_alarm=p, **CALM)["prob_war"] for p in (0.03, 0.02)
    )
    assert after > before


@pytest.mark.parametrize("row", ROWS)
def test_forces_that_survive_a_strike_make_restraint_possible(row: dict[str, float]) -> None:
    both = row["cost_struck"] - np.array([4, 1, 0.1, 0.01, 1e-4, 1e-7])
    given = {**row, "cost_both": both, "cost_first": 1}
    found = MODEL.results("binary", **given)
    assert (np.diff(found["cutoff_belief"]) > 0).all()
    assert found["equilibrium"][-1] == "restraint"
    calm = found["equilibrium"] == "restraint"
    assert (np.diff(calm.astype(int)) >= 0).all()


@pytest.mark.parametrize("row", ROWS)
def test_war_is_certain_in_panic_and_unprovoked_war_is_always_there(row: dict[str, float]) -> None:
    found = MODEL.results("binary-set", **row)
    assert found["max_prob_war"] == 1
    assert found["min_prob_war"] >= 1 - (1 - row["prob_aggressive"]) ** 2 - 1e-15


def test_an_equilibrium_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(GameError, match="there are: hair-trigger, mixed-on-quiet, panic") as raised:
        MODEL.results("binary", equilibrium="restraint", prob_false_alarm=0.02, **CALM)
    for name in ("equilibrium", "prob_false_alarm", *CALM):
        assert name in str(raised.value)
    phi = np.array([[0.1, 0.02], [0.1, 0.1]])
    with pytest.raises(GameError, match=r"prob_false_alarm = 0\.02"):
        MODEL.results("binary", equilibrium="restraint", prob_false_alarm=phi, **CALM)
    assert MODEL.results("binary", equilibrium="panic")["prob_war"] == 1


@pytest.mark.parametrize(
    ("costs", "kinds"),
    [
        # A1 = 2/3 = kappa: restraint, though indifferent after an alarm; nothing mixed between.
        ((2, 3, 4), ("restraint", "hair-trigger", "mixed-on-quiet", "panic")),
        # A1 + (1 - A1) phi = 3/4 = kappa: launch on alarm, though indifferent.
        ((3, 4, 5), ("restraint", "hair-trigger", "mixed-on-quiet", "panic")),
    ],
)
def test_knife_edges_by_both_routes(costs: tuple[int, int, int], kinds: tuple[str, ...]) -> None:
    given: dict[str, float] = dict(
        zip(("cost_first", "cost_both", "cost_struck"), costs, strict=True)
    )
    given |= {"prob_aggressive": 0.5, "prob_missed": 0.5, "prob_false_alarm": 0.25}
    closed, solved = MODEL.results("binary-set", **given), MODEL.solved("binary-set", **given)
    for found in (closed, solved):
        assert tuple(k for k in module.KINDS if found[module._exists(k)]) == kinds
    assert closed["launch_probs"] == pytest.approx(solved["launch_probs"], abs=1e-12)


def strikes(theta: float, alpha: float, d: float) -> float:
    """Return how likely a strike is, with a signal at the threshold, from densities."""
    attacked, not_ = exp(-((theta - d) ** 2) / 2), exp(-(theta**2) / 2)
    launched = erfc(theta / sqrt(2)) / 2
    total = alpha * attacked + (1 - alpha) * not_
    return (alpha * attacked + (1 - alpha) * not_ * launched) / total


def test_at_a_threshold_a_state_is_indifferent() -> None:
    rng, calm = Random(9), 0
    for _ in range(60):
        given = draw(MODEL, "gaussian", rng)
        found = MODEL.results("gaussian", **given)
        alpha, d = given["prob_aggressive"], given["detectability"]
        grid = [strikes(t, alpha, d) for t in np.linspace(-5, 9, 1401)]
        assert min(grid) == pytest.approx(1 - found["fold_height"], abs=1e-4)
        assert min(grid) >= 1 - found["fold_height"] - 1e-12
        assert found["calm_exists"] is (found["cutoff_belief"] > 1 - found["fold_height"])
        if not found["calm_exists"]:
            assert found["prob_war"] == found["launch_prob"] == 1
            continue
        calm += 1
        places = found["threshold_unstable"], found["threshold_stable"]
        assert places[0] < places[1]
        for place in places:
            assert strikes(place, alpha, d) == pytest.approx(found["cutoff_belief"], abs=1e-9)
        # Best replies lead away from the lower and back to the higher one.
        between = strikes(sum(places) / 2, alpha, d)
        assert between < found["cutoff_belief"]
    assert 10 < calm < 60


def test_war_becomes_certain_at_once_as_vulnerability_or_aggression_grows() -> None:
    for given in (
        {"cost_struck": 6 + np.linspace(1, 80, 400)},
        {"prob_aggressive": np.linspace(0.01, 0.9, 400)},
    ):
        found = MODEL.results("gaussian", **given)
        calm = found["calm_exists"]
        assert calm[0]
        assert not calm[-1]
        assert (np.diff(calm.astype(int)) <= 0).all()
        last = calm.sum() - 1
        assert (np.diff(found["launch_prob"][: last + 1]) > 0).all()
        assert (np.diff(found["threshold_stable"][: last + 1]) < 0).all()
        assert found["launch_prob"][last] < 0.5
        assert found["launch_prob"][last + 1] == 1


def test_sharper_sensors_can_raise_the_rate_of_launches_before_they_lower_it() -> None:
    rate = MODEL.results("gaussian", detectability=np.array([2, 3, 8]))["launch_prob"]
    assert rate[0] < rate[1]
    assert rate[2] < rate[0]


def test_extreme_signals_neither_warn_nor_fail() -> None:
    rng = np.random.default_rng(3)
    count = 400
    found = MODEL.results(
        "gaussian",
        prob_aggressive=1 / (1 + np.exp(rng.uniform(-12, 12, count))),
        detectability=10 ** rng.uniform(-3, 1.6, count),
        cost_struck=6 + 10 ** rng.uniform(-4, 4, count),
    )
    calm = found["calm_exists"]
    assert 0 < calm.sum() < count
    assert (found["threshold_unstable"] < found["threshold_stable"])[calm].all()
    assert np.isnan(found["threshold_stable"][~calm]).all()
    assert ((found["fold_height"] > 0) & (found["fold_height"] <= 1)).all()
