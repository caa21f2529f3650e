"""Barry O'Neill (1986): bidding for a prize when the loser pays as well.

Two bidders raise in turns. Whoever passes ends the auction; the other gets the prize, worth `s`
steps of bidding, but both pay their own last bid. What has been bid is sunk, so that a bidder who
stands at `x` would add up to `s` more to win, however much it has lost: the auction stands for an
arms race, or for a crisis that neither side will leave empty-handed.

If both are known to have the same limited budget, the last bidder to be able to deter can be
counted back from it, and the first bid already settles the matter. Without limits there are
equilibria in which each bid is answered by chance, and bids far above the prize do occur.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame, Parameter, end, move, tell
from crisisgames.games.chains import ends_in, expected_cost
from crisisgames.literature.drawing import COLOURS, caption
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.games import Node

__all__ = ["MODEL"]

Results = Mapping[str, Any]
Bids = tuple[int, int]

MOST = 10**15
"""Largest stake and budget: beyond, floats no longer tell whole numbers apart."""

SOLVABLE, DRAWABLE = 60, 10
"""Largest budgets for which positions are solved one by one, and for which the tree is built."""


# Closed forms.


def finite(stake: Any, budget_1: Any, budget_2: Any) -> Results:
    """Return the opening bid, which the other never answers."""
    s, b1, b2 = np.asarray(stake), np.asarray(budget_1), np.asarray(budget_2)
    even = (b1 - 1) % (s - 1) + 1
    poorer = np.where(b1 >= s - 1, s - 1, 0)  # nearly the whole prize, or nothing
    bid = np.where(b1 == b2, even, np.where(b1 > b2, 1, poorer))
    return {
        "opening_bid": bid,
        "winner": np.where(bid > 0, 1, 2),
        "winning_bid": np.where(bid > 0, bid, 1),
        "payoff_1": np.where(bid > 0, s - bid, 0),
        "payoff_2": np.where(bid > 0, 0, s - 1),
    }


def reply(stake: Any, budget: Any, own_bid: Any, rival_bid: Any) -> Results:
    """Raise to the next level that deters: a whole number of times s - 1 below the budget."""
    s, b, x, y = map(np.asarray, (stake, budget, own_bid, rival_bid))
    level = y + 1 + (b - y - 1) % (s - 1)  # the lowest above the rival's bid
    raises = (level <= b) & (level - x <= s - 1)
    return {
        "reply": np.where(raises, level, 0),
        "payoff_mover": np.where(raises, s - level, -x),
        "payoff_rival": np.where(raises, -y, s - y),
    }


def infinite(stake: Any, first_quit_prob: Any) -> Results:
    """Every answer but the first is a fair bet of two steps for the prize."""
    s = np.asarray(stake)
    q = 2 / s
    first = q if first_quit_prob is None else np.asarray(first_quit_prob)
    return {
        "quit_prob": q,
        "overbid_prob": 1 - q,
        "mean_winning_bid": first + (1 - first) * (1 + s / 2),
        "mean_revenue": 2 * first + (1 - first) * (2 + s) - 1,
        "prob_bid_above_stake": (1 - first) * _answered(q, s - 1),
        "prob_revenue_above_stake": (1 - first) * _answered(q, (s + 1) // 2 - 1),
        "payoff_opener": first * s - 1,
    }


def _answered(quit_prob: Any, bids: Any) -> Any:
    """Return the probability that so many bids in a row are answered."""
    from scipy.special import xlog1py

    with np.errstate(divide="ignore"):
        return np.exp(xlog1py(bids, -quit_prob))


# The second route. All positions in which a bidder raises are solved, from the highest bids down;
# what has been bid is sunk, so a raise is worth the same from any standing bid. For bidders to pass
# when they gain nothing by a raise, each step costs a little more than it is worth.


class _Positions:
    """Best raises of both bidders over each bid of the other, in an auction with budgets."""

    def __init__(self, stake: int, budgets: Bids) -> None:
        if max(budgets) > SOLVABLE:
            raise NotApplicable(
                f"budgets of {budgets[0]} and {budgets[1]} have too many positions to be solved "
                f"one by one; give budgets up to {SOLVABLE}, or take the closed form"
            )
        self.stake, self.budgets = Fraction(stake), budgets
        self.dear = 1 + Fraction(1, 4 * max(budgets) ** 2)
        self.best: list[dict[int, tuple[Fraction, Fraction]]] = [{}, {}]
        for over in range(max(budgets) - 1, -1, -1):
            for who in (0, 1):
                if over >= budgets[who]:
                    continue
                if who == 1 and budgets[0] == budgets[1]:  # the same with the names exchanged
                    one, two = self.best[0][over]
                    self.best[1][over] = (two, one)
                    continue
                game = self._choice(who, over, {})
                worth = solve(game, "subgame-perfect", exact=True)[0].payoffs
                self.best[who][over] = (Fraction(worth["1"]), Fraction(worth["2"]))

    def ends(self, winner: int, bids: Bids) -> Node:
        """Return the end of the auction in which this bidder wins at these bids."""
        return end(f"{winner + 1} wins", self.worth(winner, bids))

    def worth(self, winner: int, bids: Bids) -> tuple[Fraction, Fraction]:
        prizes = (self.stake, Fraction(0)) if winner == 0 else (Fraction(0), self.stake)
        return prizes[0] - self.dear * bids[0], prizes[1] - self.dear * bids[1]

    def _choice(self, who: int, over: int, more: Mapping[str, Node]) -> ExtensiveFormGame:
        """Return the choice of a raise over a bid of the rival, which passes or answers.

        To outbid the rival by more than the prize is worse than to pass, and left out.
        """
        rival = 1 - who
        highest = min(self.budgets[who], over + int(self.stake))
        branches = dict(more)
        for bid in range(over + 1, highest + 1):
            bids = (bid, over) if who == 0 else (over, bid)
            answers = {"pass": self.ends(who, bids)}
            if bid < self.budgets[rival]:
                answers["raise"] = end("raised", self.best[rival][bid])
            seen = {str(rival + 1): f"bid {bid}"}
            branches[str(bid)] = tell(seen, move(str(rival + 1), answers))
        return ExtensiveFormGame(move(str(who + 1), branches), ("1", "2"))

    def decide(self, who: int, bids: Bids, passing: Node) -> tuple[int, Bids]:
        """Return the raise (0 to pass) and the payoffs, in whole steps, of one position."""
        game = self._choice(who, bids[1 - who], {"pass": passing})
        found = solve(game, "subgame-perfect", exact=True)[0]
        plan = cast("Mapping[str, Any]", found.strategy[str(who + 1)][()])
        chosen = max(plan, key=plan.__getitem__)
        worth = found.payoffs
        return 0 if chosen == "pass" else int(chosen), (round(worth["1"]), round(worth["2"]))


@lru_cache(maxsize=16)
def _positions(stake: int, budgets: Bids) -> _Positions:
    return _Positions(stake, budgets)


def finite_solved(stake: int, budget_1: int, budget_2: int) -> Results:
    """Find the opening bid by backward induction over positions."""
    positions = _positions(stake, (budget_1, budget_2))
    # After a pass at the opening the other may bid once; then the auction is over.
    alone = {str(z): positions.ends(1, (0, z)) for z in range(1, budget_2 + 1)}
    passed = tell({"2": "pass"}, move("2", {"pass": end("nobody bids", (0, 0)), **alone}))
    bid, payoffs = positions.decide(0, (0, 0), passed)
    winner = 1 if payoffs[0] > 0 else 2
    return {
        "opening_bid": bid,
        "winner": winner,
        "winning_bid": stake - max(payoffs),
        "payoff_1": payoffs[0],
        "payoff_2": payoffs[1],
    }


def reply_solved(stake: int, budget: int, own_bid: int, rival_bid: int) -> Results:
    """Find the reply in the same way."""
    positions = _positions(stake, (budget, budget))
    bids = (own_bid, rival_bid)
    bid, payoffs = positions.decide(0, bids, positions.ends(1, bids))
    return {"reply": bid, "payoff_mover": payoffs[0], "payoff_rival": payoffs[1]}


def auction_game(stake: int, budget_1: int, budget_2: int) -> ExtensiveFormGame:
    """Return the whole tree, ties left as they are; it doubles with each step of the budgets."""
    budgets = (budget_1, budget_2)
    if max(budgets) > DRAWABLE:
        raise NotApplicable(
            f"the tree of budgets {budget_1} and {budget_2} is too large: it doubles with each "
            f"step; give budgets up to {DRAWABLE}"
        )

    def wins(winner: int, bids: Bids) -> Node:
        prizes = [0, 0]
        prizes[winner] = stake
        return end(f"{winner + 1} wins", (prizes[0] - bids[0], prizes[1] - bids[1]))

    def facing(who: int, bids: Bids) -> Node:
        """Return the position of a bidder that may raise or pass."""
        branches = {"pass": wins(1 - who, bids)} if any(bids) else {"pass": passed}
        for bid in range(bids[1 - who] + 1, budgets[who] + 1):
            after = (bid, bids[1]) if who == 0 else (bids[0], bid)
            branches[str(bid)] = tell({str(2 - who): str(bid)}, facing(1 - who, after))
        return move(str(who + 1), branches)

    alone = {str(z): wins(1, (0, z)) for z in range(1, budget_2 + 1)}
    passed = tell({"2": "pass"}, move("2", {"pass": end("nobody bids", (0, 0)), **alone}))
    return ExtensiveFormGame(facing(0, (0, 0)), ("1", "2"))


# Without budgets: how likely the rival must be to pass for a raise to be worth what passing is.

QUIT = sp.Symbol("quit")
STAKE, OUTLAY = (Parameter(name, (0, float("inf"))) for name in ("stake", "outlay"))
FAIR_BET = CutoffRule(QUIT, (0, 1), QUIT * STAKE - OUTLAY)


def infinite_solved(stake: int, first_quit_prob: float | None) -> Results:
    """Solve the responder's indifference; follow the bids as a Markov chain until one is left."""
    q = float(only_cutoffs(FAIR_BET, stake=stake, outlay=2)[0])
    first = q if first_quit_prob is None else first_quit_prob
    # The opening bid stands, 2's bid stands, 1's bid stands, 1 has won, 2 has won.
    chain = np.zeros((5, 5))
    chain[0, [3, 1]] = first, 1 - first
    chain[1, [4, 2]] = chain[2, [3, 1]] = q, 1 - q
    chain[3, 3] = chain[4, 4] = 1
    start = np.array([1.0, 0, 0, 0, 0])

    def total(costs: list[float]) -> float:
        return float(expected_cost(chain, start, np.array([*costs, 0, 0], dtype=float), [3, 4]))

    def going_on(bids: int) -> float:
        return float((start @ np.linalg.matrix_power(chain, bids))[:3].sum())

    return {
        "quit_prob": q,
        "overbid_prob": 1 - q,
        "mean_winning_bid": total([1, 1, 1]),
        "mean_revenue": total([1, 2, 2]),
        "prob_bid_above_stake": going_on(stake),
        "prob_revenue_above_stake": going_on(len(range(1, stake + 1, 2))),
        "payoff_opener": stake * float(ends_in(chain, start, [[3], [4]])[0]) - total([1, 0, 2]),
    }


# Figures.


def draw_sawtooth(ax: Axes) -> None:
    """Draw the opening bid against a budget that both have."""
    budget = np.arange(1, 61)
    bid = MODEL.results("finite", budget_1=budget, budget_2=budget)["opening_bid"]
    ax.plot(budget, bid, color="0.6", linewidth=1)
    ax.plot(budget, bid, "o", color=COLOURS[1], markersize=4)
    ax.plot([50], bid[[49]], "D", color=COLOURS[2], markersize=9)
    ax.annotate("b = 50: opening bid 12", (50, bid[49]), (50, 22), ha="center", va="center",
                arrowprops={"arrowstyle": "-"})  # fmt: skip
    ax.set(xlabel="Budget of both, b (steps)", ylabel="Opening bid x* (steps)", ylim=(0, 23.5),
           yticks=[1, 5, 10, 15, 19])  # fmt: skip
    caption(ax, "The other passes at once. s = 20; in steps of 5 cents for a dollar, a budget of "
            "$2.50 makes the opening bid 60 cents.")  # fmt: skip


def draw_escalation(ax: Axes) -> None:
    """Draw how often the winning bid exceeds each level, without budgets."""
    found = MODEL.results("infinite")
    levels = np.arange(0, 61)
    above = found["overbid_prob"] ** levels
    ax.step(levels, above, where="post", color=COLOURS[1])
    ax.axvline(20, color="0.4", linestyle=":", linewidth=1)
    at = found["prob_bid_above_stake"]
    ax.plot([20], [at], "o", color=COLOURS[2])
    ax.annotate(f"above the prize: {at:.6f}", (20, at), (25, 0.32),
                arrowprops={"arrowstyle": "-"})  # fmt: skip
    ax.text(19.4, 0.97, "n = s", ha="right", va="center")
    ax.set(xlabel="Level n (steps)", ylabel="Probability that the winning bid exceeds n",
           ylim=(0, 1.02), xlim=(0, 60))  # fmt: skip
    caption(ax, "The stationary equilibrium, in which each bid is left to stand with probability "
            "q = 2/s. s = 20.")  # fmt: skip


def draw_budgets(ax: Axes) -> None:
    """Draw the opening bid over both budgets."""
    from matplotlib.colors import BoundaryNorm

    size = np.arange(1, 31)
    first, second = np.meshgrid(size, size)
    bid = MODEL.results("finite", stake=10, budget_1=first, budget_2=second)["opening_bid"]
    norm = BoundaryNorm(np.arange(-0.5, 10), 256)
    mesh = ax.pcolormesh(size, size, bid, cmap="cividis", norm=norm)
    for x, y, text, colour in ((20, 8, "1", "white"), (17, 26, "9", "black"),
                               (4, 20, "passes", "white")):  # fmt: skip
        ax.text(x, y, text, ha="center", va="center", color=colour)
    ax.figure.colorbar(mesh, ax=ax, ticks=range(10), label="Opening bid (0: passes)")
    ax.set(xlabel="Budget of the opener, b₁", ylabel="Budget of the other, b₂", aspect="equal")
    caption(ax, "All in steps. On the diagonal the sawtooth from 1 to 9. s = 10.")


STAKE_QUANTITY = Quantity(
    "stake", "s", "value of the prize, steps of bidding", 20, 2, MOST, whole=True, box=(2, 25)
)


def _budget(name: str, letter: str, whose: str) -> Quantity:
    return Quantity(name, letter, f"budget of {whose}, steps", 50, 1, MOST, whole=True, box=(1, 24))


def _standing(name: str, letter: str, whose: str, default: int) -> Quantity:
    return Quantity(
        name, letter, f"standing bid of {whose}, steps", default, 0, MOST, whole=True, box=(0, 20)
    )


def _bids_in_order(own_bid: Any, rival_bid: Any, budget: Any) -> Any:
    return (np.asarray(own_bid) < rival_bid) & (np.asarray(rival_bid) <= budget)


def _bet_not_too_bad(first_quit_prob: Any, stake: Any) -> Any:
    return np.asarray(first_quit_prob) * stake >= 1 - 1e-12


MODEL = Model(
    slug="oneill-1986-dollar-auction",
    title="Escalation in the dollar auction",
    citation="""@article{oneill1986dollar,
  author  = {Barry O'Neill},
  title   = {International Escalation and the Dollar Auction},
  journal = {Journal of Conflict Resolution},
  volume  = {30},
  number  = {1},
  pages   = {33--50},
  year    = {1986}
}""",
    provenance=(
        "After O'Neill (1986), on the auction of Shubik (1971); the articles were not at hand. "
        "Theirs, by public abstracts: that both pay, and that under limited budgets one bidder "
        "wins at once at a price that depends on prize, budgets and steps; the formula for equal "
        "budgets is from memory and was checked by backward induction. Ours: unequal budgets, the "
        "reply in every position, the mixed equilibria without budgets, all their statistics. "
        "Bidders who gain nothing by a raise pass; without such a rule there are more equilibria. "
        "So there are without budgets: pure ones, in which one side always raises."
    ),
    cases={
        "finite": Case(
            (
                STAKE_QUANTITY,
                _budget("budget_1", "b₁", "the opener"),
                _budget("budget_2", "b₂", "the other"),
            ),
            finite,
            {
                "opening_bid": "first bid, steps; 0 where the opener passes",
                "winner": "who gets the prize, 1 or 2",
                "winning_bid": "bid that gets it, steps",
                "payoff_1": "payoff of the opener, steps",
                "payoff_2": "payoff of the other, steps",
            },
            game=auction_game,
            solved=finite_solved,
        ),
        "reply": Case(
            (
                STAKE_QUANTITY,
                _budget("budget", "b", "both"),
                _standing("own_bid", "x", "the mover", 3),
                _standing("rival_bid", "y", "the rival", 10),
            ),
            reply,
            {
                "reply": "new bid, steps; 0 where the mover passes",
                "payoff_mover": "payoff of the mover from the whole auction, steps",
                "payoff_rival": "the same of the rival, steps",
            },
            conditions=(
                Condition(
                    ("own_bid", "rival_bid", "budget"),
                    "own_bid < rival_bid <= budget",
                    _bids_in_order,
                ),
            ),
            solved=reply_solved,
        ),
        "infinite": Case(
            (
                STAKE_QUANTITY,
                Quantity(
                    "first_quit_prob", "q₁",
                    "probability that the opening bid is not answered; 2/s if left out",
                    None, 0, 1, closed="right", box=(0.05, 1),
                ),
            ),
            infinite,
            {
                "quit_prob": "probability that a later bid is not answered",
                "overbid_prob": "probability that it is",
                "mean_winning_bid": "mean of the winning bid, steps",
                "mean_revenue": "mean of what both pay together, steps",
                "prob_bid_above_stake": "probability that the winning bid exceeds the prize",
                "prob_revenue_above_stake": "probability that both together pay more than it",
                "payoff_opener": "payoff of the opener, steps; the other gets 0",
            },
            conditions=(
                Condition(
                    ("first_quit_prob", "stake"),
                    "first_quit_prob >= 1 / stake",
                    _bet_not_too_bad,
                ),
            ),
            solved=infinite_solved,
        ),
    },
    levers=(
        Lever("slow escalation", "infinite", "stake", True,
              "smaller steps make more of them to a prize; here they lengthen the fight and hardly "
              "change how often it goes beyond the prize"),
        Lever("interests", "infinite", "stake", False,
              "an ideology makes the prize loom larger than the interests at stake"),
        Lever("restraint", "finite", "budget_1", False,
              "a ceiling known to both stays out of the trap of sunk bids, but the side with the "
              "lower ceiling pays for it", measure="winning_bid"),
    ),
    badness="prob_revenue_above_stake",
    figures={
        "sawtooth": draw_sawtooth,
        "escalation": draw_escalation,
        "budgets": draw_budgets,
    },
)  # fmt: skip
