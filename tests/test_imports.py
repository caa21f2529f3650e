"""What is imported when: little at first, the rest when it is asked for, and then as promised."""

from __future__ import annotations

import ast
import pickle
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from crisisgames import Encounters, Hotline, Incident, compare, solve, to_json

PACKAGES = ("crisisgames", "crisisgames.analysis", "crisisgames.equilibria")
"""Those whose names, or some of them, are imported when first asked for."""


def python(code: str, given: bytes = b"") -> str:
    """Return what code prints in a process of its own."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    assert not done.returncode, done.stderr.decode()
    return done.stdout.decode().strip()


def imported(code: str) -> set[str]:
    """Return the modules that are there after some code: of this library, and others by package."""
    names = python(f"import sys; old = {{*sys.modules}}; {code}; print(*{{*sys.modules}} - old)")
    return {n if n.startswith("crisisgames") else n.split(".")[0] for n in names.split()}


def declared(package: str) -> dict[str, str]:
    """Return the names that type checkers see imported in a package, and from where."""
    tree = ast.parse(Path(str(import_module(package).__file__)).read_text(encoding="utf-8"))
    return {
        name.name: str(node.module)
        for block in tree.body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


# --- how little ---


def test_the_package_imports_nothing_until_it_is_asked():
    found = imported("import crisisgames")
    assert {name for name in found if name.startswith("crisisgames")} == {"crisisgames"}
    assert not found & {"numpy", "sympy", "scipy", "xarray", "pandas", "matplotlib", "numba"}


def test_solving_a_crisis_imports_neither_analysis_nor_what_draws_and_tabulates():
    found = imported("from crisisgames import Incident, solve; solve(Incident().game())")
    assert {"crisisgames.equilibria.sequential", "sympy"} <= found
    assert not found & {"crisisgames.analysis", "crisisgames.plots", "crisisgames.pages"}
    assert not found & {"scipy", "xarray", "pandas", "matplotlib", "numba", "nashpy", "SALib"}


def test_a_comparison_imports_no_other_analysis():
    found = imported("from crisisgames import compare")
    assert "crisisgames.analysis.comparing" in found
    assert not found & {"crisisgames.analysis.uncertainty", "crisisgames.analysis.across_models"}
    assert not found & {"crisisgames.plots", "crisisgames.pages", "matplotlib"}


# --- all of it is there ---


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_those_that_type_checkers_see(package):
    module = import_module(package)
    names = declared(package)
    assert names
    for name, home in names.items():
        assert getattr(module, name) is getattr(import_module(home), name), name
    assert set(names) <= set(module.__all__) <= set(dir(module))
    assert set(names) == set(getattr(module, "LATER", module.__all__))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_hides_a_name_that_comes_later(package):
    # A module that is imported becomes an attribute of its package, whatever else has that name.
    modules = {found.name for found in pkgutil.iter_modules(import_module(package).__path__)}
    assert len(modules) > 10
    assert not modules & set(declared(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_comes_with_a_star(package):
    found: dict[str, object] = {}
    exec(f"from {package} import *", found)  # noqa: S102
    assert found.keys() - {"__builtins__"} == set(import_module(package).__all__)


def test_layers_are_there_without_an_import_of_their_own():
    assert python("import crisisgames; print(*crisisgames.principles.PRINCIPLES)")


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_that_is_not_there(package):
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'sovle'"):
        import_module(package).sovle  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'sovle'"):
        exec(f"from {package} import sovle")  # noqa: S102


# --- documents of layers that nobody has asked for yet ---


AGAIN = "from crisisgames import files; print(files.to_json(files.from_json(input())))"


@pytest.mark.parametrize("result", [lambda: compare(Incident(), [Hotline()]), Encounters().solve])
def test_a_document_is_read_where_nothing_was_imported(result):
    text = to_json(result())
    assert python(AGAIN, text.encode()) == text


def test_a_solution_is_unpickled_where_nothing_was_imported():
    code = "import pickle, sys; print(len(pickle.load(sys.stdin.buffer)))"
    found = solve(Incident().game())
    assert python(code, pickle.dumps(found)) == str(len(found))


def test_a_scenario_is_read_where_nothing_was_imported():
    code = "import sys; from crisisgames import from_toml; print(from_toml(sys.stdin.read()).title)"
    text = 'kind = "scenario"\ntitle = "A test"\ncrisis.kind = "incident"\n'
    assert python(code, text.encode()) == "A test"
