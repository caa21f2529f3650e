"""Pictures of results. They draw what they are handed, and solve nothing."""

from crisisgames.plots.agreement import plot_agreement, plot_principle
from crisisgames.plots.bands import plot_bands
from crisisgames.plots.comparison import plot_comparison
from crisisgames.plots.drawings import plot_classes, plot_game
from crisisgames.plots.dynamics import (
    plot_conflict_over_time,
    plot_contagion,
    plot_vicious_circle,
)
from crisisgames.plots.effects import plot_effects
from crisisgames.plots.points import plot_points
from crisisgames.plots.regions import plot_map
from crisisgames.plots.rows import figure_size
from crisisgames.plots.sweeps import plot_sweep
from crisisgames.plots.tikz import to_tikz
from crisisgames.plots.tree import plot_tree

__all__ = [
    "figure_size",
    "plot_agreement",
    "plot_bands",
    "plot_classes",
    "plot_comparison",
    "plot_conflict_over_time",
    "plot_contagion",
    "plot_effects",
    "plot_game",
    "plot_map",
    "plot_points",
    "plot_principle",
    "plot_sweep",
    "plot_tree",
    "plot_vicious_circle",
    "to_tikz",
]
