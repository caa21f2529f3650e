"""Institutions around talks: three players, and sets of equilibria that may lack some."""

from __future__ import annotations

import json
from fractions import Fraction

import matplotlib.pyplot as plt
import pytest
from oracle_talks import wars

from crisisgames import (
    ContingencyTalks,
    JointWorkingGroup,
    Talks,
    ThirdPartyHost,
    Track2,
    compare,
    get_scenario,
    none,
    solve,
)
from crisisgames.analysis.direct import direct_effect, hold
from crisisgames.plots.effects import plot_effects

DESIGNS = [none, ThirdPartyHost(), Track2(), JointWorkingGroup(), ThirdPartyHost(0.5, 0)]
HELD = "held:broken:provoked"


@pytest.fixture(scope="module")
def comparison():
    return compare(Talks(), DESIGNS, "qre")


@pytest.fixture(scope="module")
def searched():
    return compare(Talks(), DESIGNS[:2], method="search", starts=30)


def value(comparison, variable, mechanism, outcome="war"):
    return float(comparison.dataset[variable].sel(mechanism=mechanism, outcome=outcome))


def test_a_host_changes_what_is_done_and_nothing_by_itself(comparison):
    assert value(comparison, "selected", "none") == pytest.approx(0.075)
    assert value(comparison, "selected", "third party host") == pytest.approx(0.05)
    assert value(comparison, "direct", "third party host") == 0
    assert value(comparison, "strategic", "third party host") == pytest.approx(-0.025)
    assert value(comparison, "selected", "third party host", HELD) == pytest.approx(0.95)


def test_all_war_is_inadvertent(comparison):
    for name in comparison.sets:
        assert value(comparison, "selected", name, "war:inadvertent") == pytest.approx(
            value(comparison, "selected", name)
        )
        assert value(comparison, "selected", name, "war:deliberate") == 0


def test_three_players_have_payoffs_and_a_sum(comparison):
    data = comparison.dataset
    assert list(data.player.values) == ["C", "U", "K"]
    sums = data.payoff_selected.sum("player").values
    assert data.welfare_selected.values == pytest.approx(sums)
    # The host costs China its leverage, and the United States gains.
    change = data.payoff_selected.sel(mechanism="third party host") - data.payoff_selected.sel(
        mechanism="none"
    )
    assert float(change.sel(player="C")) < -0.9
    assert float(change.sel(player="U")) == pytest.approx(0.25)
    assert float(change.sel(player="K")) > 0.8


@pytest.mark.parametrize(
    "mechanism",
    [ContingencyTalks(), ThirdPartyHost(), ThirdPartyHost(0.5, 0), Track2(1), JointWorkingGroup(1)],
    ids=lambda m: m.label,
)
@pytest.mark.parametrize("before", [Talks(), Talks(offer=False), Talks(host=0.5, discretion=0.8)])
def test_what_offers_or_prices_talks_has_no_direct_effect(before, mechanism):
    """Prices and room for brinkmanship are payoffs; a new offer is not made without a reason.

    Where talks are held already, K breaks off whether they leak or not, so discretion is idle too.
    """
    after = mechanism(before)
    for equilibrium in solve(before.game(), "qre"):
        effect, notes = direct_effect(before, equilibrium, after, after.game())
        assert notes == ()
        assert sum(effect.values()) == 0
        assert all(abs(p) < 1e-9 for p in effect.values())


def test_more_leaks_count_by_what_the_third_state_does_about_them():
    """K breaks off after a leak and not otherwise."""
    before = Talks(host=0.5, discretion=0.8, prob_pragmatic=0.4, price_conservative=5)
    after = before.replace(leak=0.6)
    (equilibrium,) = solve(before.game(), "qre")
    assert equilibrium.strategy["K"][("nothing leaked",)]["keep"] == pytest.approx(1)
    effect, notes = direct_effect(before, equilibrium, after, after.game())
    assert notes == ()
    # Two in five accept; .2 more of .2 leak; war is .05 instead of .03 where it does.
    assert float(effect["war:inadvertent"]) == pytest.approx(0.4 * 0.2 * 0.2 * 0.02, abs=1e-9)
    assert float(effect["held:broken:provoked"]) == pytest.approx(0.4 * 0.04 * 0.95, abs=1e-9)


def test_without_the_host_hosted_offers_are_bilateral_ones():
    before, after = Talks(host=0.5, discretion=0.8), Talks()
    (equilibrium,) = solve(before.game(), "qre")
    game = after.game()
    held = hold(before, equilibrium, after, game)
    rows = {(i.player, i.record): r for i, r in zip(game.information_sets, held.rows, strict=True)}
    offer = dict(zip(("no offer", "offer bilateral talks"), rows["U", ()], strict=True))
    assert float(offer["offer bilateral talks"]) == pytest.approx(1)
    assert all(isinstance(p, Fraction) for row in held.rows for p in row)
    assert not held.strange


def test_what_may_lack_equilibria_says_so_everywhere(searched):
    assert not searched.dataset.complete.any()
    table = searched.table()
    assert list(table["equilibria"]) == ["found", "found"]
    first, second, *_ = searched.explain().splitlines()
    assert "in every equilibrium found; there may be others." in first
    assert "equilibrium found" in second
    for line in (first, second):
        assert "every equilibrium." not in line
        assert "all equilibria." not in line
    rows = json.loads(json.dumps(searched.to_dict(), allow_nan=False))["mechanisms"]
    assert [row["complete"] for row in rows] == [False, False]
    assert "found" in searched.dataset.low.attrs["long_name"]
    axes = searched.plot()
    axes.figure.canvas.draw()
    assert "perhaps not all" in " ".join(t.get_text() for t in axes.figure.findobj(plt.Text))
    plt.close(axes.figure)


def test_one_of_several_equilibria_is_selected_by_nearness_to_the_branch():
    """Pure equilibria: refused or held without a host. The branch goes to the refusal."""
    found = compare(Talks(), [none], "pure-nash")
    assert value(found, "low", "none") == pytest.approx(0.05)
    assert value(found, "high", "none") == pytest.approx(0.075)
    assert value(found, "selected", "none") == pytest.approx(0.075)
    # In its limit U mixes between two offers that are refused alike; no pure equilibrium does.
    assert found.notes["none"] == (
        "The limit of the quantal response branch leads elsewhere than all equilibria listed; the "
        "nearest of them is selected.",
    )
    assert "Equilibria: pure-nash." in found.explain()
    least = compare(Talks(), [none], "pure-nash", rule="least war")
    assert value(least, "selected", "none") == pytest.approx(0.05)
    assert least.notes["none"] == ()


def test_all_equilibria_of_the_scenario_are_compared():
    """With the offer standing talks are refused, or held because K is sure to think so."""
    scenario = get_scenario("contingency-talks")
    found = compare(scenario.crisis, scenario.designs())
    assert found.dataset.complete.all()
    assert (found.dataset.certificate < 1e-9).all()
    for design in scenario.designs():
        low, high = map(float, wars(design(scenario.crisis)))
        assert value(found, "low", design.name) == pytest.approx(low, abs=1e-12)
        assert value(found, "high", design.name) == pytest.approx(high, abs=1e-12)
    assert value(found, "high", "as it is") == pytest.approx(0.075)
    assert value(found, "high", "as it is + third-party host") == pytest.approx(0.05)
    # U may mix between offers that come to the same: what is selected is one end of a continuum.
    assert not any("branch" in note for notes in found.notes.values() for note in notes)


def test_a_host_that_backfires_is_said_to_raise_war():
    split = Talks(prob_pragmatic=0.6, price_conservative=2.5, agitation=0.2, endorsement_fear=1.5)
    found = compare(split, [none, ThirdPartyHost()])
    said = found.explain().splitlines()[1]
    assert "P(war) is 0.112 in every equilibrium." in said
    assert "changes by +0.037, all of it strategic. It raises P(war) in every equilibrium." in said


def test_the_comparison_speaks_and_draws(comparison):
    assert list(comparison.table().index) == [m.label for m in DESIGNS]
    assert "It lowers P(war) in every equilibrium found." in comparison.explain()
    again = json.loads(json.dumps(comparison.to_dict()))
    assert again["crisis"] == "talks"
    assert again["parameters"]["offer"] is True
    for draw in (comparison.plot, lambda: plot_effects(comparison.dataset)):
        axes = draw()
        axes.figure.canvas.draw()
        assert axes.get_title(loc="left") == "Talks"
        plt.close(axes.figure)
