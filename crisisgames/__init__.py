"""Game-theoretic analysis of international crises: games, equilibria, institutions."""

from crisisgames.games import (
    ExtensiveFormGame,
    NormalFormGame,
    Parameter,
    SignalingGame,
    chance,
    end,
    graft,
    move,
    tell,
)
