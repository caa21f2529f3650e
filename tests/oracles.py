"""What the solvers are checked against: the same answers by other routes, in exact arithmetic.

Nothing of the library is used here but the description of a game.

**Signaling games.** A perfect Bayesian equilibrium is a pair: the sender's joint weights
x[t, m] = p(t) σ(m | t) and the receiver's mixed actions y[m, a] = ρ(a | m). It is one exactly when

* each type sends only messages that are best for it against y,
* at each message that x sends the receiver uses only best replies to x, and
* at every other message its actions are all best replies to one belief.

Fix which weights may be positive, which messages are sent, and which best replies are asked for:
what is left is a product of two polytopes, one of x and one of y. An extreme point of either is the
only point with its own zeros and its own ties between best replies, so all of them are found by
solving every square system made of zeros and ties (`extreme_points`). Limits of equilibria are
equilibria, so all corners of such a product are equilibria, also where a corner leaves a message
unsent. Hence *every equilibrium is a mixture of corners that are pairs of extreme points and
equilibria themselves* (`extreme_equilibria`), and a probability, which is bilinear, is largest and
smallest at such pairs. Supports of the two players are never enumerated together.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product
from math import gcd, lcm

from crisisgames import SignalingGame

Bounds = tuple[Fraction, Fraction]
Key = tuple[int, int]
Matrix = tuple[tuple[Fraction, ...], ...]
Outcome = tuple[str, str]
Point = Mapping[Key, Fraction]
Row = Mapping[Key, Fraction]
Nested = Sequence[Sequence[Sequence[Fraction | int | str]]]
Pair = tuple[Matrix, Matrix]
"""A sender's probabilities [type][message] and a receiver's [message][action]."""
Table = tuple[tuple[tuple[Fraction, ...], ...], ...]


@dataclass(frozen=True)
class Signaling:
    """A signaling game in plain rationals; payoffs are indexed [type][message][action]."""

    prior: tuple[Fraction, ...]
    sender: Table
    receiver: Table
    messages: tuple[str, ...]
    actions: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.prior), len(self.messages), len(self.actions)

    def game(self) -> SignalingGame:
        """Return the library's description of the same game."""
        types = tuple(f"t{t}" for t in range(len(self.prior)))
        return SignalingGame(
            types, self.messages, self.actions, self.prior, self.sender, self.receiver
        )


def plain(game: SignalingGame | Signaling) -> Signaling:
    """Return a game without parameters in plain rationals."""
    if isinstance(game, Signaling):
        return game
    prior = tuple(Fraction(str(p)) for p in game.prior)
    sender, receiver = _table(game.sender_payoffs), _table(game.receiver_payoffs)
    return Signaling(prior, sender, receiver, game.messages, game.actions)


def build(prior: Sequence[Fraction | int | str], sender: Nested, receiver: Nested) -> Signaling:
    """Return a game with nested lists of payoffs, its messages m0, m1 … and actions a0, a1 …"""
    messages = tuple(f"m{m}" for m in range(len(sender[0])))
    actions = tuple(f"a{a}" for a in range(len(sender[0][0])))
    shares = tuple(Fraction(p) for p in prior)
    return Signaling(shares, _table(sender), _table(receiver), messages, actions)


def _table(rows: Nested) -> Table:
    return tuple(tuple(tuple(Fraction(str(u)) for u in r) for r in rs) for rs in rows)


def random_signaling(
    rng: random.Random,
    shape: tuple[int, int, int],
    prior: Sequence[Fraction | int | str],
    payoffs: Sequence[int] = range(-2, 3),
) -> Signaling:
    """Return a game of so many types, messages and actions with payoffs drawn from a few."""
    types, messages, actions = shape

    def table() -> list[list[list[int]]]:
        return [
            [[rng.choice(payoffs) for _ in range(actions)] for _ in range(messages)]
            for _ in range(types)
        ]

    return build(prior, table(), table())


# Every perfect Bayesian equilibrium.


def signaling_bounds(game: SignalingGame | Signaling) -> dict[Outcome, Bounds]:
    """Return the least and largest probability of each (message, action) over all equilibria."""
    g = plain(game)
    found = [outcome_probabilities(g, *pair) for pair in extreme_equilibria(g)]
    return {o: (min(p[o] for p in found), max(p[o] for p in found)) for o in found[0]}


def outcome_probabilities(g: Signaling, sigma: Matrix, rho: Matrix) -> dict[Outcome, Fraction]:
    """Return the ex-ante probability of each (message, action)."""
    sent = [
        sum(p * row[m] for p, row in zip(g.prior, sigma, strict=True)) for m in range(g.shape[1])
    ]
    return {
        (message, action): sent[m] * rho[m][a]
        for m, message in enumerate(g.messages)
        for a, action in enumerate(g.actions)
    }


@cache
def extreme_equilibria(g: Signaling, *, nash: bool = False) -> tuple[Pair, ...]:
    """Return the equilibria that are pairs of extreme points, as (σ[t][m], ρ[m][a]).

    For Nash equilibria nothing is asked of the receiver at messages that are not sent.
    """
    # What each allows the other: (message, action) and (type, message). A message that x does not
    # send has value 0 after every action there, so all actions are allowed.
    senders = [(x, _best(_reply_values(g), x)) for x in _sender_points(g)]
    receivers = [(y, _best(_message_values(g), y)) for y in _receiver_points(g, nash)]
    return tuple(
        (_sigma(g, x), _rho(g, y))
        for x, replies in senders
        for y, messages in receivers
        if x.keys() <= messages and y.keys() <= replies
    )


def equilibrium_components(g: Signaling) -> list[list[Pair]]:
    """Return the extreme equilibria, those of one connected piece of the equilibrium set together.

    What moves x alone stays an equilibrium. What moves y alone does where, at messages that x does
    not send, one belief supports the actions of both ends.
    """
    pairs = list(extreme_equilibria(g))
    believable = [_believable(g, m) for m in range(g.shape[1])]
    root = list(range(len(pairs)))

    def find(i: int) -> int:
        while root[i] != i:
            i = root[i]
        return i

    def joined(one: Pair, other: Pair) -> bool:
        if one[1] == other[1]:
            return True
        used = [_positive(r) | _positive(s) for r, s in zip(one[1], other[1], strict=True)]
        sent = [any(row[m] for row in one[0]) for m in range(g.shape[1])]
        return one[0] == other[0] and all(
            s or u in b for s, u, b in zip(sent, used, believable, strict=True)
        )

    for i, j in combinations(range(len(pairs)), 2):
        if joined(pairs[i], pairs[j]):
            root[find(i)] = find(j)
    return [
        [q for k, q in enumerate(pairs) if find(k) == i] for i in range(len(pairs)) if find(i) == i
    ]


def _sender_points(g: Signaling) -> list[Point]:
    """Return the extreme points of x: by its zeros, and by ties between replies to messages."""
    messages = range(g.shape[1])
    weights = [(p, subsets(tuple((t, m) for m in messages))) for t, p in enumerate(g.prior)]
    return extreme_points(weights, _reply_values(g))


def _receiver_points(g: Signaling, nash: bool) -> list[Point]:
    """Return the extreme points of y: by its zeros, and by ties between messages of a type."""
    _, messages, actions = (range(n) for n in g.shape)
    everything = [subsets(tuple((m, a) for a in actions)) for m in messages]
    believable = [[tuple((m, a) for a in sorted(s)) for s in _believable(g, m)] for m in messages]
    supports = everything if nash else believable
    return extreme_points([(Fraction(1), own) for own in supports], _message_values(g))


@cache
def _believable(g: Signaling, m: int) -> frozenset[frozenset[int]]:
    """Return the sets of actions that are all best replies to a message under some one belief."""
    values = _reply_values(g)[m]
    types = tuple((t, m) for t in range(g.shape[0]))
    beliefs = extreme_points([(Fraction(1), subsets(types))], [values])
    tied = [sorted(_largest(values, q)) for q in beliefs]
    return frozenset(
        frozenset(s) for best in tied for n in range(len(best)) for s in combinations(best, n + 1)
    )


def _best(groups: Sequence[Sequence[Row]], point: Point) -> set[Key]:
    """Return (group, function) wherever a function is the largest of its group."""
    return {(k, i) for k, group in enumerate(groups) for i in _largest(group, point)}


@cache
def _reply_values(g: Signaling) -> list[list[Row]]:
    """Return, for each message, the receiver's payoff from each action as a function of x."""
    types, messages, actions = (range(n) for n in g.shape)
    return [[{(t, m): g.receiver[t][m][a] for t in types} for a in actions] for m in messages]


@cache
def _message_values(g: Signaling) -> list[list[Row]]:
    """Return, for each type, the payoff from each message as a function of y."""
    types, messages, actions = (range(n) for n in g.shape)
    return [[{(m, a): g.sender[t][m][a] for a in actions} for m in messages] for t in types]


def _sigma(g: Signaling, x: Point) -> Matrix:
    return tuple(
        tuple(x.get((t, m), Fraction(0)) / p for m in range(g.shape[1]))
        for t, p in enumerate(g.prior)
    )


def _rho(g: Signaling, y: Point) -> Matrix:
    _, messages, actions = (range(n) for n in g.shape)
    return tuple(tuple(y.get((m, a), Fraction(0)) for a in actions) for m in messages)


def _positive(row: Sequence[Fraction]) -> frozenset[int]:
    return frozenset(k for k, p in enumerate(row) if p)


# Extreme points by brute force.


def extreme_points(
    blocks: Sequence[tuple[Fraction, Sequence[tuple[Key, ...]]]],
    groups: Sequence[Sequence[Row]],
) -> list[Point]:
    """Return the points that their zeros and their ties determine; zeros are left out of a point.

    Parameters
    ----------
    blocks : sequence of (total, supports)
        The coordinates of a block sum to its total; they may be positive on one of its supports.
    groups : sequence of sequences of linear functions
        In each group any set of functions may tie, if no other of the group is larger.
    """
    found: dict[tuple[tuple[Key, Fraction], ...], Point] = {}
    for supports in product(*(supports for _, supports in blocks)):
        keys = [k for support in supports for k in support]
        sums = [({k: Fraction(1) for k in s}, b[0]) for s, b in zip(supports, blocks, strict=True)]
        for ties in _ties(groups, len(keys) - len(blocks)):
            system = [*sums, *((row, Fraction(0)) for row in _differences(groups, ties))]
            solution = solve_square(system, keys)
            if solution is None or min(solution) < 0:
                continue
            point = {k: v for k, v in zip(keys, solution, strict=True) if v}
            if all(tie <= _largest(group, point) for tie, group in zip(ties, groups, strict=True)):
                found[tuple(point.items())] = point
    return list(found.values())


def _ties(groups: Sequence[Sequence[Row]], equations: int) -> Iterator[tuple[frozenset[int], ...]]:
    """Yield a set of tied functions (or none) for each group, together so many equations."""
    if not groups:
        if equations == 0:
            yield ()
        return
    for size in range(min(equations, len(groups[0]) - 1) + 1):
        tied = combinations(range(len(groups[0])), size + 1) if size else [()]
        for tie in tied:
            for rest in _ties(groups[1:], equations - size):
                yield (frozenset(tie), *rest)


def _differences(groups: Sequence[Sequence[Row]], ties: Sequence[frozenset[int]]) -> Iterator[Row]:
    for group, tie in zip(groups, ties, strict=True):
        for i, j in pairwise(sorted(tie)):
            one, other = group[i], group[j]
            keys = one.keys() | other.keys()
            yield {k: one.get(k, Fraction(0)) - other.get(k, Fraction(0)) for k in keys}


def _largest(functions: Sequence[Row], point: Point) -> set[int]:
    """Return which of the functions are largest at a point."""
    values = [sum(f.get(k, 0) * v for k, v in point.items()) for f in functions]
    most = max(values)
    return {i for i, v in enumerate(values) if v == most}


def solve_square(
    system: Sequence[tuple[Row, Fraction]], keys: Sequence[Key]
) -> list[Fraction] | None:
    """Return the only solution of as many equations as unknowns; None if there is not just one."""
    rows = [_whole([*(row.get(k, Fraction(0)) for k in keys), right]) for row, right in system]
    for column in range(len(keys)):
        pivot = next((i for i in range(column, len(rows)) if rows[i][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        main = rows[column]
        for i, row in enumerate(rows):
            if i != column and row[column]:
                rows[i] = [
                    v * main[column] - row[column] * w for v, w in zip(row, main, strict=True)
                ]
    return [Fraction(row[-1], row[i]) for i, row in enumerate(rows)]


def _whole(row: Sequence[Fraction]) -> list[int]:
    """Return an equation without denominators."""
    scale = lcm(*(v.denominator for v in row))
    return [v.numerator * (scale // v.denominator) for v in row]


def subsets(items: tuple[Key, ...]) -> list[tuple[Key, ...]]:
    """Return the non-empty subsets."""
    return [s for size in range(1, len(items) + 1) for s in combinations(items, size)]


# One pair of strategies: is it an equilibrium?


def is_pbe(game: SignalingGame | Signaling, sigma: Matrix, rho: Matrix) -> bool:
    """Tell whether beliefs exist with which a pair of strategies is perfect Bayesian.

    Parameters
    ----------
    game : SignalingGame or Signaling
    sigma, rho : nested tuples of Fraction
        The sender's probabilities [type][message], the receiver's [message][action].
    """
    g = plain(game)
    mixed = all(min(row) >= 0 and sum(row) == 1 for row in (*sigma, *rho))
    return mixed and _sender_content(g, sigma, rho) and _receiver_content(g, sigma, rho)


def _sender_content(g: Signaling, sigma: Matrix, rho: Matrix) -> bool:
    for payoffs, mix in zip(g.sender, sigma, strict=True):
        values = [_dot(u, reply) for u, reply in zip(payoffs, rho, strict=True)]
        if _dot(mix, values) < max(values):
            return False
    return True


def _receiver_content(g: Signaling, sigma: Matrix, rho: Matrix) -> bool:
    for m, reply in enumerate(rho):
        losses = [[_dot(u[m], reply) - u[m][a] for u in g.receiver] for a in range(len(g.actions))]
        weights = [p * row[m] for p, row in zip(g.prior, sigma, strict=True)]
        if any(weights):
            if any(_dot(weights, loss) < 0 for loss in losses):
                return False
        elif not _some_belief(losses):
            return False
    return True


def _some_belief(conditions: Sequence[Sequence[Fraction]]) -> bool:
    """Tell whether some distribution makes every condition at least 0: Fourier and Motzkin."""
    n = len(conditions[0])
    unit = [[Fraction(int(i == t)) for i in range(n)] for t in range(n)]
    # The last probability is one minus the others: rows are coefficients, then a constant.
    rows = [[c - row[-1] for c in row[:-1]] + [row[-1]] for row in [*conditions, *unit]]
    for _ in range(n - 1):
        rest = [row[1:] for row in rows if row[0] == 0]
        up, down = ([r for r in rows if r[0] > 0], [r for r in rows if r[0] < 0])
        crossed = [
            [u[0] * d - v[0] * w for w, d in zip(u[1:], v[1:], strict=True)]
            for u, v in product(up, down)
        ]
        rows = rest + crossed
    return all(row[0] >= 0 for row in rows)


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


# Cones by brute force.


def extreme_rays(
    width: int,
    at_least_zero: Sequence[Sequence[int]],
    equal_to_zero: Sequence[Sequence[int]] = (),
) -> set[tuple[int, ...]]:
    """Return the extreme rays of a part of the non-negative orthant, without common divisors.

    A ray is extreme exactly where the constraints that are tight on it leave one dimension. So each
    ray is the kernel of some ``width - 1`` of the constraints, written as signed minors.
    """
    axes = [[int(i == k) for i in range(width)] for k in range(width)]
    constraints = [*axes, *at_least_zero, *equal_to_zero]
    found = set()
    for rows in combinations(constraints, width - 1):
        minors = [_determinant([[*r[:k], *r[k + 1 :]] for r in rows]) for k in range(width)]
        kernel = [-d if k % 2 else d for k, d in enumerate(minors)]
        ray = kernel if sum(kernel) > 0 else [-x for x in kernel]
        if (
            any(ray)
            and all(_inner(c, ray) >= 0 for c in constraints)
            and all(_inner(c, ray) == 0 for c in equal_to_zero)
        ):
            found.add(tuple(x // gcd(*ray) for x in ray))
    return found


def _inner(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(a * b for a, b in zip(one, other, strict=True))


def _determinant(rows: Sequence[Sequence[int]]) -> int:
    if not rows:
        return 1
    return sum(
        (-c if k % 2 else c) * _determinant([[*r[:k], *r[k + 1 :]] for r in rows[1:]])
        for k, c in enumerate(rows[0])
        if c
    )
