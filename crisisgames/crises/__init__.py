"""The parameterized crisis games."""

from crisisgames.crises.crisis import Crisis, Familiar, Given, ListedCrisis, TreeCrisis
from crisisgames.crises.dyads import Dyads, Pair
from crisisgames.crises.incident import Channel, Incident
from crisisgames.crises.interception import Interception
from crisisgames.crises.ladder import Ladder
from crisisgames.crises.security_dilemma import SecurityDilemma
from crisisgames.crises.talks import Talks

__all__ = [
    "CRISES",
    "Channel",
    "Crisis",
    "Dyads",
    "Familiar",
    "Given",
    "Incident",
    "Interception",
    "Ladder",
    "ListedCrisis",
    "Pair",
    "SecurityDilemma",
    "Talks",
    "TreeCrisis",
]

CRISES = {
    "incident": Incident,
    "ladder": Ladder,
    "talks": Talks,
    "dyads": Dyads,
    "security dilemma": SecurityDilemma,
    "interception": Interception,
}
"""Every crisis by its name."""
