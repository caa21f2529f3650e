"""The eight claims: reproducible, net of arithmetic, and agreeing with slower routes."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from crisisgames import Incident, NotApplicable, RulesOfBehaviour, UnknownName, compare
from crisisgames.analysis import Question, Trial, examine_proposition
from crisisgames.analysis.claims import SAME
from crisisgames.analysis.dynamics import TROUBLES, spread
from crisisgames.analysis.eight_claims import (
    GAIN,
    PROPOSITIONS,
    conditional_plays,
)
from crisisgames.analysis.uncertainty import draw_box, margins_judged
from crisisgames.cli import app
from crisisgames.crises.dyads import Dyads, Pair
from crisisgames.equilibria.markov import markov_play
from crisisgames.mechanisms import SOURCES
from crisisgames.plots.verdicts import plot_shares


def points_of(trial: Trial, count: int, seed: int = 0) -> list[dict[str, float]]:
    drawn = draw_box(trial.box, count, seed)
    return [{n: v[k].item() for n, v in drawn.items()} for k in range(count)]


def test_there_are_eight_each_with_its_source_and_its_reasons() -> None:
    assert list(PROPOSITIONS) == list(range(1, 9))
    for p in PROPOSITIONS.values():
        assert p.source.split(",")[0] in SOURCES
        assert all(text.endswith(".") for text in (p.statement, p.game, p.mechanical, p.trivial))
        assert p.trials
    with pytest.raises(UnknownName, match="claim"):
        examine_proposition(9)


def test_a_mechanism_whose_whole_effect_is_arithmetic_makes_no_claim_true() -> None:
    """Where A always probes and B always replies, a lower hazard lowers war and changes nothing."""

    def crises(point):
        # A probe that stands is worth more than it risks, to A and from B.
        bold = Incident(
            reciprocity=True,
            audience_cost=5.0,
            loss=20.0,
            clarity=0.0,
            hazard_response=point["hazard_response"],
            disaster=1.0,
            stops_response=0.1,
            gain=point["gain"],
        )
        return {"none": bold, "rules": RulesOfBehaviour(strength=0.5)(bold)}

    asked = (
        Question("net", "net P(war) under rules < P(war) under none"),
        Question("gross", "P(war) under rules < P(war) under none"),
    )
    box = {"hazard_response": (0.05, 0.1), "gain": (2.0, 3.0)}
    found = Trial("arithmetic", asked, crises, box).run(6, 0)
    assert found["gross"].share("all")[0] == 1
    assert found["net"].share("none")[0] == 1
    assert np.abs(found["net"].dataset["high"].values).max() < 1e-9


def test_the_same_seed_gives_the_same_answer_and_more_points_begin_with_the_fewer() -> None:
    trial = PROPOSITIONS[7].trials[0]
    one, again, more = (trial.run(n, 3) for n in (3, 3, 4))
    for name in one:
        assert one[name].dataset.identical(again[name].dataset)
        assert (more[name].dataset["verdict"][:3] == one[name].dataset["verdict"]).all()
    other = trial.run(3, 4)
    assert (other["net of the direct effect"].dataset["clarity"] != one[
        "net of the direct effect"
    ].dataset["clarity"]).any()  # fmt: skip


def test_what_is_net_is_the_strategic_part_of_a_comparison() -> None:
    """By another route: each pair of equilibria in turn, through `compare`."""
    trial = PROPOSITIONS[7].trials[0]
    found = trial.run(3, 0)["net of the direct effect"].dataset

    class Named:
        def __init__(self, label, crisis):
            self.label, self.crisis = label, crisis

        def __call__(self, _):
            return self.crisis

    for k, point in enumerate(points_of(trial, 3)):
        crises = trial.crises(point)
        both = [Named(name, c) for name, c in crises.items()]
        war = compare(crises["strong"], both, rule="least war").dataset.sel(outcome="war")
        weak = war.sel(mechanism="weak")
        if float(weak.low) == float(weak.high):
            assert float(found.low[k]) == pytest.approx(float(weak.strategic), abs=1e-9)


def test_both_seas_are_one_game_and_only_named_numbers_differ() -> None:
    trial = PROPOSITIONS[2].trials[0]
    for point in points_of(trial, 5):
        crises = trial.crises(point)
        unclear, clear = crises["unclear"].parameters(), crises["clear"].parameters()
        changed = {n for n in unclear if unclear[n] != clear[n]}
        assert changed == {"clarity", "disclosure", "gain", "loss", "audience_cost"}
        assert clear["gain"] >= unclear["gain"]
        assert clear["clarity"] > unclear["clarity"]


def test_the_idle_line_is_there_and_answered_and_nobody_checks() -> None:
    trial = PROPOSITIONS[3].trials[0]
    for point in points_of(trial, 5):
        crises = trial.crises(point)
        [idle], [assigned] = (crises[n].channels for n in ("idle", "assigned"))
        assert idle.in_force == 1
        assert idle.answered > 0
        assert idle.verification == 0
        assert replace(idle, verification=assigned.verification) == assigned
        assert "explain" in {a for i in crises["idle"].game().information_sets for a in i.actions}


def test_talk_that_costs_and_proves_nothing_leaves_the_old_equilibrium() -> None:
    """To stay silent is always an equilibrium where an explanation only harms who gives it.

    So an idle line that changes nothing is no accident of the draw; and one that changes the
    interval widens it.
    """
    trial = PROPOSITIONS[3].trials[0]
    for point in points_of(trial, 6, seed=5):
        crises = trial.crises(point)
        without, idle = (crises[n].solve().bounds("war") for n in ("none", "idle"))
        assert idle[0] <= without[0] + SAME
        assert idle[1] >= without[1] - SAME


def test_where_nothing_spills_over_each_dyad_may_be_played_alone() -> None:
    """So a crisis next door draws nobody in by itself; conduct that looks across may."""
    pairs = (Pair(("A", "B"), dialogue=False), Pair(("B", "C"), dialogue=False))
    crisis = Dyads(pairs=pairs, spillover=0.0, damage=2.0, alliance=0.0)
    plays = conditional_plays(crisis)
    at = TROUBLES.index("crisis")
    rows, complete = PROPOSITIONS[5].trials[0].margins({"triangle": crisis})
    assert not complete
    [drawn, _] = rows.values()
    assert len(drawn) == len(plays.gains) > 3
    assert min(map(abs, drawn)) < 1e-12
    # A few of them by the slower route, and their certificate in rational arithmetic.
    for n in (0, 1, len(drawn) - 1):
        play = markov_play(plays.game, plays.strategy(n))
        assert float(play.certificate.gain) <= GAIN
        reached, _ = spread(crisis, play, 0)
        assert drawn[n] == pytest.approx(reached[at] - reached[0], abs=1e-12)


def test_what_is_no_equilibrium_of_both_dyads_is_left_out() -> None:
    """Of all ways to make play of two dyads from those of each alone, only some are kept."""
    pairs = (Pair(("A", "B"), dialogue=False), Pair(("B", "C"), dialogue=False))
    crisis = Dyads(pairs=pairs, spillover=0.0, damage=2.0, alliance=0.0)
    alone = Dyads(pairs=(Pair(dialogue=False),), spillover=0.0, damage=2.0).solve(method="pure")
    kept = len(conditional_plays(crisis).gains)
    assert len(alone) ** 2 <= kept < len(alone) ** 4


def test_a_point_without_an_equilibrium_is_an_error_and_no_verdict() -> None:
    with pytest.raises(NotApplicable, match="no equilibrium was found at draw 1, from 0"):
        margins_judged([[0.1], []], [True, False])


def test_talks_that_change_nothing_by_themselves_lower_war_for_nobody_who_keeps_calm() -> None:
    trial = PROPOSITIONS[6].trials[0]
    for point in points_of(trial, 4):
        talks = trial.crises(point)["talks"]
        assert talks.escalation_coordinated == talks.escalation_uncoordinated
        assert talks.coordination == 0
        assert trial.crises(point)["none"].replace(offer=True) == talks


def test_a_host_that_is_only_discreet_lowers_no_price() -> None:
    trial = PROPOSITIONS[8].trials[0]
    for point in points_of(trial, 4):
        crises = trial.crises(point)
        assert crises["discreet"].host == 0 < crises["discreet"].discretion
        assert crises["hosted"].host > 0
        assert crises["bilateral"].replace(discretion=point["quiet"]) == crises["discreet"]


def test_tables_sentences_json_and_pictures(tmp_path) -> None:
    found = examine_proposition(7, points=4, seed=1)
    table = found.table()
    assert np.allclose(table[["in all", "in some", "in none"]].sum(axis=1), 1)
    said = found.explain()
    assert "Weak surveillance" in said
    assert "net of the direct effect" in said
    told = json.loads(json.dumps(found.to_dict()))
    assert told["trials"][0]["draws"] == 4
    found.plot().get_figure(root=True).savefig(tmp_path / "claim.png")
    ax = plot_shares({"1. a game: a question": [0.2, 0.3, 0.5]}, 8)
    assert [round(p.get_width()) for p in ax.patches] == [20, 30, 50]


@pytest.mark.slow
@pytest.mark.parametrize("number", sorted(PROPOSITIONS))
def test_every_claim_is_asked_of_every_equilibrium(number) -> None:
    found = examine_proposition(number, points=2)
    for result in found.results.values():
        data = result.dataset
        assert (data["low"] <= data["high"] + 1e-12).all()
        shares = [result.share(v)[0] for v in ("all", "some", "none")]
        assert sum(shares) == pytest.approx(1)


def test_the_command_line_prints_and_refuses() -> None:
    run = CliRunner().invoke(app, ["claims", "7", "--points", "2", "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["number"] == 7
    refused = CliRunner().invoke(app, ["claims", "9"])
    assert refused.exit_code == 2
    assert "no claim named '9'" in refused.stderr
