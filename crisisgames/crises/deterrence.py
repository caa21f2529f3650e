"""When replies to an incident hold probes down: closed forms of the plain incident.

Take an incident without channels, notices, disclosure, assault or ally. Let q = (1 + clarity)/2 be
the probability that evidence is right, and let a reply r have the hazard h, undo a probe with
probability e, and cost c; D is what war costs A, D_B what it costs B (less what pre-emption saves
it), G and S gain and loss of a probe, a the audience cost that privacy leaves.

* Indifference of B. On hostile evidence the reply is as good as restraint at the belief

      m_r = (c + h D_B - a) / (S (1 - (1 - h)(1 - e)))

  in a probe. As beliefs rise, B turns to the reply with the lowest m_r first.
* Indifference of A. A probe that meets the reply is worth P = (1 - h)(1 - e) G - c - h D, an
  accident that meets it -c - h D. If B replies to hostile evidence, with probability s, and
  restrains on benign evidence, a probe is worth what keeping quiet is worth where

      s = G / (q (G - P) - accident_rate (1 - q)(c + h D)),

  since who keeps quiet may still have an accident that is taken for a probe. That is a probability,
  so such an equilibrium needs s <= 1: clarity of at least `least_clarity`.
* Then B's belief on hostile evidence is m_r, which fixes how likely a probe is, whatever the
  suspicion, as long as there are revisionists enough.

Below that clarity, replying to every hostile sign does not hold A back. At a clarity above it, A
probes as often as B can bear. Everything here is exact: a float is the decimal that it prints as.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf

from crisisgames.crises.incident import REPLIES, Incident
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.expressions import as_fraction

__all__ = ["Deterred", "deterred", "largest_gain", "least_clarity", "trapping_audience_cost"]

ONE = Fraction(1)


@dataclass(frozen=True)
class Deterred:
    """The equilibrium in which replies to hostile evidence hold A's probes down.

    Attributes
    ----------
    reply : str
        What B mixes with restraint on hostile evidence.
    belief : Fraction
        B's belief in a probe there.
    reply_rate, probe_rate : Fraction
        Probability of the reply on hostile evidence, and that of a probe.
    war : Fraction
        Probability of war.
    """

    reply: str
    belief: Fraction
    reply_rate: Fraction
    probe_rate: Fraction
    war: Fraction


def deterred(incident: Incident) -> Deterred:
    """Return the equilibrium in which replies to hostile evidence hold A's probes down.

    Raises
    ------
    NotApplicable
        If it does not exist, with the reason, or for an incident with more than the plain rules.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> found = deterred(Incident())
    >>> found.reply, round(float(found.war), 7)
    ('escalate', 0.0119686)
    """
    _need_plain(incident)
    reply = first_reply(incident)
    belief = belief_of_indifference(incident, reply)
    if not 0 < belief < 1:
        raise NotApplicable(
            f"on hostile evidence B is indifferent between restraint and {reply!r} at the belief "
            f"{float(belief):g} in a probe, which is no probability between 0 and 1"
        )
    least = least_clarity(incident, reply)
    if as_fraction(incident.clarity) < least:
        raise NotApplicable(
            f"clarity is {incident.clarity}; below {float(least):g} the reply {reply!r} to every "
            "hostile sign does not hold A back"
        )
    right = (1 + as_fraction(incident.clarity)) / 2
    rate, accidents = _reply_rate(incident, reply, right), as_fraction(incident.accident_rate)
    innocent = accidents * (1 - right)
    probing = innocent * belief / (right * (1 - belief) + innocent * belief)
    if probing > as_fraction(incident.suspicion):
        raise NotApplicable(
            f"suspicion is {incident.suspicion}; below {float(probing):g} there are too few "
            "revisionists to make B reply"
        )
    hazard = as_fraction(getattr(incident, f"hazard_{REPLIES[reply]}"))
    hostile = probing * right + (1 - probing) * innocent
    return Deterred(reply, belief, rate, probing, hostile * rate * hazard)


def least_clarity(incident: Incident, reply: str | None = None) -> Fraction | float:
    """Return the clarity from which on replies to hostile evidence alone hold A's probes down.

    Parameters
    ----------
    incident : Incident
    reply : str, optional
        ``"respond"`` or ``"escalate"``; by default what B turns to first.

    Returns
    -------
    number
        0 if they do so at any clarity, ``inf`` if at none.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> round(float(least_clarity(Incident())), 4)
    0.2391
    >>> least_clarity(Incident(reciprocity=True))
    inf
    """
    _need_plain(incident)
    reply = _checked(incident, reply)
    gain, accidents = as_fraction(incident.gain), as_fraction(incident.accident_rate)
    undone, cost = _undone(incident, reply), _cost(incident, reply)
    # The share of right evidence at which the reply rate is 1.
    needed = gain + accidents * cost
    slope = gain * undone + cost + accidents * cost
    if needed > slope:
        return inf
    return max(Fraction(0), 2 * needed / slope - 1) if slope else Fraction(0)


def largest_gain(incident: Incident, reply: str | None = None) -> Fraction | float:
    """Return the gain up to which a probe that surely meets the reply does not pay.

    Some clarity below or at 1 lets the reply hold probes down exactly where the gain of the
    incident is no larger. For replies in kind that is the limit of tit for tat.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> round(float(largest_gain(Incident(), "respond")), 4)
    0.7895
    >>> largest_gain(Incident(), "escalate")
    inf
    """
    _need_plain(incident)
    reply = _checked(incident, reply)
    kept = 1 - _undone(incident, reply)
    return _cost(incident, reply) / kept if kept else inf


def trapping_audience_cost(incident: Incident) -> Fraction | float:
    """Return the audience cost from which on B answers hostile evidence of a known accident.

    There restraint costs as much as some reply even to an innocent incident: the commitment trap.
    With the whole audience cost taken away by privacy there is none, ``inf``.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> float(trapping_audience_cost(Incident()))
    0.45
    """
    _need_plain(incident)
    left = 1 - as_fraction(incident.privacy)
    least = min(_price(incident, reply) for reply in _replies(incident))
    return least / left if left else inf


def belief_of_indifference(incident: Incident, reply: str) -> Fraction:
    """Return the belief in a probe at which B likes a reply to hostile evidence as restraint."""
    audience = as_fraction(incident.audience_cost) * (1 - as_fraction(incident.privacy))
    saved = as_fraction(incident.loss) * _undone(incident, reply)
    if not saved:
        raise NotApplicable(f"{reply!r} saves B nothing, so that its belief does not matter")
    return (_price(incident, reply) - audience) / saved


def first_reply(incident: Incident) -> str:
    """Return the reply that B turns to first as its belief in a probe rises."""
    return min(_replies(incident), key=lambda r: belief_of_indifference(incident, r))


def _replies(incident: Incident) -> tuple[str, ...]:
    return ("respond",) if incident.reciprocity else tuple(REPLIES)


def _checked(incident: Incident, reply: str | None) -> str:
    if reply is None:
        return first_reply(incident)
    if reply not in _replies(incident):
        raise GameError(f"reply is {reply!r}; allowed are {', '.join(_replies(incident))}")
    return reply


def _undone(incident: Incident, reply: str) -> Fraction:
    """Return the probability that a probe does not stand after a reply, war included."""
    hazard, stops = (
        as_fraction(getattr(incident, f"{kind}_{REPLIES[reply]}")) for kind in ("hazard", "stops")
    )
    return 1 - (1 - hazard) * (1 - stops)


def _cost(incident: Incident, reply: str) -> Fraction:
    """Return what a reply costs A, war included."""
    hazard = as_fraction(getattr(incident, f"hazard_{REPLIES[reply]}"))
    return as_fraction(incident.response_cost) + hazard * as_fraction(incident.disaster)


def _price(incident: Incident, reply: str) -> Fraction:
    """Return what a reply costs B, war included."""
    hazard = as_fraction(getattr(incident, f"hazard_{REPLIES[reply]}"))
    first = as_fraction(incident.preemption) if reply == "escalate" else Fraction(0)
    return as_fraction(incident.response_cost) + hazard * (as_fraction(incident.disaster) - first)


def _reply_rate(incident: Incident, reply: str, right: Fraction) -> Fraction:
    gain, accidents = as_fraction(incident.gain), as_fraction(incident.accident_rate)
    undone, cost = _undone(incident, reply), _cost(incident, reply)
    return gain / (right * (gain * undone + cost) - accidents * (1 - right) * cost)


def _need_plain(incident: Incident) -> None:
    more = [
        name
        for name in ("channels", "notified", "disclosure", "assault", "ally")
        if getattr(incident, name)
    ]
    if more:
        raise NotApplicable(
            f"closed forms are for incidents without {', '.join(more)}; solve the game instead"
        )
