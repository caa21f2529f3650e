"""Kinds of equilibrium classes: those that may lead to the same outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Kind", "in_words", "kinds"]

Kind = frozenset[str]
"""The outcomes that have a positive probability somewhere in a class."""

POSSIBLE = 1e-9
"""Probability from which an outcome is possible: below it stand limits and rounding."""

MORE = "more likely outcomes only"


def kinds(row: xr.Dataset) -> np.ndarray:
    """Return for each point of one mechanism a tuple of the kinds of its classes, in their order.

    The tuple is empty where classes were not told apart. An outcome that covers others (``war``,
    ``war:deliberate``) is left to those.
    """
    outcomes = [str(o) for o in row.outcome.values]
    parents = {o.partition(":")[0] for o in outcomes if ":" in o}
    keep = [k for k, o in enumerate(outcomes) if o not in parents]
    high = row.class_high.values[..., keep]
    names = [outcomes[k] for k in keep]
    found = np.empty(high.shape[:-2], dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = tuple(
            frozenset(n for n, p in zip(names, own, strict=True) if p > POSSIBLE)
            for own in high[place]
            if not np.isnan(own).all()
        )
    return found


def in_words(kind: Kind, among: Iterable[Kind]) -> str:
    """Return what tells a kind from others: its outcomes that not all of them have."""
    among = list(among)
    shared = frozenset.intersection(*among) if among else frozenset()
    own = sorted(kind - shared, key=lambda o: (not o.startswith("war"), o))
    if own:
        return ", ".join(own)
    return "none of these" if len(set(among)) > 1 else "the same outcomes"
