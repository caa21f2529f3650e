import subprocess
import sys

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from crisisgames import NotApplicable
from crisisgames.plots import figure_size, plot_comparison, plot_effects
from crisisgames.plots.scale import scale_for

OUTCOMES = ["war", "war:deliberate", "war:inadvertent", "war:misperception", "calm"]
LONG = "everything proposed, with a hotline at theatre level (in force 0.5) and notices in advance"


def comparison(names, largest=0.05, found=(), none_found=(), seed=0):
    """Return a made-up comparison whose largest probability of war is ``largest``."""
    rng = np.random.default_rng(seed)
    n = len(names)
    causes = rng.dirichlet([1, 1, 1], size=n) * rng.uniform(0.2, 0.6, size=(n, 1))
    war = causes.sum(axis=1, keepdims=True)
    selected = np.hstack([war, causes, 1 - war])
    low, high = selected * rng.uniform(0, 1, (n, 1)), selected * rng.uniform(1, 1.6, (n, 1))
    low[0] = high[0] = selected[0]
    scale = largest / high[:, 0].max()
    low, high, selected = low * scale, high * scale, selected * scale
    direct = rng.uniform(-0.5, 0.5, (n, 1)) * selected
    direct[0] = 0
    strategic = selected - selected[0] - direct
    for k in none_found:
        for values in (low, high, selected, strategic):
            values[k] = np.nan
    values = {
        "low": low,
        "high": high,
        "selected": selected,
        "direct": direct,
        "strategic": strategic,
    }
    return xr.Dataset(
        {k: (("mechanism", "outcome"), v) for k, v in values.items()}
        | {"complete": ("mechanism", [k not in (*found, *none_found) for k in range(n)])},
        coords={"mechanism": list(names), "outcome": OUTCOMES},
        attrs={
            "crisis": "Incident: was it meant?",
            "concept": "sequential",
            "rule": "qre",
            "selection": "nearest to the limit of the agent quantal response branch",
            "baseline": names[0],
            "notes": "",
        },
    )


THREE = ["as it is", "hotline (theatre)", LONG]
TWELVE = ["as it is", *(f"mechanism {k} (strength 0.{k})" for k in range(10)), LONG]
PLOTS = [plot_comparison, plot_effects]


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def rectangles(ax):
    """Return left end, right end and middle of each bar."""
    boxes = [p.get_bbox() for p in ax.patches]
    return [(b.x0, b.x1, (b.y0 + b.y1) / 2) for b in boxes]


def words(ax):
    return [t.get_text() for t in ax.texts]


def test_rows_stand_in_order_with_the_baseline_on_top():
    ax = plot_comparison(comparison(THREE))
    labels = [t.get_text().replace("\n", " ") for t in ax.get_yticklabels()]
    assert labels == THREE
    bottom, top = ax.get_ylim()
    assert top < ax.get_yticks()[0] < ax.get_yticks()[-1] < bottom


def test_long_names_are_wrapped():
    ax = plot_comparison(comparison(THREE))
    lines = ax.get_yticklabels()[2].get_text().splitlines()
    assert len(lines) > 2
    assert max(map(len, lines)) < 30


def test_bars_show_the_interval_and_the_causes_of_the_selected_value():
    data = comparison(THREE)
    drawn = rectangles(plot_comparison(data))
    for row, name in enumerate(THREE):
        war = data.sel(mechanism=name, outcome="war")
        own = [r for r in drawn if row - 0.5 < r[2] < row + 0.5]
        interval = [r for r in own if r[2] < row]
        if row:
            assert interval[0][:2] == pytest.approx((float(war.low), float(war.high)))
        else:
            assert not interval, "one value needs no bar"
        parts = sorted(r for r in own if r[2] > row)
        causes = [float(data.selected.sel(mechanism=name, outcome=o)) for o in OUTCOMES[1:4]]
        assert [b - a for a, b, _ in parts] == pytest.approx(causes)
        assert parts[0][0] == 0
        assert parts[-1][1] == pytest.approx(float(war.selected))


def test_diamonds_and_the_dotted_line_are_at_selected_values():
    data = comparison(THREE)
    ax = plot_comparison(data)
    diamonds = next(line for line in ax.lines if line.get_marker() == "D")
    dotted = next(line for line in ax.lines if line.get_linestyle() == ":")
    war = data.selected.sel(outcome="war").values
    assert diamonds.get_xdata() == pytest.approx(war)
    assert dotted.get_xdata() == pytest.approx([war[0], war[0]])


def test_causes_differ_in_hatch_so_that_they_read_in_grey():
    handles = plot_comparison(comparison(THREE)).get_legend().get_patches()
    hatches = [h.get_hatch() or "" for h in handles if h.get_label() != "all equilibria"]
    assert len(set(hatches[-3:])) == 3


def test_a_set_that_may_lack_equilibria_is_marked():
    ax = plot_comparison(comparison(THREE, found=[1]))
    marked = ["found" in t for t in words(ax)[:3]]
    assert marked == [False, True, False]
    assert "perhaps not all" in words(ax)[-1]
    dashed = [p for p in ax.patches if p.get_linestyle() == "--"]
    assert len(dashed) == 1
    assert "perhaps" not in " ".join(words(plot_comparison(comparison(THREE))))


@pytest.mark.parametrize("plot", PLOTS)
def test_a_row_without_any_equilibrium_is_drawn_empty(plot):
    ax = plot(comparison(THREE, none_found=[1]))
    ax.figure.draw_without_rendering()
    assert any(t.startswith(("–\nfound", "not defined")) for t in words(ax))


def test_war_without_a_known_cause_has_a_segment_of_its_own():
    data = comparison(THREE).drop_sel(outcome="war:inadvertent")
    ax = plot_comparison(data)
    assert "other cause" in [t.get_text() for t in ax.get_legend().get_texts()]
    row = [r for r in rectangles(ax) if 0 < r[2] < 0.5]
    assert max(r[1] for r in row) == pytest.approx(float(data.selected.sel(outcome="war")[0]))


def test_axes_are_labelled_in_words_with_unit_and_the_caption_tells_the_rule():
    ax = plot_comparison(comparison(THREE))
    assert ax.get_xlabel() == "Probability of war (%)"
    assert ax.get_title(loc="left") == "Incident: was it meant?"
    caption = words(ax)[-1].replace("\n", " ")
    assert "Equilibrium concept: sequential." in caption
    assert "Selected: nearest to the limit of the agent quantal response branch." in caption


def test_the_caption_tells_parameters_and_few_notes_and_counts_many():
    data = comparison(THREE).assign_attrs(parameters="war cost 0.3", notes="One note.")
    caption = words(plot_comparison(data))[-1].replace("\n", " ")
    assert "Parameters: war cost 0.3. One note." in caption
    many = data.assign_attrs(notes=("a", "b", "c", "d"), parameters="as published")
    caption = words(plot_comparison(many))[-1].replace("\n", " ")
    assert "Parameters: as published. 4 notes are in the dataset." in caption


@pytest.mark.parametrize(
    ("largest", "unit"), [(0.98, "%"), (0.03, "%"), (1e-4, "%"), (3e-6, "×10⁻⁶"), (2e-9, "×10⁻⁹")]
)
@pytest.mark.parametrize("plot", PLOTS)
def test_ticks_are_short_and_different_at_every_size(plot, largest, unit):
    ax = plot(comparison(THREE, largest))
    if plot is plot_comparison:
        assert ax.get_xlabel().endswith(f"({unit})")
    ax.figure.draw_without_rendering()
    low, high = sorted(ax.get_xlim())
    places = ax.get_xticks()
    ticks = [
        t.get_text() for t, x in zip(ax.get_xticklabels(), places, strict=True) if low <= x <= high
    ]
    assert len(ticks) == len(set(ticks)) >= 3
    assert max(map(len, ticks)) <= 7
    assert "0" in ticks
    decimals = {len(t.partition(".")[2]) for t in ticks if t != "0"}
    assert len(decimals) == 1


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize(
    ("names", "largest"), [(THREE[:2], 0.9), (THREE, 1e-4), (TWELVE, 0.03)], ids=["2", "3", "12"]
)
def test_nothing_is_cut_off_and_the_legend_covers_nothing(plot, names, largest):
    ax = plot(comparison(names, largest, found=[1]))
    check_layout(ax)


@pytest.mark.parametrize("plot", PLOTS)
@pytest.mark.parametrize("size", [(4.5, 6), (12, 5)])
def test_the_layout_holds_in_a_figure_of_another_size(plot, size):
    figure = Figure(figsize=size, layout="constrained")
    ax = plot(comparison(THREE, found=[1]), ax=figure.add_subplot())
    check_layout(ax)


def check_layout(ax):
    figure = ax.figure
    figure.draw_without_rendering()
    page = figure.bbox
    legend, title = ax.get_legend().get_window_extent(), ax._left_title.get_window_extent()
    texts = [t for t in (*ax.texts, *ax.get_yticklabels()) if t.get_text()]
    boxes = [t.get_window_extent() for t in texts]
    for box in (*boxes, legend, title, ax.xaxis.label.get_window_extent()):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1
    for box in (*boxes, title, ax.get_window_extent()):
        assert not overlaps(legend, box)
    for k, box in enumerate(boxes):
        assert not any(overlaps(box, other) for other in boxes[k + 1 :]), texts[k].get_text()


def overlaps(first, second):
    across = min(first.x1, second.x1) - max(first.x0, second.x0)
    down = min(first.y1, second.y1) - max(first.y0, second.y0)
    return across > 1 and down > 1


def test_effects_show_both_parts_and_their_sum_without_the_baseline():
    data = comparison(THREE)
    ax = plot_effects(data)
    assert [t.get_text().replace("\n", " ") for t in ax.get_yticklabels()] == THREE[1:]
    war = data.sel(outcome="war").isel(mechanism=slice(1, None))
    drawn = rectangles(ax)
    for row in range(2):
        own = [r for r in drawn if row - 0.5 < r[2] < row + 0.5]
        ends = [next(x for x in r[:2] if x) for r in sorted(own, key=lambda r: r[2])]
        assert ends == pytest.approx([float(war.direct[row]), float(war.strategic[row])])
    diamonds = next(line for line in ax.lines if line.get_marker() == "D")
    assert diamonds.get_xdata() == pytest.approx(war.direct.values + war.strategic.values)
    assert ax.get_xlabel() == "Change in the probability of war (percentage points)"
    assert "Change from “as it is”" in words(ax)[-1].replace("\n", " ")


def test_effects_of_nothing_are_an_error_with_the_remedy():
    with pytest.raises(NotApplicable, match=r"baseline only.*at least one mechanism"):
        plot_effects(comparison(["as it is"]))


@pytest.mark.parametrize("plot", PLOTS)
def test_a_comparison_without_war_is_about_the_first_of_its_outcomes(plot):
    ax = plot(comparison(THREE).sel(outcome=["calm"]))
    assert ax.get_xlabel().lower().endswith("robability of calm (%)") or "of calm (p" in (
        ax.get_xlabel()
    )
    assert "war" not in " ".join(words(ax))
    check_layout(ax)


@pytest.mark.parametrize("plot", PLOTS)
def test_where_nothing_happens_the_axes_are_still_whole(plot):
    data = comparison(THREE) * 0
    data["complete"] = ("mechanism", [True] * 3)
    ax = plot(data)
    check_layout(ax)


@pytest.mark.parametrize("plot", PLOTS)
def test_given_axes_are_drawn_on_and_returned_and_styles_stay(plot):
    before = dict(matplotlib.rcParams)
    ax = Figure().add_subplot()
    assert plot(comparison(THREE), ax=ax) is ax
    assert not plt.get_fignums(), "no other figure is made"
    assert dict(matplotlib.rcParams) == before


def test_figures_grow_in_height_with_rows_and_caption():
    width, height = figure_size(comparison(THREE))
    same, higher = figure_size(comparison(TWELVE))
    assert same == width
    assert higher > height + 3
    told = comparison(THREE).assign_attrs(
        parameters=", ".join(f"parameter {k} {k}" for k in range(30))
    )
    assert figure_size(told)[1] > height + 0.5
    check_layout(plot_comparison(told))


def test_importing_does_not_import_matplotlib():
    code = "import sys, crisisgames, crisisgames.plots; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0119686, "1.20"),
        (0.5, "50.0"),
        (1.0, "100"),
        (0.00001, "0.00100"),
        (0.000004, "4.0×10⁻⁴"),
        (0.0, "0"),
        (-1e-17, "0"),
        (float("nan"), "–"),
    ],
)
def test_numbers_have_three_significant_digits(value, text):
    assert scale_for(0.4).text(value) == text


def test_signs_are_typeset():
    scale = scale_for(0.4)
    assert (scale.text(-0.25), scale.text(0.25, signed=True)) == ("−25.0", "+25.0")
    assert (scale.in_column(-0.25), scale.in_column(1e-9, signed=True)) == ("−25.0", "+0.0")
