"""The strategic form: a game as a table of payoffs over strategies, chance averaged [1]_.

A tree is taken in *reduced* strategies: a strategy says nothing where its own earlier choices do
not lead, since strategies that differ only there never lead to different play. Payoffs are
expectations over nature's moves, and the probability of each outcome is carried along, so that
questions about outcomes have the same answers as in the tree.

References
----------
.. [1] H. W. Kuhn, "Extensive Games and the Problem of Information", Contributions to the Theory of
   Games II, 1953; reduced strategies as in Roger B. Myerson, "Game Theory: Analysis of Conflict",
   1991, Section 2.4.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.compiled import Compiled, Numbers
from crisisgames.games.expressions import ROUNDING, ExactEvaluator
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.games.normal import NormalFormGame
from crisisgames.games.tree import STEP

__all__ = [
    "MAX_PROFILES",
    "StrategicForm",
    "count_strategies",
    "normal_form",
    "reduced_strategies",
    "strategic_form",
    "tree_table",
]

MAX_PROFILES = 100_000
"""Profiles of reduced strategies up to which a tree is written as a table: seconds, not minutes."""

Plan = dict[int, int]
"""A reduced strategy: the action at each information set that its own choices do not exclude."""

Shares = tuple[tuple[int, Fraction], ...]
"""Places of outcomes and their probabilities, those of probability 0 left out."""


@dataclass(frozen=True, eq=False)
class StrategicForm:
    """A game as a table of rationals.

    Attributes
    ----------
    players : tuple of str
    strategies : tuple of tuples of str
        The strategies of each player.
    outcomes : tuple
        Labels of outcomes.
    payoffs : ndarray
        Utils as `fractions.Fraction`, shape (strategies of each player ..., players).
    shares : tuple of Shares
        The distribution over outcomes of each profile, the last player's strategy running fastest.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    outcomes: tuple[Hashable, ...]
    payoffs: np.ndarray
    shares: tuple[Shares, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """How many strategies each player has."""
        return tuple(map(len, self.strategies))


def strategic_form(game: ExtensiveFormGame | NormalFormGame) -> StrategicForm:
    """Return the table of a game at its values, in exact rationals.

    Raises
    ------
    NotApplicable
        If a tree has more than `MAX_PROFILES` profiles of reduced strategies.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> game = ExtensiveFormGame(move("A", {"in": end("war", (1,)), "out": end("calm", (0,))}),
    ...     players=("A",))
    >>> strategic_form(game).strategies
    (('in', 'out'),)
    """
    return _table_of(game) if isinstance(game, NormalFormGame) else tree_table(game, game.exact())


def tree_table(game: ExtensiveFormGame, numbers: Numbers) -> StrategicForm:
    """Return the table of a tree with these numbers, rationals or whatever else can be added.

    Raises
    ------
    NotApplicable
        As `strategic_form`.
    """
    compiled = game.compiled
    plans = [reduced_strategies(compiled, p) for p in _checked(compiled)]
    chance = numbers.chance(compiled.ends)

    def mean(ends: tuple[int, ...]) -> tuple[tuple[Fraction, ...], Shares]:
        likely = [z for z in ends if chance[z]]
        pays = sum((chance[z] * numbers.payoffs[z] for z in likely), _zeros(len(plans)))
        weights = sum((chance[z] * numbers.shares[z] for z in likely), _zeros(len(game.outcomes)))
        return tuple(pays), tuple((k, w) for k, w in enumerate(weights) if w)

    rows = _by_profile(compiled, plans, mean)
    payoffs = np.empty((len(rows), len(plans)), dtype=object)
    payoffs[:] = [list(pays) for pays, _ in rows]
    shape = (*map(len, plans), len(plans))
    names = tuple(_names(compiled, own, p) for own, p in zip(plans, game.players, strict=True))
    shares = tuple(row for _, row in rows)
    return StrategicForm(game.players, names, game.outcomes, payoffs.reshape(shape), shares)


def normal_form(game: ExtensiveFormGame) -> NormalFormGame:
    """Return a tree as a normal-form game in reduced strategies; parameters stay parameters."""
    compiled = game.compiled
    plans = [reduced_strategies(compiled, p) for p in _checked(compiled)]
    chance = [sp.Mul(*(compiled.branch_expressions[b] for b in v.chance)) for v in compiled.ends]
    columns = [*zip(*compiled.payoff_expressions, strict=True)]
    labels = [*zip(*compiled.share_expressions, strict=True)]

    def mean(ends: tuple[int, ...]) -> tuple[tuple[sp.Expr, ...], dict[str, sp.Expr]]:
        pays = tuple(sp.Add(*(chance[z] * column[z] for z in ends)) for column in columns)
        weights = (sp.Add(*(chance[z] * column[z] for z in ends)) for column in labels)
        pairs = zip(game.outcomes, weights, strict=True)
        return pays, {o: w for o, w in pairs if not w.is_zero}

    names = [_names(compiled, own, p) for own, p in zip(plans, game.players, strict=True)]
    cells = np.ndindex(*map(len, plans))
    profiles = [tuple(own[k] for own, k in zip(names, cell, strict=True)) for cell in cells]
    rows = dict(zip(profiles, _by_profile(compiled, plans, mean), strict=True))
    payoffs = {profile: pays for profile, (pays, _) in rows.items()}
    shares = {profile: row for profile, (_, row) in rows.items()}
    return NormalFormGame(game.players, tuple(names), payoffs, game.values, shares)


def reduced_strategies(compiled: Compiled, player: str) -> list[Plan]:
    """Return a player's pure strategies that say nothing where they themselves do not lead.

    Raises
    ------
    NotApplicable
        If there are more than `MAX_PROFILES`: a list of them would fill the memory.
    """
    count = count_strategies(compiled, player)
    if count > MAX_PROFILES:
        raise NotApplicable(
            f"{player!r} has {count} reduced strategies; allowed are {MAX_PROFILES}: make the "
            "game smaller, or use a concept that does not list strategies, such as "
            "'sequential' or 'qre'"
        )
    before = _last_choices(compiled, player)
    plans: list[Plan] = [{}]
    for h, last in before.items():  # in tree order: what comes before is decided before
        grown: list[Plan] = []
        for plan in plans:
            if last is not None and plan.get(last[0]) != last[1]:
                grown.append(plan)
            else:
                size = len(compiled.information_sets[h].actions)
                grown += [{**plan, h: a} for a in range(size)]
        plans = grown
    return plans


def _last_choices(compiled: Compiled, player: str) -> dict[int, tuple[int, int] | None]:
    """Return, for each information set of a player, its own last choice on the way there."""
    own = {h for h, info in enumerate(compiled.information_sets) if info.player == player}
    before: dict[int, tuple[int, int] | None] = {}
    for visit, h in zip(compiled.nodes, compiled.node_sets, strict=True):
        if h in own and h not in before:
            before[h] = next((d for d in reversed(visit.decisions) if d[0] in own), None)
    return dict(sorted(before.items()))


def count_strategies(compiled: Compiled, player: str) -> int:
    """Return how many reduced strategies a player has, without listing them.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> game = ExtensiveFormGame(move("A", {"in": end("war", (1,)), "out": end("calm", (0,))}),
    ...     players=("A",))
    >>> count_strategies(game.compiled, "A")
    2
    """
    before = _last_choices(compiled, player)
    after: dict[tuple[int, int] | None, int] = {}
    for h in reversed(before):
        actions = range(len(compiled.information_sets[h].actions))
        ways = sum(after.get((h, a), 1) for a in actions)
        after[before[h]] = after.get(before[h], 1) * ways
    return after.get(None, 1)


def _checked(compiled: Compiled) -> tuple[str, ...]:
    """Return the players, or raise if the table would be too large."""
    counts = {p: count_strategies(compiled, p) for p in compiled.players}
    profiles = prod(counts.values())
    if profiles > MAX_PROFILES:
        own = ", ".join(f"{n} of {p!r}" for p, n in counts.items())
        raise NotApplicable(
            f"the normal form would have {profiles} profiles of reduced strategies ({own}); "
            f"allowed are {MAX_PROFILES}: make the game smaller, or solve the tree itself"
        )
    return compiled.players


def _by_profile(
    compiled: Compiled, plans: Sequence[list[Plan]], mean: Callable[[tuple[int, ...]], Any]
) -> list[Any]:
    """Return ``mean`` of the ends that each profile of strategies leads to."""
    shape = tuple(map(len, plans))
    owner = [compiled.players.index(info.player) for info in compiled.information_sets]
    plays = {
        (h, a): np.array([plan.get(h) == a for plan in plans[owner[h]]])
        for h, info in enumerate(compiled.information_sets)
        for a in range(len(info.actions))
    }
    cells, ends = [], []
    for z, visit in enumerate(compiled.ends):
        ways = [np.ones(n, dtype=bool) for n in shape]
        for h, a in visit.decisions:
            ways[owner[h]] &= plays[h, a]
        grid = np.ix_(*(np.flatnonzero(w) for w in ways))
        flat = np.ravel_multi_index(np.broadcast_arrays(*grid), shape).ravel()
        cells.append(flat)
        ends.append(np.full(len(flat), z))
    every = np.concatenate(cells)
    order = np.argsort(every, kind="stable")
    reached = np.concatenate(ends)[order]
    cuts = np.searchsorted(every[order], np.arange(prod(shape) + 1))
    known: dict[bytes, Any] = {}  # many profiles lead to the same ends
    rows = []
    for start, stop in pairwise(cuts):
        key = reached[start:stop].tobytes()
        if key not in known:
            known[key] = mean(tuple(map(int, reached[start:stop])))
        rows.append(known[key])
    return rows


def _names(compiled: Compiled, plans: Sequence[Plan], player: str) -> tuple[str, ...]:
    """Return a text for each strategy: what it does wherever its choices lead."""
    sets = compiled.information_sets
    alone = sum(info.player == player for info in sets) == 1

    def name(plan: Plan) -> str:
        steps = [(sets[h].label.replace(STEP, " / "), sets[h].actions[a]) for h, a in plan.items()]
        return "; ".join(action if alone else f"{where}: {action}" for where, action in steps)

    names: dict[str, None] = {}
    for plan in plans:
        text = name(plan) or "no move"
        while text in names:  # only where labels are made to look like several
            text += "'"
        names[text] = None
    return tuple(names)


def _table_of(game: NormalFormGame) -> StrategicForm:
    payoffs = game.exact()
    if not game.shares:
        certain = tuple(((k, Fraction(1)),) for k in range(len(game.profiles)))
        return StrategicForm(game.players, game.actions, game.profiles, payoffs, certain)
    point = {p: p.check(game.values.get(n, p.default)) for n, p in game.parameters.items()}
    evaluate = ExactEvaluator(point)
    place = {o: k for k, o in enumerate(game.outcomes)}
    rows = []
    for profile in game.profiles:
        weights = {o: evaluate(share) for o, share in game.shares[profile].items()}
        total = sum(weights.values(), Fraction(0))
        if any(w < 0 for w in weights.values()) or not abs(total - 1) <= ROUNDING:
            shown = ", ".join(f"{o!r} {float(w):.12g}" for o, w in weights.items())
            raise GameError(
                f"the outcome shares of {profile} are {shown}; each must be at least 0, and they "
                "must sum to 1"
            )
        rows.append(tuple((place[o], w) for o, w in weights.items() if w))
    return StrategicForm(game.players, game.actions, game.outcomes, payoffs, tuple(rows))


def _zeros(size: int) -> np.ndarray:
    return np.full(size, Fraction(0), dtype=object)
