"""What two strategies of a repeated game come to, as numbers and in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from crisisgames.errors import NotApplicable
from crisisgames.games.normal import Profile

__all__ = ["Match", "Outcome", "Recovery", "Value"]

Value = Any
"""A float, a `fractions.Fraction` or a SymPy expression, as was asked for."""


@dataclass(frozen=True)
class Outcome:
    """Where a match may settle: one recurrent class of the joint chain.

    Attributes
    ----------
    probability : float
        That it settles there.
    shares : mapping
        Share of rounds, once there, with each profile of actions carried out.
    payoffs : mapping
        Utils per round, once there, by player.
    """

    probability: Value
    shares: Mapping[Profile, Value]
    payoffs: Mapping[str, Value]


@dataclass(frozen=True)
class Match:
    """What two strategies come to.

    Attributes
    ----------
    payoffs : mapping
        Utils per round by player: the long-run average or, with a discount, the discounted average.
    shares : mapping
        Share of rounds, weighted in the same way, with each profile of actions carried out.
    settles : tuple of Outcome
        The recurrent classes that play may end in, likeliest first; more than one means that the
        long run depends on luck and on the start.
    """

    payoffs: Mapping[str, Value]
    shares: Mapping[Profile, Value]
    settles: tuple[Outcome, ...]

    def explain(self) -> str:
        """Return the match in plain sentences.

        Examples
        --------
        >>> from crisisgames import RepeatedGame
        >>> print(RepeatedGame.dilemma().match("tit-for-tat", "always-defect").explain())
        Utils per round: row 1, column 1.
        Share of rounds: defect, defect 100 %.
        """
        lines = [f"Utils per round: {_pays(self.payoffs)}.", f"Share of rounds: {_spent(self)}."]
        if len(self.settles) > 1:
            lines.append(
                f"Luck and the start decide in which of {len(self.settles)} ways play settles:"
            )
            lines += [
                f"{n}. With probability {_percent(o.probability)}: {_spent(o)}; "
                f"utils per round {_pays(o.payoffs)}."
                for n, o in enumerate(self.settles, 1)
            ]
        return "\n".join(lines)

    def _letters(self, letters: str) -> Value:
        if len(self.shares) != 4:
            raise NotApplicable("this asks for two actions each; see shares")
        return dict(zip(("cc", "cd", "dc", "dd"), self.shares.values(), strict=True))[letters]

    @property
    def both_cooperate(self) -> Value:
        """Share of rounds in which both carry out their first action."""
        return self._letters("cc")

    @property
    def one_defects(self) -> Value:
        """Share of rounds in which one carries out its first action and the other its second."""
        return self._letters("cd") + self._letters("dc")

    @property
    def both_defect(self) -> Value:
        """Share of rounds in which both carry out their second action."""
        return self._letters("dd")


@dataclass(frozen=True)
class Recovery:
    """How long one misreading keeps both from cooperating.

    Attributes
    ----------
    rounds : float
        Expected number of rounds, after the one that was misread, before one in which both
        cooperate; ``inf`` if that may never come.
    both_defect : float
        Expected number of those in which both defect.
    """

    rounds: Value
    both_defect: Value


def _number(value: Value) -> str:
    open_ = isinstance(value, sp.Expr) and value.free_symbols
    return str(value) if open_ else f"{float(value):.4g}"


def _percent(share: Value) -> str:
    open_ = isinstance(share, sp.Expr) and share.free_symbols
    return str(share) if open_ else f"{100 * float(share):.4g} %"


def _pays(payoffs: Mapping[str, Value]) -> str:
    return ", ".join(f"{i} {_number(v)}" for i, v in payoffs.items())


def _spent(where: Match | Outcome) -> str:
    return "; ".join(f"{', '.join(p)} {_percent(v)}" for p, v in where.shares.items() if v != 0)
