"""A game's numbers at many points, as the kernel of sweeps takes them.

Payoff tables in sequence form are sums over ends: nature's probability times a mover's payoff. With
each sum goes the size of what was added, which its rounding is relative to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from crisisgames.equilibria.patterns import payoff_entries
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sweep_kernels import ROUNDING
from crisisgames.games import Numbers
from crisisgames.kernels import kernel

__all__ = ["RAREST", "Entries", "Tables", "entries_of", "tables_of", "totals_of"]

TERMS = 8
"""Numbers added up in a payoff entry without a further allowance for their rounding."""

RAREST = 1e-9
"""Probability of an end below which a point is solved exactly: what nature never does, or hardly
ever, is taken as a limit there."""

SCALES = 1e3
"""How far the smallest difference in a game must be above rounding for ties to be told."""


class Tables(NamedTuple):
    """Which ends are added up in which entries of the payoff tables."""

    chance_start: np.ndarray  # of each end, the first of nature's branches on the way
    chance: np.ndarray
    ends: np.ndarray  # the ends in the tables
    players: np.ndarray  # the player who is mover 0, and mover 1; -1: there is none
    places: np.ndarray  # shape (2, ends in the tables): the entry of each mover's payoff there
    terms: np.ndarray  # shape (2, entries): how many ends are added up


class Entries(NamedTuple):
    """The payoff tables at some points.

    `payoffs` and `sizes` have the shape (points, entries); `chance` (points, ends) is what nature's
    probabilities on the way to each end make together. `fine` says of each point whether nature
    does everything there that it may do, and whether its numbers are of one scale: whether the
    smallest difference between two payoffs of a mover, at the least likely end, is far above the
    rounding of the largest. Then what looks like a tie is one; elsewhere nothing else is filled in.
    """

    payoffs: np.ndarray
    sizes: np.ndarray
    chance: np.ndarray
    fine: np.ndarray


def tables_of(form: SequenceForm) -> Tables:
    """Return the tables of a game in sequence form."""
    game = form.game
    ways = [v.chance for v in game.ends]
    entry = {key: k for k, key in enumerate(payoff_entries(form))}
    places = np.array([[entry[i, s[i], s[1 - i]] for _, *s, _ in form.ends] for i in (0, 1)])
    return Tables(
        np.cumsum([0, *map(len, ways)]),
        np.array([b for way in ways for b in way], dtype=np.int64),
        np.array([z for z, *_ in form.ends], dtype=np.int64),
        np.array([p if p < len(game.players) else -1 for p in form.movers], dtype=np.int64),
        places,
        np.array([np.bincount(row, minlength=len(entry)) for row in places]),
    )


def entries_of(
    tables: Tables, numbers: Numbers, magnitudes: tuple[np.ndarray, np.ndarray]
) -> Entries:
    """Return the payoff tables at points; magnitudes as `Compiled.magnitudes` gives them."""
    given = (numbers.branches, numbers.payoffs, *magnitudes)
    branches, payoffs, branch_sizes, payoff_sizes = map(_plain, given)
    points, entries = len(numbers.branches), tables.terms.shape[1]
    made = Entries(
        np.zeros((points, entries)),
        np.zeros((points, entries)),
        np.ones((points, len(tables.chance_start) - 1)),
        np.ones(points, dtype=np.bool_),
    )
    _fill(tables, branches, payoffs, branch_sizes, payoff_sizes, made)
    return made


def totals_of(chance: np.ndarray, numbers: Numbers, ends: Sequence[int]) -> np.ndarray:
    """Return what ends add to outcomes and payoffs, shape (points, ends, quantities)."""
    outcomes, players = numbers.shares.shape[2], numbers.payoffs.shape[2]
    totals = np.empty((len(chance), len(ends), outcomes + players))
    where = np.array(ends, dtype=np.int64)
    _weigh(chance, _plain(numbers.shares), _plain(numbers.payoffs), where, totals)
    return totals


def _plain(a: np.ndarray) -> np.ndarray:
    """Return an array of the one layout that kernels are compiled for."""
    return np.require(a, np.float64, ["C", "W"])


@kernel()
def _weigh(
    chance: np.ndarray,
    shares: np.ndarray,
    payoffs: np.ndarray,
    ends: np.ndarray,
    totals: np.ndarray,
) -> None:
    outcomes, players = shares.shape[2], payoffs.shape[2]
    for point in range(len(chance)):
        for k in range(len(ends)):
            z = ends[k]
            luck = chance[point, z]
            for q in range(outcomes):
                totals[point, k, q] = luck * shares[point, z, q]
            for i in range(players):
                totals[point, k, outcomes + i] = luck * payoffs[point, z, i]


@kernel()
def _fill(
    t: Tables,
    branches: np.ndarray,
    payoffs: np.ndarray,
    branch_sizes: np.ndarray,
    payoff_sizes: np.ndarray,
    made: Entries,
) -> None:
    all_ends, inside = len(t.chance_start) - 1, len(t.ends)
    doubts = np.zeros(all_ends)
    for point in range(len(branches)):
        # Where nature never does something the exact route takes the limit from inside.
        for b in range(branches.shape[1]):
            if not branches[point, b] > 0.0:
                made.fine[point] = False
        if not made.fine[point]:
            continue
        chance = made.chance[point]
        for z in range(all_ends):
            doubts[z] = 0.0
            for place in range(t.chance_start[z], t.chance_start[z + 1]):
                b = t.chance[place]
                chance[z] *= branches[point, b]
                # How many roundings the probability of the end carries.
                doubts[z] += branch_sizes[point, b] / branches[point, b]
        rarest = 1.0
        for k in range(inside):
            rarest = min(rarest, chance[t.ends[k]])
        if not rarest > RAREST:
            made.fine[point] = False
            continue
        for i in range(2):
            player = t.players[i]
            if player < 0:
                continue
            largest, rounded = 0.0, 0.0
            for z in range(all_ends):
                largest = max(largest, abs(payoffs[point, z, player]))
                rounded = max(rounded, payoff_sizes[point, z, player])
            ordered, least = np.sort(payoffs[point, :, player]), np.inf
            for z in range(1, all_ends):
                gap = ordered[z] - ordered[z - 1]
                if gap > ROUNDING * (abs(ordered[z]) + abs(ordered[z - 1])):
                    least = min(least, gap)
            if not least * rarest > SCALES * ROUNDING * (largest + rounded):
                made.fine[point] = False
                break
            # A constant less changes no comparison, and may make what is added smaller.
            low, high = np.inf, -np.inf
            for k in range(inside):
                low = min(low, payoffs[point, t.ends[k], player])
                high = max(high, payoffs[point, t.ends[k], player])
            middle, without, before = (low + high) / 2.0, 0.0, 0.0
            for k in range(inside):
                before += abs(payoffs[point, t.ends[k], player])
                without += abs(payoffs[point, t.ends[k], player] - middle)
            if not without < before / 2.0:
                middle = 0.0
            for k in range(inside):
                z, entry = t.ends[k], t.places[i, k]
                value = payoffs[point, z, player]
                centred = value - middle
                size = payoff_sizes[point, z, player] + abs(value)
                size = chance[z] * (size + abs(centred) * (1.0 + doubts[z]))
                made.payoffs[point, entry] += chance[z] * centred
                made.sizes[point, entry] += size * (1.0 + t.terms[i, entry] / TERMS)
