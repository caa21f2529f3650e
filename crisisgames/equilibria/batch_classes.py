"""Classes of equilibria, and the selection of one, at many points at once: on arrays.

As in `classes`: pieces of the set that are connected belong together, components with one and the
same single outcome are one class, and independent parts of a game multiply.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from crisisgames.equilibria.sweep import Extremes

__all__ = ["ClassRanges", "class_ranges", "first_smallest"]

SAME = 1e-9
"""Probabilities no further apart are the same: extreme equilibria are exact up to rounding."""

TIED = 1e-12
"""Values no further apart are a tie for a rule that selects; then the first one is taken."""


@dataclass(frozen=True, eq=False)
class ClassRanges:
    """For each point the classes, from the least likely of the first outcome asked for on.

    Attributes
    ----------
    starts : ndarray of int
        Those of point k are at ``starts[k]`` to ``starts[k + 1]``.
    low, high : ndarray
        Shape (classes, questions): between what the probability of each outcome asked for lies.
    """

    starts: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """The number of classes of each point."""
        return np.asarray(np.diff(self.starts))

    def ordered(self) -> ClassRanges:
        """Return the classes of each point in canonical order, whatever order they were found in.

        That is by the lowest, then the highest probability of each outcome, rounding apart.
        """
        home = np.repeat(np.arange(len(self.starts) - 1), self.count)
        keys = [
            np.rint(v[:, k] / SAME) for k in range(self.low.shape[1]) for v in (self.low, self.high)
        ]
        order = np.lexsort((*keys[::-1], home))
        return ClassRanges(self.starts, self.low[order], self.high[order])


def class_ranges(
    fixed: np.ndarray, parts: Sequence[Extremes], labels: int, questions: Sequence[Sequence[int]]
) -> ClassRanges:
    """Return the classes of equilibria at each point.

    Parameters
    ----------
    fixed : ndarray
        What ends without any decision add to each quantity, shape (points, quantities).
    parts : sequence of Extremes
    labels : int
        How many of the quantities are probabilities of outcomes; the first ones.
    questions : sequence of sequences of int
        For each outcome asked for, the quantities that it is the sum of.
    """
    start = added(fixed, questions)
    whole = ClassRanges(np.arange(len(fixed) + 1), start, start)
    for part in parts:
        whole = _together(whole, _of_part(part, labels, questions))
    return whole.ordered()


def added(values: np.ndarray, questions: Sequence[Sequence[int]]) -> np.ndarray:
    """Return, for each question, the sum of its quantities.

    Not as a product of matrices, whose last digits may depend on how many rows there are.
    """
    sums = np.zeros((len(values), len(questions)))
    for k, places in enumerate(questions):
        for q in places:
            sums[:, k] += values[:, q]
    return sums


def _of_part(part: Extremes, labels: int, questions: Sequence[Sequence[int]]) -> ClassRanges:
    points = len(part.starts) - 1
    owner = np.repeat(np.arange(points), part.count)
    # Components, by their first extreme equilibrium.
    key = part.starts[owner] + part.groups
    order = np.argsort(key, kind="stable")
    heads = np.flatnonzero(np.diff(key[order], prepend=-1))
    if not len(heads):
        return ClassRanges(np.zeros(points + 1, dtype=int), *(np.empty((0, len(questions))),) * 2)
    outcomes = part.results[order, :labels]
    least, most = (f.reduceat(outcomes, heads) for f in (np.minimum, np.maximum))
    values = added(part.results, questions)[order]
    low, high = (f.reduceat(values, heads) for f in (np.minimum, np.maximum))
    single = np.asarray((most - least <= SAME).all(axis=1))
    home = owner[order[heads]]
    first = np.searchsorted(home, np.arange(points + 1))
    keep = np.ones(len(heads), dtype=bool)
    for back in range(1, int(np.diff(first).max(initial=0))):
        here = np.flatnonzero(np.arange(len(heads)) - first[home] >= back)
        before = here - back
        same = (np.abs(least[here] - least[before]) <= SAME).all(axis=1)
        keep[here[same & single[here] & single[before]]] = False
    starts = np.concatenate([[0], np.cumsum(np.bincount(home[keep], minlength=points))])
    return ClassRanges(starts, low[keep], high[keep])


def _together(one: ClassRanges, two: ClassRanges) -> ClassRanges:
    """Return every class of the one with every class of the other, which adds to it."""
    count = one.count * two.count
    starts = np.concatenate([[0], np.cumsum(count)])
    home = np.repeat(np.arange(len(count)), count)
    place = np.arange(starts[-1]) - starts[home]
    left, right = np.divmod(place, np.maximum(two.count[home], 1))
    left, right = left + one.starts[home], right + two.starts[home]
    return ClassRanges(starts, one.low[left] + two.low[right], one.high[left] + two.high[right])


def first_smallest(
    part: Extremes, values: np.ndarray, among: np.ndarray | None = None
) -> np.ndarray:
    """Return for each point the first extreme equilibrium of the smallest value; -1: there is none.

    Parameters
    ----------
    values : ndarray
        Of each extreme equilibrium.
    among : ndarray of bool, optional
        Those that may be taken.
    """
    if among is not None:
        values = np.where(among, values, np.inf)
    owner = np.repeat(np.arange(len(part.starts) - 1), part.count)
    least = part.reduced(np.minimum, values)
    good = np.flatnonzero((values <= least[owner] + TIED) & (values < np.inf))
    found = np.full(len(part.starts) - 1, -1)
    found[owner[good[::-1]]] = good[::-1]
    return found
