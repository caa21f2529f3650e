"""Shuhei Kurizaki (2007): a threat whispered can compel as well as one made in public.

A challenger wants a good that a defender holds. It may do nothing, threaten in public or threaten
in private; the defender concedes or resists; if it resists, the challenger fights or backs down.
A public threat ties hands: to back down before everybody's eyes costs a_C. But to give way before
everybody's eyes costs the defender a_D, so it resists more. A private threat costs neither anything
beyond the good itself: it is less credible and yet easier to give way to. What a war is worth to
each, uniform on [-m, M], it alone knows; the good is worth 1 to both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.errors import GameError
from crisisgames.games import Parameter
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs, uniform_mean

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Probabilities of conceding, and utils, closer than this count as equal."""


# Closed forms. The arguments are m_C, M_C, m_D, M_D, a_D and a_C.


def public_threats(
    war_loss_max_challenger: Any,
    war_gain_max_challenger: Any,
    war_loss_max_defender: Any,
    war_gain_max_defender: Any,
    audience_cost_defender: Any,
    audience_cost_challenger: Any,
) -> Results:
    """Types above a cutoff threaten in public and always fight if resisted; no others do."""
    m_c, top_c, m_d, top_d = (
        war_loss_max_challenger, war_gain_max_challenger,
        war_loss_max_defender, war_gain_max_defender,
    )  # fmt: skip
    cost = audience_cost_defender
    q = _concede_public(m_d, top_d, cost)
    cutoff = -np.minimum(m_c, _odds(q)) + 0.0  # no negative zero
    threat = (top_c - cutoff) / (m_c + top_c)
    fights = (1 - q) * (top_c**2 - cutoff**2) / (2 * (m_c + top_c))
    resister = np.maximum(-cost, -m_d)  # the defender's least resolved type that resists
    resists = (top_d**2 - resister**2) / (2 * (m_d + top_d))
    return {
        "prob_concede": q,
        "cutoff_threat": cutoff,
        "prob_threat": threat,
        "prob_trapped": -cutoff / (m_c + top_c) + 0.0,
        "prob_war": threat * (1 - q),
        "payoff_challenger": threat * q + fights,
        "payoff_defender": (1 - threat) + threat * (resists - cost * q),
    }


def private_threats(
    war_loss_max_challenger: Any,
    war_gain_max_challenger: Any,
    war_loss_max_defender: Any,
    war_gain_max_defender: Any,
    audience_cost_defender: Any,
) -> Results:
    """Everybody whispers; if resisted, those fight who gain by a war."""
    m_c, top_c, m_d, top_d = (
        war_loss_max_challenger, war_gain_max_challenger,
        war_loss_max_defender, war_gain_max_defender,
    )  # fmt: skip
    rho = top_c / (m_c + top_c)
    doubt = m_c / top_c  # (1 - rho) / rho
    q = np.clip((m_d - doubt) / (m_d + top_d), 0, 1)
    resister = np.maximum(-doubt, -m_d)
    resists = rho * (top_d**2 - resister**2) / 2 + (1 - rho) * (top_d - resister)
    return {
        "exists": q >= _concede_public(m_d, top_d, audience_cost_defender) - TIE,
        "share_resolved": rho,
        "critical_audience_cost": doubt,
        "prob_concede": q,
        "prob_war": rho * (1 - q),
        "payoff_challenger": q + (1 - q) * top_c**2 / (2 * (m_c + top_c)),
        "payoff_defender": resists / (m_d + top_d),
    }


def _concede_public(m_d: Any, top_d: Any, cost: Any) -> Any:
    """Probability that the defender concedes to a public threat that is sure to be carried out."""
    return np.clip((m_d - cost) / (m_d + top_d), 0, 1)


def _odds(q: Any) -> Any:
    """Return q / (1 - q), infinite at 1."""
    sure = q >= 1
    return np.where(sure, np.inf, q / np.where(sure, 1.0, 1 - q))


def _nobody_bluffs(
    war_loss_max_challenger: Any,
    war_loss_max_defender: Any,
    war_gain_max_defender: Any,
    audience_cost_defender: Any,
    audience_cost_challenger: Any,
) -> Any:
    q = _concede_public(war_loss_max_defender, war_gain_max_defender, audience_cost_defender)
    return audience_cost_challenger >= np.minimum(war_loss_max_challenger, _odds(q)) - TIE


# The second route: who threatens, who resists and who fights, each as a proved cutoff.

LOSS, GAIN, COST, FIGHT, CONCEDE = (
    Parameter(name, (0, float("inf"))) for name in ("loss", "gain", "cost", "fight", "concede")
)
W = sp.Symbol("w")
TYPES = (-LOSS, GAIN)

# If resisted, the challenger fights rather than pays for backing down.
FIGHTS = CutoffRule(W, TYPES, W + COST)
# The defender resists, expecting a fight with probability `fight`, rather than pays for conceding.
RESISTS = CutoffRule(W, TYPES, FIGHT * W + (1 - FIGHT) + COST)
# The challenger threatens, and fights if resisted, rather than does nothing.
THREATENS = CutoffRule(W, TYPES, CONCEDE + (1 - CONCEDE) * W)
# The defender of type -a is indifferent after a public threat, if to concede costs it a. For small
# a it would resist a whisper; from the cutoff on it gives way to that too.
A = sp.Symbol("a")
COMPELS_ALIKE = CutoffRule(A, (0, 1 / FIGHT), FIGHT * A - (1 - FIGHT))


def public_threats_solved(
    war_loss_max_challenger: float,
    war_gain_max_challenger: float,
    war_loss_max_defender: float,
    war_gain_max_defender: float,
    audience_cost_defender: float,
    audience_cost_challenger: float,
) -> Results:
    """Find replies to a threat that all fight for; then see that all who threaten do."""
    own = (-war_loss_max_challenger, war_gain_max_challenger)
    other = (-war_loss_max_defender, war_gain_max_defender)
    cost = audience_cost_defender
    resister = _cutoff(RESISTS, other, fight=1, cost=cost)
    q = _share_below(resister, other)
    cutoff = _cutoff(THREATENS, own, concede=q)
    if _cutoff(FIGHTS, own, cost=audience_cost_challenger) > cutoff + TIE:
        raise GameError("some that threaten in public would back down")
    threat = 1 - _share_below(cutoff, own)

    def challenger(w: Any) -> Any:
        backed = np.maximum(w, -audience_cost_challenger)
        return np.where(w >= cutoff, q + (1 - q) * backed, 0)

    def defender(w: Any) -> Any:
        return 1 - threat + threat * np.where(w >= resister, w, -cost)

    return {
        "prob_concede": q,
        "cutoff_threat": cutoff,
        "prob_threat": threat,
        "prob_trapped": _share_below(0, own) - _share_below(cutoff, own),
        "prob_war": threat * (1 - q),
        "payoff_challenger": uniform_mean(challenger, own, cutoff),
        "payoff_defender": uniform_mean(defender, other, resister),
    }


def private_threats_solved(
    war_loss_max_challenger: float,
    war_gain_max_challenger: float,
    war_loss_max_defender: float,
    war_gain_max_defender: float,
    audience_cost_defender: float,
) -> Results:
    """Find replies to a threat that all make; then see whether a type would rather go public."""
    own = (-war_loss_max_challenger, war_gain_max_challenger)
    other = (-war_loss_max_defender, war_gain_max_defender)
    fighter = _cutoff(FIGHTS, own, cost=0)
    resolved = 1 - _share_below(fighter, own)
    resister = _cutoff(RESISTS, other, fight=resolved, cost=0)
    q = _share_below(resister, other)
    public = _share_below(_cutoff(RESISTS, other, fight=1, cost=audience_cost_defender), other)

    def whisper(w: Any) -> Any:
        return q + (1 - q) * np.where(w >= fighter, w, 0)

    # Both payoffs are linear in the type but where it begins to fight after a whisper. Resolved
    # types need no tied hands; the best that an irresolute one can do in public is to back down
    # without a cost, which is worth what public fighting is to the type 0.
    tempted = np.array([own[0], fighter, own[1]])
    gain = public + (1 - public) * np.maximum(tempted, 0) - whisper(tempted)

    def defender(w: Any) -> Any:
        return np.where(w >= resister, resolved * w + 1 - resolved, 0)

    return {
        "exists": bool(gain.max() <= TIE),
        "share_resolved": resolved,
        "critical_audience_cost": float(only_cutoffs(COMPELS_ALIKE, fight=resolved)[0]),
        "prob_concede": q,
        "prob_war": resolved * (1 - q),
        "payoff_challenger": uniform_mean(whisper, own, fighter),
        "payoff_defender": uniform_mean(defender, other, resister),
    }


def _cutoff(rule: CutoffRule, types: tuple[float, float], **values: float) -> float:
    return float(only_cutoffs(rule, loss=-types[0], gain=types[1], **values)[0])


def _share_below(w: float, types: tuple[float, float]) -> float:
    return (w - types[0]) / (types[1] - types[0])


# Figures.


def draw_existence(ax: Axes) -> None:
    """Draw where a whisper by everybody compels at least as well as a public threat."""
    rho, cost = np.meshgrid(np.linspace(0.35, 0.98, 316), np.linspace(0, 1.45, 291))
    top = 0.9
    found = MODEL.results("private-threats", war_loss_max_challenger=top * (1 - rho) / rho,
                          war_gain_max_challenger=top, audience_cost_defender=cost)  # fmt: skip
    ax.contourf(rho, cost, found["exists"].astype(float), levels=[0.5, 1.5], colors=["#BFD8EA"])
    line = rho[0][(1 - rho[0]) / rho[0] <= 1.45]
    ax.plot(line, (1 - line) / line, **strokes(1)[0])
    ax.annotate("equally compelling:\na_D = (1 − ρ)/ρ", (0.5, 1.0), (0.37, 0.55),
                arrowprops={"arrowstyle": "-"}, va="center")  # fmt: skip
    ax.text(0.78, 1.0, "all may threaten in private", ha="center")
    ax.text(0.52, 0.2, "public threats only", ha="center")
    ax.set(xlabel="Share of resolved challengers, ρ", ylim=(0, 1.45), xlim=(0.35, 0.98),
           ylabel="The defender's cost of conceding in public, a_D")  # fmt: skip
    caption(ax, "Shaded: everybody whispering is an equilibrium. m_D = 1.5, M_D = 0.5; ρ varies "
            "by m_C, M_C = 0.9.")  # fmt: skip


def draw_war(ax: Axes) -> None:
    """Draw what it does to war that the defender dislikes to give way in public."""
    cost = np.linspace(0, 1.4, 281)
    public = MODEL.results("public-threats", audience_cost_defender=cost, **FIGURE,
                           audience_cost_challenger=1)  # fmt: skip
    private = MODEL.results("private-threats", audience_cost_defender=cost, **FIGURE)
    one, two = strokes(2)
    ax.plot(cost, public["prob_war"], label="public threats", **two)
    kept = np.where(private["exists"], private["prob_war"], np.nan)
    ax.plot(cost, kept, label="private threats", **one)
    ax.plot(cost, private["prob_war"], color="0.5", linestyle=":", linewidth=1,
            label="private threats, no equilibrium")  # fmt: skip
    critical = private["critical_audience_cost"][0]
    ax.plot([critical], [0.35], "o", color=one["color"])
    ax.text(critical, 0.31, "a_D* = 2/3", ha="center", va="top")
    ax.set(xlabel="The defender's cost of conceding in public, a_D", ylabel="Probability of war",
           xlim=(0, 1.4), ylim=(0, 0.8))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "m_C = 0.6, M_C = 0.9, m_D = 1.5, M_D = 0.5, a_C = 1.")


def draw_types(ax: Axes) -> None:
    """Draw who threatens how, in both equilibria."""
    cutoff = MODEL.results("public-threats")["cutoff_threat"]
    rows = (
        ("public threats", ((-0.6, cutoff, "do nothing", "#FFFFFF", ""),
                            (cutoff, 0, "threaten,\nare trapped", "#F3CF85", "//"),
                            (0, 0.9, "threaten in public, fight if resisted", "#BFD8EA", ""))),
        ("private threats", ((-0.6, 0, "threaten in private,\nback down if resisted", "#FFFFFF",
                              ""),
                             (0, 0.9, "threaten in private, fight if resisted", "#BFD8EA", ""))),
    )  # fmt: skip
    for y, (name, parts) in zip((1, 0), rows, strict=True):
        ax.text(-0.6, y + 0.3, name, va="bottom", fontweight="bold")
        for low, high, what, colour, hatch in parts:
            ax.barh(y, high - low, 0.5, left=low, color=colour, edgecolor="black", hatch=hatch,
                    linewidth=0.8)  # fmt: skip
            ax.text((low + high) / 2, y, what, ha="center", va="center", fontsize=8.5,
                    bbox={"color": colour, "pad": 1.5, "linewidth": 0})  # fmt: skip
    ax.axvline(0, color=COLOURS[0], linewidth=1, linestyle=":")
    ax.set(xlim=(-0.62, 0.92), ylim=(-0.4, 1.6), yticks=[],
           xlabel="What a war is worth to the challenger, w_C")  # fmt: skip
    caption(ax, "Trapped: a war is worse for them than to have kept quiet. m_C = 0.6, M_C = 0.9, "
            "m_D = 1.5, M_D = 0.5, a_D = a_C = 1.")  # fmt: skip


FIGURE = {
    "war_loss_max_challenger": 0.6, "war_gain_max_challenger": 0.9,
    "war_loss_max_defender": 1.5, "war_gain_max_defender": 0.5,
}  # fmt: skip

SHARED = (
    Quantity("war_loss_max_challenger", "m_C", "the challenger's largest loss in a war, utils",
             0.6, 0, closed="neither", box=(0.2, 1.5)),
    Quantity("war_gain_max_challenger", "M_C", "the challenger's largest gain from a war, utils",
             0.9, 0, 1, closed="neither", box=(0.3, 0.95)),
    Quantity("war_loss_max_defender", "m_D", "the defender's largest loss in a war, utils", 1.5,
             0, closed="neither", box=(0.5, 2.5)),
    Quantity("war_gain_max_defender", "M_D", "the defender's largest gain from a war, utils", 0.5,
             0, 1, closed="left", box=(0, 0.8)),
    Quantity("audience_cost_defender", "a_D", "what conceding in public costs the defender beyond "
             "the good, utils", 1, 0, closed="left", box=(0, 1.5)),
)  # fmt: skip

MEANINGS = {
    "prob_concede": "probability that the defender concedes to a threat",
    "prob_war": "probability of war, before types are drawn",
    "payoff_challenger": "the challenger's expected payoff, utils",
    "payoff_defender": "the defender's expected payoff, utils",
}

MODEL = Model(
    slug="kurizaki-2007-efficient-secrecy",
    title="Public and private threats, and how secrecy can compel as well",
    citation="""@article{kurizaki2007efficient,
  author  = {Shuhei Kurizaki},
  title   = {Efficient Secrecy: Public versus Private Threats in Crisis Diplomacy},
  journal = {American Political Science Review},
  volume  = {101},
  number  = {3},
  pages   = {543--558},
  year    = {2007},
  doi     = {10.1017/S0003055407070396}
}""",
    provenance=(
        "After Kurizaki (2007), by its abstracts; the article itself was not at hand. The paper's: "
        "two audiences, threats in public or in private, the limited credibility of private ones, "
        "that they can compel as well, that the target can give way unseen. Ours: the game as "
        "stated here, uniform values of war, all formulas, the figures. Where everybody whispers, "
        "an unexpected public threat is believed to be sure to be carried out, which is the belief "
        "hardest on that equilibrium. There is also one in which some of the resolved whisper with "
        "all others and the rest go public; it is left out."
    ),
    cases={
        "public-threats": Case(
            (
                *SHARED,
                Quantity("audience_cost_challenger", "a_C",
                         "what backing down in public costs the challenger, utils", 1, 0,
                         closed="left", box=(0.5, 3)),
            ),
            public_threats,
            {
                **MEANINGS,
                "cutoff_threat": "least value of war, utils, with which a challenger threatens",
                "prob_threat": "probability of a threat",
                "prob_trapped": "probability of a challenger that threatens and would then fight a "
                "war worse for it than to have kept quiet",
            },
            conditions=(
                Condition(
                    ("war_loss_max_challenger", "war_loss_max_defender", "war_gain_max_defender",
                     "audience_cost_defender", "audience_cost_challenger"),
                    "audience_cost_challenger >= min(war_loss_max_challenger, q / (1 - q)), where "
                    "q = (war_loss_max_defender - audience_cost_defender) / "
                    "(war_loss_max_defender + war_gain_max_defender), cut to [0, 1], so that "
                    "nobody bluffs in public",
                    _nobody_bluffs,
                ),
            ),
            solved=public_threats_solved,
        ),
        "private-threats": Case(
            SHARED,
            private_threats,
            {
                **MEANINGS,
                "exists": "whether it is an equilibrium that everybody whispers; if not, the other "
                "results are those of that profile all the same",
                "share_resolved": "probability that a challenger fights if resisted",
                "critical_audience_cost": "the defender's cost of conceding in public at which "
                "both kinds of threat compel alike, utils",
            },
            solved=private_threats_solved,
        ),
    },
    levers=(
        Lever("clear signals", "private-threats", "war_loss_max_challenger", False,
              "the fewer who do not mean it, the more a whisper tells; it tells less than a public "
              "threat, and can compel as well"),
        Lever("restraint", "public-threats", "audience_cost_defender", False,
              "a threat that humiliates less is easier to give way to, but more will make it"),
    ),
    badness="prob_war",
    figures={"existence": draw_existence, "war": draw_war, "types": draw_types},
)  # fmt: skip
