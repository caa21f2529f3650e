"""``crisisgames frontier``, ``why`` and ``robustness``: how good, why, and where it holds."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crisisgames.cli.app import (
    EXIT_CODES,
    app,
    check_drawable,
    console,
    errors_in_one_sentence,
    limit,
    print_json,
    print_table,
    save,
)
from crisisgames.cli.comparing import changed, designs_of, scenario_of

if TYPE_CHECKING:
    import pandas as pd

    from crisisgames.mechanisms import Mechanism
    from crisisgames.scenarios import Scenario

__all__ = ["frontier", "robustness", "why"]

SCENARIO = typer.Argument(
    metavar="SCENARIO", help="One of `crisisgames list scenarios`, or a file FILE.toml."
)
SETTING = typer.Option(
    "--set",
    metavar="PARAMETER=VALUE",
    help="Change a parameter of the crisis; may be repeated.",
)
PLOT = typer.Option(metavar="FILE", help="Draw it: .png, .pdf, .svg and others.")
JSON = typer.Option("--json", help="Print one JSON object.")

FRONTIER_HELP = """How good could any institution be?

The least war that talk, a monitor or a mediator, and the best institution of all could reach in the
crisis of a scenario, at its own hazards, costs and rates; and how much of the way the institutions
of the scenario go. For incidents and bargaining.

\b
Examples:
  crisisgames frontier south-china-sea
  crisisgames frontier south-china-sea --accuracy 0.8 --json
"""


@app.command(help=FRONTIER_HELP, epilog=EXIT_CODES)
def frontier(
    scenario: Annotated[str, SCENARIO],
    accuracy: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Of the monitor, from 0 to 1.")
    ] = None,
    efficient: Annotated[
        bool,
        typer.Option("--efficiency", help="Add how much of the way each institution goes: slower."),
    ] = False,
    setting: Annotated[list[str] | None, SETTING] = None,
    plot: Annotated[Path | None, PLOT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the frontier as a table or as JSON."""
    with errors_in_one_sentence():
        from crisisgames.analysis import compare
        from crisisgames.analysis import frontier as find

        case = scenario_of(scenario)
        crisis = changed(case.crisis, case.slug, setting or ())
        if plot is not None:
            check_drawable(plot)
        found = find(crisis, accuracy=accuracy)
        table = None
        if efficient:
            shown = compare(crisis, case.designs(), progress=sys.stderr.isatty())
            table = shown.efficiency
        if plot is not None:
            save(found.plot().get_figure(root=True), plot)  # type: ignore[arg-type]
        if as_json:
            about: dict[str, Any] = {"scenario": case.slug, **found.to_dict()}
            if table is not None:
                about["efficiency"] = {
                    str(name): {
                        " ".join(column): _number(table.loc[name, column])
                        for column in table.columns
                    }
                    for name in table.index
                }
            print_json(about)
            return
        out = console()
        out.print(f"{case.title}: how good could any institution be?", style="bold")
        out.print(_solved("With nothing in force.", setting))
        _print(found.table())
        if table is not None:
            out.print("\nHow much of the way from its primitives to the frontier each goes:")
            _print(table.xs("efficiency", axis=1))  # type: ignore[arg-type]
        out.print(f"\n{found.explain()}")


WHY_HELP = """Why does war happen?

The sources of war in the crisis of a scenario (suspicion, noise, hazard, audience cost ...) are
switched off one by one and together, and the crisis is solved each time, over all equilibria. The
share of each source is its Shapley value. Without --source those are left out for whose shares not
all crises can be solved in time; which, and why, is said.

\b
Examples:
  crisisgames why south-china-sea
  crisisgames why taiwan-strait --source noise --source hazard --plot why.png
"""


@app.command(help=WHY_HELP, epilog=EXIT_CODES)
def why(
    scenario: Annotated[str, SCENARIO],
    source: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A source of war; may be repeated. By default all that can be solved in time.",
        ),
    ] = None,
    in_force: Annotated[
        bool,
        typer.Option("--in-force", help="With the mechanisms in force: slower. By default none."),
    ] = False,
    setting: Annotated[list[str] | None, SETTING] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Stop each search after this long, and say so."),
    ] = 20,
    budget: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Without --source, look at no further one after this long."
        ),
    ] = 90,
    plot: Annotated[Path | None, PLOT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print the causes as a table or as JSON."""
    with errors_in_one_sentence():
        from crisisgames.analysis import causes

        case = scenario_of(scenario)
        crisis = changed(case.crisis, case.slug, setting or ())
        if in_force:
            crisis = case.designs()[0](crisis)
        if plot is not None:
            check_drawable(plot)
        options: dict[str, Any] = {"progress": sys.stderr.isatty(), **limit(time_limit)}
        found = causes(crisis, source, budget=budget, **options)
        if plot is not None:
            save(found.plot().get_figure(root=True), plot)  # type: ignore[arg-type]
        if as_json:
            print_json({"scenario": case.slug, **found.to_dict()})
            return
        console().print(f"{case.title}: sources of {found.about}", style="bold")
        now = "With what is in force" if in_force else "With nothing in force"
        more = "." if in_force else " (--in-force adds what is)."
        console().print(_solved(now + more, setting))
        _print(found.table())
        console().print(f"\n{found.explain()}")


ROBUSTNESS_HELP = """On what share of plausible worlds does a claim hold?

Draws the parameters of a scenario from its box and judges the claim at each draw over all
equilibria. A claim compares quantities such as P(war), P(war:deliberate), payoff(A) or welfare,
each `under` a design of the scenario or a mechanism by its name.

\b
Examples:
  crisisgames robustness south-china-sea "P(war) under hotline < P(war) under none" --draws 200
  crisisgames robustness cyber-and-space "P(war) under as it is < P(war) under nothing in force"
"""


@app.command(help=ROBUSTNESS_HELP, epilog=EXIT_CODES)
def robustness(
    scenario: Annotated[str, SCENARIO],
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="The claim, in quotes.")],
    draws: Annotated[int, typer.Option(metavar="N", help="How many draws.")] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the draws.")] = 0,
    plot: Annotated[Path | None, PLOT] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Print on what share of the box a claim holds."""
    with errors_in_one_sentence():
        from crisisgames.analysis import Claim
        from crisisgames.analysis import robustness as judge

        case = scenario_of(scenario)
        named = _named(case)
        stated = Claim.parse(claim, ["none", *(n for n in named if n != "none")])
        if plot is not None:
            check_drawable(plot)
        found = judge(
            stated,
            case.crisis,
            [_Named(name, named[name]) for name in stated.mechanisms],
            case.box,
            draws=draws,
            seed=seed,
            progress=sys.stderr.isatty(),
        )
        if plot is not None:
            save(found.plot().get_figure(root=True), plot)  # type: ignore[arg-type]
        if as_json:
            print_json({"scenario": case.slug, **found.to_dict()})
            return
        console().print(f"{case.title}\n", style="bold")
        console().print(found.explain())


class _Named:
    """A mechanism under the name that a claim uses."""

    def __init__(self, name: str, mechanism: Mechanism) -> None:
        self.label, self.mechanism = name, mechanism

    def __call__(self, crisis: Any) -> Any:
        return self.mechanism(crisis)


def _named(case: Scenario) -> Mapping[str, Mechanism]:
    """Return what a claim about a scenario may name: its designs, and mechanisms by themselves."""
    from crisisgames.mechanisms import default_mechanisms

    own = {design.name: design for design in (*designs_of(case, ()), *case.designs())}
    proposed: dict[str, Mechanism] = {p.name: p for p in case.proposed}
    return {**default_mechanisms(), **proposed, **own}


def _solved(institutions: str, setting: Sequence[str] | None) -> str:
    """Say which crisis was solved."""
    own = f" With {', '.join(setting)}." if setting else ""
    return f"{institutions}{own}\n"


def _print(table: pd.DataFrame) -> None:
    from rich.table import Table

    shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", show_edge=False)
    shown.add_column(str(table.index.name or ""))
    for column in table.columns:
        shown.add_column(str(column), justify="left" if table[column].dtype == object else "right")
    for name, row in table.iterrows():
        shown.add_row(str(name), *(_text(v) for v in row))
    print_table(shown)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "–" if value != value else f"{float(value):.4g}"


def _number(value: Any) -> float | None:
    number = float(value)
    return number if number == number else None
