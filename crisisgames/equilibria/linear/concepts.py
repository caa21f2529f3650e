"""Which game a concept with a mediator is for, and its linear program."""

from __future__ import annotations

from collections.abc import Hashable

from crisisgames.equilibria.linear.bayesian import bayes_correlated_rows, communication_rows
from crisisgames.equilibria.linear.correlated import correlated_model, correlated_rows
from crisisgames.equilibria.linear.correlated_set import CorrelatedSet, Game, table
from crisisgames.equilibria.linear.mediation import mediation_rows
from crisisgames.equilibria.linear.model import Model, Rows
from crisisgames.errors import NotApplicable, need_number, suggest
from crisisgames.games import BayesianGame, ExtensiveFormGame, Numbers, SignalingGame
from crisisgames.games.strategic import tree_table
from crisisgames.games.tree import joined

__all__ = ["LINEAR_CONCEPTS", "correlated_set", "outcomes_of", "rows_at", "tree_of"]

OF_EVERY_GAME = ("correlated", "coarse-correlated")

LINEAR_CONCEPTS = (*OF_EVERY_GAME, "communication", "bayes-correlated")


def correlated_set(
    game: Game, concept: str, exact: bool = False, time_limit: float | None = None
) -> CorrelatedSet:
    """Return all equilibria of a game with a mediator.

    Parameters
    ----------
    game : game
        ``"correlated"`` and ``"coarse-correlated"`` are for every form; those that are no normal
        form are taken in reduced strategies, so the mediator speaks once, before play, and tells
        each player a whole plan. (In a game of several stages, or with types that could be
        reported, a mediator can do more: extensive-form correlated equilibria [1]_ and
        communication equilibria.) ``"communication"`` is for Bayesian and signaling games,
        ``"bayes-correlated"`` for Bayesian games. Parameters on the edge of their domains need no
        limits: a type that never occurs asks for nothing.
    concept : str
    exact : bool
        Whether numbers are rationals.
    time_limit : float, optional
        Seconds for each question that the set is asked; see `CorrelatedSet`.

    Raises
    ------
    UnknownName
        For another concept.
    NotApplicable
        If the concept does not fit the game, or its normal form would be too large.

    References
    ----------
    .. [1] Bernhard von Stengel and Françoise Forges, "Extensive-Form Correlated Equilibrium:
       Definition and Computational Complexity", Mathematics of Operations Research 33(4), 2008.
    """
    if time_limit is not None:
        need_number("time_limit", time_limit)
    return CorrelatedSet(game, concept, _model(game, concept), exact, time_limit)


def rows_at(game: Game, concept: str, numbers: Numbers) -> Rows:
    """Return the rows of a concept with the numbers of a game's tree, which are columns.

    Raises
    ------
    UnknownName, NotApplicable
        As `correlated_set`.
    """
    if concept in OF_EVERY_GAME:
        return correlated_rows(tree_table(tree_of(game), numbers), coarse=concept != "correlated")
    return _with_types(game, concept, numbers)


def outcomes_of(game: Game, concept: str) -> tuple[Hashable, ...]:
    """Return the labels of the outcomes that the rows of `rows_at` count."""
    if concept not in OF_EVERY_GAME:
        return game.outcomes
    public = {o if isinstance(o, str) else joined(o): o for o in game.outcomes}
    return tuple(public[o] for o in tree_of(game).outcomes)


def tree_of(game: Game) -> ExtensiveFormGame:
    """Return the game as a tree."""
    return game if isinstance(game, ExtensiveFormGame) else game.to_extensive()


def _model(game: Game, concept: str) -> Model:
    if concept in OF_EVERY_GAME:
        return correlated_model(table(game), coarse=concept != "correlated")
    rows = _with_types(game, concept, tree_of(game).exact())
    return rows.model(game.players, game.outcomes)


def _with_types(game: Game, concept: str, numbers: Numbers) -> Rows:
    _check(game, concept)
    if isinstance(game, SignalingGame):
        return mediation_rows(game, numbers)
    assert isinstance(game, BayesianGame)
    rows = communication_rows if concept == "communication" else bayes_correlated_rows
    return rows(game, game.arranged(numbers))


def _check(game: Game, concept: str) -> None:
    if concept not in LINEAR_CONCEPTS:
        raise suggest("concept", concept, LINEAR_CONCEPTS)
    kinds = (BayesianGame, SignalingGame) if concept == "communication" else (BayesianGame,)
    if not isinstance(game, kinds):
        allowed = "a BayesianGame" + " or a SignalingGame" * (concept == "communication")
        raise NotApplicable(
            f"concept {concept!r} is for {allowed}, not {type(game).__name__}; 'correlated' is for "
            "every game"
        )
