"""Missile defence and missiles of intermediate range: a security dilemma."""

from __future__ import annotations

from crisisgames.crises import SecurityDilemma
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Hotline,
    JointWorkingGroup,
    StabilityDialogue,
)
from crisisgames.scenarios.dyads import CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["MISSILE_DEPLOYMENT"]

LINE = Hotline("head of state", in_force=0.2)

MISSILE_DEPLOYMENT = Scenario(
    slug="missile-deployment",
    title="Missile defence and missiles in East Asia",
    period="2019-2020",
    dyad=CHINA_US_2020,
    roles=("the United States, with its allies", "China"),
    facts=(
        Fact(
            "On the list of risks stand more missile defence of the United States and its allies "
            "in East Asia, American land-based missiles of intermediate range and low-yield "
            "nuclear weapons there, and an arms race in new strategic weapons.",
            "Z, section on China-US risks",
        ),
        Fact(
            "One day after the United States left the treaty on intermediate-range forces, in "
            "August 2019, its defence secretary was for placing such missiles in Asia soon, with "
            "China in mind; in February 2020 low-yield warheads on submarines were confirmed.",
            "Z, note 6",
        ),
        Fact(
            "South Korea, the Philippines and Australia turned such missiles down, and Japan did "
            "not object. It cancelled two land-based Aegis systems in June 2020 over technique and "
            "cost, and began to discuss strikes on enemy bases.",
            "Z, section on China-Japan risks",
        ),
        Fact(
            "Stability would rest on mutual vulnerability, with a Chinese second strike that can "
            "be relied on, and on stability in crises between forces of unequal size.",
            "Z, note 53",
        ),
        Fact(
            "A dialogue on strategic stability should deal with nuclear strategy, missile defence, "
            "new conventional weapons and outer space; it has still to begin.",
            "Z, China-US 3",
        ),
        Fact(
            "Each deployment raises what the other side loses if it holds back alone: fear.",
            "ours, after Z, section on China-US risks and note 53",
        ),
    ),
    crisis=SecurityDilemma(prior_mean=0.5, clarity=0.5, surveillance=0.7, fear=1.2),
    fixed={},
    box={
        "prior_mean": (0.1, 0.9),
        "clarity": (0.2, 0.8),
        "surveillance": (0.5, 0.9),
        "fear": (0.6, 1.8),
    },
    in_force=(LINE,),
    proposed=(
        Design("stability dialogue", StabilityDialogue(), "Z, China-US 3 with note 53"),
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
    ),
    left_out=(
        Fact(
            "The five principles: of their fields a security dilemma has clarity alone, which the "
            "others move as well.",
            "Z, China-US 6",
        ),
        Fact(
            "Treaties between three powers: China sees no place in them for its smaller arsenal.",
            "Z, note 53",
        ),
        Fact(
            "Notification, rules of behaviour and consultation, made for the sea and air.",
            "Z, China-US 2",
        ),
    ),
)
