"""The patterns of a game's equilibria, compiled once for many parameter values.

The search over supports and levels (see `sequential`) asks of numbers only whether cones that are
cut one half-space after another stay open. Run with symbols in the place of payoffs it lists all
patterns: which cones each needs, and which linear functions of payoffs cut them. That list depends
on the tree alone; a kernel then goes through it for one set of numbers after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.polytope import Ray
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import (
    Search,
    SearchStopped,
    action_values,
    follow_each_other,
    minus,
)

__all__ = ["Cut", "Patterns", "Term", "compile_patterns", "payoff_entries"]

BITS = 62
"""Actions whose dominance is looked at: one bit of a word each."""

Term = tuple[int, int]
"""An entry of the payoff tables, by its number, and its integer factor."""


@dataclass(frozen=True)
class Cut:
    """A cone of one mover's weights: the start, or another one cut by a half-space.

    Attributes
    ----------
    mover : int
    before : int
        The cone that is cut, by number; -1 for a start.
    rays : tuple of Ray
        The extreme rays of a start.
    function : tuple of (coordinate, terms)
        The linear function that must be at least 0, or equal to 0.
    equal : bool
    depth : int
        How many cuts lead here.
    open : bool
        Whether all weights that are positive somewhere in the start must stay so.
    """

    mover: int
    before: int
    rays: tuple[Ray, ...] = ()
    function: tuple[tuple[int, tuple[Term, ...]], ...] = ()
    equal: bool = False
    depth: int = 0
    open: bool = True


@dataclass(frozen=True)
class Patterns:
    """All patterns of one independent part of a game.

    Attributes
    ----------
    part : tuple of int
        Its information sets.
    cuts : tuple of Cut
        Every cone, after the one that it is cut from.
    plans : tuple of (int, int)
        For each pattern the cones of the two movers' plans.
    needed : tuple of tuple of int
        For each pattern all cones that must stay open, those likeliest to fail first.
    dominated : tuple of (int, tuple of int)
        Each an action, as a bit, and cones: it is conditionally dominated if one of the cones is
        empty. No pattern that uses it holds then.
    used : tuple of int
        For each pattern the bits of the actions that it uses.
    """

    part: tuple[int, ...]
    cuts: tuple[Cut, ...]
    plans: tuple[tuple[int, int], ...]
    needed: tuple[tuple[int, ...], ...]
    dominated: tuple[tuple[int, tuple[int, ...]], ...]
    used: tuple[int, ...]


def compile_patterns(
    form: SequenceForm,
    part: Sequence[int],
    mode: Literal["sequential", "nash"],
    most: int,
    deadline: Deadline = NEVER,
) -> Patterns | None:
    """Return all patterns of one part, or None if there are more than ``most``.

    Parameters
    ----------
    form : SequenceForm
        At any numbers at which nature does everything that it may do: only the structure counts.

    Raises
    ------
    SearchStopped
        Past the deadline.
    """
    search = _Recorder(_symbolic(form), mode, most, deadline)
    try:
        blocks = search.blocks(part)
        dominated = search.dominated() if mode == "sequential" else {}
    except (SearchStopped, RecursionError):
        if deadline.passed:
            raise
        return None
    bit = {action: 1 << k for k, action in enumerate(dominated)}
    plans, needed, used = [], [], []
    for block in blocks:
        levels: Any = block.levels
        plans.append((levels[0][0].number, levels[1][0].number))
        order = (*levels[search.leader], *levels[search.follower])
        needed.append(tuple(dict.fromkeys(c.number for c in order)))
        used.append(sum(bit.get((h, a), 0) for h, own in block.supports.items() for a in own))
    return Patterns(
        tuple(part),
        tuple(c.made for c in search.cones),
        tuple(plans),
        tuple(needed),
        tuple((bit[action], cones) for action, cones in dominated.items()),
        tuple(used),
    )


def payoff_entries(form: SequenceForm) -> tuple[tuple[int, int, int], ...]:
    """Return the entries of the payoff tables: (mover, own sequence, the opponent's sequence)."""
    entries: dict[tuple[int, int, int], None] = {}
    for i in (0, 1):
        for _, *sequences, _ in form.ends:
            entries[i, sequences[i], sequences[1 - i]] = None
    return tuple(entries)


def _symbolic(form: SequenceForm) -> SequenceForm:
    """Return the form with symbols in the place of payoffs."""
    tables: tuple[dict[int, dict[int, Any]], ...] = ({}, {})
    for k, (i, mine, theirs) in enumerate(payoff_entries(form)):
        tables[i].setdefault(mine, {})[theirs] = _Sum(((k, 1),))
    return replace(form, payoffs=tables)


class _Sum:
    """A sum of payoff entries: stands for the integer that they will make."""

    __slots__ = ("terms",)

    def __init__(self, terms: tuple[Term, ...]) -> None:
        self.terms = terms

    def __add__(self, other: _Sum | int) -> _Sum:
        return self if isinstance(other, int) else _added(self.terms, other.terms)

    __radd__ = __add__

    def __sub__(self, other: _Sum | int) -> _Sum:
        return self if isinstance(other, int) else self + -other

    def __rsub__(self, other: int) -> _Sum:
        return -self

    def __neg__(self) -> _Sum:
        return _Sum(tuple((k, -c) for k, c in self.terms))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sum) and self.terms == other.terms

    def __lt__(self, other: _Sum) -> bool:
        return self.terms < other.terms

    def __hash__(self) -> int:
        return hash(self.terms)


def _added(a: Iterable[Term], b: Iterable[Term]) -> _Sum:
    total = dict(a)
    for k, c in b:
        total[k] = total.get(k, 0) + c
    return _Sum(tuple(sorted((k, c) for k, c in total.items() if c)))


@dataclass(frozen=True)
class _Cone:
    """Stands for a cone: remembers how it is cut, and is never found to be empty."""

    number: int
    made: Cut
    recorder: _Recorder = field(repr=False)
    rays: tuple[bool] = (True,)

    def cut(self, functional: Mapping[int, Any], *, equal: bool = False) -> _Cone:
        terms = tuple(sorted((t, c.terms) for t, c in functional.items() if c))
        if not terms:
            return self
        depth = self.made.depth + 1
        made = Cut(self.made.mover, self.number, (), terms, equal, depth, self.made.open)
        return self.recorder.cone(made)


class _Recorder(Search):
    """The search, going down every branch."""

    def __init__(
        self,
        form: SequenceForm,
        mode: Literal["sequential", "nash"],
        most: int,
        deadline: Deadline,
    ) -> None:
        everything = {h: tuple(range(form.size(h))) for h in form.parent}
        super().__init__(form, mode, everything, deadline)
        self.open = mode == "sequential"
        self.most = most
        self.cones: list[_Cone] = []
        self.known: dict[Cut, _Cone] = {}

    def cone(self, cut: Cut) -> _Cone:
        """Return the cone that is made in this way, the same one every time."""
        if cut not in self.known:
            self.known[cut] = _Cone(len(self.cones), cut, self)
            self.cones.append(self.known[cut])
        return self.known[cut]

    def _cone(self, i: int, roots: Sequence[int], supports: Mapping[int, tuple[int, ...]]) -> Any:
        return self.cone(Cut(i, -1, super()._cone(i, roots, supports).rays, open=self.open))

    def dominated(self) -> dict[tuple[int, int], tuple[int, ...]]:
        """Return, for actions, the cones of which one is empty where they are dominated.

        The opponent's plans from the information set on, cut where the action is at least as good
        as another one: empty if the other is better whatever the opponent does.
        """
        form, found = self.form, {}
        for h in sorted(self.part):
            j = 1 - form.owner[h]
            starts = sorted({s for _, s, _ in form.places[h]})
            if follow_each_other(form, j, starts):
                continue
            values = [action_values(form, h, a, {}, self.undominated) for a in range(form.size(h))]
            # With several ways to go on, all would have to be worse: left to the cuts.
            plain = [a for a, own in enumerate(values) if len(own) == 1]
            plans = Cut(j, -1, super()._cone(j, starts, self.undominated).rays, open=False)
            for a in plain:
                worse = values[a][0]
                others = [v for b in range(form.size(h)) if b != a for v in values[b]]
                cuts = [self.cone(plans).cut(minus(worse, v)) for v in others]
                found[h, a] = tuple(c.number for c in cuts)
        return dict(list(found.items())[:BITS])

    def _leaf(self, state: Any) -> Any:
        if self.patterns >= self.most:
            raise SearchStopped("too many patterns")
        return super()._leaf(state)

    def _is_open(self, *_: Any) -> bool:
        return True

    def _can_meet(self, *_: Any) -> bool:
        return True

    def _plausible(self, *_: Any) -> bool:
        return True
