"""Persuasion by concavification, beside the program over obeyed recommendations."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from crisisgames.equilibria import persuade
from crisisgames.equilibria.persuasion import concave_closure, reply
from crisisgames.errors import GameError

Table = list[list[int]]


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Fraction], Table, Table]:
    """Return a prior and two tables of small whole numbers, so that ties happen."""
    states, actions = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    weights = draw(st.lists(st.integers(0, 4), min_size=states, max_size=states).filter(any))
    row = st.lists(st.integers(-2, 2), min_size=actions, max_size=actions)
    table = st.lists(row, min_size=states, max_size=states)
    return [Fraction(w, sum(weights)) for w in weights], draw(table), draw(table)


def obeyed(prior: list[Fraction], sender: Table, receiver: Table) -> float:
    """Return the most that recommendations reach which the receiver wants to follow."""
    s, a = np.shape(sender)
    goal = -np.array(sender, dtype=float).ravel()
    equal = np.kron(np.eye(s), np.ones(a))
    other = np.array(receiver, dtype=float)
    rows = []
    for told in range(a):
        for does in range(a):
            row = np.zeros((s, a))
            row[:, told] = other[:, does] - other[:, told]
            rows.append(row.ravel())
    best = linprog(goal, rows, np.zeros(len(rows)), equal, [float(p) for p in prior])
    assert best.status == 0
    return -float(best.fun)


@given(situations())
def test_the_closure_is_what_obedience_allows(
    situation: tuple[list[Fraction], Table, Table],
) -> None:
    prior, sender, receiver = situation
    found = persuade(prior, sender, receiver, exact=True)
    assert float(found.value) == pytest.approx(obeyed(prior, sender, receiver), abs=1e-9)
    assert found.value >= max(found.silence, found.disclosure)
    # The reports average to the prior, each is followed, and they pay what is claimed.
    assert sum(r.probability for r in found.reports) == 1
    assert len({r.action for r in found.reports}) == len(found.reports)
    for s, p in enumerate(prior):
        assert sum(r.probability * r.belief[s] for r in found.reports) == p
    paid = Fraction(0)
    for r in found.reports:
        means = [
            sum(b * row[a] for b, row in zip(r.belief, receiver, strict=True))
            for a in range(len(receiver[0]))
        ]
        assert means[r.action] == max(means)
        own = sum(b * row[r.action] for b, row in zip(r.belief, sender, strict=True))
        paid += Fraction(r.probability) * own
        assert own == reply(r.belief, sender, receiver)[1]
    assert paid == found.value


@given(situations())
def test_a_sender_who_wants_what_the_receiver_wants_tells_all(
    situation: tuple[list[Fraction], Table, Table],
) -> None:
    prior, sender, _ = situation
    found = persuade(prior, sender, sender, exact=True)
    assert found.value == found.disclosure
    # One who wants the opposite can do no better than to say nothing.
    opposite = [[-u for u in row] for row in sender]
    found = persuade(prior, opposite, sender, exact=True)
    assert found.value == found.silence


def test_thirds_are_thirds() -> None:
    found = persuade([1 / 3, 1 / 3, 1 / 3], [[1, 0]] * 3, [[2, 0], [-1, 0], [-1, 0]], exact=True)
    assert found.value == 1  # the receiver is indifferent at the prior exactly


def test_the_closure_of_a_few_points() -> None:
    points = [[Fraction(k, 4), 1 - Fraction(k, 4)] for k in range(5)]
    values = [Fraction(v) for v in (0, 3, 0, 3, -8)]
    weights = concave_closure(points, values, points[2])
    assert [str(w) for w in weights] == ["0", "1/2", "0", "1/2", "0"]


@pytest.mark.parametrize(
    ("prior", "sender", "receiver", "message"),
    [
        ([0.5, 0.6], [[1], [1]], [[1], [1]], "probabilities that sum to 1"),
        ([1.5, -0.5], [[1], [1]], [[1], [1]], "probabilities that sum to 1"),
        ([], [], [], "probabilities that sum to 1"),
        ([0.5, 0.5], [[1], [1, 2]], [[1], [1]], "payoffs of the sender"),
        ([0.5, 0.5], [[1], [1]], [[1]], "payoffs of the receiver"),
        ([1], [[]], [[]], "no action"),
        ([1], [["much"]], [[1]], "a payoff of the sender"),
    ],
)
def test_errors_say_what_is_wrong(
    prior: list[float], sender: list[list[int]], receiver: list[list[int]], message: str
) -> None:
    with pytest.raises(GameError, match=message):
        persuade(prior, sender, receiver)
