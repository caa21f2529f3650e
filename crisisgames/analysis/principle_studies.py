"""The five principles one by one: each varied alone, in its smallest game or in the whole crisis.

A study takes one principle and one field through which it acts, sets the field to one value after
the other, from where the principle is followed least to where it is followed most, and solves each
crisis for all its equilibria. It says where war becomes less likely and where more, for the lowest
and the highest probability over all equilibria and for the selected one, what of that is direct,
and, where there is one, at which value the closed form says that something changes.

In a crisis with several such fields of different values (the whole crisis has evidence and
concessions that may be clear) all of them move at once, and the axis is the strength with which the
principle is followed: 0 leaves them as they are, 1 goes to the end.

The principles are claims of those who practise crisis management. No result here is assumed: some
of them raise war in some equilibria, and the studies find out where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.comparing import compare
from crisisgames.analysis.comparison import Comparison
from crisisgames.analysis.dataset import parameter_text
from crisisgames.crises import Bargaining, Crisis, Incident
from crisisgames.crises.deterrence import largest_gain, least_clarity, trapping_audience_cost
from crisisgames.crises.division import least_issues
from crisisgames.crises.fields import PROBABILITY
from crisisgames.crises.parts import quantities_of, value_of, with_fields
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.principles import PRINCIPLES, Principle

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "STUDIES",
    "Cutoff",
    "PrincipleStudy",
    "Setting",
    "study_clear_signals",
    "study_division",
    "study_interests",
    "study_principle",
    "study_restraint",
    "study_slow_escalation",
]

SAME = 1e-7
"""Changes of probability below this are none: selected values have rounding in them."""

MEASURES = ("low", "high", "selected")
STRENGTH = "strength"

VALUES: Mapping[str, tuple[Any, ...]] = {
    "clarity": tuple(k / 10 for k in range(11)),
    "ideology": (1.0, 0.8, 0.6, 0.4, 0.2, 0.0),
    "audience_cost": (0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0),
    "issues": (1, 2, 3, 4, 5, 6),
    "rungs": (2, 4, 6),
    "reciprocity": (False, True),
    "ultimatum": (True, False),
    STRENGTH: (0.0, 0.25, 0.5, 0.75, 1.0),
}
"""What a field is set to by default, from where its principle is followed least."""


@dataclass(frozen=True)
class Setting:
    """Fields of a crisis at given values; called on a crisis, it returns the changed one.

    Attributes
    ----------
    name : str
    fields : tuple of pairs
        Field, dotted where it is one of a part, and value.
    """

    name: str
    fields: tuple[tuple[str, Any], ...]

    def __call__(self, crisis: Any) -> Any:
        """Return the crisis with the fields set."""
        return with_fields(crisis, dict(self.fields))


@dataclass(frozen=True)
class Cutoff:
    """A value of a field at which, by a closed form, something changes.

    Attributes
    ----------
    field : str
        Mostly the field that is varied.
    value : float
    meaning : str
        What changes, with the formula.
    """

    field: str
    value: float
    meaning: str


@dataclass(frozen=True, eq=False)
class PrincipleStudy:
    """What comes of varying one principle alone.

    Attributes
    ----------
    principle : Principle
    lever : str
        The field that is varied, or ``strength`` where there are several.
    values : tuple
        Its values, from where the principle is followed least to where it is followed most.
    settings : tuple of Setting
        The same as changes of the crisis.
    comparison : Comparison
        All equilibria at each value, against the first.
    cutoffs : tuple of Cutoff
        Closed forms, where there are any.
    rule : str or callable
        What selects an equilibrium.
    """

    principle: Principle
    lever: str
    values: tuple[Any, ...]
    settings: tuple[Setting, ...]
    comparison: Comparison
    cutoffs: tuple[Cutoff, ...]
    rule: Any

    @property
    def crisis(self) -> Crisis:
        """The crisis whose field is varied."""
        return self.comparison.crisis

    def table(self, outcome: str = "war") -> pd.DataFrame:
        """Return a row for each value: the bounds and the selected value of an outcome, and so on.

        ``low_step``, ``high_step`` and ``selected_step`` say what the step from the row before did:
        ``helps`` where the outcome became less likely, ``harms`` where more, ``same`` otherwise.
        """
        import pandas as pd

        part = self.comparison.dataset.sel(outcome=outcome)
        columns = (*MEASURES, "direct", "strategic", "complete")
        table = pd.DataFrame(
            {c: part[c].values for c in columns}, index=pd.Index(self.values, name=self.lever)
        )
        for part_of_change in ("direct", "strategic"):
            table[part_of_change] = table[part_of_change].where(
                table[part_of_change].abs() > SAME, 0.0
            )
        for measure in MEASURES:
            steps = [_verdict(d) for d in np.diff(table[measure].to_numpy(float))]
            table[f"{measure}_step"] = ["", *steps]
        return table

    def verdicts(self, outcome: str = "war") -> dict[str, str]:
        """Return for low, high and selected whether the principle helps, harms, or both.

        ``helps`` if no step made the outcome likelier and some less likely; ``harms`` the other way
        round; ``both`` if some steps did one and some the other; ``same`` if none did either;
        ``unknown`` where a value is missing.
        """
        table = self.table(outcome)
        found = {}
        for measure in MEASURES:
            steps = set(table[f"{measure}_step"][1:])
            moved = steps & {"helps", "harms"}
            found[measure] = (
                "unknown"
                if "unknown" in steps
                else "both"
                if len(moved) == 2
                else next(iter(moved), "same")
            )
        return found

    def over_box(
        self,
        box: Mapping[str, tuple[float, float]] | None = None,
        points: int = 40,
        seed: int = 0,
        outcome: str = "war",
        rule: Any = None,
        **options: Any,
    ) -> pd.DataFrame:
        """Return on what share of a box of parameters the principle helps and harms.

        At each point the crisis is solved at the first and at the last value of the study.

        Parameters
        ----------
        box : mapping, optional
            For fields of the crisis the lowest and highest value; by default a quarter below and
            above what the crisis has, within what is allowed: an illustration.
        points : int
            How many points are drawn, evenly and independently.
        seed : int
            Of the draw.
        outcome : str
        rule : str or callable, optional
            What selects an equilibrium; by default that of the study.
        **options
            Passed to `solve`.

        Returns
        -------
        DataFrame
            Rows low, high, selected; columns the shares of points at which the last value has less
            of the outcome than the first (``helps``), more (``harms``), the same, or at which no
            equilibrium was found (``unknown``). Where not all equilibria were found, the bounds are
            over those that were; ``incomplete`` is the share of such points.
        """
        import pandas as pd

        ranges = box if box is not None else self._around()
        rng = np.random.default_rng(seed)
        names = list(ranges)
        low, high = (np.array([ranges[n][end] for n in names]) for end in (0, 1))
        counts = {m: dict.fromkeys(("helps", "harms", "same", "unknown"), 0) for m in MEASURES}
        incomplete = 0
        for draw in low + (high - low) * rng.random((points, len(names))):
            point = {n: float(f"{v:.6g}") for n, v in zip(names, draw, strict=True)}
            crisis = with_fields(self.crisis, point)
            first, last = (
                _measured(setting(crisis), outcome, rule or self.rule, options)
                for setting in (self.settings[0], self.settings[-1])
            )
            incomplete += not (first[1] and last[1])
            for k, measure in enumerate(MEASURES):
                counts[measure][_verdict(last[0][k] - first[0][k])] += 1
        shares = pd.DataFrame(counts).T / points
        shares["incomplete"] = incomplete / points
        return shares

    def plot(self, ax: Axes | None = None, outcome: str = "war") -> Axes:
        """Draw the bounds and the selected value over the values; return the axes."""
        from crisisgames.plots.principles import plot_study

        varied = [name for name, _ in self.settings[0].fields]
        attrs = self.comparison.dataset.attrs
        return plot_study(
            self.table(outcome),
            lever=self.lever,
            outcome=outcome,
            title=f"{self.principle.name}: {self.principle.meaning} ({self.crisis.kind})",
            cutoffs=[(c.value, c.meaning) for c in self.cutoffs if c.field == self.lever],
            about=f"Selected: {attrs['selection']}. Parameters: "
            f"{parameter_text(self.crisis, varied)}. {attrs['remark']}",
            ax=ax,
        )

    def _around(self) -> dict[str, tuple[float, float]]:
        varied = {name for name, _ in self.settings[0].fields}
        found = {}
        for name, field in quantities_of(self.crisis).items():
            value = value_of(self.crisis, name)
            if value and name not in varied:
                bottom, top = field.metadata["domain"]
                found[name] = (max(bottom, 0.75 * value), min(top, 1.25 * value))
        return found


def _verdict(change: float) -> str:
    if not isfinite(change):
        return "unknown"
    return "helps" if change < -SAME else "harms" if change > SAME else "same"


def _measured(
    crisis: Any, outcome: str, rule: Any, options: Mapping[str, Any]
) -> tuple[tuple[float, float, float], bool]:
    """Return lowest, highest and selected probability of an outcome, and whether that is all."""
    found = crisis.solve(**options)
    if not len(found):
        return (np.nan, np.nan, np.nan), bool(found.complete)
    low, high = (float(b) for b in found.bounds(outcome))
    selected = low if high - low <= SAME else float(found.select(rule).probability(outcome))
    return (low, high, selected), bool(found.complete)


def study_principle(
    principle: str,
    crisis: Crisis | None = None,
    lever: str | None = None,
    values: Sequence[Any] | None = None,
    *,
    rule: Any = "qre",
    **options: Any,
) -> PrincipleStudy:
    """Return a study of one principle, varied alone.

    Parameters
    ----------
    principle : str
        One of `PRINCIPLES`.
    crisis : Crisis, optional
        Left out, the smallest game in which the principle acts; or a `WholeCrisis`, or any other
        crisis that has a field of it.
    lever : str, optional
        Which field is varied, if the principle has several; by default the last that the crisis
        has, as `PRINCIPLES` lists them.
    values : sequence, optional
        Its values, from where the principle is followed least. In a crisis with several fields of
        that name the strength, from 0 to 1, with which the principle is followed.
    rule : str or callable
        What selects an equilibrium, as in `compare`.
    **options
        Passed to `solve`: ``time_limit=`` holds for each value.

    Raises
    ------
    UnknownName
        For a principle or a lever that does not exist.
    NotApplicable
        If the crisis has no field through which the principle acts.

    Examples
    --------
    >>> found = study_principle("slow escalation", values=(False, True))
    >>> found.lever, found.verdicts()["low"]
    ('reciprocity', 'harms')
    """
    if principle not in PRINCIPLES:
        raise suggest("principle", principle, PRINCIPLES)
    told = PRINCIPLES[principle]
    where = SMALLEST[principle] if crisis is None else crisis
    fields = _levers(told, where)
    name = list(fields)[-1] if lever is None else lever
    if name not in fields:
        raise suggest(f"lever of {principle!r} in the crisis {where.kind!r}", name, fields)
    how = next(h for field, _, h in told.parameters if field == name)
    axis, settings, points = _settings(where, name, fields[name], how, values)
    comparison = compare(where, settings, rule=rule, **options)
    cutoffs = tuple(CUTOFFS.get((name, where.kind), _none)(where))
    return PrincipleStudy(told, axis, points, settings, comparison, cutoffs, rule)


def study_clear_signals(crisis: Crisis | None = None, **options: Any) -> PrincipleStudy:
    """Return the study of clarity, in the incident by default; options as in `study_principle`.

    From `least_clarity` on replies to hostile evidence alone hold probes down.

    Examples
    --------
    >>> found = study_clear_signals(values=(0, 0.2, 0.3, 0.5, 0.8))
    >>> [round(w, 7) for w in found.table().low]
    [0.0291375, 0.0288, 0.0119686, 0.0075605, 0.0025812]
    >>> round(found.cutoffs[0].value, 4)
    0.2391
    """
    return study_principle("clear signals", crisis, **options)


def study_slow_escalation(crisis: Crisis | None = None, **options: Any) -> PrincipleStudy:
    """Return the study of replies in kind, or of pace; options as in `study_principle`.

    By default whether B may at most reply in kind in an incident. The pace of a `Ladder` is its
    number of rungs, at fixed parity, since who has the last word alternates with it.

    Examples
    --------
    >>> from crisisgames import Ladder
    >>> found = study_slow_escalation(Ladder(rungs=2), values=(2, 4), rule="qre")
    >>> [round(w, 4) for w in found.table().selected]
    [0.2837, 0.3188]
    """
    return study_principle("slow escalation", crisis, **options)


def study_interests(crisis: Crisis | None = None, **options: Any) -> PrincipleStudy:
    """Return the study of ideology, in bargaining by default; options as in `study_principle`.

    With known costs a peaceful split exists at every balance up to the ideology n (c_A + c_B) - 1.

    Examples
    --------
    >>> found = study_interests(values=(1.0, 0.0))
    >>> found.table().high.tolist()
    [0.0, 0.25]
    """
    return study_principle("interests", crisis, **options)


def study_restraint(crisis: Crisis | None = None, **options: Any) -> PrincipleStudy:
    """Return the study of audience costs, or of ultimatums; options as in `study_principle`.

    By default the audience cost of an incident, which turns into a trap at
    `trapping_audience_cost`; on a ladder ``lever="ultimatum"`` is the other field.

    Examples
    --------
    >>> found = study_restraint(values=(0.4, 0.2, 0.0))
    >>> found.table().selected_step.tolist()
    ['', 'harms', 'harms']
    """
    return study_principle("restraint", crisis, **options)


def study_division(crisis: Crisis | None = None, **options: Any) -> PrincipleStudy:
    """Return the study of issues, in bargaining by default; options as in `study_principle`.

    With known costs a peaceful split exists at every balance from `least_issues` on.

    Examples
    --------
    >>> found = study_division(values=(1, 2, 3, 4))
    >>> found.table().high.tolist()
    [1.0, 0.0, 0.5, 0.25]
    >>> found.verdicts()["high"]
    'both'
    """
    return study_principle("division", crisis, **options)


STUDIES: Mapping[str, Callable[..., PrincipleStudy]] = {
    "clear signals": study_clear_signals,
    "slow escalation": study_slow_escalation,
    "interests": study_interests,
    "restraint": study_restraint,
    "division": study_division,
}
"""The study of each principle."""

SMALLEST: Mapping[str, Crisis] = {
    "clear signals": Incident(),
    "slow escalation": Incident(),
    "interests": Bargaining(),
    "restraint": Incident(),
    "division": Bargaining(),
}
"""The smallest game in which each principle acts."""


def _levers(principle: Principle, crisis: Any) -> dict[str, tuple[str, ...]]:
    """Return the fields of the principle that a crisis or its stages have, by their names."""
    stages = crisis.stages
    found: dict[str, tuple[str, ...]] = {}
    for field, _, _ in principle.parameters:
        if field in getattr(crisis, "shared", {}):
            found[field] = (field,)
            continue
        own = [f"{n}.{field}" for n, stage in stages.items() if hasattr(stage, field)]
        if not stages and hasattr(crisis, field):
            own = [field]
        if own:
            found[field] = tuple(own)
    if not found:
        fields = ", ".join(field for field, _, _ in principle.parameters)
        raise NotApplicable(
            f"{principle.name!r} acts through {fields}, and the crisis {crisis.kind!r} has none of "
            "them; take another crisis, or leave it out"
        )
    return found


def _settings(
    crisis: Any, lever: str, fields: tuple[str, ...], how: str, values: Sequence[Any] | None
) -> tuple[str, tuple[Setting, ...], tuple[Any, ...]]:
    """Return the name of the axis, the settings, and their values."""
    domain = quantities_of(crisis)[fields[0]].metadata["domain"] if _numeric(crisis, fields) else ()
    axis = STRENGTH if len(fields) > 1 and domain else lever
    given = tuple(VALUES[axis] if values is None else values)
    if axis == "rungs" and values is None:
        first = value_of(crisis, fields[0])
        given = (first, first + 2, first + 4)
    if len(given) < 2:
        raise GameError(f"values are {given!r}; give at least two, to compare them")
    settings = []
    for value in given:
        changes = dict.fromkeys(fields, value)
        if axis == STRENGTH:
            changes = {f: _followed(value_of(crisis, f), how, value) for f in fields}
        shown = f"{value:g}" if not isinstance(value, bool) else "yes" if value else "no"
        name = f"{axis.replace('_', ' ')} {shown}"
        settings.append(Setting(name, tuple(changes.items())))
    return axis, tuple(settings), given


def _numeric(crisis: Any, fields: Sequence[str]) -> bool:
    return all(f in quantities_of(crisis) for f in fields)


def _followed(value: float, how: str, strength: float) -> float:
    """Return a value raised or lowered by a strength in [0, 1], as a mechanism does."""
    if not PROBABILITY[0] <= strength <= PROBABILITY[1]:
        raise GameError(f"a strength is {strength!r}; allowed is 0 to 1")
    moved = value + (1 - value) * strength if how == "raises" else value * (1 - strength)
    return float(f"{moved:.12g}")


# --- closed forms ---


def _none(crisis: Any) -> list[Cutoff]:
    return []


def _clarity_of_incident(crisis: Incident) -> list[Cutoff]:
    least = least_clarity(crisis)
    if not isfinite(least):
        return []
    return [
        Cutoff("clarity", float(least), "from here on replies to hostile evidence hold probes down")
    ]


def _reciprocity_of_incident(crisis: Incident) -> list[Cutoff]:
    limit = float(largest_gain(crisis, "respond"))
    pays = "pays" if crisis.gain > limit else "does not pay"
    meaning = f"up to here replies in kind can deter; at {crisis.gain:g} a probe that meets one "
    return [Cutoff("gain", limit, meaning + pays)] if isfinite(limit) else []


def _audience_cost_of_incident(crisis: Incident) -> list[Cutoff]:
    trap = trapping_audience_cost(crisis)
    if not isfinite(trap):
        return []
    return [
        Cutoff(
            "audience_cost",
            float(trap),
            "from here on B answers even what it knows to be an accident",
        )
    ]


def _ideology_of_bargaining(crisis: Bargaining) -> list[Cutoff]:
    return [
        Cutoff(
            "ideology",
            round(crisis.issues * 2 * cost - 1, 12),
            f"up to here two sides of {kind} cost can split at every balance: n (c_A + c_B) - 1",
        )
        for kind, cost in (("low", crisis.cost_low), ("high", crisis.cost_high))
        if crisis.issues * 2 * cost >= 1
    ]


def _issues_of_bargaining(crisis: Bargaining) -> list[Cutoff]:
    return [
        Cutoff(
            "issues",
            float(least_issues(cost, cost, crisis.ideology)),
            f"from here on two sides of {kind} cost can split at every balance",
        )
        for kind, cost in (("low", crisis.cost_low), ("high", crisis.cost_high))
        if cost
    ]


CUTOFFS: Mapping[tuple[str, str], Callable[[Any], list[Cutoff]]] = {
    ("clarity", "incident"): _clarity_of_incident,
    ("reciprocity", "incident"): _reciprocity_of_incident,
    ("audience_cost", "incident"): _audience_cost_of_incident,
    ("ideology", "bargaining"): _ideology_of_bargaining,
    ("issues", "bargaining"): _issues_of_bargaining,
}
"""By lever and kind of crisis."""
