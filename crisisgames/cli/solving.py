"""``crisisgames solve``: the equilibria of a game in a file, or of a scenario."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

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
from crisisgames.cli.comparing import changed, scenario_of
from crisisgames.errors import GameError, NotApplicable

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from crisisgames.equilibria import EquilibriumSet

__all__ = ["solve"]

SOLVE_HELP = """Find the equilibria of a game in a file, or of a scenario as it is.

The file is TOML (see docs/files.md), JSON of to_json, or Gambit's .efg or .nfg. Every class of
equilibria is listed with its interval of each outcome; what a deviation gains at most is
recomputed from the game.

\b
Examples:
  crisisgames solve my-game.toml
  crisisgames solve my-game.toml --set war_cost=0.4 --exact
  crisisgames solve my-game.efg --concept nash --json
"""


@app.command(help=SOLVE_HELP, epilog=EXIT_CODES)
def solve(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="A game or scenario: .toml, .json, .efg or .nfg; or the name of a scenario.",
        ),
    ],
    concept: Annotated[
        str | None,
        typer.Option(
            metavar="CONCEPT",
            help="sequential (the default), nash, subgame-perfect, pure-nash, qre; with a "
            "mediator: correlated, coarse-correlated, communication, bayes-correlated; of "
            "stochastic games: markov-perfect (their default).",
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PARAMETER=VALUE",
            help="Give a parameter of the game a value; may be repeated.",
        ),
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Give rational numbers instead of decimals.")
    ] = False,
    time_limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Stop the search after this long, and say what was found."
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the game: .png, .pdf, .svg and others."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object, which from_json and others read."),
    ] = False,
) -> None:
    """Print the equilibria of a game as a table and in sentences, or as JSON."""
    with errors_in_one_sentence():
        game, title, default, crisis = _game(file)

        from crisisgames.equilibria import CONCEPTS
        from crisisgames.equilibria import solve as solve_game

        special = crisis is not None and default not in CONCEPTS
        if special:
            crisis = changed(crisis, title, setting or ())
            game = crisis.game()
        else:
            game = game.at(**_values(game, setting or ()))
        if plot is not None:
            check_drawable(plot)
            _need_drawing(game)
        options = {**limit(time_limit), **({"exact": True} if exact else {})}
        if special:
            found = crisis.solve(concept, **options)
        else:
            found = solve_game(game, concept or default, **options)
        if plot is not None:
            _draw_game(game, plot)
        if as_json:
            from crisisgames.files.documents import document

            print_json(document(found))
            return
        _print_solution(found, title, setting or ())
        unused = {
            "--concept CONCEPT": concept,
            "--set PARAMETER=VALUE": setting,
            "--exact": exact,
            "--plot FILE": plot,
            "--json": False,
        }
        print_next(f"solve {file}", unused)


def _game(name: str) -> tuple[Any, str, str, Any]:
    """Return the game in a file, or that of a scenario as it is, its title, and its concept.

    The last is the crisis of a scenario, which knows how it is solved where `solve` does not.
    """
    from crisisgames.files import read_game, read_toml
    from crisisgames.games import StochasticGame
    from crisisgames.scenarios import Scenario

    if not is_file(name):
        found: Any = scenario_of(name, "solve")
    else:
        found = read_toml(name) if name.lower().endswith(".toml") else read_game(name)
    if isinstance(found, Scenario):
        crisis = found.designs()[0](found.crisis)
        return crisis.game(), found.title, found.concept or crisis.concept, crisis
    concept = "markov-perfect" if isinstance(found, StochasticGame) else "sequential"
    return found, getattr(found, "title", ""), concept, None


def _values(game: Any, settings: Iterable[str]) -> dict[str, Any]:
    """Return the values given on the command line to parameters of a game."""
    from crisisgames.files.numbers import exact_number
    from crisisgames.games.parameter import find_parameter

    values: dict[str, Any] = {}
    for parameter, text in pairs(settings):
        find_parameter(game.parameters, parameter)
        try:
            values[parameter] = exact_number(text)
        except GameError as error:
            raise GameError(f"--set {parameter}: {error}") from None
    return values


# --- what is shown ---


def _print_solution(found: Any, title: str, settings: Sequence[str]) -> None:
    from crisisgames.equilibria import EquilibriumSet
    from crisisgames.equilibria.explain import ROUNDING, at_most

    out = console()
    if title:
        out.print(title, style="bold")
    if settings:
        out.print(f"With {', '.join(settings)}.")
    if title or settings:
        out.print()
    if isinstance(found, EquilibriumSet):
        print_table(_classes(found))
    elif hasattr(found, "to_dataframe"):
        print_table(_frame(found.to_dataframe()))
    if not found.complete:
        out.print("Found: over the equilibria that were found, and there may be others.")
    # The explanation has the certificate of each example; others differ by rounding or are told.
    worst = getattr(found, "certificate", None)
    if worst is not None and worst > ROUNDING:
        out.print(
            f"Certificate: no deviation gains more than {at_most(worst)} utils, and no belief is "
            "further off; recomputed from the game."
        )
    out.print()
    out.print(found.explain())


def _classes(found: EquilibriumSet) -> Table:
    """Return the classes of equilibria with the interval of each outcome and payoff."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("class", overflow="fold")
    table.add_column("outcome", overflow="fold")
    table.add_column("probability" if found.complete else "probability, found", justify="right")
    for c in found.classes:
        name = c.name
        for outcome, bounds in c.outcomes.items():
            label = (
                outcome
                if isinstance(outcome, str)
                else ", ".join(map(str, cast(Iterable[Any], outcome)))
            )
            table.add_row(name, label, _interval(bounds))
            name = ""
        for player, bounds in c.payoffs.items():
            table.add_row("", f"payoff of {player}, utils", _interval(bounds))
    if not found.classes:
        table.add_row("none" if found.complete else "none found", "", "")
    return table


def _interval(bounds: Sequence[Any]) -> str:
    low, high = (_number(b) for b in bounds)
    return low if low == high else f"{low} – {high}"


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _frame(data: pd.DataFrame) -> Table:
    """Return a data frame as a table."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    for column in data.columns:
        table.add_column(str(column), overflow="fold")
    for row in data.itertuples(index=False):
        table.add_row(*map(_number, row))
    return table


# --- the picture ---


def _need_drawing(game: Any) -> None:
    """Raise if games of this kind cannot be drawn."""
    if not callable(getattr(game, "plot", None)):
        raise NotApplicable(f"--plot: there is no drawing of a {type(game).__name__}; leave it out")


def _draw_game(game: Any, path: Path) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    axes = game.plot()
    FigureCanvasAgg(axes.figure)  # without a window
    save(axes.figure, path)
