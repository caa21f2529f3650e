"""James Fearon (1994): a public crisis as a war of attrition between domestic audiences.

Two states dispute a prize v. While the crisis lasts, each may at any moment attack, back down or go
on; whoever backs down at time t pays its audience a_i t, and the other gets the prize. How much
state i would lose in a war, up to W_i, is known to i alone. Those who would lose more than their
audience would take by the end of the crisis, the *horizon*, back down sooner or later; the others
attack there. The side with the smaller audience costs is the likelier to back down in a crisis.

Of the equilibria in which a crisis can occur and has a finite horizon, there is only one outcome.
Times at which a state backs down are random to the other: which of its types takes which time does
not matter, for all that back down are indifferent among all times up to the horizon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.games import Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]
Array = np.ndarray

TIE = 1e-12
"""Horizons that differ by less, relative to themselves, count as one: nobody concedes at once."""

NEAR = 1e-2
"""Slopes nearer than this take the power series: logarithms there lose digits to cancellation."""


# Closed forms. Each side's rate of backing down is set by the other's audience costs.


def crisis(
    prize: Any, audience_cost_1: Any, audience_cost_2: Any, war_cost_max_1: Any, war_cost_max_2: Any
) -> Results:
    """Who concedes at once, who backs down in the crisis, and how often neither does."""
    v, a1, a2 = prize, audience_cost_1, audience_cost_2
    t, label, p1, p2 = _opening(v, a1, a2, war_cost_max_1, war_cost_max_2)
    stay1, stay2 = v / (v + a2 * t), v / (v + a1 * t)  # given no concession at 0
    begins = (1 - p1) * (1 - p2)
    war = stay1 * stay2
    return {
        "horizon": t,
        "early_conceder": label,
        "prob_concede_at_once": p1 + p2,
        "payoff_quitter_1": v * p2,
        "payoff_quitter_2": v * p1,
        "prob_quitter_1": 1 - (1 - p1) * stay1,
        "prob_quitter_2": 1 - (1 - p2) * stay2,
        "prob_back_down_1": a2 * t / (v + a2 * t),
        "prob_back_down_2": a1 * t / (v + a1 * t),
        "odds_back_down": a2 * (v + a1 * t) / (a1 * (v + a2 * t)),
        "prob_stops_first_1": begins * _first(a2 * t / v, a1 * t / v),
        "prob_stops_first_2": begins * _first(a1 * t / v, a2 * t / v),
        "prob_war": begins * war,
        "prob_war_in_crisis": war,
        "expected_duration": begins * t * _log_ratio(a2 * t / v, a1 * t / v),
    }


def path(
    prize: Any,
    audience_cost_1: Any,
    audience_cost_2: Any,
    war_cost_max_1: Any,
    war_cost_max_2: Any,
    elapsed: Any,
) -> Results:
    """How far things have come after a share `elapsed` of the horizon."""
    v, a1, a2 = prize, audience_cost_1, audience_cost_2
    horizon, _, p1, p2 = _opening(v, a1, a2, war_cost_max_1, war_cost_max_2)
    t = elapsed * horizon
    return {
        "time": t,
        "prob_quit_by_1": 1 - (1 - p1) * v / (v + a2 * t),
        "prob_quit_by_2": 1 - (1 - p2) * v / (v + a1 * t),
        "hazard_1": a2 / (v + a2 * t),
        "hazard_2": a1 / (v + a1 * t),
        "posterior_fighter_1": (v + a2 * t) / (v + a2 * horizon),
        "posterior_fighter_2": (v + a1 * t) / (v + a1 * horizon),
    }


def _opening(v: Any, a1: Any, a2: Any, w1: Any, w2: Any) -> tuple[Any, Any, Any, Any]:
    """Return the horizon, the state that may concede at once, and how likely each is to."""
    t1, t2 = _patience(v, a1, a2, w2), _patience(v, a2, a1, w1)
    tie = np.abs(t1 - t2) <= TIE * np.minimum(t1, t2)
    label = np.where((t1 < t2) & ~tie, 1, 2)
    t = np.minimum(t1, t2)
    p1 = np.where(label == 1, _at_once(v, a1, a2, w1, t), 0.0)
    p2 = np.where((label == 2) & ~tie, _at_once(v, a2, a1, w2, t), 0.0)
    return t, label, p1, p2


def _patience(v: Any, own: Any, other: Any, other_reach: Any) -> Any:
    """Root of F_j(-a_j t) v = (1 - F_j(-a_j t)) a_i t, without cancellation at small slopes."""
    pull = other * v
    return 2 * v * other_reach / (pull + np.sqrt(pull * (pull + 4 * own * other_reach)))


def _at_once(v: Any, own: Any, other: Any, own_reach: Any, t: Any) -> Any:
    """Return k / v, where k is the other side's payoff from waiting to the horizon."""
    fights = own * t / own_reach  # 1 - F(-own t)
    return np.maximum(0.0, 1 - fights * (1 + other * t / v))


def _log_ratio(s: Any, r: Any) -> Any:
    """Integral of 1 / ((1 + s u) (1 + r u)) over u in (0, 1)."""
    return _log_over((r - s) / (1 + s)) / (1 + s)


def _first(s: Any, r: Any) -> Any:
    """Return s times the integral of 1 / ((1 + s u)^2 (1 + r u)) over u in (0, 1)."""
    gap = (r - s) / (1 + s)
    small = np.abs(gap) < NEAR
    wide = np.where(small, 1.0, gap)
    # (log(1 + gap) - gap) / gap^2
    series = sum((-1) ** (n + 1) * np.where(small, gap, 0.0) ** n / (n + 2) for n in range(9))
    second = np.where(small, series, (np.log1p(wide) - wide) / wide**2)
    return s * (s * second + (1 + s) * _log_over(gap)) / (1 + s) ** 2


def _log_over(gap: Any) -> Any:
    """Return log(1 + gap) / gap, which is 1 at 0."""
    safe = np.where(gap == 0, 1.0, gap)
    return np.where(gap == 0, 1.0, np.log1p(safe) / safe)


# The second route: what makes types indifferent, solved by the cutoff solver.

Q, T = sp.symbols("q t")
V, OWN, OTHER, REACH, VALUE, AT, QUIT = (
    Parameter(name, (0, float("inf")))
    for name in ("prize", "own", "other", "reach", "value", "at", "quit")
)


def _waiting(quit: Any, cost: Any, time: Any) -> Any:
    """Payoff of waiting until `time` if the other has quit by then with probability `quit`."""
    return quit * V - (1 - quit) * cost * time


# A side would rather give up than wait beyond t for all of the other's types that will ever quit.
PATIENCE = CutoffRule(T, (0, REACH / OTHER), -_waiting(1 - OTHER * T / REACH, OWN, T))
# Its payoff must be the same at all times: so much of the other side has quit by a given time, and
# a given quantile of the other side quits at this time.
QUITTERS = CutoffRule(Q, (0, 1), _waiting(Q, OWN, AT) - VALUE)
QUIT_TIME = CutoffRule(T, (0, REACH / OTHER), VALUE - _waiting(QUIT, OWN, T))

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
NODES, WEIGHTS = (1 + NODES) / 2, WEIGHTS / 2


class _Solved:
    """The equilibrium of one point, from indifference alone."""

    def __init__(self, v: float, a1: float, a2: float, w1: float, w2: float) -> None:
        self.v, self.costs, self.reach = v, np.array([a1, a2]), np.array([w1, w2])
        a, w = self.costs, self.reach
        t = only_cutoffs(PATIENCE, prize=v, own=a, other=a[::-1], reach=w[::-1])[..., 0]
        tie = abs(t[0] - t[1]) <= TIE * t.min()
        self.horizon = float(t.min())
        self.label = 1 if t[0] < t[1] and not tie else 2
        # What each side expects from waiting to the horizon for all of the other that will quit.
        quits = 1 - self.costs * self.horizon / self.reach
        waits = quits[::-1] * v - (1 - quits[::-1]) * self.costs * self.horizon
        self.value = np.zeros(2)
        if not tie:
            self.value[2 - self.label] = max(0.0, waits[2 - self.label])

    def quit_by(self, time: Any) -> Array:
        """Probability that each state has quit by these times; states along the last axis."""
        times = np.asarray(time)[..., None]
        return only_cutoffs(
            QUITTERS, prize=self.v, own=self.costs[::-1], value=self.value[::-1], at=times
        )[..., 0]

    def quit_times(self, quantiles: Array) -> Array:
        """When these quantiles of each state quit; states along the last axis."""
        return only_cutoffs(
            QUIT_TIME, prize=self.v, own=self.costs[::-1], other=self.costs, reach=self.reach,
            value=self.value[::-1], quit=quantiles,
        )[..., 0]  # fmt: skip


def crisis_solved(
    prize: float,
    audience_cost_1: float,
    audience_cost_2: float,
    war_cost_max_1: float,
    war_cost_max_2: float,
) -> Results:
    """Add up over quantiles of those who quit, by 16 Gauss-Legendre nodes: errors below 1e-10."""
    found = _Solved(prize, audience_cost_1, audience_cost_2, war_cost_max_1, war_cost_max_2)
    start, last = found.quit_by([0.0, found.horizon])
    back = (last - start) / (1 - start)
    still = 1 - found.quit_by(NODES * found.horizon)
    # Who quits first: over the quantiles of one state, whether the other is still there.
    spread = last - start
    quits = found.quit_times(start + NODES[:, None] * spread)
    there = 1 - found.quit_by(quits)  # node, whose time, who is there
    firsts = spread * (WEIGHTS @ np.stack([there[:, 0, 1], there[:, 1, 0]], axis=1))
    war = float(np.prod(1 - last))
    return {
        "horizon": found.horizon,
        "early_conceder": found.label,
        "prob_concede_at_once": start[found.label - 1],
        "payoff_quitter_1": found.value[0],
        "payoff_quitter_2": found.value[1],
        "prob_quitter_1": last[0],
        "prob_quitter_2": last[1],
        "prob_back_down_1": back[0],
        "prob_back_down_2": back[1],
        "odds_back_down": back[0] / back[1],
        "prob_stops_first_1": firsts[0],
        "prob_stops_first_2": firsts[1],
        "prob_war": war,
        "prob_war_in_crisis": war / np.prod(1 - start),
        "expected_duration": found.horizon * float(WEIGHTS @ np.prod(still, axis=1)),
    }


def path_solved(
    prize: float,
    audience_cost_1: float,
    audience_cost_2: float,
    war_cost_max_1: float,
    war_cost_max_2: float,
    elapsed: float,
) -> Results:
    """As `crisis_solved`; rates by the implicit derivative of the indifference condition."""
    found = _Solved(prize, audience_cost_1, audience_cost_2, war_cost_max_1, war_cost_max_2)
    time = elapsed * found.horizon
    now, last = found.quit_by([time, found.horizon])
    payoff = _waiting(Q, OWN, T)
    density = sp.lambdify((V, OWN, Q, T), -sp.diff(payoff, T) / sp.diff(payoff, Q))
    rates = density(prize, found.costs[::-1], now, time) / (1 - now)
    posterior = (1 - last) / (1 - now)
    return {
        "time": time,
        "prob_quit_by_1": now[0],
        "prob_quit_by_2": now[1],
        "hazard_1": rates[0],
        "hazard_2": rates[1],
        "posterior_fighter_1": posterior[0],
        "posterior_fighter_2": posterior[1],
    }


# Figures.

VALUES = "v = 1, a₁ = 2, a₂ = 1, W₁ = W₂ = 2."


def draw_quitting(ax: Axes) -> None:
    """Draw who has backed down by when."""
    found = MODEL.results("path", elapsed=np.linspace(0, 1, 201))
    horizon = MODEL.results("crisis")["horizon"]
    for i, line in zip((1, 2), strokes(2), strict=True):
        ax.plot(found["time"], found[f"prob_quit_by_{i}"], label=f"state {i}, Q{'₀₁₂'[i]}", **line)
    ax.axvline(horizon, color="0.4", linestyle=":", linewidth=1)
    ax.text(horizon - 0.01, 0.97, "horizon t*", ha="right", va="center")
    ax.set(xlabel="Time t", ylabel="Probability of having backed down by t", ylim=(0, 1),
           xlim=(0, horizon * 1.04))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, f"State 2, with the smaller audience costs, may concede at once. At t* all that "
            f"are left attack. {VALUES}")  # fmt: skip


def draw_slopes(ax: Axes) -> None:
    """Draw what one side's audience costs do."""
    slopes = np.geomspace(0.2, 5, 301)
    found = MODEL.results("crisis", audience_cost_1=slopes)
    shown = {
        "prob_back_down_1": "state 1 backs down in a crisis",
        "prob_back_down_2": "state 2 backs down in a crisis",
        "prob_concede_at_once": "one side concedes at once",
        "prob_war": "war",
    }
    for (key, name), line in zip(shown.items(), strokes(4), strict=True):
        ax.plot(slopes, found[key], label=name, **line)
    ax.set(xscale="log", xlabel="Audience costs of state 1 per unit of time, a₁",
           ylabel="Probability", ylim=(0, 1), xticks=[0.2, 0.5, 1, 2, 5],
           xticklabels=["0.2", "0.5", "1", "2", "5"])  # fmt: skip
    ax.minorticks_off()
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.18, 1.0))
    caption(ax, "Backing down in a crisis: to be a type that does, given that nobody concedes at "
            "once. v = 1, a₂ = 1, W₁ = W₂ = 2.")  # fmt: skip


def draw_posterior(ax: Axes) -> None:
    """Draw what going on shows."""
    found = MODEL.results("path", elapsed=np.linspace(0, 1, 201))
    for i, line in zip((1, 2), strokes(2), strict=True):
        ax.plot(found["time"], found[f"posterior_fighter_{i}"], label=f"state {i}", **line)
    ax.set(xlabel="Time t", ylabel="Probability of never backing down", ylim=(0, 1.02),
           xlim=(0, None))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, f"Given that the state has not backed down by t. {VALUES}")


SHARED = (
    Quantity("prize", "v", "value of the prize, utils", 1, 0, closed="neither", box=(0.5, 2)),
    Quantity(
        "audience_cost_1", "a₁", "1's audience costs, utils per unit of time", 2, 0,
        closed="neither", box=(0.2, 5),
    ),
    Quantity(
        "audience_cost_2", "a₂", "2's audience costs, utils per unit of time", 1, 0,
        closed="neither", box=(0.2, 5),
    ),
    Quantity(
        "war_cost_max_1", "W₁", "1's largest loss in a war, utils", 2, 0, closed="neither",
        box=(0.5, 4),
    ),
    Quantity(
        "war_cost_max_2", "W₂", "2's largest loss in a war, utils", 2, 0, closed="neither",
        box=(0.5, 4),
    ),
)  # fmt: skip

MODEL = Model(
    slug="fearon-1994-audience-costs",
    title="Audience costs, and a crisis as a war of attrition",
    citation="""@article{fearon1994domestic,
  author  = {James D. Fearon},
  title   = {Domestic Political Audiences and the Escalation of International Disputes},
  journal = {American Political Science Review},
  volume  = {88},
  number  = {3},
  pages   = {577--592},
  year    = {1994},
  doi     = {10.2307/2944796}
}""",
    provenance=(
        "After Fearon (1994), by a public re-implementation that cites its pages 582-586; the "
        "article itself was not at hand. The paper's: the game, linear audience costs, the horizon "
        "and who may concede at once, the distributions of times, the odds of backing down. Ours: "
        "war costs uniform throughout, rates, payoffs of those who quit, who stops first, the "
        "duration, the figures. There are also equilibria in which one side never lets a crisis "
        "begin; they are left out."
    ),
    cases={
        "crisis": Case(
            SHARED,
            crisis,
            {
                "horizon": "time after which nobody backs down",
                "early_conceder": "the state that may concede at once; 2 in a tie",
                "prob_concede_at_once": "probability that it does",
                "payoff_quitter_1": "expected payoff of 1's types that back down, utils",
                "payoff_quitter_2": "the same of 2's",
                "prob_quitter_1": "probability that 1 is of a type that backs down",
                "prob_quitter_2": "probability that 2 is",
                "prob_back_down_1": "the same of 1, given no concession at once",
                "prob_back_down_2": "the same of 2, given no concession at once",
                "odds_back_down": "the former over the latter",
                "prob_stops_first_1": "probability that 1 backs down first, after the start",
                "prob_stops_first_2": "probability that 2 does",
                "prob_war": "probability of war",
                "prob_war_in_crisis": "the same, given no concession at once",
                "expected_duration": "mean time until someone backs down or war comes",
            },
            solved=crisis_solved,
        ),
        "path": Case(
            (
                *SHARED,
                Quantity("elapsed", "t/t*", "time as a share of the horizon", 0.5, 0, 1,
                         box=(0, 1)),
            ),
            path,
            {
                "time": "time",
                "prob_quit_by_1": "probability that 1 has backed down by then",
                "prob_quit_by_2": "probability that 2 has",
                "hazard_1": "rate at which 1 backs down, if it has not, per unit of time",
                "hazard_2": "the same of 2",
                "posterior_fighter_1": "probability that 1 never backs down, if it has not yet",
                "posterior_fighter_2": "the same of 2",
            },
            solved=path_solved,
        ),
    },
    levers=(
        Lever("clear signals", "crisis", "audience_cost_1", True,
              "what it costs to back down makes going on a signal; it also makes a trap"),
        Lever("slow escalation", "crisis", "audience_cost_1", False,
              "slower steps cost less to undo; for both sides in proportion, this changes nothing "
              "but the time it takes"),
        Lever("interests", "crisis", "prize", False,
              "an ideology makes the prize loom larger than the interests at stake"),
        Lever("restraint", "crisis", "audience_cost_1", False,
              "the less is staked in public, the fewer types are bound to fight wars that they "
              "would rather have left alone"),
    ),
    badness="prob_war",
    figures={"quitting": draw_quitting, "slopes": draw_slopes, "posterior": draw_posterior},
)  # fmt: skip
