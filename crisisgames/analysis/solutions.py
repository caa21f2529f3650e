"""What a comparison reads of a solution, whatever kind of game it solves.

A crisis says how it is solved: `Crisis.solve` returns a set of its own kind, all equilibria of a
tree, Markov perfect equilibria, cutoffs, a polytope of mediated play. `solution_of` reads each of
them as a `Solution`, and nothing else in the library asks of which kind one is:

* `Tree`: an `EquilibriumSet`. What each equilibrium leads to, the set knows.
* `Mediated`: a `CorrelatedSet`, a polytope. Its bounds are exact; the one that is selected is what
  a mediator would propose who wants the least war, the most, or the largest sum of payoffs.
* `Listed`: a finite list, of which the crisis says what each entry leads to; see `ListedCrisis`.
  The list is any sequence with ``complete`` and ``notes``; where it has ``selected``, the place of
  the limit of a logit branch or None, the rule ``"qre"`` takes that. An entry may have a
  ``certificate`` with ``worst``, or a ``gain``, in utils; for briefs a ``conduct()``, sentences
  that say who does what, or an ``explain()``.
  `crisisgames.crises.Given` makes a list of play that is given, not solved for.

A crisis of a new kind therefore needs `solve`, a ``concept`` and a ``rule``, and, unless its
solution is one of the first two, ``outcomes(entry)``, ``payoffs(entry)`` and ``held(entry)``.

Strategies held as they were, for direct effects, are carried from one solution to another by
`Solution.held`. Where that has no meaning there is no direct effect, and a note says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any, cast

from crisisgames.analysis.direct import direct_effect
from crisisgames.analysis.solution import Effect, Group, Interval, Member, Rule, Solution
from crisisgames.analysis.wording import headline_of
from crisisgames.crises.crisis import Crisis, ListedCrisis, TreeCrisis
from crisisgames.equilibria import (
    CorrelatedEquilibrium,
    CorrelatedSet,
    Equilibrium,
    EquilibriumSet,
)
from crisisgames.equilibria.outcomes import covers, matching
from crisisgames.equilibria.selection import RULES
from crisisgames.errors import GameError, NotApplicable, SelectionWarning

__all__ = ["Listed", "Mediated", "Tree", "solution_of"]

SAME = 1e-9
"""Entries whose outcomes are no further apart lead to the same: they are exact up to rounding."""


def solution_of(crisis: Crisis, found: Any) -> Solution:
    """Return a set of equilibria of a crisis as comparisons read it.

    Raises
    ------
    GameError
        If it is no set of equilibria, or one that the crisis cannot read.
    """
    if isinstance(found, EquilibriumSet):
        return Tree(cast(TreeCrisis, crisis), found)
    if isinstance(found, CorrelatedSet):
        return Mediated(crisis, found)
    if not (isinstance(found, Sequence) and hasattr(found, "complete") and hasattr(found, "notes")):
        raise GameError(f"this must be a set of equilibria, not {type(found).__name__}")
    if not all(hasattr(crisis, read) for read in READING):
        raise GameError(
            f"the crisis {crisis.kind!r} does not say what an entry of a {type(found).__name__} "
            f"leads to: it has no {', '.join(READING)}"
        )
    return Listed(cast(ListedCrisis, crisis), found)


READING = ("outcomes", "payoffs", "held")
"""What a crisis must have that reads a list."""


def _knowing(play: Any, kind: type) -> Member:
    """Return a member that knows by itself what it leads to."""
    if not isinstance(play, kind):
        raise GameError(f"this must be a {kind.__name__}, not {type(play).__name__}")
    return Member(play, play.outcomes, play.payoffs)  # type: ignore[attr-defined]


def _incomparable(before: Solution, after: Solution) -> Effect:
    was, now = before.concept, after.concept
    return None, (
        f"There is no direct part: strategies of a {was} solution cannot be held in a {now} one.",
    )


# ------------------------------------------------------------------------------------------- trees


@dataclass(frozen=True, eq=False)
class Tree(Solution):
    """The equilibria of a tree."""

    crisis: TreeCrisis
    found: EquilibriumSet

    rules = RULES

    @property
    def own_rule(self) -> str:
        """The crisis's own rule, or else the limit of the logit branch."""
        return getattr(self.crisis, "rule", "qre")

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        return self.found.game.players

    @property
    def labels(self) -> tuple[Any, ...]:
        """The labels of outcomes."""
        return self.found.labels

    @property
    def classes(self) -> Sequence[Any]:
        """The classes of equilibria."""
        return self.found.classes if len(self.found) else ()

    @property
    def certificate(self) -> float:
        """Largest gain from a deviation or error of belief."""
        return nan if self.empty else float(self.found.certificate)

    def bounds(self, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome."""
        low, high = self.found.bounds(outcome)
        return float(low), float(high)

    def span(self, group: Any, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome over a class."""
        wanted = [b for o, b in group.outcomes.items() if covers(outcome, str(o))]
        low, high = (sum(float(b[k]) for b in wanted) for k in (0, 1))
        if high - low > SAME:
            # The parts of a sum need not be lowest together: ask each extreme equilibrium.
            values = [float(self.found[i].probability(outcome)) for i in group.equilibria]
            return min(values), max(values)
        return low, high

    def class_of(self, play: Any) -> Any:
        """Return the class that an equilibrium belongs to."""
        for c in self.classes:
            if any(self.found[i].strategy == play.strategy for i in c.equilibria):
                return c
        # Between extreme equilibria: its outcomes and payoffs lie within those of the class.
        for c in self.classes:
            bounds = [(play.outcomes.get(o, 0), b) for o, b in c.outcomes.items()]
            bounds += [(play.payoffs[p], b) for p, b in c.payoffs.items()]
            if all(float(b[0]) - SAME <= float(x) <= float(b[1]) + SAME for x, b in bounds):
                return c
        return None

    def member(self, play: Any) -> Member:
        """Return an equilibrium with what it leads to."""
        return _knowing(play, Equilibrium)

    def select(self, rule: Rule | None) -> tuple[Member | None, tuple[str, ...]]:
        """Return the member that a rule selects, and doubts about that."""
        chosen_by = self.rule(rule)
        if self.empty:
            return None, ("No equilibrium was found.",)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            chosen = self.found.select(chosen_by)
        for other in (w for w in caught if not issubclass(w.category, SelectionWarning)):
            warnings.warn_explicit(other.message, other.category, other.filename, other.lineno)
        doubts = (_sentence(w.message) for w in caught if issubclass(w.category, SelectionWarning))
        return self.member(chosen), tuple(doubts)

    def effect(self, before: Solution, member: Member) -> Effect:
        """Return the change of outcomes if play stays as it was; exact."""
        if not isinstance(before, Tree):
            return _incomparable(before, self)
        equilibrium: Equilibrium = member.play
        return direct_effect(before.crisis, equilibrium, self.crisis, self.found.game)


def _sentence(said: Any) -> str:
    text = str(said)
    return f"{text[0].upper()}{text[1:]}."


# ----------------------------------------------------------------------------------- mediated play

PROPOSED = {
    "least war": "what a mediator proposes who wants the lowest probability of war",
    "most war": "what a mediator proposes who wants the highest probability of war",
    "welfare": "what a mediator proposes who wants the largest sum of payoffs",
}
"""What may be selected of mediated play."""


@dataclass(frozen=True, eq=False)
class Mediated(Solution):
    """The equilibria with a mediator: a polytope."""

    crisis: Crisis
    found: CorrelatedSet

    count = nan
    rules = PROPOSED
    own_rule = "least war"

    def __post_init__(self) -> None:
        # A time limit holds for each question; what it stopped is known when all were asked.
        self._bounds  # noqa: B018

    @cached_property
    def _bounds(self) -> Mapping[str, Interval]:
        labels = [str(o) for o in self.found.outcomes]
        heads = [o[: o.index(":", k)] for o in labels for k in range(len(o)) if o[k] == ":"]
        asked = {o: self.found.bounds(o) for o in dict.fromkeys((*labels, *heads))}
        return {o: (float(low), float(high)) for o, (low, high) in asked.items()}

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        return self.found.players

    @property
    def labels(self) -> tuple[Any, ...]:
        """The labels of outcomes."""
        return self.found.outcomes

    @cached_property
    def classes(self) -> Sequence[Group]:
        """The polytope as the one class that it is, with the proposal of least war."""
        outcomes = {o: self._bounds[str(o)] for o in self.labels}
        payoffs = {p: self.payoff_bounds(p) for p in self.players}
        return (Group("mediated play", outcomes, payoffs, (), self._proposal("least war")),)

    @property
    def certificate(self) -> float:
        """Largest gain from lying or disobeying, under what is proposed for the least war."""
        return float(self._proposal("least war").certificate.worst)

    def bounds(self, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome."""
        return self._bounds[outcome]

    def span(self, group: Any, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome over a class."""
        return self._bounds.get(outcome, (0.0, 0.0))

    def class_of(self, play: Any) -> Any:
        """Return the one class."""
        return self.classes[0]

    def member(self, play: Any) -> Member:
        """Return a rule of the mediator with what it leads to."""
        return _knowing(play, CorrelatedEquilibrium)

    def rule(self, rule: Rule | None) -> Rule:
        """Return the rule that selects."""
        if callable(rule):
            raise NotApplicable(
                "a polytope of mediated play has no list to choose from by a function; allowed "
                f"are {', '.join(PROPOSED)}"
            )
        return super().rule(rule)

    def select(self, rule: Rule | None) -> tuple[Member | None, tuple[str, ...]]:
        """Return what the mediator of a rule proposes."""
        chosen = self._proposal(str(self.rule(rule)))
        return self.member(chosen), ()

    def _proposal(self, rule: str) -> Any:
        if rule == "welfare":
            return self.found.optimum("welfare")
        wars = dict.fromkeys(matching("war", self.found.outcomes), 1)
        return self.found.optimum(wars, "min" if rule == "least war" else "max")

    def effect(self, before: Solution, member: Member) -> Effect:
        """Return the change of outcomes if the mediator proposes as before and all obey."""
        if not isinstance(before, Mediated):
            return _incomparable(before, self)
        model = self.found.model
        cells = {(c.situation, c.profile): c for c in model.cells if not c.is_threat}
        changed = dict.fromkeys(map(str, (*before.labels, *self.labels)), 0.0)
        for situation, proposals in member.play.rule.items():
            for profile, p in proposals.items():
                cell = cells.get((situation, profile))
                if cell is None:
                    return _incomparable(before, self)
                for o, share in cell.shares:
                    changed[str(self.labels[o])] += float(p) * float(share)
        for o, p in member.outcomes.items():
            changed[str(o)] -= float(p)
        return changed, ()


# ------------------------------------------------------------------------------------------- lists


LIMIT = {**RULES, "qre": "the limit of the logit branch from uniform play"}
"""What rules select of a list."""


@dataclass(frozen=True, eq=False)
class Listed(Solution):
    """A finite list, of which the crisis says what each entry leads to."""

    crisis: ListedCrisis
    found: Any

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The entries with what they lead to."""
        return tuple(map(self.member, self.found))

    def member(self, play: Any) -> Member:
        """Return an entry with what it leads to."""
        return Member(play, self.crisis.outcomes(play), self.crisis.payoffs(play))

    @property
    def concept(self) -> str:
        """What it is a solution for."""
        return str(getattr(self.found, "concept", self.crisis.concept))

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        return self.crisis.players

    @property
    def labels(self) -> tuple[Any, ...]:
        """The labels of outcomes, whether or not anything was found."""
        return self.crisis.labels

    @cached_property
    def classes(self) -> Sequence[Group]:
        """The entries that lead to the same."""
        alike: list[list[int]] = []
        for k, m in enumerate(self.members):
            same = (g for g in alike if _apart(self.members[g[0]], m) <= SAME)
            group = next(same, None)
            if group is None:
                alike.append([k])
            else:
                group.append(k)
        return tuple(self._group(n, own) for n, own in enumerate(alike, 1))

    def _group(self, number: int, own: Sequence[int]) -> Group:
        members = [self.members[k] for k in own]
        outcomes = {o: _range([m.outcomes.get(o, 0) for m in members]) for o in self.labels}
        payoffs = {p: _range([m.payoffs[p] for m in members]) for p in self.players}
        return Group(f"class {number}", outcomes, payoffs, tuple(own), members[0].play)

    @property
    def certificate(self) -> float:
        """Largest gain from a deviation over the entries; nan where they do not tell."""
        return max((_gain(m.play) for m in self.members), default=nan)

    def bounds(self, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome."""
        return _range([_probability(m, outcome) for m in self.members])

    def payoff_bounds(self, players: str | Collection[str]) -> Interval:
        """Return the lowest and highest payoff, or sum of payoffs."""
        names = (players,) if isinstance(players, str) else players
        return _range([sum(float(m.payoffs[p]) for p in names) for m in self.members])

    def span(self, group: Any, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome over a class."""
        return _range([_probability(self.members[k], outcome) for k in group.equilibria])

    def class_of(self, play: Any) -> Any:
        """Return the class of the entries that lead to what this one leads to."""
        own = self.member(play)
        pairs = ((c, self.members[c.equilibria[0]]) for c in self.classes)
        return next((c for c, m in pairs if _apart(own, m) <= SAME), None)

    @property
    def own_rule(self) -> str:
        """The crisis's own rule."""
        return self.crisis.rule

    @property
    def rules(self) -> Mapping[str, str]:
        """The rules that mean something for these entries, in words."""
        followed = hasattr(self.found, "selected")
        texts = {n: text.replace("war", self._about) for n, text in LIMIT.items()}
        return {n: text for n, text in texts.items() if n != "qre" or followed}

    @property
    def _about(self) -> str:
        """What "least war" is the least of: war, or else what the crisis names first."""
        return headline_of(map(str, self.labels))

    def select(self, rule: Rule | None) -> tuple[Member | None, tuple[str, ...]]:
        """Return the entry that a rule selects, if any."""
        by = self.rule(rule)
        if self.empty:
            return None, ("No equilibrium was found.",)
        if by == "qre":
            place = self.found.selected
            if place is None:
                return None, ("The logit branch has no limit here, so that nothing is selected.",)
            return self.members[place], ()
        if callable(by):
            return min(self.members, key=lambda m: by(m.play)), ()
        if by == "welfare":
            return max(self.members, key=lambda m: sum(map(float, m.payoffs.values()))), ()
        choose = min if by == "least war" else max
        return choose(self.members, key=lambda m: _probability(m, self._about)), ()

    def effect(self, before: Solution, member: Member) -> Effect:
        """Return the change of outcomes if play stays as it was."""
        if not isinstance(before, Listed) or before.crisis.kind != self.crisis.kind:
            return _incomparable(before, self)
        try:
            held = self.crisis.outcomes(self.crisis.held(member.play))
        except NotApplicable as error:
            return None, (f"There is no direct part: {error}.",)
        old = member.outcomes
        zero = 0.0
        return {o: held.get(o, zero) - old.get(o, zero) for o in (*old, *held)}, ()


def _probability(member: Member, outcome: str) -> float:
    return float(sum(p for o, p in member.outcomes.items() if covers(outcome, str(o))))


def _apart(one: Member, other: Member) -> float:
    labels = (*one.outcomes, *other.outcomes)
    return max(abs(float(one.outcomes.get(o, 0) - other.outcomes.get(o, 0))) for o in labels)


def _range(values: Sequence[Any]) -> Interval:
    if not values:
        raise GameError("there is nothing to bound")
    return float(min(values)), float(max(values))


def _gain(play: Any) -> float:
    certificate = getattr(play, "certificate", None)
    if certificate is not None:
        return float(certificate.worst)
    return float(getattr(play, "gain", nan))
