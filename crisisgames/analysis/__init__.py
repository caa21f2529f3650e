"""What institutions do: comparisons over all equilibria, with direct and strategic effects.

And how good any institution could be (`frontier`), why war happens (`causes`), where a claim holds
(`robustness`), where those of the texts do (`examine_proposition`), and what the published models
say together: `effects` of a principle, and their `agreement`.

All of it is imported when first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crisisgames.analysis.across_models import Agreement, Effect, Effects, agreement, effects
    from crisisgames.analysis.claims import Claim
    from crisisgames.analysis.comparing import compare
    from crisisgames.analysis.comparison import Comparison
    from crisisgames.analysis.dynamics import (
        conflict_over_time,
        contagion,
        times_to_conflict,
        vicious_circle,
    )
    from crisisgames.analysis.efficient_frontier import Frontier, efficiency, frontier
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
    from crisisgames.analysis.sources_of_war import SOURCES_OF_WAR, Causes, Source, causes
    from crisisgames.analysis.sweeping import sweep
    from crisisgames.analysis.swept import Sweep
    from crisisgames.analysis.uncertainty import Robustness, robustness, sensitivity

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

LATER = {
    "SOURCES_OF_WAR": "sources_of_war",
    "STUDIES": "principle_studies",
    "Agreement": "across_models",
    "Causes": "sources_of_war",
    "Claim": "claims",
    "Comparison": "comparison",
    "Effect": "across_models",
    "Effects": "across_models",
    "Examined": "propositions",
    "ExaminedAll": "propositions",
    "Frontier": "efficient_frontier",
    "OptimalDesign": "optimal",
    "PrincipleStudy": "principle_studies",
    "Proposition": "propositions",
    "Question": "propositions",
    "Robustness": "uncertainty",
    "Sample": "points",
    "Source": "sources_of_war",
    "Sweep": "swept",
    "Trial": "propositions",
    "agreement": "across_models",
    "causes": "sources_of_war",
    "compare": "comparing",
    "conflict_over_time": "dynamics",
    "contagion": "dynamics",
    "effects": "across_models",
    "efficiency": "efficient_frontier",
    "examine_all": "propositions",
    "examine_proposition": "propositions",
    "frontier": "efficient_frontier",
    "optimal_design": "optimal",
    "robustness": "uncertainty",
    "sensitivity": "uncertainty",
    "study_clear_signals": "principle_studies",
    "study_division": "principle_studies",
    "study_interests": "principle_studies",
    "study_principle": "principle_studies",
    "study_restraint": "principle_studies",
    "study_slow_escalation": "principle_studies",
    "sweep": "sweeping",
    "times_to_conflict": "dynamics",
    "vicious_circle": "dynamics",
}
"""The module of each name."""

if not TYPE_CHECKING:  # so that type checkers still see a misspelt name

    def __getattr__(name: str) -> Any:
        if name in LATER:
            return getattr(import_module(f"{__name__}.{LATER[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *LATER})
