"""Sequential equilibria of trees: acceptance games, random games, and traps of consistency."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from random import Random
from typing import Any

import numpy as np
import pytest
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import perturbed, random_signaling, random_tree
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    Bargaining,
    ExtensiveFormGame,
    Incident,
    NotApplicable,
    Parameter,
    UnknownName,
    chance,
    end,
    move,
    solve,
    tell,
)
from crisisgames.crises import Channel
from crisisgames.equilibria.assemble import Extreme, above, assess
from crisisgames.equilibria.deadline import NEVER
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.selection import _mix, _project
from crisisgames.equilibria.sequence_form import sequence_form
from crisisgames.equilibria.sequential import (
    Search,
    alike_actions,
    conditionally_undominated,
    independent_parts,
)

EXACT = 1e-12
"""Certificates of exact solutions are zero but for the rounding of the numbers reported."""

NEAR = 1e-4
"""Distance in plans, far above the perturbation of 1e-7 and far below that of other equilibria."""

seeds = st.integers(0, 10**6)


def test_escalation_1_has_the_stated_bluff_and_resistance() -> None:
    found = solve(escalation_1(), exact=True)
    assert found.complete
    assert len(found) == 1
    strategy = found[0].strategy
    assert strategy["A"]["irresolute",]["challenge"] == Fraction(2, 5)
    assert strategy["B"]["irresolute",]["resist"] == Fraction(3, 5)
    assert strategy["A"]["irresolute", "challenge"]["back down"] == 1


@pytest.mark.parametrize("a", [0.05, 0.1, 0.2, 0.3, 0.39])
def test_escalation_1_total_resistance_is_one_over_one_plus_the_audience_cost(a: float) -> None:
    (equilibrium,) = solve(escalation_1().at(audience_cost=a), exact=True)
    weak, strong = (equilibrium.strategy["B"][(t,)]["resist"] for t in ("irresolute", "resolute"))
    assert (weak + strong) / 2 == 1 / (1 + Fraction(repr(a)))


@pytest.mark.parametrize("a", [0.41, 0.6, 1.0])
def test_escalation_1_above_the_threshold_everybody_challenges_and_attacks(a: float) -> None:
    (equilibrium,) = solve(escalation_1().at(audience_cost=a), exact=True)
    for kind in ("irresolute", "resolute"):
        assert equilibrium.strategy["A"][(kind,)]["challenge"] == 1
        assert equilibrium.strategy["A"][kind, "challenge"]["attack"] == 1


def test_escalation_1_on_the_knife_edge_is_one_connected_continuum() -> None:
    found = solve(escalation_1().at(audience_cost=0.4), exact=True)
    assert len(found.classes) == 1
    # From the bluffing equilibrium (war 1/2 * (1/2 + 1/(2*1.4)) of resistance...) to war for sure.
    assert found.bounds("status quo") == (0, Fraction(3, 10))


def test_escalation_2_has_exactly_two_classes_held_up_as_stated() -> None:
    found = solve(escalation_2(), exact=True)
    assert found.complete
    threat, mobilization = found.classes
    assert "threat" in threat.name
    assert "mobilize" in mobilization.name
    strategy = mobilization.example.strategy
    assert strategy["A"]["irresolute",]["mobilize"] == Fraction(2, 5)
    assert strategy["B"]["irresolute", "mobilize"]["resist"] == Fraction(7, 25)
    assert strategy["B"]["resolute", "mobilize"]["resist"] == 1
    # Mobilizing is held up by the belief that a bare threat comes from the irresolute.
    belief = mobilization.beliefs["B"]["irresolute", "threat"]
    assert belief["irresolute > irresolute > threat"] == (Fraction(2, 7), 1)


def test_beer_quiche_has_two_outcomes_without_a_duel() -> None:
    found = solve(beer_quiche(), exact=True)
    assert found.complete
    beer = [sum(c.outcomes["beer", a][1] for a in ("duel", "not")) for c in found.classes]
    assert sorted(beer) == [0, 1]
    assert found.bounds([("beer", "duel"), ("quiche", "duel")]) == (0, 0)
    quiche = found.classes[beer.index(0)]
    # Pooling on quiche needs the belief that beer is the wimp's, at least at one half.
    assert quiche.beliefs["receiver"]["beer",]["wimp > beer"] == (Fraction(1, 2), 1)


@pytest.mark.parametrize("channels", [(), (Channel(),), (Channel(in_force=0.5),)])
def test_the_incident_is_solved_completely(channels: tuple[Channel, ...]) -> None:
    found = solve(Incident(channels=channels).game())
    assert found.complete
    assert found.certificate < EXACT


def mixture(found: EquilibriumSet, rng: Random) -> list[Extreme]:
    """A random point inside a random piece of each part."""
    assert found.form is not None
    chosen = []
    for part in found.parts:
        sheaf = rng.choice(part.sheaves)
        weights = [np.array([rng.randint(1, 9) for _ in plans]) for plans in sheaf.plans]
        plans = [_mix(p, w / w.sum()) for p, w in zip(sheaf.plans, weights, strict=True)]
        measures = above((plans[0], plans[1]), sheaf.inner)
        sets = tuple(part.extremes[0].strategy)
        mode = found.concept == "sequential"
        chosen.append(assess(found.form, found.game.exact(), sets, measures, sequential=mode))
    return chosen


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_all_extremes_and_mixtures_pass_the_certificate(seed: int) -> None:
    rng = Random(seed)
    found = solve(random_tree(rng, depth=3), time_limit=2)
    assert len(found) > 0 or not found.complete  # every finite game has a sequential equilibrium
    if len(found):
        assert found.certificate < EXACT
        assert found.combine(mixture(found, rng)).certificate.worst < EXACT


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_sequential_equilibria_are_nash_equilibria(seed: int) -> None:
    game = random_tree(Random(seed), depth=3)
    sequential, nash = solve(game, time_limit=1), solve(game, "nash", time_limit=1)
    if sequential.complete and nash.complete:
        # Some games have thousands of equilibria, and a certificate takes longer than its solution.
        assert all(e.certificate.worst < EXACT for e in islice(nash, 10))
        for outcome in game.outcomes:
            (low, high), (least, most) = sequential.bounds(outcome), nash.bounds(outcome)
            assert least - EXACT <= low <= high <= most + EXACT


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_either_player_may_lead_the_search(seed: int) -> None:
    game = random_tree(Random(seed), depth=3)
    if len(game.information_sets) <= 8:  # larger ones take longer and show no more
        form = sequence_form(game.compiled, game.exact())
        assert leading(form, 0) == leading(form, 1)


def leading(form, leader: int) -> list[tuple[Fraction, Fraction]]:  # type: ignore[no-untyped-def]
    """Least and largest probability of every end, from a search with a given leader."""

    class Led(Search):
        def leading_mover(self, part):  # type: ignore[no-untyped-def]
            return leader

    blocks = Led(form, "sequential", conditionally_undominated(form), NEVER).blocks(
        list(form.parent)
    )
    return spans(form, blocks)


class Plain(Search):
    """The search without shortcuts: every support, and every order of rare deviations."""

    def _compared(self, i, state):  # type: ignore[no-untyped-def]
        return super()._compared(i, state)[0], True


def with_and_without_shortcuts(game) -> None:  # type: ignore[no-untyped-def]
    form = sequence_form(game.compiled, game.exact())
    kept = conditionally_undominated(form)
    quick = Search(form, "sequential", kept, NEVER, alike_actions(form, kept))
    plain = Plain(form, "sequential", kept, NEVER)
    parts = independent_parts(form)
    assert [spans(form, quick.blocks(p)) for p in parts] == [
        spans(form, plain.blocks(p)) for p in parts
    ]


@settings(max_examples=30, deadline=None)
@given(seed=seeds)
def test_shortcuts_of_the_search_lose_nothing(seed: int) -> None:
    game = random_tree(Random(seed), depth=3)
    if len(game.information_sets) <= 8:
        with_and_without_shortcuts(game)


@pytest.mark.parametrize(
    "crisis",
    [
        Bargaining(1),  # war whatever is offered: all offers are alike
        Bargaining(2, 0.02, 0.04, balance=0.7),
        Bargaining(2, 0.1, 0.5),  # B at high cost does not care about nothing
        Bargaining(1, proposer="B"),
        Bargaining(1, 0.1, 0.5, proposer="B", audience_cost=0.2),
    ],
)
def test_shortcuts_lose_nothing_where_offers_are_alike(crisis: Bargaining) -> None:
    with_and_without_shortcuts(crisis.game())


def test_actions_are_alike_only_where_everybody_gets_the_same() -> None:
    """A picks one of three envelopes, unseen by B in what follows; B cares about the third."""

    def after(b: int, answer: str) -> Any:
        return tell({"B": answer}, move("B", {"take": end("t", (1, b)), "drop": end("d", (0, -9))}))

    root = move("A", {"one": after(0, "1"), "two": after(0, "2"), "three": after(1, "3")})
    game = ExtensiveFormGame(root, ("A", "B"))
    form = sequence_form(game.compiled, game.exact())
    groups = alike_actions(form, conditionally_undominated(form))
    own = next(h for h, info in enumerate(game.information_sets) if info.player == "A")
    assert groups[own] == ((0, 1), (2,))


def spans(form, blocks) -> list[tuple[Fraction, Fraction]]:  # type: ignore[no-untyped-def]
    """Return the least and largest probability of every end."""
    found = []
    for _, s0, s1, p in form.ends:
        values = [
            p * Fraction(r0[s0] * r1[s1], r0[0] * r1[0])
            for b in blocks
            for r0 in b.levels[0][0].rays
            for r1 in b.levels[1][0].rays
        ]
        found.append((min(values), max(values)))
    return found


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_nothing_is_missing_near_a_degenerate_game(seed: int) -> None:
    # The sequential equilibria of nearby games lie near those of the game itself.
    rng = Random(seed)
    tree = random_tree(rng, depth=3) if seed % 2 else random_signaling(rng, 3, 2, 2).to_extensive()
    whole = solve(tree, time_limit=2)
    if not whole.complete or len(whole.parts) > 1:
        return
    nearby = solve(perturbed(tree, rng, Fraction(1, 10**7)), time_limit=2)
    for extreme in (e for part in nearby.parts for e in part.extremes):
        assert distance(whole, extreme) < NEAR


def distance(found: EquilibriumSet, extreme: Extreme) -> float:
    """How far the plans of an equilibrium are from the nearest piece of a set."""
    plans = [np.array([x / m[0][0] for x in m[0]]) for m in extreme.measures]
    full = [np.ones(len(p), dtype=bool) for p in plans]
    return min(
        sum(_project(s.plans[i], plans[i], full[i])[1] for i in (0, 1)) ** 0.5
        for part in found.parts
        for s in part.sheaves
    )


def ruled_out(rewards: dict[str, tuple[str, str]]) -> ExtensiveFormGame:
    """Three types stay in or go out; then B's private signal rules one other type out.

    At each signal B may punish, which pays only if it is at least nine parts in ten sure of the
    type named first in ``rewards``. Staying in is worth it for a type only if all its signals are
    punished.
    """
    types = ("1", "2", "3")

    def reply(kind: str, signal: str) -> object:
        sure = rewards[signal][0] == kind
        return move(
            "B",
            {
                "punish": end("punished", (-1, 1 if sure else -9)),
                "pass": end("passed", (2, 0)),
            },
        )

    def out(kind: str) -> object:
        signals = [s for s, pair in rewards.items() if kind in pair]
        return chance({s: (Fraction(1, 2), tell({"B": s}, reply(kind, s))) for s in signals})

    draws = {
        t: (
            Fraction(1, 3),
            tell({"A": t}, move("A", {"in": end("in", (0, 0)), "out": out(t)})),
        )
        for t in types
    }
    return ExtensiveFormGame(chance(draws), ("A", "B"))


def test_beliefs_after_one_deviation_must_come_from_one_measure() -> None:
    # 1 rather than 2, 2 rather than 3, 3 rather than 1: fine one by one, impossible together.
    circle = ruled_out({"not 3": ("1", "2"), "not 1": ("2", "3"), "not 2": ("3", "1")})
    assert solve(circle).bounds("in")[1] < 1


def test_a_rarer_deviation_leaves_the_others_belief_free() -> None:
    # 1 rather than 2, 1 rather than 3, and 2 rather than 3: a chain of rarer and rarer deviations.
    chain = ruled_out({"not 3": ("1", "2"), "not 1": ("2", "3"), "not 2": ("1", "3")})
    assert solve(chain).bounds("in")[1] == 1


def test_a_parameter_at_the_edge_is_a_limit_from_inside() -> None:
    found = solve(Incident(clarity=1).game())
    assert "limit from inside" in found.notes[0]
    assert found.bounds("war")[1] == pytest.approx(0, abs=1e-11)


def test_what_nature_never_does_is_left_out() -> None:
    p = Parameter("p", (-1, 1), 0)
    quiet = chance(
        {
            "never": (p, move("A", {"x": end("x", (5, 5)), "y": end("y", (0, 0))})),
            "always": (1 - p, move("B", {"x": end("x", (1, 1)), "y": end("y", (0, 0))})),
        }
    )
    found = solve(ExtensiveFormGame(quiet, ("A", "B")))
    assert found.bounds("x") == (1, 1)
    assert found[0].strategy["A"][()] == "any"


def test_time_runs_out_honestly() -> None:
    found = solve(random_tree(Random(0), depth=4), time_limit=0.3)
    assert not found.complete
    assert "time limit reached" in found.notes[-1]
    for equilibrium in list(found)[:5]:
        assert equilibrium.certificate.worst < EXACT


def test_three_movers_are_refused_with_the_remedy() -> None:
    game = random_tree(Random(1), depth=5, players=("A", "B", "C"))
    with pytest.raises(NotApplicable, match=r"two players move.*concept='qre'"):
        solve(game, "nash")


def test_unknown_concepts_and_options_name_the_nearest() -> None:
    with pytest.raises(UnknownName, match="did you mean 'sequential'"):
        solve(escalation_1(), "sequental")
    with pytest.raises(UnknownName, match="did you mean 'time_limit'"):
        solve(escalation_1(), time_limt=3)
