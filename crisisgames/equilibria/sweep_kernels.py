"""The kernel that goes through the patterns of a game for one set of payoffs after another.

Cones are those of `polytope`, in floating point. Each ray carries a bound on its relative error, so
a sign is certain, or a tie to within the rounding of the numbers added, or neither; then the point
is given up, and solved exactly by the caller. Points whose numbers are of scales so different that
a true difference could pass for rounding never come here (see `sweep`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from crisisgames.kernels import kernel

__all__ = ["BITS", "DONE", "FULL", "ROUNDING", "UNCERTAIN", "Memory", "Program", "solve_points"]

DONE, UNCERTAIN, FULL = 0, 1, 2
"""What became of a point: solved; a sign was uncertain or memory short; no room for results."""

BITS = 62
"""Constraints in one word of a mask; a mask has two words."""

ROUNDING = 4e-15
"""Bound on the relative error of payoff entries and of sums of a few: some 18 roundings."""

TIE = 1e-11
"""Errors up to this share of the numbers added allow a tie to be called a tie."""

CLEAR = 100.0
"""A sign is certain where a number is so many times larger than the bound on its error."""

SAME = 1e-9
"""Plans that differ by less, in probability, are one and the same extreme equilibrium."""


class Program(NamedTuple):
    """The patterns of one part as flat arrays; see `patterns` for what they mean."""

    before: np.ndarray  # of each cone, the one that it is cut from; -1: a start
    first: np.ndarray  # of a start, its first ray ...
    rays_at_start: np.ndarray  # ... and how many
    function: np.ndarray  # of a cut, its linear function
    equal: np.ndarray
    word: np.ndarray  # of a cut, its word in the masks ...
    bit: np.ndarray  # ... and its bit there
    zeros: (
        np.ndarray
    )  # of each cone, shape (cones, 2): coordinates 0 at the start, those that count
    rays: np.ndarray  # shape (rays of starts, width)
    masks: np.ndarray  # shape (rays of starts, 2): the coordinates that are 0
    entry_start: np.ndarray  # of each function, its first coordinate
    entry_coordinate: np.ndarray
    term_start: np.ndarray  # of each coordinate, its first term
    term_payoff: np.ndarray
    term_factor: np.ndarray
    plans: np.ndarray  # shape (patterns, 2)
    ends: np.ndarray  # shape (ends, 2): both movers' sequences
    table_start: np.ndarray  # payoff entries of mover 0, those of mover 1, and their number
    table: np.ndarray  # shape (entries, 2): own and the opponent's sequence
    set_start: np.ndarray  # information sets of mover 0, those of mover 1, and their number
    sets: np.ndarray  # shape (sets, 3): the owner's sequence there, its first action, how many
    rule_bit: np.ndarray  # of each action that may be dominated, its bit
    needed_start: np.ndarray  # of each rule, then of each pattern, the first of its cones
    needed: np.ndarray
    used: np.ndarray  # of each pattern, the bits of the actions that it uses


class Memory(NamedTuple):
    """Room for the cones of one point."""

    rays: np.ndarray
    masks: np.ndarray
    errors: np.ndarray
    first: np.ndarray
    found: np.ndarray  # how many rays
    stamp: np.ndarray
    coefficients: np.ndarray
    magnitudes: np.ndarray
    function_stamp: np.ndarray
    values: np.ndarray
    signs: np.ndarray
    misses: np.ndarray
    chain: np.ndarray
    replies: np.ndarray


@kernel()
def _gain(p: Program, m: Memory, i: int, payoffs: np.ndarray, plans: np.ndarray) -> float:
    """Return what mover ``i`` gains by a best reply to the other's plan."""
    table, sets, replies = p.table, p.sets, m.replies
    now = 0.0
    replies[:] = 0.0
    for e in range(p.table_start[i], p.table_start[i + 1]):
        s = table[e, 0]
        value = payoffs[e] * plans[1 - i, table[e, 1]]
        now += value * plans[i, s]
        replies[s] += value
    for h in range(p.set_start[i + 1] - 1, p.set_start[i] - 1, -1):  # the last sets first
        best = replies[sets[h, 1]]
        for s in range(sets[h, 1] + 1, sets[h, 1] + sets[h, 2]):
            best = max(best, replies[s])
        replies[sets[h, 0]] += best
    return float(replies[0] - now)


@kernel(inline=True)
def _known(plans: np.ndarray, start: int, at: int) -> bool:
    """Tell whether the extreme equilibrium at ``at`` is already among those of the point."""
    for e in range(start, at):
        same = True
        for t in range(plans.shape[2]):
            if (
                abs(plans[e, 0, t] - plans[at, 0, t]) > SAME
                or abs(plans[e, 1, t] - plans[at, 1, t]) > SAME
            ):
                same = False
                break
        if same:
            return True
    return False


@kernel(inline=True)
def _solve(
    p: Program,
    m: Memory,
    now: int,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    totals: np.ndarray,
    plans: np.ndarray,
    results: np.ndarray,
    gains: np.ndarray,
    start: int,
) -> tuple[int, int]:
    """Solve one point; return what became of it, and where its extreme equilibria end.

    One long function on purpose, with every array under a name of its own: passing so many arrays
    to functions would cost more than the work.
    """
    stamp, first, count, chain = m.stamp, m.first, m.found, m.chain
    rays, masks, errors = m.rays, m.masks, m.errors
    values, signs, misses = m.values, m.signs, m.misses
    coefficients, magnitudes, loaded = m.coefficients, m.magnitudes, m.function_stamp
    before, function, exact, zeros = p.before, p.function, p.equal, p.zeros
    root_first, root_count, words, bits = p.first, p.rays_at_start, p.word, p.bit
    entries, coordinates = p.entry_start, p.entry_coordinate
    term_start, term_payoff, term_factor = p.term_start, p.term_payoff, p.term_factor
    task_start, needed, used_actions = p.needed_start, p.needed, p.used
    width, room, rules = rays.shape[1], len(rays), len(p.rule_bit)
    used, at, dominated = len(p.rays), start, np.int64(0)
    for task in range(rules + len(p.plans)):
        if task >= rules and used_actions[task - rules] & dominated:
            continue
        holds = True
        for place in range(task_start[task], task_start[task + 1]):
            # Whether this cone is open: those that it is cut from come first, each once.
            k = needed[place]
            links, c = 0, k
            while stamp[c] != now:
                chain[links] = c
                links += 1
                if before[c] < 0:
                    break
                c = before[c]
            for link in range(links - 1, -1, -1):
                c = chain[link]
                stamp[c] = now
                if before[c] < 0:
                    first[c], count[c] = root_first[c], root_count[c]
                    continue
                origin, n, f = first[before[c]], count[before[c]], function[c]
                if n == 0:
                    count[c] = 0
                    continue
                if n > len(values):
                    return UNCERTAIN, start
                if loaded[f] != now:  # its coefficients at this point
                    loaded[f] = now
                    for e in range(entries[f], entries[f + 1]):
                        value, size = 0.0, 0.0
                        for t in range(term_start[e], term_start[e + 1]):
                            value += term_factor[t] * payoffs[term_payoff[t]]
                            size += abs(term_factor[t]) * sizes[term_payoff[t]]
                        coefficients[e] = value
                        magnitudes[e] = size

                # The sign of the function on each ray.
                above, below, tied = 0, 0, 0
                for i in range(n):
                    value, size = 0.0, 0.0
                    for e in range(entries[f], entries[f + 1]):
                        x = rays[origin + i, coordinates[e]]
                        value += coefficients[e] * x
                        size += magnitudes[e] * x
                    share = errors[origin + i] + ROUNDING
                    miss = share * size
                    values[i], misses[i] = value, miss
                    if value > CLEAR * miss:
                        signs[i] = 1
                        above += 1
                    elif value < -CLEAR * miss:
                        signs[i] = -1
                        below += 1
                    elif share <= TIE and abs(value) <= miss:
                        signs[i] = 0
                        tied += 1
                    else:
                        return UNCERTAIN, start
                equal = exact[c]
                if tied == n or (below == 0 and not equal):  # nothing is cut off
                    first[c], count[c] = origin, n
                    continue
                if below == n or (equal and above == n):
                    count[c] = 0
                    continue

                # Rays on the good side stay; each edge that is crossed gives a new one.
                word, bit = words[c], bits[c]
                row = used
                top = row
                low = np.int64(-1)  # the coordinates that are 0 in all rays
                for i in range(n):
                    if signs[i] < 0 or (signs[i] > 0 and equal):
                        continue
                    if row >= room:
                        return UNCERTAIN, start
                    for t in range(width):
                        rays[row, t] = rays[origin + i, t]
                    masks[row, 0], masks[row, 1] = masks[origin + i, 0], masks[origin + i, 1]
                    if signs[i] == 0:
                        masks[row, word] |= bit
                    errors[row] = errors[origin + i]
                    low &= masks[row, 0]
                    row += 1
                for i in range(n):
                    if signs[i] <= 0:
                        continue
                    for j in range(n):
                        if signs[j] >= 0:
                            continue
                        common0 = masks[origin + i, 0] & masks[origin + j, 0]
                        common1 = masks[origin + i, 1] & masks[origin + j, 1]
                        edge = True
                        for other in range(n):
                            if (
                                other != i
                                and other != j
                                and masks[origin + other, 0] & common0 == common0
                                and masks[origin + other, 1] & common1 == common1
                            ):
                                edge = False
                                break
                        if not edge:
                            continue
                        if row >= room:
                            return UNCERTAIN, start
                        up, down, largest = values[i], -values[j], 0.0
                        for t in range(width):
                            x = up * rays[origin + j, t] + down * rays[origin + i, t]
                            rays[row, t] = x
                            largest = max(largest, x)
                        for t in range(width):
                            rays[row, t] /= largest
                        masks[row, 0], masks[row, 1] = common0, common1
                        masks[row, word] |= bit
                        errors[row] = (
                            max(errors[origin + i], errors[origin + j])
                            + misses[i] / up
                            + misses[j] / down
                            + ROUNDING
                        )
                        low &= masks[row, 0]
                        row += 1
                used = row
                first[c], count[c] = top, row - top
                # Not open: a coordinate is 0 in all rays now, and was not at the start.
                if low & ~zeros[c, 0] & zeros[c, 1]:
                    count[c] = 0
            if count[k] == 0:
                holds = False
                break
        if task < rules:
            if not holds:
                dominated |= p.rule_bit[task]
            continue
        if not holds:
            continue
        pattern = task - rules
        a, b = p.plans[pattern, 0], p.plans[pattern, 1]
        for i in range(first[a], first[a] + count[a]):
            for j in range(first[b], first[b] + count[b]):
                if at >= len(plans):
                    return FULL, start
                for t in range(width):
                    plans[at, 0, t] = rays[i, t] / rays[i, 0]
                    plans[at, 1, t] = rays[j, t] / rays[j, 0]
                if not _known(plans, start, at):
                    at += 1
    for e in range(start, at):
        results[e] = 0.0
        for z in range(len(p.ends)):
            weight = plans[e, 0, p.ends[z, 0]] * plans[e, 1, p.ends[z, 1]]
            if weight > 0.0:
                for q in range(totals.shape[1]):
                    results[e, q] += weight * totals[z, q]
        gains[e] = max(_gain(p, m, 0, payoffs, plans[e]), _gain(p, m, 1, payoffs, plans[e]))
    return DONE, at


@kernel()
def solve_points(
    p: Program,
    m: Memory,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    totals: np.ndarray,
    begin: int,
    plans: np.ndarray,
    results: np.ndarray,
    gains: np.ndarray,
    stops: np.ndarray,
    status: np.ndarray,
) -> tuple[int, int]:
    """Solve points from ``begin`` on until all are done or there is no room for more results.

    Parameters
    ----------
    payoffs, sizes : ndarray
        Shape (points, entries): payoff entries, and the sums of absolute values behind them.
    totals : ndarray
        Shape (points, ends, quantities): what each end adds, times nature's probability.
    plans, results, gains : ndarray
        Room for the extreme equilibria: shapes (room, 2, width), (room, quantities), (room,).
    stops, status : ndarray
        Of each point, where its extreme equilibria end, and what became of it.

    Returns
    -------
    tuple of int
        The first point that is not done, and how many extreme equilibria there are.
    """
    # A point that found no room before is begun again: nothing of the first attempt holds.
    m.stamp[:] = 0
    m.function_stamp[:] = 0
    m.rays[: len(p.rays)] = p.rays
    m.masks[: len(p.rays)] = p.masks
    m.errors[: len(p.rays)] = 0.0
    at = 0
    for point in range(begin, len(payoffs)):
        became, at = _solve(
            p,
            m,
            point + 1,
            payoffs[point],
            sizes[point],
            totals[point],
            plans,
            results,
            gains,
            at,
        )
        if became == FULL and at > 0:
            return point, at
        if became == FULL:  # more than there is room for in all
            became = UNCERTAIN
        status[point] = became
        stops[point] = at
    return len(payoffs), at
