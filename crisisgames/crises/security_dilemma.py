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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from math import inf, pi
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import sympy as sp

from crisisgames.crises.crisis import ManyPlays, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    check_fields,
    parameters,
    quantity,
)
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.errors import GameError, NotApplicable

if TYPE_CHECKING:
    from crisisgames.equilibria import CutoffEquilibrium, CutoffRule, CutoffSet, CutoffSweep

__all__ = ["SecurityDilemma"]

PLAYERS = ("A", "B")
ANY = (-inf, inf)
CUTOFF, SEEN = "cutoff", "seen"
DELIBERATE, MISPERCEPTION = "arms race:deliberate", "arms race:misperception"
ONE_ARMS, RESTRAINT = "one arms", "restraint"
OUTCOMES = (DELIBERATE, MISPERCEPTION, ONE_ARMS, RESTRAINT)

FAR = 9.5
"""Standard deviations beyond which a normal distribution has 1e-21 of its mass."""

STEPS = 8
"""Standard deviations from a cutoff within which the probability to see less turns from 0 to 1."""

NODES = 12
"""Nodes of a Gauss-Legendre rule on a panel no longer than one standard deviation."""

CHUNK = 2_000
"""Crises solved at once: bounds the memory."""

LEAST = 1e-9
"""Seconds that are as good as none."""


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

    @classmethod
    def solve_many(
        cls, crises: Sequence[Self], *, time_limit: float | None = None, **options: Any
    ) -> ManyPlays | None:
        """Return all cutoffs of many crises, with the same proofs; None if an option is given.

        At clarity 0, where outcomes have no probability, a crisis is not known.

        Examples
        --------
        >>> from crisisgames import SecurityDilemma
        >>> public = SecurityDilemma(prior_mean=0.5, clarity=0.9)
        >>> found = SecurityDilemma.solve_many([SecurityDilemma(), public])
        >>> found.starts.tolist(), found.complete.tolist()
        ([0, 1, 4], [True, True])
        >>> found.outcomes.round(3)[0].tolist()
        [0.248, 0.098, 0.203, 0.451]
        """
        return None if options else _solve_many(crises, Deadline.within(time_limit))

    @property
    def publicity(self) -> float:
        """Γ: the larger, the more what is public tells of what the other will do."""
        noise, [weight] = 1 - float(self.surveillance), _Normals.of([self]).weight.tolist()
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

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes that there are, arms races first."""
        return OUTCOMES

    def outcomes(self, play: CutoffEquilibrium) -> dict[str, float]:
        """Return the probability of each outcome where both sides have this cutoff.

        Raises
        ------
        NotApplicable
            At clarity 0, where the worth of restraint has no distribution.
        """
        normals = self._normals()
        shares = normals.outcomes(normals.edges(self._cutoff(play)))
        return dict(zip(OUTCOMES, shares[0].tolist(), strict=True))

    def payoffs(self, play: CutoffEquilibrium) -> dict[str, float]:
        """Return the expected utils of each side where both have this cutoff."""
        normals = self._normals()
        edges = normals.edges(self._cutoff(play))
        return dict.fromkeys(PLAYERS, float(normals.payoffs(edges, normals.outcomes(edges))[0]))

    def held(self, play: CutoffEquilibrium) -> CutoffEquilibrium:
        """Return the same cutoff: who saw too little to restrain itself still does."""
        return play

    def _normals(self) -> _Normals:
        """Return the distribution of the worth of restraint and of what is seen."""
        if not self.clarity:
            raise NotApplicable(
                "at clarity 0 nothing is known before of the worth of restraint, so that outcomes "
                "have no probability and payoffs are infinite; set clarity above 0"
            )
        return _Normals.of([self])

    def _cutoff(self, play: CutoffEquilibrium) -> np.ndarray:
        if CUTOFF not in play.cutoffs:
            raise GameError(
                f"a security dilemma has one cutoff, {CUTOFF!r}; this has {[*play.cutoffs]}"
            )
        return np.array([play.cutoffs[CUTOFF]], dtype=float)


@dataclass(frozen=True, eq=False)
class _Normals:
    """The distributions of the worth of restraint and of what is seen, of one crisis or many.

    Attributes
    ----------
    mean, spread : ndarray
        Of θ, utils; the spread is infinite at clarity 0.
    noise : ndarray
        Standard deviation of what is seen around θ.
    weight : ndarray
        r = β/(α + β): the weight of what is seen, and the correlation of what both see.
    fear : ndarray
    """

    mean: np.ndarray
    spread: np.ndarray
    noise: np.ndarray
    weight: np.ndarray
    fear: np.ndarray

    @classmethod
    def of(cls, crises: Sequence[SecurityDilemma]) -> _Normals:
        """Return the distributions of some crises."""
        mean, clarity, surveillance, fear = (
            np.array([float(getattr(crisis, name)) for crisis in crises])
            for name in ("prior_mean", "clarity", "surveillance", "fear")
        )
        noise, hidden = 1 - surveillance, 1 - clarity
        with np.errstate(divide="ignore"):
            spread = np.sqrt(hidden / clarity)
        return cls(mean, spread, noise, hidden / (hidden + clarity * noise**2), fear)

    def at(self, places: np.ndarray) -> _Normals:
        """Return some of them, or some several times."""
        return _Normals(*(getattr(self, f.name)[places] for f in fields(self)))

    def edges(self, cutoffs: np.ndarray) -> np.ndarray:
        """Return by how many standard deviations of what is seen cutoffs are above the mean."""
        return np.asarray((cutoffs - self.mean) / np.hypot(self.spread, self.noise))

    def outcomes(self, edges: np.ndarray) -> np.ndarray:
        """Return the probability of each outcome where both sides have these cutoffs."""
        from scipy.special import ndtr, owens_t

        # Of two normals with the correlation r: both below the edge; one of them.
        apart = owens_t(edges, np.sqrt((1 - self.weight) / (1 + self.weight)))
        both = np.maximum(0.0, ndtr(edges) - 2 * apart)
        mistaken = np.minimum(both, self._both_arm_above(edges))
        restraint = np.maximum(0.0, ndtr(-edges) - 2 * apart)
        return np.stack([both - mistaken, mistaken, 4 * apart, restraint], axis=-1)

    def payoffs(self, edges: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
        """Return the expected utils of either side."""
        from scipy.special import ndtr

        # E[θ; seen above the cutoff], and the fear of each where the other arms alone.
        density = np.exp(-(edges**2) / 2) / np.sqrt(2 * pi)
        worth = self.mean * ndtr(-edges) + self.spread * np.sqrt(self.weight) * density
        return np.asarray(worth - self.fear * outcomes[..., OUTCOMES.index(ONE_ARMS)] / 2)

    def _both_arm_above(self, edges: np.ndarray) -> np.ndarray:
        """Return the probability that both arm and θ > 0, by quadrature over θ."""
        from scipy.special import ndtr

        with np.errstate(all="ignore"):
            zero = np.where(self.spread > 0, -self.mean / self.spread, np.sign(-self.mean) * inf)
            # Where all know θ it is the mean, and is no gain at 0.
            zero = np.where(np.isnan(zero), inf, zero)
            # Whether a side arms turns within some steps of where what it sees is at the cutoff.
            turn, step = edges / np.sqrt(self.weight), np.sqrt((1 - self.weight) / self.weight)
            marks = turn[:, None] + np.arange(-STEPS, STEPS + 1) * step[:, None]
        even = np.broadcast_to(np.arange(-FAR, FAR + 1), (len(edges), int(2 * FAR) + 1))
        ends = np.concatenate([even, np.nan_to_num(marks)], axis=1)
        low = np.maximum(zero, -FAR)[:, None]
        ends = np.sort(np.clip(ends, np.minimum(low, FAR), FAR), axis=1)
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        half = np.diff(ends, axis=1)[..., None] / 2
        state = ends[:, :-1, None] + half * (1 + nodes)
        root, rest = (np.sqrt(r)[:, None, None] for r in (self.weight, 1 - self.weight))
        with np.errstate(all="ignore"):
            arms = ndtr((edges[:, None, None] - root * state) / rest)
        density = np.exp(-(state**2) / 2) / np.sqrt(2 * pi)
        found = (half * weights * density * arms**2).sum(axis=(1, 2))
        # Where both see θ itself, they arm together.
        seen = np.maximum(0.0, ndtr(edges) - ndtr(zero))
        return np.asarray(np.where(self.weight == 1, seen, found))


def _solve_many(crises: Sequence[SecurityDilemma], deadline: Deadline) -> ManyPlays:
    """Return all cutoffs of many crises."""
    count = len(crises)
    known, complete = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    none = np.zeros(0)
    parts = [(none.astype(int), np.zeros((0, len(OUTCOMES))), np.zeros((0, len(PLAYERS))), none)]
    for perfect in (False, True):
        alike = [k for k, c in enumerate(crises) if c.clarity and (c.surveillance == 1) == perfect]
        for start in range(0, len(alike), CHUNK):
            own = np.array(alike[start : start + CHUNK])
            some = [crises[k] for k in own]
            sweep = _swept(some, perfect, deadline)
            # Where the time was up, what is undecided might be decided by itself.
            complete[own] = sweep.complete
            known[own] = True if not sweep.notes else sweep.complete
            there = np.arange(sweep.cutoffs.shape[1]) < sweep.counts[:, None]
            there &= known[own][:, None]
            at = np.nonzero(there)[0]
            normals = _Normals.of(some).at(at)
            edges = normals.edges(sweep.cutoffs[there][:, 0])
            outcomes = normals.outcomes(edges)
            payoffs = np.repeat(normals.payoffs(edges, outcomes)[:, None], len(PLAYERS), axis=1)
            parts.append((own[at], outcomes, payoffs, sweep.gains[there]))
    owners, outcomes, payoffs, gains = (np.concatenate(a) for a in zip(*parts, strict=True))
    return ManyPlays.of(OUTCOMES, owners, outcomes, payoffs, gains, known, complete)


def _swept(crises: Sequence[SecurityDilemma], perfect: bool, deadline: Deadline) -> CutoffSweep:
    from crisisgames.equilibria import cutoff_sweep

    values = {
        f.name: np.array([getattr(crisis, f.name) for crisis in crises], dtype=object)
        for f in fields(SecurityDilemma)
    }
    limit = None if deadline == NEVER else max(deadline.left, LEAST)
    return cutoff_sweep(_general_rule(perfect), time_limit=limit, **values)


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
