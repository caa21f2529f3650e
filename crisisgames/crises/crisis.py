"""What every crisis offers to mechanisms and comparisons, and what all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Protocol, Self

from crisisgames.crises.fields import KnownFields
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.markup import paragraph, table

__all__ = ["Crisis", "Familiar", "Parameterized"]

Familiar = tuple[tuple[float, Record], ...]
"""Records of a simpler game that a record stands for, with weights that sum to one."""


class Crisis(Protocol):
    """A parameterized crisis: a frozen dataclass with a game."""

    @property
    def kind(self) -> str:
        """The name of the crisis game, such as ``incident``."""
        ...

    def game(self) -> ExtensiveFormGame:
        """Return the game, its parameters at the crisis's values."""
        ...

    def replace(self, **changes: Any) -> Self:
        """Return the crisis with some fields changed."""
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

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values, for tables and files."""
        ...


@dataclass(frozen=True)
class Parameterized(KnownFields):
    """The part of a `Crisis` that follows from its fields."""

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
