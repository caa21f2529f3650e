"""Trust and reassurance: every equilibrium of the games, and where each is one."""

from __future__ import annotations

from math import isnan
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError, solve
from crisisgames.equilibria.pure_sequential import pure_sequential
from crisisgames.literature import get

MODEL = get("kydd-2005-trust-reassurance")
STAGE = ("reward", "temptation", "sucker", "punishment")
RNG = Random(2005)
ROWS = [draw(MODEL, "reassurance", RNG) for _ in range(3)]


def wide(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2005)

    def step() -> np.ndarray:
        return np.exp(rng.uniform(-3, 2, count))

    punishment = rng.normal(0, 1, count)
    temptation = punishment + np.where(rng.random(count) < 0.2, 0, step())
    reward = temptation + step()
    return {
        "punishment": punishment,
        "temptation": temptation,
        "reward": reward,
        "sucker": punishment - step(),
        "temptation_untrustworthy": reward + step(),
        "sucker_untrustworthy": punishment - step(),
    }


def payoffs(row: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in row.items() if name != "trust"}


def nash(step: float, **given: Any) -> set[str]:
    """Return which of the known equilibria there are, by what is played in all pure ones."""
    trust = given["trust"]
    found = solve(MODEL.game("reassurance", step=step, **given), "pure-nash")
    assert found.complete
    kinds = set()
    for e in found:
        plays = {o: float(e.probability(o)) for o in e.game.outcomes}
        together = plays.get("CC CC", 0) == pytest.approx(trust**2, abs=1e-12)
        apart = plays.get("CD DD", 0) == pytest.approx(trust * (1 - trust), abs=1e-12)
        first = sum(p for o, p in plays.items() if o.startswith("CC"))
        # One side may also pool while the other shows its kind.
        if together and (apart or first == pytest.approx(1)):
            kinds.add("reassurance" if apart else "pooling")
        if plays.get("DD DD", 0) == pytest.approx(1):
            kinds.add("defect")
    return kinds


@pytest.mark.parametrize("row", ROWS)
def test_each_equilibrium_is_one_where_the_formulas_say(row: dict[str, float]) -> None:
    given = {**row, "trust": min(row["trust"], 0.95)}
    own = MODEL.results("reassurance", **given)
    pooled = MODEL.results("pooling", **given)
    edges = {own["step_low"], own["step_high"]}
    edges |= {pooled["step_high"]} if pooled["exists"] else set()
    for edge in edges:
        for step in (edge - 1e-4, edge + 1e-4):
            if not 0 < step < 1:
                continue
            expected = {"defect"}
            if own["step_low"] <= step <= own["step_high"]:
                expected.add("reassurance")
            if pooled["exists"] and step <= pooled["step_high"]:
                expected.add("pooling")
            assert nash(step, **given) == expected


def test_the_equilibria_of_two_rounds_are_sequential() -> None:
    for step, count in ((0.6, 2), (0.3, 1)):
        found = pure_sequential(MODEL.game("reassurance", step=step))
        assert not found.undecided
        assert len(found.found) == count


def test_with_unequal_trust_both_must_lie_in_the_window() -> None:
    window = MODEL.results("trust-window", step=0.6)
    low, high = window["trust_low"], window["trust_high"]
    below, least, most, above = low - 0.01, low + 0.01, high - 0.01, high + 0.01
    for one, other in ((below, most), (least, most), (most, least), (most, above), (above, above)):
        found = solve(MODEL.game("trust-window", step=0.6, trust=one, trust_2=other), "pure-nash")
        there = any(
            float(e.probability("CC CC")) == pytest.approx(one * other, abs=1e-12)
            and float(e.probability("DC DD")) == pytest.approx((1 - one) * other, abs=1e-12)
            for e in found
        )
        assert there is (low <= min(one, other) and max(one, other) <= high)


def test_one_round_has_one_or_two_pure_equilibria() -> None:
    given = {name: values for name, values in wide(500).items() if name in STAGE}
    rng = np.random.default_rng(1)
    trusts = rng.random(500), rng.random(500)
    found = MODEL.results("one-round", trust_1=trusts[0], trust_2=trusts[1], **given)
    m = found["trust_threshold"]
    # From payoffs: what a trustworthy state gets that cooperates, and that defects.
    exists = np.ones(500, dtype=bool)
    for t in trusts:
        cooperate = t * given["reward"] + (1 - t) * given["sucker"]
        exists &= cooperate >= t * given["temptation"] + (1 - t) * given["punishment"]
    assert (found["cooperation_exists"] == exists).all()
    assert (found["equilibria"] == 1 + exists).all()
    assert ((m > 0) & (m < 1)).all()
    # More to lose means that more trust is needed.
    safer = {**given, "sucker": given["sucker"] / 2 + given["punishment"] / 2}
    assert (MODEL.results("one-round", **safer)["trust_threshold"] < m).all()


def test_knife_edges_by_both_routes() -> None:
    # m = 1/2, t_min = 1/6.
    given = {"reward": 3, "temptation": 2, "sucker": 0, "punishment": 1}
    for trust_1, trust_2, count in ((0.5, 0.5, 2), (0.5, 0.499, 1), (1, 0.5, 2), (0, 1, 1)):
        for route in (MODEL.results, MODEL.solved):
            found = route("one-round", trust_1=trust_1, trust_2=trust_2, **given)
            assert found["equilibria"] == count
    for trust, there in ((0.5, True), (0.4999, False)):
        for route in (MODEL.results, MODEL.solved):
            found = route("pooling", trust=trust, **given, temptation_untrustworthy=4)
            assert found["exists"] is there
            assert isnan(found["step_high"]) is not there
    # T = P, and nobody untrustworthy: any first step is dared.
    for route in (MODEL.results, MODEL.solved):
        found = route("reassurance", trust=1, temptation=0)
        assert (found["step_high"], found["exists"]) == (1, True)


def test_a_first_step_reaches_pairs_too_mistrustful_for_one_round() -> None:
    given = wide(2000)
    found = MODEL.results("reassurance", trust=0.5, **given)
    least, m = found["trust_min"], found["trust_threshold"]
    assert ((least >= 0) & (least < m)).all()
    gains = given["reward"] - given["punishment"]
    risks = gains / (given["punishment"] - given["sucker"])
    exploits = given["temptation_untrustworthy"] - given["punishment"]
    others = exploits / (given["punishment"] - given["sucker_untrustworthy"])
    # Any trust at all is enough where the trustworthy are at least as willing to run the risk.
    assert ((least == 0) == (risks >= others)).all()
    assert 200 < (least == 0).sum() < 1800
    for off, there in ((1e-6, True), (-1e-6, False)):
        near = np.clip(least + off, 1e-9, 1)
        exists = MODEL.results("reassurance", trust=near, **given)["exists"]
        assert exists[least > 1e-4].all() if there else not exists[least > 1e-4].any()


def test_the_window_of_steps_and_the_window_of_trust_are_one() -> None:
    given = wide(3000)
    rng = np.random.default_rng(3)
    trust, step = rng.uniform(0.001, 1, 3000), rng.uniform(0.001, 1, 3000)
    steps = MODEL.results("reassurance", trust=trust, **given)
    trusts = MODEL.results("trust-window", step=step, **given)
    inside = (steps["step_low"] <= step) & (step <= steps["step_high"])
    assert 300 < inside.sum() < 2700
    assert (inside == ((trusts["trust_low"] <= trust) & (trust <= trusts["trust_high"]))).all()
    full = steps["step_high"] == 1
    assert (full == (trust >= steps["trust_threshold"])).all()


def test_smaller_steps_need_less_trust_and_prove_less() -> None:
    given = {name: values[:, None] for name, values in wide(200).items()}
    found = MODEL.results("trust-window", step=np.linspace(0.01, 1, 50), **given)
    assert (np.diff(found["trust_low"], axis=1) > 0).all()
    assert (np.diff(found["trust_high"], axis=1) >= 0).all()
    assert found["trust_low"][:, -1] == pytest.approx(
        np.ravel(MODEL.results("reassurance", trust=0.5, **given)["trust_threshold"])
    )
    # Verification lowers what a trustworthy state loses, and so the trust that a step needs.
    safer = {**given, "sucker": given["sucker"] / 2 + given["punishment"] / 2}
    less = MODEL.results("trust-window", step=np.linspace(0.01, 1, 50), **safer)
    assert (less["trust_low"] < found["trust_low"]).all()
    assert (less["trust_high"] == found["trust_high"]).all()


def test_where_trust_fails_is_outside_the_window_and_below_what_one_round_needs() -> None:
    given = {name: values[:, None] for name, values in wide(100).items()}
    found = MODEL.results("trust-window", step=np.linspace(0.01, 1, 50), **given)
    trust = np.linspace(0, 1, 2001)[:, None, None]
    inside = (found["trust_low"] <= trust) & (trust <= found["trust_high"])
    enough = np.reshape(
        MODEL.results("reassurance", trust=0.5, **given)["trust_threshold"], (-1, 1)
    )
    fails = (~inside & (trust < enough)).mean(axis=0)
    assert found["trust_failing"] == pytest.approx(fails, abs=2e-3)
    # A first step of all that is at stake is no step at all. Smaller ones can only do better, but
    # one that is smaller than another may do worse.
    assert (found["trust_failing"] <= enough + 1e-12).all()
    assert found["trust_failing"][:, -1:] == pytest.approx(enough)
    change = np.diff(found["trust_failing"], axis=1)
    assert (change > 1e-9).any()
    assert (change < -1e-9).any()


def test_pooling_needs_trust_and_a_first_step_that_is_small() -> None:
    given = {name: values[:, None] for name, values in wide(300).items()}
    trust = np.linspace(0.01, 1, 100)
    found = MODEL.results("pooling", trust=trust, **given)
    m = MODEL.results("reassurance", trust=trust, **given)["trust_threshold"]
    assert (found["exists"] == (trust >= m)).all()
    there = found["step_high"][found["exists"]]
    assert ((there > 0) & (there < 1)).all()


def test_payoffs_out_of_order_are_refused_with_all_their_names() -> None:
    for given, names in (
        ({"temptation": 1.2}, STAGE),
        ({"temptation_untrustworthy": 0.9}, ("temptation_untrustworthy", "reward")),
        ({"sucker_untrustworthy": 0.1}, ("sucker_untrustworthy", "punishment")),
    ):
        with pytest.raises(GameError, match="together they must satisfy") as raised:
            MODEL.results("reassurance", **given)
        assert all(name in str(raised.value) for name in names)
