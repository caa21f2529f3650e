"""Which settings of an institution are worth their cost? War against cost, over all equilibria.

How clear, how verified, how discreet: the settings of a mechanism cost something, and what they
cost is for you to say. Each design is solved, and three values of each are kept: in the worst
equilibrium, in the best one, and in the selected one. A design that is best at the selected
equilibrium may be a bad one at the worst, so the two answers are given apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.solution import Member, Rule, Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.uncertainty import draw_box
from crisisgames.crises import Crisis
from crisisgames.equilibria.outcomes import covers
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.mechanisms import Mechanism, none
from crisisgames.mechanisms.mechanism import Single

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["OptimalDesign", "optimal_design"]

VALUES = {
    "worst": "in the worst equilibrium",
    "best": "in the best equilibrium",
    "selected": "in the selected equilibrium",
}
GOALS = ("war", "welfare")

SAME = 1e-9
"""Values no further apart are equal: of designs that do as well, the cheapest is taken."""

MOST = 2000
"""Designs at most."""


@dataclass(frozen=True, eq=False)
class OptimalDesign:
    """Designs of an institution: what each costs and what it brings.

    Attributes
    ----------
    dataset : xarray.Dataset
        Over designs: the settings, `cost`, and by value (``worst``, ``best``, ``selected``) the
        probability of `war` and the `welfare`: weighted payoffs less the cost.
    crisis : Crisis
    mechanisms : tuple of Mechanism
        The designs, in the order of the dataset.
    """

    dataset: xr.Dataset = field(repr=False)
    crisis: Crisis
    mechanisms: tuple[Mechanism, ...] = field(repr=False)

    def best(
        self, goal: str = "war", value: str = "worst", *, budget: float | None = None
    ) -> Mechanism:
        """Return the design that does best; of several the cheapest.

        Parameters
        ----------
        goal : str
            ``"war"``, to be as rare as possible, or ``"welfare"``, to be as large as possible.
        value : str
            ``"worst"``, ``"best"`` or ``"selected"`` equilibrium.
        budget : float, optional
            What the design may cost at most.

        Raises
        ------
        NotApplicable
            If no design is that cheap.
        """
        return self.mechanisms[self._place(goal, value, budget)]

    def _place(self, goal: str, value: str, budget: float | None = None) -> int:
        if goal not in GOALS:
            raise suggest("goal", goal, GOALS)
        if value not in VALUES:
            raise suggest("value", value, VALUES)
        cost = self.dataset["cost"].values
        loss = self.dataset[goal].sel(value=value).values * (1 if goal == "war" else -1)
        allowed = np.isfinite(loss) & (cost <= (np.inf if budget is None else budget + SAME))
        if not allowed.any():
            raise NotApplicable(
                f"no design costs {budget:g} or less; the cheapest costs {cost.min():g}"
                if budget is not None
                else f"no design has an equilibrium to speak of: {VALUES[value]}"
            )
        least = loss[allowed].min()
        good = np.flatnonzero(allowed & (loss <= least + SAME))
        return int(good[np.argmin(cost[good])])

    def pareto(self, value: str = "worst") -> pd.DataFrame:
        """Return the designs that no other beats in both war and cost, the cheapest first."""
        if value not in VALUES:
            raise suggest("value", value, VALUES)
        table = self.table()
        name = f"P(war), {value}"
        table = table[table[name].notna()].sort_values(["cost", name], kind="stable")
        earlier = table[name].cummin().shift(fill_value=np.inf)
        return table[table[name] < earlier - SAME]

    def table(self) -> pd.DataFrame:
        """Return one row for each design: settings, cost, war and welfare."""
        import pandas as pd

        data = self.dataset
        columns: dict[str, Any] = {n: data[n].values for n in self._settings}
        columns["cost"] = data["cost"].values
        for goal, head in (("war", "P(war)"), ("welfare", "welfare")):
            columns |= {f"{head}, {v}": data[goal].sel(value=v).values for v in VALUES}
        return pd.DataFrame(columns, index=pd.Index(data["design"].values, name="design"))

    @property
    def _settings(self) -> list[str]:
        return str(self.dataset.attrs["settings"]).split(", ")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw war against cost, and what no other design beats; return the axes."""
        from crisisgames.plots.designs import plot_designs

        axes: Axes = plot_designs(
            self.dataset, {v: self.pareto(v) for v in ("worst", "selected")}, ax
        )
        return axes

    def explain(self) -> str:
        """Return the best designs in sentences."""
        told = []
        for goal, words in (("war", "War is rarest"), ("welfare", "Welfare is highest")):
            for value in ("worst", "selected"):
                k = self._place(goal, value)
                here = self.dataset.isel(design=k)
                settings = ", ".join(f"{n} {_text(here[n].item())}" for n in self._settings)
                told.append(
                    f"{words} {VALUES[value]} with {settings}: "
                    f"P(war) {float(here['war'].sel(value=value)):.4g}, "
                    f"welfare {float(here['welfare'].sel(value=value)):.4g}, "
                    f"cost {float(here['cost']):.4g}."
                )
        told.append(f"{self.dataset.sizes['design']} designs were solved; others were not.")
        if not self.dataset["complete"].all():
            told.append("Not all sets of equilibria are known to be complete.")
        return "\n".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Return the designs as what JSON can hold."""
        rows = self.table().reset_index(drop=True).to_dict("records")
        return {
            "crisis": self.crisis.kind,
            "mechanism": self.dataset.attrs["mechanism"],
            "complete": bool(self.dataset["complete"].all()),
            "designs": [{str(k): _plain(v) for k, v in row.items()} for row in rows],
        }


def optimal_design(
    crisis: Crisis,
    mechanism: Single | type[Single],
    over: Mapping[str, Any],
    cost: Callable[[Any], float],
    *,
    weights: Mapping[str, float] | None = None,
    beside: Mechanism = none,
    draws: int | None = None,
    seed: int = 0,
    rule: Rule | None = None,
    progress: bool = False,
    **options: Any,
) -> OptimalDesign:
    """Solve designs of an institution, and return what each costs and brings.

    Parameters
    ----------
    crisis : Crisis
    mechanism : Single or its class
        Gives the settings that are not varied.
    over : mapping
        For each setting the values to try, all combinations; with `draws` a range ``(low, high)``
        or a distribution, as in `crisisgames.analysis.uncertainty.draw_box`.
    cost : callable
        Takes a design and returns what it costs: in utils, if welfare is to make sense.
    weights : mapping, optional
        What a util of each player counts in welfare; by default 1 each.
    beside : Mechanism
        What else is in force.
    draws, seed : int, optional
        How many designs to draw instead of a grid.
    rule : str or callable, optional
        What selects an equilibrium, as in `compare`.
    progress : bool
    **options
        Passed to the solver, such as ``time_limit``.

    Raises
    ------
    UnknownName
        For an unknown setting or player.
    GameError
        For values that a setting may not have, and costs that are no numbers.
    NotApplicable
        If the mechanism means nothing for the crisis, or there are more than 2,000 designs.

    Examples
    --------
    Verification costs; is it worth it?

    >>> from crisisgames import Hotline, Incident
    >>> found = optimal_design(
    ...     Incident(),
    ...     Hotline("theatre"),
    ...     {"verification": [0.0, 0.3, 0.6, 0.9]},
    ...     cost=lambda line: 0.02 * line.verification,
    ...     rule="least war",
    ... )
    >>> found.best("war", "worst").verification
    0.0
    >>> found.best("war", "selected").verification > 0
    True
    """
    start = mechanism() if isinstance(mechanism, type) else mechanism
    if not isinstance(start, Single):
        raise GameError(
            f"mechanism is {mechanism!r}; give one mechanism with settings, such as Hotline()"
        )
    designs = _designs(start, over, draws, seed)
    costs = [_cost(cost, d) for d in designs]
    known: list[tuple[Crisis, tuple[Any, ...]]] = []
    rows = []
    for design in _shown(designs, progress):
        changed = (beside & design)(crisis)
        before = next((row for c, row in known if c == changed), None)
        if before is None:
            before = _row(solution_of(changed, changed.solve(**options)), weights, rule)
            known.append((changed, before))
        rows.append(before)
    return OptimalDesign(_dataset(crisis, start, over, designs, costs, rows), crisis, designs)


def _designs(
    start: Single, over: Mapping[str, Any], draws: int | None, seed: int
) -> tuple[Single, ...]:
    own = {f.name for f in fields(start)}
    if not isinstance(over, Mapping) or not over:
        raise GameError(f"over is {over!r}; give {{setting: values}}")
    for name in over:
        if name not in own:
            raise suggest(f"setting of {start.name}", name, own)
    if draws is not None:
        drawn = draw_box(over, draws, seed)
        rows = zip(*drawn.values(), strict=True)
        points = [dict(zip(drawn, map(float, row), strict=True)) for row in rows]
    else:
        for name, values in over.items():
            if isinstance(values, str) or not isinstance(values, Iterable) or not len(list(values)):
                raise GameError(f"the values of {name!r} are {values!r}; give a list of them")
        points = [
            dict(zip(over, map(_plain, p), strict=True))
            for p in product(*(list(v) for v in over.values()))
        ]
    if len(points) > MOST:
        raise NotApplicable(f"there are {len(points)} designs; give {MOST} at most, or draws=")
    return tuple(replace(start, **p) for p in points)


def _cost(cost: Callable[[Any], float], design: Single) -> float:
    try:
        found = float(cost(design))
    except (TypeError, ValueError):
        found = float("nan")
    if not isfinite(found):
        raise GameError(f"the cost of {design.label} is no number; cost must return one")
    return found


def _shown(designs: Sequence[Single], progress: bool) -> Iterable[Single]:
    if not progress:
        return designs
    from tqdm.auto import tqdm

    return tqdm(designs, desc="designs", unit="design")


def _row(
    solution: Solution, weights: Mapping[str, float] | None, rule: Rule | None
) -> tuple[Any, ...]:
    """Return war and welfare in the worst, best and selected equilibrium, and completeness."""
    if weights is not None:
        for player in weights:
            if player not in solution.players:
                raise suggest("player", player, solution.players)
    if solution.empty:
        return (np.nan,) * 3, (np.nan,) * 3, solution.complete
    there = any(covers("war", str(label)) for label in solution.labels)
    low, high = solution.bounds("war") if there else (0.0, 0.0)
    chosen, _ = solution.select(rule)
    war, welfare = float("nan"), float("nan")
    if chosen is not None:
        war = float(sum(p for o, p in chosen.outcomes.items() if covers("war", str(o))))
        welfare = _welfare(chosen, weights)
    return (high, low, war), (*_welfare_bounds(solution, weights), welfare), solution.complete


def _welfare(member: Member, weights: Mapping[str, float] | None) -> float:
    return float(
        sum((1 if weights is None else weights.get(p, 0)) * u for p, u in member.payoffs.items())
    )


def _welfare_bounds(solution: Solution, weights: Mapping[str, float] | None) -> tuple[float, float]:
    """Return the lowest and highest welfare. Payoffs are linear between the members listed."""
    if weights is None or (set(weights) == set(solution.players) and len({*weights.values()}) == 1):
        factor = 1.0 if weights is None else next(iter(weights.values()))
        ends = sorted(factor * u for u in solution.payoff_bounds(solution.players))
        return ends[0], ends[1]
    if np.isnan(solution.count):
        raise NotApplicable(
            "with a mediator there are bounds and no single equilibria: leave weights out"
        )
    values = [_welfare(solution.member(play), weights) for play in solution.found]
    return min(values), max(values)


def _dataset(
    crisis: Crisis,
    start: Single,
    over: Mapping[str, Any],
    designs: Sequence[Single],
    costs: Sequence[float],
    rows: Sequence[tuple[Any, ...]],
) -> xr.Dataset:
    import xarray as xr

    about = {f.name: f.metadata.get("meaning", f.name) for f in fields(start)}
    war = np.array([row[0] for row in rows], dtype=float)
    welfare = np.array([row[1] for row in rows], dtype=float) - np.array(costs)[:, None]
    both = ("design", "value")
    return xr.Dataset(
        {
            "cost": ("design", list(costs), {"long_name": "cost of the settings"}),
            "war": (both, war, {"long_name": "probability of war", "units": "probability"}),
            "welfare": (both, welfare, {"long_name": "weighted payoffs less cost",
                                        "units": "utils"}),
            "complete": ("design", [bool(row[2]) for row in rows],
                         {"long_name": "whether all equilibria were found"}),
        },
        {
            "design": [d.label for d in designs],
            "value": list(VALUES),
            **{
                name: ("design", [getattr(d, name) for d in designs], {"long_name": about[name]})
                for name in over
            },
        },
        {"crisis": crisis.kind, "mechanism": start.name, "settings": ", ".join(over)},
    )  # fmt: skip


def _text(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _plain(value: Any) -> Any:
    """Return a value without NumPy's types; what is no number is None."""
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not isfinite(value) else value
