"""Bayesian games: private types, a joint prior, simultaneous actions [1]_.

A *situation* is what nature draws: one type for each player and, if the game has states, a state
that nobody observes and that matters for payoffs. Types may be correlated with one another and
with the state, so types can also be noisy signals: the information structure of [2]_.

References
----------
.. [1] John C. Harsanyi, "Games with Incomplete Information Played by 'Bayesian' Players",
   Management Science 14, 1967-68.
.. [2] Dirk Bergemann and Stephen Morris, "Bayes Correlated Equilibrium and the Comparison of
   Information Structures in Games", Theoretical Economics 11(2), 2016, Section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.callbacks import called
from crisisgames.games.compiled import Numbers
from crisisgames.games.drawable import Drawable
from crisisgames.games.expressions import as_expression, completed
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.games.normal import (
    Profile,
    as_profile,
    checked_actions,
    checked_row,
    checked_shares,
)
from crisisgames.games.parameter import Parameter
from crisisgames.games.tree import Node, chance, end, joined, move, need_distinct, need_step, tell

if TYPE_CHECKING:
    from crisisgames.games.normal import NormalFormGame

__all__ = ["BayesianGame", "Situation"]

Situation = tuple[str, ...]
"""What nature draws: the state, if the game has states, then one type for each player."""


@dataclass(frozen=True)
class BayesianGame(Drawable):
    """A game in which players with private types choose once, at the same time.

    Parameters
    ----------
    players : sequence of str
    types : sequence of sequences of str
        The types of each player; a player without private information has a single one.
    actions : sequence of sequences of str
        The actions of each player, the same for all its types.
    prior : mapping or sequence
        The probability of each situation, ``(type, ...)`` or ``(state, type, ...)``; situations
        left out have probability 0. Or, if all is independent, one distribution for each place of
        a situation: mappings by name, or sequences in the order of the names.
    payoffs : mapping or function
        ``payoffs[situation][profile]`` or ``payoffs(situation, profile)``: the payoffs of all
        players, in utils.
    states : sequence of str
        Payoff-relevant states that no player observes. Left out, there are none.
    shares : mapping or function
        In the same way the outcome, or probabilities of several outcomes that sum to one. Left out,
        the outcomes are the profiles of actions.
    values : mapping
        Values of parameters; those left out take their defaults.

    Raises
    ------
    GameError
        For a situation or profile that is missing or unknown, a prior that does not sum to one, or
        a type or state that never occurs.

    Examples
    --------
    Chicken between two sides that may be tough; only a tough one would rather crash than yield:

    >>> from crisisgames import solve
    >>> from crisisgames.games import BayesianGame
    >>> table = {"yield": {"yield": 6, "dare": 2}, "dare": {"yield": 7, "dare": 0}}
    >>> def payoffs(types, profile):
    ...     if profile == ("dare", "dare"):
    ...         return [3 if t == "tough" else 0 for t in types]
    ...     return table[profile[0]][profile[1]], table[profile[1]][profile[0]]
    >>> game = BayesianGame(("A", "B"), [("normal", "tough")] * 2, [("yield", "dare")] * 2,
    ...     prior=[(0.9, 0.1)] * 2, payoffs=payoffs)
    >>> low, high = solve(game, "communication").bounds(("dare", "dare"))
    >>> round(low, 6)
    0.047059
    """

    players: tuple[str, ...]
    types: tuple[tuple[str, ...], ...]
    actions: tuple[tuple[str, ...], ...]
    prior: Mapping[Situation, sp.Expr]
    payoffs: Mapping[Situation, Mapping[Profile, tuple[sp.Expr, ...]]]
    states: tuple[str, ...] = ()
    shares: Mapping[Situation, Mapping[Profile, Mapping[str, sp.Expr]]] = field(
        default_factory=dict
    )
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "players", tuple(self.players))
        set_field(self, "actions", checked_actions(self.players, self.actions))
        for name in ("states", "types"):
            if isinstance(getattr(self, name), str):
                raise GameError(f"{name} is the text {getattr(self, name)!r}; give a sequence")
        set_field(self, "types", tuple(tuple(own) for own in self.types))
        set_field(self, "states", tuple(self.states))
        self._check_names()
        prior = self._prior(self.prior)
        set_field(self, "prior", MappingProxyType(prior))
        need_distinct(tuple(prior))
        profiles = dict.fromkeys(product(*self.actions))
        payoffs: dict[Situation, Mapping[Profile, Any]] = {}
        shares: dict[Situation, Mapping[Profile, Any]] = {}
        pays = _by_situation("payoffs", self.payoffs, prior, profiles, self._axes)
        results = _by_situation("shares", self.shares, prior, profiles, self._axes)
        if not results:
            need_distinct(tuple(profiles))
        for situation in prior:
            rows = {as_profile(k): row for k, row in pays[situation].items()}
            if unknown := [k for k in rows if k not in profiles]:
                raise GameError(
                    f"payoffs in {situation} name the profile {unknown[0]}, which is not in the "
                    "game"
                )
            own_rows: dict[Profile, tuple[sp.Expr, ...]] = {}
            for k in profiles:
                row, where = rows.get(k), f"profile {k} in {situation}"
                if isinstance(row, (Real, sp.Expr)):
                    raise GameError(
                        f"{where} has the payoff {row}; give a sequence of payoffs, one for each "
                        f"of {self.players}, such as {[row] * len(self.players)}"
                    )
                own_rows[k] = checked_row(row, self.players, where)
            payoffs[situation] = MappingProxyType(own_rows)
            if results:
                own = checked_shares(results[situation], profiles)
                shares[situation] = MappingProxyType(own)
        set_field(self, "payoffs", MappingProxyType(payoffs))
        set_field(self, "shares", MappingProxyType(shares))
        set_field(self, "values", MappingProxyType(dict(self.values)))
        self.to_extensive()

    @classmethod
    def from_arrays(
        cls,
        *tables: Any,
        prior: Any,
        players: Sequence[str] | None = None,
        types: Sequence[Sequence[str]] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        states: Sequence[str] | None = None,
    ) -> BayesianGame:
        """Return the game with one payoff array per player.

        The axes of a table are the state, if there are states, the type of each player, and the
        action of each player; those of `prior` are the same without the actions. Whatever has no
        names is numbered from 1.

        Examples
        --------
        >>> import numpy as np
        >>> from crisisgames.games import BayesianGame
        >>> one = BayesianGame.from_arrays(np.eye(2).reshape(2, 1, 2), prior=[[0.7], [0.3]],
        ...     states=("innocent", "guilty"), actions=[("acquit", "convict")])
        >>> one.types
        (('1',),)
        """
        weights = np.asarray(prior, dtype=object)
        arrays = [np.asarray(t, dtype=object) for t in tables]
        n = len(arrays)
        lead = n if states is None else n + 1
        shape = arrays[0].shape if arrays else ()
        if any(a.shape != shape or a.ndim != lead + n for a in arrays) or not n:
            shapes = [a.shape for a in arrays]
            raise GameError(
                f"{n} players need {n} arrays of one shape with {lead + n} axes, "
                f"{'the state, ' * (states is not None)}their types and their actions; got {shapes}"
            )
        if weights.shape != shape[:lead]:
            raise GameError(f"the prior has shape {weights.shape}; the tables need {shape[:lead]}")
        names = tuple(players) if players else tuple(str(i + 1) for i in range(n))
        own_types = types or [_numbered(size) for size in shape[lead - n : lead]]
        own_actions = actions or [_numbered(size) for size in shape[lead:]]
        axes = [*([states] if states is not None else []), *own_types]
        for given, sizes in ((axes, shape[:lead]), (own_actions, shape[lead:])):
            if [len(a) for a in given] != list(sizes):
                raise GameError(f"the arrays have shape {shape}; the names are {given}")
        place = [{name: k for k, name in enumerate(a)} for a in (*axes, *own_actions)]

        def pay(situation: Situation, profile: Profile) -> tuple[Any, ...]:
            cell = tuple(p[k] for p, k in zip(place, (*situation, *profile), strict=True))
            return tuple(a[cell] for a in arrays)

        cells = zip(product(*axes), weights.ravel(), strict=True)
        return cls(names, own_types, own_actions, dict(cells), pay, states or ())  # type: ignore[arg-type]

    def __hash__(self) -> int:
        return hash((self.to_extensive(), self.types, self.states))

    def __repr__(self) -> str:
        return (
            f"BayesianGame(players={self.players}, {len(self.prior)} situations, "
            f"{len(self.profiles)} profiles)"
        )

    def __getstate__(self) -> dict[str, Any]:
        kept = {k: v for k, v in self.__dict__.items() if k not in ("_extensive", "values")}
        nested = {k: {s: dict(row) for s, row in kept[k].items()} for k in ("payoffs", "shares")}
        return {**kept, **nested, "prior": dict(self.prior), "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        nested = {
            k: MappingProxyType({s: MappingProxyType(row) for s, row in state[k].items()})
            for k in ("payoffs", "shares")
        }
        flat = {k: MappingProxyType(state[k]) for k in ("prior", "values")}
        self.__dict__.update({**state, **nested, **flat})

    @property
    def situations(self) -> tuple[Situation, ...]:
        """What nature may draw, the last player's type running fastest."""
        return tuple(self.prior)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """All profiles of actions, the last player's action running fastest."""
        return tuple(product(*self.actions))

    @property
    def outcomes(self) -> tuple[Profile, ...] | tuple[str, ...]:
        """The outcomes: those that `shares` name, else the profiles of actions."""
        rows = (row for own in self.shares.values() for row in own.values())
        return tuple(dict.fromkeys(o for row in rows for o in row)) or self.profiles

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return self.to_extensive().parameters

    def at(self, **values: Any) -> BayesianGame:
        """Return the game with these parameters fixed, besides those fixed before."""
        tree = self.to_extensive().at(**values)
        new = object.__new__(BayesianGame)
        new.__setstate__({**self.__getstate__(), "values": dict(tree.values)})
        new.__dict__["_extensive"] = tree
        return new

    def types_of(self, situation: Situation) -> Profile:
        """Return the types in a situation, without its state."""
        return situation[len(situation) - len(self.players) :]

    def exact(self) -> Numbers:
        """Return the prior, payoffs and outcome shares as rationals at the game's values.

        The shapes are (situations,), (situations, profiles, players) and (situations, profiles,
        outcomes), in the order of `situations`, `profiles` and `outcomes`.
        """
        return self.arranged(self.to_extensive().exact())

    def arranged(self, numbers: Numbers) -> Numbers:
        """Return numbers of the tree by situation and profile, in the shapes of `exact`."""
        shape = (len(self.situations), len(self.profiles), -1)
        labels = self.to_extensive().outcomes
        order = [labels.index(_text(o)) for o in self.outcomes]
        shares = numbers.shares[:, order]
        return Numbers(numbers.branches, numbers.payoffs.reshape(shape), shares.reshape(shape))

    def to_extensive(self) -> ExtensiveFormGame:
        """Return the same game as a tree: nature, then each player, told only its own type."""
        return self._extensive

    def to_normal(self) -> NormalFormGame:
        """Return the normal form; a strategy says what each type of a player does."""
        return self._extensive.to_normal()

    @cached_property
    def _extensive(self) -> ExtensiveFormGame:
        def build(situation: Situation, profile: Profile) -> Node:
            i = len(profile)
            if i == len(self.players):
                payoffs = dict(zip(self.players, self.payoffs[situation][profile], strict=True))
                named = self.shares.get(situation)
                return end(named[profile] if named else joined(profile), payoffs)
            moves = {a: build(situation, (*profile, a)) for a in self.actions[i]}
            return move(self.players[i], moves)

        draw: dict[str, tuple[Any, Node]] = {}
        for situation, p in self.prior.items():
            own = zip(self.players, self.types, self.types_of(situation), strict=True)
            told = {player: t for player, types, t in own if len(types) > 1}
            root = build(situation, ())
            draw[joined(situation)] = (p, tell(told, root) if told else root)
        return ExtensiveFormGame(chance(draw), self.players, values=self.values)

    @property
    def _axes(self) -> tuple[tuple[str, ...], ...]:
        """The names at each place of a situation."""
        return (*([self.states] if self.states else []), *self.types)

    def _check_names(self) -> None:
        if len(self.types) != len(self.players) or not all(self.types):
            raise GameError(
                f"there are {len(self.players)} players and {len(self.types)} lists of types; give "
                "one non-empty list for each player, with a single type where it knows nothing "
                "that others do not"
            )
        whose = [
            *(["the states"] if self.states else []),
            *map("the types of {!r}".format, self.players),
        ]
        for what, own in zip(whose, self._axes, strict=True):
            for name in own:
                need_step(name, f"one of {what}")
            if len(set(own)) < len(own):
                raise GameError(f"{what} are {own}; each needs its own name")

    def _prior(self, given: Any) -> dict[Situation, sp.Expr]:
        if isinstance(given, Mapping):
            rows = {as_profile(k): p for k, p in given.items()}
        else:
            rows = self._independent(given)
        if unknown := [k for k in rows if not _fits(k, self._axes)]:
            raise GameError(
                f"the prior names the situation {unknown[0]}; a situation is "
                f"{'a state and ' * bool(self.states)}one type for each of {self.players}"
            )
        order = [s for s in product(*self._axes) if s in rows]
        weights = [as_expression(rows[s], f"the prior of {s}") for s in order]
        weights = completed(weights, [rows[s] for s in order])
        prior = {s: p for s, p in zip(order, weights, strict=True) if not p.is_zero}
        for place, own in enumerate(self._axes):
            for name in own:
                if not any(s[place] == name for s in prior):
                    raise GameError(
                        f"{name!r} never occurs: the prior gives it the constant probability 0; "
                        "leave it out"
                    )
        return prior

    def _independent(self, given: Any) -> dict[Situation, Any]:
        axes = self._axes
        wrong = GameError(
            f"prior is {given!r}; give {{situation: probability}} or, if all is independent, one "
            f"distribution for each of {', '.join(map(str, axes))}"
        )
        if isinstance(given, (str, sp.Expr)) or not isinstance(given, (Sequence, np.ndarray)):
            raise wrong
        if len(given) != len(axes):
            raise wrong
        marginals: list[dict[str, sp.Expr]] = []
        for own, row in zip(axes, given, strict=True):
            if isinstance(row, Mapping):
                if set(row) != set(own):
                    raise wrong
                row = [row[name] for name in own]
            if not isinstance(row, (Sequence, np.ndarray)) or len(row) != len(own):
                raise wrong
            weights = [
                as_expression(p, f"the prior of {n!r}") for n, p in zip(own, row, strict=True)
            ]
            marginals.append(dict(zip(own, completed(weights, list(row)), strict=True)))
        return {
            s: sp.Mul(*(m[name] for m, name in zip(marginals, s, strict=True)))
            for s in product(*axes)
        }


Table = Mapping[Situation, Mapping[Profile, Any]]


def _by_situation(
    what: str,
    given: Table | Callable[[Situation, Profile], Any],
    prior: Mapping[Situation, sp.Expr],
    profiles: Mapping[Profile, None],
    axes: Sequence[tuple[str, ...]],
) -> Table:
    """Return a table or a function of situation and profile as a table."""
    if callable(given):
        return {
            s: {k: called(what, given, situation=s, profile=k) for k in profiles} for s in prior
        }
    if not isinstance(given, Mapping):
        raise GameError(
            f"{what} is {given!r}; give {what}[situation][profile], or a function of situation and "
            "profile"
        )
    rows = {as_profile(s): row for s, row in given.items()}
    if not rows and what == "shares":
        return rows
    if unknown := [s for s in rows if not _fits(s, axes)]:
        raise GameError(f"{what} name the situation {unknown[0]}, which is not in the game")
    for s in prior:
        if not isinstance(rows.get(s), Mapping):
            raise GameError(f"{what} must map the situation {s} to {{profile: ...}}")
    return rows


def _fits(situation: Sequence[str], axes: Sequence[tuple[str, ...]]) -> bool:
    return len(situation) == len(axes) and all(
        name in own for name, own in zip(situation, axes, strict=True)
    )


def _numbered(size: int) -> tuple[str, ...]:
    return tuple(str(k + 1) for k in range(size))


def _text(outcome: Profile | str) -> str:
    return outcome if isinstance(outcome, str) else joined(outcome)
