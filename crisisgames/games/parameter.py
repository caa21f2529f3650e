"""A parameter of a game: a SymPy symbol that knows its domain, default, meaning and source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp

from crisisgames.errors import GameError, suggest
from crisisgames.games.expressions import Number, as_fraction

__all__ = ["Parameter", "check_values", "collect", "find_parameter", "prefixed"]

NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
INFINITE = (float("-inf"), float("inf"))


class Parameter(sp.Symbol):
    """A named quantity in payoffs and probabilities, used like any SymPy symbol.

    Parameters
    ----------
    name : str
        An identifier, possibly with dots: ``clarity``, ``ladder.clarity``.
    domain : tuple of float
        Smallest and largest allowed value; ``inf`` and ``-inf`` are allowed.
    default : float
        Value where none is given; an illustration unless `source` says otherwise. Left out it is 0,
        if the domain allows that.
    meaning : str
        What it measures, with its unit: a probability, or utils.
    source : str
        Where the default comes from.
    shared : bool
        Whether the parameter keeps its name when its tree is grafted into a larger one.

    Raises
    ------
    GameError
        If the name is not an identifier, the domain is not a range of numbers, or the default lies
        outside it.

    Examples
    --------
    >>> from crisisgames import Parameter
    >>> clarity = Parameter("clarity", (0, 1), default=0.3, meaning="how well evidence tells")
    >>> (1 + clarity) / 2
    clarity/2 + 1/2
    """

    __slots__ = ("_identity", "bounds", "default", "domain", "meaning", "shared", "source")

    _identity: tuple[Any, ...]
    bounds: tuple[Fraction | float, Fraction | float]
    domain: tuple[float, float]
    default: Number
    meaning: str
    source: str
    shared: bool

    def __new__(
        cls,
        name: str,
        domain: tuple[float, float] = (0, 1),
        default: Number | None = None,
        meaning: str = "",
        source: str = "",
        *,
        shared: bool = False,
    ) -> Parameter:
        """Make the symbol; equal arguments make equal parameters."""
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise GameError(f"a parameter is named {name!r}; use letters, digits and underscores")
        self: Parameter = sp.Symbol.__xnew__(cls, name, real=True)
        self.bounds = _bounds(name, domain)
        self.domain = (domain[0], domain[1])
        low, high = domain
        if default is None and not low <= 0 <= high:
            raise GameError(f"parameter {name!r} needs a default from {low} to {high}")
        self.default = 0 if default is None else default
        self.meaning, self.source, self.shared = meaning, source, shared
        # Exact: 1 and 1.0 are the same default.
        self._identity = (*self.bounds, self.check(self.default), meaning, source, shared)
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        args = (self.name, self.domain, self.default, self.meaning, self.source)
        return args, {"shared": self.shared}

    def __getstate__(self) -> None:
        return None

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), *self._identity)

    def check(self, value: Any) -> Fraction:
        """Return ``value`` as a rational, or raise `GameError` if it is outside the domain."""
        number = as_fraction(value, f"parameter {self.name!r}")
        low, high = self.bounds
        if not low <= number <= high:
            raise GameError(f"parameter {self.name!r} is {value}; allowed is {self.allowed}")
        return number

    @property
    def allowed(self) -> str:
        """The domain in words."""
        return f"{self.domain[0]} to {self.domain[1]}"

    def renamed(self, name: str) -> Parameter:
        """Return the same parameter under another name."""
        args, flags = self.__getnewargs_ex__()
        return Parameter(name, *args[1:], **flags)


def _bounds(name: str, domain: Any) -> tuple[Fraction | float, Fraction | float]:
    """Return the ends of a domain, exact where they are finite."""
    wrong = GameError(f"the domain of {name!r} is {domain!r}; give (lowest, highest)")
    try:
        low, high = (float(d) if d in INFINITE else as_fraction(d) for d in domain)
    except (TypeError, ValueError):
        raise wrong from None
    if not low <= high:
        raise wrong
    return low, high


def collect(expressions: Iterable[sp.Expr]) -> dict[str, Parameter]:
    """Return the parameters in ``expressions`` by name, in alphabetical order.

    Raises
    ------
    GameError
        If two different parameters have one name, or a plain symbol is among them.
    """
    found: dict[str, Parameter] = {}
    for symbol in {s for e in set(expressions) for s in e.free_symbols}:
        if not isinstance(symbol, Parameter):
            remedy = f"write Parameter({symbol.name!r}, domain, default=...)"
            what = "is a plain symbol without domain or default"
            raise GameError(f"{symbol.name!r} {what}; {remedy}")
        if found.setdefault(symbol.name, symbol) != symbol:
            raise GameError(
                f"two different parameters are named {symbol.name!r} (their domain, default, "
                "meaning or source differ); rename one, or use the same object for both"
            )
    return dict(sorted(found.items()))


def check_values(parameters: Mapping[str, Parameter], values: Mapping[str, Any]) -> None:
    """Raise for a value of an unknown parameter or outside its domain."""
    for name, value in values.items():
        find_parameter(parameters, name).check(value)


def find_parameter(parameters: Mapping[str, Parameter], name: str) -> Parameter:
    """Return the parameter of that name, or raise the error that offers the nearest one."""
    if name in parameters:
        return parameters[name]
    if not parameters:
        raise GameError(f"the game has no parameters, so {name!r} cannot be given a value")
    raise suggest("parameter", name, parameters)


def prefixed(parameters: Iterable[Parameter], prefix: str) -> dict[Parameter, Parameter]:
    """Return, for each parameter that is not shared, the one named ``prefix.name``."""
    return {p: p.renamed(f"{prefix}.{p.name}") for p in parameters if not p.shared}
