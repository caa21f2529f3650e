"""Stochastic games: play goes from state to state, moved by what the players do [1]_.

In every period all players see the state and choose at the same time. The profile of their actions
gives each a payoff and the probabilities of the next state. Payoffs are discounted: a period's
counts ``discount`` times that of the period before.

References
----------
.. [1] Lloyd S. Shapley, "Stochastic Games", Proceedings of the National Academy of Sciences
   39(10), 1953; for several players and general sums Arlington M. Fink, "Equilibrium in a
   Stochastic n-Person Game", Journal of Science of the Hiroshima University 28(1), 1964.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.games.callbacks import called
from crisisgames.games.compiled import SUM_TOLERANCE, _floats
from crisisgames.games.expressions import (
    ROUNDING,
    ExactEvaluator,
    as_expression,
    completed,
    vectorize,
)
from crisisgames.games.extensive import PROBES, ExtensiveFormGame, _probe, replace_values
from crisisgames.games.normal import Profile
from crisisgames.games.parameter import Parameter, check_values, collect, find_parameter
from crisisgames.games.tree import Node, chance, end, joined, move, need_text, tell

__all__ = ["Cell", "StageNumbers", "StochasticGame"]

WAIT = "wait"
"""The only action of players who have no choice in a state."""

LARGEST_TREE = 200_000
"""Ends of a truncated game: a tree with more fills the memory before anybody can solve it."""

Cell = tuple[int, Profile]
"""A state, by its place, and a profile of actions there."""


@dataclass(frozen=True, eq=False)
class StageNumbers:
    """The numbers of a stochastic game at some parameter values.

    Rows are the game's `cells`. Arrays are floats, or objects (`fractions.Fraction`) where the
    evaluation was exact.

    Attributes
    ----------
    payoffs : ndarray
        Utils in one period, shape (..., cells, players).
    transitions : ndarray
        Probability of each next state, shape (..., cells, states).
    discounts : ndarray
        Shape (..., players).
    start : ndarray
        Probability of each state in the first period, shape (..., states).
    """

    payoffs: np.ndarray
    transitions: np.ndarray
    discounts: np.ndarray
    start: np.ndarray


@dataclass(frozen=True)
class StochasticGame:
    """A stochastic game with finitely many states, actions and players.

    Numbers may be expressions in `Parameter`. After construction, `actions`, `payoffs`,
    `transitions`, `discount` and `start` are tuples in the order of states, profiles and players.

    Parameters
    ----------
    players, states : sequence of str
    actions : sequence, mapping or function
        For each player its actions, as a sequence in the order of players or a mapping by player,
        the same in every state; or a mapping from states to such; or a function of the state that
        returns such. In states that a mapping leaves out, and where a function returns None,
        nobody has a choice.
    payoffs : mapping or function
        ``payoffs[state][profile]``, or ``payoffs(state, profile)``: utils in that period by player,
        as a sequence or a mapping. Where they are the same for every profile,
        ``payoffs[state]`` may hold them.
    transitions : mapping or function
        ``transitions[state][profile]``, or ``transitions(state, profile)``: the next state, or a
        mapping from next states to probabilities that sum to one. Where they are the same for
        every profile, ``transitions[state]`` may hold them: ``{"war": "war"}`` makes war absorbing.
    discount : number, expression, sequence or mapping
        In [0, 1): for all players, or for each.
    start : str or mapping, optional
        The state of the first period, or probabilities of states; the first state if left out.
    values : mapping
        Values of parameters; those left out take their defaults.

    Raises
    ------
    GameError
        For what is missing, unknown or of the wrong shape, a discount outside [0, 1), and
        probabilities outside [0, 1] or that do not sum to one; the message names the place.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> game = StochasticGame(
    ...     players=("A", "B"), states=("calm", "war"),
    ...     actions={"calm": {"A": ("restrain", "push"), "B": ("restrain", "push")}},
    ...     payoffs={
    ...         "calm": lambda a, b: (int(a == "push"), int(b == "push")), "war": (-5, -5)},
    ...     transitions={
    ...         "calm": lambda *profile: {"war": profile.count("push") / 4,
    ...                                   "calm": 1 - profile.count("push") / 4},
    ...         "war": "war"},
    ...     discount=0.9,
    ... )
    >>> game.absorbing
    ('war',)
    """

    players: tuple[str, ...]
    states: tuple[str, ...]
    actions: Any
    payoffs: Any
    transitions: Any
    discount: Any
    start: Any = None
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "players", _names("players", self.players))
        put(self, "states", _names("states", self.states))
        put(self, "actions", tuple(self._actions(s) for s in self.states))
        cells = [(s, p) for k, s in enumerate(self.states) for p in product(*self.actions[k])]
        for name in ("payoffs", "transitions"):
            self._known_states(name, getattr(self, name))
        payoffs = [self._payoffs(s, p) for s, p in cells]
        transitions = [self._transitions(s, p) for s, p in cells]
        put(self, "payoffs", tuple(payoffs))
        put(self, "transitions", tuple(transitions))
        put(self, "discount", self._discounts(self.discount))
        first = self.states[0] if self.start is None else self.start
        put(self, "start", self._distribution(first, "start"))
        put(self, "values", MappingProxyType(dict(self.values)))
        check_values(self.parameters, self.values)
        # Sums of expressions are identities or they are not: three odd points tell.
        for k in range(PROBES if self.parameters else 0):
            point = _probe(self.parameters, k)
            self._check(self._evaluated(point), point, ROUNDING, domain=False)
        self.exact()

    def __hash__(self) -> int:
        own = (self.players, self.states, self.actions, self.payoffs, self.transitions)
        return hash((*own, self.discount, self.start, tuple(sorted(self.values.items()))))

    def __getstate__(self) -> dict[str, Any]:
        # A compiled function cannot be pickled, and is quickly made again.
        kept = {k: v for k, v in self.__dict__.items() if k not in ("_compiled", "_expressions")}
        return {**kept, "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, values=MappingProxyType(state["values"]))

    def __repr__(self) -> str:
        name = f"{self.title!r}, " if self.title else ""
        return f"StochasticGame({name}players={self.players}, {len(self.states)} states)"

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All pairs of a state and a profile, state after state, the last player's action fastest.

        They are the rows of `payoffs` and `transitions`.
        """
        return tuple((k, p) for k in range(len(self.states)) for p in product(*self.actions[k]))

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return collect(self._expressions)

    @property
    def absorbing(self) -> tuple[str, ...]:
        """The states that play never leaves, whatever the players do."""
        own = dict.fromkeys(range(len(self.states)), True)
        for (k, _), row in zip(self.cells, self.transitions, strict=True):
            own[k] = own[k] and row[k] == 1
        return tuple(self.states[k] for k, stays in own.items() if stays)

    def at(self, **values: Any) -> StochasticGame:
        """Return the game with these parameters fixed, besides those fixed before.

        Raises
        ------
        UnknownName
            For a name that is not a parameter.
        GameError
            For a value outside its domain.
        """
        check_values(self.parameters, values)
        new = object.__new__(StochasticGame)
        both = MappingProxyType({**self.values, **values})
        new.__dict__.update(self.__dict__, values=both)
        return new

    def exact(self) -> StageNumbers:
        """Return the numbers at the game's values as rationals.

        Raises
        ------
        GameError
            If a probability or a discount is not what it must be there.
        """
        numbers = self._evaluated(self.values)
        self._check(numbers, self.values, ROUNDING)
        return numbers

    def floats(self, values: Mapping[str, Any] | None = None) -> StageNumbers:
        """Return the numbers in floating point, at one point or at many.

        Parameters
        ----------
        values : mapping, optional
            For each parameter a number or an array; the arrays are broadcast, and their common
            shape becomes the leading axes of the results. Parameters left out keep the game's
            values, or their defaults.
        """
        given = {**self.values, **(values or {})}
        for name in given:
            find_parameter(self.parameters, name)
        full = {n: _floats(p, given.get(n, p.default)) for n, p in self.parameters.items()}
        try:
            np.broadcast_shapes(*(v.shape for v in full.values()))
        except ValueError:
            shapes = ", ".join(f"{n} {v.shape}" for n, v in full.items() if v.shape)
            raise GameError(f"the values have shapes that do not broadcast: {shapes}") from None
        numbers = self._split(self._compiled(*full.values()))
        self._check(numbers, full, SUM_TOLERANCE)
        return numbers

    def truncate(self, periods: int) -> ExtensiveFormGame:
        """Return the first periods as a tree; its outcomes are the states in which they end.

        All see the state and, after each period, what everybody did. Payoffs are the discounted
        ones of these periods, in utils of the first.

        Parameters
        ----------
        periods : int
            At least 1.

        Raises
        ------
        GameError
            If the number of periods is not allowed, or the tree would be too large.
        """
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
            raise GameError(f"periods is {periods!r}; give a whole number of at least 1")
        self._check_size(periods)
        zero = (sp.Integer(0),) * len(self.players)
        root = self._drawn(
            self.start, lambda k: tell(self._all(self.states[k]), self._period(k, 1, periods, zero))
        )
        return replace_values(ExtensiveFormGame(root, self.players, self.title), self.values)

    def _check_size(self, periods: int) -> None:
        """Raise if a truncated game would have more ends than can be handled."""
        ends = [1] * len(self.states)
        profiles = [prod(map(len, own)) for own in self.actions]
        for left in range(periods):
            sums = [0] * len(self.states)
            for (k, _), row in zip(self.cells, self.transitions, strict=True):
                sums[k] += sum(e for p, e in zip(row, ends, strict=True) if p != 0)
            ends = sums if left else profiles
        total = sum(e for p, e in zip(self.start, ends, strict=True) if p != 0)
        if total > LARGEST_TREE:
            raise GameError(
                f"the tree of {periods} periods has {total:.3g} ends, more than {LARGEST_TREE}; "
                "truncate earlier, or solve the game itself by concept 'markov-perfect'"
            )

    def _all(self, signal: str) -> dict[str, str]:
        return dict.fromkeys(self.players, signal)

    def _drawn(self, row: Sequence[sp.Expr], below: Callable[[int], Node]) -> Node:
        """Return nature's draw of a state, and what follows."""
        possible = [k for k, p in enumerate(row) if p != 0]
        if len(possible) == 1:
            return below(possible[0])
        return chance({self.states[k]: (row[k], below(k)) for k in possible})

    def _period(self, k: int, t: int, last: int, earned: tuple[sp.Expr, ...]) -> Node:
        """Return period ``t``, in state number ``k``."""

        def chosen(profile: Profile) -> Node:
            i = len(profile)
            if i < len(self.players):
                own = self.actions[k][i]
                if len(own) == 1:
                    return chosen((*profile, own[0]))
                return move(self.players[i], {a: chosen((*profile, a)) for a in own})
            cell = self._place[k, profile]
            now = zip(earned, self.discount, self.payoffs[cell], strict=True)
            total = tuple(v + d ** (t - 1) * u for v, d, u in now)
            row = self.transitions[cell]
            if t == last:
                ending = {self.states[s]: p for s, p in enumerate(row) if p != 0}
                return end(ending, dict(zip(self.players, total, strict=True)))

            def onward(s: int) -> Node:
                news = f"{joined(profile)}; {self.states[s]}"
                return tell(self._all(news), self._period(s, t + 1, last, total))

            return self._drawn(row, onward)

        return chosen(())

    @cached_property
    def _place(self) -> dict[Cell, int]:
        return {cell: c for c, cell in enumerate(self.cells)}

    def _actions(self, state: str) -> tuple[tuple[str, ...], ...]:
        given = self.actions
        if callable(given):
            given = called("actions", given, state=state)
        elif isinstance(given, Mapping) and (not given or not set(given) <= set(self.players)):
            self._known_states("actions", given)
            given = given.get(state)
        if given is None:
            return ((WAIT,),) * len(self.players)
        where = f"the actions in state {state!r}"
        rows = self._by_player(given, where)
        return tuple(
            _names(f"actions of {i!r} in state {state!r}", row)
            for i, row in zip(self.players, rows, strict=True)
        )

    def _by_player(self, given: Any, where: str) -> tuple[Any, ...]:
        """Return what is given for each player, in their order."""
        if isinstance(given, Mapping):
            if set(given) != set(self.players):
                raise GameError(f"{where} name {tuple(given)}; the players are {self.players}")
            return tuple(given[i] for i in self.players)
        listed = isinstance(given, (Sequence, np.ndarray)) and not isinstance(given, str)
        if not listed or len(given) != len(self.players):
            raise GameError(f"{where} are {given!r}; give one for each of {self.players}")
        return tuple(given)

    def _known_states(self, name: str, given: Any) -> None:
        if callable(given):
            return
        if not isinstance(given, Mapping):
            raise GameError(f"{name} are {given!r}; give a mapping by state, or a function")
        for state in given:
            if state not in self.states:
                raise GameError(f"{name} name the state {state!r}; the states are {self.states}")

    def _entry(self, name: str, state: str, profile: Profile) -> Any:
        """Return what `payoffs` or `transitions` hold for a state and a profile."""
        table = getattr(self, name)
        if callable(table):
            return called(name, table, state=state, profile=profile)
        if state not in table:
            raise GameError(f"{name} leave out the state {state!r}; give them for every state")
        rows = table[state]
        if callable(rows):
            return called(
                f"{name}[{state!r}]", rows, **dict(zip(self.players, profile, strict=True))
            )
        if isinstance(rows, Mapping) and any(isinstance(key, tuple) for key in rows):
            profiles = list(product(*self.actions[self.states.index(state)]))
            if unknown := [key for key in rows if key not in profiles]:
                raise GameError(
                    f"{name} in state {state!r} name the profile {unknown[0]!r}; a profile has "
                    f"one action for each of {self.players}, such as {profiles[0]}"
                )
            if profile not in rows:
                raise GameError(f"{name} in state {state!r} leave out the profile {profile}")
            return rows[profile]
        return rows

    def _payoffs(self, state: str, profile: Profile) -> tuple[sp.Expr, ...]:
        where = f"the payoffs of {profile} in state {state!r}"
        row = self._by_player(self._entry("payoffs", state, profile), where)
        return tuple(
            as_expression(u, f"the payoff of {i!r} for {profile} in state {state!r}")
            for i, u in zip(self.players, row, strict=True)
        )

    def _transitions(self, state: str, profile: Profile) -> tuple[sp.Expr, ...]:
        where = f"the transitions of {profile} in state {state!r}"
        return self._distribution(self._entry("transitions", state, profile), where)

    def _distribution(self, given: Any, where: str) -> tuple[sp.Expr, ...]:
        """Return the probability of each state."""
        if isinstance(given, str):
            given = {given: 1}
        if not isinstance(given, Mapping):
            raise GameError(f"{where}: {given!r}; give a state, or {{state: probability}}")
        for name in given:
            if name not in self.states:
                raise GameError(f"{where} name {name!r}: {suggest('state', name, self.states)}")
        row = {
            s: as_expression(p, f"the probability of {s!r} in {where}") for s, p in given.items()
        }
        exact = completed(list(row.values()), list(given.values()))
        found = dict(zip(row, exact, strict=True))
        return tuple(found.get(s, sp.Integer(0)) for s in self.states)

    def _discounts(self, given: Any) -> tuple[sp.Expr, ...]:
        several = isinstance(given, (Mapping, Sequence, np.ndarray)) and not isinstance(given, str)
        rows = self._by_player(given, "the discounts") if several else (given,) * len(self.players)
        return tuple(as_expression(d, "the discount") for d in rows)

    @cached_property
    def _expressions(self) -> list[sp.Expr]:
        rows: Iterable[tuple[sp.Expr, ...]] = (*self.payoffs, *self.transitions)
        return [e for row in rows for e in row] + [*self.discount, *self.start]

    @cached_property
    def _compiled(self) -> Callable[..., np.ndarray]:
        # Many cells repeat the same expression, and most are numbers: compile the rest, once each.
        evaluate = ExactEvaluator({})
        numbers = [np.nan if e.free_symbols else float(evaluate(e)) for e in self._expressions]
        constant = np.array(numbers)
        open_places = np.flatnonzero(np.isnan(constant))
        open_ones = [self._expressions[c] for c in open_places]
        distinct = list(dict.fromkeys(open_ones))
        place = {e: i for i, e in enumerate(distinct)}
        index = np.array([place[e] for e in open_ones], dtype=int)
        function = vectorize(list(self.parameters.values()), distinct)

        def filled(*values: np.ndarray) -> np.ndarray:
            if not distinct:
                return constant.copy()
            found = function(*values)
            result = np.broadcast_to(constant, (*found.shape[:-1], len(constant))).copy()
            result[..., open_places] = found[..., index]
            return result

        return filled

    def _evaluated(self, values: Mapping[str, Any]) -> StageNumbers:
        point = {p: p.check(values.get(n, p.default)) for n, p in self.parameters.items()}
        evaluate = ExactEvaluator(point)
        flat = np.empty(len(self._expressions), dtype=object)
        flat[:] = [evaluate(e) for e in self._expressions]
        return self._split(flat)

    def _split(self, flat: np.ndarray) -> StageNumbers:
        """Return the numbers of `_expressions` by what they are."""
        cells, players, states = len(self.cells), len(self.players), len(self.states)
        sizes = np.cumsum([cells * players, cells * states, players])
        payoffs, transitions, discounts, start = np.split(flat, sizes, axis=-1)
        lead = flat.shape[:-1]
        return StageNumbers(
            payoffs.reshape(*lead, cells, players),
            transitions.reshape(*lead, cells, states),
            discounts,
            start,
        )

    def _check(
        self,
        numbers: StageNumbers,
        values: Mapping[str, Any],
        slack: float | Fraction,
        *,
        domain: bool = True,
    ) -> None:
        """Raise if sums are not one or, with ``domain``, if something leaves its domain."""
        rows = np.concatenate([numbers.transitions, numbers.start[..., None, :]], axis=-2)
        for bad, what, need in (
            (abs(rows.sum(axis=-1) - 1) > slack, "sum to another number than 1", "sum to 1"),
            (_outside(rows, slack).any(axis=-1), "leave the range from 0 to 1", "lie in [0, 1]"),
        ):
            if np.any(bad) and (domain or need == "sum to 1"):
                *point, c = np.argwhere(bad)[0]
                shown = [float(p) for p in rows[(*point, c)]]
                row = self.start if c == len(self.cells) else self.transitions[c]
                at = self._at(row, values, bad.shape[:-1], point)
                raise GameError(
                    f"the probabilities of {self._cell_text(c)} {what}{at}: "
                    f"{dict(zip(self.states, shown, strict=True))}; they must {need}"
                )
        if not domain:
            return
        bad = ~((numbers.discounts >= 0) & (numbers.discounts < 1))
        if np.any(bad):
            *point, i = np.argwhere(bad)[0]
            at = self._at([self.discount[i]], values, bad.shape[:-1], point)
            raise GameError(
                f"the discount of {self.players[i]!r} is "
                f"{float(numbers.discounts[(*point, i)]):.12g}{at}; allowed is 0 to below 1"
            )
        if numbers.payoffs.dtype != object and not np.isfinite(numbers.payoffs).all():
            *point, c, i = np.argwhere(~np.isfinite(numbers.payoffs))[0]
            at = self._at([self.payoffs[c][i]], values, numbers.payoffs.shape[:-2], point)
            raise GameError(
                f"the payoff of {self.players[i]!r} for {self._cell_text(c)} is not a finite real "
                f"number{at}; change {self.payoffs[c][i]} or a parameter's domain"
            )

    def _cell_text(self, c: int) -> str:
        if c == len(self.cells):
            return "the start"
        k, profile = self.cells[c]
        return f"{profile} in state {self.states[k]!r}"

    def _at(
        self,
        expressions: Sequence[sp.Expr],
        values: Mapping[str, Any],
        shape: tuple[int, ...],
        point: Sequence[int],
    ) -> str:
        """Return the values at one point of the parameters that matter: `` at x=0.3``."""
        shown = []
        for name, p in collect(expressions).items():
            given = np.asarray(values.get(name, p.default), dtype=object)
            shown.append(f"{name}={np.broadcast_to(given, shape)[tuple(point)]}")
        return " at " + ", ".join(shown) if shown else ""


def _names(what: str, given: Any) -> tuple[str, ...]:
    """Return names that are texts and differ."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise GameError(f"{what} are {given!r}; give a sequence of names")
    names = tuple(given)
    for name in names:
        need_text(name, f"one of the {what}")
    if not names or len(set(names)) < len(names):
        raise GameError(f"{what} are {names}; give at least one, each with its own name")
    return names


def _outside(rows: np.ndarray, slack: float | Fraction) -> np.ndarray:
    """Return where probabilities leave [0, 1], or are not numbers."""
    inside: np.ndarray = (rows >= -slack) & (rows <= 1 + slack)
    return ~inside.astype(bool)
