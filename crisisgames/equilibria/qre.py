"""Agent quantal response equilibrium: the branch that starts at uniform play.

In a logit equilibrium of precision ``lambda`` the log odds of any two actions at an information
set are ``lambda`` times the difference of their expected payoffs, which are conditional on
reaching the set, with beliefs from Bayes' rule [1]_. The solutions that are connected with uniform
play at precision 0 form the principal branch; its limit selects a sequential equilibrium [1]_. The
branch may turn: precision then falls for a while. So it is followed by arc length, with a tangent
predictor and Newton's corrector [2]_, [3]_.

Unknowns are log probabilities: rare actions keep their relative accuracy, and the beliefs at
information sets that are hardly ever reached with them.

References
----------
.. [1] McKelvey and Palfrey (1998), Quantal response equilibria for extensive form games,
   Experimental Economics 1, 9-41: Definition 2 (agent form), Theorem 4 (limits).
.. [2] Turocy (2005), A dynamic homotopy interpretation of the logistic quantal response
   equilibrium correspondence, Games and Economic Behavior 51, 243-263.
.. [3] Allgower and Georg (1990), Numerical Continuation Methods, Springer, chapters 6 and 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg.lapack import dgetrf, dgetrs

from crisisgames.errors import GameError
from crisisgames.games.compiled import Compiled
from crisisgames.games.extensive import ExtensiveFormGame

__all__ = ["LogitBranch", "LogitPoint", "logit_branch"]

REGRET = 1e-9
MAX_STEPS = 5000
CLOSE = 1e-12
RESIDUAL = 1e-10
POSITIVE = 1e-15
FIRST_STEP = 0.1
LARGEST_STEP = 3.0
SMALLEST_STEP = 1e-9
TURN = 0.5
MISS = 0.2
SETTLED = 1000.0
HIGHEST = 1e13


@dataclass(frozen=True)
class LogitPoint:
    precision: float
    strategy: tuple[np.ndarray, ...]
    log_strategy: tuple[np.ndarray, ...]
    regret: float
    residual: float


@dataclass(frozen=True)
class LogitBranch:
    points: tuple[LogitPoint, ...]
    status: str


@dataclass(frozen=True, eq=False)
class _System:
    compiled: Compiled
    live: np.ndarray
    starts: np.ndarray
    set_of: np.ndarray
    unit: float
    ranges: np.ndarray
    end_logs: np.ndarray
    pair_ends: np.ndarray
    pair_actions: np.ndarray
    pair_payoffs: np.ndarray
    node_logs: np.ndarray
    node_sets: np.ndarray
    node_starts: np.ndarray
    past_nodes: np.ndarray
    past_actions: np.ndarray

    @property
    def n(self):
        return len(self.set_of)

    @cached_property
    def both(self):
        counts = np.bincount(self.pair_ends, minlength=len(self.end_logs))
        per = counts[self.pair_ends]
        first = np.repeat(np.arange(len(per)), per)
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        offset = np.arange(len(first)) - np.repeat(np.cumsum(per) - per, per)
        second = starts[self.pair_ends[first]] + offset
        keep = first != second
        first, second = first[keep], second[keep]
        return first, self.pair_actions[first] * self.n + self.pair_actions[second]

    @cached_property
    def past_cells(self):
        return self.node_sets[self.past_nodes] * self.n + self.past_actions


def reduce_game(game):
    compiled, numbers = game.compiled, game.floats()
    sets = compiled.information_sets
    possible = np.where(numbers.branches > POSITIVE, numbers.branches, 0.0)
    numbers = type(numbers)(possible, numbers.payoffs, numbers.shares)
    end_p, node_p = numbers.chance(compiled.ends), numbers.chance(compiled.nodes)
    reached = np.zeros(len(sets), bool)
    reached[np.array(compiled.node_sets, int)[node_p > 0]] = True
    live = np.array([h for h, s in enumerate(sets) if reached[h] and len(s.actions) > 1], int)
    sizes = np.array([len(sets[h].actions) for h in live], int)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(int)
    base = {int(h): int(s) for h, s in zip(live, starts)}
    set_of = np.repeat(np.arange(len(live)), sizes)
    ends = np.flatnonzero(end_p > 0)
    pe, pa = [], []
    for i, e in enumerate(ends):
        for h, a in compiled.ends[e].decisions:
            if h in base:
                pe.append(i); pa.append(base[h] + a)
    pe, pa = np.array(pe, int), np.array(pa, int)
    pay = numbers.payoffs[ends]
    low, high = pay.min(axis=0), pay.max(axis=0)
    ranges = high - low
    unit = float(ranges.max()) or 1.0
    owner = np.array([compiled.players.index(sets[h].player) for h in live], int)
    U = (pay - low) / unit
    node_sets = np.array(compiled.node_sets, int)
    keep = np.array([v for v in range(len(node_p)) if node_p[v] > 0 and int(node_sets[v]) in base], int)
    order = {int(h): i for i, h in enumerate(live)}
    ns = np.array([order[int(node_sets[v])] for v in keep], int)
    perm = np.argsort(ns, kind="stable")
    keep, ns = keep[perm], ns[perm]
    nstarts = np.searchsorted(ns, np.arange(len(live)))
    pn, pna = [], []
    for i, v in enumerate(keep):
        for h, a in compiled.nodes[v].decisions:
            if h in base:
                pn.append(i); pna.append(base[h] + a)
    return _System(compiled, live, starts, set_of, unit, ranges[owner] / unit, np.log(end_p[ends]), pe, pa,
                   U[pe, owner[set_of[pa]]] if len(pe) else np.zeros(0), np.log(node_p[keep]), ns, nstarts,
                   np.array(pn, int), np.array(pna, int))


@dataclass(frozen=True, eq=False)
class State:
    whole: np.ndarray
    rest: np.ndarray
    precision: float
    strategy: np.ndarray
    payoffs: np.ndarray
    weights: np.ndarray
    beliefs: np.ndarray
    gaps: np.ndarray
    residual: float
    top: np.ndarray


def evaluate(sy, whole, rest, lam):
    n, S = sy.n, len(sy.live)
    # split & normalise
    carry = np.rint(rest)
    whole, rest = whole + carry, rest - carry
    x = whole + rest
    best = np.maximum.reduceat(x, sy.starts)
    rest = rest - (best + np.log(np.add.reduceat(np.exp(x - best[sy.set_of]), sy.starts)))[sy.set_of]
    carry = np.rint(rest)
    whole, rest = whole + carry, rest - carry
    x = whole + rest
    s = np.exp(x)
    ne, nv = len(sy.end_logs), len(sy.node_logs)
    Lw = np.bincount(sy.pair_ends, whole[sy.pair_actions], ne)
    Lr = np.bincount(sy.pair_ends, rest[sy.pair_actions], ne) + sy.end_logs
    Rw = np.bincount(sy.past_nodes, whole[sy.past_actions], nv)
    Rr = np.bincount(sy.past_nodes, rest[sy.past_actions], nv) + sy.node_logs
    Dw = np.maximum.reduceat(Rw, sy.node_starts)
    mu = np.exp((Rw - Dw[sy.node_sets]) + Rr)
    D = np.add.reduceat(mu, sy.node_starts)
    mu = mu / D[sy.node_sets]
    Dr = np.log(D)
    k, e = sy.pair_actions, sy.pair_ends
    h = sy.set_of[k]
    W = np.exp((Lw[e] - whole[k] - Dw[h]) + (Lr[e] - rest[k] - Dr[h])) * sy.pair_payoffs
    u = np.bincount(k, W, n)
    is_top = x == best_of(sy, x)
    top = np.minimum.reduceat(np.where(is_top, np.arange(n), n), sy.starts)
    t = top[sy.set_of]
    gaps = (whole - whole[t]) + (rest - rest[t]) - lam * (u - u[t])
    residual = float(np.abs(gaps).max() / max(1.0, lam))
    return State(whole, rest, lam, s, u, W, mu, gaps, residual, top)


def best_of(sy, x):
    return np.maximum.reduceat(x, sy.starts)[sy.set_of]


def jacobian(sy, st):
    n = sy.n
    first, cells = sy.both
    J = np.bincount(cells, st.weights[first], n * n).reshape(n, n)
    B = np.bincount(sy.past_cells, st.beliefs[sy.past_nodes], len(sy.live) * n).reshape(-1, n)
    J -= st.payoffs[:, None] * B[sy.set_of]
    return J


def bordered(sy, st, row, scale):
    """Newton matrix in scaled unknowns"""
    n = sy.n
    lam = st.precision
    M = jacobian(sy, st)
    M *= -lam
    M.flat[:: n + 1] += 1.0
    t = st.top[sy.set_of]
    K = np.empty((n + 1, n + 1))
    K[:n, :n] = M - M[t]
    K[:n, n] = -(st.payoffs - st.payoffs[t])
    K[:n] /= max(1.0, lam)
    K[st.top] = 0.0
    K[st.top[sy.set_of], np.arange(n)] = st.strategy
    K[:n] /= scale
    size = np.abs(K[:n]).max(axis=1)
    K[:n] /= size[:, None]
    K[n] = row
    return K, size * max(1.0, lam)


def scale_of(st):
    return 1.0 / (1.0 + np.append(np.abs(st.whole + st.rest), st.precision))


def solve_lin(K, rhs):
    lu, piv, info = dgetrf(K)
    d = np.diag(lu)
    if info or np.abs(d).min() < 1e-9:
        U, S, V = np.linalg.svd(K)
        good = S > 1e-10
        return V.T[:, good] @ ((U[:, good].T @ rhs) / S[good][:, None]), 0
    sign = (-1) ** int((piv != np.arange(len(piv))).sum()) * np.prod(np.sign(d))
    return dgetrs(lu, piv, rhs)[0], sign


FINE=1e-7
FLIP=1e-3
DEBUG=False
def correct(sy, st, row, scale, stats=None, max_it=8):
    n = sy.n
    sizes = []
    why=None
    while True:
        if not np.isfinite(st.residual): return None
        K, size_ = bordered(sy, st, row, scale)
        rhs = np.zeros((n + 1, 2))
        rhs[:n, 0] = -st.gaps / size_
        rhs[n, 1] = 1.0
        sol, sign = solve_lin(K, rhs)
        if stats is not None: stats[0] += 1; stats[3] += sign==0
        d = sol[:, 0]
        size = np.abs(d).max()
        stuck = sizes and size > 0.5 * sizes[-1]
        if (st.residual <= RESIDUAL and size <= FINE) or (stuck and st.residual <= 1e-13):
            return st, sol[:, 1] / np.abs(sol[:, 1]).max(), (sizes[0] if sizes else 0.0), sign
        if DEBUG: print('    it',len(sizes),'res %.2g size %.2g'%(st.residual,size),sign, 'at',np.abs(d).argmax())
        if not np.isfinite(size) or size > 1 or len(sizes) >= max_it: return None
        if stuck: return None
        sizes.append(size)
        d = d / scale
        lam = st.precision + d[n]
        if lam <= 0: return None
        st = evaluate(sy, st.whole, st.rest + d[:n], lam)


def regrets(sy, st):
    best = np.maximum.reduceat(st.payoffs, sy.starts)
    mean = np.add.reduceat(st.payoffs * st.strategy, sy.starts)
    return best - mean


def follow(sy, regret=REGRET, max_steps=MAX_STEPS, hmax=LARGEST_STEP, turn_max=TURN, miss_max=MISS, trace=None, stats=None, order=1):
    n = sy.n
    counts = np.bincount(sy.set_of)
    st = evaluate(sy, np.zeros(n), -np.log(counts[sy.set_of].astype(float)), 0.0)
    row = np.zeros(n + 1); row[n] = 1
    scale = scale_of(st)
    st, tan, _, sign = correct(sy, st, row, scale, stats)
    states = [st]
    h = FIRST_STEP
    tan = tan / scale   # actual units
    if (regrets(sy, st) <= regret * sy.ranges).all(): return states, "converged"
    prev = None
    while len(states) < max_steps:
        scale = scale_of(st)
        tau = tan * scale
        norm = np.abs(tau).max()
        tau, tan = tau / norm, tan / norm
        if tau[n] < 0: h = min(h, 0.5 / -tau[n] * st.precision/(1+st.precision))
        bow = 0.0
        if order == 2 and prev is not None:
            ptan, ph = prev
            bow = (tan - ptan) / ph
        step = h * tan + (0.5 * h * h * bow)
        row = tau / (tau @ tau)
        lam = st.precision + step[n]
        if order == 2 and (np.abs(0.5*h*bow*scale).max() > 0.5 or lam<=0):
            h *= .5; continue
        guess = evaluate(sy, st.whole, st.rest + step[:n], lam)
        out = correct(sy, guess, row, scale, stats)
        ok = out is not None
        if ok:
            new, ntau, miss, nsign = out
            turn = np.abs(ntau - tau).max()
            ok = turn <= turn_max and miss <= miss_max
            if ok and nsign and nsign != sign:
                if stats is not None: stats[2] += 1
                if h > FLIP: ok = False
        if trace: trace(h, len(states), st.precision, out is not None and (turn, miss, nsign))
        if not ok:
            h *= 0.5 if out is None else 0.5
            if stats is not None: stats[1] += 1
            if h < SMALLEST_STEP: return states, "stopped: step"
            continue
        ntan = ntau / scale
        prev = (tan, h)
        states.append(new)
        if (regrets(sy, new) <= regret * sy.ranges).all():
            drift = max(np.abs(new.strategy - st.strategy).max(), np.abs(new.beliefs - st.beliefs).max())
            grown = np.log(new.precision / st.precision) if st.precision > 0 else 0
            if drift <= SETTLED * regret * min(1, grown): return states, "converged"
        if new.precision > HIGHEST: return states, "stopped: high"
        st, tan = new, ntan; sign = nsign or sign
        f = min(0.3 / max(turn, 1e-9)/ (turn_max/.5)**-1 , np.sqrt(0.5*miss_max / max(miss, 1e-9)), 2.0)
        h = min(h * max(f, 0.5), hmax)
    return states, "stopped: steps"
