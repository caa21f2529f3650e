"""Backward induction with ties kept: all pure subgame-perfect equilibria [1]_.

References
----------
.. [1] Reinhard Selten, "Reexamination of the Perfectness Concept for Equilibrium Points in
   Extensive Games", International Journal of Game Theory 4(1), 1975, Section 1.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from crisisgames.equilibria.profiles import BehaviourProfile
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import Chance, Move, Node, Tell

__all__ = ["backward_induction"]

MAX_EQUILIBRIA = 100_000
"""Pure equilibria beyond which listing them is of no use to anyone."""

Payoffs = tuple[Fraction, ...]
Choices = tuple[tuple[int, int], ...]
"""The action chosen at each decision node of a subtree, as (node, action)."""


def backward_induction(game: ExtensiveFormGame) -> list[BehaviourProfile]:
    """Return all pure subgame-perfect equilibria of a game of perfect information.

    Every player may be told everything that happened, or not: what counts is that each information
    set is a single node.

    Raises
    ------
    NotApplicable
        If some information set has several nodes, or ties make the list too long.
    """
    compiled = game.compiled
    if len(set(compiled.node_sets)) < len(compiled.node_sets):
        raise NotApplicable(
            "the game has imperfect information, where backward induction says nothing; "
            "use concept='sequential', which is subgame perfect and more"
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
