"""What a mechanism is: an institution as a change to a crisis.

A mechanism is a frozen dataclass; its fields are its settings. Called on a crisis it returns the
changed crisis. ``a & b`` puts both in force: a composition is a set, so neither order nor
repetition matters, and what each part changes is collected and applied once.

What a mechanism does to a kind of crisis stands in a method named after the kind, such as
``on_incident``; where there is none, the mechanism means nothing there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, TypeVar

from crisisgames.crises import Crisis
from crisisgames.crises.fields import KnownFields
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games.expressions import as_fraction
from crisisgames.mechanisms.changes import Change, apply_changes

__all__ = ["Both", "Design", "Mechanism", "NoMechanism", "Single", "none"]

C = TypeVar("C", bound=Crisis)

UNLIMITED = float("inf")


@dataclass(frozen=True)
class Mechanism(KnownFields, ABC):
    """An institution, or several together, as a change to a crisis."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Its name."""

    @property
    @abstractmethod
    def source(self) -> str:
        """Where it comes from; Z and E are the texts of `SOURCES`."""

    @property
    @abstractmethod
    def assumes(self) -> str:
        """What it assumes, in one sentence."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Single, ...]:
        """The single mechanisms that it puts in force."""

    @property
    def label(self) -> str:
        """Its name in tables and figures."""
        return self.name

    @property
    def called(self) -> tuple[str, ...]:
        """Every name that it goes by, each once."""
        return tuple(dict.fromkeys((self.label, self.name)))

    @property
    def effective(self) -> tuple[Single, ...]:
        """Its parts, each once and without those that others stand in for."""
        parts = dict.fromkeys(self.parts)
        replaced = {old for p in parts for old in p.replaces}
        return tuple(p for p in parts if p not in replaced)

    def changes(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what it changes in ``crisis``, nothing applied yet.

        Raises
        ------
        NotApplicable
            If a part of it means nothing for this kind of crisis.
        """
        return tuple(c for p in self.effective for c in p.column(crisis))

    def __call__(self, crisis: C) -> C:
        """Return ``crisis`` with the mechanism in force.

        In a crisis that is made of others, each of these takes what has an effect on it.

        Raises
        ------
        NotApplicable
            If a part of it means nothing for the crisis, or for any of those that it is made of.
        """
        if not crisis.stages:
            return apply_changes(crisis, self.changes(crisis))
        for p in self.effective:
            p.need_some_stage(crisis)
        changed = {}
        for name, stage in crisis.stages.items():
            here = (own for p in self.effective for own in p.serving(name).parts)
            changed[name] = _together(own for own in here if own.takes(stage))(stage)
        return crisis.replace(**changed)

    def __and__(self, other: Mechanism) -> Mechanism:
        if not isinstance(other, Mechanism):
            return NotImplemented
        return _together((self, other))


@dataclass(frozen=True)
class Single(Mechanism):
    """One mechanism. Its fields are its settings, their defaults illustrations."""

    acts_on: ClassVar[str]
    """What a crisis must have for the mechanism to mean something."""

    def __post_init__(self) -> None:
        for f in fields(self):
            if f.metadata:
                _check(self.name, f.name, getattr(self, f.name), f.metadata)

    @property
    def parts(self) -> tuple[Single, ...]:
        """The mechanism itself."""
        return (self,)

    @property
    def replaces(self) -> tuple[Single, ...]:
        """Mechanisms that it stands in for where both are in force."""
        return ()

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings and their values."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @property
    def label(self) -> str:
        """The name, with the settings that differ from the defaults."""
        told = [_told(f.name, getattr(self, f.name), f) for f in fields(self)]
        told = [t for t in told if t]
        name = self.name.replace("-", " ")
        return f"{name} ({', '.join(told)})" if told else name

    @property
    def called(self) -> tuple[str, ...]:
        """The label, the name as written and as spoken, and that of the variant that it is.

        Examples
        --------
        >>> from crisisgames.mechanisms import Hotline
        >>> Hotline("theatre").called
        ('hotline (theatre)', 'hotline', 'theatre hotline')
        """
        told = [f.name for f in fields(self) if f.metadata.get("told")]
        names = (self.name, *(f"{getattr(self, name)} {self.name}" for name in told))
        spoken = (name.replace("-", " ") for name in names)
        return tuple(dict.fromkeys((self.label, *names, *spoken)))

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return the kinds of crisis that it applies to."""
        start = "on_"
        return tuple(
            n.removeprefix(start).replace("_", " ") for n in dir(cls) if n.startswith(start)
        )

    @classmethod
    def variants(cls) -> Mapping[str, Single]:
        """Return the mechanism once for each value of the setting that says which one it is.

        By name: the value and the name, such as ``theatre hotline``. There may be no such setting.
        """
        told = [f for f in fields(cls) if f.metadata.get("told")]
        return {
            f"{value} {cls.name}": cls(**{f.name: value})
            for f in told
            for value in f.metadata["options"]
        }

    def takes(self, crisis: Crisis) -> bool:
        """Tell whether it has an effect on a crisis, or on one that the crisis is made of."""
        return self._effect(crisis) is not None or any(map(self.takes, crisis.stages.values()))

    def serving(self, stage: str) -> Mechanism:
        """Return what of it serves in a part of a crisis, which goes by its field."""
        return self

    def need_some_stage(self, crisis: Crisis) -> None:
        """Raise unless it has an effect on one of the crises that a crisis is made of."""
        if not self.takes(crisis):
            made_of = ", ".join(stage.kind for stage in crisis.stages.values())
            raise NotApplicable(
                f"{self.name} means nothing for the crisis {crisis.kind!r}: it acts on "
                f"{self.acts_on}, which none of its parts has ({made_of}); {self._remedy()}"
            )

    def column(self, crisis: Crisis) -> tuple[Change, ...]:
        """Return what it changes in a crisis of this kind."""
        effect = self._effect(crisis)
        if effect is None:
            raise NotApplicable(
                f"{self.name} means nothing for the crisis {crisis.kind!r}: it acts on "
                f"{self.acts_on}, which that crisis does not have; {self._remedy()}"
            )
        return effect(crisis)

    def _effect(self, crisis: Crisis) -> Callable[[Crisis], tuple[Change, ...]] | None:
        return getattr(self, f"on_{crisis.kind.replace(' ', '_')}", None)

    def _remedy(self) -> str:
        kinds = self.kinds()
        return f"it applies to: {', '.join(kinds)}" if kinds else "leave it out here"


@dataclass(frozen=True)
class NoMechanism(Mechanism):
    """Nothing in force: every crisis stays as it is."""

    name = "none"
    source = "ours"
    assumes = "Nothing is in force that the crisis does not have already."

    @property
    def parts(self) -> tuple[Single, ...]:
        """No parts."""
        return ()


none = NoMechanism()
"""The mechanism that changes nothing."""


@dataclass(frozen=True)
class Both(Mechanism):
    """Several mechanisms in force together; made by ``&``, which sorts them."""

    members: tuple[Mechanism, ...]

    @property
    def name(self) -> str:
        """The names of the members."""
        return " + ".join(m.name for m in self.members)

    @property
    def label(self) -> str:
        """The labels of the members."""
        return " + ".join(m.label for m in self.members)

    @property
    def source(self) -> str:
        """The sources of the members."""
        return "; ".join(dict.fromkeys(m.source for m in self.members))

    @property
    def assumes(self) -> str:
        """What the members assume."""
        return " ".join(dict.fromkeys(m.assumes for m in self.members))

    @property
    def parts(self) -> tuple[Single, ...]:
        """The parts of all members."""
        return tuple(p for m in self.members for p in m.parts)


@dataclass(frozen=True)
class Design(Mechanism):
    """A mechanism under a name of its own, such as ``as it is``, with the source that proposes it.

    Examples
    --------
    >>> from crisisgames.mechanisms import Hotline, Notification
    >>> Design("two lines of defence", Hotline() & Notification()).label
    'two lines of defence'
    """

    name: str = ""
    mechanism: Mechanism = none
    source: str = "ours"

    @property
    def assumes(self) -> str:
        """What the mechanism assumes."""
        return self.mechanism.assumes

    @property
    def parts(self) -> tuple[Single, ...]:
        """The parts of the mechanism."""
        return self.mechanism.parts


def _together(mechanisms: Iterable[Mechanism]) -> Mechanism:
    """Return the composition: a set, in canonical order."""
    flat: dict[Mechanism, None] = {}
    for m in mechanisms:
        flat |= dict.fromkeys(m.members if isinstance(m, Both) else (m,))
    flat.pop(none, None)
    members = sorted(flat, key=lambda m: (m.label, repr(m)))
    if len(members) > 1:
        return Both(tuple(members))
    return members[0] if members else none


def share(default: float, meaning: str) -> Any:
    """Return a setting in [0, 1]."""
    return field(default=default, metadata={"domain": (0.0, 1.0), "meaning": meaning})


def utils(default: float, meaning: str) -> Any:
    """Return a setting that is a payoff, at least 0."""
    return field(default=default, metadata={"domain": (0.0, UNLIMITED), "meaning": meaning})


def flag(default: bool, meaning: str) -> Any:
    """Return a setting that is a yes or no."""
    return field(default=default, metadata={"options": (True, False), "meaning": meaning})


def _check(name: str, setting: str, value: Any, about: Mapping[str, Any]) -> None:
    """Raise if a setting has a value that it may not have."""
    if "options" in about:
        if not any(value is o or (isinstance(o, str) and value == o) for o in about["options"]):
            allowed = ", ".join(repr(o) for o in about["options"])
            raise GameError(
                f"{name}: {setting} is {value!r}; allowed are {allowed} ({about['meaning']})"
            )
        return
    if value is None and about.get("optional"):
        return
    low, high = about["domain"]
    allowed = f"{low:g} or more" if high == UNLIMITED else f"{low:g} to {high:g}"
    try:
        inside = low <= as_fraction(value) <= high
    except GameError:
        inside = False
    if not inside:
        raise GameError(
            f"{name}: {setting} is {value!r}; allowed is {allowed} ({about['meaning']})"
        )


def _told(setting: str, value: Any, about: Any) -> str:
    """Return a setting as a label tells it; nothing if it has its default value."""
    if about.metadata.get("told"):
        return str(value)
    if about.default is not MISSING and value == about.default:
        return ""
    setting = setting.replace("_", " ")
    return (
        f"{'' if value else 'no '}{setting}" if isinstance(value, bool) else f"{setting} {value:g}"
    )
