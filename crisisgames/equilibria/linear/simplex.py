"""The simplex method in integer arithmetic: exact, and slow for large programs.

Two phases, Bland's rule against cycling [1]_, and the integer-preserving pivot of Edmonds: the
tableau holds integers over one common denominator, and every division leaves no remainder.

References
----------
.. [1] Robert G. Bland, "New Finite Pivoting Rules for the Simplex Method", Mathematics of
   Operations Research 2(2), 1977.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline

__all__ = ["simplex"]

Row = Mapping[int, int]


def simplex(
    objective: Sequence[int],
    equal: Sequence[Row],
    totals: Sequence[int],
    at_most: Sequence[Row],
    deadline: Deadline = NEVER,
) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    """Maximise a linear function of non-negative variables.

    Parameters
    ----------
    objective : sequence of int
    equal, totals : sequences
        Rows that must equal their totals, which must be at least 0.
    at_most : sequence of rows
        Rows that must be at most 0.
    deadline : Deadline

    Returns
    -------
    point, prices of the equalities, prices of the inequalities
        An optimal point, and multipliers that prove it optimal.

    Raises
    ------
    ValueError
        If no point satisfies the constraints.
    TimeUp
        Past the deadline.

    Examples
    --------
    >>> point, _, _ = simplex([1, 2], [{0: 1, 1: 1}], [1], [{0: -1, 1: 2}])
    >>> [str(x) for x in point]
    ['2/3', '1/3']
    """
    n, m = len(objective), len(equal) + len(at_most)
    tableau = np.zeros((m + 1, n + m + 1), dtype=object)
    for r, row in enumerate((*at_most, *equal)):
        for j, a in row.items():
            tableau[r, j] = a
        tableau[r, n + r] = 1  # a slack, or an artificial variable
    tableau[len(at_most) : m, -1] = list(totals)
    state = _Tableau(tableau, list(range(n, n + m)), deadline)
    artificial = n + len(at_most)
    goal = np.zeros(n + m, dtype=object)
    goal[artificial:] = -1
    state.optimise(goal, n + m)
    if state.table[-1, -1] != 0:
        raise ValueError("no point satisfies the constraints")
    state.drop(artificial)
    goal[:] = 0
    goal[:n] = list(objective)
    state.optimise(goal, artificial)
    point = [Fraction(0)] * (n + m)
    for r, j in enumerate(state.basis):
        point[j] = Fraction(state.table[r, -1], state.scale)
    prices = [Fraction(z, state.scale) for z in state.table[-1, n : n + m]]
    return point[:n], prices[len(at_most) :], prices[: len(at_most)]


class _Tableau:
    """Rows of a simplex tableau, its last one the reduced costs, all times `scale`."""

    def __init__(self, table: np.ndarray, basis: list[int], deadline: Deadline) -> None:
        self.table, self.basis, self.scale, self.deadline = table, basis, 1, deadline

    def optimise(self, goal: np.ndarray, columns: int) -> None:
        """Pivot until no column below ``columns`` improves the goal."""
        self.table[-1, :-1] = -goal * self.scale
        self.table[-1, -1] = 0
        for r, j in enumerate(self.basis):
            self.table[-1] += goal[j] * self.table[r]
        while len(improving := np.flatnonzero(self.table[-1, :columns] < 0)):
            column = int(improving[0])
            rows = np.flatnonzero(self.table[:-1, column] > 0)
            ratio = {r: Fraction(self.table[r, -1], self.table[r, column]) for r in rows}
            self.pivot(int(min(rows, key=lambda r: (ratio[r], self.basis[r]))), column)

    def drop(self, first: int) -> None:
        """Take the variables from ``first`` on, which are all 0, out of the basis."""
        for r, j in enumerate(self.basis):
            if j >= first and len(columns := np.flatnonzero(self.table[r, :first])):
                self.pivot(r, int(columns[0]))

    def pivot(self, row: int, column: int) -> None:
        self.deadline.check()
        if self.table[row, column] < 0:  # only where the right-hand side is 0
            self.table[row] *= -1
        pivot = self.table[row, column]
        old = self.table[row].copy()
        self.table = (self.table * pivot - np.outer(self.table[:, column], old)) // self.scale
        self.table[row] = old
        self.basis[row], self.scale = column, pivot
