"""Equilibria: solvers, sets of equilibria, and the certificate of each.

Cutoffs, logit branches, Markov perfect play and mediated play at many points need much of SciPy:
they are imported when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crisisgames.equilibria.batch import EquilibriumBatch, solve_many
from crisisgames.equilibria.equilibrium import ANY, Certificate, Equilibrium
from crisisgames.equilibria.equilibrium_set import EquilibriumClass, EquilibriumSet
from crisisgames.equilibria.linear import (
    CorrelatedEquilibrium,
    CorrelatedSet,
    Dispute,
    Settlement,
    least_war,
)
from crisisgames.equilibria.persuasion import Persuasion, persuade
from crisisgames.equilibria.public_split import public_split
from crisisgames.equilibria.repeated import BestReply, best_reply
from crisisgames.equilibria.solve import CONCEPTS, solve
from crisisgames.equilibria.verify import verify

if TYPE_CHECKING:
    from crisisgames.equilibria.cutoff_set import (
        CutoffEquilibrium,
        CutoffRule,
        CutoffSet,
        CutoffSweep,
    )
    from crisisgames.equilibria.cutoffs import cutoff_equilibria, cutoff_sweep
    from crisisgames.equilibria.intervals import NormalCdf
    from crisisgames.equilibria.linear.batch import CorrelatedBatch
    from crisisgames.equilibria.markov import MarkovEquilibrium, MarkovSet, markov_perfect
    from crisisgames.equilibria.qre import LogitBranch, logit_branch
    from crisisgames.equilibria.qre_batch import LogitBranches, logit_branches

__all__ = [
    "ANY",
    "CONCEPTS",
    "BestReply",
    "Certificate",
    "CorrelatedBatch",
    "CorrelatedEquilibrium",
    "CorrelatedSet",
    "CutoffEquilibrium",
    "CutoffRule",
    "CutoffSet",
    "CutoffSweep",
    "Dispute",
    "Equilibrium",
    "EquilibriumBatch",
    "EquilibriumClass",
    "EquilibriumSet",
    "LogitBranch",
    "LogitBranches",
    "MarkovEquilibrium",
    "MarkovSet",
    "NormalCdf",
    "Persuasion",
    "Settlement",
    "best_reply",
    "cutoff_equilibria",
    "cutoff_sweep",
    "least_war",
    "logit_branch",
    "logit_branches",
    "markov_perfect",
    "persuade",
    "public_split",
    "solve",
    "solve_many",
    "verify",
]

LATER = {
    "CorrelatedBatch": "linear.batch",
    "CutoffEquilibrium": "cutoff_set",
    "CutoffRule": "cutoff_set",
    "CutoffSet": "cutoff_set",
    "CutoffSweep": "cutoff_set",
    "LogitBranch": "qre",
    "LogitBranches": "qre_batch",
    "MarkovEquilibrium": "markov",
    "MarkovSet": "markov",
    "NormalCdf": "intervals",
    "cutoff_equilibria": "cutoffs",
    "cutoff_sweep": "cutoffs",
    "logit_branch": "qre",
    "logit_branches": "qre_batch",
    "markov_perfect": "markov",
}
"""Names that are imported when first asked for, and their modules."""

if not TYPE_CHECKING:  # so that type checkers still see a misspelt name

    def __getattr__(name: str) -> Any:
        if name in LATER:
            return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *LATER})
