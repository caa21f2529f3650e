"""Ask Gambit for the equilibria of the trees in `gambit_games` and write them down.

    PYTHONPATH=tests python tests/cross/record_gambit.py

It needs pygambit; the answers are in ``tests/data/gambit.json``. What is asked for:

* ``extreme``: all extreme Nash equilibria, in rationals (``enummixed_solve``), written as
  probabilities of actions, a row for each information set in the order of the file;
* ``polynomial``: isolated Nash equilibria by supports (``enumpoly_solve``), on some generic trees;
* ``logit``: the limit of the principal branch of agent quantal response equilibria
  (``logit_solve``), on some generic trees.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from gambit_games import RECORD, digest, games

from crisisgames import ExtensiveFormGame
from crisisgames.files import to_efg

SOME = 60
"""Generic trees that the slower methods, in floating point, are tried on."""

DIGITS = 12

REGRET = 1e-11
"""What Gambit may leave a player to gain, of the payoffs' range: well below what is compared."""


def answers(game: ExtensiveFormGame, *, extreme: bool = True, floats: bool) -> dict[str, Any]:
    """Return Gambit's answers about one game, read from the text of its file."""
    import pygambit  # an extra: pytest looks at this file without it

    theirs = pygambit.read_efg(io.StringIO(to_efg(game)))
    found: dict[str, Any] = {"digest": digest(game)}
    if extreme:
        exact = pygambit.nash.enummixed_solve(theirs).equilibria
        found["extreme"] = distinct(rows(e.as_behavior(), game, exactly=True) for e in exact)
    if floats:
        isolated = pygambit.nash.enumpoly_solve(theirs, maxregret=REGRET).equilibria
        found["polynomial"] = distinct(rows(e, game) for e in isolated)
        answer = pygambit.nash.logit_solve(theirs, maxregret=REGRET)
        # One where it came to an end, by its name in 17 or by the one before.
        limits = [answer.equilibrium] if hasattr(answer, "equilibrium") else answer.equilibria
        found["logit"] = [rows(e, game) for e in limits if e is not None]
    return found


def rows(profile: Any, game: ExtensiveFormGame, *, exactly: bool = False) -> list[list[Any]]:
    """Return a behaviour profile as one list of probabilities for each player."""

    def number(p: Any) -> Any:
        return str(Fraction(str(p))) if exactly else round(float(p), DIGITS)

    return [[number(p) for _, row in profile[player] for _, p in row] for player in game.players]


def distinct(profiles: Iterable[list[list[Any]]]) -> list[list[list[Any]]]:
    return [json.loads(text) for text in dict.fromkeys(map(json.dumps, profiles))]


def main() -> None:
    import pygambit

    record: dict[str, Any] = {"gambit": pygambit.__version__, "games": {}}
    floats = 0
    for name, game in games():
        generic = name.startswith("random") and floats < SOME
        floats += generic
        record["games"][name] = answers(game, floats=generic)
    lines = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in record["games"].items()]
    body = ",\n".join(lines)
    RECORD.write_text(f'{{"gambit": {json.dumps(record["gambit"])}, "games": {{\n{body}\n}}}}\n')


if __name__ == "__main__":
    main()
