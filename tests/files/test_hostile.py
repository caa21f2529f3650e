"""Files from strangers: whatever is in them, they load or are refused in one sentence."""

from __future__ import annotations

import json
import time
from pathlib import Path
from random import Random

import pytest
from fuzz_record import FILES, RECORD, SEED
from hostile import BOMBS, bases, mutated, mutation, result
from hypothesis import given, settings
from hypothesis import strategies as st

from crisisgames import GameError, from_toml, read_game, read_toml
from crisisgames.files import toml_games
from crisisgames.files.reading import MAX_BYTES

RECORDED = json.loads(RECORD.read_text())
HEAD = 'kind = "extensive-form game"\nplayers = ["A"]\nparameters.x = {}\n'


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**9))
def test_a_mutated_file_loads_or_is_refused(seed: int) -> None:
    rng = Random(seed)
    result(mutated(rng, rng.choice(bases()), "/nowhere/mark"))


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_loads_or_is_refused(words: str | bytes) -> None:
    result(words if isinstance(words, bytes) else words.encode("utf-8", "replace"))


def test_the_record_is_that_of_these_mutations() -> None:
    assert sum(RECORDED["results"].values()) == RECORDED["files"] == FILES
    assert set(RECORDED["results"]) == {"loads", "not TOML", "not UTF-8", "refused"}
    assert min(RECORDED["results"].values()) > 50
    assert RECORDED["seed"] == SEED
    assert len(RECORDED["sample"]) >= 50


def test_a_sample_of_the_record_comes_out_again() -> None:
    sample = dict(list(RECORDED["sample"].items())[::3])
    found = {number: result(mutation(SEED, int(number))) for number in sample}
    assert found == sample


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_bomb_goes_off(bomb: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    nodes = '[nodes.start]\nplayer = "A"\nactions = { go = "war" }\n[ends.war]\npayoffs = [0]\n'
    text = HEAD + nodes
    good = from_toml(text)
    assert good.players == ("A",)
    for place in ("[0]", '"war" }', '"A"\nactions', "{}\n"):
        tail = place.lstrip('[0]"war A{}')
        changed = text.replace(place, bomb.replace("{mark}", str(mark)) + tail, 1)
        assert result(changed.encode()) in ("loads", "not TOML", "refused")
    assert not mark.exists()


def chain(n: int) -> str:
    """A file whose nodes each lead to the next one twice: the tree has 2**n ends."""
    nodes = [
        f'[nodes.n{k}]\nplayer = "A"\nactions = {{ l = "n{k + 1}", r = "n{k + 1}" }}\n'
        for k in range(n)
    ]
    return f'{HEAD}start = "n0"\n' + "".join(nodes) + f"[ends.n{n}]\npayoffs = [0]\n"


def many_ends(n: int, payoff: str = "0") -> str:
    actions = ", ".join(f'a{k} = "e{k}"' for k in range(n))
    ends = "".join(f'[ends.e{k}]\npayoffs = ["{k} + {payoff}"]\n' for k in range(n))
    return f'{HEAD}[nodes.start]\nplayer = "A"\nactions = {{ {actions} }}\n{ends}'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (chain(40), "has more than 10000 nodes"),
        (chain(2000), "has more than 10000 nodes"),
        (many_ends(1000), "1000 ends and 1000 outcomes; allowed are 60000 for their product"),
        (many_ends(30, "max(x, x**2, 1/(x + 1))"), "arguments of functions; a file may have"),
        (many_ends(20, "x + " * 1000 + "x"), "characters and"),
        ("a" + ".a" * 50_000 + " = 1", "more than 10 parts joined by dots"),
        ('"a"' + '."a"' * 40_000 + " = 1", "more than 10 parts joined by dots"),
        ("a = " + "[" * 50_000 + "]" * 50_000, "nested too deep"),
        ("a = " + "[" * 20 + "]" * 20, "nested more than 12 deep"),
        ("a = " + "9" * 5000, "line 1: an integer has too many digits"),
        ("x" * (MAX_BYTES + 1), "allowed are 200000"),
        ('kind = "scenario"\ncrisis = { kind = "ladder", rungs = 1000000 }', "up to 30"),
        (
            'kind = "scenario"\ntitle = ""\ncrisis = { kind = "incident", channels = ['
            + "{}, " * 6
            + "] }",
            "there are 6 entries; allowed are 5",
        ),
        (
            'kind = "normal-form game"\npayoffs = {}\n[actions]\n'
            + "".join(f"p{i} = {json.dumps([str(k) for k in range(40)])}\n" for i in range(9)),
            "more than 2000 cells",
        ),
    ],
    ids=range(14),
)
def test_work_is_bounded_before_it_is_done(text: str, words: str) -> None:
    start = time.process_time()
    with pytest.raises(GameError, match=words):
        from_toml(text)
    assert time.process_time() - start < 20  # nothing near what the work would have taken


def test_the_largest_tree_still_loads() -> None:
    assert 2**12 < toml_games.MAX_NODES < 2**14
    assert len(from_toml(chain(9)).compiled.ends) == 512


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bytes.toml").write_bytes(b"kind = 1\ntitle = '\xff'")
    (tmp_path / "large.toml").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "other.toml").write_text('kind = "play"')
    for name, words in {
        "none.toml": "there is no such file",
        "": "that is a folder",
        "bytes.toml": "bytes.toml, line 2: byte 0xff is not UTF-8",
        "large.toml": "more than 200000 bytes; allowed are 200000",
        "other.toml": "other.toml, line 1, kind: found 'play'; allowed are 'extensive-form game'",
        "null\0.toml": "cannot be read",
    }.items():
        with pytest.raises(GameError, match=words):
            read_toml(tmp_path / name)
    with pytest.raises(GameError, match=r"other\.toml, line 1"):
        read_game(tmp_path / "other.toml")
