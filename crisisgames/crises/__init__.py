"""The parameterized crisis games."""

from crisisgames.crises.bargaining import Bargaining
from crisisgames.crises.crisis import Crisis, Familiar
from crisisgames.crises.division import least_issues, peace_at_every_balance, peaceful_splits
from crisisgames.crises.incident import Channel, Incident
from crisisgames.crises.ladder import Ladder
from crisisgames.crises.talks import Talks

__all__ = [
    "CRISES",
    "Bargaining",
    "Channel",
    "Crisis",
    "Familiar",
    "Incident",
    "Ladder",
    "Talks",
    "least_issues",
    "peace_at_every_balance",
    "peaceful_splits",
]

CRISES = {"incident": Incident, "ladder": Ladder, "talks": Talks, "bargaining": Bargaining}
"""Every crisis by its name."""
