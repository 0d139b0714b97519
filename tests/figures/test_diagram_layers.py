"""Noise bands, density lines, matched bars and multiplicities over hand-made diagrams."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from support.figure_samples import CONTEXT, diagram, h0

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.figures import diagram_figure, diagram_grid_figure
from tomclip.figures.style.palette import LIGHT

BARS = {
    "en": (h0(0.1, 0.5), diagram([(0.2, 0.6), (0.3, 0.4)], 1)),
    "ko": (h0(0.3, 0.5), diagram([(0.3, 0.9)], 1)),
}


def matching(pairs: list[tuple[int, int]], lengths: list[float]) -> Any:
    """Returns a stand-in for topology's matching."""
    return SimpleNamespace(pairs=np.array(pairs), lengths=np.array(lengths), distance=max(lengths))


def bands_of(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.legendgroup == "band"]


def lines_of(figure: go.Figure) -> list[Any]:
    traces = [trace for trace in figure.data if trace.name == "matching, ko"]
    return [trace for trace in traces if trace.mode == "lines"]


def corners(trace: Any) -> set[tuple[float, float]]:
    return set(zip(np.round(trace.x, 9), np.round(trace.y, 9), strict=True))


def crowd(n: int = 40) -> PersistenceDiagram:
    rng = np.random.default_rng(0)
    births = rng.uniform(0.2, 0.4, n)
    pairs = np.stack([births, births + rng.uniform(0.05, 0.2, n)], axis=1)
    return diagram([*pairs.tolist(), (0.05, 0.95)], 1)


def test_the_h1_band_holds_bars_up_to_twice_its_half_width() -> None:
    (band,) = bands_of(diagram_figure(BARS, context=CONTEXT, bands={1: 0.05}))
    assert corners(band) == {(0, 0), (0, 0.1), (0.8, 0.9), (0.9, 0.9)}
    assert "lives of up to 0.1 " in band.text


def test_a_band_wider_than_the_picture_covers_the_half_above_the_diagonal() -> None:
    (band,) = bands_of(diagram_figure(BARS, context=CONTEXT, bands={1: 3.0}))
    assert corners(band) == {(0, 0), (0, 0.9), (0.9, 0.9)}


def test_the_h0_band_is_level_across_all_columns() -> None:
    figure = diagram_figure(BARS, context=CONTEXT, bands={0: 0.06})
    (band,) = bands_of(figure)
    left, right = figure.layout.xaxis.range
    assert corners(band) == {(left, 0), (left, 0.12), (right, 0.12), (right, 0)}
    assert (left, right) == (-0.7, 1.7)


def test_bands_lie_behind_everything_and_have_one_legend_entry() -> None:
    figure = diagram_figure(BARS, context=CONTEXT, bands={0: 0.05, 1: 0.02}, band_level=0.9)
    assert [trace.legendgroup for trace in figure.data[:2]] == ["band", "band"]
    named = [trace.name for trace in bands_of(figure) if trace.showlegend]
    assert named == ["not told from noise (90 %)"]
    assert figure.layout.meta["bands"] == {"H0": 0.05, "H1": 0.02}


def test_a_band_of_a_dimension_that_is_not_drawn_is_left_out() -> None:
    figure = diagram_figure({"ko": (h0(0.1),)}, context=CONTEXT, bands={1: 0.1})
    assert bands_of(figure) == []


@pytest.mark.parametrize("half_width", [-0.1, np.nan, np.inf])
def test_a_band_that_is_no_width_is_refused(half_width: float) -> None:
    with pytest.raises(InputError, match="the band of H1 has half width"):
        diagram_figure(BARS, context=CONTEXT, bands={1: half_width})


def test_in_the_grid_the_h1_band_begins_where_the_h0_band_ends() -> None:
    figure = diagram_grid_figure({"ko": BARS["ko"]}, context=CONTEXT, bands={0: 0.05, 1: 0.05})
    flat, sloped = bands_of(figure)
    assert flat.text.startswith("H0")
    assert max(flat.x) == pytest.approx(min(sloped.x))
    assert min(flat.x) < 0


def test_a_matched_pair_is_a_line_from_the_reference_to_the_language() -> None:
    pairs = matching([(0, 0), (1, -1)], [0.3, 0.05])
    figure = diagram_figure(BARS, context=CONTEXT, matching={"ko": pairs})
    dotted, solid = lines_of(figure)
    np.testing.assert_allclose(solid.x, [0.2, 0.3, np.nan])
    np.testing.assert_allclose(solid.y, [0.6, 0.9, np.nan])
    np.testing.assert_allclose(dotted.x, [0.3, 0.35, np.nan])
    np.testing.assert_allclose(dotted.y, [0.4, 0.35, np.nan])
    assert (dotted.line.dash, solid.line.dash) == ("dot", "solid")
    assert solid.line.color == LIGHT["vermillion"]


def test_hovering_over_a_line_names_both_bars_and_their_distance() -> None:
    figure = diagram_figure(BARS, context=CONTEXT, matching={"ko": matching([(0, 0)], [0.3])})
    (middle,) = [t for t in figure.data if t.name == "matching, ko" and t.mode == "markers"]
    expected = "English 0.2 to 0.6<br>matched to 한국어 0.3 to 0.9<br>0.3 apart"
    assert middle.hovertext == (expected,)
    assert (middle.x[0], middle.y[0]) == pytest.approx((0.25, 0.75))
    assert middle.customdata is None


def test_a_bar_of_the_language_alone_meets_the_diagonal() -> None:
    figure = diagram_figure(BARS, context=CONTEXT, matching={"ko": matching([(-1, 0)], [0.3])})
    (line,) = lines_of(figure)
    np.testing.assert_allclose(line.x, [0.3, 0.6, np.nan])


def test_lines_that_the_marks_hide_are_left_out() -> None:
    near = {**BARS, "ko": (BARS["ko"][0], diagram([(0.201, 0.601)], 1))}
    figure = diagram_figure(near, context=CONTEXT, matching={"ko": matching([(0, 0)], [0.001])})
    assert lines_of(figure) == []


def test_h0_lines_join_the_columns_and_none_leads_to_a_diagonal() -> None:
    pairs = matching([(0, 0), (1, 1), (-1, 1)], [0.2, 0.0, 0.25])
    figure = diagram_figure(BARS, context=CONTEXT, matching={"ko": pairs}, matching_dimension=0)
    (line,) = lines_of(figure)
    np.testing.assert_allclose(line.x, [0, 1, np.nan])
    np.testing.assert_allclose(line.y, [0.1, 0.3, np.nan])
    assert line.xaxis == "x"


def test_a_matching_of_other_diagrams_is_refused() -> None:
    with pytest.raises(InputError, match="names bar 1, but 한국어 has 1"):
        diagram_figure(BARS, context=CONTEXT, matching={"ko": matching([(0, 1)], [0.3])})


def test_the_grid_draws_a_language_s_matching_in_its_own_panel() -> None:
    figure = diagram_grid_figure(BARS, context=CONTEXT, matching={"ko": matching([(0, 0)], [0.3])})
    (line,) = lines_of(figure)
    assert line.xaxis == "x2"


def test_density_makes_crowded_marks_pale_and_leaves_the_lonely_one() -> None:
    figure = diagram_figure({"ko": (crowd(),)}, context=CONTEXT, density=True)
    (marks,) = [trace for trace in figure.data if trace.customdata is not None]
    opacity = dict(zip(np.round(marks.y, 9), marks.marker.opacity, strict=True))
    assert opacity[0.95] == 0.9
    assert sorted(opacity.values())[0] == 0.15
    pale = sum(value == 0.15 for value in opacity.values())
    assert pale == pytest.approx(0.9 * len(opacity), abs=1)


def test_density_keeps_full_marks_and_explains_its_lines_in_the_legend() -> None:
    figure = diagram_figure({"ko": (h0(0.1), crowd())}, context=CONTEXT, density=True)
    named = [trace for trace in figure.data if trace.showlegend]
    assert [trace.name for trace in named] == ["한국어", "around 50 %, 90 % of bars"]
    assert named[0].marker.opacity == 0.9


def test_density_lines_stay_above_the_diagonal() -> None:
    figure = diagram_figure({"ko": (crowd(),)}, context=CONTEXT, density=True)
    (lines,) = [trace for trace in figure.data if trace.type == "contour"]
    deaths, births = np.meshgrid(lines.y, lines.x, indexing="ij")
    assert (np.isnan(lines.z) == (deaths < births)).all()


def test_every_panel_of_the_grid_has_the_density_of_both_its_languages() -> None:
    bars = {"en": (crowd(30),), "ko": (crowd(),)}
    figure = diagram_grid_figure(bars, context=CONTEXT, density=True)
    contours = [trace.xaxis for trace in figure.data if trace.type == "contour"]
    assert contours == ["x", "x2", "x2"]


def test_the_number_of_coincident_bars_stands_at_their_mark() -> None:
    bars = {"ko": (h0(0.1, 0.1, 0.3), diagram([(0.1, 0.2)] * 3 + [(0.1, 0.4)], 1))}
    marks = [t for t in diagram_figure(bars, context=CONTEXT).data if t.customdata is not None]
    assert [trace.text for trace in marks] == [None, ("×3", "")]
    assert [max(trace.marker.size) > min(trace.marker.size) for trace in marks] == [True, True]


def test_marks_without_coincident_bars_have_no_text() -> None:
    marks = [t for t in diagram_figure(BARS, context=CONTEXT).data if t.customdata is not None]
    assert {trace.mode for trace in marks} == {"markers"}


def test_marks_are_smaller_the_more_there_are() -> None:
    sizes = [
        diagram_figure({"ko": (crowd(n),)}, context=CONTEXT).data[-1].marker.size[0]
        for n in (10, 100, 300)
    ]
    assert sizes == [8, 6.5, 5]


def test_axes_reach_at_least_the_given_extent() -> None:
    figures = [diagram_figure(BARS, context=CONTEXT, extent=extent) for extent in (0.2, 2.0)]
    assert [figure.layout.meta["infinity"] for figure in figures] == pytest.approx([0.99, 2.2])


def test_each_of_two_diagrams_beside_each_other_names_its_axis() -> None:
    two = diagram_grid_figure(BARS, context=CONTEXT)
    written = [two.layout[axis].title.text for axis in ("xaxis", "xaxis2")]
    assert written == ["birth (cosine distance)"] * 2


def test_a_grid_of_many_diagrams_says_how_wide_it_must_be() -> None:
    wide = diagram_grid_figure(dict.fromkeys(("en", "ko", "ja", "fr"), BARS["en"]), context=CONTEXT)
    assert wide.layout.meta["least_width"] >= 4 * 100
