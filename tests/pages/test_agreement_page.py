"""The page on what the models say: whole, sound, and the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages.parsed_page import Page

from crisisgames import PRINCIPLES, GameError, analysis
from crisisgames.pages import agreement_page

MODELS = ("kydd-2005-trust-reassurance", "signorino-1999-strategic-misspecification")


@pytest.fixture(scope="module")
def found() -> analysis.Agreement:
    return analysis.agreement(models=MODELS, points=20)


def test_the_page_says_what_each_model_says(found: analysis.Agreement, tmp_path: Path) -> None:
    path = found.report(tmp_path / "out.html", date="today")
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert not page.loads
    assert not page.handlers
    assert len(set(page.ids)) == len(page.ids)
    assert page.headings[0] == 1
    links = [target[1:] for tag, target in page.links if tag == "a"]
    assert set(links) <= set(page.ids)
    for principle in PRINCIPLES:
        assert principle in page.words.lower()
    for own in found.values():
        for e in own:
            assert e.name in page.words
            assert e.lever.reading in page.words
            assert f"{e.falls:.0%}" in page.words
    # One for all, and one for each principle of which something is said.
    spoken = sum(bool(len(own)) for own in found.values())
    assert len(page.all("figure")) == 1 + spoken
    assert "today" in page.words
    assert "no vote" in page.words


def test_the_same_agreement_gives_the_same_page(found: analysis.Agreement) -> None:
    assert agreement_page(found) == agreement_page(found)


def test_silence_is_told() -> None:
    silent = analysis.agreement(models=["sartori-2002-reputational-diplomacy"], points=5)
    words = Page(agreement_page(silent)).words
    assert words.count("All models are silent.") == 3
    assert "Silent: sartori-2002-reputational-diplomacy." in words


def test_a_page_that_cannot_be_written_is_refused(
    found: analysis.Agreement, tmp_path: Path
) -> None:
    with pytest.raises(GameError, match="must end in"):
        found.report(tmp_path / "out.pdf")
