"""Robert Aumann (1974) and Roger Myerson (1982, 1986): what a mediator can do in Chicken.

Two sides each yield or dare. Who dares against one that yields gets T, who yields to it S; both get
R if both yield, P if both dare and crash: T > R > S > P.

A mediator draws who should do what, from a rule that both know, and tells each side its own part
only. Nobody is bound: the rule must be such that to obey is best (Aumann's *correlated
equilibrium*). Told to yield, a side does not know whether the other is told to yield as well.

Each side may also be *tough*, with probability φ, and only it knows: it would rather crash than
yield, and always dares. How well the mediator does now depends on what it knows. It may advise
without asking. It may ask both, each in private: then it must also pay to tell the truth (Myerson's
*communication equilibrium*). Or it may know the types (Bergemann and Morris's *Bayes correlated
equilibrium*): no channel of any kind does better than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import solve
from crisisgames.errors import GameError
from crisisgames.games import BayesianGame, NormalFormGame
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Probabilities closer than this are equal."""

ROUNDING = 1e-10
"""By how much a corner of a polytope may violate a constraint whose largest coefficient is 1."""

AT_ONCE = 200_000
"""Corners that are looked at at once: some tens of megabytes."""


# A. Chicken. g = T - R is the temptation to dare, h = S - P what a crash costs more than yielding.


def chicken(temptation: Any, reward: Any, sucker: Any, punishment: Any) -> Results:
    """Read off the five corners of the set of correlated equilibria."""
    g, h = temptation - reward, sucker - punishment
    turns = temptation + sucker
    mixed = (h**2 * reward + g * h * turns + g**2 * punishment) / (g + h) ** 2
    never = (h * reward + g * turns) / (h + 2 * g)  # both are never told to dare
    crash = (h * turns + g * punishment) / (g + 2 * h)  # both are never told to yield
    corners = np.broadcast_arrays(turns / 2, mixed, never, crash)
    return {
        "payoff_mixed_nash": mixed,
        "payoff_best": np.max(corners, axis=0),
        "payoff_worst": np.min(corners, axis=0),
        "prob_both_yield_max": h / (h + 2 * g),
        "prob_crash_max": g / (g + 2 * h),
        "prob_crash_mixed_nash": (g / (g + h)) ** 2,
    }


# B. Tough types. Crashes have formulas; the payoffs of a mediator are optima of linear programs in
# three variables, found at a corner: what happens between two normal sides (both yield; one given
# side yields and the other dares), and how often a normal side is told to yield to a tough one.


def tough_types(
    temptation: Any,
    reward: Any,
    sucker: Any,
    punishment: Any,
    punishment_tough: Any,
    prob_tough: Any,
) -> Results:
    """Return the fewest crashes and the largest payoff of each institution."""
    given = temptation, reward, sucker, punishment, punishment_tough, prob_tough
    shape = np.broadcast_shapes(*map(np.shape, given))
    spread = [np.broadcast_to(np.asarray(v, dtype=float), shape) for v in given]
    payoff, best = programs(*spread)
    return {
        **crashes(*spread),
        "payoff_none": payoff_none(*spread),
        "payoff_no_reports": best(payoff, "no_reports"),
        "payoff_reports": best(payoff, "reports"),
        "payoff_omniscient": best(payoff, "omniscient"),
    }


def crashes(t: Any, r: Any, s: Any, p: Any, _: Any, phi: Any) -> Results:
    """Return the fewest crashes of each institution."""
    g, h, q = t - r, s - p, 1 - phi
    edge = g / (g + h)  # from here on a normal side yields to one that yields if normal
    tempts = np.maximum(q * g - phi * h, 0.0)
    stubborn = tempts / (2 * tempts + h)  # b: a normal side is told to dare
    gain = q * (t - p) - phi * h
    safe = np.where(gain > 0, gain, 1.0)
    truthful = np.where(gain > 0, q * ((s + t) / 2 - p) / safe, 1.0)  # y_c
    yields = np.maximum(1 - stubborn, np.minimum(1.0, truthful))
    return {
        "prob_crash_none": np.where(phi >= edge - TIE, phi**2, np.minimum(phi, edge**2)),
        "prob_crash_no_reports": phi**2 + 2 * phi * q * stubborn,
        "prob_crash_reports": phi**2 + 2 * phi * q * (1 - yields),
        "prob_crash_omniscient": phi**2,
    }


def payoff_none(t: Any, r: Any, s: Any, p: Any, tough: Any, phi: Any) -> Any:
    """Return the largest payoff over the list of equilibria without a mediator."""
    g, h, q = t - r, s - p, 1 - phi
    both_yield = q**2 * r + q * phi * (s + t) + phi**2 * tough
    # One given normal side yields, the other dares.
    turns = q * (s + t) / 2 + phi * q * (p + tough) / 2 + phi**2 * tough
    yields = h / (g + h)  # of all sides, where normal ones mix
    mixed = yields * t + (1 - yields) * (q * p + phi * tough)
    edge = g / (g + h)
    quiet = np.where(phi >= edge - TIE, both_yield, -np.inf)
    return np.maximum(quiet, np.where(phi <= edge + TIE, np.maximum(turns, mixed), -np.inf))


Rows = tuple[np.ndarray, np.ndarray]


def programs(
    t: Any, r: Any, s: Any, p: Any, tough: Any, phi: Any
) -> tuple[Rows, Callable[[Rows, str], Any]]:
    """Return a side's expected payoff, and how to make such a goal largest in an institution.

    Goals and rows are coefficients of (both normal sides yield, a given one yields alone, a normal
    side yields to a tough one), and a constant. Rules may be taken to be symmetric: the mean of a
    rule and its mirror image does as well.
    """
    q, zero, one = 1 - phi, np.zeros_like(t), np.ones_like(t)
    g, h = t - r, s - p
    normal = q * (r - p), q * (s + t - 2 * p), phi * (s - p)  # what a truthful normal side gets

    def rows(*given: tuple[Any, ...]) -> Rows:
        table = np.stack([np.stack(np.broadcast_arrays(*row, zero)[:-1], -1) for row in given], -2)
        size = np.abs(table[..., :3]).max(-1, keepdims=True)
        scaled = table / np.where(size > 0, size, 1.0)
        return scaled[..., :3], scaled[..., 3]

    obey = (
        (-one, zero, zero, 0.0),
        (zero, -one, zero, 0.0),
        (one, 2 * one, zero, -1.0),
        (zero, zero, -one, 0.0),
        (zero, zero, one, -1.0),
        (q * g, -q * h, -phi * h, 0.0),  # told to yield, dare
        (-q * h, -q * (g + 2 * h), -phi * h, h),  # told to dare, yield
    )
    more = {
        "omniscient": (),
        # What the mediator does not ask it cannot use.
        "no_reports": ((one, one, -one, 0.0), (-one, -one, one, 0.0)),
        "reports": (
            (one, one, -one, 0.0),  # the tough pose as normal
            # The normal pose as tough, and dare, or yield.
            (-normal[0], -normal[1], q * (t - p) - normal[2], 0.0),
            (-normal[0], -normal[1], q * (r - s) - normal[2], s - p),
        ),
    }

    def best(goal: Rows, institution: str) -> Any:
        left, constants = rows(*obey, *more[institution])
        found = np.full(t.shape, -np.inf)
        threes = np.array([*combinations(range(left.shape[-2]), 3)])
        for some in np.array_split(threes, 1 + t.size * len(threes) // AT_ONCE):
            # Cramer's rule: three rows a, b, c meet where x = (d_a b×c + d_b c×a + d_c a×b)/det.
            one, two, three = (left[..., some[:, k], :] for k in range(3))
            across = np.cross(two, three), np.cross(three, one), np.cross(one, two)
            det = (one * across[0]).sum(-1)
            flat = np.abs(det) < ROUNDING
            sums = sum(constants[..., some[:, k], None] * c for k, c in enumerate(across))
            corner = -sums / np.where(flat, 1.0, det)[..., None]
            over = corner @ np.swapaxes(left, -1, -2) + constants[..., None, :]
            value = (goal[0][..., None, :] * corner).sum(-1) + goal[1][..., None]
            fits = ~flat & (over <= ROUNDING).all(-1)
            found = np.maximum(found, np.where(fits, value, -np.inf).max(-1))
        return found

    payoff = (
        np.stack([q * normal[0], q * normal[1], q * phi * (s + t - p - tough)], -1),
        q**2 * p + q * phi * (p + tough) + phi**2 * tough,
    )
    return payoff, best


# The second route: the games, and the polytopes of their equilibria with a mediator, in rationals.

CHOICE = ("yield", "dare")
CRASH = ("dare", "dare")


def chicken_game(
    temptation: float, reward: float, sucker: float, punishment: float
) -> NormalFormGame:
    """Return the table of payoffs."""
    t, r, s, p = (Fraction(str(v)) for v in (temptation, reward, sucker, punishment))
    return NormalFormGame.from_arrays(
        [[r, s], [t, p]], [[r, t], [s, p]], players=("A", "B"), actions=(CHOICE, CHOICE)
    )


def tough_game(
    temptation: float,
    reward: float,
    sucker: float,
    punishment: float,
    punishment_tough: float,
    prob_tough: float,
) -> BayesianGame:
    """Return the game with types."""
    t, r, s, p, tough, phi = (
        Fraction(str(v))
        for v in (temptation, reward, sucker, punishment, punishment_tough, prob_tough)
    )
    own = np.array([[[r, s], [t, crash]] for crash in (p, tough)])  # type, action, other's action
    a = np.stack([own, own], 1)
    chances = (1 - phi, phi)
    return BayesianGame.from_arrays(
        a, a.transpose(1, 0, 3, 2), prior=[[f * g for g in chances] for f in chances],
        players=("A", "B"), types=[("normal", "tough")] * 2, actions=[CHOICE] * 2,
    )  # fmt: skip


def chicken_solved(**payoffs: float) -> Results:
    """Ask the polytope of correlated equilibria, and find the mixed Nash equilibrium."""
    game = chicken_game(**payoffs)
    found = solve(game, "correlated", exact=True)
    low, high = found.payoff_bounds(("A", "B"))
    alone = [e for e in solve(game, "nash", exact=True) if 0 < e.probability(CRASH) < 1]
    if len(alone) != 1:
        raise GameError(f"there are {len(alone)} mixed equilibria, not one")
    return {
        "payoff_mixed_nash": float(alone[0].payoffs["A"]),
        "payoff_best": float(high) / 2,
        "payoff_worst": float(low) / 2,
        "prob_both_yield_max": float(found.bounds((("yield", "yield"),))[1]),
        "prob_crash_max": float(found.bounds((CRASH,))[1]),
        "prob_crash_mixed_nash": float(alone[0].probability(CRASH)),
    }


CONCEPTS = {
    "none": "nash",
    "no_reports": "correlated",
    "reports": "communication",
    "omniscient": "bayes-correlated",
}


def tough_types_solved(**arguments: float) -> Results:
    """Bound crashes and payoffs over all equilibria of each institution."""
    game = tough_game(**arguments)
    results = {}
    for name, concept in CONCEPTS.items():
        found = solve(game, concept, exact=True)
        results[f"prob_crash_{name}"] = float(found.bounds((CRASH,))[0])
        results[f"payoff_{name}"] = float(found.payoff_bounds(("A", "B"))[1]) / 2
    return results


# Figures.


def draw_payoffs(ax: Axes) -> None:
    """Draw what both sides can get, with a mediator and without."""
    given = {q.name: q.default for q in FOUR}
    found = MODEL.results("chicken")
    t, s = given["temptation"], given["sucker"]
    ends = [(t, s), (s, t)]
    best, worst, mixed = ((found[k],) * 2 for k in ("payoff_best", "payoff_worst",
                                                   "payoff_mixed_nash"))  # fmt: skip
    outer, inner = [ends[0], best, ends[1], worst], [ends[0], ends[1], mixed]
    ax.fill(*zip(*outer, strict=True), facecolor="#D6E6F2", edgecolor=COLOURS[1],
            label="correlated equilibria")  # fmt: skip
    ax.fill(*zip(*inner, strict=True), facecolor="#F3CF85", edgecolor=COLOURS[2], linestyle="--",
            label="public draws among Nash equilibria")  # fmt: skip
    ax.plot(*zip(*inner, strict=True), "o", color="black", markersize=6, label="Nash equilibria")
    for point, word, shift in ((best, "best", (8, 3)), (worst, "worst", (-8, -12))):
        ax.plot(*point, "s", color=COLOURS[1], markersize=6)
        ax.annotate(f"{word}, {point[0]:g} each", point, xytext=shift, textcoords="offset points",
                    ha="left" if shift[0] > 0 else "right")  # fmt: skip
    ax.set(xlabel="Payoff of A, utils", ylabel="Payoff of B, utils", xlim=(1.5, 7.5),
           ylim=(1.5, 7.5), aspect="equal")  # fmt: skip
    ax.legend(frameon=False, loc="upper right", fontsize=9)
    caption(ax, "T = 7, R = 6, S = 2, P = 0.")


def draw_crashes(ax: Axes) -> None:
    """Draw the fewest crashes of each institution."""
    phi = np.linspace(0.001, 0.7, 700)
    found = MODEL.results("tough-types", temptation=14, reward=7, sucker=6, punishment=0,
                          punishment_tough=8, prob_tough=phi)  # fmt: skip
    names = {
        "none": "no mediator",
        "no_reports": "a mediator that does not ask",
        "reports": "a mediator that asks",
        "omniscient": "a mediator that knows",
    }
    for (key, name), line in zip(names.items(), strokes(4), strict=True):
        ax.plot(phi, found[f"prob_crash_{key}"], label=name, **line)
    ax.set(xlabel="Probability that a side is tough, φ", ylabel="Least probability of a crash",
           xlim=(0, 0.7), ylim=(0, 0.5))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "T = 14, R = 7, S = 6, P = 0; the tough get 8 in a crash. From φ = 7/13 on all are "
                "φ²: two tough sides crash whatever happens.")  # fmt: skip


FOUR = (
    Quantity("temptation", "T", "payoff of who dares against one that yields, utils", 7,
             box=(6, 13)),
    Quantity("reward", "R", "payoff of both if both yield, utils", 6, box=(4, 9)),
    Quantity("sucker", "S", "payoff of who yields to one that dares, utils", 2, box=(1, 6)),
    Quantity("punishment", "P", "payoff of a crash, utils", 0, box=(-4, 3)),
)  # fmt: skip
ORDER = Condition(
    ("temptation", "reward", "sucker", "punishment"),
    "temptation > reward > sucker > punishment",
    lambda temptation, reward, sucker, punishment: (
        (temptation - reward > TIE) & (reward - sucker > TIE) & (sucker - punishment > TIE)
    ),
)
TOUGH = Condition(
    ("sucker", "punishment_tough", "temptation"),
    "sucker < punishment_tough < temptation",
    lambda sucker, punishment_tough, temptation: (
        (punishment_tough - sucker > TIE) & (temptation - punishment_tough > TIE)
    ),
)
INSTITUTIONS = {
    "none": "without a mediator",
    "no_reports": "with a mediator that does not ask",
    "reports": "with a mediator that hears reports",
    "omniscient": "with a mediator that knows the types",
}

MODEL = Model(
    slug="myerson-1986-communication-equilibrium",
    title="What a mediator can do in Chicken: advise, ask, or know",
    citation="""@article{myerson1986multistage,
  author  = {Roger B. Myerson},
  title   = {Multistage Games with Communication},
  journal = {Econometrica},
  volume  = {54},
  year    = {1986}
}""",
    provenance=(
        "Correlated equilibrium is Aumann's, 'Subjectivity and Correlation in Randomized "
        "Strategies', Journal of Mathematical Economics 1 (1974); communication equilibrium is "
        "Myerson's, also 'Optimal coordination mechanisms in generalized principal-agent "
        "problems', same journal 10 (1982); Bayes correlated equilibrium is Bergemann and "
        "Morris's, Theoretical Economics 11 (2016), 487-522, doi:10.3982/TE1808. The definitions "
        "are theirs, and the Chicken with payoffs 7, 6, 2 and 0 is a textbook's. Ours: the corners "
        "and formulas for all payoffs, the game with tough types, its formulas (those for crashes "
        "are checked against programs at many points, not proved), and the figures."
    ),
    cases={
        "chicken": Case(
            FOUR, chicken,
            {
                "payoff_mixed_nash": "payoff of each side in the mixed equilibrium, utils",
                "payoff_best": "largest mean payoff of the two over all correlated equilibria, "
                               "utils",
                "payoff_worst": "smallest mean payoff of the two, utils",
                "prob_both_yield_max": "largest probability that both yield",
                "prob_crash_max": "largest probability of a crash",
                "prob_crash_mixed_nash": "probability of a crash in the mixed equilibrium",
            },
            conditions=(ORDER,), game=chicken_game, solved=chicken_solved,
        ),
        "tough-types": Case(
            (
                *FOUR,
                Quantity("punishment_tough", "P_K", "payoff of a crash to a tough side, utils", 3,
                         box=(2, 9)),
                Quantity("prob_tough", "φ", "probability that a side is tough", 0.1, 0, 1,
                         closed="neither", box=(0.03, 0.8)),
            ),
            tough_types,
            {
                f"{result}_{key}": f"{meaning} {name}"
                for result, meaning in {
                    "prob_crash": "least probability of a crash",
                    "payoff": "largest expected payoff of a side, utils,",
                }.items()
                for key, name in INSTITUTIONS.items()
            },
            conditions=(ORDER, TOUGH), game=tough_game, solved=tough_types_solved,
        ),
    },
    levers=(
        Lever("interests", "tough-types", "prob_tough", False,
              "who acts on interests would rather yield than crash"),
        Lever("restraint", "tough-types", "temptation", False,
              "restraint leaves less to gain from daring"),
        Lever("division", "tough-types", "sucker", True,
              "in a sequence of disputes who yields in one gets its turn in another"),
    ),
    badness="prob_crash_reports",
    figures={"payoffs": draw_payoffs, "crashes": draw_crashes},
)  # fmt: skip
