"""Lines through which a side can explain itself: hotlines and envoys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crisisgames.crises import Channel, Crisis
from crisisgames.mechanisms.changes import Add, Change
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


def _delay() -> Any:
    about = {"domain": (0.0, 1.0), "meaning": LATE, "optional": True}
    return field(default=None, metadata=about)


def _level() -> Any:
    about = {"options": tuple(LEVELS), "meaning": "who speaks to whom", "told": True}
    return field(default="head of state", metadata=about)


@dataclass(frozen=True)
class Hotline(Single):
    """A hotline: adds a channel. Default settings are illustrations.

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
        Probability that the line has a crisis function at all; both sides know whether it has. At 0
        the game is the one without the line.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = Hotline("theatre")(Incident())
    >>> [channel.name for channel in changed.channels]
    ['theatre hotline']
    """

    name = "hotline"
    source = (
        "Z, China-US 4 (crisis function for the head-of-state and defence lines, a line at theatre "
        "level) and China-Japan 1 and 2; the settings are ours"
    )
    assumes = "Who explains through the line cannot prove anything: the other side may check."
    acts_on = "an incident that a side could explain"

    level: str = _level()
    answered: float = share(0.9, ANSWERED)
    verification: float = share(0.6, VERIFICATION)
    exposure: float = utils(0.5, EXPOSURE)
    explain_cost: float = utils(0.05, EXPLAIN_COST)
    delay: float | None = _delay()
    in_force: float = share(1.0, IN_FORCE)

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the added channel."""
        delay = LEVELS[self.level] if self.delay is None else self.delay
        return (Add("channels", _channel(self, f"{self.level} hotline", delay)),)


@dataclass(frozen=True)
class Envoys(Single):
    """Special envoys and embassies: adds a slow channel. Default settings are illustrations.

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
    """

    name = "envoys"
    source = (
        "Z, China-US 5 (embassies and special envoys beside the hotlines); the settings are ours"
    )
    assumes = "Envoys carry the same explanation as a call, more slowly and at a higher price."
    acts_on = "an incident that a side could explain"

    answered: float = share(0.95, ANSWERED)
    verification: float = share(0.7, VERIFICATION)
    exposure: float = utils(0.5, EXPOSURE)
    explain_cost: float = utils(0.1, EXPLAIN_COST)
    delay: float = share(0.5, LATE)
    in_force: float = share(1.0, IN_FORCE)

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the added channel."""
        return (Add("channels", _channel(self, "envoys", self.delay)),)


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
