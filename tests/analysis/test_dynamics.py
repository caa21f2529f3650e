"""What comes of play that goes on, net of the direct effect; and the pictures of it."""

from __future__ import annotations

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from crisisgames import (
    Dyads,
    GameError,
    Incident,
    NotApplicable,
    Pair,
    UnknownName,
    compare,
    none,
)
from crisisgames.analysis import (
    conflict_over_time,
    contagion,
    times_to_conflict,
    vicious_circle,
)
from crisisgames.plots import plot_conflict_over_time, plot_contagion, plot_vicious_circle

TRIANGLE = Dyads(
    pairs=(Pair(("China", "US"), "China-US"), Pair(("China", "Japan"), "China-Japan", ("US",)))
)


def silent(crisis):
    return crisis.replace(pairs=(Pair(dialogue=False),))


@pytest.fixture(scope="module")
def compared():
    return compare(Dyads(damage=2, periods=20), [none, silent])


@pytest.fixture(scope="module")
def triangle():
    return TRIANGLE.solve(method="logit").select("qre")


@pytest.fixture(scope="module")
def spread(triangle):
    return contagion(TRIANGLE, triangle)


def test_conflict_in_time_is_the_probability_within_each_number_of_periods(compared):
    data = conflict_over_time(compared, 50)
    assert data.period.values.tolist() == list(range(51))
    for name, plays in compared.sets.items():
        row = data.sel(mechanism=name, dyad="any")
        for t in (0, 1, 20, 50):
            at = [e.probability_within("conflict", t) for e in plays]
            assert float(row.low.sel(period=t)) == pytest.approx(min(at))
            assert float(row.high.sel(period=t)) == pytest.approx(max(at))
            chosen = compared.selected[name].probability_within("conflict", t)
            assert float(row.selected.sel(period=t)) == pytest.approx(chosen)
    assert (data.selected.diff("period") >= -1e-12).all()
    assert conflict_over_time(compared).sizes["period"] == 21
    war = compared.dataset.selected.sel(outcome="war", mechanism="none")
    last = data.selected.sel(mechanism="none", period=20, dyad="any")
    assert float(last) == pytest.approx(float(war))


def test_mean_times_are_those_of_a_chain(compared):
    found = times_to_conflict(compared)
    e = compared.selected["none"]
    p = e.transition_matrix[:-1, :-1]
    by_hand = np.linalg.solve(np.eye(len(p)) - p, np.ones(len(p)))[0]
    row = found.sel(mechanism="none", dyad="any")
    assert float(row.selected) == pytest.approx(by_hand)
    assert float(row.low) <= float(row.selected) <= float(row.high)
    assert found.low.attrs["units"] == "periods"


def test_parts_of_the_circle_add_up():
    for crisis in (Dyads(), Dyads(damage=1), Dyads(damage=20)):
        data = vicious_circle(crisis)
        parts = data.direct + data.strategic
        np.testing.assert_allclose(data.silent - data.talking, parts, atol=1e-12)
        e = crisis.solve().select("qre")
        for tension in ("calm", "friction", "crisis"):
            for word, name in (("talking", "talking"), ("silent", "silent")):
                p = e.probability_within("conflict", 50, f"{tension}, {word}")
                assert float(data[name].sel(tension=tension)) == pytest.approx(p)


def test_where_nobody_minds_silence_the_circle_is_arithmetic():
    data = vicious_circle(Dyads())
    np.testing.assert_allclose(data.strategic, 0, atol=1e-12)
    np.testing.assert_allclose(data.silence, data.silence_direct)
    assert (data.direct > 0).all()
    assert (data.silence.diff("tension") > 0).all()  # the worse, the longer the wait


def test_dialogue_that_does_nothing_makes_no_circle():
    data = vicious_circle(Dyads(dampening=0))
    np.testing.assert_allclose(data.direct, 0, atol=1e-9)
    np.testing.assert_allclose(data.strategic, 0, atol=1e-9)


def test_a_wait_is_as_long_as_resumption_lets_it_be():
    still = Dyads(rise_none=0, rise_one=0, rise_both=0, periods=1000)
    data = vicious_circle(still, still.solve(method="pure")[0])
    assert float(data.silence.sel(tension="calm")) == pytest.approx(1 / 0.3)
    never = Dyads(resumption=0, periods=30)
    assert vicious_circle(never).silence.values == pytest.approx([30, 30, 30])


@pytest.mark.slow
def test_contagion_adds_up_and_starts_from_calm(triangle, spread):
    base = spread.conflict.sel(other="calm")
    for part in (spread.direct, spread.strategic):
        np.testing.assert_allclose(part.sel(other="calm"), 0, atol=1e-15)
    np.testing.assert_allclose(spread.conflict - base, spread.direct + spread.strategic, atol=1e-12)
    goal = [n for n, x in TRIANGLE.states.items() if x[1] is None]
    start = "China-US: crisis, talking; China-Japan: calm, talking"
    p = triangle.probability_within(goal, 50, start)
    found = float(spread.conflict.sel(dyad="China-Japan", other="crisis"))
    assert found == pytest.approx(p)
    assert spread.alone.values == pytest.approx(0.298933, abs=1e-6)


@pytest.mark.slow
def test_without_spillover_nothing_spreads():
    # Play is that of the triangle, held; what the other dyad does is then the only thing left out.
    apart = TRIANGLE.replace(spillover=0, alliance=0)
    alone = Dyads().solve().select("qre")
    data = contagion(apart, _beside(apart, alone))
    np.testing.assert_allclose(data.direct, 0, atol=1e-12)
    np.testing.assert_allclose(data.strategic, 0, atol=1e-12)
    np.testing.assert_allclose(data.conflict, 0.298933, atol=1e-6)


def _beside(crisis, alone):
    """Return play in which each dyad goes its own way."""
    from crisisgames.equilibria.markov import markov_play

    def push(live):
        words = ("calm", "friction", "crisis")
        return alone.strategy["A"][f"{words[live[0]]}, {'talking' if live[1] else 'silent'}"][
            "push"
        ]

    strategy = {p: {} for p in crisis.players}
    for name, state in crisis.states.items():
        for player, actions in crisis.pushes(state).items():
            own = {k for pushed in actions.values() for k in pushed}
            chance = {k: push(state[k]) for k in own}
            strategy[player][name] = {
                a: float(np.prod([chance[k] if k in on else 1 - chance[k] for k in own]))
                for a, on in actions.items()
            }
    return markov_play(crisis.game(), strategy)


def test_what_has_no_meaning_is_refused():
    with pytest.raises(NotApplicable, match="has no dialogue that could be suspended"):
        vicious_circle(Dyads(pairs=(Pair(dialogue=False),)))
    with pytest.raises(NotApplicable, match="give Dyads two pairs"):
        contagion(Dyads())
    with pytest.raises(NotApplicable, match="'incident' does not go on in time"):
        times_to_conflict(compare(Incident(), [none], rule="least war"))
    with pytest.raises(GameError, match="no dyad named ''; there are: China-US, China-Japan"):
        vicious_circle(TRIANGLE, "unused")


def test_periods_are_checked(compared):
    with pytest.raises(GameError, match="periods is 0; give a whole number of at least 1"):
        conflict_over_time(compared, 0)


# --- pictures


def texts(ax) -> str:
    return " ".join(t.get_text() for t in ax.figure.findobj(mpl.text.Text))


def test_lines_show_the_selected_and_shades_all(compared):
    ax = plot_conflict_over_time(conflict_over_time(compared, 30))
    assert [line.get_label() for line in ax.lines] == ["none", "silent"]
    assert len(ax.collections) == 2
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 2
    assert ax.get_ylabel() == "Probability of conflict so far"
    with pytest.raises(UnknownName, match="no dyad named 'A-C'"):
        plot_conflict_over_time(conflict_over_time(compared, 2), "A-C")
    plt.close("all")


@pytest.mark.slow
def test_the_circle_and_contagion_show_both_parts(spread):
    ax = plot_vicious_circle(vicious_circle(Dyads(damage=20)))
    assert len(ax.patches) == 6
    said = texts(ax)
    for words in ("direct", "strategic", "dialogue off", "wait for dialogue", "A and B"):
        assert words in said
    ax = plot_contagion(spread)
    assert "China-US, the other in" in texts(ax).replace("\n", " ")
    assert "alone" in texts(ax)
    ends = next(line for line in ax.lines if line.get_marker() == "D").get_xdata()
    assert ends == pytest.approx(spread.conflict.sel(other=["crisis", "conflict"]).values.ravel())
    plt.close("all")


def test_given_axes_are_drawn_on():
    figure, ax = plt.subplots(layout="constrained")
    assert plot_vicious_circle(vicious_circle(Dyads()), ax=ax) is ax
    plt.close(figure)
