"""Pictures of results. They draw what they are handed, and solve nothing."""

from crisisgames.plots.comparison import plot_comparison
from crisisgames.plots.effects import plot_effects
from crisisgames.plots.rows import figure_size

__all__ = ["figure_size", "plot_comparison", "plot_effects"]
