"""All equilibria and quantal response, ours against the peers': seconds per game, ratio, agreement.

Ours is timed at the stricter task: all sequential equilibria, with beliefs. Peers look for Nash
equilibria. They are compared with our Nash equilibria, found by the same code, and as far as theory
allows with the sequential ones: see `differences`.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.games import drawn, escalation, open_signaling, pennies, problem
from benchmarks.peers import PEERS, Answer, Found, ask, best_of, payoff
from crisisgames import (
    Channel,
    EquilibriumBatch,
    EquilibriumSet,
    ExtensiveFormGame,
    Incident,
    Ladder,
    SignalingGame,
    solve,
    solve_many,
)
from crisisgames.equilibria.qre_batch import LogitBranches, logit_branches

__all__ = ["LIMIT", "Row", "differences", "run"]

LIMIT = 6.0
"""Seconds that a peer may take for one game, unless another limit is given."""

PATIENCE = 20.0
"""Where a target is that a peer does not finish, it gets so many times the limit."""

TOTAL = 8.0
"""Seconds after which a peer gets no further game of a case."""

KNIFE_EDGES = (0, 40)
"""Audience costs, in hundredths, at which Escalation-1 has a continuum of equilibria."""

SAME = 1e-6
"""Largest difference, in probability or utils, between results that count as equal."""

EXACT = 1e-9
"""The same between our own results in floating point and exactly, and for certificates."""

NASH = ("enumpoly_solve", "enummixed_solve: exact")
TABLES = ("support_enumeration", "support_enumeration: compiled")
LOGIT = ("logit_solve: maxregret 3e-9",)


@dataclass(frozen=True)
class Row:
    """One case against one peer. Seconds are per game.

    Attributes
    ----------
    ratio : float
        `peer_s` over `ours_s`; where the peer did not finish, both are lower bounds.
    finished : bool
        Whether the peer solved every game that it was given within its limit.
    equal : bool or None
        Whether all comparisons agree; None if nothing could be compared.
    compared : str
        What was compared, and on how many games.
    target : str
        What is promised, if anything is, and whether it is kept.
    """

    name: str
    peer: str
    ours_s: float
    peer_s: float
    ratio: float
    finished: bool
    equal: bool | None
    compared: str
    target: str = ""
    kept: bool | None = None
    cores: int = os.cpu_count() or 1


Compared = tuple[list[str], bool]
"""In what ours contradicts a peer, and whether the peer missed anything."""


@dataclass(frozen=True)
class Case:
    """Games to solve, and against whom.

    Attributes
    ----------
    solve : callable
        Solves all games; timed as a whole, and divided by `count`.
    game : callable
        Returns one of the games, at its values.
    shown : tuple of int
        The games that peers get, by their places.
    compare : callable
        Compares, at a place, the result of `solve` with a peer's answer. The last argument tells
        whether the peer is meant to return all extreme equilibria.
    targets : mapping
        For a peer the least ratio.
    under : float, optional
        The most seconds that ours may take.
    patience : float
        How many times the usual limit peers get.
    """

    name: str
    solve: Callable[[], Any]
    count: int
    game: Callable[[int], ExtensiveFormGame]
    shown: Sequence[int]
    peers: Sequence[str]
    compare: Callable[[int, Any, Answer, bool], Compared]
    targets: Mapping[str, float] = field(default_factory=dict)
    under: float | None = None
    patience: float = 1.0


# --- comparing ----------------------------------------------------------------------------------

Ranges = list[dict[str, tuple[float, float]]]


def classes(found: EquilibriumSet) -> Ranges:
    """Return for each class the ranges of outcome probabilities and payoffs."""
    return [
        {label(o): (float(a), float(b)) for o, (a, b) in c.outcomes.items()}
        | {payoff(p): (float(a), float(b)) for p, (a, b) in c.payoffs.items()}
        for c in found.classes
    ]


def label(outcome: Any) -> str:
    """Return an outcome as game files name it."""
    return outcome if isinstance(outcome, str) else ", ".join(outcome)


def within(values: Mapping[str, float], ranges: Ranges) -> bool:
    """Tell whether an equilibrium leads to what one of the classes leads to."""
    return any(
        all(low - SAME <= values.get(k, 0.0) <= high + SAME for k, (low, high) in own.items())
        for own in ranges
    )


def differences(
    sequential: EquilibriumSet, nash: EquilibriumSet, found: Sequence[Found], complete: bool
) -> Compared:
    """Return in what our equilibria contradict those that a peer found, and whether it missed any.

    Its Nash equilibria must lie in our Nash classes, those in which play reaches every information
    set in our sequential ones, and ours must pass the certificate. A peer that returns all extreme
    equilibria must moreover have our bounds of every outcome and payoff, and every outcome of ours
    that stands alone. Other peers may miss such outcomes.
    """
    wrong = []
    mine, strict = classes(nash), classes(sequential)
    if not (sequential.complete and nash.complete):
        wrong.append("ours is not complete")
    if max(sequential.certificate, nash.certificate) > EXACT:
        wrong.append("ours fails its certificate")
    if not all(within(f.values, mine) for f in found):
        wrong.append("a Nash equilibrium of the peer is not ours")
    if not all(within(f.values, strict) for f in found if f.everywhere):
        wrong.append("a sequential equilibrium of the peer is not ours")
    if not all(within({k: sum(v) / 2 for k, v in own.items()}, mine) for own in points(strict)):
        wrong.append("a sequential equilibrium of ours is not among our Nash equilibria")
    missed = [own for own in points([*mine, *strict]) if not hit(own, found)]
    if complete and missed:
        wrong.append("an outcome of ours is not the peer's")
    if complete and not same_bounds(mine, found):
        wrong.append("bounds differ")
    return wrong, bool(missed)


def points(ranges: Ranges) -> Ranges:
    """Return the classes with a single outcome."""
    return [own for own in ranges if all(high - low <= SAME for low, high in own.values())]


def hit(own: Mapping[str, tuple[float, float]], found: Sequence[Found]) -> bool:
    return any(within(f.values, [dict(own)]) for f in found)


def same_bounds(ranges: Ranges, found: Sequence[Found]) -> bool:
    """Tell whether the smallest and largest of every value agree."""
    if not found or not ranges:
        return not found and not ranges
    for k in ranges[0]:
        low = min(own[k][0] for own in ranges)
        high = max(own[k][1] for own in ranges)
        theirs = [f.values.get(k, 0.0) for f in found]
        if abs(min(theirs) - low) > SAME or abs(max(theirs) - high) > SAME:
            return False
    return True


def one(game: ExtensiveFormGame, name: str, **rest: Any) -> Case:
    """Return the case of a single game, all equilibria."""

    def compare(_: int, found: EquilibriumSet, answer: Answer, complete: bool) -> Compared:
        return differences(found, solve(game, "nash"), answer.found, complete)

    return Case(name, lambda: solve(game), 1, lambda _: game, (0,), NASH, compare, **rest)


def many(
    game: ExtensiveFormGame | SignalingGame,
    values: Mapping[str, np.ndarray],
    name: str,
    shown: Sequence[int],
    peers: Sequence[str],
    *,
    several: Sequence[int] | None = None,
    **rest: Any,
) -> Case:
    """Return the case of a game at many parameter values, all equilibria.

    ``several``: the places at which, and only at which, there must be more than one.
    """

    @cache
    def exact(k: int) -> tuple[EquilibriumSet, EquilibriumSet]:
        point = game.at(**{n: v[k].item() for n, v in values.items()})
        return solve(point), solve(point, "nash")

    def compare(k: int, batch: EquilibriumBatch, answer: Answer, complete: bool) -> Compared:
        sequential, nash = exact(k)
        wrong, missed = differences(sequential, nash, answer.found, complete)
        for o in sequential.labels:
            pair = [float(bound[k]) for bound in batch.bounds([o])]
            if not np.allclose(pair, np.array(sequential.bounds([o]), float), atol=EXACT, rtol=0):
                wrong.append("the batch differs from the exact set")
        if several is not None and list(np.flatnonzero(batch.extremes > 1)) != list(several):
            wrong.append(f"not several equilibria at {several}, and only there")
        return wrong, missed

    def tree(k: int) -> ExtensiveFormGame:
        point = game.at(**{n: v[k].item() for n, v in values.items()})
        return point.to_extensive() if isinstance(point, SignalingGame) else point

    count = len(next(iter(values.values())))
    return Case(name, lambda: solve_many(game, values), count, tree, shown, peers, compare, **rest)


def logit(rungs: int, points: int, shown: int, **rest: Any) -> Case:
    """Return the case of ladders, quantal response, at random parameter values."""
    game = Ladder(rungs=rungs).game()
    rng = np.random.default_rng(rungs)
    values = {
        "ideology": rng.uniform(0, 0.6, points).round(3),
        "audience_cost": rng.uniform(0.1, 0.6, points).round(3),
    }

    def compare(k: int, batch: LogitBranches, answer: Answer, _: bool) -> Compared:
        (theirs,) = answer.found
        wrong = [] if batch.reached.flat[k] else ["ours did not reach its limit"]
        mine = dict(zip(game.outcomes, batch.outcome_probabilities[k], strict=True))
        if max(abs(q - theirs.values.get(o, 0.0)) for o, q in mine.items()) > SAME:
            wrong.append("limits differ")
        return wrong, False

    return Case(
        f"ladder with {rungs} rungs, quantal response, batch of {points:,}",
        lambda: logit_branches(game, values),
        points,
        lambda k: game.at(**{n: v[k].item() for n, v in values.items()}),
        range(shown),
        LOGIT,
        compare,
        **rest,
    )


# --- cases --------------------------------------------------------------------------------------


def cases() -> Iterator[Case]:
    """Yield everything that is measured."""
    small, larger = open_signaling(2, 2, 2), open_signaling(3, 3, 2)
    yield many(
        small,
        drawn(small, 10_000, 1),
        "2x2x2 signaling games, batch of 10,000",
        range(60),
        (*NASH, *TABLES),
        targets={NASH[0]: 1000, TABLES[0]: 300, TABLES[1]: 3},
    )
    yield many(larger, drawn(larger, 10, 2), "3x3x2 signaling games, batch of 10", range(10), NASH)
    first = escalation({"challenge": 0})
    second = escalation({"threat": 0, "mobilize": Fraction(1, 5)})
    yield one(first, "Escalation-1")
    yield one(second, "Escalation-2", under=1.0, patience=PATIENCE)
    yield many(
        first,
        {"audience_cost": np.arange(100) / 100},
        "Escalation-1, sweep of 100 points",
        KNIFE_EDGES + tuple(range(1, 100, 7)),
        NASH,
        several=KNIFE_EDGES,
        targets={NASH[1]: 20},
    )
    yield many(
        first,
        {"audience_cost": np.arange(10_000) / 10_000},
        "Escalation-1, sweep of 10,000 points",
        tuple(100 * k for k in KNIFE_EDGES) + tuple(range(100, 10_000, 700)),
        NASH[1:],
        several=tuple(100 * k for k in KNIFE_EDGES),
    )
    yield one(Incident(channels=(Channel(),)).game(), "incident with a channel")
    for rungs in range(2, 7):
        yield one(Ladder(rungs=rungs).game(), f"ladder with {rungs} rungs")
    for rungs in range(2, 7):
        targets = {LOGIT[0]: 200} if rungs == 4 else {}
        yield logit(rungs, 1000 if rungs < 5 else 100, 20, targets=targets)


# --- measuring ----------------------------------------------------------------------------------


def measure(case: Case, limit: float) -> Iterator[Row]:
    """Solve a case, then let every peer try it; yield a row for each."""
    result = case.solve()  # compiles what is not compiled yet
    ours = float("inf")
    for name in case.peers:
        peer = PEERS[name]
        if not peer.installed:
            continue
        problems = [problem(case.game(k), normal=peer.normal) for k in case.shown]
        warm_up = problem(pennies(), normal=peer.normal)
        # Beside each peer anew, because other work on the machine comes and goes.
        ours = min(ours, best_of(case.solve) / case.count)
        answers, finished = ask(peer, warm_up, problems, limit * case.patience, TOTAL)
        seconds = [a.seconds for a in answers]
        if not finished:
            seconds.append(limit * case.patience)
        theirs = float(np.mean(seconds))
        equal, compared = compared_with(case, result, answers, complete=peer.complete)
        target, kept = promised(case, name, ours, theirs / ours)
        ratio = theirs / ours
        yield Row(
            case.name, peer.title, ours, theirs, ratio, finished, equal, compared, target, kept
        )


def compared_with(
    case: Case, result: Any, answers: Sequence[Answer], *, complete: bool
) -> tuple[bool | None, str]:
    """Return whether all answers agree with ours, and what was compared."""
    if not answers:
        return None, "nothing: the peer did not finish"
    wrong: dict[str, int] = {}
    missed = 0
    for k, answer in zip(case.shown, answers, strict=False):
        problems, some = case.compare(k, result, answer, complete)
        missed += some and not complete
        for text in dict.fromkeys(problems):
            wrong[text] = wrong.get(text, 0) + 1
    games = f"{len(answers)} game{'s' * (len(answers) > 1)}"
    if wrong:
        return False, f"{games}: " + "; ".join(f"{t} ({n})" for t, n in wrong.items())
    if case.peers == LOGIT:
        return True, f"{games}: limits, every outcome to {SAME:g}"
    if complete:
        return True, f"{games}: all outcomes that stand alone, all bounds"
    return True, f"{games}: what it found is ours" + f"; it missed outcomes in {missed}" * (
        missed > 0
    )


def promised(case: Case, peer: str, ours: float, ratio: float) -> tuple[str, bool | None]:
    """Return the target, if there is one, and whether it is kept."""
    if peer in case.targets:
        return f"{case.targets[peer]:g} x faster", ratio >= case.targets[peer]
    if case.under is not None:
        return f"under {case.under:g} s", ours <= case.under
    return "", None


def run(*, as_json: bool, limit: float = LIMIT, only: str = "") -> int:
    """Print a line for each case and peer, or JSON; return 1 if anything is not as it should be."""
    absent = sorted({p.package for p in PEERS.values() if not p.installed})
    if absent:
        print(f"left out, because not installed: {', '.join(absent)}", file=sys.stderr)
    rows: list[Row] = []
    if not as_json:
        print(heading())
    for case in cases():
        if only not in case.name:
            continue
        if not as_json:
            print(case.name)
        for row in measure(case, limit):
            rows.append(row)
            if not as_json:
                print(line(row), flush=True)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    return 1 if any(row.equal is False or row.kept is False for row in rows) else 0


def heading() -> str:
    """Return the machine, the versions, and the heads of the columns."""
    packages = ("crisisgames", "numpy", "numba")
    versions = ", ".join(f"{p} {version(p)}" for p in packages)
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    machine = f"{os.cpu_count()} cores ({busy}), Python {platform.python_version()}, {versions}"
    columns = f"{'seconds per game':52} {'ours':>9} {'peer':>9} {'ratio':>9}  equal"
    return f"{machine}\n\n{columns}"


def line(row: Row) -> str:
    """Return a row as text."""
    more = "" if row.finished else ">"
    equal = {True: "yes", False: "NO", None: "-"}[row.equal]
    target = f"  [{row.target}: {'kept' if row.kept else 'MISSED'}]" if row.target else ""
    return (
        f"  {row.peer:50} {row.ours_s:9.2g} {more + format(row.peer_s, '.2g'):>9} "
        f"{more + format(row.ratio, ',.0f' if row.ratio >= 10 else '.1f'):>9}  {equal:5}"
        f"{target}\n    {row.compared}"
    )
