"""A ladder of escalation: how far the two sides climb.

Two sides, each resolute or irresolute, own type private, move in turn, A first, and see all moves.
On a ladder of K rungs the mover at rung k = 0, ..., K - 1 concedes or climbs; at the top, rung K,
the mover concedes or fights. With an ultimatum, the mover at a rung up to K - 2 may also jump: the
other side then concedes or fights.

* Each climb slips into disaster with the hazard 1 - (1 - risk)^(1/K), so that the whole ladder
  carries the risk whatever its pace; a jump carries at once all the risk that is left. A slip is
  war, *inadvertent*.
* A concession at rung 0 leaves the status quo, which B holds. A later one is understood, unless it
  is missed with probability (1 - clarity) times the hazard of one climb, or of the jump that it
  answers: war by *misperception*. Understood, it gives the stake to the other side, and the
  conceder pays the audience cost times the share of its possible climbs that it has made; A can
  climb K/2 times, rounded up, B K/2 times, rounded down, counted as at least 1.
* A fight is war, *deliberate*: A wins with probability balance, and each pays its type's cost.
* In disaster each loses `disaster`, and nobody has the stake. Otherwise who has it gets 1, and who
  has not gets -ideology.

Slow and fast escalation are compared at one risk. Who has the last word alternates with the parity
of the number of rungs: compare pace at fixed parity, and report both. The game and its default
values are ours, after the pace, restraint and interest principles of Zhang Tuosheng (2021); the
values are illustrations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sympy as sp

from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    as_count,
    as_flag,
    check_fields,
    parameters,
    positive_shares,
    quantity,
)
from crisisgames.crises.sides import SIDES, Types, disclosed, drawn_types, hidden_again, in_the_open
from crisisgames.games import (
    ExtensiveFormGame,
    Node,
    Parameter,
    Record,
    add_payoffs,
    chance,
    end,
)

__all__ = ["Ladder"]

RESOLUTE, IRRESOLUTE = "resolute", "irresolute"


@dataclass(frozen=True)
class Ladder(Parameterized):
    """A ladder of escalation. Payoffs in utils; defaults are illustrations.

    Attributes
    ----------
    rungs : int
        K, climbs from the bottom to the top, at least 1.
    prob_resolute_a, prob_resolute_b
        Probability that a side is resolute, which only the side itself knows.
    cost_resolute, cost_irresolute
        What a fight costs each type.
    disaster
        What both lose when a climb slips or a concession is not understood.
    risk
        Probability that the whole ladder, climbed to the top, slips into disaster; each climb
        carries an equal part of it.
    audience_cost, privacy
        What conceding costs at home after all of one's climbs, in proportion to those made, and the
        share of it that privacy takes away.
    ideology
        How much losing the stake hurts beyond its worth: a share s of it is worth
        s - ideology (1 - s).
    balance
        Probability that A wins a fight.
    clarity
        How well concessions are understood: at 1 always, at 0 as badly as a climb is dangerous.
    ultimatum : bool
        Whether the mover may jump: all remaining risk at once, and the other side concedes or
        fights.
    disclosure_a, disclosure_b
        Probability that a side's type becomes common knowledge before the first move.

    Examples
    --------
    >>> from crisisgames import Ladder, solve
    >>> equilibria = solve(Ladder(rungs=2).game())
    >>> [round(p, 5) for p in equilibria.bounds("war")]
    [0.0, 0.28368]
    """

    rungs: int = 3
    prob_resolute_a: float = quantity(0.5, PROBABILITY, "probability that A is resolute")
    prob_resolute_b: float = quantity(0.5, PROBABILITY, "probability that B is resolute")
    cost_resolute: float = quantity(0.3, UTILS, "cost of a fight to the resolute, utils")
    cost_irresolute: float = quantity(1.2, UTILS, "cost of a fight to the irresolute, utils")
    disaster: float = quantity(1.5, UTILS, "loss from disaster to each, utils")
    risk: float = quantity(0.3, PROBABILITY, "probability of disaster on the whole ladder")
    audience_cost: float = quantity(0.4, UTILS, "cost of conceding after all own climbs, utils")
    ideology: float = quantity(0.0, UTILS, "how much losing hurts beyond the stake")
    balance: float = quantity(0.5, PROBABILITY, "probability that A wins a fight")
    clarity: float = quantity(1.0, PROBABILITY, "how well concessions are understood")
    ultimatum: bool = False
    disclosure_a: float = quantity(0.0, PROBABILITY, "probability that A's type becomes known")
    disclosure_b: float = quantity(0.0, PROBABILITY, "probability that B's type becomes known")
    privacy: float = quantity(0.0, PROBABILITY, "share of the audience cost taken away")

    kind = "ladder"

    def __post_init__(self) -> None:
        check_fields("Ladder", self)
        object.__setattr__(self, "rungs", as_count("Ladder", "rungs", self.rungs))
        object.__setattr__(self, "ultimatum", as_flag("Ladder", "ultimatum", self.ultimatum))

    def game(self) -> ExtensiveFormGame:
        """Return the game: players A and B, parameters at these values.

        What is switched off (a risk of 0, a disclosure of probability 0) is not in the tree, so it
        has no parameter there; nor has a clarity of 1.
        """
        root = LadderTree(self).root()
        return ExtensiveFormGame(root, SIDES, "Ladder: how far will they climb?")

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the record without what a disclosure told: what it is where no type is known."""
        return ((1.0, hidden_again(record)),)

    def instead(self, action: str) -> str:
        """Return what is done in place of an action that is no longer offered.

        Who would have jumped climbs. Where rungs are put in, who would have fought goes on
        climbing; where they are taken away, who would have climbed fights.
        """
        return {"jump": "climb", "fight": "climb", "climb": "fight"}.get(action, action)

    @property
    def passive(self) -> tuple[str, ...]:
        """The actions where nothing was decided before: who came so far goes on, to the end."""
        return ("climb", "fight")


class LadderTree:
    """Builds the tree of a ladder from the parameters of its values.

    Parameters
    ----------
    crisis : Ladder
    prefix : str
        What the names of parameters start with.
    shared : mapping, optional
        By field, parameters that other parts have as well.
    conceded : callable, optional
        What follows after a concession that was understood, given who came down (0 for A, 1 for B)
        and both types, with payoffs to A and B. It takes the place of the other side getting the
        whole stake; the audience cost is paid.
    """

    def __init__(
        self,
        crisis: Ladder,
        prefix: str = "",
        shared: Mapping[str, Parameter] | None = None,
        conceded: Callable[[int, Types], Node] | None = None,
    ) -> None:
        self.crisis = crisis
        self.after_concession = conceded
        self.p = parameters(crisis, prefix, shared)
        self.top = crisis.rungs
        # A moves at the even rungs below the top, B at the odd ones.
        self.climbs = (max(1, (self.top + 1) // 2), max(1, self.top // 2))
        self.win, self.lose = sp.Integer(1), -self.p["ideology"]

    def root(self) -> Node:
        """Nature draws both types, and what becomes known of them."""
        p = self.p
        known = [
            p[f] if getattr(self.crisis, f) else sp.Integer(0)
            for f in ("disclosure_a", "disclosure_b")
        ]
        return drawn_types(
            (RESOLUTE, IRRESOLUTE),
            (p["prob_resolute_a"], p["prob_resolute_b"]),
            lambda types: disclosed(types, known, self.bottom(types)),
        )

    def bottom(self, types: Types) -> Node:
        """Return the whole ladder, built from the top down."""
        mover = self.top % 2
        node = self.last_word(mover, types, self.own_climbs(mover, self.top), self.hazard(1))
        for k in reversed(range(self.top)):
            node = self.rung(k, types, node)
        return node

    def rung(self, k: int, types: Types, above: Node) -> Node:
        """At a rung below the top the mover concedes, climbs or jumps."""
        mover = k % 2
        climb = self.risked(self.hazard(1), above, "climb")
        choices = {"concede": self.concession(mover, types, k), "climb": climb}
        if self.crisis.ultimatum and k <= self.top - 2:
            choices["jump"] = self.jump(k, types)
        return in_the_open(SIDES[mover], choices)

    def jump(self, k: int, types: Types) -> Node:
        """All the remaining risk at once; then the other side concedes or fights."""
        hazard, other = self.hazard(self.top - k), 1 - k % 2
        after = self.last_word(other, types, self.own_climbs(other, k), hazard)
        return self.risked(hazard, after, "jump")

    def risked(self, hazard: sp.Expr, after: Node, what: str) -> Node:
        if not self.crisis.risk:
            return after
        loss = -self.p["disaster"]
        slip = end("war:inadvertent", (loss, loss))
        return chance({f"{what} slips": (hazard, slip), f"{what} holds": (1 - hazard, after)})

    def last_word(self, mover: int, types: Types, climbs: int, hazard: sp.Expr) -> Node:
        choices = {
            "concede": self.conceded(mover, types, climbs, hazard),
            "fight": self.fight(types),
        }
        return in_the_open(SIDES[mover], choices)

    def concession(self, mover: int, types: Types, k: int) -> Node:
        if k == 0:
            return end("status quo", (self.lose, self.win))
        return self.conceded(mover, types, self.own_climbs(mover, k), self.hazard(1))

    def conceded(self, mover: int, types: Types, climbs: int, hazard: sp.Expr) -> Node:
        """Give in after so many own climbs; it may not be understood."""
        p = self.p
        price = p["audience_cost"] * (1 - p["privacy"]) * sp.Rational(climbs, self.climbs[mover])
        missed: sp.Expr = sp.Integer(0)
        if self.crisis.clarity != 1:
            missed = (1 - p["clarity"]) * hazard
        paid = [sp.Integer(0), sp.Integer(0)]
        paid[mover] = -price
        if self.after_concession:
            split = add_payoffs(self.after_concession(mover, types), paid)
            loss = -p["disaster"]
            war = end("war:misperception", (loss, loss))
            if not missed:
                return split
            return chance({"missed": (missed, war), "understood": (1 - missed, split)})
        payoffs = [self.win, self.win]
        payoffs[mover] = self.lose
        shares = {f"{SIDES[mover]} concedes": 1 - missed, "war:misperception": missed}
        expected = [
            (1 - missed) * (u + own) - missed * p["disaster"]
            for u, own in zip(payoffs, paid, strict=True)
        ]
        return end(positive_shares(shares), expected)

    def fight(self, types: Types) -> Node:
        wins: tuple[sp.Expr, sp.Expr] = (self.p["balance"], 1 - self.p["balance"])
        payoffs = tuple(
            w * self.win + (1 - w) * self.lose - self.p[f"cost_{kind}"]
            for w, kind in zip(wins, types, strict=True)
        )
        return end("war:deliberate", payoffs)

    def own_climbs(self, mover: int, k: int) -> int:
        """Climbs that a side has made when play is at rung ``k``."""
        return (k + 1 - mover) // 2

    def hazard(self, rungs: int) -> sp.Expr:
        """Return the probability that climbing so many rungs slips into disaster."""
        if not self.crisis.risk:
            return sp.Integer(0)
        return 1 - (1 - self.p["risk"]) ** sp.Rational(rungs, self.top)
