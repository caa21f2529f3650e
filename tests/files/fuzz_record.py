"""Reads 10,000 mutated files once and records what came of them.

Run it from the top of the checkout: ``python tests/files/fuzz_record.py``.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from hostile import mutation, result

SEED, FILES, SAMPLE = 1, 10_000, 60
RECORD = Path(__file__).parents[1] / "data" / "hostile.json"


def record() -> dict[str, object]:
    """Return the counts of results, and the results of a sample; any crash is raised."""
    mark = Path(tempfile.gettempdir()) / "crisisgames-mark"
    found, slowest = [], 0.0
    for number in range(FILES):
        data = mutation(SEED, number, str(mark))
        start = time.perf_counter()
        try:
            found.append(result(data))
        except Exception:
            print(f"file {number}:", data[:2000], file=sys.stderr)
            raise
        slowest = max(slowest, time.perf_counter() - start)
    if mark.exists():
        raise SystemExit(f"a file has run code: {mark} exists")
    print(f"slowest file: {slowest:.2f} seconds")
    step = FILES // SAMPLE
    return {
        "seed": SEED,
        "files": FILES,
        "python": ".".join(map(str, sys.version_info[:2])),
        "results": dict(sorted(Counter(found).items())),
        "sample": {str(number): found[number] for number in range(0, FILES, step)},
    }


if __name__ == "__main__":
    RECORD.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
