"""Every notebook runs from top to bottom in a kernel of its own, and ends with exercises."""

import warnings
from pathlib import Path

import nbformat
import pytest

with warnings.catch_warnings():  # of a dependency: where its settings will be kept one day
    warnings.simplefilter("ignore")
    from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the machinery; the kernel makes errors of its own below
@pytest.mark.parametrize("name", NAMES)
def test_it_runs(name: str, tmp_path: Path) -> None:
    notebook = nbformat.read(FOLDER / name, as_version=4)
    strict = "import warnings\nwarnings.simplefilter('error', UserWarning)"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(strict))
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=240, resources=folder).execute()
    printed = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in printed if o.output_type == "error"]
    assert [o for o in printed if "image/png" in o.get("data", {})], "a notebook shows pictures"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_clean_and_ends_with_exercises(name: str) -> None:
    notebook = nbformat.read(FOLDER / name, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs, "clear the outputs before committing"
            assert cell.execution_count is None
    assert notebook.cells[0].source.startswith("# ")
    exercises = notebook.cells[-1].source
    assert exercises.startswith("#")
    assert "xercise" in exercises
    assert exercises.count("<details>") >= 3, "hints or solutions, folded"
