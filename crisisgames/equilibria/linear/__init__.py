"""Equilibria with a mediator: polytopes, bounded by linear programs with proofs."""

from crisisgames.equilibria.linear.concepts import LINEAR_CONCEPTS, correlated_set
from crisisgames.equilibria.linear.correlated_set import (
    CorrelatedEquilibrium,
    CorrelatedSet,
    Deviation,
    LinearCertificate,
)

__all__ = [
    "LINEAR_CONCEPTS",
    "CorrelatedEquilibrium",
    "CorrelatedSet",
    "Deviation",
    "LinearCertificate",
    "correlated_set",
]
