"""Which outcomes a question is about: one label, all causes of one, or a collection."""

from __future__ import annotations

from collections.abc import Collection, Hashable

from crisisgames.errors import suggest
from crisisgames.games.tree import joined

__all__ = ["Question", "as_text", "covers", "matching"]

Question = Hashable | Collection[Hashable]
"""An outcome, or a collection of them."""


def matching(question: Question, outcomes: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """Return the outcomes that a question covers.

    A label stands for itself and for all its causes: ``war`` covers ``war:inadvertent``. Any other
    collection covers what its members cover.

    Raises
    ------
    UnknownName
        If a label covers nothing.

    Examples
    --------
    >>> matching("war", ("war:deliberate", "war:inadvertent", "calm"))
    ('war:deliberate', 'war:inadvertent')
    """
    found = tuple(o for o in outcomes if covers(question, o))
    if found:
        return found
    if isinstance(question, Collection) and not isinstance(question, str):
        members = [matching(q, outcomes) for q in question]
        return tuple(o for o in outcomes if any(o in m for m in members))
    causes = {o.split(":")[0] for o in outcomes if isinstance(o, str)}
    raise suggest("outcome", str(question), {*map(str, map(as_text, outcomes)), *causes})


def as_text(label: object) -> object:
    """Return a tuple of labels as the one text that stands for it in trees and tables."""
    if isinstance(label, tuple) and label and all(isinstance(part, str) for part in label):
        return joined(label)
    return label


def covers(question: Question, outcome: Hashable) -> bool:
    """Tell whether a label is the outcome, or the outcome is one of its causes."""
    if question == outcome or as_text(question) == as_text(outcome):
        return True
    both_text = isinstance(question, str) and isinstance(outcome, str)
    return both_text and str(outcome).startswith(f"{question}:")
