"""The slow part of a brief: how good any institution could be, why war happens, what survives.

Everything here is computed anew: the frontier and the causes at the values of the brief, what
matters most and which claims survive over the box of the scenario.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crisisgames.analysis import (
    SOURCES_OF_WAR,
    Causes,
    Comparison,
    Frontier,
    Robustness,
    causes,
    frontier,
    sensitivity,
)
from crisisgames.analysis.uncertainty import in_batches, rank_correlations, robustness_of
from crisisgames.analysis.wording import headline
from crisisgames.crises import Crisis
from crisisgames.equilibria.solve import as_tree
from crisisgames.errors import NotApplicable
from crisisgames.mechanisms import Mechanism
from crisisgames.pages.figures import drawn
from crisisgames.pages.markup import Html, element, items, joined, paragraph, table
from crisisgames.pages.numbers import MINUS, SAME, percent, points
from crisisgames.pages.parameters import meaning, named
from crisisgames.pages.words import Words
from crisisgames.scenarios import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Deep", "deepened"]

SECONDS, BUDGET = 4.0, 25.0
"""For each of the crises that the causes need, and after which no further source is taken up; what
is left out is said."""

MANY = {"matters": 512, "claims": 400}
"""Draws for what matters most and for claims where all points are solved at once."""

FEWER = {"matters": (60, 15.0), "claims": (40, 25.0)}
"""Draws at most where points are solved one by one, and seconds after which none is begun."""

POINT = 2.0
"""Seconds for one such point; what is not found by then is counted, and said."""

FEW = 30
"""Draws below this tell no parameter from another."""

LISTED = 8
"""Parameters that are listed where draws are few, or more if more stand out."""

TELLING = 3
"""Parameters that are named with a claim."""

INDICES = ("first", "total")
VALUES = ("low", "high", "selected")


@dataclass(frozen=True)
class Deep:
    """What was computed beyond the comparison; None where it does not exist.

    Attributes
    ----------
    found : Comparison
    words : Words
    frontier : Frontier or None
    causes : Causes or None
    matters : pandas.DataFrame or None
        Sobol indices of the highest probability of war, with no institution in force; where points
        are solved one by one, correlations of ranks.
    claims : mapping
        By design, that it lowers war, over the box.
    case : Scenario or None
    """

    found: Comparison
    words: Words
    frontier: Frontier | None
    causes: Causes | None
    matters: pd.DataFrame | None
    claims: Mapping[str, Robustness]
    case: Scenario | None

    @property
    def about(self) -> str:
        """The outcome that the brief is about: war, where the crisis knows it."""
        return headline(self.found.dataset)

    def sections(self) -> list[tuple[str, str, Html]]:
        """Return the sections: identifier, heading, content."""
        why = "Why does war happen?" if self.about == "war" else f"Why is there {self.about}?"
        told = [
            ("frontier", "How good could any institution be?", self._frontier()),
            ("causes", why, self._causes()),
            ("matters", "What matters most?", self._matters()),
            ("claims", "Which claims survive?", self._claims()),
        ]
        return [section for section in told if str(section[2])]

    def _frontier(self) -> Html:
        if self.frontier is None:
            return Html()
        rows = [
            [f"{level.words[:1].upper()}{level.words[1:]}", percent(level.war),
             percent(level.bound), "; ".join(level.binding[:2]) or "–"]
            for level in self.frontier.levels.values()
        ]  # fmt: skip
        base = next(iter(self.found.sets))
        least = self.frontier.best
        end = (
            "So there is a rule under which war never happens at these values. Whether any real "
            "institution could follow it is another question."
            if self.frontier.peaceful
            else f"No institution of these kinds can bring it below {percent(least.bound)}."
        )
        return joined(
            paragraph(
                "The least probability of war that any institution of a kind could reach with "
                f"hazards, costs, rates and stakes as they are in “{base}”: what information, or a "
                "settlement, could do at best, and no more."
            ),
            table(
                "Least probability of war, by kind of institution",
                ["Kind", "Least", "Proved not below", "What binds"],
                rows,
                numeric=[1, 2],
            ),
            paragraph(end),
            self._efficiency(),
        )

    def _efficiency(self) -> Html:
        reached = self.found.efficiency
        rows = []
        for name in self.found.sets:
            row = reached.loc[name]
            rows.append(
                [
                    name,
                    *(percent(row[part]["selected"]) for part in ("primitives", "frontier", "war")),
                    *(_way(row["efficiency"][value]) for value in VALUES),
                ]
            )
        head = ["Institutions", "Without information", "Frontier", "With it, selected",
                "Of the way: most peaceful", "least peaceful", "selected"]  # fmt: skip
        return joined(
            table("How much of the way to the frontier each goes", head, rows, numeric=range(1, 7)),
            paragraph(
                "Each is held against the frontier at its own primitives: what it changes in "
                "hazards, costs and rates is in the first two columns, and does not count as "
                "information. A dash: there is nothing to gain. Below zero: the information harms.",
                class_="aside",
            ),
        )

    def _causes(self) -> Html:
        if self.causes is None:
            return Html()
        shares, whole = self.causes.table(), f"P({self.causes.about})"
        rows = [
            [
                str(name),
                SOURCES_OF_WAR[str(name)].meaning if str(name) in SOURCES_OF_WAR else "",
                *(percent(v) if name == whole else points(v) for v in shares.loc[name, VALUES]),
            ]
            for name in shares.index
        ]
        caption = f"What the probability of {self.about} is due to, in percentage points"
        head = ["Source", "Switched off, it means", "lowest", "highest", "selected"]
        doubt = "" if self.causes.complete else " Not all equilibria of each are known to be found."
        return joined(
            paragraph(
                "The crisis with no institution in force is solved with each source of "
                f"{self.about} switched off, alone and together: {self.causes.solved} crises. The "
                "share of a source is the mean of what it adds, over all orders in which sources "
                "may come (its Shapley value), for the equilibrium with the lowest and the highest "
                f"probability of {self.about} and for the selected one, that with the least of it."
                f"{doubt}"
            ),
            table(caption, head, rows, numeric=[2, 3, 4]),
            self._waterfall() if self.causes.dataset.sizes["source"] else Html(),
            *map(paragraph, self.causes.without_share()),
            paragraph(
                f"A share below zero: {self.about} is rarer with the source than without it. What "
                "the model leaves out has no share.",
                class_="aside",
            ),
        )

    def _waterfall(self) -> Html:
        from crisisgames.plots.waterfall import plot_waterfall

        data = self.causes.dataset  # type: ignore[union-attr]  # asked by the caller
        return drawn(
            "why",
            lambda ax: plot_waterfall(data, "high", ax),
            (7.2, 1.7 + 0.36 * (data.sizes["source"] + 2)),
            f"What the probability of {self.about} is due to, in the equilibrium with the most of "
            "it",
            f"Steps from nothing to the probability of {self.about}, one for each source; the "
            "numbers are in the table above.",
            f"In the equilibrium with the highest probability of {self.about}. The numbers of this "
            "figure stand in the table above.",
        )

    def _matters(self) -> Html:
        if self.matters is None:
            return Html()
        if "correlation" in self.matters:
            return self._correlations(self.matters)
        if bool(self.matters["total"].isna().all()):
            return paragraph(
                f"The highest probability of {self.about} with no institution in force is the same "
                "all over the box."
            )
        rows = [
            [
                named(str(name)),
                meaning(self.found.crisis, str(name), self.words),
                *(f"{row[v]:.2f} ± {row[f'{v} ±']:.2f}".replace("-", MINUS) for v in INDICES),
            ]
            for name, row in self.matters.iterrows()
        ]
        return joined(
            paragraph(
                f"With which parameters does the highest probability of {self.about} vary over the "
                "box, with no institution in force? Sobol indices: the share of its variance that "
                "a parameter explains alone, and the share with all that it does together with "
                "others; half-widths of 95 % intervals. Where these are wide, read them first."
            ),
            table(
                f"What the highest probability of {self.about} varies with",
                ["Parameter", "Meaning", "alone", "with others"],
                rows,
                numeric=[2, 3],
            ),
        )

    def _correlations(self, found: pd.DataFrame) -> Html:
        """Return what few draws tell of what the probability of war goes with."""
        begun, known, doubtful = (found.attrs[n] for n in ("begun", "known", "open"))
        said = (
            f"A point of this game may take seconds, so {begun} points were drawn from the box, "
            f"and each was given {POINT:g} s. "
        )
        if known < begun:
            said += f"At {begun - known} of these no equilibrium was found; what follows leaves "
            said += "them out. "
        if doubtful:
            said += f"At {doubtful} there may be further equilibria. "
        if bool(found["correlation"].isna().all()):
            return paragraph(
                f"{said}At all that are known the highest probability of {self.about}, with no "
                "institution in force, is the same, or they are too few to say anything."
            )
        clear = [str(n) for n, row in found.iterrows() if row["from"] * row["to"] > 0]
        rows = [
            [
                named(str(name)),
                meaning(self.found.crisis, str(name), self.words),
                f"{row['correlation']:+.2f}".replace("-", MINUS),
                f"{row['from']:+.2f} to {row['to']:+.2f}".replace("-", MINUS),
            ]
            for name, row in found.head(max(len(clear), LISTED)).iterrows()
        ]
        end = (
            f"The interval leaves 0 out for {len(clear)} of {len(found)} parameters; by chance it "
            "would for one in twenty."
            if clear
            else "No interval leaves 0 out: so few points do not tell which parameter matters most."
        )
        return joined(
            paragraph(
                f"{said}With which parameters does the highest probability of {self.about} go, "
                "with no institution in force? Correlations of ranks, from −1 (it falls as the "
                "parameter rises) to 1, with 95 % intervals, which are wide: read them first."
            ),
            table(
                f"What the highest probability of {self.about} goes with, the closest first",
                ["Parameter", "Meaning", "correlation", "95 % interval"],
                rows,
                numeric=[2, 3],
            ),
            paragraph(end, class_="aside"),
        )

    def _claims(self) -> Html:
        if not self.claims:
            return Html()
        base = next(iter(self.found.sets))
        rows, told = [], []
        draws: set[int] = set()
        slow: set[int] = set()
        for name, judged in self.claims.items():
            short = name.removeprefix(f"{base} + ")
            shares = [judged.share(v) for v in ("all", "some", "none")]
            rows.append([short, *map(_share, shares), _share(_raised(judged))])
            told.append(_sentence(short, judged, self.about))
            n = judged.dataset.sizes["draw"]
            (draws if n == MANY["claims"] else slow).add(n)
        counts = " or ".join(map(str, sorted(draws)))
        few = (
            f"{'For some institutions the game is large' if draws else 'The game is large'}: there "
            f"{_between(slow)} points were drawn, as many as there was time for, and each was "
            f"given {POINT:g} s. "
            if slow
            else ""
        )
        many = f"{counts} points were drawn from the box for each institution. " if draws else ""
        return joined(
            paragraph(
                f"{many}{few}That it lowers the probability of {self.about} against “{base}” was "
                "judged at each point over all equilibria found: the claim holds in all if it "
                "holds whichever is played with and without it. Shares with 95 % intervals: of the "
                "box, not of crises."
            ),
            table(
                f"Share of the box in which an institution lowers the probability of {self.about}",
                [
                    "Institution",
                    "in all equilibria",
                    "in some, not in all",
                    "in none",
                    "raises it in all",
                ],
                rows,
                numeric=[1, 2, 3, 4],
            ),
            items(told),
        )


def deepened(found: Comparison, case: Scenario | None, words: Words) -> Deep:
    """Compute what goes beyond a comparison, as far as it exists for the crisis.

    Parameters
    ----------
    found : Comparison
    case : Scenario, optional
        Gives the box; without it nothing is said of other values.
    words : Words
    """
    base = next(iter(found.sets))
    box = case.box if case is not None else {}
    designs = {name: m for name, m in found.mechanisms.items() if name in found.sets}
    return Deep(
        found,
        words,
        _if_any(lambda: frontier(found.crises[base])),
        _if_any(lambda: causes(found.crisis, budget=BUDGET, time_limit=SECONDS)),
        _matters(found.crisis, box),
        _judged(found.crisis, box, designs, base, headline(found.dataset)),
        case,
    )


def _if_any(compute: Any) -> Any:
    """Return what exists; None where it does not for this crisis."""
    try:
        return compute()
    except NotApplicable:
        return None


def _at_once(crisis: Crisis) -> bool:
    """Tell whether the points of a crisis are solved by patterns that are compiled once."""
    from crisisgames.equilibria.sweep import compile_sweep  # brings Numba

    # Of a crisis made of others some points take many seconds whatever is compiled.
    if crisis.stages or not in_batches([crisis]):
        return False
    return compile_sweep(as_tree(crisis.game())[0], "sequential") is not None


def _matters(crisis: Crisis, box: Mapping[str, Any]) -> Any:
    if not box:
        return None
    if _at_once(crisis):
        draws = MANY["matters"]
        return _if_any(lambda: sensitivity(crisis, box, value="high", draws=draws))
    draws, seconds = FEWER["matters"]
    return _if_any(
        lambda: rank_correlations(crisis, box, draws=draws, budget=seconds, time_limit=POINT)
    )


def _judged(
    crisis: Crisis,
    box: Mapping[str, Any],
    designs: Mapping[str, Mechanism],
    base: str,
    about: str,
) -> dict[str, Robustness]:
    """Judge of each design but the base that it lowers the probability of an outcome."""
    if not box or base not in designs:
        return {}
    quick = {name: _at_once(design(crisis)) for name, design in designs.items()}
    others = [name for name in designs if name != base]
    many = [name for name in others if quick[name] and quick[base]]
    few = [name for name in others if name not in many]
    draws, seconds = FEWER["claims"]
    found = {
        **_lowers(about, crisis, box, designs, base, many, MANY["claims"]),
        **_lowers(about, crisis, box, designs, base, few, draws, budget=seconds, time_limit=POINT),
    }
    return {name: found[name] for name in others if name in found}


def _lowers(
    about: str,
    crisis: Crisis,
    box: Mapping[str, Any],
    designs: Mapping[str, Mechanism],
    base: str,
    names: Sequence[str],
    draws: int,
    **options: Any,
) -> dict[str, Robustness]:
    """Judge claims about some designs together, or one by one if that is not possible."""
    if not names:
        return {}
    claims = [f"P({about}) under {_quoted(n)} < P({about}) under {_quoted(base)}" for n in names]
    both = [designs[base], *(designs[n] for n in names)]
    try:
        judged = robustness_of(claims, crisis, both, box, draws=draws, **options)
    except NotApplicable:
        # An institution means nothing at some point of the box, or nothing was found under one.
        if len(names) == 1:
            return {}
        part = {k: v / len(names) if k == "budget" else v for k, v in options.items()}
        alone = [_lowers(about, crisis, box, designs, base, [n], draws, **part) for n in names]
        return {n: judged for own in alone for n, judged in own.items()}
    return dict(zip(names, judged, strict=True))


def _quoted(name: str) -> str:
    return f'"{name}"' if "'" in name else f"'{name}'"


def _between(counts: Collection[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def _counted(draws: int) -> str:
    return f"{draws} draw{'s' * (draws != 1)}"


def _way(share: float) -> str:
    """Return a share of a way; a dash where there is none."""
    return "–" if share != share else points(share).lstrip("+") + "\N{NO-BREAK SPACE}%"


def _share(share: tuple[float, float, float]) -> str:
    p, low, high = (100 * x for x in share)
    return f"{p:.0f} % ({low:.0f}–{high:.0f})".replace(" %", "\N{NO-BREAK SPACE}%")


def _raised(lowers: Robustness) -> tuple[float, float, float]:
    """Return the share of draws at which the opposite holds in all equilibria."""
    return lowers.interval(lowers.dataset["high"].values < -SAME)


def _sentence(name: str, judged: Robustness, about: str) -> Html:
    """Return a claim about an institution with its share; never without."""
    n = judged.dataset.sizes["draw"]
    said = [
        f"at {_share(judged.share('all'))} of {n} draws it lowers the probability of {about} in "
        "all equilibria"
    ]
    if judged.share("some")[0] > SAME:
        said.append(f"at {_share(judged.share('some'))} in some, not in all")
    if (raised := _raised(judged))[0] > SAME:
        said.append(f"at {_share(raised)} it raises it in all")
    end = ""
    worst = judged.counterexample
    if worst is not None and n >= FEW:
        telling = judged.telling()[:TELLING]
        where = ", ".join(f"{named(k)} {worst[k]:.3g}" for k in telling)
        end = f" It varies most with what follows, here at the draw where it fails most: {where}."
    if judged.unknown:
        end += (
            f" At {_counted(judged.unknown)} no equilibrium was found: shares are of the others, "
            "intervals hold whatever is the case there."
        )
    open_ = int((~judged.dataset["complete"]).sum()) - judged.unknown
    if open_:
        end += f" At {_counted(open_)} there may be further equilibria."
    return joined(element("strong", f"{name[:1].upper()}{name[1:]}"), f": {'; '.join(said)}.{end}")
