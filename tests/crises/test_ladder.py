"""The ladder: the tree against its definition in words, and equilibria against closed forms.

The oracle below simulates a play from the bottom: it counts climbs, draws every hazard on the way,
and pays what the definition says. Nothing in it comes from the library but the fields of `Ladder`.
"""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, floor, nan, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import (
    EquilibriumSet,
    ExtensiveFormGame,
    GameError,
    Ladder,
    UnknownName,
    chance,
    end,
    move,
    solve,
    solve_many,
    tell,
    verify,
)
from crisisgames.crises import CRISES

DELIBERATE, INADVERTENT, MISPERCEPTION = (
    "war:deliberate",
    "war:inadvertent",
    "war:misperception",
)
TYPES = ("resolute", "irresolute")
EXACT = 1e-12
"""Hazards are roots, so that the simulation below has the rounding of floats."""

Play = tuple[str, ...]
"""What was done, in order; ``slip`` where a climb or a jump slipped."""
Lottery = dict[str, float]
Entry = tuple[float, Lottery, tuple[float, float]]
"""Probability that nature lets the play happen, its outcomes, and what it pays on average."""


# The definition, in words and in plain arithmetic.


def hazard(c: Ladder, climbs: int = 1) -> float:
    return 1 - (1 - float(c.risk)) ** (climbs / c.rungs)


def worth(c: Ladder, share: float) -> float:
    return share - float(c.ideology) * (1 - share)


def prices(c: Ladder, player: int, climbs: int) -> float:
    """What it costs at home to concede after so many own climbs."""
    possible = max(1, (ceil, floor)[player](c.rungs / 2))
    return float(c.audience_cost) * (1 - float(c.privacy)) * climbs / possible


def plays(c: Ladder, types: tuple[str, str]) -> Iterator[tuple[Play, Entry]]:
    """Yield every way in which the ladder may be played by two types."""

    def concede(mover: int, climbs: int, danger: float) -> tuple[Lottery, tuple[float, float]]:
        missed = (1 - float(c.clarity)) * danger
        pay = [worth(c, 1), worth(c, 1)]
        pay[mover] = worth(c, 0) - prices(c, mover, climbs)
        lost = -missed * float(c.disaster)
        outcomes = {f"{'AB'[mover]} concedes": 1 - missed, MISPERCEPTION: missed}
        return outcomes, ((1 - missed) * pay[0] + lost, (1 - missed) * pay[1] + lost)

    def fight() -> tuple[Lottery, tuple[float, float]]:
        cost = {"resolute": float(c.cost_resolute), "irresolute": float(c.cost_irresolute)}
        a, b = float(c.balance), 1 - float(c.balance)
        pay_a = a * worth(c, 1) + b * worth(c, 0) - cost[types[0]]
        pay_b = b * worth(c, 1) + a * worth(c, 0) - cost[types[1]]
        return {DELIBERATE: 1.0}, (pay_a, pay_b)

    def last(play: Play, luck: float, mover: int, climbs: int, danger: float) -> Iterator[Any]:
        yield (*play, "concede"), (luck, *concede(mover, climbs, danger))
        yield (*play, "fight"), (luck, *fight())

    def slip(play: Play, luck: float) -> tuple[Play, Entry]:
        d = float(c.disaster)
        return (*play, "slip"), (luck, {INADVERTENT: 1.0}, (-d, -d))

    play: Play = ()
    luck, climbs = 1.0, [0, 0]
    for rung in range(c.rungs):
        mover, other = rung % 2, 1 - rung % 2
        if rung == 0:
            yield ("concede",), (1.0, {"status quo": 1.0}, (worth(c, 0), worth(c, 1)))
        else:
            yield (*play, "concede"), (luck, *concede(mover, climbs[mover], hazard(c)))
        if c.ultimatum and rung <= c.rungs - 2:
            left, jump = hazard(c, c.rungs - rung), (*play, "jump")
            if c.risk:
                yield slip(jump, luck * left)
            yield from last(jump, luck * (1 - left), other, climbs[other], left)
        play = (*play, "climb")
        if c.risk:
            yield slip(play, luck * hazard(c))
        luck *= 1 - hazard(c)
        climbs[mover] += 1
    mover = c.rungs % 2
    yield from last(play, luck, mover, climbs[mover], hazard(c))


def definition(c: Ladder) -> dict[tuple[Any, ...], Entry]:
    """Return every play with types and what became known of them."""
    found = {}
    for types in product(TYPES, TYPES):
        prior = 1.0
        for kind, p in zip(types, (c.prob_resolute_a, c.prob_resolute_b), strict=True):
            prior *= float(p) if kind == "resolute" else 1 - float(p)
        for known in product((True, False), repeat=2):
            told = prior
            for is_known, p in zip(known, (c.disclosure_a, c.disclosure_b), strict=True):
                told *= float(p) if is_known else 1 - float(p)
            if not told and any(
                k and not p for k, p in zip(known, (c.disclosure_a, c.disclosure_b), strict=True)
            ):
                continue  # a disclosure that is switched off is not in the tree
            for play, (luck, outcomes, pay) in plays(c, types):
                found[(types, known, play)] = (told * luck, outcomes, pay)
    return found


def compiled(game: ExtensiveFormGame) -> dict[tuple[Any, ...], Entry]:
    """Return the same from the compiled game."""
    numbers = game.exact()
    found = {}
    luck = numbers.chance(game.compiled.ends)
    for z, visit in enumerate(game.compiled.ends):
        kinds, *rest = visit.history
        a, b = (part.split()[1] for part in kinds.split(", "))
        known = tuple(f"{side} disclosed" in rest for side in "AB")
        played = [x for x in rest if not x.endswith((" disclosed", " hidden", " holds"))]
        play = tuple("slip" if x.endswith(" slips") else x for x in played)
        shares = dict(zip(game.outcomes, numbers.shares[z], strict=True))
        key = ((a, b), known, play)
        assert key not in found
        found[key] = (luck[z], shares, tuple(numbers.payoffs[z]))
    return found


def check(c: Ladder, game: ExtensiveFormGame) -> None:
    expected, found = definition(c), compiled(game)
    assert found.keys() == expected.keys()
    for key, (luck, outcomes, pay) in expected.items():
        assert float(found[key][0]) == pytest.approx(luck, abs=EXACT), key
        shares = {o: float(s) for o, s in found[key][1].items() if s}
        positive = {o: s for o, s in outcomes.items() if s}
        assert shares == pytest.approx(positive, abs=EXACT), key
        mine = tuple(float(u) for u in found[key][2])
        assert mine == pytest.approx(pay, rel=EXACT, abs=EXACT), key


# Ladders to check.

SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.integers(1, 19).map(lambda n: n / 20))
UTILS = st.integers(0, 30).map(lambda n: n / 10)
VALUES = {
    f.name: SHARES if f.metadata["domain"] == (0, 1) else UTILS
    for f in fields(Ladder)
    if f.metadata
}
ladders = st.builds(Ladder, rungs=st.integers(1, 6), ultimatum=st.booleans(), **VALUES)
CASES = {
    "defaults": Ladder(),
    **{f"{k} rungs": Ladder(rungs=k) for k in (1, 2, 4, 6)},
    "no risk": Ladder(risk=0),
    "certain disaster": Ladder(risk=1),
    "unclear": Ladder(clarity=0),
    "half clear": Ladder(clarity=0.5, rungs=4, audience_cost=0.7),
    "ultimatum": Ladder(ultimatum=True),
    "an unclear ultimatum": Ladder(ultimatum=True, rungs=4, clarity=0.4),
    "ultimatum on a ladder too short": Ladder(ultimatum=True, rungs=1),
    "disclosure of A": Ladder(disclosure_a=0.3),
    "disclosure of both": Ladder(disclosure_a=1, disclosure_b=0.2, rungs=2),
    "ideology and balance": Ladder(ideology=0.5, balance=0.7, privacy=0.25),
}
ALL = pytest.mark.parametrize("crisis", CASES.values(), ids=CASES)


@cache
def solved(crisis: Ladder, concept: str = "sequential") -> EquilibriumSet:
    return solve(crisis.game(), concept)


def war(c: Ladder) -> dict[str, float]:
    """Probability of each kind of war in the limit of quantal response."""
    (found,) = solved(c, "qre")
    return {o: float(p) for o, p in found.outcomes.items() if str(o).startswith("war")}


# The whole tree against the definition.


@ALL
def test_every_play_is_as_defined(crisis: Ladder) -> None:
    check(crisis, crisis.game())


@settings(max_examples=25, deadline=None)
@given(ladders)
def test_every_play_is_as_defined_over_the_domains(crisis: Ladder) -> None:
    check(crisis, crisis.game())


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_one_tree_serves_a_sweep(data: st.DataObject) -> None:
    """The game at other values is the game of the crisis with those values."""
    inner = st.integers(1, 19).map(lambda n: n / 20)
    base = data.draw(st.sampled_from([Ladder(clarity=0.5), Ladder(2, ultimatum=True, clarity=0.1)]))
    names = sorted(base.game().parameters)
    values = {n: data.draw(inner, label=n) for n in names}
    check(base.replace(**values), base.game().at(**values))


@ALL
def test_players_know_their_type_all_moves_and_what_was_disclosed(crisis: Ladder) -> None:
    game = crisis.game()
    meaning: dict[int, tuple[Any, ...]] = {}
    keys = list(compiled(game))
    for (types, known, play), visit in zip(keys, game.compiled.ends, strict=True):
        done = [x for x in play if x != "slip"]
        assert len(done) == len(visit.decisions)
        for n, (h, a) in enumerate(visit.decisions):
            info, me = game.information_sets[h], n % 2
            other = types[1 - me] if known[1 - me] else None
            mine = (info.player, types[me], known[me], other, tuple(done[:n]))
            assert info.player == "AB"[me]
            assert info.actions[a] == done[n]
            assert meaning.setdefault(h, mine) == mine
    assert len(set(meaning.values())) == len(meaning) == len(game.information_sets)


def test_at_each_rung_the_mover_concedes_or_climbs_and_at_the_top_it_concedes_or_fights() -> None:
    for info in Ladder(rungs=3).game().information_sets:
        climbs = sum("climb" in entry for entry in info.record)
        assert info.player == "AB"[climbs % 2]
        assert info.actions == (("concede", "fight") if climbs == 3 else ("concede", "climb"))


# The same by hand: one rung and two.


def by_hand(rungs: int) -> ExtensiveFormGame:
    """Return the ladder at its defaults, every number written down.

    The stake is worth 1. Fights are even: .5 - .3 = .2 to the resolute, .5 - 1.2 = -.7 to the
    irresolute. One rung slips with .3, each of two with 1 - sqrt(.7). A's only climb of a ladder
    with two rungs makes its concession cost all of .4; B's concessions cost nothing.
    """
    fights = {"resolute": 0.2, "irresolute": -0.7}
    slip = 0.3 if rungs == 1 else 1 - sqrt(0.7)
    disaster = end("war:inadvertent", (-1.5, -1.5))

    def top(a: str, b: str) -> Any:
        fight = end("war:deliberate", (fights[a], fights[b]))
        if rungs == 1:
            return move("B", {"concede": end("B concedes", (1, 0)), "fight": fight})
        return move("A", {"concede": end("A concedes", (-0.4, 1)), "fight": fight})

    def middle(a: str, b: str) -> Any:
        if rungs == 1:
            return tell({"B": "A climbed"}, top(a, b))
        climb = chance({"slip": (slip, disaster), "hold": (1 - slip, tell({"A": "B"}, top(a, b)))})
        concede = end("B concedes", (1, 0))
        return tell({"B": "A climbed"}, move("B", {"concede": concede, "climb": climb}))

    def bottom(a: str, b: str) -> Any:
        climb = chance({"slip": (slip, disaster), "hold": (1 - slip, middle(a, b))})
        stay = end("status quo", (0, 1))
        return tell({"A": a, "B": b}, move("A", {"concede": stay, "climb": climb}))

    return ExtensiveFormGame(
        chance({f"{a} {b}": (0.25, bottom(a, b)) for a in TYPES for b in TYPES}), ("A", "B")
    )


@pytest.mark.parametrize("rungs", [1, 2])
@pytest.mark.parametrize("concept", ["sequential", "nash"])
def test_a_tree_written_by_hand_has_the_same_equilibria(rungs: int, concept: str) -> None:
    hand, found = solve(by_hand(rungs), concept), solved(Ladder(rungs=rungs), concept)
    assert hand.complete
    assert found.complete

    def classes(s: EquilibriumSet) -> list[list[float]]:
        names = ("status quo", "A concedes", "B concedes", DELIBERATE, INADVERTENT)
        return sorted(
            [
                *(round(float(c.outcomes.get(o, (0, 0))[0]), 9) + 0.0 for o in names),
                *(round(float(c.payoffs[p][0]), 9) + 0.0 for p in "AB"),
            ]
            for c in s.classes
        )

    assert np.array(classes(hand)) == pytest.approx(np.array(classes(found)), abs=2e-9)


def test_two_rungs_paid_by_hand() -> None:
    """Every end of the ladder with two rungs, at numbers chosen to tell all terms apart.

    Risk .36, so that each climb slips with .2. Ideology .5: losing is worth -.5. A fights for
    .6 - .2 - c, B for .4 - .3 - c. Clarity .5: a concession is missed with .1.
    """
    c = Ladder(2, risk=0.36, ideology=0.5, balance=0.6, clarity=0.5, audience_cost=0.8, disaster=2)
    found = compiled(c.game())

    def payoffs(*play: str, a: str = "resolute", b: str = "irresolute") -> tuple[float, ...]:
        return tuple(round(float(u), 12) for u in found[((a, b), (False, False), play)][2])

    assert payoffs("concede") == (-0.5, 1)
    assert payoffs("climb", "slip") == (-2, -2)
    assert payoffs("climb", "concede") == (0.7, -0.65)  # .9 and .9 (-.5), less .1 times 2
    assert payoffs("climb", "climb", "slip") == (-2, -2)
    assert payoffs("climb", "climb", "concede") == (-1.37, 0.7)  # .9 (-.5 - .8) - .2
    assert payoffs("climb", "climb", "fight") == (0.1, -1.1)  # .4 - .3 and .1 - 1.2
    assert payoffs("climb", "climb", "fight", a="irresolute", b="resolute") == (-0.8, -0.2)
    assert len(found) == 4 * 6


def test_an_ultimatum_paid_by_hand() -> None:
    """Three rungs, risk .488: a climb slips with .2, a jump over two with .36, over three .488."""
    c = Ladder(3, risk=0.488, ultimatum=True, clarity=0.5, audience_cost=0.8, privacy=0.5)
    found = compiled(c.game())

    def at(*play: str) -> tuple[float, ...]:
        luck, shares, pay = found[(("resolute", "resolute"), (False, False), play)]
        return tuple(round(float(x), 12) for x in (luck, shares.get(MISPERCEPTION, 0), *pay))

    # A jumps at the bottom: B has not climbed, and conceding costs it nothing at home.
    assert at("jump", "slip") == (0.122, 0, -1.5, -1.5)
    assert at("jump", "concede") == (0.128, 0.244, 0.39, -0.366)
    assert at("jump", "fight") == (0.128, 0, 0.2, 0.2)
    # B jumps at rung 1: A has climbed once of two times, half of .4 after privacy.
    assert at("climb", "jump", "slip") == (0.072, 0, -1.5, -1.5)
    assert at("climb", "jump", "concede") == (0.128, 0.18, -0.434, 0.55)  # .82 (-.2) - .27
    assert at("climb", "jump", "fight") == (0.128, 0, 0.2, 0.2)
    # At rung 2 only one climb is left: no jump.
    assert all(play[:3] != ("climb", "climb", "jump") for _, _, play in found)


@pytest.mark.parametrize(
    ("rungs", "player", "by_rung"),
    [
        (1, "B", {1: 0}),  # no climb possible, counted as one
        (2, "A", {2: 1}),
        (2, "B", {1: 0}),
        (3, "A", {2: 1 / 2}),
        (3, "B", {1: 0, 3: 1}),
        (5, "A", {2: 1 / 3, 4: 2 / 3}),
        (5, "B", {1: 0, 3: 1 / 2, 5: 1}),
        (6, "A", {2: 1 / 3, 4: 2 / 3, 6: 1}),
        (6, "B", {1: 0, 3: 1 / 3, 5: 2 / 3}),
    ],
)
def test_the_audience_cost_grows_with_own_climbs(
    rungs: int, player: str, by_rung: dict[int, float]
) -> None:
    found = compiled(Ladder(rungs, audience_cost=1).game())
    me = "AB".index(player)
    paid = {
        len(play) - 1: -float(pay[me])
        for (_, _, play), (_, _, pay) in found.items()
        if play[-1] == "concede" and len(play) > 1 and (len(play) - 1) % 2 == me
    }
    assert paid == pytest.approx(by_rung, abs=EXACT)


@settings(max_examples=20, deadline=None)
@given(ladders)
def test_the_whole_ladder_carries_the_risk_whatever_its_rungs(crisis: Ladder) -> None:
    """So does a climb of some rungs and then a jump."""
    top = {play: luck for play, (luck, *_) in plays(crisis, ("resolute", "resolute"))}
    numbers = {
        play: luck
        for (types, known, play), (luck, *_) in compiled(
            crisis.replace(disclosure_a=0).game()
        ).items()
        if types == ("resolute", "resolute") and not any(known)
    }
    both = float(crisis.prob_resolute_a) * float(crisis.prob_resolute_b)
    both *= 1 - float(crisis.disclosure_b)
    for play in numbers:
        if play[-1] == "fight":
            assert top[play] == pytest.approx(1 - float(crisis.risk), abs=EXACT)
            assert float(numbers[play]) == pytest.approx(both * (1 - float(crisis.risk)), abs=EXACT)


# What is not in the tree, and what leaves it as it was.


def names(crisis: Ladder) -> set[str]:
    return set(crisis.game().parameters)


def labels(crisis: Ladder) -> set[str]:
    return {label for visit in crisis.game().compiled.ends for label in visit.history}


def test_an_option_that_is_switched_off_is_not_in_the_tree() -> None:
    assert "jump" not in labels(Ladder())
    assert "jump" in labels(Ladder(ultimatum=True))
    assert "jump" not in labels(Ladder(1, ultimatum=True))
    assert names(Ladder()) == {
        "prob_resolute_a",
        "prob_resolute_b",
        "cost_resolute",
        "cost_irresolute",
        "disaster",
        "risk",
        "audience_cost",
        "privacy",
        "ideology",
        "balance",
    }
    assert names(Ladder(clarity=0.9)) == names(Ladder()) | {"clarity"}
    assert names(Ladder(disclosure_a=0.1)) == names(Ladder()) | {"disclosure_a"}
    assert names(Ladder(disclosure_b=0.1)) == names(Ladder()) | {"disclosure_b"}
    assert names(Ladder(risk=0, clarity=0.5)) == names(Ladder()) - {"risk", "disaster"}
    assert MISPERCEPTION not in Ladder().game().outcomes
    assert MISPERCEPTION in Ladder(clarity=0.9).game().outcomes
    assert INADVERTENT not in Ladder(risk=0).game().outcomes


@pytest.mark.parametrize(
    ("neutral", "base"),
    [
        (Ladder(1, ultimatum=True), Ladder(1)),
        (Ladder(risk=0, clarity=0.2), Ladder(risk=0)),
    ],
)
def test_what_means_nothing_leaves_the_game_as_it_was(neutral: Ladder, base: Ladder) -> None:
    assert neutral.game() == base.game()


@pytest.mark.parametrize(
    ("neutral", "base"),
    [
        (Ladder(privacy=1), Ladder(audience_cost=0)),
        (Ladder(rungs=2, disclosure_a=1e-12), Ladder(rungs=2)),
        (Ladder(clarity=1 - 1e-12), Ladder()),
        (Ladder(risk=1e-12), Ladder(risk=0)),
    ],
)
def test_options_fade_in_continuously(neutral: Ladder, base: Ladder) -> None:
    """Privacy of 1 is no audience; an option that is nearly off changes next to nothing."""
    for outcome in ("war", "status quo", "B concedes"):
        assert solved(neutral).bounds(outcome) == pytest.approx(
            solved(base).bounds(outcome), abs=1e-9
        )


# Fields.


def test_the_defaults_are_those_of_the_definition() -> None:
    assert Ladder().parameters() == {
        "rungs": 3,
        "prob_resolute_a": 0.5,
        "prob_resolute_b": 0.5,
        "cost_resolute": 0.3,
        "cost_irresolute": 1.2,
        "disaster": 1.5,
        "risk": 0.3,
        "audience_cost": 0.4,
        "ideology": 0,
        "balance": 0.5,
        "clarity": 1,
        "ultimatum": False,
        "disclosure_a": 0,
        "disclosure_b": 0,
        "privacy": 0,
    }


PROBABILITIES = [f.name for f in fields(Ladder) if f.metadata and f.metadata["domain"] == (0, 1)]
COSTS = [f.name for f in fields(Ladder) if f.metadata and f.metadata["domain"] != (0, 1)]


def test_which_fields_are_probabilities() -> None:
    assert set(PROBABILITIES) == {
        "prob_resolute_a",
        "prob_resolute_b",
        "risk",
        "balance",
        "clarity",
        "disclosure_a",
        "disclosure_b",
        "privacy",
    }


@pytest.mark.parametrize("name", PROBABILITIES)
@pytest.mark.parametrize("value", [-0.01, 1.01])
def test_probabilities_lie_between_zero_and_one(name: str, value: float) -> None:
    with pytest.raises(GameError, match=rf"Ladder: .*'{name}'.*{value}"):
        Ladder(**{name: value})


@pytest.mark.parametrize("name", COSTS)
def test_utils_are_at_least_zero(name: str) -> None:
    with pytest.raises(GameError, match=rf"Ladder: .*'{name}'.*-1"):
        Ladder(**{name: -1})


@pytest.mark.parametrize("wrong", ["0.3", None, True, nan, float("inf"), 1j, [0.3]])
def test_fields_are_finite_numbers(wrong: Any) -> None:
    for name in ("clarity", "disaster"):
        with pytest.raises(GameError, match=rf"Ladder: parameter '{name}' is .*finite real number"):
            Ladder(**{name: wrong})


@pytest.mark.parametrize("wrong", [0, -1, 2.0, 2.5, "3", None, True, nan, [3]])
def test_rungs_are_a_whole_number_from_one(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Ladder: rungs is .*; give a whole number from 1"):
        Ladder(rungs=wrong)


def test_numbers_of_numpy_are_taken() -> None:
    crisis = Ladder(rungs=np.int64(2), ultimatum=np.bool_(True), risk=np.float64(0.3))  # type: ignore[arg-type]
    assert crisis == Ladder(rungs=2, ultimatum=True)
    assert type(crisis.rungs) is int
    assert crisis.ultimatum is True


@pytest.mark.parametrize("wrong", ["yes", None, 0.5, 2, [True], np.array([True, False])])
def test_ultimatum_is_a_yes_or_a_no(wrong: Any) -> None:
    with pytest.raises(GameError, match=r"Ladder: ultimatum is .*; give True or False"):
        Ladder(ultimatum=wrong)


def test_a_ladder_too_high_for_a_tree_says_so() -> None:
    with pytest.raises(GameError, match="levels deep"):
        Ladder(rungs=150).game()


def test_replace_changes_fields_and_checks_them() -> None:
    crisis = Ladder().replace(rungs=2, clarity=0.5)
    assert (crisis.rungs, crisis.clarity, crisis.risk) == (2, 0.5, 0.3)
    assert Ladder().replace() == Ladder()
    with pytest.raises(GameError, match="rungs is 0"):
        Ladder().replace(rungs=0)
    with pytest.raises(UnknownName, match="no field of Ladder named 'rung'; did you mean 'rungs'"):
        Ladder().replace(rung=2)


def test_parameters_are_all_fields_and_go_to_json() -> None:
    crisis = CASES["an unclear ultimatum"]
    found = crisis.parameters()
    assert list(found) == [f.name for f in fields(Ladder)]
    assert Ladder(**json.loads(json.dumps(found))) == crisis


@ALL
def test_ladders_come_back_whole(crisis: Ladder) -> None:
    for twin in (pickle.loads(pickle.dumps(crisis)), copy.copy(crisis), copy.deepcopy(crisis)):
        assert twin == crisis
        assert hash(twin) == hash(crisis)
    assert crisis != crisis.replace(cost_resolute=0.31)


def test_equal_ladders_have_equal_games() -> None:
    assert Ladder(2).game() == Ladder(rungs=2).game()
    assert Ladder(2).game() != Ladder(3).game()
    assert pickle.loads(pickle.dumps(Ladder(2).game())) == Ladder(2).game()


def test_parameters_carry_domain_default_meaning_and_that_they_are_illustrations() -> None:
    crisis = Ladder(clarity=0.8)
    for name, p in crisis.game().parameters.items():
        assert p.default == getattr(crisis, name)
        assert p.domain == next(f for f in fields(Ladder) if f.name == name).metadata["domain"]
        assert p.meaning
        assert p.source == "illustration"


def test_the_ladder_is_among_the_crises() -> None:
    assert CRISES["ladder"] is Ladder
    assert Ladder().kind == "ladder"


# What stands in for what where an institution is missing.


def test_disclosure_is_passed_over() -> None:
    disclosed = Ladder(disclosure_a=0.3, disclosure_b=0.3, ultimatum=True, rungs=4)
    plain = {
        h.record for h in disclosed.replace(disclosure_a=0, disclosure_b=0).game().information_sets
    }
    for info in disclosed.game().information_sets:
        ((weight, record),) = disclosed.familiar(info.player, info.record)
        assert weight == 1
        assert record in plain
        if record == info.record:
            assert not any("disclosed" in e or "the other is" in e for e in record)


def test_actions_that_are_gone_have_stand_ins() -> None:
    crisis = Ladder()
    assert crisis.instead("jump") == "climb"
    assert crisis.instead("fight") == "climb"
    assert crisis.instead("climb") == "fight"
    assert crisis.instead("concede") == "concede"
    assert crisis.passive == ("climb", "fight")


# Equilibria.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rungs": 2}, 0.28368),
        ({"rungs": 3}, 0.36327),
        ({"rungs": 4}, 0.31876),
        ({"rungs": 3, "ideology": 0.5}, 0.45482),
        ({"rungs": 3, "clarity": 0.8}, 0.17500 + 0.18431 + 0.01301),
    ],
)
def test_reference_values_in_the_limit_of_quantal_response(
    changes: dict[str, Any], expected: float
) -> None:
    assert sum(war(Ladder(**changes)).values()) == pytest.approx(expected, abs=1.1e-5)


def test_reference_causes_of_war_at_clarity_four_fifths() -> None:
    expected = {DELIBERATE: 0.17500, INADVERTENT: 0.18431, MISPERCEPTION: 0.01301}
    assert war(Ladder(clarity=0.8)) == pytest.approx(expected, abs=5.1e-6)


def test_two_rungs_have_three_nash_outcomes_of_which_two_are_sequential() -> None:
    nash, sequential = solved(Ladder(2), "nash"), solved(Ladder(2))
    assert nash.complete
    assert sequential.complete
    assert len(nash.classes) == 3
    assert len(sequential.classes) == 2
    quiet, loud = sorted(sequential.classes, key=lambda c: c.outcomes[DELIBERATE])
    assert quiet.outcomes["status quo"] == (1, 1)
    for outcome, value in ((DELIBERATE, 0.15668), (INADVERTENT, 0.12700)):
        assert loud.outcomes[outcome] == pytest.approx((value, value), abs=5.1e-6)


def test_at_clarity_four_fifths_every_a_may_climb_and_every_b_concede() -> None:
    found = solved(Ladder(clarity=0.8))
    assert found.complete
    climbed, other = sorted(found.classes, key=lambda c: c.outcomes[DELIBERATE])
    h = 1 - 0.7 ** (1 / 3)
    expected = {INADVERTENT: h, MISPERCEPTION: (1 - h) * 0.2 * h, "status quo": 0, DELIBERATE: 0}
    for outcome, value in expected.items():
        assert climbed.outcomes[outcome] == pytest.approx((value, value), abs=EXACT)
    for outcome, value in ((DELIBERATE, 0.17500), (INADVERTENT, 0.18431), (MISPERCEPTION, 0.01301)):
        assert other.outcomes[outcome] == pytest.approx((value, value), abs=5.1e-6)


@pytest.mark.parametrize(
    "changes",
    [
        *({"rungs": k} for k in (1, 2, 3, 4, 5)),
        pytest.param({"rungs": 6}, marks=pytest.mark.slow),
        *({"rungs": k, "clarity": 0.8} for k in (2, 3, 5)),
        *({"rungs": k, "ultimatum": True} for k in (1, 2, 3)),
        pytest.param({"rungs": 4, "ultimatum": True}, marks=pytest.mark.slow),
        {"disclosure_a": 0.3, "disclosure_b": 0.3},
        {"ideology": 0.5, "rungs": 4},
    ],
    ids=str,
)
def test_all_equilibria_are_found_and_certified(changes: dict[str, Any]) -> None:
    crisis = Ladder(**changes)
    found = solved(crisis)
    assert found.complete
    for equilibrium in found:
        assert verify(found.game, equilibrium).worst < 1e-9
    # The limit of quantal response is one of them.
    limit = dict(solved(crisis, "qre")[0].outcomes)
    assert any(
        all(low - 1e-6 <= limit[o] <= high + 1e-6 for o, (low, high) in c.outcomes.items())
        for c in found.classes
    )


@settings(max_examples=25, deadline=None)
@given(ladders.map(lambda c: c.replace(rungs=1, disclosure_a=0, disclosure_b=0)))
def test_one_rung_is_solved_by_backward_induction(crisis: Ladder) -> None:
    """B fights where that beats conceding; A climbs where what it expects beats the status quo."""
    pay = {t: dict(plays(crisis, t)) for t in product(TYPES, TYPES)}
    p_a, p_b = float(crisis.prob_resolute_a), float(crisis.prob_resolute_b)
    weights = {"resolute": p_b, "irresolute": 1 - p_b}
    expected, tied = 0.0, False
    for a, prior in (("resolute", p_a), ("irresolute", 1 - p_a)):
        value = mean_war = 0.0
        for b, weight in weights.items():
            ends = {play[-1]: entry for play, entry in pay[(a, b)].items() if len(play) == 2}
            gain = ends["fight"][2][1] - ends["concede"][2][1]
            tied |= abs(gain) < 1e-9 and ends["fight"][0] > 0
            reply = ends["fight" if gain > 0 else "concede"]
            for luck, outcomes, u in (reply, ends.get("slip", (0.0, {}, (0.0, 0.0)))):
                value += weight * luck * u[0]
                mean_war += (
                    weight * luck * sum(p for o, p in outcomes.items() if o.startswith("war"))
                )
        gain = value - worth(crisis, 0)
        tied |= abs(gain) < 1e-9
        expected += prior * mean_war * (gain > 0)
    if not tied:
        found = solve(crisis.game())
        assert found.complete
        assert found.bounds("war") == pytest.approx((expected, expected), abs=1e-9)


def test_bluffs_on_two_rungs_have_a_closed_form() -> None:
    """The resolute A climbs and fights, the irresolute A bluffs; the irresolute B concedes.

    h is the hazard of a climb. The resolute B is indifferent to climbing where, with the belief q
    that A is resolute, 0 = -1.5 h + (1 - h)(.2 q + 1 - q). The irresolute A, to whom conceding at
    the top costs .4, is indifferent where 0 = -1.5 h + (1 - h)((1 - y) + y w): y is the probability
    that B climbs and w what A then expects.
    """
    h = 1 - sqrt(0.7)
    q = (1 - 1.5 * h / (1 - h)) / 0.8
    climbs_a = (1 + (1 - q) / q) / 2
    w = -1.5 * h - 0.4 * (1 - h)
    climbs_b = (1 - 1.5 * h / (1 - h)) / (1 - w)
    assert 0.5 < climbs_a < 1
    assert 0 < climbs_b < 0.5
    expected = {
        "status quo": 1 - climbs_a,
        DELIBERATE: 0.5 * (1 - h) ** 2 * climbs_b,
        INADVERTENT: climbs_a * (h + (1 - h) * climbs_b * h),
        "B concedes": climbs_a * (1 - h) * (1 - climbs_b),
        "A concedes": (climbs_a - 0.5) * (1 - h) ** 2 * climbs_b,
    }
    found = max(solved(Ladder(2)), key=lambda e: e.outcomes[DELIBERATE])
    for outcome, value in expected.items():
        assert float(found.outcomes[outcome]) == pytest.approx(value, abs=EXACT)


@pytest.mark.parametrize("rungs", [2, 3])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("risk", 0.0),
        ("risk", 1.0),
        ("clarity", 0.0),
        ("prob_resolute_a", 0.0),
        ("prob_resolute_a", 1.0),
        ("prob_resolute_b", 0.0),
        ("prob_resolute_b", 1.0),
        ("privacy", 1.0),
        ("audience_cost", 0.0),
        ("balance", 0.0),
        ("balance", 1.0),
        ("disclosure_a", 1.0),
        ("disclosure_b", 1.0),
        ("disaster", 0.0),
    ],
)
def test_the_edges_of_the_domains_can_be_solved(rungs: int, name: str, value: float) -> None:
    found = solve(Ladder(rungs, **{name: value}).game())
    assert found.complete
    assert len(found) > 0
    low, high = found.bounds("war")
    assert 0 <= low <= high <= 1
    assert found.certificate < 1e-9


def test_certain_disaster_keeps_everybody_at_the_bottom_unless_losing_is_worse() -> None:
    assert solved(Ladder(risk=1)).bounds("status quo") == (1, 1)
    holy = solved(Ladder(risk=1, ideology=2))  # losing the stake is worth -2, disaster -1.5
    assert holy.bounds(INADVERTENT) == pytest.approx((1, 1), abs=1e-9)


def test_a_side_known_to_be_resolute_meets_no_resistance_from_the_irresolute() -> None:
    """Where A is surely resolute and B surely not, A climbs once and B concedes."""
    found = solved(Ladder(prob_resolute_a=1, prob_resolute_b=0))
    h = 1 - 0.7 ** (1 / 3)
    assert found.bounds(INADVERTENT) == pytest.approx((h, h), abs=EXACT)
    assert found.bounds("B concedes") == pytest.approx((1 - h, 1 - h), abs=EXACT)


def induced(c: Ladder, types: tuple[str, str]) -> tuple[Lottery, tuple[float, float]]:
    """Solve a ladder without ultimatum, both types known, from the top down."""
    ends = {play: entry for play, entry in plays(c, types) if play[-1] != "slip"}
    top = ("climb",) * c.rungs
    choices = [ends[(*top, last)] for last in ("concede", "fight")]
    for k in range(c.rungs, -1, -1):
        assert choices[0][2][k % 2] != pytest.approx(choices[1][2][k % 2])
        _, outcomes, pay = max(choices, key=lambda entry: entry[2][k % 2])
        if k:
            slip, safe = hazard(c), 1 - hazard(c)
            outcomes = {o: safe * p for o, p in outcomes.items()}
            outcomes[INADVERTENT] = outcomes.get(INADVERTENT, 0) + slip
            pay = (safe * pay[0] - slip * c.disaster, safe * pay[1] - slip * c.disaster)
            choices = [ends[(*top[: k - 1], "concede")], (1.0, outcomes, pay)]
    return outcomes, pay


@pytest.mark.parametrize("rungs", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("clarity", [1, 0.3])
def test_full_disclosure_is_solved_by_backward_induction(rungs: int, clarity: float) -> None:
    crisis = Ladder(rungs, clarity=clarity, prob_resolute_a=0.7)
    expected: Lottery = {}
    for types in product(TYPES, TYPES):
        prior = (0.7 if types[0] == "resolute" else 0.3) / 2
        for o, p in induced(crisis, types)[0].items():
            expected[o] = expected.get(o, 0) + prior * p
    found = solved(crisis.replace(disclosure_a=1, disclosure_b=1))
    for o in found.labels:
        p = expected.get(str(o), 0)
        assert found.bounds(o) == pytest.approx((p, p), abs=EXACT)


@pytest.mark.parametrize("rungs", [2, 3])
def test_many_points_are_solved_as_one_by_one(rungs: int) -> None:
    costs = [0, 0.2, 0.4, 0.7, 1]  # at .7 the irresolute is indifferent between giving in and war
    batch = solve_many(Ladder(rungs).game(), {"audience_cost": costs})
    assert batch.complete.all()
    for outcome in ("war", DELIBERATE, INADVERTENT, "status quo"):
        low, high = batch.bounds(outcome)
        for k, cost in enumerate(costs):
            one = solved(Ladder(rungs, audience_cost=cost))
            assert (low[k], high[k]) == pytest.approx(one.bounds(outcome), abs=1e-9)


def test_exact_numbers_stay_exact_where_there_is_no_root() -> None:
    found = solve(Ladder(1, risk=Fraction(1, 3), ideology=1, cost_resolute=0.1).game(), exact=True)
    # The stake is 1 or -1, so a fight is worth -.1 or -1.2 and B concedes for -1: the resolute B
    # fights. A, who has -1 now, expects 1/3 (-1.5) + 2/3 (.5 + .5 (-.1 or -1.2)), which is more.
    assert found.bounds(INADVERTENT) == (Fraction(1, 3), Fraction(1, 3))
    assert found.bounds(DELIBERATE) == (Fraction(1, 3), Fraction(1, 3))
