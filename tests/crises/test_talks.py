"""Talks: the tree against its definition in words, and equilibria against those found by hand.

The definition in plain arithmetic, and all sequential equilibria in closed form, are in
`oracle_talks`; nothing there comes from the library but the fields of `Talks`.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from functools import cache
from itertools import product
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_talks import BILATERAL, HOSTED, NONE, PLANS, TYPES, Values, equilibria, wars

from crisisgames import (
    Equilibrium,
    EquilibriumSet,
    ExtensiveFormGame,
    GameError,
    Talks,
    UnknownName,
    solve,
    verify,
)
from crisisgames.crises import CRISES

INADVERTENT = "war:inadvertent"
HOST = {"host": 0.5, "discretion": 0.8}
LEAK, NOTHING = "talks leaked", "nothing leaked"

Play = tuple[str, ...]
Entry = tuple[Fraction, dict[str, Fraction], tuple[Fraction, ...]]
"""Probability that nature lets the play happen, its outcomes, and payoffs of C, U, K."""


# The definition, in words and in plain arithmetic.


def definition(c: Talks) -> dict[Play, Entry]:
    """Return every play: type, offer, answer, leak, and what K does."""
    v = Values(c)
    damage = Fraction(str(float(c.damage)))
    found: dict[Play, Entry] = {}

    def k_moves(play: Play, luck: Fraction, talks: str, price: Fraction) -> None:
        held = talks == "held"
        for plan in PLANS:
            war = v.war[held, plan]
            done = (("keep", "break")[plan[0]], ("refrain", "provoke")[plan[1]])
            states = (("kept", "broken")[plan[0]], ("quiet", "provoked")[plan[1]])
            outcomes = {INADVERTENT: war, ":".join((talks, *states)): 1 - war}
            pay = (-price - v.loss[held, plan], -damage * war, v.worth[held, plan])
            found[(*play, *done)] = (luck, {o: p for o, p in outcomes.items() if p}, pay)

    if not c.offer:
        k_moves((), Fraction(1), "not offered", Fraction(0))
        return found
    for kind in TYPES:
        k_moves((kind, NONE), v.prior[kind], "not offered", Fraction(0))
        for offer in v.offers[1:]:
            play, leak = (kind, offer), v.leak[offer]
            k_moves((*play, "refuse"), v.prior[kind], "refused", Fraction(0))
            for seen, chance in (("leak", leak), ("no leak", 1 - leak)):
                held = (*play, "accept", seen)
                k_moves(held, v.prior[kind] * chance, "held", v.price[kind, offer])
    return found


def compiled(game: ExtensiveFormGame) -> dict[Play, Entry]:
    """Return the same from the compiled game."""
    numbers = game.exact()
    luck = numbers.chance(game.compiled.ends)
    found = {}
    for z, visit in enumerate(game.compiled.ends):
        shares = dict(zip(game.outcomes, numbers.shares[z], strict=True))
        found[visit.history] = (
            luck[z],
            {o: s for o, s in shares.items() if s},
            tuple(numbers.payoffs[z]),
        )
    return found


def check(c: Talks, game: ExtensiveFormGame) -> None:
    assert game.players == ("C", "U", "K")
    assert compiled(game) == definition(c)


# Talks to check.

SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.integers(1, 19).map(lambda n: n / 20))
UTILS = st.integers(0, 30).map(lambda n: n / 10)
VALUES = {
    f.name: SHARES if f.metadata["domain"] == (0, 1) else UTILS for f in fields(Talks) if f.metadata
}
talks = st.builds(Talks, offer=st.booleans(), **VALUES)
CASES = {
    "defaults": Talks(),
    "no offer": Talks(offer=False),
    "no offer, a host": Talks(offer=False, **HOST),
    "hosted": Talks(**HOST),
    "hosted, no discretion": Talks(host=0.5),
    "hosted at full price": Talks(discretion=0.8),
    "hosted, well coordinated": Talks(**HOST, coordination=1),
    "incidents are certain after all": Talks(incident_rate=0.7, agitation=0.3, provocation=0.4),
}
ALL = pytest.mark.parametrize("crisis", CASES.values(), ids=CASES)

WARY = Talks(prob_pragmatic=0.6, price_conservative=2.5, agitation=0.2, endorsement_fear=1.5)
"""Conservatives who never talk, and a DPRK that breaks off if talks are likely."""


@cache
def solved(crisis: Talks, concept: str = "sequential") -> EquilibriumSet:
    return solve(crisis.game(), concept)


# The whole tree against the definition.


@ALL
def test_every_play_is_as_defined(crisis: Talks) -> None:
    check(crisis, crisis.game())


@settings(max_examples=25, deadline=None)
@given(talks)
def test_every_play_is_as_defined_over_the_domains(crisis: Talks) -> None:
    game = crisis.game()
    nature = {play: luck for play, (luck, _, _) in compiled(game).items()}
    assert sum(nature[play] for play in nature if _pure(play)) == 1
    check(crisis, game)


def _pure(play: Play) -> bool:
    """Tell whether everybody does the first thing that could be done, after an offer accepted."""
    return play[-2:] == ("keep", "refrain") and (
        len(play) == 2 or (BILATERAL in play and "accept" in play)
    )


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_one_tree_serves_a_sweep(data: st.DataObject) -> None:
    """The game at other values is the game of the crisis with those values."""
    inner = st.integers(1, 19).map(lambda n: n / 20)
    game = Talks(**HOST).game()
    assert set(game.parameters) == set(VALUES)
    values = {n: data.draw(inner, label=n) for n in sorted(game.parameters)}
    check(Talks(**values), game.at(**values))


@pytest.mark.parametrize(
    ("play", "luck", "war", "pays"),
    [
        # A pragmatic C at half of .4; nothing leaks with .9; .1 + .2 + .1 times .25 is .1.
        (
            ("pragmatic", HOSTED, "accept", "no leak", "break", "provoke"),
            "0.54",
            "0.1",
            ("-1.6", "-0.8", "0.28"),  # -.2 - .6 - .8, 1 + .4 (1 - .8) - .8
        ),
        (
            ("pragmatic", BILATERAL, "accept", "leak", "keep", "refrain"),
            "0.3",
            "0.025",
            ("-0.6", "-0.2", "-0.2"),  # the whole price, and .025 of 8
        ),
        # A conservative C that refuses; the break comes without talks: (.1 + .2) .5.
        (
            ("conservative", HOSTED, "refuse", "break", "refrain"),
            "0.4",
            "0.15",
            ("-1.8", "-1.2", "-1.5"),  # -.6 - 1.2, -.3 - 1.2
        ),
        (("conservative", NONE, "keep", "provoke"), "0.4", "0.1", ("-0.8", "-0.8", "-0.4")),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, tuple) else "",
)
def test_ends_paid_by_hand(play: Play, luck: str, war: str, pays: tuple[str, ...]) -> None:
    """Every end at numbers chosen to tell all terms apart."""
    c = Talks(
        prob_pragmatic=0.6,
        price_pragmatic=0.4,
        price_conservative=0.9,
        host=0.5,
        discretion=0.8,
        leak=0.5,
        endorsement_fear=1,
        channel_value=0.3,
        leverage=0.6,
        incident_rate=0.1,
        agitation=0.2,
        provocation=0.1,
        escalation_uncoordinated=0.5,
        escalation_coordinated=0.25,
        damage=8,
        brinkmanship=0.4,
        coordination=0.8,
    )
    found, shares, paid = compiled(c.game())[play]
    assert (found, shares[INADVERTENT]) == (Fraction(luck), Fraction(war))
    assert paid == tuple(map(Fraction, pays))


# Who sees what.


@ALL
def test_players_know_what_the_rules_let_them_know(crisis: Talks) -> None:
    """U knows nothing; C its type and the offer; K whether it heard of talks, and what it did."""
    game = crisis.game()
    meaning: dict[int, Any] = {}
    for visit in game.compiled.ends:
        play = visit.history
        for h, a in visit.decisions:
            info = game.information_sets[h]
            if info.player == "U":
                known, did = (), play[1]
            elif info.player == "C":
                known, did = play[:2], play[2]
            else:
                own = [e for e in ("keep", "break", "refrain", "provoke") if e in play]
                later = set(info.actions) == {"refrain", "provoke"}
                known, did = ("leak" in play, own[0] if later else None), own[int(later)]
            assert info.actions[a] == did
            assert meaning.setdefault(h, (info.player, known)) == (info.player, known)
    assert len(set(meaning.values())) == len(meaning) == len(game.information_sets)


def test_the_dprk_sees_a_leak_or_nothing() -> None:
    records = {i.record for i in Talks(**HOST).game().information_sets if i.player == "K"}
    assert records == {
        (seen, *done) for seen in (LEAK, NOTHING) for done in ((), ("keep",), ("break",))
    }


# What is not in the tree, and what leaves it as it was.


def test_what_is_switched_off_is_not_in_the_tree() -> None:
    hosted = set(Talks(**HOST).game().parameters)
    assert hosted - set(Talks().game().parameters) == {"host", "discretion"}
    without = set(Talks(offer=False).game().parameters)
    about_talks = {"prob_pragmatic", "price_pragmatic", "price_conservative", "leak"}
    about_talks |= {"endorsement_fear", "coordination", "escalation_coordinated"}
    assert hosted - without == about_talks | {"host", "discretion"}
    assert Talks(**HOST).hosted
    assert not Talks().hosted


def test_a_host_means_nothing_where_nothing_can_be_offered() -> None:
    assert Talks(offer=False, **HOST).game() == Talks(offer=False).game()


def test_a_host_that_does_nothing_leaves_the_talks_as_they_were() -> None:
    assert Talks(host=0, discretion=0).game() == Talks().game()
    # Just above nothing, hosted talks are talks.
    hosted = solved(Talks(host=1e-12), "qre")
    plain = solved(Talks(), "qre")
    assert hosted.bounds("war") == pytest.approx(plain.bounds("war"), abs=1e-9)
    assert hosted[0].payoffs == pytest.approx(plain[0].payoffs, abs=1e-9)


def test_fields_about_talks_mean_nothing_where_they_cannot_be_offered() -> None:
    other = Talks(offer=False, leak=0.9, coordination=0, price_pragmatic=2, endorsement_fear=3)
    assert other.game() == Talks(offer=False).game()


# Fields.


def test_the_defaults_are_those_of_the_definition() -> None:
    assert Talks().parameters() == {
        "offer": True,
        "prob_pragmatic": 0.5,
        "price_pragmatic": 0.1,
        "price_conservative": 0.6,
        "host": 0.0,
        "discretion": 0.0,
        "leak": 0.4,
        "endorsement_fear": 0.8,
        "channel_value": 0.3,
        "leverage": 1.0,
        "incident_rate": 0.1,
        "agitation": 0.1,
        "provocation": 0.05,
        "escalation_uncoordinated": 0.5,
        "escalation_coordinated": 0.2,
        "damage": 10.0,
        "brinkmanship": 0.3,
        "coordination": 0.5,
    }
    assert Talks().kind == "talks"
    assert CRISES["talks"] is Talks


PROBABILITIES = (
    *("prob_pragmatic", "host", "discretion", "leak", "incident_rate", "agitation", "provocation"),
    *("escalation_uncoordinated", "escalation_coordinated", "coordination"),
)
COSTS = sorted(set(VALUES) - set(PROBABILITIES))


@pytest.mark.parametrize("name", PROBABILITIES)
@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_probabilities_lie_between_zero_and_one(name: str, value: float) -> None:
    with pytest.raises(GameError, match=rf"Talks: .*{name}.*{value}.*0 to 1"):
        Talks(**{name: value})


@pytest.mark.parametrize("name", COSTS)
def test_utils_are_at_least_zero(name: str) -> None:
    with pytest.raises(GameError, match=rf"Talks: .*{name}.*-0\.1"):
        Talks(**{name: -0.1})
    assert getattr(Talks(**{name: 40}), name) == 40


@pytest.mark.parametrize("wrong", ["0.3", None, True, nan, float("inf"), 1j, [0.3]])
def test_fields_are_finite_numbers(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Talks: .*leak"):
        Talks(leak=wrong)


@pytest.mark.parametrize("wrong", ["yes", None, 0.5, 2, [True], np.array([True, False])])
def test_offer_is_a_yes_or_a_no(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Talks: offer is .*; give True or False"):
        Talks(offer=wrong)


def test_replace_changes_fields_and_checks_them() -> None:
    changed = Talks().replace(leak=0.1, offer=np.bool_(False))
    assert (changed.leak, changed.offer) == (0.1, False)
    assert type(changed.offer) is bool
    assert Talks().leak == 0.4
    with pytest.raises(GameError, match="leak"):
        Talks().replace(leak=2)


@pytest.mark.parametrize("crisis", [c() for c in CRISES.values()], ids=list(CRISES))
def test_a_misspelt_field_gets_the_nearest_whatever_the_crisis(crisis: Any) -> None:
    names = {"talks": "leverage", "bargaining": "balance", "dyads": "damage"}
    kind, name = type(crisis), {**names, "whole crisis": "ladder"}.get(crisis.kind, "clarity")
    words = rf"no field of {kind.__name__} named '{name[:-1]}'; did you mean '{name}'\?"
    with pytest.raises(UnknownName, match=words):
        kind(**{name[:-1]: 0.5})
    with pytest.raises(UnknownName, match=words):
        crisis.replace(**{name[:-1]: 0.5})
    with pytest.raises(GameError, match=rf"{kind.__name__} has \d+ fields, and 99 values"):
        kind(*[0] * 99)
    first = fields(crisis)[0]
    with pytest.raises(GameError, match=f"{kind.__name__}: {first.name} is given twice"):
        kind(getattr(crisis, first.name), **{first.name: getattr(crisis, first.name)})


@ALL
def test_talks_come_back_whole(crisis: Talks) -> None:
    for again in (pickle.loads(pickle.dumps(crisis)), copy.deepcopy(crisis), copy.copy(crisis)):
        assert again == crisis
        assert hash(again) == hash(crisis)
        assert again.game() == crisis.game()
    assert Talks(**json.loads(json.dumps(crisis.parameters()))) == crisis


def test_parameters_carry_domain_default_meaning_and_that_they_are_illustrations() -> None:
    game = Talks(leak=0.25, **HOST).game()
    assert game.parameters["leak"].default == 0.25
    for p in game.parameters.values():
        assert p.meaning
        assert p.source == "illustration"
        assert p.domain == ((0, 1) if p.name in PROBABILITIES else (0, float("inf")))


def test_outcomes_are_war_or_all_that_was_done() -> None:
    game = Talks().game()
    did = product(("held", "refused", "not offered"), ("kept", "broken"), ("quiet", "provoked"))
    assert set(game.outcomes) == {INADVERTENT, *map(":".join, did)}
    (found,) = solve(Talks(**HOST).game(), "qre")
    assert found.probability("held") == found.probability("held:broken") == pytest.approx(0.95)
    assert found.probability("held:kept") == pytest.approx(0)
    assert found.probability("war") == found.probability(INADVERTENT)


# What a comparison asks.


def test_a_hosted_offer_stands_for_a_bilateral_one() -> None:
    hosted = ("pragmatic", "hosted talks offered")
    assert Talks().familiar("C", hosted) == ((1.0, ("pragmatic", "bilateral talks offered")),)
    for record in ((LEAK,), (NOTHING, "keep"), ()):
        assert Talks().familiar("K", record) == ((1.0, record),)


def test_actions_that_are_gone_have_stand_ins() -> None:
    assert Talks().instead(HOSTED) == BILATERAL
    assert Talks().instead(BILATERAL) == NONE
    assert Talks().instead("keep") == "keep"
    assert Talks().passive == (NONE, "refuse")


# Equilibria.


@pytest.mark.parametrize(
    ("crisis", "expected", "outcome"),
    [
        (Talks(), 0.075, ("refused:kept:provoked", "not offered:kept:provoked")),
        (Talks(offer=False), 0.075, "not offered:kept:provoked"),
        (Talks(**HOST), 0.050, "held:broken:provoked"),
        (Talks(**HOST, coordination=1), 0.040, "held:broken:quiet"),
    ],
    ids=["no host", "no offer", "hosted", "hosted and coordinated"],
)
def test_reference_values_in_the_limit_of_quantal_response(
    crisis: Talks, expected: float, outcome: Any
) -> None:
    (found,) = solved(crisis, "qre")
    assert found.probability("war") == pytest.approx(expected, abs=1e-9)
    assert found.probability(outcome) == pytest.approx(1 - expected, abs=1e-9)
    assert found.certificate.worst < 1e-9


def assessed(game: ExtensiveFormGame, strategy: dict[str, dict[Any, Any]]) -> Equilibrium:
    """Return a strategy with what follows from it: beliefs by Bayes' rule, outcomes, payoffs.

    Everybody remembers what it did, so own moves do not count in a belief. Where nobody accepts,
    all talks are as likely to have leaked; to K they are all the same.
    """
    numbers = game.exact()

    def weight(visit: Any, without: str = "") -> Fraction:
        p = numbers.branches[list(visit.chance)].prod()
        for h, a in visit.decisions:
            info = game.information_sets[h]
            if info.player != without:
                p *= strategy[info.player][info.record][info.actions[a]]
        return Fraction(p)

    beliefs: dict[str, dict[Any, dict[str, Any]]] = {p: {} for p in game.players}
    for h, node in zip(game.compiled.node_sets, game.compiled.nodes, strict=True):
        info = game.information_sets[h]
        beliefs[info.player].setdefault(info.record, {})[node.label] = weight(node, info.player)
    for row in (row for rows in beliefs.values() for row in rows.values()):
        total = sum(row.values())
        row.update({x: w / total if total else Fraction(1, len(row)) for x, w in row.items()})
    ends = [weight(visit) for visit in game.compiled.ends]
    outcomes = dict(zip(game.outcomes, ends @ numbers.shares, strict=True))
    return Equilibrium(
        game,
        strategy,
        beliefs,
        dict(zip(game.players, ends @ numbers.payoffs, strict=True)),
        outcomes,
    )


def by_hand(
    crisis: Talks, offer: str, accepts: dict[tuple[str, str], Any], breaks: Any
) -> Equilibrium:
    """Return play in which K provokes always, breaks off after a leak, and where nothing leaked
    breaks off with a probability."""
    game = crisis.game()
    strategy: dict[str, dict[Any, Any]] = {p: {} for p in game.players}
    for info in game.information_sets:
        if info.player == "U":
            row = {a: Fraction(a == offer) for a in info.actions}
        elif info.player == "C":
            kind, offered = info.record
            yes = Fraction(accepts[kind, f"offer {offered.removesuffix(' offered')}"])
            row = {"refuse": 1 - yes, "accept": yes}
        elif "provoke" in info.actions:
            row = {"refrain": Fraction(0), "provoke": Fraction(1)}
        else:
            broken = Fraction(1) if info.record == (LEAK,) else Fraction(breaks)
            row = {"keep": 1 - broken, "break": broken}
        strategy[info.player][info.record] = row
    return assessed(game, strategy)


def is_equilibrium(found: Equilibrium) -> bool:
    certificate = verify(found.game, found)
    return certificate.gain == certificate.bayes_error == certificate.outcome_error == 0


def both(offer: str, answer: Any) -> dict[tuple[str, str], Any]:
    return {(kind, offer): answer for kind in TYPES}


def test_three_equilibria_without_a_host_by_hand() -> None:
    """At the defaults provoking is worth .05 to K whatever it believes, so it always provokes.

    A break is worth .8 - .2 to K if talks were held, -.3 - .5 if not: it breaks off where it
    believes that they were held with more than 4/7.

    * K keeps the channel. Refusing costs C .75; accepting .6 + .18 and the price: both refuse.
    * K breaks off. Refusing costs C 2.25, accepting 1.5 and the price: both accept, so that K is
      right. Talks are held because K is sure to think that they are.
    * K breaks off with b. The conservative is indifferent where .75 + 1.5 b = 1.38 + .72 b. It
      accepts as often as makes K indifferent: .6 h / (1 - .4 h) = 4/7, h those who accept.
    """
    crisis = Talks()
    refused = by_hand(crisis, BILATERAL, both(BILATERAL, 0), 0)
    held = by_hand(crisis, BILATERAL, both(BILATERAL, 1), 1)
    b, h = Fraction(63, 78), Fraction(20, 29)
    torn = {("pragmatic", BILATERAL): 1, ("conservative", BILATERAL): 2 * h - 1}
    mixed = by_hand(crisis, BILATERAL, torn, b)
    assert all(map(is_equilibrium, (refused, held, mixed)))
    assert refused.probability("war") == Fraction(75, 1000)
    assert held.probability("war") == Fraction(50, 1000)
    silent = Fraction(6, 10) * (Fraction(3, 100) + Fraction(2, 100) * b)
    some = h * (Fraction(2, 100) + silent) + (1 - h) * (Fraction(75, 1000) + Fraction(5, 100) * b)
    assert mixed.probability("war") == some
    assert 0.0687 < some < 0.0688
    found = list(equilibria(crisis))
    assert sorted(w for _, w in found) == sorted(
        e.probability("war") for e in (refused, held, mixed)
    )
    assert {mix.get((1, 1), 0) for mix, _ in found} == {0, 1, b}
    # Any other rate, of the break or of accepting, is none.
    assert not is_equilibrium(by_hand(crisis, BILATERAL, torn, b + Fraction(1, 100)))
    less = {**torn, ("conservative", BILATERAL): 2 * h - 1 - Fraction(1, 100)}
    assert not is_equilibrium(by_hand(crisis, BILATERAL, less, b))
    # Nor do both accept while K keeps its channel, as they would where talks stay secret.
    assert not is_equilibrium(by_hand(crisis, BILATERAL, both(BILATERAL, 1), 0))


def test_a_host_by_hand() -> None:
    """Hosted talks cost C less than a refusal whatever K does, so C accepts, and K knows it.

    Where K keeps the channel, refusing costs .75, accepting .12 + .276 and half the price. Where K
    breaks off, 2.25 and 1.5 and half the price. Then K breaks off, and C has lost its leverage.
    """
    crisis = Talks(**HOST)
    accepts = both(HOSTED, 1) | both(BILATERAL, 1)
    held = by_hand(crisis, HOSTED, accepts, 1)
    assert is_equilibrium(held)
    assert held.probability("war") == Fraction(5, 100)
    assert held.payoffs == {
        "C": -Fraction(1675, 1000),
        "U": -Fraction(1, 2),
        "K": Fraction(45, 100),
    }
    assert wars(crisis) == (Fraction(5, 100), Fraction(5, 100))
    for breaks in (0, Fraction(1, 2)):
        assert not is_equilibrium(by_hand(crisis, HOSTED, accepts, breaks))


@pytest.mark.parametrize(
    ("before", "host", "bilateral"),
    [
        # The pragmatic would accept either offer where K breaks off in any case.
        (WARY, HOST, 1),
        # The price alone, which is too high without a host; leaks are rare from the start.
        (WARY.replace(leak=0.1, price_pragmatic=1.2, price_conservative=6), {"host": 0.8}, 0),
    ],
    ids=["price and leaks", "price alone"],
)
def test_a_host_can_backfire(before: Talks, host: dict[str, float], bilateral: int) -> None:
    """P(war) rises from .075 to .112, in the only equilibrium before and the only one after.

    Without the host both refuse, K keeps its channel: (.1 + .05) .5. With it the pragmatic, three
    in five, accept. K then believes in talks more than 13/24, at which 1.1 q = 1.3 (1 - q), and
    breaks off, also from those who refused: .6 (.35) .2 + .4 (.35) .5.
    """
    after = before.replace(**host)
    assert wars(before) == (Fraction(75, 1000), Fraction(75, 1000))
    assert wars(after) == (Fraction(112, 1000), Fraction(112, 1000))
    accepts = both(HOSTED, 0) | both(BILATERAL, 0)
    accepts |= {("pragmatic", HOSTED): 1, ("pragmatic", BILATERAL): bilateral}
    assert is_equilibrium(by_hand(before, BILATERAL, both(BILATERAL, 0), 0))
    assert is_equilibrium(by_hand(after, HOSTED, accepts, 1))
    silent = Fraction(6, 10) * Values(after).leak[HOSTED]
    assert (Fraction(6, 10) - silent) / (1 - silent) > Fraction(13, 24)
    assert solved(before, "qre").bounds("war") == pytest.approx((0.075, 0.075), abs=1e-6)
    assert solved(after, "qre").bounds("war") == pytest.approx((0.112, 0.112), abs=1e-6)


def test_a_host_of_half_the_price_is_not_enough_where_bilateral_talks_leak() -> None:
    assert wars(WARY.replace(host=0.5)) == wars(WARY)


def test_lower_prices_take_away_the_quiet_equilibrium() -> None:
    """The refusal of .075 is one of three before; with half the price K infers talks in each."""
    before = WARY.replace(leak=0.1, price_pragmatic=0.4)
    low, high = wars(before)
    assert low < Fraction(75, 1000) < high == Fraction(112, 1000)
    assert wars(before.replace(host=0.5)) == (high, high)
    assert solved(before, "qre").bounds("war") == pytest.approx((0.075, 0.075), abs=1e-6)


GENERIC = {
    **CASES,
    "wary": WARY,
    "wary, hosted": WARY.replace(**HOST),
    "wary, hosted openly": WARY.replace(leak=0.1, price_pragmatic=0.4, host=0.5),
    "low prices": Talks(price_pragmatic=0.05, price_conservative=0.3, leak=0.2),
    "no gain from a break": Talks(endorsement_fear=0.1),
    "a useless channel": Talks(channel_value=0, agitation=0.01),
    "no room for brinkmanship": Talks(**HOST, brinkmanship=0.18),
}


@pytest.mark.parametrize("crisis", GENERIC.values(), ids=GENERIC)
def test_pure_equilibria_are_all_there_is_a_closed_form_for(crisis: Talks) -> None:
    """Every equilibrium in closed form in which nobody needs to mix is one of the game."""
    certain = {w for mix, w in equilibria(crisis) if set(mix.values()) == {1}}
    assert certain
    pure = solved(crisis, "pure-nash")
    known = {round(float(e.probability("war")), 12) for e in pure}
    assert {round(float(w), 12) for w in certain} <= known
    # The limit of quantal response is one of them.
    limit = float(solved(crisis, "qre")[0].probability("war"))
    assert any(limit == pytest.approx(float(w), abs=1e-6) for _, w in equilibria(crisis))


def draws(count: int) -> Iterator[Talks]:
    """Yield talks at random."""
    rng = np.random.default_rng(20)
    for _ in range(count):
        yield Talks(**{n: float(rng.integers(1, 20)) / 20 for n in VALUES})


DRAWN = list(draws(12))
PROVED = set(GENERIC) - {
    "hosted, no discretion",
    "hosted at full price",
    "hosted, well coordinated",
}


@pytest.mark.parametrize(
    "name", [n if n in PROVED else pytest.param(n, marks=pytest.mark.slow) for n in GENERIC]
)
def test_all_equilibria_are_found_and_certified(name: str) -> None:
    """Where the set is not proved complete, it holds all that the closed form has all the same."""
    found, closed = solved(GENERIC[name]), [w for _, w in equilibria(GENERIC[name])]
    assert found.bounds("war") == pytest.approx((min(closed), max(closed)), abs=1e-12)
    assert {round(float(e.probability("war")), 9) for e in found} == {
        round(float(w), 9) for w in closed
    }
    assert found.complete or name not in PROVED
    for equilibrium in found:
        assert verify(found.game, equilibrium).worst < 1e-9


@pytest.mark.parametrize("crisis", DRAWN, ids=[f"draw {k}" for k in range(len(DRAWN))])
def test_all_equilibria_of_random_talks_are_found(crisis: Talks) -> None:
    found = solved(crisis)
    assert found.complete
    assert found.bounds("war") == pytest.approx(tuple(map(float, wars(crisis))), abs=1e-12)


EDGES = [
    *((Talks(), name) for name in PROBABILITIES),
    *((Talks(**HOST), name) for name in ("host", "discretion", "leak", "coordination")),
]


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize(("base", "name"), EDGES)
def test_the_edges_of_the_domains_can_be_solved(base: Talks, name: str, value: float) -> None:
    crisis = base.replace(**{name: value})
    (limit,) = solve(crisis.game(), "qre")
    found = solve(crisis.game())
    assert found.certificate < 1e-9
    low, high = found.bounds("war")
    assert low - 1e-6 <= limit.probability("war") <= high + 1e-6
    if name not in ("prob_pragmatic", "leak") and (base.hosted, name, value) != (False, "host", 1):
        assert (low, high) == pytest.approx(tuple(map(float, wars(crisis))), abs=1e-12)
