"""What leaders adopt: common principles, deadlines, and the will to use what exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from crisisgames.crises import Crisis
from crisisgames.errors import GameError
from crisisgames.games.expressions import as_fraction
from crisisgames.mechanisms.changes import Change, Lower, Raise, Switch
from crisisgames.mechanisms.mechanism import Mechanism, Single, share
from crisisgames.principles import PRINCIPLES

__all__ = ["Awareness", "Deadline", "Principles", "with_awareness"]

STEPS: dict[str, Callable[[int], int]] = {"rungs": lambda n: n + 2, "issues": lambda n: 2 * n}
"""How principles raise a whole number. Two more rungs leave the last word where it was; issues that
are cut in two leave every split possible that was possible before."""


@dataclass(frozen=True)
class Principles(Single):
    """The five principles of crisis management, adopted by both sides' leaders.

    Acts on those fields of `PRINCIPLES` that the crisis has. On an incident it raises clarity,
    lowers the audience cost, and bounds replies to those in kind. On a ladder it raises clarity,
    lowers ideology and the audience cost, rules out the ultimatum, and puts in two more rungs, so
    that the side with the last word keeps it. In bargaining it cuts each issue in two, and lowers
    ideology and the audience cost. In encounters, in a security dilemma and before an interception
    it raises clarity. The default is an illustration.

    Parameters
    ----------
    strength : float
        How far the principles are followed; a yes or no, and the number of rungs or issues, switch
        at any strength above 0.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> changed = Principles(strength=0.5)(Incident())
    >>> changed.clarity, changed.audience_cost, changed.reciprocity
    (0.65, 0.1, True)

    >>> from crisisgames.crises import Ladder
    >>> changed = Principles(strength=0.5)(Ladder(rungs=2, ideology=0.4, ultimatum=True))
    >>> changed.rungs, changed.ideology, changed.audience_cost, changed.ultimatum
    (4, 0.2, 0.2, False)

    >>> from crisisgames.crises import Bargaining
    >>> changed = Principles(strength=0.5)(Bargaining(issues=3, ideology=0.4))
    >>> changed.issues, changed.ideology
    (6, 0.2)
    """

    name = "principles"
    source = "Z, China-US 6, after Zhang and Swaine (2007), 7-10"
    assumes = "Leaders who agree on principles are followed by those who meet each other."
    acts_on = "fields that the principles speak of"

    strength: float = share(0.3, "how far the principles are followed")

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that an incident has."""
        return self._asked(crisis)

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that a ladder has."""
        return self._asked(crisis)

    def on_bargaining(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that bargaining has."""
        return self._asked(crisis)

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that an interception has."""
        return self._asked(crisis)

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that encounters have."""
        return self._asked(crisis)

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what the principles ask of the fields that a security dilemma has."""
        return self._asked(crisis)

    def _asked(self, crisis: Any) -> tuple[Change, ...]:
        own = {f.name for f in fields(crisis)}
        asked = [(f, how) for p in PRINCIPLES.values() for f, _, how in p.parameters if f in own]
        return tuple(self._change(crisis, f, how) for f, how in asked) if self.strength else ()

    def _change(self, crisis: Any, field: str, how: str) -> Change:
        if field in STEPS:
            return Switch(field, STEPS[field](getattr(crisis, field)))
        if how == "raises":
            return Raise(field, self.strength)
        if how == "lowers":
            return Lower(field, self.strength)
        return Switch(field, how == "switches on")


@dataclass(frozen=True)
class Deadline(Single):
    """A deadline by which a line is set up, or given its crisis function: it is surely in force.

    Parameters
    ----------
    mechanism : Mechanism, optional
        What the deadline is for: each part must have `in_force`. It stands in for that mechanism
        where both are in force. Without it, the deadline is for every channel there is; in a crisis
        that has none, for every line that is put in force together with it.

    Raises
    ------
    GameError
        If a part of the mechanism has no `in_force`.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> from crisisgames.mechanisms import Hotline
    >>> idle = Hotline(in_force=0.1)
    >>> [c.in_force for c in (idle & Deadline(idle))(Incident()).channels]
    [1.0]
    """

    name = "deadline"
    source = "Z, China-Japan 1 (leaders bind the ministries) and China-US 4 (a function assigned)"
    assumes = "What leaders have bound themselves to is set up in time, and meant for crises."
    acts_on = "a channel that may not be in force"

    mechanism: Mechanism | None = None

    def __post_init__(self) -> None:
        if self.mechanism is None:
            return
        if not isinstance(self.mechanism, Mechanism):
            raise GameError(
                f"deadline: mechanism is {self.mechanism!r}; give one such as Hotline()"
            )
        without = [p for p in self.mechanism.parts if not hasattr(p, "in_force")]
        if without or not self.mechanism.parts:
            who = without[0] if without else self.mechanism
            raise GameError(
                f"deadline: mechanism is {who.label!r}, which has no in_force to set; allowed are "
                "hotline and envoys, alone or together"
            )

    @property
    def label(self) -> str:
        """The name, with what the deadline is for."""
        bound = " + ".join(dict.fromkeys(p.label for p in self._bound()))
        return f"deadline for {bound}" if bound else "deadline"

    @property
    def replaces(self) -> tuple[Single, ...]:
        """What the deadline is for."""
        return self.mechanism.parts if self.mechanism else ()

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the channels, surely in force."""
        if self.mechanism is None:
            needed = (
                "deadline means nothing for this incident: it acts on channels, and there is none; "
                "say which one is meant, as in Deadline(Hotline())"
            )
            return (Raise("channels.in_force", 1, needed),)
        return tuple(change for p in self._bound() for change in p.column(crisis))

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lines, surely in force."""
        return self._lines(crisis)

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lines, surely in force."""
        return self._lines(crisis)

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lines, surely in force."""
        return self._lines(crisis)

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lines, surely in force."""
        return self._lines(crisis)

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return the lines, surely in force."""
        return self._lines(crisis)

    def _lines(self, crisis: Crisis) -> tuple[Change, ...]:
        if self.mechanism is None:
            this = f"{'these' if crisis.kind.endswith('s') else 'this'} {crisis.kind}"
            needed = (
                f"deadline means nothing for {this}: it acts on hotlines and envoys, and there is "
                "none; say which one is meant, as in Deadline(Hotline())"
            )
            return (Raise("lines.in_force", 1, needed),)
        return tuple(change for p in self._bound() for change in p.column(crisis))

    def _bound(self) -> tuple[Single, ...]:
        """Return the parts of the mechanism, surely in force."""
        parts = self.mechanism.parts if self.mechanism else ()
        return tuple(replace(p, in_force=1.0) for p in parts)  # type: ignore[call-arg]


@dataclass(frozen=True)
class Awareness(Single):
    """The chance that the two sides use what exists; the default is an illustration.

    Scales `in_force` of all channels and `notified`, those of the crisis included, after everything
    that raises them; where a crisis has none of these, `in_force` of the lines, and of the notices
    of dyads, that are put in force together with it.

    Parameters
    ----------
    awareness : float
        The chance, in [0, 1].
    """

    name = "awareness"
    source = "Z, section on awareness (a mechanism that exists may go unused); the scaling is ours"
    assumes = "Who lacks awareness of crisis management leaves mechanisms unused."
    acts_on = "channels and notices"

    awareness: float = share(1.0, "chance that a side uses what exists")

    @property
    def label(self) -> str:
        """The name, with the chance."""
        return f"awareness {self.awareness:g}"

    def on_incident(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return channels and notices less often in force."""
        unused = 1 - as_fraction(self.awareness)
        return (Lower("channels.in_force", unused), Lower("notified", unused))

    def on_ladder(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return lines less often in force."""
        return self._lines()

    def on_interception(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return lines less often in force."""
        return self._lines()

    def on_encounters(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return lines less often in force."""
        return self._lines()

    def on_security_dilemma(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return lines less often in force."""
        return self._lines()

    def on_dyads(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return lines and notices less often in force."""
        return self._lines()

    def _lines(self) -> tuple[Change, ...]:
        return (Lower("lines.in_force", 1 - as_fraction(self.awareness)),)


def with_awareness(mechanism: Mechanism, awareness: float) -> Mechanism:
    """Return ``mechanism`` where both sides use what exists with this chance only.

    Parameters
    ----------
    mechanism : Mechanism
    awareness : float
        Multiplies `in_force` of every channel or line and `notified`, in [0, 1]; 1 changes nothing.

    Examples
    --------
    >>> from crisisgames.crises import Incident
    >>> from crisisgames.mechanisms import Hotline
    >>> with_awareness(Hotline(), 0.5)(Incident()).channels[0].in_force
    0.5
    """
    return mechanism & Awareness(awareness)
