"""The parameterized crisis games."""

from crisisgames.crises.crisis import Crisis, Familiar
from crisisgames.crises.incident import Ally, Channel, Incident
from crisisgames.crises.ladder import Ladder
from crisisgames.crises.talks import Talks

__all__ = ["CRISES", "Ally", "Channel", "Crisis", "Familiar", "Incident", "Ladder", "Talks"]

CRISES = {"incident": Incident, "ladder": Ladder, "talks": Talks}
"""Every crisis by its name."""
