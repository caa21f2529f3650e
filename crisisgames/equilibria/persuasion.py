"""What a sender who is bound to its procedure should reveal: persuasion by concavification.

A sender chooses, before it learns the state, what it will report in which state, and is bound by
that. The receiver hears the report, forms a belief, and does what is best for it. The sender can
bring about any lottery over beliefs whose mean is the prior, so the most that it can reach is the
concave closure, at the prior, of what it gets as a function of the receiver's belief [1]_. Between
the beliefs at which the receiver's best reply changes, that function is linear; so the corners of
the regions of best replies are all the beliefs that are needed. They are found in exact integers,
by cutting the cone over all beliefs.

References
----------
.. [1] Emir Kamenica and Matthew Gentzkow, "Bayesian Persuasion", American Economic Review 101(6),
   2011, Corollary 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from crisisgames.equilibria.linear.program import Program
from crisisgames.equilibria.polytope import Cone
from crisisgames.errors import GameError
from crisisgames.games.expressions import as_expression, as_fraction, completed

__all__ = ["Persuasion", "Report", "concave_closure", "persuade", "reply"]

Number = float | Fraction
Payoffs = Sequence[Sequence[Any]]
"""Utils by state and action of the receiver."""


@dataclass(frozen=True)
class Report:
    """One thing that the sender may say.

    Attributes
    ----------
    probability : float
        That it is said.
    belief : tuple of float
        Probability of each state, once it is heard.
    action : int
        What the receiver then does.
    """

    probability: Number
    belief: tuple[Number, ...]
    action: int


@dataclass(frozen=True)
class Persuasion:
    """The best that a sender who is bound to its procedure can reach.

    Attributes
    ----------
    value : float
        The sender's expected payoff, in utils.
    reports : tuple of Report
        A procedure that reaches it, one report for each action that is brought about.
    silence : float
        The sender's expected payoff if nothing is said.
    disclosure : float
        The same if every state is reported as it is.
    """

    value: Number
    reports: tuple[Report, ...]
    silence: Number
    disclosure: Number


def persuade(
    prior: Sequence[Any], sender: Payoffs, receiver: Payoffs, *, exact: bool = False
) -> Persuasion:
    """Return the best procedure of a sender who is bound to it.

    Parameters
    ----------
    prior : sequence of numbers
        Probability of each state.
    sender, receiver : nested sequences
        Utils, indexed [state][action]. Where the receiver is indifferent it does what the sender
        prefers.
    exact : bool
        Whether numbers come back as rationals.

    Raises
    ------
    GameError
        If the prior is none, or tables do not fit it.

    Examples
    --------
    The prosecutor of Kamenica and Gentzkow: guilty with probability 0.3; the judge convicts from a
    belief of one half on, and the prosecutor always wants a conviction.

    >>> found = persuade([0.3, 0.7], sender=[[1, 0], [1, 0]], receiver=[[1, 0], [0, 1]])
    >>> found.value, found.silence, found.disclosure
    (0.6, 0.0, 0.3)
    >>> [(r.probability, r.belief, r.action) for r in found.reports]
    [(0.6, (0.5, 0.5), 0), (0.4, (0.0, 1.0), 1)]
    """
    chances, own, other = _checked(prior, sender, receiver)
    corners = [
        (corner, action)
        for action in range(len(own[0]))
        for corner in _corners(other, action)
        if all(p or not x for p, x in zip(chances, corner, strict=True))
    ]
    values = [_mean(corner, own, action) for corner, action in corners]
    weights = concave_closure([corner for corner, _ in corners], values, chances)
    reports = []
    for action in range(len(own[0])):
        used = [(w, c) for w, (c, a) in zip(weights, corners, strict=True) if w and a == action]
        if used:
            total = sum((w for w, _ in used), Fraction(0))
            belief = tuple(sum(w * c[s] for w, c in used) / total for s in range(len(chances)))
            reports.append(Report(total, belief, action))
    states = range(len(chances))
    certain = [tuple(Fraction(int(s == k)) for s in states) for k in states]
    found = Persuasion(
        sum((w * v for w, v in zip(weights, values, strict=True)), Fraction(0)),
        tuple(reports),
        reply(chances, own, other)[1],
        sum((p * reply(c, own, other)[1] for p, c in zip(chances, certain, strict=True)),
            Fraction(0)),
    )  # fmt: skip
    return found if exact else _floats(found)


def reply(belief: Sequence[Fraction], sender: Payoffs, receiver: Payoffs) -> tuple[int, Fraction]:
    """Return the receiver's best reply to a belief, and what the sender then gets.

    Of several best replies it is one that the sender likes best.

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> reply([half, half], sender=[[1, 0], [1, 0]], receiver=[[1, 0], [0, 1]])
    (0, Fraction(1, 1))
    """
    actions = range(len(receiver[0]))
    best = max(_mean(belief, receiver, a) for a in actions)
    ties = [a for a in actions if _mean(belief, receiver, a) == best]
    action = max(ties, key=lambda a: _mean(belief, sender, a))
    return action, _mean(belief, sender, action)


def concave_closure(
    points: Sequence[Sequence[Fraction]], values: Sequence[Fraction], at: Sequence[Fraction]
) -> tuple[Fraction, ...]:
    """Return weights on the points, whose mean is ``at``, that make the mean value largest.

    Points and ``at`` are probabilities of the same things, in rationals; so are the weights.

    Raises
    ------
    ValueError
        If ``at`` is no mean of the points.

    Examples
    --------
    >>> third, ends = Fraction(1, 3), [[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]]
    >>> [str(w) for w in concave_closure(ends, [Fraction(5), Fraction(2)], [third, 1 - third])]
    ['2/3', '1/3']
    """
    rows, totals = [], []
    for s, p in enumerate(at):
        unit = lcm(p.denominator, *(point[s].denominator for point in points))
        rows.append({k: int(x[s] * unit) for k, x in enumerate(points) if x[s]})
        totals.append(int(p * unit))
    # A state without a chance in any point and at the prior has an empty row.
    pairs = [(row, total) for row, total in zip(rows, totals, strict=True) if row or total]
    program = Program(len(points), tuple(r for r, _ in pairs), tuple(t for _, t in pairs), ())
    return tuple(Fraction(w) for w in program.maximise(list(values), exact=True).point)


def _corners(receiver: Payoffs, action: int) -> list[tuple[Fraction, ...]]:
    """Return the corners of the beliefs to which an action is a best reply."""
    count = len(receiver)
    cone = Cone.spanned(tuple(int(s == k) for s in range(count)) for k in range(count))
    for a in range(len(receiver[0])):
        better = [receiver[s][action] - receiver[s][a] for s in range(count)]
        unit = lcm(*(x.denominator for x in better))
        cone = cone.cut({s: int(x * unit) for s, x in enumerate(better)})
    return [tuple(Fraction(x, sum(ray)) for x in ray) for ray in cone.rays]


def _mean(belief: Sequence[Fraction], payoffs: Payoffs, action: int) -> Fraction:
    return sum((p * row[action] for p, row in zip(belief, payoffs, strict=True)), Fraction(0))


def _checked(
    prior: Sequence[Any], sender: Payoffs, receiver: Payoffs
) -> tuple[list[Fraction], list[list[Fraction]], list[list[Fraction]]]:
    given = [as_expression(p, "a probability of the prior") for p in prior]
    chances = [as_fraction(p) for p in completed(given, list(prior))]
    if min(chances, default=-1) < 0 or sum(chances) != 1:
        raise GameError(f"the prior is {list(prior)}; give probabilities that sum to 1")
    tables = []
    for name, rows in (("sender", sender), ("receiver", receiver)):
        table = [[as_fraction(u, f"a payoff of the {name}") for u in row] for row in rows]
        if len(table) != len(chances) or {len(row) for row in table} != {len(receiver[0])}:
            raise GameError(
                f"the payoffs of the {name} have {[len(row) for row in table]} numbers in "
                f"{len(table)} rows; give a row for each of {len(chances)} states, with a number "
                "for each action of the receiver"
            )
        if not table[0]:
            raise GameError("the receiver has no action; give at least one")
        tables.append(table)
    return chances, tables[0], tables[1]


def _floats(found: Persuasion) -> Persuasion:
    reports = (
        Report(float(r.probability), tuple(map(float, r.belief)), r.action) for r in found.reports
    )
    value, silence, disclosure = map(float, (found.value, found.silence, found.disclosure))
    return Persuasion(value, tuple(reports), silence, disclosure)
