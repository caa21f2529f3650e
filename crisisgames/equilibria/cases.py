"""Sequential equilibria of games with more than two movers, case by case, where that is exact.

Take an equilibrium in which at most two movers mix, anywhere. All others play some pure strategy f.
Fix it: what is left is a game of two movers, whose sequential equilibria are all found
(`sequential`). So go through all pure strategies of the others, solve what is left, and keep the
equilibria in which f is optimal.

What is left has no trembles of the others, the whole game has. That makes no difference where

* the information sets at which the two movers have a choice, and to which deviations from f lead as
  well as f does, are reached whatever the two do with their undominated actions: Bayes' rule then
  gives deviations no weight; and
* what follows deviations from f only is filled in, by actions that are optimal there, or by what is
  done there where the others play another strategy. The trembles of the others may be taken to be
  rarer than all trembles of the two movers, so that they change no belief elsewhere.

Every extreme equilibrium is put together as a whole, with trembles for everybody, and its
optimality is checked exactly at every information set. Between extreme equilibria of one product of
polytopes, gains are bilinear in the plans of the two movers, so that what holds at all corners
holds between them, if the beliefs of the others follow from play or do not matter.

So every way to play is found, but where only deviations lead, or own plans exclude what follows,
one way to act there is given for each, and others may serve as well.

That nobody mixes but two is proved by `supports`: if three or more mixed, some action of theirs
would be worse than another one, whatever the probabilities between 0 and 1 are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import lcm, prod

from crisisgames.equilibria.assemble import Sheaf, above, assemble_part, assess, fixed_part
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.dominance import Actions, Agents, always_led_to
from crisisgames.equilibria.equilibrium import ANY, Equilibrium
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.polytope import Cone, Ray
from crisisgames.equilibria.sequence_form import sequence_form
from crisisgames.equilibria.sequential import independent_parts, search_equilibria
from crisisgames.equilibria.trembles import Cells
from crisisgames.games import ExtensiveFormGame, Record
from crisisgames.games.compiled import Decision
from crisisgames.games.tree import Chance, Move, Node, Tell

__all__ = ["CaseSearch", "Whole", "two_mover_cases"]

MAX_CASES = 500
"""Pure strategies of the others beyond which the cases are not gone through."""

MAX_FILLED = 256
"""Ways to act where only deviations of the others lead that are tried."""

MAX_CORNERS = 2_000
"""Extreme equilibria of one case beyond which it counts as not resolved."""

Rows = Mapping[int, tuple[Fraction, ...]]


@dataclass(frozen=True)
class Whole:
    """A sequential equilibrium of the whole game.

    Attributes
    ----------
    rows : dict
        For each information set that nature can reach, the probability of each action.
    cells : Cells
        The trembles that prove it.
    """

    rows: Rows
    cells: Cells


@dataclass
class CaseSearch:
    """What the cases gave.

    Attributes
    ----------
    pieces : list of tuple of Whole
        Products of polytopes of equilibria, by their extreme points.
    resolved : bool
        Whether all equilibria in which at most two movers mix are among them.
    cases : int
        How many cases were solved.
    """

    pieces: list[tuple[Whole, ...]] = field(default_factory=list)
    resolved: bool = True
    cases: int = 0


def two_mover_cases(
    game: ExtensiveFormGame, agents: Agents, left: Actions, deadline: Deadline = NEVER
) -> CaseSearch:
    """Return the sequential equilibria in which at most two movers mix.

    Parameters
    ----------
    game : ExtensiveFormGame
    agents, left :
        The game's numbers, and its undominated actions.
    deadline : Deadline
        When the search stops with what it has found.
    """
    found = CaseSearch()
    choosing = sorted({agents.owner[h] for h in agents.sets if len(left[h]) > 1})
    cases = list(_cases(agents, left, choosing))
    if len(cases) > MAX_CASES:
        found.resolved = False
        return found
    solvable = [_Case(game, agents, left, fixed, deadline) for fixed in cases]
    for case in solvable:
        if deadline.passed:
            found.resolved = False
            break
        case.siblings = [
            c for c in solvable if c is not case and c.fixed.keys() == case.fixed.keys()
        ]
        if not case.separate():
            found.resolved = False
            continue
        found.cases += 1
        pieces, resolved = case.solved()
        found.pieces += pieces
        found.resolved &= resolved
    return found


def _cases(agents: Agents, left: Actions, choosing: Sequence[int]) -> Iterator[dict[int, int]]:
    """Yield the pure strategies of all but two movers, at all of their information sets."""
    movers = sorted({agents.owner[h] for h in agents.sets})
    idle = [i for i in movers if i not in choosing]
    for pair in combinations(choosing, min(2, len(choosing))):
        others = [*idle, *(i for i in choosing if i not in pair)]
        if len(pair) < 2:
            others = others[: max(0, len(movers) - 2)]
        sets = [h for h in agents.sets if agents.owner[h] in others]
        if prod(len(left[h]) for h in sets) > MAX_CASES:
            yield from ({} for _ in range(MAX_CASES + 1))
            return
        for actions in product(*(left[h] for h in sets)):
            yield dict(zip(sets, actions, strict=True))


class _Case:
    """The game with the strategies of all but two movers fixed."""

    def __init__(
        self,
        game: ExtensiveFormGame,
        agents: Agents,
        left: Actions,
        fixed: Mapping[int, int],
        deadline: Deadline,
    ) -> None:
        self.game, self.agents, self.fixed, self.deadline = game, agents, fixed, deadline
        self.siblings: list[_Case] = []
        self.left = {h: (fixed[h],) if h in fixed else left[h] for h in agents.sets}
        strays = {
            x
            for x in agents.chance
            if any(fixed.get(g, a) != a for g, a in game.compiled.nodes[x].decisions)
        }
        self.kept = {
            h for h in agents.sets if h not in fixed and not strays.issuperset(agents.nodes[h])
        }
        self.mixed = {h for h in self.kept if not strays.isdisjoint(agents.nodes[h])}

    def separate(self) -> bool:
        """Tell whether deviations of the others change no belief where the two have a choice."""
        return all(
            len(self.left[h]) == 1 or always_led_to(self.agents, h, self.left) for h in self.mixed
        )

    def solved(self) -> tuple[list[tuple[Whole, ...]], bool]:
        """Return the equilibria of the case, and whether these are all."""
        found = self.found
        if len(found) > MAX_CORNERS:
            return [], False
        pieces: list[tuple[Whole, ...]] = []
        resolved = found.complete
        for sheaves in product(*(part.sheaves for part in found.parts)):
            if self.deadline.passed:
                return pieces, False
            members = [
                [part.extremes[k] for k in sheaf.extremes]
                for part, sheaf in zip(found.parts, sheaves, strict=True)
            ]
            corners = [self._corner(found.combine(extremes)) for extremes in product(*members)]
            whole = self._together(corners)
            if whole is None:
                whole = self._cut(found, sheaves, corners)
            if whole is not None:
                pieces += [whole] if whole else []
                continue
            resolved = False
            alone = (self._together([corner]) for corner in corners)
            pieces += [one for one in alone if one]
        return pieces, resolved

    def _together(self, corners: Sequence[_Corner]) -> tuple[Whole, ...] | None:
        """Return the whole equilibria that a product of polytopes belongs to, by its corners.

        Nothing if it belongs to none; None if neither was proved for all of the product.
        """
        open_ = corners[0].open
        if any(c.open != open_ for c in corners):
            return None
        refuted: frozenset[Decision] | None = None
        for filled in self._fillings(corners):
            judged = [self._judged(corner, filled) for corner in corners]
            good = tuple(j.whole for j in judged if j.whole is not None)
            if len(good) == len(corners) and (len(corners) == 1 or all(j.sure for j in judged)):
                return good
            # Gains are linear in everybody's plan: one that pays at all corners, whatever is
            # filled in, pays between them too.
            both = frozenset.intersection(*(j.refuted for j in judged))
            refuted = both if refuted is None else refuted & both
        if refuted:
            return ()
        return self._borrowed(corners[0]) if len(corners) == 1 else None

    def _borrowed(self, corner: _Corner) -> tuple[Whole, ...] | None:
        """Return the whole equilibrium with what is done elsewhere taken from another case.

        There it is play after another strategy of the others, trembles and all.
        """
        for case in self.siblings:
            if self.deadline.passed:
                return None
            found = case.found
            for k in range(min(len(found), MAX_FILLED)):
                if self.deadline.passed:
                    return None
                other = case._corner(found[k])
                if all(h in other.rows for h in corner.open):
                    filled = {h: other.rows[h] for h in corner.open}
                    led = {d: cell for d, cell in other.led.items() if d[0] in filled}
                    verdict = self._judged(replace(corner, led={**corner.led, **led}), filled)
                    if verdict.whole is not None:
                        return (verdict.whole,)
        return None

    def _cut(
        self, found: EquilibriumSet, sheaves: Sequence[Sheaf], corners: Sequence[_Corner]
    ) -> tuple[Whole, ...] | None:
        """Return the part of a polytope of one mover's plans in which the others are content.

        Their gains are linear there, if beliefs follow from play. None where more varies than one
        mover's plan, or where what is filled in is not determined.
        """
        wide = [
            (k, i) for k, sheaf in enumerate(sheaves) for i in (0, 1) if len(sheaf.plans[i]) > 1
        ]
        if len(wide) != 1 or any(c.open != corners[0].open for c in corners):
            return None
        fillings = self._fillings(corners)
        if len(fillings) != 1:
            return None
        judged = [self._judged(corner, fillings[0]) for corner in corners]
        if not all(j.sure and j.content for j in judged):
            return None
        shares = Cone.spanned(
            tuple(int(k == n) for k in range(len(corners))) for n in range(len(corners))
        )
        for demand in sorted(set().union(*(j.gaps for j in judged))):
            gaps = [j.gaps.get(demand, Fraction(0)) for j in judged]
            scale = lcm(*(gap.denominator for gap in gaps))
            shares = shares.cut({k: int(gap * scale) for k, gap in enumerate(gaps)})
        place, i = wide[0]
        sheaf, part = sheaves[place], found.parts[place]
        kept = []
        for ray in shares.rays:
            plans = [own[0] for own in sheaf.plans]
            plans[i] = _mixed(sheaf.plans[i], ray)
            assert found.form is not None
            mixed = assess(
                found.form,
                found.game.exact(),
                tuple(part.extremes[0].strategy),
                above((plans[0], plans[1]), sheaf.inner),
                sequential=True,
            )
            extremes = [
                p.extremes[s.extremes[0]] for p, s in zip(found.parts, sheaves, strict=True)
            ]
            extremes[place] = mixed
            corner = self._corner(found.combine(extremes))
            if corner.open != corners[0].open:
                return None
            verdict = self._judged(corner, fillings[0])
            if verdict.whole is None:
                return None
            kept.append(verdict.whole)
        return tuple(kept)

    @cached_property
    def found(self) -> EquilibriumSet:
        """Return the sequential equilibria of what is left."""
        sets = self.game.information_sets
        chosen = {
            (sets[h].player, sets[h].record): sets[h].actions[a] for h, a in self.fixed.items()
        }
        nothing: dict[str, Record] = dict.fromkeys(self.game.players, ())
        root = _without(self.game.root, nothing, chosen)
        game = ExtensiveFormGame(root, self.game.players)
        names = game.parameters
        game = game.at(**{n: v for n, v in self.game.values.items() if n in names})
        numbers = game.exact()
        form = sequence_form(game.compiled, numbers)
        search = search_equilibria(form, deadline=self.deadline)
        groups = independent_parts(form)
        parts = tuple(
            assemble_part(form, numbers, group, blocks, sequential=True, deadline=self.deadline)
            for group, blocks in zip(groups, search.parts, strict=True)
        )
        complete = search.complete and all(part.complete for part in parts)
        fixed = fixed_part(form, numbers, groups)
        return EquilibriumSet(
            game, "sequential", complete, parts, fixed, game.outcomes, form, exact=True
        )

    def _corner(self, found: Equilibrium) -> _Corner:
        """Return what an equilibrium of what is left says of the whole game."""
        rows: dict[int, tuple[Fraction, ...]] = {}
        for h in self.agents.sets:
            info = self.game.information_sets[h]
            if h in self.fixed:
                rows[h] = _pure(self.fixed[h], self.agents.size[h])
            elif h in self.kept:
                behaviour = found.strategy[info.player][info.record]
                if behaviour != ANY:
                    rows[h] = tuple(Fraction(behaviour[a]) for a in info.actions)
        depth = {
            h: max(len(self.game.compiled.nodes[x].decisions) for x in self.agents.nodes[h])
            for h in self.agents.sets
            if h not in rows
        }
        open_ = tuple(sorted(depth, key=lambda h: (-depth[h], h)))
        return _Corner(rows, open_, self._led(found))

    def _led(self, found: Equilibrium) -> dict[Decision, tuple[int, Fraction]]:
        """Return the orders and weights that the trembles of the two movers give to actions."""
        sets = self.game.information_sets
        place = {(info.player, info.record): h for h, info in enumerate(sets)}
        sequences: dict[Decision, tuple[int, Fraction]] = {}
        for player, levels in found.trembles.items():
            for k, level in enumerate(levels):
                for (record, action), weight in level.items():
                    h = place[player, record]
                    d = h, sets[h].actions.index(action)
                    sequences.setdefault(d, (k, Fraction(weight)))
        cells = {}
        for (h, a), (order, weight) in sequences.items():
            way = self.game.compiled.nodes[self.agents.nodes[h][0]].decisions
            own = [d for d in way if self.agents.owner[d[0]] == self.agents.owner[h]]
            before = sequences[own[-1]] if own else (0, Fraction(1))
            cells[h, a] = order - before[0], weight / before[1]
        return cells

    def _fillings(self, corners: Sequence[_Corner]) -> list[dict[int, tuple[Fraction, ...]]]:
        """Return the ways to act where only deviations lead, or where anything will do.

        What is worse than one other action at every node, however play goes on, is left out.
        """
        found: list[dict[int, tuple[Fraction, ...]]] = [{}]
        for h in corners[0].open:
            worth = [
                row
                for corner in corners
                for filled in found
                for row in self._worth(h, {**corner.rows, **filled}).values()
            ]
            left = self.left[h]
            sure = not any(self._below(h) & self._loose(corner) for corner in corners)
            kept = [
                a
                for a in left
                if not sure
                or not any(all(row[b] > row[a] for row in worth) for b in left if b != a)
            ]
            size = self.agents.size[h]
            found = [{**filled, h: _pure(a, size)} for filled in found for a in kept]
            if len(found) > MAX_FILLED:
                return []
        return found

    def _loose(self, corner: _Corner) -> set[int]:
        """Return where own plans do not lead and the corner's behaviour is one of several.

        What holds for the one that is stated may not hold for the others.
        """
        loose = set()
        for h in self.kept & corner.rows.keys():
            way = self.game.compiled.nodes[self.agents.nodes[h][0]].decisions
            own = [d for d in way if self.agents.owner[d[0]] == self.agents.owner[h]]
            if all(g in corner.rows and corner.rows[g][a] for g, a in own):
                continue
            if len(self.left[h]) > 1 or not corner.rows[h][self.left[h][0]]:
                loose.add(h)
        return loose

    def _below(self, h: int) -> set[int]:
        """Return the information sets that may follow an information set."""
        return {
            g
            for x in self.agents.nodes[h]
            for a in range(self.agents.size[h])
            for term in self.agents.terms[x, a]
            for g, _ in term.after
        }

    def _worth(self, h: int, rows: Rows) -> dict[int, tuple[Fraction, ...]]:
        """Return what each action is worth at each node, times nature's chance."""
        i = self.agents.owner[h]
        found = {}
        for x in self.agents.nodes[h]:
            values = []
            for a in range(self.agents.size[h]):
                total = Fraction(0)
                for term in self.agents.terms[x, a]:
                    share = Fraction(self.agents.payoffs[term.end][i])
                    for g, b in term.after:
                        if not share:
                            break
                        share *= rows[g][b]
                    total += share
                values.append(total)
            found[x] = tuple(values)
        return found

    def _judged(self, corner: _Corner, filled: Rows) -> _Verdict:
        """Return the whole equilibrium if it is one, else what is better somewhere."""
        rows = {**corner.rows, **filled}
        cells = self._cells(rows, corner.led)
        refuted = set()
        gaps: dict[Decision, Fraction] = {}
        good = sure = content = True
        for h in self.agents.sets:
            worth = self._worth(h, rows)
            orders = {x: sum(cells[d][0] for d in self.agents.others[x]) for x in worth}
            least = min(orders.values())
            likely = [x for x in worth if orders[x] == least]
            mass = {x: _product(cells[d][1] for d in self.agents.others[x]) for x in likely}
            actions = range(self.agents.size[h])
            mean = [sum((mass[x] * worth[x][a] for x in likely), Fraction(0)) for a in actions]
            played = [a for a in actions if rows[h][a]]
            value = mean[played[0]]
            better = {b for b in actions if mean[b] > value}
            if better or any(mean[a] != value for a in played):
                good = False
                content = content and h in self.fixed and least == 0
            if h in self.fixed and least == 0:
                gaps |= {(h, b): value - mean[b] for b in actions}
            if h not in self.kept and len(self.left[h]) + (h in self.fixed) > 1:
                everywhere = all(worth[x][played[0]] >= worth[x][b] for x in worth for b in actions)
                sure = sure and (least == 0 or everywhere)
            if h in self.fixed:
                a = self.fixed[h]
                settled = least == 0 or not self._below(h) & self._loose(corner)
                refuted |= {
                    (h, b)
                    for b in better
                    if settled and (least == 0 or all(worth[x][b] > worth[x][a] for x in worth))
                }
        whole = Whole(rows, cells) if good else None
        return _Verdict(whole, frozenset(refuted), sure, content, gaps)

    def _cells(self, rows: Rows, led: Mapping[Decision, tuple[int, Fraction]]) -> Cells:
        """Return trembles for everybody: those of the others are rarer than all of the two."""
        rare = 1 + sum(order for order, _ in led.values())
        depth = max((len(v.decisions) for v in self.game.compiled.nodes), default=0)
        rarest = rare * (depth + 1)
        cells: dict[Decision, tuple[int, Fraction]] = {}
        for h, row in rows.items():
            for a, p in enumerate(row):
                if p:
                    cells[h, a] = 0, p
                elif h in self.fixed:
                    cells[h, a] = rarest, Fraction(1)
                else:
                    cells[h, a] = led.get((h, a), (rare, Fraction(1)))
        return cells


@dataclass(frozen=True)
class _Corner:
    """An extreme equilibrium of what is left.

    Attributes
    ----------
    rows : dict
        What is done at each information set for which it says so.
    open : tuple of int
        The other information sets, later ones first.
    led : dict
        The orders and weights of the trembles of the two movers.
    """

    rows: Rows
    open: tuple[int, ...]
    led: Mapping[Decision, tuple[int, Fraction]]


@dataclass(frozen=True)
class _Verdict:
    """Whether an extreme equilibrium, filled in, is one of the whole game.

    Attributes
    ----------
    whole : Whole or None
        None if it is not.
    refuted : frozenset of (information set, action)
        Actions of the others that are better than theirs whatever is believed off the path.
    sure : bool
        Whether beliefs of the others follow from play, or do not matter.
    content : bool
        Whether nobody can gain but the others, at information sets where beliefs follow from play.
    gaps : dict
        What the actions of the others bring there more than each other one, times the probability
        of being there.
    """

    whole: Whole | None
    refuted: frozenset[Decision]
    sure: bool
    content: bool
    gaps: Mapping[Decision, Fraction]


def _product(factors: Iterable[Fraction]) -> Fraction:
    total = Fraction(1)
    for factor in factors:
        total *= factor
    return total


def _mixed(plans: Sequence[Ray], shares: Sequence[int]) -> Ray:
    """Return a mixture of plans, each taken with probability 1 for the empty sequence."""
    point = [
        sum(
            (Fraction(w * ray[k], ray[0]) for w, ray in zip(shares, plans, strict=True)),
            Fraction(0),
        )
        for k in range(len(plans[0]))
    ]
    scale = lcm(*(x.denominator for x in point))
    return tuple(int(x * scale) for x in point)


def _pure(a: int, size: int) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(a == b)) for b in range(size))


def _without(
    node: Node, records: Mapping[str, Record], chosen: Mapping[tuple[str, Record], str]
) -> Node:
    """Return a tree in which some players do what is chosen for them."""
    if isinstance(node, Chance):
        branches = ((label, p, _without(t, records, chosen)) for label, p, t in node.branches)
        return Chance(tuple(branches))
    if isinstance(node, Tell):
        told = dict(records)
        for player, signal in node.signals:
            told[player] = (*told[player], signal)
        return Tell(node.signals, _without(node.subtree, told, chosen))
    if isinstance(node, Move):
        key = node.player, records[node.player]
        below = {
            a: _without(t, {**records, node.player: (*key[1], a)}, chosen)
            for a, t in node.branches
            if chosen.get(key, a) == a
        }
        if key in chosen:
            return below[chosen[key]]
        return Move(node.player, tuple(below.items()))
    return node
