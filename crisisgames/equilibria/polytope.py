"""Convex cones by their extreme rays, cut by half-spaces in exact integer arithmetic.

The double description method [1]_ in its simplest form: a cone is the list of its extreme rays, a
new half-space keeps the rays on its good side and adds one ray for each edge that it crosses. Two
rays span an edge when no third ray lies on all the constraints that are tight at both. Rays are
integer vectors without a common divisor, so nothing is ever rounded and ties are exact.

References
----------
.. [1] T. S. Motzkin, H. Raiffa, G. L. Thompson and R. M. Thrall, "The Double Description Method",
   Contributions to the Theory of Games II, 1953.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import gcd
from operator import and_

import numpy as np

__all__ = ["Cone", "Functional", "Ray"]

MANY_PAIRS = 400
"""Pairs of rays on two sides of a cut from which bits are counted for all of them at once."""

PRIME = 2**31 - 1
"""A modulus whose squares fit into 64 bits."""

Ray = tuple[int, ...]
Functional = Mapping[int, int]
"""A linear function: coefficient by coordinate; coordinates left out have coefficient 0."""


@dataclass(frozen=True)
class Cone:
    """A pointed convex cone in the non-negative orthant.

    Attributes
    ----------
    rays : tuple of Ray
        Its extreme rays.
    tight : tuple of int
        For each ray the set of constraints that hold with equality there, as bits.
    constraints : int
        How many constraints have been imposed so far.
    """

    rays: tuple[Ray, ...]
    tight: tuple[int, ...]
    constraints: int

    @classmethod
    def spanned(cls, rays: Iterable[Ray]) -> Cone:
        """Return the cone of the non-negative ``rays``, which must be its extreme rays.

        The cone must be cut out of its span by the conditions that coordinates are at least 0.
        """
        own = tuple(dict.fromkeys(rays))
        tight = tuple(sum(1 << k for k, x in enumerate(ray) if x == 0) for ray in own)
        return cls(own, tight, len(own[0]) if own else 0)

    def cut(self, functional: Functional, *, equal: bool = False) -> Cone:
        """Return the part of the cone where ``functional`` is at least 0, or equal to 0."""
        terms = [(k, c) for k, c in functional.items() if c]
        values = [sum(ray[k] * c for k, c in terms) for ray in self.rays]
        if not any(values):
            return self
        bit = 1 << self.constraints
        rays: list[Ray] = []
        tight: list[int] = []
        for ray, mask, value in zip(self.rays, self.tight, values, strict=True):
            if value == 0 or (value > 0 and not equal):
                rays.append(ray)
                tight.append(mask | bit if value == 0 else mask)
        above = [i for i, v in enumerate(values) if v > 0]
        below = [i for i, v in enumerate(values) if v < 0]
        edges = self._edges if len(above) * len(below) < MANY_PAIRS else self._many_edges
        for i, j in edges(above, below):
            rays.append(_crossing(self.rays[i], self.rays[j], values[i], values[j]))
            tight.append(self.tight[i] & self.tight[j] | bit)
        return Cone(tuple(rays), tuple(tight), self.constraints + 1)

    def _edges(self, above: Sequence[int], below: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield the pairs of rays, one of each list, that span an edge."""
        for i in above:
            for j in below:
                common = self.tight[i] & self.tight[j]
                if not any(
                    mask & common == common for k, mask in enumerate(self.tight) if k not in (i, j)
                ):
                    yield i, j

    def _many_edges(self, above: Sequence[int], below: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield what `_edges` yields, faster where there are many rays.

        On an edge all but two dimensions are used up by constraints. The few pairs with enough
        constraints in common are then tested as before, all other rays at once, as bits.
        """
        size = 8 * (self.constraints // 64 + 1)
        packed = b"".join(mask.to_bytes(size, "little") for mask in self.tight)
        words = np.frombuffer(packed, dtype="<u8").reshape(len(self.tight), -1)
        table = np.unpackbits(words.view(np.uint8), axis=1, bitorder="little").T
        holders = [
            int.from_bytes(row.tobytes(), "little")
            for row in np.packbits(table, axis=1, bitorder="little")
        ]
        everywhere = reduce(and_, self.tight).bit_count()
        need = _rank_at_least(self.rays) - 2 + everywhere
        down, others = words[below], np.array(below)
        for i in above:
            shared = np.bitwise_count(down & words[i]).sum(axis=1, dtype=np.int64)
            for j in others[shared >= need].tolist():
                common, both = self.tight[i] & self.tight[j], 1 << i | 1 << j
                on_all = (1 << len(self.rays)) - 1
                while common and on_all != both:
                    low = common & -common
                    on_all &= holders[low.bit_length() - 1]
                    common ^= low
                if on_all == both:
                    yield i, j

    def positive(self, coordinates: Iterable[int]) -> bool:
        """Tell whether some point of the cone is positive in all these coordinates."""
        # The cone is convex: the sum of its rays is positive wherever any point is.
        return all(any(ray[k] for ray in self.rays) for k in coordinates)

    def interior(self) -> Ray:
        """Return a point of the relative interior: the sum of the extreme rays."""
        return tuple(map(sum, zip(*self.rays, strict=True)))


def _rank_at_least(rays: Sequence[Ray]) -> int:
    """Return the rank of the rays modulo a prime: their rank, or in rare cases less."""
    rows = np.array([[x % PRIME for x in ray] for ray in rays], dtype=np.int64)
    rank = 0
    for k in range(rows.shape[1]):
        hits = np.flatnonzero(rows[:, k])
        if len(hits):
            pivot, rows = rows[hits[0]], np.delete(rows, hits[0], axis=0)
            factors = rows[:, k] * pow(int(pivot[k]), -1, PRIME) % PRIME
            rows = (rows - factors[:, None] * pivot) % PRIME
            rank += 1
    return rank


def _crossing(up: Ray, down: Ray, value_up: int, value_down: int) -> Ray:
    mixed = [value_up * d - value_down * u for u, d in zip(up, down, strict=True)]
    divisor = gcd(*mixed) or 1
    return tuple(x // divisor for x in mixed)
