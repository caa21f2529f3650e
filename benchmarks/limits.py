"""The limits in seconds that the project sets itself.

Commands run in fresh processes: imports count. The results of published models are called in this
one, once to warm up and then several times.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial

__all__ = ["LIMITS", "Limit", "run"]

REPEATS = 3


@dataclass(frozen=True)
class Limit:
    """A command and the seconds that it may take."""

    name: str
    seconds: float
    command: tuple[str, ...]


SIGNALING = """
import sys; sys.path.insert(0, "tests")
from random import Random
from generators import random_signaling
from crisisgames import solve
assert solve(random_signaling(Random(7), 3, 3, 3)).complete
"""

FRONTIER = """
from random import Random
from crisisgames import Dispute, frontier
draw = Random(12)
win = [[draw.randint(0, 20) / 20 for _ in range(5)] for _ in range(5)]
cost = [[draw.randint(0, 8) / 20 for _ in range(5)] for _ in range(2)]
war = ([[win[i][j] - cost[0][i] for j in range(5)] for i in range(5)],
       [[1 - win[i][j] - cost[1][j] for j in range(5)] for i in range(5)])
assert len(frontier(Dispute.independent([0.2] * 5, [0.2] * 5, war)).levels) == 3
"""

ROBUSTNESS = """
from crisisgames import Hotline, Incident, none, robustness
box = {"suspicion": (0.3, 0.7), "clarity": (0.1, 0.6), "gain": (0.5, 1.5), "disaster": (3, 8)}
claim = "P(war) under hotline (theatre) < P(war)"
robustness(claim, Incident(), [none, Hotline("theatre")], box, draws=10_000)
"""

LIMITS = (
    Limit("import crisisgames", 1.5, ("-c", "import crisisgames")),
    # The package imports itself only; this is what the first solution waits for.
    Limit("import Incident and solve", 1.5, ("-c", "from crisisgames import Incident, solve")),
    Limit(
        "crisisgames compare south-china-sea",
        15,
        ("-m", "crisisgames", "compare", "south-china-sea", "--json"),
    ),
    Limit(
        "crisisgames compare korea-decapitation",
        15,
        ("-m", "crisisgames", "compare", "korea-decapitation", "--json"),
    ),
    Limit("a 3x3x3 signaling game, all equilibria", 5, ("-c", SIGNALING)),
    Limit("the frontier of a dispute of 5x5 types", 5, ("-c", FRONTIER)),
    Limit("a claim about a hotline at 10,000 draws", 60, ("-c", ROBUSTNESS)),
)


def measure(limit: Limit) -> dict[str, object]:
    """Run a limit's command several times; report the median."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        command = [sys.executable, *limit.command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    taken = statistics.median(times)
    return {
        **asdict(limit),
        "command": " ".join(limit.command[:2]),
        "taken": round(taken, 3),
        "kept": taken <= limit.seconds,
    }


RESULTS, CALLS = 0.05, 20
"""Seconds that the results of a published model may take, and how often they are timed."""


def measure_model(slug: str) -> dict[str, object]:
    """Time the results of each case of a model at its defaults; report the slowest."""
    from crisisgames import literature

    model = literature.get(slug)
    medians = {}
    for case in model.cases:
        model.results(case)
        times = []
        for _ in range(CALLS):
            start = time.perf_counter()
            model.results(case)
            times.append(time.perf_counter() - start)
        medians[case] = statistics.median(times)
    slowest = max(medians, key=medians.__getitem__)
    taken = medians[slowest]
    return {
        "name": f"results of {slug}",
        "seconds": RESULTS,
        "command": f"results({slowest!r})",
        "taken": round(taken, 6),
        "kept": taken <= RESULTS,
    }


def run(*, as_json: bool) -> int:
    """Print a line for each limit, or JSON; return 1 if a limit is broken."""
    from crisisgames.literature import SLUGS

    rows = []
    measures = [partial(measure, limit) for limit in LIMITS]
    for one in (*measures, *(partial(measure_model, slug) for slug in SLUGS)):
        rows.append(one())
        if not as_json:
            row = rows[-1]
            verdict = "kept" if row["kept"] else "BROKEN"
            print(f"{row['name']:58} {row['taken']:9.4f} s of {row['seconds']:5.2f} s  {verdict}")
    if as_json:
        print(json.dumps(rows, indent=1))
    return 0 if all(row["kept"] for row in rows) else 1
