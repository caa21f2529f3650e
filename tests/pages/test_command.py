"""crisisgames report."""

import json
import shlex

import pytest
from pages.parsed_page import Page
from typer.testing import CliRunner

from crisisgames import report
from crisisgames.cli import app

CASE = "taiwan-1995"


def run(*args):
    return CliRunner().invoke(app, list(map(str, args)), prog_name="crisisgames")


def sentence(result):
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_it_writes_a_page_and_says_where(tmp_path):
    out = tmp_path / "out.html"
    result = run("report", CASE, "-o", out, "--rule", "least war", "--mechanism", "none")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert result.stderr == f"Written: {out}\n"
    page = Page(out.read_text(encoding="utf-8"))
    assert "nothing in force" in page.words


def test_json_says_what_was_written(tmp_path):
    out = tmp_path / "out.htm"
    result = run(
        "report", CASE, "--out", out, "--mechanism", "none", "--rule", "most war", "--json"
    )
    told = json.loads(result.stdout)
    assert told == {"scenario": CASE, "written": str(out), "bytes": out.stat().st_size}


def test_the_command_told_writes_the_same_page(tmp_path):
    out = tmp_path / "out.html"
    run(
        "report",
        CASE,
        "-o",
        out,
        "--rule",
        "least war",
        "--mechanism",
        "none",
        "--set",
        "clarity=0.7",
    )
    text = out.read_text(encoding="utf-8")
    told = next(line for line in Page(text).words.split("On the command line:")[1:])
    command = shlex.split(told.split("In Python")[0])
    assert command[:5] == ["crisisgames", "report", CASE, "--out", "out.html"]
    again = tmp_path / "again.html"
    command[4] = str(again)
    assert run(*command[1:]).exit_code == 0
    assert again.read_text(encoding="utf-8") == text
    assert "changed for this brief" in Page(text).words


def test_bad_input_is_one_sentence_and_writes_nothing(tmp_path):
    out = tmp_path / "out.html"
    assert "did you mean 'taiwan-1995'?" in sentence(run("report", "taiwan-1996", "-o", out))
    assert "must end in .html or .htm" in sentence(run("report", CASE, "-o", tmp_path / "out"))
    missing = tmp_path / "missing" / "out.html"
    assert "there is no folder" in sentence(run("report", CASE, "-o", missing))
    assert "no selection rule named 'best'" in sentence(
        run("report", CASE, "-o", out, "--rule", "best")
    )
    assert "--time-limit" in sentence(run("report", CASE, "-o", out, "--time-limit", "-1"))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_and_the_function_write_the_same_page(tmp_path):
    one, other = tmp_path / "one.html", tmp_path / "other.html"
    assert run("report", CASE, "-o", one, "--rule", "least war").exit_code == 0
    report(CASE, other, rule="least war")
    assert (
        Page(one.read_text(encoding="utf-8")).words.split("On the command line")[0]
        == Page(other.read_text(encoding="utf-8")).words.split("On the command line")[0]
    )
