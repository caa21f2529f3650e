"""The certificate of an equilibrium, recomputed from the game tree and the assessment alone.

Nothing here is shared with the solvers but the tree: it is walked again, node by node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from crisisgames.equilibria.equilibrium import ANY, Behaviour, Certificate, Equilibrium, Strategy
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, NormalFormGame, Record, SignalingGame
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import Chance, Move, Node, Tell

__all__ = ["verify"]

INFINITE = float("inf")


@dataclass(frozen=True)
class _Place:
    """A decision node with everything that the checks need to know of it."""

    player: str
    record: Record
    history: str
    actions: tuple[str, ...]
    values: Mapping[str, tuple[Any, ...]]
    """Expected payoffs of all players after each action."""
    loose: Mapping[str, Any]
    """Probability of coming from each action to a place where the strategy says "any"."""
    chance: Any
    reach: Any
    own: Mapping[str, tuple[tuple[Record, str], ...]]
    """Each player's own choices on the way."""


def verify(
    game: ExtensiveFormGame | SignalingGame | NormalFormGame, equilibrium: Equilibrium
) -> Certificate:
    """Return the certificate of an equilibrium of a game.

    Parameters
    ----------
    game : game
        The game that it is claimed to be an equilibrium of, with its values.
    equilibrium : Equilibrium
        Only its strategy, beliefs, trembles and concept are used.

    Returns
    -------
    Certificate
        Its `gain` is infinite where the strategy leaves open (``"any"``) what play, or a deviation
        that a belief weighs, leads to. For the concepts ``nash`` and ``pure-nash`` it is what the
        best reply to the others' strategies gains, information sets off the path being free.

    Raises
    ------
    GameError
        If the strategy does not cover the game's information sets.

    Examples
    --------
    >>> from crisisgames import Incident, solve, verify
    >>> game = Incident().game()
    >>> verify(game, solve(game)[0]).gain < 1e-12
    True
    """
    tree = game if isinstance(game, ExtensiveFormGame) else game.to_extensive()
    places, _ = _walk(tree, equilibrium.strategy)
    sets: dict[tuple[str, Record], list[_Place]] = {}
    for place in places:
        sets.setdefault((place.player, place.record), []).append(place)
    nash = equilibrium.concept in ("nash", "pure-nash")
    gain = max(_best_response_gain(tree, equilibrium, p) for p in tree.players) if nash else 0.0
    bayes = 0.0
    for (player, record), nodes in sets.items():
        reach = sum(n.reach for n in nodes)
        belief = equilibrium.beliefs.get(player, {}).get(record)
        if reach > 0 and belief is None:
            bayes = INFINITE
        if belief is None:
            continue
        if reach > 0:
            errors = (abs(n.reach / reach - belief.get(n.history, 0)) for n in nodes)
            bayes = max(bayes, *(float(e) for e in errors))
        if not nash:
            gain = max(gain, _gain(tree.players.index(player), nodes, belief, equilibrium))
    return Certificate(gain, bayes, _consistency(sets, equilibrium))


def _walk(
    tree: ExtensiveFormGame, strategy: Strategy
) -> tuple[list[_Place], tuple[tuple[Any, ...], Any]]:
    """Return all decision nodes, and what the start is worth and its chance of a loose end."""
    compiled = tree.compiled
    values = compiled.complete_values(tree.values)
    exact = ExactEvaluator({p: p.check(values[n]) for n, p in compiled.parameters.items()})
    rows = (b for own in strategy.values() for b in own.values() if b != ANY)
    rational = all(isinstance(p, (int, Fraction)) for b in rows for p in b.values())

    def evaluate(expression: Any) -> Any:
        # Rationals stay rationals; with floats in the strategy, floats are faster and no worse.
        value = exact(expression)
        return value if rational else float(value)

    places: list[_Place] = []
    order = {p: i for i, p in enumerate(tree.players)}
    Own = dict[str, tuple[tuple[Record, str], ...]]

    def walk(
        node: Node, records: dict[str, Record], own: Own, history: Record, chance: Any, reach: Any
    ) -> tuple[tuple[Any, ...], Any]:
        """Return expected payoffs from a node on, and the probability of a loose end."""
        if isinstance(node, Chance):
            total: list[Any] = [0] * len(tree.players)
            loose: Any = 0
            for label, expression, subtree in node.branches:
                p = evaluate(expression)
                below = walk(subtree, records, own, (*history, label), chance * p, reach * p)
                total = [t + p * v for t, v in zip(total, below[0], strict=True)]
                loose += p * below[1]
            return tuple(total), loose
        if isinstance(node, Tell):
            told = dict(records)
            for player, signal in node.signals:
                told[player] = (*told[player], signal)
            return walk(node.subtree, told, own, history, chance, reach)
        if isinstance(node, Move):
            return decide(node, records, own, history, chance, reach)
        keyed = dict(node.payoffs)
        pays = [keyed[i] if i in keyed else keyed[p] for p, i in order.items()]
        return tuple(evaluate(u) for u in pays), 0

    def decide(
        node: Move, records: dict[str, Record], own: Own, history: Record, chance: Any, reach: Any
    ) -> tuple[tuple[Any, ...], Any]:
        player, record = node.player, records[node.player]
        try:
            behaviour = strategy[player][record]
        except KeyError:
            raise GameError(
                f"the strategy says nothing about {player!r} at {record}; "
                "an equilibrium must cover every information set of the game"
            ) from None
        offered = [action for action, _ in node.branches]
        if behaviour != ANY and (unknown := [a for a in behaviour if a not in offered]):
            raise GameError(
                f"the strategy has {player!r} choose {unknown[0]!r} at {record}; there it may "
                f"choose {offered}"
            )
        values: dict[str, tuple[Any, ...]] = {}
        open_after: dict[str, Any] = {}
        for action, subtree in node.branches:
            p = 0 if behaviour == ANY else behaviour.get(action, 0)
            after = {**records, player: (*record, action)}
            path = {**own, player: (*own[player], (record, action))}
            values[action], open_after[action] = walk(
                subtree, after, path, (*history, action), chance, reach * p
            )
        actions = tuple(values)
        where = " > ".join(history)
        places.append(
            _Place(player, record, where, actions, values, open_after, chance, reach, own)
        )
        if behaviour == ANY:
            return values[actions[0]], 1
        mean = tuple(
            sum(behaviour.get(a, 0) * values[a][i] for a in actions)
            for i in range(len(tree.players))
        )
        return mean, sum(behaviour.get(a, 0) * open_after[a] for a in actions)

    nobody: Own = dict.fromkeys(tree.players, ())
    start = walk(tree.root, dict.fromkeys(tree.players, ()), nobody, (), 1, 1)
    return places, start


def _best_response_gain(tree: ExtensiveFormGame, equilibrium: Equilibrium, player: str) -> float:
    """Return what a player's best reply to the others' strategies gains."""
    i = tree.players.index(player)
    _, (payoffs, loose) = _walk(tree, equilibrium.strategy)
    if loose > 0:
        return INFINITE
    strategy: dict[str, Mapping[Record, Behaviour]] = dict(equilibrium.strategy)
    own = [info for info in tree.information_sets if info.player == player]
    # Longer records come later, so decide those first.
    for info in sorted(own, key=lambda h: -len(h.record)):
        value: dict[str, Any] = dict.fromkeys(info.actions, 0)
        for place in _walk(tree, strategy)[0]:
            if (place.player, place.record) != (player, info.record):
                continue
            # How likely a node is does not depend on what the player itself does.
            weight = place.chance * _others(place, strategy)
            if any(weight * place.loose[a] > 0 for a in info.actions):
                return INFINITE
            value = {a: v + weight * place.values[a][i] for a, v in value.items()}
        best = max(info.actions, key=lambda a: value[a])
        strategy[player] = {**strategy[player], info.record: {best: 1}}
    return float(_walk(tree, strategy)[1][0][i] - payoffs[i])


def _others(place: _Place, strategy: Strategy) -> Any:
    """Return the probability with which the others' choices allow a node."""
    weight: Any = 1
    for p, path in place.own.items():
        for record, action in path if p != place.player else ():
            behaviour = strategy[p][record]
            weight *= 0 if behaviour == ANY else behaviour.get(action, 0)
    return weight


def _gain(
    i: int, nodes: list[_Place], belief: Mapping[str, Any], equilibrium: Equilibrium
) -> float:
    """Return what player ``i`` could gain at an information set, given its belief."""
    first = nodes[0]
    behaviour = equilibrium.strategy[first.player][first.record]
    if behaviour == ANY:
        return INFINITE
    weights = [(n, belief.get(n.history, 0)) for n in nodes]
    value = {a: sum(w * n.values[a][i] for n, w in weights) for a in first.actions}
    loose = sum(w * n.loose[a] for n, w in weights for a in first.actions)
    if loose > 0:
        return INFINITE
    played = sum(behaviour.get(a, 0) * v for a, v in value.items())
    row: list[Any] = list(behaviour.values())
    excess = abs(sum(row) - 1) + sum(max(0, -p) for p in row)
    return float(max(*value.values(), played) - played) + float(excess)


def _consistency(
    sets: Mapping[tuple[str, Record], list[_Place]], equilibrium: Equilibrium
) -> float:
    """Return how far strategy and beliefs are from the limits of the stated trembles."""
    trembles = equilibrium.trembles
    if not trembles:
        return float("nan")
    error = 0.0
    for (player, record), nodes in sets.items():
        behaviour = equilibrium.strategy[player][record]
        for level in trembles.get(player, ()):
            weights = {a: level.get((record, a), 0) for a in nodes[0].actions}
            total = sum(weights.values())
            before = nodes[0].own[player]
            if before and level.get(before[-1], 0) > 0:
                error = max(error, abs(float(total / level[before[-1]] - 1)))
            if total > 0 and behaviour != ANY:
                gaps = (abs(float(w / total - behaviour.get(a, 0))) for a, w in weights.items())
                error = max(error, *gaps)
                break
        others = [p for p in trembles if p != player]
        belief = equilibrium.beliefs.get(player, {}).get(record)
        if belief is None or len(others) > 1:
            continue
        error = max(error, _belief_error(nodes, belief, others[0] if others else None, equilibrium))
    return error


def _belief_error(
    nodes: list[_Place], belief: Mapping[str, Any], other: str | None, equilibrium: Equilibrium
) -> float:
    levels: tuple[Mapping[Any, Any], ...] = equilibrium.trembles[other] if other else ({},)
    for level in levels:
        weights = []
        for n in nodes:
            path = n.own[other] if other else ()
            # The empty path has weight 1 on the likeliest level only.
            weight = level.get(path[-1], 0) if path else int(level is levels[0])
            weights.append(n.chance * weight)
        total = sum(weights)
        if total > 0:
            gaps = (
                abs(float(w / total - belief.get(n.history, 0)))
                for n, w in zip(nodes, weights, strict=True)
            )
            return max(gaps)
    return INFINITE
