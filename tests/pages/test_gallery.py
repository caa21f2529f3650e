"""The gallery: every figure of a model, with what it shows in words, its source and its call."""

import json
import re
from base64 import b64decode

import pytest
from pages.parsed_page import Page
from typer.testing import CliRunner

from crisisgames import gallery
from crisisgames.cli import app
from crisisgames.errors import GameError, UnknownName
from crisisgames.literature import SLUGS, get

TWO = ("nalebuff-1986-brinkmanship", "green-porter-1984-imperfect-monitoring")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page of two models, and what was handed to the progress bar."""
    seen = []

    def progress(pairs):
        for model, name in pairs:
            seen.append((model.slug, name))
            yield model, name

    return gallery(tmp_path_factory.mktemp("gallery") / "two.html", TWO, progress=progress), seen


def test_every_figure_is_there_and_needs_nothing_else(written):
    path, seen = written
    page = Page(path.read_text(encoding="utf-8"))
    figures = [(slug, name) for slug in TWO for name in get(slug).figures]
    assert seen == figures
    assert len(page.ids) == len(set(page.ids))
    assert {f"{slug}-{name}" for slug, name in figures} <= set(page.ids)
    pictures = page.all("img")
    assert len(pictures) == len(figures)
    assert page.loads == [("img", "src")] * len(figures)
    assert not page.handlers
    for picture in pictures:
        kind, _, data = picture["src"].partition(",")
        assert kind == "data:image/png;base64"
        assert b64decode(data).startswith(b"\x89PNG")
        # In words: subject, axes, and the values below the axes.
        assert "Horizontal: " in picture["alt"]
        assert "Vertical: " in picture["alt"]
        assert any(c.isdigit() for c in picture["alt"])
    for tag, link in page.links:
        assert tag == "a"
        assert link.removeprefix("#") in page.ids


def test_sources_and_calls_are_told(written):
    words = Page(written[0].read_text(encoding="utf-8")).words
    assert "Brinkmanship, and whether the speed of escalation matters (Nalebuff 1986)" in words
    assert "Edward J. Green and Robert H. Porter (1984), “Noncooperative Collusion" in words
    for slug in TWO:
        assert " ".join(get(slug).provenance.split()) in words
        assert " ".join(get(slug).citation.split()) in words
    calls = re.findall(r'get\("([^"]+)"\)\.draw\("([^"]+)"\)', words)
    assert calls == [(slug, name) for slug in TWO for name in get(slug).figures]
    # What is told can be done.
    slug, name = calls[0]
    axes = get(slug).draw(name).axes
    assert axes[0].get_xlabel()


def test_the_same_models_give_the_same_bytes(written, tmp_path):
    # Drawn again, on its own, a model is shown as it was among others.
    one = gallery(tmp_path / "one.htm", TWO[:1])
    section = re.search(r"<section.*</section>", one.read_text(encoding="utf-8"), re.DOTALL)
    assert section.group() in written[0].read_text(encoding="utf-8")


def test_errors_come_before_anything_is_drawn(tmp_path):
    def never(pairs):
        raise AssertionError("something was drawn")

    with pytest.raises(GameError, match=r"must end in \.html or \.htm"):
        gallery(tmp_path / "out.pdf", TWO, progress=never)
    with pytest.raises(GameError, match="there is no folder"):
        gallery(tmp_path / "none" / "out.html", TWO, progress=never)
    with pytest.raises(UnknownName, match="did you mean 'nalebuff"):
        gallery(tmp_path / "out.html", ["nalebuff"], progress=never)
    with pytest.raises(GameError, match="at least one, each once"):
        gallery(tmp_path / "out.html", [], progress=never)
    with pytest.raises(GameError, match="at least one, each once"):
        gallery(tmp_path / "out.html", TWO[:1] * 2, progress=never)
    assert not list(tmp_path.iterdir())


def test_what_was_there_stays_if_drawing_fails(tmp_path):
    path = tmp_path / "out.html"
    path.write_text("before", encoding="utf-8")

    def fails(pairs):
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError, match="no ink"):
        gallery(path, TWO[:1], progress=fails)
    assert path.read_text(encoding="utf-8") == "before"


def test_an_unknown_figure_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'neutrality'"):
        get(TWO[0]).draw("neutral")


def run(*args):
    return CliRunner().invoke(app, list(map(str, args)), prog_name="crisisgames")


def test_the_command(tmp_path):
    out = tmp_path / "out.html"
    result = run("gallery", TWO[0], "-o", out, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told == {"models": [TWO[0]], "written": str(out), "bytes": out.stat().st_size}
    wrong = run("gallery", "nalebuf", "-o", out)
    assert wrong.exit_code == 2
    assert wrong.stderr.startswith("Error: no model named 'nalebuf'; did you mean")
    assert run("gallery", "-o", tmp_path / "out.txt").exit_code == 2


@pytest.mark.slow
def test_all_models(tmp_path):
    page = Page(gallery(tmp_path / "all.html").read_text(encoding="utf-8"))
    assert set(SLUGS) <= set(page.ids)
    assert len(page.all("img")) == sum(len(get(slug).figures) for slug in SLUGS)
    assert all(len(picture["alt"]) > 60 for picture in page.all("img"))
