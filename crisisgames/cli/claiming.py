"""``crisisgames claims``: what the texts say, and where it holds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crisisgames.cli.app import (
    EXIT_CODES,
    app,
    check_drawable,
    console,
    errors_in_one_sentence,
    print_json,
    save_axes,
)

__all__ = ["claims"]

HELP = """On what share of plausible worlds do the eight claims of the texts hold?

Each claim is a statement about equilibria of a game, asked at points drawn from a box of parameters
and net of what is arithmetic: it may hold in all equilibria, in some, or in none. With a number,
all about one claim; without, a table of all, which takes some minutes.

\b
Examples:
  crisisgames claims 3
  crisisgames claims 7 --points 400 --plot seven.png
  crisisgames claims --points 50 --json
"""


@app.command(help=HELP, epilog=EXIT_CODES)
def claims(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="Of the claim, 1 to 8.")
    ] = None,
    points: Annotated[
        int, typer.Option(metavar="N", help="How many points are drawn from each box.")
    ] = 200,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the draws.")] = 0,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw it: .png, .pdf, .svg and others.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print how one claim fares, or all."""
    with errors_in_one_sentence():
        from crisisgames.analysis import examine_all, examine_proposition

        if plot is not None:
            check_drawable(plot)
        progress = sys.stderr.isatty()
        found = (
            examine_all(points, seed, progress=progress)
            if number is None
            else examine_proposition(number, points, seed, progress=progress)
        )
        if plot is not None:
            save_axes(found.plot(), plot)
        if as_json:
            print_json(found.to_dict())
            return
        console().print(found.explain())
