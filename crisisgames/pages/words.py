"""The words of the crisis games: what their labels mean, for readers who do not know the game.

A crisis without words here is told in its own labels, in quotation marks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from crisisgames.games.tree import STEP
from crisisgames.plots.outcomes import OUTCOMES, meaning_of

__all__ = ["Words", "words_of"]


def _quoted(label: str) -> str:
    return f"“{label.replace('_', ' ')}”"


@dataclass(frozen=True)
class Words:
    """How the labels of a game read.

    A label that ends in a star stands for all that begin so; what follows is in the place of the
    star of its meaning.

    Attributes
    ----------
    story : tuple of str
        What the game is about, a paragraph each.
    parts : mapping
        For a field that may hold a part, such as an ally: a paragraph where it does.
    play : tuple of str
        How a game that is no tree is played, a paragraph each.
    told : mapping
        For a signal, what it is to have been told it, as it reads after "it".
    did : mapping
        For an action of one's own, the same.
    does, to_do : mapping
        For an action, as it reads after "it" and after "to".
    outcomes : mapping
        For an outcome, what it is.
    setting : callable
        Of a signal: what it says of the institutions in place, or None if it is no such signal.
    doubt : str
        What the sides are in doubt about, as it reads after "takes"; empty to tell histories step
        by step.
    doubted : callable
        Of a player and a history: whether the doubt is right there.
    meanings : mapping
        For a field of the crisis that says itself too little of what it is, what it means.
    """

    story: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)
    play: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    did: Mapping[str, str] = field(default_factory=dict)
    does: Mapping[str, str] = field(default_factory=dict)
    to_do: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    setting: Callable[[str], str | None] = lambda signal: None
    doubt: str = ""
    doubted: Callable[[str, str], bool] = lambda player, history: False
    meanings: Mapping[str, str] = field(default_factory=dict)

    def signal(self, label: str) -> str:
        """Return what it is to have been told a signal."""
        return meaning_of(self.told, label) or f"told {_quoted(label)}"

    def own(self, label: str) -> str:
        """Return what it is to have taken an action."""
        return meaning_of(self.did, label) or f"having chosen {_quoted(label)}"

    def act(self, label: str) -> str:
        """Return what somebody who takes an action does."""
        return meaning_of(self.does, label) or f"chooses {_quoted(label)}"

    def acting(self, label: str) -> str:
        """Return an action as it reads after "to"."""
        return meaning_of(self.to_do, label) or f"choose {_quoted(label)}"

    def outcome(self, label: str) -> str:
        """Return what an outcome is."""
        head, _, cause = label.partition(":")
        return meaning_of(self.outcomes, label) or (f"{head} ({cause})" if cause else head)

    def history(self, label: str) -> str:
        """Return a history step by step."""
        return _quoted(", ".join(label.split(STEP)))


def _lines(signal: str) -> str | None:
    """Return which channels are in place."""
    for start, told in (("in force: ", "in place"), ("not in force: ", "not in place")):
        if signal.startswith(start):
            lines = signal.removeprefix(start).replace("_", " ").split(", ")
            if told == "in place":
                return f"{' and '.join(lines)} in place"
            return f"no {' nor '.join(lines)} in place"
    return None


def _probed(player: str, history: str) -> bool:
    return "probe" in history.split(STEP)


def _other_resolute(player: str, history: str) -> bool:
    types = history.split(STEP)[0].removeprefix("A ").split(", B ")
    return types[1 if player == "A" else 0] == "resolute"


def _other_minds_little(player: str, history: str) -> bool:
    types = history.split(STEP)[0].removeprefix("A ").split(", B ")
    return types[1 if player == "A" else 0] == "low cost"


def _held(player: str, history: str) -> bool:
    return "accept" in history.split(STEP)


def _backed(player: str, history: str) -> bool:
    return "backed" in history.split(STEP)


INCIDENT = Words(
    story=(
        "Side A is either content with the status quo or revisionist, which only A knows. If "
        "revisionist it may probe: intrude on purpose, and gain if nobody undoes it. Whether or "
        "not A probes, an accident may happen that looks much the same.",
        "Side B sees evidence of the incident that may mislead, benign or hostile, and what A says "
        "of it where there is a line between them. It then restrains itself, replies in kind or "
        "escalates. A reply may undo a probe, costs both sides, and carries a danger of war, an "
        "escalation the greater one. Restraint on hostile evidence costs B something at home.",
        "War is called deliberate where B escalated against a probe (or where a probe was the "
        "first blow of an attack), inadvertent where a reply in kind slipped into war, and a "
        "misperception where B replied to an accident that it would have let pass, had it known.",
    ),
    parts={
        "ally": "B has an ally, U. It sees the evidence and B's reply, and joins B or stays out. "
        "If it joins, a probe is undone more often, and the danger of war is greater. It bears a "
        "share of what B loses to a probe and in war, whether it joined or not.",
    },
    told={
        "revisionist": "if revisionist",
        "status quo": "if content with the status quo",
        "accident": "facing an accident",
        "benign": "on evidence that looks benign",
        "hostile": "on evidence that looks hostile",
        "notified": "where a notice covers the incident",
        "silence": "hearing nothing from A",
        "explained": "hearing A call it an accident",
        "exposed": "which proves to be a lie",
        "known revisionist": "knowing that A is revisionist",
        "known status quo": "knowing that A is content with the status quo",
        "B: respond": "after B replied in kind",
        "B: escalate": "after B escalated",
        "explained through *": "hearing A call it an accident through the *",
    },
    did={
        "probe": "having probed",
        "refrain": "having refrained from a probe",
        "silent": "having kept silent",
        "explain": "having called it an accident",
    },
    does={
        "probe": "probes",
        "refrain": "refrains from a probe",
        "silent": "keeps silent",
        "explain": "calls it an accident",
        "restrain": "restrains itself",
        "respond": "replies in kind",
        "escalate": "escalates",
        "join": "joins B",
        "stay out": "stays out",
    },
    to_do={
        "probe": "probe",
        "refrain": "refrain",
        "silent": "keep silent",
        "explain": "call it an accident",
        "restrain": "restrain itself",
        "respond": "reply in kind",
        "escalate": "escalate",
        "join": "join B",
        "stay out": "stay out",
    },
    outcomes=OUTCOMES["incident"],
    setting=_lines,
    doubt="the incident for a probe",
    doubted=_probed,
    meanings={
        "stops_escalation": "probability that escalation undoes a probe",
        "reciprocity": "whether B may at most reply in kind",
        "channels": "lines over which A may explain itself",
        "ally": "a third side that may join B",
        "ally.hazard": "what an ally that joins B adds to the probability of war",
        "ally.stops": "what it adds to the probability that a probe is undone",
        "ally.cost": "what joining costs it, utils",
        "ally.stake": "share of B's losses to a probe and in war that it bears, joined or not",
    },
)

LADDER = Words(
    story=(
        "Two sides quarrel over a stake that B holds. Each is resolute (a fight costs it little) "
        "or irresolute, which only it knows. They move in turn, A first: who moves concedes or "
        "climbs a rung of the ladder, and at the top concedes or fights.",
        "Each climb may slip into disaster, and a concession may fail to be understood. Who "
        "concedes after climbing pays for it at home.",
        "War is called deliberate where a side fought at the top, inadvertent where a climb "
        "slipped, and a misperception where a concession was not understood.",
    ),
    told={
        "resolute": "if resolute",
        "irresolute": "if irresolute",
        "own type disclosed": "seen through by the other side",
        "the other is resolute": "knowing the other side to be resolute",
        "the other is irresolute": "knowing the other side to be irresolute",
        **{
            f"{player}: {action}": f"after {player} {did}"
            for player in ("A", "B")
            for action, did in (
                ("climb", "climbed"),
                ("concede", "conceded"),
                ("jump", "went to the top at once"),
                ("fight", "fought"),
            )
        },
    },
    did={"climb": "having climbed", "jump": "having gone to the top at once"},
    does={
        "concede": "concedes",
        "climb": "climbs",
        "jump": "goes to the top at once",
        "fight": "fights",
    },
    to_do={
        "concede": "concede",
        "climb": "climb",
        "jump": "go to the top at once",
        "fight": "fight",
    },
    doubt="the other side for resolute",
    doubted=_other_resolute,
    meanings={
        "rungs": "steps of the ladder",
        "ultimatum": "whether a side may go to the top at once",
    },
)

BARGAINING = Words(
    story=(
        "Two sides, A and B, quarrel over a stake made of issues, each of which goes to one side "
        "whole. War costs a side little or much, which only it knows.",
        "One side offers the other a share, which accepts or fights. Where B makes the offer, A "
        "may first announce a floor, and pays for settling below it at home.",
        "An offer that is rejected is war: a misperception where some split was better than war "
        "for both as they are, and deliberate otherwise.",
    ),
    told={
        "low cost": "if war costs it little",
        "high cost": "if war costs it much",
        "own type disclosed": "seen through by the other side",
        "the other is low cost": "knowing that war costs the other side little",
        "the other is high cost": "knowing that war costs the other side much",
        "A: floor *": "after A announced a floor of *",
        "A: offer *": "offered a share of * by A",
        "B: offer *": "offered a share of * by B",
    },
    did={"floor *": "having announced a floor of *", "offer *": "having offered a share of *"},
    does={
        "floor *": "announces a floor of *",
        "offer *": "offers the other side a share of *",
        "accept": "accepts",
        "fight": "fights",
    },
    to_do={
        "floor *": "announce a floor of *",
        "offer *": "offer the other side a share of *",
        "accept": "accept",
        "fight": "fight",
    },
    outcomes=OUTCOMES["bargaining"],
    doubt="the other side for one that war costs little",
    doubted=_other_minds_little,
    meanings={
        "issues": "how many issues the stake is made of",
        "proposer": "who makes the offer",
        "announce": "whether A may announce a floor",
        "mediated": "whether a mediator proposes the split",
    },
)

TALKS = Words(
    story=(
        "The United States (U) may offer China (C) talks on what each would do after an accident "
        "in Korea. China is pragmatic or conservative, which only it knows; it accepts or refuses. "
        "The DPRK (K) is not to know, but talks may leak.",
        "K then keeps its channel to China or breaks it off, and provokes or does not. Whether "
        "talks are held, it learns only from a leak; it must guess from silence.",
        "An incident may follow, likelier after a break or a provocation, and may grow into war, "
        "less often where talks were held. Nobody chooses that war: it is inadvertent.",
    ),
    told={
        "pragmatic": "if pragmatic",
        "conservative": "if conservative",
        "bilateral talks offered": "offered bilateral talks",
        "hosted talks offered": "offered hosted talks",
        "talks leaked": "hearing of talks through a leak",
        "nothing leaked": "hearing of no talks",
    },
    did={"keep": "having kept its channel to China", "break": "having broken with China"},
    does={
        "no offer": "makes no offer",
        "offer bilateral talks": "offers bilateral talks",
        "offer hosted talks": "offers talks hosted by a third party",
        "refuse": "refuses",
        "accept": "accepts",
        "keep": "keeps its channel to China",
        "break": "breaks off its channel to China",
        "refrain": "does not provoke",
        "provoke": "provokes",
    },
    to_do={
        "no offer": "make no offer",
        "offer bilateral talks": "offer bilateral talks",
        "offer hosted talks": "offer hosted talks",
        "refuse": "refuse",
        "accept": "accept",
        "keep": "keep its channel to China",
        "break": "break off its channel to China",
        "refrain": "refrain from provoking",
        "provoke": "provoke",
    },
    outcomes=OUTCOMES["talks"],
    doubt="it that talks were held",
    doubted=_held,
    meanings={
        "offer": "whether U may offer talks at all",
        "endorsement_fear": "K's gain from a break with C if talks were held, utils",
        "channel_value": "K's loss from a break with C if no talks were held, utils",
        "agitation": "what a break adds to the probability of an incident",
        "provocation": "what a provocation adds to the probability of an incident",
        "escalation_coordinated": "probability that an incident becomes war after talks",
        "coordination": "share of the worth of a provocation to K that talks take away",
    },
)

INTERCEPTION = Words(
    story=(
        "The DPRK (K) tests a missile, and the United States (U) may let it pass or intercept it, "
        "which may fail. Whether K's patrons, China and Russia, would back it in a quarrel over "
        "that, nobody observes; both see a public sign of it, which may mislead.",
        "After an interception K desists, tests again or retaliates. Retaliation is worth "
        "something to K if the patrons back it, costs it something if they do not, and may be "
        "war.",
        "War is called deliberate, since K chose what led to it.",
    ),
    told={
        "patrons seem to back K": "where the patrons seem to back K",
        "patrons seem to leave K alone": "where the patrons seem to leave K alone",
        "intercepted": "its test intercepted",
        "missed": "its test missed by the interceptor",
    },
    does={
        "let pass": "lets the test pass",
        "intercept": "intercepts the test",
        "desist": "desists",
        "test again": "tests again",
        "retaliate": "retaliates",
    },
    to_do={
        "let pass": "let the test pass",
        "intercept": "intercept the test",
        "desist": "desist",
        "test again": "test again",
        "retaliate": "retaliate",
    },
    outcomes=OUTCOMES["interception"],
    doubt="the patrons to back K",
    doubted=_backed,
    meanings={
        "clarity": "how well the public sign of the patrons' backing tells",
        "revenge": "K's gain from retaliation if the patrons back it, utils",
        "abandonment": "K's loss from retaliation if they do not, utils",
    },
)

DYADS = Words(
    story=(
        "Two sides meet again and again. Between them there is tension (calm, friction or crisis) "
        "and dialogue, which is on or off. In every period both see this and choose at the same "
        "time: to restrain themselves or to push. Who pushes while the other does not gains at its "
        "expense.",
        "The more sides push, the likelier tension rises, less so while dialogue is on; if nobody "
        "pushes it may fall. A crisis may end dialogue, which resumes outside of crises only. From "
        "crisis up is conflict, which never ends and costs each side in every period.",
        "Where a state is in two dyads, trouble in one makes tension rise more easily in the "
        "other, and an ally pays a part of the damage.",
        "War is conflict within the stated number of periods. What pushing adds to the chance that "
        "a crisis becomes conflict is called deliberate, since both know what may come of it; what "
        "would have come of it if both had restrained themselves is inadvertent.",
    ),
    play=(
        "Play goes on for ever, and what a side gets later counts less. A strategy says what to do "
        "in each state, whatever happened before.",
    ),
    outcomes=OUTCOMES["dyads"],
    meanings={"periods": "periods within which war is asked about"},
)

SECURITY_DILEMMA = Words(
    story=(
        "Two sides choose at once to restrain themselves or to arm. What mutual restraint is worth "
        "they see only through noise: some of it is public, the rest each sees for itself. Who "
        "restrains itself while the other arms loses besides what is called fear.",
        "Each side arms if what it sees is below a cutoff. Where restraint is worth something, and "
        "less than the fear, it is best to do what the other is expected to do; so whoever sees a "
        "little less than it would like fears that the other sees less still.",
        "That both arm is an arms race: a misperception where both would have been better off "
        "restrained, deliberate where each would have armed whatever the other did.",
    ),
    play=(
        "An equilibrium is a cutoff that is best for each side if the other has it as well: at the "
        "cutoff a side is as well off either way.",
    ),
    outcomes=OUTCOMES["security dilemma"],
    meanings={
        "clarity": "how clear what is public of the worth of restraint is",
        "surveillance": "how well each side sees that worth for itself",
        "fear": "loss of who restrains itself while the other arms, utils",
    },
)

ENCOUNTERS = Words(
    story=(
        "Two forces meet in every round, and each restrains itself or presses. To press alone pays "
        "most, to restrain oneself alone least, and both are better off restrained than pressing.",
        "What the other did may be misread, which nobody notices, and a force may do other than "
        "what is meant, which its own side notices. Each side follows a strategy that is given; "
        "what is told are shares of rounds in the long run.",
    ),
    play=("Play goes on without end, and what counts is the average over all rounds.",),
    outcomes=OUTCOMES["encounters"],
)

WHOLE_CRISIS = replace(
    INCIDENT,
    story=(
        *INCIDENT.story,
        "If B escalates and that is not war at once, both are on a ladder. Only now each learns "
        "how resolute it is. They move in turn, A first: who moves comes down or climbs a rung, "
        "and at the top comes down or fights. At the bottom A may still withdraw, and nobody has "
        "won or lost.",
        "Who comes down later leaves the offer to the other side: a share of what they quarrel "
        "over, to be accepted or fought over. Without bargaining the other side gets it all.",
        *LADDER.story[-1:],
    ),
    told={**BARGAINING.told, **LADDER.told, **INCIDENT.told},
    did={
        **BARGAINING.did,
        **LADDER.did,
        **INCIDENT.did,
        "escalate": "having escalated",
    },
    does={**BARGAINING.does, **LADDER.does, **INCIDENT.does},
    to_do={**BARGAINING.to_do, **LADDER.to_do, **INCIDENT.to_do},
    outcomes=OUTCOMES["whole crisis"],
)

WORDS: dict[str, Words] = {
    "incident": INCIDENT,
    "ladder": LADDER,
    "bargaining": BARGAINING,
    "talks": TALKS,
    "interception": INTERCEPTION,
    "dyads": DYADS,
    "security dilemma": SECURITY_DILEMMA,
    "encounters": ENCOUNTERS,
    "whole crisis": WHOLE_CRISIS,
}


def words_of(kind: str) -> Words:
    """Return the words of a kind of crisis; labels speak for themselves where there are none.

    Examples
    --------
    >>> words_of("incident").signal("hostile")
    'on evidence that looks hostile'
    >>> words_of("a game of your own").act("blow_up")
    'chooses “blow up”'
    """
    return WORDS.get(kind, Words())
