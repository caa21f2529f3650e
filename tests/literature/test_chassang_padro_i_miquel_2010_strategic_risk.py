"""Strategic risk: thresholds by iterated best replies, all equilibria of the exit game, weapons."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import GameError, solve
from crisisgames.literature import chassang_padro_i_miquel_2010_strategic_risk as module

MODEL = module.MODEL
RNG = Random(2010)
SHOTS = [draw(MODEL, "one-shot", RNG) for _ in range(6)]
GAMES = [draw(MODEL, "exit-game", RNG) for _ in range(6)]


def exit_game(**given: Any) -> dict[str, Any]:
    return MODEL.results("exit-game", **given)


def wide(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2010)
    war = rng.normal(0, 2, count)
    return {
        "war_payoff": war,
        "attack_payoff": war + np.exp(rng.uniform(-3, 1.5, count)),
        "victim_payoff": war - np.exp(rng.uniform(-3, 1.5, count)),
        "peace_mean": rng.normal(1, 1, count),
        "peace_sd": np.exp(rng.uniform(-1.5, 1.5, count)),
        "discount": rng.uniform(0, 0.97, count),
    }


@pytest.mark.parametrize("row", SHOTS)
def test_best_replies_lead_from_both_extremes_to_the_noisy_cutoff(row: dict[str, float]) -> None:
    # From payoffs: states uniform about the signal, and the other's signal uniform about the state.
    width = row["noise_width"]
    places = (np.arange(2000) + 0.5) / 2000 - 0.5
    found = MODEL.results("one-shot", **row)

    def gain(signal: float, cutoff: float) -> float:
        states = signal + width * places
        attacked = np.clip((cutoff - states) / width + 0.5, 0, 1)
        peace = (1 - attacked) * states + attacked * row["victim_payoff"]
        attack = (1 - attacked) * row["attack_payoff"] + attacked * row["war_payoff"]
        return float((peace - attack).mean())

    def reply(cutoff: float) -> float:
        left, right = low - width, high + width
        for _ in range(40):
            middle = (left + right) / 2
            left, right = (left, middle) if gain(middle, cutoff) > 0 else (middle, right)
        return left

    own = found["cutoff_noisy"]
    low = row["attack_payoff"] - width
    high = row["attack_payoff"] + row["war_payoff"] - row["victim_payoff"] + width
    assert reply(own) == pytest.approx(own, abs=1e-6)
    for end in (low, high):
        cutoff, side = end, np.sign(own - end)
        for _ in range(30):
            after = reply(cutoff)
            assert side * after >= side * cutoff  # towards the equilibrium, and not beyond it
            cutoff = after
        assert -1e-6 < side * (own - cutoff) < 0.1 * (high - low)
    # And all other types agree: attack below, peace above.
    for off in np.linspace(0.001, 1.5, 40):
        assert gain(own - off * width, own) < 0 < gain(own + off * width, own)


@pytest.mark.parametrize("row", SHOTS)
def test_with_complete_information_peace_is_an_equilibrium_from_f_on(row: dict[str, float]) -> None:
    edge = MODEL.results("one-shot", **row)["cutoff_complete"]
    for off, there in ((-1e-6, False), (0, True), (1e-6, True)):
        found = solve(MODEL.game("one-shot", **row, peace_payoff=edge + off), "pure-nash")
        plays = [e.probability(("peace", "peace")) for e in found]
        assert (1 in plays) is there
        assert any(e.probability(("attack", "attack")) == 1 for e in found)


def test_the_preemptive_incentive_matters_under_strategic_risk_only() -> None:
    found = MODEL.results("one-shot", victim_payoff=np.linspace(-3, -0.01, 50))
    assert (found["cutoff_complete"] == 1).all()
    assert (np.diff(found["cutoff_risk_dominance"]) < 0).all()
    gap = found["cutoff_risk_dominance"] - found["cutoff_complete"]
    assert gap == pytest.approx(found["preemptive_incentive"])
    without = MODEL.results("one-shot", noise_width=0)
    assert without["cutoff_noisy"] == without["cutoff_risk_dominance"]
    assert MODEL.solved("one-shot", noise_width=0)["cutoff_noisy"] == without["cutoff_noisy"]


def test_all_equilibria_of_the_exit_game_and_no_others() -> None:
    # Brute force: changes of sign on a grid of 6000 thresholds, dense where states are likely.
    given = wide(300)
    found = exit_game(**given)
    column = {name: values[:, None] for name, values in given.items()}
    z = np.sinh(np.linspace(-8, 8, 6001))
    x = column["peace_mean"] + column["peace_sd"] * z
    rest = {k: v for k, v in column.items() if k not in ("attack_payoff", "victim_payoff")}
    value = module.continuation(x, **rest)
    for needed, key in (
        (column["attack_payoff"], None),
        (column["attack_payoff"] + column["war_payoff"] - column["victim_payoff"], "cutoffs"),
    ):
        excess = x + column["discount"] * value - needed
        signs = np.diff(np.sign(excess), axis=1) != 0
        roots = [x[row, :-1][signs[row]] for row in range(300)]
        assert {len(r) for r in roots} == {1, 3}
        if key is None:
            lowest = [r[0] for r in roots]
            assert (found["cutoff_complete"] >= lowest).all()
            assert [np.searchsorted(x[k], found["cutoff_complete"][k]) - 1 for k in range(300)] == [
                np.flatnonzero(signs[k])[0] for k in range(300)
            ]
            continue
        for row, places in enumerate(found["cutoffs_strategic"]):
            assert len(places) == len(roots[row])
            own = {k: v[row] for k, v in rest.items() for v in [v[:, 0]]}
            worth = module.continuation(np.array(places), **own)
            assert np.array(places) + own["discount"] * worth == pytest.approx(
                np.full(len(places), needed[row, 0]), abs=1e-9 * (1 + abs(worth).max())
            )
            assert found["values_strategic"][row] == pytest.approx(worth)


@pytest.mark.parametrize("row", GAMES)
def test_the_game_is_worth_what_its_periods_add_up_to(row: dict[str, float]) -> None:
    # Bellman iteration on a grid of states.
    z = np.linspace(-8, 8, 2001)
    weights = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    states = row["peace_mean"] + row["peace_sd"] * z
    found = exit_game(**row)
    for cutoff, value, hazard in zip(
        *(found[f"{n}_strategic"] for n in ("cutoffs", "values", "hazards")), strict=True
    ):
        worth = 0.0
        for _ in range(200):
            later = states + row["discount"] * worth
            worth = float(np.where(states >= cutoff, later, row["war_payoff"]) @ weights)
        assert value == pytest.approx(worth, abs=1e-2 * (1 + abs(worth)))
        assert hazard == pytest.approx(float(weights[states < cutoff].sum()), abs=4e-3)


def test_without_preemption_strategic_risk_adds_nothing() -> None:
    given = wide(200)
    near = {**given, "victim_payoff": given["war_payoff"] - 1e-13}
    found = exit_game(**near)
    lowest = np.array([x[0] for x in found["cutoffs_strategic"]])
    # Where a fold is not near.
    same = np.isclose(lowest, found["cutoff_complete"], rtol=1e-6, atol=1e-6)
    assert same.mean() > 0.97


def test_more_fear_and_more_to_gain_make_conflict_likelier() -> None:
    for name, values in (
        ("victim_payoff", np.linspace(-0.01, -2, 80)),
        ("attack_payoff", np.linspace(0.5, 4, 80)),
        ("peace_mean", np.linspace(3, 0, 80)),
    ):
        found = exit_game(**{"victim_payoff": -0.3, name: values})
        risk = np.array([h[0] for h in found["hazards_strategic"]])
        assert (np.diff(risk) > 0).all(), name
        assert (risk >= found["hazard_complete"]).all()
    # If all see the same, fear of surprise is nothing.
    complete = exit_game(victim_payoff=np.linspace(-2, -0.01, 30))["hazard_complete"]
    assert (complete == complete[0]).all()


def test_peace_breaks_down_at_once_where_two_equilibria_vanish() -> None:
    victim = np.linspace(-0.2, -0.5, 600)
    found = exit_game(victim_payoff=victim)
    counts = [len(x) for x in found["cutoffs_strategic"]]
    assert (counts[0], counts[-1]) == (3, 1)
    last = counts.index(1) - 1
    assert set(counts[: last + 1]) == {3}
    risk = [h[0] for h in found["hazards_strategic"]]
    assert risk[last] < 0.2
    assert risk[last + 1] > 0.9


def test_no_future_and_no_reason_to_attack() -> None:
    found = exit_game(discount=0, attack_payoff=2.5, victim_payoff=-0.2, war_payoff=0)
    assert found["cutoff_complete"] == pytest.approx(2.5)
    assert found["cutoffs_strategic"] == pytest.approx((2.7,))
    # F = W: an equilibrium with complete information is where peace beats war.
    edge = exit_game(attack_payoff=0.5, war_payoff=0.5, victim_payoff=-1)
    assert edge["cutoff_complete"] + 0.8 * edge["value_complete"] == pytest.approx(0.5)
    solved = MODEL.solved("exit-game", attack_payoff=0.5, war_payoff=0.5, victim_payoff=-1)
    assert solved["cutoff_complete"] == pytest.approx(edge["cutoff_complete"])


def test_small_arsenals_are_dangerous_under_strategic_risk_only() -> None:
    rng = Random(1)
    for _ in range(40):
        given = draw(MODEL, "weapons", rng)
        peak = MODEL.results("weapons", **given)["stock_peak"]
        rest = {k: v for k, v in given.items() if k != "stock"}
        stock = np.linspace(0, max(2 * peak, 1), 201)
        attack, war, victim = module.arms(stock, **rest)
        fear = attack + war - victim
        assert (np.diff(attack) <= 0).all()
        turn = stock[fear.argmax()]
        assert turn == pytest.approx(peak, abs=stock[1])
        assert (np.diff(fear)[stock[1:] < peak] > 0).all()
        assert (np.diff(fear)[stock[:-1] > peak] < 0).all()
    # The threshold is back where it began at 4.9651 weapons.
    found = MODEL.results("weapons", stock=np.array([0, 4.9651]))["cutoff_strategic"]
    assert found[1] == pytest.approx(found[0], abs=1e-5)
    assert MODEL.results("weapons", victim_payoff_drop=0.2)["stock_peak"] == 0
    assert MODEL.solved("weapons", victim_payoff_drop=0.2)["stock_peak"] == 0


def test_payoffs_out_of_order_are_refused_with_all_their_names() -> None:
    for case, given in (
        ("one-shot", {"victim_payoff": 0.5}),
        ("exit-game", {"war_payoff": 3.0}),
        ("weapons", {"stock": 30}),
        ("weapons", {"attack_payoff_slope": 0, "war_payoff_slope": 0}),
    ):
        with pytest.raises(GameError, match="together they must satisfy"):
            MODEL.results(case, **given)
