"""Following a curve of solutions by arc length, around turning points and across branches [1]_.

The curve solves n equations in n + 1 unknowns, the last of which is the homotopy's parameter. From
a point a step goes along the tangent; Newton's method then returns to the curve within the plane
across it. Where the orientation of the curve is reversed, another branch crosses: shorter steps
close in on the crossing, and it is passed straight on.

References
----------
.. [1] Eugene L. Allgower and Kurt Georg, "Numerical Continuation Methods", Springer, 1990,
   chapters 6 (step length) and 8 (bifurcations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Protocol

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetrs

from crisisgames.equilibria.deadline import NEVER, Deadline

__all__ = ["Equations", "Knot", "Lost", "follow", "landed", "newton", "step_factor"]

RESIDUAL = 1e-11
"""Largest violation of the equations, in their own scale, at any point of the curve: of the logit
conditions, in log odds, see `LogitPoint`."""

FINE, STEADY, CORRECTIONS = 1e-7, 1e-3, 40
"""Newton stops where its correction is below FINE and below STEADY times the step, or where neither
it nor the residual halves, or after so many corrections; the best point so far counts."""

FIRST_STEP, LARGEST_STEP, SMALLEST_STEP = 0.1, 3.0, 1e-9
"""Steps along the curve: the largest change of an unknown relative to its size plus one. At the
largest, precision grows fourfold, which only the straight part of a branch allows."""

TURN, MISS = 0.2, 0.03
"""How much, in the same measure, a step may turn the tangent and miss the curve. At 0.5 and 0.2,
one in a hundred random games jumped to another logit branch than much smaller steps follow; at
these values none of 1800 did."""

CROSSING, NEAR = 1e-7, 1e-3
"""Step below which a reversed orientation is a crossing of branches and not a sharp turn, and step
from which the crossing is jumped: near enough to be sure of it, not so near that it blurs."""

LOST, ROUGH = 1e-10, 1e-13
"""Singular values below LOST: directions that the equations hardly pin down, as in a continuum of
equilibria; rounding, 1e-16, would make them wander. They are left alone, and where Newton needs
them after all, only those below ROUGH."""


class Equations(Protocol):
    """The equations of a curve. A point is an array of unknowns, the parameter last."""

    def tidied(self, point: np.ndarray) -> np.ndarray:
        """Return the point with what is redundant in it put right."""

    def linearized(self, point: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return the equations' values (n,), derivatives (n, n + 1), and largest violation.

        The violation is in the scale that counts for the accuracy of a point.
        """


class Lost(Exception):
    """The curve cannot be followed further."""


@dataclass(frozen=True, eq=False)
class Knot:
    """A point of the curve with the direction in which it leaves it.

    Along the tangent, over an arc of one, the largest change of an unknown relative to its size
    plus one is one.
    """

    point: np.ndarray
    tangent: np.ndarray
    orientation: float
    residual: float
    miss: float = 0.0  # how far the predictor was off
    turn: float = inf  # how much the tangent has changed


@dataclass(frozen=True, eq=False)
class _Crossing:
    """A step after which the orientation was reversed: a crossing of branches, or a wrong branch.

    Shorter steps tell: they find a sharp turn, or close in on the crossing without end. In the
    second case the step is taken after all, straight on.
    """

    origin: Knot
    knot: Knot
    step: float
    arc: float = 0.0  # followed from the origin since


def follow(
    equations: Equations, start: np.ndarray, deadline: Deadline = NEVER
) -> Iterator[tuple[Knot, Knot]]:
    """Yield the steps of the curve from ``start``, in the direction in which the parameter grows.

    A step is (from, to). Where a crossing turns out behind, steps restart from an earlier point.
    The parameter stays at least 0.

    Raises
    ------
    Lost
        If a step of `SMALLEST_STEP` does not find the curve, in the course of the iteration.
    TimeUp
        Past the deadline.
    """
    n = len(start) - 1
    first = _corrected(equations, start, np.eye(n + 1)[n], np.ones(n + 1), 1.0)
    if first is None:
        raise Lost("the start is not a point of the curve")
    here = _paced(first)
    step, crossing = FIRST_STEP, None
    while True:
        deadline.check()
        step = _limited(here, step)
        if step < SMALLEST_STEP:
            raise Lost("the curve could not be followed there")
        origin, there = here, _advanced(equations, here, step)
        if there is not None and there.orientation * here.orientation < 0:
            if crossing is None or step > NEAR:
                crossing = _Crossing(here, there, step)
            there = None
        if there is None:
            step /= 2
            if crossing is None or step >= CROSSING:
                continue
            origin, there, step = crossing.origin, crossing.knot, crossing.step
            crossing = None
        elif crossing is not None:
            arc = crossing.arc + step
            crossing = replace(crossing, arc=arc) if arc < crossing.step else None
        yield origin, there
        step = min(LARGEST_STEP, step * step_factor(there.turn, there.miss))
        here = _paced(there)


def landed(equations: Equations, guess: np.ndarray, parameter: float) -> Knot | None:
    """Return the point of the curve with that parameter next to a guess, or None."""
    guess = np.append(guess[:-1], parameter)
    fixed = np.eye(len(guess))[-1]
    found = _corrected(equations, guess, fixed, _size(guess), CROSSING)
    return found if found is not None and found.miss <= MISS else None


def _size(point: np.ndarray) -> np.ndarray:
    return np.asarray(1.0 + np.abs(point))


def newton(
    linear: tuple[np.ndarray, np.ndarray], plane: np.ndarray, size: np.ndarray, lost: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return Newton's correction within a plane, the tangent, and the curve's orientation.

    ``linear`` has the equations' values and derivatives, `plane` is given by its normal. Unknowns
    are divided by ``size``. Each equation is scaled to a largest coefficient of 1: at large
    parameters those with and without it differ by that factor.
    """
    gaps, derivatives = linear
    n = len(gaps)
    matrix = np.empty((n + 1, n + 1))
    matrix[:n] = derivatives * size
    scale = np.abs(matrix[:n]).max(axis=1)
    matrix[:n] /= scale[:, None]
    matrix[n] = plane
    right = np.zeros((n + 1, 2))
    right[:n, 0] = -gaps / scale
    right[n, 1] = 1.0
    solution, orientation = _solution(matrix, right, lost)
    return solution[:, 0], solution[:, 1], orientation


def _solution(matrix: np.ndarray, right: np.ndarray, lost: float) -> tuple[np.ndarray, float]:
    """Return the solution of linear equations and the sign of the determinant.

    Where there are singular values below ``lost``, the solution has nothing in their directions,
    and the sign is 0.
    """
    factors, pivots, singular = dgetrf(matrix)
    diagonal = factors.diagonal()
    # The smallest pivot overestimates the smallest singular value, seldom more than tenfold.
    if singular or np.abs(diagonal).min() < 10 * lost:
        left, values, back = np.linalg.svd(matrix)
        kept = values > lost
        part = (left[:, kept].T @ right) / values[kept, None]
        return back[kept].T @ part, 0.0
    swaps = int(np.count_nonzero(pivots != np.arange(len(pivots))))
    sign = float(np.prod(np.sign(diagonal))) * (-1) ** swaps
    return dgetrs(factors, pivots, right)[0], sign


def _corrected(
    equations: Equations, guess: np.ndarray, plane: np.ndarray, size: np.ndarray, step: float
) -> Knot | None:
    """Return the point of the curve that Newton finds in a plane, or None if it does not settle.

    The tangent returned is still divided by ``size``.
    """
    found, sure = _iterated(equations, guess, plane, size, step, LOST)
    if found is None and not sure:
        found, _ = _iterated(equations, guess, plane, size, step, ROUGH)
    return found


def _iterated(
    equations: Equations,
    point: np.ndarray,
    plane: np.ndarray,
    size: np.ndarray,
    step: float,
    lost: float,
) -> tuple[Knot | None, bool]:
    """Return what `_corrected` does, and whether no directions were lost."""
    best: Knot | None = None
    sure, moved, near = True, 0.0, False
    last = (inf, inf)
    for k in range(CORRECTIONS):
        if not (np.isfinite(point).all() and point[-1] >= 0):
            break
        point = equations.tidied(point)
        gaps, derivatives, residual = equations.linearized(point)
        if not np.isfinite(residual):
            break
        change, tangent, orientation = newton((gaps, derivatives), plane, size, lost)
        sure = sure and orientation != 0
        far = float(np.abs(change).max())
        right = residual <= RESIDUAL
        # What is right within tolerance is no other branch: corrections of it are no miss.
        near = near or (k == 0 and right)
        if right and (best is None or residual < best.residual):
            miss = 0.0 if near else moved
            best = Knot(point, tangent / np.abs(tangent).max(), orientation, residual, miss)
        # A large parameter magnifies errors of one unknown into the equations of others.
        fine = far <= min(FINE, STEADY * step, 0.1 / max(1.0, float(point[-1])))
        slow = far > last[0] / 2 and residual > last[1] / 2
        if (right and fine) or slow or not far <= 1.0:
            break
        moved += far
        last = (far, residual)
        point = point + change * size
    return best, sure


def _advanced(equations: Equations, knot: Knot, step: float) -> Knot | None:
    """Return the next point of the curve at arc length ``step``, or None if it is not found."""
    size = _size(knot.point)
    along = knot.tangent / size
    guess = knot.point + step * knot.tangent
    found = _corrected(equations, guess, along / (along @ along), size, step)
    if found is None:
        return None
    turn = float(np.abs(found.tangent - along).max())
    if turn > TURN or found.miss > MISS:
        return None
    orientation = found.orientation or knot.orientation
    return replace(found, tangent=found.tangent * size, turn=turn, orientation=orientation)


def _paced(knot: Knot) -> Knot:
    """Return the knot with a tangent of length one by its own sizes."""
    return replace(knot, tangent=knot.tangent / np.abs(knot.tangent / _size(knot.point)).max())


def _limited(knot: Knot, step: float) -> float:
    """Return the step, shortened where it would more than halve the parameter."""
    fall = -float(knot.tangent[-1])
    return min(step, float(knot.point[-1]) / (2 * fall)) if fall > 0 else step


def step_factor(turn: float, miss: float) -> float:
    """Return the factor for the next step, from how hard the last one was [1]_, section 6.1."""
    by_turn = 0.6 * TURN / max(turn, 1e-9)
    by_miss = sqrt(0.5 * MISS / max(miss, 1e-9))
    return max(0.5, min(2.0, by_turn, by_miss))
