"""D1 at many points: the kernel that compares what deviations are worth, cell by cell.

As in `criteria.d1`, in floating point: a difference is certain, or a tie to within rounding, or
neither; then the point is left open.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from crisisgames.kernels import kernel

__all__ = ["FAILS", "OPEN", "PASSES", "Functions", "judge"]

FAILS, PASSES, OPEN = 0, 1, 2

TIE = 1e-11
"""Differences up to this share of the numbers added are ties."""

CLEAR = 1e-9
"""From this share on they are certain."""

UNSURE = 2
"""In the place of a sign that is not certain."""


class Functions(NamedTuple):
    """Linear functions of weights, their coefficients sums of payoff entries."""

    start: np.ndarray
    coordinate: np.ndarray
    term_start: np.ndarray
    term_payoff: np.ndarray
    term_factor: np.ndarray


@kernel()
def _value(
    f: Functions, k: int, payoffs: np.ndarray, sizes: np.ndarray, plan: np.ndarray
) -> tuple[float, float]:
    """Return the value of a function at a plan, and the size of what is added."""
    value, size = 0.0, 0.0
    for e in range(f.start[k], f.start[k + 1]):
        x = plan[f.coordinate[e]]
        if x > 0.0:
            for t in range(f.term_start[e], f.term_start[e + 1]):
                value += f.term_factor[t] * payoffs[f.term_payoff[t]] * x
                size += abs(f.term_factor[t]) * sizes[f.term_payoff[t]] * x
    return value, size


@kernel()
def _sign(difference: float, size: float) -> int:
    if abs(difference) <= TIE * size:
        return 0
    if abs(difference) < CLEAR * size:
        return UNSURE
    return 1 if difference > 0 else -1


@kernel()
def _reaches(gains: np.ndarray, signs: np.ndarray, first: int, last: int, t: int, s: int) -> int:
    """Tell whether some reply of a cell gives ``t`` no loss and ``s`` no gain; 1, 0, or 2: open.

    `gains` is what each way gains at each corner of the cell.
    """
    for v in range(first, last):
        if signs[v, t] == UNSURE or signs[v, s] == UNSURE:
            return UNSURE
        if signs[v, t] >= 0 and signs[v, s] <= 0:
            return 1
    # The corner of the quadrant may lie inside: then some edge between two corners crosses it.
    for v in range(first, last):
        for w in range(first, last):
            # From a loss of t to none, and from no gain of s to one.
            if signs[v, t] < 0 and signs[w, t] >= 0 and signs[v, s] <= 0 and signs[w, s] > 0:
                enters = -gains[v, t] / (gains[w, t] - gains[v, t])
                leaves = -gains[v, s] / (gains[w, s] - gains[v, s])
                if abs(enters - leaves) < CLEAR:
                    if abs(enters - leaves) > TIE:
                        return UNSURE
                    return 1
                if enters < leaves:
                    return 1
    return 0


@kernel()
def judge(
    point: np.ndarray,
    slot: np.ndarray,
    first_member: np.ndarray,
    last_member: np.ndarray,
    base: np.ndarray,
    members: np.ndarray,
    plans: np.ndarray,
    mover: int,
    stakes: Functions,
    worths: Functions,
    ways: int,
    held: np.ndarray,
    leads: np.ndarray,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    cell_start: np.ndarray,
    corner_start: np.ndarray,
    corners: np.ndarray,
    verdict: np.ndarray,
) -> None:
    """Judge pieces of the set by one message.

    Parameters
    ----------
    point, slot : ndarray of int
        Of each piece its point, and its pattern's place among those that have the message.
    first_member, last_member, base, members : ndarray of int
        Its extreme equilibria, as places after ``base``.
    plans : ndarray
        Of the extreme equilibria, shape (equilibria, 2, width).
    mover : int
        Who replies to the message.
    stakes, worths : Functions
        What each way gives up, for each pattern, linear in the plan of who replies; and what it
        is worth, linear in the replies.
    held, leads : ndarray of int
        Bits of the ways: those believed in at each set that the message opens, shape (patterns,
        sets), and those that lead there.
    cell_start, corner_start, corners : ndarray
        The replies that are rational for some belief: of each point its cells, of each cell its
        corners.
    verdict : ndarray of int
        Of each piece; written where it does not pass.
    """
    most = 0
    for k in range(len(cell_start) - 1):
        most = max(most, corner_start[cell_start[k + 1]] - corner_start[cell_start[k]])
    gains, signs = np.zeros((most, ways)), np.zeros((most, ways), dtype=np.int64)
    given, scale = np.zeros(ways), np.zeros(ways)
    for piece in range(len(point)):
        if verdict[piece] == FAILS:
            continue
        k, fine = point[piece], True
        for t in range(ways):
            f = slot[piece] * ways + t
            for m in range(first_member[piece], last_member[piece]):
                plan = plans[base[piece] + members[m], mover]
                value, size = _value(stakes, f, payoffs[k], sizes[k], plan)
                if m == first_member[piece]:
                    given[t], scale[t] = value, size
                elif _sign(value - given[t], max(size, scale[t])) != 0:
                    fine = False  # a continuum of what is given up: for the exact route
        first = corner_start[cell_start[k]]
        for v in range(first, corner_start[cell_start[k + 1]]):
            for t in range(ways):
                value, size = _value(worths, t, payoffs[k], sizes[k], corners[v])
                gains[v - first, t] = value - given[t]
                signs[v - first, t] = _sign(value - given[t], max(size, scale[t]))
        if not fine:
            verdict[piece] = OPEN
            continue
        out, sure = 0, True
        for t in range(ways):
            for s in range(ways):
                if s == t:
                    continue
                found = 0
                for cell in range(cell_start[k], cell_start[k + 1]):
                    found = _reaches(
                        gains,
                        signs,
                        corner_start[cell] - first,
                        corner_start[cell + 1] - first,
                        t,
                        s,
                    )
                    if found != 0:
                        break
                if found == UNSURE:
                    sure = False
                elif found == 0:
                    out |= 1 << t
                    break
        if not sure:
            verdict[piece] = OPEN
            continue
        for h in range(len(leads)):
            if held[slot[piece], h] & out and leads[h] & ~out:
                verdict[piece] = FAILS
