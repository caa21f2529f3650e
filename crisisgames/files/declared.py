"""What games declare in a document: players, parameters and their values, before the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import sympy as sp

from crisisgames.files.arithmetic import parse_expression
from crisisgames.files.documents import Item, number_json, table
from crisisgames.games import Parameter
from crisisgames.games.expressions import as_expression

__all__ = ["Read", "declared", "parameter_list", "read_parameter", "reader", "reader_over"]

Read = Callable[[Item], sp.Expr]
"""Reads an expression over the parameters that a game declares."""


class Game(Protocol):
    """What all forms of games have."""

    @property
    def players(self) -> tuple[str, ...]: ...
    @property
    def parameters(self) -> dict[str, Parameter]: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


def declared(game: Game) -> dict[str, Any]:
    """Return the players, the parameters and the values of a game as JSON."""
    return {
        "players": list(game.players),
        "parameters": parameter_list(game.parameters),
        "values": table(game.values),
    }


def parameter_list(parameters: Mapping[str, Parameter]) -> list[dict[str, Any]]:
    """Return parameters as JSON."""
    return [_parameter(p) for p in parameters.values()]


def _parameter(p: Parameter) -> dict[str, Any]:
    return {
        "name": p.name,
        "domain": [number_json(d) for d in p.domain],
        "default": number_json(p.default),
        "meaning": p.meaning,
        "source": p.source,
        "shared": p.shared,
    }


def read_parameter(item: Item, name: str) -> Parameter:
    """Return the parameter that an object describes, under a name."""
    low, high = item.get("domain", [0, 1]).pair()
    default = item["default"].number() if "default" in item else None
    return Parameter(
        name,
        (low.end(), high.end()),  # type: ignore[arg-type]  # rationals are fine
        default,
        item.get("meaning", "").text(),
        item.get("source", "").text(),
        shared=item.get("shared", False).flag(),
    )


def reader(item: Item) -> Read:
    """Return what reads the expressions of a game, over the parameters that it declares."""
    parameters: dict[str, Parameter] = {}
    for entry in item.get("parameters", []):
        p: Parameter = entry.made(read_parameter, entry, entry["name"].text())
        if p.name in parameters:
            raise entry.error(f"two parameters are named {p.name!r}; rename one")
        parameters[p.name] = p
    return reader_over(parameters)


def reader_over(parameters: Mapping[str, Parameter]) -> Read:
    """Return what reads expressions over these parameters."""
    known: dict[str, sp.Expr] = {}  # large games repeat the same expressions

    def read(entry: Item) -> sp.Expr:
        if not isinstance(entry.value, str):
            return as_expression(entry.number())
        if entry.value not in known:
            known[entry.value] = entry.made(parse_expression, entry.value, parameters)
        return known[entry.value]

    return read
