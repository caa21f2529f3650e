"""After Barry Nalebuff (1986): to escalate faster is not to make war likelier.

Two states hold out in a crisis that may end in disaster at any moment. Each alone knows what it is
worth to it to prevail; a disaster costs both the same. The first to concede ends the crisis. What
counts is the *cumulative risk* that a state will run before it concedes: if the crisis escalates
faster, states concede sooner, and disaster is as likely as before. Speed matters only through what
time brings: costs of delay, or a mediator who may end the crisis.

Values are independent, with distribution F(v) = 1 - (1 - v)^n; n = 1 is uniform. The equilibrium is
the symmetric one in which higher values hold out longer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from crisisgames.equilibria import CutoffRule
from crisisgames.games import Parameter
from crisisgames.literature.drawing import caption, strokes
from crisisgames.literature.model import Case, Lever, Model
from crisisgames.literature.quantity import Quantity
from crisisgames.literature.routes import only_cutoffs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MODEL"]

Results = Mapping[str, Any]
Array = np.ndarray


def _double_exponential(step: float = 0.025, reach: float = 4.2) -> tuple[Array, Array, Array]:
    """Return nodes on (0, 1), their distances from 1, and weights: tanh-sinh quadrature.

    It takes in its stride what the integrals here have at their ends: powers, and narrow peaks.
    """
    u = np.arange(-reach, reach + step / 2, step)
    pull = np.pi / 2 * np.sinh(u)
    low, high = 1 / (1 + np.exp(-2 * pull)), 1 / (1 + np.exp(2 * pull))
    return low, high, step * np.pi * np.cosh(u) * low * high


NODES, COMPLEMENTS, WEIGHTS = _double_exponential()


# Closed forms. All integrals are taken over the share t = F(x) of types below x.


def attrition(
    disaster_cost: Any, value: Any, shape: Any, delay_cost: Any, speed: Any, mediation_rate: Any
) -> Results:
    """Concession levels by the rival's rate of conceding; outcomes by integrals over types."""
    v, n = np.asarray(value, dtype=float), np.asarray(shape, dtype=float)
    cost = disaster_cost + delay_cost / np.asarray(speed, dtype=float)
    arrives = mediation_rate / np.asarray(speed, dtype=float)  # per unit of risk
    risk = n * _excess(v) / cost
    hazard = np.asarray(n * (1 + arrives) / cost)[..., None]  # of disaster and mediator together

    def still_on(share: Array, above: Array) -> tuple[Array, Array]:
        """Return types by the share below them, and the chance that the crisis lasts so long."""
        x = _quantile(share, above, n[..., None])
        return x, np.exp(-hazard * _excess(x))

    # Types below the value concede before it does.
    below = -np.expm1(n * np.log1p(-v))[..., None]
    weights = below * WEIGHTS
    x, lasts = still_on(below * NODES, (1 - below) + below * COMPLEMENTS)
    # The crisis lasts until the lower of two types concedes. This way nothing cancels.
    low, _ = still_on(NODES, COMPLEMENTS)
    either = 2 * (COMPLEMENTS * -np.expm1(-hazard * _excess(low))) @ WEIGHTS
    war = either / (1 + arrives)
    return {
        "effective_cost": cost,
        "concession_risk": risk,
        "accepted_risk": -np.expm1(-risk),
        "prob_prevail": (weights * lasts).sum(axis=-1),
        "payoff": (weights * lasts * (v[..., None] - x)).sum(axis=-1),
        "prob_war": war,
        "prob_mediated": arrives * war,
        "mean_duration": war / speed,
    }


def _quantile(share: Array, above: Array, n: Array) -> Array:
    """Return the type with this share below it; `above` is one less the share."""
    log = np.where(share < 0.5, np.log1p(-np.minimum(share, 0.5)), np.log(above))
    return np.asarray(-np.expm1(log / n))


def _excess(v: Any) -> Any:
    """Return -v - log(1 - v), without cancellation at small values; infinite at 1."""
    v = np.asarray(v, dtype=float)
    small = np.where(v < 0.05, v, 0.0)
    series = small**2 * sum(small**j / (j + 2) for j in range(14))
    with np.errstate(divide="ignore"):
        return np.where(v < 0.05, series, -v - np.log1p(-v))


# The second route, in time: what makes a type indifferent, then payoffs and outcomes as they come.

WAIT = sp.Symbol("wait")
VALUE, DRAIN = (Parameter(name, (0, float("inf"))) for name in ("value", "drain"))
# The time that it takes the rival to concede with unit hazard: while waiting, risk and delay cost
# `drain` per unit of time. Nobody, the value being 1 at most, waits longer than 1 / drain for that.
HOLDS_OUT = CutoffRule(WAIT, (0, 1 / DRAIN), DRAIN * WAIT - VALUE)

POINTS, SHARES = np.polynomial.legendre.leggauss(12)
PARTS = 12


def attrition_solved(
    disaster_cost: float,
    value: float,
    shape: float,
    delay_cost: float,
    speed: float,
    mediation_rate: float,
) -> Results:
    """Follow both states through time, along the hazard H = -log(1 - F) of the rival's types.

    Sums take 12 Gauss-Legendre nodes on each of 12 parts, up to H = 14, beyond which 1e-12 of all
    pairs of types are left; errors stay below 1e-9.
    """
    drain = disaster_cost * speed + delay_cost
    ends = speed + mediation_rate  # rate at which the crisis ends without a concession

    def follow(top: float) -> tuple[Array, Array, Array, Array]:
        """Return hazards up to the top, their weights, the waits, and the dates of concession."""
        half = top / PARTS / 2
        hazard = half * (2 * np.arange(PARTS)[:, None] + 1 + POINTS)
        types = -np.expm1(-hazard / shape)
        waits = only_cutoffs(HOLDS_OUT, value=types, drain=drain)[..., 0]
        whole = half * (waits @ SHARES)
        dates = half * waits @ _running().T + (np.cumsum(whole) - whole)[:, None]
        weights = np.broadcast_to(half * SHARES, hazard.shape)
        return hazard.ravel(), weights.ravel(), waits.ravel(), dates.ravel()

    hazard, weights, waits, dates = follow(-shape * float(np.log1p(-value)) or 1e-300)
    there = weights * np.exp(-hazard - ends * dates)
    own_date = float(weights @ waits)
    hazards, all_weights, all_waits, all_dates = follow(14.0)
    lasts = float((all_weights * all_waits) @ np.exp(-2 * hazards - ends * all_dates))
    return {
        "concession_risk": speed * own_date,
        "accepted_risk": 1 - np.exp(-speed * own_date),
        "prob_prevail": there.sum(),
        # The value where the rival concedes, less what risk and delay cost while both hold out.
        "payoff": there @ (value - drain * waits),
        "prob_war": speed * lasts,
        "prob_mediated": mediation_rate * lasts,
        "mean_duration": lasts,
    }


def _running() -> Array:
    """Return the matrix that integrates from -1 to each node what is given at the nodes."""
    basis = np.polynomial.legendre.legvander(POINTS, len(POINTS) - 1)
    sums = [np.polynomial.legendre.legint(row, lbnd=-1) for row in np.eye(len(POINTS))]
    integrals = np.polynomial.legendre.legval(POINTS, np.array(sums).T)
    return np.asarray(np.linalg.solve(basis.T, integrals).T)


# Figures.


def draw_risk(ax: Axes) -> None:
    """Draw how much risk each type accepts."""
    v = np.linspace(0, 0.9999, 400)
    for cost, line in zip((0.5, 1, 2), strokes(3), strict=True):
        found = MODEL.results("attrition", value=v, disaster_cost=cost)
        ax.plot(v, found["accepted_risk"], label=f"C = {cost:g}", **line)
    ax.set(xlabel="Value of prevailing, v", ylabel="Accepted probability of disaster",
           xlim=(0, 1), ylim=(0, 1))  # fmt: skip
    ax.legend(frameon=False, title="Cost of disaster")
    caption(ax, "The risk that a state runs if the other never concedes. Values uniform (n = 1), "
            "κ = μ = 0.")  # fmt: skip


def draw_neutrality(ax: Axes) -> None:
    """Draw when disaster has come, for three technologies of escalation."""
    v = np.linspace(0, 0.999999, 2001)
    risk = MODEL.results("attrition", value=v)["concession_risk"]
    both_hold_out = (1 - v) ** 2 * np.exp(-risk)
    middles = (both_hold_out[1:] + both_hold_out[:-1]) / 2
    disaster = np.append(0, np.cumsum(middles * np.diff(risk)))
    dates = {"Λ(t) = t": risk, "Λ(t) = 10 t": risk / 10, "Λ(t) = exp(t) − 1": np.log1p(risk)}
    for (name, date), line in zip(dates.items(), strokes(3), strict=True):
        ax.plot(date, disaster, label=name, **line)
    total = MODEL.results("attrition")["prob_war"]
    ax.axhline(total, color="0.4", linestyle=":", linewidth=1)
    ax.text(1.98, total + 0.002, f"P = {total:.4f}", ha="right", va="bottom")
    ax.set(xlabel="Time t", ylabel="Probability of disaster by t", xlim=(0, 2), ylim=(0, 0.145))
    ax.legend(frameon=False, loc="lower right")
    caption(ax, "Faster escalation ends the crisis sooner, and as badly. Values uniform, C = 1, "
            "κ = μ = 0.")  # fmt: skip


def draw_speed(ax: Axes) -> None:
    """Draw what speed does once time brings something."""
    speed = np.geomspace(0.01, 100, 201)
    rows: list[tuple[str, dict[str, float]]] = [
        ("neither: neutral", {}),
        ("costs of delay, κ = 0.5", {"delay_cost": 0.5}),
        ("a mediator, μ = 1", {"mediation_rate": 1}),
    ]
    for (name, given), line in zip(rows, strokes(3), strict=True):
        found = MODEL.results("attrition", speed=speed, **given)
        ax.plot(speed, found["prob_war"], label=name, **line)
    ax.set(xscale="log", xlabel="Speed of escalation, ρ (risk per unit of time)",
           ylabel="Probability of war", ylim=(0, 0.14), xlim=(0.01, 100))  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    caption(ax, "Values uniform, C = 1.")


MODEL = Model(
    slug="nalebuff-1986-brinkmanship",
    title="Brinkmanship, and whether the speed of escalation matters",
    citation="""@misc{nalebuff1986brinkmanship,
  author = {Barry Nalebuff},
  title  = {Brinkmanship and Nuclear Deterrence: The Neutrality of Escalation},
  year   = {1986}
}""",
    provenance=(
        "After the idea named by Nalebuff's title (1986), on Schelling's threat that leaves "
        "something to chance. The article was not at hand, and where it appeared is not "
        "confirmed. The model is our own variant: a war of attrition in risk, its theorem of "
        "neutrality, all formulas, the extensions and all numbers are ours."
    ),
    cases={
        "attrition": Case(
            (
                Quantity("disaster_cost", "C", "cost of a disaster to each, utils", 1, 0,
                         closed="neither", box=(0.3, 5)),
                Quantity("value", "v", "value of prevailing of the type looked at, utils", 0.5,
                         0, 1, closed="left", box=(0, 0.95)),
                Quantity("shape", "n", "shape of F = 1 - (1 - v)^n; 1 is uniform", 1, 0,
                         closed="neither", box=(0.5, 3)),
                Quantity("delay_cost", "κ", "cost of delay, utils per unit of time", 0, 0,
                         box=(0, 1)),
                Quantity("speed", "ρ", "risk of disaster per unit of time", 1, 0,
                         closed="neither", box=(0.2, 5)),
                Quantity("mediation_rate", "μ", "rate at which a mediator ends the crisis", 0, 0,
                         box=(0, 2)),
            ),
            attrition,
            {
                "effective_cost": "cost of disaster and of the delay per unit of risk, utils",
                "concession_risk": "cumulative risk at which the type concedes",
                "accepted_risk": "probability of disaster by then, if the other never concedes",
                "prob_prevail": "probability that the type prevails",
                "payoff": "expected payoff of the type, utils",
                "prob_war": "probability of disaster",
                "prob_mediated": "probability that a mediator ends the crisis",
                "mean_duration": "mean duration of the crisis, time",
            },
            solved=attrition_solved,
        ),
    },
    levers=(
        Lever("slow escalation", "attrition", "speed", False,
              "slower escalation gives time: alone it changes nothing, with costs of delay or a "
              "mediator it makes war less likely"),
        Lever("interests", "attrition", "shape", True,
              "the larger the shape, the fewer states want to prevail at nearly any price, as an "
              "ideology does"),
    ),
    badness="prob_war",
    figures={"risk": draw_risk, "neutrality": draw_neutrality, "speed": draw_speed},
)  # fmt: skip
