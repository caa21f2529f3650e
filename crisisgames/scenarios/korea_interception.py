"""An American interception of a North Korean missile test."""

from __future__ import annotations

from crisisgames.crises import Interception
from crisisgames.mechanisms import (
    ClearBottomLines,
    Design,
    Hotline,
    JointWorkingGroup,
)
from crisisgames.scenarios.dyads import US_DPRK_2017
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["KOREA_INTERCEPTION"]

KOREA_INTERCEPTION = Scenario(
    slug="korea-interception",
    title="Interception of a North Korean missile test",
    period="2017",
    dyad=US_DPRK_2017,
    roles=("the United States", "the DPRK"),
    facts=(
        Fact(
            "To shoot down a test has been considered in the United States for a while, and found "
            "more support in 2017.",
            "E, on interception",
        ),
        Fact(
            "An interception that succeeds keeps the DPRK from the reliable nuclear deterrent that "
            "it wants; it may also bring more tests.",
            "E, on interception",
        ),
        Fact(
            "Who counts on more tests, and on nothing worse, takes it that the DPRK does not "
            "retaliate: its soil is not struck, and escalation endangers its survival.",
            "E, on interception",
        ),
        Fact(
            "What the DPRK does depends on how it judges the positions of China and Russia.",
            "E, on interception",
        ),
        Fact(
            "China tends to hold American missile defence and North Korean proliferation to be two "
            "sides of one thing, so that where it stands after an interception is open.",
            "E, on interception; the conclusion is ours",
        ),
        Fact(
            "Japan's government has ruled out shooting down a missile that passes over Japan, "
            "because of how it reads its law; a missile that endangers civilians would be another "
            "matter. So the one who may intercept here is the United States.",
            "E, on tests that go wrong; the conclusion is ours",
        ),
    ),
    crisis=Interception(
        backing=0.45,
        clarity=0.4,
        success=0.7,
        test_value=0.8,
        threat=1.0,
        revenge=1.8,
        abandonment=0.6,
        hazard=0.1,
        damage=6.0,
    ),
    fixed={},
    box={
        "backing": (0.2, 0.6),
        "clarity": (0.35, 0.7),
        "success": (0.5, 0.9),
        "test_value": (0.5, 1.5),
        "threat": (0.5, 1.5),
        "revenge": (0.5, 2.5),
        "abandonment": (0.2, 1.0),
        "hazard": (0.05, 0.3),
        "damage": (4.0, 10.0),
    },
    proposed=(
        Design(
            "clear bottom lines",
            ClearBottomLines(),
            "ours, after E, on interception (the positions of China and Russia), and Z, China-US 1",
        ),
        Design(
            "joint working group",
            JointWorkingGroup(),
            "ours, after Z, China-US 5, and E, on the need for coordination",
        ),
        Design("theatre hotline", Hotline("theatre"), "ours, after Z, China-US 4"),
    ),
    left_out=(
        Fact(
            "The five principles: of their fields an interception has clarity alone, which the "
            "others move as well.",
            "Z, China-US 6",
        ),
        Fact(
            "Contingency talks of China and the United States, under a third-party host: that is "
            "another game.",
            "E, on talks and hosts",
        ),
        Fact(
            "A test that goes wrong and brings in Japan: another game.",
            "E, on tests that go wrong",
        ),
    ),
)
