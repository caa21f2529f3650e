"""Reproducing a model: the check table, the figures, the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crisisgames import literature
from crisisgames.cli import app
from crisisgames.literature import SLUGS, Check, Reproduction, get
from crisisgames.literature.reproduce import alike, difference

SLUG = "fearon-1995-bargaining-range"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["reproduce", *arguments], prog_name="crisisgames")
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_the_table_and_draws(tmp_path: Path) -> None:
    code, shown, told = run(SLUG, "-o", str(tmp_path / "new"))
    assert code == 0
    assert "all agree" in shown
    assert max(map(len, shown.splitlines())) <= 80
    files = {path.stem for path in (tmp_path / "new").iterdir()}
    assert files == {f"{SLUG}-{name}" for name in get(SLUG).figures}
    assert told.count("Drawn: ") == len(files)


def test_json_is_for_programs() -> None:
    code, shown, _ = run(SLUG, "--json")
    model = json.loads(shown)["models"][0]
    assert code == 0
    assert model["agrees"] is True
    assert len(model["checks"]) == sum(len(p.results) for p in get(SLUG).points)


def test_a_number_that_differs_is_said_and_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    real = literature.reproduce(SLUG)
    wrong = replace(real.checks[0], closed=0.123, agrees=False)
    forged = Reproduction(real.model, (wrong, *real.checks[1:]))
    monkeypatch.setattr(literature, "reproduce", lambda slug, **_: forged)
    code, shown, _ = run(SLUG)
    assert code == 1
    assert f"1 of {len(real.checks)} differ" in shown
    assert shown.count("differs") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--all"),
        ((SLUG, "--all"), "--all"),
        (("fearon-1995",), f"did you mean '{SLUG}'?"),
        ((SLUG, "-o", __file__), "give a folder"),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    code, _, told = run(*arguments)
    assert code == 2
    assert words in told
    assert told.count("\n") == 1


def test_what_counts_as_alike() -> None:
    nan = float("nan")
    assert alike((1.0, nan), (1.0 + 1e-12, nan), 1e-9, 0)
    assert not alike((1.0,), (1.0, 2.0), 1, 1)
    assert not alike(True, 1, 1, 1)
    assert alike("war", "war", 0, 0)
    assert not alike(1.0, 1.1, 1e-3, 1e-3)
    assert difference((1, 2), (1, 4)) == 2
    assert difference("a", "a") == 0
    assert difference("a", "b") != difference("a", "b")


def test_a_wrong_check_point_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = get(SLUG)
    point = replace(model.points[0], results={"range_low": 0.41})
    monkeypatch.setitem(model.__dict__, "points", (point,))
    found = literature.reproduce(SLUG)
    assert not found.agrees
    assert isinstance(found.checks[0], Check)
    assert found.checks[0].difference == pytest.approx(0.01)
    assert len(SLUGS) == len(set(SLUGS))


def test_no_number_is_cut_where_the_terminal_is_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    found = CliRunner().invoke(app, ["reproduce", "kurizaki-2007-efficient-secrecy"])
    assert "…" not in found.stdout
    assert "6e-17" in found.stdout
