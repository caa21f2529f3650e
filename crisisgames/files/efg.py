"""Extensive games in Gambit's ``.efg`` format [1]_.

Gambit writes information sets down by number; here they are records of what players were told and
did. So a file's information set becomes a signal right before the move, its name or its number.
With perfect recall exactly the information sets of the file result.

References
----------
.. [1] The Gambit Project, "The extensive game (.efg) file format", Gambit documentation,
   "Game representation formats".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from crisisgames.errors import GameError
from crisisgames.files.numbers import number_text
from crisisgames.files.tokens import Reader, quoted, unique
from crisisgames.games import (
    BayesianGame,
    ExtensiveFormGame,
    InformationSet,
    Node,
    NormalFormGame,
    SignalingGame,
    chance,
    end,
    move,
    tell,
)
from crisisgames.games.compile import MAX_DEPTH
from crisisgames.games.expressions import ExactEvaluator
from crisisgames.games.tree import STEP, Chance, Move, Tell, joined

__all__ = ["from_efg", "to_efg"]

NO_OUTCOME = "no outcome"
"""The label of an end on whose way the file has no outcome."""

Payoffs = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Set:
    """An information set of a file, or an event of nature."""

    name: str
    actions: tuple[str, ...]
    probabilities: Payoffs = ()


@dataclass(frozen=True)
class _Outcome:
    name: str
    payoffs: Payoffs


@dataclass
class _Place:
    """A node of a file: its player (0 for nature, -1 for an end), set and outcome by number."""

    place: int
    player: int
    set: int
    outcome: int
    size: int
    after: list[_Place] = field(default_factory=list)


def from_efg(text: str) -> ExtensiveFormGame:
    """Return the game that the text of an ``.efg`` file describes.

    Parameters
    ----------
    text : str
        All of the format: see Notes for what has no counterpart here.

    Raises
    ------
    GameError
        If the text is not such a file, with line, column, what was found and what is expected; if
        the game is one of imperfect recall, with the information set and the two nodes; if it is
        deeper than solvers go.

    Notes
    -----
    The outcome of an end is the names of the outcomes on its way, joined by commas; payoffs add up.
    An outcome without a name is named by its number, and outcomes of one name are one outcome with
    several payoffs, as everywhere in this library. Actions and players that have no name are
    named by their place, repeated ones numbered: ``action 2``, ``yield (2)``. A branch of nature
    with probability 0 is left out with all that follows it. Names of nodes and events and the
    comment are not kept.

    Examples
    --------
    >>> game = from_efg('''EFG 2 R "Entry" { "Entrant" "Incumbent" }
    ... p "" 1 1 "" { "stay out" "enter" } 0
    ... t "" 1 "status quo" { 0, 2 }
    ... p "" 2 1 "after entry" { "fight" "share" } 0
    ... t "" 2 "war" { -1, -1 }
    ... t "" 3 "peace" { 1, 1 }
    ... ''')
    >>> [(h.player, h.record, h.actions) for h in game.information_sets]
    [('Entrant', ('information set 1',), ('stay out', 'enter')),
     ('Incumbent', ('after entry',), ('fight', 'share'))]
    """
    file = _File(text)
    tree = _Tree(file)
    game = ExtensiveFormGame(tree.root, tuple(file.players), file.title)
    tree.check(game)
    return game


class _File:
    """What a file says."""

    def __init__(self, text: str) -> None:
        self.reader = Reader(text)
        self.title = self.reader.header("EFG", "2")
        self.players = unique(self.reader.texts("names of players"), "player")
        self.reader.accept("text")  # a comment
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, _Outcome] = {}
        self.root = self.tree()
        if self.reader.token.kind != "end":
            raise self.reader.wrong(
                f"the tree is complete, but {self.reader.found()} follows; does a node above have "
                "fewer actions than it should?"
            )

    def tree(self) -> _Place:
        """Read all nodes, each before those after it."""
        root = self.node()
        above = [root] if root.size else []
        while above:
            node = self.node()
            above[-1].after.append(node)
            if node.size:
                above.append(node)
            # A signal stands before each move, so two levels at most.
            if 2 * len(above) > MAX_DEPTH:
                raise self.reader.wrong(
                    f"the tree is more than {MAX_DEPTH // 2} levels deep; cut the game shorter",
                    node.place,
                )
            while above and len(above[-1].after) == above[-1].size:
                above.pop()
        return root

    def node(self) -> _Place:
        """Read one node."""
        r = self.reader
        place = r.token.place
        if r.token.kind != "symbol" or r.token.value not in ("c", "p", "t"):
            raise r.wrong(f"found {r.found()}, where a node (c, p or t) is expected")
        kind = r.take("symbol", "a node")
        r.take("text", "the name of the node, in quotes,")
        if kind == "t":
            return _Place(place, -1, 0, self.outcome(), 0)
        player = 0
        if kind == "p":
            player = r.ordinal("the number of a player", 1, len(self.players))
        number = r.ordinal("the number of an information set", 1)
        known = self.described(player, number)
        return _Place(place, player, number, self.outcome(), len(known.actions))

    def described(self, player: int, number: int) -> _Set:
        """Read the description of an information set, or recall it."""
        r, key, place = self.reader, (player, number), self.reader.token.place
        whose = f"of {self.players[player - 1]!r}" if player else "of nature"
        if r.token.kind != "text":
            if key not in self.sets:
                raise r.wrong(
                    f"found {r.found()}, but information set {number} {whose} is new here, so its "
                    "name in quotes and its actions are expected"
                )
            return self.sets[key]
        name = r.take("text", "a name")
        r.take("{", "'{' and the actions")
        actions: list[str] = []
        probabilities: list[Fraction] = []
        while not actions or r.token.kind == "text":
            actions.append(r.take("text", "an action in quotes"))
            if not player:
                probabilities.append(self.probability(actions[-1]))
        r.take("}", "an action in quotes, or '}',")
        if not player and sum(probabilities) != 1:
            raise r.wrong(
                f"the probabilities sum to {number_text(sum(probabilities, Fraction(0)))}; they "
                "must sum to 1",
                place,
            )
        new = _Set(name, tuple(actions), tuple(probabilities))
        if self.sets.setdefault(key, new) != new:
            raise r.wrong(
                f"information set {number} {whose} was described otherwise before: repeat its name "
                "and actions as they were, or give its number only",
                place,
            )
        return new

    def probability(self, action: str) -> Fraction:
        place = self.reader.token.place
        p = self.reader.number(f"the probability of {action!r}")
        if not 0 <= p <= 1:
            raise self.reader.wrong(
                f"the probability of {action!r} is {float(p):.6g}; allowed is 0 to 1", place
            )
        return p

    def outcome(self) -> int:
        """Read the outcome of a node, with its description or without."""
        r = self.reader
        number = r.ordinal("the number of an outcome (0 for none)")
        place = r.token.place
        if r.token.kind != "text":
            if number and number not in self.outcomes:
                raise r.wrong(
                    f"found {r.found()}, but outcome {number} is new here, so its name in quotes "
                    "and its payoffs are expected"
                )
            return number
        if not number:
            raise r.wrong("outcome 0 is none at all, so it has no name and no payoffs")
        name = r.take("text", "a name")
        r.take("{", "'{' and the payoffs")
        new = _Outcome(name, r.payoffs(self.players))
        if self.outcomes.setdefault(number, new) != new:
            raise r.wrong(
                f"outcome {number} was described otherwise before: repeat its name and payoffs as "
                "they were, or give its number only",
                place,
            )
        return number


Own = tuple[tuple[int, int], ...]
"""What a player did on the way: information sets and places of the actions."""


class _Tree:
    """The tree that a file makes."""

    def __init__(self, file: _File) -> None:
        self.file = file
        self.actions = {
            key: [a.replace(STEP, " / ") for a in unique(s.actions, "action")]
            for key, s in file.sets.items()
        }
        self.actions = {key: unique(own, "action") for key, own in self.actions.items()}
        self.signals: dict[tuple[int, int], str] = {}
        for player in range(1, len(file.players) + 1):
            own_sets = [key for key in file.sets if key[0] == player]
            names = [file.sets[k].name.strip() or f"information set {k[1]}" for k in own_sets]
            self.signals.update(zip(own_sets, unique(names, "information set"), strict=True))
        self.ways: dict[tuple[int, int], tuple[Own, str]] = {}
        self.labels: dict[tuple[str, ...], str] = {}
        self.kept: list[tuple[int, int]] = []
        nothing: tuple[Own, ...] = ((),) * (len(file.players) + 1)
        self.root = self.build(file.root, nothing, (), (), kept=True)

    def build(
        self,
        node: _Place,
        own: tuple[Own, ...],
        history: tuple[str, ...],
        passed: tuple[int, ...],
        *,
        kept: bool,
    ) -> Node:
        """Return the tree from a node on, and note its information sets if nature goes there."""
        passed = (*passed, node.outcome) if node.outcome else passed
        if node.player < 0:
            return self.ended(passed)
        key = (node.player, node.set)
        if node.player:
            self.remember(node, key, own[node.player], STEP.join(history) or "the start")
            if kept:
                self.kept.append(key)
        after = {}
        likely = self.file.sets[key].probabilities
        for a, (action, child) in enumerate(zip(self.actions[key], node.after, strict=True)):
            known = list(own)
            known[node.player] = (*own[node.player], (node.set, a)) if node.player else ()
            alive = kept and (node.player > 0 or likely[a] > 0)
            after[action] = self.build(child, tuple(known), (*history, action), passed, kept=alive)
        if node.player:
            player = self.file.players[node.player - 1]
            return tell({player: self.signals[key]}, move(player, after))
        branches = zip(likely, after.items(), strict=True)
        return chance({label: (p, subtree) for p, (label, subtree) in branches if p})

    def remember(self, node: _Place, key: tuple[int, int], own: Own, history: str) -> None:
        """Raise if a player has forgotten what it knew or did."""
        name = f"{self.signals[key]!r} (number {key[1]}) of {self.file.players[key[0] - 1]!r}"
        before, other = self.ways.setdefault(key, (own, history))
        if any(number == key[1] for number, _ in own):
            raise self.file.reader.wrong(
                f"play comes to information set {name} at {other!r} and again at {history!r}: the "
                "player forgets that it has moved, and games here have perfect recall; give the "
                "two nodes different information sets",
                node.place,
            )
        if before != own:
            raise self.file.reader.wrong(
                f"information set {name} joins {other!r} and {history!r}, which the player could "
                "tell apart by what it knew and did before; games here have perfect recall, so "
                "give the two nodes different information sets",
                node.place,
            )

    def ended(self, passed: Sequence[int]) -> Node:
        """Return the end with the outcomes on its way."""
        found = [self.file.outcomes[k] for k in passed]
        names = tuple(o.name.strip() or f"outcome {k}" for k, o in zip(passed, found, strict=True))
        if names not in self.labels:
            taken = list(self.labels.values())
            self.labels[names] = unique([*taken, joined(names) or NO_OUTCOME], "")[-1]
        totals = [sum((o.payoffs[i] for o in found), Fraction(0)) for i in self.order]
        return end(self.labels[names], totals)

    @property
    def order(self) -> range:
        return range(len(self.file.players))

    def check(self, game: ExtensiveFormGame) -> None:
        """Raise unless the information sets of the game are exactly those of the file."""
        numbers = {key: h for h, key in enumerate(dict.fromkeys(self.kept))}
        if tuple(numbers[key] for key in self.kept) != game.compiled.node_sets:
            raise GameError("the information sets of the file cannot be told by signals")


def to_efg(
    game: ExtensiveFormGame | SignalingGame | NormalFormGame | BayesianGame, *, title: str = ""
) -> str:
    """Return a game as the text of an ``.efg`` file, at the current values of its parameters.

    Parameters
    ----------
    game : game
        Signaling games, Bayesian games and normal forms are written as trees.
    title : str
        Left out, it is that of the game.

    Notes
    -----
    Numbers are written exactly, irrational ones with forty digits. Where an end has several
    outcomes with shares, nature draws one of them at a last node, with the same payoffs after each.
    Information sets are named by what their player was told last where that is unmistakable, else
    by the whole record. A parameter on the edge of its domain is written as it is, without the
    limit that `solve` takes there.

    Examples
    --------
    >>> from crisisgames import ExtensiveFormGame, end, move
    >>> print(to_efg(ExtensiveFormGame(
    ...     move("A", {"wait": end("calm", {"A": 0}), "go": end("war", {"A": -0.5})}), title="Toy"
    ... )), end="")
    EFG 2 R "Toy" { "A" }
    ""
    <BLANKLINE>
    p "" 1 1 "start" { "wait" "go" } 0
    t "" 1 "calm" { 0 }
    t "" 2 "war" { -1/2 }
    """
    if not isinstance(game, (ExtensiveFormGame, SignalingGame, NormalFormGame, BayesianGame)):
        raise GameError(f"to_efg takes a game, not {type(game).__name__}; a crisis has .game()")
    tree = game if isinstance(game, ExtensiveFormGame) else game.to_extensive()
    players = " ".join(map(quoted, tree.players))
    head = f'EFG 2 R {quoted(title or tree.title)} {{ {players} }}\n""\n\n'
    return head + "".join(f"{line}\n" for line in _lines(tree))


def _lines(game: ExtensiveFormGame) -> list[str]:
    """Return one line for each node, each before those after it."""
    game.exact()  # checks that probabilities are such
    compiled = game.compiled
    values = compiled.complete_values(game.values)
    evaluate = ExactEvaluator({p: p.check(values[n]) for n, p in compiled.parameters.items()})
    order = {p: i for i, p in enumerate(game.players)}
    sets = compiled.information_sets
    names = {p: _names([h for h in sets if h.player == p]) for p in game.players}
    numbers = {
        p: {h: k for k, h in enumerate((h for h in sets if h.player == p), 1)} for p in game.players
    }
    outcomes: dict[tuple[str, Payoffs], int] = {}
    visits = iter(compiled.node_sets)
    events = iter(range(1, 10**9))
    lines: list[str] = []

    def draw(branches: Mapping[str, Fraction]) -> str:
        total = sum(branches.values())
        listed = (f"{quoted(b)} {number_text(p / total)}" for b, p in branches.items())
        return f'c "" {next(events)} "" {{ {" ".join(listed)} }} 0'

    def final(label: str, payoffs: Payoffs) -> str:
        number = outcomes.setdefault((label, payoffs), len(outcomes) + 1)
        listed = ", ".join(map(number_text, payoffs))
        return f't "" {number} {quoted(label)} {{ {listed} }}'

    ahead: list[Node] = [game.root]
    while ahead:
        node = ahead.pop()
        if isinstance(node, Tell):
            ahead.append(node.subtree)
        elif isinstance(node, Chance):
            lines.append(draw({label: evaluate(p) for label, p, _ in node.branches}))
            ahead += [subtree for _, _, subtree in reversed(node.branches)]
        elif isinstance(node, Move):
            info = sets[next(visits)]
            number = numbers[node.player][info]
            actions = " ".join(map(quoted, info.actions))
            name = quoted(names[node.player][number - 1])
            lines.append(f'p "" {order[node.player] + 1} {number} {name} {{ {actions} }} 0')
            ahead += [subtree for _, subtree in reversed(node.branches)]
        else:
            given = dict(node.payoffs)
            payoffs = tuple(
                evaluate(given[i] if i in given else given[p]) for p, i in order.items()
            )
            shares = {label: q for label, e in node.shares if (q := evaluate(e))}
            if len(shares) > 1:
                lines.append(draw(shares))
            lines += [final(label, payoffs) for label in shares]
    return lines


def _names(sets: Sequence[InformationSet]) -> list[str]:
    """Return names of a player's information sets: the last signal, if it says which one it is."""
    last = [h.record[-1] if h.record and not h.own[-1] else "" for h in sets]
    short = [
        name if name and last.count(name) == 1 else h.label
        for h, name in zip(sets, last, strict=True)
    ]
    return unique(short, "information set")
