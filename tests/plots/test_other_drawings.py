"""Tables, the textbook's picture, TikZ, and what games show in a notebook."""

import re
from itertools import product
from xml.etree import ElementTree

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from acceptance import beer_quiche, escalation_1

from crisisgames import (
    BayesianGame,
    ExtensiveFormGame,
    Incident,
    Ladder,
    NormalFormGame,
    NotApplicable,
    SignalingGame,
    StochasticGame,
    chance,
    end,
    get_scenario,
    logit_branch,
    move,
    solve,
    tell,
    to_tikz,
)
from crisisgames.plots.drawings import scene_of

NASTY = "<script>alert('$1 & 50% of #_{x}^~\\')</script>"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def chicken():
    return NormalFormGame.from_arrays(
        [[6, 2], [7, 0]], [[6, 7], [2, 0]], players=("A", "B"), actions=[("yield", "dare")] * 2
    )


def allies(n=3):
    choices = ("act", "wait")
    payoffs = {
        p: [3 * (p.count("act") >= 2) - (own == "act") for own in p]
        for p in product(choices, repeat=n)
    }
    return NormalFormGame(tuple("ABCDEFGHIJK"[:n]), (choices,) * n, payoffs)


def duel():
    def pay(types, profile):
        table = {"yield": {"yield": 6, "dare": 2}, "dare": {"yield": 7, "dare": 0}}
        if profile == ("dare", "dare"):
            return [3 if t == "tough" else 0 for t in types]
        return table[profile[0]][profile[1]], table[profile[1]][profile[0]]

    return BayesianGame(
        ("A", "B"), [("normal", "tough")] * 2, [("yield", "dare")] * 2, [(0.9, 0.1)] * 2, pay
    )


def nasty():
    ends = {NASTY: end(NASTY, {NASTY: 0}), "b": end("c", {NASTY: 1})}
    return ExtensiveFormGame(
        chance({NASTY: (0.5, tell({NASTY: NASTY}, move(NASTY, ends))), "d": (0.5, end("e", [0]))}),
        title=NASTY,
    )


def overlaps(scene):
    boxes = [
        (t.left, t.y - 0.4 * t.size / 72, t.left + t.width, t.y + 0.4 * t.size / 72, t.text)
        for t in scene.labels
    ]
    return [
        (a[4], b[4])
        for k, a in enumerate(boxes)
        for b in boxes[k + 1 :]
        if min(a[2], b[2]) - max(a[0], b[0]) > 0.01 and min(a[3], b[3]) - max(a[1], b[1]) > 0.005
    ]


def test_best_replies_are_underlined():
    scene = scene_of(chicken())
    lines = [line for line in scene.lines if line.kind == "best"]
    assert len(lines) == 4
    # In (dare, yield) and (yield, dare), and nowhere else, both payoffs are underlined.
    below = {}
    for line in lines:
        x, y = line.points[0]
        cell = min(
            (t for t in scene.labels if t.kind == "payoff"),
            key=lambda t: abs(t.y - y) + abs(t.x - x),
        )
        below[cell.text] = below.get(cell.text, 0) + 1
    assert below == {"2, 7": 2, "7, 2": 2}


def test_ties_are_all_underlined():
    game = NormalFormGame.from_arrays([[1, 1], [1, 1]], [[0, 0], [0, 0]])
    assert len([line for line in scene_of(game).lines if line.kind == "best"]) == 8


def test_probabilities_stand_beside_actions_and_shade_the_cells():
    game = chicken()
    mixed = next(e for e in solve(game, "nash") if 0 < e.strategy["A"][()]["dare"] < 1)
    scene = scene_of(game, mixed)
    written = sorted(t.text for t in scene.labels if t.kind == "action")
    assert written == ["dare  0.333", "dare  0.333", "yield  0.667", "yield  0.667"]
    fills = [s.fill for s in scene.shapes if s.kind == "cell"]
    assert min(fills) == fills[0], "the likeliest profile is darkest"
    assert scene.summary.startswith("Underlined")


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_tables_hold_every_profile(n):
    game = allies(n)
    scene = scene_of(game, solve(game, "pure-nash")[0])
    assert len([t for t in scene.labels if t.kind == "payoff"]) == 2**n
    assert not overlaps(scene)


def test_a_bayesian_game_has_a_table_for_each_situation():
    game = duel()
    scene = scene_of(game, solve(game, "nash")[0])
    heads = [t.text for t in scene.labels if t.kind == "head"]
    assert heads == [
        "normal, normal  0.81",
        "normal, tough  0.09",
        "tough, normal  0.09",
        "tough, tough  0.01",
    ]
    assert not overlaps(scene)


def test_tables_that_are_too_large_are_refused_or_become_trees():
    with pytest.raises(NotApplicable, match="2,048 profiles"):
        scene_of(allies(11))
    assert "2,048 profiles" in allies(11)._repr_html_()


def test_a_signaling_game_is_drawn_as_in_textbooks():
    game = beer_quiche()
    scene = scene_of(game, solve(game)[0])
    assert not overlaps(scene)
    nature = next(s for s in scene.shapes if s.kind == "chance" and len(s.points) == 1)
    dashed = [line for line in scene.lines if line.dashed]
    assert len(dashed) == 2
    assert len({line.points[0][0] < scene.width / 2 for line in dashed}) == 2, "left and right"
    assert nature is not None
    said = [t.text for t in scene.labels]
    assert {"sender: surly", "sender: wimp", "receiver: beer", "receiver: quiche"} <= set(said)
    assert sum(t.kind == "payoff" for t in scene.labels) == 8
    assert scene_of(game, layout="tree") != scene_of(game)


def test_signaling_games_of_other_sizes_are_trees():
    game = SignalingGame(
        ("a", "b", "c"),
        ("m", "n"),
        ("x", "y"),
        [0.2, 0.3, 0.5],
        [[[0, 1]] * 2] * 3,
        [[[1, 0]] * 2] * 3,
    )
    assert len([line for line in scene_of(game).lines if line.dashed]) == 2
    with pytest.raises(NotApplicable, match="two types, two messages"):
        scene_of(game, layout="textbook")


TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}$%#&_^~]|[^\\{}$%#&_^~]+")


def check_tikz(text):
    """Read TikZ by its own rules: balanced groups and dollars, no bare specials, known commands."""
    known = {
        "begin",
        "end",
        "definecolor",
        "draw",
        "filldraw",
        "node",
        "textcolor",
        "fontsize",
        "selectfont",
        "sffamily",
        "bfseries",
        "textbackslash",
        "textasciicircum",
        "ldots",
        "textasciitilde",
        "textless",
        "textgreater",
        "textbar",
        "textquotedbl",
        "cdot",
    }
    depth, math = 0, False
    for token in TOKEN.findall(text):
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
            assert depth >= 0
        elif token == "$":
            math = not math
        elif token[0] == "\\" and len(token) > 1 and token[1].isalpha():
            assert token[1:] in known, token
        else:
            assert token not in set("%#&_^~"), token
    assert depth == 0
    assert not math
    body = text.splitlines()
    assert body[0].startswith(r"\begin{tikzpicture}[")
    assert body[-1] == r"\end{tikzpicture}"
    colours = set(re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{[0-9A-F]{6}\}", text))
    used = set(re.findall(r"\bcg[a-z]+\b", text))
    assert used == colours
    for line in body[2:-1]:
        assert re.match(r"  \\(definecolor|draw|filldraw|node)", line)
        assert line.endswith((";", "}"))


@pytest.mark.parametrize(
    "game",
    [escalation_1(), beer_quiche(), chicken(), duel(), nasty(), Incident().game()],
    ids=["tree", "signaling", "table", "bayesian", "nasty", "incident"],
)
def test_tikz_is_well_formed(game):
    check_tikz(to_tikz(game))
    found = solve(game, "nash")
    check_tikz(to_tikz(game, found[0]))


def test_the_reader_of_tikz_finds_faults():
    good = to_tikz(chicken())
    for bad in (
        good.replace("{", "", 1),
        good + "%",
        good.replace(r"\draw", r"\drew", 1),
        good + "$",
    ):
        if bad != good:
            with pytest.raises(AssertionError):
                check_tikz(bad)


def test_tikz_has_the_labels_escaped():
    text = to_tikz(nasty())
    assert r"\textless{}script\textgreater{}" in text
    assert r"50\%" in text
    assert "<script>" not in text


def shown():
    game = nasty()
    trial = solve(escalation_1())
    states = StochasticGame(
        ("A",), ("calm", NASTY), {"calm": [("restrain", "push")]},
        {"calm": lambda a: [int(a == "push")], NASTY: [-5]},
        {"calm": lambda a: {NASTY: 0.1, "calm": 0.9} if a == "push" else "calm", NASTY: NASTY},
        discount=0.9,
    )  # fmt: skip
    markov = solve(states, "markov-perfect")
    mediated = solve(chicken(), "correlated")
    return {
        "tree": game,
        "nash": solve(game, "nash"),
        "equilibrium": solve(game, "nash")[0],
        "set": trial,
        "signaling": beer_quiche(),
        "table": chicken(),
        "bayesian": duel(),
        "markov": markov,
        "markov equilibrium": markov[0],
        "correlated": mediated,
        "mediated": mediated.optimum("welfare"),
        "branch": logit_branch(escalation_1(), precision=1),
        "incident": Incident(),
        "ladder": Ladder(),
        "scenario": get_scenario("taiwan-1995"),
    }


SHOWN = shown()


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_notebook_shows_is_markup_with_escaped_labels(name):
    html = SHOWN[name]._repr_html_()
    assert "<script" not in html
    assert html == SHOWN[name]._repr_html_()
    body = re.sub(r"<br>|<hr>", "", html)
    ElementTree.fromstring(f"<div>{body}</div>")  # balanced


def test_tables_say_what_they_know():
    found = SHOWN["set"]
    assert f"{len(found)} extreme sequential equilibria, all of them." in found._repr_html_()
    assert "believes" in SHOWN["equilibrium"]._repr_html_()
    fact = SHOWN["scenario"].facts[0]
    assert fact.source in SHOWN["scenario"]._repr_html_()
    assert "audience_cost" in SHOWN["incident"]._repr_html_()
    assert "<svg" in SHOWN["tree"]._repr_html_()


def test_showing_a_game_leaves_no_figure_open():
    before = plt.get_fignums()
    SHOWN["tree"]._repr_html_()
    assert plt.get_fignums() == before
