"""D1 at many points at once, where the replies to a deviation end the matter.

Which deviations are messages, what is believed after them and what they are worth as a function of
the replies, follows from the pattern; the replies that are rational for some belief are the
equilibria of the game after the message, for which there are patterns of its own. So both are
compiled once, and only numbers are compared at each point.

Left to the exact route, point by point: messages after which their author moves again, or which the
opponent hears only after a move of its own; continua along which what a deviation gives up varies;
and points at which a comparison is too close to call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.patterns import Function, PatternTree, in_function
from crisisgames.equilibria.refine.d1_kernels import FAILS, OPEN, PASSES, Functions, judge
from crisisgames.equilibria.refine.messages import Message, believed, messages
from crisisgames.equilibria.refine.replies import after_message, continuation
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Block, action_values, minus

__all__ = ["Cells", "ManyD1"]


@dataclass(frozen=True, eq=False)
class Cells:
    """Polytopes of replies: of each point its cells, of each cell its corners; and what is sure."""

    cell_start: np.ndarray
    corner_start: np.ndarray
    corners: np.ndarray
    done: np.ndarray


Solver = Callable[[np.ndarray, np.ndarray, Deadline], Cells]
"""From payoff entries and their sizes to the replies at each point."""


class _Heard:
    """A message: the replies to it, and the patterns that have it."""

    def __init__(
        self, symbols: SequenceForm, message: Message, solver: Callable[..., Solver]
    ) -> None:
        everything = {h: tuple(range(symbols.size(h))) for h in symbols.parent}
        self.message, self.symbols, self.everything = message, symbols, everything
        follow = continuation(symbols, message, everything)
        # Its author does not move again, and who replies hears it at once.
        self.simple = (
            not follow.later
            and all(len(v) == 1 for v in follow.values)
            and not any(symbols.parent[h] for h in message.opens)
        )
        self.slots: dict[int, int] = {}
        self.stakes: list[Function] = []
        self.held: list[list[int]] = []
        if not self.simple:
            return
        plan = (1,) * len(symbols.sequences[1 - message.mover])
        derived, first, part = after_message(symbols, follow, plan)  # type: ignore[arg-type]
        tree = PatternTree(derived, part, "sequential", first)
        self.solve = solver(derived, tree, 1 - message.mover)
        place = {q: n for n, (q, _) in enumerate(follow.inside, 1)}
        self.values = [own[0] for own in follow.values]
        worths = [
            in_function({place[q]: c for q, c in v.items() if q in place}) for v in self.values
        ]
        self.worths = _flat(worths)
        self.outside = [{q: c for q, c in v.items() if q not in place} for v in self.values]
        beliefs = believed(symbols, message, ())
        self.leads = np.array([_bits(beliefs[h].ways) for h in message.opens], dtype=np.int64)

    def slot(self, n: int, block: Block) -> int:
        """Return the place of a pattern among those that have the message."""
        if n not in self.slots:
            m = self.message
            for departure, outside in zip(m.departures, self.outside, strict=True):
                h, _ = self.symbols.sequences[m.mover][departure]
                action = block.supports[h][0]
                stake = action_values(self.symbols, h, action, block.supports, self.everything)[0]
                self.stakes.append(in_function(minus(stake, outside)))
            beliefs = believed(self.symbols, m, block.levels[m.mover])
            self.held.append([_bits(beliefs[h].held) for h in m.opens])
            self.slots[n] = len(self.slots)
        return self.slots[n]


class ManyD1:
    """D1 for the patterns of one part of a game.

    Parameters
    ----------
    tree : PatternTree
    solver : callable
        From the form and the patterns of the game after a message, and who replies there, to what
        solves it for arrays of points.
    """

    def __init__(self, tree: PatternTree, solver: Callable[..., Solver]) -> None:
        self.tree, self.solver = tree, solver
        self.heard: dict[Message, _Heard] = {}
        self.of: dict[int, list[tuple[_Heard, int]] | None] = {}

    def _doubted(self, n: int) -> list[tuple[_Heard, int]] | None:
        """Return the messages of a pattern that may be judged; None if one is not simple."""
        if n not in self.of:
            block, symbols = self.tree.starts(n), self.tree.form
            found: list[tuple[_Heard, int]] | None = []
            for m in messages(symbols, block, frozenset(self.tree.part)):
                if all(len(b.ways) < 2 for b in believed(symbols, m, ()).values()):
                    continue  # beliefs are forced
                if m not in self.heard:
                    self.heard[m] = _Heard(symbols, m, self.solver)
                if found is not None and self.heard[m].simple:
                    found.append((self.heard[m], self.heard[m].slot(n, block)))
                else:
                    found = None
            self.of[n] = found
        return self.of[n]

    def __call__(
        self,
        payoffs: np.ndarray,
        sizes: np.ndarray,
        stops: np.ndarray,
        piece_stops: np.ndarray,
        room: Any,
        asked: np.ndarray,
        deadline: Deadline,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which extreme equilibria survive, and at which points that is certain.

        Parameters
        ----------
        stops, piece_stops : ndarray of int
            Where the extreme equilibria and the pieces of each point end in ``room``.
        asked : ndarray of bool
            Of which points it is asked.
        """
        pieces = int(piece_stops[-1]) if len(piece_stops) else 0
        counts = np.diff(piece_stops, prepend=0)
        point = np.repeat(np.arange(len(stops)), counts)
        base = (stops - np.diff(stops, prepend=0))[point]
        last = room.piece_end[:pieces].copy()
        first = np.concatenate([[0], last[:-1]]).astype(np.int64)
        node = room.piece_node[:pieces].copy()
        verdict = np.where(asked[point], PASSES, OPEN)
        users: dict[int, tuple[_Heard, list[int], list[int]]] = {}
        for n in np.unique(node[asked[point]]).tolist():
            doubted = self._doubted(n)
            mine = np.flatnonzero((node == n) & asked[point])
            if doubted is None:
                verdict[mine] = OPEN
                continue
            for heard, slot in doubted:
                _, own, slots = users.setdefault(id(heard), (heard, [], []))
                own += mine.tolist()
                slots += [slot] * len(mine)
        for heard, own, slots in users.values():
            places = np.array(own)
            there, number = np.unique(point[places], return_inverse=True)
            cells = heard.solve(payoffs[there], sizes[there], deadline)
            some = verdict[places].copy()
            sure = cells.done[number]
            some[~sure & (some != FAILS)] = OPEN
            keep = np.flatnonzero(sure & (some != FAILS))
            result = np.full(len(keep), PASSES)
            judge(
                number.reshape(-1)[keep],
                np.array(slots)[keep],
                first[places[keep]],
                last[places[keep]],
                base[places[keep]],
                room.members,
                room.plans,
                1 - heard.message.mover,
                _flat(heard.stakes),
                heard.worths,
                len(heard.message.ways),
                np.array(heard.held, dtype=np.int64),
                heard.leads,
                payoffs[there],
                sizes[there],
                cells.cell_start,
                cells.corner_start,
                cells.corners,
                result,
            )
            # What fails by one message fails, whatever is open about others.
            some[keep] = np.where(result == PASSES, some[keep], result)
            verdict[places] = some
        survives = np.repeat(~asked, np.diff(stops, prepend=0))
        certain = np.ones(len(stops), dtype=bool)
        certain[point[(verdict == OPEN) & asked[point]]] = False
        owner = np.repeat(np.arange(pieces), last - first)
        members = base[owner] + room.members[: last[-1] if pieces else 0]
        survives[members[verdict[owner] == PASSES]] = True
        return survives, certain


def _bits(ways: Any) -> int:
    return sum(1 << t for t in ways)


def _flat(functions: Sequence[Function]) -> Functions:
    entries = [entry for f in functions for entry in f]
    terms = [term for _, own in entries for term in own]
    return Functions(
        np.cumsum([0, *map(len, functions)]),
        np.array([t for t, _ in entries], dtype=np.int64),
        np.cumsum([0, *(len(own) for _, own in entries)]),
        np.array([v for v, _ in terms], dtype=np.int64),
        np.array([c for _, c in terms], dtype=float),
    )
