"""The command line: ``crisisgames list`` and ``crisisgames compare SCENARIO``.

Results go to standard output; errors, notes and the progress bar to standard error. Exit codes: 0
fine, 2 bad input, said in one sentence, 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# What takes long to import is imported where it is needed, so that help and lists come at once.
from crisisgames.errors import CrisisGamesError, GameError, suggest

if TYPE_CHECKING:
    import xarray as xr
    from rich.console import Console
    from rich.table import Table

    from crisisgames.analysis import Comparison
    from crisisgames.crises import Crisis
    from crisisgames.mechanisms import Mechanism
    from crisisgames.plots.scale import Scale
    from crisisgames.scenarios import Scenario

__all__ = ["app"]

BAD_INPUT, INTERRUPTED = 2, 130

EXIT_CODES = "Exit codes: 0 fine; 2 bad input, with the reason on standard error; 130 interrupted."

HELP = """Game-theoretic analysis of international crises: what institutions do to the chance of
war, over all equilibria.

\b
Examples:
  crisisgames list scenarios
  crisisgames compare south-china-sea
  crisisgames compare south-china-sea --set clarity=0.3 --json
"""

LIST_HELP = """List scenarios, mechanisms, crises and principles.

\b
Examples:
  crisisgames list
  crisisgames list mechanisms
  crisisgames list scenarios --json
"""

COMPARE_HELP = """Compare what institutions do to the chance of war.

Each institution changes the crisis of the scenario, and the changed crisis is solved for all its
equilibria.

\b
Examples:
  crisisgames compare south-china-sea
  crisisgames compare south-china-sea --mechanism hotline --mechanism envoys
  crisisgames compare south-china-sea --set clarity=0.3 --rule "least war"
  crisisgames compare south-china-sea --plot comparison.png --json
"""

app = typer.Typer(
    name="crisisgames",
    help=HELP,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("crisisgames")
    except PackageNotFoundError:
        number = "(version unknown: run from a checkout that is not installed)"
    typer.echo(f"crisisgames {number}")
    raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Prepare the streams; the commands do the rest."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows a question mark instead of stopping us.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@app.command("list", help=LIST_HELP, epilog=EXIT_CODES)
def list_names(
    group: Annotated[
        str,
        typer.Argument(
            metavar="GROUP",
            help="scenarios, mechanisms, crises or principles; all by default.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the names that there are, each with one line about it."""
    with _errors_in_one_sentence():
        if group and group not in GROUPS:
            raise suggest("group", group, GROUPS)
        found = {name: GROUPS[name]() for name in ([group] if group else GROUPS)}
        if as_json:
            _print_json(
                {
                    name: [{"name": n, "description": d} for n, d in entries.items()]
                    for name, entries in found.items()
                }
            )
        else:
            _print_lists(found)


@app.command(help=COMPARE_HELP, epilog=EXIT_CODES)
def compare(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="One of `crisisgames list scenarios`.")
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
        str,
        typer.Option(
            metavar="RULE",
            help="What selects one equilibrium: qre, 'least war', 'most war' or welfare.",
        ),
    ] = "qre",
    concept: Annotated[
        str,
        typer.Option(
            metavar="CONCEPT",
            help="Equilibrium concept: sequential, nash, subgame-perfect, pure-nash or qre.",
        ),
    ] = "sequential",
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
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print a comparison as a table or as JSON, and draw it on request."""
    with _errors_in_one_sentence():
        from crisisgames.equilibria.selection import RULES
        from crisisgames.scenarios import get_scenario

        case = get_scenario(scenario)
        crisis = _changed(case.crisis, case.slug, setting or ())
        designs = _designs(case, mechanism or ())
        if rule not in RULES:
            raise suggest("selection rule", rule, RULES)
        options = {} if time_limit is None else {"time_limit": _positive(time_limit)}
        if plot is not None:
            _check_drawable(plot)

        from crisisgames.analysis import compare as compare_mechanisms

        progress = sys.stderr.isatty()
        found = compare_mechanisms(
            crisis, designs, concept, rule=rule, progress=progress, **options
        )
        if plot is not None:
            _draw(found, case, plot)
        if as_json:
            said = {"explanation": found.explain()} if explain else {}
            _print_json({"scenario": case.slug, "title": case.title, **found.to_dict(), **said})
        else:
            _print_comparison(found, case, setting or (), explain=explain)


@contextmanager
def _errors_in_one_sentence() -> Iterator[None]:
    """Turn bad input into a sentence and exit code 2, an interruption into exit code 130."""
    try:
        yield
    except CrisisGamesError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        raise typer.Exit(INTERRUPTED) from None


# --- what there is ---


def _scenarios() -> dict[str, str]:
    from crisisgames.scenarios import SCENARIOS

    return {slug: f"{s.title} ({s.period})" for slug, s in SCENARIOS.items()}


def _mechanisms() -> dict[str, str]:
    from crisisgames.mechanisms import MECHANISMS

    return {name: _first_sentence(m) for name, m in MECHANISMS.items()}


def _crises() -> dict[str, str]:
    from crisisgames.crises import CRISES

    return {name: _first_sentence(crisis) for name, crisis in CRISES.items()}


def _principles() -> dict[str, str]:
    from crisisgames.principles import PRINCIPLES

    return {name: p.meaning for name, p in PRINCIPLES.items()}


GROUPS: dict[str, Callable[[], dict[str, str]]] = {
    "scenarios": _scenarios,
    "mechanisms": _mechanisms,
    "crises": _crises,
    "principles": _principles,
}


def _first_sentence(thing: Any) -> str:
    """Return the first sentence of a docstring, on one line and without its full stop."""
    paragraph = " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".")


def _print_json(content: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(content, indent=2, allow_nan=False))


def _console() -> Console:
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False)


def _print_lists(found: Mapping[str, Mapping[str, str]]) -> None:
    from rich.table import Table

    console = _console()
    for group, entries in found.items():
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        for name, description in entries.items():
            table.add_row(f"  {name}", description)
        console.print(group, style="bold")
        console.print(table)
        console.print()
    console.print("Next: crisisgames compare SCENARIO, crisisgames compare --help")


# --- what is compared ---


def _changed(crisis: Crisis, name: str, settings: Iterable[str]) -> Crisis:
    """Return the crisis of a scenario with the parameters given on the command line."""
    changes: dict[str, Any] = {}
    for setting in settings:
        parameter, equals, text = (part.strip() for part in setting.partition("="))
        if not (parameter and equals and text):
            raise GameError(
                f"--set takes parameter=value, such as clarity=0.3; {setting!r} is not of that form"
            )
        known = {f.name for f in fields(crisis) if not isinstance(getattr(crisis, f.name), tuple)}  # type: ignore[arg-type]
        if parameter not in known:
            raise suggest(f"parameter of {name}", parameter, known)
        if parameter in changes:
            raise GameError(f"--set gives {parameter} twice; drop one of the two")
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


def _designs(case: Scenario, names: Iterable[str]) -> tuple[Mechanism, ...]:
    """Return what to compare: the scenario's designs, or what is in force and with each named."""
    from crisisgames.mechanisms import MECHANISMS, Design

    designs = case.designs()
    proposed = {p.name: p for p in case.proposed}
    chosen: list[Mechanism] = [designs[0]]
    for name in names:
        if name not in MECHANISMS and name not in proposed:
            raise suggest("mechanism", name, (*MECHANISMS, *proposed))
        added = proposed[name] if name in proposed else MECHANISMS[name]()
        if not added.parts:
            chosen.append(Design("nothing in force"))
        else:
            label = f"{designs[0].name} + {added.label}"
            chosen.append(Design(label, designs[0] & added, added.source))
    return tuple(chosen) if len(chosen) > 1 else designs


def _positive(seconds: float) -> float:
    if not seconds > 0:
        raise GameError(f"--time-limit is {seconds:g}; allowed is any number of seconds above 0")
    return seconds


# --- what is shown ---


def _print_comparison(
    found: Comparison, case: Scenario, settings: Sequence[str], *, explain: bool
) -> None:
    console = _console()
    data = found.dataset
    console.print(f"{case.title} ({case.period})", style="bold")
    console.print(f"A: {case.roles[0]}. B: {case.roles[1]}.")
    if settings:
        console.print(f"With {', '.join(settings)}.")
    console.print()
    unit = _scale(data).unit
    console.print(f"Probability of war ({unit}): over all equilibria, in one selected, by cause")
    console.print(_table(data))
    console.print(
        "Interval: lowest to highest over all equilibria; selected: one of them, by rule."
    )
    console.print("Direct: change with strategies as they were; strategic: the rest of the change.")
    console.print(f"Selection rule: {data.attrs['selection']}.")
    if not bool(data.complete.all()):
        console.print("Found: over the equilibria that were found, and there may be others.")
    for note, names in _by_note(found.notes).items():
        about = "" if len(names) == len(data.mechanism) else f" ({', '.join(names)})"
        console.print(f"Note{about}: {note}")
    console.print("The values of parameters are illustrations, not estimates.")
    if explain:
        console.print()
        console.print(found.explain())
    console.print()
    console.print(
        f"Next: crisisgames compare {case.slug} with --explain, --plot FILE, --set PARAMETER=VALUE "
        "or --mechanism NAME; crisisgames list"
    )


def _by_note(notes: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Return each note with the names that it is about."""
    found: dict[str, list[str]] = {}
    for name, said in notes.items():
        for note in said:
            found.setdefault(note, []).append(name)
    return found


HEADINGS = {
    "selected": "selected",
    "war:deliberate": "delib-\nerate",
    "war:inadvertent": "inad-\nvertent",
    "war:misperception": "misper-\nception",
    "direct": "direct",
    "strategic": "stra-\ntegic",
}
"""Headings of the columns of numbers, short enough for all of them to fit into 80 columns."""


def _scale(data: xr.Dataset) -> Scale:
    from crisisgames.plots.scale import scale_for

    return scale_for(float(data.high.sel(outcome="war").fillna(0).max()))


def _table(data: xr.Dataset) -> Table:
    """Return the comparison as a table: numbers are never cut, names wrap."""
    from rich import box
    from rich.table import Table

    scale = _scale(data)
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=0,
    )
    table.add_column("mechanism", overflow="fold")
    for heading in ("interval", *HEADINGS.values()):
        table.add_column(heading, no_wrap=True, justify="right", vertical="top")
    for name in data.mechanism.values:
        row = data.sel(mechanism=name)
        # What all rows but the first share need not be said on each.
        label = str(name).removeprefix(f"{data.attrs['baseline']} ")
        table.add_row(label, _interval(row.sel(outcome="war"), scale), *_numbers(row, scale))
    return table


def _interval(war: xr.Dataset, scale: Scale) -> str:
    if isnan(float(war.low)):
        return "none\nfound"
    low, high = scale.in_column(float(war.low)), scale.in_column(float(war.high))
    interval = low if low == high else f"{low}–{high}"
    return interval if bool(war.complete) else f"{interval}\nfound"


def _numbers(row: xr.Dataset, scale: Scale) -> Iterator[str]:
    """Yield the selected probability of war, its causes, and the two parts of the effect."""
    for column in HEADINGS:
        if column in ("direct", "strategic"):
            yield scale.in_column(float(row[column].sel(outcome="war")), signed=True)
        else:
            outcome = "war" if column == "selected" else column
            yield scale.in_column(float(row.selected.sel(outcome=outcome)))


def _check_drawable(path: Path) -> None:
    """Raise if nothing can be drawn into that file."""
    from matplotlib.backend_bases import FigureCanvasBase

    known = FigureCanvasBase.get_supported_filetypes()
    suffix = path.suffix.lower().removeprefix(".")
    if suffix not in known:
        allowed = ", ".join(f".{s}" for s in sorted(known))
        raise GameError(f"--plot {path}: the file name must end in one of {allowed}")
    if not path.parent.is_dir():
        raise GameError(f"--plot {path}: there is no folder {str(path.parent)!r}; make it first")
    if path.is_dir():
        raise GameError(f"--plot {path}: that is a folder; give a file name")


def _draw(found: Comparison, case: Scenario, path: Path) -> None:
    """Draw the comparison into a file, without a window."""
    from matplotlib.figure import Figure

    from crisisgames.plots import figure_size, plot_comparison

    data = found.dataset.assign_attrs(crisis=case.title)
    figure = Figure(figsize=figure_size(data), layout="constrained")
    plot_comparison(data, ax=figure.add_subplot())
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise GameError(f"--plot {path}: {error.strerror or error}") from None
    typer.echo(f"Drawn: {path}", err=True)
