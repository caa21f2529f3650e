"""After Kydd (2000, 2005): how much trust cooperation needs, and reassurance by a small first step.

Two states cooperate or defect, at once. A *trustworthy* one wants to cooperate if the other does,
an *untrustworthy* one would exploit that. Each alone knows which it is; *trust* t is the
probability that the other is trustworthy. In one round trustworthy states can cooperate only if
trust is at least m = (P - S)/(P - S + R - T): the more there is to lose from being exploited, the
more trust it takes.

Now let the same game be played twice, the first round with weight α, the second with 1 - α. In the
*reassurance* equilibrium trustworthy states cooperate at first, and go on if both have; the
untrustworthy defect at once. The first step must be small enough for the trustworthy to dare, and
large enough for the untrustworthy not to feign trustworthiness in order to exploit it later. So
trust can be built where there is too little for cooperation in one round. Where trust is high and
the first step small, there is also *pooling*: the untrustworthy cooperate now and exploit later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from math import inf, nan
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import solve
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    Parameter,
    chance,
    end,
    move,
    tell,
)
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.games.tree import Node

__all__ = ["MODEL"]

Results = Mapping[str, Any]

SLACK = 1e-12
"""Differences below this count as none where thresholds are compared."""


# Closed forms.


def threshold(reward: Any, temptation: Any, sucker: Any, punishment: Any) -> Any:
    """Return m, the least trust for cooperation in one round."""
    return (punishment - sucker) / (punishment - sucker + reward - temptation)


def one_round(trust_1: Any, trust_2: Any, **payoffs: Any) -> Results:
    """Compare trust on both sides with what it takes; to defect is always an equilibrium."""
    least = threshold(**payoffs)
    exists = np.minimum(trust_1, trust_2) >= least - SLACK
    return {
        "trust_threshold": least,
        "cooperation_exists": exists,
        "equilibria": 1 + np.asarray(exists, dtype=int),
    }


def steps(
    trust: Any,
    reward: Any,
    temptation: Any,
    sucker: Any,
    punishment: Any,
    temptation_untrustworthy: Any,
    sucker_untrustworthy: Any,
) -> tuple[Any, Any]:
    """Return the least step at which nobody feigns, and the largest that the trustworthy dare."""
    t, p = np.asarray(trust, dtype=float), punishment
    exploits = temptation_untrustworthy - p
    feigns = t * (2 * temptation_untrustworthy - reward - p) + (1 - t) * (p - sucker_untrustworthy)
    risks = t * (temptation - p) + (1 - t) * (p - sucker)
    with np.errstate(divide="ignore"):
        dares = np.where(risks > 0, t * (reward - p) / risks, np.inf)
    return t * exploits / feigns, np.minimum(1, dares)


def reassurance(
    trust: Any,
    reward: Any,
    temptation: Any,
    sucker: Any,
    punishment: Any,
    temptation_untrustworthy: Any,
    sucker_untrustworthy: Any,
) -> Results:
    """Return the steps that reassure at this trust, and the least trust at which one does."""
    stage = (reward, temptation, sucker, punishment)
    low, high = steps(trust, *stage, temptation_untrustworthy, sucker_untrustworthy)
    gains, exploits = reward - punishment, temptation_untrustworthy - punishment
    more = temptation_untrustworthy - reward
    a = gains * (exploits + more) - exploits * (temptation - punishment)
    b = exploits * (punishment - sucker) - gains * (punishment - sucker_untrustworthy)
    short = b > 0
    return {
        "trust_threshold": threshold(*stage),
        "step_low": low,
        "step_high": high,
        "exists": low <= high + SLACK,
        "trust_min": np.where(short, b / np.where(short, a + b, 1), 0.0),
    }


def _failing(low: Any, high: Any, enough: Any) -> Any:
    """Return how much of all trust neither lies in a window nor is enough for one round."""
    return enough - np.maximum(0, np.minimum(high, enough) - low)


def trust_window(
    step: Any,
    reward: Any,
    temptation: Any,
    sucker: Any,
    punishment: Any,
    temptation_untrustworthy: Any,
    sucker_untrustworthy: Any,
) -> Results:
    """Return the trust at which this step reassures."""
    p = punishment
    risk, tempted = step * (p - sucker), step * (temptation - p)
    feigned = step * (p - sucker_untrustworthy)
    exploits = temptation_untrustworthy - p
    over = exploits - step * (2 * temptation_untrustworthy - reward - p) + feigned
    low = risk / (reward - p + risk - tempted)
    high = np.where(over > 0, np.minimum(1, feigned / np.where(over > 0, over, 1)), 1.0)
    return {
        "trust_low": low,
        "trust_high": high,
        "exists": low <= high + SLACK,
        "trust_failing": _failing(low, high, threshold(reward, temptation, sucker, punishment)),
    }


def pooling(
    trust: Any,
    reward: Any,
    temptation: Any,
    sucker: Any,
    punishment: Any,
    temptation_untrustworthy: Any,
    sucker_untrustworthy: Any,
) -> Results:
    """Return the largest first step at which the untrustworthy cooperate, to exploit later."""
    exists = trust >= threshold(reward, temptation, sucker, punishment) - SLACK
    later = trust * (temptation_untrustworthy - punishment)
    return {
        "exists": exists,
        "step_high": np.where(exists, later / (later + temptation_untrustworthy - reward), np.nan),
    }


# The second route: the games, solved; and, for the border of what can be an equilibrium, a state's
# problem as a tree of its own in which the other follows its plan.

Plan = Callable[[str, str | None], str]
"""What a kind of state does: at first, or after (own, other's) first act, such as "CD"."""

KINDS = ("trustworthy", "untrustworthy")
PAYOFFS = (
    "reward", "temptation", "sucker", "punishment", "temptation_untrustworthy",
    "sucker_untrustworthy",
)  # fmt: skip
TRUST, STEP = Parameter("trust", (0, 1)), Parameter("step", (0, 1))
SYMBOLS = {name: Parameter(name, (-inf, inf)) for name in PAYOFFS}


def stage_payoffs(kind: str, payoffs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a kind of state gets, by its own act and the other's."""
    own = "_untrustworthy" if kind == "untrustworthy" else ""
    return {
        "CC": payoffs["reward"],
        "CD": payoffs["sucker" + own],
        "DC": payoffs["temptation" + own],
        "DD": payoffs["punishment"],
    }


def one_round_game(
    trust_1: float,
    trust_2: float,
    reward: float,
    temptation: float,
    sucker: float,
    punishment: float,
    temptation_untrustworthy: float | None = None,
    sucker_untrustworthy: float | None = None,
) -> BayesianGame:
    """Return the game of one round; what the untrustworthy get does not matter, and has defaults.

    A kind that does not occur is left out.
    """
    given = {
        "reward": reward, "temptation": temptation, "sucker": sucker, "punishment": punishment,
        "temptation_untrustworthy": (
            reward + 1 if temptation_untrustworthy is None else temptation_untrustworthy
        ),
        "sucker_untrustworthy": sucker if sucker_untrustworthy is None else sucker_untrustworthy,
    }  # fmt: skip
    exact = {name: Fraction(str(value)) for name, value in given.items()}
    priors: Any = [{k: p for k, p in _kinds(t).items() if p} for t in (trust_1, trust_2)]

    def pay(kinds: tuple[str, ...], acts: tuple[str, ...]) -> Any:
        one, other = acts
        return (
            stage_payoffs(kinds[0], exact)[one + other],
            stage_payoffs(kinds[1], exact)[other + one],
        )

    acts: Any = [("C", "D")] * 2
    payoffs: Any = pay  # called for every situation and profile
    return BayesianGame(("A", "B"), tuple(tuple(p) for p in priors), acts, priors, payoffs)


def _kinds(trust: float) -> dict[str, Fraction]:
    share = Fraction(str(trust))
    return dict(zip(KINDS, (share, 1 - share), strict=True))


def two_round_game(
    trust: float = 0.5, step: float = 0.6, trust_2: float | None = None, **payoffs: float
) -> ExtensiveFormGame:
    """Return the game of two rounds; outcomes are what A and B did in each, such as "CC DD".

    `trust_2` is the probability that B is trustworthy, where it differs from A's.
    """
    exact = {name: Fraction(str(value)) for name, value in payoffs.items()}
    first = Fraction(str(step))
    ours, theirs = _kinds(trust), _kinds(trust if trust_2 is None else trust_2)

    def acts(then: Callable[[str], Node]) -> Node:
        """Let both act at once."""
        return move(
            "A", {one: move("B", {other: then(one + other) for other in "CD"}) for one in "CD"}
        )

    def play(a: str, b: str) -> Node:
        def last(before: str) -> Node:
            return acts(lambda after: end(f"{before} {after}", paid(before, after)))

        def paid(before: str, after: str) -> tuple[Any, ...]:
            pays = stage_payoffs(a, exact), stage_payoffs(b, exact)
            turned = (before, after), (before[::-1], after[::-1])
            return tuple(
                first * own[x] + (1 - first) * own[y]
                for own, (x, y) in zip(pays, turned, strict=True)
            )

        return tell(
            {"A": a, "B": b}, acts(lambda seen: tell({"A": seen, "B": seen[::-1]}, last(seen)))
        )

    pairs = {
        f"{a}, {b}": (p * q, play(a, b))
        for a, p in ours.items() for b, q in theirs.items() if p * q
    }  # fmt: skip
    return ExtensiveFormGame(chance(pairs), ("A", "B"))


def reassures(kind: str, seen: str | None) -> str:
    """Follow the reassurance equilibrium."""
    return "C" if kind == "trustworthy" and seen in (None, "CC") else "D"


def pools(kind: str, seen: str | None) -> str:
    """Follow the equilibrium in which all cooperate at first."""
    return "C" if seen is None or (kind == "trustworthy" and seen == "CC") else "D"


def cooperates(kind: str, seen: str | None) -> str:
    """Cooperate if trustworthy, in the round that counts."""
    return "C" if kind == "trustworthy" else "D"


@cache
def _gains(kind: str, plan: Plan) -> tuple[Callable[..., Fraction], ...]:
    """Return what a kind of state gains by a plan over every other, if the other follows it too.

    The functions take trust, the step, and the payoffs in their order.
    """
    stage = stage_payoffs(kind, SYMBOLS)
    shares = dict(zip(KINDS, (TRUST, 1 - TRUST), strict=True))

    def paid(first: str, second: str) -> sp.Expr:
        return STEP * stage[first] + (1 - STEP) * stage[second]

    def after(other: str, own: str) -> Node:
        first = own + plan(other, None)
        answer = plan(other, first[::-1])
        ends = {act: end(first + act + answer, {"A": paid(first, act + answer)}) for act in "CD"}
        return tell({"A": first}, move("A", ends))

    acts = {k: move("A", {own: after(k, own) for own in "CD"}) for k in KINDS}
    tree = chance({k: (shares[k], acts[k]) for k in KINDS})
    others = [pay for (pay,) in ExtensiveFormGame(tree, ("A",)).to_normal().payoffs.values()]
    followed = sp.Integer(0)
    for k in KINDS:
        first = plan(kind, None) + plan(k, None)
        followed += shares[k] * paid(first, plan(kind, first) + plan(k, first[::-1]))
    symbols = (TRUST, STEP, *SYMBOLS.values())
    return tuple(sp.lambdify(symbols, sp.expand(followed - pay), "math") for pay in others)


def _bounds(
    plan: Plan, kinds: Iterable[str], *, trust: Any = None, step: Any = None, **payoffs: Any
) -> tuple[Any, Any]:
    """Return between which values of trust or step, the one left out, no plan is worth more.

    All is in fractions; what a plan is worth is linear in trust, and in the step.
    """
    pays = [Fraction(str(payoffs.get(name, 0))) for name in PAYOFFS]
    known = [None if v is None else Fraction(str(v)) for v in (trust, step)]
    ends = [[end if v is None else v for v in known] for end in (Fraction(0), Fraction(1))]
    low: Any = -inf
    high: Any = inf
    for kind in kinds:
        for gain in _gains(kind, plan):
            at_0, at_1 = (gain(*point, *pays) for point in ends)
            if at_1 > at_0:
                low = max(low, at_0 / (at_0 - at_1))
            elif at_1 < at_0:
                high = min(high, at_0 / (at_0 - at_1))
            elif at_0 < 0:
                return inf, -inf
    return low, high


def one_round_solved(trust_1: float, trust_2: float, **payoffs: float) -> Results:
    """Count the pure equilibria of the game."""
    found = solve(one_round_game(trust_1, trust_2, **payoffs), "pure-nash")
    cooperate = [float(cast(Any, e.probability(("C", "C")))) > 0 for e in found]
    return {
        "trust_threshold": _threshold(**payoffs),
        "cooperation_exists": any(cooperate),
        "equilibria": len(found),
    }


def _threshold(**payoffs: float) -> float:
    """Return the trust from which on to cooperate is best in a single round."""
    return float(_bounds(cooperates, KINDS[:1], step=1, **payoffs)[0])


def reassurance_solved(trust: float, **payoffs: float) -> Results:
    """Compare all plans of both kinds; the least trust by bisection, to 1e-14."""

    def window(trust: Any) -> tuple[Any, Any]:
        low, high = _bounds(reassures, KINDS, trust=trust, **payoffs)
        return low, min(high, 1)

    low, high = window(trust)
    no, yes = Fraction(0), Fraction(1)
    for _ in range(47):
        middle = (no + yes) / 2
        least, most = window(middle)
        no, yes = (no, middle) if least <= most else (middle, yes)
    return {
        "trust_threshold": _threshold(**payoffs),
        "step_low": float(low),
        "step_high": float(high),
        "exists": low <= high,
        "trust_min": float(yes),
    }


def trust_window_solved(step: float, **payoffs: float) -> Results:
    """Compare all plans of both kinds."""
    low, high = _bounds(reassures, KINDS, step=step, **payoffs)
    most = min(high, 1)
    return {
        "trust_low": float(low),
        "trust_high": float(most),
        "exists": low <= most,
        "trust_failing": float(_failing(float(low), float(most), _threshold(**payoffs))),
    }


def pooling_solved(trust: float, **payoffs: float) -> Results:
    """Compare all plans of both kinds."""
    low, high = _bounds(pools, KINDS, trust=trust, **payoffs)
    exists = low <= min(high, 1) and high > 0
    return {"exists": exists, "step_high": float(high) if exists else nan}


# Figures.

STAGE = "R = 1, T = 0.5, S = −1, P = 0"


def draw_square(ax: Axes) -> None:
    """Draw which pairs of trust allow for cooperation in one round, and for reassurance."""
    from matplotlib.patches import Rectangle

    least = MODEL.results("one-round")["trust_threshold"]
    ax.add_patch(Rectangle((least, least), 1 - least, 1 - least, facecolor="#D6E6F2"))
    ax.text(0.97, 0.97, f"one round,\nfrom m = {least:.3f} on", ha="right", va="top")
    for step, line in zip((0.5, 0.6, 0.7), strokes(4)[1:], strict=True):
        found = MODEL.results("trust-window", step=step)
        low, high = found["trust_low"], found["trust_high"]
        corners = [low, high, high, low, low], [low, low, high, high, low]
        ax.plot(*corners, label=f"reassurance, α = {step}", **line)
    ax.set(xlabel="Trust of state 2 in state 1, t₁", ylabel="Trust of state 1 in state 2, t₂",
           xlim=(0, 1), ylim=(0, 1), aspect="equal")  # fmt: skip
    ax.legend(frameon=False, loc="lower left")
    caption(ax, f"{STAGE}, Tᵤ = 1.5, Sᵤ = −1.")


def draw_lens(ax: Axes) -> None:
    """Draw which first steps reassure, at each trust."""
    trust = np.linspace(0.001, 1, 500)
    found = MODEL.results("reassurance", trust=trust)
    low, high = found["step_low"], found["step_high"]
    ax.fill_between(trust, low, high, where=low <= high, color="#D6E6F2", linewidth=0)
    dares, proves, pools_ = strokes(3)
    ax.plot(trust, high, label="largest that the trustworthy dare", **dares)
    ax.plot(trust, low, label="least that proves anything", **proves)
    pooled = MODEL.results("pooling", trust=trust)["step_high"]
    ax.plot(trust, pooled, label="up to here all may cooperate, some to exploit", **pools_)
    one = MODEL.results("reassurance")
    for x, name in ((one["trust_min"], "least t"), (one["trust_threshold"], "m")):
        ax.axvline(x, ymax=0.8, color="0.6", linestyle=":", linewidth=0.8)
        ax.text(x + 0.005, 0.02, f"{name} = {x:.3f}", color=COLOURS[0])
    ax.text(0.85, 0.88, "reassurance", ha="center")
    ax.set(xlabel="Trust, t", ylabel="Size of the first step, α", xlim=(0, 1),
           ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, f"{STAGE}, Tᵤ = 1.5, Sᵤ = −1.")


def _trust(name: str, letter: str, default: float, whose: str) -> Quantity:
    return Quantity(name, letter, f"probability that {whose} is trustworthy", default, 0, 1,
                    box=(0, 1))  # fmt: skip


def _own_trust(default: float) -> Quantity:
    return Quantity("trust", "t", "probability that the other is trustworthy", default, 0, 1,
                    closed="right", box=(0.05, 1))  # fmt: skip


ASSURANCE = (
    Quantity("reward", "R", "payoff if both cooperate, utils", 1, box=(1, 1.5)),
    Quantity("temptation", "T", "payoff of a trustworthy state that alone defects, utils", 0.5,
             box=(0.2, 0.9)),
    Quantity("sucker", "S", "payoff of a trustworthy state that alone cooperates, utils", -1,
             box=(-2, -0.2)),
    Quantity("punishment", "P", "payoff if both defect, utils", 0, box=(-0.1, 0.2)),
)  # fmt: skip
EXPLOITERS = (
    Quantity("temptation_untrustworthy", "T_u", "payoff of an untrustworthy state that alone "
             "defects, utils", 1.5, box=(1.6, 3)),
    Quantity("sucker_untrustworthy", "S_u", "payoff of an untrustworthy state that alone "
             "cooperates, utils", -1, box=(-2, -0.2)),
)  # fmt: skip
ASSURED = Condition(
    ("reward", "temptation", "punishment", "sucker"),
    "reward > temptation >= punishment > sucker",
    lambda reward, temptation, punishment, sucker:
    (reward > temptation) & (temptation >= punishment - SLACK) & (punishment > sucker),
)  # fmt: skip
DILEMMA = (
    ASSURED,
    Condition(("temptation_untrustworthy", "reward"), "temptation_untrustworthy > reward",
              lambda temptation_untrustworthy, reward: temptation_untrustworthy > reward),
    Condition(("sucker_untrustworthy", "punishment"), "sucker_untrustworthy < punishment",
              lambda sucker_untrustworthy, punishment: sucker_untrustworthy < punishment),
)  # fmt: skip
LEAST = "least trust for cooperation in one round, m"

MODEL = Model(
    slug="kydd-2005-trust-reassurance",
    title="Trust, and reassurance in small steps",
    citation="""@article{kydd2000trust,
  author  = {Andrew H. Kydd},
  title   = {Trust, Reassurance, and Cooperation},
  journal = {International Organization},
  volume  = {54},
  number  = {2},
  pages   = {325--357},
  year    = {2000},
  doi     = {10.1162/002081800551190}
}
@book{kydd2005trust,
  author    = {Andrew H. Kydd},
  title     = {Trust and Mistrust in International Relations},
  publisher = {Princeton University Press},
  address   = {Princeton},
  year      = {2005}
}""",
    provenance=(
        "After Kydd (2000, 2005): abstract and first chapter were at hand. Kydd's: what trust is, "
        "and that trustworthy states can reassure each other if they are more willing than the "
        "untrustworthy to run risks for the sake of cooperation. Recalled: that the first round is "
        "weighted by what is at stake in it. Ours: this exact variant with two kinds, all "
        "formulas, parameters and figures; the originals may have more kinds."
    ),
    cases={
        "one-round": Case(
            (
                _trust("trust_1", "t_1", 0.7, "state 1"), _trust("trust_2", "t_2", 0.7, "state 2"),
                *ASSURANCE,
            ),
            one_round,
            {
                "trust_threshold": LEAST,
                "cooperation_exists": "whether there is an equilibrium in which trustworthy states "
                                      "cooperate",
                "equilibria": "number of pure equilibria",
            },
            conditions=(ASSURED,), game=one_round_game, solved=one_round_solved,
        ),
        "reassurance": Case(
            (_own_trust(0.5), *ASSURANCE, *EXPLOITERS), reassurance,
            {
                "trust_threshold": LEAST,
                "step_low": "least first step that reassures, as a share of what is at stake",
                "step_high": "largest first step that does",
                "exists": "whether any does, at this trust",
                "trust_min": "least trust at which some first step reassures",
            },
            conditions=DILEMMA, game=two_round_game, solved=reassurance_solved,
        ),
        "trust-window": Case(
            (
                Quantity("step", "α", "size of the first step, as a share of what is at stake",
                         0.5, 0, 1, closed="right", box=(0.05, 1)),
                *ASSURANCE, *EXPLOITERS,
            ),
            trust_window,
            {
                "trust_low": "least trust at which this step reassures: the trustworthy dare",
                "trust_high": "largest trust at which it does: the untrustworthy do not feign",
                "exists": "whether there is such trust",
                "trust_failing": "share of trust, from 0 to 1, at which this step does not "
                "reassure and cooperation in one round is no equilibrium either",
            },
            conditions=DILEMMA, game=two_round_game, solved=trust_window_solved,
        ),
        "pooling": Case(
            (_own_trust(0.7), *ASSURANCE, *EXPLOITERS), pooling,
            {
                "exists": "whether all may cooperate at first, some to exploit later",
                "step_high": "largest first step at which they may; nan if there is none",
            },
            conditions=DILEMMA, game=two_round_game, solved=pooling_solved,
        ),
    },
    levers=(
        Lever("clear signals", "trust-window", "sucker", True,
              "verification shows early that one is cheated, so that it costs less"),
        Lever("slow escalation", "trust-window", "step", False,
              "a small first step risks little, so that little trust is enough; but if trust is "
              "high, one that is too small proves nothing"),
        Lever("interests", "trust-window", "reward", True,
              "who acts on interests counts what cooperation brings"),
        Lever("division", "trust-window", "step", False,
              "a dispute divided into issues can begin with a small one"),
    ),
    badness="trust_failing",
    figures={"square": draw_square, "lens": draw_lens},
)  # fmt: skip
