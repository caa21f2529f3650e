"""Subgame-perfect equilibria [1]_.

Under perfect information backward induction with ties kept gives all pure ones. Otherwise the
equilibria of every subgame are found from the bottom up (`subgames`).

References
----------
.. [1] Reinhard Selten, "Reexamination of the Perfectness Concept for Equilibrium Points in
   Extensive Games", International Journal of Game Theory 4(1), 1975, Section 1.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from fractions import Fraction
from itertools import product

from crisisgames.equilibria.assemble import Part, Sheaf
from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.profiles import BehaviourProfile, profile_set
from crisisgames.equilibria.subgames import subgame_equilibria
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import Chance, Move, Node, Tell

__all__ = ["backward_induction", "subgame_perfect"]

MAX_EQUILIBRIA = 100_000
"""Pure equilibria beyond which listing them is of no use to anyone."""

Payoffs = tuple[Fraction, ...]
Choices = tuple[tuple[int, int], ...]
"""The action chosen at each decision node of a subtree, as (node, action)."""


def subgame_perfect(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    *,
    deadline: Deadline = NEVER,
    notes: tuple[str, ...] = (),
    exact: bool = False,
    at_edge: bool = False,
) -> EquilibriumSet:
    """Return the subgame-perfect equilibria of a tree, with any number of players.

    Parameters
    ----------
    game : ExtensiveFormGame
    labels : tuple
        The outcome labels to report, in the order of the game's outcomes.
    deadline : Deadline
    notes : tuple of str
        Put first among those of the set.
    exact, at_edge : bool
        As in `EquilibriumSet`.

    Returns
    -------
    EquilibriumSet
        Under perfect information all pure equilibria; the set is called complete where there is
        only one. Otherwise all equilibria, under the conditions that `subgames` states; where they
        do not hold, `complete` is False and the notes say why.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move, solve
    >>> war, calm = end("war", (0, 0)), end("calm", (1, 1))
    >>> meet = move("A", {
    ...     "hold": move("B", {"hold": calm, "push": war}),
    ...     "push": move("B", {"hold": war, "push": calm}),
    ... })
    >>> game = ExtensiveFormGame(move("A", {"stay": end("status quo", (0.6, 0)), "go": meet}),
    ...     ("A", "B"))
    >>> found = solve(game, "subgame-perfect")
    >>> found.complete, found.bounds("status quo")
    (True, (0.0, 1.0))
    """
    if len(set(game.compiled.node_sets)) == len(game.compiled.node_sets):
        complete = False
        profiles: list[BehaviourProfile] = []
        try:
            profiles = backward_induction(game, deadline)
        except TimeUp as stop:
            notes = (*notes, f"The search is not complete: {stop}.")
        else:
            complete = len(profiles) == 1
            if not complete:
                notes = (
                    *notes,
                    "All pure equilibria, ties kept. Where a player is indifferent it may also "
                    "mix: concept 'sequential' bounds outcomes over all of them.",
                )
        return profile_set(
            game,
            labels,
            "subgame-perfect",
            profiles,
            complete=complete,
            notes=notes,
            exact=exact,
            at_edge=at_edge,
        )
    solved = subgame_equilibria(game, deadline)
    notes = (*notes, *(f"The set may not be complete: {reason}." for reason in solved.reasons))
    found = profile_set(
        game,
        labels,
        "subgame-perfect",
        solved.profiles,
        complete=not solved.reasons,
        notes=notes,
        exact=exact,
        at_edge=at_edge,
    )
    extremes = found.parts[0].extremes
    sheaves = tuple(Sheaf(piece, ((), ())) for piece in solved.pieces)
    return replace(found, parts=(Part(extremes, sheaves),))


def backward_induction(
    game: ExtensiveFormGame, deadline: Deadline = NEVER
) -> list[BehaviourProfile]:
    """Return all pure subgame-perfect equilibria of a game of perfect information.

    Every player may be told everything that happened, or not: what counts is that each information
    set is a single node.

    Raises
    ------
    NotApplicable
        If some information set has several nodes, or ties make the list too long.
    TimeUp
        If the deadline passes.
    """
    compiled = game.compiled
    if len(set(compiled.node_sets)) < len(compiled.node_sets):
        raise NotApplicable(
            "the game has imperfect information, where backward induction says nothing; "
            "use concept='subgame-perfect', which solves every subgame"
        )
    values = compiled.complete_values(game.values)
    evaluate = ExactEvaluator({p: p.check(values[n]) for n, p in compiled.parameters.items()})
    order = {p: i for i, p in enumerate(game.players)}
    counter = iter(range(len(compiled.nodes)))

    def walk(node: Node) -> list[tuple[Payoffs, Choices]]:
        """Return payoffs and choices of each equilibrium of a subtree."""
        if isinstance(node, Chance):
            below = [walk(subtree) for _, _, subtree in node.branches]
            weights = [evaluate(p) for _, p, _ in node.branches]
            return [
                (
                    tuple(
                        sum((w * e[0][i] for w, e in zip(weights, mix, strict=True)), Fraction(0))
                        for i in order.values()
                    ),
                    tuple(c for e in mix for c in e[1]),
                )
                for mix in _bounded(below)
            ]
        if isinstance(node, Tell):
            return walk(node.subtree)
        if isinstance(node, Move):
            number = next(counter)
            if deadline.passed:
                raise TimeUp(
                    f"time limit reached, with {number} of {len(compiled.nodes)} decisions entered"
                )
            i = order[node.player]
            found = []
            for mix in _bounded([walk(subtree) for _, subtree in node.branches]):
                best = max(e[0][i] for e in mix)
                rest = tuple(c for e in mix for c in e[1])
                found += [
                    (e[0], ((number, a), *rest)) for a, e in enumerate(mix) if e[0][i] == best
                ]
            return found
        keyed = dict(node.payoffs)
        pays = (keyed[i] if i in keyed else keyed[p] for p, i in order.items())
        return [(tuple(evaluate(u) for u in pays), ())]

    profiles: list[BehaviourProfile] = []
    for _, choices in walk(game.root):
        chosen = {compiled.node_sets[x]: a for x, a in choices}
        profiles.append(
            tuple(
                tuple(Fraction(int(a == chosen[h])) for a in range(len(info.actions)))
                for h, info in enumerate(compiled.information_sets)
            )
        )
    return profiles


def _bounded(
    below: list[list[tuple[Payoffs, Choices]]],
) -> product[tuple[tuple[Payoffs, Choices], ...]]:
    size = 1
    for options in below:
        size *= len(options)
    if size > MAX_EQUILIBRIA:
        raise NotApplicable(
            f"ties give more than {MAX_EQUILIBRIA} pure subgame-perfect equilibria; use "
            "concept='sequential' for the intervals over all of them"
        )
    return product(*below)
