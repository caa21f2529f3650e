"""The vicious circle, the islands and the triangle: relations per dyad, comparisons, files."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from crisisgames import Between, Dyads, GameError, from_toml, get_scenario
from crisisgames.cli import app
from crisisgames.mechanisms import Awareness

ONE = ("dialogue-spiral", "diaoyu-2010-2012")
ALL = (*ONE, "triangle")


@pytest.mark.parametrize("slug", ALL)
def test_each_relation_is_a_dyad_of_the_crisis_with_its_own_settings(slug):
    scenario = get_scenario(slug)
    assert isinstance(scenario.crisis, Dyads)
    assert [d.name for d in scenario.dyads] == [p.name for p in scenario.crisis.pairs]
    for dyad, pair in zip(scenario.dyads, scenario.crisis.pairs, strict=True):
        assert pair.dialogue is (dyad.dialogues != "none")
        assert pair.suspended is (dyad.dialogues == "suspended")
        assert dyad.facts
        assert 0 < dyad.awareness < 1
    assert {f.text for d in scenario.dyads for f in d.facts} == {f.text for f in scenario.told}


def test_awareness_of_the_triangle_is_that_of_each_dyad():
    scenario = get_scenario("triangle")
    as_it_is = scenario.designs()[0]
    assert {(p.place, p.mechanism) for p in as_it_is.parts if isinstance(p, Between)} >= {
        ("China-US", Awareness(0.8)),
        ("China-Japan", Awareness(0.5)),
    }
    us, japan = as_it_is(scenario.crisis).pairs
    # .5 + .5 (in force)(aware)(answered)(in time), for each government line.
    assert us.dampening == pytest.approx(0.5 + 0.5 * 0.2 * 0.8 * 0.9 * 0.7)
    assert japan.dampening == pytest.approx(0.5 + 0.5 * 0.1 * 0.5 * 0.9 * 0.7)
    assert us.rise_none == pytest.approx(0.02 * (1 - 0.3 * 0.8))
    assert (us.rise_one, japan.rise_one) == (pytest.approx(0.16), None)
    assert japan.fall == pytest.approx(0.46)
    assert scenario.span("awareness", "China-Japan") == (0.5, 0.5)
    assert scenario.span("mechanisms", "China-US") == (4, 4)
    assert scenario.span("mechanisms", "China-Japan") == (2, 2)


def test_in_the_triangle_each_ally_bears_a_part_of_the_conflict_of_the_other():
    crisis = get_scenario("triangle").crisis
    assert [pair.allies for pair in crisis.pairs] == [("Japan",), ("US",)]
    game = crisis.game()
    for k, pair in enumerate(crisis.pairs):
        states = [s for s, live in crisis.states.items() if live[k] is None and live[1 - k]]
        for state in states:
            # In the first cell of a state nobody pushes.
            cell = next(n for n, (s, _) in enumerate(game.cells) if game.states[s] == state)
            paid = dict(zip(game.players, game.floats().payoffs[cell], strict=True))
            assert paid == {**dict.fromkeys(pair.sides, -5.0), pair.allies[0]: -2.5}


def test_in_the_crises_over_the_islands_no_line_was_there_to_use():
    scenario = get_scenario("diaoyu-2010-2012")
    as_it_is, nothing, *_ = (d(scenario.crisis) for d in scenario.designs())
    assert as_it_is == nothing
    assert scenario.crisis.suspension == 1


@pytest.mark.parametrize("corner", [0, 1])
@pytest.mark.parametrize("slug", ONE)
def test_the_corners_of_the_box_solve(slug, corner):
    scenario = get_scenario(slug)
    crisis = scenario.crisis.replace(**{n: ends[corner] for n, ends in scenario.box.items()})
    for design in (scenario.designs()[0], scenario.designs()[-1]):
        found = design(crisis).solve()
        assert found.all_pure
        assert all(e.certificate.worst < 1e-6 for e in found)
        assert len(found)


@pytest.mark.parametrize("slug", ONE)
def test_they_are_compared_on_the_command_line(slug):
    result = CliRunner().invoke(app, ["compare", slug, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    scenario = get_scenario(slug)
    names = [m["name"] for m in found["mechanisms"]]
    assert names == [d.name for d in scenario.designs()]
    assert any("track 2" in name for name in names)
    assert found["concept"] == "markov-perfect"
    for m in found["mechanisms"]:
        war = m["outcomes"]["war"]
        assert 0 < war["low"] <= war["selected"] <= war["high"] < 1
        assert m["certificate"] < 1e-6
        total = sum(v["selected"] for o, v in m["outcomes"].items() if o != "war")
        assert total == pytest.approx(1)


@pytest.mark.slow
def test_the_triangle_is_compared_on_the_command_line():
    call = ["compare", "triangle", "--mechanism", "trilateral-dialogue", "--json"]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 0, result.output
    now, more = json.loads(result.stdout)["mechanisms"]
    assert "trilateral" in more["name"]
    assert more["outcomes"]["war"]["direct"] < 0
    assert set(now["payoffs"]) == {"China", "US", "Japan"}
    assert {"war:inadvertent:both", "war:inadvertent:China-US"} <= set(now["outcomes"])
    assert not now["complete"]


def test_a_brief_says_what_it_shows_in_place_of_a_tree(tmp_path):
    out = tmp_path / "out.html"
    result = CliRunner().invoke(app, ["report", ONE[0], "--out", str(out)])
    assert result.exit_code == 0, result.output
    page = out.read_text(encoding="utf-8")
    assert "The game has 7 states, which all sides see. In 6 of them they choose" in page
    assert "It is not drawn" in page
    assert "China chooses &#x27;push&#x27;; US chooses &#x27;push&#x27;" in page
    assert "the same as told above" in page
    assert "Markov perfect equilibrium (Maskin and Tirole 2001)" in page
    assert "in force; they" not in page


TOML = """
kind = "scenario"
title = "Three islands"
relations = [{ name = "B-C", awareness = 0.5, dialogues = "none" }]

[crisis]
kind = "dyads"
damage = 4
pairs = [
  { sides = ["A", "B"], suspended = true, damage = 3 },
  { sides = ["B", "C"], allies = ["A"], dialogue = false },
]

[relation]
name = "A-B"
awareness = 0.9

[box]
spillover = [0.05, 0.2]

[[in_force]]
name = "hotline"
level = "theatre"
between = "A-B"

[[proposed]]
name = "talk"
mechanisms = ["trilateral-dialogue", { name = "dialogues", strength = 0.5, between = "B-C" }]
"""


def test_two_dyads_in_a_file():
    scenario = from_toml(TOML, "islands.toml")
    first, second = scenario.crisis.pairs
    assert (first.name, first.damage, first.suspended) == ("A-B", 3, True)
    assert (second.name, second.allies, second.dialogue) == ("B-C", ("A",), False)
    assert [d.awareness for d in scenario.dyads] == [0.9, 0.5]
    changed = scenario.designs()[-1](scenario.crisis)
    assert changed.pairs[1].dialogue
    assert changed.pairs[0].dampening == pytest.approx(0.5 + 0.5 * 0.9 * 0.9)
    assert changed.spillover == pytest.approx(0.07)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('between = "A-B"', 'between = "A-C"', "no dyad named 'A-C'"),
        ('sides = ["B", "C"]', 'sides = ["C", "D"]', "two pairs must share one player"),
        ("damage = 3", "damage = -3", "damage"),
        ('dialogues = "none"', 'dialogues = "often"', "allowed are 'held'"),
        ("suspended = true", "suspnded = true", "did you mean 'suspended'"),
    ],
)
def test_errors_in_a_file_of_two_dyads_name_their_place(old, new, message):
    assert old in TOML
    with pytest.raises(GameError, match=message) as caught:
        from_toml(TOML.replace(old, new), "islands.toml")
    assert "islands.toml" in str(caught.value)
