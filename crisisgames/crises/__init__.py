"""The parameterized crisis games."""

from crisisgames.crises.crisis import Crisis, Familiar
from crisisgames.crises.incident import Channel, Incident

__all__ = ["CRISES", "Channel", "Crisis", "Familiar", "Incident"]

CRISES = {"incident": Incident}
"""Every crisis by its name."""
