"""Interval arithmetic on arrays, and SymPy expressions evaluated in it [1]_.

An `Interval` holds the lower and upper ends of many closed intervals at once; ends may be infinite.
Every operation returns intervals that contain all values of the operation on its arguments: sums,
products, quotients are rounded outward to the next float, and functions of the C and SciPy
libraries by more than the errors that these state (`LIBM`, `SPECIAL`). Where an operation is not
defined on all of an interval, the result is the whole line.

References
----------
.. [1] Ramon E. Moore, R. Baker Kearfott and Michael J. Cloud, "Introduction to Interval Analysis",
   SIAM, 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import NotApplicable
from crisisgames.games.expressions import as_fraction

__all__ = ["Interval", "NormalCdf", "compiled", "enclose", "evaluate"]

Array = np.ndarray

LIBM = 4 * 2.0**-52
"""Relative error allowed to exp, log, tanh and powers: four units in the last place. NumPy and the
C libraries that it uses state at most one or two."""

SPECIAL = 8 * 2.0**-52
"""Relative error allowed to erf, erfc and the normal distribution near the centre. In the tails it
grows with the square of the argument, whose rounding exp magnifies. The Cephes library, on which
SciPy's functions rest, states 4e-16 near the centre and 6e-14 at most, at 26."""

TINY = 1e-300
"""Below it functions lose relative accuracy to underflow, so that much is added."""

LARGEST = float(np.finfo(float).max)
"""The largest float."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Closed intervals, as arrays of their lower and upper ends.

    Examples
    --------
    >>> x = Interval.of(1, 2)
    >>> y = x * x - x
    >>> bool(y.lo <= 0) and bool(y.hi >= 2)
    True
    """

    lo: Array
    hi: Array

    @classmethod
    def of(cls, lo: Any, hi: Any = None) -> Interval:
        """Return the intervals from ``lo`` to ``hi``, or the points ``lo``."""
        low = np.asarray(lo, dtype=float)
        return cls(low, low if hi is None else np.asarray(hi, dtype=float))

    def __getitem__(self, key: Any) -> Interval:
        return Interval(self.lo[key], self.hi[key])

    def _whole(self, where: Array) -> Interval:
        """Return these intervals, with the whole line where ``where`` holds."""
        return Interval(np.where(where, -np.inf, self.lo), np.where(where, np.inf, self.hi))

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def __add__(self, other: Interval) -> Interval:
        return Interval(_sum(self.lo, other.lo, -np.inf), _sum(self.hi, other.hi, np.inf))

    def __sub__(self, other: Interval) -> Interval:
        return self + (-other)

    def __mul__(self, other: Interval) -> Interval:
        pairs = [(a, b) for a in (self.lo, self.hi) for b in (other.lo, other.hi)]
        return Interval(
            reduce(np.minimum, (_product(a, b, -np.inf) for a, b in pairs)),
            reduce(np.maximum, (_product(a, b, np.inf) for a, b in pairs)),
        )

    def reciprocal(self) -> Interval:
        """Return one divided by each interval; the whole line where 0 lies inside."""
        lo, hi = _inverse(self.hi, -np.inf), _inverse(self.lo, np.inf)
        lo = np.where(self.hi == 0, -np.inf, lo)
        hi = np.where(self.lo == 0, np.inf, hi)
        return Interval(lo, hi)._whole(
            ((self.lo < 0) & (self.hi > 0)) | ((self.lo == 0) & (self.hi == 0))
        )

    def contains_zero(self) -> Array:
        """Return where 0 lies in the interval."""
        return np.asarray((self.lo <= 0) & (self.hi >= 0))

    @property
    def width(self) -> Array:
        """The lengths; infinite for unbounded intervals."""
        return np.asarray(self.hi - self.lo)

    @property
    def middle(self) -> Array:
        """A point of each bounded interval: its middle."""
        middle = self.lo / 2 + self.hi / 2
        return np.asarray(np.clip(middle, self.lo, self.hi))

    def meet(self, other: Interval) -> Interval:
        """Return the intersections; empty ones have ``lo > hi``."""
        return Interval(np.maximum(self.lo, other.lo), np.minimum(self.hi, other.hi))

    def inside(self, other: Interval) -> Array:
        """Return where each interval lies in the interior of the other."""
        return np.asarray((self.lo > other.lo) & (self.hi < other.hi))


def _sum(a: Array, b: Array, direction: float) -> Array:
    """Return sums rounded in a direction: only where the rounding went the other way."""
    total = a + b
    part = total - a
    lost = (a - (total - part)) + (b - part)  # exact, by Knuth's two-sum
    fine = lost <= 0 if direction > 0 else lost >= 0
    rounded = np.where(fine, total, np.nextafter(total, direction))
    return np.where(np.isnan(total), direction, rounded)


def _product(a: Array, b: Array, direction: float) -> Array:
    """Return products rounded in a direction, 0 times infinity being 0."""
    zero = (a == 0) | (b == 0)
    exact = zero | (np.abs(a) == 1) | (np.abs(b) == 1)
    product = np.where(zero, 0.0, a * b)
    return np.where(exact, product, np.nextafter(product, direction))


def _inverse(a: Array, direction: float) -> Array:
    """Return reciprocals rounded in a direction."""
    return np.where(np.abs(a) == 1, a, np.nextafter(1 / a, direction))


Extension = Callable[[Interval], Interval]


def _monotone(
    function: Callable[[Array], Array],
    share: float | Callable[[Array], Array],
    exact: Mapping[float, float],
    limits: tuple[float, float] = (-np.inf, np.inf),
    start: float = -np.inf,
) -> Extension:
    """Return the extension of an increasing function.

    Parameters
    ----------
    function : callable
    share : float or callable
        Its relative error in floating point, at each point.
    exact : mapping
        Points where there is none.
    limits : tuple of float
        Smallest and largest value.
    start : float
        Where the domain begins.
    """

    def end(x: Array, direction: int) -> Array:
        value = np.asarray(function(np.maximum(x, start)), dtype=float)
        room = np.abs(value) * (share(x) if callable(share) else share) + TINY
        wide = np.clip(np.where(np.isinf(value), value, value + direction * room), *limits)
        # What overflows is above all floats, no more is known.
        wide = np.minimum(wide, LARGEST) if direction < 0 else np.maximum(wide, -LARGEST)
        for point, there in exact.items():
            wide = np.where(x == point, there, wide)
        return np.asarray(wide)

    def extension(x: Interval) -> Interval:
        return Interval(end(x.lo, -1), end(x.hi, 1))._whole(x.lo < start)

    return extension


def _tail(x: Array) -> Array:
    """Return the relative error allowed to functions with a thin tail on the left."""
    return np.asarray(SPECIAL * (1 + np.clip(x, -40, 0) ** 2))  # beyond 40 all is TINY


def _absolute(x: Interval) -> Interval:
    a, b = np.abs(x.lo), np.abs(x.hi)
    return Interval(np.where(x.contains_zero(), 0.0, np.minimum(a, b)), np.maximum(a, b))


def _step(low: float) -> Extension:
    """Return the extension of a step from ``low`` to 1 at 0, with all between there."""

    def extension(x: Interval) -> Interval:
        return Interval(np.where(x.lo > 0, 1.0, low), np.where(x.hi < 0, low, 1.0))

    return extension


def _jump(x: Interval) -> Interval:
    """Return the derivative of a step: anything at 0, nothing elsewhere."""
    return Interval.of(0.0 * np.sign(x.lo))._whole(x.contains_zero())


def _integer_power(x: Interval, n: int) -> Interval:
    if n < 0:
        return _integer_power(x, -n).reciprocal()
    exact = {0.0: 0.0, 1.0: 1.0, -1.0: -1.0}
    share = 0.0 if n == 1 else n * LIBM
    extension = _monotone(lambda v: np.power(v, n), share, exact)
    return extension(x) if n % 2 else extension(_absolute(x))


def _real_power(x: Interval, p: Interval) -> Interval:
    """Return powers of numbers of at least 0: they are monotone in base and in exponent."""
    base, one = np.maximum(x.lo, 0), (x.lo == 1) & (x.hi == 1)
    corners = [np.power(a, b) for a in (base, np.maximum(x.hi, 0)) for b in (p.lo, p.hi)]
    lo, hi = reduce(np.minimum, corners), reduce(np.maximum, corners)
    low = np.clip(lo * (1 - LIBM) - TINY, 0, LARGEST)
    high = np.where(hi > 0, hi * (1 + LIBM) + TINY, 0.0)
    # 0 to a power of at least 0 is all that is without error besides 1.
    open_top = (hi == 0) & (x.hi > 0)
    high = np.where(open_top, TINY, high)
    return Interval(np.where(one, 1.0, low), np.where(one, 1.0, high))._whole(x.lo < 0)


def _special(name: str) -> Callable[[Array], Array]:
    """Return a function of scipy.special, which is slow to import and so comes when called."""

    def function(x: Array) -> Array:
        from scipy import special

        value: Array = getattr(special, name)(x)
        return value

    return function


class NormalCdf(sp.Function):  # type: ignore[misc]
    """The standard normal distribution function, accurate in both tails.

    SymPy rewrites ``erfc(-x)`` as ``2 - erfc(x)``, which loses the left tail; this does not.

    Examples
    --------
    >>> import sympy as sp
    >>> from crisisgames.equilibria.intervals import NormalCdf
    >>> NormalCdf(sp.Integer(0)), NormalCdf(sp.Integer(-10)).n(6)
    (1/2, 7.61985e-24)
    """

    nargs = 1
    _imp_ = staticmethod(_special("ndtr"))  # what sympy.lambdify calls

    @classmethod
    def eval(cls, x: sp.Expr) -> sp.Expr | None:
        """Return the value where SymPy would want a number at once."""
        known = {sp.Integer(0): sp.Rational(1, 2), sp.oo: sp.Integer(1), -sp.oo: sp.Integer(0)}
        if x in known:
            return known[x]
        return cls._number(x, x._prec) if isinstance(x, sp.Float) else None

    @staticmethod
    def _number(x: sp.Expr, bits: int) -> sp.Expr:
        tail = sp.erfc(abs(x) / sp.sqrt(2)) / 2
        return (1 - tail if x > 0 else tail)._evalf(bits)

    def _eval_evalf(self, prec: int) -> sp.Expr:
        return self._number(self.args[0], prec)

    def _eval_is_real(self) -> bool | None:
        return bool(self.args[0].is_extended_real) or None

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        """Return the density."""
        return sp.exp(-(self.args[0] ** 2) / 2) / sp.sqrt(2 * sp.pi)


FUNCTIONS: dict[Any, Extension] = {
    sp.exp: _monotone(np.exp, LIBM, {0.0: 1.0}, (0, np.inf)),
    sp.log: _monotone(np.log, LIBM, {1.0: 0.0}, start=0.0),
    sp.tanh: _monotone(np.tanh, LIBM, {0.0: 0.0}, (-1, 1)),
    sp.atan: _monotone(np.arctan, LIBM, {0.0: 0.0}),
    sp.erf: _monotone(_special("erf"), SPECIAL, {0.0: 0.0}, (-1, 1)),
    sp.erfc: lambda x: _monotone(lambda v: _special("erfc")(-v), _tail, {0.0: 1.0}, (0, 2))(-x),
    NormalCdf: _monotone(_special("ndtr"), _tail, {0.0: 0.5}, (0, 1)),
    sp.Abs: _absolute,
    sp.Heaviside: lambda x, *_: _step(0.0)(x),
    sp.DiracDelta: _jump,
    sp.sign: _step(-1.0),
}
"""The extension of each function that expressions may use, besides arithmetic, Min and Max."""

SQRT = _monotone(np.sqrt, LIBM, {0.0: 0.0, 1.0: 1.0}, (0, np.inf), 0.0)


def enclose(value: Any) -> tuple[float, float]:
    """Return the floats next to a number on both sides; twice itself if it is a float.

    Examples
    --------
    >>> enclose(0.1)[0] < enclose(0.1)[1], enclose(0.5)
    (True, (0.5, 0.5))
    """
    if value in (np.inf, -np.inf):
        return float(value), float(value)
    exact = as_fraction(value)
    near = float(exact)
    lo = near if Fraction(near) <= exact else float(np.nextafter(near, -np.inf))
    hi = near if Fraction(near) >= exact else float(np.nextafter(near, np.inf))
    if isinstance(value, sp.Expr) and not value.is_Rational:  # forty digits, then rounded
        lo, hi = float(np.nextafter(lo, -np.inf)), float(np.nextafter(hi, np.inf))
    return lo, hi


def evaluate(
    expressions: Sequence[sp.Expr], values: Mapping[sp.Symbol, Interval]
) -> list[Interval]:
    """Return intervals that hold all values of each expression; see `compiled`.

    Examples
    --------
    >>> import sympy as sp
    >>> x = sp.Symbol("x")
    >>> (square,) = evaluate([x**2], {x: Interval.of(-1, 2)})
    >>> float(square.lo), round(float(square.hi), 12)
    (0.0, 4.0)
    """
    return compiled(expressions, tuple(values))(*values.values())


def compiled(
    expressions: Sequence[sp.Expr], symbols: Sequence[sp.Symbol], *, slopes: bool = False
) -> Callable[..., list[Interval]]:
    """Return the function of intervals, one for each symbol, that encloses all expressions.

    Parameters
    ----------
    expressions : sequence of SymPy expressions
        Common parts are computed once.
    symbols : sequence of symbols
        The intervals that the function takes are arrays of shapes that broadcast.
    slopes : bool
        Whether the expressions are derivatives that must bound all slopes of a function: then a
        `Piecewise` whose case is not certain is the whole line, because the function may jump.

    Raises
    ------
    NotApplicable
        For a function that has no extension here.
    """
    steps: list[tuple[Callable[..., Interval], tuple[int, ...]]] = []
    places: dict[Any, int] = {s: i for i, s in enumerate(symbols)}

    def place(e: Any) -> int:
        if e not in places:
            if isinstance(e, sp.Piecewise):
                step = _piecewise(e, place, slopes)
            elif e.is_number and not e.has(sp.oo, -sp.oo, sp.zoo, sp.nan):
                step = _constant(Interval.of(*enclose(e))), ()
            else:
                step = _operation(e), tuple(place(a) for a in _arguments(e))
            steps.append(step)
            places[e] = len(symbols) + len(steps) - 1
        return places[e]

    wanted = [place(e) for e in expressions]

    def run(*intervals: Interval) -> list[Interval]:
        found = list(intervals)
        with np.errstate(all="ignore"):
            for operation, arguments in steps:
                found.append(operation(*(found[a] for a in arguments)))
        return [found[k] for k in wanted]

    return run


def _constant(value: Interval) -> Callable[[], Interval]:
    return lambda: value


def _arguments(e: sp.Expr) -> tuple[sp.Expr, ...]:
    """Return the subexpressions that the operation of an expression takes."""
    if isinstance(e, sp.Pow):
        constant = e.exp.is_Integer or abs(e.exp) == sp.Rational(1, 2)
        return (e.exp,) if e.base is sp.E else (e.base,) if constant else (e.base, e.exp)
    return tuple(e.args)


def _operation(e: sp.Expr) -> Callable[..., Interval]:
    """Return the interval operation at the top of an expression."""
    if isinstance(e, sp.Add):
        return lambda *parts: reduce(Interval.__add__, parts)
    if isinstance(e, sp.Mul):
        return lambda *parts: reduce(Interval.__mul__, parts)
    if isinstance(e, sp.Pow):
        if e.base is sp.E:
            return FUNCTIONS[sp.exp]
        if e.exp.is_Integer:
            n = int(e.exp)
            return lambda x: _integer_power(x, n)
        if e.exp == sp.Rational(1, 2):
            return SQRT
        if e.exp == -sp.Rational(1, 2):
            return lambda x: SQRT(x).reciprocal()
        return _real_power
    if isinstance(e, (sp.Min, sp.Max)):
        pick = np.minimum if isinstance(e, sp.Min) else np.maximum
        return lambda *parts: Interval(
            reduce(pick, (x.lo for x in parts)), reduce(pick, (x.hi for x in parts))
        )
    if type(e) in FUNCTIONS:
        return FUNCTIONS[type(e)]
    raise NotApplicable(
        f"{e} has no interval extension; known are arithmetic, powers, Min, Max, Piecewise and "
        f"{', '.join(sorted(f.__name__ for f in FUNCTIONS))}; or give a plain Python function"
    )


Truth = tuple[Array, Array]
"""Where a condition holds for sure, and where it is possible."""


def _piecewise(
    e: sp.Piecewise, place: Callable[[Any], int], slopes: bool
) -> tuple[Callable[..., Interval], tuple[int, ...]]:
    """Return the operation and the places of its arguments: the hull of all possible cases."""
    gaps: list[int] = []
    rules = [_condition(condition, place, gaps) for _, condition in e.args]
    cases = tuple(place(case) for case, _ in e.args)

    def operation(*parts: Interval) -> Interval:
        values, differences = parts[: len(cases)], parts[len(cases) :]
        low, high = np.asarray(np.inf), np.asarray(-np.inf)
        remains, doubt = np.asarray(True), np.asarray(False)
        for here, rule in zip(values, rules, strict=True):
            sure, possible = rule(differences)
            low = np.minimum(low, np.where(remains & possible, here.lo, np.inf))
            high = np.maximum(high, np.where(remains & possible, here.hi, -np.inf))
            doubt = doubt | (remains & possible & ~sure)
            remains = remains & ~sure
        return Interval(low, high)._whole(remains | (low > high) | (doubt & slopes))

    return operation, (*cases, *gaps)


def _condition(
    condition: Any, place: Callable[[Any], int], gaps: list[int]
) -> Callable[[Sequence[Interval]], Truth]:
    """Return the rule that decides a condition from the differences whose places go to `gaps`."""
    if condition in (sp.true, sp.false):
        truth = np.asarray(bool(condition))
        return lambda _: (truth, truth)
    if isinstance(condition, (sp.And, sp.Or)):
        pick = np.logical_and if isinstance(condition, sp.And) else np.logical_or
        rules = [_condition(c, place, gaps) for c in condition.args]

        def joined(differences: Sequence[Interval]) -> Truth:
            pairs = [rule(differences) for rule in rules]
            return reduce(pick, (p[0] for p in pairs)), reduce(pick, (p[1] for p in pairs))

        return joined
    if isinstance(condition, sp.Not):
        inner = _condition(condition.args[0], place, gaps)

        def negated(differences: Sequence[Interval]) -> Truth:
            sure, possible = inner(differences)
            return ~possible, ~sure

        return negated
    if isinstance(condition, (sp.Gt, sp.Ge, sp.Lt, sp.Le)):
        k, strict = len(gaps), isinstance(condition, (sp.Gt, sp.Lt))
        gaps.append(place(condition.gts - condition.lts))

        def compared(differences: Sequence[Interval]) -> Truth:
            gap = differences[k]
            return (gap.lo > 0, gap.hi > 0) if strict else (gap.lo >= 0, gap.hi >= 0)

        return compared
    raise NotApplicable(f"the condition {condition} cannot be decided; use <, <=, And, Or and Not")
