"""First deviations that an opponent sees, and the opponent's information sets that they open.

A *message* of a mover, in a pattern of equilibria, is a set of ways to leave the path that the
opponent cannot all tell apart: sequences that have weight 0 and lead to the opponent's information
sets which only they open. Its author is the mover at the information set where it first leaves the
path. In a signaling game the message is a message, its ways are the types that could send it, and
there is one information set, the receiver's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from crisisgames.equilibria.polytope import Cone
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Block

__all__ = [
    "Belief",
    "Beliefs",
    "Message",
    "believed",
    "below",
    "messages",
    "respects",
    "trail",
    "used",
    "weights_of",
]


@dataclass(frozen=True)
class Message:
    """A first deviation that the opponent sees.

    Attributes
    ----------
    mover : int
        Whose deviation it is, 0 or 1.
    ways : tuple of int
        The sequences of the mover that are ways to come to it.
    departures : tuple of int
        For each way the sequence with which it leaves the path: itself, or one before it.
    opens : tuple of int
        The opponent's information sets that open with it.
    """

    mover: int
    ways: tuple[int, ...]
    departures: tuple[int, ...]
    opens: tuple[int, ...]


def messages(form: SequenceForm, block: Block, part: Set[int]) -> tuple[Message, ...]:
    """Return the messages that nobody sends in a pattern, of both movers.

    Information sets that the opponent's own plan excludes open with deviations of both movers only;
    they are in no message, for what is done there tempts nobody who deviates alone.
    """
    return tuple(m for i in (0, 1) for m in _of_mover(form, block, part, i))


def _of_mover(form: SequenceForm, block: Block, part: Set[int], i: int) -> Iterator[Message]:
    mine, theirs = used(block.levels[i][0]), used(block.levels[1 - i][0])
    dark = {
        h for h in part if form.owner[h] != i and not any(s in mine for _, s, _ in form.places[h])
    }
    first = [h for h in sorted(dark) if _opens(form, h, dark, theirs)]
    while first:
        ways = {s for _, s, _ in form.places[first[0]]}
        group: list[int] = []
        while near := [h for h in first if _meets(form, i, h, ways)]:
            group += near
            first = [h for h in first if h not in near]
            ways |= {s for h in near for _, s, _ in form.places[h]}
        shortest = sorted(s for s in ways if not any(t in ways for t in trail(form, i, s)[1:]))
        departures = [next(t for t in trail(form, i, s)[::-1] if t not in mine) for s in shortest]
        yield Message(i, tuple(shortest), tuple(departures), tuple(sorted(group)))


def _opens(form: SequenceForm, h: int, dark: Set[int], theirs: Set[int]) -> bool:
    """Tell whether a dark set opens with the deviation itself, its owner still on its own plan."""
    before = form.parent[h]
    own = form.sequences[form.owner[h]][before][0]
    return before in theirs and own not in dark


def _meets(form: SequenceForm, i: int, h: int, ways: Set[int]) -> bool:
    """Tell whether some way goes on to ``h``, or comes from a way that leads to ``h``."""
    there = {s for _, s, _ in form.places[h]}
    return any(t in ways for s in there for t in trail(form, i, s)) or any(
        t in there for s in ways for t in trail(form, i, s)
    )


def used(cone: Cone) -> frozenset[int]:
    """Return the sequences that have weight somewhere in a cone of plans."""
    return frozenset(k for ray in cone.rays for k, w in enumerate(ray) if w)


def trail(form: SequenceForm, i: int, s: int) -> list[int]:
    """Return a sequence and those before it, without the empty one."""
    found = []
    while s:
        found.append(s)
        s = form.last[i][s]
    return found


def below(form: SequenceForm, i: int, starts: Sequence[int]) -> list[int]:
    """Return the information sets of a mover that come after some sequences, in tree order."""
    found: list[int] = []
    todo = list(starts)
    while todo:
        for h in form.children[i][todo.pop()]:
            found.append(h)
            todo += [form.number[h, a] for a in range(form.size(h))]
    return sorted(found)


@dataclass(frozen=True)
class Belief:
    """What is believed at an information set that a message opens, in one pattern.

    Attributes
    ----------
    ways : frozenset of int
        The ways that lead there, by their places in the message.
    level : int
        The least rare level of the mover's weights that leads there.
    weights : tuple of tuple of int
        Extreme weights of all ways of the message on that level.
    """

    ways: frozenset[int]
    level: int = 0
    weights: tuple[tuple[int, ...], ...] = ()

    @property
    def held(self) -> frozenset[int]:
        """The ways that lead there and that some of the beliefs weigh."""
        return frozenset(n for row in self.weights for n, w in enumerate(row) if w) & self.ways


Beliefs = Mapping[int, Belief]
"""What is believed at each information set that a message opens."""


def believed(form: SequenceForm, message: Message, levels: Sequence[Cone]) -> Beliefs:
    """Return what is believed at each information set that a message opens."""
    i = message.mover
    author = {s: n for n, s in enumerate(message.ways)}
    found = {}
    for h in message.opens:
        to = list(dict.fromkeys(s for _, s, _ in form.places[h]))
        ways = frozenset(next(author[t] for t in trail(form, i, s) if t in author) for s in to)
        found[h] = Belief(ways)
        for level, cone in enumerate(levels):
            if any(ray[s] for ray in cone.rays for s in to):
                rows = {weights_of(message, ray): None for ray in cone.rays}
                found[h] = Belief(ways, level, tuple(sorted(rows)))
                break
    return found


def weights_of(message: Message, ray: Sequence[int]) -> tuple[int, ...]:
    """Return the weights of the ways of a message in a ray of the mover's weights."""
    return tuple(ray[s] for s in message.ways)


def respects(beliefs: Beliefs, out: Set[int]) -> bool:
    """Tell whether beliefs put no weight on the ways ``out``, wherever another way leads."""
    return all(not b.held & out or b.ways <= out for b in beliefs.values())
