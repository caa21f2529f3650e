"""Public and private threats: what the model claims, and a small game of the same shape."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw

from crisisgames import EquilibriumSet, ExtensiveFormGame, chance, end, move, solve, tell
from crisisgames.literature import get

MODEL = get("kurizaki-2007-efficient-secrecy")
RNG = Random(2007)
ROWS = [draw(MODEL, "public-threats", RNG) for _ in range(200)]


def public(row: dict[str, Any]) -> dict[str, Any]:
    return MODEL.results("public-threats", **row)


def private(row: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in row.items() if key != "audience_cost_challenger"}
    return MODEL.results("private-threats", **kept)


def test_where_everybody_may_whisper_war_is_rarer_and_both_are_better_off() -> None:
    found = [(public(row), private(row)) for row in ROWS]
    secret = [(one, other) for one, other in found if other["exists"]]
    assert 20 < len(secret) < len(found) - 20
    for one, other in secret:
        assert other["prob_war"] <= one["prob_war"] + 1e-12
        assert other["payoff_challenger"] >= one["payoff_challenger"] - 1e-12
        # So is the defender: a whisper leaves it at least 1 - rho + rho max(w_D, -a_D), and public
        # threats the same with the probability of a threat, which is at least rho, for rho.
        assert other["payoff_defender"] >= one["payoff_defender"] - 1e-12


@pytest.mark.parametrize("rho", [0.45, 0.5, 0.6, 0.75, 0.9])
def test_both_kinds_compel_alike_at_the_critical_cost(rho: float) -> None:
    row = {"war_gain_max_challenger": 0.9, "war_loss_max_challenger": 0.9 * (1 - rho) / rho}
    critical = private(row)["critical_audience_cost"]
    assert critical == pytest.approx((1 - rho) / rho, rel=1e-12)
    at = public({**row, "audience_cost_defender": critical, "audience_cost_challenger": 2})
    assert private(row)["prob_concede"] == pytest.approx(at["prob_concede"], abs=1e-12)
    for step, expected in ((0, True), (1e-9, True), (-1e-9, False)):
        assert private({**row, "audience_cost_defender": critical + step})["exists"] is expected


def test_no_type_would_rather_do_something_else() -> None:
    # Brute force over what every type can do, given the defender's replies.
    for row in ROWS:
        one, two = public(row), private(row)
        w = np.linspace(-row["war_loss_max_challenger"], row["war_gain_max_challenger"], 301)
        backed = np.maximum(w, -row["audience_cost_challenger"])
        q = one["prob_concede"]
        in_public, unheard = q + (1 - q) * backed, np.maximum(0, w)  # a whisper is resisted
        does = np.where(w >= one["cutoff_threat"], in_public, unheard)
        assert (does >= np.maximum(in_public, unheard) - 1e-12).all()
        whisper = two["prob_concede"] + (1 - two["prob_concede"]) * np.maximum(0, w)
        assert (whisper >= 0).all()
        # A resolved type is on the grid's upper end: it is the first to be tempted.
        content = (whisper >= in_public - 1e-12).all()
        assert content == two["exists"]


def test_what_a_dearer_concession_does() -> None:
    cost = np.linspace(0, 2, 401)
    one = MODEL.results("public-threats", audience_cost_defender=cost, audience_cost_challenger=1)
    other = MODEL.results("private-threats", audience_cost_defender=cost)
    assert (np.diff(one["prob_concede"]) <= 1e-15).all()
    assert len(set(other["prob_war"].round(12))) == 1
    assert (np.diff(other["exists"].astype(int)) >= 0).all()
    all_threaten = one["prob_threat"] == 1
    change = np.diff(one["prob_war"])
    assert (change[all_threaten[1:]] > 0).all()
    some = ~all_threaten[:-1] & (one["prob_concede"][:-1] > 0)
    assert some.any()
    assert (change[some] < 0).all()
    peak = MODEL.results("public-threats", audience_cost_defender=0.75)["prob_war"]
    assert peak == pytest.approx(0.625, rel=1e-12)


def test_war_by_private_threats_is_hump_shaped_in_resolve() -> None:
    rho = np.linspace(0.05, 0.99, 400)
    row = {"war_gain_max_challenger": 0.6, "war_loss_max_challenger": 0.6 * (1 - rho) / rho}
    war = MODEL.results("private-threats", **row)["prob_war"]
    top = 1 / (1 + 1.5)
    assert war[rho <= top] == pytest.approx(rho[rho <= top], rel=1e-12)
    assert war[rho > top] == pytest.approx((1 - rho[rho > top] * 0.5) / 2, rel=1e-12)


def test_nobody_is_trapped_by_a_whisper() -> None:
    for row in ROWS:
        one, rho = public(row), private(row)["share_resolved"]
        assert one["prob_threat"] == pytest.approx(one["prob_trapped"] + rho, abs=1e-12)
        assert one["prob_war"] >= rho * (1 - one["prob_concede"]) - 1e-12


def test_bluffs_in_public_are_outside_the_domain() -> None:
    edge = {"war_loss_max_challenger": 1.2, "audience_cost_defender": 0.9}
    odds = 0.3 / 0.7  # less than 1.2: what is lost by bluffing, where q is 0.3
    assert public({**edge, "audience_cost_challenger": odds})["prob_concede"] == 0.3
    with pytest.raises(ValueError, match="audience_cost_challenger") as caught:
        public({**edge, "audience_cost_challenger": odds - 1e-9})
    assert "war_gain_max_defender" in str(caught.value)
    # Where all would give way, nothing but certain war deters a bluff.
    sure = {"audience_cost_defender": 0, "war_gain_max_defender": 0}
    assert public({**sure, "audience_cost_challenger": 0.6})["prob_war"] == 0
    with pytest.raises(ValueError, match="audience_cost_challenger"):
        public({**sure, "audience_cost_challenger": 0.5})


def small_game(defenders: dict[str, Fraction], a_d: Fraction) -> ExtensiveFormGame:
    """Two types of challengers, worth -3/10 and 1/2 by war, and defenders by their worth."""
    a_c = Fraction(2, 5)

    def threat(kind: str, w_c: Fraction, w_d: Fraction) -> Any:
        shame_c, shame_d = (a_c, a_d) if kind == "public" else (0, 0)
        last = {"fight": end(f"{kind}, war", (w_c, w_d)),
                "back down": end(f"{kind}, backed down", (-shame_c, 1))}  # fmt: skip
        reply = {"concede": end(f"{kind}, conceded", (1, -shame_d)),
                 "resist": tell({"C": "resisted"}, move("C", last))}  # fmt: skip
        return tell({"D": kind}, move("D", reply))

    def pair(w_c: Fraction, w_d: Fraction) -> Any:
        choices = {k: threat(k, w_c, w_d) for k in ("private", "public")}
        return move("C", {"nothing": end("quiet", (0, 1)), **choices})

    def types(w_c: Fraction) -> Any:
        rows = {name: (share, tell({"D": name}, pair(w_c, Fraction(name))))
                for name, share in defenders.items()}  # fmt: skip
        return tell({"C": str(w_c)}, chance(rows))

    own = {"weak": (Fraction(2, 5), types(Fraction(-3, 10))),
           "strong": (Fraction(3, 5), types(Fraction(1, 2)))}  # fmt: skip
    return ExtensiveFormGame(chance(own), ("C", "D"))


def whispered(found: EquilibriumSet) -> list[Any]:
    ends = ("private, war", "private, backed down", "private, conceded")
    return [e for e in found if sum(e.probability(name) for name in ends) == 1]


@pytest.mark.parametrize(
    ("middle", "a_d", "q_public", "q_private"),
    [("-4/5", Fraction(1), Fraction(3, 10), Fraction(3, 5)),
     ("-1/2", Fraction(3, 10), Fraction(3, 5), Fraction(3, 10))],
)  # fmt: skip
def test_a_game_of_few_types_has_the_same_equilibria(
    middle: str, a_d: Fraction, q_public: Fraction, q_private: Fraction
) -> None:
    # With rho = 3/5 a defender concedes to a whisper if war is worth less than -2/3 to it.
    thirds = {"-3/2": Fraction(3, 10), middle: Fraction(3, 10), "1/5": Fraction(2, 5)}
    found = solve(small_game(thirds, a_d), exact=True)
    assert found.complete
    loud = [e for e in found if e.probability("public, war") == 1 - q_public]
    assert any(e.probability("public, conceded") == q_public for e in loud)
    quiet = whispered(found)
    assert bool(quiet) == (q_private >= q_public)
    for e in quiet:
        assert e.probability("private, conceded") == q_private
        assert e.probability("private, war") == Fraction(3, 5) * (1 - q_private)
