"""A domestic opposition: rankings, regimes, and that nobody gains by deviating."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError
from crisisgames.literature import get

MODEL = get("schultz-1998-domestic-opposition")
RNG = Random(1998)
ROWS = [{}] + [draw(MODEL, "with-opposition", RNG) for _ in range(20)]
DEFAULTS = {q.name: q.default for q in MODEL.cases["with-opposition"].quantities}


def alone(values: dict[str, Any]) -> dict[str, Any]:
    given = {k: v for k, v in values.items() if k != "shared_credit"}
    return MODEL.results("without-opposition", **given)


def together(values: dict[str, Any]) -> dict[str, Any]:
    return MODEL.results("with-opposition", **values)


def wide(count: int = 4000) -> dict[str, np.ndarray]:
    # Far beyond the box; draws that break the joint condition are left out.
    rng = np.random.default_rng(1998)
    loss, gain = np.exp(rng.uniform(-4, 4, (2, count)))
    a = loss * rng.uniform(0.001, 0.999, count)
    most = 1 + np.exp(rng.uniform(-6, 3, count))
    s = rng.uniform(0, 0.999, count)
    good = (1 - s) * a * (most - 1 - a) / (1 + a) <= loss - a
    names = tuple(DEFAULTS)
    return {n: v[good] for n, v in zip(names, (loss, gain, a, most, s), strict=True)}


def test_an_opposition_lowers_the_risk_of_war_where_there_are_bluffs() -> None:
    given = wide()
    war0, war1 = alone(given)["prob_war"], together(given)["prob_war"]
    bluffs = given["war_cost_max_rival"] > 1 + given["audience_cost"]
    assert bluffs.any()
    assert not bluffs.all()
    assert (war1 <= war0 + 1e-15).all()
    assert (war1 < war0)[bluffs].all()
    assert war1[~bluffs] == pytest.approx(war0[~bluffs], rel=1e-12)


def test_what_the_opposition_adds_in_the_mixed_regime() -> None:
    given = wide()
    before, after = alone(given), together(given)
    some = before["regime"] == "mixed"
    assert some.sum() > 100
    a, most = given["audience_cost"], given["war_cost_max_rival"]
    gap = after["prob_supported"] * (1 / (1 + a) - 1 / most)
    assert (before["prob_war"] - after["prob_war"])[some] == pytest.approx(gap[some], abs=1e-14)
    resisted = after["prob_resist_opposed"][some]
    assert resisted == pytest.approx(before["prob_resist"][some], rel=1e-12)
    assert (after["prob_resist_supported"][some] < resisted).all()


@pytest.mark.parametrize("row", ROWS)
def test_an_opposition_that_shares_in_success_makes_war_less_likely(row: dict[str, float]) -> None:
    values = {**DEFAULTS, **row}
    least = values["shared_credit"]
    found = together({**values, "shared_credit": np.linspace(least, 0.99, 9)})
    strict = found["regime"][0] == "mixed"
    change = np.diff(found["prob_war"])
    assert (change < 0).all() if strict else np.abs(change).max() < 1e-14
    assert (np.diff(found["prob_supported"]) > 0).all()


@pytest.mark.parametrize("row", ROWS)
def test_without_an_opposition_nobody_gains_by_deviating(row: dict[str, float]) -> None:
    values, found = {**DEFAULTS, **row}, alone(row)
    loss, gain, a, most = (values[n] for n in tuple(DEFAULTS)[:4])
    w = np.linspace(-loss, gain, 3001)
    value = 1 - found["prob_resist"] * (1 - np.maximum(w, -a))
    fights = w >= -a
    share = gain + loss
    # Who fights challenges exactly where that is worth it; bluffers as the regime says.
    worth = (value > 1e-12) & fights
    assert (worth.mean() + found["prob_bluff"]) == pytest.approx(found["prob_challenge"], abs=2e-3)
    bluff = value[~fights]
    sign = {"no-bluff": -1, "mixed": 0, "all-bluff": 1}[found["regime"]]
    assert (np.sign(np.where(np.abs(bluff) < 1e-12, 0, bluff)) == sign).all()
    assert (found["prob_bluff"] * share <= loss - a + 1e-12) or found["regime"] != "mixed"
    # Bayes' rule, and the rival's reply to its belief.
    belief = 1 - found["prob_bluff"] / found["prob_challenge"]
    assert found["belief_fight"] == pytest.approx(belief, rel=1e-12)
    assert found["prob_resist"] == pytest.approx(min(1, 1 / (belief * most)), rel=1e-12)
    assert found["prob_war"] == pytest.approx(
        found["prob_challenge"] * belief * found["prob_resist"], rel=1e-12
    )


@pytest.mark.parametrize("row", ROWS)
def test_with_an_opposition_nobody_gains_by_deviating(row: dict[str, float]) -> None:
    values, found = {**DEFAULTS, **row}, together(row)
    loss, gain, a, most, s = (values[n] for n in DEFAULTS)
    w = np.linspace(-loss, gain, 3001)
    z = np.maximum(w, -a)
    supported, opposed = found["prob_resist_supported"], found["prob_resist_opposed"]
    # The opposition, whose payoff is 0 if it supports.
    opposing = -((1 - opposed) * s + opposed * z)
    supports = w >= found["cutoff_support"]
    near = np.abs(w - found["cutoff_support"]) < 1e-9
    assert (supports == (opposing <= 0))[~near].all()
    # The government, which foresees its stance.
    value = np.where(supports, 1 - supported * (1 - z), 1 - opposed * (1 - z))
    assert (value[supports] >= 0).all()
    fights = (w >= -a) & ~supports
    serious = (fights & (value > -1e-12)).mean()
    rest = found["prob_challenge"] - found["prob_supported"] - found["prob_bluff"]
    assert serious == pytest.approx(rest, abs=2e-3)
    bluffers = value[w < -a]
    if found["regime"] == "mixed":
        assert np.abs(bluffers).max() < 1e-12
        assert 0 < found["prob_bluff"] <= (loss - a) / (loss + gain) + 1e-12
    else:
        assert (bluffers <= 1e-12).all()
        assert found["prob_bluff"] == 0
    # Bayes' rule, and the rival's reply to its beliefs.
    belief = rest / (rest + found["prob_bluff"])
    assert found["belief_fight_opposed"] == pytest.approx(belief, rel=1e-9)
    assert opposed == pytest.approx(min(1, 1 / (found["belief_fight_opposed"] * most)), rel=1e-12)
    assert supported == pytest.approx(1 / most, rel=1e-12)
    war = found["prob_supported"] * supported + rest * opposed
    assert found["prob_war"] == pytest.approx(war, rel=1e-12)


def test_other_equilibria_are_there_and_are_left_out() -> None:
    # Opposition taken for a sure sign of a bluff: resisted for sure, so that nobody who would be
    # opposed challenges. A cheaper peace, on beliefs off the path.
    a, most, s = 0.2, 2.0, 0.5
    w = np.linspace(-1, 0.5, 301)
    z = np.maximum(w, -a)
    supports = -((1 - 1) * s + 1 * z) <= 0
    assert (supports == (w >= 0)).all()
    assert ((1 - 1 * (1 - z))[~supports] < 0).all()
    assert ((1 - (1 - z) / most)[supports] > 0).all()
    war = (0.5 / 1.5) / most
    assert war < together({})["prob_war"]
    # Opposition taken for strength: then to support all challenges is best from K = (s + a)/s on.
    for largest, best in ((1.41, True), (1.39, False)):
        opposing = -((1 - 1 / largest) * s + z / largest)
        assert (opposing <= 1e-12).all() == best


def test_regimes_meet_without_a_jump() -> None:
    # K = 1 + a, and beta = 1: fighters/(1 - fighters) (K - 1 - a)/(1 + a) = 1.
    fighters = 0.7 / 1.5
    second = 1.2 + 1.2 * (1 - fighters) / fighters
    for border, names in ((1.2, ("no-bluff", "mixed")), (second, ("mixed", "all-bluff"))):
        found = alone({"war_cost_max_rival": border * np.array([1 - 1e-9, 1 + 1e-9])})
        assert tuple(found["regime"]) == names
        for key in ("prob_war", "prob_bluff", "prob_challenge", "belief_fight", "prob_resist"):
            assert found[key][0] == pytest.approx(found[key][1], abs=1e-8)
    found = together({"war_cost_max_rival": 1.2 * np.array([1 - 1e-9, 1 + 1e-9])})
    for key in ("prob_war", "prob_bluff", "prob_supported", "belief_fight_opposed"):
        assert found[key][0] == pytest.approx(found[key][1], abs=1e-8)


@pytest.mark.parametrize("case", list(MODEL.cases))
@pytest.mark.parametrize("off", [0, 1e-6, -1e-6])
def test_the_border_of_regimes_by_both_routes(case: str, off: float) -> None:
    # At K = 1 + a bluffers are indifferent, and none bluffs.
    given = {"audience_cost": 0.25, "war_cost_max_rival": 1.25 + off}
    if case == "with-opposition" and not off:
        with pytest.raises(GameError, match="move war_cost_max_rival"):
            MODEL.solved(case, **given)
        return
    closed, solved = MODEL.results(case, **given), MODEL.solved(case, **given)
    assert closed["regime"] == solved["regime"] == ("mixed" if off > 0 else "no-bluff")
    for key in set(closed) - {"regime"}:
        assert closed[key] == pytest.approx(solved[key], abs=1e-9)


def test_an_opposition_that_all_bluffers_would_face_is_not_covered() -> None:
    with pytest.raises(GameError, match="not all bluff") as raised:
        together({"audience_cost": 0.9, "war_cost_max_rival": 9, "shared_credit": 0})
    for name in DEFAULTS:
        assert name in str(raised.value)
    with pytest.raises(GameError, match="audience_cost < war_loss_max"):
        alone({"audience_cost": 1})
