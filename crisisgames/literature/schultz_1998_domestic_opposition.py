"""After Kenneth Schultz (1998): a domestic opposition as a second signal of resolve.

A government challenges a rival for a good, or not. Its value of war w, uniform on [-wL, wH], is
known at home but not to the rival; the rival's cost of war k, uniform on [0, K], is known to it
alone. If the rival resists, the government fights, or backs down and pays its audience a. So types
with w < -a, should they challenge, bluff. An opposition takes sides before the rival replies. It
does not want to share the blame for a failure, nor leave the credit of a success (worth s to the
voters) to the government alone: it opposes if it expects the government to lose.

What it supports, the government means. Bluffs are opposed, and so are those who would fight at a
loss. Threats that are supported are therefore resisted less, and war is less likely, if there was
any bluffing to reveal: if K > 1 + a.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, cutoff_equilibria
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoff, only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed forms. P(x) = Pr(w >= x); `fighters` is P(-a), those who fight if resisted.


def without_opposition(
    war_loss_max: Any, war_gain_max: Any, audience_cost: Any, war_cost_max_rival: Any
) -> Results:
    """Let bluffers challenge until the rival resists so often that they gain nothing."""
    a, most = audience_cost, war_cost_max_rival

    def share(x: Any) -> Any:
        return _share(x, war_loss_max, war_gain_max)

    fighters = share(-a)
    honest = np.asarray(most <= 1 + a)
    # How likely a bluffer is to challenge if bluffers are indifferent; above 1, all do.
    often = fighters / (1 - fighters) * (most - 1 - a) / (1 + a)
    kinds = [honest, ~honest & (often <= 1)]
    resist = np.select(kinds, [1 / most, 1 / (1 + a)], 1 / (fighters * most))
    fights = np.select(kinds, [share(1 - most), fighters], fighters)
    bluff = np.select(kinds, [0.0, fighters * (most - 1 - a) / (1 + a)], 1 - fighters)
    return {
        "regime": np.select(kinds, ["no-bluff", "mixed"], "all-bluff"),
        "prob_resist": resist,
        "prob_challenge": fights + bluff,
        "prob_bluff": bluff,
        "belief_fight": np.select(kinds, [1.0, (1 + a) / most], fighters),
        "prob_war": fights * resist,
    }


def with_opposition(
    war_loss_max: Any,
    war_gain_max: Any,
    audience_cost: Any,
    war_cost_max_rival: Any,
    shared_credit: Any,
) -> Results:
    """Support w >= -s a where there are bluffers, and w >= -s (K - 1) where there are none."""
    a, most, s = audience_cost, war_cost_max_rival, shared_credit

    def share(x: Any) -> Any:
        return _share(x, war_loss_max, war_gain_max)

    honest = most <= 1 + a
    least = np.where(honest, 1 - most, -a)  # the least w that challenges and fights
    cutoff = s * least
    supported, opposed = share(cutoff), share(least) - share(cutoff)
    bluff = np.where(honest, 0.0, opposed * (most - 1 - a) / (1 + a))
    resist = np.where(honest, 1 / most, 1 / (1 + a))
    return {
        "regime": np.where(honest, "no-bluff", "mixed"),
        "prob_resist_supported": 1 / most,
        "prob_resist_opposed": resist,
        "prob_challenge": supported + opposed + bluff,
        "prob_supported": supported,
        "cutoff_support": cutoff,
        "prob_bluff": bluff,
        "belief_fight_opposed": np.where(honest, 1.0, (1 + a) / most),
        "prob_war": supported / most + opposed * resist,
    }


def _share(x: Any, loss: Any, gain: Any) -> Any:
    return np.clip((gain - x) / (gain + loss), 0, 1)


def _enough_bluffers(
    war_loss_max: Any,
    war_gain_max: Any,
    audience_cost: Any,
    war_cost_max_rival: Any,
    shared_credit: Any,
) -> Any:
    """Whether the types that would bluff suffice to make the rival resist the opposed."""
    a, most, s = audience_cost, war_cost_max_rival, shared_credit
    # In units of w: opposed fighters lie in [-a, -s a], would-be bluffers in [-wL, -a].
    return (1 - s) * a * (most - 1 - a) / (1 + a) <= war_loss_max - a


# The second route. Which bluffers challenge does not matter; here it is those nearest to fighting.
# Where the rival's cost is uniform on [0, K] it resists with probability 1 / (K f), if it expects a
# fight with probability f; gains are multiplied by the positive denominators.

LOSS, GAIN, AUDIENCE, MOST, CREDIT, RESIST, BELIEF = (
    Parameter(name, (0, float("inf")))
    for name in ("loss", "gain", "audience", "most", "credit", "resist", "belief")
)
W, X, Y, KAPPA, K = sp.symbols("w x y kappa k")

# The rival concedes from kappa on.
CONCEDE = CutoffRule(KAPPA, (0, MOST), BELIEF * K - 1, type=K)
# From x on a challenge is worth it to a government that will fight if resisted.
FIGHT = CutoffRule(X, (-LOSS, GAIN), 1 - RESIST * (1 - W), type=W)
# One that would back down challenges from x on, without an opposition.
BLUFF = CutoffRule(X, (-LOSS, -AUDIENCE), MOST * (GAIN + AUDIENCE) - (GAIN - X) * (1 + AUDIENCE))
# With one, which supports from y on: x bluffs, and at y credit and blame are equally likely.
SERIOUS, BLUFFS = Y + AUDIENCE, -AUDIENCE - X  # of those who are opposed
OPPOSED = (
    CutoffRule(
        X, (-LOSS, -AUDIENCE), (MOST - 1 - AUDIENCE) * SERIOUS - (1 + AUDIENCE) * BLUFFS
    ),
    CutoffRule(
        Y, (-AUDIENCE, GAIN),
        ((MOST - 1) * SERIOUS - BLUFFS) * CREDIT + (SERIOUS + BLUFFS) * Y,
    ),
)  # fmt: skip


def _resistance(belief: float, most: float) -> float:
    return only_cutoff(CONCEDE, belief=belief, most=most) / most


def without_opposition_solved(
    war_loss_max: float, war_gain_max: float, audience_cost: float, war_cost_max_rival: float
) -> Results:
    """Solve for who bluffs; then the rival's reply, and who challenges and fights."""
    loss, gain, a, most = war_loss_max, war_gain_max, audience_cost, war_cost_max_rival
    span = gain + loss
    x = float(only_cutoffs(BLUFF, loss=loss, gain=gain, audience=a, most=most)[0])
    resist = _resistance((gain + a) / (gain - x), most)
    least = max(-a, only_cutoff(FIGHT, loss=loss, gain=gain, resist=resist))
    fights = (gain - least) / span
    bluff = (-a - x) / span
    return {
        "regime": "no-bluff" if x >= -a else "mixed" if x > -loss else "all-bluff",
        "prob_resist": resist,
        "prob_challenge": fights + bluff,
        "prob_bluff": bluff,
        "belief_fight": fights / (fights + bluff),
        "prob_war": fights * resist,
    }


def with_opposition_solved(
    war_loss_max: float,
    war_gain_max: float,
    audience_cost: float,
    war_cost_max_rival: float,
    shared_credit: float,
) -> Results:
    """Find all pairs of cutoffs, and of them the pair at which some who challenge are opposed.

    At K = 1 + a exactly, between the two regimes, it cannot be proved that there is only one pair.
    """
    loss, gain, a, most = war_loss_max, war_gain_max, audience_cost, war_cost_max_rival
    span = gain + loss
    found = cutoff_equilibria(
        OPPOSED, loss=loss, gain=gain, audience=a, most=most, credit=shared_credit
    )
    pairs = [e.cutoffs for e in found if e.cutoffs["y"] > e.cutoffs["x"]]
    if not (found.complete and len(pairs) == 1):
        raise GameError(
            f"at audience_cost = {a}, war_cost_max_rival = {most} it cannot be proved that there "
            "is one pair of cutoffs; move war_cost_max_rival away from 1 + audience_cost"
        )
    x, y = float(pairs[0]["x"]), float(pairs[0]["y"])
    after_support = _resistance(1.0, most)
    after_opposition = _resistance((y + a) / (y - x), most)
    least = max(-a, only_cutoff(FIGHT, loss=loss, gain=gain, resist=after_opposition))
    supported, opposed, bluff = (gain - y) / span, (y - least) / span, (-a - x) / span
    return {
        "regime": "no-bluff" if x >= -a else "mixed",
        "prob_resist_supported": after_support,
        "prob_resist_opposed": after_opposition,
        "prob_challenge": supported + opposed + bluff,
        "prob_supported": supported,
        "cutoff_support": y,
        "prob_bluff": bluff,
        "belief_fight_opposed": opposed / (opposed + bluff),
        "prob_war": supported * after_support + opposed * after_opposition,
    }


# Figures.


def draw_credit(ax: Axes) -> None:
    """Draw the risk of war against the credit for a success."""
    s = np.linspace(0, 0.999, 200)
    alone, both = strokes(2)
    flat = MODEL.results("without-opposition")["prob_war"]
    ax.plot(s, np.full(s.shape, flat), label="without an opposition", **alone)
    ax.plot(s, MODEL.results("with-opposition", shared_credit=s)["prob_war"],
            label="with an opposition", **both)  # fmt: skip
    ax.set(xlabel="Credit for a success without war, s", ylabel="Probability of war", xlim=(0, 1),
           ylim=(0, 0.5))  # fmt: skip
    ax.legend(frameon=False, loc="lower left")
    caption(ax, "w_L = 1, w_H = 0.5, a = 0.2, K = 2.")


def draw_uncertainty(ax: Axes) -> None:
    """Draw the risk of war against the rival's largest cost of war."""
    most = np.linspace(1.001, 3, 400)
    for (case, name), line in zip(
        (("without-opposition", "without an opposition"), ("with-opposition", "with one")),
        strokes(2), strict=True,
    ):  # fmt: skip
        ax.plot(most, MODEL.results(case, war_cost_max_rival=most)["prob_war"], label=name, **line)
    ax.axvline(1.2, color="0.4", linestyle=":", linewidth=1)
    ax.text(1.22, 0.02, "bluffs from 1 + a on", va="bottom")
    ax.set(xlabel="Largest cost of war of the rival, K", ylabel="Probability of war", xlim=(1, 3),
           ylim=(0, 0.5))  # fmt: skip
    ax.legend(frameon=False, loc="upper right")
    caption(ax, "w_L = 1, w_H = 0.5, a = 0.2, s = 0.5.")


def draw_beliefs(ax: Axes) -> None:
    """Draw what the rival makes of a challenge."""
    most = np.linspace(1.001, 3, 400)
    alone = MODEL.results("without-opposition", war_cost_max_rival=most)["belief_fight"]
    opposed = MODEL.results("with-opposition", war_cost_max_rival=most)["belief_fight_opposed"]
    rows = (("supported", np.ones(400)), ("opposed", opposed), ("without an opposition", alone))
    for (name, y), line in zip(rows, strokes(3), strict=True):
        ax.plot(most, y, label=name, **line)
    ax.set(xlabel="Largest cost of war of the rival, K", ylabel="Belief that the challenger fights",
           xlim=(1, 3), ylim=(0, 1.05))  # fmt: skip
    ax.legend(frameon=False, loc="lower left", title="A challenge that is …", alignment="left")
    caption(
        ax,
        "w_L = 1, w_H = 0.5, a = 0.2, s = 0.5. Where nobody bluffs, and where some but not all "
        "do, an opposed challenge is believed as one without an opposition.",
    )


SHARED = (
    Quantity("war_loss_max", "w_L", "largest loss of the challenger by a war, utils", 1, 0,
             closed="neither", box=(0.7, 2)),
    Quantity("war_gain_max", "w_H", "its largest gain by a war, utils", 0.5, 0, closed="neither",
             box=(0.2, 1)),
    Quantity("audience_cost", "a", "what backing down costs it, utils", 0.2, 0, closed="neither",
             box=(0.05, 0.6)),
    Quantity("war_cost_max_rival", "K", "the rival's largest cost of war, utils", 2, 1,
             closed="neither", box=(1.1, 3)),
)  # fmt: skip
BELOW = Condition(
    ("audience_cost", "war_loss_max"), "audience_cost < war_loss_max",
    lambda audience_cost, war_loss_max: audience_cost < war_loss_max,
)  # fmt: skip

MODEL = Model(
    slug="schultz-1998-domestic-opposition",
    title="A domestic opposition as a second signal",
    citation="""@article{schultz1998domestic,
  author  = {Kenneth A. Schultz},
  title   = {Domestic Opposition and Signaling in International Crises},
  journal = {American Political Science Review},
  volume  = {92},
  number  = {4},
  pages   = {829--844},
  year    = {1998},
  doi     = {10.2307/2586306}
}""",
    provenance=(
        "After Schultz (1998): only the abstract was at hand. It reports that government and "
        "opposition openly support or oppose force, that the rival learns from both, and that an "
        "opposition lowers the probability of war. Ours: the specification, which yields that "
        "ranking, all payoffs, formulas and figures. Of its equilibria with an opposition we take "
        "the one in which some challenges are opposed. In others the opposition supports all "
        "challenges, or challenges that would be opposed are not made, for opposition is taken "
        "for a sure sign of a bluff; both rest on beliefs that D1 would not allow."
    ),
    cases={
        "without-opposition": Case(
            SHARED,
            without_opposition,
            {
                "regime": "no-bluff, mixed (some bluff) or all-bluff",
                "prob_resist": "probability that the rival resists a challenge",
                "prob_challenge": "probability of a challenge",
                "prob_bluff": "probability of a challenge by a type that will back down",
                "belief_fight": "probability that a challenger fights if resisted",
                "prob_war": "probability of war",
            },
            conditions=(BELOW,),
            solved=without_opposition_solved,
        ),
        "with-opposition": Case(
            (
                *SHARED,
                Quantity("shared_credit", "s", "credit for a success without war, utils", 0.5, 0, 1,
                         closed="left", box=(0, 0.9)),
            ),
            with_opposition,
            {
                "regime": "no-bluff or mixed (some bluff)",
                "prob_resist_supported": "probability that a supported challenge is resisted",
                "prob_resist_opposed": "the same of an opposed one",
                "prob_challenge": "probability of a challenge",
                "prob_supported": "probability of a challenge that is supported",
                "cutoff_support": "least value of war that the opposition supports, utils",
                "prob_bluff": "probability of a challenge by a type that will back down",
                "belief_fight_opposed": "probability that an opposed challenger fights",
                "prob_war": "probability of war",
            },
            conditions=(
                BELOW,
                Condition(
                    (*(q.name for q in SHARED), "shared_credit"),
                    "(1 - shared_credit) audience_cost (war_cost_max_rival - 1 - audience_cost) / "
                    "(1 + audience_cost) <= war_loss_max - audience_cost: not all bluff",
                    _enough_bluffers,
                ),
            ),
            solved=with_opposition_solved,
        ),
    },
    levers=(
        Lever("clear signals", "with-opposition", "shared_credit", True,
              "an opposition that shares in a success supports more of what is meant"),
        Lever("interests", "with-opposition", "war_gain_max", False,
              "an ideology finds gains in a war in which interests find none"),
        Lever("restraint", "with-opposition", "audience_cost", False,
              "the less it costs to back down, the fewer are trapped; but the more bluff"),
    ),
    badness="prob_war",
    figures={"credit": draw_credit, "uncertainty": draw_uncertainty, "beliefs": draw_beliefs},
)  # fmt: skip
