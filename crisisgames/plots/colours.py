"""Who has which colour and shape: safe for the colour-blind, dark enough to write in, two cues."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin

__all__ = ["DARK", "MUTED", "PALE", "SHAPES", "lighter", "player_colour", "polygon"]

DARK, MUTED, PALE = "#222222", "#6e6e6e", "#c4c4c4"

PLAYERS = ("#0a4a86", "#c44e00", "#00795a", "#8a3b7c", "#6b5a00", "#333333")
"""Okabe and Ito's hues, darkened until text in them reads on white."""

SHAPES: tuple[tuple[int, float], ...] = (
    (0, 0.0),
    (4, 0.25),
    (3, 0.5),
    (4, 0.0),
    (5, 0.5),
    (3, 0.0),
)
"""For each player the corners of its nodes (0: a disc) and their turn in half circles, so that
players can be told apart in grey."""


def player_colour(player: int) -> str:
    """Return the colour of the player at a place."""
    return PLAYERS[player % len(PLAYERS)]


def lighter(colour: str, share: float) -> str:
    """Return a colour mixed with white; ``share`` 0 leaves it as it is, 1 gives white.

    Examples
    --------
    >>> lighter("#000000", 0.5), lighter("#0a4a86", 0)
    ('#808080', '#0a4a86')
    """
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(p + (255 - p) * share):02x}" for p in parts)


def polygon(player: int, x: float, y: float, radius: float) -> Sequence[tuple[float, float]]:
    """Return the corners of a player's shape around a point; none stands for a disc."""
    corners, turn = SHAPES[player % len(SHAPES)]
    # Shapes of equal area look equally large.
    grown = radius * (pi / (corners / 2 * sin(2 * pi / corners))) ** 0.5 if corners else radius
    angles = [pi * turn + 2 * pi * k / corners for k in range(corners)]
    return [(x + grown * cos(t), y + grown * sin(t)) for t in angles]
