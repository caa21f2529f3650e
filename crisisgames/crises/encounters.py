"""Encounters: forces that meet again and again, and answer what they believe they saw.

Two forces, A and B, meet in every round without end, at sea or in the air, and each restrains
itself or presses. It is a prisoner's dilemma: who presses while the other restrains itself gets
temptation, the other sucker; both restrained get reward each, both pressing punishment.

Two things go wrong, each for itself and in every round:

* *Perception*: what the other did is misread with probability (1 - clarity)/2. Nobody notices.
* *Implementation*: a force does other than what is meant with probability (1 - control)/2. Its own
  side notices.

The strategies are given, not solved for. Each is a classic one by name (see
`crisisgames.STRATEGIES`), a `MemoryOne` or an `Automaton` with finitely many states, whose actions
are ``restrain`` and ``press``. What they come to in the long run is exact: the share of rounds in
which both restrain themselves, one presses, or both do. `Encounters.recovery` tells how long one
misreading keeps both pressing, and `Encounters.best_reply` what else would pay.

Clarity and control are not the same. A force that is contrite about its own slips (Wu and Axelrod
1995) repairs the lack of control, and does nothing about misreadings, which it knows nothing of.
Tit for tat against itself comes to the same however little goes wrong: one of the two presses in
half of all rounds, and both do in a quarter. The situation is that of close encounters in Zhang
Tuosheng (2021), and the game that of Molander (1985); clarity and control are ours, and the default
values are illustrations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from crisisgames.crises.crisis import Given, Parameterized
from crisisgames.crises.fields import PROBABILITY, check_fields, parameters, quantity
from crisisgames.equilibria import BestReply, best_reply
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import Automaton, Match, MemoryOne, Recovery, RepeatedGame

__all__ = ["Encounters", "Strategies"]

PLAYERS = ("A", "B")
ACTIONS = ("restrain", "press")
ANY = (float("-inf"), float("inf"))
PAYOFFS = ("temptation", "reward", "punishment", "sucker")
NOTE = "Strategies are given, not solved for; probabilities are shares of rounds in the long run."
BOTH_PRESS, ONE_PRESSES, BOTH_RESTRAIN = "both press", "one presses", "both restrain"


@dataclass(frozen=True)
class Strategies:
    """What two forces do in encounters.

    Attributes
    ----------
    a, b : str, MemoryOne or Automaton
        The strategies of the two.
    """

    a: str | MemoryOne | Automaton
    b: str | MemoryOne | Automaton

    def explain(self) -> str:
        """Return the two strategies in a sentence each."""
        return "\n".join(f"{p} plays {_named(s)}." for p, s in zip(PLAYERS, self._own, strict=True))

    @property
    def _own(self) -> tuple[Any, Any]:
        return self.a, self.b


def _named(strategy: Any) -> str:
    if isinstance(strategy, str):
        return strategy.replace("-", " ")
    if strategy.name:
        return str(strategy.name)
    if isinstance(strategy, MemoryOne):
        rates = ", ".join(f"{n} {getattr(strategy, n)}" for n in ("cc", "cd", "dc", "dd"))
        return f"a strategy that restrains itself after {rates}"
    return f"a strategy with {len(strategy.states)} states"


@dataclass(frozen=True)
class Encounters(Parameterized):
    """Repeated encounters of two forces. Payoffs in utils per round; defaults are illustrations.

    Outcomes are shares of rounds in the long run: ``both press``, ``one presses`` and
    ``both restrain``. Comparisons are about the share in which both press.

    Attributes
    ----------
    strategy_a, strategy_b : str, MemoryOne or Automaton
        What A and B do.
    temptation, reward, punishment, sucker
        What it pays, in utils per round, to press alone, that both restrain themselves, that both
        press, and to restrain oneself alone; in this order from the largest to the smallest.
    clarity
        How well each sees what the other did: it is misread with probability (1 - clarity)/2.
        Above 0, at most 1.
    control
        How well each does what it means: it does other with probability (1 - control)/2. Above 0,
        at most 1, and not 1 together with clarity.

    Examples
    --------
    >>> from crisisgames import Encounters
    >>> generous = Encounters("generous", "generous")
    >>> {o: round(share, 4) for o, share in generous.outcomes().items()}
    {'both press': 0.0107, 'one presses': 0.1857, 'both restrain': 0.8036}
    >>> {o: round(share, 4) for o, share in Encounters().outcomes().items()}
    {'both press': 0.25, 'one presses': 0.5, 'both restrain': 0.25}
    """

    strategy_a: str | MemoryOne | Automaton = "tit-for-tat"
    strategy_b: str | MemoryOne | Automaton = "tit-for-tat"
    temptation: float = quantity(5.0, ANY, "payoff of who presses alone, utils per round")
    reward: float = quantity(3.0, ANY, "payoff of each if both restrain, utils per round")
    punishment: float = quantity(1.0, ANY, "payoff of each if both press, utils per round")
    sucker: float = quantity(0.0, ANY, "payoff of who restrains alone, utils per round")
    clarity: float = quantity(0.9, PROBABILITY, "how well each sees what the other did")
    control: float = quantity(0.98, PROBABILITY, "how well each does what it means")

    kind = "encounters"
    concept: ClassVar[str] = "given play"
    rule: ClassVar[str] = "least war"

    def __post_init__(self) -> None:
        check_fields("Encounters", self)
        for name in ("clarity", "control"):
            if not getattr(self, name):
                raise GameError(
                    f"Encounters: {name} is 0, at which chance decides all; give a number above 0, "
                    "at most 1"
                )
        if self.clarity == 1 and self.control == 1:
            raise GameError(
                "Encounters: clarity and control are both 1, so that nothing ever goes wrong and "
                "the start decides all; set one of them below 1"
            )
        pays = [getattr(self, name) for name in PAYOFFS]
        if not pays[0] > pays[1] > pays[2] > pays[3]:
            told = ", ".join(f"{n} {v:g}" for n, v in zip(PAYOFFS, pays, strict=True))
            raise GameError(
                f"Encounters: payoffs are {told}; in a prisoner's dilemma each is larger than the "
                "next"
            )
        game = self.game()
        for player, given in zip(PLAYERS, self._strategies.values(), strict=True):
            game.strategy(given, player)

    @property
    def players(self) -> tuple[str, ...]:
        """The two forces."""
        return PLAYERS

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values; strategies of one's own in words."""
        own = {n: _named(s) for n, s in self._strategies.items() if not isinstance(s, str)}
        return {**super().parameters(), **own}

    @property
    def _strategies(self) -> dict[str, Any]:
        return {"strategy_a": self.strategy_a, "strategy_b": self.strategy_b}

    @property
    def strategies(self) -> Strategies:
        """What the two forces do."""
        return Strategies(self.strategy_a, self.strategy_b)

    def game(self) -> RepeatedGame:
        """Return the game: players A and B, parameters at these values."""
        p = parameters(self)
        return RepeatedGame.dilemma(
            *(p[name] for name in PAYOFFS),
            players=PLAYERS,
            actions=ACTIONS,
            perception_noise=(1 - p["clarity"]) / 2,
            implementation_noise=(1 - p["control"]) / 2,
        )

    def solve(self, concept: str | None = None, **options: Any) -> Given:
        """Return the given strategies: nothing is solved for.

        Raises
        ------
        NotApplicable
            For another concept.
        """
        if concept not in (None, self.concept):
            raise NotApplicable(
                f"encounters are between given strategies, so that {concept!r} means nothing; "
                "leave the concept out, or see best_reply"
            )
        return Given((self.strategies,), (NOTE,), self.concept)

    def match(self, play: Strategies | None = None, *, exact: bool = False) -> Match:
        """Return what strategies come to, by default the crisis's own; see `RepeatedGame.match`.

        Examples
        --------
        >>> print(Encounters().match().explain())
        Utils per round: A 2.25, B 2.25.
        Share of rounds: restrain, restrain 25 %; restrain, press 25 %; press, restrain 25 %;
        press, press 25 %.
        """
        play = self.strategies if play is None else play
        return self.game().match(play.a, play.b, exact=exact)

    def recovery(self, misreader: str = "A", *, exact: bool = False) -> Recovery:
        """Return how long one misreading keeps both from restraint; see `RepeatedGame.recovery`.

        Parameters
        ----------
        misreader : str
            Who takes restraint for pressing, "A" or "B".
        exact : bool
            Whether the numbers of rounds are rationals.

        Examples
        --------
        >>> found = Encounters("generous", "generous").recovery()
        >>> round(found.rounds, 2), round(found.both_defect, 2)
        (1.94, 0.09)
        """
        return self.game().recovery(self.strategy_a, self.strategy_b, misreader, exact=exact)

    def best_reply(self, player: str = "A", **options: Any) -> BestReply:
        """Return the best that a force can do against the other's strategy; see `best_reply`.

        Parameters
        ----------
        player : str
            Who replies, "A" or "B".
        **options
            ``among=``, ``exact=``, ``time_limit=``, as in `crisisgames.best_reply`.

        Examples
        --------
        >>> Encounters().best_reply().choices
        ({'trusting': 'restrain', 'answering': 'restrain'},)
        """
        game = self.game()
        rivals = {"A": self.strategy_b, "B": self.strategy_a}
        return best_reply(game, rivals.get(player, self.strategy_b), player, **options)

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes that there are, the worst first."""
        return (BOTH_PRESS, ONE_PRESSES, BOTH_RESTRAIN)

    def outcomes(self, play: Strategies | None = None) -> dict[str, float]:
        """Return the long-run share of rounds of each outcome, by default of the own strategies."""
        found = self.match(play)
        return {
            BOTH_PRESS: found.both_defect,
            ONE_PRESSES: found.one_defects,
            BOTH_RESTRAIN: found.both_cooperate,
        }

    def payoffs(self, play: Strategies | None = None) -> dict[str, float]:
        """Return the utils per round of each force, by default with the own strategies."""
        return dict(self.match(play).payoffs)

    def held(self, play: Strategies) -> Strategies:
        """Return the same strategies."""
        return play
