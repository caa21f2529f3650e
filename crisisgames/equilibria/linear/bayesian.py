"""Communication [1]_ and Bayes-correlated [2]_ equilibria of Bayesian games.

Communication: a mediator hears what types the players report, each in private, draws a profile of
actions and tells each its own. Nobody gains by lying, disobeying, or both: by the revelation
principle no other way of talking through a mediator, or directly, leads to anything else.

Bayes-correlated: the mediator knows the types, and the state as well, so it need not ask; obedience
is all. These are the outcomes of all games in which players may know more than their types.

A type that has probability 0 at the game's values asks for nothing.

References
----------
.. [1] Roger B. Myerson, "Optimal Coordination Mechanisms in Generalized Principal-Agent Problems",
   Journal of Mathematical Economics 10(1), 1982, eq. (2.3); "Multistage Games with Communication",
   Econometrica 54(2), 1986; Françoise Forges, "An Approach to Communication Equilibria",
   Econometrica 54(6), 1986.
.. [2] Dirk Bergemann and Stephen Morris, "Bayes Correlated Equilibrium and the Comparison of
   Information Structures in Games", Theoretical Economics 11(2), 2016, Definition 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np

from crisisgames.equilibria.linear.columns import largest, smallest
from crisisgames.equilibria.linear.model import Cell, Line, Rows, add
from crisisgames.games import Numbers
from crisisgames.games.bayesian import BayesianGame, Situation
from crisisgames.games.normal import Profile

__all__ = ["bayes_correlated_rows", "communication_rows"]


@dataclass(frozen=True)
class _Draw:
    """A situation with its probability, and payoffs and outcome shares times that probability."""

    mass: Any
    payoffs: np.ndarray
    shares: np.ndarray


def communication_rows(game: BayesianGame, numbers: Numbers) -> Rows:
    """Return the rows of all communication equilibria.

    Numbers are rationals at the game's values, or columns at many points, as `BayesianGame.exact`
    arranges them.
    """
    drawn = _by_types(game, numbers)
    reports = _reports(game, drawn)
    rows, place = _rules(game, {r: drawn.get(r) for r in reports})
    profiles = game.profiles
    index = {profile: k for k, profile in enumerate(profiles)}
    for i, player in enumerate(game.players):
        own_payoffs = numbers.payoffs[..., i]
        lowest, highest = smallest(own_payoffs), largest(own_payoffs)
        for own in game.types[i]:
            true = [t for t in drawn if t[i] == own]
            if not true:
                continue
            blocks = [(place[t], drawn[t]) for t in true]
            _obedience(rows, game, i, own if len(game.types[i]) > 1 else None, blocks)
            worth = {t: drawn[t].payoffs[:, i] - drawn[t].mass * lowest for t in true}
            most = sum((drawn[t].mass for t in true), Fraction(0)) * (highest - lowest)
            honest: dict[int, Any] = {}
            for t in true:
                add(honest, {place[t] + k: w for k, w in enumerate(worth[t])})
            for report in game.types[i]:
                if report == own:
                    continue
                blind = [(place[_with(t, i, report)], worth[t]) for t in true]
                answers = {
                    told: {
                        plays: _line(blind, profiles, index, i, told, plays)
                        for plays in game.actions[i]
                    }
                    for told in game.actions[i]
                }
                rows.lie(player, own, report, answers, honest, most)
    return rows


def _line(
    blocks: Sequence[tuple[int, np.ndarray]],
    profiles: Sequence[Profile],
    index: Mapping[Profile, int],
    i: int,
    told: str,
    plays: str,
) -> Line:
    """Return what a player gets where it is told one action and plays another."""
    pairs = [(k, index[_with(p, i, plays)]) for k, p in enumerate(profiles) if p[i] == told]
    return {start + k: worth[after] for start, worth in blocks for k, after in pairs}


def bayes_correlated_rows(game: BayesianGame, numbers: Numbers) -> Rows:
    """Return the rows of all Bayes-correlated equilibria, types as given; numbers as above."""
    drawn = {s: d for s, d in _draws(game, numbers).items() if d.mass}
    rows, place = _rules(game, drawn)
    for i in range(len(game.players)):
        for own in game.types[i]:
            blocks = [(place[s], d) for s, d in drawn.items() if game.types_of(s)[i] == own]
            _obedience(rows, game, i, own if len(game.types[i]) > 1 else None, blocks)
    return rows


def _rules(
    game: BayesianGame, drawn: Mapping[Situation, _Draw | None]
) -> tuple[Rows, dict[Situation, int]]:
    """Return a cell for each situation and profile, and where the cells of a situation start."""
    zero = (Fraction(0),) * len(game.players)
    cells: list[Cell] = []
    place: dict[Situation, int] = {}
    for situation, d in drawn.items():
        place[situation] = len(cells)
        for k, profile in enumerate(game.profiles):
            if d is None:  # reported only by a liar
                cells.append(Cell(situation, profile, Fraction(0), zero, ()))
            else:
                shares = tuple((o, w) for o, w in enumerate(d.shares[k]) if w)
                cells.append(Cell(situation, profile, d.mass, tuple(d.payoffs[k]), shares))
    rows = Rows(cells)
    for start in place.values():
        rows.need(dict.fromkeys(range(start, start + len(game.profiles)), 1), 1)
    return rows, place


def _obedience(
    rows: Rows,
    game: BayesianGame,
    i: int,
    own: str | None,
    blocks: Sequence[tuple[int, _Draw]],
) -> None:
    """Require that a type of a player that told the truth does as it is told."""
    profiles = game.profiles
    index = {profile: k for k, profile in enumerate(profiles)}
    for told, plays in permutations(game.actions[i], 2):
        pairs = [(k, index[_with(p, i, plays)]) for k, p in enumerate(profiles) if p[i] == told]
        line = {
            start + k: d.payoffs[after, i] - d.payoffs[k, i]
            for start, d in blocks
            for k, after in pairs
        }
        rows.obey(line, game.players[i], own, told, plays)


def _draws(game: BayesianGame, numbers: Numbers) -> dict[Situation, _Draw]:
    rows = zip(game.situations, numbers.branches, numbers.payoffs, numbers.shares, strict=True)
    return {s: _Draw(p, p * pays, p * shares) for s, p, pays, shares in rows}


def _by_types(game: BayesianGame, numbers: Numbers) -> dict[Profile, _Draw]:
    """Return the draws that have positive probability, states summed over."""
    found: dict[Profile, _Draw] = {}
    for situation, d in _draws(game, numbers).items():
        types = game.types_of(situation)
        if d.mass and types in found:
            old = found[types]
            d = _Draw(old.mass + d.mass, old.payoffs + d.payoffs, old.shares + d.shares)
        if d.mass:
            found[types] = d
    return found


def _reports(game: BayesianGame, drawn: Mapping[Profile, _Draw]) -> tuple[Profile, ...]:
    """Return the reports that the mediator may hear if at most one player lies."""
    lies = (
        _with(t, i, report)
        for t in drawn
        for i in range(len(game.players))
        for report in game.types[i]
    )
    return tuple(dict.fromkeys((*drawn, *lies)))


def _with(names: Profile, i: int, name: str) -> Profile:
    return (*names[:i], name, *names[i + 1 :])
