"""Signaling games: all equilibria, as the oracle, a lattice and Cho and Kreps (1987) have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cache
from itertools import chain, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import (
    Matrix,
    Pair,
    Signaling,
    Table,
    build,
    equilibrium_components,
    extreme_equilibria,
    is_pbe,
    outcome_probabilities,
    plain,
    random_signaling,
    signaling_bounds,
)

from crisisgames import Equilibrium, EquilibriumSet, Parameter, SignalingGame, solve

Shape = tuple[int, int, int]
"""How many types, messages and actions."""

PRIORS = {1: ("1",), 2: ("1/3", "2/3"), 3: ("1/6", "1/3", "1/2"), 4: ("1/10", "1/5", "3/10", "2/5")}
QUICK: list[tuple[Shape, int]] = [
    ((2, 2, 2), 300),
    ((2, 2, 3), 30),
    ((2, 3, 2), 25),
    ((3, 2, 2), 60),
    ((3, 2, 3), 12),
    ((3, 3, 2), 4),
    ((1, 3, 3), 10),
    ((4, 2, 2), 10),
]
LARGE: list[tuple[Shape, int]] = [
    ((2, 2, 2), 150),
    ((2, 2, 3), 40),
    ((2, 3, 2), 30),
    ((3, 2, 2), 50),
    ((3, 2, 3), 15),
    ((3, 3, 2), 5),
    ((4, 2, 3), 5),
    ((2, 4, 2), 1),
]
"""Other games than the quick ones; tests/cross has a thousand more."""
SMALL: list[tuple[Shape, int]] = [((2, 2, 2), 60), ((2, 3, 2), 8), ((3, 2, 2), 15), ((3, 2, 3), 4)]


def random_games(shape: Shape, count: int, seed: int) -> Iterator[Signaling]:
    rng = Random(seed)
    for _ in range(count):
        yield random_signaling(rng, shape, PRIORS[shape[0]])


@cache
def solved(g: Signaling) -> EquilibriumSet:
    return solve(g.game(), exact=True)


def strategies(game: SignalingGame, equilibrium: Equilibrium) -> Pair:
    """Return an equilibrium of the library as the oracle writes one."""

    def mix(player: str, told: str, choices: tuple[str, ...]) -> tuple[Fraction, ...]:
        behaviour = equilibrium.strategy[player][told,]
        assert behaviour != "any"
        return tuple(Fraction(behaviour[choice]) for choice in choices)

    sigma = tuple(mix("sender", t, game.messages) for t in game.types)
    return sigma, tuple(mix("receiver", m, game.actions) for m in game.messages)


@cache
def extremes(g: Signaling) -> tuple[Pair, ...]:
    game = g.game()
    return tuple(strategies(game, e) for e in solved(g))


def assert_same_equilibria(g: Signaling) -> None:
    found = solved(g)
    assert found.complete
    assert sorted(extremes(g)) == sorted(extreme_equilibria(g))
    bounds = signaling_bounds(g)
    assert {outcome: found.bounds(outcome) for outcome in bounds} == bounds


def outcomes(g: Signaling, pairs: Iterable[Pair]) -> frozenset[tuple[Fraction, ...]]:
    return frozenset(tuple(outcome_probabilities(g, *pair).values()) for pair in pairs)


# The oracle against what is known, and against itself.


def test_the_check_of_one_pair_draws_the_line_where_cho_and_kreps_do() -> None:
    beer_quiche = plain(crisis("9/10"))
    hold = ((Fraction(0), Fraction(1)), (Fraction(0), Fraction(1)))
    for duel, holds in [("1/2", True), ("1", True), ("49/100", False), ("0", False)]:
        replies = ((Fraction(duel), 1 - Fraction(duel)), (Fraction(0), Fraction(1)))
        assert is_pbe(beer_quiche, hold, replies) == holds


@pytest.mark.parametrize(("shape", "count"), SMALL)
def test_the_extreme_equilibria_of_the_oracle_pass_the_check_of_one_pair(
    shape: Shape, count: int
) -> None:
    for g in random_games(shape, count, seed=1):
        assert all(is_pbe(g, *pair) for pair in extreme_equilibria(g))


# Random games.


@pytest.mark.parametrize(("shape", "count"), QUICK)
def test_exactly_the_equilibria_of_the_oracle_are_found(shape: Shape, count: int) -> None:
    for g in random_games(shape, count, seed=1):
        assert_same_equilibria(g)


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "count"), LARGE)
def test_exactly_the_equilibria_of_the_oracle_are_found_in_many_games(
    shape: Shape, count: int
) -> None:
    for g in random_games(shape, count, seed=2):
        assert_same_equilibria(g)


@st.composite
def games(draw: st.DrawFn) -> Signaling:
    shape = draw(
        st.sampled_from([(2, 2, 2), (2, 2, 3), (3, 2, 2), (1, 2, 3), (2, 3, 1), (2, 1, 3)])
    )
    types, messages, actions = shape
    payoff = st.integers(-2, 2)
    table = st.lists(
        st.lists(
            st.lists(payoff, min_size=actions, max_size=actions),
            min_size=messages,
            max_size=messages,
        ),
        min_size=types,
        max_size=types,
    )
    weights = draw(st.lists(st.integers(1, 5), min_size=types, max_size=types))
    prior = [Fraction(w, sum(weights)) for w in weights]
    return build(prior, draw(table), draw(table))


@settings(max_examples=50, derandomize=True, deadline=None, database=None)
@given(games())
def test_exactly_the_equilibria_of_the_oracle_are_found_whatever_the_game(g: Signaling) -> None:
    assert_same_equilibria(g)


@pytest.mark.parametrize(("shape", "count"), SMALL)
def test_every_extreme_equilibrium_withstands_every_deviation(shape: Shape, count: int) -> None:
    for g in random_games(shape, count, seed=1):
        assert all(is_pbe(g, *pair) for pair in extremes(g))


@pytest.mark.parametrize(("shape", "count"), SMALL)
def test_mixtures_within_a_piece_withstand_every_deviation(shape: Shape, count: int) -> None:
    rng = Random(4)
    for g in random_games(shape, count, seed=1):
        (part,) = solved(g).parts
        pairs = extremes(g)
        for sheaf in part.sheaves:
            sigmas = [pairs[k][0] for k in sheaf.extremes]
            rhos = [pairs[k][1] for k in sheaf.extremes]
            for _ in range(3):
                assert is_pbe(g, mixture(rng, sigmas), mixture(rng, rhos))


def mixture(rng: Random, strategies: list[Matrix]) -> Matrix:
    weights = [Fraction(rng.randint(0, 5)) for _ in strategies]
    weights[rng.randrange(len(weights))] += 1
    rows, columns = len(strategies[0]), len(strategies[0][0])
    return tuple(
        tuple(
            sum((w * s[i][j] for w, s in zip(weights, strategies, strict=True)), Fraction(0))
            / sum(weights)
            for j in range(columns)
        )
        for i in range(rows)
    )


QUARTERS = [(Fraction(k, 4), 1 - Fraction(k, 4)) for k in range(5)]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_equilibrium_on_a_lattice_lies_within_the_bounds(seed: int) -> None:
    for g in random_games((2, 2, 2), 20, seed):
        found = solved(g)
        bounds = {o: found.bounds(o) for o in product(g.messages, g.actions)}
        pure = {pair for pair in extremes(g) if all(p in (0, 1) for r in chain(*pair) for p in r)}
        for first, second, one, other in product(QUARTERS, repeat=4):
            sigma, rho = (first, second), (one, other)
            if is_pbe(g, sigma, rho):
                pure.discard((sigma, rho))
                reached = outcome_probabilities(g, sigma, rho)
                assert all(low <= reached[o] <= high for o, (low, high) in bounds.items())
        assert not pure


@pytest.mark.parametrize(("shape", "count"), [((2, 2, 2), 60), ((2, 2, 3), 15), ((2, 3, 2), 3)])
def test_nash_equilibria_have_the_bounds_of_the_oracle(shape: Shape, count: int) -> None:
    for g in random_games(shape, count, seed=1):
        found = solve(g.game(), "nash", exact=True)
        reached = [outcome_probabilities(g, *pair) for pair in extreme_equilibria(g, nash=True)]
        for o in product(g.messages, g.actions):
            assert found.bounds(o) == (min(p[o] for p in reached), max(p[o] for p in reached))


def test_bounds_of_a_collection_are_those_of_its_sum() -> None:
    for g in random_games((2, 2, 3), 30, seed=1):
        found = solved(g)
        reached = [outcome_probabilities(g, *pair) for pair in extreme_equilibria(g)]
        for action in g.actions:
            question = tuple((message, action) for message in g.messages)
            sums = [sum(p[o] for o in question) for p in reached]
            assert found.bounds(question) == (min(sums), max(sums))


@pytest.mark.parametrize(
    ("shape", "count"), [((2, 2, 2), 100), ((2, 3, 2), 10), ((3, 2, 2), 25), ((2, 2, 3), 30)]
)
def test_classes_keep_connected_equilibria_together_and_join_only_by_a_shared_outcome(
    shape: Shape, count: int
) -> None:
    for g in random_games(shape, count, seed=1):
        pairs = extremes(g)
        components = [frozenset(c) for c in equilibrium_components(g)]
        classes = [frozenset(pairs[k] for k in c.equilibria) for c in solved(g).classes]
        assert sum(map(len, classes)) == len(pairs)
        assert all(any(c <= own for own in classes) for c in components)
        for own in classes:
            members = [outcomes(g, c) for c in components if c <= own]
            joined = members[:1]
            while more := [m for m in members if m not in joined and any(m & j for j in joined)]:
                joined += more
            assert all(m in joined for m in members)


def test_separate_pieces_with_one_and_the_same_outcome_are_one_class() -> None:
    """Two threats each keep both types from m1, and no belief makes the receiver mix them."""
    sender = [[[1, 1, 1], [0, 0, 2]], [[1, 1, 1], [0, 0, 3]]]
    receiver = [[[1, 0, 0], [2, -2, 1]], [[1, 0, 0], [-2, 2, 1]]]
    g = build(PRIORS[2], sender, receiver)
    pieces = [outcomes(g, component) for component in equilibrium_components(g)]
    pooling = [c for c in solved(g).classes if c.outcomes["m0", "a0"] == (1, 1)]
    assert [len(reached) for reached in pieces] == [1] * 4
    assert len({*pieces}) == len(solved(g).classes) == 3
    assert len(pooling) == 1


def test_degeneracy_is_the_normal_case() -> None:
    """Of 300 such games 81 % had a continuum in strategies, 64 % one with several outcomes,
    70 % several outcomes in all (counted once on another sample)."""
    sample = list(random_games((2, 2, 2), 300, seed=1))
    parts = [equilibrium_components(g) for g in sample]
    continua = [[c for c in own if len(c) > 1] for own in parts]
    assert all(len(solved(g)) > 0 for g in sample)
    several = [len(outcomes(g, extreme_equilibria(g))) > 1 for g in sample]
    wide = [
        any(len(outcomes(g, c)) > 1 for c in own) for g, own in zip(sample, continua, strict=True)
    ]
    shares = [sum(map(bool, continua)) / 300, sum(wide) / 300, sum(several) / 300]
    assert shares == pytest.approx([0.81, 0.64, 0.70], abs=0.08)
    spread = [
        any(low < high for low, high in map(solved(g).bounds, product(g.messages, g.actions)))
        for g in sample
    ]
    assert spread == several


def test_floating_point_is_the_exact_answer_rounded() -> None:
    for g in random_games((3, 2, 2), 20, seed=8):
        found = solve(g.game())
        for outcome, (low, high) in signaling_bounds(g).items():
            assert found.bounds(outcome) == pytest.approx((float(low), float(high)), abs=1e-12)


# What must not change the answer.


def test_the_order_of_types_messages_and_actions_does_not_matter() -> None:
    for g in random_games((2, 3, 2), 15, seed=9):
        turned = SignalingGame(
            types=("t1", "t0"),
            messages=g.messages[::-1],
            actions=g.actions[::-1],
            prior=g.prior[::-1],
            sender_payoffs=backwards(g.sender),
            receiver_payoffs=backwards(g.receiver),
        )
        found = solve(turned, exact=True)
        for outcome in product(g.messages, g.actions):
            assert found.bounds(outcome) == solved(g).bounds(outcome)


def backwards(table: Table) -> Table:
    return tuple(tuple(row[::-1] for row in rows[::-1]) for rows in table[::-1])


def test_payoffs_that_no_choice_of_their_owner_changes_do_not_matter() -> None:
    rng = Random(10)
    for g in random_games((2, 2, 2), 30, seed=10):
        by_type = [rng.randint(-3, 3) for _ in g.prior]
        by_message = [[rng.randint(-3, 3) for _ in g.messages] for _ in g.prior]
        sender = [
            [[3 * u + by_type[t] for u in r] for r in rows] for t, rows in enumerate(g.sender)
        ]
        receiver = [
            [[u / 7 + by_message[t][m] for u in r] for m, r in enumerate(rows)]
            for t, rows in enumerate(g.receiver)
        ]
        changed = build(g.prior, sender, receiver)
        assert sorted(extremes(changed)) == sorted(extremes(g))


def test_a_type_split_into_two_alike_leaves_the_bounds() -> None:
    for g in random_games((2, 2, 2), 25, seed=12):
        first, second = g.prior
        prior = (first, second / 4, second * 3 / 4)
        split = build(prior, [*g.sender, g.sender[1]], [*g.receiver, g.receiver[1]])
        for outcome in product(g.messages, g.actions):
            assert solved(split).bounds(outcome) == solved(g).bounds(outcome)


def test_a_prior_given_by_a_parameter_is_solved_at_its_value() -> None:
    for g in random_games((2, 2, 2), 10, seed=13):
        prior = Parameter("prior", (0, 1), default=0.5)
        game = SignalingGame(
            ("t0", "t1"), g.messages, g.actions, (prior, 1 - prior), g.sender, g.receiver
        )
        found = solve(game.at(prior=Fraction(1, 3)), exact=True)
        for outcome in product(g.messages, g.actions):
            assert found.bounds(outcome) == solved(g).bounds(outcome)


# Degenerate games.


def talk_is_free(g: Signaling) -> Signaling:
    return build(
        g.prior,
        [[rows[0]] * g.shape[1] for rows in g.sender],
        [[rows[0]] * g.shape[1] for rows in g.receiver],
    )


def nothing_matters(g: Signaling) -> Signaling:
    zero = [[[0] * g.shape[2]] * g.shape[1]] * g.shape[0]
    return build(g.prior, zero, zero)


def sender_is_indifferent(g: Signaling) -> Signaling:
    return build(g.prior, [[[1] * g.shape[2]] * g.shape[1]] * g.shape[0], g.receiver)


def receiver_is_indifferent(g: Signaling) -> Signaling:
    return build(g.prior, g.sender, [[[1] * g.shape[2]] * g.shape[1]] * g.shape[0])


def receiver_cares_for_the_message_only(g: Signaling) -> Signaling:
    return build(g.prior, g.sender, [[[r[0]] * g.shape[2] for r in rows] for rows in g.receiver])


def types_are_alike(g: Signaling) -> Signaling:
    return build(g.prior, [g.sender[0]] * g.shape[0], [g.receiver[0]] * g.shape[0])


def types_are_alike_to_the_sender(g: Signaling) -> Signaling:
    return build(g.prior, [g.sender[0]] * g.shape[0], g.receiver)


def types_are_alike_to_the_receiver(g: Signaling) -> Signaling:
    return build(g.prior, g.sender, [g.receiver[0]] * g.shape[0])


def two_messages_are_alike(g: Signaling) -> Signaling:
    sender, receiver = (
        [[*rows[:-1], rows[0]] for rows in table] for table in (g.sender, g.receiver)
    )
    return build(g.prior, sender, receiver)


def two_actions_are_alike(g: Signaling) -> Signaling:
    sender, receiver = (
        [[[*r[:-1], r[0]] for r in rows] for rows in table] for table in (g.sender, g.receiver)
    )
    return build(g.prior, sender, receiver)


def one_type_is_irrelevant(g: Signaling) -> Signaling:
    zero = [[0] * g.shape[2]] * g.shape[1]
    return build(g.prior, [*g.sender[:-1], zero], [*g.receiver[:-1], zero])


def types_are_equally_likely(g: Signaling) -> Signaling:
    return build([Fraction(1, g.shape[0])] * g.shape[0], g.sender, g.receiver)


def payoffs_are_zero_or_one(g: Signaling) -> Signaling:
    sender, receiver = (
        [[[int(u > 0) for u in r] for r in rows] for rows in table]
        for table in (g.sender, g.receiver)
    )
    return build(g.prior, sender, receiver)


def interests_are_opposed(g: Signaling) -> Signaling:
    return build(g.prior, g.sender, [[[-u for u in r] for r in rows] for rows in g.sender])


def interests_are_common(g: Signaling) -> Signaling:
    return build(g.prior, g.sender, g.sender)


DEGENERATE = [
    talk_is_free,
    nothing_matters,
    sender_is_indifferent,
    receiver_is_indifferent,
    receiver_cares_for_the_message_only,
    types_are_alike,
    types_are_alike_to_the_sender,
    types_are_alike_to_the_receiver,
    two_messages_are_alike,
    two_actions_are_alike,
    one_type_is_irrelevant,
    types_are_equally_likely,
    payoffs_are_zero_or_one,
    interests_are_opposed,
    interests_are_common,
]


@pytest.mark.parametrize("degenerate", DEGENERATE)
@pytest.mark.parametrize(("shape", "count"), [((2, 2, 2), 8), ((3, 2, 2), 2), ((2, 2, 3), 2)])
def test_exactly_the_equilibria_of_the_oracle_are_found_where(
    degenerate: Callable[[Signaling], Signaling], shape: Shape, count: int
) -> None:
    for g in random_games(shape, count, seed=14):
        assert_same_equilibria(degenerate(g))


@pytest.mark.slow
@pytest.mark.parametrize("degenerate", DEGENERATE)
@pytest.mark.parametrize(("shape", "count"), [((2, 3, 2), 2), ((3, 2, 3), 1)])
def test_exactly_the_equilibria_of_the_oracle_are_found_in_many_games_where(
    degenerate: Callable[[Signaling], Signaling], shape: Shape, count: int
) -> None:
    for g in random_games(shape, count, seed=15):
        assert_same_equilibria(degenerate(g))


@pytest.mark.parametrize(
    "shape", [s for s in product((1, 2, 3), repeat=3) if 1 in s and s != (3, 3, 1)], ids=str
)
def test_exactly_the_equilibria_of_the_oracle_are_found_with_one_of_something(shape: Shape) -> None:
    for g in random_games(shape, 6, seed=16):
        assert_same_equilibria(g)


def test_where_nothing_matters_every_outcome_can_have_any_probability() -> None:
    g = nothing_matters(next(random_games((2, 2, 2), 1, seed=17)))
    found = solved(g)
    assert [found.bounds(o) for o in product(g.messages, g.actions)] == [(0, 1)] * 4
    assert len(found.classes) == 1


# Cho and Kreps (1987), Section II: beer is a visible mobilization, a duel an attack.


def crisis(
    tough: str, gain: str = "1", cost: str = "1", unattacked: str = "2", a: str = "1", b: str = "1"
) -> SignalingGame:
    """Return the game of Beer-Quiche.

    The tough gets ``gain`` for mobilizing and the weak ``cost`` for holding; both get
    ``unattacked`` if they are not attacked. The receiver gets ``a`` for attacking the weak and
    ``b`` for leaving the tough alone.
    """
    prior, g, c, h = map(Fraction, (tough, gain, cost, unattacked))
    zero = Fraction(0)
    return SignalingGame(
        ("tough", "weak"),
        ("mobilize", "hold"),
        ("attack", "leave"),
        (prior, 1 - prior),
        (((g, g + h), (zero, h)), ((zero, h), (c, c + h))),
        (((zero, Fraction(b)),) * 2, ((Fraction(a), zero),) * 2),
    )


def test_beer_quiche_has_two_outcomes_without_a_duel() -> None:
    game = SignalingGame(
        ("surly", "wimp"),
        ("beer", "quiche"),
        ("duel", "not"),
        (0.9, 0.1),
        [[[1, 3], [0, 2]], [[0, 2], [1, 3]]],
        [[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    )
    found = solve(game, exact=True)
    assert found.complete
    assert len(found.classes) == 2
    assert found.bounds((("beer", "duel"), ("quiche", "duel"))) == (0, 0)
    beer = [e.probability((("beer", "duel"), ("beer", "not"))) for e in found]
    assert {*beer} == {0, 1}
    assert {c.outcomes["beer", "not"] for c in found.classes} == {(0, 0), (1, 1)}
    assert found.bounds(("beer", "not")) == (0, 1)


# Jeffrey Banks, Colin Camerer and David Porter, "An Experimental Analysis of Nash Refinements in
# Signaling Games", Games and Economic Behavior 6, 1994, footnote 3: their game 10 was designed to
# have one separating equilibrium and has two, one of them with a continuum of mixed ones beside it.
# Payoffs as in the catalogue of Gambit.


def test_banks_camerer_porter_1994_game_10_has_two_separating_equilibria_and_a_continuum() -> None:
    game = SignalingGame(
        ("t1", "t2"),
        ("m1", "m2", "m3"),
        ("a1", "a2", "a3"),
        (Fraction(1, 2), Fraction(1, 2)),
        [[[2, 1, 2], [0, 0, 3], [1, 0, 3]], [[1, 3, 0], [1, 2, 1], [1, 1, 3]]],
        [[[3, 1, 2], [3, 2, 1], [2, 3, 1]], [[1, 1, 3], [0, 2, 1], [3, 2, 2]]],
    )
    half = Fraction(1, 2)
    for concept in ("nash", "sequential"):
        beside, alone = (c.outcomes for c in solve(game, concept, exact=True).classes)
        assert alone["m1", "a1"] == alone["m2", "a2"] == (half, half)
        assert beside["m1", "a1"] == (half, Fraction(3, 4))
        assert beside["m3", "a1"] == (Fraction(1, 4), half)
    assert_same_equilibria(plain(game))


POOL_MOBILIZE, POOL_HOLD = "pool on mobilizing", "pool on holding"
SEMI_SEPARATING, SEPARATING = "semi-separating", "separating"


def kind(sigma: Matrix) -> str:
    kinds = {(1, 1): POOL_MOBILIZE, (0, 0): POOL_HOLD, (1, 0): SEPARATING}
    (tough, _), (weak, _) = sigma
    mixed = SEMI_SEPARATING if tough == 1 and 0 < weak < 1 else "other"
    return kinds.get((int(tough), int(weak)), mixed) if {tough, weak} <= {0, 1} else mixed


def by_kind(game: SignalingGame) -> dict[str, list[Pair]]:
    found: dict[str, list[Pair]] = {}
    for e in solve(game, exact=True):
        pair = strategies(game, e)
        found.setdefault(kind(pair[0]), []).append(pair)
    return found


ROWS: list[tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = [
    (("9/10",), {POOL_MOBILIZE: ("1/2",), POOL_HOLD: ("1/2",)}),
    (("2/5",), {SEMI_SEPARATING: ("2/3", "1/2")}),
    (("1/5",), {SEMI_SEPARATING: ("1/4", "1/2")}),
    (("7/10", "1/2", "3/2", "2", "1", "1"), {POOL_MOBILIZE: ("3/4",), POOL_HOLD: ("1/4",)}),
    (("1/2", "1/2", "1", "3", "2", "1"), {SEMI_SEPARATING: ("1/2", "2/3")}),
    (("1/2", "1", "3", "2", "1", "3/2"), {SEPARATING: (), POOL_HOLD: ("1/2",)}),
    (("3/10", "5/2", "5/2", "2", "1", "1"), {SEPARATING: ()}),
    (("7/10", "5/2", "1", "2", "1", "1"), {POOL_MOBILIZE: ("1/2",)}),
]
"""Parameters, and for each kind of equilibrium: the least attack probability off the path that
holds up a pool; how often the weak mobilizes and how often a mobilization is attacked."""


@pytest.mark.parametrize(("parameters", "kinds"), ROWS, ids=" ".join)
def test_beer_quiche_has_the_equilibria_of_its_regime(
    parameters: tuple[str, ...], kinds: dict[str, tuple[str, ...]]
) -> None:
    game = crisis(*parameters)
    found = by_kind(game)
    assert found.keys() == kinds.keys()
    assert len(solve(game).classes) == len(kinds)
    for message, pool in enumerate((POOL_MOBILIZE, POOL_HOLD)):
        if pool in kinds:
            attacked = {rho[1 - message][0] for _, rho in found[pool]}
            assert attacked == {Fraction(kinds[pool][0]), 1}
            assert {rho[message][0] for _, rho in found[pool]} == {0}
    if SEMI_SEPARATING in kinds:
        ((sigma, rho),) = found[SEMI_SEPARATING]
        assert [sigma[1][0], rho[0][0]] == [Fraction(v) for v in kinds[SEMI_SEPARATING]]
        assert rho[1][0] == 1
    if SEPARATING in kinds:
        ((_, rho),) = found[SEPARATING]
        assert [rho[0][0], rho[1][0]] == [0, 1]


VALUES: list[tuple[tuple[str, ...], str, tuple[str, ...]]] = [
    (("9/10",), POOL_MOBILIZE, ("0", "0", "3", "2", "9/10")),
    (("2/5",), SEMI_SEPARATING, ("3/5", "1/5", "2", "1", "3/5")),
    (("1/5",), SEMI_SEPARATING, ("4/5", "1/10", "2", "1", "4/5")),
    (("7/10", "1/2", "3/2", "2", "1", "1"), POOL_MOBILIZE, ("0", "0", "5/2", "2", "7/10")),
    (("1/2", "1/2", "1", "3", "2", "1"), SEMI_SEPARATING, ("3/4", "1/3", "3/2", "1", "1")),
    (("1/2", "1", "3", "2", "1", "3/2"), SEPARATING, ("1/2", "0", "3", "3", "5/4")),
    (("3/10", "5/2", "5/2", "2", "1", "1"), SEPARATING, ("7/10", "0", "9/2", "5/2", "1")),
    (("7/10", "5/2", "1", "2", "1", "1"), POOL_MOBILIZE, ("0", "0", "9/2", "2", "7/10")),
]
"""Parameters, a kind, and there: P(attack), P(tough and attacked), payoffs of the tough, of the
weak, and of the receiver."""


@pytest.mark.parametrize(("parameters", "wanted", "values"), VALUES, ids=" ".join)
def test_beer_quiche_has_the_attacks_and_payoffs_of_its_regime(
    parameters: tuple[str, ...], wanted: str, values: tuple[str, ...]
) -> None:
    game = crisis(*parameters)
    attack, war, tough, weak, receiver = map(Fraction, values)
    prior = Fraction(parameters[0])
    members = [e for e in solve(game, exact=True) if kind(strategies(game, e)[0]) == wanted]
    assert members
    for e in members:
        (sigma, rho) = strategies(game, e)
        assert e.probability((("mobilize", "attack"), ("hold", "attack"))) == attack
        assert prior * sum(sigma[0][m] * rho[m][0] for m in (0, 1)) == war
        assert e.payoffs["sender"] == prior * tough + (1 - prior) * weak
        assert e.payoffs["receiver"] == receiver


def test_a_pool_is_held_up_by_every_belief_that_lets_the_receiver_attack() -> None:
    for c in solve(crisis("9/10"), exact=True).classes:
        unsent = "hold" if c.outcomes["mobilize", "leave"] == (1, 1) else "mobilize"
        assert c.beliefs["receiver"][unsent,][f"tough > {unsent}"] == (0, Fraction(1, 2))


TENTHS = st.integers(1, 9).map(lambda k: f"{k}/10")
HALVES = st.integers(1, 8).map(lambda k: f"{k}/2")


@settings(max_examples=80, derandomize=True, deadline=None, database=None)
@given(TENTHS, HALVES, HALVES, HALVES, HALVES, HALVES)
def test_beer_quiche_has_the_kinds_that_its_parameters_allow(
    tough: str, gain: str, cost: str, unattacked: str, a: str, b: str
) -> None:
    prior, g, c, h, alpha, beta = map(Fraction, (tough, gain, cost, unattacked, a, b))
    game = crisis(tough, gain, cost, unattacked, a, b)
    likely = prior > alpha / (alpha + beta)
    kinds = {
        *([POOL_MOBILIZE] if likely and c < h else []),
        *([POOL_HOLD] if likely and g <= h else []),
        *([SEMI_SEPARATING] if not likely and c < h else []),
        *([SEPARATING] if c > h else []),
    }
    if prior == alpha / (alpha + beta) or c == h:  # knife edges: more than these
        assert_same_equilibria(plain(game))
    else:
        assert by_kind(game).keys() == kinds
