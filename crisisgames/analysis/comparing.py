"""Comparing institutions: each changes the crisis, and each changed crisis is solved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.dataset import Result, label_results
from crisisgames.analysis.solution import Member, Rule, Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.crises import Crisis
from crisisgames.errors import GameError, NotApplicable
from crisisgames.mechanisms import Mechanism

__all__ = [
    "Change",
    "also_called",
    "compare",
    "instead_of",
    "mechanism_name",
    "mechanisms_by_name",
    "naming",
]

Change = Callable[[Any], Any]
"""A mechanism: a crisis goes in, the changed crisis comes out."""

Solved = tuple[Solution, Member | None, tuple[str, ...]]
"""A solution, the member selected if there is any, and what a reader should know of both."""


def compare(
    crisis: Crisis,
    mechanisms: Iterable[Change],
    concept: str | None = None,
    *,
    rule: Rule | None = None,
    progress: bool = False,
    **options: Any,
) -> Comparison:
    """Return what each mechanism makes of a crisis, over all equilibria.

    Parameters
    ----------
    crisis : Crisis
    mechanisms : iterable of callables
        Each takes a crisis and returns the changed one; it has a `label` or a `name`, all
        different. The first is the baseline that the others are held against.
    concept : str, optional
        As in `solve`; by default what each crisis is usually solved for: sequential equilibria of
        trees, Markov perfect ones of dyads, communication equilibria where a mediator is in force.
    rule : str or callable, optional
        What selects one equilibrium of each set, as in `EquilibriumSet.select`. By default the
        limit of quantal responses, where a crisis has one; with a mediator, what one proposes who
        wants the least war. `sweep` has another default: the least war among the equilibria that
        survive D1.
    progress : bool
        Whether to show a bar.
    **options
        Passed to the solver. ``time_limit=`` seconds hold for each mechanism.

    Returns
    -------
    Comparison

    Raises
    ------
    GameError
        If there is no mechanism, if one is not callable, or if two have one name.
    NotApplicable
        If a mechanism means nothing for the crisis.

    Notes
    -----
    A mechanism's effect is the difference of the selected values, split into a direct part,
    strategies of the baseline held as they were, and a strategic part, the rest. What is read of
    each kind of solution is told in `crisisgames.analysis.solutions`.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> from crisisgames.mechanisms import Hotline, none
    >>> found = compare(Incident(), [none, Hotline("theatre")], rule="least war")
    >>> war = found.dataset.sel(mechanism="hotline (theatre)", outcome="war")
    >>> round(float(war.low), 5), round(float(war.high), 5)
    (0.00127, 0.01197)
    >>> float(war.direct), round(float(war.strategic), 4)
    (0.0, -0.0107)
    """
    if isinstance(crisis, type) or not callable(getattr(crisis, "game", None)):
        raise GameError(f"compare takes a crisis such as Incident(), not {instead_of(crisis)}")
    named = mechanisms_by_name(mechanisms)
    crises = _changed(crisis, named)
    solved = _solved(crises, concept, rule, progress, options)
    results = _results(solved)
    return Comparison(
        label_results(results, crisis, rule),
        crisis,
        {name: r.solution.found for name, r in results.items()},
        {name: r.selected.play for name, r in results.items() if r.selected is not None},
        {name: r.notes for name, r in results.items()},
        crises,
        {name: m for name, m in named.items() if isinstance(m, Mechanism)},
    )


def mechanisms_by_name(mechanisms: Iterable[Change]) -> dict[str, Change]:
    """Return the mechanisms by name; raise for what is not a list of different mechanisms."""
    if callable(mechanisms) or not isinstance(mechanisms, Iterable):
        raise GameError(f"mechanisms is {mechanisms!r}; give a list of them, baseline first")
    named: dict[str, Change] = {}
    for m in mechanisms:
        name = mechanism_name(m)
        if name in named:
            raise GameError(f"two mechanisms are named {name!r}; drop one or rename it")
        named[name] = m
    if not named:
        raise GameError("there are no mechanisms to compare; give at least the baseline, [none]")
    return named


def mechanism_name(mechanism: Any) -> str:
    """Return the name of a mechanism; raise GameError for what is none, or has none."""
    if not callable(mechanism):
        raise GameError(f"{mechanism!r} is not a mechanism; give one such as none or Hotline()")
    if isinstance(mechanism, type):
        call = f"{mechanism.__name__}()"
        raise GameError(f"{mechanism.__name__} is a class of mechanisms; give one, such as {call}")
    for attribute in ("label", "name", "__name__"):
        name = getattr(mechanism, attribute, None)
        if isinstance(name, str) and name.strip():
            return name
    raise GameError(f"the mechanism {mechanism!r} has no label; give it one for the tables")


def also_called(named: Mapping[str, Change]) -> dict[str, tuple[str, ...]]:
    """Return the other names that mechanisms go by, each with those that it may mean.

    Examples
    --------
    >>> from crisisgames.mechanisms import Hotline, none
    >>> also_called(mechanisms_by_name([none, Hotline("theatre")]))
    {'hotline': ('hotline (theatre)',), 'theatre hotline': ('hotline (theatre)',)}
    """
    found: dict[str, dict[Any, str]] = {}
    for name, mechanism in named.items():
        for other in getattr(mechanism, "called", ()):
            if other not in named:
                # Equal mechanisms under two names are one meaning.
                found.setdefault(other, {}).setdefault(mechanism, name)
    return {other: tuple(meant.values()) for other, meant in found.items()}


def _changed(crisis: Crisis, mechanisms: Mapping[str, Change]) -> dict[str, Crisis]:
    """Return for each name the crisis with that mechanism in force."""
    crises = {}
    for name, mechanism in mechanisms.items():
        with naming(name):
            changed = mechanism(crisis)
        if not callable(getattr(changed, "game", None)):
            raise GameError(f"{name} made {changed!r} of the crisis; it must return a crisis")
        crises[name] = changed
    return crises


def _solved(
    crises: Mapping[str, Crisis],
    concept: str | None,
    rule: Rule | None,
    progress: bool,
    options: Mapping[str, Any],
) -> dict[str, Solved]:
    """Return for each name the equilibria and the selected one; equal crises are solved once."""
    known: list[tuple[Crisis, Solved]] = []
    solved = {}
    for name in _shown(tuple(crises), progress):
        before = next((s for c, s in known if c == crises[name]), None)
        if before is None:
            with naming(name):
                solution = solution_of(crises[name], crises[name].solve(concept, **options))
                selected, doubts = solution.select(rule)
            before = solution, selected, (*solution.notes, *doubts)
            known.append((crises[name], before))
        solved[name] = before
    return solved


def _shown(names: Sequence[str], progress: bool) -> Iterable[str]:
    """Return the names, behind a progress bar if one is wanted."""
    if not progress:
        return names
    from tqdm.auto import tqdm

    return tqdm(names, desc="comparing", unit="mechanism")


def _results(solved: Mapping[str, Solved]) -> dict[str, Result]:
    """Return the results by name, each against the first."""
    first, start, _ = next(iter(solved.values()))
    results = {}
    for name, (solution, selected, notes) in solved.items():
        if start is None:
            results[name] = Result(solution, selected, None, notes)
        else:
            direct, more = solution.effect(first, start)
            other = () if solution.concept == first.concept else (_solved_for(solution),)
            results[name] = Result(solution, selected, direct, (*notes, *other, *more))
    return results


def _solved_for(solution: Solution) -> str:
    return f"Solved for another concept than the baseline: {solution.concept}."


def instead_of(given: object) -> str:
    """Show what was given for a crisis, and say what has one."""
    if isinstance(given, str):
        return f"the name {given!r}; a scenario's crisis is get_scenario(...).crisis"
    if hasattr(given, "crisis") and hasattr(given, "designs"):
        return f"the scenario {given.slug!r}; give its .crisis"  # type: ignore[attr-defined]
    return repr(given)


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Let errors about a mechanism that does not fit say which one it is."""
    try:
        yield
    except NotApplicable as error:
        if name in str(error):
            raise
        raise NotApplicable(f"{name}: {error}") from error
