"""``crisisgames frontier``, ``why`` and ``robustness``: how good, why, and where it holds."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    save_axes,
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
            save_axes(found.plot(), plot)
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
            save_axes(found.plot(), plot)
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
each `under` a design of the scenario, as `crisisgames compare` prints it: `as it is`, or with a
mechanism added, `as it is + NAME` or `+ NAME` in short. NAME without the plus is that mechanism
alone, and `none` no mechanism at all.

\b
Examples:
  crisisgames robustness south-china-sea \\
    "P(war) under as it is + theatre hotline < P(war) under as it is" --draws 60
  crisisgames robustness ep3-2001 "P(war) under + rules of behaviour <= P(war) under as it is"
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
        named, others = _named(case)
        stated = Claim.parse(claim, [name for name in named if name not in others], others)
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
        found = replace(
            found, designs=_told(case, {name: named[name] for name in stated.mechanisms})
        )
        if plot is not None:
            save_axes(found.plot(), plot)
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


def _named(case: Scenario) -> tuple[Mapping[str, Mechanism], Mapping[str, tuple[str, ...]]]:
    """Return what a claim about a scenario may name, and other names for it.

    Mechanisms by themselves, ``none`` first; each added to what is in force; and the designs of the
    scenario. What is added may be written as `compare` prints it, without what it is added to.
    """
    from crisisgames.analysis.comparing import also_called
    from crisisgames.mechanisms import default_mechanisms

    designs = {design.name: design for design in case.designs()}
    now = case.designs()[0].name
    usual = default_mechanisms()
    single: dict[str, Mechanism] = {**usual, **{p.name: p for p in case.proposed}}
    added = {f"{now} + {n}": designs_of(case, [n])[-1] for n, m in single.items() if m.parts}
    # Labels tell settings, which a proposal of the same name may have otherwise.
    same = {n: m for n, m in usual.items() if single[n].parts == m.parts}
    spoken = {o: meant for o, meant in also_called(same).items() if o not in single}
    others = {
        f"{start}+ {other}": (f"{now} + {meant[0]}",)
        for other, meant in {**{n: (n,) for n in single}, **spoken}.items()
        for start in ("", f"{now} ")
        if f"{now} + {meant[0]}" in added
    }
    named = {**single, **added, **designs}
    return named, {o: m for o, m in {**spoken, **others}.items() if o not in designs}


def _told(case: Scenario, named: Mapping[str, Mechanism]) -> dict[str, str]:
    """Return what each design that a claim names is, in a few words; what is in force first."""
    now, *others = case.designs()
    names = {design.name for design in others}
    told = {}
    for name, mechanism in named.items():
        if name == now.name:
            continue
        if not mechanism.parts:
            told[name] = "no mechanism, not even what is in force"
        elif name in names or name.startswith(f"{now.name} + "):
            more = [p for p in mechanism.parts if p not in now.parts]
            told[name] = f"{now.name}, with {_labels(more) or 'nothing that it lacks'} added"
        else:
            own = _labels(mechanism.parts)
            told[name] = (
                f"{'' if own == name else f'{own}, '}alone and always used, without what is in "
                f"force; '{now.name} + {name}' adds it to that"
            )
    plain = all(text.startswith("no mechanism") for text in told.values())
    return told if plain and now.name not in named else {now.name: _in_force(case), **told}


def _in_force(case: Scenario) -> str:
    """Return what is in force in a scenario, and how surely it is used."""
    own = [p for mechanism in case.in_force for p in mechanism.parts]
    used = _labels(p for p in case.designs()[0].parts if p not in own)
    held = f"what is in force, {_labels(own)}" if own else "no mechanism is in force yet"
    return f"{held}; {'' if own else 'one added is '}used with {used}" if used else held


def _labels(parts: Iterable[Mechanism]) -> str:
    return " + ".join(dict.fromkeys(p.label for p in parts))


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
