"""The least war that a third party, or talk, can leave: settlements as a linear program.

Two sides divide a pie of size 1 or fight over it. Each has a private type; what war is worth to it
may depend on both. An institution hears what types the sides report and draws, from a rule that
both know, a split of the pie or war:

- *arbitration* enforces the split. Each type expects at least as much as from war [1]_, and gains
  nothing by posing as another;
- *mediation* proposes the split to both, and either may still fight, knowing what the proposal
  tells it about the other. Nobody gains by a lie, a fight, or a lie followed by a fight [2]_;
- *talk*: each side tells the other its type, all types differently, and the split is then drawn
  in public. Either may still fight, knowing the other's type.

Splits are taken from a grid. Without more being asked it holds every share that war, against one
type of the other or against all, is worth to a type. Payoffs are linear in the split between two of
these, so that a finer grid helps neither arbitration nor talk. In mediation it may help: the least
war found is then an upper bound, and that of arbitration a lower one.

References
----------
.. [1] Mark Fey and Kristopher W. Ramsay, "Uncertainty and Incentives in Crisis Bargaining:
   Game-Free Analysis of International Conflict", American Journal of Political Science 55(1), 2011.
.. [2] Johannes Hörner, Massimo Morelli and Francesco Squintani, "Mediation and Peace", Review of
   Economic Studies 82, 2015.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import lcm
from typing import TYPE_CHECKING, Any

import sympy as sp

from crisisgames.equilibria.deadline import NEVER, Deadline
from crisisgames.equilibria.linear.correlated_set import PLAYED, PRICED, Deviation, binding
from crisisgames.equilibria.linear.model import Cell, Model, Rows, add
from crisisgames.equilibria.linear.program import Number, Optimum, Stopped
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games.expressions import as_fraction, completed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["INSTITUTIONS", "Dispute", "Settlement", "least_war", "settlement_model"]

Table = tuple[tuple[Fraction, ...], ...]
Pair = tuple[str, str]
Rule = Mapping[Pair, Mapping[Fraction, Number]]
PEACE, WAR = "peace", "war"
PUBLIC_SPLIT = "a public split"
"""The institution of `crisisgames.equilibria.public_split`, which hears no reports."""


@dataclass(frozen=True)
class Dispute:
    """A pie of size 1, two sides with private types, and what war is worth to them.

    Attributes
    ----------
    prior : table
        The probability of each pair of types, a row for each type of the first side. Where types
        are independent, `independent` takes the probabilities of each side.
    war : pair of tables
        What war is worth to the first and to the second side, by pair of types in the same way, in
        shares of the pie; it may be negative.
    types : pair of sequences of str
        Names; left out, they are numbered from 1.
    players : pair of str

    Raises
    ------
    GameError
        For tables of different shapes, and probabilities that are negative or do not sum to one.

    Examples
    --------
    Who is strong wins four times in five against the weak; war costs each side a tenth.

    >>> win = [[0.5, 0.8], [0.2, 0.5]]
    >>> war_a = [[p - 0.1 for p in row] for row in win]
    >>> war_b = [[1 - p - 0.1 for p in row] for row in win]
    >>> dispute = Dispute.independent([0.3, 0.7], [0.3, 0.7], (war_a, war_b))
    >>> round(least_war(dispute, "arbitration").prob_war, 9)
    0.314
    """

    prior: Table
    war: tuple[Table, Table]
    types: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    players: tuple[str, str] = ("A", "B")

    def __post_init__(self) -> None:
        prior = _table("prior", self.prior)
        shape = len(prior), len(prior[0])
        war = tuple(_table(f"war of {p}", w) for p, w in zip(self.players, self.war, strict=True))
        for player, table in zip(self.players, war, strict=True):
            if (len(table), len(table[0])) != shape:
                raise GameError(
                    f"war of {player} has {len(table)} rows and {len(table[0])} columns; the prior "
                    f"has {shape[0]} and {shape[1]}: a row for each type of {self.players[0]}, a "
                    f"column for each of {self.players[1]}"
                )
        flat = [p for row in prior for p in row]
        if min(flat) < 0:
            raise GameError(f"prior has the probability {float(min(flat)):g}; give none below 0")
        if sum(flat) != 1:
            given = [p for row in self.prior for p in row]
            exact = completed([sp.Rational(p.numerator, p.denominator) for p in flat], given)
            flat = [Fraction(int(p.p), int(p.q)) for p in exact]
        if sum(flat) != 1:
            raise GameError(f"the probabilities of prior sum to {float(sum(flat)):.12g}, not to 1")
        own = [
            tuple(names) or tuple(str(k + 1) for k in range(size))
            for names, size in zip(self.types, shape, strict=True)
        ]
        for player, names, size in zip(self.players, own, shape, strict=True):
            if len(names) != size or len(set(names)) != size:
                raise GameError(f"types of {player} are {names}; give {size} different names")
        set_field = object.__setattr__
        set_field(self, "prior", tuple(zip(*[iter(flat)] * shape[1], strict=True)))
        set_field(self, "war", war)
        set_field(self, "types", tuple(own))
        set_field(self, "players", tuple(self.players))

    @classmethod
    def independent(
        cls,
        probs_a: Sequence[Any],
        probs_b: Sequence[Any],
        war: tuple[Any, Any],
        **names: Any,
    ) -> Dispute:
        """Return the dispute in which the types of the two sides are independent."""
        own = []
        for probs in (probs_a, probs_b):
            exact = [as_fraction(p, "a probability of a type") for p in probs]
            rational = [sp.Rational(p.numerator, p.denominator) for p in exact]
            own.append([Fraction(int(p.p), int(p.q)) for p in completed(rational, list(probs))])
        return cls(tuple(tuple(f * g for g in own[1]) for f in own[0]), war, **names)

    def probability(self, i: int, j: int) -> Fraction:
        """Return the probability of a pair of types."""
        return self.prior[i][j]

    def gain(self, side: int, i: int, j: int, split: Fraction) -> Fraction:
        """Return what a split is worth to a side above war, for a pair of types."""
        return (1 - split if side else split) - self.war[side][i][j]

    @cached_property
    def splits(self) -> tuple[Fraction, ...]:
        """Shares of the first side at which some type's mind may change; 0, 1/2 and 1."""
        found = {Fraction(0), Fraction(1, 2), Fraction(1)}
        for side, table in enumerate(self.war):
            rows = list(zip(self.prior, table, strict=True))
            if side:
                rows = list(zip(zip(*self.prior, strict=True), zip(*table, strict=True),
                                strict=True))  # fmt: skip
            for weights, worth in rows:
                own = [*worth]
                if total := sum(weights):
                    own.append(sum(f * w for f, w in zip(weights, worth, strict=True)) / total)
                found |= {1 - w if side else w for w in own}
        return tuple(sorted(x for x in found if 0 <= x <= 1))


def _table(what: str, given: Any) -> Table:
    try:
        rows = tuple(tuple(as_fraction(v, f"an entry of {what}") for v in row) for row in given)
    except TypeError:
        rows = ()
    if not rows or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise GameError(f"{what} is {given!r}; give rows of numbers, all of one length")
    return rows


@dataclass(frozen=True, eq=False)
class Settlement:
    """The rule of an institution that leaves the least war.

    Attributes
    ----------
    dispute : Dispute
    institution : str
    prob_war : number
        Probability of war before types are drawn.
    rule : mapping
        For each pair of reports, the probability of each split (a share of the first side), those
        that are not drawn left out; what is missing to 1 is war.
    payoffs : mapping
        What each side expects, in shares of the pie.
    binding : tuple of Deviation
        What keeps war from being rarer, the costliest first, each with its price: by how much the
        probability of war would fall for each unit of the pie, ex ante, that the side could be
        allowed to gain by it.
    gap : number
        How far `prob_war` may be from the least on the grid of splits: proved by duality.
    """

    dispute: Dispute
    institution: str
    prob_war: Number
    rule: Rule
    payoffs: Mapping[str, Number]
    binding: tuple[Deviation, ...]
    gap: Number = field(repr=False)

    @property
    def prob_peace(self) -> Number:
        """Probability of a split before types are drawn."""
        return 1 - self.prob_war

    @cached_property
    def gain(self) -> Number:
        """What the best manipulation gains any type of a side, ex ante, from the rule alone."""
        checked = _GAINS[self.institution]
        gain: Number = max(checked(self.dispute, self.rule, side) for side in (0, 1))
        return gain

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each pair of types and each split or war that may be drawn."""
        import pandas as pd

        rows = []
        for pair, drawn in self.rule.items():
            own: dict[Any, Number] = {**drawn, WAR: 1 - sum(drawn.values())}
            rows += [(*pair, x if x == WAR else float(x), p) for x, p in own.items() if p > PLAYED]
        return pd.DataFrame(rows, columns=[*self.dispute.players, "split", "probability"])

    def explain(self) -> str:
        """Return the rule in plain sentences: what is drawn when, and what keeps war up."""
        a, b = self.dispute.players
        shown = _shown(self.rule)
        said = "is" if self.institution == PUBLIC_SPLIT else "reports"
        lines = [f"Least war under {self.institution}: {100 * float(self.prob_war):.4g} %."]
        for (one, other), drawn in self.rule.items():
            parts = [f"{shown[x]} for {a} ({100 * float(p):.3g} %)" for x, p in drawn.items()]
            war = 1 - sum(drawn.values())
            parts += [f"war ({100 * float(war):.3g} %)"] if war > PLAYED else []
            lines.append(f"{a} {said} {one}, {b} {said} {other}: {'; '.join(parts)}.")
        lines += [
            f"War would be rarer by {float(d.price):.4g} for each unit that this could be allowed "
            f"to gain: {d.text}."
            for d in self.binding
        ]
        return "\n".join(lines)


def least_war(
    dispute: Dispute,
    institution: str,
    *,
    splits: Iterable[Any] | None = None,
    at_least: Mapping[str, Any] | None = None,
    exact: bool = False,
    time_limit: float | None = None,
) -> Settlement:
    r"""Return the rule that leaves the least war, and what keeps it from being less.

    Parameters
    ----------
    dispute : Dispute
    institution : ``"arbitration"``, ``"mediation"`` or ``"talk"``
    splits : iterable of numbers, optional
        Shares of the first side that may be drawn, each from 0 to 1; `Dispute.splits` if left out.
    at_least : mapping of str to number, optional
        What a side must expect before types are drawn, in shares of the pie: for instance what it
        has today.
    exact : bool
        Whether the program is solved in rationals.
    time_limit : float, optional
        Seconds.

    Raises
    ------
    NotApplicable
        If no rule leaves each side what it must expect: it says which demands conflict, and what
        keeps the side from more. If the time is up before the least is found.

    Examples
    --------
    One side knows whether it is strong. The mediator sometimes gives the weak what the strong get,
    so that the other side, told to be content with little, cannot tell that it faces a strong one.

    >>> win = [[0.3, 0.7]]
    >>> war = [[p - 0.05 for p in win[0]]], [[1 - p - 0.05 for p in win[0]]]
    >>> dispute = Dispute.independent([1], [0.4, 0.6], war, types=((), ("strong", "weak")))
    >>> found = least_war(dispute, "mediation", splits=[0.35, 0.65], exact=True)
    >>> print("\n".join(found.explain().splitlines()[:3]))
    Least war under mediation: 28 %.
    A reports 1, B reports strong: 0.35 for A (30 %); war (70 %).
    A reports 1, B reports weak: 0.35 for A (6.67 %); 0.65 for A (93.3 %).
    >>> for deviation in found.binding:
    ...     print(f"{deviation.text}: {float(deviation.price):.3g}")
    A plays 'fight' when told '0.35': 2
    B, knowing 'weak', reports 'strong' and plays 'accept' when told '0.35': 2
    """
    model = settlement_model(dispute, institution, splits=splits)
    goal = peace(model)
    deadline = NEVER if time_limit is None else Deadline.within(time_limit)
    model = _demanding(model, dispute, institution, at_least or {}, deadline)
    try:
        whole, found = model.maximise(goal, exact, deadline)
    except Stopped as stop:
        raise NotApplicable(
            "time limit reached before the least war was found; it is proved to be no less than "
            f"{float(1 - stop.bound):.6g}; give a larger time_limit"
        ) from None
    prices = found.prices[: len(whole.incentives)]  # demands have prices, too
    held = binding(whole.incentives, prices, 0 if exact else PRICED)
    return _settlement(
        dispute, institution, whole, found.point, held, exact, whole.program.gap(goal, found)
    )


def _demanding(
    model: Model,
    dispute: Dispute,
    institution: str,
    at_least: Mapping[str, Any],
    deadline: Deadline,
) -> Model:
    """Return the program in which each side expects what it demands.

    Demands are put one after the other, each held against the most that those before it leave.
    """
    met: list[str] = []
    for player, given in at_least.items():
        if player not in dispute.players:
            raise suggest("side", player, dispute.players)
        demand = as_fraction(given, f"what {player} must expect")
        side = dispute.players.index(player)
        worth = [c.payoffs[side] for c in model.cells]
        worth += [Fraction(0)] * (model.program.size - len(worth))
        try:
            whole, found = model.maximise(worth, True, deadline)
        except Stopped:
            raise NotApplicable(
                "time limit reached before it was known whether the demands can be met; give a "
                "larger time_limit"
            ) from None
        parts = (Fraction(x) * w for x, w in zip(found.point, worth, strict=True))
        most = sum(parts, Fraction(0))
        if demand > most:
            raise NotApplicable(_conflict(player, demand, most, met, institution, whole, found))
        # Cells of a pair sum to one and masses to one, so that the demand is a weight on each.
        line = {j: demand * c.mass - c.payoffs[side] for j, c in enumerate(model.cells)}
        size = lcm(*(a.denominator for a in line.values()))
        row = {j: int(a * size) for j, a in line.items() if a}
        program = replace(model.program, at_most=(*model.program.at_most, row))
        model = replace(model, program=program)
        met.append(f"{player} must expect {float(demand):.4g}")
    return model


def _conflict(
    player: str,
    demand: Fraction,
    most: Fraction,
    met: Sequence[str],
    institution: str,
    whole: Model,
    found: Optimum,
) -> str:
    """Return which demands conflict, and what keeps the side from more."""
    held = binding(whole.incentives, found.prices[: len(whole.incentives)], 0)
    where = f" where {' and '.join(met)}" if met else ""
    why = f"; what keeps it from more: {'; '.join(map(_in_short, held[:2]))}" if held else ""
    return (
        f"no rule of {institution} leaves {player} {float(demand):.4g} of the pie{where}: "
        f"the most is {float(most):.4g}{why}; ask for less"
    )


def _in_short(deviation: Deviation) -> str:
    """Return a deviation with splits as decimals."""
    replies = tuple(
        (None if told is None else f"{float(Fraction(told)):.4g}", plays)
        for told, plays in deviation.replies
    )
    return replace(deviation, replies=replies).text


def peace(model: Model) -> list[Fraction]:
    """Return the probability of peace as an objective of a program of settlements."""
    sure = [c.mass if c.profile != (WAR,) else Fraction(0) for c in model.cells]
    return sure + [Fraction(0)] * (model.program.size - len(sure))


def settlement_model(
    dispute: Dispute, institution: str, *, splits: Iterable[Any] | None = None
) -> Model:
    """Return the linear program of all rules of an institution that nobody gains by manipulating.

    Its cells are the pairs of reports with a split or war; any other objective, and any further
    row, can be put to it.

    Raises
    ------
    UnknownName
        For another institution.
    GameError
        For a split outside [0, 1].
    """
    if institution not in INSTITUTIONS:
        raise suggest("institution", institution, INSTITUTIONS)
    writer = _Writer(dispute, dispute.splits if splits is None else as_grid(dispute, splits))
    INSTITUTIONS[institution](writer)
    return writer.rows.model(dispute.players, (PEACE, WAR))


def as_grid(dispute: Dispute, splits: Iterable[Any]) -> tuple[Fraction, ...]:
    """Return splits as sorted rationals; raise GameError unless they are shares from 0 to 1."""
    grid = tuple(sorted({as_fraction(x, "a split") for x in splits}))
    wrong = [x for x in grid if not 0 <= x <= 1]
    if wrong or not grid:
        shown = f"{float(wrong[0]):g} is among the splits" if wrong else "there are no splits"
        raise GameError(f"{shown}; give shares of {dispute.players[0]} from 0 to 1")
    return grid


class _Writer:
    """Writes the rows of an institution: what each type expects, and what it must not gain.

    Gains over war are whole numbers: shares of the pie, ex ante, times `unit`.
    """

    def __init__(self, dispute: Dispute, grid: Sequence[Fraction]) -> None:
        self.dispute, self.grid = dispute, grid
        self.names = [str(x) for x in grid]
        sizes = len(dispute.types[0]), len(dispute.types[1])
        self.pairs = list(product(range(sizes[0]), range(sizes[1])))
        self.start = {pair: k * (len(grid) + 1) for k, pair in enumerate(self.pairs)}
        self.rows = Rows([cell for pair in self.pairs for cell in self._cells(*pair)])
        for start in self.start.values():
            self.rows.need(dict.fromkeys(range(start, start + len(grid) + 1), 1), 1)
        masses = {pair: dispute.probability(*pair) for pair in self.pairs}
        parts = {
            (side, pair): [f * dispute.gain(side, *pair, x) for x in grid]
            for side in (0, 1)
            for pair, f in masses.items()
        }
        whole = lcm(*(g.denominator for own in parts.values() for g in own))
        self.unit = Fraction(1, whole)
        self.gains = {key: [int(g * whole) for g in own] for key, own in parts.items()}

    def _cells(self, i: int, j: int) -> list[Cell]:
        d = self.dispute
        f, names = d.probability(i, j), (d.types[0][i], d.types[1][j])
        splits = [
            Cell(names, (name,), f, (f * x, f * (1 - x)), ((0, f),))
            for name, x in zip(self.names, self.grid, strict=True)
        ]
        return [*splits, Cell(names, (WAR,), f, tuple(f * w[i][j] for w in d.war), ((1, f),))]

    def sides(self) -> Iterable[tuple[int, int, str | None]]:
        """Return each side and type, and the type's name where the side has several."""
        for side, names in enumerate(self.dispute.types):
            for own, name in enumerate(names):
                yield side, own, name if len(names) > 1 else None

    def others(self, side: int, own: int) -> list[tuple[int, int]]:
        """Return the pairs in which a side is of a type."""
        return [pair for pair in self.pairs if pair[side] == own]

    def heard(self, side: int, own: int, report: int, k: int) -> dict[int, int]:
        """Return what a type that made a report and accepts the k-th split gains over war."""
        return {
            self.start[_with(pair, side, report)] + k: self.gains[side, pair][k]
            for pair in self.others(side, own)
        }

    def expects(self, side: int, own: int, report: int) -> dict[int, int]:
        """Return what a type that made a report and accepts every split gains over war."""
        total: dict[int, int] = {}
        for k in range(len(self.grid)):
            total |= self.heard(side, own, report, k)
        return total

    def lies(self, side: int, own: int) -> Iterable[tuple[int, str]]:
        """Return the types that a type may pose as."""
        return ((k, name) for k, name in enumerate(self.dispute.types[side]) if k != own)

    def arbitration(self) -> None:
        """Require that each type is willing to take part, and to tell the truth."""
        for side, own, name in self.sides():
            player, honest = self.dispute.players[side], self.expects(side, own, own)
            self.rows.obey(_minus({}, honest), player, name, None, "fight", unit=self.unit)
            for report, posed in self.lies(side, own):
                gain = _minus(self.expects(side, own, report), honest)
                self.rows.obey(gain, player, name, None, None, posed, self.unit)

    def mediation(self) -> None:
        """Require that each type accepts what is proposed, and that no lie pays, obeyed or not."""
        for side, own, name in self.sides():
            player, honest = self.dispute.players[side], self.expects(side, own, own)
            for k, told in enumerate(self.names):
                gain = _minus({}, self.heard(side, own, own, k))
                self.rows.obey(gain, player, name, told, "fight", unit=self.unit)
            most = sum(max(0, *self.gains[side, pair]) for pair in self.others(side, own))
            for report, posed in self.lies(side, own):
                answers = {
                    told: {"accept": self.heard(side, own, report, k)}
                    for k, told in enumerate(self.names)
                }
                self.rows.lie(player, str(name), posed, answers, honest, most, self.unit)

    def talk(self) -> None:
        """Require that each accepts what is proposed, knowing the other's type, and no lie pays."""
        for side, own, name in self.sides():
            player, honest = self.dispute.players[side], self.expects(side, own, own)
            for pair in self.others(side, own):
                other = self.dispute.types[1 - side][pair[1 - side]]
                facing = f"facing {other}" if name is None else f"{name}, facing {other}"
                for k, (told, x) in enumerate(zip(self.names, self.grid, strict=True)):
                    if (loss := -self.dispute.gain(side, *pair, x)) > 0:  # also if never drawn
                        never = {
                            self.start[pair] + k: loss * (self.dispute.probability(*pair) or 1)
                        }
                        self.rows.obey(never, player, facing, told, "fight")
            for report, posed in self.lies(side, own):
                best = {j: max(g, 0) for j, g in self.expects(side, own, report).items()}
                self.rows.obey(_minus(best, honest), player, name, None, None, posed, self.unit)


INSTITUTIONS: dict[str, Callable[[_Writer], None]] = {
    "arbitration": _Writer.arbitration,
    "mediation": _Writer.mediation,
    "talk": _Writer.talk,
}
"""The institutions, each with the method that writes its rows."""


def _minus(line: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    found = dict(line)
    add(found, other, -1)
    return found


def _with(pair: tuple[int, int], side: int, own: int) -> tuple[int, int]:
    return (pair[0], own) if side else (own, pair[1])


def _shown(rule: Rule) -> dict[Fraction, str]:
    """Return a short text for each split that a rule may draw: all different."""
    splits = {x for drawn in rule.values() for x in drawn}
    for digits in (4, 6, 9):
        texts = {x: f"{float(x):.{digits}g}" for x in splits}
        if len(set(texts.values())) == len(splits):
            return texts
    return {x: str(x) for x in splits}


def _settlement(
    dispute: Dispute,
    institution: str,
    model: Model,
    point: Sequence[Number],
    held: tuple[Deviation, ...],
    exact: bool,
    gap: Number,
) -> Settlement:
    def number(value: Any) -> Number:
        return Fraction(value) if exact else float(value)

    rule: dict[Pair, dict[Fraction, Number]] = {}
    war, pays = Fraction(0), [Fraction(0)] * 2
    for cell, x in zip(model.cells, point, strict=False):
        one, other = cell.situation
        drawn = rule.setdefault((one, other), {})
        if cell.profile == (WAR,):
            war += cell.mass * Fraction(x)
        elif x > (0 if exact else PLAYED):
            drawn[Fraction(cell.profile[0])] = number(x)
        pays = [u + c * Fraction(x) for u, c in zip(pays, cell.payoffs, strict=True)]
    payoffs = {p: number(u) for p, u in zip(dispute.players, pays, strict=True)}
    told = tuple(d for d in (_about_drawn(d, dispute, rule) for d in held) if d)
    return Settlement(dispute, institution, number(war), rule, payoffs, told, gap)


def _about_drawn(deviation: Deviation, dispute: Dispute, rule: Rule) -> Deviation | None:
    """Return the deviation without answers to splits that are never drawn; None if none is left."""
    side, shown = dispute.players.index(deviation.player), _shown(rule)
    said = deviation.report or deviation.knows
    drawn = {x for pair, row in rule.items() for x in row if said in (None, pair[side])}
    replies = tuple(
        (None if told is None else shown[Fraction(told)], plays)
        for told, plays in deviation.replies
        if told is None or Fraction(told) in drawn
    )
    if deviation.report is None and not replies:
        return None
    return replace(deviation, replies=replies)


# What a manipulation of a rule gains, from the rule alone: nothing is shared with the program.


def _worth(dispute: Dispute, rule: Rule, side: int, own: int, report: int) -> list[dict[Any, Any]]:
    """Return for each type of the other what each split that may be drawn brings, ex ante."""
    found = []
    for other in range(len(dispute.types[1 - side])):
        true = (other, own) if side else (own, other)
        said = (other, report) if side else (report, other)
        drawn = rule[dispute.types[0][said[0]], dispute.types[1][said[1]]]
        f = dispute.prior[true[0]][true[1]]
        found.append({x: f * p * dispute.gain(side, *true, x) for x, p in drawn.items()})
    return found


def _arbitration_gain(dispute: Dispute, rule: Rule, side: int) -> Any:
    def expects(own: int, report: int) -> Any:
        return sum(sum(row.values()) for row in _worth(dispute, rule, side, own, report))

    own = range(len(dispute.types[side]))
    return max(max(0, *(expects(t, r) for r in own)) - expects(t, t) for t in own)


def _mediation_gain(dispute: Dispute, rule: Rule, side: int) -> Any:
    def best(own: int, report: int, answers: Callable[[Any], Any]) -> Any:
        rows = _worth(dispute, rule, side, own, report)
        return sum(answers(sum(r.get(x, 0) for r in rows)) for x in {x for r in rows for x in r})

    own = range(len(dispute.types[side]))
    return max(
        max(best(t, r, lambda g: max(g, 0)) for r in own) - best(t, t, lambda g: g) for t in own
    )


def _talk_gain(dispute: Dispute, rule: Rule, side: int) -> Any:
    def best(own: int, report: int, answers: Callable[[Any], Any]) -> Any:
        rows = _worth(dispute, rule, side, own, report)
        return sum(answers(g) for row in rows for g in row.values())

    own = range(len(dispute.types[side]))
    return max(
        max(best(t, r, lambda g: max(g, 0)) for r in own) - best(t, t, lambda g: g) for t in own
    )


_GAINS: dict[str, Callable[[Dispute, Rule, int], Any]] = {
    "arbitration": _arbitration_gain,
    "mediation": _mediation_gain,
    "talk": _talk_gain,
    # One split: to answer as another type does, or to fight, is all that can be done.
    PUBLIC_SPLIT: _arbitration_gain,
}
