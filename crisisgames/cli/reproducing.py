"""The command ``crisisgames reproduce SLUG``: check a published model and draw its figures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crisisgames.cli.app import (
    EXIT_CODES,
    app,
    console,
    errors_in_one_sentence,
    print_json,
    print_table,
)
from crisisgames.errors import GameError

if TYPE_CHECKING:
    from crisisgames.literature import Check, Reproduction

__all__ = ["reproduce"]

DIFFERS = 1
"""Exit code where a check differs."""

HELP = """Check a published model by two routes, and draw its figures.

Each check value is compared with the closed form and with what the library's solvers find.

\b
Examples:
  crisisgames reproduce fearon-1995-bargaining-range
  crisisgames reproduce fearon-1995-bargaining-range -o figures
  crisisgames reproduce --all --json
"""


@app.command(help=HELP, epilog=f"{EXIT_CODES} Also 1: a check differs.")
def reproduce(
    slug: Annotated[
        str,
        typer.Argument(
            metavar="SLUG", help="One of `crisisgames list models`.", show_default=False
        ),
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every model there is.")] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="Draw the figures into this folder as PNG."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the check table; exit code 1 if any number differs."""
    with errors_in_one_sentence():
        from crisisgames.literature import SLUGS, get
        from crisisgames.literature import reproduce as check

        if bool(slug) is everything:
            raise GameError("give the name of a model or --all; `crisisgames list models` has them")
        if out is not None and out.exists() and not out.is_dir():
            raise GameError(f"--out {out}: that is a file; give a folder")
        models = SLUGS if everything else (get(slug).slug,)
        found = []
        for name in models:
            one = check(name, progress=_progress(name))
            found.append(one)
            if not as_json:
                _print(one)
            if out is not None:
                _draw(one, out)
        if as_json:
            print_json({"models": [_told(one) for one in found]})
        if not all(one.agrees for one in found):
            raise typer.Exit(DIFFERS)


def _progress(slug: str) -> Callable[[Any], Any]:
    from tqdm import tqdm

    def shown(points: Sequence[Any]) -> Any:
        return tqdm(points, desc=slug, leave=False, disable=not sys.stderr.isatty())

    return shown


def _draw(found: Reproduction, folder: Path) -> None:
    try:
        written = found.draw(folder)
    except OSError as error:
        raise GameError(f"--out {folder}: {error.strerror or error}") from None
    for path in written:
        typer.echo(f"Drawn: {path}", err=True)


def _print(found: Reproduction) -> None:
    from rich.table import Table

    model, out = found.model, console()
    out.print(f"{model.slug}\n{model.title}", style="bold")
    for (case, parameters), checks in groupby(found.checks, lambda c: (c.case, c.parameters)):
        out.print(f"\n{case}, at {parameters}")
        table = Table(box=None, padding=(0, 1), header_style="dim", show_edge=False)
        table.add_column("", min_width=24)
        for name in ("stated", "closed form", "solved", "difference"):
            table.add_column(name, justify="right", no_wrap=True)
        for c in checks:
            far = f"{c.difference:.1g}" + ("" if c.agrees else " differs")
            solved = "" if c.solved is None else _short(c.solved)
            table.add_row(c.result, _short(c.stated), _short(c.closed), solved, far)
        print_table(table)
    wrong = sum(not c.agrees for c in found.checks)
    both = sum(c.solved is not None for c in found.checks)
    verdict = f"{wrong} of {len(found.checks)} differ" if wrong else "all agree"
    out.print(f"\n{len(found.checks)} numbers, {both} of them by both routes: {verdict}.\n")


def _told(found: Reproduction) -> dict[str, Any]:
    return {
        "slug": found.model.slug,
        "citation": found.model.citation,
        "provenance": found.model.provenance,
        "agrees": found.agrees,
        "checks": [_row(c) for c in found.checks],
    }


def _row(c: Check) -> dict[str, Any]:
    far = c.difference
    return {
        "case": c.case,
        "parameters": c.parameters,
        "result": c.result,
        "stated": c.stated,
        "closed": _finite(c.closed),
        "solved": _finite(c.solved),
        "difference": far if far == far else None,
        "agrees": c.agrees,
    }


def _finite(value: Any) -> Any:
    """Return a result as JSON has it: what does not apply, or is infinite, is null."""
    if isinstance(value, tuple):
        return [_finite(v) for v in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def _short(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.8g}"
    return ", ".join(map(_short, value)) if isinstance(value, tuple) else str(value)
