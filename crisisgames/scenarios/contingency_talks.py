"""Talks of China and the United States on what to do after an accident in Korea."""

from __future__ import annotations

from crisisgames.crises import Talks
from crisisgames.mechanisms import (
    ContingencyTalks,
    Design,
    JointWorkingGroup,
    ThirdPartyHost,
    Track2,
)
from crisisgames.scenarios.dyads import CHINA_US_2017
from crisisgames.scenarios.facts import Fact
from crisisgames.scenarios.scenario import Scenario

__all__ = ["CONTINGENCY_TALKS"]

CONTINGENCY_TALKS = Scenario(
    slug="contingency-talks",
    title="Contingency talks on Korea",
    period="2017",
    dyad=CHINA_US_2017,
    roles=("China", "the United States", "the DPRK"),
    facts=(
        Fact(
            "The United States has proposed contingency talks for over ten years, and China still "
            "refuses them.",
            "E, on China's refusal",
        ),
        Fact(
            "China is divided. Conservatives see the American forces in the region as the main "
            "danger in the long run, though the DPRK's weapons harm China too; so far they have "
            "prevailed in a debate that is now public.",
            "E, on China's refusal",
        ),
        Fact(
            "To plan with the United States would be to accept, without saying so, that the "
            "regime in Pyongyang ends: a betrayal of what the party stands for.",
            "E, on China's refusal",
        ),
        Fact(
            "Talks that leak, or that the DPRK finds out, would be read in Pyongyang as China's "
            "consent to regime change. China could no longer mediate, and would lose what leverage "
            "it has left.",
            "E, on the DPRK's perceptions",
        ),
        Fact(
            "Not knowing how the others will answer is a major cause of escalation, so that "
            "without talks an accident is more dangerous. Talks should make incidents rarer and, "
            "where one happens, keep it from escalating.",
            "E, on the lack of talks",
        ),
        Fact(
            "Because China and the United States do not plan together, the DPRK has more room for "
            "brinkmanship.",
            "E, on hosts",
        ),
        Fact(
            "The two militaries may have channels enough to talk on their own; a third party, such "
            "as the European Union or one of its members, could lessen China's concerns.",
            "E, on hosts",
        ),
    ),
    crisis=Talks(offer=False, prob_pragmatic=0.4),
    fixed=dict.fromkeys(
        ("host", "discretion"),
        Fact("The crisis itself has no host; hosts are compared as mechanisms.", "ours"),
    ),
    box={
        "prob_pragmatic": (0.2, 0.5),
        "price_pragmatic": (0.05, 0.3),
        "price_conservative": (0.4, 1.0),
        "leak": (0.2, 0.6),
        "endorsement_fear": (0.5, 1.2),
        "channel_value": (0.1, 0.4),
        "leverage": (0.5, 1.5),
        "incident_rate": (0.05, 0.2),
        "agitation": (0.05, 0.2),
        "provocation": (0.02, 0.1),
        "escalation_uncoordinated": (0.35, 0.7),
        "escalation_coordinated": (0.1, 0.3),
        "damage": (6.0, 15.0),
        "brinkmanship": (0.1, 0.5),
        "coordination": (0.2, 0.8),
    },
    # What is in force is the offer; whether it is accepted is what the game is about.
    in_force=(ContingencyTalks(),),
    proposed=(
        Design("third-party host", ThirdPartyHost(), "E, on hosts"),
        Design("track 2 dialogues", Track2(), "Z, China-US 7"),
        Design("joint working group", JointWorkingGroup(), "Z, China-US 5"),
    ),
    left_out=(
        Fact(
            "Lines, notices and rules for encounters: they act on an incident, of which this game "
            "has only the probability.",
            "Z, China-US 2 and 4",
        ),
        Fact(
            "Talks of the United States with the DPRK, whose absence is just as plain: another "
            "game.",
            "E, on the lack of talks",
        ),
        Fact("A mediator who makes proposals: the host only hosts.", "ours"),
    ),
)
