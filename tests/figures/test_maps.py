"""Maps: one trace per highlighted group, grey others, ids for selection, equal axes."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest
from support.figure_samples import CONTEXT, ENCODERS, N_ROWS, coordinates, map_columns

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures import aligned_maps_figure, map_figure
from tomclip.figures.style.palette import LIGHT
from tomclip.geometry import procrustes_disparity


def sample_map(**options: object) -> go.Figure:
    return map_figure(coordinates(N_ROWS), context=CONTEXT, **map_columns(), **options)  # type: ignore[arg-type]


def test_thirteen_highlighted_languages_are_thirteen_named_traces() -> None:
    figure = sample_map(highlight=LANGUAGES)
    assert len(tuple(figure.data)) == 13
    assert {trace.name for trace in figure.data} >= {"한국어", "日本語", "中文"}
    assert all(trace.showlegend for trace in figure.data)
    assert len({(trace.marker.color, trace.marker.symbol) for trace in figure.data}) == 13


def test_languages_that_are_not_highlighted_are_one_grey_trace() -> None:
    figure = sample_map(highlight=["en", "ko"])
    assert [trace.name for trace in figure.data] == ["other languages", "English", "한국어"]
    assert len(figure.data[0].x) == N_ROWS - 6
    assert figure.data[0].marker.color == LIGHT["context"]


def test_every_point_carries_its_id_and_its_row() -> None:
    figure = sample_map(highlight=["ko"])
    columns = map_columns()
    for trace in figure.data:
        for (identity, row), x in zip(trace.customdata, trace.x, strict=True):
            assert columns["ids"][row] == identity
            assert x == coordinates(N_ROWS)[row, 0]


def test_hovering_shows_the_escaped_text_and_the_language() -> None:
    figure = sample_map(highlight=["ko"])
    assert figure.data[1].hovertext[0] == "<b>cat &lt;ko&gt;</b><br>한국어 · nature"


def test_categories_have_a_trace_each() -> None:
    figure = sample_map(colour_by="category")
    assert {trace.name for trace in figure.data} == {"nature", "food"}


def test_a_highlighted_concept_is_joined_and_named_in_english() -> None:
    figure = sample_map(colour_by="concept", highlight=["moon"])
    assert [annotation.text for annotation in figure.layout.annotations] == ["moon &lt;en&gt;"]
    spokes = [trace for trace in figure.data if trace.mode == "lines"]
    assert len(spokes) == 1
    assert np.isnan(spokes[0].x).sum() == 13
    assert figure.layout.showlegend is False


def test_an_image_has_the_empty_language_code() -> None:
    figure = map_figure(coordinates(2), labels=["a", "a"], languages=["", "en"], context=CONTEXT)
    assert [trace.name for trace in figure.data] == ["images", "English"]


@pytest.mark.parametrize(("repeat", "kind"), [(1, go.Scatter), (80, go.Scattergl)])
def test_many_points_use_webgl(repeat: int, kind: type) -> None:
    figure = map_figure(coordinates(N_ROWS * repeat), context=CONTEXT, **map_columns(repeat))
    assert {type(trace) for trace in figure.data} == {kind}


def test_vector_draws_svg_traces_whatever_the_number() -> None:
    columns = map_columns(80)
    figure = map_figure(coordinates(N_ROWS * 80), context=CONTEXT, vector=True, **columns)
    assert {type(trace) for trace in figure.data} == {go.Scatter}


def test_a_very_large_map_leaves_hover_texts_out() -> None:
    figure = map_figure(coordinates(N_ROWS * 200), context=CONTEXT, **map_columns(200))
    assert all(trace.hovertext is None for trace in figure.data)
    assert figure.data[1].hovertemplate == "%{customdata[0]}<extra></extra>"


def test_both_axes_have_one_scale_and_no_ticks() -> None:
    layout = sample_map().layout
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert layout.xaxis.showticklabels is False
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("UMAP 1", "UMAP 2")


def test_aligned_maps_share_their_zoom_and_one_legend() -> None:
    maps = dict.fromkeys(ENCODERS, coordinates(N_ROWS))
    figure = aligned_maps_figure(maps, context=CONTEXT, highlight=["en", "ko"], **map_columns())
    assert (figure.layout.xaxis2.matches, figure.layout.yaxis2.matches) == ("x", "y")
    assert figure.layout.xaxis.range == figure.layout.xaxis2.range
    assert [trace.showlegend for trace in figure.data] == [True] * 3 + [False] * 3
    assert [text.text for text in figure.layout.annotations] == [
        "MCLIP",
        "ToMCLIP exact",
        "Procrustes disparity 0.00",
    ]


def test_aligned_maps_lie_on_the_first_wherever_they_were_computed() -> None:
    first = coordinates(N_ROWS)
    moved = 5.0 * first @ np.array([[0.0, 1.0], [-1.0, 0.0]], dtype=np.float32) - [40.0, 300.0]
    maps = dict(zip(ENCODERS, (first, moved), strict=True))
    figure = aligned_maps_figure(maps, context=CONTEXT, highlight=["en"], **map_columns())
    half = len(tuple(figure.data)) // 2
    for one, other in zip(figure.data[:half], figure.data[half:], strict=True):
        np.testing.assert_allclose(other.x, one.x, atol=1e-4)
        np.testing.assert_allclose(other.y, one.y, atol=1e-4)
    low, high = figure.layout.yaxis2.range
    assert high - low == pytest.approx(1.1 * np.ptp(first[:, 1]), rel=1e-3)


def test_what_alignment_leaves_is_a_number_by_its_name() -> None:
    first, other = coordinates(N_ROWS), coordinates(N_ROWS)[::-1]
    maps = dict(zip(ENCODERS, (first, other), strict=True))
    figure = aligned_maps_figure(maps, context=CONTEXT, **map_columns())
    left = procrustes_disparity(first, other)
    assert figure.layout.meta["disparities"]["tomclip_exact"] == pytest.approx(left, abs=1e-5)
    assert figure.layout.annotations[2].text == f"Procrustes disparity {left:.2f}"


def test_maps_of_different_rows_are_refused() -> None:
    maps = {"mclip": coordinates(N_ROWS), "tomclip_exact": coordinates(N_ROWS - 1)}
    with pytest.raises(InputError, match=f"for {N_ROWS} points"):
        aligned_maps_figure(maps, context=CONTEXT, **map_columns())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ["a"]}, "1 labels came for 39 points"),
        ({"colour_by": "colour"}, "colour_by is 'colour'"),
        ({"colour_by": "category", "categories": None}, "no categories came"),
    ],
)
def test_columns_that_do_not_fit_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        map_figure(coordinates(N_ROWS), context=CONTEXT, **{**map_columns(), **change})  # type: ignore[arg-type]


def test_no_map_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no maps came"):
        aligned_maps_figure({}, labels=[], languages=[], context=CONTEXT)
