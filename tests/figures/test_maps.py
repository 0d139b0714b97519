"""Maps: one trace per highlighted group, grey others, ids for selection, equal axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from support.figure_samples import (
    CONTEXT,
    ENCODERS,
    N_ROWS,
    caption_columns,
    coordinates,
    map_columns,
)

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures import (
    aligned_maps_figure,
    language_maps_figure,
    map_figure,
    moved_maps_figure,
)
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
    figure = map_figure(coordinates(N_ROWS * 310), context=CONTEXT, **map_columns(310))
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


def test_five_encoders_stand_in_two_rows_with_what_alignment_left_of_each() -> None:
    maps = {f"e{at}": coordinates(N_ROWS)[:: (-1) ** at] for at in range(5)}
    figure = aligned_maps_figure(maps, context=CONTEXT, highlight=LANGUAGES, **map_columns())
    rows = {round(figure.layout[f"yaxis{at}"].domain[0], 3) for at in ("", 2, 3, 4, 5)}
    assert len(rows) == 2
    notes = [text.text for text in figure.layout.annotations if "disparity" in text.text]
    assert len(notes) == 4
    assert [trace.showlegend for trace in figure.data] == [True] * 13 + [False] * 52
    assert figure.layout.xaxis5.matches == "x"
    assert [figure.layout[f"xaxis{at}"].title.text for at in ("", 2, 3, 4, 5)] == [
        "",
        "",
        "UMAP 1",
        "UMAP 1",
        "UMAP 1",
    ]


def test_dragging_on_a_map_draws_a_lasso() -> None:
    assert sample_map().layout.dragmode == "lasso"


def test_every_language_has_a_panel_of_its_own_before_the_others_in_grey() -> None:
    figure = language_maps_figure(
        {"mclip": coordinates(N_ROWS)}, context=CONTEXT, **caption_columns()
    )
    coloured = [trace for trace in figure.data if trace.customdata is not None]
    assert [trace.name for trace in coloured][:2] == ["English", "한국어"]
    assert len({trace.xaxis for trace in coloured}) == 13
    titles = [text.text for text in figure.layout.annotations]
    assert titles[:2] == ["English", "한국어"]
    grey = [trace for trace in figure.data if trace.customdata is None]
    assert {len(trace.x) for trace in grey} == {N_ROWS - 3}
    assert {trace.marker.color for trace in grey} == {LIGHT["context"]}


@pytest.mark.parametrize(("count", "columns"), [(3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (13, 4)])
def test_no_row_of_languages_is_much_shorter_than_the_others(count: int, columns: int) -> None:
    every = caption_columns()
    shown = list(dict.fromkeys(every["languages"]))[:count]
    rows = [row for row, code in enumerate(every["languages"]) if code in shown]
    own: dict[str, Any] = {name: [values[row] for row in rows] for name, values in every.items()}
    figure = language_maps_figure({"mclip": coordinates(N_ROWS)[rows]}, context=CONTEXT, **own)
    domains = {axis.domain for axis in figure.select_xaxes()}
    assert len(domains) == columns


def test_many_grey_points_of_a_small_panel_are_a_sample() -> None:
    figure = language_maps_figure(
        {"mclip": coordinates(N_ROWS * 80)}, context=CONTEXT, **caption_columns(80)
    )
    assert {len(trace.x) for trace in figure.data} == {240, 1_500}


def test_languages_of_two_encoders_stand_beside_each_other() -> None:
    maps = dict(zip(ENCODERS, (coordinates(N_ROWS), coordinates(N_ROWS)[::-1]), strict=True))
    figure = language_maps_figure(maps, context=CONTEXT, **caption_columns())
    titles = [text.text for text in figure.layout.annotations]
    assert titles[:2] == ["English · MCLIP", "English · ToMCLIP exact"]
    assert sum("disparity" in title for title in titles) == 13
    assert figure.layout.yaxis.domain == figure.layout.yaxis2.domain


def moved(change: np.ndarray) -> go.Figure:
    maps = dict.fromkeys(ENCODERS, coordinates(N_ROWS))
    return moved_maps_figure(
        maps,
        change=dict.fromkeys(ENCODERS, change),
        neighbours=10,
        context=CONTEXT,
        **caption_columns(),
    )


def test_the_most_changed_points_are_drawn_last_and_keep_their_rows() -> None:
    change = np.random.default_rng(2).random(N_ROWS)
    figure = moved(change)
    for trace in figure.data:
        assert list(trace.marker.color) == sorted(trace.marker.color)
        rows = [row for _, row in trace.customdata]
        np.testing.assert_allclose(trace.marker.color, change[rows], rtol=1e-6)
    assert figure.data[0].hovertext[-1].endswith("% changed")
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0, 1)
    assert figure.layout.meta["neighbours_compared"] == 10
    said = f"{100 * change.mean():.0f} %"
    assert figure.layout.meta["finding"].startswith("Of 10 nearest neighbours changed")
    assert figure.layout.meta["finding"].count(said) == len(ENCODERS)


def test_a_map_says_how_far_its_languages_keep_to_themselves() -> None:
    apart = np.array([[0, 0], [0, 1], [0, 2], [9, 0], [9, 1], [9, 2]], dtype=float)
    mixed = np.array([[0, 0], [2, 0], [4, 0], [0, 0.1], [2, 0.1], [4, 0.1]], dtype=float)
    columns: dict[str, Any] = {"labels": list("abcabc"), "languages": ["en"] * 3 + ["ko"] * 3}
    single = map_figure(apart, **columns)
    assert single.layout.meta["finding"] == (
        "Points whose nearest point on the map is of the same language: 100 %; by chance 40 %"
    )
    both = aligned_maps_figure({"mclip": apart, "tomclip": mixed}, **columns)
    found = both.layout.meta["finding"]
    assert "same language: mclip 100 %, tomclip 0 %; by chance 40 %" in found
    assert "Procrustes disparity to mclip" in found
    one_group = map_figure(apart, labels=list("abcabc"), languages=["en"] * 6)
    assert "finding" not in one_group.layout.meta


@pytest.mark.parametrize(
    ("change", "words"),
    [(np.zeros(3), r"shape \(3,\) for 39 points"), (np.full(N_ROWS, 1.2), "from 0 to 1")],
)
def test_a_change_that_does_not_fit_is_refused(change: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        moved(change)


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
