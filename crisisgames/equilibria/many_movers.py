"""Sequential equilibria of games in which more than two players move.

Mixed equilibria of three players need not be rational numbers, and beliefs after deviations of two
opponents at once lie on curved surfaces [1]_. So nothing here claims more than is proved:

1. Actions that no belief makes optimal are left out (`dominance`).
2. Equilibria in which at most two movers mix are found case by case, exactly, continua included
   (`cases`). Where all cases are resolved, and where supports exclude that more than two mix
   (`supports`), these are all equilibria, and the set is complete.
3. Otherwise all pure equilibria are decided, each exactly (`pure_sequential`), and mixed ones are
   searched for (`search_sequential`). The set is not complete; its notes say what is all, what was
   searched, and what is undecided.

References
----------
.. [1] David M. Kreps and Robert Wilson, "Sequential Equilibria", Econometrica 50(4), 1982.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain

import numpy as np

from crisisgames.equilibria.assemble import Extreme, Part, Sheaf
from crisisgames.equilibria.cases import CaseSearch, Whole, two_mover_cases
from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.dominance import Agents, undominated_actions
from crisisgames.equilibria.equilibrium import Trembles
from crisisgames.equilibria.equilibrium_set import EquilibriumSet
from crisisgames.equilibria.profiles import profile_set
from crisisgames.equilibria.pure_sequential import PureSearch, pure_sequential
from crisisgames.equilibria.search import DISTINCT
from crisisgames.equilibria.supports import more_than_two_may_mix
from crisisgames.equilibria.trembles import beliefs_in_the_limit, by_level
from crisisgames.games import ExtensiveFormGame

__all__ = ["sequential_of_many"]

STARTS = 200
"""Guesses of the search for mixed equilibria: some seconds. ``method="search"`` takes more."""

PLAYED = 1e-6
"""Probability above which a searched equilibrium plays an action: its support has more than
`search_sequential` calls rare."""


def sequential_of_many(
    game: ExtensiveFormGame,
    labels: tuple[Hashable, ...],
    *,
    deadline: Deadline = NEVER,
    notes: tuple[str, ...] = (),
    exact: bool = False,
    at_edge: bool = False,
) -> EquilibriumSet:
    """Return sequential equilibria of a game in which more than two players move.

    Parameters
    ----------
    game : ExtensiveFormGame
    labels : tuple
        The outcome labels to report, in the order of the game's outcomes.
    deadline : Deadline
        When what is found is returned. Half of the time may go to the exact cases.
    notes : tuple of str
        Put first among those of the set.
    exact, at_edge : bool
        As in `EquilibriumSet`. With ``exact=True`` no mixed equilibria are searched for: these
        would be in floating point.

    Examples
    --------
    Selten's horse: 1 and 2 may hand the game over to 3, who does not learn which of them did.

    >>> from crisisgames import ExtensiveFormGame, end, move, solve
    >>> def third(left, right):
    ...     return move("3", {"L": end(f"L{left}", left), "R": end(f"R{right}", right)})
    >>> second = move("2", {"d": third((4, 4, 0), (0, 0, 1)), "c": end("cross", (1, 1, 1))})
    >>> first = move("1", {"D": third((3, 3, 2), (0, 0, 0)), "C": second})
    >>> found = solve(ExtensiveFormGame(first, ("1", "2", "3")))
    >>> found.complete, found.bounds("cross")
    (False, (1.0, 1.0))
    """
    agents = Agents(game.compiled, game.exact())
    left = undominated_actions(agents, deadline.half)
    cases = two_mover_cases(game, agents, left, deadline.half)
    proved = cases.resolved and not more_than_two_may_mix(agents, left, deadline.half)
    shelf = _Shelf(game, agents, labels)
    for piece in cases.pieces:
        shelf.add(piece)
    if proved:
        note = (
            f"All equilibria: in none do more than two players mix, and {_games(cases)} in which "
            f"all but two play a fixed pure strategy {_are(cases)} solved exactly."
        )
        return shelf.set((*notes, note), exact, at_edge, complete=True)
    pure = pure_sequential(game, agents=agents, left=left, deadline=deadline.half)
    for equilibrium in pure.found:
        size = agents.size
        rows = {
            h: tuple(Fraction(int(a == b)) for b in range(size[h]))
            for h, a in equilibrium.plan.items()
        }
        shelf.add((Whole(rows, equilibrium.cells),))
    texts = [_of_pure(pure), _of_cases(cases)]
    if exact:
        texts.append("Others, which mix, are not searched for with exact=True.")
    else:
        from crisisgames.equilibria.search_sequential import search_sequential

        left_over = max(deadline.left, 1e-6) if deadline != NEVER else 0
        searched = search_sequential(
            game, labels, starts=STARTS, time_limit=left_over, at_edge=at_edge
        )
        added = shelf.add_searched(searched, movers=3 if cases.resolved else 1)
        texts.append(f"{searched.notes[-1]} Of these {added} are not among those above.")
    return shelf.set((*notes, *texts), exact, at_edge, complete=False)


def _of_pure(pure: PureSearch) -> str:
    if pure.stopped:
        return (
            f"The search is not complete: {pure.stopped}, after {pure.tried} profiles of pure "
            f"strategies; {len(pure.found)} pure equilibria, of which there may be more."
        )
    if not pure.undecided:
        return f"{len(pure.found)} pure equilibria in reduced strategies, which are all pure ones."
    open_ = len(pure.undecided)
    return (
        f"{len(pure.found)} pure equilibria in reduced strategies; of {open_} more profile"
        f"{'s' * (open_ != 1)} of pure strategies it is undecided whether some trembles support "
        "them; all others are proved to be none."
    )


def _of_cases(cases: CaseSearch) -> str:
    if cases.resolved:
        return (
            f"In {_games(cases)} all but two players were given a fixed pure strategy, and "
            "what is left was solved: these are all equilibria in which at most two players mix."
        )
    if not cases.cases:
        return "Those in which at most two players mix were not gone through one by one."
    return (
        f"In {_games(cases)} all but two players were given a fixed pure strategy, and what is "
        "left was solved; not everything there is resolved."
    )


def _games(cases: CaseSearch) -> str:
    return "the one game" if cases.cases == 1 else f"the {cases.cases} games"


def _are(cases: CaseSearch) -> str:
    return "is" if cases.cases == 1 else "are"


class _Shelf:
    """Collects equilibria, each once."""

    def __init__(
        self, game: ExtensiveFormGame, agents: Agents, labels: tuple[Hashable, ...]
    ) -> None:
        self.game, self.agents, self.labels = game, agents, labels
        self.extremes: list[Extreme] = []
        self.stated: list[Trembles] = []
        self.place: dict[tuple[tuple[int, tuple[Fraction, ...]], ...], int] = {}
        self.pieces: dict[tuple[int, ...], None] = {}

    def add(self, piece: Sequence[Whole]) -> None:
        """Add a product of polytopes by its extreme points."""
        places = []
        for one in piece:
            key = tuple((h, row) for h, row in sorted(one.rows.items()) if self._led_to(h, one))
            if key not in self.place:
                self.place[key] = len(self.extremes)
                self.extremes.append(self._extreme(one))
                self.stated.append(by_level(self.game.compiled, one.cells))
            places.append(self.place[key])
        self.pieces[tuple(dict.fromkeys(places))] = None

    def add_searched(self, found: EquilibriumSet, movers: int) -> int:
        """Add those of a search in which so many players mix and that are new; say how many."""
        before = len(self.extremes)
        known = [self._numbers(e) for e in self.extremes]
        for k, e in enumerate(found.parts[0].extremes):
            mixing = {
                self.agents.owner[h]
                for h, row in e.strategy.items()
                if row is not None and sum(p > PLAYED for p in row) > 1 and h in self.agents.owner
            }
            here = self._numbers(e)
            if len(mixing) >= movers and not any(
                bool((np.abs(here - other) < DISTINCT).all()) for other in known
            ):
                self.pieces[len(self.extremes),] = None
                self.extremes.append(e)
                self.stated.append(found.stated[k])
        return len(self.extremes) - before

    def set(
        self, notes: tuple[str, ...], exact: bool, at_edge: bool, *, complete: bool
    ) -> EquilibriumSet:
        """Return what was collected."""
        empty = profile_set(
            self.game,
            self.labels,
            "sequential",
            [],
            complete=complete,
            notes=notes,
            exact=exact,
            at_edge=at_edge,
        )
        whole = [p for p in self.pieces if not any(set(p) < set(q) for q in self.pieces)]
        part = Part(tuple(self.extremes), tuple(Sheaf(p, ((), ())) for p in whole))
        return replace(empty, parts=(part,), stated=tuple(self.stated))

    def _led_to(self, h: int, one: Whole) -> bool:
        """Tell whether the owner's own choices lead to an information set."""
        way = self.game.compiled.nodes[self.agents.nodes[h][0]].decisions
        own = self.agents.owner
        return all(one.rows[g][a] for g, a in way if own[g] == own[h])

    def _extreme(self, one: Whole) -> Extreme:
        limits = beliefs_in_the_limit(self.agents, one.cells)
        profile = tuple(one.rows.get(h) for h in range(len(self.game.information_sets)))
        single = profile_set(
            self.game, self.labels, "sequential", [profile], complete=False, limits=limits
        )
        return single.parts[0].extremes[0]

    def _numbers(self, extreme: Extreme) -> np.ndarray:
        rows: Mapping[int, Sequence[Fraction] | None] = extreme.strategy
        sizes = (len(info.actions) for info in self.game.information_sets)
        return np.array(
            list(
                chain.from_iterable(
                    map(float, rows.get(h) or [Fraction(0)] * n) for h, n in enumerate(sizes)
                )
            )
        )
