"""All Nash equilibria of small two-player games in strategic form, by brute force, in rationals.

A Nash equilibrium is a pair (x, y) of mixed strategies in which each uses best replies only. The
x that allow a given set of replies form a polytope, and an extreme point of one is the only point
with its own zeros and its own ties between replies: all are found by solving every square system
made of zeros and ties. The equilibria that are pairs of extreme points make a graph, with the
strategies as vertices and the equilibria as edges. Every equilibrium is a mixture of the corners of
a complete bipartite part of it, and its connected components are those of the set of equilibria
(Jansen, "Maximal Nash subsets for bimatrix games", Naval Research Logistics Quarterly 28, 1981).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from random import Random

from oracles import Point, extreme_points, subsets

Vector = tuple[Fraction, ...]
Matrix = Sequence[Vector]
Mixed = Vector
Span = tuple[Fraction, Fraction]
Portrait = frozenset[tuple[Span, ...]]
"""For each component the range of each coordinate, and of some sums, of what it leads to."""


def extreme_nash(first: Matrix, second: Matrix) -> list[tuple[Mixed, Mixed]]:
    """Return the extreme equilibria of a game, given the payoffs [row][column] of each player."""
    transposed = list(zip(*second, strict=True))
    rows, columns = len(first), len(transposed)
    return [
        (_dense(x, rows), _dense(y, columns))
        for x, replies in _strategies(transposed)
        for y, choices in _strategies(first)
        if {k for _, k in x} <= choices and {k for _, k in y} <= replies
    ]


def _strategies(replies: Matrix) -> list[tuple[Point, set[int]]]:
    """Return the extreme strategies against an opponent, each with the opponent's best replies.

    ``replies[j][i]`` is what reply ``j`` brings the opponent against pure strategy ``i``.
    """
    keys = tuple((0, i) for i in range(len(replies[0])))
    group = [dict(zip(keys, row, strict=True)) for row in replies]
    found = []
    for point in extreme_points([(Fraction(1), subsets(keys))], [group]):
        values = [sum(row[k] * p for k, p in point.items()) for row in group]
        found.append((point, {j for j, v in enumerate(values) if v == max(values)}))
    return found


def _dense(point: Point, size: int) -> Mixed:
    return tuple(point.get((0, i), Fraction(0)) for i in range(size))


def components(edges: Sequence[tuple[Hashable, Hashable]]) -> list[list[int]]:
    """Return the edges of a bipartite graph, by their places, one list for each component."""
    name = list(range(len(edges)))
    for side in (0, 1):
        for place in dict.fromkeys(edge[side] for edge in edges):
            joined = {name[k] for k, edge in enumerate(edges) if edge[side] == place}
            name = [min(joined) if n in joined else n for n in name]
    return [[k for k, n in enumerate(name) if n == c] for c in dict.fromkeys(name)]


def portrait(parts: Iterable[Iterable[Sequence[Fraction]]]) -> Portrait:
    """Return what can be compared of a set of equilibria, given the vectors that they lead to.

    ``parts`` has, for each component, the vectors at its extreme equilibria. Components with one
    and the same single vector count as one. Beside each coordinate some sums with fixed random
    weights are compared: without them, much could hide in a box.
    """
    found = set()
    for part in parts:
        rows = [(*vector, *_sums(vector)) for vector in part]
        found.add(tuple((min(c), max(c)) for c in zip(*rows, strict=True)))
    return frozenset(found)


def _sums(vector: Sequence[Fraction]) -> list[Fraction]:
    return [
        sum((w * v for w, v in zip(weights, vector, strict=True)), Fraction(0))
        for weights in _weights(len(vector))
    ]


@cache
def _weights(size: int) -> list[list[int]]:
    rng = Random(size)
    return [[rng.randint(-20, 20) for _ in range(size)] for _ in range(6)]


def nash_portrait(
    first: Matrix, second: Matrix, leads_to: Mapping[tuple[int, int], Vector]
) -> Portrait:
    """Return the portrait of all Nash equilibria; each cell leads to a vector."""
    found = extreme_nash(first, second)
    vectors = [expected(x, y, leads_to) for x, y in found]
    return portrait([vectors[k] for k in part] for part in components(found))


def expected(x: Mixed, y: Mixed, leads_to: Mapping[tuple[int, int], Vector]) -> Vector:
    """Return the mean of what the cells lead to."""
    total = [Fraction(0)] * len(leads_to[0, 0])
    for i, p in enumerate(x):
        for j, q in enumerate(y):
            if p * q:
                total = [t + p * q * v for t, v in zip(total, leads_to[i, j], strict=True)]
    return tuple(total)


# One equilibrium at a time, for games that are too large to list all.


def lemke_howson(first: Matrix, second: Matrix, label: int) -> tuple[Mixed, Mixed] | None:
    """Return the equilibrium at the end of the path that drops a label; None for want of luck.

    Two tableaux of integers, pivoted without fractions; ``None`` stands for a path cut short by a
    tie, which a game without ties does not have (Lemke and Howson, 1964).
    """
    m, n = len(first), len(first[0])
    a, b = _positive(first), _positive(second)
    # Rows: slack of a best-reply inequality, then the opponent's weights, then the right side.
    # The variables 0..m-1 are rows of the game (x, or the slack of row i), m..m+n-1 its columns.
    tableaux = [
        _Tableau([[*(b[i][j] for i in range(m))] for j in range(n)], range(m), range(m, m + n)),
        _Tableau([[*row] for row in a], range(m, m + n), range(m)),
    ]
    entering, side = label, 0 if label < m else 1
    for _ in range(MAX_PIVOTS):
        leaving = tableaux[side].pivot(entering)
        if leaving is None:
            return None
        if leaving == label:
            x, y = tableaux[0].weights(range(m)), tableaux[1].weights(range(m, m + n))
            return tuple(v / sum(x) for v in x), tuple(v / sum(y) for v in y)
        entering, side = leaving, 1 - side
    return None


MAX_PIVOTS = 500


def _positive(table: Matrix) -> list[list[Fraction]]:
    low = min(min(row) for row in table) - 1
    return [[v - low for v in row] for row in table]


class _Tableau:
    """The system ``rows @ weights + slack = 1``; a label may be in it as a weight or as a slack."""

    def __init__(self, rows: list[list[Fraction]], weights: range, slacks: range) -> None:
        size = len(rows)
        self.rows = [
            [*map(Fraction, row), *(Fraction(int(i == k)) for k in range(size)), Fraction(1)]
            for i, row in enumerate(rows)
        ]
        self.columns = {("weight", v): k for k, v in enumerate(weights)}
        self.columns |= {("slack", v): len(weights) + k for k, v in enumerate(slacks)}
        self.basis = [("slack", v) for v in slacks]

    def pivot(self, label: int) -> int | None:
        """Bring in the variable with this label that is not in the basis; return what leaves."""
        new = next(v for v in self.columns if v[1] == label and v not in self.basis)
        column = self.columns[new]
        ratios = [(r[-1] / r[column], i) for i, r in enumerate(self.rows) if r[column] > 0]
        if not ratios:
            return None
        ratio, place = min(ratios)
        if sum(r == ratio for r, _ in ratios) > 1:
            return None
        main = [v / self.rows[place][column] for v in self.rows[place]]
        self.rows = [
            main if i == place else [v - row[column] * w for v, w in zip(row, main, strict=True)]
            for i, row in enumerate(self.rows)
        ]
        left, self.basis[place] = self.basis[place], new
        return left[1]

    def weights(self, labels: range) -> list[Fraction]:
        values = {v: row[-1] for v, row in zip(self.basis, self.rows, strict=True)}
        return [values.get(("weight", k), Fraction(0)) for k in labels]
