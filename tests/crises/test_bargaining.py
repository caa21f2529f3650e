"""Bargaining: the tree against its definition in words, and equilibria against other routes.

The oracles below know nothing of the library but the fields of `Bargaining`: one lists every play
and what it pays, one finds by enumeration what a proposer offers when it knows how each type of the
other side answers, one is the mediator's linear program as it stands in the literature.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import fields
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crisisgames import (
    Bargaining,
    EquilibriumSet,
    ExtensiveFormGame,
    GameError,
    Mediator,
    Principles,
    UnknownName,
    compare,
    least_issues,
    none,
    peace_at_every_balance,
    peaceful_splits,
    solve,
    sweep,
    verify,
)
from crisisgames.analysis.direct import direct_effect
from crisisgames.crises import CRISES

DELIBERATE, MISPERCEPTION = "war:deliberate", "war:misperception"
TYPES = ("low cost", "high cost")
HALF = Fraction(1, 2)

Play = tuple[str, ...]
Entry = tuple[Fraction, str, tuple[Fraction, Fraction]]
"""Probability that nature lets the play happen, its outcome, and what it pays."""


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


# The definition, in words and in plain arithmetic.


def grid(n: int) -> list[Fraction]:
    return [Fraction(k, n) for k in range(n + 1)]


def worth(c: Bargaining, share: Fraction) -> Fraction:
    return share - exact(c.ideology) * (1 - share)


def fight(c: Bargaining, player: int, kind: str) -> Fraction:
    """War is a lottery over all of the stake and nothing of it, less the cost."""
    win = exact(c.balance) if player == 0 else 1 - exact(c.balance)
    cost = exact(c.cost_low) if kind == "low cost" else exact(c.cost_high)
    return win * worth(c, Fraction(1)) + (1 - win) * worth(c, Fraction(0)) - cost


def settle(c: Bargaining, share: Fraction, floor: Fraction) -> tuple[Fraction, Fraction]:
    """A gets a share; below the floor it pays the lump."""
    price = exact(c.audience_cost) if share < floor else Fraction(0)
    return worth(c, share) - price, worth(c, 1 - share)


def cause(c: Bargaining, types: Sequence[str], floor: Fraction = Fraction(0)) -> str:
    """Misperception where some share was better than war for both types."""
    for share in grid(c.issues):
        a, b = settle(c, share, floor)
        if a > fight(c, 0, types[0]) and b > fight(c, 1, types[1]):
            return MISPERCEPTION
    return DELIBERATE


def plays(c: Bargaining, types: tuple[str, str]) -> Iterator[tuple[Play, str, Any]]:
    """Yield every way in which two types may bargain."""
    announced: list[tuple[Play, Fraction]] = [((), Fraction(0))]
    if c.proposer == "B" and c.announce:
        words = grid(c.issues) if c.audience_cost else [Fraction(0), Fraction(1)]
        announced = [((f"floor {f}",), f) for f in words]
    war = (fight(c, 0, types[0]), fight(c, 1, types[1]))
    for said, floor in announced:
        for offer in grid(c.issues):
            share = 1 - offer if c.proposer == "A" else offer
            done = (*said, f"offer {offer}")
            yield (*done, "accept"), f"settled:A gets {share}", settle(c, share, floor)
            yield (*done, "fight"), cause(c, types, floor), war


def definition(c: Bargaining) -> dict[tuple[Any, ...], Entry]:
    """Return every play with types and what became known of them."""
    found = {}
    for types in product(TYPES, TYPES):
        prior = Fraction(1)
        for kind, p in zip(types, (c.prob_low_a, c.prob_low_b), strict=True):
            prior *= exact(p) if kind == "low cost" else 1 - exact(p)
        for known in product((True, False), repeat=2):
            told = prior
            switched_off = False
            for is_known, p in zip(known, (c.disclosure_a, c.disclosure_b), strict=True):
                told *= exact(p) if is_known else 1 - exact(p)
                switched_off |= is_known and not p
            if not switched_off:
                for play, outcome, pay in plays(c, types):
                    found[types, known, play] = (told, outcome, pay)
    return found


def compiled(game: ExtensiveFormGame) -> dict[tuple[Any, ...], Entry]:
    """Return the same from the compiled game."""
    numbers = game.exact()
    found = {}
    luck = numbers.chance(game.compiled.ends)
    for z, visit in enumerate(game.compiled.ends):
        kinds, *rest = visit.history
        a, b = (part[2:] for part in kinds.split(", "))
        known = tuple(f"{side} disclosed" in rest for side in "AB")
        play = tuple(x for x in rest if not x.endswith((" disclosed", " hidden")))
        (outcome,) = (o for o, s in zip(game.outcomes, numbers.shares[z], strict=True) if s)
        assert sum(numbers.shares[z]) == 1
        key = ((a, b), known, play)
        assert key not in found
        found[key] = (luck[z], outcome, tuple(numbers.payoffs[z]))
    return found


# Crises to check.

SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.integers(1, 19).map(lambda n: n / 20))
UTILS = st.integers(0, 12).map(lambda n: n / 10)
VALUES = {
    f.name: SHARES if f.metadata["domain"] == (0, 1) else UTILS
    for f in fields(Bargaining)
    if f.metadata
}
crises = st.builds(
    Bargaining,
    issues=st.integers(1, 4),
    proposer=st.sampled_from("AB"),
    announce=st.booleans(),
    **VALUES,
)
CASES = {
    "defaults": Bargaining(),
    **{f"{n} issues": Bargaining(issues=n) for n in (1, 3, 5)},
    "B proposes": Bargaining(proposer="B", announce=False),
    "a floor that binds nobody": Bargaining(proposer="B"),
    "a floor that binds": Bargaining(issues=2, proposer="B", audience_cost=0.15),
    "ideology and balance": Bargaining(ideology=0.5, balance=0.7),
    "disclosure of A": Bargaining(disclosure_a=0.3),
    "disclosure of both": Bargaining(issues=3, disclosure_a=1, disclosure_b=0.2),
    "war costs nothing": Bargaining(cost_low=0, cost_high=0),
    "a tie": Bargaining(issues=5),
}
ALL = pytest.mark.parametrize("crisis", CASES.values(), ids=CASES)


@cache
def solved(crisis: Bargaining) -> EquilibriumSet:
    found: EquilibriumSet = solve(crisis.game(), exact=True)
    return found


# The whole tree against the definition.


@ALL
def test_every_play_is_as_defined(crisis: Bargaining) -> None:
    assert compiled(crisis.game()) == definition(crisis)


@settings(max_examples=8, deadline=None)
@given(crises)
def test_every_play_is_as_defined_over_the_domains(crisis: Bargaining) -> None:
    assert compiled(crisis.game()) == definition(crisis)


@settings(max_examples=3, deadline=None)
@given(st.data())
def test_one_tree_serves_a_sweep(data: st.DataObject) -> None:
    """The game at other values is the game of the crisis with those values."""
    inner = st.integers(1, 19).map(lambda n: n / 20)
    bases = [Bargaining(3), Bargaining(2, proposer="B", audience_cost=0.1, disclosure_a=0.5)]
    base = data.draw(st.sampled_from(bases))
    values = {n: data.draw(inner, label=n) for n in sorted(base.game().parameters)}
    assert compiled(base.game().at(**values)) == definition(base.replace(**values))


@ALL
def test_players_know_their_type_all_moves_and_what_was_disclosed(crisis: Bargaining) -> None:
    game = crisis.game()
    movers = "AB" if crisis.proposer == "A" else "ABA" if crisis.announce else "BA"
    meaning: dict[int, tuple[Any, ...]] = {}
    keys = list(compiled(game))
    for (types, known, play), visit in zip(keys, game.compiled.ends, strict=True):
        assert len(play) == len(visit.decisions) == len(movers)
        for k, (h, a) in enumerate(visit.decisions):
            info, me = game.information_sets[h], "AB".index(movers[k])
            other = types[1 - me] if known[1 - me] else None
            mine = (info.player, types[me], known[me], other, play[:k])
            assert info.player == movers[k]
            assert info.actions[a] == play[k]
            assert meaning.setdefault(h, mine) == mine
    assert len(set(meaning.values())) == len(meaning) == len(game.information_sets)


def test_a_bargain_paid_by_hand() -> None:
    """Ideology .5: nothing is worth -.5, a quarter -.125, three quarters .625. Balance .6.

    War is worth .4 - .1 = .3 to A at low cost, .1 at high, and .1 - .1 = 0 to B at low cost.
    """
    c = Bargaining(4, ideology=0.5, balance=0.6, proposer="B", audience_cost=0.25)
    found = compiled(c.game())

    def at(*play: str, a: str = "low cost") -> tuple[Any, ...]:
        _, outcome, pay = found[(a, "low cost"), (False, False), play]
        return outcome, *(float(u) for u in pay)

    assert at("floor 1/2", "offer 3/4", "accept") == ("settled:A gets 3/4", 0.625, -0.125)
    assert at("floor 1", "offer 3/4", "accept") == ("settled:A gets 3/4", 0.375, -0.125)
    assert at("floor 3/4", "offer 3/4", "accept") == ("settled:A gets 3/4", 0.625, -0.125)
    # A half is worth .25 to each: less than war to A at low cost, more at high cost.
    assert at("floor 0", "offer 0", "fight") == (DELIBERATE, 0.3, 0.0)
    assert at("floor 0", "offer 0", "fight", a="high cost") == (MISPERCEPTION, 0.1, 0.0)
    # Having announced more, A would pay .25 for that half: no share is left that is better.
    assert at("floor 3/4", "offer 1/4", "fight", a="high cost") == (DELIBERATE, 0.1, 0.0)


# What known values say, by hand and by enumeration.


def test_reference_by_hand() -> None:
    """A offers B a half or a quarter; see the numbers of the docstrings below.

    With costs .1 and .3 and even odds B takes .4 at low cost and .2 at high cost: of quarters, a
    half or a quarter. A at low cost gets .5 for sure, or .5 * .75 + .5 * .4 = .575: it takes the
    risk. At high cost .5 * .75 + .5 * .2 = .475: it does not. So war needs low cost on both sides.
    """
    found = solved(Bargaining())
    assert found.complete
    assert found.bounds("war") == (Fraction(1, 4), Fraction(1, 4))
    assert found.bounds(MISPERCEPTION) == (Fraction(1, 4), Fraction(1, 4))
    assert found.bounds("settled:A gets 1/2") == (HALF, HALF)
    to_a = HALF * Fraction(575, 1000) + HALF * HALF
    to_b = HALF * HALF + Fraction(1, 4) * (Fraction(2, 5) + Fraction(1, 4))
    assert found.payoff_bounds("A") == (to_a, to_a)
    assert found.payoff_bounds("B") == (to_b, to_b)


def best_offers(c: Bargaining) -> dict[str, tuple[Fraction, Fraction]]:
    """Bound what A's best offers lead to, B answering each as is best for its type.

    Where one type of B is indifferent at one offer, it may accept with any probability: the bounds
    are taken where that is 0 or 1, or makes a type of A indifferent.
    """
    prior = [(exact(p), 1 - exact(p)) for p in (c.prob_low_a, c.prob_low_b)]
    war = [[fight(c, i, t) for t in TYPES] for i in (0, 1)]
    offers = grid(c.issues)
    sure = [[(worth(c, o) > w) + HALF * (worth(c, o) == w) for o in offers] for w in war[1]]
    tied = [(t, k) for t in (0, 1) for k in range(len(offers)) if sure[t][k] == HALF]
    assert len(tied) <= 1

    def value(a: int, k: int, accepts: Sequence[Sequence[Fraction]]) -> Fraction:
        kept = worth(c, 1 - offers[k])
        return sum(
            (p * (accepts[t][k] * kept + (1 - accepts[t][k]) * war[0][a]))
            for t, p in enumerate(prior[1])
        )

    def with_tie(q: Fraction) -> list[list[Fraction]]:
        rows = [[Fraction(x) for x in row] for row in sure]
        for t, k in tied:
            rows[t][k] = q
        return rows

    candidates = {Fraction(0), Fraction(1)} if tied else {Fraction(0)}
    for _, k in tied:
        for a, other in product((0, 1), range(len(offers))):
            at_0, at_1 = (value(a, k, with_tie(Fraction(q))) for q in (0, 1))
            goal = value(a, other, with_tie(Fraction(0)))
            if other != k and at_0 != at_1 and 0 < (goal - at_0) / (at_1 - at_0) < 1:
                candidates.add((goal - at_0) / (at_1 - at_0))
    found: dict[str, list[Fraction]] = {"war": [], MISPERCEPTION: [], "payoff": []}
    for q in candidates:
        accepts = with_tie(q)
        spans: dict[str, list[Fraction]] = {
            "war": [Fraction(0)] * 2,
            MISPERCEPTION: [Fraction(0)] * 2,
        }
        payoff = Fraction(0)
        for a, weight in enumerate(prior[0]):
            values = [value(a, k, accepts) for k in range(len(offers))]
            payoff += weight * max(values)
            best = [k for k, v in enumerate(values) if v == max(values)]
            for about, span in spans.items():
                risks = [
                    sum(
                        p * (1 - accepts[t][k])
                        for t, p in enumerate(prior[1])
                        if about == "war" or cause(c, (TYPES[a], TYPES[t])) == about
                    )
                    for k in best
                ]
                span[0] += weight * min(risks)
                span[1] += weight * max(risks)
        for about, span in spans.items():
            found[about] += span
        found["payoff"].append(payoff)
    return {about: (min(own), max(own)) for about, own in found.items()}


INNER = st.integers(1, 19).map(lambda n: n / 20)
offering = st.builds(
    Bargaining,
    issues=st.integers(1, 6),
    cost_low=st.integers(0, 8).map(lambda n: n / 20),
    cost_high=st.integers(0, 16).map(lambda n: n / 20),
    prob_low_a=INNER,
    prob_low_b=INNER,
    balance=SHARES,
    ideology=st.sampled_from([0.0, 0.0, 0.5, 1.0]),
)


def indifferent(c: Bargaining) -> int:
    """Count the offers at which a type of B does not care whether there is war."""
    return sum(worth(c, o) == fight(c, 1, t) for t in TYPES for o in grid(c.issues))


@settings(max_examples=15, deadline=None)
@given(offering.filter(lambda c: indifferent(c) <= 1))
def test_the_proposer_offers_what_is_best_against_each_types_answer(c: Bargaining) -> None:
    found, expected = solve(c.game(), exact=True), best_offers(c)
    assert found.complete
    assert found.bounds("war") == expected["war"]
    if MISPERCEPTION in found.labels:
        assert found.bounds(MISPERCEPTION) == expected[MISPERCEPTION]
    assert found.payoff_bounds("A") == expected["payoff"]


def test_a_responder_that_is_indifferent_makes_a_continuum() -> None:
    """Of fifths, two leave B at low cost where war would: it may accept them or not.

    B at high cost takes a fifth, the other kind two: A at low cost risks war for the fifth unless
    two surely end it.
    """
    c = Bargaining(issues=5)
    assert indifferent(c) == 2  # each type of B at one offer
    low, high = solved(c).bounds("war")
    assert low < high
    assert solved(c).complete


@pytest.mark.parametrize("changes", [{}, {"issues": 3, "balance": 0.35}, {"ideology": 0.4}])
def test_who_proposes_is_all_that_differs(changes: dict[str, Any]) -> None:
    """With the roles changed and nothing announced, the game is the mirror image."""
    c = Bargaining(prob_low_a=0.3, prob_low_b=0.6, **changes)
    mirror = c.replace(
        proposer="B",
        announce=False,
        prob_low_a=c.prob_low_b,
        prob_low_b=c.prob_low_a,
        balance=float(1 - exact(c.balance)),
    )
    for outcome in ("war", MISPERCEPTION):
        assert solved(mirror).bounds(outcome) == solved(c).bounds(outcome)
    assert solved(mirror).payoff_bounds("A") == solved(c).payoff_bounds("B")
    assert solved(mirror).payoff_bounds("B") == solved(c).payoff_bounds("A")


# All known: the division of the stake.

DIVIDED = [(1, 0, "A"), (2, 0, "A"), (2, 0.5, "B"), (3, 0.5, "A")]
COSTS = (0.2, 0.5)


def limits(balance: Fraction, costs: Sequence[float], ideology: float) -> tuple[Fraction, Fraction]:
    """Return the least and the largest share of A that is no worse than war for both."""
    a, b = (exact(c) / (1 + exact(ideology)) for c in costs)
    return balance - a, balance + b


def balances(n: int, ideology: float) -> list[Fraction]:
    """Return balances that tell: at the ends of what each split covers, and between them."""
    ends = {Fraction(0), Fraction(1)}
    for s, pair in product(grid(n), product(COSTS, repeat=2)):
        low, high = limits(Fraction(0), pair, ideology)
        ends |= {s - low, s - high}
    inside = sorted(p for p in ends if 0 <= p <= 1)
    return sorted({*inside, *((p + q) / 2 for p, q in pairwise(inside))})


@pytest.mark.parametrize(
    ("n", "ideology", "proposer"),
    [*DIVIDED[:3], pytest.param(*DIVIDED[3], marks=pytest.mark.slow)],
)
def test_peace_at_every_balance_by_the_solver_and_by_the_formula(
    n: int, ideology: float, proposer: str
) -> None:
    """A peaceful split exists whatever the balance exactly when 1/n <= (a + b)/(1 + ideology).

    All is disclosed, so that each of the four pairs of costs is a game of its own: war can be
    avoided between those for which a split exists, and between no others. Ties are among the
    balances. Then the formula is compared with what was found for each pair at all balances.
    """
    c = Bargaining(n, *COSTS, ideology=ideology, proposer=proposer, announce=False)
    game = c.replace(disclosure_a=1, disclosure_b=1).game()
    pairs = list(product(COSTS, repeat=2))
    always = dict.fromkeys(pairs, True)
    for p in balances(n, ideology):
        found = solve(game.at(balance=p), exact=True)
        assert found.complete
        split = {}
        for pair in pairs:
            low, high = limits(p, pair, ideology)
            own = tuple(s for s in grid(n) if low <= s <= high)
            assert peaceful_splits(n, *pair, p, ideology) == own
            split[pair] = bool(own)
            always[pair] &= bool(own)
        assert found.bounds("war")[0] == Fraction(sum(not own for own in split.values()), 4), p
    for pair, peace in always.items():
        formula = Fraction(1, n) <= sum(map(exact, pair)) / (1 + exact(ideology))
        assert peace == formula == peace_at_every_balance(n, *pair, ideology)
        assert formula == (n >= least_issues(*pair, ideology))


@settings(max_examples=60, deadline=None)
@given(
    st.fractions(0, 1, max_denominator=12),
    st.fractions(0, 1, max_denominator=12),
    st.fractions(0, 1, max_denominator=12),
    st.sampled_from([Fraction(0), HALF, Fraction(2)]),
)
def test_least_issues_is_the_least(a: Fraction, b: Fraction, p: Fraction, i: Fraction) -> None:
    n = least_issues(a, b, i, balance=p)
    assert peaceful_splits(n, a, b, p, i)
    assert not any(peaceful_splits(k, a, b, p, i) for k in range(1, n))
    if a + b:
        everywhere = least_issues(a, b, i)
        assert n <= everywhere
        assert peace_at_every_balance(everywhere, a, b, i)
        assert everywhere == 1 or not peace_at_every_balance(everywhere - 1, a, b, i)


def test_war_that_costs_nothing_has_no_least_number_of_issues() -> None:
    with pytest.raises(GameError, match="give a balance, or a cost above 0"):
        least_issues(0, 0)
    assert least_issues(0, 0, balance=Fraction(3, 7)) == 7
    assert peaceful_splits(7, 0, 0, Fraction(3, 7)) == (Fraction(3, 7),)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: peaceful_splits(0, 0.1, 0.1), "peaceful_splits: issues is 0; give a whole number"),
        (lambda: peaceful_splits(2, -1, 0.1), "'cost_a' is -1; allowed is 0.0 to inf"),
        (lambda: peaceful_splits(2, 0.1, 0.1, balance=2), "'balance' is 2; allowed is 0.0 to 1.0"),
        (lambda: least_issues(0.1, nan), "least_issues: parameter 'cost_b' is nan"),
        (lambda: peace_at_every_balance(2, 0.1, 0.1, -1), "'ideology' is -1"),
    ],
)
def test_errors_about_division_name_the_value(call: Any, words: str) -> None:
    with pytest.raises(GameError, match=words):
        call()


def undecided(c: Bargaining) -> bool:
    """Tell whether the responder is ever exactly indifferent between a share and war."""
    r = 1 if c.proposer == "A" else 0
    floors = grid(c.issues) if r == 0 and c.announce and c.audience_cost else [Fraction(0)]
    wars = [fight(c, r, kind) for kind in TYPES]
    return any(settle(c, s, f)[r] in wars for s in grid(c.issues) for f in floors)


@settings(max_examples=8, deadline=None)
@given(
    st.builds(
        Bargaining,
        issues=st.integers(1, 2),
        proposer=st.sampled_from("AB"),
        audience_cost=st.sampled_from([0.0, 0.1, 0.3]),
        disclosure_a=st.just(1),
        disclosure_b=st.just(1),
        announce=st.booleans(),
        **{n: VALUES[n] for n in ("cost_low", "cost_high", "balance", "ideology")},
    ).filter(lambda c: not undecided(c))
)
def test_where_costs_are_known_no_war_is_by_misperception(c: Bargaining) -> None:
    """Unless the responder is exactly indifferent: then it may reject now and then."""
    found = solve(c.game(), exact=True)
    assert found.complete
    if MISPERCEPTION in found.labels:
        assert found.bounds(MISPERCEPTION) == (0, 0)


# Floors.


class EveryWord(Bargaining):
    """The same with every floor in the tree, also where none binds."""

    @property
    def floors(self) -> tuple[Fraction, ...]:
        return self.shares


TALKATIVE = [
    Bargaining(2, proposer="B"),
    Bargaining(2, 0.05, 0.65, proposer="B", balance=0.6, prob_low_a=0.7),
    Bargaining(2, 0.2, 0.7, proposer="B", balance=0.65, prob_low_a=0.4, prob_low_b=0.8),
]


@pytest.mark.parametrize("crisis", TALKATIVE)
def test_two_words_say_all_that_two_types_can_say(crisis: Bargaining) -> None:
    """With every floor in the tree, none of which binds, outcomes and payoffs are the same."""
    all_words = EveryWord(**crisis.parameters())
    many, two = solve(all_words.game(), exact=True), solved(crisis)
    assert len(all_words.floors) > 2
    assert many.complete
    assert two.complete
    assert set(many.labels) == set(two.labels)
    for outcome in (*two.labels, "war", "settled"):
        assert many.bounds(outcome) == two.bounds(outcome)
    for weights in ("A", "B", ("A", "B")):
        assert many.payoff_bounds(weights) == two.payoff_bounds(weights)
    assert sorted(c.payoffs["A"] for c in many.classes) == sorted(
        c.payoffs["A"] for c in two.classes
    )


@pytest.mark.slow
def test_a_floor_that_binds_may_tell_who_is_willing_to_fight() -> None:
    """Thirds, audience cost .12: in some equilibria the floor separates, and war is rarer.

    A at high cost announces little, or mixes; B reads a high floor as low cost and offers more.
    """
    c = Bargaining(3, proposer="B", audience_cost=0.12)
    found = solved(c)
    assert found.complete
    assert found.bounds("war") == (Fraction(8, 25), HALF)
    assert solved(c.replace(announce=False)).bounds("war") == (HALF, HALF)
    assert [verify(found.game, e).worst for e in found] == [0] * len(found)


def test_a_floor_at_which_settling_costs_more_than_war_commits_to_war() -> None:
    """One issue, lump 2: below the floor no offer is accepted, above it all is given."""
    c = Bargaining(1, proposer="B", audience_cost=2)
    for (_, _, play), (_, outcome, pay) in compiled(c.game()).items():
        if play == ("floor 1", "offer 0", "accept"):
            assert (outcome, pay[0]) == ("settled:A gets 0", -2)


# Certificates and edges.


@ALL
def test_equilibria_pass_the_certificate(crisis: Bargaining) -> None:
    found = solved(crisis)
    assert found.complete
    assert found
    for e in found:
        assert verify(found.game, e).worst <= 0


@pytest.mark.parametrize("name", ["prob_low_a", "prob_low_b", "balance", "disclosure_b"])
@pytest.mark.parametrize("value", [0, 1])
def test_a_probability_at_an_edge_is_the_limit_from_inside(name: str, value: int) -> None:
    near = float(abs(value - Fraction(1, 10**9)))
    at_edge, inside = (solve(Bargaining(3, **{name: v}).game()) for v in (value, near))
    assert at_edge.complete
    assert at_edge.bounds("war") == pytest.approx(inside.bounds("war"), abs=1e-7)


@pytest.mark.parametrize(
    "neutral",
    [
        {"announce": False},
        {"audience_cost": 0.5},
        {"audience_cost": 0.5, "announce": False},
        {"disclosure_a": 0, "disclosure_b": 0.0},
    ],
)
def test_floors_and_lumps_mean_nothing_where_a_proposes(neutral: dict[str, Any]) -> None:
    assert Bargaining(**neutral).game().root == Bargaining().game().root


def test_a_lump_means_nothing_where_nothing_is_announced() -> None:
    quiet = Bargaining(proposer="B", announce=False)
    assert compiled(quiet.replace(audience_cost=0.5).game()) == compiled(quiet.game())


@pytest.mark.parametrize("n", [8, pytest.param(16, marks=pytest.mark.slow)])
def test_many_issues_are_solved_completely(n: int) -> None:
    found = solve(Bargaining(n).game(), time_limit=60)
    assert found.complete
    assert found.bounds("war") == best_offers(Bargaining(n))["war"]


def test_four_issues_and_both_proposers_are_solved_completely() -> None:
    for crisis in (
        Bargaining(),
        Bargaining(proposer="B"),
        Bargaining(proposer="B", announce=False),
    ):
        assert solved(crisis).complete
        assert solved(crisis).bounds("war") == (Fraction(1, 4), Fraction(1, 4))


# A mediator.


def mediator_by_hand(c: Bargaining) -> float:
    """The least probability of war that a mediator reaches, as the literature writes the program.

    Variables are the probabilities with which each split is proposed to each pair of reports, the
    rest being war; obedience at every proposal, truth against every lie followed by the best of
    accepting and fighting at each proposal.
    """
    prior = [(float(p), 1 - float(p)) for p in (c.prob_low_a, c.prob_low_b)]
    shares = grid(c.issues)
    cells = {k: j for j, k in enumerate(product((0, 1), (0, 1), range(len(shares))))}
    lies = {k: len(cells) + j for j, k in enumerate(product((0, 1), (0, 1), range(len(shares))))}
    width = len(cells) + len(lies)

    def gain(player: int, own: int, report: int, s: int) -> np.ndarray:
        """What a type that made a report gains over war where it accepts a split."""
        row = np.zeros(width)
        share = shares[s] if player == 0 else 1 - shares[s]
        more = float(worth(c, share) - fight(c, player, TYPES[own]))
        for other in (0, 1):
            pair = (report, other) if player == 0 else (other, report)
            row[cells[(*pair, s)]] = prior[1 - player][other] * more
        return row

    below: list[np.ndarray] = []
    for player, own in product((0, 1), (0, 1)):
        honest = sum(gain(player, own, own, s) for s in range(len(shares)))
        total = np.zeros(width)
        for s in range(len(shares)):
            below.append(-gain(player, own, own, s))
            helper = lies[player, own, s]
            row = gain(player, own, 1 - own, s)
            row[helper] = -1  # the best answer to the split is worth at least accepting it
            below.append(row)
            total[helper] = 1
        below.append(total - honest)
    for a, b in product((0, 1), (0, 1)):
        row = np.zeros(width)
        row[[cells[a, b, s] for s in range(len(shares))]] = 1
        below.append(row)
    limits = [*np.zeros(len(below) - 4), *np.ones(4)]
    peace = np.zeros(width)
    for (a, b, _), j in cells.items():
        peace[j] = prior[0][a] * prior[1][b]
    best = linprog(-peace, A_ub=np.array(below), b_ub=limits, bounds=(0, None), method="highs")
    assert best.status == 0
    return float(1 + best.fun)


@pytest.mark.parametrize(
    "c",
    [
        Bargaining(mediated=True),
        Bargaining(3, mediated=True),
        Bargaining(5, mediated=True),
        Bargaining(6, 0.05, 0.4, 0.7, 0.4, balance=0.55, mediated=True),
        Bargaining(4, 0, 0.3, 0.6, 0.6, ideology=0.5, mediated=True),
        Bargaining(1, 0.2, 0.9, 0.3, 0.5, mediated=True),
    ],
)
def test_the_mediator_is_that_of_the_literature(c: Bargaining) -> None:
    found = c.solve()
    low, high = found.bounds("war")
    assert low == pytest.approx(mediator_by_hand(c), abs=1e-9)
    assert high == pytest.approx(1)  # who proposes nothing leaves war
    assert found.optimum("war", "min").certificate.worst <= 1e-9


def test_a_mediator_of_thirds_by_hand() -> None:
    """Thirds, even odds: the least war is .3.

    War is worth .4 at low cost and .2 at high cost, so a third is enough at high cost only, and two
    at low cost must fight: 1/4. Let a pair of unlike types settle with probability m, for two
    thirds to the one at low cost, and two at high cost by a fair lot over the two splits. The truth
    gains, over war, at high cost m (1/3 - 1/5) against low cost and 1/2 - 1/5 against high cost; to
    claim low cost gains nothing against low cost and m (2/3 - 1/5) against high cost. So the truth
    pays up to m = 9/10, and war is 1/4 + 1/2 * 1/10.
    """
    low, _ = Bargaining(3, mediated=True).solve(exact=True).bounds("war")
    assert low == Fraction(3, 10)


@settings(max_examples=4, deadline=None)
@given(offering.filter(lambda c: c.issues <= 3), st.sampled_from("AB"))
def test_a_mediator_can_do_what_the_sides_do_alone(c: Bargaining, proposer: str) -> None:
    alone = solve(c.replace(proposer=proposer, announce=False).game(), exact=True)
    mediated = c.replace(mediated=True).solve(exact=True)
    assert mediated.bounds("war")[0] <= alone.bounds("war")[0]


def test_what_is_disclosed_the_mediator_knows_as_well() -> None:
    """With disclosure the program falls into one for each case that may become known."""
    c = Bargaining(3, prob_low_a=0.4, disclosure_a=0.25, mediated=True)
    hidden = c.replace(disclosure_a=0)
    apart = [float(hidden.replace(prob_low_a=p).solve().bounds("war")[0]) for p in (1, 0, 0.4)]
    expected = 0.25 * (0.4 * apart[0] + 0.6 * apart[1]) + 0.75 * apart[2]
    assert c.solve().bounds("war")[0] == pytest.approx(expected, abs=1e-9)


def test_proposer_and_floor_mean_nothing_to_a_mediator() -> None:
    plain = Bargaining(2, mediated=True)
    for changes in (
        {"proposer": "B"},
        {"proposer": "B", "audience_cost": 0.4},
        {"announce": False},
    ):
        assert plain.replace(**changes).game() == plain.game()


def test_a_comparison_holds_a_mediator_beside_bargaining_alone() -> None:
    found = compare(Bargaining(3), [none, Mediator(), Principles()])
    war = found.dataset.sel(outcome="war")
    assert war.low.values.tolist() == pytest.approx([0.5, 0.3, 0.25])
    assert war.high.values.tolist() == pytest.approx([0.5, 1, 0.25])
    assert war.selected.values.tolist() == pytest.approx([0.5, 0.3, 0.25])
    assert "Solved for another concept than the baseline: communication." in found.notes["mediator"]
    said = found.explain()
    assert "what a mediator proposes who wants the lowest probability of war" in said


# Direct effects.


def test_more_issues_leave_all_that_was_done_before() -> None:
    """Each issue cut in two: who goes on as before makes the offers that it made."""
    before = Bargaining(2, 0.1, 0.3, prob_low_b=0.3)
    after = before.replace(issues=4)
    effect, notes = direct_effect(before, solved(before)[0], after, after.game())
    assert set(effect.values()) == {0}
    assert notes == ()


def test_an_offer_that_the_issues_no_longer_allow_becomes_the_next() -> None:
    c = Bargaining(2)
    assert c.instead("offer 1/3") == "offer 1/2"
    assert c.instead("offer 3/4") == "offer 1"  # as near as a half, and more
    assert c.instead("floor 1/3") == "floor 1/2"
    assert c.instead("accept") == "accept"


def test_who_may_newly_announce_a_floor_announces_none_that_binds() -> None:
    before = Bargaining(2, proposer="B", announce=False)
    after = before.replace(announce=True, audience_cost=0.2)
    effect, notes = direct_effect(before, solved(before)[0], after, after.game())
    assert set(effect.values()) == {0}
    assert notes == ()


def test_disclosure_does_nothing_directly() -> None:
    for before in (Bargaining(3), Bargaining(2, proposer="B", audience_cost=0.15)):
        after = before.replace(disclosure_a=0.4, disclosure_b=0.3)
        effect, notes = direct_effect(before, solved(before)[0], after, after.game())
        assert set(effect.values()) == {0}
        assert notes == ()


# Fields.


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issues": 0}, "Bargaining: issues is 0; give a whole number from 1"),
        ({"issues": 2.5}, "issues is 2.5; give a whole number from 1"),
        ({"proposer": "C"}, "Bargaining: proposer is 'C'; allowed are 'A', 'B'"),
        ({"proposer": 1}, "proposer is 1; allowed are 'A', 'B'"),
        ({"mediated": "yes"}, "mediated is 'yes'; give True or False"),
        ({"announce": None}, "announce is None; give True or False"),
        ({"balance": 1.5}, "'balance' is 1.5; allowed is 0.0 to 1.0 .probability that A wins"),
        ({"cost_low": -0.1}, "'cost_low' is -0.1; allowed is 0.0 to inf"),
        ({"ideology": inf}, "'ideology' is inf"),
    ],
)
def test_a_bad_value_is_an_error_that_names_it(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(GameError, match=words):
        Bargaining(**changes)


def test_a_misspelt_field_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'issues'"):
        Bargaining(issue=3)


@pytest.mark.parametrize("crisis", [Bargaining(), Bargaining(2, mediated=True, proposer="B")])
def test_a_crisis_is_copied_pickled_and_listed(crisis: Bargaining) -> None:
    assert copy.deepcopy(crisis) == crisis
    assert pickle.loads(pickle.dumps(crisis)) == crisis
    assert Bargaining(**json.loads(json.dumps(dict(crisis.parameters())))) == crisis
    assert CRISES["bargaining"] is Bargaining
    assert crisis.kind == "bargaining"


# Sweeps.


def test_a_sweep_over_issues() -> None:
    found = sweep(Bargaining(), over={"issues": [1, 2, 3]}).dataset
    war = found.sel(mechanism="none", outcome="war")
    assert war.low.values.tolist() == pytest.approx([1, 0, 0.5])
    assert war.complete.values.all()


@pytest.mark.slow
def test_a_sweep_over_ideology() -> None:
    at = sweep(Bargaining(), over={"ideology": [0, 0.5, 1, 2]}).dataset
    for ideology in (0, 0.5, 1, 2):
        expected = best_offers(Bargaining(ideology=ideology))["war"]
        row = at.sel(mechanism="none", outcome="war", ideology=ideology)
        assert (float(row.low), float(row.high)) == pytest.approx(tuple(map(float, expected)))
