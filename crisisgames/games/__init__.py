"""How a game is written down: trees, signaling games, normal forms, and their parameters."""

from crisisgames.games.compiled import Compiled, InformationSet, Numbers, Record, Visit
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.games.normal import NormalFormGame, Profile
from crisisgames.games.parameter import Parameter
from crisisgames.games.signaling import SignalingGame
from crisisgames.games.tree import Node, chance, end, graft, move, tell

__all__ = [
    "Compiled",
    "ExtensiveFormGame",
    "InformationSet",
    "Node",
    "NormalFormGame",
    "Numbers",
    "Parameter",
    "Profile",
    "Record",
    "SignalingGame",
    "Visit",
    "chance",
    "end",
    "graft",
    "move",
    "tell",
]
