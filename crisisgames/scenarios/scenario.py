"""What a scenario is: a crisis with sourced facts, a parameter box, and mechanisms to compare.

The texts hold almost no numbers, so nearly every value is an illustration. What the texts do hold,
facts and order relations, stands beside the values with its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_

from crisisgames.crises import Crisis
from crisisgames.crises.parts import quantities_of, value_of
from crisisgames.errors import GameError, suggest
from crisisgames.markup import paragraph, table
from crisisgames.mechanisms import (
    Awareness,
    Between,
    Design,
    Mechanism,
    default_mechanisms,
    none,
    with_awareness,
)
from crisisgames.scenarios.dyads import Dyad
from crisisgames.scenarios.facts import Fact, Order
from crisisgames.scenarios.orders import ORDERS

__all__ = ["LEFT_OUT", "NO_INSTITUTIONS", "Scenario"]

NO_INSTITUTIONS: dict[str, Fact] = dict.fromkeys(
    ("notified", "cover", "disclosure", "privacy"),
    Fact("The crisis itself holds no institution; those in force are listed apart.", "ours"),
)
"""Fields that only mechanisms move, at 0."""

LEFT_OUT: dict[str, Fact] = dict.fromkeys(
    ("preemption", "assault"),
    Fact("Neither text speaks of a first strike in this case, so there is none.", "ours"),
)
"""Fields about a first strike, at 0."""


@dataclass(frozen=True, repr=False)
class Scenario:
    """A case.

    Attributes
    ----------
    slug, title, period : str
        Its name on the command line, its name for readers, and when it takes place.
    dyad : Dyad
        The two sides, and the relation between them: awareness, dialogues.
    roles : tuple of str
        Who each player of the game is, in the game's order: our assignment. In an incident, A is
        the side whose conduct is in doubt, and B the side that must judge it.
    facts : tuple of Fact
        What the texts say of the case; of the relations, see `told`.
    crisis : Crisis
        The game with nothing in force, at illustrative values.
    fixed : mapping of str to Fact
        The fields whose value a fact or the definition of the case fixes. A field of a part of
        the crisis, here and in the box, is named ``part.field``, as in ``ally.stake``.
    box : mapping of str to tuple of float
        The range of each other field; the value of the crisis lies in it.
    in_force : tuple of Mechanism
        What the two sides have.
    proposed : tuple of Design
        What is proposed for them, each with its source.
    other_dyads : tuple of Dyad
        Further relations of the case, where it is about more than two sides. In `Dyads` each goes
        by the name of its pair.
    left_out : tuple of Fact
        What is proposed as well but is not compared, and why.
    concept, rule : str, optional
        What it is solved for, and what selects one equilibrium, where that is not what the crisis
        is usually solved for and selected by; see `compare`.

    Raises
    ------
    GameError
        If a value lies outside its box, or a field is both fixed and in the box.
    """

    slug: str
    title: str
    period: str
    dyad: Dyad
    roles: tuple[str, ...]
    facts: tuple[Fact, ...]
    crisis: Crisis
    fixed: Mapping[str, Fact] = field(hash=False)
    box: Mapping[str, tuple[float, float]] = field(hash=False)
    in_force: tuple[Mechanism, ...] = ()
    proposed: tuple[Design, ...] = ()
    left_out: tuple[Fact, ...] = ()
    concept: str | None = None
    rule: str | None = None
    other_dyads: tuple[Dyad, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fixed", dict(self.fixed))
        object.__setattr__(self, "box", dict(self.box))
        for name in (*self.fixed, *self.box):
            if name not in self._quantities():
                raise suggest(f"number of {self.slug}", name, self._quantities())
        for name, (low, high) in self.box.items():
            value = value_of(self.crisis, name)
            if not low <= value <= high:
                raise GameError(f"{self.slug}: {name} is {value}; its box is {low} to {high}")
            if name in self.fixed:
                raise GameError(f"{self.slug}: {name} is fixed and has a box; drop one of the two")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.slug}: {self.title} ({self.crisis.kind})>"

    @property
    def cast(self) -> dict[str, str]:
        """Who is who: for each player of the game, whom it stands for."""
        return dict(zip(self.crisis.players, self.roles, strict=True))

    @property
    def dyads(self) -> tuple[Dyad, ...]:
        """All relations of the case."""
        return (self.dyad, *self.other_dyads)

    @property
    def awareness(self) -> float:
        """The chance that the two sides use what exists."""
        return self.dyad.awareness

    @property
    def dialogues(self) -> str:
        """The state of the dialogues between the two sides."""
        return self.dyad.dialogues

    @property
    def illustration(self) -> tuple[str, ...]:
        """The fields of the crisis whose values are illustrations.

        Illustrations are also the settings of all mechanisms, and the awareness of the dyad.
        """
        return tuple(name for name in self._quantities() if name not in self.fixed)

    @property
    def orders(self) -> tuple[Order, ...]:
        """The order relations that the texts state between this scenario and others."""
        return tuple(o for o in ORDERS if self.slug in o.slugs)

    def span(self, quantity: str, dyad: str = "") -> tuple[float, float]:
        """Return the lowest and highest value of a quantity that an `Order` speaks of.

        Parameters
        ----------
        quantity : str
        dyad : str
            The name of the relation meant, where there are several.
        """
        if quantity == "mechanisms":
            count = sum(self._is_in(dyad, m) for m in self.in_force)
            return count, count
        if quantity == "awareness":
            own = next(d for d in self.dyads if dyad in ("", d.name)).awareness
            return own, own
        spans = [self._spanned(name) for name in self.named(quantity)]
        return min(low for low, _ in spans), max(high for _, high in spans)

    def named(self, quantity: str) -> tuple[str, ...]:
        """Return the fields that a quantity is: one, or where parts of the crisis have it, several.

        Parameters
        ----------
        quantity : str
            The name of a field, of the crisis or of its parts.
        """
        names = self._quantities()
        parts = tuple(f"{stage}.{quantity}" for stage in self.crisis.stages)
        return (quantity,) if quantity in names else tuple(n for n in parts if n in names)

    def _spanned(self, name: str) -> tuple[float, float]:
        value = value_of(self.crisis, name)
        return self.box.get(name, (value, value))

    def _is_in(self, dyad: str, mechanism: Mechanism) -> bool:
        """Return whether a mechanism is in force in a dyad; without a name, whether at all."""
        parts = [p for p in mechanism.parts if isinstance(p, Between)]
        return not dyad or not parts or any(p.place == dyad for p in parts)

    @property
    def used(self) -> dict[str, float]:
        """The probability that what exists is used, by dyad: its awareness.

        Empty where awareness means nothing for the crisis.
        """
        if self.other_dyads:
            return {dyad.name: dyad.awareness for dyad in self.dyads}
        return {"": self.awareness} if Awareness(self.awareness).takes(self.crisis) else {}

    def designs(self, *names: str) -> tuple[Design, ...]:
        """Return what to compare, each a mechanism to be called on the crisis of the scenario.

        First what is in force, then nothing, then what is in force with each proposal, and last
        with all of them. What exists is used with the awareness of the dyad, where awareness means
        something for the crisis.

        Parameters
        ----------
        *names : str
            Of mechanisms or proposals: then what is in force, and what is in force with each.

        Raises
        ------
        UnknownName
            For a name that no mechanism has.

        Examples
        --------
        >>> from crisisgames.scenarios import get_scenario
        >>> scenario = get_scenario("taiwan-1995")
        >>> first, second, *_ = scenario.designs()
        >>> first.name, second.name
        ('as it is', 'nothing in force')
        >>> second(scenario.crisis) == scenario.crisis
        True
        >>> [design.name for design in scenario.designs("notification")]
        ['as it is', 'as it is + notification']
        """
        if names:
            return self._with(names)
        now = reduce(and_, self.in_force, none)
        found = [
            self._design("as it is", now),
            Design("nothing in force", none),
            *(self._design(f"as it is + {p.name}", now & p, p.source) for p in self.proposed),
        ]
        if len(self.proposed) > 1:
            everything = reduce(and_, self.proposed, now)
            found.append(self._design("everything proposed", everything))
        return tuple(found)

    @property
    def told(self) -> tuple[Fact, ...]:
        """What the texts say of the relations."""
        return tuple(fact for dyad in self.dyads for fact in dyad.facts)

    def _repr_html_(self) -> str:
        facts = [(fact.text, fact.source) for fact in (*self.facts, *self.told)]
        values = [
            (name, value_of(self.crisis, name), "fixed" if name in self.fixed else "illustration")
            for name in self._quantities()
        ]
        return (
            paragraph(f"{self.title} ({self.slug}), {self.period}.")
            + table(("fact", "source"), facts)
            + table((f"parameter of the {self.crisis.kind}", "value", "status"), values)
        )

    def _with(self, names: Sequence[str]) -> tuple[Design, ...]:
        first = self.designs()[0]
        known: dict[str, Mechanism] = {
            **default_mechanisms(),
            **{p.name: p for p in self.proposed},
        }
        found = [first]
        for name in names:
            if name not in known:
                raise suggest("mechanism", name, known)
            added = known[name]
            if added.parts:
                label = f"{first.name} + {added.label}"
                found.append(Design(label, first & added, added.source))
            else:
                found.append(Design("nothing in force"))
        return tuple(found)

    def _design(self, name: str, mechanism: Mechanism, source: str = "") -> Design:
        used = mechanism
        if self.other_dyads:
            each = (Between(dyad.name, Awareness(dyad.awareness)) for dyad in self.dyads)
            used = reduce(and_, each, mechanism)
        elif self.used:
            used = with_awareness(mechanism, self.awareness)
        return Design(name, used, source or mechanism.source)

    def _quantities(self) -> tuple[str, ...]:
        return tuple(quantities_of(self.crisis))
