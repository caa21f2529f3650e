"""Made-up results of sweeps: what pictures draw without anything being solved."""

import numpy as np
import xarray as xr

OUTCOMES = ["war", "war:deliberate", "calm"]


def made(names=("none",), over=None, spans=None, *, missing=(), selected=None):
    """Return a made-up sweep; ``spans`` has for each point the intervals of war of its classes."""
    over = {"clarity": [0.0, 0.25, 0.5, 0.75, 1.0]} if over is None else over
    shape = (len(names), *map(len, over.values()))
    most = max(len(s) for s in spans)
    low = np.full((*shape, most, 3), np.nan)
    high = low.copy()
    for k, place in enumerate(np.ndindex(shape)):
        for c, (a, b) in enumerate(spans[k % len(spans)]):
            low[(*place, c)] = a, a, 1 - b
            high[(*place, c)] = b, b, 1 - a
    complete = np.ones(shape, dtype=bool)
    for place in missing:
        complete[place] = False
    grid = ("mechanism", *over)
    least = np.nanmin(low, axis=-2)
    return xr.Dataset(
        {
            "low": ((*grid, "outcome"), least),
            "high": ((*grid, "outcome"), np.nanmax(high, axis=-2)),
            "selected": ((*grid, "outcome"), least if selected is None else selected(least)),
            "class_low": ((*grid, "class", "outcome"), low),
            "class_high": ((*grid, "class", "outcome"), high),
            "complete": (grid, complete),
            "classes": (grid, np.isfinite(low[..., 0]).sum(axis=-1).astype(float)),
            "certificate": (grid, np.zeros(shape)),
        },
        {
            "mechanism": list(names),
            **{n: (n, v, {"long_name": f"what {n} is", "units": "1"}) for n, v in over.items()},
            "class": range(most),
            "outcome": OUTCOMES,
        },
        {"crisis": "incident", "concept": "sequential", "rule": "least war", "baseline": names[0]},
    )


def made_sample(names=("none",), draws=None, low=None, high=None, *, selected=None, missing=()):
    """Return a made-up sweep over a sample.

    ``low`` and ``high`` are probabilities of war, over mechanisms and draws; where they differ each
    is a class of its own. ``draws`` are the values of the parameters.
    """
    low, high = (
        np.broadcast_to(np.asarray(v, float), (len(names), len(v[0]))) for v in (low, high)
    )
    shape = low.shape
    chosen = low if selected is None else np.broadcast_to(selected, shape)
    ends = np.stack([low, np.where(high > low, high, np.nan)], axis=-1)

    def outcomes(war):
        return np.stack([war, war, 1 - war], axis=-1)

    complete = np.ones(shape, dtype=bool)
    for place in missing:
        complete[place] = False
    points, classes = ("mechanism", "draw"), ("mechanism", "draw", "class", "outcome")
    return xr.Dataset(
        {
            "low": ((*points, "outcome"), np.minimum(outcomes(low), outcomes(high))),
            "high": ((*points, "outcome"), np.maximum(outcomes(low), outcomes(high))),
            "selected": ((*points, "outcome"), outcomes(chosen)),
            "class_low": (classes, outcomes(ends)),
            "class_high": (classes, outcomes(ends)),
            "complete": (points, complete),
            "classes": (points, np.isfinite(ends).sum(axis=-1).astype(float)),
            "certificate": (points, np.zeros(shape)),
        },
        {
            "mechanism": list(names),
            "draw": np.arange(shape[1]),
            **{n: ("draw", v, {"long_name": f"what {n} is"}) for n, v in draws.items()},
            "class": range(2),
            "outcome": OUTCOMES,
        },
        {
            "crisis": "incident",
            "concept": "sequential",
            "rule": "least war",
            "sample": f"uniform, {shape[1]} draws, seed 0",
        },
    )
