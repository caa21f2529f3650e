"""Beer and quiche: which equilibria there are, which is left, and what moves the risk of war."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve, verify
from crisisgames.literature import get

MODEL = get("cho-kreps-1987-beer-quiche")
RNG = Random(1987)
ROWS = [{}] + [draw(MODEL, "refined", RNG) for _ in range(15)]


def refined(**given: Any) -> dict[str, Any]:
    return MODEL.results("refined", **given)


def test_the_game_of_the_paper() -> None:
    found = solve(MODEL.game("equilibria"), exact=True)
    assert found.complete
    assert [c.name for c in found.classes] == ["pooling on mobilize", "pooling on hold"]
    for one, silent in zip(found.classes, ("hold", "mobilize"), strict=True):
        # Whoever does what nobody does must be thought weak with at least one half.
        assert one.beliefs["rival"][silent,][f"weak > {silent}"] == (Fraction(1, 2), 1)
    assert all(verify(MODEL.game("equilibria"), e).gain <= 0 for e in found)
    for refinement in (found.intuitive(), found.d1(), found.divine()):
        assert [c.name for c in refinement.classes] == ["pooling on mobilize"]


@pytest.mark.parametrize("row", ROWS)
def test_brute_force_finds_the_same_kinds(row: dict[str, float]) -> None:
    # Over strategies on a lattice; the rival may believe anything where nobody moves.
    v = {q.name: row.get(q.name, q.default) for q in MODEL.cases["refined"].quantities}
    pi, tough, weak, h = (
        v[k] for k in ("prior_tough", "signal_gain_tough", "signal_cost_weak", "value_unattacked")
    )
    mu = v["gain_attack_weak"] / (v["gain_attack_weak"] + v["gain_spare_tough"])
    bluff = min(1.0, pi / (1 - pi) * (1 - mu) / mu)
    sometimes = (0.0, 1.0, bluff, 0.3, 0.77)
    attacks = (0.0, 1.0, weak / h, 1 - weak / h, tough / h, 1 - tough / h, 0.37, 0.71)

    def replies_well(attack: float, t: float, w: float) -> bool:
        if t == w == 0:
            return True
        gap = t * pi / (t * pi + w * (1 - pi)) - mu
        return abs(gap) < 1e-12 or (attack == 1 if gap < 0 else attack == 0)

    def signals_well(share: float, gain: float) -> bool:
        return abs(gain) < 1e-12 or share == (gain > 0)

    kinds = set()
    for t, w, a_m, a_h in product(sometimes, sometimes, attacks, attacks):
        if not (0 <= a_m <= 1 and 0 <= a_h <= 1):
            continue
        if (
            signals_well(t, tough + h * (a_h - a_m))
            and signals_well(w, -weak + h * (a_h - a_m))
            and replies_well(a_m, t, w)
            and replies_well(a_h, 1 - t, 1 - w)
        ):
            names = {(1, 1): "pool_mobilize", (0, 0): "pool_hold", (1, 0): "separating"}
            assert t in (0, 1)
            kinds.add(names.get((t, w), "semi_separating"))
    found = MODEL.results("equilibria", **row)
    assert kinds == {k for k, there in found.items() if there is True}


@pytest.mark.parametrize("row", ROWS)
def test_one_outcome_is_left_and_it_was_there_before(row: dict[str, float]) -> None:
    before = MODEL.results("equilibria", **row)
    left = refined(**row)["equilibrium"]
    assert before[left.replace("-", "_")]
    assert left != "pool-hold"
    kinds = ("pool_mobilize", "pool_hold", "semi_separating", "separating")
    assert sum(before[k] for k in kinds) == 1 + before["pool_hold"]


@pytest.mark.parametrize("row", ROWS)
def test_war_rises_with_the_prior_until_nobody_dares_to_attack(row: dict[str, float]) -> None:
    alpha, beta = row.get("gain_attack_weak", 1), row.get("gain_spare_tough", 1)
    mu = alpha / (alpha + beta)
    given = {k: x for k, x in row.items() if k != "prior_tough"}
    below = refined(**given, prior_tough=np.linspace(0.001, 0.999, 50) * mu)
    above = refined(**given, prior_tough=mu + (1 - mu) * np.linspace(0.001, 0.999, 50))
    cheap = row.get("signal_cost_weak", 1) < row.get("value_unattacked", 2)
    assert (above["prob_war"] == 0).all()
    assert (np.diff(below["prob_war"]) > 0).all() if cheap else (below["prob_war"] == 0).all()
    assert ((above["prob_attack"] == 0) == cheap).all()


@pytest.mark.parametrize("row", ROWS)
def test_a_dearer_bluff_lowers_war_in_a_straight_line(row: dict[str, float]) -> None:
    h = row.get("value_unattacked", 2)
    given = {k: x for k, x in row.items() if k != "signal_cost_weak"}
    costs = h * np.array([0.1, 0.3, 0.5, 0.7, 0.9, 1.1, 2])
    war = refined(**given, signal_cost_weak=costs)["prob_war"]
    assert (war[5:] == 0).all()
    if refined(**given, signal_cost_weak=h / 2)["equilibrium"] == "semi-separating":
        assert (war[:5] > 0).all()
        assert np.diff(war[:5], 2) == pytest.approx(np.zeros(3), abs=1e-12)
    else:
        assert (war == 0).all()


def test_the_pool_on_holding_needs_a_small_gain_of_the_tough() -> None:
    # At g_T = h it just survives: the tough are indifferent if whoever mobilizes is attacked.
    gains = [1.9, 2, 2.0001]
    assert MODEL.results("equilibria", signal_gain_tough=gains)["pool_hold"].tolist() == [
        True, True, False,
    ]  # fmt: skip
    for gain in gains:
        solved = MODEL.solved("equilibria", signal_gain_tough=gain)
        assert solved["pool_hold"] == (gain <= 2)
        assert MODEL.solved("refined", signal_gain_tough=gain)["equilibrium"] == "pool-mobilize"


def test_knife_edges_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"prior_tough = 0\.5, gain_attack_weak = 1.*not unique"):
        refined(prior_tough=0.5)
    with pytest.raises(ValueError, match="signal_cost_weak = 2, value_unattacked = 2"):
        refined(signal_cost_weak=2)
    # Just beside them both routes still agree.
    for row in ({"prior_tough": 0.5 - 1e-9}, {"prior_tough": 0.5 + 1e-9},
                {"signal_cost_weak": 2 - 1e-9}, {"signal_cost_weak": 2 + 1e-9}):  # fmt: skip
        closed, solved = refined(**row), MODEL.solved("refined", **row)
        assert closed.pop("equilibrium") == solved.pop("equilibrium")
        assert closed == pytest.approx(solved, rel=1e-9, abs=1e-9)
