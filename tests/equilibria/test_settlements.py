"""Least war under institutions: definitions in loops, other solvers, prices, and errors."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from crisisgames import GameError, NotApplicable, UnknownName, solve
from crisisgames.equilibria import Dispute, Settlement, least_war
from crisisgames.equilibria.linear import INSTITUTIONS, settlement_model
from crisisgames.games import BayesianGame

seeds = st.integers(0, 10**6)


def random_dispute(rng: Random, most: int = 3, correlated: bool = False) -> Dispute:
    n, m = rng.randint(1, most), rng.randint(1, most)
    win = [[Fraction(rng.randint(0, 10), 10) for _ in range(m)] for _ in range(n)]
    cost_a = [Fraction(rng.randint(0, 3), 10) for _ in range(n)]
    cost_b = [Fraction(rng.randint(0, 3), 10) for _ in range(m)]
    war = (
        [[win[i][j] - cost_a[i] for j in range(m)] for i in range(n)],
        [[1 - win[i][j] - cost_b[j] for j in range(m)] for i in range(n)],
    )
    if correlated:
        weights = [rng.randint(0, 4) for _ in range(n * m)]
        weights[0] += not sum(weights)
        flat = [Fraction(w, sum(weights)) for w in weights]
        return Dispute([flat[i * m : (i + 1) * m] for i in range(n)], war)
    own = [[rng.randint(1, 5) for _ in range(size)] for size in (n, m)]
    return Dispute.independent(*([Fraction(w, sum(ws)) for w in ws] for ws in own), war)


class ByHand:
    """The three programs once more, dense, in floats, straight from the definitions."""

    def __init__(self, dispute: Dispute, splits: Any) -> None:
        self.d, self.x = dispute, [float(s) for s in splits]
        self.n, self.m = len(dispute.types[0]), len(dispute.types[1])
        self.f = np.array(dispute.prior, dtype=float)
        self.war = [np.array(w, dtype=float) for w in dispute.war]
        self.rows: list[tuple[np.ndarray, float]] = []
        self.shape = (self.n, self.m, len(self.x))

    def types(self) -> Any:
        return [(s, t) for s, size in enumerate((self.n, self.m)) for t in range(size)]

    def gain(self, side: int, true: int, said: int, k: int, o: int) -> tuple[Any, float]:
        """Return the variable and its coefficient in G(true, said, x_k), for one other type."""
        here = (true, o) if side == 0 else (o, true)
        heard = (said, o) if side == 0 else (o, said)
        share = self.x[k] if side == 0 else 1 - self.x[k]
        return (*heard, k), self.f[here] * (share - self.war[side][here])

    def line(self, side: int, true: int, said: int, ks: Any, cut: bool = False) -> np.ndarray:
        row = np.zeros(self.shape)
        for k in ks:
            for o in range(self.m if side == 0 else self.n):
                where, c = self.gain(side, true, said, k, o)
                row[where] += max(c, 0) if cut else c
        return row

    def least(self, institution: str, slack: dict[Any, float] | None = None) -> float:
        every, size = range(len(self.x)), int(np.prod(self.shape))
        rows: list[tuple[Any, Any, float]] = []  # variables, auxiliary ones, bound
        bounds: list[tuple[float, float | None]] = [(0, 1)] * size
        count = 0
        for side, t in self.types():
            honest = self.line(side, t, t, every)
            others = [r for s, r in self.types() if s == side and r != t]
            if institution == "arbitration":
                rows.append((-honest, {}, (slack or {}).get((side, t), 0.0)))
                rows += [(self.line(side, t, r, every) - honest, {}, 0.0) for r in others]
            elif institution == "mediation":
                rows += [(-self.line(side, t, t, [k]), {}, 0.0) for k in every]
                for r in others:
                    helpers = {size + count + k: 1.0 for k in every}
                    for k, j in zip(every, helpers, strict=True):
                        rows.append((self.line(side, t, r, [k]), {j: -1.0}, 0.0))
                    count += len(helpers)
                    rows.append((-honest, helpers, 0.0))
            else:
                for k in every:
                    for o in range(self.m if side == 0 else self.n):
                        here = (t, o) if side == 0 else (o, t)
                        share = self.x[k] if side == 0 else 1 - self.x[k]
                        if share < self.war[side][here] - 1e-12:
                            bounds[int(np.ravel_multi_index((*here, k), self.shape))] = (0, 0)
                rows += [(self.line(side, t, r, every, cut=True) - honest, {}, 0.0) for r in others]
        for i, j in product(range(self.n), range(self.m)):
            row = np.zeros(self.shape)
            row[i, j] = 1
            rows.append((row, {}, 1.0))
        matrix = np.zeros((len(rows), size + count))
        for r, (row, extra, _) in enumerate(rows):
            matrix[r, :size] = row.ravel()
            for j, c in extra.items():
                matrix[r, j] = c
        goal = np.append(np.repeat(-self.f[:, :, None], len(self.x), axis=2).ravel(),
                         np.zeros(count))  # fmt: skip
        found = linprog(goal, matrix, [b for *_, b in rows],
                        bounds=bounds + [(0, None)] * count)  # fmt: skip
        assert found.status == 0
        return 1 + float(found.fun)


@settings(max_examples=12, deadline=None)
@given(seeds, st.booleans())
def test_each_program_is_its_definition(seed: int, correlated: bool) -> None:
    dispute = random_dispute(Random(seed), correlated=correlated)
    hand = ByHand(dispute, dispute.splits)
    war = {}
    for name in INSTITUTIONS:
        found = least_war(dispute, name)
        assert found.prob_war == pytest.approx(hand.least(name), abs=1e-8)
        assert abs(found.gain) < 1e-9
        assert abs(found.gap) < 1e-9
        war[name] = found.prob_war
    assert war["arbitration"] <= war["mediation"] + 1e-9
    assert war["mediation"] <= war["talk"] + 1e-9


def accepting(dispute: Dispute, splits: Any) -> BayesianGame:
    """Each may say one of the splits or fight; a split is made if both say it."""
    names = [str(x) for x in splits]

    def payoffs(types: tuple[str, ...], profile: tuple[str, ...]) -> Any:
        if profile[0] == profile[1] != "fight":
            share = Fraction(profile[0])
            return share, 1 - share
        i, j = (own.index(t) for own, t in zip(dispute.types, types, strict=True))
        return tuple(w[i][j] for w in dispute.war)

    prior = {
        (a, b): dispute.prior[i][j]
        for i, a in enumerate(dispute.types[0])
        for j, b in enumerate(dispute.types[1])
    }
    return BayesianGame(
        dispute.players, dispute.types, [(*names, "fight")] * 2, prior, payoffs,
        shares=lambda _, p: "peace" if p[0] == p[1] != "fight" else "war",
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_mediation_is_communication_about_accepting(seed: int) -> None:
    # There the mediator speaks to each in private; that gains nothing, since peace needs both.
    rng = Random(seed)
    dispute = random_dispute(rng, most=2)
    splits = sorted({*rng.sample(dispute.splits, min(2, len(dispute.splits))), Fraction(1, 2)})
    low, _ = solve(accepting(dispute, splits), "communication", exact=True).bounds("war")
    found = least_war(dispute, "mediation", splits=splits, exact=True)
    assert found.prob_war == low
    assert found.gain == found.gap == 0


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_peace_for_certain_exactly_where_the_strongest_of_both_do_not_ask_too_much(
    seed: int,
) -> None:
    # Fey and Ramsay's condition, for independent types.
    dispute = random_dispute(Random(seed))
    asked = Fraction(0)
    for side, table in enumerate(dispute.war):
        rows = list(zip(dispute.prior, table, strict=True))
        if side:
            rows = list(
                zip(zip(*dispute.prior, strict=True), zip(*table, strict=True), strict=True)
            )
        asked += max(sum(f * w for f, w in zip(fs, ws, strict=True)) / sum(fs) for fs, ws in rows)
    for name in ("arbitration", "mediation"):
        assert (least_war(dispute, name, exact=True).prob_war == 0) == (asked <= 1)


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_a_finer_grid_helps_neither_arbitration_nor_talk(seed: int) -> None:
    dispute = random_dispute(Random(seed), most=2)
    finer = {*dispute.splits, *(Fraction(k, 17) for k in range(18))}
    for name in ("arbitration", "talk"):
        coarse, fine = (least_war(dispute, name, splits=s, exact=True).prob_war
                        for s in (dispute.splits, finer))  # fmt: skip
        assert coarse == fine
    better = least_war(dispute, "mediation", splits=finer)
    assert better.prob_war <= least_war(dispute, "mediation").prob_war + 1e-9


def symmetric(q: Any = "0.3", win: Any = "0.8", cost: Any = "0.1") -> Dispute:
    q, win, cost = map(Fraction, (q, win, cost))
    half = Fraction(1, 2)
    table = [[half, win], [1 - win, half]]
    war_a = [[p - cost for p in row] for row in table]
    war_b = [[1 - p - cost for p in row] for row in table]
    names = ("strong", "weak")
    return Dispute.independent([q, 1 - q], [q, 1 - q], (war_a, war_b), types=(names, names))


def test_a_price_is_what_slack_is_worth() -> None:
    dispute = symmetric()
    found = least_war(dispute, "arbitration", exact=True)
    texts = {d.text: d.price for d in found.binding}
    price = texts["A, knowing 'strong', plays 'fight' without waiting to be told"]
    assert price > 0
    hand = ByHand(dispute, dispute.splits)
    slack = 1e-4
    change = hand.least("arbitration") - hand.least("arbitration", {(0, 0): slack})
    assert change / slack == pytest.approx(float(price), rel=1e-6)


def test_what_holds_peace_back_is_told_in_words() -> None:
    found = least_war(symmetric(), "mediation", splits=[0.7, 0.5, 0.3], exact=True)
    told = found.explain()
    assert "Least war under mediation: 31.4 %." in told
    assert "A reports strong, B reports strong: war (100 %)." in told
    assert "A, knowing 'weak', reports 'strong'" in told
    for deviation in found.binding:
        assert deviation.price > 0
    frame = found.to_dataframe()
    assert list(frame.columns) == ["A", "B", "split", "probability"]
    assert frame.groupby(["A", "B"])["probability"].sum().astype(float).round(12).eq(1).all()
    assert found.prob_peace == 1 - found.prob_war
    # War burns a tenth of each.
    assert sum(found.payoffs.values()) == 1 - Fraction(2, 10) * found.prob_war


def test_where_nobody_has_doubts_there_is_peace() -> None:
    dispute = Dispute([[1]], ([[0.6]], [[0.3]]), players=("North", "South"))
    for name in INSTITUTIONS:
        found = least_war(dispute, name, exact=True)
        assert found.prob_war == 0
        assert found.binding == ()
        shares = found.rule["1", "1"]
        assert all(Fraction(6, 10) <= x <= Fraction(7, 10) for x in shares) or name == "arbitration"
    # And war for certain where war is worth more to both together than the pie.
    greedy = Dispute([[1]], ([[0.6]], [[0.5]]))
    assert all(least_war(greedy, name).prob_war == 1 for name in INSTITUTIONS)


def test_only_what_is_drawn_is_in_the_rule() -> None:
    found: Settlement = least_war(symmetric("0.5", "0.8", "0.16"), "mediation")
    assert found.prob_war == pytest.approx(0, abs=1e-12)
    for drawn in found.rule.values():
        assert min(drawn.values()) > 0
        assert sum(drawn.values()) == pytest.approx(1)


def test_floats_that_mean_probabilities_are_completed() -> None:
    war = ([[0.2, 0.3, 0.4]], [[0.3, 0.2, 0.1]])
    dispute = Dispute([[1 / 3, 1 / 3, 1 / 3]], war)
    assert dispute.prior == ((Fraction(1, 3),) * 3,)
    assert Dispute.independent([1], [0.7, 0.1, 0.2], war).prior[0][0] == Fraction(7, 10)


def test_what_is_asked_wrongly_is_told() -> None:
    fine: Any = ([[0.2, 0.3]], [[0.3, 0.2]])
    with pytest.raises(GameError, match=r"sum to 0\.9, not to 1"):
        Dispute([[0.5, 0.4]], fine)
    with pytest.raises(GameError, match=r"probability -0\.1; give none below 0"):
        Dispute([[1.1, -0.1]], fine)
    with pytest.raises(GameError, match="war of B has 1 rows and 1 columns; the prior has 1 and 2"):
        Dispute([[0.5, 0.5]], ([[0.2, 0.3]], [[0.3]]))
    with pytest.raises(GameError, match="rows of numbers, all of one length"):
        Dispute([[0.5, 0.5], [0.1]], fine)
    with pytest.raises(GameError, match="rows of numbers"):
        Dispute([0.5, 0.5], fine)  # type: ignore[arg-type]
    with pytest.raises(GameError, match="an entry of war of A is 'x'"):
        Dispute([[0.5, 0.5]], ([["x", 0.3]], [[0.3, 0.2]]))
    with pytest.raises(GameError, match="give 2 different names"):
        Dispute([[0.5, 0.5]], fine, types=((), ("same", "same")))
    dispute = Dispute([[0.5, 0.5]], fine)
    with pytest.raises(UnknownName, match="did you mean 'mediation'"):
        least_war(dispute, "meditation")
    with pytest.raises(GameError, match=r"1\.5 is among the splits; give shares of A from 0 to 1"):
        least_war(dispute, "talk", splits=[0.5, 1.5])
    with pytest.raises(GameError, match="there are no splits"):
        settlement_model(dispute, "talk", splits=[])
    with pytest.raises(NotApplicable, match="time limit reached"):
        least_war(symmetric(), "mediation", time_limit=1e-9)


@pytest.mark.parametrize("institution", INSTITUTIONS)
def test_what_sides_demand_is_met_or_said_to_conflict(institution: str) -> None:
    """What the best rule gives costs no peace, more costs some, too much is refused."""
    win = [[Fraction(1, 2), Fraction(4, 5)], [Fraction(1, 5), Fraction(1, 2)]]
    cost = Fraction(1, 10)
    war = ([[p - cost for p in row] for row in win], [[1 - cost - p for p in row] for row in win])
    weak = Fraction(7, 10)
    dispute = Dispute.independent([1 - weak, weak], [1 - weak, weak], war)

    def demanded(**at_least: Fraction) -> Settlement:
        return least_war(dispute, institution, at_least=at_least)

    free = least_war(dispute, institution, exact=True)
    assert float(demanded(**free.payoffs).prob_war) == pytest.approx(float(free.prob_war))
    before, low, high = free.prob_war, free.payoffs["A"], Fraction(1)
    for _ in range(6):  # how much A can have at most, by bisection
        demand = (low + high) / 2
        try:
            found = demanded(A=demand)
        except NotApplicable:
            high = demand
            continue
        assert found.payoffs["A"] >= demand - Fraction(1, 10**9)
        assert found.prob_war >= before - 1e-9
        assert found.gain <= 1e-9
        low = demand
    assert low < high < 1
    with pytest.raises(NotApplicable, match=f"no rule of {institution} leaves A .* the most is"):
        demanded(A=high)
    # What both must have is more than there is.
    with pytest.raises(NotApplicable, match=r"where A must expect .*; what keeps it from more"):
        demanded(A=low, B=Fraction(1, 2))
    with pytest.raises(UnknownName, match="no side named 'C'"):
        demanded(C=Fraction(0))
