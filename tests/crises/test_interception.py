"""Interception: the tree against its definition in words, equilibria against a closed form.

U sees no more than K, so its choice tells K nothing: K believes what the signal says, whatever U
did. All sequential equilibria then follow signal by signal, from the end; ties included.
"""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import fields
from fractions import Fraction
from itertools import product
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from crisisgames import (
    ClearBottomLines,
    Deadline,
    ExtensiveFormGame,
    GameError,
    Hotline,
    Interception,
    JointWorkingGroup,
    NotApplicable,
    Principles,
    compare,
    get_scenario,
    none,
    solve,
    verify,
)
from crisisgames.cli import app
from crisisgames.crises import CRISES
from crisisgames.mechanisms import MECHANISMS, Awareness, with_awareness

ZERO, ONE = Fraction(0), Fraction(1)
BACK, LEAVE = "patrons seem to back K", "patrons seem to leave K alone"
STATES = ("backed", "alone")
FATES = ("intercepted", "missed")
ANSWERS = {"desist": "desisted", "test again": "tested again", "retaliate": "retaliated"}
WAR = "war:deliberate"

Play = tuple[str, ...]
Entry = tuple[Fraction, dict[str, Fraction], tuple[Fraction, ...]]
"""Probability that nature lets the play happen, its outcomes, and payoffs of U and K."""


def numbers(crisis: Interception) -> dict[str, Fraction]:
    return {n: Fraction(str(float(v))) for n, v in crisis.parameters().items()}


def definition(crisis: Interception) -> dict[Play, Entry]:
    """Return every play, in plain arithmetic."""
    x = numbers(crisis)
    found: dict[Play, Entry] = {}
    for state, seems in product(STATES, (BACK, LEAVE)):
        right = (state == "backed") == (seems == BACK)
        luck = x["backing"] if state == "backed" else 1 - x["backing"]
        luck *= (1 + x["clarity"]) / 2 if right else (1 - x["clarity"]) / 2
        found[state, seems, "let pass"] = (luck, {"passed": ONE}, (-x["threat"], x["test_value"]))
        for fate, (answer, did) in product(FATES, ANSWERS.items()):
            chance = x["success"] if fate == "intercepted" else 1 - x["success"]
            through = ZERO if fate == "intercepted" else ONE
            war, outcomes = ZERO, {f"{fate}:{did}": ONE}
            if answer == "test again":
                through += 1 - x["success"]
            k = through * x["test_value"]
            if answer == "retaliate":
                war = x["hazard"]
                outcomes = {o: p for o, p in ((WAR, war), (f"{fate}:{did}", 1 - war)) if p}
                k += x["revenge"] if state == "backed" else -x["abandonment"]
            loss = war * x["damage"]
            pays = (-through * x["threat"] - loss, k - loss)
            found[state, seems, "intercept", fate, answer] = (luck * chance, outcomes, pays)
    return found


def compiled(game: ExtensiveFormGame) -> dict[Play, Entry]:
    """Return the same from the compiled game."""
    exact = game.exact()
    luck = exact.chance(game.compiled.ends)
    found = {}
    for z, visit in enumerate(game.compiled.ends):
        shares = dict(zip(game.outcomes, exact.shares[z], strict=True))
        own = {o: s for o, s in shares.items() if s}
        found[visit.history] = (luck[z], own, tuple(exact.payoffs[z]))
    return found


def believed(crisis: Interception, seems: str) -> tuple[Fraction, Fraction]:
    """Return how likely a signal is, and how likely the patrons back K given it."""
    x = numbers(crisis)
    right = (1 + x["clarity"]) / 2
    backed = x["backing"] * (right if seems == BACK else 1 - right)
    alone = (1 - x["backing"]) * (1 - right if seems == BACK else right)
    total = backed + alone
    return total, backed / total if total else ZERO


def wars(crisis: Interception) -> tuple[Fraction, Fraction]:
    """Return the lowest and the highest P(war) over all sequential equilibria, in closed form.

    At a signal K takes one of its best answers or mixes them. Let r be how often it retaliates and
    t how often it tests again, over both fates of the first test. U intercepts only if that costs
    it no more than to let the test pass:
    (1 - success) threat (1 + t) + r hazard damage <= threat.
    """
    x = numbers(crisis)
    missed = 1 - x["success"]
    lowest = highest = ZERO
    for seems in (BACK, LEAVE):
        luck, mu = believed(crisis, seems)
        worth = {
            "desist": ZERO,
            "test again": missed * x["test_value"],
            "retaliate": mu * x["revenge"]
            - (1 - mu) * x["abandonment"]
            - x["hazard"] * x["damage"],
        }
        best = [a for a, w in worth.items() if w == max(worth.values())]
        # U's cost of intercepting is linear in K's mixture; so are the ends of what it may be.
        rates = {
            "desist": (ZERO, ZERO),
            "test again": (ZERO, ONE),
            "retaliate": (ONE, ZERO),
        }
        cost = {
            a: missed * x["threat"] * (1 + t) + r * x["hazard"] * x["damage"]
            for a, (r, t) in rates.items()
        }
        room = x["threat"]
        retaliates = {a: rates[a][0] for a in best}
        # Highest: intercept, and retaliate as often as U bears.
        most = max((retaliates[a] for a in best if cost[a] <= room), default=ZERO)
        for a, b in product(best, best):
            if cost[a] <= room < cost[b]:
                share = (room - cost[a]) / (cost[b] - cost[a])
                most = max(most, (1 - share) * retaliates[a] + share * retaliates[b])
        # Lowest: some best answer without retaliation, or one at which U may let the test pass.
        least = ZERO if any(not r or cost[a] >= room for a, r in retaliates.items()) else ONE
        lowest += luck * least * x["hazard"]
        highest += luck * most * x["hazard"]
    return lowest, highest


SHARES = st.integers(0, 10).map(lambda n: n / 10)
UTILS = st.integers(0, 12).map(lambda n: n / 4)
VALUES = {f.name: SHARES if f.metadata["domain"] == (0, 1) else UTILS for f in fields(Interception)}
interceptions = st.builds(Interception, **VALUES)

EAGER = Interception(revenge=2.0, hazard=0.1)
"""K retaliates where its patrons seem to back it, and U intercepts all the same."""

CASES = {
    "defaults": Interception(),
    "eager": EAGER,
    "eager, no signal": EAGER.replace(clarity=0.0),
    "eager, known": EAGER.replace(clarity=1.0),
    "whatever the patrons think": Interception(revenge=3.0, abandonment=0.0),
    "not worth it": Interception(success=0.2),
    "tests go on or stop": Interception(success=1.0),
    "nothing at stake": Interception(test_value=0.0, threat=0.0, hazard=0.0),
}
ALL = pytest.mark.parametrize("crisis", CASES.values(), ids=CASES)


# The tree.


@ALL
def test_every_play_is_as_defined(crisis: Interception) -> None:
    assert crisis.game().players == ("U", "K")
    assert compiled(crisis.game()) == definition(crisis)


@settings(max_examples=25, deadline=None)
@given(interceptions)
def test_every_play_is_as_defined_over_the_domains(crisis: Interception) -> None:
    assert compiled(crisis.game()) == definition(crisis)


@settings(max_examples=10, deadline=None)
@given(interceptions)
def test_one_tree_serves_a_sweep(crisis: Interception) -> None:
    game = Interception().game().at(**crisis.parameters())
    assert compiled(game) == definition(crisis)


def test_ends_paid_by_hand() -> None:
    crisis = Interception(0.5, 0.2, 0.75, 2.0, 4.0, 3.0, 1.0, 0.1, 6.0)
    found = compiled(crisis.game())
    # .5 times .6; .25 of tests are missed; .25 of a next one gets through, worth 2 and costing 4.
    assert found["backed", BACK, "intercept", "missed", "test again"] == (
        Fraction(75, 1000),
        {"missed:tested again": ONE},
        (Fraction(-5), Fraction(5, 2)),
    )
    # War with .1 costs .6 each; who is alone loses 1 besides.
    assert found["alone", BACK, "intercept", "intercepted", "retaliate"] == (
        Fraction(15, 100),
        {WAR: Fraction(1, 10), "intercepted:retaliated": Fraction(9, 10)},
        (Fraction(-6, 10), Fraction(-16, 10)),
    )


def test_nobody_knows_the_backing_and_both_know_the_signal() -> None:
    records = {(i.player, i.record) for i in Interception().game().information_sets}
    signals = (BACK, LEAVE)
    expected = {("U", (s,)) for s in signals}
    expected |= {("K", (s, fate)) for s in signals for fate in FATES}
    assert records == expected


# Equilibria.


def test_a_case_by_hand() -> None:
    """At the signal of backing K believes 14/23 in it: (14 x 2 - 9 x .5)/23 - .5 > .4.

    Without it 2/9: (2 x 2 - 7 x .5)/9 - .5 < .4. U pays .9 where K retaliates and .8 where it tests
    again, less than 1. The signal of backing comes with .4 x .7 + .6 x .3 = .46, war with .1 of it.
    """
    found = solve(EAGER.game(), exact=True)
    assert found.complete
    (equilibrium,) = found
    assert equilibrium.probability("war") == Fraction(46, 1000)
    assert equilibrium.payoffs["U"] == -(Fraction(46, 100) * 9 + Fraction(54, 100) * 8) / 10
    assert equilibrium.strategy["K"][BACK, "missed"]["retaliate"] == 1
    assert equilibrium.strategy["K"][LEAVE, "missed"]["test again"] == 1


def test_at_the_defaults_retaliation_never_pays() -> None:
    """Even who is sure of backing would gain .8 and lose 1."""
    for clarity in (0.0, 0.4, 1.0):
        for backing in (0.0, 0.4, 1.0):
            crisis = Interception(backing=backing, clarity=clarity)
            assert solve(crisis.game()).bounds("war") == (0, 0)
    assert wars(Interception()) == (0, 0)


@pytest.mark.parametrize(
    ("crisis", "expected"),
    [
        # Nobody knows: 2 x .4 - .5 x .6 - .5 = 0 < .4, so K tests again and there is no war.
        (EAGER.replace(clarity=0.0), "0"),
        (EAGER.replace(clarity=0.2), "0"),  # 4/9 of 2, less 5/9 of .5 and .5: .111
        (EAGER.replace(clarity=0.6), "0.044"),  # the signal comes with .4 x .8 + .6 x .2 = .44
        (EAGER.replace(clarity=1.0), "0.04"),
        # Where backing is likely K retaliates without any signal: 2 x .8 - .5 x .2 - .5 = 1.
        (EAGER.replace(backing=0.8, clarity=0.0), "0.1"),
        (EAGER.replace(backing=0.8, clarity=1.0), "0.08"),
        # Where war costs U .8, more than the .6 that it saves, it lets the test pass.
        (EAGER.replace(hazard=0.1, damage=8.0, revenge=3.0), "0"),
    ],
    ids=str,
)
def test_what_clarity_does_depends_on_what_was_believed_before(
    crisis: Interception, expected: str
) -> None:
    assert wars(crisis) == (Fraction(expected),) * 2
    assert solve(crisis.game()).bounds("war") == pytest.approx((float(expected),) * 2, abs=1e-12)


def test_who_is_indifferent_may_do_either() -> None:
    """K gains 1.6 x .75 - .25 x .8 - .6 = .4 by retaliation at the signal of backing."""
    tied = Interception(
        backing=0.5, clarity=0.5, revenge=1.6, abandonment=0.8, hazard=0.1, damage=6.0
    )
    assert wars(tied) == (0, Fraction(1, 20))
    found = solve(tied.game(), exact=True)
    assert found.complete
    assert found.bounds("war") == (0, Fraction(1, 20))
    # Where U may let the test pass, K may mix as much as U bears: .4 (1 - r) + 1.2 r <= .6.
    torn = tied.replace(damage=12.0, revenge=2.4)
    assert wars(torn) == (0, Fraction(1, 80))
    assert solve(torn.game(), exact=True).bounds("war") == (0, Fraction(1, 80))


@settings(max_examples=15, deadline=None)
@given(interceptions)
def test_all_equilibria_are_those_of_the_closed_form(crisis: Interception) -> None:
    inner = {
        n: min(max(v, 0.1), 0.9)
        if Interception.__dataclass_fields__[n].metadata["domain"] == (0, 1)
        else v
        for n, v in crisis.parameters().items()
    }
    crisis = crisis.replace(**inner)
    found = solve(crisis.game(), exact=True)
    assert found.complete
    assert found.bounds("war") == wars(crisis)
    assert all(verify(found.game, e).worst == 0 for e in found)


@pytest.mark.parametrize("name", [n for n, s in VALUES.items() if s is SHARES])
@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("base", [Interception(), EAGER, EAGER.replace(damage=1.0)], ids=str)
def test_edges_are_limits_from_inside(base: Interception, name: str, value: float) -> None:
    """Where a branch of nature is cut off; elsewhere an edge is a value as any other."""
    crisis = base.replace(**{name: value})
    found = solve(crisis.game())
    assert found.complete
    assert found.certificate < 1e-9
    cut = name != "hazard" and (name, value) != ("clarity", 0)
    inside = base.replace(**{name: abs(value - 1e-9)}) if cut else crisis
    expected = tuple(map(float, wars(inside)))
    assert found.bounds("war") == pytest.approx(expected, abs=1e-6)


# Fields.


def test_the_defaults_are_those_of_the_definition() -> None:
    assert Interception().parameters() == {
        "backing": 0.4,
        "clarity": 0.4,
        "success": 0.6,
        "test_value": 1.0,
        "threat": 1.0,
        "revenge": 0.8,
        "abandonment": 0.5,
        "hazard": 0.2,
        "damage": 5.0,
    }
    assert Interception().kind == "interception"
    assert CRISES["interception"] is Interception


@pytest.mark.parametrize("wrong", ["0.3", None, True, nan, float("inf"), -0.1, 1.1])
def test_a_bad_value_names_the_field_and_what_is_allowed(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Interception: .*backing"):
        Interception(backing=wrong)


def test_utils_are_at_least_zero() -> None:
    with pytest.raises(GameError, match=r"Interception: .*damage.*-1.*K?|each"):
        Interception(damage=-1)


@ALL
def test_interceptions_come_back_whole(crisis: Interception) -> None:
    for again in (pickle.loads(pickle.dumps(crisis)), copy.deepcopy(crisis)):
        assert again == crisis
        assert again.game() == crisis.game()
    assert Interception(**json.loads(json.dumps(crisis.parameters()))) == crisis


# Mechanisms.

CLEARER = (
    Hotline(),
    Hotline("theatre", in_force=0.4),
    JointWorkingGroup(),
    Principles(),
    ClearBottomLines(),
    Deadline(Hotline("defence", in_force=0.1)),
)


@pytest.mark.parametrize("m", CLEARER, ids=lambda m: m.label)
def test_what_applies_raises_clarity_and_nothing_else(m: Any) -> None:
    before, after = Interception().parameters(), m(Interception()).parameters()
    assert {n for n in before if before[n] != after[n]} == {"clarity"}
    assert after["clarity"] > before["clarity"]


@pytest.mark.parametrize("s", [0, 0.25, 1])
@pytest.mark.parametrize("kind", [JointWorkingGroup, Principles, ClearBottomLines])
def test_clarity_is_raised_by_the_strength(kind: Any, s: float) -> None:
    assert kind(strength=s)(Interception()).clarity == pytest.approx(0.4 + 0.6 * s, rel=1e-15)


def test_a_line_is_worth_what_gets_through_it() -> None:
    line = Hotline("theatre", answered=0.8, delay=0.25, in_force=0.5)
    assert line(Interception(clarity=0.5)).clarity == 0.65
    sure = Hotline("theatre", answered=0.8, delay=0.25)
    assert Deadline(line)(Interception()) == sure(Interception())
    assert (Deadline() & line)(Interception()) == sure(Interception())
    assert with_awareness(sure, 0.5)(Interception()) == line(Interception())


@pytest.mark.parametrize("a", CLEARER, ids=lambda m: m.label)
@pytest.mark.parametrize("b", CLEARER, ids=lambda m: m.label)
def test_order_does_not_matter(a: Any, b: Any) -> None:
    assert (a & b)(Interception()) == (b & a)(Interception())


@pytest.mark.parametrize(
    "m",
    [
        none,
        Hotline(in_force=0),
        JointWorkingGroup(0),
        Principles(0),
        ClearBottomLines(0),
        Awareness(0.3),
        Awareness(0) & Hotline(),
    ],
    ids=lambda m: m.label,
)
@ALL
def test_neutral_settings_leave_everything_as_it_was(m: Any, crisis: Interception) -> None:
    assert m(crisis) == crisis
    assert m(crisis).game() == crisis.game()


@pytest.mark.parametrize(
    "name",
    [
        n
        for n, m in MECHANISMS.items()
        if m not in {type(none), Deadline, *(type(c) for c in CLEARER)}
    ],
)
def test_what_means_nothing_here_says_why(name: str) -> None:
    with pytest.raises(NotApplicable, match=rf"{name} means nothing for the crisis 'interception'"):
        MECHANISMS[name]()(Interception())


def test_a_deadline_without_a_line_says_what_to_do() -> None:
    with pytest.raises(NotApplicable, match=r"for this interception: .* Deadline\(Hotline\(\)\)"):
        Deadline()(Interception())


# Comparisons.


def test_a_clearer_signal_acts_by_arithmetic_and_by_what_it_changes() -> None:
    """Without a signal K does not retaliate; with a perfect one it does where it is backed."""
    deaf = EAGER.replace(clarity=0.0)
    found = compare(deaf, [none, JointWorkingGroup(strength=1.0)])
    war = found.dataset.sel(outcome="war", mechanism="joint working group (strength 1)")
    assert float(war.selected) == pytest.approx(0.04)
    assert float(war.direct) == 0
    assert float(war.strategic) == pytest.approx(0.04)
    assert "It raises P(war) in every equilibrium." in found.explain()
    # Where K goes by the signal already, a clearer one that it follows as before is all direct.
    found = compare(EAGER, [none, JointWorkingGroup(strength=1.0)])
    war = found.dataset.sel(outcome="war", mechanism="joint working group (strength 1)")
    assert float(war.direct) == pytest.approx(-0.006)
    assert float(war.strategic) == pytest.approx(0, abs=1e-9)


def test_the_scenario_is_compared_on_the_command_line() -> None:
    scenario = get_scenario("korea-interception")
    result = CliRunner().invoke(app, ["compare", "korea-interception", "--json"])
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["mechanisms"]
    assert [r["name"] for r in rows] == [d.name for d in scenario.designs()]
    for row, design in zip(rows, scenario.designs(), strict=True):
        assert row["complete"]
        low, high = map(float, wars(design(scenario.crisis)))
        war = row["outcomes"]["war"]
        assert (war["low"], war["high"]) == pytest.approx((low, high), abs=1e-12)
        assert war["high"] == row["outcomes"][WAR]["high"]


@pytest.mark.parametrize("seed", range(3))
def test_points_of_the_box_agree_with_the_closed_form(seed: int) -> None:
    scenario, rng = get_scenario("korea-interception"), np.random.default_rng(seed)
    drawn = {n: float(rng.uniform(*ends)) for n, ends in scenario.box.items()}
    crisis = scenario.crisis.replace(**drawn)
    for design in scenario.designs():
        expected = tuple(map(float, wars(design(crisis))))
        assert solve(design(crisis).game()).bounds("war") == pytest.approx(expected, abs=1e-12)


def test_the_box_holds_war_and_peace() -> None:
    """Neither answer is built in."""
    scenario, rng = get_scenario("korea-interception"), np.random.default_rng(5)
    found = set()
    for _ in range(200):
        drawn = {n: float(rng.uniform(*ends)) for n, ends in scenario.box.items()}
        found.add(bool(wars(scenario.crisis.replace(**drawn))[1]))
    assert found == {True, False}
