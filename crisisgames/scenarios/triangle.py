"""China, Japan and the United States: one crisis draws in another, through the alliance."""

from __future__ import annotations

from crisisgames.crises import Dyads, Pair
from crisisgames.mechanisms import (
    Between,
    Deadline,
    Design,
    Dialogues,
    Hotline,
    LiaisonMechanism,
    MaritimeConsultation,
    Notification,
    RulesOfBehaviour,
    Track2,
    TrilateralDialogue,
)
from crisisgames.scenarios.dyads import CHINA_JAPAN_2020, CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["TRIANGLE"]

CHINA_US, CHINA_JAPAN = CHINA_US_2020.name, CHINA_JAPAN_2020.name
LEADERS = Hotline("head of state", in_force=0.2)
GOVERNMENT_LINE = Hotline("head of state", in_force=0.1)

TRIANGLE = Scenario(
    slug="triangle",
    title="The triangle of China, Japan and the United States",
    period="2020",
    dyad=CHINA_US_2020,
    other_dyads=(CHINA_JAPAN_2020,),
    roles=("China", "the United States", "Japan"),
    facts=(
        Fact(
            "Since the crisis of 2012 the United States has said again and again that its treaty "
            "with Japan covers the islands, and the danger that a third party draws China and the "
            "United States into a crisis has grown.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Because the United States and Japan are allies, a crisis or conflict of China with "
            "one of them may soon draw in the relation with the other.",
            "Z, second of three conclusions on the risks",
        ),
        Fact(
            "As the main ally of the United States in the region Japan may become involved in a "
            "crisis or conflict over Taiwan. So each of the two bears a part of the damage of "
            "China's conflict with the other, which is our reading.",
            "Z, section on China-Japan risks",
        ),
        Fact(
            "A closer alliance of Japan and the United States adds to frictions between China and "
            "Japan.",
            "Z, section on China-Japan risks",
        ),
        Fact(
            "A trilateral security dialogue was agreed on in 2009 and never set up.",
            "Z, note 55",
        ),
    ),
    crisis=Dyads(
        pairs=(
            Pair(("China", "US"), CHINA_US, allies=("Japan",), suspended=True),
            Pair(("China", "Japan"), CHINA_JAPAN, allies=("US",), suspended=True),
        ),
        interruption=0.05,
        resumption=0.2,
    ),
    fixed={},
    box={
        "gain": (0.5, 1.5),
        "loss": (0.5, 1.5),
        "rise_none": (0.01, 0.04),
        "rise_one": (0.1, 0.3),
        "rise_both": (0.35, 0.65),
        "fall": (0.2, 0.6),
        "dampening": (0.3, 0.7),
        "suspension": (0.3, 0.7),
        "resumption": (0.1, 0.4),
        "interruption": (0.02, 0.1),
        "damage": (2.0, 8.0),
        "spillover": (0.02, 0.2),
        "alliance": (0.25, 1.0),
        "discount": (0.85, 0.95),
    },
    in_force=(
        Between(CHINA_US, LEADERS),
        Between(CHINA_US, Notification(strength=0.3)),
        Between(CHINA_US, RulesOfBehaviour(strength=0.2)),
        Between(CHINA_US, MaritimeConsultation(strength=0.1)),
        Between(CHINA_JAPAN, GOVERNMENT_LINE),
        Between(CHINA_JAPAN, LiaisonMechanism(strength=0.1)),
    ),
    proposed=(
        Design("trilateral dialogue", TrilateralDialogue(), "Z, China-Japan 5 with note 55"),
        Design(
            "deadline for China and Japan's hotline",
            Between(CHINA_JAPAN, Deadline(GOVERNMENT_LINE)),
            "Z, China-Japan 1 and 2",
        ),
        Design("track 2 dialogues", Track2(strength=0.2), "Z, China-US 7 and China-Japan 6"),
        Design("dialogues that outlast crises", Dialogues(), "Z, China-US 3 and China-Japan 3"),
    ),
    left_out=(
        Fact("What a single dyad shows as well: see the vicious circle.", "ours"),
        Fact(
            "Quarrels of Japan and the United States with each other, of which neither text "
            "speaks.",
            "ours",
        ),
    ),
)
