"""Institutions on a ladder: what is held as it was, and the comparison from end to end."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import pytest

from crisisgames import (
    ClearBottomLines,
    Hotline,
    JointWorkingGroup,
    Ladder,
    Principles,
    PrivateDiplomacy,
    RulesOfBehaviour,
    StabilityDialogue,
    Track2,
    compare,
    none,
    solve,
)
from crisisgames.analysis.direct import direct_effect, hold, outcome_probabilities
from crisisgames.plots.effects import plot_effects

WAR = ("war:deliberate", "war:inadvertent", "war:misperception")
TYPES = ("resolute", "irresolute")


def on_path(equilibrium, crisis):
    """Return for each pair of types the probability of each play without slips."""
    found = {}
    for a in TYPES:
        for b in TYPES:
            found[(a, b)] = dict(walk(equilibrium, crisis, (a, b)))
    return found


def walk(equilibrium, crisis, types):
    """Yield plays on a ladder without ultimatum or disclosure, as if no climb slipped."""
    records = [[kind] for kind in types]
    chance = 1.0
    for rung in range(crisis.rungs + 1):
        mover, last = rung % 2, rung == crisis.rungs
        name = "AB"[mover]
        choice = equilibrium.strategy[name][tuple(records[mover])]
        if choice == "any":
            return  # excluded by its own plan: play does not come here
        up = "fight" if last else "climb"
        yield (rung, "concede"), chance * float(choice["concede"])
        chance *= float(choice[up])
        records[mover].append(up)
        records[1 - mover].append(f"{name}: {up}")
        if not chance:
            return
    yield (crisis.rungs, "fight"), chance


def longer(equilibrium, crisis, rungs):
    """Return the outcomes on a ladder with more rungs if everybody goes on as before.

    Who conceded at a rung concedes at that rung; who fought at the top climbs to the new top, and
    the other with it, and fights there.
    """
    h = 1 - (1 - crisis.risk) ** (1 / rungs)
    total = dict.fromkeys((*WAR, "status quo", "A concedes", "B concedes"), 0.0)
    for plays in on_path(equilibrium, crisis).values():
        for (rung, how), chance in plays.items():
            climbs = rungs if how == "fight" else rung
            held = (1 - h) ** climbs
            weight = chance / 4  # all four pairs of types are equally likely
            total["war:inadvertent"] += weight * (1 - held)
            if how == "fight":
                total["war:deliberate"] += weight * held
            elif rung == 0:
                total["status quo"] += weight
            else:
                missed = (1 - crisis.clarity) * h
                total["war:misperception"] += weight * held * missed
                total["AB"[rung % 2] + " concedes"] += weight * held * (1 - missed)
    return total


@pytest.mark.parametrize("rungs", [2, 3])
@pytest.mark.parametrize("clarity", [1, 0.6])
def test_on_a_longer_ladder_everybody_goes_on_as_before(rungs, clarity):
    before = Ladder(rungs, clarity=clarity)
    after = before.replace(rungs=rungs + 2)
    game = after.game()
    for equilibrium in solve(before.game()):
        start = longer(equilibrium, before, rungs)
        for o, p in equilibrium.outcomes.items():
            assert float(p) == pytest.approx(start[o], abs=1e-9)
        effect, notes = direct_effect(before, equilibrium, after, game)
        assert notes == ()
        held = longer(equilibrium, before, rungs + 2)
        for o, change in effect.items():
            assert float(change) == pytest.approx(held[o] - start[o], abs=1e-9)
        # The risk of the whole way is the same: only those who stop on the way slip less.
        assert float(effect.get("war:deliberate", 0)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("rungs", [1, 2, 3])
def test_on_a_shorter_ladder_who_would_have_climbed_fights(rungs):
    before, after = Ladder(rungs + 2), Ladder(rungs)
    for equilibrium in solve(before.game()):
        effect, notes = direct_effect(before, equilibrium, after, after.game())
        assert notes == ()
        assert sum(effect.values()) == 0


@pytest.mark.parametrize(
    "mechanism",
    [
        Track2(),
        Track2(1.0),
        ClearBottomLines(strength=1.0, audience_cost=0.0),
        ClearBottomLines(strength=0.5),
        PrivateDiplomacy(1.0),
    ],
    ids=lambda m: m.label,
)
@pytest.mark.parametrize("before", [Ladder(2), Ladder(3, clarity=0.5), Ladder(3, ultimatum=True)])
def test_what_informs_or_changes_payoffs_has_a_direct_effect_of_exactly_zero(before, mechanism):
    after = mechanism(before)
    game = after.game()
    for equilibrium in solve(before.game()):
        effect, notes = direct_effect(before, equilibrium, after, game)
        assert set(effect.values()) == {0}
        assert notes == ()


def test_disclosure_and_new_rungs_together_are_taken_as_new_rungs_alone():
    before = Ladder(3)
    design, alone = (Principles() & Track2())(before), Principles()(before)
    for equilibrium in solve(before.game()):
        both, notes = direct_effect(before, equilibrium, design, design.game())
        one, _ = direct_effect(before, equilibrium, alone, alone.game())
        assert notes == ()
        assert {o: p for o, p in both.items() if p} == {o: p for o, p in one.items() if p}


def test_who_may_no_longer_jump_climbs_to_the_top():
    """Without the ultimatum the way up is longer, and war at the end of it as likely as before."""
    before = Ladder(3, ultimatum=True)
    after = before.replace(ultimatum=False)
    game, jumped = after.game(), 0
    for equilibrium in solve(before.game()):
        jumps = [
            (player, record)
            for player, plan in equilibrium.strategy.items()
            for record, choice in plan.items()
            if choice != "any" and choice.get("jump", 0)
        ]
        jumped += bool(jumps)
        held = hold(before, equilibrium, after, game)
        for info, row in zip(game.information_sets, held.rows, strict=True):
            if (info.player, info.record) in jumps:
                choice = equilibrium.strategy[info.player][info.record]
                up = float(choice.get("jump", 0)) + float(choice.get("climb", 0))
                assert float(row[info.actions.index("climb")]) == pytest.approx(up)
        assert sum(outcome_probabilities(game, held.rows).values()) == 1
        assert direct_effect(before, equilibrium, after, game)[1] == ()
    assert jumped


def test_a_new_ultimatum_is_left_unused():
    before = Ladder(3)
    after = before.replace(ultimatum=True)
    for equilibrium in solve(before.game()):
        effect, notes = direct_effect(before, equilibrium, after, after.game())
        assert set(effect.values()) == {0}
        assert notes == ()


def test_a_clearer_line_lowers_misperception_by_arithmetic():
    before = Ladder(clarity=0.5)
    after = JointWorkingGroup(0.5)(before)
    for equilibrium in solve(before.game()):
        effect, _ = direct_effect(before, equilibrium, after, after.game())
        missed = float(equilibrium.outcomes["war:misperception"])
        assert float(effect["war:misperception"]) == pytest.approx(-missed / 2)
        assert float(effect["war:inadvertent"]) == pytest.approx(0, abs=1e-12)


DESIGNS = [
    none,
    Hotline("theatre"),
    RulesOfBehaviour(),
    StabilityDialogue(),
    Track2(),
    Principles(),
]


@pytest.fixture(scope="module")
def comparison():
    return compare(Ladder(2, clarity=0.6), DESIGNS)


def test_every_set_is_complete_and_certified(comparison):
    assert comparison.dataset.complete.all()
    assert (comparison.dataset.certificate < 1e-9).all()


def test_each_row_holds_the_bounds_of_its_own_game(comparison):
    for mechanism in DESIGNS:
        found = solve(mechanism(Ladder(2, clarity=0.6)).game())
        row = comparison.dataset.sel(mechanism=mechanism.label, outcome="war")
        assert (float(row.low), float(row.high)) == pytest.approx(found.bounds("war"), abs=1e-12)
        assert float(row.low) <= float(row.selected) <= float(row.high)


def test_direct_and_strategic_parts_add_up(comparison):
    war = comparison.dataset.sel(outcome=["war", *WAR])
    change = war.selected - war.selected.isel(mechanism=0)
    assert abs(war.direct + war.strategic - change).max() < 1e-12
    causes = war.sel(outcome=list(WAR)).sum("outcome")
    for part in ("selected", "direct", "strategic"):
        assert abs(causes[part] - war[part].sel(outcome="war")).max() < 1e-12


def test_equal_ladders_have_equal_rows(comparison):
    """Without ultimatums rules of behaviour and a stability dialogue both lower the risk."""
    rules, dialogue = (
        comparison.dataset.sel(mechanism=name)
        for name in ("rules of behaviour", "stability dialogue")
    )
    assert rules.drop_vars("mechanism").equals(dialogue.drop_vars("mechanism"))


def test_the_comparison_speaks_and_draws(comparison):
    table = comparison.table()
    assert list(table.index) == [m.label for m in DESIGNS]
    assert list(table.columns[:5]) == [
        "P(war)",
        "selected",
        "deliberate",
        "inadvertent",
        "misperception",
    ]
    assert "e-" not in table.to_string()
    told = comparison.explain().splitlines()
    assert len(told) == len(DESIGNS) + 1
    assert told[0] == (
        "none (baseline): P(war) is 0 to 0.3045 over all equilibria, 0.3045 in the selected one."
    )
    again = json.loads(json.dumps(comparison.to_dict()))
    assert again["crisis"] == "ladder"
    assert again["parameters"]["rungs"] == 2
    for draw in (comparison.plot, lambda: plot_effects(comparison.dataset)):
        axes = draw()
        axes.figure.canvas.draw()
        assert axes.get_title(loc="left") == "Ladder"
        plt.close(axes.figure)


def test_what_changes_nothing_is_said_to_change_nothing():
    found = compare(Ladder(2, ultimatum=True), [none, Hotline()])  # clarity is 1 already
    line = found.explain().splitlines()[1]
    assert line.endswith(
        "The selected value is that of none. The interval of P(war) over all equilibria is as it "
        "was."
    )
    assert "rungs 2" in found.dataset.attrs["parameters"]
    assert found.dataset.attrs["parameters"].endswith("clarity 1, ultimatum")
