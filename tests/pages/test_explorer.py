"""The page of a sweep holds the numbers of its dataset, and needs nothing else."""

import json
import re
import shutil
import subprocess
from importlib.resources import files

import numpy as np
import pytest
from made_sweeps import made, made_sample

from crisisgames import GameError, NotApplicable, Sweep, UnknownName

OVER = {"clarity": [0.0, 0.5, 1.0], "risk": [0.1, 0.2], "cost": [1.0, 2.0, 3.0, 4.0]}
SPANS = [[(0.0, 0.01 * k), (0.5, 0.5 + 0.01 * k)] for k in range(24)]
MISSING = [(1, 2, 1, 3)]

BROWSER = """
const made = {};
const element = (tag) => ({
  tag, children: [], value: "0", style: {}, hidden: false,
  append(...more) { this.children.push(...more); },
  replaceChildren(...more) { this.children = more; },
  setAttribute(name, value) { this[name] = value; },
  addEventListener() {},
});
globalThis.document = {
  createElement: element, createElementNS: (_, tag) => element(tag),
  getElementById: (name) => (made[name] ??= element("?")),
};
document.getElementById("data").textContent = require("fs").readFileSync(0, "utf8");
document.getElementById("up").value = "-1";
document.getElementById("what").value = "low";
"""
"""As much of a browser as the script touches."""


@pytest.fixture
def found():
    data = made(("none", "a <b> & c"), over=OVER, spans=SPANS, missing=MISSING)
    data["selected"] = data.high
    return Sweep(data)


def numbers(page):
    text = page.read_text(encoding="utf-8")
    (own,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    return own


def run(script, given):
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node, to run the script of the page")
    source = files("crisisgames.pages").joinpath("explorer.js").read_text(encoding="utf-8")
    plain = source.replace('"use strict";', "", 1)  # so that later code shares its names
    done = subprocess.run(
        [node, "-e", f"{BROWSER}\n{plain}\n{script}"],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stdout)


def test_the_page_holds_the_numbers_of_the_dataset(found, tmp_path):
    page = found.explore(tmp_path / "out.html", ["calm", "war"])
    data, own = json.loads(numbers(page)), found.dataset.sel(outcome=["calm", "war"])
    assert data["outcomes"] == ["calm", "war"]
    assert data["mechanisms"] == ["none", "a <b> & c"]
    assert {p["name"]: p["values"] for p in data["parameters"]} == OVER
    for name in ("low", "high", "selected", "class_low", "class_high"):
        given = np.array(data[name], dtype=float).reshape(own[name].shape)
        np.testing.assert_allclose(given, own[name], rtol=1e-5)
    assert np.array(data["complete"]).reshape(own.complete.shape).tolist() == (
        own.complete.values.tolist()
    )


def test_the_page_needs_nothing_else(found, tmp_path):
    text = found.explore(tmp_path / "out.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?!#)""", text)
    assert set(re.findall(r"https?://[^\"'\s]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "a <b>" not in text, "a name is no element"
    assert "what clarity is" in text


def test_the_headline_comes_first_and_nan_is_null(found, tmp_path):
    found.dataset["low"][0, 0, 0, 0] = np.nan
    data = json.loads(numbers(found.explore(tmp_path / "out.html")))
    assert data["outcomes"] == ["war", "war:deliberate", "calm"]
    assert data["low"][:3] == [None] * 3
    assert data["low"][3] is not None


def test_the_script_shows_the_numbers_of_the_point(found, tmp_path):
    given = numbers(found.explore(tmp_path / "out.html", ["calm", "war"]))
    told = run(
        """
        document.getElementById("outcome").value = "1";
        at.splice(0, 3, 2, 1, 3);
        update();
        const rows = document.getElementById("numbers").children;
        console.log(JSON.stringify({
          point: document.getElementById("point").textContent,
          rows: rows.map((r) => r.children.map((c) => c.textContent)),
        }));
        """,
        given,
    )
    assert told["point"] == "clarity 1, risk 0.2, cost 4"
    assert told["rows"] == [
        ["none", "0 %", "73 %", "73 %", 2, "yes"],
        ["a <b> & c", "0 %", "73 %", "73 %", 2, "perhaps not"],
    ]


def test_the_script_draws_each_class_and_each_cell(found, tmp_path):
    given = numbers(found.explore(tmp_path / "out.html", "war"))
    told = run(
        """
        const shapes = (kind) => document.getElementById("panels").children.map((figure) =>
          figure.children[1].children.filter((s) => s.tag === kind));
        const heights = () => shapes("rect").map((own) => own.map((r) => [+r.y, +r.height]));
        at.splice(0, 3, 0, 1, 2);
        update();
        const bands = heights();
        document.getElementById("along").value = "2";
        document.getElementById("up").value = "0";
        document.getElementById("what").value = "high";
        update();
        const cells = shapes("rect").map((own) => own.map((r) => r.fill));
        console.log(JSON.stringify({ bands, cells, colours: data.colours, HIGH, BELOW, ABOVE }));
        """,
        given,
    )
    war = found.dataset.sel(outcome="war").isel(mechanism=0)
    bottom, top = told["HIGH"] - told["BELOW"], told["ABOVE"]
    scale = (bottom - top) / float(found.dataset.sel(outcome="war").high.max())
    drawn = np.array(told["bands"][0])
    own = war.isel(risk=1, cost=2)
    low = own.class_low.values.ravel()
    high = own.class_high.values.ravel()
    np.testing.assert_allclose(drawn[:, 1], np.maximum((high - low) * scale, 1.6), rtol=1e-4)
    np.testing.assert_allclose(drawn[:, 0], bottom - high * scale, rtol=1e-4)
    assert len(told["cells"][1]) == 12
    share = war.isel(risk=1).high.transpose("cost", "clarity").values.ravel()
    shades = np.minimum((share / float(found.dataset.sel(outcome="war").high.max()) * 64), 63)
    assert told["cells"][0] == [told["colours"][int(s)] for s in shades + 1e-9]


def test_what_cannot_be_a_page_is_refused(found, tmp_path):
    with pytest.raises(UnknownName, match="outcome"):
        found.explore(tmp_path / "out.html", "peace")
    with pytest.raises(GameError, match=r"must end in \.html"):
        found.explore(tmp_path / "out.txt")
    draws = {"x": np.linspace(0, 1, 5)}
    values = [np.full(5, 0.2)]
    with pytest.raises(NotApplicable, match="needs a grid"):
        Sweep(made_sample(draws=draws, low=values, high=values)).explore(tmp_path / "out.html")
    large = {"clarity": np.linspace(0, 1, 300), "risk": np.linspace(0, 1, 300)}
    with pytest.raises(NotApplicable, match=r"holds 600000 numbers.*outcomes='war'"):
        Sweep(made(over=large, spans=[[(0.1, 0.2)]] * 4)).explore(tmp_path / "out.html")
    assert not list(tmp_path.iterdir())
