"""What a sweep takes from the equilibria of each point: bounds, classes, and a selected value."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

import numpy as np

from crisisgames.analysis.points import Family, game_of, learn
from crisisgames.analysis.solution import Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.wording import headline_of
from crisisgames.crises import Crisis
from crisisgames.crises.crisis import ManyPlays, Parameterized
from crisisgames.equilibria import Equilibrium, EquilibriumBatch, EquilibriumSet, solve, solve_many
from crisisgames.equilibria.batch import BATCH_RULES
from crisisgames.equilibria.batch_classes import ClassRanges, added, class_ranges, first_smallest
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.linear import LINEAR_CONCEPTS
from crisisgames.equilibria.outcomes import as_text, covers
from crisisgames.equilibria.refine.filters import need_polyhedra
from crisisgames.equilibria.solve import Game, as_tree
from crisisgames.errors import GameError, NotApplicable, SelectionWarning

__all__ = [
    "ARRAYS",
    "LEAST",
    "MOST_CLASSES",
    "NO_ANSWER",
    "RANGES",
    "REFINEMENTS",
    "Choice",
    "Solved",
    "labels_of",
    "solve_crises",
    "solve_family",
    "wider",
]

REFINEMENTS: dict[str, tuple[str, Callable[..., EquilibriumSet]]] = {
    "intuitive": ("pass the intuitive criterion", EquilibriumSet.intuitive),
    "d1": ("survive D1", EquilibriumSet.d1),
    "divine": ("are divine", EquilibriumSet.divine),
    "undominated": ("are undominated", EquilibriumSet.undominated),
}
"""What may come before the selection: what it asks of equilibria, and the method that filters."""

SAME = 1e-9
"""Probabilities no further apart are one: results are exact up to rounding."""

LEAST = 1e-9
"""Seconds that are as good as none."""

BATCHED = ("sequential", "nash")

NO_ANSWER = "there is no answer: "
"""How what is said of points begins at which a crisis cannot be solved."""

MOST_CLASSES = 12
"""Classes of one point whose ranges are kept; `classes` counts all of them."""


@dataclass(frozen=True)
class Choice:
    """How one equilibrium is selected: what survives a refinement, and the best of it by a rule.

    Where nothing survives, the whole set is taken, and so it is where refinements do not apply.
    """

    rule: str | Callable[[Equilibrium], Any]
    refinement: str | None

    @property
    def on_arrays(self) -> bool:
        """Whether it selects at many points at once."""
        return self.rule in BATCH_RULES and self.refinement in (None, "d1")

    def __call__(
        self, found: EquilibriumSet, deadline: Deadline
    ) -> tuple[Equilibrium, tuple[str, ...]]:
        """Return the selected equilibrium, and what there is to say about the selection."""
        notes = []
        if self.refinement and not refinable(found):
            notes.append(
                f"the refinement {self.refinement!r} does not apply (it needs all equilibria of a "
                "game with two movers), so that the rule chose among all"
            )
        elif self.refinement:
            left = REFINEMENTS[self.refinement][1](found, time_limit=_seconds(deadline))
            if found.complete and not left.complete:
                notes.append("the refinement did not decide on all equilibria, and kept the others")
            if len(left):
                found = left
            else:
                notes.append("nothing survives the refinement, so that the rule chose among all")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            chosen = found.select(self.rule)
        for other in (w for w in caught if not issubclass(w.category, SelectionWarning)):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
        if any(issubclass(w.category, SelectionWarning) for w in caught):
            notes.append("the branch that selects did not come to its limit")
        return chosen, tuple(notes)


@dataclass(eq=False)
class Solved:
    """What came of some points: arrays over points and outcomes, to be filled.

    Attributes
    ----------
    low, high, selected : ndarray
        Shape (points, outcomes).
    complete, classes, certificate, refinable : ndarray
        `classes` counts; it is nan where classes were not told apart. `refinable` says where a
        refinement could come before the selection.
    class_low, class_high : ndarray
        Shape (points, classes, outcomes): as many classes as some point has, `MOST_CLASSES` at
        most; nan beyond those of a point.
    doubts : dict
        What there is to say about the selection, and of how many points.
    late : bool
        Whether the time limit left something out.
    """

    low: np.ndarray
    high: np.ndarray
    selected: np.ndarray
    complete: np.ndarray
    classes: np.ndarray
    certificate: np.ndarray
    refinable: np.ndarray
    class_low: np.ndarray
    class_high: np.ndarray
    doubts: dict[str, int] = field(default_factory=dict)
    late: bool = False

    @classmethod
    def empty(cls, points: int, outcomes: int, *, late: bool = False) -> Solved:
        """Return arrays for points of which nothing is known yet."""
        low, high, selected = (np.full((points, outcomes), np.nan) for _ in range(3))
        classes, certificate = np.full(points, np.nan), np.full(points, np.nan)
        lows, highs = (np.full((points, 1, outcomes), np.nan) for _ in range(2))
        complete, refinable = np.zeros(points, dtype=bool), np.ones(points, dtype=bool)
        arrays = (low, high, selected, complete, classes, certificate, refinable, lows, highs)
        return cls(*arrays, late=late)

    def put(self, places: np.ndarray, part: Solved) -> None:
        """Write what came of some of the points to their places; one result stands for all."""
        self.make_room(part.class_low.shape[1])
        for name in ARRAYS:
            values = getattr(part, name)
            if name in RANGES:
                getattr(self, name)[places, : values.shape[1]] = values
            else:
                getattr(self, name)[places] = values
        for doubt, n in part.doubts.items():
            self.doubts[doubt] = self.doubts.get(doubt, 0) + n
        self.late = self.late or part.late

    def make_room(self, classes: int) -> None:
        """Make room for the ranges of so many classes."""
        self.class_low, self.class_high = (
            wider(values, classes) for values in (self.class_low, self.class_high)
        )

    def whole(self, name: str) -> np.ndarray:
        """Return an array, in a shape that does not depend on how many classes were found."""
        values: np.ndarray = getattr(self, name)
        return wider(values, MOST_CLASSES) if name in RANGES else values

    def span(self, k: int, ranges: ClassRanges) -> None:
        """Write the ranges of one point's classes."""
        count = min(len(ranges.low), MOST_CLASSES)
        self.make_room(count)
        self.class_low[k, :count] = ranges.low[:count]
        self.class_high[k, :count] = ranges.high[:count]

    @property
    def differ(self) -> np.ndarray:
        """Where equilibria differ in the probability of an outcome that is kept."""
        return np.asarray((self.high - self.low > SAME).any(axis=1))

    @property
    def refined(self) -> tuple[int, int, int, int]:
        """Points where equilibria differ, those of them where refinements apply; and of all."""
        differ = self.differ
        there, everywhere = np.count_nonzero(differ & self.refinable), self.refinable.sum()
        return int(np.count_nonzero(differ)), int(there), len(differ), int(everywhere)


ARRAYS = (
    "low", "high", "selected", "complete", "classes", "certificate", "refinable", "class_low",
    "class_high",
)  # fmt: skip
"""The fields of `Solved` that are arrays over points."""

RANGES = ("class_low", "class_high")
"""Those that have classes."""


def wider(ranges: np.ndarray, classes: int) -> np.ndarray:
    """Return the ranges of classes (the axis before the last) with room for so many."""
    more = classes - ranges.shape[-2]
    if more <= 0:
        return ranges
    nothing = np.full((*ranges.shape[:-2], more, ranges.shape[-1]), np.nan)
    return np.concatenate([ranges, nothing], axis=-2)


def refinable(found: EquilibriumSet) -> bool:
    """Tell whether refinements apply: they need all equilibria of a game with two movers."""
    try:
        need_polyhedra(found, "a refinement")
    except NotApplicable:
        return False
    return True


def labels_of(family: Family) -> tuple[str, ...]:
    """Return the labels of the outcomes of a game, as texts."""
    return tuple(str(as_text(o)) for o in as_tree(family.game)[1])


def solve_family(
    family: Family,
    concept: str,
    outcomes: Sequence[str],
    choice: Choice | None,
    deadline: Deadline,
    options: Mapping[str, Any],
) -> Solved:
    """Return what comes of the points of a family.

    Sequential and Nash equilibria come from compiled patterns, with classes and what simple rules
    select, and logit branches from compiled code as well. A point is solved by itself where its
    equilibria differ in outcome and something else selects, where another concept or option is
    asked for, and where more than two players move. Without a choice there are bounds only.
    """
    labels = labels_of(family)
    sums = np.array([[covers(o, label) for label in labels] for o in outcomes], dtype=float)
    # What is swept may be nothing that the game depends on.
    count = len(family.places) if family.values else 1
    result = Solved.empty(count, len(outcomes))
    if concept == "qre":
        _logit(family, result, sums, {"workers": 1, "time_limit": _seconds(deadline), **options})
    elif concept in LINEAR_CONCEPTS:
        _linear(family, concept, result, outcomes, deadline, options)
    elif concept in BATCHED and not options and not (concept == "sequential" and _many(family)):
        _batched(family, concept, result, outcomes, sums, choice, deadline)
    else:
        sets = partial(_one_by_one, family, concept, options, deadline)
        _each(range(count), sets, result, sums, choice, deadline)
    result.late = deadline.passed
    return result


def solve_crises(
    crises: Sequence[Crisis],
    outcomes: Sequence[str],
    choice: Choice | None,
    deadline: Deadline,
    options: Mapping[str, Any],
) -> Solved:
    """Return what comes of crises that are no trees, each solved as it says itself.

    Kinds that have a way for many at once are solved so; what is left over, one by one.
    """
    result = Solved.empty(len(crises), len(outcomes))
    result.refinable[:] = False
    rest = list(range(len(crises)))
    if choice is None or choice.rule in BATCH_RULES:
        plays = _many_plays(crises, deadline, options)
        if plays is not None:
            _of_plays(plays, result, outcomes, choice)
            rest = np.flatnonzero(~plays.known).tolist()
    if len(rest) > 1:
        learn(crises)
    for k in rest:
        if deadline.passed:
            break
        try:
            _solve_crisis(crises[k], k, result, outcomes, choice, deadline, options)
        except (GameError, NotApplicable) as error:  # one point must not lose the others
            for name in ("low", "high", "selected", "classes", "certificate", *RANGES):
                getattr(result, name)[k] = np.nan
            result.complete[k] = False
            doubt = f"{NO_ANSWER}{error}"
            result.doubts[doubt] = result.doubts.get(doubt, 0) + 1
    result.late = deadline.passed
    return result


def _solve_crisis(
    crisis: Crisis,
    k: int,
    result: Solved,
    outcomes: Sequence[str],
    choice: Choice | None,
    deadline: Deadline,
    options: Mapping[str, Any],
) -> None:
    """Write what comes of one crisis that is no tree."""
    limit = _seconds(deadline)
    limited = {} if limit is None else {"time_limit": limit}
    solution = solution_of(crisis, _as_it_says(crisis, {**limited, **options}))
    result.complete[k], result.classes[k] = solution.complete, len(solution.classes)
    result.certificate[k] = solution.certificate
    if solution.empty:
        return
    groups = solution.classes
    each = [[_span(solution, o, group) for o in outcomes] for group in groups]
    ranges = np.array(each, dtype=float).reshape(len(groups), -1, 2)
    low, high = ranges[..., 0], ranges[..., 1]
    result.span(k, ClassRanges(np.array([0, len(low)]), low, high).ordered())
    whole = np.array([_span(solution, o) for o in outcomes], dtype=float).reshape(-1, 2)
    result.low[k], result.high[k] = whole.T
    if choice is None:
        return
    member, doubts = solution.select(choice.rule)
    for doubt in doubts:
        said = f"{doubt[0].lower()}{doubt[1:].rstrip('.')}"
        result.doubts[said] = result.doubts.get(said, 0) + 1
    if member is not None:
        result.selected[k] = [
            sum(float(p) for label, p in member.outcomes.items() if covers(o, str(label)))
            for o in outcomes
        ]


def _as_it_says(crisis: Any, options: Mapping[str, Any]) -> Any:
    """Return what a crisis is solved for, by way of a game that is known where that is usual."""
    if type(crisis).solve is Parameterized.solve and isinstance(game := game_of(crisis), Game):
        return solve(game, **{"concept": crisis.concept, **options})
    return crisis.solve(**options)


def _many_plays(
    crises: Sequence[Crisis], deadline: Deadline, options: Mapping[str, Any]
) -> ManyPlays | None:
    first = crises[0]
    many = getattr(type(first), "solve_many", None)
    if many is None:
        return None
    asked = {n: v for n, v in options.items() if (n, v) != ("concept", first.concept)}
    plays: ManyPlays | None = many(list(crises), **{"time_limit": _seconds(deadline), **asked})
    return plays


def _of_plays(
    plays: ManyPlays, result: Solved, outcomes: Sequence[str], choice: Choice | None
) -> None:
    """Write what comes of the crises that are known, as `Listed` would say it of each."""
    from crisisgames.equilibria.sweep import Extremes

    owners = np.repeat(np.arange(len(plays.known)), np.diff(plays.starts))
    # Each play is a piece of its own; plays that lead to the same become one class.
    alone = np.arange(len(owners)) - plays.starts[owners]
    whole = np.ones(len(owners), dtype=bool)
    part = Extremes(plays.starts, plays.outcomes, plays.gains, alone, whole)
    labels = plays.labels
    places = [_covered(labels, o) for o in outcomes]
    values = added(plays.outcomes, places)
    known, some = plays.known, part.count > 0
    for j in range(len(outcomes)):
        result.low[known, j] = part.reduced(np.minimum, values[:, j])[known]
        result.high[known, j] = part.reduced(np.maximum, values[:, j])[known]
    result.complete[known] = plays.complete[known]
    result.certificate[known] = part.reduced(np.maximum, plays.gains)[known]
    nothing = np.zeros((len(known), len(labels)))
    _put_classes(class_ranges(nothing, [part], len(labels), places), result, known)
    if choice is None:
        return
    about = added(plays.outcomes, [_covered(labels, headline_of(labels))])[:, 0]
    if choice.rule == "welfare":
        keys = -plays.payoffs.sum(axis=1)
    else:
        keys = about if choice.rule == "least war" else -about
    chosen = first_smallest(part, keys)
    result.selected[known & some] = values[chosen[known & some]]
    if none := int((known & ~some).sum()):
        result.doubts["no equilibrium was found"] = none


def _covered(labels: Sequence[str], outcome: str) -> list[int]:
    return [q for q, label in enumerate(labels) if covers(outcome, label)]


def _span(solution: Solution, outcome: str, group: Any = None) -> tuple[float, float]:
    """Return the lowest and highest probability of an outcome, which a solution may not have."""
    if not any(covers(outcome, str(label)) for label in solution.labels):
        return 0.0, 0.0
    return solution.bounds(outcome) if group is None else solution.span(group, outcome)


def _batched(
    family: Family,
    concept: str,
    result: Solved,
    outcomes: Sequence[str],
    sums: np.ndarray,
    choice: Choice | None,
    deadline: Deadline,
) -> None:
    labels = labels_of(family)
    arrays = choice is not None and choice.on_arrays
    batch = solve_many(
        family.game,
        family.values,
        cast(Any, concept),
        refinement=cast(Any, choice.refinement) if choice and arrays else None,
        time_limit=_seconds(deadline),
        workers=1,
    )
    low, high = batch.ranges([*outcomes, *labels])
    own = len(outcomes)
    result.low[:], result.high[:] = low[:, :own], high[:, :own]
    result.complete[:], result.certificate[:] = batch.complete, batch.gain
    some = batch.extremes.reshape(-1) > 0
    # Whether equilibria lead to different distributions over outcomes.
    differ = some & (high[:, own:] - low[:, own:] > SAME).any(axis=1)
    one = some & ~differ
    result.selected[one] = result.low[one]
    told = np.ones(len(some), dtype=bool) if choice else ~differ
    _tell_classes(batch, result, outcomes, told & (some | result.complete))
    if choice is None:
        return
    left = differ
    if arrays:
        chosen, final = batch.selected(cast(str, choice.rule), outcomes)
        # A member of the set, so within its bounds: rounding must not say otherwise.
        here = differ & final
        result.selected[here] = np.clip(chosen, result.low, result.high)[here]
        left = differ & ~final
    _each(np.flatnonzero(left).tolist(), batch.__getitem__, result, sums, choice, deadline)


def _tell_classes(
    batch: EquilibriumBatch, result: Solved, outcomes: Sequence[str], where: np.ndarray
) -> None:
    """Write how many classes there are, and their ranges."""
    _put_classes(batch.class_ranges(outcomes), result, where)


def _put_classes(found: ClassRanges, result: Solved, where: np.ndarray) -> None:
    """Write the ranges of classes of some of the points."""
    result.classes[where] = found.count[where]
    owner = np.repeat(np.arange(len(where)), found.count)
    place = np.arange(len(owner)) - found.starts[owner]
    kept = where[owner] & (place < MOST_CLASSES)
    result.make_room(int(place[kept].max(initial=0)) + 1)
    result.class_low[owner[kept], place[kept]] = found.low[kept]
    result.class_high[owner[kept], place[kept]] = found.high[kept]


def _each(
    points: Iterable[int],
    sets: Callable[[int], EquilibriumSet],
    result: Solved,
    sums: np.ndarray,
    choice: Choice | None,
    deadline: Deadline,
) -> None:
    """Solve points one by one."""
    for k in points:
        if deadline.passed:
            break
        for doubt in _tell_apart(sets(k), k, result, sums, choice, deadline):
            result.doubts[doubt] = result.doubts.get(doubt, 0) + 1


def _linear(
    family: Family,
    concept: str,
    result: Solved,
    outcomes: Sequence[str],
    deadline: Deadline,
    options: Mapping[str, Any],
) -> None:
    """Write the bounds of each point: linear programs, for many points at once or one by one."""
    if not options:
        batch = solve_many(
            family.game,
            family.values,
            cast(Any, concept),
            time_limit=_seconds(deadline),
            workers=1,
        )
        result.low[:], result.high[:] = batch.ranges(outcomes)
        result.complete[:] = batch.complete.reshape(-1)
        return
    labels = labels_of(family)
    for k in range(len(result.low)):
        if deadline.passed:
            break
        found = _one_by_one(family, concept, options, deadline, k)
        for j, outcome in enumerate(outcomes):
            there = any(covers(outcome, label) for label in labels)
            bounds = found.bounds(outcome) if there else (0.0, 0.0)
            result.low[k, j], result.high[k, j] = map(float, bounds)
        result.complete[k] = found.complete


def _many(family: Family) -> bool:
    """Tell whether more than two players move, which `solve` takes and `solve_many` does not."""
    return len({info.player for info in as_tree(family.game)[0].information_sets}) > 2


def _seconds(deadline: Deadline) -> float | None:
    """Return what is left as a time limit, of which 0 would be none."""
    return None if deadline == NEVER else max(deadline.left, LEAST)


def _one_by_one(
    family: Family, concept: str, options: Mapping[str, Any], deadline: Deadline, k: int
) -> EquilibriumSet:
    point = {n: v[k].item() for n, v in family.values.items()}
    limit = _seconds(deadline)
    limited = {} if limit is None else {"time_limit": limit}
    return solve(family.game.at(**point), concept, **{**limited, **options})


def _tell_apart(
    found: EquilibriumSet,
    k: int,
    result: Solved,
    sums: np.ndarray,
    choice: Choice | None,
    deadline: Deadline,
) -> tuple[str, ...]:
    """Write the bounds, classes and selected value of one point; return doubts about the latter."""
    result.complete[k] = found.complete
    result.classes[k] = len(found.classes)
    if not len(found):
        return ()
    every = np.array([sums @ _distribution(e) for e in found])
    ranges = [
        np.stack([np.min(own, axis=0), np.max(own, axis=0)], axis=1)
        for own in (every[list(c.equilibria)] for c in found.classes)
    ]
    low, high = np.moveaxis(np.array(ranges), 2, 0)
    result.span(k, ClassRanges(np.array([0, len(low)]), low, high).ordered())
    result.low[k], result.high[k] = every.min(axis=0), every.max(axis=0)
    if np.isnan(result.certificate[k]):  # the batch has its own, which is cheaper
        result.certificate[k] = float(found.certificate)
    if choice is None:
        return ()
    result.refinable[k] = refinable(found)
    if (result.high[k] - result.low[k]).max() <= SAME:  # nothing to choose, as in a batch
        result.selected[k] = result.low[k]
        return ()
    chosen, doubts = choice(found, deadline)
    # A member of the set, so within its bounds: rounding must not say otherwise.
    result.selected[k] = np.clip(sums @ _distribution(chosen), result.low[k], result.high[k])
    return doubts


def _distribution(equilibrium: Equilibrium) -> np.ndarray:
    return np.array([float(p) for p in equilibrium.outcomes.values()])


def _logit(family: Family, result: Solved, sums: np.ndarray, options: Mapping[str, Any]) -> None:
    """Write the one quantal response equilibrium of each point."""
    from crisisgames.equilibria import logit_branches

    found = logit_branches(family.game, family.values, **options)
    values = found.outcome_probabilities.reshape(-1, sums.shape[1]) @ sums.T
    result.low[:] = result.high[:] = result.selected[:] = values
    result.classes[:] = 1
    result.certificate[:] = found.regret
    result.class_low[:, 0] = result.class_high[:, 0] = values
    short = int((~found.reached).sum())
    if short:
        result.doubts["the branch was not followed to its end"] = short
