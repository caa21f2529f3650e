"""Pictures over parameters show what is in the dataset, and no more."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr
from made_sweeps import made
from matplotlib.colors import to_rgb

from crisisgames import NotApplicable, Sweep, UnknownName
from crisisgames.plots import plot_bands, plot_map
from crisisgames.plots.kinds import in_words


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def bands(ax):
    return [
        c
        for c in ax.collections
        if type(c).__name__ in ("PolyCollection", "FillBetweenPolyCollection")
    ]


def legend(figure):
    return [t.get_text() for t in figure.legends[0].get_texts()]


def test_classes_are_bands_of_their_own():
    data = made(spans=[[(0.0, 0.1), (0.3, 0.4)]] * 5)
    (ax,) = plot_bands(data).axes
    extents = sorted(tuple(b.get_paths()[0].get_extents().intervaly) for b in bands(ax))
    assert extents == [pytest.approx((0, 0.1)), pytest.approx((0.3, 0.4))]


def test_a_single_value_is_a_line_and_the_axis_says_what_is_swept():
    figure = plot_bands(made(spans=[[(0.2, 0.2)]] * 5))
    (ax,) = figure.axes
    assert not bands(ax)
    assert ax.get_xlabel() == "What clarity is (clarity)"
    assert ax.get_ylabel() == "Probability of war (%)"
    assert max(line.get_linewidth() for line in ax.lines) > 2
    assert "at one point only" not in legend(figure)


def test_a_knife_edge_is_an_upright_bar_and_no_wedge():
    spans = [[(0.2, 0.2)], [(0.2, 0.2)], [(0.2, 0.6)], [(0.6, 0.6)], [(0.6, 0.6)]]
    figure = plot_bands(made(spans=spans))
    (ax,) = figure.axes
    assert not bands(ax)
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [sorted(d.get_ydata()) for d in dots] == [[0.2, 0.6]]
    assert list(dots[0].get_xdata()) == [0.5, 0.5]
    assert "class at one point only" in legend(figure)


def test_points_that_may_lack_equilibria_are_hatched():
    figure = plot_bands(made(spans=[[(0.2, 0.2)]] * 5, missing=[(0, 1), (0, 2)]))
    (ax,) = figure.axes
    hatched = [p for p in ax.patches if p.get_hatch()]
    assert [p.get_x() for p in hatched] == [0.125, 0.375]
    assert "perhaps not all found" in legend(figure)


def test_points_without_equilibria_are_left_out():
    data = made(spans=[[(0.1, 0.2)]] * 5)
    for name in ("low", "high", "selected", "class_low", "class_high"):
        data[name][:, 2] = np.nan
    (ax,) = plot_bands(data).axes
    drawn = [tuple(b.get_paths()[0].get_extents().intervalx) for b in bands(ax)]
    assert sorted(drawn) == [(0, 0.25), (0.75, 1)]


def test_up_to_three_mechanisms_share_axes_and_more_do_not():
    three = plot_bands(made(("none", "b", "c"), spans=[[(0.1, 0.2)]] * 5))
    assert len(three.axes) == 1
    assert {"none", "b", "c", "selected"} <= set(legend(three))
    hatches = {b.get_hatch() for b in bands(three.axes[0])}
    assert len(hatches) == 3, "to be told apart in grey"
    four = plot_bands(made(("none", "b", "c", "d"), spans=[[(0.1, 0.2)]] * 5))
    visible = [ax for ax in four.axes if ax.get_visible()]
    assert [ax.get_title(loc="left") for ax in visible] == ["none", "b", "c", "d"]
    assert len({ax.get_ylim() for ax in visible}) == 1
    assert "selected, none" in legend(four)


def test_the_legend_shows_what_appears_and_nothing_else():
    lines = plot_bands(made(spans=[[(0.2, 0.2)]] * 5))
    assert legend(lines) == ["selected"]
    assert "Bands" not in lines.get_supxlabel()
    wide = plot_bands(made(spans=[[(0.0, 0.0), (0.2, 0.3)]] * 5, selected=lambda low: low + 0.2))
    assert legend(wide) == ["class of equilibria", "selected", "another class, of one value"]
    alone = plot_bands(made(over={"clarity": [0.5]}, spans=[[(0.2, 0.2)]]))
    assert legend(alone) == ["selected"]
    assert alone.legends[0].get_lines()[0].get_marker() == "D"
    two = plot_bands(made(("none", "b"), spans=[[(0.0, 0.0), (0.2, 0.2)]] * 5))
    assert legend(two) == ["none", "b", "selected", "another class, of one value"]
    handles = two.legends[0].get_lines()
    assert [h.is_dashed() for h in handles[:2]] == [False, True]
    assert len({h.get_color() for h in handles}) == 3, "what is of both has a colour of its own"


def test_a_line_shows_under_that_of_another_mechanism():
    (ax,) = plot_bands(made(("none", "b"), spans=[[(0.0, 0.0), (0.2, 0.2)]] * 5)).axes
    for value in (0.0, 0.2):
        under, over = sorted(
            (line for line in ax.lines if set(line.get_ydata()) == {value}),
            key=lambda line: line.get_zorder(),
        )
        assert not under.is_dashed()
        assert over.is_dashed()
        assert under.get_linewidth() > over.get_linewidth()


def share_of_colour(figure, ax, colour, x, y):
    """Return at what share of points between the first and the last of a line a colour is seen."""
    figure.set_dpi(150)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3].astype(int)
    (left, height), (right, _) = (ax.transData.transform((end, y)) for end in x)
    band = pixels[int(height) - 5 : int(height) + 6, int(left) : int(right)]
    wanted = 255 * np.array(to_rgb(colour))
    return (np.abs(band - wanted).sum(axis=-1) < 60).any(axis=0).mean()


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("highest", [False, True])
def test_a_class_on_a_line_of_another_mechanism_is_seen_and_said(first, highest):
    one, two = made(spans=[[(0.3, 0.3)]] * 5), made(spans=[[(0.05, 0.05), (0.3, 0.3)]] * 5)
    if highest:
        two["selected"] = two.high
    parts = [one, two] if first == 0 else [two, one]
    named = [p.assign_coords(mechanism=[n]) for p, n in zip(parts, ("none", "talk"), strict=True)]
    figure = plot_bands(xr.concat(named, "mechanism", join="outer"))
    (ax,) = figure.axes
    assert share_of_colour(figure, ax, "#222222", (0.02, 0.98), 0.3) > 0.3, "gaps"
    assert share_of_colour(figure, ax, "#0072B2", (0.02, 0.98), 0.3) > 0.5, "dashes"
    other = ("talk", "none")[first]
    assert (
        f"Classes of none and talk coincide at all 5 points; at all of them {other} has another "
        "class too."
    ) in " ".join(figure.get_supxlabel().split())


def test_lines_that_are_one_to_the_eye_only_are_said_to_be_near():
    spans = [[(0.3, 0.3)]] * 5 + [[(0.302, 0.302)]] * 3 + [[(0.2, 0.2), (0.302, 0.302)]]
    spans.append([(0.5, 0.5)])
    said = " ".join(plot_bands(made(("none", "b"), spans=spans)).get_supxlabel().split())
    assert "Classes of none and b lie within a line's width of each other at 4 of 5 points" in said
    assert "points; at 1 of them b has another class too." in said
    spans = [[(0.3, 0.3)]] * 5 + [[(0.2, 0.2)]] * 4 + [[(0.3, 0.3)]]
    figure = plot_bands(made(("none", "b"), spans=spans))
    assert "Classes" not in figure.get_supxlabel(), "lines that meet do not hide each other"


def test_the_caption_says_why_lines_end():
    whole = plot_bands(made(spans=[[(0.2, 0.2)]] * 5)).get_supxlabel()
    assert "line ends" not in whole
    shorter = plot_bands(made(spans=[[(0.2, 0.2)]] * 3 + [[(0.0, 0.0)]] * 2)).get_supxlabel()
    assert "A line ends where its class does" in shorter
    assert "thick" not in shorter

    def other(low):
        low = low.copy()
        low[:, 3:, 0] = 0.4
        return low

    switch = plot_bands(made(spans=[[(0.2, 0.2), (0.4, 0.4)]] * 5, selected=other))
    assert "A thick line ends also where another class is selected." in " ".join(
        switch.get_supxlabel().split()
    )
    pieces = sorted(tuple(line.get_xdata()) for line in switch.axes[0].lines)
    assert pieces == [(0, 0.25, 0.5), (0, 0.25, 0.5, 0.75), (0.5, 0.75, 1), (0.75, 1)]


def test_what_is_selected_is_marked_though_it_is_in_no_class_and_at_one_point():
    off = made(spans=[[(0.2, 0.2)]] * 5, selected=lambda low: low + 0.05)
    (ax,) = plot_bands(off).axes
    (marks,) = [line for line in ax.lines if line.get_marker() == "D"]
    assert marks.get_ydata() == pytest.approx([0.25] * 5)
    figure = plot_bands(made(("none", "b"), spans=[[(0.2, 0.2)]] * 4 + [[(0.0, 0.0)]]))
    (ax,) = figure.axes
    below, above = (line for line in ax.lines if line.get_marker() == "D")
    assert below.get_markersize() > above.get_markersize()
    assert below.get_zorder() < above.get_zorder()


def test_rounding_makes_no_band():
    spans = [[(0.0, 0.0), (0.2 - 1e-13, 0.2)]] * 5
    figure = plot_bands(made(spans=spans))
    assert len(figure.axes[0].lines) == 2
    assert "another class, of one value" in legend(figure)


def test_values_are_drawn_in_their_order():
    data = made(spans=[[(0.1, 0.1)]] * 5).isel(clarity=[3, 0, 4, 1, 2])
    (ax,) = plot_bands(data).axes
    for line in ax.lines:
        assert (np.diff(line.get_xdata()) > 0).all()


MAP = {"clarity": np.linspace(0, 1, 4), "risk": np.linspace(0, 1, 3)}


def test_a_map_has_panels_with_one_scale():
    spans = [[(0.0, 0.0)]] * 6 + [[(0.1, 0.4)]] * 6
    figure = plot_map(made(over=MAP, spans=spans))
    classes, low, high, selected, bar = figure.axes
    assert [ax.get_title() for ax in figure.axes[:4]] == [
        "classes",
        "lowest",
        "highest",
        "selected",
    ]
    limits = {ax.collections[0].get_clim() for ax in (low, high, selected)}
    assert limits == {(0, 0.4)}
    assert bar.get_ylabel() == "Probability of war (%)"
    # Rows of the picture are the second parameter.
    assert high.collections[0].get_array().reshape(3, 4)[0].tolist() == [0, 0, 0.4, 0.4]
    assert sorted(t.get_text() for t in classes.texts) == ["A", "B"]
    assert classes.get_xlabel() == "clarity"
    assert classes.get_ylabel() == "risk"


def test_the_letters_of_a_map_are_explained():
    spans = [[(0.0, 0.0)]] * 6 + [[(0.0, 0.0), (1.0, 1.0)]] * 6
    text = plot_map(made(over=MAP, spans=spans)).get_supxlabel()
    lines = text.splitlines()
    start = (
        "Letters: which classes of equilibria there are. After each: what its classes may lead to,"
    )
    assert lines[0].startswith(start), "no outcome is of all"
    assert "A  1 class: calm; P(war) 0 %" in lines
    assert "B  2 classes: calm; P(war) 0 % | war (deliberate); P(war) 100 %" in lines
    assert "calm: nothing happens." in lines
    assert "White lines: on one side P(war) is the same in all equilibria" in text


def test_what_all_classes_may_lead_to_is_said_once():
    spans = [[(0.0, 0.0)]] * 6 + [[(0.2, 0.5), (0.6, 0.7)]] * 6
    figure = plot_map(made(over=MAP, spans=spans))
    text = " ".join(figure.get_supxlabel().split())
    assert "may lead to beside calm, to which all may lead, and P(war), from" in text
    assert "A 1 class: only calm; P(war) 0 % B" in text
    assert "B 2 classes: war (deliberate); P(war) 20.0–50.0 or 60.0–70.0 % calm" in text


def test_classes_of_one_kind_are_told_apart_by_their_range():
    # In the other order at half of the points: the lower one is the first all the same.
    spans = [[(0.1, 0.15), (0.3, 0.3)]] * 6 + [[(0.4, 0.4), (0.2, 0.25)]] * 6
    text = plot_map(made(over=MAP, spans=spans)).get_supxlabel()
    assert "After each: P(war), from the least to the most" in text
    assert "A  2 classes: P(war) 10.0–25.0 or 30.0–40.0 %" in text.splitlines()
    assert "nothing happens" not in text, "no outcome is named"
    assert "White lines" not in text, "equilibria differ everywhere"
    assert "White lines" not in plot_map(made(over=MAP, spans=[[(0.2, 0.2)]] * 12)).get_supxlabel()


def test_a_map_of_bounds_only_has_no_selection():
    data = made(over=MAP, spans=[[(0.1, 0.4)]] * 12, selected=lambda low: low * np.nan)
    data["class_low"][:] = data["class_high"][:] = np.nan
    figure = plot_map(data)
    assert [ax.get_title() for ax in figure.axes[:3]] == ["classes", "lowest", "highest"]
    assert "several outcomes, whose classes were not told apart" in figure.get_supxlabel()


def test_a_map_hatches_what_may_lack_equilibria_and_takes_few_mechanisms():
    data = made(("none", "b"), over=MAP, spans=[[(0.1, 0.4)]] * 12, missing=[(0, 1, 1)])
    figure = plot_map(data)
    assert [len(ax.patches) for ax in figure.axes[:8]] == [1] * 4 + [0] * 4
    with pytest.raises(NotApplicable, match="room for 4 mechanisms"):
        plot_map(made(tuple("abcde"), over=MAP, spans=[[(0.1, 0.4)]] * 12))


def test_a_sweep_draws_itself():
    data = made(spans=[[(0.1, 0.2)]] * 5)
    assert Sweep(data).plot("calm").axes[0].get_ylabel().startswith("Probability of calm")
    with pytest.raises(UnknownName, match="outcome"):
        Sweep(data).plot("peace")


def test_kinds_are_told_by_what_differs():
    a, b = frozenset({"calm", "war:x", "talks"}), frozenset({"calm"})
    assert in_words(a, [a, b]) == "war (x), talks"
    assert in_words(b, [a, b]) == "only calm"
    assert in_words(a, [a, a]) == ""
