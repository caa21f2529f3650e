"""The results of a comparison as labelled arrays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from crisisgames.analysis.solution import Member, Rule, Solution
from crisisgames.analysis.wording import headline_of
from crisisgames.crises import Crisis
from crisisgames.equilibria.outcomes import covers
from crisisgames.equilibria.selection import RULES

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "REMARK",
    "Result",
    "label_results",
    "order_outcomes",
    "parameter_text",
    "selection_text",
]

REMARK = "Default values are illustrations, not estimates."

CAUSES = ("war:deliberate", "war:inadvertent", "war:misperception")
"""The causes of war, which a comparison always lists where there may be war."""

VARIABLES = {
    "low": ("lowest probability over all equilibria found", "probability"),
    "high": ("highest probability over all equilibria found", "probability"),
    "selected": ("probability in the selected equilibrium", "probability"),
    "direct": ("direct effect, strategies held as in the baseline", "probability"),
    "strategic": ("strategic effect, the rest", "probability"),
    "payoff_low": ("lowest payoff over all equilibria found", "utils"),
    "payoff_high": ("highest payoff over all equilibria found", "utils"),
    "payoff_selected": ("payoff in the selected equilibrium", "utils"),
    "welfare_low": ("lowest sum of payoffs over all equilibria found", "utils"),
    "welfare_high": ("highest sum of payoffs over all equilibria found", "utils"),
    "welfare_selected": ("sum of payoffs in the selected equilibrium", "utils"),
    "complete": ("whether every equilibrium was found", "yes or no"),
    "classes": ("classes of equilibria", "count"),
    "equilibria": ("extreme equilibria", "count"),
    "certificate": ("largest deviation gain or error of belief", "utils"),
}
"""Long name and units of every variable."""


@dataclass(frozen=True)
class Result:
    """What came of one mechanism.

    Attributes
    ----------
    solution : Solution
    selected : Member or None
        None where there is no equilibrium to select from.
    direct : mapping or None
        Direct effect on each outcome; None where strategies cannot be held as they were.
    notes : tuple of str
    """

    solution: Solution
    selected: Member | None
    direct: Mapping[str, Any] | None
    notes: tuple[str, ...]


def label_results(
    results: Mapping[str, Result],
    crisis: Crisis,
    rule: Rule | None = None,
) -> xr.Dataset:
    """Return the results as a dataset over mechanisms, outcomes and players.

    Parameters
    ----------
    results : mapping
        By name, the baseline first.
    crisis : Crisis
        The crisis without mechanisms, whose kind and parameters the attributes tell.
    rule : str or callable, optional
        What selected the equilibria; by default what each solution has for that.
    """
    import xarray as xr

    rows, names = list(results.values()), list(results)
    solutions = [r.solution for r in rows]
    outcomes = order_outcomes(str(o) for s in solutions for o in s.labels)
    players = list(dict.fromkeys(p for s in solutions for p in s.players))
    base = rows[0].selected
    variables = {
        **_variables("outcome", [[_outcome_values(r, base, o) for o in outcomes] for r in rows]),
        **_variables("player", [[_payoff_values(r, p) for p in players] for r in rows]),
        **_variables("", [[_set_values(r)] for r in rows]),
    }
    coords = {"mechanism": names, "outcome": outcomes, "player": players}
    about = {
        "crisis": crisis.kind,
        "parameters": parameter_text(crisis),
        "concept": _once(s.concept for s in solutions),
        "rule": _once(_called(s.rule(rule)) for s in solutions),
        "selection": _once((s.selection(rule) for s in solutions), "; "),
        "baseline": names[0],
        "remark": REMARK,
        "notes": "\n".join(f"{n}: {note}" for n, r in results.items() for note in r.notes),
    }
    labelled = {name: ((name,), values, {"long_name": name}) for name, values in coords.items()}
    return xr.Dataset(variables, labelled, about)


def parameter_text(crisis: Crisis, without: Collection[str] = ()) -> str:
    """Return the numbers of a crisis that are not zero and what is on, as text for captions."""
    own = {n: v for n, v in _numbers(crisis.parameters()) if n not in without and v}
    return ", ".join(
        name.replace("_", " ") + ("" if isinstance(value, bool) else f" {value:g}")
        for name, value in own.items()
    )


def _numbers(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield numbers by name, those of parts dotted."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, (int, float)):
            yield prefix + name, value


def _variables(
    dimension: str, cells: Sequence[Sequence[Mapping[str, float]]]
) -> dict[str, tuple[Any, ...]]:
    """Return variables over mechanisms and another dimension, if any, with names and units."""
    found: dict[str, tuple[Any, ...]] = {}
    for name in cells[0][0]:
        values: Any = [[cell[name] for cell in row] for row in cells]
        about = dict(zip(("long_name", "units"), VARIABLES[name], strict=True))
        if dimension:
            found[name] = (("mechanism", dimension), values, about)
        else:
            found[name] = (("mechanism",), [row[0] for row in values], about)
    return found


def _once(texts: Iterable[str], between: str = ", ") -> str:
    """Return different texts in a row: most often there is one."""
    return between.join(dict.fromkeys(texts))


def order_outcomes(labels: Iterable[str]) -> list[str]:
    """Return labels once each: the headline and its causes first, the rest as games name them."""
    named = list(dict.fromkeys(labels))
    about = headline_of(named)
    own = [o for o in named if covers(about, o)]
    rest = [o for o in named if o not in own]
    causes = CAUSES if about == "war" and own else ()
    return [*dict.fromkeys((about, *causes, *own)), *rest]


def _outcome_values(result: Result, base: Member | None, outcome: str) -> dict[str, float]:
    low, high = _bounds(result.solution, outcome)
    # A member of the set, so within the interval: rounding of sums must not say otherwise.
    selected = min(max(_probability(result.selected, outcome), low), high)
    direct = nan
    if result.direct is not None:
        direct = float(sum(p for o, p in result.direct.items() if covers(outcome, o)))
    strategic = selected - _probability(base, outcome) - direct
    return {
        "low": low,
        "high": high,
        "selected": selected,
        "direct": direct,
        "strategic": strategic,
    }


def _bounds(solution: Solution, outcome: str) -> tuple[float, float]:
    if solution.empty:
        return nan, nan
    if not any(covers(outcome, str(o)) for o in solution.labels):
        return 0.0, 0.0
    return solution.bounds(outcome)


def _probability(member: Member | None, outcome: str) -> float:
    if member is None:
        return nan
    return float(sum(p for o, p in member.outcomes.items() if covers(outcome, str(o))))


def _payoff_values(result: Result, player: str) -> dict[str, float]:
    """Return the lowest, the highest and the selected payoff; nan for who does not play."""
    low = high = selected = nan
    if player in result.solution.players and not result.solution.empty:
        low, high = result.solution.payoff_bounds(player)
        if result.selected is not None:
            selected = float(result.selected.payoffs[player])
    return {"payoff_low": low, "payoff_high": high, "payoff_selected": selected}


def _set_values(result: Result) -> dict[str, float]:
    solution = result.solution
    low = high = selected = nan
    if not solution.empty:
        low, high = solution.payoff_bounds(solution.players)
    if result.selected is not None:
        selected = float(sum(result.selected.payoffs.values()))
    return {
        "welfare_low": low,
        "welfare_high": high,
        "welfare_selected": selected,
        "complete": solution.complete,
        "classes": len(solution.classes),
        "equilibria": solution.count,
        "certificate": solution.certificate,
    }


def _called(rule: Rule) -> str:
    return rule if isinstance(rule, str) else getattr(rule, "__name__", type(rule).__name__)


def selection_text(rule: str | Callable[..., Any]) -> str:
    """Return what a rule selects of the equilibria of a tree, in words."""
    return RULES[rule] if isinstance(rule, str) else f"the smallest value of {_called(rule)}"
