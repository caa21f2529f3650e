"""China and the United States: suspended dialogue and worsening relations feed each other."""

from __future__ import annotations

from crisisgames.crises import Dyads, Pair
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Dialogues,
    Hotline,
    MaritimeConsultation,
    Notification,
    RulesOfBehaviour,
    ThirdPartyHost,
    Track2,
)
from crisisgames.scenarios.dyads import CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["DIALOGUE_SPIRAL", "ONE_DYAD"]

LINE = Hotline("head of state", in_force=0.2)

ONE_DYAD: dict[str, Fact] = dict.fromkeys(
    ("spillover", "alliance"),
    Fact("The case is about one pair of states: nothing spills over, and no ally pays.", "ours"),
)
"""Fields about a second dyad, at 0."""

DIALOGUE_SPIRAL = Scenario(
    slug="dialogue-spiral",
    title="The vicious circle of suspended dialogue",
    period="2019-2020",
    dyad=CHINA_US_2020,
    roles=("China", "the United States"),
    facts=(
        Fact(
            "The relation is in a vicious circle: because dialogue is suspended relations get "
            "worse, and because they get worse dialogue is harder to resume.",
            "Z, section on China-US dialogues",
        ),
        Fact(
            "Dialogues were suspended several times by crises, and disrupted by American "
            "presidential elections; in 2020 travel limits came on top.",
            "Z, section on China-US dialogues",
        ),
        Fact(
            "Some dialogues between the militaries, the maritime consultation among them, were "
            "still held in 2019.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Four Track 2 dialogues, well regarded by both governments, were suspended in 2019.",
            "Z, note 36",
        ),
        Fact(
            "A friction that sets off a military crisis has become more likely to escalate; a "
            "second bad end is a lasting cold war.",
            "Z, section on China-US risks",
        ),
    ),
    crisis=Dyads(
        pairs=(Pair(("China", "US"), "China-US", suspended=True),),
        interruption=0.05,
        resumption=0.2,
        spillover=0.0,
        alliance=0.0,
    ),
    fixed=ONE_DYAD,
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
        "discount": (0.85, 0.95),
    },
    in_force=(
        LINE,
        Notification(strength=0.3),
        RulesOfBehaviour(strength=0.2),
        MaritimeConsultation(strength=0.1),
    ),
    proposed=(
        Design("crisis function for the hotline", Deadline(LINE), "Z, China-US 4"),
        Design("dialogues that outlast crises", Dialogues(), "Z, China-US 3"),
        Design("track 2 dialogues", Track2(strength=0.2), "Z, China-US 7"),
        Design("third-party host", ThirdPartyHost(), "ours, after E, on hosts"),
    ),
    left_out=(
        Fact("The defence hotline: the game has one line between capitals.", "Z, China-US 4"),
        Fact(
            "Bottom lines, a working group and the principles: dyads in which everybody sees "
            "everything have no field that they act on.",
            "Z, China-US 1, 5 and 6",
        ),
        Fact("A trilateral dialogue, compared in the triangle.", "Z, China-Japan 5"),
    ),
)
