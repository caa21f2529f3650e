"""What every crisis offers to mechanisms and comparisons, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, ClassVar, Protocol, Self, overload

import numpy as np

from crisisgames.crises.fields import KnownFields
from crisisgames.equilibria import solve
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.markup import paragraph, table

__all__ = [
    "Crisis",
    "Familiar",
    "Given",
    "ListedCrisis",
    "ManyPlays",
    "Parameterized",
    "TreeCrisis",
]

Familiar = tuple[tuple[float, Record], ...]
"""Records of a simpler game that a record stands for, with weights that sum to one."""


class Crisis(Protocol):
    """A parameterized crisis: a frozen dataclass with a game, which says how it is solved.

    How an analysis reads the solution is told in `crisisgames.analysis.solutions`.
    """

    @property
    def kind(self) -> str:
        """The name of the crisis game, such as ``incident``."""
        ...

    @property
    def concept(self) -> str:
        """What it is solved for unless something else is asked."""
        ...

    @property
    def rule(self) -> str:
        """What selects one member of its solution unless something else is asked."""
        ...

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        ...

    def game(self) -> Any:
        """Return the game, its parameters at the crisis's values."""
        ...

    def solve(self, concept: str | None = None, **options: Any) -> Any:
        """Return the equilibria of the game, by default for the crisis's own concept."""
        ...

    def replace(self, **changes: Any) -> Self:
        """Return the crisis with some fields changed."""
        ...

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values, for tables and files."""
        ...

    @property
    def stages(self) -> Mapping[str, Any]:
        """The crises that it is made of, by field; none where it is one by itself."""
        ...


class TreeCrisis(Crisis, Protocol):
    """A crisis whose game is a tree, and what holds strategies in a game that has changed."""

    def game(self) -> ExtensiveFormGame:
        """Return the game, its parameters at the crisis's values."""
        ...

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return what a record would have been without the institutions that add signals."""
        ...

    def instead(self, action: str) -> str:
        """Return what is done in place of an action that is no longer offered."""
        ...

    @property
    def passive(self) -> tuple[str, ...]:
        """Return the actions that leave a newly offered possibility unused."""
        ...


class ListedCrisis(Crisis, Protocol):
    """A crisis whose solution is a list, of which it says what each entry leads to.

    An entry is whatever the list holds: a Markov perfect equilibrium, cutoffs, a match of given
    strategies.
    """

    @property
    def labels(self) -> tuple[str, ...]:
        """The outcomes that there are, whatever is played, in the order of `outcomes`."""
        ...

    def outcomes(self, play: Any) -> Mapping[str, float]:
        """Return the probability of each outcome when this is played; they sum to one."""
        ...

    def payoffs(self, play: Any) -> Mapping[str, float]:
        """Return the utils of each player when this is played."""
        ...

    def held(self, play: Any) -> Any:
        """Return what it means here to go on as in an entry of another crisis of this kind.

        Raises
        ------
        NotApplicable
            If that has no meaning here, with the reason.
        """
        ...


@dataclass(frozen=True)
class Given(Sequence[Any]):
    """Play that is given and not solved for, as `Crisis.solve` may return it.

    Attributes
    ----------
    entries : tuple
        Usually one.
    notes : tuple of str
    concept : str
        What it is called in tables.
    """

    entries: tuple[Any, ...]
    notes: tuple[str, ...] = ("Strategies are given, not solved for.",)
    concept: str = "given play"
    complete: bool = True

    def __len__(self) -> int:
        return len(self.entries)

    @overload
    def __getitem__(self, index: int) -> Any: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...
    def __getitem__(self, index: int | slice) -> Any:
        return self.entries[index]

    def explain(self) -> str:
        """Return the entries in sentences, and the notes."""
        return "\n".join((*(entry.explain() for entry in self.entries), *self.notes))


@dataclass(frozen=True, eq=False)
class ManyPlays:
    """What is played in many crises of a kind, and what comes of it, as arrays.

    Attributes
    ----------
    labels : tuple of str
        The outcomes.
    starts : ndarray of int
        The plays of crisis ``k`` are ``starts[k]:starts[k + 1]`` of all, in the order in which
        `solve` would list them.
    outcomes : ndarray
        Probability of each outcome, shape (plays, labels).
    payoffs : ndarray
        Utils of each player, shape (plays, players).
    gains : ndarray
        Largest gain from a deviation in each play, utils.
    known : ndarray of bool
        Of each crisis: whether `solve` would list just these. Where not, there are none here, and
        the crisis must be solved by itself.
    complete : ndarray of bool
        Of each crisis: whether these are known to be all equilibria.
    """

    labels: tuple[str, ...]
    starts: np.ndarray
    outcomes: np.ndarray
    payoffs: np.ndarray
    gains: np.ndarray
    known: np.ndarray
    complete: np.ndarray

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        owners: np.ndarray,
        outcomes: np.ndarray,
        payoffs: np.ndarray,
        gains: np.ndarray,
        known: np.ndarray,
        complete: np.ndarray,
    ) -> Self:
        """Return plays of which ``owners`` says in which crisis each is, in any order."""
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(known) + 1))
        return cls(
            tuple(labels), starts, outcomes[order], payoffs[order], gains[order], known, complete
        )


@dataclass(frozen=True)
class Parameterized(KnownFields):
    """The part of a `Crisis` that follows from its fields and its game."""

    concept: ClassVar[str] = "sequential"
    rule: ClassVar[str] = "qre"

    @property
    def stages(self) -> Mapping[str, Any]:
        """The crises that it is made of, by field; none where it is one by itself."""
        return {}

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        players: tuple[str, ...] = self.game().players
        return players

    def game(self) -> Any:
        """Return the game, its parameters at these values."""
        raise NotImplementedError(f"{type(self).__name__} does not say what its game is")

    def solve(self, concept: str | None = None, **options: Any) -> Any:
        """Return the equilibria of the game.

        Parameters
        ----------
        concept : str, optional
            As in `crisisgames.solve`; by default what the crisis is usually solved for.
        **options
            Passed on.
        """
        return solve(self.game(), self.concept if concept is None else concept, **options)

    @classmethod
    def solve_many(
        cls, crises: Sequence[Self], *, time_limit: float | None = None, **options: Any
    ) -> ManyPlays | None:
        """Return what `solve` would list for each of many crises, or None: no way for many at once.

        Parameters
        ----------
        crises : sequence
            Of this kind.
        time_limit : float, optional
            Seconds after which crises that are not solved are left so; None and 0 mean none.
        **options
            As for `solve`.
        """
        return None

    def replace(self, **changes: Any) -> Self:
        """Return the crisis with some fields changed.

        Raises
        ------
        UnknownName
            For a field that the crisis does not have.
        """
        return replace(self, **changes)

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values; parts, such as channels, as mappings."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def _repr_html_(self) -> str:
        rows = [
            (f.name, getattr(self, f.name), f.metadata.get("meaning", "")) for f in fields(self)
        ]
        told = f"{type(self).__name__}; values are illustrations where no source is given."
        return paragraph(told) + table(("parameter", "value", "meaning"), rows)


def _plain(value: Any) -> Any:
    """Return the value of a field; a part with fields of its own is a mapping of them."""
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
