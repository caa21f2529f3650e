"""The points of a grid as games: one game for all points that differ in numbers only.

A point of a sweep is a crisis with some fields set and then changed by a mechanism, so a mechanism
acts on the values swept. Its game depends on numbers in two ways: they stand in payoffs and
probabilities, and a number at an end of its domain may switch something off, which is then not in
the tree. Points are therefore grouped by which numbers are at which end, and a tree is built for
the first and the last of each group. If the two are one game at different values, so are all points
between; if not, each point gets its own tree.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np

from crisisgames.crises import Crisis
from crisisgames.crises.fields import PROBABILITY
from crisisgames.crises.parts import named_once, parts_of
from crisisgames.equilibria.solve import Game
from crisisgames.errors import GameError, suggest
from crisisgames.games import ExtensiveFormGame, Parameter

__all__ = ["Axis", "Family", "axes_of", "families"]

RESERVED = ("mechanism", "class", "outcome", "low", "high", "selected", "complete", "classes")
"""Names that the dataset of a sweep has for itself."""


@dataclass(frozen=True)
class Axis:
    """A swept parameter: its values, what it measures, and its unit (``1`` for shares)."""

    name: str
    values: np.ndarray
    meaning: str
    units: str


@dataclass(frozen=True, eq=False)
class Family:
    """Points that are one game at different values.

    Attributes
    ----------
    game : game
    places : ndarray of int
        Which points, in the flat order of the grid.
    values : mapping
        Of each parameter of the game that differs among them, its values at these points.
    """

    game: Game
    places: np.ndarray
    values: Mapping[str, np.ndarray]


def axes_of(subject: Crisis | Game, over: Mapping[str, Any] | None) -> tuple[Axis, ...]:
    """Return the axes of a grid, checked.

    Raises
    ------
    GameError
        For what is no list of numbers, an empty one, or a number twice. Whether a number is allowed
        shows where it is put in.
    UnknownName
        For a name that is not a parameter.
    """
    if not isinstance(over, Mapping) or not over:
        raise GameError(f"over is {over!r}; give {{name of a parameter: its values}}")
    known = _parameters(subject)
    found = []
    for name, given in over.items():
        if name not in known:
            raise suggest("parameter to sweep over", name, known)
        if name in RESERVED:
            raise GameError(f"a parameter named {name!r} cannot be swept; rename it in the game")
        found.append(Axis(name, _values(name, given), *known[name]))
    return tuple(found)


def _values(name: str, given: Any) -> np.ndarray:
    """Return the values of an axis, taken to fifteen digits, as `solve_many` takes them."""
    try:
        values = np.array(given)
    except ValueError:
        values = np.array(None)
    if values.dtype == object:
        values = _as_floats(values)
    if values.ndim != 1 or values.dtype.kind not in "biuf":
        raise GameError(f"the values of {name!r} are {given!r}; give a list of numbers")
    if not len(values):
        raise GameError(f"the values of {name!r} are empty; give at least one")
    if values.dtype.kind == "f":
        values = np.array([float(f"{v:.15g}") for v in values])
    different, times = np.unique(values, return_counts=True)
    if (times > 1).any():
        twice = different[times > 1][0]
        raise GameError(f"the values of {name!r} have {twice.item()!r} more than once; drop one")
    return values


def _as_floats(values: np.ndarray) -> np.ndarray:
    try:
        return values.astype(float)  # rationals
    except (TypeError, ValueError):
        return np.array(None)


def _parameters(subject: Crisis | Game) -> dict[str, tuple[str, str]]:
    """Return for each parameter that can be swept its meaning and unit."""
    if isinstance(subject, Game):
        tree = subject if isinstance(subject, ExtensiveFormGame) else subject.to_extensive()
        return {n: (p.meaning, _unit(p.meaning, p.domain)) for n, p in tree.parameters.items()}
    if not is_dataclass(subject):
        return {
            n: ("", "1") for n, v in subject.parameters().items() if isinstance(v, (int, float))
        }
    own = [("", subject), *((f"{n}.", part) for n, (_, part) in parts_of(subject).items())]
    found = {
        prefix + f.name: _about(f)
        for prefix, item in own
        for f in fields(item)
        if isinstance(getattr(item, f.name), (int, float)) or f.metadata
    }
    return named_once(subject, found)


def _about(f: Any) -> tuple[str, str]:
    meaning = f.metadata.get("meaning", "")
    return meaning, _unit(meaning, f.metadata.get("domain", PROBABILITY))


def _unit(meaning: str, domain: tuple[float, float]) -> str:
    return "1" if tuple(domain) == PROBABILITY and "utils" not in meaning else "utils"


def families(crises: Sequence[Crisis]) -> list[Family]:
    """Return the games of crises, one for all that differ in numbers only."""
    by_pattern: dict[Hashable, list[int]] = {}
    for k, crisis in enumerate(crises):
        by_pattern.setdefault(_pattern(crisis), []).append(k)
    found: dict[Hashable, tuple[ExtensiveFormGame, list[int], list[dict[str, Any]]]] = {}
    for places in by_pattern.values():
        games = {k: crises[k].game() for k in (places[0], places[-1])}
        alike = len({_structure(game) for game in games.values()}) == 1 and all(
            _read(crises[k], game.parameters) == _held(game) for k, game in games.items()
        )
        first = _structure(games[places[0]])
        for k in places:
            game = games[places[0]] if alike else games.get(k) or crises[k].game()
            values = _read(crises[k], game.parameters) if alike else _held(game)
            key = first if alike else _structure(game)
            _, own, rows = found.setdefault(key, (game, [], []))
            own.append(k)
            rows.append(values or {})
    return [_family(game, places, rows) for game, places, rows in found.values()]


def _family(game: Game, places: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> Family:
    columns = {n: np.array([float(row[n]) for row in rows]) for n in rows[0]}
    moved = {n: v for n, v in columns.items() if (v != v[0]).any()}
    at_first = {n: v for n, v in rows[0].items() if n not in moved}
    return Family(game.at(**at_first), np.array(places), moved)


def _pattern(item: Any) -> Hashable:
    """Return what of a crisis may decide on its tree: ends of domains, and what is no number."""
    if isinstance(item, tuple):
        return tuple(map(_pattern, item))
    if not is_dataclass(item):
        return repr(item)
    return (
        type(item).__name__,
        *(_end(getattr(item, f.name), f.metadata.get("domain")) for f in fields(item)),
    )


def _end(value: Any, domain: tuple[float, float] | None) -> Hashable:
    if domain is None:
        return _pattern(value)
    return "lowest" if value == domain[0] else "highest" if value == domain[1] else "inside"


def _structure(game: ExtensiveFormGame) -> Hashable:
    """Return a game without the defaults of its parameters."""
    c = game.compiled
    text = cache(str)  # many ends have the same payoffs
    return (
        c.players,
        c.outcomes,
        c.information_sets,
        c.nodes,
        c.node_sets,
        c.ends,
        c.branch_places,
        c.branch_groups,
        tuple(map(text, c.branch_expressions)),
        tuple(tuple(map(text, row)) for row in c.payoff_expressions),
        tuple(tuple(map(text, row)) for row in c.share_expressions),
    )


def _held(game: ExtensiveFormGame) -> dict[str, Any]:
    """Return the values at which a game stands."""
    return {n: game.values.get(n, p.default) for n, p in game.parameters.items()}


def _read(crisis: Any, parameters: Mapping[str, Parameter]) -> dict[str, Any] | None:
    """Return the values of a game's parameters as a crisis has them; None if it does not tell."""
    if not is_dataclass(crisis):
        return None
    parts = parts_of(crisis)
    found = {}
    for name in parameters:
        owner, _, inner = name.rpartition(".")
        item = parts[owner][1] if owner in parts else None if owner else crisis
        value = getattr(item, inner, None)
        if value is None:
            return None
        found[name] = value
    return found
