"""Dyads: whether quarrels and silence feed each other, and one crisis another.

Two sides meet again and again. Between them there is tension, calm, friction or crisis, and
dialogue, which is on or off. In every period both see this and choose at the same time, to restrain
themselves or to push:

1. Who pushes while the other restrains itself gains ``gain``, and the other loses ``loss``; else
   nobody gets anything.
2. With k sides pushing, tension rises with probability u, where ``rise_none``, ``rise_one`` or
   ``rise_both`` is taken for k = 0, 1, 2, ``spillover`` is added while another dyad is in crisis or
   conflict, and the sum is multiplied by 1 - ``dampening`` while dialogue is on (at most 1). If it
   does not rise and nobody pushes, it falls with probability ``fall``.
3. From crisis up is conflict, which never ends and costs each side ``damage`` in every period.
4. Then, at the new tension: in crisis dialogue ends with probability ``suspension``; at calm and
   friction it resumes with ``resumption``; and anywhere it is interrupted for outside reasons with
   ``interruption``, in this order and independently.

One state may be in two dyads at once, as China is with the United States and with Japan. It chooses
in both at the same time and adds the payoffs. An ally of a side in a dyad of others pays
``alliance`` times the damage of conflict there.

War is conflict within so many periods. Nobody decides on it, but who pushes in a crisis knows what
may come of it. So what pushing adds to the chance that a crisis becomes conflict is *deliberate*;
what would have come of it if both had restrained themselves is *inadvertent*. With two dyads the
cause is that of the conflict that comes first. Everybody sees everything, so nothing is a
misperception.

That suspended dialogue and worse relations feed each other, and that one crisis draws in another,
is said by a text on China, Japan and the United States (see `crisisgames.mechanisms.SOURCES`, Z);
the game and its default values are ours, and the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.crises.crisis import Parameterized
from crisisgames.crises.fields import (
    ILLUSTRATION,
    PROBABILITY,
    UTILS,
    as_count,
    as_flag,
    check_fields,
    parameters,
    quantity,
)
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import Parameter, StochasticGame
from crisisgames.games.expressions import as_fraction

if TYPE_CHECKING:
    from crisisgames.equilibria import MarkovEquilibrium

__all__ = ["CONFLICT", "TENSIONS", "Dyads", "Pair"]

TENSIONS = ("calm", "friction", "crisis")
"""Levels of tension short of conflict, the lowest first."""

CALM, FRICTION, CRISIS = range(3)
CONFLICT = "conflict"
TALKING, SILENT = "talking", "silent"
RESTRAIN, PUSH = "restrain", "push"
DELIBERATE, INADVERTENT = "war:deliberate", "war:inadvertent"
BOTH = "both"

Live = tuple[int, bool]
"""Tension, and whether dialogue is on."""

State = tuple[Live | None, ...]
"""For each dyad its tension and dialogue, or None for conflict."""


def own(name: str) -> Any:
    """Return a field of a pair whose value, if it has one, takes the place of the crisis's."""
    about = next(f.metadata for f in fields(_Numbers) if f.name == name)
    return field(default=None, metadata={**about, "optional": True})


@dataclass(frozen=True)
class _Numbers:
    """The numbers that a dyad has."""

    gain: float = quantity(1.0, UTILS, "gain from pushing while the other restrains itself, utils")
    loss: float = quantity(1.0, UTILS, "loss from restraint while the other pushes, utils")
    rise_none: float = quantity(0.02, PROBABILITY, "probability that tension rises, nobody pushing")
    rise_one: float = quantity(0.2, PROBABILITY, "probability that tension rises, one side pushing")
    rise_both: float = quantity(0.5, PROBABILITY, "probability that tension rises, both pushing")
    fall: float = quantity(0.4, PROBABILITY, "probability that tension falls, nobody pushing")
    dampening: float = quantity(0.5, PROBABILITY, "share of rises that dialogue prevents")
    suspension: float = quantity(0.5, PROBABILITY, "probability that a crisis ends dialogue")
    resumption: float = quantity(0.3, PROBABILITY, "probability that dialogue resumes out of crisis")
    interruption: float = quantity(
        0.0, PROBABILITY, "probability that dialogue is interrupted for outside reasons"
    )
    damage: float = quantity(5.0, UTILS, "loss from conflict to each side in a period, utils")


@dataclass(frozen=True)
class Pair:
    """One dyad: who meets whom, and what is its own.

    Attributes
    ----------
    sides : tuple of str
        The two sides.
    name : str
        By default the sides, as in ``A-B``.
    allies : tuple of str
        Players outside the dyad who pay a part of the damage of conflict in it.
    dialogue : bool
        Whether there is dialogue that can be held and broken off at all.
    suspended : bool
        Whether dialogue is off at the start.
    gain, loss, ... : float, optional
        Numbers of this dyad that differ from those of the crisis.
    """

    sides: tuple[str, ...] = ("A", "B")
    name: str = ""
    allies: tuple[str, ...] = ()
    dialogue: bool = True
    suspended: bool = False
    gain: float | None = own("gain")
    loss: float | None = own("loss")
    rise_none: float | None = own("rise_none")
    rise_one: float | None = own("rise_one")
    rise_both: float | None = own("rise_both")
    fall: float | None = own("fall")
    dampening: float | None = own("dampening")
    suspension: float | None = own("suspension")
    resumption: float | None = own("resumption")
    interruption: float | None = own("interruption")
    damage: float | None = own("damage")

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("sides", "allies"):
            given = getattr(self, name)
            if isinstance(given, str) or not all(isinstance(p, str) and p for p in given):
                raise GameError(f"Pair: {name} is {given!r}; give names of players, in a list")
            put(self, name, tuple(given))
        if len(self.sides) != 2 or self.sides[0] == self.sides[1]:
            raise GameError(f"Pair: sides is {self.sides!r}; give two different players")
        put(self, "name", self.name or "-".join(self.sides))
        for name in ("dialogue", "suspended"):
            put(self, name, as_flag("Pair", name, getattr(self, name)))
        check_fields(f"Pair {self.name}", self)


@dataclass(frozen=True)
class Dyads(Parameterized):
    """Tension and dialogue in one dyad or two. Payoffs in utils; defaults are illustrations.

    Outcomes are what has come about after ``periods``: ``war:deliberate`` or ``war:inadvertent``
    if there was conflict, with two dyads followed by where it is, such as ``war:inadvertent:A-B``
    or ``war:deliberate:both``; otherwise ``calm``, ``friction`` or ``crisis``, the worst of the
    dyads. Payoffs are discounted utils from the start.

    Attributes
    ----------
    pairs : tuple of Pair
        The dyad, or the two that share a player.
    periods : int
        After how many periods the question of war is asked.
    gain, loss
        What it brings to push while the other restrains itself, and costs to be pushed.
    rise_none, rise_one, rise_both
        Probability that tension rises, with nobody, one side or both pushing.
    fall
        Probability that tension falls where nobody pushes and it does not rise.
    dampening
        Share of rises that dialogue prevents.
    suspension, resumption, interruption
        Probability that a crisis ends dialogue, that it resumes at calm or friction, and that it is
        interrupted for outside reasons.
    damage
        What conflict costs each side, in every period.
    spillover
        What a crisis or conflict in the other dyad adds to the probability that tension rises.
    alliance
        Share of the damage that falls on an ally.
    discount
        What a util is worth one period later.

    Examples
    --------
    >>> from crisisgames import Dyads
    >>> found = Dyads().solve()
    >>> len(found), round(found.bounds("conflict", 50)[0], 6)
    (1, 0.298933)
    >>> tense = Dyads(damage=2).solve()
    >>> [round(p, 5) for p in tense.bounds("conflict", 50)]
    [0.16214, 0.99998]
    """

    pairs: tuple[Pair, ...] = (Pair(),)
    periods: int = 50
    gain: float = quantity(1.0, *_about("gain"))
