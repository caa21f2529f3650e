"""What a mechanism does by itself, and what it does because people answer it.

The *direct* part of an effect is the change in outcomes when everybody goes on behaving as in the
baseline; the *strategic* part is the rest. A lower hazard that lowers war by arithmetic is all
direct; a signal that nobody listens to yet is all strategic.

To go on as before in a game that has changed, a player at an information set takes

1. what it did at the same record in the baseline; or else
2. what it did at the records that this one stands for once the signals that only institutions
   bring are left out (`TreeCrisis.familiar`); or else, where the baseline offered no such
   decision,
3. the action that leaves the new possibility unused (`TreeCrisis.passive`), or, where there is
   none, each action with equal probability.

An action that is no longer offered is replaced by what the crisis puts in its place
(`TreeCrisis.instead`).

The arithmetic is exact, so that a mechanism that only informs has a direct effect of exactly 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from crisisgames.crises import TreeCrisis
from crisisgames.equilibria import ANY, Equilibrium
from crisisgames.games import ExtensiveFormGame, InformationSet, Record
from crisisgames.games.expressions import as_fraction

__all__ = ["Held", "direct_effect", "hold", "outcome_probabilities"]

Row = tuple[Fraction, ...]
"""The probability of each action at an information set."""


@dataclass(frozen=True)
class Held:
    """Strategies of a baseline, carried over to a game.

    Attributes
    ----------
    rows : tuple of Row
        For each information set of the game the probability of each action.
    strange : frozenset of int
        Information sets at which nothing in the baseline says what to do: there play is uniform.
    """

    rows: tuple[Row, ...]
    strange: frozenset[int]


@dataclass(frozen=True)
class _Place:
    """An information set and what tells whether it is like another.

    `plain` are the records that it stands for without institutions; `later` are the decisions that
    its player may meet after it, as (what the record adds, actions).
    """

    info: InformationSet
    plain: frozenset[Record]
    later: frozenset[tuple[Record, tuple[str, ...]]]


def direct_effect(
    before: TreeCrisis, equilibrium: Equilibrium, after: TreeCrisis, game: ExtensiveFormGame
) -> tuple[dict[str, Fraction], tuple[str, ...]]:
    """Return the change of each outcome's probability when baseline strategies are held.

    Parameters
    ----------
    before : TreeCrisis
        The baseline.
    equilibrium : Equilibrium
        What is played in it.
    after : TreeCrisis
        The crisis with the mechanism in force.
    game : ExtensiveFormGame
        The game of `after`.

    Returns
    -------
    effect : dict
        For each outcome of either game the difference of its probabilities.
    notes : tuple of str
        Where play comes to decisions on which the baseline says nothing.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> quiet = Incident()
    >>> tense = quiet.replace(hazard_response=0.1)
    >>> effect, notes = direct_effect(quiet, solve(quiet.game())[0], tense, tense.game())
    >>> float(effect["war:inadvertent"]), float(effect["calm"])
    (0.0, 0.0)
    """
    old = outcome_probabilities(equilibrium.game, hold(before, equilibrium, before).rows)
    held = hold(before, equilibrium, after, game)
    new = outcome_probabilities(game, held.rows)
    labels = dict.fromkeys((*old, *new))
    zero = Fraction(0)
    effect = {o: new.get(o, zero) - old.get(o, zero) for o in labels}
    return effect, _notes(game, held)


def hold(
    before: TreeCrisis,
    equilibrium: Equilibrium,
    after: TreeCrisis,
    game: ExtensiveFormGame | None = None,
) -> Held:
    """Return the strategies of ``equilibrium`` in the game of another crisis.

    Parameters
    ----------
    before, equilibrium, after
        As for `direct_effect`.
    game : ExtensiveFormGame, optional
        The game of `after`; by default that of the equilibrium.
    """
    game = equilibrium.game if game is None else game
    known = _places(before, equilibrium.game)
    found = [_behaviour(place, known, equilibrium, after) for place in _places(after, game)]
    strange = frozenset(h for h, row in enumerate(found) if row is None)
    sizes = [len(info.actions) for info in game.information_sets]
    rows = tuple(
        (Fraction(1, n),) * n if row is None else row for row, n in zip(found, sizes, strict=True)
    )
    return Held(rows, strange)


def outcome_probabilities(game: ExtensiveFormGame, rows: Sequence[Row]) -> dict[str, Fraction]:
    """Return the probability of each outcome when play follows ``rows``, exactly."""
    compiled, numbers = game.compiled, game.exact()
    reach = [
        luck * prod((rows[h][a] for h, a in end.decisions), start=Fraction(1))
        for luck, end in zip(numbers.chance(compiled.ends), compiled.ends, strict=True)
    ]
    return {
        o: sum((p * s for p, s in zip(reach, column, strict=True) if p), Fraction(0))
        for o, column in zip(compiled.outcomes, numbers.shares.T, strict=True)
    }


def _places(crisis: TreeCrisis, game: ExtensiveFormGame) -> tuple[_Place, ...]:
    sets = game.information_sets
    return tuple(
        _Place(
            info,
            frozenset(record for _, record in crisis.familiar(info.player, info.record)),
            frozenset(_later(info, sets)),
        )
        for info in sets
    )


def _later(
    info: InformationSet, sets: Iterable[InformationSet]
) -> Iterable[tuple[Record, tuple[str, ...]]]:
    """Yield the decisions that the player may meet after ``info``."""
    n = len(info.record)
    for other in sets:
        follows = len(other.record) > n and other.record[:n] == info.record
        if follows and other.player == info.player:
            yield other.record[n:], other.actions


def _behaviour(
    place: _Place, known: Sequence[_Place], equilibrium: Equilibrium, after: TreeCrisis
) -> Row | None:
    """Return what the baseline's strategies mean at a place; None if they say nothing."""
    info = place.info
    own = [k for k in known if k.info.player == info.player]
    same = [k for k in own if k.info.record == info.record]
    similar = [k for k in own if k.plain == place.plain and _comparable(k.info, info, after)]
    if same or similar:
        return _carried(_nearest(place, same or similar), equilibrium, info, after)
    familiar = after.familiar(info.player, info.record)
    weights = [(as_fraction(weight), record) for weight, record in familiar if weight]
    rows = [_at_record(record, place, own, equilibrium, after) for _, record in weights]
    total = sum(weight for weight, _ in weights)
    mixed = [Fraction(0)] * len(info.actions)
    for (weight, _), row in zip(weights, rows, strict=True):
        if row is None:
            return None
        mixed = [m + weight / total * p for m, p in zip(mixed, row, strict=True)]
    return tuple(mixed)


def _at_record(
    record: Record,
    place: _Place,
    own: Sequence[_Place],
    equilibrium: Equilibrium,
    after: TreeCrisis,
) -> Row | None:
    """Return the behaviour at one of the plain records that a place stands for."""
    like = [k for k in own if k.plain == {record} and _comparable(k.info, place.info, after)]
    if like:
        return _carried(_nearest(place, like), equilibrium, place.info, after)
    return _unused(place.info.actions, after)


def _comparable(old: InformationSet, new: InformationSet, after: TreeCrisis) -> bool:
    a, b = set(old.actions), set(new.actions)
    return a <= b or b <= a or all(_instead(action, new.actions, after) for action in a)


def _nearest(place: _Place, known: Sequence[_Place]) -> InformationSet:
    """Return the known set most like this one: in entries, then what may follow, then words.

    What may follow tells, where a line that perhaps existed is now there for sure, that play goes
    on as it did where the line existed. Words tell that ``explained through envoys`` is nearer to
    ``explained`` than to ``silence``. Of equals the first in the order of the game is taken.
    """

    def distance(k: _Place) -> tuple[int, int, int]:
        old, new = k.info.record, place.info.record
        words = _difference(" ".join(old).split(), " ".join(new).split())
        return _difference(old, new), len(k.later ^ place.later), words

    return min(known, key=distance).info


def _difference(first: Iterable[str], second: Iterable[str]) -> int:
    """Return how many entries only one of the two has."""
    a, b = Counter(first), Counter(second)
    return (a - b).total() + (b - a).total()


def _carried(
    old: InformationSet, equilibrium: Equilibrium, info: InformationSet, after: TreeCrisis
) -> Row | None:
    """Return the behaviour at ``old`` with the actions of ``info``; None if it has no place."""
    behaviour = equilibrium.strategy[old.player][old.record]
    if behaviour == ANY:  # play does not come there in the baseline
        return _unused(info.actions, after)
    row = dict.fromkeys(info.actions, Fraction(0))
    for action, probability in behaviour.items():
        stand_in = _stand_in(action, info.actions, after)
        if stand_in is not None:
            row[stand_in] += as_fraction(probability)
        elif probability:
            return None
    # Floats sum to one up to rounding only.
    total = sum(row.values())
    return tuple(p / total for p in row.values())


def _stand_in(action: str, offered: Sequence[str], crisis: TreeCrisis) -> str | None:
    """Return the action if it is offered, else what the crisis puts in its place, if anything."""
    return _instead(action, offered, crisis) or _passive(offered, crisis)


def _instead(action: str, offered: Sequence[str], crisis: TreeCrisis) -> str | None:
    """Return the action if it is offered, else the first in its place that is."""
    tried: set[str] = set()
    while action not in offered and action not in tried:
        tried.add(action)
        action = crisis.instead(action)
    return action if action in offered else None


def _unused(offered: Sequence[str], crisis: TreeCrisis) -> Row | None:
    """Return what leaves a new possibility unused, if one of the actions does."""
    unused = _passive(offered, crisis)
    return None if unused is None else tuple(Fraction(a == unused) for a in offered)


def _passive(offered: Sequence[str], crisis: TreeCrisis) -> str | None:
    """Return the action that leaves a new possibility unused, if one is offered."""
    return next((a for a in crisis.passive if a in offered), None)


def _notes(game: ExtensiveFormGame, held: Held) -> tuple[str, ...]:
    """Return a sentence for each strange information set that held strategies lead to."""
    reached = {
        h
        for visit, h in zip(game.compiled.nodes, game.compiled.node_sets, strict=True)
        if h in held.strange and all(held.rows[g][a] for g, a in visit.decisions)
    }
    sets = game.information_sets
    return tuple(
        f"The direct part takes {sets[h].player} to choose with equal probabilities at "
        f"{sets[h].label!r}, on which the baseline says nothing."
        for h in sorted(reached)
    )
