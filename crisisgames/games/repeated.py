"""Repeated games with two kinds of noise.

In every round two players choose at the same time, without end. Two things may go wrong, each
independently for each player and round [1]_. *Implementation*: with some probability an intended
action is carried out as another one, which its player knows. *Perception*: with some probability a
player sees another action than the other carried out, which neither knows.

What two finite-state strategies come to is a Markov chain on pairs of their states, solved exactly.

References
----------
.. [1] Jianzhong Wu and Robert Axelrod, "How to Cope with Noise in the Iterated Prisoner's Dilemma",
   Journal of Conflict Resolution 39(1), 1995; Per Molander, "The Optimal Level of Generosity in a
   Selfish, Uncertain Environment", Journal of Conflict Resolution 29(4), 1985.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy as sp
from sympy.polys.constructor import construct_domain

from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.automata import ACTIONS, Automaton, MemoryOne, strategy
from crisisgames.games.chains import ends_in, expected_cost, recurrent_classes, stationary
from crisisgames.games.expressions import ExactEvaluator, as_expression
from crisisgames.games.extensive import ExtensiveFormGame, replace_values
from crisisgames.games.matches import Match, Outcome, Recovery, Value
from crisisgames.games.normal import NormalFormGame, Profile
from crisisgames.games.parameter import Parameter, check_values, collect
from crisisgames.games.play import AutomatonNumbers, Evaluate, Play, StageNoise
from crisisgames.games.tree import Node, chance, end, joined, move, tell

__all__ = ["RepeatedGame", "Strategy"]

Strategy = str | MemoryOne | Automaton
"""A classic one by name, or one's own."""

LARGEST_TREE = 200_000
"""Ends of a truncated game: a tree with more fills the memory before anybody can solve it."""


@dataclass(frozen=True)
class RepeatedGame:
    """A two-player game that is played without end, with noise.

    Players see actions, their own as carried out and the other's through noise; what a round pays
    tells them nothing more.

    Parameters
    ----------
    stage : NormalFormGame
        What is played in every round. The first action of each player is its cooperative one,
        where that matters.
    perception_noise, implementation_noise : number, expression, sequence or mapping
        Probability of a wrong perception or implementation, in [0, 1]: for both players, or for
        each. Where there are more than two actions, all wrong ones are equally likely.
    discount : number or expression, optional
        In [0, 1); without it, payoffs are long-run averages, the limit of no discounting.
    values : mapping
        Values of parameters; those left out take their defaults.

    Raises
    ------
    GameError
        For another number of players, or a noise or discount out of range.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from crisisgames.games.repeated import RepeatedGame
    >>> game = RepeatedGame.dilemma(implementation_noise=Fraction(1, 100))
    >>> game.match("tit-for-tat", "tit-for-tat", exact=True).payoffs["row"]
    Fraction(9, 4)
    """

    stage: NormalFormGame
    perception_noise: Any = 0
    implementation_noise: Any = 0
    discount: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.stage, NormalFormGame) or len(self.stage.players) != 2:
            raise GameError("a repeated game has a NormalFormGame of two players as its stage")
        for name in ("perception_noise", "implementation_noise"):
            object.__setattr__(self, name, self._noises(name, getattr(self, name)))
        if self.discount is not None:
            object.__setattr__(self, "discount", as_expression(self.discount, "the discount"))
        values = MappingProxyType({**self.stage.values, **self.values})
        object.__setattr__(self, "values", values)
        check_values(self.parameters, self.values)
        self.exact()

    def __hash__(self) -> int:
        own = (self.stage, self.perception_noise, self.implementation_noise, self.discount)
        return hash((*own, tuple(sorted(self.values.items()))))

    def __repr__(self) -> str:
        own = ("perception_noise", "implementation_noise")
        noises = [f", {n}={getattr(self, n)}" for n in own if any(getattr(self, n))]
        discount = "" if self.discount is None else f", discount={self.discount}"
        sizes = " by ".join(str(len(own)) for own in self.stage.actions)
        more = "".join([*noises, discount])
        return f"RepeatedGame(players={self.players}, {sizes} actions{more})"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "values": dict(self.values)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, values=MappingProxyType(state["values"]))

    @classmethod
    def dilemma(
        cls,
        temptation: Any = 5,
        reward: Any = 3,
        punishment: Any = 1,
        sucker: Any = 0,
        *,
        players: Sequence[str] = ("row", "column"),
        actions: Sequence[str] = ACTIONS,
        **options: Any,
    ) -> RepeatedGame:
        """Return the repeated prisoner's dilemma with these payoffs in utils.

        The cooperative action comes first. Options are those of the class: noises and discount.
        """
        c, d = actions
        payoffs: dict[Profile, tuple[Any, Any]] = {
            (c, c): (reward, reward),
            (c, d): (sucker, temptation),
            (d, c): (temptation, sucker),
            (d, d): (punishment, punishment),
        }
        stage = NormalFormGame(tuple(players), (tuple(actions),) * 2, payoffs)
        return cls(stage, **options)

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the stage game."""
        return self.stage.players

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name."""
        return collect(self._expressions)

    @property
    def _expressions(self) -> list[sp.Expr]:
        rows = [u for row in self.stage.payoffs.values() for u in row]
        own = [] if self.discount is None else [self.discount]
        return [*rows, *self.perception_noise, *self.implementation_noise, *own]

    def at(self, **values: Any) -> RepeatedGame:
        """Return the game with these parameters fixed, besides those fixed before."""
        check_values(self.parameters, values)
        new = object.__new__(RepeatedGame)
        both = MappingProxyType({**self.values, **values})
        new.__dict__.update(self.__dict__, values=both)
        new.exact()
        return new

    def strategy(self, given: Strategy, player: str, **options: Any) -> Automaton:
        """Return a strategy for a player of this game, with its actions' names."""
        i = self._number(player)
        own, rival = self.stage.actions[i], self.stage.actions[1 - i]
        if isinstance(given, str):
            return strategy(given, own, rival, **options)
        if not isinstance(given, (MemoryOne, Automaton)):
            raise GameError(
                f"the strategy of {player!r} is {given!r}; give a name, a MemoryOne or an Automaton"
            )
        return given.automaton(own, rival)

    def _number(self, player: str) -> int:
        if player not in self.players:
            raise GameError(f"no player {player!r}; this game has {self.players}")
        return self.players.index(player)

    def exact(self) -> StageNoise:
        """Return the numbers as rationals.

        Raises
        ------
        GameError
            If a noise or the discount is out of range at the game's values.
        """
        return self._numbers(self._exactly([]))

    def numbers_with(
        self, automaton: Automaton, *, exact: bool = True
    ) -> tuple[StageNoise, AutomatonNumbers]:
        """Return the numbers of the game and of a strategy, as rationals or as floats."""
        evaluate = self._evaluator(automaton.expressions, exact, symbolic=False)
        return self._numbers(evaluate), evaluate.of(automaton)

    def match(
        self,
        row: Strategy,
        column: Strategy,
        *,
        exact: bool = False,
        symbolic: bool = False,
    ) -> Match:
        """Return what two strategies come to, from their starts.

        Parameters
        ----------
        row, column : str, MemoryOne or Automaton
            Strategies of the first and the second player.
        exact : bool
            Whether results are rationals instead of floats.
        symbolic : bool
            Whether results are expressions in the parameters that have no value. They hold where
            no probability that depends on these is 0 or 1, which may change what play settles in.

        Examples
        --------
        >>> game = RepeatedGame.dilemma(perception_noise=0.01)
        >>> round(game.match("generous", "generous").both_cooperate, 8)
        0.96190828
        """
        one, two = self.strategy(row, self.players[0]), self.strategy(column, self.players[1])
        evaluate = self._evaluator([*one.expressions, *two.expressions], exact, symbolic)
        play = Play(self._numbers(evaluate, check=not symbolic), evaluate.of(one), evaluate.of(two))
        return self._result(play, evaluate)

    def recovery(
        self,
        row: Strategy,
        column: Strategy,
        misreader: str | None = None,
        *,
        exact: bool = False,
        symbolic: bool = False,
    ) -> Recovery:
        """Return how long one misreading keeps both from cooperating.

        In the first round both cooperate; the misreader sees a defection, the other sees rightly.
        Rounds are counted from the second on, with the noise of the game.

        Parameters
        ----------
        row, column : str, MemoryOne or Automaton
        misreader : str, optional
            The player who misreads; the first if left out.
        exact, symbolic : bool
            As in `match`.

        Examples
        --------
        >>> quiet = RepeatedGame.dilemma()
        >>> quiet.recovery("generous", "generous", exact=True).rounds
        Fraction(2, 1)
        >>> quiet.recovery("tit-for-tat", "tit-for-tat").rounds
        inf
        """
        wrong = self._number(self.players[0] if misreader is None else misreader)
        one, two = self.strategy(row, self.players[0]), self.strategy(column, self.players[1])
        if (len(one.actions), len(two.actions)) != (2, 2):
            raise NotApplicable("a misreading is defined for two actions each")
        evaluate = self._evaluator([*one.expressions, *two.expressions], exact, symbolic)
        play = Play(self._numbers(evaluate, check=not symbolic), evaluate.of(one), evaluate.of(two))
        seen = [1 if wrong == 0 else 0, 1 if wrong == 1 else 0]
        first = [
            a.start @ a.moves[:, 0, s] for a, s in zip((play.one, play.two), seen, strict=True)
        ]
        start = np.append(np.kron(first[0], first[1]), play.zero)
        peace, pressed = play.profiles[:, 0], play.profiles[:, 3]
        n = len(peace)
        chain = np.full((n + 1, n + 1), play.zero, dtype=play.chain.dtype)
        chain[:n, :n] = play.chain - play.both_first
        chain[:n, n] = peace
        ones = play.zero + 1
        rounds = expected_cost(chain, start, np.append(ones - peace, play.zero), [n])
        defects = expected_cost(chain, start, np.append(pressed, play.zero), [n])
        shown = [inf if v is inf else evaluate.shown(v) for v in (rounds, defects)]
        return Recovery(*shown)

    def truncate(self, periods: int) -> ExtensiveFormGame:
        """Return the first periods as a tree.

        Each player knows what it intended, what it did, and what it saw of the other. Payoffs are
        those of the periods, discounted to the first or, without a discount, averaged. The outcomes
        are profiles of actions carried out, in proportion to the periods that have them.

        Raises
        ------
        GameError
            If the number of periods is not allowed, or the tree would be too large.
        """
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
            raise GameError(f"periods is {periods!r}; give a whole number of at least 1")
        sizes = [len(own) for own in self.stage.actions]
        wrong = [sizes[0] if p != 0 else 1 for p in self.implementation_noise]
        other = [sizes[1 - i] if p != 0 else 1 for i, p in enumerate(self.perception_noise)]
        ends = (sizes[0] * sizes[1] * wrong[0] * wrong[1] * other[0] * other[1]) ** periods
        if ends > LARGEST_TREE:
            raise GameError(
                f"the tree of {periods} periods has {ends:.3g} ends, more than {LARGEST_TREE}; "
                "truncate earlier"
            )
        root = self._round(1, periods, ())
        return replace_values(ExtensiveFormGame(root, self.players), self.values)

    def _round(self, t: int, last: int, past: tuple[Profile, ...]) -> Node:
        """Return round ``t``, after the profiles carried out so far."""
        if t > last:
            return self._end(past)
        players, actions = self.players, self.stage.actions

        def slip(i: int, intended: str) -> dict[str, sp.Expr]:
            return _noisy(self.implementation_noise[i], intended, actions[i])

        def glance(i: int, did: str) -> dict[str, sp.Expr]:
            return _noisy(self.perception_noise[i], did, actions[1 - i])

        def drawn(row: dict[str, sp.Expr], player: str, word: str, below: Any) -> Node:
            # What was sure needs no move of nature; the player is told in any case.
            told = {a: tell({player: f"{word} {a}"}, below(a)) for a in row}
            if len(row) == 1:
                return next(iter(told.values()))
            return chance({a: (p, told[a]) for a, p in row.items()})

        def looked(a: str, b: str) -> Node:
            after = self._round(t + 1, last, (*past, (a, b)))
            return drawn(
                glance(0, b),
                players[0],
                "saw",
                lambda _: drawn(glance(1, a), players[1], "saw", lambda _: after),
            )

        def second(a: str) -> Node:
            return move(
                players[1],
                {
                    k: drawn(slip(1, k), players[1], "did", lambda b: looked(a, b))
                    for k in actions[1]
                },
            )

        return move(
            players[0], {k: drawn(slip(0, k), players[0], "did", second) for k in actions[0]}
        )

    def _end(self, past: tuple[Profile, ...]) -> Node:
        n = len(past)
        shares = {joined(p): sp.Rational(past.count(p), n) for p in dict.fromkeys(past)}
        weights = [
            sp.Rational(1, n) if self.discount is None else self.discount**t for t in range(n)
        ]
        pays = [self.stage.payoffs[p] for p in past]
        total = {
            player: sp.Add(*(w * row[i] for w, row in zip(weights, pays, strict=True)))
            for i, player in enumerate(self.players)
        }
        return end(shares, total)

    def _noises(self, name: str, given: Any) -> tuple[sp.Expr, ...]:
        if isinstance(given, Mapping):
            if set(given) != set(self.stage.players):
                raise GameError(
                    f"{name} names {tuple(given)}; the players are {self.stage.players}"
                )
            given = [given[i] for i in self.stage.players]
        several = isinstance(given, (Sequence, np.ndarray)) and not isinstance(given, str)
        rows = tuple(given) if several else (given, given)
        if len(rows) != 2:
            raise GameError(f"{name} is {given!r}; give one number, or one for each player")
        return tuple(as_expression(p, name) for p in rows)

    def _exactly(self, more: list[sp.Expr]) -> Evaluate:
        return self._evaluator(more, exact=True, symbolic=False)

    def _evaluator(self, more: list[sp.Expr], exact: bool, symbolic: bool) -> Evaluate:
        known = collect([*self._expressions, *more])
        if symbolic:
            fixed = {
                known[n]: sp.Rational(str(known[n].check(v)))
                for n, v in self.values.items()
                if n in known
            }
            every = [e.xreplace(fixed) for e in [*self._expressions, *more]]
            domain, _ = construct_domain(every, field=True)
            return Evaluate(
                lambda e: domain.from_sympy(e.xreplace(fixed)),
                domain.to_sympy,
                object,
                True,
            )
        point = {p: p.check(self.values.get(n, p.default)) for n, p in known.items()}
        rational = ExactEvaluator(point)
        if exact:
            return Evaluate(rational, lambda v: v, object)
        return Evaluate(rational, float, float)

    def _numbers(self, evaluate: Evaluate, *, check: bool = True) -> StageNoise:
        noises = {
            name: [evaluate(p) for p in getattr(self, name)]
            for name in ("perception_noise", "implementation_noise")
        }
        discount = None if self.discount is None else evaluate(self.discount)
        if check:
            for name, pair in noises.items():
                for player, p in zip(self.players, pair, strict=True):
                    if not 0 <= p <= 1:
                        raise GameError(
                            f"{name} of {player!r} is {float(p):.12g}; allowed is 0 to 1"
                        )
            if discount is not None and not 0 <= discount < 1:
                raise GameError(f"discount is {float(discount):.12g}; allowed is 0 to below 1")
        sizes = [len(own) for own in self.stage.actions]
        table = evaluate.array([u for row in self.stage.payoffs.values() for u in row])
        slips, looks = noises["implementation_noise"], noises["perception_noise"]
        return StageNoise(
            table.reshape(*sizes, 2),
            (evaluate.noise(slips[0], sizes[0]), evaluate.noise(slips[1], sizes[1])),
            (evaluate.noise(looks[0], sizes[1]), evaluate.noise(looks[1], sizes[0])),
            discount if discount is None else evaluate.kind(discount),
        )

    def _result(self, play: Play, evaluate: Evaluate) -> Match:
        profiles = self.stage.profiles

        def told(weights: np.ndarray) -> tuple[dict[Profile, Value], dict[str, Value]]:
            row = weights @ play.profiles
            shares = {p: evaluate.shown(v) for p, v in zip(profiles, row, strict=True)}
            pays = row @ play.payoffs
            named = zip(self.players, pays, strict=True)
            return shares, {i: evaluate.shown(v) for i, v in named}

        classes = recurrent_classes(play.chain)
        settles = []
        for states, mass in zip(classes, ends_in(play.chain, play.start, classes), strict=True):
            if mass != 0:
                weights = play.start * 0
                weights[states] = stationary(play.chain[np.ix_(np.array(states), np.array(states))])
                settles.append((mass, Outcome(evaluate.shown(mass), *told(weights))))
        if not any(isinstance(o.probability, sp.Expr) for _, o in settles):
            settles.sort(key=lambda pair: -float(pair[0]))
        shares, pays = told(play.weights())
        return Match(pays, shares, tuple(o for _, o in settles))


def _noisy(noise: sp.Expr, meant: str, actions: Sequence[str]) -> dict[str, sp.Expr]:
    """Return the probability of each action that may come of one that was meant."""
    if noise == 0 or len(actions) == 1:
        return {meant: sp.Integer(1)}
    share = noise / (len(actions) - 1)
    row = {a: 1 - noise if a == meant else share for a in actions}
    return {a: p for a, p in row.items() if p != 0}
