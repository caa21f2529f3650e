"""Every Python block of the documents runs, and prints what it says it prints."""

import re
from contextlib import redirect_stdout
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE, OutputChecker
from io import StringIO
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PRINTED = re.compile(r"^# > ?(.*\n)", re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "docs/engine.md", "docs/files.md", "docs/sweeps.md"])
def test_blocks_run_in_order(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    assert blocks
    assert len(blocks) == len(re.findall(r"```\s*py", text)), "a block that would not be run"
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "__main__"}
    for block in blocks:
        before = text.count("\n", 0, block.start(1))  # so that tracebacks name the line
        code = compile("\n" * before + block[1], str(ROOT / name), "exec")
        with redirect_stdout(StringIO()) as shown:
            exec(code, namespace)  # noqa: S102 (our own documents)
        if stated := "".join(PRINTED.findall(block[1])):
            assert same(stated, shown.getvalue()), (
                f"{name}, line {before + 1}: the block says\n{stated}but prints\n{shown.getvalue()}"
            )


def same(stated: str, shown: str) -> bool:
    """Return whether two outputs agree, blanks apart; ``...`` stands for anything."""
    want, got = (re.sub(r"(?<=\[) +| +(?=\])", "", s) for s in (stated, shown))  # NumPy's padding
    return OutputChecker().check_output(want, got, ELLIPSIS | NORMALIZE_WHITESPACE)


def test_a_stated_output_can_be_wrong() -> None:
    assert same("[0.25 0. ]\n  True\n", "[0.25  0.  ]\nTrue\n")
    assert not same("(0.0, 1.0)\n", "(0.0, 0.9)\n")


def test_the_guide_shows_all_output_and_imports_from_the_top() -> None:
    text = (ROOT / "docs/engine.md").read_text(encoding="utf-8")
    assert all(PRINTED.search(block[1]) for block in BLOCK.finditer(text))
    assert "from crisisgames." not in text
