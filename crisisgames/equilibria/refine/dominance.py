"""Equilibria in which nobody plays a weakly dominated strategy.

A strategy is weakly dominated if another one, pure or mixed, does at least as well against
everything the opponent can do and better against something. In a game with two movers a strategy is
undominated exactly if it is a best reply to some completely mixed strategy of the opponent [1]_. In
sequence form that is one linear program, solved in exact arithmetic. Whether a mixed strategy is
dominated depends on the actions that it uses only, so the undominated plans of a polytope are a
union of its faces.

References
----------
.. [1] Eric van Damme, "Stability and Perfection of Nash Equilibria", 2nd ed., Springer, 1991,
   Section 3.2: with two players, the undominated equilibria are the normal form perfect ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import product

from crisisgames.equilibria.deadline import NEVER, Deadline, TimeUp
from crisisgames.equilibria.linear.simplex import Row, simplex
from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.equilibria.refine.filters import Judged, narrowed
from crisisgames.equilibria.sequence_form import SequenceForm
from crisisgames.equilibria.sequential import Block

__all__ = ["Dominance"]


@dataclass
class Dominance:
    """The test for weak dominance in one game; answers are kept by the actions in use."""

    form: SequenceForm
    deadline: Deadline = NEVER
    known: dict[tuple[int, frozenset[int]], bool] = field(default_factory=dict)

    def judged(self, block: Block, part: frozenset[int]) -> Judged:
        """Return what is left of a block without dominated strategies.

        Plans that are not judged when the time is up stay.
        """
        faces, why, undecided = [], [], []
        for i in (0, 1):
            rays = block.levels[i][0].rays
            try:
                own = list(self._faces(i, rays, part))
                lost = [set(face) for face in own] != [set(rays)]
                reasons = [self._reason(i, rays, part)] if lost else []
            except TimeUp as stop:
                own, reasons = [tuple(rays)], []
                player = self.form.game.players[self.form.movers[i]]
                undecided.append(f"for all plans of {player} ({stop})")
            faces.append([Cone.spanned(face) for face in own])
            why += reasons
        return [narrowed(block, (p0, p1)) for p0, p1 in product(*faces)], why, undecided

    def _faces(self, i: int, rays: Sequence[Ray], part: Set[int]) -> Iterator[tuple[Ray, ...]]:
        """Yield the largest faces of a polytope of plans in which nothing is dominated."""
        todo, seen = [tuple(rays)], set()
        found: list[tuple[Ray, ...]] = []
        while todo:
            self.deadline.check()
            face = todo.pop(0)
            if not face or face in seen or any(set(face) <= set(f) for f in found):
                continue
            seen.add(face)
            used = frozenset(s for ray in face for s, w in enumerate(ray) if w)
            if self._undominated(i, used, part):
                found.append(face)
            else:
                todo += [tuple(r for r in face if not r[s]) for s in sorted(used) if s]
        yield from found

    def _undominated(self, i: int, used: frozenset[int], part: Set[int]) -> bool:
        """Tell whether a strategy that uses these sequences replies best to a full mixture."""
        if (i, used) not in self.known:
            self.known[i, used] = self._replies_best(i, used, part)
        return self.known[i, used]

    def _replies_best(self, i: int, used: frozenset[int], part: Set[int]) -> bool:
        """Tell it by a linear program: how likely the opponent can make its rarest sequence.

        Its variables are the opponent's plan, the worth of each own information set (a difference,
        as it may be negative), and the least weight in the plan.
        """
        form, j = self.form, 1 - i
        mine = [h for h in sorted(part) if form.owner[h] == i]
        theirs = [h for h in sorted(part) if form.owner[h] == j]
        plan = {q: n for n, q in enumerate([0, *self._after(theirs)])}
        worth = {h: len(plan) + 2 * n for n, h in enumerate(mine)}
        least = len(plan) + 2 * len(mine)
        equal: list[Row] = [{0: 1}]
        for h in theirs:
            flow = {plan[form.number[h, a]]: -1 for a in range(form.size(h))}
            equal.append({plan[form.parent[h]]: 1, **flow})
        at_most: list[Row] = [{least: 1, n: -1} for n in plan.values()]
        for h in mine:
            for a in range(form.size(h)):
                s = form.number[h, a]
                row = {plan[q]: v for q, v in form.payoffs[i].get(s, {}).items()}
                for g, sign in ((h, -1), *((g, 1) for g in form.children[i][s])):
                    row |= {worth[g]: sign, worth[g] + 1: -sign}
                (equal if s in used else at_most).append(row)
        goal = [0] * least + [1]
        try:
            totals = [1] + [0] * (len(equal) - 1)
            point = simplex(goal, equal, totals, at_most, self.deadline)[0]
        except ValueError:
            return False
        return point[least] > 0

    def _after(self, sets: Sequence[int]) -> list[int]:
        form = self.form
        return [form.number[h, a] for h in sets for a in range(form.size(h))]

    def _reason(self, i: int, rays: Sequence[Ray], part: Set[int]) -> str:
        sets = self.form.game.information_sets
        for ray in rays:
            used = frozenset(s for s, w in enumerate(ray) if w)
            if not self._undominated(i, used, part):
                played = [self.form.sequences[i][s] for s in sorted(used) if s]
                mine = [(h, a) for h, a in played if h in part]
                said = ", ".join(f"{sets[h].actions[a]!r} at {sets[h].label!r}" for h, a in mine)
                return f"{sets[mine[0][0]].player} would play a dominated strategy: {said}"
        return "a mixture of undominated strategies is itself dominated"
