"""Which equilibria belong together, and what to call them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from crisisgames.equilibria.assemble import Part, Sheaf
from crisisgames.equilibria.equilibrium import ANY, Equilibrium
from crisisgames.equilibria.polytope import Ray
from crisisgames.games import InformationSet

__all__ = ["class_name", "connected_sheaves"]

PLAYED = 1e-9
"""A probability above which an action counts as played, for names only."""


def connected_sheaves(part: Part) -> tuple[tuple[int, ...], ...]:
    """Return the pieces of a part in groups, one for each class.

    Connected pieces belong together. So do components that have one and the same single outcome;
    a component with several outcomes is a class of its own.
    """
    n = len(part.sheaves)
    group = list(range(n))
    for i, j in combinations(range(n), 2):
        if group[i] != group[j] and _meet(part.sheaves[i], part.sheaves[j]):
            group = [group[i] if g == group[j] else g for g in group]
    components = [[k for k in range(n) if group[k] == g] for g in dict.fromkeys(group)]
    classes: dict[object, list[int]] = {}
    for component in components:
        outcomes = {part.extremes[e].outcomes for k in component for e in part.sheaves[k].extremes}
        key = outcomes.pop() if len(outcomes) == 1 else component[0]
        classes.setdefault(key, []).extend(component)
    return tuple(tuple(c) for c in classes.values())


def _meet(a: Sheaf, b: Sheaf) -> bool:
    """Tell whether two pieces have a point in common: both movers' polytopes must."""
    if set(a.extremes) & set(b.extremes):
        return True
    return all(_polytopes_meet(p, q) for p, q in zip(a.plans, b.plans, strict=True))


def _polytopes_meet(a: Sequence[Ray], b: Sequence[Ray]) -> bool:
    if not a or not b:
        return False
    if set(a) & set(b):
        return True
    left, right = (np.array([[x / ray[0] for x in ray] for ray in rays]) for rays in (a, b))
    if (left.max(0) < right.min(0)).any() or (right.max(0) < left.min(0)).any():
        return False
    from scipy.optimize import linprog

    # Convex weights on both sides that give the same point.
    equal = np.hstack([left.T, -right.T])
    ones = np.zeros((2, len(a) + len(b)))
    ones[0, : len(a)] = ones[1, len(a) :] = 1
    system = np.vstack([equal, ones])
    target = np.concatenate([np.zeros(left.shape[1]), [1, 1]])
    return bool(linprog(np.zeros(system.shape[1]), A_eq=system, b_eq=target).status == 0)


def class_name(equilibrium: Equilibrium) -> str:
    """Return what the first mover does, in the words of the field.

    Pooling: all its types do the same; separating: each type does one thing, not all the same;
    semi-separating: some type mixes. Decisions that only one type faces are named by what is done.
    """
    sets = equilibrium.game.information_sets
    if not sets:
        return "nobody chooses"
    reach = _reached(equilibrium)
    first = sets[0].player
    groups: dict[tuple[str, ...], list[InformationSet]] = {}
    for info in sets:
        if info.player == first and (first, info.record) in reach:
            groups.setdefault(info.actions, []).append(info)
    words = []
    for actions, members in groups.items():
        played = [_played(equilibrium, m) for m in members]
        used = [a for a in actions if any(a in p for p in played)]
        pure = all(len(p) == 1 for p in played)
        if len(members) == 1:
            words.append(used[0] if pure else f"mixes {' and '.join(used)}")
            continue
        if len(used) == 1:
            words.append(f"pooling on {used[0]}")
        else:
            words.append(f"{'separating' if pure else 'semi-separating'} on {', '.join(used)}")
        break
    return "; ".join(words)


def _played(equilibrium: Equilibrium, info: InformationSet) -> tuple[str, ...]:
    behaviour = equilibrium.strategy[info.player][info.record]
    if behaviour == ANY:
        return ()
    return tuple(a for a, p in behaviour.items() if p > PLAYED)


def _reached(equilibrium: Equilibrium) -> set[tuple[str, tuple[str, ...]]]:
    """Return the information sets that play reaches."""
    compiled = equilibrium.game.compiled
    sets = compiled.information_sets
    reached = set()
    for x, h in enumerate(compiled.node_sets):
        way = compiled.nodes[x].decisions
        if all(sets[g].actions[a] in _played(equilibrium, sets[g]) for g, a in way):
            reached.add((sets[h].player, sets[h].record))
    return reached
