"""``python -m benchmarks WHAT``: measure, and compare with what is promised.

``limits``: the limits in seconds that the project sets itself. ``engine``: all equilibria and
quantal response against Gambit, nashpy and QuantEcon, on the same games in the same run; it needs
``pip install -c constraints.txt -e ".[bench]"`` and some ten minutes. ``sweeps``: millions of
points, beside a loop over Gambit; memory, cores, and work that is killed; some twenty minutes.

The exit status is 1 if a limit is broken, a target missed, or a result differs from a peer's.
"""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    """Print the table, or JSON."""
    # Here and not above, because the processes of peers import this module too.
    from benchmarks import engine, limits, sweeps

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=["limits", "engine", "sweeps"])
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument(
        "--limit",
        type=float,
        default=engine.LIMIT,
        metavar="SECONDS",
        help="engine: what a peer may take for one game (%(default)g)",
    )
    parser.add_argument("--only", default="", metavar="TEXT", help="engine: cases named with TEXT")
    parser.add_argument("--quick", action="store_true", help="sweeps: a twentieth of the points")
    given = parser.parse_args()
    if given.what == "limits":
        return limits.run(as_json=given.json)
    if given.what == "sweeps":
        return sweeps.run(as_json=given.json, quick=given.quick)
    return engine.run(as_json=given.json, limit=given.limit, only=given.only)


if __name__ == "__main__":
    sys.exit(main())
