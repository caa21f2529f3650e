"""Markov perfect equilibria as JSON documents.

Strategies and values are kept; certificates and payoffs are written for who reads the text, and
computed anew from the game, the strategies and the values after reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from crisisgames.equilibria.markov import MarkovEquilibrium, MarkovSet
from crisisgames.files.documents import (
    Item,
    Kind,
    certificate_json,
    document,
    number_json,
    read_document,
    register,
    table,
)
from crisisgames.games import StochasticGame
from crisisgames.games.compiled import SUM_TOLERANCE

__all__: list[str] = []

KINDS = ("pure", "logit", "given")


def _write_equilibrium(e: MarkovEquilibrium) -> dict[str, Any]:
    return {"game": document(e.game), **_listed(e)}


def _listed(e: MarkovEquilibrium) -> dict[str, Any]:
    return {
        "type": e.kind,
        "precision": None if e.precision is None else number_json(e.precision),
        "strategy": {
            player: {state: table(actions) for state, actions in own.items()}
            for player, own in e.strategy.items()
        },
        "values": {player: table(own) for player, own in e.values.items()},
        "payoffs": table(e.payoffs),
        "certificate": certificate_json(e.certificate),
    }


def _read_equilibrium(item: Item) -> MarkovEquilibrium:
    return _read_listed(item, _game(item))


def _game(item: Item) -> StochasticGame:
    game = read_document(item["game"])
    if not isinstance(game, StochasticGame):
        raise item["game"].error("this must be a stochastic game")
    return game


def _read_listed(item: Item, game: StochasticGame) -> MarkovEquilibrium:
    kind, precision = item["type"], item.get("precision", None)
    if kind.text() not in KINDS:
        raise kind.wrong(" or ".join(map(repr, KINDS)))
    if precision.value is not None and not _float(precision) >= 0:
        raise precision.wrong("a number that is 0 or more")
    strategy: dict[str, dict[str, dict[str, Any]]] = {}
    values: dict[str, dict[str, Any]] = {}
    for i, player in enumerate(game.players):
        own = _member(item["strategy"], player, game.players)
        strategy[player] = {
            state: _behaviour(_member(own, state, game.states), game.actions[k][i])
            for k, state in enumerate(game.states)
        }
        worth = _member(item["values"], player, game.players)
        values[player] = {s: _finite(_member(worth, s, game.states)) for s in game.states}
    limit = None if precision.value is None else precision.number()
    found = MarkovEquilibrium(game, strategy, values, kind.text(), limit)  # type: ignore[arg-type]
    item.made(lambda: found.certificate)  # kept; who reads a result wants it checked
    return found


def _member(item: Item, name: str, names: Sequence[str]) -> Item:
    """Return a member of an object that must have exactly these."""
    if {key for key, _ in item.items()} != set(names):
        raise item.wrong(f"an object with {', '.join(map(repr, names))}")
    return item[name]


def _behaviour(item: Item, actions: Sequence[str]) -> dict[str, Any]:
    """Return probabilities of actions: the certificate takes for granted that they are that."""
    row: dict[str, Any] = {a: _member(item, a, actions).number() for a in actions}
    slack = SUM_TOLERANCE if any(isinstance(p, float) for p in row.values()) else 0
    if any(not 0 <= p <= 1 + slack for p in row.values()) or abs(sum(row.values()) - 1) > slack:
        raise item.wrong("probabilities that sum to 1")
    return row


def _finite(item: Item) -> Any:
    _float(item)
    return item.number()


def _float(item: Item) -> float:
    """Return a number as a float, if it is not too large for one."""
    try:
        number = float(item.number())
    except OverflowError:
        number = float("inf")
    if not isfinite(number):
        raise item.wrong("a number within the range of floats")
    return number


def _write_set(s: MarkovSet) -> dict[str, Any]:
    return {
        "concept": s.concept,
        "complete": s.complete,
        "all_pure": s.all_pure,
        "status": s.status,
        "notes": list(s.notes),
        "selected": s.selected,
        "game": document(s.game),
        "equilibria": [_listed(e) for e in s.equilibria],
    }


def _read_set(item: Item) -> MarkovSet:
    game = _game(item)
    found = tuple(_read_listed(entry, game) for entry in item["equilibria"])
    selected = item.get("selected", None)
    if selected.value is not None and not 0 <= selected.whole() < len(found):
        raise selected.wrong(f"null or the place of one of {len(found)} equilibria")
    return MarkovSet(
        game,
        found,
        item["complete"].flag(),
        item["all_pure"].flag(),
        item["status"].text(),
        item["notes"].texts(),
        selected.value,
        item["concept"].text(),
    )


register(
    Kind("Markov perfect equilibrium", MarkovEquilibrium, _write_equilibrium, _read_equilibrium)
)
register(Kind("Markov perfect equilibrium set", MarkovSet, _write_set, _read_set))
