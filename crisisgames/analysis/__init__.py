"""What institutions do: comparisons over all equilibria, with direct and strategic effects.

And how good any institution could be (`frontier`), why war happens (`causes`), where a claim holds
(`robustness`), where those of the texts do (`examine_proposition`), and what the published models
say together: `effects` of a principle, and their `agreement`.
"""

from crisisgames.analysis import documents  # noqa: F401  # so that its kind registers itself
from crisisgames.analysis.agreement import Agreement, Effect, Effects, agreement, effects
from crisisgames.analysis.causes import SOURCES_OF_WAR, Causes, Source, causes
from crisisgames.analysis.claims import Claim
from crisisgames.analysis.compare import compare
from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.dynamics import (
    conflict_over_time,
    contagion,
    times_to_conflict,
    vicious_circle,
)
from crisisgames.analysis.frontier import Frontier, efficiency, frontier
from crisisgames.analysis.optimal import OptimalDesign, optimal_design
from crisisgames.analysis.points import Sample
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
from crisisgames.analysis.propositions import (
    Examined,
    ExaminedAll,
    Proposition,
    Question,
    Trial,
    examine_all,
    examine_proposition,
)
from crisisgames.analysis.robustness import Robustness, robustness, sensitivity
from crisisgames.analysis.sweep import sweep
from crisisgames.analysis.swept import Sweep

__all__ = [
    "SOURCES_OF_WAR",
    "STUDIES",
    "Agreement",
    "Causes",
    "Claim",
    "Comparison",
    "Effect",
    "Effects",
    "Examined",
    "ExaminedAll",
    "Frontier",
    "OptimalDesign",
    "PrincipleStudy",
    "Proposition",
    "Question",
    "Robustness",
    "Sample",
    "Source",
    "Sweep",
    "Trial",
    "agreement",
    "causes",
    "compare",
    "conflict_over_time",
    "contagion",
    "effects",
    "efficiency",
    "examine_all",
    "examine_proposition",
    "frontier",
    "optimal_design",
    "robustness",
    "sensitivity",
    "study_clear_signals",
    "study_division",
    "study_interests",
    "study_principle",
    "study_restraint",
    "study_slow_escalation",
    "sweep",
    "times_to_conflict",
    "vicious_circle",
]
