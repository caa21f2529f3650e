"""A sweep to play with: one HTML file in which sliders and the pointer choose the point."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.errors import NotApplicable, suggest
from crisisgames.pages.document import document
from crisisgames.pages.files import check_writable, write_whole
from crisisgames.pages.markup import Html, element, joined, paragraph

if TYPE_CHECKING:
    import xarray as xr

    from crisisgames.analysis import Sweep

__all__ = ["explore"]

MOST = 600_000
"""Numbers in a page: some megabytes."""

DIGITS = 6
"""Significant digits of a number in a page."""

SHADES = 64
"""Colours of a map."""

STYLE = """
.choices { display: flex; flex-wrap: wrap; gap: 0.4rem 1.6rem; align-items: center; }
.choices label { display: inline-flex; gap: 0.5rem; align-items: center; font-size: 0.9rem; }
.choices output { min-width: 4rem; font-variant-numeric: tabular-nums; }
#panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 0 1rem;
  touch-action: pan-y; }
#panels figure { margin: 0.6rem 0; overflow: visible; }
#panels text { font: 10.5px system-ui, sans-serif; fill: #1a1a1a; }
#panels .axis { fill: none; stroke: #1a1a1a; stroke-width: 1; }
#panels .band { fill: #56b4e9; fill-opacity: 0.75; }
#panels .selected { fill: none; stroke: #222; stroke-width: 2.2; }
#panels .cell { shape-rendering: crispEdges; }
#panels .here { fill: none; stroke: #d55e00; stroke-width: 1.6; }
#panels .doubt { text-anchor: middle; font-size: 14px; font-weight: 700; fill: #d55e00; }
#panels .halo { paint-order: stroke; stroke: #fff; stroke-width: 2.5; }
#bar span { display: inline-block; width: 12rem; height: 0.8rem; margin: 0 0.5rem; }
[hidden] { display: none !important; }
"""

HEADINGS = ("mechanism", "lowest", "selected", "highest", "classes", "all found")


def explore(
    found: Sweep, path: str | os.PathLike[str], outcomes: str | Iterable[str] | None = None
) -> Path:
    """Write a sweep over a grid as a page to play with: one HTML file that needs nothing else.

    It has bands over any parameter, one for each class of equilibria, or maps over any two, a panel
    for each mechanism, a slider for each parameter, and the numbers at the point that sliders or
    pointer choose.

    Parameters
    ----------
    found : Sweep
    path : str or path
        A file name that ends in ``.html`` or ``.htm``. A file that is there is replaced.
    outcomes : str or iterable of str, optional
        Those to choose from, the first one shown at first; by default all, `Sweep.headline` first.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    GameError
        If nothing can be written there.
    NotApplicable
        For a sample, and for more numbers than a page should hold.
    UnknownName
        For an outcome that the sweep does not have.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from crisisgames import Ladder, sweep
    >>> found = sweep(Ladder(rungs=2), over={"audience_cost": [0.2, 0.4]})
    >>> with TemporaryDirectory() as folder:
    ...     page = explore(found, f"{folder}/out.html", "war")
    ...     "audience_cost" in page.read_text(encoding="utf-8")
    True
    """
    target = check_writable(path, "explore")
    if found.dims == ("draw",):
        raise NotApplicable(
            "a page to play with needs a grid, and these points are a sample; sweep over a grid, "
            "or draw the sample with plot()"
        )
    known = [str(o) for o in found.dataset.outcome.values]
    wanted = [outcomes] if isinstance(outcomes, str) else list(outcomes or ())
    for outcome in wanted:
        if outcome not in known:
            raise suggest("outcome", outcome, known)
    names = list(dict.fromkeys(wanted or [found.headline, *known]))
    data = found.dataset.sel(outcome=names).sortby(list(found.parameters)).compute()
    numbers = 3 * data.low.size + 2 * data.class_low.size + 2 * data.classes.size
    if numbers > MOST:
        raise NotApplicable(
            f"a page to play with holds {MOST} numbers, and these are {numbers}; name fewer "
            f"outcomes, as in outcomes={names[0]!r}, or take a part, as in "
            f"Sweep(found.dataset.isel({found.parameters[-1]}=slice(None, None, 2)))"
        )
    write_whole(target, _page(data, found.parameters, names), "explore")
    return target


def _page(data: xr.Dataset, parameters: Sequence[str], outcomes: Sequence[str]) -> str:
    crisis = str(data.attrs.get("crisis", "sweep"))
    script = files("crisisgames.pages").joinpath("explorer.js").read_text(encoding="utf-8")
    # A name with a tag in it must not end the element.
    numbers = json.dumps(_numbers(data, parameters, outcomes)).replace("<", "\\u003c")
    content = joined(
        _choices(data, parameters, outcomes),
        element("div", id="panels"),
        _colours(),
        paragraph(
            "Blue: each class of equilibria at each point of the grid, from its lowest to its "
            "highest probability. Black: the selected equilibrium. Between the points nothing was "
            "computed.",
            class_="aside",
            id="bands-note",
        ),
        paragraph(
            "× : perhaps not all equilibria were found. Gaps, or grey: none was found, or none "
            "selected.",
            class_="aside",
        ),
        element("h3", "At ", element("span", id="point")),
        element(
            "table",
            element("thead", element("tr", *_headings())),
            element("tbody", id="numbers"),
        ),
        element("noscript", paragraph("This page draws itself, which needs JavaScript.")),
        element("script", Html(numbers), type="application/json", id="data"),
        element("script", Html(script)),
    )
    return document(
        f"{crisis[:1].upper()}{crisis[1:]} over {', '.join(parameters)}",
        [("explore", "Explore", content), ("about", "What was computed", _about(data, parameters))],
        kind="Sweep",
        style=STYLE,
    )


def _headings() -> list[Html]:
    first, *rest = HEADINGS
    numbers = [element("th", text, scope="col", class_="number") for text in rest]
    return [element("th", first, scope="col"), *numbers]


def _numbers(
    data: xr.Dataset, parameters: Sequence[str], outcomes: Sequence[str]
) -> dict[str, Any]:
    """Return what the page draws: flat lists, mechanism by mechanism, the last index fastest."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    order = ("mechanism", *parameters)
    return {
        "parameters": [{"name": n, "values": _plain(data[n].values)} for n in parameters],
        "mechanisms": [str(n) for n in data.mechanism.values],
        "outcomes": list(outcomes),
        **{
            v: _plain(data[v].transpose(*order, "outcome").values)
            for v in ("low", "high", "selected")
        },
        **{
            v: _plain(data[v].transpose(*order, "class", "outcome").values)
            for v in ("class_low", "class_high")
        },
        "most": data.sizes["class"],
        "classes": _plain(data.classes.transpose(*order).values),
        "complete": data.complete.transpose(*order).values.ravel().tolist(),
        "colours": [to_hex(c) for c in colormaps["cividis"](np.linspace(0, 1, SHADES))],
    }


def _plain(values: np.ndarray) -> list[float | int | None]:
    """Return numbers in few digits, None for nan."""
    flat = values.astype(float).ravel()
    return [None if np.isnan(v) else _short(v) for v in flat]


def _short(value: float) -> float | int:
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() else rounded


def _choices(data: xr.Dataset, parameters: Sequence[str], outcomes: Sequence[str]) -> Html:
    """Return what a reader can choose: outcome, axes, and a value of each parameter."""
    places = list(enumerate(parameters))
    nothing = [(-1, "nothing (bands)")]
    kinds = [
        ("low", "lowest probability"),
        ("high", "highest probability"),
        ("selected", "selected probability"),
        ("classes", "number of classes"),
    ]
    selects = [
        _select("outcome", "Outcome", list(enumerate(outcomes))),
        _select("along", "Across", places),
        _select("up", "Up", nothing + (places if len(places) > 1 else [])),
        _select("what", "Colour", kinds),
    ]
    sliders = [
        element(
            "label",
            name,
            element(
                "input",
                type="range",
                id=f"slider-{k}",
                min=0,
                max=data.sizes[name] - 1,
                step=1,
                title=str(data[name].attrs.get("long_name", name)),
            ),
            element("output", id=f"value-{k}"),
        )
        for k, name in places
    ]
    return joined(
        element("p", *selects, class_="choices"), element("p", *sliders, class_="choices")
    )


def _select(name: str, label: str, options: Sequence[tuple[object, str]]) -> Html:
    entries = [element("option", text, value=value) for value, text in options]
    return element("label", label, element("select", *entries, id=name), id=f"{name}-label")


def _colours() -> Html:
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    stops = ", ".join(to_hex(c) for c in colormaps["cividis"](np.linspace(0, 1, 9)))
    ramp = element("span", style=f"background: linear-gradient(to right, {stops})")
    return element("p", "0", ramp, element("b", id="most"), id="bar", class_="aside")


def _about(data: xr.Dataset, parameters: Sequence[str]) -> Html:
    """Return what was solved and how, from the attributes."""
    attrs = data.attrs
    said = [
        element("li", f"{n}: {data[n].attrs.get('long_name', n)}, {data.sizes[n]} values")
        for n in parameters
    ]
    told = [f"Equilibrium concept: {attrs['concept']}."] if attrs.get("concept") else []
    told += [f"Selected: {attrs['selection']}."] if attrs.get("selection") else []
    told += [f"Parameters held: {attrs['parameters']}."] if attrs.get("parameters") else []
    told += [str(attrs.get("notes") or ""), str(attrs.get("remark") or "")]
    return joined(element("ul", *said), paragraph(" ".join(t for t in told if t)))
