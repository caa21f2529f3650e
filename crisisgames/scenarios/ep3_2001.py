"""The collision of a Chinese and an American military aircraft near Hainan in 2001."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Hotline,
    JointWorkingGroup,
    Principles,
    RulesOfBehaviour,
)
from crisisgames.scenarios.dyads import CHINA_US_1995_2001
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["EP3_2001"]

LINE = Hotline("head of state", in_force=0.0)

EP3_2001 = Scenario(
    slug="ep3-2001",
    title="The aircraft collision near Hainan",
    period="2001",
    dyad=CHINA_US_1995_2001,
    roles=("the side whose aircraft is at fault", "the side that must judge it"),
    facts=(
        Fact(
            "A Chinese and an American military aircraft collided near Hainan Island.",
            "Z, section on China-US risks",
        ),
        Fact(
            "The head-of-state hotline did not serve as a means of managing the crisis.",
            "Z, China-US 4",
        ),
    ),
    crisis=Incident(
        suspicion=0.2,
        accident_rate=0.2,
        clarity=0.4,
        gain=1.0,
        loss=1.0,
        response_cost=0.2,
        disaster=5.0,
        hazard_response=0.03,
        hazard_escalation=0.08,
        stops_response=0.4,
        stops_escalation=0.9,
        audience_cost=0.2,
    ),
    fixed={**NO_INSTITUTIONS, **LEFT_OUT},
    box={
        "suspicion": (0.05, 0.3),
        "accident_rate": (0.1, 0.3),
        "clarity": (0.2, 0.6),
        "gain": (0.5, 1.5),
        "loss": (0.5, 1.5),
        "response_cost": (0.1, 0.3),
        "disaster": (4.0, 8.0),
        "hazard_response": (0.01, 0.05),
        "hazard_escalation": (0.05, 0.15),
        "stops_response": (0.2, 0.6),
        "stops_escalation": (0.8, 1.0),
        "audience_cost": (0.1, 0.4),
    },
    in_force=(LINE,),
    proposed=(
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("theatre hotline", Hotline("theatre"), "Z, China-US 4"),
        Design("rules of behaviour", RulesOfBehaviour(), "Z, China-US 2"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
        Design("principles", Principles(), "Z, China-US 6"),
    ),
)
