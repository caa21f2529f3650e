"""Crisis structures: which equilibria, who gives way, and what it matters that some are tough."""

from __future__ import annotations

from itertools import permutations, product
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import solve
from crisisgames.literature import get

MODEL = get("snyder-diesing-1977-crisis-2x2")
NAMES = ("temptation", "reward", "sucker", "punishment")
ORDERS = {"pd": "TRPS", "chicken": "TRSP", "leader": "TSRP", "hero": "STRP", "deadlock": "TPRS",
          "warlike": "PTRS"}  # fmt: skip
RNG = Random(1977)
PAIRS = [draw(MODEL, "cardinal", RNG) for _ in range(30)]
UNCERTAIN = [draw(MODEL, "uncertain", RNG) for _ in range(8)]


def cardinal(row: tuple[Any, ...], column: tuple[Any, ...]) -> dict[str, Any]:
    given = {f"row_{n}": v for n, v in zip(NAMES, row, strict=True)}
    given |= {f"column_{n}": v for n, v in zip(NAMES, column, strict=True)}
    return MODEL.results("cardinal", **given)


def ranks(order: str) -> tuple[int, ...]:
    return tuple(4 - ORDERS[order].index(outcome) for outcome in "TRSP")


@pytest.mark.parametrize(("one", "two"), list(product(ORDERS, repeat=2)))
def test_pure_equilibria_are_those_nobody_leaves(one: str, two: str) -> None:
    (t1, r1, s1, p1), (t2, r2, s2, p2) = ranks(one), ranks(two)
    found = cardinal(ranks(one), ranks(two))
    assert found["exists_cc"] == (r1 > t1 and r2 > t2)
    assert found["exists_cd"] == (s1 > p1 and t2 > r2)
    assert found["exists_dc"] == (t1 > r1 and s2 > p2)
    assert found["exists_dd"] == (p1 > s1 and p2 > s2)
    # Two by two, without ties: an odd number of equilibria.
    count = sum(found[f"exists_{k}"] for k in ("cc", "cd", "dc", "dd", "mixed"))
    assert count in (1, 3)
    assert (found["row_order"], found["column_order"]) == (one, two)


@pytest.mark.parametrize("row", PAIRS)
def test_in_the_mixed_equilibrium_nobody_gains(row: dict[str, float]) -> None:
    found = MODEL.results("cardinal", **row)
    x = {who: found[f"prob_firm_{who}"] for who in ("row", "column")}
    if not found["exists_mixed"]:
        assert np.isnan([*x.values(), found["prob_breakdown"], found["payoff_row"]]).all()
        return
    for own, other in (("row", "column"), ("column", "row")):
        t, r, s, p = (row[f"{own}_{n}"] for n in NAMES)
        firm = (1 - x[other]) * t + x[other] * p
        yields = (1 - x[other]) * r + x[other] * s
        assert firm == pytest.approx(yields, abs=1e-12)
        assert found[f"payoff_{own}"] == pytest.approx(firm, abs=1e-12)
        # The other's critical risk, not the own one, sets how firm a side is.
        assert x[own] == found[f"critical_risk_{other}"]
    assert found["prob_breakdown"] == pytest.approx(x["row"] * x["column"])


@pytest.mark.parametrize("row", PAIRS)
def test_exchanging_the_states_exchanges_all(row: dict[str, float]) -> None:
    swap = {"row": "column", "column": "row"}
    other = {f"{swap[k.split('_')[0]]}_{k.split('_')[1]}": v for k, v in row.items()}
    one, two = MODEL.results("cardinal", **row), MODEL.results("cardinal", **other)
    assert one["exists_cd"] == two["exists_dc"]
    for stem in ("critical_risk", "ellsberg_risk", "prob_firm", "payoff"):
        assert one[f"{stem}_row"] == pytest.approx(two[f"{stem}_column"], nan_ok=True)
    named = [f["structure"] for f in (one, two) if f["structure"] != "unnamed"]
    if one["row_order"] != one["column_order"]:
        assert len(named) < 2


@pytest.mark.parametrize("row", PAIRS)
def test_units_do_not_matter(row: dict[str, float]) -> None:
    other = {k: 3 * v + 2 if k.startswith("row") else v / 2 - 5 for k, v in row.items()}
    one, two = MODEL.results("cardinal", **row), MODEL.results("cardinal", **other)
    for key in ("critical_risk_row", "ellsberg_risk_column", "prob_firm_row", "prob_breakdown"):
        assert one[key] == pytest.approx(two[key], rel=1e-9, abs=1e-12, nan_ok=True)
    assert one["structure"] == two["structure"]


@pytest.mark.parametrize("row", UNCERTAIN)
def test_what_moves_the_critical_risk(row: dict[str, float]) -> None:
    base = MODEL.results("uncertain", **row)["critical_risk"]
    for name, step, sign in (("punishment", -0.1, -1), ("temptation", 0.1, 1), ("sucker", 0.1, -1),
                             ("reward", 0.05, -1)):  # fmt: skip
        moved = MODEL.results("uncertain", **{**row, name: row[name] + step})["critical_risk"]
        assert np.sign(moved - base) == sign, name


@pytest.mark.parametrize("row", UNCERTAIN)
def test_a_few_tough_states_crowd_out_bluffs(row: dict[str, float]) -> None:
    share = np.linspace(0, 1, 101)
    found = MODEL.results("uncertain", **{**row, "prob_tough": share})
    risk = found["critical_risk"][0]
    below = share < risk
    assert found["prob_breakdown"][below] == pytest.approx(np.full(below.sum(), risk**2))
    assert found["prob_breakdown"][~below] == pytest.approx(share[~below] ** 2)
    whole = share + (1 - share) * found["prob_firm_chicken_type"]
    assert found["prob_firm"] == pytest.approx(whole, abs=1e-12)
    sums = found["prob_breakdown"] + found["prob_one_yields"] + found["prob_compromise"]
    assert sums == pytest.approx(np.ones(101))


@pytest.mark.parametrize("tough", [0.02, 0.05, 0.0999])
def test_asymmetric_equilibria_break_down_with_the_share_of_the_tough(tough: float) -> None:
    found = solve(MODEL.game("uncertain", prob_tough=tough), exact=True)
    assert found.complete
    risks = sorted(float(e.probability("breakdown")) for e in found)
    assert risks == pytest.approx(sorted([tough, tough, 0.01]))


@pytest.mark.parametrize("tough", [0, 0.1, 1])
def test_both_routes_agree_at_the_edges(tough: float) -> None:
    closed = MODEL.results("uncertain", prob_tough=tough)
    assert MODEL.solved("uncertain", prob_tough=tough) == pytest.approx(closed, abs=1e-12)


def test_to_know_the_structure_makes_peace() -> None:
    # One known to be tough: Called Bluff, with one equilibrium, in which the other yields.
    found = solve(MODEL.game("structure", structure="called-bluff"), "nash")
    assert found.complete
    assert found.bounds(("D", "C")) == (1, 1)


def test_orders_must_be_strict_and_among_the_six() -> None:
    good = {"".join(order) for order in ORDERS.values()}
    for order in permutations("TRSP"):
        values = tuple(4 - order.index(outcome) for outcome in "TRSP")
        if "".join(order) in good:
            assert cardinal(values, values)["row_order"] in ORDERS
            continue
        with pytest.raises(ValueError, match=r"row_temptation.*row_punishment"):
            cardinal(values, (4, 3, 2, 1))
    with pytest.raises(ValueError, match="column_sucker"):
        cardinal((4, 3, 2, 1), (4, 3, 1, 1))
