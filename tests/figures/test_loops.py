"""Loops in the plane, the places of their words, and the lives of loops in two languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support.figure_samples import CONTEXT, loop_comparison, loop_comparisons, loop_panel, square

from tomclip.core.errors import InputError
from tomclip.export import html_bytes
from tomclip.figures import LoopPanel, loop_figure, loop_lives_figure
from tomclip.figures.style.palette import DARK, LIGHT
from tomclip.figures.style.template import restyled
from tomclip.figures.topology.loop_drawing import PANEL_WIDTH
from tomclip.figures.topology.loop_layout import label_places, plane_layout, turned_to

clouds = arrays.arrays(float, st.tuples(st.integers(3, 12), st.just(2)), elements=st.floats(-5, 5))


def distances(points: np.ndarray) -> np.ndarray:
    return np.linalg.norm(points[:, None] - points[None], axis=-1)


def lives(loops: list[Any], **options: Any) -> go.Figure:
    labels = options.pop("labels", [f"words {loop.bar}" for loop in loops])
    return loop_lives_figure(
        loops, labels=labels, here="ko", there="en", context=CONTEXT, **options
    )


def drawn_points(figure: go.Figure, language: str) -> np.ndarray:
    (trace,) = [
        t
        for t in figure.data
        if t.name == language and t.hovertext and len(t.x) == 4 and "–" not in t.hovertext[0]
    ]
    return np.stack([trace.x, trace.y], axis=1)


@given(clouds)
def test_points_of_a_plane_keep_all_their_distances(points: np.ndarray) -> None:
    np.testing.assert_allclose(
        distances(plane_layout(distances(points))), distances(points), atol=1e-6
    )


@given(clouds)
def test_a_layout_is_centred_and_its_larger_spread_is_upright(points: np.ndarray) -> None:
    layout = plane_layout(distances(points))
    assert np.abs(layout.mean(axis=0)).max() < 1e-6
    assert layout[:, 1].std() >= layout[:, 0].std() - 1e-9


@given(clouds, st.floats(0, 6.3), st.booleans())
def test_a_turned_and_mirrored_cloud_is_turned_back(
    points: np.ndarray, angle: float, mirrored: bool
) -> None:
    points = points - points.mean(axis=0)
    cos, sin = np.cos(angle), np.sin(angle)
    moved = points @ np.array([[cos, -sin], [sin, cos]]) * ([-1, 1] if mirrored else [1, 1])
    np.testing.assert_allclose(turned_to(moved, points), points, atol=1e-6)


@given(clouds, st.integers(0, 9))
def test_words_keep_apart_outside_all_points(points: np.ndarray, seed: int) -> None:
    heights = np.random.default_rng(seed).uniform(1, 3, len(points))
    places = label_places(points, heights, reach=9.0, height=60.0)
    assert set(np.abs(places[:, 0])) == {9.0}
    assert (places[:, 0] < 0).sum() == len(points) // 2
    for side in (places[:, 0] < 0, places[:, 0] > 0):
        order = np.argsort(places[side, 1])
        room = (heights[side][order][1:] + heights[side][order][:-1]) / 2
        assert (np.diff(places[side, 1][order]) >= room - 1e-9).all()


def test_chords_are_the_pairs_that_fill_the_loop() -> None:
    diagonal = 0.4 * np.sqrt(2)
    assert loop_panel("ko", (0.4, diagonal)).chords == []
    assert loop_panel("ko", (diagonal + 1e-9, diagonal + 1e-9)).chords == [(0, 2), (1, 3)]


@pytest.mark.parametrize(
    ("life", "sentence"),
    [
        ((0.41, 0.52), "a loop from 0.410 to 0.520"),
        ((0.41, np.inf), "a loop from 0.410 on, never filled"),
        ((0.468, 0.468), "no loop: filled as soon as it closes at 0.468"),
        ((0.46812, 0.46841), "a loop from 0.4681 to 0.4684"),
        ((123.0, 456.0), "a loop from 123 to 456"),
    ],
)
def test_the_life_of_a_loop_is_said_in_words(life: tuple[float, float], sentence: str) -> None:
    assert loop_panel("ko", life).sentence() == sentence


def test_each_panel_names_its_language_and_says_what_the_loop_is_there() -> None:
    figure = loop_figure(
        [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.6, 0.6))], context=CONTEXT
    )
    titles = [note.text.replace("<br>", " ") for note in figure.layout.annotations[:2]]
    assert titles == [
        "<b>한국어</b> a loop from 0.400 to 0.500",
        "<b>English</b> no loop: filled as soon as it closes at 0.600",
    ]
    assert figure.layout.meta["loops"] == [True, False]


def test_only_a_loop_that_is_none_is_filled_and_has_chords() -> None:
    figure = loop_figure(
        [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.6, 0.6))], context=CONTEXT
    )
    assert [trace.xaxis for trace in figure.data if trace.fill == "toself"] == ["x2"]
    grey = [t.xaxis for t in figure.data if t.line.color == LIGHT["reference"]]
    assert grey == ["x2"]


def test_edges_are_thick_in_the_language_s_colour_and_close_the_ring() -> None:
    figure = loop_figure([loop_panel("ko", (0.4, 0.5))], context=CONTEXT)
    (ring,) = [t for t in figure.data if t.line.color == LIGHT["vermillion"]]
    assert np.isnan(ring.x).sum() == 4
    assert (ring.x[0], ring.y[0]) == (ring.x[-2], ring.y[-2])
    (middles,) = [t for t in figure.data if t.hovertext and "–" in t.hovertext[0]]
    assert middles.hovertext[0] == "cat &lt;ko&gt; – moon &lt;ko&gt;<br>0.4 cosine distance"


def test_both_panels_have_one_scale_and_like_places() -> None:
    panels = [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.4, 0.5))]
    layout = loop_figure(panels, context=CONTEXT).layout
    assert (layout.xaxis2.matches, layout.yaxis2.matches) == ("x", "y")
    assert (layout.yaxis.scaleanchor, layout.yaxis2.scaleanchor) == ("x", "x2")
    figure = loop_figure(panels, context=CONTEXT)
    np.testing.assert_allclose(drawn_points(figure, "ko"), drawn_points(figure, "en"), atol=1e-9)


def test_a_figure_that_becomes_narrower_does_not_draw_its_loop_smaller() -> None:
    """Plotly widens a range to keep a scale, and never narrows it again; a domain it does."""
    panels = [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.4, 0.5))]
    layout = loop_figure(panels, context=CONTEXT).layout
    axes = (layout.xaxis, layout.xaxis2, layout.yaxis, layout.yaxis2)
    assert {axis.constrain for axis in axes} == {"domain"}


def test_pictures_stand_at_the_points_instead_of_marks() -> None:
    figure = loop_figure([loop_panel("ko", (0.4, 0.5), pictures=4)], context=CONTEXT)
    places = [(image.x, image.y) for image in figure.layout.images]
    np.testing.assert_allclose(places, drawn_points(figure, "ko"))
    assert figure.layout.images[0].source == "data:image/png;base64,YSBwaWN0dXJl"
    assert len(loop_figure([loop_panel("ko", (0.4, 0.5))], context=CONTEXT).layout.images) == 0


def test_one_column_puts_the_panels_below_each_other() -> None:
    panels = [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.6, 0.6))]
    beside, below = (loop_figure(panels, context=CONTEXT, columns=n).layout for n in (2, 1))
    assert beside.xaxis.domain[1] < beside.xaxis2.domain[0]
    assert below.yaxis2.domain[1] < below.yaxis.domain[0]
    assert below.height > 1.7 * beside.height


def test_points_that_coincide_can_be_drawn() -> None:
    panel = LoopPanel("ko", np.zeros((3, 3)), ["a", "b", "c"], (0.0, 0.0))
    assert loop_figure([panel], context=CONTEXT).layout.meta["loops"] == [False]


def test_panels_of_different_loops_are_refused() -> None:
    other = LoopPanel("en", square(1)[:3, :3], ["a", "b", "c"], (1, 2))
    with pytest.raises(InputError, match="4, 3 points"):
        loop_figure([loop_panel("ko", (0.4, 0.5)), other], context=CONTEXT)
    with pytest.raises(InputError, match="columns is 0"):
        loop_figure([other], context=CONTEXT, columns=0)


@pytest.mark.parametrize(("words", "pictures"), [(2, 0), (3, 0), (4, 3)])
def test_a_panel_whose_parts_do_not_fit_is_refused(words: int, pictures: int) -> None:
    with pytest.raises(InputError, match=f"{words} words came with distances of shape"):
        LoopPanel("ko", square(1)[:words, :4], ["a"] * words, (1, 2), [b""] * pictures)


def test_both_lives_of_a_loop_run_from_closing_to_filling() -> None:
    here, there = lives([loop_comparison(4, (0.2, 0.6), (0.3, 0.5))]).data
    assert (here.base[0], here.x[0]) == pytest.approx((0.2, 0.4))
    assert (there.base[0], there.x[0]) == pytest.approx((0.3, 0.2))
    assert here.y[0] < 0 < there.y[0]
    assert (here.marker.color, there.marker.color) == (LIGHT["vermillion"], LIGHT["band"])


def test_every_bar_and_mark_leads_back_to_its_h1_bar() -> None:
    figure = lives(loop_comparisons())
    by_name = {trace.name: [list(entry) for entry in trace.customdata] for trace in figure.data}
    assert by_name == {
        "한국어": [["ko", 1, 4], ["ko", 1, 0], ["ko", 1, 7]],
        "English": [["ko", 1, 4], ["ko", 1, 7]],
        "no loop in English": [["ko", 1, 0]],
    }


def test_a_loop_that_is_none_there_has_an_open_mark_where_it_closes() -> None:
    mark = lives(loop_comparisons()).data[-1]
    assert (mark.x[0], mark.marker.symbol) == (0.45, "diamond-open")
    assert mark.name == "no loop in English"


def test_a_loop_that_is_never_filled_reaches_the_end_and_says_so() -> None:
    here = lives(loop_comparisons()).data[0]
    assert here.base[2] + here.x[2] == pytest.approx(1.04 * 0.6)
    assert "never filled" in here.hovertext[2]


def test_rows_are_named_shortened_and_counted() -> None:
    figure = lives(loop_comparisons(), labels=["고양이, 달", "a" * 90, "c"], top=2)
    first, second = figure.layout.yaxis.ticktext
    assert first == "고양이, 달"
    assert second.endswith("a…")
    assert len(second) < 40
    assert figure.layout.annotations[0].text == "2 of 3 loops shown"
    assert lives(loop_comparisons()).layout.annotations[0].text == "all 3 loops shown"


def test_loops_without_labels_or_rows_are_refused() -> None:
    with pytest.raises(InputError, match="1 labels came for 3 loops"):
        lives(loop_comparisons(), labels=["a"])
    with pytest.raises(InputError, match="top is 0"):
        lives(loop_comparisons(), top=0)


def test_a_panel_alone_lies_as_it_does_beside_the_other() -> None:
    panels = [
        LoopPanel("ko", square(1), "abcd", (1, 1.2)),
        LoopPanel("en", square(2), "abcd", (2, 2.1)),
    ]
    both = loop_figure(panels, context=CONTEXT)
    alone = loop_figure(panels, context=CONTEXT, only=1)
    assert alone.layout.meta["languages"] == ["en"]
    expected = [trace for trace in both.data if trace.xaxis == "x2"]
    for drawn, wanted in zip(alone.data, expected, strict=True):
        np.testing.assert_array_equal(np.asarray(drawn.x, float), np.asarray(wanted.x, float))
        np.testing.assert_array_equal(np.asarray(drawn.y, float), np.asarray(wanted.y, float))


def test_two_panels_beside_each_other_say_how_wide_they_must_be_and_their_page_is() -> None:
    panels = [loop_panel("ko", (0.4, 0.5)), loop_panel("en", (0.6, 0.6))]
    two, one = (loop_figure(panels, columns=columns) for columns in (2, 1))
    assert two.layout.meta["least_width"] == 2 * PANEL_WIDTH
    assert "least_width" not in one.layout.meta
    body = f'<body style="min-width: {2 * PANEL_WIDTH}px">'.encode()
    assert (body in html_bytes(two), body in html_bytes(one)) == (True, False)


def test_a_gloss_has_the_quiet_colour_of_its_theme() -> None:
    light = lives(loop_comparisons()[:1], glosses=["man cook"])
    (row,) = restyled(light, theme="dark").layout.yaxis.ticktext
    assert DARK["muted"] in row
    assert LIGHT["muted"] not in row


def test_a_gloss_stands_below_the_label_of_its_loop_as_text() -> None:
    loops = loop_comparisons()
    figure = lives(loops, top=2, glosses=["man cook", "<b>fox</b>", "none is shown"])
    first, second = figure.layout.yaxis.ticktext
    assert first.startswith(f"words {loops[0].bar}<br><span")
    assert "man cook" in first
    assert "&lt;b&gt;fox" in second
    with pytest.raises(InputError, match="2 glosses came for 3 loops"):
        lives(loops, glosses=["one", "two"])
