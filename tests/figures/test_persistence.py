"""Diagrams, small multiples, barcodes and Betti curves from hand-made bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from support.figure_samples import CONTEXT, CURVES, GRID, diagram, diagrams, h0

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures import (
    barcode_figure,
    barcode_stack_figure,
    betti_figure,
    diagram_figure,
    diagram_grid_figure,
)
from tomclip.figures.style.palette import LIGHT


def with_bars(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.customdata is not None]


def test_a_bar_that_never_dies_lies_on_the_line_at_infinity() -> None:
    figure = diagram_figure({"ko": (h0(0.5, np.inf),)}, context=CONTEXT)
    (trace,) = with_bars(figure)
    height = figure.layout.meta["infinity"]
    assert height == pytest.approx(0.55)
    assert sorted(trace.y) == pytest.approx([0.5, height])
    assert figure.layout.yaxis.tickvals[-1] == height
    assert figure.layout.yaxis.ticktext[-1] == "∞"
    lines = [t for t in figure.data if t.mode == "lines"]
    assert any(set(t.y) == {height} for t in lines)


@pytest.mark.parametrize("code", LANGUAGES)
def test_voids_of_every_language_are_drawn_beside_the_reference(code: str) -> None:
    groups = {
        language: (h0(0.5), diagram([(0.2, 0.5)], 1), diagram([(0.4, 0.6)], 2))
        for language in dict.fromkeys(("en", code, "ko"))
    }
    for reference in ("en", code):
        figure = diagram_figure(groups, reference=reference, context=CONTEXT)
        marked = with_bars(figure)
        voids = {t.customdata[0][0]: t.marker.symbol for t in marked if t.customdata[0][1] == 2}
        assert len(set(voids.values())) == len(groups)
        assert all("-dot" in symbol for symbol in voids.values())
        assert voids[reference].endswith("-open-dot")


@pytest.mark.parametrize(("highest", "named"), [(1, []), (2, ["H2 · voids"])])
def test_small_multiples_name_voids_where_there_are_any(highest: int, named: list[str]) -> None:
    group = (h0(0.5), diagram([(0.2, 0.5)], 1), diagram([(0.4, 0.6)], 2))[: highest + 1]
    figure = diagram_grid_figure({"en": group, "ko": group}, context=CONTEXT)
    shown = [trace.name for trace in figure.data if trace.showlegend]
    assert [name for name in shown if name.startswith("H2")] == named


def test_a_diagram_of_essential_bars_alone_is_drawn() -> None:
    figure = diagram_figure({"ko": (h0(np.inf),)}, context=CONTEXT)
    assert list(with_bars(figure)[0].y) == [figure.layout.meta["infinity"]]


def test_coincident_bars_are_one_larger_marker_that_knows_how_many() -> None:
    (trace,) = with_bars(diagram_figure({"ko": (h0(0.1, 0.1, 0.3),)}, context=CONTEXT))
    assert len(trace.x) == 2
    assert [list(entry) for entry in trace.customdata] == [["ko", 0, 0, 2], ["ko", 0, 2, 1]]
    assert trace.marker.size[0] > trace.marker.size[1]
    assert "2 coincident bars" in trace.hovertext[0]


def test_customdata_leads_from_a_marker_back_to_its_bar() -> None:
    every = diagrams()
    for trace in with_bars(diagram_figure(every, context=CONTEXT, highlight=["ko"])):
        for (language, homology_dimension, bar, _), y in zip(
            trace.customdata, trace.y, strict=True
        ):
            death = every[language][homology_dimension].pairs[bar, 1]
            assert y == death or np.isinf(death)


def test_the_reference_is_grey_and_outlined_and_the_language_is_coloured() -> None:
    figure = diagram_figure(diagrams(), context=CONTEXT, highlight=["ko"])
    h1 = {t.legendgroup: t for t in with_bars(figure) if t.customdata[0][1] == 1}
    assert h1["en"].marker.color == LIGHT["reference"]
    assert h1["en"].marker.symbol.endswith("-open")
    assert h1["ko"].marker.color == LIGHT["vermillion"]
    assert figure.layout.meta["languages"] == ["en", "ko"]


def test_the_legend_names_each_language_once() -> None:
    figure = diagram_figure(diagrams(), context=CONTEXT, highlight=["ko", "ja"])
    named = [trace.name for trace in figure.data if trace.showlegend]
    assert named == ["English (reference)", "한국어", "日本語"]


def test_h0_has_a_strip_with_a_column_per_language_and_h1_its_own_plane() -> None:
    figure = diagram_figure(diagrams(), context=CONTEXT, highlight=["ko"])
    h0_columns = {t.legendgroup: set(t.x) for t in with_bars(figure) if t.xaxis == "x"}
    assert h0_columns == {"en": {0}, "ko": {1}}
    assert list(figure.layout.xaxis.ticktext) == ["en", "ko"]
    planes = {t.xaxis for t in with_bars(figure) if t.customdata[0][1] == 1}
    assert planes == {"x2"}


def test_of_thirteen_languages_three_are_shown_unless_chosen() -> None:
    figure = diagram_figure(diagrams(), context=CONTEXT)
    assert len(figure.layout.meta["languages"]) == 4


def test_one_dimension_alone_fills_the_figure() -> None:
    figure = diagram_figure({"ko": (diagram([(0.1, 0.2)], 1),)}, context=CONTEXT)
    assert figure.layout.xaxis.title.text == "birth (cosine distance)"
    assert "xaxis2" not in figure.layout.to_plotly_json()


def test_density_needs_ten_bars_off_one_line() -> None:
    rng = np.random.default_rng(0)
    births = rng.uniform(0, 1, 30)
    crowded = np.stack([births, births + rng.uniform(0.01, 0.3, 30)], axis=1)
    straight = [(0.01 * step, 0.01 * step + 0.2) for step in range(20)]
    for pairs, contours in ((crowded.tolist(), 1), (straight, 0), ([(0.1, 0.2)], 0)):
        bars = {"ko": (diagram(pairs, 1),)}
        figure = diagram_figure(bars, context=CONTEXT, density=True)
        assert sum(trace.type == "contour" for trace in figure.data) == contours


def test_the_grid_has_a_panel_and_a_name_per_language_on_one_range() -> None:
    figure = diagram_grid_figure(diagrams(), context=CONTEXT, columns=5)
    layout = figure.layout.to_plotly_json()
    panels = [name for name in layout if name.startswith("xaxis")]
    assert len(panels) == 13
    assert len({tuple(layout[name]["range"]) for name in panels}) == 1
    assert len(figure.layout.annotations) == 13
    assert {trace.xaxis for trace in with_bars(figure)} == {p.replace("axis", "") for p in panels}


def test_the_grid_shows_the_reference_in_every_panel() -> None:
    figure = diagram_grid_figure(diagrams(), context=CONTEXT)
    panels = {t.xaxis for t in with_bars(figure) if t.customdata[0][0] == "en"}
    assert len(panels) == 13


def test_a_grid_of_no_columns_is_refused() -> None:
    with pytest.raises(InputError, match="columns is 0"):
        diagram_grid_figure(diagrams(), context=CONTEXT, columns=0)


def test_a_barcode_shows_the_longest_bars_and_says_how_many_are_left_out() -> None:
    figure = barcode_figure(h0(0.1, 0.4, 0.2, np.inf), context=CONTEXT, top=3, language="ko")
    bars = figure.data[0]
    assert [list(entry) for entry in bars.customdata] == [["ko", 0, 3], ["ko", 0, 1], ["ko", 0, 2]]
    assert figure.layout.annotations[0].text == "H0 · 3 longest of 4 bars shown"
    assert figure.layout.meta["shown_of"] == {"H0": [3, 4]}


def test_a_bar_runs_from_birth_to_death() -> None:
    figure = barcode_figure(diagram([(0.2, 0.5)], 1), context=CONTEXT)
    assert figure.data[0].base[0] == pytest.approx(0.2)
    assert figure.data[0].x[0] == pytest.approx(0.3)
    assert figure.layout.annotations[0].text == "H1 · all 1 bars shown"


def test_only_a_bar_that_never_dies_ends_in_an_arrow() -> None:
    figure = barcode_figure(h0(0.1, np.inf), context=CONTEXT)
    arrow = figure.data[1]
    assert (arrow.marker.symbol, list(arrow.text), list(arrow.y)) == ("triangle-right", ["∞"], [0])
    assert len(tuple(barcode_figure(h0(0.1), context=CONTEXT).data)) == 1


def test_the_stack_puts_both_dimensions_on_one_axis() -> None:
    figure = barcode_stack_figure(diagrams()["ko"], context=CONTEXT)
    assert [trace.name for trace in figure.data if trace.type == "bar"] == ["H0", "H1"]
    assert figure.layout.xaxis.matches == "x2"


def test_a_barcode_of_no_bars_allowed_is_refused() -> None:
    with pytest.raises(InputError, match="top is 0"):
        barcode_figure(h0(0.1), context=CONTEXT, top=0)


def test_betti_curves_are_steps_with_grey_others_behind() -> None:
    figure = betti_figure(CURVES, GRID, homology_dimension=0, context=CONTEXT, highlight=["ko"])
    assert len(tuple(figure.data)) == 13
    assert all(trace.line.shape == "hv" for trace in figure.data)
    assert [trace.name for trace in figure.data[-2:]] == ["한국어", "English"]
    assert sum(trace.line.color == LIGHT["context"] for trace in figure.data) == 11
    assert sum(trace.showlegend is not False for trace in figure.data) == 3


def test_a_betti_curve_on_another_grid_is_refused() -> None:
    with pytest.raises(InputError, match="'ko' has 2 values for a grid of 5"):
        betti_figure({"ko": np.array([1, 1])}, GRID, homology_dimension=0, context=CONTEXT)


def test_all_languages_can_be_highlighted() -> None:
    figure = betti_figure(CURVES, GRID, homology_dimension=0, context=CONTEXT, highlight=LANGUAGES)
    lines = {(trace.line.color, trace.line.dash) for trace in figure.data}
    assert len(lines) == 13
