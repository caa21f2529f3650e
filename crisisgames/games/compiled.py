"""A game tree as arrays: compiled once, evaluated for many parameter values.

The static part (`Structure`) lists nature's branches, decision nodes, information sets and ends.
The numbers (`Numbers`) are one probability per branch, and payoffs and outcome shares per end; they
are computed exactly for one point, or in floating point for arrays of points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.expressions import ExactEvaluator, Number, vectorize
from crisisgames.games.parameter import Parameter, check_values, collect
from crisisgames.games.tree import Chance, Move, Node, Tell

__all__ = ["Compiled", "Decision", "InformationSet", "Numbers", "Record", "Visit", "compile_tree"]

Record = tuple[str, ...]
"""What a player was told and what it did, in order."""

Decision = tuple[int, int]
"""An action taken: index of the information set, index of the action in it."""

SUM_TOLERANCE = 1e-9
"""How far floating-point probabilities may be from summing to one: rounding, many times over."""


@dataclass(frozen=True)
class InformationSet:
    """All decisions of one player that have the same record.

    Attributes
    ----------
    player : str
    record : tuple of str
        What the player was told and did, in order.
    actions : tuple of str
    own : tuple of bool
        For each entry of the record, whether it is an own action (else a signal).
    """

    player: str
    record: Record
    actions: tuple[str, ...]
    own: tuple[bool, ...] = field(repr=False)

    @property
    def label(self) -> str:
        """The record as one text."""
        return ", ".join(self.record) if self.record else "start"


@dataclass(frozen=True)
class Visit:
    """A place that play can reach: a decision node, or an end.

    Attributes
    ----------
    history : tuple of str
        Labels of nature's branches and actions on the way.
    chance : tuple of int
        Indices of nature's branches on the way.
    decisions : tuple of Decision
        Actions on the way, of all players.
    """

    history: Record
    chance: tuple[int, ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True)
class Numbers:
    """A compiled game's numbers at some parameter values.

    Attributes
    ----------
    branches : ndarray
        Probability of each branch of nature, shape (..., branches).
    payoffs : ndarray
        Utils, shape (..., ends, players).
    shares : ndarray
        Share of each outcome at each end, shape (..., ends, outcomes).

    Arrays are floats, or objects (`fractions.Fraction`) where the evaluation was exact.
    """

    branches: np.ndarray
    payoffs: np.ndarray
    shares: np.ndarray

    def chance(self, visits: tuple[Visit, ...]) -> np.ndarray:
        """Return the product of nature's probabilities on the way to each visit."""
        columns = [self.branches[..., list(v.chance)].prod(axis=-1) for v in visits]
        return np.stack(columns, axis=-1) if columns else self.branches[..., :0]


@dataclass(frozen=True, eq=False)
class Compiled:
    """The static part of a game: see the module's text.

    Attributes
    ----------
    players, outcomes : tuple of str
    information_sets : tuple of InformationSet
        In the order in which a walk of the tree meets them.
    nodes : tuple of Visit
        Decision nodes; `node_sets` gives the information set of each.
    ends : tuple of Visit
    branch_places : tuple of (str, str)
        For each branch of nature: the place (its siblings) and its label.
    branch_groups : tuple of int
        For each branch of nature, the chance node that it belongs to.
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[Visit, ...]
    node_sets: tuple[int, ...]
    ends: tuple[Visit, ...]
    outcomes: tuple[str, ...]
    branch_places: tuple[tuple[str, str], ...]
    branch_groups: tuple[int, ...]
    branch_expressions: tuple[sp.Expr, ...]
    payoff_expressions: tuple[tuple[sp.Expr, ...], ...]
    share_expressions: tuple[tuple[sp.Expr, ...], ...]

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return collect(self._expressions)

    @cached_property
    def roles(self) -> dict[str, tuple[str, ...]]:
        """What each parameter invalidates: ``probabilities``, ``payoffs``, ``shares``."""
        rows = (
            ("probabilities", self.branch_expressions),
            ("payoffs", [u for row in self.payoff_expressions for u in row]),
            ("shares", [s for row in self.share_expressions for s in row]),
        )
        names = {role: {s.name for e in set(es) for s in e.free_symbols} for role, es in rows}
        return {p: tuple(r for r, has in names.items() if p in has) for p in self.parameters}

    @property
    def _expressions(self) -> list[sp.Expr]:
        return [
            *self.branch_expressions,
            *(u for row in self.payoff_expressions for u in row),
            *(s for row in self.share_expressions for s in row),
        ]

    def complete_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for every parameter: the one given, else its default."""
        check_values(self.parameters, values)
        return {n: values.get(n, p.default) for n, p in self.parameters.items()}

    def exact(self, values: Mapping[str, Number]) -> Numbers:
        """Return the numbers at one point as rationals.

        Raises
        ------
        GameError
            If a probability or share lies outside [0, 1] or they do not sum to one there.
        """
        full = self.complete_values(values)
        numbers = self._exact(full)
        self._check(numbers, full)
        return numbers

    def check_sums(self, values: Mapping[str, Number]) -> None:
        """Raise if probabilities or shares do not sum to one at a point, whatever their range."""
        self._check(self._exact(values), values, ranges=False)

    def _exact(self, full: Mapping[str, Number]) -> Numbers:
        evaluate = ExactEvaluator({p: p.check(full[n]) for n, p in self.parameters.items()})

        def array(*rows: tuple[sp.Expr, ...]) -> np.ndarray:
            flat = np.empty((len(rows), len(rows[0]) if rows else 0), dtype=object)
            for i, row in enumerate(rows):
                flat[i] = [evaluate(e) for e in row]
            return flat

        return Numbers(
            array(self.branch_expressions)[0],
            array(*self.payoff_expressions),
            array(*self.share_expressions),
        )

    def floats(self, values: Mapping[str, Any]) -> Numbers:
        """Return the numbers at one point or at many, in floating point.

        Parameters
        ----------
        values : mapping
            For each parameter a number or an array; the arrays must have a common shape, which
            becomes the leading axes of the results. Parameters left out take their defaults.
        """
        full = {n: values.get(n, p.default) for n, p in self.parameters.items()}
        check_values(self.parameters, {n: v for n, v in values.items() if np.ndim(v) == 0})
        for name, value in full.items():
            low, high = self.parameters[name].domain
            bad = ~((np.asarray(value, float) >= low) & (np.asarray(value, float) <= high))
            if bad.any():
                first = np.asarray(value, float)[bad].flat[0] if np.ndim(value) else value
                raise GameError(f"parameter {name!r} is {first}; allowed is {low} to {high}")
        flat = self._compiled(*(np.asarray(v, dtype=float) for v in full.values()))
        n_branches, n_ends = len(self.branch_expressions), len(self.ends)
        lead = flat.shape[:-1]
        cut = n_branches + n_ends * len(self.players)
        numbers = Numbers(
            flat[..., :n_branches],
            flat[..., n_branches:cut].reshape(*lead, n_ends, len(self.players)),
            flat[..., cut:].reshape(*lead, n_ends, len(self.outcomes)),
        )
        self._check(numbers, full)
        return numbers

    @cached_property
    def _compiled(self) -> Callable[..., np.ndarray]:
        # Many ends repeat the same expression: compute each distinct one once.
        distinct = list(dict.fromkeys(self._expressions))
        place = {e: i for i, e in enumerate(distinct)}
        index = np.array([place[e] for e in self._expressions])
        function = vectorize(list(self.parameters.values()), distinct)
        return lambda *values: function(*values)[..., index]

    def _check(self, numbers: Numbers, values: Mapping[str, Any], *, ranges: bool = True) -> None:
        """Raise where probabilities or shares leave [0, 1] (``ranges``) or do not sum to one."""
        exact = numbers.branches.dtype == object
        slack = 0 if exact else SUM_TOLERANCE
        at = ", ".join(f"{n}={v}" for n, v in values.items() if np.ndim(v) == 0)
        for i, (place, label) in enumerate(self.branch_places if ranges else ()):
            p = numbers.branches[..., i]
            if np.any(p < -slack) or np.any(p > 1 + slack):
                worst = float(np.max(np.where(p < 0, -p, p)))
                raise GameError(
                    f"the probability of {label!r} in {place} leaves [0, 1] (size {worst:g}) at "
                    f"{at or 'these values'}; change its expression or a parameter's domain"
                )
        group = np.array(self.branch_groups)
        for g in dict.fromkeys(self.branch_groups):
            members = np.flatnonzero(group == g)
            total = numbers.branches[..., members].sum(axis=-1)
            if np.any(abs(total - 1) > slack):
                place = self.branch_places[members[0]][0]
                raise GameError(
                    f"the probabilities of {place} sum to {_shown(total)} at "
                    f"{at or 'these values'}; they must sum to 1"
                )
        total = numbers.shares.sum(axis=-1)
        bad = abs(total - 1) > slack
        if ranges:
            bad = bad | np.any(numbers.shares < -slack, axis=-1)
        if np.any(bad):
            place = int(np.argwhere(np.atleast_1d(bad))[0][-1])
            raise GameError(
                f"the outcome shares at the end of {' > '.join(self.ends[place].history)!r} are "
                f"negative or do not sum to 1 at {at or 'these values'}; mend the mapping in end"
            )


def _shown(total: Any) -> str:
    return f"{float(np.ravel(total)[0]):g}"


def compile_tree(root: Node, players: tuple[str, ...]) -> Compiled:
    """Return the arrays of a tree; raise `GameError` for what is wrong with it, naming the place."""
    sets: dict[tuple[str, tuple[tuple[bool, str], ...]], int] = {}
    labels: dict[tuple[str, Record], tuple[tuple[bool, str], ...]] = {}
    information_sets: list[InformationSet] = []
    nodes: list[Visit] = []
    node_sets: list[int] = []
    ends: list[Visit] = []
    branches: list[tuple[str, str, int, sp.Expr]] = []
    payoffs: list[tuple[sp.Expr, ...]] = []
    shares: list[dict[str, sp.Expr]] = []
    order = {p: i for i, p in enumerate(players)}
    groups = iter(range(10**9))

    def set_of(
        node: Move, record: tuple[tuple[bool, str], ...], history: tuple[str, ...]
    ) -> int:
        actions = tuple(a for a, _ in node.branches)
        plain = tuple(text for _, text in record)
        if labels.setdefault((node.player, plain), record) != record:
            raise GameError(
                f"{node.player!r} has the record {plain} in two ways, as a signal and as an own "
                "action; name one of them differently"
            )
        key = (node.player, record)
        if key not in sets:
            sets[key] = len(information_sets)
            own = tuple(is_own for is_own, _ in record)
            information_sets.append(InformationSet(node.player, plain, actions, own))
        elif information_sets[sets[key]].actions != actions:
            other = information_sets[sets[key]].actions
            raise GameError(
                f"{node.player!r} cannot tell {' > '.join(history)!r} from an earlier place, but "
                f"may choose {actions} here and {other} there; offer the same actions in the same "
                "order, or tell the player which place it is"
            )
        return sets[key]

    def walk(
        node: Node,
        records: tuple[tuple[tuple[bool, str], ...], ...],
        visit: Visit,
    ) -> None:
        if isinstance(node, Chance):
            place = f"chance({', '.join(label for label, _, _ in node.branches)})"
            group = next(groups)
            for label, probability, subtree in node.branches:
                branches.append((place, label, group, probability))
                chance = (*visit.chance, len(branches) - 1)
                walk(subtree, records, Visit((*visit.history, label), chance, visit.decisions))
        elif isinstance(node, Tell):
            told = list(records)
            for player, signal in node.signals:
                i = _player(order, player, visit)
                told[i] = (*told[i], (False, signal))
            walk(node.subtree, tuple(told), visit)
        elif isinstance(node, Move):
            i = _player(order, node.player, visit)
            h = set_of(node, records[i], visit.history)
            nodes.append(visit)
            node_sets.append(h)
            for a, (action, subtree) in enumerate(node.branches):
                after = list(records)
                after[i] = (*records[i], (True, action))
                decisions = (*visit.decisions, (h, a))
                walk(subtree, tuple(after), Visit((*visit.history, action), visit.chance, decisions))
        else:
            ends.append(visit)
            payoffs.append(_payoffs(node.payoffs, players, visit))
            shares.append(dict(node.shares))

    start: Visit = Visit((), (), ())
    walk(root, ((),) * len(players), start)
    outcomes = tuple(dict.fromkeys(label for row in shares for label in row))
    zero = sp.Integer(0)
    return Compiled(
        players,
        tuple(information_sets),
        tuple(nodes),
        tuple(node_sets),
        tuple(ends),
        outcomes,
        tuple((place, label) for place, label, _, _ in branches),
        tuple(group for _, _, group, _ in branches),
        tuple(p for _, _, _, p in branches),
        tuple(payoffs),
        tuple(tuple(row.get(o, zero) for o in outcomes) for row in shares),
    )


def _player(order: Mapping[str, int], player: str, visit: Visit) -> int:
    if player not in order:
        where = " > ".join(visit.history) or "the start"
        raise GameError(f"no player {player!r} (at {where}); this game has {tuple(order)}")
    return order[player]


def _payoffs(
    pairs: tuple[tuple[str | int, sp.Expr], ...], players: tuple[str, ...], visit: Visit
) -> tuple[sp.Expr, ...]:
    where = " > ".join(visit.history) or "the start"
    if all(isinstance(p, int) for p, _ in pairs) and len(pairs) == len(players):
        return tuple(u for _, u in pairs)
    given = dict(pairs)
    if set(given) != set(players):
        raise GameError(
            f"the end of {where!r} gives payoffs to {tuple(given)}; this game has {players}"
        )
    return tuple(given[p] for p in players)


def players_in(node: Node) -> Iterator[str]:
    """Yield the players named in a tree, in the order of their first appearance in payoffs."""
    if isinstance(node, Chance):
        for _, _, subtree in node.branches:
            yield from players_in(subtree)
    elif isinstance(node, Tell):
        yield from players_in(node.subtree)
    elif isinstance(node, Move):
        for _, subtree in node.branches:
            yield from players_in(subtree)
    else:
        yield from (p for p, _ in node.payoffs if isinstance(p, str))
