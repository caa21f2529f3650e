"""The limits in seconds that the project sets itself, in fresh processes: imports count."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

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

LIMITS = (
    Limit("import crisisgames", 1.5, ("-c", "import crisisgames")),
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


def run(*, as_json: bool) -> int:
    """Print a line for each limit, or JSON; return 1 if a limit is broken."""
    rows = []
    for limit in LIMITS:
        rows.append(measure(limit))
        if not as_json:
            row = rows[-1]
            verdict = "kept" if row["kept"] else "BROKEN"
            print(f"{limit.name:45} {row['taken']:8.2f} s of {limit.seconds:5.1f} s  {verdict}")
    if as_json:
        print(json.dumps(rows, indent=1))
    return 0 if all(row["kept"] for row in rows) else 1
