"""Order relations between scenarios that the texts state: boxes and values obey them."""

from __future__ import annotations

from crisisgames.scenarios.facts import Order

__all__ = ["ORDERS"]

ENGAGEMENT_ERA = ("taiwan-1995", "embassy-1999", "ep3-2001")
KOREA = ("korea-decapitation", "korea-interception", "korea-missile-test")
STRATEGIC_COMPETITION = ("taiwan-strait", "south-china-sea", "cyber-and-space")

ORDERS: tuple[Order, ...] = (
    Order(
        "clarity",
        "south-china-sea",
        "taiwan-1995",
        "Z, section on China-US risks and China-US 1: bottom lines are clear over Taiwan and "
        "unclear in the South China Sea. That unclear lines blur the evidence, and that the order "
        "held in 1995, is our reading",
    ),
    Order(
        "clarity",
        "cyber-and-space",
        "taiwan-1995",
        "Z, China-US 1: over Taiwan each side has a clear idea of the other's bottom line, in "
        "cyberspace that has still to come. The rest is our reading, as for the South China Sea",
    ),
    *(
        Order(
            "clarity",
            elsewhere,
            "taiwan-strait",
            "Z, section on China-US risks and China-US 1: bottom lines are clear over Taiwan, "
            "unclear in the South China Sea, and still to be made clear in cyberspace. That clear "
            "lines help to read incidents and to understand concessions is our reading",
        )
        for elsewhere in ("south-china-sea", "cyber-and-space")
    ),
    *(
        Order(
            "clarity",
            elsewhere,
            "korea-interception",
            "Z, China-US 1: over Korea, as over Taiwan, China and the United States know each "
            "other's bottom line; in the South China Sea and in cyberspace they do not. That the "
            "sign of whom China backs is the clearer for it is our reading",
        )
        for elsewhere in ("south-china-sea", "cyber-and-space")
    ),
    *(
        Order(
            "clarity",
            "korea-decapitation",
            other,
            "E, on surveillance: that of the DPRK is weak, a major source of miscalculation. That "
            "it is weaker than that of the powers in the other cases is our reading",
        )
        for other in (*ENGAGEMENT_ERA, "south-china-sea", "east-china-sea", "korea-missile-test")
    ),
    *(
        Order(
            "suspicion",
            past,
            present,
            "Z, section on China-US risks: engagement then, strategic competition now. That each "
            "suspected the other less then is our reading",
        )
        for past in ENGAGEMENT_ERA
        for present in STRATEGIC_COMPETITION
    ),
    *(
        Order(
            "loss",
            elsewhere,
            "taiwan-1995",
            "Z, section on China-US risks: the Taiwan Strait comes first, as a matter over which "
            "China may feel compelled to use force. That it did in 1995 is our reading",
        )
        for elsewhere in ("south-china-sea", "cyber-and-space")
    ),
    *(
        Order(
            "loss",
            elsewhere,
            "taiwan-strait",
            "Z, section on China-US risks: the Taiwan Strait comes first, as a matter over which "
            "China may feel compelled to use force. That the other side has as much to lose there "
            "is our reading",
        )
        for elsewhere in ("south-china-sea", "cyber-and-space")
    ),
    Order(
        "accident_rate",
        "taiwan-strait",
        "south-china-sea",
        "Z, section on China-US risks: dangerous encounters and accidental fire are likelier in "
        "the South China Sea than in the Taiwan Strait",
    ),
    Order(
        "accident_rate",
        "taiwan-1995",
        "south-china-sea",
        "Z, section on China-US risks: dangerous encounters and accidental fire are likelier in "
        "the South China Sea than in the Taiwan Strait. That they were in 1995 is our reading",
    ),
    Order(
        "mechanisms",
        "east-china-sea",
        "south-china-sea",
        "Z, second of three findings: China and Japan have clearly fewer mechanisms than China and "
        "the United States",
    ),
    *(
        Order(
            quantity,
            "triangle/China-Japan",
            "triangle/China-US",
            f"Z, {which} of three findings: {what} between China and Japan than between China and "
            "the United States",
        )
        for quantity, which, what in (
            ("mechanisms", "second", "clearly fewer mechanisms"),
            ("awareness", "first", "weaker awareness"),
        )
    ),
    Order(
        "mechanisms",
        "diaoyu-2010-2012",
        "dialogue-spiral",
        "Z, second of three findings: China and Japan have clearly fewer mechanisms than China and "
        "the United States; in 2012 the only one was a line that went unused",
    ),
    Order(
        "awareness",
        "diaoyu-2010-2012",
        "east-china-sea",
        "Z, section on China-Japan awareness: it has much improved since the two crises",
    ),
    Order(
        "suspension",
        "dialogue-spiral",
        "diaoyu-2010-2012",
        "Z, sections on dialogues: between China and the United States some were still held in "
        "2019; between China and Japan all were suspended by each of the two crises",
    ),
    *(
        Order(
            "mechanisms",
            korea,
            "south-china-sea",
            "E, on the lack of talks: the United States and the DPRK hold none on managing a "
            "crisis. That there is nothing else either is our reading",
        )
        for korea in KOREA
    ),
    *(
        Order("awareness", lower, higher, reason)
        for higher in ("south-china-sea", "taiwan-strait", "missile-deployment")
        for lower, reason in (
            (
                "east-china-sea",
                "Z, first of three findings: awareness is stronger between China and the United "
                "States",
            ),
            *(
                (past, "Z, section on China-US awareness: it has grown since these crises")
                for past in ENGAGEMENT_ERA
            ),
            *(
                (
                    korea,
                    "Z, note 50: strong in disputes with major powers, often dropped with weaker "
                    "states",
                )
                for korea in KOREA
            ),
        )
    ),
)
"""All order relations. Boxes are kept apart: the lower ends where the higher begins, or before."""
