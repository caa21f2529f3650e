"""Why war happens: how much of its probability is due to each thing that can bring it about.

A *source* of war is something that can be switched off: suspicion, noise, the hazard of a reply,
what restraint costs at home. The crisis is solved with every subset of its sources switched on,
over all equilibria; the share of each source is its Shapley value, the mean of what it adds over
all orders in which the sources may come. Shares sum to the probability of war less what is left
with all sources off, and sources that do the same get the same. This is done three times: for the
lowest and for the highest probability over all equilibria, and for the selected one. The three
differ where equilibria do, and none is *the* answer.

A share may be negative: what frightens a side may keep it from moving.

A share needs the value of every subset. In large games some cannot be had in time: there may be so
much to be indifferent about when hazards are off that not all equilibria are found. Then a source
is left out, which means that it stays on throughout; what P(war) is without it alone is told
beside, where that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import combinations
from math import factorial
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.solution import Rule
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.wording import headline_of
from crisisgames.crises import Channel, Crisis
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.outcomes import covers
from crisisgames.errors import GameError, NotApplicable, UnknownName, suggest
from crisisgames.games import ExtensiveFormGame

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["SOURCES_OF_WAR", "Causes", "LeftOut", "Source", "causes"]

SELECTED = ("low", "high", "selected")
EQUILIBRIA = {
    "low": "the equilibrium with the lowest {}",
    "high": "the one with the highest",
    "selected": "the selected one",
}
"""Of which equilibrium each value is, in words."""

SMALL = 1e-9
"""Shares below this are rounding."""

MANY_ISSUES = 16
"""A stake that falls into so many parts counts as finely divisible."""

MANY_SOURCES = 10
"""Sources at most: each doubles the number of crises to solve."""


@dataclass(frozen=True)
class Source:
    """Something that can bring war about, and what it is to switch it off.

    Attributes
    ----------
    name : str
    off : mapping
        For each kind of crisis the fields that are changed, and to what. ``ally.hazard`` means that
        field of the ally, where there is one; ``pairs.loss`` that of each pair that has its own.
    meaning : str
        What it means to switch it off.
    """

    name: str
    off: Mapping[str, Mapping[str, Any]]
    meaning: str

    def without(self, crisis: Crisis) -> Crisis:
        """Return the crisis with this switched off; the same where it is off or not there.

        In a crisis that is made of others it is switched off in each of these.
        """
        if crisis.stages and crisis.kind not in self.off:
            return crisis.replace(**{n: self.without(part) for n, part in crisis.stages.items()})
        own: set[str] = {f.name for f in fields(crisis)} if is_dataclass(crisis) else set()
        changes: dict[str, Any] = {}
        for name, value in self.off.get(crisis.kind, {}).items():
            outer, _, inner = name.partition(".")
            if outer in own:
                changes[outer] = _with(getattr(crisis, outer), inner, value) if inner else value
        if changes.get("channels") is not None and getattr(crisis, "channels", None):
            # Lines that exist are made good ones; none is put in beside them.
            del changes["channels"]
        return crisis.replace(**changes) if changes else crisis


def _with(part: Any, name: str, value: Any) -> Any:
    """Return a part, or each of several, with a field set that it has a value of."""
    if isinstance(part, tuple):
        return tuple(_with(each, name, value) for each in part)
    return part if getattr(part, name, None) is None else replace(part, **{name: value})


CHANNEL = "missing channel"
PERFECT = Channel(1.0, 1.0, 0.5, 0.01, 0.0, 1.0, "perfect channel")
"""Always answered and every lie found out; a small price, so that it is not a tie to use it."""

SOURCES_OF_WAR: dict[str, Source] = {
    s.name: s
    for s in (
        Source(
            "suspicion",
            {
                "incident": {"disclosure": 1.0},
                "ladder": {"disclosure_a": 1.0, "disclosure_b": 1.0},
                "bargaining": {"disclosure_a": 1.0, "disclosure_b": 1.0},
            },
            "each side knows whom it faces",
        ),
        Source(
            "noise",
            {
                "incident": {"clarity": 1.0},
                "ladder": {"clarity": 1.0},
                "interception": {"clarity": 1.0},
                "security dilemma": {"clarity": 1.0},
            },
            "signals are perfectly clear",
        ),
        Source(
            "accidents",
            {
                "incident": {"accident_rate": 0.0},
                "dyads": {"rise_none": 0.0, "pairs.rise_none": 0.0},
            },
            "nothing happens by accident",
        ),
        Source(
            "hazard",
            {
                "incident": {"hazard_response": 0.0, "hazard_escalation": 0.0, "ally.hazard": 0.0},
                "ladder": {"risk": 0.0},
                "interception": {"hazard": 0.0},
            },
            "no step slips into war",
        ),
        Source(
            "audience cost",
            {k: {"audience_cost": 0.0} for k in ("incident", "ladder", "bargaining")},
            "giving way costs nothing at home",
        ),
        Source(
            "ideology",
            {k: {"ideology": 0.0} for k in ("ladder", "bargaining")},
            "what is lost hurts no more than it is worth",
        ),
        Source(
            "pre-emption",
            {"incident": {"preemption": 0.0, "assault": 0.0}},
            "nothing is gained by striking first",
        ),
        Source("ultimatums", {"ladder": {"ultimatum": False}}, "no side can jump up the ladder"),
        Source(
            "coarse division",
            {"bargaining": {"issues": MANY_ISSUES}},
            f"the stake can be split in {MANY_ISSUES} parts",
        ),
        Source(
            CHANNEL,
            {"incident": {"channels": (PERFECT,)}},
            "A can explain itself at hardly any cost, and a lie is found out",
        ),
        Source("missing talks", {"talks": {"offer": True}}, "talks can be offered"),
        Source("leaks", {"talks": {"leak": 0.0}}, "talks never leak"),
        Source(
            "price of talks",
            {"talks": {"price_pragmatic": 0.0, "price_conservative": 0.0}},
            "to accept talks costs nothing at home",
        ),
        Source(
            "agitation",
            {"talks": {"agitation": 0.0}},
            "broken-off talks make incidents no likelier",
        ),
        Source("provocation", {"talks": {"provocation": 0.0}}, "provocations bring no incidents"),
        Source(
            "fear",
            {
                "dyads": {"loss": 0.0, "pairs.loss": 0.0},
                "security dilemma": {"fear": 0.0},
            },
            "to restrain oneself costs nothing while the other side does not",
        ),
        Source(
            "broken dialogue",
            {
                "dyads": {
                    "suspension": 0.0,
                    "interruption": 0.0,
                    "pairs.suspension": 0.0,
                    "pairs.interruption": 0.0,
                }
            },
            "nothing ends a dialogue that is on",
        ),
        Source(
            "spillover",
            {"dyads": {"spillover": 0.0}},
            "trouble in one dyad adds nothing to that in the other",
        ),
    )
}
"""Every source of war by its name."""


@dataclass(frozen=True)
class LeftOut:
    """A source that has no share, because not all crises without it could be solved.

    Attributes
    ----------
    why : str
        In words.
    alone : tuple of float, optional
        The lowest, highest and selected probability without it alone, where it is known.
    """

    why: str
    alone: tuple[float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class Causes:
    """What the probability of war is due to.

    Attributes
    ----------
    dataset : xarray.Dataset
        Over sources: `share` by value (``low``, ``high``, ``selected``), `rest`, what is left with
        all sources off, and `total`.
    crisis : Crisis
    solved : int
        How many different crises were solved.
    complete : bool
        Whether all equilibria of each were found.
    meanings : mapping of str to str
        For each source what it means to switch it off.
    left_out : mapping of str to LeftOut
        The sources that stay on throughout, since a share needs more than could be solved.
    """

    dataset: xr.Dataset
    crisis: Crisis
    solved: int
    complete: bool
    meanings: Mapping[str, str]
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)

    @property
    def about(self) -> str:
        """The outcome that is explained."""
        return str(self.dataset.attrs["outcome"])

    def table(self) -> pd.DataFrame:
        """Return the shares, one row for each source, the rest and the sum below."""
        import pandas as pd

        parts = {
            **{str(n): self.dataset["share"].sel(source=n) for n in self.dataset.source.values},
            "everything else": self.dataset["rest"],
            f"P({self.about})": self.dataset["total"],
        }
        rows = {name: part.values.tolist() for name, part in parts.items()}
        table = pd.DataFrame.from_dict(rows, orient="index", columns=list(SELECTED))
        return table.rename_axis(f"source of {self.about}")

    def plot(self, value: str = "selected", ax: Axes | None = None) -> Axes:
        """Draw the shares as a waterfall from nothing to P(war); return the axes.

        Parameters
        ----------
        value : str
            ``"low"``, ``"high"`` or ``"selected"``.
        ax : matplotlib.axes.Axes, optional
        """
        from crisisgames.plots.waterfall import plot_waterfall

        if value not in SELECTED:
            raise suggest("value", value, SELECTED)
        axes: Axes = plot_waterfall(self.dataset, value, ax)
        return axes

    def explain(self) -> str:
        """Return the shares in sentences, the largest first, and what the sources mean."""
        about, share = self.about, self.dataset["share"]
        said: dict[str, list[str]] = {}
        for value, words in EQUILIBRIA.items():
            said.setdefault(self._shares(value), []).append(words.format(f"P({about})"))
        told = [f"In {_joined(which)} {text}" for text, which in said.items()]
        meant = [
            f"{name}, that {self.meanings[name]}"
            for name in map(str, self.dataset.source.values)
            if float(abs(share.sel(source=name)).max()) > SMALL
        ]
        if meant:
            told.append(f"To be without a source means: {'; '.join(meant)}.")
        if bool((share < -SMALL).any()):
            told.append(f"A share below zero: {about} is rarer with the source than without it.")
        told.extend(self.without_share())
        if not self.complete:
            told.append("In some of the crises solved there may be further equilibria.")
        told.append(
            "A share is what a source adds on average over all orders in which sources may come "
            "(its Shapley value). What the model leaves out has no share."
        )
        return "\n".join(told)

    def without_share(self) -> list[str]:
        """Return in sentences which sources were left out, why, and what is known of them."""
        if not self.left_out:
            return []
        reasons: dict[str, list[str]] = {}
        for name, left in self.left_out.items():
            reasons.setdefault(left.why, []).append(name)
        told = [f"No share was found of {_joined(names)}: {why}." for why, names in reasons.items()]
        they = "they stay" if len(self.left_out) > 1 else "it stays"
        told.append(
            f"In all that is said of other sources {they} on. To ask for one, name it with few "
            "others, and give more time."
        )
        alone = [
            f"{name} {_span(left.alone[0], left.alone[1])}"
            for name, left in self.left_out.items()
            if left.alone is not None
        ]
        if alone:
            now = _span(*(float(self.dataset["total"].sel(value=v)) for v in ("low", "high")))
            told.append(
                f"P({self.about}), now {now}, with one of them alone switched off, over all "
                f"equilibria: {'; '.join(alone)}."
            )
        return told

    def _shares(self, value: str) -> str:
        """Return the level and the shares of one value as the end of a sentence."""
        share = self.dataset["share"].sel(value=value).to_series()
        total = float(self.dataset["total"].sel(value=value))
        rest = float(self.dataset["rest"].sel(value=value))
        order = share[share.abs() > SMALL].sort_values(key=abs, ascending=False, kind="stable")
        parts = _grouped(order.items())
        if abs(rest) > SMALL:
            parts.append(f"without any of them {_points(rest)} remain")
        level = f"it is {100 * total:.3g} %"
        if not share.size:
            return f"{level}."
        if not parts:
            return f"{level}, and none of the sources has a share."
        return f"{level}. Shares in percentage points: {'; '.join(parts)}."

    def to_dict(self) -> dict[str, Any]:
        """Return the shares as what JSON can hold."""
        table = self.table()
        return {
            "crisis": self.crisis.kind,
            "complete": self.complete,
            "solved": self.solved,
            "shares": {str(n): {v: float(table.loc[n, v]) for v in SELECTED} for n in table.index},
            "meanings": dict(self.meanings),
            "left_out": {
                n: {
                    "why": left.why,
                    "alone": dict(zip(SELECTED, left.alone, strict=True)) if left.alone else None,
                }
                for n, left in self.left_out.items()
            },
        }


def causes(
    crisis: Crisis,
    sources: Iterable[str | Source] | None = None,
    *,
    outcome: str | None = None,
    rule: Rule | None = "least war",
    budget: float | None = None,
    progress: bool = False,
    **options: Any,
) -> Causes:
    """Return what the probability of war in a crisis is due to.

    Parameters
    ----------
    crisis : Crisis
    sources : iterable, optional
        Names in `SOURCES_OF_WAR`, or sources of your own; by default all that the crisis has and
        that are not off already, as far as every crisis that their shares need can be solved. A
        source for which that is not so is left out, see `LeftOut`. The missing channel is not
        looked at where there is an ally: three would move after talk, and no equilibrium may be
        found.
    outcome : str, optional
        What to explain: by default war, or what the crisis is about if it knows no war.
    rule : str or callable
        What selects one equilibrium of each set. The default is the least war, which is cheap and
        the same everywhere; ``"qre"`` follows a branch for each subset of sources.
    budget : float, optional
        Seconds after which no further source is looked at, where none are named. Without it, and
        without a ``time_limit`` for each crisis, all are looked at however long it takes.
    progress : bool
    **options
        Passed to the solver, such as ``time_limit``.

    Raises
    ------
    UnknownName
        For an unknown source.
    NotApplicable
        If the crisis has none of the sources, if more than ten are asked for, or if no equilibrium
        is found with some of those switched off that were named.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> found = causes(Incident(), ["noise", "audience cost"])
    >>> found.table()["selected"].round(4).to_dict()  # doctest: +SKIP
    {'noise': ..., 'audience cost': ..., 'everything else': ..., 'P(war)': 0.012}
    """
    chosen = _chosen(crisis, sources)
    left_out: dict[str, LeftOut] = {}
    with closing(_Values(crisis, outcome, rule, options, progress)) as value:
        if sources is None:
            chosen, left_out = _solvable(chosen, value, budget)
        if len(chosen) > MANY_SOURCES:
            raise NotApplicable(
                f"{len(chosen)} sources make {2 ** len(chosen)} crises; name {MANY_SOURCES} at most"
            )
        subsets = [
            [s for k, s in enumerate(chosen) if not mask >> k & 1]
            for mask in range(2 ** len(chosen))
        ]
        found = [value(off) for off in subsets]
    for off, worth in zip(subsets, found, strict=True):
        if worth is None:
            raise NotApplicable(
                f"no equilibrium was found with {_told(off)} switched off; name the sources to "
                "look at, and leave out what leads there, or give a larger time_limit"
            )
    worths = [worth for worth in found if worth is not None]
    return Causes(
        _dataset(chosen, np.array([w.bounds for w in worths]), value.outcome),
        crisis,
        value.solved,
        all(w.complete for w in worths),
        {s.name: s.meaning for s in chosen},
        left_out,
    )


def _solvable(
    sources: Sequence[Source], value: _Values, budget: float | None
) -> tuple[tuple[Source, ...], dict[str, LeftOut]]:
    """Return sources of which all subsets are solved as well as the crisis itself; and the rest.

    They are taken up one by one, those first without which the game is smallest.
    """
    now = value(())
    if now is None:
        return tuple(sources), {}  # an error, which the caller tells
    deadline = Deadline.within(budget)
    kept: list[Source] = []
    reasons: dict[str, str] = {}
    for source in sorted(sources, key=value.size):
        start = monotonic()
        why = "" if not deadline.passed else _hurried((), budget)
        why = why or value.trouble((source,), now)
        if not why and (2 ** len(kept) - 1) * (monotonic() - start) > deadline.left:
            why = _hurried(kept, budget)
        for some in _subsets(kept):
            if why:
                break
            why = _hurried(kept, budget) if deadline.passed else ""
            why = why or value.trouble((source, *some), now)
        if why:
            reasons[source.name] = why
        else:
            kept.append(source)
    known = [s for s in sources if s in kept]
    left = {s.name: LeftOut(reasons[s.name], value.alone(s, now)) for s in sources if s not in kept}
    return tuple(known), left


def _hurried(others: Sequence[Source], budget: float | None) -> str:
    """Return in words that time is up before one more is switched off, alone or with others."""
    what = f"{_told(others)} as well" if others else "one more alone"
    return f"to switch off {what} takes more than what is left of {budget or 0:g} s"


def _subsets(sources: Sequence[Source]) -> Iterator[tuple[Source, ...]]:
    """Yield all subsets that are not empty, small ones first."""
    for size in range(1, len(sources) + 1):
        yield from combinations(sources, size)


def _grouped(shares: Iterable[tuple[Any, float]]) -> list[str]:
    """Return shares in words, sources with the same share together."""
    found: dict[str, list[str]] = {}
    for name, share in shares:
        found.setdefault(_points(share), []).append(str(name))
    return [
        f"{_joined(names)} {points}{' each' * (len(names) > 1)}" for points, names in found.items()
    ]


def _points(share: float) -> str:
    return f"{100 * share:.3g}".replace("-", "−")


def _span(low: float, high: float) -> str:
    """Return an interval of a probability."""
    few, many = f"{100 * low:.3g}", f"{100 * high:.3g}"
    return f"{few} %" if few == many else f"{few} to {many} %"


def _told(sources: Sequence[Source]) -> str:
    return _joined([s.name for s in sources]) or "no source"


def _joined(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _chosen(crisis: Crisis, sources: Iterable[str | Source] | None) -> tuple[Source, ...]:
    if sources is None:
        several = getattr(crisis, "ally", None) is not None
        chosen = tuple(
            s
            for s in SOURCES_OF_WAR.values()
            if s.without(crisis) != crisis and not (several and s.name == CHANNEL)
        )
        if not chosen:
            kinds = dict.fromkeys(kind for s in SOURCES_OF_WAR.values() for kind in s.off)
            why = f"no source of war is known for the crisis {crisis.kind!r}, only for "
            why += ", ".join(kinds)
            if kinds.keys() & {crisis.kind, *(part.kind for part in crisis.stages.values())}:
                why = f"every source of war is off already in this crisis, {crisis.kind!r}"
            raise NotApplicable(
                f"{why}; in Python you may give your own: "
                "causes(crisis, [Source(name, {kind of crisis: {field: value}}, meaning)])"
            )
    else:
        given = [sources] if isinstance(sources, (str, Source)) else list(sources)
        for s in given:
            if isinstance(s, str) and s not in SOURCES_OF_WAR:
                error = suggest("source of war", s, SOURCES_OF_WAR)
                raise UnknownName(f"{error} (there are: {', '.join(SOURCES_OF_WAR)})")
            if not isinstance(s, (str, Source)):
                raise GameError(f"{s!r} is not a source of war; give a name or a Source")
        chosen = tuple(SOURCES_OF_WAR[s] if isinstance(s, str) else s for s in given)
        for s in chosen:
            if not s.off.keys() & {crisis.kind, *(part.kind for part in crisis.stages.values())}:
                raise NotApplicable(f"{s.name} is no source of war of the crisis {crisis.kind!r}")
    return chosen


@dataclass(frozen=True)
class _Worth:
    """The lowest, highest and selected probability, and whether all equilibria were found."""

    bounds: tuple[float, float, float]
    complete: bool


class _Values:
    """Solves a crisis with some sources switched off, and no crisis twice."""

    def __init__(
        self,
        crisis: Crisis,
        outcome: str | None,
        rule: Rule | None,
        options: Mapping[str, Any],
        progress: bool,
    ) -> None:
        self.crisis, self.rule, self.options = crisis, rule, options
        # Only crises that are no trees say what outcomes they know; all trees know war.
        self.outcome = outcome or headline_of(map(str, getattr(crisis, "labels", ())))
        self.known: list[tuple[Crisis, _Worth | None]] = []
        self.bar = None
        if progress:
            from tqdm.auto import tqdm

            self.bar = tqdm(desc="causes", unit="crisis")

    def close(self) -> None:
        """Take away the bar."""
        if self.bar is not None:
            self.bar.close()

    @property
    def solved(self) -> int:
        """How many different crises were solved."""
        return len(self.known)

    def __call__(self, off: Sequence[Source]) -> _Worth | None:
        """Return what is known with sources switched off; None if no equilibrium was found."""
        here = self.crisis
        for source in off:
            here = source.without(here)
        for crisis, worth in self.known:
            if crisis == here:
                return worth
        worth = self._solved(here)
        self.known.append((here, worth))
        if self.bar is not None:
            self.bar.update()
        return worth

    def size(self, source: Source) -> int:
        """Return how many information sets the game has without a source; 0 if it is no tree."""
        game = source.without(self.crisis).game()
        return len(game.information_sets) if isinstance(game, ExtensiveFormGame) else 0

    def trouble(self, off: Sequence[Source], now: _Worth) -> str:
        """Return why a crisis is not solved as well as the one with nothing off; "" if it is."""
        worth = self(off)
        if worth is not None and (worth.complete or not now.complete):
            return ""
        how_many = "no equilibrium was" if worth is None else "not all equilibria were"
        limit = self.options.get("time_limit")
        within = f" in {limit:g} s" if limit else ""
        others = f"with {_told(off[1:])} switched off as well" if off[1:] else "even by itself"
        return f"{others}, {how_many} found{within}"

    def alone(self, source: Source, now: _Worth) -> tuple[float, float, float] | None:
        """Return the values with one source off, if it was looked at and solved well."""
        here = source.without(self.crisis)
        worth = next((w for c, w in self.known if c == here), None)
        if worth is None or (now.complete and not worth.complete):
            return None
        return worth.bounds

    def _solved(self, crisis: Crisis) -> _Worth | None:
        if _impossible(crisis, self.outcome):
            return _Worth((0.0, 0.0, 0.0), True)
        solution = solution_of(crisis, crisis.solve(**self.options))
        if solution.empty:
            return None
        if not any(covers(self.outcome, str(label)) for label in solution.labels):
            return _Worth((0.0, 0.0, 0.0), solution.complete)
        low, high = solution.bounds(self.outcome)
        member, _ = solution.select(self.rule)
        chosen = float("nan")
        if member is not None:
            chosen = float(
                sum(p for o, p in member.outcomes.items() if covers(self.outcome, str(o)))
            )
        return _Worth((low, high, chosen), solution.complete)


def _impossible(crisis: Crisis, outcome: str) -> bool:
    """Tell whether a tree cannot end in the outcome.

    Where hazards are off there is much to be indifferent about, and nothing to find.
    """
    game = crisis.game()
    if not isinstance(game, ExtensiveFormGame):
        return False
    columns = [k for k, o in enumerate(game.compiled.outcomes) if covers(outcome, o)]
    return not any(any(row[k] for k in columns) for row in game.exact().shares)


def shapley(values: np.ndarray) -> np.ndarray:
    """Return the Shapley value of each player of a cooperative game.

    Parameters
    ----------
    values : ndarray
        Worth of each coalition, the players of which are the bits of its place; shape (2**n, ...).

    Returns
    -------
    ndarray
        Shape (n, ...). They sum to the worth of all less that of none.

    Examples
    --------
    >>> shapley(np.array([0.0, 1.0, 0.0, 4.0])).tolist()
    [2.5, 1.5]
    """
    n = len(values).bit_length() - 1
    found = np.zeros((n, *values.shape[1:]))
    for mask in range(len(values)):
        size = mask.bit_count()
        for k in range(n):
            if not mask >> k & 1:
                weight = factorial(size) * factorial(n - size - 1) / factorial(n)
                found[k] += weight * (values[mask | 1 << k] - values[mask])
    return found


def _dataset(chosen: tuple[Source, ...], values: np.ndarray, outcome: str) -> xr.Dataset:
    import xarray as xr

    unit = {"units": "probability"}
    return xr.Dataset(
        {
            "share": (
                ("source", "value"),
                shapley(values),
                {"long_name": f"share of P({outcome}), Shapley value", **unit},
            ),
            "rest": ("value", values[0], {"long_name": "with all sources off", **unit}),
            "total": ("value", values[-1], {"long_name": f"P({outcome})", **unit}),
        },
        {"source": [s.name for s in chosen], "value": list(SELECTED)},
        {"outcome": outcome},
    )
