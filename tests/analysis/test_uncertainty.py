"""Where in a box of parameters a claim holds, and which parameter matters most."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr, triang

from crisisgames import (
    Bargaining,
    CrisisGamesError,
    Dyads,
    GameError,
    Hotline,
    Incident,
    Ladder,
    NotApplicable,
    SecurityDilemma,
    Track2,
    TrilateralDialogue,
    UnknownName,
    none,
    solve,
)
from crisisgames.analysis import robustness, sensitivity
from crisisgames.analysis.points import Drawn
from crisisgames.analysis.uncertainty import (
    Robustness,
    _one,
    _values_of,
    draw_box,
    rank_correlations,
    robustness_of,
)
from crisisgames.mechanisms import Design

BOX = {"suspicion": (0.3, 0.7), "clarity": (0.0, 0.6)}


def test_draws_are_reproducible_and_independent_of_each_other() -> None:
    few, many = draw_box(BOX, 10, 1), draw_box({**BOX, "gain": (0, 1)}, 50, 1)
    for name in BOX:
        assert (many[name][:10] == few[name]).all()
        assert ((BOX[name][0] <= many[name]) & (many[name] <= BOX[name][1])).all()
    assert (draw_box(BOX, 10, 2)["clarity"] != few["clarity"]).any()
    drawn = draw_box({"clarity": triang(0.5)}, 4000)["clarity"]
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert draw_box({"clarity": (0.2, 0.2)}, 3)["clarity"].tolist() == [0.2] * 3


def test_verdicts_are_those_of_each_draw() -> None:
    claim = "P(war) < 0.01"
    found = robustness(claim, Incident(), [none], BOX, draws=60)
    one_by_one = robustness(claim, Incident(), [none], BOX, draws=60, time_limit=60)
    for k in range(60):
        here = found.dataset.isel(draw=k)
        values = {n: float(here[n]) for n in BOX}
        low, high = solve(Incident(**values).game()).bounds("war")
        expected = "all" if high < 0.01 else "some" if low < 0.01 else "none"
        assert str(here["verdict"].item()) == expected
        assert float(here["low"]) == pytest.approx(0.01 - high)
    assert (found.dataset["verdict"] == one_by_one.dataset["verdict"]).all()
    shares = [found.share(v)[0] for v in ("all", "some", "none")]
    assert sum(shares) == pytest.approx(1)
    for v in ("all", "some", "none"):
        share, low, high = found.share(v)
        assert low <= share <= high
    worst = found.counterexample
    assert worst is not None
    assert solve(Incident(**worst).game()).bounds("war")[1] == pytest.approx(
        0.01 - float(found.dataset["low"].min())
    )


@pytest.mark.parametrize(
    "claim",
    [
        "payoff(A) under hotline (theatre) > -0.02",
        "welfare under hotline (theatre) > welfare",
        "P(war) under hotline (theatre) < 0.5 * payoff(B) + 0.05",
    ],
)
def test_payoffs_are_judged_on_batches_too(claim: str) -> None:
    designs = [none, Hotline("theatre")]
    found = robustness(claim, Incident(), designs, BOX, draws=15).dataset
    one_by_one = robustness(claim, Incident(), designs, BOX, draws=15, time_limit=60).dataset
    assert (found["verdict"] == one_by_one["verdict"]).all()
    for end in ("low", "high"):
        assert np.allclose(found[end], one_by_one[end], atol=1e-12)
    assert found["low"].std() > 0


@pytest.mark.parametrize("rule", ["least war", "most war", "welfare"])
def test_what_a_rule_selects_is_that_of_each_point(rule: str) -> None:
    crises = Drawn.under(Incident(), Hotline("theatre"), draw_box(BOX, 12, 3))
    found = _values_of(crises, "war", "selected", rule)
    assert np.allclose(found, [_one(c, "war", "selected", rule) for c in crises], atol=1e-12)


def test_a_claim_about_conduct_net_of_arithmetic() -> None:
    found = robustness("net P(war) under track 2 <= P(war)", Incident(), [none, Track2()],
                       {"clarity": (0.3, 0.5)}, draws=4)  # fmt: skip
    assert found.dataset["complete"].all()
    assert found.table()["share of draws"].sum() == pytest.approx(1)


def test_sentences_and_pictures(tmp_path) -> None:
    found = robustness("P(war) < 0.01", Incident(), [none], BOX, draws=40)
    said = found.explain()
    assert "of 40 draws" in said
    assert "It fails most at suspicion" in said
    assert set(found.telling()) == set(BOX)
    ax = found.plot()
    assert {"(suspicion)", "(clarity)"} == {
        t.split()[-1] for t in (ax.get_xlabel(), ax.get_ylabel())
    }
    ax.figure.savefig(tmp_path / "verdicts.png")
    assert found.to_dict()["draws"] == 40
    true = robustness("P(war) <= 1", Incident(), [none], BOX, draws=5)
    assert true.counterexample is None
    assert true.share()[0] == 1


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ({"clarity": (0.6, 0.2)}, "low above its high"),
        ({"clarity": 0.3}, "give a pair"),
        ({"clarity": (0, float("nan"))}, "give a pair"),
        ({"clartiy": (0, 1)}, "did you mean 'clarity'"),
        ({}, "give {parameter"),
        ({"clarity": (0.5, 1.5)}, "clarity"),
    ],
)
def test_bad_boxes_say_what_is_wrong(box, said) -> None:
    with pytest.raises(CrisisGamesError, match=said):
        robustness("P(war) < 1", Incident(), [none], box, draws=5)
    if "clartiy" not in box and box != {"clarity": (0.5, 1.5)}:
        with pytest.raises(CrisisGamesError, match=said):
            sensitivity(Incident(), box, draws=4)


def test_bad_draws_and_mechanisms() -> None:
    with pytest.raises(GameError, match="draws is 0"):
        robustness("P(war) < 1", Incident(), [none], BOX, draws=0)
    with pytest.raises(NotApplicable, match="means nothing"):
        robustness("P(war) under trilateral dialogue < 1", Incident(),
                   [none, TrilateralDialogue()], BOX, draws=2)  # fmt: skip


def test_sobol_indices_of_a_known_shape() -> None:
    """Where the revisionist mixes suspicion does nothing, and all variance is clarity's."""
    found = sensitivity(Incident(), {"suspicion": (0.35, 0.65), "clarity": (0.3, 0.7)}, draws=64)
    assert list(found.index) == ["clarity", "suspicion"]
    assert found.loc["clarity", "total"] == pytest.approx(1, abs=0.1)
    assert found.loc["suspicion", "total"] == pytest.approx(0, abs=1e-6)
    still = sensitivity(Incident(), {"suspicion": (0.35, 0.65)}, draws=16)
    assert np.isnan(still.loc["suspicion", "total"])


def test_other_crises_and_values() -> None:
    found = robustness("P(war) > 0.2", Ladder(rungs=2), [none], {"risk": (0.1, 0.5)}, draws=12)
    assert found.share("all")[0] < 1
    table = sensitivity(Ladder(rungs=2), {"risk": (0.1, 0.5)}, value="selected", draws=4)
    assert list(table.columns) == ["first", "first ±", "total", "total ±"]
    with pytest.raises(UnknownName, match="no value named 'mean'"):
        sensitivity(Ladder(rungs=2), {"risk": (0.1, 0.5)}, value="mean", draws=4)


def test_a_hotline_never_helps_everywhere_where_silence_survives() -> None:
    found = robustness("P(war) under hotline (theatre) < P(war)", Incident(),
                       [none, Hotline("theatre")], {"gain": (0.9, 1.1)}, draws=6)  # fmt: skip
    assert found.share("all")[0] == 0


CLAIMS = ("P(war) < 0.01", "P(war) under hotline (theatre) < P(war) under none")


@pytest.mark.parametrize("options", [{}, {"time_limit": 60}])
def test_claims_that_share_points_are_judged_as_each_alone(options) -> None:
    mechanisms = [none, Hotline("theatre")]
    box = {"suspicion": (0.3, 0.6)}
    together = robustness_of(CLAIMS, Incident(), mechanisms, box, draws=8, **options)
    for claim, found in zip(CLAIMS, together, strict=True):
        alone = robustness(claim, Incident(), mechanisms, box, draws=8, **options)
        assert found.dataset.identical(alone.dataset)
        assert found.dataset.attrs["asked"] == 8


def test_a_budget_ends_the_draws_and_is_said() -> None:
    found = robustness(
        "P(war) < 0.01", Incident(), [none], BOX, draws=30, budget=1e-9, time_limit=60
    )
    whole = robustness("P(war) < 0.01", Incident(), [none], BOX, draws=30)
    assert found.dataset.sizes["draw"] == 1  # one is always judged
    assert found.dataset["verdict"][0] == whole.dataset["verdict"][0]
    assert "Time was up after 1 of 30 draws." in found.explain()
    assert found.to_dict()["asked"] == 30
    _, low, high = found.share()
    assert high - low > 0.7


def test_shares_hold_whatever_is_the_case_where_nothing_is_known(tmp_path) -> None:
    whole = robustness("P(war) < 0.01", Incident(), [none], BOX, draws=40)
    verdict = whole.dataset["verdict"].values.astype("<U7")
    low = whole.dataset["low"].values.copy()
    hidden = np.arange(40) % 4 == 0
    verdict[hidden], low[hidden] = "unknown", np.nan
    data = whole.dataset.assign(verdict=("draw", verdict), low=("draw", low))
    found = Robustness(whole.claim, data, whole.crisis)
    assert found.unknown == hidden.sum()
    for kind in ("all", "some", "none"):
        share, least, most = found.share(kind)
        assert share == pytest.approx(np.mean(verdict[~hidden] == kind))
        # Fill in what is hidden, one way and the other: the interval covers both.
        for filled in (kind, "another"):
            here = np.where(hidden, filled, verdict)
            other = Robustness(whole.claim, data.assign(verdict=("draw", here)), whole.crisis)
            _, a, b = other.share(kind)
            assert least <= a <= b <= most
    assert f"At {hidden.sum()} of them no equilibrium was found" in found.explain()
    worst = found.counterexample
    known = whole.dataset.isel(draw=~hidden)
    assert worst["clarity"] == float(known["clarity"][int(np.argmin(known["low"].values))])
    figure = found.plot().get_figure()
    figure.savefig(tmp_path / "unknown.png")
    assert any("not known" in t.get_text() for t in figure.axes[0].get_legend().get_texts())


def test_ranks_correlate_as_computed_point_by_point() -> None:
    box = {**BOX, "gain": (0.5, 1.5)}
    found = rank_correlations(Incident(), box, draws=30, seed=3)
    drawn = draw_box(box, 30, 3)
    high = [
        solve(Incident(**{n: v[k] for n, v in drawn.items()}).game()).bounds("war")[1]
        for k in range(30)
    ]
    for name in box:
        row = found.loc[name]
        assert row["correlation"] == pytest.approx(spearmanr(drawn[name], high).statistic)
        assert -1 <= row["from"] < row["correlation"] < row["to"] <= 1
    assert list(found["correlation"].abs()) == sorted(found["correlation"].abs(), reverse=True)
    assert found.attrs == {"asked": 30, "begun": 30, "known": 30, "open": 0}


def test_ranks_of_crises_that_are_no_trees_and_of_what_does_not_vary() -> None:
    arms = rank_correlations(SecurityDilemma(), {"fear": (0.5, 1.5)}, draws=12)
    assert arms.loc["fear", "correlation"] == pytest.approx(1)  # fear makes arms races likelier
    assert 0.9 < arms.loc["fear", "from"] <= arms.loc["fear", "to"] <= 1
    quiet = rank_correlations(Dyads(), {"damage": (5, 9)}, draws=6)
    assert quiet.attrs["open"] == 6  # mixed equilibria may exist besides
    few = rank_correlations(Incident(), BOX, draws=9, budget=1e-9)
    assert few.attrs["begun"] == 1
    assert few["correlation"].isna().all()
    with pytest.raises(UnknownName, match="no value named 'selected'"):
        rank_correlations(Bargaining(), {"ideology": (0, 1)}, value="selected")


def test_a_strict_claim_that_fails_by_ties_only_says_so() -> None:
    """Where no channel is believed the hotline changes nothing: war is equal, never likelier."""
    box = {"suspicion": (0.3, 0.7), "clarity": (0.1, 0.6)}
    strict = "P(war) under hotline < P(war) under none"
    found = robustness(strict, Incident(), [none, Hotline()], box, draws=20)
    weak = robustness(strict.replace("<", "<="), Incident(), [none, Hotline()], box, draws=20)
    gained = weak.share("all")[0] - found.share("all")[0]
    assert gained > 0.5
    said = found.explain()
    assert f"It fails by ties only at {gained:.1%} of draws" in said
    assert "with <= for < it would hold" in said
    assert "It fails most at" not in said  # the worst margin is rounding
    assert "ties" not in weak.explain()
    same = robustness("P(war) != P(war) under other", Incident(), [none, Design("other")], box,
                      draws=5).explain()  # fmt: skip
    assert "no equilibrium at 100.0%" in same
    assert "fails" not in same


def test_ties_and_failures_are_told_apart_at_each_draw() -> None:
    drawn = {"low": [-0.1, -1e-17, 0.0, 0.2, np.nan], "high": [0.3, 0.2, 0.0, 0.3, np.nan]}
    whole = robustness("P(war) < 0.01", Incident(), [none], BOX, draws=5)
    data = whole.dataset.assign(
        verdict=("draw", ["some", "some", "none", "all", "unknown"]),
        **{end: ("draw", np.array(values)) for end, values in drawn.items()},
    )
    said = Robustness(whole.claim, data, whole.crisis, {"none": "nothing"}).explain()
    assert "It fails by ties only at 50.0% of draws" in said  # of the four that are known
    first = float(data["suspicion"][0])
    assert f"It fails most at suspicion {first:.4g}" in said
    assert said.splitlines()[1] == "  none: nothing."
    assert said.count("95% interval") == 1
