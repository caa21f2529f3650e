"""The cases: a crisis with sourced facts, a parameter box, and mechanisms to compare."""

from crisisgames.errors import suggest
from crisisgames.scenarios.contingency_talks import CONTINGENCY_TALKS
from crisisgames.scenarios.cyber_and_space import CYBER_AND_SPACE
from crisisgames.scenarios.dialogue_spiral import DIALOGUE_SPIRAL
from crisisgames.scenarios.diaoyu_2010_2012 import DIAOYU_2010_2012
from crisisgames.scenarios.dyads import Dyad
from crisisgames.scenarios.east_china_sea import EAST_CHINA_SEA
from crisisgames.scenarios.embassy_1999 import EMBASSY_1999
from crisisgames.scenarios.ep3_2001 import EP3_2001
from crisisgames.scenarios.facts import Fact, Order
from crisisgames.scenarios.korea_decapitation import KOREA_DECAPITATION
from crisisgames.scenarios.korea_interception import KOREA_INTERCEPTION
from crisisgames.scenarios.korea_missile_test import KOREA_MISSILE_TEST
from crisisgames.scenarios.missile_deployment import MISSILE_DEPLOYMENT
from crisisgames.scenarios.orders import ORDERS
from crisisgames.scenarios.scenario import Scenario
from crisisgames.scenarios.south_china_sea import SOUTH_CHINA_SEA
from crisisgames.scenarios.taiwan_1995 import TAIWAN_1995
from crisisgames.scenarios.taiwan_strait import TAIWAN_STRAIT
from crisisgames.scenarios.triangle import TRIANGLE

__all__ = ["ORDERS", "SCENARIOS", "Dyad", "Fact", "Order", "Scenario", "get_scenario"]

SCENARIOS: dict[str, Scenario] = {
    s.slug: s
    for s in (
        TAIWAN_STRAIT,
        SOUTH_CHINA_SEA,
        EAST_CHINA_SEA,
        KOREA_DECAPITATION,
        KOREA_INTERCEPTION,
        KOREA_MISSILE_TEST,
        CONTINGENCY_TALKS,
        CYBER_AND_SPACE,
        MISSILE_DEPLOYMENT,
        EP3_2001,
        EMBASSY_1999,
        TAIWAN_1995,
        DIALOGUE_SPIRAL,
        DIAOYU_2010_2012,
        TRIANGLE,
    )
}
"""Every scenario by its slug."""


def get_scenario(slug: str) -> Scenario:
    """Return the scenario of that name.

    Raises
    ------
    UnknownName
        If there is none; the message offers the nearest.

    Examples
    --------
    >>> get_scenario("south-china-sea").title
    'Close encounters in the South China Sea'
    """
    if slug not in SCENARIOS:
        raise suggest("scenario", slug, SCENARIOS)
    return SCENARIOS[slug]
