"""Which drawing suits which game."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crisisgames.errors import CrisisGamesError, GameError, NotApplicable
from crisisgames.games import BayesianGame, ExtensiveFormGame, NormalFormGame, SignalingGame
from crisisgames.markup import paragraph
from crisisgames.plots.canvas import MARGIN, show
from crisisgames.plots.given import check_no_file
from crisisgames.plots.payoff_tables import bayesian_scene, fits, normal_form_scene
from crisisgames.plots.scene import Scene
from crisisgames.plots.signaling import is_textbook, signaling_scene
from crisisgames.plots.svg import to_svg
from crisisgames.plots.tree import tree_scene

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium, EquilibriumSet

__all__ = ["html_of", "plot_classes", "plot_game", "scene_of"]

MOST_ENDS = 3_000
"""Ends up to which a notebook draws a tree unasked: drawing must not take long."""

MOST_NAMED = 12
"""Outcomes that the summary of a large game names."""

LAYOUTS = ("tree", "textbook", "table")


def scene_of(
    game: Any, equilibrium: Equilibrium | None = None, *, layout: str | None = None, **options: Any
) -> Scene:
    """Return the drawing of a game, with an equilibrium laid over it if one is given.

    Parameters
    ----------
    game : ExtensiveFormGame, SignalingGame, NormalFormGame or BayesianGame
    equilibrium : Equilibrium, optional
    layout : ``"tree"``, ``"textbook"`` or ``"table"``, optional
        By default what suits the game: tables where all choose at once, the textbook's picture for
        signaling games with two types and two messages, else trees.
    **options
        ``symbols`` and ``title``; for trees also those of `plot_tree`.

    Raises
    ------
    GameError
        For another layout, or an equilibrium of another game.
    NotApplicable
        For a game that has no such drawing.
    """
    if layout is not None and layout not in LAYOUTS:
        raise GameError(f"layout is {layout!r}; allowed are {', '.join(map(repr, LAYOUTS))}")
    for name, value in options.items():
        if name not in ("symbols", "title", "direction", "depth", "reorder"):
            raise GameError(f"a drawing has no option {name!r} (given {value!r})")
    of_trees = {k: v for k, v in options.items() if k not in ("symbols", "title")}
    if isinstance(game, SignalingGame):
        if layout == "textbook" and not is_textbook(game):
            raise NotApplicable(
                f"the textbook's picture is for two types, two messages and few actions; this game "
                f"has {len(game.types)}, {len(game.messages)} and {len(game.actions)}: use 'tree'"
            )
        suits = is_textbook(game) and not any(of_trees.values())
        if layout == "textbook" or (layout is None and suits):
            return signaling_scene(game, equilibrium, **_without(options, of_trees))
        # Outcomes of a signaling game only repeat the branches.
        return tree_scene(game.to_extensive(), equilibrium, outcomes=False, **options)
    tables = isinstance(game, NormalFormGame | BayesianGame) and layout in (None, "table")
    if tables and isinstance(game, NormalFormGame):
        return normal_form_scene(game, equilibrium, **_without(options, of_trees))
    if tables and isinstance(game, BayesianGame):
        sizes = [len(game.situations), *map(len, game.actions)]
        if layout == "table" or fits(sizes):
            return bayesian_scene(game, equilibrium, **_without(options, of_trees))
    if layout in ("textbook", "table"):
        raise NotApplicable(f"a {type(game).__name__} has no layout {layout!r}; use 'tree'")
    if isinstance(game, NormalFormGame | BayesianGame):
        return tree_scene(game.to_extensive(), equilibrium, **options)
    if isinstance(game, ExtensiveFormGame):
        return tree_scene(game, equilibrium, **options)
    raise NotApplicable(f"there is no drawing of a {type(game).__name__}")


def _without(options: dict[str, Any], left_out: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in options.items() if k not in left_out}


def plot_game(
    game: Any, equilibrium: Equilibrium | None = None, ax: Axes | None = None, **options: Any
) -> Axes:
    """Draw a game; return the axes. Options are those of `scene_of`."""
    check_no_file("equilibrium", equilibrium, ".plot().figure.savefig")
    return show(scene_of(game, equilibrium, **options), ax)


def plot_classes(found: EquilibriumSet, *, most: int = 4, **options: Any) -> list[Axes]:
    """Draw the game once for each class of equilibria, with an example of it; return the axes.

    Parameters
    ----------
    found : EquilibriumSet
    most : int
        Classes that are drawn at most; the last picture says how many are left out.
    **options
        As for `scene_of`.

    Raises
    ------
    NotApplicable
        If the set is empty.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise GameError(f"most is {most!r}; give a whole number from 1")
    if not len(found):
        raise NotApplicable("the set has no equilibria, so there is nothing to draw")
    classes = found.classes
    scenes = []
    for k, c in enumerate(classes[:most]):
        title = f"{k + 1} of {len(classes)}{'' if found.complete else ' found'}: {c.name}"
        scenes.append(scene_of(found.game, c.example, **{"title": title, **options}))
    return _panels(scenes)


def _panels(scenes: Sequence[Scene]) -> list[Axes]:
    """Draw scenes one below the other, each in axes of its own."""
    import matplotlib.pyplot as plt

    wide = max(s.width for s in scenes) + 2 * MARGIN
    highs = [s.height + 4 * MARGIN for s in scenes]
    figure = plt.figure(figsize=(wide, sum(highs)), facecolor="white")
    below, axes = sum(highs), []
    for scene, high in zip(scenes, highs, strict=True):
        below -= high
        share = (scene.width + 2 * MARGIN) / wide
        size = (scene.height + 2 * MARGIN) / sum(highs)
        axes.append(show(scene, figure.add_axes((0, below / sum(highs), share, size))))
    return axes


def html_of(game: Any) -> str:
    """Return a game for a notebook: its drawing, or a summary where it has none or is very large.

    Large trees are folded, and the drawing says so.
    """
    tree = game if isinstance(game, ExtensiveFormGame) else None
    summary = paragraph(f"{game!r}.")
    if tree is not None and len(tree.compiled.ends) > MOST_ENDS:
        return summary + paragraph(f"Outcomes: {', '.join(tree.outcomes[:MOST_NAMED])} ...")
    try:
        return f"{summary}{to_svg(scene_of(game))}"
    except CrisisGamesError as error:
        return summary + paragraph(f"Not drawn: {error}.")
