"""Refinements of small signaling games, by going through the replies one by one.

With two actions the replies that are rational for some belief are one of them or all mixtures. With
two types a belief is a number, and from one end of a range of beliefs to the other best replies
change from action to action, by mixtures of two at a time (three tie by accident only; such games
are refused). Either way replies form segments. What a type gains is linear along them, so all that
matters happens where somebody is indifferent, at the ends, and between: finitely many replies stand
for all (`_replies`). Nothing of the library is used but the description of a game.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product

from crisisgames import SignalingGame

Rows = Sequence[Sequence[Fraction]]
Reply = tuple[Fraction, ...]


class TooManyTies(ValueError):
    """Raised where three actions tie, which this oracle does not take."""


@dataclass(frozen=True)
class Message:
    """An unsent message: what each type gives up and may get, and how the receiver sees it.

    `sender` and `receiver` are payoffs by type and action.
    """

    given_up: Reply
    sender: tuple[Reply, ...]
    receiver: tuple[Reply, ...]
    prior: Reply

    @property
    def types(self) -> range:
        return range(len(self.given_up))

    def gain(self, t: int, r: Reply) -> Fraction:
        return _dot(r, self.sender[t]) - self.given_up[t]

    def deters(self, replies: Iterable[Reply]) -> bool:
        return any(all(self.gain(t, r) <= 0 for t in self.types) for r in replies)


def unsent(game: SignalingGame, sigma: Rows, rho: Rows) -> list[Message]:
    """Return the messages that nobody sends; only replies to messages that are sent matter."""
    senders, receivers = _exact(game.sender_payoffs), _exact(game.receiver_payoffs)
    prior = tuple(Fraction(str(p)) for p in game.prior)
    payoff = []
    for row, pays in zip(sigma, senders, strict=True):
        payoff.append(_dot(row, [_dot(r, u) for r, u in zip(rho, pays, strict=True)]))
    return [
        Message(tuple(payoff), tuple(u[m] for u in senders), tuple(u[m] for u in receivers), prior)
        for m in range(len(game.messages))
        if not any(row[m] for row in sigma)
    ]


def _exact(table: Sequence[Sequence[Sequence[object]]]) -> list[list[Reply]]:
    return [[tuple(Fraction(str(u)) for u in row) for row in rows] for rows in table]


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def intuitive(message: Message) -> bool:
    out = _hopeless(message)
    if len(out) == len(message.types):
        return True
    left = _replies(message, [t for t in message.types if t not in out])
    return not any(all(message.gain(t, r) > 0 for r in left) for t in message.types)


def equilibrium_dominance(message: Message) -> bool:
    return _deterred_without(message, _hopeless(message))


def d1(message: Message) -> bool:
    every = _replies(message, message.types)

    def beaten(t: int, s: int) -> bool:
        return all(message.gain(s, r) > 0 for r in every if message.gain(t, r) >= 0)

    out = {t for t in message.types if any(s != t and beaten(t, s) for s in message.types)}
    return _deterred_without(message, out)


def universally_divine(message: Message) -> bool:
    out: set[int] = set()
    while True:
        left = [t for t in message.types if t not in out]
        replies = _replies(message, left)
        new = set()
        for t in left:
            tempting = [r for r in replies if message.gain(t, r) >= 0]
            if all(any(message.gain(s, r) > 0 for s in left if s != t) for r in tempting):
                new.add(t)
        if not new or len(new) == len(left):
            return _deterred_without(message, out)
        out |= new


def divine(message: Message) -> bool:
    n = len(message.types)
    frequencies = [tuple(int(s == t) for s in range(n)) for t in range(n)]
    while True:
        replies = _replies(message, frequencies)
        new = sorted({f for r in replies for f in _frequencies(message, r)})
        if not new or new == sorted(frequencies):
            return message.deters(replies)
        frequencies = new


CRITERIA: dict[str, Callable[[Message], bool]] = {
    "intuitive": intuitive,
    "equilibrium dominance": equilibrium_dominance,
    "d1": d1,
    "divine": divine,
    "universally divine": universally_divine,
}


def _hopeless(message: Message) -> set[int]:
    replies = _replies(message, message.types)
    return {t for t in message.types if all(message.gain(t, r) < 0 for r in replies)}


def _deterred_without(message: Message, out: set[int]) -> bool:
    left = [t for t in message.types if t not in out]
    return message.deters(_replies(message, left or message.types))


def _frequencies(message: Message, r: Reply) -> list[tuple[int, ...]]:
    gains = [message.gain(t, r) for t in message.types]
    ranges = [(0, 1) if g == 0 else (1,) if g > 0 else (0,) for g in gains]
    return [f for f in product(*ranges) if any(f)]


def _replies(message: Message, beliefs: Iterable[int | tuple[int, ...]]) -> list[Reply]:
    """Return replies that stand for all those that are rational for some mixture of beliefs.

    A belief is a type, or weights on the types besides the prior.
    """
    weights = [[int(b == t) for t in message.types] if isinstance(b, int) else b for b in beliefs]
    joint = [[w * p for w, p in zip(row, message.prior, strict=True)] for row in weights]
    two = len(message.receiver[0]) == 2
    ends = [_of_two_actions(message, joint)] if two else _of_two_types(message, joint)
    found: dict[Reply, None] = {}
    for first, last in ends:
        shares = {Fraction(0), Fraction(1)}
        for t in message.types:
            start, stop = message.gain(t, first), message.gain(t, last)
            if start != stop:
                shares.add(start / (start - stop))
        inside = sorted(s for s in shares if 0 <= s <= 1)
        inside += [(s + t) / 2 for s, t in pairwise(inside)]
        for s in inside:
            found[tuple((1 - s) * x + s * y for x, y in zip(first, last, strict=True))] = None
    return list(found)


def _of_two_actions(message: Message, joint: Sequence[Sequence[Fraction]]) -> tuple[Reply, Reply]:
    edges = [_dot(row, [u[0] - u[1] for u in message.receiver]) for row in joint]
    first, second = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    return (first if max(edges) >= 0 else second), (second if min(edges) <= 0 else first)


def _of_two_types(
    message: Message, joint: Sequence[Sequence[Fraction]]
) -> list[tuple[Reply, Reply]]:
    """Return a segment for each belief at which the best reply changes, and for both ends."""
    one, other = message.receiver
    actions = range(len(one))
    shares = [row[0] / sum(row) for row in joint]
    low, high = min(shares), max(shares)
    beliefs = {low, high}
    for a, b in combinations(actions, 2):
        up, down = one[a] - one[b], other[b] - other[a]
        if up + down:
            beliefs.add(down / (up + down))
    found = []
    for p in sorted(q for q in beliefs if low <= q <= high):
        worth = [p * one[a] + (1 - p) * other[a] for a in actions]
        best = [a for a in actions if worth[a] == max(worth)]
        if len(best) > 2:
            raise TooManyTies
        ends = [tuple(Fraction(int(a == b)) for b in actions) for a in best]
        found.append((ends[0], ends[-1]))
    return found
