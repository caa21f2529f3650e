"""What a drawing of a tree shows: its nodes, what is written at each, and what was folded away."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from crisisgames.equilibria.equilibrium import ANY, Equilibrium
from crisisgames.errors import GameError
from crisisgames.games.tree import Chance, Move, Node, Tell
from crisisgames.plots.words import formula, number, probability, shortened

if TYPE_CHECKING:
    from crisisgames.games import ExtensiveFormGame

__all__ = ["MOST_NODES", "Spot", "View", "game_of", "view_of"]

MOST_NODES = 130
"""Nodes up to which a tree is drawn whole; what lies deeper in larger ones is folded."""

MOST_BRANCHES = 40
"""Branches of one node that are drawn; the rest is counted."""

NO_BREAK = "\N{NO-BREAK SPACE}"

LONGEST_FORMULA = 24
"""Characters of an expression after which a drawing has a name for it, told in the caption."""

PLAYED = 1e-9
"""Probability up to which a branch counts as never taken."""


@dataclass(frozen=True)
class Spot:
    """A node of the drawing, and the branch that leads to it.

    Attributes
    ----------
    kind : str
        ``chance``, ``move``, ``end``, or ``folded``: what is below is not drawn.
    parent : int
        -1 at the root.
    children : tuple of int
    action, chosen : str
        Label of the branch that leads here, and its probability as it is written.
    weight : float
        That probability; 1 where nothing is known of it.
    mover : int
        Who takes the branch: a player, or -1 for nature.
    player, info : int
        Who moves here, and the information set; -1 where nobody does.
    reached : bool
        Whether play comes here.
    belief : str
    payoffs : tuple of str
        At an end, for each player.
    outcome : str
    folded : int
        Nodes below that are not drawn.
    """

    kind: Literal["chance", "move", "end", "folded"]
    parent: int
    children: tuple[int, ...] = ()
    action: str = ""
    chosen: str = ""
    weight: float = 1.0
    mover: int = -1
    player: int = -1
    info: int = -1
    reached: bool = True
    belief: str = ""
    payoffs: tuple[str, ...] = ()
    outcome: str = ""
    folded: int = 0


@dataclass(frozen=True)
class View:
    """The nodes of a drawing, each before what is below it, and what the players know.

    `known` has for each information set what its player was told and did, entries unbroken.
    `named` has the long expressions, by the names that stand for them: ``u1 = ...``.
    """

    players: tuple[str, ...]
    spots: tuple[Spot, ...]
    known: tuple[str, ...]
    played: bool
    folded: int
    named: tuple[str, ...] = ()

    def members(self) -> dict[int, list[int]]:
        """Return the drawn nodes of each information set."""
        found: dict[int, list[int]] = {}
        for k, spot in enumerate(self.spots):
            if spot.info >= 0:
                found.setdefault(spot.info, []).append(k)
        return found

    def order(self) -> list[int]:
        """Return the nodes in the order in which a walk meets them."""
        ahead, found = [0], []
        while ahead:
            found.append(ahead.pop())
            ahead += reversed(self.spots[found[-1]].children)
        return found


def game_of(game: ExtensiveFormGame, equilibrium: Equilibrium | None) -> ExtensiveFormGame:
    """Return the game at the values to draw: those at which the equilibrium was solved.

    Raises
    ------
    GameError
        If what is given is no equilibrium, or one of another game.
    """
    if equilibrium is None:
        return game
    if not isinstance(equilibrium, Equilibrium):
        raise GameError(
            f"equilibrium is a {type(equilibrium).__name__}; give one Equilibrium, such as "
            "solve(game)[0], or use .plot() of the set"
        )
    own, other = game.compiled, equilibrium.game.compiled
    if own is not other and (
        own.information_sets != other.information_sets
        or own.nodes != other.nodes
        or own.payoff_expressions != other.payoff_expressions
        or own.branch_expressions != other.branch_expressions
    ):
        raise GameError("the equilibrium is of another game; draw it with equilibrium.plot()")
    return equilibrium.game


def view_of(
    game: ExtensiveFormGame,
    equilibrium: Equilibrium | None = None,
    *,
    symbols: bool = False,
    depth: int | None = None,
    most: int = MOST_NODES,
) -> View:
    """Return what a drawing of a game shows.

    Parameters
    ----------
    game : ExtensiveFormGame
        At the values to show.
    equilibrium : Equilibrium, optional
    symbols : bool
        Whether probabilities of nature and payoffs are expressions, else numbers.
    depth : int, optional
        Moves, also of nature, after which the tree is folded; by default so many that at most
        ``most`` nodes are drawn.
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise GameError(f"depth is {depth!r}; give a whole number of moves from 1")
    compiled = game.compiled
    rows = _rows(game)
    sizes = [1] * len(rows)
    for k in range(len(rows) - 1, 0, -1):
        sizes[rows[k].parent] += sizes[k]
    depth = _deepest([r.depth for r in rows], most) if depth is None else depth
    numbers = game.exact()
    strategy = _strategy(equilibrium)
    branches = compiled.branch_expressions if symbols else numbers.branches
    names = _Names(game.parameters)
    written = partial(names.write, "p") if symbols else probability
    place: dict[int, int] = {}
    spots: list[Spot] = []
    cut = 0
    for k, row in enumerate(rows):
        over = row.rank >= MOST_BRANCHES - 1 and row.siblings > MOST_BRANCHES
        if k and (row.parent not in place or row.depth > depth or over):
            if over and row.parent in place and row.rank == MOST_BRANCHES - 1:
                rest = [j for j in range(k, len(rows)) if rows[j].parent == row.parent]
                hidden = sum(sizes[j] for j in rest)
                label = f"{len(rest)} more"
                spots.append(Spot("folded", place[row.parent], action=label, folded=hidden))
                cut += hidden
            continue
        parent = place.get(row.parent, -1)
        weight, chosen, mover = 1.0, "", -1
        if row.chance >= 0:
            weight = float(numbers.branches[row.chance])
            chosen = written(branches[row.chance])
        elif row.choice is not None:
            h, a = row.choice
            mover = compiled.players.index(compiled.information_sets[h].player)
            if strategy is not None:
                behaviour = strategy[h]
                weight = 0.0 if behaviour is None else behaviour[a]
                chosen = "any" if behaviour is None else probability(weight)
        reached = parent < 0 or (spots[parent].reached and (weight > PLAYED or equilibrium is None))
        spot = Spot(row.kind, parent, (), row.action, chosen, weight, mover, reached=reached)
        if row.kind != "end" and row.depth == depth:
            spot = replace(spot, kind="folded", folded=sizes[k] - 1)
            cut += sizes[k] - 1
        elif row.kind == "move":
            spot = _move(spot, row.index, game, equilibrium)
        elif row.kind == "end":
            spot = _end(spot, row.index, game, names if symbols else None)
        place[k] = len(spots)
        spots.append(spot)
    children: dict[int, list[int]] = {}
    for k, spot in enumerate(spots):
        children.setdefault(spot.parent, []).append(k)
    placed = (replace(s, children=tuple(children.get(k, ()))) for k, s in enumerate(spots))
    known = tuple(
        ", ".join(entry.replace(" ", NO_BREAK) for entry in info.record)
        for info in compiled.information_sets
    )
    played = equilibrium is not None
    return View(compiled.players, tuple(placed), known, played, cut, names.told())


class _Names:
    """Names of the expressions that are too long for a drawing."""

    def __init__(self, taken: Container[str]) -> None:
        self.taken = taken
        self.known: dict[tuple[str, str], str] = {}

    def write(self, letter: str, value: Any) -> str:
        """Return an expression, or its name: the letter and a number."""
        text = formula(value)
        if len(text) <= LONGEST_FORMULA:
            return text
        if (letter, text) not in self.known:
            names = (f"{letter}{k}" for k in count(1))
            free = (n for n in names if n not in self.taken and n not in self.known.values())
            self.known[letter, text] = next(free)
        return self.known[letter, text]

    def told(self) -> tuple[str, ...]:
        """Return what each name stands for."""
        ordered = sorted(self.known.items(), key=lambda entry: entry[0][0])
        return tuple(f"{name} = {text}" for (_, text), name in ordered)


def _move(spot: Spot, x: int, game: ExtensiveFormGame, equilibrium: Equilibrium | None) -> Spot:
    """Return the spot of a decision node: who moves, and the belief if the set has several."""
    compiled = game.compiled
    h = compiled.node_sets[x]
    info = compiled.information_sets[h]
    spot = replace(spot, player=compiled.players.index(info.player), info=h)
    if equilibrium is None or compiled.node_sets.count(h) == 1:
        return spot
    held = equilibrium.beliefs.get(info.player, {}).get(info.record, {})
    label = compiled.nodes[x].label
    return replace(spot, belief=f"[{probability(held[label])}]") if label in held else spot


def _end(spot: Spot, z: int, game: ExtensiveFormGame, names: _Names | None) -> Spot:
    """Return the spot of an end: payoffs, as expressions where there are names for long ones."""
    symbols = names is not None
    compiled, numbers = game.compiled, game.exact()
    shares = compiled.share_expressions[z] if symbols else numbers.shares[z]
    pays = compiled.payoff_expressions[z] if symbols else numbers.payoffs[z]
    pairs = zip(compiled.outcomes, shares, strict=True)
    parts = [(shortened(o), s) for o, s in pairs if s != 0]
    # Shares as expressions would drown the payoffs.
    bare = symbols or len(parts) == 1
    # What belongs together stays in one line, the label and its share.
    words = (o if bare else f"{o} {probability(s)}" for o, s in parts)
    outcome = ", ".join(w.replace(" ", NO_BREAK) for w in words)
    texts = tuple(map(number, pays)) if names is None else tuple(names.write("u", u) for u in pays)
    return replace(spot, payoffs=texts, outcome=outcome)


@dataclass(frozen=True)
class _Row:
    """A node of the game; `index` is its place among the compiled nodes of its kind."""

    kind: Literal["chance", "move", "end"]
    parent: int
    depth: int
    action: str
    index: int
    chance: int
    choice: tuple[int, int] | None
    rank: int
    siblings: int


def _rows(game: ExtensiveFormGame) -> list[_Row]:
    """Return all nodes in the order in which the game was compiled, told signals left out."""
    compiled = game.compiled
    rows: list[_Row] = []
    drawn = moves = ends = 0
    # Node, parent, depth, label, own action, rank and number of siblings, whether nature's branch.
    ahead: list[tuple[Node, int, int, str, tuple[int, int] | None, int, int, bool]]
    ahead = [(game.root, -1, 0, "", None, 0, 1, False)]
    while ahead:
        node, parent, depth, label, choice, rank, siblings, lucky = ahead.pop()
        chance = drawn if lucky else -1
        drawn += lucky
        while isinstance(node, Tell):
            node = node.subtree
        k = len(rows)
        if isinstance(node, Chance):
            rows.append(_Row("chance", parent, depth, label, -1, chance, choice, rank, siblings))
            n = len(node.branches)
            after = [
                (t, k, depth + 1, b, None, i, n, True) for i, (b, _, t) in enumerate(node.branches)
            ]
            ahead += reversed(after)
        elif isinstance(node, Move):
            rows.append(_Row("move", parent, depth, label, moves, chance, choice, rank, siblings))
            h, n = compiled.node_sets[moves], len(node.branches)
            moves += 1
            acts = [
                (t, k, depth + 1, b, (h, i), i, n, False) for i, (b, t) in enumerate(node.branches)
            ]
            ahead += reversed(acts)
        else:
            rows.append(_Row("end", parent, depth, label, ends, chance, choice, rank, siblings))
            ends += 1
    return rows


def _deepest(depths: Sequence[int], most: int) -> int:
    """Return the largest depth down to which at most so many nodes lie; 1 at least."""
    bottom = max(depths)
    fits = (d for d in range(bottom, 1, -1) if sum(own <= d for own in depths) <= most)
    return max(1, next(fits, 1))


def _strategy(equilibrium: Equilibrium | None) -> list[list[float] | None] | None:
    """Return for each information set the probability of each action; None for ``any``."""
    if equilibrium is None:
        return None
    found: list[list[float] | None] = []
    for info in equilibrium.game.information_sets:
        row: Any = equilibrium.strategy[info.player][info.record]
        found.append(None if row == ANY else [float(row[a]) for a in info.actions])
    return found
