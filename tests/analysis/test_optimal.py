"""Optimal design: war against cost over settings, at the worst and at the selected equilibrium."""

from __future__ import annotations

import json

import numpy as np
import pytest

from crisisgames import (
    Bargaining,
    CrisisGamesError,
    GameError,
    Hotline,
    Incident,
    Ladder,
    Mediator,
    NotApplicable,
    Notification,
    UnknownName,
    compare,
    optimal_design,
)

OVER = {"answered": [0.5, 1.0], "verification": [0.0, 0.3, 0.6]}


def cost(line):
    return 0.03 * line.answered + 0.1 * line.verification**2


@pytest.fixture(scope="module")
def found():
    return optimal_design(Incident(), Hotline("theatre"), OVER, cost, rule="least war")


def test_each_design_is_what_compare_says_of_it(found):
    shown = compare(Incident(), found.mechanisms, rule="least war").dataset.sel(outcome="war")
    assert found.dataset.design.values.tolist() == shown.mechanism.values.tolist()
    for value, name in (("worst", "high"), ("best", "low"), ("selected", "selected")):
        assert found.dataset.war.sel(value=value).values == pytest.approx(shown[name].values)
    price = [cost(m) for m in found.mechanisms]
    assert found.dataset.cost.values == pytest.approx(price)
    for value, name in (("worst", "low"), ("best", "high"), ("selected", "selected")):
        expected = shown[f"welfare_{name}"].values - price
        assert found.dataset.welfare.sel(value=value).values == pytest.approx(expected)


def test_the_best_is_the_best_of_all_and_the_cheapest_of_these(found):
    table = found.table()
    for value in ("worst", "best", "selected"):
        for budget in (None, 0.03, 0.05):
            cheap = table[table.cost <= (budget or 1)]
            war = cheap[f"P(war), {value}"]
            row = cheap[war <= war.min() + 1e-9].sort_values("cost").iloc[0]
            assert found.best("war", value, budget=budget).label == row.name
    # Silence survives every setting: at the worst equilibrium nothing is worth its cost.
    assert found.best("war", "worst").settings["verification"] == 0
    assert found.best("war", "selected").settings == {
        **Hotline("theatre").settings, "answered": 1.0, "verification": 0.6
    }  # fmt: skip
    assert found.best("welfare", "selected").verification == 0.6


def test_the_pareto_front_is_what_nothing_beats(found):
    table = found.table()
    for value in ("worst", "selected"):
        war, price = table[f"P(war), {value}"].to_numpy(), table.cost.to_numpy()
        beaten = [
            any(((war <= w + 1e-9) & (price <= p)) & ((war < w - 1e-9) | (price < p)))
            for w, p in zip(war, price, strict=True)
        ]
        front = found.pareto(value)
        assert set(front.index) == set(table.index[~np.array(beaten)])
        assert front.cost.is_monotonic_increasing


def test_weights_count_players_apart():
    over = {"strength": [0.0, 0.5, 1.0]}
    for player in ("A", "B"):
        found = optimal_design(
            Incident(), Notification, over, lambda m: 0.0, weights={player: 2.0}, rule="least war"
        )
        shown = compare(Incident(), found.mechanisms, rule="least war").dataset.sel(player=player)
        for value, name in (("worst", "low"), ("best", "high"), ("selected", "selected")):
            assert found.dataset.welfare.sel(value=value).values == pytest.approx(
                2 * shown[f"payoff_{name}"].values
            )


def test_draws_and_other_crises(tmp_path):
    drawn = optimal_design(
        Incident(), Notification, {"strength": (0.2, 0.8)}, lambda m: m.strength, draws=4, seed=3,
        rule="least war",
    )  # fmt: skip
    assert drawn.dataset.sizes["design"] == 4
    assert ((drawn.dataset.strength > 0.2) & (drawn.dataset.strength < 0.8)).all()
    again = json.dumps(drawn.to_dict())
    assert json.loads(again)["designs"][0]["cost"] == pytest.approx(float(drawn.dataset.cost[0]))
    ladder = optimal_design(Ladder(rungs=1), Hotline, {"answered": [0.0, 1.0]}, lambda m: 1)
    assert "War is rarest in the worst equilibrium" in ladder.explain()
    assert "2 designs" in ladder.explain()
    ladder.plot().figure.savefig(tmp_path / "designs.png")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"over": {"answerd": [1]}}, "no setting of hotline named 'answerd'; did you mean"),
        ({"over": {}}, "give {setting: values}"),
        ({"over": {"answered": 0.5}}, "give a list"),
        ({"over": {"answered": [1.5]}}, "answered is 1.5"),
        ({"over": {"answered": (0.9, 0.1)}, "draws": 3}, "low above its high"),
        ({"over": {"answered": np.linspace(0, 1, 2001)}}, "2,000|2000"),
        ({"cost": lambda m: None}, "the cost of hotline .* is no number"),
        ({"weights": {"Z": 1}}, "no player named 'Z'"),
        ({"mechanism": "hotline"}, "give one mechanism with settings"),
        ({"mechanism": Mediator(), "over": {"answered": [1]}}, "no setting of mediator"),
        ({"crisis": Bargaining()}, "hotline means nothing"),
    ],
)
def test_bad_input_says_what_is_wrong(changes, said):
    given = {"crisis": Incident(), "mechanism": Hotline(), "over": {"answered": [0.5]},
             "cost": cost, **changes}  # fmt: skip
    with pytest.raises(CrisisGamesError, match=said):
        optimal_design(**given)


def test_bad_questions(found):
    with pytest.raises(UnknownName, match="no goal named 'peace'"):
        found.best("peace")
    with pytest.raises(UnknownName, match="no value named 'mean'"):
        found.pareto("mean")
    with pytest.raises(NotApplicable, match=r"no design costs 0.001 or less; the cheapest costs"):
        found.best(budget=0.001)
    with pytest.raises(GameError, match="draws is 0"):
        optimal_design(Incident(), Hotline, {"answered": (0, 1)}, cost, draws=0)
