"""The other solvers, each in a process of its own that is killed when its time is up.

Nothing of the library is imported here, so that these processes start quickly.
"""

from __future__ import annotations

import io
import multiprocessing
import re
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

__all__ = ["PEERS", "Answer", "Found", "Peer", "Problem", "ask", "best_of", "payoff"]

WARM_UP = 180.0
"""Seconds that a peer may take to be imported and compiled; not part of any time."""

DESCRIBE = 60.0
"""Seconds in which an answer must be repeated and put into outcomes."""

REPEATS, ENOUGH = 4, 1.0
"""The best of so many measurements counts; none is begun after so many seconds."""

SHORTEST = 0.02
"""Seconds that a measurement lasts at least."""


@dataclass(frozen=True)
class Problem:
    """A game in the forms that peers read: a tree as text, and its reduced normal form."""

    tree: str
    players: tuple[str, ...]
    payoffs: tuple[np.ndarray, ...] = ()
    shares: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What an equilibrium leads to: each outcome's probability, and payoffs by `payoff`."""

    values: dict[str, float]
    everywhere: bool
    """Whether play reaches every information set; a Nash equilibrium is sequential then."""


@dataclass(frozen=True)
class Answer:
    """A peer's equilibria of one game, and the seconds that they took."""

    seconds: float
    found: tuple[Found, ...]


def payoff(player: str) -> str:
    """Return the key of a player's payoff among the values of outcomes."""
    return f"payoff of {player}"


@dataclass(frozen=True)
class Peer:
    """A solver. `complete`: it is meant to return all extreme Nash equilibria."""

    name: str
    package: str
    prepare: Callable[[Problem], Any]
    solve: Callable[[Any], Any]
    describe: Callable[[Problem, Any], Iterable[Found]]
    normal: bool = False
    complete: bool = False

    @property
    def title(self) -> str:
        """Name of the function, name and version of its package."""
        name, _, how = self.name.partition(": ")
        return f"{self.package} {version(self.package)} {name}" + f" ({how})" * bool(how)

    @property
    def installed(self) -> bool:
        """Whether its package can be found."""
        try:
            return bool(version(self.package))
        except PackageNotFoundError:
            return False


# --- Gambit -------------------------------------------------------------------------------------


def _read(problem: Problem) -> Any:
    import pygambit

    return pygambit.read_efg(io.StringIO(problem.tree))


def _gambit(name: str, **options: Any) -> Callable[[Any], Any]:
    def solve(game: Any) -> Any:
        import pygambit

        return getattr(pygambit.nash, name)(game, **options)

    return solve


def _behaviours(problem: Problem, result: Any) -> Iterable[Found]:
    # Gambit lists all nodes in the order of the file, and renames outcomes that share a name.
    lines = problem.tree.split("\n\n", 1)[1].splitlines()
    ends = [re.match(r't "" \d+ "([^"]*)"', line) for line in lines]
    found = result.equilibria if hasattr(result, "equilibria") else [result.equilibrium]
    for profile in found:
        behaviour = profile.as_behavior() if hasattr(profile, "as_behavior") else profile
        values: dict[str, float] = {}
        for label, (_, probability) in zip(ends, behaviour.realiz_probs, strict=True):
            if label:
                values[label[1]] = values.get(label[1], 0.0) + float(probability)
        paid = [float(u) for _, u in behaviour.payoffs]
        values |= {payoff(p): u for p, u in zip(problem.players, paid, strict=True)}
        yield Found(values, all(p > 1e-9 for _, p in behaviour.infoset_probs))


# --- normal forms -------------------------------------------------------------------------------


def _nashpy(problem: Problem) -> Any:
    import nashpy

    return nashpy.Game(*problem.payoffs)


def _quantecon(problem: Problem) -> Any:
    from quantecon.game_theory import NormalFormGame, Player

    rows, columns = problem.payoffs
    return NormalFormGame((Player(rows), Player(np.ascontiguousarray(columns.T))))


def _quantecon_supports(game: Any) -> Any:
    from quantecon.game_theory import support_enumeration

    return support_enumeration(game)


def _mixtures(problem: Problem, result: Any) -> Iterable[Found]:
    tables = problem.shares | {
        payoff(p): table for p, table in zip(problem.players, problem.payoffs, strict=True)
    }
    for rows, columns in result:
        yield Found({k: float(rows @ table @ columns) for k, table in tables.items()}, False)


GAMBIT = "pygambit"

PEERS = {
    peer.name: peer
    for peer in (
        Peer("enumpoly_solve", GAMBIT, _read, _gambit("enumpoly_solve"), _behaviours),
        Peer(
            "enummixed_solve: exact",
            GAMBIT,
            _read,
            _gambit("enummixed_solve", rational=True),
            _behaviours,
            complete=True,
        ),
        # By default it stops at a regret of 1e-8, some 2e-6 from the limit. This is our tolerance.
        Peer(
            "logit_solve: maxregret 3e-9",
            GAMBIT,
            _read,
            _gambit("logit_solve", maxregret=3e-9),
            _behaviours,
        ),
        Peer(
            "support_enumeration",
            "nashpy",
            _nashpy,
            lambda game: list(game.support_enumeration()),
            _mixtures,
            normal=True,
        ),
        Peer(
            "support_enumeration: compiled",
            "quantecon",
            _quantecon,
            _quantecon_supports,
            _mixtures,
            normal=True,
        ),
    )
}
"""By name. After the colon of a name stands how it is run."""


# --- asking -------------------------------------------------------------------------------------


def best_of(run: Callable[[], Any], first: float = 1.0) -> float:
    """Return the seconds of one run, the best of some measurements.

    Short runs are repeated within a measurement: else the best would be one that no other work on
    the machine interrupted, which long runs have no chance to be. ``first``: what one run took.
    """
    rounds = max(1, round(SHORTEST / first))
    times: list[float] = []
    while len(times) < REPEATS and sum(times) < ENOUGH:
        start = time.perf_counter()
        for _ in range(rounds):
            run()
        times.append(time.perf_counter() - start)
    return min(times) / rounds


def ask(
    peer: Peer, warm_up: Problem, problems: Sequence[Problem], limit: float, total: float
) -> tuple[list[Answer], bool]:
    """Return a peer's answers, up to the game for which it took too long.

    Parameters
    ----------
    warm_up : Problem
        A small one, solved before anything is timed.
    limit, total : float
        Seconds for one game, and for all of them, after which no further one is begun.

    Returns
    -------
    tuple
        The answers to the first games, and whether no game took longer than ``limit``.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_answer, args=(theirs, peer.name, [warm_up, *problems], total))
    process.start()
    theirs.close()
    answers: list[Answer] = []
    try:
        if not ours.poll(WARM_UP):
            raise TimeoutError(f"{peer.title} was not ready after {WARM_UP:.0f} s")
        ours.recv()
        for _ in problems:
            if not ours.poll(limit):
                return answers, False
            if ours.recv() is None:
                break
            if not ours.poll(DESCRIBE):
                raise TimeoutError(f"{peer.title}: repeating an answer took over {DESCRIBE:.0f} s")
            answers.append(ours.recv())
    except EOFError:
        raise RuntimeError(f"{peer.title} failed after {len(answers)} games") from None
    finally:
        process.kill()
        process.join()
    return answers, True


def _answer(pipe: Connection, name: str, problems: list[Problem], total: float) -> None:
    """Solve the problems one after the other; say when each is solved, then with what result."""
    warnings.simplefilter("ignore")  # support enumeration warns of degenerate games
    peer = PEERS[name]
    peer.solve(peer.prepare(problems[0]))
    pipe.send("ready")
    begin = time.perf_counter()
    for problem in problems[1:]:
        if time.perf_counter() - begin > total:
            pipe.send(None)
            return
        game = peer.prepare(problem)
        start = time.perf_counter()
        result = peer.solve(game)
        first = time.perf_counter() - start
        pipe.send("solved")
        found = tuple(peer.describe(problem, result))
        if first < ENOUGH:
            first = min(first, best_of(partial(peer.solve, game), first))
        pipe.send(Answer(first, found))
