"""How an answer depends on parameters: all equilibria at every point of a grid or a sample."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf
from time import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np

from crisisgames.analysis.blocks import (
    Block,
    Result,
    Task,
    concept_of,
    current_client,
    need,
    on_cluster,
    on_threads,
    solve_block,
)
from crisisgames.analysis.comparing import (
    Change,
    instead_of,
    mechanism_name,
    mechanisms_by_name,
)
from crisisgames.analysis.dataset import (
    REMARK,
    order_outcomes,
    parameter_text,
    selection_text,
)
from crisisgames.analysis.points import Sample, points_of
from crisisgames.analysis.solution import Rule
from crisisgames.analysis.solved import (
    MOST_CLASSES,
    NO_ANSWER,
    RANGES,
    REFINEMENTS,
    Choice,
    Solved,
    wider,
)
from crisisgames.analysis.store import Frame, Store
from crisisgames.analysis.swept import Sweep
from crisisgames.crises import Crisis
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.linear import LINEAR_CONCEPTS
from crisisgames.equilibria.outcomes import covers
from crisisgames.equilibria.selection import RULES
from crisisgames.equilibria.solve import CONCEPTS, Game, unknown_concept
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.mechanisms import none

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sweep"]

VARIABLES = {
    "low": ("lowest probability over all equilibria", "probability"),
    "high": ("highest probability over all equilibria", "probability"),
    "selected": ("probability in the selected equilibrium", "probability"),
    "complete": ("whether every equilibrium was found", "yes or no"),
    "classes": ("classes of equilibria", "count"),
    "certificate": ("largest gain from a deviation", "utils"),
    "class_low": ("lowest probability in each class of equilibria", "probability"),
    "class_high": ("highest probability in each class of equilibria", "probability"),
}
"""Long name and units of every variable."""


def sweep(
    crisis: Crisis | Game,
    mechanisms: Iterable[Change] = (none,),
    over: Mapping[str, Any] | Sample | None = None,
    concept: str | None = None,
    *,
    outcomes: Iterable[str] | None = None,
    rule: Rule = "least war",
    refinement: str | None = "d1",
    bounds_only: bool = False,
    time_limit: float | None = None,
    progress: bool = False,
    workers: int | None = None,
    store: str | os.PathLike[str] | None = None,
    client: Any = None,
    lazy: bool = False,
    **options: Any,
) -> Sweep:
    """Return all equilibria of a crisis under each mechanism at every point of a grid or a sample.

    At a point the fields of the crisis are set, then the mechanism changes it, so that a mechanism
    acts on the values swept: one that halves a hazard halves each of them.

    Parameters
    ----------
    crisis : Crisis or game
        A game takes no mechanism but `none`.
    mechanisms : iterable of callables
        As for `compare`; the first is the baseline.
    over : mapping or Sample
        For each parameter the list of its values: the grid holds all combinations. Or a `Sample`
        of a box. Parameters of a crisis are its fields, whole numbers and yes-or-no included, and
        those of its channels by the name they have in the game: ``theatre_hotline.in_force``.
    concept : str, optional
        As in `solve`; by default what the crisis is usually solved for: sequential equilibria of
        trees, Markov perfect equilibria of dyads, cutoffs of a security dilemma. Concepts with a
        mediator give bounds only.
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
        Whether to leave out classes and selection where equilibria differ in outcome.
    time_limit : float, optional
        Seconds for the whole sweep, after which no further point is begun.
    progress : bool
        Whether to show a bar, with the points done in a second and the time left.
    workers : int, optional
        Threads; by default one for each core. Results do not depend on it.
    store : path, optional
        A directory in which results are kept as a Zarr store, block by block. The same call goes on
        where an earlier one was stopped; a store of another sweep is refused.
    client : distributed.Client, optional
        Of a Dask cluster that is to do the work; by default the current one, if there is any.
        Results do not depend on it.
    lazy : bool
        Whether to compute nothing yet: the dataset then holds Dask arrays, and `compute`,
        `to_zarr` or `to_netcdf` work on blocks of it, on a cluster if there is one.
    **options
        Passed to `solve` (with ``"qre"`` to `logit_branches`).

    Returns
    -------
    Sweep

    Raises
    ------
    GameError
        For values outside a domain or not finite, for empty lists, and for a store that was made
        for something else.
    UnknownName
        For an unknown parameter, outcome, concept or refinement.
    NotApplicable
        If a mechanism means nothing for the crisis, the concept does not fit, or a package is
        missing (`store`, `client` and `lazy` need ``pip install 'crisisgames[cluster]'``).

    Notes
    -----
    Points that differ in numbers only are one game: its tree is built once, and its equilibria come
    from `solve_many`, with their classes, and with what the rules "least war", "most war" and
    "welfare" select, alone or after D1 where a deviation is answered once. Other rules and
    refinements, D1 in games where somebody moves again after deviating, other concepts, and games
    with more than two movers are solved point by point, as `solve` does: thousands of times slower.

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
    points = points_of(crisis, over)
    if refinement is not None and refinement not in REFINEMENTS:
        raise suggest("refinement", refinement, REFINEMENTS)
    if isinstance(rule, str) and rule not in RULES:
        raise suggest("selection rule", rule, RULES)
    if workers is not None and not (isinstance(workers, int) and workers > 0):
        raise GameError(f"workers is {workers!r}; give a whole number from 1, or None")
    task = Task(uuid4().hex, crisis, named, points, concept, None, options)
    sought = set(task.concepts.values())
    if not (bounds_only or sought <= set(LINEAR_CONCEPTS)):
        task.choice = Choice(rule, refinement if "sequential" in sought else None)
    task.outcomes = tuple(_kept(task.labels(), outcomes))
    frame = _frame(task)
    if lazy:
        if store is not None:
            raise NotApplicable(
                "lazy=True computes nothing yet, so there is nothing to store: leave store out, "
                "and call .dataset.to_zarr(path) on the result"
            )
        return Sweep(_lazily(task, frame))
    until = inf if not time_limit else time() + time_limit
    kept = None if store is None else Store(store, task, frame)
    todo = [b for b in task.blocks if kept is None or b not in kept.done]
    client = client or current_client()
    work = (
        on_threads(task, todo, until, workers)
        if client is None
        else on_cluster(task, todo, until, client)
    )
    if kept is None:
        arrays = _Arrays(task, frame)
        for block, solved in _shown(work, task, todo, progress):
            arrays.put(block, solved)
        _some_answer(task, arrays.told)
        return Sweep(arrays.finish(_attributes(task, arrays.told)))
    for block, solved in _shown(work, task, todo, progress):
        if not solved.late:
            kept.put(block, solved)
    told = {b: (line["doubts"], line["refined"]) for b, line in kept.done.items()}
    _some_answer(task, told)
    return Sweep(_trimmed(kept.finish(_attributes(task, told))))


def _checked(
    crisis: Any, mechanisms: Iterable[Change], concept: str | None, time_limit: float | None
) -> dict[str, Change]:
    """Return the mechanisms by name; raise for what a sweep cannot take."""
    if isinstance(crisis, type) or not (isinstance(crisis, Game) or hasattr(crisis, "game")):
        hint = instead_of(crisis)
        raise GameError(f"sweep takes a crisis such as Incident(), or a game, not {hint}")
    if concept is not None and concept not in CONCEPTS and concept != concept_of(crisis):
        raise unknown_concept(concept)
    Deadline.within(time_limit)  # which checks it
    named = mechanisms_by_name(mechanisms)
    if isinstance(crisis, Game) and (wrong := [n for n, m in named.items() if m is not none]):
        raise NotApplicable(
            f"{wrong[0]} changes crises, and a {type(crisis).__name__} is none; leave mechanisms "
            "out, or give a crisis such as Incident()"
        )
    return named


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


def _shown(
    work: Iterator[Result], task: Task, todo: Sequence[Block], progress: bool
) -> Iterator[Result]:
    """Pass results on, behind a bar if one is wanted."""
    from tqdm.auto import tqdm

    whole = task.points.count * len(task.mechanisms)
    there = whole - sum(b.size for b in todo)
    with tqdm(total=whole, initial=there, disable=not progress, unit="point") as bar:
        for block, solved in work:
            yield block, solved
            bar.update(block.size)


def _frame(task: Task) -> Frame:
    """Return the labels of the dataset, and its variables without data."""
    import xarray as xr

    points = task.points
    coords: dict[str, Any] = {
        "mechanism": ("mechanism", list(task.mechanisms), {"long_name": "mechanism"}),
        "class": ("class", np.arange(MOST_CLASSES), {"long_name": "class of equilibria"}),
        "outcome": ("outcome", list(task.outcomes), {"long_name": "outcome"}),
    }
    if points.sample:
        coords["draw"] = ("draw", np.arange(points.count), {"long_name": "draw", "units": "1"})
    for a in points.axes:
        dim = "draw" if points.sample else a.name
        coords[a.name] = (dim, a.values, {"long_name": a.meaning or a.name, "units": a.units})
    each = ("mechanism", *points.dims)
    more: dict[str, tuple[str, ...]] = dict.fromkeys(("low", "high", "selected"), ("outcome",))
    more |= {"class_low": ("class", "outcome"), "class_high": ("class", "outcome")}
    variables = {
        name: (
            (*each, *more.get(name, ())),
            "bool" if name == "complete" else "float64",
            dict(zip(("long_name", "units"), words, strict=True)),
        )
        for name, words in VARIABLES.items()
    }
    return Frame(xr.Dataset(coords=coords), variables)


Told = dict[Block, tuple[Mapping[str, int], Sequence[int]]]
"""Of each block, doubts about the selection, and where refinements applied."""


def _some_answer(task: Task, told: Told) -> None:
    """Raise if there is no answer at any point: then something else is wrong than a point."""
    found = [(d, n) for own, _ in told.values() for d, n in own.items() if d.startswith(NO_ANSWER)]
    if sum(n for _, n in found) == task.points.count * len(task.mechanisms):
        raise NotApplicable(f"at no point is there an answer: {found[0][0][len(NO_ANSWER) :]}")


class _Arrays:
    """The arrays of a dataset, filled block by block."""

    def __init__(self, task: Task, frame: Frame) -> None:
        self.frame, self.task = frame, task
        self.rows = {n: k for k, n in enumerate(task.mechanisms)}
        shape = (len(self.rows), task.points.count)
        self.told: Told = {}
        self.arrays: dict[str, np.ndarray] = {}
        for name, (dims, dtype, _) in frame.variables.items():
            inner = [frame.coords.sizes[d] for d in dims if d in ("class", "outcome")]
            if "class" in dims:
                inner[0] = 1  # grows with what is found
            empty = False if dtype == "bool" else np.nan
            self.arrays[name] = np.full((*shape, *inner), empty)

    def put(self, block: Block, solved: Solved) -> None:
        """Write what came of a block."""
        place = (self.rows[block.mechanism], slice(block.start, block.stop))
        self.told[block] = (solved.doubts, solved.refined)
        for name, array in self.arrays.items():
            values = getattr(solved, name)
            if name in RANGES:
                classes = values.shape[1]
                array = self.arrays[name] = wider(array, classes)
                array[(*place, slice(classes))] = values
            else:
                array[place] = values

    def finish(self, attributes: Mapping[str, str]) -> xr.Dataset:
        """Return the dataset."""
        classes = self.arrays["class_low"].shape[2]
        found = {}
        for name, (dims, _, about) in self.frame.variables.items():
            array = self.arrays[name]
            shape = (len(self.rows), *self.task.points.shape, *array.shape[2:])
            found[name] = (dims, array.reshape(shape), about)
        # All at once: variables that are added one by one are aligned one by one.
        coords = self.frame.coords.isel({"class": slice(classes)}).assign(found)
        return coords.assign_attrs(attributes)


def _trimmed(dataset: xr.Dataset) -> xr.Dataset:
    """Return a dataset without the classes that no point has."""
    most = int(np.nanmax(dataset.classes.values, initial=1))
    return dataset.isel({"class": slice(min(max(most, 1), MOST_CLASSES))})


def _lazily(task: Task, frame: Frame) -> xr.Dataset:
    """Return a dataset of Dask arrays, each block a piece of them."""
    dask, da = (need(name, "cluster", "lazy=True") for name in ("dask", "dask.array"))

    whole = dask.delayed(task, pure=False, traverse=False)
    solve = dask.delayed(solve_block, pure=False)
    solved = {b: solve(whole, b) for b in task.blocks}
    dataset = frame.coords
    for name, (dims, dtype, about) in frame.variables.items():
        inner = tuple(frame.coords.sizes[d] for d in dims if d in ("class", "outcome"))
        rows = []
        for mechanism in task.mechanisms:
            own = [b for b in solved if b.mechanism == mechanism]
            pieces = [
                da.from_delayed(
                    dask.delayed(Solved.whole)(solved[b], name),
                    (b.size, *inner),
                    np.dtype(dtype),
                )
                for b in own
            ]
            rows.append(da.concatenate(pieces).reshape((*task.points.shape, *inner)))
        dataset[name] = (dims, da.stack(rows), about)
    return dataset.assign_attrs(_attributes(task, {}))


def _refined(choice: Choice | None, told: Told) -> tuple[str | None, str]:
    """Return the refinement that came before the selection, if any did, and where, if not always.

    A refinement that applies nowhere must not be named as what selected.
    """
    if choice is None or choice.refinement is None:
        return None, ""
    differ, there, points, everywhere = np.sum([r for _, r in told.values()] or [[0] * 4], axis=0)
    applied, of = (there, differ) if differ else (everywhere, points)
    if applied == of:
        return choice.refinement, ""
    return (choice.refinement, ", where it applies") if applied else (None, "")


def _notes(task: Task, told: Told) -> list[str]:
    """Return what there is to say, once for all mechanisms of which it is true."""
    names: dict[str, list[str]] = {}
    for mechanism in task.mechanisms:
        doubts: dict[str, int] = {}
        for block, (own, _) in told.items():
            if block.mechanism == mechanism:
                for doubt, n in own.items():
                    doubts[doubt] = doubts.get(doubt, 0) + n
        for doubt, n in sorted(doubts.items()):
            note = f"At {n} point{'s' * (n > 1)} {doubt}."
            names.setdefault(note, []).append(mechanism)
    return [f"{', '.join(own)}: {note}" for note, own in names.items()]


def _attributes(task: Task, told: Told) -> dict[str, str]:
    crisis, choice, points = task.subject, task.choice, task.points
    rule, selection = "none", "nothing, where equilibria differ"
    refinement, where = _refined(choice, told)
    concepts = tuple(dict.fromkeys(task.concepts.values()))
    if concepts == ("qre",):
        selection = "the only one on the principal branch"
    elif set(concepts) <= set(LINEAR_CONCEPTS):
        selection = "nothing: a mediator's plans are bounded, not listed"
    elif choice:
        rule = choice.rule if isinstance(choice.rule, str) else mechanism_name(choice.rule)
        lists = [] if any(task.trees.values()) else list(task.listed.values())
        selection = lists[0].selection(choice.rule) if lists else selection_text(choice.rule)
        if refinement:
            selection += f" among the equilibria that {REFINEMENTS[refinement][0]}{where}"
    game, sample = isinstance(crisis, Game), points.sample
    return {
        "crisis": getattr(crisis, "title", "") or "game" if game else crisis.kind,
        "parameters": "" if game else parameter_text(crisis, without=points.names),
        "over": ", ".join(points.names),
        "sample": f"{sample.design}, {sample.n} draws, seed {sample.seed}" if sample else "none",
        "concept": ", ".join(concepts),
        "rule": rule,
        "refinement": refinement or "none",
        "selection": selection,
        "baseline": next(iter(task.mechanisms)),
        "remark": "" if game else REMARK,
        "notes": "\n".join(_notes(task, told)),
    }
