"""Region maps: what the solvers find at points all over a map is what the map shows there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from crisisgames.literature import get
from crisisgames.literature.reproduce import alike

SQUARE = np.linspace(0.04, 0.94, 6)
MAPS = {
    "unilateral deterrence": (
        "zagare-kilgour-2000-perfect-deterrence",
        "unilateral",
        [{"credibility_c": x, "credibility_d": y} for x in SQUARE for y in SQUARE],
        "equilibrium",
    ),
    "generalized deterrence": (
        "zagare-kilgour-2000-perfect-deterrence",
        "generalized-set",
        [{"credibility_a": x, "credibility_b": y} for x in SQUARE for y in SQUARE],
        "number_of_equilibria",
    ),
    "two by two": (
        "snyder-diesing-1977-crisis-2x2",
        "cardinal",
        [
            {"row_sucker": s, "row_punishment": p}
            for s in (-9.5, -6.3, -1.7, -0.4)
            for p in (-10.0, -7.1, -3.2, -0.7)
            if s != p
        ],
        "structure",
    ),
    "reciprocal fear": (
        "schelling-1960-reciprocal-fear",
        "binary-set",
        [
            {"prob_false_alarm": f, "cost_first": c}
            for f in (0.005, 0.02, 0.05, 0.12, 0.3)
            for c in (0.8, 2.5, 4.5)
        ],
        "number_of_equilibria",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MAPS)
def test_the_solver_agrees_with_every_region(name: str) -> None:
    slug, case, points, region = MAPS[name]
    model = get(slug)
    chosen = model.cases[case]
    seen: set[Any] = set()
    for point in points:
        closed, solved = model.results(case, **point), model.solved(case, **point)
        assert region in solved
        for key, value in solved.items():
            assert alike(closed[key], value, chosen.rtol, chosen.atol), (point, key)
        seen.add(closed[region])
    assert len(seen) > 1, "the points lie in several regions"
