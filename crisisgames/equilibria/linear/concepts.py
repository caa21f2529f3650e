"""Which game a concept with a mediator is for, and its linear program."""

from __future__ import annotations

from crisisgames.equilibria.linear.bayesian import bayes_correlated_model, communication_model
from crisisgames.equilibria.linear.correlated import correlated_model
from crisisgames.equilibria.linear.correlated_set import CorrelatedSet, Game, table
from crisisgames.equilibria.linear.mediation import mediation_model
from crisisgames.equilibria.linear.model import Model
from crisisgames.errors import NotApplicable, need_number, suggest
from crisisgames.games import BayesianGame, SignalingGame

__all__ = ["LINEAR_CONCEPTS", "correlated_set"]

LINEAR_CONCEPTS = ("correlated", "coarse-correlated", "communication", "bayes-correlated")


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


def _model(game: Game, concept: str) -> Model:
    if concept in ("correlated", "coarse-correlated"):
        return correlated_model(table(game), coarse=concept == "coarse-correlated")
    if concept == "communication" and isinstance(game, BayesianGame):
        return communication_model(game)
    if concept == "communication" and isinstance(game, SignalingGame):
        return mediation_model(game)
    if concept == "bayes-correlated" and isinstance(game, BayesianGame):
        return bayes_correlated_model(game)
    if concept in LINEAR_CONCEPTS:
        allowed = "a BayesianGame" + " or a SignalingGame" * (concept == "communication")
        raise NotApplicable(
            f"concept {concept!r} is for {allowed}, not {type(game).__name__}; 'correlated' is for "
            "every game"
        )
    raise suggest("concept", concept, LINEAR_CONCEPTS)
