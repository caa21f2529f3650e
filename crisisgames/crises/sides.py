"""What crises of two sides share: each has a type, which may become known, and sees every move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

import sympy as sp

from crisisgames.games import Node, Record, chance, move, tell

__all__ = ["SIDES", "Types", "disclosed", "drawn_types", "hidden_again", "in_the_open", "knowledge"]

SIDES = ("A", "B")
DISCLOSED, KNOWN = "own type disclosed", "the other is "

Types = tuple[str, str]
"""The types of A and B."""


def drawn_types(
    kinds: tuple[str, str], first: Sequence[sp.Expr], subtree: Callable[[Types], Node]
) -> Node:
    """Let nature draw a type of each side, independently, and tell each its own.

    Parameters
    ----------
    kinds : tuple of str
        The two types that a side may have.
    first : sequence of expressions
        For each side the probability of the first of them.
    subtree : callable
        What comes next, by types.
    """
    branches = {}
    for types in product(kinds, kinds):
        a, b = (p if kind == kinds[0] else 1 - p for p, kind in zip(first, types, strict=True))
        told = tell(dict(zip(SIDES, types, strict=True)), subtree(types))
        branches[f"A {types[0]}, B {types[1]}"] = (a * b, told)
    return chance(branches)


def disclosed(types: Types, probabilities: Sequence[sp.Expr], subtree: Node) -> Node:
    """Let each type become common knowledge or not, independently.

    A probability that is the constant 0 is not in the tree.
    """
    for i, name in reversed(list(enumerate(SIDES))):
        if probabilities[i] == 0:
            continue
        signals = {name: DISCLOSED, SIDES[1 - i]: f"{KNOWN}{types[i]}"}
        known = (probabilities[i], tell(signals, subtree))
        hidden = (1 - probabilities[i], subtree)
        subtree = chance({f"{name} disclosed": known, f"{name} hidden": hidden})
    return subtree


def knowledge(types: Types, known: tuple[bool, bool]) -> tuple[str, str]:
    """Return what each side knows, as one text, where these types have become known."""
    a, b = (
        ", ".join(
            (
                types[i],
                *((DISCLOSED,) if known[i] else ()),
                *((f"{KNOWN}{types[1 - i]}",) if known[1 - i] else ()),
            )
        )
        for i in (0, 1)
    )
    return a, b


def hidden_again(record: Record) -> Record:
    """Return a record without what a disclosure told."""
    return tuple(e for e in record if e != DISCLOSED and not e.startswith(KNOWN))


def in_the_open(mover: str, choices: Mapping[str, Node]) -> Node:
    """Return a move that the other side sees."""
    other = SIDES[1 - SIDES.index(mover)]
    return move(mover, {a: tell({other: f"{mover}: {a}"}, n) for a, n in choices.items()})
