"""Bargaining in the shadow of war: whether a stake can be split.

Two sides, A and B, contest a stake of 1 that is made of n issues, so that A may come to hold 0,
1/n, ..., 1 of it and B the rest. War costs a side little or much, which it alone knows.

* With proposer A, A offers B a share, and B accepts or fights. With proposer B, A first announces
  a floor, a share of the grid; B offers A a share, and A accepts or fights. Both sides see every
  move.
* A share s is worth s - ideology (1 - s) to who holds it. A war is a lottery: A wins the whole
  stake with probability balance, B otherwise, and each pays its cost.
* If A settles for less than its floor, it pays the audience cost, one lump.
* An offer that is rejected is war: by *misperception* where some share of the grid was strictly
  better than war for both, at their true costs and with the floor that was announced, so that war
  comes of not knowing; otherwise *deliberate*. Where both costs are known there is no war by
  misperception, unless who is offered a share is exactly indifferent and rejects it.

With an audience cost of 0 a floor binds nobody, and is a mere word. Two words say all that two
types have to say, so that then only the floors 0 and 1 are in the tree (see `Bargaining.game`).

Where the talks are *mediated*, both sides tell a mediator their costs, in confidence. It proposes a
split by a rule that both know, and each accepts or fights; war unless both accept. That is a game
for communication equilibria.

The game and its default values are ours, after the fifth principle of Zhang Tuosheng (2021), to
divide hard disputes into smaller issues, and after James D. Fearon, "Rationalist Explanations for
War", International Organization 49(3), 1995; the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Literal

import sympy as sp

from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    as_choice,
    as_count,
    as_flag,
    check_fields,
    parameters,
    positive_shares,
    quantity,
)
from crisisgames.crises.sides import (
    SIDES,
    Types,
    disclosed,
    drawn_types,
    hidden_again,
    in_the_open,
    knowledge,
)
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    Node,
    Parameter,
    Record,
    Situation,
    end,
    move,
)

__all__ = ["Bargaining"]

LOW, HIGH = "low cost", "high cost"
COSTS = {LOW: "cost_low", HIGH: "cost_high"}
FLOOR, OFFER, ACCEPT, FIGHT = "floor ", "offer ", "accept", "fight"
TITLE = "Bargaining: can it be split?"


@dataclass(frozen=True)
class Bargaining(Parameterized):
    """Bargaining over a stake that is made of issues. Payoffs in utils; defaults are illustrations.

    Outcomes are ``war`` by cause, and ``settled`` with what A gets, as in ``settled:A gets 1/2``.

    Attributes
    ----------
    issues : int
        n, equal parts of the stake, at least 1.
    cost_low, cost_high
        What war costs each type.
    prob_low_a, prob_low_b
        Probability that war costs a side little, which only the side itself knows.
    balance
        Probability that A wins a war.
    ideology
        How much a share that is missing hurts beyond its worth: a share s is worth
        s - ideology (1 - s).
    proposer : str
        Who offers a share to the other, "A" or "B".
    audience_cost
        What it costs A to settle for less than the floor that it announced.
    announce : bool
        Whether A announces a floor before B makes its offer.
    disclosure_a, disclosure_b
        Probability that a side's type becomes common knowledge before the first move.
    mediated : bool
        Whether a mediator proposes the split. Then proposer, floor and audience cost do not matter.

    Examples
    --------
    >>> from crisisgames import Bargaining, solve
    >>> [solve(Bargaining(issues=n).game()).bounds("war") for n in (1, 3, 4)]
    [(1.0, 1.0), (0.5, 0.5), (0.25, 0.25)]
    """

    issues: int = 4
    cost_low: float = quantity(0.1, UTILS, "cost of war to the type that minds it less, utils")
    cost_high: float = quantity(0.3, UTILS, "cost of war to the type that minds it more, utils")
    prob_low_a: float = quantity(0.5, PROBABILITY, "probability that war costs A little")
    prob_low_b: float = quantity(0.5, PROBABILITY, "probability that war costs B little")
    balance: float = quantity(0.5, PROBABILITY, "probability that A wins a war")
    ideology: float = quantity(0.0, UTILS, "how much a missing share hurts beyond its worth")
    proposer: Literal["A", "B"] = "A"
    audience_cost: float = quantity(0.0, UTILS, "cost to A of settling below its floor, utils")
    announce: bool = True
    disclosure_a: float = quantity(0.0, PROBABILITY, "probability that A's type becomes known")
    disclosure_b: float = quantity(0.0, PROBABILITY, "probability that B's type becomes known")
    mediated: bool = False

    kind = "bargaining"

    def __post_init__(self) -> None:
        check_fields("Bargaining", self)
        object.__setattr__(self, "issues", as_count("Bargaining", "issues", self.issues))
        as_choice("Bargaining", "proposer", self.proposer, SIDES)
        for name in ("announce", "mediated"):
            object.__setattr__(self, name, as_flag("Bargaining", name, getattr(self, name)))

    @property
    def concept(self) -> str:  # type: ignore[override]  # decided by a field
        """What it is solved for: communication equilibria where the talks are mediated."""
        return "communication" if self.mediated else "sequential"

    @property
    def rule(self) -> str:  # type: ignore[override]
        """What selects one of them: a mediator proposes what leads to the least war."""
        return "least war" if self.mediated else "qre"

    @property
    def floors(self) -> tuple[Fraction, ...]:
        """The floors that A may announce; none where it announces nothing."""
        if self.proposer == "A" or not self.announce or self.mediated:
            return ()
        return self.shares if self.audience_cost else (Fraction(0), Fraction(1))

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """The shares of the stake that a side may get."""
        return tuple(Fraction(k, self.issues) for k in range(self.issues + 1))

    def game(self) -> ExtensiveFormGame | BayesianGame:
        """Return the game: players A and B, parameters at these values.

        What is switched off (a disclosure of probability 0, an audience cost of 0) is not in the
        tree, so it has no parameter there.

        Notes
        -----
        With an audience cost of 0 all floors lead to the same game, and which of them is announced
        is cheap talk. Take any sequential equilibrium with that talk. What B comes to believe of A
        after the floors that are used averages to the prior, a point on a line; so does what
        happens, which is linear in how often each of them is used. So every such equilibrium is a
        mixture of equilibria in which at most two of these floors are used, with the same replies.
        Conversely, more words that all copy one of the two add nothing. So two floors give the same
        outcomes and payoffs as n + 1.
        """
        if self.mediated:
            return _Mediation(self).game()
        return ExtensiveFormGame(BargainingTree(self).root(), SIDES, TITLE)

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the record where no type is disclosed and no floor announced."""
        plain = tuple(
            e for e in hidden_again(record) if not e.removeprefix("A: ").startswith(FLOOR)
        )
        return ((1.0, plain),)

    def instead(self, action: str) -> str:
        """Return the offer or floor that is next to one which the issues no longer allow.

        Of two that are equally near, the larger.
        """
        for kind in (OFFER, FLOOR):
            if action.startswith(kind):
                share = Fraction(action.removeprefix(kind))
                return f"{kind}{min(self.shares, key=lambda s: (abs(s - share), -s))}"
        return action

    @property
    def passive(self) -> tuple[str, ...]:
        """The floor that does not bind."""
        return (f"{FLOOR}0",)


Ending = tuple[str | Mapping[str, sp.Expr], tuple[sp.Expr, sp.Expr]]
"""An outcome, or shares of several, and the payoffs of A and B."""


class _Stakes:
    """What the ends of bargaining lead to, from the parameters of its values."""

    def __init__(
        self,
        crisis: Bargaining,
        prefix: str = "",
        shared: Mapping[str, Parameter] | None = None,
    ) -> None:
        self.crisis = crisis
        self.p = parameters(crisis, prefix, shared)
        # A condition on all shares takes long to make, and is the same at every offer.
        self.war = cache(self._war)

    def settled(self, share: Fraction, floor: Fraction = Fraction(0)) -> Ending:
        """Return what it is when A gets a share of the stake, and B the rest."""
        return _split(share), (self._worth_to_a(share, floor), self._worth(1 - share))

    def _war(self, types: Types, floor: Fraction = Fraction(0)) -> Ending:
        """Return what war between two types is, after A announced a floor."""
        p, loss = self.p["balance"], self.p["ideology"]
        cost_a, cost_b = (self.p[COSTS[kind]] for kind in types)
        fights = (p - (1 - p) * loss - cost_a, (1 - p) - p * loss - cost_b)
        better = (
            sp.And(*(sp.Gt(u, w) for u, w in zip(self.settled(s, floor)[1], fights, strict=True)))
            for s in self.crisis.shares
        )
        mistaken = sp.Or(*better)
        causes = {
            "war:misperception": sp.Piecewise((1, mistaken), (0, True)),
            "war:deliberate": sp.Piecewise((0, mistaken), (1, True)),
        }
        return positive_shares(causes), fights

    def _worth_to_a(self, share: Fraction, floor: Fraction) -> sp.Expr:
        binds = self.crisis.audience_cost and share < floor
        return self._worth(share) - (self.p["audience_cost"] if binds else 0)

    def _worth(self, share: Fraction) -> sp.Expr:
        part = sp.Rational(share)
        return part - self.p["ideology"] * (1 - part)

    def disclosures(self) -> tuple[sp.Expr, sp.Expr]:
        """Return the probability that the type of A, and of B, becomes known."""
        a, b = (
            self.p[f] if getattr(self.crisis, f) else sp.Integer(0)
            for f in ("disclosure_a", "disclosure_b")
        )
        return a, b

    def first_types(self) -> tuple[sp.Expr, sp.Expr]:
        """Return the probability that war costs A, and B, little."""
        return self.p["prob_low_a"], self.p["prob_low_b"]


class BargainingTree(_Stakes):
    """Builds the tree of bargaining without a mediator.

    Parameters
    ----------
    crisis : Bargaining
    prefix : str
        What the names of parameters start with.
    shared : mapping, optional
        By field, parameters that other parts have as well.
    """

    def root(self) -> Node:
        """Nature draws both types, and what becomes known of them."""
        known = self.disclosures()
        return drawn_types(
            (LOW, HIGH),
            self.first_types(),
            lambda types: disclosed(types, known, self.talks(types)),
        )

    def talks(self, types: Types) -> Node:
        """Return all that is said and done between two types."""
        floors = self.crisis.floors
        if not floors:
            return self.offers(types)
        return in_the_open("A", {f"{FLOOR}{f}": self.offers(types, f) for f in floors})

    def offers(self, types: Types, floor: Fraction = Fraction(0)) -> Node:
        """Let the proposer offer the other side a share, which it accepts or fights."""
        proposer = self.crisis.proposer
        other = SIDES[1 - SIDES.index(proposer)]
        fought = end(*self.war(types, floor))
        choices = {}
        for s in self.crisis.shares:
            accepted = end(*self.settled(s if other == "A" else 1 - s, floor))
            choices[f"{OFFER}{s}"] = move(other, {ACCEPT: accepted, FIGHT: fought})
        return in_the_open(proposer, choices)


class _Mediation(_Stakes):
    """Builds the game of two sides that talk to a mediator.

    Each says at the same time on which split it would settle, or fights; they settle if both say
    the same. So what a mediator tells both is a proposal, and to say anything else is to fight.
    """

    def game(self) -> BayesianGame:
        """Return the game, with what is known of the other side as a part of one's type."""
        drawn = self.situations()
        own = [tuple(dict.fromkeys(situation[i] for situation in drawn)) for i in (0, 1)]
        splits = {_split(s): s for s in self.crisis.shares}
        words = (*splits, FIGHT)

        def ending(situation: Situation, said: Sequence[str]) -> Ending:
            agreed = said[0] == said[1] != FIGHT
            return self.settled(splits[said[0]]) if agreed else self.war(drawn[situation][0])

        return BayesianGame(
            SIDES,
            (own[0], own[1]),
            (words, words),
            {situation: p for situation, (_, p) in drawn.items()},
            lambda situation, profile: ending(situation, profile)[1],  # type: ignore[arg-type]
            shares=lambda situation, profile: ending(situation, profile)[0],  # type: ignore[arg-type]
        )

    def situations(self) -> dict[Situation, tuple[Types, sp.Expr]]:
        """Return what each side may know, with the types behind it and its probability."""
        found: dict[Situation, tuple[Types, sp.Expr]] = {}
        for types in product(COSTS, COSTS):
            for known in product((True, False), (True, False)):
                probability = sp.Integer(1)
                for i in (0, 1):
                    first, seen = self.first_types()[i], self.disclosures()[i]
                    probability *= first if types[i] == LOW else 1 - first
                    probability *= seen if known[i] else 1 - seen
                if probability != 0:
                    found[knowledge(types, known)] = (types, probability)
        return found


def _split(share: Fraction) -> str:
    return f"settled:A gets {share}"
