"""What institutions do: comparisons over all equilibria, with direct and strategic effects."""

from crisisgames.analysis.compare import compare
from crisisgames.analysis.comparison import Comparison

__all__ = ["Comparison", "compare"]
