"""A comparison in words: cells of a table, and sentences that claim no more than was computed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "VERDICTS",
    "causes_of",
    "cells",
    "direction",
    "direction_of",
    "headline",
    "legend",
    "sentences",
    "verdict",
]

SAME = 1e-9
"""Probabilities no further apart are called the same: results are exact up to rounding, and up to
the 1e-12 by which parameters at the edge of their domain are taken inside it."""


def headline(dataset: xr.Dataset) -> str:
    """Return the outcome that a comparison is about: war, or else the first there is."""
    outcomes = [str(o) for o in dataset.outcome.values]
    return "war" if "war" in outcomes else outcomes[0]


def causes_of(dataset: xr.Dataset, about: str) -> list[str]:
    """Return the outcomes that are causes of one, without what further splits a cause."""
    outcomes = [str(o) for o in dataset.outcome.values]
    deeper = about.count(":") + 1
    return [o for o in outcomes if o.startswith(f"{about}:") and o.count(":") == deeper]


def cells(row: xr.Dataset) -> dict[str, float | str]:
    """Return the cells of one mechanism's row in the table."""
    about = headline(row)
    main = row.sel(outcome=about)
    causes = causes_of(row, about)
    return {
        f"P({about})": _interval(float(main.low), float(main.high)),
        "selected": float(main.selected),
        **{o.partition(":")[2]: float(row.selected.sel(outcome=o)) for o in causes},
        "direct": _clean(float(main.direct)),
        "strategic": _clean(float(main.strategic)),
        **{f"payoff {p}": float(row.payoff_selected.sel(player=p)) for p in row.player.values},
        "equilibria": "all" if bool(row.complete) else "found",
    }


def sentences(dataset: xr.Dataset) -> dict[str, str]:
    """Return for each mechanism what it does, by name."""
    about = headline(dataset)
    names = [str(n) for n in dataset.mechanism.values]
    base = dataset.sel(mechanism=names[0], outcome=about)
    lines = {names[0]: f"{names[0]} (baseline): {_level(base, about)}"}
    for name in names[1:]:
        row = dataset.sel(mechanism=name, outcome=about)
        said = (_level(row, about), _effect(row, base, names[0]), _verdict(row, base, about))
        lines[name] = f"{name}: {' '.join(s for s in said if s)}"
    return lines


def legend(dataset: xr.Dataset) -> str:
    """Return what the words of the sentences mean."""
    concept = str(dataset.attrs["concept"])
    which = "" if concept == "sequential" else f"Equilibria: {concept}. "
    return (
        f"{which}Selected: {dataset.attrs['selection']}. Direct: choices held as they were; "
        f"strategic: the rest. {dataset.attrs['remark']}"
    )


COUNT = re.compile(r"\b\d+\b(?![.,]\d)")
"""A whole number in a note."""


def shared_notes(
    notes: Mapping[str, tuple[str, ...]],
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the notes of each mechanism, and those of several apart, to be said once.

    Notes that differ only in whole numbers are one note, with the ranges of these numbers.

    Examples
    --------
    >>> shared_notes({"a": ("8 games are solved.",), "b": ("9 games are solved.", "No limit.")})
    ({'a': (), 'b': ('No limit.',)}, ('8 to 9 games are solved.',))
    """
    alike: dict[str, dict[str, list[str]]] = {}
    for name, own in notes.items():
        for note in own:
            alike.setdefault(COUNT.sub("#", note), {}).setdefault(name, []).append(note)
    several = {kind for kind, by_name in alike.items() if len(by_name) > 1}
    rest = {
        name: tuple(note for note in own if COUNT.sub("#", note) not in several)
        for name, own in notes.items()
    }
    told = []
    for kind, by_name in alike.items():
        if kind in several:
            shared = [note for own in by_name.values() for note in own]
            whose = "" if len(by_name) == len(notes) else f"{', '.join(by_name)}: "
            told.append(f"{whose}{_ranged(shared)}")
    return rest, tuple(told)


def _ranged(notes: list[str]) -> str:
    """Return one note for several that differ in whole numbers."""
    columns = iter(zip(*(map(int, COUNT.findall(note)) for note in notes), strict=True))

    def span(_: re.Match[str]) -> str:
        values = next(columns)
        low, high = min(values), max(values)
        return str(low) if low == high else f"{low} to {high}"

    return COUNT.sub(span, notes[0])


def _level(row: xr.Dataset, about: str) -> str:
    """Say what the probability is, over all equilibria, and in the selected one."""
    low, high = float(row.low), float(row.high)
    if isnan(low):
        return "no equilibrium was found."
    which = "every equilibrium" if bool(row.complete) else "every equilibrium found"
    if high - low <= SAME:
        level = f"P({about}) is {low:.4g} in {which}"
    else:
        all_of = which.replace("every equilibrium", "all equilibria")
        span = f"{low:.4g} to {high:.4g} over {all_of}"
        level = f"P({about}) is {span}, {float(row.selected):.4g} in the selected one"
    return f"{level}." if bool(row.complete) else f"{level}; there may be others."


def _effect(row: xr.Dataset, base: xr.Dataset, baseline: str) -> str:
    """Say what is direct and what is strategic, or, where that has no meaning, what changes."""
    direct, strategic = float(row.direct), float(row.strategic)
    total = float(row.selected - base.selected)
    if isnan(strategic):
        changes = f"Against {baseline} the selected value changes by {_signed(total)}."
        return "" if isnan(total) else changes
    if abs(strategic) > SAME and abs(direct) > SAME:
        parts = f"{_signed(direct)} direct and {_signed(strategic)} strategic"
    elif abs(strategic) > SAME:
        parts = "all of it strategic"
    elif abs(direct) > SAME:
        parts = "all of it direct"
    else:
        return f"The selected value is that of {baseline}."
    return (
        f"Against {baseline} the selected value changes by {_signed(direct + strategic)}, {parts}."
    )


VERDICTS = {
    "lowers": "It lowers {what} {all_of}.",
    "raises": "It raises {what} {all_of}.",
    "same interval": "The interval of {what} over all equilibria{found} is as it was.",
    "same": "It leaves {what} as it was {all_of}.",
    "may lower": "It lowers {what} {some}, not in others.",
    "may raise": "It raises {what} {some}, not in others.",
    "either": "It lowers {what} {some} and raises it in others.",
    "open": "Whether it lowers or raises {what} depends on which of the equilibria{found} hold "
    "with it and without it.",
}
"""What two intervals say of a mechanism, and the sentence for it."""


def direction(row: xr.Dataset, base: xr.Dataset) -> str:
    """Return which of `VERDICTS` two intervals, with a mechanism and without, allow.

    Parameters
    ----------
    row, base : xarray.Dataset
        Of one outcome: `low` and `high` with the mechanism, and in the baseline.

    Returns
    -------
    str
        Empty where there is no equilibrium to speak of.
    """
    return direction_of((float(row.low), float(row.high)), (float(base.low), float(base.high)))


def direction_of(span: tuple[float, float], base: tuple[float, float]) -> str:
    """Return which of `VERDICTS` two intervals allow, each its lowest and highest value."""
    (low, high), (old_low, old_high) = span, base
    if isnan(low) or isnan(old_low):
        return ""
    if high < old_low - SAME:
        return "lowers"
    if low > old_high + SAME:
        return "raises"
    if max(abs(low - old_low), abs(high - old_high)) <= SAME < high - low:
        return "same interval"
    may_lower, may_raise = low < old_high - SAME, high > old_low + SAME
    if not may_lower and not may_raise:
        return "same"
    if not may_raise:
        return "may lower"
    if not may_lower:
        return "may raise"
    return "either" if old_high - old_low <= SAME else "open"


def _verdict(row: xr.Dataset, base: xr.Dataset, about: str) -> str:
    """Say in which equilibria the mechanism lowers or raises the probability."""
    complete = bool(row.complete) and bool(base.complete)
    return verdict(direction(row, base), about, complete=complete)


def verdict(kind: str, about: str, *, complete: bool = True) -> str:
    """Return the sentence for one of `VERDICTS`; empty for none.

    Parameters
    ----------
    kind : str
        What `direction` returns.
    about : str
        The outcome.
    complete : bool
        Whether the intervals are over all equilibria, not only those found.
    """
    found = "" if complete else " found"
    words = {
        "what": f"P({about})",
        "found": found,
        "all_of": f"in every equilibrium{found}",
        "some": f"in some equilibria{found}",
    }
    return VERDICTS.get(kind, "").format(**words)


def _interval(low: float, high: float) -> str:
    if isnan(low):
        return "none found"
    return f"{low:.4g}" if high - low <= SAME else f"{low:.4g}–{high:.4g}"


def _clean(value: float) -> float:
    """Return an effect, 0 where it is rounding."""
    return 0.0 if abs(value) <= SAME else value


def _signed(value: float) -> str:
    # A minus sign, not a hyphen, as in the figures.
    return "0" if abs(value) <= SAME else f"{value:+.4g}".replace("-", "−")
