"""From a tree to arrays: one walk that finds the information sets and checks what must fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.compiled import Compiled, InformationSet, Record, Visit
from crisisgames.games.tree import Chance, End, Move, Node, Tell, nodes_of, place_of

__all__ = ["MAX_DEPTH", "UnequalActions", "compile_tree", "players_in"]

MAX_DEPTH = 400
"""Levels above an end: solvers walk trees recursively, and Python's stack is finite."""

Known = tuple[tuple[bool, str], ...]
"""A record whose entries say whether they are own actions, else signals."""


class UnequalActions(GameError):
    """Two nodes that a player cannot tell apart have different actions; `histories` lead there."""

    def __init__(self, message: str, player: str, histories: tuple[Record, Record]) -> None:
        super().__init__(message)
        self.player, self.histories = player, histories


def compile_tree(root: Node, players: tuple[str, ...]) -> Compiled:
    """Return the arrays of a tree; for what is wrong with it, an error that names the place."""
    sets: dict[tuple[str, Known], int] = {}
    labels: dict[tuple[str, Record], Known] = {}
    information_sets: list[InformationSet] = []
    nodes: list[Visit] = []
    node_sets: list[int] = []
    ends: list[Visit] = []
    branches: list[tuple[str, str, int, sp.Expr]] = []
    payoffs: list[tuple[sp.Expr, ...]] = []
    shares: list[dict[str, sp.Expr]] = []
    order = {p: i for i, p in enumerate(players)}
    groups = iter(range(10**9))

    def set_of(node: Move, record: Known, visit: Visit) -> int:
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
            earlier = nodes[node_sets.index(sets[key])]
            raise UnequalActions(
                f"{node.player!r} cannot tell {visit.label!r} from {earlier.label!r}, but "
                f"may choose {actions} here and {other} there; offer the same actions in the same "
                "order, or tell the player which place it is",
                node.player,
                (visit.history, earlier.history),
            )
        return sets[key]

    def walk(node: Node, records: tuple[Known, ...], visit: Visit, depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            raise GameError(
                f"the tree is more than {MAX_DEPTH} levels deep, counting signals and moves of "
                "nature; cut the game shorter"
            )
        if isinstance(node, Chance):
            place = place_of("chance", (label for label, _, _ in node.branches))
            group = next(groups)
            for label, probability, subtree in node.branches:
                branches.append((place, label, group, probability))
                chance = (*visit.chance, len(branches) - 1)
                after = Visit((*visit.history, label), chance, visit.decisions)
                walk(subtree, records, after, depth + 1)
        elif isinstance(node, Tell):
            told = list(records)
            for player, signal in node.signals:
                i = _player(order, player, visit)
                told[i] = (*told[i], (False, signal))
            walk(node.subtree, tuple(told), visit, depth + 1)
        elif isinstance(node, Move):
            i = _player(order, node.player, visit)
            h = set_of(node, records[i], visit)
            nodes.append(visit)
            node_sets.append(h)
            for a, (action, subtree) in enumerate(node.branches):
                known = list(records)
                known[i] = (*records[i], (True, action))
                decisions = (*visit.decisions, (h, a))
                after = Visit((*visit.history, action), visit.chance, decisions)
                walk(subtree, tuple(known), after, depth + 1)
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
        raise GameError(f"no player {player!r} (at {visit.label!r}); this game has {tuple(order)}")
    return order[player]


def _payoffs(
    pairs: tuple[tuple[str | int, sp.Expr], ...], players: tuple[str, ...], visit: Visit
) -> tuple[sp.Expr, ...]:
    if pairs and all(isinstance(p, int) for p, _ in pairs):
        if len(pairs) != len(players):
            raise GameError(
                f"the end of {visit.label!r} has {len(pairs)} payoffs; this game has the players "
                f"{players}, so give {len(players)}"
            )
        return tuple(u for _, u in pairs)
    given = dict(pairs)
    if set(given) != set(players):
        raise GameError(
            f"the end of {visit.label!r} gives payoffs to {tuple(given)}; this game has {players}"
        )
    return tuple(given[p] for p in players)


def players_in(root: Node) -> Iterator[str]:
    """Yield the players that the payoffs of a tree name, in the order of a walk."""
    for node in nodes_of(root):
        if isinstance(node, End):
            yield from (p for p, _ in node.payoffs if isinstance(p, str))
