"""The security dilemma: cutoffs, outcomes and payoffs by routes of their own.

The library works with standardized signals; here everything is integrated over θ itself, on a fine
grid, or drawn at random.
"""

from __future__ import annotations

import copy
import json
import pickle
from functools import cache
from itertools import product
from math import inf, nan, pi, sqrt
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import multivariate_normal
from typer.testing import CliRunner

from crisisgames import (
    Deadline,
    GameError,
    Hotline,
    JointWorkingGroup,
    NotApplicable,
    Principles,
    SecurityDilemma,
    StabilityDialogue,
    UnknownName,
    compare,
    from_json,
    get_scenario,
    none,
    read_toml,
    to_json,
)
from crisisgames.cli import app
from crisisgames.crises import CRISES
from crisisgames.equilibria import CutoffEquilibrium
from crisisgames.mechanisms import MECHANISMS, Awareness, with_awareness
from crisisgames.pages import report

DELIBERATE, MISPERCEPTION = "arms race:deliberate", "arms race:misperception"
RACE = "arms race"


def of_precisions(y: float, alpha: float, beta: float, fear: float) -> SecurityDilemma:
    """Return the crisis with these precisions; beta is at least 1."""
    return SecurityDilemma(y, alpha / (1 + alpha), 1 - 1 / sqrt(beta), fear)


def precisions(c: SecurityDilemma) -> tuple[float, float]:
    return c.clarity / (1 - c.clarity), 1 / (1 - c.surveillance) ** 2


@cache
def cutoffs(c: SecurityDilemma) -> list[float]:
    found = c.solve()
    assert found.complete
    return [e.cutoffs["cutoff"] for e in found]


def at(cutoff: float) -> CutoffEquilibrium:
    return CutoffEquilibrium(
        {"cutoff": cutoff}, {"cutoff": (cutoff, cutoff)}, {"cutoff": "inside"}, None, None, 0.0
    )


CASES = {
    "defaults": SecurityDilemma(),
    "three cutoffs": SecurityDilemma(prior_mean=0.5, clarity=0.9),
    "grim prospects": SecurityDilemma(prior_mean=-0.3, clarity=0.7, fear=1.5),
    "fine prospects": SecurityDilemma(prior_mean=1.1, surveillance=0.8),
    "little fear": SecurityDilemma(fear=0.1, surveillance=0.0),
    "good eyes": SecurityDilemma(surveillance=0.98, clarity=0.3),
}
ALL = pytest.mark.parametrize("crisis", CASES.values(), ids=CASES)


# Cutoffs.

SHEET = [
    # l, y, alpha, beta, publicity, signal cutoffs: recorded for the game with these precisions.
    (1.0, 0.6, 1.0, 1.0, 0.66666667, [0.30372893]),
    (1.0, 0.6, 1.0, 100.0, 0.00502488, [0.49606067]),
    (1.0, 0.4, 1.0, 100.0, 0.00502488, [0.50393933]),
    (2.0, 1.0, 0.5, 4.0, 0.03308824, [1.0]),
    (1.0, 0.5, 10.0, 4.0, 19.44444444, [-1.19224145, 0.5, 2.19224145]),
    (1.0, 0.7, 10.0, 4.0, 19.44444444, [-1.74640391]),
    (1.0, 0.9, 4.0, 4.0, 2.66666667, [-0.71184925]),
    (3.0, 2.0, 1.0, 2.0, 0.3, [0.09503666]),
]


@pytest.mark.parametrize(("fear", "y", "alpha", "beta", "publicity", "expected"), SHEET)
def test_reference_values(fear, y, alpha, beta, publicity, expected) -> None:
    crisis = of_precisions(y, alpha, beta, fear)
    assert cutoffs(crisis) == pytest.approx(expected, abs=2e-8)
    assert crisis.publicity == pytest.approx(publicity, abs=1e-8)
    assert crisis.publicity_bound == pytest.approx(2 * pi / fear**2)
    assert crisis.unique == (publicity <= 2 * pi / fear**2)


def gain(c: SecurityDilemma, seen: float, cutoff: float) -> float:
    """Return the gain from restraint of a side that sees this, by its beliefs over θ."""
    alpha, beta = precisions(c)
    mean = (alpha * c.prior_mean + beta * seen) / (alpha + beta)
    theta = mean + np.linspace(-9, 9, 1001) / sqrt(alpha + beta)
    weight = np.exp(-((theta - mean) ** 2) * (alpha + beta) / 2)
    other_arms = ndtr(sqrt(beta) * (cutoff - theta))
    return float(np.average(theta - c.fear * other_arms, weights=weight))


@ALL
def test_who_sees_the_cutoff_is_indifferent_and_others_are_not(crisis: SecurityDilemma) -> None:
    for cutoff in cutoffs(crisis):
        assert gain(crisis, cutoff, cutoff) == pytest.approx(0, abs=1e-9)
        for step in (1e-3, 0.1, 1.0):
            assert gain(crisis, cutoff + step, cutoff) > 0
            assert gain(crisis, cutoff - step, cutoff) < 0


@pytest.mark.parametrize("name", [n for n in CASES if n != "good eyes"])
def test_best_replies_from_both_ends_come_to_the_outer_cutoffs(name: str) -> None:
    """Nothing that survives iterated dominance lies outside, so no other cutoffs are missed.

    Where signals are very good fear spreads in steps too small for this.
    """
    crisis = CASES[name]
    found = cutoffs(crisis)
    for start, expected in ((-60.0, found[0]), (60.0, found[-1])):
        cutoff = start
        for _ in range(60):
            reply = brentq(lambda x, k=cutoff: gain(crisis, x, k), -60, 60, xtol=1e-12)
            if abs(reply - cutoff) < 1e-10:
                break
            cutoff = reply
        assert cutoff == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("fear", "surveillance"), [(0.7, 0.2), (2.5, 0.6)])
def test_there_are_three_cutoffs_beyond_the_bound_and_one_within(fear, surveillance) -> None:
    """At prior_mean = fear/2 the fold begins, if it begins anywhere."""

    def above(clarity: float) -> float:
        crisis = SecurityDilemma(fear / 2, clarity, surveillance, fear)
        return crisis.publicity - crisis.publicity_bound

    border = brentq(above, 0.01, 0.999, xtol=1e-14)
    within = SecurityDilemma(fear / 2, border - 1e-3, surveillance, fear)
    beyond = SecurityDilemma(fear / 2, border + 1e-3, surveillance, fear)
    assert (within.unique, len(cutoffs(within))) == (True, 1)
    assert (beyond.unique, len(cutoffs(beyond))) == (False, 3)
    assert cutoffs(within) == pytest.approx([fear / 2])
    # Whatever else the prior mean is, there is one within.
    for y in (-1.0, fear / 2 + 0.05):
        assert len(cutoffs(within.replace(prior_mean=y))) == 1


def test_all_cutoffs_come_with_their_proofs_and_the_middle_one_is_unstable() -> None:
    found = CASES["three cutoffs"].solve()
    assert [e.stable for e in found] == [True, False, True]
    assert all(e.best_reply for e in found)
    assert all(e.gain < 1e-12 for e in found)
    assert SecurityDilemma().game().parameters.keys() == SecurityDilemma().parameters().keys()


# Outcomes and payoffs.


def by_hand(c: SecurityDilemma, cutoff: float) -> tuple[dict[str, float], float]:
    """Return outcomes and the payoff of a side, on a grid of θ."""
    alpha, beta = precisions(c)
    result: dict[str, float] = dict.fromkeys(
        (DELIBERATE, MISPERCEPTION, "one arms", "restraint"), 0
    )
    payoff = 0.0
    far = 10 / sqrt(alpha)
    # The two halves end where the cause of an arms race changes.
    for low, high, cause in (
        (c.prior_mean - far, min(0.0, c.prior_mean + far), DELIBERATE),
        (max(0.0, c.prior_mean - far), c.prior_mean + far, MISPERCEPTION),
    ):
        if low >= high:
            continue
        nodes, weights = np.polynomial.legendre.leggauss(40)
        ends = np.linspace(low, high, 401)
        half = np.diff(ends)[:, None] / 2
        theta = (ends[:-1, None] + half + half * nodes).ravel()
        density = sqrt(alpha / (2 * pi)) * np.exp(-alpha * (theta - c.prior_mean) ** 2 / 2)
        mass = (half * weights).ravel() * density
        arms = ndtr(sqrt(beta) * (cutoff - theta))
        result[cause] += float(mass @ arms**2)
        result["one arms"] += float(mass @ (2 * arms * (1 - arms)))
        result["restraint"] += float(mass @ (1 - arms) ** 2)
        payoff += float(mass @ ((1 - arms) * (theta - c.fear * arms)))
    return result, payoff


@ALL
def test_outcomes_and_payoffs_are_integrals_over_the_worth(crisis: SecurityDilemma) -> None:
    for cutoff in (*cutoffs(crisis), 0.3):
        expected, payoff = by_hand(crisis, cutoff)
        found = crisis.outcomes(at(cutoff))
        assert found == pytest.approx(expected, abs=1e-11)
        assert sum(found.values()) == pytest.approx(1, abs=1e-15)
        assert crisis.payoffs(at(cutoff)) == pytest.approx({"A": payoff, "B": payoff}, abs=1e-10)


def test_a_draw_of_many_worths_and_signals_agrees() -> None:
    crisis, rng, n = SecurityDilemma(prior_mean=0.4, fear=1.3), np.random.default_rng(8), 400_000
    alpha, beta = precisions(crisis)
    (cutoff,) = cutoffs(crisis)
    theta = rng.normal(crisis.prior_mean, 1 / sqrt(alpha), n)
    a, b = (theta + rng.normal(0, 1 / sqrt(beta), n) < cutoff for _ in range(2))
    found = crisis.outcomes(at(cutoff))
    shares = {
        DELIBERATE: (a & b & (theta <= 0)).mean(),
        MISPERCEPTION: (a & b & (theta > 0)).mean(),
        "one arms": (a ^ b).mean(),
        "restraint": (~a & ~b).mean(),
    }
    assert found == pytest.approx(shares, abs=4 * 0.5 / sqrt(n))
    pays = np.where(a, 0, theta - crisis.fear * b)
    assert crisis.payoffs(at(cutoff))["A"] == pytest.approx(
        pays.mean(), abs=4 * pays.std() / sqrt(n)
    )


@ALL
def test_arms_races_are_those_of_two_correlated_normals(crisis: SecurityDilemma) -> None:
    alpha, beta = precisions(crisis)
    spread = 1 / alpha + 1 / beta
    both = multivariate_normal([crisis.prior_mean] * 2, [[spread, 1 / alpha], [1 / alpha, spread]])
    for cutoff in cutoffs(crisis):
        found = crisis.outcomes(at(cutoff))
        assert found[DELIBERATE] + found[MISPERCEPTION] == pytest.approx(
            float(both.cdf([cutoff, cutoff])), abs=2e-5
        )


RECORDED = {
    # Found on the grid above, recorded so that a change is seen.
    "defaults": [(0.24785265, 0.09840221, 0.20301113, 0.45073401, 0.58359944)],
    "three cutoffs": [
        (0.00021988, 0.00002421, 0.01107220, 0.98868371, 0.49461527),
        (0.05362236, 0.24615601, 0.40044326, 0.29977837, 0.12354282),
        (0.06680567, 0.92187804, 0.01107220, 0.00024409, 0.00039546),
    ],
    "grim prospects": [(0.67661622, 0.32242754, 0.00090939, 0.00004684, 0.00009474)],
}


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_values(name: str) -> None:
    crisis = CASES[name]
    rows = [(*crisis.outcomes(e).values(), crisis.payoffs(e)["A"]) for e in crisis.solve()]
    assert np.array(rows) == pytest.approx(np.array(RECORDED[name]), abs=1e-8)


def test_of_several_the_most_restrained_pays_most() -> None:
    crisis = CASES["three cutoffs"]
    pays = [crisis.payoffs(e)["A"] for e in crisis.solve()]
    races = [1 - sum(list(crisis.outcomes(e).values())[2:]) for e in crisis.solve()]
    assert pays == sorted(pays, reverse=True)
    assert races == sorted(races)


# Edges.


def test_where_all_know_the_worth_both_ways_to_play_are_equilibria() -> None:
    """0 < θ < fear: all restrain, all arm, or each arms with probability θ/fear."""
    crisis = SecurityDilemma(prior_mean=0.6, clarity=1.0, fear=1.5)
    calm, mixed, race = crisis.solve()
    assert (calm.cutoffs["cutoff"], race.cutoffs["cutoff"]) == (-inf, inf)
    assert crisis.outcomes(calm)["restraint"] == 1
    assert crisis.outcomes(race)[MISPERCEPTION] == 1
    q = 0.6 / 1.5
    expected = {DELIBERATE: 0, MISPERCEPTION: q**2, "one arms": 2 * q * (1 - q)}
    assert crisis.outcomes(mixed) == pytest.approx({**expected, "restraint": (1 - q) ** 2})
    pays = [crisis.payoffs(e)["A"] for e in (calm, mixed, race)]
    assert pays == pytest.approx([0.6, 0, 0], abs=1e-12)
    for y, outcome in ((-0.1, DELIBERATE), (1.6, "restraint")):
        alone = crisis.replace(prior_mean=y)
        (only,) = alone.solve()
        assert alone.outcomes(only)[outcome] == 1


@pytest.mark.parametrize("y", [0.3, 0.6, 0.75])
def test_the_limit_of_clarity_is_come_to_from_inside(y: float) -> None:
    edge = SecurityDilemma(prior_mean=y, clarity=1.0, fear=1.5)
    near = edge.replace(clarity=1 - 1e-7)
    for a, b in zip(edge.solve(), near.solve(), strict=True):
        assert edge.outcomes(a) == pytest.approx(near.outcomes(b), abs=1e-3)
        assert edge.payoffs(a) == pytest.approx(near.payoffs(b), abs=1e-3)


@pytest.mark.parametrize("y", [-0.4, 0.6, 2.0])
def test_perfect_surveillance_arms_below_half_the_fear(y: float) -> None:
    """Risk dominance: good private eyes do not bring restraint back."""
    edge = SecurityDilemma(prior_mean=y, surveillance=1.0, fear=1.5)
    (only,) = edge.solve()
    assert only.cutoffs["cutoff"] == pytest.approx(0.75)
    assert edge.unique
    found = edge.outcomes(only)
    assert found["one arms"] == 0
    assert found[MISPERCEPTION] == pytest.approx(float(ndtr(0.75 - y) - ndtr(-y)))
    near = edge.replace(surveillance=1 - 1e-7)
    assert near.outcomes(near.solve()[0]) == pytest.approx(found, abs=1e-6)
    assert near.payoffs(near.solve()[0]) == pytest.approx(edge.payoffs(only), abs=1e-6)


def test_where_nothing_is_public_there_is_a_cutoff_and_no_probability() -> None:
    flat = SecurityDilemma(clarity=0.0, fear=1.4)
    assert cutoffs(flat) == pytest.approx([0.7])
    for ask in (flat.outcomes, flat.payoffs):
        with pytest.raises(NotApplicable, match="at clarity 0 nothing is known before"):
            ask(flat.solve()[0])


def test_without_fear_who_expects_a_gain_restrains_itself() -> None:
    crisis = SecurityDilemma(fear=0.0, prior_mean=0.4)
    alpha, beta = precisions(crisis)
    assert cutoffs(crisis) == pytest.approx([-alpha * 0.4 / beta])
    assert crisis.publicity_bound == inf


def test_clarity_and_surveillance_may_not_both_be_perfect() -> None:
    with pytest.raises(GameError, match=r"clarity and surveillance are both 1; .*below 1"):
        SecurityDilemma(clarity=1, surveillance=1)


# Fields.


def test_fields() -> None:
    assert SecurityDilemma().parameters() == {
        "prior_mean": 0.6,
        "clarity": 0.5,
        "surveillance": 0.5,
        "fear": 1.0,
    }
    assert CRISES["security dilemma"] is SecurityDilemma
    assert SecurityDilemma().kind == "security dilemma"
    assert SecurityDilemma(prior_mean=-3).prior_mean == -3
    with pytest.raises(UnknownName, match="did you mean 'clarity'"):
        SecurityDilemma(clarty=0.5)


@pytest.mark.parametrize("name", ["clarity", "surveillance"])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, nan, "high", None])
def test_a_bad_value_names_the_field(name: str, wrong: Any) -> None:
    with pytest.raises(GameError, match=f"SecurityDilemma: .*{name}"):
        SecurityDilemma(**{name: wrong})


def test_fear_is_at_least_zero_and_the_mean_is_finite() -> None:
    with pytest.raises(GameError, match="fear"):
        SecurityDilemma(fear=-1)
    with pytest.raises(GameError, match="prior_mean"):
        SecurityDilemma(prior_mean=inf)


@ALL
def test_crises_come_back_whole(crisis: SecurityDilemma) -> None:
    for again in (pickle.loads(pickle.dumps(crisis)), copy.deepcopy(crisis)):
        assert again == crisis
        assert again.game() == crisis.game()


def test_it_is_solved_for_cutoffs_and_nothing_else() -> None:
    assert SecurityDilemma().solve("cutoffs") == SecurityDilemma().solve()
    with pytest.raises(NotApplicable, match="solved for its cutoffs, not for 'nash'"):
        SecurityDilemma().solve("nash")
    with pytest.raises(NotApplicable, match="no option 'exact'"):
        SecurityDilemma().solve(exact=True)
    assert not CASES["three cutoffs"].solve(time_limit=1e-9).complete


# Mechanisms.

APPLICABLE = (
    Hotline(),
    Hotline("theatre", in_force=0.4),
    JointWorkingGroup(),
    Principles(),
    StabilityDialogue(),
    Deadline(Hotline("defence", in_force=0.1)),
)


@pytest.mark.parametrize("m", APPLICABLE, ids=lambda m: m.label)
def test_what_each_mechanism_moves(m: Any) -> None:
    before, after = SecurityDilemma().parameters(), m(SecurityDilemma()).parameters()
    moved = {"fear"} if isinstance(m, StabilityDialogue) else {"clarity"}
    assert {n for n in before if before[n] != after[n]} == moved


@pytest.mark.parametrize("s", [0, 0.25, 1])
def test_strengths(s: float) -> None:
    crisis = SecurityDilemma(clarity=0.4, fear=2.0)
    for kind in (JointWorkingGroup, Principles):
        assert kind(strength=s)(crisis).clarity == pytest.approx(0.4 + 0.6 * s, rel=1e-15)
    assert StabilityDialogue(strength=s)(crisis).fear == pytest.approx(2 * (1 - s), rel=1e-15)


def test_lines_deadlines_and_awareness() -> None:
    crisis = SecurityDilemma(clarity=0.5)
    line = Hotline("theatre", answered=0.8, delay=0.25, in_force=0.5)
    sure = Hotline("theatre", answered=0.8, delay=0.25)
    assert line(crisis).clarity == 0.65
    assert (Deadline() & line)(crisis) == Deadline(line)(crisis) == sure(crisis)
    assert with_awareness(sure, 0.5)(crisis) == line(crisis)
    with pytest.raises(NotApplicable, match="for this security dilemma: it acts on hotlines"):
        Deadline()(crisis)


@pytest.mark.parametrize("a", APPLICABLE, ids=lambda m: m.label)
@pytest.mark.parametrize("b", APPLICABLE, ids=lambda m: m.label)
def test_order_does_not_matter(a: Any, b: Any) -> None:
    assert (a & b)(SecurityDilemma()) == (b & a)(SecurityDilemma())


@pytest.mark.parametrize(
    "m",
    [none, Hotline(in_force=0), JointWorkingGroup(0), Principles(0), StabilityDialogue(0)],
    ids=lambda m: m.label,
)
@ALL
def test_neutral_settings_leave_everything(m: Any, crisis: SecurityDilemma) -> None:
    assert m(crisis) == crisis
    assert Awareness(0.3)(crisis) == crisis


@pytest.mark.parametrize(
    "name",
    [
        n
        for n, m in MECHANISMS.items()
        if m not in {type(none), Deadline, *(type(c) for c in APPLICABLE)}
    ],
)
def test_what_means_nothing_here_says_why(name: str) -> None:
    with pytest.raises(NotApplicable, match=f"{name} means nothing for the crisis 'security dil"):
        MECHANISMS[name]()(SecurityDilemma())


# Comparisons.


def value(found: Any, variable: str, mechanism: str, outcome: str = RACE) -> float:
    return float(found.dataset[variable].sel(mechanism=mechanism, outcome=outcome))


@pytest.fixture(scope="module")
def compared():
    designs = [none, JointWorkingGroup(0.5), StabilityDialogue(0.5), Hotline("theatre")]
    return compare(SecurityDilemma(), designs)


def test_the_direct_part_is_the_old_cutoff_in_the_new_game(compared) -> None:
    before, after = SecurityDilemma(), SecurityDilemma(clarity=0.75)
    (old,), (new,) = cutoffs(before), cutoffs(after)
    start, direct, end = by_hand(before, old)[0], by_hand(after, old)[0], by_hand(after, new)[0]
    name = "joint working group (strength 0.5)"
    for o in (DELIBERATE, MISPERCEPTION, "one arms", "restraint"):
        assert value(compared, "direct", name, o) == pytest.approx(direct[o] - start[o], abs=1e-10)
        assert value(compared, "strategic", name, o) == pytest.approx(end[o] - direct[o], abs=1e-10)
    # Fear is a payoff: nothing changes by itself.
    assert value(compared, "direct", "stability dialogue (strength 0.5)") == 0
    assert value(compared, "strategic", "stability dialogue (strength 0.5)") < 0


def test_very_clear_public_signals_bring_several_equilibria_back(compared) -> None:
    """With clarity .95 both a race and restraint are possible: a hotline may do either."""
    name = "hotline (theatre)"
    crisis = Hotline("theatre")(SecurityDilemma())
    assert len(cutoffs(crisis)) == 3
    assert value(compared, "low", name) < 1e-9
    assert value(compared, "high", name) > 1 - 1e-4
    assert value(compared, "selected", name) == value(compared, "low", name)
    assert "lowers P(arms race) in some equilibria and raises it in others" in compared.explain()
    most = compare(SecurityDilemma(), [none, Hotline("theatre")], rule="most war")
    assert value(most, "selected", name) == value(compared, "high", name)
    assert "highest probability of arms race" in most.explain()


def test_clearer_signals_may_bring_a_race(compared) -> None:
    """Where restraint is worth little, to know it better is to arm more."""
    poor = compare(SecurityDilemma(prior_mean=0.3), [none, JointWorkingGroup(0.5)])
    name = "joint working group (strength 0.5)"
    assert value(poor, "selected", name) > value(poor, "selected", "none")
    assert value(compared, "selected", name) < value(compared, "selected", "none")


def test_a_comparison_speaks_draws_and_goes_to_json_and_back(compared, tmp_path) -> None:
    data = compared.dataset
    assert list(data.outcome.values) == [RACE, DELIBERATE, MISPERCEPTION, "one arms", "restraint"]
    assert compared.table().columns[0] == "P(arms race)"
    assert data.complete.all()
    assert (data.certificate < 1e-12).all()
    again = from_json(to_json(compared))
    assert again == compared
    assert again.explain() == compared.explain()
    axes = compared.plot()
    axes.figure.canvas.draw()
    said = " ".join(t.get_text() for t in axes.figure.findobj(plt.Text))
    assert "Probability of arms race (%)" in said
    assert "inadvertent" not in said
    plt.close(axes.figure)
    page = report(compared, tmp_path / "out.html").read_text(encoding="utf-8")
    assert "where the type is indifferent" in page


def test_sets_of_cutoffs_go_to_json_and_back() -> None:
    for crisis in (CASES["three cutoffs"], SecurityDilemma(clarity=1.0)):
        found = crisis.solve()
        assert from_json(to_json(found)) == found
        assert from_json(to_json(found[0])) == found[0]
    text = to_json(SecurityDilemma().solve())
    with pytest.raises(GameError, match="lies outside"):
        from_json(text.replace('"cutoff": 0.45', '"cutoff": 0.55', 1))
    with pytest.raises(GameError, match="'inside' or 'lowest' or 'highest'"):
        from_json(text.replace('"inside"', '"nowhere"'))


# The scenario.


def test_the_scenario_is_compared_on_the_command_line() -> None:
    scenario = get_scenario("missile-deployment")
    result = CliRunner().invoke(app, ["compare", "missile-deployment", "--json"])
    assert result.exit_code == 0
    rows = json.loads(result.stdout)["mechanisms"]
    assert [r["name"] for r in rows] == [d.name for d in scenario.designs()]
    # The first and the last: what is in force, and with everything proposed.
    for row, design in list(zip(rows, scenario.designs(), strict=True))[:: len(rows) - 1]:
        crisis = design(scenario.crisis)
        races = [by_hand(crisis, k)[0] for k in cutoffs(crisis)]
        both = [o[DELIBERATE] + o[MISPERCEPTION] for o in races]
        assert row["outcomes"][RACE]["low"] == pytest.approx(min(both), abs=1e-10)
        assert row["outcomes"][RACE]["high"] == pytest.approx(max(both), abs=1e-10)
        assert row["complete"]
    said = CliRunner().invoke(app, ["compare", "missile-deployment", "--mechanism", "none"]).stdout
    assert "Probability of arms race (%)" in said


def test_the_scenario_is_solved_on_the_command_line() -> None:
    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["solve", "missile-deployment", *words])

    shown = run("--set", "prior_mean=0.6", "--set", "clarity=0.9").stdout
    assert "3 cutoff equilibria (all)." in shown
    scenario = get_scenario("missile-deployment")
    now = scenario.designs()[0](scenario.crisis)
    assert from_json(run("--json").stdout) == now.solve()
    assert run("--exact").exit_code != 0


def test_the_corners_of_the_box_have_one_cutoff_or_three() -> None:
    scenario = get_scenario("missile-deployment")
    corners = product(*(scenario.box[n] for n in ("prior_mean", "clarity", "fear")))
    counts = {len(cutoffs(SecurityDilemma(y, c, 0.9, fear))) for y, c, fear in corners}
    assert counts <= {1, 3}


FILE = """
kind = "scenario"
title = "Two fleets"

[crisis]
kind = "security dilemma"
prior_mean = 0.7
fear = 1.5

[box]
fear = [1.0, 2.0]

[[proposed]]
name = "a working group"
mechanisms = ["joint-working-group"]
"""


def test_a_scenario_file_may_have_a_security_dilemma(tmp_path) -> None:
    path = tmp_path / "fleets.toml"
    path.write_text(FILE, encoding="utf-8")
    scenario = read_toml(path)
    assert scenario.crisis == SecurityDilemma(prior_mean=0.7, fear=1.5)
    assert scenario.cast == {"A": "A", "B": "B"}
    assert CliRunner().invoke(app, ["compare", str(path)]).exit_code == 0
    path.write_text(FILE.replace("prior_mean = 0.7", "clarity = 2"), encoding="utf-8")
    with pytest.raises(GameError, match=r"line 7, crisis.clarity.*0\.0 to 1\.0"):
        read_toml(path)


# Many at once.


def test_many_are_as_each_by_itself() -> None:
    rng = np.random.default_rng(3)
    box = get_scenario("missile-deployment").box
    crises = [
        *CASES.values(),
        *(SecurityDilemma(**{n: rng.uniform(*ends) for n, ends in box.items()}) for _ in range(8)),
        SecurityDilemma(prior_mean=0.5, clarity=1),  # all know the worth: cutoffs at infinity
        SecurityDilemma(prior_mean=0, clarity=1),
        SecurityDilemma(prior_mean=2.5, clarity=1, surveillance=0, fear=2),
        SecurityDilemma(clarity=0),  # outcomes have no probability
        SecurityDilemma(clarity=0.3, surveillance=1),
        SecurityDilemma(fear=0),
        SecurityDilemma(fear=0, surveillance=1),
        SecurityDilemma(clarity=0.999999, fear=3),
    ]
    found = SecurityDilemma.solve_many(crises)
    assert found is not None
    assert found.known.tolist() == [c.clarity > 0 for c in crises]
    assert found.starts[-1] == len(found.gains)
    for k, crisis in enumerate(crises):
        own = slice(*found.starts[k : k + 2])
        if not found.known[k]:
            assert not len(found.gains[own])
            continue
        plays = crisis.solve()
        assert found.complete[k] == plays.complete
        assert found.gains[own].tolist() == [e.gain for e in plays]
        for j, play in enumerate(plays, found.starts[k]):
            outcomes, payoffs = crisis.outcomes(play), crisis.payoffs(play)
            assert found.labels == tuple(outcomes)
            assert found.outcomes[j] == pytest.approx(list(outcomes.values()), abs=1e-12)
            assert found.payoffs[j] == pytest.approx(list(payoffs.values()), abs=1e-12)


def test_many_and_little_time() -> None:
    crises = [SecurityDilemma(), SecurityDilemma(clarity=0.9, prior_mean=0.5)]
    found = SecurityDilemma.solve_many(crises, time_limit=1e-9)
    assert found is not None
    assert (found.known == found.complete).all()
    assert not found.known.all()
    assert SecurityDilemma.solve_many(crises, method="pure") is None
