"""Causes of war: Shapley values over what can be switched off."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from crisisgames import (
    Ally,
    Bargaining,
    Dyads,
    Encounters,
    Incident,
    Ladder,
    NotApplicable,
    Pair,
    SecurityDilemma,
    Talks,
    UnknownName,
    WholeCrisis,
    get_scenario,
    solve,
)
from crisisgames.analysis import SOURCES_OF_WAR, Source, causes
from crisisgames.analysis.sources_of_war import LeftOut, _solvable, _Worth, shapley


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


def test_an_ally_slips_into_war_no_more_than_its_partner():
    off = SOURCES_OF_WAR["hazard"].without(Incident(ally=Ally()))
    assert (off.hazard_response, off.hazard_escalation, off.ally.hazard) == (0, 0, 0)
    assert SOURCES_OF_WAR["hazard"].without(Incident()).ally is None
    # With no hazard anywhere nothing can become war, so that nothing need be solved.
    found = causes(Incident(ally=Ally(), suspicion=0.2), ["hazard"])
    assert found.dataset["rest"].values.tolist() == [0, 0, 0]


def test_sources_of_what_goes_on_between_dyads():
    """Against probabilities of war that the crisis itself states."""
    crisis = Dyads(pairs=(Pair(("A", "B"), loss=0.5, rise_none=0.03),), interruption=0.1)
    off = SOURCES_OF_WAR["accidents"].without(crisis)
    assert (off.rise_none, off.pairs[0].rise_none) == (0, 0)
    assert (off.pairs[0].loss, off.pairs[0].gain) == (0.5, None)
    assert SOURCES_OF_WAR["fear"].without(Dyads()).pairs == Dyads().pairs  # has none of its own
    found = causes(crisis, ["accidents", "broken dialogue"])

    def war(crisis: Dyads) -> float:
        plays = map(crisis.outcomes, crisis.solve())
        return min(sum(p for o, p in e.items() if o.startswith("war")) for e in plays)

    quiet = crisis.replace(suspension=0, interruption=0)
    share = war(crisis) - war(quiet) + war(off) - war(off.replace(suspension=0, interruption=0))
    assert float(found.dataset["share"].sel(source="broken dialogue", value="low")) == (
        pytest.approx(share / 2)
    )
    assert not found.complete  # mixed equilibria may exist besides
    assert "spillover" not in causes(crisis, budget=1e-9).table().index


def test_sources_of_an_arms_race():
    """Without fear a side arms exactly where restraint is worth less than nothing to it."""
    crisis = SecurityDilemma(prior_mean=0.5, clarity=0.5, fear=1.2)
    found = causes(crisis)
    assert found.about == "arms race"
    assert list(found.table().index) == ["noise", "fear", "everything else", "P(arms race)"]
    assert found.table().index.name == "source of arms race"
    fearless = crisis.replace(fear=0)
    [cutoff] = fearless.solve()
    alone = causes(crisis, ["fear"]).dataset["rest"].values
    expected = sum(p for o, p in fearless.outcomes(cutoff).items() if o.startswith("arms race"))
    assert alone == pytest.approx([expected] * 3)
    # All know that restraint is worth 0.5 if mutual, below the fear: all equilibria are possible.
    noise = causes(crisis, ["noise"]).dataset["rest"]
    assert noise.values.tolist() == [0, 1, 0]


class Made:
    """Values of subsets as if solved, of which some are not; and how long each takes is told."""

    def __init__(self, hard: list[set[str]]) -> None:
        self.hard, self.asked = hard, []

    def __call__(self, off):
        self.asked.append({s.name for s in off})
        return _Worth((0.1, 0.3, 0.2), True)

    def size(self, source):
        return -ord(source.name)

    def trouble(self, off, now):
        names = {s.name for s in off}
        self(off)
        return "too hard" if any(h <= names for h in self.hard) else ""

    def alone(self, source, now):
        return None if {source.name} in self.hard else (0.0, 0.2, 0.1)


ABCD = [Source(name, {"incident": {}}, "") for name in "abcd"]


def test_sources_are_left_out_with_which_not_all_is_solved():
    """What is kept has all its subsets solved, and nothing that was left out could be added."""
    for hard in ([], [{"b"}], [{"a", "b"}], [{"a", "b"}, {"c", "d"}], [{"a", "c", "d"}]):
        made = Made(hard)
        kept, left = _solvable(ABCD, made, None)
        names = {s.name for s in kept}
        assert sorted([*names, *left]) == list("abcd")
        assert not any(h <= names for h in hard)
        assert all(any(h <= names | {n} for h in hard) for n in left)
        assert all(left[n].alone is None for n in left if {n} in hard)
        assert [s.name for s in kept] == sorted(names)


def test_without_time_no_source_is_looked_at():
    found = causes(Incident(), budget=1e-9)
    assert not found.dataset.sizes["source"]
    assert found.table()["low"].tolist() == [found.table().loc["P(war)", "low"]] * 2
    assert {left.alone for left in found.left_out.values()} == {None}
    told = found.explain()
    assert told.startswith(
        "In the equilibrium with the lowest P(war), the one with the highest and"
    )
    assert "Shares in" not in told
    assert "takes more than what is left of 1e-09 s" in told


def test_what_is_left_out_is_said():
    found = causes(Incident(), ["noise"])
    left = {
        "hazard": LeftOut("even by itself, no equilibrium was found in 5 s"),
        "suspicion": LeftOut(
            "with hazard switched off as well, not all equilibria were found", (0.01, 0.25, 0.01)
        ),
    }
    object.__setattr__(found, "left_out", left)
    said = found.without_share()
    assert said[0] == (
        "No share was found of hazard: even by itself, no equilibrium was found in 5 s."
    )
    assert said[-1].endswith("over all equilibria: suspicion 1 to 25 %.")
    assert found.to_dict()["left_out"]["suspicion"]["alone"] == {
        "low": 0.01, "high": 0.25, "selected": 0.01
    }  # fmt: skip
    assert "In all that is said of other sources they stay on." in found.explain()
