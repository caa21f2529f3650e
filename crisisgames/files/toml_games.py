"""Games as TOML files that people write by hand.

A tree is a set of named nodes and ends, each a table. A node is a move of nature (``chance``), a
decision (``player`` and ``actions``), or neither (``then``); ``told`` says what players learn when
play comes there. Several places may lead to one node: the tree is what unfolds from ``start``.
Signaling games and normal forms are tables of payoffs. The guide to files shows all three.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.files.declared import Read, read_parameter, reader_over
from crisisgames.files.toml import KINDS, TomlItem
from crisisgames.games import (
    ExtensiveFormGame,
    Node,
    NormalFormGame,
    Parameter,
    SignalingGame,
    chance,
    end,
    move,
    tell,
)
from crisisgames.games.compile import UnequalActions

__all__ = ["START"]

START = "start"
"""The first node, where the file does not name another."""

MAX_NODES = 10_000
"""Nodes of the tree that unfolds: a few seconds of work before anything is solved."""

MAX_CELLS = 60_000
"""Ends times outcomes: for each pair a share is kept and summed up."""

MAX_PROFILES = 2_000
"""Cells of a table of payoffs."""

MAX_PARAMETERS = 200

MAX_LENGTH, MAX_ARGUMENTS = 40_000, 60
"""Characters of all different expressions of a file, and arguments of functions in them: `max` of
some polynomials takes SymPy a tenth of a second for each."""

ARGUMENT = re.compile(r",|\w\s*\(")

COMMON = ("kind", "title", "parameters", "values")
"""Fields of every game file."""


def _reader(item: TomlItem) -> Read:
    """Return what reads expressions over the parameters that a file declares."""
    parameters: dict[str, Parameter] = {}
    declared = item.get("parameters", {})
    if len(declared.items()) > MAX_PARAMETERS:
        raise declared.error(f"there are too many; allowed are {MAX_PARAMETERS}")
    for name, entry in declared.items():
        entry.only(("domain", "default", "meaning", "source", "shared"))
        parameters[name] = entry.made(read_parameter, entry, name)
    return _within_limits(reader_over(parameters))


def _within_limits(read: Read) -> Read:
    """Return a reader that stops where the expressions of a file are too much work together."""
    seen: set[str] = set()
    length = arguments = 0

    def limited(entry: TomlItem) -> Any:
        nonlocal length, arguments
        text = entry.value
        if isinstance(text, str) and text not in seen:
            seen.add(text)
            length += len(text)
            arguments += len(ARGUMENT.findall(text))
            if length > MAX_LENGTH or arguments > MAX_ARGUMENTS:
                raise entry.error(
                    f"the expressions up to here have {length} characters and {arguments} "
                    f"arguments of functions; a file may have {MAX_LENGTH} and {MAX_ARGUMENTS}"
                )
        return read(entry)

    return limited  # type: ignore[return-value]  # it takes items of TOML only


def _probability(read: Read, item: TomlItem, label: str) -> sp.Expr:
    """Return a probability; one that is none is told as it is written, not as a fraction."""
    value = read(item)
    if value.is_number and not 0 <= value <= 1:
        raise item.error(f"the probability of {label!r} is {item.shown()}; allowed is 0 to 1")
    return value


def _read_values(item: TomlItem) -> dict[str, Any]:
    return item.get("values", {}).numbers()


# ------------------------------------------------------------------------------------------ trees


def _read_tree(item: TomlItem) -> ExtensiveFormGame:
    item.only((*COMMON, "players", "start", "nodes", "ends"))
    tree = _Tree(item)
    root = tree.root()
    title = item.get("title", "").text()
    try:
        return ExtensiveFormGame(root, item["players"].texts(), title, _read_values(item))
    except UnequalActions as error:
        raise tree.unequal(error) from None


class _Tree:
    """The named nodes of a file, and the trees that unfold from them."""

    def __init__(self, item: TomlItem) -> None:
        self.read = _reader(item)
        self.players = item["players"].texts()
        self.start = item.get("start", START)
        self.entries = dict(item.get("nodes", {}).items())
        for name, entry in item["ends"].items():
            if name in self.entries:
                raise entry.error("a node has this name as well; rename one of the two")
            self.entries[name] = entry
        self.ends = dict(item["ends"].items())

    def root(self) -> Node:
        """Return the tree, built from the ends up."""
        order = self.order()
        self.check_size(order)
        done: dict[str, Node] = {}
        for name in order:
            entry = self.entries[name]
            done[name] = entry.made(self.node, name, entry, done)
        return done[self.start.text()]

    def order(self) -> list[str]:
        """Return the names of all nodes and ends, each after those that it leads to.

        Raises for a name that does not exist, a circle, and what cannot be reached.
        """
        order: list[str] = []
        done: set[str] = set()
        on_way: dict[str, None] = {}  # in the order of the way
        ahead = [(self.start, False)]
        while ahead:
            item, left = ahead.pop()
            name = item.text()
            if left:
                del on_way[name]
                done.add(name)
                order.append(name)
                continue
            if name in done:
                continue
            if name not in self.entries:
                raise item.error(str(suggest("node or end", name, self.entries)))
            if name in on_way:
                circle = [*list(on_way)[list(on_way).index(name) :], name]
                shown = circle if len(circle) <= 8 else [*circle[:6], "...", name]
                raise item.error(f"the nodes lead in a circle: {' > '.join(shown)}")
            on_way[name] = None
            ahead.append((item, True))
            ahead += [(n, False) for n in self.next_of(name)]
        for name, entry in self.entries.items():
            if name not in done:
                raise entry.error(
                    f"nothing leads here from {self.start.text()!r}; remove it, or lead to it"
                )
        return order

    def next_of(self, name: str) -> list[TomlItem]:
        """Return the names of the nodes and ends to which one leads, with their places."""
        entry = self.entries[name]
        if name in self.ends:
            return []
        kinds = [k for k in ("chance", "player", "then") if k in entry]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none of them"
            raise entry.error(
                f"a node has chance, or player with actions, or then; this one has {found}"
            )
        if kinds[0] == "then":
            entry.only(("told", "then"))
            return [entry["then"]]
        if kinds[0] == "player":
            entry.only(("told", "player", "actions"))
            return [following for _, following in entry["actions"].items()]
        entry.only(("told", "chance"))
        return [branch.pair()[1] for _, branch in entry["chance"].items()]

    def check_size(self, order: list[str]) -> None:
        """Raise if the tree that unfolds is too large, which is known without unfolding it."""
        size: dict[str, int] = {}
        ends: dict[str, int] = {}
        labels: set[str] = set()
        for name in order:
            below = sum(size[n.text()] for n in self.next_of(name))
            size[name] = below + 1 + ("told" in self.entries[name])
            if size[name] > MAX_NODES:
                raise self.entries[name].error(
                    f"the tree from here on has more than {MAX_NODES} nodes; cut it shorter"
                )
            ends[name] = name in self.ends or sum(ends[n.text()] for n in self.next_of(name))
            if name in self.ends:
                outcome = self.entries[name].get("outcome", name).value
                labels.update(map(str, outcome) if isinstance(outcome, dict) else [str(outcome)])
        if ends[order[-1]] * len(labels) > MAX_CELLS:
            raise self.start.error(
                f"the tree has {ends[order[-1]]} ends and {len(labels)} outcomes; allowed are "
                f"{MAX_CELLS} for their product: give ends one outcome where they are alike"
            )

    def node(self, name: str, entry: TomlItem, done: Mapping[str, Node]) -> Node:
        """Return a node or end; what it leads to is done."""
        if name in self.ends:
            return self.end(name, entry)
        if "chance" in entry:
            branches = {label: branch.pair() for label, branch in entry["chance"].items()}
            node: Node = entry["chance"].made(
                chance,
                {
                    label: (_probability(self.read, p, label), done[n.text()])
                    for label, (p, n) in branches.items()
                },
            )
        elif "player" in entry:
            player = self.player(entry["player"])
            actions = {action: done[n.text()] for action, n in entry["actions"].items()}
            node = entry["actions"].made(move, player, actions)
        else:
            node = done[entry["then"].text()]
        if "told" not in entry:
            return node
        told = {self.known(p, signal): signal.text() for p, signal in entry["told"].items()}
        told_node: Node = entry["told"].made(tell, told, node)
        return told_node

    def end(self, name: str, entry: TomlItem) -> Node:
        entry.only(("outcome", "payoffs"))
        outcome = entry.get("outcome", name)
        shares: Any = outcome.value
        if isinstance(shares, dict):
            shares = {label: self.read(share) for label, share in outcome.items()}
        else:
            shares = outcome.text()
        given = entry["payoffs"]
        if isinstance(given.value, list):
            if len(given.value) != len(self.players):
                raise given.error(
                    f"there are {len(given.value)} payoffs; give one for each of {self._named()}"
                )
            return end(shares, [self.read(u) for u in given])
        payoffs = {self.known(p, u): self.read(u) for p, u in given.items()}
        if missing := [p for p in self.players if p not in payoffs]:
            raise given.error(f"the payoff of {missing[0]!r} is missing")
        return end(shares, payoffs)

    def player(self, item: TomlItem) -> str:
        return self.known(item.text(), item)

    def unequal(self, error: UnequalActions) -> GameError:
        """Return the error about two nodes of one information set, with their names and lines."""
        here, there = map(self.at, error.histories)
        one, other = self.entries[here]["actions"], self.entries[there]["actions"]
        line = f" (line {other.line})" if other.line else ""
        return one.error(
            f"{error.player!r} cannot tell node {here!r} from node {there!r}{line}, but may choose "
            f"{', '.join(one.value)} here and {', '.join(other.value)} there; offer the same "
            "actions in the same order, or tell the player which node it is"
        )

    def at(self, history: tuple[str, ...]) -> str:
        """Return the name of the decision to which a history leads."""
        name, steps = self.start.text(), list(history)
        while steps or "player" not in self.entries[name]:
            entry = self.entries[name]
            if "then" in entry:
                name = entry["then"].text()
            elif "chance" in entry:
                name = entry["chance"][steps.pop(0)].pair()[1].text()
            else:
                name = entry["actions"][steps.pop(0)].text()
        return name

    def known(self, player: str, item: TomlItem) -> str:
        """Return the name of a player; raise if there is none of that name."""
        if player not in self.players:
            raise item.error(f"no player named {player[:40]!r}; the players are {self._named()}")
        return player

    def _named(self) -> str:
        return ", ".join(map(repr, self.players))


# ----------------------------------------------------------------------------------------- tables


def _read_signaling(item: TomlItem) -> SignalingGame:
    item.only((*COMMON, "players", "prior", "messages", "actions", "payoffs"))
    read = _reader(item)
    sender, receiver = item.get("players", ["sender", "receiver"]).pair()
    types = [name for name, _ in item["prior"].items()]
    messages, actions = item["messages"].texts(), item["actions"].texts()
    _check_cells(item, len(types) * len(messages) * len(actions))
    cells = {
        (t, m, a): cell.pair()
        for t, of_type in _members(item["payoffs"], types)
        for m, of_message in _members(of_type, messages)
        for a, cell in _members(of_message, actions)
    }

    def table(who: int) -> Any:
        return [[[read(cells[t, m, a][who]) for a in actions] for m in messages] for t in types]

    prior = [_probability(read, p, label) for label, p in item["prior"].items()]
    names = (sender.text(), receiver.text())
    values = _read_values(item)
    return SignalingGame(
        tuple(types), messages, actions, tuple(prior), table(0), table(1), names, values
    )


def _read_normal(item: TomlItem) -> NormalFormGame:
    item.only((*COMMON, "actions", "payoffs", "outcomes"))
    read = _reader(item)
    lists = [(player, own.texts()) for player, own in item["actions"].items()]
    players, actions = tuple(p for p, _ in lists), tuple(own for _, own in lists)
    count = 1
    for own in actions:
        count = min(count * len(own), MAX_PROFILES + 1)  # no long product
    _check_cells(item, count)

    def row(cell: TomlItem) -> list[Any]:
        entries = list(cell)
        if len(entries) != len(players):
            raise cell.error(f"there are {len(entries)} payoffs; give {len(players)}")
        return [read(u) for u in entries]

    def outcome(cell: TomlItem) -> Any:
        if isinstance(cell.value, dict):
            return {label: read(share) for label, share in cell.items()}
        return cell.text()

    payoffs = _by_profile(item["payoffs"], actions, row)
    shares = _by_profile(item["outcomes"], actions, outcome) if "outcomes" in item else {}
    return NormalFormGame(players, actions, payoffs, _read_values(item), shares)


def _by_profile(
    table: TomlItem, actions: tuple[tuple[str, ...], ...], read: Callable[[TomlItem], Any]
) -> dict[tuple[str, ...], Any]:
    """Return what nested tables hold for each profile, the first player's action outermost."""
    level: dict[tuple[str, ...], TomlItem] = {(): table}
    for own in actions:
        level = {
            (*profile, action): inner
            for profile, outer in level.items()
            for action, inner in _members(outer, own)
        }
    return {profile: read(level[profile]) for profile in product(*actions)}


def _members(table: TomlItem, names: Any) -> list[tuple[str, TomlItem]]:
    """Return the members of a table that must have exactly these names."""
    table.only(names)
    return [(name, table[name]) for name in names]


def _check_cells(item: TomlItem, count: int) -> None:
    if count > MAX_PROFILES:
        raise item.error(f"the table has more than {MAX_PROFILES} cells; write a smaller game")


KINDS["extensive-form game"] = _read_tree
KINDS["signaling game"] = _read_signaling
KINDS["normal-form game"] = _read_normal
