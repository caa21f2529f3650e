"""Sweeps: millions of games, beside a loop over a peer; memory, cores, and work that is killed.

Every measurement runs in a fresh process, so that memory is its own. Seconds of a sweep are those
of the call, kernels compiled before. ``--quick`` takes a twentieth of the points, and then nothing
is said about targets.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine import TOTAL, heading, pennies, problem
from benchmarks.peers import PEERS, Peer, ask
from crisisgames import (
    Channel,
    Incident,
    JointWorkingGroup,
    Ladder,
    Principles,
    RulesOfBehaviour,
    Sample,
    none,
    solve,
    sweep,
)

__all__ = ["Row", "run"]

BOX = {"clarity": (0.02, 0.98), "suspicion": (0.02, 0.98), "accident_rate": (0.02, 0.98)}

MECHANISMS = (none, JointWorkingGroup(), RulesOfBehaviour(), Principles())

WARM = 400
"""Points of the sweep before the one that is timed: compiles kernels, grows patterns."""

REPEATS = 5

LARGE = 1_000_000
"""Points beyond which a sweep is timed once."""

PEER_GAMES = 60
"""Points that the peer gets; it solves them one by one."""

SAME = 1e-6


@dataclass(frozen=True)
class Row:
    """One measure; `target` says what is promised, if anything is, `kept` whether that holds."""

    name: str
    value: float
    unit: str
    target: str = ""
    kept: bool | None = None
    note: str = ""
    cores: int = os.cpu_count() or 1


# --- what is timed, each in a process of its own ------------------------------------------------


def incident(n: int, workers: int | None = None) -> dict[str, float]:
    """Return seconds and megabytes of a sweep of the incident without a channel."""
    crisis = Incident()
    sweep(crisis, over=Sample(BOX, WARM, 1), workers=workers)
    return timed(lambda: sweep(crisis, over=Sample(BOX, n, 2), workers=workers))


def channel(n: int) -> dict[str, float]:
    """Return seconds and megabytes of a sweep with a channel, under four mechanisms."""
    crisis = Incident(channels=(Channel(),))
    sweep(crisis, MECHANISMS, over=Sample(BOX, WARM, 1))
    return timed(lambda: sweep(crisis, MECHANISMS, over=Sample(BOX, n, 2)))


def quantal(n: int) -> dict[str, float]:
    """Return seconds and megabytes of quantal response on the ladder with three rungs."""
    box = {"ideology": (0.02, 0.6), "audience_cost": (0.1, 0.6)}
    sweep(Ladder(rungs=3), over=Sample(box, 50, 1), concept="qre")
    return timed(lambda: sweep(Ladder(rungs=3), over=Sample(box, n, 2), concept="qre"))


def per_point(sizes: list[int]) -> dict[str, float]:
    """Return the least seconds per point of sweeps of several sizes, taken by turns."""
    crisis = Incident()
    sweep(crisis, over=Sample(BOX, WARM, 1))
    best: dict[str, float] = {}
    for repeat in range(REPEATS):
        for n in sizes:
            if repeat and n > LARGE:
                continue  # minutes each; nothing is promised there
            start = time.perf_counter()
            sweep(crisis, over=Sample(BOX, n, 2))
            spent = (time.perf_counter() - start) / n
            best[str(n)] = min(best.get(str(n), np.inf), spent)
    return best


def on_cores(n: int) -> dict[str, float]:
    """Return the least seconds on one core and on two, taken by turns."""
    crisis = Incident()
    sweep(crisis, over=Sample(BOX, WARM, 1))
    best = {"1": np.inf, "2": np.inf}
    for _ in range(REPEATS):
        for workers in (1, 2):
            start = time.perf_counter()
            sweep(crisis, over=Sample(BOX, n, 2), workers=workers)
            best[str(workers)] = min(best[str(workers)], time.perf_counter() - start)
    return best


def floor(n: int) -> dict[str, float]:
    """Return the seconds of evaluating payoffs and probabilities alone, on one core."""
    compiled, drawn = Incident().game().compiled, Sample(BOX, n, 2).draw()
    best, step = np.inf, 2_500
    for _ in range(3):
        start = time.perf_counter()
        for k in range(0, n, step):
            compiled.floats({p: v[k : k + step] for p, v in drawn.items()})
        best = min(best, time.perf_counter() - start)
    return {"seconds": best}


def timed(call: Callable[[], Any]) -> dict[str, float]:
    """Return seconds, the peak of memory in megabytes, and the share of points that is complete."""
    start = time.perf_counter()
    found = call()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "megabytes": peak,
        "complete": float(found.dataset.complete.mean()),
    }


def apart(function: Callable[..., dict[str, float]], *args: Any) -> dict[str, float]:
    """Call a function in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(function, args)


# --- killed and resumed -------------------------------------------------------------------------

STORED = """
import sys
from benchmarks.sweeps import stored
stored(sys.argv[1])
"""


def stored(path: str | None) -> Any:
    """Sweep the incident into a store, in small blocks."""
    from crisisgames.analysis import blocks

    blocks.LARGEST = 250
    over = {"clarity": np.linspace(0.02, 0.98, 150), "suspicion": np.linspace(0.02, 0.98, 150)}
    return sweep(Incident(), [none, RulesOfBehaviour()], over=over, store=path)


def killed(times: int) -> tuple[int, bool]:
    """Kill a sweep at random moments; return how often, and whether nothing was lost."""
    rng = random.Random(7)
    folder = Path(tempfile.mkdtemp())
    path, count = folder / "sweep.zarr", 0
    journal = folder / "sweep.zarr.journal"
    try:
        while count < times:
            process = subprocess.Popen([sys.executable, "-c", STORED, str(path)])
            # Past the start, within what is left to do.
            lines = len(journal.read_bytes().splitlines()) if journal.exists() else 0
            wanted = lines + rng.randint(0, 6)
            while process.poll() is None:
                if journal.exists() and len(journal.read_bytes().splitlines()) > wanted:
                    break
                time.sleep(0.001)
            time.sleep(rng.uniform(0, 0.05))
            if process.poll() is None:
                process.kill()
                count += 1
            elif process.returncode == 0:  # done before it could be killed: begin again
                shutil.rmtree(path)
                journal.unlink()
            process.wait()
        found = stored(str(path)).dataset.load()
        return count, bool(found.identical(stored(None).dataset))
    finally:
        shutil.rmtree(folder)


# --- rows ---------------------------------------------------------------------------------------


def rows(*, quick: bool) -> Iterator[Row]:
    """Yield every measure."""
    less = 20 if quick else 1

    def row(name: str, value: float, unit: str, target: str, kept: bool, note: str = "") -> Row:
        return Row(name, value, unit, "" if quick else target, None if quick else kept, note)

    n = 1_000_000 // less
    found = apart(incident, n)
    seconds, complete = found["seconds"], f"complete at {found['complete']:.4%} of points"
    name = f"incident without channel, {n:,} points"
    yield row(f"{name}: time", seconds, "s", "under 60 s", seconds < 60, complete)
    memory = found["megabytes"]
    yield row(f"{name}: memory", memory, "MiB", "under 2 GiB", memory < 2048)
    each = apart(floor, n)["seconds"] / n
    ratio = seconds * (os.cpu_count() or 1) / n / each
    yield Row(
        "times of the floor", ratio, "x", note=f"payoffs alone: {each * 1e6:.2g} µs on a core"
    )
    for peer in PEERS.values():
        yield from beside_a_peer(peer, seconds / n, row)

    n = 100_000 // less
    found = apart(channel, n)
    note = f"complete at {found['complete']:.4%} of points; {found['megabytes']:.0f} MiB"
    name = f"incident with a channel, {n:,} points, {len(MECHANISMS)} mechanisms"
    yield row(name, found["seconds"], "s", "under 600 s", found["seconds"] < 600, note)
    n = 10_000 // less
    found = apart(quantal, n)
    name = f"quantal response, ladder with 3 rungs, {n:,} points"
    yield row(name, found["seconds"], "s", "under 60 s", found["seconds"] < 60)

    sizes = [10**k for k in range(2, 6 if quick else 8)]
    costs = apart(per_point, sizes)
    for size in sizes:
        yield Row(f"per point of {size:,}", costs[str(size)] * 1e6, "µs")
    if not quick:
        spread = [costs[str(10**k)] for k in (4, 5, 6)]
        wide = max(spread) / min(spread) - 1
        yield row("spread from 10⁴ to 10⁶", 100 * wide, "%", "within 20 %", wide <= 0.2)
    both = apart(on_cores, 200_000 // less)
    gain = both["1"] / both["2"]
    yield row("two cores against one", gain, "x", "1.7 x", gain >= 1.7, f"best of {REPEATS}")
    times, same = killed(20 // less + 2 * quick)
    yield Row("killed and resumed", times, "times", "the identical dataset", same)


def beside_a_peer(peer: Peer, ours: float, row: Callable[..., Row]) -> Iterator[Row]:
    """Yield how many times faster than a loop over a peer; a target is set for `enumpoly_solve`."""
    if not peer.installed:
        print(f"{peer.package} is not installed: nothing to compare with", file=sys.stderr)
        return
    drawn = Sample(BOX, PEER_GAMES, 2).draw()
    game = Incident().game()
    points = [game.at(**{n: v[k].item() for n, v in drawn.items()}) for k in range(PEER_GAMES)]
    answers, _ = ask(
        peer,
        problem(pennies(), normal=peer.normal),
        [problem(p, normal=peer.normal) for p in points],
        60,
        TOTAL,
    )
    if not answers:
        print(f"{peer.title} solved no game in time", file=sys.stderr)
        return
    theirs = float(np.mean([a.seconds for a in answers]))
    war = sweep(Incident(), over=Sample(BOX, PEER_GAMES, 2)).dataset.sel(mechanism="none")
    wrong = 0
    for k, answer in enumerate(answers):
        low, high = solve(points[k], "nash").bounds("war")
        own = war.isel(draw=k).sel(outcome="war")
        for found in answer.found:
            their = sum(p for o, p in found.values.items() if o.startswith("war"))
            wrong += not low - SAME <= their <= high + SAME
            if found.everywhere:
                wrong += not own.low - SAME <= their <= own.high + SAME
    note = f"{len(answers)} games, {theirs * 1e3:.3g} ms each; "
    note += "all that it found is ours" if not wrong else f"{wrong} of its equilibria are not ours"
    ratio, name = theirs / ours, f"against a loop over {peer.title}"
    if peer is PEERS["enumpoly_solve"]:
        yield row(name, ratio, "x", "1,000 x", ratio >= 1000, note)
    else:
        yield Row(name, ratio, "x", note=note)


def run(*, as_json: bool, quick: bool = False) -> int:
    """Print a line for each measure, or JSON; return 1 if a target is missed."""
    if not as_json:
        print(heading().partition("\n")[0] + "\n")
    done = []
    for row in rows(quick=quick):
        done.append(row)
        if not as_json:
            target = f"  [{row.target}: {'kept' if row.kept else 'MISSED'}]" if row.target else ""
            print(f"{row.name:62} {row.value:10.4g} {row.unit:5}{target}", flush=True)
            if row.note:
                print(f"    {row.note}", flush=True)
    if as_json:
        print(json.dumps([asdict(row) for row in done], indent=1))
    return 1 if any(row.kept is False for row in done) else 0
