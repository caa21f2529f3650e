"""Cheap talk: nobody gains by another message, and what the model claims of its institutions."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from crisisgames import SignalingGame, solve
from crisisgames.literature import get

MODEL = get("crawford-sobel-1982-cheap-talk")
RNG = Random(1982)
BIASES = [0.013, 0.025, 0.05, 1 / 12, 0.2, 0.25, 0.6, *(RNG.uniform(0.01, 0.3) for _ in range(8))]
ROWS = [
    (bias, cells)
    for bias in BIASES
    for cells in range(1, MODEL.results("cheap-talk", bias=bias)["cells_max"] + 1)
]
THETA = (np.arange(20_000) + 0.5) / 20_000


@pytest.mark.parametrize(("bias", "cells"), ROWS)
def test_nobody_gains_by_another_message_or_reply(bias: float, cells: int) -> None:
    found = MODEL.results("cheap-talk", bias=bias, cells=cells)
    ends = np.array([0, *found["boundaries"], 1])
    assert (np.diff(ends) > 0).all()
    own = np.searchsorted(ends[1:-1], THETA)
    actions = np.array(found["actions"])
    losses = (actions[None, :] - THETA[:, None] - bias) ** 2
    rows = np.arange(len(THETA))
    assert (losses[rows, own] <= losses.min(axis=1) + 1e-12).all()
    # The reply is the mean of the cell, and losses are what they come to.
    assert actions == pytest.approx((ends[1:] + ends[:-1]) / 2, abs=1e-14)
    assert np.mean((actions[own] - THETA) ** 2) == pytest.approx(found["loss_receiver"], abs=1e-4)
    assert losses[rows, own].mean() == pytest.approx(found["loss_sender"], abs=1e-4)
    assert np.diff(ends, 2) == pytest.approx(np.full(cells - 1, 4 * bias), abs=1e-12)
    # Three times the receiver's loss is b(1 - b) and the loss of the lowest type.
    lowest = (actions[0] - bias) ** 2
    assert 3 * found["loss_receiver"] == pytest.approx(bias * (1 - bias) + lowest, abs=1e-12)


@pytest.mark.parametrize("bias", BIASES)
def test_both_want_more_cells(bias: float) -> None:
    most = MODEL.results("cheap-talk", bias=bias)["cells_max"]
    rows = [MODEL.results("cheap-talk", bias=bias, cells=n) for n in range(1, most + 1)]
    for key in ("loss_receiver", "loss_sender"):
        assert (np.diff([row[key] for row in rows]) < 0).all()
    with pytest.raises(ValueError, match=r"bias = .*, cells = .* together they must satisfy"):
        MODEL.results("cheap-talk", bias=bias, cells=most + 1)


@pytest.mark.parametrize("n", range(2, 40))
def test_a_cell_is_lost_exactly_at_its_threshold(n: int) -> None:
    edge = 1 / (2 * n * (n - 1))
    at = [MODEL.results("cheap-talk", bias=edge * f)["cells_max"] for f in (1 - 1e-8, 1, 1 + 1e-8)]
    assert at == [n, n - 1, n - 1]


@pytest.mark.parametrize(("bias", "cells"), [(0.03, 1), (0.03, 2), (0.03, 3), (0.03, 4), (0.25, 1)])
def test_the_solver_agrees_for_fewer_cells_than_there_can_be(bias: float, cells: int) -> None:
    closed = MODEL.results("cheap-talk", bias=bias, cells=cells)
    solved = MODEL.solved("cheap-talk", bias=bias, cells=cells)
    assert closed["cells_max"] == solved["cells_max"]
    for key in ("boundaries", "actions", "loss_receiver", "loss_sender"):
        assert closed[key] == pytest.approx(solved[key], abs=1e-12)


def test_institutions_are_ordered_and_meet_where_they_should() -> None:
    bias = np.linspace(1e-4, 0.499, 4990)
    found = MODEL.results("institutions", bias=bias)
    cap, mediated, talk = (
        found[f"loss_{name}"] for name in ("delegation", "mediation", "cheap_talk")
    )
    assert (cap < mediated).all()
    assert (mediated <= talk + 1e-15).all()
    assert (talk <= found["loss_babbling"] + 1e-15).all()
    better = found["loss_full_delegation"] < found["loss_babbling"]
    assert (better == (bias < 1 / np.sqrt(12))).all()
    # Cheap talk does as well as a mediator at b = 1/(2 N^2), and there alone.
    touch = 1 / (2 * np.arange(1, 9) ** 2)
    at = MODEL.results("institutions", bias=touch)
    assert at["loss_cheap_talk"] == pytest.approx(at["loss_mediation"], rel=1e-12)
    assert at["mediator_noise"] == pytest.approx(np.zeros(8), abs=1e-14)
    assert at["mediator_cells"].tolist() == list(range(1, 9))
    between = (touch[1:] + touch[:-1]) / 2
    beside = MODEL.results("institutions", bias=between)
    assert (beside["loss_mediation"] < beside["loss_cheap_talk"]).all()
    assert (beside["mediator_noise"] > 0).all()


@pytest.mark.parametrize("bias", [0.5, 0.7, 1, 5])
def test_from_a_bias_of_one_half_nothing_helps(bias: float) -> None:
    found = MODEL.results("institutions", bias=bias)
    for name in ("cheap_talk", "mediation", "delegation"):
        assert found[f"loss_{name}"] == pytest.approx(1 / 12, rel=1e-14)
    assert (found["mediator_cells"], found["mediator_cutoff"], found["mediator_noise"]) == (1, 1, 0)


@pytest.mark.parametrize("bias", [0.02, 0.07, 0.125, 0.2, 0.3, 0.4, 0.499])
def test_the_mediator_is_obeyed_and_told_the_truth(bias: float) -> None:
    rule = MODEL.results("institutions", bias=bias)
    n, first, noise = (rule[f"mediator_{key}"] for key in ("cells", "cutoff", "noise"))
    width = (1 - first) / (n - 1) - 2 * bias * (n - 2)
    ends = np.array([0, first, *(first + np.cumsum(width + 4 * bias * np.arange(n - 1)))])
    assert ends[-1] == pytest.approx(1, abs=1e-12)
    assert (np.diff(ends) > 0).all()
    own = np.searchsorted(ends[1:-1], THETA)
    lowest = own == 0
    weights = np.where(lowest, 1.0, noise)  # how likely each type is turned into the lowest
    told = np.average(THETA, weights=weights)
    assert told == pytest.approx(bias, abs=1e-4)  # so that the lowest type loses nothing
    actions = np.array([told, *((ends[2:] + ends[1:-1]) / 2)])
    # The sender: a report is a lottery between its own cell's recommendation and the lowest.
    losses = (actions[None, :] - THETA[:, None] - bias) ** 2
    lottery = np.where(np.arange(n) == 0, losses, (1 - noise) * losses + noise * losses[:, :1])
    rows = np.arange(len(THETA))
    assert (lottery[rows, own] <= lottery.min(axis=1) + 1e-4).all()
    straight = (actions[own] - THETA) ** 2
    loss = np.mean((1 - weights) * straight + weights * (told - THETA) ** 2)
    assert loss == pytest.approx(rule["loss_mediation"], abs=1e-4)


@pytest.mark.parametrize("bias", [0.05, 0.2, 0.4, 0.6])
def test_no_other_cap_is_better(bias: float) -> None:
    caps, theta = np.linspace(0, 1 + bias, 301), (np.arange(1000)[:, None] + 0.5) / 1000
    done = np.minimum(theta + bias, caps[None, :])
    losses = ((done - theta) ** 2).mean(axis=0)
    found = MODEL.results("institutions", bias=bias)
    assert losses.min() == pytest.approx(found["loss_delegation"], abs=2e-5)
    assert losses[-1] == pytest.approx(found["loss_full_delegation"], abs=1e-12)
    assert losses[0] == pytest.approx(1 / 3, abs=1e-4)


@pytest.mark.parametrize(("bias", "helps"), [(0.3, True), (0.5, False)])
def test_a_mediator_of_a_coarse_game_helps_in_the_same_places(bias: float, helps: bool) -> None:
    # Four types and replies in eighths: the best of all mediators, by a linear program.
    types, replies = [(i + 0.5) / 4 for i in range(4)], [j / 8 for j in range(9)]
    game = SignalingGame(
        types=[f"type {i}" for i in range(4)],
        messages=("one", "other"),
        actions=[f"do {y}" for y in replies],
        prior=[1 / 4] * 4,
        sender_payoffs=[[[-((y - t - bias) ** 2) for y in replies]] * 2 for t in types],
        receiver_payoffs=[[[-((y - t) ** 2) for y in replies]] * 2 for t in types],
    )
    least, most = solve(game, "communication").payoff_bounds("receiver")
    babbling = -np.mean([(0.5 - t) ** 2 for t in types])
    assert least == pytest.approx(babbling, abs=1e-9)
    assert (most > babbling + 1e-3) == helps
    assert helps or most == pytest.approx(babbling, abs=1e-9)


def test_biases_too_small_to_count_cells_are_refused() -> None:
    for case in MODEL.cases:
        with pytest.raises(ValueError, match="bias = 1e-13"):
            MODEL.results(case, bias=1e-13)
    with pytest.raises(ValueError, match="cells <= 100000"):
        MODEL.results("cheap-talk", bias=1e-11)
    assert MODEL.results("cheap-talk", bias=1e-11, cells=3)["cells_max"] > 200_000
