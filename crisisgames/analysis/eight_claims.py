"""Eight claims of the two texts on crisis management, as statements about equilibria.

The texts are Z and E of `crisisgames.mechanisms.SOURCES`. Neither proves a claim, and none is
assumed here: each is tried at points of a box, and may hold in all, in some or in no equilibria.
Boxes are those of the scenarios where there are any; what is added is ours. All of it is
illustration: a share of a box is no frequency in the world.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice, product
from operator import and_
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.analysis.dynamics import TROUBLES, conflict_states, spread, vicious_circle
from crisisgames.analysis.propositions import Margins, Point, Proposition, Question, Trial
from crisisgames.crises import Channel, Crisis, Dyads, Incident, Talks
from crisisgames.crises.dyads import CALM, CRISIS, TENSIONS, State
from crisisgames.crises.parts import with_fields
from crisisgames.mechanisms import (
    Dialogues,
    Hotline,
    JointWorkingGroup,
    MaritimeConsultation,
    Mechanism,
    Notification,
    RulesOfBehaviour,
    Track2,
)
from crisisgames.scenarios import get_scenario

if TYPE_CHECKING:
    from crisisgames.equilibria.markov_plays import MarkovPlays

__all__ = ["PROPOSITIONS"]

Box = dict[str, tuple[float, float]]

SEA = get_scenario("south-china-sea")
KOREA = get_scenario("korea-decapitation")
TALKS = get_scenario("contingency-talks")
SPIRAL = get_scenario("dialogue-spiral")
TRIANGLE = get_scenario("triangle")

ARITHMETIC = "with what is arithmetic"
NET = "net of the direct effect"


def _raised(value: float, by: float) -> float:
    """Return a share raised as mechanisms raise it."""
    return value + (1 - value) * by


def _fields(crisis: Any, point: Point, *own: str) -> Any:
    """Return the crisis with those parameters of a point that are its own."""
    return with_fields(crisis, {n: v for n, v in point.items() if n not in own})


# ------------------------------------------------------------------------------ 1: poor management

INFORMING: Mechanism = JointWorkingGroup() & Track2()
"""What tells each side more, and moves no hazard."""

MANAGED: Mechanism = reduce(
    and_,
    (
        Hotline("theatre"),
        Notification(),
        RulesOfBehaviour(),
        MaritimeConsultation(),
        Dialogues(),
        Track2(),
    ),
)


def _incident_managed(point: Point) -> Mapping[str, Crisis]:
    poor: Incident = with_fields(SEA.crisis, point)
    return {"poor": poor, "managed": INFORMING(poor)}


def _relation_managed(point: Point) -> Mapping[str, Crisis]:
    poor: Dyads = with_fields(SPIRAL.crisis, point)
    return {"poor": poor, "managed": MANAGED(poor)}


POOR_MANAGEMENT = Proposition(
    1,
    "Poor crisis management raises the risk that friction becomes conflict; good management lets "
    "a relation run in.",
    "Z, outlook at the end: two prospects",
    "An incident is friction, and war what it may become: the incident game, with a working group "
    "and Track 2 dialogues or without. That a relation runs in takes time: a "
    "dyad over fifty periods, with lines, notices, rules, consultations and dialogues or without.",
    "Rules and notices make friction rarer or less dangerous by their definition. So the incident "
    "has only institutions that inform, and both games are asked net of the direct effect: does "
    "conduct change for the better as well? What is asked without that stands beside.",
    "With lower hazards and the same conduct the claim is true of any game. Net of that it can "
    "fail: who need fear less may dare more.",
    (
        Trial(
            "incident",
            (
                Question(NET, "net P(war) under managed < P(war) under poor"),
                Question(ARITHMETIC, "P(war) under managed < P(war) under poor"),
            ),
            _incident_managed,
            SEA.box,
        ),
        Trial(
            "dyad over fifty periods",
            (
                Question(NET, "net P(war) under managed < P(war) under poor"),
                Question(ARITHMETIC, "P(war) under managed < P(war) under poor"),
            ),
            _relation_managed,
            SPIRAL.box,
            options={"method": "pure"},
        ),
    ),
)

# -------------------------------------------------------------------------------- 2: bottom lines

TWO_SEAS: Box = {"stakes": (1.0, 3.0), "clearer": (0.2, 0.8), "known": (0.1, 0.6)}
TWO_SEAS_MEANINGS = {
    "stakes": "how many times as much is at stake where lines are clear",
    "clearer": "share of the doubt in evidence that clear lines take away",
    "known": "probability that clear lines let B learn A's type",
}


def _two_seas(point: Point) -> Mapping[str, Crisis]:
    unclear: Incident = _fields(SEA.crisis, point, *TWO_SEAS)
    clear = unclear.replace(
        clarity=_raised(unclear.clarity, point["clearer"]), disclosure=point["known"]
    )
    more = {n: getattr(unclear, n) * point["stakes"] for n in ("gain", "loss", "audience_cost")}
    return {"clear": clear.replace(**more), "unclear": unclear, "alike": clear}


def _per_incident(case: str) -> str:
    return f"P(war) under {case} / (1 - P(calm) under {case})"


BOTTOM_LINES = Proposition(
    2,
    "Unclear bottom lines make the South China Sea riskier per encounter than the Taiwan Strait, "
    "where more is at stake.",
    "Z, section on China-US risks, and China-US 1",
    "One incident game, twice: once with evidence that says little and nothing known of A's aims, "
    "once with clearer lines and up to three times as much to gain, to lose and to answer for at "
    "home. The hazards of a reply, the price of war and the rate of accidents are the same in "
    "both. The risk is that of war once there is an incident, P(war) / (1 - P(calm)).",
    "How often they meet is divided out. Nothing else is different by the rules. That worse "
    "evidence is answered wrongly more often even by unchanged conduct is direct, so clarity "
    "alone, at the same stakes, is asked net of that as well.",
    "Compared in two different games, with other hazards, either answer can be had. If larger "
    "stakes came with larger hazards, the claim would be false for no reason.",
    (
        Trial(
            "incident, risk per incident",
            (
                Question(
                    "unclear lines, lower stakes are riskier",
                    f"{_per_incident('unclear')} > {_per_incident('clear')}",
                ),
                Question(
                    "unclear lines alone are riskier",
                    f"{_per_incident('unclear')} > {_per_incident('alike')}",
                ),
            ),
            _two_seas,
            {**SEA.box, **TWO_SEAS},
            TWO_SEAS_MEANINGS,
        ),
        Trial(
            "incident, risk per meeting",
            (
                Question(
                    f"unclear lines alone, {NET}", "net P(war) under unclear > P(war) under clear"
                ),
            ),
            lambda point: _two_seas({**point, "stakes": 1.0}),
            {**SEA.box, **{n: r for n, r in TWO_SEAS.items() if n != "stakes"}},
            TWO_SEAS_MEANINGS,
        ),
    ),
)

# ----------------------------------------------------------------------------------- 3: idle lines

LINE: Box = {
    "answered": (0.3, 1.0),
    "late": (0.0, 0.8),
    "explain_cost": (0.01, 0.2),
    "verification": (0.3, 0.9),
}
LINE_MEANINGS = {
    "answered": "probability that a call is answered",
    "late": "probability that an answer comes too late",
    "explain_cost": "price of explaining, utils",
    "verification": "probability that a lie is exposed, where somebody is charged with it",
}


def _lines(point: Point) -> Mapping[str, Crisis]:
    without: Incident = _fields(SEA.crisis, point, *LINE)
    idle = Channel(
        answered=point["answered"],
        delay=point["late"],
        explain_cost=point["explain_cost"],
        verification=0.0,
        name="line",
    )
    assigned = replace(idle, verification=point["verification"])
    return {
        "none": without,
        "idle": without.replace(channels=(idle,)),
        "assigned": without.replace(channels=(assigned,)),
    }


IDLE_LINE = Proposition(
    3,
    "A hotline without an assigned crisis function does nothing.",
    "Z, China-US 4",
    "The incident game, with a line that exists, that both know of and that is answered, late or "
    "in time; but nobody is charged with checking what is said over it, so that a lie is never "
    "exposed. Beside it a line whose office does check.",
    "A line that is not in force is no line, by definition; that is not asked. Here the line is "
    "there, talk over it costs something, and it moves no hazard: with conduct as it was nothing "
    "changes.",
    "With in_force = 0 the claim is true by construction. It is false for no reason where war has "
    "several probabilities even without a line, since one of them differs from another; whether "
    "that happens is asked beside.",
    (
        Trial(
            "incident",
            (
                Question("an idle line changes nothing", "P(war) under idle = P(war) under none"),
                Question("an idle line lowers war", "P(war) under idle < P(war) under none"),
                Question("an idle line raises war", "P(war) under idle > P(war) under none"),
                Question("an assigned line lowers war", "P(war) under assigned < P(war)"),
            ),
            _lines,
            {**SEA.box, **LINE},
            LINE_MEANINGS,
        ),
    ),
)

# -------------------------------------------------------------------------------- 4: the circle

FRICTION = TENSIONS.index("friction")


def _one_dyad(point: Point) -> Mapping[str, Crisis]:
    return {"dyad": with_fields(SPIRAL.crisis, point)}


def _circle(crises: Mapping[str, Crisis]) -> Margins:
    """Return what silence does in friction, in each pure Markov perfect equilibrium."""
    crisis: Any = crises["dyad"]
    found = crisis.solve(method="pure")
    rows: dict[str, list[float]] = {name: [] for name in (BOTH_WAYS, ONWARD, BACK, ARITHMETIC)}
    for play in found:
        circle = vicious_circle(crisis, play).isel(tension=FRICTION)
        onward = float(circle.strategic)
        back = float(circle.silence - circle.silence_direct)
        told = (min(onward, back), onward, back, float(circle.silent - circle.talking))
        for own, value in zip(rows.values(), told, strict=True):
            own.append(value)
    return rows, bool(found.complete)


BOTH_WAYS = "each feeds the other"
ONWARD = "silence makes conflict likelier"
BACK = "what the sides do in silence makes it last longer"

SILENCE = Proposition(
    4,
    "Suspending dialogue and worsening relations feed each other.",
    "Z, section on China-US dialogues",
    "A dyad with tension and dialogue as its state, over fifty periods, from friction: all pure "
    "Markov perfect equilibria. Both directions are asked of the same equilibrium: whether the "
    "sides behave in silence so that conflict becomes likelier, and so that dialogue stays away "
    "longer.",
    "Dialogue dampens tension and is broken off in crisis by the rules of the game. So the margins "
    "are strategic parts: what is left when the difference that silence makes to sides who behave "
    "in it as they do while talking is taken out.",
    "Arithmetic included, silence is worse by construction. Net of it the claim can fail in two "
    "ways: the sides do the same in silence, so that the strategic part is 0, as it is at the "
    "values of the scenario; or they are more careful without dialogue.",
    (
        Trial(
            "dyad from friction",
            (
                Question(BOTH_WAYS, "strategic parts of conflict and of silence are both above 0"),
                Question(ONWARD, "strategic part of the conflict that silence brings is above 0"),
                Question(BACK, "strategic part of how long silence lasts is above 0"),
                Question(ARITHMETIC, "P(conflict) from silence > P(conflict) from dialogue"),
            ),
            _one_dyad,
            SPIRAL.box,
            margins=_circle,
        ),
    ),
)

# --------------------------------------------------------------------------------- 5: contagion

TRIANGLE_BOX: Box = {
    n: r
    for n, r in TRIANGLE.box.items()
    if n not in ("dampening", "suspension", "resumption", "interruption")
}
"""Without dialogue: what one crisis does to another is asked of tension alone."""


def _two_dyads(point: Point) -> Mapping[str, Crisis]:
    crisis: Any = with_fields(TRIANGLE.crisis, point)
    silent = (replace(pair, dialogue=False, suspended=False) for pair in crisis.pairs)
    return {"triangle": crisis.replace(pairs=tuple(silent))}


def _two_apart(point: Point) -> Mapping[str, Crisis]:
    return {"triangle": _two_dyads({**point, "spillover": 0.0})["triangle"]}


DRAWN = "a crisis of China and Japan draws in China and the United States"
DRAWN_BACK = "a crisis of China and the United States draws in China and Japan"


def _drawn_in(crises: Mapping[str, Crisis]) -> Margins:
    """Return what a crisis does to the other dyad, in the limit of the logit branch, net.

    Where the branch cannot be followed to its limit, the damage is moved by a few millionths.
    """
    for nudge in NUDGES:
        crisis: Any = crises["triangle"]
        crisis = crisis.replace(damage=crisis.damage * (1 + nudge))
        found = crisis.solve(method="logit", max_steps=STEPS)
        if len(found):
            break
    rows: dict[str, list[float]] = {f"{DRAWN}, {NET}": [], f"{DRAWN}, {ARITHMETIC}": []}
    at = TROUBLES.index("crisis")
    for play in found:
        reached, tied = spread(crisis, play, 0)
        total, direct = reached[at] - reached[0], tied[at] - tied[0]
        for own, value in zip(rows.values(), (total - direct, total), strict=True):
            own.append(value)
    return rows, bool(found.complete)


def _apart(crises: Mapping[str, Crisis]) -> Margins:
    """Return what a crisis does to the other dyad where nothing spills over.

    In equilibria that are made of those of each dyad by itself: one in each dyad whatever happens
    in the other, or one while the other is calm and another while it is in crisis or conflict.
    """
    crisis: Any = crises["triangle"]
    rows: dict[str, list[float]] = {}
    plays = conditional_plays(crisis)
    names = list(crisis.states.values())
    calm: State = tuple((CALM, False) for _ in crisis.pairs)
    for k, question in enumerate((DRAWN, DRAWN_BACK)):
        goal = conflict_states(crisis, crisis.pairs[k].name)
        reached = plays.probabilities_within(goal, crisis.periods)
        tense = tuple((CALM if j == k else CRISIS, False) for j in range(len(calm)))
        drawn = reached[:, names.index(tense)] - reached[:, names.index(calm)]
        rows[question] = drawn.tolist()
    return rows, False


def conditional_plays(crisis: Dyads) -> MarkovPlays:
    """Return Markov perfect equilibria of two dyads made of pure ones of each dyad by itself.

    The dyads are without dialogue. In each the sides play one equilibrium while the other dyad is
    calm or in friction, and one, the same or another, while it is in crisis or conflict. What is no
    equilibrium of the whole, by the one-shot deviation principle, is left out. A dyad that has no
    pure equilibrium by itself plays the limit of the logit branch.
    """
    from crisisgames.equilibria.markov_plays import MarkovPlays

    game = crisis.game()
    chances = [_pushes(crisis, k) for k in range(len(crisis.pairs))]
    plans = product(*(range(len(own)) for own in chances))
    kept: list[MarkovPlays] = []
    while chunk := list(islice(plans, CHUNK)):
        picked = np.array(chunk).T
        own = [pushes[places] for pushes, places in zip(chances, picked, strict=True)]
        plays = MarkovPlays(game, _behaviour(crisis, own))
        good = plays.gains <= GAIN
        kept.append(MarkovPlays(game, tuple(rows[good] for rows in plays.behaviour)))
    parts = zip(*(plays.behaviour for plays in kept), strict=True)
    return MarkovPlays(game, tuple(np.concatenate(rows) for rows in parts))


GAIN = 1e-6
"""Largest gain in utils that is rounding: limits of logit branches miss by some 1e-7."""

NUDGES = (0.0, 1e-6, -1e-6, 3e-6, -3e-6)
"""Shares by which damage is moved in turn: where branches cross, rounding hides which way to go."""

STEPS = 500
"""Points on a logit branch after which it is given up; most end before the hundredth."""

CHUNK = 256
"""Profiles tried at once, which bounds the memory."""


def _pushes(crisis: Dyads, k: int) -> np.ndarray:
    """Return how likely each side of a dyad pushes in each state of both, for each way to play it.

    A way to play is a pair of equilibria of the dyad alone, the second for while the other dyad is
    in crisis or conflict. Shape (ways, states, sides).
    """
    single = crisis.replace(pairs=(replace(crisis.pairs[k], allies=()),), spillover=0.0)
    alone = list(single.solve(method="pure")) or list(single.solve(method="logit"))
    name = {state: name for name, (state,) in single.states.items()}
    sides = crisis.pairs[k].sides
    here = [name[state[k]] for state in crisis.states.values()]
    pushes = np.array(
        [[[float(e.strategy[i][s].get("push", 0)) for i in sides] for s in here] for e in alone]
    )
    other = [state[1 - k] for state in crisis.states.values()]
    trouble = np.array([live is None or live[0] == CRISIS for live in other])
    quiet, troubled = pushes[:, None], pushes[None, :]
    ways = np.where(trouble[:, None], troubled, quiet)
    return ways.reshape(-1, *pushes.shape[1:])


def _behaviour(crisis: Dyads, pushes: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Return the probability of each action of each player; see `MarkovPlays`."""
    found: dict[str, list[np.ndarray]] = {player: [] for player in crisis.players}
    for s, state in enumerate(crisis.states.values()):
        for player, actions in crisis.pushes(state).items():
            chances = {
                k: pushes[k][:, s, pair.sides.index(player)]
                for k, pair in enumerate(crisis.pairs)
                if player in pair.sides and state[k] is not None
            }
            for pushed in actions.values():
                own = [q if k in pushed else 1 - q for k, q in chances.items()]
                found[player].append(np.prod(own, axis=0) * np.ones(len(pushes[0])))
    return tuple(np.stack(rows, axis=-1) for rows in found.values())


CONTAGION = Proposition(
    5,
    "A crisis in one dyad draws the other in.",
    "Z, on the security relations of the three",
    "Two dyads, of China with the United States and with Japan, whose ally the United States is, "
    "without dialogue. China is in both and chooses in both at once.",
    "That a crisis spills over is a number of the game. So it is 0 in the first trial, and what "
    "one dyad does to the other can only come through the state that is in both, or because "
    "conduct in one is made to depend on the other. Where something does spill over, the margin is "
    "the strategic part.",
    "With spillover above 0 and the same conduct the claim is true by construction. With spillover "
    "0 it is false where each dyad is played as if it were alone, which is always an equilibrium; "
    "that there are others is not ruled out, and they are looked for.",
    (
        Trial(
            "two dyads, nothing spills over",
            (
                Question(DRAWN, "P(conflict) is larger if the other dyad starts in crisis"),
                Question(DRAWN_BACK, "P(conflict) is larger if the other dyad starts in crisis"),
            ),
            _two_apart,
            {n: r for n, r in TRIANGLE_BOX.items() if n != "spillover"},
            margins=_apart,
        ),
        Trial(
            "two dyads, with spillover",
            (
                Question(
                    f"{DRAWN}, {NET}", "strategic part of what a crisis next door does is above 0"
                ),
                Question(
                    f"{DRAWN}, {ARITHMETIC}",
                    "P(conflict) is larger if the other dyad starts in crisis",
                ),
            ),
            _two_dyads,
            TRIANGLE_BOX,
            margins=_drawn_in,
        ),
    ),
)

# --------------------------------------------------------------------------------- 6: no talks

SURE = {"prob_pragmatic": 1.0}
"""Where the internal division of C is not asked about, so that talks can be held."""

TALKS_BOX: Box = {
    n: r
    for n, r in TALKS.box.items()
    if n not in ("prob_pragmatic", "price_conservative", "escalation_coordinated", "coordination")
}


def _provoked(case: str) -> str:
    """Return the probability that K provokes, given peace."""
    done = [f"{t}:{c}" for t in ("held", "refused", "not offered") for c in ("kept", "broken")]
    ways = " + ".join(f"P({d}:provoked) under {case}" for d in done)
    return f"({ways}) / (1 - P(war) under {case})"


def _alike(point: Point) -> Mapping[str, Crisis]:
    """Talks that change neither how incidents escalate nor what a provocation is worth."""
    talks: Talks = with_fields(TALKS.crisis, {**point, **SURE, "coordination": 0.0})
    talks = talks.replace(escalation_coordinated=talks.escalation_uncoordinated)
    return {"none": talks.replace(offer=False), "talks": talks.replace(offer=True)}


def _safer(point: Point) -> Mapping[str, Crisis]:
    talks: Talks = with_fields(TALKS.crisis, {**point, **SURE})
    return {"none": talks.replace(offer=False), "talks": talks.replace(offer=True)}


NO_TALKS = Proposition(
    6,
    "Without contingency talks unintended escalation is likelier, and the third state has more "
    "room for brinkmanship.",
    "E, on the lack of talks and on hosts",
    "The game of talks, with a China that is of one mind, so that talks can be held: whether they "
    "are is part of the equilibrium. War there is always inadvertent. Room for brinkmanship is the "
    "probability that the DPRK provokes, given peace.",
    "That incidents escalate less after talks, and that a provocation is worth less then, are "
    "numbers of the game. In the first trial both are switched off, and only answers remain: of "
    "the DPRK to talks that it fears, of China to that. In the second incidents do escalate less, "
    "in the third provocations are worth less as well.",
    "With both numbers on and talks held, the claim is true by construction as long as the DPRK "
    "does not answer. It answers: where an incident is less dangerous, to provoke is cheaper. "
    "Talks that are surely held curb it only where 1 - coordination is below "
    "escalation_coordinated / escalation_uncoordinated.",
    (
        Trial(
            "talks that change nothing by themselves",
            (
                Question("war is likelier without talks", "P(war) under none > P(war) under talks"),
                Question(
                    "provocation is likelier without talks",
                    f"{_provoked('none')} > {_provoked('talks')}",
                ),
            ),
            _alike,
            TALKS_BOX,
            options={"exact": True},
        ),
        Trial(
            "talks after which incidents escalate less",
            (
                Question("war is likelier without talks", "P(war) under none > P(war) under talks"),
                Question(
                    "provocation is likelier without talks",
                    f"{_provoked('none')} > {_provoked('talks')}",
                ),
                Question(
                    "provocation is likelier with talks",
                    f"{_provoked('none')} < {_provoked('talks')}",
                ),
            ),
            lambda point: _safer({**point, "coordination": 0.0}),
            {**TALKS_BOX, "escalation_coordinated": TALKS.box["escalation_coordinated"]},
            options={"exact": True},
        ),
        Trial(
            "talks that make provocations worth less as well",
            (
                Question("war is likelier without talks", "P(war) under none > P(war) under talks"),
                Question(
                    "provocation is likelier without talks",
                    f"{_provoked('none')} > {_provoked('talks')}",
                ),
            ),
            _safer,
            {
                **TALKS_BOX,
                "escalation_coordinated": TALKS.box["escalation_coordinated"],
                "coordination": (0.0, 1.0),
            },
            options={"exact": True},
        ),
    ),
)

# -------------------------------------------------------------------------------- 7: surveillance

SIGHT: Box = {"better": (0.2, 0.8)}
SIGHT_MEANINGS = {"better": "share of the doubt in evidence that good surveillance takes away"}


def _sight(point: Point) -> Mapping[str, Crisis]:
    weak: Incident = _fields(KOREA.crisis, point, *SIGHT)
    strong = weak.replace(clarity=_raised(weak.clarity, point["better"]))
    return {"strong": strong, "weak": weak}


SURVEILLANCE = Proposition(
    7,
    "Weak surveillance is in itself a source of crisis instability.",
    "E, on surveillance",
    "The incident with a first strike: a move off Korea that may be the first blow, seen through "
    "evidence that says almost nothing, or through better evidence. Nothing else is different.",
    "Worse evidence is answered wrongly more often by unchanged conduct: direct, and taken out in "
    "the first question. What is left is conduct: whom A dares to probe, and how readily B, who "
    "knows that it sees badly, strikes.",
    "If the side that sees badly had also more to gain from striking first, the claim would "
    "be about that. In itself means: all else equal.",
    (
        Trial(
            "incident with a first strike",
            (
                Question(NET, "net P(war) under weak > P(war) under strong"),
                Question(ARITHMETIC, "P(war) under weak > P(war) under strong"),
            ),
            _sight,
            {**KOREA.box, **SIGHT},
            SIGHT_MEANINGS,
        ),
    ),
)

# --------------------------------------------------------------------------------- 8: the host

HOST: Box = {"share": (0.2, 0.8), "quiet": (0.4, 1.0)}
HOST_MEANINGS = {
    "share": "share of the price of talks that the host takes away",
    "quiet": "share of leaks that the host prevents",
}


def _hosts(point: Point) -> Mapping[str, Crisis]:
    bilateral: Talks = _fields(TALKS.crisis, point, *HOST).replace(offer=True)
    discreet = bilateral.replace(discretion=point["quiet"])
    return {
        "bilateral": bilateral,
        "discreet": discreet,
        "hosted": discreet.replace(host=point["share"]),
    }


HELD = "P(held) under {} > P(held) under bilateral"

DISCREET_HOST = Proposition(
    8,
    "A discreet third-party host makes talks acceptable that bilaterally are not.",
    "E, on hosts",
    "The game of talks, with an offer that may be bilateral or hosted. Talks are held if China "
    "accepts, which it does or not for what the DPRK will make of it.",
    "A host that lowers the price of talks makes them cheaper, by definition. So in the first "
    "question it only keeps them quiet; and the DPRK knows that, and reads silence accordingly. "
    "With the price in it is asked too.",
    "If the DPRK took silence at face value, fewer leaks would be better for China for no "
    "reason. Where talks are held bilaterally in all equilibria, the claim cannot hold; how often "
    "that is so is told beside.",
    (
        Trial(
            "talks",
            (
                Question("discretion alone makes talks likelier", HELD.format("discreet")),
                Question("discretion and a lower price make talks likelier", HELD.format("hosted")),
                Question("discretion alone lowers war", "P(war) under discreet < P(war)"),
                Question("bilateral talks are refused", "P(held) under bilateral = 0"),
            ),
            _hosts,
            {**TALKS.box, **HOST},
            HOST_MEANINGS,
            options={"exact": True},
        ),
    ),
)

PROPOSITIONS: dict[int, Proposition] = {
    p.number: p
    for p in (
        POOR_MANAGEMENT,
        BOTTOM_LINES,
        IDLE_LINE,
        SILENCE,
        CONTAGION,
        NO_TALKS,
        SURVEILLANCE,
        DISCREET_HOST,
    )
}
"""The eight claims by number."""
