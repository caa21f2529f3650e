"""Given play, and the strategies of encounters, as JSON documents."""

from __future__ import annotations

from typing import Any

from crisisgames.crises.crisis import Given
from crisisgames.crises.encounters import Strategies
from crisisgames.files.documents import Item, Kind, document, read_document, register
from crisisgames.games import Automaton, MemoryOne

__all__ = ["read_strategy", "strategy_json"]


def strategy_json(strategy: str | MemoryOne | Automaton) -> Any:
    """Return a strategy: a classic one by its name, another one as a document."""
    return strategy if isinstance(strategy, str) else document(strategy)


def read_strategy(item: Item) -> str | MemoryOne | Automaton:
    """Return what `strategy_json` wrote."""
    if isinstance(item.value, str):
        return item.text()
    found = read_document(item)
    if not isinstance(found, (MemoryOne, Automaton)):
        raise item.error("this must be a strategy")
    return found


def _write_strategies(s: Strategies) -> dict[str, Any]:
    return {"a": strategy_json(s.a), "b": strategy_json(s.b)}


def _read_strategies(item: Item) -> Strategies:
    return Strategies(read_strategy(item["a"]), read_strategy(item["b"]))


def _write_given(g: Given) -> dict[str, Any]:
    return {
        "concept": g.concept,
        "complete": g.complete,
        "notes": list(g.notes),
        "entries": [document(entry) for entry in g.entries],
    }


def _read_given(item: Item) -> Given:
    return Given(
        tuple(map(read_document, item["entries"])),
        item["notes"].texts(),
        item["concept"].text(),
        item["complete"].flag(),
    )


register(Kind("strategies of encounters", Strategies, _write_strategies, _read_strategies))
register(Kind("given play", Given, _write_given, _read_given))
