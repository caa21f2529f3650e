"""Games in which all choose at once, as tables of payoffs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria.equilibrium import ANY
from crisisgames.errors import GameError, NotApplicable
from crisisgames.plots.colours import DARK, MUTED, lighter, player_colour
from crisisgames.plots.scene import Label, Line, Run, Scene, Shape, line_height, text_width
from crisisgames.plots.tree import caption, framed, legend
from crisisgames.plots.view import game_of
from crisisgames.plots.words import expression, number, probability

if TYPE_CHECKING:
    from crisisgames.equilibria import Equilibrium
    from crisisgames.games import BayesianGame, NormalFormGame

__all__ = ["bayesian_scene", "fits", "normal_form_scene"]

MOST_CELLS = 600
"""Profiles up to which a game is drawn as tables."""

PAD = 0.09
"""Inches around what is written in a cell."""

LIKELY = "#5b5b5b"
SHADE = 0.4
"""Colour of a profile that is surely played, and how strong it is at most."""

Play = Callable[[int, str], str]
"""For a player and an action the probability as it is written; empty where nothing is known."""


def fits(sizes: Sequence[int]) -> bool:
    """Tell whether a game with that many actions of each player can be drawn as tables."""
    return prod(sizes) <= MOST_CELLS


def normal_form_scene(
    game: NormalFormGame,
    equilibrium: Equilibrium | None = None,
    *,
    symbols: bool = False,
    title: str | None = None,
) -> Scene:
    """Return the table of a normal form: rows of the first player, columns of the second.

    Further players choose the table. Best replies are underlined.

    Raises
    ------
    NotApplicable
        If there are more than 600 profiles.
    """
    sizes = [len(own) for own in game.actions]
    if not fits(sizes):
        raise NotApplicable(
            f"the game has {prod(sizes):,} profiles; tables of up to {MOST_CELLS} are drawn"
        )
    if equilibrium is not None:
        game_of(game.to_extensive(), equilibrium)
    pays = game.exact()
    n = len(game.players)
    best = np.empty(pays.shape, dtype=bool)
    for i in range(n):
        own = pays[..., i]
        best[..., i] = own == own.max(axis=i, keepdims=True)
    texts = np.empty(pays.shape, dtype=object)
    for cell, profile in zip(np.ndindex(*sizes), game.profiles, strict=True):
        row = game.payoffs[profile] if symbols else pays[cell]
        texts[cell] = [expression(u) if symbols else number(u) for u in row]
    chosen = [_choices(equilibrium, p, ()) for p in game.players]
    tables = _tables(game.players, game.actions, texts, best, chosen, "")
    said = ["Underlined: best replies to what the others do.", *_said(game, equilibrium, symbols)]
    return framed(_page(tables), title or "", legend(game.players, False), said)


def bayesian_scene(
    game: BayesianGame,
    equilibrium: Equilibrium | None = None,
    *,
    symbols: bool = False,
    title: str | None = None,
) -> Scene:
    """Return the payoffs of a Bayesian game, a table for each situation that nature may draw.

    Raises
    ------
    NotApplicable
        If there are more than 600 profiles in all situations.
    """
    sizes = [len(own) for own in game.actions]
    count = len(game.situations) * prod(sizes)
    if count > MOST_CELLS:
        raise NotApplicable(
            f"the game has {count:,} profiles in its situations; up to {MOST_CELLS} are drawn"
        )
    if equilibrium is not None:
        game_of(game.to_extensive(), equilibrium)
    numbers = game.exact()
    tables: list[Scene] = []
    for s, situation in enumerate(game.situations):
        texts = np.empty((*sizes, len(sizes)), dtype=object)
        for k, (cell, profile) in enumerate(zip(np.ndindex(*sizes), game.profiles, strict=True)):
            row = game.payoffs[situation][profile] if symbols else numbers.payoffs[s, k]
            texts[cell] = [expression(u) if symbols else number(u) for u in row]
        own = zip(game.players, game.types, game.types_of(situation), strict=True)
        chosen = [_choices(equilibrium, p, (t,) if len(ts) > 1 else ()) for p, ts, t in own]
        p = game.prior[situation]
        weight = expression(p) if symbols else probability(numbers.branches[s])
        head = f"{', '.join(situation)}  {weight}"
        tables += _tables(game.players, game.actions, texts, None, chosen, head)
    said = [
        "A table for each situation, with its probability.",
        *_said(game, equilibrium, symbols),
    ]
    return framed(_page(tables), title or "", legend(game.players, False), said)


def _said(game: Any, equilibrium: Equilibrium | None, symbols: bool) -> list[str]:
    if equilibrium is None:
        return caption(game, None, symbols=symbols)
    told = caption(game, equilibrium, symbols=symbols)
    pays = told[0].split(" Thick:")[0]
    return [f"{pays} Beside actions: probabilities; dark cells are likely.", *told[1:]]


def _choices(
    equilibrium: Equilibrium | None, player: str, record: tuple[str, ...]
) -> Mapping[str, Any] | None:
    """Return the probability of each action of a player, or None where there is none to show."""
    if equilibrium is None:
        return None
    own = equilibrium.strategy[player]
    if record not in own:
        raise GameError(f"the equilibrium does not say what {player!r} does at {record}")
    behaviour = own[record]
    return {} if behaviour == ANY else behaviour


def _page(tables: Sequence[Scene]) -> Scene:
    """Return tables side by side, in rows that are about as wide as a page."""
    widest = max(t.width for t in tables)
    across = max(1, min(len(tables), int(8.5 / (widest + 0.3))))
    rows = [tables[k : k + across] for k in range(0, len(tables), across)]
    page = rows[0][0].beside(rows[0][1:], 0.3)
    for row in rows[1:]:
        page = page.above(row[0].beside(row[1:], 0.3), 0.22)
    return page


def _tables(
    players: tuple[str, ...],
    actions: Sequence[Sequence[str]],
    texts: np.ndarray,
    best: np.ndarray | None,
    chosen: Sequence[Mapping[str, Any] | None],
    head: str,
) -> list[Scene]:
    """Return a table for each profile of the players from the third on."""
    found = []
    for rest in product(*(range(len(own)) for own in actions[2:])):
        others = [(i, actions[i][a]) for i, a in enumerate(rest, 2)]
        runs: list[Run] = [(head, MUTED)] if head else []
        for i, a in others:
            text = f"{'  ' if runs else ''}{players[i]}: {a}{_written(chosen[i], a)}"
            runs.append((text, player_colour(i)))
        weight = prod((_weight(chosen[i], a) for i, a in others), start=1.0)
        place = (slice(None), slice(None)) if len(players) > 1 else (slice(None), None)
        index = (*place, *rest) if len(players) > 1 else place
        own_best = None if best is None else best[index]
        columns = actions[1] if len(players) > 1 else ("",)
        found.append(
            _table((actions[0], columns), texts[index], own_best, chosen, tuple(runs), weight)
        )
    return found


def _written(row: Mapping[str, Any] | None, action: str) -> str:
    if row is None:
        return ""
    return f"  {probability(row[action])}" if row else "  any"


def _weight(row: Mapping[str, Any] | None, action: str) -> float:
    return float(row[action]) if row else 1.0


def _table(
    actions: tuple[Sequence[str], Sequence[str]],
    texts: np.ndarray,
    best: np.ndarray | None,
    chosen: Sequence[Mapping[str, Any] | None],
    head: tuple[Run, ...],
    weight: float,
) -> Scene:
    rows, columns = actions
    alone = texts.shape[-1] == 1
    row_names = [f"{a}{_written(chosen[0], a)}" for a in rows]
    column_names = ["" if alone else f"{a}{_written(chosen[1], a)}" for a in columns]
    high = line_height() + 1.6 * PAD
    cells = [[_cell(texts[r, c]) for c in range(len(columns))] for r in range(len(rows))]
    wides = [
        max(text_width(name), *(_width(cells[r][c]) for r in range(len(rows)))) + 2 * PAD
        for c, name in enumerate(column_names)
    ]
    left = max(map(text_width, row_names)) + PAD
    top = line_height() + PAD
    above = 1.3 * line_height() if head else 0.0
    height = high * len(rows) + top + above
    edges = [left + sum(wides[:c]) for c in range(len(columns) + 1)]
    shapes, lines, labels = [], [], []
    for r, action in enumerate(rows):
        y = height - above - top - (r + 0.5) * high
        labels.append(
            Label(left - PAD, y, ((row_names[r], player_colour(0)),), align="right", kind="action")
        )
        for c, other in enumerate(columns):
            box = (edges[c], edges[c + 1], y - high / 2, y + high / 2)
            played = 0.0
            if chosen[0] is not None:
                second = 1.0 if alone else _weight(chosen[1], other)
                played = weight * _weight(chosen[0], action) * second
            fill = lighter(LIKELY, 1 - SHADE * played)
            a, b, low, up = box
            shapes.append(
                Shape(((a, low), (b, low), (b, up), (a, up)), fill, MUTED, ground=True, kind="cell")
            )
            label = Label((a + b) / 2, y, cells[r][c], align="center", kind="payoff")
            labels.append(label)
            x = label.left
            for k, (text, colour) in enumerate(label.runs):
                wide = text_width(text)
                if k % 2 == 0 and best is not None and best[r, c, k // 2]:
                    foot = y - 0.6 * line_height()
                    lines.append(Line(((x, foot), (x + wide, foot)), colour, 1.3, kind="best"))
                x += wide
    for c, name in enumerate(column_names):
        if name:
            x, y = (edges[c] + edges[c + 1]) / 2, height - above - top / 2
            run = ((name, player_colour(1)),)
            labels.append(Label(x, y, run, align="center", kind="action"))
    if head:
        labels.append(Label(0, height - above / 2, head, kind="head"))
    wide = max(edges[-1], sum(text_width(t) for t, _ in head))
    return Scene(wide, height, tuple(lines), tuple(shapes), tuple(labels))


def _cell(pays: Sequence[str]) -> tuple[Run, ...]:
    """Return what is written in a cell: payoffs, and commas between them."""
    runs: list[Run] = []
    for i, text in enumerate(pays):
        runs += [*([(", ", DARK)] if i else []), (text, player_colour(i))]
    return tuple(runs)


def _width(runs: Sequence[Run]) -> float:
    return sum(text_width(text) for text, _ in runs)
