"""After Acharya and Ramsay (2013): the security dilemma as a stag hunt seen through noise.

Two states choose at once, to restrain or to attack. An attack pays 0. Restraint pays θ if the other
restrains, and θ - l if it attacks: l is what one loses when caught restraining. If all know θ, and
0 < θ < l, both restraint and attack are equilibria, and restraint is better for both.

But θ is seen through noise. It is drawn from a normal distribution with mean y and precision α,
which all know (what is *public*); each state alone has a signal of it, with precision β (what is
*private*), and restrains if the signal is above a cutoff k. Let ρ be what a state at the cutoff
expects θ to be. It is indifferent if ρ = l Φ(√Γ (ρ - y)), with *publicity*
Γ = α² (α + β)/(β (α + 2 β)). If Γ <= 2 π/l², one equilibrium is left, whatever the prior.

Hence tiny misperceptions are enough for states to attack where all would restrain if they had
common knowledge: with very good private signals alone k is near l/2. In the case *contagion*
(nothing is public) one sees why: a state that sees θ barely above 0 fears that the other sees it
below 0 and attacks; so it attacks too, so one that sees a little more fears that one, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import erfc, exp, inf, pi, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.equilibria.intervals import NormalCdf
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity
from crisisgames.literature.roots import falling_root, listed
from crisisgames.literature.routes import only_cutoff, only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

SLACK = 1e-12
"""Differences below this, in utils, count as none where thresholds are compared."""


# Closed forms.


def publicity(alpha: Any, beta: Any) -> Any:
    """Return Γ: the larger, the more the public signal tells of what the other will do."""
    return alpha * (alpha / beta) * (alpha + beta) / (alpha + 2 * beta)


def folds(loss: Any, mean: Any, gamma: Any) -> tuple[Any, Any, Any, Any]:
    """Return where h(ρ) = ρ - l Φ(√Γ (ρ - y)) turns, first down, then up, and h there.

    With Γ <= 2 π/l² it rises throughout. The turns are then at y, and h is given as infinite at the
    first, minus infinite at the second, so that either side holds the only root.
    """
    from scipy.special import ndtr  # slow to import

    slope = np.sqrt(gamma)
    steep = np.asarray(loss * slope / sqrt(2 * pi))
    out = np.sqrt(2 * np.log(np.maximum(steep, 1)))
    first, second = mean - out / slope, mean + out / slope
    bent = steep > 1
    height = np.where(bent, first - loss * ndtr(-out), np.inf)
    depth = np.where(bent, second - loss * ndtr(out), -np.inf)
    return first, second, height, depth


def lowest_belief(loss: Any, mean: Any, gamma: Any) -> Any:
    """Return the smallest root, that of the most restraint, with its relative accuracy."""
    first, second, height, _ = folds(loss, mean, gamma)
    bent = np.isfinite(height)
    low_exists = height >= -SLACK
    least = _log_attack(0.0, loss, mean, gamma)  # the root is no less
    start = np.where(bent & ~low_exists, np.log(np.maximum(second, 1e-300)), -np.inf)
    stop = np.where(bent & low_exists, np.log(np.maximum(first, 1e-300)), np.inf)
    low = np.minimum(np.maximum(start, least), np.log(loss))
    high = np.maximum(np.minimum(stop, np.log(loss)), low)
    return np.exp(falling_root(lambda r: _log_attack(np.exp(r), loss, mean, gamma) - r, low, high))


def middle_belief(loss: Any, mean: Any, gamma: Any) -> Any:
    """Return the root between the turns of h; nan where there is none."""
    first, second, height, depth = folds(loss, mean, gamma)
    there = np.isfinite(height) & (height > SLACK) & (depth < -SLACK)
    low = np.where(there, np.log(np.maximum(first, 1e-300)), 0.0)
    high = np.where(there, np.log(np.maximum(second, 1e-300)), 0.0)
    root = falling_root(lambda r: r - _log_attack(np.exp(r), loss, mean, gamma), low, high)
    return np.where(there, np.exp(root), np.nan)


def highest_belief(loss: Any, mean: Any, gamma: Any) -> Any:
    """Return the largest root: with l - ρ and l - y in the place of ρ and y nothing changes."""
    _, _, height, depth = folds(loss, mean, gamma)
    several = np.isfinite(height) & (height >= -SLACK) & (depth <= SLACK)
    mirrored = loss - lowest_belief(loss, loss - mean, gamma)
    return np.where(several, mirrored, lowest_belief(loss, mean, gamma))


def _log_attack(belief: Any, loss: Any, mean: Any, gamma: Any) -> Any:
    """Return the log of l times the probability that the other attacks, at the cutoff."""
    from scipy.special import log_ndtr

    return np.log(loss) + log_ndtr(np.sqrt(gamma) * (belief - mean))


def cutoffs(loss: Any, prior_mean: Any, prior_precision: Any, signal_precision: Any) -> Results:
    """List all equilibria."""
    gamma = publicity(prior_precision, signal_precision)
    given = (loss, prior_mean, gamma)
    bound = 2 * pi / np.asarray(loss, dtype=float) ** 2
    low, middle, high = (f(*given) for f in (lowest_belief, middle_belief, highest_belief))
    beliefs = (low, middle, np.where(high > low, high, np.nan))
    return {
        "publicity": gamma,
        "publicity_bound": bound,
        "unique_for_every_prior": gamma <= bound + SLACK,
        "equilibria": sum(~np.isnan(rho) for rho in beliefs),
        "belief_cutoffs": listed(*beliefs),
        "signal_cutoffs": listed(
            *(rho + prior_precision / signal_precision * (rho - prior_mean) for rho in beliefs)
        ),
    }


def mutual_restraint(
    loss: Any, prior_mean: Any, prior_precision: Any, signal_precision: Any, restraint_value: Any
) -> Results:
    """Take the equilibria of most and of least restraint, at the true state."""
    from scipy.special import ndtr

    gamma = publicity(prior_precision, signal_precision)

    def lead(belief: Any) -> Any:
        """Return by how many standard deviations the state is above the signal cutoff."""
        cutoff = belief + prior_precision / signal_precision * (belief - prior_mean)
        return np.sqrt(signal_precision) * (restraint_value - cutoff)

    most, least = (lead(f(loss, prior_mean, gamma)) for f in (lowest_belief, highest_belief))
    return {
        "prob_both_restrain": ndtr(most) ** 2,
        "prob_one_restrains": 2 * ndtr(most) * ndtr(-most),
        "prob_both_attack": ndtr(-most) ** 2,
        "prob_both_restrain_low": ndtr(least) ** 2,
    }


def contagion(loss: float, noise_sd: float, rounds: int) -> Results:
    """Follow who attacks after so many rounds of reasoning.

    The next cutoff k + σ u, σ = √2 τ, solves k + σ u = l Φ(-u), u >= 0. The difference of the two
    sides rises in u and is concave, so Newton's method from 0 comes to the root from the left.
    """
    cutoff, spread = 0.0, sqrt(2) * noise_sd
    for _ in range(rounds):
        u = 0.0
        for _ in range(200):
            lack = loss * _normal(-u) - cutoff - spread * u
            ahead = u + lack / (spread + loss * exp(-u * u / 2) / sqrt(2 * pi))
            if not ahead > u * (1 + 1e-16):
                break
            u = ahead
        if u == 0:
            break  # the limit, to the last bit
        cutoff += spread * u
    return {"cutoff": cutoff, "cutoff_limit": loss / 2}


def _normal(x: float) -> float:
    return erfc(-x / sqrt(2)) / 2


# The second route: in signals, with the joint distribution of both, and no other cutoff rule best.

CUTOFF, SIGNAL = sp.symbols("cutoff signal")
LOSS, ALPHA, BETA, NOISE = (Parameter(n, (0, inf)) for n in ("loss", "alpha", "beta", "noise"))
PRIOR, BEFORE = (Parameter(n, (-inf, inf)) for n in ("prior", "before"))

EXPECTED = (ALPHA * PRIOR + BETA * SIGNAL) / (ALPHA + BETA)
# Of the other's signal, which is normal about what is expected of the state.
SPREAD = sp.sqrt(1 / (ALPHA + BETA) + 1 / BETA)
# Who expects less than 0 attacks and who expects more than the loss does not, come what may. The
# ends lie beyond, as a cutoff may be as near to those as rounding.
ENDS = tuple(((ALPHA + BETA) * end - ALPHA * PRIOR) / BETA for end in (-LOSS, 2 * LOSS))
RESTRAINS = CutoffRule(
    CUTOFF, ENDS, EXPECTED - LOSS * NormalCdf((CUTOFF - EXPECTED) / SPREAD), type=SIGNAL
)
# Nothing is public, and the other attacks below the cutoff of the round before.
ANSWER = SIGNAL - LOSS * NormalCdf((BEFORE - SIGNAL) / (sp.sqrt(2) * NOISE))
ANSWERS = CutoffRule(CUTOFF, (0, LOSS), ANSWER, type=SIGNAL)
# The other does the same as oneself.
AGREES = CutoffRule(CUTOFF, (0, LOSS), ANSWER.subs(BEFORE, CUTOFF), type=SIGNAL)


def _all(loss: float, prior: float, alpha: float, beta: float) -> list[float]:
    """Return all signal cutoffs, each proved to be best for all types."""
    found = cutoff_equilibria(RESTRAINS, loss=loss, prior=prior, alpha=alpha, beta=beta)
    if not (found.complete and all(e.best_reply for e in found)):
        raise GameError("not all cutoffs could be found, or proved to be best for all types")
    return [e.cutoffs["cutoff"] for e in found]


@cache
def _publicity() -> Any:
    """Return Γ as a function: what the other is feared to do, per util expected above the prior."""
    fear = (CUTOFF - EXPECTED.subs(SIGNAL, CUTOFF)) / SPREAD
    gamma = sp.simplify((fear / (EXPECTED.subs(SIGNAL, CUTOFF) - PRIOR)) ** 2)
    return sp.lambdify((ALPHA, BETA), gamma, dummify=True)


def cutoffs_solved(
    loss: float, prior_mean: float, prior_precision: float, signal_precision: float
) -> Results:
    """Find all cutoffs; if there is one at the prior mean l/2 there is one at every other."""
    alpha, beta = prior_precision, signal_precision
    found = _all(loss, prior_mean, alpha, beta)
    return {
        "publicity": _publicity()(alpha, beta),
        "unique_for_every_prior": len(_all(loss, loss / 2, alpha, beta)) == 1,
        "equilibria": len(found),
        "belief_cutoffs": [(alpha * prior_mean + beta * k) / (alpha + beta) for k in found],
        "signal_cutoffs": found,
    }


def mutual_restraint_solved(
    loss: float,
    prior_mean: float,
    prior_precision: float,
    signal_precision: float,
    restraint_value: float,
) -> Results:
    """Take the lowest and the highest of all cutoffs; signals are independent given the state."""
    found = _all(loss, prior_mean, prior_precision, signal_precision)
    scale = sqrt(signal_precision)
    restrain, attack = (_normal(s * scale * (restraint_value - found[0])) for s in (1, -1))
    return {
        "prob_both_restrain": restrain**2,
        "prob_one_restrains": 2 * restrain * attack,
        "prob_both_attack": attack**2,
        "prob_both_restrain_low": _normal(scale * (restraint_value - found[-1])) ** 2,
    }


def contagion_solved(loss: float, noise_sd: float, rounds: int) -> Results:
    """Guess best replies, round after round, then prove all at once; the limit replies to itself.

    A guess is a root in floats. A proof takes the guess of the round before, whose error, some
    1e-15, a best reply does not enlarge.
    """
    from scipy.optimize import brentq

    reply = sp.lambdify((SIGNAL, BEFORE, LOSS, NOISE), ANSWER, modules=["scipy", "numpy"])
    guesses = [0.0]
    for _ in range(rounds):
        guesses.append(brentq(reply, 0, loss, (guesses[-1], loss, noise_sd), xtol=1e-15))
    proved = [0.0]
    if rounds:
        given = {"loss": loss, "noise": noise_sd, "before": guesses[:-1]}
        proved += only_cutoffs(ANSWERS, **given)[:, 0].tolist()
    if not np.allclose(proved, guesses, rtol=0, atol=1e-12 * loss):
        raise GameError("the rounds of reasoning could not be proved")
    return {"cutoff": proved[-1], "cutoff_limit": only_cutoff(AGREES, loss=loss, noise=noise_sd)}


# Figures.


def draw_cutoffs(ax: Axes) -> None:
    """Draw what is expected at the cutoffs, against the public signal."""
    mean = np.linspace(-1, 2, 601)
    pairs = ((1, 100), (4, 4), (10, 4))
    for (alpha, beta), line in zip(pairs, strokes(3), strict=True):
        found = MODEL.results("cutoffs", prior_mean=mean, prior_precision=alpha,
                              signal_precision=beta)["belief_cutoffs"]  # fmt: skip
        points = [(y, rho) for y, beliefs in zip(mean, found, strict=True) for rho in beliefs]
        rows = sorted(points, key=lambda point: -point[1])  # down the curve, also where it folds
        ax.plot(*zip(*rows, strict=True), label=f"α = {alpha}, β = {beta}", **line)
    ax.set(xlabel="Mean of the prior (public signal), y",
           ylabel="State expected at the cutoff, ρ", xlim=(-1, 2), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, loc="upper right")
    caption(ax, "l = 1. A state attacks if it expects less. Of three equilibria the one in the "
            "middle is unstable.")  # fmt: skip


def draw_restraint(ax: Axes) -> None:
    """Draw how likely both restrain, against the state, for ever better private signals."""
    theta = np.linspace(-0.2, 1.2, 500)
    *lines, known = strokes(4)
    for beta, line in zip((10, 100, 1000), lines, strict=True):
        found = MODEL.results("mutual-restraint", restraint_value=theta, prior_mean=theta,
                              signal_precision=beta)  # fmt: skip
        ax.plot(theta, found["prob_both_restrain"], label=f"β = {beta}", **line)
    ax.step([-0.2, 0, 1.2], [0, 1, 1], where="post", label="common knowledge, best", **known)
    ax.axvline(0.5, color="0.6", linestyle=":", linewidth=0.8)
    ax.text(0.51, 0.03, "l/2")
    ax.set(xlabel="Value of restraint, θ", ylabel="Probability that both restrain",
           xlim=(-0.2, 1.2), ylim=(0, 1.02))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, "l = 1, α = 1, and the prior is right on average: y = θ.")


def draw_contagion(ax: Axes) -> None:
    """Draw who attacks after each round of reasoning."""
    rounds = np.arange(31)
    for noise, line in zip((0.1, 0.05), strokes(2), strict=True):
        found = MODEL.results("contagion", noise_sd=noise, rounds=rounds)
        ax.step(rounds, found["cutoff"], where="post", label=f"τ = {noise}", **line)
    ax.axhline(0.5, color="0.6", linestyle=":", linewidth=0.8)
    ax.text(0.2, 0.505, "limit, l/2")
    ax.set(xlabel="Rounds of reasoning, n", ylabel="Signal below which a state attacks",
           xlim=(0, 30), ylim=(0, 0.55))  # fmt: skip
    ax.legend(frameon=False, loc="lower right", title="Standard deviation of noise")
    caption(ax, "l = 1, nothing is public. Smaller misperceptions spread fear more slowly, and "
            "as far.")  # fmt: skip


LOSSES = Quantity("loss", "l", "what a state loses when caught restraining, utils", 1, 0,
                  closed="neither", box=(0.5, 2))  # fmt: skip


def _seen(mean: float, public: float, private: float) -> tuple[Quantity, ...]:
    return (
        LOSSES,
        Quantity("prior_mean", "y", "mean of the prior, which is public, utils", mean,
                 box=(-0.5, 2)),
        Quantity("prior_precision", "α", "precision of the prior, 1/utils²", public, 0,
                 closed="neither", box=(0.5, 20)),
        Quantity("signal_precision", "β", "precision of the private signals, 1/utils²", private, 0,
                 closed="neither", box=(1, 100)),
    )  # fmt: skip


MODEL = Model(
    slug="acharya-ramsay-2013-security-dilemma",
    title="The security dilemma: a stag hunt seen through noise",
    citation="""@article{acharya2013calculus,
  author  = {Avidit Acharya and Kristopher W. Ramsay},
  title   = {The Calculus of the Security Dilemma},
  journal = {Quarterly Journal of Political Science},
  volume  = {8},
  number  = {2},
  pages   = {183--203},
  year    = {2013},
  doi     = {10.1561/100.00011066}
}""",
    provenance=(
        "After Acharya and Ramsay (2013): its payoffs and signals were not at hand. The paper's: "
        "that minor misperceptions make cooperation fail. Its result that cheap talk often does "
        "not repair this is not encoded. Ours: this stag hunt with normal noise, by the method of "
        "Carlsson and van Damme (1993) and Morris and Shin; parameters and figures. The equation "
        "for the cutoff and the bound for uniqueness are standard for such games."
    ),
    cases={
        "cutoffs": Case(
            _seen(0.5, 10, 4), cutoffs,
            {
                "publicity": "how much the public signal tells of the other, Γ, 1/utils²",
                "publicity_bound": "largest publicity with one equilibrium at every prior",
                "unique_for_every_prior": "whether there is one equilibrium at every prior mean",
                "equilibria": "number of equilibria",
                "belief_cutoffs": "state expected at each cutoff, ρ, utils",
                "signal_cutoffs": "signal below which a state attacks, k, in each, utils",
            },
            solved=cutoffs_solved,
        ),
        "mutual-restraint": Case(
            (
                *_seen(0.45, 1, 10),
                Quantity("restraint_value", "θ", "value of restraint, the true state, utils", 0.45,
                         box=(-0.5, 2)),
            ),
            mutual_restraint,
            {
                "prob_both_restrain": "probability that both restrain, in the equilibrium of most "
                                      "restraint",
                "prob_one_restrains": "probability that one attacks, in the same",
                "prob_both_attack": "probability that both attack, in the same",
                "prob_both_restrain_low": "probability that both restrain, in the equilibrium of "
                                          "least restraint",
            },
            solved=mutual_restraint_solved,
        ),
        "contagion": Case(
            (
                LOSSES,
                Quantity("noise_sd", "τ", "standard deviation of the noise, utils", 0.1, 0,
                         closed="neither", box=(0.05, 0.5)),
                Quantity("rounds", "n", "rounds of reasoning", 5, 0, whole=True, box=(0, 12)),
            ),
            contagion,
            {
                "cutoff": "signal below which a state attacks after so many rounds, utils",
                "cutoff_limit": "its limit, utils",
            },
            vectorized=False, solved=contagion_solved,
        ),
    },
    levers=(
        Lever("clear signals", "mutual-restraint", "prior_precision", True,
              "notifications and joint inspections inform in public, so that each knows what the "
              "other knows"),
        Lever("clear signals", "mutual-restraint", "signal_precision", True,
              "a private channel informs each side better, and tells it little of what the other "
              "will do"),
        Lever("interests", "mutual-restraint", "restraint_value", True,
              "who acts on interests sees more in restraint that both keep"),
        Lever("restraint", "mutual-restraint", "loss", False,
              "forces held back and posted for defence do less to a state caught restraining"),
    ),
    badness="prob_both_attack",
    figures={"cutoffs": draw_cutoffs, "restraint": draw_restraint, "contagion": draw_contagion},
)  # fmt: skip
