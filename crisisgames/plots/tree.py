"""A game tree as a drawing, with an equilibrium laid over it if there is one.

Information sets are dashed lines, labelled with the player and with what it was told and did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from crisisgames.equilibria.equilibrium import ANY
from crisisgames.errors import GameError
from crisisgames.plots.canvas import show
from crisisgames.plots.colours import DARK, MUTED, PALE, lighter, player_colour, polygon
from crisisgames.plots.layout import (
    Box,
    Fan,
    assign_lanes,
    assign_levels,
    pack,
    with_fewer_crossings,
)
from crisisgames.plots.scene import (
    HEADING,
    SMALL,
    TEXT,
    Label,
    Line,
    Point,
    Run,
    Scene,
    Shape,
    line_height,
    moved,
    text_width,
    wrapped,
)
from crisisgames.plots.view import NO_BREAK, PLAYED, Spot, View, game_of, view_of
from crisisgames.plots.words import number, values_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium
    from crisisgames.games import ExtensiveFormGame

__all__ = ["Direction", "caption", "framed", "legend", "node_shape", "plot_tree", "tree_scene"]

Direction = Literal["right", "down"]

RADIUS = 0.055
SLANT = {"right": 0.42, "down": 0.34}
"""Inches along in which branches part."""

GAPS = {"right": 0.035, "down": 0.09}
"""Inches between things of different subtrees."""

LANE = 0.19
"""Inches between two lanes of information sets."""

PAD, BESIDE = 0.05, 0.03
WIDEST_DOWN = 8.5
"""Inches up to which a tree is drawn downwards unless asked otherwise."""

KNOWN_WIDTH, KNOWN_LINES = 1.25, 3
"""Room in inches, and lines, for what a player knows."""

OUTCOME_DOWN, OUTCOME_RIGHT = 0.95, 2.9
"""Inches after which the outcomes of an end go on in a next line."""

THIN, THICK = 0.8, 2.6
"""Widths in points of a branch that is never taken, and what certainty adds to it."""

UNREACHED, FAINT = 0.55, 0.38
"""Share of white in the colours of what play does not reach, and in those of its texts."""

LEAST_WIDTH = 4.2
"""Inches that a drawing has at least, for its caption."""


def plot_tree(
    game: ExtensiveFormGame,
    equilibrium: Equilibrium | None = None,
    ax: Axes | None = None,
    *,
    symbols: bool = False,
    direction: Direction | None = None,
    depth: int | None = None,
    reorder: bool = True,
    title: str | None = None,
) -> Axes:
    """Draw a game tree; return the axes.

    Branches of nature carry their probabilities. With an equilibrium, actions carry the
    probability of playing them (``any`` where any best reply will do), branches are the thicker the
    likelier they are taken, nodes of information sets carry beliefs in brackets, and what play does
    not reach is pale.

    Parameters
    ----------
    game : ExtensiveFormGame
        At the values to show; with an equilibrium, the values at which that was solved are shown.
    equilibrium : Equilibrium, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure large enough for all labels.
    symbols : bool
        Whether to write nature's probabilities and payoffs as expressions, else as numbers.
    direction : ``"right"`` or ``"down"``, optional
        Where the tree grows; by default down if it is narrow enough.
    depth : int, optional
        Moves, also of nature, after which the tree is folded; by default trees of more than 130
        nodes are folded where they exceed that. The drawing says how many nodes are folded.
    reorder : bool
        Whether branches of nature may be put in another order, so that lines cross less.
    title : str, optional
        By default the title of the game.

    Raises
    ------
    GameError
        If the equilibrium is of another game, or an option is not one of those allowed.
    """
    scene = tree_scene(
        game,
        equilibrium,
        symbols=symbols,
        direction=direction,
        depth=depth,
        reorder=reorder,
        title=title,
    )
    return show(scene, ax)


def tree_scene(
    game: ExtensiveFormGame,
    equilibrium: Equilibrium | None = None,
    *,
    symbols: bool = False,
    direction: Direction | None = None,
    depth: int | None = None,
    reorder: bool = True,
    outcomes: bool = True,
    title: str | None = None,
) -> Scene:
    """Return the drawing of a game tree; see `plot_tree`."""
    if direction not in (None, "right", "down"):
        raise GameError(f"direction is {direction!r}; give 'right' or 'down'")
    game = game_of(game, equilibrium)
    view = view_of(game, equilibrium, symbols=symbols, depth=depth)
    if reorder:
        view = with_fewer_crossings(view)
    if direction is None:
        tree = _Drawing(view, "down", outcomes).scene()
        if tree.width > WIDEST_DOWN:
            tree = _Drawing(view, "right", outcomes).scene()
    else:
        tree = _Drawing(view, direction, outcomes).scene()
    said = [*caption(game, equilibrium, symbols=symbols), *view.named]
    if view.folded:
        said.append(f"{view.folded:,} nodes are folded; a larger depth= unfolds them.")
    nature = any(s.kind == "chance" for s in view.spots)
    return framed(tree, game.title if title is None else title, legend(view.players, nature), said)


def caption(
    game: ExtensiveFormGame, equilibrium: Equilibrium | None, *, symbols: bool = False
) -> list[str]:
    """Return what is written below a drawing."""
    said = []
    if equilibrium is not None:
        pays = ", ".join(f"{p} {number(u)}" for p, u in equilibrium.payoffs.items())
        free = any(row == ANY for own in equilibrium.strategy.values() for row in own.values())
        said.append(
            f"Equilibrium ({equilibrium.concept}). Payoffs: {pays}. Thick: likely to be played; "
            f"in brackets: beliefs; pale: not reached{'; any: any best reply will do' * free}."
        )
    if not symbols:
        said.append(values_text(game.parameters, game.values))
    return [s for s in said if s]


def legend(players: tuple[str, ...], nature: bool) -> list[tuple[int, str]]:
    """Return who is who: places of players (-1 is nature) and names."""
    return [*enumerate(players), *([(-1, "nature")] if nature else [])]


def node_shape(player: int, x: float, y: float, pale: bool = False) -> Shape:
    """Return the shape of a player's node, or of nature's."""
    if player < 0:
        colour = lighter(DARK, UNREACHED) if pale else DARK
        return Shape(((x, y),), "#ffffff", colour, RADIUS, kind="chance")
    colour = lighter(player_colour(player), UNREACHED) if pale else player_colour(player)
    corners = tuple(polygon(player, x, y, RADIUS))
    if corners:
        return Shape(corners, colour, colour, kind="move")
    return Shape(((x, y),), colour, colour, RADIUS, kind="move")


def framed(tree: Scene, title: str, who: list[tuple[int, str]], said: list[str]) -> Scene:
    """Return a drawing with its title and legend above and its caption below."""
    row, width = line_height(), max(tree.width, LEAST_WIDTH)
    shapes: list[Shape] = []
    labels: list[Label] = []
    x = y = 0.0
    for player, name in who:
        wide = text_width(name) + 0.35
        if x and x + wide > width:
            x, y = 0.0, y - 1.3 * row
        shapes.append(node_shape(player, x + RADIUS, y))
        colour = DARK if player < 0 else player_colour(player)
        labels.append(Label(x + 0.17, y, ((name, colour),), kind="legend"))
        x += wide
    heads = wrapped(title, width, HEADING * 1.1) if title else []
    top = 1.3 * row
    for line in reversed(heads):
        labels.append(Label(0, top, ((line, DARK),), HEADING, bold=True, kind="title"))
        top += line_height(HEADING)
    head = Scene(width, top - y, (), tuple(shapes), tuple(labels))
    head = moved(head, 0, -y + 0.5 * row)
    lines = [line for text in said for line in wrapped(text, width)]
    small = line_height(SMALL)
    notes = tuple(
        Label(0, (len(lines) - k - 0.5) * small, ((line, MUTED),), SMALL, kind="caption")
        for k, line in enumerate(lines)
    )
    foot = Scene(width, len(lines) * small, (), (), notes)
    whole = head.above(tree, 0.08)
    whole = whole.above(foot, 0.12) if lines else whole
    return Scene(whole.width, whole.height, whole.lines, whole.shapes, whole.labels, " ".join(said))


class _Drawing:
    """Lays out one view in one direction.

    Places are (along, across) until the end, when `_point` turns them.
    """

    def __init__(self, view: View, direction: Direction, outcomes: bool) -> None:
        self.view, self.right, self.outcomes = view, direction == "right", outcomes
        self.slant = SLANT[direction]
        self.row = line_height()
        self.levels, self.bent = assign_levels(view)
        self.lanes = assign_lanes(view, self.levels, self.bent)
        order = view.order()
        # The label of an information set stands at the first of its nodes.
        self.first = {h: min(nodes, key=order.index) for h, nodes in view.members().items()}
        self.starts, self.columns = self._level_places()
        self.along: list[float] = [
            self.columns[n] + LANE * lane for n, lane in zip(self.levels, self.lanes, strict=True)
        ]
        self.boxes = [self._boxes(k) for k in range(len(view.spots))]
        length = max(b.stop for own in self.boxes for b in own)
        before = min(0.0, *(b.start for own in self.boxes for b in own))
        if before:  # the label of the root
            self.columns = [c - before for c in self.columns]
            self.starts = [s - before for s in self.starts]
            self.along = [a - before for a in self.along]
            self.boxes = [self._boxes(k) for k in range(len(view.spots))]
            length -= before
        fans = [Fan(self.along[k], self._start_below(k)) for k in range(len(view.spots))]
        self.across, self.breadth = pack(view, self.boxes, fans, length, GAPS[direction])
        self.length = length

    def _start_below(self, k: int) -> float:
        n = self.levels[k] + 1
        return self.starts[n] if n < len(self.starts) else self.along[k] + self.slant

    def _level_places(self) -> tuple[list[float], list[float]]:
        """Return for each level where branches begin to run straight, and where nodes are."""
        view, count = self.view, max(self.levels) + 1
        straight = [0.0] * count
        widest = [0] * count
        for k, spot in enumerate(view.spots):
            n = self.levels[k]
            widest[n] = max(widest[n], self.lanes[k])
            if spot.parent < 0:
                continue
            m = self.levels[spot.parent] + 1  # the label stands where the branch runs straight
            if self.right:
                straight[m] = max(straight[m], self._action(spot).width + 2 * PAD)
                below = text_width(spot.belief, SMALL) + PAD if m == n else 0.0
                straight[n] = max(straight[n], below)
                if self.first.get(spot.info) == k:
                    wide = max(text_width(t, TEXT, True) for t in self._known(spot))
                    straight[n] = max(straight[n], wide)
            else:
                # What is beside a node must not reach up to the label of its branch.
                straight[m] = max(straight[m], self.row + 2 * PAD)
                known = len(self._known(spot)) if self.first.get(spot.info) == k else 0
                rows = max(known, 1 if spot.belief else 0)
                if rows and m == n:
                    straight[n] = max(straight[n], (rows + 1) * self.row + PAD)
        starts, columns = [0.0], [0.0]
        for n in range(1, count):
            starts.append(columns[-1] + LANE * widest[n - 1] + self.slant)
            columns.append(starts[-1] + straight[n] + PAD)
        return starts, columns

    def _action(self, spot: Spot) -> Label:
        """Return the label of the branch to a node, at no place yet."""
        pale = self._pale(spot)
        taken = self.view.played and spot.mover >= 0 and spot.weight > PLAYED
        text = lighter(DARK, FAINT) if pale else DARK
        own = DARK if spot.mover < 0 else player_colour(spot.mover)
        strong = lighter(own, FAINT) if pale else own
        colour = text if not taken else strong
        runs: tuple[Run, ...] = ((spot.action, colour),)
        if spot.chosen:
            runs = (*runs, (f"  {spot.chosen}", strong if spot.mover >= 0 else MUTED))
        return Label(0, 0, runs, kind="action")

    def _pale(self, spot: Spot) -> bool:
        return self.view.played and not spot.reached

    def _known(self, spot: Spot) -> list[str]:
        """Return in lines who moves at a node and what it knows."""
        known = self.view.known[spot.info]
        name = self.view.players[spot.player]
        text = f"{name}: {known}" if known else name
        if any(text_width(part, TEXT, True) > KNOWN_WIDTH for part in text.split(", ")):
            text = text.replace(NO_BREAK, " ")  # one part is wider than a line
        lines = wrapped(text, KNOWN_WIDTH, TEXT, KNOWN_LINES)
        return [line.replace(NO_BREAK, " ") for line in lines]

    def _end(self, spot: Spot) -> list[tuple[Run, ...]]:
        """Return the rows of text at an end; to the right of it, payoffs stand in the first."""
        pale = self._pale(spot)
        dim = FAINT if pale else 0.0
        muted = lighter(MUTED, dim)
        if spot.kind == "folded":
            return [((f"… {spot.folded:,} nodes", MUTED),)]
        pays = [(t, lighter(player_colour(i), dim)) for i, t in enumerate(spot.payoffs)]
        if not self.right:
            rows: list[tuple[Run, ...]] = [(run,) for run in pays]
            said = self._outcome(spot, OUTCOME_DOWN)
            return [*rows, *(((line, muted),) for line in said)]
        runs: list[Run] = []
        for k, run in enumerate(pays):
            runs += [*([(", ", muted)] if k else []), run]
        first, *more = self._outcome(spot, OUTCOME_RIGHT) or [""]
        if first:
            runs.append((f"  {first}", muted))
        return [tuple(runs), *(((line, muted),) for line in more)]

    def _outcome(self, spot: Spot, width: float) -> list[str]:
        lines = wrapped(spot.outcome, width, SMALL) if self.outcomes and spot.outcome else []
        return [line.replace(NO_BREAK, " ") for line in lines]

    def _indent(self, rows: list[tuple[Run, ...]]) -> float:
        """Return how far the first outcome stands from where the payoffs begin."""
        return sum(text_width(text) for text, _ in rows[0][:-1]) + text_width("  ")

    def _end_width(self, rows: list[tuple[Run, ...]]) -> float:
        """Return the width of the text at an end."""
        first, *more = [sum(text_width(text) for text, _ in row) for row in rows]
        shift = self._indent(rows) if self.right else 0.0
        return max(first, *(wide + shift for wide in more)) if more else first

    def _above(self, k: int) -> float:
        """Return how far above the branch the label of an information set begins."""
        spot = self.view.spots[k]
        if spot.parent < 0 or self.levels[k] != self.levels[spot.parent] + 1:
            return RADIUS + 0.02
        start = self.starts[self.levels[k]] + PAD + self._action(spot).width
        wide = max(text_width(t, TEXT, True) for t in self._known(spot))
        left = self.along[k] - BESIDE - wide
        return RADIUS + 0.02 if left > start + 1.5 * PAD else self.row + 0.03

    def _boxes(self, k: int) -> list[Box]:
        view, row = self.view, self.row
        spot, at = view.spots[k], self.along[k]
        boxes = [Box(at - RADIUS, at + RADIUS, -RADIUS, RADIUS)]
        if spot.parent >= 0:
            start = self.starts[self.levels[spot.parent] + 1]
            action = self._action(spot).width
            boxes.append(Box(start, at, -0.02, 0.02))
            if self.right:
                boxes.append(Box(start + PAD, start + PAD + action, -row - 0.01, 0.0))
            else:
                boxes.append(Box(start + PAD, start + PAD + row, -action / 2, action / 2))
        if spot.belief:
            wide = text_width(spot.belief, SMALL)
            if self.right:
                boxes.append(Box(at - 0.02 - wide, at - 0.02, RADIUS, RADIUS + row))
            else:
                boxes.append(Box(at - row, at, RADIUS, 2 * RADIUS + wide))
        if self.first.get(spot.info) == k:
            lines = self._known(spot)
            wide = max(text_width(t, TEXT, True) for t in lines)
            if self.right:
                up = self._above(k)
                boxes.append(Box(at - BESIDE - wide, at, -up - len(lines) * row, -up + 0.01))
            else:
                boxes.append(Box(at - len(lines) * row, at, -2 * RADIUS - wide, 0.0))
        if spot.kind in ("end", "folded"):
            rows = self._end(spot)
            wide = self._end_width(rows)
            if self.right:
                half = len(rows) * row / 2
                boxes.append(Box(at, at + RADIUS + PAD + wide, -half, half))
            else:
                boxes.append(Box(at, at + RADIUS + 0.02 + len(rows) * row, -wide / 2, wide / 2))
        return boxes

    def _point(self, along: float, across: float) -> Point:
        if self.right:
            return along, self.breadth - across
        return across, self.length - along

    def scene(self) -> Scene:
        """Return the drawing."""
        lines: list[Line] = [*self._set_lines()]
        shapes: list[Shape] = []
        labels: list[Label] = []
        for k, spot in enumerate(self.view.spots):
            lines += self._branch(k)
            labels += self._labels(k)
            x, y = self._point(self.along[k], self.across[k])
            if spot.kind in ("chance", "move"):
                shapes.append(node_shape(spot.player, x, y, self._pale(spot)))
            else:
                colour = PALE if self._pale(spot) else MUTED
                shapes.append(Shape(((x, y),), colour, colour, 0.02, kind=spot.kind))
        wide, high = (self.length, self.breadth) if self.right else (self.breadth, self.length)
        return Scene(wide, high, tuple(lines), tuple(shapes), tuple(labels))

    def _branch(self, k: int) -> list[Line]:
        spot = self.view.spots[k]
        if spot.parent < 0:
            return []
        p = spot.parent
        start = self.starts[self.levels[p] + 1]
        way = [
            self._point(self.along[p], self.across[p]),
            self._point(start, self.across[k]),
            self._point(self.along[k], self.across[k]),
        ]
        if not self.view.played:
            return [Line(tuple(way), MUTED, 1.1, kind="branch")]
        taken = spot.weight > PLAYED
        colour = MUTED if spot.mover < 0 else player_colour(spot.mover)
        colour = lighter(colour, UNREACHED) if self._pale(spot) else colour
        width = THIN + THICK * spot.weight if taken else THIN
        return [Line(tuple(way), colour if taken else PALE, width, kind="branch")]

    def _set_lines(self) -> list[Line]:
        found = []
        for h, nodes in self.view.members().items():
            if len(nodes) < 2:
                continue
            own = sorted(nodes, key=lambda k: self.across[k])
            spots = [self.view.spots[k] for k in own]
            pale = all(self._pale(s) for s in spots)
            colour = lighter(player_colour(spots[0].player), UNREACHED if pale else 0.0)
            points = [self._point(self.along[k], self.across[k]) for k in own]
            if self.right and self.first[h] == own[0]:  # up to its label
                top = self.across[own[0]] - self._above(own[0])
                points.insert(0, self._point(self.along[own[0]], top))
            found.append(Line(tuple(points), colour, 1.4, dashed=True, kind=f"set {h}"))
        return found

    def _labels(self, k: int) -> list[Label]:
        spot, row = self.view.spots[k], self.row
        at, b = self.along[k], self.across[k]
        pale = self._pale(spot)
        found = []
        if spot.parent >= 0:
            start, action = self.starts[self.levels[spot.parent] + 1], self._action(spot)
            if self.right:
                x, y = self._point(start + PAD, b - row / 2 - 0.015)
                found.append(Label(x, y, action.runs, kind="action"))
            else:
                x, y = self._point(start + PAD + row / 2, b)
                found.append(Label(x, y, action.runs, align="center", halo=True, kind="action"))
        own = player_colour(spot.player)
        colour = lighter(own, FAINT if pale else 0.0)
        if spot.belief:
            if self.right:
                x, y = self._point(at - 0.03, b + RADIUS + row / 2)
                found.append(
                    Label(x, y, ((spot.belief, colour),), SMALL, "right", halo=True, kind="belief")
                )
            else:
                x, y = self._point(at - row / 2, b + 1.5 * RADIUS)
                found.append(Label(x, y, ((spot.belief, colour),), SMALL, halo=True, kind="belief"))
        if self.first.get(spot.info) == k:
            dim = all(self._pale(self.view.spots[j]) for j in self.view.members()[spot.info])
            colour = lighter(own, FAINT if dim else 0.0)
            known = self._known(spot)
            for n, text in enumerate(known):
                run = ((text, colour),)
                if self.right:
                    up = self._above(k) + (len(known) - n - 0.5) * row
                    x, y = self._point(at - BESIDE, b - up)
                else:
                    down = (n + 0.5 - len(known)) * row  # below a node there are branches
                    x, y = self._point(at + down, b - 2 * RADIUS)
                found.append(Label(x, y, run, TEXT, "right", bold=True, halo=True, kind="set"))
        if spot.kind in ("end", "folded"):
            rows = self._end(spot)
            for n, runs in enumerate(rows):
                if self.right:
                    shift = self._indent(rows) if n else 0.0
                    down = (n + 0.5 - len(rows) / 2) * row
                    x, y = self._point(at + RADIUS + PAD / 2 + shift, b + down)
                    found.append(Label(x, y, runs, halo=True, kind="payoff"))
                else:
                    x, y = self._point(at + RADIUS + 0.02 + (n + 0.5) * row, b)
                    found.append(Label(x, y, runs, align="center", halo=True, kind="payoff"))
        return found
