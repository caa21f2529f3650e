"""A tree of patterns as flat arrays, for a kernel; the arrays grow as the tree does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain
from operator import and_
from typing import Any

import numpy as np

from crisisgames.equilibria.patterns import Cut, Function, Node, PatternTree, payoff_entries
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sweep_kernels import BITS, Program

__all__ = ["Flat", "width_of"]

BARE, GROWN, TOO_MANY = 0, 1, 2
"""Of a node: it has no children yet; they are there; they are more than can be listed."""


class _Rows:
    """An array that grows at its end: what was handed out before is never written to again."""

    def __init__(self, *shape: int, dtype: Any = np.int64) -> None:
        self.data, self.count = np.empty((0, *shape), dtype), 0
        self.waiting: list[Any] = []

    def __len__(self) -> int:
        return self.count + len(self.waiting)

    def __getitem__(self, k: int) -> Any:
        return self.data[k] if k < self.count else self.waiting[k - self.count]

    def append(self, row: Any) -> None:
        self.waiting.append(row)

    def extend(self, rows: Iterable[Any]) -> None:
        self.waiting.extend(rows)

    def array(self) -> np.ndarray:
        if self.waiting:
            new = np.array(self.waiting, self.data.dtype).reshape(-1, *self.data.shape[1:])
            total = self.count + len(new)
            if total > len(self.data):
                larger = np.empty((2 * total, *self.data.shape[1:]), self.data.dtype)
                larger[: self.count] = self.data[: self.count]
                self.data = larger
            self.data[self.count : total] = new
            self.count, self.waiting = total, []
        return self.data[: self.count]


class Flat:
    """The arrays of a tree.

    Parameters
    ----------
    form : SequenceForm
    tree : PatternTree
    ends : sequence of int
        The ends of the game that the tree's part leads to.
    """

    def __init__(self, form: SequenceForm, tree: PatternTree, ends: Sequence[int]) -> None:
        self.tree, self.width = tree, width_of(form)
        self.functions: dict[Function, int] = {}
        self.cuts = {n: _Rows() for n in CUTS}
        self.zeros, self.rays, self.masks = _Rows(2), _Rows(self.width, dtype=float), _Rows(2)
        self.entry_start, self.entries = _from_zero(), _Rows()
        self.term_start, self.terms, self.factors = _from_zero(), _Rows(), _Rows(dtype=float)
        self.needed_start, self.needed = _from_zero(), _Rows()
        self.demand_start, self.demands = _from_zero(), _Rows(2)
        self.used, self.plans = _Rows(), _Rows(2)
        self.allowed, self.children = _Rows(len(tree.answering)), _Rows()
        self.nodes, self.families = 0, 0
        # What changes of a node: where its children are, and whether they are there.
        self.about = np.zeros((0, 3), dtype=np.int64)
        keys = payoff_entries(form)
        inside = set(tree.part)
        sets = [[h for h in form.parent if h in inside and form.owner[h] == i] for i in (0, 1)]
        places = {h: k for k, h in enumerate(chain.from_iterable(sets))}
        sequences = {z: s for z, *s, _ in form.ends}
        self.rest: dict[str, Any] = {
            "ends": _whole([sequences[z] for z in ends], -1, 2),
            "table_start": np.searchsorted([i for i, *_ in keys], [0, 1, 2]),
            "table": _whole([key[1:] for key in keys], -1, 2),
            "set_start": _starts(sets),
            "sets": _whole([_place(form, h) for own in sets for h in own], -1, 3),
            "follower": 1 - tree.leader,
            "rules": _whole([(places[r.set], r.action) for r in tree.rules], -1, 2),
            "rule_start": _starts([r.functions for r in tree.rules]),
            "rule_functions": _whole([self._function(f) for r in tree.rules for f in r.functions]),
            "origin_start": _starts([r.starts for r in tree.rules]),
            "origins": _whole([s for r in tree.rules for s in r.starts]),
        }

    def program(self) -> Program:
        """Return the arrays, after what is new in the tree is added."""
        tree = self.tree
        for cut in tree.cuts_from(len(self.zeros)):
            self._add_cut(cut)
        for node in tree.nodes[self.nodes :]:
            self._add_node(node)
        about = np.zeros((len(tree.nodes), 3), dtype=np.int64)
        about[: self.nodes] = self.about
        self.nodes, self.about = len(tree.nodes), about
        for n in tree.grown[self.families :]:
            node, first = tree.nodes[n], len(self.children)
            own = node.children or ()
            self.children.extend(own)
            state = GROWN if own or node.block else TOO_MANY
            about[n] = first, first + len(own), state
        self.families = len(tree.grown)
        return Program(
            **{n: rows.array() for n, rows in self.cuts.items()},
            zeros=self.zeros.array(),
            rays=self.rays.array(),
            masks=self.masks.array(),
            entry_start=self.entry_start.array(),
            entry_coordinate=self.entries.array(),
            term_start=self.term_start.array(),
            term_payoff=self.terms.array(),
            term_factor=self.factors.array(),
            needed_start=self.needed_start.array(),
            needed=self.needed.array(),
            demand_start=self.demand_start.array(),
            demands=self.demands.array(),
            allowed=self.allowed.array(),
            used=self.used.array(),
            plans=self.plans.array(),
            child_start=about[:, 0].copy(),
            child_stop=about[:, 1].copy(),
            children=self.children.array(),
            grown=about[:, 2].copy(),
            **self.rest,
        )

    def _function(self, function: Function) -> int:
        if function not in self.functions:
            self.functions[function] = len(self.functions)
            for t, terms in function:
                self.entries.append(t)
                self.terms.extend(k for k, _ in terms)
                self.factors.extend(c for _, c in terms)
                self.term_start.append(len(self.terms))
            self.entry_start.append(len(self.entries))
        return self.functions[function]

    def _add_cut(self, c: Cut) -> None:
        first, width = len(self.rays), self.width
        own = [sum(1 << t for t, x in enumerate(ray) if x == 0) for ray in c.rays]
        own = [mask | ((1 << width) - (1 << len(c.rays[0]))) for mask in own]
        self.rays.extend([*ray, *[0] * (width - len(ray))] for ray in c.rays)
        self.masks.extend((mask, 0) for mask in own)
        if c.before < 0:
            self.zeros.append((reduce(and_, own), ((1 << width) - 1) * c.open))
        else:
            self.zeros.append(self.zeros[c.before])
        bit = max(width + c.depth - 1, 0)
        word = bit // BITS if bit < 2 * BITS else -1
        function = self._function(c.function)
        row = (c.before, first, len(c.rays), function, c.equal, word, 1 << bit % BITS)
        for rows, value in zip(self.cuts.values(), row, strict=True):
            rows.append(value)

    def _add_node(self, node: Node) -> None:
        self.needed.extend(node.cones)
        self.needed_start.append(len(self.needed))
        self.demands.extend((self._function(f), equal) for f, equal in node.demands)
        self.demand_start.append(len(self.demands))
        self.used.append(node.used)
        block: Any = node.block
        self.plans.append([c[0].number for c in block.levels] if block else (-1, -1))
        self.allowed.append(node.allowed)


CUTS = ("before", "first", "rays_at_start", "function", "equal", "word", "bit")
"""What there is of each cut, in the order in which it is added."""


def width_of(form: SequenceForm) -> int:
    """Return how many sequences the mover with more of them has."""
    return max(map(len, form.sequences))


def _from_zero() -> _Rows:
    rows = _Rows()
    rows.append(0)
    return rows


def _starts(rows: Sequence[Any]) -> np.ndarray:
    return np.cumsum([0, *map(len, rows)])


def _whole(values: Sequence[Any], *shape: int) -> np.ndarray:
    return np.array(values, dtype=np.int64).reshape(*shape) if shape else np.array(values, int)


def _place(form: SequenceForm, h: int) -> tuple[int, int, int]:
    """Return the owner's sequence at an information set, its first action, and how many."""
    return form.parent[h], form.number[h, 0], form.size(h)
