"""How an answer depends on parameters: all equilibria at every point of a grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.compare import (
    Change,
    mechanism_name,
    mechanisms_by_name,
    naming,
)
from crisisgames.analysis.dataset import (
    REMARK,
    order_outcomes,
    parameter_text,
    selection_text,
)
from crisisgames.analysis.points import Axis, Family, axes_of, families
from crisisgames.analysis.solutions import Rule
from crisisgames.analysis.solved import REFINEMENTS, SAME, Choice, Solved, labels_of, solve_family
from crisisgames.analysis.swept import Sweep
from crisisgames.crises import Crisis
from crisisgames.crises.parts import with_fields
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.linear import LINEAR_CONCEPTS
from crisisgames.equilibria.outcomes import covers
from crisisgames.equilibria.solve import CONCEPTS, Game, as_tree
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games import StochasticGame
from crisisgames.mechanisms import none

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sweep"]

VARIABLES = {
    "low": ("lowest probability over all equilibria", "1"),
    "high": ("highest probability over all equilibria", "1"),
    "selected": ("probability in the selected equilibrium", "1"),
    "class_low": ("lowest probability in each class of equilibria", "1"),
    "class_high": ("highest probability in each class of equilibria", "1"),
    "complete": ("whether every equilibrium was found", "yes or no"),
    "classes": ("classes of equilibria", "count"),
    "certificate": ("largest gain from a deviation", "utils"),
}
"""Long name and units of every variable."""


def sweep(
    crisis: Crisis | Game,
    mechanisms: Iterable[Change] = (none,),
    over: Mapping[str, Any] | None = None,
    concept: str = "sequential",
    *,
    outcomes: Iterable[str] | None = None,
    rule: Rule = "least war",
    refinement: str | None = "d1",
    bounds_only: bool = False,
    time_limit: float | None = None,
    progress: bool = False,
    **options: Any,
) -> Sweep:
    """Return all equilibria of a crisis under each mechanism at every point of a grid.

    At a point the fields of the crisis are set, then the mechanism changes it, so that a mechanism
    acts on the values swept: one that halves a hazard halves each of them.

    Parameters
    ----------
    crisis : Crisis or game
        A game takes no mechanism but `none`.
    mechanisms : iterable of callables
        As for `compare`; the first is the baseline.
    over : mapping
        For each parameter the list of its values: the grid holds all combinations. Parameters of a
        crisis are its fields, whole numbers and yes-or-no included, and those of its channels by
        the name they have in the game: ``theatre_hotline.in_force``.
    concept : str
        As in `solve`.
    outcomes : iterable of str, optional
        Those to keep; by default all, war and its causes first.
    rule : str or callable
        What selects one equilibrium, as in `EquilibriumSet.select`. The default is not that of
        `compare`, the limit of quantal responses ("qre"), which would be traced anew at each point
        and follows one branch at each: ask for ``rule="qre", refinement=None`` to select alike.
    refinement : str, optional
        What an equilibrium must pass to be selected, if any does: "intuitive", "d1", "divine",
        "undominated", or None. It leaves the bounds as they are, and is for sequential equilibria
        of games with two movers: elsewhere the rule chooses among all equilibria, and the
        attributes ``selection`` and ``notes`` of the dataset say so.
    bounds_only : bool
        Whether to leave out classes and selection where equilibria differ in outcome: what takes
        most of the time.
    time_limit : float, optional
        Seconds for each mechanism, after which no further point is begun.
    progress : bool
        Whether to show a bar.
    **options
        Passed to `solve` (with ``"qre"`` to `logit_branches`).

    Returns
    -------
    Sweep

    Raises
    ------
    GameError
        For values outside a domain or not finite, and for empty lists.
    UnknownName
        For an unknown parameter, outcome, concept or refinement.
    NotApplicable
        If a mechanism means nothing for the crisis, or the concept does not fit.

    Notes
    -----
    Points that differ in numbers only are one game: its tree is built once, and bounds come from
    `solve_many`. Points whose equilibria differ in outcome are then solved one by one, which tells
    classes apart; where they do not differ, by 1e-9, there is one class. Games with more than two
    movers are solved one by one at every point, as `solve` does, which takes longer.

    Where a field switches something off, as a probability of 0 does, the point is the crisis
    without it, as in `compare`, which need not be what the points beside it tend to.

    Examples
    --------
    >>> from crisisgames import Ladder, sweep
    >>> found = sweep(Ladder(rungs=2), over={"audience_cost": [0.2, 0.4, 0.8]})
    >>> war = found.dataset.sel(mechanism="none", outcome="war")
    >>> war.low.values.round(4).tolist(), war.high.values.round(4).tolist()
    ([0.0, 0.0, 0.1633], [0.4067, 0.2837, 0.1633])
    >>> war.classes.values.tolist()
    [2.0, 2.0, 1.0]
    """
    named = _checked(crisis, mechanisms, concept, time_limit)
    axes = axes_of(crisis, over)
    if refinement is not None and refinement not in REFINEMENTS:
        raise suggest("refinement", refinement, REFINEMENTS)
    choice = Choice(rule, refinement if concept == "sequential" else None)
    selects = None if bounds_only else choice
    groups = {name: _families(crisis, name, m, axes, progress) for name, m in named.items()}
    labels = [label for own in groups.values() for f in own for label in labels_of(f)]
    kept = _kept(labels, outcomes)
    count = int(np.prod([len(a.values) for a in axes]))
    results = {}
    for name, own in groups.items():
        deadline = Deadline.within(time_limit)
        whole = Solved.empty(count, len(kept))
        for family in own:
            shown = partial(_shown, name=name, progress=progress)
            with naming(name):
                part = solve_family(family, concept, kept, selects, deadline, shown, options)
            whole.put(family.places, part)
        results[name] = whole
    return Sweep(
        _dataset(results, axes, kept, _attributes(crisis, axes, concept, selects, results))
    )


def _checked(
    crisis: Any, mechanisms: Iterable[Change], concept: str, time_limit: float | None
) -> dict[str, Change]:
    """Return the mechanisms by name; raise for what a sweep cannot take."""
    if isinstance(crisis, type) or not (isinstance(crisis, Game) or hasattr(crisis, "game")):
        raise GameError(f"sweep takes a crisis such as Incident(), or a game, not {crisis!r}")
    if concept not in CONCEPTS:
        raise suggest("concept", concept, CONCEPTS)
    if not isinstance(crisis, Game) and isinstance(crisis.game(), StochasticGame):
        raise NotApplicable(
            f"a sweep takes trees and games that become one, and the crisis {crisis.kind!r} goes "
            "on for ever; compare crisis.replace(...) at each point"
        )
    if concept in LINEAR_CONCEPTS:
        raise NotApplicable(
            f"a sweep selects an equilibrium of each set, and {concept!r} gives bounds only: ask "
            f"solve(game.at(...), {concept!r}).bounds('war') for each point"
        )
    Deadline.within(time_limit)  # which checks it
    named = mechanisms_by_name(mechanisms)
    if isinstance(crisis, Game) and (wrong := [n for n, m in named.items() if m is not none]):
        raise NotApplicable(
            f"{wrong[0]} changes crises, and a {type(crisis).__name__} is none; leave mechanisms "
            "out, or give a crisis such as Incident()"
        )
    return named


def _families(
    crisis: Any, name: str, mechanism: Change, axes: Sequence[Axis], progress: bool
) -> list[Family]:
    """Return the games of all points under a mechanism."""
    points = [
        dict(zip((a.name for a in axes), values, strict=True))
        for values in product(*(a.values.tolist() for a in axes))
    ]
    if isinstance(crisis, Game):
        tree, _ = as_tree(crisis)
        for axis in axes:
            for value in axis.values.tolist():
                tree.parameters[axis.name].check(value)
        columns = {a.name: np.array([p[a.name] for p in points]) for a in axes}
        return [Family(crisis, np.arange(len(points)), columns)]
    crises = []
    for point in _shown(points, name=name, progress=progress):
        placed = with_fields(crisis, point)
        with naming(name):
            crises.append(placed if mechanism is none else mechanism(placed))
    return families(crises)


def _kept(labels: Sequence[str], outcomes: Iterable[str] | None) -> list[str]:
    """Return the outcomes of the dataset."""
    everything = order_outcomes(labels)
    if outcomes is None:
        return everything
    wanted = [outcomes] if isinstance(outcomes, str) else list(outcomes)
    for outcome in wanted:
        if not any(covers(outcome, label) for label in labels):
            raise suggest("outcome", outcome, everything)
    if not wanted:
        raise GameError("outcomes is empty; name at least one, or leave it out for all")
    return list(dict.fromkeys(wanted))


def _shown(items: Sequence[Any], *, name: str, progress: bool) -> Iterable[Any]:
    """Return items behind a progress bar if one is wanted."""
    if not progress:
        return items
    from tqdm.auto import tqdm

    return tqdm(items, desc=name, unit="point")


def _refined(choice: Choice | None, results: Mapping[str, Solved]) -> tuple[str | None, str]:
    """Return the refinement that came before the selection, if any did, and where, if not always.

    A refinement that applies nowhere must not be named as what selected.
    """
    if choice is None or choice.refinement is None:
        return None, ""
    refinable = np.concatenate([r.refinable for r in results.values()])
    differ = np.concatenate([(r.high - r.low > SAME).any(axis=1) for r in results.values()])
    applied = refinable[differ] if differ.any() else refinable
    if applied.all():
        return choice.refinement, ""
    return (choice.refinement, ", where it applies") if applied.any() else (None, "")


def _notes(results: Mapping[str, Solved]) -> list[str]:
    """Return what there is to say, once for all mechanisms of which it is true."""
    names: dict[str, list[str]] = {}
    for name, result in results.items():
        for note in result.notes:
            names.setdefault(note, []).append(name)
    return [f"{', '.join(own)}: {note}" for note, own in names.items()]


def _attributes(
    crisis: Any,
    axes: Sequence[Axis],
    concept: str,
    choice: Choice | None,
    results: Mapping[str, Solved],
) -> dict[str, str]:
    names = [a.name for a in axes]
    rule, selection = "none", "nothing, where equilibria differ"
    refinement, where = _refined(choice, results)
    if concept == "qre":
        selection = "the only one on the principal branch"
    elif choice:
        rule = choice.rule if isinstance(choice.rule, str) else mechanism_name(choice.rule)
        selection = selection_text(choice.rule)
        if refinement:
            selection += f" among the equilibria that {REFINEMENTS[refinement][0]}{where}"
    game = isinstance(crisis, Game)
    return {
        "crisis": getattr(crisis, "title", "") or "game" if game else crisis.kind,
        "parameters": "" if game else parameter_text(crisis, without=names),
        "over": ", ".join(names),
        "concept": concept,
        "rule": rule,
        "refinement": refinement or "none",
        "selection": selection,
        "baseline": next(iter(results)),
        "remark": "" if game else REMARK,
        "notes": "\n".join(_notes(results)),
    }


def _dataset(
    results: Mapping[str, Solved],
    axes: Sequence[Axis],
    outcomes: Sequence[str],
    about: Mapping[str, str],
) -> xr.Dataset:
    import xarray as xr

    rows, shape = list(results.values()), tuple(len(a.values) for a in axes)
    grid = ("mechanism", *(a.name for a in axes))
    most = max([1, *(len(span) for row in rows for span in row.spans)])
    spans = np.full((len(rows), int(np.prod(shape)), most, len(outcomes), 2), np.nan)
    for i, row in enumerate(rows):
        for k, span in enumerate(row.spans):
            spans[i, k, : len(span)] = span

    def over(get: Callable[[Solved], np.ndarray], *more: str) -> tuple[Any, np.ndarray]:
        values = np.stack([get(row) for row in rows])
        return (*grid, *more), values.reshape(len(rows), *shape, *values.shape[2:])

    variables = {
        "low": over(lambda r: r.low, "outcome"),
        "high": over(lambda r: r.high, "outcome"),
        "selected": over(lambda r: r.selected, "outcome"),
        "complete": over(lambda r: r.complete),
        "classes": over(lambda r: r.classes),
        "certificate": over(lambda r: r.certificate),
    }
    shaped = spans.reshape(len(rows), *shape, *spans.shape[2:])
    variables["class_low"] = ((*grid, "class", "outcome"), shaped[..., 0])
    variables["class_high"] = ((*grid, "class", "outcome"), shaped[..., 1])
    described = {
        name: (*pair, dict(zip(("long_name", "units"), VARIABLES[name], strict=True)))
        for name, pair in variables.items()
    }
    coords: dict[str, Any] = {
        "mechanism": ("mechanism", list(results), {"long_name": "mechanism"}),
        **{
            a.name: (a.name, a.values, {"long_name": a.meaning or a.name, "units": a.units})
            for a in axes
        },
        "class": ("class", np.arange(most), {"long_name": "class of equilibria"}),
        "outcome": ("outcome", list(outcomes), {"long_name": "outcome"}),
    }
    return xr.Dataset(described, coords, about)
