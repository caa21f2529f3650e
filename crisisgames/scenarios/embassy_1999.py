"""The bombing of the Chinese embassy in Belgrade in 1999."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Envoys,
    Hotline,
    JointWorkingGroup,
    Principles,
)
from crisisgames.scenarios.dyads import CHINA_US_1995_2001
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["EMBASSY_1999"]

LINE = Hotline("head of state", in_force=0.0)

EMBASSY_1999 = Scenario(
    slug="embassy-1999",
    title="The embassy bombing in Belgrade",
    period="1999",
    dyad=CHINA_US_1995_2001,
    roles=("the United States", "China"),
    facts=(
        Fact("The Chinese embassy in Belgrade was bombed.", "Z, section on China-US risks"),
        Fact(
            "The head-of-state hotline did not serve as a means of managing the crisis.",
            "Z, China-US 4",
        ),
    ),
    crisis=Incident(
        suspicion=0.25,
        accident_rate=0.1,
        clarity=0.25,
        gain=0.7,
        loss=1.0,
        response_cost=0.25,
        disaster=5.0,
        hazard_response=0.02,
        hazard_escalation=0.08,
        stops_response=0.3,
        stops_escalation=0.8,
        audience_cost=0.4,
    ),
    fixed={**NO_INSTITUTIONS, **LEFT_OUT},
    box={
        "suspicion": (0.05, 0.35),
        "accident_rate": (0.02, 0.2),
        "clarity": (0.15, 0.5),
        "gain": (0.4, 1.2),
        "loss": (0.5, 1.5),
        "response_cost": (0.1, 0.4),
        "disaster": (4.0, 8.0),
        "hazard_response": (0.005, 0.04),
        "hazard_escalation": (0.04, 0.12),
        "stops_response": (0.1, 0.5),
        "stops_escalation": (0.6, 1.0),
        "audience_cost": (0.2, 0.6),
    },
    in_force=(LINE,),
    proposed=(
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("envoys", Envoys(), "Z, China-US 5"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
        Design("principles", Principles(), "Z, China-US 6"),
    ),
)
