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

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd

__all__ = ["Cone", "Functional", "Ray"]

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
        for i in above:
            for j in below:
                common = self.tight[i] & self.tight[j]
                if self._is_edge(i, j, common):
                    rays.append(_crossing(self.rays[i], self.rays[j], values[i], values[j]))
                    tight.append(common | bit)
        return Cone(tuple(rays), tuple(tight), self.constraints + 1)

    def _is_edge(self, i: int, j: int, common: int) -> bool:
        return not any(
            mask & common == common for k, mask in enumerate(self.tight) if k not in (i, j)
        )

    def positive(self, coordinates: Iterable[int]) -> bool:
        """Tell whether some point of the cone is positive in all these coordinates."""
        # The cone is convex: the sum of its rays is positive wherever any point is.
        return all(any(ray[k] for ray in self.rays) for k in coordinates)

    def interior(self) -> Ray:
        """Return a point of the relative interior: the sum of the extreme rays."""
        return tuple(map(sum, zip(*self.rays, strict=True)))


def _crossing(up: Ray, down: Ray, value_up: int, value_down: int) -> Ray:
    mixed = [value_up * d - value_down * u for u, d in zip(up, down, strict=True)]
    divisor = gcd(*mixed) or 1
    return tuple(x // divisor for x in mixed)
