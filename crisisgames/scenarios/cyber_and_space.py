"""An intrusion in cyberspace, or a disturbed satellite, that may or may not have been meant."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    ClearBottomLines,
    Deadline,
    Design,
    Hotline,
    RulesOfBehaviour,
    StabilityDialogue,
    Track2,
)
from crisisgames.scenarios.dyads import CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["CYBER_AND_SPACE"]

LINE = Hotline("head of state", in_force=0.2)

CYBER_AND_SPACE = Scenario(
    slug="cyber-and-space",
    title="Incidents in cyberspace and outer space",
    period="2020",
    dyad=CHINA_US_2020,
    roles=("the side that the trace points to", "the side that must judge it"),
    facts=(
        Fact(
            "Friction and mutual suspicion in space and cyberspace have kept rising.",
            "Z, note 7",
        ),
        Fact(
            "Cyberspace is among the new challenges for which each side's bottom line has still to "
            "be made clear.",
            "Z, China-US 1",
        ),
        Fact(
            "American experts have argued for a nuclear answer to a major attack on assets in "
            "space or cyberspace.",
            "Z, note 7",
        ),
        Fact(
            "Evidence of who did what, and why, is poor: clarity is very low.",
            "ours",
        ),
        Fact(
            "Striking first saves a part of what would be lost in war; by how much is open.",
            "ours, after Z, China-US 3 and note 53, on crisis stability",
        ),
    ),
    crisis=Incident(
        suspicion=0.55,
        accident_rate=0.3,
        clarity=0.1,
        gain=0.8,
        loss=1.0,
        response_cost=0.15,
        disaster=8.0,
        hazard_response=0.03,
        hazard_escalation=0.12,
        stops_response=0.2,
        stops_escalation=0.9,
        audience_cost=0.2,
        preemption=3.0,
    ),
    fixed={**NO_INSTITUTIONS, "assault": LEFT_OUT["assault"]},
    box={
        "suspicion": (0.35, 0.7),
        "accident_rate": (0.1, 0.5),
        "clarity": (0.0, 0.2),
        "gain": (0.5, 1.5),
        "loss": (0.5, 1.25),
        "response_cost": (0.05, 0.3),
        "disaster": (4.0, 12.0),
        "hazard_response": (0.01, 0.06),
        "hazard_escalation": (0.05, 0.2),
        "stops_response": (0.0, 0.4),
        "stops_escalation": (0.5, 1.0),
        "audience_cost": (0.1, 0.4),
        "preemption": (1.0, 4.0),
    },
    in_force=(LINE,),
    proposed=(
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("clear bottom lines", ClearBottomLines(), "Z, China-US 1"),
        Design("code of conduct", RulesOfBehaviour(), "Z, China-US 3"),
        Design("stability dialogue", StabilityDialogue(), "Z, China-US 3 with note 53"),
        Design("Track 2 dialogues", Track2(), "Z, China-US 7"),
    ),
    left_out=(
        Fact(
            "Rules of behaviour, notification and maritime consultation, made for the sea and air.",
            "Z, China-US 2",
        ),
    ),
)
