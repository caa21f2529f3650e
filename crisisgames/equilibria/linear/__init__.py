"""Equilibria with a mediator: polytopes, bounded by linear programs with proofs."""

from crisisgames.equilibria.linear.concepts import LINEAR_CONCEPTS, correlated_set
from crisisgames.equilibria.linear.correlated_set import (
    CorrelatedEquilibrium,
    CorrelatedSet,
    Deviation,
    LinearCertificate,
)
from crisisgames.equilibria.linear.settlements import (
    INSTITUTIONS,
    Dispute,
    Settlement,
    least_war,
    settlement_model,
)

__all__ = [
    "INSTITUTIONS",
    "LINEAR_CONCEPTS",
    "CorrelatedEquilibrium",
    "CorrelatedSet",
    "Deviation",
    "Dispute",
    "LinearCertificate",
    "Settlement",
    "correlated_set",
    "least_war",
    "settlement_model",
]
