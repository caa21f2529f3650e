"""The points of a sweep as games: one game for all points that differ in numbers only.

A point of a sweep is a crisis with some fields set and then changed by a mechanism, so a mechanism
acts on the values swept. What a number invalidates decides what is done again: whole numbers,
yes-or-no, and a number at an end of its domain, which may switch something off, make another tree;
all other numbers stand in the probabilities and payoffs of one tree, which are evaluated for arrays
of points.

Points are therefore grouped by what is at which end, and a tree is built for the first and the last
of each group. If the two are one game at different values, so are all points between; if not, each
point gets its own tree. What a mechanism makes of the numbers is a linear function of each, where
it does not look at them; so it is found once. A mechanism that looks is called at every point.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cache
from math import isfinite, prod
from threading import Lock
from typing import Any, Literal, overload

import numpy as np

from crisisgames.crises import Crisis
from crisisgames.crises.fields import PROBABILITY
from crisisgames.crises.parts import named_once, parts_of, with_fields
from crisisgames.equilibria.batch import short
from crisisgames.equilibria.solve import Game, as_tree
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games import ExtensiveFormGame, Parameter
from crisisgames.mechanisms import none
from crisisgames.mechanisms.changes import Notice, apply_changes
from crisisgames.mechanisms.mechanism import Mechanism

__all__ = [
    "Axis",
    "Drawn",
    "Family",
    "Place",
    "Points",
    "Sample",
    "families",
    "game_of",
    "points_of",
]

RESERVED = (
    "mechanism", "draw", "class", "outcome", "low", "high", "selected", "complete", "classes",
    "class_low", "class_high", "certificate",
)  # fmt: skip
"""Names that the dataset of a sweep has for itself."""

DESIGNS = ("latin hypercube", "sobol", "uniform")


@dataclass(frozen=True)
class Sample:
    """Points drawn at random from a box, the same ones every time.

    Parameters
    ----------
    box : mapping
        For each parameter (lowest, highest); draws are uniform between.
    n : int
        How many points.
    seed : int
        What the draws follow from, whatever computes them and in whatever order.
    design : str
        ``latin hypercube`` (each parameter's range evenly covered, the default), ``sobol``
        (the whole box evenly covered; best with a power of 2 as n), or ``uniform`` (independent).

    Examples
    --------
    >>> sample = Sample({"clarity": (0.2, 0.8)}, n=4, seed=1)
    >>> sorted(sample.draw()["clarity"].round(1).tolist())
    [0.2, 0.5, 0.6, 0.7]
    """

    box: Mapping[str, tuple[float, float]]
    n: int
    seed: int = 0
    design: Literal["latin hypercube", "sobol", "uniform"] = "latin hypercube"

    def __post_init__(self) -> None:
        if not isinstance(self.box, Mapping) or not self.box:
            raise GameError(
                f"Sample: box is {self.box!r}; give {{name of a parameter: (lowest, highest)}}"
            )
        for name, span in self.box.items():
            try:
                low, high = (float(x) for x in span)
            except (TypeError, ValueError):
                raise GameError(
                    f"Sample: the range of {name!r} is {span!r}; give (lowest, highest)"
                ) from None
            if not (isfinite(low) and isfinite(high) and low < high):
                raise GameError(
                    f"Sample: the range of {name!r} is {span!r}; give two finite numbers, the "
                    "smaller one first"
                )
        for name, value, least in (("n", self.n, 1), ("seed", self.seed, 0)):
            whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
            if not whole or value < least:
                raise GameError(f"Sample: {name} is {value!r}; give a whole number from {least}")
        if self.design not in DESIGNS:
            raise suggest("design of a sample", self.design, DESIGNS)

    def draw(self) -> dict[str, np.ndarray]:
        """Return the values of each parameter, one for each draw."""
        rng = np.random.default_rng(self.seed)
        if self.design == "uniform":
            unit = rng.random((self.n, len(self.box)))
        else:
            from scipy.stats import qmc

            if self.design == "sobol":
                bits = max(int(self.n - 1).bit_length(), 1)
                unit = qmc.Sobol(len(self.box), rng=rng).random_base2(bits)[: self.n]
            else:
                unit = qmc.LatinHypercube(len(self.box), rng=rng).random(self.n)
        return {
            name: short(float(low) + (float(high) - float(low)) * unit[:, k])
            for k, (name, (low, high)) in enumerate(self.box.items())
        }


@dataclass(frozen=True)
class Axis:
    """A swept parameter: its values, what it measures, and its unit (``1`` for shares)."""

    name: str
    values: np.ndarray
    meaning: str
    units: str


@dataclass(frozen=True, eq=False)
class Points:
    """The points of a sweep in flat order: all combinations of values, or one draw after another.

    Attributes
    ----------
    axes : tuple of Axis
    sample : Sample or None
        None: a grid.
    """

    axes: tuple[Axis, ...]
    sample: Sample | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters swept."""
        return tuple(a.name for a in self.axes)

    @property
    def dims(self) -> tuple[str, ...]:
        """The dimensions that points have in the dataset."""
        return ("draw",) if self.sample else self.names

    @property
    def shape(self) -> tuple[int, ...]:
        """How many points there are along each dimension."""
        return (self.sample.n,) if self.sample else tuple(len(a.values) for a in self.axes)

    @property
    def count(self) -> int:
        """How many points there are."""
        return prod(self.shape)

    def block_shape(self, most: int) -> tuple[int, ...]:
        """Return how many points a block has along each dimension: a piece of the flat order."""
        found: list[int] = []
        for n in reversed(self.shape):
            found.append(max(min(n, most), 1))
            most = most // n if found[-1] == n else 1
        return tuple(reversed(found))

    def blocks(self, most: int) -> list[tuple[int, int]]:
        """Return the pieces of the flat order, each of ``most`` points or fewer."""
        shape, inner = self.block_shape(most), 1
        for n, own in zip(reversed(self.shape), reversed(shape), strict=True):
            if own < n:
                row, size = n * inner, own * inner
                rows = range(0, self.count, row)
                return [(r + k, r + min(k + size, row)) for r in rows for k in range(0, row, size)]
            inner *= n
        return [(0, self.count)]

    def columns(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Return the values of each parameter at some points."""
        if self.sample:
            return {a.name: a.values[start:stop] for a in self.axes}
        places = np.unravel_index(np.arange(start, stop), self.shape)
        return {a.name: a.values[k] for a, k in zip(self.axes, places, strict=True)}


@dataclass(frozen=True, eq=False)
class Family:
    """Points that are one game at different values.

    Attributes
    ----------
    game : game
    places : ndarray of int
        Which points, in the flat order of those asked for.
    values : mapping
        Of each parameter of the game that may differ among them, its values at these points.
    """

    game: Game
    places: np.ndarray
    values: Mapping[str, np.ndarray]


def points_of(subject: Crisis | Game, over: Mapping[str, Any] | Sample | None) -> Points:
    """Return the points of a grid or a sample, checked.

    Raises
    ------
    GameError
        For what is no list of numbers, an empty one, a number twice, or one that is not allowed.
    UnknownName
        For a name that is not a parameter.
    """
    drawn = over.draw() if isinstance(over, Sample) else over
    if not isinstance(drawn, Mapping) or not drawn:
        raise GameError(f"over is {over!r}; give {{name of a parameter: its values}}, or a Sample")
    known = _parameters(subject)
    axes = []
    for name, given in drawn.items():
        if name not in known:
            raise suggest("parameter to sweep over", name, known)
        if name in RESERVED:
            raise GameError(f"a parameter named {name!r} cannot be swept; rename it in the game")
        values = given if isinstance(over, Sample) else _values(name, given)
        axes.append(Axis(name, values, *known[name]))
        for value in _telling(values):
            _check(subject, name, value)
    return Points(tuple(axes), over if isinstance(over, Sample) else None)


def _telling(values: np.ndarray) -> list[Any]:
    """Return values that are allowed only if all are: domains are intervals."""
    if values.dtype.kind != "f":
        found: list[Any] = values.tolist()
        return found
    odd = values[~np.isfinite(values)][:1]
    return [*odd.tolist(), values.min().item(), values.max().item()]


def _check(subject: Crisis | Game, name: str, value: Any) -> None:
    if isinstance(subject, Game):
        as_tree(subject)[0].parameters[name].check(value)
    else:
        with_fields(subject, {name: value})


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
    if isinstance(given, tuple) and len(given) == 2:  # in a Sample that is a range
        raise GameError(
            f"the values of {name!r} are {given!r}: for these two write a list, "
            f"{list(given)!r}; for points between them np.linspace{(*given, 21)!r}, or a Sample"
        )
    values = short(values)
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


class Place:
    """A crisis under a mechanism at many points; trees are kept from one block to the next.

    Parameters
    ----------
    subject : crisis or game
    mechanism : callable
        From crisis to crisis.
    """

    def __init__(self, subject: Any, mechanism: Callable[[Any], Any] = none) -> None:
        self.subject, self.mechanism = subject, mechanism
        self.known: dict[Hashable, ExtensiveFormGame | None] = {}
        self.laws: dict[Hashable, Mapping[str, _Law] | None] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"subject": self.subject, "mechanism": self.mechanism, "known": {}, "laws": {}}

    def crisis(self, point: Mapping[str, Any]) -> Any:
        """Return the crisis at one point, the mechanism in force."""
        try:
            placed = with_fields(self.subject, point)
            return placed if self.mechanism is none else self.mechanism(placed)
        except (GameError, NotApplicable) as error:
            at = ", ".join(f"{n}={v}" for n, v in point.items())
            raise type(error)(f"{error} (at {at})") from error

    def families(self, columns: Mapping[str, np.ndarray]) -> list[Family]:
        """Return the games at some points."""
        count = len(next(iter(columns.values())))
        if isinstance(self.subject, Game):
            return [Family(self.subject, np.arange(count), columns)]
        rest: list[int] = []
        found: list[Family] = []
        for fixed, places in self._alike(columns):
            free = {n: v[places] for n, v in columns.items() if n not in fixed}
            laws = self._laws(fixed, free)
            if laws is None:
                rest += places.tolist()
                continue
            moved = {n: laws[n](v) for n, v in free.items()}
            ends = [laws[n].ends(v) for n, v in moved.items()]
            code = np.ravel_multi_index(ends, (3,) * len(ends)) if ends else np.zeros(len(places))
            for kind in np.unique(code):
                inside = np.flatnonzero(code == kind)
                own = {n: v[inside] for n, v in moved.items()}
                key = (tuple(fixed.items()), tuple(free), kind)
                pair = [
                    {n: v[places[k]].item() for n, v in columns.items()}
                    for k in (inside[0], inside[-1])
                ]
                game = self._game(key, pair, [{n: v[k] for n, v in own.items()} for k in (0, -1)])
                if game is None:
                    rest += places[inside].tolist()
                    continue
                values = {n: v for n, v in own.items() if n in game.parameters}
                found.append(Family(game, places[inside], values))
        if rest:
            rest.sort()
            rows = [{n: v[k].item() for n, v in columns.items()} for k in rest]
            for family in families([self.crisis(row) for row in rows]):
                places = np.array(rest)[family.places]
                found.append(Family(family.game, places, family.values))
        return found

    def _alike(
        self, columns: Mapping[str, np.ndarray]
    ) -> Iterator[tuple[dict[str, Any], np.ndarray]]:
        """Yield the points in groups of one structure: with what is no number with a domain."""
        domains = _domains(self.subject)
        fixed = [n for n, v in columns.items() if domains.get(n) is None or v.dtype.kind != "f"]
        count = len(next(iter(columns.values())))
        if not fixed:
            yield {}, np.arange(count)
            return
        rows = np.stack([columns[n].astype(float) for n in fixed], axis=1)
        kinds, number = np.unique(rows, axis=0, return_inverse=True)
        for k in range(len(kinds)):
            places = np.flatnonzero(number.reshape(-1) == k)
            yield {n: columns[n][places[0]].item() for n in fixed}, places

    def _laws(
        self, fixed: Mapping[str, Any], free: Mapping[str, np.ndarray]
    ) -> Mapping[str, _Law] | None:
        """Return what the mechanism makes of each number, if that does not depend on the others."""
        key = (tuple(fixed.items()), tuple(free))
        if key not in self.laws:
            self.laws[key] = _find_laws(self.subject, self.mechanism, fixed, tuple(free))
        return self.laws[key]

    def _game(
        self,
        key: Hashable,
        pair: Sequence[Mapping[str, Any]],
        values: Sequence[Mapping[str, float]],
    ) -> ExtensiveFormGame | None:
        """Return the game of a group, by its first and last point; None if they are not alike."""
        if key not in self.known:
            crises = [self.crisis(point) for point in pair]
            games = [game_of(crisis) for crisis in crises]
            alike = games[0].compiled is games[1].compiled
            alike = alike or structure(games[0]) == structure(games[1])
            for crisis, game, own in zip(crises, games, values, strict=True):
                held = _held(game)
                alike = alike and _read(crisis, game.parameters) == held
                alike = alike and all(
                    abs(float(held[n]) - v) <= CLOSE * max(1.0, abs(v))
                    for n, v in own.items()
                    if n in held
                )
            self.known[key] = games[0] if alike else None
            if alike:
                _keep(crises, games[0])
        return self.known[key]


KNOWN: dict[Hashable, Game] = {}
"""By what decides on the tree of a crisis, a game of which two crises were seen to have the tree.
Building it anew takes longer than solving some hundred points."""

KEPT = 64
"""Games that are kept."""

LOCK = Lock()


def _kind(crisis: Any) -> Hashable:
    """Return what decides on the tree of a crisis; None where that is not known.

    Trees of the library's crises depend on no number inside its domain, which is tested; those of
    other people's crises may.
    """
    ours = is_dataclass(crisis) and type(crisis).__module__.startswith("crisisgames.")
    return (type(crisis), _pattern(crisis)) if ours else None


def _keep(crises: Sequence[Any], game: Game) -> None:
    kind = _kind(crises[0])
    if kind is not None and kind == _kind(crises[-1]):
        with LOCK:  # threads of a sweep share what is known
            KNOWN[kind] = game
            while len(KNOWN) > KEPT:
                KNOWN.pop(next(iter(KNOWN)))


def learn(crises: Sequence[Any]) -> None:
    """Keep the game of the first of some crises if the last has the same, for those like them."""
    pair = [crises[0], crises[-1]]
    if (kind := _kind(pair[0])) is None or kind in KNOWN:
        return
    games = [crisis.game() for crisis in pair]
    if not all(isinstance(game, Game) for game in games):
        return
    alike = structure(as_tree(games[0])[0]) == structure(as_tree(games[1])[0])
    told = [
        _read(c, g.parameters) == _held(as_tree(g)[0]) for c, g in zip(pair, games, strict=True)
    ]
    if alike and all(told):
        _keep(pair, games[0])


def game_of(crisis: Any) -> Any:
    """Return the game of a crisis, without building its tree if that is known."""
    game = KNOWN.get(_kind(crisis))
    values = None if game is None else _read(crisis, game.parameters)
    return crisis.game() if game is None or values is None else game.at(**values)


CLOSE = 1e-12
"""Relative difference up to which a number is what a linear function makes of it."""


@dataclass(frozen=True)
class _Law:
    """What a mechanism makes of a number: a linear function; with the number's domain."""

    constant: Fraction
    slope: Fraction
    domain: tuple[float, float]

    def __call__(self, values: np.ndarray) -> np.ndarray:
        if self.constant == 0 and self.slope == 1:
            return values
        return short(float(self.constant) + float(self.slope) * values)

    def ends(self, values: np.ndarray) -> np.ndarray:
        """Tell where values are at an end of the domain: 1 the lowest, 2 the highest, else 0."""
        low, high = self.domain
        return np.where(values == low, 1, np.where(values == high, 2, 0))


def _find_laws(
    subject: Any, mechanism: Any, fixed: Mapping[str, Any], names: Sequence[str]
) -> dict[str, _Law] | None:
    known = _domains(subject)
    domains = {n: own for n in names if (own := known[n]) is not None}
    if mechanism is none:
        return {n: _Law(Fraction(0), Fraction(1), domains[n]) for n in names}
    # In a crisis that is made of others each takes its own part of a mechanism.
    if not isinstance(mechanism, Mechanism) or getattr(subject, "stages", None):
        return None
    base = with_fields(subject, fixed)
    looked = _looked_at(mechanism, base)
    if looked is None or any(
        n.partition(".")[0] in looked or _field_of(base, n) in looked for n in names
    ):
        return None
    changes = mechanism.changes(base)
    if any(isinstance(c, Notice) for c in changes) and {"notified", "cover"} & set(names):
        return None
    found = {}
    for name in names:
        low, high = domains[name]
        width = Fraction(high) - Fraction(low) if isfinite(high) else Fraction(1)
        x = [Fraction(low) + width * k / 4 for k in (1, 2, 3)]
        y = []
        for value in x:
            changed = apply_changes(with_fields(base, {name: value}), changes)
            y.append((_read_one(changed, name), value))
        if any(v is None for v, _ in y):
            return None
        (y0, x0), (y1, x1), (y2, x2) = ((Fraction(v), value) for v, value in y)
        slope = (y1 - y0) / (x1 - x0)
        if y2 - y1 != slope * (x2 - x1):
            return None
        found[name] = _Law(y0 - slope * x0, slope, domains[name])
    return found


def _looked_at(mechanism: Mechanism, crisis: Any) -> set[str] | None:
    """Return what of a crisis a mechanism looks at to say what it changes; None if it is hidden."""
    seen: set[str] = set()

    class Watched(type(crisis)):  # type: ignore[misc]
        def __getattribute__(self, name: str) -> Any:
            seen.add(name)
            return super().__getattribute__(name)

    watched = object.__new__(Watched)
    try:
        watched.__dict__.update(vars(crisis))
    except (AttributeError, TypeError):  # a crisis without a dictionary of its own
        return None
    seen.clear()
    mechanism.changes(watched)
    return seen


def _field_of(crisis: Any, name: str) -> str:
    """Return the field of a crisis in which a parameter stands."""
    owner = name.rpartition(".")[0]
    parts = parts_of(crisis)
    return parts[owner][0][0][0] if owner in parts else name.partition(".")[0]


def _read_one(crisis: Any, name: str) -> Any:
    owner, _, inner = name.rpartition(".")
    if not owner:
        return getattr(crisis, name, None)
    parts = parts_of(crisis)
    return getattr(parts[owner][1], inner, None) if owner in parts else None


def _domains(subject: Any) -> dict[str, tuple[float, float] | None]:
    """Return the domain of each field that has one; those of parts by ``part.field``."""
    if not is_dataclass(subject):
        return {}
    own = [("", subject), *((f"{n}.", part) for n, (_, part) in parts_of(subject).items())]
    return {prefix + f.name: f.metadata.get("domain") for prefix, item in own for f in fields(item)}


class Drawn(Sequence[Crisis]):
    """A crisis under a mechanism at many points; each is made when it is asked for.

    Parameters
    ----------
    place : Place
    columns : mapping
        Of each parameter, its values.
    """

    def __init__(self, place: Place, columns: Mapping[str, np.ndarray]) -> None:
        self.place, self.columns = place, columns

    @classmethod
    def under(
        cls, crisis: Crisis, mechanism: Callable[[Any], Any], columns: Mapping[str, np.ndarray]
    ) -> Drawn:
        """Return a crisis under a mechanism at points that are checked.

        Raises
        ------
        GameError
            For a value outside its domain.
        """
        for name, values in columns.items():
            for value in _telling(values):
                _check(crisis, name, value)
        return cls(Place(crisis, mechanism), columns)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, k: int) -> Crisis: ...
    @overload
    def __getitem__(self, k: slice) -> list[Crisis]: ...
    def __getitem__(self, k: int | slice) -> Crisis | list[Crisis]:
        if isinstance(k, slice):
            return [self[i] for i in range(*k.indices(len(self)))]
        crisis: Crisis = self.place.crisis({n: v[k].item() for n, v in self.columns.items()})
        return crisis


def families(crises: Sequence[Crisis]) -> list[Family]:
    """Return the games of crises, one for all that differ in numbers only."""
    if isinstance(crises, Drawn):
        return crises.place.families(crises.columns)
    by_pattern: dict[Hashable, list[int]] = {}
    for k, crisis in enumerate(crises):
        by_pattern.setdefault(_pattern(crisis), []).append(k)
    found: dict[Hashable, tuple[ExtensiveFormGame, list[int], list[dict[str, Any]]]] = {}
    for places in by_pattern.values():
        games = {k: crises[k].game() for k in (places[0], places[-1])}
        alike = len({structure(game) for game in games.values()}) == 1 and all(
            _read(crises[k], game.parameters) == _held(game) for k, game in games.items()
        )
        first = structure(games[places[0]])
        for k in places:
            game = games[places[0]] if alike else games.get(k) or crises[k].game()
            values = _read(crises[k], game.parameters) if alike else _held(game)
            key = first if alike else structure(game)
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
    if domain is None or value is None:  # a number that is optional, and not there
        return _pattern(value)
    return "lowest" if value == domain[0] else "highest" if value == domain[1] else "inside"


def structure(game: ExtensiveFormGame) -> Hashable:
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
