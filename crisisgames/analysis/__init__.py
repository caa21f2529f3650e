"""What institutions do: comparisons over all equilibria, with direct and strategic effects."""

from crisisgames.analysis import documents  # noqa: F401  # so that its kind registers itself
from crisisgames.analysis.compare import compare
from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.points import Sample
from crisisgames.analysis.sweep import sweep
from crisisgames.analysis.swept import Sweep

__all__ = ["Comparison", "Sample", "Sweep", "compare", "sweep"]
