"""What institutions do: comparisons over all equilibria, with direct and strategic effects."""

from crisisgames.analysis import documents  # noqa: F401  # so that its kind registers itself
from crisisgames.analysis.compare import compare
from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.principle_studies import (
    STUDIES,
    PrincipleStudy,
    study_clear_signals,
    study_division,
    study_interests,
    study_principle,
    study_restraint,
    study_slow_escalation,
)
from crisisgames.analysis.sweep import sweep
from crisisgames.analysis.swept import Sweep

__all__ = [
    "STUDIES",
    "Comparison",
    "PrincipleStudy",
    "Sweep",
    "compare",
    "study_clear_signals",
    "study_division",
    "study_interests",
    "study_principle",
    "study_restraint",
    "study_slow_escalation",
    "sweep",
]
