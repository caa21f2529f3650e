"""What a comparison reads of any solution: the interface of the kinds in `solutions`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crisisgames.equilibria.selection import RULES
from crisisgames.errors import NotApplicable, suggest

__all__ = ["Effect", "Group", "Interval", "Member", "Rule", "Solution"]

Rule = str | Callable[[Any], Any]
Interval = tuple[float, float]
Effect = tuple[Mapping[str, Any] | None, tuple[str, ...]]
"""The change of each outcome's probability, or None, and what there is to say of it."""


@dataclass(frozen=True)
class Member:
    """One member of a solution.

    Attributes
    ----------
    play : equilibrium
        As the solution holds it.
    outcomes, payoffs : mapping
        Probability of each outcome, and utils of each player.
    """

    play: Any
    outcomes: Mapping[Any, Any]
    payoffs: Mapping[str, Any]


@dataclass(frozen=True)
class Group:
    """Members that lead to the same, or belong together.

    Attributes
    ----------
    name : str
    outcomes, payoffs : mapping
        For each outcome and player the lowest and highest value.
    equilibria : tuple of int
        The places of the members; empty where they have none.
    example : object
        One of them.
    """

    name: str
    outcomes: Mapping[Any, Any]
    payoffs: Mapping[str, Any]
    equilibria: tuple[int, ...]
    example: Any


@dataclass(frozen=True, eq=False)
class Solution(ABC):
    """A set of equilibria as comparisons read it.

    Attributes
    ----------
    crisis : Crisis
    found : object
        The set itself.
    """

    crisis: Any
    found: Any

    @property
    def concept(self) -> str:
        """What it is a solution for."""
        return str(self.found.concept)

    @property
    @abstractmethod
    def players(self) -> tuple[str, ...]:
        """The players of the game."""

    @property
    @abstractmethod
    def labels(self) -> tuple[Any, ...]:
        """The labels of outcomes."""

    @property
    def complete(self) -> bool:
        """Whether every equilibrium is in it; of a polytope, whether all bounds are attained."""
        return bool(self.found.complete)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know."""
        return tuple(self.found.notes)

    @property
    def empty(self) -> bool:
        """Whether nothing was found."""
        return self.count == 0

    @property
    def count(self) -> float:
        """How many members are listed; nan where there is no list."""
        return len(self.found)

    @property
    @abstractmethod
    def classes(self) -> Sequence[Any]:
        """The classes of members, each with what a `Group` has."""

    @property
    @abstractmethod
    def certificate(self) -> float:
        """Largest gain from a deviation or error of belief over the members, in utils."""

    @abstractmethod
    def bounds(self, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome that the game has."""

    def payoff_bounds(self, players: str | Collection[str]) -> Interval:
        """Return the lowest and highest payoff, or sum of payoffs."""
        low, high = self.found.payoff_bounds(players)
        return float(low), float(high)

    @abstractmethod
    def span(self, group: Any, outcome: str) -> Interval:
        """Return the lowest and highest probability of an outcome over a class."""

    @abstractmethod
    def class_of(self, play: Any) -> Any:
        """Return the class that a member belongs to, or None where that cannot be told."""

    @abstractmethod
    def select(self, rule: Rule | None) -> tuple[Member | None, tuple[str, ...]]:
        """Return the member that a rule selects, if any, and doubts about that."""

    @abstractmethod
    def member(self, play: Any) -> Member:
        """Return one member with what it leads to."""

    @property
    @abstractmethod
    def rules(self) -> Mapping[str, str]:
        """The rules that mean something here, and in words what each of them selects."""

    @property
    @abstractmethod
    def own_rule(self) -> str:
        """The rule that selects where none is asked for."""

    def rule(self, rule: Rule | None) -> Rule:
        """Return the rule that selects: the one asked for, or the own one."""
        rule = self.own_rule if rule is None else rule
        if isinstance(rule, str) and rule not in self.rules:
            if rule in RULES:
                raise NotApplicable(
                    f"the rule {rule!r} means nothing here; allowed are {', '.join(self.rules)}"
                )
            raise suggest("selection rule", rule, self.rules)
        return rule

    def selection(self, rule: Rule | None) -> str:
        """Return in words what a rule selects."""
        by = self.rule(rule)
        if isinstance(by, str):
            return self.rules[by]
        return f"the smallest value of {getattr(by, '__name__', type(by).__name__)}"

    @abstractmethod
    def effect(self, before: Solution, member: Member) -> Effect:
        """Return the change of outcomes from ``before`` if play stays that of its ``member``."""
