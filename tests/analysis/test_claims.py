"""Claims: how they are read, and how they are judged over all equilibria."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from crisisgames import (
    CrisisGamesError,
    GameError,
    Hotline,
    Incident,
    NotApplicable,
    RulesOfBehaviour,
    UnknownName,
    none,
)
from crisisgames.analysis import Claim
from crisisgames.analysis.comparing import also_called, mechanisms_by_name
from crisisgames.analysis.solutions import solution_of
from crisisgames.mechanisms import Design

MECHANISMS = {m.label: m for m in (none, Hotline("theatre"), RulesOfBehaviour())}
NAMES = list(MECHANISMS)
HOTLINE, RULES = NAMES[1:]


@pytest.fixture(scope="module")
def solutions():
    crises = {name: m(Incident()) for name, m in MECHANISMS.items()}
    return {name: solution_of(c, c.solve()) for name, c in crises.items()}


def values(solution, outcome):
    return [
        float(sum(p for o, p in e.outcomes.items() if o.split(":")[0] == outcome or o == outcome))
        for e in solution.found
    ]


RELATIONS = {
    "<": lambda d: d < -1e-9,
    "<=": lambda d: d <= 1e-9,
    ">": lambda d: d > 1e-9,
    ">=": lambda d: d >= -1e-9,
    "=": lambda d: abs(d) <= 1e-9,
    "!=": lambda d: abs(d) > 1e-9,
}


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("factor", [0.1, 0.5, 1, 2])
@pytest.mark.parametrize(("one", "other"), list(product(NAMES, NAMES)))
def test_a_claim_holds_as_pairs_of_equilibria_say(solutions, relation, factor, one, other):
    claim = Claim.parse(f"P(war) under {one} {relation} {factor} * P(war) under {other}", NAMES)
    verdict = claim.judge(solutions)
    if one == other:
        differences = [v - factor * v for v in values(solutions[one], "war")]
    else:
        pairs = product(values(solutions[one], "war"), values(solutions[other], "war"))
        differences = [a - factor * b for a, b in pairs]
    held = [RELATIONS[relation](d) for d in differences]
    # Equality may hold between extreme equilibria: intervals know, extreme points do not.
    if relation not in ("=", "!="):
        assert verdict.in_all == all(held)
        assert verdict.in_some == any(held)
    assert verdict.complete


def test_net_takes_out_the_direct_effect(solutions):
    base, rules = solutions["none"], solutions[RULES]
    (before,) = base.found
    direct, _ = rules.effect(base, base.member(before))
    war = sum(float(d) for o, d in direct.items() if o.startswith("war"))
    net = values(rules, "war")[0] - war
    assert war < 0 < net - values(base, "war")[0], "hazards fall, and the revisionist probes more"
    claim = Claim.parse(f"net P(war) under {RULES} > P(war)", NAMES)
    verdict = claim.judge(solutions)
    assert verdict.in_all
    assert verdict.low == pytest.approx(net - values(base, "war")[0])
    assert not Claim.parse(f"P(war) under {RULES} < P(war)", NAMES).judge(solutions).in_all


def test_payoffs_welfare_and_causes(solutions):
    judge = lambda text: Claim.parse(text, NAMES).judge(solutions)  # noqa: E731
    member = next(iter(solutions["none"].found))
    for player, utils in member.payoffs.items():
        assert judge(f"payoff({player}) = {float(utils):.17g}").in_all
    assert judge(f"welfare under none = {float(sum(member.payoffs.values())):.17g}").in_all
    assert judge("P(war:deliberate) + P(war:misperception) = P(war)").in_all
    assert judge("P(calm) + P(war) < 1").in_all


def test_names_in_quotes_and_names_that_begin_alike():
    names = ["as it is", "as it is + hotline", "hotline (a)", "hotline"]
    claim = Claim.parse("P(war) under as it is + hotline < P(war) under as it is", names)
    assert [q.mechanism for q in claim.quantities] == ["as it is + hotline", "as it is"]
    claim = Claim.parse("P(war) under 'as it is' + 0.1 > P(war) under hotline (a)", names)
    assert [q.mechanism for q in claim.quantities] == ["as it is", "hotline (a)"]
    assert Claim.parse("2*P(war) under hotline > 1", names).quantities[0].mechanism == "hotline"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "give one such as"),
        ("P(war)", "has 0 relations"),
        ("P(war) < 0.1 < 0.2", "has 2 relations"),
        ("1 < 2", "speaks of nothing"),
        ("P(war) under hotlne < 1", "no mechanism named 'hotlne'"),
        ("P(war) under 'hotline < 1", "not closed"),
        ("net welfare > 1", "net goes with P"),
        ("P(war) < foo", r"cannot be read: .*'foo'; declared are: P\(war\) under none"),
        ("P(war) < 1/0", "cannot be read"),
        ("P(war) < __import__('os')", "cannot be read"),
    ],
)
def test_what_is_no_claim_says_why(text, said):
    with pytest.raises(CrisisGamesError, match=said):
        Claim.parse(text, NAMES)


def test_unknown_players_and_what_cannot_be_told(solutions):
    with pytest.raises(UnknownName, match="no player named 'Z'"):
        Claim.parse("payoff(Z) > 0", NAMES).judge(solutions)
    with pytest.raises(NotApplicable, match="no equilibrium"):
        Claim.parse("P(war) < 1", NAMES).judge({"none": Nothing()})


class Nothing:
    empty = True


def test_margins_are_arrays():
    claim = Claim.parse("P(war) under none < 2 * P(war) under 'hotline (theatre)'", NAMES)
    margins = claim.margins([np.array([0.1, 0.3]), np.array([0.1, 0.1])])
    assert margins == pytest.approx([0.1, -0.1])
    assert claim.holds(margins).tolist() == [True, False]
    assert claim.separable
    assert not Claim.parse("P(war) + P(calm) > 0", NAMES).separable


def test_other_names_mean_what_only_one_mechanism_goes_by():
    named = mechanisms_by_name([none, Hotline("theatre", answered=0.5), RulesOfBehaviour()])
    hotline = "hotline (theatre, answered 0.5)"
    others = also_called(named)
    for text, meant in {
        "hotline": hotline,
        "theatre hotline": hotline,
        "'theatre hotline'": hotline,
        "hotline (theatre, answered 0.5)": hotline,
        "rules-of-behaviour": "rules of behaviour",
        "rules of behaviour": "rules of behaviour",
    }.items():
        claim = Claim.parse(f"P(war) under {text} + 0.1 < P(war)", named, others)
        assert [q.mechanism for q in claim.quantities] == [meant, "none"]
    with pytest.raises(UnknownName, match=r"mean 'hotline'\? There are: none, hotline \(theatre"):
        Claim.parse("P(war) under hotlin < 1", named, others)
    with pytest.raises(UnknownName, match=r"'defence line'; .*there are: hotline \(theatre"):
        Claim.parse("P(war) under 'defence line' < 1", list(named))


def test_a_name_of_several_mechanisms_names_none_of_them():
    named = mechanisms_by_name([none, Hotline("theatre"), Hotline("defence")])
    others = also_called(named)
    with pytest.raises(GameError, match=r"may mean 'hotline \(theatre\)' or 'hotline \(defence\)'"):
        Claim.parse("P(war) under hotline < 1", named, others)
    claim = Claim.parse("P(war) under defence hotline < 1", named, others)
    assert claim.mechanisms == ("hotline (defence)",)


def test_a_name_in_the_list_is_never_read_as_another():
    bare = Design("hotline", Hotline("theatre"))
    named = mechanisms_by_name([none, bare, Hotline("defence")])
    claim = Claim.parse("P(war) under hotline < 1", named, also_called(named))
    assert claim.mechanisms == ("hotline",)
