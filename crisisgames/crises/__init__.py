"""The parameterized crisis games."""

from crisisgames.crises.crisis import Crisis, Familiar
from crisisgames.crises.incident import Channel, Incident
from crisisgames.crises.ladder import Ladder

__all__ = ["CRISES", "Channel", "Crisis", "Familiar", "Incident", "Ladder"]

CRISES = {"incident": Incident, "ladder": Ladder}
"""Every crisis by its name."""
