"""What is selected is drawn on maps and on figures of bars."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.figures import (
    aligned_maps_figure,
    barcode_figure,
    diagram_figure,
    draw_groups,
    draw_loop,
    items_on,
    map_figure,
    restyled,
    ring_features,
)
from tomclip.figures.style.palette import DARK

IDS = ["a", "b", "c", "d"]
LANGUAGES = ["en"] * 4 + ["ko"] * 4
XY = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [5, 5], [6, 5], [6, 6], [5, 6]], dtype=float)
TITLES = {one: f"word {one}" for one in IDS}


def two_maps() -> Any:
    return aligned_maps_figure(
        {"one": XY, "two": XY}, labels=LANGUAGES, languages=LANGUAGES, ids=IDS * 2
    )


def drawn(figure: Any, name: str) -> list[Any]:
    return [trace for trace in figure.data if str(trace.name).startswith(name)]


def test_a_loop_is_closed_in_its_order_through_the_points_of_its_language_in_every_panel() -> None:
    figure = two_maps()
    there = draw_loop(figure, ["c", "a", "d"], TITLES, languages=LANGUAGES, language="ko")
    first, second = drawn(figure, "loop")
    assert there == 3
    assert (first.xaxis, second.xaxis) == ("x", "x2")
    for trace in (first, second):
        path = np.column_stack([trace.x, trace.y])
        np.testing.assert_allclose(path, XY[[6, 4, 7, 6]], atol=1e-5)
    assert first.text == ("1 word c", "2 word a", "3 word d", "")


def test_a_word_that_is_not_on_the_map_leaves_a_gap() -> None:
    figure = two_maps()
    titles = {**TITLES, "gone": "gone"}
    assert draw_loop(figure, ["a", "gone", "b"], titles, languages=LANGUAGES, language="fr") == 2
    path = np.column_stack([drawn(figure, "loop")[0].x, drawn(figure, "loop")[0].y])
    assert np.isnan(path[1]).all()
    np.testing.assert_allclose(path[[0, 2, 3]], XY[[0, 1, 0]], atol=1e-5)


def test_two_groups_have_two_colours_and_a_line_where_they_meet() -> None:
    figure: Any = map_figure(XY, labels=LANGUAGES, languages=LANGUAGES, ids=IDS * 2)
    there = draw_groups(figure, [["b", "a"], ["c"]], languages=LANGUAGES, theme="dark")
    large, small = drawn(figure, "group of")
    assert there == 3
    assert (large.name, small.name) == ("group of 2", "group of 1")
    assert (large.marker.color, small.marker.color) == (DARK["purple"], DARK["orange"])
    np.testing.assert_allclose(np.column_stack([large.x, large.y]), XY[[1, 0]])
    (line,) = drawn(figure, "where")
    np.testing.assert_allclose(np.column_stack([line.x, line.y]), XY[[1, 2]])


def test_a_merge_has_two_groups() -> None:
    with pytest.raises(InputError, match="3 groups came; a merge has two"):
        draw_groups(two_maps(), [["a"], ["b"], ["c"]])


def test_the_items_of_a_map_are_those_of_all_its_points() -> None:
    assert items_on(two_maps()) == set(IDS)


def diagrams() -> list[PersistenceDiagram]:
    pairs = {0: [[0, 0.2], [0, 0.3], [0, np.inf]], 1: [[0.4, 0.5], [0.4, 0.9], [0.4, 0.5]]}
    return [
        PersistenceDiagram(np.array(some, dtype=float), dim, "cosine", 3)
        for dim, some in pairs.items()
    ]


def test_rings_stand_around_the_marks_of_features_and_nowhere_else() -> None:
    figure: Any = diagram_figure({"en": diagrams(), "ko": diagrams()})
    before = len(figure.data)
    count = ring_features(figure, {("ko", 1, 1), ("ko", 0, 0), ("fr", 1, 0)})
    rings = drawn(figure, "of the selection")
    places = np.concatenate([np.column_stack([ring.x, ring.y]) for ring in rings])
    assert count == len(places) == 2
    assert [0.4, 0.9] in places.tolist()
    assert sum(bool(ring.showlegend) for ring in rings) == 1
    assert len(figure.data) == before + len(rings)


def test_a_bar_is_dotted_at_its_birth() -> None:
    figure: Any = barcode_figure(diagrams()[1], language="ko")
    assert ring_features(figure, {("ko", 1, 1)}) == 1
    (ring,) = drawn(figure, "of the selection")
    assert (ring.x[0], ring.y[0]) == (0.4, 0)


@pytest.mark.parametrize(("bars", "named"), [({("ko", 1, 1)}, ["of the selection"]), (set(), [])])
def test_a_barcode_says_what_rings_are_where_there_are_some(
    bars: set[tuple[str, int, int]], named: list[str]
) -> None:
    figure: Any = barcode_figure(diagrams()[1], language="ko")
    ring_features(figure, bars)
    assert figure.layout.showlegend
    assert [one.name for one in figure.data if one.showlegend is not False] == named


def test_a_figure_has_as_many_traces_with_rings_as_without_any() -> None:
    with_none: Any = barcode_figure(diagrams()[1], language="ko")
    with_one: Any = barcode_figure(diagrams()[1], language="ko")
    assert ring_features(with_none, ()) == 0
    ring_features(with_one, {("ko", 1, 1)})
    assert len(with_none.data) == len(with_one.data)
    assert not drawn(with_none, "of the selection")[0].showlegend


def test_what_is_drawn_changes_its_colours_with_the_theme() -> None:
    figure = two_maps()
    draw_loop(figure, ["a", "b", "c"], TITLES, languages=LANGUAGES)
    assert drawn(restyled(figure, theme="dark"), "loop")[0].line.color == DARK["ink"]
