"""The least war that one split, proposed to both in public, can leave: nobody reports anything.

Two sides of a `Dispute` hear a split and accept or fight, each knowing its own type; there is war
unless both accept. What matters to a side is who on the other side accepts: only then does its own
answer count. So of a split and the types that accept it, an equilibrium is where each of them
expects at least as much from the split as from war against those who accept, and nobody else more.

For given types that accept, each of these conditions is a bound on the split. All pairs of sets of
types are therefore looked through, the most peaceful first, in rationals. Types answer for sure;
equilibria in which one of them tosses a coin are left out.

References
----------
Johannes Hörner, Massimo Morelli and Francesco Squintani, "Mediation and Peace", Review of Economic
Studies 82, 2015, where this is what sides reach without talk.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from typing import Any

from crisisgames.equilibria.linear.settlements import (
    PUBLIC_SPLIT,
    Dispute,
    Settlement,
    as_grid,
)

__all__ = ["public_split"]

Thresholds = list[tuple[Fraction | None, ...]]


def public_split(dispute: Dispute, *, splits: Iterable[Any] | None = None) -> Settlement:
    """Return the split proposed in public that leaves the least war, and who accepts it.

    Parameters
    ----------
    dispute : Dispute
    splits : iterable of numbers, optional
        Shares of the first side that may be proposed; any share if left out.

    Raises
    ------
    GameError
        For a split outside [0, 1].

    Examples
    --------
    Half and half is refused by the strong, and there is no better proposal.

    >>> win = [[0.5, 0.8], [0.2, 0.5]]
    >>> war = [[p - 0.1 for p in row] for row in win], [[0.9 - p for p in row] for row in win]
    >>> found = public_split(Dispute.independent([0.3, 0.7], [0.3, 0.7], war))
    >>> found.prob_war
    Fraction(51, 100)
    """
    grid = None if splits is None else as_grid(dispute, splits)
    sets = [_sets(len(names)) for names in dispute.types]
    floors = _thresholds(dispute, 0, sets[1]), _thresholds(dispute, 1, sets[0])

    def peace(accepting: tuple[int, int]) -> Fraction:
        one, other = (sets[side][k] for side, k in enumerate(accepting))
        return sum((dispute.probability(i, j) for i in one for j in other), Fraction(0))

    pairs = sorted(product(range(len(sets[0])), range(len(sets[1]))), key=peace, reverse=True)
    for pair in pairs:
        one, other = (sets[side][k] for side, k in enumerate(pair))
        low, high = _between(floors[0][pair[1]], one)
        less, more = _between(floors[1][pair[0]], other)
        low, high = max(low, 1 - more), min(high, 1 - less)
        share = low if grid is None else next((x for x in grid if low <= x <= high), None)
        if share is not None and low <= high:
            return _settlement(dispute, share, one, other)
    return _settlement(dispute, Fraction(0), frozenset(), frozenset())  # nobody accepts anything


def _sets(count: int) -> list[frozenset[int]]:
    """Return all sets of types."""
    return [frozenset(k for k in range(count) if mask >> k & 1) for mask in range(2**count)]


def _thresholds(dispute: Dispute, side: int, sets: list[frozenset[int]]) -> Thresholds:
    """Return for each set of accepting others what share each type of a side needs, if any."""
    found = []
    for accepting in sets:
        row: list[Fraction | None] = []
        for own in range(len(dispute.types[side])):
            pairs = [(own, k) if side == 0 else (k, own) for k in accepting]
            mass = sum((dispute.probability(*p) for p in pairs), Fraction(0))
            war = sum((dispute.probability(*p) * dispute.war[side][p[0]][p[1]] for p in pairs),
                      Fraction(0))  # fmt: skip
            row.append(war / mass if mass else None)
        found.append(tuple(row))
    return found


def _between(
    needed: tuple[Fraction | None, ...], accepting: frozenset[int]
) -> tuple[Fraction, Fraction]:
    """Return the shares with which these types and no others accept."""
    inside = [x for k, x in enumerate(needed) if k in accepting and x is not None]
    outside = [x for k, x in enumerate(needed) if k not in accepting and x is not None]
    return max([Fraction(0), *inside]), min([Fraction(1), *outside])


def _settlement(
    dispute: Dispute, share: Fraction, one: frozenset[int], other: frozenset[int]
) -> Settlement:
    rule: dict[tuple[str, str], dict[Fraction, Any]] = {}
    war, pays = Fraction(0), [Fraction(0), Fraction(0)]
    for i, a in enumerate(dispute.types[0]):
        for j, b in enumerate(dispute.types[1]):
            f, settled = dispute.probability(i, j), i in one and j in other
            rule[a, b] = {share: Fraction(1)} if settled else {}
            war += 0 if settled else f
            worth = (share, 1 - share) if settled else tuple(w[i][j] for w in dispute.war)
            pays = [u + f * w for u, w in zip(pays, worth, strict=True)]
    payoffs = dict(zip(dispute.players, pays, strict=True))
    return Settlement(dispute, PUBLIC_SPLIT, war, rule, payoffs, (), Fraction(0))
