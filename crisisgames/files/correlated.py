"""Equilibria with a mediator, and sets of them, as JSON documents.

A set is its game and its concept, which say all; its bounds are written for who reads the text, and
computed anew when asked for. Of an equilibrium the objective and the probabilities of the rule are
kept. After reading, payoffs and outcomes are those of the rule (a document that states others is
refused), and the linear program is solved again for the proof: if the rule is not optimal its
certificate has a gap, and if somebody gains by manipulating it, a gain.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from fractions import Fraction
from typing import Any

from crisisgames.equilibria.linear import (
    CorrelatedEquilibrium,
    CorrelatedSet,
    Deviation,
    correlated_set,
)
from crisisgames.files.documents import (
    Item,
    Kind,
    certificate_json,
    document,
    label_json,
    number_json,
    read_document,
    register,
    table,
)
from crisisgames.games import BayesianGame, ExtensiveFormGame, NormalFormGame, SignalingGame
from crisisgames.games.compiled import SUM_TOLERANCE

__all__: list[str] = []

MAX_BOUNDED = 12
"""Outcomes up to which a document lists bounds: each takes two linear programs."""

MAX_DEPTH = 3
"""Lists within lists in the name of an objective: a collection of outcomes that are profiles."""

STATED = ("value", "payoffs", "outcomes")
"""What must follow from the rule where it is stated."""


def _write_set(s: CorrelatedSet) -> dict[str, Any]:
    bounds = _bounds(s) if len(s.outcomes) <= MAX_BOUNDED else None
    return {
        "concept": s.concept,
        "complete": s.complete,  # of these bounds
        "exact": s.exact,
        "game": document(s.game),
        "bounds": bounds,
    }


def _bounds(s: CorrelatedSet) -> dict[str, Any]:
    return {
        "outcomes": [
            {"outcome": label_json(o), "probability": _span(s.bounds((o,)))} for o in s.outcomes
        ],
        "payoffs": {p: _span(s.payoff_bounds(p)) for p in s.players},
    }


def _span(bounds: tuple[Any, Any]) -> list[Any]:
    return [number_json(b) for b in bounds]


def _read_set(item: Item) -> CorrelatedSet:
    game = read_document(item["game"])
    if not isinstance(game, ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame):
        raise item["game"].error("this must be a tree, a normal form, a signaling or Bayesian game")
    concept, exact = item["concept"], item["exact"].flag()
    found: CorrelatedSet = concept.made(correlated_set, game, concept.text(), exact)
    return found


def _write_equilibrium(e: CorrelatedEquilibrium) -> dict[str, Any]:
    return {
        "concept": e.concept,
        "exact": isinstance(e.value, Fraction),
        "game": document(e.game),
        "objective": _objective(e.objective),
        "sense": e.sense,
        **_stated(e),
        "rule": _cells(e.rule),
        "threats": _cells(e.threats),
        "binding": [_deviation(d) for d in e.binding],
        "certificate": certificate_json(e.certificate),
    }


def _objective(objective: Any) -> Any:
    if isinstance(objective, Mapping):
        return [{"of": _name(o), "weight": number_json(w)} for o, w in objective.items()]
    return _name(objective)


def _name(name: Hashable) -> Any:
    if isinstance(name, str) or not isinstance(name, Collection):
        return name
    return [_name(n) for n in (name if isinstance(name, tuple) else sorted(name, key=str))]


def _stated(e: CorrelatedEquilibrium) -> dict[str, Any]:
    return {
        "value": number_json(e.value),
        "payoffs": table(e.payoffs),
        "outcomes": [
            {"outcome": label_json(o), "probability": number_json(p)} for o, p in e.outcomes.items()
        ],
    }


def _cells(rule: Mapping[tuple[str, ...], Mapping[tuple[str, ...], Any]]) -> list[dict[str, Any]]:
    return [
        {"situation": list(s), "profile": list(profile), "probability": number_json(p)}
        for s, row in rule.items()
        for profile, p in row.items()
        if p
    ]


def _deviation(d: Deviation) -> dict[str, Any]:
    return {
        "player": d.player,
        "knows": d.knows,
        "report": d.report,
        "replies": [list(pair) for pair in d.replies],
        "price": number_json(d.price),
        "text": d.text,
    }


def _read_equilibrium(item: Item) -> CorrelatedEquilibrium:
    whole = _read_set(item)
    cells = whole.model.cells
    places = {(c.is_threat, c.situation, c.profile): k for k, c in enumerate(cells)}
    point: list[Any] = [Fraction(0) if whole.exact else 0.0] * len(cells)
    left = set(places.values())
    for is_threat, name in ((False, "rule"), (True, "threats")):
        for entry in item[name]:
            key = (is_threat, entry["situation"].texts(), entry["profile"].texts())
            if places.get(key) not in left:
                raise entry.error("the game has no such profile, or it is listed twice")
            left.remove(places[key])
            point[places[key]] = _probability(entry["probability"], whole.exact)
    objective, sense = _read_objective(item), item["sense"].text()
    found: CorrelatedEquilibrium = item.made(whole.stated, objective, sense, point)
    for name, value in _stated(found).items():
        if name in item and item[name].value != value:
            raise item[name].error("this is not what the rule leads to")
    return found


def _probability(item: Item, exact: bool) -> Fraction | float:
    p = item.number()
    if not 0 <= p <= 1 + SUM_TOLERANCE:
        raise item.wrong("a probability")
    return Fraction(p) if exact else float(p)


def _read_objective(item: Item) -> Any:
    given = item["objective"]
    if not isinstance(given.value, list) or not any(isinstance(v, dict) for v in given.value):
        return _read_name(given)
    terms: dict[Any, Any] = {}
    for entry in given:
        name = _read_name(entry["of"])
        if name in terms:
            raise entry.error("this name has a weight already")
        terms[name] = entry["weight"].number()
    return terms


def _read_name(item: Item, depth: int = MAX_DEPTH) -> Any:
    if not isinstance(item.value, list):
        return item.text()
    if not depth:
        raise item.wrong("a name")
    return tuple(_read_name(entry, depth - 1) for entry in item)


register(
    Kind("correlated equilibrium", CorrelatedEquilibrium, _write_equilibrium, _read_equilibrium)
)
register(Kind("correlated equilibrium set", CorrelatedSet, _write_set, _read_set))
