"""In-Koo Cho and David Kreps (1987): beer and quiche, read as a mobilization.

A state is tough with probability π, else weak, and only it knows. It mobilizes (the beer of the
paper) or holds (the quiche). A rival sees the move, not the type, and attacks (the duel) or leaves
it alone. A tough state likes to mobilize, by g_T; a weak one likes to hold, by g_W; both get h if
left alone. The rival gains α from an attack on a weak state and β from leaving a tough one alone,
so that it attacks if it believes the state tough with less than μ = α/(α + β).

Both may pool on either move, or the weak may bluff now and then, or the moves may tell the types
apart. Pooling on holding rests on a belief that makes little sense: that whoever mobilizes is
likely weak, though only the tough could gain by it. The *intuitive criterion* removes it, and one
outcome is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import ANY, solve
from crisisgames.errors import GameError
from crisisgames.games import SignalingGame
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium

__all__ = ["MODEL"]

Results = Mapping[str, Any]


# Closed forms. A tough state mobilizes if d_H - d_M >= -g_T/h and a weak one if d_H - d_M >= g_W/h,
# where d_M and d_H are the probabilities of an attack after each move.


def equilibria(
    prior_tough: Any,
    signal_gain_tough: Any,
    signal_cost_weak: Any,
    value_unattacked: Any,
    gain_attack_weak: Any,
    gain_spare_tough: Any,
) -> Results:
    """Say which kinds of perfect Bayesian equilibria there are, and what supports them."""
    likely = prior_tough > gain_attack_weak / (gain_attack_weak + gain_spare_tough)  # pi > mu
    cheap = signal_cost_weak < value_unattacked
    pool_mobilize = likely & cheap
    pool_hold = likely & (signal_gain_tough <= value_unattacked)
    semi = np.logical_not(likely) & cheap
    # The weak bluff so often that after M the belief is mu: pi/(pi + (1 - pi) s) = mu.
    bluff = prior_tough / (1 - prior_tough) * gain_spare_tough / gain_attack_weak
    return {
        "pool_mobilize": pool_mobilize,
        "pool_hold": pool_hold,
        "semi_separating": semi,
        "separating": np.logical_not(cheap),
        "attack_hold_min": _where(pool_mobilize, signal_cost_weak / value_unattacked),
        "attack_mobilize_min": _where(pool_hold, signal_gain_tough / value_unattacked),
        "bluff_prob_weak": _where(semi, bluff),
        "attack_prob_mobilize": _where(semi, 1 - signal_cost_weak / value_unattacked),
    }


def refined(
    prior_tough: Any,
    signal_gain_tough: Any,
    signal_cost_weak: Any,
    value_unattacked: Any,
    gain_attack_weak: Any,
    gain_spare_tough: Any,
) -> Results:
    """Keep what the intuitive criterion leaves: pooling on M, semi-separating, or separating."""
    pi, h = prior_tough, value_unattacked
    there = equilibria(
        prior_tough, signal_gain_tough, signal_cost_weak, value_unattacked,
        gain_attack_weak, gain_spare_tough,
    )  # fmt: skip
    semi, apart = there["semi_separating"], there["separating"]
    bluffs = np.where(semi, there["bluff_prob_weak"], np.where(apart, 0, 1))  # s
    attack = np.where(semi, there["attack_prob_mobilize"], 0)  # d_M; whoever holds is attacked
    caught = (1 - pi) * (1 - bluffs)
    return {
        "equilibrium": np.where(semi, SEMI, np.where(apart, APART, POOL)),
        "prob_attack": (pi + (1 - pi) * bluffs) * attack + caught,
        "prob_war": pi * attack,
        "payoff_tough": signal_gain_tough + (1 - attack) * h,
        "payoff_weak": np.where(semi | apart, signal_cost_weak, h),
        "payoff_receiver": pi * gain_spare_tough + caught * gain_attack_weak,
    }


def _where(holds: Any, value: Any) -> Any:
    return np.where(holds, value, np.nan)


POOL, SEMI, APART = "pool-mobilize", "semi-separating", "separating"


# The second route: the signaling game in rationals, all its equilibria, and the criterion on them.


def breakfast(
    prior_tough: float,
    signal_gain_tough: float,
    signal_cost_weak: float,
    value_unattacked: float,
    gain_attack_weak: float,
    gain_spare_tough: float,
) -> SignalingGame:
    """Return the game, its payoffs indexed by type, move and reply."""
    pi, tough, weak, h, attack, spare = (
        Fraction(str(x))
        for x in (
            prior_tough, signal_gain_tough, signal_cost_weak, value_unattacked,
            gain_attack_weak, gain_spare_tough,
        )
    )  # fmt: skip
    return SignalingGame(
        types=("tough", "weak"),
        messages=("mobilize", "hold"),
        actions=("attack", "leave"),
        prior=(pi, 1 - pi),
        sender_payoffs=(((tough, tough + h), (0, h)), ((0, h), (weak, weak + h))),
        receiver_payoffs=(((0, spare), (0, spare)), ((attack, 0), (attack, 0))),
        players=("state", "rival"),
    )


def equilibria_solved(**arguments: float) -> Results:
    """Sort all equilibria by how often each type mobilizes; ends of continua are among them."""
    found = solve(breakfast(**arguments), exact=True)
    if not found.complete:
        raise GameError("not all equilibria of this signaling game could be found")
    kinds: dict[str, list[Equilibrium]] = {}
    for equilibrium in found:
        kinds.setdefault(_kind(equilibrium), []).append(equilibrium)
    pools, holds = kinds.get(POOL, []), kinds.get("pool-hold", [])
    semis = kinds.get(SEMI, [])
    none = float("nan")
    return {
        "pool_mobilize": bool(pools),
        "pool_hold": bool(holds),
        "semi_separating": bool(semis),
        "separating": APART in kinds,
        "attack_hold_min": min((_attack(e, "hold") for e in pools), default=none),
        "attack_mobilize_min": min((_attack(e, "mobilize") for e in holds), default=none),
        "bluff_prob_weak": min((_mobilizes(e, "weak") for e in semis), default=none),
        "attack_prob_mobilize": min((_attack(e, "mobilize") for e in semis), default=none),
    }


def refined_solved(**arguments: float) -> Results:
    """Apply the intuitive criterion to all equilibria, and read off the one outcome left."""
    game = breakfast(**arguments)
    left = solve(game, exact=True).intuitive()
    if not (left.complete and len(left.classes) == 1):
        raise GameError(f"the criterion leaves {len(left.classes)} outcomes, not one")
    one = left.classes[0].example
    prior = {"tough": float(game.prior[0]), "weak": float(game.prior[1])}
    hit, payoff = {}, {}
    for kind, table in zip(game.types, game.sender_payoffs, strict=True):
        does = (_mobilizes(one, kind), 1 - _mobilizes(one, kind))
        risks = [_attack(one, move) for move in game.messages]
        hit[kind] = sum(m * d for m, d in zip(does, risks, strict=True))
        payoff[kind] = sum(
            m * (d * float(row[0]) + (1 - d) * float(row[1]))
            for m, d, row in zip(does, risks, table, strict=True)
        )
    return {
        "equilibrium": _kind(one),
        "prob_attack": sum(prior[kind] * hit[kind] for kind in prior),
        "prob_war": prior["tough"] * hit["tough"],
        "payoff_tough": payoff["tough"],
        "payoff_weak": payoff["weak"],
        "payoff_receiver": float(left.classes[0].payoffs["rival"][0]),
    }


def _mobilizes(equilibrium: Equilibrium, kind: str) -> float:
    return _plays(equilibrium, "state", kind, "mobilize")


def _attack(equilibrium: Equilibrium, move: str) -> float:
    return _plays(equilibrium, "rival", move, "attack")


def _plays(equilibrium: Equilibrium, player: str, told: str, action: str) -> float:
    local = equilibrium.strategy[player][told,]
    if local == ANY:
        raise GameError(f"what {player} does after {told!r} is left open")
    return float(local[action])


def _kind(equilibrium: Equilibrium) -> str:
    tough, weak = _mobilizes(equilibrium, "tough"), _mobilizes(equilibrium, "weak")
    pure = {(1.0, 1.0): POOL, (0.0, 0.0): "pool-hold", (1.0, 0.0): APART}
    if (tough, weak) in pure:
        return pure[tough, weak]
    if tough == 1:
        return SEMI
    raise GameError(
        f"an equilibrium of no known kind: the tough mobilize with {tough}, the weak with {weak}"
    )


# Figures.


def draw_tree(ax: Axes) -> None:
    """Draw the game with the payoffs of the paper."""
    MODEL.game("equilibria").plot(ax=ax, title="")
    ax.set_axis_on()  # for the caption
    ax.set(frame_on=False, xticks=[], yticks=[])
    caption(ax, "Payoffs are (state, rival): π = 0.9, g_T = g_W = 1, h = 2, α = β = 1.")


def draw_war(ax: Axes) -> None:
    """Draw the risks of the refined outcome against the prior."""
    for side, prior in enumerate((np.linspace(0.002, 0.498, 200), np.linspace(0.502, 0.998, 200))):
        found = MODEL.results("refined", prior_tough=prior)
        names = {"prob_attack": "attack on either type", "prob_war": "war: attack on a tough state"}
        for (key, name), line in zip(names.items(), strokes(2), strict=True):
            ax.plot(prior, found[key], label=None if side else name, **line)
    ax.axvline(0.5, color="0.5", linestyle=":", linewidth=1)
    ax.annotate("μ", (0.5, 0.97), xytext=(4, 0), textcoords="offset points", color="0.3")
    ax.set(xlabel="Prior probability that the state is tough, π", ylabel="Probability",
           xlim=(0, 1), ylim=(-0.015, 1.03))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "Outcome that the intuitive criterion leaves. g_T = g_W = 1, h = 2, α = β = 1.")


def draw_regimes(ax: Axes) -> None:
    """Draw which outcome is left, and how likely war is in it."""
    # An even number of cells: none on the knife edges.
    prior, cost = np.meshgrid(np.linspace(0.001, 0.999, 300), np.linspace(0.0026, 1.4974, 300))
    found = MODEL.results(
        "refined", prior_tough=prior, signal_cost_weak=cost, value_unattacked=1, signal_gain_tough=1
    )
    for kind, colour in ((SEMI, "#F3CF85"), (APART, "#D6E6F2")):
        here = (found["equilibrium"] == kind).astype(float)
        ax.contourf(prior, cost, here, levels=[0.5, 1.5], colors=[colour])
    war = np.where(found["equilibrium"] == SEMI, found["prob_war"], np.nan)
    lines = ax.contour(prior, cost, war, levels=[0.05, 0.1, 0.2, 0.3, 0.4], colors="black",
                       linewidths=0.9)  # fmt: skip
    ax.clabel(lines, fontsize=8, fmt="%.2g")
    ax.text(0.5, 1.25, "separating: no war", ha="center", va="center")
    ax.text(0.75, 0.5, "pooling on mobilizing:\nno attack", ha="center", va="center")
    ax.text(0.24, 0.88, "semi-separating", ha="center", va="center")
    ax.set(xlabel="Prior probability that the state is tough, π",
           ylabel="What mobilizing costs the weak, g_W/h", xlim=(0, 1), ylim=(0, 1.5))  # fmt: skip
    caption(ax, "Lines: probability of war. The intuitive criterion is applied. "
                "g_T = h = 1, α = β = 1.")  # fmt: skip


QUANTITIES = (
    Quantity(
        "prior_tough", "π", "prior probability that the state is tough", 0.9, 0, 1,
        closed="neither", box=(0.05, 0.95),
    ),
    Quantity(
        "signal_gain_tough", "g_T", "what a tough state gains by mobilizing, utils", 1, 0,
        closed="neither", box=(0.2, 3),
    ),
    Quantity(
        "signal_cost_weak", "g_W", "what a weak state loses by mobilizing, utils", 1, 0,
        closed="neither", box=(0.2, 3.5),
    ),
    Quantity(
        "value_unattacked", "h", "what not being attacked is worth to either, utils", 2, 0,
        closed="neither", box=(0.5, 3),
    ),
    Quantity(
        "gain_attack_weak", "α", "what the rival gains by attacking a weak state, utils", 1, 0,
        closed="neither", box=(0.2, 3),
    ),
    Quantity(
        "gain_spare_tough", "β", "what it gains by leaving a tough one alone, utils", 1, 0,
        closed="neither", box=(0.2, 3),
    ),
)  # fmt: skip


def _off_prior(prior_tough: Any, gain_attack_weak: Any, gain_spare_tough: Any) -> Any:
    edge = gain_attack_weak / (gain_attack_weak + gain_spare_tough)
    return np.abs(prior_tough - edge) > 1e-12 * edge


def _off_cost(signal_cost_weak: Any, value_unattacked: Any) -> Any:
    return np.abs(signal_cost_weak - value_unattacked) > 1e-12 * value_unattacked


CONDITIONS = (
    Condition(
        ("prior_tough", "gain_attack_weak", "gain_spare_tough"),
        "prior_tough other than gain_attack_weak / (gain_attack_weak + gain_spare_tough), where "
        "the outcome is not unique",
        _off_prior,
    ),
    Condition(
        ("signal_cost_weak", "value_unattacked"),
        "signal_cost_weak other than value_unattacked, where the outcome is not unique",
        _off_cost,
    ),
)

MODEL = Model(
    slug="cho-kreps-1987-beer-quiche",
    title="Beer and quiche: which signals of strength are believed",
    citation="""@article{chokreps1987signaling,
  author  = {In-Koo Cho and David M. Kreps},
  title   = {Signaling Games and Stable Equilibria},
  journal = {Quarterly Journal of Economics},
  volume  = {102},
  number  = {2},
  pages   = {179--221},
  year    = {1987},
  doi     = {10.2307/1885060}
}""",
    provenance=(
        "The paper's: the game at the default payoffs, its two pooling equilibria, and that the "
        "intuitive criterion removes the pool on quiche. Ours: general payoffs, the "
        "semi-separating and separating equilibria with all formulas, and the reading as a "
        "mobilization that a rival answers with an attack or not."
    ),
    cases={
        "equilibria": Case(
            QUANTITIES, equilibria,
            {
                "pool_mobilize": "whether both types can mobilize in equilibrium",
                "pool_hold": "whether both can hold",
                "semi_separating": "whether the tough can mobilize and the weak now and then",
                "separating": "whether the tough can mobilize and the weak hold",
                "attack_hold_min": "least probability of an attack on who holds that supports the "
                                   "pool on mobilizing",
                "attack_mobilize_min": "the same on who mobilizes for the pool on holding",
                "bluff_prob_weak": "probability that the weak mobilize, semi-separating",
                "attack_prob_mobilize": "probability that who mobilizes is attacked, "
                                        "semi-separating",
            },
            conditions=CONDITIONS, game=breakfast, solved=equilibria_solved,
        ),
        "refined": Case(
            QUANTITIES, refined,
            {
                "equilibrium": "what the intuitive criterion leaves: 'pool-mobilize', "
                               "'semi-separating' or 'separating'",
                "prob_attack": "probability of an attack",
                "prob_war": "probability that a tough state is attacked",
                "payoff_tough": "payoff of a tough state, utils",
                "payoff_weak": "payoff of a weak one, utils",
                "payoff_receiver": "the rival's expected payoff before the type is drawn, utils",
            },
            conditions=CONDITIONS, game=breakfast, solved=refined_solved,
        ),
    },
    levers=(
        Lever("clear signals", "refined", "signal_cost_weak", True,
              "a signal is clear if it is dear to those who do not mean it: the rival doubts it "
              "less often, and not at all once a bluff costs more than it can win"),
    ),
    badness="prob_war",
    figures={"tree": draw_tree, "war": draw_war, "regimes": draw_regimes},
)  # fmt: skip
