"""Markov perfect equilibria of stochastic games: strategies that depend on the state alone [1]_.

A strategy profile is a Markov perfect equilibrium if in no state a player gains by another action
in one period, given that all play their strategies from then on; by the one-shot deviation
principle nobody then gains by any other plan [1]_.

References
----------
.. [1] Eric Maskin and Jean Tirole, "Markov Perfect Equilibrium: I. Observable Actions", Journal of
   Economic Theory 100(2), 2001.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.explain import at_most
from crisisgames.equilibria.markov_logit import logit_markov
from crisisgames.equilibria.markov_plays import MarkovPlays
from crisisgames.equilibria.markov_pure import MAX_POLICIES, Solved, pure_markov
from crisisgames.equilibria.qre_system import MAX_STEPS
from crisisgames.errors import GameError, need_number, suggest
from crisisgames.games.chains import expected_cost, long_run_shares
from crisisgames.games.stochastic import StochasticGame
from crisisgames.markup import paragraph, table

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "MarkovCertificate",
    "MarkovEquilibrium",
    "MarkovSet",
    "markov_perfect",
    "markov_play",
]

Probability = float | Fraction
Method = Literal["all", "pure", "logit"]
METHODS = ("all", "pure", "logit")

SAME = 1e-6
"""Largest difference in probabilities at which the limit of the branch is taken for a pure one."""

PLAYED = 1e-9
"""Probabilities below are not told in words."""


@dataclass(frozen=True)
class MarkovCertificate:
    """What anyone can check about a Markov perfect equilibrium.

    Attributes
    ----------
    gain : float
        Largest gain, in utils, from another action in one period, over states and players.
    value_error : float
        How far the stated values can be from those of the strategies, in utils.
    """

    gain: float
    value_error: float

    @property
    def worst(self) -> float:
        """The larger of the two."""
        return max(self.gain, self.value_error)


@dataclass(frozen=True)
class MarkovEquilibrium:
    """A Markov perfect equilibrium, or a point of the logit branch.

    Attributes
    ----------
    game : StochasticGame
        The game at the values at which it was solved.
    strategy : mapping
        ``strategy[player][state][action]`` is a probability.
    values : mapping
        ``values[player][state]``: discounted utils from that state on.
    kind : str
        ``"pure"``, or ``"logit"`` for the limit, or a point, of the logit branch; ``"given"`` for
        play that `markov_play` was handed, which need be no equilibrium.
    precision : float or None
        Where it is a point of the logit branch of finite precision that was asked for, in 1/utils.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> game = StochasticGame(("A",), ("calm", "war"), {"calm": [("restrain", "push")]},
    ...     {"calm": lambda a: [int(a == "push")], "war": [-5]},
    ...     {"calm": lambda a: {"war": 0.1, "calm": 0.9} if a == "push" else "calm",
    ...      "war": "war"}, discount=0.9)
    >>> [found] = markov_perfect(game)
    >>> found.strategy["A"]["calm"]["restrain"], found.probability_within("war", 50)
    (1.0, 0.0)
    """

    game: StochasticGame
    strategy: Mapping[str, Mapping[str, Mapping[str, Probability]]]
    values: Mapping[str, Mapping[str, Probability]]
    kind: str = "pure"
    precision: float | None = None

    @property
    def payoffs(self) -> dict[str, Probability]:
        """Discounted utils of each player from the start."""
        start = self.game.exact().start
        pairs = list(zip(self.game.states, start, strict=True))
        exact = all(isinstance(v, Fraction) for row in self.values.values() for v in row.values())
        return {
            i: sum((p if exact else float(p)) * row[s] for s, p in pairs if p)
            for i, row in self.values.items()
        }

    @cached_property
    def certificate(self) -> MarkovCertificate:
        """The certificate, recomputed from the game and the strategies in rational arithmetic."""
        numbers = self.game.exact()
        gain, error = Fraction(0), Fraction(0)
        chosen = self._chosen
        for i, player in enumerate(self.game.players):
            stated = [Fraction(self.values[player][s]) for s in self.game.states]
            values = np.array(stated, dtype=object)
            discount = numbers.discounts[i]
            worth = [
                numbers.payoffs[c, i] + discount * sum(row * values)
                for c, row in enumerate(numbers.transitions)
            ]
            for k, state in enumerate(self.game.states):
                rows = [(c, p) for c, (s, p) in enumerate(self.game.cells) if s == k]
                mean = sum(worth[c] * chosen(state, p) for c, p in rows)
                error = max(error, abs(mean - values[k]) / (1 - discount))
                for action in self.game.actions[k][i]:
                    other = sum(worth[c] * chosen(state, p, i) for c, p in rows if p[i] == action)
                    gain = max(gain, other - mean)
        return MarkovCertificate(float(gain), float(error))

    def _chosen(self, state: str, profile: tuple[str, ...], but: int | None = None) -> Fraction:
        """Return the probability of a profile, or of all of it but one player's action."""
        pairs = enumerate(zip(self.game.players, profile, strict=True))
        return prod(
            (Fraction(self.strategy[j][state][a]) for n, (j, a) in pairs if n != but),
            start=Fraction(1),
        )

    @cached_property
    def transition_matrix(self) -> np.ndarray:
        """Probability of each next state (column) from each state (row), in the game's order."""
        return np.asarray(MarkovPlays.of(self.game, self.strategy).transitions[0])

    @cached_property
    def _start(self) -> np.ndarray:
        return self.game.floats().start

    def _from(self, start: str | None) -> np.ndarray:
        if start is None:
            return self._start
        found = np.zeros(len(self.game.states))
        found[self._goal(start)] = 1.0
        return found

    def _goal(self, states: str | Iterable[str]) -> list[int]:
        names = [states] if isinstance(states, str) else list(states)
        for name in names:
            if name not in self.game.states:
                raise suggest("state", name, self.game.states)
        return [self.game.states.index(name) for name in names]

    def probability_within(
        self, states: str | Iterable[str], periods: int, start: str | None = None
    ) -> float:
        """Return the probability that play has entered one of the states after some periods.

        Parameters
        ----------
        states : str or collection of str
        periods : int
            Transitions from the start, at least 0.
        start : str, optional
            The state to start from; by default the start of the game.
        """
        return self.probabilities_within(states, periods, start)[-1]

    def probabilities_within(
        self, states: str | Iterable[str], periods: int, start: str | None = None
    ) -> tuple[float, ...]:
        """Return the same for 0, 1, ... periods, up to that number."""
        goal = self._goal(states)
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 0:
            raise GameError(f"periods is {periods!r}; give a whole number of at least 0")
        stopped = self.transition_matrix.copy()
        stopped[goal] = 0.0
        stopped[goal, goal] = 1.0
        now = self._from(start)
        reached = [min(1.0, float(now[goal].sum()))]
        for _ in range(periods):
            now = now @ stopped
            reached.append(min(1.0, float(now[goal].sum())))
        return tuple(reached)

    def mean_time_to(self, states: str | Iterable[str], start: str | None = None) -> float:
        """Return the expected number of periods until one of the states; inf if not sure.

        Parameters
        ----------
        states, start
            As for `probability_within`.
        """
        ones = np.ones(len(self.game.states))
        goal = self._goal(states)
        return float(expected_cost(self.transition_matrix, self._from(start), ones, goal))

    def long_run(self) -> dict[str, float]:
        """Return the share of time spent in each state in the long run, from the start."""
        shares = long_run_shares(self.transition_matrix, self._start)
        return dict(zip(self.game.states, shares.tolist(), strict=True))

    def occupation(self, periods: int) -> dict[str, float]:
        """Return the expected share of the first periods spent in each state."""
        if isinstance(periods, bool) or not isinstance(periods, int) or periods < 1:
            raise GameError(f"periods is {periods!r}; give a whole number of at least 1")
        now, total = self._start, np.zeros(len(self.game.states))
        for _ in range(periods):
            total += now
            now = now @ self.transition_matrix
        return dict(zip(self.game.states, (total / periods).tolist(), strict=True))

    def conduct(self) -> tuple[str, ...]:
        """Return what the players do, a sentence for all states in which they do the same."""
        alike: dict[str, list[str]] = {}
        for k, state in enumerate(self.game.states):
            pairs = zip(self.game.players, self.game.actions[k], strict=True)
            does = "; ".join(f"{i} {self._choice(i, state)}" for i, own in pairs if len(own) > 1)
            if does:
                alike.setdefault(does, []).append(repr(state))
        return tuple(f"In {' and '.join(states)}: {does}." for does, states in alike.items())

    def explain(self) -> str:
        """Return the equilibrium in plain sentences."""
        pays = ", ".join(f"{i} {float(v):.4g}" for i, v in self.payoffs.items())
        lines = [f"From the start it is worth, in discounted utils: {pays}."]
        for k, state in enumerate(self.game.states):
            active = [
                player
                for player, own in zip(self.game.players, self.game.actions[k], strict=True)
                if len(own) > 1
            ]
            if active:
                does = "; ".join(f"{i} {self._choice(i, state)}" for i in active)
                lines.append(f"In {state!r}: {does}.")
        gone = ", ".join(
            f"{s} {100 * share:.3g} %" for s, share in self.long_run().items() if share > PLAYED
        )
        lines.append(f"Share of time in the long run: {gone}.")
        gain = at_most(self.certificate.gain)
        lines.append(f"Checked: nobody gains more than {gain} utils by another action.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        players = self.game.players
        rows = [
            (
                state,
                *(self._choice(i, state) for i in players),
                *(f"{float(self.values[i][state]):.4g}" for i in players),
            )
            for state in self.game.states
        ]
        head = ["state", *players, *(f"worth to {i}" for i in players)]
        kind = self.kind if self.precision is None else f"precision {float(self.precision):g}"
        return paragraph(f"Markov strategies ({kind}).") + table(head, rows)

    def _choice(self, player: str, state: str) -> str:
        played = [(a, float(p)) for a, p in self.strategy[player][state].items() if p > PLAYED]
        if len(played) == 1:
            return f"chooses {played[0][0]!r}"
        return "mixes " + ", ".join(f"{a!r} with probability {100 * p:.3g} %" for a, p in played)


@dataclass(frozen=True, eq=False)
class MarkovSet(Sequence[MarkovEquilibrium]):
    """Markov perfect equilibria of a stochastic game: the pure ones, then the logit limit.

    Where a precision was asked for it holds a point of the logit branch instead, which is a quantal
    response and not an equilibrium.

    Attributes
    ----------
    game : StochasticGame
    equilibria : tuple of MarkovEquilibrium
    complete : bool
        Whether these are known to be all equilibria. With more than one player mixed ones may
        exist besides, so that is seldom known; see `all_pure`.
    all_pure : bool
        Whether all pure equilibria are among them.
    status : str
        How the logit branch ended; empty if it was not followed.
    notes : tuple of str
        What a reader should know.
    selected : int or None
        The place of the limit of the logit branch, if that was reached.
    """

    game: StochasticGame
    equilibria: tuple[MarkovEquilibrium, ...] = field(repr=False)
    complete: bool
    all_pure: bool
    status: str = ""
    notes: tuple[str, ...] = ()
    selected: int | None = None
    concept: str = field(default="markov-perfect", repr=False)

    def __len__(self) -> int:
        return len(self.equilibria)

    def __eq__(self, other: object) -> bool:
        """Tell whether game, equilibria and what is known of them agree."""
        if not isinstance(other, MarkovSet):
            return NotImplemented
        return all(getattr(self, f.name) == getattr(other, f.name) for f in fields(self))

    def __hash__(self) -> int:
        return hash((self.game, len(self.equilibria), self.status, self.selected))

    @overload
    def __getitem__(self, index: int) -> MarkovEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[MarkovEquilibrium]: ...
    def __getitem__(self, index: int | slice) -> MarkovEquilibrium | Sequence[MarkovEquilibrium]:
        return self.equilibria[index]

    def bounds(self, states: str | Iterable[str], periods: int) -> tuple[float, float]:
        """Return the least and largest probability to enter states within so many ``periods``.

        Parameters
        ----------
        states : str or collection of str
        periods : int
            Transitions from the start, at least 0.

        Returns
        -------
        tuple of float
            Over the equilibria that were found.

        Raises
        ------
        GameError
            If nothing was found.
        """
        wanted = [states] if isinstance(states, str) else list(states)
        if not self.equilibria:
            raise GameError(f"no equilibrium was found, so there are no bounds; {self._why()}")
        found = [e.probability_within(wanted, periods) for e in self.equilibria]
        return min(found), max(found)

    def _why(self) -> str:
        return " ".join(self.notes) or "the game has no pure one; ask for method='logit' as well"

    def select(self, rule: str | Callable[[MarkovEquilibrium], Any] = "qre") -> MarkovEquilibrium:
        """Return one equilibrium, by a stated rule.

        Parameters
        ----------
        rule : str or callable
            ``"qre"``: the limit of the logit branch; ``"welfare"``: the largest sum of payoffs
            from the start; or a function of an equilibrium whose smallest value counts.

        Raises
        ------
        UnknownName
            For another rule.
        GameError
            If nothing was found, or the logit branch was not followed to its limit.
        """
        if isinstance(rule, str) and rule not in ("qre", "welfare"):
            raise suggest("rule", rule, ("qre", "welfare"))
        if not self.equilibria:
            raise GameError(f"no equilibrium was found; {self._why()}")
        if rule == "qre":
            if self.selected is None:
                state = self.status or "not followed: method='pure' leaves it out"
                raise GameError(f"the logit branch was {state}; choose another rule")
            return self.equilibria[self.selected]
        if rule == "welfare":
            return min(self.equilibria, key=lambda e: -sum(e.payoffs.values()))
        assert callable(rule)
        return min(self.equilibria, key=rule)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with one row per equilibrium.

        Columns: its kind, whether the logit branch selects it, what the players do in each state
        (with probabilities where they mix), payoffs from the start in utils, and the largest gain
        that the certificate finds.
        """
        import pandas as pd

        rows = []
        for n, e in enumerate(self.equilibria):
            row: dict[str, Any] = {"kind": e.kind, "selected": n == self.selected}
            for k, state in enumerate(self.game.states):
                if prod(map(len, self.game.actions[k])) > 1:
                    row[state] = ", ".join(_shown(e.strategy[i][state]) for i in self.game.players)
            row |= {f"payoff {i}": float(v) for i, v in e.payoffs.items()}
            row["gain"] = e.certificate.gain
            rows.append(row)
        return pd.DataFrame(rows)

    def explain(self) -> str:
        """Return all of them in plain sentences."""
        if self._precision is not None:
            return "\n".join([self._heading, *self.notes, *(e.explain() for e in self)])
        lines = [self._heading, *self.notes]
        for n, e in enumerate(self.equilibria):
            mark = ", selected by the logit branch" if n == self.selected else ""
            lines.append(f"\n{n + 1} ({e.kind}{mark})\n{e.explain()}")
        return "\n".join(lines)

    @property
    def _precision(self) -> float | None:
        """The precision, where the set holds a point of the logit branch at a finite one."""
        return self.equilibria[0].precision if self.equilibria else None

    @property
    def _heading(self) -> str:
        """What the set holds, in a sentence."""
        if self._precision is not None:
            return (
                f"A point of the logit branch at precision {float(self._precision):g} (a quantal "
                "response, not a Markov perfect equilibrium)."
            )
        whole = (
            "all" if self.complete else "all pure ones" if self.all_pure else "not known to be all"
        )
        found = "equilibrium" if len(self) == 1 else "equilibria"
        return f"{len(self)} Markov perfect {found} found ({whole})."

    def _repr_html_(self) -> str:
        shown: str = self.to_dataframe().to_html(index=False, float_format="{:.6g}".format)
        return paragraph(self._heading, *self.notes) + shown


def markov_perfect(
    game: StochasticGame,
    method: Method = "all",
    *,
    precision: float | None = None,
    exact: bool = False,
    max_policies: int = MAX_POLICIES,
    max_steps: int = MAX_STEPS,
    time_limit: float | None = None,
) -> MarkovSet:
    """Return Markov perfect equilibria of a stochastic game.

    Parameters
    ----------
    game : StochasticGame
        Parameters without a value take their defaults.
    method : str
        ``"pure"``: all pure equilibria, by enumeration in rational arithmetic. ``"logit"``: the
        limit of the logit branch from uniform play, which may be mixed. ``"all"``: both.
    precision : float, optional
        Return the point of the logit branch at this precision, in 1/utils, and nothing else. It
        is a quantal response, not a Markov perfect equilibrium.
    exact : bool
        Whether pure equilibria have rational values instead of floats.
    max_policies : int
        Size up to which pure equilibria are enumerated; see `pure_markov`.
    max_steps : int
        Largest number of points on the logit branch, at least 1.
    time_limit : float, optional
        Seconds after which the searches stop with what they have; None and 0 mean none. With both,
        the logit branch has what the pure equilibria leave of their half.

    Returns
    -------
    MarkovSet
        A search that was stopped, or a branch that could not be followed, is told in its `notes`
        and `status`, not raised.

    Raises
    ------
    UnknownName
        For another method.
    GameError
        If an option has no meaning.
    """
    _check_options(method, precision, {"max_policies": max_policies, "max_steps": max_steps})
    deadline = Deadline.within(time_limit)
    notes: list[str] = []
    if precision is not None:
        branch = logit_markov(game, precision=precision, max_steps=max_steps, deadline=deadline)
        notes.append(f"Logit branch: {branch.status}.")
        only: tuple[MarkovEquilibrium, ...] = ()
        if branch.status == "precision reached":
            only = (_of_logit(game, branch.points[-1], precision),)
        else:
            notes.append(f"The point at precision {float(precision):g} was not reached.")
        return MarkovSet(game, only, False, False, branch.status, tuple(notes))
    found: list[MarkovEquilibrium] = []
    all_pure, status, selected = False, "", None
    if method in ("all", "pure"):
        own = deadline.half if method == "all" else deadline
        search = pure_markov(game, max_policies=max_policies, deadline=own)
        all_pure = search.complete
        found = [_of_pure(game, solved, exact) for solved in search.found]
        if not all_pure:
            notes.append(f"Not all pure equilibria were searched: {search.progress}.")
    if method in ("all", "logit"):
        branch = logit_markov(game, max_steps=max_steps, deadline=deadline)
        status = branch.status
        end = branch.points[-1]
        if status != "converged":
            notes.append(
                f"Logit branch: {status}, precision {end.precision:.6g} per util, regret "
                f"{end.regret:.2g} utils."
            )
        else:
            limit = _of_logit(game, end, None)
            selected = next((n for n, e in enumerate(found) if _distance(e, limit) < SAME), None)
            if selected is None:
                selected = len(found)
                found.append(limit)
    complete = all_pure and _nothing_else(game, found)
    if not complete and all_pure:
        notes.insert(0, "All pure equilibria; mixed ones may exist besides.")
    return MarkovSet(game, tuple(found), complete, all_pure, status, tuple(notes), selected)


def markov_play(
    game: StochasticGame, strategy: Mapping[str, Mapping[str, Mapping[str, Probability]]]
) -> MarkovEquilibrium:
    """Return given Markov strategies with their values: what they lead to, and what they miss.

    Its `certificate` tells the largest gain that somebody leaves: at 0 it is an equilibrium.

    Parameters
    ----------
    game : StochasticGame
    strategy : mapping
        ``strategy[player][state][action]``: probabilities that sum to one.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> once = StochasticGame(("A",), ("s",), [("rest", "work")],
    ...     lambda s, p: [int(p == ("work",))], lambda s, p: "s", 0.5)
    >>> idle = markov_play(once, {"A": {"s": {"rest": 1, "work": 0}}})
    >>> idle.payoffs["A"], idle.certificate.gain
    (0.0, 1.0)
    """
    for i, player in enumerate(game.players):
        for k, state in enumerate(game.states):
            row = dict(strategy.get(player, {}).get(state, {}))
            total = sum(float(p) for p in row.values())
            if set(row) != set(game.actions[k][i]) or abs(total - 1) > SAME:
                raise GameError(
                    f"the strategy of {player!r} in state {state!r} is {row!r}; give a "
                    f"probability for each of {', '.join(game.actions[k][i])}, with sum 1"
                )
    worth = MarkovPlays.of(game, strategy).values[0]
    values = {
        player: dict(zip(game.states, worth[:, i].tolist(), strict=True))
        for i, player in enumerate(game.players)
    }
    return MarkovEquilibrium(game, strategy, values, "given")


def _check_options(method: str, precision: float | None, limits: Mapping[str, Any]) -> None:
    if method not in METHODS:
        raise suggest("method of concept 'markov-perfect'", method, METHODS)
    if precision is not None:
        need_number("precision", precision)
    if precision is not None and method == "pure":
        raise GameError("precision is for the logit branch; leave method='pure' out")
    for name, limit in limits.items():
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise GameError(f"{name} is {limit!r}; give a whole number of at least 1")


def _nothing_else(game: StochasticGame, found: Sequence[MarkovEquilibrium]) -> bool:
    """Return whether there can be no mixed equilibrium besides the only pure one.

    With at most one player who ever has a choice, every action that is used is a best one, so
    mixtures come with several pure equilibria.
    """
    movers = {i for row in game.actions for i, own in enumerate(row) if len(own) > 1}
    return len(movers) <= 1 and len(found) == 1


def _of_pure(game: StochasticGame, solved: Solved, exact: bool) -> MarkovEquilibrium:
    one, zero = (Fraction(1), Fraction(0)) if exact else (1.0, 0.0)
    strategy = {
        player: {
            state: {
                a: one if n == solved.policy[k][i] else zero
                for n, a in enumerate(game.actions[k][i])
            }
            for k, state in enumerate(game.states)
        }
        for i, player in enumerate(game.players)
    }
    values = {
        player: {
            state: solved.values[k][i] if exact else float(solved.values[k][i])
            for k, state in enumerate(game.states)
        }
        for i, player in enumerate(game.players)
    }
    return MarkovEquilibrium(game, strategy, values, "pure")


def _of_logit(game: StochasticGame, point: Any, precision: float | None) -> MarkovEquilibrium:
    strategy = {
        player: {
            state: dict(zip(game.actions[k][i], point.strategy[k][i].tolist(), strict=True))
            for k, state in enumerate(game.states)
        }
        for i, player in enumerate(game.players)
    }
    values = {
        player: dict(zip(game.states, point.values[:, i].tolist(), strict=True))
        for i, player in enumerate(game.players)
    }
    return MarkovEquilibrium(game, strategy, values, "logit", precision)


def _distance(one: MarkovEquilibrium, other: MarkovEquilibrium) -> float:
    """Return the largest difference between two strategy profiles."""
    game = one.game
    return max(
        abs(float(p) - float(other.strategy[i][s][a]))
        for i, s in product(game.players, game.states)
        for a, p in one.strategy[i][s].items()
    )


def _shown(behaviour: Mapping[str, Probability]) -> str:
    played = [(a, float(p)) for a, p in behaviour.items() if p > PLAYED]
    if len(played) == 1:
        return played[0][0]
    return "/".join(f"{a} {p:.4g}" for a, p in played)
