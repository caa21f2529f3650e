"""Threats in Chicken: all equilibria, what deters, what is proportionate, what is credible."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError, solve
from crisisgames.literature import get

MODEL = get("brams-kilgour-1987-threat-escalation")
RNG = Random(1987)
NAIVE = [draw(MODEL, "naive", RNG) for _ in range(8)]
LEVELS = [draw(MODEL, "threat-level", RNG) for _ in range(12)]


def payoffs(s: Any, p: Any, t: Any, q: Any, row: dict[str, float]) -> tuple[Any, Any]:
    """Sum over who preempts and who retaliates, as the paper writes it."""
    r2, r3 = row["capitulation_row"], row["compromise_row"]
    c2, c3 = row["capitulation_column"], row["compromise_column"]
    both, over, under = (1 - s) * (1 - t), s * (1 - t) * (1 - q), (1 - s) * t * (1 - p)
    return both * r3 + over + under * r2, both * c3 + under + over * c2


def is_equilibrium(s: Any, p: Any, t: Any, q: Any, row: dict[str, float]) -> Any:
    """Payoffs are bilinear in a player's (s, p), (1 - s)(1 - p) included: corners suffice."""
    here = payoffs(s, p, t, q, row)
    corners = [(a, b) for a in (0, 1) for b in (0, 1)]
    best_row = np.max([payoffs(a, b, t, q, row)[0] for a, b in corners], axis=0)
    best_column = np.max([payoffs(s, p, a, b, row)[1] for a, b in corners], axis=0)
    return (best_row <= here[0] + 1e-12) & (best_column <= here[1] + 1e-12)


@pytest.mark.parametrize("row", NAIVE)
def test_least_threats_deter_and_smaller_ones_do_not(row: dict[str, float]) -> None:
    given = {key: row[key] for key in ("compromise_row", "compromise_column")}
    found = MODEL.results("deterrence", **given)
    q, p = found["retaliation_column"], found["retaliation_row"]
    assert is_equilibrium(0, p, 0, q, row)
    assert is_equilibrium(0, 1, 0, 1, row)
    assert not is_equilibrium(0, p - 1e-3, 0, q, row)
    assert not is_equilibrium(0, p, 0, q - 1e-3, row)


@pytest.mark.parametrize("row", NAIVE)
def test_no_other_equilibria_than_the_four_kinds(row: dict[str, float]) -> None:
    one = MODEL.results("naive", **row)
    # A grid that contains the least threats and the naive strategies.
    grid = np.linspace(0, 1, 9)
    s = np.append(grid, one["prob_defect_row"])
    t = np.append(grid, one["prob_defect_column"])
    p = np.append(grid, 1 - row["compromise_column"])
    q = np.append(grid, 1 - row["compromise_row"])
    s, p, t, q = np.meshgrid(s, p, t, q, indexing="ij")
    deters = (s == 0) & (t == 0) & (q >= 1 - row["compromise_row"])
    deters &= p >= 1 - row["compromise_column"]
    kinds = [
        deters,
        (s == 1) & (t == 0) & (q == 0),
        (s == 0) & (t == 1) & (p == 0),
        (p == 0) & (q == 0) & (s == one["prob_defect_row"]) & (t == one["prob_defect_column"]),
    ]
    assert all(kind.any() for kind in kinds)
    assert (is_equilibrium(s, p, t, q, row) == np.any(kinds, axis=0)).all()


@pytest.mark.parametrize("row", NAIVE)
def test_deterrence_takes_commitment_and_is_better_than_naive_play(row: dict[str, float]) -> None:
    game = MODEL.game("naive", **row)
    perfect = solve(game, "subgame-perfect", exact=True)
    assert perfect.complete
    assert len(perfect) == 3
    assert perfect.bounds("compromise")[1] < 1
    assert solve(game, "nash", exact=True).bounds("compromise")[1] == 1
    one = MODEL.results("naive", **row)
    assert one["payoff_row"] < row["compromise_row"]
    assert one["payoff_column"] < row["compromise_column"]
    given = payoffs(one["prob_defect_row"], 0, one["prob_defect_column"], 0, row)
    assert given == pytest.approx((one["payoff_row"], one["payoff_column"]), rel=1e-12)


def test_the_threat_falls_one_for_one_in_the_value_of_compromise() -> None:
    r3 = np.linspace(0.05, 0.95, 50)
    q = MODEL.results("deterrence", compromise_row=r3)["retaliation_column"]
    assert np.diff(q) == pytest.approx(-np.diff(r3), abs=1e-14)


@pytest.mark.parametrize("r3", [0.1, 0.5, 0.9])
def test_winding_down_calls_for_stiffer_threats_at_an_increasing_rate(r3: float) -> None:
    w = np.append(np.linspace(0, 0.99, 100), 1 - 1e-9)
    found = MODEL.results("deterrence", compromise_row=r3, winding_down=w)
    q = found["retaliation_column"]
    assert (np.diff(q) > 0).all()
    assert (np.diff(q[:-1], 2) > 0).all()
    assert q[-1] == pytest.approx(1, abs=1e-7)
    assert (found["payoff_row"] == r3).all()


def test_what_capitulation_is_worth_does_not_matter_for_deterrence() -> None:
    least = []
    for r2 in (0.05, 0.3, 0.55):
        game = MODEL.game("deterrence", compromise_row=0.6, winding_down=0.25,
                          capitulation_row=r2, capitulation_column=r2)  # fmt: skip
        found = [e for e in solve(game, "nash", exact=True) if e.probability("compromise") == 1]
        least.append(min(e.strategy["Column"]["C", "preempted"]["retaliate"] for e in found))
    assert least == [Fraction(8, 17)] * 3


def level(own: Any, other: Any, row: dict[str, float]) -> Any:
    r2, r3 = row["capitulation"], row["compromise"]
    return own * other * r3 + (1 - own) * other + own * (1 - other) * r2


@pytest.mark.parametrize("row", LEVELS)
def test_the_schedule_makes_every_preemption_worth_what_compromise_is(
    row: dict[str, float],
) -> None:
    x = np.linspace(0, 1, 101)
    found = MODEL.results("threat-level", **{**row, "preemption": x})
    assert level(1 - x, found["final_level"], row) == pytest.approx(row["compromise"], abs=1e-12)
    rho = found["retaliation_needed"]
    assert rho[0] == 0
    assert rho[-1] == pytest.approx(1 - row["compromise"], rel=1e-12)
    assert (np.diff(rho) > 0).all()
    assert (np.diff(rho, 2) < 1e-15).all()
    # To answer in kind is too little exactly where a preemptor gains from it.
    gains = level(1 - x, 1 - x, row) > row["compromise"] + 1e-12
    assert (found["more_than_proportionate"] == gains).all()


@pytest.mark.parametrize("row", LEVELS)
def test_tit_for_tat_deters_all_if_compromise_is_above_the_middle(row: dict[str, float]) -> None:
    x = np.linspace(0, 1, 2001)
    found = MODEL.results("threat-level", **{**row, "preemption": x})
    enough = row["compromise"] >= (1 + row["capitulation"]) / 2
    assert found["more_than_proportionate"].any() != enough
    assert (found["cutoff_proportional"][0] == 0) == enough


def test_tit_for_tat_just_deters_at_the_middle() -> None:
    x = np.linspace(0, 1, 101)
    at = MODEL.results("threat-level", capitulation=0.5, compromise=0.75, preemption=x)
    assert not at["more_than_proportionate"].any()
    below = MODEL.results("threat-level", capitulation=0.5, compromise=0.74, preemption=0.01)
    assert below["more_than_proportionate"]
    for r3 in (0.74, 0.75, 0.76):
        given = {"capitulation": 0.5, "compromise": r3, "preemption": 0.01}
        closed, solved = (f("threat-level", **given) for f in (MODEL.results, MODEL.solved))
        assert closed["cutoff_proportional"] == pytest.approx(
            solved["cutoff_proportional"], abs=1e-9
        )
        assert closed["more_than_proportionate"] == solved["more_than_proportionate"]


@pytest.mark.parametrize("row", LEVELS)
def test_small_steps_meet_credible_retaliation_and_faits_accomplis_do_not(
    row: dict[str, float],
) -> None:
    y = np.linspace(0, 1, 401)
    c = {
        "capitulation": row["capitulation_retaliator"],
        "compromise": row["compromise_retaliator"],
    }
    cutoff = MODEL.results("threat-level", **row)["cutoff_credible"]
    assert 0 < cutoff < 1
    for x in (cutoff / 2, cutoff - 1e-3, cutoff + 1e-3, 1):
        best = y[np.argmax(level(y, 1 - x, c))]
        found = MODEL.results("threat-level", **{**row, "preemption": x})
        assert best == (0 if x < cutoff else 1)
        assert found["retaliation_credible"] == (x < cutoff)


def test_without_commitment_a_fait_accompli_wins_all() -> None:
    game = MODEL.game("threat-level", preemption=1)
    perfect = solve(game, "subgame-perfect", exact=True)
    assert perfect.bounds("preempted") == (1, 1)
    assert perfect[0].payoffs["preemptor"] == 1
    # With it, full cooperation is an equilibrium.
    assert solve(game, "nash", exact=True).bounds("full cooperation")[1] == 1


def test_small_steps_are_deterred_by_what_is_credible() -> None:
    game = MODEL.game("threat-level", preemption=0.25)
    perfect = solve(game, "subgame-perfect", exact=True)
    assert perfect.bounds("full cooperation") == (1, 1)


def test_chicken_is_asked_for() -> None:
    with pytest.raises(GameError, match="capitulation_row < compromise_row"):
        MODEL.results("naive", capitulation_row=0.7, compromise_row=0.7)
    with pytest.raises(GameError, match="capitulation_retaliator < compromise_retaliator"):
        MODEL.results("threat-level", capitulation_retaliator=0.6)
