"""One door to all solvers: `solve`."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any, Literal

from crisisgames.equilibria.assemble import assemble_part, fixed_part
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.profiles import profile_set
from crisisgames.equilibria.sequence_form import sequence_form
from crisisgames.equilibria.sequential import independent_parts, search_equilibria
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games import ExtensiveFormGame, NormalFormGame, SignalingGame
from crisisgames.games.extensive import replace_values

__all__ = ["CONCEPTS", "solve"]

Game = ExtensiveFormGame | SignalingGame | NormalFormGame

INSIDE = Fraction(1, 10**12)
"""How far inside its domain a parameter is taken where its edge would make nature never do
something: small against every digit that is reported, and exact in rational arithmetic."""


def solve(game: Game, concept: str = "sequential", **options: Any) -> EquilibriumSet:
    """Return the equilibria of a game.

    Parameters
    ----------
    game : ExtensiveFormGame, SignalingGame or NormalFormGame
        Parameters without a value take their defaults.
    concept : str
        ``"sequential"``: all sequential equilibria (two movers; of a signaling game: all perfect
        Bayesian equilibria). ``"nash"``: all Nash equilibria (two movers). ``"subgame-perfect"``:
        all pure ones under perfect information. ``"pure-nash"``: all pure ones, any number of
        players. ``"qre"``: the agent logit quantal response equilibrium on the principal branch.
    **options
        ``exact=True``: rationals instead of floats. ``time_limit=`` seconds: stop there with what
        was found and ``complete=False`` (sequential, nash). ``precision=`` (qre): the point of the
        branch at this precision, in 1/utils, instead of the limit. ``method="nashpy"`` (nash, two
        players, one move each): vertex enumeration by nashpy, never called complete.

    Returns
    -------
    EquilibriumSet

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
        raise suggest("concept", concept, CONCEPTS)
    if not isinstance(game, ExtensiveFormGame | SignalingGame | NormalFormGame):
        raise GameError(f"solve takes a game, not {type(game).__name__}; a crisis has .game()")
    allowed = CONCEPTS[concept][1]
    for name in options:
        if name not in allowed:
            raise suggest(f"option of concept {concept!r}", name, allowed)
    return CONCEPTS[concept][0](game, **options)


def _tree(game: Game) -> tuple[ExtensiveFormGame, tuple[Hashable, ...]]:
    """Return the game as a tree, with the outcome labels of the game as given."""
    if isinstance(game, ExtensiveFormGame):
        return game, game.outcomes
    tree = game.to_extensive()
    public = {", ".join(o): o for o in game.outcomes}
    return tree, tuple(public[o] for o in tree.outcomes)


def inside(game: ExtensiveFormGame) -> tuple[ExtensiveFormGame, tuple[str, ...]]:
    """Return the game with parameters moved inside where their edge cuts off a branch of nature.

    Beliefs are not defined where nature never goes, so such a point is taken as a limit from
    inside the domain; the notes say so.
    """
    compiled = game.compiled
    branches = game.exact().branches
    cut = [e for e, p in zip(compiled.branch_expressions, branches, strict=True) if p == 0]
    names = sorted({s.name for e in cut for s in e.free_symbols})
    values = compiled.complete_values(game.values)
    moved, notes = dict(game.values), []
    for name in names:
        p = compiled.parameters[name]
        value = p.check(values[name])
        low, high = p.domain
        if value in (low, high):
            moved[name] = value + (INSIDE if value == low else -INSIDE)
            notes.append(f"{name} = {values[name]} is taken as a limit from inside its domain.")
    return (replace_values(game, moved), tuple(notes)) if notes else (game, ())


def _polyhedral(
    game: Game,
    mode: Literal["sequential", "nash"],
    exact: bool = False,
    time_limit: float = 0,
) -> EquilibriumSet:
    tree, labels = _tree(game)
    tree, notes = inside(tree)
    numbers = tree.exact()
    form = sequence_form(tree.compiled, numbers)
    search = search_equilibria(form, mode=mode, time_limit=time_limit)
    groups = independent_parts(form)
    parts = tuple(
        assemble_part(form, numbers, group, blocks, sequential=mode == "sequential")
        for group, blocks in zip(groups, search.parts, strict=True)
    )
    if not search.complete:
        notes = (*notes, f"The search is not complete: {search.progress}.")
    fixed = fixed_part(form, numbers, groups)
    return EquilibriumSet(tree, mode, search.complete, parts, fixed, labels, form, notes, exact)


def _sequential(game: Game, **options: Any) -> EquilibriumSet:
    return _polyhedral(game, "sequential", **options)


def _nash(game: Game, method: str = "exact", **options: Any) -> EquilibriumSet:
    if method == "exact":
        return _polyhedral(game, "nash", **options)
    if method != "nashpy":
        raise suggest("method of concept 'nash'", method, ("exact", "nashpy"))
    if not isinstance(game, NormalFormGame):
        raise NotApplicable("method='nashpy' takes a NormalFormGame; leave method out for a tree")
    from crisisgames.equilibria.nash import nashpy_equilibria

    tree, labels = _tree(game)
    note = "Vertex enumeration by nashpy; in degenerate games it may miss equilibria."
    return profile_set(tree, labels, "nash", nashpy_equilibria(game), complete=False, notes=(note,))


def _pure_nash(game: Game, exact: bool = False) -> EquilibriumSet:
    from crisisgames.equilibria.nash import pure_nash

    tree, labels = _tree(game)
    return profile_set(tree, labels, "pure-nash", pure_nash(tree), complete=True, exact=exact)


def _subgame_perfect(game: Game, exact: bool = False) -> EquilibriumSet:
    from crisisgames.equilibria.subgame_perfect import backward_induction

    tree, labels = _tree(game)
    tree, notes = inside(tree)
    profiles = backward_induction(tree)
    notes = (*notes, "All pure equilibria; where a player is indifferent it may also mix.")
    return profile_set(
        tree, labels, "subgame-perfect", profiles, complete=True, notes=notes, exact=exact
    )


def _qre(game: Game, precision: float | None = None) -> EquilibriumSet:
    from crisisgames.equilibria.qre import logit_branch

    tree, labels = _tree(game)
    tree, notes = inside(tree)
    branch = logit_branch(tree, precision=precision)
    end = branch.points[-1]
    where = f"precision {end.precision:.6g} per util, regret {end.regret:.2g} utils"
    profile = tuple(tuple(map(float, row)) for row in end.strategy)
    notes = (*notes, f"Agent logit branch: {branch.status}, {where}.")
    return profile_set(tree, labels, "qre", [profile], complete=False, notes=notes)


CONCEPTS: dict[str, tuple[Callable[..., EquilibriumSet], tuple[str, ...]]] = {
    "sequential": (_sequential, ("exact", "time_limit")),
    "nash": (_nash, ("exact", "time_limit", "method")),
    "subgame-perfect": (_subgame_perfect, ("exact",)),
    "pure-nash": (_pure_nash, ("exact",)),
    "qre": (_qre, ("precision",)),
}
"""Every concept: its solver and the options that it takes."""
