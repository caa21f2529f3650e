"""Mediators in Chicken: corners, rankings of institutions, formulas against programs, borders."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from crisisgames import solve
from crisisgames.literature import get
from crisisgames.literature.myerson_1986_communication_equilibrium import crashes, programs
from crisisgames.literature.reproduce import alike

MODEL = get("myerson-1986-communication-equilibrium")
NAMES = ("none", "no_reports", "reports", "omniscient")


def wide(count: int = 1000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1986)
    low, second, third, high = np.sort(rng.uniform(-5, 5, (4, count)), axis=0)
    return {
        "temptation": high,
        "reward": third,
        "sucker": second,
        "punishment": low,
        "punishment_tough": second + (high - second) * rng.uniform(0.001, 0.999, count),
        "prob_tough": rng.uniform(0.001, 0.999, count),
    }


def four(at: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {k: at[k] for k in ("temptation", "reward", "sucker", "punishment")}


def gains(x: np.ndarray, at: dict[str, np.ndarray]) -> np.ndarray:
    """Return what disobedience gains: x over (CC, CD, DC, DD), own action first, for A and B."""
    g, h = at["temptation"] - at["reward"], at["sucker"] - at["punishment"]
    cc, cd, dc, dd = np.moveaxis(x, -1, 0)
    return np.max([cc * g - cd * h, dd * h - dc * g, cc * g - dc * h, dd * h - cd * g], axis=0)


def test_the_five_corners_by_hand() -> None:
    at = wide(500)
    t, r, s, p = (at[k] for k in four(at))
    g, h = t - r, s - p
    zero = np.zeros_like(t)
    corners = np.stack([
        np.stack([zero, zero + 1, zero, zero], -1),
        np.stack([zero, zero, zero + 1, zero], -1),
        np.stack([h**2, g * h, g * h, g**2], -1) / ((g + h) ** 2)[:, None],
        np.stack([h, g, g, zero], -1) / (h + 2 * g)[:, None],
        np.stack([zero, h, h, g], -1) / (g + 2 * h)[:, None],
    ])  # fmt: skip
    assert (gains(corners, at) <= 1e-12).all()
    mean = np.stack([r, (s + t) / 2, (s + t) / 2, p], -1)
    payoffs = (corners * mean).sum(-1)
    found = MODEL.results("chicken", **four(at))
    assert found["payoff_best"] == pytest.approx(payoffs.max(0))
    assert found["payoff_worst"] == pytest.approx(payoffs.min(0))
    assert found["prob_both_yield_max"] == pytest.approx(corners[..., 0].max(0))
    assert found["prob_crash_max"] == pytest.approx(corners[..., 3].max(0))
    # Whatever else nobody gains by disobeying lies between.
    rng = np.random.default_rng(1)
    for _ in range(200):
        x = rng.dirichlet(np.ones(4) * rng.choice([0.3, 1, 3]), len(t))
        fits = gains(x, at) <= 0
        value = (x * mean).sum(-1)
        assert (value <= found["payoff_best"] + 1e-12)[fits].all()
        assert (value >= found["payoff_worst"] - 1e-12)[fits].all()
        assert (x[..., 3] <= found["prob_crash_max"] + 1e-12)[fits].all()


def test_advice_beats_turns_exactly_where_yielding_together_does() -> None:
    at = wide()
    t, r, s, p = (at[k] for k in four(at))
    found = MODEL.results("chicken", **four(at))
    turns, g, h = (t + s) / 2, t - r, s - p
    better = 2 * r > t + s
    assert found["payoff_best"][better] == pytest.approx(
        ((h * r + g * (t + s)) / (h + 2 * g))[better]
    )
    assert found["payoff_best"][~better] == pytest.approx(turns[~better])
    assert (found["payoff_mixed_nash"] <= found["payoff_best"] + 1e-12).all()
    assert (found["prob_crash_max"] > found["prob_crash_mixed_nash"]).all()


def test_who_knows_more_does_better() -> None:
    found = MODEL.results("tough-types", **wide())
    for key, sign in (("prob_crash", 1), ("payoff", -1)):
        for one, other in pairwise(NAMES):
            worse, better = (sign * found[f"{key}_{name}"] for name in (one, other))
            assert (worse >= better - 1e-8).all(), (key, one, other)
            assert (worse > better + 1e-6).any(), (key, one, other)


def test_the_formulas_for_crashes_are_the_optima_of_the_programs() -> None:
    at = wide()
    found = MODEL.results("tough-types", **at)
    _, best = programs(*at.values())
    q, phi = 1 - at["prob_tough"], at["prob_tough"]
    # Both dare: q²(1 - both yield - 2 one yields) + 2 q φ (1 - yields to tough) + φ²
    goal = np.stack([q**2, 2 * q**2, 2 * q * phi], -1), -(q**2) - 2 * q * phi - phi**2
    for name in NAMES[1:]:
        assert found[f"prob_crash_{name}"] == pytest.approx(-best(goal, name), abs=1e-7), name


def test_asking_saves_crashes_only_where_taking_turns_beats_yielding_together() -> None:
    at = wide(20_000)
    saved = crashes(*at.values())
    helps = saved["prob_crash_reports"] < saved["prob_crash_no_reports"] - 1e-12
    assert helps.any()
    assert (at["temptation"] + at["sucker"] > 2 * at["reward"])[helps].all()


def test_from_a_certain_doubt_on_no_mediator_is_needed() -> None:
    at = wide()
    g, h = at["temptation"] - at["reward"], at["sucker"] - at["punishment"]
    likely = at["prob_tough"] >= g / (g + h)
    found = MODEL.results("tough-types", **at)
    for name in NAMES:
        square = at["prob_tough"] ** 2
        assert found[f"prob_crash_{name}"][likely] == pytest.approx(square[likely], abs=1e-12)
    assert (found["prob_crash_none"][~likely] > at["prob_tough"][~likely] ** 2).all()


@pytest.mark.parametrize("phi", [0.5, 0.5 - 1e-6, 0.5 + 1e-6])
def test_the_border_of_the_quiet_equilibrium(phi: float) -> None:
    # g = h = 2: at φ = 1/2 there are both the quiet equilibrium and the others.
    row = {"temptation": 7, "reward": 5, "prob_tough": phi}
    closed, solved = MODEL.results("tough-types", **row), MODEL.solved("tough-types", **row)
    assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items())


def plans(at: dict[str, Any]) -> list[tuple[float, float]]:
    """Return crash and mean payoff of every pure equilibrium, by brute force."""
    t, r, s, p = (at[k] for k in ("temptation", "reward", "sucker", "punishment"))
    tough, phi = at["punishment_tough"], at["prob_tough"]
    table = {(0, 0): r, (0, 1): s, (1, 0): t}

    def worth(kind: int, own: int, other: tuple[int, int]) -> float:
        crash = tough if kind else p
        return sum(
            f * table.get((own, a), crash) for f, a in zip((1 - phi, phi), other, strict=True)
        )

    found = []
    for one, other in product(product((0, 1), repeat=2), repeat=2):
        if all(
            worth(k, mine[k], theirs) >= worth(k, 1 - mine[k], theirs)
            for mine, theirs in ((one, other), (other, one))
            for k in (0, 1)
        ):
            dares = [(1 - phi) * x[0] + phi * x[1] for x in (one, other)]
            pay = sum(
                f * worth(k, mine[k], theirs)
                for mine, theirs in ((one, other), (other, one))
                for k, f in enumerate((1 - phi, phi))
            )
            found.append((dares[0] * dares[1], pay / 2))
    return found


@pytest.mark.parametrize("phi", [0.05, 0.2, 0.32, 0.35, 0.7])
def test_without_a_mediator_all_equilibria_are_counted(phi: float) -> None:
    at = {q.name: q.default for q in MODEL.cases["tough-types"].quantities} | {"prob_tough": phi}
    found = MODEL.results("tough-types", prob_tough=phi)
    pure = plans(at)
    assert found["prob_crash_none"] <= min(crash for crash, _ in pure) + 1e-12
    assert found["payoff_none"] >= max(pay for _, pay in pure) - 1e-12
    mixed = list(solve(MODEL.game("tough-types", prob_tough=phi), "nash"))
    crash = min(float(e.probability(("dare", "dare"))) for e in mixed)
    assert found["prob_crash_none"] == pytest.approx(crash)


def test_the_order_of_payoffs_is_needed() -> None:
    with pytest.raises(ValueError, match="temptation > reward > sucker > punishment"):
        MODEL.results("chicken", reward=7.5)
    with pytest.raises(ValueError, match="sucker < punishment_tough < temptation"):
        MODEL.results("tough-types", punishment_tough=1)
