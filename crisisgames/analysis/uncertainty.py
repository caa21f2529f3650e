"""On what share of plausible worlds a claim holds, and which number matters most.

The texts behind a case hold almost no numbers, so a claim at one point of the parameters says
little. `robustness` draws points from a box of plausible values and judges the claim at each over
all equilibria; the answer is a share with a confidence interval, and the point at which the claim
fails most. `sensitivity` asks which parameter the probability of war varies with (Sobol indices).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from crisisgames.analysis.claims import SAME, Claim, Quantity, Verdict
from crisisgames.analysis.comparing import Change, also_called, mechanisms_by_name, naming
from crisisgames.analysis.points import Drawn, Family, families
from crisisgames.analysis.solution import Rule, Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.solved import labels_of
from crisisgames.analysis.wording import headline_of
from crisisgames.crises import Crisis
from crisisgames.crises.crisis import Parameterized
from crisisgames.crises.parts import quantities_of
from crisisgames.equilibria import EquilibriumBatch, solve, solve_many
from crisisgames.equilibria.batch import BATCH_RULES
from crisisgames.equilibria.deadline import Deadline
from crisisgames.equilibria.outcomes import covers
from crisisgames.equilibria.solve import as_tree
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games import ExtensiveFormGame
from crisisgames.mechanisms import none

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = [
    "Columns",
    "Robustness",
    "Stated",
    "draw_box",
    "judge",
    "labelled_draws",
    "margins_judged",
    "rank_correlations",
    "robustness",
    "robustness_of",
    "sensitivity",
]

SURE = 0.95
"""Confidence of the intervals."""

Q95 = 1.959963984540054
"""The normal quantile that belongs to it."""

ALL, SOME, NONE, UNKNOWN = "all", "some", "none", "unknown"
VERDICTS = {
    ALL: "in all equilibria",
    SOME: "in some equilibria, not in others",
    NONE: "in no equilibrium",
}


FEWEST = 4
"""Draws up to which no correlation has an interval."""

CERTAIN = 1 - 1e-12
"""A correlation nearer to 1 is taken for this, so that its interval is finite."""


class Stated(Protocol):
    """What is asked at each draw: a `Claim`, or another statement that has a text."""

    @property
    def text(self) -> str:
        """The statement."""
        ...


@dataclass(frozen=True, eq=False)
class Robustness:
    """How a claim fares over a box of parameters.

    Attributes
    ----------
    claim : Stated
    dataset : xarray.Dataset
        Over draws: the parameters; `verdict` (``all``, ``some`` or ``none`` of the equilibria
        found, or ``unknown`` where none was found); `low` and `high`, the least and largest margin
        by which it holds; `complete`.
    crisis : Crisis
    designs : mapping
        What each design that the claim names is, in a few words, where that is told.
    """

    claim: Stated
    dataset: xr.Dataset
    crisis: Crisis
    designs: Mapping[str, str] = field(default_factory=dict)

    def share(self, verdict: str = ALL) -> tuple[float, float, float]:
        """Return the share of draws with a verdict, and its 95 % interval (Wilson).

        Where some draws are not known, the share is that of the others; but the interval runs from
        the lower end if none of them has the verdict to the upper end if all have.

        Examples
        --------
        >>> from crisisgames import Incident, none
        >>> found = robustness("P(war) < 0.02", Incident(), [none], {"clarity": (0, 1)}, draws=200)
        >>> share, low, high = found.share()
        >>> low < share < high
        True
        """
        if verdict not in VERDICTS:
            raise suggest("verdict", verdict, VERDICTS)
        return self.interval((self.dataset["verdict"] == verdict).values)

    def interval(self, where: np.ndarray) -> tuple[float, float, float]:
        """Return the share of draws that something holds at, and its interval, as in `share`."""
        n, held = self.dataset.sizes["draw"], int(np.sum(where))
        low, _ = _wilson(held, n)
        _, high = _wilson(held + self.unknown, n)
        return held / (n - self.unknown), low, high

    @property
    def unknown(self) -> int:
        """At how many draws no equilibrium was found."""
        return int((self.dataset["verdict"] == UNKNOWN).sum())

    @property
    def counterexample(self) -> dict[str, float] | None:
        """The draw at which the claim fails most, if it fails at one; else None."""
        failed = self._failed
        if not failed.any():
            return None
        # Where a margin is no number (a ratio to nothing) the claim fails outright.
        low = np.nan_to_num(self.dataset["low"].values, nan=-np.inf)
        k = int(np.argmin(np.where(failed, low, np.inf)))
        here = self.dataset.isel(draw=k)
        return {str(n): float(here[n]) for n in self.dataset.attrs["parameters"].split(", ")}

    def table(self) -> pd.DataFrame:
        """Return the share of each verdict, with its interval."""
        import pandas as pd

        rows = {VERDICTS[v]: self.share(v) for v in VERDICTS}
        return pd.DataFrame.from_dict(
            rows, orient="index", columns=["share of draws", "low", "high"]
        ).rename_axis("the claim holds")

    def plot(self, over: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
        """Draw the verdicts over two parameters; return the axes.

        Parameters
        ----------
        over : pair of str, optional
            By default the two with which the verdict varies most.
        ax : matplotlib.axes.Axes, optional
        """
        from crisisgames.plots.verdicts import plot_verdicts

        names = self.dataset.attrs["parameters"].split(", ")
        for name in over or ():
            if name not in names:
                raise suggest("parameter", name, names)
        chosen = tuple(over or self.telling()[:2])
        axes: Axes = plot_verdicts(self.dataset, chosen, ax)
        return axes

    def telling(self) -> list[str]:
        """Return the parameters, those first with whose rank the margin varies most."""
        from scipy.stats import spearmanr

        names: list[str] = self.dataset.attrs["parameters"].split(", ")
        middle = (self.dataset["low"] + self.dataset["high"]).values
        if np.nanmax(middle) - np.nanmin(middle) < 1e-12:
            return names

        def strength(name: str) -> float:
            value = abs(spearmanr(self.dataset[name].values, middle, nan_policy="omit").statistic)
            return float(np.nan_to_num(value))

        return sorted(names, key=lambda n: -strength(n))

    def explain(self) -> str:
        """Return the shares and the most telling counterexample, in sentences."""
        n = self.dataset.sizes["draw"]
        told = [f"The claim: {self.claim.text}."]
        told += [f"  {name}: {meaning}." for name, meaning in self.designs.items()]
        interval = "95% interval "  # said once
        for verdict, words in VERDICTS.items():
            p, low, high = self.share(verdict)
            told.append(
                f"It holds {words} at {p:.1%} of {n} draws ({interval}{low:.1%} to {high:.1%})."
            )
            interval = ""
        told += self._ties()
        if self.unknown:
            told.append(
                f"At {self.unknown} of them no equilibrium was found: shares are of the others, "
                "intervals hold whatever is the case at these."
            )
        if n < self.dataset.attrs["asked"]:
            told.append(f"Time was up after {n} of {self.dataset.attrs['asked']} draws.")
        open_ = int((~self.dataset["complete"]).sum()) - self.unknown
        if open_:
            told.append(f"At {open_} draws not all equilibria are known to have been found.")
        worst = self.counterexample
        if worst is not None and not self._tied[self._failed].all():
            where = ", ".join(f"{name} {value:.4g}" for name, value in worst.items())
            told.append(f"It fails most at {where}.")
        told.append("Draws are from a box of plausible values, not from a population of crises.")
        return "\n".join(told)

    @property
    def _failed(self) -> np.ndarray:
        return np.asarray(~self.dataset["verdict"].isin((ALL, UNKNOWN)))

    @property
    def _relation(self) -> str:
        """The relation of the claim; where the statement has none, that of its margins to 0."""
        return str(getattr(self.claim, "relation", ">"))

    @property
    def _tied(self) -> np.ndarray:
        """Where the claim, if it fails, fails by ties: no equilibrium goes against it."""
        low = self.dataset["low"].values
        return np.ones(low.shape, dtype=bool) if self._relation == "!=" else low >= -SAME

    def _ties(self) -> list[str]:
        """Return at how many draws a strict claim fails by ties only, if there are any."""
        tied = self._failed & self._tied
        if self._relation not in ("<", ">") or not tied.any():
            return []
        share, _, _ = self.interval(tied)
        weak = f"; with {self._relation}= for {self._relation} it would hold at these"
        return [
            f"It fails by ties only at {share:.1%} of draws: in some or all equilibria there "
            "the two sides are equal, and none goes against it"
            f"{weak if isinstance(self.claim, Claim) else ''}."
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the result as what JSON can hold."""
        return {
            "claim": self.claim.text,
            "designs": dict(self.designs),
            "crisis": self.crisis.kind,
            "draws": self.dataset.sizes["draw"],
            "seed": self.dataset.attrs["seed"],
            "shares": {v: dict(zip(("share", "low", "high"), self.share(v), strict=True))
                       for v in VERDICTS},
            "asked": self.dataset.attrs["asked"],
            "unknown": self.unknown,
            "not_all_found": int((~self.dataset["complete"]).sum()),
            "counterexample": self.counterexample,
            "most telling": self.telling()[:3],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        html: str = self.table().to_html(float_format="{:.3f}".format)
        return f"<p>{escape(self.claim.text)}</p>{html}"


def _wilson(held: int, n: int) -> tuple[float, float]:
    """Return the interval of a share of which ``held`` of ``n`` draws are known."""
    p = held / n
    middle = (p + Q95**2 / (2 * n)) / (1 + Q95**2 / n)
    half = Q95 / (1 + Q95**2 / n) * (p * (1 - p) / n + Q95**2 / (4 * n**2)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def draw_box(box: Mapping[str, Any], draws: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Return independent draws from a box.

    Parameters
    ----------
    box : mapping
        For each parameter ``(low, high)``, from which it is drawn uniformly, or a distribution with
        a ``ppf``, as those of `scipy.stats`.
    draws : int
    seed : int
        The same seed gives the same draws, and more draws begin with the fewer.

    Raises
    ------
    GameError
        If a range has its low above its high, or is no pair of finite numbers.

    Examples
    --------
    >>> draw_box({"clarity": (0.2, 0.4)}, 3)["clarity"].round(3).tolist()
    [0.242, 0.246, 0.264]
    """
    if not isinstance(box, Mapping) or not box:
        raise GameError(f"box is {box!r}; give {{parameter: (low, high)}}")
    if not isinstance(draws, (int, np.integer)) or isinstance(draws, bool) or draws < 1:
        raise GameError(f"draws is {draws!r}; give a whole number from 1")
    return {
        # A stream for each parameter: another parameter in the box moves none of the others.
        name: _placed(name, given, np.random.default_rng([seed, *name.encode()]).random(draws))
        for name, given in box.items()
    }


def _placed(name: str, given: Any, uniform: np.ndarray) -> np.ndarray:
    """Return numbers from 0 to 1 as values of a range or of a distribution."""
    if hasattr(given, "ppf"):
        values = np.asarray(given.ppf(uniform), dtype=float)
    else:
        try:
            low, high = (float(x) for x in given)
        except (TypeError, ValueError):
            low, high = np.nan, np.nan
        if not (np.isfinite(low) and np.isfinite(high)):
            raise GameError(f"the range of {name!r} is {given!r}; give a pair (low, high)")
        if low > high:
            raise GameError(
                f"the range of {name!r} is {given!r}, with its low above its high; swap the two"
            )
        values = low + (high - low) * uniform
    # Twelve digits: an exact number with few of them is quick to reckon with.
    return np.array([float(f"{v:.12g}") for v in values.tolist()])


def robustness(
    claim: str | Claim,
    crisis: Crisis,
    mechanisms: Iterable[Change] = (none,),
    box: Mapping[str, Any] | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    budget: float | None = None,
    progress: bool = False,
    **options: Any,
) -> Robustness:
    """Return on what share of a box of parameters a claim holds.

    Parameters
    ----------
    claim : str or Claim
        See `crisisgames.analysis.claims`: ``"P(war) under hotline < P(war) under none"``. A
        mechanism goes by its name in tables, ``hotline (theatre)``, and where only one of those
        given can be meant by that of its kind: ``hotline`` or ``theatre hotline``.
    crisis : Crisis
        Gives the parameters that are not in the box.
    mechanisms : iterable of callables
        Those that the claim may name, the baseline first, as for `compare`.
    box : mapping
        As in `draw_box`.
    draws, seed : int
    budget : float, optional
        Seconds after which no further draw is begun, where points are solved one by one: then
        draws are fewer and intervals wider.
    progress : bool
    **options
        Passed to the solver, such as ``time_limit``; points are then solved one by one.

    Raises
    ------
    GameError
        For a claim or a box that cannot be read.
    UnknownName
        For unknown mechanisms and parameters.
    NotApplicable
        If a mechanism means nothing for the crisis, or no equilibrium is found at any draw.

    Notes
    -----
    Claims that need no more than intervals (an inequality, one quantity for each mechanism, none of
    them net) are judged on batches, on crises that are trees with two movers: some microseconds for
    each draw and mechanism. Others are solved draw by draw.

    Examples
    --------
    >>> from crisisgames import Hotline, Incident, none
    >>> found = robustness(
    ...     "P(war) under hotline <= P(war) under none",
    ...     Incident(),
    ...     [none, Hotline("theatre")],
    ...     {"suspicion": (0.3, 0.6)},
    ...     draws=20,
    ... )
    >>> found.share("all")[0]
    1.0
    """
    [found] = robustness_of(
        [claim],
        crisis,
        mechanisms,
        box,
        draws=draws,
        seed=seed,
        budget=budget,
        progress=progress,
        **options,
    )
    return found


def robustness_of(
    claims: Sequence[str | Claim],
    crisis: Crisis,
    mechanisms: Iterable[Change] = (none,),
    box: Mapping[str, Any] | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    budget: float | None = None,
    progress: bool = False,
    **options: Any,
) -> list[Robustness]:
    """Return on what share of a box each of some claims holds; each point is solved once.

    Parameters are those of `robustness`. Of a `budget` each claim may use an equal part.
    """
    named = mechanisms_by_name(mechanisms)
    others = also_called(named)
    stated = [c if isinstance(c, Claim) else Claim.parse(c, named, others) for c in claims]
    known = quantities_of(crisis)
    for name in box or ():
        if name not in known:
            raise suggest(f"parameter of the crisis {crisis.kind!r}", name, known)
    drawn = draw_box(box or {}, draws, seed)
    crises: dict[str, Drawn] = {}
    for name in dict.fromkeys(name for claim in stated for name in claim.mechanisms):
        with naming(name):
            crises[name] = Drawn.under(crisis, named[name], drawn)
            crises[name][0]  # a mechanism that means nothing here says so now
    judged = judge(stated, crises, budget=budget, progress=progress, **options)
    meanings = {n: known[n].metadata.get("meaning", n) for n in drawn}
    found = []
    for claim, columns in zip(stated, judged, strict=True):
        own = {name: values[: len(columns["verdict"])] for name, values in drawn.items()}
        data = labelled_draws(claim, own, columns, meanings, crisis, seed)
        found.append(Robustness(claim, data.assign_attrs(asked=draws), crisis))
    return found


Columns = Mapping[str, np.ndarray]
"""The verdict at each draw, the least and the largest margin, and whether all was found."""


def judge(
    claims: Sequence[Claim],
    crises: Mapping[str, Sequence[Crisis]],
    *,
    budget: float | None = None,
    progress: bool = False,
    **options: Any,
) -> list[Columns]:
    """Return how each of some claims fares at each of some points.

    Parameters
    ----------
    claims : sequence of Claim
    crises : mapping
        For each mechanism that a claim names the crisis at each point.
    budget : float, optional
        Seconds for points that are solved one by one, an equal part for each claim.
    progress : bool
    **options
        Passed to the solver; points are then solved one by one.
    """
    whole = [c for c in claims if not options and _by_intervals(c, crises)]
    named = dict.fromkeys(name for claim in whole for name in claim.mechanisms)
    batches = {name: _solved_at_once(crises[name]) for name in named}
    found = {id(c): _judged_in_batches(c, batches) for c in whole}
    rest = [c for c in claims if id(c) not in found]
    if rest:
        judged = _one_by_one(rest, crises, options, budget, progress)
        found |= zip(map(id, rest), judged, strict=True)
    return [found[id(c)] for c in claims]


def _by_intervals(claim: Claim, crises: Mapping[str, Sequence[Crisis]]) -> bool:
    return claim.separable and all(in_batches(crises[name]) for name in claim.mechanisms)


def in_batches(crises: Sequence[Crisis]) -> bool:
    """Tell whether bounds come from compiled patterns: trees with two movers at most."""
    first = crises[0]
    if first.kind in ("talks",) or getattr(first, "concept", "sequential") != "sequential":
        return False
    game = first.game()
    if not isinstance(game, ExtensiveFormGame):
        return False
    return len({info.player for info in as_tree(game)[0].information_sets}) <= 2


Batches = Sequence[tuple[Family, EquilibriumBatch]]
"""The points of one mechanism, each family with its equilibria."""


def _solved_at_once(crises: Sequence[Crisis]) -> Batches:
    return [(family, solve_many(family.game, family.values)) for family in families(crises)]


def _judged_in_batches(claim: Claim, batches: Mapping[str, Batches]) -> Columns:
    """Judge the claim on the bounds of each quantity."""
    count = sum(len(family.places) for family, _ in next(iter(batches.values())))
    complete = np.ones(count, dtype=bool)
    found: dict[str, np.ndarray] = {}
    for quantity in claim.quantities:
        ends = np.full((2, count), np.nan)
        for family, batch in batches[quantity.mechanism]:
            low, high = _ends(quantity, family, batch)
            ends[0, family.places] = np.broadcast_to(low, batch.shape).reshape(-1)
            ends[1, family.places] = np.broadcast_to(high, batch.shape).reshape(-1)
            complete[family.places] &= np.asarray(batch.complete).reshape(-1)
        found[str(quantity)] = ends
    corners = np.stack(
        [
            claim.margins([found[str(q)][corner >> k & 1] for k, q in enumerate(claim.quantities)])
            for corner in range(2 ** len(claim.quantities))
        ]
    )
    held = claim.holds(corners)
    every, some = np.all(held, axis=0), np.any(held, axis=0)
    return _columns(np.asarray(every), np.asarray(some), corners.min(0), corners.max(0), complete)


def _ends(quantity: Quantity, family: Family, batch: EquilibriumBatch) -> tuple[Any, Any]:
    """Return the lowest and highest value of a quantity at each point."""
    if quantity.kind != "P":
        return batch.payoff_bounds(quantity.name or batch.game.players)
    there = any(covers(quantity.name, o) for o in labels_of(family))
    return batch.bounds(quantity.name) if there else (0.0, 0.0)


def _one_by_one(
    claims: Sequence[Claim],
    crises: Mapping[str, Sequence[Crisis]],
    options: Mapping[str, Any],
    budget: float | None,
    progress: bool,
) -> list[Columns]:
    """Judge claims on the equilibria of each point, which is solved once for all of them.

    A claim that has used its part of the budget is judged at no further point.
    """
    part = budget / len(claims) if budget else inf
    spent = [0.0] * len(claims)
    named = dict.fromkeys(name for claim in claims for name in claim.mechanisms)
    solved = {name: _solutions(crises[name], options) for name in named}
    verdicts: list[list[Verdict | None]] = [[] for _ in claims]
    for _ in _shown(range(len(crises[next(iter(named))])), progress):
        going = [k for k in range(len(claims)) if spent[k] < part]
        if not going:
            break
        here: dict[str, Solution] = {}
        for name in dict.fromkeys(name for k in going for name in claims[k].mechanisms):
            start = monotonic()
            here[name] = next(solved[name])
            users = [k for k in going if name in claims[k].mechanisms]
            for k in users:
                spent[k] += (monotonic() - start) / len(users)
        for k in going:
            empty = any(here[name].empty for name in claims[k].mechanisms)
            verdicts[k].append(None if empty else claims[k].judge(here))
    for claim, own in zip(claims, verdicts, strict=True):
        if all(v is None for v in own):
            raise NotApplicable(
                f"no equilibrium was found at any of {len(own)} draws for the claim "
                f"{claim.text!r}; give more time"
            )
    return [_told(own) for own in verdicts]


def _told(verdicts: Sequence[Verdict | None]) -> Columns:
    """Return verdicts as columns; None where nothing is known."""
    unknown = Verdict(False, False, np.nan, np.nan, False)
    rows = [unknown if v is None else v for v in verdicts]
    columns = _columns(
        *(np.array([getattr(v, n) for v in rows]) for n in Verdict.__dataclass_fields__)
    )
    there = np.array([v is not None for v in verdicts])
    return {**columns, "verdict": np.where(there, columns["verdict"], UNKNOWN)}


def _solutions(crises: Sequence[Crisis], options: Mapping[str, Any]) -> Iterator[Solution]:
    """Yield the solution of each crisis; trees that differ in numbers only are built once."""
    kind: Any = type(crises[0])
    usual = kind.solve is Parameterized.solve
    if not (usual and isinstance(crises[0].game(), ExtensiveFormGame)):
        yield from (solution_of(crisis, crisis.solve(**options)) for crisis in crises)
        return
    places = {
        int(place): (family, row)
        for family in families(crises)
        for row, place in enumerate(family.places)
    }
    for k, crisis in enumerate(crises):
        family, row = places[k]
        game = family.game.at(**{n: v[row].item() for n, v in family.values.items()})
        yield solution_of(crisis, solve(game, crisis.concept, **options))


def margins_judged(margins: Sequence[Sequence[float]], complete: Sequence[bool]) -> Columns:
    """Return how a statement fares that holds where a margin is above 0.

    Parameters
    ----------
    margins : sequence of sequences of float
        At each point the margin in each equilibrium found.
    complete : sequence of bool
        Whether these are all equilibria.

    Raises
    ------
    NotApplicable
        If there is a point at which none was found.
    """
    if missing := [str(k) for k, own in enumerate(margins) if not len(own)]:
        raise NotApplicable(f"no equilibrium was found at draw {', '.join(missing)}, from 0")
    held = [[m > SAME for m in own] for own in margins]
    return _columns(
        np.array([all(h) for h in held]),
        np.array([any(h) for h in held]),
        np.array([min(own) for own in margins]),
        np.array([max(own) for own in margins]),
        np.array(complete, dtype=bool),
    )


def _columns(
    every: np.ndarray, some: np.ndarray, low: np.ndarray, high: np.ndarray, complete: np.ndarray
) -> Columns:
    verdict = np.where(every, ALL, np.where(some, SOME, NONE))
    return {"verdict": verdict, "low": low, "high": high, "complete": complete}


def _shown(points: range, progress: bool) -> Iterable[int]:
    if not progress:
        return points
    from tqdm.auto import tqdm

    return tqdm(points, desc="robustness", unit="draw")


def labelled_draws(
    claim: Stated,
    drawn: Columns,
    columns: Columns,
    meanings: Mapping[str, str],
    crisis: Crisis,
    seed: int,
) -> xr.Dataset:
    """Return what a `Robustness` holds; `meanings` says of each parameter what it is."""
    import xarray as xr

    about = {
        "verdict": {"long_name": "in which of the equilibria found the claim holds"},
        "low": {"long_name": "least margin by which it holds"},
        "high": {"long_name": "largest margin by which it holds"},
        "complete": {"long_name": "whether all equilibria were found"},
    }
    return xr.Dataset(
        {name: ("draw", values, about[name]) for name, values in columns.items()},
        {name: ("draw", values, {"long_name": meanings[name]}) for name, values in drawn.items()},
        {
            "claim": claim.text,
            "crisis": crisis.kind,
            "parameters": ", ".join(drawn),
            "seed": seed,
            "asked": len(columns["verdict"]),
        },
    )


def sensitivity(
    crisis: Crisis,
    box: Mapping[str, Any],
    mechanism: Change = none,
    *,
    outcome: str = "war",
    value: str = "low",
    draws: int = 256,
    seed: int = 0,
    rule: Rule | None = "least war",
) -> pd.DataFrame:
    """Return with which parameters the probability of war varies: Sobol indices over a box.

    Parameters
    ----------
    crisis : Crisis
    box : mapping
        As in `draw_box`: ranges or distributions, independent of each other.
    mechanism : callable
    outcome : str
    value : str
        ``"low"`` or ``"high"``, over all equilibria, or ``"selected"``.
    draws : int
        A power of two; ``draws * (parameters + 2)`` games are solved.
    seed : int
    rule : str or callable
        What selects, where ``value`` is ``"selected"``.

    Returns
    -------
    pandas.DataFrame
        A row for each parameter, the most important first: ``first`` order index (the share of the
        variance that it explains alone) and ``total`` (with all interactions), each with the
        half-width of its 95 % interval. All nan where nothing varies.

    References
    ----------
    A. Saltelli et al., "Variance based sensitivity analysis of model output", Computer Physics
    Communications 181, 2010; computed by SALib.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> found = sensitivity(Incident(), {"suspicion": (0.3, 0.6), "clarity": (0.3, 0.6)}, draws=64)
    >>> list(found.index)
    ['clarity', 'suspicion']
    """
    import pandas as pd
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    if value not in ("low", "high", "selected"):
        raise suggest("value", value, ("low", "high", "selected"))
    known = quantities_of(crisis)
    for name in box:
        if name not in known:
            raise suggest(f"parameter of the crisis {crisis.kind!r}", name, known)
    draw_box(box, 1, seed)  # which checks it
    problem = {"num_vars": len(box), "names": list(box), "bounds": [[0, 1]] * len(box)}
    uniform = sample.sample(problem, draws, calc_second_order=False, seed=seed)
    columns = {n: _placed(n, b, uniform[:, k]) for k, (n, b) in enumerate(box.items())}
    crises = Drawn.under(crisis, mechanism, columns)
    if in_batches(crises) and (value != "selected" or rule in BATCH_RULES):
        found = _values_of(crises, outcome, value, rule)
    else:
        found = np.array([_one(c, outcome, value, rule) for c in crises])
    if np.ptp(found) <= 1e-12:
        indices = dict.fromkeys(("S1", "ST", "S1_conf", "ST_conf"), np.full(len(box), np.nan))
    else:
        indices = analyze.analyze(problem, found, calc_second_order=False, seed=seed)
    table = pd.DataFrame(
        {
            "first": indices["S1"],
            "first ±": indices["S1_conf"],
            "total": indices["ST"],
            "total ±": indices["ST_conf"],
        },
        index=list(box),
    )
    return table.sort_values("total", ascending=False).rename_axis("parameter")


def rank_correlations(
    crisis: Crisis,
    box: Mapping[str, Any],
    mechanism: Change = none,
    *,
    outcome: str | None = None,
    value: str = "high",
    draws: int = 100,
    seed: int = 0,
    budget: float | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return how closely the probability of war goes with each parameter, from few draws.

    Sobol indices take some hundred games for each parameter. Where a game takes seconds, this tells
    what few draws can tell: Spearman's correlation of ranks over draws from the box.

    Parameters
    ----------
    crisis : Crisis
    box : mapping
        As in `draw_box`.
    mechanism : callable
    outcome : str, optional
        By default war, or what the crisis is about if it knows no war.
    value : str
        ``"low"`` or ``"high"``, over the equilibria found.
    draws, seed : int
    budget : float, optional
        Seconds after which no further draw is begun.
    **options
        Passed to the solver, such as ``time_limit``.

    Returns
    -------
    pandas.DataFrame
        A row for each parameter, the closest first: ``correlation``, and the ends ``from`` and
        ``to`` of its 95 % interval; all nan where nothing varies or fewer than five draws are
        known. Its ``attrs`` say how many draws were ``asked``, ``begun`` and ``known`` (an
        equilibrium was found), and at how many of these there may be further equilibria (``open``).

    References
    ----------
    D. G. Bonett and T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations", Psychometrika 65, 2000, for the interval.

    Examples
    --------
    >>> from crisisgames import Incident
    >>> found = rank_correlations(Incident(), {"suspicion": (0.3, 0.6), "clarity": (0.3, 0.6)})
    >>> found.index[0], bool(found["to"].iloc[0] < 0), found.attrs["known"]
    ('clarity', True, 100)
    """
    import pandas as pd
    from scipy.stats import spearmanr

    if value not in ("low", "high"):
        raise suggest("value", value, ("low", "high"))
    drawn = draw_box(box, draws, seed)
    deadline = Deadline.within(budget)
    about = outcome or headline_of(map(str, getattr(crisis, "labels", ())))
    found, complete = [], []
    for solution in _solutions(Drawn.under(crisis, mechanism, drawn), options):
        there = not solution.empty and any(covers(about, str(o)) for o in solution.labels)
        nothing = np.nan if solution.empty else 0.0
        found.append(solution.bounds(about)[value == "high"] if there else nothing)
        complete.append(solution.complete)
        if deadline.passed:
            break
    values = np.array(found)
    known = ~np.isnan(values)
    n = int(known.sum())
    rows = {}
    for name, column in drawn.items():
        r = np.nan
        if n > FEWEST and np.ptp(values[known]) > 1e-12:
            r = float(spearmanr(column[: len(values)][known], values[known]).statistic)
        half = Q95 * ((1 + r**2 / 2) / (n - 3)) ** 0.5 if n > FEWEST else np.nan
        middle = np.arctanh(np.clip(r, -CERTAIN, CERTAIN))
        rows[name] = (r, float(np.tanh(middle - half)), float(np.tanh(middle + half)))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["correlation", "from", "to"])
    table = table.sort_values("correlation", key=abs, ascending=False, kind="stable")
    table.attrs = {
        "asked": draws,
        "begun": len(values),
        "known": n,
        "open": int((known & ~np.array(complete)).sum()),
    }
    return table.rename_axis("parameter")


def _values_of(crises: Sequence[Crisis], outcome: str, value: str, rule: Rule | None) -> np.ndarray:
    """Return the lowest, highest or selected probability of an outcome at each point."""
    found = np.zeros(len(crises))
    for family, batch in _solved_at_once(crises):
        if not any(covers(outcome, o) for o in labels_of(family)):
            continue
        if value != "selected":
            low, high = batch.bounds(outcome)
            found[family.places] = np.reshape(low if value == "low" else high, -1)
            continue
        chosen, final = batch.selected(str(rule), [outcome])
        found[family.places] = chosen[:, 0]
        for k in family.places[np.broadcast_to(~final, len(family.places))]:
            found[k] = _one(crises[k], outcome, value, rule)
    return found


def _one(crisis: Crisis, outcome: str, value: str, rule: Rule | None) -> float:
    solution = solution_of(crisis, crisis.solve())
    if value != "selected":
        return solution.bounds(outcome)[0 if value == "low" else 1]
    member, _ = solution.select(rule)
    if member is None:
        return float("nan")
    return float(sum(p for o, p in member.outcomes.items() if covers(outcome, str(o))))
