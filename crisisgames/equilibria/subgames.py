"""Subgame-perfect equilibria of trees with imperfect information: Nash in every subgame [1]_.

A *subgame* is what follows a node if no information set crosses its border: whoever moves in it
knows that play is in it. Nodes of nature may be roots too, and the whole game is a subgame.

From the bottom up each subgame, with those inside it replaced by what they are worth, is solved for
its Nash equilibria: all of them where one or two players move there (`extreme`), the pure ones
where more do. For every combination of equilibria of the subgames inside, what is above is solved
again, and strategies are put together. Arithmetic is exact.

Completeness. An equilibrium of the game is an equilibrium of every subgame, with those inside it
replaced by the payoffs that *their* equilibrium gives. The equilibria of a subgame are finitely
many products of polytopes, in connected pieces. Where in every piece everybody who moves above has
a single payoff, the games above are finitely many, all are solved, and a probability or a payoff is
linear in each of the factors: the extreme equilibria bound it. That is the class in which the set
is called complete. Where somebody above has several payoffs in one piece, only the extreme
equilibria of the piece are carried upwards: all that is found is subgame perfect, but equilibria
that rest on those between may be missing.

References
----------
.. [1] Reinhard Selten, "Spieltheoretische Behandlung eines Oligopolmodells mit Nachfrageträgheit",
   Zeitschrift für die gesamte Staatswissenschaft 121, 1965; David M. Kreps, "A Course in
   Microeconomic Theory", 1990, Section 12.7.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from crisisgames.equilibria.assemble import Extreme, Part, assemble_part, fixed_part
from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.extreme import extreme_equilibria
from crisisgames.equilibria.nash import pure_nash
from crisisgames.equilibria.profiles import BehaviourProfile, profile_set
from crisisgames.equilibria.sequence_form import sequence_form
from crisisgames.equilibria.sequential import independent_parts
from crisisgames.errors import NotApplicable
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.games.expressions import ExactEvaluator, as_expression
from crisisgames.games.tree import Chance, End, Move, Node, Tell

__all__ = ["Solved", "subgame_equilibria"]

MAX_EQUILIBRIA = 20_000
"""Extreme equilibria of one subgame, those inside it included, beyond which the list ends."""

ELSE = "else"
"""The outcome of ends that are not subgames."""

Key = tuple[str, Record]
Row = tuple[Fraction, ...] | None
Records = Mapping[str, Record]
Payoffs = tuple[Fraction, ...]


@dataclass(frozen=True)
class Solved:
    """The equilibria found.

    Attributes
    ----------
    profiles : tuple of BehaviourProfile
        The extreme equilibria.
    pieces : tuple of tuple of int
        The products of polytopes that they span, as places in `profiles`.
    reasons : tuple of str
        Why these may not be all equilibria; empty where it is proved that they are.
    """

    profiles: tuple[BehaviourProfile, ...]
    pieces: tuple[tuple[int, ...], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Point:
    """An extreme equilibrium of a subgame: everybody's payoff, and who does what in it."""

    payoffs: Payoffs
    strategy: frozenset[tuple[Key, Row]]


Piece = tuple[_Point, ...]
"""A product of polytopes of equilibria of a subgame, by its extreme points."""


@dataclass(frozen=True)
class _Above:
    """An equilibrium of a subgame whose own subgames are replaced by what they are worth."""

    payoffs: Payoffs
    strategy: frozenset[tuple[Key, Row]]
    reach: tuple[Fraction, ...]
    """The probability with which play comes to each of the subgames inside."""


def subgame_equilibria(game: ExtensiveFormGame, deadline: Deadline = NEVER) -> Solved:
    """Return the subgame-perfect equilibria of a tree, for any number of players.

    Where a player's own plan for a subgame excludes an information set of it, the prescription
    there is None: anything will do.

    Parameters
    ----------
    game : ExtensiveFormGame
    deadline : Deadline
        Past it, subgames are solved no further than what is known then.
    """
    values = game.compiled.complete_values(game.values)
    parameters = game.compiled.parameters
    evaluate = ExactEvaluator({p: p.check(values[n]) for n, p in parameters.items()})
    root = _numeric(game.root, evaluate, game.players)
    records: Records = dict.fromkeys(game.players, ())
    solver = _Solver(root, game.players, deadline)
    pieces = solver.solve(root, records, frozenset())
    place: dict[frozenset[tuple[Key, Row]], int] = {}
    members = tuple(
        tuple(dict.fromkeys(place.setdefault(p.strategy, len(place)) for p in piece))
        for piece in pieces
    )
    keys = [(info.player, info.record) for info in game.information_sets]
    rows = [dict(strategy) for strategy in place]
    profiles = tuple(tuple(row.get(key) for key in keys) for row in rows)
    return Solved(profiles, members, tuple(solver.reasons))


class _Solver:
    """Solves the subgames of a tree with numbers, from the bottom up."""

    def __init__(self, root: Node, players: tuple[str, ...], deadline: Deadline) -> None:
        self.players, self.deadline = players, deadline
        self.roots = _subgame_roots(root, players)
        self.reasons: dict[str, None] = {}

    def solve(self, root: Node, records: Records, above: frozenset[str]) -> list[Piece]:
        """Return the equilibria of a subgame; ``above`` are those who move before it."""
        movers: set[str] = set()
        inner: list[tuple[Node, Records]] = []
        for node, known in _walk(root, records, self.roots):
            if node is not root and id(node) in self.roots:
                inner.append((node, known))
            elif isinstance(node, Move):
                movers.add(node.player)
        options = []
        for node, known in inner:
            pieces = self.solve(node, known, above | movers)
            units = (u for piece in pieces for u in self._units(piece, above | movers))
            options.append(list(dict.fromkeys(units)))
        found: list[Piece] = []
        solved: dict[tuple[Payoffs, ...], list[tuple[_Above, ...]]] = {}
        size = 0
        for choice in product(*options):
            if solved and self.deadline.passed:
                self._say("time limit reached, with some equilibria of a subgame carried upwards")
                return found
            # What those who do not move up here get from below does not change play up here.
            worth = tuple(
                tuple(
                    u if p in movers else Fraction(0)
                    for p, u in zip(self.players, unit[0].payoffs, strict=True)
                )
                for unit in choice
            )
            if worth not in solved:
                ends = {id(node): u for (node, _), u in zip(inner, worth, strict=True)}
                solved[worth] = self._equilibria(root, records, ends, len(movers))
            for piece in solved[worth]:
                size += len(piece) * prod(map(len, choice))
                if size > MAX_EQUILIBRIA:
                    self._say(f"a subgame has more than {MAX_EQUILIBRIA} extreme equilibria")
                    return found
                found.append(
                    tuple(_joined(one, worth, below) for one in piece for below in product(*choice))
                )
        return found

    def _units(self, piece: Piece, higher: set[str] | frozenset[str]) -> list[Piece]:
        """Return a piece whole where those who move above have one payoff in it, else in points."""
        places = [i for i, p in enumerate(self.players) if p in higher]
        if len({tuple(point.payoffs[i] for i in places) for point in piece}) == 1:
            return [piece]
        self._say(
            "where players are indifferent in a subgame they may also mix, those who move before "
            "it care, and only the extreme equilibria of such a subgame are carried upwards"
        )
        return [(point,) for point in piece]

    def _equilibria(
        self, root: Node, records: Records, worth: Mapping[int, Payoffs], movers: int
    ) -> list[tuple[_Above, ...]]:
        """Return the Nash equilibria of a subgame with those inside replaced by their worth."""
        game = ExtensiveFormGame(_truncated(root, worth, self.players), self.players)
        parts, fixed = self._pure(game) if movers > 2 else self._all(game)
        places = {o: k for k, o in enumerate(game.outcomes)}
        inner = [places.get(f"{k}") for k in range(len(worth))]
        sets = [(i.player, (*records[i.player], *i.record)) for i in game.information_sets]

        def above(extremes: Sequence[Extreme]) -> _Above:
            outcomes = _total(fixed[0], [e.outcomes for e in extremes])
            rows = {h: row for e in extremes for h, row in e.strategy.items()}
            return _Above(
                _total(fixed[1], [e.payoffs for e in extremes]),
                frozenset((key, rows.get(h)) for h, key in enumerate(sets)),
                tuple(Fraction(0) if k is None else outcomes[k] for k in inner),
            )

        return [
            tuple(
                above(extremes)
                for extremes in product(
                    *(
                        [part.extremes[k] for k in sheaf.extremes]
                        for part, sheaf in zip(parts, sheaves, strict=True)
                    )
                )
            )
            for sheaves in product(*(part.sheaves for part in parts))
        ]

    def _all(self, game: ExtensiveFormGame) -> tuple[list[Part], tuple[Payoffs, Payoffs]]:
        """Return all Nash equilibria of a game in which at most two players move."""
        numbers = game.exact()
        form = sequence_form(game.compiled, numbers)
        search = extreme_equilibria(form, deadline=self.deadline)
        if not search.complete:
            self._say(f"a subgame is not solved completely ({search.progress})")
        groups = independent_parts(form)
        parts = [
            assemble_part(form, numbers, group, blocks, sequential=False, deadline=self.deadline)
            for group, blocks in zip(groups, search.parts, strict=True)
        ]
        if not all(part.complete for part in parts):
            self._say("time limit reached, with some equilibria of a subgame put together")
        return parts, fixed_part(form, numbers, groups)

    def _pure(self, game: ExtensiveFormGame) -> tuple[list[Part], tuple[Payoffs, Payoffs]]:
        """Return the pure Nash equilibria of a game."""
        self._say("in a subgame more than two players move, where only pure equilibria are found")
        profiles = []
        try:
            profiles = pure_nash(game, self.deadline)
        except (TimeUp, NotApplicable) as stop:
            self._say(f"a subgame is not solved ({stop})")
        found = profile_set(game, game.outcomes, "pure-nash", profiles, complete=False)
        return list(found.parts), found.fixed

    def _say(self, reason: str) -> None:
        self.reasons[reason] = None


def _joined(one: _Above, worth: Sequence[Payoffs], below: Sequence[_Point]) -> _Point:
    """Return an equilibrium of a subgame from one above and one of each subgame inside."""
    payoffs = list(one.payoffs)
    for reach, stated, point in zip(one.reach, worth, below, strict=True):
        for i, (u, v) in enumerate(zip(point.payoffs, stated, strict=True)):
            payoffs[i] += reach * (u - v)
    return _Point(tuple(payoffs), one.strategy.union(*(point.strategy for point in below)))


def _total(start: Payoffs, rows: Sequence[Payoffs]) -> Payoffs:
    return tuple(sum(column, Fraction(0)) for column in zip(start, *rows, strict=True))


def _numeric(node: Node, evaluate: ExactEvaluator, players: tuple[str, ...]) -> Node:
    """Return a tree with numbers for expressions, in which no node occurs twice."""
    if isinstance(node, Chance):
        return Chance(
            tuple(
                (label, as_expression(evaluate(p)), _numeric(below, evaluate, players))
                for label, p, below in node.branches
            )
        )
    if isinstance(node, Tell):
        return Tell(node.signals, _numeric(node.subtree, evaluate, players))
    if isinstance(node, Move):
        branches = ((a, _numeric(below, evaluate, players)) for a, below in node.branches)
        return Move(node.player, tuple(branches))
    keyed = dict(node.payoffs)
    pays = (keyed[i] if i in keyed else keyed[p] for i, p in enumerate(players))
    return _worth(ELSE, [evaluate(u) for u in pays], players)


def _worth(label: str, payoffs: Sequence[Fraction], players: tuple[str, ...]) -> End:
    pays = zip(players, map(as_expression, payoffs), strict=True)
    return End(((label, as_expression(1)),), tuple(pays))


def _truncated(root: Node, worth: Mapping[int, Payoffs], players: tuple[str, ...]) -> Node:
    """Return a subgame with an end for each of those inside, numbered in their order.

    What nature never does is left out.
    """
    number = {key: k for k, key in enumerate(worth)}

    def copy(node: Node) -> Node:
        if id(node) in worth:
            return _worth(f"{number[id(node)]}", worth[id(node)], players)
        if isinstance(node, Chance):
            return Chance(tuple((label, p, copy(t)) for label, p, t in node.branches if p != 0))
        if isinstance(node, Tell):
            return Tell(node.signals, copy(node.subtree))
        if isinstance(node, Move):
            return Move(node.player, tuple((a, copy(t)) for a, t in node.branches))
        return node

    return copy(root)


def _walk(
    node: Node, records: Records, stops: Set[int], *, inside: bool = False
) -> Iterator[tuple[Node, Records]]:
    """Yield the nodes of a tree with everybody's record, but none below ``stops`` inside it."""
    yield node, records
    if inside and id(node) in stops:
        return
    if isinstance(node, Chance):
        for _, _, below in node.branches:
            yield from _walk(below, records, stops, inside=True)
    elif isinstance(node, Tell):
        told = dict(records)
        for player, signal in node.signals:
            told[player] = (*told[player], signal)
        yield from _walk(node.subtree, told, stops, inside=True)
    elif isinstance(node, Move):
        for action, below in node.branches:
            own = (*records[node.player], action)
            yield from _walk(below, {**records, node.player: own}, stops, inside=True)


def _subgame_roots(root: Node, players: tuple[str, ...]) -> frozenset[int]:
    """Return the nodes with which subgames begin, by identity; the root of the tree is one."""
    nodes = list(_walk(root, dict.fromkeys(players, ()), frozenset()))
    where: dict[Key, list[int]] = {}
    for k, (node, records) in enumerate(nodes):
        if isinstance(node, Move):
            where.setdefault((node.player, records[node.player]), []).append(k)
    found = {id(root)}
    below: list[tuple[int, int, int]] = []
    for k, (node, records) in reversed([*enumerate(nodes)]):
        # A subtree is a stretch of the walk: its last place, and how far its information sets go.
        last, low, high = k, len(nodes), -1
        if isinstance(node, Move):
            own = where[node.player, records[node.player]]
            low, high = own[0], own[-1]
        for _ in range(_children(node)):
            span = below.pop()
            last, low, high = max(last, span[0]), min(low, span[1]), max(high, span[2])
        below.append((last, low, high))
        if isinstance(node, Move | Chance) and k <= low < len(nodes) and high <= last:
            found.add(id(node))
    return frozenset(found)


def _children(node: Node) -> int:
    if isinstance(node, Tell):
        return 1
    return len(node.branches) if isinstance(node, Move | Chance) else 0
