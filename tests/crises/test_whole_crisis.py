"""The whole crisis: its tree against the trees of its parts, its equilibria where parts decide."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from crisisgames import (
    Ally,
    Bargaining,
    Channel,
    GameError,
    Incident,
    Ladder,
    NotApplicable,
    UnknownName,
    WholeCrisis,
    compare,
    read_toml,
    solve,
    sweep,
    verify,
)
from crisisgames.crises import CRISES
from crisisgames.crises.parts import quantities_of, value_of, with_fields
from crisisgames.mechanisms import (
    MECHANISMS,
    Awareness,
    ClearBottomLines,
    Deadline,
    Hotline,
    Mediator,
    Notification,
    Principles,
    PrivateDiplomacy,
    RulesOfBehaviour,
    StabilityDialogue,
    Track2,
    Within,
    none,
)

LONG = WholeCrisis(
    Incident(notified=0.2, preemption=1, assault=0.2, privacy=0.2),
    Ladder(rungs=2, ideology=0.4, clarity=0.7, ultimatum=True, disclosure_a=0.1),
    Bargaining(issues=2, ideology=0.4, cost_low=0.3),
).replace(prob_resolute_a=0.3, balance=0.6)
CASES = {
    "defaults": WholeCrisis(),
    "all or nothing": WholeCrisis(bargaining=None),
    "everything": LONG,
    "a floor": WholeCrisis(
        ladder=Ladder(rungs=2),
        bargaining=Bargaining(issues=2, audience_cost=0.25),
    ),
}
cases = pytest.mark.parametrize("crisis", CASES.values(), ids=list(CASES))

Ends = dict[tuple[str, ...], tuple[list[Fraction], dict[str, Fraction], Fraction]]


def q(value: float) -> Fraction:
    return Fraction(str(value))


@cache
def ends(crisis: Any) -> Ends:
    """Return payoffs, outcomes and nature's probability by history."""
    game = crisis.game()
    numbers = game.exact()
    chance = numbers.chance(game.compiled.ends)
    return {
        visit.history: (
            list(numbers.payoffs[z]),
            {o: s for o, s in zip(game.outcomes, numbers.shares[z], strict=True) if s},
            chance[z],
        )
        for z, visit in enumerate(game.compiled.ends)
    }


def cut(history: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the part of a history that is the incident, the ladder, and the split."""
    if "no war" not in history:
        return history, (), ()
    k = history.index("no war") + 1
    start, rest = history[:k], history[k:]
    if "concede" not in rest[:-1]:
        return start, rest, ()
    j = rest.index("concede") + 1
    after = rest[j:]
    return start, rest[:j], after[1:] if after[0] in ("missed", "understood") else after


# The tree is made of those of its parts.


@cases
def test_what_ends_in_the_incident_ends_as_there(crisis: WholeCrisis) -> None:
    plain = ends(crisis.incident)
    whole = {h: e for h, e in ends(crisis).items() if "escalate" not in h}
    assert {h for h in plain if "escalate" not in h} == set(whole)
    assert all(e[:2] == plain[h][:2] and e[2] == plain[h][2] for h, e in whole.items())


@cases
def test_escalation_is_war_at_once_with_the_hazard_of_the_incident(crisis: WholeCrisis) -> None:
    c, plain = crisis.incident, ends(crisis.incident)
    for history, (payoffs, outcomes, chance) in ends(crisis).items():
        if history[-1] != "war" or history[-2] != "escalate":
            continue
        there = plain[history[:-1]]
        assert chance == there[2] * q(c.hazard_escalation)
        wars = {o for o in there[1] if o.startswith("war")}
        if "accident" in history:
            assert outcomes == dict.fromkeys(wars, 1)
        else:
            assert outcomes == {"war:deliberate": 1}
        assert payoffs[1] == -q(c.response_cost) - q(c.disaster) + q(c.preemption)


@cases
def test_on_the_ladder_payoffs_count_from_what_b_holds(crisis: WholeCrisis) -> None:
    alone, iota = ends(crisis.ladder), q(crisis.ladder.ideology)
    r, h = q(crisis.incident.response_cost), q(crisis.incident.hazard_escalation)
    seen = set()
    for history, (payoffs, outcomes, chance) in ends(crisis).items():
        start, ladder, split = cut(history)
        if not ladder or split or "missed" in ladder or "missed" in history:
            continue
        seen.add(ladder)
        own, shares, luck = alone[ladder]
        assert payoffs[1] == own[1] - 1 - r
        if "explain" not in start:
            assert payoffs[0] == own[0] + iota - r
        assert outcomes == shares
        before = ends(crisis.incident)[start[:-1]][2]
        assert chance == before * (1 - h) * luck
    # All ends of the ladder but concessions after the bottom, which are followed by a split.
    later = {k for k in alone if k[-1] == "concede" and "status quo" not in alone[k][1]}
    assert seen == set(alone) - (later if crisis.bargaining else set())


@cases
def test_after_a_concession_the_other_side_offers_a_split(crisis: WholeCrisis) -> None:
    if crisis.bargaining is None:
        return
    c, iota, r = crisis.ladder, q(crisis.ladder.ideology), q(crisis.incident.response_cost)
    trees = [ends(crisis.bargaining.replace(proposer=p)) for p in ("B", "A")]
    words = {"resolute": "low cost", "irresolute": "high cost"}
    seen: list[set[tuple[str, ...]]] = [set(), set()]
    for history, (payoffs, outcomes, _) in ends(crisis).items():
        start, ladder, split = cut(history)
        if not split:
            continue
        climbs = ladder.count("climb")
        jumped = "jump" in ladder
        mover = (climbs + jumped) % 2
        a, b = (words[t.split()[1]] for t in ladder[0].split(", "))
        known = tuple(x for x in ladder if x.endswith((" disclosed", " hidden")))
        place = (f"A {a}, B {b}", *known, *split)
        seen[mover].add(place)
        own, shares, _ = trees[mover][place]
        possible = (max(1, -(-c.rungs // 2)), max(1, c.rungs // 2))[mover]
        made = (climbs + 1 - mover) // 2
        price = q(c.audience_cost) * (1 - q(c.privacy)) * Fraction(made, possible)
        assert payoffs[1] == own[1] - 1 - r - (price if mover == 1 else 0), history
        if "explain" not in start:
            assert payoffs[0] == own[0] + iota - r - (price if mover == 0 else 0), history
        assert outcomes == shares
    for mover in range(min(2, c.rungs)):
        assert seen[1 - mover] == set(trees[1 - mover])


@cases
def test_a_learns_of_the_escalation_and_not_of_what_b_saw(crisis: WholeCrisis) -> None:
    sets = crisis.game().information_sets
    on_the_ladder = [i for i in sets if i.player == "A" and "B: escalate" in i.record]
    assert on_the_ladder
    assert not any({"benign", "hostile", "notified"} & set(i.record) for i in on_the_ladder)


def test_parameters_are_named_after_their_parts_and_shared_ones_are_there_once() -> None:
    crisis = WholeCrisis(
        Incident(channels=(Channel(),)), Ladder(rungs=1, clarity=0.7), Bargaining(issues=1)
    )
    game = crisis.game()
    names = set(game.parameters)
    assert {"incident.clarity", "ladder.clarity", "ladder.risk", "ideology", "balance"} <= names
    assert {"incident.channel.answered", "cost_resolute", "prob_resolute_a"} <= names
    assert not {"bargaining.ideology", "ladder.ideology", "bargaining.cost_low"} & names
    assert names <= set(quantities_of(crisis)) | {n for n in names if ".channel." in n}
    assert all(p.default == value_of(crisis, n) for n, p in game.parameters.items())


# Mechanisms that serve in one part.

LINE = Hotline("defence", in_force=0.4)
BLURRED = WholeCrisis(ladder=Ladder(clarity=0.5), bargaining=None)


def test_a_mechanism_within_a_part_leaves_the_others_as_they_were() -> None:
    changed = Within("ladder", LINE)(BLURRED)
    assert changed.incident == BLURRED.incident
    assert changed.ladder == LINE(BLURRED.ladder)
    both = Within("incident", Notification())(changed)
    assert both.ladder == changed.ladder
    assert both.incident == Notification()(BLURRED.incident)


def test_what_is_within_a_part_composes_as_what_is_not() -> None:
    within = Within("ladder", LINE & StabilityDialogue())
    assert within(BLURRED) == (Within("ladder", LINE) & Within("ladder", StabilityDialogue()))(
        BLURRED
    )
    rules = RulesOfBehaviour(strength=0.2)
    assert (within & rules)(BLURRED) == (rules & within)(BLURRED)
    function = Within("ladder", LINE) & Within("ladder", Deadline(LINE))
    assert function(BLURRED) == Within("ladder", Hotline("defence"))(BLURRED)
    aware = (Within("ladder", LINE) & Awareness(0.5))(BLURRED)
    assert aware.ladder == (LINE & Awareness(0.5))(BLURRED.ladder)


def test_within_says_what_it_is_and_where_it_means_nothing() -> None:
    assert Within("ladder", LINE).label == f"{LINE.label} (ladder)"
    assert Within("ladder", LINE).source == LINE.source
    assert Within("ladder", Hotline(in_force=0))(BLURRED) == BLURRED
    with pytest.raises(UnknownName, match="no part of the crisis 'whole crisis' named 'lader'"):
        Within("lader", LINE)(BLURRED)
    with pytest.raises(NotApplicable, match="notification means nothing on the ladder"):
        Within("ladder", Notification())(BLURRED)
    with pytest.raises(NotApplicable, match="within means nothing for the crisis 'incident'"):
        Within("ladder", LINE)(Incident())
    with pytest.raises(GameError, match="mechanism is 3; give one such as Hotline"):
        Within("ladder", 3)  # type: ignore[arg-type]
    with pytest.raises(GameError, match="already has its place"):
        Within("ladder", Within("incident", LINE))


# Equilibria.


def test_where_nobody_climbs_escalation_undoes_every_probe() -> None:
    """At the defaults of a ladder of one rung A withdraws, and the incident is as it was."""
    found = solve(WholeCrisis(Incident(), Ladder(rungs=1), None).game())
    alone = solve(Incident(stops_escalation=1).game())
    assert found.complete
    for outcome in ("war", "war:deliberate", "war:misperception", "stands", "calm"):
        assert found.bounds(outcome) == pytest.approx(alone.bounds(outcome), abs=1e-12)
    assert found.bounds("status quo")[0] > 0.1
    assert found.bounds("B concedes") == (0, 0)


def test_with_replies_in_kind_only_the_ladder_is_out_of_reach() -> None:
    incident = Incident(loss=2, reciprocity=True)
    found = solve(WholeCrisis(incident).game())
    alone = solve(incident.game())
    assert set(found.labels) == set(alone.labels)
    for outcome in alone.labels:
        assert found.bounds(outcome) == pytest.approx(alone.bounds(outcome), abs=1e-12)


def test_all_equilibria_at_the_defaults_are_found_and_certified() -> None:
    game = WholeCrisis().game()
    found = solve(game)
    assert found.complete
    assert [len(c.equilibria) > 0 for c in found.classes] == [True, True]
    assert found.bounds("war") == pytest.approx((0.026, 0.0805106), abs=1e-6)
    assert found.bounds("settled:A gets 1/2")[1] > 0.2
    for equilibrium in found:
        assert verify(game, equilibrium).worst < 1e-12
    (branch,) = solve(game, "qre")
    low, high = found.bounds("war")
    assert low - 1e-6 <= branch.probability("war") <= high + 1e-6


def test_longer_ladders_say_how_far_they_came() -> None:
    crisis = WholeCrisis().replace(ladder=WholeCrisis().ladder.replace(rungs=2))
    found = solve(crisis.game(), time_limit=1)
    assert not found.complete
    assert any("time limit" in note for note in found.notes)
    assert all(e.certificate.worst < 1e-8 for e in found)
    (branch,) = solve(crisis.game(), "qre")
    assert branch.certificate.worst < 1e-5


@pytest.mark.parametrize(
    "changes",
    [
        {"incident.suspicion": 0},
        {"incident.hazard_escalation": 0},
        {"incident.hazard_escalation": 1},
        {"incident.clarity": 1},
        {"prob_resolute_a": 0},
        {"prob_resolute_b": 1},
        {"balance": 0},
        {"ideology": 0},
        {"ladder.risk": 0},
        {"ladder.risk": 1},
        {"ladder.clarity": 0},
    ],
    ids=str,
)
def test_the_edges_of_the_domains_can_be_solved(changes: dict[str, Any]) -> None:
    crisis = with_fields(WholeCrisis(bargaining=None), changes)
    found = solve(crisis.game(), time_limit=5)
    assert len(found)
    assert all(0 <= p <= 1 for p in found.bounds("war"))
    assert all(e.certificate.worst < 1e-8 for e in found)


# Mechanisms: each part takes what has an effect on it.

TAKEN = {name: kind() for name, kind in MECHANISMS.items() if name not in ("none", "deadline")}
PARTS = WholeCrisis().stages


@pytest.mark.parametrize("name", TAKEN)
def test_each_part_takes_what_it_takes_alone(name: str) -> None:
    mechanism, crisis = TAKEN[name], WholeCrisis()
    if name == "mediator":
        with pytest.raises(NotApplicable, match="mediated, which is no tree"):
            mechanism(crisis)
        return
    taking = {n: part for n, part in PARTS.items() if mechanism.takes(part)}
    if not taking:
        made_of = r"none of its parts has \(incident, ladder, bargaining\)"
        with pytest.raises(NotApplicable, match=f"{name} means nothing .* {made_of}"):
            mechanism(crisis)
        return
    changed = mechanism(crisis).stages
    for n, part in PARTS.items():
        assert changed[n] == (mechanism(part) if n in taking else part)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Principles(), Track2()),
        (Hotline("theatre"), Deadline()),
        (Hotline(in_force=0.5), Awareness(0.5)),
        (ClearBottomLines(), PrivateDiplomacy(strength=0)),
        (RulesOfBehaviour(), StabilityDialogue()),
    ],
)
def test_order_does_not_matter(a: Any, b: Any) -> None:
    assert (a & b)(WholeCrisis()) == (b & a)(WholeCrisis())
    assert (a & b & none)(WholeCrisis()) == (a & b & a)(WholeCrisis())


@pytest.mark.parametrize(
    "neutral",
    [Principles(0), Track2(0), RulesOfBehaviour(0), StabilityDialogue(0), PrivateDiplomacy(0)],
)
def test_neutral_settings_change_nothing(neutral: Any) -> None:
    assert neutral(WholeCrisis()) == WholeCrisis()


def test_a_mechanism_among_others_must_have_an_effect_somewhere() -> None:
    with pytest.raises(NotApplicable, match="mediated"):
        (Mediator() & Hotline())(WholeCrisis())
    with pytest.raises(NotApplicable, match="say which one is meant"):
        Deadline()(WholeCrisis())


def test_a_comparison_of_the_whole() -> None:
    found = compare(
        WholeCrisis(),
        [none, RulesOfBehaviour()],
        time_limit=20,
    )
    war = found.dataset.sel(outcome="war")
    assert bool(war.complete.all())
    assert float(war.certificate.max()) < 1e-9
    # Lower hazards lower war by arithmetic, with everybody behaving as before.
    assert (war.direct.values[1:] < 0).all()
    assert found.dataset.attrs["crisis"] == "whole crisis"
    assert "\n" in found.explain()


def test_what_no_player_knew_before_is_held_as_the_parts_hold_it() -> None:
    crisis = WholeCrisis()
    record = ("notified", "escalate", "resolute", "own type disclosed", "A: climb")
    right = (1 + crisis.incident.clarity) / 2
    assert crisis.familiar("B", record) == (
        (right, ("benign", "escalate", "resolute", "A: climb")),
        (1 - right, ("hostile", "escalate", "resolute", "A: climb")),
    )
    assert crisis.instead("escalate") == "respond"
    assert crisis.instead("jump") == "climb"
    assert crisis.instead("offer 1/3") == "offer 1/2"
    assert crisis.instead("restrain") == "restrain"
    assert crisis.passive[0] == "accept"


# Fields, files, sweeps.


def test_what_parts_share_is_set_in_both() -> None:
    crisis = WholeCrisis().replace(ideology=0.5, cost_resolute=0.2, prob_resolute_b=0.7)
    assert (crisis.ladder.ideology, crisis.bargaining.ideology) == (0.5, 0.5)
    assert (crisis.ladder.cost_resolute, crisis.bargaining.cost_low) == (0.2, 0.2)
    assert (crisis.prob_resolute_b, crisis.bargaining.prob_low_b) == (0.7, 0.7)
    longer = WholeCrisis().replace(ladder=Ladder(rungs=2, ideology=0.6))
    assert longer.bargaining.ideology == 0.6
    assert WholeCrisis(bargaining=None).replace(ideology=0.5).ladder.ideology == 0.5
    assert value_of(crisis, "ideology") == 0.5
    assert with_fields(crisis, {"ideology": 0.1, "ladder.risk": 0.2}).ladder.risk == 0.2
    with pytest.raises(UnknownName, match="no field of WholeCrisis named 'ideolgy'"):
        crisis.replace(ideolgy=0.1)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"bargaining": Bargaining(ideology=0.7)},
            r"ideology of the ladder is 0\.3, and ideology of the bargaining is 0\.7, but they",
        ),
        ({"incident": Ladder()}, r"incident is Ladder.*; give an Incident object"),
        ({"ladder": None}, r"ladder is None; give a Ladder object"),
        ({"bargaining": Incident()}, r"bargaining is Incident"),
    ],
)
def test_parts_must_fit(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(GameError, match=words):
        WholeCrisis(**parts)


def test_allies_and_mediators_have_no_place() -> None:
    with pytest.raises(NotApplicable, match="has an ally"):
        WholeCrisis(Incident(ally=Ally()))
    with pytest.raises(NotApplicable, match="mediated"):
        WholeCrisis(bargaining=WholeCrisis().bargaining.replace(mediated=True))


def test_a_sweep_over_what_parts_share_and_over_a_part() -> None:
    crisis = WholeCrisis(bargaining=None)
    found = sweep(crisis, [none], over={"ideology": [0, 0.3], "ladder.risk": [0.1, 0.3]})
    war = found.dataset.high.sel(outcome="war").squeeze()
    for i, ideology in enumerate((0, 0.3)):
        for k, risk in enumerate((0.1, 0.3)):
            point = with_fields(crisis, {"ideology": ideology, "ladder.risk": risk})
            high = solve(point.game()).bounds("war")[1]
            assert float(war[i, k]) == pytest.approx(high, abs=1e-9)


def test_a_whole_crisis_in_a_file(tmp_path: Any) -> None:
    path = tmp_path / "whole.toml"
    path.write_text(
        'kind = "scenario"\ntitle = "Whole"\n'
        '[crisis]\nkind = "whole crisis"\n'
        "ladder = { rungs = 2, ideology = 0.2 }\nbargaining = { issues = 3, ideology = 0.2 }\n"
        "[box]\nideology = [0, 1]\nladder.risk = [0.1, 0.4]\n"
    )
    scenario = read_toml(path)
    assert scenario.crisis.ladder.rungs == 2
    assert scenario.crisis.bargaining.issues == 3
    assert scenario.box == {"ideology": (0.0, 1.0), "ladder.risk": (0.1, 0.4)}
    assert scenario.designs()[0](scenario.crisis) == scenario.crisis
    path.write_text(path.read_text().replace("rungs = 2", "rungs = 0"))
    with pytest.raises(GameError, match=r"line 5, crisis\.ladder\.rungs: .*whole number from 1"):
        read_toml(path)


def test_crises_come_back_whole() -> None:
    assert pickle.loads(pickle.dumps(LONG)) == LONG
    assert hash(WholeCrisis()) == hash(WholeCrisis())
    told = json.loads(json.dumps(LONG.parameters()))
    assert told["ladder"]["rungs"] == 2
    assert CRISES["whole crisis"] is WholeCrisis
