"""Lines through which a side can explain itself: hotlines and envoys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from crisisgames.crises import Channel, Crisis
from crisisgames.games.expressions import as_fraction
from crisisgames.mechanisms.changes import Add, Change, Line
from crisisgames.mechanisms.mechanism import Single, share, utils

__all__ = ["LEVELS", "Envoys", "Hotline"]

LEVELS: dict[str, float] = {"head of state": 0.3, "defence": 0.15, "theatre": 0.0}
"""Levels of a hotline, each with the probability that an answer comes too late (illustrations)."""

ANSWERED = "probability that a call is answered"
VERIFICATION = "probability that a false explanation is exposed"
EXPOSURE = "price of an exposed lie, utils"
EXPLAIN_COST = "price of explaining, utils"
IN_FORCE = "probability that the line has a crisis function, known to both sides"
LATE = "probability that an answer comes too late"

LINK = "something that a side could explain"


def _delay() -> Any:
    about = {"domain": (0.0, 1.0), "meaning": LATE, "optional": True}
    return field(default=None, metadata=about)


def _level() -> Any:
    about = {"options": tuple(LEVELS), "meaning": "who speaks to whom", "told": True}
    return field(default="head of state", metadata=about)


@dataclass(frozen=True)
class Hotline(Single):
    """A hotline. Default settings are illustrations.

    To an incident it adds a channel. On a ladder it raises clarity: word that somebody concedes
    gets through in time with probability ``in_force * answered * (1 - delay)``, and is understood
    where it would not have been. In encounters, in a security dilemma and before an interception it
    raises the clarity of signals in the same way, and between dyads `dampening`: the share of rises
    in tension that dialogue prevents, while it is on. Nobody is told in these games whether the
    line is in force, and verification, exposure and costs play no part.

    Parameters
    ----------
    level : str
        "head of state", "defence" or "theatre".
    answered, verification : float
        Probabilities that a call is answered, and that a false explanation is exposed.
    exposure, explain_cost : float
        What an exposed lie and any explanation cost, utils, at least 0.
    delay : float, optional
        Probability that an answer comes too late; by default that of the level in `LEVELS`.
    in_force : float
        Probability that the line has a crisis function at all; in an incident both sides know
        whether it has. At 0 the game is the one without the line.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = Hotline("theatre")(Incident())
    >>> [channel.name for channel in changed.channels]
    ['theatre hotline']

    >>> from crisisgames.crises import Dyads
    >>> Hotline("theatre", answered=0.8, in_force=0.5)(Dyads(dampening=0.5)).dampening
    0.7

    >>> from crisisgames.crises import Ladder
    >>> Hotline("theatre", answered=0.8, in_force=0.5)(Ladder(clarity=0.5)).clarity
    0.7
    """

    name = "hotline"
    source = (
        "Z, China-US 4 (crisis function for the head-of-state and defence lines, a line at theatre "
        "level) and China-Japan 1 and 2; the settings are ours"
    )
    assumes = "Who explains through the line cannot prove anything: the other side may check."
    acts_on = LINK

    level: str = _level()
    answered: float = share(0.9, ANSWERED)
    verification: float = share(0.6, VERIFICATION)
    exposure: float = utils(0.5, EXPOSURE)
    explain_cost: float = utils(0.05, EXPLAIN_COST)
    delay: float | None = _delay()
    in_force: float = share(1.0, IN_FORCE)

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the added channel."""
        return (Add("channels", _channel(self, f"{self.level} hotline", self._late)),)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that carries concessions."""
        return (_line(self, self._late),)

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that carries what the patrons think."""
        return (_line(self, self._late),)

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that tells what was done."""
        return (_line(self, self._late),)

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that makes signals public."""
        return (_line(self, self._late),)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that keeps tension down while dialogue is on."""
        return (replace(_line(self, self._late), field="pairs.dampening"),)

    @property
    def _late(self) -> float:
        return LEVELS[self.level] if self.delay is None else self.delay


@dataclass(frozen=True)
class Envoys(Single):
    """Special envoys and embassies. Default settings are illustrations.

    To an incident they add a slow channel; on a ladder they raise clarity, as a `Hotline` does.

    Parameters
    ----------
    answered, verification, exposure, explain_cost, delay, in_force : float
        As for `Hotline`. Envoys are late half of the time, cost more to send, and are harder to lie
        through.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> Envoys()(Incident()).channels[0].delay
    0.5

    >>> from crisisgames.crises import Ladder
    >>> Envoys(answered=0.8)(Ladder(clarity=0.5)).clarity
    0.7
    """

    name = "envoys"
    source = (
        "Z, China-US 5 (embassies and special envoys beside the hotlines); the settings are ours"
    )
    assumes = "Envoys carry the same explanation as a call, more slowly and at a higher price."
    acts_on = LINK

    answered: float = share(0.95, ANSWERED)
    verification: float = share(0.7, VERIFICATION)
    exposure: float = utils(0.5, EXPOSURE)
    explain_cost: float = utils(0.1, EXPLAIN_COST)
    delay: float = share(0.5, LATE)
    in_force: float = share(1.0, IN_FORCE)

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the added channel."""
        return (Add("channels", _channel(self, "envoys", self.delay)),)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the line that carries concessions."""
        return (_line(self, self.delay),)


def _channel(line: Hotline | Envoys, name: str, delay: float) -> Channel:
    return Channel(
        answered=line.answered,
        verification=line.verification,
        exposure=line.exposure,
        explain_cost=line.explain_cost,
        delay=delay,
        in_force=line.in_force,
        name=name,
    )


def _line(line: Hotline | Envoys, delay: float) -> Line:
    return Line(as_fraction(line.answered) * (1 - as_fraction(delay)), line.in_force)
