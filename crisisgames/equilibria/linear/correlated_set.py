"""Sets of equilibria with a mediator: polytopes, asked by linear programs with proofs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from html import escape
from math import inf, nextafter
from typing import TYPE_CHECKING, Any, Literal

from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.linear import check
from crisisgames.equilibria.linear.model import Incentive, Model
from crisisgames.equilibria.linear.program import Number, Stopped
from crisisgames.equilibria.outcomes import Question, matching
from crisisgames.errors import GameError, NotApplicable, UnknownName, suggest
from crisisgames.games import BayesianGame, ExtensiveFormGame, NormalFormGame, SignalingGame
from crisisgames.games.expressions import as_fraction
from crisisgames.games.strategic import StrategicForm

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CorrelatedEquilibrium", "CorrelatedSet", "Deviation", "LinearCertificate"]

Game = ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame
Names = tuple[str, ...]
Bounds = tuple[Number, Number]
Sense = Literal["max", "min"]
Objective = Hashable | Mapping[Hashable, Any]
"""A player (its payoff), ``"welfare"``, an outcome or a profile (its probability), or weights of
these."""

WELFARE = "welfare"
"""The sum of all payoffs."""

PRICED = 1e-7
"""Share of the objective's largest coefficient, per util, up to which a price may be rounding."""

PLAYED = 1e-9
"""Probability up to which a cell is left out of texts."""

SHOWN = 12
"""Outcomes that an explanation bounds: each takes two linear programs."""


@dataclass(frozen=True)
class LinearCertificate:
    """What anyone can check about an optimum; all are 0 where the arithmetic is exact.

    Attributes
    ----------
    gain : number
        What the best manipulation (a lie where there are reports, and the best answer to every
        recommendation) gains any player, in ex ante utils, recomputed from the game alone.
    probability_error : number
        Largest probability below 0, or distance of a sum of probabilities from one.
    gap : number
        How far the optimum may be from the true one, in units of the objective: by weak duality the
        prices of the binding deviations prove that no equilibrium does better than that.

    Examples
    --------
    >>> from crisisgames import NormalFormGame, solve
    >>> chicken = NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]])
    >>> solve(chicken, "correlated", exact=True).optimum("welfare").certificate.gap
    Fraction(0, 1)
    """

    gain: Number
    probability_error: Number
    gap: Number

    @property
    def worst(self) -> Number:
        """The largest of the three."""
        return max(self.gain, self.probability_error, self.gap)


@dataclass(frozen=True)
class Deviation:
    """A manipulation that an equilibrium only just deters, and what deterring it costs.

    Attributes
    ----------
    player : str
    knows : str or None
        What the player knows beside the recommendation: its type, or the message it saw.
    report : str or None
        What it would tell the mediator instead; None where it would tell the truth.
    replies : tuple of (str or None, str)
        What it would do when told something else; None where it would not wait to be told.
        Several replies to one recommendation: it would mix them.
    price : number
        By how much the optimum would improve for each util, ex ante, that the player could be
        allowed to gain in this way.
    """

    player: str
    knows: str | None
    report: str | None
    replies: tuple[tuple[str | None, str], ...]
    price: Number

    @property
    def text(self) -> str:
        """The manipulation in words."""
        acts = [
            f"plays {plays!r} without waiting to be told"
            if told is None
            else f"plays {plays!r} when told {told!r}"
            for told, plays in self.replies
        ]
        if self.report is not None:
            acts = [f"reports {self.report!r}", *acts]
        who = self.player if self.knows is None else f"{self.player}, knowing {self.knows!r},"
        return f"{who} {' and '.join(acts)}"


@dataclass(frozen=True, eq=False)
class CorrelatedEquilibrium:
    """A mediator's rule that nobody gains by manipulating, best for an objective.

    Attributes
    ----------
    game : game
        The game as given.
    concept : str
    objective : player, outcome, profile or mapping
        What it is best for.
    sense : ``"max"`` or ``"min"``
    value : number
        The objective: a probability or utils.
    distribution : mapping
        The probability of each profile; where the mediator knows or is told something, for each
        situation the probability of each profile.
    payoffs : mapping
        Expected utils of each player.
    outcomes : mapping
        Probability of each outcome; see also `probability`.
    binding : tuple of Deviation
        The deviations that hold the objective back, the costliest first.
    threats : mapping
        Signaling games: for each reported type the probability of (message that the sender is told,
        another one that the receiver reports, action that it is then told).
    """

    game: Game
    concept: str
    objective: Objective
    sense: Sense
    value: Number
    distribution: Mapping[Any, Any]
    payoffs: Mapping[str, Number]
    outcomes: Mapping[Hashable, Number]
    binding: tuple[Deviation, ...]
    threats: Mapping[Names, Mapping[Names, Number]] = field(repr=False)
    gap: Number = field(repr=False)

    @property
    def rule(self) -> Mapping[Names, Mapping[Names, Number]]:
        """The distribution by situation; the situation is empty where nothing is reported."""
        first = next(iter(self.distribution.values()))
        return self.distribution if isinstance(first, Mapping) else {(): self.distribution}

    @cached_property
    def certificate(self) -> LinearCertificate:
        """The certificate, the incentives recomputed from the game alone."""
        gain = gain_of(self.game, self.concept, self.rule, self.threats)
        return LinearCertificate(gain, check.probability_error(self.rule, self.threats), self.gap)

    def probability(self, outcome: Question) -> Number:
        """Return the probability of an outcome, all its causes, or a collection of outcomes."""
        return sum((self.outcomes[o] for o in matching(outcome, tuple(self.outcomes))), Fraction(0))

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each profile that is recommended: situation, profile, probability."""
        import pandas as pd

        rows = [
            {
                **({"situation": ", ".join(s)} if s else {}),
                "profile": ", ".join(profile),
                "probability": p,
            }
            for s, row in self.rule.items()
            for profile, p in row.items()
            if p > PLAYED
        ]
        return pd.DataFrame(rows)

    def explain(self) -> str:
        """Return the equilibrium in plain sentences: who is told what, and what holds it back."""
        best = {"max": "largest", "min": "smallest"}[self.sense]
        lines = [
            f"The {best} possible value of {_goal(self.objective)} is {float(self.value):.6g}."
        ]
        for situation, row in self.rule.items():
            told = [(profile, p) for profile, p in row.items() if p > PLAYED]
            told.sort(key=lambda pair: -pair[1])
            where = f"Given {', '.join(situation)}, the" if situation else "The"
            drawn = "; ".join(f"{', '.join(k)} ({100 * float(p):.3g} %)" for k, p in told)
            lines.append(f"{where} mediator draws {drawn}.")
        pays = ", ".join(f"{p} {float(u):.4g}" for p, u in self.payoffs.items())
        lines.append(f"Payoffs: {pays}.")
        for deviation in self.binding:
            price = f"{float(deviation.price):.4g}"
            lines.append(
                f"It is held back by what must be deterred: {deviation.text}. For each util that "
                f"this could be allowed to gain, it would be better by {price}."
            )
        if not self.binding:
            lines.append("No incentive holds it back.")
        sure = self.certificate
        lines.append(
            f"Checked: no deviation gains more than {abs(float(sure.gain)):.1g} utils, and no "
            f"equilibrium does better by more than {abs(float(sure.gap)):.1g}."
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.explain())}</pre>"


@dataclass(frozen=True, eq=False)
class CorrelatedSet:
    """All equilibria of a game with a mediator: a polytope of rules.

    Every question is a linear program, so bounds hold over all equilibria of the concept.

    Attributes
    ----------
    game : game
        The game as given, at its values.
    concept : str
        ``"correlated"``, ``"coarse-correlated"``, ``"communication"`` or ``"bayes-correlated"``.
    exact : bool
        Whether numbers are rationals.
    time_limit : float or None
        Seconds for each question, None or 0 for no limit. Bounds that are not found in that time
        are replaced by wider ones that are proved: no equilibrium lies outside, but perhaps none
        reaches them. Then `complete` is False, and `notes` say which. Solving makes the program
        only, and takes the time that this takes.

    Examples
    --------
    Aumann's chicken (1987, p. 4): a mediator that never tells both to dare.

    >>> from crisisgames import NormalFormGame, solve
    >>> chicken = NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]],
    ...     players=("A", "B"), actions=[("yield", "dare")] * 2)
    >>> found = solve(chicken, "correlated", exact=True)
    >>> best = found.optimum("welfare")
    >>> str(best.value), {k: str(p) for k, p in best.distribution.items()}
    ('21/2', {('yield', 'yield'): '1/2', ('yield', 'dare'): '1/4', ('dare', 'yield'): '1/4',
    ('dare', 'dare'): '0'})
    >>> print(best.binding[0].text)
    A plays 'dare' when told 'yield'
    """

    game: Game
    concept: str
    model: Model = field(repr=False)
    exact: bool = False
    time_limit: float | None = field(repr=False, default=None)
    _stopped: dict[str, str] = field(repr=False, init=False, default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all bounds asked for so far are attained; all hold over all equilibria."""
        return not self._stopped

    @property
    def notes(self) -> tuple[str, ...]:
        """What the time limit stopped, a sentence for each question."""
        return tuple(self._stopped.values())

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the game."""
        return self.model.players

    @property
    def outcomes(self) -> tuple[Hashable, ...]:
        """The labels of outcomes."""
        return self.model.outcomes

    def bounds(self, outcome: Question) -> Bounds:
        """Return the smallest and largest probability of an outcome over all equilibria.

        Parameters
        ----------
        outcome : label or collection of labels
            A label, which covers its causes (``war``, ``war:inadvertent``), or several.

        Raises
        ------
        UnknownName
            If the game has no such outcome.

        Examples
        --------
        >>> from crisisgames import NormalFormGame, solve
        >>> chicken = NormalFormGame.from_arrays([[6, 2], [7, 0]], [[6, 7], [2, 0]])
        >>> low, high = solve(chicken, "correlated", exact=True).bounds(("2", "2"))
        >>> str(low), str(high)
        ('0', '1/5')
        """
        wanted = {self.outcomes.index(o) for o in matching(outcome, self.outcomes)}
        goal = [_sum(w for o, w in c.shares if o in wanted) for c in self.model.cells]
        return self._bounds(goal, _probability(outcome))

    def payoff_bounds(self, players: str | Collection[str] | Mapping[str, Any]) -> Bounds:
        """Return the smallest and largest payoff over all equilibria, in utils.

        Parameters
        ----------
        players : str, collection of str, or mapping
            A player; several, whose payoffs are added; or a weight for each player.

        Raises
        ------
        UnknownName
            If the game has no such player.
        """
        names: Collection[str] = (players,) if isinstance(players, str) else players
        for name in names:
            if name not in self.players:
                raise suggest("player", name, self.players)
        weights = players if isinstance(players, Mapping) else dict.fromkeys(names, 1)
        own = [
            (self.players.index(p), as_fraction(w, f"the weight of {p!r}"))
            for p, w in weights.items()
        ]
        goal = [_sum(w * c.payoffs[i] for i, w in own) for c in self.model.cells]
        return self._bounds(goal, _payoff(weights))

    def optimum(self, objective: Objective, sense: Sense = "max") -> CorrelatedEquilibrium:
        """Return an equilibrium at which an objective is largest or smallest, with the proof.

        Parameters
        ----------
        objective : str, outcome, profile or mapping
            A player: its payoff; ``"welfare"``: the sum of all payoffs; an outcome or a profile of
            actions: its probability. A mapping from any of these to weights: the weighted sum.
        sense : ``"max"`` or ``"min"``

        Raises
        ------
        UnknownName
            For a name that the game does not have.
        GameError
            For a name that is both a player and an outcome, and for a weight that is no number.
        NotApplicable
            If the time limit was reached before an optimum was found.
        """
        own, total = self._objective(objective, sense)
        sign = 1 if sense == "max" else -1
        goal = self._padded([sign * t for t in total])
        try:
            model, found = self.model.maximise(goal, self.exact, Deadline.within(self.time_limit))
        except Stopped as stop:
            than = "larger" if sense == "max" else "smaller"
            raise NotApplicable(
                f"time limit reached before the optimum was found; it is proved to be no {than} "
                f"than {float(sign * stop.bound):.6g}; give a larger time_limit"
            ) from None
        gap = model.program.gap(goal, found)
        size = float(max(map(abs, total)) or 1)
        held = binding(model.incentives, found.prices, 0 if self.exact else PRICED * size)
        return self._equilibrium(own, sense, total, found.point, gap, held)

    def stated(
        self, objective: Objective, sense: Sense, point: Sequence[Number]
    ) -> CorrelatedEquilibrium:
        """Return a rule that somebody says is optimal, with a proof of how far it is from that.

        The program is solved again: nothing is taken over but the probabilities. Whether nobody
        gains by manipulating the rule, its certificate says.

        Parameters
        ----------
        objective, sense
            As for `optimum`.
        point : sequence of numbers
            The probability of each cell of `model`.
        """
        best = self.optimum(objective, sense)
        _, total = self._objective(objective, sense)
        value = self._value(total, point)
        short = best.value - value if sense == "max" else value - best.value
        gap = best.gap + max(short, self._number(Fraction(0)))
        return self._equilibrium(best.objective, sense, total, point, gap, best.binding)

    def _objective(self, objective: Objective, sense: Sense) -> tuple[Objective, list[Fraction]]:
        """Return an objective as it is kept, and its coefficients by cell."""
        if sense not in ("max", "min"):
            raise suggest("sense", sense, ("max", "min"))
        terms = objective if isinstance(objective, Mapping) else {objective: 1}
        if not terms:
            raise GameError("the objective is empty; give a weight to at least one name")
        total = [Fraction(0)] * len(self.model.cells)
        for name, weight in terms.items():
            w = as_fraction(weight, f"the weight of {name!r}")
            total = [t + w * c for t, c in zip(total, self._term(name), strict=True)]
        return (objective if isinstance(objective, Hashable) else dict(terms)), total

    def gain(self, distribution: Mapping[Any, Any]) -> Number:
        """Return what the best manipulation of a rule gains any player, in ex ante utils.

        A distribution is an equilibrium exactly if this is 0 (up to rounding, with floats).

        Parameters
        ----------
        distribution : mapping
            The probability of each profile, or for each situation that of each profile, as in
            `CorrelatedEquilibrium.distribution`; profiles left out have probability 0.

        Raises
        ------
        GameError
            For an unknown or missing situation, an unknown profile, or probabilities that do not
            sum to one.
        """
        if isinstance(self.game, SignalingGame) and self.concept == "communication":
            raise GameError(
                "the rule of a mediator in a signaling game includes threats; see the certificate "
                "of .optimum(...)"
            )
        situations: dict[Names, list[Names]] = {}
        for cell in self.model.cells:
            situations.setdefault(cell.situation, []).append(cell.profile)
        given = distribution if () not in situations else {(): distribution}
        if set(given) != set(situations):
            raise GameError(
                f"the distribution is for {list(given)}; give one for each of {list(situations)}"
            )
        for situation, row in given.items():
            if unknown := set(row) - set(situations[situation]):
                raise suggest("profile", str(unknown.pop()), map(str, situations[situation]))
        if check.probability_error(given, {}) > PLAYED:
            raise GameError("probabilities must be at least 0 and sum to one in every situation")
        gain: Number = gain_of(self.game, self.concept, given, {})
        return gain

    def to_dataframe(self) -> pd.DataFrame:
        """Return one row for each outcome and each player's payoff, with its bounds.

        It takes two linear programs for each row. ``attained`` is False where the time limit
        stopped them.
        """
        import pandas as pd

        asked: list[tuple[str, Hashable, Bounds, str]] = [
            ("probability", o, self.bounds((o,)), _probability((o,))) for o in self.outcomes
        ]
        asked += [("payoff", p, self.payoff_bounds(p), _payoff({p: 1})) for p in self.players]
        return pd.DataFrame(
            [
                {
                    "of": kind,
                    "name": _text(o),
                    "low": low,
                    "high": high,
                    "attained": question not in self._stopped,
                }
                for kind, o, (low, high), question in asked
            ]
        )

    def explain(self) -> str:
        """Return the set in plain sentences: the bounds of outcomes and payoffs."""
        lines = [f"All {self.concept} equilibria, {_MEANINGS[self.concept]}."]
        for o in self.outcomes[:SHOWN]:
            low, high = (100 * float(b) for b in self.bounds((o,)))
            lines.append(f"{_text(o)}: {low:.3g} to {high:.3g} %.")
        if len(self.outcomes) > SHOWN:
            lines.append(f"{len(self.outcomes) - SHOWN} more outcomes: see .to_dataframe().")
        for p in self.players:
            low, high = map(float, self.payoff_bounds(p))
            lines.append(f"Payoff of {p}: {low:.4g} to {high:.4g}.")
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.explain())}</pre>"

    def _term(self, name: Hashable) -> list[Fraction]:
        """Return the coefficients of one name: a player, welfare, an outcome or a profile."""
        cells = self.model.cells
        try:
            wanted = {self.outcomes.index(o) for o in matching(name, self.outcomes)}
        except UnknownName:
            wanted = set()
        if name in self.players and wanted:
            raise GameError(
                f"{name!r} is both a player and an outcome; use .payoff_bounds({name!r}) or "
                f".bounds({name!r}), or rename one"
            )
        if name in self.players:
            i = self.players.index(str(name))
            return [c.payoffs[i] for c in cells]
        if wanted:
            return [_sum(w for o, w in c.shares if o in wanted) for c in cells]
        if name == WELFARE:
            return [_sum(c.payoffs) for c in cells]
        if any(c.profile == name and not c.is_threat for c in cells):
            return [c.mass * (c.profile == name) for c in cells]
        known = [*self.players, WELFARE, *map(_text, self.outcomes)]
        raise suggest("player, outcome or profile", _text(name), known)

    def _padded(self, goal: list[Fraction]) -> list[Fraction]:
        return goal + [Fraction(0)] * (self.model.program.size - len(goal))

    def _bounds(self, goal: list[Fraction], what: str) -> Bounds:
        """Return the smallest and largest value, or what is proved of them in time."""
        deadline = Deadline.within(self.time_limit)
        # What the one end leaves of its half of the time is the other's.
        low, is_low = self._end(goal, -1, deadline.half)
        high, is_high = self._end(goal, 1, deadline)
        self._stopped.pop(what, None)
        if not (is_low and is_high):
            ends = "the upper end" if is_low else "the lower end" if is_high else "both ends"
            self._stopped[what] = (
                f"Time limit reached: {what} is proved to lie between {float(low):.6g} and "
                f"{float(high):.6g}, but {ends} may lie too far out."
            )
        return low, high

    def _end(self, goal: list[Fraction], sign: int, deadline: Deadline) -> tuple[Number, bool]:
        """Return the largest value (smallest, if the sign is -1), and whether it is attained.

        If not, no equilibrium goes beyond it.
        """
        try:
            padded = self._padded([sign * c for c in goal])
            _, best = self.model.maximise(padded, self.exact, deadline)
        except Stopped as stop:
            bound = self._number(stop.bound)
            if Fraction(bound) < stop.bound:
                bound = nextafter(bound, inf)
            return sign * bound + 0, False  # no -0.0
        return self._value(goal, best.point), True

    def _value(self, goal: list[Fraction], point: Sequence[Number]) -> Number:
        pairs = zip(goal, point, strict=False)
        return self._number(_sum(c * Fraction(x) for c, x in pairs if x and c))

    def _number(self, value: Any) -> Number:
        return value if self.exact else float(value)

    def _equilibrium(
        self,
        objective: Objective,
        sense: Sense,
        goal: list[Fraction],
        point: Sequence[Number],
        gap: Number,
        held: tuple[Deviation, ...],
    ) -> CorrelatedEquilibrium:
        model = self.model
        weighted = [(c, Fraction(x)) for c, x in zip(model.cells, point, strict=False)]
        rule: dict[Names, dict[Names, Number]] = {}
        threats: dict[Names, dict[Names, Number]] = {}
        shares = dict.fromkeys(range(len(self.outcomes)), Fraction(0))
        for cell, x in weighted:
            into = threats if cell.is_threat else rule
            into.setdefault(cell.situation, {})[cell.profile] = self._number(x)
            for o, w in cell.shares:
                shares[o] += w * x
        pays = {p: _sum(c.payoffs[i] * x for c, x in weighted) for i, p in enumerate(self.players)}
        return CorrelatedEquilibrium(
            self.game,
            self.concept,
            objective,
            sense,
            self._value(goal, point),
            rule.get((), rule),
            {p: self._number(u) for p, u in pays.items()},
            {o: self._number(shares[k]) for k, o in enumerate(self.outcomes)},
            held,
            threats,
            gap,
        )


_MEANINGS = {
    "correlated": "a mediator that tells each player its own part of a profile that it has drawn",
    "coarse-correlated": "a mediator whose advice players decide to follow before they hear it",
    "communication": "a mediator that hears private reports and tells each player what to do",
    "bayes-correlated": "a mediator that knows all types, and the state",
}


def binding(
    incentives: tuple[Incentive, ...], prices: tuple[Number, ...], least: float
) -> tuple[Deviation, ...]:
    """Return the manipulations that have a price, the costliest first."""
    found: list[Deviation] = []
    lies: dict[tuple[str, str | None, str], Number] = {}
    answers: dict[tuple[str, str | None, str], list[tuple[str | None, str]]] = {}
    for row, y in zip(incentives, prices, strict=True):
        price = y / row.unit if isinstance(y, Fraction) else y / float(row.unit)
        if price <= least:
            continue
        if row.report is None:
            replies = ((row.told, str(row.plays)),)
            found.append(Deviation(row.player, row.knows, None, replies, price))
            continue
        key = (row.player, row.knows, row.report)
        if row.plays is None:
            lies[key] = price
        elif row.told != row.plays:
            answers.setdefault(key, []).append((row.told, row.plays))
    found += [Deviation(*key, tuple(answers.get(key, ())), price) for key, price in lies.items()]
    return tuple(sorted(found, key=lambda d: -d.price))


def gain_of(
    game: Game,
    concept: str,
    rule: Mapping[Names, Mapping[Names, Any]],
    threats: Mapping[Names, Mapping[Names, Any]],
) -> Any:
    """Return what the best manipulation of a rule gains, recomputed from the game alone."""
    if concept == "communication" and isinstance(game, SignalingGame):
        return check.mediation_gain(game, rule, threats)
    if isinstance(game, BayesianGame) and concept == "communication":
        return check.communication_gain(game, rule)
    if isinstance(game, BayesianGame) and concept == "bayes-correlated":
        return check.bayes_correlated_gain(game, rule)
    form = table(game)
    return (
        check.coarse_gain(form, rule) if "coarse" in concept else check.correlated_gain(form, rule)
    )


def table(game: Game) -> StrategicForm:
    """Return the strategic form of any game, with the outcome labels of the game as given."""
    from dataclasses import replace

    from crisisgames.games.strategic import strategic_form
    from crisisgames.games.tree import joined

    if isinstance(game, ExtensiveFormGame | NormalFormGame):
        return strategic_form(game)
    form = strategic_form(game.to_extensive())
    public: dict[str, Hashable] = {o if isinstance(o, str) else joined(o): o for o in game.outcomes}
    return replace(form, outcomes=tuple(public[str(o)] for o in form.outcomes))


def _probability(outcome: Question) -> str:
    """Return a question for bounds in words."""
    return f"the probability of {_text(outcome)}"


def _payoff(weights: Mapping[str, Any]) -> str:
    """Return a question for bounds of payoffs in words."""
    return "the payoff of " + " + ".join(p if w == 1 else f"{w} × {p}" for p, w in weights.items())


def _goal(objective: Objective) -> str:
    if isinstance(objective, Mapping):
        return " + ".join(f"{w} × [{_text(o)}]" for o, w in objective.items())
    return f"[{_text(objective)}]"


def _text(name: Any) -> str:
    return name if isinstance(name, str) else ", ".join(map(str, name))


def _sum(values: Any) -> Fraction:
    return sum(values, Fraction(0))
