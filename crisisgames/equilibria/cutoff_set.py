"""Cutoff rules of games with continuous types, and sets of cutoff equilibria."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import sympy as sp

from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games.expressions import as_expression
from crisisgames.games.parameter import Parameter
from crisisgames.markup import paragraph

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "LATE",
    "CutoffEquilibrium",
    "CutoffRule",
    "CutoffSet",
    "CutoffSweep",
    "Place",
    "contracts",
    "is_stable",
    "notes_for",
]

Array = np.ndarray
Place = Literal["inside", "lowest", "highest"]
"""Where a cutoff lies: inside the interval of types or at one of its ends."""

LATE = "Time limit reached"
"""How a note begins that tells of a search which was cut short."""

UNSURE = 1e-6
"""How near to its bound an eigenvalue computed in floats leaves stability open."""


@dataclass(frozen=True)
class CutoffRule:
    """A rule of play: types above the cutoff do one thing, types below it another.

    Parameters
    ----------
    cutoff : sympy.Symbol
        The unknown. The same symbol may stand for the cutoffs of several players: then the rule
        asks for symmetric equilibria.
    types : tuple
        Lowest and highest type: numbers, ``-oo`` and ``oo``, or expressions in `Parameter`s.
    gain : SymPy expression or callable
        Expected payoff, in utils, of doing what types above the cutoff do, minus that of doing what
        types below it do. An expression in cutoffs, `Parameter`s and `type`; or a function
        ``gain(type, *cutoffs)`` of floats, the cutoffs in the order of the rules.
    type : sympy.Symbol, optional
        The symbol of the player's own type in `gain`. Without it `gain` is that of the type at the
        cutoff, and nothing is known of other types.

    Notes
    -----
    The sign of `gain` matters also without `type`: the lowest type is an equilibrium if the gain
    there is at least 0, and the highest if it is at most 0, so an indifference equation written
    with the wrong sign adds both ends; write the gain of types above the cutoff.

    Examples
    --------
    The arms race of Baliga and Sjostrom (2004) with uniform costs: who builds has cost below x.

    >>> import sympy as sp
    >>> from crisisgames.equilibria.cutoffs import CutoffRule, cutoff_equilibria
    >>> x, cost = sp.symbols("x cost")
    >>> rule = CutoffRule(x, (0, 1), cost - 0.2 * (1 - x) - 0.8 * x, type=cost)
    >>> found = cutoff_equilibria(rule)
    >>> found.complete, [round(e.cutoffs["x"], 12) for e in found], found[0].stable
    (True, [0.5], True)

    Two players, each of whom gains more the higher its own type and the more often the other
    acts, that is, the lower the other's cutoff: all types act, or those from 2/3 on, or none.

    >>> a, b, s, t = sp.symbols("a b s t")
    >>> gains = s + 1 - 2.5 * b, t + 1 - 2.5 * a
    >>> rules = [CutoffRule(a, (0, 1), gains[0], type=s), CutoffRule(b, (0, 1), gains[1], type=t)]
    >>> [[round(x, 4) for x in e.cutoffs.values()] for e in cutoff_equilibria(rules)]
    [[0.0, 0.0], [0.6667, 0.6667], [1.0, 1.0]]
    """

    cutoff: sp.Symbol
    types: tuple[Any, Any]
    gain: sp.Expr | Callable[..., float]
    type: sp.Symbol | None = None

    def __post_init__(self) -> None:
        """Check the parts, as far as they can be checked before values are known."""
        if not isinstance(self.cutoff, sp.Symbol) or isinstance(self.cutoff, Parameter):
            raise GameError(f"a cutoff is {self.cutoff!r}; give a plain sympy.Symbol")
        name = self.cutoff.name
        if self.type is not None and (
            not isinstance(self.type, sp.Symbol)
            or isinstance(self.type, Parameter)
            or self.type == self.cutoff
        ):
            raise GameError(
                f"the type of cutoff {name!r} is {self.type!r}; give another plain sympy.Symbol"
            )
        if not isinstance(self.types, Sequence) or len(self.types) != 2:
            raise GameError(f"the types of cutoff {name!r} are {self.types!r}; give (low, high)")
        if not callable(self.gain) or isinstance(self.gain, sp.Basic):
            gain = as_expression(self.gain, f"the gain at cutoff {name!r}")
            object.__setattr__(self, "gain", gain)
        ends = tuple(_end(e, name) for e in self.types)
        object.__setattr__(self, "types", ends)

    @property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name; those of a plain function as gain are not known."""
        parts = [e for e in (*self.types, self.gain) if isinstance(e, sp.Expr)]
        symbols = sorted({s for e in parts for s in e.free_symbols}, key=str)
        return {s.name: s for s in symbols if isinstance(s, Parameter)}


def _end(value: Any, name: str) -> sp.Expr:
    if value in (sp.oo, -sp.oo, float("inf"), float("-inf")):
        return sp.oo if value > 0 else -sp.oo
    return as_expression(value, f"an end of the types of cutoff {name!r}")


@dataclass(frozen=True)
class CutoffEquilibrium:
    """Cutoffs at which every type does what is best for it.

    Attributes
    ----------
    cutoffs : mapping
        The cutoffs by name; infinite where all types of an unbounded interval do the same.
    enclosures : mapping
        For each cutoff an interval that holds it; together they hold exactly one solution. Points
        where plain functions were searched.
    places : mapping
        ``"inside"``; ``"lowest"``: all types do what types above a cutoff do; ``"highest"``: none
        does.
    stable : bool or None
        Whether best replies lead back from nearby: where each rule gives its `type`, whether all
        eigenvalues of the best-reply map (new cutoffs as a function of those expected) are less
        than 1 in absolute value; otherwise whether those of the derivatives of the gains by the
        cutoffs have positive real parts, so that cutoffs that move against their gains come back.
        Cutoffs at the ends stay where they are if the gain there is not 0; where it is 0, what
        would pass the end stops at it. None where this cannot be told.
    best_reply : bool or None
        Whether the gain was proved to have the right sign for all types, not only at the cutoff;
        None where that is not known. (Where it was found wrong, there is no equilibrium.)
    gain : float
        The certificate: how far, in utils, the types at inside cutoffs are at most from
        indifference at `cutoffs`.
    """

    cutoffs: Mapping[str, float]
    enclosures: Mapping[str, tuple[float, float]]
    places: Mapping[str, Place]
    stable: bool | None
    best_reply: bool | None
    gain: float

    def explain(self) -> str:
        """Return the equilibrium in a plain sentence."""
        parts = []
        for name, place in self.places.items():
            at = f"{name} is {self.cutoffs[name]:.6g}"
            if place == "inside":
                parts.append(f"{at}, where the type is indifferent")
            else:
                who = "all types do" if place == "lowest" else "no type does"
                parts.append(f"{at}, the {place} type: {who} what types above a cutoff do")
        stable = {True: "stable", False: "unstable", None: "stability not known"}
        return f"{'; '.join(parts)} ({stable[self.stable]})."


@dataclass(frozen=True)
class CutoffSet(Sequence[CutoffEquilibrium]):
    """The cutoff equilibria at some values of the parameters, in increasing order of cutoffs.

    Attributes
    ----------
    equilibria : tuple of CutoffEquilibrium
    complete : bool
        Whether every cutoff equilibrium is known to be in the set.
    undecided : tuple of mappings
        Intervals for the cutoffs which may hold further equilibria, or none.
    notes : tuple of str
    """

    equilibria: tuple[CutoffEquilibrium, ...]
    complete: bool
    undecided: tuple[Mapping[str, tuple[float, float]], ...] = ()
    notes: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)

    __hash__ = None  # type: ignore[assignment]  # mappings can be changed

    def __len__(self) -> int:
        return len(self.equilibria)

    @overload
    def __getitem__(self, index: int) -> CutoffEquilibrium: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CutoffEquilibrium]: ...
    def __getitem__(self, index: int | slice) -> CutoffEquilibrium | Sequence[CutoffEquilibrium]:
        return self.equilibria[index]

    def __iter__(self) -> Iterator[CutoffEquilibrium]:
        return iter(self.equilibria)

    def bounds(self, quantity: str | sp.Expr | Callable[..., float]) -> tuple[float, float]:
        """Return the smallest and largest value of a quantity over the equilibria found.

        Parameters
        ----------
        quantity : str, SymPy expression or callable
            The name of a cutoff; an expression in cutoffs and parameters; or a function that takes
            the cutoffs by name.

        Raises
        ------
        NotApplicable
            If there are no equilibria.
        UnknownName
            If there is no such cutoff.
        """
        if not self.equilibria:
            raise NotApplicable("no cutoff equilibrium was found, so there is nothing to bound")
        numbers = [self._value(quantity, e) for e in self.equilibria]
        return min(numbers), max(numbers)

    def _value(
        self, quantity: str | sp.Expr | Callable[..., float], equilibrium: CutoffEquilibrium
    ) -> float:
        own = equilibrium.cutoffs
        if isinstance(quantity, str):
            if quantity not in own:
                raise suggest("cutoff", quantity, own)
            return own[quantity]
        if isinstance(quantity, sp.Expr):
            known = {**self.values, **own}
            symbols = sorted(quantity.free_symbols, key=str)
            for symbol in symbols:
                if symbol.name not in known:
                    raise suggest("cutoff or parameter", symbol.name, known)
            function = sp.lambdify(symbols, quantity, modules=["scipy", "numpy"], dummify=True)
            return float(function(*(known[s.name] for s in symbols)))
        return float(quantity(**own))

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with one row per equilibrium."""
        import pandas as pd

        rows = [
            {**e.cutoffs, "stable": e.stable, "best reply": e.best_reply, "gain": e.gain}
            for e in self.equilibria
        ]
        return pd.DataFrame(rows)

    def explain(self) -> str:
        """Return the equilibria in plain sentences, one each, and what is undecided."""
        count = f"{len(self)} cutoff equilibri{'um' if len(self) == 1 else 'a'}"
        lines = [f"{count} ({'all' if self.complete else 'found, perhaps not all'})."]
        lines += [f"{k}. {e.explain()}" for k, e in enumerate(self, 1)]
        lines += [
            "Undecided: "
            + ", ".join(f"{n} between {lo:.6g} and {hi:.6g}" for n, (lo, hi) in box.items())
            + " may hold further equilibria, or none."
            for box in self.undecided
        ]
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        whole = "all of them" if self.complete else "found, perhaps not all"
        table: str = self.to_dataframe().to_html(index=False)
        return paragraph(f"cutoff equilibria, {whole}") + table + paragraph(*self.notes)


@dataclass(frozen=True, eq=False)
class CutoffSweep:
    """The cutoff equilibria at many values of the parameters.

    Attributes
    ----------
    names : tuple of str
        The cutoffs.
    cutoffs : ndarray
        Shape (..., most equilibria at any point, cutoffs), the first axes those of the parameters;
        nan where a point has fewer equilibria.
    stable : ndarray
        Shape (..., most equilibria): 1 stable, 0 unstable, nan unknown or no equilibrium.
    gains : ndarray
        Shape (..., most equilibria): how far, in utils, types at inside cutoffs are at most from
        indifference; nan where there is no equilibrium.
    counts : ndarray of int
        Equilibria at each point.
    complete : ndarray of bool
        Whether these are known to be all.
    values : mapping
        The values of the parameters that were given, each of shape (...).
    notes : tuple of str
        How far the sweep came, where the time limit was reached.
    """

    names: tuple[str, ...]
    cutoffs: Array
    stable: Array
    gains: Array
    counts: Array
    complete: Array
    values: Mapping[str, Array] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with one row per point and equilibrium, and one where there is none.

        Columns are the parameters given, the cutoffs (nan where there is no equilibrium), "stable"
        (True, False, or None) and "complete" (of the point).
        """
        import pandas as pd

        shown = {1.0: True, 0.0: False}
        rows = [
            {
                **{n: v[point] for n, v in self.values.items()},
                **dict(zip(self.names, own, strict=True)),
                "stable": shown.get(stable),
                "complete": bool(self.complete[point]),
            }
            for point in np.ndindex(self.counts.shape)
            for own, stable in self._rows(point)
        ]
        columns = [*self.values, *self.names, "stable", "complete"]
        return pd.DataFrame(rows, columns=columns).astype({"stable": object})

    def _rows(self, point: tuple[int, ...]) -> list[tuple[list[float], float]]:
        count = int(self.counts[point])
        if not count:
            return [([np.nan] * len(self.names), np.nan)]
        cutoffs, stable = self.cutoffs[point][:count], self.stable[point][:count]
        return list(zip(cutoffs.tolist(), stable.tolist(), strict=True))


def contracts(own: Array, others: Array) -> bool | None:
    """Return True if best replies bring several cutoffs nearer, also where ends cut them off.

    The largest distance falls if the shares by which each reply moves add up to less than 1, and
    cutting off at an end lengthens no distance; None where they do not, which proves nothing.
    """
    if not (np.isfinite(own).all() and np.isfinite(others).all() and (own > 0).all()):
        return None
    return True if (np.abs(others) / own[:, None]).sum(axis=1).max() < 1 - UNSURE else None


def is_stable(own: Array, others: Array, replies: bool) -> bool | None:
    """Return whether several cutoffs are stable, from floats for the derivatives of their gains."""
    if not (np.isfinite(own).all() and np.isfinite(others).all()):
        return None
    if replies:
        if not (own > 0).all():
            return None
        excess = np.abs(np.linalg.eigvals(others / own[:, None])).max() - 1
    else:
        roots = np.linalg.eigvals(others + np.diag(own))
        excess = -roots.real.min() / max(1e-300, np.abs(roots).max())
    return None if abs(excess) < UNSURE else bool(excess < 0)


def notes_for(
    rows: Sequence[CutoffEquilibrium],
    refuted: int,
    left: Sequence[object],
    *,
    time_up: bool = False,
) -> tuple[str, ...]:
    """Return what a reader should know."""
    notes = []
    if left:
        what = f"{len(left)} interval{'s' * (len(left) != 1)}"
        notes.append(
            f"{LATE}, with {what} not decided; see undecided."
            if time_up
            else f"{what} could not be decided (a double root, a continuum, or rounding); see "
            "undecided."
        )
    if refuted:
        notes.append(
            f"{refuted} solution{'s' * (refuted != 1)} for the types at the cutoffs left out: "
            "other types would gain by doing otherwise (no single crossing)."
        )
    if any(e.best_reply is None for e in rows):
        notes.append("Whether all types agree with the one at the cutoff was not proved for all.")
    return tuple(notes)
