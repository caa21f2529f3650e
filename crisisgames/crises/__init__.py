"""The parameterized crisis games."""

from crisisgames.crises.crisis import Crisis, Familiar
from crisisgames.crises.incident import Channel, Incident
from crisisgames.crises.interception import Interception
from crisisgames.crises.ladder import Ladder
from crisisgames.crises.talks import Talks

__all__ = [
    "CRISES",
    "Channel",
    "Crisis",
    "Familiar",
    "Incident",
    "Interception",
    "Ladder",
    "Talks",
]

CRISES = {
    "incident": Incident,
    "ladder": Ladder,
    "talks": Talks,
    "interception": Interception,
}
"""Every crisis by its name."""
