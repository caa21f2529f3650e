"""The kernel that goes through a tree of patterns for one set of payoffs after another.

Cones are those of `polytope`, in floating point. Each ray carries a bound on its relative error, so
a sign is certain, or a tie to within the rounding of the numbers added, or neither; then the point
is given up, and solved exactly by the caller. Points whose numbers are of scales so different that
a true difference could pass for rounding never come here (see `sweep`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from crisisgames.kernels import kernel

__all__ = [
    "BITS",
    "DONE",
    "FULL",
    "ROUNDING",
    "UNCERTAIN",
    "UNKNOWN",
    "Memory",
    "Program",
    "Room",
    "solve_points",
]

DONE, UNCERTAIN, FULL, UNKNOWN = 0, 1, 2, 3
"""What became of a point: solved; a sign was uncertain or memory short; no room for results; the
search came to nodes that have no children yet."""

BITS = 62
"""Constraints in one word of a mask; a mask has two words."""

ROUNDING = 4e-15
"""Bound on the relative error of payoff entries and of sums of a few: some 18 roundings."""

TIE = 1e-11
"""Errors up to this share of the numbers added allow a tie to be called a tie."""

LOOSE = 1e-6
"""The same, where the numbers added cancel as far as they can: bounds on errors grow with every
cut, and what cancels to the last digit is no accident."""

CLEAR = 10.0
"""A sign is certain where a number is so many times larger than the bound on its error."""

SAME = 1e-9
"""Plans that differ by less, in probability, are one and the same extreme equilibrium."""


class Program(NamedTuple):
    """The patterns of one part as flat arrays; see `patterns` for what they mean."""

    before: np.ndarray  # of each cone, the one that it is cut from; -1: a start
    first: np.ndarray  # of a start, its first ray ...
    rays_at_start: np.ndarray  # ... and how many
    function: np.ndarray  # of a cut, its linear function
    equal: np.ndarray  # whether it is to be 0, by 1
    word: np.ndarray  # of a cut, its word in the masks (-1: there is none) ...
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
    ends: np.ndarray  # shape (ends, 2): both movers' sequences
    table_start: np.ndarray  # payoff entries of mover 0, those of mover 1, and their number
    table: np.ndarray  # shape (entries, 2): own and the opponent's sequence
    set_start: np.ndarray  # information sets of mover 0, those of mover 1, and their number
    sets: np.ndarray  # shape (sets, 3): the owner's sequence there, its first action, how many
    follower: int
    rules: np.ndarray  # shape (rules, 2): place of an information set in `sets`, and an action
    rule_start: np.ndarray  # of each rule, the first of its functions
    rule_functions: np.ndarray
    origin_start: np.ndarray  # of each rule, the first of the opponent's sequences that lead there
    origins: np.ndarray
    needed_start: np.ndarray  # of each node, the first of its cones
    needed: np.ndarray
    demand_start: np.ndarray  # of each node, the first of its demands
    demands: np.ndarray  # shape (demands, 2): function, and whether it must be 0
    allowed: np.ndarray  # shape (nodes, sets of the follower): bits of the actions
    used: np.ndarray  # of each node, the bits of the actions that it uses
    plans: np.ndarray  # shape (nodes, 2): of a whole pattern, the movers' plans; else -1
    child_start: np.ndarray  # of each node, its first child ...
    child_stop: np.ndarray  # ... and where they end
    children: np.ndarray
    grown: np.ndarray  # of each node: 0, no children yet; 1, they are there; 2, too many


class Memory(NamedTuple):
    """Room for what is known of one point."""

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
    todo: np.ndarray  # nodes still to be entered; -1: leave one
    made: np.ndarray  # cones in the order in which they were made ...
    frames: np.ndarray  # ... and for each node entered, how many there and rays were before
    live: np.ndarray  # of each of `sets`, the bits of actions that are not dominated
    missing: np.ndarray  # nodes without children that some point came to ...
    seen: np.ndarray  # ... and for each node, whether it is among them


class Room(NamedTuple):
    """Room for what is found: extreme equilibria, and the pieces that they span."""

    plans: np.ndarray  # shape (room, 2, width)
    results: np.ndarray  # shape (room, quantities)
    gains: np.ndarray
    groups: np.ndarray  # of each, the first one that pieces connect it with, from the point's first
    piece_node: np.ndarray  # of each piece, the pattern
    piece_end: np.ndarray  # and where its extreme equilibria end
    members: np.ndarray  # their places, from the point's first


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
def _place(plans: np.ndarray, start: int, at: int) -> int:
    """Return where the extreme equilibrium at ``at`` is already among those of the point."""
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
            return e
    return at


@kernel()
def _load(
    f: int,
    entries: np.ndarray,
    term_start: np.ndarray,
    term_payoff: np.ndarray,
    term_factor: np.ndarray,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    coefficients: np.ndarray,
    magnitudes: np.ndarray,
) -> None:
    """Evaluate the coefficients of a linear function, and the sizes of what is added there."""
    for e in range(entries[f], entries[f + 1]):
        value, size = 0.0, 0.0
        for t in range(term_start[e], term_start[e + 1]):
            value += term_factor[t] * payoffs[term_payoff[t]]
            size += abs(term_factor[t]) * sizes[term_payoff[t]]
        coefficients[e] = value
        magnitudes[e] = size


@kernel()
def _most(
    sign: float,
    begin: int,
    end: int,
    coordinates: np.ndarray,
    coefficients: np.ndarray,
    sets: np.ndarray,
    live: np.ndarray,
    allowed: np.ndarray,
    best: np.ndarray,
) -> None:
    """Write the most that plans of a mover make of a linear function, from each sequence on.

    Its entries are ``begin`` to ``end``; `sets` and `live` are those of the mover, and `allowed`
    says more narrowly what it may do, unless it is empty.
    """
    best[:] = 0.0
    for e in range(begin, end):
        best[coordinates[e]] = sign * coefficients[e]
    for h in range(len(sets) - 1, -1, -1):  # the last sets first
        most = -np.inf
        actions = live[h] & allowed[h] if len(allowed) else live[h]
        for a in range(sets[h, 2]):
            if actions & (1 << a):
                most = max(most, best[sets[h, 1] + a])
        best[sets[h, 0]] += most


@kernel(inline=True)
def _solve(
    p: Program,
    m: Memory,
    now: int,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    totals: np.ndarray,
    out: Room,
    start: int,
    piece: int,
    missed: int,
) -> tuple[int, int, int, int]:
    """Solve one point; return what became of it, and where what was found ends.

    One long function on purpose, with every array under a name of its own: passing so many arrays
    to functions would cost more than the work.
    """
    stamp, first, count, chain = m.stamp, m.first, m.found, m.chain
    rays, masks, errors = m.rays, m.masks, m.errors
    values, signs, misses = m.values, m.signs, m.misses
    coefficients, magnitudes, loaded = m.coefficients, m.magnitudes, m.function_stamp
    todo, made, frames, live, best = m.todo, m.made, m.frames, m.live, m.replies
    before, function, exact, zeros = p.before, p.function, p.equal, p.zeros
    root_first, root_count, words, bits = p.first, p.rays_at_start, p.word, p.bit
    entries, coordinates = p.entry_start, p.entry_coordinate
    term_start, term_payoff, term_factor = p.term_start, p.term_payoff, p.term_factor
    needed_start, needed, used_actions = p.needed_start, p.needed, p.used
    demand_start, demands, allowed = p.demand_start, p.demands, p.allowed
    plans, groups = out.plans, out.groups
    width, room = rays.shape[1], len(rays)
    used, at, dominated = 0, start, np.int64(0)
    cones, depth, top = 0, 0, 0
    first_piece, first_member = piece, 0 if piece == 0 else out.piece_end[piece - 1]
    member, unknown = first_member, False
    live[:] = -1
    fewer = len(p.rules) > 0
    while fewer:  # round by round: what is dominated, and then what is dominated without it
        fewer = False
        for r in range(len(p.rules)):
            h, a = p.rules[r, 0], p.rules[r, 1]
            if not live[h] & (1 << a):
                continue
            other = 1 if h < p.set_start[1] else 0
            begin, end = p.set_start[other], p.set_start[other + 1]
            for place in range(p.rule_start[r], p.rule_start[r + 1]):
                f = p.rule_functions[place]
                if loaded[f] != now:
                    loaded[f] = now
                    _load(
                        f,
                        entries,
                        term_start,
                        term_payoff,
                        term_factor,
                        payoffs,
                        sizes,
                        coefficients,
                        magnitudes,
                    )
                _most(
                    1.0,
                    entries[f],
                    entries[f + 1],
                    coordinates,
                    coefficients,
                    p.sets[begin:end],
                    live[begin:end],
                    p.allowed[0, :0],
                    best,
                )
                size, most = 0.0, -np.inf
                for e in range(entries[f], entries[f + 1]):
                    size += magnitudes[e]
                for k in range(p.origin_start[r], p.origin_start[r + 1]):
                    most = max(most, best[p.origins[k]])
                if most < -CLEAR * ROUNDING * size:
                    live[h] &= ~(1 << a)
                    dominated |= 1 << r
                    fewer = True
                    break
    mine = p.set_start[p.follower]
    theirs = p.set_start[p.follower + 1]
    todo[0] = 0
    while top >= 0:
        n = todo[top]
        top -= 1
        if n < 0:  # leave a node: what was made there is forgotten
            depth -= 1
            used = frames[depth, 0]
            while cones > frames[depth, 1]:
                cones -= 1
                stamp[made[cones]] = 0
            continue
        if used_actions[n] & dominated:
            continue
        meets = True
        for d in range(demand_start[n], demand_start[n + 1]):
            # The most, and if need be the least, that plans of the follower make of it.
            f = demands[d, 0]
            if loaded[f] != now:
                loaded[f] = now
                _load(
                    f,
                    entries,
                    term_start,
                    term_payoff,
                    term_factor,
                    payoffs,
                    sizes,
                    coefficients,
                    magnitudes,
                )
            size = 0.0
            for e in range(entries[f], entries[f + 1]):
                size += magnitudes[e]
            sign = 1.0
            for _ in range(1 + demands[d, 1]):
                _most(
                    sign,
                    entries[f],
                    entries[f + 1],
                    coordinates,
                    coefficients,
                    p.sets[mine:theirs],
                    live[mine:theirs],
                    allowed[n],
                    best,
                )
                if best[0] < -CLEAR * ROUNDING * size:
                    meets = False
                    break
                sign = -1.0
            if not meets:
                break
        if not meets:
            continue
        if depth >= len(frames):
            return UNCERTAIN, start, first_piece, missed
        frames[depth, 0], frames[depth, 1] = used, cones
        holds = True
        for place in range(needed_start[n], needed_start[n + 1]):
            # Whether this cone is open: those that it is cut from come first, each once.
            k = needed[place]
            links, c = 0, k
            while stamp[c] != now:
                if words[c] < 0 or links >= len(chain) or cones + links >= len(made):
                    return UNCERTAIN, start, first_piece, missed
                chain[links] = c
                links += 1
                if before[c] < 0:
                    break
                c = before[c]
            for link in range(links - 1, -1, -1):
                c = chain[link]
                stamp[c] = now
                made[cones] = c
                cones += 1
                if before[c] < 0:
                    first[c], count[c] = used, root_count[c]
                    if used + root_count[c] > room:
                        return UNCERTAIN, start, first_piece, missed
                    for i in range(root_first[c], root_first[c] + root_count[c]):
                        for t in range(width):
                            rays[used, t] = p.rays[i, t]
                            errors[used, t] = 0.0
                        masks[used, 0], masks[used, 1] = p.masks[i, 0], p.masks[i, 1]
                        used += 1
                    continue
                origin, rays_there, f = first[before[c]], count[before[c]], function[c]
                if rays_there == 0:
                    count[c] = 0
                    continue
                if rays_there > len(values):
                    return UNCERTAIN, start, first_piece, missed
                if loaded[f] != now:  # its coefficients at this point
                    loaded[f] = now
                    _load(
                        f,
                        entries,
                        term_start,
                        term_payoff,
                        term_factor,
                        payoffs,
                        sizes,
                        coefficients,
                        magnitudes,
                    )

                # The sign of the function on each ray.
                above, below, tied = 0, 0, 0
                for i in range(rays_there):
                    value, size, miss = 0.0, 0.0, 0.0
                    for e in range(entries[f], entries[f + 1]):
                        t = coordinates[e]
                        x = rays[origin + i, t]
                        value += coefficients[e] * x
                        size += magnitudes[e] * x
                        miss += magnitudes[e] * x * (errors[origin + i, t] + ROUNDING)
                    share = miss / size if size > 0.0 else 0.0
                    values[i], misses[i] = value, miss
                    if value > CLEAR * miss:
                        signs[i] = 1
                        above += 1
                    elif value < -CLEAR * miss:
                        signs[i] = -1
                        below += 1
                    elif size == 0.0 or (
                        abs(value) <= miss
                        and (share <= TIE or (share <= LOOSE and abs(value) <= ROUNDING * size))
                    ):
                        signs[i] = 0
                        tied += 1
                    else:
                        return UNCERTAIN, start, first_piece, missed
                equal = exact[c]
                if tied == rays_there or (below == 0 and not equal):  # nothing is cut off
                    first[c], count[c] = origin, rays_there
                    continue
                if below == rays_there or (equal and above == rays_there):
                    count[c] = 0
                    continue

                # Rays on the good side stay; each edge that is crossed gives a new one.
                word, bit = words[c], bits[c]
                row = used
                low = np.int64(-1)  # the coordinates that are 0 in all rays
                for i in range(rays_there):
                    if signs[i] < 0 or (signs[i] > 0 and equal):
                        continue
                    if row >= room:
                        return UNCERTAIN, start, first_piece, missed
                    for t in range(width):
                        rays[row, t] = rays[origin + i, t]
                        errors[row, t] = errors[origin + i, t]
                    masks[row, 0], masks[row, 1] = masks[origin + i, 0], masks[origin + i, 1]
                    if signs[i] == 0:
                        masks[row, word] |= bit
                    low &= masks[row, 0]
                    row += 1
                for i in range(rays_there):
                    if signs[i] <= 0:
                        continue
                    for j in range(rays_there):
                        if signs[j] >= 0:
                            continue
                        common0 = masks[origin + i, 0] & masks[origin + j, 0]
                        common1 = masks[origin + i, 1] & masks[origin + j, 1]
                        edge = True
                        for other in range(rays_there):
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
                            return UNCERTAIN, start, first_piece, missed
                        up, down, largest = values[i], -values[j], 0.0
                        for_i, for_j = misses[j] / (down - misses[j]), misses[i] / (up - misses[i])
                        for t in range(width):
                            one, two = up * rays[origin + j, t], down * rays[origin + i, t]
                            x = one + two
                            rays[row, t] = x
                            largest = max(largest, x)
                            own, other_own = errors[origin + i, t], errors[origin + j, t]
                            if x > 0.0:
                                errors[row, t] = (
                                    ROUNDING
                                    + (
                                        two * (own + for_i + own * for_i)
                                        + one * (other_own + for_j + other_own * for_j)
                                    )
                                    / x
                                )
                            else:
                                errors[row, t] = 0.0
                        for t in range(width):
                            rays[row, t] /= largest
                        masks[row, 0], masks[row, 1] = common0, common1
                        masks[row, word] |= bit
                        low &= masks[row, 0]
                        row += 1
                first[c], count[c] = used, row - used
                used = row
                # Not open: a coordinate is 0 in all rays now, and was not at the start.
                if low & ~zeros[c, 0] & zeros[c, 1]:
                    count[c] = 0
            if count[k] == 0:
                holds = False
                break
        if holds and p.grown[n] == 2:
            return UNCERTAIN, start, first_piece, missed
        if holds and p.grown[n] == 0:
            unknown = True
            if m.seen[n] == 0 and missed < len(m.missing):
                m.seen[n] = 1
                m.missing[missed] = n
                missed += 1
        if holds and p.plans[n, 0] < 0 and p.grown[n] == 1:
            if top + 1 + p.child_stop[n] - p.child_start[n] >= len(todo):
                return UNCERTAIN, start, first_piece, missed
            depth += 1
            top += 1
            todo[top] = -1
            for place in range(p.child_stop[n] - 1, p.child_start[n] - 1, -1):
                top += 1
                todo[top] = p.children[place]
            continue
        if holds and p.plans[n, 0] >= 0:  # a whole pattern: its extreme equilibria
            a, b = p.plans[n, 0], p.plans[n, 1]
            if piece >= len(out.piece_end):
                return FULL, start, first_piece, missed
            if member + count[a] * count[b] > len(out.members):
                return FULL, start, first_piece, missed
            leader = -1
            for i in range(first[a], first[a] + count[a]):
                for j in range(first[b], first[b] + count[b]):
                    if at >= len(plans):
                        return FULL, start, first_piece, missed
                    for t in range(width):
                        plans[at, 0, t] = rays[i, t] / rays[i, 0]
                        plans[at, 1, t] = rays[j, t] / rays[j, 0]
                    e = _place(plans, start, at)
                    if e == at:
                        groups[at] = at - start
                        at += 1
                    out.members[member] = e - start
                    member += 1
                    k = e - start
                    while groups[start + k] != k:
                        k = groups[start + k]
                    if leader < 0:
                        leader = k
                    elif k < leader:
                        groups[start + leader] = k
                        leader = k
                    else:
                        groups[start + k] = leader
            out.piece_node[piece] = n
            out.piece_end[piece] = member
            piece += 1
        used = frames[depth, 0]
        while cones > frames[depth, 1]:
            cones -= 1
            stamp[made[cones]] = 0
    if unknown:
        return UNKNOWN, start, first_piece, missed
    for e in range(start, at):
        k = e - start
        while groups[start + k] != k:
            k = groups[start + k]
        groups[e] = k
        out.results[e] = 0.0
        for z in range(len(p.ends)):
            weight = plans[e, 0, p.ends[z, 0]] * plans[e, 1, p.ends[z, 1]]
            if weight > 0.0:
                for q in range(totals.shape[1]):
                    out.results[e, q] += weight * totals[z, q]
        out.gains[e] = -np.inf
        for i in range(2):
            out.gains[e] = max(out.gains[e], _gain(p, m, i, payoffs, plans[e]))
    return DONE, at, piece, missed


@kernel()
def solve_points(
    p: Program,
    m: Memory,
    payoffs: np.ndarray,
    sizes: np.ndarray,
    totals: np.ndarray,
    begin: int,
    out: Room,
    stops: np.ndarray,
    piece_stops: np.ndarray,
    status: np.ndarray,
) -> tuple[int, int, int, int]:
    """Solve points from ``begin`` on until all are done or there is no room for more results.

    Parameters
    ----------
    payoffs, sizes : ndarray
        Shape (points, entries): payoff entries, and the sums of absolute values behind them.
    totals : ndarray
        Shape (points, ends, quantities): what each end adds, times nature's probability.
    stops, piece_stops, status : ndarray
        Of each point, where its extreme equilibria and its pieces end, and what became of it.

    Returns
    -------
    tuple of int
        The first point that is not done, how many extreme equilibria and pieces there are, and how
        many nodes without children were met.
    """
    # A point that found no room before is begun again: nothing of the first attempt holds.
    m.stamp[:] = 0
    m.function_stamp[:] = 0
    m.seen[:] = 0
    nothing = 0 * begin  # for the constant 0 the search would be compiled once more
    at, piece, missed = nothing, nothing, nothing
    for point in range(begin, len(payoffs)):
        became, at, piece, missed = _solve(
            p,
            m,
            point + 1,
            payoffs[point],
            sizes[point],
            totals[point],
            out,
            at,
            piece,
            missed,
        )
        if became == FULL and at > 0:
            return point, at, piece, missed
        if became == FULL:  # more than there is room for in all
            became = UNCERTAIN
        status[point] = became
        stops[point] = at
        piece_stops[point] = piece
    return len(payoffs), at, piece, missed
