"""Which equilibria there are at each point: categories, their letters, and what these mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np

from crisisgames.plots.kinds import POSSIBLE, Kind, in_order, in_words, kinds, plain_outcome
from crisisgames.plots.outcomes import OUTCOMES, meaning_of
from crisisgames.plots.scale import Scale

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "OTHER",
    "PALETTE",
    "Category",
    "by_count",
    "by_letter",
    "categories",
    "count_colours",
    "explained",
    "letters",
    "spans",
]

PALETTE = ("#F0E442", "#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#0072B2")
"""Okabe and Ito's colours, from light to dark (to read in grey)."""

OTHER = "#888888"
LETTERS = "ABCDEFGH"
"""One for each colour, and one for all other categories."""

MOST_SHARED = 4
"""Outcomes that all classes may lead to are named up to so many."""

UNCOUNTED = "?"
"""Stands for the number of classes where they were not told apart."""

BOTH = "*"
"""Marks a number of classes of which one excludes the outcome and another has it."""

Category = tuple[Kind, ...]
"""The kinds of the classes at a point, sorted."""

Spans = dict[Category, list[tuple[float, float]]]
"""For each class of a category, between what the probability of the outcome lies in it."""

UNTOLD = "several outcomes, whose classes were not told apart"

UNKNOWN: Category = (frozenset({UNTOLD}),)
"""What stands for points whose classes were not told apart."""


def categories(row: xr.Dataset) -> np.ndarray:
    """Return the category of each point of one mechanism, None where there is no equilibrium."""
    own = kinds(row)
    low = row.low.isel(outcome=0).values
    found = np.empty(own.shape, dtype=object)
    ordered = {k: tuple(sorted(k, key=sorted)) for k in set(own.ravel())}
    for place in np.ndindex(own.shape):
        if own[place]:
            found[place] = ordered[own[place]]
        elif not np.isnan(low[place]):
            found[place] = UNKNOWN
    return found


def spans(rows: Sequence[xr.Dataset], found: Sequence[np.ndarray], outcome: str) -> Spans:
    """Return the range of the probability in each class of each category, over all its points."""
    widest: Spans = {}
    for row, grid in zip(rows, found, strict=True):
        part, own = row.sel(outcome=outcome), kinds(row)
        low, high = part.class_low.values, part.class_high.values
        for place in np.ndindex(grid.shape):
            if not own[place]:
                continue
            # Classes of one kind from the lowest on, so that they are told apart by their range.
            here = sorted(
                (sorted(kind), a, b)
                for kind, a, b in zip(own[place], low[place], high[place], strict=False)
            )
            category = cast(Category, grid[place])
            before = widest.setdefault(category, [(a, b) for _, a, b in here])
            widest[category] = [
                (min(a, c), max(b, d)) for (a, b), (_, c, d) in zip(before, here, strict=True)
            ]
    return widest


def letters(found: Sequence[np.ndarray]) -> dict[Category, str]:
    """Return a letter for each category, the most frequent first; those without share the last."""
    counts = Counter(c for grid in found for c in grid.ravel() if c is not None)
    ordered = [c for c, _ in counts.most_common()]
    return {c: LETTERS[min(k, len(PALETTE))] for k, c in enumerate(ordered)}


def by_letter(found: np.ndarray, legend: Mapping[Category, str]) -> np.ndarray:
    """Return the letter of each point; None where there is no equilibrium."""
    lettered = np.empty(found.shape, dtype=object)
    for place in np.ndindex(found.shape):
        category = cast(Category | None, found[place])
        lettered[place] = None if category is None else legend[category]
    return lettered


def by_count(row: xr.Dataset, outcome: str) -> np.ndarray:
    """Return how many classes there are at each point, as text; None without an equilibrium.

    A star says that one class excludes the outcome, and another never does: peace and war.
    """
    part = row.sel(outcome=outcome)
    count, found = part.classes.values, ~np.isnan(part.low.values)
    with np.errstate(invalid="ignore"):  # nan: no such class
        never = (part.class_high.values <= POSSIBLE).any(axis=-1)
        ever = (part.class_low.values > POSSIBLE).any(axis=-1)
    text = np.empty(count.shape, dtype=object)
    for place in zip(*np.nonzero(found), strict=True):
        known = not np.isnan(count[place])
        both = BOTH if never[place] and ever[place] else ""
        text[place] = f"{int(count[place])}{both}" if known else UNCOUNTED
    return text


def count_colours(labels: Sequence[np.ndarray]) -> dict[str, str]:
    """Return a colour for each number of classes, the darker the more."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    there = {str(t) for grid in labels for t in grid.ravel() if t is not None}
    numbers = sorted({int(t.rstrip(BOTH)) for t in there if t != UNCOUNTED})
    shades = colormaps["Purples"](np.linspace(0.12, 0.75, len(numbers)))
    colours = {n: to_hex(shade) for n, shade in zip(numbers, shades, strict=True)}
    ordered = sorted(there - {UNCOUNTED}, key=lambda t: (int(t.rstrip(BOTH)), t))
    found = {t: colours[int(t.rstrip(BOTH))] for t in ordered}
    return {**found, UNCOUNTED: OTHER} if UNCOUNTED in there else found


def explained(
    legend: Mapping[Category, str], widest: Spans, scale: Scale, outcome: str, crisis: str
) -> list[str]:
    """Return lines that say what the letters mean: how to read them, each, and the outcomes."""
    known = [category for category in legend if category != UNKNOWN]
    every = [kind for category in known for kind in category]
    texts: dict[str, str] = {}
    for category, letter in legend.items():
        if category == UNKNOWN:
            texts[letter] = UNTOLD
            continue
        ranges: dict[Kind, list[str]] = {}
        for kind, span in zip(category, widest[category], strict=True):
            ranges.setdefault(kind, []).append(_range(span, scale))
        words = " | ".join(
            f"{in_words(kind, every)}; ".removeprefix("; ")
            + f"P({outcome}) {' or '.join(own)} {scale.unit}"
            for kind, own in ranges.items()
        )
        texts[letter] = f"{len(category)} class{'es' * (len(category) > 1)}: {words}"
    others = len(legend) - len(PALETTE)
    if others > 1:
        texts[LETTERS[len(PALETTE)]] = f"{others} other combinations"
    differ = len(set(every)) > 1
    said = "Letters: which classes of equilibria there are."
    if known:
        what = f"what its classes may lead to{_beside(every)}, and " if differ else ""
        said += f" After each: {what}P({outcome}), from the least to the most over its points."
    lines = [said, *(f"{letter}  {text}" for letter, text in texts.items())]
    meanings = OUTCOMES.get(crisis, {})
    named = in_order(frozenset().union(*every)) if differ else []
    told = [
        f"{plain_outcome(o)}: {m}" for o in named if (m := meaning_of(meanings, o)) not in ("", o)
    ]
    return [*lines, f"{'; '.join(told)}."] if told else lines


def _beside(every: Sequence[Kind]) -> str:
    """Say what all classes may lead to, which is not repeated for each."""
    shared = [plain_outcome(o) for o in in_order(frozenset.intersection(*every))]
    if not shared:
        return ""
    *others, last = shared
    named = f"{', '.join(others)} and {last}" if others else last
    if len(shared) > MOST_SHARED:
        named = "the outcomes"
    return f" beside {named}, to which all may lead"


def _range(span: tuple[float, float], scale: Scale) -> str:
    """Return a range of probabilities in the unit of the scale."""
    low, high = (scale.text(p) for p in span)
    return low if low == high else f"{low}–{high}"
