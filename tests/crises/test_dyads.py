"""Dyads: the rules against a second writing of them, equilibria against brute force."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import Dyads, GameError, NotApplicable, Pair, UnknownName
from crisisgames.equilibria.markov import markov_play
from crisisgames.scenarios import SCENARIOS

STATES = [(t, d) for t in range(3) for d in (1, 0)]
TRIANGLE = Dyads(
    pairs=(Pair(("China", "US"), "China-US"), Pair(("China", "Japan"), "China-Japan", ("US",)))
)


@pytest.fixture(scope="module")
def triangle():
    return TRIANGLE.solve()


# --- a second writing of the rules of one dyad, and brute force over its pure policies


def oracle(c: Dyads) -> tuple[np.ndarray, np.ndarray]:
    """Return transitions (a, b, from, to) and utils (a, b, from, side); conflict is state 6."""
    moves, utils = np.zeros((2, 2, 7, 7)), np.zeros((2, 2, 7, 2))
    rise = (c.rise_none, c.rise_one, c.rise_both)
    for a, b, (k, (t, d)) in product((0, 1), (0, 1), enumerate(STATES)):
        pushes = a + b
        u = min(1, rise[pushes] * (1 - c.dampening * d))
        ahead = {t + 1: u}
        falls = (1 - u) * c.fall if t and not pushes else 0
        ahead[t - 1] = falls
        ahead[t] = ahead.get(t, 0) + 1 - u - falls
        for new, p in ahead.items():
            if new == 3:
                moves[a, b, k, 6] += p
                continue
            if new < 0:
                continue
            on = d * (1 - c.suspension * (new == 2)) + (1 - d) * c.resumption * (new < 2)
            on *= 1 - c.interruption
            moves[a, b, k, STATES.index((new, 1))] += p * on
            moves[a, b, k, STATES.index((new, 0))] += p * (1 - on)
        if a != b:
            utils[a, b, k] = (c.gain, -c.loss) if a else (-c.loss, c.gain)
    moves[..., 6, 6], utils[..., 6, :] = 1, -c.damage
    return moves, utils


def brute_force(c: Dyads) -> list[tuple[float, tuple[int, ...], tuple[int, ...]]]:
    """Return all pure Markov perfect equilibria, each with conflict within the periods."""
    moves, utils = oracle(c)
    here = np.arange(7)
    found = []
    for policy in product((0, 1), repeat=12):
        a, b = np.array([*policy[:6], 0]), np.array([*policy[6:], 0])
        p, u = moves[a, b, here], utils[a, b, here]
        v = np.linalg.solve(np.eye(7) - c.discount * p, u)
        worth = utils + c.discount * moves @ v  # (a, b, from, side)
        other_a, other_b = worth[1 - a, b, here, 0], worth[a, 1 - b, here, 1]
        if (other_a <= v[:, 0] + 1e-9).all() and (other_b <= v[:, 1] + 1e-9).all():
            m = np.linalg.matrix_power(p, c.periods)
            found.append((m[STATES.index((0, 1)), 6], policy[:6], policy[6:]))
    return sorted(found)


def test_the_defaults_have_one_pure_equilibrium():
    found = Dyads().solve()
    assert (len(found), found.all_pure, found.selected) == (1, True, 0)
    [e] = found
    assert e.probability_within("conflict", 50) == pytest.approx(0.298933, abs=5e-7)
    for state in Dyads().states:
        if state != "conflict":
            does = "restrain" if state.startswith("crisis") else "push"
            assert e.strategy["A"][state][does] == e.strategy["B"][state][does] == 1
    assert e.certificate.gain == 0


def test_at_damage_2_there_are_four():
    found = Dyads(damage=2).solve()
    assert (len(found), found.all_pure) == (4, True)
    low, high = found.bounds("conflict", 50)
    assert (low, high) == (pytest.approx(0.16214, abs=5e-6), pytest.approx(0.99998, abs=5e-6))


@pytest.mark.parametrize(
    "crisis",
    [
        Dyads(),
        Dyads(damage=2),
        Dyads(damage=1, discount=0.8),
        Dyads(damage=16),  # restrain at friction in silence
        Dyads(damage=5, dampening=1.0),
        Dyads(gain=0.5, loss=2, interruption=0.2, suspension=1, resumption=0),
        Dyads(rise_none=0, rise_one=1, rise_both=1, fall=1, dampening=0.3, damage=3, periods=7),
    ],
    ids=repr,
)
def test_pure_equilibria_are_those_of_brute_force(crisis):
    known = brute_force(crisis)
    found = crisis.solve(method="pure")
    assert found.all_pure
    assert len(found) == len(known)
    reached = sorted(e.probability_within("conflict", crisis.periods) for e in found)
    assert reached == pytest.approx([p for p, *_ in known], abs=1e-9)
    policies = {
        tuple(
            tuple(int(e.strategy[i][s]["push"] == 1) for s in crisis.states if s != "conflict")
            for i in ("A", "B")
        )
        for e in found
    }
    assert policies == {(a, b) for _, a, b in known}


shares = st.sampled_from([0.0, 0.1, 0.3, 0.5, 1.0])


@settings(max_examples=10, deadline=None)
@given(st.tuples(*[shares] * 8), st.sampled_from([0.0, 1.0, 5.0]))
def test_the_game_is_the_second_writing_of_its_rules(numbers, damage):
    names = ("rise_none", "rise_one", "rise_both", "fall", "dampening", "suspension")
    crisis = Dyads(
        **dict(zip((*names, "resumption", "interruption"), numbers, strict=True)), damage=damage
    )
    moves, utils = oracle(crisis)
    game = crisis.game()
    found = game.floats()
    for (k, profile), row, pays in zip(game.cells, found.transitions, found.payoffs, strict=True):
        a, b = (int(action == "push") for action in profile)
        assert row == pytest.approx(moves[a, b, k])
        assert pays == pytest.approx(utils[a, b, k])


# --- outcomes


@pytest.mark.slow
def test_outcomes_sum_to_one_and_war_is_conflict_within_the_periods(triangle):
    one, brief = Dyads(damage=2), Dyads(damage=2, periods=1)
    for crisis, plays in ((one, one.solve()), (brief, brief.solve()), (TRIANGLE, triangle)):
        for e in plays:
            found = crisis.outcomes(e)
            assert sum(found.values()) == pytest.approx(1)
            war = sum(p for o, p in found.items() if o.startswith("war:"))
            states = [s for s, x in crisis.states.items() if None in x]
            assert war == pytest.approx(e.probability_within(states, crisis.periods))
            assert min(found.values()) >= 0


def play(crisis: Dyads, *pushing: str):
    """Return play in which each side pushes at these tensions."""
    game = crisis.game()
    strategy = {
        i: {
            s: {a: float((a == "push") == s.startswith(pushing)) for a in own}
            if len(own) > 1
            else {own[0]: 1.0}
            for s, own in zip(game.states, (row[k] for row in game.actions), strict=True)
        }
        for k, i in enumerate(game.players)
    }
    return markov_play(game, strategy)


def test_what_pushing_adds_is_deliberate_and_the_rest_inadvertent():
    crisis = Dyads(periods=400)
    calm = crisis.outcomes(play(crisis, "calm", "friction"))
    assert calm["war:deliberate"] == 0
    assert calm["war:inadvertent"] > 0.9
    tense = crisis.outcomes(play(crisis, "calm", "friction", "crisis"))
    assert tense["war:deliberate"] + tense["war:inadvertent"] == pytest.approx(1)
    # In a crisis both push: of the rise of .5 a share of .02 would have come anyway.
    assert tense["war:inadvertent"] == pytest.approx(0.02 / 0.5)
    never = Dyads(rise_none=0)
    assert never.outcomes(play(never, "crisis"))["calm"] == 1


def test_payoffs_are_discounted_utils_from_the_start():
    crisis = Dyads(rise_none=0.0, rise_one=0.0, rise_both=0.0)
    game = crisis.game()
    strategy = {
        i: {
            s: dict.fromkeys(row[k], 0.0) | {("push" if i == "A" else "restrain"): 1.0}
            if len(row[k]) > 1
            else {row[k][0]: 1.0}
            for s, row in zip(game.states, game.actions, strict=True)
        }
        for k, i in enumerate("AB")
    }
    found = markov_play(game, strategy)
    assert crisis.payoffs(found) == pytest.approx({"A": 10, "B": -10})
    assert found.certificate.gain == pytest.approx(1)  # B would rather push back
    assert found.kind == "given"


# --- held play


def test_play_is_held_state_by_state_and_by_tension_where_dialogue_differs():
    crisis, silent = Dyads(damage=16), Dyads(damage=16, pairs=(Pair(dialogue=False),))
    e = crisis.solve().select("qre")
    assert crisis.held(e).strategy == e.strategy
    assert crisis.outcomes(crisis.held(e)) == pytest.approx(crisis.outcomes(e))
    there = silent.held(e)
    assert set(there.strategy["A"]) == {"calm", "friction", "crisis", "conflict"}
    assert there.strategy["A"]["friction"] == e.strategy["A"]["friction, silent"]
    back = crisis.held(silent.solve().select("qre"))
    assert back.strategy["A"]["calm, talking"] == back.strategy["A"]["calm, silent"]
    with pytest.raises(NotApplicable, match="the dyads were others than these"):
        TRIANGLE.held(e)
    with pytest.raises(GameError, match="this is no play of these dyads"):
        silent.outcomes(e)
    with pytest.raises(GameError, match="this is no play of these dyads"):
        crisis.payoffs("a walk")


def test_given_play_must_be_a_strategy():
    game = Dyads().game()
    with pytest.raises(
        GameError, match=r"strategy of 'A' in state 'calm, talking' is \{\}; give a"
    ):
        markov_play(game, {})


# --- dialogue


def test_without_dialogue_the_game_is_the_one_in_which_it_never_begins():
    none = Dyads(pairs=(Pair(dialogue=False),), damage=3)
    never = Dyads(pairs=(Pair(suspended=True),), damage=3, resumption=0)
    a, b = (c.solve(method="pure").bounds("conflict", 50) for c in (none, never))
    assert a == pytest.approx(b)
    assert len(none.states) == 4
    assert none.game().start[0] == 1
    assert Dyads(pairs=(Pair(suspended=True),)).game().start[1] == 1


def test_dialogue_that_changes_nothing_is_no_dialogue():
    idle = Dyads(dampening=0, damage=3)
    a = idle.solve(method="pure").bounds("conflict", 50)
    b = Dyads(pairs=(Pair(dialogue=False),), damage=3).solve(method="pure").bounds("conflict", 50)
    assert a == pytest.approx(b)


# --- two dyads


@pytest.mark.slow
def test_the_triangle_has_a_limit_that_is_certified(triangle):
    found = triangle
    assert not found.complete
    assert not found.all_pure
    assert "Not all pure equilibria were searched" in found.notes[0]
    e = found.select("qre")
    assert e.certificate.worst < 1e-7
    assert TRIANGLE.players == ("China", "US", "Japan")
    assert len(TRIANGLE.states) == 49
    outcomes = TRIANGLE.outcomes(e)
    both = sum(p for o, p in outcomes.items() if o.startswith("war:") and o.endswith(":both"))
    assert 0.3 < both < 0.6
    assert set(TRIANGLE.payoffs(e)) == set(TRIANGLE.players)


@pytest.mark.slow
def test_dyads_that_do_not_touch_are_two_dyads_beside_each_other():
    apart = TRIANGLE.replace(spillover=0, alliance=0)
    alone = Dyads().solve().select("qre")
    rows = apart.states

    def single(live) -> str:
        if live is None:
            return "conflict"
        return f"{('calm', 'friction', 'crisis')[live[0]]}, {'talking' if live[1] else 'silent'}"

    def push(side: str, live) -> float:
        return 0.0 if live is None else alone.strategy[side][single(live)]["push"]

    strategy = {}
    for player, places in (("China", (0, 1)), ("US", (0,)), ("Japan", (1,))):
        strategy[player] = {}
        for name, state in rows.items():
            actions = apart.pushes(state)[player]
            chances = {k: push("A" if player == "China" else "B", state[k]) for k in places}
            strategy[player][name] = {
                a: float(
                    np.prod([chances[k] if k in on else 1 - chances[k] for k in places if state[k]])
                )
                for a, on in actions.items()
            }
    found = markov_play(apart.game(), strategy)
    assert found.certificate.gain < 1e-12  # an equilibrium, and it is the limit of the branch
    limit = apart.solve(method="logit").select("qre")
    for pair in apart.pairs:
        goal = [n for n, x in rows.items() if x[apart.pairs.index(pair)] is None]
        for e in (found, limit):
            assert e.probability_within(goal, 50) == pytest.approx(0.298933, abs=1e-6)
    assert found.payoffs["China"] == pytest.approx(2 * alone.payoffs["A"])


def test_an_ally_pays_its_share_and_spillover_adds_up():
    game = TRIANGLE.game()
    states = list(TRIANGLE.states)
    found = game.floats()
    k = states.index("China-US: calm, talking; China-Japan: conflict")
    rows = [c for c, (s, _) in enumerate(game.cells) if s == k]
    quiet = next(c for c in rows if set(game.cells[c][1]) <= {"restrain", "wait"})
    assert found.payoffs[quiet].tolist() == [-5, -2.5, -5]
    # (.02 + .1) (1 - .5), both restraining themselves while the other dyad is in conflict.
    up = states.index("China-US: friction, talking; China-Japan: conflict")
    assert found.transitions[quiet, up] == pytest.approx(0.06)
    capped = TRIANGLE.replace(rise_both=0.95, spillover=0.2, dampening=0)
    k = list(capped.states).index("China-US: crisis, talking; China-Japan: crisis, talking")
    row = next(
        c
        for c, (s, p) in enumerate(capped.game().cells)
        if s == k and p == ("push both", "push", "push")
    )
    end = list(capped.states).index("China-US: conflict; China-Japan: conflict")
    assert capped.game().floats().transitions[row, end] == pytest.approx(1)


def test_a_dyad_may_have_numbers_of_its_own():
    crisis = Dyads(pairs=(Pair(("A", "B"), damage=2), Pair(("B", "C"), fall=0.1)))
    assert crisis.pairs[0].damage == 2
    game = crisis.game()
    k = list(crisis.states).index("A-B: conflict; B-C: conflict")
    row = [c for c, (s, _) in enumerate(game.cells) if s == k]
    assert game.floats().payoffs[row].tolist() == [[-2, -7, -5]]
    one = Dyads(pairs=(Pair(fall=0.25),))
    assert "A_B.fall" in one.game().parameters
    assert "fall" not in one.game().parameters
    assert one.solve().bounds("conflict", 50) == Dyads(fall=0.25).solve().bounds("conflict", 50)


def test_numbers_are_parameters_of_the_game_of_one_dyad():
    game = Dyads().game()
    assert game.at(damage=2).exact().payoffs.min() == -2
    assert set(game.parameters) == {
        "gain", "loss", "rise_none", "rise_one", "rise_both", "fall", "dampening", "suspension",
        "resumption", "interruption", "damage", "discount",
    }  # fmt: skip


@pytest.mark.parametrize("end", [0.0, 1.0])
@pytest.mark.parametrize(
    "name", ["rise_none", "rise_one", "rise_both", "fall", "dampening", "suspension", "resumption"]
)
def test_every_probability_may_be_0_or_1(name, end):
    crisis = Dyads(**{name: end}, damage=3)
    found = crisis.solve(method="pure")
    assert found.all_pure
    assert len(found) == len(brute_force(crisis))


def test_rationals_stay_exact():
    crisis = Dyads(gain=Fraction(1, 3), loss=Fraction(1, 3))
    [e] = crisis.solve(method="pure", exact=True)
    assert isinstance(e.payoffs["A"], Fraction)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dyads(damage=-1), "Dyads: .*damage.*loss from conflict to each side"),
        (lambda: Dyads(discount=1), "discount is 1; allowed is 0 to 1 without 1 itself"),
        (lambda: Dyads(periods=0), "periods is 0; give a whole number from 1"),
        (lambda: Dyads(pairs=()), r"pairs is \(\); give one Pair, or two"),
        (lambda: Dyads(pairs=(Pair(), Pair())), "two pairs are named 'A-B'; rename one"),
        (
            lambda: Dyads(pairs=(Pair(), Pair(("C", "D")))),
            "the pairs are of A and B and C and D; two pairs must share one player",
        ),
        (
            lambda: Dyads(pairs=(Pair(), Pair(("B", "A"), "again"))),
            "two pairs must share one player",
        ),
        (
            lambda: Dyads(pairs=(Pair(allies=("C",)),)),
            "'C' cannot be an ally in A-B; the players outside it are: none",
        ),
        (
            lambda: Dyads(
                pairs=(Pair(("China", "US")), Pair(("China", "Japan"), "x", ("Japan",)))
            ),
            "'Japan' cannot be an ally in x; the players outside it are: US",
        ),
        (lambda: Pair(("A",)), r"sides is \('A',\); give two different players"),
        (lambda: Pair("AB"), "sides is 'AB'; give names of players, in a list"),
        (lambda: Pair(5), "sides is 5; give names of players, in a list"),
        (lambda: Pair(name="both"), "name is 'both'; give a text other than 'both'"),
        (lambda: Pair(name=3), "name is 3; give a text other than 'both'"),
        (lambda: Dyads(pairs=Pair()), "give one Pair, or two, in a list"),
        (lambda: Pair(dialogue="often"), "dialogue is 'often'; give True or False"),
        (lambda: Pair(fall=2), "Pair A-B: .*fall"),
    ],
)  # fmt: skip
def test_errors_name_what_was_given_and_what_is_allowed(make, message):
    with pytest.raises(GameError, match=message):
        make()


def test_misspelt_fields_get_the_nearest():
    with pytest.raises(UnknownName, match="no field of Dyads named 'damge'; did you mean 'damage'"):
        Dyads(damge=1)
    with pytest.raises(UnknownName, match="no field of Pair named 'gian'; did you mean 'gain'"):
        Pair(gian=1)


def test_dyads_hash_and_pickle():
    assert pickle.loads(pickle.dumps(TRIANGLE)) == TRIANGLE
    assert hash(Dyads()) == hash(Dyads(damage=5.0))
    assert Dyads().parameters()["pairs"] == [
        {"sides": "A and B", "name": "A-B", "dialogue": True, "suspended": False}
    ]


# --- many at once


def by_itself(crises, found, complete=False):
    """Compare what is known of many crises with each solved by itself; return where it is known."""
    assert found.starts[0] == 0
    assert found.starts[-1] == len(found.outcomes) == len(found.payoffs) == len(found.gains)
    for k, crisis in enumerate(crises):
        own = slice(*found.starts[k : k + 2])
        if not found.known[k]:
            assert found.starts[k] == found.starts[k + 1]
            continue
        plays = crisis.solve(method="pure")
        assert len(found.gains[own]) == len(plays)
        assert found.complete[k] == plays.complete == complete
        for j, play in enumerate(plays, found.starts[k]):
            outcomes, payoffs = crisis.outcomes(play), crisis.payoffs(play)
            assert found.labels == tuple(outcomes)
            assert found.outcomes[j] == pytest.approx(list(outcomes.values()), abs=1e-11)
            assert found.payoffs[j] == pytest.approx(list(payoffs.values()), abs=1e-9)
            assert found.gains[j] == play.certificate.gain == 0
    return found.known.tolist()


def drawn(count: int, **fixed) -> list[Dyads]:
    """Return crises at random points of the box of a scenario, floats as they come."""
    rng = np.random.default_rng(len(fixed) + 1)
    scenario = SCENARIOS["dialogue-spiral"]
    return [
        scenario.crisis.replace(**{n: rng.uniform(*ends) for n, ends in scenario.box.items()})
        .replace(**fixed)
        for _ in range(count)
    ]  # fmt: skip


def test_many_at_random_points_of_the_scenario_are_as_each_by_itself():
    crises = drawn(12)
    assert all(by_itself(crises, Dyads.solve_many(crises, method="pure")))


def test_many_may_differ_in_dialogue_periods_and_numbers_of_their_own():
    own = Pair(("US", "China"), "US-China", dampening=0.9, damage=2, interruption=Fraction(1, 8))
    crises = [
        crisis.replace(pairs=(pair,), periods=periods)
        for pair, periods, crisis in zip(
            (Pair(), own, Pair(dialogue=False), own, Pair(suspended=True), Pair()),
            (50, 1, 50, 2, 1, 300),
            drawn(6, damage=1.5),
            strict=True,
        )
    ]
    assert all(by_itself(crises, Dyads.solve_many(crises, method="pure")))


def test_at_ends_of_the_domains_many_are_known_or_left():
    crises = [
        Dyads(damage=5, dampening=1.0),
        Dyads(rise_none=0, rise_one=1, rise_both=1, fall=1, dampening=0.3, damage=3, periods=7),
        Dyads(discount=0),  # nothing but the gain counts: everywhere both push
        Dyads(gain=0, loss=0),  # who pushes gets nothing, and is worse off for it
        Dyads(gain=0, loss=0, damage=0),  # all is one
        Dyads(loss=0, discount=0),  # where the other pushes, it does not matter
        Dyads(interruption=1),
        Dyads(rise_none=1, rise_one=1, rise_both=1),  # war comes whatever they do
        Dyads(rise_none=0, rise_one=0, rise_both=0),
    ]
    found = Dyads.solve_many(crises, method="pure")
    known = by_itself(crises, found)
    assert known[2]
    assert not any(known[4:6])
    assert len(crises[5].solve(method="pure")) > 1


def test_where_many_at_once_are_not_possible():
    assert Dyads.solve_many([Dyads()]) is None  # the logit branch as well
    assert Dyads.solve_many([Dyads()], method="pure", exact=True) is None
    assert Dyads.solve_many([Dyads(), TRIANGLE], method="pure") is None
    late = Dyads.solve_many([Dyads()] * 3, method="pure", time_limit=1e-9)
    assert not late.known.any()
    assert late.starts.tolist() == [0, 0, 0, 0]
    assert late.outcomes.shape == (0, 5)
