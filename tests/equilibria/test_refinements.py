"""Refinements: published examples, an oracle that goes through replies, and nested definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import islice, pairwise, product
from random import Random

import numpy as np
import pytest
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import random_signaling, random_tree
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from oracle_refinements import CRITERIA, TooManyTies, unsent
from scipy.optimize import linprog

from crisisgames import (
    Channel,
    ExtensiveFormGame,
    Incident,
    Ladder,
    NormalFormGame,
    SignalingGame,
    chance,
    end,
    move,
    solve,
    tell,
)
from crisisgames.equilibria import EquilibriumSet
from crisisgames.equilibria.polytope import Ray
from crisisgames.equilibria.refine.replies import integral, units
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import Node

F = Fraction
HALF, THIRD = F(1, 2), F(1, 3)
seeds = st.integers(0, 2**32 - 1)

Filter = Callable[[EquilibriumSet], EquilibriumSet]
FILTERS: dict[str, Filter] = {
    "intuitive": lambda found: found.intuitive(),
    "equilibrium dominance": lambda found: found.intuitive(beliefs=True),
    "d1": lambda found: found.d1(),
    "divine": lambda found: found.divine(),
    "universally divine": lambda found: found.divine(universal=True),
}
BY_BELIEFS = [name for name in FILTERS if name != "intuitive"]


def names(found: EquilibriumSet) -> list[str]:
    return [c.name for c in found.classes]


def left(game: SignalingGame | ExtensiveFormGame) -> dict[str, list[str]]:
    """The classes that each refinement leaves of a game's sequential equilibria."""
    found = solve(game, exact=True)
    kept = {name: refine(found) for name, refine in FILTERS.items()}
    for refined in kept.values():
        assert found.complete
        assert refined.complete
        assert refined.certificate == 0
    return {"all": names(found)} | {name: names(refined) for name, refined in kept.items()}


# Published examples.


def test_cho_kreps_1987_beer_quiche_loses_the_pool_on_quiche() -> None:
    # "Signaling Games and Stable Equilibria", QJE 102(2), with the original payoffs.
    kept = left(beer_quiche())
    assert kept.pop("all") == ["pooling on beer", "pooling on quiche"]
    assert all(classes == ["pooling on beer"] for classes in kept.values())
    refined = solve(beer_quiche()).intuitive()
    assert refined.notes[-2] == "The intuitive criterion removes 1 of 2 classes."
    assert refined.notes[-1] == (
        "The intuitive criterion removes 'pooling on quiche': after 'beer', no rational reply is "
        "worth the deviation to sender at 'wimp', and once that is understood sender at 'surly' "
        "gains from every reply."
    )


@pytest.mark.parametrize(
    ("prior", "gains", "outcome"),
    [
        (F(2, 5), (1, 1, 2), "semi-separating on beer, quiche"),
        (F(3, 10), (F(5, 2), F(5, 2), 2), "separating on beer, quiche"),
        (F(7, 10), (HALF, F(3, 2), 2), "pooling on beer"),
    ],
)
def test_cho_kreps_1987_with_other_numbers(
    prior: Fraction, gains: tuple[Fraction, Fraction, Fraction], outcome: str
) -> None:
    # By hand: with few surly types wimps bluff until the receiver is indifferent; where quiche is
    # worth more to a wimp than peace the types separate; else both pool on beer.
    beer, quiche, peace = gains
    game = SignalingGame(
        ("surly", "wimp"),
        ("beer", "quiche"),
        ("duel", "not"),
        (prior, 1 - prior),
        [[[beer, beer + peace], [0, peace]], [[0, peace], [quiche, quiche + peace]]],
        [[[0, 1], [0, 1]], [[1, 0], [1, 0]]],
    )
    assert all(classes == [outcome] for name, classes in left(game).items() if name != "all")


def test_banks_sobel_1987_settlement_is_settled_by_divinity() -> None:
    # "Equilibrium Selection in Signaling Games", Econometrica 55(3): a defendant, negligent (t2) or
    # not, offers a low or a high settlement. Payoffs as retold in the encyclopedia article on
    # divine equilibrium.
    game = SignalingGame(
        ("t1", "t2"),
        ("low", "high"),
        ("accept", "reject"),
        (HALF, HALF),
        [[[-3, -6], [-5, -6]], [[-3, -11], [-5, -11]]],
        [[[3, 0], [5, 0]], [[3, 5], [5, 5]]],
    )
    both = ["pooling on low", "pooling on high"]
    kept = left(game)
    assert kept["all"] == kept["intuitive"] == kept["equilibrium dominance"] == both
    for name in ("d1", "divine", "universally divine"):
        assert kept[name] == ["pooling on low"]


# Drew Fudenberg and Kevin He, "Payoff Information and Learning in Signaling Games", Games and
# Economic Behavior 120, 2020 (arXiv 1709.01024v5), Sections 2.3 and 3.


def test_fudenberg_he_2020_example_1_degrees() -> None:
    wage, taste = (0, 6, 9), {"high": (0, 2, -2), "low": (0, 1, -4)}
    game = SignalingGame(
        ("high", "low"),
        ("none", "college", "doctorate"),
        ("low wage", "medium wage", "high wage"),
        (HALF, HALF),
        [[[w + v for w in wage] for v in taste[t]] for t in ("high", "low")],
        [
            [[-2, 0, 1], [-1, 1, 2], [0, 2, 3]],
            [[1, 0, -2], [2, 1, -1], [3, 2, 0]],
        ],
    )
    kept = left(game)
    # Both pools that the example discusses pass; the pool on no education does not.
    assert "pooling on none" in kept["all"]
    for name in FILTERS:
        assert {"pooling on college", "pooling on doctorate"} <= set(kept[name])
        assert "pooling on none" not in kept[name]


def test_fudenberg_he_2020_example_3_where_everybody_is_dominated() -> None:
    game = SignalingGame(
        ("t1", "t2"),
        ("L", "R"),
        ("a1", "a2", "a3"),
        (HALF, HALF),
        [[[-2, 2, 2], [5, -3, -4]], [[-2, 2, 2], [-2, 1, 0]]],
        [[[0, 2, 1], [-1, 2, 0]], [[1, 0, -1], [-1, 0, 1]]],
    )
    found = solve(game, exact=True)
    for name, refine in FILTERS.items():
        refined = refine(found)
        assert names(refined) == ["pooling on L"], name
        # No type gains from R whatever is believed, so nothing is asked: a2 and a3 both stay.
        replies = {a for e in refined for a, p in e.strategy["receiver"]["R",].items() if p}
        assert replies == {"a2", "a3"}
        assert "removes nothing" in refined.notes[-1]


def test_fudenberg_he_2020_example_5_passes_the_intuitive_criterion_only() -> None:
    game = SignalingGame(
        ("t'", "t''"),
        ("s'", "s''"),
        ("a'", "a''"),
        (F(3, 4), F(1, 4)),
        [[[4, 0], [7, 3]], [[6, 2], [7, 3]]],
        [[[1, 0], [1, 0]], [[0, 1], [0, 1]]],
    )
    kept = left(game)
    assert "pooling on s'" in kept["intuitive"]
    assert "pooling on s'" in kept["equilibrium dominance"]
    for name in ("d1", "divine", "universally divine"):
        assert kept[name] == ["pooling on s''"]


def test_fudenberg_he_2020_example_6_is_not_divine() -> None:
    game = SignalingGame(
        ("t'", "t''"),
        ("s'", "s''", "s'''"),
        ("a'", "a''"),
        (F(2, 3), F(1, 3)),
        [[[0, -1], [2, -1], [5, -3]], [[0, -1], [1, -1], [0, -2]]],
        [[[1, 0], [1, 0], [0, 1]], [[0, 1], [0, 1], [1, 0]]],
    )
    kept = left(game)
    assert "pooling on s'" in kept["intuitive"]
    for name in ("d1", "divine", "universally divine"):
        assert "pooling on s'" not in kept[name]


def test_fudenberg_he_2020_example_7_takes_a_second_round() -> None:
    # Divinity is applied again to the replies that are left; D1, one round, removes nothing.
    game = SignalingGame(
        ("t'", "t''", "t'''"),
        ("s'", "s''"),
        ("a1", "a2", "a3", "a4"),
        (THIRD, THIRD, THIRD),
        [[[0] * 4, [1, -1, -2, -7]], [[0] * 4, [5, 3, -1, -5]], [[0] * 4, [-3, 5, 1, -3]]],
        [
            [[0] * 4, [F(9, 10), 0, 0, 0]],
            [[0] * 4, [0, 1, 0, F(4, 5)]],
            [[0] * 4, [0, 0, F(17, 10), F(4, 5)]],
        ],
    )
    kept = left(game)
    assert kept["d1"] == kept["intuitive"] == kept["all"] == ["pooling on s'", kept["all"][1]]
    assert kept["divine"] == kept["universally divine"] == kept["all"][1:]


# Jeffrey Banks, Colin Camerer and David Porter, "An Experimental Analysis of Nash Refinements in
# Signaling Games", Games and Economic Behavior 6, 1994. The games climb the ladder of refinements:
# in each, two pools pass the weaker of two neighbouring concepts and one passes the stronger.
# Payoffs as in the catalogue of Gambit (journals/geb/bcp1994).

LADDER = ["nash", "sequential", "intuitive", "divine", "universally divine"]

UNIQUE = ("2,1 2,0 0,2", "3,1 1,0 0,0", "1,2 1,1 3,0", "1,3 2,0 2,1", "2,1 0,0 0,6", "0,2 3,1 1,1")
CLIMB = [
    (
        ("1,2 2,2 0,3", "1,2 1,1 2,1", "3,1 0,0 2,1", "2,2 1,4 3,2", "2,2 0,4 3,1", "2,2 0,0 2,1"),
        ("m3", "m1"),
        "sequential",
    ),
    (
        ("0,3 2,2 2,1", "1,2 2,1 3,0", "1,6 4,1 2,0", "1,0 3,2 2,1", "0,1 3,1 2,6", "0,0 4,1 0,6"),
        ("m1", "m2"),
        "intuitive",
    ),
    (
        ("4,0 0,3 0,4", "2,0 0,3 3,2", "2,3 1,0 1,2", "3,4 3,3 1,0", "0,3 0,0 2,2", "4,3 0,4 3,0"),
        ("m3", "m2"),
        "divine",
    ),
    (
        ("4,1 2,4 1,5", "1,3 3,1 4,2", "3,3 2,0 1,4", "5,6 2,5 2,2", "1,3 1,4 3,3", "3,4 1,5 0,1"),
        ("m1", "m3"),
        "universally divine",
    ),
    (
        ("2,2 0,3 5,2", "1,5 5,3 1,0", "2,1 3,3 0,4", "0,2 2,0 5,1", "4,0 4,1 0,2", "1,4 3,3 2,1"),
        ("m2", "m3"),
        "never a weak best response",
    ),
    (
        ("1,6 2,5 2,0", "0,5 3,4 1,2", "4,2 1,1 0,3", "2,0 2,5 0,6", "1,2 3,4 0,5", "1,2 0,4 3,3"),
        ("m1", "m2"),
        "stable",
    ),
]
"""Games 2 to 7: rows as in `experiment`, the pool to keep and the other, what removes the other."""


def experiment(rows: Sequence[str], messages: Sequence[str]) -> SignalingGame:
    """Two types, equally likely; each type and message has a row of "sender,receiver" by reply."""
    pairs = [[cell.split(",") for cell in row.split()] for row in rows]
    sender, receiver = ([[int(pair[i]) for pair in row] for row in pairs] for i in (0, 1))
    n = len(messages)
    return SignalingGame(
        ("t1", "t2"),
        messages,
        [f"a{k + 1}" for k in range(len(pairs[0]))],
        (HALF, HALF),
        [sender[:n], sender[n:]],
        [receiver[:n], receiver[n:]],
    )


def test_banks_camerer_porter_1994_game_1_has_one_equilibrium() -> None:
    game = experiment(UNIQUE, ("m1", "m2", "m3"))
    kept = left(game) | {"nash": names(solve(game, "nash", exact=True))}
    assert all(classes == ["pooling on m1"] for classes in kept.values())


@pytest.mark.parametrize(("rows", "pools", "rung"), CLIMB, ids=[rung for *_, rung in CLIMB])
def test_banks_camerer_porter_1994_climb_the_ladder(
    rows: Sequence[str], pools: tuple[str, str], rung: str
) -> None:
    game = experiment(rows, ("m1", "m2", "m3"))
    kept = left(game)
    kept |= {"nash": names(solve(game, "nash", exact=True)), "sequential": kept["all"]}
    both = {f"pooling on {m}" for m in pools}
    lower = LADDER[: LADDER.index(rung)] if rung in LADDER else LADDER
    for name in LADDER:
        assert set(kept[name]) == (both if name in lower else {f"pooling on {pools[0]}"}), name
    assert kept["equilibrium dominance"] == kept["intuitive"]
    assert kept["d1"] == kept["universally divine"]


# Jordi Brandts and Charles Holt, "Adjustment Patterns and Equilibrium Selection in Experimental
# Signaling Games", International Journal of Game Theory 22, 1993. By their abstract there are games
# with two Nash equilibria, one of them sequential, and games with two sequential equilibria, only
# one of which satisfies equilibrium dominance. Payoffs as in the catalogue of Gambit
# (journals/ijgt/brandtsholt1993).


@pytest.mark.parametrize(
    "rows",
    [
        ("15,30 30,30 0,45", "45,15 0,0 30,15", "30,30 15,60 45,30", "30,30 0,0 30,15"),
        ("75,30 45,30 75,45", "60,15 0,0 0,45", "75,30 30,75 75,30", "45,60 0,0 45,15"),
    ],
    ids=["game 1", "game 2"],
)
def test_brandts_holt_1993_one_of_two_equilibria_is_sequential(rows: Sequence[str]) -> None:
    game = experiment(rows, ("N", "S"))
    nash = solve(game, "nash", exact=True)
    assert names(nash) == ["pooling on N", "pooling on S"]
    assert all(classes == ["pooling on S"] for classes in left(game).values())


@pytest.mark.parametrize(
    ("rows", "mixed_too"),
    [
        (("45,30 15,0 30,15", "30,90 0,15 45,15", "30,30 0,45 30,15", "45,0 15,30 30,15"), False),
        (("30,30 0,0 50,35", "45,90 15,15 100,30", "30,30 30,45 30,0", "45,0 0,30 0,15"), True),
        (("45,30 0,0 0,15", "30,90 30,15 60,60", "30,30 30,45 30,0", "45,0 0,30 0,15"), False),
    ],
    ids=["game 3", "game 4", "game 5"],
)
def test_brandts_holt_1993_one_of_two_pools_satisfies_equilibrium_dominance(
    rows: Sequence[str], mixed_too: bool
) -> None:
    kept = left(experiment(rows, ("I", "S")))
    # Game 4 has a third sequential equilibrium, which is mixed; the abstract passes over it.
    mixed = ["semi-separating on I, S"] if mixed_too else []
    assert kept["all"] == [*mixed, "pooling on I", "pooling on S"]
    assert kept["intuitive"] == kept["equilibrium dominance"] == [*mixed, "pooling on I"]
    # There D1 removes the other pool, too: t1 gains from S whenever t2 does.
    assert kept["d1"] == kept["divine"] == (mixed or ["pooling on I"])


# Classic models, with numbers of our own.


def spence(
    types: Sequence[int], levels: Sequence[Fraction | int], prior: Sequence[Fraction]
) -> SignalingGame:
    """Education e costs e/t, and the employer pays t as nearly as it can, of whole wages."""
    wages = range(1, max(types) + 1)
    return SignalingGame(
        [f"t{t}" for t in types],
        [f"e{e}" for e in levels],
        [f"w{w}" for w in wages],
        prior,
        [[[w - F(e) / t for w in wages] for e in levels] for t in types],
        [[[-((w - t) ** 2) for w in wages] for _ in levels] for t in types],
    )


def test_spence_with_two_types_is_left_with_the_riley_outcome() -> None:
    # After Spence (1973); that the intuitive criterion selects the least costly separation with two
    # types: Cho and Kreps (1987). The numbers are ours.
    found = solve(spence((1, 3), (0, 1, F(9, 4), 3), (HALF, HALF)), exact=True)
    assert len(found.classes) == 4
    assert names(found.intuitive()) == names(found.d1()) == ["separating on e0, e9/4"]


def test_spence_with_three_types_needs_d1() -> None:
    # With three types pooling passes the intuitive criterion and fails D1: Cho and Kreps (1987);
    # Cho and Sobel (1990). The numbers are ours.
    found = solve(spence((1, 2, 3), (0, F(5, 4), F(7, 2)), (THIRD, THIRD, THIRD)), exact=True)
    riley = "separating on e0, e5/4, e7/2"
    assert {"pooling on e0", riley} <= set(names(found.intuitive()))
    kept = names(found.d1())
    assert riley in kept
    assert "pooling on e0" not in kept


def test_limit_pricing_survives_alone() -> None:
    # After Milgrom and Roberts (1982): an incumbent with marginal cost 10 or 15, demand 25 - p, an
    # entrant with cost 10 and 40 to enter, Cournot thereafter. Monopoly prices are 17.5 and 20.
    game = SignalingGame(
        ("low cost", "high cost"),
        ("17.5", "20"),
        ("enter", "stay out"),
        (HALF, HALF),
        [
            [[F(225, 4) + 25, F(225, 2)], [75, 50 + F(225, 4)]],
            [[F(75, 4) + F(25, 9), F(75, 4) + 25], [25 + F(25, 9), 50]],
        ],
        [[[-15, 0], [-15, 0]], [[F(40, 9), 0], [F(40, 9), 0]]],
    )
    kept = left(game)
    assert kept.pop("all") == ["pooling on 17.5", "pooling on 20"]
    assert all(classes == ["pooling on 17.5"] for classes in kept.values())


def test_cheap_talk_is_never_refined() -> None:
    # An unsent message can be answered as the sent one is: no criterion of this kind removes
    # babbling. After Crawford and Sobel (1982), two states, a bias, and a compromise.
    game = SignalingGame(
        ("low", "high"),
        ("m1", "m2"),
        ("left", "middle", "right"),
        (HALF, HALF),
        [[[1, F(3, 4), 0]] * 2, [[-1, F(3, 4), 1]] * 2],
        [[[3, 2, 0]] * 2, [[0, 2, 3]] * 2],
    )
    found = solve(game, exact=True)
    for refine in FILTERS.values():
        for outcome in found.labels:
            assert refine(found).bounds(outcome) == found.bounds(outcome)


def test_escalation_1_is_left_as_it_is() -> None:
    kept = left(escalation_1())
    assert all(classes == kept["all"] for classes in kept.values())


def test_escalation_2_loses_bluffing_through_mobilization_to_d1() -> None:
    # Two-sided types and a later move: both classes pass the intuitive criterion, D1 removes the
    # second, since whenever a threat would serve the irresolute it serves the resolute, too.
    kept = left(escalation_2())
    both = kept["all"]
    assert both == [f"semi-separating on refrain, {way}" for way in ("threat", "mobilize")]
    assert kept["intuitive"] == both
    assert kept["d1"] == kept["universally divine"] == both[:1]
    note = solve(escalation_2()).d1().notes[-1]
    assert note == (
        "D1 removes 'semi-separating on refrain, mobilize': after 'threat', it is believed that "
        "the deviation may come from A at 'irresolute', but whatever reply makes up for it there "
        "is a gain to A at 'resolute'."
    )


def test_an_incident_in_which_nobody_explains_fails_the_intuitive_criterion() -> None:
    # No reply to an explanation is worth its price and risk to a revisionist who has probed.
    found = solve(Incident(channels=(Channel(),)).game())
    (kept,) = found.intuitive().classes
    assert kept.name == "mixes probe and refrain; separating on silent, explain"


def test_the_ladder_with_two_rungs_keeps_its_war_under_d1() -> None:
    found = solve(Ladder(rungs=2).game(), exact=True)
    assert len(found.intuitive().classes) == 2
    low, high = found.d1().bounds("war")
    assert low == high
    assert float(low) == pytest.approx(0.28368, abs=5e-6)  # as of the quantal response limit


# Weak dominance.


def test_one_of_two_equilibria_is_undominated() -> None:
    # The smallest game with an equilibrium that is not perfect, (2, 2): after Selten (1975) and
    # Myerson (1978), "Refinements of the Nash Equilibrium Concept".
    game = NormalFormGame.from_arrays([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    refined = solve(game, "nash", exact=True).undominated()
    assert refined.bounds([("1", "1")]) == (1, 1)
    assert "would play a dominated strategy: '2' at 'start'" in refined.notes[-1]


def test_entry_deterrence_by_an_empty_threat_is_dominated() -> None:
    # Selten (1978), "The Chain Store Paradox", one market: fighting is dominated.
    fight = move("incumbent", {"fight": end("war", (-1, -1)), "share": end("peace", (1, 1))})
    game = ExtensiveFormGame(
        move("entrant", {"out": end("out", (0, 2)), "in": fight}), ("entrant", "incumbent")
    )
    found = solve(game, "nash")
    assert found.bounds("out") == (0, 1)
    assert found.undominated().bounds("out") == (0, 0)


@settings(max_examples=25, deadline=None)
@given(seed=seeds)
def test_what_is_undominated_agrees_with_a_linear_program(seed: int) -> None:
    rng = Random(seed)
    payoffs = [[[rng.randint(0, 2) for _ in range(3)] for _ in range(3)] for _ in range(2)]
    found = solve(NormalFormGame.from_arrays(*payoffs), "nash", exact=True)
    refined = found.undominated()
    tables = [np.array(payoffs[0], float), np.array(payoffs[1], float).T]
    for sheaf in found.parts[0].sheaves:
        plans = [mixed(rays, rng) for rays in sheaf.plans]
        rows = [[float(x) for x in plan[1:]] for plan in plans]
        fine = not any(dominated(t, np.array(row)) for t, row in zip(tables, rows, strict=True))
        kept = any(
            all(
                inside(rays, dict(enumerate(plan)))
                for rays, plan in zip(s.plans, plans, strict=True)
            )
            for p in refined.parts
            for s in p.sheaves
        )
        assert fine == kept


def dominated(payoffs: np.ndarray, row: np.ndarray) -> bool:
    """Tell whether a mixed strategy is weakly dominated: the largest total gain of another one."""
    own = row @ payoffs
    n = len(payoffs)
    best = linprog(-payoffs.sum(axis=1), A_ub=-payoffs.T, b_ub=-own, A_eq=np.ones((1, n)), b_eq=[1])
    return bool(-best.fun - own.sum() > 1e-7)


# Against the oracle: any point of the set, not only its corners.


def mixed(rays: Sequence[Ray], rng: Random) -> list[Fraction]:
    """A random point of a polytope of plans, often on its boundary."""
    weights = [rng.choice([0, 0, 1, 2, 3]) for _ in rays]
    if not any(weights):
        weights[rng.randrange(len(rays))] = 1
    total = sum(weights)
    return [
        sum((w * F(r[k], r[0]) for w, r in zip(weights, rays, strict=True)), F(0)) / total
        for k in range(len(rays[0]))
    ]


def inside(rays: Sequence[Ray], target: dict[int, Fraction]) -> bool:
    """Tell whether some mixture of plans has these weights on these sequences."""
    cone = units(len(rays))
    for k, x in target.items():
        cone = cone.cut(integral([F(r[k], r[0]) - x for r in rays]), equal=True)
    return bool(cone.rays)


def check_against_oracle(game: SignalingGame, rng: Random) -> None:
    """Compare, at random points, whether play on the path passes and whether it was kept."""
    found = solve(game, exact=True)
    kept = {name: refine(found) for name, refine in FILTERS.items()}
    assert all(refined.complete and refined.certificate == 0 for refined in kept.values())
    assert found.form is not None
    sets = found.form.game.information_sets
    places: list[dict[int, tuple[str, int, int]]] = [{}, {}]
    for i, row in enumerate(found.form.sequences):
        for s, (h, a) in enumerate(row):
            if s:
                own = sets[h].player == "sender"
                labels = game.types if own else game.messages
                places[i][s] = (sets[h].player, labels.index(sets[h].record[0]), a)
    for sheaf in found.parts[0].sheaves:
        for _ in range(2):
            plans = [mixed(rays, rng) for rays in sheaf.plans]
            sigma = [[F(0)] * len(game.messages) for _ in game.types]
            rho = [[F(0)] * len(game.actions) for _ in game.messages]
            for own, plan in zip(places, plans, strict=True):
                for s, (player, row, a) in own.items():
                    (sigma if player == "sender" else rho)[row][a] = plan[s]
            open_messages = unsent(game, sigma, rho)
            sent = {m for m in range(len(game.messages)) if any(r[m] for r in sigma)}
            on_path = [
                {s: plans[i][s] for s, (p, r, _) in places[i].items() if p == "sender" or r in sent}
                for i in (0, 1)
            ]
            for name, refined in kept.items():
                expected = all(CRITERIA[name](m) for m in open_messages)
                actual = any(
                    all(inside(rays, t) for rays, t in zip(s.plans, on_path, strict=True))
                    for p in refined.parts
                    for s in p.sheaves
                )
                assert actual == expected, name


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_play_that_passes_stays_and_no_other_with_two_types(seed: int) -> None:
    rng = Random(seed)
    check_against_oracle(random_signaling(rng, 2, 2, 2, payoffs=(-2, 2)), rng)


@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_play_that_passes_stays_and_no_other_with_three_types(seed: int) -> None:
    rng = Random(seed)
    check_against_oracle(random_signaling(rng, 3, 2, 2, payoffs=(-2, 2)), rng)


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_play_that_passes_stays_and_no_other_with_three_replies(seed: int) -> None:
    rng = Random(seed)
    try:
        check_against_oracle(random_signaling(rng, 2, 2, 3, payoffs=(-9, 9)), rng)
    except TooManyTies:
        assume(False)


@pytest.mark.slow
def test_play_that_passes_stays_in_many_games() -> None:
    for seed in range(100, 115):
        rng = Random(seed)
        shape = ((2, 2, 2), (3, 2, 2), (2, 3, 2))[seed % 3]
        check_against_oracle(random_signaling(rng, *shape, payoffs=(-1, 1)), rng)


# Two-sided types and later moves, folded into a signaling game.


def two_sided(rng: Random, *, later: bool) -> tuple[ExtensiveFormGame, SignalingGame]:
    """A tree with types on both sides, and the signaling game in which B chooses whole plans.

    With `later` A has the last word, knowing everything; its best action is folded in.
    """
    types, messages, actions = range(2), range(2), range(2)
    weights = [[rng.randint(1, 3) for _ in types] for _ in types]
    prior = [F(sum(row), sum(map(sum, weights))) for row in weights]
    other = [[F(w, sum(row)) for w in row] for row in weights]
    firsts = [-2, -1, 1, 2]
    ends = {
        key: [(u, rng.randint(-2, 2)) for u in rng.sample(firsts, 2 if later else 1)]
        for key in product(types, types, messages, actions)
    }

    def reply(t: int, b: int, m: int, a: int) -> Node:
        leaves = {f"x{k}": end(f"m{m}", pays) for k, pays in enumerate(ends[t, b, m, a])}
        return tell({"A": f"b{b}"}, move("A", leaves)) if later else leaves["x0"]

    def play(t: int, b: int) -> Node:
        def after(m: int) -> Node:
            replies = {f"a{a}": tell({"A": f"a{a}"}, reply(t, b, m, a)) for a in actions}
            return tell({"B": f"m{m}"}, move("B", replies))

        return tell({"A": f"t{t}", "B": f"b{b}"}, move("A", {f"m{m}": after(m) for m in messages}))

    second = {t: chance({f"b{b}": (other[t][b], play(t, b)) for b in types}) for t in types}
    tree = ExtensiveFormGame(chance({f"t{t}": (prior[t], second[t]) for t in types}), ("A", "B"))
    plans = list(product(actions, actions))

    def pays(i: int) -> list[list[list[Fraction]]]:
        return [
            [
                [
                    sum((other[t][b] * max(ends[t, b, m, p[b]])[i] for b in types), F(0))
                    for p in plans
                ]
                for m in messages
            ]
            for t in types
        ]

    labels = [f"plan {a}{b}" for a, b in plans]
    return tree, SignalingGame(["t0", "t1"], ["m0", "m1"], labels, prior, pays(0), pays(1))


@settings(max_examples=6, deadline=None)
@given(seed=seeds, later=st.booleans())
def test_types_on_both_sides_and_later_moves_are_replies(seed: int, later: bool) -> None:
    tree, folded = two_sided(Random(seed), later=later)
    whole, simple = solve(tree, exact=True), solve(folded, exact=True)
    for name, refine in FILTERS.items():
        one, two = refine(whole), refine(simple)
        assert one.complete, name
        assert two.complete, name
        assert bool(len(one)) == bool(len(two)), name
        if len(one):
            assert all(e.certificate.worst == 0 for e in islice(one, 4))
            for i in (0, 1):
                assert one.payoff_bounds("AB"[i]) == two.payoff_bounds(folded.players[i]), name
            assert span(one, "m0") == span(two, "m0"), name


def span(found: EquilibriumSet, message: str) -> tuple[object, object]:
    sent = [o for o in found.labels if message in (o, o[0])]
    return found.bounds(sent)


# What the definitions imply.


@settings(max_examples=12, deadline=None)
@given(seed=seeds)
def test_stronger_criteria_leave_less(seed: int) -> None:
    found = solve(random_signaling(Random(seed), 3, 2, 2), exact=True)
    kept = {name: refine(found) for name, refine in FILTERS.items()}
    chain = ["universally divine", "d1", "equilibrium dominance", "intuitive"]
    pairs = [*pairwise(chain)]
    pairs += [("universally divine", "divine"), ("divine", "equilibrium dominance")]
    for strong, weak in pairs:
        if not len(kept[strong]):
            continue
        for outcome in found.labels:
            (low, high), (least, most) = kept[strong].bounds(outcome), kept[weak].bounds(outcome)
            assert least <= low <= high <= most, (strong, weak)


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_generic_games_keep_an_outcome(seed: int) -> None:
    # Some outcome is stable, and stable outcomes survive all of these: Cho and Kreps (1987),
    # Banks and Sobel (1987). Payoffs out of 10,000 make the game generic.
    found = solve(random_signaling(Random(seed), 2, 2, 2, payoffs=(-5000, 5000)), exact=True)
    for name, refine in FILTERS.items():
        assert len(refine(found)) > 0, name


@settings(max_examples=8, deadline=None)
@given(seed=seeds)
def test_filters_can_be_chained_on_any_tree(seed: int) -> None:
    found = solve(random_tree(Random(seed), depth=3), exact=True, time_limit=1)
    if not found.complete:
        return
    direct, chained = found.d1(), found.undominated().intuitive().d1()
    assert direct.certificate == 0
    assert chained.certificate == 0
    if not (direct.complete and chained.complete and len(chained)):
        return
    for outcome in found.labels:
        (low, high), (least, most) = chained.bounds(outcome), direct.bounds(outcome)
        assert least <= low <= high <= most


# Where they do not apply, and what is said then.


def selten_horse() -> ExtensiveFormGame:
    """Selten (1975): the third player cannot tell who moved."""

    def last(left_pays: tuple[int, ...], right_pays: tuple[int, ...]) -> Node:
        return tell(
            {"3": "asked"}, move("3", {"l": end("l", left_pays), "r": end("r", right_pays)})
        )

    second = move("2", {"across": end("across", (1, 1, 1)), "down": last((4, 4, 0), (0, 0, 1))})
    return ExtensiveFormGame(
        move("1", {"across": second, "down": last((3, 3, 2), (0, 0, 0))}), ("1", "2", "3")
    )


@pytest.mark.parametrize("name", FILTERS)
def test_three_movers_are_refused(name: str) -> None:
    with pytest.raises(NotApplicable, match=r"two movers.*solve\(game, 'sequential'\)"):
        FILTERS[name](solve(selten_horse(), "pure-nash"))


def test_nash_equilibria_are_refused_with_the_remedy() -> None:
    found = solve(beer_quiche(), "nash")
    with pytest.raises(
        NotApplicable, match=r"D1 compares replies.*concept='sequential', not 'nash'"
    ):
        found.d1()
    with pytest.raises(NotApplicable, match="has single profiles only"):
        solve(beer_quiche(), "pure-nash").undominated()


@pytest.mark.parametrize("given", [-1, "soon", True, float("nan"), float("inf")])
def test_a_time_limit_that_is_none_is_refused(given: object) -> None:
    with pytest.raises(GameError, match=r"time_limit is .*; give a number that is 0 or more"):
        solve(beer_quiche()).d1(time_limit=given)  # type: ignore[arg-type]


def test_parts_of_a_game_are_refined_one_by_one() -> None:
    # Where the channel may not be in force, that state is a part of its own, and stays as it is.
    found = solve(Incident(channels=(Channel(in_force=0.5),)).game())
    refined = found.d1()
    assert (len(found.classes), len(refined.classes)) == (2, 1)
    assert f"D1 removes {found.classes[1].name!r}" in refined.notes[-1]
    assert refined.certificate < 1e-9
    (equilibrium,) = refined
    assert equilibrium.strategy["A"]["in force: channel", "status quo", "accident"]["explain"] == 1


def test_what_is_not_decided_stays_and_is_said() -> None:
    found = solve(beer_quiche())
    kept = found.d1(time_limit=1e-9)
    assert not kept.complete
    assert names(kept) == names(found)
    assert "not decided after" in kept.notes[-1]
    assert "time limit reached" in kept.notes[-1]


@pytest.mark.parametrize("name", BY_BELIEFS)
def test_an_outcome_may_stay_with_fewer_beliefs(name: str) -> None:
    found = FILTERS[name](solve(beer_quiche(), exact=True))
    (pool,) = found.classes
    # Quiche could pay for the wimp only, so only the wimp is believed to have it.
    assert pool.beliefs["receiver"]["quiche",]["wimp > quiche"] == (1, 1)
    assert any(
        "keeps the outcome of, but not all that supports, 'pooling on beer'" in n
        for n in found.notes
    )


@pytest.mark.parametrize("prior", [F(1, 4), F(3, 4)])
def test_divinity_bounds_beliefs_by_the_prior(prior: Fraction) -> None:
    # Type s gains whenever t does and more, so beliefs give it at least its prior; the receiver
    # says yes from one half on. D1 gives s everything, whatever the prior.
    game = SignalingGame(
        ("s", "t"),
        ("in", "out"),
        ("yes", "no"),
        (prior, 1 - prior),
        [[[0, 0], [1, -HALF]], [[0, 0], [1, -1]]],
        [[[0, 0], [1, 0]], [[0, 0], [-1, 0]]],
    )
    found = solve(game, exact=True)
    assert "pooling on in" in names(found)
    assert "pooling on in" not in names(found.d1())
    kept = found.divine()
    if prior == F(3, 4):
        assert names(kept) == ["pooling on out"]
    else:
        for refined, low in ((found, 0), (kept, F(1, 4))):
            (pool,) = (c for c in refined.classes if c.name == "pooling on in")
            assert pool.beliefs["receiver"]["out",]["s > out"] == (low, HALF)
