"""One linear program with the numbers of many points, solved by bases that points share.

An optimum is a *basis*: some variables, and as many rows that are tight. At other points the same
basis gives another vertex, found by linear algebra for many points at once, and this is optimal
wherever the vertex is feasible and its multipliers are, so that a few bases serve a whole region of
parameters [1]_. HiGHS finds one where those that are known serve no longer.

A vertex counts only with its proof, as in `program`: the multipliers bound the objective, and by
what numbers are rounded (`Column`), the vertex, its signs and the bound are known to `NEAR`. What
is not so is left to the caller.

References
----------
.. [1] Tomas Gal and Josef Nedoma, "Multiparametric Linear Programming", Management Science 18(7),
   1972.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from crisisgames.equilibria.linear.columns import as_column
from crisisgames.equilibria.linear.model import Rows
from crisisgames.equilibria.linear.program import TOLERANCE, ZERO

__all__ = ["Bases", "Stack", "extremes", "written"]

ROUNDING = 4e-15
"""Bound on the relative error of a coefficient, of the sizes added up in it: some 18 roundings."""

EPSILON = float(np.finfo(float).eps)

NEAR = 1e-10
"""How well the vertex and the bound of an objective must be known, its largest coefficient being
1."""

SOUND = 1e-9
"""Size of a pivot below which the columns of a basis are taken to depend on each other."""

TRIED = 40
"""Bases tried before HiGHS is called: about as long takes one program there."""


@dataclass(frozen=True, eq=False)
class Stack:
    """The rows of a program at many points.

    Attributes
    ----------
    rows : ndarray
        Shape (points, rows, variables); those that must equal their totals come first. The largest
        coefficient of each is 1, or they are all 0.
    errors : ndarray
        Bound on the rounding of a coefficient that is not 0, shape (points, rows).
    totals : ndarray
        The right-hand side of each row.
    equal : int
        How many rows are equalities.
    groups : tuple of ndarray
        Variables that sum to a total that is not 0, for each such equality.
    names : ndarray of int
        Of each row its place among all, of which gains that never pay at any point are left out.
    places : ndarray of int
        The other way round; -1 for rows that are left out.
    """

    rows: np.ndarray
    errors: np.ndarray
    totals: np.ndarray
    equal: int
    groups: tuple[np.ndarray, ...]
    names: np.ndarray
    places: np.ndarray

    def ceiling(self, goal: np.ndarray) -> np.ndarray:
        """Return what the totals alone prove of a goal at each point: it is nowhere larger."""
        return np.asarray(sum(goal[:, own].max(axis=1) for own in self.groups))


def written(rows: Rows, points: int) -> Stack:
    """Return the rows of a program whose coefficients are columns."""
    size = rows.size
    tables, errors = [], []
    totals = []
    for row, total in zip(rows.equal, rows.totals, strict=True):
        scale = max(map(abs, row.values()))
        table = np.zeros((points, size))
        table[:, list(row)] = [a / scale for a in row.values()]
        tables.append(table)
        errors.append(np.zeros(points))
        totals.append(total / scale)
    equal = len(totals)
    names = list(range(equal))
    for name, (line, _) in enumerate(rows.gains, start=equal):
        table, added = np.zeros((size, points)), np.zeros(points)
        for j, a in line.items():
            c = as_column(a)
            known = np.abs(c.values) > ROUNDING * c.sizes  # else what is left of a tie
            table[j] = np.where(known, c.values, 0.0)
            added = np.maximum(added, np.where(known, c.sizes, 0.0))
        if table.max() <= 0:  # it never pays
            continue
        scale = np.abs(table).max(axis=0)
        scale[scale == 0] = 1.0
        tables.append((table / scale).T)
        errors.append(ROUNDING * added / scale)
        names.append(name)
    sums = tuple(np.array(list(r)) for r, t in zip(rows.equal, rows.totals, strict=True) if t)
    right = np.array([*totals, *[0.0] * (len(tables) - equal)])
    places = np.full(equal + len(rows.gains), -1)
    places[names] = np.arange(len(names))
    stacked = np.stack(tables, axis=1), np.stack(errors, axis=1)
    return Stack(*stacked, right, equal, sums, np.array(names), places)


@dataclass(eq=False)
class _Basis:
    """The names of tight rows, as many variables, and at how many points they were optimal."""

    tight: np.ndarray
    variables: np.ndarray
    points: int = 0

    @property
    def key(self) -> tuple[bytes, bytes]:
        """What tells it from others."""
        return self.tight.tobytes(), self.variables.tobytes()


@dataclass(eq=False)
class Bases:
    """Bases that are known: for each form of the program, and each objective."""

    known: dict[Hashable, list[list[_Basis]]] = field(default_factory=dict)

    def of(self, rows: Rows, goals: int) -> list[list[_Basis]]:
        """Return those of a program, whose form depends on what nature never does."""
        cells = tuple((c.situation, c.profile) for c in rows.cells)
        form = cells, tuple(about[:-1] for _, about in rows.gains)
        return self.known.setdefault(form, [[] for _ in range(goals)])

    def copy(self) -> Bases:
        """Return the same, to be added to elsewhere."""

        def own(known: list[_Basis]) -> list[_Basis]:
            return [_Basis(b.tight, b.variables, b.points) for b in known]

        return Bases({form: [*map(own, each)] for form, each in self.known.items()})

    def join(self, other: Bases) -> None:
        """Add what was learnt elsewhere."""
        for form, each in other.known.items():
            own = self.known.setdefault(form, [[] for _ in each])
            for mine, theirs in zip(own, each, strict=True):
                there = {b.key: b for b in mine}
                for basis in theirs:
                    if basis.key in there:
                        old = there[basis.key]
                        old.points = max(old.points, basis.points)
                    else:
                        mine.append(basis)


def extremes(
    stack: Stack, goals: np.ndarray, known: list[list[_Basis]], go_on: Callable[[], bool]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the largest value of objectives at each point, and where that is proved.

    Parameters
    ----------
    stack : Stack
    goals : ndarray
        Coefficients, shape (objectives, points, variables).
    known : list
        The bases that are known of each objective, to which more are added.
    go_on : function
        Whether there is time for another program.

    Returns
    -------
    tuple of ndarray
        Both of shape (objectives, points).
    """
    sizes = np.abs(goals).max(axis=2)
    sizes[sizes == 0] = 1.0
    scaled = goals / sizes[..., None]
    search = _Search(stack, scaled)
    for goal, own in enumerate(known):
        search.maximise(goal, own, go_on)
    return search.best * sizes, search.proved


@dataclass(eq=False)
class _Search:
    """What is known of the objectives: the best value that is reached, and whether it is proved."""

    stack: Stack
    goals: np.ndarray

    def __post_init__(self) -> None:
        self.best = np.full(self.goals.shape[:2], -np.inf)
        self.proved = np.zeros(self.best.shape, dtype=bool)
        self.ceilings = np.array([self.stack.ceiling(goal) for goal in self.goals])

    def maximise(self, goal: int, known: list[_Basis], go_on: Callable[[], bool]) -> None:
        """Find the largest value of an objective at every point."""
        # Those that served most points come first; of a tie the one that was found first.
        for basis in sorted(known, key=lambda b: -b.points)[:TRIED]:
            self.try_basis(goal, basis, self.left(goal))
        failed: set[int] = set()
        while go_on():
            left = np.array([k for k in self.left(goal) if k not in failed], dtype=int)
            if not len(left):
                return
            first = int(left[0])
            found = _basis_of(self.stack, first, self.goals[goal, first])
            if found is not None:
                self.try_basis(goal, found, left)
            if found is not None and self.proved[goal, first]:
                known.append(found)
            else:
                failed.add(first)

    def left(self, goal: int) -> np.ndarray:
        """Return the points at which an objective has no proved optimum."""
        return np.flatnonzero(~self.proved[goal])

    def try_basis(self, goal: int, basis: _Basis, points: np.ndarray) -> None:
        """Take the vertex of a basis wherever it is optimal, and what it says of other goals."""
        if not len(points):
            return
        c = self.goals[goal, points]
        fine, x, value = _vertices(self.stack, points, c, basis)
        basis.points += len(fine)
        points = points[fine]
        if not len(points):
            return
        self.best[goal, points], self.proved[goal, points] = value, True
        # A vertex may also be as good for another goal as the totals allow.
        reached = np.matmul(self.goals[:, points].transpose(1, 0, 2), x[:, :, None])[..., 0].T
        there = (reached >= self.ceilings[:, points] - ROUNDING) & ~self.proved[:, points]
        for other in np.flatnonzero(there.any(axis=1)):
            own = points[there[other]]
            self.best[other, own], self.proved[other, own] = self.ceilings[other, own], True


def _vertices(
    stack: Stack, points: np.ndarray, goal: np.ndarray, basis: _Basis
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the places of the points at which a basis is optimal, its vertices and values there.

    Signs count as right within what rounding may have done.
    """
    tight, own = stack.places[basis.tight], basis.variables
    place = np.arange(len(points))
    nothing = place[:0], np.empty((0, goal.shape[1])), np.empty(0)
    if (tight < 0).any():
        return nothing

    matrix = stack.rows[points[:, None, None], tight[:, None], own]
    # The cheap questions first: whether the vertex is feasible, and whether the multipliers are.
    right = np.broadcast_to(stack.totals[tight][:, None], (len(place), len(tight), 1))
    kept = (_solve(matrix, right)[..., 0] >= -ZERO).all(axis=1)
    place, matrix = place[kept], matrix[kept]
    if not len(place):
        return nothing
    y = _solve(matrix.transpose(0, 2, 1), goal[place][:, own, None])[..., 0]
    kept = (y[:, tight >= stack.equal] >= -ZERO).all(axis=1)
    place, matrix = place[kept], matrix[kept]
    if not len(place):
        return nothing
    here, c = points[place], goal[place]
    columns = stack.rows[here[:, None, None], np.arange(len(stack.totals))[:, None], own]
    errors = stack.errors[here]
    inverse = np.linalg.inv(matrix)
    solved = inverse @ stack.totals[tight]
    # How far the vertex may be off: by the rounding of the rows that make it, and of this.
    off = np.matmul(matrix != 0, np.abs(solved)[..., None])[..., 0]
    off *= errors[:, tight] + ROUNDING
    weights = np.abs(inverse)
    off = np.matmul(weights, off[..., None])[..., 0] + ROUNDING
    off += EPSILON * weights.sum(axis=2).max(axis=1)[:, None]
    beyond = (np.matmul(columns, solved[..., None])[..., 0] - stack.totals)[:, stack.equal :]
    slack = off.sum(axis=1)[:, None] + errors * np.abs(solved).sum(axis=1)[:, None]
    feasible = (solved >= -off).all(axis=1)
    feasible &= (beyond <= slack[:, stack.equal :]).all(axis=1)
    y = np.matmul(c[:, None, own], inverse)[:, 0]
    y = np.where(tight < stack.equal, y, np.maximum(y, 0.0))
    reduced = c - np.matmul(y[:, None], stack.rows[here[:, None], tight])[:, 0]
    value = (c[:, own] * solved).sum(axis=1)
    bound = y @ stack.totals[tight] + np.maximum(reduced, 0.0).sum(axis=1)
    doubt = (np.abs(c[:, own]) * off).sum(axis=1)
    fine = feasible & (bound - value + doubt <= NEAR)
    x = np.zeros((int(fine.sum()), goal.shape[1]))
    x[:, own] = np.maximum(solved[fine], 0.0)
    return place[fine], x, value[fine]


def _solve(matrices: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return solutions of linear equations; not a number where they are singular."""
    try:
        return np.linalg.solve(matrices, right)
    except np.linalg.LinAlgError:
        regular = np.linalg.slogdet(matrices)[0] != 0
        found = np.full(right.shape, np.nan)
        found[regular] = np.linalg.solve(matrices[regular], right[regular])
        return found


def _basis_of(stack: Stack, point: int, goal: np.ndarray) -> _Basis | None:
    """Return an optimal basis at a point, from the optimum that HiGHS finds, or nothing.

    Where more is tight than there are variables to determine, any basis between what must be in it
    and what may be has the same vertex and the same multipliers; one is taken whose columns are
    far from depending on each other.
    """
    from scipy.linalg import qr  # SciPy is slow to import
    from scipy.optimize import linprog

    rows, cut = stack.rows[point], stack.equal
    some = len(rows) > cut
    result: Any = linprog(
        -goal,
        A_ub=rows[cut:] if some else None,
        b_ub=stack.totals[cut:] if some else None,
        A_eq=rows[:cut],
        b_eq=stack.totals[:cut],
        bounds=(0, None),
        method="highs-ds",
        options={
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        },
    )
    if result.status != 0:
        return None
    x, y = result.x, -np.concatenate([result.eqlin.marginals, result.ineqlin.marginals])
    tight = np.flatnonzero(np.abs(stack.totals - rows @ x) <= ZERO)
    used = np.flatnonzero(x > ZERO)
    free = np.flatnonzero((x <= ZERO) & (np.abs(goal - y @ rows) <= ZERO))
    loose = np.flatnonzero((tight >= cut) & (y[tight] <= ZERO))  # rows that could be left out
    missing = len(tight) - len(used)
    if missing < 0:
        return None
    others = np.concatenate([np.eye(len(tight))[:, loose], rows[np.ix_(tight, free)]], axis=1)
    if len(used):
        span, _ = np.linalg.qr(rows[np.ix_(tight, used)])
        others = others - span @ (span.T @ others)
    chosen = np.empty(0, dtype=int)
    if missing:
        _, pivots, order = qr(others, mode="economic", pivoting=True)
        if len(order) < missing or abs(pivots[missing - 1, missing - 1]) < SOUND:
            return None
        chosen = order[:missing]
    out = loose[chosen[chosen < len(loose)]]
    more = free[chosen[chosen >= len(loose)] - len(loose)]
    return _Basis(stack.names[np.delete(tight, out)], np.sort(np.concatenate([used, more])))
