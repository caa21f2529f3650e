"""Arms races: the multiplier, all equilibria, and talk that no type would spoil."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError
from crisisgames.literature import baliga_sjostrom_2004_arms_races as module

MODEL = module.MODEL
RNG = Random(2004)
TALKS = [draw(MODEL, "talk", RNG) for _ in range(10)]


def no_talk(**given: Any) -> dict[str, Any]:
    return MODEL.results("no-talk", **given)


def talk(**given: Any) -> dict[str, Any]:
    return MODEL.results("talk", **given)


def wide(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2004)
    loss = np.exp(rng.uniform(-2, 2, count))
    return {
        "cost_shape": np.exp(rng.uniform(-2, 2, count)),
        "cost_max": loss * np.exp(rng.uniform(-1, 1, count)),
        "loss_unarmed": loss,
        "gain_armed": loss * np.exp(rng.uniform(-7, -0.05, count)),
    }


def test_all_equilibria_and_no_others() -> None:
    # Brute force: changes of sign of the gain from building, at 8000 costs.
    given = wide(300)
    found = no_talk(**given)
    column = {name: values[:, None] for name, values in given.items()}
    costs = column["cost_max"] * np.linspace(0, 1, 8001)[:-1]
    gains = module.reply(costs, **column) - costs
    changes = (np.diff(np.sign(gains), axis=1) != 0).sum(axis=1)
    all_build = given["loss_unarmed"] >= given["cost_max"]
    assert (found["equilibria"] == changes + all_build).all()
    assert set(found["equilibria"]) == {1, 3}
    for row, places in enumerate(found["cutoffs"]):
        own = {name: values[row] for name, values in given.items()}
        assert list(places) == sorted(places)
        assert (places[-1] == own["cost_max"]) == all_build[row]
        for x in places[: -1 if all_build[row] else None]:
            assert x == pytest.approx(module.reply(x, **own), rel=1e-9)
        shares = [(x / own["cost_max"]) ** own["cost_shape"] for x in places]
        assert found["build_probs"][row] == pytest.approx(shares, rel=1e-9)


def test_under_the_multiplier_condition_all_build_however_few_gain() -> None:
    given = wide(400)
    t = np.append(np.geomspace(1e-300, 1, 3000), np.linspace(1e-3, 1, 2000))[:, None]
    least = (given["loss_unarmed"] / given["cost_max"] * t ** (given["cost_shape"] - 1)).min(axis=0)
    found = no_talk(**given)
    condition = found["multiplier_condition"]
    assert (condition == (least >= 1 - 1e-12)).all()
    assert 50 < condition.sum() < 350
    few = no_talk(**{**given, "gain_armed": given["loss_unarmed"] * 1e-9})
    assert (few["equilibria"][condition] == 1).all()
    for cutoffs, top in zip(few["cutoffs"][condition], given["cost_max"][condition], strict=True):
        assert cutoffs == (top,)
    # Without it they need not, if hardly anybody gains; where costs are convex hardly anybody does.
    best = np.array([shares[0] for shares in few["build_probs"]])
    convex = given["cost_shape"] > 1.5
    assert (best[convex] < 1e-6).all()
    assert (best[(given["cost_shape"] <= 1) & ~condition] < 1).all()


def test_uniform_costs_above_the_loss_have_one_equilibrium() -> None:
    loss, gain = 0.7, np.linspace(0.01, 0.69, 60)
    found = no_talk(cost_shape=1, cost_max=1, loss_unarmed=loss, gain_armed=gain)
    assert (found["equilibria"] == 1).all()
    assert [c[0] for c in found["cutoffs"]] == pytest.approx(gain / (1 - loss + gain))


def test_knife_edges() -> None:
    # d = c̄: all build, and nothing else meets it there twice.
    for shape, count in ((0.5, 1), (1, 1), (2, 2)):
        found = no_talk(cost_shape=shape, loss_unarmed=1, gain_armed=0.05)
        assert found["equilibria"] == count
        assert found["cutoffs"][-1] == 1
        assert MODEL.solved("no-talk", cost_shape=shape, loss_unarmed=1, gain_armed=0.05)[
            "cutoffs"
        ] == pytest.approx(found["cutoffs"])
    # F = c²: Γ touches the diagonal where 4 μ (d - μ) = 1.
    edge = (1.2 - np.sqrt(1.2**2 - 1)) / 2
    counts = [no_talk(gain_armed=edge + off)["equilibria"] for off in (-1e-9, 0, 1e-9)]
    assert counts == [3, 2, 1]


def test_more_to_fear_means_more_building_in_the_best_equilibrium() -> None:
    for name, values in (
        ("gain_armed", np.linspace(0.001, 0.2, 60)),
        ("loss_unarmed", np.linspace(1, 1.5, 60)),
    ):
        best = [shares[0] for shares in no_talk(**{name: values})["build_probs"]]
        assert (np.diff(best) > 0).all()


def payoff(cost: float, own: bool, other: bool, loss: float, gain: float) -> float:
    return -cost * own + gain * (own and not other) - loss * (other and not own)


@pytest.mark.parametrize("row", TALKS)
def test_no_type_gains_by_any_other_words_and_acts(row: dict[str, float]) -> None:
    # Brute force: what to say, then what to do after each answer, for 400 costs.
    loss, gain = row["loss_unarmed"], row["gain_armed"]
    found = talk(**row)
    if not found["exists"]:
        assert gain > found["gain_max"]
        pytest.skip("no such equilibrium here")
    low, high = found["cutoff_low"], found["cutoff_high"]
    kinds = {"tough": low, "middle": high - low, "soft": 1 - high}

    def says(kind: str) -> str:
        return "hawk" if kind == "middle" else "dove"

    def builds(kind: str, own: str, other: str) -> bool:
        if (own, other) == ("dove", "dove"):
            return kind == "tough"
        return own != other

    def worth(cost: float, word: str, acts: dict[str, bool]) -> float:
        return sum(
            p * payoff(cost, acts[says(k)], builds(k, says(k), word), loss, gain)
            for k, p in kinds.items()
        )

    plans = [
        (word, {"dove": after_dove, "hawk": after_hawk})
        for word, after_dove, after_hawk in product(("dove", "hawk"), (True, False), (True, False))
    ]
    for cost in np.linspace(0, 1, 401):
        kind = "tough" if cost < low else "middle" if cost < high else "soft"
        word = says(kind)
        own = worth(cost, word, {other: builds(kind, word, other) for other in ("dove", "hawk")})
        assert own >= max(worth(cost, *plan) for plan in plans) - 1e-12
    assert 0 < low < high < 0.5


def test_who_builds_adds_up_and_talk_brings_peace_where_few_gain() -> None:
    loss = np.linspace(1.01, 3, 40)
    found = talk(loss_unarmed=loss, gain_armed=1e-8)
    names = ("prob_peace", "prob_arms_race", "prob_one_builds")
    assert sum(found[n] for n in names) == pytest.approx(np.ones(40), abs=1e-12)
    assert (found["prob_peace"] > 0.99).all()
    # Cutoffs are of the order of the square root of the gain.
    finer = talk(loss_unarmed=loss, gain_armed=1e-10)
    assert finer["cutoff_high"] * 10 == pytest.approx(found["cutoff_high"], rel=1e-2)
    # Without talk all build.
    without = no_talk(cost_shape=1, cost_max=1, loss_unarmed=loss, gain_armed=1e-8)
    assert (without["build_probs"][0], without["equilibria"].max()) == ((1.0,), 1)


@pytest.mark.parametrize("loss", [1.01, 1.2, 2.0, 8.0])
def test_up_to_the_largest_gain_there_are_two_such_equilibria(loss: float) -> None:
    most = talk(loss_unarmed=loss)["gain_max"]
    c = np.linspace(0, 0.5, 199_982)[1:-1]
    gains = module.curve(c, loss)
    assert gains.max() == pytest.approx(most, rel=1e-8)
    for share in (0.01, 0.5, 0.99):
        found = talk(loss_unarmed=loss, gain_armed=share * most)
        roots = c[1:][np.diff(np.sign(gains - share * most)) != 0]
        assert len(roots) == 2
        assert found["cutoff_high"] == pytest.approx(roots[0], abs=1e-5)
    exists = talk(loss_unarmed=loss, gain_armed=most * np.array([1, 1 + 1e-9]))["exists"]
    assert exists[0]
    assert exists[1] == (most * 1e-9 <= module.SLACK)
    rises = talk(loss_unarmed=loss, gain_armed=most * np.linspace(0.001, 1, 100))
    assert (np.diff(rises["prob_arms_race"]) > 0).all()


@pytest.mark.parametrize("loss", [1.01, 1.2, 2.0, 8.0])
def test_of_two_equilibria_with_talk_the_first_has_the_lower_risk(loss: float) -> None:
    most = talk(loss_unarmed=loss)["gain_max"]
    c = np.linspace(0, 0.5, 199_982)[1:-1]
    gains = module.curve(c, loss)
    low = c * (1 - 2 * c) / (loss - 2 * c)
    middle, soft = c - low, 1 - c
    for share in (0.001, 0.1, 0.5, 0.9):
        found = talk(loss_unarmed=loss, gain_armed=share * most)
        other = np.flatnonzero(gains > share * most)[-1]
        race = low[other] ** 2 + 2 * middle[other] * (low[other] + soft[other])
        assert found["prob_arms_race"] < race
        if share == 0.001:  # not in general: with d = 1.2, say, and half the largest gain
            assert found["prob_peace"] > soft[other] ** 2 + middle[other] ** 2


def test_the_risk_of_a_race_falls_in_what_the_unarmed_lose_and_then_rises() -> None:
    loss = np.linspace(1.001, 2.5, 100)
    found = talk(loss_unarmed=loss, gain_armed=0.01)
    signs = np.sign(np.diff(found["prob_arms_race"]))
    turn = (signs < 0).sum()
    assert 2 < turn < 20
    assert (signs[:turn] < 0).all()
    assert (signs[turn:] > 0).all()
    assert (np.diff(found["prob_one_builds"]) < 0).all()


def test_the_gain_stays_below_the_loss() -> None:
    with pytest.raises(GameError, match=r"gain_armed = 1\.3, loss_unarmed = 1\.2"):
        talk(gain_armed=1.3, loss_unarmed=1.2)
