"""What holds of every published model: check points, two routes, arrays, errors, figures."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from draws import draw
from matplotlib.figure import Figure

from crisisgames import PRINCIPLES, GameError, literature
from crisisgames.literature import SLUGS, Model, get, reproduce
from crisisgames.literature.reproduce import alike

CASES = [(slug, case) for slug in SLUGS for case in get(slug).cases]
SOLVED = [(slug, case) for slug, case in CASES if get(slug).cases[case].solved]


@pytest.mark.parametrize("slug", SLUGS)
def test_all_check_points_agree_by_both_routes(slug: str) -> None:
    found = reproduce(slug)
    wrong = [c for c in found.checks if not c.agrees]
    assert not wrong
    assert {c.case for c in found.checks} == set(get(slug).cases)
    assert found.table()["agrees"].all()


@pytest.mark.parametrize(("slug", "case"), SOLVED)
def test_both_routes_agree_over_the_box(slug: str, case: str) -> None:
    model, rng = get(slug), Random(f"{slug} {case}")
    chosen = model.cases[case]
    for _ in range(12):
        values = draw(model, case, rng)
        for q in chosen.quantities:  # half of what the model can work out is left to it
            if q.default is None and q.name in values and rng.random() < 0.5:
                del values[q.name]
        closed, solved = model.results(case, **values), model.solved(case, **values)
        assert solved
        for key, value in solved.items():
            assert alike(closed[key], value, chosen.rtol, chosen.atol), (values, key)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_arrays_give_what_points_give(slug: str, case: str) -> None:
    model, rng = get(slug), Random(slug)
    rows = [draw(model, case, rng) for _ in range(4)]
    for name in rows[0]:
        quantity = next(q for q in model.cases[case].quantities if q.name == name)
        if quantity.choices:
            continue
        # One argument varies as an array, where the others allow it.
        values = [row[name] for row in rows]
        try:
            together = model.results(case, **{**rows[0], name: np.array(values)})
        except GameError:
            continue
        for k, value in enumerate(values):
            alone = model.results(case, **{**rows[0], name: value})
            assert set(alone) == set(together)
            for key, result in alone.items():
                here = together[key][k]
                here = here.item() if isinstance(here, np.generic) else here
                assert together[key].shape == (len(values),)
                assert alike(here, result, 1e-12, 1e-12), (key, rows[0], name, value)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_results_are_plain_and_described(slug: str, case: str) -> None:
    model = get(slug)
    found = model.results(case)
    assert set(found) == set(model.cases[case].meanings)
    for value in found.values():
        assert isinstance(value, bool | int | float | str | tuple)
        assert not isinstance(value, np.generic)


@pytest.mark.parametrize(("slug", "case"), CASES)
def test_bad_arguments_name_themselves(slug: str, case: str) -> None:
    model = get(slug)
    for quantity in model.cases[case].quantities:
        bad: list[Any] = ["nonsense", float("nan"), float("inf"), True, {}]
        if not (quantity.choices or quantity.several or quantity.table):
            bad += [quantity.low - 1] if quantity.low > -np.inf else []
            bad += [quantity.low] if quantity.closed in ("right", "neither") else []
            bad += [quantity.high] if quantity.closed in ("left", "neither") else []
        for value in bad:
            with pytest.raises(ValueError, match=quantity.name):
                model.results(case, **{quantity.name: value})
    with pytest.raises(ValueError, match="no parameter named"):
        model.results(case, no_such_parameter=1)


@pytest.mark.parametrize("slug", SLUGS)
def test_an_unknown_case_lists_the_cases(slug: str) -> None:
    with pytest.raises(ValueError, match=next(iter(get(slug).cases))):
        get(slug).results("no such case")


@pytest.mark.parametrize("slug", SLUGS)
def test_the_model_says_what_it_is(slug: str) -> None:
    model = get(slug)
    assert model.slug == slug
    assert model.citation.startswith("@")
    assert "year" in model.citation
    assert len(model.provenance) > 60
    assert model.principles == tuple(p for p in PRINCIPLES if p in model.principles)
    assert set(model.box) <= {q.name for c in model.cases.values() for q in c.quantities}
    if model.badness is not None:
        assert any(model.badness in case.meanings for case in model.cases.values())


@pytest.mark.parametrize("slug", SLUGS)
def test_every_figure_is_drawn_labelled_and_captioned(slug: str, tmp_path: Path) -> None:
    model = get(slug)
    assert model.figures
    for draw_on in model.figures.values():
        figure = Figure(figsize=(7, 5), layout="constrained")
        ax = figure.subplots()
        draw_on(ax)
        figure.savefig(tmp_path / "figure.png", dpi=50)
        label = ax.get_xlabel()
        assert "\n\n" in label, "the caption states the parameter values"
        assert any(c.isdigit() for c in label.split("\n\n")[1])


def test_names_are_checked() -> None:
    with pytest.raises(ValueError, match="did you mean 'fearon-1995-bargaining-range'"):
        literature.get("fearon-1995")
    assert isinstance(get(SLUGS[0]), Model)
