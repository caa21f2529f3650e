"""Causes of war: Shapley values over what can be switched off."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from crisisgames import (
    Ally,
    Bargaining,
    Encounters,
    Incident,
    Ladder,
    NotApplicable,
    Talks,
    UnknownName,
    WholeCrisis,
    get_scenario,
    solve,
)
from crisisgames.analysis import SOURCES_OF_WAR, Source, causes
from crisisgames.analysis.sources_of_war import shapley


@pytest.mark.parametrize("seed", range(5))
def test_shapley_is_the_mean_over_orders(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 4
    worth = rng.normal(size=2**n)
    expected = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        mask = 0
        for k in order:
            expected[k] += (worth[mask | 1 << k] - worth[mask]) / len(orders)
            mask |= 1 << k
    assert shapley(worth) == pytest.approx(expected)
    assert shapley(worth).sum() == pytest.approx(worth[-1] - worth[0])


CRISES = [
    (Incident(), ["noise", "audience cost", "accidents"]),
    (Incident(preemption=1), ["pre-emption", "noise", "hazard"]),
    (Ladder(rungs=2, ideology=0.2), ["hazard", "audience cost", "ideology"]),
    (Bargaining(issues=3, ideology=0.2), ["ideology", "suspicion"]),
    (Talks(offer=False), ["missing talks", "agitation"]),
]


@pytest.mark.parametrize(("crisis", "names"), CRISES)
def test_shares_sum_to_war(crisis, names) -> None:
    found = causes(crisis, names)
    total = found.dataset["share"].sum("source") + found.dataset["rest"]
    assert np.allclose(total, found.dataset["total"])
    low, high = solve(crisis.game()).bounds("war")
    assert float(found.dataset["total"].sel(value="low")) == pytest.approx(float(low))
    assert float(found.dataset["total"].sel(value="high")) == pytest.approx(float(high))
    assert found.complete
    assert set(found.to_dict()["shares"]) == {*names, "everything else", "P(war)"}
    assert "Shapley" in found.explain()


def test_sources_that_do_the_same_get_the_same() -> None:
    """Each of the two is enough to take away the evidence's noise."""
    crisis = Incident()
    clear = {"incident": {"clarity": 1.0}}
    twins = [Source("one", clear, "clear"), Source("other", clear, "clear")]
    share = causes(crisis, [*twins, "audience cost"]).dataset["share"]
    assert np.allclose(share.sel(source="one"), share.sel(source="other"))


def test_a_source_that_is_off_already_gets_nothing() -> None:
    share = causes(Incident(), ["pre-emption", "noise"]).dataset["share"]
    assert np.allclose(share.sel(source="pre-emption"), 0)


def test_by_default_all_that_the_crisis_has() -> None:
    from crisisgames.analysis.sources_of_war import _chosen

    names = [s.name for s in _chosen(Ladder(rungs=2, ultimatum=True), None)]
    assert names == ["suspicion", "hazard", "audience cost", "ultimatums"]


def test_bad_input() -> None:
    with pytest.raises(UnknownName, match="no source of war named 'nois'; did you mean 'noise'"):
        causes(Incident(), ["nois"])
    with pytest.raises(NotApplicable, match="leaks is no source of war"):
        causes(Incident(), "leaks")
    with pytest.raises(NotApplicable, match="name 10 at most"):
        causes(Incident(), [Source(str(k), {"incident": {}}, "") for k in range(11)])
    assert all(source.meaning for source in SOURCES_OF_WAR.values())
    with pytest.raises(
        NotApplicable, match="no source of war is known for the crisis 'encounters'"
    ):
        causes(Encounters())
    with pytest.raises(NotApplicable, match="every source of war is off already"):
        causes(Bargaining(issues=16, disclosure_a=1, disclosure_b=1, audience_cost=0))


def test_the_sentences() -> None:
    """Sources with one share are told together, and so are equilibria with the same shares."""
    found = causes(get_scenario("korea-interception").crisis)
    said, rows = found.explain().split("\n"), 100 * found.table()["low"]
    assert said[0] == (
        "In the equilibrium with the lowest P(war), the one with the highest and the selected one "
        f"it is {rows['P(war)']:.3g} %. Shares in percentage points: hazard {rows['hazard']:.3g}; "
        f"noise {rows['noise']:.3g}."
    )
    assert said[1].startswith("To be without a source means: noise, that signals are perfectly")
    deterred = causes(Incident(), ["noise", "accidents", "audience cost"]).explain()
    assert "noise and accidents 0.693 each; audience cost −0.19." in deterred


def test_with_an_ally_nobody_is_given_a_channel() -> None:
    from crisisgames.analysis.sources_of_war import _chosen

    assert "missing channel" not in [s.name for s in _chosen(Incident(ally=Ally()), None)]


def test_the_picture(tmp_path) -> None:
    found = causes(Incident(), ["noise", "audience cost"])
    for value in ("low", "high", "selected"):
        ax = found.plot(value)
        assert [t.get_text() for t in ax.get_yticklabels()][-1] == "P(war)"
        ax.figure.savefig(tmp_path / "causes.png")
    with pytest.raises(UnknownName, match="no value named 'mean'"):
        found.plot("mean")


def test_in_a_whole_crisis_a_source_is_switched_off_in_every_part():
    crisis = WholeCrisis(bargaining=None)
    off = SOURCES_OF_WAR["noise"].without(crisis)
    assert (off.incident.clarity, off.ladder.clarity) == (1.0, 1.0)
    assert SOURCES_OF_WAR["leaks"].without(crisis) == crisis
    found = causes(crisis, ["hazard"], rule="least war")
    alone = solve(SOURCES_OF_WAR["hazard"].without(crisis).game()).bounds("war")
    now = solve(crisis.game()).bounds("war")
    assert float(found.dataset["share"].sel(value="high")[0]) == pytest.approx(now[1] - alone[1])
    with pytest.raises(NotApplicable, match="leaks is no source of war of the crisis 'whole"):
        causes(crisis, ["leaks"])
