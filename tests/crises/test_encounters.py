"""Encounters: long runs, recoveries and best replies against chains written anew.

Here a strategy is a function of its state and of what it did and saw; the joint chain is built
state by state, and solved as a linear system.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from math import inf, nan
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from typer.testing import CliRunner

from crisisgames import (
    STRATEGIES,
    Automaton,
    Deadline,
    Encounters,
    GameError,
    Hotline,
    JointWorkingGroup,
    MemoryOne,
    NotApplicable,
    Principles,
    RulesOfBehaviour,
    UnknownName,
    compare,
    from_json,
    none,
    read_toml,
    strategy,
    to_json,
)
from crisisgames.cli import app
from crisisgames.crises import CRISES, Given, Strategies
from crisisgames.mechanisms import MECHANISMS, Awareness, with_awareness

R, P = "restrain", "press"
ACTIONS = (R, P)
BOTH_PRESS, ONE_PRESSES, BOTH_RESTRAIN = "both press", "one presses", "both restrain"

# What a strategy is here: its first state, the probability of meaning restraint in a state, and the
# next state after what it did and saw.
Mind = tuple[Any, Callable[[Any], float], Callable[[Any, str, str], Any]]


def contrite_next(state: tuple[bool, bool], did: str, saw: str) -> tuple[bool, bool]:
    me, other = state
    return did == R or (me and not other), saw == R or (other and not me)


MINDS: dict[str, Mind] = {
    "tit-for-tat": (R, lambda s: float(s == R), lambda s, did, saw: saw),
    "generous": (R, lambda s: 1.0 if s == R else 1 / 3, lambda s, did, saw: saw),
    "contrite": (
        (True, True),
        lambda s: float(not (s[0] and not s[1])),
        contrite_next,
    ),
    "grim": (R, lambda s: float(s == R), lambda s, did, saw: R if s == saw == R else P),
    "win-stay-lose-shift": (
        R,
        lambda s: float(s == R),
        lambda s, did, saw: did if saw == R else (P if did == R else R),
    ),
    "tit-for-two-tats": (
        0,
        lambda s: float(s < 2),
        lambda s, did, saw: 0 if saw == R else min(s + 1, 2),
    ),
    "always-cooperate": (0, lambda s: 1.0, lambda s, did, saw: 0),
    "always-defect": (0, lambda s: 0.0, lambda s, did, saw: 0),
}


def chain(c: Encounters, one: Mind, two: Mind) -> tuple[list[Any], np.ndarray, np.ndarray]:
    """Return joint states, the chain, and the probability of each profile in each state."""
    slip, misread = (1 - c.control) / 2, (1 - c.clarity) / 2

    def does(mind: Mind, state: Any) -> dict[str, float]:
        means = mind[1](state)
        restrains = means * (1 - slip) + (1 - means) * slip
        return {R: restrains, P: 1 - restrains}

    def sees(action: str) -> dict[str, float]:
        return {a: 1 - misread if a == action else misread for a in ACTIONS}

    states = [(one[0], two[0])]
    rows: list[dict[Any, float]] = []
    did: list[list[float]] = []
    for s, t in states:
        row: dict[Any, float] = {}
        profile = []
        for a, b in product(ACTIONS, ACTIONS):
            p = does(one, s)[a] * does(two, t)[b]
            profile.append(p)
            for x, y in product(ACTIONS, ACTIONS):
                weight = p * sees(b)[x] * sees(a)[y]
                if weight:
                    then = (one[2](s, a, x), two[2](t, b, y))
                    row[then] = row.get(then, 0) + weight
                    if then not in states:
                        states.append(then)
        rows.append(row)
        did.append(profile)
    matrix = np.zeros((len(states), len(states)))
    for k, row in enumerate(rows):
        for then, weight in row.items():
            matrix[k, states.index(then)] = weight
    return states, matrix, np.array(did)


def long_run(c: Encounters, one: Mind, two: Mind) -> np.ndarray:
    """Return the long-run share of each profile, from the start: powers of the lazy chain."""
    _, matrix, did = chain(c, one, two)
    lazy = (matrix + np.eye(len(matrix))) / 2
    for _ in range(60):
        lazy = lazy @ lazy
        lazy /= lazy.sum(axis=1, keepdims=True)
    return lazy[0] @ did


def pays(c: Encounters, shares: np.ndarray) -> tuple[float, float]:
    rr, rp, pr, pp = shares
    side = c.reward * rr + c.punishment * pp
    return (
        side + c.sucker * rp + c.temptation * pr,
        side + c.temptation * rp + c.sucker * pr,
    )


def outcomes_of(shares: np.ndarray) -> dict[str, float]:
    return {
        BOTH_PRESS: shares[3],
        ONE_PRESSES: shares[1] + shares[2],
        BOTH_RESTRAIN: shares[0],
    }


SETTINGS = [
    {},
    {"clarity": 0.6, "control": 0.7},
    {"clarity": 1.0, "control": 0.9},
    {"clarity": 0.95, "control": 1.0},
    {"temptation": 4.0, "punishment": 2.0, "sucker": -1.0},
]


# The long run.


def test_every_classic_strategy_has_a_mind_here() -> None:
    assert set(MINDS) == set(STRATEGIES)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
@pytest.mark.parametrize("one", MINDS)
def test_the_long_run_of_each_pair_is_that_of_the_chain(one: str, setting: dict[str, Any]) -> None:
    for two in ("tit-for-tat", "contrite", one):
        c = Encounters(one, two, **setting)
        shares = long_run(c, MINDS[one], MINDS[two])
        assert c.outcomes() == pytest.approx(outcomes_of(shares), abs=1e-9)
        assert tuple(c.payoffs().values()) == pytest.approx(pays(c, shares), abs=1e-9)


# Row, column, both noises, and row payoff, P(both restrain), P(both press): recorded elsewhere.
SHEET = [
    ("tit-for-tat", "tit-for-tat", 0.01, 0, 2.25, 0.25, 0.25),
    ("generous", "generous", 0.01, 0, 2.97032175, 0.94313979, 0.00083210),
    ("contrite", "contrite", 0.01, 0, 2.98010000, 0.96107647, 0.00029216),
    ("generous", "generous", 0, 0.01, 2.98039941, 0.96190828, 0.00036982),
    ("contrite", "contrite", 0, 0.01, 2.25, 0.25, 0.25),
    ("contrite", "contrite", 0.02, 0.02, 2.54164470, 0.42647831, 0.11439631),
    ("contrite", "tit-for-tat", 0.01, 0, 2.54146101, 0.43762295, 0.11276465),
    ("contrite", "always-defect", 0.01, 0, 1.01990203, 0.00019899, 0.97030001),
    ("generous", "always-defect", 0.01, 0, 0.69336800, 0.00343200, 0.65023200),
    ("tit-for-tat", "generous", 0.01, 0, 2.96967196, 0.90152893, 0.00252967),
    ("contrite", "generous", 0.01, 0.01, 2.95178956, 0.86252622, 0.00467580),
]


@pytest.mark.parametrize(("row", "column", "eps", "eta", "pay", "rr", "pp"), SHEET)
def test_reference_values(row, column, eps, eta, pay, rr, pp) -> None:
    c = Encounters(row, column, clarity=1 - 2 * eta, control=1 - 2 * eps)
    found = c.outcomes()
    assert (found[BOTH_RESTRAIN], found[BOTH_PRESS]) == pytest.approx((rr, pp), abs=1e-8)
    assert c.payoffs()["A"] == pytest.approx(pay, abs=1e-8)
    assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize("clarity", [0.1, 0.9, 0.999, 1.0])
def test_tit_for_tat_comes_to_the_same_however_little_goes_wrong(clarity: float) -> None:
    found = Encounters(clarity=clarity, control=0.97).match(exact=True)
    assert set(found.shares.values()) == {Fraction(1, 4)}
    assert set(found.payoffs.values()) == {Fraction(9, 4)}


@pytest.mark.parametrize("noise", [0.01, 0.1])
def test_contrition_repairs_slips_and_not_misreadings(noise: float) -> None:
    slips = Encounters("contrite", "contrite", clarity=1.0, control=1 - 2 * noise)
    misreadings = Encounters("contrite", "contrite", clarity=1 - 2 * noise, control=1.0)
    k = 1 + 2 * noise
    expected = (noise**2 + 2 * noise**2 * (1 - noise)) / k
    assert slips.outcomes()[BOTH_PRESS] == pytest.approx(expected)
    assert misreadings.outcomes()[BOTH_PRESS] == pytest.approx(0.25)


# How long one misreading lasts.


@pytest.mark.parametrize("misreader", ["A", "B"])
@pytest.mark.parametrize("one", [n for n in MINDS if n != "always-defect"])
def test_recoveries_are_expected_times_of_the_chain(one: str, misreader: str) -> None:
    c = Encounters(one, "generous", clarity=0.8, control=0.9)
    first, second = MINDS[one], MINDS["generous"]
    states, matrix, did = chain(c, first, second)
    misread = 0.1
    start = (
        first[2](first[0], R, P if misreader == "A" else R),
        second[2](second[0], R, P if misreader == "B" else R),
    )
    # From each state: until a round in which both restrain. The next state depends on the round,
    # so rounds in which both restrained are taken out of the chain.
    n = len(states)
    quiet = np.zeros((n, n))
    for k, (s, t) in enumerate(states):
        for x, y in product(ACTIONS, ACTIONS):
            weight = (1 - misread if x == R else misread) * (1 - misread if y == R else misread)
            quiet[k, states.index((first[2](s, R, x), second[2](t, R, y)))] += weight * did[k, 0]
    rest = np.linalg.inv(np.eye(n) - (matrix - quiet))
    at = states.index(start)
    found = c.recovery(misreader)
    assert found.rounds == pytest.approx(float(rest[at] @ (1 - did[:, 0])), rel=1e-9)
    assert found.both_defect == pytest.approx(float(rest[at] @ did[:, 3]), rel=1e-9)


def test_one_misreading_keeps_tit_for_tat_pressing_longer_than_the_generous() -> None:
    """The better things are seen the longer a quarrel of tit for tat lasts by itself."""
    tat, generous = (Encounters(s, s) for s in ("tit-for-tat", "generous"))
    assert tat.recovery().both_defect == pytest.approx(8.474576, abs=1e-6)
    assert generous.recovery().both_defect == pytest.approx(0.093647, abs=1e-6)
    assert Encounters(clarity=0.99, control=1.0).recovery().rounds > tat.recovery().rounds
    never = Encounters("grim", "always-defect", control=1.0)
    assert never.recovery().rounds == inf


# Best replies.


@pytest.mark.parametrize("rival", ["tit-for-tat", "generous", "contrite", "grim"])
def test_no_memory_one_reply_does_better_than_the_best(rival: str) -> None:
    c = Encounters(strategy_b=rival, clarity=0.9, control=0.9)
    best = c.best_reply(among="memory-one")
    tried = {}
    for rule in product((1.0, 0.0), repeat=4):
        answers = dict(zip(product(ACTIONS, ACTIONS), rule, strict=True))
        mind: Mind = (
            (R, R),
            lambda s, a=answers: a[s],
            lambda s, did, saw: (did, saw),
        )
        shares = long_run(c, mind, MINDS[rival])
        tried[rule] = pays(c, shares)[0]
    assert best.payoff == pytest.approx(max(tried.values()), abs=1e-9)
    assert c.best_reply().payoff >= best.payoff - 1e-12


def test_either_side_may_reply() -> None:
    c = Encounters("always-cooperate", "tit-for-tat")
    assert c.best_reply("B").choices == ({"always": P},)
    assert c.best_reply("A").choices == ({"trusting": R, "answering": R},)
    with pytest.raises(GameError, match=r"no player 'C'; this game has \('A', 'B'\)"):
        c.best_reply("C")


# Strategies of one's own.


def echo(name: str = "") -> Automaton:
    return Automaton(
        {"calm": R, "angry": P},
        lambda state, did, saw: "calm" if saw == R else "angry",
        actions=ACTIONS,
        name=name,
    )


def test_strategies_may_be_named_memory_one_or_automata() -> None:
    named = Encounters()
    for same in (MemoryOne(1, 0, 1, 0), echo(), strategy("tit-for-tat", ACTIONS)):
        own = Encounters(same, same)
        assert own.outcomes() == pytest.approx(named.outcomes())
        assert own.recovery().rounds == pytest.approx(named.recovery().rounds)
    assert Strategies("tit-for-tat", echo()).explain() == (
        "A plays tit for tat.\nB plays a strategy with 2 states."
    )
    assert "B plays an echo." in Strategies("grim", echo("an echo")).explain()
    assert "after cc 1, cd 0, dc 0, dd 1" in Strategies(MemoryOne(1, 0, 0, 1), "grim").explain()


def test_a_strategy_that_there_is_not_is_an_error() -> None:
    with pytest.raises(UnknownName, match="did you mean 'tit-for-tat'"):
        Encounters("tit-for-tit")
    with pytest.raises(GameError, match="give a name, a MemoryOne or an Automaton"):
        Encounters(strategy_b=3)


# Fields.


def test_fields() -> None:
    assert Encounters().parameters() == {
        "strategy_a": "tit-for-tat",
        "strategy_b": "tit-for-tat",
        "temptation": 5.0,
        "reward": 3.0,
        "punishment": 1.0,
        "sucker": 0.0,
        "clarity": 0.9,
        "control": 0.98,
    }
    assert CRISES["encounters"] is Encounters
    game = Encounters(clarity=0.8).game()
    assert game.players == ("A", "B")
    assert (
        game.at(clarity=0.5).match("contrite", "generous")
        == Encounters("contrite", "generous", clarity=0.5).match()
    )


@pytest.mark.parametrize("name", ["clarity", "control"])
def test_clarity_and_control_lie_above_zero_and_are_not_both_one(name: str) -> None:
    for wrong in (-0.1, 1.1, nan, "good", None, True):
        with pytest.raises(GameError, match=f"Encounters: .*{name}"):
            Encounters(**{name: wrong})
    with pytest.raises(GameError, match=f"{name} is 0, at which chance decides all; .*above 0"):
        Encounters(**{name: 0})
    assert getattr(Encounters(**{name: 1.0}), name) == 1
    with pytest.raises(GameError, match="clarity and control are both 1"):
        Encounters(clarity=1, control=1)
    assert sum(Encounters(**{name: 1e-9}).outcomes().values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong", [{"temptation": 3}, {"reward": 1}, {"punishment": -1}, {"sucker": 4}]
)
def test_it_is_a_prisoners_dilemma(wrong: dict[str, float]) -> None:
    with pytest.raises(GameError, match=r"payoffs are temptation .*each is larger than the next"):
        Encounters(**wrong)


@pytest.mark.parametrize(
    "c", [Encounters(), Encounters("generous", echo()), Encounters(MemoryOne(1, 0, 0, 1))]
)
def test_encounters_come_back_whole(c: Encounters) -> None:
    for again in (pickle.loads(pickle.dumps(c)), copy.deepcopy(c)):
        assert again == c
        assert hash(again) == hash(c)
        assert again.outcomes() == c.outcomes()


def test_they_are_given_and_not_solved_for() -> None:
    found = Encounters("grim").solve()
    assert isinstance(found, Given)
    assert list(found) == [Strategies("grim", "tit-for-tat")]
    assert found == Encounters("grim").solve("given play")
    with pytest.raises(NotApplicable, match="between given strategies, so that 'nash' means"):
        Encounters().solve("nash")


# Mechanisms.

APPLICABLE = (
    Hotline(),
    Hotline("theatre", in_force=0.4),
    JointWorkingGroup(),
    Principles(),
    RulesOfBehaviour(),
    RulesOfBehaviour(0.1, reciprocity=True),
    Deadline(Hotline("defence", in_force=0.1)),
)


@pytest.mark.parametrize("m", APPLICABLE, ids=lambda m: m.label)
def test_what_each_mechanism_moves(m: Any) -> None:
    before, after = Encounters().parameters(), m(Encounters()).parameters()
    moved = {"control"} if isinstance(m, RulesOfBehaviour) else {"clarity"}
    assert {n for n in before if before[n] != after[n]} == moved


@pytest.mark.parametrize("s", [0, 0.25, 1])
def test_strengths(s: float) -> None:
    c = Encounters(clarity=0.6, control=0.8)
    for kind in (JointWorkingGroup, Principles):
        assert kind(strength=s)(c).clarity == pytest.approx(0.6 + 0.4 * s, rel=1e-15)
    assert RulesOfBehaviour(strength=s)(c).control == pytest.approx(0.8 + 0.2 * s, rel=1e-15)
    line = Hotline("theatre", answered=0.8, in_force=s)
    assert line(c).clarity == pytest.approx(0.6 + 0.4 * 0.8 * s, rel=1e-15)
    assert with_awareness(line, 0.5)(c).clarity == pytest.approx(0.6 + 0.16 * s, rel=1e-15)


def test_a_deadline_without_a_line_says_what_to_do() -> None:
    with pytest.raises(NotApplicable, match="for these encounters: it acts on hotlines"):
        Deadline()(Encounters())


def test_what_makes_everything_perfect_is_an_error() -> None:
    with pytest.raises(GameError, match="clarity and control are both 1"):
        (JointWorkingGroup(1) & RulesOfBehaviour(1))(Encounters())


@pytest.mark.parametrize("a", APPLICABLE, ids=lambda m: m.label)
@pytest.mark.parametrize("b", APPLICABLE, ids=lambda m: m.label)
def test_order_does_not_matter(a: Any, b: Any) -> None:
    assert (a & b)(Encounters()) == (b & a)(Encounters())


@pytest.mark.parametrize(
    "m",
    [none, Hotline(in_force=0), JointWorkingGroup(0), Principles(0), RulesOfBehaviour(0)],
    ids=lambda m: m.label,
)
def test_neutral_settings_leave_everything(m: Any) -> None:
    for c in (Encounters(), Encounters("contrite", "generous", clarity=0.5)):
        assert m(c) == c
        assert Awareness(0.3)(c) == c


@pytest.mark.parametrize(
    "name",
    [
        n
        for n, m in MECHANISMS.items()
        if m not in {type(none), Deadline, *(type(c) for c in APPLICABLE)}
    ],
)
def test_what_means_nothing_here_says_why(name: str) -> None:
    with pytest.raises(NotApplicable, match=f"{name} means nothing for the crisis 'encounters'"):
        MECHANISMS[name]()(Encounters())


# Comparisons.

DESIGNS = [none, RulesOfBehaviour(), Hotline("theatre")]


@pytest.mark.parametrize("one", ["generous", "contrite", "tit-for-tat"])
def test_all_effects_are_direct(one: str) -> None:
    crisis = Encounters(one, one)
    data = compare(crisis, DESIGNS).dataset
    assert list(data.outcome.values) == [BOTH_PRESS, ONE_PRESSES, BOTH_RESTRAIN]
    for m in DESIGNS:
        changed = m(crisis)
        expected = outcomes_of(long_run(changed, MINDS[one], MINDS[one]))
        for o in expected:
            here = data.sel(mechanism=m.label, outcome=o)
            assert float(here.selected) == pytest.approx(expected[o], abs=1e-9)
            assert float(here.low) == float(here.high) == float(here.selected)
            assert float(here.direct) == pytest.approx(expected[o] - crisis.outcomes()[o], abs=1e-9)
            assert float(here.strategic) == pytest.approx(0, abs=1e-12)


def test_better_control_helps_the_contrite_and_a_hotline_the_generous_more() -> None:
    """The same two institutions, in another order of merit."""

    def pressed(one: str, m: Any) -> float:
        return m(Encounters(one, one, clarity=0.95, control=0.95)).outcomes()[BOTH_PRESS]

    rules, line = RulesOfBehaviour(0.9), JointWorkingGroup(0.9)
    assert pressed("contrite", line) < pressed("contrite", rules)
    assert pressed("tit-for-tat", line) == pytest.approx(pressed("tit-for-tat", rules))


def test_a_comparison_speaks_draws_and_goes_to_json_and_back() -> None:
    found = compare(Encounters("generous", MemoryOne(1, 0, 0, 1)), DESIGNS)
    said = found.explain()
    assert said.startswith("none (baseline): P(both press) is 0.13.")
    assert "equilibri" not in said
    assert "Strategies are given, not solved for; probabilities are shares of rounds" in said
    assert found.table().columns[0] == "P(both press)"
    again = from_json(to_json(found))
    assert again == found
    assert again.crisis == found.crisis
    json.loads(json.dumps(found.to_dict()))
    axes = found.plot()
    axes.figure.canvas.draw()
    text = " ".join(t.get_text() for t in axes.figure.findobj(plt.Text))
    assert "Probability of both press (%)" in text
    plt.close(axes.figure)


FILE = """
kind = "scenario"
title = "Two coast guards"

[crisis]
kind = "encounters"
strategy_a = "generous"
temptation = 2.5
reward = 2
clarity = 0.8

[box]
clarity = [0.5, 0.9]

[[proposed]]
name = "a code"
mechanisms = ["rules-of-behaviour"]
"""


def test_a_scenario_file_may_have_encounters(tmp_path) -> None:
    path = tmp_path / "guards.toml"
    path.write_text(FILE, encoding="utf-8")
    crisis = Encounters("generous", temptation=2.5, reward=2, clarity=0.8)
    assert read_toml(path).crisis == crisis

    def run(*words: str) -> str:
        return CliRunner().invoke(app, [*words]).stdout

    assert "Probability of both press (%)" in run("compare", str(path), "--mechanism", "none")
    assert "A plays generous." in run("solve", str(path))
    for wrong, words in (
        ("clarity = 0", r"crisis.clarity.*clarity is 0"),
        ('strategy_a = "generos"', r"crisis.strategy_a.*did you mean 'generous'"),
        ("temptation = 1.5", r"line 5, crisis: .*temptation 1.5, reward 2"),
    ):
        key = wrong.split(" =")[0]
        lines = [wrong if n.startswith(f"{key} =") else n for n in FILE.splitlines()]
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(GameError, match=words):
            read_toml(path)
