"""Per Molander (1985): how generous tit for tat may be, when actions go wrong and are misread.

Two sides play a prisoner's dilemma without end. Now and then an action goes wrong (*implementation
noise*, which its author notices), and now and then an action is misread (*perception noise*, which
nobody notices). Tit for tat then answers one mistake with another for a long time. *Generous* tit
for tat lets some defections pass: too few, and quarrels last; too many, and it is exploited.
*Contrite* tit for tat (Wu and Axelrod 1995) bears the answer to its own mistakes, which ends the
quarrels that it knows to have begun, and only these.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import best_reply
from crisisgames.errors import GameError
from crisisgames.games import Automaton, MemoryOne, RepeatedGame
from crisisgames.games.matches import Match
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]

NAMES = ("tit-for-tat", "generous", "contrite", "always-cooperate", "always-defect")
C, D = 0, 1


# (a) Reactive strategies: cooperate with probability p after C was seen, with q after D.


def reactive(
    temptation: Any,
    reward: Any,
    punishment: Any,
    sucker: Any,
    implementation_noise: Any,
    perception_noise: Any,
    row_after_c: Any,
    row_after_d: Any,
    column_after_c: Any,
    column_after_d: Any,
) -> Results:
    """Long-run rates of cooperation; actions of one round are independent of each other."""
    eps, eta = implementation_noise, perception_noise
    after_c1, after_d1 = _effective(row_after_c, row_after_d, eps, eta)
    after_c2, after_d2 = _effective(column_after_c, column_after_d, eps, eta)
    r1, r2 = after_c1 - after_d1, after_c2 - after_d2
    c1 = (after_d1 + r1 * after_d2) / (1 - r1 * r2)
    c2 = (after_d2 + r2 * after_d1) / (1 - r1 * r2)
    shares = (c1 * c2, c1 * (1 - c2), (1 - c1) * c2, (1 - c1) * (1 - c2))
    rates = {"coop_rate_row": c1, "coop_rate_column": c2}
    return {**rates, **_payoffs(shares, temptation, reward, punishment, sucker)}


def _effective(p: Any, q: Any, eps: Any, eta: Any) -> tuple[Any, Any]:
    """Probability of cooperating in fact after the other did, and after it did not, in fact."""
    right = 1 - 2 * eps
    return (
        eps + right * ((1 - eta) * p + eta * q),
        eps + right * ((1 - eta) * q + eta * p),
    )


def _payoffs(shares: Any, t: Any, r: Any, p: Any, s: Any) -> Results:
    cc, cd, dc, dd = shares
    return {
        "payoff_row": r * cc + s * cd + t * dc + p * dd,
        "payoff_column": r * cc + t * cd + s * dc + p * dd,
        "prob_cc": cc,
        "prob_cd": cd,
        "prob_dc": dc,
        "prob_dd": dd,
    }


def reactive_solved(
    temptation: float,
    reward: float,
    punishment: float,
    sucker: float,
    implementation_noise: float,
    perception_noise: float,
    row_after_c: float,
    row_after_d: float,
    column_after_c: float,
    column_after_d: float,
) -> Results:
    """Return the long run of the joint chain of two memory-one strategies."""
    game = dilemma(temptation, reward, punishment, sucker, implementation_noise, perception_noise)
    p1, q1, p2, q2 = map(_exact, (row_after_c, row_after_d, column_after_c, column_after_d))
    found = game.match(MemoryOne(p1, q1, p1, q1, p1), MemoryOne(p2, q2, p2, q2, p2))
    results = _read(found)
    return {
        "coop_rate_row": results["prob_cc"] + results["prob_cd"],
        "coop_rate_column": results["prob_cc"] + results["prob_dc"],
        **results,
    }


def dilemma(
    temptation: float,
    reward: float,
    punishment: float,
    sucker: float,
    implementation_noise: float,
    perception_noise: float = 0,
    **_strategies: Any,
) -> RepeatedGame:
    """Return the repeated game, which does not depend on the strategies that meet in it."""
    payoffs = map(_exact, (temptation, reward, punishment, sucker))
    return RepeatedGame.dilemma(
        *payoffs,
        implementation_noise=_exact(implementation_noise),
        perception_noise=_exact(perception_noise),
    )


def _read(found: Match) -> dict[str, Any]:
    row, column = found.payoffs.values()
    shares = dict(zip(("prob_cc", "prob_cd", "prob_dc", "prob_dd"), found.shares.values(),
                      strict=True))  # fmt: skip
    return {"payoff_row": row, "payoff_column": column, **shares}


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


# (b) Two named strategies.


def match(
    temptation: Any,
    reward: Any,
    punishment: Any,
    sucker: Any,
    implementation_noise: Any,
    perception_noise: Any,
    row: str,
    column: str,
    row_generosity: Any,
    column_generosity: Any,
) -> Results:
    """Reactive strategies by their closed form, contrite ones by their standings.

    Who errs only by misreading has nothing to be contrite about: it never defects but against a
    side that it holds to be bad. Without implementation noise contrite tit for tat is tit for tat.
    """
    eps, eta = np.broadcast_arrays(implementation_noise, perception_noise)
    rules = {
        "tit-for-tat": (1, 0),
        "contrite": (1, 0),
        "always-cooperate": (1, 1),
        "always-defect": (0, 0),
    }
    one = rules.get(row, (1, row_generosity))
    two = rules.get(column, (1, column_generosity))
    simple = reactive(temptation, reward, punishment, sucker, eps, eta, *one, *two)
    keys = ("prob_cc", "prob_cd", "prob_dc", "prob_dd")
    if "contrite" not in (row, column):
        return {key: value for key, value in simple.items() if not key.startswith("coop")}
    one_mind = CONTRITE if row == "contrite" else _reactive_mind(*one)
    two_mind = CONTRITE if column == "contrite" else _reactive_mind(*two)
    standing = _standing(one_mind, two_mind, eps, eta)
    shares = [np.where(eps > 0, standing[k], simple[key]) for k, key in enumerate(keys)]
    return _payoffs(shares, temptation, reward, punishment, sucker)


# A mind: the probability of intending C in each state, and the next state after own and seen.
Mind = tuple[tuple[Any, ...], Mapping[tuple[int, int, int], int]]


def _reactive_mind(p: Any, q: Any) -> Mind:
    """Return the mind whose state is what it last saw."""
    return (p, q), {(state, own, seen): seen for state, own, seen in product((C, D), repeat=3)}


def _contrite_mind() -> Mind:
    """Return the mind whose state is both standings, 0 for good: 2 * own + other's."""

    def after(did: int, own: int, other: int) -> int:
        justified = own == 0 and other == 1
        return 0 if did == C or justified else 1

    states = tuple(product((0, 1), repeat=2))
    intends = tuple(0 if (own, other) == (0, 1) else 1 for own, other in states)
    moves = {
        (2 * own + other, did, seen): 2 * after(did, own, other) + after(seen, other, own)
        for (own, other), did, seen in product(states, (C, D), (C, D))
    }
    return intends, moves


CONTRITE = _contrite_mind()


def _standing(one: Mind, two: Mind, eps: Any, eta: Any) -> np.ndarray:
    """Return the long-run shares of CC, CD, DC, DD; where eps > 0 one class of states recurs."""
    eps = np.where(eps > 0, eps, 0.25)  # what stands in for 0 is not used
    shape = np.broadcast_shapes(*map(np.shape, (eps, eta, *one[0], *two[0])))
    sizes = len(one[0]), len(two[0])
    count = sizes[0] * sizes[1]
    chain, did = np.zeros((*shape, count, count)), np.zeros((*shape, count, 4))

    def done(p: Any, action: int) -> Any:
        # A sum of positive terms either way, so that small noises keep their digits.
        meant = p if action == C else 1 - p
        return (1 - eps) * meant + eps * (1 - meant)

    def read(action: int, seen: int) -> Any:
        return 1 - eta if action == seen else eta

    for s1, s2, a, b in product(range(sizes[0]), range(sizes[1]), (C, D), (C, D)):
        here = sizes[1] * s1 + s2
        both = done(one[0][s1], a) * done(two[0][s2], b)
        did[..., here, 2 * a + b] = both
        for seen1, seen2 in product((C, D), repeat=2):
            there = sizes[1] * one[1][s1, a, seen1] + two[1][s2, b, seen2]
            chain[..., here, there] += both * read(b, seen1) * read(a, seen2)
    return np.moveaxis(np.einsum("...s,...sk->...k", _stationary(chain), did), -1, 0)


def _stationary(chain: np.ndarray) -> np.ndarray:
    """Return the stationary weights of chains in which the first state is always reached.

    State reduction without subtractions (Grassmann, Taksar and Heyman 1985): with little noise the
    chains hardly connect their quarrels, and a linear solver would lose all digits.
    """
    chain, count = chain.copy(), chain.shape[-1]
    for n in range(count - 1, 0, -1):
        leaves = chain[..., n, :n].sum(axis=-1)
        chain[..., :n, n] /= leaves[..., None]
        chain[..., :n, :n] += chain[..., :n, n, None] * chain[..., n, None, :n]
    weights = np.zeros(chain.shape[:-1])
    weights[..., 0] = 1
    for n in range(1, count):
        weights[..., n] = (weights[..., :n] * chain[..., :n, n]).sum(axis=-1)
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights


def match_solved(
    temptation: float,
    reward: float,
    punishment: float,
    sucker: float,
    implementation_noise: float,
    perception_noise: float,
    row: str,
    column: str,
    row_generosity: float,
    column_generosity: float,
) -> Results:
    """Return the long run of the library's automata of those names."""
    game = dilemma(temptation, reward, punishment, sucker, implementation_noise, perception_noise)
    strategies = []
    for name, player, generosity in zip(
        (row, column), game.players, (row_generosity, column_generosity), strict=True
    ):
        options = {"generosity": _exact(generosity)} if name == "generous" else {}
        strategies.append(game.strategy(name, player, **options))
    return _read(game.match(*strategies))


# (c) How generous it may be.


def generosity_bound(
    temptation: Any, reward: Any, punishment: Any, sucker: Any, implementation_noise: Any
) -> Results:
    """Return the largest generosity against which it is best to cooperate always."""
    t, r, p, s, eps = temptation, reward, punishment, sucker, implementation_noise
    right = 1 - 2 * eps
    k = (1 - eps) * (r - s) + eps * (t - p)
    after_c = 1 - ((1 - eps) * (t - r) + eps * (p - s)) / (right * k)
    slope = right * (k + t - r - p + s)
    gain = right * k - eps * (t - r) - (1 - eps) * (p - s)
    # Where the slope is not positive, to go on defecting pays whatever the generosity.
    falls = slope > 0
    after_d = np.where(falls, gain / np.where(falls, slope, 1), -np.inf)[()]
    return {
        "generosity_bound": np.minimum(after_c, after_d),
        "bound_after_cooperation": after_c,
        "bound_after_defection": after_d,
        "classical_bound": np.minimum(1 - (t - r) / (r - s), (r - p) / (t - p)),
    }


def generosity_bound_solved(
    temptation: float, reward: float, punishment: float, sucker: float, implementation_noise: float
) -> Results:
    """Find at which generosity each deviation from cooperating always begins to pay.

    The replier knows what it did and so follows the state of the other's mind. It deviates in one
    of the two states, and play starts there, which matters only without noise. What it earns is
    linear in the generosity, because this does not change where the replier's own actions lead.
    """
    stage = (temptation, reward, punishment, sucker)
    game = dilemma(*stage, implementation_noise)
    calm = dilemma(*stage, 0)
    bounds = [_begins(game, state) for state in ("trusting", "answering")]
    found = {
        "generosity_bound": min(bounds),
        "bound_after_cooperation": bounds[0],
        "bound_after_defection": bounds[1],
        "classical_bound": min(_begins(calm, state) for state in ("trusting", "answering")),
    }
    g = found["generosity_bound"]
    if g > 1e-3 and not (_cooperates(game, g - 1e-3) and not _cooperates(game, g + 1e-3)):
        raise GameError(f"the best reply does not change at a generosity of {g}")
    return {key: float(value) for key, value in found.items()}


def _begins(game: RepeatedGame, deviates: str) -> Any:
    """Return the generosity from which on it pays to defect in a state of the other's mind."""
    own, rival = game.stage.actions
    gains = []
    for generosity in (0, 1):
        mind = {"trusting": rival[0],
                "answering": {rival[0]: generosity, rival[1]: 1 - generosity}}  # fmt: skip
        other = Automaton(mind, lambda state, did, seen: _after(seen, own[0]), deviates, rival, own)
        paid = []
        for action in own:
            reply = Automaton(
                {state: action if state == deviates else own[0] for state in mind},
                lambda state, did, seen: _after(did, own[0]),
                deviates,
                own,
                rival,
            )
            paid.append(game.match(reply, other, exact=True).payoffs[game.players[0]])
        gains.append(paid[1] - paid[0])
    never, always = gains
    return never / (never - always) if never < always else -np.inf


def _after(action: str, good: str) -> str:
    return "trusting" if action == good else "answering"


def _cooperates(game: RepeatedGame, generosity: Any) -> bool:
    """Whether to cooperate always is a best reply among all strategies."""
    other = game.strategy("generous", game.players[1], generosity=generosity)
    reply = best_reply(game, other, exact=True)
    first = game.stage.actions[0][0]
    return any(set(choice.values()) == {first} for choice in reply.choices)


# Figures.


def _self_play(ax: Axes, noise: str, label: str, other: str) -> None:
    x = np.linspace(0.0005, 0.2, 400)
    names = {"contrite": "contrite tit for tat", "generous": "generous tit for tat (g = 1/3)",
             "tit-for-tat": "tit for tat"}  # fmt: skip
    for style, (name, words) in zip(strokes(3), names.items(), strict=True):
        given = {"implementation_noise": 0, "perception_noise": 0, noise: x}
        found = MODEL.results("match", row=name, column=name, **given)
        # Lines that coincide stay visible: the one below is the wider.
        wide = 4 if name == "contrite" and noise == "perception_noise" else 1.6
        ax.plot(x, found["payoff_row"], label=words, linewidth=wide, **style)
    ax.set(xlabel=label, ylabel="Payoff per round against itself, utils", xlim=(0, 0.2),
           ylim=(2.1, 3.05))  # fmt: skip
    ax.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.4))
    caption(ax, f"T = 5, R = 3, P = 1, S = 0; {other} = 0.")


def draw_accidents(ax: Axes) -> None:
    """Draw what each strategy earns against itself when actions go wrong."""
    _self_play(ax, "implementation_noise", "Implementation noise, ε", "η")


def draw_misreadings(ax: Axes) -> None:
    """Draw the same when actions are misread."""
    _self_play(ax, "perception_noise", "Perception noise, η", "ε")


def draw_bound(ax: Axes) -> None:
    """Draw how generous tit for tat may be."""
    eps = np.linspace(0, 0.15, 301)
    for style, (t, r, p, s) in zip(strokes(2), ((4, 3, 2, 0), (5, 3, 1, 0)), strict=True):
        found = MODEL.results("generosity-bound", temptation=t, reward=r, punishment=p, sucker=s,
                              implementation_noise=eps)  # fmt: skip
        ax.plot(eps, found["generosity_bound"], label=f"T, R, P, S = {t}, {r}, {p}, {s}", **style)
        ax.plot([0], [found["classical_bound"][0]], "o", color=style["color"], clip_on=False)
    ax.set(xlabel="Implementation noise, ε", ylabel="Largest generosity not exploited, g_max",
           xlim=(0, 0.15), ylim=(0, 0.55))  # fmt: skip
    ax.legend(frameon=False)
    caption(ax, "Dots: the classical bound g* without noise, 1/2 and 1/3. η = 0.")


def draw_square(ax: Axes) -> None:
    """Draw what contrite tit for tat earns against itself under both noises."""
    eps, eta = np.meshgrid(np.linspace(0.0005, 0.1, 41), np.linspace(0, 0.1, 41))
    found = MODEL.results("match", implementation_noise=eps, perception_noise=eta)
    filled = ax.contourf(eps, eta, found["payoff_row"], levels=np.arange(2.2, 3.01, 0.1),
                         cmap="cividis")  # fmt: skip
    ax.figure.colorbar(filled, ax=ax, label="Payoff per round, utils")
    ax.set(xlabel="Implementation noise, ε", ylabel="Perception noise, η")
    caption(ax, "Contrite tit for tat against itself: the ridge lies where nothing is misread. "
            "T = 5, R = 3, P = 1, S = 0.")  # fmt: skip


STAGE = (
    Quantity("temptation", "T", "payoff of defecting on one who cooperates, utils", 5,
             box=(4, 5.5)),
    Quantity("reward", "R", "payoff when both cooperate, utils", 3, box=(2.9, 3.8)),
    Quantity("punishment", "P", "payoff when both defect, utils", 1, box=(0.8, 1.8)),
    Quantity("sucker", "S", "payoff of cooperating with one who defects, utils", 0,
             box=(-0.5, 0.5)),
)  # fmt: skip
ORDER = Condition(
    ("temptation", "reward", "punishment", "sucker"),
    "temptation > reward > punishment > sucker and 2 reward > temptation + sucker",
    lambda temptation, reward, punishment, sucker: (
        (temptation > reward) & (reward > punishment) & (punishment > sucker)
        & (2 * reward > temptation + sucker)
    ),
)  # fmt: skip
ACCIDENTS = Quantity("implementation_noise", "ε", "probability that an action goes wrong, which "
                     "its author notices", 0.01, 0, 0.5, closed="left",
                     box=(0.002, 0.2))  # fmt: skip
NOISES = (
    ACCIDENTS,
    Quantity("perception_noise", "η", "probability that an action is misread", 0, 0, 0.5,
             closed="left", box=(0, 0.2)),
)  # fmt: skip
NOISY = Condition(
    ("implementation_noise", "perception_noise"),
    "implementation_noise + perception_noise > 0",
    lambda implementation_noise, perception_noise: implementation_noise + perception_noise > 0,
)


def _share(name: str, letter: str, meaning: str, default: float) -> Quantity:
    return Quantity(name, letter, meaning, default, 0, 1, box=(0, 1))


SHARES = {
    "payoff_row": "utils per round, the long-run average, of row",
    "payoff_column": "the same of column",
    "prob_cc": "share of rounds in which both cooperate, as carried out",
    "prob_cd": "share of rounds in which only row cooperates",
    "prob_dc": "share of rounds in which only column cooperates",
    "prob_dd": "share of rounds in which both defect",
}

MODEL = Model(
    slug="molander-1985-generous-tit-for-tat",
    title="Generous and contrite tit for tat under noise",
    citation="""@article{molander1985optimal,
  author  = {Per Molander},
  title   = {The Optimal Level of Generosity in a Selfish, Uncertain Environment},
  journal = {Journal of Conflict Resolution},
  volume  = {29},
  number  = {4},
  pages   = {611--618},
  year    = {1985}
}
@article{wu1995cope,
  author  = {Jianzhong Wu and Robert Axelrod},
  title   = {How to Cope with Noise in the Iterated Prisoner's Dilemma},
  journal = {Journal of Conflict Resolution},
  volume  = {39},
  number  = {1},
  pages   = {183--189},
  year    = {1995}
}""",
    provenance=(
        "After Molander (1985), to whom the classical bound on generosity is attributed, Nowak "
        "(1990) for reactive strategies, and Wu and Axelrod (1995) for generosity and contrition "
        "under noise; written from summaries, not from the articles. Ours: the bound with noise, "
        "how contrite tit for tat keeps its standings when it misreads, all figures. Strategies "
        "start as if the other had cooperated; payoffs are long-run averages."
    ),
    cases={
        "match": Case(
            (
                *STAGE,
                *NOISES,
                Quantity("row", "1", "row's strategy", "contrite", choices=NAMES),
                Quantity("column", "2", "column's strategy", "contrite", choices=NAMES),
                _share("row_generosity", "g₁", "probability with which a generous row cooperates "
                       "after it saw a defection", 1 / 3),
                _share("column_generosity", "g₂", "the same of a generous column", 1 / 3),
            ),
            match,
            SHARES,
            conditions=(ORDER, NOISY),
            game=dilemma,
            solved=match_solved,
        ),
        "reactive": Case(
            (
                *STAGE,
                *NOISES,
                _share("row_after_c", "p₁", "probability with which row means to cooperate after "
                       "it saw column cooperate", 1),
                _share("row_after_d", "q₁", "the same after it saw column defect", 0),
                _share("column_after_c", "p₂", "as p₁, of column", 1),
                _share("column_after_d", "q₂", "as q₁, of column", 0),
            ),
            reactive,
            {
                **SHARES,
                "coop_rate_row": "share of rounds in which row cooperates",
                "coop_rate_column": "share of rounds in which column cooperates",
            },
            conditions=(ORDER, NOISY),
            game=dilemma,
            solved=reactive_solved,
        ),
        "generosity-bound": Case(
            (*STAGE, ACCIDENTS),
            generosity_bound,
            {
                "generosity_bound": "largest generosity, a probability, against which it is best "
                "to cooperate always; negative where even tit for tat is exploited",
                "bound_after_cooperation": "generosity from which on it pays to defect after one "
                "cooperated",
                "bound_after_defection": "generosity from which on it pays to go on defecting; "
                "minus infinity where that pays whatever the generosity",
                "classical_bound": "generosity_bound without noise",
            },
            conditions=(ORDER,),
            game=dilemma,
            solved=generosity_bound_solved,
        ),
    },
    levers=(
        Lever("clear signals", "match", "perception_noise", False,
              "the less is misread, the fewer quarrels begin that nobody knows to have begun"),
        Lever("slow escalation", "reactive", "row_after_d", True,
              "to let a defection pass, sometimes, ends the echo of a mistake"),
    ),
    badness="prob_dd",
    figures={
        "accidents": draw_accidents,
        "misreadings": draw_misreadings,
        "bound": draw_bound,
        "square": draw_square,
    },
)  # fmt: skip
