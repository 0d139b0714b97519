"""Heat maps of classes by languages: order, colours round zero, what can be chosen and read."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from support.drawn import contrast
from support.figure_samples import CONTEXT, class_rows

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures import (
    class_accuracy_figure,
    class_difference_figure,
    class_gap_figure,
    outline_cell,
    restyled,
)
from tomclip.figures.style.head import spoken
from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.ramp import ramp_colour

TITLES = {"few": "Few"}


def gap(**options: Any) -> go.Figure:
    return class_gap_figure(class_rows(without="en"), context=CONTEXT, **options)


def scatters(figure: go.Figure, mode: str) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == mode]


def texts(figure: go.Figure) -> dict[tuple[float, float], str]:
    return {
        (x, y): text
        for trace in scatters(figure, "text")
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True)
    }


def test_the_largest_gap_comes_first_and_summaries_stand_apart() -> None:
    figure = gap()
    meta = figure.layout.meta
    assert meta["groups"] == [
        "every class",
        "Food & Drink",
        "few",
        "sky <and> weather in a long title",
    ]
    assert meta["languages"] == [*list(LANGUAGES)[1:], "mean"]
    assert list(figure.layout.yaxis.tickvals) == [0, 1.35, 2.35, 3.35]
    assert figure.layout.xaxis.tickvals[-1] == pytest.approx(12.35)
    assert figure.layout.yaxis.ticktext[0] == "<b>Every class</b>"
    assert figure.layout.yaxis.ticktext[1] == "Food &amp; Drink"


def test_the_best_come_first_where_no_gap_is_shown() -> None:
    table = class_rows()
    figure = class_difference_figure(table, context=CONTEXT, baseline="mclip")
    assert figure.layout.meta["groups"][1:] == [
        "sky <and> weather in a long title",
        "few",
        "Food & Drink",
    ]
    assert figure.layout.meta["languages"] == [*list(LANGUAGES)[::-1], "mean"]
    assert spoken(figure).startswith("Difference to MCLIP, top-1 accuracy. ")


def test_zero_stands_in_the_middle_of_the_colours_and_accuracies_begin_at_it() -> None:
    axis = gap().layout.coloraxis
    assert (axis.cmin, axis.cmax) == (-39.0, 39.0)
    table = class_rows().assign(value=lambda one: one["value"].abs())
    axis = class_accuracy_figure(table, context=CONTEXT).layout.coloraxis
    assert axis.cmin == 0
    assert axis.cmax == table["value"].max()


def test_cells_of_languages_can_be_chosen_and_those_of_the_mean_cannot() -> None:
    marks = scatters(gap(), "markers")
    keys = [tuple(one) for one in marks[0].customdata]
    assert len(keys) == 4 * 12
    assert ("Food & Drink", "ko") in keys
    assert marks[1].customdata is None
    assert len(marks[1].x) == 4


def test_the_blank_between_summary_and_rest_has_no_value() -> None:
    heat = gap().data[0]
    values = np.asarray(heat.z, dtype=float)
    assert values.shape == (5, 14)
    assert np.isnan(values[1]).all()
    assert np.isnan(values[:, 12]).all()
    assert np.isfinite(np.delete(np.delete(values, 1, 0), 12, 1)).all()
    assert len(heat.x) == 15
    assert len(heat.y) == 6


def test_an_asterisk_says_that_the_interval_excludes_zero() -> None:
    figure = gap()
    written = texts(figure)
    assert written[0, 1.35] == "\u221239*"
    assert written[0, 0] == "\u22121"
    assert written[0, 2.35] == "+1"  # without an interval
    assert "* 95 % interval excludes 0" in figure.layout.coloraxis.colorbar.title.text


def test_the_hover_says_number_interval_and_count() -> None:
    table = class_rows(without="en")
    table.loc[table["group"] == "few", "pictures"] = 1
    figure = class_gap_figure(table, context=CONTEXT, titles=TITLES)
    marks = scatters(figure, "markers")[0]
    keys = map(tuple, marks.customdata)
    said = dict(zip(keys, marks.hovertext, strict=True))
    assert said["Food & Drink", "ko"] == (
        "<b>Food &amp; Drink · 한국어</b><br>\u221239.0 percentage points<br>"
        "95 % interval \u221244.0 to \u221234.0<br>40 pictures"
    )
    assert said["few", "ko"].endswith("+1.0 percentage points<br>1 picture")


def test_rows_are_those_asked_for() -> None:
    assert gap(groups=["few"]).layout.meta["groups"] == ["every class", "few"]
    with pytest.raises(InputError, match="group 'none' is not in the table"):
        gap(groups=["none"])
    with pytest.raises(InputError, match="the table lacks group"):
        class_gap_figure(class_rows().drop(columns="group"))


@pytest.mark.parametrize("theme", PALETTES)
def test_every_number_is_read_on_its_cell_in_both_themes(theme: ThemeName) -> None:
    figure = restyled(class_gap_figure(class_rows(without="en"), context=CONTEXT), theme=theme)
    axis = figure.layout.coloraxis
    ground = [colour for _, colour in axis.colorscale]
    value_at = {}
    heat = figure.data[0]
    centres = [(np.asarray(edges)[1:] + np.asarray(edges)[:-1]) / 2 for edges in (heat.x, heat.y)]
    for row, y in enumerate(centres[1]):
        for column, x in enumerate(centres[0]):
            value_at[round(x, 6), round(y, 6)] = heat.z[row][column]
    contrasts = []
    for trace in scatters(figure, "text"):
        assert trace.unselected.textfont.color == trace.textfont.color
        for x, y in zip(trace.x, trace.y, strict=True):
            value = value_at[round(x, 6), round(y, 6)]
            share = (value - axis.cmin) / (axis.cmax - axis.cmin)
            contrasts.append(contrast(ramp_colour(ground, share), trace.textfont.color))
    assert len(contrasts) == 4 * 13
    assert min(contrasts) >= 4.5


def test_the_chosen_cell_is_outlined_and_another_is_refused() -> None:
    figure = gap()
    outline_cell(figure, "Food & Drink", "ko")
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == pytest.approx((-0.5, 0.5, 0.85, 1.85))
    for group, language in (("Food & Drink", "mean"), ("none", "ko")):
        with pytest.raises(InputError, match="the figure has no cell"):
            outline_cell(figure, group, language)
