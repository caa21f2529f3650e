"""The command ``crisisgames gallery -o out.html``: every figure of the published models."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from crisisgames.cli.app import EXIT_CODES, app, errors_in_one_sentence, print_json

__all__ = ["gallery"]

HELP = """Draw every figure of the published models on one page.

The page is an HTML file that needs nothing else. With each figure stand its source and the call
that draws it. A file that is there already is replaced, all at once.

\b
Examples:
  crisisgames gallery -o gallery.html
  crisisgames gallery nalebuff-1986-brinkmanship -o brinkmanship.html
"""


@app.command(help=HELP, epilog=EXIT_CODES)
def gallery(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Where to write: .html or .htm.")
    ],
    slugs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SLUG]...",
            help="Some of `crisisgames list models`; all if left out.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was written as one JSON object.")
    ] = False,
) -> None:
    """Write the page; say where it is, on standard error or as JSON."""
    with errors_in_one_sentence():
        from crisisgames.literature import SLUGS
        from crisisgames.pages import check_writable
        from crisisgames.pages import gallery as write

        check_writable(out, "--out")
        names = tuple(slugs or SLUGS)
        path = write(out, names, progress=_progress)
        if as_json:
            told = {"models": list(names), "written": str(path), "bytes": path.stat().st_size}
            print_json(told)
        else:
            typer.echo(f"Written: {path}", err=True)


def _progress(pairs: Sequence[Any]) -> Any:
    from tqdm import tqdm

    return tqdm(pairs, desc="figures", leave=False, disable=not sys.stderr.isatty())
