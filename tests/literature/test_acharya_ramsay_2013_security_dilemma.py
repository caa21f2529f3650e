"""The security dilemma as a global game: all equilibria, uniqueness, and how fear spreads."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw
from scipy.special import log_ndtr, ndtr

from crisisgames.literature import acharya_ramsay_2013_security_dilemma as module

MODEL = module.MODEL
RNG = Random(2013)
ROWS = [draw(MODEL, "cutoffs", RNG) for _ in range(12)]


def cutoffs(**given: Any) -> dict[str, Any]:
    return MODEL.results("cutoffs", **given)


def restraint(**given: Any) -> dict[str, Any]:
    return MODEL.results("mutual-restraint", **given)


def wide(count: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2013)
    loss = np.exp(rng.uniform(-2, 2, count))
    return {
        "loss": loss,
        "prior_mean": loss * rng.uniform(-1, 2, count),
        "prior_precision": np.exp(rng.uniform(-4, 5, count)),
        "signal_precision": np.exp(rng.uniform(-4, 6, count)),
    }


NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(80)


def reply(
    cutoff: float, loss: float, prior_mean: float, prior_precision: float, signal_precision: float
) -> float:
    """Return the cutoff that is best against one, from payoffs, by integrals over states."""
    total = prior_precision + signal_precision

    def gain(signal: float) -> float:
        expected = (prior_precision * prior_mean + signal_precision * signal) / total
        states = expected + NODES / np.sqrt(total)
        attacks = ndtr(np.sqrt(signal_precision) * (cutoff - states))
        return float((states - loss * attacks) @ WEIGHTS / WEIGHTS.sum())

    low, high = ((total * e - prior_precision * prior_mean) / signal_precision for e in (0, loss))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if gain(middle) > 0 else (middle, high)
    return low


@pytest.mark.parametrize("row", ROWS[1:4])
def test_best_replies_lead_from_both_extremes_to_the_outer_equilibria(row: dict[str, Any]) -> None:
    total = row["prior_precision"] + row["signal_precision"]
    found = cutoffs(**row)["signal_cutoffs"]
    for end, place in ((0.0, 0), (row["loss"], -1)):
        cutoff = (total * end - row["prior_precision"] * row["prior_mean"]) / (
            row["signal_precision"]
        )
        for _ in range(120):
            cutoff = reply(cutoff, **row)
        assert cutoff == pytest.approx(found[place], abs=1e-3)
    for cutoff in found:
        assert reply(cutoff, **row) == pytest.approx(cutoff, abs=1e-7)


def test_all_equilibria_and_no_others() -> None:
    # Brute force: changes of sign of the equation on a grid of 4000 beliefs.
    given = wide(300)
    found = cutoffs(**given)
    beliefs = given["loss"][:, None] * np.linspace(0, 1, 4001)[1:-1]
    slope = np.sqrt(found["publicity"])[:, None]
    lack = beliefs - given["loss"][:, None] * ndtr(slope * (beliefs - given["prior_mean"][:, None]))
    changes = (np.diff(np.sign(lack), axis=1) != 0).sum(axis=1)
    inner = [
        sum(b[0] < rho < b[-1] for rho in rhos)
        for rhos, b in zip(found["belief_cutoffs"], beliefs, strict=True)
    ]
    assert (changes == inner).all()
    assert set(found["equilibria"]) == {1, 3}
    for row, rhos in enumerate(found["belief_cutoffs"]):
        assert list(rhos) == sorted(rhos)
        for rho in rhos:
            there = slope[row, 0] * (rho - given["prior_mean"][row])
            assert rho == pytest.approx(given["loss"][row] * np.exp(log_ndtr(there)), rel=1e-9)


def test_one_equilibrium_at_every_prior_up_to_the_bound_and_three_at_some_beyond() -> None:
    given = wide(400)
    found = cutoffs(**given)
    unique = found["unique_for_every_prior"]
    assert 50 < unique.sum() < 350
    assert (found["equilibria"][unique] == 1).all()
    middle = cutoffs(**{**given, "prior_mean": given["loss"] / 2})
    assert (middle["equilibria"] == np.where(unique, 1, 3)).all()


def test_at_a_fold_two_equilibria_are_left() -> None:
    loss, alpha, beta = 1.5, 12.0, 5.0
    slope = np.sqrt(module.publicity(alpha, beta))
    out = np.sqrt(2 * np.log(loss * slope / np.sqrt(2 * np.pi)))
    edge = loss * ndtr(-out) + out / slope
    counts = [
        cutoffs(loss=loss, prior_mean=edge + off, prior_precision=alpha, signal_precision=beta)[
            "equilibria"
        ]
        for off in (-1e-8, 0, 1e-8)
    ]
    assert counts == [1, 2, 3]
    calm = [
        restraint(loss=loss, prior_mean=edge + off, prior_precision=alpha, signal_precision=beta,
                  restraint_value=edge) for off in (-1e-9, 0, 1e-9)
    ]  # fmt: skip
    # An equilibrium of more restraint appears at once.
    assert calm[0]["prob_both_restrain"] == calm[0]["prob_both_restrain_low"] < 1e-3
    for found in calm[1:]:
        assert found["prob_both_restrain_low"] < 1e-3
        assert found["prob_both_restrain"] > 0.5


@pytest.mark.parametrize("row", ROWS)
def test_a_better_public_signal_of_restraint_lowers_the_outer_cutoffs(row: dict[str, Any]) -> None:
    mean = np.linspace(-1, 3, 81)
    found = cutoffs(**{**row, "prior_mean": mean})["signal_cutoffs"]
    for place in (0, -1):
        assert (np.diff([k[place] for k in found]) < 0).all()
    assert (np.diff(restraint(**{**row, "prior_mean": mean})["prob_both_restrain"]) >= 0).all()


@pytest.mark.parametrize("loss", [0.3, 1, 4])
def test_with_private_signals_only_the_cutoff_is_half_the_loss(loss: float) -> None:
    for given in (
        {"prior_precision": 1e-9, "signal_precision": 4},
        {"prior_precision": 1, "signal_precision": 1e12},
    ):
        found = cutoffs(loss=loss, prior_mean=0.9 * loss, **given)
        assert found["equilibria"] == 1
        assert found["signal_cutoffs"][0] == pytest.approx(loss / 2, rel=1e-5)
    # Tiny misperceptions: both attack below it, though all would restrain if all knew.
    theta = loss * np.array([0.05, 0.2, 0.45, 0.55, 0.8])
    found = restraint(loss=loss, prior_mean=theta, prior_precision=1, restraint_value=theta,
                      signal_precision=1e8)  # fmt: skip
    assert found["prob_both_attack"] == pytest.approx([1, 1, 1, 0, 0], abs=1e-9)


@pytest.mark.parametrize("theta", [0.1, 0.3, 0.45])
def test_private_signals_do_not_help_below_half_the_loss_and_public_ones_do(theta: float) -> None:
    beta = np.geomspace(3, 3e4, 60)
    private = restraint(prior_mean=theta, restraint_value=theta, signal_precision=beta)
    assert (np.diff(private["prob_both_restrain"]) <= 0).all()
    assert private["prob_both_restrain"][30] < private["prob_both_restrain"][0] / 1.5
    public = restraint(prior_mean=theta, restraint_value=theta, signal_precision=10,
                       prior_precision=np.geomspace(1, 1e6, 80))  # fmt: skip
    assert public["prob_both_restrain"][0] < 0.25
    assert public["prob_both_restrain"][-1] > 0.999


def test_probabilities_add_up_and_least_restraint_is_least() -> None:
    given = wide(400)
    rng = np.random.default_rng(1)
    found = restraint(**given, restraint_value=given["loss"] * rng.uniform(-1, 2, 400))
    names = ("prob_both_restrain", "prob_one_restrains", "prob_both_attack")
    assert sum(found[n] for n in names) == pytest.approx(np.ones(400), abs=1e-12)
    assert (found["prob_both_restrain_low"] <= found["prob_both_restrain"]).all()


def test_roots_in_the_tails_are_accurate() -> None:
    for mean in (3.0, 6.0):
        found = cutoffs(prior_mean=mean, prior_precision=10, signal_precision=4)
        slope = np.sqrt(found["publicity"])
        (rho,) = found["belief_cutoffs"]
        assert 0 < rho < 1e-30
        assert rho == pytest.approx(np.exp(log_ndtr(-slope * mean)), rel=1e-11)
        mirror = cutoffs(prior_mean=1 - mean, prior_precision=10, signal_precision=4)
        assert mirror["belief_cutoffs"] == (1.0,)


@pytest.mark.parametrize("noise", [0.5, 0.1, 0.03])
def test_fear_spreads_round_by_round_to_half_the_loss(noise: float) -> None:
    given = {"loss": 1.4, "noise_sd": noise}
    found = MODEL.results("contagion", **given, rounds=np.arange(40))["cutoff"]
    assert found[0] == 0
    steps = np.diff(found)
    assert (steps[found[1:] < 0.7 - 1e-12] > 0).all()
    assert found[-1] <= 0.7 + 1e-15
    for before, after in pairwise(found):
        belief = ndtr((before - after) / (np.sqrt(2) * noise))
        assert after == pytest.approx(1.4 * belief, abs=1e-14)
    far = MODEL.results("contagion", **given, rounds=5000)["cutoff"]
    assert far == pytest.approx(0.7, abs=1e-9)
    less = MODEL.results("contagion", loss=1.4, noise_sd=noise / 2, rounds=np.arange(1, 20))
    assert (less["cutoff"] < found[1:20]).all()


def test_cutoffs_that_all_but_touch_dominance_are_found_by_both_routes() -> None:
    given = {"loss": 1.345, "prior_mean": 0.5703, "prior_precision": 20, "signal_precision": 1}
    closed, solved = cutoffs(**given), MODEL.solved("cutoffs", **given)
    assert closed["equilibria"] == solved["equilibria"] == 3
    assert closed["belief_cutoffs"][0] < 1e-28
    assert closed["signal_cutoffs"] == pytest.approx(solved["signal_cutoffs"], abs=1e-12)
