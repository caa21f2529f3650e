"""Kinds of equilibrium classes: those that may lead to the same outcomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Kind", "in_order", "in_words", "kinds", "plain_outcome"]

Kind = frozenset[str]
"""The outcomes that have a positive probability somewhere in a class."""

POSSIBLE = 1e-9
"""Probability from which an outcome is possible: below it stand limits and rounding."""


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
    # Points differ in few ways: 2 for no such class, 1 for possible, 0 for not.
    state = np.where(np.isnan(high).all(axis=-1, keepdims=True), 2, high > POSSIBLE)
    flat = state.reshape(-1, state.shape[-2] * state.shape[-1]).astype(np.int8)
    ways, way = np.unique(flat, axis=0, return_inverse=True)
    different = np.empty(len(ways), dtype=object)
    for k, own in enumerate(ways.reshape(-1, *state.shape[-2:])):
        different[k] = tuple(
            frozenset(n for n, p in zip(names, possible, strict=True) if p)
            for possible in own
            if (possible < 2).all()
        )
    return different[way.reshape(high.shape[:-2])]


def in_words(kind: Kind, among: Iterable[Kind]) -> str:
    """Return what tells a kind from others: its outcomes that not all of them have.

    A kind that has no other outcomes than all have is told by these; and where all have the same
    there is nothing to tell.

    Examples
    --------
    >>> tense, quiet = frozenset({"war:deliberate", "calm"}), frozenset({"calm"})
    >>> [in_words(kind, [tense, quiet]) for kind in (tense, quiet)]
    ['war (deliberate)', 'only calm']
    """
    among = set(among)
    if len(among) < 2:
        return ""
    own = kind - frozenset.intersection(*among)
    shown = ", ".join(map(plain_outcome, in_order(own or kind)))
    return shown if own else f"only {shown}"


def in_order(outcomes: Iterable[str]) -> list[str]:
    """Return outcomes in the order in which they are told: war first."""
    return sorted(outcomes, key=lambda o: (not o.startswith("war"), o))


def plain_outcome(label: str) -> str:
    """Return an outcome as one reads it, its cause in brackets.

    Examples
    --------
    >>> plain_outcome("war:misperception"), plain_outcome("held:kept:quiet")
    ('war (misperception)', 'held:kept:quiet')
    """
    head, _, cause = label.partition(":")
    return label if not cause or ":" in cause else f"{head} ({cause})"
