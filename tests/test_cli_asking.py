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
