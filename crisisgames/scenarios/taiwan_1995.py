"""The Taiwan Strait crisis of 1995 and 1996."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    ClearBottomLines,
    Deadline,
    Design,
    Hotline,
    JointWorkingGroup,
    Principles,
)
from crisisgames.scenarios.dyads import CHINA_US_1995_2001
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["TAIWAN_1995"]

LINE = Hotline("head of state", in_force=0.0)

TAIWAN_1995 = Scenario(
    slug="taiwan-1995",
    title="The Taiwan Strait crisis of the engagement years",
    period="1995-1996",
    dyad=CHINA_US_1995_2001,
    roles=("China", "the United States"),
    facts=(
        Fact(
            "China and the United States went through a crisis over the Taiwan Strait.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Long consultation has since given each side a clearer idea of the other's bottom line "
            "over Taiwan.",
            "Z, China-US 1",
        ),
        Fact(
            "No hotline served as a means of managing the crisis; Z names none for these years.",
            "ours, after Z, China-US 4",
        ),
    ),
    crisis=Incident(
        suspicion=0.25,
        accident_rate=0.15,
        clarity=0.5,
        gain=1.5,
        loss=1.5,
        response_cost=0.2,
        disaster=8.0,
        hazard_response=0.03,
        hazard_escalation=0.1,
        stops_response=0.3,
        stops_escalation=0.9,
        audience_cost=0.25,
    ),
    fixed={**NO_INSTITUTIONS, **LEFT_OUT},
    box={
        "suspicion": (0.1, 0.35),
        "accident_rate": (0.05, 0.15),
        "clarity": (0.35, 0.7),
        "gain": (1.0, 2.0),
        "loss": (1.25, 2.5),
        "response_cost": (0.1, 0.3),
        "disaster": (6.0, 12.0),
        "hazard_response": (0.01, 0.06),
        "hazard_escalation": (0.08, 0.18),
        "stops_response": (0.1, 0.5),
        "stops_escalation": (0.8, 1.0),
        "audience_cost": (0.1, 0.4),
    },
    in_force=(LINE,),
    proposed=(
        Design("crisis function for a hotline", Deadline(LINE), "Z, China-US 4, looking back"),
        Design("clear bottom lines", ClearBottomLines(), "Z, China-US 1, looking back"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5, looking back"),
        Design("principles", Principles(), "Z, China-US 6, looking back"),
    ),
)
