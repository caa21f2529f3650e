"""The principal logit branch of many games of one structure, compiled.

The same steps as in `qre`, where they are explained, written as loops over preallocated arrays. A
single game is followed there, in NumPy, which needs no compiler and no time to load one; tests hold
the two together. Threads share the points: these functions release the interpreter's lock.

Numba's cache on disk looks at this file alone: whoever changes a constant in `path` or `qre_system`
deletes `__pycache__`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, isfinite, isnan, log, sqrt

import numpy as np

from crisisgames.equilibria.path import (
    CORRECTIONS,
    CROSSING,
    FINE,
    FIRST_STEP,
    LARGEST_STEP,
    LOST,
    MISS,
    NEAR,
    RESIDUAL,
    ROUGH,
    SMALLEST_STEP,
    STEADY,
    TURN,
)
from crisisgames.equilibria.qre_system import (
    DRIFT,
    HIGHEST,
    LATE,
    NEVER,
    SETTLED,
    Scaled,
    Structure,
)
from crisisgames.kernels import kernel

__all__ = ["follow_all", "number_tables", "structure_table"]

# As in `Status`.
CONVERGED, PRECISION_REACHED, MAX_STEPS, STUCK, ROUNDING, DRIFTING, TIME_LIMIT = range(7)


# Tables keep the number of arguments low, and with it the time to compile.

# Rows of the structure: the fields of `Structure` that are needed, and the numbers of information
# sets, actions, ends and nodes.
FIRST_ACTIONS, SET_OF, FIRST_STEPS, STEP_ACTIONS, FIRST_NODES, FIRST_PAST, PAST_ACTIONS = range(7)
SIZES = 7
SETS, ACTIONS, ENDS, NODES = range(4)

# Rows of the numbers of a game: the fields of `Scaled`.
RANGES, END_CHANCE, NODE_CHANCE, STEP_PAYOFFS = range(4)

# Rows of a point of the branch: log probabilities of actions are the sums of whole numbers and
# remainders; the tangent has one more entry, for precision; then scalars, of which WORST is the
# residual.
WHOLE, REST, STRATEGY, PAYOFFS, TANGENT, BELIEFS, MARKS = range(7)
PRECISION, WORST, ORIENTATION, MISSED, TURNED = range(5)

# Rows of a room, which is scratch: the normal of the plane, sizes of the unknowns, the first change
# and the current one; violations of the logit conditions; right-hand sides of two systems and their
# solutions, which are Newton's correction and the tangent; what each step's end contributes to the
# payoff of its action; the likeliest action of each set; log probabilities of reaching sets and
# nodes; the unknowns that elimination leaves, and the solution for all.
PLANE, SIZE, FIRST, CHANGE, GAPS, GIVEN, GIVEN_NEXT, RIGHT, NEXT = range(9)
FLOWS, TOPS, SET_WHOLE, SET_REST, NODE_WHOLE, NODE_REST, KEPT, ALL = range(9, 17)


def table(rows: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    """Return rows of different lengths, the last axis, as one array; what is missing is 0."""
    lead = rows[0].shape[:-1]
    made = np.zeros((*lead, len(rows), max(row.shape[-1] for row in rows)), dtype=dtype)
    for i, row in enumerate(rows):
        made[..., i, : row.shape[-1]] = row
    return made


def structure_table(s: Structure) -> np.ndarray:
    """Return a structure as one table."""
    sizes = np.array([len(s.sets), len(s.set_of), len(s.ends), len(s.nodes)])
    pointers = (s.first_actions, s.set_of, s.first_steps, s.step_actions)
    return table([*pointers, s.first_nodes, s.first_past, s.past_actions, sizes], np.int64)


def number_tables(numbers: Scaled) -> np.ndarray:
    """Return scaled numbers as tables, one for each point."""
    return table(numbers[1:], float)


@kernel()
def _evaluate(
    g: np.ndarray, x: np.ndarray, k: np.ndarray, room: np.ndarray, precision: float
) -> None:
    """Normalize the strategy and compute what follows from it."""
    for h in range(g[SIZES, SETS]):
        begin, stop = g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1]
        peak = -inf
        for a in range(begin, stop):
            peak = max(peak, k[WHOLE, a] + k[REST, a])
        total = 0.0
        for a in range(begin, stop):
            total += exp(k[WHOLE, a] + k[REST, a] - peak)
        shift = peak + log(total)
        top = begin
        for a in range(begin, stop):
            # Carried before and after, so that the remainder is small when it is rounded.
            carry = np.rint(k[REST, a])
            rest = (k[REST, a] - carry) - shift
            more = np.rint(rest)
            k[WHOLE, a] += carry + more
            k[REST, a] = rest - more
            plain = k[WHOLE, a] + k[REST, a]
            k[STRATEGY, a] = exp(plain)
            k[PAYOFFS, a] = 0.0
            if plain > k[WHOLE, top] + k[REST, top]:
                top = a
        room[TOPS, h] = top
    for h in range(g[SIZES, SETS]):
        begin, stop = g[FIRST_NODES, h], g[FIRST_NODES, h + 1]
        peak = -inf
        for v in range(begin, stop):
            whole, rest = 0.0, x[NODE_CHANCE, v]
            for q in range(g[FIRST_PAST, v], g[FIRST_PAST, v + 1]):
                whole += k[WHOLE, g[PAST_ACTIONS, q]]
                rest += k[REST, g[PAST_ACTIONS, q]]
            room[NODE_WHOLE, v], room[NODE_REST, v] = whole, rest
            peak = max(peak, whole)
        total = 0.0
        for v in range(begin, stop):
            k[BELIEFS, v] = exp(room[NODE_WHOLE, v] - peak + room[NODE_REST, v])
            total += k[BELIEFS, v]
        for v in range(begin, stop):
            k[BELIEFS, v] /= total
        room[SET_WHOLE, h], room[SET_REST, h] = peak, log(total)
    for z in range(g[SIZES, ENDS]):
        whole, rest = 0.0, x[END_CHANCE, z]
        for s in range(g[FIRST_STEPS, z], g[FIRST_STEPS, z + 1]):
            whole += k[WHOLE, g[STEP_ACTIONS, s]]
            rest += k[REST, g[STEP_ACTIONS, s]]
        for s in range(g[FIRST_STEPS, z], g[FIRST_STEPS, z + 1]):
            # Probability of the end given the information set and the action: whole numbers
            # first, which is exact, so that only small numbers are left to round.
            a = g[STEP_ACTIONS, s]
            h = g[SET_OF, a]
            flow = 0.0
            if x[STEP_PAYOFFS, s] > 0.0:
                given = (whole - k[WHOLE, a] - room[SET_WHOLE, h]) + (
                    rest - k[REST, a] - room[SET_REST, h]
                )
                if given > NEVER:
                    flow = exp(given) * x[STEP_PAYOFFS, s]
            room[FLOWS, s] = flow
            k[PAYOFFS, a] += flow
    worst = 0.0
    for h in range(g[SIZES, SETS]):
        top = int(room[TOPS, h])
        scale = max(1.0, precision * x[RANGES, h])
        for a in range(g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1]):
            odds = (k[WHOLE, a] - k[WHOLE, top]) + (k[REST, a] - k[REST, top])
            gap = odds - precision * (k[PAYOFFS, a] - k[PAYOFFS, top])
            room[GAPS, a] = gap
            share = abs(gap) / scale
            if share > worst or isnan(share):  # which then stays
                worst = share
    k[MARKS, PRECISION], k[MARKS, WORST] = precision, worst


@kernel()
def _equations(g: np.ndarray, k: np.ndarray, room: np.ndarray, m: np.ndarray) -> None:
    """Fill Newton's matrix and right-hand sides, within the plane and by the sizes of the room."""
    n, precision = g[SIZES, ACTIONS], k[MARKS, PRECISION]
    for a in range(n):
        for b in range(n + 1):
            m[a, b] = 0.0
        m[a, a] = 1.0
    for z in range(g[SIZES, ENDS]):
        begin, stop = g[FIRST_STEPS, z], g[FIRST_STEPS, z + 1]
        for s in range(begin, stop):
            flow = precision * room[FLOWS, s]
            if flow != 0.0:
                a = g[STEP_ACTIONS, s]
                for t in range(begin, stop):
                    if t != s:
                        m[a, g[STEP_ACTIONS, t]] -= flow
    for h in range(g[SIZES, SETS]):
        begin, stop, top = g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1], int(room[TOPS, h])
        for v in range(g[FIRST_NODES, h], g[FIRST_NODES, h + 1]):
            weight = precision * k[BELIEFS, v]
            for q in range(g[FIRST_PAST, v], g[FIRST_PAST, v + 1]):
                b = g[PAST_ACTIONS, q]
                for a in range(begin, stop):
                    m[a, b] += weight * k[PAYOFFS, a]
        for a in range(begin, stop):
            if a != top:
                m[a, n] = k[PAYOFFS, top] - k[PAYOFFS, a]
                scale = abs(m[a, n]) * room[SIZE, n]
                for b in range(n):
                    m[a, b] = (m[a, b] - m[top, b]) * room[SIZE, b]
                    scale = max(scale, abs(m[a, b]))
                m[a, n] *= room[SIZE, n]
                for b in range(n + 1):
                    m[a, b] *= 1.0 / scale
                room[GIVEN, a], room[GIVEN_NEXT, a] = -room[GAPS, a] / scale, 0.0
        scale = 0.0
        for b in range(n + 1):
            m[top, b] = 0.0
        for a in range(begin, stop):
            m[top, a] = k[STRATEGY, a] * room[SIZE, a]
            scale = max(scale, m[top, a])
        for a in range(begin, stop):
            m[top, a] *= 1.0 / scale
        room[GIVEN, top], room[GIVEN_NEXT, top] = 0.0, 0.0
    for b in range(n + 1):
        m[n, b] = room[PLANE, b]
    room[GIVEN, n], room[GIVEN_NEXT, n] = 0.0, 1.0


@kernel()
def _solve(g: np.ndarray, room: np.ndarray, m: np.ndarray, c: np.ndarray, lost: float) -> float:
    """Solve the equations, with ``c`` as scratch; return the sign of the determinant.

    Where there are singular values below ``lost``, the solution has nothing in their directions,
    and the sign is 0.
    """
    n = g[SIZES, ACTIONS]
    # That probabilities sum to one eliminates the likeliest action of each set. Its coefficient is
    # near the largest of its row, so this is as good a pivot as any.
    size = 0
    for h in range(g[SIZES, SETS]):
        for a in range(g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1]):
            if a != int(room[TOPS, h]):
                room[KEPT, size] = a
                size += 1
    room[KEPT, size] = n
    size += 1
    for j in range(size):
        b = int(room[KEPT, j])
        top, share = b, 0.0
        if b < n:
            top = int(room[TOPS, g[SET_OF, b]])
            share = m[top, b] / m[top, top]
        for i in range(size):
            a = int(room[KEPT, i])
            c[i, j] = m[a, b] - share * m[a, top]
        room[RIGHT, j], room[NEXT, j] = room[GIVEN, b], room[GIVEN_NEXT, b]
    sign = _eliminated(room, c, size, lost)
    if sign == 0.0:
        _solve_within_range(room, m, lost)
        return 0.0
    for side in range(RIGHT, NEXT + 1):
        for i in range(size):
            room[ALL, int(room[KEPT, i])] = room[side, i]
        for h in range(g[SIZES, SETS]):
            top, total = int(room[TOPS, h]), 0.0
            for a in range(g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1]):
                if a != top:
                    total -= m[top, a] * room[ALL, a]
            room[ALL, top] = total / m[top, top]
        for b in range(n + 1):
            room[side, b] = room[ALL, b]
    return sign


@kernel()
def _eliminated(room: np.ndarray, m: np.ndarray, size: int, lost: float) -> float:
    """Solve by elimination, in place; return the sign of the determinant, or 0 if it may be 0."""
    sign = 1.0
    for i in range(size):
        best = i
        for j in range(i + 1, size):
            if abs(m[j, i]) > abs(m[best, i]):
                best = j
        # The smallest pivot overestimates the smallest singular value, seldom more than tenfold.
        if abs(m[best, i]) < 10 * lost:
            return 0.0
        if best != i:
            sign = -sign
            for j in range(i, size):
                m[i, j], m[best, j] = m[best, j], m[i, j]
            room[RIGHT, i], room[RIGHT, best] = room[RIGHT, best], room[RIGHT, i]
            room[NEXT, i], room[NEXT, best] = room[NEXT, best], room[NEXT, i]
        if m[i, i] < 0:
            sign = -sign
        for j in range(i + 1, size):
            if m[j, i] != 0.0:
                factor = m[j, i] / m[i, i]
                for b in range(i + 1, size):
                    m[j, b] -= factor * m[i, b]
                room[RIGHT, j] -= factor * room[RIGHT, i]
                room[NEXT, j] -= factor * room[NEXT, i]
    for i in range(size - 1, -1, -1):
        for side in range(RIGHT, NEXT + 1):
            total = room[side, i]
            for j in range(i + 1, size):
                total -= m[i, j] * room[side, j]
            room[side, i] = total / m[i, i]
    return sign


@kernel()
def _solve_within_range(room: np.ndarray, matrix: np.ndarray, lost: float) -> None:
    """Solve without the directions of small singular values."""
    size = len(matrix)
    for i in range(size):
        room[RIGHT, i] = room[NEXT, i] = np.nan
    if not isfinite(np.sum(matrix)):
        return
    left, values, back = np.linalg.svd(matrix)
    for c in range(2):
        for i in range(size):
            room[RIGHT + c, i] = 0.0
        for k in range(size):
            if values[k] > lost:
                part = 0.0
                for i in range(size):
                    part += left[i, k] * room[GIVEN + c, i]
                for i in range(size):
                    room[RIGHT + c, i] += back[k, i] * (part / values[k])


@kernel()
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    for i in range(source.shape[0]):
        for j in range(source.shape[1]):
            target[i, j] = source[i, j]


@kernel()
def _corrected(
    g: np.ndarray,
    x: np.ndarray,
    origin: np.ndarray,
    work: np.ndarray,
    found: np.ndarray,
    room: np.ndarray,
    matrices: np.ndarray,
    step: float,
) -> bool:
    """Find the point of the branch that Newton reaches in the room's plane.

    It begins at ``origin`` moved by the room's change. The tangent is still divided by the sizes.
    """
    n = g[SIZES, ACTIONS]
    for b in range(n + 1):
        room[FIRST, b] = room[CHANGE, b]  # kept for the second attempt
    has, near, lost = False, False, LOST
    while True:
        sure, moved, last_far, last_worst = True, 0.0, inf, inf
        _copy(origin, work)
        for i in range(CORRECTIONS):
            precision = work[MARKS, PRECISION] + room[CHANGE, n]
            if not precision >= 0.0:
                break
            for a in range(n):
                work[REST, a] += room[CHANGE, a]
            _evaluate(g, x, work, room, precision)
            worst = work[MARKS, WORST]
            if not isfinite(worst):
                break
            _equations(g, work, room, matrices[0])
            orientation = _solve(g, room, matrices[0], matrices[1], lost)
            sure = sure and orientation != 0.0
            far = _largest(room[RIGHT], n + 1)
            right = worst <= RESIDUAL
            # What is right within tolerance is no other branch: corrections of it are no miss.
            near = right if i == 0 else near
            if right and (not has or worst < found[MARKS, WORST]):
                has = True
                _copy(work, found)
                length = _largest(room[NEXT], n + 1)
                for b in range(n + 1):
                    found[TANGENT, b] = room[NEXT, b] / length
                found[MARKS, ORIENTATION] = orientation
                found[MARKS, MISSED] = 0.0 if near else moved
            # Precision magnifies errors of a mixture into the log odds of those who face it.
            fine = far <= min(FINE, STEADY * step, 0.1 / max(1.0, precision))
            slow = far > last_far / 2 and worst > last_worst / 2
            if (right and fine) or slow or not far <= 1.0:
                break
            moved += far
            if moved > MISS and not (near or has):  # nobody would take what comes
                return False
            last_far, last_worst = far, worst
            for b in range(n + 1):
                room[CHANGE, b] = room[RIGHT, b] * room[SIZE, b]
        if has or sure or lost == ROUGH:
            return has
        lost = ROUGH
        for b in range(n + 1):
            room[CHANGE, b] = room[FIRST, b]


@kernel()
def _largest(values: np.ndarray, count: int) -> float:
    found = 0.0
    for i in range(count):
        size = abs(values[i])
        if size > found or isnan(size):  # which then stays
            found = size
    return found


@kernel()
def _measure(n: int, k: np.ndarray, room: np.ndarray) -> None:
    """Set the room's sizes to those of the unknowns."""
    for a in range(n):
        room[SIZE, a] = 1.0 + abs(k[WHOLE, a] + k[REST, a])
    room[SIZE, n] = 1.0 + k[MARKS, PRECISION]


@kernel()
def _aim_ahead(n: int, here: np.ndarray, room: np.ndarray, step: float) -> None:
    """Set plane, change and sizes for the point at arc length ``step``."""
    _measure(n, here, room)
    square = 0.0
    for b in range(n + 1):
        room[PLANE, b] = here[TANGENT, b] / room[SIZE, b]
        room[CHANGE, b] = step * here[TANGENT, b]
        square += room[PLANE, b] * room[PLANE, b]
    for b in range(n + 1):
        room[PLANE, b] /= square


@kernel()
def _accepted(n: int, here: np.ndarray, there: np.ndarray, room: np.ndarray) -> bool:
    """Judge the point found ahead; give its tangent the units of the unknowns."""
    for b in range(n + 1):
        room[CHANGE, b] = there[TANGENT, b] - here[TANGENT, b] / room[SIZE, b]
        there[TANGENT, b] *= room[SIZE, b]
    turn = _largest(room[CHANGE], n + 1)
    there[MARKS, TURNED] = turn
    if there[MARKS, ORIENTATION] == 0.0:
        there[MARKS, ORIENTATION] = here[MARKS, ORIENTATION]
    return turn <= TURN and there[MARKS, MISSED] <= MISS


@kernel()
def _aim_at(
    n: int,
    here: np.ndarray,
    there: np.ndarray,
    room: np.ndarray,
    step: float,
    place: float,
    target: float,
) -> None:
    """Set plane, change and sizes for the point of the target precision between two points."""
    _measure(n, here, room)
    t = place
    across, out, back = t * t * (3 - 2 * t), t * (1 - t) ** 2, t * t * (t - 1)
    for a in range(n):
        logs = (there[WHOLE, a] - here[WHOLE, a]) + (there[REST, a] - here[REST, a])
        ends = step * (out * here[TANGENT, a] + back * there[TANGENT, a])
        room[PLANE, a], room[CHANGE, a] = 0.0, across * logs + ends
    room[PLANE, n], room[CHANGE, n] = 1.0, target - here[MARKS, PRECISION]


@kernel()
def _pace(n: int, k: np.ndarray, room: np.ndarray) -> None:
    """Give the point a tangent of length one by its own sizes."""
    _measure(n, k, room)
    length = 0.0
    for b in range(n + 1):
        length = max(length, abs(k[TANGENT, b] / room[SIZE, b]))
    for b in range(n + 1):
        k[TANGENT, b] /= length


@kernel()
def _growth(k: np.ndarray) -> float:
    by_turn = 0.6 * TURN / max(k[MARKS, TURNED], 1e-9)
    by_miss = sqrt(0.5 * MISS / max(k[MARKS, MISSED], 1e-9))
    return float(max(0.5, min(2.0, by_turn, by_miss)))


@kernel()
def _regret(g: np.ndarray, x: np.ndarray, k: np.ndarray, share: bool) -> float:
    """Return the largest gain of an action over the strategy, as a share of the mover's range.

    Without ``share``, it is relative to the unit.
    """
    most = 0.0
    for h in range(g[SIZES, SETS]):
        best, mean = -inf, 0.0
        for a in range(g[FIRST_ACTIONS, h], g[FIRST_ACTIONS, h + 1]):
            best = max(best, k[PAYOFFS, a])
            mean += k[STRATEGY, a] * k[PAYOFFS, a]
        scale = x[RANGES, h] if share and x[RANGES, h] > 0.0 else 1.0
        most = max(most, (best - mean) / scale)
    return most


@kernel()
def _drift(g: np.ndarray, before: np.ndarray, after: np.ndarray) -> float:
    """Return how much strategies and beliefs move while precision grows e-fold."""
    low, high = before[MARKS, PRECISION], after[MARKS, PRECISION]
    if high <= low:
        return inf
    moved = 0.0
    for a in range(g[SIZES, ACTIONS]):
        moved = max(moved, abs(after[STRATEGY, a] - before[STRATEGY, a]))
    for v in range(g[SIZES, NODES]):
        moved = max(moved, abs(after[BELIEFS, v] - before[BELIEFS, v]))
    growth = log(high / low) if low > 0 else 1.0
    return moved / min(1.0, growth)


@kernel()
def _reach(low: float, high: float, out: float, back: float, target: float) -> float:
    """Return where between two points precision first reaches the target: 0 to 1, or -1.

    Precision is taken for the cubic with the given values and slopes at both.
    """
    c3, c2 = out + back - 2 * (high - low), 3 * (high - low) - 2 * out - back
    # Between its turning points the cubic is monotone.
    begin = 0.0
    for end in _turning_points(3 * c3, 2 * c2, out):
        if _cubic(c3, c2, out, end) >= target - low:
            stop = end
            for _ in range(60):
                middle = (begin + stop) / 2
                if _cubic(c3, c2, out, middle) >= target - low:
                    stop = middle
                else:
                    begin = middle
            return stop
        begin = end
    return 1.0 if low < target <= high else -1.0


@kernel()
def _cubic(c3: float, c2: float, c1: float, t: float) -> float:
    return float(((c3 * t + c2) * t + c1) * t)


@kernel()
def _turning_points(a: float, b: float, c: float) -> tuple[float, float, float]:
    """Return the zeros of a quadratic within (0, 1) in order, and 1, which stands for none."""
    square = b * b - 4 * a * c
    if square <= 0:
        return 1.0, 1.0, 1.0
    q = -0.5 * (b + (sqrt(square) if b >= 0 else -sqrt(square)))
    first = q / a if a != 0 else 1.0
    second = c / q if q != 0 else 1.0
    first = first if 0 < first < 1 else 1.0
    second = second if 0 < second < 1 else 1.0
    return min(first, second), max(first, second), 1.0


@kernel()
def _follow(
    g: np.ndarray,
    x: np.ndarray,
    target: float,
    regret: float,
    max_steps: int,
    time_up: np.ndarray,
) -> tuple[np.ndarray, int, int, float]:
    """Return the end of the branch, its status, its points, and their largest residual.

    Without a ``target`` precision, which is then not a number, it is followed to the limit.
    """
    n, nodes = g[SIZES, ACTIONS], g[SIZES, NODES]
    points = np.zeros((6, 7, max(n + 1, nodes, 5)))
    here, there, work, found = points[0], points[1], points[2], points[3]
    before, beyond = points[4], points[5]  # a crossing, see `qre`
    room = np.zeros((17, max(n + 1, nodes, x.shape[1])))
    matrices = np.zeros((2, n + 1, n + 1))
    limit = isnan(target)
    # Uniform play at precision 0, and the direction of higher precision.
    room[PLANE, n] = 1.0
    for b in range(n + 1):
        room[SIZE, b] = 1.0
    _corrected(g, x, there, work, here, room, matrices, 1.0)
    residual = here[MARKS, WORST]
    if target == 0.0:
        return here, PRECISION_REACHED, 1, residual
    if limit and _regret(g, x, here, True) <= regret:
        return here, CONVERGED, 1, residual
    smallest = 1.0
    for h in range(g[SIZES, SETS]):
        if x[RANGES, h] > 0.0:
            smallest = min(smallest, x[RANGES, h])
    late = LATE / smallest
    step, count, status = FIRST_STEP, 1, MAX_STEPS
    crossing, crossing_count, crossing_step, crossing_arc = False, 0, 0.0, 0.0
    while count < max_steps:
        if time_up[0]:
            return here, TIME_LIMIT, count, residual
        if here[TANGENT, n] < 0.0:  # at most to half the precision
            step = min(step, here[MARKS, PRECISION] / (-2 * here[TANGENT, n]))
        if step < SMALLEST_STEP:
            status = STUCK
            break
        jumped = False
        _aim_ahead(n, here, room, step)
        advanced = _corrected(g, x, here, work, there, room, matrices, step)
        advanced = advanced and _accepted(n, here, there, room)
        if advanced and there[MARKS, ORIENTATION] * here[MARKS, ORIENTATION] < 0:
            if not crossing or step > NEAR:
                _copy(here, before)
                _copy(there, beyond)
                crossing, crossing_count, crossing_step, crossing_arc = True, count, step, 0.0
            advanced = False
        if not advanced:
            step /= 2
            if not crossing or step >= CROSSING:
                continue
            _copy(before, here)
            _copy(beyond, there)
            step, count, crossing, jumped = crossing_step, crossing_count, False, True
        elif crossing:
            crossing_arc += step
            crossing = crossing_arc < crossing_step
        low, high = here[MARKS, PRECISION], there[MARKS, PRECISION]
        if not limit:
            place = _reach(low, high, step * here[TANGENT, n], step * there[TANGENT, n], target)
            if place >= 0.0:
                _aim_at(n, here, there, room, step, place, target)
                landed = _corrected(g, x, here, work, found, room, matrices, CROSSING)
                if landed and found[MARKS, MISSED] <= MISS:
                    _evaluate(g, x, found, room, target)
                    residual = max(residual, found[MARKS, WORST])
                    return found, PRECISION_REACHED, count + 1, residual
                if not jumped and step > CROSSING:
                    step /= 2
                    continue
        count += 1
        residual = max(residual, there[MARKS, WORST])
        if limit and _regret(g, x, there, True) <= regret:
            drift = _drift(g, here, there)
            if drift <= (max(DRIFT, SETTLED * regret) if high > late else SETTLED * regret):
                return there, CONVERGED, count, residual
            if high > late and drift < inf:
                return there, DRIFTING, count, residual
        step = min(LARGEST_STEP, step * _growth(there))
        here, there = there, here
        _pace(n, here, room)
        if high > HIGHEST:
            status = ROUNDING
            break
    # Where the branch cannot be followed further, the certificate decides.
    if limit and _regret(g, x, here, True) <= regret:
        status = CONVERGED
    return here, status, count, residual


@kernel()
def follow_all(
    g: np.ndarray,
    numbers: np.ndarray,
    targets: np.ndarray,
    regret: float,
    max_steps: int,
    time_up: np.ndarray,
    logs: np.ndarray,
    beliefs: np.ndarray,
    scalars: np.ndarray,
    counts: np.ndarray,
) -> None:
    """Follow the branch of every point.

    Parameters
    ----------
    g : ndarray
        The table of the structure.
    numbers : ndarray
        Tables of the numbers, one for each point.
    targets : ndarray
        Precisions times payoff range, or not a number for the limit.
    time_up : ndarray of bool
        One entry: once it is True, branches end where they are.
    logs, beliefs, scalars, counts : ndarray
        To be filled, a row for each point: log probabilities; beliefs at nodes; precision times
        payoff range, regret relative to it, and the largest residual on the branch; status and
        number of points on the branch.
    """
    for i in range(len(targets)):
        k, status, count, residual = _follow(g, numbers[i], targets[i], regret, max_steps, time_up)
        for a in range(g[SIZES, ACTIONS]):
            logs[i, a] = k[WHOLE, a] + k[REST, a]
        for v in range(g[SIZES, NODES]):
            beliefs[i, v] = k[BELIEFS, v]
        scalars[i, 0] = k[MARKS, PRECISION]
        scalars[i, 1] = _regret(g, numbers[i], k, False)
        scalars[i, 2] = residual
        counts[i, 0], counts[i, 1] = status, count
