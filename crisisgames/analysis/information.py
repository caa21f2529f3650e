"""How good could any information be? The least war that monitors and talk can reach in an incident.

An incident at its own primitives: the hazards, costs and accident rates stay, and so does the
evidence that B sees anyway. What an institution may add is information. Three kinds are compared:

* ``"talk"``: A may report what happened, in confidence, to a mediator who cannot check it, and B
  what it saw; the mediator then tells B what to do (a communication equilibrium);
* ``"monitor"``: a sensor tells a probe from an accident, right with probability (1 + accuracy) / 2,
  and B is told what to do as a rule of what the sensor saw says;
* ``"any"``: the same, by somebody who sees everything: whether it was a probe, and A's type.

A recommendation is followed if B wants to follow it, knowing the rule and what it saw itself. A
revisionist chooses whether to probe, knowing the rule. So for each probability r of probing the
best rule is a linear program: obedience of B, truthfulness of A where A reports, and, for r between
0 and 1, indifference of the revisionist. Where r is free the program is bilinear in one number; it
is solved by branching over r, each interval bounded below by the linear program in which products
with r are replaced by their envelopes. What comes out is therefore a proved lower bound, and a rule
that attains it up to a stated gap.

Where A can talk, talking costs something; a mediator may then charge A up to those costs, so that
no equilibrium with channels can do better than ``"any"``.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.crises import Incident
from crisisgames.errors import GameError, NotApplicable, suggest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "InformationFrontier", "least_war_informed"]

KINDS: dict[str, str] = {
    "talk": "unverified talk",
    "monitor": "a monitor of this accuracy",
    "any": "any monitor",
}
"""What may be added to an incident, in words."""

STATES = ("a probe", "an accident of a revisionist", "an accident of a status quo actor")
HISTORIES = {
    ("revisionist", "probe"): 0,
    ("revisionist", "refrain", "accident"): 1,
    ("status quo", "accident"): 2,
}
PROBE, OWN, OTHER = range(3)

GAP = 1e-7
"""Largest distance between the bound that is proved and the rule that attains it."""

MOST = 4000
"""Intervals of r that are looked at before the bound is given as it stands."""

TIE = 1e-9
"""Probabilities below this are rounding of the linear program."""

ROUNDED = 1e-6
"""Probabilities of a recommendation nearer to 0 or 1 are told as such."""

SLACK = 1e-8
"""What B may lose by obeying, in shares of the most that is at stake for it, before it does not.

A revisionist who mixes may leave B a single probability of probing at which it obeys. It is a
number of which a float holds the first sixteen digits, and obedience would fail by the rest.
"""


@dataclass(frozen=True)
class _Stage:
    """The numbers of an incident after which B acts, by state, evidence and action.

    Attributes
    ----------
    evidence, actions : tuple of str
    seen : ndarray
        Probability of each evidence in each state, shape (3, evidence).
    pay : ndarray
        Utils of A and B, shape (2, 3, evidence, actions).
    war : ndarray
        Probability of war, shape (3, evidence, actions).
    suspicion, accident_rate : float
    charge : ndarray
        The most that A may be charged in each state, utils.
    """

    evidence: tuple[str, ...]
    actions: tuple[str, ...]
    seen: np.ndarray
    pay: np.ndarray
    war: np.ndarray
    suspicion: float
    accident_rate: float
    charge: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of an array over states, evidence and actions."""
        return 3, len(self.evidence), len(self.actions)

    def supported(self) -> np.ndarray:
        """Tell which actions are best for B at some belief, after each evidence."""
        probe, accident = self.pay[1, PROBE], self.pay[1, OTHER]
        found = np.zeros(self.shape[1:], dtype=bool)
        for e in range(len(self.evidence)):
            for a in range(len(self.actions)):
                # Best at belief m: m (p_a - p_b) + (1 - m)(q_a - q_b) >= 0 for all b.
                low, high = 0.0, 1.0
                for b in range(len(self.actions)):
                    p, q = probe[e, a] - probe[e, b], accident[e, a] - accident[e, b]
                    if p == q:
                        low = low if q >= -TIE else inf
                    elif p > q:
                        low = max(low, -q / (p - q))
                    else:
                        high = min(high, q / (q - p))
                found[e, a] = low <= high + TIE
        return found


def _stage(crisis: Incident) -> _Stage:
    """Read the numbers off the game of an incident without talk and disclosure."""
    plain = crisis.replace(channels=(), disclosure=0)
    game = plain.game()
    compiled, numbers = game.compiled, game.exact()
    evidence = tuple(dict.fromkeys(s.record[0] for s in game.information_sets if s.player == "B"))
    actions = next(s.actions for s in game.information_sets if s.player == "B")
    shape = (3, len(evidence), len(actions))
    seen, pay, war = np.zeros(shape[:2]), np.zeros((2, *shape)), np.zeros(shape)
    wars = [k for k, o in enumerate(compiled.outcomes) if o.split(":")[0] == "war"]
    for k, end in enumerate(compiled.ends):
        state = HISTORIES.get(end.history[:-2])
        if state is None:
            continue  # calm
        e, a = evidence.index(end.history[-2]), actions.index(end.history[-1])
        seen[state, e] = float(numbers.branches[end.chance[-1]])
        pay[:, state, e, a] = [float(u) for u in numbers.payoffs[k]]
        war[state, e, a] = float(sum(numbers.shares[k][j] for j in wars))
    lines = [c for c in crisis.channels if c.in_force]
    talk = sum(c.explain_cost for c in lines)
    exposed = max((c.exposure for c in lines if c.verification), default=0.0)
    charge = np.array([talk + exposed, talk, talk])
    return _Stage(evidence, actions, seen, pay, war, crisis.suspicion, crisis.accident_rate, charge)


@dataclass(frozen=True, eq=False)
class InformationFrontier:
    """The least war that a kind of information can reach.

    Attributes
    ----------
    kind : str
        A key of `KINDS`.
    accuracy : float
        Of the monitor.
    war : float
        Probability of war under `rule`.
    bound : float
        A lower bound on it over all rules of the kind: proved, up to the 1e-7 to which linear
        programs are solved.
    probing : float
        Probability that a revisionist probes under `rule`.
    rule : mapping
        For each state and evidence the probability of each recommendation.
    payoffs : mapping
        Utils of A (before it knows its type) and of B under `rule`.
    binding : tuple of str
        The constraints that bind, in words, the costliest first, each with its price: by how much
        P(war) would fall for each util, before anything is known, that could be gained against it.
    """

    kind: str
    accuracy: float
    war: float
    bound: float
    probing: float
    rule: Mapping[tuple[str, str], Mapping[str, float]] = field(repr=False)
    payoffs: Mapping[str, float] = field(repr=False)
    binding: tuple[str, ...] = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return who is told what when: a row for each state and evidence."""
        import pandas as pd

        rows = pd.DataFrame.from_dict(dict(self.rule), orient="index")
        rows.index = pd.MultiIndex.from_tuples(rows.index, names=["what happened", "evidence"])
        return rows

    def explain(self) -> str:
        """Return the bound, the rule that attains it, and what binds, in sentences."""
        proved = (
            "" if self.war <= 0 else f", and is proved to be no lower than {_percent(self.bound)}"
        )
        told = [
            f"With {self.words} P(war) can be as low as {_percent(self.war)}{proved}; a "
            f"revisionist then probes with probability {self.probing:.3g}."
        ]
        told += self.orders()
        if self.binding:
            told.append(f"What keeps it there: {'; '.join(self.binding)}.")
        return "\n".join(told)

    @property
    def words(self) -> str:
        """The kind of information, in words."""
        return f"a monitor of accuracy {self.accuracy:g}" if self.kind == "monitor" else (
            KINDS[self.kind])  # fmt: skip

    def orders(self) -> list[str]:
        """Return who is told what when: a sentence for what is told alike."""
        found: dict[str, dict[str, list[str]]] = {}
        evidence = list(dict.fromkeys(e for _, e in self.rule))
        for (state, seen), row in self.rule.items():
            likely = {act: p for act, p in row.items() if p > ROUNDED}
            said = " or ".join(
                f"to {act}" + ("" if p > 1 - ROUNDED else f" (probability {p:.3g})")
                for act, p in likely.items()
            )
            found.setdefault(state, {}).setdefault(said, []).append(seen)
        alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
        for state, own in found.items():
            parts = tuple(
                ("whatever the evidence" if len(seen) == len(evidence)
                 else f"on {' or '.join(seen)} evidence", said)
                for said, seen in own.items()
            )  # fmt: skip
            alike.setdefault(parts, []).append(state)
        return [
            f"After {' or '.join(states)} B is told "
            + ", and ".join(f"{said} {when}" for when, said in parts)
            + "."
            for parts, states in alike.items()
        ]


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"


def least_war_informed(
    crisis: Incident, kind: str = "any", *, accuracy: float | None = None, gap: float = GAP
) -> InformationFrontier:
    """Return the least probability of war that a kind of information can reach.

    Parameters
    ----------
    crisis : Incident
        Without an ally. Its channels and its disclosure are left out: they are information. What
        talking costs A at most is taken from them.
    kind : str
        ``"talk"``, ``"monitor"`` or ``"any"``.
    accuracy : float, optional
        Of a monitor, in [0, 1]; by default the clarity of the evidence.
    gap : float
        How far the rule may be from the proved bound.

    Raises
    ------
    NotApplicable
        For another crisis than an incident of two players.
    GameError
        For an accuracy outside [0, 1].
    UnknownName
        For an unknown kind.

    Examples
    --------
    >>> from crisisgames import Incident, solve
    >>> found = least_war_informed(Incident(), "any")
    >>> found.bound <= found.war <= solve(Incident().game()).bounds("war")[0]
    True
    """
    if not isinstance(crisis, Incident):
        name = getattr(crisis, "kind", type(crisis).__name__)
        raise NotApplicable(f"the frontier over information is that of an incident, not of {name}")
    if getattr(crisis, "ally", None) is not None:
        raise NotApplicable(
            "the frontier over information is that of an incident of two players; leave the ally "
            "out: crisis.replace(ally=None)"
        )
    if kind not in KINDS:
        raise suggest("kind of information", kind, KINDS)
    sharp = crisis.clarity if accuracy is None else accuracy
    if not (isinstance(sharp, (int, float)) and 0 <= sharp <= 1):
        raise GameError(f"accuracy is {accuracy!r}; give a number from 0 to 1")
    program = _Program(_stage(crisis), kind, float(sharp))
    return program.least(gap)


class _Program:
    """The linear programs of one incident: at a fixed r, or bounding all r of an interval.

    Variables are x, the probability of each recommendation by state and evidence (with a monitor,
    by what the sensor saw), z = r x, what A is charged, and r.
    """

    def __init__(self, stage: _Stage, kind: str, accuracy: float) -> None:
        self.stage, self.kind = stage, kind
        s, e, a = stage.shape
        self.size = s * e * a
        # Maps what is drawn by (what the rule sees, evidence, action) to (state, evidence, action).
        if kind == "monitor":
            right = (1 + accuracy) / 2
            sees = np.array([[right, 1 - right], [1 - right, right], [1 - right, right]])
        else:
            sees = np.eye(3)
        self.spread = np.kron(sees, np.eye(e * a))
        self.seers = sees.shape[1]
        self.drawn = self.spread.shape[1]
        self.columns = 2 * self.drawn + 3 + 1  # x, z, charges, r
        self.extra: list[tuple[int, int, int]] = []
        if kind == "talk":  # what B gets at best after each false report and recommendation
            self.extra = [(i, j, k) for i in range(e) for j in range(e) if i != j for k in range(a)]
            self.columns += len(self.extra)

    # --- pieces

    def row(self, x: Any = None, z: Any = None, charge: Any = None, r: float = 0) -> np.ndarray:
        """Return a row over all columns from weights on (state, evidence, action)."""
        row = np.zeros(self.columns)
        n = self.drawn
        if x is not None:
            row[:n] = np.asarray(x).reshape(-1) @ self.spread
        if z is not None:
            row[n : 2 * n] = np.asarray(z).reshape(-1) @ self.spread
        if charge is not None:
            row[2 * n : 2 * n + 3] = charge
        row[2 * n + 3] = r
        return row

    def weighted(
        self, value: np.ndarray, seen: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights on x and on r x of the mean of a value over what happens.

        Evidence comes in each state as often as ``seen`` says, by default as in the incident.
        """
        stage = self.stage
        phi, alpha = stage.suspicion, stage.accident_rate
        mean = (stage.seen if seen is None else seen)[:, :, None] * value
        x, z = np.zeros(stage.shape), np.zeros(stage.shape)
        z[PROBE] = phi * mean[PROBE]
        x[OWN], z[OWN] = phi * alpha * mean[OWN], -phi * alpha * mean[OWN]
        x[OTHER] = (1 - phi) * alpha * mean[OTHER]
        return x, z

    @cached_property
    def gain_of_probing(self) -> np.ndarray:
        """Return the row of what a revisionist gains by probing."""
        stage = self.stage
        own = stage.seen[:, :, None] * stage.pay[0]
        x = np.zeros(stage.shape)
        x[PROBE], x[OWN] = own[PROBE], -stage.accident_rate * own[OWN]
        return self.row(x=x, charge=[-1, stage.accident_rate, 0])

    @cached_property
    def incentives(self) -> tuple[list[np.ndarray], list[str]]:
        """Return rows that must not be negative, and what they mean."""
        stage, rows, names = self.stage, [], []
        others = range(len(stage.actions))
        for e, seen in enumerate(stage.evidence):
            for a, act in enumerate(stage.actions):
                for b in others:
                    if a == b:
                        continue
                    value = np.zeros(stage.shape)
                    value[:, e, a] = stage.pay[1, :, e, a] - stage.pay[1, :, e, b]
                    rows.append(self.row(*self.weighted(value)))
                    names.append(
                        f"B, told to {act} after {seen} evidence, must not prefer to "
                        f"{stage.actions[b]}"
                    )
        if self.kind == "talk":
            self._reports(rows, names)
        return rows, names

    def _reports(self, rows: list[np.ndarray], names: list[str]) -> None:
        """Add that A tells what happened, and B what it saw."""
        stage = self.stage
        for true in range(3):
            for told in range(3):
                if true == told:
                    continue
                value = stage.seen[true][:, None] * stage.pay[0, true]
                x = np.zeros(stage.shape)
                x[true] += value
                x[told] -= value
                charge = np.zeros(3)
                charge[true] -= 1
                charge[told] += 1
                rows.append(self.row(x=x, charge=charge))
                names.append(f"A, after {STATES[true]}, must not report {STATES[told]}")
        start = self.columns - len(self.extra)
        for i, seen in enumerate(stage.evidence):
            for j, said in enumerate(stage.evidence):
                if i == j:
                    continue
                truth = np.zeros(stage.shape)
                truth[:, i] = stage.pay[1, :, i]
                row = self.row(*self.weighted(truth))
                for n, (p, q, _) in enumerate(self.extra):
                    if (p, q) == (i, j):
                        row[start + n] = -1
                rows.append(row)
                names.append(f"B, seeing {seen} evidence, must not report {said} evidence")
                for a in range(len(stage.actions)):
                    n = start + self.extra.index((i, j, a))
                    for b in range(len(stage.actions)):
                        # It happens as often as what was seen, also where what is reported never
                        # comes; the recommendation is that for what is reported.
                        value, often = np.zeros(stage.shape), np.zeros(stage.seen.shape)
                        value[:, j, a] = stage.pay[1, :, i, b]
                        often[:, j] = stage.seen[:, i]
                        row = -self.row(*self.weighted(value, often))
                        row[n] = 1
                        rows.append(row)
                        names.append("")

    @cached_property
    def goal(self) -> np.ndarray:
        """Return the row of the probability of war."""
        return self.row(*self.weighted(self.stage.war))

    @cached_property
    def sums(self) -> tuple[list[np.ndarray], list[float]]:
        """Return rows and levels: recommendations sum to one, and their products with r to r."""
        n, cells = self.drawn, len(self.stage.actions)
        equal, level = [], []
        for k in range(n // cells):
            whole = np.zeros(self.columns)
            whole[k * cells : (k + 1) * cells] = 1
            share = np.zeros(self.columns)
            share[n + k * cells : n + (k + 1) * cells] = 1
            share[2 * n + 3] = -1
            equal += [whole, share]
            level += [1.0, 0.0]
        return equal, level

    # --- programs

    def solve(self, low: float, high: float, side: int | None) -> Any:
        """Bound war from below for r in an interval, or at one r; None if nothing is feasible.

        The side tells what probing must be to a revisionist: better (1), worse (-1), or equal (0);
        None where there are no revisionists.
        """
        from scipy.optimize import linprog

        stage, n = self.stage, self.drawn
        rows, names = self.incentives
        # Each in its own size: masses may be small.
        sizes = [float(np.abs(row).max()) or 1.0 for row in rows]
        upper = [-row / size for row, size in zip(rows, sizes, strict=True)]
        bound = [SLACK if side == 0 else 0.0] * len(rows)
        equal, level = self.sums
        equal, level = [*equal], [*level]
        gain = self.gain_of_probing
        if side is None:
            pass
        elif side == 0:
            equal.append(gain)
            level.append(0.0)
        else:
            upper.append(-side * gain)
            bound.append(0.0)
            sizes = [*sizes, 1.0]
            names = [*names, "a revisionist must "
                     + ("want to probe" if side > 0 else "not want to probe")]  # fmt: skip
        # The envelopes of z = r x, with x from 0 to 1 and r from low to high.
        place = np.arange(n)
        blocks = []
        for slope, constant, sign in ((low, 0.0, 1), (high, 0.0, -1)):
            block = np.zeros((n, self.columns))
            block[place, place], block[place, n + place] = sign * slope, -sign
            blocks.append((block, np.full(n, constant)))
        for slope, sign in ((high, 1), (low, -1)):
            # z >= r + high x - high, and z <= r + low x - low.
            block = np.zeros((n, self.columns))
            block[place, place], block[place, n + place] = sign * slope, -sign
            block[:, 2 * n + 3] = sign
            blocks.append((block, np.full(n, sign * slope)))
        every = np.vstack([*upper, *(block for block, _ in blocks)])
        most = np.concatenate([bound, *(limit for _, limit in blocks)])
        limits: list[tuple[Any, Any]] = (
            [(0.0, 1.0)] * (2 * n) + [(0.0, float(c)) for c in stage.charge] + [(low, high)]
        )
        limits += [(None, None)] * len(self.extra)
        if low == high and low in (0.0, 1.0) and self.kind != "monitor":
            self._credible(limits, int(low))
        found = linprog(
            self.goal, every, most, np.vstack(equal), np.array(level), limits, method="highs"
        )
        if found.status == 2:
            return None
        if found.status != 0:
            raise GameError(f"the linear program of the frontier did not finish: {found.message}")
        prices = -np.asarray(found.ineqlin.marginals[: len(upper)]) / sizes
        return found.fun, found.x, sorted(zip(prices, names, strict=True), key=lambda p: -p[0])

    def _credible(self, limits: list[tuple[Any, Any]], r: int) -> None:
        """Leave what never happens at r to replies that are best at some belief."""
        never = PROBE if r == 0 else OWN
        block = len(self.stage.evidence) * len(self.stage.actions)
        for k, good in enumerate(self.stage.supported().reshape(-1)):
            if not good:
                limits[never * block + k] = (0.0, 0.0)

    def least(self, gap: float) -> InformationFrontier:
        """Branch over r until the bound and the best rule found are close."""
        best: tuple[float, float, Any] = (inf, 0.0, None)
        ends: list[tuple[float, int | None]] = [(0.0, None)]
        if self.stage.suspicion > 0:
            ends = [(0.0, -1), (1.0, 1), (0.0, 0), (1.0, 0)]
        floor = inf
        for r, side in ends:
            found = self.solve(r, r, side)
            if found is not None:
                floor = min(floor, found[0])
                if found[0] < best[0] - gap:
                    best = (found[0], r, found)
        serial = count()
        queue: list[tuple[float, int, float, float, Any]] = []

        def push(low: float, high: float) -> None:
            bounded = self.solve(low, high, 0)
            if bounded is not None:
                heapq.heappush(queue, (bounded[0], next(serial), low, high, bounded[1]))

        if self.stage.suspicion > 0:
            push(0.0, 1.0)
        looked = 0
        while queue and looked < MOST:
            value, _, low, high, x = queue[0]
            if value >= best[0] - gap:
                break
            heapq.heappop(queue)
            looked += 1
            r = float(np.clip(x[2 * self.drawn + 3], low, high))
            here = self.solve(r, r, 0)
            if here is not None and here[0] < best[0]:
                best = (here[0], r, here)
            # Split where the relaxation stands, unless that is too near an end.
            edge = 0.1 * (high - low)
            middle = r if low + edge < r < high - edge else (low + high) / 2
            push(low, middle)
            push(middle, high)
        bound = min([floor, *(item[0] for item in queue[:1]), best[0]])
        if best[2] is None:
            raise NotApplicable("no rule satisfies the constraints of A and B")
        return self._result(best, max(0.0, bound))

    def _result(self, best: tuple[float, float, Any], bound: float) -> InformationFrontier:
        stage = self.stage
        value, r, (_, x, prices) = best
        play = (self.spread @ x[: self.drawn]).reshape(stage.shape)
        rule = {
            (STATES[s], stage.evidence[e]): dict(
                zip(stage.actions, np.clip(play[s, e], 0, 1).tolist(), strict=True)
            )
            for s in range(3)
            for e in range(len(stage.evidence))
        }
        utils = []
        for player in range(2):
            a, b = self.weighted(stage.pay[player])
            utils.append(float(((a + r * b) * play).sum()))
        charged = x[2 * self.drawn : 2 * self.drawn + 3]
        phi, alpha = stage.suspicion, stage.accident_rate
        weights = np.array([phi * r, phi * (1 - r) * alpha, (1 - phi) * alpha])
        utils[0] -= float(weights @ charged)
        binding = tuple(
            f"{name} (price {price:.3g})" for price, name in prices if price > TIE and name
        )
        if 0 < r < 1:
            binding = ("a revisionist must be indifferent between probing and not", *binding)
        return InformationFrontier(
            self.kind,
            1.0 if self.kind == "any" else _accuracy(self),
            max(0.0, float(value)),
            min(bound, max(0.0, float(value))),
            r,
            rule,
            {"A": utils[0], "B": utils[1]},
            binding,
        )


def _accuracy(program: _Program) -> float:
    block: Sequence[Any] = program.spread[0]
    return float(2 * block[0] - 1) if program.kind == "monitor" else 0.0
