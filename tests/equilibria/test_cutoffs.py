"""Cutoff equilibria: interval arithmetic, isolation of roots, and the conditions themselves."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import Parameter
from crisisgames.equilibria.cutoffs import CutoffRule, cutoff_equilibria, cutoff_sweep
from crisisgames.equilibria.intervals import Interval, NormalCdf, enclose, evaluate
from crisisgames.equilibria.roots import isolate_roots
from crisisgames.errors import GameError, NotApplicable, UnknownName

X, Y, T = sp.symbols("x y t")
R = sp.Rational

# --- interval arithmetic


FORMULAS = {
    "rational": X**3 - X**2 + 1 / (Y + 1),
    "even power": (X - 1) ** 2 * Y,
    "real power": Y ** R(7, 3) + Y**X,
    "roots": sp.sqrt(Y) - 1 / sp.sqrt(Y + 1),
    "exp and log": sp.exp(X) - sp.log(Y + R(1, 2)),
    "error functions": sp.erf(X) * sp.erfc(X) + sp.erfc(X + 5),
    "normal": NormalCdf(6 * X) * sp.exp(-(X**2)),
    "bounded": sp.tanh(X) + sp.atan(X),
    "kinks": sp.Min(X, Y) - sp.Max(X, 2) + sp.Abs(X - Y),
    "constants": sp.pi * X + sp.sqrt(2) * Y,
    "cases": sp.Piecewise((X, X < 0), (X**2 + Y, X < 1), (sp.Integer(3), True)),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_intervals_hold_the_values_of_points_in_them(name):
    rng = np.random.default_rng(1)
    a, b = np.sort(3 * rng.normal(size=(2, 200)), axis=0)
    c, d = np.sort(rng.exponential(size=(2, 200)), axis=0)
    b[:60], d[:60] = a[:60], c[:60]  # points: the enclosure is of rounding alone
    (found,) = evaluate([FORMULAS[name]], {X: Interval(a, b), Y: Interval(c, d)})
    formula = FORMULAS[name].replace(NormalCdf, sp.Function("ncdf"))
    exact = sp.lambdify([X, Y], formula, modules=[{"ncdf": mpmath.ncdf}, "mpmath"])
    share = rng.random((2, 200))
    u, v = np.clip(a + share[0] * (b - a), a, b), np.clip(c + share[1] * (d - c), c, d)
    with mpmath.workdps(40):
        for k in range(200):
            value = exact(mpmath.mpf(u[k]), mpmath.mpf(v[k]))
            assert found.lo[k] <= value <= found.hi[k]
    assert (found.width[:60] <= 1e-12 * (1 + np.abs(found.lo[:60]))).all()


def test_normal_distribution_keeps_both_tails_within_the_stated_error():
    x = np.linspace(-36, 9, 1001)
    (found,) = evaluate([NormalCdf(X)], {X: Interval.of(x)})
    with mpmath.workdps(40):
        exact = [mpmath.ncdf(v) for v in x]
    assert all(lo <= e <= hi for lo, e, hi in zip(found.lo, exact, found.hi, strict=True))
    assert (found.width <= 1e-11 * found.hi).all()


@pytest.mark.parametrize("function", [sp.erf, sp.erfc, sp.exp])
def test_stated_errors_of_library_functions_hold(function):
    x = np.linspace(-5, 25, 1001)
    (found,) = evaluate([function(X)], {X: Interval.of(x)})
    with mpmath.workdps(40):
        exact = [getattr(mpmath, function.__name__)(v) for v in x]
    assert all(lo <= e <= hi for lo, e, hi in zip(found.lo, exact, found.hi, strict=True))


def test_what_overflows_or_is_undefined_is_never_too_narrow():
    values = {X: Interval.of([-np.inf, 700.0, 800.0], [-1.0, 800.0, np.inf])}
    (found,) = evaluate([sp.exp(X)], values)
    assert found.lo.tolist()[0] == 0
    assert np.isfinite(found.lo).all()
    assert found.hi.tolist()[1:] == [np.inf, np.inf]
    (root,) = evaluate([sp.sqrt(X)], {X: Interval.of(-1, 4)})
    assert (root.lo, root.hi) == (-np.inf, np.inf)
    (quotient,) = evaluate([1 / X], {X: Interval.of([-1, 0, -2], [1, 2, 0])})
    assert quotient.lo.tolist() == [-np.inf, pytest.approx(0.5), -np.inf]
    assert quotient.hi.tolist() == [np.inf, np.inf, pytest.approx(-0.5)]


def test_sums_and_decimals_are_rounded_outward_by_no_more_than_a_float():
    lo, hi = enclose(0.1)
    assert Fraction(lo) < Fraction(1, 10) < Fraction(hi)
    assert np.nextafter(lo, 1) == hi
    total = Interval.of(1e16) + Interval.of(1.0)
    assert Fraction(float(total.lo)) <= 10**16 + 1 <= Fraction(float(total.hi))
    exact = Interval.of(0.5) - Interval.of(0.25)
    assert (exact.lo, exact.hi) == (0.25, 0.25)


# --- isolation of roots

coefficients = st.lists(st.integers(-6, 6), min_size=2, max_size=6).filter(lambda c: any(c[:-1]))


@settings(max_examples=25, deadline=None)
@given(coefficients)
def test_real_roots_of_polynomials_are_those_of_sturm_sequences(coefficients):
    polynomial = sp.Poly(coefficients, X)
    found = isolate_roots(polynomial.as_expr(), {X: (-8, 8)})
    exact = sp.roots(polynomial, multiple=False) if polynomial.degree() < 1 else None
    assert exact is None or found.enclosures == ()
    simple, multiple = [], []
    for (a, b), times in polynomial.intervals(eps=R(1, 10**18)):
        (simple if times == 1 else multiple).append((a + b) / 2)
    assert len(found.enclosures) == len(simple)  # all lie between -7 and 7
    for ((lo, hi),), root in zip(found.enclosures, sorted(simple), strict=True):
        assert lo - 1e-15 <= root <= hi + 1e-15
        assert hi - lo <= 1e-9
    assert found.complete == (not multiple)
    for root in multiple:
        assert any(lo <= root + 1e-15 and root - 1e-15 <= hi for ((lo, hi),) in found.undecided)


def test_clusters_are_told_apart_down_to_rounding():
    third = R(1, 3)
    found = isolate_roots((X - third) * (X - third - R(1, 10**6)) * (X - 2), {X: (0, 3)})
    assert found.complete
    assert [r for (r,) in found.middles] == pytest.approx([1 / 3, 1 / 3 + 1e-6, 2], abs=1e-13)


def test_double_roots_and_continua_are_undecided_never_dropped():
    double = isolate_roots((X - 1) ** 2 * (X - 2), {X: (0, 3)})
    assert double.middles == ((pytest.approx(2),),)
    (((lo, hi),),) = double.undecided
    assert lo < 1 < hi < lo + 1e-8
    flat = isolate_roots(sp.Max(X, 1) - 1, {X: (0, 3)})
    (((lo, hi),),) = flat.undecided
    assert lo <= 0
    assert 1 <= hi < 1.01
    nothing = isolate_roots(sp.Min(X, 0) - sp.Min(X, 0) * 1 + 0 * X, {X: (0, 3)})
    assert nothing.undecided == (((0.0, 3.0),),)


def test_a_jump_through_zero_is_not_called_a_root():
    jump = sp.Piecewise((-1 + X / 10, X < 1), (1 + X / 10, True))
    assert isolate_roots(jump, {X: (0, 3)}).enclosures == ()
    assert isolate_roots(sp.sign(X - 1), {X: (0, 3)}).enclosures == ()


def test_unbounded_intervals_and_roots_at_their_ends():
    assert isolate_roots(sp.exp(-X) - X, {X: (-sp.oo, sp.oo)}).middles == (
        (pytest.approx(0.5671432904097838),),
    )
    for box in ((1, 3), (0, 1), (1, 1)):
        found = isolate_roots(X**2 - 1, {X: box})
        assert found.complete
        assert found.middles == ((pytest.approx(1),),)


def test_relative_accuracy_survives_near_zero():
    (((lo, hi),),) = isolate_roots(X - R(1, 10**30), {X: (-1, 1)}).enclosures
    assert lo <= 1e-30 <= hi
    assert hi - lo < 1e-44


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4), st.integers(1, 5))
def test_two_equations_hold_all_roots_that_elimination_finds(row, radius):
    a, b, c, d = row
    if a == 0:
        a = 1
    # x = -(b y^2 + c y + d)/a on the circle: a polynomial in y alone
    curve, circle = a * X + b * Y**2 + c * Y + d, X**2 + Y**2 - radius
    found = isolate_roots([curve, circle], {X: (-5, 5), Y: (-5, 5)})
    line = -(b * Y**2 + c * Y + d) / sp.Integer(a)
    roots = sp.Poly(sp.expand(circle.subs(X, line)), Y).intervals(eps=R(1, 10**15))
    places = [*found.enclosures, *found.undecided]
    for (low, high), times in roots:
        y = (low + high) / 2
        x = line.subs(Y, y)
        near = [
            box
            for box in places
            if all(lo - 1e-7 <= v <= hi + 1e-7 for v, (lo, hi) in zip((x, y), box, strict=True))
        ]
        assert near
        assert times > 1 or found.undecided or len(near) == 1
    assert len(found.enclosures) <= len(roots)


def test_errors_of_isolation_name_what_is_missing():
    with pytest.raises(GameError, match="1 equations for 2 unknowns"):
        isolate_roots(X + Y, {X: (0, 1), Y: (0, 1)})
    with pytest.raises(GameError, match="contain 'y'; its interval is not given"):
        isolate_roots(X + Y, {X: (0, 1)})
    with pytest.raises(GameError, match="from 1 to 0"):
        isolate_roots(X, {X: (1, 0)})
    with pytest.raises(NotApplicable, match="gamma"):
        isolate_roots(sp.gamma(X), {X: (1, 2)})


# --- global games (Carlsson and van Damme 1993)

LOSS = Parameter("loss", (0, 100), 1)
MEAN = Parameter("mean", (-100, 100), 0.5)
PUBLIC = Parameter("public", (0, 1000), 10)
PRIVATE = Parameter("private", (0, 1000), 4)


def stag_hunt() -> CutoffRule:
    """Restrain from a signal x on; what restraint is worth has a normal prior."""
    posterior = (PUBLIC * MEAN + PRIVATE * T) / (PUBLIC + PRIVATE)
    spread = sp.sqrt(1 / (PUBLIC + PRIVATE) + 1 / PRIVATE)
    gain = posterior - LOSS * NormalCdf((X - posterior) / spread)
    return CutoffRule(X, (-sp.oo, sp.oo), gain, type=T)


@pytest.mark.parametrize(
    ("values", "cutoffs"),
    [
        # Each solves rho = l Phi(sqrt(Gamma)(rho - y)), by an independent bisection.
        ((1, 0.6, 1, 1), [0.30372893]),
        ((1, 0.5, 10, 4), [-1.19224145, 0.5, 2.19224145]),
        ((1, 0.7, 10, 4), [-1.74640391]),
        ((3, 2, 1, 2), [0.09503666]),
        ((2, 1, 0.5, 4), [1.0]),
    ],
)
def test_global_game_has_the_known_cutoffs(values, cutoffs):
    names = ("loss", "mean", "public", "private")
    found = cutoff_equilibria(stag_hunt(), **dict(zip(names, values, strict=True)))
    assert found.complete
    assert [e.cutoffs["x"] for e in found] == pytest.approx(cutoffs, abs=6e-9)
    assert [e.stable for e in found] == [True, False, True][: len(cutoffs)]
    assert all(e.best_reply for e in found)
    assert max(e.gain for e in found) < 1e-12
    for e in found:
        lo, hi = e.enclosures["x"]
        assert lo <= e.cutoffs["x"] <= hi < lo + 1e-11


def test_uniqueness_condition_of_the_global_game_is_exact():
    # Unique for every prior iff Gamma = a^2 (a + b)/(b (a + 2 b)) <= 2 pi / l^2; at the mean l/2.
    rho, publicity = sp.Symbol("rho"), Parameter("publicity", (0, 1000), 1)
    gain = rho - NormalCdf(sp.sqrt(publicity) * (rho - R(1, 2)))
    rule = CutoffRule(rho, (0, 1), gain)
    bound = 2 * np.pi
    for factor, count in ((0.5, 1), (1 - 1e-4, 1), (1 + 1e-4, 3), (2, 3)):
        found = cutoff_equilibria(rule, publicity=bound * factor)
        assert found.complete
        assert len(found) == count
    # At the boundary itself the root is triple: it must be there, decided or not.
    at = cutoff_equilibria(rule, publicity=bound)
    spans = [e.enclosures["rho"] for e in at] + [b["rho"] for b in at.undecided]
    assert any(lo <= 0.5 <= hi for lo, hi in spans)


# --- the arms race of Baliga and Sjostrom (2004)

SHAPE = Parameter("shape", (0, 10), 2)
TOP = Parameter("top", (0, 10), 1)
D = Parameter("d", (0, 10), 1.2)
MU = Parameter("mu", (0, 10), 0.05)


def arms_race() -> CutoffRule:
    """Build if the cost is below x: costs above are above the cutoff, so they do not."""
    share = (X / TOP) ** SHAPE
    return CutoffRule(X, (0, TOP), T - MU * (1 - share) - D * share, type=T)


@pytest.mark.parametrize(
    ("values", "cutoffs", "stable"),
    [
        ((1, 1, 1.2, 0.05), [1], [True]),
        ((1, 1, 0.8, 0.05), [0.2], [True]),
        ((0.5, 1, 1.1, 0.01), [1], [True]),
        ((2, 1, 1.2, 0.05), [0.05326242, 0.81630280, 1], [True, False, True]),
        ((2, 1, 1.2, 0.3), [1], [True]),
        ((3, 2, 2.5, 0.1), [0.10030273, 1.77352291, 2], [True, False, True]),
        # Knife-edge d = top: at the top a type is exactly indifferent. Replies near it move
        # (d - mu) shape / top = 1.92 and 0.96 times as far.
        ((2, 1.2, 1.2, 0.05), [0.05 / (1.15 / 1.2), 1.2], [True, False]),
        ((1, 1.2, 1.2, 0.05), [1.2], [True]),
    ],
)
def test_arms_race_has_all_its_equilibria(values, cutoffs, stable):
    names = ("shape", "top", "d", "mu")
    found = cutoff_equilibria(arms_race(), **dict(zip(names, values, strict=True)))
    assert found.complete
    assert [e.cutoffs["x"] for e in found] == pytest.approx(cutoffs, abs=6e-9)
    assert [e.stable for e in found] == stable
    assert all(e.best_reply for e in found)
    last = found[-1]
    assert (last.places["x"] == "highest") == (cutoffs[-1] == values[1])


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 20), st.integers(1, 40), st.sampled_from([1, 2, 3]))
def test_arms_race_agrees_with_polynomial_roots(mu, d, shape):
    found = cutoff_equilibria(arms_race(), shape=shape, d=d / 20, mu=mu / 100)
    polynomial = sp.Poly(X - R(mu, 100) * (1 - X**shape) - R(d, 20) * X**shape, X)
    exact = [float(r) for r in polynomial.real_roots() if 0 <= r < 1]
    exact += [1.0] * (d >= 20)
    double = len(exact) > len(set(exact))
    assert found.complete or double
    if not double:
        assert [e.cutoffs["x"] for e in found] == pytest.approx(exact, abs=1e-12)


def test_sweep_agrees_with_single_points():
    d = np.linspace(0.6, 1.6, 7)[:, None]
    mu = np.array([0.01, 0.05, 0.2])
    table = cutoff_sweep(arms_race(), d=d, mu=mu)
    assert table.cutoffs.shape == (7, 3, table.counts.max(), 1)
    assert table.complete.all()
    for k, (row, column) in enumerate(np.ndindex(7, 3)):
        single = cutoff_equilibria(arms_race(), d=float(d[row, 0]), mu=float(mu[column]))
        own = table.cutoffs[row, column, : len(single), 0]
        assert own.tolist() == [e.cutoffs["x"] for e in single], k
        assert np.isnan(table.cutoffs[row, column, len(single) :]).all()
        assert table.counts[row, column] == len(single)


# --- other models


def test_exit_game_has_three_thresholds_over_all_numbers():
    # Chassang and Padro i Miquel (2010), exit game: F 2.5, S -.2, W 0, N(1, 1), discount .8.
    z, discount = X - 1, R(4, 5)
    density = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)
    value = (NormalCdf(-z) + density) / (1 - discount * NormalCdf(-z))
    rule = CutoffRule(X, (-sp.oo, sp.oo), T - (R(27, 10) - discount * value), type=T)
    found = cutoff_equilibria(rule)
    assert found.complete
    expected = [-1.15331840, -0.08867526, 2.54749559]
    assert [e.cutoffs["x"] for e in found] == pytest.approx(expected, abs=6e-9)
    assert [e.stable for e in found] == [True, False, True]


def test_panic_at_minus_infinity_is_an_equilibrium_of_the_surprise_attack_game():
    # Schelling (1960), chapter 9, in a Gaussian version: hold back below the threshold x.
    alpha, detect, kappa = R(1, 50), 2, R(4, 9)
    odds = alpha / (1 - alpha) * sp.exp(detect * X - R(detect**2, 2))
    found = cutoff_equilibria(CutoffRule(X, (-sp.oo, sp.oo), 1 - kappa - NormalCdf(X) / (1 + odds)))
    assert found.complete
    assert [e.places["x"] for e in found] == ["lowest", "inside", "inside"]
    assert found[0].cutoffs["x"] == -np.inf
    assert [e.stable for e in found] == [True, False, True]
    assert all(e.best_reply is None for e in found)


def test_horizon_of_the_war_of_attrition():
    # Fearon (1994): t solves F(-a2 t) v - (1 - F(-a2 t)) a1 t = 0, uniform on [-W, 0].
    a1, a2, v, w = 2, 1, 1, 2
    share = 1 - a2 * T / w
    (((lo, hi),),) = isolate_roots(share * v - (1 - share) * a1 * T, {T: (0, R(w, a2))}).enclosures
    closed = (-a2 * v + np.sqrt(a2**2 * v**2 + 4 * a1 * a2 * v * w)) / (2 * a1 * a2)
    assert lo - 1e-15 <= closed <= hi + 1e-15


def attackers(odds_1: sp.Rational, odds_2: sp.Rational, top_1: int) -> list[CutoffRule]:
    """Two unequal attackers under imperfect attribution (Baliga et al. 2020, our variant)."""
    x, other, t, s = sp.symbols("x1 x2 t1 t2")
    hit, miss, false, most = R(6, 10), R(2, 10), R(1, 20), R(8, 10)
    attacks = {1: odds_1 * (1 - x / top_1), 2: odds_2 * (1 - other)}
    law = {
        1: {1: hit, 2: miss, 0: 1 - hit - miss},
        2: {1: miss, 2: hit, 0: 1 - hit - miss},
        0: {1: false / 2, 2: false / 2, 0: 1 - false},
    }
    quiet = 1 - attacks[1] - attacks[2]
    rules = []
    for i, cutoff, own, top in ((1, x, t, top_1), (2, other, s, 1)):
        cost: sp.Expr = sp.Integer(0)
        for signal in (0, 1, 2):
            total = quiet * law[0][signal] + sum(attacks[j] * law[j][signal] for j in (1, 2))
            guilt = attacks[i] * law[i][signal] / total
            cost += (law[i][signal] - law[0][signal]) * sp.Max(0, 1 - (1 - guilt) / most)
        rules.append(CutoffRule(cutoff, (0, top), own - cost, type=own))
    return rules


def test_two_cutoffs_at_once_are_proved():
    found = cutoff_equilibria(attackers(R(3, 10), R(3, 10), 2))
    assert found.complete
    assert [dict(e.cutoffs) for e in found] == [
        {"x1": pytest.approx(0.39328092, abs=6e-9), "x2": pytest.approx(0.33080372, abs=6e-9)}
    ]
    assert found[0].stable
    assert found[0].best_reply


def test_two_thresholds_of_one_player():
    # Baliga and Sjostrom (2004) with cheap talk: uniform costs, d = 1.2, mu = .005.
    low, high = sp.symbols("low high")
    rules = [
        CutoffRule(low, (0, 1), low * (high - low) - R(5, 1000) * (1 - high)),
        CutoffRule(high, (0, 1), high * (1 - 2 * (high - low)) - R(12, 10) * low),
    ]
    inside = [
        (e.cutoffs["low"], e.cutoffs["high"])
        for e in cutoff_equilibria(rules)
        if set(e.places.values()) == {"inside"}
    ]
    assert (pytest.approx(0.12058486, abs=6e-9), pytest.approx(0.15559764, abs=6e-9)) in inside


def test_substitutes_with_steep_replies_are_unstable():
    # Each acts above its cutoff; the more the other acts, the less it pays.
    x, y, t, s = sp.symbols("x y t s")
    for slope, stable in ((R(1, 2), True), (2, False)):
        rules = [
            CutoffRule(x, (0, 1), t - R(1, 2) - slope * (R(1, 2) - y), type=t),
            CutoffRule(y, (0, 1), s - R(1, 2) - slope * (R(1, 2) - x), type=s),
        ]
        found = cutoff_equilibria(rules)
        middle = [e for e in found if set(e.places.values()) == {"inside"}]
        assert [e.stable for e in middle] == [stable]
        assert len(found) == (1 if stable else 3)


@pytest.mark.parametrize(
    ("types", "gain", "at", "place", "stable"),
    [
        ((0, 1), T - 1, 1, "highest", True),
        ((0, 1), T, 0, "lowest", True),
        ((0, R(1, 3)), T - R(1, 3), R(1, 3), "highest", True),
        ((0, sp.sqrt(2)), T - sp.sqrt(2), sp.sqrt(2), "highest", True),
        # Replies that overshoot the end stop at it; those that lead inward do not come back.
        ((0, 1), T - 1 - 2 * (1 - X), 1, "highest", True),
        ((0, 1), T - 1 + 2 * (1 - X), 1, "highest", False),
        ((1, 1), T - 1, 1, "lowest", True),
    ],
)
def test_a_root_at_an_end_is_one_equilibrium(types, gain, at, place, stable):
    rule = CutoffRule(X, types, gain, type=T)
    found = cutoff_equilibria(rule)
    rows = [e for e in found if e.cutoffs["x"] == float(at)]
    assert found.complete
    assert [(e.places["x"], e.stable) for e in rows] == [(place, stable)]
    assert cutoff_sweep(rule).counts == len(found) == len({e.cutoffs["x"] for e in found})


@pytest.mark.parametrize(
    ("weights", "cutoffs", "stable"),
    [
        ((1.5, 1.5), [(0, 1), (0.4, 0.4), (1, 0)], [True, False, True]),
        # With weight 1 the other's lowest type is indifferent as well: replies are no contraction.
        ((1, 2), [(0, 1), (1, 0)], [None, True]),
        ((0, 0), [(1, 1)], [True]),
        ((0, R(1, 2)), [(1, 0.5)], [True]),
    ],
)
def test_two_cutoffs_at_ends_are_one_equilibrium(weights, cutoffs, stable):
    s = sp.Symbol("s")
    rules = [
        CutoffRule(X, (0, 1), T + weights[0] * Y - 1, type=T),
        CutoffRule(Y, (0, 1), s + weights[1] * X - 1, type=s),
    ]
    found = cutoff_equilibria(rules)
    assert found.complete
    assert [tuple(e.cutoffs.values()) for e in found] == [pytest.approx(c) for c in cutoffs]
    assert [e.stable for e in found] == stable
    assert cutoff_sweep(rules).counts == len(cutoffs)


def test_roots_near_an_end_stay_apart_from_it():
    # Gain 0 at the end, and another root a hair inside.
    gap = R(1, 2**20)
    found = cutoff_equilibria(CutoffRule(X, (0, 1), (X - 1) * (X - 1 + gap)))
    assert found.complete
    assert [e.places["x"] for e in found] == ["lowest", "inside", "highest"]
    assert [e.stable for e in found] == [True, False, True]


def test_an_end_and_an_irrational_root_are_one_equilibrium():
    s = sp.Symbol("s")
    rules = [
        CutoffRule(X, (0, 1), T - 1, type=T),
        CutoffRule(Y, (0, 1), s**2 + s - R(1, 2), type=s),
    ]
    found = cutoff_equilibria(rules)
    assert found.complete
    assert [dict(e.places) for e in found] == [{"x": "highest", "y": "inside"}]
    assert cutoff_sweep(rules).counts == 1


def test_explanations_name_each_equilibrium_and_what_is_open():
    lines = cutoff_equilibria(arms_race()).explain().splitlines()
    assert lines == [
        "3 cutoff equilibria (all).",
        "1. x is 0.0532624, where the type is indifferent (stable).",
        "2. x is 0.816303, where the type is indifferent (unstable).",
        "3. x is 1, the highest type: no type does what types above a cutoff do (stable).",
    ]
    open_case = cutoff_equilibria(CutoffRule(X, (0, 1), T - X, type=T)).explain()
    assert "perhaps not all" in open_case
    assert "Undecided: x between" in open_case


def test_tables_of_sweeps_have_a_row_for_each_equilibrium():
    table = cutoff_sweep(arms_race(), d=[0.8, 1.2]).to_dataframe()
    assert list(table.columns) == ["d", "x", "stable", "complete"]
    sets = [cutoff_equilibria(arms_race(), d=d) for d in (0.8, 1.2)]
    assert table["x"].tolist() == [e.cutoffs["x"] for own in sets for e in own]
    assert table["stable"].tolist() == [e.stable for own in sets for e in own]
    assert table["d"].tolist() == [0.8] * len(sets[0]) + [1.2] * len(sets[1])
    nothing = cutoff_sweep(CutoffRule(X, (0, 1), (T - R(1, 2)) * (R(3, 4) - T), type=T))
    (row,) = nothing.to_dataframe().to_dict("records")
    assert np.isnan(row["x"])
    assert row["stable"] is None
    assert row["complete"] is True


def test_solutions_without_single_crossing_are_refuted():
    # The type at 1/2 is indifferent, but types above 3/4 would rather do what low types do.
    half = CutoffRule(X, (0, 1), (T - R(1, 2)) * (R(3, 4) - T), type=T)
    found = cutoff_equilibria(half)
    assert len(found) == 0
    assert found.complete
    assert "no single crossing" in found.notes[0]
    with pytest.raises(NotApplicable, match="nothing to bound"):
        found.bounds("x")


def test_plain_functions_are_searched_and_say_so():
    rule = CutoffRule(X, (0, 1), lambda cost, x: cost - 0.05 * (1 - x**2) - 1.2 * x**2)
    found = cutoff_equilibria(rule)
    assert not found.complete
    assert "may be missing" in found.notes[0]
    assert [e.cutoffs["x"] for e in found] == pytest.approx([0.05326242, 0.81630280, 1], abs=6e-9)
    assert [e.stable for e in found] == [True, False, True]


def test_plain_functions_of_two_cutoffs():
    rules = attackers(R(3, 10), R(3, 10), 2)
    symbols = sp.symbols("x1 x2")
    plain = [CutoffRule(r.cutoff, r.types, sp.lambdify([r.type, *symbols], r.gain)) for r in rules]
    (found,) = cutoff_equilibria(plain)
    assert list(found.cutoffs.values()) == pytest.approx([0.39328092, 0.33080372], abs=6e-9)


def test_bounds_and_tables_cover_all_equilibria():
    found = cutoff_equilibria(arms_race())
    assert found.bounds("x") == (pytest.approx(0.05326242, abs=6e-9), 1.0)
    share = found.bounds((X / TOP) ** SHAPE)
    assert share == (pytest.approx(0.00283689, abs=6e-9), 1.0)
    assert found.bounds(lambda x: -x)[0] == -1
    assert found.to_dataframe().shape == (3, 4)
    assert "all of them" in found._repr_html_()
    with pytest.raises(UnknownName, match="no cutoff named 'z'"):
        found.bounds("z")


def test_errors_name_the_rule_and_the_remedy():
    with pytest.raises(GameError, match="'z' is a plain symbol"):
        cutoff_equilibria(CutoffRule(X, (0, 1), X - sp.Symbol("z")))
    with pytest.raises(GameError, match="give another plain"):
        CutoffRule(X, (0, 1), X, type=X)
    with pytest.raises(GameError, match=r"types of cutoff 'x' are \(0, 1, 2\)"):
        CutoffRule(X, (0, 1, 2), X)
    with pytest.raises(GameError, match="go from 2 to 1"):
        cutoff_equilibria(CutoffRule(X, (2, 1), X))
    with pytest.raises(GameError, match="finite real number"):
        CutoffRule(X, (0, float("nan")), X)
    with pytest.raises(GameError, match="each rule needs its own"):
        cutoff_equilibria([CutoffRule(X, (0, 1), X), CutoffRule(X, (0, 1), X)])
    with pytest.raises(UnknownName, match="no parameter named 'dd'"):
        cutoff_equilibria(arms_race(), dd=1)
    with pytest.raises(GameError, match="'d' is 11"):
        cutoff_equilibria(arms_race(), d=11)
    with pytest.raises(GameError, match="must be a finite number"):
        cutoff_equilibria(CutoffRule(X, (0, 1), lambda t, x: float("nan")))
    with pytest.raises(GameError, match="unbounded"):
        cutoff_equilibria(CutoffRule(X, (0, sp.oo), lambda t, x: t))
    with pytest.raises(NotApplicable, match="needs gains as expressions"):
        cutoff_sweep(CutoffRule(X, (0, 1), lambda t, x: t))
    for wrong in ([], X + T, lambda t, x: t, [X + T], None):
        with pytest.raises(GameError, match="give a CutoffRule, or a list of them"):
            cutoff_equilibria(wrong)
        with pytest.raises(GameError, match="give a CutoffRule, or a list of them"):
            cutoff_sweep(wrong)


def test_a_continuum_of_cutoffs_is_undecided():
    # Every type is indifferent if it is at the cutoff, whatever the cutoff.
    found = cutoff_equilibria(CutoffRule(X, (0, 1), T - X, type=T))
    assert not found.complete
    assert any(b["x"][0] <= 0.01 and b["x"][1] >= 0.99 for b in found.undecided)
