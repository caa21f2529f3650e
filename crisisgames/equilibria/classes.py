"""Which equilibria belong together, and what to call them."""

from __future__ import annotations

from collections.abc import Sequence

from crisisgames.equilibria.assemble import Part, Sheaf
from crisisgames.equilibria.equilibrium import ANY, Equilibrium
from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.games import InformationSet

__all__ = ["class_name", "connected_sheaves"]

PLAYED = 1e-9
"""A probability above which an action counts as played, for names only."""


def connected_sheaves(part: Part) -> tuple[tuple[int, ...], ...]:
    """Return the pieces of a part in groups, one for each class.

    Connected pieces belong together. So do components that have one and the same single outcome;
    a component with several outcomes is a class of its own.

    Pieces of a solved game that meet share an extreme equilibrium: each mover's polytopes are cells
    of one division of its plans, by zeros and by what is best for the opponent, and cells that meet
    have a face in common. Refinements cut cells further, so polytopes are compared as well.
    """
    leader = list(range(len(part.sheaves)))

    def find(k: int) -> int:
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    holder: dict[int, int] = {}
    for k, sheaf in enumerate(part.sheaves):
        for e in sheaf.extremes:
            leader[find(k)] = find(holder.setdefault(e, k))
    wide = [k for k, s in enumerate(part.sheaves) if max(map(len, s.plans)) > 1]
    for k in wide:
        for m in range(len(part.sheaves)):
            if find(k) != find(m) and _meet(part.sheaves[k], part.sheaves[m]):
                leader[find(k)] = find(m)
    components: dict[int, list[int]] = {}
    for k in range(len(part.sheaves)):
        components.setdefault(find(k), []).append(k)
    classes: dict[object, list[int]] = {}
    for component in components.values():
        outcomes = {part.extremes[e].outcomes for k in component for e in part.sheaves[k].extremes}
        key = outcomes.pop() if len(outcomes) == 1 else component[0]
        classes.setdefault(key, []).extend(component)
    return tuple(tuple(c) for c in classes.values())


def _meet(a: Sheaf, b: Sheaf) -> bool:
    """Tell whether two pieces have a point in common: both movers' polytopes must."""
    return all(_polytopes_meet(p, q) for p, q in zip(a.plans, b.plans, strict=True))


def _polytopes_meet(a: Sequence[Ray], b: Sequence[Ray]) -> bool:
    """Tell whether two polytopes of plans have a point in common."""
    before, size = -1, len(a) + len(b)
    while a and b and size != before:
        # Weights are never negative: what one side never uses the other must do without.
        a, b = _within(a, b), _within(b, a)
        before, size = size, len(a) + len(b)
    if not a or not b:
        return False
    if set(a) & set(b):
        return True
    # Are there weights on both sides that give the same point?
    weights = Cone.spanned(tuple(int(k == n) for k in range(size)) for n in range(size))
    for row in zip(*a, *(tuple(-x for x in ray) for ray in b), strict=True):
        weights = weights.cut(dict(enumerate(row)), equal=True)
    return bool(weights.rays)


def _within(a: Sequence[Ray], b: Sequence[Ray]) -> list[Ray]:
    """Return the rays of ``a`` that use no more coordinates than ``b``."""
    used = [any(column) for column in zip(*b, strict=True)]
    return [ray for ray in a if all(u or not x for x, u in zip(ray, used, strict=True))]


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
