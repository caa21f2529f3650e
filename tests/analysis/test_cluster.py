"""Sweeps on a real cluster of two processes on this machine."""

from __future__ import annotations

import os
import signal
import warnings

import numpy as np
import pytest

from crisisgames import Ladder, PrivateDiplomacy, none, sweep
from crisisgames.analysis import blocks, sweeping

distributed = pytest.importorskip("distributed")

OVER = {"audience_cost": np.linspace(0.1, 0.9, 10), "risk": np.linspace(0.1, 0.9, 10)}


@pytest.fixture(scope="module")
def client():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        )
        with cluster, distributed.Client(cluster) as found:
            yield found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_killed_in_the_middle_changes_nothing(client, monkeypatch):
    monkeypatch.setattr(blocks, "SMALLEST", 4)
    monkeypatch.setattr(blocks, "FEWEST", 16)  # many blocks, so that some are left to do again
    args = (Ladder(rungs=2), [none, PrivateDiplomacy()])
    pids = list(client.run(os.getpid).values())
    real, done = blocks.on_cluster, []

    def watched(*given):
        for result in real(*given):
            if len(done) == 5:
                os.kill(pids[0], signal.SIGKILL)
            done.append(result)
            yield result

    monkeypatch.setattr(sweeping, "on_cluster", watched)
    there = sweep(*args, over=OVER)  # the current client
    assert len(done) == len({b for b, _ in done}) > 20
    monkeypatch.setattr(sweeping, "current_client", lambda: None)
    here = sweep(*args, over=OVER)
    assert there.dataset.identical(here.dataset)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_lazy_arrays_are_computed_by_the_cluster(client, monkeypatch):
    monkeypatch.setattr(blocks, "SMALLEST", 25)
    later = sweep(Ladder(rungs=2), over=OVER, lazy=True).dataset
    assert later.low.chunks is not None
    monkeypatch.setattr(sweeping, "current_client", lambda: None)
    here = sweep(Ladder(rungs=2), over=OVER).dataset
    got = later.compute().isel({"class": slice(here.sizes["class"])})
    for name in here.data_vars:
        assert got[name].identical(here[name])
