"""The brief in a real browser, where one is installed: seen, printed, and read back."""

import re
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from pages.parsed_page import Page

from crisisgames import Hotline, Incident, compare, none, report

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
PATIENCE = 120
"""Seconds: a browser starts slowly on a busy machine."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        BROWSER is None, reason="needs Chromium: install the Debian package chromium"
    ),
]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A brief on a scenario with a picture, a tree, classes and several pages."""
    return report("taiwan-1995", tmp_path_factory.mktemp("page") / "brief.html")


def browse(page, folder, *options):
    """Open a page with a profile of its own; return what the browser printed."""
    profile = folder / "profile"
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={profile}", *options, page.as_uri()],
        capture_output=True,
        cwd=folder,
        timeout=PATIENCE,
        check=True,
    )
    shutil.rmtree(profile, ignore_errors=True)
    return done.stdout.decode(), done.stderr.decode()


def pixels(path):
    """Return width, height and the rows of a PNG with 8 bits for each of 3 or 4 channels."""
    data = Path(path).read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    channels = {2: 3, 6: 4}[kind]
    place, packed = 8, b""
    while place < len(data):
        (size,) = struct.unpack(">I", data[place : place + 4])
        if data[place + 4 : place + 8] == b"IDAT":
            packed += data[place + 8 : place + 8 + size]
        place += 12 + size
    raw, stride = zlib.decompress(packed), width * channels
    # Filtered rows: enough to tell a blank row from one with something on it.
    return (
        width,
        height,
        [raw[k * (stride + 1) + 1 : (k + 1) * (stride + 1)] for k in range(height)],
    )


def test_the_page_is_read_as_it_was_written(case, tmp_path):
    dom, told = browse(case, tmp_path, "--dump-dom", "--enable-logging=stderr", "--v=0")
    assert "CONSOLE" not in told
    written = Page(case.read_text(encoding="utf-8"))
    seen = Page(dom)
    # What a browser has to mend it changes: the elements must be the same, and every word.
    assert [tag for tag, *_ in seen.tags] == [tag for tag, *_ in written.tags]
    assert seen.words == written.words
    assert "Taiwan" in seen.words
    assert seen.headings == written.headings


@pytest.mark.parametrize("width", [1200, 400])
def test_the_page_is_drawn_at_the_width_of_a_desk_and_of_a_telephone(case, tmp_path, width):
    shot = tmp_path / "shot.png"
    browse(case, tmp_path, f"--window-size={width},3000", f"--screenshot={shot}")
    wide, high, rows = pixels(shot)
    assert (wide, high) == (width, 3000)
    inked = sum(len(set(row)) > 3 for row in rows)
    assert inked > high / 4
    assert len(zlib.compress(b"".join(rows))) > 20_000


@pytest.mark.parametrize("width", [1200, 500])
def test_nothing_sticks_out_but_what_scrolls_by_itself(case, tmp_path, width):
    # On a copy, a script of ours measures; briefs themselves have none.
    script = """<script>
const wide = [...document.querySelectorAll("main *")].filter(e =>
  !e.closest("svg") && !e.closest(".scroll") && !e.closest("figure") &&
  e.getBoundingClientRect().right > document.documentElement.clientWidth + 1);
const cut = [...document.querySelectorAll("svg text")].filter(t => {
  const a = t.getBoundingClientRect(), b = t.closest("svg").getBoundingClientRect();
  return a.left < b.left - 1 || a.right > b.right + 1 || a.bottom > b.bottom + 1;
});
document.body.setAttribute("data-measured",
  [document.documentElement.scrollWidth <= document.documentElement.clientWidth,
   wide.length, cut.length].join(" "));
</script></body>"""
    copy = tmp_path / "measured.html"
    text = case.read_text(encoding="utf-8")
    copy.write_text(text.replace("</body>", script), encoding="utf-8")
    dom, _ = browse(copy, tmp_path, f"--window-size={width},2000", "--dump-dom")
    assert 'data-measured="true 0 0"' in dom


def test_it_prints_on_a_sane_number_of_pages(case, tmp_path):
    out = tmp_path / "brief.pdf"
    browse(case, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={out}")
    data = out.read_bytes()
    assert data.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    assert 5 <= pages <= 25


def test_every_word_of_a_comparison_of_ones_own_is_shown(tmp_path):
    found = compare(Incident(), [none, Hotline("theatre")], rule="least war")
    page = found.report(tmp_path / "own.html")
    dom, told = browse(page, tmp_path, "--dump-dom")
    assert "CONSOLE" not in told
    assert Page(dom).words == Page(page.read_text(encoding="utf-8")).words
