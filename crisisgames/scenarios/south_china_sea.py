"""Close encounters of Chinese and American forces in the South China Sea."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    ClearBottomLines,
    Deadline,
    Design,
    Hotline,
    JointWorkingGroup,
    MaritimeConsultation,
    Notification,
    Principles,
    RulesOfBehaviour,
)
from crisisgames.scenarios.dyads import CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["SOUTH_CHINA_SEA"]

LINE = Hotline("head of state", in_force=0.2)

SOUTH_CHINA_SEA = Scenario(
    slug="south-china-sea",
    title="Close encounters in the South China Sea",
    period="2020",
    dyad=CHINA_US_2020,
    roles=("the side whose ship or aircraft comes close", "the side that must judge it"),
    facts=(
        Fact(
            "Neither side's bottom line is clear here, unlike over Taiwan.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Ships and aircraft meet often and harshly; dangerous encounters, misreading and "
            "accidental fire are likelier than in the Taiwan Strait.",
            "Z, section on China-US risks",
        ),
        Fact(
            "In October 2018 an American destroyer and a Chinese warship passed within 45 yards of "
            "each other and almost collided.",
            "Z, note 5",
        ),
        Fact(
            "The American forces have offered to work on crisis communication while their "
            "government kept up pressure, which makes crises harder to manage.",
            "Z, section on China-US risks",
        ),
        Fact(
            "In force are hotlines of heads of state and of defence ministries, a yearly maritime "
            "consultation, notification of major activities with two annexes, and rules of "
            "behaviour for encounters.",
            "Z, China-US 2 and 4",
        ),
        Fact(
            "The hotlines still await an explicit crisis function.",
            "Z, China-US 4",
        ),
    ),
    crisis=Incident(
        suspicion=0.5,
        accident_rate=0.3,
        clarity=0.2,
        gain=0.8,
        loss=1.0,
        response_cost=0.2,
        disaster=6.0,
        hazard_response=0.05,
        hazard_escalation=0.12,
        stops_response=0.4,
        stops_escalation=1.0,
        audience_cost=0.25,
    ),
    fixed={**NO_INSTITUTIONS, **LEFT_OUT},
    box={
        "suspicion": (0.35, 0.7),
        "accident_rate": (0.15, 0.5),
        "clarity": (0.1, 0.35),
        "gain": (0.4, 1.2),
        "loss": (0.5, 1.25),
        "response_cost": (0.1, 0.3),
        "disaster": (4.0, 10.0),
        "hazard_response": (0.02, 0.1),
        "hazard_escalation": (0.1, 0.2),
        "stops_response": (0.2, 0.6),
        "stops_escalation": (0.8, 1.0),
        "audience_cost": (0.1, 0.4),
    },
    # Neither text speaks of notices that hide a probe (`cover`), and without them the game is
    # smaller.
    in_force=(
        LINE,
        Notification(strength=0.3, cover=0.0),
        RulesOfBehaviour(strength=0.2),
        MaritimeConsultation(strength=0.1),
    ),
    proposed=(
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("theatre hotline", Hotline("theatre"), "Z, China-US 4"),
        Design("clear bottom lines", ClearBottomLines(), "Z, China-US 1"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
        Design("principles", Principles(), "Z, China-US 6"),
    ),
    left_out=(
        Fact("The defence hotline: the game has one line between capitals.", "Z, China-US 4"),
        Fact("Embassies and envoys, compared in the case of 1999.", "Z, China-US 5"),
        Fact("Track 2 dialogues, compared in cyberspace and space.", "Z, China-US 7"),
        Fact(
            "Dialogues between governments, which a single incident has no place for.",
            "Z, China-US 3",
        ),
    ),
)
