"""Best replies to finite-state strategies in repeated games with noise.

Against an automaton a player faces a decision problem whose state is that of the automaton. Who
could see that state would have a best reply that chooses one action in each of its states [1]_.
With noisy perception nobody does see it, so what such a reply earns is then an upper bound on what
any strategy can earn. Within a class of strategies, memory-one or automata of a given size, the
best pure one is found by trying all.

References
----------
.. [1] Martin L. Puterman, "Markov Decision Processes", Wiley, 1994, theorem 9.1.8 (long-run
   averages) and theorem 6.2.10 (discounting).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from crisisgames.equilibria.deadline import Deadline
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games.automata import Automaton
from crisisgames.games.chains import discounted_shares, long_run_shares
from crisisgames.games.play import AutomatonNumbers, Play, StageNoise
from crisisgames.games.repeated import RepeatedGame, Strategy

__all__ = ["MAX_REPLIES", "BestReply", "best_reply"]

MAX_REPLIES = 20_000
"""Strategies that are tried, at most: pure automata of two states are 1024, of three millions."""

NEAR = 1e-9
"""Share of the payoff range within which replies go from floats to the exact comparison."""

Class = Literal["any", "memory-one"] | int
What = TypeVar("What")


@dataclass(frozen=True)
class BestReply:
    """The best that a player can do against a finite-state strategy.

    Attributes
    ----------
    player : str
        Who replies.
    payoff : float
        Utils per round, the long-run average or the discounted average, as a `Fraction` where it
        was asked for.
    among : str or int
        The class of replies: ``"any"``, ``"memory-one"``, or automata of so many states.
    attained : bool
        Whether `payoff` is what one of `replies` earns. If not, it is an upper bound: it takes
        knowing the state of the other's strategy, which noise hides.
    replies : tuple of Automaton
        All best replies of the class; for ``"any"``, those that mirror the other's states, if the
        replier can follow these, else those that always intend one action.
    choices : tuple of mapping
        For ``"any"``: for each best rule, what it intends in each state of the other's strategy.
    complete : bool
        Whether the whole class was tried. If not, `payoff` and `replies` are the best of those
        tried: others may earn more, so `payoff` is no upper bound, and ties may be missing.
    notes : tuple of str
        How far the search came, if it is not complete.
    """

    player: str
    payoff: Any
    among: Class
    attained: bool
    replies: tuple[Automaton, ...] = field(repr=False)
    choices: tuple[Mapping[str, str], ...] = ()
    complete: bool = True
    notes: tuple[str, ...] = ()


def best_reply(
    game: RepeatedGame,
    against: Strategy,
    player: str | None = None,
    among: Class = "any",
    *,
    exact: bool = False,
    max_replies: int = MAX_REPLIES,
    time_limit: float | None = None,
) -> BestReply:
    """Return the best reply to a finite-state strategy, from the start.

    Parameters
    ----------
    game : RepeatedGame
    against : str, MemoryOne or Automaton
        The strategy of the other player.
    player : str, optional
        Who replies; the first player if left out.
    among : str or int
        ``"any"``: any strategy at all, for a replier who sees the state of the other's strategy.
        Without perception noise and chance in that strategy's moves the replier can follow this
        state, and the reply is a best one among all strategies. So it is where one action is best
        whatever the state. Else its payoff is an upper bound.
        ``"memory-one"``: the pure memory-one strategies, 32 with their openings, for two actions
        each. A whole number: the pure automata with so many states.
    exact : bool
        Whether the payoff is a rational instead of a float. Replies are compared in rational
        arithmetic in any case, so ties are ties.
    max_replies : int
        Largest number of strategies to try.
    time_limit : float, optional
        Seconds after which the best of what was tried is returned, at least one; None and 0 mean
        none.

    Raises
    ------
    UnknownName, GameError
        For a class, player or strategy that there is not.
    NotApplicable
        If there are more than ``max_replies`` strategies to try.

    Examples
    --------
    >>> from crisisgames.games.repeated import RepeatedGame
    >>> game = RepeatedGame.dilemma(implementation_noise=0.01)
    >>> reply = best_reply(game, "tit-for-tat")
    >>> reply.attained, reply.choices
    (True, ({'trusting': 'cooperate', 'answering': 'cooperate'},))
    """
    deadline = Deadline.within(time_limit)
    replier = game.players[0] if player is None else player
    if replier not in game.players:
        raise GameError(f"no player {replier!r}; this game has {game.players}")
    if isinstance(max_replies, bool) or not isinstance(max_replies, int) or max_replies < 1:
        raise GameError(f"max_replies is {max_replies!r}; give a whole number of at least 1")
    other = next(p for p in game.players if p != replier)
    theirs = game.strategy(against, other)
    if among == "any":
        return _seeing(game, theirs, replier, exact, max_replies, deadline)
    replies = _class(game, replier, among, max_replies)
    return _tried(game, theirs, replier, among, replies, exact, deadline)


def _class(game: RepeatedGame, player: str, among: Class, max_replies: int) -> Iterator[_Pure]:
    """Yield the pure strategies of a class, in a fixed order."""
    i = game.players.index(player)
    own, rival = len(game.stage.actions[i]), len(game.stage.actions[1 - i])
    if among == "memory-one":
        if (own, rival) != (2, 2):
            raise NotApplicable("memory-one strategies are for two actions each; give a number")
        # State 0 is the opening; the others are the four pasts.
        after = tuple((1, 2, 3, 4) for _ in range(5))
        return (_Pure(bits, after) for bits in product((0, 1), repeat=5))
    if isinstance(among, (str, bool)) or not isinstance(among, int):
        raise suggest("class of replies", among, ("any", "memory-one", "a number of states"))
    if among < 1:
        raise GameError(f"among is {among}; automata have at least 1 state")
    count = own**among * among ** (among * own * rival)
    if count > max_replies:
        raise NotApplicable(
            f"there are {count} automata with {among} states, more than max_replies={max_replies}; "
            "ask for fewer states"
        )
    rows = list(product(range(among), repeat=own * rival))
    return (
        _Pure(intends, after)
        for intends in product(range(own), repeat=among)
        for after in product(rows, repeat=among)
    )


@dataclass(frozen=True)
class _Pure:
    """A pure automaton that starts in its first state.

    `intends` has the action of each state, `after` the next state of each state, for each own
    action and each action seen, the latter fastest.
    """

    intends: tuple[int, ...]
    after: tuple[tuple[int, ...], ...]

    def numbers(self, own: int, rival: int, kind: type) -> AutomatonNumbers:
        """Return the automaton as arrays of one kind of number."""
        n = len(self.intends)
        intends = np.eye(own, dtype=int)[list(self.intends)]
        moves = np.eye(n, dtype=int)[np.array(self.after).reshape(n, own, rival)]
        parts = [a.astype(float) for a in (intends, moves, np.eye(n)[0])]
        if kind is Fraction:
            parts = [_rational(a) for a in parts]
        return AutomatonNumbers(*parts)

    def automaton(self, own: tuple[str, ...], rival: tuple[str, ...], *, memory: bool) -> Automaton:
        """Return the strategy with names."""
        events = list(product(own, rival))
        names = [str(k + 1) for k in range(len(self.intends))]
        if memory:
            names = ["opening", *(f"{a}, {b}" for a, b in events)]
        moves = {
            (name, *event): names[k]
            for name, row in zip(names, self.after, strict=True)
            for event, k in zip(events, row, strict=True)
        }
        intends = {name: own[a] for name, a in zip(names, self.intends, strict=True)}
        return Automaton(intends, moves, names[0], own, rival)


def _rational(array: np.ndarray) -> np.ndarray:
    exact = np.empty(array.shape, dtype=object)
    for cell, value in np.ndenumerate(array):
        exact[cell] = Fraction(int(value))
    return exact


def _tried(
    game: RepeatedGame,
    theirs: Automaton,
    player: str,
    among: Class,
    replies: Iterator[_Pure],
    exact: bool,
    deadline: Deadline,
) -> BestReply:
    """Return the best of the replies, by playing each against the strategy."""
    i = game.players.index(player)
    own, rival = game.stage.actions[i], game.stage.actions[1 - i]
    kinds: tuple[type, ...] = (float, Fraction)
    known = {kind: game.numbers_with(theirs, exact=kind is Fraction) for kind in kinds}

    def payoff(mine: _Pure, kind: type) -> Any:
        numbers, their = known[kind]
        pair = (mine.numbers(len(own), len(rival), kind), their)
        play = Play(numbers, *(pair if i == 0 else pair[::-1]))
        return (play.weights() @ play.profiles @ play.payoffs)[i]

    found = _best(game, player, payoff, replies, deadline)
    best = tuple(mine.automaton(own, rival, memory=among == "memory-one") for mine in found.best)
    value = found.payoff if exact else float(found.payoff)
    return BestReply(player, value, among, True, best, complete=not found.notes, notes=found.notes)


@dataclass(frozen=True)
class _Best(Generic[What]):
    """The best of what was tried, and notes if that was not all."""

    payoff: Fraction
    best: tuple[What, ...]
    notes: tuple[str, ...]


def _best(
    game: RepeatedGame,
    player: str,
    payoff: Callable[[What, type], Any],
    choices: Iterable[What],
    deadline: Deadline,
) -> _Best[What]:
    """Return the best choices: all in floats first, then those that may be best in rationals."""
    i = game.players.index(player)
    pays = game.exact().payoffs[..., i].astype(float)
    margin = NEAR * max(1.0, float(np.ptp(pays)), float(np.abs(pays).max()))
    rough, all_tried = _in_time(choices, lambda what: payoff(what, float), deadline)
    top = max(value for value, _ in rough)
    close = [what for value, what in rough if value >= top - margin]
    sure, all_compared = _in_time(close, lambda what: payoff(what, Fraction), deadline)
    best = max(value for value, _ in sure)
    notes = []
    if not all_tried:
        notes.append(f"Time limit reached, with {len(rough)} tried; others may earn more.")
    elif not all_compared:
        notes.append(
            f"Time limit reached, with {len(sure)} of {len(close)} compared that floats cannot "
            "tell apart; others may earn as much, or more by rounding."
        )
    return _Best(best, tuple(what for value, what in sure if value == best), tuple(notes))


def _in_time(
    choices: Iterable[What], payoff: Callable[[What], Any], deadline: Deadline
) -> tuple[list[tuple[Any, What]], bool]:
    """Return choices with their payoffs, at least one, and whether these are all."""
    found: list[tuple[Any, What]] = []
    for what in choices:
        if found and deadline.passed:
            return found, False
        found.append((payoff(what), what))
    return found, True


def _seeing(
    game: RepeatedGame,
    theirs: Automaton,
    player: str,
    exact: bool,
    max_replies: int,
    deadline: Deadline,
) -> BestReply:
    """Return the best rule for a replier who sees the state of the other's strategy."""
    i = game.players.index(player)
    own = game.stage.actions[i]
    count = len(own) ** len(theirs.states)
    if count > max_replies:
        raise NotApplicable(
            f"there are {count} rules that choose by the {len(theirs.states)} states of the "
            f"other's strategy, more than max_replies={max_replies}; raise it, or ask for a class"
        )
    numbers, problem = game.exact(), _decisions(game, theirs, i)
    rules = product(range(len(own)), repeat=len(theirs.states))
    floats = _Decisions(*(a.astype(float) for a in (problem.rewards, problem.moves, problem.start)))
    discount = numbers.discount
    rough = None if discount is None else float(discount)

    def worth(rule: tuple[int, ...], kind: type) -> Any:
        return _worth(floats, rule, rough) if kind is float else _worth(problem, rule, discount)

    found = _best(game, player, worth, rules, deadline)
    choices = tuple(
        {state: own[a] for state, a in zip(theirs.states, rule, strict=True)} for rule in found.best
    )
    if _can_follow(numbers, theirs):
        replies = tuple(_mirror(theirs, choice) for choice in choices)
    else:
        # Who intends one action in any state need not know the state. A rule that differs only
        # where play never comes earns the same, so the constant rule is then among the best.
        replies = tuple(_always(theirs, own[rule[0]]) for rule in found.best if len(set(rule)) == 1)
    value = found.payoff if exact else float(found.payoff)
    return BestReply(
        player, value, "any", bool(replies), replies, choices, not found.notes, found.notes
    )


@dataclass(frozen=True, eq=False)
class _Decisions:
    """The decision problem against a strategy: its states, and the replier's intended actions."""

    rewards: np.ndarray  # (states, actions)
    moves: np.ndarray  # (states, actions, states)
    start: np.ndarray


def _decisions(game: RepeatedGame, theirs: Automaton, i: int) -> _Decisions:
    # Everything that the other's strategy needs, in the rationals of the game.
    numbers, their = game.numbers_with(theirs)
    done, rival = numbers.done[i], their.intends @ numbers.done[1 - i]
    pays = numbers.payoffs[..., i] if i == 0 else numbers.payoffs[..., i].T
    rewards = rival @ pays.T @ done.T
    # Next state, given the replier's action carried out: the other sees it with its own noise.
    seen = np.einsum("ax,qbxn->qabn", numbers.seen[1 - i], their.moves)
    after = np.einsum("qb,qabn->qan", rival, seen)
    return _Decisions(rewards, np.einsum("ka,qan->qkn", done, after), their.start)


def _worth(problem: _Decisions, rule: tuple[int, ...], discount: Any) -> Any:
    """Return the payoff per round of a rule, from the start."""
    states = np.arange(len(rule))
    chain, rewards = problem.moves[states, list(rule)], problem.rewards[states, list(rule)]
    if discount is None:
        return long_run_shares(chain, problem.start) @ rewards
    return discounted_shares(chain, problem.start, discount) @ rewards


def _can_follow(numbers: StageNoise, theirs: Automaton) -> bool:
    """Return whether the replier always knows the state of the other's strategy.

    It does if neither misreads the other and chance moves that strategy nowhere.
    """
    clear = all(np.all(np.diagonal(noise) == 1) for noise in numbers.seen)
    rows = [row for state in theirs.moves for own in state for row in own] + [theirs.start]
    return clear and all(1 in row for row in rows)


def _always(theirs: Automaton, action: str) -> Automaton:
    """Return the automaton that intends one action for ever."""
    own, rival = theirs.rival_actions, theirs.actions
    return Automaton({"always": action}, lambda *_: "always", None, own, rival)


def _mirror(theirs: Automaton, choice: Mapping[str, str]) -> Automaton:
    """Return the automaton that follows the other's states and chooses by them."""
    place = {a: n for n, a in enumerate(theirs.rival_actions)}
    known = {a: n for n, a in enumerate(theirs.actions)}

    def moves(state: str, did: str, seen: str) -> str:
        row = theirs.moves[theirs.states.index(state)][known[seen]][place[did]]
        return str(theirs.states[row.index(1)])

    start = theirs.states[theirs.start.index(1)]
    return Automaton(dict(choice), moves, start, theirs.rival_actions, theirs.actions)
