"""The deep part of a brief: frontier, efficiency, causes, what matters, and what survives."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from pages.parsed_page import Page

from crisisgames import (
    Bargaining,
    Mediator,
    Notification,
    RulesOfBehaviour,
    Talks,
    WholeCrisis,
    compare,
    get_scenario,
    none,
)
from crisisgames.analysis.uncertainty import _wilson
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
        patch.setattr(DEEP, "MANY", {"matters": 16, "claims": 40})
        patch.setattr(DEEP, "FEWER", {"matters": (12, 3.0), "claims": (6, 4.0)})
        whole = DEEP.causes
        few = {
            "incident": ["noise", "accidents"],
            "bargaining": ["suspicion"],
            "whole crisis": ["noise"],
        }
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


def test_where_points_are_slow_few_are_drawn_and_said(quick):
    """A crisis made of others: all sections, from as many points as there is time for."""
    whole = replace(
        get_scenario("taiwan-strait"),
        crisis=WholeCrisis(bargaining=None),
        box={"incident.clarity": (0.2, 0.6), "ladder.risk": (0.05, 0.2)},
    )
    designs = [
        Design("as it is", none),
        Design("as it is + rules of behaviour", RulesOfBehaviour(0.3)),
        Design("as it is + notification", Notification(0.3, cover=0.0)),
    ]
    shown = compare(whole.crisis, designs, rule="least war")
    deep = DEEP.deepened(shown, whole, words_of("whole crisis"))
    assert list(deep.matters.columns) == ["correlation", "from", "to"]
    assert 0 < deep.matters.attrs["begun"] <= 12
    [claimed] = {judged.dataset.attrs["asked"] for judged in deep.claims.values()}
    assert claimed == 6
    sections = {name: str(text) for name, _, text in deep.sections()}
    assert list(sections) == ["causes", "matters", "claims"]
    assert f"so {deep.matters.attrs['begun']} points were drawn" in sections["matters"]
    assert "The game is large: there" in sections["claims"]
    for judged in deep.claims.values():
        assert f"of {judged.dataset.sizes['draw']} draws it lowers" in sections["claims"]


def test_what_is_not_known_is_counted(quick, deep):
    """Points without an equilibrium leave the share to the others and widen its interval."""
    name, judged = next(iter(deep.claims.items()))
    n = judged.dataset.sizes["draw"]
    verdict = judged.dataset["verdict"].values.astype("<U7")
    verdict[:3] = "unknown"
    doubtful = replace(judged, dataset=judged.dataset.assign(verdict=("draw", verdict)))
    said = str(DEEP._sentence(name, doubtful, "war"))
    assert "At 3 draws no equilibrium was found" in said
    share, low, high = doubtful.share()
    assert share == pytest.approx(np.mean(verdict[3:] == "all"))
    held = (verdict == "all").sum()
    assert (low, high) == (_wilson(held, n)[0], _wilson(held + 3, n)[1])


def test_an_arms_race_is_called_one(quick):
    """Where a crisis knows no war, nothing is said of its probability."""
    case = get_scenario("missile-deployment")
    shown = compare(case.crisis, case.designs()[:2], rule="least war")
    deep = DEEP.deepened(shown, case, words_of("security dilemma"))
    assert deep.about == "arms race"
    text = " ".join(str(section) for _, _, section in deep.sections())
    assert "probability of arms race" in text
    assert "probability of war" not in text
    assert all("P(arms race)" in judged.claim.text for judged in deep.claims.values())
