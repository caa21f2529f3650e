"""What a scenario takes from its sources: facts, and order relations between scenarios."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Fact", "Order"]


@dataclass(frozen=True)
class Fact:
    """One fact, in our words, and where it stands.

    Attributes
    ----------
    text : str
    source : str
        Z or E (see `crisisgames.mechanisms.SOURCES`) with the place in the text, or "ours".
    """

    text: str
    source: str


@dataclass(frozen=True)
class Order:
    """A quantity that is lower in one scenario than in another, as far as a text says so.

    Attributes
    ----------
    quantity : str
        A field of the crisis, ``awareness``, or ``mechanisms``: how many are in force.
    lower, higher : str
        Slugs of the two scenarios; for a dyad of one that has several, with its name after a
        slash, as in ``triangle/China-Japan``.
    source : str
        Where the texts say so, and what of it is our reading.
    """

    quantity: str
    lower: str
    higher: str
    source: str

    @property
    def slugs(self) -> tuple[str, str]:
        """The scenarios, the lower first."""
        lower, higher = (end.partition("/")[0] for end in (self.lower, self.higher))
        return lower, higher

    @property
    def dyads(self) -> tuple[str, str]:
        """The dyads meant in the scenarios; empty where there is one only."""
        lower, higher = (end.partition("/")[2] for end in (self.lower, self.higher))
        return lower, higher
