"""Strategies of repeated games with finitely many states of mind.

An automaton intends an action, or a mixture, in each of its states, and moves on by what it did and
what it saw the other do. What it did it knows; what it saw may be wrong. The first action of a
player is its cooperative one wherever a strategy has to tell which that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.games.callbacks import called
from crisisgames.games.expressions import as_expression, completed
from crisisgames.games.tree import need_text

__all__ = ["ACTIONS", "STRATEGIES", "Automaton", "MemoryOne", "strategy"]

ACTIONS = ("cooperate", "defect")
"""Names of the actions where none are given."""

Names = tuple[str, ...]

THIRD = sp.Rational(1, 3)
"""Generosity at which tit for tat with payoffs 5, 3, 1, 0 is just not exploited without noise."""


@dataclass(frozen=True)
class Automaton:
    """A strategy with finitely many states.

    After construction `intends`, `moves` and `start` are tuples of probabilities in the order of
    states and actions.

    Parameters
    ----------
    intends : mapping
        For each state the action that is intended there, or a mapping from actions to
        probabilities (numbers or expressions).
    moves : mapping or function
        ``moves[state, own, seen]`` or ``moves(state, own, seen)``: the next state, or a mapping
        from next states to probabilities, after the own action that was carried out and the other's
        action that was seen.
    start : str or mapping, optional
        The first state, or probabilities of states; the first of `intends` if left out.
    actions, rival_actions : sequence of str
        The own actions and the other's, in the order of the game; the other's are the own ones if
        left out.
    name : str

    Raises
    ------
    GameError
        For unknown or missing states and actions, and for probabilities that are negative or do
        not sum to one.

    Examples
    --------
    >>> from crisisgames.games.automata import Automaton
    >>> echo = Automaton({"calm": "restrain", "angry": "press"},
    ...     lambda state, own, seen: "calm" if seen == "restrain" else "angry",
    ...     actions=("restrain", "press"))
    >>> echo.states
    ('calm', 'angry')
    """

    intends: Any
    moves: Any
    start: Any = None
    actions: Names = ACTIONS
    rival_actions: Names = ()
    name: str = ""
    states: Names = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "actions", tuple(self.actions))
        put(self, "rival_actions", tuple(self.rival_actions) or self.actions)
        for names in (self.actions, self.rival_actions):
            if len(set(names)) < len(names):
                raise GameError(f"two actions of a strategy have one name in {names}; rename one")
        if not isinstance(self.intends, Mapping) or not self.intends:
            raise GameError(f"intends is {self.intends!r}; give {{state: action}}")
        for state in self.intends:
            need_text(state, "a state of the strategy")
        put(self, "states", tuple(self.intends))
        intends = tuple(
            _distribution(given, self.actions, f"what is intended in state {state!r}")
            for state, given in self.intends.items()
        )
        moves = tuple(
            tuple(
                tuple(self._move(state, own, seen) for seen in self.rival_actions)
                for own in self.actions
            )
            for state in self.states
        )
        put(self, "intends", intends)
        put(self, "moves", moves)
        first = self.states[0] if self.start is None else self.start
        put(self, "start", _distribution(first, self.states, "the start"))

    def _move(self, state: str, own: str, seen: str) -> tuple[sp.Expr, ...]:
        where = f"the move from state {state!r} after doing {own!r} and seeing {seen!r}"
        if callable(self.moves):
            given = called("moves", self.moves, state=state, own=own, seen=seen)
        elif isinstance(self.moves, Mapping):
            if (state, own, seen) not in self.moves:
                raise GameError(f"{where} is missing; give moves[{state!r}, {own!r}, {seen!r}]")
            given = self.moves[state, own, seen]
        else:
            raise GameError(f"moves is {self.moves!r}; give a mapping or a function")
        return _distribution(given, self.states, where)

    @property
    def expressions(self) -> list[sp.Expr]:
        """Every probability of the strategy."""
        moves = [p for state in self.moves for own in state for row in own for p in row]
        return [*(p for row in self.intends for p in row), *moves, *self.start]

    def automaton(self, actions: Names, rival_actions: Names) -> Automaton:
        """Return the strategy itself, if its actions are those given.

        Raises
        ------
        GameError
            If they are not.
        """
        if (self.actions, self.rival_actions) != (actions, rival_actions):
            raise GameError(
                f"the strategy {self.name!r} chooses from {self.actions} and watches "
                f"{self.rival_actions}; this player chooses from {actions} and watches "
                f"{rival_actions}: make the strategy with these actions"
            )
        return self


@dataclass(frozen=True)
class MemoryOne:
    """A strategy that looks back one round.

    The letters are the own action, as it was carried out, and the other's, as it was seen: c for
    the first action of either, d for the second.

    Parameters
    ----------
    cc, cd, dc, dd : number or expression
        Probability of intending the own first action after each, in [0, 1].
    opening : number or expression
        The same in the first round.
    name : str

    Examples
    --------
    >>> from crisisgames.games.automata import MemoryOne
    >>> tit_for_tat = MemoryOne(1, 0, 1, 0)
    """

    cc: Any
    cd: Any
    dc: Any
    dd: Any
    opening: Any = 1
    name: str = ""

    def __post_init__(self) -> None:
        for field in ("cc", "cd", "dc", "dd", "opening"):
            value = as_expression(getattr(self, field), f"{field} of a memory-one strategy")
            if value.is_number and not 0 <= value <= 1:
                raise GameError(f"{field} of a memory-one strategy is {value}; allowed is 0 to 1")
            object.__setattr__(self, field, value)

    def automaton(self, actions: Names, rival_actions: Names) -> Automaton:
        """Return the strategy with five states: the opening, and the four pasts.

        Raises
        ------
        GameError
            If there are not two actions each.
        """
        if (len(actions), len(rival_actions)) != (2, 2):
            raise GameError(
                "a memory-one strategy is for two actions each; here they are "
                f"{actions} and {rival_actions}: write an Automaton"
            )
        pasts = {
            f"{own}, {seen}": p
            for (own, seen), p in zip(
                product(actions, rival_actions), (self.cc, self.cd, self.dc, self.dd), strict=True
            )
        }
        first, second = actions
        intends = {
            s: {first: p, second: 1 - p} for s, p in {"opening": self.opening, **pasts}.items()
        }
        return Automaton(
            intends,
            lambda state, own, seen: f"{own}, {seen}",
            "opening",
            actions,
            rival_actions,
            self.name,
        )


def _distribution(given: Any, names: Names, where: str) -> tuple[sp.Expr, ...]:
    """Return the probability of each name."""
    row = {given: 1} if isinstance(given, str) else given
    if not isinstance(row, Mapping):
        raise GameError(f"{where} is {given!r}; give one of {names}, or {{name: probability}}")
    for name in row:
        if name not in names:
            raise GameError(f"{where} is {name!r}; allowed are {names}")
    exact = [as_expression(p, f"a probability in {where}") for p in row.values()]
    exact = completed(exact, list(row.values()))
    if any(p.is_number and not 0 <= p <= 1 for p in exact):
        raise GameError(f"{where} has the probabilities {exact}; allowed is 0 to 1")
    total = sp.expand(sp.Add(*exact))
    if total.is_number and total != 1:
        raise GameError(f"{where} has probabilities that sum to {total}; they must sum to 1")
    found = dict(zip(row, exact, strict=True))
    return tuple(found.get(n, sp.Integer(0)) for n in names)


def _always(which: int) -> Callable[..., Automaton]:
    def build(own: Names, rival: Names, name: str) -> Automaton:
        return Automaton({"always": own[which]}, lambda *_: "always", None, own, rival, name)

    return build


def _tit_for_tat(own: Names, rival: Names, name: str) -> Automaton:
    return _generous(own, rival, name, generosity=0)


def _generous(own: Names, rival: Names, name: str, generosity: Any = THIRD) -> Automaton:
    answer = {own[0]: generosity, own[1]: 1 - as_expression(generosity, "generosity")}
    return Automaton(
        {"trusting": own[0], "answering": answer},
        lambda state, did, seen: "trusting" if seen == rival[0] else "answering",
        None,
        own,
        rival,
        name,
    )


def _contrite(own: Names, rival: Names, name: str) -> Automaton:
    """Each keeps a record of both standings; only who is good itself answers a bad one."""
    words = {True: "good", False: "bad"}

    def label(self_good: bool, other_good: bool) -> str:
        return f"self {words[self_good]}, other {words[other_good]}"

    standing = {label(a, b): (a, b) for a, b in product((True, False), repeat=2)}

    def after(cooperated: bool, good: bool, other_good: bool) -> bool:
        return cooperated or (good and not other_good)  # a justified answer keeps one good

    def moves(state: str, did: str, seen: str) -> str:
        me, other = standing[state]
        return label(after(did == own[0], me, other), after(seen == rival[0], other, me))

    intends = {s: own[1] if me and not other else own[0] for s, (me, other) in standing.items()}
    return Automaton(intends, moves, label(True, True), own, rival, name)


def _grim(own: Names, rival: Names, name: str) -> Automaton:
    def moves(state: str, did: str, seen: str) -> str:
        return "trusting" if state == "trusting" and seen == rival[0] else "unforgiving"

    return Automaton({"trusting": own[0], "unforgiving": own[1]}, moves, None, own, rival, name)


def _win_stay(own: Names, rival: Names, name: str) -> Automaton:
    """Repeat the own action after the other's first action, else change it."""
    return MemoryOne(1, 0, 0, 1, 1, name).automaton(own, rival)


def _two_tats(own: Names, rival: Names, name: str) -> Automaton:
    after = {"trusting": "warned", "warned": "answering", "answering": "answering"}
    return Automaton(
        {"trusting": own[0], "warned": own[0], "answering": own[1]},
        lambda state, did, seen: "trusting" if seen == rival[0] else after[state],
        None,
        own,
        rival,
        name,
    )


STRATEGIES: dict[str, tuple[Callable[..., Automaton], str]] = {
    "always-cooperate": (_always(0), ""),
    "always-defect": (_always(1), ""),
    "tit-for-tat": (_tit_for_tat, "Axelrod, The Evolution of Cooperation (1984)"),
    "generous": (_generous, "Nowak and Sigmund, Nature 355 (1992)"),
    "contrite": (_contrite, "Wu and Axelrod, Journal of Conflict Resolution 39(1) (1995)"),
    "grim": (_grim, "Friedman, Review of Economic Studies 38(1) (1971)"),
    "win-stay-lose-shift": (_win_stay, "Nowak and Sigmund, Nature 364 (1993)"),
    "tit-for-two-tats": (_two_tats, "Axelrod, The Evolution of Cooperation (1984)"),
}
"""The classic strategies by name, each with its source."""


def strategy(
    name: str,
    actions: Sequence[str] = ACTIONS,
    rival_actions: Sequence[str] = (),
    **options: Any,
) -> Automaton:
    """Return a classic strategy.

    Parameters
    ----------
    name : str
        One of `STRATEGIES`: ``"always-cooperate"``, ``"always-defect"``, ``"tit-for-tat"``,
        ``"generous"``, ``"contrite"``, ``"grim"``, ``"win-stay-lose-shift"``,
        ``"tit-for-two-tats"``.
    actions, rival_actions : sequence of str
        Two own actions, the cooperative one first, and the other's; these are the own ones if left
        out.
    **options
        ``generosity=``: probability with which ``"generous"`` cooperates after it saw a defection;
        1/3 if left out.

    Raises
    ------
    UnknownName
        For another name or option.
    GameError
        If there are not two actions each.

    Examples
    --------
    >>> strategy("grim", ("restrain", "press")).states
    ('trusting', 'unforgiving')
    """
    if name not in STRATEGIES:
        raise suggest("strategy", name, STRATEGIES)
    own = tuple(actions)
    rival = tuple(rival_actions) or own
    if (len(own), len(rival)) != (2, 2):
        raise GameError(f"{name!r} is for two actions each; given are {own} and {rival}")
    allowed = ("generosity",) if name == "generous" else ()
    for option in options:
        if option not in allowed:
            if not allowed:
                raise GameError(f"{name!r} takes no options; {option!r} was given")
            raise suggest(f"option of {name!r}", option, allowed)
    return STRATEGIES[name][0](own, rival, name, **options)
