"""The search for a game's equilibria as a tree of patterns, grown where parameter values lead.

The search over supports and levels (see `sequential`) asks of numbers only whether cones that are
cut one half-space after another stay open. Run with symbols in the place of payoffs it says which
cones those are, and which linear functions of payoffs cut them. Its branches make a tree that
depends on the game alone; a kernel goes through it for one set of numbers after another and turns
back where a cone is empty. Of all branches few are ever entered, so a node gets its children when
some point first comes there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from crisisgames.equilibria.deadline import NEVER
from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import (
    Block,
    Demand,
    Search,
    State,
    TooLarge,
    action_values,
    follow_each_other,
    minus,
)

__all__ = [
    "Cut",
    "Function",
    "Node",
    "PatternTree",
    "Rule",
    "Term",
    "in_function",
    "payoff_entries",
    "symbolic",
]

BITS = 62
"""Actions whose dominance is looked at: one bit of a word each."""

Term = tuple[int, int]
"""An entry of the payoff tables, by its number, and its integer factor."""

Function = tuple[tuple[int, tuple[Term, ...]], ...]
"""A linear function of weights: for each coordinate its coefficient, a sum of payoff entries."""


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
    function : Function
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
    function: Function = ()
    equal: bool = False
    depth: int = 0
    open: bool = True


@dataclass(frozen=True)
class Rule:
    """When an action is conditionally dominated.

    It is if one of the functions, which say by how much it is better than another action, is
    negative whatever the opponent does from each of the sequences ``starts`` on.
    """

    set: int
    action: int
    starts: tuple[int, ...]
    functions: tuple[Function, ...]


@dataclass
class Node:
    """A partial pattern: what must hold there, and where the search goes on.

    Attributes
    ----------
    cones : tuple of int
        Those that must be open, besides those of the nodes before.
    demands : tuple of (Function, bool)
        Each must be at least 0, or can be 0, for some plan of the follower: necessary only, it
        ends branches early.
    allowed : tuple of int
        At each information set of the follower, as bits, the actions that it may still use.
    used : int
        The bits of the actions that the pattern uses, where dominance is looked at.
    block : Block or None
        Of a whole pattern, its supports and, in the place of cones, their numbers.
    children : tuple of int or None
        None: not grown yet. () and no block: more than can be listed; such a point is given up.
    """

    cones: tuple[int, ...]
    demands: tuple[tuple[Function, bool], ...]
    allowed: tuple[int, ...]
    used: int
    block: Block | None = None
    children: tuple[int, ...] | None = None
    state: State | None = field(default=None, repr=False)


class PatternTree:
    """The patterns of one independent part of a game, as far as they are known.

    Attributes
    ----------
    part : tuple of int
        Its information sets.
    answering : tuple of int
        Those of the follower, in tree order.
    rules : tuple of Rule
        When an action is conditionally dominated; no pattern that uses it holds then.
    nodes : list of Node
        The first is where the search starts.
    grown : list of int
        Those whose children are known, in the order in which they became so.
    """

    def __init__(
        self,
        form: SequenceForm,
        part: Sequence[int],
        mode: Literal["sequential", "nash"],
        free: int | None = None,
    ) -> None:
        """Take a form whose payoffs are symbols already, and a set at which nothing is asked."""
        self.form, self.part, self.mode = form, tuple(part), mode
        self.recorder = _Recorder(form, mode, free)
        start = self.recorder.start(self.part)
        self.leader = self.recorder.leader
        self.answering = tuple(
            h for h in form.parent if h in self.part and form.owner[h] != self.leader
        )
        self.rules = tuple(self.recorder.rules()) if mode == "sequential" else ()
        self.bits = {(r.set, r.action): 1 << k for k, r in enumerate(self.rules)}
        self.nodes: list[Node] = []
        self.grown: list[int] = []
        self._add((start, ()), frozenset())

    def cuts_from(self, number: int) -> list[Cut]:
        """Return the cones from one number on, each after the one that it is cut from."""
        return [c.made for c in self.recorder.cones[number:]]

    def starts(self, n: int) -> Block:
        """Return the block of a whole pattern with the cones that its own ones are cut from.

        An open cone uses the same coordinates as the one that it was cut from.
        """
        block = self.nodes[n].block
        assert block is not None
        levels = []
        for own in block.levels:
            cones = []
            for c in cast(tuple[Any, ...], own):
                cut = self.recorder.cones[c.number].made
                while cut.before >= 0:
                    cut = self.recorder.cones[cut.before].made
                cones.append(Cone.spanned(cut.rays))
            levels.append(tuple(cones))
        return Block((levels[0], levels[1]), block.supports)

    def grow(self, numbers: Iterable[int]) -> None:
        """Give children to nodes that have none yet."""
        for n in numbers:
            node = self.nodes[n]
            if node.state is None or node.children is not None:
                continue
            try:
                states = self.recorder.after(node.state)
                cones: Any = node.state.cones
                before = frozenset(c.number for c in cones)
                node.children = tuple(self._add(s, before) for s in states)
            except TooLarge:
                node.children = ()
            node.state = None
            self.grown.append(n)

    def _add(self, reached: _Reached, before: frozenset[int]) -> int:
        """Add a node; steps that have but one outcome are taken at once."""
        state, demands = self.recorder.settled(*reached)
        cones: Any = state.cones
        block = self.recorder.leaf(state) if self.recorder.whole(state) else None
        numbers = [c.number for c in cones if c.number not in before]
        if block is not None:
            theirs: Any = block.levels[1 - self.leader]
            numbers += [c.number for c in theirs]
        allowed = tuple(
            sum(1 << a for a in state.supports.get(h, range(self.form.size(h))))
            for h in self.answering
        )
        used = 0
        for h, own in state.supports.items():
            for a in own:
                used |= self.bits.get((h, a), 0)
        self.nodes.append(
            Node(tuple(dict.fromkeys(numbers)), demands, allowed, used, block, None, state)
        )
        if block is not None:
            self.nodes[-1].children, self.nodes[-1].state = (), None
            self.grown.append(len(self.nodes) - 1)
        return len(self.nodes) - 1


def payoff_entries(form: SequenceForm) -> tuple[tuple[int, int, int], ...]:
    """Return the entries of the payoff tables: (mover, own sequence, the opponent's sequence)."""
    entries: dict[tuple[int, int, int], None] = {}
    for i in (0, 1):
        for _, *sequences, _ in form.ends:
            entries[i, sequences[i], sequences[1 - i]] = None
    return tuple(entries)


def symbolic(form: SequenceForm) -> SequenceForm:
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

    def __mul__(self, weight: int) -> _Sum:
        return self if weight == 1 else _Sum(tuple((k, c * weight) for k, c in self.terms))

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


def in_function(functional: Mapping[int, Any]) -> Function:
    """Return a linear function with symbolic coefficients, in canonical form."""
    return tuple(sorted((t, c.terms) for t, c in functional.items() if c))


@dataclass(frozen=True)
class _Cone:
    """Stands for a cone: remembers how it is cut, and is never found to be empty."""

    number: int
    made: Cut
    recorder: _Recorder = field(repr=False)
    rays: tuple[bool] = (True,)

    def cut(self, functional: Mapping[int, Any], *, equal: bool = False) -> _Cone:
        terms = in_function(functional)
        if not terms:
            return self
        depth = self.made.depth + 1
        made = Cut(self.made.mover, self.number, (), terms, equal, depth, self.made.open)
        return self.recorder.cone(made)


_Demands = tuple[tuple[Function, bool], ...]
_Reached = tuple[State, _Demands]
"""A partial pattern, and the demands on the follower that may have become too much there."""


class _Recorder(Search):
    """The search, one step at a time, every branch of it open."""

    def __init__(
        self, form: SequenceForm, mode: Literal["sequential", "nash"], free: int | None
    ) -> None:
        everything = {h: tuple(range(form.size(h))) for h in form.parent}
        super().__init__(form, mode, everything, NEVER)
        self.open, self.free = mode == "sequential", free
        self.cones: list[_Cone] = []
        self.known: dict[Cut, _Cone] = {}
        self.reached: list[_Reached] = []
        self.asked: _Demands = ()

    def explore(self, state: State) -> Iterator[Block]:
        """Note where the search would go on."""
        self.reached.append((state, self.asked))
        self.asked = ()
        return iter(())

    def after(self, state: State) -> list[_Reached]:
        """Return the partial patterns that come next."""
        self.reached = []
        for _ in self.step(state):
            raise AssertionError("a whole pattern has nothing after it")
        return self.reached

    def settled(self, state: State, demands: _Demands) -> _Reached:
        """Return the partial pattern after all steps that leave no choice."""
        while state.tasks and state.tasks[0][0] in ("build", "cut"):
            ((state, more),) = self.after(state)
            demands += more
        return state, demands

    def leaf(self, state: State) -> Block:
        """Return the block of a whole pattern."""
        (block,) = self.step(state)
        return block

    def cone(self, cut: Cut) -> _Cone:
        """Return the cone that is made in this way, the same one every time."""
        if cut not in self.known:
            self.known[cut] = _Cone(len(self.cones), cut, self)
            self.cones.append(self.known[cut])
        return self.known[cut]

    def _cone(self, i: int, roots: Sequence[int], supports: Mapping[int, tuple[int, ...]]) -> Any:
        return self.cone(Cut(i, -1, super()._cone(i, roots, supports).rays, open=self.open))

    def rules(self) -> Iterator[Rule]:
        """Yield when which actions are conditionally dominated."""
        form, count = self.form, 0
        for h in sorted(self.part - {self.free}):
            j = 1 - form.owner[h]
            starts = tuple(sorted({s for _, s, _ in form.places[h]}))
            if follow_each_other(form, j, starts):
                continue
            try:
                values = [
                    action_values(form, h, a, {}, self.undominated) for a in range(form.size(h))
                ]
            except TooLarge:
                continue
            for a, own in enumerate(values):
                # With several ways to go on, all would have to be worse: left to the cuts.
                if len(own) > 1 or count == BITS:
                    continue
                others = [v for b, more in enumerate(values) if b != a for v in more]
                yield Rule(h, a, starts, tuple(in_function(minus(own[0], v)) for v in others))
                count += 1

    def _constraints(self, h: int, supports: Mapping[int, tuple[int, ...]]) -> Any:
        return [] if h == self.free else super()._constraints(h, supports)

    def _can_meet(self, demands: Sequence[Demand], *_: Any) -> bool:
        self.asked += tuple((in_function(d.functional), d.equal) for d in demands if d.functional)
        return True

    def _is_open(self, *_: Any) -> bool:
        return True

    def _plausible(self, *_: Any) -> bool:
        return True
