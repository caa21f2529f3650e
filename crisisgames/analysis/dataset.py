"""The results of a comparison as labelled arrays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nan
from typing import TYPE_CHECKING, Any

from crisisgames.crises import Crisis
from crisisgames.equilibria import Equilibrium, EquilibriumSet
from crisisgames.equilibria.outcomes import covers
from crisisgames.equilibria.selection import RULES

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "REMARK",
    "Result",
    "label_results",
    "order_outcomes",
    "outcome_labels",
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
    found : EquilibriumSet
    selected : Equilibrium or None
        None where there is no equilibrium to select from.
    direct : mapping or None
        Direct effect on each outcome; None where the baseline has no equilibrium.
    notes : tuple of str
    """

    found: EquilibriumSet
    selected: Equilibrium | None
    direct: Mapping[str, Fraction] | None
    notes: tuple[str, ...]


def label_results(
    results: Mapping[str, Result],
    crisis: Crisis,
    concept: str,
    rule: str | Callable[[Equilibrium], Any],
) -> xr.Dataset:
    """Return the results as a dataset over mechanisms, outcomes and players.

    Parameters
    ----------
    results : mapping
        By name, the baseline first.
    crisis : Crisis
        The crisis without mechanisms, whose kind and parameters the attributes tell.
    concept : str
        What it was solved for.
    rule : str or callable
        What selected the equilibria.
    """
    import xarray as xr

    rows, names = list(results.values()), list(results)
    outcomes = outcome_labels([r.found for r in rows])
    players = list(dict.fromkeys(p for r in rows for p in r.found.game.players))
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
        "concept": concept,
        "rule": rule if isinstance(rule, str) else _called(rule),
        "selection": selection_text(rule),
        "baseline": names[0],
        "remark": REMARK,
        "notes": "\n".join(f"{n}: {note}" for n, r in results.items() for note in r.notes),
    }
    labelled = {name: ((name,), values, {"long_name": name}) for name, values in coords.items()}
    return xr.Dataset(variables, labelled, about)


def parameter_text(crisis: Crisis, without: Collection[str] = ()) -> str:
    """Return the numbers of a crisis that are not zero and what is on, as text for captions."""
    own = {n: v for n, v in crisis.parameters().items() if n not in without}
    told = {n: v for n, v in own.items() if isinstance(v, (int, float)) and v}
    return ", ".join(
        name.replace("_", " ") + ("" if isinstance(value, bool) else f" {value:g}")
        for name, value in told.items()
    )


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


def outcome_labels(sets: Sequence[EquilibriumSet]) -> list[str]:
    """Return the outcomes of all games: war and its causes first, the rest as games name them."""
    return order_outcomes(str(o) for found in sets for o in found.labels)


def order_outcomes(labels: Iterable[str]) -> list[str]:
    """Return labels once each: war and its causes first, the rest as games name them."""
    named = list(dict.fromkeys(labels))
    wars = [o for o in named if covers("war", o)]
    rest = [o for o in named if o not in wars]
    return [*dict.fromkeys(("war", *CAUSES, *wars)), *rest] if wars else rest


def _outcome_values(result: Result, base: Equilibrium | None, outcome: str) -> dict[str, float]:
    low, high = _bounds(result.found, outcome)
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


def _bounds(found: EquilibriumSet, outcome: str) -> tuple[float, float]:
    if not len(found):
        return nan, nan
    if not any(covers(outcome, str(o)) for o in found.labels):
        return 0.0, 0.0
    low, high = found.bounds(outcome)
    return float(low), float(high)


def _probability(equilibrium: Equilibrium | None, outcome: str) -> float:
    if equilibrium is None:
        return nan
    return float(sum(p for o, p in equilibrium.outcomes.items() if covers(outcome, str(o))))


def _payoff_values(result: Result, player: str) -> dict[str, float]:
    """Return the lowest, the highest and the selected payoff; nan for who does not play."""
    low = high = selected = nan
    if player in result.found.game.players and result.selected is not None:
        low, high = (float(u) for u in result.found.payoff_bounds(player))
        selected = float(result.selected.payoffs[player])
    return {"payoff_low": low, "payoff_high": high, "payoff_selected": selected}


def _set_values(result: Result) -> dict[str, float]:
    found = result.found
    low = high = selected = nan
    if result.selected is not None:
        low, high = (float(u) for u in found.payoff_bounds(found.game.players))
        selected = float(sum(result.selected.payoffs.values()))
    return {
        "welfare_low": low,
        "welfare_high": high,
        "welfare_selected": selected,
        "complete": found.complete,
        "classes": len(found.classes) if len(found) else 0,
        "equilibria": len(found),
        "certificate": float(found.certificate) if len(found) else nan,
    }


def _called(rule: Callable[..., Any]) -> str:
    return getattr(rule, "__name__", type(rule).__name__)


def selection_text(rule: str | Callable[..., Any]) -> str:
    """Return what a rule selects, in words."""
    return RULES[rule] if isinstance(rule, str) else f"the smallest value of {_called(rule)}"
