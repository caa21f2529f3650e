"""The Taiwan Strait: the highest stakes, clear bottom lines, and a law that may compel action."""

from __future__ import annotations

from crisisgames.crises import Incident, Ladder, WholeCrisis
from crisisgames.mechanisms import (
    Deadline,
    Design,
    Hotline,
    JointWorkingGroup,
    MaritimeConsultation,
    Notification,
    Principles,
    RulesOfBehaviour,
    StabilityDialogue,
    Within,
)
from crisisgames.scenarios.dyads import CHINA_US_2020
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import LEFT_OUT, NO_INSTITUTIONS, Scenario

__all__ = ["TAIWAN_STRAIT"]

LINE = Hotline("head of state", in_force=0.2)
ON_THE_LADDER = "ladder"

THE_LADDER_DECIDES = Fact(
    "What becomes of a probe that is answered by escalation is decided on the ladder.", "ours"
)

TAIWAN_STRAIT = Scenario(
    slug="taiwan-strait",
    title="Escalation over the Taiwan Strait",
    period="2020",
    dyad=CHINA_US_2020,
    roles=(
        "China, whose forces operate around Taiwan and which may feel compelled to act",
        "the United States, which must judge their moves and would keep things as they are",
    ),
    facts=(
        Fact(
            "Nowhere is the risk between China and the United States greater, and it has not been "
            "as great since the Cold War.",
            "Z, section on China-US risks",
        ),
        Fact(
            "What may set it off is an incident: Chinese aircraft and ships operate around Taiwan, "
            "American warships sail through the strait, both more and more often, so that a move "
            "may be misjudged or a shot go off by accident.",
            "Z, section on China-US risks",
        ),
        Fact(
            "A greater danger still is that China is compelled to use force: its law of 2005 draws "
            "a red line that independence or foreign interference might cross.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Long consultation has given each side a clearer idea of the other's bottom line over "
            "Taiwan.",
            "Z, China-US 1",
        ),
        Fact(
            "The two governments hold opposite views of those who govern Taiwan, and the United "
            "States uses its ties with Taiwan to press China.",
            "Z, section on China-US risks and note 3",
        ),
        Fact(
            "The American forces have offered to work on crisis communication over Taiwan while "
            "their government kept up pressure, which makes crises harder to manage.",
            "Z, section on China-US risks",
        ),
        Fact(
            "Japan, an ally of the United States, may be drawn in.",
            "Z, section on China-Japan risks",
        ),
        Fact(
            "In force are hotlines of heads of state and of defence ministries, a yearly maritime "
            "consultation, notification of major activities, and rules of behaviour for "
            "encounters; the hotlines still await an explicit crisis function.",
            "Z, China-US 2 and 4",
        ),
    ),
    crisis=WholeCrisis(
        incident=Incident(
            suspicion=0.5,
            accident_rate=0.1,
            clarity=0.8,
            gain=1.0,
            loss=3.0,
            response_cost=0.2,
            disaster=5.0,
            hazard_response=0.03,
            hazard_escalation=0.1,
            stops_response=0.3,
            audience_cost=0.4,
        ),
        ladder=Ladder(
            rungs=2,
            prob_resolute_a=0.6,
            prob_resolute_b=0.5,
            cost_resolute=0.3,
            cost_irresolute=1.2,
            disaster=2.5,
            risk=0.2,
            audience_cost=0.6,
            ideology=0.3,
            balance=0.5,
            clarity=0.8,
            ultimatum=True,
        ),
        bargaining=None,
    ),
    fixed={
        **{f"incident.{name}": fact for name, fact in {**NO_INSTITUTIONS, **LEFT_OUT}.items()},
        "incident.stops_escalation": THE_LADDER_DECIDES,
        **dict.fromkeys(
            ("disclosure_a", "disclosure_b", "ladder.privacy"), NO_INSTITUTIONS["disclosure"]
        ),
    },
    box={
        "incident.suspicion": (0.35, 0.7),
        "incident.accident_rate": (0.05, 0.15),
        "incident.clarity": (0.7, 0.95),
        "incident.gain": (0.5, 2.0),
        "incident.loss": (2.5, 4.0),
        "incident.response_cost": (0.1, 0.3),
        "incident.disaster": (4.0, 8.0),
        "incident.hazard_response": (0.01, 0.06),
        "incident.hazard_escalation": (0.05, 0.15),
        "incident.stops_response": (0.1, 0.5),
        "incident.audience_cost": (0.2, 0.6),
        "prob_resolute_a": (0.4, 0.8),
        "prob_resolute_b": (0.3, 0.7),
        "cost_resolute": (0.1, 0.5),
        "cost_irresolute": (0.8, 1.6),
        "ladder.disaster": (1.5, 4.0),
        "ladder.risk": (0.1, 0.4),
        "ladder.audience_cost": (0.4, 0.8),
        "ideology": (0.1, 0.5),
        "balance": (0.35, 0.65),
        "ladder.clarity": (0.7, 0.95),
    },
    # The line is between those who decide on the ladder; an incident is over before they speak. And
    # neither text speaks of notices that hide a probe (`cover`), and without them the game is
    # smaller.
    in_force=(
        Within(ON_THE_LADDER, LINE),
        Notification(strength=0.3, cover=0.0),
        RulesOfBehaviour(strength=0.2),
        MaritimeConsultation(strength=0.1),
    ),
    proposed=(
        Design(
            "crisis function for the hotline",
            Within(ON_THE_LADDER, Deadline(LINE)),
            "Z, China-US 4",
        ),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
        Design("stability dialogue", StabilityDialogue(), "Z, China-US 3"),
        Design("principles", Principles(), "Z, China-US 6"),
    ),
    left_out=(
        Fact(
            "Lines over which an incident is explained, those of the theatres among them: compared "
            "in the South China Sea. Here the line serves on the ladder.",
            "Z, China-US 4",
        ),
        Fact(
            "Ladders of more than two rungs: after an incident not all equilibria of such a game "
            "are found in a minute. Pace is asked of ladders alone.",
            "ours",
        ),
        Fact("Clear bottom lines: over Taiwan they are clear already.", "Z, China-US 1"),
        Fact("The defence hotline: the game has one line between capitals.", "Z, China-US 4"),
        Fact("Embassies and envoys, compared in the case of 1999.", "Z, China-US 5"),
    ),
)
