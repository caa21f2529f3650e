"""The picture of a sweep: bands, a map, or points, by what was swept and what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.plots.bands import plot_bands
from crisisgames.plots.cells import is_grid
from crisisgames.plots.frames import plain_name
from crisisgames.plots.given import check_no_file
from crisisgames.plots.points import plot_points
from crisisgames.plots.regions import plot_map

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

__all__ = ["plot_sweep"]

KINDS = ("bands", "map", "points")


def plot_sweep(
    dataset: xr.Dataset,
    outcome: str,
    parameters: Sequence[str],
    *,
    over: str | Sequence[str] | None = None,
    kind: str | None = None,
    show: str | Sequence[str] | None = None,
    apart: bool | None = None,
) -> Figure:
    """Draw a sweep; return the figure.

    Parameters
    ----------
    dataset : xarray.Dataset
        That of a sweep.
    outcome : str
    parameters : sequence of str
        The parameters swept.
    over, kind, show, apart : optional
        As in `Sweep.plot`.
    """
    check_no_file("outcome", outcome, ".plot().savefig")
    outcomes = [str(o) for o in dataset.outcome.values]
    if outcome not in outcomes:
        raise suggest("outcome", outcome, outcomes)
    chosen = _chosen(parameters, over)
    dataset, parameters = _without_fixed(dataset, parameters, chosen or ())
    kind = kind or _usual(dataset, parameters, chosen)
    if kind not in KINDS:
        raise suggest("kind of picture", kind, KINDS)
    if kind != "bands" and apart is not None:
        raise NotApplicable(f"in a picture of kind {kind!r} mechanisms are always apart: leave out")
    dataset = dataset.compute()  # of a lazy sweep
    if kind == "bands":
        axis = chosen or tuple(parameters)
        if len(axis) != 1 or not is_grid(dataset, axis):
            raise NotApplicable(
                "bands join the points of a grid over one parameter, and this is "
                f"{'a sample' if 'draw' in dataset.dims else 'a grid'} over "
                f"{', '.join(parameters)}; draw the points, as in "
                f"kind='points', over={parameters[0]!r}"
            )
        if show is not None:
            raise NotApplicable("bands show all that there is; show= is for maps and points")
        return plot_bands(dataset, outcome, apart=apart)
    if kind == "map":
        pair = chosen or tuple(parameters)
        if len(pair) != 2:
            raise NotApplicable(
                f"a map is over two parameters, and these are {len(pair)}: {', '.join(pair)}; "
                f"{'name two in over=' if len(parameters) > 1 else 'leave kind out'}"
            )
        return plot_map(dataset, outcome, over=pair, show=show)
    return plot_points(dataset, outcome, over=chosen, show=show)


def _chosen(parameters: Sequence[str], over: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the parameters asked for, checked."""
    if over is None:
        return None
    chosen = (over,) if isinstance(over, str) else tuple(over)
    for name in chosen:
        if name not in parameters:
            raise suggest("parameter of this sweep", name, parameters)
    if not chosen or len(set(chosen)) < len(chosen):
        raise GameError(f"over is {chosen!r}; name parameters, each once, or leave it out")
    return chosen


def _without_fixed(
    dataset: xr.Dataset, parameters: Sequence[str], chosen: Sequence[str]
) -> tuple[xr.Dataset, Sequence[str]]:
    """Return a grid without the parameters of one value, which the caption then tells."""
    fixed = [n for n in parameters if dataset.sizes.get(n) == 1 and n not in chosen]
    if len(fixed) < len(parameters):
        dataset = dataset.isel(dict.fromkeys(fixed, 0))
        parameters = [n for n in parameters if n not in fixed]
    held = [
        f"{plain_name(str(n))} {c.item():g}"
        for n, c in dataset.coords.items()
        if not c.dims and c.dtype.kind in "biuf"
    ]
    told = [str(dataset.attrs.get("parameters", "")), *held]
    return dataset.assign_attrs(parameters=", ".join(t for t in told if t)), parameters


def _usual(dataset: xr.Dataset, parameters: Sequence[str], chosen: tuple[str, ...] | None) -> str:
    """Return the kind of picture that shows most."""
    own = chosen or tuple(parameters)
    if chosen is not None and len(own) == 2:
        return "map"
    if is_grid(dataset, own) and len(own) <= 2:
        return "bands" if len(own) == 1 else "map"
    return "points"
