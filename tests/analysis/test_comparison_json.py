"""Comparisons as JSON: they come back whole, and a number that is not theirs is found."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import pytest
import xarray as xr

from crisisgames import (
    Channel,
    Comparison,
    Envoys,
    GameError,
    Hotline,
    Incident,
    Notification,
    compare,
    from_json,
    none,
    solve,
    to_json,
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(Incident(), [none, Hotline("theatre"), Notification()], rule="least war")


def test_a_comparison_comes_back_whole(found: Comparison) -> None:
    text = to_json(found)
    again = from_json(text)
    xr.testing.assert_identical(again.dataset, found.dataset)
    assert again.dataset.attrs == found.dataset.attrs
    assert again.crisis == found.crisis
    assert again.sets == found.sets
    assert again.selected == found.selected
    assert again.notes == found.notes
    assert again.explain() == found.explain()
    assert to_json(again) == text
    assert again == found


def test_comparisons_with_other_numbers_differ(found: Comparison) -> None:
    other = compare(Incident(clarity=0.4), [none, Hotline("theatre"), Notification()])
    assert found != other
    assert found != replace(found, notes={**found.notes, "none": ("another",)})
    assert found != "a comparison"
    with pytest.raises(TypeError, match="unhashable"):
        hash(found)


def test_channels_and_empty_sets_come_back() -> None:
    crisis = Incident(channels=(Channel(delay=0.2, name="line"),), clarity=0.25)
    stopped = compare(crisis, [none, Envoys()], rule="welfare", time_limit=1e-9)
    again = from_json(to_json(stopped))
    assert again.crisis == crisis
    xr.testing.assert_identical(again.dataset, stopped.dataset)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("variables", "low", 0, 0), 0.5, "low: these are not the numbers that the equilibria"),
        (("variables", "complete", 1), False, "complete: these are not the numbers"),
        (("variables", "direct"), [[1]], "direct: there are 1 entries; there must be 3"),
        (("crisis", "kind"), "quarrel", "no crisis named 'quarrel'"),
        (("crisis", "clarity"), 2, "crisis, clarity: .* allowed is 0.0 to 1.0"),
        (("crisis", "clrity"), 1, "crisis, clrity: .* did you mean 'clarity'"),
        (("mechanisms",), [], "mechanisms: there are none"),
        (("mechanisms", 0, "selected"), "x", "an object is expected"),
    ],
)
def test_what_is_wrong_is_named(found: Comparison, path: tuple, value: object, words: str) -> None:
    data = json.loads(to_json(found))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(GameError, match=words):
        from_json(json.dumps(data))


def test_sets_are_equal_by_value() -> None:
    one, two = solve(Incident().game()), solve(Incident().game())
    copy = pickle.loads(pickle.dumps(one))
    assert one == two == copy == from_json(to_json(one))
    assert len({one, two, copy}) == 1
    others = [
        solve(Incident(clarity=0.5).game()),
        solve(Incident().game(), "nash"),
        solve(Incident().game(), exact=True),
        solve(Incident().game(), time_limit=1e-9),
    ]
    for other in others:
        assert one != other
    assert one != "a set"
