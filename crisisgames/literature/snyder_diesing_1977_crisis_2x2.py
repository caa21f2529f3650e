"""Glenn Snyder and Paul Diesing (1977): crises by the order in which each side ranks four outcomes.

Two states choose at once: accommodate (C) or stand firm (D). Each ranks compromise (R), prevailing
(T), yielding (S) and breakdown (P). A pair of orders is a *structure*: in Chicken both would rather
yield than break down, in Deadlock neither, in Called Bluff only one of them. The *critical risk* of
a state (after Ellsberg 1959) is how likely the other's firmness may be before it gives way.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from crisisgames.equilibria import ANY, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, NormalFormGame, Parameter, chance, end, move, tell
from crisisgames.literature.drawing import COLOURS, caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import indifference

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium

__all__ = ["MODEL"]

Results = Mapping[str, Any]

ORDERS = {
    "pd": "TRPS",
    "chicken": "TRSP",
    "leader": "TSRP",
    "hero": "STRP",
    "deadlock": "TPRS",
    "warlike": "PTRS",
}
"""Outcomes from best to worst."""

STRUCTURES = {
    "prisoners-dilemma": ("pd", "pd"),
    "chicken": ("chicken", "chicken"),
    "leader": ("leader", "leader"),
    "hero": ("hero", "hero"),
    "deadlock": ("deadlock", "deadlock"),
    "called-bluff": ("pd", "chicken"),
    "bully": ("deadlock", "chicken"),
    "big-bully": ("warlike", "chicken"),
    "protector": ("deadlock", "leader"),
}
"""Row's order and column's."""

ACTIONS = ("C", "D")
PLAYERS = ("row", "column")


# (a) Structures by name and (b) by their payoffs: T, R, S and P of row, then of column.


def structure(structure: str) -> Results:
    """Payoffs are ranks: 4 for the best outcome, 1 for the worst."""
    row, column = STRUCTURES[structure]
    found = dict(cardinal(*_ranks(row), *_ranks(column)))
    del found["structure"]
    return found


def _ranks(order: str) -> list[int]:
    return [4 - ORDERS[order].index(outcome) for outcome in "TRSP"]


def cardinal(
    row_temptation: Any,
    row_reward: Any,
    row_sucker: Any,
    row_punishment: Any,
    column_temptation: Any,
    column_reward: Any,
    column_sucker: Any,
    column_punishment: Any,
) -> Results:
    """All equilibria of a structure, and what risk of breakdown each side runs."""
    row = (row_temptation, row_reward, row_sucker, row_punishment)
    column = (column_temptation, column_reward, column_sucker, column_punishment)
    order_row, order_column = _order(*row), _order(*column)
    # T > R in every order: firmness is the best reply to C; to D it is where P > S.
    yields_row, yields_column = row_sucker > row_punishment, column_sucker > column_punishment
    mixed = yields_row & yields_column
    risk_row, risk_column = _critical_risk(*row), _critical_risk(*column)

    def where_mixed(value: Any) -> Any:
        return np.where(mixed, value, np.nan)

    names = [(order_row == a) & (order_column == b) for a, b in STRUCTURES.values()]
    return {
        "row_order": order_row,
        "column_order": order_column,
        "structure": np.select(names, list(STRUCTURES), "unnamed"),
        "exists_cc": False,
        "exists_cd": yields_row,
        "exists_dc": yields_column,
        "exists_dd": np.logical_not(yields_row | yields_column),
        "exists_mixed": mixed,
        # Each side's firmness keeps the other indifferent.
        "prob_firm_row": where_mixed(risk_column),
        "prob_firm_column": where_mixed(risk_row),
        "prob_breakdown": where_mixed(risk_row * risk_column),
        "payoff_row": where_mixed((1 - risk_row) * row_reward + risk_row * row_sucker),
        "payoff_column": where_mixed(
            (1 - risk_column) * column_reward + risk_column * column_sucker
        ),
        "critical_risk_row": risk_row,
        "critical_risk_column": risk_column,
        "ellsberg_risk_row": _ellsberg_risk(*row),
        "ellsberg_risk_column": _ellsberg_risk(*column),
    }


def _order(t: Any, r: Any, s: Any, p: Any) -> Any:
    """Name the order of four payoffs; an empty word for none of the six."""
    value = {"T": t, "R": r, "S": s, "P": p}
    tests = [
        (value[a] > value[b]) & (value[b] > value[c]) & (value[c] > value[d])
        for a, b, c, d in map(tuple, ORDERS.values())
    ]
    return np.select(tests, list(ORDERS), "")


def _critical_risk(t: Any, r: Any, s: Any, p: Any) -> Any:
    """Return the other's firmness up to which to stand firm is better than to accommodate."""
    gives_way = s > p
    return np.where(gives_way, (t - r) / np.where(gives_way, t - r + s - p, 1), 1.0)


def _ellsberg_risk(t: Any, r: Any, s: Any, p: Any) -> Any:
    """Return the same beside yielding for sure."""
    gains = t > p
    return np.where(gains, np.clip((t - s) / np.where(gains, t - p, 1), 0, 1), 1.0)


def structure_game(structure: str) -> NormalFormGame:
    """Return the game of a structure, with ranks as payoffs."""
    row, column = STRUCTURES[structure]
    return cardinal_game(*_ranks(row), *_ranks(column))


def cardinal_game(
    row_temptation: float,
    row_reward: float,
    row_sucker: float,
    row_punishment: float,
    column_temptation: float,
    column_reward: float,
    column_sucker: float,
    column_punishment: float,
) -> NormalFormGame:
    """Return the game in which both choose at once."""
    t1, r1, s1, p1, t2, r2, s2, p2 = (
        _exact(x)
        for x in (row_temptation, row_reward, row_sucker, row_punishment,
                  column_temptation, column_reward, column_sucker, column_punishment)
    )  # fmt: skip
    payoffs: dict[tuple[str, ...], tuple[Any, ...]] = {
        ("C", "C"): (r1, r2),
        ("C", "D"): (s1, t2),
        ("D", "C"): (t1, s2),
        ("D", "D"): (p1, p2),
    }
    return NormalFormGame(PLAYERS, (ACTIONS,) * 2, payoffs)


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def structure_solved(structure: str) -> Results:
    """As `cardinal_solved`."""
    row, column = STRUCTURES[structure]
    return {
        "row_order": row,
        "column_order": column,
        **_equilibria(_ranks(row), _ranks(column)),
    }


def cardinal_solved(
    row_temptation: float,
    row_reward: float,
    row_sucker: float,
    row_punishment: float,
    column_temptation: float,
    column_reward: float,
    column_sucker: float,
    column_punishment: float,
) -> Results:
    """All Nash equilibria; critical risks from each state's game against its twin."""
    row = [row_temptation, row_reward, row_sucker, row_punishment]
    column = [column_temptation, column_reward, column_sucker, column_punishment]
    words = ["".join(sorted("TRSP", key=lambda o: -own["TRSP".index(o)])) for own in (row, column)]
    names = {order: name for name, order in ORDERS.items()}
    orders = names[words[0]], names[words[1]]
    pairs = {pair: name for name, pair in STRUCTURES.items()}
    return {
        "row_order": orders[0],
        "column_order": orders[1],
        "structure": pairs.get(orders, "unnamed"),
        **_equilibria(row, column),
    }


def _equilibria(row: list[Any], column: list[Any]) -> Results:
    found = solve(cardinal_game(*row, *column), "nash", exact=True)
    if not found.complete:
        raise GameError(f"not all equilibria were found at {row} and {column}")
    firm = [[_firmness(e, who) for who in PLAYERS] for e in found]
    pays: list[list[Any]] = [[e.payoffs[who] for who in PLAYERS] for e in found]
    both = [k for k, own in enumerate(firm) if 0 < own[0] < 1 and 0 < own[1] < 1]
    nothing = [float("nan")] * 2
    mixed = firm[both[0]] if both else nothing
    worth = pays[both[0]] if both else nothing
    exists = {f"exists_{a}{b}".lower(): [i, j] in firm
              for i, a in enumerate(ACTIONS) for j, b in enumerate(ACTIONS)}  # fmt: skip
    return {
        **exists,
        "exists_mixed": bool(both),
        "prob_firm_row": float(mixed[0]),
        "prob_firm_column": float(mixed[1]),
        "prob_breakdown": float(mixed[0] * mixed[1]),
        "payoff_row": float(worth[0]),
        "payoff_column": float(worth[1]),
        "critical_risk_row": _firm_against_twin(row),
        "critical_risk_column": _firm_against_twin(column),
        "ellsberg_risk_row": _runs_rather_than_yields(*row),
        "ellsberg_risk_column": _runs_rather_than_yields(*column),
    }


def _firmness(equilibrium: Equilibrium, who: str, *told: str) -> Any:
    local = equilibrium.strategy[who][told]
    if local == ANY:
        raise GameError(f"what {who} does is left open")
    return local["D"]


def _firm_against_twin(own: list[Any]) -> float:
    """Return firmness in the one symmetric equilibrium: what a state would just run itself."""
    found = solve(cardinal_game(*own, *own), "nash", exact=True)
    firm = [[_firmness(e, who) for who in PLAYERS] for e in found]
    alike = {one for one, two in firm if one == two}
    if len(alike) != 1:
        raise GameError(f"{len(alike)} symmetric equilibria of {own} with its twin, not one")
    return float(alike.pop())


def _runs_rather_than_yields(t: float, r: float, s: float, p: float) -> float:
    """Return one less the least chance of prevailing that is better than to yield for sure."""
    return 1 - indifference(lambda x: x * _exact(t) + (1 - x) * _exact(p), s)


# (c) Each may be tough, for whom firmness is dominant, and knows only of itself.


def uncertain(
    temptation: Any, reward: Any, sucker: Any, punishment: Any, prob_tough: Any
) -> Results:
    """Return the play in which the Chicken type makes up what the tough leave to r*, no more."""
    risk = (temptation - reward) / (temptation - reward + sucker - punishment)
    rest = np.where(prob_tough < risk, 1 - prob_tough, 1)
    firm = np.maximum(risk, prob_tough)
    return {
        "critical_risk": risk,
        "prob_firm_chicken_type": np.maximum(0, risk - prob_tough) / rest,
        "prob_firm": firm,
        "prob_breakdown": firm**2,
        "prob_one_yields": 2 * firm * (1 - firm),
        "prob_compromise": (1 - firm) ** 2,
    }


def uncertain_game(
    temptation: float, reward: float, sucker: float, punishment: float, prob_tough: float
) -> ExtensiveFormGame:
    """Return the game with two types each; to the tough, S and P change places."""
    t, r, s, p = map(_exact, (temptation, reward, sucker, punishment))
    tough = Parameter("prob_tough", (0, 1), default=_exact(prob_tough))  # also 0 and 1
    kinds = {"tough": (t, r, p, s), "chicken": (t, r, s, p)}
    prior = {"tough": tough, "chicken": 1 - tough}

    def played(one: str, two: str) -> Any:
        (t1, r1, s1, p1), (t2, r2, s2, p2) = kinds[one], kinds[two]
        replies = {
            "C": {"C": end("compromise", (r1, r2)), "D": end("row yields", (s1, t2))},
            "D": {"C": end("column yields", (t1, s2)), "D": end("breakdown", (p1, p2))},
        }
        return move("row", {a: move("column", below) for a, below in replies.items()})

    drawn = {
        one: (prior[one], tell({"row": one}, chance({
            two: (prior[two], tell({"column": two}, played(one, two))) for two in kinds
        })))
        for one in kinds
    }  # fmt: skip
    return ExtensiveFormGame(chance(drawn), PLAYERS)


def uncertain_solved(
    temptation: float, reward: float, sucker: float, punishment: float, prob_tough: float
) -> Results:
    """Read the one symmetric equilibrium among all sequential ones; there are asymmetric ones."""
    game = uncertain_game(temptation, reward, sucker, punishment, prob_tough)
    found = solve(game, "sequential", exact=True)
    alike = [
        e for e in found
        if all(_firmness(e, "row", kind) == _firmness(e, "column", kind)
               for kind in ("tough", "chicken"))
    ]  # fmt: skip
    firms = {_firmness(e, "row", "chicken") for e in alike}
    if not (found.complete and len(firms) == 1):
        raise GameError(f"{len(firms)} symmetric equilibria at prob_tough = {prob_tough}, not one")
    one = alike[0]
    breakdown = one.probability("breakdown")
    yields = one.probability("row yields"), one.probability("column yields")
    return {
        "critical_risk": _firm_against_twin([temptation, reward, sucker, punishment]),
        "prob_firm_chicken_type": float(firms.pop()),
        "prob_firm": float(breakdown + yields[1]),
        "prob_breakdown": float(breakdown),
        "prob_one_yields": float(yields[0] + yields[1]),
        "prob_compromise": float(one.probability("compromise")),
    }


# Figures.

TITLES = {
    "pd": "PD",
    "prisoners-dilemma": "Prisoner's Dilemma",
    **{name: name.replace("-", " ").title() for name in (*STRUCTURES, *ORDERS)
       if name not in ("pd", "prisoners-dilemma")},
}  # fmt: skip


def draw_table(ax: Axes) -> None:
    """Write the nine structures with their equilibria and critical risks."""
    heads = ("structure", "orders\n(row, column)", "pure\nequilibria", "mixed:\nfirmness",
             "critical\nrisk r*", "Ellsberg's\nrisk")  # fmt: skip
    places = (0, 0.29, 0.545, 0.68, 0.82, 0.955)
    for x, head in zip(places, heads, strict=True):
        ax.text(x, -0.35, head, ha="left" if x < 0.5 else "center", va="bottom", fontweight="bold",
                fontsize=8.5)  # fmt: skip
    ax.axhline(-0.25, color="black", linewidth=1)
    for k, name in enumerate(STRUCTURES):
        found = MODEL.results("structure", structure=name)
        pure = [pair.upper() for pair in ("cc", "cd", "dc", "dd") if found[f"exists_{pair}"]]
        row = (
            TITLES[name],
            f"{TITLES[found['row_order']]}, {TITLES[found['column_order']]}",
            ", ".join(pure),
            _pair(found, "prob_firm") if found["exists_mixed"] else "–",
            _pair(found, "critical_risk"),
            _pair(found, "ellsberg_risk"),
        )
        for x, word in zip(places, row, strict=True):
            ax.text(x, k + 0.3, word, ha="left" if x < 0.5 else "center", va="center", fontsize=8.5)
    ax.set(xlim=(-0.01, 1.03), ylim=(8.9, -1.3), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    caption(ax, "Payoffs are ranks, 4 for the best outcome and 1 for the worst. Row's letter or "
            "number comes first; D is to stand firm. The orders of Bully, Big Bully and Protector "
            "are ours.")  # fmt: skip


def _pair(found: Results, stem: str) -> str:
    return ", ".join(f"{found[f'{stem}_{who}']:.2f}" for who in PLAYERS)


def draw_toughness(ax: Axes) -> None:
    """Draw what it does to breakdown that either side may be tough."""
    share = np.linspace(0, 0.5, 501)
    found = MODEL.results("uncertain", prob_tough=share)
    one, two, three = strokes(3)
    risk = found["critical_risk"][0]
    ax.plot(share, found["prob_breakdown"], label="symmetric equilibrium: max(r*, π)²", **one)
    # One side always stands firm, the other only if it is tough.
    ax.plot(
        share[share <= risk],
        share[share <= risk],
        **three,
        label="asymmetric equilibria, up to r*: π",
    )
    ax.plot(share, share**2, label="if only the tough stood firm: π²", **two)
    ax.axvline(risk, 0, 0.62, color="0.5", linestyle=":", linewidth=1)
    ax.text(risk + 0.007, 0.13, "critical risk r*", va="center")
    ax.set(xlabel="Probability that a state is tough, π", ylabel="Probability of breakdown, P(DD)",
           xlim=(0, 0.5), ylim=(0, 0.25))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "Below r* the Chicken type bluffs by so much less as more are tough. Chicken type: "
            "T = 1, R = 0, S = -1, P = -10.")  # fmt: skip


def draw_map(ax: Axes) -> None:
    """Draw the order of a state over its payoffs of yielding and of breakdown."""
    t, r = 1, 0
    s, p = np.meshgrid(np.linspace(-1.4975, 2.4975, 400), np.linspace(-1.4975, 2.4975, 400))
    inside = _order(t, r, s, p) != ""
    own = {"temptation": t, "reward": r, "sucker": s[inside], "punishment": p[inside]}
    both = {f"{who}_{key}": value for who in PLAYERS for key, value in own.items()}
    order = MODEL.results("cardinal", **both)["row_order"]
    code = np.full(s.shape, np.nan)
    code[inside] = [list(ORDERS).index(o) for o in order]
    pale = ("#E8E8E8", "#F3CF85", "#BFD8EA", "#A8DBC8", "#EBCADB", "#F2B79B")
    ax.contourf(s, p, code, levels=np.arange(-0.5, 6), colors=pale)
    ax.contour(s, p, np.where(np.isnan(code), -1, code), levels=np.arange(-0.5, 6), colors="black",
               linewidths=0.7)  # fmt: skip
    labels = {"pd": (-1.0, -0.25), "chicken": (-0.45, -1.05), "leader": (0.5, -0.75),
              "hero": (1.75, -0.75), "deadlock": (-0.75, 0.5),
              "warlike": (-0.75, 1.75)}  # fmt: skip
    for name, (x, y) in labels.items():
        ax.text(x, y, f"{TITLES[name]}\n{' > '.join(ORDERS[name])}", ha="center", va="center")
    ax.text(1.75, 1.75, "none of the six", ha="center", va="center", color="0.35")
    for value, name in ((t, "T"), (r, "R")):
        ax.axvline(value, color=COLOURS[0], linewidth=0.6, linestyle=":")
        ax.axhline(value, color=COLOURS[0], linewidth=0.6, linestyle=":")
        ax.text(value, 2.53, name, ha="center", va="bottom")
        ax.text(2.53, value, name, ha="left", va="center")
    ax.set(xlabel="Payoff of yielding, S", ylabel="Payoff of breakdown, P", xlim=(-1.5, 2.5),
           ylim=(-1.5, 2.5))  # fmt: skip
    caption(ax, "T = 1, R = 0, in utils. Where both states have the same order, the structure has "
            "its name; but two Warlike states are none of the nine.")  # fmt: skip


def _stage(prefix: str, boxes: tuple[tuple[float, float], ...], of: str) -> tuple[Quantity, ...]:
    letters = ("T", "R", "S", "P")
    names = ("temptation", "reward", "sucker", "punishment")
    words = ("standing firm against one who accommodates", "compromise",
             "accommodating one who stands firm", "breakdown")  # fmt: skip
    defaults = (1, 0, -1, -10)
    return tuple(
        Quantity(f"{prefix}{name}", letter, f"{of} payoff of {word}, utils", default, box=box)
        for letter, name, word, default, box in zip(
            letters, names, words, defaults, boxes, strict=True
        )
    )


def _six(who: str) -> Condition:
    names = tuple(f"{who}_{name}" for name in ("temptation", "reward", "sucker", "punishment"))
    text = "strictly one of the orders " + ", ".join(
        f"{' > '.join(order)} ({name})" for name, order in ORDERS.items()
    )
    return Condition(names, text, lambda **own: _order(*(own[n] for n in names)) != "")


WIDE = ((0.5, 3), (-0.5, 1), (-2, 3), (-4, 3))

MEANINGS = {
    "row_order": "row's order: " + ", ".join(ORDERS),
    "column_order": "column's order",
    "exists_cc": "whether it is an equilibrium that both accommodate",
    "exists_cd": "whether it is one that row accommodates and column stands firm",
    "exists_dc": "whether it is one that row stands firm and column accommodates",
    "exists_dd": "whether it is one that both stand firm",
    "exists_mixed": "whether there is an equilibrium in which both mix",
    "prob_firm_row": "in it, probability that row stands firm",
    "prob_firm_column": "in it, probability that column stands firm",
    "prob_breakdown": "in it, probability that both do",
    "payoff_row": "in it, row's expected payoff, utils",
    "payoff_column": "in it, column's expected payoff, utils",
    "critical_risk_row": "firmness of column, a probability, up to which row stands firm",
    "critical_risk_column": "the same of column",
    "ellsberg_risk_row": "the same where row yields for sure otherwise",
    "ellsberg_risk_column": "the same of column",
}

MODEL = Model(
    slug="snyder-diesing-1977-crisis-2x2",
    title="Nine structures of a crisis, and the risk that each side will run",
    citation="""@book{snyder1977conflict,
  author    = {Glenn H. Snyder and Paul Diesing},
  title     = {Conflict Among Nations: Bargaining, Decision Making, and System Structure in
               International Crises},
  publisher = {Princeton University Press},
  year      = {1977},
  isbn      = {978-0-691-10057-9}
}
@incollection{ellsberg1975blackmail,
  author    = {Daniel Ellsberg},
  title     = {The Theory and Practice of Blackmail},
  booktitle = {Bargaining: Formal Theories of Negotiation},
  editor    = {Oran R. Young},
  year      = {1975},
  note      = {Lectures of 1959}
}""",
    provenance=(
        "After Snyder and Diesing (1977), from memory; the book was not at hand. Theirs: crises as "
        "two-by-two games, and the nine names. The orders of Prisoner's Dilemma, Chicken, Leader, "
        "Hero, Deadlock and Called Bluff are standard; those of Bully, Big Bully and Protector are "
        "ours until checked. Ellsberg's: critical risk. Ours: ranks as payoffs, the game in which "
        "either side may be tough, the figures. Where there are several equilibria, none is chosen:"
        " the probabilities of structures are those of the mixed one, those of the uncertain "
        "structure are of its symmetric equilibrium, beside which there are asymmetric ones."
    ),
    cases={
        "structure": Case(
            (
                Quantity("structure", "s", "the structure by name", "chicken",
                         choices=tuple(STRUCTURES)),
            ),
            structure,
            MEANINGS,
            game=structure_game,
            solved=structure_solved,
        ),
        "cardinal": Case(
            (*_stage("row_", WIDE, "row's"), *_stage("column_", WIDE, "column's")),
            cardinal,
            {**MEANINGS, "structure": "name of the pair of orders; unnamed if it is none of the "
             "nine"},
            conditions=(_six("row"), _six("column")),
            game=cardinal_game,
            solved=cardinal_solved,
        ),
        "uncertain": Case(
            (
                *_stage("", ((0.5, 2), (-0.4, 0.4), (-2, -0.5), (-12, -2.1)), "the Chicken type's"),
                Quantity("prob_tough", "π", "probability that a state is tough, so that it always "
                         "stands firm", 0.05, 0, 1, box=(0, 0.9)),
            ),
            uncertain,
            {
                "critical_risk": "firmness of the other up to which a Chicken type stands firm",
                "prob_firm_chicken_type": "probability that a Chicken type stands firm",
                "prob_firm": "probability that a state stands firm",
                "prob_breakdown": "probability that both do",
                "prob_one_yields": "probability that exactly one does",
                "prob_compromise": "probability that neither does",
            },
            conditions=(
                Condition(
                    ("temptation", "reward", "sucker", "punishment"),
                    "temptation > reward > sucker > punishment",
                    lambda temptation, reward, sucker, punishment: (
                        (temptation > reward) & (reward > sucker) & (sucker > punishment)
                    ),
                ),
            ),
            game=uncertain_game,
            solved=uncertain_solved,
        ),
    },
    levers=(
        Lever("interests", "uncertain", "prob_tough", False,
              "who has an interest at stake, and not a creed, less often prefers breakdown to "
              "yielding"),
        Lever("restraint", "uncertain", "sucker", True,
              "whoever left itself a way back runs less risk before it takes it"),
        Lever("division", "uncertain", "reward", True,
              "what can be divided makes compromise worth more beside prevailing"),
    ),
    badness="prob_breakdown",
    figures={"table": draw_table, "toughness": draw_toughness, "map": draw_map},
)  # fmt: skip
