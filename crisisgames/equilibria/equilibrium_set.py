"""Sets of equilibria: all of them where that was possible, grouped by what they lead to.

A set is a product of parts (pieces of the game that no play connects); each part is a union of
products of polytopes, given by its extreme equilibria. Outcome probabilities are bilinear in the
two movers' plans, so their bounds over all equilibria, continua included, are attained at extremes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, overload

from crisisgames.equilibria.assemble import Extreme, Interval, Part, Sheaf, belief_intervals
from crisisgames.equilibria.classes import class_name, connected_sheaves
from crisisgames.equilibria.edges import limit
from crisisgames.equilibria.equilibrium import ANY, Behaviour, Equilibrium, Probability, Trembles
from crisisgames.equilibria.outcomes import Question, matching
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.errors import NotApplicable, suggest
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.markup import paragraph, span, table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Bounds", "EquilibriumClass", "EquilibriumSet"]

Bounds = tuple[Probability, Probability]
"""Smallest and largest value over all equilibria."""


ClassBeliefs = Mapping[str, Mapping[Record, Mapping[str, Bounds]]]
"""For each player, record and history the interval of beliefs."""


@dataclass(frozen=True)
class EquilibriumClass:
    """Equilibria that lead to the same distribution over outcomes, or to a continuum of them.

    Attributes
    ----------
    name : str
        What the first mover does: pooling on an action, separating, semi-separating.
    outcomes : mapping
        Smallest and largest probability of each outcome.
    payoffs : mapping
        Smallest and largest payoff of each player, in utils.
    equilibria : tuple of int
        Its extreme equilibria, as places in the set.
    example : Equilibrium
        The first of them.
    """

    name: str
    outcomes: Mapping[Hashable, Bounds]
    payoffs: Mapping[str, Bounds]
    equilibria: tuple[int, ...]
    example: Equilibrium = field(repr=False)
    _beliefs: Callable[[], ClassBeliefs] = field(repr=False)

    @cached_property
    def beliefs(self) -> ClassBeliefs:
        """The intervals of beliefs that support the class, computed when asked for."""
        return self._beliefs()


@dataclass(frozen=True, eq=False)
class EquilibriumSet(Sequence[Equilibrium]):
    """The equilibria of a game in the sense of one concept: a sequence of the extreme ones.

    Attributes
    ----------
    game : ExtensiveFormGame
        The game at the values at which it was solved.
    concept : str
    complete : bool
        Whether the set is known to hold every equilibrium of the concept; with more than two
        movers, up to what is done where only deviations lead, of which one way is given for each.
    notes : tuple of str
        What a reader should know: limits taken, how far a search came.
    at_edge : bool
        Whether a parameter on the edge of its domain was taken as a limit from inside; outcome
        probabilities and payoffs are then reported as limits.
    stated : tuple of mappings
        The trembles of each equilibrium, where a search found them with it; empty where they
        follow from the parts.

    Examples
    --------
    >>> from crisisgames import Channel, Incident, solve
    >>> found = solve(Incident(channels=(Channel(),)).game())
    >>> [c.name.split("; ")[1] for c in found.classes]
    ['separating on silent, explain', 'pooling on silent']
    """

    game: ExtensiveFormGame
    concept: str
    complete: bool
    parts: tuple[Part, ...] = field(repr=False)
    fixed: tuple[tuple[Fraction, ...], tuple[Fraction, ...]] = field(repr=False)
    labels: tuple[Hashable, ...] = field(repr=False)
    form: SequenceForm | None = field(repr=False, default=None)
    notes: tuple[str, ...] = ()
    exact: bool = field(repr=False, default=False)
    at_edge: bool = field(repr=False, default=False)
    stated: tuple[Trembles, ...] = field(repr=False, default=())

    def __len__(self) -> int:
        return prod(len(p.extremes) for p in self.parts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EquilibriumSet):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        return hash((self.game, self.concept, self.complete, len(self)))

    @property
    def _identity(self) -> tuple[Any, ...]:
        """What makes two sets equal: the game, the concept, and the extreme equilibria."""
        extremes = [p.extremes for p in self.parts]
        about = (self.concept, self.complete, self.exact, self.at_edge, self.labels)
        return (*about, self.fixed, extremes, self.stated, self.game)

    @overload
    def __getitem__(self, index: int) -> Equilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Equilibrium]: ...
    def __getitem__(self, index: int | slice) -> Equilibrium | Sequence[Equilibrium]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"the set has {len(self)} equilibria; {index} is not one of them")
        return self.combine(self._digits(index % len(self)))

    def __iter__(self) -> Iterator[Equilibrium]:
        return (self[i] for i in range(len(self)))

    def _digits(self, index: int) -> list[Extreme]:
        """Return the extreme of each part that makes up the equilibrium at ``index``."""
        chosen = []
        for part in reversed(self.parts):
            index, k = divmod(index, len(part.extremes))
            chosen.append(part.extremes[k])
        return chosen[::-1]

    def number(self, value: Fraction) -> Probability:
        """Return a number as the set reports it: a rational if it is exact, else a float."""
        return value if self.exact else float(value)

    def total(self, value: Fraction) -> Probability:
        """Return an outcome probability or a payoff as the set reports it.

        Where a parameter on the edge of its domain was taken as a limit, so are they.
        """
        return self.number(limit(value) if self.at_edge else value)

    def combine(self, extremes: Sequence[Extreme]) -> Equilibrium:
        """Return the equilibrium made of one extreme of each part."""
        compiled = self.game.compiled
        outcomes = _sums(self.fixed[0], [e.outcomes for e in extremes])
        payoffs = _sums(self.fixed[1], [e.payoffs for e in extremes])
        strategy: dict[str, dict[Record, Behaviour]] = {p: {} for p in self.game.players}
        beliefs: dict[str, dict[Record, dict[str, Probability]]] = {p: {} for p in strategy}
        rows = {h: row for e in extremes for h, row in e.strategy.items()}
        held = {h: row for e in extremes for h, row in e.beliefs.items()}
        for h, info in enumerate(compiled.information_sets):
            row = rows.get(h)
            mixed = zip(info.actions, row, strict=True) if row is not None else None
            strategy[info.player][info.record] = (
                {a: self.number(p) for a, p in mixed} if mixed is not None else ANY
            )
            if h in held:
                beliefs[info.player][info.record] = {
                    compiled.nodes[x].label: self.number(p) for x, p in held[h].items()
                }
        return Equilibrium(
            self.game,
            strategy,
            beliefs,
            {p: self.total(u) for p, u in zip(self.game.players, payoffs, strict=True)},
            {o: self.total(q) for o, q in zip(self.labels, outcomes, strict=True)},
            self._trembles(extremes),
            self.concept,
        )

    def _trembles(self, extremes: Sequence[Extreme]) -> Trembles:
        if self.stated:
            place = next(k for k, e in enumerate(self.parts[0].extremes) if e is extremes[0])
            return self.stated[place]
        form = self.form
        if form is None or self.concept != "sequential":
            return {}
        sets = self.game.compiled.information_sets
        found = {}
        for i, player in enumerate(form.movers):
            if player >= len(self.game.players):
                continue
            depth = max((len(e.measures[i]) for e in extremes), default=0)
            levels: list[dict[tuple[Record, str], Probability]] = [{} for _ in range(depth)]
            for e in extremes:
                for level, ray in zip(levels, e.measures[i], strict=False):
                    scale = Fraction(1, ray[0] or 1)
                    for s, (h, a) in enumerate(form.sequences[i]):
                        if s and ray[s]:
                            key = (sets[h].record, sets[h].actions[a])
                            level[key] = self.number(ray[s] * scale)
            found[self.game.players[player]] = tuple(levels)
        return found

    def bounds(self, outcome: Question) -> Bounds:
        """Return the smallest and largest probability of an outcome over all equilibria.

        Parameters
        ----------
        outcome : label or collection of labels
            A label, which covers its causes (``war``, ``war:inadvertent``), or several.

        Raises
        ------
        UnknownName
            If the game has no such outcome.

        Examples
        --------
        >>> from crisisgames import Incident, solve
        >>> low, high = solve(Incident().game()).bounds("calm")
        >>> round(low, 7), round(high, 7)
        (0.7222222, 0.7222222)
        """
        wanted = matching(outcome, self.labels)
        places = [k for k, o in enumerate(self.labels) if o in wanted]
        return self._extent(lambda e: sum((e.outcomes[k] for k in places), Fraction(0)), 0, places)

    def payoff_bounds(self, players: str | Collection[str]) -> Bounds:
        """Return the smallest and largest payoff over all equilibria, in utils.

        Parameters
        ----------
        players : str or collection of str
            A player, or several, whose payoffs are added: all of them for welfare.

        Raises
        ------
        UnknownName
            If the game has no such player.
        """
        names = (players,) if isinstance(players, str) else tuple(players)
        for name in names:
            if name not in self.game.players:
                raise suggest("player", name, self.game.players)
        places = [self.game.players.index(name) for name in names]
        return self._extent(lambda e: sum((e.payoffs[i] for i in places), Fraction(0)), 1, places)

    def _extent(
        self, value: Callable[[Extreme], Fraction], kind: int, places: Sequence[int]
    ) -> Bounds:
        if not len(self):
            mend = (
                "another concept, such as 'nash', may have some"
                if self.complete
                else "the search stopped early, so give it a larger time_limit"
            )
            raise NotApplicable(
                f"no equilibrium was found for concept {self.concept!r}, so there is nothing to "
                f"bound; {mend}"
            )
        start = sum((self.fixed[kind][k] for k in places), Fraction(0))
        spans = [[value(e) for e in part.extremes] for part in self.parts]
        low = sum((min(s) for s in spans), start)
        high = sum((max(s) for s in spans), start)
        return self.total(low), self.total(high)

    @cached_property
    def certificate(self) -> float:
        """The largest deviation gain, Bayes or consistency error of any extreme equilibrium.

        It is 0 for an empty set, which claims nothing.
        """
        if not len(self):
            return 0.0
        longest = max((len(p.extremes) for p in self.parts), default=1)
        chosen = ([p.extremes[k % len(p.extremes)] for p in self.parts] for k in range(longest))
        return max(self.combine(extremes).certificate.worst for extremes in chosen)

    @cached_property
    def classes(self) -> tuple[EquilibriumClass, ...]:
        """The equilibria grouped by outcome; a continuum of outcomes is one class."""
        if not len(self):
            return ()
        groups = [connected_sheaves(part) for part in self.parts]
        places = {id(e): k for part in self.parts for k, e in enumerate(part.extremes)}
        found: list[EquilibriumClass] = []
        for choice in product(*groups):
            members = [
                list(dict.fromkeys(k for s in group for k in part.sheaves[s].extremes))
                for part, group in zip(self.parts, choice, strict=True)
            ]
            picked = [
                [part.extremes[k] for k in own]
                for part, own in zip(self.parts, members, strict=True)
            ]
            indices = [self._index([places[id(e)] for e in c]) for c in product(*picked)]
            example = self[indices[0]]
            names = list(dict.fromkeys(class_name(self[i]) for i in indices[:MAX_NAMED]))
            found.append(
                EquilibriumClass(
                    names[0] if len(names) == 1 else f"{names[0]} ... {names[-1]}",
                    self._ranges(self.labels, 0, [[e.outcomes for e in p] for p in picked]),
                    self._ranges(self.game.players, 1, [[e.payoffs for e in p] for p in picked]),
                    tuple(indices),
                    example,
                    partial(self._belief_intervals, choice),
                )
            )
        return _numbered(found)

    def _index(self, digits: Sequence[int]) -> int:
        index = 0
        for part, k in zip(self.parts, digits, strict=True):
            index = index * len(part.extremes) + k
        return index

    def _ranges(
        self, names: Sequence[Any], kind: int, rows: Sequence[Sequence[tuple[Fraction, ...]]]
    ) -> dict[Any, Bounds]:
        ranges = {}
        for k, name in enumerate(names):
            spans = [[row[k] for row in part] for part in rows]
            low = sum((min(s) for s in spans), self.fixed[kind][k])
            high = sum((max(s) for s in spans), self.fixed[kind][k])
            ranges[name] = (self.total(low), self.total(high))
        return ranges

    def _belief_intervals(self, choice: Sequence[Sequence[int]]) -> ClassBeliefs:
        compiled = self.game.compiled
        merged: dict[int, dict[int, Interval]] = {}
        for part, group in zip(self.parts, choice, strict=True):
            own = part.extremes[0].strategy
            for s in group:
                for h, nodes in self._sheaf_beliefs(part.sheaves[s], own).items():
                    known = merged.setdefault(h, {})
                    for x, (low, high) in nodes.items():
                        a, b = known.get(x, (low, high))
                        known[x] = (min(a, low), max(b, high))
        found: dict[str, dict[Record, dict[str, Bounds]]] = {p: {} for p in self.game.players}
        for h in sorted(merged):
            info = compiled.information_sets[h]
            found[info.player][info.record] = {
                compiled.nodes[x].label: (self.number(low), self.number(high))
                for x, (low, high) in merged[h].items()
            }
        return found

    def _sheaf_beliefs(
        self, sheaf: Sheaf, among: Collection[int]
    ) -> Mapping[int, Mapping[int, Interval]]:
        if self.form is None:
            return {}
        sequential = self.concept == "sequential"
        return belief_intervals(self.form, sheaf.blocks, among, sequential=sequential)

    def select(self, rule: str | Callable[[Equilibrium], Any] = "qre") -> Equilibrium:
        """Return one equilibrium, by a stated rule.

        Parameters
        ----------
        rule : str or callable
            ``"qre"``: the member nearest to the limit of the agent quantal response branch;
            ``"least war"``, ``"most war"``; ``"welfare"``: the largest sum of payoffs; or a
            function of an equilibrium whose smallest value counts.

        Raises
        ------
        UnknownName
            For another rule.

        Notes
        -----
        A selection is not the answer: report `bounds` beside it. Averages of equilibria are not
        equilibria.
        """
        from crisisgames.equilibria.selection import select

        return select(self, rule)

    def intuitive(
        self, *, beliefs: bool = False, time_limit: float | None = None
    ) -> EquilibriumSet:
        """Return the equilibria that pass the intuitive criterion; see `refine.intuitive`.

        With ``beliefs=True`` beliefs, too, must respect equilibrium dominance.
        """
        from crisisgames.equilibria.refine import intuitive

        return intuitive(self, beliefs=beliefs, time_limit=time_limit)

    def d1(self, *, time_limit: float | None = None) -> EquilibriumSet:
        """Return the equilibria that survive D1; see `refine.d1`.

        Examples
        --------
        >>> from crisisgames import Ladder, solve
        >>> found = solve(Ladder(rungs=2).game())
        >>> len(found.classes), [c.name for c in found.d1().classes]
        (2, ['semi-separating on concede, climb'])
        """
        from crisisgames.equilibria.refine import d1

        return d1(self, time_limit=time_limit)

    def divine(self, *, universal: bool = False, time_limit: float | None = None) -> EquilibriumSet:
        """Return the equilibria that are divine, or universally divine; see `refine.divine`."""
        from crisisgames.equilibria.refine import divine

        return divine(self, universal=universal, time_limit=time_limit)

    def undominated(self, *, time_limit: float | None = None) -> EquilibriumSet:
        """Return the equilibria in undominated strategies; see `refine.undominated`."""
        from crisisgames.equilibria.refine import undominated

        return undominated(self, time_limit=time_limit)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with one row per class: its name, outcomes and payoffs as intervals."""
        import pandas as pd

        rows = []
        for c in self.classes:
            row: dict[Any, Any] = {"class": c.name, "extreme equilibria": len(c.equilibria)}
            for kind, spans in (("", c.outcomes), ("payoff ", c.payoffs)):
                for name, (low, high) in spans.items():
                    row[f"{kind}{_text(name)} low"] = float(low)
                    row[f"{kind}{_text(name)} high"] = float(high)
            rows.append(row)
        return pd.DataFrame(rows)

    def explain(self) -> str:
        """Return, for each class, an example in plain sentences."""
        whole = "all" if self.complete else "found, perhaps not all"
        count = f"{len(self.classes)} class{'es' * (len(self.classes) != 1)}"
        lines = [f"{count} of {self.concept} equilibria ({whole})."]
        lines += [*self.notes]
        lines += [f"\n{c.name}\n{_span(c)}{c.example.explain()}" for c in self.classes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        whole = "all of them" if self.complete else "found, perhaps not all"
        head = ["class", "extreme equilibria", *map(_text, self.labels)]
        head += [f"payoff {p}" for p in self.game.players]
        rows = (
            [
                c.name,
                len(c.equilibria),
                *(span(*b) for b in (*c.outcomes.values(), *c.payoffs.values())),
            ]
            for c in self.classes
        )
        count = f"{len(self)} extreme {self.concept} equilibria"
        return paragraph(f"{count}, {whole}.", *self.notes) + table(head, rows)

    def plot(self, *, most: int = 4, **options: Any) -> list[Axes]:
        """Draw the game once for each class, with an example laid over it; return the axes.

        Parameters
        ----------
        most : int
            Classes that are drawn at most; titles say how many there are.
        **options
            As for `ExtensiveFormGame.plot`.

        Raises
        ------
        NotApplicable
            If the set is empty.
        """
        from crisisgames.plots.drawings import plot_classes

        return plot_classes(self, most=most, **options)


SAME = 1e-9
"""A difference of probabilities or utils below which a class is told by one number."""

MAX_NAMED = 64
"""Extreme equilibria of a class whose names are compared: naming must not outlast solving."""


def _sums(start: Sequence[Fraction], rows: Sequence[tuple[Fraction, ...]]) -> tuple[Fraction, ...]:
    """Return the sums of the columns, each from its own start."""
    return tuple(sum(column) for column in zip(start, *rows, strict=True))


def _text(name: Any) -> str:
    return name if isinstance(name, str) else ", ".join(map(str, name))


def _span(c: EquilibriumClass) -> str:
    """Return what a class that is a continuum leads to, over all of it; else nothing."""
    wide = [(f"{_text(o)} {_percents(b)}", b) for o, b in c.outcomes.items()]
    wide += [
        (f"payoff of {p} {float(b[0]):.4g} to {float(b[1]):.4g}", b) for p, b in c.payoffs.items()
    ]
    told = [text for text, (low, high) in wide if high - low > SAME]
    if not told:
        return ""
    return (
        f"Over the class: {', '.join(told)}. One of its {len(c.equilibria)} extreme equilibria:\n"
    )


def _percents(bounds: Bounds) -> str:
    low, high = (100 * float(b) for b in bounds)
    return f"{low:.3g} to {high:.3g} %"


def _numbered(classes: Sequence[EquilibriumClass]) -> tuple[EquilibriumClass, ...]:
    """Return the classes with names that differ."""
    from dataclasses import replace

    seen: dict[str, int] = {}
    result = []
    for c in classes:
        seen[c.name] = seen.get(c.name, 0) + 1
        k = seen[c.name]
        result.append(c if k == 1 else replace(c, name=f"{c.name} ({k})"))
    return tuple(result)
