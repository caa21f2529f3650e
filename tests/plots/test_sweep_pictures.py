"""Pictures of sweeps show the numbers of the dataset: samples, larger grids, and what is asked."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sweeps import made, made_sample

from crisisgames import GameError, NotApplicable, Sweep, UnknownName
from crisisgames.plots import plot_map, plot_points
from crisisgames.plots.cells import bins_of, shown_first

RNG = np.random.default_rng(7)
N = 200
DRAWS = {"clarity": RNG.uniform(0.1, 0.9, N), "risk": RNG.uniform(0, 1, N)}
LOW = np.stack([DRAWS["clarity"] * 0.2, np.full(N, 0.05)])
HIGH = np.where(DRAWS["risk"] > 0.5, LOW + 0.3 * DRAWS["risk"], LOW)
GRID = {"clarity": np.linspace(0, 1, 4), "risk": np.linspace(0, 1, 3)}
PEACE, WAR = (0.0, 0.0), (0.6, 0.6)


def sample(**changes):
    given = {"names": ("none", "line"), "draws": DRAWS, "low": LOW, "high": HIGH}
    return made_sample(**{**given, **changes})


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def visible(figure):
    return [ax for ax in figure.axes if ax.get_visible()]


def dots(ax, label):
    """Return where the marks of one kind are, in order."""
    found = [c.get_offsets() for c in ax.collections if c.get_label() == label]
    return np.array(sorted(map(tuple, np.concatenate(found)))) if found else np.zeros((0, 2))


def placed(x, y):
    return np.array(sorted(zip(x, y, strict=True)))


def words(figure):
    return [t.get_text() for t in figure.legends[0].get_texts()]


def text(figure):
    return " ".join(figure.get_supxlabel().split())


def test_each_draw_has_its_bounds_and_its_selected_value():
    figure = Sweep(sample(selected=HIGH)).plot()
    axes = visible(figure)
    assert len(axes) == 4
    assert len({ax.get_ylim() for ax in axes}) == 1
    for k, ax in enumerate(axes):
        m, name = k // 2, list(DRAWS)[k % 2]
        x, differ = DRAWS[name], HIGH[m] > LOW[m]
        np.testing.assert_allclose(dots(ax, "low"), placed(x[differ], LOW[m][differ]))
        np.testing.assert_allclose(dots(ax, "high"), placed(x[differ], HIGH[m][differ]))
        np.testing.assert_allclose(dots(ax, "selected"), placed(x, HIGH[m]))
    assert [axes[k].get_ylabel() for k in (0, 2)] == ["P(war) (%)"] * 2
    assert [axes[k].get_xlabel() for k in (2, 3)] == ["clarity", "risk"]
    assert [t.get_text() for ax in axes for t in ax.texts] == ["none", "line"]
    assert "clarity: what clarity is; risk: what risk is." in text(figure)
    assert "uniform, 200 draws, seed 0" in text(figure)
    assert "a slope is no effect of one parameter alone" in text(figure)


def test_bands_and_lines_are_means_and_extremes_of_bins():
    (first, _) = visible(Sweep(sample(selected=(LOW + HIGH) / 2)).plot(over="risk"))
    edges = np.linspace(DRAWS["risk"].min(), DRAWS["risk"].max(), 9)  # 200 draws, 25 in each
    bins = pd.cut(DRAWS["risk"], edges, include_lowest=True, right=False, labels=False)
    bins = np.where(np.isnan(bins), 7, bins)  # the largest draw
    by_bin = pd.DataFrame({"bin": bins, "low": LOW[0], "high": HIGH[0]}).groupby("bin")
    means, least, most = by_bin.mean(), by_bin.low.min(), by_bin.high.max()
    low, high, selected = (s.get_data() for s in sorted_stairs(first))
    for stairs in (low, high, selected):
        np.testing.assert_allclose(stairs.edges, edges)
    np.testing.assert_allclose(low.values, least)
    np.testing.assert_allclose(high.values, most)
    np.testing.assert_allclose(selected.values, (means.low + means.high) / 2)
    (band,) = [c for c in first.collections if "FillBetween" in type(c).__name__] or [
        c for c in first.collections if type(c).__name__ == "PolyCollection"
    ]
    corners = np.concatenate([p.vertices for p in band.get_paths()])
    for (_, own), left, right in zip(means.iterrows(), edges[:-1], edges[1:], strict=True):
        inside = corners[(corners[:, 0] >= left - 1e-9) & (corners[:, 0] <= right + 1e-9)]
        assert np.isclose(inside[:, 1], own.low).any()
        assert np.isclose(inside[:, 1], own.high).any()


def sorted_stairs(ax):
    """Return the steps of the least, of the most, and of the mean selected value."""
    found = [p for p in ax.patches if type(p).__name__ == "StepPatch"]
    dashed = [p for p in found if p.get_linewidth() < 1]
    (solid,) = [p for p in found if p.get_linewidth() > 1]
    return [*sorted(dashed, key=lambda p: np.nanmean(p.get_data().values)), solid]


def test_doubtful_draws_and_those_without_equilibrium_are_marked():
    low, high = LOW.copy(), HIGH.copy()
    low[0, 4] = high[0, 4] = np.nan
    data = sample(low=low, high=high, missing=[(0, 3)])
    figure = Sweep(data).plot(over="clarity")
    first, second = visible(figure)
    x = DRAWS["clarity"]
    expected = placed([x[3], x[3]], [low[0, 3], high[0, 3]])
    np.testing.assert_allclose(dots(first, "incomplete"), expected)
    np.testing.assert_allclose(dots(first, "none"), [[x[4], 0]])
    assert not len(dots(second, "incomplete"))
    assert not len(dots(second, "none"))
    assert {"perhaps not all found", "no equilibrium found"} <= set(words(figure))
    clean = words(Sweep(sample()).plot(over="clarity"))
    assert not {"perhaps not all found", "no equilibrium found"} & set(clean)


def test_only_what_is_asked_for_is_drawn_one_by_one():
    figure = Sweep(sample()).plot(over="clarity", show="high")
    for m, ax in enumerate(visible(figure)):
        np.testing.assert_allclose(dots(ax, "high"), placed(DRAWS["clarity"], HIGH[m]))
        assert not len(dots(ax, "low"))
        assert not len(dots(ax, "selected"))
    with pytest.raises(UnknownName, match="probability to draw named 'heigh'; did you mean 'high'"):
        Sweep(sample()).plot(over="clarity", show="heigh")


def test_of_many_draws_some_are_drawn_and_all_are_counted():
    n = 4000
    x, y = RNG.uniform(0, 1, n), RNG.uniform(0, 1, n)
    data = made_sample(draws={"x": x}, low=[y], high=[y], missing=[(0, 17), (0, 2345)])
    figure = plot_points(data)
    (ax,) = visible(figure)
    assert len(dots(ax, "selected")) == 1500
    np.testing.assert_allclose(dots(ax, "incomplete")[::2], placed(x[[17, 2345]], y[[17, 2345]]))
    assert "1500 of 4000 points, drawn at random, those with a doubt first" in text(figure)
    mean = sorted_stairs(ax)[-1].get_data()
    counts, _ = np.histogram(x, mean.edges)
    assert len(counts) == 20
    np.testing.assert_allclose((mean.values * counts).sum(), y.sum())


def test_of_many_parameters_those_are_shown_over_which_most_varies():
    draws = {f"p{k}": RNG.uniform(0, 1, N) for k in range(6)}
    low = [0.01 * sum(draws[f"p{k}"] * (0, 5, 0, 6, 7, 8)[k] for k in range(6))]
    data = made_sample(draws=draws, low=low, high=low)
    figure = Sweep(data).plot()
    assert [ax.get_xlabel() for ax in visible(figure)] == ["p1", "p3", "p4", "p5"]
    assert "Not shown: p0, p2." in text(figure)
    chosen = Sweep(data).plot(over=("p2", "p0", "p1"))
    assert [ax.get_xlabel() for ax in visible(chosen)] == ["p2", "p0", "p1"]
    with pytest.raises(NotApplicable, match="room for 4 parameters"):
        Sweep(data).plot(over=tuple(draws))


def test_a_grid_over_more_is_drawn_point_by_point_with_its_values_as_bins():
    over = {"a": [0.0, 1.0, 3.0], "b": [0.1, 0.2], "c": [5.0, 6.0]}
    spans = [[(0.01 * k, 0.01 * k + 0.1)] for k in range(12)]
    data = made(over=over, spans=spans)
    figure = Sweep(data).plot(over="a")
    (ax,) = visible(figure)
    war = data.sel(outcome="war").isel(mechanism=0)
    least, most, mean = (s.get_data() for s in sorted_stairs(ax))
    np.testing.assert_allclose(mean.edges, [-0.5, 0.5, 2.0, 4.0])
    np.testing.assert_allclose(least.values, war.low.min(("b", "c")))
    np.testing.assert_allclose(most.values, war.high.max(("b", "c")))
    np.testing.assert_allclose(mean.values, war.selected.mean(("b", "c")))
    assert "b, c vary too" in text(figure)
    assert len(visible(Sweep(data).plot())) == 3, "by default against each of them"


def test_what_has_one_value_is_told_and_not_drawn():
    over = {"clarity": np.linspace(0, 1, 4), "risk": np.linspace(0, 1, 3), "theatre.cost": [2.0]}
    figure = Sweep(made(over=over, spans=[[(0.1, 0.2)]] * 12)).plot()
    assert figure.axes[0].get_xlabel() == "clarity"
    assert figure.axes[0].get_ylabel() == "risk"
    assert "Parameters: cost 2." in text(figure)
    chosen = made(over=over, spans=[[(0.1, 0.2)]] * 12).sel(risk=0.5)
    (ax,) = Sweep(chosen).plot().axes
    assert ax.get_xlabel() == "What clarity is (clarity)"


def test_a_map_of_a_sample_shows_means_of_bins():
    data = sample(missing=[(1, 0)])
    figure = Sweep(data).plot(over=("risk", "clarity"))
    panels = figure.axes[:6]
    assert [ax.get_title() for ax in panels[:3]] == [
        "lowest (mean)",
        "highest (mean)",
        "selected (mean)",
    ]
    x, y = bins_of(DRAWS["risk"], 4), bins_of(DRAWS["clarity"], 4)  # about ten draws in each cell
    for k, (values, m) in enumerate(((LOW, 0), (HIGH, 0), (LOW, 0), (LOW, 1), (HIGH, 1), (LOW, 1))):
        drawn = panels[k].collections[0].get_array().reshape(4, 4)
        for i, j in np.ndindex(4, 4):
            inside = (x.place == i) & (y.place == j)
            np.testing.assert_allclose(drawn[j, i], values[m][inside].mean())
    assert [len(ax.patches) for ax in panels] == [0] * 3 + [1] * 3, "hatched where one is in doubt"
    corner = panels[3].patches[0].get_xy()
    assert corner == (x.edges[x.place[0]], y.edges[y.place[0]])
    differ = np.zeros((4, 4), dtype=bool)
    np.logical_or.at(differ, (x.place, y.place), HIGH[0] > LOW[0])
    borders = (differ[1:] != differ[:-1]).sum() + (differ[:, 1:] != differ[:, :-1]).sum()
    assert borders > 0
    assert [len(c.get_segments()) for c in panels[0].collections[1:]] == [borders] * 2
    assert "Each cell: the mean over those of the 200 points that lie in it. " in text(figure)
    more = sample(draws={**DRAWS, "cost": DRAWS["risk"]})
    assert "in it; other parameters vary." in text(Sweep(more).plot(over=("risk", "clarity")))


def test_a_mean_needs_a_selection_at_every_point_of_the_bin():
    draws = {"a": np.repeat([0.0, 1.0], 20), "b": np.tile([0.0, 1.0], 20)}
    low, high = np.full(40, 0.1), np.where(np.arange(40) == 3, 0.5, 0.1)
    selected = np.where(high > low, np.nan, low)
    data = made_sample(draws=draws, low=[low], high=[high], selected=[selected])
    (ax,) = visible(Sweep(data).plot(over="a"))
    np.testing.assert_allclose(sorted_stairs(ax)[-1].get_data().values, [np.nan, 0.1])
    figure = Sweep(data).plot(over=("a", "b"))
    assert [ax.get_title() for ax in figure.axes[:2]] == ["lowest (mean)", "highest (mean)"]
    asked = Sweep(data).plot(over=("a", "b"), show=["selected", "high"])
    selected, high = (
        np.ma.filled(ax.collections[0].get_array(), np.nan).reshape(2, 2) for ax in asked.axes[:2]
    )
    np.testing.assert_allclose(selected, [[0.1, 0.1], [np.nan, 0.1]])  # draw 3 has b = 1
    np.testing.assert_allclose(high, [[0.1, 0.1], [0.14, 0.1]])
    assert "or none selected" in text(asked)


def test_cells_without_points_are_grey_and_said_to_be():
    draws = {"a": np.array([0.0, 0.1, 0.9, 1.0] * 10), "b": np.array([0.0, 0.1, 0.9, 1.0] * 10)}
    data = made_sample(draws=draws, low=[np.full(40, 0.2)], high=[np.full(40, 0.2)])
    figure = plot_map(data, over=("a", "b"), show="low")
    drawn = np.ma.filled(figure.axes[0].collections[0].get_array(), np.nan).reshape(4, 4)
    assert np.isnan(drawn).sum() == 12
    assert "Grey: no points" in text(figure)


def test_the_classes_of_a_sample_are_drawn_draw_by_draw():
    figure = plot_map(sample(), over=("clarity", "risk"), show=["classes", "count"])
    differ = HIGH[0] > LOW[0]
    for ax, single, double in zip(figure.axes[:2], ("A", "1"), ("B", "2"), strict=True):
        found = {c.get_label(): len(c.get_offsets()) for c in ax.collections}
        counts = sorted((differ.sum(), (~differ).sum()))
        assert sorted(found.values()) == counts
        assert set(found) == {single, double}
    count = figure.axes[1]
    np.testing.assert_allclose(
        dots(count, "2"), placed(DRAWS["clarity"][differ], DRAWS["risk"][differ])
    )
    assert words(figure) == ["A", "B", "1 class", "2 classes"]


def test_panels_are_those_asked_for_in_this_order():
    data = made(("none", "b"), over=GRID, spans=[[(0.1, 0.4)]] * 12)
    figure = Sweep(data).plot(show=["selected", "low"])
    assert [ax.get_title() for ax in figure.axes[:2]] == ["selected", "lowest"]
    assert len(figure.axes) == 5
    assert not [line for line in figure.get_supxlabel().splitlines() if line.startswith("A ")]
    with pytest.raises(UnknownName, match="panel of a map named 'clases'; did you mean 'classes'"):
        Sweep(data).plot(show=["low", "clases"])
    with pytest.raises(GameError, match="show is empty"):
        Sweep(data).plot(show=[])


def test_with_one_panel_mechanisms_stand_side_by_side():
    names = tuple("abcdef")
    figure = Sweep(made(names, over=GRID, spans=[[(0.1, 0.4)]] * 12)).plot(show="high")
    axes = [ax for ax in visible(figure) if ax.get_title(loc="left")]
    assert [ax.get_title(loc="left") for ax in axes] == list(names)
    assert figure.get_suptitle() == "Incident: highest probability of war"
    with pytest.raises(NotApplicable, match=r"show='high', for up to 12"):
        Sweep(made(names, over=GRID, spans=[[(0.1, 0.4)]] * 12)).plot()
    many = tuple("abcdefghijklm")
    with pytest.raises(NotApplicable, match="room for 12 mechanisms"):
        Sweep(made(many, over=GRID, spans=[[(0.1, 0.4)]] * 12)).plot(show="high")


def test_the_count_of_classes_has_a_star_where_peace_and_war_are_both_possible():
    spans = [[PEACE, WAR]] * 6 + [[(0.1, 0.2), WAR]] * 3 + [[(0.0, 0.2)]] * 3
    figure = Sweep(made(over=GRID, spans=spans)).plot(show="count")
    ax = figure.axes[0]
    assert sorted(t.get_text() for t in ax.texts) == ["1", "2", "2*"]
    places = {t.get_text(): t.get_position()[0] for t in ax.texts}
    assert places["2*"] < places["2"] < places["1"]
    assert "A star: war is impossible in one of the classes" in text(figure)
    untold = made(over=GRID, spans=[[(0.1, 0.4)]] * 12)
    untold["class_low"][:] = untold["class_high"][:] = untold["classes"][:] = np.nan
    assert [t.get_text() for t in Sweep(untold).plot(show="count").axes[0].texts] == ["?"]


def test_the_first_of_two_parameters_runs_across():
    spans = [[(0.05 * k, 0.05 * k)] for k in range(12)]
    data = made(over=GRID, spans=spans)
    usual, swapped = (
        plot_map(data, over=over, show="low").axes[0].collections[0].get_array()
        for over in (("clarity", "risk"), ("risk", "clarity"))
    )
    np.testing.assert_allclose(usual.reshape(3, 4), swapped.reshape(4, 3).T)
    assert usual.reshape(3, 4)[0, 1] == pytest.approx(0.15)


def test_bands_stand_apart_on_request():
    data = made(("none", "b"), spans=[[(0.1, 0.2)]] * 5)
    axes = visible(Sweep(data).plot(apart=True))
    assert [ax.get_title(loc="left") for ax in axes] == ["none", "b"]
    assert len(visible(Sweep(data).plot())) == 1
    assert len(visible(Sweep(made(spans=[[(0.1, 0.2)]] * 5)).plot(apart=True))) == 1
    four = made(tuple("abcd"), spans=[[(0.1, 0.2)]] * 5)
    with pytest.raises(NotApplicable, match="room for 3 mechanisms"):
        Sweep(four).plot(apart=False)


def test_a_lazy_sweep_is_computed_and_drawn():
    pytest.importorskip("dask")
    data = made(over=GRID, spans=[[(0.1, 0.4)]] * 12)
    assert len(Sweep(data.chunk()).plot().axes) == 5


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"kind": "pints"}, UnknownName, "kind of picture named 'pints'; did you mean 'points'"),
        ({"over": "clarty"}, UnknownName, "did you mean 'clarity'"),
        ({"over": ()}, GameError, "name parameters, each once"),
        ({"over": ("risk", "risk")}, GameError, "name parameters, each once"),
        ({"kind": "bands"}, NotApplicable, "a sample over clarity, risk; draw the points"),
        ({"kind": "map", "over": "risk"}, NotApplicable, "a map is over two parameters"),
        ({"apart": False}, NotApplicable, "mechanisms are always apart"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_what_can(options, error, message):
    with pytest.raises(error, match=message):
        Sweep(sample()).plot(**options)


def test_bands_take_no_panels():
    with pytest.raises(NotApplicable, match="bands show all"):
        Sweep(made(spans=[[(0.1, 0.2)]] * 5)).plot(show="low")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.floats(-10, 10), st.integers(0, 3).map(float)), min_size=1, max_size=90),
    st.one_of(st.none(), st.integers(1, 9)),
)
def test_every_point_is_in_its_bin(values, most):
    values = np.array(values)
    bins = bins_of(values, most)
    assert (np.diff(bins.edges) > 0).all()
    assert (bins.edges[bins.place] <= values).all()
    assert (values <= bins.edges[bins.place + 1]).all()
    for summary, own in (("mean", np.mean), ("min", np.min), ("max", np.max)):
        for k, found in enumerate(bins.of(values, summary)):
            inside = values[bins.place == k]
            assert np.isnan(found) if not len(inside) else np.isclose(found, own(inside))


def test_values_that_are_not_there_are_left_out_of_bins():
    bins = bins_of(np.array([0.0, 0.0, 1.0, 1.0]))
    values = np.array([0.2, np.nan, np.nan, np.nan])
    for summary in ("mean", "min", "max"):
        np.testing.assert_equal(bins.of(values, summary), [0.2, np.nan])


def test_the_incomplete_are_among_those_that_are_drawn():
    complete = np.ones(1000, dtype=bool)
    complete[[5, 500, 999]] = False
    chosen = shown_first(complete, 50)
    assert len(set(chosen)) == 50
    assert {5, 500, 999} <= set(chosen.tolist())
    assert shown_first(complete, 1000).tolist() == list(range(1000))
