"""Robert Powell (2006): war because a rising power cannot promise to remain modest.

Two states divide a pie in every period; A is rising. Either may fight, once and for all: A wins
with the probability p_t of the time, the winner has all pies from then on, and each side pays its
cost. There is always a split over all time that both prefer to war. But what B receives later is
whatever A then cannot help leaving to it, and one period's pie is all that A can pay for that in
advance. So a fast rise means war, and the same rise spread over enough periods passes in peace.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import solve
from crisisgames.games import ExtensiveFormGame, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import indifference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""War needs a gain of more than this: ties go to peace."""


# (a) Power moves once.


def one_shift(
    discount: Any, cost_a: Any, cost_b: Any, power_before: Any, power_after: Any
) -> Results:
    """War in every protocol, and with the rising or the declining state making all offers."""
    rise = discount * power_after - power_before
    every = (1 - discount) * (cost_b + discount * cost_a)
    rising = (1 - discount) ** 2 * cost_b
    return {
        "discounted_rise": rise,
        "cutoff_any_protocol": every,
        "cutoff_rising_proposes": rising,
        "war_any_protocol": rise - every > TIE,
        "war_rising_proposes": rise - rising > TIE,
        # With one shift A's best threat is to wait for it and then to fight.
        "war_declining_proposes": rise - every > TIE,
    }


def one_shift_solved(
    discount: float, cost_a: float, cost_b: float, power_before: float, power_after: float
) -> Results:
    """Both protocols as games; the claims of both sides as shares of all pies."""
    given = discount, cost_a, cost_b, (power_before, power_after)
    d, cost_a_, cost_b_ = map(_exact, (discount, cost_a, cost_b))
    now = _war(d, cost_a_, cost_b_, _exact(power_before))
    wait = _war(d, cost_a_, cost_b_, _exact(power_after))
    pies = 1 / (1 - d)
    least_a = indifference(lambda x: x * pies, float(d * wait["A"]))
    least_b = indifference(lambda y: y * pies, float(now["B"]))
    return {
        "war_any_protocol": least_a + least_b > 1 + TIE,
        "war_rising_proposes": path_solved(*given, "rising")["war"],
        "war_declining_proposes": path_solved(*given, "declining")["war"],
    }


# (b) Any rising path of power.


def path(
    discount: Any, cost_a: Any, cost_b: Any, power_path: Sequence[float], proposer: str
) -> Results:
    """Backward recursion: the responder is held to war, or to waiting for more power."""
    whole = 1 / (1 - discount)

    def war(power: float) -> tuple[Any, Any]:
        a, b = power * whole - cost_a, (1 - power) * whole - cost_b
        return (a, b) if proposer == "rising" else (b, a)

    _, responds = war(power_path[-1])  # from here on power is constant
    proposes = whole - responds
    date = np.full(np.shape(whole + cost_a + cost_b), -1)
    for t in range(len(power_path) - 2, -1, -1):
        war_proposer, war_responder = war(power_path[t])
        flow = np.maximum(0, war_responder - discount * responds)
        peace = 1 - flow + discount * proposes
        fights = (flow > 1 + TIE) | (peace < war_proposer - TIE)
        proposes = np.where(fights, war_proposer, peace)
        responds = np.where(fights, war_responder, flow + discount * responds)
        date = np.where(fights, t, date)
    a, b = (proposes, responds) if proposer == "rising" else (responds, proposes)
    return {"war": date >= 0, "war_date": date, "payoff_a": a, "payoff_b": b}


def path_game(
    discount: float, cost_a: float, cost_b: float, power_path: Sequence[float], proposer: str
) -> ExtensiveFormGame:
    """Return the first period; what follows an agreement enters by its value in equilibrium."""
    return _periods(discount, cost_a, cost_b, power_path, proposer)[0][-1]


def path_solved(
    discount: float, cost_a: float, cost_b: float, power_path: Sequence[Any], proposer: str
) -> Results:
    """Solve period after period, from the last, in rationals."""
    games, wars, values = _periods(discount, cost_a, cost_b, power_path, proposer)
    dates = [len(games) - 1 - k for k, fought in enumerate(wars) if fought]
    return {
        "war": bool(dates),
        "war_date": min(dates, default=-1),
        "payoff_a": float(values["A"]),
        "payoff_b": float(values["B"]),
    }


def _periods(
    discount: float, cost_a: float, cost_b: float, power_path: Sequence[Any], proposer: str
) -> tuple[list[ExtensiveFormGame], list[bool], dict[str, Fraction]]:
    """Return the games from the last period to the first, where war comes, and the first values.

    After the last entry of the path power is constant, and the proposer leaves the responder what
    war is worth to it; the game of that entry returns these values.
    """
    d, cost_a_, cost_b_ = map(_exact, (discount, cost_a, cost_b))
    who, other = ("A", "B") if proposer == "rising" else ("B", "A")
    last = _war(d, cost_a_, cost_b_, _exact(power_path[-1]))
    values = {other: last[other], who: 1 / (1 - d) - last[other]}
    games, wars = [], []
    for power in reversed(power_path):
        war = _war(d, cost_a_, cost_b_, _exact(power))
        later = {name: d * value for name, value in values.items()}
        games.append(_period(who, other, war, later))
        # Offers between those in the game break ties for peace and for the proposer.
        best = max(
            solve(games[-1], "subgame-perfect", exact=True),
            key=lambda e: (e.payoffs[who], -e.probability("war")),
        )
        wars.append(best.probability("war") == 1)
        values = {name: _exact(best.payoffs[name]) for name in (who, other)}
    return games, wars, values


def _period(
    who: str, other: str, war: Mapping[str, Fraction], later: Mapping[str, Fraction]
) -> ExtensiveFormGame:
    """Return one period with the offers that matter: nothing, all, and as much as war is worth."""
    fight = end("war", dict(war))
    offers = {
        Fraction(0),
        Fraction(1),
        min(Fraction(1), max(Fraction(0), war[other] - later[other])),
    }
    branches: dict[str, Any] = {"fight": fight}
    for x in sorted(offers):
        deal = end("peace", {who: 1 - x + later[who], other: x + later[other]})
        reply = move(other, {"accept": deal, "fight": fight})
        branches[f"offer {x}"] = tell({other: f"offer {x}"}, reply)
    return ExtensiveFormGame(move(who, branches), ("A", "B"))


def _war(d: Fraction, cost_a: Fraction, cost_b: Fraction, power: Fraction) -> dict[str, Fraction]:
    return {"A": power / (1 - d) - cost_a, "B": (1 - power) / (1 - d) - cost_b}


def _exact(number: Any) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(str(number))


# (c) A rise in equal steps.


def steps(discount: Any, cost_a: Any, cost_b: Any, power_before: Any, rise: Any) -> Results:
    """Return the least numbers of equal steps that pass without war."""
    patience = 1 - discount
    borne = patience * power_before + patience**2 * cost_b  # what one period's pie can make up
    rising = np.maximum(1, np.ceil(discount * rise / (borne + TIE))).astype(int)

    def war(count: Any) -> Any:
        """Whether it pays A to wait k periods, for some k, and then to fight."""
        first, step = power_before - patience * cost_a, rise / count
        best = np.floor(-1 / np.log(discount) - first / step)  # of a concave logarithm
        claim = -np.inf
        for k in (best, best + 1):
            wait = np.clip(k, 1, count)
            claim = np.maximum(claim, discount**wait * (first + wait * step))
        return claim - power_before - patience * cost_b > TIE

    # Smaller steps never bring war: bisect between a number that does and one that does not.
    low, high = np.zeros_like(rising), np.ones_like(rising)
    while np.any(fails := war(high)):
        low, high = np.where(fails, high, low), np.where(fails, 2 * high, high)
    while np.any(high - low > 1):
        middle = np.maximum(1, (low + high) // 2)
        fails = war(middle) & (high - low > 1)
        settled = ~fails & (high - low > 1)
        low, high = np.where(fails, middle, low), np.where(settled, middle, high)
    return {
        "min_steps_rising": rising,
        "min_steps_declining": high,
        "safe_rise_rising": borne / discount,
    }


def steps_solved(
    discount: float, cost_a: float, cost_b: float, power_before: float, rise: float
) -> Results:
    """Try numbers of steps, and sizes of one step, each solved as a path."""
    start, whole = _exact(power_before), _exact(rise)

    def peace(count: int, total: Fraction, proposer: str) -> bool:
        powers = [start + total * k / count for k in range(count + 1)]
        return not path_solved(discount, cost_a, cost_b, powers, proposer)["war"]

    found: dict[str, Any] = {}
    for proposer in ("rising", "declining"):
        low, high = 0, 1
        while not peace(high, whole, proposer):
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if peace(middle, whole, proposer) else (middle, high)
        found[f"min_steps_{proposer}"] = high
    safe, far = Fraction(0), 1 - (1 - _exact(discount)) * _exact(cost_b) - start
    if not peace(1, far, "rising"):  # else the largest safe rise lies outside the domain
        for _ in range(34):
            middle_rise = (safe + far) / 2
            if peace(1, middle_rise, "rising"):
                safe = middle_rise
            else:
                far = middle_rise
        found["safe_rise_rising"] = float(safe)
    return found


# Figures.


def draw_frontier(ax: Axes) -> None:
    """Draw how many steps a rise needs."""
    rise = np.linspace(0.002, 0.64, 1277)
    found = MODEL.results("steps", rise=rise)
    rising, declining = found["min_steps_rising"], found["min_steps_declining"]
    one, two = strokes(2)
    ax.plot(rise, rising, drawstyle="steps-post", label="K*, the rising state proposes", **one)
    ax.plot(rise, declining, drawstyle="steps-post", label="K*, the declining one does", **two)
    ax.fill_between(rise, 0, declining, step="post", color="#F3CF85", linewidth=0)
    ax.fill_between(rise, declining, rising, step="post", color="#FBEBCB", linewidth=0)
    ax.text(0.5, 3, "war", ha="center", va="center")
    ax.text(0.57, 11.3, "war if the rising\nstate proposes", ha="center", va="center", fontsize=9)
    ax.text(0.25, 14, "peace", ha="center", va="center")
    ax.set(xlabel="Total rise of the probability that A wins, D", ylabel="Number of equal steps, K",
           xlim=(0, 0.64), ylim=(0, 20), yticks=range(0, 21, 4))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "δ = 0.9, c_A = c_B = 0.5, p₀ = 0.3.")


def draw_safe_rise(ax: Axes) -> None:
    """Draw how large a step may be."""
    patience = np.linspace(0.5, 0.995, 496)
    for style, cost in zip(strokes(3), (2, 1, 0.5), strict=True):
        largest = 0.7 - cost * (1 - patience)  # beyond, war is worth nothing to B
        inside = largest > 0.005
        found = MODEL.results("steps", discount=patience[inside], cost_a=0.1, cost_b=cost,
                              rise=0.005)  # fmt: skip
        safe = found["safe_rise_rising"]
        shown = np.where(safe <= largest[inside], safe, np.nan)
        ax.plot(patience[inside], shown, label=f"B's cost of war c_B = {cost}", **style)
    ax.set(xlabel="Discount factor δ", ylabel="Largest safe rise in one period",
           xlim=(0.5, 1), ylim=(0, 0.5))  # fmt: skip
    ax.legend(frameon=False, loc="upper right")
    caption(ax, "The rising state proposes. p₀ = 0.3, c_A = 0.1. To the left of a line every rise "
            "is safe that leaves B something to gain by war.")  # fmt: skip


def draw_flow(ax: Axes) -> None:
    """Draw what A receives, period by period, along a slow rise."""
    powers = [round(0.3 + 0.0385 * min(t, 10), 4) for t in range(18)]
    times = np.arange(16)
    for style, (proposer, marker) in zip(
        strokes(2), (("rising", "o"), ("declining", "s")), strict=True
    ):
        worth = np.array([
            MODEL.results("path", power_path=powers[t:], proposer=proposer)["payoff_a"]
            for t in range(17)
        ])  # fmt: skip
        flow = worth[:-1] - 0.9 * worth[1:]
        name = "A (rising)" if proposer == "rising" else "B (declining)"
        ax.plot(times, flow, marker=marker, markersize=4, label=f"{name} proposes", **style)
    ax.plot(times, powers[:16], color=COLOURS[3], linewidth=1, linestyle=":",
            label="p, probability that A wins")  # fmt: skip
    ax.set(xlabel="Period t", ylabel="A's part of the period's pie", ylim=(-0.03, 1.03),
           xlim=(-0.3, 15.3))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "Power rises by 0.0385 in each of ten periods, from 0.3 to 0.685. δ = 0.9, "
            "c_A = c_B = 0.5.")  # fmt: skip


SHARED = (
    Quantity("discount", "δ", "discount factor", 0.9, 0, 1, closed="neither", box=(0.6, 0.9)),
    Quantity("cost_a", "c_A", "A's cost of war, pies of one period", 0.5, 0, closed="neither",
             box=(0.1, 0.6)),
    Quantity("cost_b", "c_B", "B's cost of war, pies of one period", 0.5, 0, closed="neither",
             box=(0.1, 0.8)),
)  # fmt: skip
BEFORE = Quantity("power_before", "p₀", "probability that A wins now", 0.3, 0, 1, box=(0.25, 0.5))

A_WORTH = "cost_a <= {} / (1 - discount), so that war is worth something to A"
B_WORTH = "cost_b <= (1 - {}) / (1 - discount), so that war is worth something to B"


BEFORE_WORTH = Condition(
    ("discount", "cost_a", "power_before"),
    A_WORTH.format("power_before"),
    lambda discount, cost_a, power_before: power_before / (1 - discount) >= cost_a - 1e-9,
)

MODEL = Model(
    slug="powell-2006-war-commitment-problem",
    title="War as a commitment problem: fast and slow shifts of power",
    citation="""@article{powell2006war,
  author  = {Robert Powell},
  title   = {War as a Commitment Problem},
  journal = {International Organization},
  volume  = {60},
  number  = {1},
  pages   = {169--203},
  year    = {2006}
}""",
    provenance=(
        "After Powell (2006), by its abstract and from memory. The paper's: one mechanism, large "
        "and rapid shifts of power, behind several reasons for war, and the condition of "
        "inefficiency. Ours: war as one prize with costs paid once, the two protocols, the "
        "thresholds and numbers of steps that follow from them, the figures."
    ),
    cases={
        "one-shift": Case(
            (
                *SHARED,
                BEFORE,
                Quantity("power_after", "p₁", "probability that A wins from the next period on",
                         0.45, 0, 1, box=(0.3, 0.9)),
            ),
            one_shift,
            {
                "discounted_rise": "δ p₁ - p₀",
                "cutoff_any_protocol": "(1 - δ)(c_B + δ c_A), above which no protocol keeps peace",
                "cutoff_rising_proposes": "(1 - δ)² c_B, above which a proposing A does not",
                "war_any_protocol": "whether fighting occurs in every equilibrium of any protocol",
                "war_rising_proposes": "whether war comes if A makes all offers",
                "war_declining_proposes": "whether war comes if B makes all offers",
            },
            conditions=(
                Condition(
                    ("power_before", "power_after"),
                    "power_before <= power_after",
                    lambda power_before, power_after: power_before <= power_after,
                ),
                BEFORE_WORTH,
                Condition(
                    ("discount", "cost_b", "power_after"),
                    B_WORTH.format("power_after"),
                    lambda discount, cost_b, power_after: (
                        (1 - power_after) / (1 - discount) >= cost_b - 1e-9
                    ),
                ),
            ),
            solved=one_shift_solved,
        ),
        "path": Case(
            (
                *SHARED,
                Quantity("power_path", "p₀ ... p_T", "probabilities that A wins, period by period; "
                         "the last for ever", (0.3, 0.35, 0.4), 0, 1, several=True),
                Quantity("proposer", "i", "who makes all offers", "rising",
                         choices=("rising", "declining")),
            ),
            path,
            {
                "war": "whether war breaks out",
                "war_date": "the first period in which it does; -1 if never",
                "payoff_a": "A's value at the start, pies of one period",
                "payoff_b": "B's value at the start, pies of one period",
            },
            conditions=(
                Condition(
                    ("power_path",),
                    "a path that does not fall",
                    lambda power_path: np.all(np.diff(power_path) >= 0),
                ),
                Condition(
                    ("discount", "cost_a", "power_path"),
                    A_WORTH.format("power_path[0]"),
                    lambda discount, cost_a, power_path: (
                        power_path[0] / (1 - discount) >= cost_a - 1e-9
                    ),
                ),
                Condition(
                    ("discount", "cost_b", "power_path"),
                    B_WORTH.format("power_path[-1]"),
                    lambda discount, cost_b, power_path: (
                        (1 - power_path[-1]) / (1 - discount) >= cost_b - 1e-9
                    ),
                ),
            ),
            game=path_game,
            solved=path_solved,
        ),
        "steps": Case(
            (
                *SHARED,
                BEFORE,
                Quantity("rise", "D", "total rise of the probability that A wins", 0.4, 0, 1,
                         closed="right", box=(0.05, 0.4)),
            ),
            steps,
            {
                "min_steps_rising": "least number of equal steps without war if A makes all offers",
                "min_steps_declining": "the same if B makes all offers",
                "safe_rise_rising": "largest rise in one period without war if A makes all offers, "
                "by its formula, which may exceed any rise that is allowed",
            },
            conditions=(
                Condition(
                    ("power_before", "rise"),
                    "power_before + rise <= 1",
                    lambda power_before, rise: power_before + rise <= 1 + 1e-12,
                ),
                BEFORE_WORTH,
                Condition(
                    ("discount", "cost_b", "power_before", "rise"),
                    B_WORTH.format("power_before - rise"),
                    lambda discount, cost_b, power_before, rise: (
                        (1 - power_before - rise) / (1 - discount) >= cost_b - 1e-9
                    ),
                ),
            ),
            solved=steps_solved,
        ),
    },
    levers=(
        Lever("slow escalation", "one-shift", "power_after", False,
              "the less power shifts in one period, the less the other has to fear"),
        Lever("division", "steps", "rise", False,
              "to take up one part of what moves power at a time is to make each rise smaller",
              measure="min_steps_rising"),
    ),
    badness="war_any_protocol",
    figures={"frontier": draw_frontier, "safe-rise": draw_safe_rise, "flow": draw_flow},
)  # fmt: skip
