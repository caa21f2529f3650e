"""Stochastic and repeated games, and strategies of the latter, as JSON documents.

A stochastic game is a list of stages, one for each state; a stage is a table of payoffs and of next
states with a row for each profile of actions, the last player's running fastest::

    {"state": "calm", "actions": [["restrain", "push"]],
     "payoffs": [["0"], ["gain"]], "next": [{"calm": "1"}, {"calm": "1 - risk", "war": "risk"}]}

A repeated game is its stage, a document of its own, with the noises and the discount.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

from crisisgames.files.arithmetic import write_expression
from crisisgames.files.declared import Read, declared, parameter_list, reader
from crisisgames.files.documents import Item, Kind, document, read_document, register, table
from crisisgames.files.games import by_profile, write_rows
from crisisgames.games import (
    Automaton,
    MemoryOne,
    NormalFormGame,
    Profile,
    RepeatedGame,
    StochasticGame,
)
from crisisgames.games.parameter import collect

__all__: list[str] = []

MAX_TRANSITIONS = 4_000_000
"""Probabilities of next states, zeros included, that a document may stand for: they are all held,
while its text holds only those that are not 0."""

MEMORY = ("cc", "cd", "dc", "dd", "opening")
"""The probabilities of a memory-one strategy."""


def _write_stochastic(game: StochasticGame) -> dict[str, Any]:
    rows: list[list[int]] = [[] for _ in game.states]
    for c, (k, _) in enumerate(game.cells):
        rows[k].append(c)
    return {
        "title": game.title,
        **declared(game),
        "discount": [write_expression(d) for d in game.discount],
        "start": _distribution(game.states, game.start),
        "stages": [
            {
                "state": state,
                "actions": [list(own) for own in game.actions[k]],
                "payoffs": write_rows(game.payoffs[c] for c in rows[k]),
                "next": [_distribution(game.states, game.transitions[c]) for c in rows[k]],
            }
            for k, state in enumerate(game.states)
        ],
    }


def _distribution(names: Sequence[str], row: Sequence[sp.Expr]) -> dict[str, str]:
    """Return the probabilities of a row that are not 0, by name."""
    return {n: write_expression(p) for n, p in zip(names, row, strict=True) if p != 0}


def _read_distribution(item: Item, read: Read) -> dict[str, sp.Expr]:
    return {name: read(p) for name, p in item.items()}


def _read_stochastic(item: Item) -> StochasticGame:
    read = reader(item)
    stages: dict[str, Item] = {}
    for entry in item["stages"]:
        state = entry["state"].text()
        if state in stages:
            raise entry.error(f"there are two stages for the state {state!r}")
        stages[state] = entry
    actions = {s: tuple(own.texts() for own in e["actions"]) for s, e in stages.items()}
    payoffs: dict[str, dict[Profile, Any]] = {}
    moves: dict[str, dict[Profile, Any]] = {}
    for state, entry in stages.items():
        payoffs[state] = by_profile(
            entry["payoffs"], actions[state], lambda row: [read(u) for u in row]
        )
        moves[state] = by_profile(
            entry["next"], actions[state], lambda row: _read_distribution(row, read)
        )
    _check_size(item["stages"], sum(map(len, moves.values())) * len(stages))
    return StochasticGame(
        item["players"].texts(),
        tuple(stages),
        lambda state: actions[state],
        payoffs,
        moves,
        [read(d) for d in item["discount"]],
        _read_distribution(item["start"], read),
        item.get("title", "").text(),
        item.get("values", {}).numbers(),
    )


def _check_size(item: Item, probabilities: int) -> None:
    if probabilities > MAX_TRANSITIONS:
        raise item.error(
            f"they have {probabilities} probabilities of what comes next, zeros included; allowed "
            f"are {MAX_TRANSITIONS}"
        )


def _write_repeated(game: RepeatedGame) -> dict[str, Any]:
    return {
        "stage": document(game.stage),
        "parameters": parameter_list(game.parameters),
        "values": table(game.values),
        "perception_noise": [write_expression(p) for p in game.perception_noise],
        "implementation_noise": [write_expression(p) for p in game.implementation_noise],
        "discount": None if game.discount is None else write_expression(game.discount),
    }


def _read_repeated(item: Item) -> RepeatedGame:
    read = reader(item)
    stage = read_document(item["stage"])
    if not isinstance(stage, NormalFormGame):
        raise item["stage"].error("this must be a normal-form game")
    discount = item.get("discount", None)
    return RepeatedGame(
        stage,
        [read(p) for p in item["perception_noise"]],
        [read(p) for p in item["implementation_noise"]],
        None if discount.value is None else read(discount),
        item.get("values", {}).numbers(),
    )


def _write_automaton(a: Automaton) -> dict[str, Any]:
    return {
        "name": a.name,
        "actions": list(a.actions),
        "rival_actions": list(a.rival_actions),
        "parameters": parameter_list(collect(a.expressions)),
        "intends": {
            s: _distribution(a.actions, row) for s, row in zip(a.states, a.intends, strict=True)
        },
        "start": _distribution(a.states, a.start),
        "moves": [
            {"state": s, "did": did, "saw": saw, "next": _distribution(a.states, row)}
            for s, after in zip(a.states, a.moves, strict=True)
            for did, rows in zip(a.actions, after, strict=True)
            for saw, row in zip(a.rival_actions, rows, strict=True)
        ],
    }


def _read_automaton(item: Item) -> Automaton:
    read = reader(item)
    intends = {s: _read_distribution(row, read) for s, row in item["intends"].items()}
    moves: dict[tuple[str, str, str], dict[str, sp.Expr]] = {}
    for entry in item["moves"]:
        event = (entry["state"].text(), entry["did"].text(), entry["saw"].text())
        if event in moves:
            raise entry.error(f"the move after {event} is there twice")
        moves[event] = _read_distribution(entry["next"], read)
    actions, rival = item["actions"].texts(), item["rival_actions"].texts()
    for what, names in (("actions", actions), ("rival_actions", rival)):
        if not names or len(set(names)) < len(names):
            raise item[what].wrong("a list of at least one name, all different,")
    expected = len(intends) * len(actions) * len(rival)
    if len(moves) != expected:
        raise item["moves"].error(
            f"there are {len(moves)}; states, own actions and those seen make {expected}"
        )
    _check_size(item["moves"], expected * len(intends))
    start = _read_distribution(item["start"], read)
    return Automaton(intends, moves, start, actions, rival, item.get("name", "").text())


def _write_memory(m: MemoryOne) -> dict[str, Any]:
    given = {name: getattr(m, name) for name in MEMORY}
    return {
        "name": m.name,
        "parameters": parameter_list(collect(given.values())),
        **{name: write_expression(p) for name, p in given.items()},
    }


def _read_memory(item: Item) -> MemoryOne:
    read = reader(item)
    given = {name: read(item[name]) for name in MEMORY}
    return MemoryOne(**given, name=item.get("name", "").text())


register(Kind("stochastic game", StochasticGame, _write_stochastic, _read_stochastic))
register(Kind("repeated game", RepeatedGame, _write_repeated, _read_repeated))
register(Kind("automaton", Automaton, _write_automaton, _read_automaton))
register(Kind("memory-one strategy", MemoryOne, _write_memory, _read_memory))
