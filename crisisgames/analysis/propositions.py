"""Whether what is said of crises holds: a statement about equilibria, asked over a box.

A `Proposition` is a sentence from a text with the games in which it can be true or false. Each
`Trial` takes one game: it says which crises are compared at a point of a box of parameters, and
asks one or several questions of all their equilibria. Every answer is a `Robustness`: on what share
of the box the statement holds in all, some or no equilibria, and where it fails most.

Nobody needs a model to learn that war is rarer where its hazard is lower. So a trial either has no
such term in it, or its question is net of the direct effect: what would change if everybody behaved
as before. Each proposition says what is mechanical in it, how that is taken out, and what would
have made it true for no reason.

The propositions of the library are in `crisisgames.analysis.eight_claims`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.claims import Claim
from crisisgames.analysis.uncertainty import (
    ALL,
    NONE,
    SOME,
    Robustness,
    draw_box,
    judge,
    labelled_draws,
    margins_judged,
)
from crisisgames.crises import Crisis
from crisisgames.crises.parts import quantities_of
from crisisgames.errors import suggest

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "Examined",
    "ExaminedAll",
    "Proposition",
    "Question",
    "Trial",
    "examine_all",
    "examine_proposition",
]

Point = Mapping[str, float]
"""A value for each parameter of a box."""

Margins = tuple[Mapping[str, Sequence[float]], bool]
"""For each question the margin in each equilibrium found, and whether these are all of them."""


@dataclass(frozen=True)
class Question:
    """What is asked of the equilibria at each point.

    Attributes
    ----------
    name : str
        In a few words, for tables.
    text : str
        The formal statement: a `Claim`, or where the trial has margins of its own, what they are
        of. It holds in an equilibrium where the margin is above 0.
    """

    name: str
    text: str


@dataclass(frozen=True)
class Trial:
    """One game in which a proposition is tried.

    Attributes
    ----------
    name : str
        Of the game.
    questions : tuple of Question
    crises : callable
        From a point to the crises that are compared there, by name, the baseline first.
    box : mapping
        For each parameter the lowest and highest value: illustrations.
    meanings : mapping
        What parameters are that the crises do not have.
    margins : callable, optional
        From the crises at a point to margins, for questions that are not claims about one
        equilibrium of each crisis.
    options : mapping
        For the solver.
    """

    name: str
    questions: tuple[Question, ...]
    crises: Callable[[Point], Mapping[str, Crisis]]
    box: Mapping[str, tuple[float, float]]
    meanings: Mapping[str, str] = field(default_factory=dict)
    margins: Callable[[Mapping[str, Crisis]], Margins] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    def run(self, points: int, seed: int, progress: bool = False) -> dict[str, Robustness]:
        """Return how each question fares, by its name."""
        drawn = draw_box(self.box, points, seed)
        rows = [{n: v[k].item() for n, v in drawn.items()} for k in range(points)]
        there = [self.crises(row) for row in rows]
        first = there[0]
        known = quantities_of(next(iter(first.values())))
        own = {n: known[n].metadata["meaning"] for n in drawn if n in known}
        meanings = {**own, **self.meanings}
        crisis = next(iter(first.values()))
        if self.margins is None:
            by_name = {name: [crises[name] for crises in there] for name in first}
            claims = [Claim.parse(q.text, by_name) for q in self.questions]
            judged = judge(claims, by_name, progress=progress, **self.options)
            stated: Sequence[Any] = claims
        else:
            found = [self.margins(crises) for crises in _shown(there, progress)]
            whole = [complete for _, complete in found]
            stated = self.questions
            judged = [margins_judged([m[q.name] for m, _ in found], whole) for q in self.questions]
        return {
            q.name: Robustness(s, labelled_draws(s, drawn, j, meanings, crisis, seed), crisis)
            for q, s, j in zip(self.questions, stated, judged, strict=True)
        }


def _shown(there: Sequence[Mapping[str, Crisis]], progress: bool) -> Any:
    if not progress:
        return there
    from tqdm.auto import tqdm

    return tqdm(there, desc="points", unit="point")


@dataclass(frozen=True)
class Proposition:
    """A sentence from a text, and the games in which it is tried.

    Attributes
    ----------
    number : int
    statement : str
        In our words.
    source : str
        The text (see `crisisgames.mechanisms.SOURCES`) and the place in it.
    game : str
        Which game, and why it is the right one.
    mechanical : str
        What in it is true by arithmetic, and how that is taken out.
    trivial : str
        What would make the statement true, or false, for no reason, and why it is not here.
    trials : tuple of Trial
        The first question of the first trial is the one that the table of all shows.
    """

    number: int
    statement: str
    source: str
    game: str
    mechanical: str
    trivial: str
    trials: tuple[Trial, ...]

    def examine(self, points: int = 200, seed: int = 0, *, progress: bool = False) -> Examined:
        """Return how the proposition fares on points drawn from the boxes of its trials."""
        found = {
            (trial.name, name): result
            for trial in self.trials
            for name, result in trial.run(points, seed, progress).items()
        }
        return Examined(self, found)


@dataclass(frozen=True, eq=False)
class Examined:
    """How a proposition fares.

    Attributes
    ----------
    proposition : Proposition
    results : mapping
        For each trial and question, by their names, the `Robustness`.
    """

    proposition: Proposition
    results: Mapping[tuple[str, str], Robustness]

    @property
    def main(self) -> Robustness:
        """The answer to the first question."""
        return next(iter(self.results.values()))

    def table(self) -> pd.DataFrame:
        """Return for each question the shares of the box, with the intervals of ``all``."""
        import pandas as pd

        rows = {key: _shares(result) for key, result in self.results.items()}
        frame = pd.DataFrame.from_dict(rows, orient="index")
        frame.index = pd.MultiIndex.from_tuples(list(rows), names=["game", "question"])
        return frame

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw where the first question holds, over the two parameters that tell most."""
        return self.main.plot(ax=ax)

    def summary(self) -> str:
        """Return the proposition, and in a sentence for each question how it fares."""
        p = self.proposition
        told = [f"{p.number}. {p.statement} ({p.source})"]
        for (trial, name), result in self.results.items():
            shares = [f"in {words} at {result.share(v)[0]:.0%}" for v, words in SHORT.items()]
            told.append(f"   {trial}: {name}: {', '.join(shares)}.")
        return "\n".join(told)

    def explain(self) -> str:
        """Return the proposition, what it was tried in, and how it fares, in sentences."""
        p = self.proposition
        told = [f"{p.number}. {p.statement} ({p.source})", p.game, p.mechanical, p.trivial]
        for (trial, name), result in self.results.items():
            told.append(f"\n{trial}: {name}.\n{result.explain()}")
        return "\n".join(told)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as what JSON can hold."""
        p = self.proposition
        about = {
            "number": p.number,
            "statement": p.statement,
            "source": p.source,
            "game": p.game,
            "mechanical": p.mechanical,
            "trivial": p.trivial,
        }
        return {
            **about,
            "trials": [
                {"trial": trial, "question": name, **result.to_dict()}
                for (trial, name), result in self.results.items()
            ],
        }

    def _repr_html_(self) -> str:
        p = self.proposition
        html: str = self.table().to_html(float_format="{:.3f}".format)
        return f"<p>{p.number}. {escape(p.statement)} ({escape(p.source)})</p>{html}"


@dataclass(frozen=True, eq=False)
class ExaminedAll:
    """How several propositions fare; a sequence."""

    found: tuple[Examined, ...]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Examined]:
        return iter(self.found)

    def __getitem__(self, k: int) -> Examined:
        return self.found[k]

    def table(self) -> pd.DataFrame:
        """Return a row for each proposition: the shares of its first question."""
        import pandas as pd

        rows = {e.proposition.number: self._row(e) for e in self.found}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("claim")

    @staticmethod
    def _row(e: Examined) -> dict[str, Any]:
        trial, name = next(iter(e.results))
        return {
            "statement": e.proposition.statement,
            "question": f"{trial}: {name}",
            **_shares(e.main),
        }

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the shares of every question; return the axes."""
        from crisisgames.plots.verdicts import plot_shares

        rows = {
            f"{e.proposition.number}. {trial}: {name}": [result.share(v)[0] for v in SHORT]
            for e in self.found
            for (trial, name), result in e.results.items()
        }
        sizes = {r.dataset.sizes["draw"] for e in self.found for r in e.results.values()}
        return plot_shares(rows, max(sizes), ax)

    def explain(self) -> str:
        """Return for each proposition how every question fares, in sentences."""
        return "\n\n".join(e.summary() for e in self.found)

    def to_dict(self) -> dict[str, Any]:
        """Return the results as what JSON can hold."""
        return {"claims": [e.to_dict() for e in self.found]}

    def _repr_html_(self) -> str:
        html: str = self.table().to_html(float_format="{:.3f}".format)
        return html


SHORT = {ALL: "all equilibria", SOME: "some", NONE: "none"}


def _shares(result: Robustness) -> dict[str, float]:
    all_, low, high = result.share(ALL)
    return {
        "in all": all_,
        "low": low,
        "high": high,
        "in some": result.share(SOME)[0],
        "in none": result.share(NONE)[0],
        "all found": float(np.mean(result.dataset["complete"].values)),
    }


def examine_proposition(
    number: int, points: int = 200, seed: int = 0, *, progress: bool = False
) -> Examined:
    """Return how one of the eight claims fares.

    Parameters
    ----------
    number : int
        From 1 to 8, as in `PROPOSITIONS`.
    points : int
        How many are drawn from the box of each trial.
    seed : int
    progress : bool

    Examples
    --------
    >>> from crisisgames.analysis import examine_proposition
    >>> found = examine_proposition(7, points=20)
    >>> found.proposition.source.split(",")[0]
    'E'
    >>> len(found.table())
    2
    """
    from crisisgames.analysis.eight_claims import PROPOSITIONS

    if number not in PROPOSITIONS:
        raise suggest("claim", str(number), map(str, PROPOSITIONS))
    return PROPOSITIONS[number].examine(points, seed, progress=progress)


def examine_all(points: int = 200, seed: int = 0, *, progress: bool = False) -> ExaminedAll:
    """Return how all eight claims fare; some minutes with 200 points."""
    from crisisgames.analysis.eight_claims import PROPOSITIONS

    found = (p.examine(points, seed, progress=progress) for p in PROPOSITIONS.values())
    return ExaminedAll(tuple(found))
