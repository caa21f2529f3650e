"""Signaling games: a sender with a private type, a message, a receiver's action [1]_.

References
----------
.. [1] In-Koo Cho and David M. Kreps, "Signaling Games and Stable Equilibria", Quarterly Journal of
   Economics 102(2), 1987, Section II.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games import frames
from crisisgames.games.drawable import Drawable
from crisisgames.games.expressions import ExactEvaluator, as_expression, completed
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.games.parameter import Parameter
from crisisgames.games.tree import Node, chance, end, joined, move, need_distinct, need_step, tell

if TYPE_CHECKING:
    import pandas as pd

    from crisisgames.games.normal import NormalFormGame

__all__ = ["SignalingGame"]

Table = tuple[tuple[tuple[sp.Expr, ...], ...], ...]


@dataclass(frozen=True)
class SignalingGame(Drawable):
    """A signaling game: a sender who knows its type sends a message, and a receiver acts on it.

    Nature draws the type, and only the sender sees it; the receiver sees the message. The outcomes
    are the pairs (message, action).

    Parameters
    ----------
    types, messages, actions : sequence of str
    prior : sequence or mapping
        Probability of each type; numbers or expressions that sum to one.
    sender_payoffs, receiver_payoffs : nested sequences, mappings or arrays
        Utils, indexed [type][message][action].
    players : tuple of str
        Names of the sender and the receiver.
    values : mapping
        Values of parameters; those left out take their defaults.

    Raises
    ------
    GameError
        For tables of another shape, a prior that does not sum to one, or a type with the constant
        probability 0.

    Examples
    --------
    Beer-Quiche of Cho and Kreps (1987):

    >>> from crisisgames import SignalingGame, solve
    >>> game = SignalingGame(
    ...     types=("surly", "wimp"), messages=("beer", "quiche"), actions=("duel", "not"),
    ...     prior=(0.9, 0.1),
    ...     sender_payoffs=[[[1, 3], [0, 2]], [[0, 2], [1, 3]]],
    ...     receiver_payoffs=[[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    ... )
    >>> len(solve(game).classes)
    2
    """

    types: tuple[str, ...]
    messages: tuple[str, ...]
    actions: tuple[str, ...]
    prior: tuple[sp.Expr, ...]
    sender_payoffs: Table
    receiver_payoffs: Table
    players: tuple[str, str] = ("sender", "receiver")
    values: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return (
            f"SignalingGame(types={self.types}, messages={self.messages}, actions={self.actions})"
        )

    def __post_init__(self) -> None:
        for name in ("types", "messages", "actions"):
            given = getattr(self, name)
            if isinstance(given, str):
                raise GameError(f"{name} is the text {given!r}; give a sequence of names")
            labels = tuple(given)
            for label in labels:
                need_step(label, f"one of the {name}")
            if not labels or len(set(labels)) < len(labels):
                raise GameError(f"{name} are {labels}; give at least one, each with its own name")
            object.__setattr__(self, name, labels)
        need_distinct(self.outcomes)
        object.__setattr__(self, "players", tuple(self.players))
        if len(self.players) != 2:
            raise GameError(f"players are {self.players}; give the sender and the receiver")
        object.__setattr__(self, "prior", self._prior(self.prior))
        for name in ("sender_payoffs", "receiver_payoffs"):
            object.__setattr__(self, name, self._table(name, getattr(self, name)))
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        self.to_extensive()

    def __hash__(self) -> int:
        return hash((self.to_extensive(), self.types))

    def __getstate__(self) -> dict[str, Any]:
        kept = {k: v for k, v in self.__dict__.items() if k != "_extensive"}
        return {**kept, "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, values=MappingProxyType(state["values"]))

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return self.to_extensive().parameters

    @property
    def outcomes(self) -> tuple[tuple[str, str], ...]:
        """The pairs (message, action)."""
        return tuple((m, a) for m in self.messages for a in self.actions)

    def at(self, **values: Any) -> SignalingGame:
        """Return the game with these parameters fixed, besides those fixed before."""
        tree = self.to_extensive().at(**values)
        new = object.__new__(SignalingGame)
        new.__setstate__({**self.__getstate__(), "values": dict(tree.values)})
        new.__dict__["_extensive"] = tree
        return new

    @classmethod
    def from_dataframe(
        cls, frame: pd.DataFrame, players: tuple[str, str] = ("sender", "receiver")
    ) -> SignalingGame:
        """Return the game in a data frame of the form of `to_dataframe`.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row for each type, message and action, in columns of these names, with the ``prior``
            of the type and ``payoff NAME`` for both players.
        players : tuple of str
            The sender and the receiver.

        Raises
        ------
        GameError
            If a column or a row is missing, a row is there twice, a number is none, or a type has
            two priors.
        """
        if isinstance(players, str) or len(players) != 2:
            raise GameError(f"players are {players!r}; give the sender and the receiver")
        pays = [f"{frames.PAYOFF}{p}" for p in players]
        names = ("type", "message", "action")
        types, messages, actions = frames.labels(frame, [*names, "prior", *pays])[:3]
        rows = frames.rows_of(frame, names)
        priors: dict[str, Any] = {}
        for key, row in rows.items():
            p = frames.number(row, "prior", key)
            if priors.setdefault(key[0], p) != p:
                raise GameError(f"the type {key[0]!r} has the priors {priors[key[0]]} and {p}")

        def table(column: str) -> Any:
            return [
                [
                    [frames.number(rows[t, m, a], column, (t, m, a)) for a in actions]
                    for m in messages
                ]
                for t in types
            ]

        prior = [priors[t] for t in types]
        both = table(pays[0]), table(pays[1])
        return cls(types, messages, actions, prior, *both, tuple(players))  # type: ignore[arg-type]

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each type, message and action: the prior and the payoffs, in numbers.

        Parameters without a value take their defaults.

        Examples
        --------
        >>> from crisisgames import SignalingGame
        >>> game = SignalingGame(("weak", "strong"), ("go",), ("yield", "fight"), (0.5, 0.5),
        ...     [[[1, -1]], [[1, 0]]], [[[0, 1]], [[0, -1]]])
        >>> SignalingGame.from_dataframe(game.to_dataframe()) == game
        True
        """
        import pandas as pd

        point = {p: p.check(self.values.get(n, p.default)) for n, p in self.parameters.items()}
        evaluate = ExactEvaluator(point)
        tables = (self.sender_payoffs, self.receiver_payoffs)
        return pd.DataFrame(
            [
                {
                    "type": of_type,
                    "message": message,
                    "action": action,
                    "prior": float(evaluate(self.prior[t])),
                    **{
                        f"{frames.PAYOFF}{player}": float(evaluate(table[t][m][a]))
                        for player, table in zip(self.players, tables, strict=True)
                    },
                }
                for t, of_type in enumerate(self.types)
                for m, message in enumerate(self.messages)
                for a, action in enumerate(self.actions)
            ]
        )

    def to_extensive(self) -> ExtensiveFormGame:
        """Return the same game as a tree; outcomes are labelled ``message, action``."""
        return self._extensive

    def to_normal(self) -> NormalFormGame:
        """Return the normal form; outcomes are labelled ``message, action``."""
        return self._extensive.to_normal()

    @cached_property
    def _extensive(self) -> ExtensiveFormGame:
        sender, receiver = self.players

        def after(t: int, m: int) -> Node:
            ends = {
                action: end(
                    joined((self.messages[m], action)),
                    {
                        sender: self.sender_payoffs[t][m][a],
                        receiver: self.receiver_payoffs[t][m][a],
                    },
                )
                for a, action in enumerate(self.actions)
            }
            return tell({receiver: self.messages[m]}, move(receiver, ends))

        draw = {}
        for t, name in enumerate(self.types):
            choices = {message: after(t, m) for m, message in enumerate(self.messages)}
            draw[name] = (self.prior[t], tell({sender: name}, move(sender, choices)))
        return ExtensiveFormGame(chance(draw), self.players, values=self.values)

    def _prior(self, given: Any) -> tuple[sp.Expr, ...]:
        if isinstance(given, Mapping):
            if set(given) != set(self.types):
                raise GameError(f"prior names {tuple(given)}; the types are {self.types}")
            given = [given[t] for t in self.types]
        if not isinstance(given, (Sequence, np.ndarray)) or len(given) != len(self.types):
            raise GameError(f"prior is {given!r}; give one probability for each of {self.types}")
        pairs = zip(self.types, given, strict=True)
        prior = [as_expression(p, f"the prior of {t!r}") for t, p in pairs]
        return tuple(completed(prior, list(given)))

    def _table(self, name: str, table: Any) -> Table:
        shape = (len(self.types), len(self.messages), len(self.actions))
        wrong = GameError(
            f"{name} must be indexed [type][message][action] with shape {shape}: a nested list, "
            "nested mappings by name, or an array"
        )

        def rows(given: Any, labels: Sequence[tuple[str, ...]]) -> Any:
            if not labels:
                return as_expression(given, f"an entry of {name}")
            if isinstance(given, Mapping):
                if set(given) != set(labels[0]):
                    raise wrong
                given = [given[label] for label in labels[0]]
            if isinstance(given, (str, sp.Expr)) or not isinstance(given, (Sequence, np.ndarray)):
                raise wrong
            if len(given) != len(labels[0]):
                raise wrong
            return tuple(rows(entry, labels[1:]) for entry in given)

        result: Table = rows(table, (self.types, self.messages, self.actions))
        return result
