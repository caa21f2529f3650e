"""After Andrew Kydd (2003): which mediators are believed when they counsel restraint.

A state A demands a share of what is in dispute. Its rival B accepts or fights; A wins a war with
probability p. B is resolute with probability φ, else weak: a war costs it c_r or c_w, and only it
knows which. So A must choose between a safe demand, which even a resolute B accepts, and a bold
one, which means war if B is resolute.

A mediator has looked at B and saw which it is, or so it believes: it errs with probability ε. It
says in public "resolute" or "weak". Words cost nothing, so why believe them? A mediator that wants
peace only would say "resolute" whatever it saw. One that also wants A to get much, by the bias b
for each unit, is tempted less: it would tell A to be bold if it thought that safe. To be believed
when it counsels restraint, a mediator must be on your side.

The game is ours, after the idea of the article; none of its equations or figures are.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule, solve
from crisisgames.errors import GameError
from crisisgames.games import ExtensiveFormGame, chance, end, move, tell
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Condition, Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crisisgames.equilibria import Equilibrium

__all__ = ["MODEL"]

Results = Mapping[str, Any]

TIE = 1e-12
"""Probabilities and utils closer than this are equal."""


# Closed forms. A is bold if it believes B resolute with less than φ*.


def informant(
    win_prob_a: Any,
    war_cost_a: Any,
    war_cost_resolute: Any,
    war_cost_weak: Any,
    prob_resolute: Any,
    error_rate: Any,
    war_aversion: Any,
) -> Results:
    """Return when news of B matters to A, and the biases of a mediator that is believed."""
    phi, eps = prob_resolute, error_rate
    cutoff = (war_cost_weak - war_cost_resolute) / (war_cost_weak + war_cost_a)
    after_resolute = phi * (1 - eps) / (phi * (1 - eps) + (1 - phi) * eps)
    after_weak = phi * eps / (phi * eps + (1 - phi) * (1 - eps))
    persuasive = (after_weak <= cutoff + TIE) & (cutoff <= after_resolute + TIE)

    def bound(belief: Any) -> Any:
        """Return the bias at which a mediator of this belief is indifferent between demands."""
        gain = (1 - belief) * war_cost_weak - war_cost_resolute
        some = gain > TIE
        return np.where(some, war_aversion * belief / np.where(some, gain, 1.0), np.inf)

    high = bound(after_resolute)
    alone = np.where(phi < cutoff - TIE, phi, 0.0)
    return {
        "cutoff_belief": cutoff,
        "belief_after_resolute": after_resolute,
        "belief_after_weak": after_weak,
        "persuasive": persuasive,
        "bias_low": np.where(persuasive, bound(after_weak), np.nan),
        "bias_high": np.where(persuasive, high, np.nan),
        "bias_bounded": persuasive & np.isfinite(high),
        "prob_war_unmediated": alone,
        "prob_war_mediated": np.where(persuasive, phi * eps, alone),
    }


def mediation(
    bias: Any,
    win_prob_a: Any,
    war_cost_a: Any,
    war_cost_resolute: Any,
    war_cost_weak: Any,
    prob_resolute: Any,
    error_rate: Any,
    war_aversion: Any,
) -> Results:
    """Return what A demands after hearing a mediator of this bias, and how likely war is."""
    found = informant(
        win_prob_a, war_cost_a, war_cost_resolute, war_cost_weak, prob_resolute, error_rate,
        war_aversion,
    )  # fmt: skip
    low, high = found["bias_low"], found["bias_high"]
    credible = found["persuasive"] & (low <= bias + TIE) & (bias <= high + TIE)
    safe, bold = win_prob_a + war_cost_resolute, win_prob_a + war_cost_weak
    alone = np.where(found["prob_war_unmediated"] > 0, bold, safe)
    return {
        "credible": credible,
        "demand_after_resolute": np.where(credible, safe, alone),
        "demand_after_weak": np.where(credible, bold, alone),
        "prob_war": np.where(credible, prob_resolute * error_rate, found["prob_war_unmediated"]),
    }


# The second route: the game as a tree, with B's answer folded into the payoffs of a demand.

KINDS = ("resolute", "weak")


def _ends(given: Mapping[str, Fraction]) -> dict[tuple[str, str], tuple[str, dict[str, Fraction]]]:
    """Return the outcome and all payoffs by B's type and A's demand."""
    p, b = given["win_prob_a"], given["bias"]
    costs = {"resolute": given["war_cost_resolute"], "weak": given["war_cost_weak"]}
    ends = {}
    for kind, cost in costs.items():
        war = {"A": p - given["war_cost_a"], "B": 1 - p - cost,
               "mediator": b * p - given["war_aversion"]}  # fmt: skip
        for demand, asked in {"safe": costs["resolute"], "bold": costs["weak"]}.items():
            share = p + asked  # B accepts if this leaves it what war is worth to it
            peace = {"A": share, "B": 1 - share, "mediator": b * share}
            ends[kind, demand] = ("peace", peace) if asked <= cost else ("war", war)
    return ends


def _chances(given: Mapping[str, Fraction]) -> dict[tuple[str, str], Fraction]:
    """Return the probability of each type of B and what the mediator saw."""
    phi, eps = given["prob_resolute"], given["error_rate"]
    prior = {"resolute": phi, "weak": 1 - phi}
    return {
        (kind, saw): f * (1 - eps if kind == saw else eps)
        for kind, f in prior.items()
        for saw in KINDS
    }


def _exact(arguments: Mapping[str, float]) -> dict[str, Fraction]:
    return {name: Fraction(str(x)) for name, x in arguments.items()}


def informant_game(
    bias: float,
    win_prob_a: float,
    war_cost_a: float,
    war_cost_resolute: float,
    war_cost_weak: float,
    prob_resolute: float,
    error_rate: float,
    war_aversion: float,
) -> ExtensiveFormGame:
    """Return the game. B, which accepts what leaves it as much as war, has no move of its own."""
    given = _exact({
        "bias": bias, "win_prob_a": win_prob_a, "war_cost_a": war_cost_a,
        "war_cost_resolute": war_cost_resolute, "war_cost_weak": war_cost_weak,
        "prob_resolute": prob_resolute, "error_rate": error_rate, "war_aversion": war_aversion,
    })  # fmt: skip
    ends = _ends(given)

    def speaks(kind: str, saw: str) -> Any:
        demands = {d: end(*ends[kind, d]) for d in ("safe", "bold")}
        words = {said: tell({"A": said}, move("A", demands)) for said in KINDS}
        return tell({"mediator": saw}, move("mediator", words))

    branches = {
        f"{kind}, seen as {saw}": (f, speaks(kind, saw))
        for (kind, saw), f in _chances(given).items()
        if f
    }
    return ExtensiveFormGame(chance(branches), ("A", "B", "mediator"))


def mediation_solved(**arguments: float) -> Results:
    """Look for an equilibrium in which the mediator is believed; else one in which it babbles."""
    credible, one = _played(arguments)
    p = Fraction(str(arguments["win_prob_a"]))
    asked = {"safe": p + Fraction(str(arguments["war_cost_resolute"])),
             "bold": p + Fraction(str(arguments["war_cost_weak"]))}  # fmt: skip
    return {
        "credible": credible,
        "demand_after_resolute": float(asked[_demand(one, "resolute")]),
        "demand_after_weak": float(asked[_demand(one, "weak")]),
        "prob_war": float(one.probability("war")),
    }


def _played(arguments: Mapping[str, Any]) -> tuple[bool, Equilibrium]:
    """Return whether the mediator is believed in some equilibrium, and the one that counts."""
    found = solve(informant_game(**arguments), exact=True)
    if not found.complete:
        raise GameError("not all equilibria of this game could be found")
    for one in found:
        if [_says(one, saw) for saw in KINDS] == [*KINDS] and [
            _demand(one, saw) for saw in KINDS
        ] == ["safe", "bold"]:
            return True, one
    # All that is said is the same, and A does the same after either word: it learns nothing.
    deaf = [
        one
        for one in found
        if _says(one, "resolute") == _says(one, "weak") != ""
        and _demand(one, "resolute") == _demand(one, "weak") != ""
    ]
    return False, min(deaf, key=lambda one: one.probability("war"))


def _says(one: Equilibrium, saw: str) -> str:
    return _surely(one, "mediator", saw)


def _demand(one: Equilibrium, saw: str) -> str:
    """Return what A demands after what the mediator says if it saw this."""
    return _surely(one, "A", _says(one, saw))


def _surely(one: Equilibrium, player: str, told: str) -> str:
    """Return what a player does for certain; nothing where it mixes, or it is left open."""
    plans = cast("Mapping[str, Mapping[Any, Any]]", one.strategy)
    plan = plans[player].get((told,), {})
    sure = [a for a, p in plan.items() if p == 1] if isinstance(plan, Mapping) else []
    return sure[0] if sure else ""


BELIEF, ALL_SAFE, WAR, ACCEPTED = sp.symbols("belief safe war accepted")


def informant_solved(**arguments: float) -> Results:
    """Isolate A's cutoff; solve the game of a mediator with A's own aims, which is believed if any.

    The ends of the bias are where the mediator's gain from the truth, summed over what it may have
    seen, is zero; solving the game shows that it is believed there and not just beyond.
    """
    given = _exact(arguments)
    ends = _ends({**given, "bias": Fraction(0)})
    utils = [sp.Rational(ends[k][1]["A"]) for k in
             (("weak", "safe"), ("resolute", "bold"), ("weak", "bold"))]  # fmt: skip
    gain = utils[0] - BELIEF * utils[1] - (1 - BELIEF) * utils[2]
    own = {**arguments, "bias": 1.0, "war_aversion": arguments["war_cost_a"]}
    persuasive, one = _played(own)
    silent = min(
        e.probability("war")
        for e in solve(informant_game(**own), exact=True)
        if _says(e, "resolute") == _says(e, "weak") != ""
    )
    results = {
        "cutoff_belief": float(only_cutoffs(CutoffRule(BELIEF, (0, 1), gain))[0]),
        "persuasive": persuasive,
        "prob_war_unmediated": float(silent),
        "prob_war_mediated": float(one.probability("war")),
        "bias_bounded": False,
    }
    if not persuasive:
        return results
    for saw in KINDS:
        beliefs = cast("Mapping[str, Mapping[Any, Mapping[str, Any]]]", one.beliefs)["A"][saw,]
        kind = [float(p) for node, p in beliefs.items() if node.startswith("resolute")]
        results[f"belief_after_{saw}"] = sum(kind)
    low, high = _bias(given, "weak"), _bias(given, "resolute")
    results |= {"bias_low": float(low), "bias_high": float(high), "bias_bounded": high < inf}
    near, far = Fraction(1, 10**6), 10**6
    expected = {low: True, low - near: False}
    expected |= {high: True, high + near: False} if high < inf else {low + far: True}
    for bias, believed in expected.items():
        if _played({**arguments, "bias": bias})[0] != believed:
            raise GameError(f"a mediator of bias {float(bias)} is wrongly thought to be believed")
    return results


def _bias(given: Mapping[str, Fraction], saw: str) -> Any:
    """Return the bias at which a mediator that saw this likes both demands; infinite if none."""

    def gain(bias: int) -> Fraction:
        ends = _ends({**given, "bias": Fraction(bias)})
        return sum(
            (f * (ends[kind, "bold"][1]["mediator"] - ends[kind, "safe"][1]["mediator"])
            for (kind, seen), f in _chances(given).items() if seen == saw), Fraction(0)
        )  # fmt: skip

    start, slope = gain(0), gain(1) - gain(0)
    return -start / slope if slope > 0 else inf


# Figures.


def draw_credible(ax: Axes) -> None:
    """Draw which mediators are believed."""
    error = np.linspace(0, 0.45, 901)
    found = MODEL.results("informant", error_rate=error)
    low = found["bias_low"]
    top = 2.5
    ax.fill_between(error, low, top, where=found["persuasive"], color="#BFD8EA", linewidth=0)
    (line,) = strokes(1)
    ax.plot(error, low, **line)
    ax.axvline(2 / 7, color="0.5", linestyle=":", linewidth=1)
    ax.axhline(0, color="0.5", linewidth=0.8)
    ax.text(0.11, 1.5, "believed", ha="center")
    ax.text(0.14, -0.3, "counsels restraint\nwhatever it saw", ha="center", va="center")
    ax.text(0.37, 1.5, "errs too often\nto matter", ha="center")
    ax.annotate("neutral", (0.45, 0), xytext=(-3, 3), textcoords="offset points", ha="right",
                color="0.3")  # fmt: skip
    ax.set(xlabel="How often the mediator errs, ε",
           ylabel="Its bias for the side that demands, b (utils per unit)", xlim=(0, 0.45),
           ylim=(-0.6, top))  # fmt: skip
    caption(ax, "p = 0.5, c1 = 0.1, c_r = 0.05, c_w = 0.3, φ = 0.4, k = 1. Line: b_low. Too much "
                "bias, from 10 on, is off the scale.")  # fmt: skip


def draw_war(ax: Axes) -> None:
    """Draw war against the prior, without a mediator and with one that is believed."""
    phi = np.linspace(0.001, 0.999, 2000)
    found = MODEL.results("informant", prob_resolute=phi)
    alone, told = strokes(2)
    ax.plot(phi, found["prob_war_unmediated"], label="no mediator", **alone)
    war = np.where(found["persuasive"], found["prob_war_mediated"], np.nan)
    ax.plot(phi, war, label="a mediator that is believed", **told)
    edge = found["cutoff_belief"][0]
    ax.annotate("φ*", (edge, 0.62), xytext=(5, -3), textcoords="offset points", color="0.3")
    ax.set(xlabel="Probability that B is resolute, φ", ylabel="Probability of war", xlim=(0, 1),
           ylim=(-0.01, 0.68))  # fmt: skip
    ax.legend(frameon=False, loc="upper left")
    caption(ax, "p = 0.5, c1 = 0.1, c_r = 0.05, c_w = 0.3, ε = 0.1. Beyond φ* A would be careful "
                "by itself: there news of weakness emboldens it.")  # fmt: skip


BIAS = Quantity("bias", "b", "what the mediator gains for each unit of A's share, utils", 0.5,
                box=(-0.5, 3))  # fmt: skip
QUANTITIES = (
    Quantity("win_prob_a", "p", "probability that A wins a war", 0.5, 0, 1, box=(0.2, 0.7)),
    Quantity("war_cost_a", "c1", "what war costs A, shares", 0.1, 0, closed="neither",
             box=(0.03, 0.3)),
    Quantity("war_cost_resolute", "c_r", "what war costs a resolute B, shares", 0.05, 0,
             closed="left", box=(0, 0.1)),
    Quantity("war_cost_weak", "c_w", "what war costs a weak B, shares", 0.3, 0, closed="neither",
             box=(0.12, 0.4)),
    Quantity("prob_resolute", "φ", "probability that B is resolute", 0.4, 0, 1, closed="neither",
             box=(0.05, 0.95)),
    Quantity("error_rate", "ε", "probability that the mediator sees B wrongly", 0.1, 0, 0.5,
             closed="left", box=(0, 0.35)),
    Quantity("war_aversion", "k", "what war costs the mediator, utils", 1, 0, closed="neither",
             box=(0.2, 2)),
)  # fmt: skip
CONDITIONS = (
    Condition(
        ("war_cost_resolute", "war_cost_weak"),
        "war_cost_resolute < war_cost_weak",
        lambda war_cost_resolute, war_cost_weak: war_cost_weak - war_cost_resolute > TIE,
    ),
    Condition(
        ("win_prob_a", "war_cost_weak"),
        "win_prob_a + war_cost_weak <= 1",
        lambda win_prob_a, war_cost_weak: win_prob_a + war_cost_weak <= 1 + TIE,
    ),
)

MODEL = Model(
    slug="kydd-2003-biased-mediation",
    title="Which mediators are believed when they counsel restraint",
    citation="""@article{kydd2003which,
  author  = {Andrew Kydd},
  title   = {Which Side Are You On? {Bias}, Credibility, and Mediation},
  journal = {American Journal of Political Science},
  volume  = {47},
  number  = {4},
  pages   = {597--611},
  year    = {2003},
  doi     = {10.1111/1540-5907.00042}
}""",
    provenance=(
        "After Kydd (2003): only the abstract and the first page were at hand. The paper's: that a "
        "mediator is an informant whose words cost nothing, that one which wants peace only would "
        "overstate resolve, and that only one on your side is believed when it counsels restraint. "
        "Ours: the game with two types and an informant who errs, all formulas and figures."
    ),
    cases={
        "informant": Case(
            QUANTITIES, informant,
            {
                "cutoff_belief": "belief that B is resolute from which on A is careful",
                "belief_after_resolute": "probability that B is resolute if it looked so",
                "belief_after_weak": "the same if it looked weak",
                "persuasive": "whether what the mediator saw would change A's demand",
                "bias_low": "least bias of a mediator that is believed, utils per unit; nan if "
                            "none is",
                "bias_high": "largest such bias; inf if there is none",
                "bias_bounded": "whether there is a largest one",
                "prob_war_unmediated": "probability of war without a mediator",
                "prob_war_mediated": "probability of war with one that is believed, if one can be",
            },
            conditions=CONDITIONS, solved=informant_solved,
        ),
        "mediation": Case(
            (BIAS, *QUANTITIES), mediation,
            {
                "credible": "whether a mediator of this bias is believed in some equilibrium",
                "demand_after_resolute": "A's demand if B looked resolute, a share",
                "demand_after_weak": "A's demand if it looked weak, a share",
                "prob_war": "probability of war",
            },
            conditions=CONDITIONS, game=informant_game, solved=mediation_solved,
        ),
    },
    levers=(
        Lever("clear signals", "mediation", "error_rate", False,
              "a mediator that sees better is believed with less bias, and misleads more seldom"),
        Lever("interests", "mediation", "war_cost_a", True,
              "a state that counts what war costs is bold less easily"),
    ),
    badness="prob_war",
    figures={"credible": draw_credible, "war": draw_war},
)  # fmt: skip
