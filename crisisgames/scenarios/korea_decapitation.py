"""A military move off Korea that Pyongyang may take for the start of a decapitation strike."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    Design,
    Hotline,
    JointWorkingGroup,
    Notification,
    StabilityDialogue,
)
from crisisgames.scenarios.dyads import US_DPRK_2017
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import NO_INSTITUTIONS, Scenario

__all__ = ["KOREA_DECAPITATION"]

KOREA_DECAPITATION = Scenario(
    slug="korea-decapitation",
    title="A move off Korea taken for a decapitation strike",
    period="2017",
    dyad=US_DPRK_2017,
    roles=("the United States or South Korea", "the DPRK"),
    facts=(
        Fact(
            "The worst case is a military action of the United States or South Korea that "
            "Pyongyang takes for the first move of a decapitation strike.",
            "E, on decapitation",
        ),
        Fact(
            "The DPRK has let it be known that it considers nuclear pre-emption against an "
            "attempt, be it aimed at the leadership or at its forces.",
            "E, on decapitation",
        ),
        Fact(
            "Its surveillance is weak: its radars are said to have missed American bombers off the "
            "coast. That is a major source of miscalculation.",
            "E, on surveillance",
        ),
        Fact(
            "China has refused contingency talks, for fear that a leak would look like endorsing "
            "regime change.",
            "E, on China's refusal",
        ),
    ),
    crisis=Incident(
        suspicion=0.3,
        accident_rate=0.4,
        clarity=0.05,
        gain=1.0,
        loss=2.0,
        response_cost=0.2,
        disaster=8.0,
        hazard_response=0.1,
        hazard_escalation=0.5,
        stops_response=0.2,
        stops_escalation=0.8,
        audience_cost=0.1,
        preemption=3.0,
        assault=0.5,
    ),
    fixed=NO_INSTITUTIONS,
    box={
        "suspicion": (0.1, 0.5),
        "accident_rate": (0.2, 0.6),
        "clarity": (0.0, 0.1),
        "gain": (0.5, 2.0),
        "loss": (1.0, 3.0),
        "response_cost": (0.1, 0.3),
        "disaster": (6.0, 12.0),
        "hazard_response": (0.05, 0.2),
        "hazard_escalation": (0.3, 0.8),
        "stops_response": (0.0, 0.4),
        "stops_escalation": (0.5, 1.0),
        "audience_cost": (0.0, 0.3),
        "preemption": (1.0, 5.0),
        "assault": (0.2, 0.8),
    },
    proposed=(
        Design("theatre hotline", Hotline("theatre"), "ours"),
        Design("notification", Notification(strength=0.4), "ours"),
        Design(
            "stability dialogue",
            StabilityDialogue(),
            "ours, after Z, note 53, which asks for it between China and the United States",
        ),
        Design(
            "joint working group",
            JointWorkingGroup(),
            "ours, after Z, China-US 5, and E, on surveillance",
        ),
    ),
    left_out=(
        Fact(
            "Contingency talks of China and the United States, under a third-party host: that is "
            "another game.",
            "E, on talks and hosts",
        ),
    ),
)
