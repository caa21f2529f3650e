"""The parameterized crisis games."""

from crisisgames.crises.bargaining import Bargaining
from crisisgames.crises.crisis import (
    Crisis,
    Familiar,
    Given,
    ListedCrisis,
    ManyPlays,
    TreeCrisis,
)
from crisisgames.crises.division import least_issues, peace_at_every_balance, peaceful_splits
from crisisgames.crises.dyads import Dyads, Pair
from crisisgames.crises.encounters import Encounters, Strategies
from crisisgames.crises.incident import Ally, Channel, Incident
from crisisgames.crises.interception import Interception
from crisisgames.crises.ladder import Ladder
from crisisgames.crises.security_dilemma import SecurityDilemma
from crisisgames.crises.talks import Talks
from crisisgames.crises.whole_crisis import WholeCrisis

__all__ = [
    "CRISES",
    "Ally",
    "Bargaining",
    "Channel",
    "Crisis",
    "Dyads",
    "Encounters",
    "Familiar",
    "Given",
    "Incident",
    "Interception",
    "Ladder",
    "ListedCrisis",
    "ManyPlays",
    "Pair",
    "SecurityDilemma",
    "Strategies",
    "Talks",
    "TreeCrisis",
    "WholeCrisis",
    "least_issues",
    "peace_at_every_balance",
    "peaceful_splits",
]

CRISES = {
    "incident": Incident,
    "ladder": Ladder,
    "bargaining": Bargaining,
    "talks": Talks,
    "dyads": Dyads,
    "encounters": Encounters,
    "security dilemma": SecurityDilemma,
    "interception": Interception,
    "whole crisis": WholeCrisis,
}
"""Every crisis by its name."""
