from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import combinations
from random import Random

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from acceptance import beer_quiche, escalation_1, escalation_2
from generators import random_tree

from crisisgames import (
    ExtensiveFormGame,
    GameError,
    Incident,
    Ladder,
    NotApplicable,
    Parameter,
    Talks,
    chance,
    end,
    move,
    solve,
    tell,
)
from crisisgames.crises import Channel
from crisisgames.plots.colours import SHAPES, player_colour
from crisisgames.plots.layout import (
    assign_lanes,
    assign_levels,
    crossings,
    with_fewer_crossings,
)
from crisisgames.plots.scene import TEXT, wrapped
from crisisgames.plots.svg import to_svg
from crisisgames.plots.tree import plot_tree, tree_scene
from crisisgames.plots.view import view_of
from crisisgames.plots.words import formula

TOUCH = 0.004
"""Inches: branches of one node meet there, and texts stand on lines."""


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def three_players():
    return random_tree(Random(0), depth=3, width=2, players=("A", "B", "C"))


def long_labels():
    """Texts of all lengths, dollars, and a branch of nature that is nearly sure."""
    war = end("war: $1 and & <b>", {"Blue": -1, "Red": Fraction(1, 3)})
    calm = end({"a settlement that both sides can live with": 0.5, "calm": 0.5}, [0, -0.125])
    ahead = {"a very long action, indeed": war, "no": calm}
    told = {
        k: (p, tell({"Red": f"a signal of {k}"}, move("Red", ahead)))
        for k, p in {"type $x$": 0.9999, "other": 0.0001}.items()
    }
    return ExtensiveFormGame(chance(told), ("Blue", "Red"), title="Long $labels$")


GAMES = {
    "escalation 1": escalation_1,
    "escalation 2": escalation_2,
    "beer-quiche": lambda: beer_quiche().to_extensive(),
    "incident": lambda: Incident().game(),
    "ladder 2": lambda: Ladder(rungs=2).game(),
    "ladder 3": lambda: Ladder(rungs=3).game(),
    "three players": three_players,
    "random 47": lambda: random_tree(Random(2), depth=4, width=3),
    "random 63": lambda: random_tree(Random(8), depth=4, width=3),
    "long labels": long_labels,
    "talks": lambda: Talks().game(),
}
SOLVED = ("escalation 1", "escalation 2", "beer-quiche", "incident", "ladder 2")

SLOW = {("random 63", "right"), ("random 47", "right"), ("three players", "down")}

DRAWINGS = [
    pytest.param(*drawing, marks=[pytest.mark.slow] * ((drawing[0], drawing[2]) in SLOW))
    for drawing in (
        *((name, False, "right") for name in GAMES if name not in SOLVED),
        *((name, True, "right") for name in SOLVED),
        *((n, False, "down") for n in ("incident", "random 47", "three players", "long labels")),
        *((name, True, "down") for name in ("escalation 1", "beer-quiche", "ladder 2")),
    )
]


@cache
def solved(name, played):
    game = GAMES[name]()
    return game, solve(game)[0] if played else None


def meet(a, b, slack=0.0):
    """Whether two boxes (left, low, right, high) overlap by more than the slack."""
    wide = min(a[2], b[2]) - max(a[0], b[0])
    high = min(a[3], b[3]) - max(a[1], b[1])
    return wide > slack and high > slack


def segments(line):
    return list(zip(line.points, line.points[1:], strict=False))


def cross(one, two):
    """Whether two segments cross at a point inside both; exact up to a touch."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    (a, b), (c, d) = one, two
    return side(a, b, c) * side(a, b, d) < -(TOUCH**4) and side(c, d, a) * side(c, d, b) < -(
        TOUCH**4
    )


def through(segment, box):
    """Whether a segment passes through the inside of a box, by Liang and Barsky's clipping."""
    (x0, y0), (x1, y1) = segment
    low, high = 0.0, 1.0
    for start, way, near, far in ((x0, x1 - x0, box[0], box[2]), (y0, y1 - y0, box[1], box[3])):
        if abs(way) < 1e-12:
            if not near < start < far:
                return False
            continue
        ends = sorted(((near - start) / way, (far - start) / way))
        low, high = max(low, ends[0]), min(high, ends[1])
    return high - low > 1e-9


@pytest.mark.parametrize(("name", "played", "direction"), DRAWINGS)
def test_no_two_labels_overlap_and_all_are_inside_the_figure(name, played, direction):
    game, equilibrium = solved(name, played)
    ax = plot_tree(game, equilibrium, direction=direction)
    figure = ax.figure
    figure.set_dpi(100)
    renderer = figure.canvas.get_renderer()
    # Runs of one label stand side by side: they are one box.
    boxes = []
    for text in ax.texts:
        b = text.get_window_extent(renderer)
        # The patch behind a text is wider than the text.
        boxes.append((b.x0, b.y0, b.x1, b.y1, text.get_text()))
    wide, high = figure.get_size_inches() * 100
    for left, low, right, top, text in boxes:
        assert left >= 0 and low >= 0 and right <= wide + 1 and top <= high, text  # noqa: PT018
    for a, b in combinations(boxes, 2):
        assert not meet(a, b, slack=2.0), (a[4], b[4])


@pytest.mark.parametrize(("name", "played", "direction"), DRAWINGS)
def test_branches_cross_neither_each_other_nor_labels(name, played, direction):
    scene = tree_scene(*solved(name, played), direction=direction)
    branches = [s for line in scene.lines if line.kind == "branch" for s in segments(line)]
    for one, two in combinations(branches, 2):
        assert not cross(one, two)
    for label in scene.labels:
        if label.kind == "action" and direction == "down":
            continue  # these stand on their own branch, which they hide
        half = 0.35 * label.size / 72
        box = (label.left, label.y - half, label.left + label.width, label.y + half)
        assert not any(through(s, box) for s in branches), label.text


@pytest.mark.parametrize("name", GAMES)
def test_every_information_set_of_several_nodes_is_a_line_through_them(name):
    game = GAMES[name]()
    view = view_of(game)
    levels, bent = assign_levels(view)
    lanes = assign_lanes(view, levels, bent)
    scene = tree_scene(game, direction="right", reorder=False)
    drawn = {line.kind: line for line in scene.lines if line.dashed}
    wide = {h: nodes for h, nodes in view.members().items() if len(nodes) > 1}
    assert set(drawn) == {f"set {h}" for h in wide}
    assert not bent
    for h, nodes in wide.items():
        xs = {round(x, 6) for x, _ in drawn[f"set {h}"].points}
        assert len(xs) == 1, "straight"
        assert len({(levels[k], lanes[k]) for k in nodes}) == 1
    # No node of others lies on a line.
    order = view.order()
    rank = {k: r for r, k in enumerate(order)}
    for nodes in wide.values():
        level, lane = levels[nodes[0]], lanes[nodes[0]]
        low, high = min(rank[k] for k in nodes), max(rank[k] for k in nodes)
        for k in order[low : high + 1]:
            if k not in nodes and levels[k] == level:
                assert lanes[k] != lane


def test_what_players_know_is_written_at_every_information_set():
    game = escalation_2()
    scene = tree_scene(game)
    said = "".join(t.text for t in scene.labels if t.kind == "set").replace(" ", "")
    for info in game.information_sets:
        assert f"{info.player}:{info.label}".replace(" ", "") in said


def test_nature_is_reordered_only_where_lines_then_cross_less():
    def leaf(k):
        return end(f"z{k}", [0])

    def seen(signal, k):
        return tell({"A": signal}, move("A", {"a": leaf(2 * k), "b": leaf(2 * k + 1)}))

    third = Fraction(1, 3)
    apart = chance(
        {"x": (third, seen("1", 0)), "y": (third, seen("2", 1)), "z": (third, seen("1", 2))}
    )
    view = view_of(ExtensiveFormGame(apart, ("A",)))
    levels, bent = assign_levels(view)
    assert crossings(view, levels, bent) == 1
    better = with_fewer_crossings(view)
    assert crossings(better, levels, bent) == 0
    whole = view_of(escalation_1())
    assert with_fewer_crossings(whole) == whole, "as written where no order is better"


def test_sets_that_cannot_both_be_level_are_still_drawn():
    def after(first, second):
        both = {
            a: move(second, {"l": end(f"{first}{a}l", [0, 0]), "r": end(f"{first}{a}r", [0, 0])})
            for a in ("l", "r")
        }
        return move(first, both)

    half = Fraction(1, 2)
    game = ExtensiveFormGame(
        chance({"A first": (half, after("A", "B")), "B first": (half, after("B", "A"))}), ("A", "B")
    )
    view = view_of(game)
    levels, bent = assign_levels(view)
    assert len(bent) == 1
    assert all(levels[k] > levels[s.parent] for k, s in enumerate(view.spots) if s.parent >= 0)
    drawn = [line for line in tree_scene(game).lines if line.dashed]
    assert len(drawn) == 2


def test_an_equilibrium_is_laid_over_the_tree():
    game = escalation_1()
    equilibrium = solve(game)[0]
    view = view_of(game, equilibrium)
    for spot in view.spots:
        if spot.mover >= 0:
            info = game.information_sets[view.spots[spot.parent].info]
            assert spot.weight == equilibrium.strategy[info.player][info.record][spot.action]
        if spot.parent >= 0:
            parent = view.spots[spot.parent]
            assert spot.reached == (parent.reached and spot.weight > 0)
    beliefs = sorted(s.belief for s in view.spots if s.belief)
    held = [row for own in equilibrium.beliefs.values() for row in own.values() if len(row) > 1]
    assert len(beliefs) == sum(map(len, held))
    scene = tree_scene(game, equilibrium)
    widths = {round(line.width, 3) for line in scene.lines if line.kind == "branch"}
    assert len(widths) > 2, "thickness follows probability"
    assert "Payoffs: A 0.26, B 0.5" in scene.summary


def test_a_free_prescription_is_marked():
    # B's subtree lies behind a move of B's own: neither player's deviation leads there.
    ahead = move("A", {"l": end("x", [0, 0]), "r": end("y", [0, 0])})
    game = ExtensiveFormGame(
        move(
            "A",
            {"out": end("out", [1, 1]), "in": move("B", {"stop": end("s", [0, 1]), "go": ahead})},
        ),
        ("A", "B"),
    )
    equilibrium = solve(game)[0]
    free = next(iter(equilibrium.strategy["A"]))
    loose = {**equilibrium.strategy, "A": {**equilibrium.strategy["A"], free: "any"}}
    scene = tree_scene(game, replace(equilibrium, strategy=loose))
    assert sum("any" in t.text for t in scene.labels if t.kind == "action") == 2


def test_payoffs_are_numbers_or_expressions():
    cost = Parameter("war_cost", (0, 1), default=0.25)
    game = ExtensiveFormGame(
        move("A", {"fight": end("war", {"A": 0.5 - cost}), "go": end("q", [0])})
    )
    written = [t.text for t in tree_scene(game).labels]
    assert any(t.startswith("0.25") for t in written)
    assert "At war_cost 0.25." in tree_scene(game).summary
    assert "−0.5" in "".join(t.text for t in tree_scene(game.at(war_cost=1)).labels)
    symbols = [t.text for t in tree_scene(game, symbols=True).labels]
    assert any("1/2 − war_cost" in t for t in symbols)


def test_long_expressions_have_names_that_the_caption_explains():
    game = Incident(channels=(Channel(),)).game()
    view = view_of(game, symbols=True)
    scene = tree_scene(game, symbols=True)
    written = " ".join(t.text for t in scene.labels)
    assert "…" not in written
    told = dict(entry.split(" = ") for entry in view.named)
    assert len(set(told.values())) == len(told) > 9
    # Each expression of the game is there whole, in its place or by its name.
    ends = [s for s in view.spots if s.kind == "end"]
    for spot, row in zip(ends, game.compiled.payoff_expressions, strict=True):
        for text, value in zip(spot.payoffs, row, strict=True):
            assert told.get(text, text) == formula(value)
    assert all(f"{name} = {text}" in scene.summary for name, text in told.items())


def test_names_of_expressions_are_no_parameters():
    u1, cost = Parameter("u1"), Parameter("a_parameter_with_a_long_name")
    game = ExtensiveFormGame(move("A", {"a": end("x", [u1 + cost]), "b": end("y", [u1])}), ("A",))
    assert view_of(game, symbols=True).named == ("u2 = a_parameter_with_a_long_name + u1",)


def test_labels_are_whole_and_break_between_words():
    scene = tree_scene(Talks().game())
    sets = " ".join(t.text for t in scene.labels if t.kind == "set")
    assert "C: pragmatic, bilateral talks offered" in sets
    ends = " ".join(t.text for t in scene.labels if t.kind == "payoff")
    assert "…" not in ends
    for outcome in Talks().game().compiled.outcomes:
        assert outcome in ends
    long = "a settlement that both sides can live with for many years, quiet"
    (spot,) = view_of(ExtensiveFormGame(end(long, [0]), ("A",))).spots
    assert "…" in spot.outcome
    assert spot.outcome.endswith("quiet")


def test_texts_wrap_at_spaces_and_colons():
    assert wrapped("one two:three", 0.7, TEXT) == ["one", "two:three"]
    assert wrapped("abcdefghij:klmnopq", 0.9, TEXT) == ["abcdefghij:", "klmnopq"]
    assert "".join(wrapped("x" * 50, 0.9, TEXT)) == "x" * 50
    assert wrapped("first b c d e f g h i j k l m last", 0.6, TEXT, 2)[-1].endswith("last")
    assert wrapped("", 1) == [""]


def test_large_trees_are_folded_and_say_so():
    game = random_tree(Random(10), depth=4, width=3)  # 255 nodes
    view = view_of(game)
    assert len(view.spots) <= 130
    assert len(view.spots) + view.folded == 255
    assert sum(s.folded for s in view.spots) == view.folded
    scene = tree_scene(game)
    assert f"{view.folded} nodes are folded" in scene.summary
    assert sum("nodes" in t.text for t in scene.labels if t.kind == "payoff") == sum(
        s.kind == "folded" for s in view.spots
    )
    assert not view_of(game, depth=50).folded
    one = view_of(game, depth=1)
    assert {s.kind for s in one.spots[1:]} == {"folded"}
    assert len(one.spots) + one.folded == 255


def test_many_branches_of_one_node_are_counted():
    share = Fraction(1, 200)
    game = ExtensiveFormGame(
        chance({f"b{k}": (share, end(f"z{k % 3}", [k])) for k in range(200)}), ("A",)
    )
    view = view_of(game)
    assert len(view.spots) == 41
    assert view.folded == 161
    assert view.spots[-1].action == "161 more"
    assert "161 nodes are folded" in tree_scene(game).summary


def test_drawings_are_the_same_each_time():
    game = escalation_1()
    equilibrium = solve(game)[0]
    assert tree_scene(game, equilibrium) == tree_scene(escalation_1(), solve(escalation_1())[0])
    assert to_svg(tree_scene(game)) == to_svg(tree_scene(escalation_1()))


def luminance(colour):
    red, green, blue = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2


def test_players_can_be_told_apart_in_grey_and_read_on_white():
    assert len(set(SHAPES)) == len(SHAPES) == 6
    for i in range(6):
        assert (1 + 0.05) / (luminance(player_colour(i)) + 0.05) > 4.5, "contrast with white"
    first, second = luminance(player_colour(0)), luminance(player_colour(1))
    assert (second + 0.05) / (first + 0.05) > 1.7


def test_axes_of_ones_own_scale_the_letters():
    figure, ax = plt.subplots(figsize=(3, 2))
    assert plot_tree(escalation_1(), ax=ax) is ax
    assert max(t.get_fontsize() for t in ax.texts) < 5
    box = ax.get_window_extent()
    for text in ax.texts:
        own = text.get_window_extent(figure.canvas.get_renderer())
        assert box.x0 - 1 <= own.x0 and own.x1 <= box.x1 + 1  # noqa: PT018


def test_small_trees_grow_downwards_and_large_ones_to_the_right():
    small, large = (tree_scene(g) for g in (beer_quiche().to_extensive(), escalation_2()))
    assert small == tree_scene(beer_quiche().to_extensive(), direction="down")
    assert large == tree_scene(escalation_2(), direction="right")


def test_what_cannot_be_drawn_is_said():
    game, other = escalation_1(), escalation_2()
    with pytest.raises(GameError, match="another game"):
        game.plot(solve(other)[0])
    with pytest.raises(GameError, match=r"give one Equilibrium, such as solve\(game\)\[0\]"):
        game.plot(solve(game))
    with pytest.raises(GameError, match="direction is 'up'"):
        game.plot(direction="up")
    with pytest.raises(GameError, match="depth is 0"):
        game.plot(depth=0)
    with pytest.raises(GameError, match="no option 'colour'"):
        game.plot(colour="red")
    with pytest.raises(NotApplicable, match="no layout 'table'"):
        game.plot(layout="table")


def test_sets_draw_a_panel_for_each_class():
    found = solve(Ladder(rungs=2).game())
    axes = found.plot()
    assert len(axes) == len(found.classes) == 2
    for ax, c in zip(axes, found.classes, strict=True):
        assert any(c.name[:30] in t.get_text() for t in ax.texts)
    assert len(found.plot(most=1)) == 1
    assert found[0].plot() is not None
