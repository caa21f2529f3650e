"""When a stake that is cut into issues can be split in peace, all being known.

With n issues A may hold the shares 0, 1/n, ..., 1 of the stake. A share s is worth
s - ideology (1 - s) to who holds it. War gives A all of it with probability `balance`, B otherwise,
and costs each side its cost. So A rather has s than war from balance - cost_a / (1 + ideology) on,
and B up to balance + cost_b / (1 + ideology): the splits between them are peaceful. Whatever the
balance, one of them is on the grid exactly when

    1/n <= (cost_a + cost_b) / (1 + ideology):

a shorter interval fits between two points of the grid for some balance. Everything here is exact:
a float is taken as the decimal that it prints as.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import Any

from crisisgames.crises.fields import PROBABILITY, UTILS, as_count
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.games.expressions import Number

__all__ = ["least_issues", "peace_at_every_balance", "peaceful_splits"]


def peaceful_splits(
    issues: int,
    cost_a: Number,
    cost_b: Number,
    balance: Number = Fraction(1, 2),
    ideology: Number = 0,
) -> tuple[Fraction, ...]:
    """Return the shares of A that leave neither side worse off than war.

    Parameters
    ----------
    issues : int
        Equal parts of the stake, at least 1.
    cost_a, cost_b : number
        What war costs each side, utils, at least 0.
    balance : number
        Probability that A wins a war.
    ideology : number
        How much a share that is missing hurts beyond its worth, at least 0.

    Raises
    ------
    GameError
        For a value outside its domain.

    Examples
    --------
    >>> [str(s) for s in peaceful_splits(4, 0.3, 0.1)]
    ['1/4', '1/2']
    >>> peaceful_splits(1, 0.3, 0.1)
    ()
    """
    n = as_count("peaceful_splits", "issues", issues)
    low, high = _between("peaceful_splits", cost_a, cost_b, balance, ideology)
    return tuple(Fraction(k, n) for k in range(ceil(n * low), floor(n * high) + 1))


def peace_at_every_balance(
    issues: int, cost_a: Number, cost_b: Number, ideology: Number = 0
) -> bool:
    """Tell whether there is a peaceful split whatever the balance.

    Parameters
    ----------
    issues, cost_a, cost_b, ideology
        As for `peaceful_splits`.

    Examples
    --------
    >>> peace_at_every_balance(4, 0.1, 0.1), peace_at_every_balance(5, 0.1, 0.1)
    (False, True)
    """
    n = as_count("peace_at_every_balance", "issues", issues)
    a, b = _slack("peace_at_every_balance", cost_a, cost_b, ideology)
    return Fraction(1, n) <= a + b


def least_issues(
    cost_a: Number, cost_b: Number, ideology: Number = 0, balance: Number | None = None
) -> int:
    """Return the least number of issues with which there is a peaceful split.

    With more issues there is one as well at every balance, but perhaps not at a given one: a half
    is on the grid of two issues and not on that of three.

    Parameters
    ----------
    cost_a, cost_b, ideology
        As for `peaceful_splits`.
    balance : number, optional
        Probability that A wins a war. Left out, the split must exist whatever it is.

    Raises
    ------
    GameError
        For a value outside its domain, and if there is no such number: if war costs neither side
        anything and the balance is left open.

    Examples
    --------
    >>> least_issues(0.1, 0.1), least_issues(0.1, 0.1, ideology=1)
    (5, 10)
    >>> least_issues(0.1, 0.1, balance=0.35)
    3
    """
    if balance is None:
        a, b = _slack("least_issues", cost_a, cost_b, ideology)
        if not a + b:
            raise GameError(
                "least_issues: war costs neither side anything, and then no number of issues "
                "suffices at every balance; give a balance, or a cost above 0"
            )
        return ceil(1 / (a + b))
    low, high = _between("least_issues", cost_a, cost_b, balance, ideology)
    n = 1
    while ceil(n * low) > n * high:  # ends at a denominator of the interval's lower end
        n += 1
    return n


def _between(
    caller: str, cost_a: Any, cost_b: Any, balance: Any, ideology: Any
) -> tuple[Fraction, Fraction]:
    """Return the least and the largest share of A that leave neither side worse off than war."""
    a, b = _slack(caller, cost_a, cost_b, ideology)
    p = _checked(caller, "balance", balance, PROBABILITY)
    return max(p - a, Fraction(0)), min(p + b, Fraction(1))


def _slack(caller: str, cost_a: Any, cost_b: Any, ideology: Any) -> tuple[Fraction, Fraction]:
    """Return what each side would give up to be spared war, as shares of the stake."""
    span = 1 + _checked(caller, "ideology", ideology, UTILS)
    costs = (("cost_a", cost_a), ("cost_b", cost_b))
    a, b = (_checked(caller, name, cost, UTILS) / span for name, cost in costs)
    return a, b


def _checked(caller: str, name: str, value: Any, domain: tuple[float, float]) -> Fraction:
    try:
        return Parameter(name, domain).check(value)
    except GameError as error:
        raise GameError(f"{caller}: {error}") from None
