"""What the models say together: directions, shares, what is left out, and pictures."""

from __future__ import annotations

from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from crisisgames import PRINCIPLES, GameError, NotApplicable, UnknownName, analysis, literature
from crisisgames.analysis.across_models import effect
from crisisgames.literature import Case, Condition, Lever, Model, Quantity

X = Quantity("x", "x", "a share", 0.5, 0, 1, box=(0, 1))
Y = Quantity("y", "y", "another", 0.5, 0, 1, box=(0.2, 1))
N = Quantity("n", "n", "a number", 2, 1, whole=True, box=(1, 4))


def model(
    compute: Any, *levers: Lever, conditions: tuple[Condition, ...] = (), **more: Any
) -> Model:
    meanings = {"war": "probability of war", "peace": "whether there is peace"}
    quantities = more.pop("quantities", (X, Y, N))
    case = Case(quantities, compute, meanings, conditions, **more)
    return Model("made-2000-up", "A model", "@misc{}", "Ours.", {"only": case}, levers, "war")


def lever(raises: bool = True, parameter: str = "x", **more: Any) -> Lever:
    return Lever("interests", "only", parameter, raises, "a reason", **more)


def linear(x: Any, y: Any, n: Any) -> dict[str, Any]:
    return {"war": x * y, "peace": x < 0.5}


def test_the_direction_of_the_principle_counts() -> None:
    for raises, sign in ((True, 1), (False, -1)):
        own = lever(raises)
        found = effect(model(linear, own), own)
        assert (found.rises, found.falls) == ((1, 0) if sign > 0 else (0, 1))
        assert found.verdict == ("never falls" if sign > 0 else "never rises")
        # Two points drawn evenly are a third apart in the mean, and y is 0.6 in the mean.
        assert found.mean == pytest.approx(sign * 0.2, abs=0.03)
        assert found.low < found.mean < found.high
        assert found.span <= 1
        assert found.nothing == found.undefined == 0
        assert len(found.changes) == 400


def test_a_measure_of_peace_counts_the_other_way() -> None:
    own = lever(measure="peace", more_is_worse=False)
    found = effect(model(linear, own), own)
    assert found.measure == "not peace"
    # Peace is lost where the two values lie on either side of one half.
    assert found.rises == pytest.approx(0.5, abs=0.07)
    assert found.falls == 0
    assert found.rises + found.nothing == 1
    assert set(found.changes) == {0, 1}


def test_what_rises_and_falls_is_both_and_what_does_nothing_is_nothing() -> None:
    def hump(x: Any, y: Any, n: Any) -> dict[str, Any]:
        return {"war": x * (1 - x) + 0 * n, "peace": True}

    for own, verdict in ((lever(), "both"), (lever(parameter="y"), "nothing")):
        found = effect(model(hump, own), own)
        assert found.verdict == verdict
        assert found.falls == pytest.approx(found.rises, abs=0.1)
    assert found.nothing == 1
    assert found.span > 0


def test_rounding_is_no_change() -> None:
    def noisy(x: Any, y: Any, n: Any) -> dict[str, Any]:
        return {"war": 1e3 + 1e-8 * x, "peace": True}

    own = lever()
    assert effect(model(noisy, own), own).nothing == 1


def test_results_that_do_not_apply_are_told_apart() -> None:
    def partial(x: Any, y: Any, n: Any) -> dict[str, Any]:
        return {"war": np.where(x < 0.5, x, np.nan), "peace": True}

    own = lever()
    found = effect(model(partial, own), own)
    assert found.undefined == pytest.approx(0.75, abs=0.07)
    assert found.rises + found.undefined == pytest.approx(1)
    assert found.mean == pytest.approx(1 / 6, abs=0.05)

    def endless(x: Any, y: Any, n: Any) -> dict[str, Any]:
        return {"war": np.where(x < 0.5, x, np.inf), "peace": True}

    found = effect(model(endless, own), own)
    assert found.rises == pytest.approx(0.75, abs=0.07)
    assert np.isfinite([found.mean, found.span]).all()


def test_of_several_equilibria_the_least_counts() -> None:
    def lists(x: float, y: float, n: int) -> dict[str, Any]:
        return {"war": (x, 1.0) if n > 1 else (), "peace": True}

    own = lever()
    found = effect(model(lists, own, vectorized=False), own)
    assert found.rises + found.undefined == 1
    assert found.undefined == pytest.approx(0.25, abs=0.07)


def test_points_meet_the_conditions_and_whole_numbers_differ() -> None:
    seen = []

    def watch(x: Any, y: Any, n: Any) -> dict[str, Any]:
        seen.append((np.array(x), np.array(y), np.array(n)))
        return {"war": np.asarray(n, dtype=float), "peace": True}

    above = Condition(("x", "y"), "x < y", lambda x, y: x < y)
    own = lever(parameter="n")
    found = effect(model(watch, own, conditions=(above,)), own, points=50)
    assert found.rises == 1
    for x, y, n in seen:
        assert (x < y).all()
        assert (y >= 0.2).all()
        assert n.dtype.kind == "i"
        assert set(n) <= {1, 2, 3, 4}
    assert (seen[0][0] == seen[1][0]).all()
    assert (seen[0][2] < seen[1][2]).all()


def test_what_the_model_works_out_by_itself_is_left_to_it() -> None:
    def own_n(x: Any, y: Any, n: Any) -> dict[str, Any]:
        return {"war": x * (1.0 if n is None else np.nan), "peace": True}

    free = Quantity("n", "n", "a number", None, 1, whole=True, box=(1, 4))
    own = lever()
    assert effect(model(own_n, own, quantities=(X, Y, free)), own).rises == 1


def test_a_box_that_misses_the_conditions_and_bad_numbers_of_points_are_errors() -> None:
    own = lever()
    never = Condition(("x",), "x > 2", lambda x: np.asarray(x) > 2)
    with pytest.raises(GameError, match="seldom meets its conditions"):
        effect(model(linear, own, conditions=(never,)), own, points=1)
    for wrong in (0, 2.5, True, "many"):
        with pytest.raises(GameError, match="points is"):
            effect(model(linear, own), own, points=wrong)  # type: ignore[arg-type]


def test_silent_and_unmeasured_models_are_listed() -> None:
    bare = Quantity("x", "x", "a share", 0.5, 0, 1)
    silent = model(linear)
    unranged = model(linear, lever(), quantities=(bare, Y, N))
    spoken = model(linear, lever(), lever(parameter="y"))
    found = analysis.effects("interests", models=[silent, unranged, spoken], points=20)
    assert [e.lever.parameter for e in found] == ["x", "y"]
    assert found.silent == found.unmeasured == found.models == ("made-2000-up",)
    assert "Silent: made-2000-up." in found.explain()
    assert "Not measured: made-2000-up." in found.explain()
    assert "2 levers in 1 model" in found.explain()
    with pytest.raises(NotApplicable, match="no range"):
        effect(unranged, unranged.levers[0])
    with pytest.raises(NotApplicable, match="nothing to draw"):
        analysis.effects("division", models=[spoken]).plot()
    with pytest.raises(UnknownName, match="did you mean 'interests'"):
        analysis.effects("interest")


def test_a_lever_must_name_a_result_of_its_case() -> None:
    with pytest.raises(UnknownName, match="result of case 'only'"):
        model(linear, lever(measure="calm"))


@pytest.fixture(scope="module")
def whole() -> analysis.Agreement:
    return analysis.agreement(points=40)


def test_every_registered_model_speaks_or_is_silent(whole: analysis.Agreement) -> None:
    assert list(whole) == list(PRINCIPLES)
    assert whole.models == literature.SLUGS
    for principle, found in whole.items():
        assert found.principle == principle
        assert set(found.models) | set(found.silent) | set(found.unmeasured) == set(whole.models)
        assert not set(found.models) & set(found.silent)
        for e in found:
            own = literature.get(e.model)
            assert e.lever in own.levers
            shares = e.falls, e.rises, e.nothing, e.undefined
            assert sum(shares) == pytest.approx(1)
            assert principle in own.principles
    assert len(whole["interests"].models) > 10


def test_the_same_points_give_the_same_shares_whoever_is_asked(whole: analysis.Agreement) -> None:
    slug = "nalebuff-1986-brinkmanship"
    (alone,) = analysis.effects("slow escalation", models=[slug], points=40)
    (among,) = whole.of(slug, "slow escalation")
    assert (alone.changes == among.changes).all()
    # Slower escalation with costs of delay or a mediator always helps there.
    assert alone.verdict == "never rises"


def test_tables_say_what_the_effects_are(whole: analysis.Agreement) -> None:
    found = whole["restraint"]
    table = found.table()
    assert len(table) == len(found)
    assert table["falls"].to_list() == [e.falls for e in found]
    assert "<table" in found._repr_html_()
    cells = whole.table()
    assert cells.shape == (len(whole.models), len(PRINCIPLES))
    for model_, principle in ((m, p) for m in whole.models for p in whole):
        said = cells.loc[model_, principle]
        assert (said == "") is (not whole.of(model_, principle))
        assert said.count("/") == len(whole.of(model_, principle))
    counts = whole.counts()
    verdicts = counts[["never rises", "both", "never falls", "nothing"]].sum(axis=1)
    assert (verdicts == counts["levers"]).all()
    assert "<table" in whole._repr_html_()
    with pytest.raises(UnknownName, match="did you mean 'division'"):
        whole["divisions"]


def test_pictures_have_a_row_for_each(whole: analysis.Agreement) -> None:
    ax = whole["clear signals"].plot()
    assert [t.get_text() for t in ax.get_yticklabels()] == [e.name for e in whole["clear signals"]]
    assert "share of its range" in ax.get_xlabel()
    ax.figure.canvas.draw()
    table = whole.plot()
    assert [t.get_text() for t in table.get_yticklabels()] == list(whole.models)
    assert [t.get_text() for t in table.get_xticklabels()] == list(PRINCIPLES)
    widths = sum(bar.get_width() for bar in table.patches)
    levers = sum(len(found) for found in whole.values())
    assert widths == pytest.approx(0.88 * levers)
    table.figure.canvas.draw()
    plt.close("all")
