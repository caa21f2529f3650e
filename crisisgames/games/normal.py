"""Normal-form games: players, actions, a payoff for every profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import frames
from crisisgames.games.drawable import Drawable
from crisisgames.games.expressions import ExactEvaluator, as_expression
from crisisgames.games.extensive import ExtensiveFormGame, replace_values
from crisisgames.games.parameter import Parameter, check_values, collect
from crisisgames.games.tree import Node, end, joined, move, need_distinct, need_step

if TYPE_CHECKING:
    import nashpy
    import pandas as pd

__all__ = [
    "NormalFormGame",
    "Profile",
    "as_profile",
    "checked_actions",
    "checked_row",
    "checked_shares",
]

SHARE = "share "
"""What stands before the outcome in the name of a column of shares."""

Profile = tuple[str, ...]
"""One action for each player, in the order of the players."""


@dataclass(frozen=True)
class NormalFormGame(Drawable):
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
    shares : mapping
        For each profile an outcome, or probabilities of several that sum to one. Left out, the
        outcomes are the profiles.

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
    shares: Mapping[Profile, Mapping[str, sp.Expr]] = field(default_factory=dict)

    def __repr__(self) -> str:
        sizes = " by ".join(str(len(own)) for own in self.actions)
        return f"NormalFormGame(players={self.players}, {sizes} actions)"

    def __post_init__(self) -> None:
        object.__setattr__(self, "players", tuple(self.players))
        object.__setattr__(self, "actions", checked_actions(self.players, self.actions))
        if not isinstance(self.payoffs, Mapping):
            raise GameError(
                "payoffs must map each profile to the payoffs of all players; for one array per "
                "player use NormalFormGame.from_arrays"
            )
        given = {as_profile(k): v for k, v in self.payoffs.items()}
        profiles = dict.fromkeys(product(*self.actions))
        if not self.shares:
            need_distinct(tuple(profiles))
        if unknown := [k for k in given if k not in profiles]:
            raise GameError(f"payoffs name the profile {unknown[0]}, which is not in the game")
        checked = {k: checked_row(given.get(k), self.players, f"profile {k}") for k in profiles}
        object.__setattr__(self, "payoffs", MappingProxyType(checked))
        shares = checked_shares(self.shares, profiles)
        object.__setattr__(self, "shares", MappingProxyType(shares))
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        check_values(self.parameters, self.values)

    def __hash__(self) -> int:
        shares = tuple(tuple(row.items()) for row in self.shares.values())
        return hash((self.players, self.actions, tuple(self.payoffs.items()), shares))

    def __getstate__(self) -> dict[str, Any]:
        own = {"players": self.players, "actions": self.actions}
        mappings = {k: dict(getattr(self, k)) for k in ("payoffs", "values", "shares")}
        return {**own, **mappings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        proxies = {k: MappingProxyType(state[k]) for k in ("payoffs", "values", "shares")}
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

    @classmethod
    def from_dataframe(cls, frame: pd.DataFrame, players: Sequence[str]) -> NormalFormGame:
        """Return the game in a data frame of the form of `to_dataframe`.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row for each profile: for each player a column of that name with its action, and
            ``payoff NAME`` with a number, in utils. Columns ``share LABEL`` hold outcome shares.
        players : sequence of str
            The players in order.

        Raises
        ------
        GameError
            If a column or a profile is missing, a profile is there twice, or a payoff is not a
            finite number.

        Examples
        --------
        >>> from crisisgames import NormalFormGame
        >>> game = NormalFormGame.from_arrays([[0, -1], [1, -5]], [[0, 1], [-1, -5]])
        >>> NormalFormGame.from_dataframe(game.to_dataframe(), game.players) == game
        True
        """
        if isinstance(players, str) or not players:
            raise GameError(f"players is {players!r}; give the names of their columns in order")
        pays = [f"{frames.PAYOFF}{p}" for p in players]
        actions = frames.labels(frame, [*players, *pays])[: len(players)]
        rows = frames.rows_of(frame, players)
        payoffs = {k: tuple(frames.number(row, c, k) for c in pays) for k, row in rows.items()}
        columns = [c for c in map(str, frame.columns) if c.startswith(SHARE)]
        shares = {
            k: {c.removeprefix(SHARE): frames.number(row, c, k) for c in columns}
            for k, row in rows.items()
        }
        given = {k: {o: p for o, p in row.items() if p} for k, row in shares.items() if columns}
        return cls(tuple(players), tuple(actions), payoffs, {}, given)

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each profile: the actions by player, payoffs, outcome shares.

        Payoffs and shares are numbers at the game's values; parameters without a value take their
        defaults.

        Examples
        --------
        >>> from crisisgames import NormalFormGame
        >>> game = NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]],
        ...     players=("A", "B"), actions=[("yield", "dare")] * 2)
        >>> print(game.to_dataframe().to_string(index=False))
            A     B  payoff A  payoff B
        yield yield       6.0       6.0
        yield  dare       2.0       7.0
         dare yield       7.0       2.0
         dare  dare       0.0       0.0
        """
        import pandas as pd

        payoffs = self.exact().reshape(-1, len(self.players))
        point = {p: p.check(self.values.get(n, p.default)) for n, p in self.parameters.items()}
        evaluate = ExactEvaluator(point)
        rows = []
        for profile, own in zip(self.profiles, payoffs, strict=True):
            row: dict[str, Any] = dict(zip(self.players, profile, strict=True))
            pairs = zip(self.players, own, strict=True)
            row |= {f"{frames.PAYOFF}{p}": float(u) for p, u in pairs}
            if self.shares:
                given = self.shares[profile]
                row |= {
                    f"{SHARE}{o}": float(evaluate(given[o])) if o in given else 0.0
                    for o in map(str, self.outcomes)
                }
            rows.append(row)
        return pd.DataFrame(rows)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        pays = [u for row in self.payoffs.values() for u in row]
        return collect([*pays, *(w for row in self.shares.values() for w in row.values())])

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles, the last player's action running fastest."""
        return tuple(self.payoffs)

    @property
    def outcomes(self) -> tuple[Profile, ...] | tuple[str, ...]:
        """The outcomes: those that `shares` name, else the profiles."""
        named = dict.fromkeys(o for row in self.shares.values() for o in row)
        return tuple(named) or self.profiles

    def at(self, **values: Any) -> NormalFormGame:
        """Return the game with these parameters fixed, besides those fixed before."""
        check_values(self.parameters, values)
        return replace(self, values={**self.values, **values})

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
                return end(self.shares.get(profile, joined(profile)), payoffs)
            return move(self.players[i], {a: build((*profile, a)) for a in self.actions[i]})

        return replace_values(ExtensiveFormGame(build(()), self.players), self.values)


def as_profile(key: Any) -> Profile:
    """Return a key as one label for each place; a text is the label of a single place."""
    return (key,) if isinstance(key, str) else tuple(key)


def checked_actions(players: Sequence[str], lists: Any) -> tuple[tuple[str, ...], ...]:
    """Return one tuple of action names for each player, or raise what is wrong with them."""
    actions = tuple(tuple(own) for own in lists)
    if len(set(players)) < len(players):
        raise GameError(f"two players have one name in {players}; rename one")
    if len(players) != len(actions) or not players or not all(actions):
        raise GameError(
            f"there are {len(players)} players and {len(actions)} lists of actions; "
            "give one non-empty list for each player"
        )
    for player, own in zip(players, actions, strict=True):
        for action in own:
            need_step(action, f"an action of {player!r}")
        if len(set(own)) < len(own):
            raise GameError(f"the actions of {player!r} are {own}; each needs its own name")
    return actions


def checked_row(row: Any, players: Sequence[str], where: str) -> tuple[sp.Expr, ...]:
    """Return the payoffs of all players at one place as expressions."""
    if not isinstance(row, (Sequence, np.ndarray)) or len(row) != len(players):
        raise GameError(
            f"{where} needs {len(players)} payoffs, one for each of {players}; it has {row!r}"
        )
    place = where.removeprefix("profile ")
    return tuple(as_expression(u, f"a payoff of {place}") for u in row)


def checked_shares(
    shares: Mapping[Profile, Any], profiles: Collection[Profile]
) -> dict[Profile, Mapping[str, sp.Expr]]:
    """Return the distribution over outcomes of each profile; empty if none is given."""
    if not isinstance(shares, Mapping):
        raise GameError("shares must map each profile to an outcome, or to {outcome: share}")
    given = {as_profile(k): v for k, v in shares.items()}
    if not given:
        return {}
    if unknown := [k for k in given if k not in profiles]:
        raise GameError(f"shares name the profile {unknown[0]}, which is not in the game")
    if missing := [k for k in profiles if k not in given]:
        raise GameError(f"profile {missing[0]} has no outcome; shares must name every profile")
    return {k: dict(end(given[k], {}).shares) for k in profiles}
