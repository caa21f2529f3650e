"""The ally of an incident: its tree against the plain incident, its choice against closed forms.

What an ally adds is small, so the plain incident is the oracle: a joined reply is one at other
odds, and the ally's payoff follows from what B loses.
"""

from __future__ import annotations

import json
import pickle
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any

import pytest

from crisisgames import (
    Ally,
    Channel,
    GameError,
    Incident,
    UnknownName,
    compare,
    read_toml,
    solve,
    sweep,
    verify,
)
from crisisgames.analysis.direct import direct_effect
from crisisgames.mechanisms import Notification, Principles, none

REPLIES = {"respond": "response", "escalate": "escalation"}
FULL = Incident(
    notified=0.3,
    cover=0.25,
    disclosure=0.1,
    privacy=0.4,
    preemption=1.5,
    assault=0.25,
    audience_cost=0.5,
    hazard_response=0.95,
    stops_response=0.7,
    channels=(Channel(),),
    ally=Ally(),
)
CASES = {
    "defaults": Incident(ally=Ally()),
    "everything": FULL,
    "in kind only": FULL.replace(reciprocity=True, channels=()),
    "nothing at stake": FULL.replace(ally=Ally(0, 0, 0, 0), channels=()),
    "caps": FULL.replace(ally=Ally(1, 1, 0.5, 1), channels=()),
}
cases = pytest.mark.parametrize("crisis", CASES.values(), ids=list(CASES))


def q(value: float) -> Fraction:
    return Fraction(str(value))


def ends(crisis: Incident) -> dict[tuple[str, ...], tuple[list[Fraction], dict[str, Fraction]]]:
    """Return payoffs and outcomes by history."""
    game = crisis.game()
    numbers = game.exact()
    return {
        visit.history: (
            list(numbers.payoffs[z]),
            {o: s for o, s in zip(game.outcomes, numbers.shares[z], strict=True) if s},
        )
        for z, visit in enumerate(game.compiled.ends)
    }


def joining(crisis: Incident) -> Incident:
    """Return the plain incident at the odds of an ally that always joins."""
    ally = crisis.ally
    assert ally is not None
    odds = {
        f"{kind}_{how}": min(q(1), q(getattr(crisis, f"{kind}_{how}")) + q(getattr(ally, kind)))
        for kind in ("hazard", "stops")
        for how in REPLIES.values()
    }
    return crisis.replace(ally=None, **odds)


@cases
def test_a_reply_that_the_ally_joins_is_one_at_other_odds(crisis: Incident) -> None:
    alone, joined = ends(crisis.replace(ally=None)), ends(joining(crisis))
    seen = set()
    for history, (payoffs, shares) in ends(crisis).items():
        plain = tuple(h for h in history if h not in ("join", "stay out"))
        seen.add((plain, history[-1]))
        own, outcomes = (joined if history[-1] == "join" else alone)[plain]
        assert payoffs[:2] == own
        wars = {o for o in outcomes if o.startswith("war")}
        if "accident" in plain and wars:  # judged with the ally out
            (judged,) = (o for o in alone[plain][1] if o.startswith("war"))
            (war,) = wars
            outcomes = {(judged if o == war else o): s for o, s in outcomes.items()}
        assert shares == outcomes
    replied = {h for h in alone if h[-1] in REPLIES}
    assert seen == {(h, u) for h in replied for u in ("join", "stay out")} | {
        (h, h[-1]) for h in alone if h not in replied
    }


@cases
def test_the_ally_bears_its_share_of_what_b_loses(crisis: Incident) -> None:
    ally = crisis.ally
    assert ally is not None
    for history, (payoffs, _) in ends(crisis).items():
        if history[-1] == "calm":
            assert payoffs[2] == 0
            continue
        reply = next(h for h in history if h in ("restrain", *REPLIES))
        paid = q(crisis.response_cost)
        if reply == "restrain":
            paid = q(crisis.audience_cost) * (1 - q(crisis.privacy)) * ("hostile" in history)
        price = q(ally.cost) * (history[-1] == "join")
        assert payoffs[2] == q(ally.stake) * (payoffs[1] + paid) - price


@cases
def test_the_ally_sees_evidence_and_reply_and_nothing_else(crisis: Incident) -> None:
    evidence = ["benign", "hostile", *(["notified"] if crisis.notified else [])]
    replies = ["respond"] if crisis.reciprocity else ["respond", "escalate"]
    own = [i for i in crisis.game().information_sets if i.player == "U"]
    assert {i.record for i in own} == {(e, f"B: {r}") for e in evidence for r in replies}
    assert {i.actions for i in own} == {("join", "stay out")}


@cases
def test_a_and_b_know_and_choose_what_they_did_without_an_ally(crisis: Incident) -> None:
    sets = {i for i in crisis.game().information_sets if i.player != "U"}
    assert sets == set(crisis.replace(ally=None).game().information_sets)


def test_misperception_is_judged_with_the_ally_out() -> None:
    # Alone: -0.2 - 0.05 * 2 = -0.3, and -0.2 - 0.15 * 2 = -0.5 with the ally; restraint -0.4.
    crisis = Incident(disaster=2, audience_cost=0.4, ally=Ally(hazard=0.1))
    found = ends(crisis)
    story = ("status quo", "accident", "hostile", "respond", "join")
    assert found[story][1] == {"war:inadvertent": q(0.15), "settled": q(0.85)}


def test_an_ally_that_can_do_nothing_and_has_nothing_at_stake_leaves_outcomes() -> None:
    plain = solve(Incident().game())
    crisis = Incident(ally=Ally(hazard=0, stops=0, cost=0, stake=0), reciprocity=False)
    (found,) = solve(crisis.game(), "qre")
    for outcome in plain.labels:
        low, high = plain.bounds(outcome)
        assert float(found.probability(outcome)) == pytest.approx(low, abs=1e-7)
        assert low == pytest.approx(high, abs=1e-12)
    assert found.payoffs["U"] == pytest.approx(0)
    in_kind = crisis.replace(reciprocity=True)
    allied, alone = (solve(c.game(), time_limit=4) for c in (in_kind, in_kind.replace(ally=None)))
    for outcome in ("war", "war:misperception", "calm"):  # whatever the ally does
        assert allied.bounds(outcome) == pytest.approx(alone.bounds(outcome), abs=1e-9)


def test_an_ally_for_whom_joining_is_too_dear_stays_out() -> None:
    crisis = Incident(ally=Ally())  # 0.1 * 5 / 2 of war and 0.2, against at most 0.4 / 2
    found = solve(crisis.game())
    assert found.complete
    assert found.bounds("war") == pytest.approx((0.0119686, 0.0119686), abs=1e-7)
    for equilibrium in found:
        for record, row in equilibrium.strategy["U"].items():
            assert row == "any" or row["stay out"] == 1, record
        assert verify(crisis.game(), equilibrium).worst < 1e-9


def test_an_ally_that_joins_in_any_case_is_the_incident_at_other_odds() -> None:
    """Joining costs it nothing, and takes away what it would lose."""
    ally = Ally(hazard=0, stops=0.3, cost=0, stake=1)
    found = solve(Incident(clarity=0.5, ally=ally).game(), time_limit=2)
    other = solve(Incident(clarity=0.5, stops_response=0.7).game())
    assert other.complete
    for outcome in ("war", "stands", "undone", "calm"):
        low, high = found.bounds(outcome)
        assert low <= other.bounds(outcome)[0] + 1e-9
        assert high >= other.bounds(outcome)[1] - 1e-9


@pytest.mark.parametrize("seed", range(6))
def test_whoever_joins_gains_by_it_given_its_belief(seed: int) -> None:
    """The closed form of the ally's choice: what joining saves against what it costs."""
    random = Random(seed)
    ally = Ally(
        hazard=random.choice((0, 0.02, 0.05)),
        stops=random.choice((0.2, 0.4)),
        cost=random.choice((0, 0.05, 0.2)),
        stake=random.choice((0.5, 1)),
    )
    crisis = Incident(clarity=random.choice((0.2, 0.6)), loss=random.choice((1, 2)), ally=ally)
    for equilibrium in solve(crisis.game(), time_limit=1):
        for record, row in equilibrium.strategy["U"].items():
            beliefs = equilibrium.beliefs["U"].get(record)
            if row == "any" or not isinstance(beliefs, dict):
                continue
            probe = float(sum(p for h, p in beliefs.items() if "probe" in h))
            how = REPLIES[record[1].removeprefix("B: ")]
            alone = loss_of(crisis, how, probe, 0, 0)
            joined = loss_of(crisis, how, probe, ally.hazard, ally.stops)
            gain = ally.stake * (alone - joined) - ally.cost
            if row["join"] > 1e-9:
                assert gain > -1e-7
            if row["stay out"] > 1e-9:
                assert gain < 1e-7


def loss_of(crisis: Incident, how: str, probe: float, hazard: float, stops: float) -> float:
    """Return what B expects to lose to a probe and in war."""
    h = min(1, getattr(crisis, f"hazard_{how}") + hazard)
    e = min(1, getattr(crisis, f"stops_{how}") + stops)
    return h * crisis.disaster + probe * (1 - h) * (1 - e) * crisis.loss


@pytest.mark.parametrize("name", ["hazard", "stops", "cost", "stake"])
@pytest.mark.parametrize("edge", [0, 1])
def test_every_number_of_the_ally_may_be_zero_or_one(name: str, edge: int) -> None:
    crisis = Incident(ally=Ally(**{name: edge}))
    (found,) = solve(crisis.game(), "qre")
    assert found.certificate.worst < 1e-5
    assert 0 <= found.probability("war") <= 1


@pytest.mark.parametrize("changes", [{"clarity": 0.0}, {"clarity": 1.0}, {"suspicion": 0.0}])
def test_an_ally_at_the_edges_of_the_incident(changes: dict[str, Any]) -> None:
    found = solve(Incident(ally=Ally(), **changes).game(), time_limit=2)
    alone = solve(Incident(**changes).game())
    low, high = found.bounds("war")
    assert (low, high) == pytest.approx(alone.bounds("war"), abs=1e-9)  # it never joins


# Mechanisms, files, sweeps.


@cache
def allied() -> Incident:
    return Incident(ally=Ally())


def test_a_new_ally_stays_out_where_strategies_are_held() -> None:
    before = Incident()
    effect, notes = direct_effect(before, solve(before.game())[0], allied(), allied().game())
    assert set(effect.values()) == {0}
    assert notes == ()


def test_a_notice_stands_for_evidence_to_the_ally_as_well() -> None:
    crisis = allied().replace(clarity=0.5)
    familiar = crisis.familiar("U", ("notified", "B: respond"))
    assert familiar == (
        (0.75, ("benign", "B: respond")),
        (0.25, ("hostile", "B: respond")),
    )


def test_mechanisms_leave_the_ally_alone() -> None:
    found = compare(allied(), [none, Notification(), Principles()], time_limit=2)
    assert all(c.ally == Ally() for c in found.crises.values())
    assert list(found.dataset.player.values) == ["A", "B", "U"]
    assert found.crises["principles"].reciprocity


def test_an_ally_in_a_file(tmp_path: Any) -> None:
    path = tmp_path / "allied.toml"
    path.write_text(
        'kind = "scenario"\ntitle = "With an ally"\n'
        '[crisis]\nkind = "incident"\nally = { stake = 0.75, cost = 0 }\n'
    )
    scenario = read_toml(path)
    assert scenario.crisis == Incident(ally=Ally(stake=0.75, cost=0))
    assert scenario.roles == ("A", "B", "U")
    path.write_text(path.read_text().replace("stake = 0.75", "stakes = 0.75"))
    with pytest.raises(GameError, match="no field of Ally named 'stakes'; did you mean 'stake'"):
        read_toml(path)


def test_a_sweep_over_what_the_ally_is() -> None:
    found = sweep(allied(), [none], over={"ally.cost": [0.2, 0.4]})
    assert found.dataset["ally.cost"].attrs["units"] == "utils"
    war = found.dataset.selected.sel(outcome="war").squeeze()
    assert war.values == pytest.approx([0.0119686] * 2, abs=1e-7)


def test_crises_with_an_ally_come_back_whole() -> None:
    assert pickle.loads(pickle.dumps(FULL)) == FULL
    told = json.loads(json.dumps(FULL.parameters()))
    assert told["ally"] == {"hazard": 0.1, "stops": 0.4, "cost": 0.2, "stake": 0.5}
    assert Incident().parameters()["ally"] is None


@pytest.mark.parametrize("wrong", ["ally", True, Ally, {"stake": 1}, (Ally(),)])
def test_an_ally_is_an_ally(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Incident: ally is .*; give an Ally object, or None"):
        Incident(ally=wrong)


def test_errors_of_the_ally_say_what_is_allowed() -> None:
    with pytest.raises(GameError, match=r"Ally: parameter 'stake' is 2; allowed is 0\.0 to 1\.0"):
        Ally(stake=2)
    with pytest.raises(UnknownName, match="no field of Ally named 'costs'; did you mean 'cost'"):
        Ally(costs=1)
