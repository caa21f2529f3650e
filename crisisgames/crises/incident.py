"""An incident: was it meant, or not.

An actor A may probe; accidents happen as well, and look alike. B sees noisy evidence and restrains,
responds in kind, or escalates. Channels let A explain, notices cover routine activity, and B may
learn what kind of actor it faces. War comes from three causes that the game keeps apart:

* after a probe: *deliberate* if B escalated, *inadvertent* if it responded in kind;
* after an accident: *misperception* if restraint would have been at least as good for B as its
  reply, had it known that it was an accident; otherwise inadvertent (in kind) or deliberate.

The situation is that of close encounters at sea and in the air in Zhang Tuosheng (2021); the game
and its default values are ours, and the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain, count, product
from typing import Any

import sympy as sp

from crisisgames.crises.crisis import Familiar, Parameterized
from crisisgames.crises.fields import (
    PROBABILITY,
    UTILS,
    KnownFields,
    as_flag,
    check_fields,
    parameters,
    positive_shares,
    quantity,
)
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, Node, Record, chance, end, move, tell

__all__ = ["Channel", "Incident"]


@dataclass(frozen=True)
class Channel(KnownFields):
    """A line through which A may explain an incident to B.

    Attributes
    ----------
    answered : float
        Probability that a call is answered.
    verification : float
        Probability that a false explanation that got through is exposed.
    exposure : float
        What A pays, once, when a false explanation is exposed (utils).
    explain_cost : float
        What A pays for explaining (utils).
    delay : float
        Probability that an answered call comes too late.
    in_force : float
        Probability that the channel exists; both know it before A chooses anything.
    name : str
        Name in labels and parameters.
    """

    answered: float = quantity(0.9, PROBABILITY, "probability that a call is answered")
    verification: float = quantity(0.6, PROBABILITY, "probability that a lie is exposed")
    exposure: float = quantity(0.5, UTILS, "price of an exposed lie, utils")
    explain_cost: float = quantity(0.05, UTILS, "price of explaining, utils")
    delay: float = quantity(0.0, PROBABILITY, "probability that an answer comes too late")
    in_force: float = quantity(1.0, PROBABILITY, "probability that the channel exists")
    name: str = "channel"

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise GameError(f"a channel is named {self.name!r}; give a non-empty text")
        check_fields(f"Channel {self.name!r}", self)


@dataclass(frozen=True)
class Incident(Parameterized):
    """An incident that may have been meant, or not. Payoffs in utils; defaults are illustrations.

    Attributes
    ----------
    suspicion, accident_rate, clarity
        Probability that A is revisionist; that an incident happens by accident; how well evidence
        tells a probe from an accident (0 not at all, 1 perfectly).
    gain, loss
        What a probe that stands is worth to A, and costs B.
    response_cost, disaster
        What both pay when B replies; what both lose in war.
    hazard_response, hazard_escalation
        Probability of war after a reply in kind, and after escalation.
    stops_response, stops_escalation
        Probability that the reply undoes a probe.
    audience_cost, privacy
        What B pays for restraint on hostile evidence, and the share of it that privacy takes away.
    reciprocity : bool
        Whether B may at most reply in kind.
    notified, cover
        Probability that an earlier notice covers an innocent incident, and that of a probe as a
        share of it.
    disclosure
        Probability that B learns A's type after the incident.
    preemption
        How much smaller B's loss from war is when it escalated first.
    assault
        Probability that a probe that stands is the first blow of an attack.
    channels : tuple of Channel
        Lines through which A may explain.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> equilibria = solve(Incident().game())
    >>> low, high = equilibria.bounds("war")
    >>> round(high, 7)
    0.0119686
    """

    suspicion: float = quantity(0.4, PROBABILITY, "probability that A is revisionist")
    accident_rate: float = quantity(0.2, PROBABILITY, "probability of an accidental incident")
    clarity: float = quantity(0.3, PROBABILITY, "how well evidence tells a probe from an accident")
    gain: float = quantity(1.0, UTILS, "worth to A of a probe that stands, utils")
    loss: float = quantity(1.0, UTILS, "cost to B of a probe that stands, utils")
    response_cost: float = quantity(0.2, UTILS, "cost of a reply to both, utils")
    disaster: float = quantity(5.0, UTILS, "loss from war to each, utils")
    hazard_response: float = quantity(0.05, PROBABILITY, "probability of war after a reply in kind")
    hazard_escalation: float = quantity(0.1, PROBABILITY, "probability of war after escalation")
    stops_response: float = quantity(0.4, PROBABILITY, "probability that a reply undoes a probe")
    stops_escalation: float = quantity(1.0, PROBABILITY, "same, after escalation")
    audience_cost: float = quantity(0.2, UTILS, "B's cost of restraint on hostile evidence, utils")
    reciprocity: bool = False
    notified: float = quantity(0.0, PROBABILITY, "probability that a notice covers an accident")
    cover: float = quantity(0.0, PROBABILITY, "share of notices that cover a probe as well")
    disclosure: float = quantity(0.0, PROBABILITY, "probability that B learns A's type")
    privacy: float = quantity(0.0, PROBABILITY, "share of the audience cost taken away")
    preemption: float = quantity(0.0, UTILS, "what striking first saves B in war, utils")
    assault: float = quantity(0.0, PROBABILITY, "probability that a standing probe is an attack")
    channels: tuple[Channel, ...] = ()

    kind = "incident"

    def __post_init__(self) -> None:
        check_fields("Incident", self)
        if not isinstance(self.channels, Iterable):
            raise GameError(f"Incident: channels is {self.channels!r}; give a tuple of Channels")
        object.__setattr__(self, "channels", tuple(self.channels))
        for c in self.channels:
            if not isinstance(c, Channel):
                raise GameError(f"Incident: channels has {c!r}; give Channel objects")
        flag = as_flag("Incident", "reciprocity", self.reciprocity)
        object.__setattr__(self, "reciprocity", flag)

    def parameters(self) -> Mapping[str, Any]:
        """Return the fields and their values; channels as mappings."""
        lines = [{f.name: getattr(c, f.name) for f in fields(c)} for c in self.channels]
        return {**super().parameters(), "channels": lines}

    def game(self) -> ExtensiveFormGame:
        """Return the game of section "incident": players A and B, parameters at these values.

        An option that is switched off (a notice, a disclosure, an assault or a verification of
        probability 0, a channel that is certainly absent) is not in the tree, so it has no
        parameter there.
        """
        return ExtensiveFormGame(_Tree(self).root(), ("A", "B"), "Incident: was it meant?")

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the records that ``record`` stands for where nobody gives notice or explains.

        Signals that only an institution brings are passed over. A notice is taken as the evidence
        that an accident would have given.
        """
        plain = tuple(entry for entry in record if not self._is_institutional(entry))
        if player == "B" and NOTIFIED in plain:
            rest = tuple(e for e in plain if e != NOTIFIED)
            right = (1 + self.clarity) / 2
            return ((right, (BENIGN, *rest)), (1 - right, (HOSTILE, *rest)))
        return ((1.0, plain),)

    def instead(self, action: str) -> str:
        """Return what is done in place of an action that is no longer offered: a reply in kind."""
        return {"escalate": "respond", "explain": "silent"}.get(action, action)

    @property
    def passive(self) -> tuple[str, ...]:
        """The actions that leave a newly offered possibility unused: to stay silent."""
        return ("silent",)

    def _is_institutional(self, entry: str) -> bool:
        starts = (SILENCE, EXPLAINED, EXPOSED, KNOWN, "explain", "silent", *STATES)
        return entry.startswith(starts)


BENIGN, HOSTILE, NOTIFIED = "benign", "hostile", "notified"
SILENCE, EXPLAINED, EXPOSED, KNOWN = "silence", "explained", "exposed", "known "
STATES = ("in force: ", "not in force: ")
REVISIONIST, STATUS_QUO = "revisionist", "status quo"


class _Tree:
    """Builds the tree of an incident from the parameters of its values."""

    def __init__(self, crisis: Incident) -> None:
        self.crisis = crisis
        self.p = parameters(crisis)
        lines = [c for c in crisis.channels if c.in_force]
        names = _distinct([c.name for c in lines])
        self.channels = {
            name: parameters(c, f"{name}.") for name, c in zip(names, lines, strict=True)
        }
        self.certain = {n for n, c in zip(names, lines, strict=True) if c.in_force == 1}
        self.verified = {n for n, c in zip(names, lines, strict=True) if c.verification}
        self.replies: dict[tuple[bool, bool, sp.Expr], Node] = {}

    def root(self) -> Node:
        """Nature decides which channels exist; both know it."""
        uncertain = [n for n in self.channels if n not in self.certain]
        branches = {}
        for there in product((True, False), repeat=len(uncertain)):
            state = dict(zip(uncertain, there, strict=True))
            probability = sp.Integer(1)
            for n, on in state.items():
                exists = self.channels[n]["in_force"]
                probability *= exists if on else 1 - exists
            usable = tuple(n for n in self.channels if state.get(n, True))
            label = ", ".join(f"{n} {'in' if on else 'not in'} force" for n, on in state.items())
            # The texts that both are told start alike, whatever the channels' names.
            signal = STATES[0] + ", ".join(usable) if usable else STATES[1] + ", ".join(uncertain)
            branches[label] = (probability, tell({"A": signal, "B": signal}, self.types(usable)))
        if uncertain:
            return chance(branches)
        return self.types(tuple(self.channels))

    def types(self, usable: tuple[str, ...]) -> Node:
        """Nature draws A's type; a revisionist probes or refrains."""
        phi = self.p["suspicion"]
        choice = move(
            "A",
            {
                "probe": self.explanation(REVISIONIST, True, usable),
                "refrain": self.accident(REVISIONIST, usable),
            },
        )
        return chance(
            {
                REVISIONIST: (phi, tell({"A": REVISIONIST}, choice)),
                STATUS_QUO: (1 - phi, tell({"A": STATUS_QUO}, self.accident(STATUS_QUO, usable))),
            }
        )

    def accident(self, kind: str, usable: tuple[str, ...]) -> Node:
        """Without a probe an incident may still happen."""
        alpha = self.p["accident_rate"]
        happened = tell({"A": "accident"}, self.explanation(kind, False, usable))
        return chance({"accident": (alpha, happened), "calm": (1 - alpha, end("calm", (0, 0)))})

    def explanation(self, kind: str, probe: bool, usable: tuple[str, ...]) -> Node:
        """Let A explain through all channels or none."""
        if not usable:
            return self.evidence(kind, probe, None, sp.Integer(0))
        cost = sum(self.channels[n]["explain_cost"] for n in usable)
        return move(
            "A",
            {
                "silent": self.evidence(kind, probe, (SILENCE,), sp.Integer(0)),
                "explain": self.calls(kind, probe, usable, cost),
            },
        )

    def calls(self, kind: str, probe: bool, usable: tuple[str, ...], cost: sp.Expr) -> Node:
        """Each call gets through or not; a lie that got through may be exposed."""
        branches = {}
        for through in product((True, False), repeat=len(usable)):
            heard = [n for n, t in zip(usable, through, strict=True) if t]
            probability = sp.Integer(1)
            for n, t in zip(usable, through, strict=True):
                line = self.channels[n]
                in_time = line["answered"] * (1 - line["delay"])
                probability *= in_time if t else 1 - in_time
            label = f"heard: {', '.join(heard)}" if heard else "not heard"
            branches[label] = (probability, self.exposed(kind, probe, heard, usable, cost))
        return chance(branches)

    def exposed(
        self, kind: str, probe: bool, heard: list[str], usable: tuple[str, ...], cost: sp.Expr
    ) -> Node:
        """B hears the explanations that got through, and whether any was exposed."""
        if not heard:
            return self.evidence(kind, probe, (SILENCE,), cost)
        through = EXPLAINED if len(usable) == 1 else f"{EXPLAINED} through {', '.join(heard)}"
        believed = self.evidence(kind, probe, (through,), cost)
        lines = [self.channels[n] for n in heard if n in self.verified]
        if not probe or not lines:
            return believed
        missed = sp.prod([1 - line["verification"] for line in lines])
        price = cost + sp.Max(*(line["exposure"] for line in lines))
        caught = self.evidence(kind, probe, (through, EXPOSED), price)
        return chance({"exposed": (1 - missed, caught), "not exposed": (missed, believed)})

    def evidence(self, kind: str, probe: bool, heard: Record | None, paid: sp.Expr) -> Node:
        """B sees a notice or evidence, what came through, and perhaps A's type."""
        kappa = self.p["clarity"]
        right, wrong = (1 + kappa) / 2, (1 - kappa) / 2
        seen = {BENIGN: wrong if probe else right, HOSTILE: right if probe else wrong}
        if self.crisis.notified and (not probe or self.crisis.cover):
            covered = self.p["notified"] * (self.p["cover"] if probe else 1)
            seen = {NOTIFIED: covered, **{e: (1 - covered) * q for e, q in seen.items()}}
        messages = heard or ()
        branches = {}
        for e, probability in seen.items():
            signals = (e, *messages)
            told = self.told(signals, self.reply(probe, e, paid))
            if self.crisis.disclosure:
                d = self.p["disclosure"]
                known = self.told((*signals, KNOWN + kind), self.reply(probe, e, paid))
                told = chance({"type disclosed": (d, known), "type hidden": (1 - d, told)})
            branches[e] = (probability, told)
        return chance(branches)

    @staticmethod
    def told(signals: Sequence[str], subtree: Node) -> Node:
        for signal in reversed(signals):
            subtree = tell({"B": signal}, subtree)
        return subtree

    def reply(self, probe: bool, evidence: str, paid: sp.Expr) -> Node:
        """B restrains, responds in kind, or escalates."""
        # What B hears changes what it knows and not what its reply leads to.
        known = self.replies.get((probe, evidence == HOSTILE, paid))
        if known is not None:
            return known
        price = self.p["audience_cost"] * (1 - self.p["privacy"])
        audience = price if evidence == HOSTILE else sp.Integer(0)
        actions = {
            "restrain": self.restrained(probe, audience, paid),
            "respond": self.fought("response", probe, audience, paid),
        }
        if not self.crisis.reciprocity:
            actions["escalate"] = self.fought("escalation", probe, audience, paid)
        return self.replies.setdefault((probe, evidence == HOSTILE, paid), move("B", actions))

    def restrained(self, probe: bool, audience: sp.Expr, paid: sp.Expr) -> Node:
        if not probe:
            return end("settled", (-paid, -audience))
        attack, disaster = self.assault, self.p["disaster"]
        payoffs = (self.p["gain"] - paid, -audience - self.p["loss"] - attack * disaster)
        return end(positive_shares({"war:deliberate": attack, "stands": 1 - attack}), payoffs)

    def fought(self, how: str, probe: bool, audience: sp.Expr, paid: sp.Expr) -> Node:
        p = self.p
        hazard, stops = p[f"hazard_{how}"], p[f"stops_{how}"]
        first = p["preemption"] if how == "escalation" else sp.Integer(0)
        chosen = "war:deliberate" if how == "escalation" else "war:inadvertent"
        pay_a = -paid - p["response_cost"] - hazard * p["disaster"]
        pay_b = -p["response_cost"] - hazard * (p["disaster"] - first)
        if probe:
            stands = (1 - hazard) * (1 - stops)
            attacked = stands * self.assault
            shares: dict[str, sp.Expr] = {chosen: hazard}
            # After escalation both wars are deliberate: one label, one share.
            shares["war:deliberate"] = shares.get("war:deliberate", sp.Integer(0)) + attacked
            shares |= {"stands": stands - attacked, "undone": (1 - hazard) * stops}
            loss = stands * p["loss"] + attacked * p["disaster"]
            return end(positive_shares(shares), (pay_a + stands * p["gain"], pay_b - loss))
        # Had B known that it was an accident, would restraint have been at least as good?
        mistaken = sp.Ge(-audience, pay_b)
        shares = {
            "war:misperception": sp.Piecewise((hazard, mistaken), (0, True)),
            chosen: sp.Piecewise((0, mistaken), (hazard, True)),
            "settled": 1 - hazard,
        }
        return end(positive_shares(shares), (pay_a, pay_b))

    @property
    def assault(self) -> sp.Expr:
        return self.p["assault"] if self.crisis.assault else sp.Integer(0)


def _distinct(names: Sequence[str]) -> list[str]:
    """Return identifiers for channels: the names, numbered where one occurs twice."""
    plain = ["".join(c if c.isalnum() else "_" for c in n) for n in names]
    # An identifier does not start with a digit.
    plain = [f"_{n}" if n[0].isdecimal() else n for n in plain]
    found: list[str] = []
    for name in plain:
        own = [name] if plain.count(name) == 1 else []
        numbered = (f"{name}_{k}" for k in count(1))
        found.append(next(n for n in chain(own, numbered) if n not in found))
    return found
