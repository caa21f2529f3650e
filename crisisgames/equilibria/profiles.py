"""Equilibrium sets from explicit strategy profiles, for any number of players."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import exp, log, prod
from typing import Any

import numpy as np

from crisisgames.equilibria.assemble import Extreme, Part, Sheaf
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.games import Compiled, ExtensiveFormGame, Numbers, Visit

__all__ = ["BehaviourProfile", "limit_beliefs", "profile_set"]

Beliefs = Mapping[int, Mapping[int, Fraction]]
"""For each information set the probability of each of its nodes."""

BehaviourProfile = tuple[tuple[Any, ...] | None, ...]
"""For each information set the probability of each action; None where anything will do."""


def profile_set(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    concept: str,
    profiles: Iterable[BehaviourProfile],
    *,
    complete: bool,
    notes: tuple[str, ...] = (),
    exact: bool = False,
    limits: Beliefs | None = None,
    at_edge: bool = False,
) -> EquilibriumSet:
    """Return the set of the given profiles, with beliefs by Bayes' rule where play comes.

    `limits` are beliefs for information sets that play hardly ever reaches; `at_edge` is as in
    `EquilibriumSet`.
    """
    numbers = game.exact()
    extremes = tuple(_extreme(game.compiled, numbers, p, limits or {}) for p in profiles)
    sheaves = tuple(Sheaf((k,), ((), ())) for k in range(len(extremes)))
    zero = Fraction(0)
    fixed = ((zero,) * len(labels), (zero,) * len(game.players))
    part = Part(extremes, sheaves)
    return EquilibriumSet(
        game, concept, complete, (part,), fixed, labels, None, notes, exact, at_edge
    )


def limit_beliefs(game: ExtensiveFormGame, logs: Sequence[np.ndarray]) -> Beliefs:
    """Return beliefs by Bayes' rule from log probabilities, however small these are."""
    compiled = game.compiled
    chance = game.exact().chance(compiled.nodes)
    weights: dict[int, dict[int, float]] = {}
    for x, (h, visit) in enumerate(zip(compiled.node_sets, compiled.nodes, strict=True)):
        if chance[x]:
            taken = sum(float(logs[g][a]) for g, a in visit.decisions)
            weights.setdefault(h, {})[x] = log(chance[x]) + taken
    beliefs: dict[int, dict[int, Fraction]] = {}
    for h, row in weights.items():
        top = max(row.values())
        shares = {x: Fraction(exp(w - top)) for x, w in row.items()}
        total = sum(shares.values())
        beliefs[h] = {x: share / total for x, share in shares.items()}
    return beliefs


def _extreme(
    compiled: Compiled, numbers: Numbers, profile: BehaviourProfile, limits: Beliefs
) -> Extreme:
    rows = [None if r is None else tuple(Fraction(p) for p in r) for r in profile]

    def reach(visit: Visit) -> Fraction:
        taken = ((rows[h], a) for h, a in visit.decisions)
        return prod((Fraction(0) if r is None else r[a] for r, a in taken), start=Fraction(1))

    node_reach = [
        c * reach(v) for c, v in zip(numbers.chance(compiled.nodes), compiled.nodes, strict=True)
    ]
    end_reach = [
        c * reach(v) for c, v in zip(numbers.chance(compiled.ends), compiled.ends, strict=True)
    ]
    totals: dict[int, Fraction] = {}
    for h, p in zip(compiled.node_sets, node_reach, strict=True):
        totals[h] = totals.get(h, Fraction(0)) + p
    beliefs = {h: dict(row) for h, row in limits.items() if not totals[h]}
    for x, h in enumerate(compiled.node_sets):
        if totals[h]:
            beliefs.setdefault(h, {})[x] = node_reach[x] / totals[h]

    def mean(table: Any) -> tuple[Fraction, ...]:
        return tuple(
            sum((q * u for q, u in zip(end_reach, col, strict=True) if q and u), Fraction(0))
            for col in table.T
        )

    strategy = dict(enumerate(rows))
    return Extreme(mean(numbers.shares), mean(numbers.payoffs), strategy, beliefs, ((), ()))
