"""One equilibrium: who does what, what they believe, what comes of it, and its certificate."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from crisisgames.equilibria.outcomes import Question, matching
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.markup import paragraph, table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ANY", "Behaviour", "Beliefs", "Certificate", "Equilibrium", "Strategy", "Trembles"]

ANY: Literal["any"] = "any"
"""The prescription where neither player's deviations lead: whatever is a best reply will do."""

Probability = float | Fraction
Behaviour = Mapping[str, Probability] | Literal["any"]
Strategy = Mapping[str, Mapping[Record, Behaviour]]
"""For each player and record, the probability of each action, or ``"any"``."""

Beliefs = Mapping[str, Mapping[Record, Mapping[str, Probability]]]
"""For each player and record, the probability of each history that may have led there."""

Trembles = Mapping[str, tuple[Mapping[tuple[Record, str], Probability], ...]]
"""For each player, from the likeliest level to the rarest, the weight of each action it takes.

The keys are (record, action); the weight is that of all own choices up to and with the action.
"""


@dataclass(frozen=True)
class Certificate:
    """What anyone can check about an equilibrium; see `verify`.

    Attributes
    ----------
    gain : float
        Largest gain, in utils, from any other action at any information set, given the beliefs; in
        the sense of Nash, what the best reply gains.
    bayes_error : float
        Largest difference between a belief on the path of play and Bayes' rule.
    consistency_error : float
        Largest difference between a strategy or belief and the limit of the stated trembles;
        nan where none are stated and the concept asks for none.
    outcome_error : float
        Largest difference between a stated and the recomputed outcome probability or payoff.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> solve(Incident().game())[0].certificate.worst < 1e-12
    True
    """

    gain: float
    bayes_error: float
    consistency_error: float
    outcome_error: float

    @property
    def worst(self) -> float:
        """The largest of the four, leaving out what does not apply."""
        rest = 0.0 if isnan(self.consistency_error) else self.consistency_error
        return max(self.gain, self.bayes_error, rest, self.outcome_error)


@dataclass(frozen=True, repr=False)
class Equilibrium:
    """An equilibrium of a game.

    Attributes
    ----------
    game : ExtensiveFormGame
        The game at the values at which it was solved.
    strategy : mapping
        ``strategy[player][record][action]`` is a probability; ``strategy[player][record]`` is
        ``"any"`` where neither player's deviations lead and any best reply will do.
    beliefs : mapping
        ``beliefs[player][record][history]`` is a probability; records without beliefs are left out.
    payoffs : mapping
        Expected utils of each player.
    outcomes : mapping
        Probability of each outcome; see also `probability`.
    trembles : mapping
        The levels that make beliefs off the path consistent, likeliest first.
    concept : str
        What it is an equilibrium in the sense of.
    """

    game: ExtensiveFormGame
    strategy: Strategy
    beliefs: Beliefs
    payoffs: Mapping[str, Probability]
    outcomes: Mapping[Hashable, Probability]
    trembles: Trembles = field(default_factory=dict, repr=False)
    concept: str = "sequential"

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate, recomputed from the game and the assessment alone."""
        from crisisgames.equilibria.verify import verify

        return verify(self.game, self)

    def probability(self, outcome: Question) -> Probability:
        """Return the probability of an outcome, of all its causes, or of a collection of outcomes.

        Examples
        --------
        >>> from crisisgames import Incident, solve
        >>> round(solve(Incident().game())[0].probability("war"), 7)
        0.0119686
        """
        return sum((self.outcomes[o] for o in matching(outcome, tuple(self.outcomes))), 0)

    def __repr__(self) -> str:
        likely = {_name(o): p for o, p in self.outcomes.items() if p}
        return (
            f"<{type(self).__name__} ({self.concept}): payoffs {_listed(self.payoffs)}; "
            f"outcomes {_listed(likely)}>"
        )

    def __str__(self) -> str:
        return self.explain()

    def explain(self) -> str:
        """Return the equilibrium in plain sentences."""
        from crisisgames.equilibria.explain import explain

        return explain(self)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the game tree with the equilibrium laid over it; see `ExtensiveFormGame.plot`.

        The tables and the textbook's picture of other games are drawn by their own ``plot``, which
        takes an equilibrium.
        """
        from crisisgames.plots.drawings import plot_game

        return plot_game(self.game, self, ax, **options)

    def _repr_html_(self) -> str:
        rows = []
        for info in self.game.information_sets:
            behaviour = self.strategy[info.player][info.record]
            does = behaviour if behaviour == ANY else _listed(behaviour)
            held = self.beliefs.get(info.player, {}).get(info.record, {})
            rows.append((info.player, info.label, does, _listed(held) if len(held) > 1 else ""))
        likely = {_name(o): p for o, p in self.outcomes.items() if p}
        return (
            paragraph(f"{self.concept} equilibrium of {self.game!r}.")
            + table(("player", "knows", "does", "believes"), rows)
            + paragraph(f"Outcomes: {_listed(likely)}. Payoffs: {_listed(self.payoffs)}.")
        )


def _listed(numbers: Mapping[str, Probability]) -> str:
    return ", ".join(f"{name} {float(p):.4g}" for name, p in numbers.items())


def _name(outcome: Hashable) -> str:
    return outcome if isinstance(outcome, str) else ", ".join(map(str, outcome))  # type: ignore[call-overload]
