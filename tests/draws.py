"""Random arguments of a case of a published model: from its box, and some at the box's ends."""

from __future__ import annotations

from random import Random
from typing import Any

from crisisgames.errors import GameError
from crisisgames.literature import Model
from crisisgames.literature.quantity import Quantity


def draw(model: Model, case: str, rng: Random) -> dict[str, Any]:
    """Return arguments that satisfy the conditions; an eighth of the numbers lie at an end."""
    chosen = model.case(case)
    for _ in range(1000):
        values = {q.name: _one(q, rng) for q in chosen.quantities if q.box or q.choices}
        try:
            chosen.arguments(values)
        except GameError:
            continue  # a joint condition
        return values
    raise AssertionError(f"the box of {model.slug}, {case}, seldom meets its conditions")


def _one(quantity: Quantity, rng: Random) -> Any:
    if quantity.choices:
        return rng.choice(quantity.choices)
    low, high = quantity.box or (0, 1)
    if quantity.whole:
        return rng.randint(int(low), int(high))
    if rng.random() < 0.125:
        return rng.choice((low, high))
    return round(rng.uniform(low, high), 4)
