"""Institutions as changes to a crisis."""

from crisisgames.errors import suggest
from crisisgames.mechanisms.adoption import Awareness, Deadline, Principles, with_awareness
from crisisgames.mechanisms.between import Between
from crisisgames.mechanisms.channels import Envoys, Hotline
from crisisgames.mechanisms.conduct import (
    LiaisonMechanism,
    MaritimeConsultation,
    RulesOfBehaviour,
)
from crisisgames.mechanisms.dialogue import (
    ContingencyTalks,
    Dialogues,
    Mediator,
    ThirdPartyHost,
    Track2,
    TrilateralDialogue,
)
from crisisgames.mechanisms.mechanism import Both, Design, Mechanism, NoMechanism, Single, none
from crisisgames.mechanisms.notice import Notification
from crisisgames.mechanisms.sources import SOURCES
from crisisgames.mechanisms.transparency import (
    ClearBottomLines,
    JointWorkingGroup,
    PrivateDiplomacy,
    StabilityDialogue,
)
from crisisgames.mechanisms.within import Within

__all__ = [
    "MECHANISMS",
    "SOURCES",
    "Awareness",
    "Between",
    "Both",
    "ClearBottomLines",
    "ContingencyTalks",
    "Deadline",
    "Design",
    "Dialogues",
    "Envoys",
    "Hotline",
    "JointWorkingGroup",
    "LiaisonMechanism",
    "MaritimeConsultation",
    "Mechanism",
    "Mediator",
    "NoMechanism",
    "Notification",
    "Principles",
    "PrivateDiplomacy",
    "RulesOfBehaviour",
    "Single",
    "StabilityDialogue",
    "ThirdPartyHost",
    "Track2",
    "TrilateralDialogue",
    "Within",
    "default_mechanisms",
    "get_mechanism",
    "none",
    "with_awareness",
]

MECHANISMS: dict[str, type[Mechanism]] = {
    "none": NoMechanism,
    "hotline": Hotline,
    "envoys": Envoys,
    "deadline": Deadline,
    "joint-working-group": JointWorkingGroup,
    "notification": Notification,
    "rules-of-behaviour": RulesOfBehaviour,
    "maritime-consultation": MaritimeConsultation,
    "liaison-mechanism": LiaisonMechanism,
    "clear-bottom-lines": ClearBottomLines,
    "stability-dialogue": StabilityDialogue,
    "private-diplomacy": PrivateDiplomacy,
    "principles": Principles,
    "dialogues": Dialogues,
    "track-2": Track2,
    "trilateral-dialogue": TrilateralDialogue,
    "contingency-talks": ContingencyTalks,
    "third-party-host": ThirdPartyHost,
    "mediator": Mediator,
}
"""Every mechanism by its name on the command line."""


def default_mechanisms() -> dict[str, Mechanism]:
    """Return every mechanism at its default settings, by its name on the command line.

    Those of which there are several kinds are there by kind as well.

    Examples
    --------
    >>> default_mechanisms()["theatre hotline"]
    Hotline(level='theatre', answered=0.9, verification=0.6, exposure=0.5, explain_cost=0.05,
            delay=None, in_force=1.0)
    """
    kinds = [m for m in MECHANISMS.values() if issubclass(m, Single)]
    variants = {name: own for m in kinds for name, own in m.variants().items()}
    return {**{name: m() for name, m in MECHANISMS.items()}, **variants}


def get_mechanism(name: str) -> type[Mechanism]:
    """Return the mechanism of that name, a class to be called with settings.

    Raises
    ------
    UnknownName
        If there is none; the message offers the nearest.

    Examples
    --------
    >>> get_mechanism("track-2")(strength=0.2).label
    'track 2 (strength 0.2)'
    """
    if name not in MECHANISMS:
        raise suggest("mechanism", name, MECHANISMS)
    return MECHANISMS[name]
