"""The crises over the Diaoyu (Senkaku) islands of 2010 and 2012, in which all dialogue stopped."""

from __future__ import annotations

from crisisgames.crises import Dyads, Pair
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Dialogues,
    Hotline,
    LiaisonMechanism,
    RulesOfBehaviour,
    Track2,
)
from crisisgames.scenarios.dialogue_spiral import ONE_DYAD
from crisisgames.scenarios.dyads import CHINA_JAPAN_2010_2012
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["DIAOYU_2010_2012"]

GOVERNMENT_LINE = Hotline("head of state", in_force=0.0)

DIAOYU_2010_2012 = Scenario(
    slug="diaoyu-2010-2012",
    title="The crises over the Diaoyu (Senkaku) islands",
    period="2010-2012",
    dyad=CHINA_JAPAN_2010_2012,
    roles=("China", "Japan"),
    facts=(
        Fact(
            "Both crises rose fast. The first was a diplomatic and political one; the second "
            "brought dangerous and frequent encounters of ships and aircraft, close to conflict.",
            "Z, section on China-Japan awareness",
        ),
        Fact(
            "The government hotline, agreed in 1998, open since 2000 and announced anew in 2010, "
            "was used in neither; perhaps it was never meant for a crisis.",
            "Z, section on China-Japan mechanisms",
        ),
        Fact(
            "While dialogue was suspended frictions were worse, misunderstanding grew, and the "
            "risk of a crisis kept rising.",
            "Z, section on China-Japan dialogues",
        ),
        Fact(
            "Before, when ships and aircraft seldom met, frictions over the islands did not grow "
            "into crises.",
            "Z, section on China-Japan awareness",
        ),
    ),
    crisis=Dyads(
        pairs=(Pair(("China", "Japan"), "China-Japan"),),
        rise_one=0.3,
        rise_both=0.6,
        fall=0.3,
        dampening=0.4,
        suspension=1.0,
        resumption=0.15,
        interruption=0.02,
        spillover=0.0,
        alliance=0.0,
    ),
    fixed={
        **ONE_DYAD,
        "suspension": Fact(
            "Each of the two crises suspended all dialogues and exchanges.",
            "Z, section on China-Japan awareness",
        ),
    },
    box={
        "gain": (0.5, 1.5),
        "loss": (0.5, 1.5),
        "rise_none": (0.01, 0.05),
        "rise_one": (0.2, 0.4),
        "rise_both": (0.45, 0.75),
        "fall": (0.15, 0.5),
        "dampening": (0.2, 0.6),
        "resumption": (0.05, 0.3),
        "interruption": (0.01, 0.05),
        "damage": (2.0, 8.0),
        "discount": (0.85, 0.95),
    },
    in_force=(GOVERNMENT_LINE,),
    proposed=(
        Design(
            "leaders' hotline by a deadline", Deadline(GOVERNMENT_LINE), "Z, China-Japan 1 and 2"
        ),
        Design("liaison mechanism", LiaisonMechanism(strength=0.2), "Z, China-Japan 1"),
        Design("code of safe conduct", RulesOfBehaviour(), "Z, China-Japan 2"),
        Design("dialogues that outlast crises", Dialogues(), "Z, China-Japan 3"),
        Design("track 2 dialogues", Track2(strength=0.2), "Z, China-Japan 6"),
    ),
    left_out=(
        Fact(
            "The part of the United States, whose treaty covers the islands: see the triangle.",
            "Z, section on China-US risks",
        ),
        Fact("Notification, which was to be borrowed later.", "Z, China-Japan 2"),
    ),
)
