"""The certificate of an equilibrium, recomputed from the game tree and the assessment alone.

Nothing here is shared with the solvers but the tree and the values of its expressions: the tree is
walked again, node by node.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from numbers import Real
from typing import Any

from crisisgames.equilibria.edges import inside
from crisisgames.equilibria.equilibrium import ANY, Behaviour, Certificate, Equilibrium, Strategy
from crisisgames.errors import GameError
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    NormalFormGame,
    Record,
    SignalingGame,
)
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import STEP, Chance, Move, Node, Tell

__all__ = ["verify"]

INFINITE = float("inf")

ROUNDING = 1e-9
"""How far stated beliefs may be from summing to one: they are probabilities, rounded."""


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


@dataclass(frozen=True)
class _Walk:
    """What play by a strategy comes to."""

    places: list[_Place]
    outcomes: Mapping[str, Any]
    payoffs: tuple[Any, ...]
    loose: Any
    """Probability of coming to a place where the strategy says "any"."""


def verify(
    game: ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame,
    equilibrium: Equilibrium,
) -> Certificate:
    """Return the certificate of an equilibrium of a game.

    Parameters
    ----------
    game : game
        The game that it is claimed to be an equilibrium of, with its values.
    equilibrium : Equilibrium
        What it states is checked; nothing is taken from the solver that found it.

    Returns
    -------
    Certificate
        Its `gain` is infinite where the strategy leaves open (``"any"``) what play, or a deviation
        that a belief weighs, leads to, and where a prescription has no belief to be judged by. An
        information set with a single node needs no stated belief. For the concepts ``nash`` and
        ``pure-nash`` the gain is that of the best reply to the others' strategies, information
        sets off the path being free; for ``subgame-perfect`` under imperfect information, the same
        in each subgame.

    Raises
    ------
    GameError
        If the strategy does not cover the game's information sets, or names other actions.

    Examples
    --------
    >>> from crisisgames import Incident, solve, verify
    >>> game = Incident().game()
    >>> verify(game, solve(game)[0]).gain < 1e-12
    True
    """
    if not isinstance(game, (ExtensiveFormGame, SignalingGame, NormalFormGame, BayesianGame)):
        raise GameError(f"verify takes a game, not {type(game).__name__}; a crisis has .game()")
    if not isinstance(equilibrium, Equilibrium):
        raise GameError(f"verify takes an Equilibrium, not {type(equilibrium).__name__}")
    tree, _ = inside(game if isinstance(game, ExtensiveFormGame) else game.to_extensive())
    walk = _walk(tree, equilibrium.strategy)
    sets: dict[tuple[str, Record], list[_Place]] = {}
    for place in walk.places:
        if place.chance > 0:  # elsewhere nature never goes
            sets.setdefault((place.player, place.record), []).append(place)
    if equilibrium.concept in ("nash", "pure-nash"):
        gain = max(_best_response_gain(tree, equilibrium.strategy, p) for p in tree.players)
    elif equilibrium.concept == "subgame-perfect" and len(sets) < len(walk.places):
        games = _subgames(tree)
        gain = max(
            _best_response_gain(g, equilibrium.strategy, p) for g in games for p in g.players
        )
    else:
        gains = (_gain(tree.players.index(p), n, equilibrium) for (p, _), n in sets.items())
        gain = max(gains, default=0.0)
    gain = max(gain, _no_strategy(tree, equilibrium.strategy))
    bayes = max((_bayes_error(nodes, equilibrium) for nodes in sets.values()), default=0.0)
    return Certificate(
        gain, bayes, _consistency(sets, equilibrium), _outcome_error(walk, tree, equilibrium)
    )


def _no_strategy(tree: ExtensiveFormGame, strategy: Strategy) -> float:
    """Return 0 if all prescriptions are probabilities that sum to one, else infinity."""
    for info in tree.information_sets:
        behaviour = strategy[info.player][info.record]
        if behaviour != ANY:
            row: list[Any] = list(behaviour.values())
            if abs(sum(row) - 1) > ROUNDING or min(row, default=-1) < -ROUNDING:
                return INFINITE
    return 0.0


def _belief(nodes: list[_Place], equilibrium: Equilibrium) -> Mapping[str, Any] | None:
    """Return the belief stated at an information set; certainty where it is a single node."""
    stated = equilibrium.beliefs.get(nodes[0].player, {}).get(nodes[0].record)
    return {nodes[0].history: 1} if stated is None and len(nodes) == 1 else stated


def _bayes_error(nodes: list[_Place], equilibrium: Equilibrium) -> float:
    """Return how far a belief is from Bayes' rule, or infinity if it is no belief at all."""
    belief = _belief(nodes, equilibrium)
    reach = sum(n.reach for n in nodes)
    if belief is None:
        return INFINITE if reach > 0 else 0.0
    known = {n.history for n in nodes}
    off = abs(sum(belief.values()) - 1)
    if off > ROUNDING or any(p < -ROUNDING or h not in known for h, p in belief.items()):
        return INFINITE
    if not reach > 0:
        return 0.0
    return max(abs(float(n.reach / reach - belief.get(n.history, 0))) for n in nodes)


def _outcome_error(walk: _Walk, tree: ExtensiveFormGame, equilibrium: Equilibrium) -> float:
    """Return how far the stated outcomes and payoffs are from those of the strategy."""
    if walk.loose > 0:
        return INFINITE
    missing = [p for p in tree.players if p not in equilibrium.payoffs]
    if missing:
        raise GameError(
            f"the equilibrium states no payoff for {missing[0]!r}; give payoffs for each of "
            f"{tree.players}, and outcomes for each of {tree.outcomes}"
        )
    stated = [*equilibrium.outcomes.values(), *(equilibrium.payoffs[p] for p in tree.players)]
    found = [*(walk.outcomes.get(o, 0) for o in tree.outcomes), *walk.payoffs]
    if len(stated) != len(found):
        return INFINITE
    return max(abs(float(a - b)) for a, b in zip(stated, found, strict=True))


def _walk(tree: ExtensiveFormGame, strategy: Strategy) -> _Walk:
    """Return what play by a strategy comes to, from one walk of the tree."""
    compiled = tree.compiled
    values = compiled.complete_values(tree.values)
    exact = ExactEvaluator({p: p.check(values[n]) for n, p in compiled.parameters.items()})
    rows = (b for own in strategy.values() for b in own.values() if isinstance(b, Mapping))
    rational = all(isinstance(p, (int, Fraction)) for b in rows for p in b.values())

    def evaluate(expression: Any) -> Any:
        # Rationals stay rationals; with floats in the strategy, floats are faster and no worse.
        value = exact(expression)
        return value if rational else float(value)

    places: list[_Place] = []
    outcomes: dict[str, Any] = {}
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
            return walk(node.subtree, _told(node, records), own, history, chance, reach)
        if isinstance(node, Move):
            return decide(node, records, own, history, chance, reach)
        for label, share in node.shares:
            outcomes[label] = outcomes.get(label, 0) + reach * evaluate(share)
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
        if behaviour != ANY and not _is_row(behaviour):
            raise GameError(
                f"the strategy of {player!r} at {record} is {behaviour!r}; give a probability for "
                f"each of {offered}, or 'any'"
            )
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
        where = STEP.join(history) or "the start"
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
    payoffs, loose = walk(tree.root, dict.fromkeys(tree.players, ()), nobody, (), 1, 1)
    return _Walk(places, outcomes, payoffs, loose)


def _is_row(behaviour: object) -> bool:
    return isinstance(behaviour, Mapping) and all(
        isinstance(p, Real) and not isinstance(p, bool) for p in behaviour.values()
    )


def _subgames(tree: ExtensiveFormGame) -> list[ExtensiveFormGame]:
    """Return the subgames of a tree, each with what was told and done before as what is told."""
    found = []
    whole: dict[tuple[str, Record], int] = {}

    def decisions(node: Node, records: Mapping[str, Record]) -> list[tuple[str, Record]]:
        """Return the information set of each decision in a subtree."""
        if isinstance(node, Chance):
            return [d for _, _, below in node.branches for d in decisions(below, records)]
        if isinstance(node, Tell):
            return decisions(node.subtree, _told(node, records))
        if isinstance(node, Move):
            own = (node.player, records[node.player])
            after = [
                decisions(below, {**records, node.player: (*own[1], action)})
                for action, below in node.branches
            ]
            return [own, *(d for row in after for d in row)]
        return []

    def walk(node: Node, records: Mapping[str, Record]) -> None:
        if isinstance(node, Tell):
            walk(node.subtree, _told(node, records))
        if isinstance(node, Move | Chance):
            here = decisions(node, records)
            if here and all(here.count(d) == whole[d] for d in set(here)):
                start: Node = node
                for player, record in records.items():
                    for entry in reversed(record):
                        start = Tell(((player, entry),), start)
                game = ExtensiveFormGame(start, tree.players)
                named = {n: v for n, v in tree.values.items() if n in game.parameters}
                found.append(game.at(**named))
        if isinstance(node, Chance):
            for _, _, below in node.branches:
                walk(below, records)
        if isinstance(node, Move):
            for action, below in node.branches:
                own = (*records[node.player], action)
                walk(below, {**records, node.player: own})

    nothing: dict[str, Record] = dict.fromkeys(tree.players, ())
    for d in decisions(tree.root, nothing):
        whole[d] = whole.get(d, 0) + 1
    walk(tree.root, nothing)
    return found


def _told(node: Tell, records: Mapping[str, Record]) -> dict[str, Record]:
    """Return everybody's record after something is told."""
    told = dict(records)
    for player, signal in node.signals:
        told[player] = (*told[player], signal)
    return told


def _best_response_gain(tree: ExtensiveFormGame, strategy: Strategy, player: str) -> float:
    """Return what a player's best reply to the others' strategies gains."""
    i = tree.players.index(player)
    before = _walk(tree, strategy)
    if before.loose > 0:
        return INFINITE
    reply: dict[str, Mapping[Record, Behaviour]] = dict(strategy)
    own = [info for info in tree.information_sets if info.player == player]
    # Longer records come later, so decide those first.
    for info in sorted(own, key=lambda h: -len(h.record)):
        value: dict[str, Any] = dict.fromkeys(info.actions, 0)
        for place in _walk(tree, reply).places:
            if (place.player, place.record) != (player, info.record):
                continue
            # How likely a node is does not depend on what the player itself does.
            weight = place.chance * _others(place, reply)
            if any(weight * place.loose[a] > 0 for a in info.actions):
                return INFINITE
            value = {a: v + weight * place.values[a][i] for a, v in value.items()}
        best = max(info.actions, key=lambda a: value[a])
        reply[player] = {**reply[player], info.record: {best: 1}}
    return float(_walk(tree, reply).payoffs[i] - before.payoffs[i])


def _others(place: _Place, strategy: Strategy) -> Any:
    """Return the probability with which the others' choices allow a node."""
    weight: Any = 1
    for p, path in place.own.items():
        for record, action in path if p != place.player else ():
            behaviour = strategy[p][record]
            weight *= 0 if behaviour == ANY else behaviour.get(action, 0)
    return weight


def _gain(i: int, nodes: list[_Place], equilibrium: Equilibrium) -> float:
    """Return what player ``i`` could gain at an information set, given its belief."""
    first = nodes[0]
    behaviour = equilibrium.strategy[first.player][first.record]
    if behaviour == ANY:
        # Open is fine where nothing leads: then there is no belief either. What leads here by a
        # deviation that some belief weighs shows as a loose end there.
        stated = equilibrium.beliefs.get(first.player, {}).get(first.record)
        return 0.0 if stated is None else INFINITE
    belief = _belief(nodes, equilibrium)
    if belief is None:
        return INFINITE
    weights = [(n, belief.get(n.history, 0)) for n in nodes]
    if sum(w * n.loose[a] for n, w in weights for a in first.actions) > 0:
        return INFINITE
    value = {a: sum(w * n.values[a][i] for n, w in weights) for a in first.actions}
    played = sum(behaviour.get(a, 0) * v for a, v in value.items())
    return float(max(*value.values(), played) - played)


Weights = Mapping[tuple[Record, str], Any]
"""The weight of each sequence, named by its last choice, on one level."""


def _consistency(
    sets: Mapping[tuple[str, Record], list[_Place]], equilibrium: Equilibrium
) -> float:
    """Return how far strategy and beliefs are from the limits of the stated trembles."""
    trembles = equilibrium.trembles
    if not trembles:
        dark = any(sum(n.reach for n in nodes) == 0 for nodes in sets.values())
        return INFINITE if dark and equilibrium.concept == "sequential" else float("nan")
    if any(w < 0 for levels in trembles.values() for level in levels for w in level.values()):
        return INFINITE
    error = 0.0
    for (player, record), nodes in sets.items():
        own = trembles.get(player, ())
        error = max(error, _tremble_error(nodes[0], own, equilibrium.strategy[player][record]))
        belief = _belief(nodes, equilibrium)
        if belief is not None and len(nodes) > 1:
            others = {p: levels for p, levels in trembles.items() if p != player}
            error = max(error, _limit_error(nodes, belief, others))
    return error


def _tremble_error(place: _Place, levels: tuple[Weights, ...], behaviour: Behaviour) -> float:
    """Return how far trembles are from conserving weight, and from the behaviour they imply.

    A sequence has a first level, the likeliest on which it has weight. There its weight is the sum
    of those of what may follow, and what follows may not come on a likelier level.
    """
    path = place.own[place.player]
    level = next((k for k, w in enumerate(levels) if _weight(w, path, k) > 0), None)
    rows = [{a: w.get((place.record, a), 0) for a in place.actions} for w in levels]
    if level is None:
        return INFINITE if any(any(row.values()) for row in rows) else 0.0
    if behaviour == ANY or any(any(row.values()) for row in rows[:level]):
        return INFINITE  # trembles that lead here must say what is done, and not before they lead
    total = _weight(levels[level], path, level)
    shares = {a: w / total for a, w in rows[level].items()}
    error = abs(float(sum(shares.values()) - 1))
    return max(error, *(abs(float(p - behaviour.get(a, 0))) for a, p in shares.items()))


def _limit_error(
    nodes: list[_Place], belief: Mapping[str, Any], others: Mapping[str, tuple[Weights, ...]]
) -> float:
    """Return how far a belief is from the limit that the others' trembles imply.

    Trembles of level k are of the order of the k-th power of one small number, the same for all
    players. So the orders of several players' choices add up, and the least order counts.
    """
    limits: dict[int, list[tuple[str, Any]]] = {}
    for n in nodes:
        order, weight = 0, n.chance
        for player, levels in others.items():
            path = n.own.get(player, ())
            own = [_weight(level, path, k) for k, level in enumerate(levels)]
            first = next((k for k, w in enumerate(own) if w > 0), None)
            if first is None:
                break
            order, weight = order + first, weight * own[first]
        else:
            limits.setdefault(order, []).append((n.history, weight))
    if not limits:
        return INFINITE
    likely = dict(limits[min(limits)])
    total = sum(likely.values())
    gaps = (likely.get(n.history, 0) / total - belief.get(n.history, 0) for n in nodes)
    return max(abs(float(gap)) for gap in gaps)


def _weight(level: Weights, path: tuple[tuple[Record, str], ...], number: int) -> Any:
    """Return the weight of a sequence on a level; the empty one has weight 1 on the likeliest."""
    return level.get(path[-1], 0) if path else int(number == 0)
