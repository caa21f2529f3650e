"""The criteria themselves, on what replies are worth to each way of coming to a message.

Notation of the field, for ways (types) t of a message m: c_t is what t gives up, its equilibrium
payoff; w_t what it gets from a reply w. D(t) are the replies with w_t > c_t, D0(t) those with
w_t = c_t. All comparisons are exact; weak and strict are as in the sources.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product

from crisisgames.equilibria.polytope import Cone
from crisisgames.equilibria.refine.messages import Beliefs, respects
from crisisgames.equilibria.refine.replies import Point, Reply, integral, mean, split, units

__all__ = ["CRITERIA", "Breakpoint", "Criterion", "Ruling", "mixtures", "together"]

Breakpoint = tuple[tuple[Fraction, ...], Fraction]
"""Coefficients of c and a constant: where their sum changes sign, a ruling may change."""


@dataclass(frozen=True)
class Ruling:
    """What a criterion says of a message: an outcome fails, or beliefs are restricted.

    Attributes
    ----------
    out : mapping
        The ways that are ruled out, each with those that rule it out.
    tempted : int or None
        The way that would deviate whatever the reply, where the test is of outcomes.
    weights : frozenset
        Extreme weights of the ways, where beliefs must be mixtures of them.
    restricts : bool
        Whether beliefs must put no weight on the ways that are out.
    """

    out: Mapping[int, tuple[int, ...]]
    tempted: int | None = None
    weights: frozenset[tuple[int, ...]] = frozenset()
    restricts: bool = True

    def allows(self, beliefs: Beliefs) -> bool:
        """Tell whether the beliefs of a pattern, or some of them, pass."""
        if self.weights:
            return admits(beliefs, self.weights)
        if self.restricts:
            return respects(beliefs, set(self.out))
        return self.tempted is None


Rule = Callable[[Sequence[Reply], Point, Sequence[int]], Ruling]
"""From replies, what each way gives up, and how often play comes to where it departs (up to
nature's part, and a common factor), to what a criterion says of a message."""


@dataclass(frozen=True)
class Criterion:
    """A refinement: how it judges one message, and where its ruling may change."""

    name: str
    rule: Rule
    breakpoints: Callable[[Sequence[Reply]], Iterator[Breakpoint]]
    by_prior: bool = False
    """Whether it matters how often play comes to where each way departs."""


def intuitive(replies: Sequence[Reply], c: Point, _: Sequence[int]) -> Ruling:
    """Rule by the intuitive criterion: an outcome fails if some way is sure to gain.

    A way is out if c_t is more than it gets from any reply. The test fails if some way gets more
    than c_t from every reply that is rational for beliefs in the ways that are left.
    """
    out = _hopeless(replies, c)
    left = cells_of(r for r in replies if respects(r.beliefs, set(out)))
    sure = (t for t in range(len(c)) if left and all(w[t] > c[t] for cell in left for w in cell))
    return Ruling(out, next(sure, None) if len(out) < len(c) else None, restricts=False)


def equilibrium_dominance(replies: Sequence[Reply], c: Point, _: Sequence[int]) -> Ruling:
    """Rule by equilibrium dominance: no belief in a way that cannot gain, if another can."""
    return Ruling(_hopeless(replies, c))


def _hopeless(replies: Sequence[Reply], c: Point) -> dict[int, tuple[int, ...]]:
    cells = cells_of(replies)
    return {t: () for t in range(len(c)) if all(w[t] < c[t] for cell in cells for w in cell)}


def d1(replies: Sequence[Reply], c: Point, _: Sequence[int]) -> Ruling:
    """Rule by D1: t is out if some t' gains from every reply from which t gains or loses nothing.

    That is D(t) ∪ D0(t) ⊆ D(t').
    """
    cells, ways = cells_of(replies), range(len(c))
    by = {t: tuple(s for s in ways if s != t and not _exists(cells, c, t, (s,))) for t in ways}
    return Ruling({t: rivals for t, rivals in by.items() if rivals})


def universally_divine(replies: Sequence[Reply], c: Point, _: Sequence[int]) -> Ruling:
    """Rule by universal divinity: D2, repeated with the ways that are left.

    D2: t is out if from every reply from which it gains or loses nothing some other way gains,
    D(t) ∪ D0(t) ⊆ ∪ D(t').
    """
    out: dict[int, tuple[int, ...]] = {}
    while True:
        left = [t for t in range(len(c)) if t not in out]
        cells = cells_of(r for r in replies if respects(r.beliefs, set(out)))
        rivals = {t: tuple(s for s in left if s != t) for t in left}
        new = {t: rivals[t] for t in left if not _exists(cells, c, t, rivals[t])}
        if not new or (out and len(new) == len(left)):
            return Ruling(out)
        out |= new


def cells_of(replies: Iterable[Reply]) -> tuple[tuple[Point, ...], ...]:
    """Return the cells of some replies, each once."""
    return tuple(dict.fromkeys(cell for r in replies for cell in r.cells))


def _exists(cells: Iterable[Sequence[Point]], c: Point, t: int, rivals: Collection[int]) -> bool:
    """Tell whether some reply gives ``t`` at least c_t and none of its rivals more than theirs."""
    return any(_has(cell, c, t, rivals) for cell in cells)


def _has(cell: Sequence[Point], c: Point, t: int, rivals: Collection[int]) -> bool:
    if any(w[t] >= c[t] and all(w[s] <= c[s] for s in rivals) for w in cell):
        return True
    if len(cell) == 1 or max(w[t] for w in cell) < c[t]:
        return False
    if any(min(w[s] for w in cell) > c[s] for s in rivals):
        return False
    cone = units(len(cell)).cut(integral([w[t] - c[t] for w in cell]))
    for s in rivals:
        cone = cone.cut(integral([c[s] - w[s] for w in cell]))
    return bool(cone.rays)


def divine(replies: Sequence[Reply], c: Point, prior: Sequence[int]) -> Ruling:
    """Rule by divinity: no belief that makes a way likelier than its readiness to deviate.

    Against a reply a way that gains deviates always, one that loses nothing sometimes, the others
    never. Beliefs must come from mixtures of such frequencies over the replies that are rational
    for such beliefs, and so on until nothing changes. Where no reply tempts anybody, everything
    goes.
    """
    n = len(c)
    signs = {cell: _signs(cell, c) for cell in cells_of(replies)}
    frequencies = {tuple(int(k == t) for k in range(n)) for t in range(n)}
    while True:
        weights = frozenset(
            tuple(x * p for x, p in zip(f, prior, strict=True)) for f in frequencies
        )
        now = cells_of(r for r in replies if admits(r.beliefs, weights))
        new = {f for cell in now for s in signs[cell] for f in _frequencies(s)}
        if not new or new == frequencies:
            break
        frequencies = new
    out = {t: () for t in range(n) if not any(f[t] for f in frequencies)}
    return Ruling(out, weights=weights)


def _signs(cell: Sequence[Point], c: Point) -> set[tuple[int, ...]]:
    """Return which ways gain (1), lose (-1) or neither (0), for all replies of a cell."""
    pieces = [units(len(cell))]
    rows = [[w[t] - x for w in cell] for t, x in enumerate(c)]
    for row in rows:
        pieces = [part for piece in pieces for part in split(piece, integral(row))]
    inside = (piece.interior() for piece in pieces)
    return {
        tuple((v > 0) - (v < 0) for v in (mean(weights, row) for row in rows)) for weights in inside
    }


def _frequencies(signs: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the extreme frequencies of deviations: sure where there is a gain, free at a tie."""
    ties = [t for t, s in enumerate(signs) if s == 0]
    for size in range(len(ties) + 1):
        for some in combinations(ties, size):
            found = tuple(int(s > 0 or t in some) for t, s in enumerate(signs))
            if any(found):
                yield found


def admits(beliefs: Beliefs, weights: Collection[tuple[int, ...]]) -> bool:
    """Tell whether some belief of a pattern is a mixture of weights of the ways."""
    for b in beliefs.values():
        shares = mixtures(b.weights, together(beliefs, b.level), weights).rays
        leads = [sum(row[t] for t in b.ways) for row in b.weights]
        if not any(share * lead for ray in shares for share, lead in zip(ray, leads, strict=False)):
            return False
    return True


def together(beliefs: Beliefs, level: int) -> frozenset[int]:
    """Return the ways that lead to the information sets whose beliefs come from one level."""
    return frozenset().union(*(b.ways for b in beliefs.values() if b.level == level))


def mixtures(
    extremes: Sequence[Sequence[int]],
    ways: Collection[int],
    weights: Collection[tuple[int, ...]],
) -> Cone:
    """Return the cone of mixtures of beliefs that are mixtures of weights of the ways, too.

    Its first coordinates are the shares of the extreme beliefs. Where all weights of the ways that
    matter are 0, nothing is asked.
    """
    given = [w for w in weights if any(w[t] for t in ways)]
    if not given:
        return units(len(extremes))
    cone = units(len(extremes) + len(given))
    for t in ways:
        row = [*(e[t] for e in extremes), *(-w[t] for w in given)]
        cone = cone.cut(dict(enumerate(row)), equal=True)
    return cone


def _breakpoints(replies: Sequence[Reply], *, joint: bool) -> Iterator[Breakpoint]:
    """Yield all places where the answer of `_exists` may change: against one rival, or several."""
    for cell in cells_of(replies):
        n = len(cell[0])
        for t in range(n):
            others = tuple(s for s in range(n) if s != t)
            most = len(others) if joint else 1
            for size in range(1, most + 1):
                for rivals in combinations(others, size):
                    yield from _facets(cell, (t,), rivals)


def _all_breakpoints(replies: Sequence[Reply]) -> Iterator[Breakpoint]:
    """Yield all places where the signs of gains that occur together may change."""
    for cell in cells_of(replies):
        for signs in product((1, 0, -1), repeat=len(cell[0])):
            above = tuple(t for t, s in enumerate(signs) if s >= 0)
            below = tuple(t for t, s in enumerate(signs) if s <= 0)
            yield from _facets(cell, above, below)


def _facets(
    cell: Sequence[Point], above: Sequence[int], below: Sequence[int]
) -> Iterator[Breakpoint]:
    """Yield the facets of the set of c with w_t >= c_t above and w_t <= c_t below, for some w.

    It is the sum of a polytope and an orthant. Moved into the positive orthant, its valid
    inequalities a·x <= b have a, b >= 0 and form a cone; the extreme ones are the facets.
    """
    terms = [(t, 1, -min(w[t] for w in cell)) for t in above]
    terms += [(t, -1, max(w[t] for w in cell)) for t in below]
    cone = units(len(terms) + 1)
    for w in cell:
        shifted = [-(sign * w[t] + start) for t, sign, start in terms]
        cone = cone.cut(integral([*shifted, Fraction(1)]))
    for *a, b in cone.rays:
        row = [Fraction(0)] * len(cell[0])
        constant = Fraction(-b)
        for x, (t, sign, start) in zip(a, terms, strict=True):
            row[t] += sign * x
            constant += x * start
        if any(row):
            yield tuple(row), constant


CRITERIA = {
    "intuitive": Criterion(
        "the intuitive criterion", intuitive, partial(_breakpoints, joint=False)
    ),
    "equilibrium dominance": Criterion(
        "equilibrium dominance", equilibrium_dominance, partial(_breakpoints, joint=False)
    ),
    "d1": Criterion("D1", d1, partial(_breakpoints, joint=False)),
    "divine": Criterion("divinity", divine, _all_breakpoints, by_prior=True),
    "universally divine": Criterion(
        "universal divinity", universally_divine, partial(_breakpoints, joint=True)
    ),
}
"""Every refinement by beliefs about first deviations."""
