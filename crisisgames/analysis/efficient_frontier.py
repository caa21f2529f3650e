"""The frontier: the least war that any institution of a kind could reach, and how near one comes.

A crisis has a frontier at its own primitives: hazards, costs, accident rates and stakes as they
are. On bargaining (and on any `Dispute`) institutions hear what sides report and draw a split or
war: unmediated talk, mediation whose proposals are followed freely, arbitration that is enforced.
Talk that tells all types apart may do worse than none, so what sides reach without a third party is
the better of it and of one split proposed in public. On an incident institutions inform: unverified
talk, a monitor of some accuracy, any monitor.

*Efficiency* says how much of the way to the frontier a mechanism goes. A mechanism that changes
primitives is held against the frontier at the changed ones, and what that change does by itself is
a step of its own: otherwise a lower hazard would look like good information.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import nan
from typing import TYPE_CHECKING, Any

from crisisgames.analysis.information import KINDS, InformationFrontier, least_war_informed
from crisisgames.analysis.solutions import solution_of
from crisisgames.crises import Bargaining, Crisis, Incident
from crisisgames.equilibria import Dispute, Settlement, least_war, public_split
from crisisgames.errors import GameError, NotApplicable, suggest
from crisisgames.games.expressions import as_fraction

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from crisisgames.analysis.comparison import Comparison

__all__ = ["Frontier", "Level", "dispute_of", "efficiency", "frontier"]

TALK = "unmediated talk that tells all types apart, or one public split"

INSTITUTIONS: dict[str, str] = {
    "talk": TALK,
    "mediation": "a mediator whose proposals are followed freely",
    "arbitration": "an arbitrator whose awards are enforced",
}
"""What may settle a dispute, in words, from the weakest to the strongest."""

PEACE = 1e-9
"""A probability of war below this is rounding."""

NOTHING_TO_GAIN = 1e-9


@dataclass(frozen=True)
class Level:
    """The least war that one kind of institution can reach.

    Attributes
    ----------
    kind, words : str
    war : float
        Probability of war under `rule`.
    bound : float
        What no institution of the kind can undercut: a proof.
    rule : Settlement or InformationFrontier
        Who is told what when.
    binding : tuple of str
        What keeps war from being rarer, in words.
    """

    kind: str
    words: str
    war: float
    bound: float
    rule: Settlement | InformationFrontier = field(repr=False)
    binding: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Frontier:
    """What the kinds of institutions can reach, from the weakest to the strongest.

    Attributes
    ----------
    subject : Crisis or Dispute
    levels : mapping of str to Level
    """

    subject: Any
    levels: Mapping[str, Level]

    @property
    def best(self) -> Level:
        """The strongest kind."""
        return list(self.levels.values())[-1]

    @property
    def peaceful(self) -> bool:
        """Whether some institution of the strongest kind always keeps the peace."""
        return self.best.war <= PEACE

    def table(self) -> pd.DataFrame:
        """Return one row for each kind: the least war, the bound that is proved, what binds."""
        import pandas as pd

        rows = {
            level.kind: {
                "what": level.words,
                "least P(war)": level.war,
                "proved": level.bound,
                "what binds": "; ".join(level.binding[:2]),
            }
            for level in self.levels.values()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("institution")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the least war under each kind; return the axes."""
        from crisisgames.plots.frontier import plot_frontier

        axes: Axes = plot_frontier(self, ax)
        return axes

    def explain(self) -> str:
        """Return the least war under each kind and what binds, in sentences."""
        told = []
        for level in self.levels.values():
            told.append(f"With {level.words} P(war) can be as low as {100 * level.war:.4g} %.")
            if level.binding:
                told.append(f"What keeps it there: {'; '.join(level.binding[:3])}.")
        if any("(price " in text for level in self.levels.values() for text in level.binding[:3]):
            unit = "util" if isinstance(self.best.rule, InformationFrontier) else "unit of the pie"
            told.append(
                f"A price is the fall in P(war) for each {unit}, before anything is known, that "
                "such a deviation could be allowed to gain."
            )
        told.append(
            "So there is an institution under which war never happens. Its rule:"
            if self.peaceful
            else f"No institution can bring P(war) below {100 * self.best.bound:.4g} % here. The "
            "rule that comes nearest:"
        )
        rule = self.best.rule
        told += rule.orders() if isinstance(rule, InformationFrontier) else [rule.explain()]
        return "\n".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Return the frontier as what JSON can hold."""
        return {
            "subject": getattr(self.subject, "kind", "dispute"),
            "peaceful": self.peaceful,
            "institutions": [
                {
                    "kind": level.kind,
                    "what": level.words,
                    "war": level.war,
                    "bound": level.bound,
                    "binding": list(level.binding),
                    "rule": level.rule.explain().split("\n"),
                }
                for level in self.levels.values()
            ],
        }


def frontier(
    subject: Crisis | Dispute,
    *,
    kinds: Iterable[str] | None = None,
    accuracy: float | None = None,
    any_split: bool = False,
) -> Frontier:
    """Return the least war that institutions could reach in a crisis at its own primitives.

    Parameters
    ----------
    subject : Incident, Bargaining or Dispute
    kinds : iterable of str, optional
        Which kinds of institutions: ``"talk"``, ``"monitor"`` and ``"any"`` in an incident,
        ``"talk"``, ``"mediation"`` and ``"arbitration"`` elsewhere; by default all.
    accuracy : float, optional
        Of the monitor in an incident; by default the clarity of its evidence.
    any_split : bool
        In bargaining, whether the stake may be split in any way: by default only as its issues
        allow.

    Raises
    ------
    NotApplicable
        For another crisis, and where not all kinds of institutions can be compared.
    UnknownName
        For an unknown kind.

    Examples
    --------
    >>> from crisisgames import Bargaining
    >>> found = frontier(Bargaining(issues=3))
    >>> [(level.kind, round(level.war, 3)) for level in found.levels.values()]
    [('talk', 0.3), ('mediation', 0.3), ('arbitration', 0.0)]
    >>> print(found.levels["talk"].words)
    unmediated talk that tells all types apart, or one public split
    """
    if isinstance(subject, Incident):
        informed = {
            k: least_war_informed(subject, k, accuracy=accuracy) for k in _asked(kinds, KINDS)
        }
        return Frontier(
            subject,
            {
                k: Level(
                    k,
                    f.words,
                    f.war,
                    f.bound,
                    f,
                    f.binding,
                )
                for k, f in informed.items()
            },
        )
    if isinstance(subject, Bargaining):
        dispute = dispute_of(subject)
        splits = None if any_split else subject.shares
    elif isinstance(subject, Dispute):
        dispute, splits = subject, None
    else:
        name = getattr(subject, "kind", type(subject).__name__)
        raise NotApplicable(
            f"there is no frontier for {name!r}: give an Incident, a Bargaining or a Dispute"
        )
    return Frontier(subject, _settled(dispute, splits, _asked(kinds, INSTITUTIONS)))


def _asked(kinds: Iterable[str] | None, known: Mapping[str, str]) -> list[str]:
    """Return the kinds asked for, the weakest first."""
    asked = list(known) if kinds is None else [kinds] if isinstance(kinds, str) else list(kinds)
    for kind in asked:
        if kind not in known:
            raise suggest("kind of institution", kind, known)
    if not asked:
        raise GameError(f"no kind of institution is asked for; known are {', '.join(known)}")
    return [kind for kind in known if kind in asked]


def _settled(
    dispute: Dispute, splits: Iterable[Fraction] | None, kinds: Sequence[str]
) -> dict[str, Level]:
    """Return the least war under kinds of institutions that settle a dispute."""
    silent = public_split(dispute, splits=splits)
    grid = splits
    if grid is None:
        # A mediator can do what a public split does, if it may propose the same.
        grid = {*dispute.splits, *(x for drawn in silent.rule.values() for x in drawn)}
    # Where any split is allowed, a mediator may do better with some that were not tried: what is
    # proved there is what an arbitrator cannot undercut.
    proof = {k: "arbitration" if k == "mediation" and splits is None else k for k in kinds}
    rules = {k: least_war(dispute, k, splits=grid) for k in {*kinds, *proof.values()}}
    if "talk" in rules and silent.prob_war < rules["talk"].prob_war:
        rules["talk"] = silent
    levels = {}
    for kind in kinds:
        rule, proved = rules[kind], rules[proof[kind]]
        war = max(0.0, float(rule.prob_war))
        levels[kind] = Level(
            kind,
            INSTITUTIONS[kind],
            war,
            min(war, max(0.0, float(proved.prob_war) - float(proved.gap))),
            rule,
            tuple(f"{d.text} (price {float(d.price):.3g})" for d in rule.binding),
        )
    return levels


def dispute_of(crisis: Bargaining) -> Dispute:
    """Return bargaining as a dispute: what war is worth, in shares of the stake.

    A share s is worth (1 + i) s - i with ideology i, so war of probability p to win and cost c is
    worth as much as the share p - c / (1 + i).

    Examples
    --------
    >>> from crisisgames import Bargaining
    >>> dispute_of(Bargaining()).war[0]
    ((Fraction(2, 5), Fraction(2, 5)), (Fraction(1, 5), Fraction(1, 5)))
    """
    if crisis.disclosure_a or crisis.disclosure_b:
        raise NotApplicable(
            "the frontier is that of bargaining in which no type is disclosed; disclosure is what "
            "an institution may do: crisis.replace(disclosure_a=0, disclosure_b=0)"
        )
    scale = 1 + as_fraction(crisis.ideology)
    balance = as_fraction(crisis.balance)
    costs = [as_fraction(c) / scale for c in (crisis.cost_low, crisis.cost_high)]
    war_a = [[balance - own for _ in costs] for own in costs]
    war_b = [[1 - balance - own for own in costs] for _ in costs]
    prob_a, prob_b = as_fraction(crisis.prob_low_a), as_fraction(crisis.prob_low_b)
    names = ("low cost", "high cost")
    return Dispute.independent(
        (prob_a, 1 - prob_a), (prob_b, 1 - prob_b), (war_a, war_b), types=(names, names)
    )


INFORMATION: dict[str, Mapping[str, Any]] = {
    "incident": {"channels": (), "disclosure": 0.0, "notified": 0.0, "cover": 0.0},
    "bargaining": {
        "disclosure_a": 0.0,
        "disclosure_b": 0.0,
        "mediated": False,
        "announce": False,
    },
}
"""For each kind of crisis the fields that are information, and where there is none."""

STRONGEST = {"incident": "any", "bargaining": "arbitration"}
"""The kind of institution that reaches furthest."""


def efficiency(comparison: Comparison, kind: str | None = None) -> pd.DataFrame:
    """Return how much of the way to the frontier each mechanism of a comparison goes.

    Parameters
    ----------
    comparison : Comparison
        Of an incident or of bargaining.
    kind : str, optional
        Which frontier, a key of `Frontier.levels`; by default the strongest.

    Returns
    -------
    pandas.DataFrame
        A row for each mechanism. ``primitives`` is P(war) with what the mechanism changes in
        hazards, costs, rates and stakes, and without the information that it brings; ``war`` with
        both; ``frontier`` the least at these primitives; ``efficiency`` the share of the distance
        from ``primitives`` to ``frontier`` that is covered, and nan where there is nothing to gain.
        Each for ``low``, ``high`` and ``selected``. It may be negative: information can harm.

    Raises
    ------
    NotApplicable
        For another crisis.
    UnknownName
        For an unknown kind.

    Examples
    --------
    >>> from crisisgames import Hotline, Incident, compare, none
    >>> found = efficiency(compare(Incident(), [none, Hotline("theatre")], rule="least war"))
    >>> found.loc["hotline (theatre)", ("efficiency", "low")].round(3).item()
    0.894
    """
    import pandas as pd

    if comparison.crisis.kind not in INFORMATION:
        raise NotApplicable(f"there is no frontier for {comparison.crisis.kind!r}")
    rows = {}
    known: list[tuple[Crisis, tuple[dict[str, float], float]]] = []
    for name, crisis in comparison.crises.items():
        plain = crisis.replace(**INFORMATION[crisis.kind])
        before = next((v for c, v in known if c == crisis), None)
        if before is None:
            best = frontier(_at_primitives(crisis), kinds=[kind or STRONGEST[crisis.kind]]).best
            before = _values(plain), best.bound
            known.append((crisis, before))
        start, least = before
        war = comparison.dataset.sel(mechanism=name, outcome="war")
        row: dict[tuple[str, str], float] = {}
        for value in ("low", "high", "selected"):
            here = float(war[value])
            room = start[value] - least
            row["primitives", value] = start[value]
            row["war", value] = here
            row["frontier", value] = least
            row["efficiency", value] = (
                (start[value] - here) / room if room > NOTHING_TO_GAIN else nan
            )
        rows[name] = row
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("mechanism")
    table.columns = pd.MultiIndex.from_tuples(next(iter(rows.values())))
    return table


def _at_primitives(crisis: Crisis) -> Crisis:
    """Return the crisis whose frontier counts.

    In an incident what talking costs is a primitive, what it tells is not.
    """
    if crisis.kind == "incident":
        return crisis
    return crisis.replace(disclosure_a=0.0, disclosure_b=0.0, mediated=False)


def _values(crisis: Crisis) -> dict[str, float]:
    solution = solution_of(crisis, crisis.solve())
    low, high = solution.bounds("war")
    member, _ = solution.select(None)
    chosen = nan
    if member is not None:
        chosen = float(sum(p for o, p in member.outcomes.items() if str(o).startswith("war")))
    return {"low": low, "high": high, "selected": chosen}
