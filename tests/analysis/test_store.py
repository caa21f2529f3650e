"""Sweeps that are stopped and go on: the same dataset, bit for bit."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

import numpy as np
import pytest

from crisisgames import GameError, Ladder, NotApplicable, PrivateDiplomacy, Sample, none, sweep
from crisisgames.analysis import blocks
from crisisgames.analysis.store import Store, _code

pytest.importorskip("zarr")

OVER = {"audience_cost": np.linspace(0.1, 0.9, 6), "risk": np.linspace(0.1, 0.9, 6)}

SCRIPT = """
import sys
import numpy as np
from crisisgames import Ladder, PrivateDiplomacy, none, sweep
from crisisgames.analysis import blocks
blocks.SMALLEST = 4
over = {"audience_cost": np.linspace(0.1, 0.9, 6), "risk": np.linspace(0.1, 0.9, 6)}
print("ready", flush=True)
sweep(Ladder(rungs=2), [none, PrivateDiplomacy()], over=over, store=sys.argv[1], workers=1)
"""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "SMALLEST", 4)


@cache
def whole():
    return sweep(Ladder(rungs=2), [none, PrivateDiplomacy()], over=OVER)


def stored(path):
    return sweep(Ladder(rungs=2), [none, PrivateDiplomacy()], over=OVER, store=path)


def test_a_store_holds_the_same_dataset(tmp_path):
    found = stored(tmp_path / "sweep.zarr")
    assert found.dataset.load().identical(whole().dataset)
    again = stored(tmp_path / "sweep.zarr")  # nothing left to do
    assert again.dataset.load().identical(found.dataset)
    assert found.explain() == whole().explain()


def test_a_failure_in_the_middle_loses_nothing(tmp_path, monkeypatch):
    put, count = Store.put, []

    def full(self, block, solved):
        if len(count) == 5:
            raise OSError(28, "No space left on device")
        count.append(block)
        put(self, block, solved)

    monkeypatch.setattr(Store, "put", full)
    with pytest.raises(OSError, match="No space left"):
        stored(tmp_path / "sweep.zarr")
    monkeypatch.undo()
    monkeypatch.setattr(blocks, "SMALLEST", 4)
    solved = []
    real = blocks.solve_block
    monkeypatch.setattr(
        blocks,
        "solve_block",
        lambda task, block, until: (solved.append(block), real(task, block, until))[1],
    )
    found = stored(tmp_path / "sweep.zarr")
    assert not set(solved) & set(count)
    assert found.dataset.load().identical(whole().dataset)


def test_a_line_of_the_journal_that_was_cut_off_is_done_again(tmp_path):
    stored(tmp_path / "sweep.zarr")
    journal = tmp_path / "sweep.zarr.journal"
    text = journal.read_bytes()
    journal.write_bytes(text[:-20])
    assert stored(tmp_path / "sweep.zarr").dataset.load().identical(whole().dataset)
    assert sorted(journal.read_bytes().splitlines()) == sorted(text.splitlines())


def test_killed_at_random_and_resumed(tmp_path):
    path, rng = tmp_path / "sweep.zarr", random.Random(4)
    killed = 0
    for _ in range(2):
        run = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert run.stdout.readline() == "ready\n"
        journal = Path(f"{path}.journal")
        end = time.monotonic() + 60
        before = len(journal.read_bytes().splitlines()) if journal.exists() else 0
        wanted = before + rng.randint(1, 8)
        while run.poll() is None and time.monotonic() < end:
            if journal.exists() and len(journal.read_bytes().splitlines()) >= wanted:
                break
            time.sleep(0.002)
        if run.poll() is None:
            os.kill(run.pid, signal.SIGKILL)
            killed += 1
        run.wait()
        run.stdout.close()
    assert killed
    assert stored(path).dataset.load().identical(whole().dataset)


def test_a_time_limit_leaves_blocks_for_the_next_call(tmp_path):
    crisis, path = Ladder(rungs=2), tmp_path / "sweep.zarr"
    sweep(crisis, over=OVER, store=path, time_limit=1e-6)
    lines = Path(f"{path}.journal").read_text().splitlines()
    assert len(lines) == 1  # nothing that was cut short is taken for done
    assert sweep(crisis, over=OVER, store=path).dataset.complete.all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"crisis": Ladder(rungs=2, ideology=0.1)}, "crisis is Ladder"),
        ({"over": {"audience_cost": [0.2, 0.3]}}, r"'audience_cost' is 1 values from 0\.2"),
        ({"concept": "nash"}, "concept is sequential there and nash here"),
        ({"rule": "most war"}, "selection rule is least war there and most war here"),
        ({"mechanisms": [none, PrivateDiplomacy()]}, "mechanism 'private diplomacy' is nothing"),
        ({"outcomes": ["war"]}, "outcomes is war, war:deliberate"),
    ],
)
def test_a_store_of_another_sweep_is_refused(tmp_path, changes, words):
    path = tmp_path / "sweep.zarr"
    own = {"crisis": Ladder(rungs=2), "over": {"audience_cost": [0.2]}}
    sweep(**own, store=path)
    with pytest.raises(GameError, match=words) as error:
        sweep(**{**own, **changes}, store=path)
    assert "Give another path, or delete that store" in str(error.value)


def test_what_is_no_store_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(GameError, match="is no store of a sweep"):
        stored(tmp_path / "mine")
    assert list((tmp_path / "mine").iterdir()) == []
    with pytest.raises(NotApplicable, match="lazy=True computes nothing yet"):
        sweep(Ladder(rungs=2), over=OVER, store=tmp_path / "x", lazy=True)


def test_datasets_go_to_netcdf_and_back(tmp_path):
    import xarray as xr

    found = whole().dataset
    found.to_netcdf(tmp_path / "sweep.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "sweep.nc", engine="scipy") as back:
        for name in found.data_vars:
            assert (back[name].values == found[name].values).all() or np.array_equal(
                back[name].values, found[name].values, equal_nan=True
            )
        assert back.attrs == found.attrs


def test_samples_go_to_a_store(tmp_path):
    sample = Sample({"audience_cost": (0.1, 0.9), "risk": (0.1, 0.9)}, n=40, seed=5)
    here = sweep(Ladder(rungs=2), over=sample)
    there = sweep(Ladder(rungs=2), over=sample, store=tmp_path / "sample.zarr")
    assert there.dataset.load().identical(here.dataset)


def test_a_rule_with_a_function_within_is_told_by_what_it_does():
    def mildest(found):
        return min(found, key=lambda e: e.outcomes["war:deliberate"])

    def worst(found):
        return max(found, key=lambda e: e.outcomes["war:deliberate"])

    # As in another process, where all of it is elsewhere in memory.
    code = mildest.__code__
    inner = [c.replace() if isinstance(c, CodeType) else c for c in code.co_consts]
    again = FunctionType(code.replace(co_consts=tuple(inner)), globals(), "mildest")
    again.__qualname__ = mildest.__qualname__
    assert _code(again) == _code(mildest)
    assert _code(worst).partition("digest")[2] != _code(mildest).partition("digest")[2]
