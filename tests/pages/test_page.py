"""The page: sound HTML, nothing loaded, everything escaped, the same bytes each time."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from html import unescape

import pytest
from pages.parsed_page import Page

from crisisgames import (
    GameError,
    Hotline,
    Incident,
    Ladder,
    Notification,
    UnknownName,
    compare,
    get_scenario,
    none,
    read_toml,
    report,
)
from crisisgames.mechanisms import Design
from crisisgames.pages import brief
from crisisgames.pages.case import _standing
from crisisgames.pages.parameters import meaning, numbers_of
from crisisgames.pages.words import words_of
from crisisgames.scenarios import Fact

CASE = "taiwan-1995"

SMALL = """
kind = "scenario"
title = "A reef"

[crisis]
kind = "incident"
clarity = 0.2

[[in_force]]
name = "notification"

[[proposed]]
name = "rules"
source = "ours"
mechanisms = ["rules-of-behaviour"]
"""


@pytest.fixture(scope="module")
def text():
    return brief(CASE, rule="least war")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


@pytest.fixture(scope="module")
def compared():
    return compare(Incident(), [none, Hotline("theatre")], rule="least war")


@pytest.fixture(scope="module")
def own(compared):
    return Page(brief(compared))


@dataclass(frozen=True)
class Change:
    """A mechanism of one's own: fields of a crisis set to new values."""

    label: str
    values: tuple = ()

    def __call__(self, crisis):
        return crisis.replace(**dict(self.values))


def test_tags_balance_and_identifiers_are_unique(page, own):
    for one in (page, own):
        assert len(one.ids) == len(set(one.ids))


def test_headings_go_down_one_level_at_a_time(page, own):
    for one in (page, own):
        assert one.headings[0] == 1
        assert one.headings.count(1) == 1
        steps = zip(one.headings, one.headings[1:], strict=False)
        assert all(b <= a + 1 for a, b in steps), one.headings


def test_links_lead_to_places_on_the_page_or_to_sources(page, own):
    for one in (page, own):
        inside = [target for _, target in one.links if target.startswith("#")]
        assert inside
        assert {t.removeprefix("#") for t in inside} <= set(one.ids)
        outside = [(tag, t) for tag, t in one.links if not t.startswith("#")]
        assert all(tag == "a" and t.startswith("https://doi.org/10.") for tag, t in outside)
        named = [t for own in one.all("section") for t in own["aria-labelledby"].split()]
        named += [t for own in one.all("svg") for t in own["aria-labelledby"].split()]
        assert set(named) <= set(one.ids)


def test_nothing_is_loaded_and_nothing_runs(text, page):
    assert not page.loads
    assert not page.handlers
    assert not {"script", "link", "iframe", "img", "object", "base", "form"} & {
        tag for tag, *_ in page.tags
    }
    assert "@import" not in text
    assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", text))
    rest = re.sub(r'href="https://doi\.org/[^"]*"', "", text)
    assert "http" not in rest
    assert "file:" not in rest


def test_readers_who_cannot_see_are_told_as_much(page):
    assert page.all("html") == [{"lang": "en"}]
    assert all(own.get("scope") in ("col", "row") for own in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) > 5
    drawings = page.all("svg")
    assert drawings
    assert all(own["role"] == "img" for own in drawings)
    assert page.all("title")  # of the page, and of each drawing
    assert len(page.all("title")) == 1 + len(drawings)
    assert len(page.all("main")) == 1


def test_the_facts_stand_in_their_own_words_with_their_sources(page):
    case = get_scenario(CASE)
    for fact in (*case.facts, *case.dyad.facts, *case.left_out):
        assert f"{fact.text} [{fact.source}]" in page.words
    for name, (low, high) in case.box.items():
        assert name.replace("_", " ") in page.words
        assert f"{low:g} to {high:g}" in page.words


def test_numbers_are_those_of_the_comparison(compared, own):
    war = compared.dataset.sel(outcome="war")
    line = war.sel(mechanism="hotline (theatre)")
    low, high = f"{100 * float(line.low):#.3g}", f"{100 * float(line.high):#.3g}"
    assert (low, high) == ("0.127", "1.20")
    assert f"hotline (theatre) {low}–{high} % {low} %" in own.words
    assert "In some equilibria at these values it lowers the probability of war" in own.words
    assert "Of the 2 classes of equilibria, in 1 it is lower than in any equilibrium" in own.words


def test_mechanisms_state_what_they_assume_and_where_they_are_from(own):
    line = Hotline("theatre")
    assert line.assumes in own.words
    assert line.source in own.words


def test_all_text_is_escaped():
    bad = "<script>alert('x')</script> & \"quoted\" \x00\x07"
    case = replace(
        get_scenario(CASE), title=bad, facts=(Fact(bad, bad),), roles=(bad, bad), proposed=()
    )
    text = brief(case, rule="least war", date=bad)
    read = Page(text)
    assert "<script" not in text
    assert "\x00" not in text
    assert "<script>alert('x')</script> & \"quoted\"" in read.words
    named = compare(Incident(), [none, Change(f"a {bad}")], rule="least war")
    assert "<script" not in brief(named)
    Page(brief(named))


@pytest.mark.slow
def test_the_same_input_gives_the_same_bytes(text, tmp_path):
    code = (
        "import sys; from crisisgames import report; "
        f"report({CASE!r}, sys.argv[1], rule='least war')"
    )
    out = tmp_path / "out.html"
    # This process has another hash seed, or none that is fixed.
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    subprocess.run([sys.executable, "-c", code, str(out)], env=environment, check=True)
    assert out.read_text(encoding="utf-8") == text


def test_a_date_appears_only_if_it_is_given(compared):
    assert "3 May" not in brief(compared)
    assert "3 May 2026" in Page(brief(compared, date="3 May 2026")).words


@pytest.mark.slow
def test_what_was_only_found_is_never_called_all():
    found = compare(
        Incident(), [none, Hotline("theatre")], rule="least war", method="search", starts=3, seed=1
    )
    words = Page(brief(found)).words
    assert "there may be others" in words
    assert "in every equilibrium." not in words
    assert re.search(r"equilibria (?!that were )(?!found)at these values", words) is None
    assert "these are all there are" not in words


def test_a_set_without_equilibria_says_so():
    found = compare(Incident(), [none, Hotline("theatre")], "pure-nash", rule="least war")
    words = Page(brief(found)).words
    assert "no equilibrium was found" in words


def test_other_crises_have_briefs(tmp_path):
    found = compare(Ladder(rungs=2), [none, Change("safer", (("risk", 0.1),))], rule="least war")
    path = found.report(tmp_path / "ladder.html")
    words = Page(path.read_text(encoding="utf-8")).words
    assert "if irresolute" in words
    assert "risk probability of disaster on the whole ladder 0.3 0.1" in words


def test_a_comparison_with_its_scenario_tells_the_facts(compared):
    words = Page(brief(compared, scenario=CASE)).words
    assert get_scenario(CASE).facts[0].text in words
    assert "changed for this brief" in words


# --- the program that is printed ---


def program(text):
    """Return the program that a page prints."""
    return unescape(re.findall(r"<pre><code>(.*?)</code></pre>", text, re.DOTALL)[-1])


def run_program(text, folder, monkeypatch, **given):
    """Run the program of a page in a folder; return what it found, and the page it wrote."""
    monkeypatch.chdir(folder)
    names = dict(given)
    exec(program(text), names)  # noqa: S102  # it is what a reader would run
    return names["found"], (folder / "out.html").read_text(encoding="utf-8")


def test_the_program_for_a_case_gives_the_same_table(tmp_path, monkeypatch):
    case = get_scenario(CASE)
    designs = case.designs()[1:2]
    found = compare(case.crisis.replace(clarity=0.7), designs, rule="least war")
    text = brief(found, scenario=case)
    again, page = run_program(text, tmp_path, monkeypatch)
    assert again.table().equals(found.table())
    assert page == text


def test_the_program_for_a_file_gives_the_same_table(tmp_path, monkeypatch):
    (tmp_path / "reef.toml").write_text(SMALL, encoding="utf-8")
    case = read_toml(tmp_path / "reef.toml")
    text = brief(case, rule="least war")
    again, page = run_program(text, tmp_path, monkeypatch)
    found = compare(case.crisis, case.designs(), rule="least war")
    assert again.table().equals(found.table())
    assert page == text
    assert "read_toml('reef.toml')" in program(text)


def test_the_program_for_mechanisms_writes_them_out(tmp_path, monkeypatch):
    both = Design("two", Hotline("theatre", in_force=0.5) & Notification(), "ours")
    found = compare(Incident(clarity=0.4), [none, both], rule="least war")
    again, _ = run_program(brief(found), tmp_path, monkeypatch)
    assert again.table().equals(found.table())


def test_mechanisms_of_ones_own_are_asked_for(tmp_path, monkeypatch):
    own = [none, Change("clear", (("clarity", 0.6),))]
    found = compare(Incident(), own, rule="least war")
    text = brief(found)
    assert "with a list `mechanisms` of your own: none, clear" in Page(text).words
    again, _ = run_program(text, tmp_path, monkeypatch, mechanisms=own)
    assert again.table().equals(found.table())


# --- what a reader is told ---


def test_all_conduct_of_a_class_is_told_and_numbers_stand_in_short():
    case = get_scenario("contingency-talks")
    found = compare(case.crisis, case.designs()[:5], rule="most war")
    words = Page(brief(found, scenario=case)).words
    assert "It makes no offer, or offers bilateral talks (equilibria of the class differ)" in words
    short = words.split("An equilibrium is")[1].split("These statements hold")[0]
    assert "Third-party host: the probability of war is 5.00 % in every equilibrium." in short
    assert "China (C) is worse off by 1.15 utils" in short
    assert "none could do better by acting otherwise alone" in short
    assert "in 3 neither" not in words
    assert "In none of the 3 classes of equilibria is it lower, or higher" in words
    # What a mechanism changes here, not only what it is for.
    assert "talks take away): 0.5 → 0.625" in words
    # As many outcomes are told as are counted, of a game in which all players move.
    told = re.search(r"It comes to one of (\d+) outcomes.*?The \1 outcomes: (.*?)\.", words)
    count, outcomes = told.groups()
    assert len(outcomes.split(";")) == int(count)
    assert "C in 2, U in 1, K in 6" in words


def test_every_parameter_has_a_meaning(page):
    case = get_scenario(CASE)
    words = words_of(case.crisis.kind)
    for name, value in case.crisis.parameters().items():
        if not isinstance(value, (list, tuple)):
            assert meaning(case.crisis, name, words), name
    assert "same, after" not in page.words
    for order in case.orders:
        assert f"lower in “{get_scenario(order.lower).title}”" in page.words


# --- files ---


def test_a_file_is_replaced_whole_and_its_path_returned(compared, tmp_path):
    out = tmp_path / "out.html"
    out.write_text("old")
    assert report(compared, out) == out
    assert out.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [out]


def test_nothing_is_written_when_something_fails(compared, tmp_path, monkeypatch):
    out = tmp_path / "out.html"
    out.write_text("old")
    with pytest.raises(UnknownName, match="selection rule"):
        report(CASE, out, rule="best")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(GameError, match=r"out\.html: No space left on device"):
        report(compared, out)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.txt", "must end in .html or .htm"),
        ("missing/out.html", "there is no folder"),
        ("folder.html", "that is no file"),
    ],
)
def test_a_bad_path_is_refused_before_anything_is_computed(name, words, tmp_path, monkeypatch):
    (tmp_path / "folder.html").mkdir()
    monkeypatch.setattr(sys.modules["crisisgames.pages.page"], "compare", None)
    with pytest.raises(GameError, match=re.escape(words)) as caught:
        report(CASE, tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)


def test_a_link_is_followed_not_replaced(compared, tmp_path):
    target, link = tmp_path / "real.html", tmp_path / "link.html"
    link.symlink_to(target)
    report(compared, link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_what_makes_no_brief_is_refused(compared, tmp_path):
    with pytest.raises(GameError, match="a scenario, its name or a comparison"):
        report(Incident(), tmp_path / "out.html")
    with pytest.raises(GameError, match="rule cannot change it"):
        report(compared, tmp_path / "out.html", rule="welfare")
    with pytest.raises(UnknownName, match="did you mean 'taiwan-1995'"):
        report("taiwan-1996", tmp_path / "out.html")
    assert not list(tmp_path.iterdir())


def test_what_parts_share_has_its_meaning_and_its_box():
    """A number of a whole crisis that its ladder and its split have in common is one."""

    case = get_scenario("taiwan-strait")
    words = words_of("whole crisis")
    for name in case.box:
        assert meaning(case.crisis, name, words), name
    for own, names in case.crisis.shared.items():
        assert meaning(case.crisis, own, words) == meaning(case.crisis, names[0], words)
        if own in case.box:
            low, high = case.box[own]
            value = numbers_of(case.crisis)[names[0]]
            told = f"{low:g} to {high:g}".replace(" ", "\N{NO-BREAK SPACE}")
            assert _standing(names[0], value, case) == ["illustration", told]
            assert _standing(names[0], value / 2, case) == ["changed for this brief", told]
    # What is fixed for the scenario says by what.
    assert "disclosure_a" in case.fixed
    assert _standing("ladder.disclosure_a", 0.0, case)[1] == "–"
    assert "without a box" not in str(_standing("ladder.disclosure_a", 0.0, case)[0])
