"""Perfect deterrence: which equilibria exist, boundaries, refinements, and nobody deviates."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError, solve
from crisisgames.literature import get

MODEL = get("zagare-kilgour-2000-perfect-deterrence")
RNG = Random(2000)
ONE = [{**draw(MODEL, "unilateral", RNG), "equilibrium": "selected"} for _ in range(12)]
MUTUAL = [draw(MODEL, "generalized-set", RNG) for _ in range(12)]
CLASSES = ("certain-deterrence", "separating", "attack", "bluff")
KINDS = MODEL.cases["generalized"].quantities[-1].choices
BOXES = np.linspace(0.01, 0.99, 50)


def one(**given: Any) -> dict[str, Any]:
    return MODEL.results("unilateral", **given)


def exists(name: str, row: dict[str, Any]) -> bool:
    try:
        one(**{**row, "equilibrium": name})
    except GameError:
        return False
    return True


@pytest.mark.parametrize("row", ONE)
def test_all_sequential_equilibria_are_of_the_five_kinds(row: dict[str, Any]) -> None:
    found = one(**row)
    equilibria = solve(MODEL.game("unilateral", **row), exact=True)
    assert equilibria.complete
    for e in equilibria:
        play = [e.strategy["C"][kind,]["challenge"] for kind in ("hard", "soft")]
        y = e.strategy["D"]["soft", "challenged"]["resist"]
        if play == [0, 0]:  # certain deterrence, or a soft D resists often enough
            risk = row["credibility_d"] + (1 - row["credibility_d"]) * float(y)
            assert risk >= found["cutoff_deterrence"] - 1e-9
            continue
        stated = [found[f"prob_attack_{kind}"] for kind in ("hard", "soft")]
        assert [float(x) for x in play] == pytest.approx(stated, abs=1e-9)
        assert float(y) == pytest.approx(found["prob_resist_soft"], abs=1e-9)


def worth(row: dict[str, Any], kind: str, risk: float) -> float:
    """Return what a challenge is worth to a type of C: it then does what is best for it."""
    last = max(row[f"c_conflict_{kind}"], row["c_lose"])
    return (1 - risk) * row["c_win"] + risk * last


@pytest.mark.parametrize("row", ONE)
def test_exactly_one_class_exists_beside_steadfast_deterrence(row: dict[str, Any]) -> None:
    found = one(**row)
    assert [name for name in CLASSES if exists(name, row)] == [found["equilibrium"]]
    assert exists("steadfast-deterrence", row) == found["steadfast_exists"]
    assert found["cutoff_separation"] < found["cutoff_deterrence"]


@pytest.mark.parametrize("row", ONE)
@pytest.mark.parametrize("name", ["selected", "steadfast-deterrence"])
def test_nobody_gains_by_deviating(row: dict[str, Any], name: str) -> None:
    if name != "selected" and not exists(name, row):
        return
    found = one(**{**row, "equilibrium": name})
    p_c, p_d = row["credibility_c"], row["credibility_d"]
    risk = p_d + (1 - p_d) * found["prob_resist_soft"]
    for kind in ("hard", "soft"):
        gain, x = worth(row, kind, risk) - row["c_status_quo"], found[f"prob_attack_{kind}"]
        assert x == 0 or gain >= -1e-12
        assert x == 1 or gain <= 1e-12
    challenged = p_c * found["prob_attack_hard"] + (1 - p_c) * found["prob_attack_soft"]
    # Off the path: hard types are blamed for a challenge, or soft ones.
    belief = 0.0 if name == "steadfast-deterrence" else 1.0
    if challenged > 0:
        belief = p_c * found["prob_attack_hard"] / challenged
    gain = belief * row["d_conflict_soft"] + (1 - belief) * row["d_win"] - row["d_lose"]
    y = found["prob_resist_soft"]
    assert y == 0 or gain >= -1e-12
    assert y == 1 or gain <= 1e-12
    total = ("prob_status_quo", "prob_d_concedes", "prob_c_backs_down", "prob_conflict")
    assert sum(found[key] for key in total) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("row", ONE)
def test_steadfast_deterrence_is_not_left_by_d1(row: dict[str, Any]) -> None:
    found = one(**row)
    left = solve(MODEL.game("unilateral", **row), exact=True).d1()
    deterred = found["equilibrium"] == "certain-deterrence"
    assert left.complete
    assert left.bounds("status quo")[1] == pytest.approx(found["prob_status_quo"], abs=1e-12)
    assert (left.bounds("status quo")[1] == 1) == deterred


def test_boundaries_belong_to_the_upper_row() -> None:
    # c_t = 0.75, c_s = 0.5 and d_t = 0.5, in floats that are exact.
    given = {"c_conflict_hard": 1, "c_lose": -1, "c_conflict_soft": -2, "c_status_quo": 2,
             "c_win": 5}  # fmt: skip
    assert one(**given)["cutoff_deterrence"] == 0.75
    assert one(**given)["cutoff_separation"] == 0.5
    names = (((0.3, 0.75), "certain-deterrence"), ((0.3, 0.5), "separating"),
             ((0.5, 0.25), "attack"), ((0.25, 0.25), "bluff"))  # fmt: skip
    for (p_c, p_d), name in names:
        row = {**given, "credibility_c": p_c, "credibility_d": p_d}
        found = one(**row)
        assert found["equilibrium"] == name
        # It is an equilibrium there, by the solver as well.
        game = MODEL.game("unilateral", **row)
        low, high = solve(game, exact=True).bounds("conflict")
        assert low <= found["prob_conflict"] + 1e-12
        assert high >= found["prob_conflict"] - 1e-12
    assert not one(**given, credibility_d=0.75)["steadfast_exists"]


@pytest.mark.parametrize("row", ONE)
def test_where_soft_types_bluff_the_defenders_credibility_does_not_matter(
    row: dict[str, Any],
) -> None:
    found = one(**{**row, "credibility_d": BOXES})
    bluff = found["equilibrium"] == "bluff"
    if row["credibility_c"] >= found["cutoff_resistance"][0]:
        assert not bluff.any()
        return
    assert bluff.sum() > 1
    conflict = found["prob_conflict"][bluff]
    flat = row["credibility_c"] * found["cutoff_separation"][0]
    assert conflict == pytest.approx(flat, rel=1e-12)
    assert (np.diff(found["prob_resist_soft"][bluff]) < 0).all()


@pytest.mark.parametrize("row", ONE)
def test_a_satisfied_rival_is_easier_to_deter_and_a_way_out_makes_it_harder(
    row: dict[str, Any],
) -> None:
    before = one(**row)
    content = one(**{**row, "c_status_quo": row["c_status_quo"] + 0.05})
    retreat = one(**{**row, "c_lose": row["c_lose"] + 0.05})
    for key in ("cutoff_deterrence", "cutoff_separation"):
        assert content[key] < before[key]
    assert retreat["cutoff_separation"] > before["cutoff_separation"]
    assert retreat["cutoff_deterrence"] == before["cutoff_deterrence"]


def test_steadfast_deterrence_needs_a_weak_challenger_if_beliefs_are_monotone() -> None:
    p_c, p_d = np.meshgrid(BOXES, BOXES)
    found = one(credibility_c=p_c, credibility_d=p_d)
    assert (found["steadfast_exists"] == (p_d < found["cutoff_deterrence"])).all()
    weak = p_c < found["cutoff_resistance"]
    assert (found["steadfast_monotone"] == (found["steadfast_exists"] & weak)).all()
    assert found["steadfast_monotone"].any()


# Generalized mutual deterrence.


def attack_gain(row: dict[str, Any], side: str, kind: str, play: dict[str, float]) -> float:
    """Return what a type of a side gains by attacking, summed over the types of the other."""
    other = "b" if side == "a" else "a"
    v = {name: row[f"{side}_{name}"] for name in ("lose", "status_quo", "win")}
    war = row[f"{side}_conflict_{kind}"]
    gain, p = 0.0, row[f"credibility_{other}"]
    for their, chance in (("hard", p), ("soft", 1 - p)):
        x = play[f"prob_attack_{their}_{other}"]
        waits = v["status_quo"] * (1 - x) + max(war, v["lose"]) * x
        attacks = war * x + (war if their == "hard" else v["win"]) * (1 - x)
        gain += chance * (attacks - waits)
    return gain


@pytest.mark.parametrize("row", MUTUAL)
def test_every_equilibrium_listed_is_one_and_all_else_is_refused(row: dict[str, Any]) -> None:
    there = MODEL.results("generalized-set", **row)
    conflict = []
    for name in KINDS:
        if not there["exists_" + name.replace("-", "_")]:
            with pytest.raises(GameError, match="does not exist"):
                MODEL.results("generalized", **row, equilibrium=name)
            continue
        found = MODEL.results("generalized", **row, equilibrium=name)
        for side, kind in product("ab", ("hard", "soft")):
            x = found[f"prob_attack_{kind}_{side}"]
            gain = attack_gain(row, side, kind, found)
            assert 0 <= x <= 1
            assert x == 0 or gain >= -1e-12
            assert x == 1 or gain <= 1e-12
        ends = ("prob_status_quo", "prob_a_wins", "prob_b_wins", "prob_conflict")
        assert sum(found[key] for key in ends) == pytest.approx(1, abs=1e-12)
        conflict.append(found["prob_conflict"])
    assert there["number_of_equilibria"] == len(conflict)
    assert there["min_prob_conflict"] == min(conflict)
    assert there["max_prob_conflict"] == max(conflict)


@pytest.mark.parametrize("row", MUTUAL)
def test_deterrence_is_never_the_only_equilibrium(row: dict[str, Any]) -> None:
    p_a, p_b = np.meshgrid(BOXES, BOXES)
    found = MODEL.results("generalized-set", **{**row, "credibility_a": p_a, "credibility_b": p_b})
    other = found["exists_separating"] | found["exists_a_attacks"] | found["exists_b_attacks"]
    assert other.all()
    assert (found["number_of_equilibria"][found["exists_deterrence"]] > 1).all()
    assert found["exists_deterrence"].any()


def test_the_thresholds_of_hard_and_soft_types_are_not_ordered() -> None:
    rows = [draw(MODEL, "generalized-set", RNG) for _ in range(30)]
    t = MODEL.results("generalized-set")
    assert t["exists_deterrence"]
    gaps = set()
    for row in rows:
        a = {key: value for key, value in row.items() if key.startswith("a_")}
        b = {"b" + key[1:]: value for key, value in a.items()}
        found = MODEL.results("generalized", **a, **b, credibility_a=0.98, credibility_b=0.98)
        gaps.add(found["cutoff_deterrence_a"] > found["cutoff_attack_a"])
    assert gaps == {True, False}


def test_no_row_counts_on_its_boundary() -> None:
    # k = t = 1/2 on both sides.
    found = MODEL.results("generalized-set", credibility_a=0.5, credibility_b=0.5)
    assert found["number_of_equilibria"] == 0
    assert np.isnan(found["min_prob_conflict"])
    with pytest.raises(GameError, match="on this boundary"):
        MODEL.results("generalized", credibility_a=0.5, credibility_b=0.5)
    half = MODEL.results("generalized-set", credibility_a=0.5, credibility_b=0.4)
    assert half["number_of_equilibria"] == 1
    assert half["exists_a_attacks"]


# One-sided deterrence, and what is refused.


def test_an_indifferent_attacker_attacks() -> None:
    found = MODEL.results("one-sided", credibility_b=np.array([0.25, 0.5, 0.5000001]))
    assert found["cutoff_credibility"][0] == 0.5
    assert list(found["attacks"]) == [True, True, False]
    assert solve(MODEL.game("one-sided", credibility_b=0.5)).bounds("conflict") == (0, 0.5)
    assert MODEL.solved("one-sided", credibility_b=0.5)["prob_conflict"] == 0.5


def test_orders_and_missing_equilibria_are_named() -> None:
    with pytest.raises(GameError, match="c_conflict_soft < c_lose < c_conflict_hard"):
        one(c_lose=0.5)
    with pytest.raises(GameError, match="d_lose < d_win"):
        one(d_win=-0.5)
    with pytest.raises(GameError, match="there are: 'bluff', 'steadfast-deterrence'"):
        one(equilibrium="attack")
    grid = np.array([0.3, 0.6])
    with pytest.raises(GameError, match="'separating' does not exist"):
        one(equilibrium="separating", credibility_d=grid)


def test_a_boundary_that_floats_cannot_hit_is_no_surprise() -> None:
    # The cutoff is 2/3; the nearest float lies below it.
    row = {"credibility_d": 2 / 3, "equilibrium": "certain-deterrence"}
    assert one(**row)["prob_status_quo"] == 1
    with pytest.raises(GameError, match="on a boundary"):
        MODEL.solved("unilateral", **row)
