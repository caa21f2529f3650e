"""The command line's frame: the program, its errors, and what its commands share.

Results go to standard output; errors, notes and the progress bar to standard error. Exit codes: 0
fine, 2 bad input, said in one sentence, 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

# What takes long to import is imported where it is needed, so that help and lists come at once.
from crisisgames.errors import CrisisGamesError, GameError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from rich.console import Console
    from rich.table import Table

__all__ = [
    "EXIT_CODES",
    "app",
    "check_drawable",
    "console",
    "errors_in_one_sentence",
    "is_file",
    "limit",
    "pairs",
    "print_json",
    "print_next",
    "print_table",
    "save",
    "save_axes",
]

BAD_INPUT, INTERRUPTED = 2, 130

WIDEST = 1_000
"""Columns of text that a table may take."""

EXIT_CODES = "Exit codes: 0 fine; 2 bad input, with the reason on standard error; 130 interrupted."

HELP = """Game-theoretic analysis of international crises: what institutions do to the chance of
war, over all equilibria.

\b
Examples:
  crisisgames list scenarios
  crisisgames compare south-china-sea
  crisisgames compare south-china-sea --set clarity=0.3 --json
  crisisgames solve my-game.toml
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


@contextmanager
def errors_in_one_sentence() -> Iterator[None]:
    """Turn bad input into a sentence and exit code 2, an interruption into exit code 130."""
    try:
        yield
    except CrisisGamesError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(BAD_INPUT) from None
    except KeyboardInterrupt:
        typer.echo("Interrupted.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object, for programs."""
    typer.echo(json.dumps(content, indent=2, allow_nan=False))


def console() -> Console:
    """Return what prints for people: no markup, no colours where there is no terminal."""
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False)


def print_table(table: Table) -> None:
    """Print a table, wider than the terminal if it must be: a number that is cut is a wrong one."""
    own = console()
    free = own.options.update(max_width=WIDEST)
    own.width = max(own.width, own.measure(table, options=free).minimum)
    own.print(table)


def print_next(command: str, options: Mapping[str, Any], more: str = "") -> None:
    """Print what to do next: a command with the options that were not given."""
    unused = [option for option, given in options.items() if not given]
    listed = " or ".join([*([", ".join(unused[:-1])] if unused[1:] else []), *unused[-1:]])
    own = console()
    own.print()
    own.print(f"Next: crisisgames {command}{f' with {listed}' if listed else ''}{more}")


def limit(seconds: float | None) -> dict[str, float]:
    """Return the time limit as an option of solvers, if there is one."""
    if seconds is None:
        return {}
    if not 0 < seconds < float("inf"):
        raise GameError(f"--time-limit is {seconds:g}; allowed is any number of seconds above 0")
    return {"time_limit": seconds}


def is_file(name: str) -> bool:
    """Tell whether a name is that of a file: it has an ending or a folder, as no scenario has."""
    return "." in name or "/" in name or "\\" in name


def pairs(settings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each parameter with the text of its value; raise for what has another form."""
    seen: set[str] = set()
    for setting in settings:
        parameter, equals, text = (part.strip() for part in setting.partition("="))
        if not (parameter and equals and text):
            raise GameError(
                f"--set takes parameter=value, such as clarity=0.3; {setting!r} is not of that form"
            )
        if parameter in seen:
            raise GameError(f"--set gives {parameter} twice; drop one of the two")
        seen.add(parameter)
        yield parameter, text


def check_drawable(path: Path) -> None:
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


def save_axes(axes: Axes, path: Path) -> None:
    """Write the figure of axes into a file."""
    save(cast("Figure", axes.get_figure(root=True)), path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure into a file."""
    try:
        figure.savefig(path, dpi=200)
    except OSError as error:
        raise GameError(f"--plot {path}: {error.strerror or error}") from None
    typer.echo(f"Drawn: {path}", err=True)
