"""Normal-form games: players, actions, a payoff for every profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.expressions import ExactEvaluator, as_expression
from crisisgames.games.extensive import ExtensiveFormGame, replace_values
from crisisgames.games.parameter import Parameter, check_values, collect
from crisisgames.games.tree import Node, end, joined, move, need_distinct, need_step

if TYPE_CHECKING:
    import nashpy

__all__ = ["NormalFormGame", "Profile"]

Profile = tuple[str, ...]
"""One action for each player, in the order of the players."""


@dataclass(frozen=True)
class NormalFormGame:
    """A game in which all players choose once, at the same time.

    Parameters
    ----------
    players : sequence of str
    actions : sequence of sequences of str
        The actions of each player.
    payoffs : mapping
        For each profile (one action per player) the payoffs of all players, in utils.
    values : mapping
        Values of parameters; those left out take their defaults.

    Raises
    ------
    GameError
        If a profile is missing, unknown, or has the wrong number of payoffs.

    Examples
    --------
    >>> from crisisgames import NormalFormGame, solve
    >>> chicken = NormalFormGame.from_arrays([[0, -1], [1, -5]], [[0, 1], [-1, -5]],
    ...     actions=(("swerve", "straight"),) * 2)
    >>> len(solve(chicken, "nash"))
    3
    """

    players: tuple[str, ...]
    actions: tuple[tuple[str, ...], ...]
    payoffs: Mapping[Profile, tuple[sp.Expr, ...]]
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", tuple(self.players))
        object.__setattr__(self, "actions", tuple(tuple(a) for a in self.actions))
        if len(set(self.players)) < len(self.players):
            raise GameError(f"two players have one name in {self.players}; rename one")
        if len(self.players) != len(self.actions) or not self.players or not all(self.actions):
            raise GameError(
                f"there are {len(self.players)} players and {len(self.actions)} lists of actions; "
                "give one non-empty list for each player"
            )
        for player, own in zip(self.players, self.actions, strict=True):
            for action in own:
                need_step(action, f"an action of {player!r}")
            if len(set(own)) < len(own):
                raise GameError(f"the actions of {player!r} are {own}; each needs its own name")
        if not isinstance(self.payoffs, Mapping):
            raise GameError(
                "payoffs must map each profile to the payoffs of all players; for one array per "
                "player use NormalFormGame.from_arrays"
            )
        given = {(k,) if isinstance(k, str) else tuple(k): v for k, v in self.payoffs.items()}
        profiles = dict.fromkeys(product(*self.actions))
        need_distinct(tuple(profiles))
        if unknown := [k for k in given if k not in profiles]:
            raise GameError(f"payoffs name the profile {unknown[0]}, which is not in the game")
        checked = {}
        for profile in profiles:
            row = given.get(profile)
            if not isinstance(row, (Sequence, np.ndarray)) or len(row) != len(self.players):
                raise GameError(
                    f"profile {profile} needs {len(self.players)} payoffs, one for each of "
                    f"{self.players}; it has {row!r}"
                )
            checked[profile] = tuple(as_expression(u, f"a payoff of {profile}") for u in row)
        object.__setattr__(self, "payoffs", MappingProxyType(checked))
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        check_values(self.parameters, self.values)

    def __hash__(self) -> int:
        return hash((self.players, self.actions, tuple(self.payoffs.items())))

    def __getstate__(self) -> dict[str, Any]:
        own = {"players": self.players, "actions": self.actions}
        return {**own, "payoffs": dict(self.payoffs), "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        proxies = {k: MappingProxyType(state[k]) for k in ("payoffs", "values")}
        self.__dict__.update(state, **proxies)

    @classmethod
    def from_arrays(
        cls,
        *tables: Any,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
    ) -> NormalFormGame:
        """Return the game with one payoff array per player, player ``i``'s action on axis ``i``.

        Actions and players without names are numbered from 1.
        """
        arrays = [np.asarray(t, dtype=object) for t in tables]
        n = len(arrays)
        if any(a.ndim != n or a.shape != arrays[0].shape for a in arrays) or not n:
            shapes = [a.shape for a in arrays]
            raise GameError(f"{n} players need {n} arrays of one shape with {n} axes; got {shapes}")
        names = tuple(players) if players else tuple(str(i + 1) for i in range(n))
        own = actions or [[str(k + 1) for k in range(size)] for size in arrays[0].shape]
        if [len(a) for a in own] != list(arrays[0].shape):
            raise GameError(f"the arrays have shape {arrays[0].shape}; actions are {own}")
        cells = product(*(range(size) for size in arrays[0].shape))
        payoffs = {
            tuple(own[i][k] for i, k in enumerate(cell)): tuple(a[cell] for a in arrays)
            for cell in cells
        }
        return cls(names, tuple(tuple(a) for a in own), payoffs)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return collect(u for row in self.payoffs.values() for u in row)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles, the last player's action running fastest."""
        return tuple(self.payoffs)

    @property
    def outcomes(self) -> tuple[Profile, ...]:
        """The outcomes of the game are its profiles."""
        return self.profiles

    def at(self, **values: Any) -> NormalFormGame:
        """Return the game with these parameters fixed, besides those fixed before."""
        check_values(self.parameters, values)
        return NormalFormGame(self.players, self.actions, self.payoffs, {**self.values, **values})

    def exact(self) -> np.ndarray:
        """Return the payoffs as rationals, shape (actions of each player ..., players)."""
        symbols = self.parameters
        point = {p: p.check(self.values.get(n, p.default)) for n, p in symbols.items()}
        evaluate = ExactEvaluator(point)
        shape = (*(len(a) for a in self.actions), len(self.players))
        table = np.empty(shape, dtype=object)
        for cell, profile in zip(np.ndindex(*shape[:-1]), self.profiles, strict=True):
            table[cell] = [evaluate(u) for u in self.payoffs[profile]]
        return table

    def to_nashpy(self) -> nashpy.Game:
        """Return the two-player game as a `nashpy.Game` of floats.

        Raises
        ------
        NotApplicable
            If the game does not have two players.
        """
        if len(self.players) != 2:
            raise NotApplicable(f"nashpy takes two players; this game has {self.players}")
        import nashpy

        table = self.exact().astype(float)
        return nashpy.Game(table[..., 0], table[..., 1])

    def to_extensive(self) -> ExtensiveFormGame:
        """Return the same game as a tree in which nobody sees what the others chose."""

        def build(profile: Profile) -> Node:
            i = len(profile)
            if i == len(self.players):
                payoffs = dict(zip(self.players, self.payoffs[profile], strict=True))
                return end(joined(profile), payoffs)
            return move(self.players[i], {a: build((*profile, a)) for a in self.actions[i]})

        return replace_values(ExtensiveFormGame(build(()), self.players), self.values)
