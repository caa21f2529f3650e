"""Best replies to finite-state strategies."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import GameError, NotApplicable, UnknownName
from crisisgames.equilibria.repeated import best_reply
from crisisgames.games.automata import STRATEGIES, Automaton, strategy
from crisisgames.games.repeated import RepeatedGame

ACTIONS = ("cooperate", "defect")


def noisy(eps: object = 0, eta: object = 0, **options: object) -> RepeatedGame:
    return RepeatedGame.dilemma(implementation_noise=eps, perception_noise=eta, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("payoffs", "eps", "bound"),
    [
        ((5, 3, 1, 0), 0.0, 0.33333333),
        ((5, 3, 1, 0), 0.01, 0.32537799),
        ((5, 3, 1, 0), 0.05, 0.28961749),
        ((5, 3, 1, 0), 0.10, 0.23387097),
        ((4, 3, 2, 0), 0.02, 0.46338384),
        ((4, 3, 1, 0), 0.05, 0.62962963),
    ],
)
def test_generosity_is_exploited_above_its_bound(
    payoffs: tuple[int, ...], eps: float, bound: float
) -> None:
    """Molander (1985) without noise; with implementation noise the bound falls.

    The bounds at positive noise were derived apart, as the generosity at which cooperating always
    stops being optimal.
    """
    # Without any noise the long run of always cooperating hides what happens after a defection.
    noise = eps or 1e-9
    game = RepeatedGame.dilemma(*payoffs, implementation_noise=noise)
    for generosity, exploited in ((bound - 1e-6, False), (bound + 1e-6, True)):
        found = best_reply(game, strategy("generous", generosity=generosity))
        always = set(found.choices[0].values()) == {"cooperate"}
        assert always is not exploited
        assert found.attained


@pytest.mark.parametrize("name", STRATEGIES)
@pytest.mark.parametrize("discount", [None, Fraction(9, 10)])
def test_replies_earn_what_is_said_and_no_class_earns_more(
    name: str, discount: Fraction | None
) -> None:
    game = noisy(Fraction(1, 100), discount=discount)
    top = best_reply(game, name, exact=True)
    assert top.attained
    for reply in top.replies:
        assert game.match(reply, name, exact=True).payoffs["row"] == top.payoff
    for rival in STRATEGIES:
        assert game.match(rival, name, exact=True).payoffs["row"] <= top.payoff
    other = best_reply(game, name, "column", exact=True)
    assert other.payoff == top.payoff


def test_noise_of_perception_leaves_an_upper_bound() -> None:
    game = noisy(Fraction(1, 100), Fraction(1, 20))
    top = best_reply(game, "generous", exact=True)
    inside = best_reply(game, "generous", among="memory-one", exact=True)
    assert not top.attained
    assert top.replies == ()
    assert inside.attained
    assert inside.payoff < top.payoff
    for reply in inside.replies:
        assert game.match(reply, "generous", exact=True).payoffs["row"] == inside.payoff


def test_chance_in_the_others_moves_does_not_hide_a_constant_reply() -> None:
    coin = {"kind": Fraction(1, 2), "hard": Fraction(1, 2)}
    whim = Automaton({"kind": "cooperate", "hard": "defect"}, lambda *_: coin)
    found = best_reply(noisy(), whim, exact=True)
    assert found.attained
    assert found.payoff == 3
    assert found.choices == ({"kind": "defect", "hard": "defect"},)
    assert found.replies[0].intends == ((0, 1),)


def test_chance_in_the_others_moves_leaves_an_upper_bound() -> None:
    coin = {"kind": Fraction(1, 2), "strict": Fraction(1, 2)}

    def moves(state: str, own: str, seen: str) -> object:
        offended = state == "strict" and seen == "defect"
        return "out" if offended or state == "out" else coin

    # Both moods cooperate; only the strict one ends it when it meets a defection.
    moody = Automaton({"kind": "cooperate", "strict": "cooperate", "out": "defect"}, moves)
    found = best_reply(noisy(), moody, exact=True)
    assert found.payoff == 4
    assert not found.attained
    assert found.replies == ()


def test_ties_are_all_kept() -> None:
    found = best_reply(noisy(), "tit-for-tat", exact=True)
    assert found.payoff == 3
    # From the start, cooperating while trusted decides; what one would do otherwise is free.
    assert [c["trusting"] for c in found.choices] == ["cooperate", "cooperate"]


@st.composite
def opponents(draw: st.DrawFn) -> Automaton:
    size = draw(st.integers(1, 2))
    names = [f"s{k}" for k in range(size)]
    intends = {}
    for s in names:
        p = draw(st.sampled_from([0, 1, Fraction(1, 3)]))
        intends[s] = {"cooperate": p, "defect": 1 - p}
    moves = {key: draw(st.sampled_from(names)) for key in product(names, ACTIONS, ACTIONS)}
    return Automaton(intends, moves, names[0])


@settings(max_examples=15, deadline=None)
@given(opponents(), st.sampled_from([0, Fraction(1, 10)]), st.sampled_from([0, Fraction(1, 10)]))
def test_a_discounted_best_reply_solves_the_bellman_equation(
    other: Automaton, eps: Fraction, eta: Fraction
) -> None:
    d = 0.8
    game = noisy(eps, eta, discount=Fraction(4, 5))
    found = best_reply(game, other)
    e, h = float(eps), float(eta)
    pays = np.array([[3.0, 0.0], [5.0, 1.0]])
    slip, look = (np.array([[1 - x, x], [x, 1 - x]]) for x in (e, h))
    intends = np.array(other.intends, dtype=float)
    moves = np.array(other.moves, dtype=float)
    value = np.zeros(len(intends))
    for _ in range(200):
        new = np.empty((len(intends), 2))
        for q, k in np.ndindex(len(intends), 2):
            total = 0.0
            for a, b, seen in product((0, 1), repeat=3):
                p = slip[k, a] * (intends[q] @ slip)[b] * look[a, seen]
                total += p * ((1 - d) * pays[a, b] + d * (moves[q, b, seen] @ value))
            new[q, k] = total
        value = new.max(axis=1)
    assert found.payoff == pytest.approx(value[0], abs=1e-9)


def test_automata_of_a_size_are_all_tried() -> None:
    one = best_reply(noisy(0.01), "tit-for-tat", among=1)
    assert [r.intends for r in one.replies] == [((1, 0),)]
    game = noisy(Fraction(1, 100), discount=Fraction(1, 10))
    top = best_reply(game, "grim", exact=True)
    assert best_reply(game, "grim", among=1, exact=True).payoff <= top.payoff


@pytest.mark.slow
def test_two_states_reach_the_best_reply_to_two_states() -> None:
    game = noisy(Fraction(1, 100), discount=Fraction(1, 5))
    top = best_reply(game, "tit-for-tat", exact=True)
    assert best_reply(game, "tit-for-tat", among=2, exact=True).payoff == top.payoff


def test_what_makes_no_sense_is_told() -> None:
    game = noisy(0.01)
    with pytest.raises(GameError, match="no player 'A'"):
        best_reply(game, "grim", "A")
    with pytest.raises(UnknownName, match="class of replies"):
        best_reply(game, "grim", among="memory-two")  # type: ignore[arg-type]
    with pytest.raises(GameError, match="at least 1 state"):
        best_reply(game, "grim", among=0)
    with pytest.raises(NotApplicable, match="automata with 3 states"):
        best_reply(game, "grim", among=3)
    with pytest.raises(NotApplicable, match="rules that choose"):
        best_reply(game, "contrite", max_replies=15)
    with pytest.raises(GameError, match="max_replies"):
        best_reply(game, "grim", max_replies=0)


@pytest.mark.parametrize("discount", [None, Fraction(9, 10)])
@pytest.mark.parametrize(
    ("name", "action"),
    [("always-defect", "defect"), ("always-cooperate", "defect"), ("tit-for-tat", "cooperate")],
)
def test_a_reply_that_needs_no_state_is_attained_in_spite_of_noise(
    name: str, action: str, discount: Fraction | None
) -> None:
    game = noisy(0, Fraction(1, 100), discount=discount)
    for player in game.players:
        found = best_reply(game, name, player, exact=True)
        assert found.attained
        [reply] = found.replies
        assert reply.states == ("always",)
        pair = (reply, name) if player == "row" else (name, reply)
        assert game.match(*pair, exact=True).payoffs[player] == found.payoff
        assert best_reply(game, reply, exact=True).attained
        inside = best_reply(game, name, player, "memory-one", exact=True)
        assert inside.payoff == found.payoff
        actions = game.stage.actions[game.players.index(player)]
        assert dict(zip(actions, reply.intends[0], strict=True))[action] == 1


def test_states_that_never_occur_do_not_hide_the_constant_reply() -> None:
    # In the second state, which nothing leads to, the best action is another one.
    rival = Automaton(
        {"open": "cooperate", "never": "defect"},
        lambda state, own, seen: "open" if state == "open" else {"open": 0.5, "never": 0.5},
    )
    game = noisy(0, Fraction(1, 100))
    found = best_reply(game, rival, exact=True)
    assert found.attained
    assert found.payoff == 5
    assert [dict(reply_of) for reply_of in found.choices] == [
        {"open": "defect", "never": "cooperate"},
        {"open": "defect", "never": "defect"},
    ]
    assert len(found.replies) == 1


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_attained_is_earned(data: st.DataObject) -> None:
    """Whatever is said to be attained is what the stated replies earn, on random strategies."""
    share = st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)])
    names = ("x", "y")
    intends = {s: {"cooperate": (p := data.draw(share)), "defect": 1 - p} for s in names}
    moves = {
        (s, a, b): {"x": (p := data.draw(share)), "y": 1 - p}
        for s, a, b in product(names, ACTIONS, ACTIONS)
    }
    game = noisy(data.draw(share) / 10, data.draw(share) / 10)
    rival = Automaton(intends, moves)
    found = best_reply(game, rival, exact=True)
    assert found.attained is bool(found.replies)
    constant = [Automaton({"always": a}, lambda *_: "always") for a in ACTIONS]
    earned = [game.match(c, rival, exact=True).payoffs["row"] for c in constant]
    assert max(earned) <= found.payoff
    if found.payoff in earned:
        assert found.attained
    for reply in found.replies:
        assert game.match(reply, rival, exact=True).payoffs["row"] == found.payoff
