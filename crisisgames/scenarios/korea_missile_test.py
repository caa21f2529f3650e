"""A missile test of the DPRK that goes wrong and falls on Japan or kills civilians at sea."""

from __future__ import annotations

from crisisgames.crises import Ally, Incident
from crisisgames.mechanisms import Design, JointWorkingGroup, Notification, Principles
from crisisgames.scenarios.dyads import US_DPRK_2017
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["KOREA_MISSILE_TEST"]

NO_STRIKES = Fact(
    "Japan has no cruise missiles for strikes on land, so that it does not escalate by itself: it "
    "replies in kind, by another defence policy, or not at all. That this is all is our reading.",
    "E, on missile tests",
)

KOREA_MISSILE_TEST = Scenario(
    slug="korea-missile-test",
    title="A missile test that goes wrong",
    period="2017",
    dyad=US_DPRK_2017,
    roles=("the DPRK", "Japan", "the United States"),
    facts=(
        Fact(
            "Tests may go wrong; that none has killed foreigners yet, at sea or on Japanese soil, "
            "is partly luck.",
            "E, on missile tests",
        ),
        Fact(
            "Such an accident would make Japan change its defence policy, for instance towards "
            "cruise missiles for strikes on land.",
            "E, on missile tests",
        ),
        Fact(
            "It would probably bring some retaliation by the United States, and might set off an "
            "escalation.",
            "E, on missile tests",
        ),
        Fact(
            "By its reading of its own law Japan does not intercept a missile that passes over; "
            "it might if one threatened civilians.",
            "E, on missile tests",
        ),
        Fact(
            "Not knowing how others will answer is a major cause of escalation.",
            "E, on the lack of talks",
        ),
    ),
    crisis=Incident(
        suspicion=0.5,
        accident_rate=0.2,
        clarity=0.3,
        gain=1.0,
        loss=1.5,
        response_cost=0.2,
        disaster=6.0,
        hazard_response=0.03,
        stops_response=0.2,
        audience_cost=0.3,
        reciprocity=True,
        ally=Ally(hazard=0.03, stops=0.5, cost=0.1, stake=0.7),
    ),
    fixed={
        **NO_INSTITUTIONS,
        **LEFT_OUT,
        **dict.fromkeys(("hazard_escalation", "stops_escalation"), NO_STRIKES),
    },
    box={
        "suspicion": (0.3, 0.7),
        "accident_rate": (0.05, 0.4),
        "clarity": (0.15, 0.5),
        "gain": (0.5, 1.5),
        "loss": (1.0, 2.0),
        "response_cost": (0.1, 0.3),
        "disaster": (4.0, 10.0),
        "hazard_response": (0.01, 0.08),
        "stops_response": (0.1, 0.4),
        "audience_cost": (0.15, 0.5),
        "ally.hazard": (0.01, 0.1),
        "ally.stops": (0.3, 0.6),
        "ally.cost": (0.05, 0.3),
        "ally.stake": (0.5, 0.9),
    },
    proposed=(
        Design("notification of tests", Notification(strength=0.4), "ours"),
        Design(
            "joint working group",
            JointWorkingGroup(),
            "ours, after Z, China-US 5, and E, on what talks should aim at",
        ),
        Design("principles", Principles(), "ours, after Z, China-US 6"),
    ),
    left_out=(
        Fact(
            "A hotline: with three players its equilibria take long to search for. Ask for it with "
            "a time limit.",
            "ours",
        ),
        Fact(
            "An interception of the missile, which is another game.",
            "E, on interception",
        ),
        Fact(
            "Contingency talks of China and the United States, under a third-party host: another "
            "game as well.",
            "E, on talks and hosts",
        ),
    ),
)
