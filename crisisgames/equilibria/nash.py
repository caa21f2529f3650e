"""Pure Nash equilibria of any game, and Nash equilibria of small normal forms by nashpy [1]_.

All Nash equilibria of games with two movers come from `crisisgames.equilibria.extreme`.

References
----------
.. [1] Vincent Knight and James Campbell, "Nashpy: A Python library for the computation of Nash
   equilibria", Journal of Open Source Software 3(30), 2018.
"""

from __future__ import annotations

import warnings
from fractions import Fraction
from math import prod

import numpy as np

from crisisgames.equilibria.profiles import BehaviourProfile
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame, NormalFormGame
from crisisgames.games.strategic import reduced_strategies

__all__ = ["nashpy_equilibria", "pure_nash"]

MAX_PROFILES = 200_000
"""Pure profiles beyond which enumeration would take minutes."""


def pure_nash(game: ExtensiveFormGame) -> list[BehaviourProfile]:
    """Return all pure Nash equilibria in reduced strategies, for any number of players.

    Raises
    ------
    NotApplicable
        If the game has too many pure profiles.
    """
    compiled = game.compiled
    numbers = game.exact()
    plans = [reduced_strategies(compiled, p) for p in game.players]
    if prod(len(p) for p in plans) > MAX_PROFILES:
        raise NotApplicable(
            f"the game has more than {MAX_PROFILES} pure profiles; use concept='sequential' or "
            "'qre'"
        )
    chance = numbers.chance(compiled.ends)
    shape = tuple(len(p) for p in plans)
    payoffs = np.zeros((*shape, len(plans)), dtype=object)
    for cell in np.ndindex(*shape):
        chosen = {h: a for i, k in enumerate(cell) for h, a in plans[i][k].items()}
        for z, visit in enumerate(compiled.ends):
            if chance[z] and all(chosen.get(h) == a for h, a in visit.decisions):
                payoffs[cell] += chance[z] * numbers.payoffs[z]
    found = []
    for cell in np.ndindex(*shape):
        if all(
            payoffs[(*cell[:i], slice(None), *cell[i + 1 :], i)].max() == payoffs[(*cell, i)]
            for i in range(len(plans))
        ):
            chosen = {h: a for i, k in enumerate(cell) for h, a in plans[i][k].items()}
            found.append(
                tuple(
                    tuple(Fraction(int(a == chosen[h])) for a in range(len(info.actions)))
                    if h in chosen
                    else None
                    for h, info in enumerate(compiled.information_sets)
                )
            )
    return found


def nashpy_equilibria(game: NormalFormGame) -> list[BehaviourProfile]:
    """Return the equilibria that nashpy's vertex enumeration finds, each once, in its order.

    Each player's payoffs are mapped to [1, 2] before: its polytopes are bounded where payoffs are
    positive, and its tolerances are absolute.

    Raises
    ------
    NotApplicable
        If there are not two players, or one has a single action.
    """
    tables = game.to_nashpy().payoff_matrices
    for player, own in zip(game.players, game.actions, strict=True):
        if len(own) == 1:
            raise NotApplicable(
                f"{player!r} has a single action, and nashpy's vertex enumeration takes games of "
                "two or more each; leave method='nashpy' out"
            )
    import nashpy

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # degeneracy is said in the set's notes
        scaled = nashpy.Game(*((t - t.min()) / (np.ptp(t) or 1) + 1 for t in tables))
        pairs = list(scaled.vertex_enumeration())
    distinct = {tuple(np.round(np.concatenate(p), 9)): p for p in pairs}
    return [tuple(tuple(map(float, row)) for row in pair) for pair in distinct.values()]
