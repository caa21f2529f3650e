"""Whoever gives a file's name for axes is told how to save the picture."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from made_sweeps import made

import crisisgames.plots
from crisisgames import GameError, Incident, UnknownName, compare, none
from crisisgames.plots import plot_comparison, plot_sweep

FOLDER = Path(crisisgames.plots.__file__).parent


def functions_with_axes():
    """Return every public function of the pictures that takes axes, as module and name."""
    found = []
    for path in sorted(FOLDER.glob("[a-z]*.py")):
        module = import_module(f"crisisgames.plots.{path.stem}")
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            own = inspect.isfunction(value) and value.__module__ == module.__name__
            if own and "ax" in inspect.signature(value).parameters:
                optional = inspect.signature(value).parameters["ax"].default is None
                found += [(path, name)] if optional else []
    return found


def test_all_functions_that_take_axes_check_them_in_one_home():
    found = functions_with_axes()
    assert len(found) >= 12
    home = {"axes_of", "check_axes", "show"}
    for path, name in found:
        (body,) = (
            node
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef) and node.name == name
        )
        called = {
            call.func.id
            for call in ast.walk(body)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        }
        assert called & home, f"{path.stem}.{name} draws on what it is given, whatever it is"


@pytest.mark.parametrize("name", ["war.png", Path("war.pdf")])
def test_the_name_of_a_file_is_no_axes(name):
    comparison = compare(Incident(), [none])
    game = Incident().game()
    save = rf"\.plot\(\)\.figure\.savefig\('{name}'\)"
    for draw in (comparison.plot, lambda ax: game.plot(ax=ax)):
        with pytest.raises(GameError, match=save):
            draw(name)
    with pytest.raises(GameError, match=rf"equilibrium is .*{save}"):
        game.plot(name)
    with pytest.raises(GameError, match=r"figure\.axes"):
        comparison.plot(plt.figure())
    _, ax = plt.subplots()
    assert plot_comparison(comparison.dataset, ax=ax) is ax
    plt.close("all")


def test_the_name_of_a_file_is_no_outcome():
    data = made(spans=[[(0.1, 0.2)]] * 5)
    for name in ("war.png", "folder/war.PDF", Path("war.svg")):
        with pytest.raises(GameError, match=r"to save the picture write \.plot\(\)\.savefig\('"):
            plot_sweep(data, name, ["clarity"])
    for name in ("war:x", "wat", "a.b"):
        with pytest.raises(UnknownName, match="no outcome named"):
            plot_sweep(data, name, ["clarity"])
    assert np.isfinite(plot_sweep(data, "war", ["clarity"]).get_size_inches()).all()
    plt.close("all")
