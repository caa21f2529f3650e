"""Deterrence with imperfect attribution: all cutoffs, what deters, and who hides behind whom."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
import sympy as sp
from draws import draw

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.literature import get

MODEL = get("baliga-bdm-wolitzky-2020-imperfect-attribution")
RNG = Random(2020)
ROWS = [draw(MODEL, "symmetric", RNG) for _ in range(60)]
PAIRS = [draw(MODEL, "two-attackers", RNG) for _ in range(12)]
THREE = {"attackers": 1, "prob_opportunity": 0.95, "attribution": 0.5, "misattribution": 0,
         "false_alarm": 0.2, "taste_min": 0.12, "taste_max": 0.24}  # fmt: skip


def symmetric(**given: Any) -> dict[str, Any]:
    return MODEL.results("symmetric", **given)


def two(**given: Any) -> dict[str, Any]:
    return MODEL.results("two-attackers", **given)


def deterred(row: dict[str, Any], attack: Any, retaliates: Any) -> Any:
    """Return the right-hand side of the condition for a cutoff, from the formulas in the sheet."""
    n, a, m, f = (row[k] for k in ("attackers", "attribution", "misattribution", "false_alarm"))
    seen = (1 - attack) * f + attack * (a + m)
    total = (a - f / n) * retaliates(attack * a / seen)
    if n > 1:
        total += (m - (n - 1) * f / n) * retaliates(attack * m / (n - 1) / seen)
    silence = (1 - attack) * (1 - f) + attack * (1 - a - m)
    return total - (a + m - f) * retaliates(attack / n * (1 - a - m) / silence)


@pytest.mark.parametrize("row", [*ROWS, {**THREE, "gain_max": 1}])
def test_cutoffs_are_where_the_condition_changes_sign(row: dict[str, Any]) -> None:
    span, top = row["taste_max"] - row["taste_min"], row["gain_max"]

    def missing(x: Any) -> Any:
        attack = row["prob_opportunity"] * (1 - x / top)
        return x - deterred(row, attack, lambda b: np.clip((row["taste_max"] - 1 + b) / span, 0, 1))

    found = symmetric(**row)
    for cutoff in found["cutoffs"]:
        assert missing(np.array(cutoff)) == pytest.approx(0, abs=1e-9) or (
            cutoff == 0 and missing(np.array(0.0)) >= 0
        )
    grid = np.linspace(0, top, 20_002)[:-1]
    signs = np.sign(missing(grid))
    changes = np.count_nonzero(np.diff(signs[signs != 0])) + (signs[0] >= 0)
    assert len(found["cutoffs"]) == changes
    assert found["cutoff"] == found["cutoffs"][-1]


@pytest.mark.parametrize("row", [{**THREE}, {"attackers": 4, "misattribution": 0.25}])
def test_the_cutoffs_are_proved_to_be_all(row: dict[str, Any]) -> None:
    given = {q.name: q.default for q in MODEL.cases["symmetric"].quantities} | row
    x, own = sp.symbols("x own")
    exact = {k: sp.Rational(str(v)) for k, v in given.items()}
    low, high = exact["taste_min"], exact["taste_max"]
    attack = exact["prob_opportunity"] * (1 - x / exact["gain_max"])
    right = deterred(exact, attack, lambda b: sp.Min(1, sp.Max(0, (high - 1 + b) / (high - low))))
    found = cutoff_equilibria(CutoffRule(x, (0, exact["gain_max"]), own - right, type=own))
    assert found.complete
    assert [e.cutoffs["x"] for e in found] == pytest.approx(symmetric(**row)["cutoffs"], abs=1e-12)


@pytest.mark.slow
def test_the_pair_is_proved_to_be_the_only_one() -> None:
    x, y, s, t = sp.symbols("x y s t")
    a, m, f, top = (sp.Rational(v, 20) for v in (12, 4, 1, 16))
    one, other = (sp.Rational(3, 10) * (1 - z / g) for z, g in ((x, 2), (y, 1)))

    def right(own: Any, rival: Any) -> Any:
        none = 1 - own - rival
        beliefs = [
            (a - f / 2, own * a, own * a + rival * m + none * f / 2),
            (m - f / 2, own * m, rival * a + own * m + none * f / 2),
            (f - a - m, own * (1 - a - m), (own + rival) * (1 - a - m) + none * (1 - f)),
        ]
        return sum(c * sp.Max(0, (top - 1 + up / down) / top) for c, up, down in beliefs)

    rules = (
        CutoffRule(x, (0, 2), s - right(one, other), type=s),
        CutoffRule(y, (0, 1), t - right(other, one), type=t),
    )
    found = cutoff_equilibria(rules)
    assert found.complete
    [pair] = found
    assert pair.best_reply
    closed = two()
    assert [closed["cutoff_1"], closed["cutoff_2"]] == pytest.approx(list(pair.cutoffs.values()))


@pytest.mark.parametrize("name", ["false_alarm", "misattribution"])
def test_worse_signals_deter_less_at_the_defaults(name: str) -> None:
    found = symmetric(**{name: np.linspace(0, 0.3, 31)})
    assert (np.diff(found["prob_attack"]) > 0).all()
    # An attack that was blamed on another is now blamed on who did it, or not noticed.
    if name == "misattribution":
        right = symmetric(misattribution=0.05, attribution=0.75)
        unseen = symmetric(misattribution=0.05)
        assert right["cutoff"] > unseen["cutoff"] > symmetric()["cutoff"]


def test_one_cutoff_if_the_defender_may_not_care_at_all() -> None:
    for _ in range(200):
        row = {**draw(MODEL, "symmetric", RNG), "taste_min": 0}
        assert len(symmetric(**row)["cutoffs"]) == 1


def test_signals_deter_nobody_where_everybody_attacks() -> None:
    found = symmetric(**THREE)
    assert len(found["cutoffs"]) == 3
    assert found["cutoffs"][0] == 0
    assert 0 < found["cutoffs"][1] < found["cutoffs"][2]


def bolder(row: dict[str, Any], given: dict[str, float]) -> bool:
    """Say whether the second attacks more often if the first is more aggressive."""
    return bool(two(**{**row, **given})["cutoff_2"] <= two(**row)["cutoff_2"] + 1e-12)


@pytest.mark.parametrize("row", PAIRS)
def test_an_aggressive_attacker_makes_the_other_bold(row: dict[str, Any]) -> None:
    # Given that an attack makes it likelier that another is blamed: m >= f / 2.
    row = {**row, "misattribution": max(row["misattribution"], row["false_alarm"] / 2)}
    row["attribution"] = min(row["attribution"], 1 - row["misattribution"])
    left = 1 - row["prob_opportunity_1"] - row["prob_opportunity_2"]
    assert bolder(row, {"gain_max_1": 2 * row["gain_max_1"]})
    assert bolder(row, {"prob_opportunity_1": row["prob_opportunity_1"] + 0.9 * left})


def test_it_may_make_the_other_shy_where_attacks_rule_out_false_alarms() -> None:
    # Who is named by mistake is then named in peace, of which there is less.
    row = {"misattribution": 0, "false_alarm": 0.3}
    assert not bolder(row, {"gain_max_1": 4})
    assert not bolder(row, {"prob_opportunity_1": 0.5})


@pytest.mark.parametrize("row", [r for r in ROWS if r["attackers"] == 2][:8])
def test_two_alike_are_the_symmetric_case(row: dict[str, Any]) -> None:
    one = symmetric(**{**row, "taste_min": 0})
    shared = {k: row[k] for k in ("attribution", "misattribution", "false_alarm", "taste_max")}
    each = row["prob_opportunity"] / 2
    pair = two(**shared, prob_opportunity_1=each, prob_opportunity_2=each,
               gain_max_1=row["gain_max"], gain_max_2=row["gain_max"])  # fmt: skip
    assert pair["cutoff_1"] == pytest.approx(one["cutoff"], abs=1e-9)
    assert pair["cutoff_2"] == pytest.approx(one["cutoff"], abs=1e-9)


@pytest.mark.parametrize("row", ROWS)
def test_beliefs_and_replies_are_probabilities(row: dict[str, Any]) -> None:
    found = symmetric(**row)
    for kind in ("named", "other", "null"):
        belief, reply = found[f"belief_{kind}"], found[f"prob_retaliate_{kind}"]
        assert (0 <= belief <= 1 and 0 <= reply <= 1) or row["attackers"] == 1
    if row["attackers"] > 1:
        # Whoever is named did it, or another did, or nobody: guilt is shared out.
        guilt = found["belief_named"] + (row["attackers"] - 1) * found["belief_other"]
        assert guilt <= 1 + 1e-12
        assert (
            found["belief_named"] > found["belief_other"]
            or found["prob_attack"] == 0
            or (row["attribution"] < row["misattribution"] / (row["attackers"] - 1))
        )


def test_small_gains_are_deterred_where_nobody_is_blamed_for_nothing() -> None:
    # Without false alarms a name proves an attack, so that even rare attacks are answered.
    found = symmetric(gain_max=0.2, false_alarm=0)
    assert found["cutoffs"] == (0.2,)
    assert found["prob_attack"] == 0
    assert found["belief_named"] == pytest.approx(0.7 / 0.8)
    near = symmetric(gain_max=0.2, false_alarm=1e-7)
    assert near["cutoff"] == pytest.approx(0.2, abs=1e-5)
    assert MODEL.solved("symmetric", gain_max=0.2, false_alarm=0)["cutoff"] == pytest.approx(0.2)
    pair = two(gain_max_1=0.2, gain_max_2=0.1, false_alarm=0)
    assert pair["prob_attack_1"] == pair["prob_attack_2"] == 0


def test_useless_signals_deter_nobody() -> None:
    # Hardly likelier to be named if it attacks, and too tolerant a defender.
    found = symmetric(attribution=0.4, misattribution=0.2, false_alarm=0.5, taste_max=0.3,
                      prob_opportunity=0.3)  # fmt: skip
    assert found["cutoffs"] == (0,)
    assert found["prob_attack"] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("case", "given", "message"),
    [
        ("symmetric", {"attribution": 0.8, "misattribution": 0.3}, "attribution . misattribution"),
        ("symmetric", {"attackers": 1, "misattribution": 0.1}, "with one attacker"),
        ("symmetric", {"attribution": 0.1, "false_alarm": 0.3}, "false_alarm / attackers"),
        ("symmetric", {"taste_min": 0.9}, "taste_min < taste_max"),
        ("two-attackers", {"prob_opportunity_1": 0.8}, "<= 1"),
        ("two-attackers", {"attribution": 0.4, "false_alarm": 0.9}, "false_alarm / 2"),
    ],
)
def test_bad_arguments_together(case: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        MODEL.results(case, **given)
