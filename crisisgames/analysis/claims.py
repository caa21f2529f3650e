"""Claims about institutions: small readable expressions, judged over all equilibria.

A claim compares two sides, such as ``P(war) under hotline < P(war) under none``. A side is
arithmetic (``+``, ``-``, ``*``, ``/``, parentheses, numbers) over quantities::

    quantity = what [ "under" mechanism ]          without it, under the baseline
    what     = [ "net" ] "P(" outcome ")" | "payoff(" player ")" | "welfare"
    relation = "<" | "<=" | ">" | ">=" | "=" | "!="

A mechanism is called by its name in tables, or by another that it goes by, such as that of its kind
(``hotline``), where this can mean no other; put names that look like arithmetic in quotes.
``P(war)`` covers all causes of war. ``net P(war) under hotline`` is the probability of war less the
direct effect of the hotline, so that what arithmetic does alone does not count: a claim about it is
one about how conduct changes.

Equilibria are seldom unique. A claim holds *in all* equilibria if it holds whichever equilibrium is
played under each mechanism, and *in some* if it holds for some choice of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp

from crisisgames.analysis.solution import Member, Solution
from crisisgames.equilibria.outcomes import covers
from crisisgames.errors import GameError, NotApplicable, UnknownName, suggest
from crisisgames.files.arithmetic import parse_expression
from crisisgames.games import Parameter

__all__ = ["Claim", "Quantity", "Verdict"]

SAME = 1e-9
"""Values no further apart are equal: results are exact up to rounding."""

RELATION = re.compile(r"<=|>=|!=|==|[<>=]")
WHAT = re.compile(
    r"(?:(?P<net>net)\s+)?(?:P\(\s*(?P<outcome>[^()]+?)\s*\)|payoff\(\s*(?P<player>[^()]+?)\s*\)"
    r"|(?P<welfare>welfare)\b)"
)
UNDER = re.compile(r"\s+under\s+")
END = re.compile(r"\s*(?:[-+*/)<>=!]|$)")
ALLOWED = "P(outcome), net P(outcome), payoff(player) or welfare, each with 'under MECHANISM'"


@dataclass(frozen=True)
class Quantity:
    """What a claim speaks of: a probability or payoff under a mechanism.

    Attributes
    ----------
    kind : str
        ``"P"``, ``"payoff"`` or ``"welfare"``.
    name : str
        The outcome or the player; empty for welfare.
    mechanism : str
        The name of the mechanism.
    net : bool
        Whether the direct effect against the baseline is taken out.
    """

    kind: str
    name: str
    mechanism: str
    net: bool = False

    def __str__(self) -> str:
        what = self.kind if self.kind == "welfare" else f"{self.kind}({self.name})"
        return f"{'net ' * self.net}{what} under {self.mechanism}"

    def of(self, member: Member) -> float:
        """Return the value in an equilibrium, direct effects included."""
        if self.kind == "welfare":
            return float(sum(map(float, member.payoffs.values())))
        if self.kind == "payoff":
            if self.name not in member.payoffs:
                raise suggest("player", self.name, member.payoffs)
            return float(member.payoffs[self.name])
        return probability(self.name, member.outcomes)


def probability(outcome: str, outcomes: Mapping[Any, Any]) -> float:
    """Return the probability of an outcome and all its causes; 0 where a game cannot come to it."""
    return float(sum(p for o, p in outcomes.items() if covers(outcome, str(o))))


@dataclass(frozen=True)
class Verdict:
    """How a claim fares at one point.

    Attributes
    ----------
    in_all, in_some : bool
        Whether it holds in all, in some equilibria that were found.
    low, high : float
        The least and the largest margin: by how much the larger side exceeds the smaller, in the
        claim's unit; negative where the claim fails. For ``=`` the negative of the distance.
    complete : bool
        Whether all equilibria were found, so that ``in_all`` and "in none" are proved.
    """

    in_all: bool
    in_some: bool
    low: float
    high: float
    complete: bool


@dataclass(frozen=True)
class Claim:
    """A statement about equilibria under one or several mechanisms.

    Attributes
    ----------
    text : str
    relation : str
    quantities : tuple of Quantity
        In the order of the arguments of `difference`.
    difference : sympy.Expr
        Left side less right side, over the symbols ``q0``, ``q1``, ...
    baseline : str
        The mechanism that direct effects are measured against.

    Examples
    --------
    >>> claim = Claim.parse("P(war) under hotline < 0.5 * P(war)", ["none", "hotline"])
    >>> [str(q) for q in claim.quantities]
    ['P(war) under hotline', 'P(war) under none']
    >>> claim.difference
    q0 - q1/2
    """

    text: str
    relation: str
    quantities: tuple[Quantity, ...]
    difference: sp.Expr
    baseline: str

    @classmethod
    def parse(
        cls,
        text: str,
        mechanisms: Iterable[str],
        synonyms: Mapping[str, Sequence[str]] | None = None,
    ) -> Claim:
        """Return the claim that a text states.

        Parameters
        ----------
        text : str
        mechanisms : iterable of str
            The names that it may use, the baseline first.
        synonyms : mapping, optional
            Other names that it may use, each with the names that it may mean.

        Raises
        ------
        GameError
            If it is no claim, with what was found and what is allowed, or a name has more than one
            meaning.
        UnknownName
            For an unknown mechanism; the message offers the nearest.
        """
        names = list(mechanisms)
        if not isinstance(text, str) or not text.strip():
            raise GameError(f"a claim is {text!r}; give one such as 'P(war) under none < 0.1'")
        written, quantities = _replaced(text, names, synonyms or {})
        relations = RELATION.findall(written)
        if len(relations) != 1:
            raise GameError(
                f"the claim {text!r} has {len(relations)} relations; give two sides with one of "
                "<, <=, >, >=, =, != between them"
            )
        if not quantities:
            raise GameError(f"the claim {text!r} speaks of nothing; allowed are {ALLOWED}")
        symbols = {f"q{k}": Parameter(f"q{k}", default=0) for k in range(len(quantities))}
        try:
            left, right = (parse_expression(s, symbols) for s in RELATION.split(written))
        except GameError as error:
            shown = str(error)
            for k, q in reversed(list(enumerate(quantities))):
                shown = shown.replace(f"q{k}", str(q))
            raise GameError(f"the claim {text!r} cannot be read: {shown}") from None
        relation = {"==": "="}.get(relations[0], relations[0])
        return cls(text.strip(), relation, tuple(quantities), left - right, names[0])

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The mechanisms that must be solved, the baseline first if it is among them."""
        own = dict.fromkeys(q.mechanism for q in self.quantities)
        base = (self.baseline,) if self.baseline in own or self._net else ()
        return tuple(dict.fromkeys((*base, *own)))

    @property
    def _net(self) -> bool:
        return any(q.net for q in self.quantities)

    @property
    def separable(self) -> bool:
        """Whether intervals suffice: one quantity for each mechanism, each standing once.

        They do not for ``=`` and ``!=``: an interval may have a gap where equality would be.
        """
        once = len({q.mechanism for q in self.quantities}) == len(self.quantities)
        symbols = [s for s in sp.preorder_traversal(self.difference) if s.is_Symbol]
        ordered = self.relation not in ("=", "!=")
        return ordered and once and not self._net and len(symbols) == len(set(symbols))

    @cached_property
    def _evaluate(self) -> Callable[..., Any]:
        names = [sp.Symbol(f"q{k}") for k in range(len(self.quantities))]
        plain = self.difference.subs({s: sp.Symbol(s.name) for s in self.difference.free_symbols})
        found: Callable[..., Any] = sp.lambdify(names, plain, "numpy")
        return found

    def margins(self, values: Sequence[Any]) -> np.ndarray:
        """Return by how much the claim holds: positive where it does, in its own unit.

        Parameters
        ----------
        values : sequence of array-like
            One for each quantity, of shapes that broadcast.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.asarray(self._evaluate(*map(np.asarray, values)), dtype=float)
        difference = np.broadcast_to(found, np.broadcast_shapes(*(np.shape(v) for v in values)))
        if self.relation in ("<", "<="):
            return -difference
        return difference if self.relation in (">", ">=") else -np.abs(difference)

    def holds(self, margins: np.ndarray) -> np.ndarray:
        """Tell where the claim holds by these margins; equal up to rounding is equal."""
        if self.relation == "!=":
            return np.asarray(margins < -SAME)
        return np.asarray(margins > SAME if self.relation in ("<", ">") else margins >= -SAME)

    def judge(self, solutions: Mapping[str, Solution]) -> Verdict:
        """Return how the claim fares where each mechanism has these equilibria.

        Parameters
        ----------
        solutions : mapping
            By name of the mechanism.

        Raises
        ------
        NotApplicable
            If there is no equilibrium, or the claim needs single equilibria of a set that has only
            bounds.
        """
        own = {name: solutions[name] for name in self.mechanisms}
        for name, solution in own.items():
            if solution.empty:
                raise NotApplicable(f"no equilibrium was found under {name!r}")
        values = self._ends(own) if self.separable else self._members(own)
        margins = self.margins(values)
        held = self.holds(margins)
        complete = all(s.complete for s in own.values())
        return Verdict(
            bool(held.all()), bool(held.any()), float(margins.min()), float(margins.max()), complete
        )

    def _ends(self, solutions: Mapping[str, Solution]) -> list[np.ndarray]:
        """Return the ends of the interval of each quantity, each along an axis of its own."""
        pairs = [_bounds(q, solutions[q.mechanism]) for q in self.quantities]
        return _crossed(pairs)

    def _members(self, solutions: Mapping[str, Solution]) -> list[np.ndarray]:
        """Return each quantity in each equilibrium, mechanisms along axes of their own."""
        members = {name: _listed(name, s) for name, s in solutions.items()}
        axes = {name: k for k, name in enumerate(members)}
        values = []
        for q in self.quantities:
            shape = [1] * len(axes)
            shape[axes[q.mechanism]] = len(members[q.mechanism])
            value = np.array([q.of(m) for m in members[q.mechanism]]).reshape(shape)
            if q.net:
                base = [1] * len(axes)
                base[axes[self.baseline]] = len(members[self.baseline])
                direct = self._direct(q, solutions, members[self.baseline])
                value = value - np.array(direct).reshape(base)
            values.append(value)
        return values

    def _direct(
        self, q: Quantity, solutions: Mapping[str, Solution], before: Sequence[Member]
    ) -> list[float]:
        """Return the direct effect on a quantity from each equilibrium of the baseline."""
        base, after = solutions[self.baseline], solutions[q.mechanism]
        found = []
        for member in before:
            effect, notes = after.effect(base, member)
            if effect is None:
                raise NotApplicable(f"{q} cannot be told: {' '.join(notes)}")
            found.append(probability(q.name, effect))
        return found


def _bounds(q: Quantity, solution: Solution) -> np.ndarray:
    """Return the lowest and highest value of a quantity."""
    if q.kind == "P":
        there = any(covers(q.name, str(label)) for label in solution.labels)
        return np.array(solution.bounds(q.name) if there else (0.0, 0.0))
    if q.kind == "welfare":
        return np.array(solution.payoff_bounds(solution.players))
    if q.name not in solution.players:
        raise suggest("player", q.name, solution.players)
    return np.array(solution.payoff_bounds(q.name))


def _crossed(rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return rows along axes of their own, so that they broadcast to all combinations."""
    return [row.reshape([-1 if k == i else 1 for k in range(len(rows))])
            for i, row in enumerate(rows)]  # fmt: skip


def _listed(name: str, solution: Solution) -> list[Member]:
    if np.isnan(solution.count):
        raise NotApplicable(
            f"under {name!r} there are bounds and no single equilibria; state the claim with one "
            "quantity for each mechanism, and without net"
        )
    return [solution.member(play) for play in solution.found]


def _replaced(
    text: str, names: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> tuple[str, list[Quantity]]:
    """Return the text with symbols for its quantities, and these."""
    found: list[Quantity] = []
    parts, at = [], 0
    for match in WHAT.finditer(text):
        if match.start() < at:
            continue  # within the name of a mechanism
        parts.append(text[at : match.start()])
        mechanism, at = _mechanism(text, match.end(), names, synonyms)
        kind = "P" if match["outcome"] else "payoff" if match["player"] else "welfare"
        if match["net"] and kind != "P":
            raise GameError(f"in the claim {text!r}: net goes with P(outcome), not with {kind}")
        name = match["outcome"] or match["player"] or ""
        quantity = Quantity(kind, name, mechanism, bool(match["net"]))
        if quantity not in found:
            found.append(quantity)
        parts.append(f"q{found.index(quantity)}")
    return "".join((*parts, text[at:])), found


def _mechanism(
    text: str, at: int, names: Sequence[str], synonyms: Mapping[str, Sequence[str]]
) -> tuple[str, int]:
    """Return the mechanism named after a quantity, and where its name ends."""
    under = UNDER.match(text, at)
    if under is None:
        return names[0], at
    start = under.end()
    if text[start : start + 1] in ("'", '"'):
        close = text.find(text[start], start + 1)
        if close < 0:
            raise GameError(f"in the claim {text!r} a quotation mark is not closed")
        return _meant(text[start + 1 : close], names, synonyms), close + 1
    # The longest name that fits: one may begin with another.
    for name in sorted({*names, *synonyms}, key=len, reverse=True):
        end = start + len(name)
        if text[start:end] == name and END.match(text, end):
            return _meant(name, names, synonyms), end
    rest = re.split(r"\s*[<>=!)*/]|\s[-+]\s", text[start:])[0].strip()
    return _meant(rest, names, synonyms), at


FEW = 12
"""Names up to which an error lists all, though it offers one."""


def _meant(given: str, names: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> str:
    """Return the mechanism that a name means; raise where it means none, or several."""
    if given in names:
        return given
    meant = synonyms.get(given, ())
    if len(meant) == 1:
        return meant[0]
    if meant:
        several = " or ".join(map(repr, meant))
        raise GameError(f"{given!r} may mean {several}; write which of them the claim is about")
    near = get_close_matches(given, (*names, *synonyms), n=1, cutoff=0.5)
    error = suggest("mechanism", given, near or names)
    if not near or len(names) > FEW:
        raise error
    raise UnknownName(f"{error} There are: {', '.join(names)}")
