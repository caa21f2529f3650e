"""One door to all solvers: `solve`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, overload

from crisisgames.equilibria.assemble import assemble_part, fixed_part
from crisisgames.equilibria.deadline import Deadline, TimeUp
from crisisgames.equilibria.edges import inside
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.extreme import extreme_equilibria
from crisisgames.equilibria.linear import LINEAR_CONCEPTS, CorrelatedSet, correlated_set
from crisisgames.equilibria.profiles import BehaviourProfile, limit_beliefs, profile_set
from crisisgames.equilibria.sequence_form import sequence_form
from crisisgames.equilibria.sequential import independent_parts, search_equilibria
from crisisgames.errors import GameError, NotApplicable, UnknownName, need_number, suggest
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    NormalFormGame,
    RepeatedGame,
    SignalingGame,
    StochasticGame,
)
from crisisgames.games.tree import joined

if TYPE_CHECKING:
    from crisisgames.equilibria.markov import MarkovSet

__all__ = ["CONCEPTS", "solve"]

Game = ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame
Mediated = Literal["correlated", "coarse-correlated", "communication", "bayes-correlated"]


ALSO_CALLED = {
    "bayesian": "perfect Bayesian equilibria use 'sequential'",
    "pbe": "perfect Bayesian equilibria use 'sequential'",
    "perfect bayesian": "perfect Bayesian equilibria use 'sequential'",
    "quantal response": "quantal response equilibria use 'qre'",
    "spe": "subgame-perfect equilibria use 'subgame-perfect'",
    "spne": "subgame-perfect equilibria use 'subgame-perfect'",
}
"""Names that the field uses as well, and what to ask for."""


def unknown_concept(given: object) -> UnknownName:
    """Return the error for a name that no concept has."""
    plain = str(given).lower().replace("-", " ").replace("_", " ")
    if plain in ALSO_CALLED:
        return UnknownName(f"no concept named {given!r}; for {ALSO_CALLED[plain]}")
    return suggest("concept", given, CONCEPTS)


@overload
def solve(game: Game, concept: Mediated, **options: Any) -> CorrelatedSet: ...
@overload
def solve(game: Game, concept: str = ..., **options: Any) -> EquilibriumSet: ...
@overload
def solve(
    game: StochasticGame, concept: Literal["markov-perfect"], **options: Any
) -> MarkovSet: ...


def solve(
    game: Game | StochasticGame, concept: str = "sequential", **options: Any
) -> EquilibriumSet | CorrelatedSet | MarkovSet:
    """Return the equilibria of a game.

    Parameters
    ----------
    game : ExtensiveFormGame, SignalingGame, NormalFormGame, BayesianGame or StochasticGame
        Parameters without a value take their defaults.
    concept : str
        ``"sequential"``: all sequential equilibria (two movers; of a signaling game: all perfect
        Bayesian equilibria). With more movers: all in which at most two mix, where that can be
        decided, else all pure ones, and a search for mixed ones; the notes say which are all.
        ``"nash"``: all Nash equilibria (two movers). ``"subgame-perfect"``: under perfect
        information all pure ones, else those that are Nash in every subgame. ``"pure-nash"``: all
        pure ones, any number of players. ``"qre"``: the agent logit quantal response equilibrium
        on the principal branch.

        With a mediator, any number of players: ``"correlated"`` and ``"coarse-correlated"`` (of
        trees and games with types: one that speaks once, before play, and hears nothing);
        ``"communication"`` (Bayesian and signaling games: one that hears private reports);
        ``"bayes-correlated"`` (Bayesian games: one that knows types and state).

        Of stochastic games, any number of players: ``"markov-perfect"``, all pure Markov perfect
        equilibria and the limit of the logit branch; see `markov_perfect` for its options.
    **options
        ``exact=True``: rationals instead of floats. ``time_limit=`` seconds (all, but nashpy):
        stop there with what was found and ``complete=False``, and say how far it came; None and 0
        mean none. For sequential and nash the limit holds for the search, and once more for
        putting together what it found; with a mediator, for each question that the set is asked.
        What comes before a search (making the tree and its tables) and after it (classes, which
        are grouped when asked for) is added. ``precision=`` (qre):
        the point of the branch at this precision, in 1/utils, instead of the limit.
        ``method="nashpy"`` (nash, two players, one move each): vertex enumeration by nashpy in
        floating point, to compare with; never called complete. ``method="search"`` (nash,
        sequential; any number of players): a search from ``starts=`` starting points (nash 200,
        sequential 600) with ``seed=`` (0), never called complete. The default is
        ``method="exact"``.

    Returns
    -------
    EquilibriumSet, or CorrelatedSet with a mediator, or MarkovSet

    Raises
    ------
    UnknownName
        For another concept.
    NotApplicable
        If the concept does not fit the game.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> found = solve(Incident().game())
    >>> found.complete, len(found.classes)
    (True, 1)
    """
    if concept not in CONCEPTS:
        raise unknown_concept(concept)
    check_game("solve", game, concept)
    allowed = CONCEPTS[concept][1]
    for name, value in options.items():
        if name not in allowed:
            raise suggest(f"option of concept {concept!r}", name, allowed)
        if name in ("time_limit", "precision") and value is not None:
            need_number(name, value)
        if name == "exact" and not isinstance(value, bool):
            raise GameError(f"exact is {value!r}; give True or False")
    found: EquilibriumSet | CorrelatedSet | MarkovSet = CONCEPTS[concept][0](game, **options)
    return found


def check_game(caller: str, game: Any, concept: str) -> None:
    """Raise if this is no game, or one that the concept does not fit."""
    if isinstance(game, RepeatedGame):
        raise NotApplicable(
            "a repeated game has no list of equilibria; use .match(), .truncate() or best_reply"
        )
    if not isinstance(game, Game | StochasticGame):
        raise GameError(f"{caller} takes a game, not {type(game).__name__}; a crisis has .game()")
    if isinstance(game, StochasticGame) is not (concept == "markov-perfect"):
        raise NotApplicable(
            f"concept {concept!r} does not fit a {type(game).__name__}: 'markov-perfect' is for "
            "stochastic games, the others are not; the first periods of one are a tree, .truncate()"
        )


def as_tree(game: Game) -> tuple[ExtensiveFormGame, tuple[Hashable, ...]]:
    """Return the game as a tree, with the outcome labels of the game as given."""
    if isinstance(game, ExtensiveFormGame):
        return game, game.outcomes
    tree = game.to_extensive()
    public = {o if isinstance(o, str) else joined(o): o for o in game.outcomes}
    return tree, tuple(public[o] for o in tree.outcomes)


def _polyhedral(
    game: Game,
    mode: Literal["sequential", "nash"],
    exact: bool = False,
    time_limit: float | None = None,
) -> EquilibriumSet:
    deadline = Deadline.within(time_limit)
    given, labels = as_tree(game)
    tree, notes = inside(given)
    numbers = tree.exact()
    form = sequence_form(tree.compiled, numbers)
    if mode == "nash":
        search = extreme_equilibria(form, deadline=deadline)
    else:
        search = search_equilibria(form, deadline=deadline)
    groups = independent_parts(form)
    # The search may have used all of the time: what it found gets as much once more.
    again = Deadline.within(time_limit)
    parts = tuple(
        assemble_part(form, numbers, group, blocks, sequential=mode == "sequential", deadline=again)
        for group, blocks in zip(groups, search.parts, strict=True)
    )
    complete = search.complete and all(part.complete for part in parts)
    if not search.complete:
        notes = (*notes, f"The search is not complete: {search.progress}.")
    if not all(part.complete for part in parts):
        shown = sum(len(part.extremes) for part in parts)
        notes = (*notes, f"Time limit reached, with {shown} extreme equilibria put together.")
    fixed = fixed_part(form, numbers, groups)
    return EquilibriumSet(
        tree, mode, complete, parts, fixed, labels, form, notes, exact, tree is not given
    )


def _sequential(game: Game, method: str = "exact", **options: Any) -> EquilibriumSet:
    if method not in ("exact", "search"):
        raise suggest("method of concept 'sequential'", method, ("exact", "search"))
    _need_method(method, options)
    given, labels = as_tree(game)
    if method == "exact":
        if len({info.player for info in given.information_sets}) <= 2:
            return _polyhedral(game, "sequential", **options)
        return _of_many(given, labels, **options)
    from crisisgames.equilibria.search_sequential import search_sequential

    tree, notes = inside(given)
    return search_sequential(tree, labels, notes=notes, at_edge=tree is not given, **options)


def _of_many(
    given: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    exact: bool = False,
    time_limit: float | None = None,
) -> EquilibriumSet:
    from crisisgames.equilibria.many_movers import sequential_of_many

    tree, notes = inside(given)
    return sequential_of_many(
        tree,
        labels,
        deadline=Deadline.within(time_limit),
        notes=notes,
        exact=exact,
        at_edge=tree is not given,
    )


SEARCH = ("starts", "seed", "time_limit")


def _need_method(method: str, options: Mapping[str, Any]) -> None:
    """Raise for an option that belongs to another method."""
    own = {"exact": ("exact", "time_limit"), "search": SEARCH, "nashpy": ()}[method]
    if wrong := [name for name in options if name not in own]:
        raise NotApplicable(f"method={method!r} does not take {wrong[0]!r}; leave it out")


def _nash(game: Game, method: str = "exact", **options: Any) -> EquilibriumSet:
    if method not in ("exact", "nashpy", "search"):
        raise suggest("method of concept 'nash'", method, ("exact", "nashpy", "search"))
    _need_method(method, options)
    if method == "exact":
        return _polyhedral(game, "nash", **options)
    if method == "search":
        from crisisgames.equilibria.search import search_nash

        tree, labels = as_tree(game)
        return search_nash(tree, labels, **options)
    if not isinstance(game, NormalFormGame):
        raise NotApplicable("method='nashpy' takes a NormalFormGame; leave method out for a tree")
    from crisisgames.equilibria.nash import nashpy_equilibria

    tree, labels = as_tree(game)
    note = "Vertex enumeration by nashpy; in degenerate games it may miss equilibria."
    return profile_set(tree, labels, "nash", nashpy_equilibria(game), complete=False, notes=(note,))


def _pure_nash(game: Game, exact: bool = False, time_limit: float | None = None) -> EquilibriumSet:
    from crisisgames.equilibria.nash import pure_nash

    tree, labels = as_tree(game)
    profiles: list[BehaviourProfile] = []
    notes: tuple[str, ...] = ()
    try:
        profiles = pure_nash(tree, Deadline.within(time_limit))
    except TimeUp as stop:
        notes = (f"The search is not complete: {stop}.",)
    return profile_set(
        tree, labels, "pure-nash", profiles, complete=not notes, notes=notes, exact=exact
    )


def _subgame_perfect(
    game: Game, exact: bool = False, time_limit: float | None = None
) -> EquilibriumSet:
    from crisisgames.equilibria.subgame_perfect import subgame_perfect

    given, labels = as_tree(game)
    tree, notes = inside(given)
    return subgame_perfect(
        tree,
        labels,
        deadline=Deadline.within(time_limit),
        notes=notes,
        exact=exact,
        at_edge=tree is not given,
    )


def _qre(
    game: Game, precision: float | None = None, time_limit: float | None = None
) -> EquilibriumSet:
    from crisisgames.equilibria.qre import logit_branch

    given, labels = as_tree(game)
    tree, notes = inside(given)
    branch = logit_branch(tree, precision=precision, time_limit=time_limit)
    end = branch.points[-1]
    where = f"precision {end.precision:.6g} per util, regret {end.regret:.2g} utils"
    profile = tuple(tuple(map(float, row)) for row in end.strategy)
    notes = (*notes, f"Agent logit branch: {branch.status}, {where}.")
    beliefs = limit_beliefs(tree, end.log_strategy)
    return profile_set(tree, labels, "qre", [profile], complete=False, notes=notes, limits=beliefs)


def _markov_perfect(game: StochasticGame, **options: Any) -> MarkovSet:
    from crisisgames.equilibria.markov import markov_perfect

    return markov_perfect(game, **options)


CONCEPTS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "sequential": (_sequential, ("exact", "time_limit", "method", "starts", "seed")),
    "nash": (_nash, ("exact", "time_limit", "method", "starts", "seed")),
    "subgame-perfect": (_subgame_perfect, ("exact", "time_limit")),
    "pure-nash": (_pure_nash, ("exact", "time_limit")),
    "qre": (_qre, ("precision", "time_limit")),
    "markov-perfect": (
        _markov_perfect,
        ("method", "precision", "exact", "max_policies", "max_steps", "time_limit"),
    ),
    **{c: (partial(correlated_set, concept=c), ("exact", "time_limit")) for c in LINEAR_CONCEPTS},
}
"""Every concept: its solver and the options that it takes."""
