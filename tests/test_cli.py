import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from rich.console import Console
from typer.testing import CliRunner

import crisisgames.analysis
from crisisgames import (
    ExtensiveFormGame,
    NormalFormGame,
    from_json,
    read_game,
    read_toml,
    solve,
    to_nfg,
)
from crisisgames.cli import app
from crisisgames.cli.comparing import _table
from crisisgames.crises import CRISES
from crisisgames.literature import SLUGS
from crisisgames.mechanisms import MECHANISMS
from crisisgames.principles import PRINCIPLES
from crisisgames.scenarios import SCENARIOS, get_scenario

CASE = "taiwan-1995"
# One equilibrium, found at once: nothing is in force in this case.
QUICK = ("compare", CASE, "--mechanism", "none", "--rule", "least war")
GROUPS = {
    "scenarios": SCENARIOS,
    "mechanisms": MECHANISMS,
    "crises": CRISES,
    "principles": PRINCIPLES,
    "models": SLUGS,
}
WAR = ("war", "war:deliberate", "war:inadvertent", "war:misperception")


def run(*args):
    return CliRunner().invoke(app, list(args), prog_name="crisisgames")


def run_alone(*args, **environment):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "crisisgames", *args],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        check=False,
    )


def sentence(result):
    """Return the one line of an error."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.fixture(scope="module")
def human():
    result = run(*QUICK, "--explain")
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def machine():
    result = run(*QUICK, "--set", "clarity=0.4", "--set", "reciprocity=yes", "--json", "--explain")
    assert result.exit_code == 0, result.output
    return result


# --- list ---


def test_list_gives_every_name_of_every_group_with_a_line_about_it():
    found = json.loads(run("list", "--json").stdout)
    assert list(found) == list(GROUPS)
    for group, known in GROUPS.items():
        assert [entry["name"] for entry in found[group]] == list(known)
        for entry in found[group]:
            assert entry["description"]
            assert "\n" not in entry["description"]


@pytest.mark.parametrize("group", GROUPS)
def test_list_gives_one_group_on_request(group):
    assert list(json.loads(run("list", group, "--json").stdout)) == [group]
    lines = run("list", group).stdout.splitlines()
    assert lines[0] == group
    assert max(map(len, lines)) <= 80
    for name in GROUPS[group]:
        assert any(line.strip().startswith(name) for line in lines)


def test_the_list_names_the_three_hotlines_of_the_texts():
    [line] = [m for m in json.loads(run("list", "--json").stdout)["mechanisms"] if "kinds" in m]
    assert line["name"] == "hotline"
    assert line["kinds"] == ["head of state hotline", "defence hotline", "theatre hotline"]
    assert "defence hotline" in run("list", "mechanisms").stdout


def test_a_hotline_is_compared_by_the_name_in_the_list(monkeypatch):
    asked = []

    def stop(crisis, mechanisms, *args, **options):
        asked.extend(m.label for m in mechanisms)
        raise KeyboardInterrupt

    monkeypatch.setattr(crisisgames.analysis, "compare", stop)
    run("compare", CASE, "--mechanism", "theatre hotline")
    assert asked == ["as it is", "as it is + hotline (theatre)"]


def test_list_of_an_unknown_group_offers_the_nearest():
    assert "did you mean 'scenarios'?" in sentence(run("list", "scenario"))


def test_lists_and_help_come_without_the_slow_libraries():
    code = """
import sys
from crisisgames.cli import app
for args in (["list"], ["compare", "--help"], ["solve", "--help"]):
    try:
        app(args)
    except SystemExit as end:
        assert not end.code
sys.exit(str({"matplotlib", "pandas", "scipy", "xarray"} & set(sys.modules) or ""))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert not done.stderr.strip()


# --- help and version ---


@pytest.mark.parametrize("command", ["", "list", "compare", "solve", "report", "reproduce"])
def test_help_has_examples_and_the_exit_codes(command):
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    text = result.stdout
    assert 2 <= text.count(f"    crisisgames {command}") <= 4
    assert "Exit codes: 0 fine; 2 bad input" in text
    assert "130" in text
    assert max(map(len, text.splitlines())) <= 80


def test_examples_in_the_help_run():
    lines = [line.strip() for line in run("list", "--help").stdout.splitlines()]
    examples = [line.split()[1:] for line in lines if line.startswith("crisisgames ")]
    assert examples
    for args in examples:
        assert run(*args).exit_code == 0


def test_without_a_command_comes_the_help():
    assert "Usage: crisisgames" in run().output


def test_version():
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("crisisgames ")


# --- compare, for people ---


def test_a_comparison_fits_80_columns_and_tells_how_to_read_it(human):
    text = human.stdout
    assert max(map(len, text.splitlines())) <= 80
    flat = " ".join(text.split())
    assert text.startswith(get_scenario(CASE).title)
    for word in ("as it is", "nothing in force", "delib-", "Interval:", "Direct:", "strategic:"):
        assert word in flat
    assert "Selection rule: the lowest probability of war." in flat
    assert "illustrations, not estimates" in flat
    assert f"Next: crisisgames compare {CASE}" in flat


def test_what_was_set_is_told():
    text = run(*QUICK, "--set", "clarity=0.4", "--set", "gain=2").stdout
    assert text.splitlines()[2] == "With clarity=0.4, gain=2."


def test_explain_adds_sentences(human):
    assert "as it is (baseline): P(war) is" in " ".join(human.stdout.split())


def test_numbers_of_the_table_are_those_of_the_solution(human):
    found = json.loads(run(*QUICK, "--json").stdout)
    war = found["mechanisms"][0]["outcomes"]["war"]["selected"]
    row = next(line for line in human.stdout.splitlines() if line.strip().startswith("as it is"))
    assert float(row.split()[3]) == pytest.approx(100 * war, rel=0.01)


def test_with_proposals_it_compares_what_the_scenario_lists(monkeypatch):
    asked = []

    def stop(crisis, mechanisms, *args, **options):
        asked.extend(m.label for m in mechanisms)
        raise KeyboardInterrupt

    monkeypatch.setattr(crisisgames.analysis, "compare", stop)
    run("compare", CASE)
    assert asked == [d.label for d in get_scenario(CASE).designs()]
    asked.clear()
    proposal = get_scenario(CASE).proposed[0].name
    run("compare", CASE, "--mechanism", "envoys", "--mechanism", proposal, "--mechanism", "none")
    assert asked == ["as it is", "as it is + envoys", f"as it is + {proposal}", "nothing in force"]


def made_up(largest, n=4):
    """Return a comparison with long names and numbers of very different size."""
    rng = np.random.default_rng(1)
    shape = (n, len(WAR))
    values = {k: rng.random(shape) * largest * 0.1 ** rng.integers(0, 6, shape) for k in "abcde"}
    values["b"][0] = largest
    names = ("low", "high", "selected", "direct", "strategic")
    found = xr.Dataset(
        {k: (("mechanism", "outcome"), v) for k, v in zip(names, values.values(), strict=True)},
        coords={
            "mechanism": [f"as it is + a mechanism with a long name, number {k}" for k in range(n)],
            "outcome": list(WAR),
        },
        attrs={"baseline": "as it is"},
    )
    found["complete"] = ("mechanism", [k > 0 for k in range(n)])
    found["low"][-1] = found["high"][-1] = found["selected"][-1] = np.nan
    return found


@pytest.mark.parametrize("largest", [1.0, 0.3, 0.01, 1e-4, 1e-7])
def test_the_table_never_cuts_a_number(largest):
    console = Console(width=80, color_system=None)
    with console.capture() as captured:
        console.print(_table(made_up(largest)))
    text = captured.get()
    assert "…" not in text
    assert "found" in text
    assert "none" in text
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    first = next(line for line in lines if line.strip().startswith("+ a"))
    assert len(first.split("–", 1)[1].split()) == 7


# --- compare, for machines ---


def test_json_is_one_object_with_everything(machine):
    found = json.loads(machine.stdout)
    assert found["scenario"] == CASE
    assert "as it is (baseline)" in found["explanation"]
    assert [m["name"] for m in found["mechanisms"]] == ["as it is", "nothing in force"]
    for m in found["mechanisms"]:
        assert isinstance(m["complete"], bool)
        assert m["equilibria"] >= 1
        assert m["certificate"] < 1e-9
        for outcome in WAR:
            bounds = m["outcomes"][outcome]
            assert 0 <= bounds["low"] <= bounds["selected"] + 1e-12
            assert bounds["selected"] <= bounds["high"] + 1e-12 <= 1 + 1e-12
        parts = sum(m["outcomes"][o]["selected"] for o in WAR[1:])
        assert parts == pytest.approx(m["outcomes"]["war"]["selected"])


def test_set_changes_the_parameters_and_the_result(machine, human):
    found = json.loads(machine.stdout)
    assert found["parameters"]["clarity"] == 0.4
    assert found["parameters"]["reciprocity"] is True
    before = json.loads(run(*QUICK, "--json").stdout)
    assert before["parameters"]["reciprocity"] is False
    assert before["mechanisms"][0]["outcomes"] != found["mechanisms"][0]["outcomes"]


def test_a_process_of_its_own_writes_clean_json_and_draws(tmp_path):
    picture = tmp_path / "out.png"
    done = run_alone(*QUICK, "--json", "--plot", str(picture))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["scenario"] == CASE
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert str(picture) in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_what_is_not_a_terminal_gets_no_colours_and_a_poor_one_no_error():
    done = run_alone(*QUICK, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.isascii()
    assert "\x1b" not in done.stdout


# --- bad input ---


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ["south-china-see"],
            "no scenario named 'south-china-see'; did you mean 'south-china-sea'?",
        ),
        ([CASE, "--mechanism", "hotlin"], "no mechanism named 'hotlin'; did you mean 'hotline'?"),
        ([CASE, "--mechanism", "mediator"], "mediator means nothing for the crisis 'incident'"),
        ([CASE, "--mechanism", "envoys", "--mechanism", "envoys"], "two mechanisms are named"),
        ([CASE, "--set", "clarity"], "--set takes parameter=value, such as clarity=0.3"),
        ([CASE, "--set", "=3"], "--set takes parameter=value"),
        ([CASE, "--set", "clarity="], "--set takes parameter=value"),
        ([CASE, "--set", "clrity=0.3"], "did you mean 'clarity'?"),
        ([CASE, "--set", "channels=3"], "no parameter of taiwan-1995 named 'channels'"),
        ([CASE, "--set", "clarity=high"], "'high' is not a number"),
        ([CASE, "--set", "clarity=nan"], "'clarity' is nan"),
        ([CASE, "--set", "clarity=2"], "'clarity' is 2.0; allowed is 0.0 to 1.0"),
        ([CASE, "--set", "reciprocity=2"], "'2' is neither yes nor no"),
        ([CASE, "--set", "clarity=0.1", "--set", "clarity=0.2"], "gives clarity twice"),
        ([CASE, "--rule", "lest war"], "did you mean 'least war'?"),
        ([CASE, "--concept", "sequentail"], "did you mean 'sequential'?"),
        (
            [CASE, "--time-limit", "0"],
            "--time-limit is 0; allowed is any number of seconds above 0",
        ),
        ([CASE, "--plot", "x.doc"], "the file name must end in one of"),
        ([CASE, "--plot", "x"], "the file name must end in one of"),
        ([CASE, "--plot", "no-such-folder/x.png"], "there is no folder 'no-such-folder'"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(args, words):
    assert words in sentence(run("compare", *args))


def test_a_folder_is_no_picture(tmp_path):
    folder = tmp_path / "folder.png"
    folder.mkdir()
    assert "that is a folder; give a file name" in sentence(run(*QUICK, "--plot", str(folder)))


def test_bad_input_in_a_process_of_its_own():
    done = run_alone("compare", CASE, "--set", "clarity=2", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: Incident: parameter 'clarity' is 2.0")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("args", [["compare"], ["compare", CASE, "--time-limit", "x"], ["lst"]])
def test_a_command_that_cannot_be_read_says_why(args):
    result = run(*args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


def test_an_interruption_ends_with_130(monkeypatch):
    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(crisisgames.analysis, "compare", interrupt)
    result = run(*QUICK)
    assert result.exit_code == 130
    assert result.stdout == ""
    assert result.stderr == "Interrupted.\n"


# --- files ---

EXAMPLES = Path(__file__).parents[1] / "examples"
GAME, SCENARIO = str(EXAMPLES / "challenge.toml"), str(EXAMPLES / "reef.toml")


def test_a_game_in_a_file_is_solved_for_people():
    text = run("solve", GAME).stdout
    flat = " ".join(text.split())
    assert text.startswith("A challenge to a side whose resolve is private")
    for words in (
        "war:deliberate 0.7",
        "payoff of A, utils 0.16",
        "Checked: no deviation gains more than",
        "1 class of sequential equilibria (all).",
        "Next: crisisgames solve",
    ):
        assert words in flat
    assert "Found" not in text
    exact = run("solve", GAME, "--set", "war_cost=1/3", "--exact").stdout
    assert exact.splitlines()[1] == "With war_cost=1/3."
    assert "status quo 1" in " ".join(exact.split())


def test_one_number_says_what_deviations_gain_and_the_title_is_that_of_the_case():
    assert run("solve", GAME).stdout.count("no deviation gains more than") == 1
    assert run("solve", SCENARIO).stdout.startswith("Coast guards at a reef")


def test_a_brief_of_a_game_is_refused_by_its_own_name(tmp_path):
    result = run("report", GAME, "--out", str(tmp_path / "x.html"))
    assert "report takes a scenario" in sentence(result)


def test_only_concepts_that_a_comparison_takes_are_offered():
    said = sentence(run("compare", CASE, "--concept", "bayes"))
    assert "bayes-correlated" not in said
    assert "there are: coarse-correlated, communication, correlated, markov-perfect, nash" in said
    assert "did you mean 'sequential'?" in sentence(run("compare", CASE, "--concept", "sequental"))


def test_facts_come_with_the_texts_they_cite_and_next_with_what_is_left():
    plain, told = (" ".join(run(*QUICK, *more).stdout.split()) for more in ((), ("--facts",)))
    assert told.count("China International Strategy Review") == 1
    assert "China International Strategy Review" not in plain
    assert "with --explain, --facts, --plot FILE or --set" in plain
    assert "with --explain, --plot FILE or --set PARAMETER=VALUE; crisisgames list" in told


def test_json_of_a_solution_is_read_and_verified():
    found = from_json(run("solve", GAME, "--json").stdout)
    assert found == solve(read_game(GAME))
    assert found.certificate < 1e-9


def test_what_is_not_complete_is_called_found():
    text = run("solve", GAME, "--concept", "qre").stdout
    assert "probability, found" in text
    assert "Found: over the equilibria that were found, and there may be others." in text


def test_other_concepts_are_shown(tmp_path):
    chicken = NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    path = tmp_path / "chicken.nfg"
    path.write_text(to_nfg(chicken))
    mediated = run("solve", str(path), "--concept", "correlated")
    assert mediated.exit_code == 0, mediated.output
    assert "probability" in mediated.stdout
    assert run("solve", str(path), "--concept", "nash", "--json").exit_code == 0


def test_a_scenario_is_solved_as_it_is():
    found = from_json(run("solve", SCENARIO, "--json").stdout)
    case = read_toml(SCENARIO)
    assert found.game == case.designs()[0](case.crisis).game()


def test_a_scenario_in_a_file_is_compared_by_its_own_rule():
    told = run("compare", SCENARIO, "--mechanism", "none", "--facts")
    assert told.exit_code == 0, told.output
    text = " ".join(told.stdout.split())
    assert "Selection rule: the lowest probability of war." in text
    assert "A: the side whose ship comes close. B: the side that must judge it." in text
    assert "- Nobody strikes first at a reef. [ours: the case is made up]" in text
    found = json.loads(run("compare", SCENARIO, "--mechanism", "none", "--facts", "--json").stdout)
    assert found["scenario"] == "reef"
    assert found["facts"][1]["source"] == "ours: the case is made up"


def test_bad_files_are_one_sentence_and_write_nothing(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text(Path(GAME).read_text().replace('"1/2 - war_cost"', '"x.__class__"'))
    picture = tmp_path / "out.png"
    for args, words in {
        ("solve", str(bad), "--plot", str(picture)): 'bad.toml, line 49, ends."war with the weak"',
        ("compare", str(bad), "--plot", str(picture)): "no parameter 'x.__class__'",
        ("solve", "none.toml"): "none.toml: there is no such file",
        ("solve", str(tmp_path)): "how a file is read",
        ("solve", "taiwan-1996"): "did you mean 'taiwan-1995'?",
        ("compare", GAME): "it holds a game, and compare takes a scenario",
        ("solve", GAME, "--set", "war_cost=2"): "'war_cost' is 2; allowed is 0 to 1",
        ("solve", GAME, "--set", "war_cots=1"): "did you mean 'war_cost'?",
        ("solve", GAME, "--set", "war_cost=x"): "'x' is not a number",
        ("solve", GAME, "--concept", "nosh"): "did you mean 'nash'?",
        ("solve", GAME, "--time-limit", "-1"): "--time-limit is -1",
        ("solve", GAME, "--plot", "x.doc"): "the file name must end in one of",
    }.items():
        assert words in sentence(run(*args))
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.skipif(not hasattr(ExtensiveFormGame, "plot"), reason="games are not drawn yet")
def test_a_game_is_drawn(tmp_path):
    picture = tmp_path / "tree.png"
    done = run("solve", GAME, "--plot", str(picture))
    assert done.exit_code == 0, done.output
    assert picture.read_bytes().startswith(b"\x89PNG")
