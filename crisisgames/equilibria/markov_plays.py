"""Many Markov strategy profiles of one game at once: values, gains and where play ends up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.games.stochastic import StageNumbers, StochasticGame

if TYPE_CHECKING:
    from typing import Self

__all__ = ["MarkovPlays"]


@dataclass(frozen=True, eq=False)
class MarkovPlays:
    """Markov strategy profiles of a game, in floats.

    Attributes
    ----------
    game : StochasticGame
        At the values at which it is played.
    behaviour : tuple of ndarray
        For each player the probabilities of its actions, shape (profiles, actions), its actions
        numbered through all states in the game's order.

    Examples
    --------
    >>> from crisisgames.games.stochastic import StochasticGame
    >>> once = StochasticGame(("A",), ("s",), [("rest", "work")],
    ...     lambda s, p: [int(p == ("work",))], lambda s, p: "s", 0.5)
    >>> both = MarkovPlays(once, (np.array([[1.0, 0.0], [0.25, 0.75]]),))
    >>> both.values[:, 0, 0].tolist(), both.gains.tolist()
    ([0.0, 1.5], [1.0, 0.25])
    """

    game: StochasticGame
    behaviour: tuple[np.ndarray, ...]

    @classmethod
    def of(cls, game: StochasticGame, strategy: Mapping[str, Mapping[str, Any]]) -> Self:
        """Return the one profile that gives ``strategy[player][state][action]``."""
        rows = [
            [
                float(strategy[player][state][action])
                for state, own in zip(game.states, game.actions, strict=True)
                for action in own[i]
            ]
            for i, player in enumerate(game.players)
        ]
        return cls(game, tuple(np.array([row]) for row in rows))

    def strategy(self, n: int) -> dict[str, dict[str, dict[str, float]]]:
        """Return ``strategy[player][state][action]`` of one profile."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        for i, player in enumerate(self.game.players):
            own = found[player] = {state: {} for state in self.game.states}
            for (s, action), chance in zip(self._actions(i), self.behaviour[i][n], strict=True):
                own[self.game.states[s]][action] = float(chance)
        return found

    @cached_property
    def values(self) -> np.ndarray:
        """Discounted utils, shape (profiles, states, players)."""
        numbers, weights = self._numbers, self._weights
        utils = self._by_state(weights[..., None] * numbers.payoffs)
        one = np.eye(len(self.game.states))
        columns = [
            np.linalg.solve(one - d * self.transitions, utils[..., i, None])
            for i, d in enumerate(numbers.discounts)
        ]
        return np.concatenate(columns, axis=-1)

    @cached_property
    def transitions(self) -> np.ndarray:
        """Probability of the next state, the last axis, from each: (profiles, states, states)."""
        return self._by_state(self._weights[..., None] * self._numbers.transitions)

    @cached_property
    def gains(self) -> np.ndarray:
        """Most that a player gains by another action in one period, in any state, by profile."""
        numbers = self._numbers
        found = np.zeros(len(self._weights))
        for i, columns in enumerate(self._columns):
            later = numbers.transitions @ self.values[..., i, None]
            worth = numbers.payoffs[:, i] + numbers.discounts[i] * later[..., 0]
            others = self._chances([j for j in range(len(self._columns)) if j != i])
            belongs = np.eye(self.behaviour[i].shape[1])[columns]  # cells by actions
            states = np.repeat(
                np.arange(len(self.game.states)), [len(own[i]) for own in self.game.actions]
            )
            gain = (others * worth) @ belongs - self.values[:, states, i]
            found = np.maximum(found, gain.max(axis=-1))
        return found

    def probabilities_within(self, states: Iterable[str], periods: int) -> np.ndarray:
        """Return the probability to enter some states within so many periods, from each state.

        Shape (profiles, states).
        """
        goal = np.isin(self.game.states, list(states))
        reached = np.broadcast_to(goal.astype(float), (len(self._weights), len(goal)))
        for _ in range(periods):
            onward = (self.transitions @ reached[..., None])[..., 0]
            reached = np.where(goal, 1.0, onward)
        return np.asarray(np.minimum(reached, 1.0))

    @cached_property
    def _numbers(self) -> StageNumbers:
        return self.game.floats()

    @cached_property
    def _columns(self) -> list[np.ndarray]:
        """For each player, the number of the action that it takes in each cell."""
        places = [
            {key: n for n, key in enumerate(self._actions(i))}
            for i in range(len(self.game.players))
        ]
        return [
            np.array([own[s, profile[i]] for s, profile in self.game.cells])
            for i, own in enumerate(places)
        ]

    def _actions(self, i: int) -> list[tuple[int, str]]:
        return [(s, a) for s, own in enumerate(self.game.actions) for a in own[i]]

    @cached_property
    def _weights(self) -> np.ndarray:
        """Probability of each cell given its state, shape (profiles, cells)."""
        return self._chances(range(len(self._columns)))

    def _chances(self, players: Sequence[int]) -> np.ndarray:
        """Return the probability of what these players do in each cell."""
        found = np.ones((len(self.behaviour[0]), len(self.game.cells)))
        for i in players:
            found *= self.behaviour[i][:, self._columns[i]]
        return found

    def _by_state(self, values: np.ndarray) -> np.ndarray:
        """Return sums over the cells of each state, which are the second axis."""
        states = np.array([s for s, _ in self.game.cells])
        return np.add.reduceat(values, np.searchsorted(states, range(len(self.game.states))), 1)
