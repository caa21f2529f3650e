"""Talks: whether two powers sit down to plan for an accident.

The United States, U, would talk with China, C, about what each would do after an accident in
Korea. The DPRK, K, is not to know. C is pragmatic or conservative, which only C knows.

1. U makes no offer, offers bilateral talks or, where there is a host, hosted ones. C sees the
   offer and accepts or refuses.
2. Talks that are held leak with probability leak, hosted ones with leak (1 - discretion). K sees a
   leak or nothing; of the offer, of who hosts and of a refusal it learns nothing.
3. K keeps its channel to China or breaks it off, and then provokes or refrains. Nobody else moves
   after that, so nobody else sees it in time.
4. An incident happens with probability incident_rate, plus agitation after a break, plus
   provocation where K provokes, at most 1. It escalates into war with probability
   escalation_coordinated if talks were held, else escalation_uncoordinated. Nobody chose it: war,
   *inadvertent*.

Payoffs:

* C: less the price of its type for accepting, times 1 - host where the talks are hosted; less
  leverage if K breaks off.
* K: endorsement_fear for breaking off if talks were held, -channel_value if not; brinkmanship for
  provoking, times 1 - coordination if talks were held.
* In war each of the three loses damage. U gets and pays nothing else.

K reads silence by what it expects: where it thinks that C accepts, silence is no comfort, and K may
break off as if the talks had leaked. The situation is that of a commentary of 2017 (see
`crisisgames.mechanisms.SOURCES`, E); the game and its default values are ours, and the values are
illustrations.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    as_flag,
    check_fields,
    parameters,
    positive_shares,
    quantity,
)
from crisisgames.games import ExtensiveFormGame, Node, Record, chance, end, move, tell

__all__ = ["Talks"]

PLAYERS = ("C", "U", "K")
PRAGMATIC, CONSERVATIVE = "pragmatic", "conservative"
NO_OFFER, BILATERAL, HOSTED = "no offer", "offer bilateral talks", "offer hosted talks"
OFFERED = {BILATERAL: "bilateral talks offered", HOSTED: "hosted talks offered"}
LEAK, NOTHING = "talks leaked", "nothing leaked"
HELD, REFUSED, NOT_OFFERED = "held", "refused", "not offered"


@dataclass(frozen=True)
class Talks(Parameterized):
    """Talks of two powers about a third. Payoffs in utils; defaults are illustrations.

    Outcomes are ``war:inadvertent``, and where there is peace what was done: talks ``held``,
    ``refused`` or ``not offered``, the channel ``kept`` or ``broken``, K ``quiet`` or ``provoked``,
    as in ``held:kept:quiet``. To ask for ``held`` or ``held:kept`` is to ask for all that begin so.

    Attributes
    ----------
    offer : bool
        Whether U can offer talks at all.
    prob_pragmatic
        Probability that C is pragmatic, which only C knows.
    price_pragmatic, price_conservative
        What it costs each type of C to accept talks.
    host, discretion
        Shares of the price and of leaks that a host takes away. There is a host where one of the
        two is above 0.
    leak
        Probability that bilateral talks that are held leak to K.
    endorsement_fear, channel_value
        What K gains by breaking off its channel to C if talks were held, and loses if not.
    leverage
        What a break costs C.
    incident_rate, agitation, provocation
        Probability of an incident; what a break and a provocation add to it.
    escalation_uncoordinated, escalation_coordinated
        Probability that an incident becomes war without talks, and after talks.
    damage
        What each loses in war.
    brinkmanship, coordination
        What a provocation is worth to K, and the share of it that talks take away.

    Examples
    --------
    >>> from crisisgames import Talks, solve
    >>> refused = solve(Talks().game(), "qre")
    >>> [round(p, 3) for p in refused.bounds("war")]
    [0.075, 0.075]
    >>> hosted = solve(Talks(host=0.5, discretion=0.8).game(), "qre")
    >>> [round(p, 3) for p in hosted.bounds("war")]
    [0.05, 0.05]
    """

    offer: bool = True
    prob_pragmatic: float = quantity(0.5, PROBABILITY, "probability that C is pragmatic")
    price_pragmatic: float = quantity(0.1, UTILS, "price of talks to the pragmatic, utils")
    price_conservative: float = quantity(0.6, UTILS, "price of talks to the conservative, utils")
    host: float = quantity(0.0, PROBABILITY, "share of the price that a host takes away")
    discretion: float = quantity(0.0, PROBABILITY, "share of leaks that a host prevents")
    leak: float = quantity(0.4, PROBABILITY, "probability that bilateral talks leak")
    endorsement_fear: float = quantity(0.8, UTILS, "K's gain from a break if talks were held")
    channel_value: float = quantity(0.3, UTILS, "K's loss from a break if they were not, utils")
    leverage: float = quantity(1.0, UTILS, "cost of a break to C, utils")
    incident_rate: float = quantity(0.1, PROBABILITY, "probability of an incident")
    agitation: float = quantity(0.1, PROBABILITY, "what a break adds to that probability")
    provocation: float = quantity(0.05, PROBABILITY, "what a provocation adds to it")
    escalation_uncoordinated: float = quantity(
        0.5, PROBABILITY, "probability that an incident becomes war without talks"
    )
    escalation_coordinated: float = quantity(0.2, PROBABILITY, "same, after talks")
    damage: float = quantity(10.0, UTILS, "loss from war to each, utils")
    brinkmanship: float = quantity(0.3, UTILS, "worth of a provocation to K, utils")
    coordination: float = quantity(0.5, PROBABILITY, "share of that worth that talks take away")

    kind = "talks"

    def __post_init__(self) -> None:
        check_fields("Talks", self)
        object.__setattr__(self, "offer", as_flag("Talks", "offer", self.offer))

    @property
    def hosted(self) -> bool:
        """Whether there is a host."""
        return bool(self.host or self.discretion)

    def game(self) -> ExtensiveFormGame:
        """Return the game: players C, U and K, parameters at these values.

        What is switched off is not in the tree, so it has no parameter there: hosted talks where
        there is no host, and everything about talks where U cannot offer them.
        """
        return ExtensiveFormGame(_Tree(self).root(), PLAYERS, "Talks: will they sit down?")

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the record as it is where no host exists: a hosted offer is one of talks."""
        return ((1.0, tuple(OFFERED[BILATERAL] if e == OFFERED[HOSTED] else e for e in record)),)

    def instead(self, action: str) -> str:
        """Return what is done in place of an offer that can no longer be made."""
        return {HOSTED: BILATERAL, BILATERAL: NO_OFFER}.get(action, action)

    @property
    def passive(self) -> tuple[str, ...]:
        """The actions that leave a newly offered possibility unused: no offer, and a refusal."""
        return (NO_OFFER, "refuse")


class _Tree:
    """Builds the tree of talks from the parameters of its values."""

    def __init__(self, crisis: Talks) -> None:
        self.crisis = crisis
        self.p = p = parameters(crisis)
        # Once for all ends: a minimum of expressions takes long to make.
        self.incident: dict[tuple[int, int], sp.Expr] = {
            (b, v): sp.Min(1, p["incident_rate"] + b * p["agitation"] + v * p["provocation"])
            for b in (0, 1)
            for v in (0, 1)
        }

    def root(self) -> Node:
        """Nature draws C's type, where it matters; U offers what it can."""
        if not self.crisis.offer:
            return tell({"K": NOTHING}, self.channel(NOT_OFFERED, sp.Integer(0)))
        pragmatic = self.p["prob_pragmatic"]
        return chance(
            {
                PRAGMATIC: (pragmatic, tell({"C": PRAGMATIC}, self.offer(PRAGMATIC))),
                CONSERVATIVE: (1 - pragmatic, tell({"C": CONSERVATIVE}, self.offer(CONSERVATIVE))),
            }
        )

    def offer(self, kind: str) -> Node:
        """Let U make no offer, or one that C sees and answers."""
        none = tell({"K": NOTHING}, self.channel(NOT_OFFERED, sp.Integer(0)))
        offers = [BILATERAL, HOSTED] if self.crisis.hosted else [BILATERAL]
        return move("U", {NO_OFFER: none, **{o: self.answer(kind, o) for o in offers}})

    def answer(self, kind: str, offer: str) -> Node:
        """C refuses, or accepts at its price; talks that are held may leak."""
        p = self.p
        price: sp.Expr = p[f"price_{kind}"]
        leak: sp.Expr = p["leak"]
        if offer == HOSTED:
            price, leak = price * (1 - p["host"]), leak * (1 - p["discretion"])
        then = self.channel(HELD, price)
        leaked, kept_quiet = tell({"K": LEAK}, then), tell({"K": NOTHING}, then)
        held = chance({"leak": (leak, leaked), "no leak": (1 - leak, kept_quiet)})
        refused = tell({"K": NOTHING}, self.channel(REFUSED, sp.Integer(0)))
        return tell({"C": OFFERED[offer]}, move("C", {"refuse": refused, "accept": held}))

    def channel(self, talks: str, price: sp.Expr) -> Node:
        """K keeps its channel to C or breaks it off, then refrains or provokes."""
        kept = self.provocation(talks, price, broken=0)
        broken = self.provocation(talks, price, broken=1)
        return move("K", {"keep": kept, "break": broken})

    def provocation(self, talks: str, price: sp.Expr, broken: int) -> Node:
        """K refrains or provokes."""
        quiet = self.ending(talks, price, broken, provoked=0)
        provoked = self.ending(talks, price, broken, provoked=1)
        return move("K", {"refrain": quiet, "provoke": provoked})

    def ending(self, talks: str, price: sp.Expr, broken: int, provoked: int) -> Node:
        """Draw whether an incident happens, and whether it becomes war."""
        p, held = self.p, talks == HELD
        escalates = p["escalation_coordinated" if held else "escalation_uncoordinated"]
        war = self.incident[broken, provoked] * escalates
        loss = war * p["damage"]
        fear = p["endorsement_fear"] if held else -p["channel_value"]
        worth = p["brinkmanship"] * (1 - p["coordination"] if held else 1)
        payoffs = (
            -price - broken * p["leverage"] - loss,
            -loss,
            broken * fear + provoked * worth - loss,
        )
        done = (("kept", "broken")[broken], ("quiet", "provoked")[provoked])
        peace = ":".join((talks, *done))
        return end(positive_shares({"war:inadvertent": war, peace: 1 - war}), payoffs)
