"""Comparisons of games that are no trees: each kind of solution is read in one form."""

from __future__ import annotations

import json
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import xarray as xr

from crisisgames import (
    BayesianGame,
    Dyads,
    GameError,
    Incident,
    Ladder,
    NotApplicable,
    RulesOfBehaviour,
    UnknownName,
    compare,
    from_json,
    none,
    solve,
    to_json,
)
from crisisgames.analysis.solutions import solution_of
from crisisgames.crises import Given
from crisisgames.crises.crisis import Parameterized

Entry = namedtuple("Entry", "cutoff gain")


@dataclass(frozen=True)
class Race(Parameterized):
    """A made-up crisis: who arms above a cutoff; the hazard is the share that arms."""

    hazard: float = 0.5
    cutoffs: tuple[float, ...] = (0.2, 0.6, 0.6)

    kind = "race"
    concept = "cutoffs"
    rule = "least war"
    players = ("A", "B")
    labels = ("war:misperception", "peace")

    def game(self):
        return self

    def solve(self, concept=None, **options):
        assert concept in (None, "cutoffs")
        entries = tuple(Entry(x, 1e-12) for x in self.cutoffs)
        return Given(entries, ("Made up.",), "cutoffs", complete=False)

    def outcomes(self, play):
        war = self.hazard * (1 - play.cutoff)
        return {"war:misperception": war, "peace": 1 - war}

    def payoffs(self, play):
        return {"A": play.cutoff, "B": -self.hazard}

    def held(self, play):
        if self.hazard == 0:
            raise NotApplicable("nothing is left to hold")
        return play


def changed(label: str, **values: Any):
    def change(crisis):
        return crisis.replace(**values)

    change.label = label
    return change


@pytest.fixture(scope="module")
def race():
    designs = [none, changed("half", hazard=0.25), changed("later", cutoffs=(0.8,))]
    return compare(Race(), [*designs, changed("safe", hazard=0)])


def at(found, variable, mechanism, outcome="war"):
    return float(found.dataset[variable].sel(mechanism=mechanism, outcome=outcome))


def test_a_list_has_the_bounds_of_its_entries_and_the_rule_of_its_crisis(race):
    assert (at(race, "low", "none"), at(race, "high", "none")) == pytest.approx((0.2, 0.4))
    assert at(race, "selected", "none") == at(race, "low", "none")
    assert race.selected["none"] == Entry(0.6, 1e-12)
    data = race.dataset
    assert (data.attrs["concept"], data.attrs["rule"]) == ("cutoffs", "least war")
    row = data.sel(mechanism="none")
    assert (int(row.equilibria), int(row.classes), bool(row.complete)) == (3, 2, False)
    assert float(row.certificate) == 1e-12
    assert float(row.payoff_low.sel(player="A")) == 0.2
    assert float(row.welfare_selected) == pytest.approx(0.1)
    assert race.notes["none"] == ("Made up.",)


def test_what_is_held_is_direct_and_the_rest_is_strategic(race):
    assert at(race, "direct", "half") == pytest.approx(-0.1)
    assert at(race, "strategic", "half") == pytest.approx(0)
    assert at(race, "direct", "later") == 0
    assert at(race, "strategic", "later") == pytest.approx(-0.1)


def test_where_play_cannot_be_held_there_is_no_direct_part_and_no_zero(race):
    assert np.isnan(at(race, "direct", "safe"))
    assert np.isnan(at(race, "strategic", "safe"))
    assert "There is no direct part: nothing is left to hold." in race.notes["safe"]
    assert "Against none the selected value changes by −0.2. It lowers" in race.explain()
    row = race.to_dict()["mechanisms"][3]["outcomes"]["war"]
    assert (row["direct"], row["strategic"]) == (None, None)


def test_rules_of_a_list():
    for rule, cutoff in (("most war", 0.2), ("welfare", 0.6), (lambda e: e.cutoff, 0.2)):
        assert compare(Race(), [none], rule=rule).selected["none"].cutoff == cutoff
    with pytest.raises(NotApplicable, match="rule 'qre' means nothing here; allowed are least war"):
        compare(Race(), [none], rule="qre")
    with pytest.raises(UnknownName, match="did you mean 'least war'"):
        compare(Race(), [none], rule="least wars")


def test_tables_figures_and_briefs_are_made_of_it(race, tmp_path):
    assert race.table().loc["none", "P(war)"] == "0.2–0.4"
    ax = race.plot()
    assert ax.get_xlabel() == "Probability of war (%)"
    page = race.report(tmp_path / "race.html").read_text(encoding="utf-8")
    assert "This game is no tree" in page
    assert "Entry(cutoff=0.6" in page
    assert json.dumps(race.to_dict(), allow_nan=False)


def test_an_empty_list_gives_nothing_and_says_so():
    found = compare(Race(cutoffs=()), [none, changed("one", cutoffs=(0.5,))])
    assert found.table().loc["none", "P(war)"] == "none found"
    assert "none (baseline): no equilibrium was found." in found.explain()
    assert np.isnan(at(found, "direct", "one"))
    alone = compare(Race(cutoffs=()), [none]).dataset
    assert alone.outcome.values.tolist() == found.dataset.outcome.values.tolist()


def test_what_is_no_set_and_a_crisis_that_cannot_read_it_are_refused():
    with pytest.raises(GameError, match="this must be a set of equilibria, not int"):
        solution_of(Race(), 7)
    with pytest.raises(GameError, match="'incident' does not say what an entry of a Given leads"):
        solution_of(Incident(), Given(()))


# Mediated play.


def quarrel(cost: float = 0.6) -> BayesianGame:
    """Two sides that fight or yield; each may find fighting cheap."""

    def pays(types, actions):
        own = {"soft": cost, "hard": 0.1}
        war = actions == ("fight", "fight")
        return tuple(
            0.5 - own[t] if war else 1.0 if a == "fight" and b == "yield" else 0.25 * (a == b)
            for t, a, b in zip(types, actions, actions[::-1], strict=True)
        )

    both = [("soft", "hard")] * 2
    acts = [("yield", "fight")] * 2
    prior = {(s, t): 0.25 for s in both[0] for t in both[1]}
    return BayesianGame(
        players=("A", "B"),
        types=both,
        actions=acts,
        prior=prior,
        payoffs=pays,
        shares=lambda types, actions: (
            "war:deliberate" if actions == ("fight", "fight") else "peace"
        ),
    )


@dataclass(frozen=True)
class Quarrel(Parameterized):
    """Solved as a Bayesian game, or with a mediator."""

    cost: float = 0.6
    mediated: bool = False
    kind = "quarrel"

    @property
    def concept(self):
        return "communication" if self.mediated else "sequential"

    def game(self):
        game = quarrel(self.cost)
        return game if self.mediated else game.to_extensive()

    def familiar(self, player, record):
        return ((1.0, record),)

    def instead(self, action):
        return action

    passive = ()


def test_a_mediator_is_compared_with_its_absence():
    found = compare(Quarrel(), [none, changed("mediator", mediated=True)])
    polytope = solve(quarrel(), "communication")
    low, high = polytope.bounds("war")
    assert at(found, "low", "mediator") == pytest.approx(low)
    assert at(found, "high", "mediator") == pytest.approx(high)
    assert at(found, "selected", "mediator") == pytest.approx(low)
    assert at(found, "low", "mediator") <= at(found, "low", "none") + 1e-9
    assert at(found, "high", "mediator") >= at(found, "high", "none") - 1e-9
    assert np.isnan(at(found, "direct", "mediator"))
    data = found.dataset
    assert data.attrs["concept"] == "sequential, communication"
    assert "a mediator proposes who wants the lowest" in data.attrs["selection"]
    assert np.isnan(float(data.equilibria.sel(mechanism="mediator")))
    assert float(data.certificate.sel(mechanism="mediator")) < 1e-9
    notes = found.notes["mediator"]
    assert "Solved for another concept than the baseline: communication." in notes
    assert any("strategies of a sequential solution cannot be held" in n for n in notes)


def test_mediated_play_is_held_by_proposing_as_before():
    dearer = changed("dearer", cost=0.9)
    found = compare(Quarrel(mediated=True), [none, dearer], rule="most war")
    # Costs stand in payoffs only, so that the same proposals lead to the same.
    assert at(found, "direct", "dearer") == pytest.approx(0, abs=1e-12)
    assert at(found, "strategic", "dearer") == pytest.approx(
        at(found, "selected", "dearer") - at(found, "selected", "none")
    )
    with pytest.raises(NotApplicable, match="no list to choose from by a function"):
        compare(Quarrel(mediated=True), [none], rule=len)


def test_trees_are_compared_for_correlated_equilibria():
    ladder = Ladder(rungs=1)
    found = compare(ladder, [none, RulesOfBehaviour(strength=0.5)], "correlated")
    low, high = solve(ladder.game(), "correlated").bounds("war")
    assert (at(found, "low", "none"), at(found, "high", "none")) == pytest.approx((low, high))
    # One player's climb, held, slips half as often in the log of what does not.
    assert at(found, "direct", "rules of behaviour (strength 0.5)") <= 0


# Markov perfect play.


def softer(crisis):
    return crisis.replace(rise_none=0.01)


@pytest.fixture(scope="module")
def dyads():
    return compare(Dyads(damage=2, periods=20), [none, softer])


def test_markov_perfect_equilibria_are_compared(dyads):
    found = Dyads(damage=2).solve()
    low, high = found.bounds("conflict", 20)
    assert (at(dyads, "low", "none"), at(dyads, "high", "none")) == pytest.approx((low, high))
    chosen = found.select("qre").probability_within("conflict", 20)
    assert at(dyads, "selected", "none") == pytest.approx(chosen)
    assert dyads.dataset.attrs["concept"] == "markov-perfect"
    held = Dyads(damage=2, rise_none=0.01).held(dyads.selected["none"])
    direct = held.probability_within("conflict", 20) - chosen
    assert at(dyads, "direct", "softer") == pytest.approx(direct)


def test_markov_comparisons_come_back_from_json(dyads):
    text = to_json(dyads)
    again = from_json(text)
    xr.testing.assert_identical(again.dataset, dyads.dataset)
    assert again == dyads
    assert again.crises == dyads.crises
    assert to_json(again) == text
    data = json.loads(text)
    data["mechanisms"][0]["crisis"]["pairs"][0]["dialogue"] = False
    with pytest.raises(GameError, match="this is no play of these dyads"):
        from_json(json.dumps(data))


def test_a_branch_without_limit_selects_nothing_and_says_so():
    crisis = Dyads(damage=2)
    solution = solution_of(crisis, crisis.solve(method="pure"))
    assert solution.select("qre")[0] is None
    found = compare(crisis, [none], method="pure")
    assert "none" not in found.selected
    assert np.isnan(at(found, "selected", "none"))
    assert at(found, "low", "none") == pytest.approx(0.16214, abs=1e-5)
    assert "The logit branch has no limit here" in found.explain()
    assert float(found.dataset.payoff_low.sel(mechanism="none", player="A")) < 0
