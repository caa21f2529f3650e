"""Security dilemma: both sides arm although both would rather restrain themselves.

Two sides choose at the same time to restrain themselves or to arm. To arm pays 0 whatever the other
does. Restraint pays θ if the other restrains itself, and θ less fear if it arms: fear is the loss
of being second, which deployments raise. If all knew θ, restraint would be best below θ = 0 for
nobody, above θ = fear for everybody, and between the two it would be best if the other restrains
itself, and both sides are better off if both do.

1. Nature draws θ, the worth of mutual restraint, from a normal distribution about prior_mean. All
   know this distribution: it is what is public. Its precision is α = clarity/(1 - clarity).
2. Each side alone sees θ through normal noise of precision β = 1/(1 - surveillance)², independent
   of the other's, and arms if what it sees is below a cutoff.

That both arm is an arms race: *misperception* where θ > 0, since both would have been better off
restrained, and *deliberate* where θ <= 0, since there each would have armed whatever the other did.

A side that sees x expects (1 - r) prior_mean + r x, with r = β/(α + β), and takes what the other
sees to be as much about that. At the cutoff it is indifferent. Let ρ be what it expects there: then
ρ = fear Φ(√Γ (ρ - prior_mean)) with the *publicity* Γ = α² (α + β)/(β (α + 2 β)), and there is one
cutoff whatever the prior mean if and only if Γ <= 2 π/fear². Clear public signals bring several
equilibria back, one of mutual restraint among them; good surveillance does not.

At clarity 1 all know θ and the limit of the game is taken, in which cutoffs may be infinite: all
arm, none does, or each side arms with one probability. At surveillance 1 a limit is taken too. The
argument is that of Acharya and Ramsay (2013) on the games of Carlsson and van Damme (1993); the
game, its scalings of clarity and surveillance and its default values are ours, and the values are
illustrations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import exp, inf, isfinite, pi, sqrt
from typing import TYPE_CHECKING, Any, ClassVar

import sympy as sp

from crisisgames.crises.crisis import Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    check_fields,
    parameters,
    quantity,
)
from crisisgames.errors import GameError, NotApplicable

if TYPE_CHECKING:
    from crisisgames.equilibria import CutoffEquilibrium, CutoffRule, CutoffSet

__all__ = ["SecurityDilemma"]

PLAYERS = ("A", "B")
ANY = (-inf, inf)
CUTOFF, SEEN = "cutoff", "seen"
DELIBERATE, MISPERCEPTION = "arms race:deliberate", "arms race:misperception"
ONE_ARMS, RESTRAINT = "one arms", "restraint"

FAR = 39.0
"""Standard deviations beyond which a normal density is 0 in floats."""


@dataclass(frozen=True)
class SecurityDilemma(Parameterized):
    """A security dilemma. Payoffs in utils; defaults are illustrations.

    Its solution are all cutoffs: a side arms if it sees a worth of mutual restraint below the
    cutoff. Of several the one with the largest sum of payoffs, which is the one of most restraint,
    is selected unless another rule is asked for. Outcomes are ``arms race:deliberate``,
    ``arms race:misperception``, ``one arms`` and ``restraint``.

    Attributes
    ----------
    prior_mean
        What all expect of the worth of mutual restraint, utils; any number.
    clarity
        How clear what is public is, from 0, where nothing is known, to 1, where all know the worth.
    surveillance
        How well each side sees for itself, from 0 (noise with a standard deviation of 1) to 1.
    fear
        The loss of being second: what restraint costs while the other arms.

    Examples
    --------
    >>> from crisisgames import SecurityDilemma
    >>> found = SecurityDilemma().solve()
    >>> found.complete, [round(e.cutoffs["cutoff"], 4) for e in found]
    (True, [0.4532])
    >>> {o: round(p, 3) for o, p in SecurityDilemma().outcomes(found[0]).items()}
    {'arms race:deliberate': 0.248, 'arms race:misperception': 0.098, 'one arms': 0.203, \
'restraint': 0.451}
    >>> public = SecurityDilemma(prior_mean=0.5, clarity=0.9)
    >>> [round(e.cutoffs["cutoff"], 4) for e in public.solve()]
    [-1.0175, 0.5, 2.0175]
    """

    prior_mean: float = quantity(0.6, ANY, "expected worth of mutual restraint, utils")
    clarity: float = quantity(0.5, PROBABILITY, "how clear what is public is")
    surveillance: float = quantity(0.5, PROBABILITY, "how well each side sees for itself")
    fear: float = quantity(1.0, UTILS, "loss from restraint while the other arms, utils")

    kind = "security dilemma"
    concept: ClassVar[str] = "cutoffs"
    rule: ClassVar[str] = "welfare"

    def __post_init__(self) -> None:
        check_fields("SecurityDilemma", self)
        if self.clarity == 1 and self.surveillance == 1:
            raise GameError(
                "SecurityDilemma: clarity and surveillance are both 1; what is then played depends "
                "on which of them is the nearer to 1, so set one of them below 1"
            )

    @property
    def players(self) -> tuple[str, ...]:
        """The players: the game is the same for both."""
        return PLAYERS

    def game(self) -> CutoffRule:
        """Return the game: the rule of play of either side, parameters at these values.

        Both sides have the same cutoff. Cutoffs that differ cannot be an equilibrium: who arms more
        often answers one who arms less often.
        """
        return _rule(parameters(self), perfect=self.surveillance == 1)

    def solve(
        self, concept: str | None = None, *, time_limit: float | None = None, **options: Any
    ) -> CutoffSet:
        """Return all cutoffs, each with a proof.

        Parameters
        ----------
        concept : str, optional
            ``"cutoffs"``, and nothing else.
        time_limit : float, optional
            As in `cutoff_equilibria`.

        Raises
        ------
        NotApplicable
            For another concept or option.
        """
        from crisisgames.equilibria import cutoff_equilibria

        if concept not in (None, self.concept):
            raise NotApplicable(
                f"a security dilemma is solved for its cutoffs, not for {concept!r}: its types are "
                "continuous; leave the concept out"
            )
        if options:
            raise NotApplicable(
                f"cutoffs have no option {next(iter(options))!r}: each is proved to lie in an "
                "interval, and there is only time_limit="
            )
        # One rule for all values, so that its formulas are derived once.
        rule = _general_rule(self.surveillance == 1)
        return cutoff_equilibria(rule, time_limit=time_limit, **self.parameters())

    @property
    def publicity(self) -> float:
        """Γ: the larger, the more what is public tells of what the other will do."""
        noise, weight = 1 - float(self.surveillance), self._weight
        if weight == 0:
            return inf
        return 0.0 if weight == 1 else ((1 - weight) / (weight * noise)) ** 2 / (1 + weight)

    @property
    def publicity_bound(self) -> float:
        """2 π/fear²: there is one cutoff, whatever the prior mean, if publicity is no larger."""
        return 2 * pi / float(self.fear) ** 2 if self.fear else inf

    @property
    def unique(self) -> bool:
        """Whether there is one cutoff whatever the prior mean."""
        return self.publicity <= self.publicity_bound

    def outcomes(self, play: CutoffEquilibrium) -> dict[str, float]:
        """Return the probability of each outcome where both sides have this cutoff.

        Raises
        ------
        NotApplicable
            At clarity 0, where the worth of restraint has no distribution.
        """
        from scipy.special import ndtr, owens_t

        edge = self._edge(play)
        # Of two normals with the correlation r: both below w; one of them.
        apart = float(owens_t(edge, sqrt((1 - self._weight) / (1 + self._weight))))
        both = max(0.0, float(ndtr(edge)) - 2 * apart)
        mistaken = min(both, self._both_arm_above(edge))
        return {
            DELIBERATE: both - mistaken,
            MISPERCEPTION: mistaken,
            ONE_ARMS: 4 * apart,
            RESTRAINT: max(0.0, float(ndtr(-edge)) - 2 * apart),
        }

    def payoffs(self, play: CutoffEquilibrium) -> dict[str, float]:
        """Return the expected utils of each side where both have this cutoff."""
        from scipy.special import ndtr

        edge, outcomes = self._edge(play), self.outcomes(play)
        # E[θ; seen above the cutoff], and the fear of each where the other arms alone.
        spread = self._spread * sqrt(self._weight)
        density = exp(-(edge**2) / 2) / sqrt(2 * pi)
        worth = float(self.prior_mean) * float(ndtr(-edge)) + spread * density
        return dict.fromkeys(PLAYERS, worth - float(self.fear) * outcomes[ONE_ARMS] / 2)

    def held(self, play: CutoffEquilibrium) -> CutoffEquilibrium:
        """Return the same cutoff: who saw too little to restrain itself still does."""
        return play

    @property
    def _weight(self) -> float:
        """Return r = β/(α + β): the weight of what is seen, the correlation of what both see."""
        noise, hidden = 1 - float(self.surveillance), 1 - float(self.clarity)
        return hidden / (hidden + float(self.clarity) * noise**2)

    @property
    def _spread(self) -> float:
        """Return the standard deviation of θ."""
        if not self.clarity:
            raise NotApplicable(
                "at clarity 0 nothing is known before of the worth of restraint, so that outcomes "
                "have no probability and payoffs are infinite; set clarity above 0"
            )
        return sqrt((1 - float(self.clarity)) / float(self.clarity))

    def _edge(self, play: CutoffEquilibrium) -> float:
        """Return by how many standard deviations of what is seen the cutoff is above the mean."""
        if CUTOFF not in play.cutoffs:
            raise GameError(
                f"a security dilemma has one cutoff, {CUTOFF!r}; this has {[*play.cutoffs]}"
            )
        noise = 1 - float(self.surveillance)
        own = sqrt(self._spread**2 + noise**2)
        return (play.cutoffs[CUTOFF] - float(self.prior_mean)) / own

    def _both_arm_above(self, edge: float) -> float:
        """Return the probability that both arm and θ > 0, by quadrature over θ."""
        from scipy.special import ndtr

        mean, spread, weight = float(self.prior_mean), self._spread, self._weight
        zero = -mean / spread if spread else (-inf if mean > 0 else inf)
        if weight == 1:  # both see θ
            return max(0.0, float(ndtr(edge) - ndtr(zero)))
        step = sqrt((1 - weight) / weight) if weight else inf

        def density(state: float) -> float:
            arms = ndtr((edge - sqrt(weight) * state) / sqrt(1 - weight))
            return float(exp(-(state**2) / 2) / sqrt(2 * pi) * arms**2)

        # Whether a side arms turns within some steps of where what it sees is at the cutoff.
        turn = edge / sqrt(weight) if weight else inf
        marks = (turn + k * step for k in (-6, 0, 6)) if isfinite(turn) else ()
        return _integral(density, max(zero, -FAR), FAR, marks)


def _rule(p: Mapping[str, sp.Expr], *, perfect: bool) -> CutoffRule:
    """Return the rule of play of either side in these parameters."""
    from crisisgames.equilibria import CutoffRule, NormalCdf

    cutoff, seen = sp.Symbol(CUTOFF), sp.Symbol(SEEN)
    noise = 1 - p["surveillance"]
    # β/(α + β), written so that it has its limit where α is infinite.
    weight = (1 - p["clarity"]) / (1 - p["clarity"] + p["clarity"] * noise**2)
    expected = (1 - weight) * p["prior_mean"] + weight * seen
    if perfect:
        # The other sees what I see: who is at the cutoff is in the middle of all others.
        return CutoffRule(cutoff, ANY, expected.subs(seen, cutoff) - p["fear"] / 2)
    arms = NormalCdf((cutoff - expected) / (noise * sp.sqrt(1 + weight)))
    return CutoffRule(cutoff, ANY, expected - p["fear"] * arms, type=seen)


@cache
def _general_rule(perfect: bool) -> CutoffRule:
    return _rule(parameters(SecurityDilemma()), perfect=perfect)


def _integral(function: Callable[[float], float], low: float, high: float, marks: Any) -> float:
    """Return an integral, split where the function turns fast."""
    from scipy.integrate import quad

    ends = [low, *sorted(m for m in marks if low < m < high), high] if low < high else []
    parts = (quad(function, a, b, epsabs=0, epsrel=1e-12, limit=200) for a, b in pairwise(ends))
    return float(sum(value for value, _ in parts))
