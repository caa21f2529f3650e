"""Trembles as orders and weights, for any number of players, and the beliefs that they lead to.

An action has the probability weight times the order-th power of one small number, the same for all
players: order 0 and its probability where it is played, else a positive order and any weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from crisisgames.equilibria.dominance import Agents
from crisisgames.equilibria.equilibrium import Probability, Trembles
from crisisgames.games import Compiled, Record
from crisisgames.games.compiled import Decision

__all__ = ["Cells", "beliefs_in_the_limit", "by_level"]

Cells = Mapping[Decision, tuple[int, Fraction]]
"""For each action that can be taken at all, its order and its weight."""


def beliefs_in_the_limit(agents: Agents, cells: Cells) -> dict[int, dict[int, Fraction]]:
    """Return the limit of Bayes' rule at each information set to which trembles lead."""
    found = {}
    for h in agents.sets:
        likely: dict[int, dict[int, Fraction]] = {}
        for x in agents.nodes[h]:
            if all(d in cells for d in agents.others[x]):
                order = sum(cells[d][0] for d in agents.others[x])
                weight = Fraction(agents.chance[x])
                for d in agents.others[x]:
                    weight *= cells[d][1]
                likely.setdefault(order, {})[x] = weight
        if likely:
            row = likely[min(likely)]
            total = sum(row.values())
            found[h] = {x: row.get(x, Fraction(0)) / total for x in agents.nodes[h]}
    return found


def by_level(game: Compiled, cells: Cells) -> Trembles:
    """Return trembles as `Equilibrium` states them: weights of sequences, level by level."""
    levels: dict[str, list[dict[tuple[Record, str], Probability]]] = {}
    known: dict[Decision, tuple[int, Fraction]] = {}
    for visit, h in zip(game.nodes, game.node_sets, strict=True):
        info = game.information_sets[h]
        own = [d for d in visit.decisions if game.information_sets[d[0]].player == info.player]
        if own and own[-1] not in known:
            continue
        order, weight = known[own[-1]] if own else (0, Fraction(1))
        rows = levels.setdefault(info.player, [])
        for a, action in enumerate(info.actions):
            if (h, a) in cells and (h, a) not in known:
                extra, share = cells[h, a]
                if not share:
                    continue
                known[h, a] = order + extra, weight * share
                rows += [{} for _ in range(order + extra + 1 - len(rows))]
                rows[order + extra][info.record, action] = weight * share
    return {player: tuple(rows) for player, rows in levels.items()}
