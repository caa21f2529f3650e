"""Game trees from four plain functions: `chance`, `tell`, `move` and `end`.

Nobody writes information sets. What a player knows is its *record*: what it was told and what it
did, in order. Two decisions of a player with the same record are one information set, so perfect
recall holds by construction and subtrees can be put anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.expressions import ROUNDING, as_expression, as_fraction, completed
from crisisgames.games.parameter import collect, prefixed

__all__ = [
    "Chance",
    "End",
    "Move",
    "Node",
    "Tell",
    "add_payoffs",
    "chance",
    "end",
    "graft",
    "move",
    "tell",
]


STEP = " > "
"""What stands between the steps of a history when it is written as one text."""


@dataclass(frozen=True)
class Chance:
    """A move of nature: branches as (label, probability, subtree)."""

    branches: tuple[tuple[str, sp.Expr, Node], ...]


@dataclass(frozen=True)
class Tell:
    """A moment at which players learn something: pairs (player, signal), then the subtree."""

    signals: tuple[tuple[str, str], ...]
    subtree: Node


@dataclass(frozen=True)
class Move:
    """A decision of a player: branches as (action, subtree)."""

    player: str
    branches: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class End:
    """An end of the game: shares of outcomes, and payoffs in utils.

    `payoffs` are pairs (player, payoff); where the payoffs were given in the order of the game's
    players, the place stands for the player.
    """

    shares: tuple[tuple[str, sp.Expr], ...]
    payoffs: tuple[tuple[str | int, sp.Expr], ...]


Node = Chance | Tell | Move | End

Row = tuple[str, Any]
"""A node without its subtrees: ``chance``, ``tell``, ``move`` or ``end``, and what it holds."""

SHOWN = 6
"""Labels of a place that an error names: more would drown what is wrong."""


def chance(branches: Mapping[str, tuple[Any, Node]]) -> Chance:
    """Return a move of nature.

    Parameters
    ----------
    branches : mapping
        For each label its probability (a number or an expression) and its subtree.

    Raises
    ------
    GameError
        If a probability is a constant outside (0, 1], or constants do not sum to one. Sums of
        expressions are checked when the game is made.

    Examples
    --------
    >>> from crisisgames import chance, end
    >>> coin = chance({"heads": (0.5, end("win", (1, -1))), "tails": (0.5, end("lose", (-1, 1)))})
    """
    _need_mapping(branches, "chance", "{label: (probability, subtree)}")
    place = place_of("chance", branches)
    checked = []
    for label, branch in branches.items():
        need_step(label, f"a branch of {place}")
        if not (isinstance(branch, Sequence) and len(branch) == 2):
            raise GameError(f"branch {label!r} of {place} must be a pair (probability, subtree)")
        need_node(branch[1], f"{label!r} in {place}")
        probability = as_expression(branch[0], f"the probability of {label!r} in {place}")
        if probability.is_number and not 0 <= probability <= 1:
            raise GameError(
                f"the probability of {label!r} in {place} is {branch[0]}; allowed is 0 to 1"
            )
        if probability.is_zero:
            raise GameError(
                f"branch {label!r} of {place} has the constant probability 0, so nothing below it "
                "is ever reached; leave the branch out"
            )
        checked.append(probability)
    if not checked:
        raise GameError("chance({}) has no branches; give at least one")
    checked = completed(checked, [p for p, _ in branches.values()])
    total = sp.Add(*checked)
    if not _may_be_one(total):
        raise GameError(f"the probabilities of {place} sum to {total}; they must sum to 1")
    pairs = zip(branches.items(), checked, strict=True)
    return Chance(tuple((label, p, subtree) for (label, (_, subtree)), p in pairs))


def tell(signals: Mapping[str, str], subtree: Node) -> Tell:
    """Return ``subtree`` with each player in ``signals`` told its signal first.

    Parameters
    ----------
    signals : mapping
        For each player that learns something, the text that enters its record.
    subtree : node
        What comes next.

    Examples
    --------
    >>> from crisisgames import end, move, tell
    >>> tree = tell({"A": "resolute"}, move("A", {"wait": end("calm", {"A": 0})}))
    """
    _need_mapping(signals, "tell", "{player: signal}")
    for player, signal in signals.items():
        need_text(player, "a player in tell")
        need_text(signal, f"the signal to {player!r}")
    return Tell(tuple(signals.items()), need_node(subtree, "tell"))


def move(player: str, actions: Mapping[str, Node]) -> Move:
    """Return a decision of ``player`` among ``actions``, each with its subtree.

    Other players learn of the choice only by what they are told: put a `tell` into the subtree of
    an action that somebody observes.

    Examples
    --------
    >>> from crisisgames import end, move
    >>> tree = move("A", {"yield": end("peace", {"A": 0}), "stand": end("war", {"A": -1})})
    """
    need_text(player, "a player in move")
    _need_mapping(actions, f"move({player!r})", "{action: subtree}")
    if not actions:
        raise GameError(f"move({player!r}) has no actions; give at least one")
    for action in actions:
        need_step(action, f"an action of {player!r}")
    place = f"move({player!r})"
    return Move(player, tuple((a, need_node(t, f"{a!r} in {place}")) for a, t in actions.items()))


def end(outcome: str | Mapping[str, Any], payoffs: Mapping[str, Any] | Sequence[Any]) -> End:
    """Return an end of the game.

    Parameters
    ----------
    outcome : str or mapping
        A label, or shares of several labels that sum to one. A label may carry a cause after a
        colon: asking for ``war`` asks for ``war:inadvertent`` and all other causes.
    payoffs : mapping or sequence
        Payoff in utils by player, or in the order of the game's players.

    Examples
    --------
    >>> from crisisgames import end
    >>> accident = end({"war:inadvertent": 0.1, "calm": 0.9}, {"A": -0.5, "B": -0.5})
    """
    given = {outcome: 1} if isinstance(outcome, str) else outcome
    _need_mapping(given, "end", "an outcome, or {outcome: share}")
    place = place_of("end", given)
    shares = []
    for label, share in given.items():
        need_text(label, f"an outcome of {place}")
        value = as_expression(share, f"the share of {label!r} in {place}")
        if value.is_number and not 0 <= value <= 1:
            raise GameError(f"the share of {label!r} in {place} is {share}; allowed is 0 to 1")
        shares.append(value)
    shares = completed(shares, list(given.values()))
    total = sp.Add(*shares)
    if not _may_be_one(total):
        raise GameError(f"the outcome shares of {place} sum to {total}; they must sum to 1")
    if isinstance(payoffs, str) or not isinstance(payoffs, (Mapping, Sequence)):
        raise GameError(
            f"the payoffs of {place} are {payoffs!r}; give a mapping by player, or a list in the "
            "order of the game's players"
        )
    if isinstance(payoffs, Mapping):
        for player in payoffs:
            need_text(player, f"a player in the payoffs of {place}")
        pairs: list[tuple[str | int, Any]] = list(payoffs.items())
    else:
        pairs = list(enumerate(payoffs))
    named = ((p, as_expression(u, f"the payoff of {_whose(p)} in {place}")) for p, u in pairs)
    return End(tuple(zip(given, shares, strict=True)), tuple(named))


def graft(subtree: Node, prefix: str) -> Node:
    """Return ``subtree`` with its parameters named ``prefix.name``, to put into a larger tree.

    Parameters declared ``shared`` keep their names, so that the two trees mean the same quantity.
    """
    names = prefixed(collect(expressions_of(need_node(subtree, "graft"))).values(), prefix)

    def renamed(row: Row) -> Row:
        kind, content = row
        if kind == "chance":
            return kind, tuple((label, p.xreplace(names)) for label, p in content)
        if kind == "end":
            return kind, tuple(tuple((k, e.xreplace(names)) for k, e in part) for part in content)
        return row

    return unflatten([renamed(row) for row in flatten(subtree)])


def add_payoffs(subtree: Node, payoffs: Sequence[Any]) -> Node:
    """Return ``subtree`` with ``payoffs`` added at every end, to put below what was paid for.

    Parameters
    ----------
    subtree : node
        Its ends give payoffs in the order of the game's players.
    payoffs : sequence
        What each player has had already (utils), in the same order.

    Examples
    --------
    >>> from crisisgames import end
    >>> add_payoffs(end("calm", (0, 1)), (-2, 1)).payoffs
    ((0, -2), (1, 2))
    """
    extra = [as_expression(u, f"the payoff of {_whose(i)}") for i, u in enumerate(payoffs)]
    sums: dict[tuple[int, sp.Expr], sp.Expr] = {}

    def added(player: str | int, payoff: sp.Expr) -> tuple[str | int, sp.Expr]:
        if isinstance(player, str):
            raise GameError(f"an end pays {player!r} by name; give payoffs in the players' order")
        key = (player, payoff)
        if key not in sums:
            sums[key] = payoff + extra[player]
        return player, sums[key]

    def row(kind: str, content: Any) -> Row:
        if kind != "end":
            return kind, content
        shares, own = content
        return kind, (shares, tuple(added(*pair) for pair in own))

    return unflatten([row(*r) for r in flatten(need_node(subtree, "add_payoffs"))])


# Trees may be deeper than Python's stack, so what follows does not recurse.


def nodes_of(root: Node) -> Iterator[Node]:
    """Yield every node of a tree, each before what is below it."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        if isinstance(node, Chance):
            ahead += [subtree for _, _, subtree in reversed(node.branches)]
        elif isinstance(node, Tell):
            ahead.append(node.subtree)
        elif isinstance(node, Move):
            ahead += [subtree for _, subtree in reversed(node.branches)]


def expressions_of(root: Node) -> Iterator[sp.Expr]:
    """Yield every probability, share and payoff in a tree."""
    for node in nodes_of(root):
        if isinstance(node, Chance):
            yield from (probability for _, probability, _ in node.branches)
        elif isinstance(node, End):
            yield from (e for _, e in (*node.shares, *node.payoffs))


def flatten(root: Node) -> tuple[Row, ...]:
    """Return a tree as rows, each node before what is below it; `unflatten` is the inverse."""
    return tuple(_row(node) for node in nodes_of(root))


def _row(node: Node) -> Row:
    if isinstance(node, Chance):
        return "chance", tuple((label, probability) for label, probability, _ in node.branches)
    if isinstance(node, Tell):
        return "tell", node.signals
    if isinstance(node, Move):
        return "move", (node.player, tuple(action for action, _ in node.branches))
    return "end", (node.shares, node.payoffs)


def unflatten(rows: Sequence[Row]) -> Node:
    """Return the tree whose rows are given."""
    done: list[Node] = []
    for kind, content in reversed(rows):
        if kind == "end":
            done.append(End(*content))
        elif kind == "tell":
            done.append(Tell(content, done.pop()))
        elif kind == "move":
            player, actions = content
            done.append(Move(player, tuple((action, done.pop()) for action in actions)))
        else:
            done.append(Chance(tuple((label, p, done.pop()) for label, p in content)))
    return done.pop()


def place_of(kind: str, labels: Iterable[object]) -> str:
    """Return the name of a place in errors: its kind and its labels."""
    shown = [str(label) for label in labels]
    if len(shown) > SHOWN:
        shown[SHOWN - 1 :] = [f"{len(shown) - SHOWN + 1} more"]
    return f"{kind}({', '.join(shown)})"


def _may_be_one(total: sp.Expr) -> bool:
    """Tell whether a sum is 1 as far as is known before parameters have values."""
    return not total.is_number or abs(as_fraction(total) - 1) <= ROUNDING


def _whose(player: str | int) -> str:
    return repr(player) if isinstance(player, str) else f"player number {player + 1}"


def _need_mapping(value: object, where: str, shape: str) -> None:
    if not isinstance(value, Mapping):
        raise GameError(f"{where} was given a {type(value).__name__}; give {shape}")


def need_text(value: object, what: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise GameError(f"{what} is {value!r}; give a non-empty text")


def need_step(value: object, what: str) -> None:
    """Raise unless ``value`` can be a step of a history, which are told apart by their steps."""
    need_text(value, what)
    if STEP in str(value):
        raise GameError(
            f"{what} is {value!r}; leave out {STEP!r}, which stands between the steps of a history"
        )


def joined(labels: Sequence[str]) -> str:
    """Return the outcome that labels of simultaneous or successive choices make up."""
    return ", ".join(labels)


def need_distinct(outcomes: Sequence[Sequence[str]]) -> None:
    """Raise if two outcomes read alike once their labels are joined."""
    seen: dict[str, Sequence[str]] = {}
    for labels in outcomes:
        other = seen.setdefault(joined(labels), labels)
        if other is not labels:
            raise GameError(f"the outcomes {other} and {labels} read alike; rename an action")


def need_node(value: Any, where: str) -> Node:
    if not isinstance(value, (Chance, Tell, Move, End)):
        raise GameError(
            f"the subtree under {where} is {value!r}; build it with chance, tell, move or end"
        )
    return value
