"""Pure Nash equilibria of any game, and Nash equilibria of small normal forms by nashpy [1]_.

All Nash equilibria of games with two movers come from `crisisgames.equilibria.extreme`.

References
----------
.. [1] Vincent Knight and James Campbell, "Nashpy: A Python library for the computation of Nash
   equilibria", Journal of Open Source Software 3(30), 2018.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm, prod

import numpy as np

from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.profiles import BehaviourProfile
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame, NormalFormGame
from crisisgames.games.strategic import reduced_strategies

__all__ = ["nashpy_equilibria", "pure_nash"]

MAX_PROFILES = 2_000_000
"""Pure profiles beyond which the table of payoffs would fill the memory."""

SAFE = 2**62
"""Sums up to here are exact in 64 bits; beyond, Python's integers are used."""


def pure_nash(game: ExtensiveFormGame, deadline: Deadline = NEVER) -> list[BehaviourProfile]:
    """Return all pure Nash equilibria in reduced strategies, for any number of players.

    Every profile of strategies is a cell of a table; an equilibrium is a cell that is largest along
    the axis of each player in the table of its payoffs.

    Raises
    ------
    NotApplicable
        If the game has more than `MAX_PROFILES` pure profiles.
    TimeUp
        If the deadline passes; the message says how far the table came.
    """
    compiled = game.compiled
    plans = [reduced_strategies(compiled, p) for p in game.players]
    profiles = prod(map(len, plans))
    if profiles > MAX_PROFILES:
        raise NotApplicable(
            f"the game has {profiles} pure profiles; allowed are {MAX_PROFILES}: use "
            "concept='sequential' or 'qre'"
        )
    best = np.ones(tuple(map(len, plans)), dtype=bool)
    for i, table in enumerate(_payoff_tables(game, plans, deadline)):
        best &= table == table.max(axis=i, keepdims=True)
    found = []
    for cell in np.argwhere(best):
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


def _payoff_tables(
    game: ExtensiveFormGame, plans: Sequence[Sequence[Mapping[int, int]]], deadline: Deadline
) -> list[np.ndarray]:
    """Return each player's payoffs over all profiles, exact, in integers of a unit of its own."""
    compiled, numbers = game.compiled, game.exact()
    chance = numbers.chance(compiled.ends)
    owner = [game.players.index(info.player) for info in compiled.information_sets]
    likely = [z for z in range(len(compiled.ends)) if chance[z]]
    tables, weights = [], []
    for i in range(len(game.players)):
        worth = [chance[z] * numbers.payoffs[z, i] for z in likely]
        unit = lcm(*(u.denominator for u in worth))
        weights.append([int(u * unit) for u in worth])
        exact = object if sum(map(abs, weights[i])) > SAFE else np.int64
        tables.append(np.zeros(tuple(map(len, plans)), dtype=exact))
    for k, z in enumerate(likely):
        if deadline.passed:
            raise TimeUp(
                f"time limit reached, with {k} of {len(likely)} ends entered into the table of "
                f"{tables[0].size} pure profiles"
            )
        taken = dict(compiled.ends[z].decisions)
        allowed = [
            [
                s
                for s, plan in enumerate(own)
                if all(plan.get(h) == a for h, a in taken.items() if owner[h] == i)
            ]
            for i, own in enumerate(plans)
        ]
        grid = np.ix_(*allowed)
        for table, row in zip(tables, weights, strict=True):
            table[grid] += row[k]
    return tables


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
