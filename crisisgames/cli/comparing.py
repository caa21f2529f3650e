"""``crisisgames compare``: what institutions do to the chance of war."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crisisgames.analysis.wording import causes_of, headline
from crisisgames.cli.app import (
    EXIT_CODES,
    app,
    check_drawable,
    console,
    errors_in_one_sentence,
    is_file,
    limit,
    pairs,
    print_json,
    print_next,
    print_table,
    save,
)
from crisisgames.errors import GameError, suggest

if TYPE_CHECKING:
    import xarray as xr
    from rich.table import Table

    from crisisgames.analysis import Comparison
    from crisisgames.crises import Crisis
    from crisisgames.mechanisms import Mechanism
    from crisisgames.plots.scale import Scale
    from crisisgames.scenarios import Fact, Scenario

__all__ = ["changed", "compare", "concept_of", "designs_of", "scenario_of"]

COMPARED = (
    *("sequential", "nash", "subgame-perfect", "pure-nash", "qre"),
    *("correlated", "coarse-correlated", "communication", "markov-perfect"),
)
"""Concepts that fit the game of some crisis."""

COMPARE_HELP = """Compare what institutions do to the chance of war.

Each institution changes the crisis of the scenario, and the changed crisis is solved for all its
equilibria. A scenario of your own is a TOML file: see docs/files.md.

\b
Examples:
  crisisgames compare south-china-sea --facts
  crisisgames compare south-china-sea --mechanism hotline --mechanism envoys
  crisisgames compare south-china-sea --set clarity=0.3 --rule "least war"
  crisisgames compare my-scenario.toml --plot comparison.png --json
"""


@app.command(help=COMPARE_HELP, epilog=EXIT_CODES)
def compare(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="One of `crisisgames list scenarios`, or a file FILE.toml."
        ),
    ],
    mechanism: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Compare what is in force with this mechanism added, at its default settings, or "
            "with this proposal of the scenario; may be repeated. By default, all proposals.",
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PARAMETER=VALUE",
            help="Change a parameter of the crisis; may be repeated.",
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            metavar="RULE",
            help="What selects one equilibrium: qre, 'least war', 'most war' or welfare. By "
            "default what the scenario says, or what its crisis is usually selected by.",
        ),
    ] = None,
    concept: Annotated[
        str | None,
        typer.Option(
            metavar="CONCEPT",
            help="Equilibrium concept: sequential, nash, subgame-perfect, pure-nash or qre; "
            "markov-perfect where play goes on. By default what the scenario says, or what its "
            "crisis is usually solved for.",
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Stop the search after this long for each mechanism, and say what was found.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the comparison: .png, .pdf, .svg and others."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Add the comparison in plain sentences.")
    ] = False,
    facts: Annotated[
        bool, typer.Option("--facts", help="Add the facts of the scenario, with their sources.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a comparison as a table or as JSON, and draw it on request."""
    with errors_in_one_sentence():
        from crisisgames.equilibria.selection import RULES

        case = scenario_of(scenario)
        crisis = changed(case.crisis, case.slug, setting or ())
        designs = designs_of(case, mechanism or ())
        rule = case.rule if rule is None else rule
        if rule is not None and rule not in RULES:
            raise suggest("selection rule", rule, RULES)
        if plot is not None:
            check_drawable(plot)

        from crisisgames.analysis import compare as compare_mechanisms

        found = compare_mechanisms(
            crisis,
            designs,
            concept_of(concept, case),
            rule=rule,
            progress=sys.stderr.isatty(),
            **limit(time_limit),
        )
        if plot is not None:
            _draw(found, case, plot)
        if as_json:
            about: dict[str, Any] = {"scenario": case.slug, "title": case.title}
            if facts:
                about["facts"] = [{"text": f.text, "source": f.source} for f in _facts(case)]
            said = {"explanation": found.explain()} if explain else {}
            print_json({**about, **found.to_dict(), **said})
            return
        _print_comparison(found, case, setting or (), explain=explain)
        if facts:
            _print_facts(case)
        unused = {
            "--explain": explain,
            "--facts": facts,
            "--plot FILE": plot,
            "--set PARAMETER=VALUE": setting,
            "--mechanism NAME": mechanism,
        }
        print_next(f"compare {scenario}", unused, "; crisisgames list")


# --- what is compared ---


def changed(crisis: Crisis, name: str, settings: Iterable[str]) -> Crisis:
    """Return the crisis of a scenario with the parameters given on the command line."""
    changes: dict[str, Any] = {}
    for parameter, text in pairs(settings):
        known = {f.name for f in fields(crisis) if not isinstance(getattr(crisis, f.name), tuple)}  # type: ignore[arg-type]
        if parameter not in known:
            raise suggest(f"parameter of {name}", parameter, known)
        changes[parameter] = _value(parameter, text, getattr(crisis, parameter))
    return crisis.replace(**changes)


SWITCHES = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def _value(parameter: str, text: str, now: Any) -> Any:
    """Return the value that a text means for a parameter, whose value now shows what it takes."""
    if isinstance(now, bool):
        if text.lower() not in SWITCHES:
            raise GameError(f"--set {parameter}: {text!r} is neither yes nor no")
        return SWITCHES[text.lower()]
    try:
        return int(text) if isinstance(now, int) else float(text)
    except ValueError:
        kind = "whole number" if isinstance(now, int) else "number"
        raise GameError(f"--set {parameter}: {text!r} is not a {kind}") from None


def designs_of(case: Scenario, names: Iterable[str]) -> tuple[Mechanism, ...]:
    """Return what to compare: the scenario's designs, or what is in force and with each named."""
    return case.designs(*names)


def scenario_of(name: str, command: str = "compare") -> Scenario:
    """Return the scenario of that name, or the one in that file; errors name the command."""
    from crisisgames.files import read_toml
    from crisisgames.scenarios import Scenario, get_scenario

    if not is_file(name):
        return get_scenario(name)
    found = read_toml(name)
    if not isinstance(found, Scenario):
        raise GameError(
            f"{name}: it holds a game, and {command} takes a scenario; crisisgames solve {name} "
            "finds its equilibria"
        )
    return found


def concept_of(given: str | None, case: Scenario) -> str | None:
    """Return the concept to solve for: the one given, or the case's, if it has one."""
    from crisisgames.equilibria import CONCEPTS

    if given is None:
        return case.concept
    if given not in CONCEPTS:
        raise suggest("concept", given, COMPARED)
    return given


# --- what is shown ---


def _print_comparison(
    found: Comparison, case: Scenario, settings: Sequence[str], *, explain: bool
) -> None:
    out = console()
    data = found.dataset
    out.print(f"{case.title} ({case.period})" if case.period else case.title, style="bold")
    out.print(" ".join(f"{player}: {role}." for player, role in case.cast.items()))
    if settings:
        out.print(f"With {', '.join(settings)}.")
    out.print()
    unit = _scale(data).unit
    by = ", by cause" if causes_of(data, headline(data)) else ""
    out.print(f"Probability of {headline(data)} ({unit}): over all equilibria, in one selected{by}")
    print_table(_table(data))
    out.print("Interval: lowest to highest over all equilibria; selected: one of them, by rule.")
    out.print("Direct: change with strategies as they were; strategic: the rest of the change.")
    out.print(f"Selection rule: {data.attrs['selection']}.")
    if unsure := {dyad: p for dyad, p in case.used.items() if p < 1}:
        each = ", ".join(f"{dyad} {p:g}".strip() for dyad, p in unsure.items())
        out.print(f"Awareness: what exists is used with probability {each}.")
    if not bool(data.complete.all()):
        out.print("Found: over the equilibria that were found, and there may be others.")
    for note, names in _by_note(found.notes).items():
        about = "" if len(names) == len(data.mechanism) else f" ({', '.join(names)})"
        out.print(f"Note{about}: {note}")
    out.print("The values of parameters are illustrations, not estimates.")
    if explain:
        out.print()
        out.print(found.explain())


def _facts(case: Scenario) -> tuple[Fact, ...]:
    """Return what the sources say of the case and of the relation between the two sides."""
    return (*case.facts, *case.told)


def _print_facts(case: Scenario) -> None:
    from crisisgames.mechanisms.sources import texts_cited

    out = console()
    out.print()
    out.print("Facts, with their sources", style="bold")
    for fact in _facts(case):
        out.print(f"- {fact.text} [{fact.source}]")
    for letter, text in texts_cited(fact.source for fact in _facts(case)).items():
        out.print(f"{letter}: {text}.")


def _by_note(notes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return each note with the names that it is about."""
    found: dict[str, list[str]] = {}
    for name, said in notes.items():
        for note in said:
            found.setdefault(note, []).append(name)
    return found


HEADINGS = {
    "deliberate": "delib-\nerate",
    "inadvertent": "inad-\nvertent",
    "misperception": "misper-\nception",
    "direct": "direct",
    "strategic": "stra-\ntegic",
}
"""Headings of the columns of numbers, short enough for all of them to fit into 80 columns."""


def _columns(data: xr.Dataset) -> list[str]:
    """Return what stands beside the interval: outcomes, and the parts of the effect."""
    about = headline(data)
    return [about, *causes_of(data, about), "direct", "strategic"]


def _scale(data: xr.Dataset) -> Scale:
    from crisisgames.plots.scale import scale_for

    return scale_for(float(data.high.sel(outcome=headline(data)).fillna(0).max()))


def _table(data: xr.Dataset) -> Table:
    """Return the comparison as a table: numbers are never cut, names wrap."""
    from rich import box
    from rich.table import Table

    scale = _scale(data)
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=0,
    )
    table.add_column("mechanism", min_width=len("mechanism"))
    about = headline(data)
    headings = [HEADINGS.get(c, c) for c in (o.rpartition(":")[2] for o in _columns(data)[1:])]
    for heading in ("interval", "selected", *headings):
        table.add_column(heading, no_wrap=True, justify="right", vertical="top")
    for name in data.mechanism.values:
        row = data.sel(mechanism=name)
        # What all rows but the first share need not be said on each.
        label = str(name).removeprefix(f"{data.attrs['baseline']} ")
        table.add_row(label, _interval(row.sel(outcome=about), scale), *_numbers(row, scale))
    return table


def _interval(war: xr.Dataset, scale: Scale) -> str:
    if isnan(float(war.low)):
        return "none\nfound"
    low, high = scale.in_column(float(war.low)), scale.in_column(float(war.high))
    interval = low if low == high else f"{low}–{high}"
    return interval if bool(war.complete) else f"{interval}\nfound"


def _numbers(row: xr.Dataset, scale: Scale) -> Iterator[str]:
    """Yield the selected probability of the outcome, its causes, and the parts of the effect."""
    for column in _columns(row):
        if column in ("direct", "strategic"):
            yield scale.in_column(float(row[column].sel(outcome=headline(row))), signed=True)
        else:
            yield scale.in_column(float(row.selected.sel(outcome=column)))


def _draw(found: Comparison, case: Scenario, path: Path) -> None:
    """Draw the comparison into a file, without a window."""
    from matplotlib.figure import Figure

    from crisisgames.plots import figure_size, plot_comparison

    data = found.dataset.assign_attrs(crisis=case.title)
    figure = Figure(figsize=figure_size(data), layout="constrained")
    plot_comparison(data, ax=figure.add_subplot())
    save(figure, path)
