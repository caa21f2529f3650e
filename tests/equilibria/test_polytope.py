"""Cones cut by half-spaces against their extreme rays by brute force."""

from __future__ import annotations

from itertools import product
from math import gcd
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import extreme_rays

from crisisgames.equilibria.polytope import Cone, Functional

Cut = tuple[tuple[int, ...], bool]
"""Coefficients of a linear function, and whether it must be 0 (else at least 0)."""

exact = settings(max_examples=150, derandomize=True, deadline=None, database=None)


def orthant(width: int) -> Cone:
    return Cone.spanned(tuple(int(i == k) for i in range(width)) for k in range(width))


def functional(row: tuple[int, ...]) -> Functional:
    return dict(enumerate(row))


def cut_all(cone: Cone, cuts: list[Cut]) -> Cone:
    for row, equal in cuts:
        cone = cone.cut(functional(row), equal=equal)
    return cone


def brute_force(width: int, cuts: list[Cut]) -> set[tuple[int, ...]]:
    return extreme_rays(
        width, [row for row, equal in cuts if not equal], [row for row, equal in cuts if equal]
    )


@st.composite
def cut_cones(draw: st.DrawFn, size: int = 2) -> tuple[int, list[Cut]]:
    """Draw a width and some cuts; small coefficients make them meet, repeat and contradict."""
    width = draw(st.integers(1, 5))
    row = st.tuples(*[st.integers(-size, size)] * width)
    cuts = draw(st.lists(st.tuples(row, st.booleans()), max_size=5 if width < 5 else 4))
    if cuts and draw(st.booleans()):  # a multiple of a cut says nothing new, or the opposite
        again, factor = draw(st.sampled_from(cuts)), draw(st.sampled_from([-1, 2]))
        cuts.append((tuple(factor * c for c in again[0]), draw(st.booleans())))
    return width, cuts


@exact
@given(cut_cones())
def test_cuts_leave_exactly_the_extreme_rays(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    cone = cut_all(orthant(width), cuts)
    assert set(cone.rays) == brute_force(width, cuts)
    assert len(set(cone.rays)) == len(cone.rays)


@exact
@given(cut_cones(size=1))
def test_degenerate_cuts_leave_exactly_the_extreme_rays(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    assert set(cut_all(orthant(width), cuts).rays) == brute_force(width, cuts)


@exact
@given(cut_cones(), st.randoms(use_true_random=False))
def test_the_order_of_cuts_does_not_matter(drawn: tuple[int, list[Cut]], rng: Random) -> None:
    width, cuts = drawn
    shuffled = rng.sample(cuts, len(cuts))
    there, back = cut_all(orthant(width), cuts), cut_all(orthant(width), shuffled)
    assert set(there.rays) == set(back.rays)


@exact
@given(cut_cones())
def test_a_cut_made_twice_changes_nothing(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    once = cut_all(orthant(width), cuts)
    assert set(cut_all(once, cuts).rays) == set(once.rays)


@exact
@given(cut_cones())
def test_an_equality_is_a_cut_from_both_sides(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    halves = [
        half
        for row, equal in cuts
        for half in [(row, False), (tuple(-c for c in row), False)][: 2 if equal else 1]
    ]
    assert set(cut_all(orthant(width), halves).rays) == brute_force(width, cuts)


@exact
@given(cut_cones())
def test_rays_have_no_common_divisor_and_satisfy_every_cut(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    for ray in cut_all(orthant(width), cuts).rays:
        assert gcd(*ray) == 1
        assert min(ray) >= 0
        for row, equal in cuts:
            value = sum(a * b for a, b in zip(row, ray, strict=True))
            assert value == 0 if equal else value >= 0


@exact
@given(cut_cones())
def test_tight_constraints_are_those_that_hold_with_equality(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    proper = [(row, equal) for row, equal in cuts if any(row)]
    cone = orthant(width)
    imposed: list[tuple[int, ...]] = [
        tuple(int(i == k) for i in range(width)) for k in range(width)
    ]
    for row, equal in proper:
        before = cone.constraints
        cone = cone.cut(functional(row), equal=equal)
        imposed += [row] * (cone.constraints - before)
    for ray, mask in zip(cone.rays, cone.tight, strict=True):
        values = [sum(a * b for a, b in zip(row, ray, strict=True)) for row in imposed]
        assert mask == sum(1 << k for k, v in enumerate(values) if v == 0)


@exact
@given(cut_cones())
def test_positive_tells_whether_a_point_is_positive_there(drawn: tuple[int, list[Cut]]) -> None:
    width, cuts = drawn
    cone = cut_all(orthant(width), cuts)
    rays = brute_force(width, cuts)
    for wanted in product([False, True], repeat=width):
        coordinates = [k for k, w in enumerate(wanted) if w]
        assert cone.positive(coordinates) == all(any(r[k] for r in rays) for k in coordinates)


@pytest.mark.parametrize("sizes", [(2, 2), (3, 2), (2, 2, 2), (3, 3), (1, 2), (1, 1)])
def test_plans_of_several_information_sets_are_cut_right(sizes: tuple[int, ...]) -> None:
    """Realization plans of information sets side by side: each one's actions sum to the scale."""
    starts = [1 + sum(sizes[:k]) for k in range(len(sizes))]
    width = 1 + sum(sizes)
    flows = [
        tuple(-1 if i == 0 else int(s <= i < s + n) for i in range(width))
        for s, n in zip(starts, sizes, strict=True)
    ]
    plans = []
    for choice in product(*(range(n) for n in sizes)):
        used = {0, *(s + c for s, c in zip(starts, choice, strict=True))}
        plans.append(tuple(int(i in used) for i in range(width)))
    cone = Cone.spanned(plans)
    cuts: list[Cut] = [(row, True) for row in flows]
    assert set(cone.rays) == brute_force(width, cuts)
    tie = tuple((i % 3) - 1 for i in range(width))
    for equal in (False, True):
        assert set(cone.cut(functional(tie), equal=equal).rays) == brute_force(
            width, [*cuts, (tie, equal)]
        )


def test_a_square_cut_through_two_corners_keeps_them_and_the_crossing() -> None:
    square = Cone.spanned([(1, 1, 0, 1, 0), (1, 1, 0, 0, 1), (1, 0, 1, 1, 0), (1, 0, 1, 0, 1)])
    diagonal = square.cut({1: 1, 3: -1}, equal=True)
    assert set(diagonal.rays) == {(1, 1, 0, 1, 0), (1, 0, 1, 0, 1)}


def test_the_cone_over_a_cube_is_cut_in_a_hexagon() -> None:
    cube = Cone.spanned((1, *p, *(1 - x for x in p)) for p in product([0, 1], repeat=3))
    middle = cube.cut({0: -3, 1: 2, 2: 2, 3: 2}, equal=True)
    halves = {
        (2, *p, *(2 - x for x in p)) for p in product(range(3), repeat=3) if {*p} == {0, 1, 2}
    }
    assert set(middle.rays) == halves


def test_a_cut_that_no_point_meets_leaves_nothing() -> None:
    empty = orthant(3).cut({0: -1, 1: -1, 2: -2})
    assert empty.rays == ()
    assert not empty.positive([0])
    assert empty.cut({0: 1}, equal=True).rays == ()


def test_the_zero_function_cuts_nothing() -> None:
    cone = orthant(2)
    assert cone.cut({}, equal=True) == cone
    assert cone.cut({0: 0, 1: 0}) == cone
