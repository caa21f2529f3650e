"""``crisisgames frontier``, ``why`` and ``robustness``: for people, for programs, and refused."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from crisisgames.analysis import SOURCES_OF_WAR
from crisisgames.cli import app
from crisisgames.scenarios import SCENARIOS

CLAIM = "P(war) under rules of behaviour < P(war) under none"


def run(*args):
    return CliRunner().invoke(app, list(args), prog_name="crisisgames")


def answer(*args):
    result = run(*args)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*args):
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_the_frontier_of_a_scenario(tmp_path):
    picture = tmp_path / "frontier.png"
    shown = answer("frontier", "ep3-2001", "--accuracy", "0.5", "--plot", str(picture))
    assert "With a monitor of accuracy 0.5 P(war) can be as low as" in shown
    assert picture.stat().st_size > 5000
    found = json.loads(answer("frontier", "ep3-2001", "--efficiency", "--json"))
    assert [level["kind"] for level in found["institutions"]] == ["talk", "monitor", "any"]
    wars = [level["war"] for level in found["institutions"]]
    assert wars == sorted(wars, reverse=True)
    assert found["efficiency"]["nothing in force"]["efficiency low"] == 0


@pytest.mark.parametrize("slug", [n for n, s in SCENARIOS.items() if s.crisis.kind != "incident"])
def test_where_there_is_no_frontier(slug):
    assert "no frontier for" in refused("frontier", slug)
    assert "ally" in refused("frontier", "korea-missile-test")


def test_why_war_happens(tmp_path):
    picture = tmp_path / "why.png"
    shown = answer("why", "korea-interception", "--plot", str(picture))
    assert "Shares in percentage points: hazard " in " ".join(shown.split())
    assert picture.stat().st_size > 5000
    found = json.loads(answer("why", "korea-interception", "--source", "hazard", "--json"))
    shares = found["shares"]
    assert shares["hazard"]["low"] + shares["everything else"]["low"] == pytest.approx(
        shares["P(war)"]["low"]
    )
    assert found["meanings"] == {"hazard": "no step slips into war"}
    assert found["left_out"] == {}
    arms = answer("why", "missile-deployment", "--budget", "0.000001")
    assert arms.startswith("Missile defence and missiles in East Asia: sources of arms race")
    assert "No share was found of noise and fear" in " ".join(arms.split())


@pytest.mark.parametrize("slug", SCENARIOS)
def test_every_scenario_has_sources_of_what_it_is_about(slug):
    crisis = SCENARIOS[slug].crisis
    assert any(source.without(crisis) != crisis for source in SOURCES_OF_WAR.values())


def test_what_is_misspelt():
    assert "did you mean 'hazard'" in refused("why", "korea-interception", "--source", "hazrad")
    assert "did you mean 'ep3-2001'" in refused("frontier", "ep3-2002")
    assert "accuracy is 1.5" in refused("frontier", "ep3-2001", "--accuracy", "1.5")
    assert "relations" in refused("robustness", "ep3-2001", "P(war)")
    assert "no mechanism named" in refused("robustness", "ep3-2001", "P(war) under hotlne < 1")
    assert "draws is 0" in refused("robustness", "ep3-2001", CLAIM, "--draws", "0")


def test_on_what_share_a_claim_holds(tmp_path):
    picture = tmp_path / "claim.png"
    shown = answer("robustness", "ep3-2001", CLAIM, "--draws", "30", "--plot", str(picture))
    assert "of 30 draws" in shown
    assert picture.stat().st_size > 5000
    found = json.loads(answer("robustness", "ep3-2001", CLAIM, "--draws", "30", "--json"))
    assert sum(own["share"] for own in found["shares"].values()) == pytest.approx(1)
    assert found["claim"] == CLAIM
    assert found["designs"]["none"].startswith("no mechanism")


def test_a_claim_says_what_its_designs_are():
    def told(claim, *more):
        return answer("robustness", "south-china-sea", claim, "--draws", "3", *more)

    shown = " ".join(told("P(war) under theatre hotline < P(war)").split())
    assert "theatre hotline: hotline (theatre), alone and always used" in shown
    assert "'as it is + theatre hotline' adds it to that" in shown
    assert "as it is: what is in force, hotline (head of state, in force 0.2) + " in shown
    assert "used with awareness 0.8." in shown
    nothing = json.loads(told("P(war) under nothing in force <= P(war)", "--json"))
    assert set(nothing["designs"]) == {"nothing in force", "none"}
    assert len({*nothing["designs"].values()}) == 1
    assert nothing["shares"]["all"]["share"] == 1


@pytest.mark.parametrize(
    ("name", "full", "added"),
    [
        ("+ theatre hotline", "as it is + theatre hotline", "hotline (theatre)"),
        ("+ hotline (theatre)", "as it is + theatre hotline", "hotline (theatre)"),
        ("+ clear bottom lines", "as it is + clear-bottom-lines", "clear bottom lines"),
    ],
)
def test_what_is_added_may_be_named_in_short(name, full, added):
    def found(claim):
        shown = answer("robustness", "ep3-2001", claim, "--draws", "1", "--json")
        return json.loads(shown)

    short = found(f"P(war) under {name} <= P(war) under nothing in force")
    long = found(f"P(war) under {full} <= P(war) under nothing in force")
    assert short["designs"][full] == f"as it is, with {added} added"
    assert next(iter(short["designs"])) == "as it is"
    assert {**short, "claim": ""} == {**long, "claim": ""}
    alone = found(f"P(war) under {name[2:]} <= P(war) under nothing in force")
    assert not any(text.endswith("added") for text in alone["designs"].values())


def test_a_row_of_compare_is_what_a_claim_names():
    shown = json.loads(answer("compare", "korea-decapitation", "--mechanism", "hotline", "--json"))
    row = shown["mechanisms"][1]["name"]
    claim = f"P(war) under {row} <= 1"
    said = json.loads(answer("robustness", "korea-decapitation", claim, "--draws", "1", "--json"))
    assert (
        said["designs"]["as it is"]
        == "no mechanism is in force yet; one added is used with awareness 0.4"
    )
