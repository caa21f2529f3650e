"""Communication equilibria of signaling games: a mediator on both sides of the message.

The sender reports its type to the mediator and is told what message to send. The receiver sees the
message that was sent, reports which it was, and is told what to do [1]_. The mediator does not see
the message itself, so it learns of a deviation by the sender from the receiver's report, and may
answer it with other advice, a threat. Nobody gains by lying, disobeying, or both.

The concept is that of Nash: a threat need not be one that the receiver would carry out if it came
to it (Myerson's sequential communication equilibria leave out such advice).

References
----------
.. [1] Françoise Forges, "An Approach to Communication Equilibria", Econometrica 54(6), 1986;
   Roger B. Myerson, "Multistage Games with Communication", Econometrica 54(2), 1986, Section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product
from typing import Any

import numpy as np

from crisisgames.equilibria.linear.columns import largest, smallest
from crisisgames.equilibria.linear.model import Cell, Line, Rows, add
from crisisgames.games import Numbers, SignalingGame

__all__ = ["mediation_rows"]

Place = tuple[int, int, int, int]
"""A cell: reported type, message that the sender is told, message that the receiver reports, action
that it is told."""


@dataclass(frozen=True, eq=False)
class _Table:
    """A signaling game in numbers: payoffs by [type, message, action, player]."""

    game: SignalingGame
    prior: tuple[Any, ...]
    payoffs: np.ndarray
    index: dict[Place, int]

    @cached_property
    def ends(self) -> tuple[tuple[Any, Any], ...]:
        """The smallest and the largest payoff of each player."""
        own = (self.payoffs[..., player] for player in (0, 1))
        return tuple((smallest(u), largest(u)) for u in own)

    @property
    def ranges(self) -> tuple[range, range, range]:
        types, messages, actions, _ = map(range, self.payoffs.shape)
        return types, messages, actions

    def sending(self, t: int, report: int, told: int, sends: int) -> Line:
        """Return what a type gets where it makes a report and, told a message, sends another."""
        utils = self.payoffs[t, sends, :, 0] - self.ends[0][0]
        cells = (self.index[report, told, sends, a] for a in self.ranges[2])
        return dict(zip(cells, self.prior[t] * utils, strict=True))

    def answering(self, m: int, report: int, told: int, plays: int) -> Line:
        """Return what the receiver of a message gets by a report and an answer to advice."""
        utils = self.payoffs[:, m, plays, 1] - self.ends[1][0]
        cells = (self.index[t, m, report, told] for t in self.ranges[0])
        pairs = zip(cells, self.prior, utils, strict=True)
        return {j: p * u for j, p, u in pairs}

    def most(self, player: int) -> Any:
        """Return the largest payoff, the smallest being counted as 0."""
        least, most = self.ends[player]
        return most - least


def mediation_rows(game: SignalingGame, numbers: Numbers) -> Rows:
    """Return the rows of all communication equilibria of a signaling game.

    Numbers are those of its tree: rationals at the game's values, or columns at many points.
    """
    shape = (len(game.types), len(game.messages), len(game.actions))
    types, messages, actions = map(range, shape)
    payoffs = numbers.payoffs.reshape(*shape, 2)
    places = product(types, messages, messages, actions)
    index = {place: k for k, place in enumerate(places)}
    table = _Table(game, tuple(numbers.branches), payoffs, index)
    rows = Rows([_cell(table, place) for place in index])
    for t in types:
        rows.need({index[t, m, m, a]: 1 for m in messages for a in actions}, 1)
        for m, seen in permutations(messages, 2):  # each message told comes with all its advice
            told = {index[t, m, m, a]: -1 for a in actions}
            rows.need({**told, **{index[t, m, seen, a]: 1 for a in actions}}, 0)
    _sender(rows, table)
    _receiver(rows, table)
    return rows


def _cell(table: _Table, place: Place) -> Cell:
    game = table.game
    t, m, seen, a = place
    situation = (game.types[t],)
    if m != seen:
        threat = (game.messages[m], game.messages[seen], game.actions[a])
        return Cell(situation, threat, Fraction(0), (Fraction(0),) * 2, (), is_threat=True)
    profile = (game.messages[m], game.actions[a])
    p = table.prior[t]
    shares = ((game.outcomes.index(profile), p),) if p else ()
    return Cell(situation, profile, p, tuple(p * u for u in table.payoffs[t, m, a]), shares)


def _sender(rows: Rows, table: _Table) -> None:
    """Require that each type reports itself and sends the message that it is told to."""
    game, player = table.game, table.game.players[0]
    types, messages, _ = table.ranges
    for t in types:
        for told, sends in permutations(messages, 2):
            line = dict(table.sending(t, t, told, sends))
            add(line, table.sending(t, t, told, told), -1)
            rows.obey(line, player, game.types[t], game.messages[told], game.messages[sends])
        honest = {j: u for m in messages for j, u in table.sending(t, t, m, m).items()}
        for report in types:
            if report == t:
                continue
            answers = {
                game.messages[m]: {
                    game.messages[s]: table.sending(t, report, m, s) for s in messages
                }
                for m in messages
            }
            most = table.prior[t] * table.most(0)
            rows.lie(player, game.types[t], game.types[report], answers, honest, most)


def _receiver(rows: Rows, table: _Table) -> None:
    """Require that the receiver reports the message that it saw and does what it is told."""
    game, player = table.game, table.game.players[1]
    _, messages, actions = table.ranges
    for m in messages:
        for told, plays in permutations(actions, 2):
            line = dict(table.answering(m, m, told, plays))
            add(line, table.answering(m, m, told, told), -1)
            rows.obey(line, player, game.messages[m], game.actions[told], game.actions[plays])
        honest = {j: u for a in actions for j, u in table.answering(m, m, a, a).items()}
        for report in messages:
            if report == m:
                continue
            answers = {
                game.actions[a]: {
                    game.actions[b]: table.answering(m, report, a, b) for b in actions
                }
                for a in actions
            }
            names = game.messages[m], game.messages[report]
            rows.lie(player, *names, answers, honest, table.most(1))
