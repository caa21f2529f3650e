"""Mediation and peace: rankings, the mediator's rule by hand, borders by both routes, games."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.equilibria import least_war
from crisisgames.literature import get
from crisisgames.literature.horner_morelli_squintani_2015_mediation import dispute
from crisisgames.literature.reproduce import alike

MODEL = get("horner-morelli-squintani-2015-mediation")
RNG = Random(2015)
ROWS = [draw(MODEL, "mediator-rule", RNG) for _ in range(15)]
PEACE = ("no_talk", "talk", "mediation", "arbitration")


def wide(count: int = 20_000) -> dict[str, np.ndarray]:
    # Far beyond the box, up to the edges of the domain.
    rng = np.random.default_rng(2015)
    pie = rng.uniform(0.5, 1, count)
    p = rng.uniform(0.501, 0.999, count) * (1 - 0.5 / pie) + 0.5 / pie
    q = rng.uniform(0.001, 0.999, count)
    keep = (p > 0.5) & (p < 1) & (p * pie > 0.5001)
    return {"prob_strong": q[keep], "win_prob_strong": p[keep], "pie_after_war": pie[keep]}


def test_the_order_of_institutions_and_where_a_mediator_beats_talk() -> None:
    found = MODEL.results("institutions", **wide())
    none, talk, mediated, arbitrated = (found[f"prob_peace_{name}"] for name in PEACE)
    odds, gain = found["strength_odds"], found["strength_gain"]
    assert (none <= talk + 1e-12).all()
    assert (talk <= mediated + 1e-12).all()
    assert (mediated == arbitrated).all()
    assert (arbitrated <= 1 + 1e-12).all()
    better = (odds < gain) & ((gain < 1) | (odds > gain / 2))
    assert better.any()
    assert not better.all()
    assert ((mediated - talk > 1e-12) == better).mean() > 0.999  # all but those near a border
    assert (mediated - talk)[~better] == pytest.approx(0, abs=1e-12)
    assert (none[odds >= gain] == 1).all()
    assert (arbitrated[odds < gain * 0.999] < 1).all()


def test_fear_first_lowers_peace_and_then_raises_it() -> None:
    for p, pie in ((0.9, 0.8), (0.75, 0.75), (0.95, 0.85), (0.8, 0.7)):
        least = MODEL.results("least-peace", win_prob_strong=p, pie_after_war=pie)
        gain = 3 * least["strength_odds"]
        given = {"win_prob_strong": p, "pie_after_war": pie}
        odds = np.linspace(1e-3, 1, 2001) * gain
        found = MODEL.results("institutions", prob_strong=odds / (1 + odds), **given)
        v = found["prob_peace_mediation"]
        falls = odds < gain / 3
        assert (np.diff(v[falls]) < 0).all()
        assert (np.diff(v[~falls]) > 0).all()
        assert v.min() >= least["prob_peace"] - 1e-12
        at = MODEL.results("institutions", prob_strong=least["prob_strong"], **given)
        assert at["prob_peace_mediation"] == pytest.approx(least["prob_peace"], abs=1e-12)
        assert at["strength_odds"] == pytest.approx(least["strength_odds"])
        # At λ = γ mediation is continuous; talk and no talk jump to peace.
        assert v[-2] > 1 - 2e-3
        assert found["prob_peace_talk"][-2] < 0.95
        assert found["prob_peace_no_talk"][-2] < 0.75
        assert found["prob_peace_no_talk"][-1] == found["prob_peace_talk"][-1] == 1


def test_the_more_war_destroys_the_more_peace_a_mediator_keeps() -> None:
    given = wide(4000)
    less = given["pie_after_war"] * 0.99
    given = {k: v[given["win_prob_strong"] * less > 0.5001] for k, v in given.items()}
    war = [
        MODEL.results("institutions", **{**given, "pie_after_war": pie})["prob_war_mediation"]
        for pie in (given["pie_after_war"] * 0.99, given["pie_after_war"])
    ]
    assert (war[0] <= war[1] + 1e-12).all()


@pytest.mark.parametrize("row", ROWS)
def test_the_mediators_rule_constraint_by_constraint(row: dict[str, float]) -> None:
    # Every posterior by hand: what a type thinks after each proposal, and what each lie brings.
    found = MODEL.results("mediator-rule", **row)
    q, p, pie = (row[k] for k in ("prob_strong", "win_prob_strong", "pie_after_war"))
    b = found["split_unequal"]
    war = {("H", "H"): pie / 2, ("L", "L"): pie / 2, ("H", "L"): p * pie, ("L", "H"): (1 - p) * pie}
    rule = {
        ("H", "H"): {0.5: found["prob_equal_hh"]},
        ("H", "L"): {b: found["prob_unequal_hl"], 0.5: found["prob_equal_hl"]},
        ("L", "H"): {1 - b: found["prob_unequal_hl"], 0.5: found["prob_equal_hl"]},
        ("L", "L"): {
            0.5: found["prob_equal_ll"],
            b: found["prob_unequal_ll"],
            1 - b: found["prob_unequal_ll"],
        },
    }
    prior = {"H": q, "L": 1 - q}
    for drawn in rule.values():
        assert min(drawn.values()) >= -1e-12
        assert sum(drawn.values()) <= 1 + 1e-12

    def gain(true: str, said: str, x: float) -> float:
        return sum(
            f * rule[said, other].get(x, 0) * (x - war[true, other]) for other, f in prior.items()
        )

    splits = (0.5, b, 1 - b)
    for true in "HL":
        honest = sum(gain(true, true, x) for x in splits)
        assert all(gain(true, true, x) >= -1e-12 for x in splits)  # it accepts whatever it hears
        for said in "HL":
            assert honest >= sum(max(0, gain(true, said, x)) for x in splits) - 1e-12
    quiet = sum(prior[a] * prior[c] * sum(rule[a, c].values()) for a, c in product("HL", repeat=2))
    assert quiet == pytest.approx(found["prob_peace"], abs=1e-12)
    arbitrated = MODEL.results("arbitration-rule", **row)["prob_peace"]
    assert found["prob_peace"] == pytest.approx(arbitrated, abs=1e-12)


BORDERS = [  # q, p and θ, so that λ and γ are exact in decimals
    (0.2, 0.6875, 0.8),  # λ = γ/2, γ < 1
    (0.5, 0.75, 0.8),  # λ = γ = 1
    (0.2, 0.8125, 0.8),  # λ = (γ - 1)/2
    (0.375, 0.96875, 0.64),  # λ = 1/(1 + γ), γ < 1
    (0.2, 0.875, 0.64),  # λ = γ/(1 + γ), γ < 1
    (0.2, 0.75, 0.8),  # γ = 1
]


@pytest.mark.parametrize("at", BORDERS)
@pytest.mark.parametrize("beside", [-1e-7, 0, 1e-7])
def test_both_routes_on_the_borders_of_regimes(at: tuple[float, ...], beside: float) -> None:
    q, p, pie = at
    row = {"prob_strong": q + beside, "win_prob_strong": p, "pie_after_war": pie}
    for case in ("arbitration-rule", "talk-rule"):
        closed, solved = MODEL.results(case, **row), MODEL.solved(case, **row)
        assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items()), case
    if beside == 0:
        for case in ("institutions", "mediator-rule"):
            closed, solved = MODEL.results(case, **row), MODEL.solved(case, **row)
            assert all(alike(closed[k], v, 1e-9, 1e-9) for k, v in solved.items()), case


@pytest.mark.parametrize("row", ROWS[:4])
def test_more_splits_would_not_help_the_mediator(row: dict[str, float]) -> None:
    env = dispute(**row)
    finer = {*env.splits, *(Fraction(k, 20) for k in range(21))}
    found = least_war(env, "mediation", splits=finer)
    assert found.prob_peace == pytest.approx(
        MODEL.results("mediator-rule", **row)["prob_peace"], abs=1e-8
    )


def accepts(game: Any) -> set[tuple[int, ...]]:
    """Return by brute force who may accept in pure equilibrium: HL of A, then HL of B."""
    found = set()
    for plan in product((0, 1), repeat=4):
        plans = (plan[:2], plan[2:])

        def worth(side: int, own: int, act: int, plans: Any = plans) -> Fraction:
            total = Fraction(0)
            for other in (0, 1):
                pair = (own, other) if side == 0 else (other, own)
                types = tuple(game.types[s][k] for s, k in enumerate(pair))
                other_act = plans[1 - side][other]
                acts = (act, other_act) if side == 0 else (other_act, act)
                profile = tuple("accept" if a else "fight" for a in acts)
                total += Fraction(str(game.prior[types])) * Fraction(
                    str(game.payoffs[types][profile][side])
                )
            return total

        if all(
            worth(s, k, plans[s][k]) >= worth(s, k, 1 - plans[s][k]) for s in (0, 1) for k in (0, 1)
        ):
            found.add(plan)
    return found


@pytest.mark.parametrize("split", [0.5, 0.72, 0.776])
def test_who_accepts_a_split_without_talk(split: float) -> None:
    game = MODEL.game("institutions", split=split)
    q = Fraction(55, 100)
    own = (q, 1 - q)
    peace = {
        sum(own[i] * own[j] * a[i] * a[2 + j] for i in (0, 1) for j in (0, 1))
        for a in accepts(game)
    }
    low, high = solve(game, "nash", exact=True).bounds("peace")
    assert (low, high) == (min(peace), max(peace))
