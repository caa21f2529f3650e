"""Where the nodes of a tree go: levels, lanes of information sets, and tidy packing [1]_.

*Along* runs from the root to the ends, *across* from the first branch to the last; which of them is
horizontal is the business of whoever draws. The members of an information set stand in one level
and one lane, so that a straight line joins them and passes through no other node.

References
----------
.. [1] Edward M. Reingold and John S. Tilford, "Tidier Drawings of Trees", IEEE Transactions on
   Software Engineering SE-7(2), 1981; here with boxes of any size instead of nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from crisisgames.plots.view import View

__all__ = ["Box", "Fan", "assign_lanes", "assign_levels", "pack", "with_fewer_crossings"]

CELL = 0.02
"""Resolution along, in inches, with which outlines of subtrees are kept."""

MOST_ORDERED = 4
"""Branches of a move of nature up to which all their orders are tried."""


@dataclass(frozen=True)
class Box:
    """Room that a node needs: along in inches from the root, across in inches from the node."""

    start: float
    stop: float
    near: float
    far: float


@dataclass(frozen=True)
class Fan:
    """Where the branches of a node part, and where those to its children run straight."""

    start: float
    stop: float


def assign_levels(view: View) -> tuple[list[int], set[int]]:
    """Return a level for each node, and the information sets that could not be put in one level.

    Each node is below its parent, and as high as the rest allows. Two information sets of which
    each comes before the other on some path cannot both be straight.
    """
    members = view.members()
    wide = {h: nodes for h, nodes in members.items() if len(nodes) > 1}
    levels = _levels(view, wide)
    if levels is not None:
        return levels, set()
    kept: dict[int, list[int]] = {}
    for h, nodes in wide.items():
        if _levels(view, {**kept, h: nodes}) is not None:
            kept[h] = nodes
    found = _levels(view, kept)
    assert found is not None, "single nodes always fit"
    return found, set(wide) - set(kept)


def _levels(view: View, sets: Mapping[int, Sequence[int]]) -> list[int] | None:
    """Return the least levels that keep sets together, or None if there are none."""
    levels = [0] * len(view.spots)
    for _ in range(len(view.spots) + 1):
        before = list(levels)
        for k, spot in enumerate(view.spots):
            if spot.parent >= 0:
                levels[k] = max(levels[k], levels[spot.parent] + 1)
        for nodes in sets.values():
            lowest = max(levels[k] for k in nodes)
            for k in nodes:
                levels[k] = lowest
        if levels == before:
            return levels
    return None


def assign_lanes(view: View, levels: Sequence[int], bent: set[int]) -> list[int]:
    """Return a lane within its level for each node: lines of sets in one lane do not meet."""
    order = {k: rank for rank, k in enumerate(view.order())}
    sets: dict[int, list[list[int]]] = {}
    for h, nodes in view.members().items():
        if len(nodes) > 1 and h not in bent:
            sets.setdefault(levels[nodes[0]], []).append(nodes)
    lanes = [0] * len(view.spots)
    for level, groups in sets.items():
        spans = [(min(order[k] for k in g), max(order[k] for k in g), g) for g in groups]
        spans.sort(key=lambda s: (s[0] - s[1], s[0]))  # longest first: lines cross fewer branches
        taken: list[list[tuple[int, int]]] = []
        for low, high, nodes in spans:
            fits = (n for n, lane in enumerate(taken) if all(high < a or b < low for a, b in lane))
            lane = next(fits, len(taken))
            if lane == len(taken):
                taken.append([])
            taken[lane].append((low, high))
            for k in nodes:
                lanes[k] = lane
        inside = {k for g in groups for k in g}
        for k, own in enumerate(levels):
            if own == level and k not in inside:
                # Beyond all lines that pass it, so that they cross one branch only.
                passing = [n for n, lane in enumerate(taken) for a, b in lane if a < order[k] < b]
                lanes[k] = max(passing, default=-1) + 1
    return lanes


def crossings(view: View, levels: Sequence[int], bent: set[int]) -> int:
    """Return how many nodes the lines of information sets pass by."""
    rows: dict[int, list[int]] = {}
    for k in view.order():
        rows.setdefault(levels[k], []).append(k)
    passed = 0
    for row in rows.values():
        ends: dict[int, tuple[int, int, int]] = {}
        for rank, k in enumerate(row):
            h = view.spots[k].info
            if h >= 0 and h not in bent:
                first, _, count = ends.get(h, (rank, rank, 0))
                ends[h] = (first, rank, count + 1)
        passed += sum(last - first + 1 - count for first, last, count in ends.values())
    return passed


def with_fewer_crossings(view: View) -> View:
    """Return the view with the branches of nature in an order in which lines cross less.

    Orders are tried node by node, as long as that helps; where it does not, they stay as written.
    Actions keep their order, the same at all nodes of an information set.
    """
    levels, bent = assign_levels(view)
    best = crossings(view, levels, bent)
    chances = [
        k
        for k, s in enumerate(view.spots)
        if s.kind == "chance" and len(s.children) <= MOST_ORDERED
    ]
    helped = best > 0
    while helped:
        helped = False
        for k in chances:
            for order in permutations(view.spots[k].children):
                spots = list(view.spots)
                spots[k] = replace(spots[k], children=order)
                tried = replace(view, spots=tuple(spots))
                count = crossings(tried, levels, bent)
                if count < best:
                    view, best, helped = tried, count, True
    return view


def pack(
    view: View, boxes: Sequence[Sequence[Box]], fans: Sequence[Fan], length: float, gap: float
) -> tuple[list[float], float]:
    """Return where each node lies across, and how much room all take.

    Subtrees are moved together until their outlines are ``gap`` apart; a parent stands in the
    middle of its first and last child. Outlines include labels and branches, so nothing overlaps,
    and no branches cross.

    Parameters
    ----------
    view : View
    boxes : sequence of sequences of Box
        For each node what is drawn for it and for the branch that leads there.
    fans : sequence of Fan
        For each node where its branches part.
    length : float
        Where the longest box ends.
    gap : float
        Inches between outlines.
    """
    count = int(np.ceil(length / CELL)) + 2
    cells = np.arange(count) * CELL
    shift = [0.0] * len(view.spots)
    near: dict[int, np.ndarray] = {}
    far: dict[int, np.ndarray] = {}
    for k in reversed(view.order()):
        low, high = np.full(count, np.inf), np.full(count, -np.inf)
        children = view.spots[k].children
        for c in children:
            room = high - near[c]
            shift[c] = max(0.0, float(room.max()) + gap) if np.isfinite(room).any() else 0.0
            np.minimum(low, near[c] + shift[c], out=low)
            np.maximum(high, far.pop(c) + shift[c], out=high)
            del near[c]
        if children:
            middle = (shift[children[0]] + shift[children[-1]]) / 2
            low -= middle
            high -= middle
            for c in children:
                shift[c] -= middle
                _fan(low, high, cells, fans[k], shift[c])
        for box in boxes[k]:
            a, b = int(box.start / CELL), int(np.ceil(box.stop / CELL)) + 1
            np.minimum(low[a:b], box.near, out=low[a:b])
            np.maximum(high[a:b], box.far, out=high[a:b])
        near[k], far[k] = low, high
    first = float(near[0].min())
    across = [0.0] * len(view.spots)
    for k in view.order():
        parent = view.spots[k].parent
        across[k] = shift[k] + across[parent] if parent >= 0 else -first
    return across, float(far[0].max()) - first


def _fan(low: np.ndarray, high: np.ndarray, cells: np.ndarray, fan: Fan, to: float) -> None:
    """Add the slanted part of a branch to an outline."""
    inside = (cells >= fan.start - CELL) & (cells <= fan.stop + CELL)
    share = np.clip((cells[inside] - fan.start) / (fan.stop - fan.start), 0, 1)
    low[inside] = np.minimum(low[inside], to * share)
    high[inside] = np.maximum(high[inside], to * share)
