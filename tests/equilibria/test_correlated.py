"""Equilibria with a mediator: published values, brute force, and proofs that hold."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import count, product
from random import Random
from typing import Any

import numpy as np
import pytest
from generators import random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    NormalFormGame,
    NotApplicable,
    SignalingGame,
    UnknownName,
    end,
    move,
    solve,
    tell,
)
from crisisgames.equilibria import deadline
from crisisgames.equilibria.linear import correlated, correlated_set, program
from crisisgames.equilibria.linear.program import Optimum, Program
from crisisgames.games import BayesianGame

seeds = st.integers(0, 10**6)
CHOICE = ("yield", "dare")
DARES = ("dare", "dare")
QUICK = 1e-9
"""What HiGHS may leave of a constraint, with payoffs of a few utils."""


def chicken(t: Any = 7, r: Any = 6, s: Any = 2, p: Any = 0) -> NormalFormGame:
    rows = [[r, s], [t, p]]
    return NormalFormGame.from_arrays(
        rows, [[r, t], [s, p]], players=("A", "B"), actions=(CHOICE, CHOICE)
    )


def random_game(rng: Random, shape: tuple[int, ...], size: int = 2) -> NormalFormGame:
    def table(left: tuple[int, ...]) -> Any:
        if not left:
            return rng.randint(-size, size)
        return [table(left[1:]) for _ in range(left[0])]

    return NormalFormGame.from_arrays(*(table(shape) for _ in shape))


def gains(game: NormalFormGame, x: dict[tuple[str, ...], Any]) -> list[Any]:
    """What each player gains by playing b whenever it is told a: the definition, in loops."""
    found = []
    for i, own in enumerate(game.actions):
        for a, b in product(own, own):
            total: Any = 0
            for profile, p in x.items():
                if profile[i] == a:
                    other = (*profile[:i], b, *profile[i + 1 :])
                    total += p * (game.payoffs[other][i] - game.payoffs[profile][i])
            found.append(total)
    return found


# Published values.


def test_the_best_rule_for_chicken() -> None:
    # Aumann, Econometrica 55 (1987), Section 2: 5 1/4 each beats the hull of the Nash equilibria.
    found = solve(chicken(), "correlated", exact=True)
    best = found.optimum("welfare")
    quarter = Fraction(1, 4)
    assert best.distribution == {
        ("yield", "yield"): 2 * quarter,
        ("yield", "dare"): quarter,
        ("dare", "yield"): quarter,
        DARES: 0,
    }
    assert best.payoffs == {"A": Fraction(21, 4), "B": Fraction(21, 4)}
    assert best.value == found.payoff_bounds(("A", "B"))[1] == Fraction(21, 2)
    assert [d.text for d in best.binding] == [
        f"{p} plays 'dare' when told 'yield'" for p in ("A", "B")
    ]
    # h and g of the game are both positive: the price is what a util of slack is worth.
    assert [d.price for d in best.binding] == [Fraction(3, 4)] * 2
    assert best.certificate.worst == 0
    assert found.complete


@pytest.mark.parametrize(
    ("t", "r", "s", "p"), [(7, 6, 2, 0), (4, 3, 1, 0), (5, 4, 1, -5), (3, 2, 1, -10), (10, 5, 4, 0)]
)
def test_chicken_has_the_five_vertices_of_its_closed_form(t: int, r: int, s: int, p: int) -> None:
    g, h = Fraction(t - r), Fraction(s - p)
    found = solve(chicken(t, r, s, p), "correlated", exact=True)
    vertices = [
        (0, 1, 0, 0),
        (0, 0, 1, 0),
        tuple(x / (g + h) ** 2 for x in (h * h, g * h, g * h, g * g)),
        tuple(x / (h + 2 * g) for x in (h, g, g, 0)),
        tuple(x / (g + 2 * h) for x in (0, h, h, g)),
    ]
    welfare = [2 * r * x[0] + (s + t) * (x[1] + x[2]) + 2 * p * x[3] for x in vertices]
    assert found.payoff_bounds(("A", "B")) == (min(welfare), max(welfare))
    for k, cell in enumerate(product(CHOICE, CHOICE)):
        assert found.bounds(cell) == (min(x[k] for x in vertices), max(x[k] for x in vertices))


def test_a_shock_is_the_price_of_slack() -> None:
    # The price says what a small bribe to deviate costs: checked by paying it.
    small = Fraction(1, 1000)
    before = solve(chicken(), "correlated", exact=True).optimum("welfare")
    # Daring is made dearer by `small` for A, so its gain, x(yield told), has that much slack.
    game = NormalFormGame.from_arrays(
        [[6, 2], [7 - small, 0 - small]],
        [[6, 7], [2, 0]],
        players=("A", "B"),
        actions=(CHOICE, CHOICE),
    )
    after = solve(game, "correlated", exact=True)
    told = sum(p for k, p in before.distribution.items() if k[0] == "yield")
    # Payoffs as before, incentives as now: the change of the optimum of the old welfare.
    weights = {k: sum(map(int, chicken().payoffs[k])) for k in chicken().profiles}
    rise = after.optimum(weights).value - before.value
    assert abs(rise - before.binding[0].price * told * small) < 10 * small**2


def test_rock_paper_scissors_has_one() -> None:
    rows = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    game = NormalFormGame.from_arrays(rows, [[-u for u in row] for row in rows])
    found = solve(game, "correlated", exact=True)
    ninth = Fraction(1, 9)
    assert all(found.bounds(cell) == (ninth, ninth) for cell in game.profiles)


def test_shapleys_game_can_avoid_its_ties() -> None:
    # Shapley 1964: best-reply play cycles through the six off-diagonal cells; a mediator who draws
    # these alike is obeyed, and the only Nash equilibrium has payoffs 1/3.
    one = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    two = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    game = NormalFormGame.from_arrays(one, two)
    found = solve(game, "correlated", exact=True)
    sixth = {k: Fraction(int(one[i][j] or two[i][j]), 6) for k, (i, j) in cells(game).items()}
    assert found.gain(sixth) == 0
    assert found.payoff_bounds(("1", "2")) == (Fraction(2, 3), 1)
    (nash,) = solve(game, "nash", exact=True)
    assert set(nash.payoffs.values()) == {Fraction(1, 3)}


def cells(game: NormalFormGame) -> dict[tuple[str, ...], tuple[int, ...]]:
    return {k: tuple(int(a) - 1 for a in k) for k in game.profiles}


def test_a_third_player_may_act_on_nothing_but_the_draw() -> None:
    # The third wants to match a coin that the other two have in common. Uncoordinated, it gets 1/4.
    def pay(k: tuple[str, ...]) -> tuple[int, ...]:
        same = k[0] == k[1]
        return (int(same), int(same), int(same and k[2] == k[0]))

    profiles = list(product(("heads", "tails"), repeat=3))
    names = ("A", "B", "C")
    game = NormalFormGame(names, (("heads", "tails"),) * 3, {k: pay(k) for k in profiles})
    found = solve(game, "correlated", exact=True)
    fair = {(c, c, c): Fraction(1, 2) for c in ("heads", "tails")}
    assert found.gain(fair) == 0
    assert found.payoff_bounds("C") == (Fraction(1, 4), 1)
    assert found.payoff_bounds(names)[1] == 3


def test_the_judge_convicts_sixty_per_cent() -> None:
    # Kamenica and Gentzkow 2011, p. 2591: prior of guilt 0.3, a judge who wants to be right.
    game = BayesianGame(
        ("judge",),
        [("judge",)],
        [("acquit", "convict")],
        prior={("innocent", "judge"): 0.7, ("guilty", "judge"): 0.3},
        payoffs=lambda s, a: [int((s[0] == "guilty") == (a[0] == "convict"))],
        states=("innocent", "guilty"),
    )
    found = solve(game, "bayes-correlated", exact=True)
    assert found.bounds(("convict",)) == (0, Fraction(3, 5))
    best = found.optimum(("convict",))
    assert best.distribution["guilty", "judge"] == {("acquit",): 0, ("convict",): 1}
    assert best.distribution["innocent", "judge"]["convict",] == Fraction(3, 7)
    assert [d.text for d in best.binding] == ["judge plays 'acquit' when told 'convict'"]
    assert best.certificate.worst == 0


@pytest.mark.parametrize(
    ("prior", "threshold", "loss", "cost", "error", "value", "alarm"),
    [  # A monitor that may tell what its sensor saw; values derived in closed form.
        (0.7, 0.5, 1, 2, 0, -1.1, 0.4),
        (0.6, 0.2, 1, 3, 0, -1.6, 0.5),
        (0.6, 0.2, 1, 3, 0.1, -1.73207547, 0.54716981),
        (0.6, 0.2, 1, 3, 0.3, -3, 1),
    ],
)
def test_a_monitor_does_best_by_a_coarse_all_clear(
    prior: float,
    threshold: float,
    loss: float,
    cost: float,
    error: float,
    value: float,
    alarm: float,
) -> None:
    weights = {
        ("attack", "seen attack"): prior * (1 - error),
        ("attack", "seen exercise"): prior * error,
        ("exercise", "seen attack"): (1 - prior) * error,
        ("exercise", "seen exercise"): (1 - prior) * (1 - error),
    }
    weights = {k: p for k, p in weights.items() if p}

    # The monitor is a player without a choice that knows the sensor: states are what it saw.
    saw = ("seen attack", "seen exercise")

    def pay(s: tuple[str, ...], a: tuple[str, ...]) -> tuple[float, float]:
        mass = {k[0]: p for k, p in weights.items() if k[1] == s[0]}
        attack = mass.get("attack", 0) / sum(mass.values())
        if a[1] == "preempt":
            return -cost, -(1 - attack) * threshold
        return -attack * loss, -attack * (1 - threshold)

    game = BayesianGame(
        ("monitor", "receiver"),
        [("m",), ("r",)],
        [("none",), ("hold", "preempt")],
        prior={(o, "m", "r"): sum(p for k, p in weights.items() if k[1] == o) for o in saw},
        payoffs=pay,
        states=saw,
    )
    best = solve(game, "bayes-correlated").optimum("monitor")
    assert best.value == pytest.approx(value, abs=1e-7)
    assert best.probability(("none", "preempt")) == pytest.approx(alarm, abs=1e-7)


def bayesian_chicken(
    t: float, r: float, s: float, p: float, tough: float, phi: float
) -> BayesianGame:
    table = {("C", "C"): (r, r), ("C", "D"): (s, t), ("D", "C"): (t, s)}

    def pay(types: tuple[str, ...], k: tuple[str, ...]) -> tuple[float, ...]:
        return table.get(k) or tuple(tough if x == "tough" else p for x in types)

    both = [("normal", "tough")] * 2
    return BayesianGame(("A", "B"), both, [("C", "D")] * 2, [(1 - phi, phi)] * 2, pay)


@pytest.mark.parametrize(
    ("payoffs", "phi", "crash", "welfare"),
    [  # no reports, reports, omniscient: crash probability and payoff per player
        ((7, 6, 2, 0, 3), 0.1, (4 / 85, 4 / 85, 0.01), (5.08852941, 5.08852941, 5.2275)),
        ((14, 7, 6, 0, 8), 0.1, (0.06896552, 0.055, 0.01), (9.44, 9.71, 9.98)),
        ((14, 7, 6, 0, 8), 0.35, (0.22477064, 0.155, 0.1225), (8.44366972, 9.56, 9.755)),
        ((14, 7, 6, 0, 8), 0.6, (0.36, 0.36, 0.36), (8.8, 9.28, 9.28)),
    ],
)
def test_reports_and_omniscience_save_crashes(
    payoffs: tuple[float, ...], phi: float, crash: tuple[float, ...], welfare: tuple[float, ...]
) -> None:
    # Chicken between sides that may be tough; numbers from an independent vertex enumeration.
    game = bayesian_chicken(*payoffs, phi)
    concepts = ("correlated", "communication", "bayes-correlated")
    for concept, least, most in zip(concepts, crash, welfare, strict=True):
        found = solve(game, concept)
        assert found.bounds(("D", "D"))[0] == pytest.approx(least, abs=1e-7)
        assert found.payoff_bounds(("A", "B"))[1] / 2 == pytest.approx(most, abs=1e-7)


def test_a_lie_that_binds_is_told_in_words() -> None:
    best = solve(bayesian_chicken(14, 7, 6, 0, 8, 0.35), "communication", exact=True).optimum(
        ("D", "D"), "min"
    )
    assert best.certificate.worst == 0
    lies = [d for d in best.binding if d.report]
    assert lies
    assert all(d.knows == "normal" and d.report == "tough" for d in lies)
    assert "knowing 'normal', reports 'tough'" in best.explain()


# The definition, the proof, and the other concepts, on random games.


@settings(max_examples=25, deadline=None)
@given(seed=seeds, shape=st.sampled_from([(2, 2), (3, 2), (3, 3), (2, 2, 2), (1, 3), (4,)]))
def test_optima_are_equilibria_and_proved_optimal(seed: int, shape: tuple[int, ...]) -> None:
    game = random_game(Random(seed), shape)
    exact, quick = (solve(game, "correlated", exact=e) for e in (True, False))
    for sense in ("max", "min"):
        best, near = (f.optimum("welfare", sense) for f in (exact, quick))
        assert max(gains(game, best.distribution)) <= 0
        assert sum(best.distribution.values()) == 1
        assert min(best.distribution.values()) >= 0
        assert best.certificate.worst == 0
        assert near.certificate.worst < QUICK
        assert abs(near.value - best.value) < QUICK
        # Weak duality, from the prices and the game alone: no distribution at all does better than
        # the optimum once every deviation is charged its price.
        sign = 1 if sense == "max" else -1
        charged = []
        for profile, row in game.payoffs.items():
            total = sign * sum(row)
            for d in best.binding:
                i = game.players.index(d.player)
                ((told, plays),) = d.replies
                if profile[i] == told:
                    other = (*profile[:i], plays, *profile[i + 1 :])
                    total -= d.price * (game.payoffs[other][i] - row[i])
            charged.append(total)
        assert max(charged) == sign * best.value


@settings(max_examples=12, deadline=None)
@given(seed=seeds, rows=st.integers(2, 3), columns=st.integers(2, 3))
def test_nash_in_correlated_in_coarse(seed: int, rows: int, columns: int) -> None:
    game = random_game(Random(seed), (rows, columns))
    inner, outer = (solve(game, c, exact=True) for c in ("correlated", "coarse-correlated"))
    nash = solve(game, "nash", exact=True)
    for equilibrium in nash:
        x, y = (equilibrium.strategy[p][()] for p in game.players)
        joint = {(a, b): x[a] * y[b] for a, b in game.profiles}
        assert inner.gain(joint) == outer.gain(joint) == 0
    for cell in game.profiles[:2]:
        bounds = [found.bounds(cell) for found in (outer, inner, nash)]
        assert sorted(b[0] for b in bounds) == [b[0] for b in bounds]
        assert sorted((b[1] for b in bounds), reverse=True) == [b[1] for b in bounds]


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_a_lattice_point_is_in_the_set_exactly_if_nobody_gains(seed: int) -> None:
    rng = Random(seed)
    game = random_game(rng, (2, 2), 1)
    found = solve(game, "correlated", exact=True)
    bounds = {k: found.bounds(k) for k in game.profiles}
    for weights in product(range(5), repeat=4):
        if sum(weights) == 4:
            x = {k: Fraction(w, 4) for k, w in zip(game.profiles, weights, strict=True)}
            inside = max(gains(game, x)) <= 0
            assert (found.gain(x) == 0) == inside
            if inside:
                assert all(low <= x[k] <= high for k, (low, high) in bounds.items())


@settings(max_examples=3, deadline=None)
@given(seed=seeds)
def test_writing_incentives_down_when_needed_changes_no_bound(seed: int) -> None:
    game = random_game(Random(seed), (3, 3))
    for concept in ("correlated", "coarse-correlated"):
        eager = solve(game, concept, exact=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(correlated, "EAGER", 0)
            lazy, quick = (solve(game, concept, exact=e) for e in (True, False))
        assert eager.model.separate is None
        for cell in game.profiles[:1]:
            assert lazy.bounds(cell) == eager.bounds(cell)
            assert quick.bounds(cell) == pytest.approx(eager.bounds(cell), abs=QUICK)
        best = lazy.optimum("welfare")
        assert best.certificate.worst == 0


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_a_mediator_of_a_signaling_game_can_do_nothing_at_all(seed: int) -> None:
    game = random_signaling(Random(seed), 2, 2, 2)
    wide = solve(game, "communication", exact=True)
    plans = solve(game, "correlated", exact=True)
    sequential = solve(game, "sequential", exact=True)
    for name in game.players:
        bounds = [f.payoff_bounds(name) for f in (wide, plans, sequential)]
        assert bounds[0][0] <= bounds[1][0] <= bounds[2][0]
        assert bounds[2][1] <= bounds[1][1] <= bounds[0][1]
    best = wide.optimum("welfare")
    assert best.certificate.worst == 0
    quick = solve(game, "communication").optimum("welfare")
    assert quick.certificate.worst < QUICK
    assert abs(quick.value - best.value) < QUICK


def cheap_talk(bias: Fraction) -> SignalingGame:
    """Three states, three actions, quadratic losses, messages that mean nothing."""
    states = [Fraction(k, 2) for k in range(3)]
    sender = [[[-((a - t - bias) ** 2) for a in states]] * 3 for t in states]
    receiver = [[[-((a - t) ** 2) for a in states]] * 3 for t in states]
    names = [[f"{kind}{k}" for k in range(3)] for kind in "tma"]
    return SignalingGame(*names, [Fraction(1, 3)] * 3, sender, receiver)


@pytest.mark.parametrize("bias", [Fraction(0), Fraction(3, 10)])
def test_where_messages_mean_nothing_only_advice_to_the_receiver_matters(bias: Fraction) -> None:
    # Then the concept is mediated talk (Goltsman et al. 2009): x(a | t) with truth and obedience.
    game = cheap_talk(bias)
    states = ("0", "1/2", "1")
    point = {name: Fraction(name) for name in states}
    talk = BayesianGame(
        ("sender", "receiver"),
        [states, ("r",)],
        [("nothing",), states],
        prior=[(Fraction(1, 3),) * 3, (1,)],
        payoffs=lambda t, a: (
            -((point[a[1]] - point[t[0]] - bias) ** 2),
            -((point[a[1]] - point[t[0]]) ** 2),
        ),
    )
    one, other = (solve(g, "communication", exact=True) for g in (game, talk))
    for name in game.players:
        assert one.payoff_bounds(name) == other.payoff_bounds(name)
    assert one.optimum("receiver").certificate.worst == 0
    assert other.optimum("receiver").certificate.worst == 0


def random_bayesian(rng: Random, states: int = 1) -> BayesianGame:
    shape = (states, 2, 2)
    weights = [rng.randint(0, 3) for _ in range(states * 4)]
    for k in range(states):  # every type and state occurs
        weights[4 * k] += 1
        weights[4 * k + 3] += 1
    prior = [Fraction(w, sum(weights)) for w in weights]
    names = tuple(f"s{k}" for k in range(states))
    situations = list(product(names, ("t0", "t1"), ("t0", "t1")))
    assert len(situations) == states * shape[1] * shape[2]
    return BayesianGame(
        ("A", "B"),
        [("t0", "t1")] * 2,
        [("l", "r")] * 2,
        dict(zip(situations, prior, strict=True)),
        lambda s, a: (rng.randint(-2, 2), rng.randint(-2, 2)),
        states=names,
    )


@settings(max_examples=8, deadline=None)
@given(seed=seeds, states=st.integers(1, 2))
def test_each_mediator_can_do_what_those_who_know_less_can(seed: int, states: int) -> None:
    game = random_bayesian(Random(seed), states)
    concepts = ("bayes-correlated", "communication", "correlated", "nash")
    sets = [solve(game, c, exact=True) for c in concepts]
    for question in (("l", "l"), ("r", "l")):
        lows, highs = zip(*(f.bounds(question) for f in sets), strict=True)
        assert sorted(lows) == list(lows)
        assert sorted(highs, reverse=True) == list(highs)
    for concept in concepts[:2]:
        best = solve(game, concept, exact=True).optimum("welfare")
        assert best.certificate.worst == 0
        assert solve(game, concept).optimum("welfare").certificate.worst < QUICK
        assert sets[concepts.index(concept)].gain(best.distribution) == 0


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_lies_and_disobedience_by_brute_force(seed: int) -> None:
    # All pure manipulations, one by one: a report, and an action for each recommendation.
    game = random_bayesian(Random(seed))
    best = solve(game, "communication", exact=True).optimum({"A": 1, "B": -2})
    prior = {s: Fraction(int(p.p), int(p.q)) for s, p in game.prior.items()}

    def worth(i: int, own: str, report: str, replies: dict[str, str]) -> Any:
        total: Any = 0
        for s, p in prior.items():
            types = game.types_of(s)
            if types[i] == own:
                heard = (*types[:i], report, *types[i + 1 :])
                for k, q in best.distribution[heard].items():
                    after = (*k[:i], replies[k[i]], *k[i + 1 :])
                    total += p * q * game.payoffs[s][after][i]
        return total

    for i, own in product(range(2), ("t0", "t1")):
        honest = worth(i, own, own, {"l": "l", "r": "r"})
        for report, left, right in product(("t0", "t1"), "lr", "lr"):
            assert worth(i, own, report, {"l": left, "r": right}) <= honest


# The same programs written out in another way: a row for each pure manipulation.


def largest(goal: dict[Any, Any], equal: list[Any], at_most: list[dict[Any, Any]]) -> float:
    place = {key: k for k, key in enumerate(goal)}

    def matrix(rows: list[dict[Any, Any]]) -> np.ndarray:
        table = np.zeros((len(rows), len(place)))
        for table_row, row in zip(table, rows, strict=True):
            for key, a in row.items():
                table_row[place[key]] += float(a)
        return table

    found = linprog(
        [-float(c) for c in goal.values()],
        A_ub=matrix(at_most),
        b_ub=np.zeros(len(at_most)),
        A_eq=matrix([row for row, _ in equal]),
        b_eq=[total for _, total in equal],
        method="highs",
    )
    return float(-found.fun)


def plus(row: dict[Any, Any], key: Any, a: Any) -> None:
    row[key] = row.get(key, 0) + a


@settings(max_examples=10, deadline=None)
@given(seed=seeds, states=st.integers(1, 2))
def test_communication_by_pure_manipulations(seed: int, states: int) -> None:
    game = random_bayesian(Random(seed), states)
    prior = {s: float(p) for s, p in game.prior.items()}
    pairs = list(product(("t0", "t1"), repeat=2))
    goal = dict.fromkeys(product(pairs, game.profiles), 0.0)
    equal: list[Any] = [({(t, k): 1 for k in game.profiles}, 1) for t in pairs]
    for s, p in prior.items():
        for k in game.profiles:
            plus(goal, (game.types_of(s), k), p * float(game.payoffs[s][k][0]))
    rows = []
    for i, own, report, left, right in product(range(2), ("t0", "t1"), ("t0", "t1"), "lr", "lr"):
        row: dict[Any, Any] = {}
        for s, p in prior.items():
            t = game.types_of(s)
            if t[i] != own:
                continue
            heard = (*t[:i], report, *t[i + 1 :])
            for k in game.profiles:
                after = (*k[:i], {"l": left, "r": right}[k[i]], *k[i + 1 :])
                plus(row, (heard, k), p * game.payoffs[s][after][i])
                plus(row, (t, k), -p * game.payoffs[s][k][i])
        rows.append(row)
    found = solve(game, "communication").optimum("A")
    assert abs(largest(goal, equal, rows) - found.value) < 1e-7


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_mediation_of_signaling_games_by_pure_manipulations(seed: int) -> None:
    game = random_signaling(Random(seed), 2, 2, 2)
    t2, m2, a2 = range(2), range(2), range(2)
    prior = [float(p) for p in game.prior]
    send, take = (np.array(t, float) for t in (game.sender_payoffs, game.receiver_payoffs))
    goal = dict.fromkeys(product(t2, m2, m2, a2), 0.0)
    for t, m, a in product(t2, m2, a2):
        goal[t, m, m, a] = prior[t] * (send[t, m, a] + 2 * take[t, m, a])
    equal: list[Any] = [({(t, m, m, a): 1 for m in m2 for a in a2}, 1) for t in t2]
    for t, m in product(t2, m2):
        row: dict[Any, Any] = {(t, m, 1 - m, a): 1 for a in a2}
        equal.append(({**row, **{(t, m, m, a): -1 for a in a2}}, 0))
    rows = []
    for t, report, *sends in product(t2, t2, m2, m2):
        row = {}
        for m, a in product(m2, a2):
            plus(row, (report, m, sends[m], a), send[t, sends[m], a])
            plus(row, (t, m, m, a), -send[t, m, a])
        rows.append(row)
    for m, report, *plays in product(m2, m2, a2, a2):
        row = {}
        for t, a in product(t2, a2):
            plus(row, (t, m, report, a), prior[t] * take[t, m, plays[a]])
            plus(row, (t, m, m, a), -prior[t] * take[t, m, a])
        rows.append(row)
    found = solve(game, "communication").optimum({"sender": 1, "receiver": 2})
    assert abs(largest(goal, equal, rows) - found.value) < 1e-7


# Trees.


def test_in_a_tree_the_mediator_tells_plans() -> None:
    def ends(k: tuple[str, str]) -> Any:
        return end("crash" if k == DARES else "peace", chicken().payoffs[k])

    tree = ExtensiveFormGame(
        move("A", {a: move("B", {b: ends((a, b)) for b in CHOICE}) for a in CHOICE}), ("A", "B")
    )
    found = solve(tree, "correlated", exact=True)
    assert found.bounds("crash") == (0, Fraction(1, 5))
    assert found.optimum("welfare").distribution["yield", "yield"] == Fraction(1, 2)
    # Where B sees A's choice, it is the leader's game: B yields to a dare, whatever it was told.
    seen = {a: tell({"B": a}, move("B", {b: ends((a, b)) for b in CHOICE})) for a in CHOICE}
    leader = solve(ExtensiveFormGame(move("A", seen), ("A", "B")), "correlated", exact=True)
    assert leader.bounds("crash") == (0, 0)


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_nash_equilibria_of_trees_are_within(seed: int) -> None:
    game = random_tree(Random(seed), depth=2)
    found = solve(game, "correlated", exact=True)
    nash = solve(game, "nash", exact=True)
    for outcome in game.outcomes[:4]:
        (low, high), (least, most) = found.bounds(outcome), nash.bounds(outcome)
        assert low <= least <= most <= high


# Programs.


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_the_exact_simplex_method_agrees_with_the_corrected_floats(seed: int) -> None:
    rng = Random(seed)
    n = rng.randint(2, 9)
    rows = []
    for _ in range(rng.randint(0, 7)):
        row = {j: a for j in range(1, n) if (a := rng.randint(-3, 3))}
        rows.append({0: -rng.randint(1, 3), **row})  # the first corner is feasible
    program = Program(n, (dict.fromkeys(range(n), 1),), (1,), tuple(rows))
    goal = [Fraction(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(n)]
    found = program.maximise(goal, exact=True)
    other = program._by_simplex(goal)
    for optimum in (found, other):
        assert program.proves(goal, optimum)
    value = [sum(c * x for c, x in zip(goal, o.point, strict=True)) for o in (found, other)]
    assert value[0] == value[1]
    # A proof that is none is found out.
    wrong = Optimum(found.point, tuple(y - 1 for y in found.totals_prices), found.prices)
    right = program.gap(goal, found)
    assert right == 0
    assert program.proves(goal, wrong) is (program.gap(goal, wrong) == 0)


def test_where_highs_fails_the_exact_simplex_method_steps_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Program, "_by_highs", lambda *_: None)
    for exact in (True, False):
        best = solve(chicken(), "correlated", exact=exact).optimum("welfare")
        assert best.value == 10.5
        assert best.certificate.worst == 0
        assert isinstance(best.value, Fraction if exact else float)
    monkeypatch.setattr(program, "LARGEST_TABLEAU", 10)
    with pytest.raises(NotApplicable, match="too many for the exact simplex method"):
        solve(chicken(), "correlated", exact=True).bounds(DARES)


@pytest.mark.parametrize("scale", [Fraction(1, 10**18), 10**18])
def test_the_unit_of_payoffs_changes_nothing(scale: Any) -> None:
    game = chicken(*(u * scale for u in (7, 6, 2, 0)))
    for exact in (True, False):
        found = solve(game, "correlated", exact=exact)
        assert found.bounds(DARES) == pytest.approx((0, 0.2), abs=QUICK)
        assert found.optimum("welfare").value == pytest.approx(float(10.5 * scale), rel=1e-9)


def test_payoffs_that_floats_cannot_tell_apart_are_told_apart() -> None:
    # Daring beats yielding by a part in 1e30 only: floats see a tie, rationals do not.
    tiny = Fraction(1, 10**30)
    game = NormalFormGame.from_arrays([[1, 1], [1 + tiny, 1 + tiny]], [[0, 0], [0, 0]])
    assert solve(game, "correlated", exact=True).bounds([("1", "1"), ("1", "2")]) == (0, 0)


# Questions and errors.


def test_objectives_may_mix_payoffs_outcomes_and_profiles() -> None:
    found = solve(chicken(), "correlated", exact=True)
    mixed = found.optimum({"A": 1, DARES: -100, ("yield", "dare"): 0.5})
    expected = mixed.payoffs["A"] + Fraction(1, 2) * mixed.distribution["yield", "dare"]
    assert mixed.value == expected - 100 * mixed.distribution[DARES]
    assert found.payoff_bounds({"A": 1, "B": -1}) == (-5, 5)
    assert found.payoff_bounds("A") == (2, 7)
    assert found.bounds([DARES, ("yield", "yield")]) == (
        0,
        found.bounds([DARES, ("yield",) * 2])[1],
    )


def test_what_is_asked_wrongly_is_told() -> None:
    found = solve(chicken(), "correlated")
    with pytest.raises(UnknownName, match="player, outcome or profile"):
        found.optimum("wellfare")
    with pytest.raises(UnknownName, match="did you mean 'max'"):
        found.optimum("welfare", "maxx")  # type: ignore[arg-type]
    with pytest.raises(UnknownName, match="no player named 'C'"):
        found.payoff_bounds("C")
    with pytest.raises(UnknownName, match="no outcome named"):
        found.bounds("war")
    with pytest.raises(GameError, match="the objective is empty"):
        found.optimum({})
    with pytest.raises(GameError, match="the weight of 'A' is nan"):
        found.optimum({"A": float("nan")})
    with pytest.raises(GameError, match="sum to one"):
        found.gain({DARES: 0.5})
    with pytest.raises(UnknownName, match="profile"):
        found.gain({("dare", "duck"): 1})
    with pytest.raises(NotApplicable, match="is for a BayesianGame or a SignalingGame"):
        solve(chicken(), "communication")
    with pytest.raises(NotApplicable, match="is for a BayesianGame, not"):
        solve(chicken(), "bayes-correlated")
    with pytest.raises(UnknownName, match="did you mean 'correlated'"):
        solve(chicken(), "corelated")
    with pytest.raises(UnknownName, match="option of concept 'correlated'"):
        solve(chicken(), "correlated", precision=1)
    for bad in (-1, "1", True, float("inf")):
        with pytest.raises(GameError, match=r"time_limit is .*; give a number that is 0 or more"):
            solve(chicken(), "correlated", time_limit=bad)
        with pytest.raises(GameError, match="time_limit is"):
            correlated_set(chicken(), "correlated", time_limit=bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("concept", ["correlated", "coarse-correlated"])
@pytest.mark.parametrize("exact", [True, False])
def test_without_time_bounds_are_those_of_all_rules(concept: str, exact: bool) -> None:
    found = solve(chicken(), concept, exact=exact, time_limit=1e-9)
    assert found.complete, "nothing was asked yet"
    assert found.bounds(DARES) == (0, 1)
    assert found.payoff_bounds("A") == (0, 7)
    assert found.payoff_bounds({"A": 1, "B": -1}) == (-5, 5)
    assert not found.complete
    assert found.notes[:2] == (
        "Time limit reached: the probability of dare, dare is proved to lie between 0 and 1, but "
        "both ends may lie too far out.",
        "Time limit reached: the payoff of A is proved to lie between 0 and 7, but both ends may "
        "lie too far out.",
    )
    assert found.explain().endswith(found.notes[-1])
    assert not found.to_dataframe()["attained"].any()
    for sense, proved in (("max", "no larger than 12"), ("min", "no smaller than 0")):
        with pytest.raises(NotApplicable, match=f"{proved}; give a larger time_limit"):
            found.optimum("welfare", sense)


@pytest.mark.parametrize("limit", [None, 0, 60])
def test_with_time_bounds_are_attained(limit: float | None) -> None:
    found = solve(chicken(), "correlated", exact=True, time_limit=limit)
    assert found.bounds(DARES) == (0, Fraction(1, 5))
    assert found.complete
    assert found.notes == ()
    assert found.to_dataframe()["attained"].all()


def test_without_time_bounds_of_every_concept_hold() -> None:
    rng = Random(5)
    signals = random_signaling(rng, 2, 2, 2)
    for game, concept in [
        (signals, "communication"),
        (random_bayesian(rng), "communication"),
        (random_bayesian(rng), "bayes-correlated"),
    ]:
        whole = solve(game, concept, exact=True)
        late = solve(game, concept, exact=True, time_limit=1e-9)
        for player in whole.players:
            (low, high), (least, most) = whole.payoff_bounds(player), late.payoff_bounds(player)
            assert least <= low <= high <= most
        outcomes = [late.bounds((o,)) for o in late.outcomes]
        assert all(0 <= low <= high <= 1 for low, high in outcomes)
        assert not late.complete


@pytest.mark.parametrize("route", ["all incentives", "those that matter", "simplex"])
@pytest.mark.parametrize("exact", [True, False])
def test_wherever_the_time_limit_stops_bounds_hold(
    route: str, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if route == "those that matter":
        monkeypatch.setattr(correlated, "EAGER", 0)
    if route == "simplex":
        monkeypatch.setattr(Program, "_by_highs", lambda *_: None)
    game = random_game(Random(3), (4, 4), 9)
    low, high = map(Fraction, solve(game, "correlated", exact=True).payoff_bounds("1"))
    widths = set()
    for looks in (*range(0, 40, 2), *range(40, 400, 40), 5_000):
        clock = count()
        monkeypatch.setattr(deadline, "monotonic", lambda clock=clock: float(next(clock)))
        found = solve(game, "correlated", exact=exact, time_limit=looks + 0.5)
        least, most = found.payoff_bounds("1")
        rounding = 0 if exact or not found.complete else 1e-9
        assert least <= low + rounding
        assert high <= most + rounding
        if found.complete and exact:
            assert (least, most) == (low, high)
        widths.add(round(float(most - least), 9))
    assert len(widths) > 1
    assert found.complete


def test_a_question_asked_again_with_more_time_is_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = solve(chicken(), "correlated", exact=True, time_limit=1)
    clock = iter([0.0, 0.0, 0.0, *[9.0] * 9])
    monkeypatch.setattr(deadline, "monotonic", lambda: next(clock))
    found.bounds(DARES)
    assert not found.complete
    monkeypatch.setattr(deadline, "monotonic", lambda: 0.0)
    assert found.bounds(DARES) == (0, Fraction(1, 5))
    assert found.complete


def test_a_name_of_both_a_player_and_an_outcome_is_ambiguous() -> None:
    tree = ExtensiveFormGame(move("A", {"go": end("A", (1,)), "stay": end("B", (0,))}), ("A",))
    with pytest.raises(GameError, match="both a player and an outcome"):
        solve(tree, "correlated").optimum("A")


def test_results_show_and_keep_themselves() -> None:
    found = solve(chicken(), "correlated", exact=True)
    assert "dare, dare: 0 to 20 %." in found.explain()
    frame = found.to_dataframe().set_index("name")
    assert frame.loc["dare, dare", "high"] == Fraction(1, 5)
    assert frame.loc["A", "low"] == 2
    best = pickle.loads(pickle.dumps(found)).optimum("welfare")
    assert best.to_dataframe()["probability"].sum() == 1
    text = best.explain()
    assert "yield, yield (50 %)" in text
    assert "no deviation gains more than 0 utils" in text
    assert best.probability([DARES]) == 0
