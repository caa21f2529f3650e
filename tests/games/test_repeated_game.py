"""Repeated games with noise: what strategies come to."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import GameError, NormalFormGame, NotApplicable, Parameter, UnknownName, solve
from crisisgames.games.automata import STRATEGIES, Automaton, MemoryOne, strategy
from crisisgames.games.repeated import RepeatedGame

EPS = Parameter("eps", (0, 0.5), 0.01)
ETA = Parameter("eta", (0, 0.5), 0.01)

# Long-run payoff of row, share of mutual cooperation and of mutual defection; noises are
# implementation and perception. Derived for the standard strategies at T, R, P, S = 5, 3, 1, 0
# from the stationary distribution of the joint chain, by a program that is not this one.
SELF_PLAY = [
    ("tit-for-tat", "tit-for-tat", 0.01, 0, 2.25, 0.25, 0.25),
    ("generous", "generous", 0.01, 0, 2.97032175, 0.94313979, 0.00083210),
    ("contrite", "contrite", 0.01, 0, 2.98010000, 0.96107647, 0.00029216),
    ("tit-for-tat", "tit-for-tat", 0, 0.01, 2.25, 0.25, 0.25),
    ("generous", "generous", 0, 0.01, 2.98039941, 0.96190828, 0.00036982),
    ("contrite", "contrite", 0, 0.01, 2.25, 0.25, 0.25),
    ("contrite", "contrite", 0.02, 0.02, 2.54164470, 0.42647831, 0.11439631),
    ("contrite", "tit-for-tat", 0.01, 0, 2.54146101, 0.43762295, 0.11276465),
    ("contrite", "always-defect", 0.01, 0, 1.01990203, 0.00019899, 0.97030001),
    ("generous", "always-defect", 0.01, 0, 0.69336800, 0.00343200, 0.65023200),
    ("tit-for-tat", "generous", 0.01, 0, 2.96967196, 0.90152893, 0.00252967),
    ("contrite", "generous", 0.01, 0.01, 2.95178956, 0.86252622, 0.00467580),
]


def noisy(eps: Any = 0, eta: Any = 0, **options: Any) -> RepeatedGame:
    return RepeatedGame.dilemma(implementation_noise=eps, perception_noise=eta, **options)


@pytest.mark.parametrize(("row", "column", "eps", "eta", "payoff", "cc", "dd"), SELF_PLAY)
def test_the_classic_strategies_come_to_known_shares(
    row: str, column: str, eps: float, eta: float, payoff: float, cc: float, dd: float
) -> None:
    for exact in (False, True):
        found = noisy(eps, eta).match(row, column, exact=exact)
        told = [found.payoffs["row"], found.both_cooperate, found.both_defect]
        assert [float(v) for v in told] == pytest.approx([payoff, cc, dd], abs=6e-9)
        assert float(sum(found.shares.values())) == pytest.approx(1, abs=1e-14)
        assert isinstance(found.both_cooperate, Fraction if exact else float)


def test_reactive_strategies_have_the_closed_form() -> None:
    """Cooperation rates of reactive strategies: Nowak, Theoretical Population Biology 38 (1990)."""
    eps, eta = Fraction(1, 20), Fraction(1, 50)
    pairs = (Fraction(9, 10), Fraction(1, 5)), (Fraction(7, 10), Fraction(2, 5))

    def effective(p: Fraction, q: Fraction) -> tuple[Fraction, Fraction]:
        return tuple(eps + (1 - 2 * eps) * ((1 - eta) * a + eta * b) for a, b in ((p, q), (q, p)))  # type: ignore[return-value]

    (p1, q1), (p2, q2) = (effective(*pair) for pair in pairs)
    r1, r2 = p1 - q1, p2 - q2
    c1, c2 = (q1 + r1 * q2) / (1 - r1 * r2), (q2 + r2 * q1) / (1 - r1 * r2)
    one, two = (MemoryOne(p, q, p, q) for p, q in pairs)
    found = noisy(eps, eta).match(one, two, exact=True)
    assert list(found.shares.values()) == [
        c1 * c2,
        c1 * (1 - c2),
        (1 - c1) * c2,
        (1 - c1) * (1 - c2),
    ]


def test_contrition_in_letters() -> None:
    """Contrite against itself, implementation noise only: shares as fractions of polynomials."""
    e = EPS
    found = noisy(e).match("contrite", "contrite", symbolic=True)
    both = ((1 - e) ** 2 + 2 * e**2 * (1 - e)) / (1 + 2 * e)
    none = (e**2 + 2 * e**2 * (1 - e)) / (1 + 2 * e)
    assert sp.simplify(found.both_cooperate - both) == 0
    assert sp.simplify(found.both_defect - none) == 0
    assert sp.simplify(sum(found.shares.values()) - 1) == 0


def test_tit_for_tat_comes_to_a_half_at_every_noise() -> None:
    for game in (noisy(EPS), noisy(0, ETA), noisy(EPS, ETA)):
        found = game.match("tit-for-tat", "tit-for-tat", symbolic=True)
        assert set(found.shares.values()) == {sp.Rational(1, 4)}


def press_dyson(p: list[float], q: list[float], f: list[float]) -> float:
    """The determinant of Press and Dyson, PNAS 109(26) (2012), equation 2."""
    p1, p2, p3, p4 = p
    q1, q2, q3, q4 = q[0], q[2], q[1], q[3]  # the other's letters, from row's point of view
    return float(
        np.linalg.det(
            [
                [-1 + p1 * q1, -1 + p1, -1 + q1, f[0]],
                [p2 * q2, -1 + p2, q2, f[1]],
                [p3 * q3, p3, -1 + q3, f[2]],
                [p4 * q4, p4, q4, f[3]],
            ]
        )
    )


chances = st.floats(0.01, 0.99)


@settings(max_examples=25, deadline=None)
@given(st.lists(chances, min_size=4, max_size=4), st.lists(chances, min_size=4, max_size=4))
def test_memory_one_payoffs_are_quotients_of_determinants(p: list[float], q: list[float]) -> None:
    found = noisy().match(MemoryOne(*p), MemoryOne(*q))
    one = press_dyson(p, q, [1, 1, 1, 1])
    for player, f in (("row", [3, 0, 5, 1]), ("column", [3, 5, 0, 1])):
        assert found.payoffs[player] == pytest.approx(press_dyson(p, q, f) / one, abs=1e-8)


def simulate(
    game: RepeatedGame, row: Automaton, column: Automaton, rounds: int, seed: int
) -> np.ndarray:
    """Play it out, round by round, and count profiles."""
    rng = np.random.default_rng(seed)
    eps, eta = (float(p[0]) for p in (game.implementation_noise, game.perception_noise))
    tables = [
        (
            np.array(s.intends, dtype=float)[:, 0],
            np.array(s.moves, dtype=float).cumsum(axis=-1),
            int(np.argmax(np.array(s.start, dtype=float))),
        )
        for s in (row, column)
    ]
    at = [tables[0][2], tables[1][2]]
    counts = np.zeros((2, 2))
    draws = rng.random((rounds, 8))
    for u in draws:
        did = [int((u[i] >= tables[i][0][at[i]]) ^ (u[2 + i] < eps)) for i in (0, 1)]
        counts[did[0], did[1]] += 1
        saw = [did[1 - i] ^ int(u[4 + i] < eta) for i in (0, 1)]
        at = [int(np.searchsorted(tables[i][1][at[i], did[i], saw[i]], u[6 + i])) for i in (0, 1)]
    return counts.reshape(-1) / rounds


@pytest.mark.parametrize(
    ("row", "column"),
    [("contrite", "win-stay-lose-shift"), ("tit-for-two-tats", "generous"), ("grim", "contrite")],
)
def test_shares_are_those_of_a_simulation(row: str, column: str) -> None:
    game = noisy(0.05, 0.08)
    found = game.match(row, column)
    played = simulate(game, strategy(row), strategy(column), 40_000, seed=1)
    np.testing.assert_allclose(list(found.shares.values()), played, atol=0.012)


def test_where_play_settles_depends_on_the_start_and_luck() -> None:
    opening = Fraction(1, 3)
    echo = MemoryOne(1, 0, 1, 0, opening)
    found = noisy().match(echo, "grim", exact=True)
    peace, war = found.settles[1], found.settles[0]
    assert (peace.probability, war.probability) == (opening, 1 - opening)
    assert peace.payoffs == {"row": 3, "column": 3}
    assert war.payoffs == {"row": 1, "column": 1}
    assert found.payoffs["row"] == 3 * opening + (1 - opening)


def test_periodic_play_is_averaged() -> None:
    found = noisy().match(MemoryOne(1, 0, 1, 0, 0), "tit-for-tat", exact=True)
    assert (
        found.shares["cooperate", "defect"] == found.shares["defect", "cooperate"] == Fraction(1, 2)
    )
    assert found.payoffs["row"] == Fraction(5, 2)


def test_discounted_payoffs_start_at_the_start() -> None:
    d = Fraction(3, 4)
    game = noisy(discount=d)
    found = game.match("always-defect", "tit-for-tat", exact=True)
    assert found.payoffs["row"] == (1 - d) * 5 + d * 1
    assert found.payoffs["column"] == d * 1
    # Near 1 the discounted average is near the long-run one.
    eps = Fraction(1, 50)
    limit = noisy(eps).match("contrite", "grim", exact=True).payoffs["row"]
    near = noisy(eps, discount=1 - Fraction(1, 10**12)).match("contrite", "grim", exact=True)
    assert abs(near.payoffs["row"] - limit) < 1e-9


def test_rare_noise_loses_no_accuracy_in_floats() -> None:
    for eps in (1e-3, 1e-8, 1e-13):
        found = noisy(eps).match("tit-for-tat", "tit-for-tat")
        assert found.both_cooperate == pytest.approx(0.25, rel=1e-12)


@st.composite
def automata(draw: st.DrawFn) -> Automaton:
    """Random automata, mostly pure, with chances that are 0 and 1 as often as not."""
    size = draw(st.integers(1, 3))
    names = [f"s{k}" for k in range(size)]
    mix = st.sampled_from([0, 1, Fraction(1, 2), Fraction(1, 5)])
    after = st.sampled_from(names)
    own = ("cooperate", "defect")
    intends = {}
    for s in names:
        p = draw(mix)
        intends[s] = {"cooperate": p, "defect": 1 - p}
    moves = {key: draw(after) for key in product(names, own, own)}
    return Automaton(intends, moves, draw(after))


@settings(max_examples=40, deadline=None)
@given(automata(), automata(), st.sampled_from([0, Fraction(1, 10)]), st.sampled_from([0, 0.2]))
def test_floats_rationals_and_long_play_agree(
    one: Automaton, two: Automaton, eps: Any, eta: Any
) -> None:
    game = noisy(eps, eta)
    exact = game.match(one, two, exact=True)
    rough = game.match(one, two)
    assert [float(v) for v in exact.shares.values()] == pytest.approx(
        list(rough.shares.values()), abs=1e-12
    )
    assert sum(o.probability for o in exact.settles) == 1
    for i in game.players:
        assert exact.payoffs[i] == sum(o.probability * o.payoffs[i] for o in exact.settles)
    # A patient discount tells the same, by another route.
    patient = noisy(eps, eta, discount=1 - Fraction(1, 10**9)).match(one, two, exact=True)
    assert abs(float(patient.payoffs["row"] - exact.payoffs["row"])) < 1e-5


def test_recovery_from_one_misreading() -> None:
    quiet = noisy()
    assert quiet.recovery("tit-for-tat", "tit-for-tat").rounds == inf
    assert quiet.recovery("tit-for-tat", "tit-for-tat").both_defect == 0
    # A misread generous player answers with probability 2/3; the echo goes on with 2/3 each time.
    assert quiet.recovery("generous", "generous", exact=True).rounds == 2
    assert quiet.recovery("always-cooperate", "grim").rounds == 0
    assert quiet.recovery("always-cooperate", "grim", "column").rounds == inf
    # Win-stay: the misreader changes, both defect, both return.
    found = quiet.recovery("win-stay-lose-shift", "win-stay-lose-shift", exact=True)
    assert (found.rounds, found.both_defect) == (2, 1)
    assert quiet.recovery("tit-for-two-tats", "tit-for-two-tats").rounds == 0


def test_recovery_in_letters_agrees_with_numbers() -> None:
    game = noisy(0, ETA)
    letters = game.recovery("generous", "tit-for-tat", "column", symbolic=True).rounds
    number = game.at(eta=Fraction(1, 7)).recovery("generous", "tit-for-tat", "column", exact=True)
    expected = sp.Rational(number.rounds.numerator, number.rounds.denominator)
    assert letters.subs(ETA, sp.Rational(1, 7)) == expected


def test_actions_are_named_by_the_user() -> None:
    game = RepeatedGame.dilemma(
        players=("A", "B"), actions=("restrain", "press"), perception_noise={"A": 0.1, "B": 0}
    )
    found = game.match("tit-for-tat", "always-cooperate")
    assert found.shares["press", "restrain"] == pytest.approx(0.1)
    assert found.one_defects == pytest.approx(0.1)
    with pytest.raises(GameError, match="this player chooses from"):
        game.match(strategy("grim"), "grim")


def test_three_actions_share_the_noise() -> None:
    table = [[k for _ in range(3)] for k in range(3)]
    stage = NormalFormGame.from_arrays(table, table, actions=(("a", "b", "c"),) * 2)
    still = Automaton({"s": "a"}, lambda *_: "s", None, actions=("a", "b", "c"), name="still")
    game = RepeatedGame(stage, implementation_noise=Fraction(1, 5))
    found = game.match(still, still, exact=True)
    assert found.shares["b", "a"] == Fraction(1, 10) * Fraction(4, 5)
    with pytest.raises(NotApplicable, match="two actions each"):
        _ = found.both_cooperate
    with pytest.raises(GameError, match="two actions each"):
        game.match("tit-for-tat", still)
    with pytest.raises(GameError, match="write an Automaton"):
        game.match(MemoryOne(1, 0, 1, 0), still)


def test_parameters_of_game_and_strategy() -> None:
    g = Parameter("generosity", (0, 2), 0.25)
    game = noisy(EPS).at(eps=0.02)
    kind = strategy("generous", generosity=g)
    by_hand = strategy("generous", generosity=0.25)
    assert game.match(kind, kind).payoffs == game.match(by_hand, by_hand).payoffs
    letters = game.match(kind, kind, symbolic=True).both_cooperate
    assert letters.free_symbols == {g}
    assert copy.deepcopy(game) == game
    assert pickle.loads(pickle.dumps(game)).match("grim", "grim") == game.match("grim", "grim")
    assert hash(game) == hash(noisy(EPS).at(eps=0.02))
    wild = strategy("generous", generosity=Parameter("wild", (0, 2), 1.5))
    with pytest.raises(GameError, match="must be 0 or more"):
        game.match(wild, wild)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: noisy(1.5), "implementation_noise of 'row' is 1.5; allowed is 0 to 1"),
        (lambda: noisy(0, -0.1), "perception_noise of 'row'"),
        (lambda: noisy(float("nan")), "finite real number"),
        (lambda: noisy((0.1, 0.1, 0.1)), "one for each player"),
        (lambda: noisy({"A": 0.1}), "names ('A',)"),
        (lambda: noisy(discount=1), "discount is 1; allowed is 0 to below 1"),
        (lambda: RepeatedGame("dilemma"), "NormalFormGame of two players"),  # type: ignore[arg-type]
        (lambda: noisy().match("tit for tat", "grim"), "did you mean 'tit-for-tat'"),
        (lambda: noisy().match(3, "grim"), "a MemoryOne or an Automaton"),  # type: ignore[arg-type]
        (lambda: noisy().recovery("grim", "grim", "A"), "no player 'A'"),
        (lambda: strategy("grim", generosity=0.3), "takes no options"),
        (lambda: strategy("generous", kindness=0.3), "no option of 'generous'"),
        (lambda: strategy("generous", generosity=1.3), "allowed is 0 to 1"),
        (lambda: strategy("grim", ("a", "b", "c")), "two actions each"),
        (lambda: MemoryOne(1, 0, 2, 0), "dc of a memory-one strategy is 2"),
        (lambda: MemoryOne(1, 0, "x", 0), "dc of a memory-one strategy"),
        (lambda: Automaton({}, {}), "give {state: action}"),
        (lambda: Automaton({"s": "cooperate"}, {}), "is missing"),
        (lambda: Automaton({"s": "rest"}, lambda *_: "s"), "allowed are ('cooperate', 'defect')"),
        (lambda: Automaton({"s": "defect"}, lambda *_: "t"), "the move from state 's'"),
        (lambda: Automaton({"s": "defect"}, lambda *_: "s", "t"), "the start is 't'"),
        (lambda: Automaton({"s": {"defect": 0.5}}, lambda *_: "s"), "sum to 1/2"),
    ],
)
def test_what_makes_no_sense_is_told(make: Any, words: str) -> None:
    with pytest.raises((GameError, UnknownName)) as error:
        make()
    assert words in str(error.value)


def test_all_classic_strategies_cooperate_with_themselves_without_noise() -> None:
    for name in STRATEGIES:
        if name != "always-defect":
            assert noisy().match(name, name).both_cooperate == 1


def test_truncated_play_has_the_payoffs_of_the_first_rounds() -> None:
    game = noisy(Fraction(1, 10), Fraction(1, 5), discount=Fraction(1, 2))
    [one] = solve(game.truncate(1), "nash")
    # Each intends to defect, and slips with 1/10.
    expected = Fraction(81, 100) * 1 + Fraction(9, 100) * 5 + Fraction(1, 100) * 3
    assert one.payoffs["row"] == pytest.approx(float(expected))
    tree = noisy(0, Fraction(1, 5), discount=Fraction(1, 2)).truncate(2)
    assert tree.parameters == {}
    # Tit for tat against tit for tat in the tree: follow what each saw.
    numbers = tree.exact()
    total = Fraction(0)
    for visit, payoff in zip(tree.compiled.ends, numbers.payoffs, strict=True):
        kept = True
        for h, a in visit.decisions:
            info = tree.information_sets[h]
            wanted = info.record[-1].removeprefix("saw ") if info.record else "cooperate"
            kept = kept and info.actions[a] == wanted
        if kept:
            total += numbers.branches[list(visit.chance)].prod() * payoff[0]
    p = Fraction(1, 5)
    second = (1 - p) ** 2 * 3 + p * (1 - p) * 5 + p * p * 1
    assert total == 3 + Fraction(1, 2) * second


def test_truncation_refuses_what_is_too_large() -> None:
    with pytest.raises(GameError, match="at least 1"):
        noisy().truncate(0)
    with pytest.raises(GameError, match="ends, more than"):
        noisy(0.1, 0.1).truncate(4)
    assert len(noisy().truncate(2).outcomes) == 4


def test_a_strategy_whose_actions_read_alike_is_refused():
    with pytest.raises(GameError, match="one name"):
        Automaton({"x": "hold"}, lambda *_: "x", actions=("hold", "hold"))


def test_a_match_is_told_in_sentences() -> None:
    quiet = RepeatedGame.dilemma()
    text = quiet.match("grim", "always-defect").explain()
    assert text == "Utils per round: row 1, column 1.\nShare of rounds: defect, defect 100 %."
    coin = Automaton(
        {"kind": "cooperate", "hard": "defect"},
        lambda state, own, seen: state,
        {"kind": Fraction(3, 4), "hard": Fraction(1, 4)},
    )
    for exact in (False, True):
        lines = quiet.match(coin, "always-cooperate", exact=exact).explain().splitlines()
        assert lines[0] == "Utils per round: row 3.5, column 2.25."
        assert lines[2] == "Luck and the start decide in which of 2 ways play settles:"
        assert lines[3] == (
            "1. With probability 75 %: cooperate, cooperate 100 %; utils per round row 3, column 3."
        )
        assert lines[4].startswith("2. With probability 25 %: defect, cooperate 100 %")
    game = RepeatedGame.dilemma(implementation_noise=EPS)
    text = game.match("always-cooperate", "always-defect", symbolic=True).explain()
    assert "eps" in text
    assert "cooperate, defect" in text


def test_the_help_of_strategy_names_them_all() -> None:
    assert strategy.__doc__
    for name in STRATEGIES:
        assert f'"{name}"' in strategy.__doc__


def test_the_repr_is_short_and_survives_copies() -> None:
    game = RepeatedGame.dilemma(perception_noise=EPS, discount=0.9)
    shown = repr(game)
    assert shown == (
        "RepeatedGame(players=('row', 'column'), 2 by 2 actions, perception_noise=(eps, eps), "
        "discount=9/10)"
    )
    for other in (copy.deepcopy(game), pickle.loads(pickle.dumps(game))):
        assert other == game
        assert repr(other) == shown


def test_a_function_of_moves_with_a_wrong_signature() -> None:
    with pytest.raises(GameError, match=r"moves\(state, own, seen\) raised TypeError: .* at state"):
        Automaton({"open": "cooperate"}, lambda state: state)
