"""Cutoff equilibria of games with continuous types: all of them, with a proof for each.

Each rule of play is a cutoff in a one-dimensional type: types above it do one thing, types below it
another. An equilibrium is a list of cutoffs at which every type does what is best for it. At a
cutoff inside the interval of types, the type there is indifferent; at the lowest type, where all do
what types above a cutoff do, even that type must like it, and at the highest the other way round.
These are complementarity conditions: each case gives equations, whose roots are isolated by
interval arithmetic (`crisisgames.equilibria.roots`). Whether other types agree with the one at the
cutoff (single crossing [1]_) is checked for every equilibrium, over all types, in the same
arithmetic.

References
----------
.. [1] Susan Athey, "Single Crossing Properties and the Existence of Pure Strategy Equilibria in
   Games of Incomplete Information", Econometrica 69(4), 2001.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.equilibria.cutoff_proofs import Problem
from crisisgames.equilibria.cutoff_search import search_cutoffs
from crisisgames.equilibria.cutoff_set import (
    LATE,
    CutoffEquilibrium,
    CutoffRule,
    CutoffSet,
    CutoffSweep,
)
from crisisgames.equilibria.deadline import Deadline
from crisisgames.errors import GameError, NotApplicable

__all__ = [
    "CutoffEquilibrium",
    "CutoffRule",
    "CutoffSet",
    "CutoffSweep",
    "cutoff_equilibria",
    "cutoff_sweep",
]

Array = np.ndarray

CHUNK = 2_000
"""Points of a sweep solved at once: bounds memory."""


def cutoff_equilibria(
    rules: CutoffRule | Sequence[CutoffRule], *, time_limit: float | None = None, **values: Any
) -> CutoffSet:
    """Return all cutoff equilibria of a game with continuous types.

    Parameters
    ----------
    rules : CutoffRule or sequence of them
        One rule for each cutoff: of one player, of several, or several of one.
    time_limit : float, optional
        Seconds after which what is not decided is left so; None and 0 mean none. Deriving the
        formulas, and checking other types at the equilibria that were found, is added.
    **values
        Values of parameters; those left out take their defaults.

    Returns
    -------
    CutoffSet
        With expressions, `complete` is True if all solutions are proved to be in the set, each in
        an interval with exactly one; what could not be decided (double roots, continua) is in
        `undecided`. With plain functions solutions are searched for and `complete` is False.

    Raises
    ------
    GameError
        If a symbol is neither cutoff, type nor parameter, two rules have the same cutoff, or the
        types of a rule are no interval.
    NotApplicable
        If a gain has a function that interval arithmetic does not know: give it as a plain
        function then.

    Examples
    --------
    A global stag hunt with three equilibria (after Carlsson and van Damme 1993): hold back from a
    posterior mean of x on.

    >>> import sympy as sp
    >>> from crisisgames import Parameter
    >>> from crisisgames.equilibria.intervals import NormalCdf
    >>> x, public = sp.Symbol("x"), Parameter("public", (0, 100), default=20)
    >>> gain = x - NormalCdf(sp.sqrt(public) * (x - sp.Rational(1, 2)))
    >>> found = cutoff_equilibria(CutoffRule(x, (0, 1), gain))
    >>> found.complete, [(round(e.cutoffs["x"], 4), e.stable) for e in found]
    (True, [(0.0151, True), (0.5, False), (0.9849, True)])
    >>> len(cutoff_equilibria(CutoffRule(x, (0, 1), gain), public=5))
    1
    """
    deadline = Deadline.within(time_limit)
    rows = _checked(rules)
    if any(not isinstance(rule.gain, sp.Expr) for rule in rows):
        return search_cutoffs(rows, values, deadline)
    problem = _prepared(rows)
    points = problem.points({n: np.asarray([v], dtype=object) for n, v in values.items()}, 1)
    return problem.solve(points, deadline)[0]


def cutoff_sweep(
    rules: CutoffRule | Sequence[CutoffRule], *, time_limit: float | None = None, **values: Any
) -> CutoffSweep:
    """Return the cutoff equilibria for arrays of parameter values, with the same proofs.

    Parameters
    ----------
    rules : CutoffRule or sequence of them
        With gains as expressions.
    time_limit : float, optional
        Seconds after which what is not decided is left so: `complete` says at which points. Points
        are worked on some thousands at a time. None and 0 mean none.
    **values
        Numbers or arrays, of shapes that broadcast.

    Returns
    -------
    CutoffSweep

    Raises
    ------
    GameError, NotApplicable
        As in `cutoff_equilibria`; and for plain functions.

    Examples
    --------
    >>> import sympy as sp
    >>> from crisisgames import Parameter
    >>> x, loss = sp.Symbol("x"), Parameter("loss", (0, 5), default=1)
    >>> rule = CutoffRule(x, (0, 1), x - loss * x**2 - sp.Rational(1, 10))
    >>> cutoff_sweep(rule, loss=[0, 1, 2]).counts
    array([1, 3, 3])
    """
    deadline = Deadline.within(time_limit)
    rows = _checked(rules)
    if any(not isinstance(rule.gain, sp.Expr) for rule in rows):
        raise NotApplicable("a sweep needs gains as expressions; call cutoff_equilibria per point")
    problem = _prepared(rows)
    given = np.broadcast_arrays(*(np.asarray(v, dtype=object) for v in values.values()))
    arrays = dict(zip(values, given, strict=True))
    shape = next(iter(arrays.values())).shape if arrays else ()
    flat = {n: a.reshape(-1) for n, a in arrays.items()}
    count = int(np.prod(shape, dtype=int))
    sets: list[CutoffSet] = []
    for start in range(0, count, CHUNK):
        part = {n: a[start : start + CHUNK] for n, a in flat.items()}
        sets += problem.solve(problem.points(part, min(CHUNK, count - start)), deadline)
    return _tabulated(problem.names, sets, shape, arrays)


@lru_cache(maxsize=32)
def _prepared(rules: tuple[CutoffRule, ...]) -> Problem:
    return Problem(rules)


def _tabulated(
    names: tuple[str, ...],
    sets: Sequence[CutoffSet],
    shape: tuple[int, ...],
    values: Mapping[str, Array],
) -> CutoffSweep:
    most = max((len(s) for s in sets), default=0)
    cutoffs = np.full((len(sets), most, len(names)), np.nan)
    stable, gains = (np.full((len(sets), most), np.nan) for _ in range(2))
    for k, found in enumerate(sets):
        for j, e in enumerate(found):
            cutoffs[k, j] = [e.cutoffs[n] for n in names]
            stable[k, j] = np.nan if e.stable is None else e.stable
            gains[k, j] = e.gain
    whole = sum(s.complete for s in sets)
    late = any(LATE in note for s in sets for note in s.notes)
    return CutoffSweep(
        names,
        cutoffs.reshape(*shape, most, len(names)),
        stable.reshape(*shape, most),
        gains.reshape(*shape, most),
        np.array([len(s) for s in sets], dtype=int).reshape(shape),
        np.array([s.complete for s in sets], dtype=bool).reshape(shape),
        values,
        (f"{LATE}, with {whole} of {len(sets)} points complete.",) if late else (),
    )


def _checked(rules: CutoffRule | Sequence[CutoffRule]) -> tuple[CutoffRule, ...]:
    rows = (rules,) if isinstance(rules, CutoffRule) else rules
    if (
        not isinstance(rows, Sequence)
        or not rows
        or any(not isinstance(r, CutoffRule) for r in rows)
    ):
        raise GameError(f"rules are {rules!r}; give a CutoffRule, or a list of them")
    names = [r.cutoff.name for r in rows]
    if len(set(names)) < len(names):
        raise GameError(f"the cutoffs are {names}; each rule needs its own")
    return tuple(rows)
