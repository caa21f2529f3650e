"""Linear programs over probabilities, with a proof of every optimum.

The variables are at least 0, and whatever satisfies the constraints has an optimum with all of
them at most 1. So multipliers y of the rows (those of inequalities at least 0) bound the objective
c over all feasible points x, whatever their accuracy [1]_::

    c x  =  y (A x) + (c - y A) x  <=  b y + sum_j max(0, c_j - (y A)_j)

`Program.gap` compares the right-hand side with c x. HiGHS [2]_ finds the point and the multipliers
in floating point. Exactly: the point is a vertex, hence the only solution of the equations that are
tight at it, and the multipliers likewise; these equations are solved in rationals, and the result
is checked in rationals. Where the check fails, the exact simplex method starts over.

References
----------
.. [1] A. Neumaier and O. Shcherbina, "Safe Bounds in Linear and Mixed-Integer Linear Programming",
   Mathematical Programming 99, 2004, Section 3.
.. [2] Q. Huangfu and J. A. J. Hall, "Parallelizing the Dual Revised Simplex Method", Mathematical
   Programming Computation 10, 2018.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.linear.simplex import Row, simplex
from crisisgames.errors import NotApplicable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["Number", "Optimum", "Program", "Row", "Stopped"]

Number = float | Fraction
Prices = tuple[tuple[Number, ...], tuple[Number, ...]]
"""Multipliers of the equalities, and of the inequalities, as in `Optimum`."""

TOLERANCE = 1e-10
"""Asked of HiGHS for constraints whose largest coefficient is 1: the smallest that it takes."""

ZERO = 1e-9
"""Size up to which a float from HiGHS may be a rounded 0; exact results do not depend on it."""

GAP = 1e-7
"""Of the largest coefficient of the objective: a float optimum with less of a proof is redone."""

LIMIT = 1
"""SciPy's status of a program that a limit stopped."""

LARGEST_TABLEAU = 3_000_000
"""Entries up to which the exact simplex method is tried: minutes."""


class Stopped(Exception):
    """The time was up before an optimum was proved.

    Attributes
    ----------
    bound : Fraction
        Proved: the objective is nowhere larger.
    """

    def __init__(self, bound: Fraction) -> None:
        super().__init__("time limit reached")
        self.bound = bound


@dataclass(frozen=True)
class Optimum:
    """An optimal point of a program, and the multipliers that prove it.

    Attributes
    ----------
    point : tuple of numbers
    totals_prices, prices : tuple of numbers
        Multipliers of the equalities, and of the inequalities (at least 0), each row being divided
        by its largest coefficient.
    """

    point: tuple[Number, ...]
    totals_prices: tuple[Number, ...]
    prices: tuple[Number, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """Constraints on variables in [0, 1].

    Attributes
    ----------
    size : int
        Number of variables.
    equal : tuple of Row
        Rows (integer coefficients by variable) that must equal `totals`.
    totals : tuple of int
        At least 0.
    at_most : tuple of Row
        Rows that must be at most 0.
    """

    size: int
    equal: tuple[Row, ...]
    totals: tuple[int, ...]
    at_most: tuple[Row, ...]

    def maximise(
        self, objective: Sequence[Fraction], exact: bool, deadline: Deadline = NEVER
    ) -> Optimum:
        """Return a point at which the objective is largest, and the proof.

        Raises
        ------
        NotApplicable
            If the program needs the exact simplex method and is too large for it.
        Stopped
            Past the deadline, with the best bound that any multipliers known by then prove.
        """
        known = [self._simple_prices(objective)]
        try:
            return self._maximised(objective, exact, deadline, known)
        except TimeUp:
            raise Stopped(min(self.proved(objective, *prices) for prices in known)) from None

    def _maximised(
        self, objective: Sequence[Fraction], exact: bool, deadline: Deadline, known: list[Prices]
    ) -> Optimum:
        """Return the optimum, and add to the multipliers that are known on the way."""
        found = self._by_highs(objective, deadline, known)
        if found is not None and exact:
            point = self._exact_point(found, deadline)
            guess = Optimum(point, *self._exact_prices(objective, found, deadline))
            if self.proves(objective, guess):
                return guess
        elif found is not None and self.gap(objective, found) <= GAP * _size(objective):
            return found
        best = self._by_simplex(objective, deadline)
        return best if exact else Optimum(*(tuple(map(float, part)) for part in _parts(best)))

    def proves(self, objective: Sequence[Fraction], optimum: Optimum) -> bool:
        """Tell whether a rational point is feasible and its multipliers prove it optimal."""
        x = {j: v for j, v in enumerate(optimum.point) if v}
        if min(x.values(), default=0) < 0 or min(optimum.prices, default=0) < 0:
            return False
        if any(_at(row, x) != t for row, t in zip(self.equal, self.totals, strict=True)):
            return False
        if any(_at(row, x) > 0 for row in self.at_most):
            return False
        return self.gap(objective, optimum) == 0

    def gap(self, objective: Sequence[Fraction], optimum: Optimum) -> Number:
        """Return how much larger than at the optimum the objective might be, by the multipliers.

        It is rational if the optimum is.
        """
        bound = self.bound(objective, optimum.totals_prices, optimum.prices)
        if isinstance(bound, Fraction) and all(isinstance(x, Fraction) for x in optimum.point):
            pairs = zip(objective, optimum.point, strict=True)
            return Fraction(bound - sum((c * Fraction(x) for c, x in pairs if x), Fraction(0)))
        goal = np.array(objective, dtype=float)
        return float(float(bound) - goal @ np.array(optimum.point, dtype=float))

    def bound(
        self,
        objective: Sequence[Fraction],
        totals_prices: Sequence[Number],
        prices: Sequence[Number],
    ) -> Number:
        """Return what multipliers prove that the objective does not exceed; rational if they are.

        Those of `at_most` must be at least 0; else any will do.
        """
        if all(isinstance(y, Fraction) for own in (totals_prices, prices) for y in own):
            left = self._left(objective, (*totals_prices, *prices))
            pairs = zip(totals_prices, self.totals, self._scales[0], strict=True)
            start: Any = sum((y * t / s for y, t, s in pairs), Fraction(0))
            return Fraction(start + sum(d for d in left if d > 0))
        goal = np.array(objective, dtype=float)
        reduced = self._float_left(goal, totals_prices, prices)
        return float(
            self._float_totals @ np.array(totals_prices, float) + reduced[reduced > 0].sum()
        )

    def proved(
        self,
        objective: Sequence[Fraction],
        totals_prices: Sequence[Number],
        prices: Sequence[Number],
    ) -> Fraction:
        """Return `bound` without rounding: floats are taken as the rationals that they are."""
        exact = ([Fraction(y) for y in own] for own in (totals_prices, prices))
        return Fraction(self.bound(objective, *exact))

    def _simple_prices(self, objective: Sequence[Fraction]) -> Prices:
        """Return multipliers that prove the largest coefficient of each total's row, added up."""
        own = [
            s * max(objective[j] / Fraction(a) for j, a in row.items()) if t else Fraction(0)
            for row, t, s in zip(self.equal, self.totals, self._scales[0], strict=True)
        ]
        return tuple(own), (Fraction(0),) * len(self.at_most)

    def _left(self, objective: Sequence[Fraction], prices: Sequence[Number]) -> list[Any]:
        """Return the objective less all rows at their prices."""
        left: list[Any] = list(objective)
        for row, y, scale in zip(self._rows, prices, self._all_scales, strict=True):
            if y:
                unit = y / scale
                for j, a in row.items():
                    left[j] -= unit * a
        return left

    def _float_left(
        self, goal: np.ndarray, totals_prices: Sequence[Number], prices: Sequence[Number]
    ) -> np.ndarray:
        equal, at_most = self._matrices
        left: np.ndarray = goal - equal.T @ np.array(totals_prices, float)
        return left - at_most.T @ np.array(prices, float) if self.at_most else left

    @property
    def _rows(self) -> tuple[Row, ...]:
        return (*self.equal, *self.at_most)

    @cached_property
    def _scales(self) -> tuple[list[int], list[int]]:
        """The largest coefficient of each row."""
        own = [[max(map(abs, r.values())) for r in part] for part in (self.equal, self.at_most)]
        return own[0], own[1]

    @property
    def _all_scales(self) -> list[int]:
        return [*self._scales[0], *self._scales[1]]

    @cached_property
    def _float_totals(self) -> np.ndarray:
        return np.array([t / s for t, s in zip(self.totals, self._scales[0], strict=True)])

    @cached_property
    def _matrices(self) -> tuple[csr_array, csr_array]:
        """The rows as floats, the largest coefficient of each being 1."""
        from scipy.sparse import csr_array

        def matrix(rows: Sequence[Row], scales: Sequence[int]) -> csr_array:
            data = [a / s for row, s in zip(rows, scales, strict=True) for a in row.values()]
            index = [j for row in rows for j in row]
            starts = np.cumsum([0, *map(len, rows)])
            return csr_array((data, index, starts), shape=(len(rows), self.size), dtype=float)

        return matrix(self.equal, self._scales[0]), matrix(self.at_most, self._scales[1])

    def _by_highs(
        self, objective: Sequence[Fraction], deadline: Deadline, known: list[Prices]
    ) -> Optimum | None:
        """Return the optimum in floats, or nothing where HiGHS fails; add its multipliers."""
        from scipy.optimize import linprog  # SciPy is slow to import

        deadline.check()
        equal, at_most = self._matrices
        size = _size(objective)
        some = bool(self.at_most)
        result = linprog(
            np.array([-c / size for c in objective], dtype=float),
            A_ub=at_most if some else None,
            b_ub=np.zeros(len(self.at_most)) if some else None,
            A_eq=equal,
            b_eq=self._float_totals,
            bounds=(0, None),
            method="highs-ds",
            options={
                "primal_feasibility_tolerance": TOLERANCE,
                "dual_feasibility_tolerance": TOLERANCE,
                **({"time_limit": deadline.left} if deadline != NEVER else {}),
            },
        )
        unit = float(size)
        marginals = result.eqlin.marginals, result.ineqlin.marginals
        if all(m is not None and np.isfinite(m).all() for m in marginals):
            totals, prices = marginals
            own = tuple(max(-unit * float(y), 0.0) for y in prices) if some else ()
            known.append((tuple(-unit * float(y) for y in totals), own))
        if result.status == LIMIT:
            deadline.check()
        if result.status != 0:
            return None
        return Optimum(tuple(float(max(x, 0.0)) for x in result.x), *known[-1])

    def _exact_point(self, found: Optimum, deadline: Deadline) -> tuple[Fraction, ...]:
        """Return the vertex in rationals: the solution of what is tight at its float."""
        support = {j: float(x) for j, x in enumerate(found.point) if x > ZERO}
        slack = self._matrices[1] @ np.array(found.point) if self.at_most else []
        tight = [
            *zip(self.equal, self.totals, strict=True),
            *((row, 0) for row, s in zip(self.at_most, slack, strict=True) if abs(s) <= ZERO),
        ]
        equations = [({j: a for j, a in row.items() if j in support}, t) for row, t in tight]
        solution = _solve(equations, support, deadline)
        return tuple(solution.get(j, Fraction(0)) for j in range(self.size))

    def _exact_prices(
        self, objective: Sequence[Fraction], found: Optimum, deadline: Deadline
    ) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
        """Return the multipliers in rationals: the solution of what is tight at their floats."""
        cut, small = len(self.equal), ZERO * _size(objective)
        prices = (*found.totals_prices, *found.prices)
        used = {r: float(y) for r, y in enumerate(prices) if r < cut or y > small}
        left = self._float_left(np.array(objective, dtype=float), found.totals_prices, found.prices)
        columns: dict[int, dict[int, int]] = {
            int(j): {} for j in np.flatnonzero(abs(left) <= float(small))
        }
        for r in used:
            for j, a in self._rows[r].items():
                if j in columns:
                    columns[j][r] = a
        scales = self._all_scales
        guess = {r: y / scales[r] for r, y in used.items()}
        equations = []
        for j, column in columns.items():
            c = objective[j]
            equations.append(({r: a * c.denominator for r, a in column.items()}, c.numerator))
        solution = _solve(equations, guess, deadline)
        exact = tuple(solution.get(r, Fraction(0)) * scale for r, scale in enumerate(scales))
        return exact[:cut], exact[cut:]

    def _by_simplex(self, objective: Sequence[Fraction], deadline: Deadline = NEVER) -> Optimum:
        rows = len(self.equal) + len(self.at_most)
        entries = rows * (rows + self.size)
        if entries > LARGEST_TABLEAU:
            raise NotApplicable(
                f"the linear program has {self.size} variables and {rows} constraints, too many "
                "for the exact simplex method, which it needs; ask with exact=False"
            )
        unit = lcm(*(c.denominator for c in objective))
        goal = [int(c * unit) for c in objective]
        point, *found = simplex(goal, self.equal, self.totals, self.at_most, deadline)
        pairs = (
            zip(own, scales, strict=True) for own, scales in zip(found, self._scales, strict=True)
        )
        return Optimum(tuple(point), *(tuple(y * s / unit for y, s in own) for own in pairs))


def _parts(optimum: Optimum) -> tuple[tuple[Number, ...], ...]:
    return optimum.point, optimum.totals_prices, optimum.prices


def _size(objective: Sequence[Fraction]) -> Fraction:
    return max(map(abs, objective)) or Fraction(1)


def _at(row: Row, point: Mapping[int, Any]) -> Any:
    small, large = (row, point) if len(row) < len(point) else (point, row)
    return sum(v * large[j] for j, v in small.items() if j in large)


def _solve(
    equations: Iterable[tuple[dict[int, int], int]],
    guess: Mapping[int, float],
    deadline: Deadline,
) -> dict[int, Fraction]:
    """Return a solution of linear equations in rationals, if they have one.

    Unknowns that the equations leave open take their guess. Equations that contradict earlier ones
    are passed over: the caller checks the solution.
    """
    solved: dict[int, tuple[dict[int, int], int]] = {}  # by leading unknown
    for row, total in sorted(equations, key=lambda e: len(e[0])):
        deadline.check()
        if len(solved) == len(guess):
            break
        left, right = _reduce(dict(row), total, solved)
        if left:
            solved[min(left, key=lambda j: abs(left[j]))] = (left, right)
    values = {j: Fraction(guess[j]) for j in guess if j not in solved}
    for j in reversed(solved):
        row, total = solved[j]
        known = sum(a * values[k] for k, a in row.items() if k != j)
        values[j] = (total - known) / Fraction(row[j])
    return values


def _reduce(
    row: dict[int, int], total: int, solved: Mapping[int, tuple[dict[int, int], int]]
) -> tuple[dict[int, int], int]:
    """Return an equation with the leading unknowns of those before it eliminated."""
    for j, (other, right) in solved.items():
        if j in row:
            up, down = other[j], row[j]
            common = gcd(up, down)
            up, down = up // common, down // common
            mixed = {k: up * a for k, a in row.items()}
            for k, a in other.items():
                mixed[k] = mixed.get(k, 0) - down * a
            total = up * total - down * right
            row = {k: a for k, a in mixed.items() if a}
            common = gcd(total, *row.values())
            if common > 1:
                row, total = {k: a // common for k, a in row.items()}, total // common
    return row, total
