"""The command ``crisisgames report SCENARIO -o out.html``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from crisisgames.cli.app import (
    EXIT_CODES,
    app,
    errors_in_one_sentence,
    limit,
    print_json,
)
from crisisgames.cli.comparing import changed, concept_of, designs_of, scenario_of
from crisisgames.errors import suggest

__all__ = ["report"]

HELP = """Write a brief on a scenario: one HTML file that needs nothing else.

What happened and who says so, what is modelled and what is not, who does what in every class of
equilibria, what each institution changes over all of them, and how to do it again. With --deep also
how good any institution could be, why war happens, which parameters matter most, and on what share
of the scenario's box claims hold. A file that is there already is replaced, all at once.

\b
Examples:
  crisisgames report south-china-sea -o out.html
  crisisgames report south-china-sea -o out.html --set clarity=0.3
  crisisgames report south-china-sea -o out.html --deep
  crisisgames report my-scenario.toml -o out.html --json
"""


@app.command(help=HELP, epilog=EXIT_CODES)
def report(
    scenario: Annotated[
        str,
        typer.Argument(
            metavar="SCENARIO", help="One of `crisisgames list scenarios`, or a file FILE.toml."
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Where to write: .html or .htm.")
    ],
    mechanism: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="As for compare; may be repeated."),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PARAMETER=VALUE", help="As for compare; may be repeated."),
    ] = None,
    rule: Annotated[str | None, typer.Option(metavar="RULE", help="As for compare.")] = None,
    concept: Annotated[str | None, typer.Option(metavar="CONCEPT", help="As for compare.")] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="As for compare.")
    ] = None,
    date: Annotated[
        str, typer.Option(metavar="TEXT", help="What stands below the title, such as a date.")
    ] = "",
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Add the frontier, causes, what matters most and which claims survive: slow.",
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was written as one JSON object.")
    ] = False,
) -> None:
    """Write the brief; say where it is, on standard error or as JSON."""
    with errors_in_one_sentence():
        from crisisgames.equilibria.selection import RULES
        from crisisgames.pages import check_writable
        from crisisgames.pages import report as write

        check_writable(out, "--out")
        case = scenario_of(scenario, "report")
        if rule is not None and rule not in RULES:
            raise suggest("selection rule", rule, RULES)
        crisis = changed(case.crisis, case.slug, setting or ())
        designs = designs_of(case, mechanism or ())

        from crisisgames.analysis import compare

        found = compare(
            crisis,
            designs,
            concept_of(concept, case),
            rule=rule or case.rule,
            progress=sys.stderr.isatty(),
            **limit(time_limit),
        )
        options = {
            "--mechanism": mechanism or [],
            "--set": setting or [],
            "--rule": [rule] if rule else [],
            "--concept": [concept] if concept else [],
            "--time-limit": [f"{time_limit:g}"] if time_limit else [],
            "--date": [date] if date else [],
        }
        again = (*_command(scenario, options), *(["--deep"] if deep else []))
        path = write(found, out, scenario=case, date=date, command=again, deep=deep)
        if as_json:
            told = {"scenario": case.slug, "written": str(path), "bytes": path.stat().st_size}
            print_json(told)
        else:
            typer.echo(f"Written: {path}", err=True)


def _command(scenario: str, options: dict[str, list[str]]) -> Sequence[str]:
    """Return the command that writes the same brief."""
    told = [part for name, values in options.items() for v in values for part in (name, v)]
    return ("crisisgames", "report", scenario, "--out", "out.html", *told)
