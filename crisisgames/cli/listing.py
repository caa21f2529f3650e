"""``crisisgames list``: the names that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from crisisgames.cli.app import EXIT_CODES, app, console, errors_in_one_sentence, print_json
from crisisgames.errors import suggest

__all__ = ["list_names"]

LIST_HELP = """List scenarios, mechanisms, crises, principles and published models.

\b
Examples:
  crisisgames list
  crisisgames list mechanisms
  crisisgames list scenarios --json
"""


@app.command("list", help=LIST_HELP, epilog=EXIT_CODES)
def list_names(
    group: Annotated[
        str,
        typer.Argument(
            metavar="GROUP",
            help="scenarios, mechanisms, crises, principles or models; all by default.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print the names that there are, each with one line about it."""
    with errors_in_one_sentence():
        if group and group not in GROUPS:
            raise suggest("group", group, GROUPS)
        found = {name: GROUPS[name]() for name in ([group] if group else GROUPS)}
        if as_json:
            print_json(
                {
                    name: [_entry(name, n, d) for n, d in entries.items()]
                    for name, entries in found.items()
                }
            )
        else:
            _print_lists(found)


# --- what there is ---


def _scenarios() -> dict[str, str]:
    from crisisgames.scenarios import SCENARIOS

    return {slug: f"{s.title} ({s.period})" for slug, s in SCENARIOS.items()}


def _mechanisms() -> dict[str, str]:
    from crisisgames.mechanisms import MECHANISMS

    told = {name: _first_sentence(m) for name, m in MECHANISMS.items()}
    return {n: f"{d}: {', '.join(kinds)}" if (kinds := _kinds(n)) else d for n, d in told.items()}


def _kinds(mechanism: str) -> list[str]:
    """Return the names of the kinds of a mechanism, if there are several."""
    from crisisgames.mechanisms import MECHANISMS, Single

    known = MECHANISMS[mechanism]
    return list(known.variants()) if issubclass(known, Single) else []


def _entry(group: str, name: str, description: str) -> dict[str, Any]:
    """Return what JSON says of a name; ``kinds`` are those of a mechanism that there are."""
    kinds = _kinds(name) if group == "mechanisms" else []
    return {"name": name, "description": description, **({"kinds": kinds} if kinds else {})}


def _crises() -> dict[str, str]:
    from crisisgames.crises import CRISES

    return {name: _first_sentence(crisis) for name, crisis in CRISES.items()}


def _principles() -> dict[str, str]:
    from crisisgames.principles import PRINCIPLES

    return {name: p.meaning for name, p in PRINCIPLES.items()}


def _models() -> dict[str, str]:
    from crisisgames.literature import SLUGS, get

    return {slug: get(slug).title for slug in SLUGS}


GROUPS: dict[str, Callable[[], dict[str, str]]] = {
    "scenarios": _scenarios,
    "mechanisms": _mechanisms,
    "crises": _crises,
    "principles": _principles,
    "models": _models,
}


def _first_sentence(thing: Any) -> str:
    """Return the first sentence of a docstring, on one line and without its full stop."""
    paragraph = " ".join((thing.__doc__ or "").strip().split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".")


def _print_lists(found: Mapping[str, Mapping[str, str]]) -> None:
    from rich.table import Table

    out = console()
    for group, entries in found.items():
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        for name, description in entries.items():
            table.add_row(f"  {name}", description)
        out.print(group, style="bold")
        out.print(table)
        out.print()
    out.print("Next: crisisgames compare SCENARIO, crisisgames reproduce MODEL")
