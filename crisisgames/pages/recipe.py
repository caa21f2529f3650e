"""The Python program that makes a brief anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from crisisgames.analysis import Comparison
from crisisgames.mechanisms import Both, Design, Mechanism, NoMechanism
from crisisgames.scenarios import SCENARIOS, Scenario

__all__ = ["Recipe", "recipe_of"]


@dataclass(frozen=True)
class Recipe:
    """A program, and what it needs that it does not bring along.

    Attributes
    ----------
    code : str
        It runs as it stands.
    needs : str
        What must be there before, in words; empty if nothing.
    """

    code: str
    needs: str = ""


def recipe_of(
    found: Comparison,
    case: Scenario | None,
    file: str,
    options: Mapping[str, Any],
    deep: bool = False,
) -> Recipe:
    """Return the program that compares again and writes the brief.

    Parameters
    ----------
    found : Comparison
    case : Scenario, optional
        The case that it is about.
    file : str
        The TOML file of a case that the library does not have.
    options : mapping
        Other options of `compare` that it was asked for.
    deep : bool
        Whether the brief has its slow part.
    """
    about = found.dataset.attrs
    # Where mechanisms are solved in different ways, each crisis knows its own.
    alike = {name: about[name] for name in ("concept", "rule") if ", " not in about[name]}
    asked = {**alike, **options}
    how = "".join(f", {name}={value!r}" for name, value in asked.items())
    needs: list[str] = []
    if case is None:
        start = ["from crisisgames import *", "from crisisgames.mechanisms import *", ""]
        start.append(f"crisis = {found.crisis!r}")
        told = ""
    else:
        known = SCENARIOS.get(case.slug) == case
        reader, name = ("get_scenario", case.slug) if known else ("read_toml", file)
        if not known:
            needs.append("with the scenario in the file named")
        start = ["from crisisgames import *", "from crisisgames.mechanisms import *", ""]
        start.append(f"scenario = {reader}({name!r})")
        start.append(f"crisis = scenario.crisis{_replaced(found, case)}")
        told = ", scenario=scenario"
    mechanisms = _mechanisms(found, case)
    if not mechanisms:
        needs.append(f"with a list `mechanisms` of your own: {', '.join(found.sets)}")
    lines = [
        *start,
        *mechanisms,
        f"found = compare(crisis, mechanisms{how})",
        "print(found.table())",
        f'report(found, "out.html"{told}{", deep=True" if deep else ""})',
    ]
    return Recipe("\n".join(lines), ", ".join(needs))


def _replaced(found: Comparison, case: Scenario) -> str:
    """Return the call that sets what differs from the crisis of the scenario, if anything does."""
    crisis = cast(Any, found.crisis)
    changed = [
        f"{f.name}={getattr(crisis, f.name)!r}"
        for f in fields(crisis)
        if getattr(crisis, f.name) != getattr(case.crisis, f.name)
    ]
    return f".replace({', '.join(changed)})" if changed else ""


def _mechanisms(found: Comparison, case: Scenario | None) -> list[str]:
    """Return the lines that make the list of mechanisms; none where they cannot be written."""
    if set(found.mechanisms) != set(found.sets):
        return []
    asked = tuple(found.mechanisms[name] for name in found.sets)
    designs = case.designs() if case is not None else ()
    if asked == designs:
        return ["mechanisms = scenario.designs()"]
    if asked and all(m in designs for m in asked):
        names = ", ".join(repr(m.label) for m in asked)
        return [
            f"wanted = [{names}]",
            "designs = {design.label: design for design in scenario.designs()}",
            "mechanisms = [designs[name] for name in wanted]",
        ]
    return ["mechanisms = [", *(f"    {_written(m)}," for m in asked), "]"]


def _written(mechanism: Mechanism) -> str:
    """Return a mechanism as an expression."""
    if isinstance(mechanism, NoMechanism):
        return "none"
    if isinstance(mechanism, Both):
        return " & ".join(map(_written, mechanism.members))
    if isinstance(mechanism, Design):
        inner = _written(mechanism.mechanism)
        return f"Design({mechanism.name!r}, {inner}, {mechanism.source!r})"
    return repr(mechanism)
