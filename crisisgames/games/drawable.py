"""What all games share that can be drawn: a picture, and themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Drawable"]


class Drawable:
    """A game that draws itself."""

    def plot(self, equilibrium: Any = None, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the game, with an equilibrium laid over it if one is given; return the axes.

        In a tree information sets are dashed lines; their labels say what the player was told and
        did. With an equilibrium, branches are the thicker the likelier they are taken, nodes carry
        beliefs in brackets, what play does not reach is pale, and ``any`` stands where any best
        reply will do. A small signaling game is drawn as in textbooks. A normal form is a table of
        payoffs, best replies underlined; a Bayesian game has a table for each situation.

        Parameters
        ----------
        equilibrium : Equilibrium, optional
            An equilibrium of this game; the drawing is then at the values at which it was solved.
        ax : matplotlib.axes.Axes, optional
            Where to draw, scaled to fit; by default a new figure with room for all labels.
        **options
            ``symbols=True`` writes payoffs and nature's probabilities as expressions; ``title``
            replaces the title; ``layout`` is ``"tree"`` for all games, ``"textbook"`` for signaling
            games, ``"table"`` for normal forms and Bayesian games. Of trees: ``direction`` is
            ``"right"`` or ``"down"``; ``depth`` the number of moves after which the tree is folded
            (trees of more than 130 nodes are folded unless it is given); ``reorder=False`` keeps
            nature's branches as written.

        Raises
        ------
        GameError
            If the equilibrium is of another game, or an option is not allowed.
        NotApplicable
            If the game does not suit the layout, or a table would have more than 600 cells.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("agg")
        >>> from crisisgames import Incident, solve
        >>> game = Incident().game()
        >>> ax = game.plot(solve(game)[0])
        >>> "hostile" in [text.get_text() for text in ax.texts]
        True
        """
        from crisisgames.plots.drawings import plot_game

        return plot_game(self, equilibrium, ax, **options)

    def _repr_html_(self) -> str:
        from crisisgames.plots.drawings import html_of

        return html_of(self)
