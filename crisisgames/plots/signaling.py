"""A signaling game with two types and two messages, as textbooks draw it.

Nature is in the middle, the types of the sender are above and below it, messages go to the left and
to the right, and dashed lines join what the receiver cannot tell apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisisgames.plots.colours import DARK, MUTED, PALE, lighter, player_colour
from crisisgames.plots.scene import (
    Align,
    Label,
    Line,
    Point,
    Run,
    Scene,
    Shape,
    line_height,
    text_width,
)
from crisisgames.plots.tree import (
    FAINT,
    RADIUS,
    THICK,
    THIN,
    UNREACHED,
    caption,
    framed,
    legend,
    node_shape,
)
from crisisgames.plots.view import PLAYED, Spot, View, game_of, view_of

if TYPE_CHECKING:
    from crisisgames.equilibria import Equilibrium
    from crisisgames.games import SignalingGame

__all__ = ["is_textbook", "signaling_scene"]

MOST_ACTIONS = 5
"""Actions of the receiver up to which they fit beside its nodes."""

PAD = 0.06
SLANT = 0.4
"""Inches along which the receiver's actions part."""


def is_textbook(game: SignalingGame) -> bool:
    """Tell whether a game can be drawn in this way."""
    return len(game.types) == len(game.messages) == 2 and len(game.actions) <= MOST_ACTIONS


def signaling_scene(
    game: SignalingGame,
    equilibrium: Equilibrium | None = None,
    *,
    symbols: bool = False,
    title: str | None = None,
) -> Scene:
    """Return the drawing of a signaling game with two types and two messages."""
    tree = game_of(game.to_extensive(), equilibrium)
    view = view_of(tree, equilibrium, symbols=symbols)
    said = [*caption(tree, equilibrium, symbols=symbols), *view.named]
    return framed(_Textbook(view).scene(), title or "", legend(view.players, True), said)


class _Textbook:
    def __init__(self, view: View) -> None:
        self.view, self.row = view, line_height()
        spots = view.spots
        self.types = spots[0].children
        messages = [m for t in self.types for m in spots[t].children]
        ends = [e for m in messages for e in spots[m].children]
        actions = len(spots[messages[0]].children)
        step = self.row + 0.1
        self.message = max(self._width(m) for m in messages) + 0.75
        self.straight = max(self._width(e) for e in ends) + 2 * PAD
        text = max(sum(text_width(t) for t, _ in self._pays(spots[e])) for e in ends)
        side = self.message + SLANT + self.straight + 2 * PAD + text
        self.half = max(step * (actions - 1) / 2 + 0.4, 0.55)  # from nature to a type
        self.step = step
        known = [text_width(self._known(k), bold=True) for k in (*self.types, *messages)]
        self.width = max(2 * side, *known)
        self.height = 2 * (
            self.half + max(step * (actions - 1) / 2 + self.row, 2 * self.row + 0.08)
        )
        self.lines: list[Line] = []
        self.shapes: list[Shape] = []
        self.labels: list[Label] = []

    def _runs(self, k: int) -> tuple[Run, ...]:
        spot = self.view.spots[k]
        pale = self.view.played and not spot.reached
        own = DARK if spot.mover < 0 else player_colour(spot.mover)
        dim = FAINT if pale else 0.0
        named = own if self.view.played and spot.weight > PLAYED else DARK
        runs: tuple[Run, ...] = ((spot.action, lighter(named, dim)),)
        if spot.chosen:
            number = MUTED if spot.mover < 0 else own
            runs = (*runs, (f"  {spot.chosen}", lighter(number, dim)))
        return runs

    def _width(self, k: int) -> float:
        return sum(text_width(text) for text, _ in self._runs(k))

    def _known(self, k: int) -> str:
        spot = self.view.spots[k]
        return f"{self.view.players[spot.player]}: {self.view.known[spot.info]}"

    def _pays(self, spot: Spot) -> tuple[Run, ...]:
        dim = FAINT if self.view.played and not spot.reached else 0.0
        runs: list[Run] = []
        for i, text in enumerate(spot.payoffs):
            runs += [*([(", ", lighter(MUTED, dim))] if i else [])]
            runs.append((text, lighter(player_colour(i), dim)))
        return tuple(runs)

    def _branch(self, k: int, *way: Point) -> None:
        spot = self.view.spots[k]
        colour, width = MUTED, 1.1
        if self.view.played:
            taken = spot.weight > PLAYED
            own = MUTED if spot.mover < 0 else player_colour(spot.mover)
            colour = lighter(own, 0.0 if spot.reached else UNREACHED) if taken else PALE
            width = THIN + THICK * spot.weight if taken else THIN
        self.lines.append(Line(way, colour, width, kind="branch"))

    def _node(self, k: int, x: float, y: float) -> None:
        spot = self.view.spots[k]
        pale = self.view.played and not spot.reached
        self.shapes.append(node_shape(spot.player, x, y, pale))

    def scene(self) -> Scene:
        """Return the drawing."""
        spots = self.view.spots
        middle, centre = self.width / 2, self.height / 2
        heard: dict[int, list[tuple[Point, int]]] = {}
        for t, k in enumerate(self.types):
            up = 1 if t == 0 else -1
            y = centre + up * self.half
            self._branch(k, (middle, centre), (middle, y))
            at = centre + up * self.half / 2
            self.labels.append(Label(middle + PAD, at, self._runs(k), kind="action"))
            # The name of the type stands above the upper node and its messages, below the lower.
            beyond = y + (1.5 * self.row + 0.06 if up > 0 else -RADIUS - self.row / 2 - 0.02)
            name = ((self._known(k), player_colour(0)),)
            self.labels.append(Label(middle, beyond, name, align="center", bold=True, kind="set"))
            for side, m in zip((-1, 1), spots[k].children, strict=True):
                x = middle + side * self.message
                self._branch(m, (middle, y), (x, y))
                between = middle + side * (RADIUS + self.message) / 2
                label = Label(
                    between, y + self.row / 2 + 0.02, self._runs(m), align="center", kind="action"
                )
                self.labels.append(label)
                heard.setdefault(spots[m].info, []).append(((x, y), m))
                self._reply(m, x, y, side)
                self._node(m, x, y)
            self._node(k, middle, y)
        self._node(0, middle, centre)
        for members in heard.values():
            self._heard(members, centre)
        return Scene(
            self.width, self.height, tuple(self.lines), tuple(self.shapes), tuple(self.labels)
        )

    def _reply(self, m: int, x: float, y: float, side: int) -> None:
        """Draw what the receiver may do at one of its nodes."""
        spots = self.view.spots
        own = spots[m].children
        outer: Align = "left" if side > 0 else "right"
        for n, e in enumerate(own):
            level = y + ((len(own) - 1) / 2 - n) * self.step
            start = x + side * SLANT
            stop = start + side * self.straight
            self._branch(e, (x, y), (start, level), (stop, level))
            left = min(start, stop) + PAD
            self.labels.append(
                Label(left, level + self.row / 2 + 0.01, self._runs(e), kind="action")
            )
            pays = self._pays(spots[e])
            self.labels.append(Label(stop + side * PAD, level, pays, align=outer, kind="payoff"))
        belief = spots[m].belief
        if belief:
            colour = lighter(player_colour(1), 0.0 if spots[m].reached else FAINT)
            inner = x - side * PAD
            within: Align = "right" if side > 0 else "left"
            self.labels.append(
                Label(
                    inner, y - self.row / 2 - 0.03, ((belief, colour),), align=within, kind="belief"
                )
            )

    def _heard(self, members: list[tuple[Point, int]], centre: float) -> None:
        """Join the nodes that a message leads to, and write what the receiver knows."""
        spots = self.view.spots
        reached = any(spots[m].reached for _, m in members) or not self.view.played
        own = player_colour(1)
        h = spots[members[0][1]].info
        way = tuple(point for point, _ in members)
        line = lighter(own, 0.0 if reached else UNREACHED)
        self.lines.append(Line(way, line, 1.4, dashed=True, kind=f"set {h}"))
        run = ((self._known(members[0][1]), lighter(own, 0.0 if reached else FAINT)),)
        x = members[0][0][0]
        self.labels.append(Label(x, centre, run, align="center", bold=True, halo=True, kind="set"))
