"""The five principles of crisis management, each with the parameters through which it acts.

The principles are those of Zhang Tuosheng (2021), sixth recommendation for China and the United
States, after Zhang and Swaine (2007), pages 7-10. The symbols and domains are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PRINCIPLES", "Principle"]

SOURCE = (
    "Zhang Tuosheng, 'Strengthening crisis management', China International Strategy Review "
    "(2021), doi:10.1007/s42533-021-00067-x, after Zhang and Swaine (2007), 7-10"
)


@dataclass(frozen=True)
class Principle:
    """One principle.

    Attributes
    ----------
    name : str
        Its short name in the library.
    meaning : str
        What it asks for.
    parameters : mapping as pairs
        Field of a crisis, domain of the field, and how the principle moves it.
    source : str
    """

    name: str
    meaning: str
    parameters: tuple[tuple[str, str, str], ...]
    source: str = SOURCE


PRINCIPLES: dict[str, Principle] = {
    p.name: p
    for p in (
        Principle(
            "clear signals",
            "keep direct channels open; send signals that are clear and specific",
            (("clarity", "0 to 1", "raises"),),
        ),
        Principle(
            "slow escalation",
            "escalate slowly; answer in kind",
            (("rungs", "1, 2, ...", "raises"), ("reciprocity", "yes or no", "switches on")),
        ),
        Principle(
            "interests",
            "act on interests, not on ideology",
            (("ideology", "0 or more", "lowers"),),
        ),
        Principle(
            "restraint",
            "use extreme pressure with restraint; stay out of commitment traps",
            (("ultimatum", "yes or no", "switches off"), ("audience_cost", "0 or more", "lowers")),
        ),
        Principle(
            "division",
            "divide hard disputes into smaller issues; resolve them step by step",
            (("issues", "1, 2, ...", "raises"),),
        ),
    )
}
