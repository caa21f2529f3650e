"""Two strategies of a repeated game as arrays, and the Markov chain that they make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.errors import GameError
from crisisgames.games.automata import Automaton
from crisisgames.games.chains import discounted_shares, long_run_shares
from crisisgames.games.compiled import SUM_TOLERANCE
from crisisgames.games.matches import Value

__all__ = ["AutomatonNumbers", "Evaluate", "Play", "StageNoise"]


@dataclass(frozen=True, eq=False)
class StageNoise:
    """The numbers of a repeated game; rows of noise are what is meant, columns what comes of it.

    Attributes
    ----------
    payoffs : ndarray
        Shape (actions, actions, 2).
    done : tuple of ndarray
        For each player the probability of each action carried out, given the one intended.
    seen : tuple of ndarray
        For each player the probability of each action of the other seen, given the one carried out.
    discount : number or None
    """

    payoffs: np.ndarray
    done: tuple[np.ndarray, np.ndarray]
    seen: tuple[np.ndarray, np.ndarray]
    discount: Value


@dataclass(frozen=True, eq=False)
class AutomatonNumbers:
    """A strategy's probabilities as arrays.

    Attributes
    ----------
    intends : ndarray
        Shape (states, actions).
    moves : ndarray
        Shape (states, own actions, actions seen, states).
    start : ndarray
        Shape (states,).
    """

    intends: np.ndarray
    moves: np.ndarray
    start: np.ndarray


@dataclass(frozen=True, eq=False)
class Evaluate:
    """From expressions to numbers of one kind, and from results to what is shown."""

    number: Any
    shown: Any
    dtype: Any
    symbolic: bool = False

    def __call__(self, expression: sp.Expr) -> Any:
        """Return the number of an expression."""
        return self.number(expression)

    def kind(self, value: Any) -> Any:
        """Return a number in the arithmetic of the arrays."""
        return float(value) if self.dtype is float else value

    def array(self, expressions: Sequence[sp.Expr]) -> np.ndarray:
        """Return a flat array of numbers."""
        flat = np.empty(len(expressions), dtype=self.dtype)
        flat[:] = [self.kind(self(e)) for e in expressions]
        return flat

    def noise(self, noise: Any, size: int) -> np.ndarray:
        """Return the probabilities of what comes of each action that was meant."""
        zero = noise * 0
        rows = [
            [
                (1 - noise if i == j else noise / (size - 1)) if size > 1 else zero + 1
                for j in range(size)
            ]
            for i in range(size)
        ]
        table = np.empty((size, size), dtype=self.dtype)
        for i, row in enumerate(rows):
            table[i] = [self.kind(v) for v in row]
        return table

    def of(self, automaton: Automaton) -> AutomatonNumbers:
        """Return a strategy as arrays."""
        n, own, rival = map(len, (automaton.states, automaton.actions, automaton.rival_actions))
        flat = self.array(automaton.expressions)
        intends, moves, start = np.split(flat, [n * own, n * own + n * own * rival * n])
        found = AutomatonNumbers(intends.reshape(n, own), moves.reshape(n, own, rival, n), start)
        if not self.symbolic:
            for rows in (found.intends, found.moves, found.start):
                sums = rows.sum(axis=-1)
                if np.any(rows < 0) or np.any(abs(sums - 1) > SUM_TOLERANCE):
                    raise GameError(
                        f"the strategy {automaton.name!r} has probabilities {rows.tolist()} at the "
                        "values of its parameters; they must be 0 or more and sum to 1"
                    )
        return found


class Play:
    """The joint chain of two strategies: pairs of states, the second strategy's fastest.

    Attributes
    ----------
    chain : ndarray
        Transition probabilities.
    profiles : ndarray
        Probability of each profile carried out, by pair of states.
    both_first : ndarray
        The part of `chain` in which both carried out their first action.
    """

    def __init__(self, numbers: StageNoise, one: AutomatonNumbers, two: AutomatonNumbers) -> None:
        self.one, self.two, self.discount = one, two, numbers.discount
        did = [s.intends @ noise for s, noise in zip((one, two), numbers.done, strict=True)]
        # Next state of each, given both actions carried out: [state, own, other's, next].
        after = [
            np.einsum("bc,socn->sobn", noise, s.moves)
            for s, noise in zip((one, two), numbers.seen, strict=True)
        ]
        sizes = numbers.payoffs.shape[:2]
        self.zero = numbers.payoffs.flat[0] * 0
        parts, columns = [], []
        for a, b in product(*map(range, sizes)):
            first = did[0][:, a, None] * after[0][:, a, b]
            second = did[1][:, b, None] * after[1][:, b, a]
            parts.append(np.kron(first, second))
            columns.append(np.kron(did[0][:, a], did[1][:, b]))
        self.chain = sum(parts[1:], parts[0])
        self.both_first = parts[0]
        self.profiles = np.stack(columns, axis=1)
        self.start = np.kron(one.start, two.start)
        self.payoffs = numbers.payoffs.reshape(-1, 2)

    def weights(self) -> np.ndarray:
        """Return the share of rounds, discounted where the game is, in each pair of states."""
        if self.discount is None:
            return long_run_shares(self.chain, self.start)
        return discounted_shares(self.chain, self.start, self.discount)
