"""Equilibria: solvers, sets of equilibria, and the certificate of each."""

from crisisgames.equilibria.batch import EquilibriumBatch, solve_many
from crisisgames.equilibria.equilibrium import ANY, Certificate, Equilibrium
from crisisgames.equilibria.equilibrium_set import EquilibriumClass, EquilibriumSet
from crisisgames.equilibria.solve import CONCEPTS, solve
from crisisgames.equilibria.verify import verify

__all__ = [
    "ANY",
    "CONCEPTS",
    "Certificate",
    "Equilibrium",
    "EquilibriumBatch",
    "EquilibriumClass",
    "EquilibriumSet",
    "solve",
    "solve_many",
    "verify",
]
