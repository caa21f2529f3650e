"""Points of a sweep put together: each alone on a grid, in bins where other parameters vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "BOUNDS",
    "UNIQUE",
    "Bins",
    "Cells",
    "as_points",
    "binned_cells",
    "bins_of",
    "edges_around",
    "grid_cells",
    "is_grid",
    "shown_first",
]

BOUNDS = {"low": "lowest", "high": "highest", "selected": "selected"}
"""The probabilities of a sweep, and their names in pictures."""

UNIQUE = 1e-9
"""Intervals narrower than this are one value."""

FEW = 12
"""Up to so many different values each is a bin of its own."""

PER_BIN, MOST_BINS = 25, 20
"""How many points a bin of one parameter has on average, and how many bins there are at most."""

PER_CELL = 10
"""The same for bins of two parameters."""


@dataclass(frozen=True, eq=False)
class Bins:
    """The range of a parameter in pieces.

    Attributes
    ----------
    edges : ndarray
        One more than there are bins, in order.
    place : ndarray of int
        The bin of each point.
    """

    edges: np.ndarray
    place: np.ndarray

    @property
    def count(self) -> int:
        """How many bins there are."""
        return len(self.edges) - 1

    def of(self, values: np.ndarray, summary: str) -> np.ndarray:
        """Return the ``mean``, ``min`` or ``max`` of each bin; nan where there is nothing.

        Values that are nan are left out.

        Examples
        --------
        >>> bins = Bins(np.array([0.0, 1.0, 2.0]), np.array([0, 0, 1]))
        >>> bins.of(np.array([1.0, 2.0, 4.0]), "mean")
        array([1.5, 4. ])
        """
        there = ~np.isnan(values)
        values, place = values[there].astype(float), self.place[there]
        found = np.full(self.count, np.nan)
        if summary == "mean":
            number = np.bincount(place, minlength=self.count)
            total = np.bincount(place, values, minlength=self.count)
            np.divide(total, number, out=found, where=number > 0)
        else:
            # fmin and fmax take the other of two values where one is nan.
            (np.fmin if summary == "min" else np.fmax).at(found, place, values)
        return found

    def means(self, row: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the mean of `low`, `high` and `selected` in each bin.

        That of `selected` is nan where nothing was selected at some point: points at which there is
        nothing to choose do not speak for others.
        """
        found = {name: self.of(row[name], "mean") for name in BOUNDS}
        found["selected"][self.place[np.isnan(row["selected"]) & ~np.isnan(row["low"])]] = np.nan
        return found


@dataclass(frozen=True, eq=False)
class Cells:
    """What stands in each cell of a map over two parameters.

    Attributes
    ----------
    edges : tuple of ndarray
        Of the cells, for each parameter.
    values : mapping
        For `low`, `high` and `selected` the probability in each cell; in a bin the mean.
    differ : ndarray of bool
        Whether equilibria differ in the probability, at any point of the cell.
    complete : ndarray of bool
        Whether all equilibria were found, at every point of the cell.
    """

    edges: tuple[np.ndarray, np.ndarray]
    values: Mapping[str, np.ndarray]
    differ: np.ndarray
    complete: np.ndarray


def is_grid(dataset: xr.Dataset, over: Sequence[str]) -> bool:
    """Tell whether the points are those of a grid over some parameters, and no others."""
    return set(map(str, dataset.complete.dims[1:])) == set(over)


def as_points(dataset: xr.Dataset) -> xr.Dataset:
    """Return a sweep whose points stand along ``draw``, those of a grid one after another."""
    dims = [str(d) for d in dataset.complete.dims[1:]]
    if dims == ["draw"]:
        return dataset
    flat = dataset.stack(draw=dims).reset_index("draw")
    return flat.transpose("mechanism", "draw", ...)


def edges_around(values: np.ndarray) -> np.ndarray:
    """Return the edges of cells around values that are in order."""
    values = values.astype(float)
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = (values[1:] + values[:-1]) / 2
    return np.concatenate([[2 * values[0] - middle[0]], middle, [2 * values[-1] - middle[-1]]])


def bins_of(values: np.ndarray, most: int | None = None) -> Bins:
    """Return the bins of a parameter: its values if they are few, else pieces of equal width.

    Parameters
    ----------
    values : ndarray
        Of the parameter at each point.
    most : int, optional
        How many bins; by default as many as there are points for.
    """
    values = values.astype(float)
    different, place = np.unique(values, return_inverse=True)
    if len(different) <= FEW:
        return Bins(edges_around(different), place.reshape(-1))
    if most is None:
        most = min(len(values) // PER_BIN, MOST_BINS)
    edges = np.linspace(different[0], different[-1], max(most, 1) + 1)
    place = np.searchsorted(edges, values, side="right") - 1
    return Bins(edges, np.clip(place, 0, len(edges) - 2))


def grid_cells(row: xr.Dataset, over: Sequence[str], outcome: str) -> Cells:
    """Return the cells of a mechanism on a grid over two parameters."""
    part = row.sel(outcome=outcome).transpose(*over, ...)
    low, high = part.low.values, part.high.values
    return Cells(
        (edges_around(row[over[0]].values), edges_around(row[over[1]].values)),
        {name: part[name].values for name in BOUNDS},
        np.nan_to_num(high - low) > UNIQUE,
        part.complete.values.astype(bool),
    )


def binned_cells(points: xr.Dataset, over: Sequence[str], outcome: str) -> Cells:
    """Return the cells of a mechanism at points of which two parameters are looked at."""
    part = points.sel(outcome=outcome)
    most = min(max(int((part.sizes["draw"] / PER_CELL) ** 0.5), 2), MOST_BINS)
    x, y = (bins_of(part[name].values, most) for name in over)
    shape = (x.count, y.count)
    both = Bins(np.arange(shape[0] * shape[1] + 1), np.ravel_multi_index((x.place, y.place), shape))
    row = {name: part[name].values for name in BOUNDS}
    differ = both.of(row["high"] - row["low"], "max")
    complete = both.of(part.complete.values.astype(float), "min")
    return Cells(
        (x.edges, y.edges),
        {name: values.reshape(shape) for name, values in both.means(row).items()},
        (np.nan_to_num(differ) > UNIQUE).reshape(shape),
        (complete != 0).reshape(shape),
    )


def shown_first(complete: np.ndarray, most: int) -> np.ndarray:
    """Return which points are drawn one by one: all, or some at random, the incomplete first."""
    if len(complete) <= most:
        return np.arange(len(complete))
    chance = np.random.default_rng(0).random(len(complete))
    return np.sort(np.lexsort((chance, complete))[:most])
