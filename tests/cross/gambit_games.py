"""The trees that are compared with Gambit, and what it answered once (`record_gambit.py`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from acceptance import AUDIENCE, beer_quiche, escalation_1
from generators import random_tree
from oracle_trees import mixes, walked

from crisisgames import ExtensiveFormGame, Ladder
from crisisgames.files import from_efg, to_efg

RECORD = Path(__file__).parents[1] / "data" / "gambit.json"

RANGES = {"random": (-500, 500), "degenerate": (-2, 2)}
EACH = 110
"""Random trees of each kind."""

MOST_PLANS = 10
"""Plans of a player up to which Gambit's exact enumeration takes well below a second."""


def games() -> Iterator[tuple[str, ExtensiveFormGame]]:
    """Yield every tree with its name."""
    yield "Escalation-1", escalation_1()
    for cost in ("0", "2/5", "1/2"):
        yield f"Escalation-1 at {cost}", escalation_1().at(**{AUDIENCE.name: Fraction(cost)})
    yield "Beer-Quiche", beer_quiche().to_extensive()
    for rungs in (1, 2):
        # Hazards are roots: through the file, so that all solve the one with the same digits.
        yield f"ladder with {rungs} rungs", from_efg(to_efg(Ladder(rungs=rungs).game()))
    for kind, payoffs in RANGES.items():
        found = 0
        for seed in range(10_000):
            rng = Random(f"gambit {kind} {seed}")
            game = random_tree(rng, depth=rng.choice([2, 3]), payoffs=payoffs)
            if mixes(walked(game), MOST_PLANS):
                yield f"{kind} {seed}", game
                found += 1
            if found == EACH:
                break


def digest(game: ExtensiveFormGame) -> str:
    """Return what tells whether a record is of this game."""
    return sha256(to_efg(game).encode()).hexdigest()[:16]


def recorded() -> dict[str, Any]:
    return json.loads(RECORD.read_text())  # type: ignore[no-any-return]
