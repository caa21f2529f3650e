"""Game trees from four plain functions: `chance`, `tell`, `move` and `end`.

Nobody writes information sets. What a player knows is its *record*: what it was told and what it
did, in order. Two decisions of a player with the same record are one information set, so perfect
recall holds by construction and subtrees can be put anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.expressions import as_expression
from crisisgames.games.parameter import collect, prefixed

__all__ = ["Chance", "End", "Move", "Node", "Tell", "chance", "end", "graft", "move", "tell"]


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
    place = f"chance({', '.join(map(str, branches))})"
    checked = []
    for label, branch in branches.items():
        _need_text(label, f"a branch of {place}")
        if not (isinstance(branch, Sequence) and len(branch) == 2):
            raise GameError(f"branch {label!r} of {place} must be a pair (probability, subtree)")
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
        checked.append((label, probability, _need_node(branch[1], f"{label!r} in {place}")))
    if not checked:
        raise GameError("chance({}) has no branches; give at least one")
    total = sum(p for _, p, _ in checked)
    if total.is_number and total != 1:
        raise GameError(f"the probabilities of {place} sum to {total}; they must sum to 1")
    return Chance(tuple(checked))


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
    for player, signal in signals.items():
        _need_text(player, "a player in tell")
        _need_text(signal, f"the signal to {player!r}")
    return Tell(tuple(signals.items()), _need_node(subtree, "tell"))


def move(player: str, actions: Mapping[str, Node]) -> Move:
    """Return a decision of ``player`` among ``actions``, each with its subtree.

    Examples
    --------
    >>> from crisisgames import end, move
    >>> tree = move("A", {"yield": end("peace", {"A": 0}), "stand": end("war", {"A": -1})})
    """
    _need_text(player, "a player in move")
    if not actions:
        raise GameError(f"move({player!r}) has no actions; give at least one")
    for action in actions:
        _need_text(action, f"an action of {player!r}")
    place = f"move({player!r})"
    return Move(player, tuple((a, _need_node(t, f"{a!r} in {place}")) for a, t in actions.items()))


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
    given = {outcome: 1} if isinstance(outcome, str) else dict(outcome)
    place = f"end({', '.join(map(str, given))})"
    shares = []
    for label, share in given.items():
        _need_text(label, f"an outcome of {place}")
        value = as_expression(share, f"the share of {label!r} in {place}")
        if value.is_number and not 0 <= value <= 1:
            raise GameError(f"the share of {label!r} in {place} is {share}; allowed is 0 to 1")
        shares.append((label, value))
    total = sum((s for _, s in shares), sp.Integer(0))
    if total.is_number and total != 1:
        raise GameError(f"the outcome shares of {place} sum to {total}; they must sum to 1")
    if isinstance(payoffs, str) or not isinstance(payoffs, (Mapping, Sequence)):
        raise GameError(f"the payoffs of {place} are {payoffs!r}; give a mapping by player")
    pairs = payoffs.items() if isinstance(payoffs, Mapping) else enumerate(payoffs)
    named = ((p, as_expression(u, f"the payoff of {p!r} in {place}")) for p, u in pairs)
    return End(tuple(shares), tuple(named))


def graft(subtree: Node, prefix: str) -> Node:
    """Return ``subtree`` with its parameters named ``prefix.name``, ready to put into a larger tree.

    Parameters declared ``shared`` keep their names, so that the two trees mean the same quantity.
    """
    names = prefixed(collect(expressions_of(subtree)).values(), prefix)

    def rename(e: sp.Expr) -> sp.Expr:
        return e.xreplace(names)

    def walk(node: Node) -> Node:
        if isinstance(node, Chance):
            return Chance(tuple((label, rename(p), walk(t)) for label, p, t in node.branches))
        if isinstance(node, Tell):
            return Tell(node.signals, walk(node.subtree))
        if isinstance(node, Move):
            return Move(node.player, tuple((a, walk(t)) for a, t in node.branches))
        shares = tuple((label, rename(s)) for label, s in node.shares)
        return End(shares, tuple((p, rename(u)) for p, u in node.payoffs))

    return walk(subtree)


def expressions_of(node: Node) -> Iterator[sp.Expr]:
    """Yield every probability, share and payoff in the tree."""
    if isinstance(node, Chance):
        for _, probability, subtree in node.branches:
            yield probability
            yield from expressions_of(subtree)
    elif isinstance(node, Tell):
        yield from expressions_of(node.subtree)
    elif isinstance(node, Move):
        for _, subtree in node.branches:
            yield from expressions_of(subtree)
    else:
        yield from (share for _, share in node.shares)
        yield from (payoff for _, payoff in node.payoffs)


def _need_text(value: object, what: str) -> None:
    if not isinstance(value, str) or not value.strip():
        raise GameError(f"{what} is {value!r}; give a non-empty text")


def _need_node(value: Any, where: str) -> Node:
    if not isinstance(value, (Chance, Tell, Move, End)):
        raise GameError(
            f"the subtree under {where} is {value!r}; build it with chance, tell, move or end"
        )
    return value
