"""The deep part of a brief: frontier, efficiency, causes, what matters, and what survives."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from pages.parsed_page import Page

from crisisgames import (
    Bargaining,
    Mediator,
    Notification,
    RulesOfBehaviour,
    Talks,
    compare,
    get_scenario,
    none,
)
from crisisgames.mechanisms import Design
from crisisgames.pages import brief
from crisisgames.pages.words import words_of

DEEP = sys.modules["crisisgames.pages.deep"]
SECTIONS = ("frontier", "causes", "matters", "claims")


@pytest.fixture(scope="module")
def case():
    """A case of two small games, so that draws are solved at once."""
    whole = get_scenario("taiwan-1995")
    return replace(whole, box={n: whole.box[n] for n in ("suspicion", "clarity", "gain")})


@pytest.fixture(scope="module")
def found(case):
    designs = [
        Design("as it was", none),
        Design("as it was + rules of behaviour", RulesOfBehaviour()),
        Design("as it was + notification", Notification(0.5)),
    ]
    return compare(case.crisis, designs, rule="least war")


@pytest.fixture(scope="module")
def quick():
    """Few draws and few sources: the same code in seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DEEP, "DRAWS", {True: (16, 40), False: (4, 4)})
        whole = DEEP.causes
        few = {"incident": ["noise", "accidents"], "bargaining": ["suspicion"]}
        patch.setattr(DEEP, "causes", lambda c, **options: whole(c, few.get(c.kind), **options))
        yield


@pytest.fixture(scope="module")
def deep(quick, found, case):
    return DEEP.deepened(found, case, words_of("incident"))


@pytest.fixture(scope="module")
def page(deep, found, case):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["crisisgames.pages.page"], "deepened", lambda *_: deep)
        return Page(brief(found, scenario=case, deep=True))


def test_a_page_with_all_sections(page):
    assert [i for i in page.ids if i in SECTIONS] == list(SECTIONS)
    assert not page.loads
    assert len(page.ids) == len(set(page.ids))


def test_shares_never_go_without_their_interval(page, deep):
    for name, judged in deep.claims.items():
        share, low, high = (100 * x for x in judged.share())
        told = f"{share:.0f} % ({low:.0f}–{high:.0f})"
        assert told in page.words
        assert f"at {told} of {judged.dataset.sizes['draw']} draws it lowers" in page.words, name
    assert "Nothing here says how often they hold" not in page.words
    assert "No other values in the boxes were computed" not in page.words


def test_numbers_are_those_of_the_analysis(page, found):
    assert "How much of the way to the frontier each goes" in page.words
    shares = found.efficiency["efficiency", "selected"]
    for name in found.sets:
        assert DEEP._way(shares[name]).replace("\N{NO-BREAK SPACE}", " ") in page.words


def test_the_recipe_and_the_command_say_deep(page):
    assert "deep=True" in page.words


def test_without_a_box_nothing_is_said_of_other_values(quick):
    shown = compare(Bargaining(issues=2), [none, Mediator()])
    page = Page(brief(shown, deep=True))
    assert [i for i in page.ids if i in SECTIONS] == ["frontier", "causes"]
    assert "Nothing here says how often they hold" in page.words


def test_what_does_not_exist_is_left_out(quick):
    shown = compare(Talks(offer=False), [none], rule="least war")
    page = Page(brief(shown, deep=True))
    assert [i for i in page.ids if i in SECTIONS] == ["causes"]


def test_the_quick_brief_has_none_of_it(found, case):
    page = Page(brief(found, scenario=case))
    assert not set(SECTIONS) & set(page.ids)
    assert "Nothing here says how often they hold" in page.words
