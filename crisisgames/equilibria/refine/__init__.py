"""Refinements of sequential equilibrium as filters on a set of equilibria."""

from crisisgames.equilibria.refine.refinements import (
    d1,
    divine,
    intuitive,
    undominated,
)

__all__ = ["d1", "divine", "intuitive", "undominated"]
