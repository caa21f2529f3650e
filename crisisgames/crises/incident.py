"""An incident: was it meant, or not.

An actor A may probe; accidents happen as well, and look alike. B sees noisy evidence and restrains,
responds in kind, or escalates. Channels let A explain, notices cover routine activity, and B may
learn what kind of actor it faces. War comes from three causes that the game keeps apart:

* after a probe: *deliberate* if B escalated, *inadvertent* if it responded in kind;
* after an accident: *misperception* if restraint would have been at least as good for B as its
  reply, had it known that it was an accident; otherwise inadvertent (in kind) or deliberate.

B may have an ally U, which sees B's evidence and its reply, and then joins or stays out. What came
to B through channels, and what it learned of A's type, the ally does not see. An ally that joins
raises both the danger of war and the chance that a probe is undone, each to 1 at most, at a price
to itself. Of what B loses to a probe that stands and in war the ally bears a share, whether it
joined or not. Misperception is judged as if it stayed out.

The situation is that of close encounters at sea and in the air in Zhang Tuosheng (2021); the game
and its default values are ours, and the values are illustrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from crisisgames.games import ExtensiveFormGame, Node, Record, add_payoffs, chance, end, move, tell

__all__ = ["Ally", "Channel", "Incident"]


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
class Ally(KnownFields):
    """An ally of B, which joins its reply or stays out.

    Attributes
    ----------
    hazard : float
        What joining adds to the probability of war.
    stops : float
        What joining adds to the probability that a probe is undone.
    cost : float
        What joining costs the ally (utils).
    stake : float
        Share of B's losses, from a probe that stands and in war, that the ally bears as well.

    Examples
    --------
    >>> from crisisgames import Ally, Incident
    >>> Incident(ally=Ally(stake=0.8)).game().players
    ('A', 'B', 'U')
    """

    hazard: float = quantity(0.1, PROBABILITY, "what joining adds to the probability of war")
    stops: float = quantity(0.4, PROBABILITY, "what joining adds to the chance of undoing a probe")
    cost: float = quantity(0.2, UTILS, "price of joining, utils")
    stake: float = quantity(0.5, PROBABILITY, "share of B's losses that the ally bears as well")

    def __post_init__(self) -> None:
        check_fields("Ally", self)


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
    ally : Ally, optional
        A third player U, on the side of B.

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
    ally: Ally | None = None

    kind = "incident"

    def __post_init__(self) -> None:
        check_fields("Incident", self)
        if not isinstance(self.channels, Iterable):
            raise GameError(f"Incident: channels is {self.channels!r}; give a tuple of Channels")
        object.__setattr__(self, "channels", tuple(self.channels))
        for c in self.channels:
            if not isinstance(c, Channel):
                raise GameError(f"Incident: channels has {c!r}; give Channel objects")
        if not (self.ally is None or isinstance(self.ally, Ally)):
            raise GameError(f"Incident: ally is {self.ally!r}; give an Ally object, or None")
        flag = as_flag("Incident", "reciprocity", self.reciprocity)
        object.__setattr__(self, "reciprocity", flag)

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game: A and B, and U where B has an ally."""
        return ("A", "B") if self.ally is None else ("A", "B", "U")

    def game(self) -> ExtensiveFormGame:
        """Return the game: players A and B, U where there is an ally, parameters at these values.

        An option that is switched off (a notice, a disclosure, an assault or a verification of
        probability 0, a channel that is certainly absent) is not in the tree, so it has no
        parameter there.
        """
        return ExtensiveFormGame(IncidentTree(self).root(), self.players, "Incident: was it meant?")

    def familiar(self, player: str, record: Record) -> Familiar:
        """Return the records that ``record`` stands for where nobody gives notice or explains.

        Signals that only an institution brings are passed over. A notice is taken as the evidence
        that an accident would have given.
        """
        plain = tuple(entry for entry in record if not self._is_institutional(entry))
        if player in ("B", "U") and NOTIFIED in plain:
            rest = tuple(e for e in plain if e != NOTIFIED)
            right = (1 + self.clarity) / 2
            return ((right, (BENIGN, *rest)), (1 - right, (HOSTILE, *rest)))
        return ((1.0, plain),)

    def instead(self, action: str) -> str:
        """Return what is done in place of an action that is no longer offered: a reply in kind."""
        return {"escalate": "respond", "explain": "silent"}.get(action, action)

    @property
    def passive(self) -> tuple[str, ...]:
        """The actions that leave a newly offered possibility unused: silence, and no joining."""
        return ("silent", "stay out")

    def _is_institutional(self, entry: str) -> bool:
        starts = (SILENCE, EXPLAINED, EXPOSED, KNOWN, "explain", "silent", *STATES)
        return entry.startswith(starts)


BENIGN, HOSTILE, NOTIFIED = "benign", "hostile", "notified"
SILENCE, EXPLAINED, EXPOSED, KNOWN = "silence", "explained", "exposed", "known "
STATES = ("in force: ", "not in force: ")
REVISIONIST, STATUS_QUO = "revisionist", "status quo"
REPLIES = {"respond": "response", "escalate": "escalation"}
ZERO = sp.Integer(0)


class IncidentTree:
    """Builds the tree of an incident from the parameters of its values.

    Parameters
    ----------
    crisis : Incident
    prefix : str
        What the names of parameters start with.
    escalated : node, optional
        What follows after an escalation that did not become war at once, with payoffs to A and B.
        It takes the place of a probe that is undone or stands, or of an accident that is settled.
    """

    def __init__(self, crisis: Incident, prefix: str = "", escalated: Node | None = None) -> None:
        self.crisis = crisis
        self.escalated = escalated
        self.p = parameters(crisis, prefix)
        lines = [c for c in crisis.channels if c.in_force]
        names = _distinct([c.name for c in lines])
        self.channels = {
            name: parameters(c, f"{prefix}{name}.") for name, c in zip(names, lines, strict=True)
        }
        self.certain = {n for n, c in zip(names, lines, strict=True) if c.in_force == 1}
        self.verified = {n for n, c in zip(names, lines, strict=True) if c.verification}
        self.ally = parameters(crisis.ally, f"{prefix}ally.") if crisis.ally else {}
        self.odds = {(a, j): self.odds_of(a, j) for a in REPLIES for j in (False, True)}
        self.replies: dict[tuple[bool, str, sp.Expr], Node] = {}

    def odds_of(self, action: str, joined: bool) -> tuple[sp.Expr, sp.Expr]:
        """Return the probabilities of war, and without war of an undone probe, after a reply."""
        pair = (self.p[f"hazard_{REPLIES[action]}"], self.p[f"stops_{REPLIES[action]}"])
        if not (joined and self.ally):
            return pair
        more = (self.ally["hazard"], self.ally["stops"])
        hazard, stops = (sp.Min(1, own + its) for own, its in zip(pair, more, strict=True))
        return hazard, stops

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
        calm = self.end("calm", ZERO, ZERO, ZERO)
        return chance({"accident": (alpha, happened), "calm": (1 - alpha, calm)})

    def explanation(self, kind: str, probe: bool, usable: tuple[str, ...]) -> Node:
        """Let A explain through all channels or none."""
        if not usable:
            return self.evidence(kind, probe, None, ZERO)
        cost = sum(self.channels[n]["explain_cost"] for n in usable)
        return move(
            "A",
            {
                "silent": self.evidence(kind, probe, (SILENCE,), ZERO),
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
        key = (probe, evidence, paid)
        if key in self.replies:
            return self.replies[key]
        price = self.p["audience_cost"] * (1 - self.p["privacy"])
        audience = price if evidence == HOSTILE else ZERO
        actions = {"restrain": self.restrained(probe, audience, paid)}
        for action in ("respond",) if self.crisis.reciprocity else ("respond", "escalate"):
            actions[action] = self.answered(action, probe, evidence, audience, paid)
        return self.replies.setdefault(key, move("B", actions))

    def restrained(self, probe: bool, audience: sp.Expr, paid: sp.Expr) -> Node:
        if not probe:
            return self.end("settled", -paid, -audience, ZERO)
        attack = self.assault
        lost = self.p["loss"] + attack * self.p["disaster"]
        shares = positive_shares({"war:deliberate": attack, "stands": 1 - attack})
        return self.end(shares, self.p["gain"] - paid, -audience - lost, lost)

    def answered(
        self, action: str, probe: bool, evidence: str, audience: sp.Expr, paid: sp.Expr
    ) -> Node:
        """Let the ally, where there is one, join the reply or stay out."""
        if action == "escalate" and self.escalated:
            return self.onward(probe, audience, paid, self.escalated)
        alone = self.fought(action, probe, audience, paid, joined=False)
        if not self.ally:
            return alone
        joined = self.fought(action, probe, audience, paid, joined=True)
        choice = move("U", {"join": joined, "stay out": alone})
        return tell({"U": evidence}, tell({"U": f"B: {action}"}, choice))

    def fought(
        self, action: str, probe: bool, audience: sp.Expr, paid: sp.Expr, joined: bool
    ) -> Node:
        p = self.p
        hazard, stops = self.odds[action, joined]
        chosen = "war:deliberate" if action == "escalate" else "war:inadvertent"
        price = self.ally["cost"] if joined else ZERO
        pay_a, lost = (
            -paid - p["response_cost"] - hazard * p["disaster"],
            hazard * self.defeat(action),
        )
        if probe:
            stands = (1 - hazard) * (1 - stops)
            attacked = stands * self.assault
            shares: dict[str, sp.Expr] = {chosen: hazard}
            # After escalation both wars are deliberate: one label, one share.
            shares["war:deliberate"] = shares.get("war:deliberate", ZERO) + attacked
            shares |= {"stands": stands - attacked, "undone": (1 - hazard) * stops}
            pay_a += stands * p["gain"]
            lost += stands * p["loss"] + attacked * p["disaster"]
        else:
            mistaken = self.mistaken(action, audience)
            shares = {
                "war:misperception": sp.Piecewise((hazard, mistaken), (0, True)),
                chosen: sp.Piecewise((0, mistaken), (hazard, True)),
                "settled": 1 - hazard,
            }
        return self.end(positive_shares(shares), pay_a, -p["response_cost"] - lost, lost, price)

    def onward(self, probe: bool, audience: sp.Expr, paid: sp.Expr, after: Node) -> Node:
        """Escalation is war at once, or leads on to what comes after it."""
        p, hazard = self.p, self.odds["escalate", False][0]
        mistaken: Any = sp.false if probe else self.mistaken("escalate", audience)
        kinds = {
            "war:misperception": sp.Piecewise((1, mistaken), (0, True)),
            "war:deliberate": sp.Piecewise((0, mistaken), (1, True)),
        }
        pay_a, pay_b = -paid - p["response_cost"], -p["response_cost"]
        lost = self.defeat("escalate")
        war = self.end(positive_shares(kinds), pay_a - p["disaster"], pay_b - lost, lost)
        rest = add_payoffs(after, (pay_a, pay_b))
        return chance({"war": (hazard, war), "no war": (1 - hazard, rest)})

    def defeat(self, action: str) -> sp.Expr:
        """Return what war costs B after a reply."""
        first = self.p["preemption"] if action == "escalate" else ZERO
        return self.p["disaster"] - first

    def mistaken(self, action: str, audience: sp.Expr) -> sp.Expr:
        """Return whether restraint is as good for B as a reply that it knew to meet an accident.

        That is judged with the ally out, and as if what comes after an escalation cost nothing.
        """
        alone = -self.p["response_cost"] - self.odds[action, False][0] * self.defeat(action)
        return sp.Ge(-audience, alone)

    def end(
        self,
        outcome: str | Mapping[str, sp.Expr],
        pay_a: sp.Expr,
        pay_b: sp.Expr,
        lost: sp.Expr,
        price: sp.Expr = ZERO,
    ) -> Node:
        """Return an end; of what B lost to a probe and in war the ally bears its share."""
        if not self.ally:
            return end(outcome, (pay_a, pay_b))
        return end(outcome, (pay_a, pay_b, -self.ally["stake"] * lost - price))

    @property
    def assault(self) -> sp.Expr:
        return self.p["assault"] if self.crisis.assault else ZERO


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
