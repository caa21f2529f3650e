"""How a game is written down: trees, signaling games, normal forms, and their parameters."""

from crisisgames.games.automata import STRATEGIES, Automaton, MemoryOne, strategy
from crisisgames.games.bayesian import BayesianGame, Situation
from crisisgames.games.compiled import Compiled, InformationSet, Numbers, Record, Visit
from crisisgames.games.extensive import ExtensiveFormGame
from crisisgames.games.matches import Match, Recovery
from crisisgames.games.normal import NormalFormGame, Profile
from crisisgames.games.parameter import Parameter
from crisisgames.games.repeated import RepeatedGame
from crisisgames.games.signaling import SignalingGame
from crisisgames.games.stochastic import StochasticGame
from crisisgames.games.tree import Node, add_payoffs, chance, end, graft, move, tell

__all__ = [
    "STRATEGIES",
    "Automaton",
    "BayesianGame",
    "Compiled",
    "ExtensiveFormGame",
    "InformationSet",
    "Match",
    "MemoryOne",
    "Node",
    "NormalFormGame",
    "Numbers",
    "Parameter",
    "Profile",
    "Record",
    "Recovery",
    "RepeatedGame",
    "SignalingGame",
    "Situation",
    "StochasticGame",
    "Visit",
    "add_payoffs",
    "chance",
    "end",
    "graft",
    "move",
    "strategy",
    "tell",
]
