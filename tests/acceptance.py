"""The three games with known answers on which a solver of signaling trees is tried first."""

from __future__ import annotations

from fractions import Fraction

from crisisgames import ExtensiveFormGame, Parameter, SignalingGame, chance, end, move, tell
from crisisgames.games import Node

KINDS = ("irresolute", "resolute")
COST = {"irresolute": Fraction(9, 10), "resolute": Fraction(1, 10)}
AUDIENCE = Parameter("audience_cost", (0, 1), Fraction(1, 4), "cost of backing down, utils")


def escalation_1() -> ExtensiveFormGame:
    """A challenges, B resists, A attacks or backs down; both sides' resolve is private."""
    return _escalation({"challenge": 0}, told=False)


def escalation_2() -> ExtensiveFormGame:
    """The same with two ways to challenge: a bare threat, and a mobilization that costs 1/5."""
    return _escalation({"threat": 0, "mobilize": Fraction(1, 5)}, told=True)


def _escalation(ways: dict[str, int | Fraction], *, told: bool) -> ExtensiveFormGame:
    half = Fraction(1, 2)

    def resisted(a: str, b: str, cost: int | Fraction) -> Node:
        return move(
            "A",
            {
                "attack": end("war", {"A": half - COST[a] - cost, "B": half - COST[b]}),
                "back down": end("back-down", {"A": -AUDIENCE - cost, "B": 1}),
            },
        )

    def challenged(a: str, b: str, way: str, cost: int | Fraction) -> Node:
        replies = {
            "concede": end("concession", {"A": 1 - cost, "B": 0}),
            "resist": resisted(a, b, cost),
        }
        return tell({"B": way} if told else {}, move("B", replies))

    def play(a: str, b: str) -> Node:
        ahead = {w: challenged(a, b, w, cost) for w, cost in ways.items()}
        first = move("A", {"refrain": end("status quo", {"A": 0, "B": 1}), **ahead})
        return tell({"A": a, "B": b}, first)

    second = {a: chance({b: (half, play(a, b)) for b in KINDS}) for a in KINDS}
    return ExtensiveFormGame(chance({a: (half, second[a]) for a in KINDS}), ("A", "B"))


def beer_quiche() -> SignalingGame:
    """Cho and Kreps (1987), with the original payoffs."""
    return SignalingGame(
        types=("surly", "wimp"),
        messages=("beer", "quiche"),
        actions=("duel", "not"),
        prior=(0.9, 0.1),
        sender_payoffs=[[[1, 3], [0, 2]], [[0, 2], [1, 3]]],
        receiver_payoffs=[[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    )
