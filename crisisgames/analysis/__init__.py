"""What institutions do: comparisons over all equilibria, with direct and strategic effects.

And what the published models say together: `effects` of a principle, and their `agreement`.
"""

from crisisgames.analysis import documents  # noqa: F401  # so that its kind registers itself
from crisisgames.analysis.agreement import Agreement, Effect, Effects, agreement, effects
from crisisgames.analysis.compare import compare
from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.sweep import sweep
from crisisgames.analysis.swept import Sweep

__all__ = [
    "Agreement",
    "Comparison",
    "Effect",
    "Effects",
    "Sweep",
    "agreement",
    "compare",
    "effects",
    "sweep",
]
