"""A comparison of institutions: labelled arrays, a table, a picture, and plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from math import isfinite
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crisisgames.analysis.solution import Solution
from crisisgames.analysis.solutions import solution_of
from crisisgames.analysis.wording import cells, legend, sentences, shared_notes
from crisisgames.crises import Crisis
from crisisgames.mechanisms import Mechanism

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["Comparison"]

ABOUT_OUTCOMES = ("low", "high", "selected", "direct", "strategic")
ABOUT_PAYOFFS = ("low", "high", "selected")
REACHED = {"low": "most peaceful", "high": "least peaceful", "selected": "selected"}
ABOUT_SETS = ("complete", "classes", "equilibria", "certificate")


@dataclass(frozen=True, eq=False)
class Comparison:
    """What each of several mechanisms makes of a crisis.

    Attributes
    ----------
    dataset : xarray.Dataset
        Over mechanisms, outcomes and players: `low`, `high`, `selected` and the `direct` and
        `strategic` effect against the first mechanism; payoffs; whether each set is complete.
    crisis : Crisis
        The crisis without any of the mechanisms.
    sets : mapping
        The equilibria by name of the mechanism, as `Crisis.solve` returned them.
    selected : mapping
        The selected equilibrium by name; names of which none is selected are left out.
    notes : mapping
        By name, what a reader should know.
    crises : mapping
        By name, the crisis with the mechanism in force.
    mechanisms : mapping
        By name, the mechanism, where it is a `Mechanism` and no function of your own.
    """

    dataset: xr.Dataset = field(repr=False)
    crisis: Crisis
    sets: Mapping[str, Any] = field(repr=False)
    selected: Mapping[str, Any] = field(repr=False)
    notes: Mapping[str, tuple[str, ...]] = field(repr=False, default_factory=dict)
    crises: Mapping[str, Crisis] = field(repr=False, default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("sets", "selected", "notes", "crises", "mechanisms"):
            object.__setattr__(self, name, dict(getattr(self, name)))

    def __repr__(self) -> str:
        about = self.dataset.attrs
        return f"Comparison({about['crisis']!r}, {about['concept']!r}, {list(self.sets)})"

    def __eq__(self, other: object) -> bool:
        """Tell whether crisis, equilibria, numbers and notes agree.

        Mechanisms are left out, as a document has none; what they do is in the numbers. So is the
        certificate, whose last digits are rounding.
        """
        if not isinstance(other, Comparison):
            return NotImplemented
        return bool(
            self.crisis == other.crisis
            and self.notes == other.notes
            and list(self.sets) == list(other.sets)
            and self.sets == other.sets
            and self.selected == other.selected
            and self.dataset.drop_vars("certificate").identical(
                other.dataset.drop_vars("certificate")
            )
        )

    __hash__ = None  # type: ignore[assignment]  # arrays can be changed

    def solution(self, name: str) -> Solution:
        """Return the equilibria under a mechanism in the form common to all kinds of solution."""
        return solution_of(self.crises.get(name, self.crisis), self.sets[name])

    def table(self, *, efficiency: bool = False) -> pd.DataFrame:
        """Return one row per mechanism for people to read.

        Parameters
        ----------
        efficiency : bool
            Whether to add what the best institution of all could reach at the mechanism's own
            primitives, and how much of the way there it goes in its most peaceful, least peaceful
            and selected equilibrium; see `crisisgames.efficiency`. For incidents and bargaining;
            takes some seconds for each mechanism.

        Examples
        --------
        >>> from crisisgames import Incident
        >>> from crisisgames.analysis import compare
        >>> from crisisgames.mechanisms import Hotline, none
        >>> found = compare(Incident(), [none, Hotline("theatre")], rule="least war")
        >>> print(found.table()[["P(war)", "selected", "equilibria"]].to_string())
                                  P(war)  selected equilibria
        mechanism
        none                     0.01197  0.011969        all
        hotline (theatre)  0.001272–0.01197  0.001272        all
        """
        import pandas as pd

        rows = {name: cells(self.dataset.sel(mechanism=name)) for name in self.sets}
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("mechanism")
        if efficiency:
            reached = self.efficiency
            table["frontier"] = reached["frontier", "selected"]
            for value, words in REACHED.items():
                table[f"efficiency, {words}"] = reached["efficiency", value]
        return table

    @cached_property
    def efficiency(self) -> pd.DataFrame:
        """How much of the way to the frontier each mechanism goes, computed once."""
        from crisisgames.analysis.efficient_frontier import efficiency

        return efficiency(self)

    def plot(self, ax: Axes | None = None, *, efficiency: bool = False) -> Axes:
        """Draw the comparison; return the axes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
        efficiency : bool
            Whether to mark what the best institution of all could reach, as in `table`.
        """
        from crisisgames.plots import plot_comparison

        reached = self.efficiency if efficiency else None
        axes: Axes = plot_comparison(self.dataset, ax=ax, efficiency=reached)
        return axes

    def report(self, path: str | PathLike[str]) -> Path:
        """Write the comparison as a brief, one HTML file that needs nothing else; see `report`."""
        from crisisgames.pages import report

        return report(self, path)

    def explain(self) -> str:
        """Return the comparison in plain sentences.

        Examples
        --------
        >>> from crisisgames import Incident
        >>> from crisisgames.analysis import compare
        >>> from crisisgames.mechanisms import RulesOfBehaviour, none
        >>> rules = RulesOfBehaviour(strength=0.5)
        >>> print(compare(Incident(), [none, rules]).explain())
        none (baseline): P(war) is 0.01197 in every equilibrium.
        rules of behaviour (strength 0.5): P(war) is 0.01206 in every equilibrium. Against none the
        selected value changes by +8.692e−05, −0.005984 direct and +0.006071 strategic. It raises
        P(war) in every equilibrium.
        Selected: ... Direct: choices held as they were; strategic: the rest. Default values are
        illustrations, not estimates.
        """
        lines = sentences(self.dataset)
        own, shared = shared_notes(self.notes)
        told = [" ".join((line, *own.get(name, ()))) for name, line in lines.items()]
        return "\n".join((*told, *shared, legend(self.dataset)))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as what JSON can hold; what does not exist is None."""
        about = self.dataset.attrs
        return {
            "crisis": about["crisis"],
            "concept": about["concept"],
            "rule": about["rule"],
            "parameters": _plain(self.crisis.parameters()),
            "baseline": about["baseline"],
            "mechanisms": [self._mechanism(name) for name in self.sets],
        }

    def _mechanism(self, name: str) -> dict[str, Any]:
        row = self.dataset.sel(mechanism=name)
        return {
            "name": name,
            **{v: _plain(row[v].item()) for v in ABOUT_SETS},
            "outcomes": {
                str(o): {v: _plain(row[v].sel(outcome=o).item()) for v in ABOUT_OUTCOMES}
                for o in row.outcome.values
            },
            "payoffs": {
                str(p): {v: _plain(row[f"payoff_{v}"].sel(player=p).item()) for v in ABOUT_PAYOFFS}
                for p in row.player.values
            },
            "welfare": {v: _plain(row[f"welfare_{v}"].item()) for v in ABOUT_PAYOFFS},
            "notes": list(self.notes.get(name, ())),
        }

    def _repr_html_(self) -> str:
        about = self.dataset.attrs
        caption = (
            f"{about['crisis']}, {about['concept']} equilibria; selected: {about['selection']}; "
            f"effects against {about['baseline']}. {about['remark']}"
        )
        table: str = self.table().to_html(float_format="{:.4g}".format)
        return f"<p>{escape(caption)}</p>{table}"


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    number = float(value)
    return number if isfinite(number) else None
