"""Game-theoretic analysis of international crises: games, equilibria, institutions."""

from crisisgames.crises import Channel, Incident
from crisisgames.equilibria import Certificate, Equilibrium, EquilibriumSet, solve, verify
from crisisgames.errors import CrisisGamesError, GameError, NotApplicable, UnknownName
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

__all__ = [
    "Certificate",
    "Channel",
    "CrisisGamesError",
    "Equilibrium",
    "EquilibriumSet",
    "ExtensiveFormGame",
    "GameError",
    "Incident",
    "NormalFormGame",
    "NotApplicable",
    "Parameter",
    "SignalingGame",
    "UnknownName",
    "chance",
    "end",
    "graft",
    "move",
    "solve",
    "tell",
    "verify",
]
