"""Games as JSON documents.

The tree is a list of rows, each node before what is below it, so that depth does not matter::

    {"chance": [["heads", "1/2"], ["tails", "1/2"]]}
    {"tell": {"A": "heads"}}
    {"move": "A", "actions": ["wait", "go"]}
    {"end": {"war": 1}, "payoffs": {"A": "1/2 - war_cost", "B": 0}}

Expressions are texts in the grammar of `parse_expression`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from crisisgames.files.arithmetic import write_expression
from crisisgames.files.declared import Read, declared, reader
from crisisgames.files.documents import Item, Kind, register
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    Node,
    NormalFormGame,
    Profile,
    SignalingGame,
    chance,
    end,
    move,
    tell,
)
from crisisgames.games.tree import flatten

__all__ = ["by_profile", "write_rows"]


def _write_tree(game: ExtensiveFormGame) -> dict[str, Any]:
    rows = [_row(kind, content) for kind, content in flatten(game.root)]
    return {"title": game.title, **declared(game), "tree": rows}


def _row(kind: str, content: Any) -> dict[str, Any]:
    if kind == "chance":
        return {"chance": [[label, write_expression(p)] for label, p in content]}
    if kind == "tell":
        return {"tell": dict(content)}
    if kind == "move":
        return {"move": content[0], "actions": list(content[1])}
    shares, pairs = content
    in_order = all(isinstance(p, int) for p, _ in pairs)
    payoffs = {p: write_expression(u) for p, u in pairs}
    return {
        "end": {label: write_expression(share) for label, share in shares},
        "payoffs": list(payoffs.values()) if in_order else payoffs,
    }


def _read_tree(item: Item) -> ExtensiveFormGame:
    read = reader(item)
    done: list[Node] = []
    rows = list(item["tree"])
    for row in reversed(rows):
        done.append(row.made(_node, row, done, read))
    if len(done) != 1:
        raise item["tree"].error(
            f"the rows make {len(done)} trees; a game is one, each node before what is below it"
        )
    players, title = item["players"].texts(), item.get("title", "").text()
    return ExtensiveFormGame(done[0], players, title, item.get("values", {}).numbers())


def _node(row: Item, done: list[Node], read: Read) -> Node:
    """Return the node of a row; what is below it are the latest of ``done``."""

    def below(labels: Sequence[str]) -> list[Node]:
        if len(set(labels)) < len(labels):
            raise row.error(f"the labels {list(labels)} repeat; rename one")
        if len(done) < len(labels):
            raise row.error(f"{len(labels)} nodes must follow; there are {len(done)}")
        return [done.pop() for _ in labels]

    if "chance" in row:
        pairs = [entry.pair() for entry in row["chance"]]
        labels = [label.text() for label, _ in pairs]
        likely = [read(p) for _, p in pairs]
        return chance(dict(zip(labels, zip(likely, below(labels), strict=True), strict=True)))
    if "tell" in row:
        signals = {player: signal.text() for player, signal in row["tell"].items()}
        return tell(signals, below([""])[0])
    if "move" in row:
        actions = row["actions"].texts()
        return move(row["move"].text(), dict(zip(actions, below(actions), strict=True)))
    shares = {label: read(share) for label, share in row["end"].items()}
    given = row["payoffs"]
    if isinstance(given.value, list):
        return end(shares, [read(u) for u in given])
    return end(shares, {player: read(u) for player, u in given.items()})


def _write_signaling(game: SignalingGame) -> dict[str, Any]:
    def payoffs(rows: Any) -> Any:
        return [payoffs(row) for row in rows] if isinstance(rows, tuple) else write_expression(rows)

    return {
        **declared(game),
        "types": list(game.types),
        "messages": list(game.messages),
        "actions": list(game.actions),
        "prior": payoffs(game.prior),
        "sender_payoffs": payoffs(game.sender_payoffs),
        "receiver_payoffs": payoffs(game.receiver_payoffs),
    }


def _read_signaling(item: Item) -> SignalingGame:
    read = reader(item)

    def payoffs(entry: Item, depth: int) -> Any:
        return [payoffs(e, depth - 1) for e in entry] if depth else read(entry)

    sender, receiver = item["players"].pair()
    return SignalingGame(
        item["types"].texts(),
        item["messages"].texts(),
        item["actions"].texts(),
        payoffs(item["prior"], 1),
        payoffs(item["sender_payoffs"], 3),
        payoffs(item["receiver_payoffs"], 3),
        (sender.text(), receiver.text()),
        item.get("values", {}).numbers(),
    )


def _write_normal(game: NormalFormGame) -> dict[str, Any]:
    return {
        **declared(game),
        "actions": [list(own) for own in game.actions],
        "payoffs": write_rows(game.payoffs.values()),
        "shares": _write_shares(game.shares),
    }


def write_rows(rows: Iterable[Sequence[sp.Expr]]) -> list[list[str]]:
    """Return rows of expressions as texts."""
    return [[write_expression(u) for u in row] for row in rows]


def _write_shares(shares: Mapping[Profile, Mapping[str, sp.Expr]]) -> list[dict[str, str]]:
    return [{o: write_expression(e) for o, e in row.items()} for row in shares.values()]


def _read_normal(item: Item) -> NormalFormGame:
    read = reader(item)
    actions = [own.texts() for own in item["actions"]]
    payoffs = by_profile(item["payoffs"], actions, lambda row: [read(u) for u in row])
    shares = _read_shares(item.get("shares", []), actions, read)
    players = item["players"].texts()
    return NormalFormGame(
        players, tuple(actions), payoffs, item.get("values", {}).numbers(), shares
    )


def by_profile(
    item: Item, actions: Sequence[Sequence[str]], read: Callable[[Item], Any]
) -> dict[Profile, Any]:
    """Return what a list holds for each profile, the last player's action running fastest."""
    rows = [read(row) for row in item]
    cells = prod(map(len, actions))
    if len(rows) != cells:
        raise item.error(
            f"there are {len(rows)} rows; the actions make {cells} profiles, the last player's "
            "action running fastest"
        )
    return dict(zip(product(*actions), rows, strict=True))


def _read_shares(item: Item, actions: Sequence[Sequence[str]], read: Read) -> dict[Profile, Any]:
    if not item.value:
        return {}
    return by_profile(item, actions, lambda row: {o: read(share) for o, share in row.items()})


def _write_bayesian(game: BayesianGame) -> dict[str, Any]:
    return {
        **declared(game),
        "states": list(game.states),
        "types": [list(own) for own in game.types],
        "actions": [list(own) for own in game.actions],
        "situations": [
            {
                "situation": list(situation),
                "probability": write_expression(p),
                "payoffs": write_rows(game.payoffs[situation].values()),
                "shares": _write_shares(game.shares.get(situation, {})),
            }
            for situation, p in game.prior.items()
        ],
    }


def _read_bayesian(item: Item) -> BayesianGame:
    read = reader(item)
    actions = [own.texts() for own in item["actions"]]
    prior: dict[Profile, Any] = {}
    payoffs: dict[Profile, Any] = {}
    shares: dict[Profile, Any] = {}
    for entry in item["situations"]:
        situation = entry["situation"].texts()
        if situation in prior:
            raise entry.error(f"the situation {situation} is there twice")
        prior[situation] = read(entry["probability"])
        payoffs[situation] = by_profile(
            entry["payoffs"], actions, lambda row: [read(u) for u in row]
        )
        if own := _read_shares(entry.get("shares", []), actions, read):
            shares[situation] = own
    return BayesianGame(
        item["players"].texts(),
        tuple(own.texts() for own in item["types"]),
        tuple(actions),
        prior,
        payoffs,
        item.get("states", []).texts(),
        shares,
        item.get("values", {}).numbers(),
    )


register(Kind("extensive-form game", ExtensiveFormGame, _write_tree, _read_tree))
register(Kind("signaling game", SignalingGame, _write_signaling, _read_signaling))
register(Kind("normal-form game", NormalFormGame, _write_normal, _read_normal))
register(Kind("Bayesian game", BayesianGame, _write_bayesian, _read_bayesian))
