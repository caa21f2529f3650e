"""Interception: whether to shoot down a missile test when the answer depends on others' backing.

The DPRK, K, tests a missile. The United States, U, may intercept it. Whether K's patrons, China and
Russia, would back it in a quarrel over that, nobody observes, neither K nor U.

1. Nature draws whether the patrons back K (probability backing). U and K see a public signal of it,
   which is right with probability (1 + clarity)/2.
2. U lets the test pass, or intercepts it. An interception succeeds with probability success; both
   see whether it did. What gets through ends the matter if U let it pass.
3. After an interception, successful or not, K desists, tests again, or retaliates. Retaliation is
   war with probability hazard: *deliberate*.

Payoffs:

* A test that gets through costs U threat and is worth test_value to K.
* Another test costs U threat (1 - success) and is worth test_value (1 - success) to K: U intercepts
  again.
* Retaliation gains K revenge if it is backed and costs it abandonment if it is not. In war each of
  the two loses damage besides.

U sees no more than K does, so what it does tells K nothing: K believes what the signal says. The
situation is that of a commentary of 2017 (see `crisisgames.mechanisms.SOURCES`, E); the game and
its default values are ours, and the values are illustrations. At these K never retaliates, since
the hazard costs it more than revenge is worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    check_fields,
    parameters,
    quantity,
)
from crisisgames.games import ExtensiveFormGame, Node, Record, chance, end, move, tell

__all__ = ["Interception"]

PLAYERS = ("U", "K")
BACKED, ALONE = "backed", "alone"
SEEMS = {BACKED: "patrons seem to back K", ALONE: "patrons seem to leave K alone"}
PASS, INTERCEPT = "let pass", "intercept"
HIT, MISS = "intercepted", "missed"
DESIST, AGAIN, RETALIATE = "desist", "test again", "retaliate"


@dataclass(frozen=True)
class Interception(Parameterized):
    """The interception of a test, and the answer. Payoffs in utils; defaults are illustrations.

    Outcomes are ``war:deliberate`` and, where there is peace, what was done: ``passed``, or the
    test was ``intercepted`` or ``missed`` and K ``desisted``, ``tested again`` or ``retaliated``,
    as in ``missed:tested again``. To ask for ``missed`` is to ask for all that begin so.

    Attributes
    ----------
    backing
        Probability that the patrons back K, which nobody observes.
    clarity
        How well the public signal of that tells (0 not at all, 1 perfectly).
    success
        Probability that an interception succeeds.
    test_value, threat
        What a test that gets through is worth to K, and costs U.
    revenge, abandonment
        What retaliation gains K if the patrons back it, and costs it if they do not.
    hazard, damage
        Probability that retaliation is war, and what each loses in it.

    Examples
    --------
    >>> from crisisgames import Interception, solve
    >>> solve(Interception().game()).bounds("war")
    (0.0, 0.0)
    >>> eager = Interception(revenge=2.0, hazard=0.1)
    >>> [round(p, 4) for p in solve(eager.game()).bounds("war")]
    [0.046, 0.046]
    """

    backing: float = quantity(0.4, PROBABILITY, "probability that the patrons back K")
    clarity: float = quantity(0.4, PROBABILITY, "how well the signal of their backing tells")
    success: float = quantity(0.6, PROBABILITY, "probability that an interception succeeds")
    test_value: float = quantity(1.0, UTILS, "worth to K of a test that gets through, utils")
    threat: float = quantity(1.0, UTILS, "cost to U of a test that gets through, utils")
    revenge: float = quantity(0.8, UTILS, "K's gain from retaliation if it is backed, utils")
    abandonment: float = quantity(0.5, UTILS, "K's loss from retaliation if it is not, utils")
    hazard: float = quantity(0.2, PROBABILITY, "probability that retaliation is war")
    damage: float = quantity(5.0, UTILS, "loss from war to each, utils")

    kind = "interception"

    def __post_init__(self) -> None:
        check_fields("Interception", self)

    def game(self) -> ExtensiveFormGame:
        """Return the game: players U and K, parameters at these values."""
        return ExtensiveFormGame(
            _Tree(self).root(), PLAYERS, "Interception: what will the answer be?"
        )

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the record itself: no institution adds a signal here."""
        return ((1.0, record),)

    def instead(self, action: str) -> str:
        """Return the action itself: all actions are always offered."""
        return action

    @property
    def passive(self) -> tuple[str, ...]:
        """No actions: nothing is ever newly offered."""
        return ()


class _Tree:
    """Builds the tree of an interception from the parameters of its values."""

    def __init__(self, crisis: Interception) -> None:
        self.p = parameters(crisis)

    def root(self) -> Node:
        """Nature draws whether the patrons back K."""
        backing = self.p["backing"]
        return chance(
            {BACKED: (backing, self.signal(BACKED)), ALONE: (1 - backing, self.signal(ALONE))}
        )

    def signal(self, state: str) -> Node:
        """Both see a signal of it, which may be wrong."""
        right = (1 + self.p["clarity"]) / 2
        test = self.test(state)
        return chance(
            {
                seems: (
                    right if kind == state else 1 - right,
                    tell(dict.fromkeys(PLAYERS, seems), test),
                )
                for kind, seems in SEEMS.items()
            }
        )

    def test(self, state: str) -> Node:
        """U lets the test pass or intercepts it, with or without success."""
        success = self.p["success"]
        fates = {HIT: (success, sp.Integer(0)), MISS: (1 - success, sp.Integer(1))}
        intercepted = chance(
            {
                fate: (probability, tell({"K": fate}, self.answer(state, fate, through)))
                for fate, (probability, through) in fates.items()
            }
        )
        return move("U", {PASS: end("passed", self.after(sp.Integer(1))), INTERCEPT: intercepted})

    def answer(self, state: str, fate: str, through: sp.Expr) -> Node:
        """K desists, tests again or retaliates."""
        p = self.p
        again = 1 - p["success"]
        worth = p["revenge"] if state == BACKED else -p["abandonment"]
        loss = p["hazard"] * p["damage"]
        u, k = self.after(through)
        shares = {"war:deliberate": p["hazard"], f"{fate}:retaliated": 1 - p["hazard"]}
        return move(
            "K",
            {
                DESIST: end(f"{fate}:desisted", (u, k)),
                AGAIN: end(f"{fate}:tested again", self.after(through + again)),
                RETALIATE: end(shares, (u - loss, k + worth - loss)),
            },
        )

    def after(self, through: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
        """Return the payoffs where so many tests got through, in expectation."""
        return -through * self.p["threat"], through * self.p["test_value"]
