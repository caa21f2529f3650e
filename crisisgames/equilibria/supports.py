"""Whether more than two movers can mix in one equilibrium: by supports, and what they exclude.

Say which actions each mover plays with positive probability, and leave the probabilities open. If
one of these actions is never better than another one, whatever is played within the supports, and
worse for something that is, then it is worse for *all* probabilities, and nobody plays it. Supports
are chosen one information set after the other, and what is not chosen yet may be anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.dominance import (
    MAX_CELLS,
    Actions,
    Agents,
    choices_on,
    payoff_table,
    way_and_worth,
    ways_to_play,
)

__all__ = ["more_than_two_may_mix"]

MAX_PATTERNS = 2_000
"""Patterns of supports beyond which nothing is claimed: seconds."""


class _Open(Exception):
    """Raised where a pattern is left over, or the search is too long."""


def more_than_two_may_mix(agents: Agents, left: Actions, deadline: Deadline = NEVER) -> bool:
    """Return False if in no sequential equilibrium more than two movers mix, anywhere.

    Parameters
    ----------
    agents, left :
        The game's numbers, and its undominated actions.
    deadline : Deadline
        When the answer is True, since nothing was proved.
    """
    sets = [h for h in agents.sets if len(left[h]) > 1]
    tried = 0

    def grow(k: int, known: Mapping[int, tuple[int, ...]]) -> None:
        nonlocal tried
        mixing = {agents.owner[h] for h, own in known.items() if len(own) > 1}
        if len(mixing | {agents.owner[h] for h in sets[k:]}) < 3:
            return
        tried += 1
        if tried > MAX_PATTERNS or deadline.passed:
            raise _Open
        if any(_excluded(agents, h, left, known) for h in known):
            return
        if k == len(sets):
            raise _Open
        for support in _subsets(left[sets[k]]):
            grow(k + 1, {**known, sets[k]: support})

    try:
        grow(0, {})
    except _Open:
        return True
    return False


def _excluded(agents: Agents, h: int, left: Actions, known: Mapping[int, tuple[int, ...]]) -> bool:
    """Tell whether some action of a chosen support is worse than another one."""
    possible = {**left, **known}
    pairs = [(agents.others[x], agents.chance[x]) for x in agents.nodes[h]]
    axes = _split(choices_on((way for way, _ in pairs), possible), known)
    reached = False
    if ways_to_play(axes, possible) <= MAX_CELLS:
        table = payoff_table(pairs, axes, possible)
        table = table.reshape(_sizes(axes, possible, known))
        reached = bool((table > 0).any(axis=1).all())
    return any(
        _worse(agents, h, a, b, possible, known, whole=reached)
        for a in known[h]
        for b in left[h]
        if b != a
    )


def _worse(
    agents: Agents,
    h: int,
    a: int,
    b: int,
    possible: Actions,
    known: Mapping[int, tuple[int, ...]],
    *,
    whole: bool,
) -> bool:
    """Tell whether an action is worse than another one for all probabilities within supports."""
    i = agents.owner[h]
    nodes = agents.nodes[h]
    scopes = [nodes] if whole else [(x,) for x in nodes]
    own = choices_on((t.after for x in nodes for t in agents.terms[x, b]), possible)
    own = tuple(g for g in own if agents.owner[g] == i)
    good = None
    for scope in scopes:
        rows = [
            [way_and_worth(t, i, agents, whole) for x in scope for t in agents.terms[x, c]]
            for c in (b, a)
        ]
        shared = choices_on((way for row in rows for way, _ in row), possible)
        others = _split([g for g in shared if agents.owner[g] != i], known)
        later = choices_on((way for way, _ in rows[1]), possible)
        tables = []
        for mine, row in zip((own, [g for g in later if agents.owner[g] == i]), rows, strict=True):
            axes = (*mine, *others)
            if ways_to_play(axes, possible) > MAX_CELLS:
                return False
            table = payoff_table(row, axes, possible)
            tables.append(
                table.reshape((ways_to_play(mine, possible), *_sizes(others, possible, known)))
            )
        gap = tables[0] - tables[1].max(axis=0)
        better = (gap >= 0).all(axis=(1, 2)) & (gap > 0).any(axis=2).all(axis=1)
        good = better if good is None else good & better
    return good is not None and bool(good.any())


def _split(sets: Sequence[int], known: Mapping[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Return information sets with those whose support is open first."""
    return tuple(sorted(sets, key=lambda g: (g in known, g)))


def _sizes(
    sets: Sequence[int], possible: Actions, known: Mapping[int, tuple[int, ...]]
) -> tuple[int, int]:
    """Return how many ways there are to choose where supports are open, and where not."""
    return (
        ways_to_play([g for g in sets if g not in known], possible),
        ways_to_play([g for g in sets if g in known], possible),
    )


def _subsets(items: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for size in range(len(items), 0, -1):
        yield from combinations(items, size)
