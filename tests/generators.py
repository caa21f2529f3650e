"""Random games for tests, all in one place; small integer payoffs, so that ties happen."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from crisisgames import ExtensiveFormGame, SignalingGame, chance, end, move, tell
from crisisgames.games import Node
from crisisgames.games.expressions import as_expression
from crisisgames.games.tree import Chance, Move, Tell

PLAYERS = ("A", "B")


def random_tree(
    rng: Random,
    *,
    depth: int = 4,
    width: int = 2,
    payoffs: tuple[int, int] = (-2, 2),
    players: tuple[str, ...] = PLAYERS,
) -> ExtensiveFormGame:
    """A tree with moves of nature, private and public signals, and information sets of all shapes.

    What a player learns of another's action is drawn once per (mover, depth), so that the actions
    offered to a record do not depend on how play came there: moves are made in rounds.
    """
    movers = [rng.choice(players) for _ in range(depth)]
    sizes = [rng.choice([2] * 3 + [width]) for _ in range(depth)]
    heard = [{p: rng.random() < 0.5 for p in players} for _ in range(depth)]
    stops = [rng.random() < 0.35 for _ in range(depth)]
    count = iter(range(10**6))

    def leaf() -> Node:
        label = f"z{next(count)}"
        return end(label, {p: rng.randint(*payoffs) for p in players})

    def grow(k: int) -> Node:
        if k == depth:
            return leaf()
        branches: dict[str, Node] = {}
        for a in range(sizes[k]):
            action = f"{movers[k].lower()}{k}{a}"
            if stops[k] and a == 0:
                branches[action] = leaf()
                continue
            signals = {
                p: f"saw {action}" for p, hears in heard[k].items() if hears and p != movers[k]
            }
            told = {**dict.fromkeys(players, f"round {k}"), **signals}
            branches[action] = tell(told, grow(k + 1))
        return move(movers[k], branches)

    types = {p: rng.choice([1, 2, 2]) for p in players}
    told = {p: rng.choice(["none", "own", "own", "all"]) for p in players}

    def draw(left: tuple[str, ...], state: dict[str, str]) -> Node:
        if not left:
            signals = {}
            for p in players:
                if told[p] == "own":
                    signals[p] = state[p]
                elif told[p] == "all":
                    signals[p] = ",".join(state.values())
            return tell(signals, grow(0))
        p, rest = left[0], left[1:]
        if types[p] == 1:
            return draw(rest, {**state, p: f"{p}0"})
        weight = Fraction(rng.randint(1, 4), 5)
        return chance(
            {
                f"{p}0": (weight, draw(rest, {**state, p: f"{p}0"})),
                f"{p}1": (1 - weight, draw(rest, {**state, p: f"{p}1"})),
            }
        )

    return ExtensiveFormGame(draw(players, {}), players)


def perturbed(game: ExtensiveFormGame, rng: Random, size: Fraction) -> ExtensiveFormGame:
    """The same game with every payoff moved by a random amount of at most ``size``."""

    def walk(node: Node) -> Node:
        if isinstance(node, Chance):
            return Chance(tuple((label, p, walk(t)) for label, p, t in node.branches))
        if isinstance(node, Tell):
            return Tell(node.signals, walk(node.subtree))
        if isinstance(node, Move):
            return Move(node.player, tuple((a, walk(t)) for a, t in node.branches))
        shifts = {p: size * Fraction(rng.randint(-1000, 1000), 1000) for p, _ in node.payoffs}
        return end(dict(node.shares), {p: u + as_expression(shifts[p]) for p, u in node.payoffs})

    return ExtensiveFormGame(walk(game.root), game.players)


def random_signaling(
    rng: Random,
    types: int,
    messages: int,
    actions: int,
    payoffs: tuple[int, int] = (-2, 2),
) -> SignalingGame:
    """A signaling game with small integer payoffs and a prior in fifths and tenths."""

    def table() -> list[list[list[int]]]:
        row = range(actions)
        return [
            [[rng.randint(*payoffs) for _ in row] for _ in range(messages)] for _ in range(types)
        ]

    weights = [rng.randint(1, 4) for _ in range(types)]
    prior = [Fraction(w, sum(weights)) for w in weights]
    names = [
        [f"{kind}{k}" for k in range(n)]
        for kind, n in (("t", types), ("m", messages), ("a", actions))
    ]
    return SignalingGame(*names, prior, table(), table())
