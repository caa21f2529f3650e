"""Encounters of Chinese and Japanese forces around disputed islands in the East China Sea."""

from __future__ import annotations

from crisisgames.crises import Incident
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Hotline,
    LiaisonMechanism,
    Notification,
    RulesOfBehaviour,
)
from crisisgames.scenarios.dyads import CHINA_JAPAN_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["EAST_CHINA_SEA"]

GOVERNMENT_LINE = Hotline("head of state", in_force=0.1)

EAST_CHINA_SEA = Scenario(
    slug="east-china-sea",
    title="Encounters around the islands in the East China Sea",
    period="2020",
    dyad=CHINA_JAPAN_2020,
    roles=("China", "Japan"),
    facts=(
        Fact(
            "Sovereignty over the islands and the limits of maritime zones are disputed, and air "
            "defence identification zones overlap.",
            "Z, section on China-Japan risks",
        ),
        Fact(
            "Two crises over the islands, in 2010 and 2012, rose fast and stopped all dialogue; in "
            "the second, ships and aircraft met dangerously and often, close to armed conflict.",
            "Z, section on China-Japan awareness",
        ),
        Fact(
            "A government hotline, agreed in 1998 and open since 2000, went unused in both crises; "
            "perhaps it was never meant for a crisis.",
            "Z, section on China-Japan mechanisms",
        ),
        Fact(
            "The maritime and aerial liaison mechanism, in force since 2018, took ten years; its "
            "defence hotline is missing, for lack of trust and awareness above all, and its "
            "meeting of 2019 was not held.",
            "Z, section on China-Japan mechanisms",
        ),
        Fact(
            "Coast guard ships met repeatedly in 2020, and the Japanese media made much of it.",
            "Z, section on China-Japan risks",
        ),
    ),
    crisis=Incident(
        suspicion=0.45,
        accident_rate=0.25,
        clarity=0.3,
        gain=0.8,
        loss=1.0,
        response_cost=0.2,
        disaster=5.0,
        hazard_response=0.05,
        hazard_escalation=0.12,
        stops_response=0.4,
        stops_escalation=1.0,
        audience_cost=0.3,
    ),
    fixed={**NO_INSTITUTIONS, **LEFT_OUT},
    box={
        "suspicion": (0.3, 0.6),
        "accident_rate": (0.1, 0.4),
        "clarity": (0.15, 0.45),
        "gain": (0.4, 1.2),
        "loss": (0.5, 1.5),
        "response_cost": (0.1, 0.3),
        "disaster": (4.0, 8.0),
        "hazard_response": (0.02, 0.1),
        "hazard_escalation": (0.1, 0.2),
        "stops_response": (0.2, 0.6),
        "stops_escalation": (0.8, 1.0),
        "audience_cost": (0.15, 0.5),
    },
    in_force=(GOVERNMENT_LINE, LiaisonMechanism(strength=0.1)),
    proposed=(
        Design("defence hotline by a deadline", Deadline(Hotline("defence")), "Z, China-Japan 1"),
        Design("leaders' hotline", Deadline(GOVERNMENT_LINE), "Z, China-Japan 2"),
        Design("code of safe conduct", RulesOfBehaviour(), "Z, China-Japan 2"),
        # Neither text speaks of notices that hide a probe (`cover`), and without them the game is
        # smaller.
        Design("notification", Notification(cover=0.0), "Z, China-Japan 2"),
        Design("liaison of law enforcement", LiaisonMechanism(strength=0.15), "Z, China-Japan 2"),
    ),
    left_out=(
        Fact("Track 2 dialogues, compared in cyberspace and space.", "Z, China-Japan 6"),
        Fact(
            "Dialogues between two or three governments, which a single incident has no place for.",
            "Z, China-Japan 3 and 5",
        ),
    ),
)
