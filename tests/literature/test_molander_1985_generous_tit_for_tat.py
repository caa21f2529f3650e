"""Generosity and contrition: what each repairs, what each costs, how much is too much."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import best_reply
from crisisgames.literature import get

MODEL = get("molander-1985-generous-tit-for-tat")
RNG = Random(1985)
MATCHES = [draw(MODEL, "match", RNG) for _ in range(12)]
BOUNDS = [draw(MODEL, "generosity-bound", RNG) for _ in range(12)]
STAGE = ("temptation", "reward", "punishment", "sucker")


def match(row: str, column: str, **given: Any) -> dict[str, Any]:
    return MODEL.results("match", row=row, column=column, **given)


def bound(**given: Any) -> dict[str, Any]:
    return MODEL.results("generosity-bound", **given)


def stage(given: dict[str, Any]) -> dict[str, Any]:
    return {key: given[key] for key in STAGE}


def noise(given: dict[str, Any]) -> dict[str, Any]:
    names = ("implementation_noise", "perception_noise")
    return {**stage(given), **{key: given[key] for key in names}}


@pytest.mark.parametrize("row", MATCHES)
def test_shares_sum_to_one_and_labels_do_not_matter(row: dict[str, Any]) -> None:
    found = MODEL.results("match", **row)
    swapped = MODEL.results("match", **{**row, "row": row["column"], "column": row["row"],
        "row_generosity": row["column_generosity"],
        "column_generosity": row["row_generosity"]})  # fmt: skip
    assert sum(found[f"prob_{k}"] for k in ("cc", "cd", "dc", "dd")) == pytest.approx(1, abs=1e-14)
    assert found["payoff_row"] == pytest.approx(swapped["payoff_column"], rel=1e-12)
    assert found["prob_cd"] == pytest.approx(swapped["prob_dc"], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("row", MATCHES)
def test_tit_for_tat_forgets_the_size_of_the_noise(row: dict[str, Any]) -> None:
    found = match("tit-for-tat", "tit-for-tat", **noise(row))
    mean = sum(row[key] for key in STAGE) / 4
    assert found["payoff_row"] == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize("row", MATCHES)
def test_contrition_does_not_mend_misreadings(row: dict[str, Any]) -> None:
    eta = max(row["perception_noise"], 0.01)
    given = {**stage(row), "implementation_noise": 0, "perception_noise": eta}
    found = match("contrite", "contrite", **given)
    assert [found[f"prob_{k}"] for k in ("cc", "cd", "dc", "dd")] == pytest.approx([0.25] * 4)


@pytest.mark.parametrize("eps", [1e-12, 1e-6, 0.01, 0.1, 0.3, 0.49])
def test_contrition_mends_own_mistakes(eps: float) -> None:
    # The sheer counting of standings: both good, or one of them bad, never both.
    found = match("contrite", "contrite", implementation_noise=eps, perception_noise=0)
    k = 1 + 2 * eps
    both = ((1 - eps) ** 2 + 2 * eps**2 * (1 - eps)) / k
    none = (eps**2 + 2 * eps**2 * (1 - eps)) / k
    assert found["prob_cc"] == pytest.approx(both, rel=1e-12)
    assert found["prob_dd"] == pytest.approx(none, rel=1e-12)
    assert found["prob_cd"] == pytest.approx((1 - both - none) / 2, rel=1e-9)


@pytest.mark.parametrize("eps", [1e-12, 1e-4, 0.01, 0.1])
def test_generous_defection_rate(eps: float) -> None:
    g = 0.3
    found = MODEL.results("reactive", implementation_noise=eps, row_after_d=g, column_after_d=g)
    rate = eps / (1 - (1 - 2 * eps) * (1 - g))
    assert found["prob_dd"] == pytest.approx(rate**2, rel=1e-3 if eps < 1e-9 else 1e-9, abs=1e-20)
    assert 1 - found["coop_rate_row"] == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize("noises", [(0.01, 0), (0.1, 0), (0, 0.01), (0, 0.1)])
def test_ranking_against_itself(noises: tuple[float, float]) -> None:
    given = {"implementation_noise": noises[0], "perception_noise": noises[1]}
    contrite, generous, plain = (
        match(name, name, **given)["payoff_row"] for name in ("contrite", "generous", "tit-for-tat")
    )
    if noises[0]:
        assert contrite > generous > plain
    else:
        assert generous > contrite == pytest.approx(plain, abs=1e-12)


@pytest.mark.parametrize("eps", [0.01, 0.05, 0.1])
def test_against_one_who_always_defects(eps: float) -> None:
    contrite, generous, plain = (
        match(name, "always-defect", implementation_noise=eps)["payoff_row"]
        for name in ("contrite", "generous", "tit-for-tat")
    )
    assert plain >= contrite > generous
    assert plain - contrite < (plain - generous) / 10


def test_tiny_noises_keep_their_digits() -> None:
    # Exact rationals from the library beside the floats of the closed form.
    for row, column, eps, eta in (
        ("contrite", "tit-for-tat", 1e-11, 0),
        ("contrite", "contrite", 1e-11, 1e-9),
        ("contrite", "generous", 1e-11, 1e-13),
    ):
        game = MODEL.game("match", implementation_noise=eps, perception_noise=eta)
        exact = game.match(row, column, exact=True)
        found = match(row, column, implementation_noise=eps, perception_noise=eta)
        values = [found[f"prob_{k}"] for k in ("cc", "cd", "dc", "dd")]
        assert values == pytest.approx([float(x) for x in exact.shares.values()], rel=1e-12)


@pytest.mark.parametrize("row", BOUNDS)
def test_generosity_pays_up_to_the_bound(row: dict[str, Any]) -> None:
    g = np.linspace(0, 1, 21)
    found = MODEL.results("reactive", **row, row_after_d=g, column_after_d=g)
    assert (np.diff(found["payoff_row"]) > 0).all()


@pytest.mark.parametrize("row", BOUNDS[:5])
def test_the_bound_is_where_the_best_reply_changes(row: dict[str, Any]) -> None:
    game, most = MODEL.game("generosity-bound", **row), bound(**row)["generosity_bound"]
    for g in (most - 0.01, most + 0.01):
        if 0 <= g <= 1:
            reply = best_reply(game, game.strategy("generous", "column", generosity=g))
            kind = {"trusting": "cooperate", "answering": "cooperate"}
            assert (kind in reply.choices) == (g < most)
            assert reply.attained


@pytest.mark.parametrize("row", BOUNDS)
def test_noise_calls_for_less_generosity(row: dict[str, Any]) -> None:
    eps = np.linspace(0, 0.45, 46)
    found = bound(**{**row, "implementation_noise": eps})
    assert (np.diff(found["generosity_bound"]) < 0).all()
    assert found["generosity_bound"][0] == pytest.approx(found["classical_bound"][0], rel=1e-12)


def test_no_generosity_is_safe_where_to_go_on_defecting_always_pays() -> None:
    # A costly sucker's payoff: after its own accident a side would rather not make amends.
    row = {"temptation": 1, "reward": 0.5, "punishment": 0, "sucker": -9.5,
           "implementation_noise": 0.2}  # fmt: skip
    found = bound(**row)
    assert found["bound_after_cooperation"] > 0.4
    assert found["generosity_bound"] == -np.inf
    assert MODEL.solved("generosity-bound", **row) == pytest.approx(found)
    game = MODEL.game("generosity-bound", **row)
    for g in (0, Fraction(2, 5), 1):
        reply = best_reply(game, game.strategy("generous", "column", generosity=g))
        assert {"trusting": "cooperate", "answering": "cooperate"} not in reply.choices


def test_noises_cannot_both_be_zero() -> None:
    with pytest.raises(ValueError, match="implementation_noise = 0, perception_noise = 0"):
        match("generous", "generous", implementation_noise=0)
    with pytest.raises(ValueError, match="temptation > reward"):
        match("generous", "generous", reward=6)
