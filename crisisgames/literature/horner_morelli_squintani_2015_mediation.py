"""Johannes Hörner, Massimo Morelli and Francesco Squintani (2015): what a mediator adds to talk.

Two sides divide a pie of size 1. Each is strong with probability q, else weak, and only it knows.
They may fight: then only θ is left of the pie. Sides of equal strength get half of that; the strong
get the share p of it against the weak. A strong side that knew that it faces a weak one would
rather fight than take an equal split.

Two ratios decide: the odds λ = q/(1 - q) of strength, and γ, what a strong side gains over an equal
split by fighting a weak one, for each unit that war between equals destroys.

Who helps, and how? An *arbitrator* hears both and can enforce a split. A *mediator* hears both,
each in private, and proposes a split in public, which either may answer by war. In *talk* the sides
tell each other what they are; then a split is drawn in public, which either may refuse. *Without
talk* there is only the draw. The mediator needs no power to enforce: it keeps peace as often as the
arbitrator, because it does not tell a strong side that the other is weak.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import Dispute, least_war, solve
from crisisgames.equilibria.linear.model import constraint
from crisisgames.equilibria.linear.settlements import peace, settlement_model
from crisisgames.errors import GameError
from crisisgames.games import BayesianGame
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL", "mediated_peace"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Ratios closer than this are equal."""


# Closed forms. λ is `odds`, γ is `gain`.


def _ratios(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> tuple[Any, Any]:
    odds = prob_strong / (1 - prob_strong)
    return odds, _gain(win_prob_strong, pie_after_war)


def _gain(win_prob_strong: Any, pie_after_war: Any) -> Any:
    return (win_prob_strong * pie_after_war - 0.5) / (0.5 - pie_after_war / 2)


def _peace(odds: Any, mixed: Any, strong: Any) -> Any:
    """Return the probability of peace, from that in pairs HL and HH; in LL there always is."""
    return 1 - (2 * odds * (1 - mixed) + odds**2 * (1 - strong)) / (1 + odds) ** 2


def _arbitrated(odds: Any, gain: Any) -> tuple[Any, Any]:
    """Return the probabilities of peace in HL and HH under arbitration, p_M and p_H."""
    rare = odds <= gain / 2
    few, many = np.minimum(odds, gain / 2), np.clip(odds, gain / 2, gain)
    mixed = np.where(rare, 1 / (1 + gain - 2 * few), 1.0)
    strong = np.where(rare, 0.0, (2 * many - gain) / (many * (1 + gain - many)))
    enough = odds >= gain - TIE
    return np.where(enough, 1.0, mixed), np.where(enough, 1.0, strong)


def mediated_peace(odds: Any, gain: Any) -> Any:
    """Return the largest probability of peace under arbitration, or mediation, from λ and γ."""
    return _peace(odds, *_arbitrated(odds, gain))


def _talked(odds: Any, gain: Any) -> tuple[Any, Any, Any]:
    """Return p_M and p_H under talk, and by how much b exceeds 1/2, over 1/2 - θ/2."""
    # The strong would fight after posing as weak; where that tempts, they must get more than pθ.
    tempts = (gain < 1) & (odds <= 1 / (1 + gain))
    rare = odds <= np.where(tempts, gain / (1 + gain), gain / 2)
    few, many = np.minimum(odds, gain / (1 + gain)), np.maximum(odds, gain / 2)
    mixed = np.where(
        tempts,
        1 / ((1 + gain) * (1 - few)),
        1 / (1 + gain - 2 * np.minimum(odds, gain / 2)),
    )
    strong = np.where(
        tempts, 1 - gain / (many * (1 + gain)), (2 * many - gain) / (many * (gain + 2))
    )
    above = np.where(
        tempts,
        np.where(rare, (gain + odds) / (1 + odds), gain * (2 + gain) / ((1 + gain) * (1 + odds))),
        gain,
    )
    enough = odds >= gain - TIE
    return (
        np.where(enough | ~rare, 1.0, mixed),
        np.where(enough, 1.0, np.where(rare, 0.0, strong)),
        np.where(enough, 0.0, above),
    )


def institutions(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> Results:
    """Return the largest probability of peace in each institution."""
    odds, gain = _ratios(prob_strong, win_prob_strong, pie_after_war)
    arbitrated = mediated_peace(odds, gain)
    talked = _peace(odds, *_talked(odds, gain)[:2])
    silent = np.where(odds < (gain - 1) / 2 - TIE, (1 + odds) ** -2.0, 1 / (1 + odds))
    return {
        "strength_odds": odds,
        "strength_gain": gain,
        "prob_peace_arbitration": arbitrated,
        "prob_peace_mediation": arbitrated,
        "prob_peace_talk": talked,
        "prob_peace_no_talk": np.where(odds >= gain - TIE, 1.0, silent),
        "prob_war_mediation": 1 - arbitrated,
    }


def arbitration_rule(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> Results:
    """Return the arbitrator's rule: with split b in HL the strong just take part."""
    odds, gain = _ratios(prob_strong, win_prob_strong, pie_after_war)
    mixed, strong = _arbitrated(odds, gain)
    above = np.where(odds >= gain - TIE, 0.0, gain - odds * strong / mixed)
    return _rule(odds, pie_after_war, mixed, strong, above)


def talk_rule(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> Results:
    """Return the rule after talk; where the equal split suits all, the talk is ignored."""
    odds, gain = _ratios(prob_strong, win_prob_strong, pie_after_war)
    return _rule(odds, pie_after_war, *_talked(odds, gain))


def _rule(odds: Any, pie_after_war: Any, mixed: Any, strong: Any, above: Any) -> Results:
    return {
        "split_hl": 0.5 + (1 - pie_after_war) / 2 * above,
        "prob_peace_ll": np.ones(np.shape(mixed)),
        "prob_peace_hl": mixed,
        "prob_peace_hh": strong,
        "prob_peace": _peace(odds, mixed, strong),
    }


def mediator_rule(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> Results:
    """Return a rule with the splits pθ and 1/2 that keeps peace as often as an arbitrator.

    In LL any p_L of an interval does; this is its lower end.
    """
    odds, gain = _ratios(prob_strong, win_prob_strong, pie_after_war)
    mixed, strong = _arbitrated(odds, gain)  # p_M + q_M, and q_H
    equal = np.minimum(odds * strong / gain, 1.0)
    equal = np.where(odds >= gain - TIE, 1.0, np.where(odds <= gain / 2, 0.0, equal))
    unequal = mixed - equal
    both_weak = np.maximum(0, odds * unequal * (1 - gain) / (2 * gain))
    return {
        "split_unequal": win_prob_strong * pie_after_war,
        "prob_unequal_hl": unequal,
        "prob_equal_hl": equal,
        "prob_equal_hh": strong,
        "prob_unequal_ll": both_weak,
        "prob_equal_ll": 1 - 2 * both_weak,
        "prob_peace": _peace(odds, mixed, strong),
    }


def least_peace(win_prob_strong: Any, pie_after_war: Any) -> Results:
    """Return the prior at which arbitration, and mediation, keep peace least often: λ = γ/3."""
    gain = _gain(win_prob_strong, pie_after_war)
    return {
        "strength_odds": gain / 3,
        "prob_strong": gain / (3 + gain),
        "prob_peace": (1 + gain) / (1 + gain / 3) ** 3,
    }


PEACE = ("accept", "accept")
ANSWERS = tuple(product(("accept", "fight"), repeat=2))

# The second route: linear programs over all rules, also non-symmetric ones, in rationals; and, for
# no talk, all equilibria of accepting a split or fighting.


def dispute(prob_strong: Any, win_prob_strong: Any, pie_after_war: Any) -> Dispute:
    """Return what war is worth to each pair of types."""
    q, p, pie = (Fraction(str(x)) for x in (prob_strong, win_prob_strong, pie_after_war))
    war = ((pie / 2, p * pie), ((1 - p) * pie, pie / 2))
    kinds = ("strong", "weak")
    return Dispute.independent(
        [q, 1 - q], [q, 1 - q], (war, tuple(zip(*war, strict=True))), types=(kinds, kinds)
    )


def split_game(
    prob_strong: float, win_prob_strong: float, pie_after_war: float, split: Any = 0.5
) -> BayesianGame:
    """Return the game in which both accept a split (the first side's share) or fight.

    Peace needs both to accept.
    """
    env, x = dispute(prob_strong, win_prob_strong, pie_after_war), Fraction(str(split))
    prior: dict[tuple[str, ...], Any] = {}
    payoffs: dict[tuple[str, ...], dict[tuple[str, ...], Any]] = {}
    for i, one in enumerate(env.types[0]):
        for j, other in enumerate(env.types[1]):
            war = tuple(table[i][j] for table in env.war)
            prior[one, other] = env.probability(i, j)
            payoffs[one, other] = {k: (x, 1 - x) if k == PEACE else war for k in ANSWERS}
    shares = {k: {"peace" if k == PEACE else "war": 1} for k in ANSWERS}
    return BayesianGame(
        env.players, env.types, (("accept", "fight"),) * 2, prior, payoffs,
        shares=dict.fromkeys(prior, shares),
    )  # fmt: skip


def institutions_solved(**arguments: float) -> Results:
    """Solve a program for each institution, and a game for each split that may matter."""
    env = dispute(**arguments)
    found = {name: least_war(env, name, exact=True) for name in ("arbitration", "mediation")}
    silent = max(
        solve(split_game(**arguments, split=x), "nash", exact=True).bounds("peace")[1]
        for x in env.splits
        if x >= Fraction(1, 2)  # the sides are alike
    )
    talk = least_war(env, "talk", exact=True).prob_peace
    return {
        **{f"prob_peace_{name}": float(s.prob_peace) for name, s in found.items()},
        "prob_peace_talk": float(max(talk, silent)),
        "prob_peace_no_talk": float(silent),
        "prob_war_mediation": float(found["mediation"].prob_war),
    }


def arbitration_rule_solved(**arguments: float) -> Results:
    """Read off the program's optimum, the mean over the two sides."""
    return _rule_solved(dispute(**arguments), "arbitration")


def talk_rule_solved(**arguments: float) -> Results:
    """Read off the program's optimum; without talk where no type has reason to refuse 1/2."""
    equal = solve(split_game(**arguments), "nash", exact=True)
    if equal.bounds("peace")[1] == 1:
        sure = dict.fromkeys(("prob_peace_ll", "prob_peace_hl", "prob_peace_hh"), 1.0)
        return {"split_hl": 0.5, **sure, "prob_peace": 1.0}
    return _rule_solved(dispute(**arguments), "talk")


def _rule_solved(env: Dispute, institution: str) -> Results:
    found = least_war(env, institution, exact=True)
    rule = found.rule
    quiet = {pair: sum(drawn.values()) for pair, drawn in rule.items()}
    one, other = rule["strong", "weak"], rule["weak", "strong"]
    mixed = quiet["strong", "weak"] + quiet["weak", "strong"]
    shares = sum(x * p for x, p in one.items()) + sum((1 - x) * p for x, p in other.items())
    return {
        "split_hl": float(shares / mixed),
        "prob_peace_ll": float(quiet["weak", "weak"]),
        "prob_peace_hl": float(mixed / 2),
        "prob_peace_hh": float(quiet["strong", "strong"]),
        "prob_peace": float(found.prob_peace),
    }


def mediator_rule_solved(
    prob_strong: float, win_prob_strong: float, pie_after_war: float
) -> Results:
    """Keep peace as often as possible with the splits pθ and 1/2; then divide unequally least."""
    env = dispute(prob_strong, win_prob_strong, pie_after_war)
    b = Fraction(str(win_prob_strong)) * Fraction(str(pie_after_war))
    half = Fraction(1, 2)
    model = settlement_model(env, "mediation", splits=(1 - b, half, b))
    goal = peace(model)
    best = model.program.maximise(goal, True)
    value = sum((c * Fraction(x) for c, x in zip(goal, best.point, strict=True)), Fraction(0))
    # The probabilities of what is drawn in any situation sum to one: a constant in a row.
    first = model.cells[0].situation
    row = {j: -c for j, c in enumerate(goal) if c}
    for j, cell in enumerate(model.cells):
        if cell.situation == first:
            row[j] = row.get(j, Fraction(0)) + value
    kept = constraint(row, "mediator", None, None, "peace")
    if kept is None:
        raise GameError("peace is as likely under every rule")
    cells = {(c.situation, Fraction(c.profile[0])): j for j, c in enumerate(model.cells)
             if c.profile != ("war",)}  # fmt: skip
    unequal = [Fraction(0)] * len(goal)
    for (_, x), j in cells.items():
        if x != half:
            unequal[j] = -model.cells[j].mass
    found = model.extended([kept]).program.maximise(unequal, True)

    def drawn(one: str, other: str, *splits: Fraction) -> Fraction:
        return sum((Fraction(found.point[cells[(one, other), x]]) for x in splits), Fraction(0))

    return {
        "prob_unequal_hl": float(drawn("strong", "weak", b) + drawn("weak", "strong", 1 - b)) / 2,
        "prob_equal_hl": float(drawn("strong", "weak", half) + drawn("weak", "strong", half)) / 2,
        "prob_equal_hh": float(drawn("strong", "strong", half)),
        "prob_unequal_ll": float(drawn("weak", "weak", b, 1 - b)) / 2,
        "prob_equal_ll": float(drawn("weak", "weak", half)),
        "prob_peace": float(value),
    }


# Figures.

NAMES = {
    "prob_peace_mediation": "mediation, arbitration",
    "prob_peace_talk": "talk",
    "prob_peace_no_talk": "no talk",
}


def _draw_peace(ax: Axes, win_prob_strong: float, pie_after_war: float) -> None:
    gain = _gain(win_prob_strong, pie_after_war)
    odds = np.linspace(0.001, 1, 500)[:-1] * gain
    found = MODEL.results(
        "institutions", prob_strong=odds / (1 + odds), win_prob_strong=win_prob_strong,
        pie_after_war=pie_after_war,
    )  # fmt: skip
    for (key, name), line in zip(NAMES.items(), strokes(3), strict=True):
        ax.plot(odds, found[key], label=name, **line)
    least = MODEL.results("least-peace", win_prob_strong=win_prob_strong,
                          pie_after_war=pie_after_war)  # fmt: skip
    ax.plot(least["strength_odds"], least["prob_peace"], "o", color="black", markersize=5)
    ax.set(xlabel="Odds that a side is strong, λ", ylabel="Probability of peace",
           xlim=(0, gain))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, f"p = {win_prob_strong:g}, θ = {pie_after_war:g}, hence γ = {gain:.3g}; from "
                "λ = γ on there is always peace. Dot: λ = γ/3.")  # fmt: skip


def draw_destructive(ax: Axes) -> None:
    """Draw peace against the odds of strength where war destroys much."""
    _draw_peace(ax, 0.75, 0.75)


def draw_mild(ax: Axes) -> None:
    """Draw the same where it destroys little."""
    _draw_peace(ax, 0.9, 0.8)


def draw_value(ax: Axes) -> None:
    """Draw what a mediator adds to talk."""
    odds, gain = np.meshgrid(np.linspace(0.005, 2, 400), np.linspace(0.005, 3, 401))
    pie = 0.85
    found = MODEL.results(
        "institutions", prob_strong=odds / (1 + odds), pie_after_war=pie,
        win_prob_strong=(0.5 + gain * (1 - pie) / 2) / pie,
    )  # fmt: skip
    value = found["prob_peace_mediation"] - found["prob_peace_talk"]
    some = np.where(value > 1e-9, value, np.nan)
    ax.set_facecolor("0.93")
    mesh = ax.pcolormesh(odds, gain, some, cmap="cividis", vmin=0, shading="nearest",
                         rasterized=True)  # fmt: skip
    ax.figure.colorbar(mesh, ax=ax, label="Peace that a mediator adds to talk")
    ax.text(0.52, 2.2, "nothing: strength is\nrare, and war destroys\nlittle", ha="center")
    ax.text(1.6, 0.4, "nothing: always peace", ha="center")
    ax.set(xlabel="Odds that a side is strong, λ", ylabel="Gain of the strong from war, γ",
           xlim=(0, 2), ylim=(0, 3))  # fmt: skip
    caption(ax, f"Probability of peace under mediation less that under talk, θ = {pie}; grey: 0.")


QUANTITIES = (
    Quantity(
        "prob_strong", "q", "probability that a side is strong", 0.55, 0, 1, closed="neither",
        box=(0.05, 0.8),
    ),
    Quantity(
        "win_prob_strong", "p", "share of what is left that the strong get against the weak", 0.9,
        0.5, 1, closed="neither", box=(0.72, 0.98),
    ),
    Quantity(
        "pie_after_war", "θ", "what war leaves of the pie", 0.8, 0, 1, closed="neither",
        box=(0.7, 0.95),
    ),
)  # fmt: skip
CONDITIONS = (
    Condition(
        ("win_prob_strong", "pie_after_war"),
        "win_prob_strong * pie_after_war > 1/2",
        lambda win_prob_strong, pie_after_war: win_prob_strong * pie_after_war > 0.5 + TIE,
    ),
)
RULE = {
    "split_hl": "share of the strong side against the weak one",
    "prob_peace_ll": "probability of peace between two weak sides",
    "prob_peace_hl": "probability of peace between a strong and a weak one",
    "prob_peace_hh": "probability of peace between two strong ones",
    "prob_peace": "probability of peace",
}

MODEL = Model(
    slug="horner-morelli-squintani-2015-mediation",
    title="What a mediator adds to talk, and why it needs no power to enforce",
    citation="""@article{hornermorellisquintani2015mediation,
  author  = {Johannes Hörner and Massimo Morelli and Francesco Squintani},
  title   = {Mediation and Peace},
  journal = {Review of Economic Studies},
  volume  = {82},
  pages   = {1483--1501},
  year    = {2015},
  doi     = {10.1093/restud/rdv022}
}""",
    provenance=(
        "The paper's, by abstract and first page: the question, that a mediator keeps peace as "
        "often as an arbitrator, that it does so by not revealing that the other side is weak, and "
        "that it beats talk where war destroys much or strength is likely. Payoffs of war and "
        "notation are recalled, the full text was not at hand. Ours: all formulas, checked against "
        "linear programs over all rules; talk in which all types are told apart (the paper also "
        "treats partly revealing talk), the benchmark without talk, and the figures."
    ),
    cases={
        "institutions": Case(
            QUANTITIES, institutions,
            {
                "strength_odds": "odds that a side is strong, λ",
                "strength_gain": "what a strong side gains by fighting a weak one, over an equal "
                                 "split, for each unit that war between equals costs one, γ",
                "prob_peace_arbitration": "largest probability of peace under arbitration",
                "prob_peace_mediation": "the same under mediation",
                "prob_peace_talk": "the same if all types tell each other apart",
                "prob_peace_no_talk": "the same without talk",
                "prob_war_mediation": "least probability of war under mediation",
            },
            conditions=CONDITIONS, game=split_game, solved=institutions_solved,
        ),
        "arbitration-rule": Case(
            QUANTITIES, arbitration_rule, RULE, conditions=CONDITIONS,
            solved=arbitration_rule_solved,
        ),
        "mediator-rule": Case(
            QUANTITIES, mediator_rule,
            {
                "split_unequal": "share of the favoured side in the unequal split",
                "prob_unequal_hl": "probability of the unequal split between strong and weak, the "
                                   "strong being favoured",
                "prob_equal_hl": "probability of the equal one",
                "prob_equal_hh": "probability of the equal split between two strong sides",
                "prob_unequal_ll": "probability that one given weak side is favoured over another",
                "prob_equal_ll": "probability of the equal split between two weak sides",
                "prob_peace": "probability of peace",
            },
            conditions=CONDITIONS, solved=mediator_rule_solved,
        ),
        "talk-rule": Case(
            QUANTITIES, talk_rule, RULE, conditions=CONDITIONS, solved=talk_rule_solved
        ),
        "least-peace": Case(
            QUANTITIES[1:], least_peace,
            {
                "strength_odds": "odds of strength at which mediation keeps peace least often",
                "prob_strong": "probability of strength there",
                "prob_peace": "probability of peace there",
            },
            conditions=CONDITIONS,
        ),
    },
    levers=(
        Lever("interests", "institutions", "pie_after_war", False,
              "interests count what war destroys, which an ideology belittles: the less it is "
              "thought to leave, the less the strong ask for"),
    ),
    badness="prob_war_mediation",
    figures={"destructive": draw_destructive, "mild": draw_mild, "value": draw_value},
)  # fmt: skip
