"""All pure sequential equilibria of trees with any number of movers, decided exactly.

Fix a pure strategy of everybody. What any action is worth at any node is then a number, and the
beliefs that make the strategy optimal at an information set are a polytope. The question is whether
consistent beliefs [1]_ lie in all of these polytopes.

Trembles whose sizes are weights times powers of one small number are enough: the beliefs that they
lead to are the limits of *all* trembles (leading terms decide limits, and by the curve selection
lemma a limit of trembles is one along a curve with leading terms). The order of a node is the sum
of the orders of the trembles on the way, and beliefs rest on the nodes of the lowest order. So for
each information set the nodes believed in are guessed; then

* that they have equal orders, and all others higher ones, is linear in the orders of trembles;
* with W the product of a player's weights up to and with its last tremble on the way, a node has
  the probability of nature's moves there times the product of the W of those who trembled. The W
  are free and positive, and optimality is linear in these products.

Both are cones, cut in exact integers (`polytope`). With two movers only one player's trembles count
at each information set, so the products are single weights, and the answer is yes or no. With more
movers products of several weights occur. If no positive values of the *products* meet the
conditions, no weights do, and the guess is refuted. If some do, weights are sought: one player's at
a time, which is linear again, at many values of the others'. What is found is exact and proves
itself; if nothing is found, the strategy stays undecided, and is counted.

References
----------
.. [1] David M. Kreps and Robert Wilson, "Sequential Equilibria", Econometrica 50(4), 1982.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import gcd, prod
from random import Random

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.dominance import Agents, undominated_actions
from crisisgames.equilibria.polytope import Cone, Functional
from crisisgames.equilibria.trembles import Cells
from crisisgames.games import ExtensiveFormGame
from crisisgames.games.compiled import Decision

__all__ = ["PureEquilibrium", "PureSearch", "pure_sequential"]

MAX_PROFILES = 20_000
"""Profiles of pure strategies, of those that some belief makes optimal everywhere by itself, beyond
which the search ends: minutes."""

MAX_BELIEVED = 8
"""Causes of an unexpected information set up to which all sets of them are guessed."""

TRIES = 200
"""Values of the others' weights at which one player's are sought."""

SIZES = (1, 2, 3, 5, 10, 30, 100)
"""Weights that are tried, and their inverses."""

Cause = frozenset[Decision]
"""For each player who trembled on the way to a node, its last tremble."""

Row = Mapping[Cause, int]
"""A gain that is to be at least 0: a sum of products of weights, one for each cause."""


@dataclass(frozen=True)
class PureEquilibrium:
    """A pure sequential equilibrium, with the trembles that prove it.

    Attributes
    ----------
    plan : dict
        The action at each information set that nature can reach.
    cells : Cells
        The order and the weight of every action there.
    """

    plan: Mapping[int, int]
    cells: Cells


@dataclass
class PureSearch:
    """What the search found, and how far it came.

    Attributes
    ----------
    found : list of PureEquilibrium
        One for each profile of reduced strategies: choices that a player's own earlier ones
        exclude do not make an equilibrium different.
    undecided : list of plans
        Profiles of which neither was proved, one for each profile of reduced strategies.
    tried : int
        Profiles that were gone through.
    stopped : str
        Why not all profiles were gone through; empty if they were.
    """

    found: list[PureEquilibrium] = field(default_factory=list)
    undecided: list[Mapping[int, int]] = field(default_factory=list)
    tried: int = 0
    stopped: str = ""


def pure_sequential(
    game: ExtensiveFormGame,
    *,
    agents: Agents | None = None,
    left: Mapping[int, tuple[int, ...]] | None = None,
    deadline: Deadline = NEVER,
) -> PureSearch:
    """Return the pure sequential equilibria of a game.

    Parameters
    ----------
    game : ExtensiveFormGame
    agents, left :
        The game's numbers and undominated actions, where they are known.
    deadline : Deadline
        When the search stops with what it has found.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> fight = end("war", {"A": -1, "B": -1})
    >>> reply = move("B", {"yield": end("won", {"A": 1, "B": 0}), "resist": fight})
    >>> game = ExtensiveFormGame(move("A", {"wait": end("calm", {"A": 0, "B": 1}), "act": reply}))
    >>> found = pure_sequential(game).found
    >>> [e.plan for e in found]
    [{0: 1, 1: 0}]
    """
    own = agents or Agents(game.compiled, game.exact())
    actions = undominated_actions(own, deadline) if left is None else left
    search = PureSearch()
    open_: dict[tuple[Decision, ...], Mapping[int, int]] = {}
    known: set[tuple[Decision, ...]] = set()
    for plan in _Plans(own, actions, deadline).all():
        if deadline.passed or search.tried == MAX_PROFILES:
            break
        search.tried += 1
        reduced = tuple((h, a) for h, a in sorted(plan.items()) if _own_leads(own, h, plan))
        if reduced in known:
            continue
        answer = _Assessment(own, plan).decided()
        if answer is None:
            open_.setdefault(reduced, plan)
        elif answer:
            known.add(reduced)
            search.found.append(answer[0])
    search.undecided = [plan for key, plan in open_.items() if key not in known]
    if deadline.passed:
        search.stopped = "time limit reached"
    elif search.tried == MAX_PROFILES:
        search.stopped = f"more than {MAX_PROFILES} profiles of pure strategies"
    return search


def _own_leads(agents: Agents, h: int, plan: Mapping[int, int]) -> bool:
    """Tell whether the owner's own earlier choices lead to an information set."""
    way = agents.game.nodes[agents.nodes[h][0]].decisions
    return all(plan[g] == a for g, a in way if agents.owner[g] == agents.owner[h])


class _Plans:
    """Profiles of pure strategies that some belief makes optimal, everywhere by itself."""

    def __init__(
        self, agents: Agents, left: Mapping[int, tuple[int, ...]], deadline: Deadline
    ) -> None:
        self.agents, self.left, self.deadline = agents, left, deadline
        depth = {
            h: max(len(agents.game.nodes[x].decisions) for x in agents.nodes[h])
            for h in agents.sets
        }
        self.order = sorted(agents.sets, key=lambda h: (-depth[h], h))
        place = {h: k for k, h in enumerate(self.order)}
        self.ready: list[list[int]] = [[] for _ in self.order]
        for h in agents.sets:
            below = {
                g
                for x in agents.nodes[h]
                for a in range(agents.size[h])
                for term in agents.terms[x, a]
                for g, _ in term.after
            }
            self.ready[max(place[g] for g in below | {h})].append(h)

    def all(self, k: int = 0, plan: Mapping[int, int] | None = None) -> Iterator[Mapping[int, int]]:
        """Yield the profiles that continue one of the first ``k`` information sets in order."""
        plan = plan or {}
        if k == len(self.order):
            yield dict(sorted(plan.items()))
            return
        for a in self.left[self.order[k]]:
            if self.deadline.passed:
                return
            new = {**plan, self.order[k]: a}
            if all(_believable(gains(self.agents, h, new)) for h in self.ready[k]):
                yield from self.all(k + 1, new)


Gains = Mapping[int, tuple[int, ...]]
"""For each node, what the action played gives more than each other one, times nature's chance."""


def gains(agents: Agents, h: int, plan: Mapping[int, int]) -> Gains:
    """Return what the action played at an information set gives more than each other one."""
    i = agents.owner[h]
    found = {}
    for x in agents.nodes[h]:
        worth = [
            sum(
                agents.payoffs[t.end][i]
                for t in agents.terms[x, a]
                if all(plan[g] == b for g, b in t.after)
            )
            for a in range(agents.size[h])
        ]
        played = worth[plan[h]]
        found[x] = tuple(played - w for a, w in enumerate(worth) if a != plan[h])
    return found


def _believable(rows: Gains) -> bool:
    """Tell whether some belief makes every gain at least 0."""
    columns = list(zip(*rows.values(), strict=True))
    if len(columns) < 2:
        return all(max(column) >= 0 for column in columns)
    cone = _orthant(len(rows))
    for column in columns:
        cone = cone.cut(dict(enumerate(column)))
    return bool(cone.rays)


def _orthant(size: int) -> Cone:
    return Cone.spanned(tuple(int(k == n) for k in range(size)) for n in range(size))


@dataclass(frozen=True)
class _Question:
    """Information sets with the same causes, and what their beliefs are to do.

    Attributes
    ----------
    causes : tuple of Cause
        What may have led there.
    demands : tuple of dict
        For each gain that is to be at least 0, its value by cause.
    """

    causes: tuple[Cause, ...]
    demands: tuple[Row, ...]


class _Assessment:
    """A profile of pure strategies whose beliefs are in question."""

    def __init__(self, agents: Agents, plan: Mapping[int, int]) -> None:
        self.agents, self.plan = agents, plan
        self.trembles = [(h, a) for h in agents.sets for a in range(agents.size[h]) if a != plan[h]]
        self.place = {d: k for k, d in enumerate(self.trembles)}
        self.slips = {
            x: tuple(d for d in agents.others[x] if d in self.place) for x in agents.chance
        }
        # A player's last tremble says which ones came before: perfect recall.
        self.before: dict[Decision, tuple[Decision, ...]] = {}
        for h in agents.sets:
            way = agents.game.nodes[agents.nodes[h][0]].decisions
            own = [d for d in way if agents.owner[d[0]] == agents.owner[h] and d in self.place]
            for a in range(agents.size[h]):
                self.before[h, a] = (*own, (h, a))

    def cause(self, x: int) -> Cause:
        """Return the last tremble of each player who trembled on the way to a node."""
        last: dict[int, Decision] = {}
        for d in self.slips[x]:
            last[self.agents.owner[d[0]]] = d
        return frozenset(last.values())

    def decided(self) -> tuple[PureEquilibrium, ...] | None:
        """Return the equilibrium, nothing if there is none, or None if neither was proved."""
        open_: dict[frozenset[Cause], list[Row]] = {}
        for h in self.agents.sets:
            rows = gains(self.agents, h, self.plan)
            worth: dict[Cause, list[int]] = {}
            for x, row in rows.items():
                total = worth.setdefault(self.cause(x), [0] * len(row))
                worth[self.cause(x)] = [t + u for t, u in zip(total, row, strict=True)]
            expected = worth.get(frozenset())
            if expected is not None:
                if min(expected, default=0) < 0:
                    return ()
            elif any(u < 0 for row in worth.values() for u in row):
                columns = zip(*worth.values(), strict=True)
                demands = [dict(zip(worth, column, strict=True)) for column in columns]
                open_.setdefault(frozenset(worth), []).extend(
                    d for d in demands if min(d.values()) < 0
                )
        questions = [
            _Question(tuple(sorted(causes, key=sorted)), tuple(demands))
            for causes, demands in open_.items()
        ]
        questions.sort(key=lambda q: len(q.causes))
        if any(len(q.causes) > MAX_BELIEVED for q in questions):
            return None
        self.products = sorted(
            {
                cause - frozenset.intersection(*chosen)
                for q in questions
                for chosen in _subsets(q.causes)
                for cause in chosen
            },
            key=sorted,
        )
        self.unknown = False
        answer = self._search(
            questions, _orthant(len(self.trembles)), (), _orthant(len(self.products)), ()
        )
        if answer is not None:
            return (answer,)
        return None if self.unknown else ()

    def _order(self, cause: Cause) -> dict[int, int]:
        """Return the order of a cause as a linear function of the orders of trembles."""
        return {self.place[d]: 1 for last in cause for d in self.before[last]}

    def _search(
        self,
        questions: Sequence[_Question],
        orders: Cone,
        strict: tuple[Functional, ...],
        weights: Cone,
        asked: tuple[Row, ...],
    ) -> PureEquilibrium | None:
        """Guess which causes are believed at each open information set, one after the other."""
        if not questions:
            return self._answered(orders, weights, asked)
        question, rest = questions[0], questions[1:]
        for chosen in _subsets(question.causes):
            new_orders, new_strict = orders, strict
            base = self._order(chosen[0])
            for cause in question.causes:
                gap = _minus(self._order(cause), base)
                if cause in chosen:
                    new_orders = new_orders.cut(gap, equal=True)
                else:
                    new_orders = new_orders.cut(gap)
                    new_strict = (*new_strict, gap)
            if not self._strictly(new_orders, new_strict):
                continue
            common = frozenset.intersection(*chosen)
            place = {self.products.index(cause - common): cause for cause in chosen}
            new_weights = weights
            for demand in question.demands:
                new_weights = new_weights.cut({k: demand[c] for k, c in place.items()})
            if not new_weights.positive(range(len(self.products))):
                continue
            rows = tuple({c - common: d[c] for c in chosen} for d in question.demands)
            found = self._search(rest, new_orders, new_strict, new_weights, (*asked, *rows))
            if found is not None:
                return found
        return None

    def _strictly(self, cone: Cone, strict: Sequence[Functional]) -> bool:
        """Tell whether a point of the cone has all orders positive, and all gaps."""
        return cone.positive(range(len(self.trembles))) and all(
            any(sum(c * ray[k] for k, c in gap.items()) > 0 for ray in cone.rays) for gap in strict
        )

    def _answered(
        self,
        orders: Cone,
        weights: Cone,
        asked: tuple[Row, ...],
    ) -> PureEquilibrium | None:
        """Return the equilibrium with weights that do as asked, if they are found."""
        inner = weights.interior() if self.products else ()
        size = _reduced(orders.interior()) if self.trembles else ()
        known = {product: Fraction(w) for product, w in zip(self.products, inner, strict=True)}
        single = {d: known.get(frozenset({d}), Fraction(1)) for d in self.trembles}
        joint = any(len(cause) > 1 for row in asked for cause in row)
        products = _realized(asked, single, self.agents.owner) if joint else single
        if products is None:
            self.unknown = True
            return None
        cells = {(h, a): (0, Fraction(1)) for h, a in self.plan.items()}
        for d, order in zip(self.trembles, size, strict=True):
            earlier = self.before[d][:-1]
            cells[d] = order, products[d] / (products[earlier[-1]] if earlier else 1)
        return PureEquilibrium(self.plan, cells)


def _realized(
    rows: Sequence[Row],
    start: Mapping[Decision, Fraction],
    owner: Mapping[int, int],
) -> Mapping[Decision, Fraction] | None:
    """Return positive weights that make every row at least 0, if they are found.

    A row is a sum of products of weights, at most one of each player. With the weights of all
    players but one at some values, what is left for that one is linear.
    """
    rng = Random(0)
    movers = sorted({owner[d[0]] for row in rows for cause in row for d in cause})
    for attempt in range(TRIES):
        weights = dict(start)
        if attempt:
            for d in weights:
                size = rng.choice(SIZES)
                weights[d] = Fraction(size) if rng.random() < 0.5 else Fraction(1, size)
        for i in movers:
            mine = [d for d in weights if owner[d[0]] == i]
            place = {d: k for k, d in enumerate(mine)}
            cone = _orthant(len(mine) + 1)  # the last coordinate stands for 1
            for row in rows:
                terms: dict[int, Fraction] = {}
                for cause, value in row.items():
                    own = next((place[d] for d in cause if d in place), len(mine))
                    rest = prod((weights[d] for d in cause if d not in place), start=Fraction(1))
                    terms[own] = terms.get(own, Fraction(0)) + value * rest
                scale = prod(t.denominator for t in terms.values())
                cone = cone.cut({k: int(t * scale) for k, t in terms.items()})
            if cone.positive(range(len(mine) + 1)):
                inner = cone.interior()
                return {**weights, **{d: Fraction(inner[k], inner[-1]) for d, k in place.items()}}
    return None


def _subsets(items: tuple[Cause, ...]) -> Iterator[tuple[Cause, ...]]:
    for size in range(1, len(items) + 1):
        yield from combinations(items, size)


def _minus(a: Mapping[int, int], b: Mapping[int, int]) -> dict[int, int]:
    return {k: a.get(k, 0) - b.get(k, 0) for k in a.keys() | b.keys()}


def _reduced(ray: Sequence[int]) -> tuple[int, ...]:
    divisor = gcd(*ray) or 1
    return tuple(x // divisor for x in ray)
