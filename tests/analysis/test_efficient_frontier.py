"""The frontier: what information and settlements can reach at best, and how near one comes."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from scipy.optimize import linprog

from crisisgames import (
    Bargaining,
    Channel,
    Dispute,
    GameError,
    Hotline,
    Incident,
    Ladder,
    Mediator,
    NotApplicable,
    Notification,
    RulesOfBehaviour,
    UnknownName,
    compare,
    get_scenario,
    none,
    solve,
    solve_many,
)
from crisisgames.analysis import efficiency, frontier
from crisisgames.analysis.efficient_frontier import dispute_of
from crisisgames.analysis.information import STATES, _Program, _stage, least_war_informed
from crisisgames.analysis.points import Drawn, families
from crisisgames.analysis.uncertainty import draw_box
from crisisgames.equilibria import persuade, public_split
from crisisgames.literature.horner_morelli_squintani_2015_mediation import split_game
from crisisgames.scenarios import SCENARIOS


def some_incident(rng: Random, **more: object) -> Incident:
    u = lambda a, b: round(rng.uniform(a, b), 3)  # noqa: E731
    return Incident(
        suspicion=u(0.1, 0.8),
        accident_rate=u(0.05, 0.5),
        clarity=u(0, 0.8),
        gain=u(0.3, 1.5),
        loss=u(0.3, 2),
        response_cost=u(0.05, 0.4),
        disaster=u(2, 10),
        hazard_response=u(0.01, 0.15),
        hazard_escalation=u(0.05, 0.3),
        stops_response=u(0, 0.6),
        stops_escalation=u(0.4, 1),
        audience_cost=u(0, 0.5),
        preemption=rng.choice((0, u(0.5, 2))),
        assault=rng.choice((0, u(0, 0.3))),
        **more,
    )


BOX = {
    "suspicion": (0.1, 0.8),
    "accident_rate": (0.05, 0.5),
    "clarity": (0, 0.8),
    "gain": (0.3, 1.5),
    "loss": (0.3, 2),
    "response_cost": (0.05, 0.4),
    "disaster": (2, 10),
    "hazard_response": (0.01, 0.15),
    "hazard_escalation": (0.05, 0.3),
    "stops_response": (0, 0.6),
    "stops_escalation": (0.4, 1),
    "audience_cost": (0, 0.5),
}
FIRST_STRIKE = {"preemption": (0.5, 2), "assault": (0.02, 0.3)}
LINE = {
    f"line.{name}": ends
    for name, ends in {
        "answered": (0.5, 1),
        "verification": (0, 1),
        "exposure": (0, 1),
        "explain_cost": (0.01, 0.2),
    }.items()
}
DESIGNS = {
    "nothing": (Incident(), {}),
    "a line": (Incident(channels=(Channel(name="line"),)), LINE),
    "disclosure": (Incident(disclosure=0.5), {"disclosure": (0.1, 0.9)}),
    "notices": (Incident(notified=0.4, cover=0.2), {"notified": (0.1, 0.9), "cover": (0, 0.5)}),
}


def least_below(design: str, first_strike: bool, draws: int, seed: int) -> None:
    """Hold the least war over all equilibria at random points against the bound of each."""
    crisis, more = DESIGNS[design]
    box = {**BOX, **(FIRST_STRIKE if first_strike else {}), **more}
    crises = Drawn.under(crisis, none, draw_box(box, draws, seed))
    for family in families(crises):
        batch = solve_many(family.game, family.values)
        assert batch.complete.all()
        for k, low in zip(family.places, batch.bounds("war")[0], strict=True):
            found = least_war_informed(crises[k], "any", gap=1e-3)
            assert low >= found.bound - 1e-9, crises[k]
            assert found.bound <= found.war <= found.bound + 1e-3


@pytest.mark.parametrize("design", DESIGNS)
def test_equilibria_with_any_institution_lie_inside(design: str) -> None:
    least_below(design, True, 12, 0)


@pytest.mark.slow
@pytest.mark.parametrize("first_strike", [False, True])
@pytest.mark.parametrize("design", DESIGNS)
def test_equilibria_at_500_points_lie_inside(design: str, first_strike: bool) -> None:
    least_below(design, first_strike, 63, 1)


def test_talk_that_leaves_one_probability_of_probing() -> None:
    """B obeys at one number only, which no float hits: the equilibrium's own."""
    crisis = Incident(
        suspicion=0.691, accident_rate=0.058, clarity=0.63, gain=0.739, loss=1.283,
        response_cost=0.053, disaster=2.374, hazard_response=0.035, hazard_escalation=0.289,
        stops_response=0.118, stops_escalation=0.853, audience_cost=0.465, preemption=1.913,
        assault=0.154,
    )  # fmt: skip
    found = least_war_informed(crisis, "talk", gap=1e-5)
    (low, high) = solve(crisis.game()).bounds("war")
    assert low == high
    assert found.war == pytest.approx(low, abs=1e-7)
    assert found.bound <= low + 1e-7  # to which programs are solved


@pytest.mark.slow
@pytest.mark.parametrize("slug", SCENARIOS)
def test_equilibria_of_the_scenarios_lie_inside(slug: str) -> None:
    """Every scenario that has a frontier, under each of the designs that are compared there."""
    scenario = get_scenario(slug)
    bounded = scenario.crisis.kind == "incident" and scenario.crisis.ally is None
    if not bounded:
        with pytest.raises(NotApplicable, match="frontier"):
            frontier(scenario.crisis)
        return
    for design in scenario.designs():
        crisis = design(scenario.crisis)
        found = solve(crisis.game(), time_limit=60)
        assert found.complete
        assert found.bounds("war")[0] >= least_war_informed(crisis, gap=1e-3).bound - 1e-9


def test_kinds_are_ordered_and_accuracy_helps() -> None:
    rng = Random(3)
    for _ in range(2):
        crisis = some_incident(rng)
        by_accuracy = [
            least_war_informed(crisis, "monitor", accuracy=a, gap=1e-5).war for a in (0, 0.5, 1)
        ]
        assert by_accuracy[0] >= by_accuracy[1] - 2e-5 >= by_accuracy[2] - 4e-5
        best = least_war_informed(crisis, "any", gap=1e-5)
        assert best.war <= by_accuracy[2] + 2e-5
        equilibrium = solve(crisis.game()).bounds("war")[0]
        assert least_war_informed(crisis, "talk", gap=1e-5).bound <= equilibrium + 1e-7
        assert by_accuracy[0] <= equilibrium + 2e-5, "recommendations that say nothing are no worse"


@pytest.mark.parametrize("seed", range(3))
def test_talk_where_some_evidence_never_comes_after_a_probe(seed: int) -> None:
    """B may say that it was notified when it was not: also where nobody could have been."""
    crisis = some_incident(Random(200 + seed)).replace(notified=0.3)
    found = least_war_informed(crisis, "talk", gap=1e-5)
    # Only one probability of probing may be feasible; programs are solved to 1e-7, not exactly.
    assert found.bound <= solve(crisis.game()).bounds("war")[0] + 1e-7
    assert found.war >= least_war_informed(crisis, "any", gap=1e-5).bound - 1e-9


def at_fixed_probing(crisis: Incident, r: float) -> float:
    """Write the best monitor at a probing rate once more, over (probe, accident) and per evidence.

    B's obedience and A's indifference, with payoffs written out by hand.
    """
    c = crisis
    actions = ("restrain", "respond", "escalate")
    hazard = {"restrain": 0, "respond": c.hazard_response, "escalate": c.hazard_escalation}
    stops = {"respond": c.stops_response, "escalate": c.stops_escalation}

    def utils(probe: bool, evidence: str, act: str) -> tuple[float, float, float]:
        """Return A's and B's utils and P(war)."""
        blame = c.audience_cost if evidence == "hostile" else 0
        if act == "restrain":
            if not probe:
                return 0, -blame, 0
            return c.gain, -blame - c.loss - c.assault * c.disaster, c.assault
        h, first = hazard[act], c.preemption if act == "escalate" else 0
        stands = (1 - h) * (1 - stops[act]) * probe
        war = h + stands * c.assault
        a = -c.response_cost - h * c.disaster + stands * c.gain
        b = -c.response_cost - h * (c.disaster - first) - stands * (c.loss + c.assault * c.disaster)
        return a, b, war

    right = (1 + c.clarity) / 2
    seen = {True: {"hostile": right, "benign": 1 - right},
            False: {"hostile": 1 - right, "benign": right}}  # fmt: skip
    states = [(True, c.suspicion * r), (False, c.suspicion * (1 - r) * c.accident_rate),
              (False, (1 - c.suspicion) * c.accident_rate)]  # fmt: skip
    cells = [(s, e, a) for s in range(3) for e in ("benign", "hostile") for a in actions]
    goal = [states[s][1] * seen[states[s][0]][e] * utils(states[s][0], e, a)[2]
            for s, e, a in cells]  # fmt: skip
    above, equal, level = [], [], []
    for e in ("benign", "hostile"):
        for a in actions:
            for b in actions:
                above.append([
                    states[s][1] * seen[states[s][0]][e]
                    * (utils(states[s][0], e, b)[1] - utils(states[s][0], e, a)[1])
                    if (f, act) == (e, a) else 0.0
                    for s, f, act in cells
                ])  # fmt: skip
    for s in range(3):
        for e in ("benign", "hostile"):
            equal.append([float(t == s and f == e) for t, f, _ in cells])
            level.append(1.0)
    gain = {0: 1.0, 1: -c.accident_rate, 2: 0.0}
    equal.append([gain[s] * seen[states[s][0]][e] * utils(states[s][0], e, a)[0]
                  for s, e, a in cells])  # fmt: skip
    level.append(0.0)
    found = linprog(goal, above, np.zeros(len(above)), equal, level, (0, 1))
    return found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize("seed", range(3))
def test_no_probing_rate_beats_the_bound(seed: int) -> None:
    crisis = some_incident(Random(100 + seed))
    found = least_war_informed(crisis, "any", gap=1e-6)
    tried = [at_fixed_probing(crisis, r) for r in np.linspace(0.01, 0.99, 25)]
    assert min(tried) >= found.bound - 1e-7
    if 0.01 < found.probing < 0.99:
        assert at_fixed_probing(crisis, found.probing) == pytest.approx(found.war, abs=1e-6)


def test_edges_of_an_incident() -> None:
    for crisis in (Incident(suspicion=0), Incident(suspicion=1), Incident(accident_rate=0),
                   Incident(clarity=1), Incident(clarity=0, audience_cost=0)):  # fmt: skip
        for kind in ("talk", "monitor", "any"):
            found = least_war_informed(crisis, kind, gap=1e-5)
            assert 0 <= found.bound <= found.war <= found.bound + 2e-5
            assert found.bound <= solve(crisis.game()).bounds("war")[0] + 1e-9
    assert frontier(Incident(suspicion=0)).peaceful


def test_the_rule_is_readable() -> None:
    found = frontier(Incident())
    assert found.peaceful
    assert list(found.levels) == ["talk", "monitor", "any"]
    table = found.best.rule.table()
    assert table.shape == (6, 3)
    assert np.allclose(table.sum(axis=1), 1)
    said = found.explain()
    assert "B is told to escalate" in said
    assert "war never happens" in said
    assert found.to_dict()["institutions"][2]["war"] == found.best.war
    assert len(found.table()) == 3


@pytest.mark.parametrize("seed", range(4))
def test_bargaining_settlements_are_ordered_and_bound_equilibria(seed: int) -> None:
    rng = Random(seed)
    crisis = Bargaining(
        issues=rng.choice((1, 2, 3, 4)),
        cost_low=round(rng.uniform(0.02, 0.2), 2),
        cost_high=round(rng.uniform(0.2, 0.5), 2),
        prob_low_a=round(rng.uniform(0.1, 0.9), 2),
        prob_low_b=round(rng.uniform(0.1, 0.9), 2),
        balance=round(rng.uniform(0.2, 0.8), 2),
        ideology=rng.choice((0, 0.5)),
    )
    found = frontier(crisis)
    talk, mediation, arbitration = (level.war for level in found.levels.values())
    assert arbitration <= mediation + 1e-9 <= talk + 2e-9
    assert solve(crisis.game()).bounds("war")[0] >= found.best.bound - 1e-9
    mediated = compare(crisis, [none, Mediator()]).dataset.sel(outcome="war")
    assert float(mediated.low.sel(mechanism="mediator")) == pytest.approx(mediation, abs=1e-7)
    finer = frontier(crisis, any_split=True)
    assert finer.best.war <= found.best.war + 1e-9


def some_dispute(rng: Random, n: int = 2, m: int = 2) -> Dispute:
    """Return a dispute about costs and strength: war payoffs depend on both types."""
    win = [[rng.randint(0, 20) / 20 for _ in range(m)] for _ in range(n)]
    costs = [[rng.randint(0, 8) / 20 for _ in range(size)] for size in (n, m)]
    war = (
        [[win[i][j] - costs[0][i] for j in range(m)] for i in range(n)],
        [[1 - win[i][j] - costs[1][j] for j in range(m)] for i in range(n)],
    )
    weights = [[rng.randint(1, 5) for _ in range(size)] for size in (n, m)]
    return Dispute.independent(*([Fraction(w, sum(ws)) for w in ws] for ws in weights), war)


def margin(dispute: Dispute) -> Fraction:
    """Return by how much the pie exceeds what the strongest types expect of war (Fey, Ramsay)."""
    masses = [[sum(row) for row in dispute.prior], [sum(c) for c in zip(*dispute.prior)]]  # noqa: B905
    best = []
    for side, own in enumerate(masses):
        expected = []
        for t, mass in enumerate(own):
            pairs = [(t, k) if side == 0 else (k, t) for k in range(len(masses[1 - side]))]
            expected.append(sum(dispute.probability(*p) * dispute.war[side][p[0]][p[1]]
                                for p in pairs) / mass)  # fmt: skip
        best.append(max(expected))
    return 1 - sum(best)


def ordered_and_peaceful_where_possible(dispute: Dispute) -> None:
    found = frontier(dispute)
    talk, mediation, arbitration = (level.war for level in found.levels.values())
    assert arbitration <= mediation + 1e-9
    assert mediation <= talk + 1e-9
    for level in found.levels.values():
        assert level.bound <= level.war
        assert float(level.rule.gain) <= 1e-9, "nobody gains by manipulating the rule"
    assert found.levels["mediation"].bound <= arbitration + 1e-9
    # Types are independent: a share that all accept exists exactly where no program leaves war.
    possible = margin(dispute) >= 0
    inside = all(0 <= x <= 1 for x in _strongest(dispute))
    if inside:
        assert {k: v.war <= 1e-9 for k, v in found.levels.items()} == dict.fromkeys(
            found.levels, possible
        )
    elif possible:
        assert talk <= 1e-9


def _strongest(dispute: Dispute) -> list[Fraction]:
    return [w for table in dispute.war for row in table for w in row]


def test_random_disputes() -> None:
    rng = Random(11)
    for _ in range(40):
        ordered_and_peaceful_where_possible(some_dispute(rng))


@pytest.mark.slow
def test_a_thousand_random_disputes() -> None:
    rng = Random(12)
    for _ in range(1000):
        ordered_and_peaceful_where_possible(some_dispute(rng))


def test_a_public_split_is_the_best_equilibrium_of_its_games() -> None:
    """All equilibria of the game of accepting or fighting, the split from a grid."""
    for q, p, theta in ((0.3, 0.8, 0.8), (0.6, 0.9, 0.7), (0.2, 0.7, 0.9), (0.5, 0.95, 0.6)):
        win = Fraction(str(p)) * Fraction(str(theta))
        half, lose = Fraction(str(theta)) / 2, Fraction(str(theta)) - win
        war = ([[half, win], [lose, half]], [[half, lose], [win, half]])
        dispute = Dispute.independent((q, 1 - q), (q, 1 - q), war)
        found = public_split(dispute)
        assert found.gain <= 0
        shares = {*dispute.splits, *(x for row in found.rule.values() for x in row)}
        best = min(solve(split_game(q, p, theta, split=x), "nash", exact=True).bounds("war")[0]
                   for x in shares)  # fmt: skip
        assert found.prob_war == best
        assert public_split(dispute, splits=[0]).prob_war >= found.prob_war


def test_talk_may_be_worse_than_silence() -> None:
    """Two strong sides would not fight, but who hears that the other is weak does."""
    war = ([[0.3, 0.6], [0.1, 0.3]], [[0.3, 0.1], [0.6, 0.3]])
    dispute = Dispute.independent((0.5, 0.5), (0.5, 0.5), war)
    found = frontier(dispute)
    assert found.levels["talk"].war == 0
    assert found.levels["talk"].rule.institution == "a public split"
    assert "A is 1, B is 2: 0.45 for A (100 %)." in found.levels["talk"].rule.explain()


@pytest.mark.slow
def test_five_types_a_side() -> None:
    found = frontier(some_dispute(Random(2), 5, 5))
    assert found.best.war <= found.levels["talk"].war + 1e-9
    assert found.levels["mediation"].bound <= found.best.war


@pytest.mark.parametrize("seed", range(6))
def test_with_probing_fixed_the_best_monitor_is_that_of_concavification(seed: int) -> None:
    """Nobody chooses the state; the evidence is worthless, so the monitor's report is all."""
    crisis = some_incident(Random(seed)).replace(clarity=0, audience_cost=0)
    rng = Random(seed)
    stage, r = _stage(crisis), round(rng.uniform(0.1, 0.9), 2)
    mass = np.array([stage.suspicion * r, stage.suspicion * (1 - r) * stage.accident_rate,
                     (1 - stage.suspicion) * stage.accident_rate])  # fmt: skip
    sender = [[-float(w) for w in stage.war[s].mean(axis=0)] for s in range(len(STATES))]
    receiver = [stage.pay[1, s].mean(axis=0).tolist() for s in range(len(STATES))]
    prior = [Fraction(m) / sum(map(Fraction, mass)) for m in mass]
    best = persuade(prior, sender, receiver)
    program = _Program(stage, "any", 1.0).solve(r, r, None)
    assert program is not None
    assert program[0] == pytest.approx(-best.value * mass.sum(), abs=1e-8)


def test_peace_is_found_exactly_where_it_is_possible() -> None:
    """With known costs: freely, exactly where some split of the grid beats war for both."""
    for n in (1, 2, 3, 4, 5):
        for balance in (0.3, 0.5, 0.62):
            crisis = Bargaining(issues=n, prob_low_a=1, prob_low_b=1, balance=balance)
            low, high = balance - 0.1, balance + 0.1
            possible = any(low - 1e-12 <= k / n <= high + 1e-12 for k in range(n + 1))
            found = frontier(crisis)
            assert (found.levels["mediation"].war <= 1e-9) == possible
            # Who must accept before the lot is drawn accepts a lottery over all or nothing.
            assert found.peaceful


def test_efficiency_keeps_the_change_of_primitives_apart() -> None:
    designs = [none, Hotline("theatre"), Notification(0.5), RulesOfBehaviour()]
    shown = compare(Incident(), designs, rule="least war")
    found = efficiency(shown)
    assert found.loc["none", "efficiency"].abs().max() == 0
    assert (found["efficiency"] <= 1 + 1e-9).all(axis=None)
    rules = found.loc["rules of behaviour"]
    assert rules["primitives"]["low"] == pytest.approx(rules["war"]["low"])
    assert rules["efficiency"]["low"] == 0
    hotline = found.loc["hotline (theatre)"]
    assert hotline["primitives"]["low"] == found.loc["none"]["primitives"]["low"]
    assert hotline["efficiency"]["low"] > 0.8 > hotline["efficiency"]["high"]


def test_efficiency_in_the_comparison(tmp_path) -> None:
    shown = compare(Bargaining(issues=4), [none, Mediator()])
    table, reached = shown.table(efficiency=True), shown.efficiency
    assert table["frontier"].tolist() == [frontier(Bargaining(issues=4)).best.bound] * 2
    for value, words in (("low", "most peaceful"), ("high", "least peaceful")):
        assert np.allclose(
            table[f"efficiency, {words}"], reached["efficiency", value], equal_nan=True
        )
    assert "frontier" not in shown.table()
    ax = shown.plot(efficiency=True)
    ax.figure.savefig(tmp_path / "comparison.png")
    assert "frontier" in [t.get_text() for t in ax.get_legend().get_texts()]
    assert any("[" in t.get_text() for t in ax.texts)
    assert "frontier" not in [t.get_text() for t in shown.plot().get_legend().get_texts()]


def test_kinds_can_be_chosen() -> None:
    assert list(frontier(Incident(), kinds="any").levels) == ["any"]
    crisis = Bargaining(issues=3)
    some = frontier(crisis, kinds=["arbitration", "talk"])
    assert list(some.levels) == ["talk", "arbitration"]
    assert some.levels["talk"].war == frontier(crisis).levels["talk"].war
    with pytest.raises(UnknownName, match="no kind of institution named 'mediaton'"):
        frontier(crisis, kinds=["mediaton"])
    with pytest.raises(GameError, match="no kind of institution is asked for"):
        frontier(crisis, kinds=[])


def test_what_has_no_frontier_says_so() -> None:
    with pytest.raises(NotApplicable, match="no frontier for 'ladder'"):
        frontier(Ladder())
    with pytest.raises(NotApplicable, match="no frontier for 'ladder'"):
        efficiency(compare(Ladder(rungs=1), [none]))
    with pytest.raises(GameError, match="accuracy is 2"):
        frontier(Incident(), accuracy=2)
    with pytest.raises(UnknownName, match="no kind of information named 'gossip'"):
        least_war_informed(Incident(), "gossip")
    with pytest.raises(NotApplicable, match="disclosure"):
        dispute_of(Bargaining(disclosure_a=0.5))
    with pytest.raises(GameError, match=r"sum to 0.9"):
        frontier(Dispute([[0.5, 0.4]], ([[0.3, 0.3]], [[0.3, 0.3]])))
