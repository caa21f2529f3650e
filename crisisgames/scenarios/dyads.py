"""Pairs of states, and how far each has come: awareness, dialogues. Mechanisms differ by scenario.

Awareness, mechanisms and dialogues are three things that a relation can have more or less of (Z,
opening of the section that compares both relations). The numbers are illustrations; their order
follows the text (see `orders`).
"""

from __future__ import annotations

from dataclasses import dataclass

from crisisgames.errors import GameError
from crisisgames.scenarios.facts import Fact

__all__ = [
    "CHINA_JAPAN_2010_2012",
    "CHINA_JAPAN_2020",
    "CHINA_US_1995_2001",
    "CHINA_US_2017",
    "CHINA_US_2020",
    "DIALOGUES",
    "US_DPRK_2017",
    "Dyad",
]

DIALOGUES: tuple[str, ...] = ("held", "intermittent", "suspended", "none")
"""States of the dialogues between two governments, from most to least."""


@dataclass(frozen=True)
class Dyad:
    """A pair of states at a time.

    Attributes
    ----------
    name, period : str
    awareness : float
        The chance that the two sides use the mechanisms they have, in [0, 1]; an illustration.
    dialogues : str
        The state of their dialogues, one of `DIALOGUES`.
    facts : tuple of Fact
        What the texts say of both.
    """

    name: str
    period: str
    awareness: float
    dialogues: str
    facts: tuple[Fact, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.awareness <= 1:
            raise GameError(f"{self.name}: awareness is {self.awareness}; allowed is 0 to 1")
        if self.dialogues not in DIALOGUES:
            allowed = ", ".join(map(repr, DIALOGUES))
            raise GameError(f"{self.name}: dialogues is {self.dialogues!r}; allowed are {allowed}")


CHINA_US_2020 = Dyad(
    "China-US",
    "2020",
    awareness=0.8,
    dialogues="suspended",
    facts=(
        Fact(
            "Awareness grew on both sides after the Cold War and again in the 2010s; it is "
            "stronger between China and the United States than between China and Japan.",
            "Z, section on China-US awareness and first of its three findings",
        ),
        Fact(
            "Most dialogues between the governments had stalled by 2019, and nearly all stood "
            "still in 2020, chiefly because relations had worsened.",
            "Z, section on China-US dialogues and note 52",
        ),
    ),
)

CHINA_US_1995_2001 = Dyad(
    "China-US",
    "1995-2001",
    awareness=0.6,
    dialogues="intermittent",
    facts=(
        Fact(
            "The incidents of these years put crisis management on the agenda of both sides; their "
            "awareness has grown since.",
            "Z, section on China-US awareness",
        ),
        Fact(
            "Dialogues between the two militaries were rebuilt from the late 1990s on and broke "
            "off several times over incidents.",
            "Z, section on China-US dialogues",
        ),
        Fact(
            "Engagement and cooperation marked the relation as a whole, and the three crises of "
            "these years wound down fairly soon.",
            "Z, section on China-US risks",
        ),
    ),
)

CHINA_US_2017 = Dyad(
    "China-US",
    "2017",
    awareness=0.8,
    dialogues="held",
    facts=(
        Fact(
            "Political talks at a high level take place regularly; plans for a contingency are not "
            "among their subjects, because that is too sensitive for China.",
            "E, on the lack of talks",
        ),
    ),
)

CHINA_JAPAN_2020 = Dyad(
    "China-Japan",
    "2020",
    awareness=0.5,
    dialogues="suspended",
    facts=(
        Fact(
            "Both sides lacked awareness for long; it has much improved in recent years but "
            "remains weaker than between China and the United States.",
            "Z, section on China-Japan and first of its three findings",
        ),
        Fact(
            "Dialogues, broken off for long after 2012, had resumed by 2019 and stalled in 2020, "
            "because travel was restricted rather than over a crisis.",
            "Z, section on China-Japan dialogues and note 52",
        ),
    ),
)

CHINA_JAPAN_2010_2012 = Dyad(
    "China-Japan",
    "2010-2012",
    awareness=0.3,
    dialogues="intermittent",
    facts=(
        Fact(
            "Japan sensed the danger more than China and proposed a maritime liaison mechanism to "
            "it in 2007; mistrust between the defence departments kept all slow.",
            "Z, section on China-Japan awareness",
        ),
        Fact(
            "Dialogues had been held since 1993, but quite intermittently; after the second crisis "
            "all of them stopped for a long time.",
            "Z, section on China-Japan dialogues",
        ),
    ),
)

US_DPRK_2017 = Dyad(
    "US-DPRK",
    "2017",
    awareness=0.4,
    dialogues="none",
    facts=(
        Fact(
            "The United States and the DPRK hold no talks on managing a crisis.",
            "E, on the lack of talks",
        ),
        Fact(
            "The United States manages crises with major powers carefully, but often not those "
            "with weaker states.",
            "Z, note 50",
        ),
    ),
)
