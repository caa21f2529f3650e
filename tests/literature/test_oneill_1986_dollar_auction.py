"""The dollar auction: backward induction by brute force, ties in the whole tree, fair bets."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import NotApplicable, solve
from crisisgames.literature import get

MODEL = get("oneill-1986-dollar-auction")
RNG = Random(1986)
ROWS = [draw(MODEL, "infinite", RNG) for _ in range(12)]


def induction(stake: int, budgets: tuple[int, int]) -> Any:
    """Return the reply at every position, by hand: pass unless a raise gains; lowest raise."""

    @cache
    def play(who: int, own: int, rival: int) -> tuple[int, int, int]:
        best = (0, -own, stake - rival)  # bid, own payoff, the rival's
        for bid in range(rival + 1, budgets[who] + 1):
            _, theirs, mine = play(1 - who, rival, bid)
            if mine > best[1]:
                best = (bid, mine, theirs)
        return best

    return play


@pytest.mark.parametrize("stake", [2, 3, 4, 7])
def test_closed_forms_are_backward_induction_everywhere(stake: int) -> None:
    for b1 in range(1, 15):
        for b2 in range(1, 15):
            play = induction(stake, (b1, b2))
            best = (0, 0, stake - 1)  # pass; then the other bids 1
            for bid in range(1, b1 + 1):
                _, theirs, mine = play(1, 0, bid)
                if mine > best[1]:
                    best = (bid, mine, theirs)
            found = MODEL.results("finite", stake=stake, budget_1=b1, budget_2=b2)
            assert (found["opening_bid"], found["payoff_1"], found["payoff_2"]) == best, (b1, b2)
        play = induction(stake, (b1, b1))
        for rival in range(1, b1 + 1):
            own = np.arange(rival)
            found = MODEL.results("reply", stake=stake, budget=b1, own_bid=own, rival_bid=rival)
            expected = [play(0, x, rival) for x in own.tolist()]
            rows = zip(found["reply"], found["payoff_mover"], found["payoff_rival"], strict=True)
            assert [tuple(map(int, row)) for row in rows] == expected


@pytest.mark.parametrize(("stake", "b1", "b2"), [(3, 4, 4), (3, 5, 4), (3, 4, 5), (4, 2, 4)])
def test_the_tree_has_this_equilibrium_and_others_by_ties(stake: int, b1: int, b2: int) -> None:
    found = MODEL.results("finite", stake=stake, budget_1=b1, budget_2=b2)
    game = MODEL.game("finite", stake=stake, budget_1=b1, budget_2=b2)
    equilibria = solve(game, "subgame-perfect", exact=True)
    payoffs = {(e.payoffs["1"], e.payoffs["2"]) for e in equilibria}
    assert (found["payoff_1"], found["payoff_2"]) in payoffs


def test_ties_alone_can_bring_escalation() -> None:
    # Without the rule for ties, bids beyond the first are played in some equilibria.
    equilibria = solve(MODEL.game("finite", stake=3, budget_1=4, budget_2=4), "subgame-perfect")
    assert len({(e.payoffs["1"], e.payoffs["2"]) for e in equilibria}) > 1


def test_the_price_of_deterrence_is_a_sawtooth() -> None:
    budget = np.arange(1, 400)
    for stake in (3, 10, 20):
        bid = MODEL.results("finite", stake=stake, budget_1=budget, budget_2=budget)["opening_bid"]
        assert (bid[stake - 1 :] == bid[: 1 - stake]).all()
        assert set(np.diff(bid)) == {1, 2 - stake}
        assert bid.min() == 1
        assert bid.max() == stake - 1


def test_any_superiority_is_worth_nearly_the_whole_prize() -> None:
    budget = np.array([30, 10**9, 10**12 + 7])
    ahead = MODEL.results("finite", budget_1=budget + 1, budget_2=budget)
    assert (ahead["payoff_1"] == 19).all()
    behind = MODEL.results("finite", budget_1=budget, budget_2=budget + 1)
    assert (behind["payoff_1"] == 1).all()
    outspent = MODEL.results("finite", budget_1=[1, 5, 18, 19], budget_2=25)
    assert outspent["winner"].tolist() == [2, 2, 2, 1]


@pytest.mark.parametrize("row", ROWS)
def test_without_budgets_no_raise_pays_at_any_history(row: dict[str, Any]) -> None:
    # The rival passes with probability min(1, k/s) after an outlay of k; what follows is worth 0.
    stake = row["stake"]
    outlay = np.arange(1, 3 * stake)
    gain = np.minimum(1, outlay / stake) * stake - outlay
    assert gain.max() == pytest.approx(0, abs=1e-12)
    assert (gain[stake:] < 0).all()
    found = MODEL.results("infinite", **row)
    assert found["quit_prob"] * stake == pytest.approx(2)
    assert found["payoff_opener"] >= -1e-12
    # Prize less payoffs is what both pay.
    assert stake - found["payoff_opener"] == pytest.approx(found["mean_revenue"], rel=1e-12)


@pytest.mark.parametrize("row", ROWS)
def test_sums_over_winning_bids(row: dict[str, Any]) -> None:
    found, stake, first = MODEL.results("infinite", **row), row["stake"], row["first_quit_prob"]
    n = np.arange(1, 2000)
    chance = (1 - first) * found["quit_prob"] * found["overbid_prob"] ** np.maximum(n - 2, 0.0)
    chance[0] = first
    assert chance.sum() == pytest.approx(1, abs=1e-12)
    assert found["mean_winning_bid"] == pytest.approx(chance @ n, rel=1e-9)
    above, dear = chance[n > stake].sum(), chance[2 * n - 1 > stake].sum()
    assert found["prob_bid_above_stake"] == pytest.approx(above, abs=1e-12)
    assert found["prob_revenue_above_stake"] == pytest.approx(dear, abs=1e-12)


def test_smaller_steps_lengthen_the_fight_and_do_not_prevent_it() -> None:
    stake = np.array([10, 100, 10**4, 10**6, 10**15])
    found = MODEL.results("infinite", stake=stake)
    assert (np.diff(found["mean_winning_bid"]) > 0).all()
    assert (np.diff(found["prob_bid_above_stake"]) > 0).all()
    limits = found["prob_bid_above_stake"][-1], found["prob_revenue_above_stake"][-1]
    assert limits == pytest.approx((np.exp(-2), np.exp(-1)), abs=1e-10)


def test_the_likelier_the_first_answer_the_worse_for_the_opener() -> None:
    found = MODEL.results("infinite", first_quit_prob=[0.05, 0.1, 0.5, 1])
    assert found["payoff_opener"] == pytest.approx([0, 1, 9, 19])
    assert (np.diff(found["prob_bid_above_stake"]) < 0).all()
    with pytest.raises(ValueError, match=r"first_quit_prob = 0\.04, stake = 20"):
        MODEL.results("infinite", first_quit_prob=0.04)


def test_what_is_too_large_to_solve_says_so() -> None:
    with pytest.raises(NotApplicable, match="doubles with each"):
        MODEL.game("finite")
    with pytest.raises(NotApplicable, match="closed form"):
        MODEL.solved("finite", budget_1=10**9, budget_2=10**9)
