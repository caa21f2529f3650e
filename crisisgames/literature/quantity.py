"""One argument of a published model: its letter in the paper, its domain, its default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from numbers import Integral, Real
from typing import Any

import numpy as np

from crisisgames.errors import GameError

__all__ = ["Condition", "Quantity"]


@dataclass(frozen=True)
class Quantity:
    """One argument of a model.

    Attributes
    ----------
    name : str
        As in `Model.results`.
    letter : str
        The paper's.
    meaning : str
        With its unit: a probability, utils, a share, periods.
    default : float, int, str, tuple or None
        None where the model works out its own from the other arguments.
    low, high : float
        Ends of the domain.
    closed : str
        Which ends belong to it: ``"both"``, ``"left"``, ``"right"`` or ``"neither"``.
    whole : bool
        Whether only whole numbers are allowed.
    choices : tuple of str
        Allowed words, for an argument that is no number.
    several : bool
        Whether one value is a sequence of numbers, each of which lies in the domain.
    table : bool
        Whether one value is a table: a sequence of rows of such numbers, all of one length.
    box : tuple of float, optional
        A default range for samples of this argument, within the domain; an illustration.

    Examples
    --------
    >>> balance = Quantity("win_prob_a", "p", "probability", 0.5, 0, 1, closed="neither")
    >>> balance.allowed
    '0 < win_prob_a < 1'
    >>> balance.check(1)
    Traceback (most recent call last):
    ...
    crisisgames.errors.GameError: win_prob_a is 1; allowed is 0 < win_prob_a < 1
    """

    name: str
    letter: str
    meaning: str
    default: Any
    low: float = -inf
    high: float = inf
    closed: str = "both"
    whole: bool = False
    choices: tuple[str, ...] = ()
    several: bool = False
    table: bool = False
    box: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.closed not in ("both", "left", "right", "neither"):
            raise GameError(f"closed is {self.closed!r}; give both, left, right or neither")
        if self.default is not None:
            self.check(self.default)
        if self.box is not None:
            self.check(self.box[0])
            self.check(self.box[1])

    @property
    def allowed(self) -> str:
        """The domain in words."""
        if self.choices:
            return "one of " + ", ".join(map(repr, self.choices))
        lower = "<=" if self.closed in ("both", "left") else "<"
        upper = "<=" if self.closed in ("both", "right") else "<"
        left = f"{self.low:g} {lower} " if self.low > -inf else ""
        right = f" {upper} {self.high:g}" if self.high < inf else ""
        kind = " (a whole number)" if self.whole else ""
        many = " for each of a sequence of numbers" if self.several else ""
        many = " for each of rows of numbers, all of one length" if self.table else many
        domain = f"{left}{self.name}{right}" if left or right else "any finite number"
        return f"{domain}{kind}{many}"

    def check(self, value: Any) -> Any:
        """Return the value as the formulas take it, or raise.

        Numbers come back as float or int, arrays and (nested) lists as arrays of them, a sequence
        where `several` as a tuple, tables as a tuple of tuples, words as they are, and None where
        there is no default.

        Raises
        ------
        GameError
            If it is no number (or none of the words), not finite, or outside the domain.
        """
        if value is None and self.default is None:
            return None
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise self._refused(value)
            return value
        if self.several or self.table:
            return self._sequence(value)
        if isinstance(value, Real) and not isinstance(value, bool):
            return self._numbers(value)[()].item()
        if isinstance(value, np.ndarray | list | tuple):
            array = self._numbers(value)
            return array if array.ndim else array[()].item()
        raise self._refused(value)

    def _sequence(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, np.ndarray | list | tuple) or not len(value):
            raise self._refused(value)
        array = self._numbers(value)
        if array.ndim != (2 if self.table else 1) or not array.size:
            raise self._refused(value)
        return tuple(map(tuple, array.tolist())) if self.table else tuple(array.tolist())

    def _numbers(self, value: Any) -> np.ndarray:
        try:
            given = np.asarray(value)
            if given.dtype.kind == "O":  # such as fractions; a ragged list raises
                given = given.astype(float)
            array = given.astype(float)
        except (TypeError, ValueError, OverflowError):
            raise self._refused(value) from None
        if given.dtype.kind not in "iuf":
            raise self._refused(value)
        above = array >= self.low if self.closed in ("both", "left") else array > self.low
        below = array <= self.high if self.closed in ("both", "right") else array < self.high
        good = np.isfinite(array) & above & below
        if self.whole:
            good &= array == np.floor(array)
        if not good.all():
            wrong = array[~good].ravel()[0]
            raise self._refused(value if array.ndim == 0 else float(wrong))
        return array.astype(int) if self.whole else array

    def _refused(self, value: Any) -> GameError:
        return GameError(f"{self.name} is {_shown(value)}; allowed is {self.allowed}")


@dataclass(frozen=True)
class Condition:
    """What several arguments must satisfy together.

    Attributes
    ----------
    names : tuple of str
        The arguments.
    text : str
        The condition in words, as the error prints it.
    holds : callable
        Takes the arguments by name and returns booleans, elementwise for arrays.
    """

    names: tuple[str, ...]
    text: str
    holds: Any

    def check(self, values: Mapping[str, Any]) -> None:
        """Raise `GameError`, with every argument named, where it does not hold."""
        given = {n: values[n] for n in self.names}
        if any(v is None for v in given.values()):
            return
        good = np.asarray(self.holds(**given))
        if good.all():
            return
        if good.ndim:
            first = tuple(np.argwhere(~good)[0])
            given = {
                n: np.broadcast_to(v, good.shape)[first].item() if np.ndim(v) else v
                for n, v in given.items()
            }
        shown = ", ".join(f"{n} = {_shown(v)}" for n, v in given.items())
        raise GameError(f"{shown}: together they must satisfy {self.text}")


def _shown(value: Any) -> str:
    if isinstance(value, float) and not isinstance(value, Integral):
        return f"{value:.12g}"
    return repr(value)
