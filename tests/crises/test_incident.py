"""The incident: the tree against its definition in words, and equilibria against closed forms.

The oracle below walks from the start to each end by the labels of its history and draws every
lottery on the way from the definition: who pays what, who learns what, what kind of war it is.
Nothing in it comes from the library but the fields of `Incident` and `Channel`.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from math import prod
from random import Random
from typing import Any

import numpy as np
import pytest

from crisisgames import (
    Channel,
    Equilibrium,
    EquilibriumSet,
    ExtensiveFormGame,
    GameError,
    Incident,
    UnknownName,
    solve,
)
from crisisgames.crises import CRISES
from crisisgames.games import Numbers

REPLIES = ("restrain", "respond", "escalate")
WAR = ("war:deliberate", "war:inadvertent", "war:misperception")
Draws = list[tuple[Fraction, str, Fraction, Fraction]]
"""A lottery over (outcome, A's payoff, B's payoff) with probabilities."""


def q(value: float | Fraction) -> Fraction:
    return Fraction(str(value))


# The definition, in words and in plain arithmetic.


@dataclass(frozen=True)
class Play:
    """What happened on the way to an end, read off the labels of its history."""

    here: tuple[str, ...]
    """Names of the channels that exist."""
    kind: str
    probe: bool
    explained: bool
    heard: tuple[str, ...]
    exposed: bool
    evidence: str
    disclosed: bool
    reply: str
    chance: Fraction
    """Probability of nature's moves on the way."""


def read(crisis: Incident, history: tuple[str, ...]) -> Play | None:
    """Return what happened, with nature's probability; None if all stayed calm."""
    labels = list(history)
    names = [c.name for c in crisis.channels if c.in_force]
    lines = dict(zip(names, (c for c in crisis.channels if c.in_force), strict=True))
    chance = Fraction(1)
    here = names
    if any(c.in_force < 1 for c in lines.values()):
        state = labels.pop(0)
        here = [n for n in names if lines[n].in_force == 1 or f"{n} in force" in state]
        for n in names:
            if lines[n].in_force < 1:
                assert (f"{n} in force" in state) != (f"{n} not in force" in state)
                there = q(lines[n].in_force)
                chance *= there if n in here else 1 - there
    kind = labels.pop(0)
    chance *= q(crisis.suspicion) if kind == "revisionist" else 1 - q(crisis.suspicion)
    probe = False
    if kind == "revisionist":
        probe = labels.pop(0) == "probe"
    if not probe:
        happened = labels.pop(0) == "accident"
        chance *= q(crisis.accident_rate) if happened else 1 - q(crisis.accident_rate)
        if not happened:
            assert not labels
            return None
    explained, heard, exposed = False, [], False
    if here:
        explained = labels.pop(0) == "explain"
    if explained:
        calls = labels.pop(0)
        heard = calls.removeprefix("heard: ").split(", ") if calls != "not heard" else []
        for n in here:
            in_time = q(lines[n].answered) * (1 - q(lines[n].delay))
            chance *= in_time if n in heard else 1 - in_time
        checks = [q(lines[n].verification) for n in heard]
        if probe and any(checks):
            exposed = labels.pop(0) == "exposed"
            missed = prod((1 - v for v in checks), start=Fraction(1))
            chance *= 1 - missed if exposed else missed
    evidence = labels.pop(0)
    covered = q(crisis.notified) * (q(crisis.cover) if probe else 1)
    right = (1 + q(crisis.clarity)) / 2
    telling = evidence == ("hostile" if probe else "benign")
    seen = right if telling else 1 - right
    chance *= covered if evidence == "notified" else (1 - covered) * seen
    disclosed = False
    if crisis.disclosure:
        disclosed = labels.pop(0) == "type disclosed"
        chance *= q(crisis.disclosure) if disclosed else 1 - q(crisis.disclosure)
    (reply,) = labels
    return Play(
        tuple(here),
        kind,
        probe,
        explained,
        tuple(heard),
        exposed,
        evidence,
        disclosed,
        reply,
        chance,
    )


def lottery(crisis: Incident, play: Play) -> Draws:
    """Return what may come of a reply."""
    c = {f.name: q(getattr(crisis, f.name)) for f in fields(crisis) if f.metadata}
    lines = {x.name: x for x in crisis.channels}
    paid_a = sum((q(lines[n].explain_cost) for n in play.here), Fraction(0)) * play.explained
    if play.exposed:
        paid_a += max(q(lines[n].exposure) for n in play.heard if lines[n].verification)
    paid_b = Fraction(0)
    if play.reply == "restrain":
        if play.evidence == "hostile":
            paid_b = c["audience_cost"] * (1 - c["privacy"])
        return after(c, play.probe, Fraction(1), paid_a, paid_b)
    how = "response" if play.reply == "respond" else "escalation"
    hazard, stops = c[f"hazard_{how}"], c[f"stops_{how}"]
    paid_a, paid_b = paid_a + c["response_cost"], paid_b + c["response_cost"]
    spared = c["preemption"] if play.reply == "escalate" else Fraction(0)
    kind = cause(crisis, play)
    war = [(hazard, kind, -paid_a - c["disaster"], -paid_b - c["disaster"] + spared)]
    if not play.probe:
        return [*war, (1 - hazard, "settled", -paid_a, -paid_b)]
    undone = [((1 - hazard) * stops, "undone", -paid_a, -paid_b)]
    stands = (1 - hazard) * (1 - stops)
    return [*war, *undone, *after(c, True, stands, paid_a, paid_b)]


def after(
    c: Mapping[str, Fraction], probe: bool, chance: Fraction, paid_a: Fraction, paid_b: Fraction
) -> Draws:
    """Return what comes where there was no war and nothing was undone."""
    if not probe:
        return [(chance, "settled", -paid_a, -paid_b)]
    gained, lost = c["gain"] - paid_a, -c["loss"] - paid_b
    attack = chance * c["assault"]
    return [
        (attack, "war:deliberate", gained, lost - c["disaster"]),
        (chance - attack, "stands", gained, lost),
    ]


def cause(crisis: Incident, play: Play) -> str:
    """Return the cause of a war that a reply leads to."""
    if play.probe:
        return "war:deliberate" if play.reply == "escalate" else "war:inadvertent"
    # Knowing that it was an accident, with the same evidence before everyone's eyes:
    restraint = -q(crisis.audience_cost) * (1 - q(crisis.privacy)) * (play.evidence == "hostile")
    if restraint >= knowing(crisis, play.reply):
        return "war:misperception"
    return "war:inadvertent" if play.reply == "respond" else "war:deliberate"


def knowing(crisis: Incident, reply: str) -> Fraction:
    """Return what a reply is worth to B after an accident."""
    if reply == "respond":
        return -q(crisis.response_cost) - q(crisis.hazard_response) * q(crisis.disaster)
    loss = q(crisis.disaster) - q(crisis.preemption)
    return -q(crisis.response_cost) - q(crisis.hazard_escalation) * loss


def records(crisis: Incident, play: Play) -> tuple[Any, Any]:
    """Return all that A knows when it may explain, and all that B knows when it replies."""
    state = play.here if any(0 < c.in_force < 1 for c in crisis.channels) else None
    a = (state, play.kind, play.probe)
    disclosed = play.kind if play.disclosed else None
    b = (state, bool(play.here), play.evidence, play.heard, play.exposed, disclosed)
    return a, b


# Crises to check.

ONE = Channel(name="line")
TWO = (
    Channel(0.9, 0.6, 0.5, 0.05, 0.3, 0.8, "line"),
    Channel(0.7, 0.2, 0.5, 0.1, 0, 1, "envoy"),
)
CASES = {
    "defaults": Incident(),
    "reciprocity": Incident(reciprocity=True),
    "notice": Incident(notified=0.3),
    "notice that covers probes": Incident(notified=0.3, cover=0.2),
    "disclosure": Incident(disclosure=0.25),
    "assault": Incident(assault=0.15, privacy=0.5),
    "preemption": Incident(preemption=2.5, audience_cost=0.7),
    "replies by choice": Incident(audience_cost=0.9),
    "a line": Incident(channels=(ONE,)),
    "a line without checks": Incident(channels=(Channel(verification=0, name="line"),)),
    "a line that may be missing": Incident(channels=(Channel(in_force=0.5, name="line"),)),
    "a dead line": Incident(channels=(Channel(in_force=0, name="line"),)),
    "two lines": Incident(channels=TWO),
    "no line is sure": Incident(
        channels=(Channel(in_force=0.4, name="line"), Channel(in_force=0.7, name="envoy"))
    ),
    "one line is checked": Incident(
        channels=(Channel(verification=0, exposure=0.9, name="line"), Channel(name="envoy"))
    ),
    "everything": Incident(
        notified=0.3,
        cover=0.2,
        disclosure=0.25,
        privacy=0.4,
        preemption=0.5,
        assault=0.1,
        channels=TWO,
    ),
    "never an accident": Incident(accident_rate=0),
    "always an accident": Incident(accident_rate=1),
    "nobody is suspect": Incident(suspicion=0),
    "everybody is suspect": Incident(suspicion=1, clarity=1),
    "certain war": Incident(hazard_response=1, hazard_escalation=1, stops_response=1),
}


def random_crisis(seed: int) -> Incident:
    """A crisis with numbers from all over their domains, edges included."""
    rng = Random(seed)

    def draw(name: str, domain: tuple[float, float]) -> Fraction:
        if name in ("notified", "cover", "disclosure", "assault") and rng.random() < 0.5:
            return Fraction(0)
        if domain[1] == 1:
            return Fraction(rng.choice([0, 1, *range(2, 18)]) % 19, 19 - rng.choice([0, 1]))
        return Fraction(rng.randint(0, 60), rng.choice([7, 10, 16]))

    def settings(item: Any) -> dict[str, Fraction]:
        return {f.name: draw(f.name, f.metadata["domain"]) for f in fields(item) if f.metadata}

    lines = tuple(
        Channel(**{**settings(Channel()), "exposure": Fraction(1, 3)}, name=name)
        for name in rng.sample(["line", "envoy"], rng.choice([0, 0, 1, 1, 2]))
    )
    return Incident(**settings(Incident()), channels=lines, reciprocity=rng.random() < 0.2)


CRISES_TO_CHECK = [*CASES.values(), *(random_crisis(seed) for seed in range(12))]
ALL = pytest.mark.parametrize("crisis", CRISES_TO_CHECK)


@cache
def game_of(crisis: Incident) -> ExtensiveFormGame:
    return crisis.game()


@cache
def numbers_of(crisis: Incident) -> Numbers:
    return game_of(crisis).exact()


@cache
def plays(crisis: Incident) -> list[tuple[int, tuple[str, ...], Play | None]]:
    """Return number, history and meaning of every end."""
    ends = game_of(crisis).compiled.ends
    return [(z, v.history, read(crisis, v.history)) for z, v in enumerate(ends)]


# The whole tree against the definition.


@ALL
def test_nature_moves_as_defined(crisis: Incident) -> None:
    game = game_of(crisis)
    chance = numbers_of(crisis).chance(game.compiled.ends)
    for z, history, play in plays(crisis):
        if play is not None:
            assert chance[z] == play.chance, history


@ALL
def test_every_end_pays_as_defined(crisis: Incident) -> None:
    payoffs = numbers_of(crisis).payoffs
    for z, history, play in plays(crisis):
        draws: Draws = lottery(crisis, play) if play else [(Fraction(1), "calm", q(0), q(0))]
        for i in (0, 1):
            mean = sum((d[0] * d[2 + i] for d in draws), Fraction(0))
            assert payoffs[z, i] == mean, history


@ALL
def test_every_end_has_the_outcomes_defined(crisis: Incident) -> None:
    game = game_of(crisis)
    shares = numbers_of(crisis).shares
    for z, history, play in plays(crisis):
        expected: dict[str, Fraction] = {}
        for p, outcome, _, _ in lottery(crisis, play) if play else [(q(1), "calm", q(0), q(0))]:
            expected[outcome] = expected.get(outcome, Fraction(0)) + p
        found = dict(zip(game.outcomes, shares[z], strict=True))
        assert {o: s for o, s in found.items() if s} == {o: s for o, s in expected.items() if s}, (
            history
        )


@ALL
def test_players_know_what_they_were_told_and_no_more(crisis: Incident) -> None:
    """Two places are one information set exactly where the player knows the same."""
    compiled = game_of(crisis).compiled
    known: dict[int, set[Any]] = {}
    for _, _, play in plays(crisis):
        if play is None:
            continue
        replied = [h for h in play_sets(crisis, play) if h[0] == "B"]
        known.setdefault(replied[-1][1], set()).add(("B", records(crisis, play)[1]))
        for player, h, action in play_sets(crisis, play):
            if action in ("explain", "silent"):
                known.setdefault(h, set()).add((player, records(crisis, play)[0]))
    assert all(len(all_known) == 1 for all_known in known.values())
    told = [next(iter(s)) for s in known.values()]
    assert len(set(told)) == len(told)
    first_moves = {
        h for h, info in enumerate(compiled.information_sets) if info.actions[0] == "probe"
    }
    assert set(known) | first_moves == set(range(len(compiled.information_sets)))


@cache
def _visits(crisis: Incident) -> dict[Play, tuple[tuple[int, int], ...]]:
    ends = game_of(crisis).compiled.ends
    return {play: ends[z].decisions for z, _, play in plays(crisis) if play is not None}


def play_sets(crisis: Incident, play: Play) -> list[tuple[str, int, str]]:
    sets = game_of(crisis).compiled.information_sets
    return [(sets[h].player, h, sets[h].actions[a]) for h, a in _visits(crisis)[play]]


@ALL
def test_everyone_has_the_choices_defined(crisis: Incident) -> None:
    for info in game_of(crisis).information_sets:
        if info.player == "B":
            assert info.actions == (REPLIES[:2] if crisis.reciprocity else REPLIES)
        else:
            assert info.actions in (("probe", "refrain"), ("silent", "explain"))


@ALL
def test_probabilities_of_all_plays_sum_to_one_for_every_plan(crisis: Incident) -> None:
    """Nature's moves below fixed choices of the players are a distribution."""
    game = game_of(crisis)
    rng = Random(1)
    chance = numbers_of(crisis).chance(game.compiled.ends)
    for _ in range(4):
        plan = [rng.randrange(len(h.actions)) for h in game.information_sets]
        total = sum(
            (
                p
                for p, v in zip(chance, game.compiled.ends, strict=True)
                if all(plan[h] == a for h, a in v.decisions)
            ),
            Fraction(0),
        )
        assert total == 1


@ALL
def test_values_set_on_the_game_are_those_of_the_crisis(crisis: Incident) -> None:
    """One tree serves a sweep: at the values of another crisis it is the tree of that crisis."""
    inside = {n: p.default for n, p in game_of(crisis).parameters.items()}
    base = crisis.replace(
        gain=Fraction(11, 10),
        clarity=Fraction(1, 2),
        suspicion=Fraction(1, 3),
        disaster=Fraction(7),
    )
    moved = base.game().at(**inside)
    assert moved.exact().payoffs.tolist() == numbers_of(crisis).payoffs.tolist()
    assert moved.exact().branches.tolist() == numbers_of(crisis).branches.tolist()
    assert moved.exact().shares.tolist() == numbers_of(crisis).shares.tolist()


@pytest.mark.parametrize("name", ["everything", "two lines", "defaults"])
def test_floats_agree_with_exact_numbers_over_many_values(name: str) -> None:
    game = game_of(CASES[name])
    rng = np.random.default_rng(3)
    values = {}
    for n, p in game.parameters.items():
        values[n] = (rng.random(6) if p.domain[1] == 1 else 6 * rng.random(6)).round(3)
    many = game.compiled.floats(values)
    for k in range(6):
        exact = game.at(**{n: float(v[k]) for n, v in values.items()}).exact()
        for part in ("branches", "payoffs", "shares"):
            right = getattr(exact, part).astype(float)
            assert getattr(many, part)[k] == pytest.approx(right, abs=1e-12)


# The sentences of the definition, one by one, at numbers anyone can check.


def paying(crisis: Incident, *history: str) -> tuple[float, float]:
    """Return the payoffs of the end with this history, or its only one that ends so."""
    game = game_of(crisis)
    (z,) = [z for z, v in enumerate(game.compiled.ends) if v.history[-len(history) :] == history]
    return tuple(map(float, numbers_of(crisis).payoffs[z]))  # type: ignore[return-value]


def shares(crisis: Incident, *history: str) -> dict[str, float]:
    game = game_of(crisis)
    (z,) = [z for z, v in enumerate(game.compiled.ends) if v.history[-len(history) :] == history]
    row = numbers_of(crisis).shares[z]
    return {o: float(s) for o, s in zip(game.outcomes, row, strict=True) if s}


def test_a_status_quo_actor_never_chooses_to_probe() -> None:
    for _, _, play in plays(CASES["everything"]):
        assert play is None or play.kind == "revisionist" or not play.probe


def test_calm_is_worth_nothing_to_anybody() -> None:
    assert paying(CASES["defaults"], "status quo", "calm") == (0, 0)
    assert paying(CASES["defaults"], "revisionist", "refrain", "calm") == (0, 0)
    assert shares(CASES["defaults"], "status quo", "calm") == {"calm": 1}


def test_replies_to_a_probe_at_the_defaults() -> None:
    crisis = CASES["defaults"]
    assert paying(crisis, "probe", "hostile", "restrain") == (1, -1.2)
    assert paying(crisis, "probe", "benign", "restrain") == (1, -1)
    # Respond: war .05, else undone .4 of the rest, else it stands: .95 times .6 = .57.
    assert paying(crisis, "probe", "hostile", "respond") == pytest.approx(
        (-0.2 - 0.05 * 5 + 0.57, -0.2 - 0.05 * 5 - 0.57)
    )
    # Escalate: war .1, else always undone.
    assert paying(crisis, "probe", "hostile", "escalate") == pytest.approx((-0.7, -0.7))
    assert shares(crisis, "probe", "benign", "restrain") == {"stands": 1}
    assert shares(crisis, "probe", "benign", "respond") == pytest.approx(
        {"war:inadvertent": 0.05, "undone": 0.38, "stands": 0.57}
    )
    assert shares(crisis, "probe", "benign", "escalate") == pytest.approx(
        {"war:deliberate": 0.1, "undone": 0.9}
    )


def test_replies_to_an_accident_at_the_defaults() -> None:
    crisis = CASES["defaults"]
    assert paying(crisis, "status quo", "accident", "hostile", "restrain") == (0, -0.2)
    assert paying(crisis, "status quo", "accident", "benign", "restrain") == (0, 0)
    respond = paying(crisis, "status quo", "accident", "hostile", "respond")
    assert respond == pytest.approx((-0.45, -0.45))
    escalate = paying(crisis, "status quo", "accident", "hostile", "escalate")
    assert escalate == pytest.approx((-0.7, -0.7))
    assert shares(crisis, "status quo", "accident", "benign", "restrain") == {"settled": 1}
    assert shares(crisis, "status quo", "accident", "hostile", "escalate") == pytest.approx(
        {"war:misperception": 0.1, "settled": 0.9}
    )


@pytest.mark.parametrize(
    ("audience", "respond", "escalate"),
    [
        (0.2, "war:misperception", "war:misperception"),
        (0.45, "war:misperception", "war:misperception"),  # restraint is as good: a tie
        (0.46, "war:inadvertent", "war:misperception"),
        (0.7, "war:inadvertent", "war:misperception"),  # a tie again
        (0.71, "war:inadvertent", "war:deliberate"),
    ],
)
def test_war_after_an_accident_is_misperception_where_restraint_was_as_good(
    audience: float, respond: str, escalate: str
) -> None:
    """B's own costs after an accident: .2 + .05 * 5 = .45 for a response, .7 for escalation."""
    crisis = Incident(audience_cost=audience)
    for reply, expected in (("respond", respond), ("escalate", escalate)):
        found = shares(crisis, "status quo", "accident", "hostile", reply)
        assert set(found) == {expected, "settled"}
        # On benign evidence restraint costs nothing, so a reply is always a misperception.
        benign = shares(crisis, "status quo", "accident", "benign", reply)
        assert set(benign) == {"war:misperception", "settled"}


def test_privacy_and_preemption_move_that_line() -> None:
    private = Incident(audience_cost=0.9, privacy=0.5)  # .45 in the end
    assert "war:misperception" in shares(private, "status quo", "accident", "hostile", "respond")
    first = Incident(audience_cost=0.5, preemption=3)  # escalation costs .2 + .1 * 2 = .4
    assert "war:deliberate" in shares(first, "status quo", "accident", "hostile", "escalate")
    assert "war:inadvertent" in shares(first, "status quo", "accident", "hostile", "respond")


def test_a_reply_without_hazard_leads_to_no_war() -> None:
    crisis = Incident(hazard_response=0)
    assert shares(crisis, "status quo", "accident", "hostile", "respond") == {"settled": 1}
    assert shares(crisis, "probe", "hostile", "respond") == pytest.approx(
        {"undone": 0.4, "stands": 0.6}
    )


def test_the_audience_cost_is_for_restraint_on_hostile_evidence_and_privacy_takes_a_share() -> None:
    crisis = Incident(audience_cost=0.6, privacy=0.25, notified=0.3, cover=0.5)
    for start in (("probe",), ("status quo", "accident")):
        base = -1.0 * (start == ("probe",))
        assert paying(crisis, *start, "hostile", "restrain")[1] == pytest.approx(base - 0.45)
        assert paying(crisis, *start, "benign", "restrain")[1] == base
        assert paying(crisis, *start, "notified", "restrain")[1] == base
        for reply in ("respond", "escalate"):
            seen = {paying(crisis, *start, e, reply) for e in ("benign", "hostile", "notified")}
            assert len(seen) == 1


def test_in_war_nobody_gains_or_loses_what_the_probe_was_about() -> None:
    crisis = Incident(hazard_response=1, hazard_escalation=1)
    assert paying(crisis, "probe", "hostile", "respond") == pytest.approx((-5.2, -5.2))
    assert paying(crisis, "probe", "hostile", "escalate") == pytest.approx((-5.2, -5.2))


def test_striking_first_spares_b_when_it_escalated_and_only_then() -> None:
    crisis = Incident(hazard_response=1, hazard_escalation=1, preemption=2)
    assert paying(crisis, "probe", "hostile", "escalate") == pytest.approx((-5.2, -3.2))
    assert paying(crisis, "probe", "hostile", "respond") == pytest.approx((-5.2, -5.2))
    after = paying(crisis, "status quo", "accident", "hostile", "escalate")
    assert after == pytest.approx((-5.2, -3.2))


def test_a_standing_probe_may_be_the_first_blow_whatever_b_did() -> None:
    crisis = Incident(assault=0.25, stops_escalation=0.5)
    assert shares(crisis, "probe", "hostile", "restrain") == {
        "war:deliberate": 0.25,
        "stands": 0.75,
    }
    assert paying(crisis, "probe", "benign", "restrain") == (1, -1 - 0.25 * 5)
    assert shares(crisis, "probe", "hostile", "respond") == pytest.approx(
        {
            "war:inadvertent": 0.05,
            "undone": 0.38,
            "war:deliberate": 0.57 * 0.25,
            "stands": 0.57 * 0.75,
        }
    )
    assert paying(crisis, "probe", "hostile", "respond") == pytest.approx(
        (-0.45 + 0.57, -0.45 - 0.57 * (1 + 0.25 * 5))
    )
    # After escalation both wars are deliberate: the one on the way, and the attack.
    assert shares(crisis, "probe", "hostile", "escalate") == pytest.approx(
        {"war:deliberate": 0.1 + 0.45 * 0.25, "undone": 0.45, "stands": 0.45 * 0.75}
    )
    assert paying(crisis, "probe", "hostile", "escalate") == pytest.approx(
        (-0.7 + 0.45, -0.7 - 0.45 * (1 + 0.25 * 5))
    )
    assert shares(crisis, "status quo", "accident", "benign", "restrain") == {"settled": 1}


def chances(crisis: Incident, *labels: str) -> dict[str, float]:
    """Return nature's probability of each next label after these, players doing as they must."""
    game = game_of(crisis)
    found: dict[str, float] = {}
    branches = numbers_of(crisis).branches
    for visit in game.compiled.ends:
        at = len(labels)
        if visit.history[:at] == labels:
            places = [i for i in visit.chance if game.compiled.branch_places[i][1] in visit.history]
            for i in places:
                if game.compiled.branch_places[i][1] == visit.history[at]:
                    found[visit.history[at]] = float(branches[i])
    return found


def test_evidence_is_right_with_a_probability_between_one_half_and_one() -> None:
    for clarity, right in ((0, 0.5), (0.3, 0.65), (1, 1)):
        crisis = Incident(clarity=clarity)
        probe = chances(crisis, "revisionist", "probe")
        assert probe == pytest.approx({"hostile": right, "benign": 1 - right})
        accident = chances(crisis, "status quo", "accident")
        assert accident == pytest.approx({"benign": right, "hostile": 1 - right})


def test_a_notice_covers_an_accident_and_sometimes_a_probe() -> None:
    crisis = Incident(notified=0.5, cover=0.2)
    probe = chances(crisis, "revisionist", "probe")
    assert probe == pytest.approx({"notified": 0.1, "hostile": 0.585, "benign": 0.315})
    accident = chances(crisis, "status quo", "accident")
    assert accident == pytest.approx({"notified": 0.5, "benign": 0.325, "hostile": 0.175})
    assert "notified" not in chances(Incident(notified=0.5), "revisionist", "probe")


def test_b_sees_a_notice_instead_of_evidence() -> None:
    seen = {h.record for h in CASES["notice"].game().information_sets if h.player == "B"}
    assert seen == {("notified",), ("benign",), ("hostile",)}


def test_disclosure_comes_after_the_incident_and_a_never_sees_it() -> None:
    game = game_of(CASES["disclosure"])
    for visit in game.compiled.ends:
        if visit.history[-1] in REPLIES:
            assert visit.history[-2] in ("type disclosed", "type hidden")
    assert {h.record for h in game.information_sets if h.player == "A"} == {("revisionist",)}
    seen = {h.record[1:] for h in game.information_sets if h.player == "B"}
    assert seen == {(), ("known revisionist",), ("known status quo",)}


def test_b_learns_the_type_and_not_whether_it_probed() -> None:
    """A revisionist that is known may have had an accident all the same."""
    game = game_of(CASES["disclosure"])
    kinds = {
        v.history[:2]
        for v, h in zip(game.compiled.nodes, game.compiled.node_sets, strict=True)
        if game.information_sets[h].record == ("hostile", "known revisionist")
    }
    assert kinds == {("revisionist", "probe"), ("revisionist", "refrain")}


# Channels.


def test_a_call_gets_through_in_time_or_is_lost() -> None:
    crisis = Incident(channels=(Channel(answered=0.8, delay=0.25, name="line"),))
    found = chances(crisis, "status quo", "accident", "explain")
    assert found == pytest.approx({"heard: line": 0.6, "not heard": 0.4})


def test_calls_get_through_independently() -> None:
    lines = (
        Channel(answered=0.8, delay=0.25, name="line"),
        Channel(answered=0.5, name="envoy"),
    )
    found = chances(Incident(channels=lines), "status quo", "accident", "explain")
    assert found == pytest.approx(
        {"heard: line, envoy": 0.3, "heard: line": 0.3, "heard: envoy": 0.2, "not heard": 0.2}
    )


def test_silence_and_a_call_that_was_lost_look_the_same_to_b() -> None:
    game = game_of(CASES["a line"])
    sets = {v.history: h for v, h in zip(game.compiled.nodes, game.compiled.node_sets, strict=True)}
    quiet = sets["status quo", "accident", "silent", "benign"]
    assert sets["status quo", "accident", "explain", "not heard", "benign"] == quiet
    assert sets["revisionist", "probe", "explain", "not heard", "benign"] == quiet
    heard = sets["status quo", "accident", "explain", "heard: line", "benign"]
    assert heard != quiet
    assert sets["revisionist", "probe", "explain", "heard: line", "not exposed", "benign"] == heard


def test_a_explains_before_it_could_know_evidence_or_notice() -> None:
    crisis = Incident(notified=0.5, cover=0.5, channels=(ONE,))
    for info in game_of(crisis).information_sets:
        if info.player == "A":
            assert info.record in (
                ("revisionist",),
                ("revisionist", "probe"),
                ("revisionist", "refrain", "accident"),
                ("status quo", "accident"),
            )


def test_explaining_costs_a_the_price_of_every_line_and_silence_nothing() -> None:
    crisis = CASES["two lines"]
    there = "line in force"
    silent = (there, "status quo", "accident", "silent", "benign", "restrain")
    assert paying(crisis, *silent) == (0, 0)
    for heard in ("heard: line, envoy", "heard: envoy", "not heard"):
        told = (there, "status quo", "accident", "explain", heard, "benign", "restrain")
        assert paying(crisis, *told) == pytest.approx((-0.15, 0))
    missing = ("line not in force", "status quo", "accident", "explain", "heard: envoy")
    assert paying(crisis, *missing, "benign", "restrain") == pytest.approx((-0.1, 0))


def test_a_lie_that_was_heard_is_exposed_with_the_probability_of_verification() -> None:
    found = chances(CASES["a line"], "revisionist", "probe", "explain", "heard: line")
    assert found == pytest.approx({"exposed": 0.6, "not exposed": 0.4})
    two = chances(
        CASES["two lines"], "line in force", "revisionist", "probe", "explain", "heard: line, envoy"
    )
    assert two == pytest.approx({"exposed": 1 - 0.4 * 0.8, "not exposed": 0.4 * 0.8})


def test_the_truth_and_a_lie_that_nobody_heard_are_never_exposed() -> None:
    for _, history, play in plays(CASES["everything"]):
        if play is not None and (not play.probe or not play.heard):
            assert "exposed" not in history
            assert "not exposed" not in history


def test_an_exposed_lie_costs_its_price_once_however_many_lines_expose_it() -> None:
    lie = ("revisionist", "probe", "explain")
    one = paying(CASES["a line"], *lie, "heard: line", "exposed", "benign", "restrain")
    assert one == pytest.approx((1 - 0.05 - 0.5, -1))
    two = paying(
        CASES["two lines"],
        "line in force",
        *lie,
        "heard: line, envoy",
        "exposed",
        "benign",
        "restrain",
    )
    assert two == pytest.approx((1 - 0.15 - 0.5, -1))


def test_where_prices_of_exposure_differ_the_dearest_line_that_was_heard_counts() -> None:
    lines = (Channel(exposure=0.3, name="line"), Channel(exposure=0.8, name="envoy"))
    crisis = Incident(channels=lines)
    lie = ("revisionist", "probe", "explain")
    for heard, price in (("line, envoy", 0.8), ("envoy", 0.8), ("line", 0.3)):
        end = (*lie, f"heard: {heard}", "exposed", "benign", "restrain")
        assert paying(crisis, *end)[0] == pytest.approx(1 - 0.1 - price)


def test_exposure_tells_b_that_it_was_a_probe() -> None:
    game = game_of(CASES["a line"])
    for visit, h in zip(game.compiled.nodes, game.compiled.node_sets, strict=True):
        if "exposed" in game.information_sets[h].record:
            assert "probe" in visit.history


def test_b_sees_which_explanations_came_through() -> None:
    game = game_of(Incident(channels=(ONE, Channel(name="envoy"))))
    heard = {h.record[1] for h in game.information_sets if h.player == "B" and len(h.record) == 2}
    assert heard == {
        "silence",
        "explained through line, envoy",
        "explained through line",
        "explained through envoy",
    }


def test_both_know_which_channels_are_in_force_before_a_chooses_anything() -> None:
    crisis = CASES["a line that may be missing"]
    game = game_of(crisis)
    assert game.compiled.branch_places[0][1] == "line in force"
    assert float(game.exact().branches[0]) == 0.5
    firsts = {h.record[0] for h in game.information_sets}
    assert len(firsts) == 2
    for info in game.information_sets:
        assert info.record[0] in firsts
    for visit in game.compiled.ends:
        if visit.history[0] == "line not in force":
            assert not {"explain", "silent"} & set(visit.history)


def test_with_a_line_that_may_be_missing_the_game_without_it_is_the_plain_game() -> None:
    """The plain game, under a first signal, is one half of the tree."""
    crisis = CASES["a line that may be missing"]
    with_line, plain = game_of(crisis), game_of(CASES["defaults"])
    numbers, base = with_line.exact(), plain.exact()
    here = [z for z, v in enumerate(with_line.compiled.ends) if v.history[0] == "line not in force"]
    assert [with_line.compiled.ends[z].history[1:] for z in here] == [
        v.history for v in plain.compiled.ends
    ]
    assert numbers.payoffs[here].tolist() == base.payoffs.tolist()


def test_a_line_in_force_with_certainty_needs_no_word_about_it() -> None:
    records_ = {h.record for h in game_of(CASES["a line"]).information_sets}
    assert ("revisionist",) in records_


# Options that are off are absent.


def names(crisis: Incident) -> set[str]:
    return set(game_of(crisis).parameters)


def test_an_option_at_zero_is_not_in_the_tree() -> None:
    plain = names(Incident())
    assert plain == {
        "accident_rate",
        "audience_cost",
        "clarity",
        "disaster",
        "gain",
        "hazard_escalation",
        "hazard_response",
        "loss",
        "preemption",
        "privacy",
        "response_cost",
        "stops_escalation",
        "stops_response",
        "suspicion",
    }
    assert names(Incident(notified=0.1)) - plain == {"notified"}
    assert names(Incident(cover=0.5)) == plain
    assert names(Incident(notified=0.1, cover=0.5)) - plain == {"notified", "cover"}
    assert names(Incident(disclosure=0.1)) - plain == {"disclosure"}
    assert names(Incident(assault=0.1)) - plain == {"assault"}
    line = {"line.answered", "line.delay", "line.explain_cost"}
    checked = {"line.verification", "line.exposure"}
    assert names(CASES["a line"]) - plain == line | checked
    assert names(CASES["a line without checks"]) - plain == line
    assert names(CASES["a line that may be missing"]) - plain == line | checked | {"line.in_force"}


def test_a_dead_line_leaves_the_game_as_it_was() -> None:
    assert CASES["a dead line"].game() == CASES["defaults"].game()


def test_reciprocity_takes_away_escalation_and_nothing_else() -> None:
    full, half = game_of(CASES["defaults"]), game_of(CASES["reciprocity"])
    kept = [z for z, v in enumerate(full.compiled.ends) if v.history[-1] != "escalate"]
    assert [full.compiled.ends[z].history for z in kept] == [v.history for v in half.compiled.ends]
    assert full.exact().payoffs[kept].tolist() == half.exact().payoffs.tolist()
    assert "hazard_escalation" not in half.parameters


def test_parameters_carry_domain_default_meaning_and_that_they_are_illustrations() -> None:
    for name, p in game_of(CASES["everything"]).parameters.items():
        owner: Any = CASES["everything"]
        if "." in name:
            owner = next(c for c in owner.channels if c.name == name.split(".")[0])
        assert p.default == getattr(owner, name.split(".")[-1])
        assert p.source == "illustration"
        assert p.meaning
        assert p.domain[0] == 0


# Fields.


def test_the_defaults_are_those_of_the_definition() -> None:
    given = {"suspicion": 0.4, "accident_rate": 0.2, "clarity": 0.3, "gain": 1, "loss": 1}
    given |= {"response_cost": 0.2, "disaster": 5, "hazard_response": 0.05, "audience_cost": 0.2}
    given |= {"hazard_escalation": 0.1, "stops_response": 0.4, "stops_escalation": 1}
    rest = ("notified", "cover", "disclosure", "privacy", "preemption", "assault")
    expected = {**given, **dict.fromkeys(rest, 0), "reciprocity": False, "channels": ()}
    expected["ally"] = None
    assert {f.name: getattr(Incident(), f.name) for f in fields(Incident)} == expected
    line = Channel()
    assert (line.answered, line.verification, line.exposure) == (0.9, 0.6, 0.5)
    assert (line.explain_cost, line.delay, line.in_force) == (0.05, 0, 1)


PROBABILITIES = [f.name for f in fields(Incident) if f.metadata and f.metadata["domain"][1] == 1]
COSTS = [f.name for f in fields(Incident) if f.metadata and f.metadata["domain"][1] != 1]


@pytest.mark.parametrize("name", PROBABILITIES)
def test_probabilities_and_shares_lie_between_zero_and_one(name: str) -> None:
    for edge in (0, 1, 0.0, 1.0, Fraction(1, 3)):
        assert getattr(Incident(**{name: edge}), name) == edge
    for wrong in (-0.1, 1.1):
        with pytest.raises(GameError) as error:
            Incident(**{name: wrong})
        assert f"Incident: parameter {name!r} is {wrong}; allowed is 0.0 to 1.0" in str(error.value)


@pytest.mark.parametrize("name", COSTS)
def test_utils_are_at_least_zero(name: str) -> None:
    assert getattr(Incident(**{name: 1000}), name) == 1000
    with pytest.raises(
        GameError, match=rf"Incident: parameter '{name}' is -1; allowed is 0.0 to inf"
    ):
        Incident(**{name: -1})


@pytest.mark.parametrize("wrong", ["0.3", None, True, float("nan"), float("inf"), 1j, [0.3]])
def test_fields_are_finite_numbers(wrong: Any) -> None:
    for name in ("clarity", "gain"):
        with pytest.raises(
            GameError, match=rf"Incident: parameter '{name}' is .*finite real number"
        ):
            Incident(**{name: wrong})
    with pytest.raises(GameError, match="Channel 'channel': parameter 'answered' is"):
        Channel(answered=wrong)


def test_an_error_says_what_the_field_means() -> None:
    with pytest.raises(GameError, match=r"\(probability that A is revisionist\)"):
        Incident(suspicion=2)
    with pytest.raises(
        GameError, match=r"Channel 'hotline': .*\(probability that a lie is exposed\)"
    ):
        Channel(verification=-1, name="hotline")


@pytest.mark.parametrize("wrong", ["yes", "no", None, 0.5, 2])
def test_reciprocity_is_a_yes_or_a_no(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"reciprocity is .*; give True or False"):
        Incident(reciprocity=wrong)
    assert Incident(reciprocity=np.bool_(True)).reciprocity is True  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [ONE, 3, None, "hotline", ("hotline",), [ONE, None]])
def test_channels_are_a_tuple_of_channels(wrong: Any) -> None:
    with pytest.raises(GameError, match="Incident: channels"):
        Incident(channels=wrong)
    assert Incident(channels=[ONE]).channels == (ONE,)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", ["", " ", None, 1])
def test_a_channel_has_a_name(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"a channel is named .*; give a non-empty text"):
        Channel(name=wrong)


@pytest.mark.parametrize(
    ("given", "prefixes"),
    [
        (("hotline", "envoys"), {"hotline", "envoys"}),
        (("head of state hotline",), {"head_of_state_hotline"}),
        (("line", "line"), {"line_1", "line_2"}),
        (("line", "line", "line_1"), {"line_1", "line_2", "line_1_1"}),
        (("a b", "a-b"), {"a_b_1", "a_b_2"}),
        (("2nd line",), {"_2nd_line"}),
        (("热线",), {"热线"}),
    ],
)
def test_channels_keep_their_parameters_apart_whatever_their_names(
    given: tuple[str, ...], prefixes: set[str]
) -> None:
    crisis = Incident(channels=tuple(Channel(name=n) for n in given))
    assert {n.split(".")[0] for n in names(crisis) if "." in n} == prefixes
    assert len(chances(crisis, "status quo", "accident", "explain")) == 2 ** len(given)


def test_replace_changes_fields_and_checks_them() -> None:
    crisis = Incident().replace(clarity=0.5, channels=[ONE])
    assert (crisis.clarity, crisis.channels, crisis.gain) == (0.5, (ONE,), 1)
    assert Incident().replace() == Incident()
    with pytest.raises(GameError):
        Incident().replace(clarity=2)
    with pytest.raises(
        UnknownName, match="no field of Incident named 'clarty'; did you mean 'clar"
    ):
        Incident().replace(clarty=0.5)


def test_parameters_are_all_fields_and_go_to_json() -> None:
    crisis = CASES["everything"]
    found = crisis.parameters()
    assert list(found) == [f.name for f in fields(Incident)]
    again = json.loads(json.dumps(found))
    lines = tuple(Channel(**line) for line in again["channels"])
    assert Incident(**{**again, "channels": lines}) == crisis


@pytest.mark.parametrize("crisis", [CASES["two lines"], random_crisis(5), Incident()])
def test_crises_come_back_whole(crisis: Incident) -> None:
    for twin in (pickle.loads(pickle.dumps(crisis)), copy.copy(crisis), copy.deepcopy(crisis)):
        assert twin == crisis
        assert hash(twin) == hash(crisis)
    assert twin.game() == game_of(crisis)


def test_the_incident_is_among_the_crises() -> None:
    assert CRISES["incident"] is Incident
    assert Incident().kind == "incident"


# What stands in for what where an institution is missing.


@pytest.mark.parametrize(
    ("record", "plain"),
    [
        (("hostile",), ("hostile",)),
        (("hostile", "silence"), ("hostile",)),
        (("benign", "explained", "exposed"), ("benign",)),
        (("benign", "explained through line, envoy"), ("benign",)),
        (("hostile", "known revisionist"), ("hostile",)),
        (("in force: line", "hostile", "silence", "known status quo"), ("hostile",)),
    ],
)
def test_a_record_stands_for_its_plain_part(record: Any, plain: Any) -> None:
    assert Incident().familiar("B", record) == ((1.0, plain),)


def test_a_notice_stands_for_the_evidence_that_an_accident_gives() -> None:
    found = Incident(clarity=0.3).familiar("B", ("notified", "silence"))
    assert found == ((pytest.approx(0.65), ("benign",)), (pytest.approx(0.35), ("hostile",)))


def test_a_keeps_what_it_knew_of_itself() -> None:
    record = ("not in force: line", "revisionist", "probe")
    assert Incident().familiar("A", record) == ((1.0, ("revisionist", "probe")),)


@pytest.mark.parametrize("crisis", list(CASES.values()))
def test_every_record_stands_for_records_of_the_plain_game(crisis: Incident) -> None:
    plain = {(h.player, h.record) for h in game_of(CASES["defaults"]).information_sets}
    for info in game_of(crisis).information_sets:
        stand_ins = crisis.familiar(info.player, info.record)
        assert sum(w for w, _ in stand_ins) == pytest.approx(1)
        if info.actions != ("silent", "explain"):
            assert all((info.player, r) in plain for _, r in stand_ins)


def test_actions_that_are_gone_have_stand_ins_and_new_ones_may_be_left_unused() -> None:
    crisis = Incident()
    assert [crisis.instead(a) for a in (*REPLIES, "explain", "probe")] == [
        "restrain",
        "respond",
        "respond",
        "silent",
        "probe",
    ]
    assert crisis.passive == ("silent", "stay out")


# Equilibria: reference values, and closed forms.


@cache
def solved(crisis: Incident) -> EquilibriumSet:
    return solve(crisis.game(), exact=True)


REFERENCE = [
    ({}, {"war": 0.0119686, "war:deliberate": 0.0059843, "war:misperception": 0.0059843}),
    ({}, {"calm": 0.7222222}),
    ({"clarity": 0}, {"war": 0.0291375}),
    ({"clarity": 0.2}, {"war": 0.0288000}),
    ({"clarity": 0.5}, {"war": 0.0075605}),
    ({"clarity": 0.8}, {"war": 0.0025812}),
    ({"audience_cost": 0}, {"war": 0.0176587}),
    ({"audience_cost": 0.4}, {"war": 0.0108764, "war:inadvertent": 0.0002740}),
    ({"reciprocity": True}, {"war": 0.0151000}),
]


@pytest.mark.parametrize(("changes", "expected"), REFERENCE)
def test_reference_values(changes: dict[str, Any], expected: dict[str, float]) -> None:
    found = solved(Incident(**changes))
    assert found.complete
    assert len(found.classes) == 1
    for outcome, value in expected.items():
        low, high = found.bounds(outcome)
        assert low == high
        assert round(float(low), 7) == value


def test_reciprocity_raises_war() -> None:
    assert solved(Incident(reciprocity=True)).bounds("war") > solved(Incident()).bounds("war")


@pytest.mark.parametrize("suspicion", [0.3, 0.5, 0.75, 0.99])
def test_suspicion_has_no_effect_while_the_revisionist_mixes(suspicion: float) -> None:
    """The probability of a probe is pinned by B's indifference."""
    found, base = solved(Incident(suspicion=suspicion)), solved(Incident())
    mixed = found[0].strategy["A"]["revisionist",]
    assert mixed != "any"
    assert 0 < mixed["probe"] < 1
    for outcome in (*WAR[::2], "war", "calm", "stands", "undone", "settled"):
        assert found.bounds(outcome) == base.bounds(outcome)


def test_with_a_channel_the_equilibria_in_which_nobody_talks_survive() -> None:
    found = solve(Incident(channels=(Channel(),)).game(), exact=True)
    low, high = solved(Incident()).bounds("war")
    assert low == high
    mute = [
        e
        for e in found
        if all(row == "any" or row.get("explain", 0) == 0 for row in e.strategy["A"].values())
    ]
    assert mute
    assert low in {e.probability("war") for e in mute}


Plan = Mapping[str, tuple[str, Fraction]]
"""For each kind of evidence B's reply and its probability; otherwise B restrains."""


@dataclass(frozen=True)
class Mixing:
    """An equilibrium in which the revisionist and B both mix, in closed form.

    B is indifferent between restraint and its best reply on one kind of evidence; on the other it
    restrains for sure (if that is the benign) or replies for sure (if that is the hostile).
    """

    probe: Fraction
    """Probability that there is a probe at all."""
    plan: Plan
    outcomes: Mapping[str, Fraction]


def replies(c: Incident) -> tuple[str, ...]:
    return REPLIES[1:2] if c.reciprocity else REPLIES[1:]


def worth(c: Incident, reply: str, probe: bool, evidence: str) -> tuple[Fraction, Fraction]:
    """Return (A, B)'s payoffs from a reply, by hand: no channels."""
    w, d = q(c.assault), q(c.disaster)
    if reply == "restrain":
        cost = q(c.audience_cost) * (1 - q(c.privacy)) if evidence == "hostile" else Fraction(0)
        return (q(c.gain), -cost - q(c.loss) - w * d) if probe else (Fraction(0), -cost)
    escalated = reply == "escalate"
    h = q(c.hazard_escalation if escalated else c.hazard_response)
    e = q(c.stops_escalation if escalated else c.stops_response)
    own = d - q(c.preemption) if escalated else d
    stands = (1 - h) * (1 - e) if probe else Fraction(0)
    r = q(c.response_cost)
    return -r - h * d + stands * q(c.gain), -r - h * own - stands * (q(c.loss) + w * d)


def threshold(c: Incident, evidence: str) -> tuple[Fraction, str] | None:
    """Return the belief in a probe from which B replies rather than restrains, and how."""
    found = []
    for reply in replies(c):
        gain_probe = worth(c, reply, True, evidence)[1] - worth(c, "restrain", True, evidence)[1]
        gain_else = worth(c, reply, False, evidence)[1] - worth(c, "restrain", False, evidence)[1]
        if gain_else >= 0:
            return None
        if gain_probe > 0:
            found.append((-gain_else / (gain_probe - gain_else), reply))
    return min(found) if found and (len(found) < 2 or found[0][0] != found[1][0]) else None


def best_reply(c: Incident, belief: Fraction, evidence: str) -> str | None:
    """Return B's only best reply at a belief, or None if there are several."""
    values = {
        r: belief * worth(c, r, True, evidence)[1] + (1 - belief) * worth(c, r, False, evidence)[1]
        for r in ("restrain", *replies(c))
    }
    best = [r for r, v in values.items() if v == max(values.values())]
    return best[0] if len(best) == 1 else None


def mixing(c: Incident, where: str) -> Mixing | None:
    """Return the equilibrium in which B mixes on evidence ``where``, if these numbers have one."""
    phi, alpha = q(c.suspicion), q(c.accident_rate)
    right, wrong = (1 + q(c.clarity)) / 2, (1 - q(c.clarity)) / 2
    # A notice covers accidents only here, so that B restrains when it sees one.
    seen = 1 - q(c.notified)
    after_probe = {"hostile": right, "benign": wrong}
    after_accident = {"hostile": wrong * seen, "benign": right * seen}

    turn = threshold(c, where)
    if turn is None:
        return None
    belief, reply = turn
    # B is indifferent: probe * after_probe : (1 - probe) * alpha * after_accident = belief : rest.
    odds = belief / (1 - belief) * alpha * after_accident[where] / after_probe[where]
    probe = odds / (1 + odds)
    other = "benign" if where == "hostile" else "hostile"
    mass = probe * after_probe[other], (1 - probe) * alpha * after_accident[other]
    elsewhere = best_reply(c, mass[0] / sum(mass), other)
    if elsewhere is None or (elsewhere == "restrain") != (other == "benign"):
        return None

    # A is indifferent between a probe, and an accident that may happen all the same.
    def difference(share: int) -> Fraction:
        mixed = {where: reply if share else "restrain", other: elsewhere}
        a = sum(after_probe[e] * worth(c, r, True, e)[0] for e, r in mixed.items())
        b = sum(after_accident[e] * worth(c, r, False, e)[0] for e, r in mixed.items())
        return a - alpha * b

    never, always = difference(0), difference(1)
    if never == always:
        return None
    share = never / (never - always)
    if not (0 < share < 1 and 0 < probe < phi):
        return None
    plan = {where: (reply, share), other: (elsewhere, Fraction(elsewhere != "restrain"))}
    return Mixing(probe, plan, tally(c, probe, after_probe, after_accident, plan))


def tally(
    c: Incident,
    probe: Fraction,
    after_probe: Mapping[str, Fraction],
    after_accident: Mapping[str, Fraction],
    plan: Plan,
) -> dict[str, Fraction]:
    """Return the probabilities of war by cause and of calm."""
    alpha, w = q(c.accident_rate), q(c.assault)
    total = dict.fromkeys((*WAR, "calm"), Fraction(0))
    total["calm"] = (1 - probe) * (1 - alpha)
    for evidence, (reply, share) in plan.items():
        meant = probe * after_probe[evidence]
        total["war:deliberate"] += meant * (1 - share) * w
        if reply == "restrain":
            continue
        own = "war:deliberate" if reply == "escalate" else "war:inadvertent"
        how = "escalation" if reply == "escalate" else "response"
        h, e = q(getattr(c, f"hazard_{how}")), q(getattr(c, f"stops_{how}"))
        total[own] += meant * share * h
        total["war:deliberate"] += meant * share * (1 - h) * (1 - e) * w
        restraint, chosen = (worth(c, r, False, evidence)[1] for r in ("restrain", reply))
        regretted = "war:misperception" if restraint >= chosen else own
        total[regretted] += (1 - probe) * alpha * after_accident[evidence] * share * h
    return total


def interior(seed: int, where: str) -> tuple[Incident, Mixing]:
    """Return the first random crisis at which B mixes on evidence ``where``."""
    rng = Random(seed)
    while True:
        c = Incident(
            suspicion=rng.randint(30, 95) / 100,
            accident_rate=rng.randint(5, 80) / 100,
            clarity=rng.randint(1, 95) / 100,
            gain=rng.randint(20, 200) / 100,
            loss=rng.randint(50, 300) / 100,
            response_cost=rng.randint(1, 40) / 100,
            disaster=rng.randint(200, 900) / 100,
            hazard_response=rng.randint(1, 15) / 100,
            hazard_escalation=rng.randint(5, 30) / 100,
            stops_response=rng.randint(10, 90) / 100,
            stops_escalation=rng.randint(50, 100) / 100,
            audience_cost=rng.randint(0, 50) / 100,
            privacy=rng.choice([0, 0.3]),
            preemption=rng.choice([0, 0.8]),
            assault=rng.choice([0, 0, 0.1]),
            notified=rng.choice([0, 0, 0.4]),
            reciprocity=rng.random() < 0.25,
        )
        found = mixing(c, where)
        if found is not None:
            return c, found


@pytest.mark.parametrize("where", ["hostile", "benign"])
@pytest.mark.parametrize("seed", range(10))
def test_closed_form_equilibria_are_found_exactly(seed: int, where: str) -> None:
    crisis, expected = interior(seed, where)
    found = solved(crisis)
    assert found.complete
    probing = expected.probe / q(crisis.suspicion)
    (one,) = [e for e in found if mix(e, "A", "revisionist")["probe"] == probing]
    for evidence, (reply, share) in expected.plan.items():
        row = mix(one, "B", evidence)
        assert row["restrain"] == 1 - share
        assert share == 0 or row[reply] == share
    for outcome, value in expected.outcomes.items():
        assert one.outcomes.get(outcome, 0) == value
    if where == "hostile":
        # Here the equilibrium is the only one; with replies on benign evidence there may be three.
        war = sum(expected.outcomes[o] for o in WAR)
        assert found.bounds("war") == (war, war)


def mix(equilibrium: Equilibrium, player: str, record: str) -> Mapping[str, Any]:
    behaviour = equilibrium.strategy[player][record,]
    assert behaviour != "any"
    return behaviour


@pytest.mark.parametrize("seed", range(100, 104))
def test_floats_are_the_closed_form_to_twelve_digits(seed: int) -> None:
    crisis, expected = interior(seed, "hostile")
    found = solve(crisis.game())
    for outcome in set(expected.outcomes) & set(found.game.outcomes):
        value = float(expected.outcomes[outcome])
        assert found.bounds(outcome) == pytest.approx((value, value), abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({}, "hostile"),
        ({"clarity": 0.5}, "hostile"),
        ({"clarity": 0.8}, "hostile"),
        ({"audience_cost": 0}, "hostile"),
        ({"clarity": 0}, "benign"),
    ],
)
def test_the_reference_values_have_that_closed_form(changes: dict[str, Any], where: str) -> None:
    expected = mixing(Incident(**changes), where)
    assert expected is not None
    war = sum(expected.outcomes[o] for o in WAR)
    assert solved(Incident(**changes)).bounds("war") == (war, war)


@pytest.mark.parametrize(
    ("changes", "deliberate", "inadvertent", "misperception"),
    [
        # .4 * .6 * .1 after a probe, and .6 * .2 * .4 * .1 after an accident.
        ({"clarity": 0.2}, "0.024", "0", "0.0048"),
        # .4 * .65 * .05 after a probe, and .6 * .2 * .35 * .05 after an accident.
        ({"reciprocity": True}, "0", "0.013", "0.0021"),
    ],
)
def test_where_every_revisionist_probes_and_every_hostile_sign_is_answered(
    changes: dict[str, Any], deliberate: str, inadvertent: str, misperception: str
) -> None:
    found = solved(Incident(**changes))
    values = dict(zip(WAR, map(Fraction, (deliberate, inadvertent, misperception)), strict=True))
    for outcome in set(WAR) & set(found.game.outcomes):
        assert found.bounds(outcome) == (values[outcome],) * 2


def test_at_an_audience_cost_of_two_fifths_b_mixes_between_its_two_replies() -> None:
    """On hostile evidence a response costs .45 and .57 after a probe, escalation .7 always."""
    belief = q(0.25) / q(0.57)
    odds = belief / (1 - belief) * q(0.2) * q(0.35) / q(0.65)
    probe = odds / (1 + odds)
    # A's probe: .35 + .65 (.12 s - .7 (1 - s)); else: .2 * .35 (-.45 s - .7 (1 - s)).
    respond = (q(0.65) * q(0.7) - q(0.35) - q(0.07) * q(0.7)) / (
        q(0.65) * (q(0.12) + q(0.7)) - q(0.07) * (q(0.7) - q(0.45))
    )
    hostile = probe * q(0.65), (1 - probe) * q(0.07)
    expected = {
        "war:deliberate": hostile[0] * (1 - respond) * q(0.1),
        "war:inadvertent": hostile[0] * respond * q(0.05),
        "war:misperception": hostile[1] * (respond * q(0.05) + (1 - respond) * q(0.1)),
    }
    found = solved(Incident(audience_cost=0.4))
    for outcome, value in expected.items():
        assert found.bounds(outcome) == (value, value)
    assert mix(found[0], "B", "hostile") == {
        "restrain": 0,
        "respond": respond,
        "escalate": 1 - respond,
    }


@pytest.mark.parametrize("clarity", [0.0, 1.0])
@pytest.mark.parametrize("edge", ["suspicion", "accident_rate"])
def test_the_edges_of_the_domains_can_be_solved(edge: str, clarity: float) -> None:
    for value in (0.0, 1.0):
        found = solve(Incident(clarity=clarity, **{edge: value}).game())
        low, high = found.bounds("war")
        assert 0 <= low <= high <= 1
        assert found.certificate < 1e-9
