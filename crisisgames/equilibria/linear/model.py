"""What the linear program of a concept is made of: cells of probability, and incentives.

A mediator's rule is a point of the program. Its variables are the probabilities of *cells*: in such
a situation, recommend such a profile. *Incentives* are rows that must be at most 0: what a player
would gain, in ex ante utils, by a manipulation. A player that lies gets what is meant for another
and may answer every recommendation as it likes; the best answers to each are variables of their own
(`Rows.lie`), so that their number stays small [1]_.

References
----------
.. [1] Roger B. Myerson, "Multistage Games with Communication", Econometrica 54(2), 1986, Section 3;
   Françoise Forges, "An Approach to Communication Equilibria", Econometrica 54(6), 1986.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm
from typing import Any

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.linear.program import Number, Optimum, Program, Row, Stopped
from crisisgames.games.strategic import Shares

__all__ = ["Cell", "Constraint", "Incentive", "Line", "Model", "Rows", "add", "constraint"]

Line = Mapping[int, Any]
"""A row of the program before it is made whole: by variable a coefficient, which is a rational, or
where many points are solved at once a `Column`."""

Gain = tuple[Line, tuple[str, str | None, str | None, str | None, str | None, Fraction]]
"""A gain that must be at most 0, and what `constraint` needs to know of it besides."""


@dataclass(frozen=True)
class Cell:
    """A variable: the probability of a profile in a situation.

    Attributes
    ----------
    situation : tuple of str
        What the mediator knows when it draws the profile: the reports, or the types and the state.
    profile : tuple of str
    mass : Fraction
        Probability of the situation.
    payoffs : tuple of Fraction
        Of all players, in utils, times the mass.
    shares : Shares
        Distribution over outcomes, times the mass.
    is_threat : bool
        Whether the cell is advice that is asked for only after a deviation.
    """

    situation: tuple[str, ...]
    profile: tuple[str, ...]
    mass: Fraction
    payoffs: tuple[Fraction, ...]
    shares: Shares
    is_threat: bool = False


@dataclass(frozen=True)
class Incentive:
    """What a row of the program asks for: that a manipulation does not pay.

    Attributes
    ----------
    player : str
    knows : str or None
        What the player knows beside the recommendation: its type, or a message.
    report : str or None
        What it tells the mediator instead; None where it reports the truth.
    told, plays : str or None
        The recommendation that it disobeys, and what it does. Both are None in the row that sums a
        lie up, and `told` is None where the recommendation is not waited for.
    unit : Fraction
        The row divided by its largest coefficient, times this, is in ex ante utils.
    """

    player: str
    knows: str | None
    report: str | None
    told: str | None
    plays: str | None
    unit: Fraction


Constraint = tuple[Row, Incentive]


@dataclass(frozen=True, eq=False)
class Model:
    """The linear program of a concept for one game; variables after the cells are auxiliary.

    Attributes
    ----------
    separate : function or None
        Where the program does not hold all incentives: from a point, those that it violates.
    """

    players: tuple[str, ...]
    outcomes: tuple[Hashable, ...]
    cells: tuple[Cell, ...]
    program: Program
    incentives: tuple[Incentive, ...]
    separate: Callable[[Sequence[Number]], list[Constraint]] | None = None

    def maximise(
        self, goal: Sequence[Fraction], exact: bool, deadline: Deadline = NEVER
    ) -> tuple[Model, Optimum]:
        """Return the model with the incentives that matter for a goal, and the optimum.

        Incentives that are missing are added where they are violated, until none is.

        Raises
        ------
        Stopped
            Past the deadline. Bounds proved without the incentives that are missing hold.
        """
        whole: Model = self
        before: list[tuple[Program, Optimum]] = []
        for now in (False, True) if exact and self.separate else (exact,):
            while True:
                try:
                    found = whole.program.maximise(goal, now, deadline)
                except Stopped as stop:
                    known = [p.proved(goal, o.totals_prices, o.prices) for p, o in before]
                    raise Stopped(min([stop.bound, *known])) from None
                before = [(whole.program, found)]
                more = whole._violated(found)
                if not more:
                    break
                whole = whole.extended(more)
        return whole, found

    def _violated(self, found: Optimum) -> list[Constraint]:
        known = set(self.incentives)
        rows = self.separate(found.point) if self.separate else []
        return [(row, incentive) for row, incentive in rows if incentive not in known]

    def extended(self, more: Sequence[Constraint]) -> Model:
        """Return the model with more incentives."""
        rows = (*self.program.at_most, *(row for row, _ in more))
        incentives = (*self.incentives, *(incentive for _, incentive in more))
        return replace(self, program=replace(self.program, at_most=rows), incentives=incentives)


@dataclass
class Rows:
    """The rows of a program while it is being written."""

    cells: list[Cell]
    equal: list[Row] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    gains: list[Gain] = field(default_factory=list)
    helpers: int = 0

    @property
    def size(self) -> int:
        """How many variables there are."""
        return len(self.cells) + self.helpers

    def need(self, row: Row, total: int) -> None:
        """Require that probabilities sum to a total."""
        self.equal.append(row)
        self.totals.append(total)

    def obey(
        self,
        line: Line,
        player: str,
        knows: str | None,
        told: str | None,
        plays: str | None,
        report: str | None = None,
        unit: Fraction = Fraction(1),
    ) -> None:
        """Require that a gain, in ex ante ``unit`` utils, is at most 0."""
        self.gains.append((line, (player, knows, told, plays, report, unit)))

    def lie(
        self,
        player: str,
        knows: str,
        report: str,
        answers: Mapping[str, Mapping[str, Line]],
        honest: Line,
        most: Any,
        unit: Fraction = Fraction(1),
    ) -> None:
        """Require that a false report does not pay, however its advice is used.

        Parameters
        ----------
        answers : mapping
            For each recommendation and each answer to it what it brings, at least 0.
        honest : Line
            What truth and obedience bring.
        most : number
            Upper bound on what a recommendation may bring.
        unit : Fraction
            All of these are in ex ante utils times this.
        """
        if not most:
            return
        total: dict[int, Any] = {}
        add(total, honest, -1)
        for told, own in answers.items():
            helper = self.size  # the best answer's worth, as a share of ``most``
            self.helpers += 1
            total[helper] = most
            for plays, line in own.items():
                self.obey({**line, helper: -most}, player, knows, told, plays, report, unit)
        self.obey(total, player, knows, None, None, report, unit)

    def model(self, players: tuple[str, ...], outcomes: tuple[Hashable, ...]) -> Model:
        """Return the finished model."""
        found = [c for line, about in self.gains if (c := constraint(line, *about))]
        at_most, own = (tuple(part) for part in zip(*found, strict=True)) if found else ((), ())
        program = Program(self.size, tuple(self.equal), tuple(self.totals), at_most)
        return Model(players, outcomes, tuple(self.cells), program, own)


def constraint(
    line: Line,
    player: str,
    knows: str | None,
    told: str | None,
    plays: str | None,
    report: str | None = None,
    unit: Fraction = Fraction(1),
) -> Constraint | None:
    """Return the row of a gain that must be at most 0, or nothing where it never pays."""
    gains: dict[int, Any] = {j: g for j, g in line.items() if g}
    if max(gains.values(), default=0) <= 0:
        return None
    whole = lcm(*(g.denominator for g in gains.values()))
    row = {j: int(g * whole) for j, g in gains.items()}
    largest = unit * max(map(abs, gains.values()))
    return row, Incentive(player, knows, report, told, plays, largest)


def add(line: dict[int, Any], other: Mapping[int, Any], times: Any = 1) -> None:
    """Add a multiple of a row to another."""
    for j, a in other.items():
        line[j] = line.get(j, 0) + times * a
