"""A whole crisis: an incident, a ladder that escalation leads onto, and a split instead of a gift.

The three games are those of `Incident`, `Ladder` and `Bargaining`, put into one tree.

1. An incident, in which B restrains, responds in kind or escalates. Restraint and a reply in kind
   end the crisis as they end an incident. Escalation costs what it costs there, and may become war
   at once; if not, both sides see that it happened and are on the ladder.
2. A ladder. Nature draws how resolute each side is, which it learns for itself: a side knows only
   now how far it would go. The stake of the ladder is the dispute behind the incident. B holds it,
   and payoffs count from there: where A withdraws at the bottom rung, neither has won or lost.
   What the ladder decides takes the place of a probe that escalation undoes or lets stand, and
   innocent or not, A may find itself there.
3. A split. Who concedes after the bottom rung pays its audience cost and leaves the offer to the
   other side: if B concedes, A offers B a share, and B accepts or fights; if A concedes, A may
   first announce a floor, B offers A a share, and A accepts or fights. Without bargaining the
   other side gets the whole stake, as on the ladder alone.

All five principles act in it: clarity of evidence and of concessions; rungs, and replies at most in
kind (then nobody comes onto the ladder); ideology; ultimatums and audience costs; issues.

Causes of war are those of the parts. Whether war that follows an escalation at once was a
misperception is judged as if the ladder cost B nothing.

The composition and the default values are ours; the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from crisisgames.crises.bargaining import HIGH, LOW, Bargaining, BargainingTree
from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import parameters
from crisisgames.crises.incident import Incident, IncidentTree
from crisisgames.crises.ladder import RESOLUTE, Ladder, LadderTree
from crisisgames.crises.sides import SIDES, Types
from crisisgames.errors import GameError, NotApplicable
from crisisgames.games import ExtensiveFormGame, Node, Record, add_payoffs, tell

__all__ = ["WholeCrisis"]

SHARED: dict[str, str] = {
    "prob_resolute_a": "prob_low_a",
    "prob_resolute_b": "prob_low_b",
    "cost_resolute": "cost_low",
    "cost_irresolute": "cost_high",
    "ideology": "ideology",
    "balance": "balance",
    "disclosure_a": "disclosure_a",
    "disclosure_b": "disclosure_b",
}
"""What the ladder and the split have in common: the field of each."""

PARTS: dict[str, type[Incident] | type[Ladder] | type[Bargaining]] = {
    "incident": Incident,
    "ladder": Ladder,
    "bargaining": Bargaining,
}

INCIDENT = Incident(loss=2.0, hazard_escalation=0.05)
LADDER = Ladder(rungs=1, prob_resolute_a=0.2, risk=0.1, ideology=0.3)
BARGAINING = Bargaining(issues=2)
"""Illustrations, at which all outcomes occur in some equilibrium and all equilibria are found."""


@dataclass(frozen=True)
class WholeCrisis(Parameterized):
    """An incident that may lead onto a ladder, and a ladder that may lead to a split.

    Parameters of the game are named ``incident.suspicion``, ``ladder.risk``,
    ``bargaining.audience_cost``. What the ladder and the split have in common is one quantity under
    its name on the ladder: `ideology`, `balance`, the two costs of a fight, the probability that a
    side is resolute, and that its type becomes known. The split takes them from the ladder.
    `replace` takes them as well.

    Attributes
    ----------
    incident : Incident
        Without an ally. Its `stops_escalation` is not in the game: the ladder decides.
    ladder : Ladder
    bargaining : Bargaining, optional
        Its `proposer` does not matter: that is the side to which the other one conceded. None: a
        concession gives up the whole stake.

    Raises
    ------
    GameError
        If a part is of another kind, or if the split is given something else than its default for
        what it shares with the ladder, and the ladder has another value.
    NotApplicable
        For an incident with an ally and for bargaining with a mediator, which have no place here.

    Examples
    --------
    >>> from crisisgames import WholeCrisis, solve
    >>> crisis = WholeCrisis()
    >>> crisis.replace(ideology=0.5).bargaining.ideology
    0.5
    >>> found = solve(crisis.replace(bargaining=None).game())
    >>> found.complete
    True
    """

    incident: Incident = INCIDENT
    ladder: Ladder = LADDER
    bargaining: Bargaining | None = BARGAINING

    kind = "whole crisis"

    def __post_init__(self) -> None:
        for name, kind in PARTS.items():
            part = getattr(self, name)
            optional = name == "bargaining" and part is None
            article = "an" if kind is Incident else "a"
            if not (isinstance(part, kind) or optional):
                raise GameError(
                    f"WholeCrisis: {name} is {part!r}; give {article} {kind.__name__} object"
                )
        if self.incident.ally is not None:
            raise NotApplicable(
                "WholeCrisis: the incident has an ally, for which nothing is defined on the "
                "ladder; leave it out"
            )
        if self.bargaining is None:
            return
        if self.bargaining.mediated:
            raise NotApplicable(
                "WholeCrisis: the bargaining is mediated, which is no tree and cannot follow a "
                "ladder; leave the mediator out"
            )
        plain = Bargaining()
        for here, there in SHARED.items():
            mine, other = getattr(self.ladder, here), getattr(self.bargaining, there)
            if other not in (mine, getattr(plain, there)):
                raise GameError(
                    f"WholeCrisis: {here} of the ladder is {mine}, and {there} of the bargaining "
                    f"is {other}, but they are one quantity; leave the latter out"
                )
        object.__setattr__(self, "bargaining", _aligned(self.bargaining, self.ladder))

    @property
    def stages(self) -> Mapping[str, Any]:
        """The crises that it is made of, by field."""
        return {name: part for name in PARTS if (part := getattr(self, name)) is not None}

    @property
    def shared(self) -> Mapping[str, tuple[str, ...]]:
        """What is one quantity in several parts: its name, and those of the fields."""
        parts = self.stages
        return {
            here: (
                f"ladder.{here}",
                *([f"bargaining.{there}"] if "bargaining" in parts else []),
            )
            for here, there in SHARED.items()
        }

    def replace(self, **changes: Any) -> Self:
        """Return the crisis with some fields changed, or with what parts share set in all of them.

        Raises
        ------
        UnknownName
            For a name that is neither.
        """
        common = {name: changes.pop(name) for name in SHARED if name in changes}
        if common:
            changes["ladder"] = changes.get("ladder", self.ladder).replace(**common)
        if "ladder" in changes and "bargaining" not in changes and self.bargaining is not None:
            changes["bargaining"] = _aligned(self.bargaining, changes["ladder"])
        return super().replace(**changes)

    def game(self) -> ExtensiveFormGame:
        """Return the game: players A and B, parameters at the values of the parts.

        What is switched off in a part is not in the tree, so it has no parameter there.
        """
        own = parameters(self.ladder)
        common = {name: own[name] for name in SHARED}
        ladder = LadderTree(self.ladder, "ladder.", common, self._conceded(common))
        stake = add_payoffs(ladder.root(), (-ladder.lose, -ladder.win))
        escalated = tell({"A": "B: escalate"}, stake)
        root = IncidentTree(self.incident, "incident.", escalated).root()
        return ExtensiveFormGame(root, SIDES, "The whole crisis")

    def _conceded(self, common: Mapping[str, Any]) -> Any:
        """Return what follows a concession: a split that the other side offers, if any."""
        if self.bargaining is None:
            return None
        shared = {there: common[here] for here, there in SHARED.items()}
        trees = [
            BargainingTree(self.bargaining.replace(proposer=other), "bargaining.", shared)
            for other in reversed(SIDES)
        ]

        @cache
        def split(mover: int, types: Types) -> Node:
            a, b = (LOW if kind == RESOLUTE else HIGH for kind in types)
            return trees[mover].talks((a, b))

        return split

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the records that stand for this one in each part in turn."""
        found: Familiar = ((1.0, record),)
        for part in self.stages.values():
            found = tuple(
                (weight * w, plain)
                for weight, known in found
                for w, plain in part.familiar(player, known)
            )
        return found

    def instead(self, action: str) -> str:
        """Return what the first part that has a stand-in for the action puts in its place."""
        stand_ins = (part.instead(action) for part in self.stages.values())
        return next((a for a in stand_ins if a != action), action)

    @property
    def passive(self) -> tuple[str, ...]:
        """What leaves a new possibility unused in some part; a new offer is accepted."""
        own = dict.fromkeys(a for part in self.stages.values() for a in part.passive)
        return ("accept", *own)


def _aligned(bargaining: Bargaining, ladder: Ladder) -> Bargaining:
    """Return bargaining with what it shares as the ladder has it."""
    if not isinstance(ladder, Ladder):
        return bargaining  # which is refused elsewhere
    return bargaining.replace(**{there: getattr(ladder, here) for here, there in SHARED.items()})


def _shared(name: str) -> property:
    def value(self: WholeCrisis) -> Any:
        return getattr(self.ladder, name)

    value.__doc__ = f"The {name} of the ladder, which is that of the split."
    return property(value)


for _name in SHARED:
    setattr(WholeCrisis, _name, _shared(_name))
