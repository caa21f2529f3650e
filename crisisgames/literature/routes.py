"""The second route: proved roots and exact optima, and what is read off equilibria."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import ANY, CutoffRule, cutoff_equilibria, cutoff_sweep
from crisisgames.equilibria.linear.program import Program
from crisisgames.errors import GameError
from crisisgames.games.expressions import as_fraction

if TYPE_CHECKING:
    from crisisgames.equilibria import Equilibrium

__all__ = [
    "CONSTANT",
    "best_choice",
    "indifference",
    "most",
    "only_cutoff",
    "only_cutoffs",
    "plays",
    "uniform_mean",
]

CONSTANT = "1"
"""Name of the constant in the rows of `most`."""


def best_choice(
    payoff: sp.Expr, choice: sp.Symbol, interval: tuple[Any, Any]
) -> tuple[float, float]:
    """Return the choice with the largest payoff, and that payoff.

    Where the derivative vanishes is isolated by interval arithmetic with a proof that no such
    place was missed; the ends of the interval are compared with them.

    Raises
    ------
    GameError
        If it cannot be proved which places there are, as on a plateau.

    Examples
    --------
    >>> z = sp.Symbol("z")
    >>> best_choice(z * (1 - z), z, (0, 1))
    (0.5, 0.25)
    """
    low, high = (sp.Rational(Fraction(end)) for end in interval)
    rule = CutoffRule(choice, (low, high), -sp.diff(payoff, choice))
    found = cutoff_equilibria(rule)
    if not found.complete:
        raise GameError(f"the optima of {payoff} on {low} to {high} could not be isolated")
    places = [float(low), float(high), *(e.cutoffs[str(choice)] for e in found)]
    values = [float(payoff.subs(choice, x)) for x in places]
    best = max(range(len(places)), key=values.__getitem__)
    return places[best], values[best]


def indifference(utility: Callable[[sp.Symbol], sp.Expr], outside: float) -> float:
    """Return the least share in [0, 1] that a side prefers to its outside option; 1 if none is.

    Parameters
    ----------
    utility : callable
        Of a share, rising.
    outside : float
        Utils.

    Examples
    --------
    >>> round(indifference(lambda x: x**2, 0.25), 12)
    0.5
    """
    x = sp.Symbol("x")
    rule = CutoffRule(x, (0, 1), utility(x) - sp.Rational(str(outside)))
    found = cutoff_equilibria(rule)
    if not (found.complete and len(found) == 1):
        raise GameError(f"no single share is worth {outside} by {utility(x)}")
    return float(found[0].cutoffs["x"])


def most(
    objective: Mapping[str, Any],
    at_most: Sequence[Mapping[str, Any]],
    equal: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Fraction] | None:
    """Solve a small linear program exactly: make the objective as large as possible.

    Parameters
    ----------
    objective : mapping
        Coefficients by the name of the variable. Variables are at least 0; the constraints must
        bound the objective.
    at_most, equal : sequence of mappings
        Rows of coefficients whose sum must be at most 0, or equal to 0; what stands under
        `CONSTANT` is added as it is.

    Returns
    -------
    dict or None
        A best point, in rationals; None if no point satisfies the constraints.

    Examples
    --------
    Make x + y as large as possible with x + 3 y <= 6 and x <= 2.

    >>> rows = [{"x": 1, "y": 3, CONSTANT: -6}, {"x": 1, CONSTANT: -2}]
    >>> {name: str(value) for name, value in most({"x": 1, "y": 1}, rows).items()}
    {'x': '2', 'y': '4/3'}
    """
    names = list(dict.fromkeys(n for row in (objective, *at_most, *equal) for n in row))
    place = {n: k for k, n in enumerate(names)}

    def whole(row: Mapping[str, Any]) -> dict[int, int]:
        numbers = {place[n]: as_fraction(v) for n, v in row.items()}
        unit = lcm(*(v.denominator for v in numbers.values()))
        return {k: int(v * unit) for k, v in numbers.items() if v}

    rows, totals = [whole(row) for row in equal], [0] * len(equal)
    if CONSTANT in place:
        rows, totals = [*rows, {place[CONSTANT]: 1}], [*totals, 1]
    at_most_rows = tuple(whole(row) for row in at_most)
    program = Program(len(names), tuple(rows), tuple(totals), at_most_rows)
    wanted = [as_fraction(objective.get(n, 0)) for n in names]
    try:
        # Exact optima are proved by exact multipliers, also of variables larger than 1.
        point = program.maximise(wanted, exact=True).point
    except ValueError:
        return None
    return {n: Fraction(x) for n, x in zip(names, point, strict=True) if n != CONSTANT}


def only_cutoff(rule: CutoffRule, **values: Any) -> float:
    """Return the cutoff where it is proved to be the only one, and best for types on both sides.

    Parameters
    ----------
    rule : CutoffRule
        With its `type`.
    **values
        Of the rule's parameters.

    Raises
    ------
    GameError
        If that cannot be proved.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> x, own, cost = sp.Symbol("x"), sp.Symbol("own"), Parameter("cost", (0, 1))
    >>> only_cutoff(CutoffRule(x, (0, 1), own - cost / 2, type=own), cost=0.5)
    0.25
    """
    found = cutoff_equilibria(rule, **values)
    if not (found.complete and len(found) == 1 and found[0].best_reply):
        given = ", ".join(f"{n} = {v}" for n, v in values.items())
        raise GameError(f"at {given} no single cutoff {rule.cutoff} could be proved to be best")
    return float(found[0].cutoffs[rule.cutoff.name])


def only_cutoffs(rules: CutoffRule | Sequence[CutoffRule], **values: Any) -> np.ndarray:
    """Return the cutoffs, in the order of the rules, where they are proved to be the only ones.

    Parameters
    ----------
    rules : CutoffRule or sequence of them
    **values
        Of the rules' parameters: numbers, or arrays of shapes that broadcast.

    Returns
    -------
    ndarray
        Of the broadcast shape, with one more axis for the rules.

    Raises
    ------
    GameError
        If at some point there are none, or several, or that cannot be proved.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> x, cost = sp.Symbol("x"), Parameter("cost", (0, 1))
    >>> only_cutoffs(CutoffRule(x, (0, 1), x - cost / 2), cost=[0.25, 0.5])
    array([[0.125],
           [0.25 ]])
    """
    sweep = cutoff_sweep(rules, **values)
    wrong = np.argwhere(~(sweep.complete & (sweep.counts == 1)))
    if len(wrong):
        place = tuple(wrong[0])
        given = ", ".join(f"{n} = {v[place]}" for n, v in sweep.values.items())
        raise GameError(
            f"cutoffs of {', '.join(sweep.names)} at {given}: found {sweep.counts[place]}"
            + ("" if sweep.complete[place] else ", and perhaps more")
            + "; exactly one can be used"
        )
    return sweep.cutoffs[..., 0, :]


def plays(equilibrium: Equilibrium, player: str, told: tuple[str, ...], action: str) -> float:
    """Return how likely a player takes an action, given what it was told and did before.

    Raises
    ------
    GameError
        If the equilibrium leaves that open.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move, solve
    >>> ways = {"go": end("win", {"A": 1}), "stay": end("no", {"A": 0})}
    >>> game = ExtensiveFormGame(move("A", ways))
    >>> plays(solve(game)[0], "A", (), "go")
    1.0
    """
    local = equilibrium.strategy[player][told]
    if local == ANY:
        raise GameError(f"what {player} does after {', '.join(told)} is left open")
    return float(local[action])


def uniform_mean(payoff: Callable[[Any], Any], ends: tuple[float, float], *kinks: float) -> float:
    """Return the mean of a payoff over types that are uniform between two ends.

    Parameters
    ----------
    payoff : callable
        Of an array of types; between neighbouring kinks a polynomial of degree at most 5.
    ends : tuple of float
        Lowest and highest type.
    *kinks : float
        Where the payoff bends or jumps; those outside the ends do not matter.

    Examples
    --------
    >>> round(uniform_mean(lambda v: np.maximum(0, v - 1), (0, 2), 1), 12)
    0.25
    """
    nodes, weights = np.polynomial.legendre.leggauss(3)
    places = np.unique(np.clip([*ends, *kinks], *ends))
    middles, halves = (places[1:] + places[:-1]) / 2, np.diff(places) / 2
    values = payoff(middles[:, None] + halves[:, None] * nodes)
    return float((values @ weights) @ halves / (ends[1] - ends[0]))
