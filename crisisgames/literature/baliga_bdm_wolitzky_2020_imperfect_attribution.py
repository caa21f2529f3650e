"""After Baliga, Bueno de Mesquita and Wolitzky (2020): deterrence when it is unclear who did it.

At most one of n potential attackers gets the opportunity; it knows what an attack would bring it.
The defender sees only a signal, which names one of them or nobody, and may be wrong: an attack goes
unnoticed or is blamed on another (*misattribution*, m), and somebody is named although nobody did
anything (*false alarm*, f). It then decides for each whether to retaliate, and wants to hit the
culprit only. So it retaliates the likelier, the likelier the other is guilty, and that depends on
how often each attacks: who is aggressive is suspected, and the others hide behind it (where m is at
least f / 2, so that an attack brings others under suspicion more than peace does).

Retaliation deters by what it adds to the risk that the innocent run as well. Attackers attack from
a gain x* on. If everybody attacks anyway, guilt may be so likely that signals no longer matter, and
deter nobody; then there are several equilibria.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Conditions are met if they are missed by no more than this."""

SAME = 1e-9
"""Cutoffs as near as this are one; larger than the error of a polynomial's root."""


# By the paper's construction: an attacker's probability of attacking, A, is what all beliefs depend
# on, and each belief in guilt has the form p A / (q A + s).


class Signal(NamedTuple):
    """What one signal does to an attacker: c times the chance of retaliation deters it."""

    c: float
    p: float
    q: float
    s: float

    def belief(self, attack: float) -> float:
        """Return how likely the attacker is guilty; where it never attacks, the limit."""
        if attack == 0 and self.s == 0:
            return self.p / self.q if self.q > 0 else 0.0
        below = self.q * attack + self.s
        return self.p * attack / below if below > 0 else 0.0


class Taste(NamedTuple):
    """The ends of the defender's taste for punishing a culprit, uniform between them."""

    low: float
    high: float

    def retaliates(self, belief: float) -> float:
        """Return how likely the defender retaliates: its taste is at least 1 - belief."""
        share = (self.high - 1 + belief) / (self.high - self.low)
        return min(1.0, max(0.0, share))


def _cutoffs(
    signals: Sequence[Signal], opportunity: float, gain_max: float, taste: Taste
) -> list[float]:
    """Return all cutoffs at which an attacker is indifferent, rising.

    Between the values of A at which the defender begins to retaliate after a signal, or is sure to,
    indifference is a polynomial in A.
    """
    ends = {0.0, opportunity}
    for signal in signals:
        for belief in (1 - taste.high, 1 - taste.low):
            slope = signal.p - belief * signal.q
            if slope > 0 and 0 < (at := belief * signal.s / slope) < opportunity:
                ends.add(at)
    found = [0.0] if _deterred(signals, opportunity, taste) <= TIE else []
    if any(signal.s == 0 for signal in signals) and _deterred(signals, 0.0, taste) >= gain_max:
        found.append(gain_max)  # nobody attacks, and whoever did would give itself away
    for low, high in pairwise(sorted(ends)):
        for attack in _roots(signals, low, high, opportunity, gain_max, taste):
            cutoff = gain_max * (1 - attack / opportunity)
            if all(abs(cutoff - other) > SAME * gain_max for other in found):
                found.append(cutoff)
    return sorted(found)


def _deterred(signals: Sequence[Signal], attack: float, taste: Taste) -> float:
    """Return the gain up to which retaliation deters."""
    return sum(signal.c * taste.retaliates(signal.belief(attack)) for signal in signals)


def _roots(
    signals: Sequence[Signal],
    low: float,
    high: float,
    opportunity: float,
    gain_max: float,
    taste: Taste,
) -> list[float]:
    """Return the A between two ends at which the attacker at the cutoff is indifferent."""
    span, middle = taste.high - taste.low, (low + high) / 2
    unsure = [s for s in signals if 0 < taste.retaliates(s.belief(middle)) < 1]
    sure = sum(s.c for s in signals if taste.retaliates(s.belief(middle)) == 1)
    fixed = sure + sum(s.c for s in unsure) * (taste.high - 1) / span
    below = [[s.s, s.q] for s in unsure]
    missing = _product([[fixed - gain_max, gain_max / opportunity], *below])
    for k, signal in enumerate(unsure):
        others = [b for j, b in enumerate(below) if j != k]
        part = _product([[0.0, signal.c * signal.p / span], *others])
        missing = [x + y for x, y in zip_longest(missing, part, fillvalue=0.0)]
    slack = SAME * opportunity
    near = [
        root.real
        for root in map(complex, np.roots(missing[::-1]))
        if abs(root.imag) <= slack and low - slack <= root.real <= high + slack
    ]
    polished = (_polished(missing, min(high, max(low, at)), low, high) for at in near)
    return [at for at in polished if at > TIE * opportunity]


def _product(factors: Sequence[Sequence[float]]) -> list[float]:
    """Return the product of polynomials, by rising powers."""
    whole = [1.0]
    for factor in factors:
        longer = [0.0] * (len(whole) + len(factor) - 1)
        for i, x in enumerate(whole):
            for j, y in enumerate(factor):
                longer[i + j] += x * y
        whole = longer
    return whole


def _polished(polynomial: Sequence[float], at: float, low: float, high: float) -> float:
    """Return a root after some steps of Newton's method, between the ends."""
    for _ in range(4):
        value, slope = 0.0, 0.0
        for coefficient in reversed(polynomial):
            value, slope = value * at + coefficient, slope * at + value
        if slope:
            at = min(high, max(low, at - value / slope))
    return at


def symmetric(
    attackers: int,
    prob_opportunity: float,
    attribution: float,
    misattribution: float,
    false_alarm: float,
    gain_max: float,
    taste_min: float,
    taste_max: float,
) -> Results:
    """Return all symmetric cutoffs, and what comes of the largest, which deters most."""
    n, a, m, f = attackers, attribution, misattribution, false_alarm
    unnoticed = max(0.0, 1 - a - m)
    named = Signal(a - f / n, a, a + m - f, f)
    silent = Signal(f - a - m, unnoticed / n, unnoticed - (1 - f), 1 - f)
    signals = {"named": named, "null": silent}
    if n > 1:
        signals["other"] = Signal(m - (n - 1) * f / n, m / (n - 1), a + m - f, f)
    taste = Taste(taste_min, taste_max)
    cutoffs = _cutoffs(list(signals.values()), prob_opportunity, gain_max, taste)
    attack = prob_opportunity * (1 - cutoffs[-1] / gain_max)
    beliefs = {key: signal.belief(attack) for key, signal in signals.items()}
    nan = float("nan")
    return {
        "cutoffs": tuple(cutoffs),
        "cutoff": cutoffs[-1],
        "prob_attack": attack,
        **{f"belief_{key}": beliefs.get(key, nan) for key in ("named", "other", "null")},
        **{
            f"prob_retaliate_{key}": taste.retaliates(beliefs[key]) if key in beliefs else nan
            for key in ("named", "other", "null")
        },
    }


def two_attackers(
    prob_opportunity_1: float,
    prob_opportunity_2: float,
    attribution: float,
    misattribution: float,
    false_alarm: float,
    gain_max_1: float,
    gain_max_2: float,
    taste_max: float,
) -> Results:
    """Find the second's cutoff that is a best reply to the first's best reply to it."""
    chances, gains = (prob_opportunity_1, prob_opportunity_2), (gain_max_1, gain_max_2)
    a, m, f = attribution, misattribution, false_alarm
    taste, unnoticed = Taste(0.0, taste_max), max(0.0, 1 - a - m)

    def reply(k: int, rival: float) -> float:
        signals = [
            Signal(a - f / 2, a, a - f / 2, rival * (m - f / 2) + f / 2),
            Signal(m - f / 2, m, m - f / 2, rival * (a - f / 2) + f / 2),
            Signal(f - a - m, unnoticed, unnoticed - (1 - f),
                   rival * (unnoticed - (1 - f)) + 1 - f),
        ]  # fmt: skip
        return _cutoffs(signals, chances[k], gains[k], taste)[-1]

    cutoffs = _settled(reply, chances, gains)
    return _by_attacker(cutoffs, chances, gains)


def _settled(
    reply: Callable[[int, float], float], chances: Sequence[float], gains: Sequence[float]
) -> tuple[float, float]:
    """Return cutoffs that are best replies to each other."""
    from scipy.optimize import brentq  # slow to import

    def first(two: float) -> float:
        return reply(0, chances[1] * (1 - two / gains[1]))

    def moves(two: float) -> float:
        return reply(1, chances[0] * (1 - first(two) / gains[0])) - two

    top = gains[1]
    two = top if moves(top) >= 0 else brentq(moves, 0, top, xtol=TIE * top, rtol=TIE)
    return first(two), two


def _by_attacker(
    cutoffs: Sequence[float], chances: Sequence[float], gains: Sequence[float]
) -> Results:
    rows = list(zip(cutoffs, chances, gains, strict=True))
    return {
        **{f"cutoff_{k}": cutoff for k, (cutoff, _, _) in enumerate(rows, 1)},
        **{f"prob_attack_{k}": c * (1 - x / g) for k, (x, c, g) in enumerate(rows, 1)},
    }


# The second route: Bayes' rule over a table of who did what and what was seen, and a search for all
# cutoffs of one attacker.

X, OWN = sp.symbols("x own")

RARE = 1e-12
"""Probability of an attack by one who never attacks: so that Bayes' rule has something to say."""


def signal_table(n: int, a: float, m: float, f: float) -> list[list[float]]:
    """Return the probability of each signal by culprit; the first of each is nobody."""
    blamed = [
        [max(0.0, 1 - a - m), *(a if j == i else m / (n - 1) for j in range(n))] for i in range(n)
    ]
    return [[1 - f, *(f / n for _ in range(n))], *blamed]


def _deters(
    table: Sequence[Sequence[float]], attacks: Sequence[float], taste: tuple[float, float]
) -> float:
    """Return by how much the first attacker's risk of retaliation rises if it attacks."""
    often = [max(x, RARE) for x in attacks]
    culprits = (1 - sum(often), *often)
    low, high = taste
    risk = 0.0
    for signal, (innocent, guilty) in enumerate(zip(table[0], table[1], strict=True)):
        seen = sum(c * row[signal] for c, row in zip(culprits, table, strict=True))
        guilt = culprits[1] * guilty / seen if seen > 0 else 0.0
        risk += (guilty - innocent) * min(1.0, max(0.0, (high - 1 + guilt) / (high - low)))
    return risk


def symmetric_solved(
    attackers: int,
    prob_opportunity: float,
    attribution: float,
    misattribution: float,
    false_alarm: float,
    gain_max: float,
    taste_min: float,
    taste_max: float,
) -> Results:
    """Search for all cutoffs in 2000 steps, which finds all that are farther apart than that."""
    table = signal_table(attackers, attribution, misattribution, false_alarm)
    taste = taste_min, taste_max

    def deters(cutoff: float) -> float:
        each = prob_opportunity * (1 - cutoff / gain_max) / attackers
        return _deters(table, [each] * attackers, taste)

    cutoffs = _searched(deters, gain_max)
    return {
        "cutoffs": tuple(cutoffs),
        "cutoff": cutoffs[-1],
        "prob_attack": prob_opportunity * (1 - cutoffs[-1] / gain_max),
    }


def two_attackers_solved(
    prob_opportunity_1: float,
    prob_opportunity_2: float,
    attribution: float,
    misattribution: float,
    false_alarm: float,
    gain_max_1: float,
    gain_max_2: float,
    taste_max: float,
) -> Results:
    """Guess a pair by Newton's method, and search for each attacker's best replies to the other.

    Only where these are not the guess, as where one always attacks, best replies are followed.
    """
    from scipy.optimize import root  # slow to import

    chances, gains = (prob_opportunity_1, prob_opportunity_2), (gain_max_1, gain_max_2)
    table = signal_table(2, attribution, misattribution, false_alarm)

    def often(k: int, cutoff: float) -> float:
        return chances[k] * (1 - cutoff / gains[k])

    def deters(k: int, cutoff: float, rival: float) -> float:
        return _deters(table, [often(k, cutoff), rival], (0, taste_max))

    def reply(k: int, rival: float) -> float:
        return _searched(lambda cutoff: deters(k, cutoff, rival), gains[k])[-1]

    def indifferent(x: Sequence[float]) -> list[float]:
        return [x[k] - deters(k, x[k], often(1 - k, x[1 - k])) for k in (0, 1)]

    guess = root(indifferent, [g / 3 for g in gains], tol=TIE).x.tolist()
    if all(0 < x < g for x, g in zip(guess, gains, strict=True)):
        replies = reply(0, often(1, guess[1])), reply(1, often(0, guess[0]))
        if all(abs(x - y) < SAME for x, y in zip(guess, replies, strict=True)):
            return _by_attacker(replies, chances, gains)
    return _by_attacker(_settled(reply, chances, gains), chances, gains)


def _searched(deters: Callable[[float], float], gain_max: float) -> list[float]:
    """Return all cutoffs of attackers whom retaliation deters up to a gain that depends on them."""
    known = cache(deters)

    def gain(own: float, cutoff: float) -> float:
        return own - known(cutoff)

    found = cutoff_equilibria(CutoffRule(X, (0, gain_max), gain, type=OWN))
    return [float(e.cutoffs["x"]) for e in found]


# Figures.

BASE = "n = 2, γ = 0.6, a = 0.7, X = 1, y uniform on [0, 0.8]"


def draw_false_alarms(ax: Axes) -> None:
    """Draw how often somebody attacks against the chance of a false alarm."""
    f = np.linspace(0, 0.4, 81)
    for style, m in zip(strokes(3), (0, 0.1, 0.3), strict=True):
        found = MODEL.results("symmetric", false_alarm=f, misattribution=m)
        ax.plot(f, found["prob_attack"], label=f"m = {m:g}", **style)
    ax.set(xlabel="Probability of a false alarm, f", ylabel="Probability of an attack",
           xlim=(0, 0.4), ylim=(0, 0.62))  # fmt: skip
    ax.legend(frameon=False, title="Misattribution", loc="lower right")
    caption(ax, f"{BASE}.")


def draw_misattribution(ax: Axes) -> None:
    """Draw how often somebody attacks against the chance of blaming another."""
    m = np.linspace(0, 0.3, 61)
    for style, f in zip(strokes(3), (0.02, 0.1, 0.3), strict=True):
        found = MODEL.results("symmetric", misattribution=m, false_alarm=f)
        ax.plot(m, found["prob_attack"], label=f"f = {f:g}", **style)
    ax.set(xlabel="Probability that another is blamed, m", ylabel="Probability of an attack",
           xlim=(0, 0.3), ylim=(0, 0.62))  # fmt: skip
    ax.legend(frameon=False, title="False alarm", loc="lower right")
    caption(ax, f"{BASE}. An attack is named rightly with probability a throughout.")


def draw_complements(ax: Axes) -> None:
    """Draw what an attacker does when the other becomes more aggressive."""
    largest = np.linspace(0.5, 4, 36)
    found = MODEL.results("two-attackers", gain_max_1=largest)
    for style, k in zip(strokes(2), (1, 2), strict=True):
        ax.plot(largest, found[f"cutoff_{k}"], label=f"of attacker {k}, x{'₁₂'[k - 1]}*", **style)
    ax.plot([1], MODEL.results("two-attackers", gain_max_1=[1])["cutoff_2"], "o",
            color=COLOURS[0])  # fmt: skip
    ax.set(xlabel="Attacker 1's largest possible gain, X₁",
           ylabel="Cutoff: gain from which on it attacks", xlim=(0.5, 4),
           ylim=(0.25, 0.45))  # fmt: skip
    ax.legend(frameon=False, title="Cutoff")
    caption(ax, "The more aggressive the first, the less the second is suspected, and the more it "
            "attacks. Dot: two alike. X₂ = 1, γ₁ = γ₂ = 0.3, a = 0.6, m = 0.2, f = 0.05, y uniform "
            "on [0, 0.8].")  # fmt: skip


def _attribution(default: float) -> Quantity:
    return Quantity("attribution", "a", "probability that an attack is blamed on who did it",
                    default, 0, 1, closed="right", box=(0.4, 0.9))  # fmt: skip


def _misattribution(default: float) -> Quantity:
    return Quantity("misattribution", "m", "probability that an attack is blamed on another",
                    default, 0, 1, box=(0, 0.3))  # fmt: skip


def _false_alarm(default: float) -> Quantity:
    return Quantity("false_alarm", "f", "probability that somebody is blamed although nobody "
                    "attacked", default, 0, 1, box=(0.01, 0.4))  # fmt: skip


def _gain_max(name: str, letter: str, whose: str, default: float) -> Quantity:
    return Quantity(name, letter, f"largest gain that an attack can bring {whose}, in costs of "
                    "suffering retaliation", default, 0, closed="neither",
                    box=(0.5, 3))  # fmt: skip


TASTE_MAX = Quantity("taste_max", "y₁", "the defender's largest taste for punishing a culprit, in "
                     "costs of punishing an innocent", 0.8, 0, 1, closed="right",
                     box=(0.4, 1))  # fmt: skip
LAW = Condition(
    ("attribution", "misattribution"),
    "attribution + misattribution <= 1",
    lambda attribution, misattribution: attribution + misattribution <= 1 + TIE,
)

MODEL = Model(
    slug="baliga-bdm-wolitzky-2020-imperfect-attribution",
    title="Deterrence when it is unclear who attacked",
    citation="""@article{baliga2020deterrence,
  author  = {Sandeep Baliga and Ethan {Bueno de Mesquita} and Alexander Wolitzky},
  title   = {Deterrence with Imperfect Attribution},
  journal = {American Political Science Review},
  volume  = {114},
  number  = {4},
  pages   = {1155--1178},
  year    = {2020},
  doi     = {10.1017/S0003055420000362}
}""",
    provenance=(
        "After the article by Baliga, Bueno de Mesquita and Wolitzky (2020): the game, the two "
        "conditions for cutoffs in our recollection, and in words that an attacker who becomes "
        "more aggressive makes the others bolder. Ours: uniform types, the symmetric law of "
        "signals, all formulas and numbers. With a taste for punishing of at least y₀ > 0 we find "
        "up to three equilibria; the article claims one under assumptions of its own, which we "
        "have not compared. The defender's problem of committing itself is left out."
    ),
    cases={
        "symmetric": Case(
            (
                Quantity("attackers", "n", "potential attackers", 2, 1, whole=True, box=(1, 6)),
                Quantity("prob_opportunity", "γ", "probability that one of them gets an "
                         "opportunity", 0.6, 0, 1, closed="right", box=(0.2, 1)),
                _attribution(0.7),
                _misattribution(0.1),
                _false_alarm(0.1),
                _gain_max("gain_max", "X", "an attacker", 1),
                Quantity("taste_min", "y₀", "the defender's least taste for punishing a culprit, "
                         "in costs of punishing an innocent", 0, 0, 1, closed="left",
                         box=(0, 0.3)),
                TASTE_MAX,
            ),
            symmetric,
            {
                "cutoffs": "all symmetric cutoffs, rising, in units of the gain",
                "cutoff": "the largest: attackers attack from this gain on; the results below are "
                "taken there",
                "prob_attack": "probability of an attack",
                "belief_named": "probability that who is blamed did it",
                "belief_other": "the same of one who is not, when another is; nan with one "
                "attacker",
                "belief_null": "the same of each if nothing is noticed",
                "prob_retaliate_named": "probability of retaliation against who is blamed",
                "prob_retaliate_other": "the same against one who is not, when another is",
                "prob_retaliate_null": "the same against each if nothing is noticed",
            },
            conditions=(
                LAW,
                Condition(
                    ("attackers", "attribution", "false_alarm"),
                    "attribution > false_alarm / attackers",
                    lambda attackers, attribution, false_alarm: (
                        attribution > false_alarm / attackers
                    ),
                ),
                Condition(
                    ("attackers", "misattribution"),
                    "misattribution = 0 with one attacker",
                    lambda attackers, misattribution: (
                        (np.asarray(attackers) > 1) | (np.asarray(misattribution) == 0)
                    ),
                ),
                Condition(
                    ("taste_min", "taste_max"),
                    "taste_min < taste_max",
                    lambda taste_min, taste_max: taste_min < taste_max,
                ),
            ),
            vectorized=False,
            solved=symmetric_solved,
            rtol=1e-8,
        ),
        "two-attackers": Case(
            (
                Quantity("prob_opportunity_1", "γ₁", "probability that the first gets an "
                         "opportunity", 0.3, 0, 1, closed="right", box=(0.1, 0.5)),
                Quantity("prob_opportunity_2", "γ₂", "the same of the second", 0.3, 0, 1,
                         closed="right", box=(0.1, 0.5)),
                _attribution(0.6),
                _misattribution(0.2),
                _false_alarm(0.05),
                _gain_max("gain_max_1", "X₁", "the first", 2),
                _gain_max("gain_max_2", "X₂", "the second", 1),
                TASTE_MAX,
            ),
            two_attackers,
            {
                "cutoff_1": "gain from which on the first attacks",
                "cutoff_2": "the same of the second",
                "prob_attack_1": "probability that the first attacks",
                "prob_attack_2": "the same of the second",
            },
            conditions=(
                LAW,
                Condition(
                    ("prob_opportunity_1", "prob_opportunity_2"),
                    "prob_opportunity_1 + prob_opportunity_2 <= 1",
                    lambda prob_opportunity_1, prob_opportunity_2: (
                        prob_opportunity_1 + prob_opportunity_2 <= 1 + TIE
                    ),
                ),
                Condition(
                    ("attribution", "false_alarm"),
                    "attribution > false_alarm / 2",
                    lambda attribution, false_alarm: attribution > false_alarm / 2,
                ),
            ),
            vectorized=False,
            solved=two_attackers_solved,
            rtol=1e-8,
        ),
    },
    levers=(
        Lever("clear signals", "symmetric", "false_alarm", False,
              "a line for incidents keeps accidents from being taken for attacks"),
        Lever("clear signals", "symmetric", "misattribution", False,
              "a line for incidents keeps the innocent from being blamed"),
        Lever("clear signals", "symmetric", "attribution", True,
              "the surer the culprit is named, the clearer what retaliation answers"),
    ),
    badness="prob_attack",
    figures={
        "false-alarms": draw_false_alarms,
        "misattribution": draw_misattribution,
        "complements": draw_complements,
    },
)  # fmt: skip
