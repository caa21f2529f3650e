"""Correlated [1]_ and coarse correlated [2]_ equilibria of a game in strategic form.

A mediator draws a profile and tells each player its own part. Correlated: nobody gains by playing
something else than it is told. Coarse correlated: nobody gains by not waiting for what it would be
told and playing one strategy instead.

References
----------
.. [1] Robert J. Aumann, "Subjectivity and Correlation in Randomized Strategies", Journal of
   Mathematical Economics 1(1), 1974; "Correlated Equilibrium as an Expression of Bayesian
   Rationality", Econometrica 55(1), 1987, eq. (2.2).
.. [2] Hervé Moulin and Jean-Philippe Vial, "Strategically Zero-Sum Games: The Class of Games Whose
   Completely Mixed Equilibria Cannot Be Improved Upon", International Journal of Game Theory 7,
   1978.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product
from math import lcm
from typing import Any

import numpy as np

from crisisgames.equilibria.linear.columns import Column
from crisisgames.equilibria.linear.model import Cell, Constraint, Gain, Model, Rows, constraint
from crisisgames.equilibria.linear.program import Number
from crisisgames.games.strategic import StrategicForm

__all__ = ["correlated_model", "correlated_rows", "written_down"]

EAGER = 20_000
"""Coefficients of incentives up to which all are written down; else only those that matter."""

VIOLATED = 1e-10
"""Gain, as a share of the largest payoff, up to which a float distribution is not to blame."""

AT_ONCE = 4
"""Deviations of a player whose incentives are added at once."""


def correlated_model(form: StrategicForm, *, coarse: bool) -> Model:
    """Return the linear program of all (coarse) correlated equilibria."""
    model = correlated_rows(form, coarse=coarse).model(form.players, form.outcomes)
    return model if written_down(form) else replace(model, separate=_Advice(form, coarse).violated)


def correlated_rows(form: StrategicForm, *, coarse: bool) -> Rows:
    """Return the rows of all (coarse) correlated equilibria; incentives if they are written down.

    The numbers of the form are rationals, or columns at many points.
    """
    flat = form.payoffs.reshape(-1, len(form.players))
    profiles = zip(product(*form.strategies), flat, form.shares, strict=True)
    cells = [Cell((), k, Fraction(1), tuple(pays), shares) for k, pays, shares in profiles]
    rows = Rows(cells)
    rows.need(dict.fromkeys(range(len(cells)), 1), 1)
    if written_down(form):
        advice = _Advice(form, coarse)
        rows.gains += [advice.gain(*key) for key in advice]
    return rows


def written_down(form: StrategicForm) -> bool:
    """Tell whether all incentives are written down; else only those that matter."""
    return len(form.shares) * sum(form.shape) <= EAGER


Key = tuple[int, int | None, int]
"""A player, what it is told (None where it does not wait for that), and what it plays instead."""


@dataclass(frozen=True, eq=False)
class _Advice:
    """The incentives of a game, one at a time."""

    form: StrategicForm
    coarse: bool

    @cached_property
    def utils(self) -> tuple[tuple[np.ndarray, int], ...]:
        """For each player its payoffs as integers, and over what denominator; columns as given."""
        found = []
        for i in range(len(self.form.players)):
            own = self.form.payoffs[..., i]
            if any(isinstance(u, Column) for u in own.flat):
                found.append((own, 1))
                continue
            whole = lcm(*(u.denominator for u in own.flat))
            table = np.array([int(u * whole) for u in own.flat], dtype=object)
            found.append((table.reshape(own.shape), whole))
        return tuple(found)

    def __iter__(self) -> Iterator[Key]:
        for i, n in enumerate(self.form.shape):
            if self.coarse:
                yield from ((i, None, b) for b in range(n))
            else:
                yield from ((i, a, b) for a, b in permutations(range(n), 2))

    def incentive(self, i: int, a: int | None, b: int) -> Constraint | None:
        """Return the row of a deviation, or nothing where it never pays."""
        line, about = self.gain(i, a, b)
        return constraint(line, *about)

    def gain(self, i: int, a: int | None, b: int) -> Gain:
        """Return what playing b when told a gains, by profile: [1]_, [2]_."""
        table, whole = self.utils[i]
        place = np.arange(table.size).reshape(table.shape)
        if a is None:
            gains = table.take([b], axis=i) - table
        else:
            place, gains = (
                place.take([a], axis=i),
                table.take([b], axis=i) - table.take([a], axis=i),
            )
        some = gains.astype(bool)
        line = dict(zip(place[some].tolist(), gains[some].tolist(), strict=True))
        names = self.form.strategies[i]
        told = None if a is None else names[a]
        return line, (self.form.players[i], None, told, names[b], None, Fraction(1, whole))

    def violated(self, point: Sequence[Number]) -> list[Constraint]:
        """Return incentives that a distribution violates.

        For the deviation of each player that tempts most, whatever it was told, these are the
        incentives after every recommendation: otherwise the next distribution would recommend
        something else in the same place.
        """
        exact = isinstance(point[0], Fraction)
        joint = np.array(point, dtype=object if exact else float).reshape(self.form.shape)
        found: list[Key] = []
        for i, n in enumerate(self.form.shape):
            own = self.utils[i][0] if exact else self.form.payoffs[..., i].astype(float)
            x = np.moveaxis(joint, i, 0).reshape(n, -1)
            u = np.moveaxis(own, i, 0).reshape(n, -1)
            least = 0 if exact else VIOLATED * abs(u).max()
            if self.coarse:
                gains = u @ x.sum(axis=0) - (u * x).sum()
                found += [(i, None, int(b)) for b in np.flatnonzero(gains > least)]
                continue
            tempting: dict[int, Any] = {}
            for a in map(int, np.flatnonzero(x.any(axis=1))):
                likely = np.flatnonzero(x[a])
                gains = (u[:, likely] - u[a, likely]) @ x[a, likely]
                b = int(gains.argmax())
                if gains[b] > least:
                    tempting[b] = tempting.get(b, 0) + gains[b]
            for b in sorted(tempting, key=lambda b: -tempting[b])[:AT_ONCE]:
                found += [(i, a, b) for a in range(n) if a != b]
        return [c for key in found if (c := self.incentive(*key))]
